"""Cursor-on-Target: streaming XML and TAK protobuf, the 9-line and the few other messages that concern us."""
