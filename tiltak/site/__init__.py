"""The docs site: one folder of pages about the warehouse that works without network and without a server.

- `site` is the way through: it gathers, renders and writes all pages;
- `figures` reads the numbers of the pages from the published file;
- `svg`, `charts` and `diagram` draw: pictures without scripts, which take their colours from the stylesheet;
- `markdown` renders the project's own pages, `generated` writes the generated parts of these;
- `dbt_docs` makes dbt's page with the lineage.
"""
