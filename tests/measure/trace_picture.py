"""Write docs/images/trace_picture.png: what `tiltak trace --picture` draws of a PDF.

NAV's PDFs are not kept in the project, so the page is that of a report laid out as NAV lays it out.
"""

from pathlib import Path

from PIL.Image import Image
from support.nav_files import PdfStyle, of_printed, write_pdf

from loaders.layout import LAYOUT, read_layout
from loaders.load import read_report
from loaders.readers.choice import reader_of
from loaders.tables.recogniser import recognise
from tiltak.home import PROJECT

PICTURE = PROJECT / "docs" / "images" / "trace_picture.png"
REPORT = PROJECT / "data" / "reports" / "tilt120-arbeidspraksis-demografi_2024-01_2024-12.txt"
NAME = "tilt120.pdf"
# Grey letters on white need no more.
COLOURS = 32
# Participants in Oslo at the end of March.
ROW, COLUMN = "03 Oslo", "Mars"


def main() -> None:
    """Write the picture."""
    trace_picture().quantize(COLOURS).save(PICTURE, "PNG", optimize=True)
    print(PICTURE.relative_to(PROJECT))


def trace_picture(path: Path = REPORT) -> Image:
    """Return the picture of a page of a report as a PDF."""
    layout = read_layout(LAYOUT)
    printed, _ = read_report(path, layout)
    content = write_pdf(of_printed(printed), PdfStyle(fills_pages=True))
    reader = reader_of(content, NAME)
    table = next(
        table
        for table in recognise(reader.read(content, NAME, layout), layout, NAME).tables
        if ROW in table.packed.labels
    )
    at = table.packed.labels.index(ROW) * len(table.columns) + table.columns.index(COLUMN)
    return reader.picture(content, table.packed.places[at], 1, ())


if __name__ == "__main__":
    main()
