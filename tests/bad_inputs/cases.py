"""Cases: what a person may hand to the program, by kind."""

from __future__ import annotations

import functools
import pathlib
import shlex

from hypothesis import strategies as st

from defection.batch_runs.programme import TEMPLATE
from defection.parameters import PARAMETERS
from defection.scenario import Scenario
from defection.views.app import link
from tests.bad_inputs import oracles
from tests.bad_inputs.judge import Case
from tests.bad_inputs.kept import damaged
from tests.bad_inputs.options import command_lines
from tests.bad_inputs.texts import (
    CSV_CHANGES,
    NAMES,
    NUMBERS,
    TEXT_CHANGES,
    TOML_CHANGES,
    changed,
    encoded,
)

COUNTRY = {
    f"land/{file.name}": file.read_bytes()
    for file in sorted((pathlib.Path(__file__).parents[1] / "countries/two_provinces").iterdir())
}

ENSEMBLE = shlex.split("ensemble --country land --runs 1 --weeks 1 --threads 1 --quiet")
SEARCH = shlex.split("search space.toml --country land --out q --distance nosuch --quiet")
NO_DISTANCE = "there is no distance 'nosuch'"
SWEEP = shlex.split("sweep d.toml --out s --engine serial --chunk 4 --quiet")

DESIGN = """seed = 7
weeks = 1
country = "land"
[design]
kind = "KIND"
KEYS
replicates = 1
common_random_numbers = false
[parameters]
famine_effect = { low = 0.1, high = 0.2, steps = 3 }
memory_weeks = [10, 20]
hearing = "nationwide"
famine_years = "both"
tolerated_attempts = 5
"""

POINTS_DESIGN = """seed = 7
weeks = 1
country = "land"
[design]
kind = "points"
file = "points.csv"
"""

POINTS = """famine_effect,memory_weeks,hearing,famine_years,interventions
0.5,10,nationwide,both,2000 adjustment_rate=0.5 in Inland
1.25,20,province,none,none
0,30,province,2000-2001,none
"""

SPACE = """[design]
vary = ["famine_effect"]
[parameters]
famine_effect = { low = 0.1, high = 0.2, steps = 3 }
tolerated_attempts = [1, 2]
hearing = "nationwide"
"""

TARGET = "year,successes,note\n2000,5,first\n2001,7,second\n"

DATED = """[[interventions]]
from = "2000-02"
provinces = ["Inland"]
tolerated_attempts = 5
[[interventions]]
from = "2000-W03"
hearing = "nationwide"
adjustment_rate = 0.5
"""

LINK = "?seed=4&weeks=3&famine_effect=0.9&hearing=nationwide&famine_years=1994-1998"


@st.composite
def countries(draw: st.DrawFn) -> Case:
    """Return a country of which one or two files are changed."""
    files = dict(COUNTRY)
    for name in draw(st.lists(st.sampled_from(sorted(files)), min_size=1, max_size=2, unique=True)):
        files[name] = draw(encoded(files[name].decode(), CSV_CHANGES))
    if draw(st.integers(0, 30)) == 0:
        del files[draw(st.sampled_from(sorted(files)))]
    return Case(
        "country", files, ENSEMBLE, "land", meant=lambda folder: oracles.country(folder / "land")
    )


@st.composite
def designs(draw: st.DrawFn) -> Case:
    """Return a design file."""
    kinds = {"grid": "steps = 2", "random": "points = 3", "latin-hypercube": "points = 3",
             "sobol": "points = 4", "one-at-a-time": "steps = 3"}  # fmt: skip
    kind = draw(st.sampled_from(sorted(kinds)))
    text = DESIGN.replace("KIND", kind).replace("KEYS", kinds[kind])
    files = {**COUNTRY, "d.toml": draw(encoded(text, TOML_CHANGES))}
    return Case("design", files, SWEEP, r"d\.toml", meant=oracles.design)


@st.composite
def points(draw: st.DrawFn) -> Case:
    """Return a file of points."""
    files = {**COUNTRY, "d.toml": POINTS_DESIGN.encode()}
    files["points.csv"] = draw(encoded(POINTS, CSV_CHANGES))
    return Case("points", files, SWEEP, r"points\.csv", meant=oracles.design)


@st.composite
def spaces(draw: st.DrawFn) -> Case:
    """Return the space of a search."""
    files = {**COUNTRY, "space.toml": draw(encoded(SPACE, TOML_CHANGES))}
    return Case(
        "space", files, SEARCH, r"space\.toml", NO_DISTANCE,
        lambda folder: oracles.space(folder / "space.toml"),
    )  # fmt: skip


@st.composite
def targets(draw: st.DrawFn) -> Case:
    """Return a target of one's own."""
    files = {**COUNTRY, "space.toml": SPACE.encode(), "t.csv": draw(encoded(TARGET, CSV_CHANGES))}
    return Case(
        "target", files, [*SEARCH, "--target", "t.csv"], r"t\.csv", NO_DISTANCE,
        lambda folder: oracles.target(folder / "t.csv"),
    )  # fmt: skip


@st.composite
def interventions(draw: st.DrawFn) -> Case:
    """Return a file of interventions."""
    files = {**COUNTRY, "i.toml": draw(encoded(DATED, TOML_CHANGES))}
    return Case(
        "interventions", files, [*ENSEMBLE, "--interventions", "i.toml"], r"i\.toml|interventions",
        meant=lambda folder: oracles.dated(folder / "i.toml"),
    )  # fmt: skip


@st.composite
def settings(draw: st.DrawFn) -> Case:
    """Return typed values of parameters."""
    name = draw(st.sampled_from(sorted(PARAMETERS)))
    text = draw(
        st.one_of(
            st.sampled_from([*NUMBERS, *NAMES]),
            changed(str(PARAMETERS[name].default), TEXT_CHANGES),
            changed("2000-02 tolerated_attempts=5 in Inland + Borderland; week 3 hearing=province",
                    TEXT_CHANGES),
        )
    )  # fmt: skip
    return Case(
        "setting", COUNTRY, [*ENSEMBLE, "--set", f"{name}={text}"], name,
        meant=lambda folder: oracles.setting(name, text),
    )  # fmt: skip


@st.composite
def links(draw: st.DrawFn) -> Case:
    """Return a link to the app."""
    text = draw(changed(LINK, TEXT_CHANGES))
    return Case(
        "link",
        {},
        functools.partial(_opened, text),
        meant=lambda folder: oracles.link(text, _opened(text)),
    )


def _opened(text: str) -> Scenario:
    """Return the scenario of a link of which every part can be used."""
    scenario, _, left_out = link.read(text)
    if left_out:
        raise ValueError(left_out)
    return scenario


BESIDE = {
    **COUNTRY,
    "space.toml": SPACE.encode(),
    "d.toml": DESIGN.replace("KIND", "sobol").replace("KEYS", "points = 4").encode(),
    "p.toml": TEMPLATE.replace("points = 64", "points = 1")
    .replace("runs = 10", "runs = 1")
    .encode(),
    "t.csv": TARGET.encode(),
}
"""Files beside a command line that are as they should be."""

KINDS = {
    "country": countries(), "design": designs(), "points": points(), "space": spaces(),
    "target": targets(), "interventions": interventions(), "setting": settings(),
    "flag": command_lines(BESIDE, NO_DISTANCE), "link": links(), "folder": damaged(),
}  # fmt: skip
"""Strategies by kind."""
