"""Read what the pages say from the published file. Nothing is computed here that the file does not hold."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from tiltak.publish.catalogue import Catalogue, Name
from tiltak.publish.summary import summary
from tiltak.questions import rows_of
from tiltak.site.charts import Bar, HeatCell, Period, Point, Series
from tiltak.site.languages import Language

Row = Mapping[str, Any]

# Names of counts in words, as charts show them.
OUTCOMES = ("equal", "possible", "not testable", "impossible")


def figures(connection: duckdb.DuckDBPyConnection) -> dict[str, int | float]:
    """Return the numbers of the front page by name."""
    build = build_record(connection)
    tests = {"data_tests": build["passed_test_count"], "warned_tests": build["warned_test_count"]}
    return summary(connection) | tests


def build_record(connection: duckdb.DuckDBPyConnection) -> Row:
    """Return the record of the build."""
    return rows_of(connection, "select * from quality.mart_build")[0]


def row_counts(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> dict[Name, int]:
    """Return the number of rows of each public relation."""
    return {
        relation.name: connection.execute(f"select count(*) from {relation.name}").fetchall()[0][0]
        for relation in catalogue
    }


def periods(connection: duckdb.DuckDBPyConnection, scope: str | None = None) -> list[Period]:
    """Return the runs of consecutive months that reports cover.

    Args:
        connection: the published file.
        scope: only reports on this population, as `_T`; all of them if not given.
    """
    months = connection.execute(
        """
        select distinct months.first_date
        from dim_month as months
        inner join dim_report as reports
            on months.first_date between reports.period_start_date and reports.period_end_date
        where $scope is null or reports.scope_tiltak_key = $scope
        order by months.first_date
        """,
        {"scope": scope},
    ).fetchall()
    return runs(month for (month,) in months)


def hovedgruppe_levels(connection: duckdb.DuckDBPyConnection, language: Language) -> list[Series]:
    """Return the participants of all measures per hovedgruppe and month."""
    found: dict[str, list[Point]] = {}
    for name, name_en, month, lowest, highest in connection.execute("""
        select hovedgruppe_name, hovedgruppe_name_en, month_date, participants_min, participants_max
        from mart_participants_by_hovedgruppe
        where scope_tiltak_key = '_T' and tiltak_key = '_T'
        order by hovedgruppe_sort_order, month_date
    """).fetchall():
        called = language.name({"name": name, "name_en": name_en})
        found.setdefault(called, []).append(Point(month, lowest, highest))
    return [Series(name, tuple(points)) for name, points in found.items()]


def total_level(connection: duckdb.DuckDBPyConnection, language: Language) -> Series:
    """Return everybody on a measure per month, printed or as an exact sum."""
    rows = connection.execute("""
        select month_date, participants, participants from mart_participants_total
        where scope_tiltak_key = '_T' order by month_date
    """).fetchall()
    return Series(language.text("chart_total"), tuple(Point(*row) for row in rows))


def months_and_breakdowns(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[date, HeatCell]]:
    """Return, per breakdown and month, how many figures are printed and how many of them hidden."""
    found: dict[str, dict[date, HeatCell]] = {}
    for name, month, count, hidden in connection.execute("""
        select
            breakdowns.name, months.first_date, count(*),
            count(*) filter (facts.value_status = 'suppressed')
        from fct_monthly_participants as facts
        inner join dim_breakdown as breakdowns using (breakdown_key)
        inner join dim_month as months using (month_key)
        group by breakdowns.name, breakdowns.dimension_count, months.first_date
        order by breakdowns.dimension_count, breakdowns.name, months.first_date
    """).fetchall():
        found.setdefault(name, {})[month] = HeatCell(count, hidden)
    return found


def hidden_by_report(connection: duckdb.DuckDBPyConnection) -> list[Bar]:
    """Return, per edition, how many cells are printed as numbers, stars and blanks."""
    rows = connection.execute("""
        select
            reports.period_start_date, reports.period_end_date, reports.product_title,
            counts.number_count, counts.suppressed_count, counts.blank_count
        from quality.mart_reconciliation as counts
        inner join dim_report as reports using (report_key)
        order by reports.period_start_date, reports.product_title
    """).fetchall()
    return [
        Bar(
            f"{start:%Y-%m} to {end:%Y-%m}",
            _short_title(title),
            {"numbers": number, "hidden": hidden, "blank": blank},
        )
        for start, end, title, number, hidden, blank in rows
    ]


def checks_by_report(connection: duckdb.DuckDBPyConnection) -> list[Bar]:
    """Return, per edition, the outcomes of the checks."""
    rows = connection.execute("""
        select
            reports.period_start_date, reports.period_end_date, reports.product_title,
            counts.equal_count, counts.possible_count, counts.not_testable_count, counts.impossible_count
        from quality.mart_quality_by_report as counts
        inner join dim_report as reports using (report_key)
        order by reports.period_start_date, reports.product_title
    """).fetchall()
    return [
        Bar(
            f"{start:%Y-%m} to {end:%Y-%m}",
            _short_title(title),
            dict(zip(OUTCOMES, counts, strict=True)),
        )
        for start, end, title, *counts in rows
    ]


def reports(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return all editions by period: what `dim_report` and the quality tables say of each."""
    return rows_of(
        connection,
        """
        select
            reports.*, scopes.name as scope_name, scopes.name_en as scope_name_en,
            lines.* exclude (report_key, source_file, line_count, table_count, cell_count),
            checks.* exclude (report_key),
            coalesce(hidden.hidden_count, 0) as hidden_count,
            coalesce(hidden.narrowed_count, 0) as narrowed_count,
            coalesce(hidden.revealed_count, 0) as revealed_count
        from dim_report as reports
        inner join dim_tiltak as scopes on reports.scope_tiltak_key = scopes.tiltak_key
        inner join quality.mart_reconciliation as lines using (report_key)
        inner join quality.mart_quality_by_report as checks using (report_key)
        left join quality.mart_disclosure_by_report as hidden using (report_key)
        order by reports.period_start_date, reports.product_code, reports.period_end_date
        """,
    )


