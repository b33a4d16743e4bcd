"""The panels of the page: each redraws when the model or the settings change, and only then."""

import dataclasses
import functools
from collections.abc import Callable
from typing import Any, TypeAlias

import solara

from defection.model import DefectionModel
from defection.presets import titled
from defection.views.app import decision, flows, guide, map_view, settings, take_away, widgets
from defection.views.app.controller import Controller
from defection.views.app.outlines import shapes
from defection.views.app.player import SPEEDS

Signal: TypeAlias = solara.Reactive[int]


def ended_text(controller: Controller) -> str:
    """Return why a run has ended, or nothing while it goes on."""
    model = controller.model
    if model.running:
        return ""
    if not model.stopped_early:
        return "The last week; Reset begins again."
    attempts = f"{model.attempts:,} attempts in one week"
    limit = f"more than {model.parameters.stop_threshold:,}"
    when = f"after {model.week} of {model.weeks} weeks"
    return f"The run stopped {when}: {attempts}, {limit}. Reset begins again."


def latest_week(model: DefectionModel) -> str:
    """Return the number and the year of the latest week, as tables of the run have them."""
    if model.week == 0:
        return f"{model.year} begins"
    return f"latest: week {model.week - 1}, {model.country.year_of(model.week - 1)}"


@solara.component
def ControlPanel(controller: Controller, message: str, moved: Signal, changed: Signal) -> None:
    """Week, step, play, run, seed, reset."""
    moved.get()
    changed.get()
    first, closed = solara.use_memo(lambda: controller.run_number, []), solara.use_reactive(False)
    message = "" if closed.get() or controller.run_number > first else message
    with controller.reading() as model:
        clock = {
            "week": model.week,
            "weeks": model.weeks,
            "latest": latest_week(model),
            "year": model.year,
            "playing": controller.player.playing and model.running,
            "ended": ended_text(controller),
        }
    widgets.Controls(
        country=model.country.name, clock=clock, years=list(model.country.years), message=message,
        speed=controller.player.speed, speeds=list(SPEEDS), seed=str(controller.seed),
        seed_fault=controller.faults.get("seed", ""), address=controller.address,
        waiting=len(controller.waiting) + (controller.seed != controller.scenario.seed),
        event_step=controller.step, event_play=controller.play, event_pause=controller.pause,
        event_set_speed=controller.set_speed, event_run_to=controller.run_to,
        event_change=controller.change, event_new_seed=controller.new_seed,
        event_reset=controller.reset, event_close=lambda _data=None: closed.set(True),
        answered=controller.answered,
    )  # fmt: skip


@solara.component
def GuidePanel(
    controller: Controller, moved: Signal, changed: Signal, task: Callable[[], str] = lambda: ""
) -> None:
    """Say what this is, what to ask and what to do, where nothing else is the ``task``."""
    moved.get()
    changed.get()
    with controller.looking() as shown:
        model, speed = controller.model, controller.player.speed
        past, playing = shown if shown is not model else None, controller.player.playing
        playing = playing and model.running
        said = guide.guide(model, playing=playing, speed=speed, task=task(), past=past)
    widgets.Guide(**said)


@solara.component
def SettingsPanel(controller: Controller, changed: Signal) -> None:
    """Presets and parameters."""
    changed.get()
    groups = solara.use_memo(lambda: settings.groups(controller.model.country), [controller])
    widgets.Settings(
        groups=groups, values=dataclasses.asdict(controller.settings),
        faults=dict(controller.faults), idle=settings.idle(controller.settings),
        waiting=controller.waiting, answered=controller.answered, marks=controller.marks,
        preset=controller.preset, as_it_is=controller.shows_preset,
        presets=[{"name": titled(p), "notice": p.notice} for p in controller.model.country.presets],
        event_change=controller.change, event_choose_preset=controller.choose_preset,
    )  # fmt: skip


