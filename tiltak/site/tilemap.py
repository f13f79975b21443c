"""Draw a map of counties as tiles: one for each, roughly where the county is.

Outlines of counties come with no package that may be used here, and small counties can be hit on a tile.
`county_tiles.csv` has the place of each county; counties of one structure have places of their own.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tiltak.site.svg import element, link, picture, text, tip

TILES = Path(__file__).with_name("county_tiles.csv")
SIZE = 74.0
STEPS = 4
LONGEST = 11


@dataclass(frozen=True)
class Tile:
    """A county on the map: its name, the number in words and for its colour, and where it leads."""

    region_key: str
    name: str
    shown: str
    number: float
    address: str


def tile_places() -> dict[str, tuple[int, int]]:
    """Return column and row of each county that has a tile."""
    with TILES.open(encoding="utf-8", newline="") as file:
        return {row["region_key"]: (int(row["column"]), int(row["row"])) for row in csv.DictReader(file)}


def tile_map(identifier: str, title: str, description: str, tiles: Sequence[Tile]) -> str:
    """Draw the counties that have a place; darker quarters of them have more people."""
    places = tile_places()
    shown = [tile for tile in tiles if tile.region_key in places]
    order = sorted(tile.number for tile in shown)
    columns = [places[tile.region_key][0] for tile in shown]
    rows = [places[tile.region_key][1] for tile in shown]
    left, top = min(columns), min(rows)
    parts = [
        _drawn(
            tile,
            (places[tile.region_key][0] - left, places[tile.region_key][1] - top),
            STEPS * order.index(tile.number) // len(order),
        )
        for tile in shown
    ]
    width, height = SIZE * (max(columns) - left + 1), SIZE * (max(rows) - top + 1)
    return picture(identifier, width, height, title, description, parts, role="group")


def _drawn(tile: Tile, place: tuple[int, int], step: int) -> str:
    x, y = SIZE * place[0], SIZE * place[1]
    middle = {"text_anchor": "middle"}
    words = _lines(tile.name)
    top = y + 24 - 6 * (len(words) - 1)
    return link(
        tile.address,
        element(
            "g",
            tip(f"{tile.name}: {tile.shown}"),
            element(
                "rect", x=x + 2, y=y + 2, width=SIZE - 4, height=SIZE - 4, rx=5, class_=f"tile tile-{step}"
            ),
            *(
                text(x + SIZE / 2, top + 12 * line, word, class_=f"tile-name on-{step}", **middle)
                for line, word in enumerate(words)
            ),
            text(x + SIZE / 2, y + SIZE - 14, tile.shown, class_=f"tile-number on-{step}", **middle),
        ),
    )


def _lines(name: str) -> list[str]:
    """Break a long name in two."""
    if len(name) <= LONGEST or " " not in name:
        return [name]
    words = name.split(" ")
    return [" ".join(words[:-1]), words[-1]]
