"""The words all domains share. Pure: no clock, no disk, no network, no randomness."""
