"""Provenance cards vouch for a file's bytes; the project's own cards agree with what the reports print."""

import hashlib
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from loaders.cards import CARD_FILE, Card, card_of, cards_without_file, read_cards
from loaders.errors import ProvenanceError
from loaders.printed import PrintedReport

HASH = hashlib.sha256(b"report").hexdigest()


def write_cards(folder: Path, text: str) -> Path:
    """Write a folder's cards."""
    (folder / CARD_FILE).write_text(text, encoding="utf-8")
    return folder


def test_a_folder_without_cards_has_none(tmp_path: Path) -> None:
    assert read_cards(tmp_path) == {}


def test_cards_are_found_by_file_name(tmp_path: Path) -> None:
    write_cards(tmp_path, f'reports:\n  - file: a.txt\n    licence: unknown\n    sha256: "{HASH}"\n')
    assert read_cards(tmp_path) == {"a.txt": Card("a.txt", HASH, licence="unknown")}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("reports:\n", id="no list"),
        pytest.param("reports: [", id="not YAML"),
        pytest.param("- file: a.txt\n", id="no key `reports`"),
        pytest.param("reports:\n  - file: a.txt\n", id="no sha256"),
        pytest.param("reports:\n  - sha256: abc\n", id="no file"),
        pytest.param("reports:\n  - a.txt\n", id="only names"),
        pytest.param("reports: 5\n", id="a number"),
        pytest.param("reports: a.txt\n", id="a text"),
        pytest.param("reports:\n  - file: [a.txt]\n    sha256: abc\n", id="a list of names"),
        pytest.param("reports:\n  - {file: a.txt, sha256: abc, licence: [NLOD]}\n", id="a list of licences"),
        pytest.param("[" * 2000, id="nested too deep"),
    ],
)
def test_cards_that_cannot_be_read_are_refused_with_their_path(text: str, tmp_path: Path) -> None:
    with pytest.raises(ProvenanceError) as caught:
        read_cards(write_cards(tmp_path, text))
    assert caught.value.report == str(tmp_path / CARD_FILE)
    assert "sha256" in caught.value.next_step


def test_a_hash_of_digits_alone_is_kept_as_it_is(tmp_path: Path) -> None:
    write_cards(tmp_path, "reports:\n  - file: 2024\n    sha256: 0012345678901234\n")
    assert read_cards(tmp_path) == {"2024": Card("2024", "0012345678901234")}


def test_a_day_that_no_calendar_has_is_no_matter_of_the_loader(tmp_path: Path) -> None:
    write_cards(tmp_path, f"reports:\n  - file: a.txt\n    updated: 2025-13-45\n    sha256: {HASH}\n")
    assert read_cards(tmp_path) == {"a.txt": Card("a.txt", HASH)}


def test_cards_saved_as_latin_1_are_refused_with_their_path(tmp_path: Path) -> None:
    (tmp_path / CARD_FILE).write_bytes("reports: [] # måned".encode("latin-1"))
    with pytest.raises(ProvenanceError) as caught:
        read_cards(tmp_path)
    assert caught.value.report == str(tmp_path / CARD_FILE)


def test_a_file_that_its_card_vouches_for_has_a_card() -> None:
    assert card_of({"a.txt": Card("a.txt", HASH)}, Path("folder/a.txt"), HASH)


def test_a_file_without_a_card_is_not_refused() -> None:
    assert card_of({"a.txt": Card("a.txt", HASH)}, Path("folder/b.txt"), HASH) is None


def test_a_file_with_other_bytes_than_its_card_is_refused_with_its_hash() -> None:
    other = hashlib.sha256(b"edited").hexdigest()
    with pytest.raises(ProvenanceError) as caught:
        card_of({"a.txt": Card("a.txt", HASH)}, Path("folder/a.txt"), other)
    assert caught.value.report == str(Path("folder/a.txt"))
    assert other in caught.value.next_step


@pytest.fixture(scope="module")
def own_cards(reports_folder: Path) -> dict[str, dict[str, Any]]:
    """Return the project's own cards, all their fields, by file name."""
    content = yaml.safe_load((reports_folder / CARD_FILE).read_text(encoding="utf-8"))
    return {card["file"]: card for card in content["reports"]}


def test_every_report_file_of_the_project_has_a_card_and_every_card_a_file(
    own_cards: dict[str, dict[str, Any]], reports_folder: Path
) -> None:
    assert sorted(own_cards) == sorted(path.name for path in reports_folder.glob("*.txt"))


def test_every_card_of_the_project_has_the_hash_of_its_file(reports_folder: Path) -> None:
    cards = read_cards(reports_folder)
    for name in cards:
        path = reports_folder / name
        assert card_of(cards, path, hashlib.sha256(path.read_bytes()).hexdigest())


def test_every_card_of_the_project_says_publisher_licence_and_origin(
    own_cards: dict[str, dict[str, Any]],
) -> None:
    for card in own_cards.values():
        assert all(card[key] for key in ("publisher", "licence", "obtained"))


def test_the_cards_say_what_the_reports_print(
    own_cards: dict[str, dict[str, Any]],
    printed_reports: dict[str, PrintedReport],
    report_paths: dict[str, Path],
) -> None:
    for year, report in printed_reports.items():
        card = own_cards[report_paths[year].name]
        period = report.period
        assert card["title"] == report.product_title
        assert card["product_code"] == report.product_code
        assert card["period"] == f"{year}-{period.first_month:02}..{year}-{period.last_month:02}"
        assert card.get("updated") == report.updated_date


def test_cards_without_a_file_are_found_by_their_names(tmp_path: Path) -> None:
    (tmp_path / "måned.txt").write_text("text")
    decomposed = unicodedata.normalize("NFD", "måned.txt")
    cards = "".join(f"  - file: {name}\n    sha256: {HASH}\n" for name in (decomposed, "gone.txt"))
    write_cards(tmp_path, f"reports:\n{cards}")
    assert cards_without_file(tmp_path) == ["gone.txt"]


def test_a_file_with_two_cards_is_refused(tmp_path: Path) -> None:
    write_cards(tmp_path, "reports:\n" + f"  - file: a.txt\n    sha256: {HASH}\n" * 2)
    with pytest.raises(ProvenanceError, match=r"a\.txt has two"):
        read_cards(tmp_path)


def test_a_card_says_who_published_its_report_and_how_it_was_got(tmp_path: Path) -> None:
    card = f"reports:\n  - file: a.txt\n    sha256: {HASH}\n    publisher: NAV\n    obtained: Downloaded.\n"
    read = read_cards(write_cards(tmp_path, card))["a.txt"]
    assert (read.publisher, read.licence, read.obtained) == ("NAV", None, "Downloaded.")


def test_a_card_may_say_when_its_edition_was_published(tmp_path: Path) -> None:
    card = f"reports:\n  - file: a.txt\n    sha256: {HASH.upper()}\n    published: 2021-04-06\n"
    assert read_cards(write_cards(tmp_path, card)) == {"a.txt": Card("a.txt", HASH, date(2021, 4, 6))}
    with pytest.raises(ProvenanceError):
        read_cards(write_cards(tmp_path, card.replace("04-06", "02-30")))


def test_cards_that_are_no_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / CARD_FILE).mkdir()
    with pytest.raises(ProvenanceError):
        read_cards(tmp_path)
