"""The command line. Each verb stands in a file by its noun and imports what it needs when it runs."""

from dunant.cli.app import app, main

__all__ = ["app", "main"]
