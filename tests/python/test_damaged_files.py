"""A damaged or foreign file ends in a typed error that names it, or is read right: never in wrong numbers."""

import io
import random
import re
import zipfile
from collections.abc import Callable
from contextlib import suppress

import openpyxl
import pytest
from support.nav_files import NavReport, of_printed, write_pdf, write_workbook
from support.small_reports import NAME

from loaders.errors import TiltakError, UnreadableFileError
from loaders.layout import Layout
from loaders.printed import PrintedReport
from loaders.readers.choice import reader_of
from loaders.tables.recogniser import recognise

Change = Callable[[dict[str, bytes]], dict[str, bytes]]
SEED = 20261127
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read(content: bytes, layout: Layout) -> PrintedReport:
    """Read a file of any format."""
    return recognise(reader_of(content, NAME).read(content, NAME, layout), layout, NAME)


@pytest.fixture(scope="module")
def report(printed_reports: dict[str, PrintedReport]) -> NavReport:
    """Return the report of 2020."""
    return of_printed(printed_reports["2020"])


@pytest.fixture(scope="module")
def workbook(report: NavReport) -> bytes:
    """Return it as a workbook."""
    return write_workbook(report)


@pytest.fixture(scope="module")
def pdf(report: NavReport) -> bytes:
    """Return it as a PDF."""
    return write_pdf(report)


