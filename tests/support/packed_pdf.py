"""A PDF as NAV's server lays it out: parts packed in a stream, lengths apart, the table of parts a stream."""

import re
import zlib

PART = re.compile(rb"(\d+) 0 obj\n(.*?)\n?endobj", re.DOTALL)
STREAM = re.compile(rb"(<<.*?>>)\nstream\r?\n(.*?)endstream", re.DOTALL)
ROOT = re.compile(rb"/Root (\d+) 0 R")
LENGTH = re.compile(rb"/Length \d+")


def packed(content: bytes) -> bytes:
    """Return a PDF that reportlab has written with its parts packed."""
    parts = {int(number): body for number, body in PART.findall(content)}
    streams = {number: found for number, body in parts.items() if (found := STREAM.fullmatch(body))}
    free = max(parts) + 1
    lengths = {number: free + index for index, number in enumerate(streams)}
    holder, table = free + len(streams), free + len(streams) + 1
    inner = {number: body for number, body in parts.items() if number not in streams}
    file = _File()
    for number, found in streams.items():
        words = LENGTH.sub(b"/Length %d 0 R" % lengths[number], found[1])
        file.add(number, words + b"\nstream\n" + found[2] + b"\nendstream")
        file.add(lengths[number], b"%d" % len(found[2]))
    places = [sum(len(body) + 1 for body in list(inner.values())[:index]) for index in range(len(inner))]
    heads = b" ".join(b"%d %d" % pair for pair in zip(inner, places, strict=True))
    words = b"/Type/ObjStm/N %d/First %d" % (len(inner), len(heads) + 1)
    file.add(holder, _stream(words, heads + b"\n" + b"\n".join(inner.values())))
    rows = [_row(0, 0, 0)]
    for number in range(1, table + 1):
        index = list(inner).index(number) if number in inner else 0
        place = len(file.bytes) if number == table else file.places.get(number, 0)
        rows.append(_row(2, holder, index) if number in inner else _row(1 if place else 0, place, 0))
    start = len(file.bytes)
    root = ROOT.search(content)
    assert root is not None
    words = b"/Type/XRef/W[1 4 2]/Size %d/Root %s 0 R" % (table + 1, root[1])
    file.add(table, _stream(words, b"".join(rows)))
    return bytes(file.bytes) + b"startxref\n%d\n%%%%EOF\n" % start


class _File:
    """A file being written, and where its parts begin."""

    def __init__(self) -> None:
        self.bytes = bytearray(b"%PDF-1.7\n%\xe4\xe3\xcf\xd2\n")
        self.places: dict[int, int] = {}

    def add(self, number: int, body: bytes) -> None:
        """Write a part."""
        self.places[number] = len(self.bytes)
        self.bytes += b"%d 0 obj\n%s\nendobj\n" % (number, body)


def _stream(words: bytes, data: bytes) -> bytes:
    data = zlib.compress(data)
    return b"<<%s/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream" % (words, len(data), data)


def _row(kind: int, place: int, index: int) -> bytes:
    return kind.to_bytes(1) + place.to_bytes(4) + index.to_bytes(2)
