"""Tests of what arithmetic cannot see: damage a report so that it adds up, and count what is noticed.

Months, genders and counties change places throughout, numbers grow tenfold, the year is another one, rows,
tables and pages are lost. Each damage is made on the cells of one of the five reports, and dbt's own compiled
SQL is run on them in memory: the rules, and the measures of plausibility. Counts on record are not used. A
damage is noticed if a check fails that held, or a finding is made that was not there.

What is on record of the five reports knows them well; a new edition is a year away from it. So each damage is
tried a second time without what was learned from the damaged report itself, as the first edition of its
product.

Run it with `make consistent`, or `PYTHONPATH=tests python -m measure.mutants.consistent --home warehouse`.
"""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Annotated

import duckdb
import typer

from measure.mutants.instance import Models, open_instance, read_models
from tiltak.home import Home

# What the report says, whatever is on record: the checks, the newest cells and the kinds of table.
RULES = ("int_rule_check", "int_newest_cell", "int_table_shape")
PLAUSIBLE = ("int_plausibility_finding",)
RECORDS = ("reference_figure", "product_shape")
# What a reading of the report leaves; damage is made here.
READ = (
    "stg_report",
    "stg_cell",
    "stg_label",
    "int_member",
    "int_table",
    "int_slice_label",
    "int_row_member",
    "int_cell",
    "int_cell_value",
    "int_reading_advice",
)
DIMENSIONS = (
    "hovedgruppe",
    "tiltak",
    "region",
    "gender",
    "age_group",
    "immigrant_background",
    "birth_region",
    "education",
)
EXCHANGED = ("hovedgruppe", "gender", "region", "age_group", "tiltak")
FACTORS = (2, 3, 5, 10, 100, 1000)
YEARS = range(-12, 13)
CHUNK = 20


@dataclass(frozen=True)
class Damage:
    """A damage to a report.

    Attributes:
        kind: what is done.
        report_id: the report.
        statements: SQL that does it to the tables of a reading.
        told: what is done, in words.
    """

    kind: str
    report_id: str
    statements: tuple[str, ...]
    told: str


@dataclass(frozen=True)
class Noticed:
    """Whether a damage was noticed.

    Attributes:
        damage: the damage.
        by_rules: whether a check fails.
        noticed: whether it does, or something is to be looked at.
        without_own: the same without what was learned from the report itself.
    """

    damage: Damage
    by_rules: bool
    noticed: bool
    without_own: bool


# --- where damage is tried ---


class Lab:
    """The reading of one report after another, in memory, and the models that judge it."""

    def __init__(self, home: Home) -> None:
        """Open a database in memory that has the seeds of a home's last build."""
        self.rules = read_models(home, RULES, READ)
        self.plausible = read_models(home, PLAUSIBLE, (*READ, *_names(self.rules)))
        self.connection = open_instance(home, self.rules)
        self.connection.execute(f"attach '{home.building}' as built (read_only)")
        self.report_id = ""
        self.usual: dict[bool, frozenset[str]] = {}

    def take(self, report_id: str) -> None:
        """Read a report and judge it undamaged."""
        self.report_id = report_id
        self.usual = {}
        self._read()
        self._run(self.rules)
        self.usual = {own: self.findings(with_own=own) for own in (True, False)}

    def make(self, damage: Damage) -> None:
        """Make a damage in the reading of a report."""
        if damage.report_id != self.report_id:
            self.take(damage.report_id)
        self._read()
        for statement in damage.statements:
            self.connection.execute(statement)
        self._run(self.rules)

    def try_damage(self, damage: Damage) -> Noticed:
        """Make a damage and judge; what is to be looked at is asked only where no check fails."""
        self.make(damage)
        if self._fails():
            return Noticed(damage, by_rules=True, noticed=True, without_own=True)
        found = {own: bool(self.findings(with_own=own) - self.usual[own]) for own in (True, False)}
        return Noticed(damage, by_rules=False, noticed=found[True], without_own=found[False])

    def findings(self, *, with_own: bool) -> frozenset[str]:
        """Return what is to be looked at, with or without what was learned from the report itself."""
        for seed in RECORDS:
            self.connection.execute(f"create or replace table seeds.{seed} as from built.seeds.{seed}")
            if not with_own:
                self.connection.execute(f"""
                    delete from seeds.{seed}
                    where (product_code, year) in (
                        select product_code, year(period_end_date) from staging.stg_report
                    )
                """)
        self._run(self.plausible)
        rows = self.connection.execute("select finding_key from intermediate.int_plausibility_finding")
        return frozenset(row[0] for row in rows.fetchall())

    def _fails(self) -> bool:
        rows = self.connection.execute("""
            select count(*) from intermediate.int_rule_check where outcome = 'impossible'
        """).fetchall()
        return bool(rows[0][0])

    def _read(self) -> None:
        for name in READ:
            schema = "staging" if name.startswith("stg_") else "intermediate"
            columns = [
                row[0] for row in self.connection.execute(f"describe built.{schema}.{name}").fetchall()
            ]
            where = f"where report_id = '{self.report_id}'" if "report_id" in columns else ""
            self.connection.execute(
                f"create or replace table {schema}.{name} as select * from built.{schema}.{name} {where}"
            )

    def _run(self, models: Models) -> None:
        for schema, model, query in models.queries:
            self.connection.execute(f"create or replace table {schema}.{model} as {query}")


