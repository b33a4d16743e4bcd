"""The panels of learning: lessons, the latest week in steps, what happened, and the notebook."""

from collections.abc import Callable

import solara

from defection.views.app import week_view, widgets
from defection.views.app.controller import Controller
from defection.views.app.keeping import COLUMNS
from defection.views.app.learning import Learning
from defection.views.app.lesson import lessons
from defection.views.app.panels import Signal
from defection.views.app.sandbox import Sandbox
from defection.views.app.selection import TABS
from defection.views.app.story import Story


def use_learning(controller: Controller) -> Learning:
    """Return what the learner of this session does, made once."""
    learning: Learning = solara.use_memo(lambda: Learning(controller, controller.changed), [])
    solara.use_effect(lambda: learning.story.cancel, [])
    return learning


@solara.component
def LessonPanel(learning: Learning, changed: Signal) -> None:
    """Choose a lesson, predict, run, look and read; and the teacher's keys."""
    changed.get()
    controller, done = learning.controller, learning.done
    country = controller.model.country
    taught = lessons() if country.paper else {}  # lessons are about the paper's country

    def opened(name: str) -> None:
        controller.choose_lesson(name if name in taught else "")

    widgets.LessonText(
        names=[
            [one.name, one.title, one.minutes, len(done.get(one.name, ())) == len(one.runs)]
            for one in taught.values()
        ],
        country=country.name, lesson=learning.shown(),
        teacher=controller.teacher == "on", event_teach=controller.teach,
        event_choose_lesson=opened, event_commit=learning.commit,
        event_predict_anew=learning.predict_anew,
        event_run=learning.run, event_look=learning.look, event_step=_step(controller),
        event_step_back=lambda _data=None: controller.look_by(-1),
        event_play_or_pause=_play(controller),
    )  # fmt: skip


@solara.component
def KeepPanel(learning: Learning, changed: Signal) -> None:
    """Keep predictions and notebook in the browser over a reload."""
    changed.get()
    widgets.Keep(
        country=learning.controller.model.country.name, kept=learning.kept(),
        event_restore=learning.restore,
    )  # fmt: skip


def _play(controller: Controller) -> Callable[[object], None]:
    def play(_data: object = None) -> None:
        (controller.pause if controller.player.playing else controller.play)()

    return play


def _step(controller: Controller) -> Callable[[object], None]:
    def step(_data: object = None) -> None:
        if controller.looked_at is None:
            controller.step()
        else:
            controller.look_by(1)

    return step


@solara.component
def WeekPanel(learning: Learning, moved: Signal) -> None:
    """Show the latest week of the selected province in five steps, and the sandbox."""
    moved.get()
    controller, tries = learning.controller, solara.use_reactive(0)
    tries.get()
    with controller.looking() as model:
        week = week_view.week_steps(model, controller.selected_province)

    def done(do: Callable[[], object]) -> None:
        do()
        tries.set(tries.peek() + 1)

    def taken() -> None:
        with controller.looking() as model:
            province = list(model.provinces)[controller.selected_province]
            category = province.categories[controller.selected_category]
            learning.sandbox = Sandbox.from_category(category)

    def light() -> None:
        learning.sandbox = Sandbox()

    widgets.Week(
        week=week, sand=learning.sandbox.shown(),
        event_hear=lambda news: done(lambda: learning.sandbox.hear(str(news[0]), int(news[1]))),
        event_forget=lambda _data=None: done(learning.sandbox.forget_year),
        event_set_utility=lambda value: done(lambda: learning.sandbox.set_utility(value)),
        event_take=lambda _data=None: done(taken), event_light=lambda _data=None: done(light),
    )  # fmt: skip


@solara.component
def HappenedPanel(learning: Learning, moved: Signal, changed: Signal) -> None:
    """Show what happened in a run that has ended, and the notebook of runs."""
    moved.get()
    changed.get()
    controller, work = learning.controller, learning.story
    ended = not controller.model.running
    if ended:
        learning.work_out_story()
    ready = ended and not work.busy and learning.story_of == controller.run_number
    widgets.Happened(
        story=(work.result or {}) if ready and not work.fault else {}, busy=ended and work.busy,
        fault=work.fault, notebook=learning.notebook, columns=list(COLUMNS), csv=learning.csv(),
        teaches=controller.model.country.paper, event_open_lesson=controller.choose_lesson,
        event_clear=learning.clear,
    )  # fmt: skip


@solara.component
def EndPanel(learning: Learning, moved: Signal) -> None:
    """Write ended runs into the notebook, and say in a line how a run has ended."""
    moved.get()
    controller = learning.controller
    number, running = controller.run_number, controller.model.running
    solara.use_effect(learning.note, [number, running])
    says = ""
    if not running:
        story = Story(controller.model)
        says = story.when() if controller.model.stopped_early else story.how_many()
    number_of = list(TABS).index("happened")
    widgets.Ended(says=says, event_open=lambda _data=None: controller.choose_tab(number_of))
