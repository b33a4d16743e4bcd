"""The panels of the page: each redraws when the model or the settings change, and only then."""

from __future__ import annotations

import dataclasses
import functools
import threading
from typing import Any, TypeAlias

import solara

from defection.views.app import comparison, decision, flows, map_view, settings, take_away
from defection.views.app.controller import Controller
from defection.views.app.outlines import shapes
from defection.views.app.player import SPEEDS
from defection.views.app.scenario import Scenario, presets
from defection.views.app.widgets import (
    ChartWidget,
    CompareChoice,
    Controls,
    Decision,
    DownloadButtons,
    Map,
    Settings,
)

Signal: TypeAlias = solara.Reactive[int]


def ended_text(desk: Controller) -> str:
    """Say why a run has ended, or nothing while it goes on."""
    model = desk.session.model
    if model.running:
        return ""
    if model.stopped_early:
        limit = model.parameters.stop_threshold
        return f"The run stopped after week {model.week}: {model.attempts:,} attempts in one week, more than {limit:,}. Reset begins again."
    return "The run has reached its last week. Reset begins again."


@solara.component
def ControlPanel(desk: Controller, message: str, moved: Signal, changed: Signal) -> None:
    """Week, step, play, run, seed, reset."""
    moved.get()
    changed.get()
    session = desk.session
    with session.reading() as model:
        clock = {
            "week": model.week, "weeks": model.weeks, "year": model.year, "playing": desk.player.playing and model.running,
            "ended": ended_text(desk),
        }  # fmt: skip
        years, country = list(model.country.years), model.country.name
    Controls(
        country=country, clock=clock, years=years, speed=desk.player.speed, speeds=list(SPEEDS), seed=str(session.seed),
        seed_fault=session.faults.get("seed", ""), message=message, waiting=len(session.waiting) + (session.seed != session.scenario.seed),
        address=session.scenario.address(), event_step=desk.step, event_play=desk.play, event_pause=desk.pause,
        event_set_speed=desk.set_speed, event_run_to=desk.run_to, event_set_seed=desk.set_seed, event_new_seed=desk.new_seed,
        event_reset=desk.reset,
    )  # fmt: skip


@solara.component
def SettingsPanel(desk: Controller, changed: Signal) -> None:
    """Presets and parameters."""
    changed.get()
    session = desk.session
    groups = solara.use_memo(lambda: settings.groups(session.model.country), [session])

    def choose(number: int) -> None:
        desk.use(
            int(number),
            Scenario(session.seed, presets()[int(number)].parameters(), session.scenario.country),
        )

    Settings(
        groups=groups, values=session.settings.as_dict(), faults=dict(session.faults), waiting=session.waiting,
        presets=[{"name": p.name, "notice": p.notice} for p in presets()], preset=desk.preset, event_change=desk.change,
        event_choose_preset=choose,
    )  # fmt: skip


@solara.component
def MapPanel(desk: Controller, moved: Signal) -> None:
    """Draw the map, or the small maps."""
    moved.get()
    session = desk.session
    with session.reading() as model:
        drawn = shapes(session.scenario.country, model.country.provinces)
        maps, hovers = map_view.fills(model, desk.view), map_view.hovers(model)

    def choose(view: str) -> None:
        if map_view.chosen(view):
            desk.view = view
            desk.moved()

    views = [*([m.name, m.title] for m in map_view.MAP_MEASURES), ["all", "four small maps"]]
    Map(
        paths=list(drawn.paths), labels=list(map(list, drawn.labels)), box=list(drawn.box), names=list(model.country.provinces),
        credit=drawn.credit, legends=_legends(), views=views, view=desk.view, maps=maps, hovers=hovers,
        selected=session.selected_province, event_choose_view=choose, event_pick=desk.pick_province,
    )  # fmt: skip


@functools.cache
def _legends() -> dict[str, Any]:
    return map_view.legends()


