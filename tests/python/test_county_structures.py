"""County structures through reforms: an invented one in the seeds, and a report on the counties of 2020."""

from pathlib import Path

import duckdb
import pytest
from support.built_homes import ask
from support.project_copy import Row, build_copy, copy_project, edit_seed

from loaders.layout import Layout
from loaders.load import load_reports
from loaders.printed import PrintedReport
from loaders.staging import loader_fingerprint
from tiltak.build import build_warehouse
from tiltak.home import Home
from tiltak.site.generated import pages


def end_region(rows: list[Row], key: str, last_day: str) -> None:
    next(row for row in rows if row["region_key"] == key)["valid_to_date"] = last_day


def new_region(code: str, year: str, name: str) -> Row:
    return {
        "region_key": f"{code}_{year}",
        "region_code": code,
        "parent_key": "_T",
        "level": "fylke",
        "name": name,
        "name_en": name,
        "official_name": name,
        "region_type": "county",
        "valid_from_date": f"{year}-01-01",
        "valid_to_date": "",
        "sort_order": f"{code}9",
        "source": "invented",
    }


@pytest.fixture(scope="module")
def reformed(tmp_path_factory: pytest.TempPathFactory, report_paths: dict[str, Path], layout: Layout) -> Home:
    """Build the 2024 report in a copy of the project whose seeds have a reform in 2028.

    Oslo takes a part of Akershus, and Telemark and Agder merge.
    """
    folder = tmp_path_factory.mktemp("reform")
    project = copy_project(folder / "project")

    def regions(rows: list[Row]) -> list[Row]:
        for key in ("03", "32_2024", "40_2024", "42_2020"):
            end_region(rows, key, "2027-12-31")
        added = (("03", "Oslo"), ("32", "Akershus"), ("43", "Agder og Telemark"))
        return [*rows, *(new_region(code, "2028", name) for code, name in added)]

    def pieces(rows: list[Row]) -> list[Row]:
        kept = [row for row in rows if row["piece_key"] != "02_all"]
        return [
            *kept,
            {"piece_key": "02_core", "name": "Akershus uten Nesodden", "municipalities": ""},
            {"piece_key": "02_nesodden", "name": "Nesodden", "municipalities": "Nesodden"},
        ]

    def members(rows: list[Row]) -> list[Row]:
        cut = [row for row in rows if row["piece_key"] == "02_all"]
        kept = [row for row in rows if row["piece_key"] != "02_all"]
        kept += [{**row, "piece_key": piece} for row in cut for piece in ("02_core", "02_nesodden")]
        after = {
            "03_2028": ["03_all", "02_nesodden"],
            "32_2028": ["02_core", "01_romskog", "05_jevnaker_lunner", "06_royken_hurum"],
            "43_2028": ["08_all", "09_all", "10_all"],
        }
        added = [(key, piece) for key, inside in after.items() for piece in inside]
        return [*kept, *({"region_key": key, "piece_key": piece} for key, piece in added)]

    edit_seed(project, "region", regions)
    edit_seed(project, "region_piece", pieces)
    edit_seed(project, "region_piece_member", members)
    home = Home(folder / "home")
    load_reports([report_paths["2024"]], home.staged, layout, loader_fingerprint())
    built = build_copy(project, home, ["region", "region_piece", "region_piece_member"])
    assert built.failed == set()
    return home


def test_a_reform_in_the_seeds_makes_a_new_structure(reformed: Home) -> None:
    assert ask(reformed, "select structure_key from dim_county_structure order by sort_order") == [
        ("2017",), ("2018",), ("2019",), ("2020",), ("2024",), ("2028",)
    ]  # fmt: skip
    counted = ask(
        reformed, "select count(*) from bridge_county_structure_region where structure_key = '2028'"
    )
    assert counted == [(14,)]


def test_figures_of_2024_on_the_invented_structure_are_exact_where_counties_go_over_whole(
    reformed: Home,
) -> None:
    rows = ask(
        reformed,
        """
        select region_code, participants, participants_min, participants_max, derivation, derived_from
        from mart_participants_by_county_structure
        where
            structure_key = '2028' and month_key = 202401
            and tiltak_key = 'ARBEIDSTRENING' and region_code in ('03', '32', '43', '31')
        order by region_code
        """,
    )
    # Printed in January 2024: Oslo 401, Akershus 576, Telemark 144, Agder 356, Østfold 228.
    assert rows == [
        ("03", None, 401, 977, "bounded", "03+32_2024"),
        ("31", 228, 228, 228, "printed", "31_2024"),
        ("32", None, 0, 576, "bounded", "32_2024"),
        ("43", 500, 500, 500, "exact_sum", "40_2024+42_2020"),
    ]


