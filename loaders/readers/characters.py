"""Characters that nobody can see on the page: a report that holds one is refused, and the character named.

Were they kept, a label with one in its midst would look like a known one and be another; were they taken
away, what is staged would no longer be what the file holds. Blanks of every width are not among them: a
person sees a blank, and the reader makes each the ordinary one.
"""

import re
import unicodedata

# Controls but for tab, line feed and form feed; what Unicode calls ignorable by default; the fillers and
# the Braille blank, which are drawn as nothing; and halves of characters.
INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\ud800-\udfff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


def invisible_in(text: str) -> re.Match[str] | None:
    """Return the first invisible character of a text."""
    return INVISIBLE.search(text)


def name_of(character: str) -> str:
    """Return a character's number and name, such as `U+00AD SOFT HYPHEN`."""
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()


def made_visible(text: str) -> str:
    """Return a text with its invisible characters as escapes, to be shown to a person."""
    return INVISIBLE.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
