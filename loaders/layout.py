"""Layout as data: product titles and header spellings, read from the seeds that dbt uses too."""

import csv
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from loaders.errors import ProvenanceError

# Where the project keeps what its loaders may know of wording.
LAYOUT = Path(__file__).resolve().parent.parent / "seeds" / "layout"
TOTAL_PATTERN = re.compile(r"i alt\b")
QUOTED_SYMBOL_PATTERN = re.compile(r"«([^»\w\s]{1,2})»")
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
        furniture: normalised lines that stand on any page and belong to no table.
        other_statistics: name of a statistic that is not about measures by the normalised beginning of its
            reports' titles.
        labels: normalised labels of members, to complete one that its file cuts; their meaning is for SQL.
    """

    products: dict[str, str]
    months: dict[str, int]
    averages: frozenset[str]
    furniture: frozenset[str] = frozenset()
    other_statistics: dict[str, str] = field(default_factory=dict)
    labels: frozenset[str] = frozenset()

    @cached_property
    def longest_label(self) -> int:
        """The number of words of the longest column label."""
        return max((len(label.split()) for label in (*self.months, *self.averages)), default=0)

    def is_title(self, text: str) -> bool:
        """Tell whether a printed text is the title of a report, ours or another statistic's."""
        return normalise(text) in self.products or self.other_statistic(text) is not None

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


def read_layout(folder: Path) -> Layout:
    """Read the layout seeds.

    Args:
        folder: the folder that holds the seeds of the layout.

    Raises:
        ProvenanceError: a seed is missing or lacks a column.
    """
    products = _read_seed(folder / "product.csv")
    headers = _read_seed(folder / "header_label.csv")
    furniture = _read_seed(folder / "furniture.csv")
    others = _read_seed(folder / "other_statistic.csv")
    labels = [_read_seed(path) for path in label_seeds(folder)]
    try:
        return Layout(
            products={normalise(row["product_title"]): row["product_code"] for row in products},
            months={
                normalise(row["label"]): int(row["month_no"])
                for row in headers
                if row["column_type"] == "month"
            },
            averages=frozenset(
                normalise(row["label"]) for row in headers if row["column_type"] == "year_to_date_average"
            ),
            furniture=frozenset(normalise(row["line"]) for row in furniture),
            other_statistics={normalise(row["title_start"]): row["name_en"] for row in others},
            labels=frozenset(
                normalise(row["label"]) for rows in labels for row in rows if row["kind"] != "misreading"
            ),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ProvenanceError(
            f"a layout seed lacks a column or a month number ({error})",
            "restore seeds/layout from the repository",
            report=str(folder),
        ) from error


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
