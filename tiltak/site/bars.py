"""Draw which months are printed, how shares divide, and when series break: for a screen and for a phone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from markupsafe import Markup

from tiltak.site.charts import Bar, Event, HeatCell, Months, Period, month_name, thousands
from tiltak.site.languages import Language
from tiltak.site.svg import element, picture, text, tip

KEY_ROW = 26.0
HEAT_KEY = (
    ("heat-none", "not printed"), ("heat-0", "nothing hidden"), ("heat-1", "up to 10 % hidden"),
    ("heat-2", "up to 25 %"), ("heat-3", "more"),
)  # fmt: skip
LETTER = 7.4  # the width of a letter of a label, on average
YEAR_LABEL = 34.0  # the width that the label of a year needs


@dataclass(frozen=True)
class Layout:
    """Where names are: beside what they name (a width for them), or above it."""

    name: str
    width: float
    label_width: float

    @property
    def is_above(self) -> bool:
        """Whether names are above."""
        return self.label_width == 0

    @property
    def room(self) -> float:
        """Width for what is drawn."""
        return self.width - self.label_width - 8

    def wide_enough(self, letters: int) -> "Layout":
        """Return a layout in which a name of so many letters is not cut."""
        return replace(self, label_width=max(self.label_width, 12 + LETTER * letters))

    def label(self, y: float, name: str, class_: str) -> str:
        """Write a name at a height."""
        if self.is_above:
            return text(0, y, name, class_=class_)
        return text(self.label_width - 12, y, name, text_anchor="end", class_=class_)

    def key(self, entries: Sequence[tuple[str, str]]) -> tuple[list[str], float]:
        """Return what the colours say, in as many rows as it takes, and the height of these."""
        parts, x, y = [], self.label_width, 8.0
        for class_, words in entries:
            width = 40 + LETTER * len(words)
            if x + width > self.width and x > self.label_width:
                x, y = self.label_width, y + KEY_ROW
            parts.append(element("rect", x=x, y=y, width=16, height=16, class_=class_))
            parts.append(text(x + 22, y + 13, words, class_="tick"))
            x += width
        return parts, y + KEY_ROW


WIDE = Layout("", 960.0, 310.0)
NARROW = Layout("-narrow", 350.0, 0.0)


def _responsive(drawn: Callable[[Layout], str]) -> Markup:
    return Markup(f'<div class="on-wide">{drawn(WIDE)}</div><div class="on-narrow">{drawn(NARROW)}</div>')


def heat_strip(
    title: str,
    description: str,
    rows: Mapping[str, Mapping[date, HeatCell]],
    periods: Sequence[Period],
) -> Markup:
    """Draw which months have which rows: a filled cell, darker the more of its figures are hidden."""

    def drawn(layout: Layout) -> str:
        axis = Months(periods, layout.room, layout.label_width, 8.0 if layout.is_above else 18.0)
        parts, top = layout.key([(f"heat {name}", words) for name, words in HEAT_KEY])
        step = 40.0 if layout.is_above else 20.0
        for place, (name, cells) in enumerate(rows.items()):
            y = top + step * place
            parts.append(layout.label(y + 14, name, "label"))
            parts += _heat_row(axis, name, cells, y + (step - 20.0))
        bottom = top + step * len(rows)
        parts.append(axis.labels(bottom, has_months=not layout.is_above))
        return picture(f"months{layout.name}", layout.width, bottom + 34, title, description, parts)

    return _responsive(drawn)


def _heat_row(axis: Months, name: str, cells: Mapping[date, HeatCell], y: float) -> list[str]:
    parts = []
    for period in axis.periods:
        for month in period.months:
            cell, words = cells.get(month), f"{name}, {month_name(month)}: "
            if cell is None:
                words += "not printed"
            else:
                words += f"{thousands(cell.figures)} figures, {thousands(cell.hidden)} hidden"
            left, width = axis.x(month) - axis.month_width / 2, axis.month_width
            place = {"x": left + 0.5, "y": y + 1, "width": width - 1, "height": 18}
            parts.append(element("rect", tip(words), class_=f"heat {_heat(cell)}", **place))
    return parts


def share_bars(identifier: str, title: str, description: str, bars: Sequence[Bar]) -> Markup:
    """Draw bars of shares, one below the other, with the counts of their parts in words."""
    names = list(dict.fromkeys(name for bar in bars for name, count in bar.counts.items() if count))
    longest = max((len(words) for bar in bars for words in (bar.name, bar.note)), default=0)

    def drawn(layout: Layout) -> str:
        layout = layout if layout.is_above else layout.wide_enough(longest)
        parts, top = layout.key([(f"part-{_class(name)}", name) for name in names])
        above = 40.0 if layout.is_above else 0.0
        step = 46.0 + above
        for place, bar in enumerate(bars):
            y = top + step * place
            parts.append(layout.label(y + 16, bar.name, "label"))
            parts.append(layout.label(y + 32, bar.note, "tick"))
            parts += _share_row(layout, bar, names, y + above)
        height = top + step * len(bars)
        return picture(f"{identifier}{layout.name}", layout.width, height, title, description, parts)

    return _responsive(drawn)


def _share_row(layout: Layout, bar: Bar, names: Sequence[str], y: float) -> list[str]:
    parts, x, total = [], layout.label_width, sum(bar.counts.values())
    for name in names:
        count = bar.counts.get(name, 0)
        if not count:
            continue
        size = layout.room * count / total
        words = tip(f"{bar.name}, {name}: {thousands(count)} ({100 * count / total:.1f} %)")
        place = {"x": x, "y": y, "width": max(size, 1.0), "height": 22}
        parts.append(element("rect", words, class_=f"part-{_class(name)}", **place))
        x += size
    told = " · ".join(f"{thousands(bar.counts[name])} {name}" for name in names if bar.counts.get(name))
    return [*parts, text(layout.label_width, y + 36, told, class_="tick")]


def timeline(
    title: str, description: str, periods: Sequence[Period], events: Sequence[Event], language: Language
) -> Markup:
    """Draw the months that reports cover on an axis of years, and events as numbers; the page lists them."""

    def drawn(layout: Layout) -> str:
        axis = _Years(periods, events, layout.width)
        parts = [*axis.years(), *(axis.period(period, language) for period in periods)]
        for place, event in enumerate(sorted(events, key=lambda event: event.on)):
            parts += axis.event(place + 1, event)
        return picture(f"breaks{layout.name}", layout.width, axis.y + 34, title, description, parts)

    return _responsive(drawn)


class _Years:
    """An axis of whole years."""

    y = 60.0
    _left = 20.0

    def __init__(self, periods: Sequence[Period], events: Sequence[Event], width: float) -> None:
        days = [day for period in periods for day in (period.first, period.last)]
        days += [event.on for event in events]
        self._first, self._last = min(days).year, max(days).year + 1
        self._year = (width - 2 * self._left) / (self._last - self._first)

    def _x(self, day: date) -> float:
        return self._left + self._year * (day.year + (day.month - 1) / 12 - self._first)

    def years(self) -> list[str]:
        """Draw the axis; every year is named that has room for its name."""
        ends = {"x1": self._left, "x2": self._left + self._year * (self._last - self._first)}
        parts = [element("line", y1=self.y, y2=self.y, class_="axis", **ends)]
        every = 1 if self._year >= YEAR_LABEL else 2
        for year in range(self._first, self._last + 1):
            x = self._x(date(year, 1, 1))
            parts.append(element("line", x1=x, x2=x, y1=self.y - 4, y2=self.y + 4, class_="axis"))
            if year < self._last and (year - self._first) % every == 0:
                middle = self._x(date(year, 7, 1))
                parts.append(text(middle, self.y + 20, str(year), text_anchor="middle", class_="tick"))
        return parts

    def period(self, period: Period, language: Language) -> str:
        """Draw the months of a period."""
        first, last = month_name(period.first), month_name(period.last)
        start, end = self._x(period.first), self._x(period.last) + self._year / 12
        words = tip(language.text("chart_reports_cover", first=first, last=last))
        place = {"x": start, "y": self.y - 9, "width": end - start, "height": 18}
        return element("rect", words, class_="covered", **place)

    def event(self, number: int, event: Event) -> list[str]:
        """Draw something that happened, as a number."""
        x = self._x(event.on)
        words = tip(f"{month_name(event.on)}: {event.name}")
        return [
            element("line", words, x1=x, x2=x, y1=self.y - 26, y2=self.y + 9, class_="event"),
            text(x, self.y - 32, str(number), text_anchor="middle", class_="event-number"),
        ]


def _heat(cell: HeatCell | None) -> str:
    if cell is None:
        return "heat-none"
    share = cell.hidden / cell.figures
    return "heat-0" if share == 0 else "heat-1" if share <= 0.10 else "heat-2" if share <= 0.25 else "heat-3"  # noqa: PLR2004


def _class(name: str) -> str:
    return name.replace(" ", "-")
