"""Tests of the tests of the vocabulary: each kind of slip is noticed, by name, and `make mutants` counts."""

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from measure.mutants.slips import Kind, Mutant, Row, Seed, mutants_of, read_seeds
from measure.mutants.vocabulary import Bench, Stage, Verdict, figures_of, judge, open_bench

from tiltak.home import Home


@pytest.fixture(scope="module")
def bench(built_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    opened = open_bench(built_home, tmp_path_factory.mktemp("bench"))
    with opened.connection:
        yield opened


@pytest.fixture(scope="module")
def seeds(built_home: Home) -> dict[str, Seed]:
    return {seed.name: seed for seed in read_seeds(built_home)}


def changed(seed: Seed, **changes: dict[str, str]) -> Mutant:
    """Return a seed in which columns have other values, by the value that they have now."""
    rows = tuple(
        {column: changes.get(column, {}).get(text, text) for column, text in row.items()} for row in seed.rows
    )
    assert rows != seed.rows
    return Mutant(seed.name, seed.path, Kind.SWAPPED, None, "by hand", rows)


def exchanged(*values: str) -> dict[str, str]:
    return dict(zip(values, reversed(values), strict=True))


SLIPS = [
    (
        "label_birth_region",
        {"label": exchanged("asia", "europa")},
        "official_labels_are_the_names_of_their_members",
    ),
    (
        "label_tiltak",
        {"label": exchanged("mentor", "jobbklubb")},
        "official_labels_are_the_names_of_their_members",
    ),
    ("label_region", {"label": exchanged("oppland", "buskerud")}, "labels_of_counties_name_their_county"),
    (
        "label_tiltak",
        {"label": exchanged("jobbkubb", "inkluderingsstikk")},
        "other_spellings_are_most_like_their_own_member",
    ),
    (
        "label_education",
        {"label": {"grunnskolenivå": "Grunnskolenivå"}},
        "labels_are_in_normal_form_and_of_a_known_kind",
    ),
    ("gender", {"parent_key": {"_T": "F"}}, "members_have_their_place_in_the_hierarchy"),
    ("age_group", {"age_to": {"24": "25"}}, "keys_and_names_of_members_agree"),
    ("region", {"valid_to_date": {"2017-12-31": "2018-12-31"}}, "counties_are_those_of_the_reference_list"),
    (
        "region_piece_member",
        {"piece_key": exchanged("01_romskog", "07_svelvik")},
        "changes_of_counties_are_those_of_the_reference_list",
    ),
    ("tiltak", {"arena_code": exchanged("MENTOR", "JOBBK")}, "measures_are_those_of_the_reference_list"),
    (
        "tiltak_succession",
        {"change_kind": {"renamed": "largely_replaced"}},
        "successions_and_breaks_follow_validity",
    ),
    ("glossary", {"member_key": {"MENTOR": "MENTORER"}}, "the_glossary_has_every_status_and_measure"),
    (
        "label_section",
        {"row_dimension": {"age_group": "gender"}},
        "section_headings_say_what_stands_below_them",
    ),
    ("product", {"scope_tiltak_key": {"GRP_ARBEIDSPRAKSIS": "_T"}}, "products_are_what_their_titles_say"),
    ("symbol", {"participants_max": {"3": "4"}}, "symbols_are_what_their_legends_say"),
    (
        "region_transfer_share",
        {"share_mean": {"0.09887": "0.9887"}},
        "shares_and_parameters_lie_within_their_bounds",
    ),
    (
        "region_piece",
        {"municipalities": {"Svelvik": "Halsa"}},
        "pieces_of_territory_are_named_after_their_county",
    ),
    ("misreading", {"weight": {"0.1": "0"}}, "misreading_seed_weighs_every_slip"),
    ("consistency_rule", {"severity": {"error": "warn"}}, "rules_and_guards_are_whole"),
    (
        "dimension",
        {"name": {"Utdanningsnivå": "Tidsserie"}},
        "editions_print_what_their_titles_promise",
    ),
]


@pytest.mark.parametrize(("seed", "changes", "test"), SLIPS, ids=[f"{slip[0]}-{slip[2]}" for slip in SLIPS])
def test_a_slip_is_noticed_by_the_test_of_its_kind(
    seed: str, changes: dict[str, dict[str, str]], test: str, bench: Bench, seeds: dict[str, Seed]
) -> None:
    of_kind = tuple(node for node in bench.nodes if not node.is_test or node.key.split(".")[2] == test)
    assert judge(replace(bench, nodes=of_kind), changed(seeds[seed], **changes)).noticed_by == test


def test_a_seed_as_it_is_is_no_mutant_and_every_slip_is_taken_back(
    bench: Bench, seeds: dict[str, Seed]
) -> None:
    same = seeds["gender"]
    verdict = judge(bench, Mutant(same.name, same.path, Kind.SWAPPED, None, "nothing", same.rows))
    assert verdict.stage is Stage.UNNOTICED


def test_a_row_twice_and_a_value_of_another_type_are_noticed(bench: Bench, seeds: dict[str, Seed]) -> None:
    (doubled,) = mutants_of(seeds["gender"], Kind.DOUBLED, 1, random.Random(1))
    assert judge(bench, doubled).stage is Stage.SEED_TEST
    assert judge(bench, changed(seeds["month"], month_no={"1": "first"})).stage is Stage.TYPE


def test_what_the_loader_reads_is_loaded_anew(bench: Bench, seeds: dict[str, Seed]) -> None:
    lost = changed(seeds["product"], product_title={seeds["product"].rows[0]["product_title"]: "Deltakere"})
    assert judge(bench, lost).stage is Stage.LOADER


def test_mutants_are_the_same_in_every_run_and_never_the_seed_itself(seeds: dict[str, Seed]) -> None:
    for seed in seeds.values():
        for kind in Kind:
            made = mutants_of(seed, kind, 2, random.Random(7))
            assert made == mutants_of(seed, kind, 2, random.Random(7))
            assert all(mutant.rows != seed.rows for mutant in made)


def test_wording_is_counted_apart_and_what_is_not_noticed_is_listed_with_its_reason() -> None:
    rows: tuple[Row, ...] = ()
    mutants = [
        Mutant("furniture", Path(), Kind.DROPPED, None, "kilde", rows),
        Mutant("gender", Path(), Kind.MISSPELT, "name", "F", rows),
        Mutant("gender", Path(), Kind.WORDING, "name_en", "F", rows),
    ]
    stages = (Stage.UNNOTICED, Stage.SEED_TEST, Stage.UNNOTICED)
    figures = figures_of([Verdict(mutant, stage) for mutant, stage in zip(mutants, stages, strict=True)])
    assert (figures["mutants"], figures["noticed"]) == (2, 0.5)
    assert figures["kinds"]["wording"] == {"mutants": 1, "noticed": 0}
    assert figures["unnoticed"] == [
        {"kind": "dropped", "what": "kilde", "why": "no report of the folder prints such a line"}
    ]
