"""Hot paths against a named reference, both sides in one run, as a ratio. `make bench` runs them all."""
