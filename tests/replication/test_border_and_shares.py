"""Whether the border by province and dated shares change who leaves: the rule, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from defection.country import load
from defection.parameters import PARAMETERS
from defection.replication import RESULTS, Kept
from defection.replication import border_and_shares as found
from defection.views.app import settings


def test_distances_by_hand():
    wanted = found.observed()
    assert wanted["provinces"].sum() == pytest.approx(1.0)
    moved = wanted["provinces"].copy()
    moved[0], moved[1] = moved[0] - 0.1, moved[1] + 0.1
    assert found.distances(moved[None], "provinces") == pytest.approx([0.1])
    assert found.distances(wanted["women"][None] - 0.2, "women") == pytest.approx([0.2])


def test_a_change_counts_beyond_two_standard_errors_only():
    change = np.array([-1.0, -3.0] * 8)  # mean -2, standard error 0.258
    assert found.verdict(change) == found.NEARER
    assert found.verdict(-change) == found.FARTHER
    assert found.verdict(change + 1.6) == found.ALIKE
    assert found.verdict(np.array([1.0])) == found.ALIKE
    assert found.verdict(np.zeros(5)) == found.ALIKE


def test_the_kept_result_says_what_its_rows_do():
    result, tables = RESULTS["border_and_shares"], Kept().tables("border_and_shares")
    rows = tables["border_and_shares"]
    assert len(rows) == len(found.points()) * len(found.READINGS)
    judged = result.judge(tables)
    assert [part[0] for part in judged.parts] == [
        "border by province: provinces", "dated shares: women",
    ]  # fmt: skip
    text = result.texts["border-and-shares"](tables)
    for name in (*found.points(), *found.READINGS):
        assert name in text
    assert f"{found.SEEDS} seeds" in text
    assert found.SEEDS >= 50


def test_the_app_offers_only_what_a_country_has():
    measure = PARAMETERS["border_measure"]
    korea, germany = load("north_korea"), load("east_germany")
    assert settings.control(measure, korea)["control"] == "select"
    assert settings.control(measure, germany)["control"] == "fixed"
    assert settings.reads(korea, "dated_shares")
    assert not settings.reads(germany, "dated_shares")
