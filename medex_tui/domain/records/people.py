"""People: practitioners, providers, and clients with the limits set for them."""

from datetime import date
from typing import Literal, TypeAlias

from medex_tui.domain.records.base import Instant, NonEmpty, Part, Record
from medex_tui.domain.records.corrections import EnteredInError

Method: TypeAlias = Literal[
    "fax", "direct", "portal", "secure_email", "letter", "in_person", "client_copy", "phone", "text"
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


class Practitioner(Record, frozen=True, kw_only=True):
    """A member of staff; `login` is the name of their operating system account."""

    login: NonEmpty
    name: str
    credential: str | None = None
    role: Literal["owner", "practitioner", "front_desk", "reviewer"] = "practitioner"
    active: bool = True


class Provider(Record, frozen=True, kw_only=True):
    """A health professional who refers clients or receives reports."""

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
    """A limit set by a provider for one client, e.g. what="sbp", value="150".

    `document`: id of the communication that brought it. `note`: the provider's remark
    ("until echo"). `at`: the instant from which it counts; without it, the whole day `on` counts.
    """

    what: NonEmpty
    value: str
    said_by: str | None = None
    on: date | None = None
    document: str | None = None
    note: str | None = None
    at: Instant | None = None
    entered_in_error: EnteredInError | None = None


class Client(Record, frozen=True, kw_only=True):
    """The person served. `sex` selects reference tables only.

    `status_at`: start of the present status. `held_at`: start of the last hold, kept after it ends.
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
