"""With what something was planned (law, data, rows, libraries), and whether it is so now."""

import platform
from typing import Any

import defection
from defection import counties, provenance, readings
from defection.batch_runs.errors import PlanError
from defection.batch_runs.execution.worker import golden_rows
from defection.country import checked_weeks, load

FORMAT = 3
FORMATS = (1, 2, 3)
"""Format 1 has a fingerprint of the law's text in place of its behaviour. Until format 2 seeds of
runs have 63 bits, nothing is said of what fills rows, and a search's plan has no fingerprint."""


DATA = ("data", "journey_data", "news_data", "readings_data")
"""Keys of the fingerprints of data; the last are there where runs depend on them."""


def about(
    country: str,
    weeks: int | None,
    *,
    journey: bool = False,
    news: bool = False,
    by_reading: bool = False,
    **more: Any,
) -> dict[str, Any]:
    """Return what all runs depend on, and what planned them.

    With ``journey`` its data are among it, with ``news`` the counties and neighbours, with
    ``by_reading`` the weights of the border by province and the dated shares.
    """
    loaded = load(country)
    followed = loaded.journey if journey else None
    return {
        "format": FORMAT,
        "defection": defection.__version__,
        "behaviour": provenance.behaviour(journey=followed is not None),
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


def law_changes(old: dict[str, Any]) -> str:
    """Return what of the law is not as it was when something was planned; empty if all is."""
    behaviour = old.get("behaviour")
    if behaviour is None and old["law"] != provenance.FIRST_LAW:
        return f"its text was {old['law']}, which this version does not know"
    runs = provenance.changed_behaviour(behaviour or provenance.FIRST_BEHAVIOUR)
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


def check_law(old: dict[str, Any], new: dict[str, Any], name: str) -> None:
    """Refuse to mix what was planned with runs of another law, or with other data."""
    if changes := law_changes(old):
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
