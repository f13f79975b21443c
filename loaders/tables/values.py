"""Judge printed values strictly: an integer, a symbol the report explains, or a blank."""

import re

# More than everybody in Norway: a number of more digits is two that have lost the blank between them.
MOST_DIGITS = 7
INTEGER_PATTERN = re.compile(r"(?:0|[1-9]\d*|[1-9]\d{0,2}(?: \d{3})+)", re.ASCII)
# A number, or a group of its digits.
DIGITS_PATTERN = re.compile(r"\d+", re.ASCII)
SYMBOL_PATTERN = re.compile(r"[^\w\s]{1,2}")


def is_value(text: str, symbols: frozenset[str]) -> bool:
    """Return whether a printed text may be a cell.

    Args:
        text: the printed text, with ordinary blanks and no blanks around it.
        symbols: the symbols that the report itself explains.
    """
    if INTEGER_PATTERN.fullmatch(text):
        return len(text.replace(" ", "")) <= MOST_DIGITS
    return text == "" or text in symbols


def holds_values(text: str, symbols: frozenset[str]) -> bool:
    """Tell whether a line of text is a row of a table, or a part of one, that has lost its separators.

    It has no letter at all, or ends in two values: a heading may end in one number, as in `Tiltak 2`.

    Args:
        text: the line.
        symbols: the symbols that stand for a number in some edition.
    """
    if not any(character.isalpha() for character in text):
        return True
    last_words = text.rsplit(maxsplit=2)[1:]
    return len(last_words) == 2 and all(  # noqa: PLR2004
        word in symbols or DIGITS_PATTERN.fullmatch(word) for word in last_words
    )


def looks_like_value(text: str) -> bool:
    """Tell whether a text is a number or a symbol rather than words."""
    return INTEGER_PATTERN.fullmatch(text) is not None or SYMBOL_PATTERN.fullmatch(text) is not None
