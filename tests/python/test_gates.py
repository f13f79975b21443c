"""The gates every model, column, macro and SQL file must pass, checked on dbt's own manifest."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dbt.cli.main import dbtRunner

from tiltak.home import PROJECT

PREFIXES = {
    "staging": ("stg_",),
    "intermediate": ("int_",),
    "marts": ("dim_", "bridge_", "fct_", "mart_"),
    "quality": ("bridge_", "fct_", "mart_"),
}
EARLIER_LAYERS = {
    "staging": {"seeds", "source", "staging"},
    "intermediate": {"seeds", "staging", "intermediate"},
    "marts": {"seeds", "staging", "intermediate", "marts"},
    "quality": {"seeds", "staging", "intermediate", "marts", "quality"},
}
CONFTEST = PROJECT / "tests" / "python" / "conftest.py"
SNAKE_CASE = re.compile(r"[a-z][a-z0-9_]*")


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Parse the project from nothing; a warning is an error.

    But for one: dbt warns of each hidden metric that it is not in a document that we do not publish.
    """
    target = tmp_path_factory.mktemp("target")
    options = "{error: all, warn: [MFConverterIssue]}"
    result = dbtRunner().invoke(
        ["--quiet", "--warn-error-options", options, "--no-partial-parse", "parse"],
        project_dir=str(PROJECT),
        profiles_dir=str(PROJECT),
        target_path=str(target),
        log_path=str(target),
    )
    assert result.success, result.exception
    return result.result


def nodes(manifest: Any, *kinds: str) -> list[Any]:
    return [
        node
        for node in manifest.nodes.values()
        if node.resource_type in kinds and node.package_name == "tiltak_warehouse"
    ]


def layer(model: Any) -> str:
    return str(model.fqn[1])


def test_every_model_seed_and_source_and_their_columns_are_described(manifest: Any) -> None:
    described = [*nodes(manifest, "model", "seed"), *manifest.sources.values()]
    assert len(described) > 70
    missing = [node.name for node in described if not node.description.strip()]
    missing += [
        f"{node.name}.{column.name}"
        for node in described
        for column in node.columns.values()
        if not column.description.strip()
    ]
    assert missing == []


def test_every_column_of_a_model_is_declared(manifest: Any, built: duckdb.DuckDBPyConnection) -> None:
    declared = {(node.schema, node.name): set(node.columns) for node in nodes(manifest, "model", "seed")}
    query = "select schema_name, table_name, column_name from duckdb_columns() where not internal"
    found: dict[tuple[str, str], set[str]] = {}
    for schema, table, column in built.sql(query).fetchall():
        found.setdefault((schema, table), set()).add(column)
    assert found == declared


def test_every_macro_and_generic_test_is_described_and_used(manifest: Any) -> None:
    macros = {
        key: macro
        for key, macro in manifest.macros.items()
        if macro.package_name == "tiltak_warehouse" and "__" not in macro.name
    }
    assert len(macros) >= 18
    assert [macro.name for macro in macros.values() if not macro.description.strip()] == []
    used = {
        key
        for node in [*manifest.nodes.values(), *manifest.macros.values()]
        for key in node.depends_on.macros
    }
    assert {key for key in macros if key not in used} <= {"macro.tiltak_warehouse.generate_schema_name"}


def test_every_mart_has_an_enforced_contract_a_primary_key_and_its_grain(manifest: Any) -> None:
    marts = [node for node in nodes(manifest, "model") if layer(node) in {"marts", "quality"}]
    assert len(marts) >= 30
    for mart in marts:
        assert mart.config.contract.enforced, mart.name
        keys = [item.columns for item in mart.constraints if item.type == "primary_key"]
        assert keys == [mart.config.meta["grain"]], mart.name
        assert mart.description.startswith("One row per "), mart.name


