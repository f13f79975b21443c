"""Small workbooks and PDFs, damaged: in the bytes of the file, and in its parts once they are unpacked.

A part is a file of a workbook's ZIP; of a PDF, what is said of a numbered part, and what it draws. After
the damage all is packed again, with right lengths, checksums and places: only the meaning is damaged.
"""

import base64
import io
import re
import zipfile
import zlib
from dataclasses import dataclass, field, replace
from functools import cache

from hypothesis import strategies as st
from support.nav_files import NavReport, PdfStyle, WorkbookStyle, of_printed, write_pdf, write_workbook
from support.packed_pdf import packed

from loaders.readers.text import read_text
from loaders.tables.recogniser import recognise
from measure.fuzz.file_damage import PDF_DAMAGE, WORKBOOK_DAMAGE, Damage, Found, Parts
from measure.fuzz.inputs import NAME, REPORTS, layout
from measure.fuzz.mutations import MUTATIONS, STEPS, Place, to_bytes, to_text

# So many sections, tables of each and rows of each are enough to show all there is.
SECTIONS, TABLES, ROWS = 2, 2, 6
PART = re.compile(rb"(\d+) 0 obj\n(.*?)\n?endobj", re.DOTALL)
STREAM = re.compile(rb"(<<.*?>>)\nstream\r?\n(.*?)endstream", re.DOTALL)
PACKING = re.compile(rb"/Filter \[[^]]*\]|/Length \d+")
ROOT = re.compile(rb"/Root (\d+) 0 R")
TEXT_IN_CELL = re.compile(rb't="inlineStr"><is><t>([^<]*)</t></is>')
STRINGS = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%s</sst>'
STRINGS_KIND = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
STRINGS_RELATION = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
BYTES_OF_FILE = ("byte flipped", "byte inserted", "bytes deleted", "bytes repeated", "truncated")


@dataclass(frozen=True)
class Whole:
    """A file before it is damaged.

    Attributes:
        name: what it is.
        parts: its parts, unpacked.
        is_pdf: True for a PDF, False for a workbook.
        is_packed: True for a PDF that has its parts in one stream.
    """

    name: str
    parts: Parts = field(repr=False)
    is_pdf: bool = False
    is_packed: bool = False

    def written(self, parts: Parts) -> bytes:
        """Return the file with its parts as they are given."""
        if not self.is_pdf:
            return zipped(parts)
        return packed(written_pdf(parts)) if self.is_packed else written_pdf(parts)


@dataclass(frozen=True)
class DamagedReport:
    """A file and what was done to it."""

    whole: Whole
    kinds: tuple[str, ...]
    content: bytes

    def __repr__(self) -> str:
        """Name the file without its bytes."""
        return f"{self.whole.name} with {', '.join(self.kinds)}"


@cache
def small_report(stem: str) -> NavReport:
    """Return the beginning of one of the project's reports."""
    [path] = REPORTS.glob(f"{stem}*.txt")
    report = of_printed(recognise(read_text(path.read_bytes(), NAME), layout(), NAME))
    sections = tuple(
        replace(
            section,
            tables=tuple(replace(table, rows=table.rows[:ROWS]) for table in section.tables[:TABLES]),
        )
        for section in report.sections
        if section.heading
    )
    return replace(report, sections=sections[:SECTIONS])


@cache
def whole_workbooks() -> tuple[Whole, ...]:
    """Return the workbooks that are damaged, in several habits of NAV's."""
    styles = (
        ("workbook", "deltakere-tiltak_", WorkbookStyle()),
        ("workbook with one header", "deltakere-tiltak_", WorkbookStyle(has_one_header=True)),
        ("workbook with codes apart", "tilt120", WorkbookStyle(has_codes_apart=True)),
        ("workbook with decimals", "deltakere_2013", WorkbookStyle(has_decimals=True)),
    )
    found = [Whole(name, unzipped(write_workbook(small_report(stem), style))) for name, stem, style in styles]
    shared = Whole("workbook with shared texts", with_shared_texts(found[0].parts))
    return (*found, shared)


@cache
def whole_pdfs() -> tuple[Whole, ...]:
    """Return the PDFs that are damaged."""
    styles = (
        ("PDF", "deltakere-tiltak_", PdfStyle(has_outline=False)),
        ("PDF with full pages", "deltakere-tiltak_", PdfStyle(fills_pages=True, has_empty_pages=True)),
        ("PDF with narrow labels", "tilt120", PdfStyle(label_width=80, has_outline=False)),
        ("PDF with its own font", "deltakere-tiltak_", PdfStyle(has_outline=False, font="Vera")),
        ("PDF with text alone", "deltakere_2013", PdfStyle(has_cells=False, has_outline=False)),
    )
    found = [
        Whole(name, parts_of_pdf(write_pdf(small_report(stem), style)), is_pdf=True)
        for name, stem, style in styles
    ]
    return (*found, replace(found[0], name="PDF with packed parts", is_packed=True))


