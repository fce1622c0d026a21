"""One client: referral, letters due, goals, measures from baseline to now, history."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar, cast

from textual.widget import Widget

from medex_tui.app.commands import bindings
from medex_tui.app.forms.client import client_form
from medex_tui.app.forms.referral import referral_form
from medex_tui.app.navigation import AssessmentNoteRoute, ChartRoute, SentLetterRoute
from medex_tui.app.row_keys import (
    AssessmentKey,
    CommunicationKey,
    GoalKey,
    MeasureKey,
    NoticeKey,
    ObligationKey,
    ReplyKey,
    RowKey,
    VisitKey,
)
from medex_tui.app.screens.base.row_actions import RowActions
from medex_tui.app.screens.base.screen import BaseScreen
from medex_tui.app.state.battery_presets import battery_for
from medex_tui.app.styled_lines import Line, ListRow, Role, fit, plain, wrap
from medex_tui.app.views.measure_map import map_rows
from medex_tui.app.views.phrases import client_header, obligation_line, provider_name
from medex_tui.app.views.timeline import story_rows
from medex_tui.app.widgets.lists import RowList, StyledLines
from medex_tui.domain.dates.clock import local_day
from medex_tui.domain.goals import goal_state
from medex_tui.domain.measures import outcomes
from medex_tui.domain.obligations import Obligation
from medex_tui.domain.reassessment import next_assessment
from medex_tui.domain.records.assessments import Assessment
from medex_tui.domain.records.communications import Communication
from medex_tui.domain.records.episodes import Goal
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.referrals.referral import checklist

if TYPE_CHECKING:
    from medex_tui.app.commands import Key


def referral_lines(
    client: Client, practice: Practice, today: date, width: int, key: Key
) -> list[Line]:
    """What the referral says, and what is missing in it."""
    referral = practice.current_episode(client.id)
    if referral is None:
        return [plain(f"   No referral on file: {key('referral.edit')} adds one.", "warn")]
    provider = practice.providers.get(referral.provider_id or "")
    diagnoses = "; ".join(
        " ".join(filter(None, (d.text, f"({d.icd10})" if d.icd10 else None)))
        for d in referral.diagnoses
    )
    lacking = [one.word for one in checklist(referral, provider, today) if not one.there]
    lines: list[Line] = [
        [
            ("   ", ""),
            (
                fit(
                    f"{provider_name(provider)}: {referral.reason or 'no reason recorded'}",
                    width - 4,
                ),
                "",
            ),
        ],
        [
            ("   ", ""),
            (
                fit(
                    f"referring diagnosis: {diagnoses or 'no diagnosis on the referral'}", width - 4
                ),
                "dim",
            ),
        ],
    ]
    if lacking:
        lines.append([("   missing: ", "warn"), (fit(", ".join(lacking), width - 11), "warn")])
    if referral.status != "open":
        lines.append(plain(f"   {referral.status} {referral.discharge_reason or ''}", "dim"))
    return lines


def goal_lines(
    goal: Goal, taken: list[Assessment], client: Client, on: date, width: int
) -> list[Line]:
    """A goal in the client's words with its state; below, the arithmetic behind the state."""
    state = goal_state(goal, taken, client, on)
    role: Role = STANDING_ROLES.get(state.standing, "")
    word = "target reached" if state.standing == "reached" else state.standing
    term = f"{goal.term_days}-day" if goal.term_days else ""
    first: Line = [
        ("   ", ""),
        (fit(term, 8), "field"),
        (fit(goal.text, width - 28), ""),
        (" ", ""),
        (word, role),
    ]
    return [first, *(plain(" " * 11 + piece, "dim") for piece in wrap(state.why, width - 12))]


STANDING_ROLES: dict[str, Role] = {
    "met": "good",
    "reached": "good",
    "behind": "warn",
    "dropped": "dim",
    "changed": "dim",
}


def client_rows(
    client: Client, practice: Practice, owed: list[Obligation], now: datetime, width: int, key: Key
) -> list[ListRow]:
    """The rows below the client's header."""
    today = local_day(now, practice.zone)
    referral = practice.current_episode(client.id)
    taken = [
        a
        for a in practice.assessments_of.get(client.id, [])
        if referral is None or a.referral_id == referral.id
    ]
    mine = [o for o in owed if o.client_id == client.id and o.status != "met"]
    rows = [ListRow([(" REFERRAL ", "title")])]
    rows += [ListRow(line) for line in referral_lines(client, practice, today, width, key)]
    if mine:
        rows.append(ListRow([(" OWED ", "title")]))
        rows += [
            ListRow(obligation_line(o, practice, now, width), ObligationKey(o.key)) for o in mine
        ]
    if referral:
        rows += goal_rows(practice.goals_of.get(referral.id, []), taken, client, today, width, key)
    rows += measure_rows(client, practice, taken, today, width)
    rows += [ListRow([]), ListRow([(" HISTORY ", "title"), ("  newest first", "dim")])]
    begin = (
        f"{key('session.log')} logs the first session, {key('assessment.take')} takes the baseline"
    )
    return rows + (
        story_rows(client.id, practice, now, width)
        or [ListRow(plain(f"   Nothing yet: {begin}."), NoticeKey())]
    )


