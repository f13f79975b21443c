"""Workbooks as TILT110 and TILT180 of 2025 are laid out: small, their numbers made up so that they add up."""

from loaders.printed import Period
from support.nav_files import NavReport, NavSection, NavTable, WorkbookStyle, write_workbook

WAGE_SUBSIDIES = "TILT110 Tiltaksdeltakere på lønnstilskudd. Demografi. Tidsserie måned"
TWO_GROUPS = "TILT180 Tiltaksdeltakere på jobbskaping og tilrettelegging. Demografi. Tidsserie måned"
COLUMNS = ("Gjennomsnitt hittil i år", "Januar", "Februar")
PERIOD = Period(2025, 1, 2)
# As the sheets by county and municipality are: a header above the first table only.
STYLE = WorkbookStyle(has_one_header=True)


def table(*rows: tuple[str, tuple[int, int]]) -> NavTable:
    """Return a table without a heading; the average is that of its months."""
    return NavTable(
        None, COLUMNS, tuple((label, (f"{sum(months) // 2}", *map(str, months))) for label, months in rows)
    )


def wage_subsidies(halden: int = 10) -> bytes:
    """Return TILT110: by labour-market status, by county, and by county with its municipalities."""
    status = table(
        ("I alt arbeidssøkere på tiltak", (60, 70)),
        ("Midlertidig lønnstilskudd", (50, 58)),
        ("Varig lønnstilskudd", (10, 12)),
    )
    counties = table(
        ("I alt midlertidig lønnstilskudd", (50, 58)), ("31 Østfold", (30, 34)), ("32 Akershus", (20, 24))
    )
    others = table(("I alt varig lønnstilskudd", (10, 12)), ("31 Østfold", (10, 12)))
    municipalities = table(
        ("I alt midlertidig lønnstilskudd", (50, 58)),
        ("31 Østfold", (30, 34)),
        ("3101 Halden", (halden, 14)),
        ("3103 Moss", (20, 20)),
        ("32 Akershus", (20, 24)),
    )
    sections = (
        NavSection("Arbeidsmarkedsstatus og tiltak", (status,)),
        NavSection("Tiltak og fylke", (counties, others)),
        NavSection("Tiltak og kommune", (municipalities,)),
    )
    return write_workbook(NavReport(WAGE_SUBSIDIES, PERIOD, None, None, sections), STYLE)


def two_groups(title: str = TWO_GROUPS) -> bytes:
    """Return TILT180: everybody in one of two groups, by labour-market status and by county."""
    status = table(
        ("I alt arbeidssøkere på tiltak", (40, 44)),
        ("Egenetablering", (10, 12)),
        ("Funksjonsassistanse", (30, 32)),
    )
    counties = table(
        ("I alt funksjonsassistanse", (30, 32)), ("31 Østfold", (20, 20)), ("32 Akershus", (10, 12))
    )
    founders = table(("I alt egenetablering", (10, 12)), ("31 Østfold", (5, 7)), ("32 Akershus", (5, 5)))
    everybody = table(("I alt", (40, 44)), ("31 Østfold", (25, 27)), ("32 Akershus", (15, 17)))
    sections = (
        NavSection("Arbeidsmarkedsstatus og tiltak", (status,)),
        NavSection("Tiltak og fylke", (counties, founders)),
        NavSection("Tiltaksdeltakere og fylke", (everybody,)),
    )
    return write_workbook(NavReport(title, PERIOD, None, None, sections), STYLE)
