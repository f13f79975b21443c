"""Write SVG as text: elements, and a picture with the title and description that screen readers read out."""

import html
from collections.abc import Iterable


def element(name: str, *content: str, **attributes: object) -> str:
    """Return an element.

    Args:
        name: its tag.
        content: SVG, inserted as it is; `text` escapes what is no SVG.
        attributes: `stroke_width=2` becomes `stroke-width="2"`, `class_="x"` becomes `class="x"`; floats are
            shortened to a tenth, None is left out.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{html.escape(_short(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{''.join(content)}</{name}>" if content else f"<{name}{written}/>"


def text(x: float, y: float, words: str, **attributes: object) -> str:
    """Return words at a place."""
    return element("text", html.escape(words), x=x, y=y, **attributes)


def tip(words: str) -> str:
    """Return what is shown when the pointer rests on an element, and read out for it."""
    return element("title", html.escape(words))


def link(target: str, *content: str) -> str:
    """Return content that leads somewhere."""
    return element("a", *content, href=target)


def picture(
    identifier: str,
    width: float,
    height: float,
    title: str,
    description: str,
    content: Iterable[str],
    role: str = "img",
) -> str:
    """Return a picture that scales, with its title and description.

    Args:
        identifier: unique on the page.
        width: in units of the picture; text is 13 of them high.
        height: the same.
        title: what it is.
        description: what it shows, for those who cannot see it.
        content: SVG.
        role: `img`, or `group` where links in it are to be reached; that scrolls before its words get small.
    """
    return element(
        "svg",
        element("title", html.escape(title), id=f"{identifier}-title"),
        element("desc", html.escape(description), id=f"{identifier}-desc"),
        *content,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_short(width)} {_short(height)}",
        role=role,
        aria_labelledby=f"{identifier}-title {identifier}-desc",
        style=f"min-width:{_short(width * 0.72)}px" if role == "group" else None,
    )


def _short(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    return str(value)
