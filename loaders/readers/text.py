"""Reader of plain text and Markdown made from a report: tabs or pipes between the columns."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from PIL.Image import Image

from loaders.errors import UnreadableFileError
from loaders.layout import Layout
from loaders.printed import Line, LineKind, SourceText, line_place
from loaders.readers.characters import invisible_in, made_visible, name_of
from loaders.readers.picture import PictureRow, draw_rows, rows_around
from loaders.readers.reader import SURROUNDINGS_OF_PICTURE, ExcerptLine, View, lines_around, nothing_at

# Blanks that a converter may print between groups of digits, besides the ordinary one.
OTHER_BLANKS = "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
RULE_CHARACTERS = frozenset("-|: \t")
# Programs that turn LF into CR LF twice leave CR CR LF.
LINE_END = re.compile(rb"\r+\n|\r")
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
MARKDOWN_SIGNS = (b"<b>", b"**", b"\n#", b"\n|")
ESCAPED_STAR = "\\*"
# Holds the place of an escaped star while bold marks, which are stars too, are taken away; one of the
# control characters, which no text has.
STAR_PLACEHOLDER = "\0"
# Two to four stars alone between separators are no marks: a mark has something to make bold.
LONE_STARS = re.compile(r"(?:^|(?<=[\t|])) *\*{2,4}(?= *(?:[\t|]|$))", re.MULTILINE)
# As names of the module: to look a member up in its enumeration takes longer than to compare it.
BLANK, RULE, TEXT, ROW, _ = LineKind
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# A text is decoded and cut into lines in parts of this size: each step makes a copy of what it works on.
PART_BYTES = 1 << 16
# In a page of more parts than this (a megabyte) a token that is printed again is not stored again. That
# is true of most tokens and keeps memory small, but a page of ordinary size is read faster without it.
UNSHARED_PARTS = 16


@dataclass(frozen=True)
class TextPage:
    """A page of text, whose lines are made while they are walked through.

    As tokens the lines take several times the memory of the text, so nobody should hold all of them.

    Attributes:
        first_line_no: number of its first line in the file.
        parts: its text, cut after some of its line feeds; the last character of each is one.
    """

    first_line_no: int
    parts: Sequence[str]

    @property
    def line_count(self) -> int:
        """The number of its lines."""
        return sum(part.count("\n") for part in self.parts)

    def __iter__(self) -> Iterator[Line]:
        """Yield the lines, each made of tokens."""
        known: dict[str, str] | None = {} if len(self.parts) > UNSHARED_PARTS else None
        line_no = self.first_line_no
        for part in self.parts:
            for raw_line in part[:-1].split("\n"):
                yield read_line(line_no, raw_line, known)
                line_no += 1


class TextReader:
    """Reader of plain text and Markdown; it needs no layout, since separators say where a cell ends."""

    suffixes = (".txt", ".md")

    def read(self, content: bytes, name: str, layout: Layout) -> SourceText:  # noqa: ARG002 - as readers go
        """Return the text's pages; see `read_text`."""
        return read_text(content, name)

    def transcript(self, content: bytes, name: str, layout: Layout) -> list[str]:  # noqa: ARG002
        """Return the lines as they are in the file, marks of the converter included."""
        return cut_lines(content)

    def views(
        self,
        content: bytes,  # noqa: ARG002 - as all readers have it
        groups: Sequence[Collection[str]],  # noqa: ARG002
        covered: Collection[str],  # noqa: ARG002
    ) -> Sequence[View]:
        """Return nothing: the lines are all there is to see."""
        return ()

    def excerpt(self, content: bytes, place: str) -> list[ExcerptLine]:
        """Return the lines around a line."""
        lines = cut_lines(content)
        return lines_around(lines, [line_place(number) for number in range(1, len(lines) + 1)], place)

    def picture(self, content: bytes, place: str, position: int, covered: Collection[str]) -> Image:
        """Draw the lines around a line, their cells in columns."""
        lines = list(chain.from_iterable(read_text(content, place).pages))
        at = next((at for at, line in enumerate(lines) if line_place(line.line_no) == place), None)
        if at is None:
            raise nothing_at(place)
        column = min(position, len(lines[at].tokens) - 1)
        shown = rows_around([line.tokens for line in lines], at, column, SURROUNDINGS_OF_PICTURE)
        rows = [
            PictureRow(str(lines[row].line_no), lines[row].tokens, line_place(lines[row].line_no) in covered)
            for row in shown
        ]
        return draw_rows(rows, (), shown.index(at), column)


def read_text(content: bytes, name: str) -> SourceText:
    r"""Turn the bytes of a text or Markdown file into pages of lines.

    Marks of the converter (`<b>`, `**`, `#`, `\*`, pipes) are taken away, and every kind of blank
    becomes the ordinary one; what was printed is not changed otherwise. A form feed starts a page,
    in the midst of a line too.

    Args:
        content: the file's bytes, UTF-8.
        name: the file's name, for messages.

    Raises:
        UnreadableFileError: the bytes are empty, binary, or not UTF-8.
    """
    _check_text(content, name)
    content = _with_line_feeds(content)
    text_format = "markdown" if any(sign in content for sign in MARKDOWN_SIGNS) else "text"
    parts = [part for part in _parts(content, name) if part]
    if parts and parts[-1][-1] != "\n":
        parts[-1] += "\n"
    pages = _pages("".join(parts)) if b"\f" in content else [TextPage(1, parts)]
    return SourceText(pages, sum(page.line_count for page in pages), text_format)


