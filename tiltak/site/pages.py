"""Build the docs site: gather what the pages say, render them, and put the folder in place as a whole."""

import csv
import posixpath
import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from tiltak.errors import BuildError
from tiltak.home import PROJECT, Home, connect_published
from tiltak.publish.catalogue import read_catalogue
from tiltak.publish.words import read_glossary, read_words
from tiltak.site import charts, figures, series
from tiltak.site.dbt_docs import dbt_page
from tiltak.site.find import write_find_data
from tiltak.site.languages import Language, read_languages
from tiltak.site.markdown import Document
from tiltak.site.page import Page
from tiltak.site.people_pages import Download, Reader, downloads, people_pages
from tiltak.site.report_pages import report_pages
from tiltak.site.search import search_entries, write_search_index
from tiltak.site.technical_pages import described, documents_of, technical_pages

HERE = Path(__file__).parent
# What the pages load, by where it goes.
FILES = {
    "style.css": HERE / "style.css",
    "assets/find.js": HERE / "assets" / "find.js",
    "assets/search.js": HERE / "assets" / "search.js",
    "assets/jsonstat-toolkit.js": HERE / "vendor" / "jsonstat-toolkit.js",
    "assets/jsonstat-toolkit.LICENSE": HERE / "vendor" / "jsonstat-toolkit.LICENSE",
}
# A folder with this file in it is a site that may be replaced.
MARK = ".tiltak-site"
NAVIGATION = (
    ("find.html", "nav_find"),
    ("groups/index.html", "nav_groups"),
    ("counties/index.html", "nav_counties"),
    ("glossary.html", "nav_glossary"),
    ("history.html", "nav_history"),
    ("search.html", "nav_search"),
)
FOR_BOTH = (("reports/index.html", "nav_reports"), ("about.html", "nav_about"))
TECHNICAL = (
    ("dictionary.html", "Dictionary"),
    ("relations.html", "Tables and keys"),
    ("dbt/index.html", "Lineage"),
    ("docs/trust.html", "Trust"),
    ("docs/questions.html", "Questions"),
    ("pages.html", "Pages"),
)


def build_site(home: Home, folder: Path) -> None:
    """Build the site of what a home has published.

    Args:
        home: where the warehouse lives; its build file is the one that was published.
        folder: where the site goes; an earlier site there is replaced when the new one is complete.

    Raises:
        BuildError: there is no warehouse, a page of the project links to nowhere, or the folder holds
            something else.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise BuildError(
            "the folder holds something that is no site of ours",
            "name another folder, or empty it",
            str(folder),
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    new = Path(mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        new.chmod(0o755)
        with connect_published(home) as connection:
            _write_pages(connection, home, new)
        for name, source in FILES.items():
            (new / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(source, new / name)
        _write(new / "dbt" / "index.html", dbt_page(home))
        (new / MARK).write_text("made by `python -m tiltak.site`, and replaced by it\n", encoding="utf-8")
        _replace(folder, new)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _replace(folder: Path, new: Path) -> None:
    """Put a complete site in place of the one before, which is removed when the new one is there."""
    old = Path(mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        if folder.exists():
            folder.rename(old / folder.name)
        try:
            new.rename(folder)
        except OSError:
            if (old / folder.name).exists():
                (old / folder.name).rename(folder)
            raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


def _write_pages(connection: duckdb.DuckDBPyConnection, home: Home, folder: Path) -> None:
    catalogue = read_catalogue(home.target / "manifest.json").with_views(connection, "tiltak")
    documents = {document.page: document for document in documents_of(catalogue)}
    words, languages = read_words(catalogue), read_languages()
    norwegian, english = languages
    breaks = series.breaks(connection)
    pages = [
        *people_pages(Reader(connection, norwegian, english, breaks)),
        *people_pages(Reader(connection, english, norwegian, breaks)),
        *technical_pages(connection, catalogue, documents),
        *report_pages(connection, home),
    ]
    environment = _environment(figures.build_record(connection), documents)
    by_code = {language.code: language for language in languages}
    for page in pages:
        _write(folder / page.path, _rendered(environment, page, by_code))
        for path, draw in page.pictures.items():
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_bytes(draw())
    for download in downloads(connection):
        _write_download(folder, download)
    write_find_data(connection, words, folder)
    glossary = read_glossary(connection)
    write_search_index(search_entries(connection, catalogue, pages, documents, glossary), folder)
    for source in {file for document in documents.values() for file in document.files}:
        (folder / source).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(PROJECT / source, folder / source)


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")


def _write_download(folder: Path, download: Download) -> None:
    path = folder / download.path
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, download.columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(download.rows)


def _rendered(environment: Environment, page: Page, languages: Mapping[str, Language]) -> str:
    language = languages[page.language]
    [other] = (known for code, known in languages.items() if code != page.language)
    return environment.get_template(page.template).render(
        here=page.path,
        title=page.title,
        language=language,
        other=other,
        counterpart=page.counterpart or other.page("index.html"),
        navigation=[*((language.page(path), name) for path, name in NAVIGATION), *FOR_BOTH],
        root="../" * page.path.count("/"),
        **page.content,
    )


def _environment(build: Mapping[str, Any], documents: Mapping[str, Document]) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        at=_at, described=described, thousands=charts.thousands, signed=charts.signed, percent=percent
    )
    technical = [(path, name) for path, name in TECHNICAL if path[:5] != "docs/" or path in documents]
    environment.globals.update(build=build, documents=documents, technical=technical, t=_text)
    return environment


@pass_context
def _text(context: Context, key: str, **values: object) -> str:
    """Return a text in the language of the page that is rendered."""
    language: Language = context["language"]
    return language.text(key, **values)


def percent(share: float | None) -> str:
    """Return a share in percent; only all is called 100 %."""
    if share is None:
        return ""
    return f"{min(100 * share, 99.9):.1f} %" if share < 1 else "100 %"


@pass_context
def _at(context: Context, target: str) -> str:
    """Return the address of a file of the site as seen from the page that is rendered."""
    return posixpath.relpath(target, posixpath.dirname(context["here"]) or ".")
