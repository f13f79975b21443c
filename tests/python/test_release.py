"""A release holds all that people need, the same bytes each time, and one that was touched is refused."""

import csv
import os
import re
import shutil
import subprocess
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from typer.testing import CliRunner

from loaders.errors import LookupFailedError
from tiltak.cli import app
from tiltak.home import PROJECT, Home
from tiltak.publish.versions import CHECKSUMS
from tiltak.release import make_release, verify_release
from tiltak.site.charts import thousands


@pytest.fixture(scope="module")
def made(built_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_release(built_home, tmp_path_factory.mktemp("dist"))


def names(path: Path) -> set[str]:
    with ZipFile(path) as file:
        return {name.split("/", 1)[1] for name in file.namelist()}


def copied(made: Path, folder: Path, left_out: str = "", added: str = "", changed: str = "") -> Path:
    """Copy a release with a file left out, added or changed."""
    target = folder / made.name
    with ZipFile(made) as old, ZipFile(target, "w") as new:
        for name in old.namelist():
            if left_out and name.endswith(left_out):
                continue
            content = old.read(name)
            new.writestr(name, content + b" " if changed and name.endswith(changed) else content)
        if added:
            new.writestr(f"{made.stem}/{added}", "")
    return target


def test_a_release_holds_the_tables_the_site_and_what_to_read_first(made: Path) -> None:
    assert {
        "LESMEG-README.txt", "CITATION.cff", "SHA256SUMS", "tiltak.xlsx", "build.json", "dictionary.html",
        "jsonstat/index.json", "csv/main/dim_month.csv", "parquet/main/dim_month.parquet", "site/index.html",
        "site/dbt/index.html",
    } <= names(made)  # fmt: skip
    assert "tiltak.duckdb" not in names(made)
    assert "osi_document.json" not in str(names(made))


def test_each_way_to_a_first_answer_leads_to_the_same_number(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (PROJECT / "docs" / "first_answer.md").read_text(encoding="utf-8")
    answer = re.search(r"The answer is \*\*([\d ]+)\*\*", page)
    python = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert answer is not None
    assert python is not None
    number = int(answer[1].replace(" ", ""))
    with ZipFile(made) as file:
        file.extractall(tmp_path)
    folder = tmp_path / made.stem
    monkeypatch.chdir(folder)
    exec(python[1], {})  # the code that the page shows
    assert int(capsys.readouterr().out) == number
    sheet = openpyxl.load_workbook(folder / "tiltak.xlsx", read_only=True)["Tiltaksgruppe"]
    head, *rows = sheet.iter_rows(values_only=True)
    found = [dict(zip(head, row, strict=True)) for row in rows]
    [row] = [row for row in found if row["Måned (kode)"] == "202207" and row["Tiltak"] == "Opplæring"]
    assert row["Deltakere"] == number
    with (folder / "csv/main/mart_participants_by_tiltaksgruppe.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        [line] = [
            line
            for line in csv.DictReader(file)
            if (line["tiltak_name"], line["month_key"]) == ("Opplæring", "202207")
        ]
    assert int(line["participants"]) == number
    site = (folder / "site" / "groups" / "GRP_OPPLAERING.html").read_text(encoding="utf-8")
    assert f"Opplæring: {thousands(number)} personer ved utgangen av juli 2022." in site
    readme = (folder / "LESMEG-README.txt").read_text(encoding="utf-8")
    assert f"Svaret er {answer[1]}." in readme
    assert f"The answer is {answer[1]}." in readme


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed")
@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_the_steps_in_r_lead_to_the_same_number_in_any_locale(
    made: Path, tmp_path: Path, locale: str
) -> None:
    page = (PROJECT / "docs" / "first_answer.md").read_text(encoding="utf-8")
    answer = re.search(r"The answer is \*\*([\d ]+)\*\*", page)
    steps = re.search(r"```r\n(.*?)```", page, re.DOTALL)
    assert answer is not None
    assert steps is not None
    with ZipFile(made) as file:
        file.extract(f"{made.stem}/csv/main/mart_participants_by_tiltaksgruppe.csv", tmp_path)
    done = subprocess.run(
        ["Rscript", "-"],
        input=steps[1],
        env={**os.environ, "LC_ALL": locale},
        cwd=tmp_path / made.stem,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["[1]", answer[1].replace(" ", "")]


def test_the_same_reports_make_the_same_bytes(made: Path, built_home: Home, tmp_path: Path) -> None:
    again = make_release(built_home, tmp_path)
    with ZipFile(made) as first, ZipFile(again) as second:
        assert first.namelist() == second.namelist()
        assert [name for name in first.namelist() if first.read(name) != second.read(name)] == []
    assert made.name == again.name
    assert made.read_bytes() == again.read_bytes()


def test_a_release_that_is_whole_is_verified(made: Path) -> None:
    assert verify_release(made) == len(names(made)) - 1
    said = CliRunner().invoke(app, ["release", "verify", str(made)])
    assert said.exit_code == 0, said.output


@pytest.mark.parametrize(
    "change",
    [
        {"left_out": "dim_month.csv"},
        {"added": "more.txt"},
        {"changed": "tiltak.xlsx"},
        {"left_out": CHECKSUMS},
    ],
)
def test_a_release_that_was_touched_is_refused(made: Path, tmp_path: Path, change: dict[str, str]) -> None:
    with pytest.raises(LookupFailedError):
        verify_release(copied(made, tmp_path, **change))


def test_a_file_that_is_no_release_is_refused(made: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.zip"
    shutil.copy(made, cut)
    cut.write_bytes(cut.read_bytes()[:1000])
    with pytest.raises(LookupFailedError, match="no release"):
        verify_release(cut)
