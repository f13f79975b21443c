"""The errors of building, publishing and locking; those of reading are in `loaders.errors`."""

from loaders.errors import TiltakError


class BuildError(TiltakError):
    """The warehouse could not be built or did not pass its tests."""


class ServerError(TiltakError):
    """A database server cannot be reached, or does not let us publish to it."""


class HomeLockedError(TiltakError):
    """Another process writes to the same home."""
