"""A past week of a run: a model that stands as the run's did, to look at and never to step."""

from defection import circles
from defection.measures import FLOWS, STATES
from defection.model import DefectionModel
from defection.state import settings_row
from defection.streams import Streams


class Past:
    """The past weeks of a run, made of what it has recorded; the run itself is only read.

    The run is one of a model whose agents were not removed.
    """

    def __init__(self, model: DefectionModel) -> None:
        self._run = model
        self._still: DefectionModel | None = None
        self._parameters = model.parameters

    def at(self, week: int) -> DefectionModel:
        """Return the model as it stood at the start of a week that the run has begun.

        Its agents, flows, parameters in force and ``history`` are those of that time: all that
        panels read of the run they can read of it. The next call changes the same model.
        """
        run = self._run
        if not 0 <= week <= run.week:
            raise ValueError(f"week {week} is not in the past: the run stands at week {run.week}")
        if week == run.week:
            return run
        if self._still is None or self._parameters is not run.parameters:
            self._parameters = run.parameters
            self._still = DefectionModel(
                country=run.country, weeks=run.weeks, seed=run.seed, **run.parameters.as_dict()
            )
            self._still.running = False
            if run.circles and self._still.circles:  # what became known in them is the run's
                heard = ("heard_attempts", "heard_stopped")
                own = {name: getattr(run.circles, name) for name in heard}
                self._still.circles = self._still.circles._replace(**own)
        still = self._still
        for citizens in still.citizens:
            citizens.attempts = 0
        if week:  # the attempts of each category in the week before are drawn again
            self._set(still, week - 1)
            self._draw(still, week)
            still.provinces.do("draw_candidates")
            still.citizens.do("decide")
        self._set(still, week)
        return still

    def _draw(self, still: DefectionModel, week: int) -> None:
        """Draw the numbers again by which the categories decided in the week before."""
        streams, country = Streams(still.seed), still.country
        if still.circles:
            for _ in range(week):
                circles.draw(streams.states, still.circles, still.circles.rows.size)
            return
        for _ in range(week):
            uniforms = streams.draw("decide", country.category_count)
        still.uniforms = uniforms.tolist()

    def _set(self, still: DefectionModel, week: int) -> None:
        history = self._run.history
        still.week = still.steps = week
        still.history = history.until(week)
        for name in FLOWS:
            still.state[name] = history.flows[name][week - 1] if week else 0
        for name in STATES:
            still.state[name] = history.states[name][week]
        still.in_force[:] = settings_row(still.parameters, 0)
        for number in range(len(still.changes.weeks)):
            if still.changes.weeks[number] <= week:
                still.in_force[still.changes.provinces[number]] = still.changes.settings[number]
        still.count_heads()
        for province in still.provinces:
            province.change(resets=False)  # what is remembered, the belief, the year's utility
        if still.circles:
            for name in FLOWS:
                rows = history.circle_rows[week - 1][name] if week else 0
                still.circles.rows[name] = rows
