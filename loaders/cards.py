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
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        cards = [Card(str(card["file"]), str(card["sha256"])) for card in content["reports"]]
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError) as error:
        raise ProvenanceError(
            f"the provenance cards cannot be read ({error})",
            "each card under `reports:` needs at least `file` and `sha256`",
            str(path),
        ) from error
    return {card.file: card for card in cards}


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