def _names(models: Models) -> list[str]:
    return [name for _, name, _ in models.queries]


# --- damages ---


def exchange_of_months(report_id: str, one: int, other: int) -> Damage:
    """Let two months change places in every table."""
    swapped = f"case month_key when {one} then {other} when {other} then {one} else month_key end"
    return Damage(
        "months",
        report_id,
        (
            f"update intermediate.int_cell set month_key = {swapped} where column_type = 'month'",
            _keys_anew(),
        ),
        f"{one} and {other}",
    )


def exchange_of_members(
    report_id: str, dimension: str, one: str, other: str, months: Sequence[int]
) -> Damage:
    """Let two members change places in every table, in these months."""
    key = f"{dimension}_key"
    return Damage(
        dimension,
        report_id,
        (
            f"""
            update intermediate.int_cell
            set {key} = case {key} when '{one}' then '{other}' when '{other}' then '{one}' else {key} end
            where month_key in ({_listed(months)})
            """,
            _keys_anew(),
        ),
        f"{one} and {other} in {len(months)} months",
    )


def scaling(report_id: str, factor: int, months: Sequence[int]) -> Damage:
    """Let every number of some months grow."""
    grown = ", ".join(
        f"{column} = {column} * {factor}"
        for column in ("participants", "participants_min", "participants_max", "printed_min", "printed_max")
    )
    return Damage(
        "scaling",
        report_id,
        (
            f"""
            update intermediate.int_cell_value set {grown}
            where
                participants is not null
                and cell_id in (
                    select cell_id from intermediate.int_cell where month_key in ({_listed(months)})
                )
            """,
        ),
        f"times {factor} in {len(months)} months",
    )


def shift_of_year(report_id: str, years: int) -> Damage:
    """Let the report be of another year; what it prints of its update stays."""
    return Damage(
        "year",
        report_id,
        (
            f"""
            update staging.stg_report set
                period_start_date = period_start_date + interval ({years}) year,
                period_end_date = period_end_date + interval ({years}) year
            """,
            f"update intermediate.int_cell set month_key = month_key + {100 * years}",
            _keys_anew(),
        ),
        f"{years:+} years",
    )


def loss(kind: str, report_id: str, where: str) -> Damage:
    """Let some printed cells be lost: the condition is one on table, row and page."""
    lost = f"(select report_id, table_no, row_no from staging.stg_cell where {where})"
    return Damage(
        kind,
        report_id,
        (
            f"delete from intermediate.int_row_member where (report_id, table_no, row_no) in {lost}",
            f"delete from staging.stg_cell where {where}",
            "delete from intermediate.int_cell where cell_id not in (select cell_id from staging.stg_cell)",
            """
            delete from intermediate.int_table
            where table_no not in (select table_no from staging.stg_cell)
            """,
        ),
        where,
    )


def _keys_anew() -> str:
    key = " || ':' || ".join(["cast(month_key as varchar)", *(f"{name}_key" for name in DIMENSIONS)])
    return f"update intermediate.int_cell set fact_key = {key}"


def _listed(months: Sequence[int]) -> str:
    return ", ".join(str(month) for month in months)


# --- which ones ---


def damages_of(home: Home, number: int, seed: int) -> list[Damage]:
    """Draw damages of each kind from the five reports."""
    with duckdb.connect(str(home.building), read_only=True) as connection:
        reports = {
            report_id: sorted(months)
            for report_id, months in connection.execute("""
                select report_id, list(distinct month_key) from intermediate.int_cell
                where column_type = 'month' group by report_id order by report_id
            """).fetchall()
        }
        kinds: list[Sequence[Damage]] = [
            [
                exchange_of_months(report_id, one, other)
                for report_id, months in reports.items()
                for one, other in combinations(months, 2)
            ],
            *(
                _exchanges(connection, dimension, reports, random.Random(f"{seed}:{dimension}"), number)
                for dimension in EXCHANGED
            ),
            [
                scaling(report_id, factor, part)
                for report_id, months in reports.items()
                for factor in FACTORS
                for part in _parts(months)
            ],
            [shift_of_year(report_id, years) for report_id in reports for years in YEARS if years],
            _losses(connection, "row", "table_no = {} and row_no = {}", "table_no, row_no", "row_no > 1"),
            _losses(connection, "table", "table_no = {}", "table_no", "true"),
            _losses(connection, "page", "page_no = {}", "page_no", "true"),
        ]
    chance = random.Random(seed)
    return [
        damage
        for among in kinds
        for damage in (among if len(among) <= number else chance.sample(among, number))
    ]


