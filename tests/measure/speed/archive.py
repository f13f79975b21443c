"""Make an archive of invented reports in which every sum holds, for measuring speed and size.

People are drawn for each month, each with a county, a status, a measure and so on; every printed number is a
count of them, so all tables of all products agree. An edition is one product, one year and January to month
N, as NAV publishes them: twelve cumulative editions a year. Counties are those of the year; numbers below 4
are stars. The same seed gives the same bytes.

    PYTHONPATH=tests python -m measure.speed.archive FOLDER 500
"""

import argparse
import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product as combinations
from pathlib import Path

import numpy as np
import numpy.typing as npt

SEEDS = Path(__file__).resolve().parents[3] / "seeds"
MONTHS = (
    *("januar", "februar", "mars", "april", "mai", "juni"),
    *("juli", "august", "september", "oktober", "november", "desember"),
)
AVERAGE = "Gjennomsnitt hittil i år"
FEWEST_SHOWN = 4
MEASURES_PER_GROUP = 4
PEOPLE = 60_000
# How much of the year's level is on measures in each month: a trough in July.
SEASON = (1.0, 1.02, 1.04, 1.05, 1.04, 0.98, 0.86, 0.92, 0.97, 1.0, 1.02, 1.01)
LAST_YEAR = 2024
LEGENDS = {
    year: f"I henhold til Statistikklovens {paragraph} har NAV valgt å erstatte verdier i celler hvor "
    "tallene er mindre enn 4 med spesialtegn «*»."
    for year, paragraph in ((2019, "§ 2-6"), (2022, "§ 7-1"))
}

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Section:
    """Tables of one heading: what their rows are, and by what their total labels split them.

    Attributes:
        heading: the section heading as printed, empty where NAV prints none.
        rows: dimension of the rows.
        slices: dimensions of which each combination of members is a table.
        only: key of the one member that the section is about, empty if it is about all.
    """

    heading: str
    rows: str
    slices: tuple[str, ...] = ()
    only: str = ""


@dataclass(frozen=True)
class Product:
    """A product: its code in `seeds/layout/product.csv`, its sections, and whether it prints the average."""

    code: str
    sections: tuple[Section, ...]
    has_average: bool = False


PRODUCTS = (
    Product(
        "DELTAKERE",
        (
            Section("Hovedgrupper", "hovedgruppe"),
            Section("Tiltaksgrupper", "tiltaksgruppe"),
            Section("Tiltaksgrupper og hovedgruppe", "tiltaksgruppe", ("hovedgruppe",)),
            Section("Tiltak", "tiltak"),
            Section("Tiltak og hovedgrupper", "tiltak", ("hovedgruppe",)),
            Section("Tiltak og kjønn", "tiltak", ("gender",)),
        ),
    ),
    Product(
        "DELTAKERE_TILTAKSGRUPPE_FYLKE",
        (
            Section("Fylke og tiltaksgruppe", "region", ("tiltaksgruppe",)),
            Section("Fylke, hovedgrupper og tiltaksgrupper", "region", ("hovedgruppe", "tiltaksgruppe")),
        ),
    ),
    Product(
        "DELTAKERE_TILTAK",
        (
            Section("Hovedgrupper", "hovedgruppe"),
            Section("Tiltaksgrupper", "tiltaksgruppe"),
            Section("Tiltak", "tiltak"),
            Section("Tiltak og hovedgrupper", "tiltak", ("hovedgruppe",)),
        ),
    ),
    Product(
        "DELTAKERE_TILTAK_ALDER",
        (
            Section("Alder", "age_group"),
            Section("Alder og hovedgrupper", "age_group", ("hovedgruppe",)),
            Section("Tiltaksgrupper og alder", "tiltaksgruppe", ("age_group",)),
            Section("Tiltaksgrupper, alder og hovedgrupper", "tiltaksgruppe", ("hovedgruppe", "age_group")),
            *(
                Section(f"{name}, tiltak og alder", "tiltak", ("age_group", "hovedgruppe"), key)
                for name, key in (
                    ("Arbeidssøkere på tiltak", "ARBEIDSSOKERE"),
                    ("Nedsatt arbeidsevne, på tiltak", "NEDSATT_ARBEIDSEVNE"),
                    ("Andre på tiltak", "ANDRE"),
                )
            ),
        ),
    ),
    Product(
        "TILT120_DEMOGRAFI",
        (
            Section("Tiltak", "tiltak"),
            Section("Arbeidsmarkedsstatus og tiltak", "tiltak", ("hovedgruppe",)),
            Section("Tiltak og fylke", "region", ("tiltak",)),
            Section("", "gender", ("tiltak",)),
            Section("", "age_group", ("tiltak",)),
        ),
        has_average=True,
    ),
)


