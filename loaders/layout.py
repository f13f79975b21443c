"""Layout as data: product titles and header spellings, read from the seeds that dbt uses too."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from loaders.errors import ProvenanceError

# Where the project keeps what its loaders may know of wording.
LAYOUT = Path(__file__).resolve().parent.parent / "seeds" / "layout"
# Cyrillic letters that a converter takes for Latin ones, and characters that are not seen.
FOLDED = str.maketrans(
    "абвгдеиклмнопрстуф",
    "abvgdeiklmnoprstuf",
    "\u200b\u200c\u200d\u2060\ufeff",
)


@dataclass(frozen=True)
class Layout:
    """What the recogniser may know of the reports' wording.

    Attributes:
        products: product code by normalised product title.
        months: month number (1-12) by normalised column label.
        averages: normalised column labels of the year-to-date average.
        furniture: normalised lines that may be on any page and belong to no table.
        other_statistics: name of a statistic that is not about measures by the normalised beginning of its
            reports' titles.
        labels: normalised labels of members, to complete one that its file cuts; their meaning is for SQL.
        totals: normalised labels of a total, which begin the label of a table's first row.
        symbols: symbols that stand for numbers in some editions.
        quotes: the pairs of signs around a symbol where a legend explains it.
        update_words: words of the line with the date of update, each with its role.
        coded: product code, and the last sentence of its title, by NAV's own code in lower case.
    """

    products: dict[str, str]
    months: dict[str, int]
    averages: frozenset[str]
    furniture: frozenset[str] = frozenset()
    other_statistics: dict[str, str] = field(default_factory=dict)
    labels: frozenset[str] = frozenset()
    totals: frozenset[str] = frozenset()
    symbols: frozenset[str] = frozenset()
    quotes: frozenset[tuple[str, str]] = frozenset()
    update_words: tuple[tuple[str, str], ...] = ()
    coded: dict[str, tuple[str, str]] = field(default_factory=dict)

    @cached_property
    def longest_label(self) -> int:
        """The number of words of the longest column label."""
        return max((len(label.split()) for label in (*self.months, *self.averages)), default=0)

    @cached_property
    def _total_pattern(self) -> re.Pattern[str]:
        return re.compile(rf"(?:{one_of(self.totals)})\b")

    @cached_property
    def _quoted_symbol_pattern(self) -> re.Pattern[str]:
        before = one_of(before for before, _ in self.quotes)
        after = one_of(after for _, after in self.quotes)
        return re.compile(rf"(?:{before})((?:(?!{after})[^\w\s]){{1,2}})(?:{after})")

    def total_in(self, label: str) -> str | None:
        """Return the words of a total that a label in normal form begins with."""
        found = self._total_pattern.match(label)
        return found[0] if found else None

    def is_total(self, text: str) -> bool:
        """Tell whether a printed text is the label of a total."""
        return self.total_in(normalise(text)) is not None

    def knows_label(self, text: str) -> bool:
        """Tell whether a printed text is the label of a row of some report."""
        return normalise(text) in self.labels or self.is_total(text)

    def quoted_symbols(self, text: str) -> list[str]:
        """Return the symbols that a line of text quotes, as a legend does; known ones or not."""
        return self._quoted_symbol_pattern.findall(text)

    def is_title(self, text: str) -> bool:
        """Tell whether a printed text is the title of a report, ours or another statistic's."""
        return self.product_of(text) is not None or self.other_statistic(text) is not None

    def product_of(self, text: str) -> str | None:
        """Return the product that a printed text is the title of, if it is one.

        NAV's own code at the beginning is enough where the last sentence is the same, which says of what kind
        the series is: titles of some products are not known word by word.
        """
        title = normalise(text)
        code, last = self.coded.get(title.partition(" ")[0], (None, ""))
        return self.products.get(title, code if title.endswith(last) else None)

    def other_statistic(self, text: str) -> str | None:
        """Return the name of the other statistic that a title belongs to, if it does."""
        title = normalise(text)
        starts = (start for start in self.other_statistics if title.startswith(start))
        return next((self.other_statistics[start] for start in starts), None)

    def is_column_label(self, text: str) -> bool:
        """Tell whether a printed text is the label of a column."""
        label = normalise(text)
        return label in self.months or label in self.averages


