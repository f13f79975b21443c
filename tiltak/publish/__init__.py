"""From a built and tested warehouse to what people use: the published set, its versions and their history.

- `catalogue` reads what is public, once, from dbt's manifest;
- `ddl`, `database`, `exports` and `dictionary` make the files of a set from it;
- `record` says of a set what it was made of, by what, and what was checked;
- `versions` puts a set in place and keeps the earlier ones; `publish` is the way through all of these;
- `differences` compares the facts of two versions.
"""
