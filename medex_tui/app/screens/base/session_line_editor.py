"""A session line with templates, snippets, earlier visits and new exercise names."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from medex_tui.app.dialogs.ask import PromptDialog
from medex_tui.app.dialogs.picker import Picker
from medex_tui.app.screens.base.line_editor import LineEditorScreen
from medex_tui.app.state import templates
from medex_tui.app.state.config_file import ConfigFault
from medex_tui.app.styled_lines import Choice
from medex_tui.app.views.phrases import day
from medex_tui.domain.language.problem import Problem
from medex_tui.domain.records.base import Record
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.settings import KnownExercise
from medex_tui.domain.records.visits import Session
from medex_tui.domain.shorthand import SessionReading, read_session, write_plan
from medex_tui.domain.shorthand.note_parts import written_parts
from medex_tui.domain.shorthand.scan import scan

RECALLED = 20
"""Earlier visits that the arrow keys go back."""

_SNIPPET_NAME = re.compile(r"\w[\w-]{0,19}")


class SessionLineEditor(LineEditorScreen):
    """The session line of one client."""

    def __init__(self, client_id: str) -> None:
        super().__init__()
        self.client_id = client_id
        self.reading: SessionReading | None = None
        self.templates: dict[int, templates.LineTemplate] = {}
        self.recalled = 0
        self.typed_before_recall = ""

    @property
    def client(self) -> Client:
        """The client."""
        return self.context.practice.clients[self.client_id]

    @property
    def problems(self) -> Sequence[Problem]:
        return self.reading.problems if self.reading else ()

    def load_templates(self) -> list[ConfigFault]:
        """Read the templates that fit this client; return the files that cannot be used."""
        found, faults = templates.load(self.context.config / "templates")
        self.templates = templates.fitting(found, self.client, self.context.practice)
        return faults

    def begin_with(self, number: int) -> bool:
        """Begin the line with the template of this number; return whether there is one."""
        template = self.templates.get(number)
        if template is None:
            return False
        context = self.context
        read = read_session(
            template.line, practice=context.practice, now=context.now, client=self.client
        )
        planned = Session(
            id="plan", client_id=self.client_id, exercises=read.exercises, services=read.services
        )
        self.put(
            0, 0, (template.line if read.problems else write_plan(planned, context.practice)) + " "
        )
        undo = self.key_of("entry.undo")
        self.show_status(
            f"{template.name}: copied; change or confirm it. {undo} takes it back; "
            "a space first types digits.",
            "dim",
        )
        return True

    def action_entry_earlier(self) -> None:
        self.recall(1)

    def action_entry_later(self) -> None:
        self.recall(-1)

    def recall(self, step: int) -> None:
        """Replace the line with an earlier visit logged by this login, without its readings."""
        context = self.context
        mine = [
            s
            for s in reversed(context.practice.sessions_of.get(self.client_id, ()))
            if s.attended
            and s.exercises
            and context.login in (s.signed_by, s.updated_by, s.created_by)
        ][:RECALLED]
        if not mine:
            self.show_status("No earlier visit of this client was logged by you.", "dim")
            return
        if self.recalled == 0:
            self.typed_before_recall = self.entry.value
        self.recalled = max(0, min(len(mine), self.recalled + step))
        if self.recalled == 0:
            self.put(0, len(self.entry.value), self.typed_before_recall)
            return
        session = mine[self.recalled - 1]
        note = f" ; {written_parts(session.note, {})}" if session.note else ""
        self.put(0, len(self.entry.value), write_plan(session, context.practice) + note)
        if session.at:
            self.show_status(
                f"{self.recalled} of {len(mine)}: {day(session.at, context.zone)}, copied.",
                "dim",
            )

    def action_entry_template(self) -> None:
        context = self.context
        held: Session | SessionReading | None = (
            self.reading if self.reading and self.reading.exercises else None
        )
        held = held or context.practice.last_session(self.client_id)
        if (
            held is None
            or not held.exercises
            or (self.reading and self.reading.problems and self.entry.value.strip())
        ):
            self.show_status(
                "A template is made of a whole line with exercises; type one first.", "dim"
            )
            return
        plan = Session(
            id="plan", client_id=self.client_id, exercises=held.exercises, services=held.services
        )
        line = write_plan(plan, context.practice).replace("~", "")
        referral = context.practice.current_episode(self.client_id)

        def save(said: str) -> None:
            name, problem, phase = [*(part.strip() for part in said.split(",")), "", ""][:3]
            made = templates.LineTemplate(name, line, problem, phase)
            try:
                path = templates.save(context.config / "templates", made)
            except OSError as fault:
                self.show_status(
                    "The template could not be written: "
                    f"{(fault.strerror or 'unknown fault').lower()}.",
                    "bad",
                )
                return
            self.load_templates()
            number = next((n for n, t in self.templates.items() if t.name == made.name), None)
            where = (
                f"{number} begins with it on an empty line"
                if number
                else "it is for another problem"
            )
            self.show_status(f"Saved as {path.name}: {where}.", "good")
            self.understand()

        about = [line, f"This client: {referral.reason}" if referral and referral.reason else ""]
        self.context.ask(
            PromptDialog(
                "Save as a template",
                "Name, and after commas the problem and the phase: Knee early, knee, early",
                about=[text for text in about if text],
                refuse=lambda text: (
                    None if text.split(",")[0].strip() else "A template needs a name."
                ),
            ),
            save,
        )

    def action_entry_snippet(self) -> None:
        reading, settings = self.reading, self.context.practice.settings
        note = reading.snippet_text if reading else ""
        if not note or note in settings.snippets.values():
            self.choose_snippet()
            return

        async def add(name: str) -> None:
            changed: list[Record] = [
                msgspec.structs.replace(settings, snippets={**settings.snippets, name: note})
            ]
            if await self.context.save(changed):
                self.understand()
                self.show_status(f",{name} stands for this note from now on.", "good")

        def refuse(name: str) -> str | None:
            if not _SNIPPET_NAME.fullmatch(name):
                return "A snippet has a short name: letters, digits, - and _."
            return "There is a snippet of that name." if name in settings.snippets else None

        self.context.ask(
            PromptDialog(
                "Save the note as a snippet",
                "Short name, typed later as ,name",
                about=[note],
                refuse=refuse,
            ),
            lambda name: self.run_worker(add(name)),
        )

    def choose_snippet(self) -> None:
        """Choose one of the practice's snippets; it goes into the note."""
        known = {
            name.lstrip(","): body for name, body in self.context.practice.settings.snippets.items()
        }

        def find(query: str) -> list[Choice]:
            return [
                Choice(n, f",{n}", body)
                for n, body in sorted(known.items())
                if query.lower() in f"{n} {body}".lower()
            ]

        def write(name: str) -> None:
            text = self.entry.value.rstrip()
            self.put(
                0,
                len(self.entry.value),
                f"{text}{' ' if scan(text).note_start else ' ; '},{name}".lstrip(),
            )

        snippet = self.key_of("entry.snippet")
        empty = f"No snippet yet. Type a note; {snippet} then saves it under a short name."
        self.context.ask(Picker("Snippets", find, empty=empty), write)

    def action_entry_new_name(self) -> None:
        reading = self.reading
        quoted = (
            next((p for p in reading.problems if (p.suggestion or "").startswith('"')), None)
            if reading
            else None
        )
        if quoted:
            self.put(quoted.start, quoted.end, quoted.suggestion or "")
            self.understand()
            reading = self.reading
        if not reading or not reading.new_names:
            self.show_status("Every exercise of the line is known.", "dim")
            return
        name = reading.new_names[0]
        settings = self.context.practice.settings

        async def add(alias: str) -> None:
            known = KnownExercise(name=name, aliases=[alias] if alias else [])
            changed: list[Record] = [
                msgspec.structs.replace(settings, exercises=[*settings.exercises, known])
            ]
            if await self.context.save(changed):
                self.understand()
                self.show_status(f"{name} is on the list now.", "good")

        self.context.ask(
            PromptDialog(f"New exercise: {name}", "Short alias, if you want one (Enter for none)"),
            lambda alias: self.run_worker(add(alias)),
        )
