"""Assessments: raw trials of measures, taken at one time."""

from typing import Literal

from medex_tui.domain.records.base import AboveZero, Instant, NonEmpty, Part, Record, Side
from medex_tui.domain.records.corrections import Amendment, EnteredInError


class Reading(Part, frozen=True, kw_only=True):
    """Raw trials of one measure on one side, in `unit` as entered.

    `labels`: activities of a PSFS, one per trial, or the task of a custom timed measure.
    `protocol`: variant of the protocol in the tester's words (`seat contact`, `passive`).
    `course_m`: length of a timed course in meters where it differs from the measure's own.
    `weights`: one per trial of attained goals (empty: all 1).
    `better`: direction of improvement of a task defined by the practice.
    """

    measure: NonEmpty
    side: Side | None = None
    trials: list[float] = []
    unit: str | None = None
    device: str | None = None
    position: str | None = None
    aid: str | None = None
    protocol: str | None = None
    course_m: AboveZero | None = None
    result: Literal["measured", "unable", "assisted", "stopped"] = "measured"
    catalogue: str | None = None
    labels: list[str] = []
    weights: list[AboveZero] = []
    better: Literal["more", "less"] | None = None

    @property
    def conditions(self) -> dict[str, str]:
        """Test conditions by name; only readings with equal conditions are compared."""
        course = "" if self.course_m is None else f"{self.course_m:g} m"
        said = {
            "device": self.device,
            "position": self.position,
            "aid": self.aid,
            "protocol": self.protocol,
        }
        return {name: value for name, value in {**said, "course": course}.items() if value}


class Assessment(Record, frozen=True, kw_only=True):
    """A set of measured readings taken at one time."""

    client_id: NonEmpty
    referral_id: str | None = None
    taken_at: Instant
    kind: Literal["initial", "reassessment", "discharge"] = "initial"
    readings: list[Reading] = []
    summary: str | None = None
    signed_at: Instant | None = None
    signed_by: str | None = None
    seal: str | None = None
    amendments: list[Amendment] = []
    entered_in_error: EnteredInError | None = None
