"""Labels have one normal form, in Python and in SQL."""

import csv
from pathlib import Path

import duckdb
import pytest
from jinja2 import Environment

from loaders.layout import normalise
from tiltak.home import PROJECT

MACRO = PROJECT / "macros" / "labels" / "normalise_label.sql"
ODD = (
    "Jobbk\u043b\u0443\u0431b",
    "I\u00a0ALT  kvinner",
    "thin\u2009blank\u202fand\u3000wide",
    "zero\u200bwidth \ufeffmark",
    " Helsemessig utredning /  behandling ",
    "a/ b /c\u00a0/\u00a0d",
    "tab\tnew\nline\x0bvertical\x1cseparator\x85next",
    "ÆØÅ Nordlánnda Trööndelage",
    "\u2028line\u2029separators",
    "",
    " / ",
)


def printed_labels() -> list[str]:
    """Return every text of the label, layout and code-list seeds that may be printed."""
    columns = ("label", "name", "product_title", "legend_label", "official_name", "line")
    found = []
    for folder in ("labels", "layout", "codelists"):
        for path in sorted((PROJECT / "seeds" / folder).glob("*.csv")):
            with path.open(encoding="utf-8", newline="") as file:
                found += [row[column] for row in csv.DictReader(file) for column in columns if column in row]
    return found


@pytest.fixture(scope="module")
def normal_form_in_sql() -> str:
    """Return the SQL of the macro for a column `text`, as DuckDB gets it."""

    def regexp_replace_all(text: str, pattern: str, replacement: str) -> str:
        return f"regexp_replace({text}, '{pattern}', '{replacement}', 'g')"

    template = Environment(autoescape=False).from_string(
        MACRO.read_text(encoding="utf-8") + "{{ normalise_label('text') }}",
        globals={"regexp_replace_all": regexp_replace_all},
    )
    return template.render().strip()


@pytest.mark.parametrize("spelled", [str, str.upper, lambda text: f"  {text.replace(' ', chr(160))} "])
def test_python_and_sql_have_one_normal_form(normal_form_in_sql: str, spelled: object) -> None:
    texts = [spelled(text) for text in (*printed_labels(), *ODD)]  # type: ignore[operator]
    assert len(texts) > 400
    with duckdb.connect() as connection:
        in_sql = connection.execute(
            f"select {normal_form_in_sql} from (select unnest($1) as text, generate_subscripts($1, 1) as no) "
            "order by no",
            [texts],
        ).fetchall()
    assert [row[0] for row in in_sql] == [normalise(text) for text in texts]


def test_every_label_of_the_seeds_is_in_normal_form() -> None:
    for folder in ("labels", "layout"):
        for path in sorted((PROJECT / "seeds" / folder).glob("*label*.csv")):
            labels = [row["label"] for row in read(path)]
            assert labels == [normalise(label) for label in labels], path.name


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
