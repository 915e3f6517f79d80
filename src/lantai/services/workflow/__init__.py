"""A small engine: definitions are data in `config/workflows`, guards and consequences are code."""
