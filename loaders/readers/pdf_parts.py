"""Are the parts of a PDF whole? PDFium shows what it can of a damaged one and says nothing of lost rows.

So each part is looked at before: it begins where the table of parts says, has the length it declares,
unpacks to its end and to its checksum, and no page and no text is in the file that no reader would show.
"""

import base64
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from loaders.errors import UnreadableFileError
from loaders.readers.reader import GET_WORKBOOK

# The largest PDF seen unpacks to three megabytes; what unpacks to more than this fills the memory.
LARGEST_UNPACKED = 200_000_000
HEADER = b"%PDF-"
BEGIN = re.compile(rb"(?<!\d)(\d{1,10})\s+\d{1,5}\s+obj\b")
END = re.compile(rb"endobj|\bstream(?:\r\n|\n)")
# What a part may be: a dictionary, a list, a text, a name, a number, a reference, or a word.
WHOLE = re.compile(rb"<<.*>>|\[.*\]|\(.*\)|<[0-9A-Fa-f\s]*>|/\S*|[-+.\d\sR]+|true|false|null", re.DOTALL)
END_OF_STREAM = re.compile(rb"\s{0,2}endstream\b")
LENGTH = re.compile(rb"/Length\s+(\d+)(\s+\d+\s+R)?")
NUMBER_ALONE = re.compile(rb"(?<!\d)(\d+)\s+\d+\s+obj\s+(\d+)\s+endobj")
FILTER = re.compile(rb"/Filter\s*(?:/(\w+)|\[([^\]]*)\])")
NAME = re.compile(rb"/(\w+)")
REFERENCE = re.compile(rb"(\d+)\s+\d+\s+R\b")
NODE = re.compile(rb"/Type\s*/Pages?\b")
LEAF = re.compile(rb"/Type\s*/Page\b")
KIDS = re.compile(rb"/Kids\s*(?:\[([^\]]*)\]|(\d+\s+\d+\s+R))")
CONTENTS = re.compile(rb"/Contents\s*(?:\[([^\]]*)\]|(\d+\s+\d+\s+R))")
OBJECT_STREAM = re.compile(rb"/Type\s*/ObjStm\b")
FIRST = re.compile(rb"/First\s+(\d+)")
TABLE = re.compile(rb"\bxref\s+((?:\d+\s+\d+\s+(?:\d{10} \d{5} [nf]\s*)*)+)")
SECTION = re.compile(rb"(\d+)\s+\d+\s+((?:\d{10} \d{5} [nf]\s*)+)")
ENTRY = re.compile(rb"(\d{10}) \d{5} ([nf])")
TEXT = re.compile(rb"(?<!\S)BT(?!\S)")
NAMED = re.compile(rb"/([^\s/<>\[\]()]+)\s+(?=\d+\s+\d+\s+R\b|<<)")
FONT = re.compile(rb"/([^\s/<>\[\]()]+)\s+[-+\d.]+\s+Tf\b")
FONTS = re.compile(rb"/Font\b\s*(?:<<(.*?)>>|(\d+)\s+\d+\s+R)", re.DOTALL)
RESOURCES = re.compile(rb"/Resources\s+(\d+)\s+\d+\s+R")
# A font that is whole is of a known kind, and has the widths of its letters or is one that all readers have.
IS_FONT = re.compile(rb"/Type\s*/Font\b")
KIND_OF_FONT = re.compile(rb"/Subtype\s*/(?:Type[013]|MMType1|TrueType)\b")
KNOWN_WIDTHS = re.compile(
    rb"/Widths\b|/DescendantFonts\b|/BaseFont\s*/(?:Symbol|ZapfDingbats"
    rb"|(?:Helvetica|Courier)(?:-(?:Bold)?(?:Oblique)?)?|Times-(?:Roman|Bold|Italic|BoldItalic))(?![\w-])"
)
# A text of one letter at least, alone or at the end of an array.
SHOWN = re.compile(rb"(?:[^(\s]\s*\)|[0-9A-Fa-f]\s*>)(?:\s*-?[\d.]+)*\s*\]?\s*T[jJ]\b")
# How pictures are packed: they have no text, and what is wrong with one is seen.
OF_PICTURES = {b"DCTDecode", b"JPXDecode", b"CCITTFaxDecode", b"JBIG2Decode"}


@dataclass(frozen=True)
class _Part:
    """A numbered part of a PDF.

    Attributes:
        number: its number, by which others refer to it.
        start: where it begins in the file; -1 if it is packed in another part.
        words: its dictionary, or whatever it is.
        draws_text: True if it is a stream that draws text.
        text_count: how many texts it draws.
        fonts: the names of the fonts that it draws text in.
    """

    number: int
    start: int
    words: bytes
    draws_text: bool = False
    text_count: int = 0
    fonts: frozenset[bytes] = frozenset()


