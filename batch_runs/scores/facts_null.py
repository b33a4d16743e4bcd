"""A statistical null for arrivals: a smooth curve of the observed ones, which knows no people."""

import numpy as np
import scipy.interpolate

from defection.batch_runs.scores.distance import ScoreError
from defection.batch_runs.scores.facts import Facts
from defection.checks import whole
from defection.journey.facts import FIT


def smooth_curve(at: np.ndarray, counts: np.ndarray, knots: int, wanted: np.ndarray) -> np.ndarray:
    """Return a natural cubic spline of the roots of counts, squared again.

    It has ``knots`` parameters, its heights at knots that stand evenly from the first to the last
    count, and is found by least squares. Outside of the counts it goes on as a straight line (on
    the root scale; below 0 it is 0).

    Parameters
    ----------
    at, counts : arrays
        Dates and counts, [N].
    knots : int
        Parameters, 1 (a constant) to N.
    wanted : array
        Dates of the curve, [M].

    Returns
    -------
    array
        Counts on the curve, [M].

    Raises
    ------
    ScoreError
        There are fewer counts than parameters.

    Examples
    --------
    >>> smooth_curve(np.arange(4.0), np.array([0.0, 1.0, 4.0, 9.0]), 2, np.array([4.0])).round(6)
    array([16.])
    """
    knots = whole("knots", knots, 1, most=len(at), error=ScoreError)
    roots, wanted = np.sqrt(counts), np.asarray(wanted, float)
    if knots == 1:
        return np.full(wanted.shape, roots.mean() ** 2)
    stands = np.linspace(at.min(), at.max(), knots)
    fitted = np.linalg.lstsq(_heights(stands, at), roots, rcond=None)[0]
    return np.asarray(np.maximum(_heights(stands, wanted) @ fitted, 0.0) ** 2)


def _heights(stands: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Return the share of each knot's height in the curve at some dates, [M, knots]."""
    if len(stands) == 2:
        share = (at - stands[0]) / (stands[1] - stands[0])
        return np.stack([1.0 - share, share], axis=1)
    spline = scipy.interpolate.CubicSpline(stands, np.eye(len(stands)), bc_type="natural")
    inside = np.clip(at, stands[0], stands[-1])
    return np.asarray(spline(inside) + (at - inside)[:, None] * spline(inside, 1))


def null_of_arrivals(facts: Facts, parameters: int) -> tuple[Facts, np.ndarray]:
    """Return the facts on arrivals, and what a smooth curve says of each of them, [F].

    The curve is fitted to those that are for fitting; it has so many ``parameters``, or as many as
    there are facts to fit it to. ``ScoreError`` where there are none.
    """
    kept = tuple(fact for fact in facts.facts if fact.fact == "arrivals")
    arrivals = Facts(facts.country, kept) if kept else None
    if arrivals is None or not (arrivals.uses == FIT).any():
        raise ScoreError("no fact on arrivals is for fitting: a curve has nothing to follow")
    at = np.array([sum(fact.weeks) / 2.0 for fact in kept])
    fit = arrivals.uses == FIT
    knots = min(parameters, int(fit.sum()))
    return arrivals, smooth_curve(at[fit], arrivals.observed[fit], knots, at)