def test_models_are_named_by_their_layer_and_read_only_earlier_ones(manifest: Any) -> None:
    for model in nodes(manifest, "model"):
        assert model.name.startswith(PREFIXES[layer(model)]), model.name
        for key in model.depends_on.nodes:
            parent = manifest.nodes.get(key)
            read = (
                "source" if parent is None else layer(parent) if parent.resource_type == "model" else "seeds"
            )
            assert read in EARLIER_LAYERS[layer(model)], f"{model.name} reads {key}"


def test_names_follow_the_rules(built: duckdb.DuckDBPyConnection) -> None:
    query = "select table_name, column_name, data_type from duckdb_columns() where not internal"
    wrong = []
    for table, column, data_type in built.sql(query).fetchall():
        is_boolean = data_type == "BOOLEAN"
        if (
            not SNAKE_CASE.fullmatch(table)
            or not SNAKE_CASE.fullmatch(column)
            or (data_type == "DATE") != column.endswith("_date")
            or is_boolean != column.startswith(("is_", "has_"))
            or (column.endswith(("_key", "_code")) and data_type not in {"VARCHAR", "INTEGER"})
        ):
            wrong.append(f"{table}.{column} {data_type}")
    assert wrong == []


def test_the_test_of_keys_has_every_seed(manifest: Any) -> None:
    (keys,) = (test for test in nodes(manifest, "test") if test.name == "every_seed_has_each_key_once")
    seeds = {node.unique_id for node in nodes(manifest, "seed")}
    assert set(keys.depends_on.nodes) == seeds


def test_every_test_has_a_name_that_reads_as_a_statement(manifest: Any) -> None:
    tests = nodes(manifest, "test")
    assert len(tests) > 100
    for test in tests:
        metadata = getattr(test, "test_metadata", None)
        assert metadata is None or not test.name.startswith(f"{metadata.name}_"), test.name
        assert len(test.name.split("_")) >= 4, test.name


