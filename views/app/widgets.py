"""The parts of the app in the browser: each ``.vue`` file with the data and events it takes."""

import inspect
from collections.abc import Callable
from typing import Any

import solara


def _widget(name: str, events: str, /, **data: Any) -> Callable[..., Any]:
    """Return the component of ``NAME.vue``; ``data`` are defaults, ``events`` names of functions.

    A component is called with its data by name, and with a function ``event_NAME`` for each event.
    """

    def component() -> None: ...

    named = {**data, **{f"event_{event}": None for event in events.split()}}
    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [inspect.Parameter(key, keyword, default=value) for key, value in named.items()]
    component.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    made: Callable[..., Any] = solara.component_vue(f"{name}.vue", vuetify=False)(component)
    return made


Controls = _widget(
    "controls",
    "step play pause set_speed run_to change new_seed reset close",
    country="", clock={}, years=[], speed=10, speeds=[], seed="", seed_fault="", message="",
    waiting=0, address="", answered=0,
)  # fmt: skip
"""The week, and step, play, pause, run and reset."""

Guide = _widget("guide", "", what="", question="", task="", begun=False, invented="")
"""What this is, the question of the week, and what to do."""

Tabs = _widget("tabs", "choose", ids=[], names=[], active=0, panel="")
"""The choice of one of several panels, which are shown in the element ``panel``."""

Settings = _widget(
    "settings",
    "change choose_preset",
    groups=[], values={}, faults={}, idle={}, marks={}, waiting=[], presets=[], preset=None,
    as_it_is=False, answered=0,
)  # fmt: skip
"""Presets, and every parameter with its control, unit, range and the paper's region."""

Map = _widget(
    "map",
    "choose_view pick",
    paths=[], labels=[], box=[], names=[], credit="", legends={}, groups=[], view="", maps=[],
    hovers=[], selected=0,
)  # fmt: skip
"""One map or several small ones, with legends; hovering shows the week's numbers."""

Circles = _widget(
    "circles",
    "",
    province="", kind="circle", says="", numbers=True, circles=[], scales=[],
)  # fmt: skip
"""The news circles of a province in small, in colours of the map, with a table."""

FlowForms = _widget(
    "forms", "choose_form choose_scale", form="", forms=[], scale="", scales=[]
)  # fmt: skip
"""The choice of how flows are drawn."""

ChartWidget = _widget("chart", "gap", name="", chart={}, chunk={})
"""Lines or bars over time; ``gap`` is called where some numbers are missing, to get all."""

Decision = _widget(
    "decision",
    "pick_province choose",
    provinces=[], province=0, dimensions=[], category=0, explained={}, rows=[],
)  # fmt: skip
"""The decision of one category, and all categories of its province."""

CompareChoice = _widget(
    "compare",
    "choose choose_pairs compare cancel",
    against=[], chosen="", pairs=1, most=1, work={}, fault="", result={}, scenario="", seed="",
)  # fmt: skip
"""The choice of the second scenario and of the pairs, and their differences."""

Fan = _widget(
    "fan",
    "choose run cancel",
    runs=1, most=1, work={}, fault="", result={}, scenario="", seed="",
)  # fmt: skip
"""Many runs of one scenario."""

Timeline = _widget(
    "timeline",
    "look now cancel take change_quickly undo",
    week=0, weeks=1, shown=0, first_year=0, running=True, address="", work={}, province="",
    changes=[], fault="", waiting=[], quick=[],
)  # fmt: skip
"""The weeks of the run to look at, work that goes on, and what changes from now on."""

LessonText = _widget(
    "lesson",
    "choose_lesson commit predict_anew run look teach play_or_pause step step_back",
    names=[], lesson={}, teacher=False, country="",
)  # fmt: skip
"""The choice of a lesson, the lesson that is open, and the teacher's keys."""

Keep = _widget("keep", "restore", country="", kept={})
"""Keeps what a learner did in the browser's own storage, and brings it back."""

Week = _widget("week", "hear forget set_utility take light", week={}, sand={})
"""The latest week in five steps, and the sandbox of one category."""

Rescue = _widget(
    "rescue",
    "choose again cancel",
    begun=False, years="", last="", funds=0, most=0, step=1, whom="", whoms=[], switches=[],
    result={}, work={}, fault="",
)  # fmt: skip
"""Funds and assumptions of a programme of rescues, and what it changes in the run."""

Border = _widget(
    "border",
    "follow compare cancel",
    has=True, on=False, week=0, sentence="", people={}, sizes={}, known={}, work={}, fault="",
    repeating={}, facts=0,
)  # fmt: skip
"""A year of those who crossed as a picture, and the run beside what is known of the journey."""

Interview = _widget(
    "interview",
    "interview cancel choose",
    missing="", one={}, classes=[], work={}, fault="", seed="",
)  # fmt: skip
"""One respondent of the virtual survey: the way and the answers, each marked by its class."""

Happened = _widget(
    "happened",
    "open_lesson clear",
    story={}, busy=False, fault="", notebook=[], columns=[], csv="", teaches=False,
)  # fmt: skip
"""What happened in the run, and the notebook of runs."""

Ended = _widget("ended", "open", says="")
"""One line when a run has ended."""

DownloadButtons = _widget(
    "downloads", "fetch_file_now", files=[], file={}, weeks=0, python="", address=""
)
"""Files to take away."""

About = _widget("about", "", paper=True, country="", text=[], invented="")
"""What the model is, how to use it, its limits and its ethics."""
