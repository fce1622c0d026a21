"""The registry of commands: a row gives a command its binding, footer hint, palette and help line.

Textual is imported only by `bindings`, so that `medex keys` and the first screen do without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from medex_tui.app.keys import shown_key
from medex_tui.app.styled_lines import Line, length, spread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from textual.binding import BindingType

    Key = Callable[[str], str]
    """Command id -> its present key as people read it."""


class Command(Struct, frozen=True):
    """Something a person can do.

    `keys`: key names of Textual, separated by commas, the one shown first. `of_app`: the app does
    it, whatever screen the key is bound on. `numbered`: each key passes its number, from 1, to
    the action.
    """

    id: str
    keys: str
    label: str
    help: str
    footer: bool = True
    numbered: bool = False
    of_app: bool = False

    @property
    def action(self) -> str:
        """The name of the method that does it, without `action_`, as Textual looks it up."""
        return ("app." if self.of_app else "") + self.id.replace(".", "_")

    @property
    def shown(self) -> str:
        """The first key as people read it; of a numbered command the range: `1-9`."""
        keys = self.keys.split(",")
        return f"{keys[0]}-{keys[-1]}" if self.numbered else shown_key(keys[0])


_ALL = (
    Command("go.on", "enter", "open", "Open the selected row."),
    Command("session.log", "l", "log", "Log a session of the selected client, in one line."),
    Command("assessment.take", "a", "assess", "Assess the selected client."),
    Command("session.no_show", "n", "missed",
            "Record a no-show or a cancellation, or move the visit."),
    Command("client.find", "slash", "find", "Find a client by the first letters of the names."),
    Command("overdue.open", "o", "overdue", "Letters due to providers, most urgent first."),
    Command("client.open", "c", "client", "The selected client: goals, measures, history."),
    Command("note.open", "v", "note",
            "The note of the selected visit, as it will be exported."),
    Command("add.menu", "plus,insert", "add",
            "Add a client, provider or referral, or schedule a visit."),
    Command("practice.edit", "s", "settings", "The practice: name, phone, address, units, time zone."),
    Command("letter.open", "p", "letter", "Write, read and sign the selected letter."),
    Command("sent.mark", "m", "mark sent", "Record that it was sent: how, where to, when."),
    Command("sent.failed", "x", "failed",
            "Record a failed sending; the letter is due again."),
    Command("reply.record", "r", "reply",
            "Record a provider's reply; an order in it becomes a limit of the client."),
    Command("obligation.waive", "w", "waive",
            "Waive the letter, with a reason that stays on the list."),
    Command("call.made", "t", "phoned",
            "Record a phone call; the written report is still due."),
    Command("record.edit", "e", "edit", "Edit."),
    Command("document.sign", "g", "sign", "Sign; changes after that are amendments."),
    Command("document.export", "x", "export",
            "Write it to a Markdown file that only you can read."),
    Command("note.format", "f", "format", "Visit note, SOAP or DAP."),
    Command("document.forms", "X", "as pdf...", "Write it as PDF, HTML or text."),
    Command("document.fill", "f", "fill in",
            "Fill in the first thing missing before the letter can be sent."),
    Command("document.fit", "d", "one page",
            "Fit to one page: leave out the measures that say least."),
    Command("letter.hand_over", "s", "send",
            "Hand the signed letter to the practice's own sender (hooks/send)."),
    Command("wording.accept", "k", "accept word", "Accept a wording outside our scope, with a reason."),
    Command("note.amend", "e", "amend",
            "Add an addendum, a correction or a late entry to the signed note."),
    Command("entry.save", "enter", "save+sign", "Save the entry and sign it."),
    Command("entry.draft", "ctrl+d", "draft", "Save the entry unsigned."),
    Command("entry.undo", "ctrl+u", "undo", "Undo the last change of the line."),
    Command("entry.complete", "tab", "complete", "Complete the word at the cursor."),
    Command("entry.reason", "ctrl+o", "reason",
            "Override a safety rule, with a reason."),
    Command("entry.new_name", "ctrl+n", "add name",
            "Add the unknown exercise to the practice's list."),
    Command("entry.back", "shift+tab", "previous",
            "Back to the previous suggestion.", footer=False),
    Command("entry.accept", "ctrl+y", "accept",
            "Confirm everything copied from last visit as done today."),
    Command("entry.earlier", "up", "earlier",
            "Copy an earlier visit into the line, without its readings.", footer=False),
    Command("entry.later", "down", "later",
            "The next later visit; after the last, the line being typed.", footer=False),
    Command("entry.watch", "ctrl+w", "watch",
            "Stopwatch, rest timer and repetition counter in large digits."),
    Command("entry.next", "ctrl+l", "next visit",
            "Go to the next open visit; this one stays open."),
    Command("entry.template", "ctrl+r", "template",
            "Save the line as a template; 1 to 9 on an empty line insert one."),
    Command("entry.snippet", "ctrl+f", "snippet", "Save the note as a snippet, or choose one."),
    Command("floor.switch", "1,2,3,4,5,6,7,8,9", "switch visit",
            "Go to that open visit.", numbered=True),
    Command("lines.save", "enter", "save all",
            "Save and sign every complete line; the others stay."),
    Command("lines.edit", "e", "edit", "Edit the selected line."),
    Command("lines.confirm", "y", "confirm", "Confirm the unusual value of the selected line."),
    Command("lines.reason", "r", "reason",
            "Override a safety rule, with a reason."),
    Command("lines.drop", "x", "drop", "Remove the selected line; u brings it back."),
    Command("lines.undo", "u", "undo", "Bring back the line that was removed last."),
    Command("watch.space", "space", "go", "Start, stop, or count one."),
    Command("watch.take", "enter", "insert", "Put the result into the line."),
    Command("watch.stopwatch", "s", "stopwatch", "Stopwatch, from zero."),
    Command("watch.rest", "r", "rest", "Rest timer, counting down; it rings once."),
    Command("watch.count", "c", "count", "Repetition counter."),
    Command("watch.more", "plus", "longer", "A longer rest."),
    Command("watch.less", "minus", "shorter", "A shorter rest; one repetition less."),
    Command("watch.zero", "0", "zero", "Back to zero."),
    Command("entry.line", "colon", "line", "Enter the assessment as one line."),
    Command("battery.set", "b", "battery", "Choose another battery, or save these measures as one."),
    Command("battery.remove", "r", "remove",
            "Remove the measure from the battery, unless it has numbers."),
    Command("battery.trial", "n", "trial", "Add a trial."),
    Command("battery.unit", "y", "unit", "The unit the row is typed in."),
    Command("battery.side", "s", "side",
            "The other arm, or the direction in which a task gets better."),
    Command("battery.references", "f", "references",
            "Switch a reference of the measure on or off."),
    Command("chart.open", "v", "chart",
            "The measure over time: baseline, error, target, references."),
    Command("chart.export", "x", "export",
            "Export every measure as charts and tables, HTML and PDF."),
    Command("chart.next", "right", "next measure", "The client's next measure."),
    Command("chart.before", "left", "previous", "The previous measure.", footer=False),
    Command("battery.add", "plus", "measure", "Add a measure to the battery."),
    Command("battery.name", "t", "name", "Name the task or the activity of this box."),
    Command("battery.result", "u", "unable",
            "Record unable, assisted or stopped in place of a number."),
    Command("battery.device", "d", "device",
            "Device, position or aid; with a different setup change is not compared."),
    Command("battery.watch", "space", "watch",
            "The stopwatch of a timed test, the counter of a counted one."),
    Command("battery.card", "i", "evidence",
            "The measure's protocol, norms and sources."),
    Command("battery.summary", "semicolon", "summary",
            "A summary sentence; the letter begins with it."),
    Command("battery.kind", "k", "kind", "Type of assessment: discharge or interim."),
    Command("battery.save", "ctrl+g", "save+sign", "Save the assessment and sign it."),
    Command("form.save", "ctrl+g", "save", "Save the form."),
    Command("form.discard", "ctrl+r", "start over", "Drop the draft; show what is saved."),
    Command("goal.edit", "g", "goal", "Add a goal, or edit the selected one."),
    Command("client.edit", "e", "edit", "Edit the client."),
    Command("referral.edit", "r", "referral",
            "Edit the referral: dates, release, visits, diagnosis."),
    Command("help.open", "question_mark,f1", "help",
            "Keys, and why the selected row is listed.", footer=False, of_app=True),
    Command("palette.open", "ctrl+p", "commands",
            "Every command, by name.", footer=False, of_app=True),
    Command("theme.choose", "ctrl+t", "theme", "Choose the colors.", footer=False, of_app=True),
    Command("screen.lock", "L", "lock",
            "Lock the screen until your PIN is typed (medex pin).",
            footer=False, of_app=True),
    Command("names.hide", "ctrl+k", "names",
            "Hide clients' names and birth dates on every screen, or show them.",
            footer=False, of_app=True),
    Command("screen.redraw", "ctrl+x", "redraw",
            "Redraw.", footer=False, of_app=True),
    Command("go.back", "escape", "back", "Back; what you typed is kept."),
    Command("app.leave", "q", "quit", "Quit medex.", of_app=True),
)  # fmt: skip

COMMANDS: dict[str, Command] = {command.id: command for command in _ALL}
"""Command id -> command."""


def with_custom_keys(command: Command, keymap: Mapping[str, str]) -> Command:
    """The command with its first key from a person's keymap (command id -> key); others stay."""
    key = keymap.get(command.id)
    if not key:
        return command
    return replace(command, keys=",".join([key, *command.keys.split(",")[1:]]))


