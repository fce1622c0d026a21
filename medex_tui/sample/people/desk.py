"""What the front desk writes of everyone: clients, referrals and goals, with their ids and dates."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Literal

from medex_tui.domain.records.episodes import Diagnosis, Goal, Referral
from medex_tui.domain.records.people import Client
from medex_tui.sample.diary import Diary, Ids


class FrontDesk:
    """Writes clients, referrals and goals with their ids, dated as a front desk would."""

    def __init__(self, diary: Diary, ids: Ids, owner: str) -> None:
        self.diary = diary
        self.ids = ids
        self.owner = owner

    def client(
        self,
        since: date,
        given: str,
        family: str,
        born: date,
        sex: Literal["F", "M"] | None,
        **more: Any,
    ) -> Client:
        made = self.diary.at(since, "09:20")
        return Client(
            id=self.ids.at(made),
            given_name=given,
            family_name=family,
            birth_date=born,
            sex=sex,
            created_at=made,
            created_by=self.owner,
            **more,
        )

    def referral(
        self,
        client: Client,
        received: datetime,
        provider: str | None,
        reason: str,
        icd10: str,
        text: str,
        **more: Any,
    ) -> Referral:
        """A complete referral: signed the day before, good for a year; `more` takes away or changes."""
        day = self.diary.day_of(received)
        fields: dict[str, Any] = {
            "signed_on": day - timedelta(days=1),
            "names_met": True,
            "out_of_treatment": True,
            "visits_authorised": 24,
            "valid_through": day + timedelta(days=365),
            "consent_on": day,
            "diagnoses": [Diagnosis(icd10=icd10, text=text)],
        }
        return Referral(
            id=self.ids.at(received),
            client_id=client.id,
            provider_id=provider,
            received_at=received,
            reason=reason,
            created_at=received,
            created_by=self.owner,
            **{**fields, **more},
        )

    def goal(self, referral: Referral, set_at: datetime, days: int, text: str, **more: Any) -> Goal:
        day = self.diary.day_of(set_at)
        return Goal(
            id=self.ids.at(set_at),
            referral_id=referral.id,
            text=text,
            term_days=days,
            set_on=day,
            due_on=day + timedelta(days=days),
            created_at=set_at,
            created_by=self.owner,
            **more,
        )


def before(visit: datetime) -> datetime:
    """When the tests of a visit were taken: three quarters of an hour ahead of it."""
    return visit - timedelta(minutes=45)
