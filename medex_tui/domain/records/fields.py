"""Registry of record fields: label, type, direction and place of entry of every field.

Forms, record commands, import and validation read their labels, prompts, choices and hints here. A
field's choices are the `Literal` values of its type in the record, so they are written once.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import UnionType
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints

from msgspec import Struct

from medex_tui.domain.records.base import Record
from medex_tui.domain.records.tables import KINDS

Kind: TypeAlias = Literal[
    "text", "day", "instant", "count", "number", "yes_no", "choice",
    "client", "provider", "episode", "measure", "reference", "parts", "mapping",
]  # fmt: skip
"""How a value is typed: `client` to `measure` name another record; `parts` are structs."""

Direction: TypeAlias = Literal["past", "future", "any"]
Entry: TypeAlias = Literal["record", "line", "status", "sending", "signing", "settings", "program"]
"""Where a value is entered; `line`: session or assessment line; `status`: a change of status."""

COMMON = frozenset(Record.__struct_fields__)
"""Fields of every record, all set by the program."""


class FieldSpec(Struct, frozen=True, kw_only=True):
    """Description of one field.

    `label`: name in a form. `prompt`: text of the command's help and question; the label where
    empty. `hint`: help under the form's field. `asked`: the command asks for it in a new record.
    `many`: a list. `required`: a record without it is refused. `direction`: which way a date
    without a year or a weekday is read.
    """

    label: str
    kind: Kind = "text"
    prompt: str = ""
    hint: str = ""
    entry: Entry = "record"
    asked: bool = False
    many: bool = False
    required: bool = False
    direction: Direction = "any"

    @property
    def question(self) -> str:
        """Text of the command's help and question."""
        return self.prompt or self.label.lower()


def _day(label: str, direction: Direction, prompt: str = "", **more: Any) -> FieldSpec:
    return FieldSpec(label=label, kind="day", direction=direction, prompt=prompt, **more)


def _instant(label: str, prompt: str = "", **more: Any) -> FieldSpec:
    return FieldSpec(
        **{"label": label, "kind": "instant", "direction": "past", "prompt": prompt, **more}
    )


def _choice(label: str, prompt: str = "", **more: Any) -> FieldSpec:
    return FieldSpec(label=label, kind="choice", prompt=prompt, **more)


def _yes_no(label: str, prompt: str = "", **more: Any) -> FieldSpec:
    return FieldSpec(label=label, kind="yes_no", prompt=prompt, **more)


def _program(label: str, kind: Kind = "reference", **more: Any) -> FieldSpec:
    return FieldSpec(**{"label": label, "kind": kind, "entry": "program", **more})


def _line(label: str, kind: Kind = "text", **more: Any) -> FieldSpec:
    return FieldSpec(label=label, kind=kind, entry="line", **more)


_CLIENT = _program("Client", "client", required=True)
_REFERRAL = _program("Referral", "episode")
_SIGNED = {
    "signed_at": FieldSpec(label="Signed", kind="instant", entry="signing", direction="past"),
    "signed_by": FieldSpec(label="Signed by", entry="signing"),
}
_SEALED = {
    **_SIGNED,
    "seal": FieldSpec(label="Seal", entry="signing"),
    "amendments": FieldSpec(label="Amendments", kind="parts", entry="signing", many=True),
}
_IN_ERROR = FieldSpec(label="Entered in error", kind="parts", entry="status")
_ACCEPTED = FieldSpec(label="Accepted wordings", kind="parts", entry="signing", many=True)

