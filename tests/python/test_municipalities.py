"""Municipalities below the counties: a level more of a dimension is seeds alone, and counts nobody twice."""

from pathlib import Path

import pytest
from support.built_homes import Built, ask
from support.current_products import two_groups, wage_subsidies
from support.project_copy import Row, build_copy, copy_project, edit_seed

from loaders.layout import Layout
from loaders.load import load_reports
from loaders.staging import loader_fingerprint
from tiltak.home import Home

MUNICIPALITIES = {"3101": "Halden", "3103": "Moss", "3105": "Sarpsborg"}
# Everybody, the counties, and the municipalities of one of them; a number of February is wrong.
REPORT = """\
Deltakere i arbeidsrettede tiltak. Tiltaksgruppe og fylke. Tidsserie måned

Fylke og tiltaksgruppe

Januar - Februar 2024

Opplæring

\tJanuar\tFebruar
I alt opplæring\t1 000\t1 010
31 Østfold\t300\t305
3101 Halden\t100\t111
3103 Moss\t150\t154
3105 Sarpsborg\t50\t50
32 Akershus\t700\t705
"""


def with_municipalities(project: Path) -> Path:
    """Add the municipalities of Østfold to the seeds of a copied project."""

    def regions(rows: list[Row]) -> list[Row]:
        county = next(row for row in rows if row["region_key"] == "31_2024")
        return rows + [
            {
                **county,
                "region_key": f"{code}_2024",
                "parent_key": "31_2024",
                "level": "kommune",
                "region_code": code,
                "name": name,
                "name_en": name,
                "official_name": name,
                "region_type": "municipality",
                "sort_order": f"{code}0",
                "source": "invented",
            }
            for code, name in MUNICIPALITIES.items()
        ]

    def labels(rows: list[Row]) -> list[Row]:
        return rows + [
            {
                "label": f"{code} {name.lower()}",
                "dimension": "region",
                "member_code": code,
                "kind": "official",
                "note": "",
            }
            for code, name in MUNICIPALITIES.items()
        ]

    edit_seed(project, "region", regions)
    edit_seed(project, "label_region", labels)
    return project


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, layout: Layout) -> Built:
    """Build the report, and products of 2025, in a project that knows the municipalities."""
    folder = tmp_path_factory.mktemp("municipalities")
    project = with_municipalities(copy_project(folder / "project"))
    report = folder / "kommuner.txt"
    report.write_text(REPORT, encoding="utf-8")
    workbooks = [folder / "tilt110.xlsx", folder / "tilt180.xlsx"]
    for path, content in zip(workbooks, (wage_subsidies(), two_groups()), strict=True):
        path.write_bytes(content)
    home = Home(folder / "home")
    load_reports([report, *workbooks], home.staged, layout, loader_fingerprint())
    return build_copy(project, home, ["region", "label_region"])


@pytest.fixture(scope="module")
def home(built: Built) -> Home:
    return built.home


def test_municipalities_add_up_to_their_county_and_counties_to_the_country(home: Home) -> None:
    assert ask(
        home,
        """
        select part_level, whole_fact_key, part_count, parts_sum, whole, outcome from quality.fct_rule_check
        where month_key = 202401 and rule_code = 'CHILDREN_ADD_UP' and part_level in ('fylke', 'kommune')
        order by part_level
        """,
    ) == [
        ("fylke", "202401:_T:GRP_OPPLAERING:_T:_T:_T:_T:_T:_T", 2, 1000, 1000, "equal"),
        ("kommune", "202401:_T:GRP_OPPLAERING:31_2024:_T:_T:_T:_T:_T", 3, 300, 300, "equal"),
    ]
    names = """
        select distinct rule_name_en from quality.mart_quality_by_report_and_rule
        where part_level = 'kommune'
    """
    assert ask(home, names) == [("Municipalities of a county",)]


def test_no_mart_counts_the_people_of_a_municipality_twice(home: Home) -> None:
    months = "where month_key = 202401 and tiltak_key = 'GRP_OPPLAERING'"
    assert ask(home, f"select sum(participants) from mart_participants_by_county {months}") == [(1000,)]
    sums = f"""
        select structure_key, sum(participants_min) from mart_participants_by_county_structure {months}
        and structure_key = '2024' group by structure_key
    """
    assert ask(home, sums) == [("2024", 1000)]
    slices = f"select sum(participants) from fct_participants_by_slice {months} and partition_key = 'COUNTY'"
    assert ask(home, slices) == [(1000,)]


def test_a_municipality_is_a_breakdown_of_its_own(home: Home) -> None:
    assert ask(
        home,
        """
        select breakdown_key, tiltak_level, count(*) from fct_monthly_participants
        inner join dim_breakdown using (breakdown_key) where is_by_region and month_key = 202401
        group by all order by 1
        """,
    ) == [
        ("TILTAKSGRUPPE.KOMMUNE", "tiltaksgruppe", 3),
        ("TILTAKSGRUPPE.REGION", "tiltaksgruppe", 2),
    ]


def test_municipalities_that_do_not_add_up_stop_the_build(built: Built) -> None:
    assert built.failed == {"every_check_holds_or_is_on_record"}
    wrong = "select month_key, part_level, parts_sum, whole from quality.fct_rule_check"
    assert ask(built.home, f"{wrong} where outcome = 'impossible'") == [(202402, "kommune", 315, 305)]


def test_sheets_by_municipality_of_a_workbook_add_up_to_their_counties(home: Home) -> None:
    assert ask(
        home,
        """
        select part_level, whole_fact_key, parts_sum, whole, outcome from quality.fct_rule_check
        where month_key = 202501 and part_level = 'kommune'
        """,
    ) == [("kommune", "202501:_T:MIDLERTIDIG_LONNSTILSKUDD:31_2024:_T:_T:_T:_T:_T", 30, 30, "equal")]
    averages = "select participants_average from fct_year_to_date_average where region_key = '3101_2024'"
    assert ask(home, averages) == [(12,)]


def test_everybody_of_a_product_of_two_groups_is_everybody_in_both_and_in_neither(home: Home) -> None:
    keys = "month_key = 202501 and region_key = '_T' and hovedgruppe_key"
    assert ask(
        home,
        f"""
        select tiltak_key, participants from fct_monthly_participants
        where {keys} = '_T' and tiltak_key like '%JOBBSKAPING%'
        """,
    ) == [("JOBBSKAPING_OG_TILRETTELEGGING", 40)]
    assert ask(
        home,
        f"""
        select tiltak_key, participants from fct_monthly_participants
        where {keys} = 'ARBEIDSSOKERE' order by 1
        """,
    ) == [
        ("EGENETABLERING", 10),
        ("FUNKSJONSASSISTANSE", 30),
        ("GRP_LONNSTILSKUDD", 60),
        ("JOBBSKAPING_OG_TILRETTELEGGING", 40),
        ("MIDLERTIDIG_LONNSTILSKUDD", 50),
        ("VARIG_LONNSTILSKUDD", 10),
    ]
    groups = "select tiltak_key from mart_participants_by_tiltaksgruppe where month_key = 202501"
    assert ask(home, groups) == [("GRP_LONNSTILSKUDD",)]
