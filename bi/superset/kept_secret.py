"""Secrets that Superset needs and nobody has to choose: its key and the password of its one user."""

import secrets
from pathlib import Path


def kept_secret(path: Path) -> str:
    """Return the secret kept in a file that its owner alone can read; an absent or empty one is made up."""
    if not path.is_file() or not path.read_text().strip():
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(24))
    path.chmod(0o600)
    return path.read_text().strip()
