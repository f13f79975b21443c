"""Layout seeds are read as they are; a seed that is missing or damaged is refused by name."""

from pathlib import Path

import pytest

from loaders.errors import ProvenanceError
from loaders.layout import Layout, normalise, read_layout

PRODUCTS = (
    "product_code,product_title,nav_code\nDELTAKERE,Deltakere i arbeidsrettede tiltak. Tidsserie måned,\n"
)
LABELS = "label,column_type,month_no\njanuar,month,1\ngjennomsnitt hittil i år,year_to_date_average,\n"


def write_seeds(folder: Path, products: str = PRODUCTS, labels: str = LABELS) -> Path:
    """Write the seeds that the loaders read."""
    (folder / "product.csv").write_text(products, encoding="utf-8")
    (folder / "header_label.csv").write_text(labels, encoding="utf-8")
    (folder / "other_statistic.csv").write_text(
        "title_start,name_en\nhelt ledige.,unemployed\n", encoding="utf-8"
    )
    (folder / "symbol.csv").write_text('printed_text\n*\n""\n', encoding="utf-8")
    (folder / "legend.csv").write_text("legend_label\nspesialtegn «*»\n", encoding="utf-8")
    (folder / "update_word.csv").write_text("word,role\noppdatert,update\n", encoding="utf-8")
    (folder / "furniture.csv").write_text("line\nkilde: nav\n", encoding="utf-8")
    return folder


def test_the_seeds_give_products_months_and_averages(tmp_path: Path) -> None:
    layout = read_layout(write_seeds(tmp_path))
    assert layout.products == {"deltakere i arbeidsrettede tiltak. tidsserie måned": "DELTAKERE"}
    assert layout.months == {"januar": 1}
    assert layout.averages == {"gjennomsnitt hittil i år"}
    assert layout.furniture == {"kilde: nav"}
    assert layout.symbols == {"*"}
    assert layout.quoted_symbols("med spesialtegn «*» eller «..», ikke «*") == ["*", ".."]
    assert layout.update_words == (("update", "oppdatert"),)


def test_a_total_is_known_by_its_whole_words(layout: Layout) -> None:
    assert layout.is_total("I  alt kvinner")
    assert layout.total_in("i alt 20-24 år") == "i alt"
    assert not layout.is_total("I altmulig")
    assert not layout.is_total("Kvinner i alt")


def test_a_layout_without_words_knows_no_total_and_no_symbol() -> None:
    nothing = Layout({}, {}, frozenset())
    assert not nothing.is_total("I alt")
    assert nothing.quoted_symbols("«*»") == []


def test_the_projects_seeds_know_twelve_months_and_both_spellings_of_the_average(layout: Layout) -> None:
    assert sorted(layout.months.values()) == list(range(1, 13))
    assert layout.is_column_label("Gjennomsnitt hittil i år")
    assert layout.is_column_label("Gjennom  snitt hittil i år ")
    assert not layout.is_column_label("Gjennomsnitt")


def test_layout_texts_are_compared_without_case_and_extra_blanks() -> None:
    assert normalise("  Deltakere  I\tarbeidsrettede ÅR ") == "deltakere i arbeidsrettede år"


@pytest.mark.parametrize(
    "missing",
    [
        "product.csv",
        "header_label.csv",
        "furniture.csv",
        "other_statistic.csv",
        "symbol.csv",
        "legend.csv",
        "update_word.csv",
    ],
)
def test_a_missing_seed_is_refused_by_name(missing: str, tmp_path: Path) -> None:
    (write_seeds(tmp_path) / missing).unlink()
    with pytest.raises(ProvenanceError, match=missing):
        read_layout(tmp_path)


@pytest.mark.parametrize(
    ("products", "labels"),
    [
        pytest.param("code,title\nA,B\n", LABELS, id="product columns of other names"),
        pytest.param(PRODUCTS, "label,column_type\njanuar,month\n", id="no column of month numbers"),
        pytest.param(PRODUCTS, "label,column_type,month_no\njanuar,month,\n", id="a month without number"),
        pytest.param(PRODUCTS, "label,column_type,month_no\njanuar,month\n", id="a label line cut short"),
        pytest.param("product_code,product_title\nDELTAKERE\n", LABELS, id="a product line cut short"),
    ],
)
def test_a_damaged_seed_is_refused_with_its_folder(products: str, labels: str, tmp_path: Path) -> None:
    with pytest.raises(ProvenanceError) as caught:
        read_layout(write_seeds(tmp_path, products, labels))
    assert caught.value.report == str(tmp_path)
    assert caught.value.next_step


def test_a_seed_saved_as_latin_1_is_refused_by_name(tmp_path: Path) -> None:
    write_seeds(tmp_path)
    (tmp_path / "product.csv").write_bytes(PRODUCTS.encode("latin-1"))
    with pytest.raises(ProvenanceError, match=r"product\.csv"):
        read_layout(tmp_path)


def test_a_seed_that_is_no_csv_is_refused_by_name(tmp_path: Path) -> None:
    write_seeds(tmp_path, PRODUCTS + "X" * 200_000)
    with pytest.raises(ProvenanceError, match=r"product\.csv"):
        read_layout(tmp_path)


@pytest.mark.parametrize(
    ("title", "product"),
    [
        ("TILT130 Tiltaksdeltakere på opplæring. Demografi. Tidsserie måned", "TILT130_DEMOGRAFI"),
        ("TILT130  Deltakere i opplæring.  Tidsserie måned", "TILT130_DEMOGRAFI"),
        ("TILT130 Tiltaksdeltakere på opplæring. Demografi. En måned", None),
        ("TILT135 Tiltaksdeltakere på opplæring. Demografi. Tidsserie måned", None),
        ("Tiltaksdeltakere på opplæring. Demografi. Tidsserie måned", None),
    ],
)
def test_a_title_is_known_word_by_word_or_by_its_code_and_kind(
    title: str, product: str | None, layout: Layout
) -> None:
    assert layout.product_of(title) == product
    assert layout.is_title(title) == (product is not None)
