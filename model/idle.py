"""Which parameters nothing reads, as long as others have the values that they have."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Any

from defection.parameters import ALL_PARAMETERS, PARAMETERS, ParameterError, parameter

IDLE = tuple(
    one.name
    for one in PARAMETERS.values()
    if one.policy or one.circles or one.extension or one.name == "journey"
)
"""Parameters of what the paper has not: other policies, news circles, the economy's own effect."""


def check_read(
    changed: Iterable[str], policies: Iterable[str], interventions: str,
    circles: Iterable[int] = (), above: Container[str] | None = None,
    hearing: Container[str] = ("province",),
) -> None:  # fmt: skip
    """Refuse changed parameters that nothing reads.

    ``policies`` are those that are ever in force, ``circles`` the values of ``news_circles``,
    ``above`` the parameters that are ever above 0, where that is looked at, ``hearing`` whose
    attempts are ever heard of.
    """
    for name in changed:
        if parameter(name).circles and all(number == 1 for number in circles):
            raise ParameterError(f"{name} has no effect unless news_circles is another than 1")
        if parameter(name).circles and not (
            "province" in hearing or "hearing=province" in interventions
        ):
            raise ParameterError(f"{name} has no effect unless hearing = province")
        needs = parameter(name).needs if above is not None else ""
        if needs and needs not in (above or ()) and f"{needs}=" not in interventions:
            raise ParameterError(f"{name} has no effect unless {needs} is above 0")
        policy = parameter(name).policy
        if policy and policy not in policies and f"policy={policy}" not in interventions:
            raise ParameterError(f"{name} has no effect unless policy = {policy}")


def check_read_in(names: Iterable[str], settings: Mapping[str, Any]) -> None:
    """Refuse parameters among ``names`` that nothing reads in one scenario.

    What its ``settings`` leave out is at its default; their interventions are a text.
    """
    policy, circles, hearing, dated = (
        settings.get(name, ALL_PARAMETERS[name].default)
        for name in ("policy", "news_circles", "hearing", "interventions")
    )
    above = {name for name, value in settings.items() if value}
    check_read(dict.fromkeys(names), [policy], dated, [circles], above, [hearing])
