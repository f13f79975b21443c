"""A damaged or foreign file ends in a typed error that names it, or is read right: never in wrong numbers."""

import io
import random
import re
import zipfile
from collections.abc import Callable
from contextlib import suppress

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
        pytest.param(without(SHEET), "", id="a sheet is missing"),
        pytest.param(added("xl/vbaProject.bin", b"x"), r"\.xlsm", id="macros"),
        pytest.param(added("word/document.xml", b"x"), "Word", id="a document"),
        pytest.param(
            replaced(SHEET, b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet'),
            "entities",
            id="entities",
        ),
        pytest.param(replaced(SHEET, NUMBER, rb"\1><f>SUM(C11:C14)</f>"), "no stored value", id="a formula"),
        pytest.param(
            replaced(SHEET, NUMBER, rb'<c r="C10" t="inlineStr"><is><t>68897</t></is>'),
            "stored as text",
            id="text",
        ),
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
