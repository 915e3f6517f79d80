"""Floor 6: puts the building together; the only place that knows every room."""
