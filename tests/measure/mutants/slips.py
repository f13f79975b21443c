"""One row of a seed changed as a slip of the hand would change it.

A value exchanged with another row's, a row dropped or doubled, a wrong parent, date, number or code, a letter
misspelt. Words that are for people alone are left as they are.
"""

import csv
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from tiltak.home import PROJECT, Home

# The wording of exports is for people, and the registers of corrections are empty.
FOLDERS = ("codelists", "labels", "layout", "reference", "rules", "successions")
# Learned from the editions, for checks that ask for a look and stop no build.
FOR_A_LOOK = ("plausibility", "product_shape", "reference_figure")
# What is there to be read by people: no figure, label or link depends on it, and no second source holds it.
WORDS = frozenset({
    "confidence", "definition", "definition_en", "first_year_seen", "last_year_seen", "law", "legal_basis",
    "meaning", "name_en", "next_step", "note", "parts_name", "parts_name_en", "source", "statement",
    "target_group", "target_group_en", "title_en",
})  # fmt: skip
# Seeds whose names are sentences; elsewhere a name is what a label is held against.
WITH_SENTENCES = frozenset({
    "consistency_rule", "estimate_parameter", "misreading", "series_break", "statistic", "text_format",
})  # fmt: skip
NUMBERS = frozenset({"integer", "double"})

Row = dict[str, str]
T = TypeVar("T")


class Kind(StrEnum):
    """What is done to a row."""

    SWAPPED = "swapped"
    DROPPED = "dropped"
    DOUBLED = "doubled"
    WRONG_PARENT = "wrong_parent"
    WRONG_DATE = "wrong_date"
    WRONG_NUMBER = "wrong_number"
    WRONG_CODE = "wrong_code"
    MISSPELT = "misspelt"
    WORDING = "wording"


@dataclass(frozen=True)
class Seed:
    """A seed as it is in the project.

    Attributes:
        types: SQL type by column.
        rows: its rows, as texts.
    """

    name: str
    path: Path
    types: dict[str, str]
    rows: tuple[Row, ...]

    def columns(self, types: frozenset[str] | None = None) -> list[str]:
        """Return the columns that say something of a figure or a label, of some types only or of all."""
        words = self.words()
        return [
            name
            for name, data_type in self.types.items()
            if name not in words and (types is None or data_type in types)
        ]

    def words(self) -> list[str]:
        """Return the columns that are for people alone."""
        named = WORDS | {"name"} if self.name in WITH_SENTENCES else WORDS
        return [name for name in self.types if name in named]


@dataclass(frozen=True)
class Mutant:
    """A seed with one slip in it.

    Attributes:
        seed: name of the seed.
        path: its file in the project.
        kind: what was done.
        column: the column that was changed; None where it is a whole row.
        told: which row, and what became of it.
        rows: the rows of the seed, with the slip.
    """

    seed: str
    path: Path
    kind: Kind
    column: str | None
    told: str
    rows: tuple[Row, ...]


def read_seeds(home: Home) -> list[Seed]:
    """Read the vocabulary of the project; types are those of the last build of a home."""
    nodes = json.loads((home.target / "manifest.json").read_text(encoding="utf-8"))["nodes"].values()
    seeds = [node for node in nodes if node["resource_type"] == "seed"]
    return [
        Seed(node["name"], path, node["config"]["column_types"], tuple(_read_rows(path)))
        for node in sorted(seeds, key=lambda node: node["original_file_path"])
        if (path := PROJECT / node["original_file_path"]).parent.name in FOLDERS
        and path.stem not in FOR_A_LOOK
    ]


def write_mutant(mutant: Mutant, path: Path) -> None:
    """Write the seed of a mutant, with the slip in it."""
    with mutant.path.open(encoding="utf-8") as file:
        header = file.readline()
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(header)
        writer = csv.DictWriter(file, header.strip().split(","), lineterminator="\n")
        writer.writerows(mutant.rows)


def _read_rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def mutants_of(seed: Seed, kind: Kind, number: int, chance: random.Random) -> list[Mutant]:
    """Return mutants of a kind, no two alike; fewer where the seed has not so many."""
    found: dict[str, Mutant] = {}
    for _ in range(number * 10):
        mutant = SLIPS[kind](seed, chance)
        if mutant is not None and len(found) < number:
            found.setdefault(mutant.told, mutant)
    return list(found.values())


def _swapped(seed: Seed, chance: random.Random) -> Mutant | None:
    return _exchanged(seed, Kind.SWAPPED, seed.columns(), chance)


def _wording(seed: Seed, chance: random.Random) -> Mutant | None:
    words = [name for name in seed.words() if seed.types[name] == "string"]
    if chance.random() < 0.5:  # either
        return _exchanged(seed, Kind.WORDING, words, chance)
    return _changed(seed, Kind.WORDING, words, chance, lambda text: _with_wrong_letter(text, chance))


def _exchanged(seed: Seed, kind: Kind, columns: Sequence[str], chance: random.Random) -> Mutant | None:
    column = _choice(columns, chance)
    if column is None or len(seed.rows) < 2:  # two rows to swap
        return None
    first, second = sorted(chance.sample(range(len(seed.rows)), 2))
    here, there = seed.rows[first][column], seed.rows[second][column]
    if here == there:
        return None
    told = f"{_row_name(seed, first)} and {_row_name(seed, second)}: {column} exchanged"
    return _mutant(seed, kind, column, told, _with(seed, {first: there, second: here}, column))


