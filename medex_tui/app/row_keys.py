"""What a row of a list is about: typed keys that lists keep for their rows and screens act on."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from medex_tui.domain.records.base import Side


class VisitKey(Struct, frozen=True):
    """A visit, of any state."""

    session_id: str


class ObligationKey(Struct, frozen=True):
    """Something due to a provider, by the key of its obligation."""

    obligation: str


class ClientKey(Struct, frozen=True):
    """A client."""

    client_id: str


class DraftKey(Struct, frozen=True):
    """The unsaved session line of a client."""

    client_id: str


class LinesKey(Struct, frozen=True):
    """Lines set aside, by the name of the draft that holds them."""

    draft: str


class StepKey(Struct, frozen=True):
    """One of the first steps in a new practice."""

    step: str


class MeasureKey(Struct, frozen=True):
    """A measure of a client; `side` and `task` where the measure has them."""

    measure: str
    side: Side | None = None
    task: str = ""


class GoalKey(Struct, frozen=True):
    """A goal."""

    goal_id: str


class AssessmentKey(Struct, frozen=True):
    """An assessment."""

    assessment_id: str


class CommunicationKey(Struct, frozen=True):
    """Something sent or received."""

    communication_id: str


class ReplyKey(Struct, frozen=True):
    """The reply to something sent, recorded or awaited."""

    communication_id: str


class PendingLineKey(Struct, frozen=True):
    """A line of a batch, by its place in it."""

    index: int


class MoreKey(Struct, frozen=True):
    """The rest of a shortened list."""


class NoticeKey(Struct, frozen=True):
    """A sentence that the cursor can rest on where there is nothing else."""


RowKey: TypeAlias = (
    VisitKey
    | ObligationKey
    | ClientKey
    | DraftKey
    | LinesKey
    | StepKey
    | MeasureKey
    | GoalKey
    | AssessmentKey
    | CommunicationKey
    | ReplyKey
    | PendingLineKey
    | MoreKey
    | NoticeKey
)