@solara.component
def MapPanel(controller: Controller, moved: Signal) -> None:
    """Draw the map, or the small maps."""
    moved.get()
    with controller.looking() as model:
        provinces = model.country.provinces
        maps, hovers = map_view.fills(model, controller.view), map_view.hovers(model)
    drawn = shapes(controller.scenario.country, provinces)
    widgets.Map(
        paths=list(drawn.paths), labels=list(map(list, drawn.labels)), box=list(drawn.box),
        names=list(provinces), credit=drawn.credit, legends=_legends(), groups=map_view.choices(),
        view=controller.view, maps=maps, hovers=hovers, selected=controller.selected_province,
        event_choose_view=controller.choose_view, event_pick=controller.pick_province,
    )  # fmt: skip


@functools.cache
def _legends() -> dict[str, Any]:
    return map_view.legends()


@solara.component
def FlowsPanel(controller: Controller, moved: Signal) -> None:
    """Draw the charts over time; only weeks that the browser does not have are sent."""
    moved.get()
    repeats = solara.use_reactive(0)
    repeats.get()
    sent = solara.use_ref((-1, -1, "", 0))
    with controller.reading() as model:
        run, province = controller.run_number, controller.selected_province
        form, scale = controller.form, controller.axis
        shown = (run, province, form)
        have = sent.current[3] if sent.current[:3] == shown else 0
        chunks = flows.weekly_chunks(model, run=run, province=province, sent=have, form=form)
        for chunk in chunks.values():
            chunk["mark"] = flows.place(model, controller.week_shown)
        chunks["yearly"] = flows.yearly_chunk(model, run=run)
        sent.current = (*shown, model.week)
        name = model.country.provinces[province]
    charts = solara.use_memo(lambda: flows.charts(model, name, form, scale), [*shown, scale])

    def send_all(_data: object = None) -> None:
        sent.current = (-1, -1, "", 0)
        repeats.set(repeats.peek() + 1)

    with solara.Div(classes=["df-charts"]):
        widgets.FlowForms(
            form=form, forms=list(map(list, flows.FORMS.items())),
            scale=scale, scales=list(map(list, flows.SCALES.items())),
            event_choose_form=controller.choose_form, event_choose_scale=controller.choose_axis,
        )  # fmt: skip
        for key, chart in charts.items():
            widgets.ChartWidget(name=key, chart=chart, chunk=chunks[key], event_gap=send_all)


@solara.component
def WhyPanel(controller: Controller, moved: Signal) -> None:
    """Explain one category's decision."""
    moved.get()
    with controller.looking() as model:
        province = list(model.provinces)[controller.selected_province]
        explained = decision.explained(province.categories[controller.selected_category])
        rows = decision.category_rows(province.categories)
    widgets.Decision(
        provinces=list(model.country.provinces), province=controller.selected_province,
        dimensions=[[name, list(values)] for name, values in model.country.dimensions.items()],
        category=controller.selected_category, explained=explained, rows=rows,
        event_pick_province=controller.pick_province, event_choose=controller.pick_category,
    )  # fmt: skip


@solara.component
def AboutPanel(controller: Controller) -> None:
    """Say what the model is, and what its country is."""
    country = controller.model.country
    widgets.About(
        paper=country.paper, country=country.name, text=list(country.about.text),
        invented=country.about.invented,
    )  # fmt: skip


@solara.component
def TakeAwayPanel(controller: Controller, moved: Signal) -> None:
    """Offer the run's files."""
    moved.get()
    file, number = solara.use_reactive({}), solara.use_ref(0)

    def prepare(name: str) -> None:
        number.current += 1
        try:
            with controller.reading() as model:
                made = take_away.download(model, str(name), number=number.current)
        except (ValueError, KeyError) as error:
            made = {"fault": str(error), "number": number.current}
        file.set(made)  # after reading: drawing waits for the model too

    widgets.DownloadButtons(
        files=[[name, title] for name, (title, *_) in take_away.FILES.items()], file=file.get(),
        weeks=controller.model.week, python=take_away.in_python(controller.scenario),
        address=controller.address, event_fetch_file_now=prepare,
    )  # fmt: skip
