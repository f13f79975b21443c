"""A page of the site, before it is rendered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
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
        pictures: what draws the pictures that it shows, by their paths in the site.
    """

    path: str
    title: str
    template: str
    content: Mapping[str, Any]
    language: str = ENGLISH
    counterpart: str | None = None
    pictures: Mapping[str, Callable[[], bytes]] = field(default_factory=dict)
