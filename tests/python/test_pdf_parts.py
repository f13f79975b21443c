"""The parts of a PDF are looked at before it is read: what is lost in one is never lost in silence."""

import io
import random
import re
import zlib
from collections.abc import Callable

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas
from support.nav_files import NavReport, NavSection, NavTable, PdfStyle, write_pdf
from support.packed_pdf import packed
from support.small_reports import NAME, TITLE

from loaders.errors import TiltakError, UnreadableFileError
from loaders.layout import Layout
from loaders.printed import Period
from loaders.readers import pdf_parts
from loaders.readers.choice import reader_of
from loaders.tables.recogniser import recognise

SEED = 20261127
CASES = 250
TOTAL = ("I alt", ("300", "310"))
ROWS = (("Opplæring", ("100", "110")), ("Arbeidspraksis", ("150", "150")), ("Oppfølging", ("50", "50")))
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\n?endstream", re.DOTALL)


@pytest.fixture(scope="module")
def content() -> bytes:
    """Return a PDF of two tables, each on a page."""
    tables = tuple(NavTable(None, ("Januar", "Februar"), (TOTAL, *rows)) for rows in (ROWS, ROWS[::-1]))
    sections = tuple(NavSection(f"Tiltak {number}", (table,)) for number, table in enumerate(tables))
    return write_pdf(NavReport(TITLE, Period(2020, 1, 2), None, None, sections), PdfStyle(has_outline=False))


def tables_of(content: bytes, layout: Layout) -> list[object]:
    """Return what the tables of a PDF print."""
    report = recognise(reader_of(content, NAME).read(content, NAME, layout), layout, NAME)
    return [(table.columns, table.packed.labels, table.packed.values) for table in report.tables]


def test_a_pdf_whose_parts_are_packed_is_read_like_one_whose_are_not(content: bytes, layout: Layout) -> None:
    assert len(tables_of(content, layout)) == 2
    assert b"/Kids" not in packed(content)
    assert tables_of(packed(content), layout) == tables_of(content, layout)


def test_bytes_changed_or_lost_within_a_stream_are_never_passed_over(content: bytes, layout: Layout) -> None:
    choose = random.Random(SEED)
    for whole in (content, packed(content)):
        expected = tables_of(whole, layout)
        streams = [found.span(1) for found in STREAM.finditer(whole)]
        refused = 0
        for _ in range(CASES):
            start, end = choose.choice(streams)
            damaged = bytearray(whole)
            at = choose.randrange(start, end)
            kind = choose.randrange(3)
            if kind == 0:
                damaged[at] ^= 1 << choose.randrange(8)
            elif kind == 1:
                del damaged[at : at + choose.randint(1, 9)]
            else:
                damaged[at:end] = b""
            try:
                assert tables_of(bytes(damaged), layout) == expected
            except TiltakError:
                refused += 1
        assert refused > 0.95 * CASES


def replaced(pattern: bytes, by: bytes) -> Callable[[bytes], bytes]:
    """Replace the first match; lengths and places are as they were if `by` is as long."""
    return lambda content: re.sub(pattern, by, content, count=1, flags=re.DOTALL)


def declared_shorter(content: bytes) -> bytes:
    """Cut the end off a stream that has no other packing, and declare the length that is left."""
    found = STREAM.search(content)
    assert found is not None
    kept = found[1][: len(found[1]) // 2]
    return content.replace(found[1], kept).replace(b"/Length %d" % len(found[1]), b"/Length %d" % len(kept))


def drawing_one_for_another(content: bytes) -> bytes:
    """Let each page draw what the first one draws."""
    drawn = re.findall(rb"/Contents (\d+)", content)
    return re.sub(
        rb"/Contents \d+", lambda found: b"/Contents " + drawn[0].zfill(len(found[0]) - 10), content
    )


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        pytest.param(replaced(rb"/Length (\d)", rb"/Length 1\1"), "length it declares", id="length"),
        pytest.param(replaced(rb"/Length \d+", b""), "how long", id="no length"),
        pytest.param(declared_shorter, "cannot be unpacked", id="cut"),
        pytest.param(replaced(b"/FlateDecode", b"/FlateDecodf"), "packed by FlateDecodf", id="packing"),
        pytest.param(replaced(b"/FlateDecode", b"/LZWDecode  "), "packed by LZWDecode", id="old packing"),
        pytest.param(replaced(rb"(/FlateDecode.*?)>>\nstream", rb"\1> \nstream"), "what is said", id="words"),
        pytest.param(replaced(rb"\nstream\n", b"\nstrexm\n"), "what is said", id="stream"),
        pytest.param(replaced(rb"\d 0 obj(\n<<\n/Filter)", rb"1 0 obx\1"), "lost its beginning", id="begin"),
        pytest.param(replaced(rb"endobj", b"endobk"), "has no end", id="end"),
        pytest.param(replaced(rb"(xref\n0 \d+\n.{20}.{8})\d\d", rb"\g<1>99"), "table of parts", id="place"),
        pytest.param(replaced(rb"(xref\n0 \d+\n.{40}.{17})n", rb"\1f"), "table of parts", id="freed"),
        pytest.param(replaced(rb"/Count 3", b"/Count 2"), "has 3 pages and shows 2", id="count"),
        pytest.param(replaced(rb"(/Kids \[ (\d+) 0 R) \d+", rb"\1 \2"), "pages differ", id="a page twice"),
        pytest.param(replaced(rb"(/Kids \[ )\d+ 0 R", rb"\1     "), "pages differ", id="a page not named"),
        pytest.param(drawing_one_for_another, "no page shows", id="text"),
        pytest.param(replaced(b"/Contents 10", b"/Contents 99"), "what is drawn", id="contents"),
    ],
)
def test_a_pdf_that_lost_something_is_refused(
    change: Callable[[bytes], bytes], problem: str, content: bytes
) -> None:
    assert pdf_parts.check_parts(content, NAME).pages == 3
    damaged = change(content)
    assert damaged != content
    with pytest.raises(UnreadableFileError, match=problem):
        PDF.read(damaged, NAME, EMPTY)


PDF = reader_of(b"%PDF-1.7\n", NAME)
EMPTY = Layout({}, {}, frozenset())


def test_a_pdf_that_unpacks_to_gigabytes_is_refused(
    content: bytes, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf_parts, "LARGEST_UNPACKED", 2_000)
    bomb = zlib.compress(bytes(10_000))
    words = b"<</Filter/FlateDecode/Length %d>>" % len(bomb)
    stream = b"9999 0 obj\n%s\nstream\n%s\nendstream\nendobj\n%%%%EOF" % (words, bomb)
    with pytest.raises(UnreadableFileError, match="unpacks to more than"):
        tables_of(content.replace(b"%%EOF", stream), layout)


@pytest.mark.parametrize("password", ["", "hemmelig"])
def test_a_protected_pdf_is_refused_by_that_name(password: str, layout: Layout) -> None:
    file = io.BytesIO()
    canvas = Canvas(file, encrypt=StandardEncryption(password, "eier", canPrint=0))
    canvas.drawString(100, 100, TITLE)
    canvas.save()
    with pytest.raises(UnreadableFileError, match="protected"):
        tables_of(file.getvalue(), layout)
