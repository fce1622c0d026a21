"""The one registry of commands: what a key does is at once its binding, footer hint, palette entry and help line.

Nothing here needs Textual before a screen asks for its bindings, so that `medex keys` prints without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from medex_tui.app.styled_lines import Line, length, spread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from textual.binding import BindingType

    Key = Callable[[str], str]
    """The present key of a command id, as people read it: how a sentence of the app names a key."""

NAMED_KEYS = frozenset(
    (
        "enter", "escape", "tab", "shift+tab", "up", "down", "left", "right", "pageup", "pagedown", "home", "end",
        "space", "backspace",
    )
)  # fmt: skip
CTRL_LETTERS = frozenset("defgklnoprtuwxy")
ALIASES_ONLY = frozenset(["insert", "delete", *(f"f{n}" for n in range(1, 11))])
"""Keys that many terminals send and some keep for themselves: never the only way to a command."""

PUNCTUATION = {
    "!": "exclamation_mark", '"': "quotation_mark", "#": "number_sign", "$": "dollar_sign", "%": "percent_sign",
    "&": "ampersand", "'": "apostrophe", "(": "left_parenthesis", ")": "right_parenthesis", "*": "asterisk",
    "+": "plus", ",": "comma", "-": "minus", ".": "full_stop", "/": "slash", ":": "colon", ";": "semicolon",
    "<": "less_than_sign", "=": "equals_sign", ">": "greater_than_sign", "?": "question_mark", "@": "at",
    "[": "left_square_bracket", "\\": "backslash", "]": "right_square_bracket", "^": "circumflex_accent",
    "_": "underscore", "`": "grave_accent", "{": "left_curly_bracket", "|": "vertical_line",
    "}": "right_curly_bracket", "~": "tilde",
}  # fmt: skip
"""Characters by the names Textual gives their keys."""


def types_text(key: str) -> bool:
    """Whether a key puts a character into an entry."""
    return (len(key) == 1 and key.isalnum()) or key in PUNCTUATION.values() or key == "space"


def arrives(key: str, *, alone: bool = False) -> bool:
    """Whether every terminal we know sends this key; `alone` where it is the only way to its command."""
    ctrl = key.removeprefix("ctrl+")
    if ctrl != key:
        return ctrl in CTRL_LETTERS
    return (
        (types_text(key) and key.isascii())
        or key in NAMED_KEYS
        or (not alone and key in ALIASES_ONLY)
    )


def key_names(key: str) -> str:
    """A key as people write it (`/`, `^g`, `Ctrl+G`, `F2`), as Textual names it."""
    if len(key) == 1:
        return PUNCTUATION.get(key, "space" if key == " " else key)
    lower = key.lower().replace("^", "ctrl+").replace("ctrl-", "ctrl+")
    return {"esc": "escape", "return": "enter", "pgup": "pageup", "pgdn": "pagedown"}.get(
        lower, lower
    )


def shown_key(key: str) -> str:
    """A key as people read it."""
    if key.startswith("ctrl+"):
        return f"^{key[5:]}"
    named = {name: char for char, name in PUNCTUATION.items()}
    return named.get(key, key if len(key) == 1 else key.capitalize())


class Command(Struct, frozen=True):
    """Something a person can do. `keys` as Textual names them, `shown` as people read them.

    `of_app`: the app does it, whatever screen the key is bound on.
    """

    id: str
    keys: str
    shown: str
    label: str
    help: str
    footer: bool = True
    numbered: bool = False
    """Each of `keys` tells the action its number, from 1."""
    of_app: bool = False

    @property
    def action(self) -> str:
        """The method that does it, without `action_`, as Textual looks it up."""
        return ("app." if self.of_app else "") + self.id.replace(".", "_")


_ALL = (
    Command("go.on", "enter", "Enter", "open", "Go on with the row under the cursor."),
    Command("session.log", "l", "l", "log", "Log a session for the client of the row, in one line."),
    Command("assessment.take", "a", "a", "assess", "Take an assessment of the client of the row."),
    Command("session.no_show", "n", "n", "no-show", "The client did not come, cancelled, or comes at another time."),
    Command("client.find", "slash", "/", "find", "Find a client by the first letters of the names."),
    Command("overdue.open", "o", "o", "overdue", "What is owed to providers, most urgent first."),
    Command("client.open", "c", "c", "client", "The client of the row: story, goals, measures."),
    Command("note.open", "v", "v", "note", "The visit note of the row's session, as it will be exported."),
    Command("add.menu", "plus,insert", "+", "add", "Add a client, provider or referral, or plan a session."),
    Command("practice.edit", "s", "s", "settings", "The practice: name, phone, address, units."),
    Command("letter.open", "p", "p", "letter", "Write, read and sign the letter this row asks for."),
    Command("sent.mark", "m", "m", "mark sent", "Record that it was sent: how, where to, when."),
    Command("sent.failed", "x", "x", "failed", "Record a sending that failed; the obligation opens again."),
    Command("reply.record", "r", "r", "answer", "Record an answer; an order in it becomes a limit of the client."),
    Command("obligation.waive", "w", "w", "waive", "Waive the obligation, with a reason that stays on the list."),
    Command("call.made", "t", "t", "phoned", "Record a phone call; it never stands for the written report."),
    Command("record.edit", "e", "e", "edit", "Change what stands here."),
    Command("document.sign", "g", "g", "sign", "Sign: from then on it is frozen; amendments follow it."),
    Command("document.export", "x", "x", "export", "Write it to a Markdown file that only you can read."),
    Command("note.format", "f", "f", "format", "Form log, SOAP or DAP."),
    Command("document.forms", "X", "X", "as pdf...", "Write it as PDF, HTML or text."),
    Command("document.fill", "f", "f", "fill in", "Fill in the first thing that a letter lacks before it may go out."),
    Command("document.fit", "d", "d", "to a page", "Leave out the least telling measures until it is one page."),
    Command("letter.hand_over", "s", "s", "send", "Hand the signed letter to the practice's own sender (hooks/send)."),
    Command("wording.accept", "k", "k", "keep word", "Keep a wording outside our scope, with a reason."),
    Command("note.amend", "e", "e", "amend", "Add an addendum, a correction or a late entry to the signed note."),
    Command("entry.save", "enter", "Enter", "save+sign", "Save the entry and sign it."),
    Command("entry.draft", "ctrl+d", "^d", "draft", "Save the entry unsigned."),
    Command("entry.undo", "ctrl+u", "^u", "undo", "Undo the last change of the line."),
    Command("entry.complete", "tab", "Tab", "complete", "Complete the word at the cursor."),
    Command("entry.reason", "ctrl+o", "^o", "reason", "Go on although a safety rule says hold, with a reason."),
    Command("entry.new_name", "ctrl+n", "^n", "new name", "Add the unknown exercise to the practice's list."),
    Command("entry.back", "shift+tab", "S-Tab", "offer before", "Go back to the offer before.", footer=False),
    Command("entry.accept", "ctrl+y", "^y", "accept", "Accept everything carried: it was seen done, and is measured."),
    Command("entry.earlier", "up", "Up", "earlier", "An earlier visit as a line: carried, no readings.", footer=False),
    Command("entry.later", "down", "Down", "later", "The later one; at the end, the line being typed.", footer=False),
    Command("entry.watch", "ctrl+w", "^w", "watch", "Stopwatch, rest timer and repetition counter in large digits."),
    Command("entry.next", "ctrl+l", "^l", "next open", "Go to the next open session; this one stays open."),
    Command("entry.template", "ctrl+r", "^r", "template", "Save the line as a template, for 1 to 9 on an empty line."),
    Command("entry.snippet", "ctrl+f", "^f", "snippet", "Save the note as a snippet, or choose one."),
    Command("floor.switch", "1,2,3,4,5,6,7,8,9", "1-9", "open one", "Go to that open session.", numbered=True),
    Command("lines.save", "enter", "Enter", "save all", "Save and sign every line that is whole; the others stay."),
    Command("lines.edit", "e", "e", "edit", "Change the line of the row."),
    Command("lines.confirm", "y", "y", "it is right", "Take the unusual value of the row as it is."),
    Command("lines.reason", "r", "r", "reason", "Go on although a safety rule says hold, with a reason."),
    Command("lines.drop", "x", "x", "drop", "Take the row off the list; u brings it back."),
    Command("lines.undo", "u", "u", "undo", "Bring back the row that was dropped last."),
    Command("watch.space", "space", "Space", "go", "Start, stop, or count one."),
    Command("watch.take", "enter", "Enter", "take", "Put the result into the line."),
    Command("watch.stopwatch", "s", "s", "stopwatch", "Stopwatch, from zero."),
    Command("watch.rest", "r", "r", "rest", "Rest timer, counting down; it rings once."),
    Command("watch.count", "c", "c", "count", "Repetition counter."),
    Command("watch.more", "plus", "+", "longer", "A longer rest."),
    Command("watch.less", "minus", "-", "shorter", "A shorter rest; one repetition less."),
    Command("watch.zero", "0", "0", "zero", "Back to zero."),
    Command("entry.line", "colon", ":", "line", "Enter the assessment as one line."),
    Command("battery.set", "b", "b", "battery", "Take another battery, or keep these measures as one."),
    Command("battery.remove", "r", "r", "remove", "Take the measure off the battery; one with numbers stays."),
    Command("battery.trial", "n", "n", "trial", "Room for one trial more."),
    Command("battery.unit", "y", "y", "unit", "The unit the row is typed in."),
    Command("battery.side", "s", "s", "side", "The other arm, where one arm is tested; which way a task is better."),
    Command("battery.references", "f", "f", "references", "Switch a reference of the measure on or off."),
    Command("chart.open", "v", "v", "chart", "The measure over time: baseline, error, target, references."),
    Command("chart.export", "x", "x", "export", "Write every measure as pictures and tables: HTML and PDF of yours."),
    Command("chart.next", "right", "→", "next measure", "The client's next measure."),
    Command("chart.before", "left", "←", "before", "The measure before.", footer=False),
    Command("battery.add", "plus", "+", "measure", "Add a measure to the battery."),
    Command("battery.name", "t", "t", "name", "Name the task or the activity of this box."),
    Command("battery.result", "u", "u", "unable", "Record unable, assisted or stopped in place of a number."),
    Command("battery.device", "d", "d", "device", "Device, position or aid; unlike last time gives no verdict."),
    Command("battery.watch", "space", "Space", "watch", "The stopwatch of a timed test, the counter of a counted one."),
    Command("battery.card", "i", "i", "evidence", "The measure's protocol, sources, and what is not checked."),
    Command("battery.summary", "semicolon", ";", "summary", "A sentence on it all; its letter begins so."),
    Command("battery.kind", "k", "k", "kind", "The discharge assessment, or one on the way."),
    Command("battery.save", "ctrl+g", "^g", "save+sign", "Save the assessment and sign it."),
    Command("form.save", "ctrl+g", "^g", "save", "Save the form."),
    Command("goal.edit", "g", "g", "goal", "Add a goal, or change the one of the row."),
    Command("client.edit", "e", "e", "edit", "Change the client's details."),
    Command("referral.edit", "r", "r", "referral", "Change the referral: dates, consent, visits, diagnosis."),
    Command("help.open", "question_mark,f1", "?", "help", "The keys; why the row is here.", footer=False, of_app=True),
    Command("palette.open", "ctrl+p", "^p", "commands", "Every command, by its name.", footer=False, of_app=True),
    Command("theme.choose", "ctrl+t", "^t", "theme", "Choose the colours.", footer=False, of_app=True),
    Command("screen.lock", "L", "L", "lock", "Lock the screen: nothing is seen until your PIN is typed (medex pin).",
            footer=False, of_app=True),
    Command("names.hide", "ctrl+k", "^k", "names", "Hide clients' names and birth dates on every screen, or show them.",
            footer=False, of_app=True),
    Command("screen.redraw", "ctrl+x", "^x", "redraw", "Draw the screen anew.", footer=False, of_app=True),
    Command("go.back", "escape", "Esc", "back", "Back to the screen before; nothing typed is lost."),
    Command("app.leave", "q", "q", "quit", "Leave medex.", of_app=True),
)  # fmt: skip

COMMANDS: dict[str, Command] = {command.id: command for command in _ALL}
"""Command id -> command."""


def with_custom_keys(command: Command, keymap: Mapping[str, str]) -> Command:
    """A command with the key a person's own keymap (command id -> key) gives it; its other keys stay."""
    key = keymap.get(command.id)
    if not key:
        return command
    return replace(
        command, keys=",".join([key, *command.keys.split(",")[1:]]), shown=shown_key(key)
    )


