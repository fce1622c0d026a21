"""What a command works with: who asks, what time it is, the store it opens, and how it answers."""

from __future__ import annotations

import os
import pwd
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

from medex_tui.cli.user_dirs import user_dir
from medex_tui.domain.catalogue import provided
from medex_tui.domain.language.plain import terminal_safe
from medex_tui.domain.language.problem import Problem
from medex_tui.domain.records.base import Record
from medex_tui.domain.records.ids import uuid7
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.tables import TABLES
from medex_tui.store import Conflict, NotSaved, OlderPractice, Store, StoreProblem
from medex_tui.store.files import beside

if TYPE_CHECKING:
    from medex_tui.actions.context import Refusal
    from medex_tui.domain.obligations import Obligation
    from medex_tui.reports.templates import LetterTemplate
    from medex_tui.store import Drafts

R = TypeVar("R", bound=Record)
Value = TypeVar("Value")

DONE, FOUND, BAD_INPUT, STORE = 0, 1, 2, 3
"""Exit status: done, the check found something, usage or bad input, the store cannot be read or written."""


class CommandError(Exception):
    """Why a command stops: sentences for the person, and the exit status."""

    def __init__(self, *sentences: str, status: int = BAD_INPUT) -> None:
        super().__init__(*sentences)
        self.sentences = sentences
        self.status = status


def print_out(text: str) -> None:
    """Answer on stdout, at once; what a terminal would act on is taken out."""
    sys.stdout.write(terminal_safe(text).rstrip("\n") + "\n")
    sys.stdout.flush()


def print_error(*sentences: str) -> None:
    """Say what is wrong on stderr, a line each."""
    for sentence in sentences:
        sys.stderr.write(terminal_safe(sentence).replace("\n", " ") + "\n")
    sys.stderr.flush()


def write_private_file(path: Path, data: bytes) -> None:
    """Write a whole file that only its owner can read, in place of what was there. Refused where it cannot be."""
    from medex_tui.actions.export_file import write_export

    try:
        write_export(path, data)
    except OSError as fault:
        raise CommandError(
            f"{path} cannot be written: {(fault.strerror or type(fault).__name__).lower()}."
        ) from None


def check_writable(path: Path) -> None:
    """Refuse a file that could not be written, before anything is saved that goes with it."""
    around = path.parent
    if path.is_dir():
        why = "it is a folder"
    elif not around.is_dir():
        why = f"there is no folder {around}"
    elif not os.access(around, os.W_OK | os.X_OK):
        why = f"the folder {around} is closed to you"
    else:
        return
    raise CommandError(f"{path} cannot be written: {why}.")


def folder(named: str) -> Path:
    """A folder to write into, made for its owner alone where it is not there. Refused where it cannot be."""
    path = Path(named).expanduser()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as fault:
        why = (
            "it is a file"
            if isinstance(fault, FileExistsError)
            else (fault.strerror or type(fault).__name__).lower()
        )
        raise CommandError(f"{path} is no folder that can be written to: {why}.") from None
    return path


def width() -> int:
    """Columns of the terminal stdout goes to; 80 where it goes elsewhere."""
    try:
        return max(40, os.get_terminal_size(1).columns)
    except OSError:
        return 80