def tables(connection: duckdb.DuckDBPyConnection, report_key: str) -> list[dict[str, Any]]:
    """Return the tables found in a report: where they are, what they are split by, and what they hold."""
    return rows_of(
        connection,
        """
        select
            cells.table_no, cells.page_no, cells.section_heading, cells.table_heading, cells.total_label,
            min(cells.line_no) as first_line, max(cells.line_no) as last_line,
            replace(min(cells.row_dimension), '_', ' ') as row_dimension,
            count(distinct cells.row_no) as row_count,
            count(distinct cells.column_no) as column_count,
            count(*) as cell_count,
            count(*) filter (cells.value_status = 'suppressed') as star_count,
            count(*) filter (cells.value_status = 'blank_zero') as blank_count
        from fct_printed_cell as cells
        where cells.report_key = $report_key
        group by cells.table_no, cells.page_no, cells.section_heading, cells.table_heading, cells.total_label
        order by cells.table_no
        """,
        {"report_key": report_key},
    )


@dataclass(frozen=True)
class PrintedRow:
    """A row of a printed table.

    Attributes:
        anchor: of the row on the page of its report, as `t002.r04`; that of a cell goes on with `.c01`.
        label: as it is printed.
        line_no: where it begins.
        cells: what is printed, by number of the column; None where a newer edition hides the number.
        outcomes: how the checks came out that its cells take part in, by outcome.
    """

    anchor: str
    label: str
    line_no: int
    cells: dict[int, str | None]
    outcomes: dict[str, int]


@dataclass(frozen=True)
class PrintedTable:
    """A table of a report: what is known of it, its column labels by number, and its rows."""

    about: Row
    columns: dict[int, str]
    rows: list[PrintedRow]


