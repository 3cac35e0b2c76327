"""Dunant: casualty tracking, health surveillance and mental-health support for UN peace operations."""

__version__ = "0.1.0"