def unzipped(content: bytes) -> Parts:
    """Return the parts of a workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: Parts) -> bytes:
    """Return a workbook of parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return target.getvalue()


def with_shared_texts(parts: Parts) -> Parts:
    """Return the parts of a workbook with its texts in a part of their own, as Excel writes them."""
    texts: dict[bytes, int] = {}

    def shared(found: Found) -> bytes:
        return b't="s"><v>%d</v>' % texts.setdefault(found[1], len(texts))

    done = {
        name: TEXT_IN_CELL.sub(shared, part) if name.startswith("xl/worksheets/") else part
        for name, part in parts.items()
    }
    done["xl/sharedStrings.xml"] = STRINGS % b"".join(b"<si><t>%s</t></si>" % text for text in texts)
    kinds, relations = "[Content_Types].xml", "xl/_rels/workbook.xml.rels"
    done[kinds] = done[kinds].replace(
        b"</Types>", b'<Override PartName="/xl/sharedStrings.xml" ContentType="%s"/></Types>' % STRINGS_KIND
    )
    done[relations] = done[relations].replace(
        b"</Relationships>",
        b'<Relationship Id="rId99" Type="%s" Target="sharedStrings.xml"/></Relationships>' % STRINGS_RELATION,
    )
    return done


def parts_of_pdf(content: bytes) -> Parts:
    """Return the parts of a PDF that reportlab has written: `7 said`, and `7 drawn` if it is a stream."""
    parts: Parts = {}
    for number, body in PART.findall(content):
        stream = STREAM.fullmatch(body)
        parts[f"{int(number)} said"] = PACKING.sub(b"", stream[1]) if stream else body
        if stream:
            data = stream[2].strip()
            if b"ASCII85" in stream[1]:
                data = base64.a85decode(b"<~" + data, adobe=True)
            parts[f"{int(number)} drawn"] = zlib.decompress(data)
    root = ROOT.search(content)
    assert root is not None
    return {"root": root[1], **parts}


def written_pdf(parts: Parts) -> bytes:
    """Return a PDF of parts, each packed and in its place."""
    file = bytearray(b"%PDF-1.7\n%\xe4\xe3\xcf\xd2\n")
    places: dict[int, int] = {}
    for key in [key for key in parts if key.endswith(" said")]:
        number = int(key.partition(" ")[0])
        places[number] = len(file)
        body = parts[key]
        if (drawn := parts.get(f"{number} drawn")) is not None:
            data = zlib.compress(drawn)
            words = body.removesuffix(b">>") + b"/Filter/FlateDecode/Length %d>>" % len(data)
            body = words + b"\nstream\n" + data + b"\nendstream"
        file += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start, size = len(file), max(places) + 1
    file += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        entry = b"%010d 00000 n \n" if number in places else b"%010d 65535 f \n"
        file += entry % places.get(number, 0)
    file += b"trailer\n<</Size %d/Root %s 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, parts["root"], start)
    return bytes(file)


@st.composite
def damaged_reports(draw: st.DrawFn, wholes: tuple[Whole, ...], kinds: dict[str, Damage]) -> DamagedReport:
    """Draw a file and one to three kinds of damage; bytes of the file in one of eight."""
    whole = draw(st.sampled_from(wholes))
    steps = st.integers(0, STEPS - 1)
    places = st.builds(Place, steps, steps, steps)
    if draw(st.integers(0, 7)) == 0:
        kind = draw(st.sampled_from(BYTES_OF_FILE))
        content = to_bytes(MUTATIONS[kind].mutate(to_text(whole.written(whole.parts)), draw(places)))
        return DamagedReport(whole, (f"file: {kind}",), content)
    chosen = draw(st.lists(st.sampled_from(sorted(kinds)), min_size=1, max_size=3))
    parts = dict(whole.parts)
    for kind in chosen:
        if parts:
            kinds[kind](parts, draw(places))
    return DamagedReport(whole, tuple(chosen), whole.written(parts))


def damaged_workbooks() -> st.SearchStrategy[DamagedReport]:
    """Return the strategy that draws damaged workbooks."""
    return st.deferred(lambda: damaged_reports(whole_workbooks(), WORKBOOK_DAMAGE))


def damaged_pdfs() -> st.SearchStrategy[DamagedReport]:
    """Return the strategy that draws damaged PDFs."""
    return st.deferred(lambda: damaged_reports(whole_pdfs(), PDF_DAMAGE))
