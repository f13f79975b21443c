"""Measure loading, building and asking, beside other tools."""
