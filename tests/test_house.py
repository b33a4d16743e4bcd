"""The floor of the house: imports run one way, names are the field's, docstrings are whole."""

from __future__ import annotations

import collections
import contextlib
import doctest
import importlib
import inspect
import io
import pathlib
import re
import statistics
import time
from collections.abc import Iterable

import networkx
import pytest

from tests import house
from tests.conftest import ROOT

LAYERS = (
    ("defection",),
    ("defection.agents",),
    ("defection.model",),
    ("defection.batch_runs",),
    ("defection.replication", "defection.views"),
    ("defection.commands", "server"),
)
"""From the ground up; a module belongs to the longest name that it begins with."""

DOORS = {"defection", "defection.__main__"}
"""May look up: exports that are imported when they are used, and ``python -m defection``."""

LINES_AT_MOST = 47_800
"""Of the package and its scripts; a wing may raise it, nothing else (aim: 16,500)."""

LINES_OF_A_FILE = 300
IMPORTS_AT_MOST = 6  # modules of the package that a file imports, the median
DOCTEST_SECONDS = 40.0

RETIRED = {
    "luck": "uniforms, random streams", "told": "simulated, formatted, logged", "tell": "report",
    "tells": "report", "telling": "report", "asked": "evaluated", "asking": "generation",
    "answers": "batches", "seen": "YearlyCounts", "given": "external",
    "spread": "sd, interval", "evenly": "uniform", "learned": "regression",
    "weighed": "weighted", "families": "ancestors", "worth": "effective_sample_size",
    "passage": "line_scan", "passages": "line_scan", "apart": "min_distance",
    "dead": "extinct", "burst": "runaway", "places": "points", "follows": "fit", "fall": "decline",
    "walk": "paper_search",
    "walks": "paper_searches", "slips": "errata", "picture": "figure", "pictures": "figures",
    "findings": "replication", "handful": "batch_size",
    "matched": "broadcast", "surely": "certain", "appraise": "update_utility",
    "desk": "controller",
}  # fmt: skip
RETIRED_NAMES = {
    "of": "from_...", "same_luck": "common_random_numbers", "as_good": "indistinguishable",
    "hand_out": "run_jobs", "dies_together": "fails_as_pool", "compared_number": "monitored_flow",
    "surely_nobody": "nobody_below", "record_printed": "observed_printed",
}  # fmt: skip
ALLOWED = {
    "tests/": {"given"},  # hypothesis calls its decorator so
    "batch_runs/store/retired.py": set(RETIRED) | set(RETIRED_NAMES),  # how old folders say it
    "batch_runs/store/folder.py": {"answers"},  # the folder of a search's parts, old and new
    "tests/test_old_formats.py": {"answers"},
    "tests/house.py": {"walk"},  # of ast
    "batch_runs/searches/evolution.py": {"tell"},  # of the library cmaes
}
"""Where retired words stand for a reason: files or folders, and words."""


def _listed(what: str, offenders: Iterable[tuple[pathlib.Path | str, str]]) -> str:
    """Return a message with all offenders by folder, or nothing where there are none."""
    by_folder = collections.defaultdict(set)
    for where, said in offenders:
        path = pathlib.Path(where)
        name = path.relative_to(ROOT).as_posix() if path.is_absolute() else str(where)
        by_folder[str(pathlib.PurePath(name).parent)].add(f"{name}: {said}")
    count = sum(map(len, by_folder.values()))
    lines = [f"{what}: {count}"] if count else []
    for folder, rows in sorted(by_folder.items()):
        lines += ["", f"{folder}/ ({len(rows)})", *(f"  {row}" for row in sorted(rows))]
    return "\n".join(lines)


def _layer(module: str) -> int:
    fits = [
        (len(name), level)
        for level, names in enumerate(LAYERS)
        for name in names
        if f"{module}.".startswith(f"{name}.")
    ]
    return max(fits)[1]


def _code(*folders: str) -> list[pathlib.Path]:
    """Return the Python files of folders, and of the package where none is named."""
    if not folders:
        return list(house.modules().values())
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def test_no_import_leads_upward():
    offenders = [
        (house.modules()[one.importer], f"line {one.line} imports {one.imported}")
        for one in house.imports()
        if _layer(one.imported) > _layer(one.importer) and one.importer not in DOORS
    ]
    message = _listed("imports that lead upward", offenders)
    assert not message, message


def test_views_do_not_know_the_paper_and_its_results_use_only_pages_and_figures():
    offenders = []
    for one in house.imports():
        path, said = house.modules()[one.importer], f"line {one.line} imports {one.imported}"
        if one.importer.startswith("defection.views") and "defection.replication" in one.imported:
            offenders.append((path, said))
        if one.importer.startswith("defection.replication") and re.match(
            r"defection\.views(?!\.page$|\.colours$|\.figures(\.|$))", one.imported
        ):
            offenders.append((path, said))
    message = _listed("imports between views and replication", offenders)
    assert not message, message


