"""The languages of the site: their texts, and where their pages are.

A text has the same key in each language and may have places for values: `{month}`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tiltak.errors import BuildError

FOLDER = Path(__file__).parent / "texts"
CODES = ("nb", "en")


@dataclass(frozen=True)
class Language:
    """A language of the site.

    Attributes:
        code: as HTML has it, `nb`.
        folder: where its pages are in the site; Norwegian ones are at the top.
        texts: what the pages say, by key.
    """

    code: str
    folder: str
    texts: Mapping[str, str]

    def text(self, key: str, **values: object) -> str:
        """Return a text with its values filled in.

        Raises:
            BuildError: there is none of that key.
        """
        try:
            return self.texts[key].format(**values)
        except KeyError as error:
            raise BuildError(
                "a page of the site lacks a text", f"add it to {FOLDER.name}/{self.code}.json", text=key
            ) from error

    def name(self, row: Mapping[str, object], column: str = "name") -> str:
        """Return what a row is called in this language: its `name` or `name_en`."""
        return str(row[column] if self.code == "nb" else row[f"{column}_en"])

    def month(self, month: date) -> str:
        """Return a month in words, without a capital letter in Norwegian."""
        return f"{self.text(f'month_{month.month}')} {month.year}"

    def page(self, path: str) -> str:
        """Return where the page of this language is: `glossary.html` or `en/glossary.html`."""
        return f"{self.folder}{path}"


def read_languages() -> tuple[Language, Language]:
    """Return Norwegian and English."""
    norwegian, english = (
        Language(
            code,
            "" if code == CODES[0] else f"{code}/",
            json.loads((FOLDER / f"{code}.json").read_text(encoding="utf-8")),
        )
        for code in CODES
    )
    return norwegian, english
