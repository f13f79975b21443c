"""The words in which exported numbers speak to people: titles, headings, codes and notes, from the seeds."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from tiltak.errors import BuildError
from tiltak.home import PROJECT
from tiltak.publish.catalogue import Catalogue, Column, Name, Table

SEEDS = PROJECT / "seeds" / "exports"
GLOSSARY = """
    select
        'hovedgruppe' as level, hovedgruppe_key as member_key, name, name_en, definition, definition_en,
        target_group, target_group_en, legal_basis, null as valid_from_date, null as valid_to_date,
        null as replaced, definition_source as source
    from (from main.dim_hovedgruppe where hovedgruppe_key <> '_T' order by sort_order)
    union all
    select
        tiltak_level, tiltak_key, name, name_en, definition, definition_en,
        target_group, target_group_en, legal_basis, valid_from_date, valid_to_date,
        (
            select string_agg(earlier.name, '; ' order by earlier.sort_order)
            from main.bridge_tiltak_succession as links
            join main.dim_tiltak as earlier on links.from_tiltak_key = earlier.tiltak_key
            where links.to_tiltak_key = members.tiltak_key
        ),
        definition_source
    from (from main.dim_tiltak order by sort_order) as members
"""
LEFT_OUT = ("_name_en", "_sort_order")


@dataclass(frozen=True)
class Word:
    """A word or sentence in both languages."""

    name: str
    name_en: str


@dataclass(frozen=True)
class GlossaryEntry:
    """What is known of a hovedgruppe or of a node of the hierarchy of measures; None where nothing is."""

    level: str
    member_key: str
    name: str
    name_en: str
    definition: str | None
    definition_en: str | None
    target_group: str | None
    target_group_en: str | None
    legal_basis: str | None
    valid_from_date: date | None
    valid_to_date: date | None
    replaced: str | None
    source: str | None


@dataclass(frozen=True)
class ExportedTable:
    """A mart that goes into the workbook and the JSON-stat tables.

    Attributes:
        table: the mart.
        sheet: name of its sheet.
        title: what it shows.
        slice_column: the column that has one value in each JSON-stat table.
    """

    table: Table
    sheet: str
    title: Word
    slice_column: str

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns that people get, the key of the fact last; not English names and sort orders."""
        kept = [column for column in self.table.columns if not column.name.endswith(LEFT_OUT)]
        return tuple(sorted(kept, key=lambda column: column.name == "fact_key"))

    @property
    def short_name(self) -> str:
        """Its name in paths: `by_county`."""
        return self.table.name.relation.removeprefix("mart_participants_")


@dataclass(frozen=True)
class Words:
    """All words of the exports.

    Attributes:
        tables: the marts to export, in their order.
        columns: heading by name of the column.
        values: by name of the column and code.
        notes: what must be said with the numbers, in their order.
    """

    tables: tuple[ExportedTable, ...]
    columns: Mapping[str, Word]
    values: Mapping[tuple[str, str], Word]
    notes: tuple[Word, ...]

    def heading(self, column: str) -> Word:
        """Return the heading of a column.

        Raises:
            BuildError: the seed has none.
        """
        return self._known(self.columns.get(column), "export_column", column)

    def value(self, column: str, code: str) -> Word:
        """Return what stands for a code that is no member of a dimension.

        Raises:
            BuildError: the seed has no word for it.
        """
        return self._known(self.values.get((column, code)), "export_value", f"{column}, {code}")

    def has_values(self, column: str) -> bool:
        """Tell whether the codes of a column have words."""
        return any(name == column for name, _ in self.values)

    def _known(self, word: Word | None, seed: str, text: str) -> Word:
        if word is None:
            raise BuildError(
                "people cannot read an exported mart: a word is missing",
                f"add a row to seeds/exports/{seed}.csv",
                text=text,
            )
        return word


def read_words(catalogue: Catalogue, folder: Path = SEEDS) -> Words:
    """Read the words of the exports.

    Args:
        catalogue: the public relations.
        folder: of the seeds.

    Raises:
        BuildError: a mart of the seed is not public.
    """
    return Words(
        tables=tuple(
            ExportedTable(
                _table(catalogue, row["relation_name"]), row["sheet"], _word(row), row["slice_column"]
            )
            for row in sorted(_rows(folder, "export_table"), key=lambda row: int(row["sort_order"]))
        ),
        columns={row["column_name"]: _word(row) for row in _rows(folder, "export_column")},
        values={(row["column_name"], row["code"]): _word(row) for row in _rows(folder, "export_value")},
        notes=read_notes(folder),
    )


def read_notes(folder: Path = SEEDS) -> tuple[Word, ...]:
    """Read what must be said with the numbers, in its order."""
    rows = sorted(_rows(folder, "export_note"), key=lambda row: int(row["note_no"]))
    return tuple(_word(row) for row in rows)


def _rows(folder: Path, seed: str) -> list[dict[str, str]]:
    with (folder / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _word(row: Mapping[str, str]) -> Word:
    return Word(row["name"], row["name_en"])


def read_glossary(connection: duckdb.DuckDBPyConnection) -> list[GlossaryEntry]:
    """Return the glossary of a published file, in the order of the dimensions."""
    return [GlossaryEntry(*row) for row in connection.execute(GLOSSARY).fetchall()]


def _table(catalogue: Catalogue, relation: str) -> Table:
    try:
        return catalogue.table(Name("main", relation))
    except KeyError as error:
        raise BuildError(
            "a mart to export is not public", "correct seeds/exports/export_table.csv", text=relation
        ) from error
