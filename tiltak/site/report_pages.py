"""The pages of the reports: what was found in each, its tables as they are printed, its text and pictures."""

import posixpath
from typing import Any

import duckdb
from markupsafe import Markup

from tiltak.home import Home
from tiltak.site import bars, figures
from tiltak.site.charts import Bar
from tiltak.site.original_pages import original_page
from tiltak.site.page import Page
from tiltak.trace import report_lines, withheld_lines

LINE_ROLES = ("data", "header", "heading", "period", "note", "rule", "blank", "fragment")


def report_pages(connection: duckdb.DuckDBPyConnection, home: Home) -> list[Page]:
    """Return the list of reports, and for each report its page and its text."""
    reports = figures.reports(connection)
    content = {
        "reports": reports,
        "hidden": hidden_chart(connection),
        "checks": checks_chart(connection),
    }
    pages = [Page("reports/index.html", "Reports", "reports.html.j2", content)]
    for report in reports:
        report["file_name"] = posixpath.basename(report["source_file"])
        tables = figures.printed_tables(connection, report["report_key"])
        original = original_page(connection, home, report, _title(report))
        pages += [
            _tables_page(connection, report, tables, original),
            _text_page(connection, home, report, tables),
            *([original] if original else []),
        ]
    return pages


def _title(report: figures.Row) -> str:
    first, last = report["period_start_date"], report["period_end_date"]
    return f"{report['product_title']}, {first:%Y-%m} to {last:%Y-%m}"


def _tables_page(
    connection: duckdb.DuckDBPyConnection,
    report: figures.Row,
    tables: list[figures.PrintedTable],
    original: Page | None,
) -> Page:
    key = report["report_key"]
    content = {
        "report": report,
        "lines": [
            (role, report[f"{role}_line_count"]) for role in LINE_ROLES if report[f"{role}_line_count"]
        ],
        "rules": figures.rules(connection, key),
        "findings": figures.findings(connection, key),
        "revisions": figures.revisions(connection, key),
        "tables": tables,
        "original": original.path if original else None,
    }
    return Page(f"reports/{key}.html", _title(report), "report.html.j2", content)


def _text_page(
    connection: duckdb.DuckDBPyConnection,
    home: Home,
    report: figures.Row,
    tables: list[figures.PrintedTable],
) -> Page:
    key = report["report_key"]
    content: dict[str, Any] = {
        "report": report,
        "lines": report_lines(home, report["source_file"], report["sha256"]),
        "withheld": withheld_lines(connection, key),
        "row_anchors": {row.line_no: row.anchor for table in tables for row in table.rows},
    }
    return Page(f"reports/{key}-text.html", f"Text of {_title(report)}", "report_text.html.j2", content)


def hidden_chart(connection: duckdb.DuckDBPyConnection) -> Markup:
    """Draw what the cells of each report hold."""
    shares = figures.hidden_by_report(connection)
    return bars.share_bars("hidden", "Numbers, hidden and blank cells by report", _told(shares), shares)


def checks_chart(connection: duckdb.DuckDBPyConnection) -> Markup:
    """Draw how the checks of each report came out."""
    shares = figures.checks_by_report(connection)
    return bars.share_bars("outcomes", "Checks by outcome and report", _told(shares), shares)


def _told(shares: list[Bar]) -> str:
    return "; ".join(
        f"{bar.name}: " + ", ".join(f"{count} {name}" for name, count in bar.counts.items() if count)
        for bar in shares
    )
