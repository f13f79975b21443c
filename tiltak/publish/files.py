"""Write published relations as Parquet and as plain CSV, and hash what was written."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from tiltak.fingerprint import file_hash
from tiltak.publish.catalogue import Name, Relation
from tiltak.publish.ddl import quoted


def file_path(folder: Path, kind: str, name: Name) -> Path:
    """Return where a relation is in a folder: `parquet/main/dim_month.parquet`."""
    return folder / kind / name.schema / f"{name.relation}.{kind}"


def write_parquet(
    connection: duckdb.DuckDBPyConnection, relation: Relation, folder: Path, build_id: str
) -> None:
    """Write a relation as Parquet (zstd), sorted by its key, with the build id in the file's metadata."""
    _copy(
        connection,
        relation,
        file_path(folder, "parquet", relation.name),
        f"format parquet, compression zstd, kv_metadata {{build_id: {quoted(build_id)}}}",
    )


def write_csv(connection: duckdb.DuckDBPyConnection, relation: Relation, folder: Path) -> Path:
    """Write a relation as CSV of RFC 4180, sorted by its key: UTF-8, commas, decimal points, CR LF.

    NULL is an empty field, an empty text is `""`.
    """
    path = file_path(folder, "csv", relation.name)
    _copy(connection, relation, path, r"format csv, header, delimiter ',', new_line '\r\n'")
    return path


def content_hash(connection: duckdb.DuckDBPyConnection, relations: Iterable[Relation], scratch: Path) -> str:
    """Return a hash of all rows of relations: the same for the same data, whatever wrote it.

    Args:
        connection: to the published file.
        relations: what to hash.
        scratch: a folder with room for the text of one relation.
    """
    hashes: dict[Path, str] = {}
    with TemporaryDirectory(dir=scratch) as folder:
        for relation in relations:
            path = write_csv(connection, relation, Path(folder))
            hashes[path.relative_to(Path(folder) / "csv")] = file_hash(path)
            path.unlink()
    return hashlib.sha256(_listed(hashes).encode()).hexdigest()


def checksums(folder: Path) -> str:
    """Return the hashes of all files below a folder, as `sha256sum --check` reads them."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return _listed({path.relative_to(folder): file_hash(path) for path in paths})


def _listed(hashes: Mapping[Path, str]) -> str:
    return "".join(f"{hashes[path]}  {path.as_posix()}\n" for path in sorted(hashes))


def _copy(connection: duckdb.DuckDBPyConnection, relation: Relation, path: Path, options: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection.execute(
        f"copy (from {relation.name} order by {', '.join(relation.grain)}) to {quoted(str(path))} ({options})"
    )
