"""The `tiltak` command: load, build, publish, inspect, trace, sql, history, diff."""

import csv
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import duckdb
import typer

from loaders.cards import cards_without_file
from loaders.errors import LookupFailedError, OtherStatisticError, StagingError
from loaders.files import find_reports, find_unread, sha256_of
from loaders.layout import LAYOUT, Layout, read_layout
from loaders.load import Loaded, drop_others, load_reports, read_report, remove_partial
from loaders.printed import PrintedReport
from loaders.staging import loader_fingerprint
from tiltak.display import (
    Voice,
    show_candidate,
    show_checks,
    show_copied,
    show_differences,
    show_dropped,
    show_findings,
    show_history,
    show_loaded,
    show_new_months,
    show_problems,
    show_report,
    show_summary_changes,
    show_trace,
    show_unread,
    show_warehouse,
    table_of,
    told_errors,
)
from tiltak.home import Home, connect_published
from tiltak.lock import locked_home
from tiltak.publish.differences import find_differences
from tiltak.publish.summary import summary_changes
from tiltak.publish.versions import FEWEST_VERSIONS, KEPT_VERSIONS, find_version, recover, versions

app = typer.Typer(
    help="Turn NAV's reports on participants in labour-market measures into a tested DuckDB warehouse.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

HomeOption = Annotated[
    Path, typer.Option("--home", envvar="TILTAK_HOME", help="Folder in which the warehouse lives.")
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]
WaitOption = Annotated[
    float, typer.Option("--wait", metavar="SECONDS", min=0, help="Wait this long for another load or build.")
]
KeepOption = Annotated[
    int,
    typer.Option(
        envvar="TILTAK_KEEP", min=FEWEST_VERSIONS, help="How many versions stay with all their files."
    ),
]
DEFAULT_HOME = Path("warehouse")
DEFAULT_REPORTS = Path("data/reports")
DEFAULT_SCHEMA = "tiltak"
DEFAULT_ROLE = "tiltak_reader"
DEFAULT_WAIT = 60.0


@app.command()
def load(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Report files or folders; data/reports by default.")
    ] = None,
    home: HomeOption = DEFAULT_HOME,
    *,
    wait: WaitOption = 0,
    quiet: QuietOption = False,
) -> None:
    """Read reports and stage their printed cells, without building the warehouse."""
    voice = Voice.of(quiet=quiet)
    with told_errors(voice), locked_home(Home(home), wait):
        remove_partial(Home(home).staged)
        _load(paths or [DEFAULT_REPORTS], Home(home), voice)


@app.command()
def build(
    reports: Annotated[Path, typer.Option(help="Folder with the reports to load.")] = DEFAULT_REPORTS,
    home: HomeOption = DEFAULT_HOME,
    *,
    keep: KeepOption = KEPT_VERSIONS,
    anew: Annotated[
        bool, typer.Option("--anew", help="Build and publish even if nothing has changed.")
    ] = False,
    wait: WaitOption = 0,
    quiet: QuietOption = False,
) -> None:
    """Load the reports, build the warehouse, test it, and publish it if every test holds.

    The warehouse holds exactly the reports of the folder. Without success, what is published stays as it is;
    so it does if nothing has changed since it was built.
    """
    from tiltak.publish.unchanged import already_made  # noqa: PLC0415

    voice = Voice.of(quiet=quiet)
    with told_errors(voice), locked_home(Home(home), wait):
        _recover(Home(home))
        loaded = _load([reports], Home(home), voice)
        show_dropped(drop_others(loaded, Home(home).staged), voice)
        if not anew and (made := already_made(Home(home))):
            voice.out.print(f"Nothing has changed since version {made.build_id}: there is nothing to build.")
            return
        _build(Home(home), keep, voice, anew=anew)


