"""Everything around the flow from report to mart: what a person types, and what readers get.

- `cli` and `display` are the `tiltak` command: what a person types, and what it says;
- `home`, `lock` and `errors`: where a warehouse is, one writer at a time, what can go wrong;
- `build` runs dbt and explains failure; `trace` goes from a number to its printed line;
- `audit` finds the cell that is wrong; `publish` makes the set that readers open; `site` is the docs site.
"""
