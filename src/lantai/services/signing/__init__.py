"""Signatures: Ed25519 keys in files beside the database, rotated without losing what the old ones signed."""