@dataclass(frozen=True)
class Member:
    """A member of a dimension: its key, its printed name, and the key of its parent, if it has one."""

    key: str
    name: str
    parent_key: str = ""


class Vocabulary:
    """The members that invented reports print, read from the code lists."""

    def __init__(self, seeds: Path = SEEDS) -> None:
        """Read the code lists of a folder of seeds."""
        self._seeds = seeds

    def rows(self, path: str) -> list[dict[str, str]]:
        """Return the rows of a seed."""
        with (self._seeds / path).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    @cached_property
    def members(self) -> dict[str, list[Member]]:
        """The members of each dimension but the county, whose members are those of a year."""
        lists = {
            name: [row for row in self.rows(f"codelists/{name}.csv") if row["level"] != "total"]
            for name in ("hovedgruppe", "gender", "age_group", "tiltak")
        }
        found = {
            level: [
                Member(row[f"{name}_key"], row["name"], row["parent_key"])
                for row in rows
                if row["level"] == level
            ]
            for name, rows in lists.items()
            for level in dict.fromkeys(row["level"] for row in rows)
        }
        names = {group.name.lower() for group in found["tiltaksgruppe"]}
        of_group = {
            group.key: [
                measure
                for measure in found["tiltak"]
                if measure.parent_key == group.key and measure.name.lower() not in names
            ][:MEASURES_PER_GROUP]
            for group in found["tiltaksgruppe"]
        }
        found["tiltaksgruppe"] = [group for group in found["tiltaksgruppe"] if of_group[group.key]]
        found["tiltak"] = [measure for measures in of_group.values() for measure in measures]
        return found

    @cached_property
    def pieces(self) -> list[str]:
        """The pieces of territory that people live in, with NAV's own members as pieces of their own."""
        return sorted({row["piece_key"] for row in self.rows("successions/region_piece_member.csv")})

    def counties(self, year: int) -> tuple[list[Member], Counts]:
        """Return the counties of a year, and for each piece of territory the position of its county."""
        in_force = {
            row["region_key"]: Member(row["region_key"], row["name"])
            for row in self.rows("codelists/region.csv")
            if (row["valid_from_date"] or "0001") <= f"{year}-01-01" <= (row["valid_to_date"] or "9999")
        }
        county_of = {
            row["piece_key"]: row["region_key"]
            for row in self.rows("successions/region_piece_member.csv")
            if row["region_key"] in in_force
        }
        keys = sorted({county_of[piece] for piece in self.pieces})
        return [in_force[key] for key in keys], np.array(
            [keys.index(county_of[piece]) for piece in self.pieces]
        )


class Year:
    """The people of a year: for each month, which member of each dimension they are.

    Attributes:
        year: the year.
        members: the members of each dimension, in the order in which tables print them.
    """

    def __init__(self, year: int, vocabulary: Vocabulary, seed: int) -> None:
        """Draw the people of a year."""
        self.year = year
        counties, county_of_piece = vocabulary.counties(year)
        self.members = {**vocabulary.members, "region": counties}
        draws = np.random.default_rng([seed, year])
        sizes = {
            **{name: len(rows) for name, rows in vocabulary.members.items()},
            "region": len(vocabulary.pieces),
        }
        del sizes["tiltaksgruppe"]
        chances = {name: draws.dirichlet(np.full(size, 1.5)) for name, size in sizes.items()}
        positions = {group.key: no for no, group in enumerate(self.members["tiltaksgruppe"])}
        group_of_measure = np.array([positions[measure.parent_key] for measure in self.members["tiltak"]])
        self._people: list[dict[str, Counts]] = []
        for share in SEASON:
            people = {
                name: draws.choice(len(chance), int(PEOPLE * share), p=chance)
                for name, chance in chances.items()
            }
            people["tiltaksgruppe"] = group_of_measure[people["tiltak"]]
            people["region"] = county_of_piece[people["region"]]
            self._people.append(people)
        self._counts: dict[tuple[str, ...], Counts] = {}

    def counts(self, dimensions: tuple[str, ...]) -> Counts:
        """Return the number of people in each month (first axis) and combination of members."""
        if dimensions not in self._counts:
            shape = [len(self.members[name]) for name in dimensions]
            self._counts[dimensions] = np.stack(
                [
                    np.bincount(
                        np.ravel_multi_index([people[name] for name in dimensions], shape),
                        minlength=int(np.prod(shape)),
                    ).reshape(shape)
                    for people in self._people
                ]
            )
        return self._counts[dimensions]