@app.command("publish")
def publish_to(
    version: Annotated[
        str, typer.Argument(help="A build id, its beginning, `current` or `previous`.")
    ] = "current",
    home: HomeOption = DEFAULT_HOME,
    *,
    dsn: Annotated[
        str,
        typer.Option(
            "--postgres",
            metavar="DSN",
            envvar="TILTAK_POSTGRES",
            help="PostgreSQL database, as 'postgresql://user@host/database' or 'host=... dbname=...'.",
        ),
    ],
    schema: Annotated[
        str, typer.Option(help="Name of the schema; the quality relations go to <schema>_quality.")
    ] = DEFAULT_SCHEMA,
    role: Annotated[
        str, typer.Option(help="Name of the role that may read; made unless there is one.")
    ] = DEFAULT_ROLE,
    wait: Annotated[
        float,
        typer.Option(
            metavar="SECONDS", min=0, help="Wait this long for readers, and for another publication."
        ),
    ] = DEFAULT_WAIT,
    quiet: QuietOption = False,
) -> None:
    """Copy the published set into a PostgreSQL database; its readers see the old version or the new one."""
    from tiltak.publish.postgres import Target, copy_to_postgres  # noqa: PLC0415

    voice = Voice.of(quiet=quiet)
    with told_errors(voice):
        chosen, target = find_version(Home(home), version), Target(dsn, schema, role, wait)
        with voice.progress("Copying tables", None) as advance:
            copied = copy_to_postgres(chosen, target, advance)
        show_copied(copied, target, voice)


@app.command()
def inspect(
    file: Annotated[Path, typer.Argument(help="A report file.")],
    *,
    quiet: QuietOption = False,
) -> None:
    """Show what is seen in a report file and which labels are unknown, without writing anything."""
    voice = Voice.of(quiet=quiet)
    with told_errors(voice):
        layout = read_layout(LAYOUT)
        try:
            report, sha256 = read_report(file, layout)
        except OtherStatisticError as error:
            if isinstance(error.printed, PrintedReport):
                show_report(error.printed, sha256_of(file), voice)
            raise
        show_report(report, sha256, voice)
        if _show_unknown([file], layout, voice):
            raise typer.Exit(1)
        voice.out.print("Every label, heading and symbol is known.")


@app.command()
def add(  # noqa: PLR0913 - an argument for each option
    files: Annotated[list[Path], typer.Argument(help="Report files: workbooks, PDFs or texts.")],
    reports: Annotated[Path, typer.Option(help="Folder with the reports.")] = DEFAULT_REPORTS,
    home: HomeOption = DEFAULT_HOME,
    *,
    origin: Annotated[
        str | None, typer.Option(help="Where the files come from, for their provenance cards.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be done, write nothing.")
    ] = False,
    keep: KeepOption = KEPT_VERSIONS,
    wait: WaitOption = 0,
    quiet: QuietOption = False,
) -> None:
    """Look at report files, copy them into the folder with their cards, load, build, and say what changed.

    One file that is refused, or a build that fails, leaves the folder and what is published as they were.
    """
    from tiltak.add import examine, filed_away  # noqa: PLC0415

    voice = Voice.of(quiet=quiet)
    with told_errors(voice):
        layout = read_layout(LAYOUT)
        candidates = examine(files, reports, layout)
        for candidate in candidates:
            show_candidate(candidate, voice)
        new = [candidate for candidate in candidates if candidate.same is None]
        if new and _show_unknown([candidate.filed.path for candidate in new], layout, voice):
            raise typer.Exit(1)
        if dry_run or not new:
            voice.out.print("Nothing was written.")
            return
        if origin is None:
            origin = typer.prompt("Where do they come from?") if sys.stdin.isatty() else "not told"
        with locked_home(Home(home), wait), filed_away(new, reports, origin):
            _recover(Home(home))
            before = [version for version in versions(Home(home)) if version.is_current]
            loaded = _load([reports], Home(home), voice)
            show_dropped(drop_others(loaded, Home(home).staged), voice)
            _build(Home(home), keep, voice, anew=False)
        if before:
            after = find_version(Home(home), "current")
            differences = find_differences(before[0].database, after.database)
            show_new_months(differences, voice)
            show_differences(before[0], after, differences.without("added"), voice)
            show_summary_changes(summary_changes(before[0].database, after.database), voice)


def _show_unknown(files: list[Path], layout: Layout, voice: Voice) -> bool:
    """Show what files print that the seeds cannot place, and tell whether there is any."""
    from tiltak.build import reading_problems, run_dbt  # noqa: PLC0415  # dbt takes seconds to import

    with TemporaryDirectory(prefix="tiltak-inspect-") as folder:
        home = Home(Path(folder))
        load_reports(files, home.staged, layout, loader_fingerprint())
        home.building.parent.mkdir(parents=True)
        with voice.progress("Resolving labels", None) as advance:
            run_dbt(
                home,
                ["build", "--select", "+int_reading_problem", "--exclude-resource-type", "test"],
                advance,
            )
        problems = reading_problems(home)
    show_problems(problems, voice)
    return bool(problems)


