"""Visits: vital signs, exercises, services under a code, and the session that holds them."""

from datetime import datetime
from typing import Literal

from medex_tui.domain.records.base import Count, Instant, NonEmpty, Part, Quantity, Record, Side
from medex_tui.domain.records.corrections import Acceptance, Amendment, EnteredInError


class Vitals(Part, frozen=True, kw_only=True):
    """One set of vital signs; units and ranges stand in `domain.vital_signs`.

    `entered`: field name -> text as typed, for values that were converted. Standing pressure is
    taken after the other pressure of the set, on standing up.
    """

    phase: Literal["pre", "during", "post"] = "pre"
    sbp: Count | None = None
    dbp: Count | None = None
    hr: Count | None = None
    spo2: Count | None = None
    sbp_standing: Count | None = None
    dbp_standing: Count | None = None
    glucose: Quantity | None = None
    ketones_mmol: Quantity | None = None
    temp_c: float | None = None
    weight_kg: Quantity | None = None
    pain: Quantity | None = None
    rpe: Quantity | None = None
    entered: dict[str, str] = {}


class Exercise(Part, frozen=True, kw_only=True):
    """One exercise as performed; `origin`: measured now, carried over, or changed."""

    name: NonEmpty
    sets: Count | None = None
    reps: Count | None = None
    hold_s: Quantity | None = None
    minutes: Quantity | None = None
    distance_m: Quantity | None = None
    load_kg: Quantity | None = None
    side: Side | None = None
    rpe: Quantity | None = None
    goal_id: str | None = None
    origin: Literal["measured", "carried", "changed"] = "measured"
    entered: str | None = None


class Service(Part, frozen=True, kw_only=True):
    """Minutes under a billing code, for documentation only."""

    code: NonEmpty
    minutes: Count


class Override(Part, frozen=True, kw_only=True):
    """The reason why a session continued against a safety rule."""

    rule: NonEmpty
    reason: NonEmpty
    by: str
    at: Instant


class Call(Part, frozen=True, kw_only=True):
    """Someone called about a stopped or held visit; `at` is None where no time was given."""

    who: NonEmpty
    at: Instant | None = None


class Stop(Part, frozen=True, kw_only=True):
    """Why a visit was stopped or held, when, and what followed."""

    at: Instant | None = None
    why: NonEmpty
    state_on_leaving: str | None = None
    done: str | None = None
    called: list[Call] = []


class Session(Record, frozen=True, kw_only=True):
    """One visit, planned or done.

    `outcome` is how it ended, `stop` the particulars of a stopped or held one; `screening` is the
    answer about red flags. Each is None where it was not recorded.
    """

    client_id: NonEmpty
    referral_id: str | None = None
    planned_at: Instant | None = None
    started_at: Instant | None = None
    ended_at: Instant | None = None
    state: Literal["planned", "open", "signed", "no_show", "cancelled"] = "planned"
    reason: str | None = None
    since_last: str | None = None
    vitals: list[Vitals] = []
    exercises: list[Exercise] = []
    services: list[Service] = []
    symptoms: list[str] = []
    overrides: list[Override] = []
    response: str | None = None
    plan: str | None = None
    note: str | None = None
    progress_update: bool = False
    outcome: Literal["completed", "stopped", "held"] | None = None
    stop: Stop | None = None
    rest_min: Quantity | None = None
    screening: Literal["none_reported", "reported", "not_screened"] | None = None
    signed_at: Instant | None = None
    signed_by: str | None = None
    seal: str | None = None
    amendments: list[Amendment] = []
    accepted: list[Acceptance] = []
    entered_in_error: EnteredInError | None = None

    @property
    def at(self) -> datetime | None:
        """Start of the visit; the planned start where it has not begun."""
        return self.started_at or self.planned_at

    @property
    def attended(self) -> bool:
        """Whether the client attended."""
        return self.state in ("open", "signed")
