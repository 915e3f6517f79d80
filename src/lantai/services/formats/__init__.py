"""What a file really is, whether it can be read, whether it carries a virus (四性检测中的内容检测).

Pure functions over a path that return plain values. Files are hostile: run them in a child process with
limits (`services.jobs.children`), never in a thread that holds a transaction.
"""
