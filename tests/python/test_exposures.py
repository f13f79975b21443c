"""The exposures of files that query the warehouse name the relations these files read, and no others."""

import json
import re

import pytest

from tiltak.home import PROJECT, Home

RELATION = re.compile(r"\b(?:dim|fct|mart|bridge)_[a-z_]+\b")


@pytest.mark.parametrize(
    ("name", "path"),
    [("notebook", "bi/notebook/deltakere.py"), ("duckdb_shell", "bi/duckdb/tiltak.sql")],
)
def test_an_exposure_names_what_its_file_reads(name: str, path: str, built_home: Home) -> None:
    manifest = json.loads((built_home.target / "manifest.json").read_text(encoding="utf-8"))
    exposure = manifest["exposures"][f"exposure.tiltak_warehouse.{name}"]
    named = {manifest["nodes"][key]["name"] for key in exposure["depends_on"]["nodes"]}
    assert named == set(RELATION.findall((PROJECT / path).read_text(encoding="utf-8")))


def test_the_exposure_of_the_semantic_layer_names_its_metrics_of_people(built_home: Home) -> None:
    manifest = json.loads((built_home.target / "manifest.json").read_text(encoding="utf-8"))
    exposure = manifest["exposures"]["exposure.tiltak_warehouse.semantic_layer"]
    named = {key.split(".")[-1] for key in exposure["depends_on"]["nodes"] if key.startswith("metric.")}
    metrics = {metric["name"] for metric in manifest["metrics"].values()}
    assert named == {name for name in metrics if name.startswith(("participants", "share_of_"))}
