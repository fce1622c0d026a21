"""What is owed to whom by when: a pure function of the records and an instant.

Nothing here is stored. Events after the given instant are ignored, so any past state can be
computed again. Where the sources leave room, these rules hold:

- Events. A session counts from its end where the document reports it as completed (introductory
  letter, progress update), from its beginning where a red flag is reported. Late signing or typing
  moves nothing.
- Recipients are the referring provider, then each copy in order. The acknowledgement and the
  same-day call concern the referring provider alone. An episode without any recipient owes nothing;
  a declined referral owes its acknowledgement only.
- The introductory letter of an episode is written once: a sending that names any of its sessions
  meets it, so a first visit entered late does not ask for a second letter.
- Progress reports run by the calendar: a policy's hours do not apply to them. Each one sent is the
  anchor of the next. A follow-up visit is served once a report was sent in the seven days before
  it, or because of it.
- Missed visits are owed once per absence, and stay owed when the client returns. An assessment
  apart from any session ends an absence too; before the first session no absence begins.
- The preset "exercise-is-medicine" lengthens the progress report to 90 days (every 3 to 6 months);
  every other preset is METI's 30.

Modules: `rules` (the table), `triggers` (events), `deadlines` (target and limit), `progress`
(calendar of reports), `fulfilment` (what was sent, signed or waived), `derivation` (all of these in
one pass), `lists` and `explanation` (order and wording).
"""

from medex_tui.domain.obligations.explanation import as_json, explain
from medex_tui.domain.obligations.lists import (
    OverdueReport,
    group_of,
    obligations,
    on_time,
    owed,
    report,
)
from medex_tui.domain.obligations.obligation import Obligation, hours_left, settled_at
from medex_tui.domain.obligations.progress import calendar_due, report_due_on_visit
from medex_tui.domain.obligations.rules import (
    ACCEPTED,
    ADDRESSES,
    FIRST_ONLY,
    PRESETS,
    WRITTEN_AS,
    Clock,
    ObligationRule,
    State,
    Status,
    rules,
)

__all__ = [
    "ACCEPTED",
    "ADDRESSES",
    "FIRST_ONLY",
    "PRESETS",
    "WRITTEN_AS",
    "Clock",
    "Obligation",
    "ObligationRule",
    "OverdueReport",
    "State",
    "Status",
    "as_json",
    "calendar_due",
    "explain",
    "group_of",
    "hours_left",
    "obligations",
    "on_time",
    "owed",
    "report",
    "report_due_on_visit",
    "rules",
    "settled_at",
]
