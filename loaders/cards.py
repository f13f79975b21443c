"""Provenance cards: what `reports.yml` beside the report files says of each of them."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from loaders.errors import ProvenanceError

CARD_FILE = "reports.yml"


@dataclass(frozen=True)
class Card:
    """The part of a card that the loader checks.

    Attributes:
        file: file name in the folder of the cards.
        sha256: hash of the file's bytes, in hex.
    """

    file: str
    sha256: str


def read_cards(folder: Path) -> dict[str, Card]:
    """Return the cards of a folder by file name; empty where the folder has none.

    Raises:
        ProvenanceError: the cards cannot be read, or one lacks its file name or hash.
    """
    path = folder / CARD_FILE
    if not path.is_file():
        return {}
    try:
        # Read as text alone: a hash of digits is no number, and a day that no calendar has is no error.
        content = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
        cards = [_card(card) for card in _list(content["reports"])]
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, RecursionError) as error:
        raise ProvenanceError(
            f"the provenance cards cannot be read ({error})",
            "each card under `reports:` needs at least `file` and `sha256`",
            str(path),
        ) from error
    return {card.file: card for card in cards}


def _list(reports: object) -> list[dict[str, object]]:
    if not isinstance(reports, list):
        raise TypeError("`reports` is no list")
    return reports


def _card(card: dict[str, object]) -> Card:
    file, sha256 = card["file"], card["sha256"]
    if not (isinstance(file, str) and isinstance(sha256, str)):
        raise TypeError("`file` and `sha256` are not texts")
    return Card(file, sha256)


def check_card(cards: dict[str, Card], path: Path, sha256: str) -> bool:
    """Check a file against its card, and tell whether it has one.

    Raises:
        ProvenanceError: the file's bytes are not those of its card.
    """
    card = cards.get(path.name)
    if card is None:
        return False
    if card.sha256 != sha256:
        raise ProvenanceError(
            "the file differs from its provenance card: another sha256",
            f"was it cut or edited? fetch it again, or write a new card (sha256 {sha256})",
            str(path),
        )
    return True
