"""The section of docs/trust.md on damage that adds up, from what `measure.mutants.consistent` has written."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

KINDS = {
    "months": "two months exchanged",
    "hovedgruppe": "two labour-market statuses exchanged",
    "gender": "the genders exchanged",
    "region": "two counties exchanged",
    "age_group": "two age groups exchanged",
    "tiltak": "two groups of measures exchanged",
    "scaling": "every number 2 to 1000 times as large",
    "row": "a row lost",
    "table": "a table lost",
    "page": "a page lost",
    "year": "another year, up to 12 away",
}


def section(
    result: Mapping[str, Any],
    text: Callable[[str], str],
    table: Callable[[Sequence[str], Sequence[Sequence[str]]], str],
) -> str:
    """Return the section as Markdown.

    Args:
        result: what the run has written.
        text: makes a paragraph of words.
        table: makes a table of a head and rows.
    """
    counts = {count["kind"]: count for count in result["kinds"]}
    rows = [
        [
            told,
            str(counts[kind]["tried"]),
            *(f"{counts[kind][share]:.2%}" for share in ("by_rules", "noticed", "without_own")),
        ]
        for kind, told in KINDS.items()
    ]
    per_thousand = 1000 * result["findings"] / result["figures"]
    return "\n\n".join(
        [
            "## What damage that adds up meets",
            text(
                "Months, genders or counties that have changed places add up, and so does a report "
                "of which the rest is lost. Such damage was made on the cells of the five reports, "
                "throughout or in some months, and put through the rules and the measures of "
                "plausibility. *By sums* is what would have stopped the build; *noticed* is that, "
                "or listed for a person to look at. The reports are on record themselves; *first "
                "edition* is what is noticed without what was learned from the report that is "
                "damaged, and without the tables that its product is known to print. Known counts "
                "were not used."
            ),
            table(["damage", "tried", "by sums", "noticed", "first edition"], rows),
            text(
                f"On the five reports as they are, the measures make {result['findings']} findings, "
                f"{per_thousand:.2f} in 1 000 figures; {result['answered']} are answered on record. Each "
                f"taken as the first of its product, they make {result['findings_without_own']}. Two months "
                "of an edition that has no third one cannot be told apart, and nothing that is "
                f"printed tells a year near the right one. Seed {result['seed']}; "
                f"`make consistent`, with `--number {max(count['tried'] for count in result['kinds'])}`."
            ),
        ]
    )
