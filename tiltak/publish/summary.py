"""The headline figures of a warehouse, as `quality.mart_summary` holds them."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


def summary(connection: "duckdb.DuckDBPyConnection") -> dict[str, int | float]:
    """Return the figures by code: counts as whole numbers, and shares; a share of nothing is 0."""
    rows = connection.execute(
        "select figure_code, figure_count, figure_share from quality.mart_summary"
    ).fetchall()
    return {code: (share or 0.0) if count is None else count for code, count, share in rows}
