"""What dbt has done of the project: which models, seeds and tests, and how the tests ended."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DataTestCounts:
    """How many data tests hold, and how many do not and only warn."""

    passed: int
    warned: int


@dataclass(frozen=True)
class Done:
    """What dbt has done.

    Attributes:
        nodes: what was built, and the tests that ran, by the names that dbt has for them.
        warned: the tests among them that do not hold, and only warn.
    """

    nodes: frozenset[str]
    warned: frozenset[str]

    @property
    def tests(self) -> DataTestCounts:
        """How many of the tests hold, and how many only warn."""
        tests = {name for name in self.nodes if name.startswith("test.")}
        return DataTestCounts(len(tests - self.warned), len(self.warned))

    def __or__(self, other: "Done") -> "Done":
        """Return what was done by both; a test that warned of one of them has not passed."""
        return Done(self.nodes | other.nodes, self.warned | other.warned)

    def as_json(self) -> dict[str, list[str]]:
        """Return the names in their order."""
        return {"nodes": sorted(self.nodes), "warned": sorted(self.warned)}

    @classmethod
    def from_json(cls, note: dict[str, list[str]]) -> "Done":
        """Return what `as_json` has written."""
        return cls(frozenset(note["nodes"]), frozenset(note["warned"]))
