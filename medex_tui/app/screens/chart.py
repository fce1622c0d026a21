"""One measure over time: chart, meaning and sources of its lines, numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.widget import Widget

from medex_tui.app.commands import bindings
from medex_tui.app.dialogs.evidence_card import show_card
from medex_tui.app.screens.base.screen import BaseScreen
from medex_tui.app.styled_lines import Line, fit, plain, spread, wrap
from medex_tui.app.views.chart import TALLEST, chart_lines, number_lines, outcome_lines, plain_marks
from medex_tui.app.views.phrases import client_header, day
from medex_tui.app.widgets.lists import StyledLines
from medex_tui.domain.goals import goal_of, goal_state
from medex_tui.domain.measures import Outcome, Score, catalogue, outcome, outcomes
from medex_tui.domain.records.assessments import Assessment
from medex_tui.domain.records.base import Side
from medex_tui.domain.records.people import Client
from medex_tui.reports.rendering.measure_chart import chart_of


class ChartScreen(BaseScreen):
    """A measure of one client over the episode of care."""

    BINDINGS: ClassVar = bindings(
        "battery.card", "chart.next", "chart.before", "chart.export", "go.back"
    )
    DEFAULT_CSS = """
    ChartScreen #who { height: 2; }
    """

    def __init__(
        self, client_id: str, measure: str, side: Side | None = None, task: str = ""
    ) -> None:
        super().__init__()
        self.client_id, self.measure, self.side, self.named = client_id, measure, side, task

    @property
    def client(self) -> Client:
        """The client."""
        return self.context.practice.clients[self.client_id]

    @property
    def taken(self) -> list[Assessment]:
        """The episode's assessments."""
        practice = self.context.practice
        referral = practice.current_episode(self.client_id)
        kept = practice.assessments_of.get(self.client_id, [])
        return [a for a in kept if referral is None or a.referral_id in (None, referral.id)]

    def body(self) -> Iterable[Widget]:
        yield StyledLines(id="who")
        picture = StyledLines(id="picture")
        picture.can_focus = True
        yield picture

    def on_mount(self) -> None:
        self.query_one("#picture", StyledLines).focus()
        self.redraw()

    def header_line(self, width: int) -> Line:
        name = catalogue().measure(self.measure).name
        return spread(
            [(" medex  ", "title"), (fit(name, max(10, width - 20)).rstrip(), "strong")], [], width
        )

    def found(self) -> Outcome:
        """The outcome that is drawn."""
        context = self.context
        on = (
            context.local(self.taken[-1].taken_at).date()
            if self.taken
            else context.local(context.now).date()
        )
        return outcome(
            self.measure, self.taken, self.client, on, side=self.side, task=self.named or None
        )

    def update_content(self) -> None:
        context, size = self.context, self.app.size
        self.query_one("#who", StyledLines).show_whole(
            client_header(self.client, context.practice, context.now, size.width)
        )
        found = self.found()
        referral = context.practice.current_episode(self.client_id)
        goals = context.practice.goals_of.get(referral.id, []) if referral else []
        goal = goal_of(goals, self.measure, self.side, self.named)
        due = f" by {goal.due_on.day} {goal.due_on:%b}" if goal and goal.due_on else ""
        chart = chart_of(
            found,
            context.practice.zone,
            goal.target if goal else None,
            f"{goal.text}{due}" if goal else "",
        )
        height = max(6, min(TALLEST, size.height - 11))
        scored = found.now.score if found.now else None
        now = (
            f"{scored.printed}, {day(found.now.at, context.practice.zone)}"
            if found.now and scored
            else "not measured"
        )
        lines: list[Line] = [[(f" {found.name}", "title"), (f"  {now}", "strong")]]
        lines += chart_lines(chart, size.width, height, marks=plain_marks(self.app.theme))
        if goal:
            state = goal_state(goal, self.taken, self.client, context.local(context.now).date())
            lines += [
                plain(f" {piece}", "good")
                for piece in wrap(f"goal: {state.why}", size.width - 2, indent=2)
            ]
        lines += outcome_lines(found, context.practice.zone, size.width)
        if isinstance(scored, Score) or found.series:
            lines += number_lines(found, context.practice.zone)
        self.query_one("#picture", StyledLines).show(lines)

    def help_lines(self) -> list[str]:
        card = self.key_of("battery.card")
        return [
            f"The scores of this episode; {card} tells where every number beside them comes from."
        ]

    def action_battery_card(self) -> None:
        show_card(self.context, self.measure, self.app.size.width)

    def action_chart_export(self) -> None:
        """Write the charts of every measure of the episode as HTML and PDF."""
        from medex_tui.actions.export_file import export_folder, write_export
        from medex_tui.reports.notes import measure_sheet as pictures
        from medex_tui.reports.rendering import pdf
        from medex_tui.reports.rendering.paper import paper_of

        context = self.context
        practice, now, zone = context.practice, context.now, context.practice.zone
        pictured = pictures.of_episode(self.client, practice, now)
        paper = paper_of(practice)
        made = {"html": pictures.html(self.client, pictured, zone, now, paper).encode()}
        if pdf.available():
            sheet = pictures.markdown(self.client, pictured, zone, now)
            made["pdf"] = pdf.pdf([sheet], paper, pictures.pictures(pictured, zone))
        folder = export_folder(context.path)
        written = []
        for form, page in made.items():
            path = folder / pictures.sheet_name(self.client, practice, now, form)
            try:
                write_export(path, page)
            except OSError as problem:
                self.show_status(
                    f"Not exported: {path} cannot be written ({problem.strerror}).", "bad"
                )
                return
            written.append(path)
        context.record_export("sheet of measures", self.client_id)
        self.show_status(f"Written: {written[0]}{' and .pdf' if len(written) > 1 else ''}", "good")

    def action_chart_next(self) -> None:
        self.turn(1)

    def action_chart_before(self) -> None:
        self.turn(-1)

    def turn(self, step: int) -> None:
        """Go `step` measures on."""
        context = self.context
        found = outcomes(self.taken, self.client, context.local(context.now).date())
        keys = [(o.measure.id, o.side, o.task) for o in found]
        if not keys:
            return
        here = (self.measure, self.side, self.named)
        at = (keys.index(here) + step) % len(keys) if here in keys else 0
        self.measure, self.side, self.named = keys[at]
        self.query_one("#picture", StyledLines).scroll_to(y=0, animate=False)
        self.redraw()
