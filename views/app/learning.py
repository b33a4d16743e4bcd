"""What a learner does in a session: predictions, the runs of lessons, and a notebook of runs."""

import csv
import io
from collections.abc import Callable
from typing import Any

from defection.model import DefectionModel
from defection.scenario import Scenario
from defection.views.app.controller import Controller
from defection.views.app.keeping import COLUMNS, MOST_RUNS, Kept, Row
from defection.views.app.lesson import PARTS, Lesson, lessons
from defection.views.app.sandbox import Sandbox
from defection.views.app.selection import TABS
from defection.views.app.story import Story, replay
from defection.views.app.work import Work


def _same_run(row: Row, other: Row) -> bool:
    """Return whether two rows of the notebook are of one run, whatever was predicted of it."""
    about = {"run", "lesson", "prediction"}
    return all(row[name] == other[name] for name in COLUMNS if name not in about)


class Learning:
    """One learner beside one :class:`Controller`; ``changed`` is called when something changes."""

    def __init__(self, controller: Controller, changed: Callable[[], object]) -> None:
        self.controller, self.changed = controller, changed
        self.predictions: dict[str, int] = {}
        """The option that was committed to, by lesson."""
        self._done: dict[str, set[int]] = {}
        self._begun: tuple[str, int, DefectionModel] | None = None
        """The run of a lesson that was begun last: lesson, number, model."""
        self._revealed: set[str] = set()
        self.notebook: list[dict[str, Any]] = []
        self.sandbox = Sandbox()
        self.story = Work(changed)
        """Works out what happened in a run that has ended."""
        self.story_of = 0
        self._latest: tuple[int, DefectionModel] | None = None
        self._noted, self._count = 0, 0
        self.restored = False
        """Whether what the browser kept has been taken back."""

    @property
    def lesson(self) -> Lesson | None:
        """The lesson that is open; lessons are about the paper's country."""
        there = lessons() if self.controller.model.country.paper else {}
        return there.get(self.controller.lesson)

    @property
    def done(self) -> dict[str, set[int]]:
        """The runs of each lesson that have reached their week; one that was cancelled has not."""
        self._note_run()
        return self._done

    def _note_run(self) -> None:
        """Count the run that was begun last where it has reached its week."""
        if self._begun:
            name, number, model = self._begun
            run = lessons()[name].runs[number]
            ended = not model.running or model.week >= (run.weeks or model.weeks)
            if ended and model.parameters == run.parameters:
                self._done.setdefault(name, set()).add(number)
                self._begun = None

    def commit(self, option: float) -> None:
        """Commit to a prediction; the first one counts."""
        lesson = self.lesson
        if lesson and 0 <= int(option) < len(lesson.options):
            self.predictions.setdefault(lesson.name, int(option))
        self.changed()

    def predict_anew(self, _data: object = None) -> None:
        """Take back the prediction of the lesson that is open, and close what it explains."""
        if self.lesson:
            name = self.lesson.name
            self.predictions.pop(name, None)
            self._done.pop(name, None)
            self._begun = None
            self._revealed.discard(name)
        self.changed()

    def restore(self, data: object) -> None:
        """Take back what the browser kept of an earlier visit, once; what is newer stays."""
        if self.restored:
            return
        kept, self.restored = Kept.from_browser(data), True
        self.predictions = {**kept.predictions, **self.predictions}
        self._done = {**kept.done, **self.done}
        self._revealed |= kept.revealed
        before, now = kept.notebook, self.notebook
        self._count = max([row["run"] for row in before], default=0)
        now = [row for row in now if not any(_same_run(row, one) for one in before)]
        new = [{**row, "run": self._count + n} for n, row in enumerate(now, 1)]
        self._count += len(now)
        self.notebook = [*before, *new][-MOST_RUNS:]
        self.changed()

    def kept(self) -> dict[str, Any]:
        """Return what the browser is to keep; nothing before it was read."""
        if not self.restored:
            return {}
        kept = Kept(self.predictions, self.done, self._revealed, self.notebook)
        return kept.for_browser()

    def clear(self, _data: object = None) -> None:
        """Forget all predictions and the notebook, also in the browser."""
        self.predictions, self._done, self.notebook = {}, {}, []
        self._revealed, self._count, self._begun = set(), 0, None
        self.changed()

    def run(self, number: float) -> None:
        """Make a run of the lesson, up to its week, once a prediction is committed to."""
        lesson, number = self.lesson, int(number)
        if not lesson or lesson.name not in self.predictions or number >= len(lesson.runs):
            return
        run, controller = lesson.runs[number], self.controller
        scenario = Scenario(run.seed, run.parameters, controller.scenario.country)
        controller.settings, controller.faults = run.parameters, {}
        weeks = run.weeks or controller.model.country.weeks
        self._note_run()
        controller.replay(scenario, weeks, f"running: {run.name}")
        self._begun = lesson.name, number, controller.model
        self.changed()  # a short run may have ended by now

    @property
    def task(self) -> str:
        """What the open lesson wants to be done now, or nothing."""
        lesson = self.lesson
        if lesson is None:
            return ""
        if lesson.name not in self.predictions:
            return f"Read the lesson “{lesson.title}” and commit to a prediction, before any run."
        if not self.revealed:
            return "Make the runs of the lesson (▶); its answer opens when all are made."
        return "Read what the lesson explains, and look at what it names."

    @property
    def revealed(self) -> bool:
        """Whether all runs of the lesson were made, so that it may explain them."""
        lesson = self.lesson
        if lesson is None:
            return False
        if len(self.done.get(lesson.name, ())) == len(lesson.runs):
            self._revealed.add(lesson.name)
        return lesson.name in self._revealed

    def look(self, number: float) -> None:
        """Show what the lesson says to look at."""
        lesson, controller = self.lesson, self.controller
        if not lesson or not 0 <= int(number) < len(lesson.looks):
            return
        look = lesson.looks[int(number)]
        if look.tab:
            controller.choose_tab(list(TABS).index(look.tab))
        if look.province:
            controller.pick_province(controller.model.country.provinces.index(look.province))
        if look.measure:
            controller.choose_view(look.measure)
        if look.against:
            controller.choose_against(look.against)
        if look.week is not None:
            controller.look(look.week)

    def shown(self) -> dict[str, Any]:
        """Return the open lesson as plain data; what it explains only once it is revealed."""
        lesson = self.lesson
        if not lesson:
            return {}
        done, revealed = self.done.get(lesson.name, set()), self.revealed
        parts, looks = (PARTS, lesson.looks) if revealed else ((), ())
        return {
            "name": lesson.name, "title": lesson.title, "minutes": lesson.minutes,
            "order": lesson.order, "question": lesson.question, "introduction": lesson.html(""),
            "options": [text for text, _ in lesson.options],
            "prediction": self.predictions.get(lesson.name),
            "runs": [[run.name, number in done] for number, run in enumerate(lesson.runs)],
            "looks": [[one.says, bool(one.tab), one.circles, one.chart] for one in looks],
            "right": lesson.right if revealed else None,
            "parts": {part: lesson.html(part) for part in parts},
        }  # fmt: skip

    def note(self) -> None:
        """Write a run into the notebook when it has ended, or when another takes its place."""
        with self.controller.reading() as model:
            number, before = self.controller.run_number, self._latest
            self._latest = (number, model)
            if before and before[0] != number and before[0] != self._noted and before[1].week:
                self._write(before[1])
            if not model.running and number != self._noted:
                self._noted = number
                self._write(model)

    def _write(self, model: DefectionModel) -> None:
        totals, lesson = model.history.totals(), self.lesson
        chosen = self.predictions.get(lesson.name) if lesson else None
        score = None if model.running else Story(model).score
        preset, changes = model.country.nearest_preset(model.parameters)
        said = [f"{name}={value}" for name, value in changes.items()]
        default = model.country.preset
        preset = "" if default is not None and default.name == preset else preset
        row = {
            "run": self._count + 1,
            "lesson": lesson.name if lesson else "",
            "prediction": lesson.options[chosen][0] if lesson and chosen is not None else "",
            "seed": model.seed,
            "changes": "; ".join(filter(None, [preset, *said])),
            "weeks": model.week,
            "attempts": totals["attempts"],
            "successes": totals["successes"],
            "score": "" if score is None else round(score, 2),
            "stopped_early": bool(model.stopped_early),
        }
        if any({**one, "run": row["run"]} == row for one in self.notebook):
            return  # the same run again, as after a reload
        self._count += 1
        self.notebook = [*self.notebook, row][-MOST_RUNS:]
        self.changed()

    def csv(self) -> str:
        """Return the notebook as a CSV file."""
        file = io.StringIO()
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(self.notebook)
        return file.getvalue()

    def work_out_story(self) -> None:
        """Work out what happened in the run that has ended, once for each run."""
        number, model = self.controller.run_number, self.controller.model
        if model.running or self.story_of == number:
            return
        self.story_of = number
        self.story.start("who attempted", lambda _report: Story(model, replay(model)).shown())
