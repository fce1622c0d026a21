"""What is added to a signed record: amendments, and reasons to keep a wording."""

from typing import Literal

from medex_tui.domain.records.base import Instant, NonEmpty, Part


class Amendment(Part, frozen=True, kw_only=True):
    """An addition to a signed record, which stays unchanged; `was` quotes the text corrected."""

    kind: Literal["addendum", "correction", "late_entry"]
    text: NonEmpty
    was: str | None = None
    reason: str | None = None
    at: Instant
    by: str


class EnteredInError(Part, frozen=True, kw_only=True):
    """Mark of a record that should not exist; it stays readable and counts nowhere.

    `moved_to`: id of the record that takes its place, where it was moved to the right client.
    """

    reason: NonEmpty
    by: str
    at: Instant
    moved_to: str | None = None


class Acceptance(Part, frozen=True, kw_only=True):
    """A reason for keeping a wording that the scope check found."""

    word: NonEmpty
    reason: NonEmpty
    by: str
    at: Instant
