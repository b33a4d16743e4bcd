"""The kept posteriors, and their measurement in the small."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from defection.batch_runs.designs import Space
from defection.batch_runs.inference import PosteriorError
from defection.batch_runs.inference.calibration import coverage
from defection.draws import shipped
from defection.replication import posterior, posterior_parts
from defection.replication.kept import Kept

NAMES = Space.from_parameters(vary="all").names


@pytest.fixture(scope="module")
def tables():
    return Kept().tables("posterior")


def test_particles_were_judged_with_the_settings_of_the_real_counts(tables):
    about = tables["measured.json"]
    size = about["settings"]
    assert {name: size[name] for name in posterior.FULL} == posterior.FULL
    judged = tables["particles"]["counts"].str.startswith("synthetic")
    assert judged.sum() == posterior.FULL["synthetic"]


def test_intervals_of_nine_tenths_cover_as_was_aimed_at(tables):
    table = tables["coverage"]
    every = table[(table["level"] == 0.9) & (table["parameter"] == "all")].set_index("posterior")
    assert set(every.index) == {"light", "particles"}
    assert every["covered"].between(0.80, 0.97).all()


def test_the_shipped_draws_are_of_the_particles_that_the_tables_tell_of(tables):
    draws, about = shipped(), tables["measured.json"]
    assert len(draws) == about["settings"]["kept"]
    assert draws.manifest["observation"]["size"] == about["size"]
    values = pd.DataFrame([draw.as_dict() for draw in draws.rows])
    three = tables["quantiles"]
    three = three[three["posterior"] == "particles"].set_index("parameter")
    for name in NAMES:
        inside = values[name].between(three.loc[name, "low"], three.loc[name, "high"]).mean()
        assert 0.8 < inside <= 1, name


def test_a_part_is_made_once(tmp_path):
    made = []

    def make():
        made.append(1)
        return {"numbers": np.arange(3)}

    for _ in range(2):
        part = posterior_parts.kept_part(tmp_path, "part", make)
        assert part["numbers"].tolist() == [0, 1, 2]
        assert part["seconds"] >= 0
    assert len(made) == 1


def test_batches_of_the_space_stand_together_in_their_order(monkeypatch):
    def part(self, name, make):
        number = int(name.removeprefix("space_"))
        counts, seeds = np.full((2, 23), 100.0), np.array([number, number + 10])
        return {"unit": np.full((2, len(NAMES)), 0.5), "successes": counts, "seeds": seeds}

    monkeypatch.setattr(posterior_parts.Measurement, "part", part)
    measurement = object.__new__(posterior_parts.Measurement)
    measurement.size, measurement.space = {"batches": 3}, Space.from_parameters(vary="all")
    assert measurement.many.seeds.tolist() == [0, 10, 1, 11, 2, 12]


def test_parts_of_other_settings_are_refused(tmp_path):
    (tmp_path / "settings.json").write_text("{}", encoding="utf-8")
    with pytest.raises(PosteriorError, match="other settings"):
        posterior_parts.Measurement(posterior.QUICK, tmp_path, 1)


def test_judgements_name_their_posterior():
    truths = np.random.default_rng(1).random((4, 2))
    draws = np.random.default_rng(2).random((4, 50, 2))
    table = posterior.judgement(coverage, ("a", "b"), {"light": truths}, {"light": draws})
    assert set(table["posterior"]) == {"light"}
    assert set(table["parameter"]) == {"a", "b", "all"}


def test_two_seeds_of_the_same_draws_do_not_differ():
    draws = np.random.default_rng(1).random((50, 2))
    table = posterior.two_seeds(("a", "b"), draws, draws)
    assert table.iloc[:, 1].tolist() == [0, 0]
    assert table.iloc[:, 2].tolist() == [1, 1]
