"""How likely a printed text is a misreading of a number, by the slips that converters make.

The slips and their weights are a seed, `seeds/rules/misreading.csv`; weights compare slips with one another.
"""

import csv
import re
from dataclasses import dataclass, field
from pathlib import Path

from tiltak.audit.system import STAR
from tiltak.errors import BuildError
from tiltak.home import PROJECT

SEED = PROJECT / "seeds" / "rules" / "misreading.csv"
DIGITS = "0123456789"
GROUP = 1000
# A lost group is one to three digits; the numbers of this statistic have two groups.
LOST_GROUPS = range(1, 1000)


@dataclass(frozen=True)
class Slip:
    """A way of misreading.

    Attributes:
        code: its code in the seed.
        weight: how often it happens, compared with the others.
        name: its name in plain words.
    """

    code: str
    weight: float
    name: str


@dataclass(frozen=True)
class Misreadings:
    """The slips, and what a printed text may mean by them.

    Attributes:
        slips: slip by code; `digit_confused` as it is for digits that are not known to be confused.
        confused: weight by printed digit and meant digit, where they look alike.
    """

    slips: dict[str, Slip]
    confused: dict[tuple[str, str], float]
    _known: dict[str, dict[int, Slip]] = field(default_factory=dict)

    def meanings(self, text: str) -> dict[int, Slip]:
        """Return the numbers that a text may be a misreading of, each with its likeliest slip."""
        if text not in self._known:
            self._known[text] = self._meanings(text)
        return self._known[text]

    def _meanings(self, text: str) -> dict[int, Slip]:
        digits = re.sub(r"\s", "", text)
        if not digits.isdigit():
            return {}
        found: dict[int, Slip] = {}
        candidates = [
            *self._with_one_digit_misread(digits),
            *((digits[:i] + digits[i + 1 :], self.slips["digit_added"]) for i in range(len(digits))),
            *(
                (digits[:i] + digit + digits[i:], self.slips["digit_lost"])
                for i in range(len(digits) + 1)
                for digit in DIGITS
            ),
            *(
                (digits[:i] + digits[i + 1] + digits[i] + digits[i + 2 :], self.slips["digits_swapped"])
                for i in range(len(digits) - 1)
            ),
        ]
        if len(digits) > 3:  # noqa: PLR2004  # digits of a group
            candidates.append((digits[-3:], self.slips["group_gained"]))
            candidates.append((digits[:-3], self.slips["group_gained"]))
        else:
            lost = self.slips["group_lost"]
            candidates += [(f"{group}{digits:0>3}", lost) for group in LOST_GROUPS if len(digits) == 3]  # noqa: PLR2004
        for meant, slip in candidates:
            if not meant or (meant[0] == "0" and meant != "0") or meant == digits:
                continue
            number = int(meant)
            if number not in found or found[number].weight < slip.weight:
                found[number] = slip
        return found

    def _with_one_digit_misread(self, digits: str) -> list[tuple[str, Slip]]:
        plain = self.slips["digit_confused"]
        found = []
        for i, printed in enumerate(digits):
            for meant in DIGITS:
                if meant != printed:
                    weight = self.confused.get((printed, meant), plain.weight)
                    found.append((digits[:i] + meant + digits[i + 1 :], Slip(plain.code, weight, plain.name)))
        return found

    def slip_of_symbol(self, text: str) -> Slip:
        """Return the slip by which a number became this symbol or blank."""
        return self.slips["star_for_number" if text == STAR else "number_lost"]


def read_misreadings(path: Path = SEED) -> Misreadings:
    """Read the slips from their seed.

    Raises:
        BuildError: the seed is missing or lacks a column or a slip.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        slips = {
            row["misreading"]: Slip(row["misreading"], float(row["weight"]), row["name_en"])
            for row in rows
            if not row["printed"]
        }
        confused = {(row["printed"], row["meant"]): float(row["weight"]) for row in rows if row["printed"]}
    except (OSError, KeyError, ValueError) as error:
        raise BuildError(
            f"the slips of converters cannot be read: {error}",
            "restore the seed from the repository",
            str(path),
        ) from error
    return Misreadings(slips, confused)
