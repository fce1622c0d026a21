"""A client's last visit, as shown under an empty session line and beside one being typed."""

from __future__ import annotations

from collections.abc import Mapping

from medex_tui.app.state.templates import LineTemplate
from medex_tui.app.styled_lines import Line, fit, plain, wrap
from medex_tui.app.views.phrases import day
from medex_tui.app.views.session_reading import done_words, vitals_words
from medex_tui.domain.quantities import load_unit
from medex_tui.domain.records.practice import Practice


def repeatable_lines(
    client_id: str, practice: Practice, templates: Mapping[int, LineTemplate], width: int
) -> list[Line]:
    """What an empty line can begin with: the visit that `=` repeats, and templates by number."""
    last = practice.last_session(client_id)
    lines: list[Line] = []
    if last is None or last.at is None:
        lines += [
            plain("   No visit yet. Type what was done; how it is understood shows below:", "dim"),
            plain("   leg press 3x12 @60 r5  row 3x10 @20  132/78 72 p3 ; a note", "dim"),
        ]
    else:
        lines.append(plain(f"   = repeats {day(last.at, practice.zone)}:", "dim"))
        lines += [
            [
                ("   ", ""),
                (fit(e.name, 19), "dim"),
                (f" {done_words(e, load_unit(practice.settings.units))}", "dim"),
            ]
            for e in last.exercises
        ]
        for word, text in (("note", last.note), ("plan", last.plan)):
            if text:
                pieces = wrap(f"{word}  {text}", width - 6, indent=6)
                lines += [plain(f"   {piece}", "dim") for piece in pieces]
    for number, template in templates.items():
        about = "  ".join(part for part in (template.name, template.phase) if part)
        text = f" {template.line}"[: width - 32]
        lines.append([(f"   {number} ", "key"), (fit(about, 26), ""), (text, "dim")])
    return lines


def aside_lines(client_id: str, practice: Practice, width: int) -> list[Line]:
    """The last visit with its vital signs, and the open goals: the panel beside a wide line."""
    lines: list[Line] = []
    last = practice.last_session(client_id)
    if last and last.at:
        lines.append([(" LAST TIME ", "title"), (f" {day(last.at, practice.zone)}", "")])
        lines += [
            [
                (f" {fit(e.name, 18)} ", ""),
                (fit(done_words(e, load_unit(practice.settings.units)), width - 20), "dim"),
            ]
            for e in last.exercises
        ]
        texts = [vitals_words(v) for v in last.vitals]
        texts += [
            f"{word}  {text}" for word, text in (("note", last.note), ("plan", last.plan)) if text
        ]
        lines += [plain(f" {piece}", "dim") for text in texts for piece in wrap(text, width - 1)]
        lines.append([])
    referral = practice.current_episode(client_id)
    goals = (
        [g for g in practice.goals_of.get(referral.id, ()) if g.status == "open"]
        if referral
        else []
    )
    if goals:
        lines.append(plain(" GOALS", "title"))
        lines += [
            plain(f" {piece}") for goal in goals for piece in wrap(goal.text, width - 1, indent=2)
        ]
    return lines
