"""Do to a warehouse what can happen to it, and count how often what is published stays intact.

`make faults` builds a warehouse of one report, kills builds of it, and acts out all other faults, each on a
copy of its own. The result is printed, and written as JSON for the page in docs/.
"""

import argparse
import json
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from measure.faults.harms import Harm, act_out, harms
from measure.faults.kills import Tally, kill_steps, kill_whole_builds
from measure.faults.lab import Lab, NotHandledError, NotPossibleError
from tiltak.home import PROJECT, Home

REPORT = PROJECT / "data" / "reports" / "deltakere-tiltak_2020-01_2020-02.txt"
KILLS_BETWEEN_LINES = 20
# What a killed process has written is not lost, as it may be with a power cut: no need to wait for a disk.
IN_MEMORY = Path("/dev/shm")
TILTAK = Path(sys.executable).with_name("tiltak")


@dataclass(frozen=True)
class Acted:
    """How a fault ended: `handled`, `not handled` or `not possible` on this machine, and why."""

    kind: str
    name: str
    outcome: str
    why: str | None = None


def main() -> int:
    """Run all faults; returns 1 if any of them did harm."""
    parser = argparse.ArgumentParser(description="Kill builds and act out other faults.")
    parser.add_argument("--steps", type=int, default=200, help="builds to kill at a step (200)")
    parser.add_argument("--whole", type=int, default=24, help="whole commands to kill at random (24)")
    parser.add_argument("--seed", type=int, default=1, help="of the random choices (1)")
    parser.add_argument(
        "--only", metavar="KIND", help="act out faults of one kind, and keep all other results"
    )
    parser.add_argument("--output", type=Path, default=PROJECT / "warehouse" / "trust" / "faults.json")
    options = parser.parse_args()
    began = time.monotonic()
    console = Console()
    with TemporaryDirectory(prefix="tiltak-faults-", dir=IN_MEMORY if IN_MEMORY.is_dir() else None) as name:
        base, seconds = _build_base(Path(name))
        if options.only:
            return _act_out_one_kind(base, Path(name), options, console)
        tally = _kill(base, Path(name), options, seconds, console)
        acted = _act_out_all(base, Path(name), harms(), console)
    killed = sum(tally.killed.values())
    result = {
        "seed": options.seed,
        "seconds": round(time.monotonic() - began),
        "kills": {
            "killed": killed,
            "published_intact": tally.intact + tally.renewed,
            "as_before": tally.intact,
            "new_and_complete": tally.renewed,
            "recovered": tally.recovered,
            "by_phase": dict(tally.killed),
            "builds_not_killed": tally.completed,
            "damages": tally.damages,
        },
        "faults": [asdict(fault) for fault in acted],
    }
    _write(options.output, result)
    _show(tally, acted, console)
    console.print(f"The result is in {options.output}.", markup=False)
    is_harmed = tally.damages or tally.recovered < killed or any(f.outcome == "not handled" for f in acted)
    return int(bool(is_harmed) or killed < options.steps + options.whole)


def _build_base(folder: Path) -> tuple[Lab, float]:
    """Build the warehouse that is harmed; returns it, and the seconds that a build takes."""
    base = Lab(Home(folder / "base" / "home"), folder / "base" / "reports")
    base.reports.mkdir(parents=True)
    shutil.copy(REPORT, base.reports)
    began = time.monotonic()
    command = [str(TILTAK), "build", "--anew", "--quiet", "--reports", str(base.reports)]
    subprocess.run([*command, "--home", str(base.home.folder)], check=True)
    return base, time.monotonic() - began


def _kill(base: Lab, folder: Path, options: argparse.Namespace, seconds: float, console: Console) -> Tally:
    lab = Lab.copy_of(base.home, base.reports, folder / "kills")
    draw = random.Random(options.seed)  # chance, not secrecy
    tally = Tally()
    try:
        with console.status("killing builds") as status:
            for kills in (
                kill_steps(lab, options.steps, draw, tally),
                kill_whole_builds(lab, options.whole, seconds, draw, tally),
            ):
                for _ in kills:
                    killed = sum(tally.killed.values())
                    status.update(f"killing builds: {killed}")
                    if killed % KILLS_BETWEEN_LINES == 0:
                        console.print(f"{killed} builds killed, {tally.intact + tally.renewed} times intact")
    except NotHandledError as why:
        tally.damages.append(str(why))
    return tally


def _act_out_one_kind(base: Lab, folder: Path, options: argparse.Namespace, console: Console) -> int:
    """Act out the faults of one kind; their results take the place of earlier ones."""
    wanted = [harm for harm in harms() if harm.kind == options.only]
    acted = _act_out_all(base, folder, wanted, console)
    result = json.loads(options.output.read_text(encoding="utf-8"))
    kept = [fault for fault in result["faults"] if fault["kind"] != options.only]
    _write(options.output, result | {"faults": [*kept, *(asdict(fault) for fault in acted)]})
    _show(Tally(), acted, console)
    return int(not acted or any(fault.outcome == "not handled" for fault in acted))


def _write(path: Path, result: Mapping[str, object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _act_out_all(base: Lab, folder: Path, wanted: Sequence[Harm], console: Console) -> list[Acted]:
    acted = []
    for number, harm in enumerate(wanted):
        lab = Lab.copy_of(base.home, base.reports, folder / f"harm-{number}")
        with console.status(f"{harm.kind}: {harm.name}"):
            try:
                why = act_out(harm, lab)
            except NotPossibleError as reason:
                acted.append(Acted(harm.kind, harm.name, "not possible", str(reason)))
            else:
                acted.append(Acted(harm.kind, harm.name, "not handled" if why else "handled", why))
        shutil.rmtree(folder / f"harm-{number}")
    return acted


def _show(tally: Tally, acted: Sequence[Acted], console: Console) -> None:
    kills = Table("builds killed", "number", title_justify="left")
    for phase, number in sorted(tally.killed.items(), key=lambda item: -item[1]):
        kills.add_row(phase, str(number))
    kills.add_section()
    for name, number in (
        ("in all", sum(tally.killed.values())),
        ("published as before, byte for byte", tally.intact),
        ("published anew, complete", tally.renewed),
        ("a later build went on without help", tally.recovered),
    ):
        kills.add_row(name, str(number))
    console.print(kills)
    faults = Table("other faults", "what", "outcome")
    for fault in acted:
        faults.add_row(fault.kind, fault.name, fault.outcome)
    console.print(faults)
    for told in [*tally.damages, *(f"{fault.name}: {fault.why}" for fault in acted if fault.why)]:
        console.print(told, markup=False)


if __name__ == "__main__":
    sys.exit(main())
