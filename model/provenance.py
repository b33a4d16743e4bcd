"""What is needed to repeat a result and to trust its numbers."""

import importlib.metadata
import platform
from collections.abc import Mapping
from typing import Any

import defection
from defection import counties, readings

FIRST_LAW = "88738e4809d04082"
"""Fingerprint of the law's source text in plans of version 0.1.0, which kept no behaviour."""

FIRST_BEHAVIOUR: Mapping[str, str] = {
    "base": "82308fac",
    "prior_alpha moved": "b21e7dd5",
    "prior_beta moved": "6fb62ead",
    "observation_probability moved": "0a1f13b8",
    "memory_weeks moved": "05240157",
    "utility_intercept moved": "602b2b8e",
    "utility_slope moved": "f4f572b7",
    "demographic_effect moved": "815988ef",
    "famine_effect moved": "a70f0cfb",
    "initial_repression moved": "6c27a461",
    "adjustment_rate moved": "cb160832",
    "tolerated_attempts moved": "869f8a26",
    "economy_scale moved": "8d123245",
    "hearing = nationwide": "87a84bc6",
    "tolerated_measure = successes": "7702b604",
    "tolerated_measure = stopped": "447fd40f",
    "famine_years = none": "fc64810e",
    "famine_years = 2000-2001": "ca165a95",
    "stopped early": "a3129379",
}
"""The behaviour of that law, by the names of golden runs."""

LIBRARIES = ("mesa", "numba", "numpy", "pandas", "pyarrow", "scipy")


def versions(libraries: tuple[str, ...] = LIBRARIES) -> dict[str, str]:
    """Return the versions of libraries by name."""
    return {name: importlib.metadata.version(name) for name in libraries}


def manifest(model: Any) -> dict[str, Any]:
    """Return what is needed to repeat a run of a ``DefectionModel`` and to trust its numbers."""
    journey = model.country.journey if model.journey else None
    own = {
        "seed": model.seed,
        "weeks": model.weeks,
        "weeks_run": model.week,
        "stopped_early": model.stopped_early,
    }
    return {
        **({"journey_data": journey.fingerprint} if journey else {}),
        **invented(model.country),
        **_common(model.country, model.parameters, journey=model.draws_crossings, **own),
    }


def by_reading(country: Any, parameters: Any) -> dict[str, str]:
    """Return the fingerprints of counties and neighbours, of weights and shares, where read."""
    news = {"news_data": counties.fingerprint(country)} if counties.read_by(parameters) else {}
    read = {"readings_data": readings.fingerprint(country)} if readings.read_by(parameters) else {}
    return {**news, **read}


def invented(country: Any) -> dict[str, str]:
    """Return what in a country's data is no data, where it says so."""
    return {"invented": country.about.invented} if country.about.invented else {}


def journeys_manifest(country: Any, parameters: Any, **own: Any) -> dict[str, Any]:
    """Return what is needed to repeat many runs with a journey, and what is their ``own``."""
    journey_data = country.journey.fingerprint
    return _common(country, parameters, journey=True, journey_data=journey_data, **own)


def _common(country: Any, parameters: Any, *, journey: bool, **own: Any) -> dict[str, Any]:
    return {
        "defection": defection.__version__,
        "behaviour": behaviour(journey=journey),
        "country": country.name,
        "data": country.fingerprint,
        **by_reading(country, parameters),
        **own,
        "parameters": parameters.as_dict(),
        "python": platform.python_version(),
        "libraries": versions(),
    }


def behaviour(*, journey: bool = False) -> dict[str, str]:
    """Return digests of golden runs by name: what the law does, whatever its text.

    With ``journey`` those of golden journeys as well, and of who crossed, on which runs that do not
    tell who crossed do not depend.

    A digest of a name that stands in two such mappings differs where the law yields other counts.
    A mapping that was kept earlier may lack runs that were added since (a new policy, say), which
    is no difference.
    """
    from defection.golden import digests, journey_digests

    return {**digests(), **(journey_digests() if journey else {})}


def changed_behaviour(kept: Mapping[str, str], *, circles: bool = True) -> tuple[str, ...]:
    """Return the names of golden runs whose counts differ now from when ``kept`` was written.

    Without ``circles`` those with several news circles are left out, on which runs without them do
    not depend (:func:`defection.golden.reads_circles`).

    A policy of a user's own that is not known now is no difference: what was run with it cannot be
    run again, and is refused by the name of its policy.
    """
    from defection.golden import with_circles

    now = behaviour(journey="journey" in kept)
    kept = {name: one for name, one in kept.items() if circles or name not in with_circles()}
    gone = {name for name in kept if name.startswith("policy = ") and name not in now}
    return tuple(name for name in kept if name not in gone and now.get(name) != kept[name])
