"""The date of update is read in every spelling, is the same on all pages, or the report is refused."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from support.small_reports import COVER, ROWS, line_of, page, read, refused, report

from loaders.errors import ProvenanceError
from loaders.layout import Layout
from loaders.load import read_report

LATER = (datetime.now(UTC) + timedelta(days=3)).date()


@pytest.mark.parametrize(
    "line",
    [
        "Rapport oppdatert: 05.04.2020",
        "Rapport oppdatert: 5.4.2020",
        "Rapport oppdatert:5.4.2020",
        "Rapport oppdatert 5. 4. 2020",
        "Rapport oppdatert : 05 . 04 . 2020.",
        "RAPPORT OPPDATERT: 05.04.2020 08:30",
        "Rapporten er sist oppdatert 5. april 2020 kl. 08.30",
        "Sist oppdatert: 2020-04-05",
        "Oppdatert den 5.4.2020",
    ],
)
@pytest.mark.parametrize("place", ["cover", "section", "table"])
def test_the_date_of_update_is_read_in_every_spelling_and_place(
    line: str, place: str, layout: Layout
) -> None:
    texts = {
        "cover": report(page(*ROWS), cover=f"{COVER}\n{line}\n"),
        "section": report(page(*ROWS, section=f"Hovedgrupper\n\n{line}")),
        "table": report(page(*ROWS, heading=f"{line}\n\nAlle på tiltak")),
    }
    assert read(texts[place], layout).updated_date == date(2020, 4, 5)


@pytest.mark.parametrize(
    "line",
    [
        "Rapport oppdatert:",
        "Rapport oppdatert: 5.4.20",
        "Rapport oppdatert: 05/04/2020",
        "Rapport oppdatert: 31.04.2020",
        "Rapport oppdatert: 5.13.2020",
        "Rapport oppdatert: O5.04.2020",
        "Rapport oppdatert: 05.04.2020 og 06.04.2020",
        "Rapportoppdatert: i april",
        "Sist oppdatert i april 2020",
    ],
)
def test_a_line_that_begins_as_the_date_of_update_and_holds_none_is_refused(
    line: str, layout: Layout
) -> None:
    text = report(page(*ROWS, section=f"Hovedgrupper\n\n{line}"))
    error = refused(text, layout)
    assert "date of update" in error.problem
    assert error.line_no == line_of(text, "oppdatert")


def test_pages_that_print_different_dates_of_update_are_refused(layout: Layout) -> None:
    pages = [
        page(*ROWS, section=f"Hovedgrupper\n\nRapport oppdatert: {day}.04.2020", heading=f"Tabell {day}")
        for day in ("5", "05", "06")
    ]
    assert read(report(*pages[:2]), layout).updated_date == date(2020, 4, 5)
    assert "another date of update, 2020-04-05" in refused(report(*pages), layout).problem


def test_a_date_of_update_before_the_end_of_the_period_is_refused(layout: Layout) -> None:
    text = report(page(*ROWS, section="Hovedgrupper\n\nRapport oppdatert: 28.02.2020"))
    assert "before the end" in refused(text, layout).problem
    assert read(text.replace("28.02", "29.02"), layout).updated_date == date(2020, 2, 29)


def test_a_date_of_update_in_the_future_is_refused(tmp_path: Path, layout: Layout) -> None:
    path = tmp_path / "report.txt"
    path.write_text(report(page(*ROWS, section=f"Hovedgrupper\n\nRapport oppdatert: {LATER:%d.%m.%Y}")))
    with pytest.raises(ProvenanceError, match="in the future"):
        read_report(path, layout)
