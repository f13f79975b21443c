"""Answers in the form that another program takes: JSON, Markdown, or an Excel workbook."""

import io
import json
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

import xlsxwriter

from loaders.errors import LookupFailedError
from loaders.readers.characters import made_visible
from tiltak.questions import Answer

DAY, TIME = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"


class Format(StrEnum):
    """How an answer is given."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    XLSX = "xlsx"
    MARKDOWN = "markdown"


def form_of(text: str, *, is_terminal: bool) -> Format:
    """Return the form that a person names.

    Raises:
        LookupFailedError: there is no such form, or a workbook would go to a terminal.
    """
    if text not in set(Format) or (text == Format.XLSX and is_terminal):
        raise LookupFailedError(
            "an answer cannot be given in this form here",
            f"name one of {', '.join(Format)}; send xlsx to a file: `... --format xlsx > answer.xlsx`",
            text=text,
        )
    return Format(text)


def as_json(answer: Answer) -> str:
    """Return an answer as a list of objects, a row each; days are text, hidden numbers are null."""
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    return json.dumps(rows, ensure_ascii=False, indent=1, default=_plain) + "\n"


def as_markdown(answer: Answer) -> str:
    """Return an answer as a Markdown table."""
    lines = [answer.columns, ["---"] * len(answer.columns), *answer.rows]
    return "".join(f"| {' | '.join(_in_cell(value) for value in line)} |\n" for line in lines)


def as_xlsx(answer: Answer) -> bytes:
    """Return an answer as a workbook of one sheet: text stays text, days are days."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        heading = workbook.add_format({"bold": True, "bottom": 1})
        day, time = (workbook.add_format({"num_format": shown}) for shown in (DAY, TIME))
        sheet = workbook.add_worksheet()
        for place, column in enumerate(answer.columns):
            sheet.write_string(0, place, column, heading)
        sheet.freeze_panes(1, 0)
        for row_no, row in enumerate(answer.rows, start=1):
            for place, value in enumerate(row):
                if isinstance(value, bool):
                    sheet.write_boolean(row_no, place, value)
                elif isinstance(value, int | float | Decimal):
                    sheet.write_number(row_no, place, value)
                elif isinstance(value, date):
                    sheet.write_datetime(row_no, place, value, time if isinstance(value, datetime) else day)
                elif value is not None:
                    sheet.write_string(row_no, place, str(value))
    return content.getvalue()


def _plain(value: object) -> float | str:
    return float(value) if isinstance(value, Decimal) else str(value)


def _in_cell(value: object) -> str:
    text = "" if value is None else made_visible(str(value).replace("\r", "").replace("\n", " "))
    return text.replace("|", "\\|").replace("<", "&lt;")


def written(answer: Answer, form: Format) -> bytes:
    """Return an answer as JSON, Markdown or a workbook."""
    if form is Format.XLSX:
        return as_xlsx(answer)
    return (as_json(answer) if form is Format.JSON else as_markdown(answer)).encode()
