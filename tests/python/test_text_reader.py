"""The text reader turns bytes into pages of lines of tokens, and takes away only what the converter added."""

import unicodedata
from pathlib import Path

import pytest
from support.small_reports import NAME

from loaders.errors import UnreadableFileError
from loaders.printed import LineKind, SourceText
from loaders.readers import text as text_reader
from loaders.readers.text import read_text


def read(text: str) -> SourceText:
    """Read a text."""
    return read_text(text.encode(), NAME)


def kinds(text: str) -> list[LineKind]:
    """Return the kinds of all lines of a text."""
    return [line.kind for page in read(text).pages for line in page]


def tokens(text: str) -> list[str]:
    """Return the tokens of a text of one line."""
    [line] = [line for page in read(text).pages for line in page]
    return list(line.tokens)


def test_tabs_separate_label_and_values() -> None:
    assert tokens("Nedsatt arbeidsevne, på tiltak\t53 381\t54 104") == [
        "Nedsatt arbeidsevne, på tiltak",
        "53 381",
        "54 104",
    ]


def test_a_header_row_begins_with_an_empty_token() -> None:
    assert tokens("\tJanuar\tFebruar") == ["", "Januar", "Februar"]


def test_blank_cells_are_kept_even_at_the_end_of_a_row() -> None:
    row = "Jobbskaping og egenetablering\t\t\t\t1\t1\t\t\t\t\t1\t"
    assert tokens(row) == ["Jobbskaping og egenetablering", "", "", "", "1", "1", "", "", "", "", "1", ""]


def test_blanks_around_a_cell_are_not_part_of_it() -> None:
    assert tokens(" I alt \t 68 897\t70 453 ") == ["I alt", "68 897", "70 453"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("| I alt | 68 897 | 70 453 |", ["I alt", "68 897", "70 453"]),
        ("|I alt|68 897|70 453|", ["I alt", "68 897", "70 453"]),
        ("| I alt | 68 897 | 70 453", ["I alt", "68 897", "70 453"]),
        ("| | Januar | Februar |", ["", "Januar", "Februar"]),
        ("| Egenetablering | 134 | |", ["Egenetablering", "134", ""]),
        ("  | Egenetablering |  |  |  ", ["Egenetablering", "", ""]),
    ],
)
def test_pipes_separate_label_and_values(line: str, expected: list[str]) -> None:
    assert tokens(line) == expected


def test_a_line_without_tabs_and_pipes_is_text() -> None:
    assert kinds("Nedsatt arbeidsevne, på tiltak") == [LineKind.TEXT]
    assert tokens("  Nedsatt arbeidsevne, på tiltak ") == ["Nedsatt arbeidsevne, på tiltak"]


@pytest.mark.parametrize("line", ["<b>I alt</b>\t<b>77 818</b>\t<b>*</b>", "**I alt**\t**77 818**\t**\\***"])
def test_bold_marks_are_taken_away(line: str) -> None:
    assert tokens(line) == ["I alt", "77 818", "*"]


@pytest.mark.parametrize("star", ["*", "\\*", "<b>*</b>", "<b>\\*</b>", "**\\***", "*****"])
def test_a_star_stays_a_star_however_it_is_marked_up(star: str) -> None:
    assert tokens(f"Utdanning\t{star}\t5") == ["Utdanning", "*", "5"]


def test_a_star_in_the_legend_is_unescaped() -> None:
    assert tokens("erstatte verdier med spesialtegn «\\*».") == ["erstatte verdier med spesialtegn «*»."]


@pytest.mark.parametrize("character", ["\ue000", "\uf0b7", "\ufffd"])
def test_a_character_without_meaning_is_never_taken_for_a_star(character: str) -> None:
    assert tokens(f"Utdanning\t{character}\t5") == ["Utdanning", character, "5"]


@pytest.mark.parametrize("depth", range(1, 7))
def test_heading_marks_of_any_depth_are_taken_away(depth: int) -> None:
    assert tokens(f"{'#' * depth} Tiltak og fylke") == ["Tiltak og fylke"]


@pytest.mark.parametrize("line", ["#", "## ", "   "])
def test_a_line_with_nothing_printed_on_it_is_blank(line: str) -> None:
    assert kinds(f"{line}\nTiltak") == [LineKind.BLANK, LineKind.TEXT]


@pytest.mark.parametrize("line", ["\t\t\t", "| | | |", "||"])
def test_a_row_with_nothing_printed_in_it_is_blank(line: str) -> None:
    assert kinds(f"{line}\nTiltak") == [LineKind.BLANK, LineKind.TEXT]


