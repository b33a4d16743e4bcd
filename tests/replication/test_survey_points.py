"""Points that are surveyed by name, and verdicts of their margins."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from defection import Parameters
from defection.batch_runs.survey import statements
from defection.country import load
from defection.parameters import JOURNEY_PARAMETERS, PARAMETERS
from defection.replication import RESULTS, Kept, ReplicationError, survey_points
from defection.replication.journey_fit import fitted
from defection.replication.verdicts import NOT, REPRODUCED, UNDECIDED


def test_every_name_is_a_point_whose_journey_is_on():
    for name in survey_points.names():
        points = survey_points.points_at(name)
        assert {point.journey for point in points} == {"on"}
        assert len(points) == (200 if name == "posterior" else 1)
    assert survey_points.points_at("baseline") == (Parameters(journey="on"),)
    assert survey_points.points_at("free") == (fitted("free"),)
    with pytest.raises(ReplicationError, match="did you mean posterior"):
        survey_points.points_at("postrior")


@pytest.mark.parametrize("name", survey_points.PRESETS)
def test_a_preset_keeps_its_law_and_has_the_journey_of_its_region(name):
    preset, region = survey_points.PRESETS[name]
    law = next(one for one in load("north_korea").presets if one.name == preset).parameters()
    (point,), journey = survey_points.points_at(name), fitted(region)
    for own in set(PARAMETERS) - {"journey"}:
        assert getattr(point, own) == getattr(law, own), own
    for own in JOURNEY_PARAMETERS:
        assert getattr(point, own) == getattr(journey, own), own


def test_the_kept_verdicts_follow_their_rules_and_failures_stand_first():
    tables = Kept().tables("survey_verdicts")
    own = tables["survey_verdicts"]
    assert list(dict.fromkeys(own["point"])) == list(survey_points.JUDGED)
    overlap = (own["simulated_5"] <= own["published_high"]) & (
        own["simulated_95"] >= own["published_low"]
    )
    assert ((own["verdict"] == "inside") == overlap).all()
    said = survey_points.text(tables)
    rows = [line for line in said.splitlines() if line.startswith("| ")][2:]
    rows = rows[: own["item"].groupby(own["point"]).size().iloc[0]]
    bold = [row.count("**") // 2 for row in rows]
    assert bold == sorted(bold, reverse=True)
    assert sum(bold) == (own["verdict"] != "inside").sum()
    for name, rows in own.groupby("point"):
        assert f"{name}: {(rows['verdict'] == 'inside').sum()} of 24 inside (" in said
        assert f"({rows['surveys'].iloc[0]} of 200 runs count)" in said
    shown = tables["survey_statements"].query("statement == 'arrests do not differ'")
    assert set(shown["samples"]) == set(own["surveys"])
    for row in shown.itertuples():
        each = np.arange(row.samples) < round(row.share * row.samples)
        assert statements.verdict(each, is_difference_denied=True) == row.verdict
        cell = f"{100 * row.share:.0f} %"
        assert (f"| **{cell}** |" if row.verdict != "holds" else f"| {cell} |") in said
    for words in ("stars in 5 of 7 questions; the text says", "note 15", statements.NO_DIFFERENCE):
        assert words in said
    assert RESULTS["survey_verdicts"].needs == ("journey_fit", "journey_posterior")


@pytest.mark.parametrize(
    ("inside", "verdict"), [(20, REPRODUCED), (19, UNDECIDED), (18, UNDECIDED), (17, NOT)]
)
def test_a_point_is_judged_by_its_simulated_margins(inside, verdict):
    said = ["inside"] * inside + ["outside"] * (20 - inside)
    rows = pd.DataFrame({"point": "one", "verdict": said, "surveys": 197, "runs": 200})
    ((_, found, figure),) = survey_points.judge({"survey_verdicts": rows}).parts
    assert (found, figure) == (verdict, f"{inside} of 20 inside (197 of 200 runs count)")
