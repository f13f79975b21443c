"""What README, CONTRIBUTING and the pages in docs/ show and name: answers as shown, and names that exist."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer
from markdown_it import MarkdownIt
from typer.testing import CliRunner

from tiltak.cli import app
from tiltak.display import Voice, show_warehouse
from tiltak.home import PROJECT, Home, connect_published

PAGES = [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *sorted((PROJECT / "docs").glob("*.md"))]
# Pages whose names must lead somewhere, too; their commands are examples.
NAMING = [*PAGES, PROJECT / "SECURITY.md", *sorted((PROJECT / "docs" / "decisions").glob("*.md"))]
MAX_README_LINES = 150
TILTAK = ".venv/bin/tiltak "
# Commands that only read: their answers are compared. Others install, build or publish.
READING = {"sql", "trace", "tables", "describe"}
RELATION = re.compile(r"\b(?:mart|fct|dim|bridge|int|stg)_\w*[a-z0-9](?![\w*])")
TARGET = re.compile(r"^make ([a-z][a-z-]*)", re.MULTILINE)
COMMAND = re.compile(r"^(?:\$ )?(?:\.venv/bin/)?tiltak ([a-z]+)(?: ([a-z]+))?", re.MULTILINE)
PATH = re.compile(r"[\w.*<>-]+(?:/[\w.*<>-]+)+/?")
# Made by a command or on a user's machine, and so not in the checkout.
MADE = (".spark/", ".superset/", ".venv/", "dist/", "published/", "site/", "versions/", "warehouse/")
# Of others, or of an example.
NOT_OURS = {"motherduckdb/grafana-duckdb-datasource", "motherduckdb/metabase_duckdb_driver"}


@dataclass(frozen=True)
class Example:
    """A command of a page with the answer that the page shows below it, if it does."""

    page: str
    line: int
    command: str
    answer: str | None


def pieces(page: Path) -> Iterator[tuple[str, str, int]]:
    """Yield kind, text and line of what a page shows as code, and of the text between."""
    for token in MarkdownIt("commonmark").enable("table").parse(page.read_text(encoding="utf-8")):
        line = token.map[0] + 1 if token.map else 0
        if token.type in {"fence", "code_block"}:
            yield f"block {token.info}".strip(), token.content, line
        elif token.type == "inline":
            yield "text", token.content, line
            for child in token.children or ():
                if child.type == "code_inline":
                    yield "code", child.content, line


def code(page: Path) -> list[str]:
    return [text for kind, text, _ in pieces(page) if kind != "text"]


def examples() -> list[Example]:
    """Return the commands that read, each with the block that follows its own with nothing between."""
    found = []
    for page in PAGES:
        shown = [piece for piece in pieces(page) if piece[0] != "code"]
        for place, (kind, text, line) in enumerate(shown):
            if kind == "block sh" and text.startswith(TILTAK) and shlex.split(text)[1] in READING:
                following, answer, _ = shown[place + 1] if place + 1 < len(shown) else ("", "", 0)
                found.append(Example(page.name, line, text, answer if following == "block" else None))
    return found


def trimmed(text: str) -> list[str]:
    """Return the lines of an answer without blanks at their ends, and without empty lines around them."""
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n").splitlines()


@pytest.mark.parametrize("example", examples(), ids=lambda one: f"{one.page}:{one.line}")
def test_an_example_answers_what_the_page_shows(example: Example, built_home: Home) -> None:
    arguments = shlex.split(example.command)[1:]
    result = CliRunner().invoke(app, [*arguments, "--home", str(built_home.folder)])
    assert result.exit_code == 0, result.output
    if example.answer is not None:
        assert trimmed(result.output) == trimmed(example.answer)


def test_pages_show_answers_and_readme_one_of_them() -> None:
    answered = [example.page for example in examples() if example.answer is not None]
    assert answered.count("README.md") == 1
    assert {"questions.md", "honesty.md", "tables.md"} <= set(answered)


def test_the_last_words_of_a_build_are_those_of_the_page(
    built_home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    with connect_published(built_home) as connection:
        show_warehouse(connection, built_home, Voice.of(quiet=False))
    said = next(line for line in capsys.readouterr().out.splitlines() if "printed cells became" in line)
    blocks = code(PROJECT / "docs" / "honesty.md")
    assert said in [block.strip() for block in blocks]


def test_readme_is_short() -> None:
    assert len((PROJECT / "README.md").read_text(encoding="utf-8").splitlines()) <= MAX_README_LINES


def test_relations_named_exist(built_home: Home) -> None:
    models = {path.stem for path in (PROJECT / "models").rglob("*.sql")}
    # Publishing makes some relations that no model file is of: a view per county structure.
    with connect_published(built_home) as connection:
        tables = connection.sql("select table_name from information_schema.tables").fetchall()
    made = {name for (name,) in tables}
    named = {
        (page.name, name.removesuffix("__dbt_tmp"))
        for page in NAMING
        for kind, text, _ in pieces(page)
        if kind != "text"
        for name in RELATION.findall(text)
    }
    assert len(named) > 50
    assert [where for where in sorted(named) if where[1] not in models | made] == []


def test_every_published_relation_is_among_the_tables(built_home: Home) -> None:
    with connect_published(built_home) as connection:
        tables = connection.sql(
            "select table_name from information_schema.tables where table_schema in ('main', 'quality')"
        ).fetchall()
    named = {name for text in code(PROJECT / "docs" / "tables.md") for name in RELATION.findall(text)}
    assert len(tables) > 50
    assert [name for (name,) in tables if name not in named] == []


def test_make_targets_named_exist() -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = {(page.name, target) for page in NAMING for text in code(page) for target in TARGET.findall(text)}
    assert len(named) > 10
    assert [where for where in sorted(named) if where[1] not in targets] == []


def is_command(name: str, next_word: str) -> bool:
    """Return whether `tiltak NAME` is a command; the next word counts where it is a group of commands."""
    command = typer.main.get_command(app)
    found = getattr(command, "commands", {}).get(name)
    grouped = getattr(found, "commands", None)
    return found is not None and (grouped is None or not next_word or next_word in grouped)


def test_commands_named_exist() -> None:
    named = {(page.name, *words) for page in NAMING for text in code(page) for words in COMMAND.findall(text)}
    assert len(named) > 10
    assert [where for where in sorted(named) if not is_command(*where[1:])] == []


def is_there(path: str) -> bool:
    """Return whether a path or pattern, `<x>` for any text, is in the checkout or made by a command."""
    if path.startswith(MADE) or path in NOT_OURS:
        return True
    return any(PROJECT.glob(re.sub(r"<[^>]*>", "*", path).rstrip("/")))


def test_paths_named_exist() -> None:
    named = {
        (page.name, text)
        for page in NAMING
        for kind, text, _ in pieces(page)
        if kind == "code" and PATH.fullmatch(text)
    }
    assert len(named) > 30
    assert [where for where in sorted(named) if not is_there(where[1])] == []
