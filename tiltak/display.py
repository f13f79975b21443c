"""What the command says: results, tables, problems and progress, on a terminal or in a file."""

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import typer
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table
from rich.text import Text

from loaders.errors import MORE_MEMORY, OutOfMemoryError, TiltakError
from loaders.readers.characters import made_visible
from tiltak.home import Home
from tiltak.publish.summary import summary

# Columns of a table that is written to a file or a pipe, where no terminal sets them.
FILE_WIDTH = 160
# Columns that are enough for every table, to ask how wide one would be.
WIDER_THAN_ANY = 1_000_000

# Differences between two versions that are shown unless all are asked for.
SHOWN_DIFFERENCES = 20
# Findings to look at that are shown after a build; the mart has all of them.
SHOWN_LOOKS = 8
SHOWN_OF_A_KIND = 2
FACTS = {"main.fct_monthly_participants": "months", "main.fct_year_to_date_average": "averages"}

# Findings that are shown; the others are when these are mended.
SHOWN_FINDINGS = 10

if TYPE_CHECKING:
    from loaders.files import Unread
    from loaders.load import Loaded
    from loaders.printed import PrintedReport, PrintedTable
    from loaders.readers.reader import ExcerptLine
    from tiltak.add import Candidate
    from tiltak.audit.findings import Findings
    from tiltak.build import FailedCheck, ReadingProblem
    from tiltak.parts import Part
    from tiltak.publish.differences import Differences
    from tiltak.publish.postgres import Copied, Target
    from tiltak.publish.versions import Version
    from tiltak.trace import PrintedCell


class PlainConsole(Console):
    """A console on which text from files and queries is only text: what cannot be seen becomes an escape."""

    def print(self, *objects: Any, **options: Any) -> None:  # noqa: ANN401 - as rich has it
        """Print; what moves the cursor, turns the writing direction or clears the screen does not do so."""
        super().print(*(made_visible(one) if isinstance(one, str) else one for one in objects), **options)


@dataclass(frozen=True)
class Voice:
    """Where the command speaks: results to standard output, progress and errors to standard error."""

    out: Console
    err: Console

    @classmethod
    def of(cls, *, quiet: bool) -> "Voice":
        """Make a voice; a quiet one says nothing but errors."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")  # not every terminal has every letter
        width = None if sys.stdout.isatty() else FILE_WIDTH
        return cls(
            PlainConsole(quiet=quiet, highlight=False, width=width),
            PlainConsole(stderr=True, highlight=False),
        )

    @contextmanager
    def progress(self, label: str, total: int | None) -> Iterator[Callable[[int | None], None]]:
        """Show a progress bar on a terminal; the function given advances it by one."""
        columns = (SpinnerColumn(), TextColumn(label), BarColumn(), MofNCompleteColumn())
        hidden = self.out.quiet or not self.err.is_terminal
        with Progress(*columns, console=self.err, transient=True, disable=hidden) as bar:
            task = bar.add_task(label, total=total)
            yield lambda new_total: bar.update(task, advance=1, total=new_total or total)


@contextmanager
def told_errors(voice: Voice) -> Iterator[None]:
    """Turn errors into clear text on standard error and exit code 1."""
    try:
        yield
    except TiltakError as error:
        _tell(error, voice)
        raise typer.Exit(1) from None
    except ExceptionGroup as group:
        told, untold = group.split(TiltakError)
        if untold is not None or told is None:
            raise
        for refused in told.exceptions:
            _tell(refused, voice)
        voice.err.print(f"{group.message}: {len(told.exceptions)} refused.", markup=False)
        raise typer.Exit(1) from None
    except (MemoryError, duckdb.OutOfMemoryException):
        _tell(OutOfMemoryError("memory ran out", MORE_MEMORY), voice)
        raise typer.Exit(1) from None
    except BrokenPipeError:
        raise  # the reader of our output has seen enough; typer ends quietly
    except OSError as error:
        # What the disk and the permissions do is handled where it is expected, with more to say about it.
        problem = f"the system refuses: {error.strerror or error}"
        next_step = "check free space and permissions, then run the command again"
        _tell(TiltakError(problem, next_step, str(error.filename) if error.filename else None), voice)
        raise typer.Exit(1) from None


def _tell(error: BaseException, voice: Voice) -> None:
    voice.err.print(f"error: {error}", style="red", markup=False, soft_wrap=True)


def table_of(columns: Iterable[str], rows: Iterable[Sequence[object]]) -> Table:
    """Lay rows out as a table; NULL is shown as nothing."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(as_text(column))
    for row in rows:
        table.add_row(*map(as_text, row))
    return table


