"""A picture of a printed place: in its frame is the cell that was asked for, and nothing hidden is seen."""

import io
import math
import re
from pathlib import Path

import duckdb
import pytest
from measure.trace_picture import PICTURE, trace_picture
from PIL import Image, ImageChops, ImageStat
from support.nav_files import NavReport, NavSection, NavTable, write_pdf, write_workbook
from support.small_reports import HEADER, NAME, TITLE, page, report
from typer.testing import CliRunner

from loaders.errors import LookupFailedError
from loaders.layout import Layout
from loaders.printed import Period
from loaders.readers.box import parse_place
from loaders.readers.choice import reader_of
from loaders.readers.picture import COVER, FRAME, FRAME_GAP, FRAME_WIDTH, SCALE
from loaders.readers.text import read_text
from loaders.tables.recogniser import recognise
from tiltak.cli import app
from tiltak.home import Home
from tiltak.trace import find_cells, position

# The digits of a font are equally wide, so that nothing else moves when one takes the place of another.
ROWS = (("I alt", ("300", "310")), ("Opplæring", ("100", "110")), ("Oppfølging", ("200", "200")))
ASKED = ("Opplæring", 1)


def written(asked: str, *, form: str) -> bytes:
    """Return a report in a format, one of whose numbers is given."""
    rows = tuple((label, (values[0], asked) if label == ASKED[0] else values) for label, values in ROWS)
    if form == "text":
        lines = ["\t".join([label, *values]) for label, values in rows]
        return report(page(*lines, header=HEADER)).encode()
    sections = (NavSection("Hovedgrupper", (NavTable(None, ("Januar", "Februar"), rows),)),)
    nav = NavReport(TITLE, Period(2020, 1, 2), None, None, sections)
    return write_pdf(nav) if form == "pdf" else write_workbook(nav)


def place_of(content: bytes, layout: Layout, label: str, column: int) -> str:
    """Return where a cell is."""
    [table] = recognise(reader_of(content, NAME).read(content, NAME, layout), layout, NAME).tables
    row = table.packed.labels.index(label)
    at = row * len(table.columns) + column
    return table.packed.places[at] if table.packed.places else f"line {table.rows[row].line_nos[0]}"


def drawn(content: bytes, place: str, column: int, covered: tuple[str, ...] = ()) -> Image.Image:
    return reader_of(content, NAME).picture(content, place, column + 1, covered)


