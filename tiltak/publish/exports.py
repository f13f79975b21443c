"""Write the published relations as Parquet and as plain CSV."""

from pathlib import Path

import duckdb

from tiltak.publish.catalogue import Name, Relation
from tiltak.publish.ddl import quoted


def export_path(folder: Path, kind: str, name: Name) -> Path:
    """Return where a relation stands in a set: `parquet/main/dim_month.parquet`."""
    return folder / kind / name.schema / f"{name.relation}.{kind}"


def write_parquet(
    connection: duckdb.DuckDBPyConnection, relation: Relation, folder: Path, build_id: str
) -> None:
    """Write a relation as Parquet (zstd), sorted by its key, with the build id in the file's metadata."""
    _copy(
        connection,
        relation,
        export_path(folder, "parquet", relation.name),
        f"format parquet, compression zstd, kv_metadata {{build_id: {quoted(build_id)}}}",
    )


def write_csv(connection: duckdb.DuckDBPyConnection, relation: Relation, folder: Path) -> None:
    """Write a relation as CSV of RFC 4180, sorted by its key: UTF-8, commas, decimal points, CR LF.

    NULL is an empty field, an empty text is `""`.
    """
    path = export_path(folder, "csv", relation.name)
    _copy(connection, relation, path, r"format csv, header, delimiter ',', new_line '\r\n'")


def _copy(connection: duckdb.DuckDBPyConnection, relation: Relation, path: Path, options: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection.execute(
        f"copy (from {relation.name} order by {', '.join(relation.grain)}) to {quoted(str(path))} ({options})"
    )