PRACTITIONERS = {
    "login": FieldSpec(label="Login", prompt="login on this machine", asked=True, required=True),
    "name": FieldSpec(label="Name", prompt="name as letters show it", asked=True, required=True),
    "credential": FieldSpec(label="Credential", prompt="credential, e.g. MES", asked=True),
    "role": _choice("Role", "owner, practitioner, ..."),
    "active": _yes_no("Works here", "works here: yes or no"),
}
PROVIDERS = {
    "name": FieldSpec(
        label="Name", prompt="name as letters address it", asked=True, required=True,
        hint="as on the letterhead: Dr Anil Patel",
    ),
    "role": _choice("Profession", "profession, e.g. physician", asked=True, required=True),
    "organisation": FieldSpec(label="Organization", prompt="practice or clinic"),
    "licensed_to_refer": _yes_no(
        "Can refer", "may refer: yes or no", asked=True,
        hint="yes or no; empty: by profession",
    ),
    "phone": FieldSpec(label="Phone", prompt="phone", asked=True),
    "fax": FieldSpec(label="Fax", prompt="fax", asked=True),
    "email": FieldSpec(label="Email", prompt="e-mail"),
    "direct_address": FieldSpec(label="Direct address", prompt="Direct address"),
    "postal_address": FieldSpec(label="Postal address", prompt="postal address"),
    "preferred_method": _choice("Preferred method", "how they want letters", asked=True),
    "notes": FieldSpec(label="Notes", prompt="notes"),
}  # fmt: skip
CLIENTS = {
    "given_name": FieldSpec(label="First name", asked=True),
    "family_name": FieldSpec(label="Last name", asked=True, required=True),
    "birth_date": _day(
        "Birth date", "past", "date of birth", asked=True, hint="1970-02-11, 11 Feb 1970"
    ),
    "sex": _choice(
        "Sex", "F or M, for reference tables only", asked=True,
        hint="f or m, for reference tables only",
    ),
    "phone": FieldSpec(label="Phone", prompt="phone", asked=True),
    "email": FieldSpec(label="Email", prompt="e-mail"),
    "precautions": FieldSpec(
        label="Precautions", prompt="a precaution", hint="separated by ;", many=True
    ),
    "limits": FieldSpec(
        label="Provider limits", kind="parts", many=True,
        prompt="a provider's limit: what value who, e.g. bp 150/95 Dr Osei",
        hint="as the provider set them: bp 150/95 (Dr Osei); hr 120",
    ),
    "status": _choice("Status", "active, on_hold or discharged"),
    "status_at": _instant("Status since", "since when", entry="status"),
    "held_at": _program("On hold since", "instant", entry="status", direction="past"),
    "status_reason": FieldSpec(
        label="Hold reason", prompt="why", hint="the letter to the provider says it", entry="status"
    ),
}  # fmt: skip
REFERRALS = {
    "client_id": FieldSpec(
        label="Client", kind="client", prompt="client: name, initials or id", asked=True,
        required=True,
    ),
    "provider_id": FieldSpec(
        label="Provider", kind="provider", asked=True,
        prompt="who refers: name or id; none for self-referred",
        hint="first letters; empty: no provider (self-referred)",
    ),
    "received_at": _instant(
        "Received", "when it came in", asked=True, hint="deadlines count from here"
    ),
    "signed_on": _day("Referral date", "past", "signed on", asked=True),
    "reason": FieldSpec(
        label="Reason", prompt="reason as written", asked=True,
        hint="what the client cannot do, as referred",
    ),
    "diagnoses": FieldSpec(
        label="Diagnosis", kind="parts", prompt="ICD-10 code and text as written", asked=True,
        many=True, hint="as the provider wrote it; copied, never chosen",
    ),
    "names_met": _yes_no(
        "Orders medical exercise", "names medical exercise training: yes or no",
        hint="does the referral order medical exercise?",
    ),
    "out_of_treatment": _yes_no(
        "Discharged from therapy", "medical treatment has ended: yes or no"
    ),
    "visits_authorised": FieldSpec(
        label="Authorized visits", kind="count", prompt="how many visits"
    ),
    "valid_through": _day(
        "Expires", "future", "last day it holds",
        hint="last day; empty: 90 days after the referral date",
    ),
    "follow_up_on": _day(
        "Follow-up visit", "future", "the provider's next visit with the client",
        hint="with the provider; a report is due before",
    ),
    "consent_on": _day(
        "ROI signed", "past", "date of the release of information", asked=True,
        hint="release of information: nothing is sent without it",
    ),
    "copies_to": FieldSpec(
        label="Copies to", kind="provider", prompt="a provider who gets copies", many=True,
        hint="providers, separated by ;",
    ),
    "status": _choice("Status", "open, discharged or declined"),
    "discharged_at": _instant("Discharged", "when discharge was decided", entry="status"),
    "discharge_reason": FieldSpec(
        label="Discharge reason", prompt="why discharged", entry="status"
    ),
}  # fmt: skip
GOALS = {
    "referral_id": FieldSpec(
        label="Referral", kind="episode", asked=True, required=True,
        prompt="client: name, initials or id; or the referral's id",
    ),
    "text": FieldSpec(
        label="Goal", prompt="what the client wants to do, in the client's words", asked=True,
        required=True, hint="a task, in the client's words",
    ),
    "measure": FieldSpec(
        label="Measure", kind="measure", asked=True,
        prompt="a measure: tug, grip, ...; none for a goal without one",
        hint="its name, as tug or grip; empty for none",
    ),
    "side": _choice("Side", "L or R, of a measure taken by side", asked=True),
    "task": FieldSpec(
        label="Task or muscle", prompt="the name of a custom task or a muscle",
        hint="the name of a custom task or a muscle",
    ),
    "baseline": FieldSpec(
        label="Start", kind="number", prompt="start, in the measure's unit; else the first score",
        hint="in the measure's unit; empty: the first score",
    ),
    "target": FieldSpec(
        label="Target", kind="number", prompt="target, in the measure's unit", asked=True,
        hint="in the measure's unit",
    ),
    "term_days": FieldSpec(
        label="Days", kind="count", prompt="30 or 90, for the letters", asked=True,
        hint="30 or 90, for the letters",
    ),
    "set_on": _day("Set on", "past", "when it was set"),
    "due_on": _day(
        "Due on", "future", "when it is due; else the days after it was set",
        hint="empty: set on plus days",
    ),
    "status": _choice("Status", "open, met, changed or dropped"),
    "met_on": _day("Met on", "past", "when it was met"),
    "entered_in_error": _IN_ERROR,
}  # fmt: skip
SESSIONS = {
    "client_id": _CLIENT,
    "referral_id": _REFERRAL,
    "planned_at": _instant(
        "Planned", "day and time, e.g. fri 9:00", direction="future", entry="record"
    ),
    "started_at": _line("Began", "instant", direction="past"),
    "ended_at": _line("Ended", "instant", direction="past"),
    "state": FieldSpec(label="State", kind="choice", entry="status"),
    "reason": FieldSpec(label="Reason", hint="optional", entry="status"),
    "since_last": _line("Since last visit"),
    "vitals": _line("Vital signs", "parts", many=True),
    "exercises": _line("Exercises", "parts", many=True),
    "services": _line("Services", "parts", many=True),
    "symptoms": _line("Symptoms", many=True),
    "overrides": _line("Reasons to continue", "parts", many=True),
    "response": _line("Response"),
    "plan": _line("Plan"),
    "note": _line("Note"),
    "progress_update": _line("Progress update", "yes_no"),
    "outcome": _line("How it ended", "choice"),
    "stop": _line("Stopped or held", "parts"),
    "screening": _line("Red flags asked", "choice"),
    "rest_min": _line("Rest", "number"),
    **_SEALED,
    "accepted": _ACCEPTED,
    "entered_in_error": _IN_ERROR,
}
ASSESSMENTS = {
    "client_id": _CLIENT,
    "referral_id": _REFERRAL,
    "taken_at": _line("Taken", "instant", direction="past", required=True),
    "kind": _line("Kind", "choice"),
    "readings": _line("Readings", "parts", many=True),
    "summary": _line("Summary"),
    **_SEALED,
    "entered_in_error": _IN_ERROR,
}
DOCUMENTS = {
    "kind": _program("Kind", "choice", required=True),
    "client_id": _program("Client", "client"),
    "referral_id": _REFERRAL,
    "to": _program("To", "provider", many=True),
    "about": _program("About", many=True),
    "body": _program("Text", "text"),
    "sha256": FieldSpec(label="Hash", entry="signing"),
    **_SIGNED,
    "accepted": _ACCEPTED,
}
COMMUNICATIONS = {
    "client_id": _program("Client", "client"),
    "referral_id": _REFERRAL,
    "provider_id": _program("Provider", "provider"),
    "direction": _program("Direction", "choice"),
    "answers": _program("Answers", many=True),
    "document_id": _program("Document"),
    "method": _choice("By", entry="sending", required=True),
    "at": _instant("When", entry="sending", required=True),
    "by": _program("By whom", "text"),
    "address": FieldSpec(label="To", entry="sending"),
    "pages": FieldSpec(label="Pages", kind="count", entry="sending"),
    "confirmation": FieldSpec(label="Confirmation", entry="sending"),
    "result": _choice("Result", entry="sending"),
    "summary": FieldSpec(label="Summary", entry="sending"),
    "form": _program("Form", "text"),
    "sha256": _program("Hash", "text"),
    "reply": FieldSpec(label="Reply", kind="parts", entry="sending"),
    "entered_in_error": _IN_ERROR,
}
WAIVERS = {
    "obligation": _program("Obligation", required=True),
    "reason": FieldSpec(label="Reason", entry="sending", required=True),
    "until": _instant("Until", direction="future", entry="sending"),
    "by": _program("By whom", "text", required=True),
    "at": _program("When", "instant", direction="past", required=True),
    "entered_in_error": _IN_ERROR,
}


