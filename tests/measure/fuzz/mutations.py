"""What can befall a report's text on its way: each kind of mutation, and how much it may have changed.

A mutation is a function of a text and a `Place`; bytes that are no UTF-8 travel in a text as surrogates.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from measure.fuzz.oracle import MONTHS, Harm

STEPS = 1 << 20
CHARACTERS = (
    "0123456789OlIS \t\n\r\f|*-\u2212#.,:;\u2026«»<>b/aJåØ\\"
    "\u00a0\u202f\u2009\u200b\u2028\u0660\x00\x85\ue000"
)
TITLES = (
    "Deltakere i arbeidsrettede tiltak. Tidsserie måned",
    "Deltakere i arbeidsrettede tiltak. Tiltaksgruppe og fylke. Tidsserie måned",
    "Deltakere i arbeidsrettede tiltak. Tiltak. Tidsserie måned",
    "Deltakere i arbeidsrettede tiltak. Tiltak og alder. Tidsserie måned",
    "TILT120 Tiltaksdeltakere på arbeidspraksis. Demografi. Tidsserie måned",
)
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
LINE_END = re.compile(r"[\r\n]*$")
LONG = 200_000


@dataclass(frozen=True)
class Place:
    """Where a mutation strikes: numbers below STEPS that are taken as shares of what is there."""

    here: int
    there: int
    what: int

    def pick(self, count: int) -> int:
        """Return an index below a count."""
        return self.here * count // STEPS

    def other(self, count: int) -> int:
        """Return another index below a count, or by chance the same."""
        return self.there * count // STEPS

    def choose(self, choices: Sequence[str]) -> str:
        """Return one of some texts."""
        return choices[self.what * len(choices) // STEPS]


Mutate = Callable[[str, Place], str]


@dataclass(frozen=True)
class Mutation:
    """A kind of mutation: what it does, and the most it may do to the rows."""

    harm: Harm
    mutate: Mutate


def to_text(content: bytes) -> str:
    """Return bytes as a text that can be turned back into the same bytes."""
    return content.decode("utf-8", "surrogateescape")


def to_bytes(text: str) -> bytes:
    """Return the bytes of a text, those that are no UTF-8 too."""
    return text.encode("utf-8", "surrogateescape")


def lines_of(text: str) -> list[str]:
    """Cut a text into lines that keep their ends."""
    return LINE.findall(text)


def _bytes(change: Callable[[bytearray, Place], None]) -> Mutate:
    def mutate(text: str, place: Place) -> str:
        content = bytearray(to_bytes(text))
        change(content, place)
        return to_text(bytes(content))

    return mutate


def _flip(content: bytearray, place: Place) -> None:
    if content:
        content[place.pick(len(content))] ^= 1 << (place.what % 8)


def _insert(content: bytearray, place: Place) -> None:
    content.insert(place.pick(len(content) + 1), place.what % 256)


def _delete(content: bytearray, place: Place) -> None:
    start = place.pick(len(content) + 1)
    del content[start : start + 1 + place.what % 8]


def _duplicate(content: bytearray, place: Place) -> None:
    start = place.pick(len(content) + 1)
    content[start:start] = content[start : start + 1 + place.what % 400]


def _truncate(content: bytearray, place: Place) -> None:
    del content[place.pick(len(content)) :]


def _in_encoding(text: str, place: Place) -> str:
    encoding = place.choose(["latin-1", "cp1252", "utf-16", "utf-16-le", "utf-32", "cp865", "utf-8-sig"])
    return to_text(text.encode(encoding, "replace"))


def _character(change: Callable[[str, str, Place], str]) -> Mutate:
    """Change one character, given the text from it on and the character to put there."""

    def mutate(text: str, place: Place) -> str:
        start = place.pick(len(text) + 1)
        return text[:start] + change(text[start:], place.choose(CHARACTERS), place)

    return mutate


def _one_of(pattern: str, change: Callable[[str, Place], str]) -> Mutate:
    """Change one of the places where a pattern is found."""
    compiled = re.compile(pattern, re.MULTILINE)

    def mutate(text: str, place: Place) -> str:
        matches = list(compiled.finditer(text))
        if not matches:
            return text
        match = matches[place.pick(len(matches))]
        return text[: match.start()] + change(match[0], place) + text[match.end() :]

    return mutate


def _everywhere(pattern: str, replacement: str) -> Mutate:
    compiled = re.compile(pattern, re.MULTILINE)
    return lambda text, _: compiled.sub(replacement, text)


def _is_row(line: str) -> bool:
    bare = line.strip(" \r\n\ufeff\f")
    return ("\t" in bare or bare.startswith("|")) and not _is_drawn(bare)


def _is_drawn(bare: str) -> bool:
    return bool(bare.strip()) and set(bare) <= set("-|: \t")


def _is_header(line: str) -> bool:
    bare = line.strip(" \r\n\ufeff\f").removeprefix("|")
    return _is_row(line) and bare.lstrip(" ").startswith(("\t", "|"))


def _is_value_row(line: str) -> bool:
    return _is_row(line) and not _is_header(line)


def _is_blank(line: str) -> bool:
    return not line.strip()


def _is_rule(line: str) -> bool:
    return _is_drawn(line.strip(" \r\n")) and "--" in line


def _is_title(line: str) -> bool:
    return line.strip("# \r\n\ufeff\f") in TITLES


def _above_last_row(lines: Sequence[str]) -> int:
    """Return the number of lines up to the last row; below it, words may be part of a vertical table."""
    return max((number for number, line in enumerate(lines) if _is_row(line)), default=0)


def _is_text(line: str) -> bool:
    return bool(line.strip()) and not _is_row(line) and not _is_drawn(line.strip())


def _lines(wanted: Callable[[str], bool], change: Callable[[list[str], int, Place], None]) -> Mutate:
    """Change the lines at one line of the wanted kind; words only where they are no vertical table."""

    def mutate(text: str, place: Place) -> str:
        lines = lines_of(text)
        end = _above_last_row(lines) if wanted in (_is_text, _is_blank) else len(lines)
        found = [number for number, line in enumerate(lines[:end]) if wanted(line)]
        if found:
            change(lines, found[place.pick(len(found))], place)
        return "".join(lines)

    return mutate


def _any_line(_: str) -> bool:
    return True


def _drop(lines: list[str], number: int, _: Place) -> None:
    del lines[number]


def _double(lines: list[str], number: int, _: Place) -> None:
    lines.insert(number, _ended(lines[number]))


def _move(lines: list[str], number: int, place: Place) -> None:
    line = _ended(lines.pop(number))
    lines.insert(place.other(len(lines) + 1), line)


def _move_near(lines: list[str], number: int, place: Place) -> None:
    line = _ended(lines.pop(number))
    lines.insert(max(0, min(len(lines), number + place.what % 9 - 4)), line)


def _swap(lines: list[str], number: int, place: Place) -> None:
    other = place.other(len(lines))
    lines[number], lines[other] = _ended(lines[other]), _ended(lines[number])


def _swap_with_next(lines: list[str], number: int, _: Place) -> None:
    if number + 1 < len(lines):
        lines[number], lines[number + 1] = _ended(lines[number + 1]), _ended(lines[number])


def _join(lines: list[str], number: int, place: Place) -> None:
    lines[number] = LINE_END.sub(place.choose(["", " ", "\t"]), lines[number])


def _break(lines: list[str], number: int, place: Place) -> None:
    start = place.other(len(lines[number]))
    lines[number] = lines[number][:start] + place.choose(["\n", "\n\n", "\f", "\r"]) + lines[number][start:]


def _add(what: str) -> Callable[[list[str], int, Place], None]:
    return lambda lines, number, _: lines.insert(number, what)


def _cut_after(lines: list[str], number: int, _: Place) -> None:
    del lines[number:]


def _misspell(lines: list[str], number: int, place: Place) -> None:
    """Change one letter or digit of a line, never what is between its words."""
    line = lines[number]
    places = [start for start, character in enumerate(line) if character.isalnum()]
    if places:
        start = places[place.other(len(places))]
        lines[number] = line[:start] + place.choose("aeiorstn0123456789") + line[start + 1 :]


def _ended(line: str) -> str:
    return line if LINE_END.search(line)[0] else f"{line}\n"  # type: ignore[index]  # it matches any line


def _cells(
    wanted: Callable[[str], bool],
    change: Callable[[list[str], Place], None],
    *,
    is_label_spared: bool = False,
) -> Mutate:
    """Change the cells of one row, as they stand between its separators."""

    def on_line(lines: list[str], number: int, place: Place) -> None:
        body = lines[number].rstrip("\r\n")
        end = lines[number][len(body) :]
        separator = "|" if body.strip().startswith("|") else "\t"
        cells = body.split(separator)
        first = 1 if is_label_spared and len(cells) > 2 else 0
        kept, cells = cells[:first], cells[first:]
        change(cells, place)
        lines[number] = separator.join([*kept, *cells]) + end

    return _lines(wanted, on_line)


def _drop_cell(cells: list[str], place: Place) -> None:
    del cells[place.other(len(cells))]


def _empty_cell(cells: list[str], place: Place) -> None:
    cells[place.other(len(cells))] = place.choose(["", " ", "**", "<b></b>"])


def _blank_label(cells: list[str], place: Place) -> None:
    cells[place.other(len(cells))] = ""


def _double_cell(cells: list[str], place: Place) -> None:
    number = place.other(len(cells))
    cells.insert(number, cells[number])


def _swap_cells(cells: list[str], place: Place) -> None:
    first, second = place.other(len(cells)), place.what * len(cells) // STEPS
    cells[first], cells[second] = cells[second], cells[first]


def _move_cell(cells: list[str], place: Place) -> None:
    cell = cells.pop(place.other(len(cells)))
    cells.insert(place.what * (len(cells) + 1) // STEPS, cell)


def _merge_cells(cells: list[str], place: Place) -> None:
    number = place.other(len(cells))
    cells[number : number + 2] = [place.choose(["", " ", "\u00a0"]).join(cells[number : number + 2])]


def _split_cell(cells: list[str], place: Place) -> None:
    number = place.other(len(cells))
    start = place.what * (len(cells[number]) + 1) // STEPS
    cells[number : number + 1] = [cells[number][:start], cells[number][start:].lstrip()]


def _merge_and_split(cells: list[str], place: Place) -> None:
    """Merge two cells and split another, so that the number of cells stays."""
    _merge_cells(cells, place)
    _split_cell(cells, Place(place.what, place.here, place.there))


def _drop_and_double(cells: list[str], place: Place) -> None:
    """Lose a cell and repeat another, so that the values between shift by a column."""
    _drop_cell(cells, place)
    if cells:
        _double_cell(cells, Place(place.what, place.here, place.there))


def _pages(change: Callable[[list[list[str]], Place], None]) -> Mutate:
    """Change the pages, each from its title on; a vertical table begins no page of its own."""

    def mutate(text: str, place: Place) -> str:
        pages: list[list[str]] = [[]]
        for line in lines_of(text):
            if _is_title(line):
                pages.append([])
            pages[-1].append(line)
        pages[-1] = [*pages[-1][:-1], _ended(pages[-1][-1])] if pages[-1] else []
        change(pages, place)
        return "".join(line for page in pages for line in page)

    return mutate


def _lose_page(pages: list[list[str]], place: Place) -> None:
    del pages[place.pick(len(pages))]


def _double_page(pages: list[list[str]], place: Place) -> None:
    number = place.pick(len(pages))
    pages.insert(number, pages[number])


def _move_page(pages: list[list[str]], place: Place) -> None:
    page = pages.pop(place.pick(len(pages)))
    pages.insert(place.other(len(pages) + 1), page)


def _glue(pages: list[list[str]], _: Place) -> None:
    pages.extend([["\n"], *pages])


def _glue_without_line_end(text: str, _: Place) -> str:
    return text.rstrip("\r\n") + text.lstrip("\ufeff")


def _glue_another(text: str, place: Place) -> str:
    """Glue a report of another product, or another period, to this one."""
    other = text.lstrip("\ufeff")
    if place.what % 2:
        for title in TITLES:
            other = re.sub(rf"(?m)^([# ]*){re.escape(title)}", rf"\g<1>{place.choose(TITLES)}", other)
    else:
        other = re.sub(r"\b20(\d)\d$", r"20\g<1>7", other, flags=re.MULTILINE)
    return f"{text}\n{other}"


def _other_month(match: str, place: Place) -> str:
    month = place.choose(MONTHS)
    return month.title() if match[:1].isupper() else month


def _other_title(lines: list[str], number: int, place: Place) -> None:
    lines[number] = f"{place.choose(TITLES)}\n"


def _long(unit: str, count: int = LONG) -> Callable[[str, str, Place], str]:
    return lambda rest, _, place: unit * (1 + count * place.there // (STEPS * len(unit))) + rest


def _spaced_numbers(blank: str) -> Mutate:
    return _everywhere(r"(?<=[0-9]) (?=[0-9]{3}(?![0-9]))", blank)


def _windows(text: str, _: Place) -> str:
    return text if "\r" in text else text.replace("\n", "\r\n")


def _macintosh(text: str, _: Place) -> str:
    return text.replace("\r\n", "\n").replace("\n", "\r")


def _marked(text: str, _: Place) -> str:
    return text if text.startswith("\ufeff") else f"\ufeff{text}"


NONE, AROUND_ROWS, WHOLE_ROWS, ANY = Harm
MONTH = rf"\b(?:{'|'.join(MONTHS)})\b"

MUTATIONS: dict[str, Mutation] = {
    # Another way to write the same.
    "windows line ends": Mutation(NONE, _windows),
    "macintosh line ends": Mutation(NONE, _macintosh),
    "byte order mark": Mutation(NONE, _marked),
    "no-break blanks": Mutation(NONE, _spaced_numbers("\u00a0")),
    "thin blanks": Mutation(NONE, _spaced_numbers("\u2009")),
    "decomposed letters": Mutation(NONE, lambda text, _: unicodedata.normalize("NFD", text)),
    "blanks around tabs": Mutation(NONE, _everywhere(r"\t(?=\S)", " \t ")),
    "escaped stars": Mutation(NONE, _everywhere(r"(?<![*\\\S])\*(?![*\S])", r"\\*")),
    # Bytes.
    "byte flipped": Mutation(ANY, _bytes(_flip)),
    "byte inserted": Mutation(ANY, _bytes(_insert)),
    "bytes deleted": Mutation(ANY, _bytes(_delete)),
    "bytes repeated": Mutation(ANY, _bytes(_duplicate)),
    "truncated": Mutation(ANY, _bytes(_truncate)),
    "other encoding": Mutation(ANY, _in_encoding),
    # Characters.
    "character replaced": Mutation(ANY, _character(lambda rest, new, _: new + rest[1:])),
    "character inserted": Mutation(ANY, _character(lambda rest, new, _: new + rest)),
    "characters swapped": Mutation(ANY, _character(lambda rest, *_: rest[1:2] + rest[:1] + rest[2:])),
    "digit changed": Mutation(ANY, _one_of("[0-9]", lambda _, place: place.choose("0123456789OlISB"))),
    "digit doubled": Mutation(ANY, _one_of("[0-9]", lambda digit, _: digit * 2)),
    "digit lost": Mutation(ANY, _one_of("[0-9]", lambda *_: "")),
    "blank in number": Mutation(
        ANY, _one_of("(?<=[0-9])(?=[0-9])", lambda _, place: place.choose(" \u00a0\u2009\t"))
    ),
    "group of digits merged": Mutation(ANY, _one_of("(?<=[0-9]) (?=[0-9])", lambda *_: "")),
    "tab for blank": Mutation(ANY, _one_of("[ \u00a0]", lambda *_: "\t")),
    "blank for tab": Mutation(ANY, _one_of(r"\t|\|", lambda _, place: place.choose(" \u00a0"))),
    "star for number": Mutation(ANY, _one_of(r"(?<=\t)[0-9][0-9 ]*$", lambda *_: "*")),
    "star doubled": Mutation(ANY, _one_of(r"\\?\*", lambda star, _: star * 2)),
    "star replaced": Mutation(ANY, _one_of(r"\\?\*", lambda _, place: place.choose("-\u2212:.12 "))),
    "minus before number": Mutation(
        ANY, _one_of(r"(?<=\t)(?=[0-9])", lambda _, place: place.choose("-\u2212+"))
    ),
    "very long text": Mutation(ANY, _character(_long("Tiltak "))),
    "very long number": Mutation(ANY, _character(_long("1 234 "))),
    "very many blanks": Mutation(ANY, _character(_long(" "))),
    "very many tabs": Mutation(ANY, _character(_long("\t", LONG // 10))),
    "very many lines": Mutation(ANY, _character(_long("Tiltak\n", LONG // 4))),
    # Cells.
    "cell lost": Mutation(ANY, _cells(_is_value_row, _drop_cell)),
    "cell emptied": Mutation(ANY, _cells(_is_value_row, _empty_cell)),
    "cell repeated": Mutation(ANY, _cells(_is_value_row, _double_cell)),
    "cells swapped": Mutation(ANY, _cells(_is_value_row, _swap_cells)),
    "cell moved": Mutation(ANY, _cells(_is_value_row, _move_cell)),
    "cells merged": Mutation(ANY, _cells(_is_value_row, _merge_cells)),
    "cell split": Mutation(ANY, _cells(_is_value_row, _split_cell)),
    "cells merged and another split": Mutation(ANY, _cells(_is_value_row, _merge_and_split)),
    "cell lost and another repeated": Mutation(ANY, _cells(_is_value_row, _drop_and_double)),
    # The header row.
    "column label emptied": Mutation(AROUND_ROWS, _cells(_is_header, _blank_label, is_label_spared=True)),
    "column label lost": Mutation(AROUND_ROWS, _cells(_is_header, _drop_cell, is_label_spared=True)),
    "column label repeated": Mutation(AROUND_ROWS, _cells(_is_header, _double_cell, is_label_spared=True)),
    "column labels swapped": Mutation(AROUND_ROWS, _cells(_is_header, _swap_cells, is_label_spared=True)),
    "column label moved": Mutation(AROUND_ROWS, _cells(_is_header, _move_cell, is_label_spared=True)),
    "column labels merged": Mutation(AROUND_ROWS, _cells(_is_header, _merge_cells, is_label_spared=True)),
    "header misspelt": Mutation(AROUND_ROWS, _lines(_is_header, _misspell)),
    "header lost": Mutation(ANY, _lines(_is_header, _drop)),
    "header repeated": Mutation(WHOLE_ROWS, _lines(_is_header, _double)),
    "header moved": Mutation(ANY, _lines(_is_header, _move)),
    "header moved a little": Mutation(ANY, _lines(_is_header, _move_near)),
    # Lines around the rows.
    "blank line lost": Mutation(AROUND_ROWS, _lines(_is_blank, _drop)),
    "blank line added": Mutation(AROUND_ROWS, _lines(_any_line, _add("\n"))),
    "line of dashes added": Mutation(AROUND_ROWS, _lines(_any_line, _add("---\t---\n"))),
    "line of dashes lost": Mutation(AROUND_ROWS, _lines(_is_rule, _drop)),
    "line of text lost": Mutation(AROUND_ROWS, _lines(_is_text, _drop)),
    "line of text repeated": Mutation(AROUND_ROWS, _lines(_is_text, _double)),
    "line of text moved": Mutation(AROUND_ROWS, _lines(_is_text, _move_near)),
    "line of text misspelt": Mutation(AROUND_ROWS, _lines(_is_text, _misspell)),
    "title changed": Mutation(AROUND_ROWS, _lines(_is_title, _other_title)),
    "title lost": Mutation(AROUND_ROWS, _lines(_is_title, _drop)),
    "month renamed": Mutation(ANY, _one_of(f"(?i:{MONTH})", _other_month)),
    "year changed": Mutation(
        ANY, _one_of(r"\b20\d\d\b", lambda _, place: place.choose(["2011", "2019", "20l9", "1899"]))
    ),
    "symbol of the legend changed": Mutation(
        AROUND_ROWS,
        _one_of(r"«[^»]*»", lambda _, place: place.choose(["«-»", "«»", "«4»", "«**»", "«*", "«. .»"])),
    ),
    # Rows as a whole. Without its total or its header row a table may look like another: what then must hold
    # is told by the text alone.
    "row lost": Mutation(ANY, _lines(_is_value_row, _drop)),
    "row repeated": Mutation(WHOLE_ROWS, _lines(_is_value_row, _double)),
    "row moved": Mutation(ANY, _lines(_is_value_row, _move)),
    "row moved a little": Mutation(ANY, _lines(_is_value_row, _move_near)),
    "cut after a row": Mutation(WHOLE_ROWS, _lines(_is_value_row, _cut_after)),
    # Any line.
    "line lost": Mutation(ANY, _lines(_any_line, _drop)),
    "line repeated": Mutation(ANY, _lines(_any_line, _double)),
    "line moved": Mutation(ANY, _lines(_any_line, _move)),
    "lines swapped": Mutation(ANY, _lines(_any_line, _swap)),
    "line swapped with the next": Mutation(ANY, _lines(_any_line, _swap_with_next)),
    "lines joined": Mutation(ANY, _lines(_any_line, _join)),
    "row joined to the next line": Mutation(ANY, _lines(_is_row, _join)),
    "line broken": Mutation(ANY, _lines(_any_line, _break)),
    "row broken": Mutation(ANY, _lines(_is_row, _break)),
    "row that lost its tabs": Mutation(
        ANY,
        _lines(
            _is_value_row,
            lambda lines, number, _: lines.__setitem__(number, lines[number].replace("\t", " ")),
        ),
    ),
    # Pages and reports.
    "page lost": Mutation(WHOLE_ROWS, _pages(_lose_page)),
    "page repeated": Mutation(WHOLE_ROWS, _pages(_double_page)),
    "page moved": Mutation(WHOLE_ROWS, _pages(_move_page)),
    "report glued to itself": Mutation(WHOLE_ROWS, _pages(_glue)),
    "report glued to itself in a line": Mutation(ANY, _glue_without_line_end),
    "report glued to another": Mutation(ANY, _glue_another),
}
