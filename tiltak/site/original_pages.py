"""The pages of a report as they are printed: pictures of those with tables, and where each figure is."""

import io
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import duckdb

from loaders.readers.box import Box
from loaders.readers.choice import reader_of
from loaders.readers.reader import View
from tiltak.home import Home
from tiltak.site.figures import Row
from tiltak.site.page import Page
from tiltak.trace import report_bytes

# Grey letters on white and the red of a frame need no more; a page is 15 to 30 kB.
COLOURS = 16


@dataclass(frozen=True)
class Sight:
    """A picture on the page.

    Attributes:
        name: what it shows.
        path: of the picture in the site.
        width: of the picture in points.
        height: of it.
        tables: numbers of the tables that it shows.
        places: where the cells are, by their anchors: left, top, width, height in percent of the picture.
    """

    name: str
    path: str
    width: int
    height: int
    tables: list[int]
    places: Mapping[str, tuple[float, float, float, float]]


def original_page(connection: duckdb.DuckDBPyConnection, home: Home, report: Row, title: str) -> Page | None:
    """Return the page with the pictures of a report; None where its lines are all there is to see."""
    key = report["report_key"]
    cells = connection.execute(
        """
        select table_no, row_no, column_no, source_place, printed_text is null as is_withheld
        from fct_printed_cell
        where report_key = $key
        order by table_no, row_no, column_no
        """,
        {"key": key},
    ).fetchall()
    tables: dict[int, dict[str, str]] = {}
    for table, row, column, place, _ in cells:
        tables.setdefault(table, {})[place] = f"t{table:03d}.r{row:02d}.c{column:02d}"
    covered = [place for *_, place, is_withheld in cells if is_withheld]
    content = report_bytes(home, report["source_file"], report["sha256"])
    reader = reader_of(content, report["source_file"])
    views = reader.views(content, [list(places) for places in tables.values()], covered)
    if not views:
        return None
    paths = [
        posixpath.join("reports", f"{key}-pages", f"{number}.png") for number in range(1, len(views) + 1)
    ]
    return Page(
        f"reports/{key}-pages.html",
        f"Pages of {title}",
        "report_pages.html.j2",
        {
            "report": report,
            "sights": [_sight(view, path, tables) for view, path in zip(views, paths, strict=True)],
        },
        pictures={path: partial(_png, view) for view, path in zip(views, paths, strict=True)},
    )


def _sight(view: View, path: str, tables: Mapping[int, Mapping[str, str]]) -> Sight:
    shown = {
        table: {anchor: view.boxes[place] for place, anchor in anchors.items() if place in view.boxes}
        for table, anchors in tables.items()
    }
    return Sight(
        view.name,
        path,
        round(view.width),
        round(view.height),
        [table for table, boxes in shown.items() if boxes],
        {anchor: _percent(box, view) for boxes in shown.values() for anchor, box in boxes.items()},
    )


def _percent(box: Box, view: View) -> tuple[float, float, float, float]:
    across, down = 100 / view.width, 100 / view.height
    return (
        round(box.left * across, 2),
        round(box.top * down, 2),
        round((box.right - box.left) * across, 2),
        round(box.height * down, 2),
    )


def _png(view: View) -> bytes:
    file = io.BytesIO()
    view.draw().quantize(COLOURS).save(file, "PNG", optimize=True)
    return file.getvalue()
