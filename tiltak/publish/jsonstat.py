"""Write the marts as JSON-stat 2: a table per mart, population (or county structure) and year, and an index.

A table is a cube of its months, its dimensions and its contents, which are the number and its bounds. A cell
without a number has a sign, as at Statistics Norway: most readers drop signs, so the bounds say the same.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from tiltak.publish.catalogue import Table
from tiltak.publish.words import ExportedTable, Word, Words

FOLDER = "jsonstat"
INDEX = "index.json"
TITLE = Word("Deltakere i arbeidsrettede tiltak", "Participants in labour-market measures")
SOURCE = "NAV"
MONTH, CONTENTS = "month", "contents"
MONTH_HEADING = Word("Måned", "Month")
CONTENTS_HEADING = Word("Innhold", "Contents")
NUMBER = "participants"
BOUNDS = ("participants_min", "participants_max")
ESTIMATES = ("participants_estimate", "participants_estimate_min", "participants_estimate_max")
CHANGES = ("change", "change_min", "change_max", "change_percent")
FRACTIONS = {*ESTIMATES, "change_percent"}
UNITS = {"change_percent": "prosent"}
PEOPLE = "personer"
HIDDEN, NOBODY, NOT_KNOWN_EXACTLY, NOT_PRINTED = ":", "-", ".", ".."
# Keys whose names are in a column that is not called after them.
NAMES = {"scope_tiltak_key": "scope_name"}
PLACES = {"region", "stable_area"}
ESTIMATE_DECIMALS = 1


class Row(NamedTuple):
    """A row of a mart: where it is, what it says, and how that came about."""

    slice_key: str
    month_key: int
    members: tuple[str, ...]
    figures: tuple[float | None, ...]
    state: str | None
    break_date: str | None


@dataclass(frozen=True)
class Dimension:
    """A dimension of a cube, with the words of its members in their order."""

    name: str
    heading: Word
    members: Mapping[str, Word]

    def among(self, keys: set[str]) -> "Dimension":
        """Return the dimension with some of its members only."""
        return Dimension(
            self.name, self.heading, {key: self.members[key] for key in self.members if key in keys}
        )

    def as_json(self) -> dict[str, Any]:
        """Return the dimension as JSON-stat has it."""
        return {
            "label": self.heading.name,
            "category": {
                "index": {key: place for place, key in enumerate(self.members)},
                "label": {key: word.name for key, word in self.members.items()},
            },
        }

    def in_english(self) -> dict[str, Any]:
        """Return its words in English, for which JSON-stat has no place of its own."""
        return {
            "label": self.heading.name_en,
            "category": {"label": {key: word.name_en for key, word in self.members.items()}},
        }


@dataclass(frozen=True)
class Mart:
    """A mart with everything that its cubes are made from.

    Attributes:
        exported: the mart and its title.
        slices: words of the members of its slice column.
        dimensions: all but month and contents.
        contents: the measures.
        rows: by slice, year, month and members.
    """

    exported: ExportedTable
    slices: Mapping[str, Word]
    dimensions: tuple[Dimension, ...]
    contents: Dimension
    rows: Sequence[Row]


@dataclass(frozen=True)
class Cube:
    """A table of JSON-stat: the rows of one slice and year of a mart."""

    mart: Mart
    slice_key: str
    year: int
    rows: Sequence[Row]

    @property
    def path(self) -> str:
        """Where it is below the folder of the tables: `by_county/_T_2019.json`."""
        return f"{self.mart.exported.short_name}/{self.slice_key.replace('/', '-')}_{self.year}.json"

    @property
    def title(self) -> Word:
        """What it shows, of whom and when."""
        title, part = self.mart.exported.title, self.mart.slices[self.slice_key]
        return Word(
            f"{title.name}: {part.name}, {self.year}", f"{title.name_en}: {part.name_en}, {self.year}"
        )


def write_jsonstat(connection: duckdb.DuckDBPyConnection, words: Words, folder: Path) -> None:
    """Write all tables and their index into a folder of a set.

    Args:
        connection: to the published file.
        words: what the marts, their columns and codes are called.
        folder: of the set.
    """
    items = []
    for cube, content in datasets(connection, words):
        path = folder / FOLDER / cube.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(as_text(content), encoding="utf-8")
        items.append(
            {
                "class": "dataset",
                "href": cube.path,
                "label": cube.title.name,
                "extension": {"label_en": cube.title.name_en},
            }
        )
    index = {
        "version": "2.0",
        "class": "collection",
        "label": TITLE.name,
        "extension": {"label_en": TITLE.name_en},
        "link": {"item": items},
    }
    (folder / FOLDER).mkdir(exist_ok=True)
    (folder / FOLDER / INDEX).write_text(as_text(index), encoding="utf-8")


def datasets(connection: duckdb.DuckDBPyConnection, words: Words) -> Iterator[tuple["Cube", dict[str, Any]]]:
    """Yield each table, as a cube and as JSON-stat, in the order of the index.

    Args:
        connection: to the published file.
        words: what the marts, their columns and codes are called.
    """
    months = {
        key: Word(name, name_en)
        for key, name, name_en in connection.execute(
            "select month_key, name, name_en from main.dim_month"
        ).fetchall()
    }
    breaks = {
        day: Word(name, name_en)
        for day, name, name_en in connection.execute(
            "select cast(break_date as varchar), name, name_en from main.dim_series_break"
        ).fetchall()
    }
    for exported in words.tables:
        for cube in cubes(read_mart(connection, exported, words)):
            yield cube, dataset(cube, months, breaks, words.notes)


def cubes(mart: Mart) -> list[Cube]:
    """Return the cubes of a mart: one for each slice and year that it has."""
    parts: dict[tuple[str, int], list[Row]] = {}
    for row in mart.rows:
        parts.setdefault((row.slice_key, row.month_key // 100), []).append(row)
    return [Cube(mart, slice_key, year, rows) for (slice_key, year), rows in sorted(parts.items())]


def month_code(month_key: int) -> str:
    """Return a month as Statistics Norway writes it: `2019M03`."""
    return f"{month_key // 100}M{month_key % 100:02}"


def read_mart(connection: duckdb.DuckDBPyConnection, exported: ExportedTable, words: Words) -> Mart:
    """Read a mart with the members of its dimensions."""
    table = exported.table
    names = {column.name for column in table.columns}
    keys = [column for column in table.grain if column not in {exported.slice_column, "month_key"}]
    measures = [column for column in (NUMBER, *BOUNDS, *ESTIMATES, *CHANGES) if column in names]
    state = next((column for column in ("value_status", "derivation") if column in names), "null")
    last_break = "series_break_date" if "series_break_date" in names else "null"
    selected = [
        exported.slice_column,
        "month_key",
        *keys,
        *measures,
        state,
        f"cast({last_break} as varchar)",
    ]
    rows = connection.execute(
        f"select {', '.join(selected)} from {table.name} order by {', '.join(table.grain)}"
    ).fetchall()
    end = 2 + len(keys)
    return Mart(
        exported,
        _members(connection, table, exported.slice_column, words),
        tuple(
            Dimension(
                key.removesuffix("_key"),
                words.heading(NAMES.get(key, f"{key.removesuffix('_key')}_name")),
                _members(connection, table, key, words),
            )
            for key in keys
        ),
        Dimension(CONTENTS, CONTENTS_HEADING, {measure: words.heading(measure) for measure in measures}),
        [Row(row[0], row[1], row[2:end], row[end:-2], row[-2], row[-1]) for row in rows],
    )


def _members(
    connection: duckdb.DuckDBPyConnection, table: Table, column: str, words: Words
) -> dict[str, Word]:
    """Return the members that a column of a mart has, in the order of its dimension.

    A column that refers to no dimension has its words in the seed, or beside it, or is its own word.
    """
    if words.has_values(column):
        codes = connection.execute(f"select distinct {column} from {table.name} order by 1").fetchall()
        return {code: words.value(column, code) for (code,) in codes}
    reference = table.reference(column)
    beside = f"{column.removesuffix('_key')}_name"
    if reference is not None:
        query = f"""
            select {reference.key}, name, name_en from {reference.table}
            where {reference.key} in (select {column} from {table.name})
            order by {_order(connection, str(reference.table))} {reference.key}
        """
    elif any(known.name == beside for known in table.columns):
        query = (
            f"select distinct {column}, {beside}, {beside}_en from {table.name} order by {beside}, {column}"
        )
    else:
        query = f"select distinct {column}, {column}, {column} from {table.name} order by 1"
    return {key: Word(name, name_en) for key, name, name_en in connection.execute(query).fetchall()}


def _order(connection: duckdb.DuckDBPyConnection, relation: str) -> str:
    columns = [row[0] for row in connection.execute(f"describe {relation}").fetchall()]
    return "sort_order," if "sort_order" in columns else ""


def dataset(
    cube: Cube, months: Mapping[int, Word], breaks: Mapping[str, Word], notes: Iterable[Word]
) -> dict[str, Any]:
    """Return a cube as JSON-stat.

    Args:
        cube: what to write.
        months: names of the months.
        breaks: names of the breaks in the series, by their date.
        notes: what must be said with the numbers.
    """
    printed = sorted({row.month_key for row in cube.rows})
    time = Dimension(MONTH, MONTH_HEADING, {month_code(month): months[month] for month in printed})
    own = [
        dimension.among({row.members[place] for row in cube.rows})
        for place, dimension in enumerate(cube.mart.dimensions)
    ]
    dimensions = [time, *own, cube.mart.contents]
    values, signs = _cells(cube, dimensions)
    title, notes = cube.title, tuple(notes)
    places = [dimension.name for dimension in own if dimension.name in PLACES]
    return {
        "version": "2.0",
        "class": "dataset",
        "label": title.name,
        "source": SOURCE,
        "note": [note.name for note in notes],
        "role": {"time": [MONTH], "metric": [CONTENTS], **({"geo": places} if places else {})},
        "id": [dimension.name for dimension in dimensions],
        "size": [len(dimension.members) for dimension in dimensions],
        "dimension": {
            dimension.name: dimension.as_json() | (_units(dimension) if dimension.name == CONTENTS else {})
            for dimension in dimensions
        },
        "extension": {
            "relation": str(cube.mart.exported.table.name),
            "slice": {cube.mart.exported.slice_column: cube.slice_key},
            "label_en": title.name_en,
            "note_en": [note.name_en for note in notes],
            "dimension_en": {dimension.name: dimension.in_english() for dimension in dimensions},
            "break": _breaks(cube, breaks, printed[0]),
        },
        "value": values,
        "status": signs,
    }


def _cells(cube: Cube, dimensions: Sequence[Dimension]) -> tuple[list[float | None], dict[str, str]]:
    """Return the numbers of a cube in their order, and the signs of those that are none, by their place."""
    rows = {(month_code(row.month_key), *row.members): row for row in cube.rows}
    contents = tuple(dimensions[-1].members)
    values: list[float | None] = []
    signs: dict[str, str] = {}
    for place in product(*(dimension.members for dimension in dimensions[:-1])):
        row = rows.get(place)
        for number, name in enumerate(contents):
            figure = None if row is None else row.figures[number]
            if figure is None:
                signs[str(len(values))] = NOT_PRINTED if row is None else _sign(name, row)
            values.append(round(figure, ESTIMATE_DECIMALS) if isinstance(figure, float) else figure)
    return values, signs


def _sign(name: str, row: Row) -> str:
    """Return why a printed or derived row has no number."""
    highest = row.figures[1 + BOUNDS.index("participants_max")]
    if name != NUMBER or row.state not in {"suppressed", "blank_zero", "printed"}:
        return NOT_KNOWN_EXACTLY
    return NOBODY if highest == 0 else HIDDEN


def _units(contents: Dimension) -> dict[str, Any]:
    units = {
        name: {"base": UNITS.get(name, PEOPLE), "decimals": ESTIMATE_DECIMALS if name in FRACTIONS else 0}
        for name in contents.members
    }
    category = contents.as_json()["category"] | {"unit": units}
    measuring = {name: "Other" if name in CHANGES else "Stock" for name in contents.members}
    return {"category": category, "extension": {"measuringType": measuring}}


def _breaks(cube: Cube, breaks: Mapping[str, Word], first_month: int) -> list[dict[str, Any]]:
    """Return the breaks within the months of a cube, each with the members of the dimensions it concerns."""
    concerned: dict[str, list[Row]] = {}
    for row in cube.rows:
        if row.break_date and row.break_date > f"{first_month // 100}-{first_month % 100:02}-01":
            concerned.setdefault(row.break_date, []).append(row)
    return [
        {
            "month": f"{day[:4]}M{day[5:7]}",
            "label": breaks[day].name,
            "label_en": breaks[day].name_en,
            "members": {
                dimension.name: sorted({row.members[place] for row in rows})
                for place, dimension in enumerate(cube.mart.dimensions)
            },
        }
        for day, rows in sorted(concerned.items())
    ]


def as_text(content: Mapping[str, Any]) -> str:
    """Return content as JSON in one line."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n"
