"""Build the docs site: gather what the pages tell, render them, and put the folder in place as a whole."""

import html
import posixpath
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from tiltak.errors import BuildError
from tiltak.home import PROJECT, Home, connect_published
from tiltak.publish.catalogue import Catalogue, Name, Table, read_catalogue
from tiltak.publish.dictionary import anchor, dictionary, dictionary_body
from tiltak.publish.words import read_glossary
from tiltak.site import charts, figures
from tiltak.site.dbt_docs import dbt_page
from tiltak.site.diagram import relation_picture
from tiltak.site.markdown import Document, page_of, render_document
from tiltak.site.page import Page
from tiltak.site.report_pages import checks_chart, hidden_chart, report_pages

TITLE = "Tiltak warehouse"
STYLE = "style.css"
# A folder with this file in it is a site that may be replaced.
MARK = ".tiltak-site"
HERE = Path(__file__).parent
NAVIGATION = (
    ("index.html", "Start"),
    ("reports/index.html", "Reports"),
    ("dictionary.html", "Dictionary"),
    ("relations.html", "Tables and keys"),
    ("dbt/index.html", "Lineage"),
    ("docs/trust.html", "Trust"),
    ("docs/counties.html", "Counties"),
    ("docs/measures.html", "Measures"),
    ("glossary.html", "Glossary"),
    ("pages.html", "Pages"),
)
DBT_MODEL = "dbt/index.html#!/model/model.tiltak_warehouse."


@dataclass(frozen=True)
class Picture:
    """A picture of relations with its words."""

    anchor: str
    title: str
    note: str
    caption: str
    picture: Markup


