"""Floor 0: values and functions that need neither the database nor the web."""
