"""Commands that are ended: what is there before, and what must be whole whenever they end."""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from tests.conftest import LIVELY, TINY

Content = dict[str, bytes]
"""Files by their paths below a folder."""


def content(folder: pathlib.Path, *, hidden: bool = True) -> Content:
    """Return the files of a folder; without ``hidden`` those that a user sees."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    files = {name: path for name, path in files.items() if path.is_file()}
    if not hidden:
        files = {name: path for name, path in files.items() if not _is_hidden(name)}
    return {name: path.read_bytes() for name, path in files.items()}


def _is_hidden(name: str) -> bool:
    return any(part.startswith(".") for part in name.split("/")) or name.endswith(".lock")


@dataclasses.dataclass(frozen=True)
class Scenario:
    """A command with what is done before it, and the check of what a kill has left."""

    act: Callable[[], object]
    before: Callable[[], object] = lambda: None
    whole: Callable[[pathlib.Path, Content, Content], str] = lambda *_: ""
    """Says what is wrong with a folder, or nothing; gets what is right before and after."""
    again: Callable[[], object] | None = None
    """What goes on afterwards; the command itself if left out."""


def commands(*lines: Sequence[str]) -> Callable[[], int]:
    """Return the function that carries out commands, one after the other."""

    def act() -> int:
        from defection.batch_runs.searches import stored
        from defection.batch_runs.survey import run as survey_run
        from defection.commands.main import main
        from defection.views import run_folder

        run_folder._draw = _drawn  # a figure takes ten times as long as all the rest
        survey_run.BATCH = 1  # every run of a survey is a part
        stored.SECONDS = 0.0  # every batch of a search is a part: the same ones however quick it is
        return max((main(list(line)) for line in lines), default=0)

    return act


def _drawn(_model: object, file: pathlib.Path) -> str:
    file.write_bytes(b"a figure")
    return ""


def one_of_both(folder: pathlib.Path, before: Content, after: Content) -> str:
    """Check that exactly what was there before is there, or exactly what comes after."""
    now = content(folder, hidden=False)
    return "" if now in (before, after) else f"neither the old nor the new: {sorted(now)}"


def each_of_both(folder: pathlib.Path, before: Content, after: Content) -> str:
    """Check that each file is as it was before, or as it is after."""
    now = content(folder, hidden=False)
    bad = [name for name in now if now[name] not in (before.get(name), after.get(name))]
    gone = [name for name in before if name in after and name not in now]
    return f"broken: {bad}, gone: {gone}" if bad or gone else ""


def rows(name: str, opened: str = "open_results") -> Callable[..., str]:
    """Check a sweep or a search: rows that were there are there, all are as they are at the end."""

    def check(folder: pathlib.Path, before: Content, after: Content) -> str:
        from defection import batch_runs
        from defection.batch_runs import searches

        place = folder / name
        if not (place / "plan.json").exists() and not (place / "search.json").exists():
            return "the plan is gone" if _kept[str(folder), "before"] else ""
        results = getattr(searches if opened == "open_search" else batch_runs, opened)(place)
        if results.damaged:
            return f"damaged: {results.damaged}"
        now = set(_rows(results.runs()))
        missing, wrong = _kept[str(folder), "before"] - now, now - _kept[str(folder), "after"]
        return f"{len(missing)} rows lost, {len(wrong)} wrong" if missing or wrong else ""

    check.opened = (name, opened)  # type: ignore[attr-defined]
    return check


_kept: dict[tuple[str, str], set[Any]] = {}


def _rows(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    text = frame.astype(str).itertuples(index=False, name=None)
    return list(text)


def remember(scenario: Scenario, work: pathlib.Path, when: str, folder: pathlib.Path) -> None:
    """Keep the rows of a sweep or a search ``when`` nothing was ended, for :func:`rows`."""
    name, opened = getattr(scenario.whole, "opened", ("", ""))
    if not name:
        return
    from defection import batch_runs
    from defection.batch_runs import searches

    place = folder / name
    found: set[Any] = set()
    if place.exists():
        reader = getattr(searches if opened == "open_search" else batch_runs, opened)
        found = set(_rows(reader(place).runs()))
    _kept[str(work), when] = found


_FIXED = [w for n, v in LIVELY.items() for w in ("--set", f"{n}={v}")]
_LAND = ["--country", str(TINY), "--quiet", "--seed"]
_DESIGN = "\n".join(
    (
        "seed = 7",
        f'country = "{TINY.as_posix()}"',
        "[design]",
        'kind = "random"',
        "points = 4",
        "[parameters]",
        *(f"{name} = {value}" for name, value in LIVELY.items() if name != "famine_effect"),
        "famine_effect = { low = 0.0, high = 1.0 }",
        "[series]",
        'keep = "all"',
    )
)
_SERIAL = ["--engine", "serial", "--quiet"]
_SWEEP = ["sweep", "design.toml", "--out", "s", "--chunk", "1", *_SERIAL]
_EXTEND = ["extend", "s", "--replicates", "2", *_SERIAL]
_SEARCH = ["search", "space.toml", "--out", "q", "--method", "screen", *_SERIAL,
           "--set", "points=4", "--set", "batch=2", *_LAND[:2]]  # fmt: skip
_RESULTS = ["results", "s", "--csv", "runs.csv", "--force"]


def _design() -> None:
    pathlib.Path("design.toml").write_text(_DESIGN, encoding="utf-8")
    space = _DESIGN[_DESIGN.index("[parameters]") : _DESIGN.index("[series]")]
    pathlib.Path("space.toml").write_text(space, encoding="utf-8")


def _prepared(*lines: Sequence[str]) -> Callable[[], int]:
    def before() -> int:
        _design()
        return commands(*lines)()

    return before


def _replicated(value: float) -> Callable[[], None]:
    def act() -> None:
        from defection.replication.kept import Kept
        from defection.replication.registry import RESULTS

        result = RESULTS["errata"]
        kept, table = Kept(pathlib.Path("kept")), pd.DataFrame({"value": [value]})
        kept.write(result, {"errata": table, "more.json": {"a": value}}, {"made": "today"})

    return act


def _template(*lines: Sequence[str]) -> Callable[[], int]:
    def before() -> int:
        from defection.batch_runs.programme import TEMPLATE

        pathlib.Path("p.toml").write_text(TEMPLATE, encoding="utf-8")
        return commands(*lines)()

    return before


def scenarios() -> dict[str, Scenario]:
    """Return the commands by name."""
    run = ["run", *_LAND, "3", "--out", "r", *_FIXED]
    ensemble = ["ensemble", "--runs", "3", *_LAND, "3", "--threads", "1", "--out", "e.csv", *_FIXED]
    other = [word if word != "3" else "4" for word in run]
    others = [word if word != "3" else "5" for word in ensemble]
    survey = ["survey", "--runs", "2", "--size", "5", "--threads", "1", "--quiet",
              "--from", "1999-01", "--to", "1999-02", "--out", "v", "--seed", "3"]  # fmt: skip
    programme = [
        "programme",
        "p.toml",
        "--threads",
        "1",
        "--quiet",
        "--out",
        "v",
        "--set",
        "chance.points=1",
        "--set",
        "chance.runs=1",
        "--set",
        "chance.seed=3",
    ]
    news = [*programme, "--set", "chance.pairs=2", "--set", "assumptions.news=sourced"]
    force, replay = ["--force"], ["replay", "s", "1-0", "--out", "r", "--force", "--quiet"]
    return {
        "run": Scenario(commands(run), whole=one_of_both, again=commands([*run, *force])),
        "run --force": Scenario(commands([*run, *force]), commands(other), one_of_both),
        "ensemble": Scenario(
            commands(ensemble), whole=one_of_both, again=commands([*ensemble, *force])
        ),
        "ensemble --force": Scenario(
            commands([*ensemble, *force]), commands(others), one_of_both
        ),
        "survey": Scenario(
            commands(survey), whole=one_of_both, again=commands([*survey, *force])
        ),
        "survey --force": Scenario(
            commands([*survey, *force]), commands([*survey[:-1], "4"]), one_of_both
        ),
        "programme": Scenario(
            commands(programme), _template(), one_of_both, again=commands([*programme, *force])
        ),
        "programme --force": Scenario(
            commands([*programme, *force]),
            _template([*programme[:-1], "chance.seed=4"]),
            one_of_both,
        ),
        "programme, news": Scenario(
            commands(news), _template(), one_of_both, again=commands([*news, *force])
        ),
        "sweep": Scenario(commands(_SWEEP), _prepared(), rows("s")),
        "extend": Scenario(
            commands(_EXTEND), _prepared(_SWEEP), rows("s"), again=_extended
        ),
        "compact": Scenario(commands(["compact", "s"]), _prepared(_SWEEP), rows("s")),
        "search": Scenario(commands(_SEARCH), _prepared(), rows("q", "open_search")),
        "results --csv --force": Scenario(
            commands(_RESULTS), _prepared(_SWEEP, _RESULTS, _EXTEND), one_of_both
        ),
        "replay --force": Scenario(commands(replay), _prepared(_SWEEP, other), one_of_both),
        "replicate": Scenario(_replicated(2.0), _replicated(1.0), each_of_both),
    }  # fmt: skip


def _extended() -> int:
    """Give the same command again; where the larger plan is carried out already, go on with it."""
    from defection.batch_runs import open_results

    counts = open_results("s").counts()
    whole = counts["planned"] == 8 and not counts["missing"]
    return commands(["sweep", "--out", "s", *_SERIAL] if whole else _EXTEND)()
