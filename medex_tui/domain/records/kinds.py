"""The kinds of record a practice file holds, as typed values.

Field names are the product's vocabulary and the names on disk. Instants are aware datetimes in UTC, dates are
dates, quantities carry their unit in the name. A record is immutable: a change is `msgspec.structs.replace`.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeAlias

from msgspec import Meta, Struct

Instant: TypeAlias = Annotated[datetime, Meta(tz=True)]
Count: TypeAlias = Annotated[int, Meta(ge=0)]
Quantity: TypeAlias = Annotated[float, Meta(ge=0)]
AboveZero: TypeAlias = Annotated[float, Meta(gt=0)]
NonEmpty: TypeAlias = Annotated[str, Meta(min_length=1)]

Side: TypeAlias = Literal["L", "R", "B"]
Method: TypeAlias = Literal[
    "fax", "direct", "portal", "secure_email", "letter", "in_person", "client_copy", "phone", "text"
]
ObligationKind: TypeAlias = Literal[
    "referral_ack",
    "intro_letter",
    "assessment_summary",
    "reassessment_update",
    "progress_report",
    "change_in_status",
    "red_flag_call",
    "red_flag_written",
    "missed_visits",
    "discharge_summary",
]
DocumentKind: TypeAlias = Literal[
    "referral_ack",
    "intro_letter",
    "assessment_summary",
    "visit_note",
    "progress_report",
    "change_in_status",
    "missed_visits",
    "discharge_summary",
    "outreach",
]
ProviderRole: TypeAlias = Literal[
    "physician",
    "surgeon",
    "nurse_practitioner",
    "physician_assistant",
    "physical_therapist",
    "occupational_therapist",
    "chiropractor",
    "podiatrist",
    "nurse",
    "massage_therapist",
    "naturopath",
    "dietitian",
    "case_manager",
    "attorney",
    "other",
]


class Part(Struct, frozen=True, kw_only=True, gc=False):
    """A value that lives inside a record. Like a record it can hold no circle, so none is looked for in it."""


class Record(Struct, frozen=True, kw_only=True, gc=False):
    """What every record has. `rev` is 0 until the first save and rises by one with each."""

    id: NonEmpty
    rev: Count = 0
    created_at: Instant | None = None
    created_by: str | None = None
    updated_at: Instant | None = None
    updated_by: str | None = None


class Practitioner(Record, frozen=True, kw_only=True):
    """Someone who works here; `login` is the operating system's."""

    login: NonEmpty
    name: str
    credential: str | None = None
    role: Literal["owner", "practitioner", "front_desk", "reviewer"] = "practitioner"
    active: bool = True


class Provider(Record, frozen=True, kw_only=True):
    """Someone who refers clients or is reported to."""

    name: NonEmpty
    role: ProviderRole
    organisation: str | None = None
    licensed_to_refer: bool = False
    phone: str | None = None
    fax: str | None = None
    email: str | None = None
    direct_address: str | None = None
    postal_address: str | None = None
    preferred_method: Method | None = None
    notes: str | None = None


class Limit(Part, frozen=True, kw_only=True):
    """A parameter a provider set for one client, e.g. what="sbp", value="150".

    `document` is the communication that brought it, `note` what the provider added ("until echo").
    """

    what: NonEmpty
    value: str
    said_by: str | None = None
    on: date | None = None
    document: str | None = None
    note: str | None = None


class Client(Record, frozen=True, kw_only=True):
    """The person served. `sex` selects reference tables only.

    `status_at` is when the present status began, `held_at` when the last hold did, which stays after it.
    """

    given_name: str = ""
    family_name: NonEmpty
    birth_date: date | None = None
    sex: Literal["F", "M"] | None = None
    phone: str | None = None
    email: str | None = None
    precautions: list[str] = []
    limits: list[Limit] = []
    status: Literal["active", "on_hold", "discharged"] = "active"
    status_at: Instant | None = None
    held_at: Instant | None = None
    status_reason: str | None = None

    @property
    def name(self) -> str:
        """Family name first, as lists show it: `Hicks, Jodie`."""
        return f"{self.family_name}, {self.given_name}" if self.given_name else self.family_name


class Diagnosis(Part, frozen=True, kw_only=True):
    """As the provider wrote it: copied, never chosen."""

    icd10: str | None = None
    text: str | None = None


class Referral(Record, frozen=True, kw_only=True):
    """One episode of care, from the referral's receipt to discharge."""

    client_id: NonEmpty
    provider_id: str | None = None
    received_at: Instant | None = None
    signed_on: date | None = None
    reason: str | None = None
    diagnoses: list[Diagnosis] = []
    names_met: bool | None = None
    out_of_treatment: bool | None = None
    visits_authorised: Count | None = None
    valid_through: date | None = None
    follow_up_on: date | None = None
    consent_on: date | None = None
    copies_to: list[str] = []
    status: Literal["open", "discharged", "declined"] = "open"
    discharged_at: Instant | None = None
    discharge_reason: str | None = None


class Goal(Record, frozen=True, kw_only=True):
    """A functional task in the client's words, tied to a measure where one fits."""

    referral_id: NonEmpty
    text: NonEmpty
    term_days: Count | None = None
    measure: str | None = None
    side: Side | None = None
    task: str | None = None
    baseline: float | None = None
    target: float | None = None
    set_on: date | None = None
    due_on: date | None = None
    met_on: date | None = None
    status: Literal["open", "met", "changed", "dropped"] = "open"


