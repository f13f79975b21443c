"""The headline figures of a warehouse, as `quality.mart_summary` holds them."""

from pathlib import Path
from typing import TYPE_CHECKING

from loaders.errors import LookupFailedError
from tiltak.publish.ddl import quoted

if TYPE_CHECKING:
    import duckdb


def summary(connection: "duckdb.DuckDBPyConnection") -> dict[str, int | float]:
    """Return the figures by code: counts as whole numbers, and shares; a share of nothing is 0."""
    rows = connection.execute(
        "select figure_code, figure_count, figure_share from quality.mart_summary"
    ).fetchall()
    return {code: (share or 0.0) if count is None else count for code, count, share in rows}


def summary_changes(older: Path, newer: Path) -> list[tuple[object, ...]]:
    """Return meaning, older and newer value of the figures that differ between two published files.

    Raises:
        LookupFailedError: a file cannot be read, or is of a release without the figures.
    """
    import duckdb  # noqa: PLC0415

    query = """
        select
            newer_figures.meaning,
            coalesce(
                cast(older_figures.figure_count as string),
                cast(round(older_figures.figure_share, 4) as string)
            ),
            coalesce(
                cast(newer_figures.figure_count as string),
                cast(round(newer_figures.figure_share, 4) as string)
            )
        from newer.quality.mart_summary as newer_figures
        left join older.quality.mart_summary as older_figures
            on newer_figures.figure_code = older_figures.figure_code
        where
            newer_figures.figure_count is distinct from older_figures.figure_count
            or newer_figures.figure_share is distinct from older_figures.figure_share
        order by newer_figures.figure_share is not null, newer_figures.figure_code
    """
    try:
        with duckdb.connect() as connection:
            for name, path in (("older", older), ("newer", newer)):
                connection.execute(f"attach {quoted(str(path))} as {name} (read_only)")
            return connection.execute(query).fetchall()
    except duckdb.Error as error:
        raise LookupFailedError(
            f"the versions cannot be compared: {error}", "see `tiltak history`", f"{older}, {newer}"
        ) from error
