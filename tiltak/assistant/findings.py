"""What can be wrong with a question to the warehouse.

Some findings refuse the answer: a sum over months counts nobody. With the others the answer is given, and the
finding beside it.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What can be wrong with a question."""

    SUM_OVER_MONTHS = "sum_over_months"
    SUM_OVER_ALTERNATIVES = "sum_over_alternatives"
    MEAN_OF_PARTS = "mean_of_parts"
    HIDDEN_LEFT_OUT = "hidden_left_out"
    HIDDEN_AS_NUMBER = "hidden_as_number"
    HIDDEN_BY_SUBTRACTION = "hidden_by_subtraction"
    NOT_PRINTED = "not_printed"
    MONTHS_MISSING = "months_missing"
    POPULATIONS_MIXED = "populations_mixed"
    OTHER_AREA = "other_area"
    ESTIMATE_WITHOUT_RANGE = "estimate_without_range"


# The answers would be wrong whatever is said beside them.
REFUSED = {
    Kind.SUM_OVER_MONTHS,
    Kind.SUM_OVER_ALTERNATIVES,
    Kind.MEAN_OF_PARTS,
    Kind.HIDDEN_LEFT_OUT,
    Kind.HIDDEN_AS_NUMBER,
    Kind.HIDDEN_BY_SUBTRACTION,
}


@dataclass(frozen=True)
class Finding:
    """A fault of a question, and what to ask instead."""

    kind: Kind
    statement: str
    next_step: str

    @property
    def is_refusal(self) -> bool:
        """Whether the question is not answered."""
        return self.kind in REFUSED
