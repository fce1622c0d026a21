"""Which letter meets which obligation."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from medex_tui.domain.obligations import Obligation
from medex_tui.domain.records.practice import Practice
from medex_tui.reports.documents.letter import Judgement, Letter
from medex_tui.reports.letters.acknowledgement import referral_ack
from medex_tui.reports.letters.assessment_summary import assessment_summary
from medex_tui.reports.letters.discharge_summary import discharge_summary
from medex_tui.reports.letters.first_visit import intro_letter
from medex_tui.reports.letters.frame import LetterFrame
from medex_tui.reports.letters.missed_visits import missed_visits
from medex_tui.reports.letters.progress_report import progress_report
from medex_tui.reports.letters.status_change import change_in_status, on_hold
from medex_tui.reports.templates import LetterTemplate


def letter_for(
    owed: Obligation,
    practice: Practice,
    written_at: datetime,
    by: str,
    judgement: Judgement | None = None,
    *,
    signed_at: datetime | None = None,
    leave_out: Collection[str] = (),
    templates: Mapping[str, LetterTemplate] = {},
) -> Letter:
    """The letter that meets an obligation; for a same-day call the written report that follows it, to read from.

    `templates` are the practice's own, by letter. Its `about` holds the obligation's source, so that signing and
    sending it are found by it. KeyError where the records the obligation came from are not in this practice.
    """
    referral = practice.referrals[owed.referral_id]
    frame = LetterFrame(practice, referral, written_at, by, signed_at, templates)
    match owed.kind:
        case "referral_ack":
            return referral_ack(frame, judgement)
        case "intro_letter":
            return intro_letter(practice.sessions[owed.source_id], frame, judgement)
        case "assessment_summary":
            taken = practice.assessments[owed.source_id]
            return assessment_summary(
                taken,
                practice,
                written_at,
                by,
                judgement,
                signed_at=signed_at,
                leave_out=leave_out,
                templates=templates,
            )
        case "reassessment_update" | "progress_report":
            return progress_report(
                referral,
                practice,
                None,
                written_at,
                by,
                judgement,
                signed_at=signed_at,
                leave_out=leave_out,
                about=[owed.source_id],
                templates=templates,
            )
        case "missed_visits":
            return missed_visits(owed.source_id, frame, judgement)
        case "discharge_summary":
            return discharge_summary(frame, judgement, leave_out=leave_out)
        case "change_in_status" if owed.source_id not in practice.sessions:
            return on_hold(frame, judgement)
        case "change_in_status" | "red_flag_call" | "red_flag_written":
            return change_in_status(practice.sessions[owed.source_id], frame, judgement)


def to_fit(write: Callable[[list[str]], Letter], left_out: Sequence[str] = ()) -> list[str] | None:
    """Which measures to leave out, least telling first, for a letter to keep to one page; None where none would do.

    `write` makes the letter without the measures it is given; `left_out` are those left out already.
    """
    out = list(left_out)
    letter = write(out)
    while letter.pages > 1:
        following = next((measure for measure in letter.can_drop if measure not in out), None)
        if following is None:
            return None
        out.append(following)
        letter = write(out)
    return out
