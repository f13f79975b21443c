"""Draw the relations and what they refer to: tables in the middle, what they share around them.

The tables of a picture are the columns of a grid; each of its rows is a key, and a dot says which tables have
it. From every key a line leads to the one table it refers to, so lines never cross.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tiltak.publish.catalogue import Catalogue, Name, Table
from tiltak.site.charts import thousands
from tiltak.site.svg import element, link, picture, text, tip

WIDTH = 960.0
BOX_WIDTH = 226.0
BOX_HEIGHT = 40.0
ROW_HEIGHT = 27.0
KEY_WIDTH = 190.0
WIDEST_CELL = 30.0
GUTTER = 36.0

Address = Callable[[Name], str]


@dataclass(frozen=True)
class Key:
    """A column that refers to a table, and which of the pictured tables have it."""

    column: str
    target: Name
    tables: tuple[Name, ...]


def keys_of(tables: Sequence[Table]) -> list[Key]:
    """Return the keys of some tables; those that refer to the same table are together.

    What most of the tables refer to comes first.
    """
    found: dict[tuple[Name, str], list[Name]] = {}
    for table in tables:
        for reference in table.foreign_keys:
            found.setdefault((reference.table, reference.column), []).append(table.name)
    keys = [Key(column, target, tuple(names)) for (target, column), names in found.items()]
    weight = {
        target: max(len(key.tables) for key in keys if key.target == target)
        for target in {key.target for key in keys}
    }
    return sorted(keys, key=lambda key: (-weight[key.target], key.target, -len(key.tables), key.column))


def relation_picture(
    identifier: str,
    title: str,
    tables: Sequence[Table],
    catalogue: Catalogue,
    row_counts: Mapping[Name, int],
    address: Address,
) -> str:
    """Draw tables and what they refer to.

    Args:
        identifier: unique on the page.
        title: what the picture is.
        tables: those in the middle.
        catalogue: all public relations.
        row_counts: rows by relation.
        address: where a relation is described.
    """
    keys = keys_of(tables)
    letters = {table.name: chr(ord("A") + place) for place, table in enumerate(tables)}
    room = WIDTH - 2 * (8 + BOX_WIDTH + GUTTER) - KEY_WIDTH
    cell = min(WIDEST_CELL, room / len(tables))
    grid_width = KEY_WIDTH + cell * len(tables)
    grid_x = (WIDTH - grid_width) / 2
    legend_top, legend_step = 16.0, 26.0
    top = legend_top + legend_step * len(tables) + 40
    parts = [
        _legend(table, letters[table.name], grid_x, legend_top + place * legend_step, row_counts, address)
        for place, table in enumerate(tables)
    ]
    places = _places(keys, top)
    height = max(y for _, y in places.values()) + BOX_HEIGHT + 16
    height = max(height, top + ROW_HEIGHT * len(keys) + 12)
    parts.append(
        element(
            "rect", x=grid_x, y=top - 30, width=grid_width, height=ROW_HEIGHT * len(keys) + 34, rx=8,
            class_="frame",
        )
    )  # fmt: skip
    for place, table in enumerate(tables):
        x = grid_x + KEY_WIDTH + cell * (place + 0.5)
        parts.append(text(x, top - 11, letters[table.name], text_anchor="middle", class_="letter"))
        parts.append(
            element("line", x1=x, x2=x, y1=top, y2=top + ROW_HEIGHT * (len(keys) - 0.3), class_="grid")
        )
    for row, key in enumerate(keys):
        y = top + ROW_HEIGHT * (row + 0.5)
        is_left, box_y = places[key.target]
        parts.append(_line(is_left, y, box_y + BOX_HEIGHT / 2, grid_x, grid_width))
        parts.append(text(grid_x + 12, y + 4, key.column, class_="key"))
        for place, table in enumerate(tables):
            if table.name in key.tables:
                words = f"{table.name.relation}.{key.column} refers to {key.target.relation}"
                x = grid_x + KEY_WIDTH + cell * (place + 0.5)
                parts.append(element("circle", tip(words), cx=x, cy=y, r=6.0, class_="dot"))
    for target, (is_left, y) in places.items():
        x = 8.0 if is_left else WIDTH - BOX_WIDTH - 8
        mark = f" ({letters[target]})" if target in letters else ""
        parts.append(_box(catalogue.table(target), x, y, row_counts, address, mark))
    described = "; ".join(
        f"{table.name.relation} refers to "
        + ", ".join(dict.fromkeys(reference.table.relation for reference in table.foreign_keys))
        for table in tables
        if table.foreign_keys
    )
    return picture(identifier, WIDTH, height, title, described, parts, role="group")


def _places(keys: Sequence[Key], top: float) -> dict[Name, tuple[bool, float]]:
    """Place what is referred to left and right in turn, near the middle of its keys."""
    places: dict[Name, tuple[bool, float]] = {}
    lowest = {True: top - 26, False: top - 26}
    for target in dict.fromkeys(key.target for key in keys):
        rows = [row for row, key in enumerate(keys) if key.target == target]
        middle = top + ROW_HEIGHT * (sum(rows) / len(rows) + 0.5)
        is_left = len(places) % 2 == 0
        y = max(middle - BOX_HEIGHT / 2, lowest[is_left])
        places[target] = (is_left, y)
        lowest[is_left] = y + BOX_HEIGHT + 8
    return places


def _line(is_left: bool, y: float, box_y: float, grid_x: float, grid_width: float) -> str:
    start = grid_x if is_left else grid_x + grid_width
    end = 8 + BOX_WIDTH if is_left else WIDTH - BOX_WIDTH - 8
    middle = (start + end) / 2
    return element(
        "path",
        d=f"M{start:.1f} {y:.1f} C{middle:.1f} {y:.1f} {middle:.1f} {box_y:.1f} {end:.1f} {box_y:.1f}",
        class_="reference",
    )


def _legend(
    table: Table, letter: str, x: float, y: float, row_counts: Mapping[Name, int], address: Address
) -> str:
    rows = f"{thousands(row_counts[table.name])} rows"
    return link(
        address(table.name),
        text(x, y, letter, class_="letter"),
        text(x + 22, y, table.name.relation, class_="table-name"),
        text(x + 30 + 8.2 * len(table.name.relation), y, rows, class_="tick"),
    )


def _box(
    table: Table, x: float, y: float, row_counts: Mapping[Name, int], address: Address, mark: str
) -> str:
    others = sorted(
        {reference.table.relation for reference in table.foreign_keys if reference.table != table.name}
    )
    onward = others[0] if len(others) == 1 else f"{len(others)} tables"
    note = f"{thousands(row_counts[table.name])} rows" + (f" → {onward}" if others else "")
    return link(
        address(table.name),
        tip(table.description),
        element("rect", x=x, y=y, width=BOX_WIDTH, height=BOX_HEIGHT, rx=6, class_="box"),
        text(x + 10, y + 17, table.name.relation + mark, class_="table-name"),
        text(x + 10, y + 33, note, class_="tick"),
    )
