"""What tests ask of a home in which dbt has built, whether or not all has passed."""

from dataclasses import dataclass

import duckdb
from dbt.cli.main import dbtRunnerResult

from tiltak.home import Home


@dataclass(frozen=True)
class Built:
    """A build of invented reports.

    Attributes:
        home: where it was built; a failed build can be looked at.
        failed: names of the models and tests that failed.
    """

    home: Home
    failed: set[str]

    @classmethod
    def of(cls, home: Home, result: dbtRunnerResult) -> "Built":
        """Return what dbt has built, which must have come to its end."""
        assert result.exception is None, result.exception
        runs = result.result.results  # type: ignore[union-attr]
        return cls(home, {str(run.node.name) for run in runs if run.status in {"fail", "error"}})


def ask(home: Home, query: str) -> list[tuple[object, ...]]:
    """Return the answer of what is built in a home, published or not."""
    with duckdb.connect(str(home.building), read_only=True) as connection:
        return connection.execute(query).fetchall()
