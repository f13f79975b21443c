"""Loaders: a report file in, staged Parquet out, and the `tiltak` command around them.

The modules follow the data: `readers` turn a file into lines of tokens, `recogniser` finds the
tables in them, `alignment` settles the columns of a damaged header, `staging` writes Parquet,
`load` does this for many files, `warehouse` runs dbt and publishes, `cli` is the command.
"""
