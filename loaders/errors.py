"""The few errors a person can meet, each saying what, where and what to do next."""

from dataclasses import dataclass

MORE_MEMORY = "close other programs, or run the command on a machine with more memory"


@dataclass
class TiltakError(Exception):
    """Base of all errors this project raises on purpose.

    Attributes:
        problem: what is wrong, in one sentence.
        next_step: what the reader can do about it.
        report: file (or other place) concerned.
        table_no: number of the printed table in the report, if one is concerned.
        line_no: line in the file, counted from 1, if one is concerned.
        text: the text seen there.
        place: where that line is, in a file whose lines have no numbers: a cell, a rectangle of a page.
    """

    problem: str
    next_step: str
    report: str | None = None
    table_no: int | None = None
    line_no: int | None = None
    text: str | None = None
    place: str | None = None

    def __str__(self) -> str:
        """Render place, problem, text and next step, one line each."""
        place = ", ".join(
            part
            for part in (
                self.report,
                f"table {self.table_no}" if self.table_no is not None else None,
                self.place or (f"line {self.line_no}" if self.line_no is not None else None),
            )
            if part
        )
        lines = [f"{place}: {self.problem}" if place else self.problem]
        if self.text is not None:
            lines.append(f"  seen: {self.text!r}")
        lines.append(f"  next: {self.next_step}")
        return "\n".join(lines)

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        """Let the error travel between processes with all its fields."""
        fields = (
            self.problem,
            self.next_step,
            self.report,
            self.table_no,
            self.line_no,
            self.text,
            self.place,
        )
        return (type(self), fields)


class UnreadableFileError(TiltakError):
    """The bytes are not a text we can read: empty, binary, or in another encoding."""


class UnknownReportError(TiltakError):
    """The text is not one of NAV's reports, or a product we do not know."""


class OtherStatisticError(UnknownReportError):
    """The text is a report of NAV's about something else; it is read so far that it can be shown.

    Attributes:
        printed: the report as it was read, or None where the error has come from another process.
    """

    printed: object = None


class LayoutError(TiltakError):
    """A table, row, column or value is not of the expected shape."""


class ProvenanceError(TiltakError):
    """A file and its provenance card disagree, or the cards cannot be read."""


class StagingError(TiltakError):
    """Staged files cannot be written or read: permission, space, or a damaged file."""


class OutOfMemoryError(TiltakError):
    """The machine had too little free memory for a step."""


class LookupFailedError(TiltakError):
    """An identifier, file or warehouse that was asked for does not exist."""
