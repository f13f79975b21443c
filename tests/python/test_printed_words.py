"""The vocabulary of reading is in seeds: code of the loaders and models knows no word of it."""

import ast
import csv
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tiltak.home import PROJECT

# What a report prints, and the columns of the seeds that hold it.
PRINTED = {
    "labels": ("label",),
    "codelists": ("name", "official_name"),
    "layout": ("label", "legend_label", "line", "product_title", "title_start", "word"),
}
WORD = re.compile(r"[^\W\d_]{3,}")
# Names of the statistic that the model is made of, and words that are English too.
STRUCTURE = frozenset({
    "arena", "for", "fylke", "hovedgruppe", "kommune", "nav", "region", "status",
    "over", "tiltak", "tiltaksgruppe", "total", "under",
})  # fmt: skip
# The name of a county structure is formed of such words; nothing is read by them.
FORMED = {"int_county_structure.sql": {"med", "til"}}
EXAMPLE = re.compile(r"`[^`]*`")
SQL_COMMENT = re.compile(r"--[^\n]*|\{#.*?#\}", re.DOTALL)


@cache
def vocabulary() -> frozenset[str]:
    words: set[str] = set()
    for folder, columns in PRINTED.items():
        for path in (PROJECT / "seeds" / folder).glob("*.csv"):
            with path.open(encoding="utf-8", newline="") as file:
                texts = [row.get(name) or "" for row in csv.DictReader(file) for name in columns]
            words.update(word for text in texts for word in WORD.findall(text.lower()))
    return frozenset(words) - STRUCTURE


def words_in(text: str) -> frozenset[str]:
    """Return the words of the vocabulary in a text, apart from what it shows as an example."""
    return vocabulary().intersection(WORD.findall(EXAMPLE.sub("", text).lower()))


def literals(source: str) -> Iterator[str]:
    """Yield the texts of Python code that are no docstrings."""
    tree = ast.parse(source)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


@pytest.mark.parametrize("path", sorted((PROJECT / "loaders").rglob("*.py")), ids=lambda path: path.name)
def test_no_loader_knows_a_word_that_reports_print(path: Path) -> None:
    found = {word for text in literals(path.read_text(encoding="utf-8")) for word in words_in(text)}
    assert found == set()


def test_no_model_knows_a_word_that_reports_print() -> None:
    found = {
        path.name: words
        for path in (PROJECT / "models").rglob("*.sql")
        for text in re.findall(r"'([^']*)'", SQL_COMMENT.sub("", path.read_text(encoding="utf-8")))
        if (words := words_in(text) - FORMED.get(path.name, set()))
    }
    assert found == {}


def test_a_word_in_code_is_seen() -> None:
    assert words_in("the table does not begin with i alt") == {"alt"}
    assert words_in("such as `Januar - juli 2022`") == set()
    assert list(literals('"""Opplæring."""\nSTART = "rapport"\n')) == ["rapport"]