def _exchanges(
    connection: duckdb.DuckDBPyConnection,
    dimension: str,
    reports: dict[str, list[int]],
    chance: random.Random,
    number: int,
) -> list[Damage]:
    """Return exchanges of all pairs of members right below the total, and more of them in some months."""
    pairs = connection.execute(f"""
        with printed as (
            select distinct cells.report_id, cells.{dimension}_key as member_key, members.parent_key
            from intermediate.int_cell as cells
            inner join intermediate.int_member as members
                on members.dimension = '{dimension}' and members.member_key = cells.{dimension}_key
            where members.level_no = 1
        )

        select one.report_id, one.member_key, other.member_key
        from printed as one
        inner join printed as other
            on one.report_id = other.report_id and one.parent_key = other.parent_key
            and one.member_key < other.member_key
        order by all
    """).fetchall()
    found = {
        exchange_of_members(report_id, dimension, one, other, reports[report_id]): None
        for report_id, one, other in pairs
    }
    for _ in range(100 * number):
        if len(found) >= number or not pairs:
            break
        report_id, one, other = chance.choice(pairs)
        months = reports[report_id]
        part = sorted(chance.sample(months, chance.randint(1, len(months))))
        found[exchange_of_members(report_id, dimension, one, other, part)] = None
    return list(found)


def _parts(months: Sequence[int]) -> Iterator[Sequence[int]]:
    """Return all months, each half of them, and each alone."""
    yield months
    yield months[: len(months) // 2]
    yield months[len(months) // 2 :]
    for month in months if len(months) > 2 else ():  # of two, each is a half
        yield [month]


def _losses(
    connection: duckdb.DuckDBPyConnection, kind: str, where: str, columns: str, which: str
) -> list[Damage]:
    """Return the loss of each place of a report that has several."""
    places = connection.execute(f"""
        select distinct report_id, {columns} from staging.stg_cell where {which} order by all
    """).fetchall()
    count = Counter(place[0] for place in places)
    return [loss(kind, place[0], where.format(*place[1:])) for place in places if count[place[0]] > 1]


# --- the run ---


def try_all(home: Home, damages: Sequence[Damage]) -> list[Noticed]:
    """Try damages, report by report."""
    lab = Lab(home)
    return [lab.try_damage(damage) for damage in sorted(damages, key=lambda damage: damage.report_id)]


def result_of(home: Home, results: Sequence[Noticed], seed: int) -> dict[str, object]:
    """Count what was noticed per kind, and what is to be looked at in the undamaged reports."""
    kinds = list(dict.fromkeys(noticed.damage.kind for noticed in results))
    with duckdb.connect(str(home.building), read_only=True) as connection:
        rows = connection.execute("""
            select
                (select count(*) from intermediate.int_newest_cell),
                count(*),
                count(*) filter (is_answered)
            from quality.mart_plausibility
        """).fetchall()
    return {
        "seed": seed,
        "figures": rows[0][0],
        "findings": rows[0][1],
        "answered": rows[0][2],
        "findings_without_own": findings_without_own(home),
        "kinds": [_count(kind, [one for one in results if one.damage.kind == kind]) for kind in kinds],
    }


def findings_without_own(home: Home) -> int:
    """Return how many findings the undamaged reports make, each as the first edition of its product."""
    lab = Lab(home)
    with duckdb.connect(str(home.building), read_only=True) as connection:
        reports = connection.execute("select report_id from staging.stg_report").fetchall()
    count = 0
    for (report_id,) in reports:
        lab.take(report_id)
        count += len(lab.usual[False])
    return count


def _count(kind: str, results: Sequence[Noticed]) -> dict[str, object]:
    def share(is_so: Callable[[Noticed], bool]) -> float:
        return sum(is_so(one) for one in results) / len(results)

    return {
        "kind": kind,
        "tried": len(results),
        "by_rules": share(lambda one: one.by_rules),
        "noticed": share(lambda one: one.noticed),
        "without_own": share(lambda one: one.without_own),
    }


def main(
    home: Annotated[Path, typer.Option(help="Folder of a built warehouse.")] = Path("warehouse"),
    output: Annotated[
        Path | None, typer.Option(help="Where the figures go; trust/consistent.json in the home by default.")
    ] = None,
    number: Annotated[int, typer.Option(help="Damages of each kind at most.")] = 200,
    seed: Annotated[int, typer.Option(help="Seed of all chance.")] = 20240101,
    workers: Annotated[int, typer.Option(help="Processes.")] = 1,
) -> None:
    """Damage the five reports so that they add up, and publish what is noticed."""
    damages = sorted(damages_of(Home(home), number, seed), key=lambda damage: damage.report_id)
    chunks = [damages[at : at + CHUNK] for at in range(0, len(damages), CHUNK)]
    with ProcessPoolExecutor(workers) as pool:
        results = [one for part in pool.map(partial(try_all, Home(home)), chunks) for one in part]
    figures = result_of(Home(home), sorted(results, key=lambda one: damages.index(one.damage)), seed)
    path = output or home / "trust" / "consistent.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    print(path.read_text(encoding="utf-8"))
    for one in results:
        if not one.noticed:
            print("not noticed:", one.damage.kind, one.damage.report_id, one.damage.told)


if __name__ == "__main__":
    typer.run(main)
