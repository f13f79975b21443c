"""Readers: one module per file format, each turning bytes into pages of lines of tokens."""
