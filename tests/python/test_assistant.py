"""What an assistant gets: right questions answered with what must be said, wrong ones flagged.

No model takes part: `assistant_questions.toml` has thirty questions, each with the SQL that a hurried reader
would ask and the SQL that is right.
"""

import asyncio
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

from loaders.errors import LookupFailedError
from tiltak.assistant import tools
from tiltak.assistant.examine import Examination, examine
from tiltak.cli import app
from tiltak.home import PROJECT, Home, connect_published
from tiltak.publish.guide import GUIDE
from tiltak.relations import read_relations

ASKED = Path(__file__).with_name("assistant_questions.toml").read_text(encoding="utf-8")
QUESTIONS = tomllib.loads(ASKED)["question"]
MOST_BYTES = 25_000


@pytest.fixture
def published(built_home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection as the tools have it: nothing but the published file can be read."""
    with connect_published(built_home) as connection:
        yield connection


def examined(connection: duckdb.DuckDBPyConnection, query: str) -> Examination:
    return examine(connection, read_relations(connection), query)


def kinds(connection: duckdb.DuckDBPyConnection, query: str) -> set[str]:
    return {finding.kind.value for finding in examined(connection, query).findings}


def test_there_are_thirty_questions_ten_of_them_about_what_is_absent() -> None:
    assert (len(QUESTIONS), sum(one.get("is_absent", False) for one in QUESTIONS)) == (30, 10)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["question"])
def test_what_a_hurried_reader_asks_is_flagged_and_what_is_right_is_answered(
    question: dict[str, Any], built_home: Home, published: duckdb.DuckDBPyConnection
) -> None:
    assert question["finding"] in kinds(published, question["wrong"])
    said = tools.answer(built_home, question["right"])
    assert said["findings"] == []
    expected = [[str(one) if hasattr(one, "year") else one for one in row] for row in question["answer"]]
    assert said["rows"] == expected


TOTAL = "mart_participants_total"
COUNTY = "mart_participants_by_county"


@pytest.mark.parametrize(
    "query",
    [
        f"select sum(p) from (select participants as p from {TOTAL} where month_key < 201401)",
        f"with a as (select * from {TOTAL}) select scope_name, sum(participants) from a group by all",
        f"select sum(p) from (select participants as p from {TOTAL} where month_key = 201301"
        f" union all select participants from {TOTAL} where month_key = 201302)",
        f"select month_key, sum(participants) over (order by month_key) from {TOTAL}",
        f"select month_key // 100, sum(participants + 0) from {TOTAL} group by 1",
        f"select sum(case when month_key < 201401 then participants else 0 end) from {TOTAL}",
        f"select sum(participants) filter (where month_key < 201401) from {TOTAL}",
        f"select sum(low) from (select month_key, sum(participants_min) as low from {COUNTY} group by 1)",
        f"select (select sum(participants) from {TOTAL} as inside"
        f" where inside.month_key <= outside.month_key) from {TOTAL} as outside",
        f"from {TOTAL} select sum(participants)",
    ],
)  # fmt: skip
def test_a_sum_over_months_is_found_however_it_is_worded(
    query: str, published: duckdb.DuckDBPyConnection
) -> None:
    try:
        assert "sum_over_months" in kinds(published, query)
    except LookupFailedError as error:
        assert error.problem == "the query cannot be examined"  # noqa: PT017  # one of them is
        assert "outside" in query


@pytest.mark.parametrize(
    "query",
    [
        f"select sum(participants) filter (where month_key = 201301) from {TOTAL}"
        " where scope_tiltak_key = '_T'",
        f"select month_key, scope_name, sum(participants) from {TOTAL} group by month_key, scope_name",
        f"select scope_name, avg(participants) from {TOTAL} group by scope_name",
        f"select a.participants - b.participants from {TOTAL} as a, {TOTAL} as b"
        " where a.month_key = 201903 and b.month_key = 201303",
        f"select month_key, participants, lag(participants) over (order by month_key) from {TOTAL}"
        " where scope_tiltak_key = '_T'",
        f"select region_name, 100.0 * participants_max / sum(participants_max) over (partition by tiltak_key)"
        f" from {COUNTY} where month_key = 201903",
        f"select region_name, participants from {COUNTY} where month_key = 201903 and participants > 100",
        "select sum(participants) from mart_participants_by_gender"
        " where month_key = 201303 and gender_key = 'F'",
        "select * from dim_tiltak",
        "select count(*) from quality.mart_summary",
    ],
)
def test_a_right_question_raises_no_alarm(query: str, published: duckdb.DuckDBPyConnection) -> None:
    assert kinds(published, query) == set()


def test_the_analyses_of_the_project_are_answered(published: duckdb.DuckDBPyConnection) -> None:
    """They are known to be right, and use what SQL has.

    Two of them sum over months on the way to a share, in steps that look like a wrong sum.
    """
    texts = {path.stem: path.read_text(encoding="utf-8") for path in (PROJECT / "analyses").glob("*.sql")}
    queries = {name: re.sub(r"\{\{ ref\('(\w+)'\) \}\}", r"\1", text) for name, text in sorted(texts.items())}
    plain = {name: text for name, text in queries.items() if "{" not in text}
    assert len(plain) > 5
    refused = {name: examined(published, text) for name, text in plain.items()}
    assert {name for name, one in refused.items() if one.is_refused} == {
        "age_profile_by_tiltaksgruppe_2022", "share_of_hidden_cells",
    }  # fmt: skip


@pytest.mark.parametrize(
    "query",
    [
        "delete from dim_month", "create table a as select 1", "set threads = 1", "attach 'a.duckdb'",
        "select 1; select 2",
        "copy dim_month to 'a.csv'", "pragma version", "begin", "use quality", "prepare a as select 1", "",
    ],
)  # fmt: skip
def test_only_one_select_is_answered(query: str, built_home: Home) -> None:
    assert tools.answer(built_home, query)["problem"] == "this is not one SELECT"


@pytest.mark.parametrize(
    "query",
    [
        "from '/etc/passwd'",
        "from read_csv('/etc/passwd')",
        "select * from duckdb_settings()",
        "from glob('*')",
    ],
)
def test_nothing_but_the_published_tables_is_read(query: str, built_home: Home) -> None:
    said = tools.answer(built_home, query)
    assert said["is_answered"] is False
    assert "rows" not in said


def test_an_answer_comes_with_what_must_be_said(built_home: Home) -> None:
    said = tools.answer(
        built_home,
        f"select month_key, region_name, scope_name, participants, participants_min, participants_max"
        f" from {COUNTY} where region_key = '_U' and month_key in (201906, 201907)",
    )
    text = " ".join(said["say_with_it"])
    for part in ("Never add up months", "hidden", "2019-06 to 2019-07", "2019-07 Training", "I alt"):
        assert part in text, part
    assert None in [row[3] for row in said["rows"]]


def test_a_refused_question_gives_no_number_but_what_to_ask(built_home: Home) -> None:
    said = tools.answer(built_home, f"select sum(participants) from {TOTAL}")
    assert (said["is_answered"], "rows" in said) == (False, False)
    assert said["findings"][0]["next_step"]


def test_tables_and_members_are_found_by_words(built_home: Home) -> None:
    found = tools.find_tables(built_home, "Viken county")
    assert "mart_participants_by_county" in [table["name"] for table in found["tables"]]
    assert {"table": "dim_region", "region_key": "30_2020", "name": "Viken", "name_en": "Viken"} in found[
        "members"
    ]
    described = tools.describe_table(built_home, "mart_participants_on_counties_of_2024")
    assert described["never_add_up_over"] == ["month_key"]
    assert described["months"] == "2019-01 to 2019-12, 2024-01 to 2024-12"
    assert tools.describe_table(built_home, "mart_participants_by_count")["next_step"].startswith(
        "the nearest"
    )


def test_a_sum_that_may_be_made_is_that_of_everybody(published: duckdb.DuckDBPyConnection) -> None:
    """What `never_add_up_over` names is all there is: with these columns fixed, parts add up to the total."""
    checked = 0
    for name, relation in read_relations(published).items():
        if (
            set(relation.alternatives) == {"month_key", "scope_tiltak_key"}
            and "tiltak_key" in relation.columns
        ):
            rows = published.execute(f"""
                with sums as (
                    select
                        month_key, scope_tiltak_key,
                        sum(participants_min) as low, sum(participants_max) as high
                    from {name} group by all
                )
                select * from sums join {TOTAL} as totals using (month_key, scope_tiltak_key)
                where not totals.participants between low and high
            """).fetchall()
            assert rows == [], name
            checked += 1
    assert checked >= 10


def test_the_guide_is_short_and_its_examples_are_right(built_home: Home) -> None:
    text = (built_home.folder / "published" / GUIDE).read_text(encoding="utf-8")
    assert len(text.encode()) < MOST_BYTES
    for part in (
        "Never add up months",
        "2022-01 to 2022-07",
        "`mart_participants_total`",
        "30_2020",
        "2019-07",
    ):
        assert part in text, part
    examples = re.findall(r"```sql\n(.*?)```", text, re.DOTALL)
    assert len(examples) >= 5
    for example in examples:
        said = tools.answer(built_home, example)
        assert said.get("findings") == [], (example, said)
        assert said["rows"], example


def test_an_assistant_talks_to_it_over_the_protocol(built_home: Home) -> None:
    mcp = pytest.importorskip("mcp", reason="the package mcp is not installed")
    from tiltak.assistant.server import make_server  # noqa: PLC0415  # it imports the package

    async def talk() -> tuple[set[str], dict[str, Any], str]:
        async with mcp.Client(make_server(built_home)) as client:
            listed = await client.list_tools()
            said = await client.call_tool("ask", {"sql": f"select sum(participants) from {TOTAL}"})
            guide = await client.read_resource("tiltak://guide")
            return {tool.name for tool in listed.tools}, said.structured_content, str(guide.contents[0])

    names, said, guide = asyncio.run(talk())
    assert names == {"find_tables", "describe_table", "ask"}
    assert said["findings"][0]["kind"] == "sum_over_months"
    assert "# Guide for assistants" in guide


def test_without_its_package_the_server_says_what_to_install(
    built_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "mcp.server.mcpserver", None)
    monkeypatch.delitem(sys.modules, "tiltak.assistant.server", raising=False)
    said = CliRunner().invoke(app, ["mcp", "--home", str(built_home.folder)])
    assert (said.exit_code, "run `make mcp`" in said.output) == (1, True)


def test_without_a_warehouse_the_server_does_not_start(tmp_path: Path) -> None:
    said = CliRunner().invoke(app, ["mcp", "--home", str(tmp_path)])
    assert (said.exit_code, "there is no warehouse here" in said.output) == (1, True)