class Counts(NamedTuple):
    """How many pages a PDF has, and how many texts are drawn on them at least."""

    pages: int
    texts: int


def check_parts(content: bytes, name: str) -> Counts:
    """Check that all parts of a PDF are whole, and return what must be seen of it.

    Raises:
        UnreadableFileError: one is not.
    """
    parts = list(_Walk(content, name).parts())
    _check_table(content, parts, name)
    # A file that was changed has a part twice; the later one counts.
    by_number = {part.number: part for part in parts}
    page_count = _count_pages(by_number, name)
    _check_text(by_number, name)
    return Counts(page_count, sum(part.text_count for part in by_number.values()))


class _Walk:
    """A walk through a file, part by part."""

    def __init__(self, content: bytes, name: str) -> None:
        self.content = content
        self.name = name
        self.lengths = {int(number): int(length) for number, length in NUMBER_ALONE.findall(content)}
        self.unpacked = 0

    def parts(self) -> Iterator[_Part]:
        """Yield all parts, those packed in others too."""
        at = 0
        while begin := BEGIN.search(self.content, at):
            number = int(begin[1])
            self._check_between(at, begin.start())
            end = END.search(self.content, begin.end())
            if end is None or BEGIN.search(self.content, begin.end(), end.start()):
                raise _damaged(f"part {number} has no end", self.name)
            words = self.content[begin.end() : end.start()].strip()
            is_whole = WHOLE.fullmatch(words) is not None
            if not is_whole or b"endstream" in words or (end[0] != b"endobj" and not words.endswith(b">>")):
                raise _damaged(f"part {number} has lost what is said of it", self.name)
            if end[0] == b"endobj":
                yield _Part(number, begin.start(), words)
                at = end.end()
                continue
            data, at = self._stream(number, words, end.end())
            yield _drawing(_Part(number, begin.start(), words), data)
            if OBJECT_STREAM.search(words):
                yield from self._packed(number, words, data)
        self._check_between(at, len(self.content))

    def _check_between(self, start: int, end: int) -> None:
        between = self.content[start:end].removeprefix(b"\r").removeprefix(b"\n").removeprefix(b"endobj")
        if b"endobj" in between or b"endstream" in between:
            raise _damaged("a part has lost its beginning", self.name)

    def _stream(self, number: int, words: bytes, start: int) -> tuple[bytes, int]:
        """Return the unpacked data of a stream, and where it ends."""
        declared = LENGTH.search(words)
        if declared is None:
            raise _damaged(f"part {number} does not say how long it is", self.name)
        length: int | None = int(declared[1])
        if declared[2]:  # another part has the number; one that is packed itself need not be asked
            length = self.lengths.get(int(declared[1]))
        if length is None:
            length = self.content.find(b"endstream", start) - start
        end = END_OF_STREAM.match(self.content, start + length)
        if length < 0 or end is None:
            raise _damaged(f"part {number} has not the length it declares", self.name)
        return self._unpacked(number, words, self.content[start : start + length]), end.end()

    def _unpacked(self, number: int, words: bytes, data: bytes) -> bytes:
        found = FILTER.search(words)
        for kind in NAME.findall(b"/" + found[1] if found[1] else found[2]) if found else []:
            if kind in OF_PICTURES:
                return b""
            try:
                if kind in {b"FlateDecode", b"Fl"}:
                    data = self._inflated(data)
                elif kind in {b"ASCII85Decode", b"A85"}:
                    data = base64.a85decode(b"<~" + data.strip().removeprefix(b"<~"), adobe=True)
                elif kind in {b"ASCIIHexDecode", b"AHx"}:
                    data = bytes.fromhex(data.decode("ascii").strip().removesuffix(">"))
                else:
                    raise UnreadableFileError(
                        f"part {number} of the PDF is packed by {kind.decode('ascii', 'replace')}, "
                        "of which nobody could tell whether it is whole",
                        GET_WORKBOOK,
                        self.name,
                    )
            except (ValueError, zlib.error) as error:
                raise _damaged(f"part {number} cannot be unpacked: {error}", self.name) from error
        return data

    def _inflated(self, data: bytes) -> bytes:
        unpacking = zlib.decompressobj()
        unpacked = unpacking.decompress(data, LARGEST_UNPACKED - self.unpacked + 1)
        self.unpacked += len(unpacked)
        if self.unpacked > LARGEST_UNPACKED:
            raise UnreadableFileError(
                f"the PDF unpacks to more than {LARGEST_UNPACKED // 1_000_000} MB",
                "no report is that large: where does the file come from?",
                self.name,
            )
        if not unpacking.eof:
            raise ValueError("its end is missing")
        if unpacking.unused_data.strip():
            raise ValueError("it ends before its end")
        return unpacked

    def _packed(self, number: int, words: bytes, data: bytes) -> Iterator[_Part]:
        """Yield the parts that are packed in a part."""
        first = FIRST.search(words)
        try:
            offset = int(first[1]) if first else -1
            numbers = [int(text) for text in data[:offset].split()]
            places = [offset + place for place in numbers[1::2]]
            ends = [*places[1:], len(data)]
            for inner, start, end in zip(numbers[::2], places, ends, strict=True):
                yield _Part(inner, -1, data[start:end])
        except ValueError as error:
            raise _damaged(f"the parts in part {number} cannot be told apart", self.name) from error


