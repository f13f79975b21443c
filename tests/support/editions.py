"""Invented editions of one product: who takes part, month by month."""

from collections.abc import Sequence

from support.small_reports import LEGEND, page

TITLE = "Deltakere i arbeidsrettede tiltak. Tidsserie måned"
MONTHS = ("Januar", "Februar", "Mars", "April")
# Job seekers, people with reduced work capacity and others, by month.
PEOPLE = {
    "Januar": (1500, 4300, 210),
    "Februar": (1550, 4350, 220),
    "Mars": (1600, 4400, 230),
    "April": (9, 8, 7),
}


def edition(
    months: Sequence[str],
    *,
    year: int = 2021,
    updated: str = "",
    blank_lines: int = 0,
    more_in: str = "",
    hides: int = 0,
) -> str:
    """Return an edition of some months, with ten more people in one, or small ones made 2 and hidden."""
    period = f"{months[0]} - {months[-1].lower()} {year}"
    columns = [[number + 10 * (month == more_in) for number in PEOPLE[month]] for month in months]
    sums = [sum(number if number >= hides else 2 for number in column) for column in columns]
    names = ("Arbeidssøkere på tiltak", "Nedsatt arbeidsevne, på tiltak", "Andre på tiltak")
    rows = ["\t".join(["I alt", *map(str, sums)])]
    for name, numbers in zip(names, zip(*columns, strict=True), strict=True):
        rows.append("\t".join([name, *("*" if number < hides else str(number) for number in numbers)]))
    note = f"Rapport oppdatert: {updated}" if updated else ""
    cover = f"{TITLE}\n\nOm tabellene\n\n{period}\n\n{LEGEND}\n\n{note}\n\n"
    return (
        cover + page(*rows, title=TITLE, period=period, header="\t" + "\t".join(months)) + "\n" * blank_lines
    )