@app.command()
def trace(
    key: Annotated[str, typer.Argument(help="A cell_id or fact_key from a fact table.")],
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Follow a number to the printed line, and list every other place where it is printed."""
    from tiltak.trace import find_cells, source_lines  # noqa: PLC0415

    voice = Voice.of(quiet=False)
    with told_errors(voice):
        with connect_published(Home(home)) as connection:
            cells = find_cells(connection, key)
            lines = source_lines(connection, cells[0], Home(home))
        show_trace(cells, lines, voice)


@app.command()
def sql(
    query: Annotated[
        str, typer.Argument(help="A SQL query on the published warehouse; `-` reads it from standard input.")
    ],
    home: HomeOption = DEFAULT_HOME,
    *,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV instead of a table.")] = False,
) -> None:
    """Ask the published warehouse a question; it is opened for reading only."""
    voice = Voice.of(quiet=False)
    with told_errors(voice):
        text = sys.stdin.read() if query == "-" else query
        with connect_published(Home(home)) as connection:
            try:
                relation = connection.sql(text)
                columns = relation.columns if relation is not None else []
                rows = relation.fetchall() if relation is not None else []
            except duckdb.Error as error:
                raise LookupFailedError(
                    f"the query cannot be run: {error}", "list the tables with `tiltak sql 'show tables'`"
                ) from error
        if as_csv:
            writer = csv.writer(sys.stdout, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows(rows)
            return
        voice.out.print(table_of(columns, rows))


@app.command()
def history(home: HomeOption = DEFAULT_HOME) -> None:
    """List the published versions, the newest first: what they hold and how they passed."""
    voice = Voice.of(quiet=False)
    with told_errors(voice):
        show_history(versions(Home(home)), voice)


@app.command()
def diff(
    older: Annotated[
        str, typer.Argument(help="A build id, its beginning, `current` or `previous`.")
    ] = "previous",
    newer: Annotated[str, typer.Argument(help="The version to compare with.")] = "current",
    home: HomeOption = DEFAULT_HOME,
    *,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print all differences as CSV.")] = False,
) -> None:
    """Show which facts were added, removed or changed from one published version to another."""
    voice = Voice.of(quiet=False)
    with told_errors(voice):
        before, after = find_version(Home(home), older), find_version(Home(home), newer)
        current = next((one.database for one in versions(Home(home)) if one.is_current), None)
        differences = find_differences(before.database, after.database, current)
        if as_csv:
            writer = csv.writer(sys.stdout, lineterminator="\n")
            writer.writerow(differences.columns)
            writer.writerows(differences.rows)
            return
        show_differences(before, after, differences, voice)


def _recover(home: Home) -> None:
    try:
        remove_partial(home.staged)
        recover(home)
    except OSError as error:
        raise StagingError(
            f"what an interrupted build has left cannot be removed: {error.strerror}",
            "check the permissions of the folder",
            str(home.folder),
        ) from error


def _load(paths: list[Path], home: Home, voice: Voice) -> list[Loaded]:
    files = find_reports(paths)
    with voice.progress("Loading reports", len(files)) as advance:
        loaded = load_reports(
            files, home.staged, read_layout(LAYOUT), loader_fingerprint(), lambda _: advance(None)
        )
    show_loaded(loaded, voice)
    folders = [path for path in paths if path.is_dir()]
    missing = [folder / name for folder in folders for name in cards_without_file(folder)]
    show_unread(find_unread(folders), missing, voice)
    return loaded


def _build(home: Home, keep: int, voice: Voice, *, anew: bool) -> None:
    from tiltak.audit.findings import ContradictionError  # noqa: PLC0415
    from tiltak.build import ChecksFailedError, build_warehouse  # noqa: PLC0415
    from tiltak.publish.publish import publish  # noqa: PLC0415

    try:
        with voice.progress("Building and testing", None) as advance:
            tests = build_warehouse(home, advance)
    except ChecksFailedError as error:
        if error.reading_problems:
            # What cannot be placed makes many sums fail; only the cause is worth reading.
            show_problems(error.reading_problems, voice)
        else:
            show_checks(error.failed, voice)
            show_findings(error.findings, voice)
        raise
    except ContradictionError as error:
        show_findings(error.findings, voice)
        raise
    # All that must hold has been audited: from the next line on it is published.
    publish(home, tests, keep, even_if_same=anew)
    with connect_published(home) as connection:
        show_warehouse(connection, home, voice)