def test_stable_areas_of_the_invented_reform_join_only_what_it_cut(reformed: Home) -> None:
    areas = ask(
        reformed,
        """
        select name from dim_stable_area
        where comparison_key = '2024/2028' and region_count > 2 order by name
        """,
    )
    assert areas == [("Agder og Telemark",), ("Oslo + Akershus",)]


COUNTIES_OF_2020 = {
    "Oslo": ["Oslo"],
    "Rogaland": ["Rogaland"],
    "Møre og Romsdal": ["Møre og Romsdal"],
    "Nordland": ["Nordland"],
    "Viken": ["Østfold", "Akershus", "Buskerud"],
    "Innlandet": ["Hedmark", "Oppland"],
    "Vestfold og Telemark": ["Vestfold", "Telemark"],
    "Agder": ["Aust-Agder", "Vest-Agder"],
    "Vestland": ["Hordaland", "Sogn og Fjordane"],
    "Troms og Finnmark": ["Troms", "Finnmark"],
    "Trøndelag": ["Trøndelag"],
    "Ukjent": ["Ukjent"],
}


def report_of_2021(report: PrintedReport) -> str:
    """Print the training table of the 2019 county report as one of 2021, on the counties of 2020."""
    table = report.tables[0]
    printed = {row.label: [int((value or "0").replace(" ", "")) for value in row.values]
               for row in table.rows if "*" not in row.values}  # fmt: skip
    rows = {
        name: [sum(values) for values in zip(*(printed[part] for part in parts), strict=True)]
        for name, parts in COUNTIES_OF_2020.items()
    }
    total = [sum(values) for values in zip(*rows.values(), strict=True)]
    heading = f"{report.product_title}\n\nFylke og tiltaksgruppe\n\nJanuar - Desember 2021\n\nOpplæring\n\n"
    lines = ["\t".join(["", *table.columns])]
    lines += [
        "\t".join([name, *map(str, values)]) for name, values in {"I alt opplæring": total, **rows}.items()
    ]
    return heading + "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def home_2021(
    tmp_path_factory: pytest.TempPathFactory, printed_reports: dict[str, PrintedReport], layout: Layout
) -> Home:
    """Build and publish a warehouse of one report on the counties of 2020."""
    folder = tmp_path_factory.mktemp("counties_2020")
    path = folder / "fylke_2021.txt"
    path.write_text(report_of_2021(printed_reports["2019"]), encoding="utf-8")
    home = Home(folder / "home")
    load_reports([path], home.staged, layout, loader_fingerprint())
    build_warehouse(home)
    return home


def test_a_report_on_the_counties_of_2020_loads_and_keeps_what_the_next_reform_left_whole(
    home_2021: Home,
) -> None:
    rows = ask(
        home_2021,
        """
        select region_code, participants, participants_max, derivation
        from mart_participants_by_county_structure
        where structure_key = '2024' and month_key = 202101 order by region_code
        """,
    )
    found = {code: (participants, highest, derivation) for code, participants, highest, derivation in rows}
    # January 2019: Oslo 2 938; Aust-Agder 402 + Vest-Agder 567; Hedmark 401 + Oppland 314; Viken's three
    # counties 858 + 1 682 + 408; Vestfold 602 + Telemark 512; Troms 494 + Finnmark 228.
    assert found["03"] == (2938, 2938, "printed")
    assert found["42"] == (969, 969, "printed")
    assert found["34"] == (715, 715, "printed")
    assert [found[code] for code in ("31", "32", "33")] == [(None, 2948, "bounded")] * 3
    assert [found[code] for code in ("39", "40")] == [(None, 1114, "bounded")] * 2
    assert [found[code] for code in ("55", "56")] == [(None, 722, "bounded")] * 2


def test_on_the_stable_areas_of_2020_and_2024_every_figure_is_exact(home_2021: Home) -> None:
    rows = ask(
        home_2021,
        """
        select stable_area_name, participants, derivation from mart_participants_by_stable_area
        where comparison_key = '2020/2024' and month_key = 202101
        """,
    )
    assert {derivation for _, _, derivation in rows} == {"exact_sum"}
    assert len(rows) == 11
    figures = {name: participants for name, participants, _ in rows}
    assert figures["Østfold + Akershus + Buskerud"] == 2948


def test_the_pages_say_what_the_warehouse_says(built_home: Home) -> None:
    with duckdb.connect(str(built_home.warehouse), read_only=True) as connection:
        for path, content in pages(connection).items():
            assert path.read_text(encoding="utf-8") == content, f"{path.name}: run make pages"