def _dropped(seed: Seed, chance: random.Random) -> Mutant | None:
    row = _choice(range(len(seed.rows)), chance)
    if row is None:
        return None
    rows = seed.rows[:row] + seed.rows[row + 1 :]
    return Mutant(seed.name, seed.path, Kind.DROPPED, None, _row_name(seed, row), rows)


def _doubled(seed: Seed, chance: random.Random) -> Mutant | None:
    row = _choice(range(len(seed.rows)), chance)
    if row is None:
        return None
    return Mutant(
        seed.name, seed.path, Kind.DOUBLED, None, _row_name(seed, row), (*seed.rows, seed.rows[row])
    )


def _wrong_parent(seed: Seed, chance: random.Random) -> Mutant | None:
    if "parent_key" not in seed.types:
        return None
    own = next(iter(seed.types))
    return _changed(seed, Kind.WRONG_PARENT, ["parent_key"], chance, lambda _: chance.choice(seed.rows)[own])


def _wrong_date(seed: Seed, chance: random.Random) -> Mutant | None:
    def other(text: str) -> str:
        if not text:
            return chance.choice([row[column] for row in seed.rows for column in columns if row[column]])
        day = date.fromisoformat(text)
        # A year, a month or a day off; with the last day of February there is always such a day.
        years = [day.replace(year=day.year + step, day=min(day.day, 28)) for step in (-1, 1)]
        near = [day + timedelta(days=step) for step in (-31, -1, 1, 31)]
        return chance.choice([*(other.isoformat() for other in [*years, *near]), ""])

    columns = seed.columns(frozenset({"date"}))
    return _changed(seed, Kind.WRONG_DATE, columns, chance, other)


def _wrong_number(seed: Seed, chance: random.Random) -> Mutant | None:
    def other(text: str) -> str:
        if not text:
            return "1"
        number = float(text)
        moved = chance.choice([number + 1, number - 1, number * 10 or 10, -number or 100])
        return f"{moved:g}" if chance.random() < 0.9 else ""  # now and then it is missing

    return _changed(seed, Kind.WRONG_NUMBER, seed.columns(NUMBERS), chance, other)


def _wrong_code(seed: Seed, chance: random.Random) -> Mutant | None:
    columns = [name for name in seed.columns(frozenset({"string"})) if name != "parent_key"]
    column = _choice(columns[1:], chance)
    if column is None:
        return None
    return _changed(seed, Kind.WRONG_CODE, [column], chance, lambda _: chance.choice(seed.rows)[column])


def _misspelt(seed: Seed, chance: random.Random) -> Mutant | None:
    columns = seed.columns(frozenset({"string"}))
    return _changed(seed, Kind.MISSPELT, columns, chance, lambda text: _with_wrong_letter(text, chance))


def _with_wrong_letter(text: str, chance: random.Random) -> str:
    letters = [place for place, sign in enumerate(text) if sign.isalpha()]
    if not letters:
        return text
    place = chance.choice(letters)
    letter = chance.choice("aeimnorst")
    return text[:place] + (letter.upper() if text[place].isupper() else letter) + text[place + 1 :]


SLIPS: dict[Kind, Callable[[Seed, random.Random], Mutant | None]] = {
    Kind.SWAPPED: _swapped,
    Kind.DROPPED: _dropped,
    Kind.DOUBLED: _doubled,
    Kind.WRONG_PARENT: _wrong_parent,
    Kind.WRONG_DATE: _wrong_date,
    Kind.WRONG_NUMBER: _wrong_number,
    Kind.WRONG_CODE: _wrong_code,
    Kind.MISSPELT: _misspelt,
    Kind.WORDING: _wording,
}


def _changed(
    seed: Seed, kind: Kind, columns: Sequence[str], chance: random.Random, other: Callable[[str], str]
) -> Mutant | None:
    column, row = _choice(columns, chance), _choice(range(len(seed.rows)), chance)
    if column is None or row is None:
        return None
    text = seed.rows[row][column]
    changed = other(text)
    if changed == text:
        return None
    told = f"{_row_name(seed, row)}: {column} {text or 'empty'} -> {changed or 'empty'}"
    return _mutant(seed, kind, column, told, _with(seed, {row: changed}, column))


def _mutant(seed: Seed, kind: Kind, column: str, told: str, rows: tuple[Row, ...]) -> Mutant | None:
    """Return a mutant; None where two rows that say the same have only changed places."""
    if kind is not Kind.WORDING and _said(rows, seed.columns()) == _said(seed.rows, seed.columns()):
        return None
    return Mutant(seed.name, seed.path, kind, column, told, rows)


def _said(rows: Sequence[Row], columns: Sequence[str]) -> list[tuple[str, ...]]:
    return sorted(tuple(row[name] for name in columns) for row in rows)


def _with(seed: Seed, texts: dict[int, str], column: str) -> tuple[Row, ...]:
    return tuple(
        {**row, column: texts[place]} if place in texts else row for place, row in enumerate(seed.rows)
    )


def _row_name(seed: Seed, row: int) -> str:
    key = [seed.rows[row][name] for name in list(seed.types)[:2]]
    return f"{seed.name} " + " | ".join(text for text in key if text)


def _choice(among: Sequence[T], chance: random.Random) -> T | None:
    return chance.choice(among) if among else None
