"""Render the project's Markdown pages as HTML whose links lead to pages of the site."""

import posixpath
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tiltak.errors import BuildError

COMMENT = re.compile(r"^<!--.*?-->\n", re.MULTILINE | re.DOTALL)
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


@dataclass(frozen=True)
class Document:
    """A rendered page.

    Attributes:
        source: path in the project, as `docs/counties.md`.
        title: its first heading, as plain text.
        summary: the text of its first paragraph.
        body: HTML.
        files: files of the project that it links to or shows and that are no pages, by path in the project.
    """

    source: str
    title: str
    summary: str
    body: str
    files: tuple[str, ...]

    @property
    def page(self) -> str:
        """Path of the page in the site."""
        return page_of(self.source)


def page_of(source: str) -> str:
    """Return the path in the site of a Markdown file of the project."""
    return source.removesuffix(".md") + ".html"


def render_document(
    project: Path, source: str, sources: Sequence[str], named: Callable[[str], str | None]
) -> Document:
    """Render a Markdown file.

    Args:
        project: folder of the project.
        source: path of the file in it.
        sources: all Markdown files that become pages.
        named: gives, for what the text has as code, the page of the site that describes it, if any.

    Raises:
        BuildError: the page links to what is not there, or shows a picture from elsewhere.
    """
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    content = COMMENT.sub("", (project / source).read_text(encoding="utf-8"))
    tokens = parser.parse(content)
    files: list[str] = []
    anchors: set[str] = set()
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            token.attrSet("id", _anchor(_plain(tokens[place + 1]), anchors))
        for child in token.children or ():
            _lead(child, project, source, sources, files)
        _link_code(token, source, named)
    body = parser.renderer.render(tokens, parser.options, {})
    body = body.replace("<table>", '<div class="scroll" tabindex="0" role="group" aria-label="Table"><table>')
    body = body.replace("</table>", "</table></div>").replace("<pre>", '<pre tabindex="0">')
    return Document(
        source,
        _first(tokens, "heading_open", source),
        _first(tokens, "paragraph_open", ""),
        body,
        tuple(files),
    )


def _lead(token: Token, project: Path, source: str, sources: Sequence[str], files: list[str]) -> None:
    """Make a link or picture lead to a page or file of the site."""
    attribute = {"link_open": "href", "image": "src"}.get(token.type)
    if attribute is None:
        return
    target, _, anchor = str(token.attrGet(attribute)).partition("#")
    if SCHEME.match(target) or not target:
        if token.type == "image":
            raise BuildError(
                "a picture of a page must be a file of the project",
                "add it to docs/images",
                source,
                text=target,
            )
        return
    path = posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
    if path in sources:
        token.attrSet(attribute, page_of(target) + (f"#{anchor}" if anchor else ""))
    elif (project / path).is_file():
        files.append(path)
    else:
        raise BuildError("a page links to a file that is not there", "correct the link", source, text=target)


def _link_code(token: Token, source: str, named: Callable[[str], str | None]) -> None:
    """Link names that are code in running text to the page that describes them."""
    children, inside = [], 0
    for child in token.children or ():
        inside += child.nesting if child.type in {"link_open", "link_close"} else 0
        target = named(child.content) if child.type == "code_inline" and not inside else None
        if target is None or target.partition("#")[0] == page_of(source):
            children.append(child)
            continue
        opening = Token("link_open", "a", 1)
        opening.attrSet("href", posixpath.relpath(target, posixpath.dirname(source) or "."))
        children += [opening, child, Token("link_close", "a", -1)]
    if token.children:
        token.children = children


def _anchor(heading: str, taken: set[str]) -> str:
    """Return a heading as an anchor, as code hosting sites make them."""
    words = re.sub(r"[^\w\- ]", "", unicodedata.normalize("NFC", heading).lower()).replace(" ", "-")
    anchor, count = words, 1
    while anchor in taken:
        anchor, count = f"{words}-{count}", count + 1
    taken.add(anchor)
    return anchor


def _plain(token: Token) -> str:
    return "".join(
        " " if child.type == "softbreak" else child.content
        for child in token.children or ()
        if child.type in {"text", "code_inline", "softbreak"}
    )


def _first(tokens: Sequence[Token], kind: str, otherwise: str) -> str:
    return next(
        (_plain(tokens[place + 1]) for place, token in enumerate(tokens) if token.type == kind), otherwise
    )
