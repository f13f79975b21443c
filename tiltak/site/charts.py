"""Draw the charts of the site.

Colours are classes of the stylesheet (`series-0`, `outcome-equal`, ...), so charts follow dark mode. What a
colour says is also said by shape, place or words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise

from tiltak.site.svg import element, picture, text, tip

WIDTH = 960.0
LEFT = 72.0
GAP = 46.0
MARKERS = ("circle", "square", "triangle", "diamond")


@dataclass(frozen=True)
class Point:
    """A month of a series: the printed number, or the bounds of one that is not printed."""

    month: date
    lowest: int
    highest: int


@dataclass(frozen=True)
class Series:
    """A line of a chart."""

    name: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Period:
    """Consecutive months that reports cover, first and last."""

    first: date
    last: date

    @property
    def months(self) -> list[date]:
        """All its months, by their first day."""
        return [
            date(number // 12, number % 12 + 1, 1)
            for number in range(_number(self.first), _number(self.last) + 1)
        ]


@dataclass(frozen=True)
class Bar:
    """A bar of shares that add up to one: count by part."""

    name: str
    note: str
    counts: Mapping[str, int]


@dataclass(frozen=True)
class HeatCell:
    """A month of a row: how many figures it has, and how many of these are hidden."""

    figures: int
    hidden: int


@dataclass(frozen=True)
class Event:
    """Something that happened on a date, and what it concerns."""

    on: date
    name: str
    scope: str


def thousands(number: int) -> str:
    """Return a whole number as Norwegian prints it, with no-break spaces between groups of three."""
    return f"{number:,}".replace(",", "\N{NO-BREAK SPACE}")


def month_name(month: date) -> str:
    """Return year and month, as 2019-03."""
    return f"{month:%Y-%m}"


def gap_months(before: Period, after: Period) -> int:
    """Return how many months lie between two periods."""
    return _number(after.first) - _number(before.last) - 1


def level_chart(title: str, description: str, series: Sequence[Series], periods: Sequence[Period]) -> str:
    """Draw series over months, a panel per period of reports; no line crosses from one to the next.

    A month without a point breaks the line. Bounds that differ are drawn as a bar from lowest to highest.
    """
    axis = _Months(periods, WIDTH - LEFT - 16)
    top, height = 20.0 + 24 * len(series), 320.0
    ceiling, step = _ceiling(max((point.highest for line in series for point in line.points), default=1))

    def y(value: float) -> float:
        return top + height * (1 - value / ceiling)

    parts = [axis.panels(top, height), axis.labels(top + height)]
    for value in range(0, ceiling + 1, step):
        parts += [
            element("line", x1=LEFT, x2=WIDTH - 16, y1=y(value), y2=y(value), class_="grid"),
            text(LEFT - 8, y(value) + 4, thousands(value), text_anchor="end", class_="tick"),
        ]
    parts += axis.gaps(top, height)
    for place, line in enumerate(series):
        key = 14.0 + 24 * place
        parts += [
            element("line", x1=LEFT, x2=LEFT + 28, y1=key, y2=key, class_=f"line series-{place}"),
            _marker(place, LEFT + 14, key),
            text(LEFT + 36, key + 4, line.name, class_="label"),
        ]
        for before, after in pairwise(line.points):
            if _number(after.month) - _number(before.month) == 1 and axis.same_panel(
                before.month, after.month
            ):
                parts.append(
                    element(
                        "line",
                        x1=axis.x(before.month),
                        y1=y((before.lowest + before.highest) / 2),
                        x2=axis.x(after.month),
                        y2=y((after.lowest + after.highest) / 2),
                        class_=f"line series-{place}",
                    )
                )
        for point in line.points:
            shown = thousands(point.lowest)
            if point.lowest != point.highest:
                shown = f"{shown} to {thousands(point.highest)}"
            words = tip(f"{line.name}, {month_name(point.month)}: {shown}")
            parts.append(
                element(
                    "g",
                    words,
                    _marker(place, axis.x(point.month), y((point.lowest + point.highest) / 2)),
                    *(
                        [
                            element(
                                "line",
                                x1=axis.x(point.month),
                                x2=axis.x(point.month),
                                y1=y(point.lowest),
                                y2=y(point.highest),
                                class_=f"line series-{place}",
                            )
                        ]
                        if point.lowest != point.highest
                        else []
                    ),
                )
            )
    told = {point.month for line in series for point in line.points}
    for period in periods:
        for is_told, run in groupby(period.months, key=lambda month: month in told):
            if not is_told:
                parts += axis.absent(list(run), top, height)
    return picture("level", WIDTH, top + height + 40, title, description, parts)


def heat_strip(
    title: str,
    description: str,
    rows: Mapping[str, Mapping[date, HeatCell]],
    periods: Sequence[Period],
) -> str:
    """Draw which months have which rows: a filled cell, darker the more of its figures are hidden."""
    label_width, row_height, top = 330.0, 20.0, 44.0
    axis = _Months(periods, WIDTH - label_width - 16, label_width, 18.0)
    height = row_height * len(rows)
    parts = [axis.labels(top + height)]
    for place, (name, cells) in enumerate(rows.items()):
        y = top + place * row_height
        parts.append(text(label_width - 10, y + 14, name, text_anchor="end", class_="label"))
        for period in periods:
            for month in period.months:
                cell = cells.get(month)
                words = f"{name}, {month_name(month)}: "
                words += (
                    f"{thousands(cell.figures)} figures, {thousands(cell.hidden)} hidden"
                    if cell
                    else "not printed"
                )
                parts.append(
                    element(
                        "rect",
                        tip(words),
                        x=axis.x(month) - axis.month_width / 2 + 0.5,
                        y=y + 1,
                        width=axis.month_width - 1,
                        height=row_height - 2,
                        class_=f"heat {_heat(cell)}",
                    )
                )
    x = label_width
    for name, words in (
        ("heat-none", "not printed"), ("heat-0", "nothing hidden"), ("heat-1", "up to 10 % hidden"),
        ("heat-2", "up to 25 %"), ("heat-3", "more"),
    ):  # fmt: skip
        parts.append(element("rect", x=x, y=10.0, width=16, height=16, class_=f"heat {name}"))
        parts.append(text(x + 22, 23, words, class_="tick"))
        x += 44 + 6.7 * len(words)
    return picture("months", WIDTH, top + height + 34, title, description, parts)


def share_bars(identifier: str, title: str, description: str, bars: Sequence[Bar]) -> str:
    """Draw bars of shares, one below the other, with the counts of their parts in words."""
    label_width, row_height, top = 290.0, 46.0, 40.0
    width = WIDTH - label_width - 16
    parts = []
    names = list(dict.fromkeys(name for bar in bars for name, count in bar.counts.items() if count))
    x = label_width
    for name in names:
        parts.append(element("rect", x=x, y=8.0, width=16, height=16, class_=f"part-{_class(name)}"))
        parts.append(text(x + 22, 21, name, class_="label"))
        x += 48 + 7.6 * len(name)
    for place, bar in enumerate(bars):
        y, total = top + place * row_height, sum(bar.counts.values())
        parts.append(text(label_width - 12, y + 16, bar.name, text_anchor="end", class_="label"))
        parts.append(text(label_width - 12, y + 32, bar.note, text_anchor="end", class_="tick"))
        x = label_width
        for name in names:
            count = bar.counts.get(name, 0)
            if not count:
                continue
            size = width * count / total
            words = f"{name}: {thousands(count)} ({100 * count / total:.1f} %)"
            parts.append(
                element(
                    "rect",
                    tip(f"{bar.name}, {words}"),
                    x=x, y=y, width=max(size, 1.0), height=22, class_=f"part-{_class(name)}",
                )
            )  # fmt: skip
            x += size
        told = " · ".join(f"{thousands(bar.counts[name])} {name}" for name in names if bar.counts.get(name))
        parts.append(text(label_width, y + 36, told, class_="tick"))
    return picture(identifier, WIDTH, top + row_height * len(bars), title, description, parts)


def timeline(title: str, description: str, periods: Sequence[Period], events: Sequence[Event]) -> str:
    """Draw the months that reports cover on an axis of years, and events as numbers; the page lists them."""
    first = min([period.first for period in periods] + [event.on for event in events]).year
    last = max([period.last for period in periods] + [event.on for event in events]).year + 1
    left, axis_y = 20.0, 60.0

    def x(day: date) -> float:
        return left + (WIDTH - 2 * left) * (day.year + (day.month - 1) / 12 - first) / (last - first)

    parts = [element("line", x1=left, x2=WIDTH - left, y1=axis_y, y2=axis_y, class_="axis")]
    for year in range(first, last + 1):
        parts.append(
            element(
                "line",
                x1=x(date(year, 1, 1)),
                x2=x(date(year, 1, 1)),
                y1=axis_y - 4,
                y2=axis_y + 4,
                class_="axis",
            )
        )
        if year < last:
            middle = x(date(year, 7, 1))
            parts.append(text(middle, axis_y + 20, str(year), text_anchor="middle", class_="tick"))
    for period in periods:
        end = date(period.last.year + period.last.month // 12, period.last.month % 12 + 1, 1)
        parts.append(
            element(
                "rect",
                tip(f"reports: {month_name(period.first)} to {month_name(period.last)}"),
                x=x(period.first), y=axis_y - 9, width=x(end) - x(period.first), height=18, class_="covered",
            )
        )  # fmt: skip
    for place, event in enumerate(sorted(events, key=lambda event: event.on)):
        parts += [
            element(
                "line",
                tip(f"{month_name(event.on)}: {event.name}"),
                x1=x(event.on),
                x2=x(event.on),
                y1=axis_y - 26,
                y2=axis_y + 9,
                class_="event",
            ),
            text(x(event.on), axis_y - 32, str(place + 1), text_anchor="middle", class_="event-number"),
        ]
    return picture("breaks", WIDTH, axis_y + 34, title, description, parts)


class _Months:
    """An axis of months: a panel per period, and between panels a gap of always the same width."""

    def __init__(self, periods: Sequence[Period], width: float, left: float = LEFT, gap: float = GAP) -> None:
        self.periods = periods
        count = sum(len(period.months) for period in periods)
        self.month_width = (width - gap * (len(periods) - 1)) / count
        self._gap = gap
        self._start: list[float] = []
        at = left
        for period in periods:
            self._start.append(at)
            at += self.month_width * len(period.months) + gap

    def _panel(self, month: date) -> int:
        return next(
            place for place, period in enumerate(self.periods) if period.first <= month <= period.last
        )

    def same_panel(self, one: date, other: date) -> bool:
        """Tell whether no gap lies between two months."""
        return self._panel(one) == self._panel(other)

    def x(self, month: date) -> float:
        """Return the middle of a month."""
        panel = self._panel(month)
        return self._start[panel] + self.month_width * (
            _number(month) - _number(self.periods[panel].first) + 0.5
        )

    def panels(self, top: float, height: float) -> str:
        """Draw the ground of all panels."""
        return "".join(
            element("rect", x=start, y=top, width=self.month_width * len(period.months), height=height, class_="panel")  # noqa: E501
            for start, period in zip(self._start, self.periods, strict=True)
        )  # fmt: skip

    def labels(self, y: float) -> str:
        """Write year and months below each panel, year by year."""
        parts = []
        for period in self.periods:
            for year, run in groupby(period.months, key=lambda month: month.year):
                months = list(run)
                middle = (self.x(months[0]) + self.x(months[-1])) / 2
                first, last = f"{months[0]:%m}", f"{months[-1]:%m}"
                told = first if first == last else f"{first}-{last}"
                parts.append(text(middle, y + 16, str(year), text_anchor="middle", class_="label"))
                parts.append(text(middle, y + 31, told, text_anchor="middle", class_="tick"))
        return "".join(parts)

    def absent(self, months: Sequence[date], top: float, height: float) -> list[str]:
        """Say over some months that their reports do not print what the chart shows."""
        left = self.x(months[0]) - self.month_width / 2
        middle = left + self.month_width * len(months) / 2
        parts = [
            element(
                "rect", x=left, y=top, width=self.month_width * len(months), height=height,
                class_="absent-panel",
            )
        ]  # fmt: skip
        for place, words in enumerate(("not printed", "by hovedgruppe")):
            y = top + height / 2 - 4 + 18 * place
            parts.append(text(middle, y, words, text_anchor="middle", class_="absent"))
        return parts

    def gaps(self, top: float, height: float) -> list[str]:
        """Say between the panels how many months are missing there."""
        parts = []
        for place, (before, after) in enumerate(pairwise(self.periods)):
            x = self._start[place + 1] - self._gap / 2
            words = f"no report for {gap_months(before, after)} months"
            middle = top + height / 2
            parts.append(
                element(
                    "rect",
                    x=x - self._gap / 2,
                    y=top - 1,
                    width=self._gap,
                    height=height + 2,
                    class_="gap-panel",
                )
            )
            parts.append(
                text(x + 4, middle, words, text_anchor="middle", class_="gap", transform=f"rotate(-90 {x + 4:.1f} {middle:.1f})")  # noqa: E501
            )  # fmt: skip
        return parts


def _marker(place: int, x: float, y: float) -> str:
    shape, size = MARKERS[place % len(MARKERS)], 4.0
    class_ = f"marker series-{place}"
    if shape == "circle":
        return element("circle", cx=x, cy=y, r=size, class_=class_)
    if shape == "square":
        return element("rect", x=x - size, y=y - size, width=2 * size, height=2 * size, class_=class_)
    corners = [(x, y - 5), (x + 5, y + 4), (x - 5, y + 4)]
    if shape == "diamond":
        corners = [(x, y - 5), (x + 5, y), (x, y + 5), (x - 5, y)]
    return element(
        "polygon", points=" ".join(f"{left:.1f},{down:.1f}" for left, down in corners), class_=class_
    )


def _heat(cell: HeatCell | None) -> str:
    if cell is None:
        return "heat-none"
    share = cell.hidden / cell.figures
    return "heat-0" if share == 0 else "heat-1" if share <= 0.10 else "heat-2" if share <= 0.25 else "heat-3"  # noqa: PLR2004


def _class(name: str) -> str:
    return name.replace(" ", "-")


def _number(month: date) -> int:
    return month.year * 12 + month.month - 1


def _ceiling(highest: int) -> tuple[int, int]:
    """Return a round number not below the highest value, and the step of the axis: four to eight of them."""
    size = 1
    while True:
        for factor in (1, 2, 5):
            step = factor * size
            if highest <= 8 * step:
                return step * max(-(-highest // step), 1), step
        size *= 10
