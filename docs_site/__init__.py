"""The docs site and the generated parts of the pages in docs/."""
