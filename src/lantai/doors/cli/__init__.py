"""The command line: the same use cases, beside a running server through its socket, or on the open folder."""