@pytest.mark.parametrize(
    "line",
    [
        "---",
        "---------------------------\t----\t----",
        "--\t-------\t-------",
        "|---|---|",
        "| --- | ---: | :---: |",
        "- - -",
    ],
)
def test_rows_of_dashes_are_rules(line: str) -> None:
    assert kinds(line) == [LineKind.RULE]


def test_dashes_in_cells_as_values_are_not_a_rule() -> None:
    assert kinds("\t-\t-") == [LineKind.ROW]
    assert kinds("Svalbard\t-\t-") == [LineKind.ROW]
    assert kinds("-") == [LineKind.TEXT]


@pytest.mark.parametrize(
    "blank",
    [
        pytest.param(blank, id=unicodedata.name(blank).lower())
        for blank in "\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
    ],
)
def test_every_kind_of_blank_becomes_the_ordinary_one(blank: str) -> None:
    assert tokens(f"I{blank}alt\t68{blank}897\t{blank}") == ["I alt", "68 897", ""]


def test_a_letter_made_of_two_characters_becomes_one() -> None:
    decomposed = unicodedata.normalize("NFD", "Tiltak på fylke, Nordlánnda")
    assert decomposed != "Tiltak på fylke, Nordlánnda"
    assert tokens(decomposed) == ["Tiltak på fylke, Nordlánnda"]


def test_letters_of_other_alphabets_stay_as_printed() -> None:
    assert tokens("Jobbk\u043b\u0443\u0431b\t1 803") == ["Jobbk\u043b\u0443\u0431b", "1 803"]


@pytest.mark.parametrize("text", ["en\n\fto\ntre\n", "en\n\f\nto\ntre\n", "en\f\nto\ntre", "en\n \f to\ntre"])
def test_a_form_feed_starts_a_page_and_line_numbers_run_on(text: str) -> None:
    source = read(text)
    assert [[token for line in page for token in line.tokens] for page in source.pages] == [
        ["en"],
        ["to", "tre"],
    ]
    assert [line.line_no for page in source.pages for line in page] == list(range(1, source.line_count + 1))


def test_a_form_feed_in_the_midst_of_a_line_ends_one_page_and_starts_the_next() -> None:
    source = read("en\nto\ftre\nfire\n")
    assert [[(line.line_no, *line.tokens) for line in page] for page in source.pages] == [
        [(1, "en"), (2, "to")],
        [(2, "tre"), (3, "fire")],
    ]
    assert source.line_count == 4


def test_a_text_without_form_feeds_is_one_page() -> None:
    assert len(read("en\nto\n").pages) == 1


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_lines_end_as_on_any_system(line_end: str) -> None:
    source = read(line_end.join(["I alt\t5", "", "Menn\t2", ""]))
    assert source.line_count == 3
    assert [list(line.tokens) for line in source.pages[0]] == [["I alt", "5"], [], ["Menn", "2"]]


def test_the_last_line_counts_with_and_without_a_line_end() -> None:
    assert read("en\nto").line_count == read("en\nto\n").line_count == 2


def test_a_byte_order_mark_is_not_part_of_the_text() -> None:
    [line] = read_text(b"\xef\xbb\xbfI alt\t5\n", NAME).pages[0]
    assert list(line.tokens) == ["I alt", "5"]


@pytest.mark.parametrize(
    ("text", "text_format"),
    [
        ("Tiltak\nI alt\t5\n", "text"),
        ("Tiltak\nI alt\t*\n", "text"),
        ("Tiltak\n# Tiltak\n", "markdown"),
        ("Tiltak\n| I alt | 5 |\n", "markdown"),
        ("Tiltak\n<b>I alt</b>\t5\n", "markdown"),
        ("Tiltak\r\n**I alt**\t5\r\n", "markdown"),
    ],
)
def test_marks_tell_markdown_from_plain_text(text: str, text_format: str) -> None:
    assert read(text).text_format == text_format


@pytest.mark.parametrize("content", [b"", b"\n\n", b" \t\r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n"])
def test_an_empty_file_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableFileError, match="the file is empty") as caught:
        read_text(content, NAME)
    assert caught.value.report == NAME
    assert caught.value.next_step


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_file_in_utf_16_is_refused_by_that_name(encoding: str) -> None:
    with pytest.raises(UnreadableFileError, match="UTF-16") as caught:
        read_text("I alt på tiltak\u2013\t5\n".encode(encoding), NAME)
    assert "UTF-8" in caught.value.next_step


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\x0b", "U+000B"),
        ("\x1b", "U+001B"),
        ("\x85", "U+0085"),
        ("\u2028", "U+2028 LINE SEPARATOR"),
        ("\u2029", "U+2029 PARAGRAPH SEPARATOR"),
        ("\u00ad", "U+00AD SOFT HYPHEN"),
        ("\u200b", "U+200B ZERO WIDTH SPACE"),
        ("\u202e", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("\ufeff", "U+FEFF ZERO WIDTH NO-BREAK SPACE"),
        ("\ufe0f", "U+FE0F VARIATION SELECTOR-16"),
        ("\U000e0041", "U+E0041 TAG LATIN CAPITAL LETTER A"),
    ],
)
def test_a_character_that_nobody_can_see_is_refused_with_its_name_and_line(character: str, name: str) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        read_text(f"Tiltak\r\nOpp{character}læring\t5\n".encode(), NAME)
    assert caught.value.problem.endswith(name)
    assert caught.value.line_no == 2
    assert character not in str(caught.value)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n"])
