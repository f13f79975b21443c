"""Read the line that prints an edition's months, such as `Januar - juli 2022`."""

import re

from loaders.layout import Layout
from loaders.printed import Period

PERIOD_PATTERN = re.compile(r"(\w+)(?: ([12][0-9]{3}))? ?[-\u2013] ?(\w+) ([12][0-9]{3})")


def is_period(text: str, layout: Layout) -> bool:
    """Tell whether a text line prints a period, whatever its months are."""
    return _match(text, layout) is not None


def read_period(text: str, layout: Layout) -> Period | None:
    """Return the period that a line prints, or None where it is not within one year."""
    match = _match(text, layout)
    if match is None:
        return None
    first, first_year, last, last_year = match.groups()
    first_month = layout.months[first.lower()]
    last_month = layout.months[last.lower()]
    if first_month > last_month or (first_year or last_year) != last_year:
        return None
    return Period(int(last_year), first_month, last_month)


def _match(text: str, layout: Layout) -> re.Match[str] | None:
    match = PERIOD_PATTERN.fullmatch(" ".join(text.split()))
    if match is None or not {match[1].lower(), match[3].lower()} <= layout.months.keys():
        return None
    return match
