"""Write docs/trust.md, How far to trust the numbers, from a published warehouse and the results of long runs.

The long runs (mutants, consistent damage, fuzzing, faults) take their time and leave a file each in
docs/trust/; the page shows them beside what the warehouse itself says. A test fails when the page is not
what this module writes.
"""

import json
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from measure.aims import missed_aims
from measure.consistent_section import section as consistent_section
from tiltak.home import PROJECT, Home, connect_published

RESULTS = PROJECT / "docs" / "trust"
PAGE = PROJECT / "docs" / "trust.md"
LINE_WIDTH = 110

MUTANTS = {
    "digit_changed": "a digit read as another",
    "digit_dropped": "a digit lost",
    "digit_added": "a digit too many",
    "digits_swapped": "two digits swapped",
    "any_digit": "**any single digit error**",
    "star_for_number": "a star for a number",
    "number_for_star": "a number for a star",
    "rows_swapped": "two rows swapped",
    "row_shifted": "a row shifted by a column",
    "row_lost": "a row lost",
    "label_misread": "a label misread",
    "page_lost": "a page lost",
}

SLIPS = {
    "swapped": "a value exchanged with another row's",
    "dropped": "a row lost",
    "doubled": "a row twice",
    "wrong_parent": "a wrong parent",
    "wrong_date": "a wrong date",
    "wrong_number": "a wrong number or bound",
    "wrong_code": "a wrong code or target of a label",
    "misspelt": "a letter misspelt",
    "wording": "words that are for people alone",
}

# How a report that was fuzzed may be read: as it was, as the damage made it, or in part and with a notice.
READ = ("accepted", "read_as_printed", "read_in_part_and_told")

Result = Mapping[str, Any]


def main() -> None:
    """Write the page; the first argument is the home of the warehouse, `warehouse` if not given.

    Results that miss an aim are no page: what they miss is printed, and the exit code is 1.
    """
    if missed := missed_aims(read_results(RESULTS)):
        sys.exit("\n".join(["the long runs miss what they must show:", *missed]))
    home = Home(Path(sys.argv[1] if len(sys.argv) > 1 else "warehouse"))
    with connect_published(home) as connection:
        PAGE.write_text(trust_page(connection, RESULTS), encoding="utf-8")
    print(PAGE.relative_to(PROJECT))


