"""The panel of what happens after the border."""

from __future__ import annotations

import solara

from defection.views.app import journey_view, widgets
from defection.views.app.controller import Controller
from defection.views.app.panels import Signal
from defection.views.app.panels_time import progress


@solara.component
def BorderPanel(controller: Controller, moved: Signal, changed: Signal) -> None:
    """Show where those who crossed are and went, or offer to follow them."""
    moved.get()
    changed.get()
    repeats, sent = solara.use_reactive(0), solara.use_ref((-1, 0))
    repeats.get()
    with controller.reading() as model:
        run, has, on = controller.run_number, bool(model.country.journey), model.journey is not None
        people, said, drawn, numbers = {}, "", {}, {}
        if on:
            people = journey_view.year_of_people(model, controller.week_shown)
            said = journey_view.sentence(people) if controller.week_shown else ""
            have = sent.current[1] if sent.current[0] == run else 0
            numbers = journey_view.chunks(model, run=run, sent=have)
            drawn = journey_view.charts(model)
            sent.current = (run, model.week)
    work = controller.known
    result = work.result or {}

    def send_all(_data: object = None) -> None:
        sent.current = (-1, 0)
        repeats.set(repeats.peek() + 1)

    def compare(_data: object = None) -> None:
        scenario, number = controller.scenario, controller.run_number
        work.start(
            "comparing",
            lambda report: {
                "run": number, **journey_view.beside_what_is_known(scenario, report)
            },
        )  # fmt: skip

    widgets.Border(
        has=has, on=on, week=controller.week_shown, sentence=said,
        people=journey_view.in_words(people), sizes=people,
        known=result if result.get("run") == run else {}, work=progress(work), fault=work.fault,
        facts=len(controller.model.country.facts),
        event_follow=controller.follow_them, event_compare=compare, event_cancel=work.cancel,
    )  # fmt: skip
    if on:
        with solara.Div(classes=["df-charts"]):
            for key in drawn:
                name = f"border-{key}"
                widgets.ChartWidget(
                    name=name, chart=drawn[key], chunk=numbers[key], event_gap=send_all
                )