def write_archive(folder: Path, count: int, seed: int = 0) -> int:
    """Write so many editions into a folder, the newest years first; returns their bytes.

    Args:
        folder: made if it does not exist.
        count: the number of editions: all products of a year, twelve each, then the year before.
        seed: another one gives other numbers.
    """
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = Vocabulary()
    titles = {row["product_code"]: row for row in vocabulary.rows("layout/product.csv")}
    size = 0
    year = Year(LAST_YEAR, vocabulary, seed)
    for (year_no, product, last), _ in zip(editions(), range(count), strict=False):
        if year.year != year_no:
            year = Year(year_no, vocabulary, seed)
        text = "\n".join(edition_lines(product, titles[product.code], year, last)).encode()
        name = f"{product.code.lower()}_{year_no}-01_{year_no}-{last:02d}.txt"
        (folder / name).write_bytes(text)
        size += len(text)
    return size


def editions() -> Iterator[tuple[int, Product, int]]:
    """Yield year, product and last month of the editions, without end."""
    year = LAST_YEAR
    while True:
        for product, last in combinations(PRODUCTS, range(len(MONTHS), 0, -1)):
            yield year, product, last
        year -= 1


def edition_lines(product: Product, row: Mapping[str, str], year: Year, last: int) -> Iterator[str]:
    """Yield the lines of an edition.

    Args:
        product: what it prints.
        row: its line of `product.csv`.
        year: the people it counts.
        last: its last month; the first is January.
    """
    period = f"Januar - {MONTHS[last - 1].capitalize()} {year.year}"
    yield from (
        row["product_title"],
        "",
        "Om tabellene",
        "",
        period,
        "",
        LEGENDS[max(2019, 2022 * (year.year > 2021))],
        "",
    )
    scope = row["scope_tiltak_key"]
    columns = [*([AVERAGE] if product.has_average else []), *(month.capitalize() for month in MONTHS[:last])]
    for section in product.sections:
        for members in combinations(*(range(len(year.members[name])) for name in section.slices)):
            rows = list(table_rows(section, members, scope, year))
            printed = [
                (label, printed_values(counts[:last], product))
                for label, counts in rows
                if counts[:last].any()
            ]
            if printed:
                heading = [section.heading, ""] if section.heading else []
                yield from (row["product_title"], "", *heading, period, "", "\t".join(["", *columns]))
                yield from ("\t".join([label, *values]) for label, values in printed)
                yield ""


def table_rows(
    section: Section, members: Sequence[int], scope: str, year: Year
) -> Iterator[tuple[str, Counts]]:
    """Yield label and monthly counts of a table's rows, its total first; nothing outside the scope."""
    chosen = [year.members[name][no] for name, no in zip(section.slices, members, strict=True)]
    if scope != "_T" and any(member.parent_key not in ("_T", scope) for member in chosen):
        return
    if section.only and section.only not in (member.key for member in chosen):
        return
    counts = year.counts((*section.slices, section.rows))
    for no in members:
        counts = counts[:, no]
    rows = list(enumerate(year.members[section.rows]))
    if section.rows == "tiltak" and scope != "_T":
        rows = [(no, member) for no, member in rows if member.parent_key == scope]
    total = counts[:, [no for no, _ in rows]].sum(axis=1)
    names = ", ".join(member.name.lower() for member in chosen)
    yield f"I alt {names}".strip(), total
    if section.rows != "tiltak" or scope != "_T":
        yield from ((member.name, counts[:, no]) for no, member in rows)
        return
    for group in year.members["tiltaksgruppe"]:
        within = [(no, member) for no, member in rows if member.parent_key == group.key]
        yield from ((member.name, counts[:, no]) for no, member in within)
        yield f"I alt {group.name.lower()}", counts[:, [no for no, _ in within]].sum(axis=1)


def printed_values(counts: Counts, product: Product) -> list[str]:
    """Return the printed texts of a row, its average first if the product prints one."""
    average = [int(counts.mean() + 0.5)] if product.has_average else []
    return [printed(int(count)) for count in (*average, *counts)]


def printed(count: int) -> str:
    """Return a number as NAV prints it."""
    return f"{count:,}".replace(",", " ") if count >= FEWEST_SHOWN else "*"


def main() -> None:
    """Write an archive and say how large it is."""
    parser = argparse.ArgumentParser(
        description="Make an archive of invented reports in which every sum holds."
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("editions", type=int)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    size = write_archive(options.folder, options.editions, options.seed)
    print(f"{options.editions} editions, {size / 1e6:.1f} MB in {options.folder}")


if __name__ == "__main__":
    main()