def frame_of(image: Image.Image) -> tuple[int, int, int, int]:
    """Return where the inner side of the frame is."""
    red = [
        (at % image.width, at // image.width)
        for at, colour in enumerate(image.get_flattened_data())
        if colour == FRAME
    ]
    across, down = zip(*red, strict=True)
    return (
        min(across) + FRAME_WIDTH, min(down) + FRAME_WIDTH,
        max(across) + 1 - FRAME_WIDTH, max(down) + 1 - FRAME_WIDTH,
    )  # fmt: skip


@pytest.mark.parametrize("form", ["text", "xlsx", "pdf"])
def test_what_is_in_the_frame_is_the_cell_that_was_asked_for(form: str, layout: Layout) -> None:
    before, after = (written(asked, form=form) for asked in ("110", "160"))
    place = place_of(before, layout, *ASKED)
    images = [drawn(content, place, ASKED[1]) for content in (before, after)]
    left, top, right, bottom = frame_of(images[0])
    changed = ImageChops.difference(*images).getbbox()
    assert changed is not None
    assert left <= changed[0] < changed[2] <= right
    assert top <= changed[1] < changed[3] <= bottom


@pytest.mark.parametrize("form", ["text", "xlsx", "pdf"])
def test_what_is_covered_is_not_seen(form: str, layout: Layout) -> None:
    before, after = (written(asked, form=form) for asked in ("110", "160"))
    hidden, place = place_of(before, layout, *ASKED), place_of(before, layout, "Oppfølging", 0)
    images = [drawn(content, place, 0, (hidden,)) for content in (before, after)]
    assert ImageChops.difference(*images).getbbox() is None
    seen = [drawn(content, place, 0) for content in (before, after)]
    assert ImageChops.difference(*seen).getbbox() is not None


def places_of(content: bytes, layout: Layout) -> tuple[str, ...]:
    """Return where the cells of the only table are."""
    [table] = recognise(reader_of(content, NAME).read(content, NAME, layout), layout, NAME).tables
    return table.packed.places


@pytest.mark.parametrize("form", ["xlsx", "pdf"])
def test_a_view_says_where_each_place_is_and_frames_the_table(form: str, layout: Layout) -> None:
    before, after = (written(asked, form=form) for asked in ("110", "160"))
    places, changed = places_of(before, layout), place_of(before, layout, *ASKED)
    [view], [other] = (reader_of(content, NAME).views(content, [places], ()) for content in (before, after))
    assert set(view.boxes) == set(places)
    image = view.draw()
    assert image.size == (math.ceil(view.width * SCALE), math.ceil(view.height * SCALE))
    seen = ImageChops.difference(image, other.draw()).getbbox()
    assert seen is not None
    box = [side * SCALE for side in view.boxes[changed].sides]
    assert box[0] <= seen[0] < seen[2] <= box[2] + 1
    assert box[1] <= seen[1] < seen[3] <= box[3] + 1
    frame = frame_of(image)
    for place in places:
        left, top, right, bottom = (side * SCALE for side in view.boxes[place].sides)
        assert frame[0] - FRAME_WIDTH <= left < right <= frame[2] + FRAME_WIDTH
        assert frame[1] - FRAME_WIDTH <= top < bottom <= frame[3] + FRAME_WIDTH
    [hidden] = reader_of(after, NAME).views(after, [places], (changed,))
    [as_hidden] = reader_of(before, NAME).views(before, [places], (changed,))
    assert ImageChops.difference(hidden.draw(), as_hidden.draw()).getbbox() is None


def test_a_long_sheet_has_several_views_and_a_text_none(layout: Layout) -> None:
    rows = (("I alt", ("4 950",)), *((f"{number:04d} Kommune", (str(number),)) for number in range(4, 100)))
    sections = (NavSection("Kommune", (NavTable(None, ("Januar",), rows),)),)
    content = write_workbook(NavReport(TITLE, Period(2020, 1, 1), None, None, sections))
    views = reader_of(content, NAME).views(content, [places := places_of(content, layout)], ())
    assert [view.name for view in views] == ["1 Kommune, rows 1 to 60", "1 Kommune, rows 61 to 105"]
    assert sorted(place for view in views for place in view.boxes) == sorted(places)
    text = written("110", form="text")
    assert reader_of(text, NAME).views(text, [("line 9",)], ()) == ()


def test_a_frame_on_a_page_is_where_the_cell_is(layout: Layout) -> None:
    content = written("110", form="pdf")
    place = place_of(content, layout, *ASKED)
    box = parse_place(place)[1]
    outside = FRAME_GAP - FRAME_WIDTH + 1
    for found, side in zip(frame_of(drawn(content, place, 1)), box.sides, strict=True):
        assert abs(found - side * SCALE) <= abs(outside) + 1
    covered = drawn(content, place_of(content, layout, "I alt", 0), 0, (place,))
    assert covered.getpixel((int(box.left * SCALE) + 3, int(box.middle * SCALE))) == COVER


@pytest.mark.parametrize("place", ["line 999", "2. Blad!D9", "page 9 (1 1 1 1)"])
def test_a_place_that_is_not_in_the_file_is_refused(place: str) -> None:
    form = {"l": "text", "2": "xlsx", "p": "pdf"}[place[0]]
    with pytest.raises(LookupFailedError, match="has nothing at"):
        drawn(written("110", form=form), place, 0)


def test_a_row_that_lacks_a_column_is_drawn_with_the_value_in_its_own_column(
    built: duckdb.DuckDBPyConnection, report_paths: dict[str, Path]
) -> None:
    """Of the 2024 report, one page has lost the label of its average, and the value of its total with it."""
    asked = """
        select cell_id, line_no, printed_text from fct_printed_cell
        where source_file like '%2024%' and table_no in (8, 9, 10)
    """
    cells = built.sql(asked).fetchall()
    text = read_text(report_paths["2024"].read_bytes(), NAME)
    tokens = {line.line_no: line.tokens for lines in text.pages for line in lines}
    lacking = 0
    for cell_id, line_no, printed in cells:
        [cell, *_] = [cell for cell in find_cells(built, cell_id) if cell.cell_id == cell_id]
        assert tokens[line_no][position(built, cell)] == printed
        lacking += position(built, cell) < cell.column_no
    assert lacking == 12
    assert len(cells) > 100


def test_the_picture_of_the_docs_is_what_its_module_draws() -> None:
    with Image.open(PICTURE) as kept:
        now = trace_picture()
        assert kept.size == now.size
        difference = ImageChops.difference(kept.convert("L"), now.convert("L"))
        # Letters may be drawn a little otherwise by another version of PDFium, a page of other ones may not.
        assert ImageStat.Stat(difference).mean[0] < 1
    assert PICTURE.stat().st_size < 100_000


def test_trace_draws_a_picture_and_says_what_it_cannot_draw(built_home: Home, tmp_path: Path) -> None:
    def run(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["trace", *arguments, "--home", str(built_home.folder)])
        return result.exit_code, " ".join(result.output.split())

    fact, target = "201301:_T:GRP_OPPLAERING:_T:_T:_T:_T:_T:_T", tmp_path / "opplaering.png"
    code, said = run(fact, "--picture", str(target))
    assert (code, re.search("drawn in", said) is not None) == (0, True)
    with Image.open(io.BytesIO(target.read_bytes())) as image:
        assert image.format == "PNG"
        left, top, right, bottom = frame_of(image.convert("RGB"))
        assert 0 < left < right < image.width
        assert 0 < top < bottom < image.height
    for file, problem in (("opplaering.gif", "the picture is a PNG"), ("no/folder.png", "cannot be written")):
        code, said = run(fact, "--picture", str(tmp_path / file))
        assert code == 1
        assert problem in said
    summed = ("mart_participants_by_county_structure", "month_key=201901", "structure_key=2020",
              "tiltak_key=GRP_OPPLAERING", "hovedgruppe_key=_T", "region_key=15_2020")  # fmt: skip
    code, said = run(*summed, "--picture", str(target))
    assert code == 1
    assert "nothing to draw" in said
