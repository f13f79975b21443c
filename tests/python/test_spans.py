"""A large archive is built in spans of years: only those that changed, and the rows are those of one go."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest
from support.editions import MONTHS, edition
from support.killed import end_this_process

from loaders.errors import OutOfMemoryError
from loaders.layout import Layout
from loaders.load import drop_others, load_reports
from loaders.staging import loader_fingerprint
from tiltak import spans
from tiltak.build import build_warehouse
from tiltak.done import Done
from tiltak.errors import BuildError
from tiltak.home import Home
from tiltak.spans import Span, StagedReport, spans_of

# Places among all editions of an archive, which nobody gets.
ORDER = {"edition_order", "edition_rank"}
DIGITS_OF_A_SUM = 9


def report(sha256: str, first_year: int, last_year: int | None = None, cells: int = 10) -> StagedReport:
    """Return a staged report."""
    return StagedReport(sha256, first_year, last_year or first_year, cells)


@pytest.mark.parametrize(
    ("reports", "spans_expected"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param(
            [report("a", 2019), report("b", 2020)], [(2019, 2020)], id="as many as there is room for"
        ),
        pytest.param(
            [report("a", 2019), report("b", 2020), report("c", 2021)],
            [(2019, 2020), (2021, 2021)],
            id="no more",
        ),
        pytest.param(
            [report("a", 2019, cells=500), report("b", 2020)], [(2019, 2019), (2020, 2020)], id="a year"
        ),
        pytest.param(
            [report("c", 2021), report("a", 2019, 2020), report("b", 2020, cells=20)],
            [(2019, 2020), (2021, 2021)],
            id="a report of two years",
        ),
    ],
)
def test_years_stay_together_while_there_is_room_and_where_a_report_connects_them(
    reports: list[StagedReport], spans_expected: list[tuple[int, int]]
) -> None:
    assert [(span.first_year, span.last_year) for span in spans_of(reports, 25)] == spans_expected


def test_a_span_is_named_by_all_that_it_is_made_of(small_home: Home, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    shutil.copytree(small_home.staged, home.staged)
    [span] = spans_of(spans.staged_reports(home))
    name = spans._name(home, span, "program")
    assert name.startswith("2020-2020-")
    assert spans._name(home, span, "program") == name
    assert spans._name(home, span, "another program") != name
    [staged] = (home.staged / "cell").iterdir()
    staged.write_bytes(staged.read_bytes() + b" ")
    assert spans._name(home, span, "program") != name


def test_a_figure_of_another_year_than_its_report_stops_the_build(small_home: Home, tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"figures of 2020\d\d are printed by a report of 2019-2019"):
        spans._write_rows(small_home, Span((report("a", 2019),)), Done(frozenset(), frozenset()), tmp_path)


def test_a_process_ended_by_the_system_is_told_and_leaves_nothing(
    tmp_path: Path, report_paths: dict[str, Path], layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home")
    paths = [report_paths["2020"], *written(tmp_path, edition=edition(MONTHS[:2]))]
    load_reports(paths, home.staged, layout, loader_fingerprint())
    two = spans_of(spans.staged_reports(home), 1)
    monkeypatch.setattr(spans, "_build_span", end_this_process)
    with pytest.raises(OutOfMemoryError, match="a process that built some years was ended"):
        spans._build_spans(home, two, lambda _: None)
    assert not spans.spans_folder(home).exists()


def rows_of(home: Home) -> dict[str, list[object]]:
    """Return of each relation of a build file how many rows it has and a hash of them, by name."""
    listed = """
        select schema_name || '.' || table_name from duckdb_tables() where schema_name <> 'failures'
        union all
        select schema_name || '.' || view_name from duckdb_views() where not internal
    """
    with duckdb.connect(str(home.building), read_only=True) as connection:
        names = [name for (name,) in connection.execute(listed).fetchall()]
        found: dict[str, list[object]] = {}
        for name in names:
            columns = [
                f"round({column}, {DIGITS_OF_A_SUM})" if kind == "DOUBLE" else column
                for column, kind, *_ in connection.execute(f"describe {name}").fetchall()
                if column not in ORDER
            ]
            hashed = f"select count(*), sum(hash({', '.join(columns)})::hugeint) from {name}"
            found[name] = list(connection.execute(hashed).fetchall())
    return found


@pytest.mark.slow
def test_only_spans_that_changed_are_built_and_every_row_is_as_if_all_were_built_at_once(
    report_paths: dict[str, Path], tmp_path: Path, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spans, "SPAN_CELLS", 1)
    home = Home(tmp_path / "home")
    build_reports(home, layout, [report_paths["2020"], *written(tmp_path, first=edition(MONTHS[:2]))])
    before = {path.name for path in (home.folder / "build" / "spans").iterdir()}
    newer = written(
        tmp_path,
        january=edition(MONTHS[:1]),
        reissue=edition(MONTHS[:3], updated="5.5.2021", more_in="Januar"),
    )
    done = build_reports(home, layout, [report_paths["2020"], *newer])
    after = {path.name for path in (home.folder / "build" / "spans").iterdir()}
    assert {name[:9] for name in before & after} == {"2020-2020"}
    assert {name[:9] for name in after - before} == {"2021-2021"}
    at_once = Home(tmp_path / "at-once")
    shutil.copytree(home.staged, at_once.staged)
    assert build_warehouse(at_once).nodes == done.nodes
    assert rows_of(home) == rows_of(at_once)


def written(folder: Path, **texts: str) -> list[Path]:
    """Write reports into a folder, by name."""
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return [folder / f"{name}.txt" for name in texts]


def build_reports(home: Home, layout: Layout, paths: Sequence[Path]) -> Done:
    """Build a home of these reports and no other, in one process."""
    drop_others(load_reports(paths, home.staged, layout, loader_fingerprint()), home.staged)
    return spans.build(home)
