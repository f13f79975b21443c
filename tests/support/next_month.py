"""The next edition of a report as NAV would publish it: one more month, in which everything adds up."""

from collections.abc import Callable
from dataclasses import replace

from loaders.printed import Period, PrintedReport
from support.nav_files import NavReport, NavTable, of_printed

MARCH = "Mars"


def with_tables(report: NavReport, change: Callable[[NavTable], NavTable]) -> NavReport:
    """Return a report with each of its tables changed."""
    sections = tuple(
        replace(section, tables=tuple(change(table) for table in section.tables))
        for section in report.sections
    )
    return replace(report, sections=sections)


def with_march(printed: PrintedReport) -> NavReport:
    """Return a report of January and February with a March that is made up: the figures of February again."""

    def longer(table: NavTable) -> NavTable:
        rows = tuple((label, (*values, values[-1])) for label, values in table.rows)
        return replace(table, columns=(*table.columns, MARCH), rows=rows)

    report = with_tables(of_printed(printed), longer)
    return replace(report, period=Period(printed.period.year, 1, printed.period.last_month + 1))
