"""Examine a question to the warehouse: what is wrong with it, and what must be said with its answer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb
from sqlglot.optimizer.scope import Scope

from tiltak.assistant.findings import Finding, Kind
from tiltak.assistant.hidden import mistreated_hidden
from tiltak.assistant.places import estimates_without_range, mixed_populations, not_the_same, not_there
from tiltak.assistant.query import DIALECT, Examined, parsed, select_of
from tiltak.assistant.sums import sums_of_nobody
from tiltak.relations import MONTH, Relation, in_words

STOCK = "A number counts people at the end of a month. Never add up months: a year is the mean of its months."
HIDDEN = (
    "{count} of the {rows} numbers behind the answer are hidden or not known exactly: say their bounds"
    " (participants_min to participants_max). NAV hides numbers below 4 with *; do not work them out."
)
POPULATIONS = "The numbers are of: {names}."
MONTHS = "Months with numbers: {months}. Nothing is known of other months."
BREAKS = "The series breaks within these months, so that numbers before and after do not compare: {names}."
ESTIMATES = (
    "Estimates are no printed numbers. The range of one holds the number in about nine of ten cases; the"
    " bounds hold it always."
)
STANDS_BESIDE = (
    "participants", "participants_max", MONTH, "scope_tiltak_key", "series_break_date",
    "participants_estimate",
)  # fmt: skip


@dataclass(frozen=True)
class Examination:
    """What is known of a question before it is asked.

    Attributes:
        findings: what is wrong with it.
        remarks: what must be said with its answer.
    """

    findings: Sequence[Finding]
    remarks: Sequence[str]

    @property
    def is_refused(self) -> bool:
        """Whether it is not answered."""
        return any(finding.is_refusal for finding in self.findings)


def examine(
    connection: duckdb.DuckDBPyConnection, relations: Mapping[str, Relation], query: str
) -> Examination:
    """Examine one SELECT on the published file.

    Raises:
        LookupFailedError: it is no SELECT of the public relations, or cannot be examined.
    """
    examined = Examined(parsed(query, relations), relations, connection)
    found: dict[tuple[Kind, str], Finding] = {}
    for scope in examined.selects:
        for part in (sums_of_nobody, mistreated_hidden, not_there, not_the_same):
            _note(found, part(examined, scope))
    remarks: dict[str, None] = {}
    for scope in examined.outermost:
        _note(found, mixed_populations(examined, scope))
        _note(found, estimates_without_range(examined, scope))
        remarks |= dict.fromkeys(_remarks(examined, scope))
        if not any(finding.kind is Kind.NOT_PRINTED for finding in found.values()):
            _note(found, _nothing(examined, scope))
    return Examination(list(found.values()), list(remarks))


def _note(found: dict[tuple[Kind, str], Finding], findings: Iterable[Finding]) -> None:
    for finding in findings:
        found.setdefault((finding.kind, finding.statement), finding)


def _nothing(examined: Examined, scope: Scope) -> list[Finding]:
    shows_people = any(examined.measures(scope, projection) for projection in select_of(scope).selects)
    if not shows_people or examined.probe(scope, ["count(*)"], [])[0]:
        return []
    return [
        Finding(
            Kind.NOT_PRINTED,
            "no row meets the conditions together",
            "say that it is not printed; describe_table lists the months of a table",
        )
    ]


def _remarks(examined: Examined, scope: Scope) -> list[str]:
    measures = [
        column for projection in select_of(scope).selects for column in examined.measures(scope, projection)
    ]
    if not measures:
        return []
    said = [STOCK]
    number, highest, month, population, last_break, estimate = (
        examined.beside(scope, measures[0], name) for name in STANDS_BESIDE
    )
    if number is not None and highest is not None:
        is_hidden = f"{number.sql(DIALECT)} is null and {highest.sql(DIALECT)} > 0"
        hidden, rows = examined.probe(scope, [f"count(*) filter (where {is_hidden})", "count(*)"], [])
        said += [HIDDEN.format(count=hidden, rows=rows)] if hidden else []
    if estimate is not None and examined.probe(scope, [f"count({estimate.sql(DIALECT)})"], [])[0]:
        said.append(ESTIMATES)
    if month is not None:
        months = examined.values(scope, month)
        said += [MONTHS.format(months=in_words(map(int, months)))] if len(months) > 1 else []
        if last_break is not None and months:
            said += _breaks(examined, examined.values(scope, last_break), min(months))
    if population is not None:
        keys = set(examined.values(scope, population))
        found = examined.connection.execute("select tiltak_key, name from dim_tiltak").fetchall()
        names = [name for key, name in found if key in keys]
        said += [POPULATIONS.format(names="; ".join(names))] if names else []
    return said


def _breaks(examined: Examined, dates: Sequence[str], first_month: str) -> list[str]:
    within = {date for date in dates if date[:7].replace("-", "") > first_month}
    found = examined.connection.execute(
        "select cast(break_date as varchar), name_en from dim_series_break order by break_date"
    ).fetchall()
    names = [f"{date[:7]} {name}" for date, name in found if date in within]
    return [BREAKS.format(names="; ".join(names))] if names else []