def build_site(home: Home, folder: Path) -> None:
    """Build the site of what a home has published.

    Args:
        home: where the warehouse lives; its build file is the one that was published.
        folder: where the site goes; an earlier site there is replaced when the new one is complete.

    Raises:
        BuildError: there is no warehouse, a page of the project links to nowhere, or the folder holds
            something else.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise BuildError(
            "the folder holds something that is no site of ours",
            "name another folder, or empty it",
            str(folder),
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    new = Path(mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        new.chmod(0o755)
        with connect_published(home) as connection:
            _write_pages(connection, home, new)
        shutil.copyfile(HERE / STYLE, new / STYLE)
        _write(new / "dbt" / "index.html", dbt_page(home))
        (new / MARK).write_text("made by `python -m tiltak.site`, and replaced by it\n", encoding="utf-8")
        _replace(folder, new)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _replace(folder: Path, new: Path) -> None:
    """Put a complete site in place of the one before, which is removed when the new one is there."""
    old = Path(mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        if folder.exists():
            folder.rename(old / folder.name)
        try:
            new.rename(folder)
        except OSError:
            if (old / folder.name).exists():
                (old / folder.name).rename(folder)
            raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


def _write_pages(connection: duckdb.DuckDBPyConnection, home: Home, folder: Path) -> None:
    catalogue = read_catalogue(home.target / "manifest.json").with_views(connection, "tiltak")
    documents = {document.page: document for document in _documents(catalogue)}
    build = figures.build_record(connection)
    environment = _environment(build, documents)
    counts = figures.row_counts(connection, catalogue)
    pages = [
        _front(connection, catalogue, documents),
        _dictionary(catalogue, build["build_id"]),
        _relations(catalogue, counts),
        Page("glossary.html", "Glossary", "glossary.html.j2", {"entries": read_glossary(connection)}),
        Page("pages.html", "Pages", "pages.html.j2", {}),
        *(
            Page(path, document.title, "document.html.j2", {"document": document})
            for path, document in documents.items()
        ),
        *report_pages(connection, home),
    ]
    for page in pages:
        template = environment.get_template(page.template)
        _write(folder / page.path, template.render(here=page.path, title=page.title, **page.content))
    for source in {file for document in documents.values() for file in document.files}:
        (folder / source).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(PROJECT / source, folder / source)


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")


def _environment(build: Mapping[str, Any], documents: Mapping[str, Document]) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["at"] = _at
    environment.filters["described"] = described
    environment.filters["thousands"] = charts.thousands
    environment.filters["percent"] = percent
    environment.globals.update(
        site_title=TITLE,
        build=build,
        documents=documents,
        navigation=[
            (path, name) for path, name in NAVIGATION if not path.startswith("docs/") or path in documents
        ],
    )
    return environment


def percent(share: float | None) -> str:
    """Return a share in percent; only all is called 100 %."""
    if share is None:
        return ""
    return f"{min(100 * share, 99.9):.1f} %" if share < 1 else "100 %"


@pass_context
def _at(context: Context, target: str) -> str:
    """Return the address of a file of the site as seen from the page that is rendered."""
    return posixpath.relpath(target, posixpath.dirname(context["here"]) or ".")


def described(name: Name) -> str:
    """Return where a relation is described, as seen from the pages beside the dictionary."""
    return f"dictionary.html#{anchor(str(name))}"


def _documents(catalogue: Catalogue) -> list[Document]:
    """Render all Markdown pages of the project; what is in docs/ needs no other list."""
    sources = [
        "README.md",
        *sorted(path.relative_to(PROJECT).as_posix() for path in (PROJECT / "docs").glob("*.md")),
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        *sorted(
            path.relative_to(PROJECT).as_posix() for path in (PROJECT / "docs" / "decisions").glob("*.md")
        ),
    ]
    described_names = {}
    for relation in catalogue:
        for spelling in (relation.name.relation, str(relation.name)):
            described_names[spelling] = described(relation.name)

    def named(code: str) -> str | None:
        return page_of(code) if code in sources else described_names.get(code)

    return [render_document(PROJECT, source, sources, named) for source in sources]


def _front(
    connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, documents: Mapping[str, Document]
) -> Page:
    levels = figures.hovedgruppe_levels(connection)
    last_month = max(point.month for series in levels for point in series.points)
    question = (
        "select hovedgruppe_name, participants,\n"
        "  participants_min, participants_max\n"
        "from mart_participants_by_hovedgruppe\n"
        "where scope_tiltak_key = '_T'\n"
        f"  and month_key = {last_month:%Y%m}\n"
        "order by hovedgruppe_sort_order"
    )
    answer = connection.sql(question)
    return Page(
        "index.html",
        TITLE,
        "front.html.j2",
        {
            "figures": figures.figures(connection),
            "reports": figures.reports(connection),
            "relation_count": len(list(catalogue)),
            "last_month": f"{last_month:%B %Y}",
            "question": question,
            "answer": {"columns": answer.columns, "rows": answer.fetchall()},
            "documents": documents,
            "level": Markup(
                charts.level_chart(
                    "Participants per month, in all and by hovedgruppe",
                    "People on a measure at the end of each month that is printed; no line crosses a gap.",
                    [figures.total_level(connection), *levels],
                    figures.periods(connection, "_T"),
                )
            ),
            "months": Markup(
                charts.heat_strip(
                    "Months and breakdowns that are printed",
                    "A row per breakdown, a column per month; darker where more of the figures are hidden.",
                    figures.months_and_breakdowns(connection),
                    figures.periods(connection),
                )
            ),
            "hidden": hidden_chart(connection),
            "checks": checks_chart(connection),
            "events": figures.series_breaks(connection),
            "breaks": Markup(
                charts.timeline(
                    "Months covered and breaks of the series",
                    "; ".join(
                        f"{event.on:%Y-%m}: {event.name}" for event in figures.series_breaks(connection)
                    ),
                    figures.periods(connection),
                    figures.series_breaks(connection),
                )
            ),
        },
    )


def _dictionary(catalogue: Catalogue, build_id: str) -> Page:
    def further(relation: Mapping[str, Any]) -> str:
        if relation["kind"] == "view":
            return ""
        model = html.escape(relation["name"])
        return f'<p class="small"><a href="{DBT_MODEL}{model}">Lineage and SQL of {model}</a></p>\n'

    body = dictionary_body(dictionary(catalogue, build_id), further)
    return Page("dictionary.html", "Data dictionary", "dictionary.html.j2", {"body": Markup(body)})


def _relations(catalogue: Catalogue, counts: Mapping[Name, int]) -> Page:
    def picture(identifier: str, title: str, note: str, caption: str, tables: list[Table]) -> Picture:
        drawn = relation_picture(identifier, title, tables, catalogue, counts, described)
        return Picture(identifier, title, note, caption, Markup(drawn))

    def those(schema: str, *prefixes: str) -> list[Table]:
        return [
            table
            for table in catalogue.tables
            if table.name.schema == schema and table.name.relation.startswith(prefixes) and table.foreign_keys
        ]

    groups = [
        picture(
            "facts",
            "Facts and their dimensions",
            "A figure, printed or of an older edition, has one key per dimension; _T is the total.",
            "The facts (letters) in the middle, the dimensions around them.",
            sorted(those("main", "fct_"), key=lambda table: -len(table.foreign_keys)),
        ),
        picture(
            "bridges",
            "Through the reforms",
            "Bridges tell what became of a county or a measure; dimensions refer to one another too.",
            "The bridges, and the dimensions that refer to others.",
            sorted(those("main", "bridge_", "dim_"), key=lambda table: table.name),
        ),
        picture(
            "quality",
            "What was checked, and the record of the build",
            "Tables of schema quality. What they say of a single figure is found by its fact_key or cell_id.",
            "The tables of schema quality and what they refer to.",
            those("quality", ""),
        ),
    ]
    marts = [
        table
        for table in catalogue.tables
        if table.name.relation.startswith("mart_") and table.name.schema == "main"
    ]
    marts.sort(key=lambda table: table.name)
    targets = sorted(
        {reference.table for table in marts for reference in table.foreign_keys},
        key=lambda target: (
            -sum(any(r.table == target for r in table.foreign_keys) for table in marts),
            target,
        ),
    )
    matrix = [
        (
            table,
            [[r.column for r in table.foreign_keys if r.table == target] for target in targets],
        )
        for table in marts
    ]
    return Page(
        "relations.html",
        "Tables and keys",
        "relations.html.j2",
        {
            "groups": groups,
            "targets": targets,
            "matrix": matrix,
            "row_counts": counts,
            "views": catalogue.views,
        },
    )