def key_of(id: str, keymap: Mapping[str, str]) -> str:
    """The present key of a command, as people read it: what every sentence that names a key asks."""
    return with_custom_keys(COMMANDS[id], keymap).shown


def default_key(id: str) -> str:
    """The key of a command where nobody chose another."""
    return COMMANDS[id].shown


def bindings(*ids: str, over_entry: bool = False) -> list[BindingType]:
    """Bindings for these commands, in footer order. `over_entry`: they work while a line is being typed too."""
    from textual.binding import Binding

    made: list[BindingType] = []
    for id in ids:
        command = COMMANDS[id]
        for n, key in enumerate(command.keys.split(",")):
            made.append(
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
    return made


def hints(commands: Iterable[Command], width: int) -> list[Line]:
    """Every key hint, over as many lines as it takes."""
    lines: list[Line] = [[]]
    for command in commands:
        hint: Line = [(command.shown, "key"), (f" {command.label}  ", "")]
        if lines[-1] and length(lines[-1]) + length(hint) > width + 2:
            lines.append([])
        lines[-1] += hint
    return lines


def footer(commands: Iterable[Command], width: int) -> Line:
    """As many key hints as fit, with help always at the end."""
    commands = list(commands)
    help_ = next(
        (command for command in commands if command.id == "help.open"), COMMANDS["help.open"]
    )
    end: Line = [(help_.shown, "key"), (" help ", "")]
    line: Line = [(" ", "")]
    for command in commands:
        if not command.footer:
            continue
        hint: Line = [(command.shown, "key"), (f" {command.label}  ", "")]
        if length(line) + length(hint) + length(end) >= width:
            break
        line += hint
    return spread(line, end, width)


APP_COMMANDS = ("help.open", "screen.lock")
APP_COMMANDS_OVER_ENTRY = ("palette.open", "theme.choose", "screen.redraw", "names.hide")
"""What the app binds on every screen; the second also while a line is being typed."""

TODAY = (
    "session.log", "assessment.take", "session.no_show", "client.find", "overdue.open", "letter.open", "sent.mark",
    "note.open", "client.open", "add.menu", "floor.switch", "practice.edit", "go.on", "app.leave",
)  # fmt: skip
"""What Today binds: its footer is drawn before Today itself is there."""

PLACES = {
    "go": "Everywhere", "app": "Everywhere", "help": "Everywhere", "palette": "Everywhere", "theme": "Everywhere",
    "screen": "Everywhere", "names": "Everywhere",
    "session": "Lists of visits, clients and what is owed", "assessment": "Lists of visits, clients and what is owed",
    "client": "Lists of visits, clients and what is owed", "overdue": "Lists of visits, clients and what is owed",
    "note": "Notes and letters", "add": "Lists of visits, clients and what is owed",
    "letter": "Lists of visits, clients and what is owed", "sent": "Lists of visits, clients and what is owed",
    "obligation": "Lists of visits, clients and what is owed", "call": "Lists of visits, clients and what is owed",
    "floor": "Today", "practice": "Today",
    "entry": "Logging a session", "lines": "Many lines at once", "watch": "The watch",
    "battery": "Assessing", "form": "Forms", "document": "Notes and letters", "record": "Notes and letters",
    "referral": "The client's page",
}  # fmt: skip
"""First part of a command id -> where the cheat sheet lists it; what is not here is listed by that part itself."""


def cheat_sheet() -> list[tuple[str, list[Command]]]:
    """Every command by the place it works in."""
    sheet: dict[str, list[Command]] = {}
    for command in COMMANDS.values():
        first = command.id.split(".")[0]
        sheet.setdefault(PLACES.get(first, first.capitalize()), []).append(command)
    return list(sheet.items())
