"""Damaged folders of results: files cut, emptied, flipped, removed; plans changed and signed again."""

from __future__ import annotations

import contextlib
import copy
import functools
import io
import json
import os
import pathlib
import shutil
import tempfile
from typing import Any

from hypothesis import strategies as st

from defection.batch_runs import open_results
from defection.batch_runs.searches import open_search
from defection.batch_runs.store.plan import fingerprint
from defection.commands.main import main
from tests.bad_inputs.judge import Case

DESIGN = """seed = 7
weeks = 1
[design]
kind = "grid"
replicates = 2
[parameters]
memory_weeks = [10, 20]
[series]
keep = "all"
"""

TINY = "screened=8 starts=1 generations=1 halving=1 population=4 selected=1 last_generations=1"

VALUES = [
    None, True, -1, 0, 1, 2, 52, 10**6, 10**30, 1.5, 1e308, "", "x", "north_korea", [], {}, [0, 1],
    [1, 0], [0, 10**12], {"low": 1}, [[]], "7",
]  # fmt: skip

PLANS = {"s": "plan.json", "q": "search.json"}


@functools.cache
def folders() -> dict[str, bytes]:
    """Run a small sweep into ``s`` and a small search into ``q``; return all files."""
    home = pathlib.Path.cwd()
    with tempfile.TemporaryDirectory() as name:
        place = pathlib.Path(name)
        (place / "d.toml").write_text(DESIGN)
        search = ["search", "--out", "q", "--engine", "serial", "--quiet", "--seed", "1"]
        os.chdir(place)
        try:
            with contextlib.redirect_stderr(io.StringIO()):
                assert (
                    main(
                        [
                            "sweep",
                            "d.toml",
                            "--out",
                            "s",
                            "--engine",
                            "serial",
                            "--chunk",
                            "2",
                            "--quiet",
                        ]
                    )
                    == 0
                )
                more = (f"--set={one}" for one in [*TINY.split(), "replicates=1", "fresh=2"])
                assert main([*search, *more]) == 0
        finally:
            os.chdir(home)
        return {
            str(path.relative_to(place)): path.read_bytes()
            for path in sorted(place.rglob("*"))
            if path.is_file() and not path.name.endswith(".lock")
        }


def _paths(said: Any, at: tuple = ()) -> list[tuple]:
    """Return the paths of all values of a JSON file."""
    inner = (
        said.items()
        if isinstance(said, dict)
        else enumerate(said)
        if isinstance(said, list)
        else ()
    )
    return [at, *(path for key, value in inner for path in _paths(value, (*at, key)))]


def _changed_json(draw: st.DrawFn, body: bytes) -> bytes:
    said = json.loads(body)
    for _ in range(draw(st.integers(1, 2))):
        *keys, last = draw(st.sampled_from([path for path in _paths(said) if path]))
        here = said
        for key in keys:
            here = here[key]
        if draw(st.integers(0, 3)) == 0:
            del here[last]
        else:
            here[last] = copy.deepcopy(draw(st.sampled_from(VALUES)))
    if draw(st.booleans()) and isinstance(said, dict) and "fingerprint" in said:
        del said["fingerprint"]
        said["fingerprint"] = fingerprint(said)
    return json.dumps(said).encode()


def _damaged(draw: st.DrawFn, body: bytes) -> bytes:
    how, at = draw(st.integers(0, 3)), draw(st.integers(0, max(0, len(body) - 1)))
    if how == 0:
        return body[:at]
    if how == 1:
        return b""
    if how == 2 and body:
        return body[:at] + bytes([body[at] ^ (1 << draw(st.integers(0, 7)))]) + body[at + 1 :]
    return body[:at] + draw(st.sampled_from([b"\0", b"x" * 50, b"\xff"])) + body[at:]


ACTS = {
    "s": ["results s", "compact s", "importance s", "replay s 0-0 --out d.toml", "extend s --points 1",
          "sweep d.toml --out s --engine serial --quiet", "sweep --out s --engine serial --quiet"],
    "q": ["importance q", "replay q 0-0 --out d.toml", "results q"],
}  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn) -> Case:
    """Return a command on a damaged folder."""
    files = dict(folders())
    folder = draw(st.sampled_from(["s", "s", "q"]))
    names = [name for name in files if name.startswith(f"{folder}/")]
    plan = f"{folder}/{PLANS[folder]}"
    name = draw(st.sampled_from([plan, plan, *names]))
    if name.endswith(".json") and draw(st.integers(0, 4)):
        files[name] = _changed_json(draw, files[name])
    elif draw(st.integers(0, 5)):
        files[name] = _damaged(draw, files[name])
    else:
        del files[name]
    act = draw(st.sampled_from(ACTS[folder])).split()
    return Case(
        "folder", files, act, accepted=r"d\.toml exists", notice="damaged",
        meant=functools.partial(_same, folder),
    )  # fmt: skip


def _same(name: str, folder: pathlib.Path) -> None:
    """Whatever is still read must be rows of the runs that were made."""
    whole = folder.parent / f"{folder.name}-whole"
    try:
        for file, body in folders().items():
            (whole / file).parent.mkdir(parents=True, exist_ok=True)
            (whole / file).write_bytes(body)
        opened = open_results if name == "s" else open_search
        held, sound = (opened(place / name).runs() for place in (folder, whole))
    finally:
        shutil.rmtree(whole, ignore_errors=True)
    sound = sound.set_index("run_id").loc[held["run_id"]].reset_index()
    assert held.equals(sound[held.columns]), "other rows than were made"