def test_no_modules_import_each_other_in_a_circle():
    """What is imported brings the packages that it stands in, but for those that are there."""
    graph = networkx.DiGraph()
    for one in house.imports():
        parts = one.imported.split(".")
        packages = [".".join(parts[:depth]) for depth in range(1, len(parts) + 1)]
        brought = [name for name in packages if not f"{one.importer}.".startswith(f"{name}.")]
        graph.add_edges_from((one.importer, name) for name in brought if one.runs)
    parts = networkx.strongly_connected_components(graph)
    circles = [sorted(part) for part in parts if len(part) > 1]
    message = _listed(
        "circles of imports", [(house.modules()[c[0]], " <-> ".join(c)) for c in circles]
    )
    assert not message, message


def test_a_file_imports_few_modules_of_the_package():
    imported = collections.defaultdict(set)
    for one in house.imports():
        imported[one.importer].add(one.imported)
    counts = [len(imported[module]) for module in house.modules()]
    assert statistics.median(counts) <= IMPORTS_AT_MOST, sorted(counts)


def test_retired_words_stand_in_no_identifier():
    offenders = []
    for path in _code() + _code("scripts", "benchmarks", "docs", "tests"):
        file = path.relative_to(ROOT).as_posix()
        allowed = set().union(*(w for place, w in ALLOWED.items() if file.startswith(place)))
        for name, line in house.identifiers(path):
            banned = {word: use for word, use in RETIRED.items() if word in house.words(name)}
            banned |= {name: RETIRED_NAMES[name]} if name in RETIRED_NAMES else {}
            for word, use in banned.items():
                if word not in allowed and path.name != "test_house.py":
                    offenders.append((path, f"line {line}: {name} ({word} -> {use})"))
    message = _listed("identifiers with retired words", offenders)
    assert not message, message


def test_no_file_is_long():
    offenders = [
        (path, f"{lines} lines")
        for path in _code() + _code("scripts", "benchmarks", "docs")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LINES_OF_A_FILE
    ]
    message = _listed(f"files of more than {LINES_OF_A_FILE} lines", offenders)
    assert not message, message


def test_the_package_and_its_scripts_do_not_grow():
    lines = collections.Counter()
    for path in _code() + _code("scripts"):
        lines[path.relative_to(ROOT).parts[0]] += path.read_bytes().count(b"\n")
    assert lines.total() <= LINES_AT_MOST, f"{lines.total():,} lines: {dict(lines)}"


def _public() -> dict[str, object]:
    """Return the functions and classes that the packages export, by their full names."""
    found = {}
    for module, path in house.modules().items():
        if path.name != "__init__.py":
            continue
        package = importlib.import_module(module)
        for name in getattr(package, "__all__", ()):
            thing = getattr(package, name)
            named = getattr(thing, "__module__", "").startswith("defection")
            if named and (inspect.isclass(thing) or inspect.isfunction(thing)):
                found[f"{thing.__module__}.{thing.__qualname__}"] = thing
    return found


PUBLIC = _public()
SECTION = re.compile(r"^(\w+)\n-{3,}$", re.MULTILINE)


def _file(thing: object) -> pathlib.Path:
    return house.modules()[inspect.getmodule(thing).__name__]


def _missing(thing: object) -> list[str]:
    """Return the sections of NumPy's style that the docstring of a thing lacks."""
    there = set(SECTION.findall(inspect.getdoc(thing) or ""))
    if inspect.isclass(thing) and issubclass(thing, Exception):
        return [] if thing.__doc__ else ["a docstring"]
    needed = {"Examples"}
    maker = thing
    if inspect.isclass(thing):
        maker = vars(thing).get("__post_init__") or vars(thing).get("__init__")
    elif inspect.signature(thing).return_annotation not in (None, "None"):
        needed |= {"Yields" if inspect.isgeneratorfunction(thing) else "Returns"}
    with contextlib.suppress(ValueError):
        if inspect.signature(thing).parameters:
            needed |= {"Parameters"}
    if maker and re.search(r"^ *raise \w", _source(maker), re.MULTILINE):
        needed |= {"Raises"}
    if "Attributes" in there and inspect.isclass(thing):
        needed -= {"Parameters"}
    return sorted(needed - there)


def _source(thing: object) -> str:
    try:
        return inspect.getsource(thing)
    except (OSError, TypeError):  # made by dataclasses
        return ""


def test_what_is_public_has_the_sections_of_numpy_s_style():
    offenders = [
        (_file(thing), f"{name.rpartition('.')[2]} lacks {', '.join(missing)}")
        for name, thing in PUBLIC.items()
        if (missing := _missing(thing))
    ]
    message = _listed("public functions and classes without sections", offenders)
    assert not message, message


@pytest.mark.slow
def test_the_examples_of_what_is_public_do_what_they_say(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    importlib.import_module("defection.batch_runs").run_ensemble({}, 1, weeks=1)  # compiles
    importlib.import_module("defection").DefectionModel(seed=1, weeks=1).run()
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    offenders, seconds = [], {}
    for name, thing in PUBLIC.items():
        start = time.process_time()
        for test in doctest.DocTestFinder().find(thing, name):
            said = io.StringIO()
            if runner.run(test, out=said.write).failed:
                offenders.append((_file(thing), said.getvalue()))
        seconds[name] = time.process_time() - start
    message = _listed("examples that fail", offenders)
    assert not message, message
    slowest = sorted(seconds.items(), key=lambda one: -one[1])[:5]
    assert sum(seconds.values()) < DOCTEST_SECONDS, slowest
