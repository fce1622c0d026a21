"""Today: what needs doing first, then the day's visits. The app opens here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import ClassVar

from textual.widget import Widget

from medex_tui.app.acts import Acts
from medex_tui.app.commands import bindings
from medex_tui.app.lines import Line, Role, fit, plain, spread
from medex_tui.app.page import Page
from medex_tui.app.widgets import Row, Rows
from medex_tui.app.words import STATE_ROLES, obligation_line, urgency
from medex_tui.domain.obligations import Obligation
from medex_tui.domain.practice import Practice
from medex_tui.reports.today import LOGGED
from medex_tui.reports.today import Row as Visit
from medex_tui.reports.today import rows as day_rows

URGENT_H = 24
SHOWN_AT_MOST = 6


def needs_doing(owed: Iterable[Obligation], now: datetime) -> list[Obligation]:
    """What is overdue, past its target, or past it within a day; not what is met or waived."""
    soon = now + timedelta(hours=URGENT_H)
    return [o for o in owed if o.state != "waived" and o.status != "met" and (o.status != "due" or o.target_at <= soon)]


def today_rows(
    practice: Practice, owed: list[Obligation], now: datetime, width: int, drafts: dict[str, datetime]
) -> list[Row]:
    """The whole list: drafts left behind, what needs doing, today's visits. `drafts`: client id -> typed at."""
    zone = practice.zone
    rows = [
        Row(
            [(" > ", "accent"), (f"UNSAVED since {at.astimezone(zone):%H:%M}  ", "accent"),
             (practice.clients[client].name, "strong"), ("  your line is kept: Enter goes on with it", "")],
            f"draft:{client}",
        )
        for client, at in drafts.items()
        if client in practice.clients
    ]  # fmt: skip
    urgent = needs_doing(owed, now)
    rows += [Row(needs_heading(urgent, owed, now))]
    shown = urgent[:SHOWN_AT_MOST]
    rows += [Row(obligation_line(o, practice, now, width), f"owed:{o.key}") for o in shown]
    if len(urgent) > len(shown):
        rows.append(Row(plain(f"   {len(urgent) - len(shown)} more: o shows them all", "dim"), "more"))
    visits = day_rows(practice, now.astimezone(zone).date(), now)
    logged = sum(1 for visit in visits if visit.state in LOGGED)
    rows.append(Row([]))
    rows.append(
        Row(
            [
                (" TODAY ", "title"),
                (f" {logged} of {len(visits)} logged" if visits else " no visits planned", "strong"),
            ]
        )
    )
    typed = {client: f"{at.astimezone(zone):%H:%M}" for client, at in drafts.items()}
    rows += [
        Row(
            visit_line(v, width, typed.get(v.client_id) if v.state not in LOGGED else None),
            f"visit:{v.session_id}",
        )
        for v in visits
    ]
    if not practice.clients:
        rows.append(Row(plain("   No clients yet. Press + and c to add the first one.", ""), "first"))
    elif not visits:
        rows.append(Row(plain("   / finds a client to log;  + and s plans a visit.", "dim"), "first"))
    return rows


def needs_heading(urgent: list[Obligation], owed: list[Obligation], now: datetime) -> Line:
    """`NEEDS DOING  1 overdue  1 past target  2 within 24 h`, or when the next one falls due."""
    line: Line = [(" NEEDS DOING ", "title")]
    parts: list[tuple[str, str, Role]] = [
        ("overdue", "overdue", "bad"),
        ("late_soon", "past target", "warn"),
        ("due", f"within {URGENT_H} h", "strong"),
    ]
    for status, words, role in parts:
        count = sum(1 for o in urgent if o.status == status)
        if count:
            line.append((f"  {count} {words}", role))
    if not urgent:
        waiting = [o for o in owed if o.state != "waived" and o.status != "met"]
        following = min(waiting, key=lambda o: o.target_at, default=None)
        told = f"  nothing now; next {urgency(following, now)[1]}" if following else "  nothing is owed"
        line.append((told, "good"))
    return line


def visit_line(visit: Visit, width: int, typed_at: str | None) -> Line:
    """One visit of the day; `typed_at` when its entry was begun and not saved."""
    names = 17 + max(0, width - 80) // 3
    what = width - 9 - names - 6 - 17
    state = f"typing {typed_at}" if typed_at else visit.state_word
    about = "; ".join(part for part in (visit.problem, visit.goal) if part)
    age = "-" if visit.age is None else str(visit.age)
    return [
        (f"   {visit.time}  ", ""),
        (fit(visit.client, names), "strong"),
        (fit(f" {age} {visit.sex or '-'}", 6), ""),
        (" ", ""),
        (fit(about, what - 1), "dim"),
        (" ", ""),
        (
            fit(state, 16),
            "accent" if typed_at else STATE_ROLES.get(state, "accent" if state.startswith("draft") else ""),
        ),
    ]


class Today(Acts, Page):
    """Home."""

    heading = ""
    BINDINGS: ClassVar = bindings(
        "session.log", "assessment.take", "session.no_show", "client.find", "overdue.open", "letter.open",
        "sent.mark", "note.open", "client.open", "add.menu", "go.on", "app.leave",
    )  # fmt: skip

    def body(self) -> Iterable[Widget]:
        yield Rows(id="rows")

    def top(self, width: int) -> Line:
        name = self.medex.practice.settings.name or "medex"
        kept = [(self.medex.on_time_words() + " ", "good")] if width >= 78 else []
        left: Line = [
            (" medex ", "title"),
            (fit(" sample practice" if self.medex.demo else "", 16).rstrip(), "accent"),
        ]
        if width >= 110:
            left.append((f"  {name}", "strong"))
        left.append(("  " + self.medex.clock_words(), ""))
        return spread(left, kept, width)  # type: ignore[arg-type]

    def on_mount(self) -> None:
        self.query_one("#rows", Rows).focus()
        self.repaint()
        for fault in self.medex.theme_faults:
            self.say(str(fault), "warn")
        for notice in self.medex.store.notices[-1:]:
            self.say(notice, "warn")

    def paint(self) -> None:
        medex = self.medex
        rows = today_rows(medex.practice, medex.owed, medex.now, self.app.size.width, medex.unsaved())
        default = next((row.key for row in rows if row.key and row.key.startswith("draft:")), None)
        self.query_one("#rows", Rows).show_rows(rows, default=default or next((r.key for r in rows if r.key), None))

    def about(self) -> list[str]:
        owed = self.owed_here()
        if owed:
            return self.explained(owed)
        return ["Today opens on what needs doing: what is owed to providers, then the day's visits."]

    def row_key(self) -> str | None:
        return self.query_one("#rows", Rows).key

    def action_go_on(self) -> None:
        kind, _, id = (self.row_key() or "").partition(":")
        if kind == "draft":
            self.open_log(id)
        elif kind == "owed":
            self.action_letter_open()
        elif kind == "visit":
            session = self.medex.practice.sessions[id]
            if session.state in ("planned", "open"):
                self.action_session_log()
            else:
                self.action_note_open()
        elif kind == "more":
            self.action_overdue_open()
        elif kind == "first":
            self.action_add_menu()

    def action_go_back(self) -> None:
        self.say("This is the first screen; q leaves medex.", "dim")
