"""What comes from the seeds alone: built and tested once for a state of the project, and copied after that.

    target/vocabulary/tiltak.duckdb    seeds and the models that read nothing else, tested
    target/vocabulary/compiled/        their SQL
    target/vocabulary/kept.json        what they were made of, and what was tested

Half of all nodes of the project are of this kind, and they are the same in every home.
"""

import json
import shutil
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp

from tiltak.done import Done
from tiltak.fingerprint import file_hash, project_fingerprint
from tiltak.home import Home

# How dbt selects what comes from reports; all else comes from the seeds.
FROM_REPORTS = "source:*+"
NOTE = "kept.json"
COMPILED = "compiled"


def restore(home: Home, project: Path) -> Done | None:
    """Copy what was kept into the build file of a home; return None if nothing fits the project as it is."""
    folder = _folder(project)
    try:
        note = json.loads((folder / NOTE).read_text(encoding="utf-8"))
        if note["made_of"] != project_fingerprint(project):
            return None
        shutil.copyfile(folder / home.building.name, home.building)
        if file_hash(home.building) != note["sha256"]:
            home.building.unlink()
            return None
        shutil.copytree(folder / COMPILED, home.target / COMPILED, dirs_exist_ok=True)
        return Done.from_json(note)
    except (OSError, ValueError, KeyError, TypeError):
        home.building.unlink(missing_ok=True)
        return None


def keep(home: Home, project: Path, done: Done) -> None:
    """Keep the build file of a home, which holds nothing else yet; without it the next build takes longer."""
    folder = _folder(project)
    with suppress(OSError):
        folder.parent.mkdir(exist_ok=True)
        new = Path(mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            shutil.copyfile(home.building, new / home.building.name)
            shutil.copytree(home.target / COMPILED, new / COMPILED)
            note = {
                "made_of": project_fingerprint(project),
                "sha256": file_hash(new / home.building.name),
                **done.as_json(),
            }
            (new / NOTE).write_text(json.dumps(note), encoding="utf-8")
            forget(project)
            new.rename(folder)
        finally:
            shutil.rmtree(new, ignore_errors=True)


def forget(project: Path) -> None:
    """Remove what was kept."""
    shutil.rmtree(_folder(project), ignore_errors=True)


def _folder(project: Path) -> Path:
    return project / "target" / "vocabulary"
