"""Hashes of files, and of what a warehouse is made with: models, seeds and tools."""

import hashlib
from importlib.metadata import version
from pathlib import Path

TOOLS = ("dbt-core", "dbt-duckdb", "duckdb", "pandas", "pyarrow")
MODEL_FOLDERS = ("models", "seeds", "macros", "tests/generic", "tests/singular")


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def model_fingerprint(project: Path) -> str:
    """Return a hash of what dbt makes a warehouse with: models, seeds, macros, data tests and settings."""
    digest = hashlib.sha256()
    files = [path for folder in MODEL_FOLDERS for path in (project / folder).rglob("*") if path.is_file()]
    for path in sorted([project / "dbt_project.yml", *files]):
        digest.update(str(path.relative_to(project)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def project_fingerprint(project: Path) -> str:
    """Return a hash of all that dbt and its tools bring into a build file, but for the reports."""
    digest = hashlib.sha256(model_fingerprint(project).encode())
    for path in [project / "profiles.yml", *sorted((project / "docs" / "dbt").rglob("*.md"))]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    for tool in TOOLS:
        digest.update(f"{tool} {version(tool)}\0".encode())
    return digest.hexdigest()


def program_fingerprint(project: Path) -> str:
    """Return a hash of all that decides what is built of the staged reports, and of what builds it."""
    digest = hashlib.sha256(project_fingerprint(project).encode())
    for path in sorted((project / "tiltak").rglob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
