"""Floor 5: protocols. No business rule lives here."""