def at_a_terminal() -> bool:
    """Whether a person can be asked: stdin and stdout are a terminal."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


def ask(question: str) -> str:
    """One line typed at the terminal, with line editing; empty at its end."""
    import readline  # noqa: F401 input() edits with it

    try:
        return input(terminal_safe(question)).strip()
    except EOFError:
        print_error("")
        return ""


class CommandContext:
    """One command's view of one practice. The store is opened on first use and closed at the end."""

    def __init__(self, store: str | None) -> None:
        self._named = store
        self._open: Store | None = None

    def __enter__(self) -> CommandContext:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None

    @property
    def now(self) -> datetime:
        """This moment in UTC, in whole seconds: the one place that reads the clock."""
        return datetime.now(UTC).replace(microsecond=0)

    def new_id(self) -> str:
        """A record id of its own, sortable by time."""
        return uuid7(datetime.now(UTC), os.urandom(10))

    @cached_property
    def login(self) -> str:
        """The person the operating system vouches for; the environment is not asked."""
        uid = os.geteuid()
        try:
            return pwd.getpwuid(uid).pw_name
        except KeyError:
            return f"uid{uid}"

    @cached_property
    def host(self) -> str:
        """This machine's name, for the journal."""
        return os.uname().nodename

    @cached_property
    def path(self) -> Path:
        """Where the practice is: --store, else $MEDEX_STORE, else the user's data folder."""
        named = self._named or os.environ.get("MEDEX_STORE")
        if named:
            return Path(named).expanduser()
        return user_dir("data") / "practice.json"

    @cached_property
    def config(self) -> Path:
        """Where this person's own templates and hooks lie."""
        return user_dir("config")

    @property
    def drafts(self) -> Drafts:
        """What is being typed here; where the practice's own disk refuses it, in this person's own folder."""
        from medex_tui.store import Drafts

        return Drafts(self.path, user_dir("state"))

    def templates(self) -> dict[str, LetterTemplate]:
        """The letters' templates of this practice's own, by letter; what is wrong with one is said on stderr."""
        from medex_tui.reports.templates import folders, load

        found, told = load(folders(self.path, self.config), self.practice.settings.snippets)
        print_error(*told)
        return found

    @property
    def store(self) -> Store:
        """The practice, opened."""
        if self._open is None:
            self._open = self.opened(self.path)
            provided.by(self._additions)
            print_error(*self._open.notices)
        return self._open

    def _additions(self) -> object:
        """What the practice adds to the catalogue; a faulty entry of its file is named, the rest is used."""
        from medex_tui.store.own_measures import own_measures

        kept = self.practice.settings
        added = own_measures(self.path, self.config, kept.references_off, kept.references_on)
        print_error(*(str(fault) for fault in added.faults))
        return added.additions

    def exists(self) -> bool:
        """Whether there is a practice at `path`."""
        path = self.path.resolve()
        return beside(path, ".journal").is_dir()

    def must_exist(self) -> None:
        """Refuse, with the reason, where no practice is at `path`."""
        from medex_tui.store.location import refuse_place

        try:
            refuse_place(self.path.resolve())
        except StoreProblem as problem:
            raise CommandError(str(problem), status=STORE) from None

    def begin(self) -> None:
        """Begin a practice at `path` and work in it."""
        self._open = self.opened(self.path, create=True)

    @property
    def obligations(self) -> list[Obligation]:
        """Every obligation triggered by now, most urgent first."""
        from medex_tui.domain.obligations import obligations

        return obligations(self.practice, self.now)

    @property
    def zone(self) -> ZoneInfo:
        """The practice's time zone."""
        return self.practice.zone

    def opened(self, path: Path, *, create: bool = False) -> Store:
        """Another practice, opened; who asked closes it. Refused where it cannot be."""
        try:
            return Store.open(path, by=self.login, host=self.host, pid=os.getpid(), create=create)
        except OlderPractice as problem:
            self.lift(path, str(problem))
            return self.opened(path)
        except StoreProblem as problem:
            raise CommandError(str(problem), status=STORE) from None

    def lift(self, path: Path, why: str) -> None:
        """Bring a practice of an older medex up to date and say so. Refused where it cannot be."""
        from medex_tui.store.backup import Actor, migrate_practice
        from medex_tui.store.files import cause
        from medex_tui.store.salvage import CannotRebuild

        try:
            kept = migrate_practice(path, Actor(self.login, self.host, os.getpid(), self.now))
        except (CannotRebuild, OSError) as fault:
            reason = cause(fault) if isinstance(fault, OSError) else str(fault)
            raise CommandError(
                f"{why} It was not brought up to date: {reason}", status=STORE
            ) from None
        if kept is None:
            return
        print_error(
            f"{why} It was brought up to date and verified; what was there before is kept in {kept}."
        )

    @property
    def practice(self) -> Practice:
        """The open caseload."""
        return self.store.practice

    def save(self, records: Sequence[R], *, why: str | None = None) -> list[R]:
        """Save in one commit; the records as they now are. Refused, status 3, where nothing could be saved."""
        outcome = self.store.save(records, at=self.now, why=why)
        if isinstance(outcome, NotSaved):
            raise CommandError(outcome.reason, "Nothing was saved.", status=STORE)
        if isinstance(outcome, Conflict):
            who = outcome.theirs.updated_by or "Somebody"
            raise CommandError(
                f"{who} changed this record a moment ago: nothing was saved; try again.",
                status=STORE,
            )
        return outcome.records  # type: ignore[return-value]

    def given_out(self, what: str, client_id: str | None = None) -> None:
        """Write into the journal that something left, of one client or of all; complain where that cannot be."""
        of = f" of client {client_id}" if client_id else ""
        if refused := self.store.note(
            "print" if client_id else "export", f"{what}{of}", at=self.now
        ):
            print_error(f"That this was given out is not in the audit trail: {refused.reason}")

    def looked_at(self, client_id: str) -> None:
        """Write into the journal that a client's record was shown; complain where that cannot be."""
        if refused := self.store.note("view", f"client {client_id}", at=self.now):
            print_error(f"That this was looked at is not in the audit trail: {refused.reason}")

    def record(self, kind: type[R], id: str) -> R | None:
        """A record by its id, filed ones too."""
        table = TABLES[kind]
        found = self.practice.tables[table].get(id) or self.store.everything().tables[table].get(id)
        return found if isinstance(found, kind) else None

    def meant(self, key: str, practice: Practice, *, met: bool) -> list[Obligation]:
        """What a key names: exactly, else by its beginning, else by kind:client or kind:client:provider.

        `met` ones too where asked. A provider is named by the id or any part of the name.
        """
        from medex_tui.domain.find import find_clients
        from medex_tui.domain.obligations import obligations

        if not key.strip():
            raise CommandError(
                "Name what is owed: `medex overdue --within 720 --json` shows the keys."
            )
        every = obligations(practice, self.now)
        if exact := [o for o in every if o.key == key]:
            return exact
        open_ones = [o for o in every if met or o.state != "met"]
        found = [o for o in open_ones if o.key.startswith(key)]
        kind, colon, rest = key.partition(":")
        if not found and colon:
            who, _, to = rest.partition(":")
            clients = {c.id for c in find_clients(who, practice, self.now)}
            found = [o for o in open_ones if o.kind == kind and o.client_id in clients]
            if to:
                wanted = to.casefold()
                named = [
                    p.id
                    for p in practice.providers.values()
                    if wanted in (p.id, *p.name.casefold().split())
                ]
                found = [o for o in found if o.provider_id in named]
        return found

    def client(self, said: str) -> Client:
        """The one client meant, by id, name or initials, former clients too, with all their records at hand."""
        from medex_tui.domain.find import find_clients

        found = [self.practice.clients[said]] if said in self.practice.clients else []
        found = found or find_clients(said, self.practice, self.now)
        if not found:
            former = Practice(self.store.former_clients())
            found = (
                [former.clients[said]]
                if said in former.clients
                else find_clients(said, former, self.now)
            )
        if not found:
            raise CommandError(f"No client is found for `{said}`: `medex client list` shows all.")
        if len(found) > 1:
            listed = "; ".join(
                f"{c.name} {c.birth_date or ''}".rstrip() + f" ({c.id})" for c in found[:6]
            )
            raise CommandError(f"`{said}` can be {listed}. Type more of the name, or the id.")
        self.store.history(found[0].id)
        return self.practice.clients[found[0].id]


def accepted(outcome: Value | Refusal) -> Value:
    """What an action made. CommandError with its sentence where it refused."""
    from medex_tui.actions.context import Refusal

    if isinstance(outcome, Refusal):
        raise CommandError(outcome.message)
    return outcome


def settled(value: Value | Problem) -> Value:
    """A value read from what was typed; Refused with the problem's sentence where it could not be read."""
    if isinstance(value, Problem):
        remedy = f" Did you mean {value.suggestion}?" if value.suggestion else ""
        raise CommandError(f"{value.message}{remedy}")
    return value