def read_results(folder: Path) -> dict[str, Any]:
    """Return what the long runs have written, by the name of the file."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")}


def trust_page(connection: duckdb.DuckDBPyConnection, results: Path) -> str:
    """Return the page as Markdown.

    Args:
        connection: to a published warehouse.
        results: folder with `mutants.json`, `consistent.json`, `vocabulary.json`, `fuzz.json`, `faults.json`.
    """
    mutants, consistent, vocabulary, fuzz, faults = (
        json.loads((results / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("mutants", "consistent", "vocabulary", "fuzz", "faults")
    )
    return "\n\n".join(
        [
            "# How far to trust the numbers",
            _text(
                "What the warehouse proves about itself in every build, and how its checks fared when "
                "the reports were damaged on purpose. `make trust` measures all of it anew and writes "
                "this page."
            ),
            _proved(connection),
            _misread(mutants),
            consistent_section(consistent, _text, _table),
            _slips(vocabulary),
            _fuzzed(fuzz),
            _killed(faults),
            _hidden(connection),
            _not_told(),
        ]
    )


def _proved(connection: duckdb.DuckDBPyConnection) -> str:
    query = """
        select
            strftime(reports.period_start_date, '%Y-%m') || ' to ' || strftime(reports.period_end_date, '%m'),
            quality.fact_count,
            quality.instance_count,
            quality.equal_count,
            quality.possible_count,
            quality.impossible_count,
            quality.not_testable_count,
            quality.covered_once_share,
            quality.covered_twice_share,
            quality.mean_slack
        from quality.mart_quality_by_report as quality
        inner join main.dim_report as reports using (report_key)
        order by reports.period_start_date
    """
    rows = [
        [*map(str, row[:7]), _share(row[7]), _share(row[8]), f"{row[9]:.1f}"]
        for row in connection.execute(query).fetchall()
    ]
    head = ["report", "figures", "checks", "equal", "possible", "impossible", "not testable"]
    return "\n\n".join(
        [
            "## What every build proves",
            _text(
                "Each figure is held by the sums, averages and repeated prints it takes part in. A "
                "check is `equal` to the last person, `possible` within the bounds of starred "
                "numbers, or `not testable` where no whole is printed or no number takes part. "
                "`Impossible` stops the build unless it is on record. *Held once* and *held twice* "
                "are the shares of figures that take part in checks of at least one and two rules; "
                "*slack* is by how many people a check could be wrong unnoticed, in the mean."
            ),
            _table([*head, "held once", "held twice", "slack"], rows),
        ]
    )


def _misread(mutants: Result) -> str:
    rates = {rate["kind"]: rate for rate in [*mutants["kinds"], mutants["any_digit"]]}
    rows = [
        [
            told,
            str(rates[kind]["mutants"]),
            _share(rates[kind]["detected"]),
            _share(rates[kind]["first"]),
            _share(rates[kind]["first_three"]),
        ]
        for kind, told in MUTANTS.items()
    ]
    unnoticed = [
        [MUTANTS[kind], str(number), reason]
        for kind in MUTANTS
        if kind != "any_digit"
        for reason, number in rates[kind]["undetected"].items()
    ]
    builds = mutants["full_builds"]
    return "\n\n".join(
        [
            "## What a misread number meets",
            _text(
                "The reports were corrupted one cell, row or page at a time, as conversion does, and "
                f"put through the rules: every one of the {mutants['printed_numbers']} printed numbers "
                "once for each way of damaging it (where it can be damaged so), every star, and a "
                "sample of rows and pages. The counts on record for these five reports, which would "
                "notice every lost row, were not used: a new report has none. *Detected* is anything "
                "that would have stopped the build. Of what was detected, the build names the right "
                "cell or row *first*, or among its *first three*; ties count against it."
            ),
            _table(["damage", "tried", "detected", "named first", "in the first three"], rows),
            _text(
                f"{builds['count']} of the corrupted numbers were also put into the text of a report "
                f"and built in full: in {builds['same_checks']} the same checks failed, and in "
                f"{builds['named_as_ranked']} the build named the cell as the fast run ranks it. Seed "
                f"{mutants['seed']}; `make mutants`."
            ),
            "Why damage went unnoticed:",
            _table(["damage", "number", "why"], unnoticed),
        ]
    )


def _slips(vocabulary: Result) -> str:
    rates = vocabulary["kinds"]
    rows = [
        [told, str(rates[kind]["mutants"]), _share(rates[kind]["noticed"])] for kind, told in SLIPS.items()
    ]
    everything = ["**all but wording**", str(vocabulary["mutants"]), _share(vocabulary["noticed"])]
    unnoticed = [[SLIPS[entry["kind"]], entry["what"], entry["why"]] for entry in vocabulary["unnoticed"]]
    builds = vocabulary["full_builds"]
    return "\n\n".join(
        [
            "## What a slip in the vocabulary meets",
            _text(
                "Sums cannot notice a label that leads to the wrong member. In each of "
                f"{len(vocabulary['seeds'])} seeds of code lists, labels, layout, references, rules and "
                "successions one row was changed as a slip of the hand would, a few times in each way, and "
                "put through a build until something noticed: the loaders, the type of a column, a test, the "
                "audit. Words that nothing depends on (translations, definitions, sources) have no second "
                "place and are counted apart."
            ),
            _table(["slip", "tried", "noticed"], [*rows[:-1], everything, rows[-1]]),
            _text(
                f"{builds['count']} of them were also built in full, and {builds['the_same']} of these met "
                f"the same end. Seed {vocabulary['seed']}; `make mutants`."
            ),
            "What was not noticed, wording apart:",
            _table(
                ["slip", "where", "why"], [[cell.replace("|", "\\|") for cell in row] for row in unnoticed]
            ),
        ]
    )


def _fuzzed(fuzz: Result) -> str:
    rows = [
        [
            target["what"],
            str(target["inputs"]),
            str(len(target["by_mutation"])),
            str(sum(target.get(read, 0) for read in READ)),
            str(sum(target["refused"].values())),
            str(target["failed"]),
        ]
        for target in fuzz["targets"].values()
    ]
    unjudged = sum(target.get("unjudged", 0) for target in fuzz["targets"].values())
    return "\n\n".join(
        [
            "## What damaged files meet",
            _text(
                "What people hand in was harmed, and read. Of what was loaded, each number, line and month "
                "was found as the damaged file has it, by a second reader that shares nothing with the "
                "first, or as it was written, where the file was made for this. The others were refused by "
                "name, with place and next step. *Otherwise* would be another error, no end, or a number "
                "silently changed."
            ),
            _table(["what", "tried", "ways", "loaded, and right", "refused", "otherwise"], rows),
            f"Files that the second reader cannot open: {unjudged}. Seed {fuzz['seed']}; `make fuzz`.",
        ]
    )


def _killed(faults: Result) -> str:
    kills = faults["kills"]
    rows = [[fault["kind"], fault["name"], fault["outcome"]] for fault in faults["faults"]]
    return "\n\n".join(
        [
            "## What a broken build leaves",
            _text(
                f"{kills['killed']} builds were killed, at steps of the file system and at random "
                f"moments. In {kills['published_intact']} of them the published warehouse was intact: "
                f"{kills['as_before']} times as before, byte for byte, and {kills['new_and_complete']} "
                f"times the new one, complete. {kills['recovered']} times the next build went on "
                f"without help. Seed {faults['seed']}; `make faults`."
            ),
            "Other faults, each of which must end in a clear message and an intact warehouse:",
            _table(["fault", "what was done", "outcome"], rows),
        ]
    )


def _hidden(connection: duckdb.DuckDBPyConnection) -> str:
    reports = connection.execute("""
        select
            strftime(reports.period_start_date, '%Y-%m') || ' to ' || strftime(reports.period_end_date, '%m'),
            hidden.hidden_count,
            hidden.narrowed_count,
            hidden.revealed_count
        from quality.mart_disclosure_by_report as hidden
        inner join main.dim_report as reports using (report_key)
        order by reports.period_start_date
    """).fetchall()
    relations = connection.execute("""
        select relation_name, derived_row_count, hidden_row_count, hidden_count, pinned_count
        from quality.mart_disclosure_by_relation
        order by relation_name
    """).fetchall()
    return "\n\n".join(
        [
            "## What is hidden stays hidden",
            _text(
                "NAV stars numbers below 4. Some stars can be worked out from a printed sum; they are "
                "counted here, and neither worked out nor kept."
            ),
            _table(
                ["report", "hidden figures", "narrowed by one sum", "given away by one sum"], _texts(reports)
            ),
            _text(
                "No figure of our own making may say more of a hidden one than the star does; a build "
                "in which one does is not published."
            ),
            _table(
                ["derived relation", "derived rows", "with hidden cells", "hidden cells", "pinned down"],
                [[f"`{name}`", *counts] for name, *counts in _texts(relations)],
            ),
        ]
    )


def _not_told() -> str:
    return """## What this page does not tell

- An error that NAV made before it added up is consistent, and no sum can find it. The warehouse says what is
  printed.
- Two misreadings that make up for each other in every check go unnoticed. Single ones were tried, not pairs.
- The five reports are text that somebody else converted from PDF. Where conversion lost whole tables that
  nothing else adds up with, only the counts on record would tell, and they were made from the same text.
- Figures on the counties of other years are printed, summed, bounded or estimated, and say which. The range
  of an estimate holds the number in about nine cases in ten (`docs/counties.md`).
"""


def _text(words: str) -> str:
    """Return a paragraph in lines of a readable length."""
    return textwrap.fill(words, LINE_WIDTH, break_long_words=False, break_on_hyphens=False)


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.2%}"


def _texts(rows: Iterable[Sequence[object]]) -> list[list[str]]:
    return [[str(value) for value in row] for row in rows]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


if __name__ == "__main__":
    main()