def _drawing(part: _Part, data: bytes) -> _Part:
    """Return a part with what it draws."""
    if TEXT.search(data) is None:
        return part
    fonts = frozenset(FONT.findall(data))
    return replace(part, draws_text=True, text_count=len(SHOWN.findall(data)), fonts=fonts)


def _check_table(content: bytes, parts: list[_Part], name: str) -> None:
    """Check that each part is where the table of parts says, where it is not packed with a checksum."""
    origin = content.find(HEADER)
    named: set[tuple[int, int]] = set()
    for table in TABLE.findall(content):
        for first, entries in SECTION.findall(table):
            for number, (offset, kind) in enumerate(ENTRY.findall(entries), int(first)):
                if kind == b"n":
                    named.add((number, origin + int(offset)))
    found = {(part.number, part.start) for part in parts if part.start >= 0}
    wrong = named - found or (found - named if named and b"/XRef" not in content else set())
    if wrong:
        raise _damaged(f"part {min(wrong)[0]} is not where the table of parts says", name)


def _check_text(parts: dict[int, _Part], name: str) -> None:
    """Check that every part that draws text is part of something, and has the fonts that it names."""
    referred = {int(number) for part in parts.values() for number in REFERENCE.findall(part.words)}
    lost = [part.number for part in parts.values() if part.draws_text and part.number not in referred]
    if lost:
        raise _damaged(f"part {lost[0]} has text that no page shows", name)
    names = {found for part in parts.values() for found in NAMED.findall(part.words)}
    for part in parts.values():
        if part.fonts - names:
            raise _damaged(f"part {part.number} has text in a font that is not there", name)
    _check_fonts(parts, name)
    if referred - parts.keys():
        raise _damaged(f"part {min(referred - parts.keys())} is not there", name)


def _check_fonts(parts: dict[int, _Part], name: str) -> None:
    """Check that what is called a font is one: PDFium takes another in its place, and says nothing."""
    for part in parts.values():
        for here, elsewhere in FONTS.findall(part.words):
            listed = parts[int(elsewhere)].words if elsewhere and int(elsewhere) in parts else here
            fonts = [parts[number].words for number in map(int, REFERENCE.findall(listed)) if number in parts]
            for pattern in (IS_FONT, KIND_OF_FONT, KNOWN_WIDTHS):
                if (elsewhere and not fonts) or not all(map(pattern.search, fonts)):
                    raise _damaged(f"a font of part {part.number} is none", name)
    nodes = b"".join(
        part.words for part in parts.values() if NODE.search(part.words) and not LEAF.search(part.words)
    )
    for page in parts.values():
        if LEAF.search(page.words) and any(
            parts[at].fonts for at in _listed(CONTENTS, page, parts) if at in parts
        ):
            apart = [
                parts[number].words for number in map(int, RESOURCES.findall(page.words)) if number in parts
            ]
            if not any(FONTS.search(words) for words in (page.words, nodes, *apart)):
                raise _damaged("a page has lost its fonts", name)


def _count_pages(parts: dict[int, _Part], name: str) -> int:
    """Return the number of pages: each is named once as a kid in the tree, and what it draws is there."""
    nodes = {part.number for part in parts.values() if NODE.search(part.words)}
    leaves = [part for part in parts.values() if LEAF.search(part.words)]
    kids = Counter(number for node in nodes for number in _listed(KIDS, parts[node], parts))
    if len(nodes - kids.keys()) != 1 or kids.keys() - nodes or max(kids.values(), default=0) > 1:
        raise _damaged("the list of its pages and the pages differ", name)
    for page in leaves:
        if not set(_listed(CONTENTS, page, parts)) <= parts.keys():
            raise _damaged("a page has lost what is drawn on it", name)
    return len(leaves)


def _listed(pattern: re.Pattern[bytes], part: _Part, parts: dict[int, _Part]) -> Iterator[int]:
    """Yield the numbers of the parts that a part lists; the list may be a part of its own."""
    for here, elsewhere in pattern.findall(part.words):
        for number in map(int, REFERENCE.findall(here + elsewhere)):
            words = parts[number].words if number in parts else b""
            if elsewhere and words.startswith(b"["):
                yield from map(int, REFERENCE.findall(words))
            else:
                yield number


def _damaged(problem: str, name: str) -> UnreadableFileError:
    return UnreadableFileError(f"the PDF is damaged: {problem}", "fetch it again from NAV", name)
