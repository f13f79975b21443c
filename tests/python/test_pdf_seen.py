"""A PDF is read as a person sees it: what is in the file and not on the page is refused, or left unread."""

import io
import re

import pytest
from measure.fuzz.damaged_reports import parts_of_pdf, written_pdf
from PIL import Image
from playwright.sync_api import Browser
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from support.nav_files import HEIGHT, WIDTH, NavReport, NavSection, NavTable, PdfStyle, write_pdf
from support.small_reports import NAME, TITLE

from loaders.errors import LayoutError, TiltakError
from loaders.layout import Layout
from loaders.printed import Period
from loaders.readers.choice import reader_of
from loaders.tables.recogniser import recognise

ROWS = (("I alt", ("1 300", "1 310")), ("03 Oslo", ("1 111", "1 222")), ("Ukjent", ("189", "88")))
REPORT = NavReport(
    TITLE,
    Period(2020, 1, 2),
    None,
    None,
    (NavSection("Fylke", (NavTable(None, ("Januar", "Februar"), ROWS),)),),
)
# The text of a value, and the rectangle around it.
TEXT = rb"BT 1 0 0 1 [\d. ]+ Tm /F1 9 Tf 10.8 TL \(1 111\) Tj ET"
CELL = rb"n 143.22 430.52 55.5 18 re f\*"
Read = list[tuple[str, tuple[str | None, ...]]]


def read(content: bytes, layout: Layout) -> Read:
    """Return the rows of the one table of a PDF."""
    [table] = recognise(reader_of(content, NAME).read(content, NAME, layout), layout, NAME).tables
    return [(row.label, tuple(row.values)) for row in table.rows]


@pytest.fixture(scope="module")
def parts() -> dict[str, bytes]:
    """Return the parts of a small PDF."""
    return parts_of_pdf(write_pdf(REPORT, PdfStyle(has_outline=False)))


def page_of(parts: dict[str, bytes]) -> str:
    """Return the name of the part that draws the page with the table."""
    [page] = [name for name, part in parts.items() if re.search(TEXT, part)]
    return page


def drawn(parts: dict[str, bytes], pattern: bytes, by: bytes) -> bytes:
    """Return the PDF with what its page draws changed in one place."""
    page = page_of(parts)
    changed = re.sub(pattern, by, parts[page], count=1, flags=re.DOTALL)
    assert changed != parts[page]
    return written_pdf({**parts, page: changed})


@pytest.mark.parametrize(
    ("pattern", "by", "problem"),
    [
        pytest.param(TEXT, rb"3 Tr \g<0> 0 Tr", "cannot be seen", id="without ink"),
        pytest.param(TEXT, rb"q 7 Tr \g<0> Q", "cannot be seen", id="as a clip alone"),
        pytest.param(TEXT, rb"1 1 1 rg \g<0>", "cannot be seen", id="white on white"),
        pytest.param(TEXT, rb".97 g \g<0>", "cannot be seen", id="nearly white"),
        pytest.param(TEXT, rb"q 0 0 9 9 re W n \g<0> Q", "cannot be seen", id="clipped away"),
        pytest.param(TEXT, rb"q 143 430 43 18 re W n \g<0> Q", "cannot be seen", id="clipped in part"),
        pytest.param(TEXT, rb"\g<0> 1 1 1 rg " + CELL.replace(b"\\", b""), "cannot be seen", id="covered"),
        pytest.param(rb"/F1 9 Tf 10.8 TL \(1 111", rb"/F1 0 Tf (1 111", "too small", id="no size"),
        pytest.param(rb"BT 1 0 0 1 (?=[\d. ]+ Tm [^(]*\(1 111)", b"BT .1 0 0 .1 ", "too small", id="tiny"),
        pytest.param(rb"BT 1 0 0 1 (?=[\d. ]+ Tm [^(]*\(1 111)", b"BT 0 1 -1 0 ", "turned", id="turned"),
        pytest.param(rb"BT 1 0 0 1 (?=[\d. ]+ Tm [^(]*\(1 111)", b"BT -1 0 0 1 ", "turned", id="mirrored"),
        pytest.param(rb"BT 1 0 0 1 (?=[\d. ]+ Tm [^(]*\(1 111)", b"BT 1 0 0 -1 ", "turned", id="upside down"),
        pytest.param(TEXT, rb"\g<0> BT 1 0 0 1 178 434 Tm (2) Tj ET", "over other text", id="over another"),
        pytest.param(rb"(BT 1 0 0 1 )[\d.]+(?=[\d. ]+ Tm [^(]*\(1 111)", rb"\g<1>2000", "outside", id="off"),
        pytest.param(
            rb"(BT 1 0 0 1 )[\d.]+(?=[\d. ]+ Tm [^(]*\(1 111)", rb"\g<1>187", "out of its", id="out"
        ),
        pytest.param(
            rb"19.48 433.9( Tm[^(]*\()03 Oslo",
            rb"19.48 433.9\1Kilde: NAV",
            "label",
            id="furniture for a label",
        ),
        pytest.param(TEXT, rb"5 w 150 440 m 190 440 l S", "drawing in a cell", id="strokes for a number"),
    ],
)
def test_text_that_is_not_seen_as_it_is_said_is_refused(
    pattern: bytes, by: bytes, problem: str, parts: dict[str, bytes], layout: Layout
) -> None:
    with pytest.raises(LayoutError, match=problem) as caught:
        read(drawn(parts, pattern, by), layout)
    assert caught.value.report == NAME
    assert caught.value.next_step
    assert "page 2" in str(caught.value)


