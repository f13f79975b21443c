"""Loaders: a report file in, staged Parquet out. They import nothing of the project but themselves.

- `readers` turn bytes into pages of lines of tokens, one module per format;
- `tables` finds the printed tables in those lines;
- `layout` is the wording they may know, `printed` what they pass on, `cards` the provenance of a file;
- `staging` writes Parquet, `load` does all of this for many files, `errors` says what is wrong and where.
"""