def _setting(label: str, kind: Kind = "text", **more: Any) -> FieldSpec:
    return FieldSpec(label=label, kind=kind, entry="settings", **more)


SETTINGS = {
    "name": _setting("Practice", prompt="name of the practice", hint="as letters show it"),
    "address": _setting("Address", prompt="postal address", hint="on one line"),
    "phone": _setting("Phone", prompt="phone", hint="letters ask providers to call it"),
    "fax": _setting("Fax", prompt="fax"),
    "timezone": _setting("Time zone", prompt="time zone, e.g. America/New_York", required=True),
    "holidays": _setting("Holidays", "day", direction="future", many=True),
    "policies": _setting("Deadline rules", "parts", many=True),
    "retention_years": _setting("Retention", "count", prompt="years records are kept"),
    "units": _setting("Units", "mapping"),
    "idle_lock_min": _setting(
        "Idle lock", "count",
        prompt="minutes without a key before the screen locks (10; 0: never)",
    ),
    "exercises": _setting("Own exercises", "parts", many=True),
    "snippets": _setting("Snippets", "mapping"),
    "note_format": _setting(
        "Visit notes", "choice", prompt="shape of visit notes: form, soap or dap"
    ),
    "unit_method": _setting(
        "Billing units", "choice",
        prompt="units by total time (cms) or each code's midpoint (ama)",
    ),
    "paper": _setting("Paper", "choice", prompt="us-letter or a4"),
    "nudge_days": _setting(
        "Ask again after", "count",
        prompt="days of silence before an answer is asked for again (7)",
    ),
    "references_off": _setting("References not used", many=True),
    "references_on": _setting("References used", many=True),
    "batteries": _setting("Batteries", "mapping"),
}  # fmt: skip

FIELDS: Mapping[str, Mapping[str, FieldSpec]] = {
    "practitioners": PRACTITIONERS,
    "providers": PROVIDERS,
    "clients": CLIENTS,
    "referrals": REFERRALS,
    "goals": GOALS,
    "sessions": SESSIONS,
    "assessments": ASSESSMENTS,
    "documents": DOCUMENTS,
    "communications": COMMUNICATIONS,
    "waivers": WAIVERS,
    "settings": SETTINGS,
}
"""Table name -> field name -> description, in the order forms and commands show them."""


@cache
def choices(table: str, field: str) -> tuple[str, ...]:
    """The values a field of `Literal` type can have, in their order; empty for any other field."""
    return _literals(_types(table)[field])


@cache
def _types(table: str) -> Mapping[str, Any]:
    return get_type_hints(KINDS[table])


def _literals(type_: Any) -> tuple[str, ...]:
    if get_origin(type_) is Literal:
        return get_args(type_)
    if get_origin(type_) in (Union, UnionType):
        return tuple(value for part in get_args(type_) for value in _literals(part))
    return ()