class Vitals(Part, frozen=True, kw_only=True):
    """One set of readings; pressures in mmHg, glucose in mg/dL, ketones of blood, `entered` as typed where converted.

    The standing pressure is taken after the other one of the set, on standing up.
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
    """One exercise as done. `origin` tells a measured value from one carried over from last time."""

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
    """Minutes spent under a billing code; documentation only."""

    code: NonEmpty
    minutes: Count


class Override(Part, frozen=True, kw_only=True):
    """Why a session went on although a safety rule asked to hold."""

    rule: NonEmpty
    reason: NonEmpty
    by: str
    at: Instant


class Amendment(Part, frozen=True, kw_only=True):
    """What was added to a signed record; the original stays as it was. `was` is what a correction puts right."""

    kind: Literal["addendum", "correction", "late_entry"]
    text: NonEmpty
    was: str | None = None
    reason: str | None = None
    at: Instant
    by: str


class Acceptance(Part, frozen=True, kw_only=True):
    """A wording outside our scope that somebody let stand, and why."""

    word: NonEmpty
    reason: NonEmpty
    by: str
    at: Instant


class Session(Record, frozen=True, kw_only=True):
    """One visit, planned or done."""

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
    signed_at: Instant | None = None
    signed_by: str | None = None
    seal: str | None = None
    amendments: list[Amendment] = []
    accepted: list[Acceptance] = []

    @property
    def at(self) -> datetime | None:
        """When it began, or is planned to."""
        return self.started_at or self.planned_at

    @property
    def attended(self) -> bool:
        """Whether the client was there."""
        return self.state in ("open", "signed")


class Reading(Part, frozen=True, kw_only=True):
    """Raw trials of one measure on one side, in `unit` as entered.

    `labels` name the activities of a PSFS, one per trial, or the task of a custom timed measure. `protocol` is the
    variant of the protocol in the tester's words (`seat contact`, `passive`), `course_m` a timed course in metres
    where it is not the measure's own, `weights` those of attained goals, one per trial (none: all 1), `better` which
    way a task of the practice's own is good.
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
        """What the trials were taken with, by name: a change is judged only where these are alike."""
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


class Document(Record, frozen=True, kw_only=True):
    """A letter, report or note as written; `sha256` is that of `body` in UTF-8 once signed."""

    kind: DocumentKind
    client_id: str | None = None
    referral_id: str | None = None
    to: list[str] = []
    about: list[str] = []
    body: str = ""
    sha256: str | None = None
    signed_at: Instant | None = None
    signed_by: str | None = None
    accepted: list[Acceptance] = []


class Reply(Part, frozen=True, kw_only=True):
    """What came back for something sent."""

    at: Instant
    by: str | None = None
    text: str | None = None
    orders: str | None = None


class Communication(Record, frozen=True, kw_only=True):
    """One sending, call or receipt. `answers` holds the obligation keys it was made for.

    `form` and `sha256` tell what exactly went where this program handed it over: markdown, text, html or pdf, and the
    hash of its bytes.
    """

    client_id: str | None = None
    referral_id: str | None = None
    provider_id: str | None = None
    direction: Literal["out", "in"] = "out"
    answers: list[str] = []
    document_id: str | None = None
    method: Method
    at: Instant
    by: str | None = None
    address: str | None = None
    pages: Count | None = None
    confirmation: str | None = None
    result: Literal["sent", "delivered", "failed", "returned"] = "sent"
    summary: str | None = None
    form: str | None = None
    sha256: str | None = None
    reply: Reply | None = None


class Waiver(Record, frozen=True, kw_only=True):
    """Why an obligation will not be met: for good, or `until` an instant (a snooze)."""

    obligation: NonEmpty
    reason: NonEmpty
    until: Instant | None = None
    by: str
    at: Instant


class Hours(Part, frozen=True, kw_only=True):
    """Target and limit of one obligation kind, in hours after the event."""

    target_h: Quantity
    limit_h: Quantity


class Policy(Part, frozen=True, kw_only=True, rename={"from_": "from"}):
    """The rules in force from a local date (or instant) on; `hours` overrides the preset by obligation kind."""

    from_: Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\d([T ].+)?$")]
    preset: str = "meti"
    clock: Literal["elapsed", "working_days"] = "elapsed"
    hours: dict[str, Hours] = {}


class KnownExercise(Part, frozen=True, kw_only=True):
    """An entry of the practice's own exercise list."""

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


KINDS: dict[str, type[Record]] = {
    "practitioners": Practitioner,
    "providers": Provider,
    "clients": Client,
    "referrals": Referral,
    "goals": Goal,
    "sessions": Session,
    "assessments": Assessment,
    "documents": Document,
    "communications": Communication,
    "waivers": Waiver,
    "settings": Settings,
}
"""Table name -> record type, in the order of the export file."""

TABLES: dict[type[Record], str] = {kind: table for table, kind in KINDS.items()}

Raw: TypeAlias = dict[str, Any]
"""A record as plain JSON values: what a store document and an export file hold."""