def key_of(id: str, keymap: Mapping[str, str]) -> str:
    """The present key of a command as people read it, for a sentence that names it."""
    return with_custom_keys(COMMANDS[id], keymap).shown


def default_key(id: str) -> str:
    """The key of a command where nobody chose another."""
    return COMMANDS[id].shown


def bindings(*ids: str, over_entry: bool = False) -> list[BindingType]:
    """Textual bindings of commands, in footer order.

    `over_entry`: they take precedence over a text input with the focus.
    """
    from textual.binding import Binding

    bound: list[BindingType] = []
    for id in ids:
        command = COMMANDS[id]
        for n, key in enumerate(command.keys.split(",")):
            bound.append(
                Binding(
                    key,
                    f"{command.action}({n + 1})" if command.numbered else command.action,
                    command.label,
                    show=n == 0 and command.footer,
                    key_display=command.shown,
                    priority=over_entry,
                    id=command.id if n == 0 else f"{command.id}.{key}",
                )
            )
    return bound


def _hint(command: Command) -> Line:
    return [(command.shown, "key"), (f" {command.label}  ", "")]


def hints(commands: Iterable[Command], width: int) -> list[Line]:
    """Every key hint, over as many lines of `width` cells as it takes."""
    lines: list[Line] = [[]]
    for command in commands:
        hint = _hint(command)
        if lines[-1] and length(lines[-1]) + length(hint) > width + 2:
            lines.append([])
        lines[-1] += hint
    return lines


