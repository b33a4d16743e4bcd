"""The part of a controller that knows what is selected on the page, and its link."""

from collections.abc import Callable

from defection.model import DefectionModel
from defection.scenario import Scenario
from defection.views.app import link
from defection.views.app.flows import FORMS, SCALES
from defection.views.app.map_view import map_measures
from defection.views.app.selection import MOST_RUNS, TABS, Selection, compared_with
from defection.views.app.work import Work


class Selecting:
    """Tab, province, category, measure, lesson, and what *Many runs* is to do (``Selection``)."""

    changed: Callable[[], object]
    looked_at: int | None
    model: DefectionModel
    moved: Callable[[], object]
    scenario: Scenario
    selected_category: int
    selected_province: int
    tab: str
    view: str
    lesson: str
    form: str
    axis: str
    teacher: str
    runs: int
    against: str
    pairs: int
    work: Work
    target = 0
    """The week to which ``work`` goes on."""

    def take(self, selection: Selection) -> None:
        """Select what a link says, but for the weeks."""
        categories = next(iter(self.model.provinces)).categories
        first = max(range(len(categories)), key=lambda c: categories[c].cutoff)
        self._first_category = first
        self.selected_province = selection.province
        self.selected_category = first if selection.category is None else selection.category
        self.view, self.tab, self.lesson = selection.measure, selection.tab, selection.lesson
        self.form, self.axis, self.teacher = selection.form, selection.axis, selection.teacher
        self.runs, self.pairs, self.against = selection.runs, selection.pairs, selection.against

    def selection(self) -> Selection:
        """Return what is selected, and the weeks."""
        week = self.target if self.work.busy else self.model.week
        chosen = self.selected_category
        return Selection(
            week=week, look=self.looked_at, tab=self.tab, province=self.selected_province,
            category=None if chosen == self._first_category else chosen, measure=self.view,
            form=self.form, axis=self.axis, teacher=self.teacher,
            lesson=self.lesson, runs=self.runs, against=self.against, pairs=self.pairs,
        )  # fmt: skip

    @property
    def address(self) -> str:
        """The part of a link after ``?`` that reopens the page as it stands."""
        return link.address(self.scenario, self.selection().parts(self.model.country))

    def choose_tab(self, number: float) -> None:
        """Show another tab, by its number."""
        if 0 <= number < len(TABS):
            self.tab = list(TABS)[int(number)]
        self.changed()

    def choose_lesson(self, name: str) -> None:
        """Open a lesson by its name, or none."""
        self.lesson = name
        self.changed()

    def choose_form(self, form: str) -> None:
        """Draw weekly flows in another way."""
        if form in FORMS:
            self.form = form
            self.moved()

    def choose_axis(self, axis: str) -> None:
        """Draw weekly flows on another vertical axis."""
        if axis in SCALES:
            self.axis = axis
            self.moved()

    def teach(self, on: bool) -> None:
        """Begin or end teacher mode."""
        self.teacher = "on" if on else "off"
        self.changed()

    def choose_view(self, view: str) -> None:
        """Show another measure on the map."""
        if map_measures(view):
            self.view = view
            self.moved()

    def pick_province(self, index: float) -> None:
        """Select a province by its number; others than those that exist are ignored."""
        if 0 <= int(index) < len(self.model.country.provinces):
            self.selected_province = int(index)
        self.moved()

    def pick_category(self, index: float) -> None:
        """Select a category within its province by its number."""
        if 0 <= int(index) < len(self.model.country.traits):
            self.selected_category = int(index)
        self.moved()

    def choose_runs(self, number: float) -> None:
        """Choose how many runs the fan has."""
        self.runs = min(MOST_RUNS, max(1, int(number)))
        self.changed()

    def choose_pairs(self, number: float) -> None:
        """Choose how many pairs are compared."""
        self.pairs = min(MOST_RUNS, max(1, int(number)))
        self.changed()

    def choose_against(self, name: str) -> None:
        """Choose with what the running scenario is compared."""
        if name in compared_with(self.model.country):
            self.against = name
        self.changed()
