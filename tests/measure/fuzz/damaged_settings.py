"""What the loaders read besides reports, damaged: provenance cards and layout seeds."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import strategies as st

from loaders.cards import CARD_FILE, read_cards
from loaders.layout import read_layout
from measure.fuzz.inputs import REPORTS, SEEDS
from measure.fuzz.mutations import MUTATIONS, STEPS, Place, to_bytes, to_text

FILES = {path.name: path for path in (REPORTS / CARD_FILE, SEEDS / "product.csv", SEEDS / "header_label.csv")}
# Mutations that need no table; the others would find nothing to change.
KINDS = sorted(
    kind
    for kind in MUTATIONS
    if kind.startswith(("byte", "char", "line", "very", "digit", "trunc", "other", "win"))
)
# Pieces that mean something to YAML or CSV, and seldom come about by chance.
PIECES = (
    "[" * 1200,
    "&a [*a]",
    "*a",
    "!!python/name:os",
    "2025-13-45",
    "0o9",
    ".inf",
    '"',
    '""',
    "? ",
    "{",
    "<<: 5\n",
)


@dataclass(frozen=True)
class DamagedFile:
    """One of the files, damaged."""

    name: str
    kinds: tuple[str, ...]
    content: bytes

    def __repr__(self) -> str:
        """Name the file without its text."""
        return f"{self.name} with {', '.join(self.kinds)}"


@st.composite
def damaged_settings(draw: st.DrawFn) -> DamagedFile:
    """Draw one of the files and one to three mutations of it."""
    name = draw(st.sampled_from(sorted(FILES)))
    text = to_text(_content(name))
    kinds = draw(st.lists(st.sampled_from([*KINDS, "piece inserted"]), min_size=1, max_size=3))
    steps = st.integers(0, STEPS - 1)
    for kind in kinds:
        place = draw(st.builds(Place, steps, steps, steps))
        if kind == "piece inserted":
            start = place.pick(len(text) + 1)
            text = text[:start] + place.choose(PIECES) + text[start:]
        else:
            text = MUTATIONS[kind].mutate(text, place)
    return DamagedFile(name, tuple(kinds), to_bytes(text))


def read_settings(damaged: DamagedFile) -> None:
    """Read a damaged file with the loaders, beside the sound ones.

    Raises:
        TiltakError: it is refused.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        for file in FILES:
            (folder / file).write_bytes(damaged.content if file == damaged.name else _content(file))
        if damaged.name == CARD_FILE:
            read_cards(folder)
        else:
            read_layout(folder)


@cache
def _content(name: str) -> bytes:
    return FILES[name].read_bytes()
