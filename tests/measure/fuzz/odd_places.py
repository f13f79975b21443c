"""Folders and files with names that people and programs give them, and that mean something elsewhere.

A report is loaded from such a folder into such a home. It is staged as it is, under its name, or refused in
an orderly way.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq
from hypothesis import strategies as st
from typer.testing import CliRunner

from measure.fuzz.inputs import PROJECT, load
from measure.fuzz.oracle import Staged, staged
from tiltak.cli import app

REPORT = PROJECT / "data" / "reports" / "deltakere-tiltak_2020-01_2020-02.txt"
HOME, FOLDER, FILE = PLACES = ("home", "folder", "file")
ODD_NAMES = {
    "blanks": [" ", "a b", " a", "a ", "a  b", "a\u00a0b", "a\u3000b"],
    "percent signs": ["%", "100%", "%s", "%20", "%00", "%(name)s"],
    "patterns": ["*", "a*", "?", "[1]", "[!a]", "a{b,c}", "**", "~"],
    "quotes": ["'", '"', "it's", "''", '"a"', "`id`", "\u201ca\u201d"],
    "line ends": ["a\nb", "\n", "a\tb", "a\rb", "a\x0bb"],
    "letters of two characters": [unicodedata.normalize("NFD", "tiltak_måned_ÆØÅ"), "e\u0301"],
    "dashes": ["-", "-rf", "--home", "--", "-x=1"],
    "dots": ["a.", "..a", "...", "a..b", "a.txt"],
    "signs of a shell": ["$HOME", "$(id)", "a;b", "a&b", "a|b", "a>b", "!x", "(a)"],
    "signs of SQL and templates": ["a--b", "*a*", "{{ x }}", "{% x %}", "a\\b", "\\", "a,b", "=1+1", "@"],
    "signs of an address": ["a?b=c", "a#b", "file:a", "s3:a", "a:b", "a@b"],
    "nothing to be seen": ["\u200b", "a\u202eb", "\ufeff", "\x1b[8m", "\x7f"],
    "other scripts": ["\u0434\u0430\u043d\u043d\u044b\u0435", "\u6570\u636e", "\u0627", "\U0001f600"],
    "no UTF-8": ["a\udcff", "\udce5", "m\udce5ned"],
    "long names": ["a" * 200, "å" * 100],
    "names of devices and modules": ["nul", "con", "staged", "published", "dbt", "null", "None", "true"],
}  # fmt: skip


@dataclass(frozen=True)
class OddPlace:
    """A report in an odd place.

    Attributes:
        kinds: what kind of name is where.
        names: the name of each place.
    """

    kinds: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def content(self) -> bytes:
        """The names, by which one is told from another."""
        return "\0".join(self.names).encode("utf-8", "surrogateescape")

    def __repr__(self) -> str:
        """Show the names."""
        return f"{dict(zip(PLACES, self.names, strict=True))!a}"


@st.composite
def odd_places(draw: st.DrawFn) -> OddPlace:
    """Draw names for the home, the folder of reports and a report: one of them odd, or all."""
    places = draw(st.sampled_from([*([place] for place in PLACES), PLACES]))
    kinds, names = [], []
    for place in PLACES:
        kind = draw(st.sampled_from(sorted(ODD_NAMES)))
        if place in places:
            kinds.append(f"{kind} in the name of the {place}")
        names.append(draw(st.sampled_from(ODD_NAMES[kind])) if place in places else place)
    return OddPlace(tuple(kinds), tuple(names))


@cache
def original() -> Staged:
    """Return the report as it is to be staged."""
    return load(REPORT.read_bytes())


def load_from(place: OddPlace) -> str | None:
    """Load the report from its odd place; returns None if it is staged, else the command's message.

    Raises:
        ValueError: it is staged otherwise than it is, or the command ends in disorder.
    """
    home, folder, file = place.names
    with TemporaryDirectory() as name:
        reports = Path(name) / "reports" / folder
        reports.mkdir(parents=True)
        (reports / f"{file}.txt").write_bytes(REPORT.read_bytes())
        result = CliRunner().invoke(app, ["load", str(reports), "--home", str(Path(name, "homes", home))])
        if result.exit_code:
            return _orderly(result.exit_code, result.output, result.exception)
        staged_in = Path(name) / "homes" / home / "staged"
        frames = [
            pq.read_table(path).to_pandas()
            for kind in ("report", "cell")
            for path in (staged_in / kind).iterdir()
        ]
    read = staged(*frames)
    if read.rows != original().rows:
        raise ValueError("the report is staged otherwise than it is")
    expected = unicodedata.normalize("NFC", f"{folder}/{file}.txt")
    if not str(read.facts["source_file"]).endswith(expected):
        raise ValueError(f"its name is staged as {read.facts['source_file']!a}")
    return None


def _orderly(exit_code: int, output: str, exception: BaseException | None) -> str:
    if exit_code != 1 or not isinstance(exception, SystemExit) or "Traceback" in output:
        raise ValueError(f"no orderly end: {exit_code}, {exception!r}, {output!a}")
    if "error: " not in output or "next: " not in output:
        raise ValueError(f"the message says not what to do next: {output!a}")
    return output
