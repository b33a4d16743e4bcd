"""Coefficients lie inside what is legible; statements hold under them and fail when reversed."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy import stats

from defection.batch_runs.survey import functions, statements
from defection.batch_runs.survey.functions import DISTRESS, EXPERIENCES, QUESTIONS, WISH, WORK
from defection.batch_runs.survey.published import published
from defection.batch_runs.survey.run import _rng

SETS = 60


@pytest.fixture(scope="module")
def found(north_korea):
    return published("north_korea", north_korea)


@pytest.fixture(scope="module")
def sets(found):
    return functions.admissible(found, SETS, _rng(1, 0))


@pytest.fixture(scope="module")
def values(survey, north_korea):
    table = survey.respondents
    return functions.variables(table, north_korea.dimensions["age"])


def truths(values, sets, found):
    shares = functions.set_shares(found.margins, np.random.default_rng(1))
    outcome = functions.outcomes(values, sets, shares, np.random.default_rng(2))
    return statements.function_truths(values, outcome, found.coefficients)


def test_every_set_is_inside_signs_bounds_and_orders(found, sets):
    for q, question in enumerate(QUESTIONS):
        for v, name in enumerate(DISTRESS):
            one, drawn = found.coefficients[question, name], sets.distress[:, q, v]
            assert (np.abs(drawn) >= one.low).all(), (question, name)
            assert (np.abs(drawn) <= one.high).all(), (question, name)
            assert (np.sign(drawn) == one.sign).all(), (question, name)
        largest = sets.distress[:, q, : len(EXPERIENCES)].argmax(axis=1)
        wanted = "death" if question == "concentrate" else "food aid"
        assert set(largest) == {EXPERIENCES.index(wanted)}
    for name, sign in (("avgpsych", -1), ("in China", -1), ("children", 1), ("trafficking", 1)):
        assert (np.sign(sets.work[:, WORK.index(name)]) == sign).all()
    for name, signs in (("camp", (1, -1)), ("secondary", (1, -1)), ("age", (-1, 1))):
        for w, sign in enumerate(signs):
            drawn = sets.wish[:, w, WISH.index(name)]
            assert set(np.sign(drawn)) <= {0, sign}
    assert np.ptp(sets.distress[:, 0, 0]) > 0.3  # sets, no estimate


def test_a_reversed_sign_fails_its_statement_and_no_other_of_its_kind(found, sets, values):
    right = truths(values, sets, found)
    kinds = (("distress", DISTRESS, "distress"), ("work", WORK, "work"))
    checked = 0
    for prefix, names, field in kinds:
        for v, name in enumerate(names):
            if (statement := f"{prefix}: {name}") not in right:
                continue
            changed = getattr(sets, field).copy()
            changed[..., v] *= -1.0
            wrong = truths(values, dataclasses.replace(sets, **{field: changed}), found)
            assert right[statement].mean() > 0.6, statement
            assert wrong[statement].mean() < 0.4, statement
            checked += 1
    for w, equation in enumerate(functions.WISHES):
        for name in ("age", "secondary", "northeast"):
            if (statement := f"wish {equation}: {name}") not in right:
                continue
            changed = sets.wish.copy()
            changed[:, w, WISH.index(name)] *= -1.0
            wrong = truths(values, dataclasses.replace(sets, wish=changed), found)
            assert right[statement].mean() > wrong[statement].mean() + 0.4, statement
            checked += 1
    assert checked == len([one for one in statements.STATEMENTS if one.kind == "function"]) - 1


def test_the_order_of_experiences_fails_where_another_is_the_largest(found, sets, values):
    changed = sets.distress.copy()
    changed[:, :, EXPERIENCES.index("camp")] += 9.0
    wrong = truths(values, dataclasses.replace(sets, distress=changed), found)
    assert not wrong["distress: largest experience"].any()


def test_every_statement_has_a_share(survey):
    table = survey.statements
    assert table["share"].between(0, 1).all()
    assert set(table["verdict"]) <= {"holds", "does not hold"}
    own = table[table["rule"] == statements.RULE]
    assert ((own["share"] >= statements.HOLDS) == (own["verdict"] == "holds")).all()
    assert list(table["said"][table["rule"] == statements.NO_DIFFERENCE]) == [
        "no significant difference of arrests between the genders"
    ]
    assert set(table["samples"]) == {3, 501}
    notes = table.set_index("statement")["note"]
    assert notes["distress: trader"] == (
        "stars in 5 of 7 questions; the text says that it is so across all questions"
    )
    assert "leaves out" in notes["distress: student"]


@pytest.mark.parametrize(
    ("shares", "least", "most"),
    [((0.25, 0.25), 0.98, 1), ((0.03, 0.03), 0.98, 1), ((0.25, 0.31), 0, 0.001)],
)
def test_a_true_statement_of_no_difference_holds_and_a_false_one_does_not(shares, least, most):
    """Of 2,000 surveys of 200 samples of 650 women and 696 men each."""
    counts = np.array([650, 696])
    yes = np.random.default_rng(8).binomial(counts, shares, (2000, 200, 2))
    shown = statements.do_not_differ(yes, counts)
    found = [statements.verdict(one, is_difference_denied=True) == "holds" for one in shown]
    assert least <= np.mean(found) <= most
    if shares[0] == shares[1]:  # which "in 95 % of the samples" takes for one toss of a coin
        assert 0.4 < (shown.mean(axis=1) >= statements.HOLDS).mean() < 0.8


def test_a_statement_of_no_difference_is_undecided_where_samples_are_too_few():
    for shown, said in (
        ([], "undecided"), ([0], "undecided"), ([1], "undecided"), ([0, 0], "does not hold"),
        ([0, 1], "holds"), ([0] * 19 + [1] * 181, "does not hold"), ([0] * 18 + [1] * 182, "holds"),
    ):  # fmt: skip
        assert statements.verdict(np.array(shown), is_difference_denied=True) == said, shown


def test_estimates_are_those_of_least_squares():
    rng = np.random.default_rng(5)
    table, responses = rng.standard_normal((50, 3)), rng.standard_normal((2, 50))
    table[:, 2] = 1.0  # does not vary
    ours = statements.estimates(table, responses)
    design = np.column_stack([np.ones(50), table[:, :2]])
    theirs = np.linalg.lstsq(design, responses.T, rcond=None)[0][1:].T
    assert ours[:, :2] == pytest.approx(theirs)
    assert np.isnan(ours[:, 2]).all()


@pytest.mark.parametrize("share", [0.01, 0.22, 0.64, 0.97])
def test_an_intercept_gives_the_share_and_the_probit_s_probabilities(share):
    index = np.random.default_rng(6).normal(0, 2, (3, 400))
    chance = functions.probabilities(index, share)
    assert chance.mean(axis=1) == pytest.approx(share, abs=1e-6)
    inner = (chance > 1e-4) & (chance < 1 - 1e-4)
    intercepts = np.where(inner, stats.norm.ppf(chance) - index, np.nan)
    spans = np.nanmax(intercepts, axis=1) - np.nanmin(intercepts, axis=1)
    assert spans == pytest.approx(0, abs=1e-6)


def test_ranks_say_only_who_is_before_whom(survey):
    for _, sample in survey.respondents.groupby("run"):
        wanted = np.arange(1, len(sample) + 1) / len(sample)
        assert np.sort(sample["distress_rank"].to_numpy()) == pytest.approx(wanted)
