"""From lines of tokens to printed tables, whatever the format of the file.

- `recogniser` is the way through: it gives every line its role and puts the tables together;
- `blocks` cuts the lines into header and rows, `headings` takes titles and periods from what is above;
- `alignment` settles the columns of a damaged header, `fragments` reads cells printed one below the other;
- `periods` reads a period's line, `values` judges a printed value.
"""
