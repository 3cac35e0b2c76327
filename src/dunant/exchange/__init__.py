"""Dialects of the outside: bytes to commands, views to bytes. No state, no database, no web."""
