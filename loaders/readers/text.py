"""Reader of plain text and Markdown made from a report: tabs or pipes between the columns."""

import unicodedata

from loaders.errors import UnreadableFileError
from loaders.printed import Line, LineKind, Page, SourceText

# Blanks that a converter may print between groups of digits, besides the ordinary one.
OTHER_BLANKS = "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
RULE_CHARACTERS = frozenset("-|: \t")
CONTROL_BYTES = bytes(code for code in range(32) if code not in b"\t\n\f\r")
MARKDOWN_SIGNS = ("<b>", "**", "\n#", "\n|")
ESCAPED_STAR = "\\*"
# Holds the place of an escaped star while bold marks, which are stars too, are taken away.
STAR_PLACEHOLDER = "\ue000"


def read_text(content: bytes, name: str) -> SourceText:
    r"""Turn the bytes of a text or Markdown file into pages of lines.

    Marks of the converter (`<b>`, `**`, `#`, `\*`, pipes) are taken away, and every kind of blank
    becomes the ordinary one; what was printed is not changed otherwise. A form feed starts a page.

    Args:
        content: the file's bytes, UTF-8.
        name: the file's name, for messages.

    Raises:
        UnreadableFileError: the bytes are empty, binary, or not UTF-8.
    """
    text = _decode(content, name)
    text_format = "markdown" if any(sign in text for sign in MARKDOWN_SIGNS) else "text"
    raw_lines = _without_marks(text).split("\n")
    if raw_lines[-1] == "":
        raw_lines.pop()
    pages: list[Page] = [[]]
    for line_no, raw_line in enumerate(raw_lines, start=1):
        if "\f" in raw_line:
            pages.append([])
            raw_line = raw_line.replace("\f", "")  # noqa: PLW2901
        pages[-1].append(read_line(line_no, raw_line))
    return SourceText(pages, len(raw_lines), text_format)


def read_line(line_no: int, raw_line: str) -> Line:
    """Turn one line, already without marks, into tokens."""
    stripped = raw_line.strip()
    if not stripped:
        return Line(line_no, LineKind.BLANK, ())
    first = stripped[0]
    if first in RULE_CHARACTERS and RULE_CHARACTERS.issuperset(stripped):
        return Line(line_no, LineKind.RULE if "-" in stripped else LineKind.BLANK, ())
    if first == "|":
        cells = stripped[1:].removesuffix("|").split("|")
        return Line(line_no, LineKind.ROW, [cell.strip() for cell in cells])
    if "\t" in raw_line:
        tokens = raw_line.split("\t")
        if " \t" in raw_line or "\t " in raw_line or raw_line[0] == " " or raw_line[-1] == " ":
            tokens = [token.strip() for token in tokens]
        return Line(line_no, LineKind.ROW, tokens)
    return Line(line_no, LineKind.TEXT, (stripped.lstrip("#").strip() if first == "#" else stripped,))


def _decode(content: bytes, name: str) -> str:
    if not content.strip():
        raise UnreadableFileError("the file is empty", "fetch the report again", report=name)
    if len(content.translate(None, CONTROL_BYTES)) != len(content):
        raise UnreadableFileError(
            "the file is binary, not text", "convert the PDF or workbook to text first", report=name
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFileError(
            "the file is not UTF-8",
            "save it as UTF-8; if it is Latin-1: iconv -f latin1 -t utf-8 old.txt > new.txt",
            report=name,
            line_no=content.count(b"\n", 0, error.start) + 1,
            text=content[error.start : error.start + 20].decode("latin-1"),
        ) from error
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def _without_marks(text: str) -> str:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    for blank in OTHER_BLANKS:
        text = text.replace(blank, " ")
    text = text.replace(ESCAPED_STAR, STAR_PLACEHOLDER)
    for mark in ("<b>", "</b>", "**"):
        text = text.replace(mark, "")
    return text.replace(STAR_PLACEHOLDER, "*")