def test_lines_are_shown_as_they_are_counted_when_read(end: str) -> None:
    content = end.join(["\ufeffTiltak", "", "I alt\t5", "Menn\t\f3", ""]).encode()
    lines = [line for page in read_text(content, NAME).pages for line in page]
    shown = text_reader.cut_lines(content)
    assert shown == ["Tiltak", "", "I alt\t5", "Menn\t\f3"]
    assert [line.line_no for line in lines] == [1, 2, 3, 4, 4]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"%PDF-1.7\n\x00\x01\x02 stream", id="PDF"),
        pytest.param(b"PK\x03\x04\x14\x00\x06\x00xl/workbook.xml", id="workbook"),
    ],
)
def test_a_binary_file_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableFileError, match="binary") as caught:
        read_text(content, NAME)
    assert caught.value.report == NAME
    assert caught.value.next_step


def test_a_latin_1_file_is_refused_with_the_line_and_how_to_mend_it() -> None:
    text = "Deltakere\nTidsserie\nmåned og fylke\n"
    with pytest.raises(UnreadableFileError, match="not UTF-8") as caught:
        read_text(text.encode("latin-1"), NAME)
    error = caught.value
    assert (error.report, error.line_no) == (NAME, 3)
    assert error.text is not None
    assert error.text.startswith("åned")
    assert "iconv" in error.next_step


def test_a_utf_8_file_cut_inside_a_letter_is_refused() -> None:
    with pytest.raises(UnreadableFileError, match="not UTF-8") as caught:
        read_text("I alt\t5\nTidsserie må".encode()[:-1], NAME)
    assert caught.value.line_no == 2


def test_every_line_of_the_reports_is_on_a_page_once(report_paths: dict[str, Path]) -> None:
    for path in report_paths.values():
        source = read_text(path.read_bytes(), path.name)
        numbers = [line.line_no for page in source.pages for line in page]
        assert numbers == list(range(1, len(path.read_text(encoding="utf-8").splitlines()) + 1))


@pytest.mark.parametrize("part_bytes", [1, 100])
def test_a_large_text_is_read_in_parts_that_make_the_same_whole(
    part_bytes: int, report_paths: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    contents = [path.read_bytes() for path in report_paths.values()]
    contents += [content.replace(b"\n\n\n\n", b"\n\n\f\n").replace(b"\n", b"\r\n") for content in contents]

    def lines() -> list[tuple[int, LineKind, list[str]]]:
        pages = [page for content in contents for page in read_text(content, NAME).pages]
        return [(line.line_no, line.kind, list(line.tokens)) for page in pages for line in page]

    whole = lines()
    monkeypatch.setattr(text_reader, "PART_BYTES", part_bytes)
    assert lines() == whole


def test_a_wrong_byte_far_into_a_large_text_is_found_on_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_reader, "PART_BYTES", 20)
    content = "Tidsserie måned\n".encode() * 10 + "Østfold\t5\n".encode("latin-1")
    with pytest.raises(UnreadableFileError, match="not UTF-8") as caught:
        read_text(content, NAME)
    assert caught.value.line_no == 11


@pytest.mark.parametrize("row", ["I alt\t**\t5", "| I alt | ** | 5 |", "|I alt|**|5|", "I alt\t ** \t5"])
def test_two_stars_in_a_cell_of_their_own_are_no_marks(row: str) -> None:
    assert tokens(row) == ["I alt", "**", "5"]


@pytest.mark.parametrize("cell", ["<b></b>", "** **"])
def test_marks_with_nothing_between_them_are_a_blank_cell(cell: str) -> None:
    assert tokens(f"**I alt**\t{cell}\t**5**") == ["I alt", "", "5"]


@pytest.mark.parametrize("blanks", [f"5{' ' * 500_000}\t6", f"5\t{' ' * 500_000}6"])
def test_very_many_blanks_beside_a_tab_are_taken_away_at_once(blanks: str) -> None:
    assert tokens(f"I alt\t{blanks}") == ["I alt", "5", "6"]
