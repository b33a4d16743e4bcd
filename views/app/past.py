"""A past week of a run: a model that stands as the run's did, to look at and never to step."""

from __future__ import annotations

from defection.measures import FLOWS, STATES
from defection.model import DefectionModel
from defection.state import settings_row
from defection.streams import Streams


class Past:
    """The past weeks of a run, made of what it has recorded; the run itself is only read.

    Parameters
    ----------
    model : DefectionModel
        The run, of a model whose agents were not removed.

    Examples
    --------
    >>> model = DefectionModel(seed=1, weeks=52, initial_repression=0.9).run()
    >>> past = Past(model).at(10)
    >>> past.week, past.history.weeks_done, past.running
    (10, 10, False)
    >>> past.attempts == int(model.history.flows["attempts"][9].sum())
    True
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
        still = self._still
        for citizens in still.citizens:
            citizens.attempts = 0
        if week:  # the attempts of each category in the week before are drawn again
            self._set(still, week - 1)
            streams, size = Streams(run.seed), run.country.category_count
            for _ in range(week):
                uniforms = streams.draw("decide", size)
            still.uniforms = uniforms.tolist()
            still.citizens.do("decide")
        self._set(still, week)
        return still

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
