"""Operation 运行维护: a copy of the whole repository while people work, putting it back, packing.

A backup is a folder: the object file, the content files it names, the settings, the keys in a file of their
own, a list of all with digests, and last of all a signed statement over that list. Without the statement it
is no backup. What can be made again (index, texts, previews) is not in it.
"""