def normalise(text: str) -> str:
    """Return text in the normal form in which labels are compared.

    Lower case, look-alike letters folded to Latin, single blanks of whatever kind, none around a slash, no
    zero-width characters: the same as the macro `normalise_label`, by which SQL compares.
    """
    return re.sub(" ?/ ?", "/", " ".join(text.lower().translate(FOLDED).split()))


def one_of(texts: Iterable[str]) -> str:
    """Return a regular expression that matches one of the texts; nothing where there is none."""
    return "|".join(map(re.escape, sorted(set(texts)))) or "(?!)"


def read_layout(folder: Path) -> Layout:
    """Read the layout seeds.

    Args:
        folder: the folder that holds the seeds of the layout.

    Raises:
        ProvenanceError: a seed is missing or lacks a column.
    """
    try:
        return _layout_of(folder)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ProvenanceError(
            f"a layout seed lacks a column or a month number ({error})",
            "restore seeds/layout from the repository",
            report=str(folder),
        ) from error


def _layout_of(folder: Path) -> Layout:
    products = _read_seed(folder / "product.csv")
    headers = _read_seed(folder / "header_label.csv")
    furniture = _read_seed(folder / "furniture.csv")
    others = _read_seed(folder / "other_statistic.csv")
    labels = {path.stem: _read_seed(path) for path in label_seeds(folder)}
    printed_symbols = _read_seed(folder / "symbol.csv")
    legends = _read_seed(folder / "legend.csv")
    words = _read_seed(folder / "update_word.csv")
    return Layout(
        products={normalise(row["product_title"]): row["product_code"] for row in products},
        months={
            normalise(row["label"]): int(row["month_no"]) for row in headers if row["column_type"] == "month"
        },
        averages=frozenset(
            normalise(row["label"]) for row in headers if row["column_type"] == "year_to_date_average"
        ),
        furniture=frozenset(normalise(row["line"]) for row in furniture),
        other_statistics={normalise(row["title_start"]): row["name_en"] for row in others},
        coded={
            row["nav_code"].lower(): (
                row["product_code"],
                normalise(row["product_title"]).rpartition(". ")[2],
            )
            for row in products
            if row["nav_code"]
        },
        labels=frozenset(
            normalise(row["label"]) for rows in labels.values() for row in rows if row["kind"] != "misreading"
        ),
        totals=frozenset(normalise(row["label"]) for row in labels.get("label_total", [])),
        symbols=(symbols := frozenset(row["printed_text"] for row in printed_symbols) - {""}),
        quotes=_quotes([row["legend_label"] for row in legends], symbols),
        update_words=tuple((row["role"], normalise(row["word"])) for row in words),
    )


def _quotes(legends: Iterable[str], symbols: frozenset[str]) -> frozenset[tuple[str, str]]:
    """Return the signs right before and after a symbol in a legend."""
    pattern = re.compile(rf"(.)(?:{one_of(symbols)})(.)")
    return frozenset(match for legend in legends for match in pattern.findall(legend))


def label_seeds(folder: Path = LAYOUT) -> list[Path]:
    """Return the seeds with the labels of members, beside the folder of the layout."""
    return sorted((folder.parent / "labels").glob("label_*.csv"))


def _read_seed(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    except csv.Error as error:
        raise ProvenanceError(
            f"a layout seed is not CSV ({error})",
            "restore seeds/layout from the repository",
            report=str(path),
        ) from error
    except OSError as error:
        raise ProvenanceError(
            "a layout seed cannot be read", "run the command from the project's folder", report=str(path)
        ) from error
    except UnicodeDecodeError as error:
        raise ProvenanceError(
            "a layout seed is not UTF-8", "save it as UTF-8, without changing anything else", report=str(path)
        ) from error