def cut_lines(content: bytes) -> list[str]:
    """Return the lines of a text file as they are in it, counted as `read_text` counts them."""
    return _with_line_feeds(content).decode("utf-8").removesuffix("\n").split("\n")


def read_line(line_no: int, raw_line: str, known: dict[str, str] | None = None) -> Line:
    """Turn one line into tokens.

    Args:
        line_no: its number in the file.
        raw_line: its text, already without marks and blanks beside tabs.
        known: the tokens met so far, if each is to be stored only once; gets those of this line.
    """
    stripped = raw_line.strip()
    if not stripped or (stripped[0] == "#" and not stripped.strip("#")):
        return Line(line_no, BLANK, ())
    first = stripped[0]
    if first in RULE_CHARACTERS and RULE_CHARACTERS.issuperset(stripped):
        if "-" not in stripped:
            return Line(line_no, BLANK, ())
        # A lone dash, on its line or between tabs, is a value.
        if "--" in stripped or ("\t" not in raw_line and stripped != "-"):
            return Line(line_no, RULE, ())
    kind = ROW
    if first == "|":
        tokens = [cell.strip() for cell in stripped[1:].removesuffix("|").split("|")]
    elif "\t" in raw_line:
        tokens = raw_line.strip(" ").split("\t")
    else:
        kind, tokens = TEXT, [stripped.lstrip("#").strip() if first == "#" else stripped]
    return Line(line_no, kind, tokens if known is None else tuple(map(known.setdefault, tokens, tokens)))


def _pages(text: str) -> list[TextPage]:
    """Cut a text at its form feeds; a line with one in its midst has a part on both pages."""
    pages: list[list[tuple[int, str]]] = [[]]
    for line_no, raw_line in enumerate(text.removesuffix("\n").split("\n"), start=1):
        *ended, last = raw_line.split("\f")
        for part in ended:
            if part.strip():
                pages[-1].append((line_no, part))
            pages.append([])
        if last.strip() or not any(part.strip() for part in ended):
            pages[-1].append((line_no, last))
    return [
        TextPage(page[0][0], ["".join(f"{raw_line}\n" for _, raw_line in page)]) if page else TextPage(1, [])
        for page in pages
    ]


def _with_line_feeds(content: bytes) -> bytes:
    """Return a text without a byte order mark, each line ended by a line feed."""
    content = content.removeprefix(BYTE_ORDER_MARK)
    return LINE_END.sub(b"\n", content) if b"\r" in content else content


def _check_text(content: bytes, name: str) -> None:
    if not content.removeprefix(BYTE_ORDER_MARK).strip():
        raise UnreadableFileError("the file is empty", "fetch the report again", report=name)
    # Of a text in UTF-16 every other byte is zero, but for some letters and dashes.
    if content.startswith(UTF_16_MARKS) or content.count(b"\0") * 3 > len(content):
        raise UnreadableFileError(
            "the file is UTF-16, not UTF-8",
            "save it as UTF-8: iconv -f utf-16 -t utf-8 old.txt > new.txt",
            report=name,
        )
    if b"\0" in content:
        raise UnreadableFileError(
            "the file is binary, not text", "convert the PDF or workbook to text first", report=name
        )


def _parts(content: bytes, name: str) -> Iterator[str]:
    """Yield a text in parts of whole lines, without marks."""
    start = 0
    while start < len(content):
        end = content.find(b"\n", start + PART_BYTES) + 1 or len(content)
        try:
            part = content[start:end].decode()
        except UnicodeDecodeError as error:
            wrong = start + error.start
            raise UnreadableFileError(
                "the file is not UTF-8",
                "save it as UTF-8; if it is Latin-1: iconv -f latin1 -t utf-8 old.txt > new.txt",
                report=name,
                line_no=content.count(b"\n", 0, wrong) + 1,
                text=content[wrong : wrong + 20].decode("latin-1"),
            ) from error
        invisible = invisible_in(part)
        if invisible is not None:
            line_no = content.count(b"\n", 0, start) + part.count("\n", 0, invisible.start()) + 1
            raise _invisible(part, invisible, line_no, name)
        yield _without_marks(unicodedata.normalize("NFC", part))
        start = end


def _invisible(part: str, found: re.Match[str], line_no: int, name: str) -> UnreadableFileError:
    line = part[part.rfind("\n", 0, found.start()) + 1 :].split("\n", 1)[0]
    return UnreadableFileError(
        f"the line holds a character that nobody can see: {name_of(found[0])}",
        "take it out, or save the text again without it",
        report=name,
        line_no=line_no,
        text=made_visible(line),
    )


def _without_marks(text: str) -> str:
    """Take away the converter's marks and blanks beside tabs, and make every blank the ordinary one."""
    for blank in OTHER_BLANKS:
        text = text.replace(blank, " ")
    text = text.replace(ESCAPED_STAR, STAR_PLACEHOLDER)
    if "**" in text:
        text = LONE_STARS.sub(lambda stars: stars[0].replace("*", STAR_PLACEHOLDER), text)
    for mark in ("<b>", "</b>", "**"):
        text = text.replace(mark, "")
    text = text.replace(STAR_PLACEHOLDER, "*")
    if " \t" in text or "\t " in text:
        text = "\t".join([cell.strip(" ") for cell in text.split("\t")])
    return text
