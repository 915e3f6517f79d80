"""Floor 2: what every feature builds on."""