@pytest.mark.parametrize(
    ("pattern", "by"),
    [
        pytest.param(TEXT, rb"\g<0> \g<0>", id="drawn twice, to be bold"),
        pytest.param(
            rb"/ActualText <[^>]*>(?=>> BDC\sBT[^(]*\(1 111)", b"/ActualText (7)", id="another text"
        ),
        pytest.param(rb"\(Kilde: NAV\)", b"3 Tr (Kilde: NAV) Tj 0 Tr ()", id="furniture that is not seen"),
        pytest.param(rb"1 1 1 rg(?=\s" + CELL + b")", b".9 .95 1 rg", id="a coloured ground"),
    ],
)
def test_what_is_seen_is_read(pattern: bytes, by: bytes, parts: dict[str, bytes], layout: Layout) -> None:
    assert read(drawn(parts, pattern, by), layout) == list(ROWS)


@pytest.mark.parametrize(
    ("pattern", "by", "problem"),
    [
        pytest.param(
            rb"/Encoding /\w+", b"/Encoding <</Differences [49 /g12]>>", "does not name", id="nameless"
        ),
        pytest.param(rb"/F1 2 0 R", b"/F3 2 0 R", "font that is not there", id="another font"),
        pytest.param(rb"/F1 2 0 R", b"/F1 99 0 R", "a font of part", id="a font that is not there"),
        pytest.param(rb"/Subtype /Type1", b"/Subtype /Type9", "a font of part", id="a font of no kind"),
        pytest.param(rb"(/ProcSet)", rb"/XObject 99 0 R \1", "part 99 is not there", id="a lost part"),
        pytest.param(rb"/Rotate 0", b"/Rotate 90", "rotated", id="a rotated page"),
        pytest.param(rb"(/MediaBox)", rb"/CropBox [0 0 175 595] \1", "cannot be seen", id="a page cut off"),
    ],
)
def test_what_is_said_of_a_page_counts_too(
    pattern: bytes, by: bytes, problem: str, parts: dict[str, bytes], layout: Layout
) -> None:
    changed = {
        name: re.sub(pattern, by, part) if name.endswith("said") else part for name, part in parts.items()
    }
    assert changed != parts
    with pytest.raises(TiltakError, match=problem):
        read(written_pdf(changed), layout)


