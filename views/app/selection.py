"""What of a page is looked at, besides its scenario: the further parts of a link."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from defection.checks import shown, whole, whole_from
from defection.country import Country
from defection.parameters import nearest
from defection.presets import titled
from defection.views.app import lesson
from defection.views.app.flows import FORMS, SCALES
from defection.views.app.map_view import MAP_MEASURES

TABS = {
    "flows": "Flows",
    "week": "This week",
    "why": "Why?",
    "border": "After the border",
    "happened": "Outcome",
    "runs": "Many runs",
    "files": "Take away",
    "about": "About",
}
"""The tabs of the page in their order: names in links, and titles."""

MOST_RUNS = 200
"""Runs of a fan, or pairs of runs, at most."""

SETTINGS, WITHOUT = "settings", "without"
"""What the running scenario is compared with: the sliders, it without its interventions, or the
preset of a name."""


@dataclasses.dataclass(frozen=True)
class Selection:
    """What is looked at; each field is a part of a link, left out where it has its default."""

    week: int = 0
    """Weeks that the run has simulated."""
    look: int | None = None
    """The past week that is looked at, if any."""
    tab: str = next(iter(TABS))
    province: int = 0
    category: int | None = None
    """Position in ``Country.traits``; None for the most likely to leave."""
    measure: str = MAP_MEASURES[0].name
    form: str = next(iter(FORMS))
    """How weekly flows are drawn."""
    axis: str = next(iter(SCALES))
    """Their vertical axis."""
    lesson: str = ""
    teacher: str = "off"
    """Whether the type is larger and keys play and step, ``on`` or ``off``."""
    runs: int = 100
    """Runs of the fan."""
    against: str = SETTINGS
    """With what the scenario is compared."""
    pairs: int = 30
    """Pairs of runs that are compared."""

    def parts(self, country: Country) -> dict[str, str]:
        """Return the parts of a link: what is not at its default, by names rather than numbers."""
        default = Selection()
        names = [field.name for field in dataclasses.fields(self)]
        kept = {name: getattr(self, name) for name in names}
        kept = {name: value for name, value in kept.items() if value != getattr(default, name)}
        for name, known in (("province", country.provinces), ("category", categories(country))):
            if name in kept:
                kept[name] = known[kept[name]]
        return {name: str(value) for name, value in kept.items()}

    def with_part(self, name: str, text: str, country: Country, weeks: int) -> Selection:
        """Return this with one part of a link; ``ValueError`` where it is none."""
        value = _READERS[name](text, country, self, weeks)
        return dataclasses.replace(self, **{name: value})


def categories(country: Country) -> list[str]:
    """Return the categories of any province, such as ``young.female``, as links name them."""
    return [".".join(traits) for traits in country.traits]


def compared_with(country: Country) -> dict[str, str]:
    """Return what the running scenario can be compared with: names in links, and titles."""
    fixed = {SETTINGS: "the sliders as they stand", WITHOUT: "the same without its changes"}
    return {**fixed, **{preset.name: titled(preset) for preset in country.presets}}


def _position(name: str, text: str, known: list[str]) -> int:
    if text not in known:
        raise ValueError(f"there is no {name} {shown(text)}{nearest(text, known)}")
    return known.index(text)


def _known(name: str, text: str, known: Mapping[str, object] | list[str]) -> str:
    _position(name, text, list(known))
    return text


def _lesson(text: str, country: Country) -> str:
    if not country.paper:
        raise ValueError(f"{country.name} has no lessons")
    return _known("lesson", text, lesson.lessons())


def _whole(name: str, text: str, low: int, most: int) -> int:
    return whole(name, whole_from(text), low, most=most)


_READERS: dict[str, Callable[[str, Country, Selection, int], Any]] = {
    "week": lambda text, _country, _, weeks: _whole("week", text, 0, weeks),
    "look": lambda text, _country, so_far, _: _whole("look", text, 0, so_far.week),
    "tab": lambda text, _country, _, __: _known("tab", text, TABS),
    "province": lambda text, country, *_: _position("province", text, list(country.provinces)),
    "category": lambda text, country, *_: _position("category", text, categories(country)),
    "measure": lambda text, *_: _known("measure", text, [*(m.name for m in MAP_MEASURES), "all"]),
    "form": lambda text, *_: _known("form", text, FORMS),
    "axis": lambda text, *_: _known("axis", text, SCALES),
    "teacher": lambda text, *_: _known("teacher", text, ["off", "on"]),
    "lesson": lambda text, country, *_: _lesson(text, country),
    "runs": lambda text, *_: _whole("runs", text, 1, MOST_RUNS),
    "against": lambda text, country, *_: _known("against", text, compared_with(country)),
    "pairs": lambda text, *_: _whole("pairs", text, 1, MOST_RUNS),
}

PARTS = tuple(_READERS)
"""Names of the parts in the order in which they are read; ``look`` lies before ``week``."""
