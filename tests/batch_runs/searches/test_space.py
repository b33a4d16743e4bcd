"""Where searches look."""

from __future__ import annotations

import json

import numpy as np
import pytest

from defection import PARAMETERS
from defection.batch_runs.designs import Space
from defection.batch_runs.searches import search_space
from defection.commands.main import main

SMALL = [
    "screened=16",
    "starts=1",
    "generations=1",
    "halving=1",
    "population=4",
    "selected=1",
    "last_generations=1",
    "replicates=2",
    "fresh=2",
]


def test_half_of_the_space_of_searches_has_hardly_any_news_and_all_else_is_as_everywhere():
    space, even = search_space(), Space.from_parameters(vary="all")
    assert space.names == even.names
    middle = np.full((1, len(space.names)), 0.5)
    here, there = space.table(middle).iloc[0], even.table(middle).iloc[0]
    assert here["observation_probability"] == pytest.approx(
        np.sqrt(0.001 * 1.0)
    )  # the middle of a log scale is the geometric mean
    assert there["observation_probability"] == pytest.approx(0.5)
    assert [name for name in PARAMETERS if here[name] != there[name]] == ["observation_probability"]


def test_what_a_search_says_of_a_parameter_comes_before_the_space_of_searches():
    space = search_space({"observation_probability": 0.25, "hearing": "nationwide"})
    assert "observation_probability" not in space.names
    row = space.table(np.zeros((1, len(space.names)))).iloc[0]
    assert (row["observation_probability"], row["hearing"]) == (0.25, "nationwide")


@pytest.mark.parametrize(
    ("method", "settings", "scale"),
    [("staged", SMALL, "log"), ("paper", ["chains=2", "steps=1"], "linear")],
)
def test_optimisers_search_news_on_a_log_scale_and_the_paper_s_search_does_not(
    tmp_path, method, settings, scale
):
    words = [word for one in settings for word in ("--set", one)]
    assert (
        main(
            [
                "search",
                "--method",
                method,
                "--out",
                str(tmp_path / "out"),
                "--weeks",
                "1196",
                "--quiet",
                *words,
            ]
        )
        == 0
    )
    said = json.loads((tmp_path / "out" / "search.json").read_text(encoding="utf-8"))["parameters"][
        "observation_probability"
    ]
    assert said["scale"] == scale
