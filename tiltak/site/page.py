"""A page of the site, before it is rendered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Page:
    """A page to render.

    Attributes:
        path: in the site.
        title: for the browser's tab.
        template: name of its template.
        content: what the template shows.
    """

    path: str
    title: str
    template: str
    content: Mapping[str, Any]
