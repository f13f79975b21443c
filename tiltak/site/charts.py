"""What the charts of the site are made of: points, months, marks, and the axis that months are on.

Colours are classes of the stylesheet (`series-0`, `outcome-equal`, ...), so charts follow dark mode. What a
colour says is also said by shape, place or words.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise

from tiltak.site.svg import element, text

MARKERS = ("circle", "square", "triangle", "diamond")


@dataclass(frozen=True)
class Point:
    """A month of a series: a number, or the ends between which one lies, and its estimate."""

    month: date
    lowest: float
    highest: float
    estimate: float | None = None

    @property
    def middle(self) -> float:
        """Where its mark is: at the estimate, or between the ends."""
        return (self.lowest + self.highest) / 2 if self.estimate is None else self.estimate


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
            for number in range(month_number(self.first), month_number(self.last) + 1)
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


def span(lowest: int, highest: int) -> str:
    """Return a number, or from where to where one goes."""
    if lowest == highest:
        return thousands(lowest)
    return f"{thousands(lowest)}\N{EN DASH}{thousands(highest)}"


def signed(number: int) -> str:
    """Return a change: with its sign, a minus sign that is one."""
    return f"{'+' if number > 0 else chr(0x2212) if number < 0 else ''}{thousands(abs(number))}"


def month_name(month: date) -> str:
    """Return year and month, as 2019-03."""
    return f"{month:%Y-%m}"


def gap_months(before: Period, after: Period) -> int:
    """Return how many months lie between two periods."""
    return month_number(after.first) - month_number(before.last) - 1


class Months:
    """An axis of months: a panel per period, and between panels a gap of always the same width."""

    def __init__(self, periods: Sequence[Period], width: float, left: float, gap: float) -> None:
        """Give each month its place.

        Args:
            periods: a panel for each.
            width: of the axis.
            left: where it begins.
            gap: between two panels.
        """
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
            month_number(month) - month_number(self.periods[panel].first) + 0.5
        )

    def panels(self, top: float, height: float) -> str:
        """Draw the ground of all panels."""
        return "".join(
            element("rect", x=start, y=top, width=self.month_width * len(period.months), height=height, class_="panel")  # noqa: E501
            for start, period in zip(self._start, self.periods, strict=True)
        )  # fmt: skip

    def labels(self, y: float, *, has_months: bool = True) -> str:
        """Write years, and if wanted months, below each panel."""
        parts = []
        for period in self.periods:
            for year, run in groupby(period.months, key=lambda month: month.year):
                months = list(run)
                middle = (self.x(months[0]) + self.x(months[-1])) / 2
                first, last = f"{months[0]:%m}", f"{months[-1]:%m}"
                told = first if first == last else f"{first}-{last}"
                parts.append(text(middle, y + 16, str(year), text_anchor="middle", class_="label"))
                if has_months:
                    parts.append(text(middle, y + 31, told, text_anchor="middle", class_="tick"))
        return "".join(parts)

    def absent(self, months: Sequence[date], top: float, height: float, lines: Sequence[str]) -> list[str]:
        """Say over some months, in lines, that their reports do not print what the chart shows."""
        left = self.x(months[0]) - self.month_width / 2
        width = self.month_width * len(months)
        parts = [element("rect", x=left, y=top, width=width, height=height, class_="absent-panel")]
        for place, words in enumerate(lines):
            y = top + height / 2 - 4 + 18 * place
            parts.append(text(left + width / 2, y, words, text_anchor="middle", class_="absent"))
        return parts

    def gaps(self, top: float, height: float, words: Callable[[int], str] | None) -> list[str]:
        """Leave room between the panels; words say how many months are missing there."""
        parts = []
        for place, (before, after) in enumerate(pairwise(self.periods)):
            x, middle = self._start[place + 1] - self._gap / 2, top + height / 2
            ground = {"x": x - self._gap / 2, "y": top - 1, "width": self._gap, "height": height + 2}
            turned = f"rotate(-90 {x + 4:.1f} {middle:.1f})"
            parts.append(element("rect", class_="gap-panel", **ground))
            if words is not None:
                said = words(gap_months(before, after))
                parts.append(text(x + 4, middle, said, text_anchor="middle", class_="gap", transform=turned))
        return parts


def marker(place: int, x: float, y: float, *, is_hollow: bool = False) -> str:
    """Draw the mark of a series; hollow for an estimate."""
    shape, size = MARKERS[place % len(MARKERS)], 4.0
    class_ = f"marker series-{place}{' hollow' if is_hollow else ''}"
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


def month_number(month: date) -> int:
    """Return a month as a number; the next month has the next number."""
    return month.year * 12 + month.month - 1


def ceiling_and_step(highest: float) -> tuple[int, int]:
    """Return a round number not below the highest value, and the step of the axis: four to eight of them."""
    size = 1
    while True:
        for factor in (1, 2, 5):
            step = factor * size
            if highest <= 8 * step:
                return step * max(math.ceil(highest / step), 1), step
        size *= 10
