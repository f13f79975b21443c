"""Judge printed values strictly: an integer, a symbol the report explains, or a blank."""

import re

INTEGER_PATTERN = re.compile(r"(?:0|[1-9]\d*|[1-9]\d{0,2}(?: \d{3})+)", re.ASCII)
SYMBOL_PATTERN = re.compile(r"[^\w\s]{1,2}")


def is_value(text: str, symbols: frozenset[str]) -> bool:
    """Tell whether a printed text may stand in a cell.

    Args:
        text: the printed text, with ordinary blanks and no blanks around it.
        symbols: the symbols that the report itself explains.
    """
    return text == "" or text in symbols or INTEGER_PATTERN.fullmatch(text) is not None


def looks_like_value(text: str) -> bool:
    """Tell whether a text is a number or a symbol rather than words."""
    return INTEGER_PATTERN.fullmatch(text) is not None or SYMBOL_PATTERN.fullmatch(text) is not None
