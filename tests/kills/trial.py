"""One command, ended at every operation on files in every way; what is wrong is said."""

from __future__ import annotations

import collections
import dataclasses
import pathlib
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterable

from tests.conftest import TINY
from tests.kills.operations import WAYS, forked
from tests.kills.scenarios import Scenario, content, remember


@dataclasses.dataclass
class Trial:
    """What was tried with a command, and what was wrong."""

    operations: collections.Counter[str]
    ended: collections.Counter[str]
    faults: list[str]


def ready() -> None:
    """Load and compile what all commands need, so that a forked process starts at once."""
    import defection.batch_runs.searches
    import defection.replication.kept
    import defection.views.run_folder
    from defection import DefectionModel
    from defection.batch_runs import run_sweep
    from defection.batch_runs.execution.worker import golden_rows

    golden_rows()
    with tempfile.TemporaryDirectory() as folder:
        model = DefectionModel(country=TINY, seed=1, weeks=2, record_crossings=True).run()
        defection.views.run_folder.write(model, pathlib.Path(folder) / "run")
        design = {"seed": 1, "country": str(TINY), "weeks": 2, "design": {"kind": "grid"}}
        run_sweep(design, pathlib.Path(folder) / "sweep", engine="serial", chunk=1)
        defection.batch_runs.run_ensemble({}, 1, country=TINY, weeks=2, threads=1)


def tried(
    scenario: Scenario,
    place: pathlib.Path,
    *,
    ways: Iterable[str] = WAYS,
    chosen: Callable[[str, int], bool] = lambda _way, _last: True,
) -> Trial:
    """End a command in every way, at those of its operations that are ``chosen`` for the way."""
    place = place.resolve()
    template, whole, work = (place / name for name in ("before", "whole", "work"))
    template.mkdir(parents=True)
    status, _, said = forked(scenario.before, template)
    assert status == 0, said
    shutil.copytree(template, whole)
    status, operations, said = forked(scenario.act, whole)
    assert status == 0, said
    before, after = content(template, hidden=False), content(whole)
    assert after == content(whole, hidden=False), f"litter: {sorted(after)}"
    remember(scenario, work, "before", template)
    remember(scenario, work, "after", whole)
    trial = Trial(operations, collections.Counter(), [])
    for way in ways:
        ends = [last for last in range(1, operations.total() + 1) if chosen(way, last)]
        for last in [*ends, None]:
            if last is None and not way.startswith("power cut"):
                continue
            for old in (work, work.with_name("work-lost")):
                shutil.rmtree(old, ignore_errors=True)
            shutil.copytree(template, work)
            status, _, said = forked(scenario.act, work, last, way)
            fault = _fault(scenario, work, last, status, said, before, after)
            trial.ended[way] += 1
            if fault:
                trial.faults.append(f"{way} at {last} of {operations.total()}: {fault}")
    return trial


def _fault(
    scenario: Scenario,
    work: pathlib.Path,
    last: int | None,
    status: int,
    said: str,
    before: dict[str, bytes],
    after: dict[str, bytes],
) -> str:
    """Return what is wrong after an end, or when the command is given again; empty if nothing."""
    if status != (0 if last is None else -signal.SIGKILL):
        return f"it ended with {status}: {said}"
    kept = content(work) if last is None else after  # what it had removed may be there again
    if {name: kept.get(name) for name in after} != after:
        return f"it ended with 0 and is not kept: {difference(kept, after)}"
    if wrong := scenario.whole(work, before, after):
        return wrong
    status, _, said = forked(scenario.again or scenario.act, work)
    if status or "Traceback" in said:
        return f"given again it ended with {status}: {said[-1500:]}"
    now = content(work)
    return "" if now == after else f"given again it left: {difference(now, after)}"


def difference(now: dict[str, bytes], after: dict[str, bytes]) -> str:
    other = [name for name in now if name in after and now[name] != after[name]]
    return f"missing {sorted(after.keys() - now)}, too many {sorted(now.keys() - after)}, {other}"