def as_text(value: object) -> Text:
    """Return a value as it is, whatever signs it has; NULL is nothing."""
    return Text("" if value is None else made_visible(str(value)))


def show_rows(columns: Sequence[str], rows: Sequence[Sequence[object]], voice: Voice) -> None:
    """Show rows as a table with numbers to the right; what is too wide for it, one column per line."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for place, column in enumerate(columns):
        values = [row[place] for row in rows if row[place] is not None]
        is_number = bool(values) and all(isinstance(value, int | float | Decimal) for value in values)
        table.add_column(as_text(column), justify="right" if is_number else "left", no_wrap=True)
    for row in rows:
        table.add_row(*map(as_text, row))
    unlimited = voice.out.options.update(max_width=WIDER_THAN_ANY)
    if voice.out.measure(table, options=unlimited).maximum <= voice.out.width:
        voice.out.print(table)
        return
    widest = max(len(column) for column in columns)
    for number, row in enumerate(rows, start=1):
        voice.out.print(f"row {number}", style="bold")
        for column, value in zip(columns, row, strict=True):
            text = "" if value is None else str(value)
            voice.out.print(f"  {column:<{widest}}  {text}", markup=False, soft_wrap=True)


def show_loaded(loaded: "Sequence[Loaded]", voice: Voice) -> None:
    """Say what loading did with each file."""
    outcomes = Counter(report.outcome for report in loaded)
    told = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.items())
    voice.out.print(f"Read {len(loaded)} report files: {told}.")
    for report in loaded:
        if report.same_as is not None:
            voice.out.print(f"  {report.path} has the same content as {report.same_as}.", markup=False)
        if not report.has_card:
            voice.out.print(f"  {report.path} has no provenance card in reports.yml.", markup=False)
        for notice in report.notices:
            voice.out.print(f"  {report.path}: {notice}.", markup=False, soft_wrap=True)


def show_unread(unread: "Sequence[Unread]", without_file: Sequence[Path], voice: Voice) -> None:
    """Say what lies beside the reports and was not read, and which cards have no report."""
    from loaders.files import shown  # noqa: PLC0415  # only a build needs it

    for one in unread:
        voice.out.print(f"  {shown(one.path)} was not read: {one.reason}.", markup=False, soft_wrap=True)
    for path in without_file:
        voice.out.print(f"  {shown(path)} has a card in reports.yml, and is not there.", markup=False)


def show_dropped(source_files: Sequence[str], voice: Voice) -> None:
    """Say which reports are no longer part of the warehouse."""
    if source_files:
        names = ", ".join(source_files)
        voice.out.print(f"  No longer in the folder, and so left out: {names}.", markup=False)


def show_report(report: "PrintedReport", sha256: str, voice: Voice) -> None:
    """Show what was seen in a report: its facts, its lines by role, its tables."""
    period = report.period
    cells = [value for table in report.tables for row in table.rows for value in row.values]
    printed = [value for value in cells if value is not None]
    symbols = Counter(value for value in printed if value and not value[0].isdigit())
    blanks = printed.count("")
    voice.out.print(f"{report.product_title} ({report.product_code})", markup=False)
    voice.out.print(
        f"{period.year}-{period.first_month:02d} to {period.year}-{period.last_month:02d}, "
        f"updated {report.updated_date or 'not printed'}, sha256 {sha256}"
    )
    voice.out.print(f"legend: {report.legend_text or 'none'}", markup=False, soft_wrap=True)
    roles = ", ".join(f"{count} {role}" for role, count in report.line_roles.items() if count)
    voice.out.print(f"{report.line_count} lines: {roles}")
    seen = "".join(f", {count} {symbol}" for symbol, count in symbols.items())
    numbers = len(printed) - symbols.total() - blanks
    voice.out.print(
        f"{len(report.tables)} tables, {len(printed)} cells: {numbers} numbers{seen}, {blanks} blank"
    )
    for notice in report.notices:
        voice.out.print(f"note: {notice}", markup=False, soft_wrap=True)
    for table in report.tables:
        voice.out.print(picture_in_words(table), markup=False, soft_wrap=True)


def picture_in_words(table: "PrintedTable") -> str:
    """Say of a table what a person would check first: headings, first and last row and column, cells."""
    from loaders.printed import line_place  # noqa: PLC0415  # only a build needs it

    rows = table.rows
    values = [value for row in rows for value in row.values if value is not None]
    symbols = Counter(value for value in values if not value[:1].isdigit())
    numbers = len(values) - symbols.total()
    seen = [f"{numbers} numbers", *(f"{count} {symbol or 'blank'}" for symbol, count in symbols.items())]
    headings = ", ".join(f"'{text}'" for text in (table.section_heading, table.table_heading) if text)
    place = table.packed.places[0] if table.packed.places else line_place(rows[0].line_nos[0])
    span = f"{table.columns[0]} to {table.columns[-1]}" if len(table.columns) > 1 else table.columns[0]
    below = (
        f"{len(rows) - 1} rows below it, '{rows[1].label}' to '{rows[-1].label}'" if rows[1:] else "no row"
    )
    return (
        f"table {table.table_no}, page {table.page_no}, from {place}: {headings or 'no heading'}; "
        f"total '{rows[0].label}', {below}; {len(table.columns)} columns, {span}; "
        f"{len(values)} cells: {', '.join(seen)}"
    )


def show_problems(problems: "Sequence[ReadingProblem]", voice: Voice) -> None:
    """Tell what reports print that the seeds cannot place, with the nearest known labels."""
    for problem in problems:
        place = ", ".join(
            part
            for part in (
                problem.source_file,
                f"table {problem.table_no}" if problem.table_no is not None else "",
                problem.source_place,
            )
            if part
        )
        nearest = f"  nearest known labels: {problem.nearest_labels}\n" if problem.nearest_labels else ""
        voice.err.print(
            f"{place}: {problem.problem.replace('_', ' ')}: {problem.statement}\n"
            f"  seen: {problem.seen!r}\n{nearest}"
            f"  next: {problem.next_step}",
            style="red",
            markup=False,
            soft_wrap=True,
        )


def show_checks(failed: "Sequence[FailedCheck]", voice: Voice) -> None:
    """Tell which statements do not hold, with the first rows that show it."""
    for check in failed:
        voice.err.print(f"failed: {check.name}: {check.message}", style="red", markup=False, soft_wrap=True)
        for row in check.rows:
            voice.err.print("    " + " | ".join(row), markup=False, soft_wrap=True)


def show_findings(findings: "Findings", voice: Voice) -> None:
    """Tell which printed cells are most likely wrong, the top of the list."""
    for paragraph in findings.told[:SHOWN_FINDINGS]:
        for number, line in enumerate(paragraph):
            voice.err.print(
                f"{'  ' if number else ''}{line}",
                style=None if number else "red",
                markup=False,
                soft_wrap=True,
            )
    left = len(findings.told) - SHOWN_FINDINGS
    if left > 0:
        voice.err.print(f"and {left} more findings", soft_wrap=True)


def show_trace(cells: "Sequence[PrintedCell]", lines: "Sequence[ExcerptLine]", voice: Voice) -> None:
    """Show a printed cell, its line with surroundings, and the other places where it is printed."""
    cell, others = cells[0], cells[1:]
    voice.out.print(f"{cell.fact_key} ({cell.measure}), {cell.value_status}", markup=False, style="bold")
    voice.out.print(f"printed as {_printed(cell)}, cell {cell.cell_id}", markup=False)
    voice.out.print(
        f"{cell.source_file}: page {cell.page_no}, table {cell.table_no}, row {cell.row_no} "
        f"({cell.row_label}), column {cell.column_no} ({cell.column_label}), {cell.source_place}",
        markup=False,
        soft_wrap=True,
    )
    for line in lines:
        text = f"{'>' if line.is_cell else ' '} {line.place.removeprefix('line '):>5} | {line.text}"
        voice.out.print(text, markup=False, soft_wrap=True, style="bold" if line.is_cell else None)
    places = "1 other place" if len(others) == 1 else f"{len(others)} other places"
    voice.out.print(f"printed in {places}" + (":" if others else "."))
    for other in others:
        voice.out.print(
            f"  {other.cell_id}  {other.source_file}: page {other.page_no}, table {other.table_no}, "
            f"{other.source_place}, {other.row_label} | {other.column_label}: {_printed(other)}",
            markup=False,
            soft_wrap=True,
        )


def _printed(cell: "PrintedCell") -> str:
    return "a number that a newer edition hides" if cell.printed_text is None else repr(cell.printed_text)


def show_parts(
    parts: "Sequence[Part]", printed: "Sequence[PrintedCell]", conclusion: str, voice: Voice
) -> None:
    """Show the printed numbers that a number is made of, and how they make it."""
    is_printed = len(parts) == 1 and parts[0].share is None and parts[0].is_whole
    said = "It is printed:" if is_printed else "No report prints this number. Its parts are printed:"
    voice.out.print(said, style="bold")
    for part, cell in zip(parts, printed, strict=True):
        share = "" if part.share is None else f", of which {part.share:g} is taken"
        voice.out.print(
            f"  {part.name}: {cell.printed_text!r}{share}\n"
            f"      {cell.source_file}: page {cell.page_no}, table {cell.table_no}, {cell.source_place}, "
            f"cell {cell.cell_id}",
            markup=False,
            soft_wrap=True,
        )
    voice.out.print(conclusion, markup=False, soft_wrap=True)


REPORTS_MADE = """
    select
        r.product_code as product,
        strftime(r.period_start_date, '%Y-%m') || '/' || strftime(r.period_end_date, '%m') as months,
        q.table_count as tables,
        q.cell_count as cells,
        q.number_count as numbers,
        q.suppressed_count as hidden,
        q.blank_count as blank,
        q.monthly_fact_count + q.average_fact_count as facts
    from dim_report as r
    inner join quality.mart_reconciliation as q on r.report_key = q.report_key
    order by r.period_end_date, r.product_code
