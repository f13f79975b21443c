"""The `tiltak` command: load, build, publish, inspect, trace, sql, mcp, tables, describe, history, diff.

What a command needs is imported in it: a question does not wait for what a build imports.
"""

import csv
import sys
from collections.abc import Sequence
from importlib.metadata import version as version_of
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from loaders.errors import LookupFailedError, OtherStatisticError, StagingError
from loaders.layout import LAYOUT, Layout, read_layout
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
    show_parts,
    show_problems,
    show_report,
    show_rows,
    show_summary_changes,
    show_trace,
    show_unread,
    show_warehouse,
    table_of,
    told_errors,
)
from tiltak.home import FEWEST_VERSIONS, KEPT_VERSIONS, Home, connect_published
from tiltak.lock import locked_home

if TYPE_CHECKING:
    from loaders.load import Loaded
    from tiltak.done import Done
    from tiltak.publish.versions import Version

app = typer.Typer(
    help="Turn NAV's reports on participants in labour-market measures into a tested DuckDB warehouse.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
release = typer.Typer(help="Make a release of the published warehouse, or check one.", no_args_is_help=True)
app.add_typer(release, name="release")
DEFAULT_RELEASES = Path("dist")


def _print_version(*, is_asked: bool) -> None:
    if is_asked:
        print(f"tiltak {version_of('tiltak-warehouse')}")
        raise typer.Exit


@app.callback()
def main(
    *,
    _: Annotated[
        bool,
        typer.Option(
            "--version",
            is_eager=True,
            help="Print the version.",
            callback=lambda is_asked: _print_version(is_asked=is_asked),
        ),
    ] = False,
) -> None:
    """Turn NAV's reports into a tested DuckDB warehouse."""


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
    from loaders.load import remove_partial

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
    from loaders.load import drop_others
    from tiltak.publish.unchanged import already_made

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
    from tiltak.publish.postgres import Target, copy_to_postgres
    from tiltak.publish.versions import find_version

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
    from loaders.files import sha256_of
    from loaders.load import read_report
    from loaders.printed import PrintedReport

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
    With `--dry-run` the build is made elsewhere, and removed.
    """
    from loaders.load import drop_others
    from tiltak.add import examine, filed_away
    from tiltak.publish.versions import current_version, find_version

    voice = Voice.of(quiet=quiet)
    with told_errors(voice):
        layout = read_layout(LAYOUT)
        candidates = examine(files, reports, layout)
        for candidate in candidates:
            show_candidate(candidate, voice)
        new = [candidate for candidate in candidates if candidate.same is None]
        if new and _show_unknown([candidate.filed.path for candidate in new], layout, voice):
            raise typer.Exit(1)
        if dry_run and new:
            _try_out([candidate.filed.path for candidate in new], reports, Home(home), voice)
        if dry_run or not new:
            voice.out.print("Nothing was written.")
            return
        if origin is None:
            origin = typer.prompt("Where do they come from?") if sys.stdin.isatty() else "not said"
        with locked_home(Home(home), wait), filed_away(new, reports, origin):
            _recover(Home(home))
            before = current_version(Home(home))
            loaded = _load([reports], Home(home), voice)
            show_dropped(drop_others(loaded, Home(home).staged), voice)
            _build(Home(home), keep, voice, anew=False)
        after = find_version(Home(home), "current")
        _show_changes(before, after.database, after.build_id, voice)


def _try_out(files: list[Path], reports: Path, home: Home, voice: Voice) -> None:
    """Build with more files in a home of its own, and say what would change for readers."""
    from loaders.load import load_reports
    from loaders.staging import loader_fingerprint
    from tiltak.add import reports_of
    from tiltak.publish.versions import current_version

    with TemporaryDirectory(prefix="tiltak-dry-run-") as folder:
        trial = Home(Path(folder))
        load_reports([*reports_of(reports), *files], trial.staged, read_layout(LAYOUT), loader_fingerprint())
        _made(trial, voice)
        _show_changes(current_version(home), trial.building, "this build", voice)


def _show_changes(before: "Version | None", database: Path, name: str, voice: Voice) -> None:
    """Say what is new for the readers of a version in another build."""
    from tiltak.publish.differences import find_differences
    from tiltak.publish.summary import summary_changes

    if before is None:
        voice.out.print("Nothing was published before, so every figure is new.")
        return
    differences = find_differences(before.database, database)
    show_new_months(differences, voice)
    others = differences.without("added")
    if others.rows:
        show_differences(before.build_id, name, others, voice)
    else:
        voice.out.print(f"From {before.build_id} to {name} no figure that was there has changed or is gone.")
    show_summary_changes(summary_changes(before.database, database), voice)


def _show_unknown(files: list[Path], layout: Layout, voice: Voice) -> bool:
    """Show what files print that the seeds cannot place, and return whether there is any."""
    from loaders.load import load_reports
    from loaders.staging import loader_fingerprint
    from tiltak.build import reading_problems, resolve_labels

    with TemporaryDirectory(prefix="tiltak-inspect-") as folder:
        home = Home(Path(folder))
        load_reports(files, home.staged, layout, loader_fingerprint())
        home.building.parent.mkdir(parents=True)
        with voice.progress("Resolving labels", None) as advance:
            resolve_labels(home, advance)
        problems = reading_problems(home)
    show_problems(problems, voice)
    return bool(problems)


@app.command()
def trace(
    key: Annotated[str, typer.Argument(help="A cell_id or fact_key from a fact table, or a mart's name.")],
    columns: Annotated[
        list[str] | None, typer.Argument(metavar="[COLUMN=VALUE]...", help="Which row of the mart.")
    ] = None,
    home: HomeOption = DEFAULT_HOME,
    *,
    picture: Annotated[
        Path | None,
        typer.Option(metavar="FILE.png", help="Draw the page, sheet or lines, the number in a frame."),
    ] = None,
) -> None:
    """Follow a number to the printed line, and list every other place where it is printed.

    A number of a mart that no report prints is followed to its parts, each with its own line.
    """
    from tiltak.parts import conclusion, find_parts, find_row
    from tiltak.trace import find_cells, source_lines, write_picture

    voice = Voice.of(quiet=False)
    with told_errors(voice), connect_published(Home(home)) as connection:
        row = find_row(connection, key, columns) if columns else {"fact_key": key}
        if row.get("fact_key") is None:
            parts = find_parts(connection, row)
            printed = [find_cells(connection, part.fact_key)[0] for part in parts]
            show_parts(parts, printed, conclusion(row, parts), voice)
            if picture is not None:
                raise LookupFailedError(
                    "no report prints this number, so there is nothing to draw",
                    "give the cell_id of one of its parts",
                )
        else:
            cells = find_cells(connection, row["fact_key"])
            show_trace(cells, source_lines(connection, cells[0], Home(home)), voice)
            if picture is not None:
                write_picture(connection, cells[0], Home(home), picture)
                voice.out.print(f"drawn in {picture}", markup=False)


# A query may begin with a comment, which looks like an option.
@app.command(context_settings={"ignore_unknown_options": True})
def sql(
    query: Annotated[
        str, typer.Argument(help="A SQL query on the published warehouse; `-` reads it from standard input.")
    ],
    home: HomeOption = DEFAULT_HOME,
    *,
    form: Annotated[
        str,
        typer.Option("--format", help="table, csv, json, xlsx or markdown; send xlsx to a file with `>`."),
    ] = "table",
    as_csv: Annotated[bool, typer.Option("--csv", help="The same as --format csv.")] = False,
    seconds: Annotated[float, typer.Option(min=0, help="Break the query off after this time.")] = 60,
    rows: Annotated[int, typer.Option(min=0, help="Refuse an answer of more rows.")] = 1_000_000,
) -> None:
    """Ask the published warehouse a question; nothing is written, and no other file is read."""
    from tiltak.formats import Format, form_of, written
    from tiltak.questions import ask

    voice = Voice.of(quiet=False)
    with told_errors(voice):
        wanted = Format.CSV if as_csv else form_of(form, is_terminal=sys.stdout.isatty())
        text = sys.stdin.read() if query == "-" else query
        with connect_published(Home(home)) as connection:
            answer = ask(connection, text, seconds, rows)
        if wanted is Format.CSV:
            _print_csv(answer.columns, answer.rows)
        elif wanted is Format.TABLE:
            show_rows(answer.columns, answer.rows, voice)
        else:
            sys.stdout.buffer.write(written(answer, wanted))


@app.command()
def mcp(home: HomeOption = DEFAULT_HOME) -> None:
    """Let an assistant ask the published warehouse, over the Model Context Protocol; it needs `make mcp`."""
    voice = Voice.of(quiet=False)
    with told_errors(voice), connect_published(Home(home)):
        try:
            from tiltak.assistant.server import serve
        except ModuleNotFoundError as error:
            raise LookupFailedError(
                f"the package {error.name} is not installed", "run `make mcp` in the project's folder"
            ) from error
    serve(Home(home))


@app.command()
def tables(home: HomeOption = DEFAULT_HOME) -> None:
    """List the published relations, how many rows they have and what one row is."""
    from tiltak.questions import relations

    voice = Voice.of(quiet=False)
    with told_errors(voice), connect_published(Home(home)) as connection:
        answer = relations(connection)
        voice.out.print(table_of(answer.columns, answer.rows))


@app.command()
def describe(
    relation: Annotated[str, typer.Argument(help="A relation that `tiltak tables` lists.")],
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """List the columns of a published relation, with their types and what they say."""
    from tiltak.questions import columns_of

    voice = Voice.of(quiet=False)
    with told_errors(voice), connect_published(Home(home)) as connection:
        answer = columns_of(connection, relation)
        voice.out.print(table_of(answer.columns, answer.rows))


@app.command()
def history(home: HomeOption = DEFAULT_HOME) -> None:
    """List the published versions, the newest first: what they hold and how they passed."""
    from tiltak.publish.versions import versions

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
    from tiltak.publish.differences import find_differences
    from tiltak.publish.versions import find_version, versions

    voice = Voice.of(quiet=False)
    with told_errors(voice):
        before, after = find_version(Home(home), older), find_version(Home(home), newer)
        current = next((one.database for one in versions(Home(home)) if one.is_current), None)
        differences = find_differences(before.database, after.database, current)
        if as_csv:
            _print_csv(differences.columns, differences.rows)
            return
        show_differences(before.build_id, after.build_id, differences, voice)


@app.command("learn")
def learn_from_build(home: HomeOption = DEFAULT_HOME, *, quiet: QuietOption = False) -> None:
    """Add the editions that are built to the seeds that plausibility compares with, to be reviewed."""
    from tiltak.learn import learn

    voice = Voice.of(quiet=quiet)
    with told_errors(voice):
        for learned in learn(Home(home)):
            editions = ", ".join(f"{product} {year}" for product, year in learned.editions) or "nothing new"
            voice.out.print(f"{learned.seed}: {learned.line_count} lines, {editions}", markup=False)


@app.command("export")
def export_version(
    home: HomeOption = DEFAULT_HOME,
    *,
    lake: Annotated[
        bool, typer.Option("--lake", help="Write Parquet by year instead, into `lake` of the home.")
    ] = False,
    wait: WaitOption = 0,
    quiet: QuietOption = False,
) -> None:
    """Write the published tables as CSV, an Excel workbook and JSON-stat, into `exports` of the home."""
    from tiltak.publish.exports import export, export_lake

    voice = Voice.of(quiet=quiet)
    with told_errors(voice), locked_home(Home(home), wait):
        folder = export_lake(Home(home)) if lake else export(Home(home))
        voice.out.print(f"The exports are in {folder}.")


@release.command("make")
def make_release_file(
    home: HomeOption = DEFAULT_HOME,
    *,
    folder: Annotated[Path, typer.Option(help="Where the zip file goes.")] = DEFAULT_RELEASES,
    quiet: QuietOption = False,
) -> None:
    """Make a zip file of the published tables, the workbook and the docs site."""
    from tiltak.release import make_release

    voice = Voice.of(quiet=quiet)
    with told_errors(voice), locked_home(Home(home), 0):
        voice.out.print(f"The release is {make_release(Home(home), folder)}.")


@release.command("verify")
def verify_release_file(
    file: Annotated[Path, typer.Argument(help="A zip file that `tiltak release make` has made.")],
) -> None:
    """Check that a release is complete and unchanged."""
    from tiltak.release import verify_release

    voice = Voice.of(quiet=False)
    with told_errors(voice):
        voice.out.print(f"All {verify_release(file)} files are as they were released.")


def _print_csv(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)


def _recover(home: Home) -> None:
    from loaders.load import remove_partial
    from tiltak.publish.versions import recover

    try:
        remove_partial(home.staged)
        recover(home)
    except OSError as error:
        raise StagingError(
            f"what an interrupted build has left cannot be removed: {error.strerror}",
            "check the permissions of the folder",
            str(home.folder),
        ) from error


def _load(paths: list[Path], home: Home, voice: Voice) -> "list[Loaded]":
    from loaders.cards import cards_without_file
    from loaders.files import find_reports, find_unread
    from loaders.load import load_reports
    from loaders.staging import loader_fingerprint

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
    from tiltak.publish.publish import publish

    done = _made(home, voice)
    # All that must hold has been audited: from the next line on it is published.
    publish(home, done.tests, keep, even_if_same=anew)
    with connect_published(home) as connection:
        show_warehouse(connection, home, voice)


def _made(home: Home, voice: Voice) -> "Done":
    """Build and test what is staged; what does not hold is told, and then raised."""
    from tiltak import spans
    from tiltak.audit.findings import ContradictionError
    from tiltak.build import ChecksFailedError

    try:
        with voice.progress("Building and testing", None) as advance:
            return spans.build(home, advance)
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
