"""The pages for people, in two languages: front, find a number, groups, counties, glossary and so on."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

import duckdb
from markupsafe import Markup

from tiltak.publish.jsonstat import month_code
from tiltak.publish.words import read_glossary
from tiltak.site import bars, figures, series
from tiltak.site.charts import Event, Period, span, thousands
from tiltak.site.languages import Language
from tiltak.site.levels import LevelChart, responsive_chart, small_chart
from tiltak.site.page import Page
from tiltak.site.series import TOTAL, County, Row
from tiltak.site.tilemap import Tile, tile_map, tile_places

FIND = "find_"
MONTH = "month_"
NOTE = "note_"
COUNTY_COLUMNS = (
    "tiltak_key", "name", "name_en", "month_key", "participants", "participants_min", "participants_max",
    "participants_estimate", "participants_estimate_min", "participants_estimate_max", "derivation",
    "derived_from", "series_break_date",
)  # fmt: skip
GROUP_COLUMNS = (
    "hovedgruppe_key", "name", "name_en", "month_key", "participants", "participants_min", "participants_max",
    "derivation", "series_break_date",
)  # fmt: skip


@dataclass(frozen=True)
class Reader:
    """What the pages of a language are made from."""

    connection: duckdb.DuckDBPyConnection
    language: Language
    other: Language
    breaks: Sequence[Row]

    def page(self, path: str, title: str, template: str, content: Mapping[str, Any]) -> Page:
        """Return a page of this language."""
        return Page(
            self.language.page(path), title, template, content, self.language.code, self.other.page(path)
        )

    def text(self, key: str, **values: object) -> str:
        """Return a text."""
        return self.language.text(key, **values)

    def named(self, row: Mapping[str, Any], column: str = "name") -> str:
        """Return what a row is called."""
        return self.language.name(row, column)

    def find_link(self, table: str, slice_key: str, **chosen: str) -> str:
        """Return the address of a selection, seen from the top of the site."""
        return (
            f"{self.language.page('find.html')}#{urlencode({'table': table, 'slice': slice_key, **chosen})}"
        )


@dataclass(frozen=True)
class Download:
    """A file that goes with a page: its path in the site, its columns, and its rows."""

    path: str
    columns: Sequence[str]
    rows: Sequence[Row]


def people_pages(reader: Reader) -> list[Page]:
    """Return all pages of a language."""
    return [
        _front(reader),
        _find(reader),
        _glossary(reader),
        _history(reader),
        *_groups(reader),
        *_counties(reader),
        reader.page(
            "search.html",
            reader.text("nav_search"),
            "search.html.j2",
            {"texts": _texts(reader, "search_", "kind_")},
        ),
    ]


def downloads(connection: duckdb.DuckDBPyConnection) -> list[Download]:
    """Return the files that go with the pages of groups and counties; one serves both languages."""
    return [
        *(
            Download(
                _group_file(group["tiltak_key"]),
                GROUP_COLUMNS,
                series.group_series(connection, group["tiltak_key"]),
            )
            for group in series.groups(connection)
        ),
        *(
            Download(
                _county_file(county.region_key), COUNTY_COLUMNS, series.county_series(connection, county)
            )
            for county in series.counties(connection)
        ),
    ]


def _group_file(key: str) -> str:
    return f"downloads/{key}.csv"


def _county_file(key: str) -> str:
    return f"downloads/county_{key}.csv"


def _texts(reader: Reader, *prefixes: str) -> Markup:
    """Return texts for a script, as JSON that may be in a page."""
    texts = {
        key.removeprefix(prefixes[0]): text
        for key, text in reader.language.texts.items()
        if key.startswith(prefixes)
    }
    return Markup(json.dumps(texts, ensure_ascii=False).replace("<", "\\u003c"))


def _notes(reader: Reader) -> list[str]:
    """Return what must be said with the numbers."""
    return [text for key, text in reader.language.texts.items() if key.startswith(NOTE)]


def _find(reader: Reader) -> Page:
    content = {
        "find_texts": _texts(reader, FIND, MONTH),
        "notes": _notes(reader),
    }
    return reader.page("find.html", reader.text("nav_find"), "find.html.j2", content)


def _glossary(reader: Reader) -> Page:
    content = {"entries": read_glossary(reader.connection)}
    return reader.page("glossary.html", reader.text("nav_glossary"), "glossary.html.j2", content)


def _front(reader: Reader) -> Page:
    connection = reader.connection
    levels = [figures.total_level(connection, reader.language)]
    levels += figures.hovedgruppe_levels(connection, reader.language)
    caption = reader.text("front_over_time_caption")
    chart = LevelChart(
        "level", reader.text("front_over_time"), caption, levels, figures.periods(connection, TOTAL)
    )
    content = {
        "counts": figures.figures(connection),
        "newest": series.newest_totals(connection),
        "level": responsive_chart(chart, reader.language),
        "map": _latest_map(reader),
        "notes": _notes(reader),
    }
    return reader.page("index.html", reader.text("site_title"), "front.html.j2", content)


def _latest_map(reader: Reader) -> dict[str, Any] | None:
    """Return the map of the latest month that is printed by county, with its words; None if there is none."""
    found = series.latest_in_counties(reader.connection)
    if not found:
        return None
    month = found[0]["month_date"]
    title = reader.text(
        "front_map", tiltak=reader.named(found[0], "tiltak_name"), month=reader.language.month(month)
    )
    known = tile_places()
    tiles = [
        Tile(
            row["region_key"],
            reader.named(row),
            _bounds(row),
            (row["participants_min"] + row["participants_max"]) / 2,
            f"counties/{row['region_key']}.html",
        )
        for row in found
    ]
    structure = next(
        known["structure_key"]
        for known in series.structures(reader.connection)
        if known["valid_from_date"] is None or known["valid_from_date"] <= month
    )
    caption = reader.text("front_map_caption", structure_year=structure)
    beside = "; ".join(f"{tile.name} {tile.shown}" for tile in tiles if tile.region_key not in known)
    told = "; ".join(f"{tile.name} {tile.shown}" for tile in tiles)
    return {
        "title": title,
        "caption": caption,
        "beside": reader.text("front_map_no_tile", what=beside) if beside else "",
        "picture": Markup(tile_map("map", title, told, tiles)),
        "find": reader.find_link(
            "by_county", found[0]["scope_tiltak_key"], tiltak=found[0]["tiltak_key"],
            region=",".join(row["region_key"] for row in found), to=month_code(int(f"{month:%Y%m}")),
        ),
    }  # fmt: skip


def _bounds(row: Row) -> str:
    return span(row["participants_min"], row["participants_max"])


def _history(reader: Reader) -> Page:
    connection = reader.connection
    events = [Event(row["break_date"], reader.named(row), row["scope"]) for row in reader.breaks]
    counties = {county.region_key: county for county in series.counties(connection)}
    links: dict[str, list[Row]] = {}
    for link in series.successions(connection):
        links.setdefault(link["from_region_key"], []).append(link)
    content = {
        "events": events,
        "timeline": bars.timeline(
            reader.text("history_months"),
            "; ".join(f"{event.on:%Y-%m}: {event.name}" for event in events),
            figures.periods(connection),
            events,
            reader.language,
        ),
        "structures": series.structures(connection),
        "counties": counties,
        "became": links,
        "measures": series.measure_successions(connection),
    }
    return reader.page("history.html", reader.text("nav_history"), "history.html.j2", content)


def _groups(reader: Reader) -> list[Page]:
    known = series.groups(reader.connection)
    pages = [
        reader.page(
            "groups/index.html",
            reader.text("nav_groups"),
            "groups.html.j2",
            {"groups": known, "bounds": _bounds},
        )
    ]
    return pages + [_group(reader, group) for group in known]


def _group(reader: Reader, group: Row) -> Page:
    connection, key = reader.connection, group["tiltak_key"]
    found = series.group_series(connection, key)
    lines = [series.as_series(list(line), name) for name, line in groupby(found, key=reader.named)]
    breaks = series.breaks_within(reader.breaks, found)
    chart = LevelChart(
        "level",
        reader.named(group),
        reader.text("group_series_caption"),
        lines,
        _printed_periods(found),
        [row["break_date"] for row in breaks],
    )
    content = {
        "group": group,
        "bounds": _bounds,
        "chart": responsive_chart(chart, reader.language) if found else "",
        "months": _month_table(reader, found),
        "breaks": breaks,
        "measures": series.measures_of(connection, key),
        "download": _group_file(key),
        "find": reader.find_link("by_tiltaksgruppe", TOTAL, tiltak=key),
    }
    return reader.page(f"groups/{key}.html", reader.named(group), "group.html.j2", content)


def _month_table(reader: Reader, found: Sequence[Row]) -> dict[str, Any]:
    """Return rows of months with a column per name."""
    names = list(dict.fromkeys(reader.named(row) for row in found))
    months: dict[Any, dict[str, str]] = {}
    for row in found:
        months.setdefault(row["month_date"], {})[reader.named(row)] = _bounds(row)
    return {"names": names, "months": sorted(months.items(), reverse=True)}


def _printed_periods(found: Sequence[Row]) -> list[Period]:
    return figures.runs(sorted({row["month_date"] for row in found}))


def _counties(reader: Reader) -> list[Page]:
    known = series.counties(reader.connection)
    by_key = {county.region_key: county for county in known}
    links = series.successions(reader.connection)
    overview = {"structures": series.structures(reader.connection), "counties": by_key}
    pages = [reader.page("counties/index.html", reader.text("nav_counties"), "counties.html.j2", overview)]
    return pages + [_county(reader, county, by_key, links) for county in known]


def _county(reader: Reader, county: County, counties: Mapping[str, County], links: Sequence[Row]) -> Page:
    found = series.county_series(reader.connection, county)
    charts = [
        _measure_in_county(reader, key, list(line))
        for key, line in groupby(found, key=lambda row: str(row["tiltak_key"]))
    ]
    words = {"name": county.name, "name_en": county.name_en}
    content = {
        "county": county,
        "name": reader.named(words),
        "when": _when(reader, county),
        "structure": reader.named(county.structure),
        "charts": charts,
        "told": _told,
        "breaks": series.breaks_within(reader.breaks, found),
        "became": [link for link in links if link["from_region_key"] == county.region_key],
        "was": [link for link in links if link["to_region_key"] == county.region_key],
        "counties": counties,
        "download": _county_file(county.region_key),
        "find": reader.find_link("by_county_structure", county.structure_key, region=county.region_key),
    }
    return reader.page(f"counties/{county.region_key}.html", reader.named(words), "county.html.j2", content)


def _measure_in_county(reader: Reader, key: str, found: Sequence[Row]) -> dict[str, Any]:
    """Return the chart of a measure with its name and its latest number."""
    name = reader.named(found[0])
    breaks = [row["break_date"] for row in series.breaks_within(reader.breaks, found)]
    lines = [series.as_series(found, name)]
    chart = LevelChart(f"chart-{key}", name, name, lines, _printed_periods(found), breaks)
    return {"name": name, "latest": found[-1], "picture": small_chart(chart, reader.language)}


def _told(row: Row) -> str:
    """Return a number of a county in words: an estimate with its range first, and its bounds second."""
    estimate = row["participants_estimate"]
    if row["participants"] is not None or estimate is None:
        return _bounds(row)
    likely = span(round(row["participants_estimate_min"]), round(row["participants_estimate_max"]))
    return f"≈ {thousands(round(estimate))} ({likely}) [{_bounds(row)}]"


def _when(reader: Reader, county: County) -> str:
    first, last = county.valid_from, county.valid_to
    if first and last:
        return reader.text("county_between", first=first.year, last=last.year)
    if first:
        return reader.text("county_from", year=first.year)
    return reader.text("county_until", year=last.year) if last else reader.text("county_always")
