"""The provinces, where attempts are stopped, become known and are remembered.

Each rule is a line that calls :mod:`defection.rules` for the province's row of the model's state.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from defection import circle_agents, circles, dated_shares, rules, sharing
from defection.agents.belief import Belief
from defection.agents.circle import Circle
from defection.agents.identity import NumberedAgent
from defection.measures import FLOWS
from defection.state import PROVINCE

if TYPE_CHECKING:
    from defection.agents.citizens import CitizenCategory


class Province(NumberedAgent):
    """A province: its repression, its citizens' belief about it, and the week's attempts.

    Flows (``attempts``, ``stopped``, ``successes``, ``known_attempts``, ``known_stopped``) are
    those of the latest week; ``repression`` and ``belief`` are those in force in the coming week.
    All but the belief are fields of its row of ``model.state``; ``belief`` is made of
    ``belief_alpha`` and ``belief_beta``.

    Parameters
    ----------
    model : DefectionModel
        The model, which makes its provinces itself.
    name : str
        Its name in the country's data.
    index : int
        Its position among the provinces, from 0.

    Examples
    --------
    >>> from defection import DefectionModel
    >>> province = DefectionModel(seed=1, weeks=52, initial_repression=0.9).run().provinces[0]
    >>> province.attempts == province.stopped + province.successes
    True
    >>> 0 <= province.repression <= 1
    True
    """

    attempts: int
    stopped: int
    successes: int
    known_attempts: int
    known_stopped: int
    remembered_attempts: int
    remembered_stopped: int
    repression: float
    belief_alpha: float
    belief_beta: float
    discontent: float
    pull: float

    def __init__(self, model: Any, *, name: str, index: int) -> None:
        super().__init__(model)
        self.name = name
        self.index = index
        self.categories: list[CitizenCategory] = []
        """Its categories; a removed one leaves a new list, so that who loops over it may remove."""
        rules.begin(model.state, model.in_force, index)
        self.circles: list[Circle] = []
        """Its news circles, where it has several."""
        if model.circles:
            edges = model.circles.edges[index]
            self.circle_count = len(edges) - 1
            numbers = range(self.circle_count)
            self.circles = [Circle(self, n) for n in numbers if edges[n + 1] > edges[n]]
            circles.begin(model.state, model.in_force, index, model.circles, self.circle_count)
            self.cutoffs = np.zeros(len(model.country.traits))
            """Cut-offs of its categories by which this week's candidates were drawn."""
        self._belief = Belief(self.belief_alpha, self.belief_beta)
        self.begin_year()

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} {self.name}: {self.population:,} people, "
            f"repression {self.repression:.3f}, believed {self.belief.mean:.3f}, "
            f"{self.attempts:,} attempts in the latest week>"
        )

    def remove(self) -> None:
        """Take the province and all its categories out of the country for good.

        Nobody attempts there, is counted or stopped any more, and no news come from there. Its row
        of the tables stays, with flows and a population of 0, and its repression as it was.
        """
        super().remove()
        for category in list(self.categories):
            category.remove()
        for name in FLOWS:
            self.model.state[name][self.index] = 0
            for circle in self.circles:
                self.model.circles.rows[name][circle.index] = 0

    @property
    def parameters(self) -> np.void:
        """The parameters in force here in the coming week, a row of ``model.in_force``."""
        return self.model.in_force[self.index]

    @property
    def population(self) -> int:
        """Head count of the province this week."""
        return self.model.province_populations[self.index]

    @property
    def belief(self) -> Belief:
        """What the citizens believe about repression in the coming week."""
        return self._belief

    @belief.setter
    def belief(self, belief: Belief) -> None:
        for circle in self.circles:
            row = self.model.circles.rows[circle.index]
            row["belief_alpha"], row["belief_beta"] = belief.alpha, belief.beta
        self._believe(belief)

    def _believe(self, belief: Belief) -> None:
        self._belief = belief
        for category in self.categories:
            category.look_at_belief()

    def look_up(self) -> None:
        """Read the belief again after the row has changed; while it holds it stays one object."""
        alpha, beta = self.belief_alpha, self.belief_beta
        if (alpha, beta) != (self.belief.alpha, self.belief.beta):
            self._believe(Belief(alpha, beta))

    def begin_year(self) -> None:
        """Note the present year's growth in percent, famine (1 or 0) and weight of the border."""
        model, year = self.model, self.model.year_index
        weights = model.border_weights[:, self.index].tolist()
        self.border = rules.border_weight(model.in_force, self.index, *weights)
        self.growth_percent = model.growth_percent[year]
        self.famine = model.famines[int(self.parameters["famine_row"])][year]

    def note_discontent(self) -> None:
        """Note how motivated its people are on average, against the first week."""
        motivation = people = 0.0
        for category in self.categories:
            share = dated_shares.share(self.model.edges, category.index)
            motivation += share * category.motivation
            people += share
        mean = motivation / people if people > 0.0 else 0.0
        rules.note_discontent(self.model.state, self.index, mean)

    def decide(self) -> None:
        """Let each category decide in turn, by a loop that is quicker than ``AgentSet.do``.

        Where they remember a rescue, and did not before, they are the abler first.
        """
        model = self.model
        known = (model.state, model.in_force, self.index, model.week, model.near)
        if model.journey and model.journey.pulls(*known):
            for category in self.categories:
                category.update_utility()
        self.draw_candidates()
        for category in self.categories:
            category.decide()

    def draw_candidates(self) -> None:
        """Draw who may leave its news circles this week, where it has several."""
        if self.circles:
            for category in self.categories:
                self.cutoffs[category.index % self.cutoffs.size] = category.cutoff
            circle_agents.draw_candidates(self.model.circles, self.index, self.cutoffs)

    def repress(self) -> None:
        """Stop each of the week's attempts with the probability ``repression``."""
        model, state, here = self.model, self.model.state, self.index
        if self.circles:
            circle_agents.count_attempts(model.circles, here)
            circle_agents.stop_candidates(state, model.circles, here)
            circles.repress(state, here, model.circles, self.circle_count)
            circle_agents.show_flows(state, model.circles, here)
            return
        state["attempts"][here] = sum([category.attempts for category in self.categories])
        rules.repress(state, here, model.uniforms_to_repress[here])

    def cross(self) -> None:
        """Share out the stopped among the categories; the others cross the border."""
        if self.circles:
            self._cross_from_circles()
            return
        model, free, size = self.model, self.successes, len(self.model.country.traits)
        mine = np.array([category.attempts for category in self.categories], np.int64)
        who = np.array([category.index % size for category in self.categories], np.int64)
        by_gender = np.zeros((2, int(model.genders.max()) + 1), np.int64)
        crossed, room = np.zeros_like(mine), np.zeros((2, size), np.int64)
        if free > 0:
            number = model.week * len(model.country.provinces) + self.index
            sharing.cross(
                model.streams.word, number, mine, who, model.genders, free, by_gender, room, crossed
            )
        for category, count in zip(self.categories, crossed.tolist(), strict=True):
            category.crossed = count

    def _cross_from_circles(self) -> None:
        size = len(self.model.country.traits)
        crossed = np.zeros(size, np.int64)
        circle_agents.cross_from_circles(self.model.circles, self.index, crossed)
        for category in self.categories:
            category.crossed = int(crossed[category.index % size])

    def hear(self) -> None:
        """Let each of the week's attempts become known with the probability K.

        So may what people do who have crossed, where the parameters say so.
        """
        model, here = self.model, self.index
        if self.circles:
            model_circles = (model.circles, self.circle_count)
            has_news = model.journey is not None
            circle_agents.hear_of_candidates(model.in_force, model.circles, here)
            circles.hear(model.state, model.in_force, here, *model_circles, model.week, has_news)
            circle_agents.show_flows(model.state, model.circles, here)
            return
        stopped, successes = model.uniforms_to_hear_stopped, model.uniforms_to_hear_successes
        rules.hear(model.state, here, model.in_force, here, stopped[here], successes[here])
        if model.journey:
            stopped, successes, *rescues = model.uniforms_to_hear_news
            heard = rules.hear_news(
                model.state, here, model.state, model.in_force, here, 1.0, stopped[here],
                successes[here],
            )  # fmt: skip
            for uniforms in rescues:
                model.journey.hear_of_rescues(model.state, here, heard, uniforms[here])

    def learn(self) -> None:
        """Add what became known this week to the belief, forget what is older than H weeks."""
        model, here = self.model, self.index
        (attempts, stopped), near, week = model.history.known, model.near, model.week
        if self.circles:
            circles.learn(
                model.state, model.in_force, here, model.circles, self.circle_count, attempts,
                stopped, near, week, True,
            )  # fmt: skip
        else:
            rules.learn(
                model.state, here, model.in_force, here, attempts, stopped, attempts, stopped,
                near, week,
            )  # fmt: skip
        self.look_up()

    def adjust(self) -> None:
        """Raise or relax repression by the policy of the state."""
        rules.adjust(self.model.state, self.model.in_force, self.index)

    def change(self, resets: bool) -> None:
        """Go over to the parameters that are in force from the coming week on."""
        model, here = self.model, self.index
        (attempts, stopped), near, week = model.history.known, model.near, model.week
        rules.change(
            model.state, here, model.in_force, here, resets, attempts, stopped, attempts, stopped,
            near, week,
        )  # fmt: skip
        if self.circles:
            circles.change(
                model.state, model.in_force, here, model.circles, self.circle_count, attempts,
                stopped, near, week,
            )  # fmt: skip
        self.look_up()
        self.begin_year()
        for category in self.categories:
            category.update_utility()
        self.note_discontent()


def _field(name: str) -> property:
    def read(self: Province) -> int | float:
        return self.model.state[name].item(self.index)

    def write(self: Province, value: float) -> None:
        self.model.state[name][self.index] = value
        if name.startswith("belief"):
            self.look_up()

    return property(read, write, doc=f"The field ``{name}`` of the province's row.")


for _name in PROVINCE.names or ():
    setattr(Province, _name, _field(_name))
