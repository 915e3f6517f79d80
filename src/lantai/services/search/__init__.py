"""The side index that finds what is in the tree.

An SQLite file with FTS5, fed from the event log by number and rebuilt from the tree at any
time. The object database is the truth: nothing is decided here, every hit is looked at again
before it is shown, and every query is filtered by what the asking person may see before
anything is counted.
"""
