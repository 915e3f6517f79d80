"""The demonstration repository: an office that never was, with records, people and a past of its own."""
