"""Routes: what a screen names to open another one. `screen_table` turns a route into its screen."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from medex_tui.domain.records.base import Side
from medex_tui.domain.records.visits import Session


class TodayRoute(Struct, frozen=True):
    """The visits of the day and the letters that are due."""


class OverdueRoute(Struct, frozen=True):
    """Everything due to providers, most urgent first."""


class ClientRoute(Struct, frozen=True):
    """One client's record."""

    client_id: str


class ChartRoute(Struct, frozen=True):
    """The course of one measure of a client; `side` and `task` where the measure has them."""

    client_id: str
    measure: str
    side: Side | None = None
    task: str = ""


class LogSessionRoute(Struct, frozen=True):
    """The session line for a client; `session` is the planned or open visit that it fills."""

    client_id: str
    session: Session | None = None


class LogBatchRoute(Struct, frozen=True):
    """Several lines to save at once; `draft` is the name of the draft that holds them."""

    draft: str


class AssessRoute(Struct, frozen=True):
    """A battery of measures for a client, in boxes."""

    client_id: str


class AssessLineRoute(Struct, frozen=True):
    """An assessment of a client in one line."""

    client_id: str


class NoteRoute(Struct, frozen=True):
    """The note of a visit."""

    session_id: str


class AssessmentNoteRoute(Struct, frozen=True):
    """The record of an assessment."""

    assessment_id: str


class LetterRoute(Struct, frozen=True):
    """The letter that meets an obligation, named by its key."""

    obligation_key: str


class SentLetterRoute(Struct, frozen=True):
    """A signed letter as it was sent."""

    document_id: str


class OutreachRoute(Struct, frozen=True):
    """The letter that introduces the practice to a provider."""

    provider_id: str


Route: TypeAlias = (
    TodayRoute
    | OverdueRoute
    | ClientRoute
    | ChartRoute
    | LogSessionRoute
    | LogBatchRoute
    | AssessRoute
    | AssessLineRoute
    | NoteRoute
    | AssessmentNoteRoute
    | LetterRoute
    | SentLetterRoute
    | OutreachRoute
)
