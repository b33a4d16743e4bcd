"""With what something was planned (law, data, rows, libraries), and whether it is so now."""

import platform
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

import defection
from defection import counties, provenance, readings
from defection.batch_runs.errors import PlanError
from defection.batch_runs.execution.worker import golden_rows
from defection.batch_runs.store.retired import renamed
from defection.country import checked_weeks, load

FORMAT = 3
FORMATS = (1, 2, 3)
"""Format 1 has a fingerprint of the law's text in place of its behaviour. Until format 2 seeds of
runs have 63 bits, nothing is said of what fills rows, and a search's plan has no fingerprint."""

Points = Callable[[], pd.DataFrame]
"""Returns the points that were planned, a row each."""

DATA = ("data", "journey_data", "news_data", "readings_data")
"""Keys of the fingerprints of data; the last are there where runs depend on them."""


def about(
    country: str,
    weeks: int | None,
    *,
    journey: bool = False,
    news: bool = False,
    by_reading: bool = False,
    crossings: bool = False,
    **more: Any,
) -> dict[str, Any]:
    """Return what all runs depend on, and what planned them.

    With ``journey`` its data are among it, with ``news`` the counties and neighbours, with
    ``by_reading`` the weights of the border by province and the dated shares, with ``crossings``
    what is known of who crosses.
    """
    loaded = load(country)
    followed = loaded.journey if journey else None
    return {
        "format": FORMAT,
        "defection": defection.__version__,
        "behaviour": provenance.behaviour(journey=followed is not None or crossings),
        "rows": golden_rows(),
        "country": loaded.name,
        "data": loaded.fingerprint,
        **({"journey_data": followed.fingerprint} if followed else {}),
        **({"news_data": counties.fingerprint(loaded)} if news else {}),
        **({"readings_data": readings.fingerprint(loaded)} if by_reading else {}),
        "weeks": checked_weeks(weeks, loaded),
        "years": list(loaded.years),
        "provinces": list(loaded.provinces),
        "made_with": {"python": platform.python_version(), **provenance.versions()},
        **more,
    }


def reads_circles(old: dict[str, Any], points: Points | None = None) -> bool:
    """Return whether runs of a plan depend on the golden runs of several news circles.

    As :func:`defection.golden.reads_circles` says of a point, here of all that a design covers. Of
    a file of points ``points`` returns those that were planned; without it they may.
    """
    said = renamed(old.get("specification", old))
    names = ("news_circles", "hearing", "interventions")
    if said.get("design", {}).get("kind") == "points":
        if points is None:
            return True
        table = points()
        values = {name: table[name].tolist() for name in names if name in table}
    else:
        stated = said.get("parameters", {})
        values = {name: _values(stated[name]) for name in names if name in stated}
    dated = " ".join(map(str, values.get("interventions", ())))
    near = "neighbours" in values.get("hearing", ()) or "hearing=neighbours" in dated
    return near or any(number != 1 for number in values.get("news_circles", ()))


def _values(stated: Any) -> list[Any]:
    """Return what a plan says of a parameter as a list, of a range its ends."""
    if isinstance(stated, Mapping):
        return [stated["low"], stated["high"]]
    return list(stated) if isinstance(stated, (list, tuple)) else [stated]


def law_changes(old: dict[str, Any], points: Points | None = None) -> str:
    """Return what of the law is not as it was when something was planned; empty if all is.

    Golden runs of several news circles count where the planned runs depend on them
    (:func:`reads_circles`, which takes ``points``).
    """
    behaviour = old.get("behaviour")
    if behaviour is None and old["law"] != provenance.FIRST_LAW:
        return f"its text was {old['law']}, which this version does not know"
    behaviour = behaviour or provenance.FIRST_BEHAVIOUR
    runs = provenance.changed_behaviour(behaviour)
    if runs and not reads_circles(old, points):
        runs = provenance.changed_behaviour(behaviour, circles=False)
    if runs:
        return f"other counts in {', '.join(runs)}"
    kept, now = old.get("rows", {}), golden_rows()
    rows = [name for name in kept if kept[name] != now.get(name)]
    return f"other {' and '.join(rows)} in the table of runs" if rows else ""


def library_changes(old: dict[str, Any]) -> str:
    """Return which versions are not those that something was planned with; empty if all are."""
    now = {"defection": defection.__version__, "python": platform.python_version()}
    now |= provenance.versions()
    kept = {"defection": old["defection"], **old["made_with"]}
    changed = [f"{name} {was}, now {now[name]}" for name, was in kept.items()
               if name in now and now[name] != was]  # fmt: skip
    return f"planned with {'; '.join(changed)}" if changed else ""


def check_law(
    old: dict[str, Any], new: dict[str, Any], name: str, points: Points | None = None
) -> None:
    """Refuse to mix what was planned with runs of another law, or with other data."""
    if changes := law_changes(old, points):
        raise PlanError(
            f"{name} was planned with another version of the model's law ({changes}; by defection "
            f"{old['defection']}): runs of both would mix; use a new folder, or the old version"
        )
    for what in DATA:
        if what in old and old[what] != new.get(what):
            raise PlanError(
                f"{name} was planned with other data of {old['country']} ({old[what]}, now "
                f"{new.get(what)}): runs of both would mix; use a new folder"
            )
    for what in ("years", "provinces"):
        if old[what] != new[what]:
            raise PlanError(
                f"{name} was changed since it was written: {what} are not those of the country's "
                "data; plans must not be edited; restore it, or use a new folder"
            )
