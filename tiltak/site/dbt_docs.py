"""Make dbt's own page, every model with SQL and lineage, as one file that fetches nothing."""

import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from tiltak.errors import BuildError
from tiltak.home import PROJECT, Home

# What dbt's page would fetch, what is there instead, and how often: a tracking script, which runs where
# the user's environment switches dbt's usage statistics on; an icon and an address that dbt's own build left
# broken; and icons whose addresses browsers read before the page has filled them in.
REPLACED = (
    ("//d1fc8wv8zag5ca.cloudfront.net/2.9.0/sp.js", "data:text/javascript,", 1),
    ("""href="${require('./assets/favicons/favicon.ico')}\"""", 'href="data:,"', 1),
    ("""<link rel="canonical" href="/overview/"/>""", "", 1),
    ('xlink:href="{{ getIcon(', 'ng-attr-xlink:href="{{ getIcon(', 4),
)

# A way back, above dbt's own content; it is in the language that dbt's page is in.
WAY_BACK = (
    '<a href="../en/index.html" style="position:fixed;left:12px;bottom:12px;z-index:99;background:#fff;'
    'color:#0b5a9e;border:1px solid #51606e;border-radius:5px;padding:4px 10px">'
    "Participants in labour-market measures</a>"
)
END = "</body>"

RUN = re.compile(
    r'"(generated_at|invocation_id|invocation_started_at|run_started_at|created_at)": ?("[^"]*"|[\d.]+)'
)


def dbt_page(home: Home) -> str:
    """Return dbt's page about what is built in a home, which stays as it is.

    Raises:
        BuildError: dbt could not make it, or it would fetch something in a way we do not know.
    """
    from tiltak.build import run_dbt  # noqa: PLC0415  # dbt takes seconds to import

    with TemporaryDirectory(prefix="tiltak-docs-") as folder:
        copy = Home(Path(folder))
        copy.building.parent.mkdir(parents=True)
        shutil.copyfile(home.building, copy.building)
        copy.staged.symlink_to(home.staged.resolve())
        result = run_dbt(copy, ["docs", "generate", "--static"])
        if not result.success:
            raise BuildError(
                f"dbt could not make its page: {result.exception}",
                "run `make warehouse` first",
                str(home.folder),
            )
        page = (copy.target / "static_index.html").read_text(encoding="utf-8")
        return with_way_back(without_requests(without_run(page, (copy.folder, PROJECT))))


def with_way_back(page: str) -> str:
    """Return dbt's page with a link to the rest of the site."""
    content, end, rest = page.rpartition(END)
    return f"{content}{WAY_BACK}{end}{rest}"


def without_run(page: str, folders: Iterable[Path]) -> str:
    """Return dbt's page without what it says of its run and of the machine: the same each time."""
    for folder in folders:
        page = page.replace(str(folder), "")
    return RUN.sub(r'"\1": ""', page)


def without_requests(page: str) -> str:
    """Return dbt's page without what it would fetch.

    Raises:
        BuildError: the page is not of the kind we know.
    """
    for wanted, instead, count in REPLACED:
        if page.count(wanted) != count:
            raise BuildError(
                "dbt's page has changed, and might ask other hosts for something",
                "see what it fetches and correct REPLACED in tiltak/site/dbt_docs.py",
                text=wanted,
            )
        page = page.replace(wanted, instead)
    return page
