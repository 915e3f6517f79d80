"""Floor 4: one room per business capability."""
