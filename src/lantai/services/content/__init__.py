"""Content types, declared once and created through one door; metadata schemas as data."""