@solara.component
def FlowsPanel(desk: Controller, moved: Signal) -> None:
    """Draw the charts over time; only weeks that the browser does not have are sent."""
    moved.get()
    asked_again = solara.use_reactive(0)
    asked_again.get()
    sent = solara.use_ref((-1, -1, 0))
    session = desk.session
    with session.reading() as model:
        run, province = session.run_number, session.selected_province
        have = sent.current[2] if sent.current[:2] == (run, province) else 0
        weekly = flows.weekly_chunks(model, run=run, province=province, sent=have)
        chunks = {**weekly, "yearly": flows.yearly_chunk(model, run=run)}
        sent.current = (run, province, model.week)
        name = model.country.provinces[province]
    charts = solara.use_memo(
        lambda: {n: dataclasses.asdict(c) for n, c in flows.charts(model, name).items()},
        [run, province],
    )

    def send_all(_data: object = None) -> None:
        sent.current = (-1, -1, 0)
        asked_again.set(asked_again.peek() + 1)

    with solara.Div(classes=["df-charts"]):
        for chart_name, chart in charts.items():
            ChartWidget(name=chart_name, chart=chart, chunk=chunks[chart_name], event_gap=send_all)


@solara.component
def WhyPanel(desk: Controller, moved: Signal) -> None:
    """Explain one category's decision."""
    moved.get()
    session = desk.session
    with session.reading() as model:
        place = list(model.provinces)[session.selected_province]
        explained = decision.explained(place.categories[session.selected_category])
        rows = decision.category_rows(place.categories)
        dimensions = [[name, list(values)] for name, values in model.country.dimensions.items()]
    Decision(
        provinces=list(model.country.provinces), province=session.selected_province, dimensions=dimensions,
        category=session.selected_category, explained=explained, rows=rows, event_pick_province=desk.pick_province,
        event_choose=desk.pick_category,
    )  # fmt: skip


@solara.component
def ComparePanel(desk: Controller, result: solara.Reactive[dict[str, Any]]) -> None:
    """Run two scenarios with the same luck and show their difference."""
    fault, busy = solara.use_reactive(""), solara.use_reactive(False)
    session = desk.session

    def run(first: Scenario, second: Scenario) -> None:
        try:
            result.set(comparison.compare(first, second))
        except ValueError as error:
            fault.set(str(error))
        finally:
            busy.set(False)

    def go(other: str) -> None:
        parameters = session.settings if other == "settings" else presets()[int(other)].parameters()
        first = session.scenario
        fault.set("")
        busy.set(True)
        threading.Thread(
            target=run, args=(first, Scenario(first.seed, parameters, first.country)), daemon=True
        ).start()

    done = result.get()
    shown = {key: value for key, value in done.items() if key != "charts"}
    CompareChoice(
        seed=str(session.scenario.seed),
        presets=[p.name for p in presets()],
        busy=busy.get(),
        fault=fault.get(),
        result=shown,
        event_compare=go,
    )
    with solara.Div(classes=["df-charts", "df-pairs"]):
        for name, chart, chunk in done.get("charts", []):
            ChartWidget(name=f"compare-{name}", chart=chart, chunk=chunk)


@solara.component
def TakeAwayPanel(desk: Controller, moved: Signal) -> None:
    """Offer the run's files."""
    moved.get()
    file = solara.use_reactive({})
    number = solara.use_ref(0)
    session = desk.session

    def prepare(name: str) -> None:
        number.current += 1
        try:
            with session.reading() as model:
                made = take_away.download(model, str(name), number=number.current)
        except (ValueError, KeyError) as error:
            made = {"fault": str(error), "number": number.current}
        file.set(
            made
        )  # outside: drawing waits for the model, and must not be waited for by who holds it

    DownloadButtons(
        files=[[name, title] for name, (title, _, _) in take_away.FILES.items()], file=file.get(), weeks=session.model.week,
        python=take_away.in_python(session.scenario), address=session.scenario.address(), event_fetch_file_now=prepare,
    )  # fmt: skip
