"""The one registry of commands: what a key does is at once its binding, footer hint, palette entry and help line."""

from __future__ import annotations

from msgspec import Struct
from textual.binding import Binding, BindingType


class Command(Struct, frozen=True):
    """Something a person can do. `keys` as Textual names them, `shown` as people read them."""

    id: str
    keys: str
    shown: str
    label: str
    help: str
    footer: bool = True

    @property
    def action(self) -> str:
        """The method that does it, without `action_`."""
        return self.id.replace(".", "_")


_ALL = (
    Command("go.on", "enter", "Enter", "open", "Go on with the row under the cursor."),
    Command("session.log", "l", "l", "log", "Log a session for the client of the row, in one line."),
    Command("assessment.take", "a", "a", "assess", "Take an assessment of the client of the row."),
    Command("session.no_show", "n", "n", "no-show", "Record that the client did not come."),
    Command("client.find", "slash", "/", "find", "Find a client by the first letters of the names."),
    Command("overdue.open", "o", "o", "overdue", "What is owed to providers, most urgent first."),
    Command("client.open", "c", "c", "client", "The client of the row: story, goals, measures."),
    Command("note.open", "v", "v", "note", "The visit note of the row's session, as it will be exported."),
    Command("add.menu", "plus,insert", "+", "add", "Add a client, provider or referral, or plan a session."),
    Command("letter.open", "p", "p", "letter", "Write, read and sign the letter this row asks for."),
    Command("sent.mark", "m", "m", "mark sent", "Record that it was sent: how, where to, when."),
    Command("sent.failed", "x", "x", "failed", "Record a sending that failed; the obligation opens again."),
    Command("obligation.waive", "w", "w", "waive", "Waive the obligation, with a reason that stays on the list."),
    Command("call.made", "t", "t", "phoned", "Record a phone call; it never stands for the written report."),
    Command("record.edit", "e", "e", "edit", "Change what stands here."),
    Command("document.sign", "g", "g", "sign", "Sign: from then on it is frozen; amendments follow it."),
    Command("document.export", "x", "x", "export", "Write it to a Markdown file that only you can read."),
    Command("note.format", "f", "f", "format", "Form log, SOAP or DAP."),
    Command("wording.accept", "k", "k", "keep word", "Keep a wording outside our scope, with a reason."),
    Command("note.amend", "e", "e", "amend", "Add an addendum or a correction to the signed note."),
    Command("entry.save", "enter", "Enter", "save+sign", "Save the entry and sign it."),
    Command("entry.draft", "ctrl+d", "^d", "draft", "Save the entry unsigned."),
    Command("entry.undo", "ctrl+u", "^u", "undo", "Undo the last change of the line."),
    Command("entry.complete", "tab", "Tab", "complete", "Complete the word at the cursor."),
    Command("entry.reason", "ctrl+o", "^o", "reason", "Go on although a safety rule says hold, with a reason."),
    Command("entry.new_name", "ctrl+n", "^n", "new name", "Add the unknown exercise to the practice's list."),
    Command("entry.line", "colon", ":", "line", "Enter the assessment as one line."),
    Command("battery.add", "plus", "+", "measure", "Add a measure to the battery."),
    Command("battery.name", "t", "t", "name", "Name the task or the activity of this box."),
    Command("battery.result", "u", "u", "unable", "Record unable, assisted or stopped in place of a number."),
    Command("battery.device", "d", "d", "device", "Device, position or aid; unlike last time gives no verdict."),
    Command("battery.watch", "space", "Space", "watch", "Start and stop the stopwatch; the time drops into the box."),
    Command("battery.card", "i", "i", "evidence", "The measure's protocol, sources, and what is not checked."),
    Command("battery.save", "ctrl+g", "^g", "save+sign", "Save the assessment and sign it."),
    Command("form.save", "ctrl+g", "^g", "save", "Save the form."),
    Command("client.edit", "e", "e", "edit", "Change the client's details."),
    Command("referral.edit", "r", "r", "referral", "Change the referral: dates, consent, visits, diagnosis."),
    Command("help.open", "question_mark,f1", "?", "help", "The keys of this screen, and why the row is here.", footer=False),
    Command("palette.open", "ctrl+p", "^p", "commands", "Every command of this screen, found by its name.", footer=False),
    Command("theme.choose", "ctrl+t", "^t", "theme", "Choose the colours.", footer=False),
    Command("go.back", "escape", "Esc", "back", "Back to the screen before; nothing typed is lost."),
    Command("app.leave", "q", "q", "quit", "Leave medex."),
)  # fmt: skip

COMMANDS: dict[str, Command] = {command.id: command for command in _ALL}
"""Command id -> command."""


def bindings(*ids: str, over_entry: bool = False) -> list[BindingType]:
    """Bindings for these commands, in footer order. `over_entry`: they work while a line is being typed too."""
    made: list[BindingType] = []
    for id in ids:
        command = COMMANDS[id]
        for n, key in enumerate(command.keys.split(",")):
            made.append(
                Binding(
                    key,
                    command.action,
                    command.label,
                    show=n == 0 and command.footer,
                    key_display=command.shown,
                    priority=over_entry,
                    id=command.id if n == 0 else f"{command.id}.{key}",
                )
            )
    return made
