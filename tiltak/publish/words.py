"""The words in which exported numbers speak to people: titles, headings, codes and notes, from the seeds."""

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from tiltak.errors import BuildError
from tiltak.publish.catalogue import Catalogue, Column, Name, Table

LEFT_OUT = ("_name_en", "_sort_order")


@dataclass(frozen=True)
class Word:
    """A word or sentence in both languages."""

    name: str
    name_en: str


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


def read_words(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, seeds: str) -> Words:
    """Read the words of the exports.

    Args:
        connection: has the built file attached.
        catalogue: the public relations.
        seeds: the schema of the seeds as the connection names it.

    Raises:
        BuildError: a mart of the seed is not public.
    """

    def rows(seed: str, columns: str, order: str) -> list[tuple[str, ...]]:
        query = f"select {columns} from {seeds}.{seed} order by {order}"
        return connection.execute(query).fetchall()

    tables = rows("export_table", "relation_name, sheet, name, name_en, slice_column", "sort_order")
    values = rows("export_value", "column_name, code, name, name_en", "all")
    return Words(
        tables=tuple(
            ExportedTable(_table(catalogue, relation), sheet, Word(name, name_en), slice_column)
            for relation, sheet, name, name_en, slice_column in tables
        ),
        columns={
            column: Word(name, name_en)
            for column, name, name_en in rows("export_column", "column_name, name, name_en", "all")
        },
        values={(column, code): Word(name, name_en) for column, code, name, name_en in values},
        notes=tuple(Word(name, name_en) for name, name_en in rows("export_note", "name, name_en", "note_no")),
    )


def _table(catalogue: Catalogue, relation: str) -> Table:
    try:
        return catalogue.table(Name("main", relation))
    except KeyError as error:
        raise BuildError(
            "a mart to export is not public", "correct seeds/exports/export_table.csv", text=relation
        ) from error