def printed_tables(connection: duckdb.DuckDBPyConnection, report_key: str) -> list[PrintedTable]:
    """Return the tables of a report as they are printed, with what was checked of each row."""
    outcomes = _outcomes_of_rows(connection, report_key)
    columns: dict[int, dict[int, str]] = {}
    rows: dict[int, dict[int, PrintedRow]] = {}
    for table, row, column, line, row_label, column_label, text in connection.execute(
        """
        select table_no, row_no, column_no, line_no, row_label, column_label, printed_text
        from fct_printed_cell
        where report_key = $report_key
        order by table_no, row_no, column_no
        """,
        {"report_key": report_key},
    ).fetchall():
        columns.setdefault(table, {}).setdefault(column, column_label)
        found = rows.setdefault(table, {}).setdefault(
            row, PrintedRow(f"t{table:03d}.r{row:02d}", row_label, line, {}, outcomes.get((table, row), {}))
        )
        found.cells[column] = text
    return [
        PrintedTable(
            about,
            dict(sorted(columns[about["table_no"]].items())),
            list(rows[about["table_no"]].values()),
        )
        for about in tables(connection, report_key)
    ]


def _outcomes_of_rows(
    connection: duckdb.DuckDBPyConnection, report_key: str
) -> dict[tuple[int, int], dict[str, int]]:
    """Return, by table and row, how the checks came out that cells of the row take part in."""
    found: dict[tuple[int, int], dict[str, int]] = {}
    for table, row, outcome, count in connection.execute(
        """
        select cells.table_no, cells.row_no, checks.outcome, count(distinct checks.check_key)
        from fct_printed_cell as cells
        inner join quality.bridge_rule_check_cell as terms using (cell_id)
        inner join quality.fct_rule_check as checks using (check_key)
        where cells.report_key = $report_key
        group by cells.table_no, cells.row_no, checks.outcome
        """,
        {"report_key": report_key},
    ).fetchall():
        found.setdefault((table, row), {})[outcome.replace("_", " ")] = count
    return {
        place: {name: counts[name] for name in OUTCOMES if name in counts} for place, counts in found.items()
    }


def rules(connection: duckdb.DuckDBPyConnection, report_key: str) -> list[dict[str, Any]]:
    """Return the checks of a report by rule, with their outcomes and how sharp they were."""
    return rows_of(
        connection,
        """
        select * from quality.mart_quality_by_report_and_rule
        where report_key = $report_key
        order by instance_count desc, rule_code, part_level
        """,
        {"report_key": report_key},
    )


def findings(connection: duckdb.DuckDBPyConnection, report_key: str) -> list[dict[str, Any]]:
    """Return what a person should look at in a report, and what was answered; the most surprising first."""
    return rows_of(
        connection,
        """
        select sentence_en, table_no, source_place, is_answered, answer
        from quality.mart_plausibility
        where report_key = $report_key
        order by is_answered, surprise desc, finding_key
        """,
        {"report_key": report_key},
    )


def revisions(connection: duckdb.DuckDBPyConnection, report_key: str) -> list[dict[str, Any]]:
    """Return how many figures of a report read differently in a newer edition, or in this one than before."""
    return rows_of(
        connection,
        """
        select report_key, newer_report_key, revision, count(*) as figure_count
        from quality.mart_revisions
        where $report_key in (report_key, newer_report_key)
        group by report_key, newer_report_key, revision
        order by report_key, newer_report_key, revision
        """,
        {"report_key": report_key},
    )


def runs(months: Iterable[date]) -> list[Period]:
    """Return months, which are in order, as runs of consecutive ones."""
    found: list[Period] = []
    for month in months:
        if found and _next(found[-1].last) == month:
            found[-1] = Period(found[-1].first, month)
        else:
            found.append(Period(month, month))
    return found


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _short_title(title: str) -> str:
    """Return what sets a product's title apart from others: without the words that all begin or end with."""
    short = title.removesuffix("Tidsserie måned").strip(" .")
    return short.removeprefix("Deltakere i arbeidsrettede tiltak. ")