LONGEST_FUNCTION = 40
LONGEST_MODEL = 120
LONGEST_LINE = 110
PICTURE = "draws one picture or page from top to bottom; its pieces mean nothing by themselves"
LINES = "decides on one line after another, and what it has seen so far decides with it"
# Functions whose body is longer, docstring apart, and why. Who shortens one takes it out.
LONG_FUNCTIONS = {
    "bi/notebook/deltakere.py:_": PICTURE,
    "loaders/staging.py:_cells_of": "one entry per column of the staged relation",
    "loaders/tables/blocks.py:cut_blocks": LINES,
    "loaders/tables/fragments.py:read_fragment": LINES,
    "loaders/tables/recogniser.py:_take_table": LINES,
    "tests/measure/faults/harms.py:harms": "one entry per harm",
    "tests/measure/trust_page.py:_misread": PICTURE,
    "tests/python/test_robustness.py:harms": "one entry per harm",
    "tests/python/test_site.py:test_the_numbers_of_how_it_is_made_are_those_of_the_warehouse":
        "one query per number of the page",
    "tiltak/site/diagram.py:relation_picture": PICTURE,
    "tiltak/site/generated.py:succession_picture": PICTURE,
    "tiltak/site/technical_pages.py:_relations_page": PICTURE,
}  # fmt: skip


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines of a function's body, docstring apart."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_no_function_is_long_unless_its_reason_is_listed() -> None:
    found = {
        f"{path.relative_to(PROJECT).as_posix()}:{node.name}"
        for folder in ("loaders", "tiltak", "tests", "bi")
        for path in (PROJECT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and length(node) > LONGEST_FUNCTION
    }
    assert found == set(LONG_FUNCTIONS)


def test_a_long_model_says_why_in_its_first_lines() -> None:
    for path in (PROJECT / "models").rglob("*.sql"):
        lines = path.read_text(encoding="utf-8").splitlines()
        if len(lines) > LONGEST_MODEL:
            assert "longer than other models" in " ".join(lines[:5]).lower(), path.name


@pytest.mark.parametrize(("ci", "exit_code"), [("1", 1), ("", 0)])
def test_where_ci_is_set_a_skip_for_want_of_a_browser_is_a_failure(
    ci: str, exit_code: int, tmp_path: Path
) -> None:
    hook = f"import runpy\npytest_runtest_makereport = runpy.run_path({str(CONFTEST)!r})"
    (tmp_path / "conftest.py").write_text(f"{hook}['pytest_runtest_makereport']\n", encoding="utf-8")
    (tmp_path / "test_one.py").write_text(
        "import pytest\ndef test_one(): pytest.skip('no Chromium on this machine')\n"
        "def test_two(): pytest.skip('root may read everything')\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    run = subprocess.run(
        command, env={**os.environ, "CI": ci}, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert run.returncode == exit_code, run.stdout
    assert ("1 failed, 1 skipped" if ci else "2 skipped") in run.stdout


def test_no_line_of_sql_is_long() -> None:
    long = [
        f"{path.relative_to(PROJECT)}:{number}"
        for folder in ("models", "macros", "tests", "analyses")
        for path in (PROJECT / folder).rglob("*.sql")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > LONGEST_LINE
    ]
    assert long == []


def lint(*arguments: str) -> str:
    """Run the linter; returns what it says if it finds anything, and fails if it could not read a file."""
    command = [sys.executable, "-m", "sqlfluff", "lint", "--processes", "2", *arguments]
    # Compiling needs a database to connect to, but nothing in it.
    result = subprocess.run(
        command,
        cwd=PROJECT,
        env={**os.environ, "TILTAK_DATABASE": ":memory:", "DBT_TARGET_PATH": "target/lint"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode in {0, 1}, result.stdout + result.stderr
    assert "All Finished!" in result.stdout
    assert "Skipped" not in result.stdout + result.stderr
    return "" if result.returncode == 0 and "FAIL" not in result.stdout else result.stdout


@pytest.mark.slow
def test_every_sql_file_with_a_query_of_its_own_is_clean() -> None:
    assert lint("models", "tests/singular", "analyses") == ""
    assert lint("--templater", "raw", "tests/measure/speed/questions") == ""


@pytest.fixture(scope="module")
def compiled_queries(manifest: Any, compiled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy what models and tests that call our macros compile to; of the others their source is linted.

    A generic test makes the same query of whatever it is given: the longest and the shortest are copied.
    """
    folder = tmp_path_factory.mktemp("compiled")
    queries = {path.stem: path.read_text(encoding="utf-8").strip() for path in compiled.rglob("*.sql")}
    kinds: dict[str, list[str]] = {}
    for node in nodes(manifest, "model", "test"):
        if any(key.startswith("macro.tiltak_warehouse.") for key in node.depends_on.macros):
            metadata = getattr(node, "test_metadata", None)
            kinds.setdefault(metadata.name if metadata else node.name, []).append(node.name)
    assert len(kinds) > 70
    for names in kinds.values():
        by_length = sorted(names, key=lambda name: len(queries[name]))
        for name in {by_length[0], by_length[-1]}:
            (folder / f"{name}.sql").write_text(queries[name] + "\n", encoding="utf-8")
    return folder


# The linter cannot read a macro by itself, so what macros and generic tests compile to is checked. Its layout
# and its repetitions are the template's doing (AL09, ST09), dbt quotes every name (RF06), and a test returns
# the failing rows with all their columns (AM04); a macro may be given constants (ST10); the others are left
# out for the whole project.
COMPILED_EXCEPTIONS = "layout,RF04,ST06,AL09,ST09,ST10,RF06,AM04"


def lint_compiled(folder: Path) -> str:
    config = str(PROJECT / ".sqlfluff")
    return lint("--config", config, "--templater", "raw", "--exclude-rules", COMPILED_EXCEPTIONS, str(folder))


def test_the_sql_that_macros_and_generic_tests_make_is_clean(compiled_queries: Path) -> None:
    assert lint_compiled(compiled_queries) == ""


def test_the_lint_of_compiled_sql_sees_a_fault(tmp_path: Path) -> None:
    (tmp_path / "faulty.sql").write_text("SELECT a.x FROM b AS a, c\n", encoding="utf-8")
    assert "FAIL" in lint_compiled(tmp_path)
