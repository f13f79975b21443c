"""The pages for those who query the warehouse: how it is made, tables and keys, and the project's pages."""

import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
from markupsafe import Markup

from tiltak.home import PROJECT
from tiltak.publish.catalogue import Catalogue, Name, Table
from tiltak.publish.dictionary import anchor, dictionary, dictionary_body
from tiltak.site import bars, figures
from tiltak.site.diagram import relation_picture
from tiltak.site.markdown import Document, page_of, render_document
from tiltak.site.page import Page
from tiltak.site.report_pages import checks_chart, hidden_chart

DBT_MODEL = "dbt/index.html#!/model/model.tiltak_warehouse."


@dataclass(frozen=True)
class Picture:
    """A picture of relations with its words."""

    anchor: str
    title: str
    note: str
    caption: str
    picture: Markup


def technical_pages(
    connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, documents: Mapping[str, Document]
) -> list[Page]:
    """Return the pages, those made from the project's Markdown last."""
    return [
        _about_page(connection, catalogue, documents),
        _dictionary_page(catalogue, figures.build_record(connection)["build_id"]),
        _relations_page(catalogue, figures.row_counts(connection, catalogue)),
        Page("pages.html", "Pages", "pages.html.j2", {}),
        *(
            Page(path, document.title, "document.html.j2", {"document": document})
            for path, document in documents.items()
        ),
    ]


def described(name: Name) -> str:
    """Return where a relation is described, as seen from the pages beside the dictionary."""
    return f"dictionary.html#{anchor(str(name))}"


def documents_of(catalogue: Catalogue) -> list[Document]:
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


def _about_page(
    connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, documents: Mapping[str, Document]
) -> Page:
    [(last_month,)] = connection.execute(
        "select max(month_key) from mart_participants_by_hovedgruppe where scope_tiltak_key = '_T'"
    ).fetchall()
    question = (
        "select hovedgruppe_name, participants,\n"
        "  participants_min, participants_max\n"
        "from mart_participants_by_hovedgruppe\n"
        "where scope_tiltak_key = '_T'\n"
        f"  and month_key = {last_month}\n"
        "order by hovedgruppe_sort_order"
    )
    answer = connection.sql(question)
    content = {
        "figures": figures.figures(connection),
        "reports": figures.reports(connection),
        "relation_count": len(list(catalogue)),
        "last_month": f"{last_month // 100}-{last_month % 100:02}",
        "question": question,
        "answer": {"columns": answer.columns, "rows": answer.fetchall()},
        "documents": documents,
        "months": bars.heat_strip(
            "Months and breakdowns that are printed",
            "A row per breakdown, a column per month; darker where more of the figures are hidden.",
            figures.months_and_breakdowns(connection),
            figures.periods(connection),
        ),
        "hidden": hidden_chart(connection),
        "checks": checks_chart(connection),
    }
    return Page("about.html", "How it is made", "about.html.j2", content)


def _dictionary_page(catalogue: Catalogue, build_id: str) -> Page:
    def further(relation: Mapping[str, Any]) -> str:
        if relation["kind"] == "view":
            return ""
        model = html.escape(relation["name"])
        return f'<p class="small"><a href="{DBT_MODEL}{model}">Lineage and SQL of {model}</a></p>\n'

    body = dictionary_body(dictionary(catalogue, build_id), further)
    return Page("dictionary.html", "Data dictionary", "dictionary.html.j2", {"body": Markup(body)})


def _relations_page(catalogue: Catalogue, counts: Mapping[Name, int]) -> Page:
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
            "Bridges say what became of a county or a measure; dimensions refer to one another too.",
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
