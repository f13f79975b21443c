"""Corrupt reports as conversion does, and measure what the rules notice."""
