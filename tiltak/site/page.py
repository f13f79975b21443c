"""A page of the site, before it is rendered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ENGLISH = "en"


@dataclass(frozen=True)
class Page:
    """A page to render.

    Attributes:
        path: in the site.
        title: for the browser's tab.
        template: name of its template.
        content: what the template shows.
        language: code of its language.
        counterpart: the same page in the other language; the front page of that language if not given.
    """

    path: str
    title: str
    template: str
    content: Mapping[str, Any]
    language: str = ENGLISH
    counterpart: str | None = None
