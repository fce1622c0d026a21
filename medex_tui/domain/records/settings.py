"""The practice's own settings: deadlines policy, exercises, units and the look of documents."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from medex_tui.domain.records.base import Count, NonEmpty, Part, Quantity, Record


class Hours(Part, frozen=True, kw_only=True):
    """Target and limit of one kind of obligation, in hours after the event."""

    target_h: Quantity
    limit_h: Quantity


class Policy(Part, frozen=True, kw_only=True, rename={"from_": "from"}):
    """Deadline rules from a local date or instant on; `hours` overrides the preset by kind."""

    from_: Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\d([T ].+)?$")]
    preset: str = "meti"
    clock: Literal["elapsed", "working_days"] = "elapsed"
    hours: dict[str, Hours] = {}


class KnownExercise(Part, frozen=True, kw_only=True):
    """An exercise added by the practice."""

    name: NonEmpty
    aliases: list[str] = []
    scope: Literal["resistance", "cardio", "balance", "flexibility", "function"] | None = None


class Settings(Record, frozen=True, kw_only=True):
    """The one record of the practice itself."""

    name: str = ""
    address: str | None = None
    phone: str | None = None
    fax: str | None = None
    timezone: str = "UTC"
    holidays: list[date] = []
    policies: list[Policy] = []
    retention_years: Count | None = None
    units: dict[str, str] = {}
    idle_lock_min: Count | None = None
    exercises: list[KnownExercise] = []
    snippets: dict[str, str] = {}
    note_format: Literal["form", "soap", "dap"] = "form"
    unit_method: Literal["cms", "ama"] = "cms"
    paper: Literal["us-letter", "a4"] | None = None
    nudge_days: Count | None = None
    references_off: list[str] = []
    references_on: list[str] = []
    batteries: dict[str, list[str]] = {}