"""
CHECKS_MADE = """
    select
        rule_name_en as "what is held together",
        sum(instance_count) as checks,
        sum(equal_count) as equal,
        sum(possible_count) as "possible (hidden parts)",
        sum(impossible_count) as impossible,
        sum(not_testable_count) as "not testable"
    from quality.mart_quality_by_report_and_rule
    group by rule_name_en
    order by checks desc
"""


def show_warehouse(connection: "duckdb.DuckDBPyConnection", home: Home, voice: Voice) -> None:
    """Say what was made, how it was checked, and what to do next."""
    reports = connection.sql(REPORTS_MADE)
    voice.out.print(table_of(reports.columns, reports.fetchall()))
    checks = connection.sql(CHECKS_MADE)
    voice.out.print(table_of(checks.columns, checks.fetchall()))
    figures = summary(connection)
    voice.out.print(
        f"{figures['printed_cells']} printed cells became {figures['monthly_facts']} monthly figures and "
        f"{figures['averages']} year-to-date averages. "
        f"{figures['tested']} of {figures['checks']} checks could be made; "
        f"{figures['covered_once']:.1%} of the figures are held by at least one rule, "
        f"{figures['covered_twice']:.1%} by at least two.",
        soft_wrap=True,
    )
    if revisions := figures["revisions"]:
        voice.out.print(
            f"Figures that read differently in a newer edition: {revisions}; see quality.mart_revisions:"
        )
        differences = connection.sql("""
            select cell_id, fact_key, revision, participants, newer_participants, newer_cell_id
            from quality.mart_revisions
            order by cell_id
            limit 20
        """)
        voice.out.print(table_of(differences.columns, differences.fetchall()))
    _show_plausibility(connection, voice)
    called = Path(sys.argv[0])
    command = os.path.relpath(called) if called.name == "tiltak" and called.is_file() else "tiltak"
    voice.out.print(
        f"The warehouse is {home.warehouse}. Ask it something: {command} sql 'show tables'",
        markup=False,
        soft_wrap=True,
    )


def _show_plausibility(connection: "duckdb.DuckDBPyConnection", voice: Voice) -> None:
    """Tell what a person should look at: the most surprising first, with the place in the report."""
    found = connection.sql("""
        select
            findings.sentence_en, reports.source_file, findings.table_no, findings.source_place,
            row_number() over (
                partition by findings.plausibility_code, findings.report_key
                order by findings.surprise desc, findings.finding_key
            ) as rank_in_kind
        from quality.mart_plausibility as findings
        inner join dim_report as reports on findings.report_key = reports.report_key
        where not findings.is_answered
        order by findings.surprise desc, findings.finding_key
    """).fetchall()
    if not found:
        voice.out.print("Nothing is implausible that has no answer on record.")
        return
    voice.out.print(f"To look at: {len(found)}; all of them are in quality.mart_plausibility:")
    told = [row[:-1] for row in found if row[-1] <= SHOWN_OF_A_KIND]
    for sentence, source_file, table_no, source_place in told[:SHOWN_LOOKS]:
        table = None if table_no is None else f"table {table_no}"
        place = ", ".join(part for part in (source_file, table, source_place) if part)
        voice.out.print(f"  {sentence}\n      {place}", markup=False, soft_wrap=True)


def show_copied(copied: "Copied", target: "Target", voice: Voice) -> None:
    """Say what was published to PostgreSQL, where, and who may read it."""
    voice.out.print(
        f"Build {copied.build_id} is published to {target.place}, schemas {' and '.join(copied.schemas)}:"
        f" {copied.relation_count} relations, {copied.row_count} rows, {copied.seconds:.1f} s."
        f" Members of the role {target.role} may read it.",
        markup=False,
        soft_wrap=True,
    )


def show_history(known: "Sequence[Version]", voice: Voice) -> None:
    """List versions, the newest first."""
    rows = []
    for version in reversed(known):
        record = version.record
        outcomes = Counter[str]()
        for check in record.checks:
            outcomes[check.outcome] += check.instance_count
        warned = f", {record.warned_test_count} warned" if record.warned_test_count else ""
        rows.append(
            (
                version.build_id,
                record.finished_at.strftime("%Y-%m-%d %H:%M"),
                len(record.reports),
                *(record.row_counts.get(fact) for fact in FACTS),
                record.row_counts.get("quality.mart_revisions"),
                f"{record.passed_test_count} passed{warned}",
                ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items())),
                "current" if version.is_current else "kept" if version.is_kept else "removed",
            )
        )
    columns = ("build", "finished, UTC", "reports", *FACTS.values(), "revisions", "tests", "checks", "files")
    voice.out.print(table_of(columns, rows) if rows else "Nothing has been published yet.")


def show_differences(before: str, after: str, differences: "Differences", voice: Voice) -> None:
    """Count the differences between two builds by relation and kind, and show the first of them."""
    voice.out.print(f"From {before} to {after}:")
    counts = Counter((row[0], row[1]) for row in differences.rows)
    if not counts:
        voice.out.print("No fact was added, removed or changed.")
        return
    voice.out.print(
        table_of(("relation", "difference", "facts"), ((*key, count) for key, count in counts.items()))
    )
    voice.out.print(table_of(differences.columns, differences.rows[:SHOWN_DIFFERENCES]))
    if len(differences.rows) > SHOWN_DIFFERENCES:
        voice.out.print(
            f"These are the first {SHOWN_DIFFERENCES} of {len(differences.rows)}; --csv prints all of them."
        )


def show_candidate(candidate: "Candidate", voice: Voice) -> None:
    """Say what a file is that is to be added, and what it does to the folder."""
    filed = candidate.filed
    report = filed.report
    voice.out.print(
        f"{filed.path} ({report.text_format}): {report.product_title}, {filed.months}, "
        f"updated {report.updated_date or 'not printed'}, {len(report.tables)} tables",
        markup=False,
        soft_wrap=True,
    )
    for notice in report.notices:
        voice.out.print(f"  note: {notice}", markup=False, soft_wrap=True)
    if candidate.same is not None:
        voice.out.print(f"  is in the folder already, as {candidate.same.path}", markup=False, soft_wrap=True)
        return
    for other in candidate.witnesses:
        voice.out.print(f"  prints the same months as {other.path}", markup=False, soft_wrap=True)
    for other in candidate.replaced:
        voice.out.print(f"  the same year as {other.path}, {other.months}", markup=False, soft_wrap=True)
    if not (candidate.witnesses or candidate.replaced):
        voice.out.print("  the first of this product and year", markup=False)
    voice.out.print(f"  goes into the folder as {candidate.name}", markup=False, soft_wrap=True)


def show_new_months(differences: "Differences", voice: Voice) -> None:
    """Say how many figures are new, and of which months."""
    added = Counter(str(row[2])[:6] for row in differences.rows if row[1] == "added")
    for month, count in sorted(added.items()):
        voice.out.print(f"{month[:4]}-{month[4:]}: {count} new figures")


def show_summary_changes(changes: "Sequence[tuple[object, ...]]", voice: Voice) -> None:
    """Show the headline figures that are others than in the version before."""
    if changes:
        voice.out.print(table_of(("headline figure", "before", "now"), changes))
