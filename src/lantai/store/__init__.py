"""Floor 1: the object database, the tree in it, and the files beside it."""
