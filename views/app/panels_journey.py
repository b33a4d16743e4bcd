"""The panels of what happens after the border, and of a programme there."""

from __future__ import annotations

from collections.abc import Callable

import solara

from defection.batch_runs.programme.paths import WHOM
from defection.views.app import flows, interview_view, journey_view, rescue_view, widgets
from defection.views.app.controller import Controller
from defection.views.app.panels import Signal
from defection.views.app.panels_time import progress
from defection.views.app.work import Work


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
            numbers["stocks"]["mark"] = flows.place(model, controller.week_shown)
            drawn = journey_view.charts(model)
            sent.current = (run, model.week)
    work = controller.known
    result = work.result or {}

    def send_all(_data: object = None) -> None:
        sent.current = (-1, 0)
        repeats.set(repeats.peek() + 1)

    def compare(_data: object = None) -> None:
        of_run, scenario = (controller.run_number, controller.scenario), controller.scenario
        work.start(
            "comparing",
            lambda report: {
                "run": of_run, **journey_view.beside_what_is_known(scenario, report)
            },
        )  # fmt: skip

    is_own = result.get("run") == (run, controller.scenario)
    shown = {name: value for name, value in result.items() if name != "run"} if is_own else {}
    widgets.Border(
        has=has, on=on, week=controller.week_shown, sentence=said,
        people=journey_view.in_words(people), sizes=people,
        known=shown,
        work=progress(work), fault=work.fault,
        repeating=progress(controller.work), facts=len(controller.model.country.facts),
        event_follow=controller.follow_them, event_compare=compare, event_cancel=work.cancel,
    )  # fmt: skip
    if on:
        with solara.Div(classes=["df-charts"]):
            for key in drawn:
                name = f"border-{key}"
                widgets.ChartWidget(
                    name=name, chart=drawn[key], chunk=numbers[key], event_gap=send_all
                )
        RescuePanel(controller, changed)
        InterviewPanel(controller, moved, changed)


@solara.component
def RescuePanel(controller: Controller, changed: Signal) -> None:
    """Choose a programme of rescues, and see the run with it and without it."""
    changed.get()
    chosen: solara.Reactive[rescue_view.Choice | None] = solara.use_reactive(None)
    work: Work = solara.use_memo(lambda: Work(controller.changed), [])
    scenario, choice = controller.scenario, chosen.get()
    shown = choice or rescue_view.Choice()

    def compute() -> Callable[[], None] | None:
        if choice is None:
            return None
        work.start(
            "following",
            lambda report: {"request": request, **rescue_view.rescued(scenario, choice, report)},
        )
        return work.cancel

    tries = solara.use_reactive(0)
    request = (controller.run_number, scenario, choice, tries.get())
    years = controller.model.country.years
    solara.use_effect(compute, [*request])
    known = work.result and work.result["request"] == request and not work.fault
    result = work.result if known else {}
    with solara.Div():  # also without a chart: else the panel is drawn anew and loses the focus
        widgets.Rescue(
            begun=choice is not None, years=f"{years[-7]} to {years[-3]}", last=str(years[-1]),
            funds=shown.funds,
            most=rescue_view.MOST_FUNDS, step=rescue_view.STEP, whom=shown.whom, whoms=list(WHOM),
            switches=[[key, text, key in shown.on] for key, text in rescue_view.SWITCHES.items()],
            result={key: result[key] for key in ("text", "rows", "heads") if result},
            work=progress(work), fault=work.fault,
            event_choose=lambda data: chosen.set(shown.changed(str(data[0]), data[1])),
            event_again=lambda _data=None: tries.set(tries.peek() + 1), event_cancel=work.cancel,
        )  # fmt: skip
        if result:
            with solara.Div(classes=["df-charts"]):
                widgets.ChartWidget(name="rescue", chart=result["chart"], chunk=result["chunk"])


@solara.component
def InterviewPanel(controller: Controller, moved: Signal, changed: Signal) -> None:
    """Ask one respondent of the run; the next is a button away."""
    moved.get()
    changed.get()
    number = solara.use_reactive(1)
    number.get()
    country = controller.model.country
    weeks = solara.use_memo(lambda: interview_view.window(country), [country.fingerprint])
    with controller.reading() as model:
        run, missing = controller.run_number, interview_view.missing(model, weeks)
    work, scenario = controller.interview, controller.scenario
    known = (work.result or {}).get("run") == run and not missing
    survey = work.result["survey"] if known else None
    one = solara.use_memo(
        lambda: interview_view.respondent(survey, number.get()) if survey else {},
        [number.get(), known, id(survey)],
    )

    def interview(_data: object = None) -> None:
        now, own = controller.scenario, controller.run_number
        work.start(
            "interviews",
            lambda report: {"run": own, "survey": interview_view.interviewed(now, report)},
        )

    widgets.Interview(
        missing=missing, one=one, seed=str(scenario.seed), fault=work.fault, work=progress(work),
        classes=[list(pair) for pair in interview_view.CLASSES.items()],
        event_interview=interview, event_cancel=work.cancel,
        event_choose=lambda chosen: number.set(max(1, int(chosen))),
    )  # fmt: skip
