"""Lantai, a repository for an office's electronic records."""

__version__ = '0.1.0'
