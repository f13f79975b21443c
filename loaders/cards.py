"""Provenance cards: what `reports.yml` beside the report files says of each of them."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from loaders.errors import ProvenanceError

CARD_FILE = "reports.yml"


@dataclass(frozen=True)
class Card:
    """The part of a card that the loader uses.

    Attributes:
        file: file name in the folder of the cards, each letter of it as one code point.
        sha256: hash of the file's bytes, in hex.
        published_date: when the edition came out, for a report that does not print it; it settles the
            order of editions that otherwise have none.
        publisher: who published the report.
        licence: what its publisher allows.
        obtained: how the file was got, and what was done to it.
    """

    file: str
    sha256: str
    published_date: date | None = None
    publisher: str | None = None
    licence: str | None = None
    obtained: str | None = None


def read_cards(folder: Path) -> dict[str, Card]:
    """Return the cards of a folder by file name; empty where the folder has none.

    Raises:
        ProvenanceError: the cards cannot be read, one lacks its file name or hash, or a file has two.
    """
    path = folder / CARD_FILE
    if not path.exists():
        return {}
    if not path.is_file():
        raise ProvenanceError("the provenance cards are no file", "write them as a text file", str(path))
    try:
        # Read as text alone: a hash of digits is no number, and a day that no calendar has is no error.
        content = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
        cards = [_card(card) for card in _list(content["reports"])]
        _check_one_each(cards)
    except (
        OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, ValueError, RecursionError,
    ) as error:  # fmt: skip
        raise ProvenanceError(
            f"the provenance cards cannot be read ({error})",
            "each card under `reports:` needs at least `file` and `sha256`, and each file one card",
            str(path),
        ) from error
    return {card.file: card for card in cards}


def card_of(cards: dict[str, Card], path: Path, sha256: str) -> Card | None:
    """Return the card of a file, if it has one.

    Raises:
        ProvenanceError: the file's bytes are not those of its card.
    """
    card = cards.get(unicodedata.normalize("NFC", path.name))
    if card is not None and card.sha256 != sha256:
        raise ProvenanceError(
            "the file differs from its provenance card: another sha256",
            f"was it cut or edited? fetch it again, or write a new card (sha256 {sha256})",
            str(path),
        )
    return card


def cards_without_file(folder: Path) -> list[str]:
    """Return the names on the cards of a folder to which it has no file.

    Raises:
        ProvenanceError: the cards cannot be read.
    """
    there = {unicodedata.normalize("NFC", path.name) for path in folder.iterdir()}
    return sorted(name for name in read_cards(folder) if name not in there)


def _list(reports: object) -> list[dict[str, object]]:
    if not isinstance(reports, list):
        raise TypeError("`reports` is no list")
    return reports


def _card(card: dict[str, object]) -> Card:
    file, sha256, published = card["file"], card["sha256"], card.get("published")
    if not (isinstance(file, str) and isinstance(sha256, str)):
        raise TypeError("`file` and `sha256` are not texts")
    if not isinstance(published, str | None):
        raise TypeError("`published` is no day")
    published_date = date.fromisoformat(published) if published else None
    return Card(
        unicodedata.normalize("NFC", file),
        sha256.strip().lower(),
        published_date,
        publisher=_text(card, "publisher"),
        licence=_text(card, "licence"),
        obtained=_text(card, "obtained"),
    )


def _text(card: dict[str, object], name: str) -> str | None:
    value = card.get(name)
    if not isinstance(value, str | None):
        raise TypeError(f"`{name}` is no text")
    return value or None


def _check_one_each(cards: Iterable[Card]) -> None:
    seen: set[str] = set()
    for card in cards:
        if card.file in seen:
            raise ValueError(f"{card.file} has two")
        seen.add(card.file)