def footer(commands: Iterable[Command], width: int) -> Line:
    """As many key hints as fit into `width` cells; help is always the last."""
    commands = list(commands)
    help_command = next(
        (command for command in commands if command.id == "help.open"), COMMANDS["help.open"]
    )
    end: Line = [(help_command.shown, "key"), (" help ", "")]
    line: Line = [(" ", "")]
    for command in commands:
        if not command.footer:
            continue
        hint = _hint(command)
        if length(line) + length(hint) + length(end) >= width:
            break
        line += hint
    return spread(line, end, width)


APP_COMMANDS = ("help.open", "screen.lock")
APP_COMMANDS_OVER_ENTRY = ("palette.open", "theme.choose", "screen.redraw", "names.hide")
"""What the app binds on every screen; the second group also while a line is being typed."""

TODAY = (
    "session.log", "assessment.take", "session.no_show", "client.find", "overdue.open",
    "letter.open", "sent.mark", "note.open", "client.open", "add.menu", "floor.switch",
    "practice.edit", "go.on", "app.leave",
)  # fmt: skip
"""What Today binds. Listed here because its footer is drawn before Textual is loaded."""

_SECTIONS = {
    "Everywhere": ("go", "app", "help", "palette", "theme", "screen", "names"),
    "Lists of visits, clients and letters": (
        "session", "assessment", "client", "overdue", "add", "letter", "sent", "obligation", "call",
    ),
    "Notes and letters": ("note", "document", "record"),
    "Today": ("floor", "practice"),
    "Logging a session": ("entry",),
    "Several lines": ("lines",),
    "Stopwatch": ("watch",),
    "Assessing": ("battery",),
    "Forms": ("form",),
    "Client": ("referral",),
}  # fmt: skip
"""Section of the cheat sheet -> first parts of the command ids it lists."""

_SECTION_OF = {first: section for section, firsts in _SECTIONS.items() for first in firsts}


def cheat_sheet() -> list[tuple[str, list[Command]]]:
    """Every command by section; a command of no section is listed by the first part of its id."""
    sheet: dict[str, list[Command]] = {}
    for command in COMMANDS.values():
        first = command.id.split(".")[0]
        sheet.setdefault(_SECTION_OF.get(first, first.capitalize()), []).append(command)
    return list(sheet.items())
