"""What dbt asks for before it connects to a warehouse: a home with staged reports. See profiles.yml."""

from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin
from dbt_common.exceptions import DbtRuntimeError

from tiltak.home import Home


class Plugin(BasePlugin):
    """Stops a dbt command with one line where it would only find that relations are missing."""

    def initialize(self, _: dict[str, Any]) -> None:
        """Look for the staged reports of the home that holds the build file.

        Raises:
            DbtRuntimeError: there are none.
        """
        path = self.creds.path if self.creds else ":memory:"
        if path == ":memory:":
            return
        home = Home(Path(path).parents[1])
        if not any((home.staged / "report").glob("*.parquet")):
            raise DbtRuntimeError(f"no reports are staged in {home.staged}: run `make warehouse` first")
        home.building.parent.mkdir(exist_ok=True)