def changed(content: bytes, change: Change) -> bytes:
    """Return a workbook with its parts changed."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in change(parts).items():
            archive.writestr(name, part)
    return target.getvalue()


def without(name: str) -> Change:
    """Leave a part out."""
    return lambda parts: {key: part for key, part in parts.items() if key != name}


def replaced(name: str, pattern: bytes, by: bytes) -> Change:
    """Replace the first match in a part."""
    return lambda parts: {**parts, name: re.sub(pattern, by, parts[name], count=1)}


def added(name: str, part: bytes) -> Change:
    """Add a part."""
    return lambda parts: {**parts, name: part}


SHEET = "xl/worksheets/sheet2.xml"
# Each entity is ten of the one before: a billion letters.
BOMB = '<!ENTITY a0 "x">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
NUMBER = rb'(<c r="C10"[^>]*)><v>\d+</v>'


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        pytest.param(
            replaced(SHEET, b't="inlineStr"><is><t>I alt</t></is>', b't="s"><v>0</v>'),
            "lost its texts",
            id="no shared strings",
        ),
        pytest.param(without("xl/workbook.xml"), "without a workbook", id="no workbook"),
        pytest.param(without(SHEET), "damaged", id="a sheet is missing"),
        pytest.param(
            replaced("xl/workbook.xml", rb"<sheet [^>]*sheetId=\"3\"[^>]*/>", b""),
            "holds 6 sheets and names 5",
            id="a sheet is not named",
        ),
        pytest.param(
            replaced("xl/workbook.xml", rb'name="2 [^"]*"', b'name="1 hovedgrupper"'),
            "have one name",
            id="two sheets of one name",
        ),
        pytest.param(
            replaced(SHEET, rb'<row r="2">.*?</row>', b""), "no report's title, and a row", id="no title"
        ),
        pytest.param(replaced(SHEET, rb'<row r="8">.*?</row>', b""), "outside any table", id="no header"),
        pytest.param(
            replaced(SHEET, rb'(<c r="C10") t="n"><v>\d+</v>', rb'\1 t="n"><is><t>7</t></is>'),
            "text in a cell of numbers",
            id="a text where a number should be",
        ),
        pytest.param(
            replaced(
                SHEET, rb"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="C10:D10"/></mergeCells>'
            ),
            "merged into another",
            id="a number under a merge",
        ),
        pytest.param(
            replaced(SHEET, rb"\A", b'<?xml version="1.0" encoding="latin-1"?>'),
            "not in UTF-8",
            id="encoding",
        ),
        pytest.param(added("xl/vbaProject.bin", b"x"), r"\.xlsm", id="macros"),
        pytest.param(added("word/document.xml", b"x"), "Word", id="a document"),
        pytest.param(
            replaced(SHEET, b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet'),
            "entities",
            id="entities",
        ),
        pytest.param(
            lambda parts: {
                **parts,
                SHEET: ("<!DOCTYPE x [" + BOMB + "]>" + parts[SHEET].decode()).encode("utf-16"),
            },
            "entities",
            id="an entity bomb in UTF-16",
        ),
        pytest.param(replaced(SHEET, NUMBER, rb"\1><f>SUM(C11:C14)</f>"), "no stored value", id="a formula"),
        pytest.param(
            replaced(SHEET, NUMBER, rb'<c r="C10" t="inlineStr"><is><t>68897</t></is>'),
            "stored as text",
            id="text",
        ),
        pytest.param(replaced(SHEET, NUMBER, rb"\1><v>1<!-- -->2</v>"), "in pieces", id="a comment"),
        pytest.param(replaced(SHEET, NUMBER, rb"\1><v>1&#50;</v>"), "in pieces", id="a digit by its number"),
        pytest.param(replaced(SHEET, NUMBER, rb"\1><v>1<![CDATA[2]]></v>"), "in pieces", id="raw digits"),
        pytest.param(replaced(SHEET, NUMBER, rb"\1><v>2.5</v>"), "neither a number", id="a fraction"),
        pytest.param(replaced(SHEET, NUMBER, rb"\1><v>-5</v>"), "neither a number", id="a negative number"),
        pytest.param(replaced(SHEET, b"</row>", b"<"), "damaged", id="broken XML"),
    ],
)
def test_a_workbook_with_a_damaged_part_is_refused(
    change: Change, problem: str, workbook: bytes, layout: Layout
) -> None:
    content = changed(workbook, change)
    assert content != workbook
    with pytest.raises(TiltakError, match=problem) as caught:
        read(content, layout)
    assert caught.value.next_step


@pytest.mark.parametrize(
    ("change", "notice"),
    [
        pytest.param(
            replaced(
                "[Content_Types].xml",
                rb"(?<=sheet2\.xml\" )ContentType=\"[^\"]*\"",
                b'ContentType="text/plain"',
            ),
            None,
            id="another content type",
        ),
        pytest.param(without("[Content_Types].xml"), None, id="no content types"),
        pytest.param(
            added("xl/externalLinks/externalLink1.xml", b"<externalLink/>"),
            "not followed",
            id="external links",
        ),
        pytest.param(replaced(SHEET, NUMBER, rb"\1><f>1+1</f><v>13712</v>"), "1 formulas", id="a formula"),
        pytest.param(replaced(SHEET, b"<row ", b'<row hidden="1" '), "hidden rows", id="a hidden row"),
    ],
)
def test_what_does_not_touch_the_values_is_read_or_told(
    change: Change, notice: str | None, workbook: bytes, layout: Layout
) -> None:
    content = changed(workbook, change)
    assert content != workbook
    report = read(content, layout)
    assert tables_of(content, layout) == tables_of(workbook, layout)
    assert [notice for told in report.notices if notice and notice in told] == [notice] * bool(notice)


def test_a_sheet_of_somebody_elses_is_left_out_and_told(workbook: bytes, layout: Layout) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    book.create_sheet("Budsjett").append(["Husleie", 12, 15])
    file = io.BytesIO()
    book.save(file)
    read_again = read(file.getvalue(), layout)
    assert tables_of(file.getvalue(), layout) == tables_of(workbook, layout)
    assert read_again.notices == ("sheet 'Budsjett' has no report's title and is left out: 3 cells",)


def test_a_workbook_that_unpacks_to_gigabytes_is_refused_unread(workbook: bytes, layout: Layout) -> None:
    bomb = changed(workbook, added("xl/media/image1.png", bytes(201_000_000)))
    assert len(bomb) < 1_000_000
    with pytest.raises(UnreadableFileError, match="unpacks to more than 200 MB"):
        read(bomb, layout)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        pytest.param(
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), r"\.xls\)", id="xls"
        ),
        pytest.param(
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "password",
            id="locked",
        ),
        pytest.param(b"<!DOCTYPE html><html></html>", "web page", id="web page"),
        pytest.param(b"\x89PNG\r\n", "picture", id="picture"),
        pytest.param(b"%PDF-1.7\n", "cannot be opened", id="a PDF that is only its first line"),
    ],
)
def test_a_file_of_another_kind_is_refused_by_its_name(content: bytes, kind: str, layout: Layout) -> None:
    with pytest.raises(UnreadableFileError, match=kind) as caught:
        read(content, layout)
    assert caught.value.next_step


def test_a_file_cut_anywhere_is_refused(workbook: bytes, pdf: bytes, layout: Layout) -> None:
    for content in (workbook, pdf):
        for share in (0.1, 0.5, 0.9, 0.99):
            with pytest.raises(TiltakError):
                read(content[: int(len(content) * share)], layout)


def test_changed_bytes_are_refused_or_change_nothing(workbook: bytes, pdf: bytes, layout: Layout) -> None:
    choose = random.Random(SEED)
    for content in (workbook, pdf):
        whole = tables_of(content, layout)
        for _ in range(60):
            damaged = bytearray(content)
            for _ in range(choose.randint(1, 4)):
                damaged[choose.randrange(len(damaged))] = choose.randrange(256)
            with suppress(TiltakError):
                assert tables_of(bytes(damaged), layout) == whole


def tables_of(content: bytes, layout: Layout) -> list[tuple[object, ...]]:
    """Return what the tables of a file print."""
    return [
        (table.columns, table.packed.labels, table.packed.values) for table in read(content, layout).tables
    ]
