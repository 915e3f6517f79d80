"""Conventions, kept by tests: what would otherwise be a paragraph nobody reads."""