def test_a_list_of_pages_may_be_a_part_of_its_own(parts: dict[str, bytes], layout: Layout) -> None:
    [(node, kids)] = [
        (name, found) for name, part in parts.items() if (found := re.search(rb"/Kids (\[[^]]*\])", part))
    ]
    apart = {**parts, node: parts[node].replace(kids[1], b"90 0 R"), "90 said": kids[1]}
    assert read(written_pdf(apart), layout) == list(ROWS)
    one_less = {**apart, "90 said": re.sub(rb"\d+ 0 R \]", b"]", kids[1])}
    with pytest.raises(TiltakError, match="pages differ"):
        read(written_pdf(one_less), layout)


def test_the_code_of_a_county_may_be_white_and_a_number_may_not(
    parts: dict[str, bytes], layout: Layout
) -> None:
    apart = (
        rb"BT 1 0 0 1 42 433.9 Tm /F1 9 Tf (Oslo) Tj ET 1 1 1 rg n 17.98 430.52 20 18 re f* "
        rb"BT 1 0 0 1 19.48 433.9 Tm /F1 9 Tf (03) Tj ET .176 .161 .149 rg"
    )
    label = rb"BT [^(]*\(03 Oslo\) Tj ET"
    assert read(drawn(parts, label, apart), layout) == list(ROWS)
    with pytest.raises(LayoutError, match="cannot be seen"):
        read(drawn(parts, label, apart.replace(b"(03)", b"(O3)")), layout)


def test_letters_without_a_map_to_unicode_are_refused(layout: Layout) -> None:
    content = write_pdf(REPORT, PdfStyle(has_outline=False, font="Vera"))
    assert read(content, layout) == list(ROWS)
    parts = parts_of_pdf(content)
    nameless = {name: re.sub(rb"/ToUnicode \d+ 0 R", b"", part) for name, part in parts.items()}
    assert nameless != parts
    with pytest.raises(TiltakError):
        read(written_pdf(nameless), layout)


def test_a_scan_with_text_below_the_picture_is_refused(layout: Layout) -> None:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(WIDTH, HEIGHT))
    canvas.drawString(100, 500, TITLE)
    canvas.drawImage(ImageReader(Image.new("L", (80, 60), 200)), 0, 0, WIDTH, HEIGHT)
    canvas.save()
    with pytest.raises(LayoutError, match="text on a picture"):
        read(file.getvalue(), layout)


def test_text_that_pdfium_drops_is_missed(parts: dict[str, bytes], layout: Layout) -> None:
    with pytest.raises(TiltakError, match="texts and shows"):
        read(drawn(parts, TEXT, rb"( \g<0>"), layout)


def test_a_drawing_that_unpacks_to_nothing_is_no_page(parts: dict[str, bytes], layout: Layout) -> None:
    with pytest.raises(TiltakError, match="no text on page 2"):
        read(written_pdf({**parts, page_of(parts): b" "}), layout)


def printed_by(browser: Browser, style: str) -> bytes:
    """Return the report as a browser prints it from a web page."""
    [table] = REPORT.tables
    head = f"<p>{TITLE}</p><p>Fylke</p><p>Januar - februar 2020</p>"
    columns = "".join(f"<th>{column}</th>" for column in ("", *table.columns))
    rows = "".join(
        f"<tr><td>{label}</td>{''.join(f'<td>{value}</td>' for value in values)}</tr>"
        for label, values in table.rows
    )
    page = browser.new_page()
    page.set_content(
        f"<style>td, th {{ text-align: right; {style} }} td:first-child {{ text-align: left }}</style>"
        f"{head}<table><tr>{columns}</tr>{rows}</table>"
    )
    content = page.pdf(landscape=True)
    page.close()
    return content


def test_a_table_that_a_browser_prints_is_read_by_the_right_edges_of_its_columns(
    browser: Browser, layout: Layout
) -> None:
    assert read(printed_by(browser, "padding: 2px 6px"), layout) == list(ROWS)


def test_columns_without_room_between_them_are_refused(browser: Browser, layout: Layout) -> None:
    with pytest.raises(TiltakError) as caught:
        read(printed_by(browser, "padding: 0; width: 1px"), layout)
    assert caught.value.next_step
    assert "page 1" in str(caught.value)
