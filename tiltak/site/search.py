"""Make the index that the search page reads: pages, tables, columns, labels and the glossary, as a script."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import duckdb

from tiltak.publish.catalogue import Catalogue
from tiltak.publish.dictionary import anchor
from tiltak.publish.words import GlossaryEntry
from tiltak.questions import rows_of
from tiltak.site.markdown import Document
from tiltak.site.page import Page

LONGEST_TEXT = 160
# Pages of these folders are marked among other pages.
KINDS = {"groups": "group", "counties": "county", "reports": "report"}
# Dimensions whose members have no page of their own: the tables of Find a number that show them.
LABELS = {
    "age_group": "by_age_group",
    "gender": "by_gender",
    "immigrant_background": "by_immigrant_background",
    "birth_region": "by_birth_region",
    "education": "by_education",
}


class Entry(NamedTuple):
    """Something to find.

    Attributes:
        kind: what it is.
        title: what it is called.
        text: more words, which are searched too.
        address: where it is, seen from the top of the site.
        language: the language that it is for; empty for both.
    """

    kind: str
    title: str
    text: str
    address: str
    language: str = ""


def write_search_index(entries: Iterable[Entry], folder: Path) -> None:
    """Write the index below a folder of the site."""
    script = folder / "data" / "search.js"
    script.parent.mkdir(parents=True, exist_ok=True)
    listed = [list(entry) for entry in entries]
    written = json.dumps(listed, ensure_ascii=False, separators=(",", ":"))
    script.write_text(f"window.tiltakSearch = {written};\n", encoding="utf-8")


def search_entries(
    connection: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    pages: Iterable[Page],
    documents: Mapping[str, Document],
    glossary: Iterable[GlossaryEntry],
) -> Iterator[Entry]:
    """Yield all that can be found, pages first."""
    for page in pages:
        folder = page.path.removeprefix("en/").split("/")[0]
        summary = documents[page.path].summary if page.path in documents else ""
        is_for_both = page.counterpart is None
        yield Entry(
            KINDS.get(folder, "page"),
            page.title,
            _short(summary),
            page.path,
            "" if is_for_both else page.language,
        )
    for entry in glossary:
        yield Entry(
            "glossary", entry.name, _short(entry.definition), f"glossary.html#{entry.member_key}", "nb"
        )
        english = f"{_short(entry.definition_en)} {entry.name}"
        yield Entry("glossary", entry.name_en, english, f"en/glossary.html#{entry.member_key}", "en")
    yield from _labels(connection)
    for relation in catalogue:
        name = str(relation.name)
        yield Entry("table", name, _short(relation.description), f"dictionary.html#{anchor(name)}")
        for column in relation.columns:
            address = f"dictionary.html#{anchor(f'{name}.{column.name}')}"
            yield Entry("column", f"{name}.{column.name}", _short(column.description), address)


def _labels(connection: duckdb.DuckDBPyConnection) -> Iterator[Entry]:
    for dimension, table in LABELS.items():
        for row in rows_of(connection, f"from dim_{dimension} order by sort_order"):
            chosen = f"find.html#table={table}&{dimension}={row[f'{dimension}_key']}"
            yield Entry("label", row["name"], "", chosen, "nb")
            yield Entry("label", row["name_en"], row["name"], f"en/{chosen}", "en")


def _short(text: str | None) -> str:
    """Return the beginning of a text, as plain words."""
    words = (text or "").replace("`", "").split()
    length, kept = 0, list[str]()
    for word in words:
        length += len(word) + 1
        if length > LONGEST_TEXT:
            return " ".join([*kept, "…"])
        kept.append(word)
    return " ".join(kept)