def goal_rows(
    goals: list[Goal], taken: list[Assessment], client: Client, today: date, width: int, key: Key
) -> list[ListRow]:
    """The goals of the episode, or the key that adds one."""
    rows = [
        ListRow(
            [
                (" GOALS ", "title"),
                ("" if goals else f"  none yet: {key('goal.edit')} adds one", "dim"),
            ]
        )
    ]
    for goal in goals:
        first, *under = goal_lines(goal, taken, client, today, width)
        rows += [ListRow(first, GoalKey(goal.id)), *(ListRow(line) for line in under)]
    return rows


def measure_rows(
    client: Client, practice: Practice, taken: list[Assessment], today: date, width: int
) -> list[ListRow]:
    """The measures by domain, below when they are due again."""
    following = next_assessment(practice, client.id, today)
    told = following.words if following else "start to now, function first"
    role: Role = LOOP_ROLES[following.state] if following else "dim"
    head = ListRow([(" MEASURES ", "title"), (f"  {fit(told, max(10, width - 13))}", role)])
    return [
        head,
        *map_rows(outcomes(taken, client, today), battery_for(practice, client.id), width),
    ]


LOOP_ROLES: dict[str, Role] = {"later": "dim", "due": "accent", "overdue": "warn"}


class ClientScreen(RowActions, BaseScreen):
    """One client's record."""

    BINDINGS: ClassVar = bindings(
        "session.log", "assessment.take", "goal.edit", "note.open", "letter.open",
        "sent.mark", "client.edit", "referral.edit", "battery.card", "add.menu",
        "client.find", "go.on", "go.back",
    )  # fmt: skip
    DEFAULT_CSS = """
    ClientScreen #who { height: 2; }
    """

    def __init__(self, client_id: str) -> None:
        super().__init__()
        self.client_id = client_id

    def body(self) -> Iterable[Widget]:
        yield StyledLines(id="who")
        yield RowList(id="rows")

    def on_mount(self) -> None:
        self.query_one("#rows", RowList).focus()
        self.redraw()

    @property
    def client(self) -> Client:
        """The client."""
        return self.context.practice.clients[self.client_id]

    def update_content(self) -> None:
        context, width = self.context, self.app.size.width
        self.query_one("#who", StyledLines).show_whole(
            client_header(self.client, context.practice, context.now, width)
        )
        rows = client_rows(
            self.client, context.practice, context.obligations, context.now, width, self.key_of
        )
        self.query_one("#rows", RowList).show_rows(rows)

    def row_key(self) -> RowKey | None:
        return cast("RowKey | None", self.query_one("#rows", RowList).key)

    def selected_client(self) -> Client | None:
        return self.client

    def help_lines(self) -> list[str]:
        owed, goal = self.selected_obligation(), self.selected_goal()
        if owed:
            return self.explanation(owed)
        key = self.key_of
        if goal:
            return [
                "A goal stands by the share of the way done beside the share of the time that has "
                f"passed. {key('goal.edit')} changes it."
            ]
        if isinstance(self.row_key(), MeasureKey):
            draws, tells = (
                f"{key('go.on')} draws the measure over time",
                f"{key('battery.card')} tells where",
            )
            return [f"{draws}; {tells} the numbers beside it come from."]
        return [f"Everything medex holds about {self.client.name}."]

    def selected_goal(self) -> Goal | None:
        """The goal of the selected row."""
        match self.row_key():
            case GoalKey(goal_id):
                return self.context.practice.goals.get(goal_id)
        return None

    def selected_sending(self) -> Communication | None:
        """The sending of the selected row, or the one that its reply answers."""
        match self.row_key():
            case CommunicationKey(communication_id) | ReplyKey(communication_id):
                return self.context.practice.communications.get(communication_id)
        return None

    def action_goal_edit(self) -> None:
        from medex_tui.app.forms.goal import goal_form

        goal_form(self.context, self.client_id, self.selected_goal())

    def action_battery_card(self) -> None:
        from medex_tui.app.dialogs.evidence_card import show_card

        match self.row_key():
            case MeasureKey(measure):
                show_card(self.context, measure, self.app.size.width)
            case _:
                card = self.key_of("battery.card")
                self.show_status(f"{card} works on a measure of the list.", "dim")

    def action_client_edit(self) -> None:
        client_form(self.context, self.client)

    def action_referral_edit(self) -> None:
        referral_form(
            self.context, self.client_id, self.context.practice.current_episode(self.client_id)
        )

    def action_go_on(self) -> None:
        match self.row_key():
            case ObligationKey():
                self.action_letter_open()
            case VisitKey():
                self.action_note_open()
            case GoalKey():
                self.action_goal_edit()
            case MeasureKey(measure, side, task):
                self.context.open(ChartRoute(self.client_id, measure, side, task))
            case AssessmentKey(assessment_id):
                self.context.open(AssessmentNoteRoute(assessment_id))
            case CommunicationKey() | ReplyKey():
                sent = self.selected_sending()
                if sent and sent.document_id:
                    self.context.open(SentLetterRoute(sent.document_id))
