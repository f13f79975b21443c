"""The texts that mutations start from: real reports, whole and cut down to a few pages, and printed ones."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hypothesis import strategies as st
from support.report_printer import print_report
from support.report_strategies import styles, written_reports

from loaders.errors import TiltakError
from loaders.layout import Layout, read_layout
from loaders.readers.text import read_text
from loaders.staging import Source, cell_frame, report_frame
from loaders.tables.recogniser import recognise
from measure.fuzz.mutations import MUTATIONS, STEPS, TITLES, Place, to_bytes, to_text
from measure.fuzz.oracle import Harm, Staged, StagedRow, staged

PROJECT = Path(__file__).resolve().parents[3]
REPORTS = PROJECT / "data" / "reports"
SEEDS = PROJECT / "seeds" / "layout"
NAME = "report.txt"
PAGE = re.compile(rf"(?m)^(?=[# ]*(?:{'|'.join(map(re.escape, TITLES))})[ ]*$)")
# Cuts of a report that are mutated: so many, each of so many pages beside its cover.
CUTS, PAGES_PER_CUT = 12, 3
# Of ten inputs, two are whole reports and three are printed ones.
ORIGINS = ["whole"] * 2 + ["cut"] * 5 + ["printed"] * 3


@dataclass(frozen=True)
class Original:
    """A text before it is mutated, and the rows it is known to hold."""

    name: str
    content: bytes
    rows: tuple[StagedRow, ...]


@dataclass(frozen=True)
class Input:
    """A mutated text: what it was made from and how."""

    original: Original
    kinds: tuple[str, ...]
    content: bytes

    @property
    def harm(self) -> Harm:
        """The worst that the mutations may have done to the rows."""
        return max((MUTATIONS[kind].harm for kind in self.kinds), default=Harm.NONE)

    def __repr__(self) -> str:
        """Name the input without its text."""
        return f"{self.original.name} with {', '.join(self.kinds) or 'nothing'}"


@cache
def layout() -> Layout:
    """Return the project's own layout."""
    return read_layout(SEEDS)


def load(content: bytes) -> Staged:
    """Take a text through the loaders, as far as the frames that are written to Parquet.

    Raises:
        TiltakError: the text is refused.
    """
    printed = recognise(read_text(content, NAME), layout(), NAME)
    source = Source(NAME, hashlib.sha256(content).hexdigest())
    cells = cell_frame(printed, source)
    return staged(report_frame(printed, source, len(cells)), cells)


@cache
def whole_reports() -> tuple[Original, ...]:
    """Return the real reports at their natural size."""
    return tuple(_original(path.stem, path.read_bytes()) for path in sorted(REPORTS.glob("*.txt")))


@cache
def cut_reports() -> tuple[Original, ...]:
    """Return real reports cut down to their cover and a few pages, as far as they load."""
    return tuple(cut for path in sorted(REPORTS.glob("*.txt")) for cut in _cuts(path))


@st.composite
def inputs(draw: st.DrawFn) -> Input:
    """Draw a text and one to four mutations of it."""
    origin = draw(st.sampled_from(ORIGINS))
    if origin == "printed":
        style = draw(styles())
        original = _original("printed report", print_report(draw(written_reports(style)), style))
    else:
        original = draw(st.sampled_from(whole_reports() if origin == "whole" else cut_reports()))
    steps = st.integers(0, STEPS - 1)
    kinds = draw(st.lists(st.sampled_from(sorted(MUTATIONS)), min_size=1, max_size=4))
    places = [draw(st.builds(Place, steps, steps, steps)) for _ in kinds]
    return mutated(original, kinds, places)


def mutated(original: Original, kinds: Sequence[str], places: Sequence[Place]) -> Input:
    """Return a text after mutations, one after the other."""
    text = to_text(original.content)
    for kind, place in zip(kinds, places, strict=True):
        text = MUTATIONS[kind].mutate(text, place)
    return Input(original, tuple(kinds), to_bytes(text))


def _original(name: str, content: bytes) -> Original:
    return Original(name, content, load(content).rows)


def _cuts(path: Path) -> Iterator[Original]:
    cover, *pages = PAGE.split(path.read_text(encoding="utf-8"))
    if len(pages) > 1 and "Om tabellene" in pages[0]:
        cover += pages.pop(0)
    step = max(1, len(pages) // CUTS)
    for start in range(0, len(pages), step):
        text = cover + "".join(pages[start : start + PAGES_PER_CUT])
        try:
            yield _original(f"{path.stem}, page {start + 2} and on", text.encode())
        except TiltakError:
            continue  # it lacks the page that settles a damaged header
