"""Small systems of printed cells and checks, for which the right answer of the audit is known."""

from dataclasses import dataclass, field

import numpy as np

from tiltak.audit.system import STAR, UNBOUNDED, Check, Place, Reading, System, with_neighbours

# What a star hides, and what is in `System` for an edition that hides nothing.
HIDDEN = (0, 3)


@dataclass
class Sheet:
    """A printed table: texts by row label, a column per month; checks name cells as `row column`.

    Attributes:
        rows: texts of each row.
        checks: parts and whole of each check; a whole that is not printed is a name of no cell.
        equalities: pairs of cells that must print the same.
        hides: False for an edition that hides nothing.
    """

    rows: dict[str, list[str]]
    checks: list[tuple[list[str], str]] = field(default_factory=list)
    equalities: list[tuple[str, str]] = field(default_factory=list)
    hides: bool = True

    def cell(self, name: str) -> int:
        """Return the number of a cell."""
        return self._names().index(name)

    def _names(self) -> list[str]:
        return [f"{row} {column}" for row, texts in self.rows.items() for column in range(1, len(texts) + 1)]

    def read(self) -> tuple[System, Reading]:
        """Return the sheet as the audit sees it."""
        names = self._names()
        texts = [text for texts in self.rows.values() for text in texts]
        unprinted = sorted({whole for _, whole in self.checks} - set(names))
        number = {name: i for i, name in enumerate([*names, *unprinted])}
        sums = [([number[part] for part in parts], number[whole]) for parts, whole in self.checks]
        same = [([number[copy]], number[cell]) for cell, copy in self.equalities]
        terms = [[*parts, whole] for parts, whole in sums + same]
        count = len(terms)
        bounds = [HIDDEN if text == STAR else (int(text.replace(" ", "")),) * 2 for text in texts]
        system = System(
            places=tuple(
                Place(f"r:t001:{name}", "report.txt", 1, 1, line, row_no, column, row, str(column), name)
                for row_no, (row, row_texts) in enumerate(self.rows.items(), start=1)
                for column in range(1, len(row_texts) + 1)
                for name, line in [(f"{row} {column}", f"line {10 + row_no}")]
            ),
            hidden_lows=np.full(len(names), 0 if self.hides else 1),
            hidden_highs=np.full(len(names), 3 if self.hides else 0),
            variable_count=len(number),
            checks=tuple(Check(f"check {i}") for i in range(count)),
            is_equality=np.array([i >= len(sums) for i in range(count)]),
            has_whole=np.array([whole < len(names) for _, whole in sums + same]),
            is_complete=np.ones(count, dtype=bool),
            is_binding=np.ones(count, dtype=bool),
            tolerances=np.zeros(count, dtype=np.int64),
            term_starts=np.concatenate([[0], np.cumsum([len(term) for term in terms])]).astype(np.int64),
            term_variables=np.array([variable for term in terms for variable in term], dtype=np.int64),
            term_factors=np.array(
                [f for term in terms for f in [*[1] * (len(term) - 1), -1]], dtype=np.int64
            ),
        )
        free = [(0, UNBOUNDED)] * len(unprinted)
        lows, highs = np.array(bounds + free, dtype=np.int64).T.copy()
        return system, with_neighbours(system, Reading(tuple(texts), lows, highs, np.zeros((0, 2))))


def cross_table(months: int = 1) -> Sheet:
    """Return a table of two groups by two genders with all totals, in which everything adds up."""
    rows = {
        "all": ["1 000", "1 010", "1 020"],
        "women": ["600", "605", "610"],
        "men": ["400", "405", "410"],
        "young": ["300", "302", "304"],
        "old": ["700", "708", "716"],
        "young women": ["180", "181", "182"],
        "young men": ["120", "121", "122"],
        "old women": ["420", "424", "428"],
        "old men": ["280", "284", "288"],
    }
    sums = [
        (["women", "men"], "all"),
        (["young", "old"], "all"),
        (["young women", "old women"], "women"),
        (["young men", "old men"], "men"),
        (["young women", "young men"], "young"),
        (["old women", "old men"], "old"),
    ]
    return Sheet(
        {label: texts[:months] for label, texts in rows.items()},
        [
            ([f"{part} {month}" for part in parts], f"{whole} {month}")
            for parts, whole in sums
            for month in range(1, months + 1)
        ],
    )
