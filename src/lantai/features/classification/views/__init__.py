"""The pages of a body's records controls: its units, its classification scheme, its archiving scope."""
