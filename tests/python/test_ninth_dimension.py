"""A dimension more is seeds, labels, one model and its texts: no SQL of another model changes."""

from collections.abc import Callable
from pathlib import Path

import pytest
from support.built_homes import Built, ask
from support.project_copy import copy_project

from loaders.layout import Layout
from loaders.load import load_reports
from loaders.staging import loader_fingerprint
from tiltak.build import run_dbt
from tiltak.home import Home

MOST_FILES = 15
# An invented dimension, and a report that is broken down by it.
REPORT = """\
Deltakere i arbeidsrettede tiltak. Tidsserie måned

Bosituasjon

Januar - Februar 2024

\tJanuar\tFebruar
I alt\t1 000\t1 010
Eier bolig\t600\t605
Leier bolig\t400\t406

Hovedgrupper

Januar - Februar 2024

\tJanuar\tFebruar
I alt\t1 000\t1 010
Arbeidssøkere på tiltak\t1 000\t1 010
"""


def like_education(text: str) -> str:
    """Return a text about levels of education as one about housing."""
    return text.replace("education", "housing").replace("Level of housing", "Housing")


def after(line_start: str) -> Callable[[str], str]:
    """Add, after each block of a YAML list that begins so, the same for housing."""

    def edit(text: str) -> str:
        lines, done = text.splitlines(keepends=True), []
        place = 0
        while place < len(lines):
            line = lines[place]
            place += 1
            done.append(line)
            if not line.strip().startswith(line_start):
                continue
            indent = len(line) - len(line.lstrip())
            block = [line]
            while place < len(lines) and len(lines[place]) - len(lines[place].lstrip()) > indent:
                block.append(lines[place])
                place += 1
            done += [*block[1:], *map(like_education, block)]
        return "".join(done)

    return edit


def listed(text: str) -> str:
    """Add the key of housing wherever that of education is listed or said to lead to its members."""
    text = text.replace("*education_key,", "*education_key, *housing_key,")
    return text.replace(
        "    education_key: dim_education.education_key\n",
        "    education_key: dim_education.education_key\n    housing_key: dim_housing.housing_key\n",
    )


def with_texts(text: str) -> str:
    return listed(after("- &education_key")(text))


def with_slices(text: str) -> str:
    text = after("- &education_code")(with_texts(text))
    return text.replace("*education_code,", "*education_code, *housing_code,")


def with_model(text: str) -> str:
    text = after("- name: dim_education")(after("- &is_by_education")(with_texts(text)))
    # A dimension has the key of no other.
    text = text.replace("*housing_key, *housing_key", "*housing_key")
    text = text.replace("*education_key, *housing_key, *name", "*education_key, *name")
    return text.replace("*is_by_education,", "*is_by_education, *is_by_housing,")


# What is written by hand: a file, and what becomes of its text.
EDITS: dict[str, Callable[[str], str]] = {
    "seeds/codelists/dimension.csv": lambda text: (
        text + "housing,housing,1,housing,HOUSING,Bosituasjon,Housing,Bosituasjon,Housing,12\n"
    ),
    "seeds/codelists/housing.csv": lambda _: (
        "housing_key,parent_key,level,name,name_en,sort_order\n_T,,total,I alt,Total,0\n"
        "OWNER,_T,housing,Eier bolig,Owner,1\nTENANT,_T,housing,Leier bolig,Tenant,2\n"
    ),
    "seeds/codelists/housing.yml": like_education,
    "seeds/labels/label_housing.csv": lambda _: (
        "label,dimension,member_code,kind,note\neier bolig,housing,OWNER,official,\n"
        "leier bolig,housing,TENANT,official,\n"
    ),
    "seeds/labels/label_housing.yml": like_education,
    "seeds/labels/label_section.csv": lambda text: text + "bosituasjon,housing,,,official,\n",
    "macros/facts/dimensions.sql": lambda text: text.replace(
        "        'education': ['education'],\n",
        "        'education': ['education'],\n        'housing': ['housing'],\n",
    ),
    "models/marts/dimensions/dim_housing.sql": like_education,
    "models/marts/dimensions/_models.yml": with_model,
    "models/marts/facts/_models.yml": with_texts,
    "models/intermediate/reading/_models.yml": with_slices,
    "models/intermediate/editions/_models.yml": with_texts,
    "models/intermediate/rules/_models.yml": with_texts,
    "docs/dbt/columns.md": lambda text: (
        text + "\n{% docs housing_key %}\nHousing, see `dim_housing`.\n{% enddocs %}\n"
    ),
}


def written(project: Path) -> Path:
    """Make the edits in a copied project."""
    for name, edit in EDITS.items():
        path, source = project / name, project / name.replace("housing", "education")
        before = source.read_text(encoding="utf-8")
        assert edit(before) != before, name
        path.write_text(edit(before), encoding="utf-8")
    return project


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, layout: Layout) -> Built:
    """Build the report, whose January adds up and whose February does not."""
    folder = tmp_path_factory.mktemp("ninth")
    project = written(copy_project(folder / "project"))
    report = folder / "bosituasjon.txt"
    report.write_text(REPORT, encoding="utf-8")
    home = Home(folder / "home")
    load_reports([report], home.staged, layout, loader_fingerprint())
    home.building.parent.mkdir(parents=True)
    result = run_dbt(home, ["build", "--exclude-resource-type", "unit_test"], project=project)
    return Built.of(home, result)


def test_few_files_are_written_by_hand() -> None:
    assert len(EDITS) <= MOST_FILES


@pytest.mark.slow
def test_a_report_with_an_invented_dimension_loads_and_adds_up(built: Built) -> None:
    facts = """
        select fact_key, housing_key, breakdown_key, participants from fct_monthly_participants
        where month_key = 202401 and housing_key <> '_T' order by all
    """
    assert ask(built.home, facts) == [
        ("202401:_T:_T:_T:_T:_T:_T:_T:_T:OWNER", "OWNER", "HOUSING", 600),
        ("202401:_T:_T:_T:_T:_T:_T:_T:_T:TENANT", "TENANT", "HOUSING", 400),
    ]
    checks = """
        select part_level, parts_sum, whole, outcome from quality.fct_rule_check
        where month_key = 202401 and part_level = 'housing'
    """
    assert ask(built.home, checks) == [("housing", 1000, 1000, "equal")]


@pytest.mark.slow
def test_members_of_an_invented_dimension_that_do_not_add_up_stop_the_build(
    built: Built,
) -> None:
    assert built.failed == {"every_check_holds_or_is_on_record"}
    wrong = """
        select month_key, part_level, parts_sum, whole from quality.fct_rule_check
        where outcome = 'impossible'
    """
    assert ask(built.home, wrong) == [(202402, "housing", 1011, 1010)]
