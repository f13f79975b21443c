"""Draw levels over months: a panel per period of reports, no line across a gap, a bar for what is not exact.

A chart has three sizes: wide for a screen, one picture per period below another for a phone, and small for
pages with many of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise

from markupsafe import Markup

from tiltak.site.charts import (
    Months,
    Period,
    Point,
    Series,
    ceiling_and_step,
    marker,
    month_number,
    thousands,
)
from tiltak.site.languages import Language
from tiltak.site.svg import element, picture, text, tip

LEGEND_ROW = 24.0


@dataclass(frozen=True)
class Size:
    """How large a chart is: its width, the height of its panels, room at both sides, gaps between panels."""

    width: float
    height: float
    left: float
    gap: float
    right: float
    has_months: bool


WIDE = Size(960.0, 320.0, 72.0, 46.0, 16.0, has_months=True)
NARROW = Size(350.0, 150.0, 56.0, 0.0, 8.0, has_months=True)
SMALL = Size(330.0, 130.0, 52.0, 24.0, 8.0, has_months=False)


@dataclass(frozen=True)
class LevelChart:
    """What a chart shows.

    Attributes:
        identifier: unique on the page.
        title: what it is.
        description: what it shows, for those who cannot see it.
        series: the lines.
        periods: the months that reports cover.
        breaks: months from which the lines are not comparable with what was before.
    """

    identifier: str
    title: str
    description: str
    series: Sequence[Series]
    periods: Sequence[Period]
    breaks: Sequence[date] = ()

    @property
    def highest(self) -> float:
        """The highest number that must have room."""
        return max((point.highest for line in self.series for point in line.points), default=1)

    def within(self, period: Period) -> "LevelChart":
        """Return the part of the chart that is about one period."""
        series = [
            Series(
                line.name,
                tuple(point for point in line.points if period.first <= point.month <= period.last),
            )
            for line in self.series
        ]
        identifier = f"{self.identifier}-{period.first:%Y%m}"
        return LevelChart(identifier, self.title, self.description, series, [period], self.breaks)


def responsive_chart(chart: LevelChart, language: Language) -> Markup:
    """Draw a chart for a screen, and for a phone its periods below one another; a page shows one of them."""
    narrow = [
        draw(chart.within(period), language, NARROW, chart.highest, has_legend=period is chart.periods[0])
        for period in chart.periods
    ]
    wide = draw(chart, language, WIDE)
    return Markup(f'<div class="on-wide">{wide}</div><div class="on-narrow">{"".join(narrow)}</div>')


def small_chart(chart: LevelChart, language: Language) -> Markup:
    """Draw a chart of one line for a page with many of them."""
    return Markup(draw(chart, language, SMALL, has_legend=False))


def draw(
    chart: LevelChart,
    language: Language,
    size: Size = WIDE,
    highest: float | None = None,
    *,
    has_legend: bool = True,
) -> str:
    """Draw a chart.

    Args:
        chart: what it shows.
        language: of its words.
        size: how large it is.
        highest: what the axis must have room for; the highest number of the chart if not given.
        has_legend: whether the lines are named above.
    """
    frame = _Frame(chart, language, size, highest or chart.highest, has_legend=has_legend)
    parts = [
        frame.axis.panels(frame.top, size.height),
        frame.axis.labels(frame.bottom, has_months=size.has_months),
    ]
    parts += frame.grid()
    parts += frame.axis.gaps(frame.top, size.height, frame.gap_words if size.has_months else None)
    if has_legend:
        parts += frame.legend()
    for place, line in enumerate(chart.series):
        parts += frame.line(place, line)
    parts += [*frame.breaks(), *frame.absent()]
    return picture(chart.identifier, size.width, frame.bottom + 40, chart.title, chart.description, parts)


class _Frame:
    """Where things are in a chart."""

    def __init__(
        self, chart: LevelChart, language: Language, size: Size, highest: float, *, has_legend: bool
    ) -> None:
        self._chart, self._language, self._size = chart, language, size
        self.axis = Months(chart.periods, size.width - size.left - size.right, size.left, size.gap)
        self.top = 20.0 + (LEGEND_ROW * len(chart.series) if has_legend else 0)
        self.bottom = self.top + size.height
        self._ceiling, self._step = ceiling_and_step(highest)

    def _y(self, value: float) -> float:
        return self.top + self._size.height * (1 - value / self._ceiling)

    def gap_words(self, count: int) -> str:
        return self._language.text("chart_no_report", count=count)

    def grid(self) -> list[str]:
        """Draw the numbers of the axis and their lines; a low chart has fewer of them."""
        left, right = self._size.left, self._size.width - self._size.right
        step = self._step * (2 if self._size.height < WIDE.height else 1)
        parts = []
        for value in range(0, self._ceiling + 1, step):
            y = self._y(value)
            parts += [
                element("line", x1=left, x2=right, y1=y, y2=y, class_="grid"),
                text(left - 8, y + 4, thousands(value), text_anchor="end", class_="tick"),
            ]
        return parts

    def legend(self) -> list[str]:
        """Name the lines."""
        left, parts = self._size.left, []
        for place, line in enumerate(self._chart.series):
            y = 14.0 + LEGEND_ROW * place
            parts += [
                element("line", x1=left, x2=left + 28, y1=y, y2=y, class_=f"line series-{place}"),
                marker(place, left + 14, y),
                text(left + 36, y + 4, line.name, class_="label"),
            ]
        return parts

    def line(self, place: int, line: Series) -> list[str]:
        """Draw a line between neighbouring months, and a mark for each month."""
        parts = [
            self._stroke(f"line series-{place}", before, after)
            for before, after in pairwise(line.points)
            if month_number(after.month) - month_number(before.month) == 1
            and self.axis.same_panel(before.month, after.month)
            and after.month not in self._chart.breaks
        ]
        return parts + [self._mark(place, line.name, point) for point in line.points]

    def _stroke(self, class_: str, before: Point, after: Point) -> str:
        return element(
            "line",
            x1=self.axis.x(before.month),
            y1=self._y(before.middle),
            x2=self.axis.x(after.month),
            y2=self._y(after.middle),
            class_=class_,
        )

    def _mark(self, place: int, name: str, point: Point) -> str:
        x = self.axis.x(point.month)
        bar = []
        if point.lowest != point.highest:
            ends = {"x1": x, "x2": x, "y1": self._y(point.lowest), "y2": self._y(point.highest)}
            bar = [element("line", class_=f"range series-{place}", **ends)]
        words = tip(f"{name}, {self._language.month(point.month)}: {self.words(point)}")
        return element(
            "g",
            words,
            *bar,
            marker(place, x, self._y(point.middle), is_hollow=point.estimate is not None),
        )

    def words(self, point: Point) -> str:
        """Return what is known of a point: an estimate first, then from where to where it goes."""
        to = self._language.text("chart_to")
        if point.lowest == point.highest:
            return thousands(round(point.lowest))
        ends = f"{thousands(round(point.lowest))} {to} {thousands(round(point.highest))}"
        return ends if point.estimate is None else f"≈ {thousands(round(point.estimate))} ({ends})"

    def breaks(self) -> list[str]:
        """Draw a line before each month from which the numbers are not comparable with those before."""
        covered = {month for period in self._chart.periods for month in period.months}
        left = [self.axis.x(day) - self.axis.month_width / 2 for day in self._chart.breaks if day in covered]
        return [element("line", x1=x, x2=x, y1=self.top, y2=self.bottom, class_="break-line") for x in left]

    def absent(self) -> list[str]:
        """Say over months of reports that these do not print what the chart shows, where there is room."""
        told = {point.month for line in self._chart.series for point in line.points}
        lines = self._language.text("chart_not_printed").split("|") if self._size is WIDE else ()
        return [
            part
            for period in self._chart.periods
            for is_told, run in groupby(period.months, key=lambda month: month in told)
            if not is_told
            for part in self.axis.absent(list(run), self.top, self._size.height, lines)
        ]
