"""The panels of time and chance: the timeline, changes from now on, and many runs."""

from typing import Any

import solara

from defection.views.app import changed as changes
from defection.views.app import comparison, fan, settings, widgets
from defection.views.app.controller import Controller
from defection.views.app.panels import Signal
from defection.views.app.selection import MOST_RUNS, compared_with
from defection.views.app.work import Work


def progress(work: Work) -> dict[str, Any]:
    """Return what a bar shows of work: nothing while none goes on."""
    if not (work.busy or work.ending):
        return {}
    title = work.title if work.busy else "stopping"
    return {"title": title, "done": work.done, "total": max(work.total, 1)}


@solara.component
def TimelinePanel(controller: Controller, moved: Signal, changed: Signal) -> None:
    """Any week of the run, how far work is, and what changes from now on."""
    moved.get()
    changed.get()

    def where(data: dict[str, Any]) -> list[str]:
        province = controller.model.country.provinces[controller.selected_province]
        return [province] if data.get("here") else []

    with controller.reading() as model:
        week, shown, running = model.week, controller.week_shown, model.running
        idle = changes.idle(model)
        years, province = model.country.years, model.country.provinces[controller.selected_province]
    waiting = [name for name in controller.waiting if name != "interventions"]
    widgets.Timeline(
        week=week, weeks=model.weeks, shown=shown, first_year=years[0], running=running,
        address=controller.address, work=progress(controller.work), province=province,
        changes=controller.changes, fault=controller.change_fault,
        waiting=[name.replace("_", " ") for name in waiting],
        quick=[
            [name, title, idle.get(name, "")] for name, (title, values) in changes.QUICK.items()
            if all(settings.reads(model.country, one) for one in values)
        ],
        event_look=controller.look, event_now=controller.look_now,
        event_cancel=controller.work.cancel, event_undo=controller.undo,
        event_take=lambda data: controller.take_from_now(where(data)),
        event_change_quickly=lambda data: controller.change_quickly(data["name"], where(data)),
    )  # fmt: skip


@solara.component
def RunsPanel(controller: Controller, changed: Signal) -> None:
    """Many runs of the present scenario, and pairs of runs of two scenarios."""
    changed.get()
    scenario, work = controller.scenario, controller.fan
    done = work.result or {}

    def run(_data: object = None) -> None:
        now, runs = controller.scenario, controller.runs
        work.start("runs", lambda report: fan.fan(now, runs, report))

    widgets.Fan(
        runs=controller.runs, most=MOST_RUNS, work=progress(work), fault=work.fault,
        result=_plain(done), scenario=fan.scenario_text(scenario), seed=str(scenario.seed),
        event_choose=controller.choose_runs, event_run=run, event_cancel=work.cancel,
    )  # fmt: skip
    if done:
        with solara.Div(classes=["df-charts"]):
            widgets.ChartWidget(name="fan", chart=done["chart"], chunk=done["chunk"])
    ComparePanel(controller, changed)


@solara.component
def ComparePanel(controller: Controller, changed: Signal) -> None:
    """Run two scenarios on the same random numbers and show their difference."""
    changed.get()
    scenario, work = controller.scenario, controller.comparison
    done = work.result or {}

    def run(_data: object = None) -> None:
        first, second, pairs = controller.scenario, controller.compared(), controller.pairs
        work.start("runs", lambda report: comparison.compare(first, second, pairs, report))

    against = [[name, title] for name, title in compared_with(controller.model.country).items()]
    widgets.CompareChoice(
        against=against, chosen=controller.against, pairs=controller.pairs, most=MOST_RUNS,
        work=progress(work), fault=work.fault, result=_plain(done),
        scenario=fan.scenario_text(scenario), seed=str(scenario.seed),
        event_choose=controller.choose_against, event_choose_pairs=controller.choose_pairs,
        event_compare=run, event_cancel=work.cancel,
    )  # fmt: skip
    with solara.Div(classes=["df-charts", "df-pairs"]):
        for name, chart, chunk in done.get("charts", []):
            widgets.ChartWidget(name=f"compare-{name}", chart=chart, chunk=chunk)


def _plain(result: dict[str, Any]) -> dict[str, Any]:
    """Return a result without its charts."""
    return {k: v for k, v in result.items() if k not in ("chart", "chunk", "charts")}
