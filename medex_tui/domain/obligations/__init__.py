"""What is owed to whom by when: a pure function of the records and an instant (RECORDS.md, DOMAIN section 6).

Nothing here is stored. Everything that happened after the instant asked about is ignored, so any past evening can
be asked again. Where the sources leave room, this is what stands:

- Events. A session counts from its end where the document reports it as completed (introductory letter, progress
  update), from its beginning where a red flag is reported. Signing and typing late move nothing.
- Recipients are the referring provider, then each copy in order. The acknowledgement and the same-day call concern
  the referring provider alone. An episode without any recipient owes nothing; a declined referral owes its
  acknowledgement and no more.
- The introductory letter of an episode is written once: a sending that names any of its sessions meets it, so a
  forgotten first visit entered later does not ask for a second letter.
- Progress reports run by the calendar: a policy's hours do not touch them. Each one sent is the anchor of the next.
  A follow-up visit is served once a report went out in the seven days before it, or because of it.
- Missed visits are owed once for each absence, and stay owed when the client returns. An assessment away from any
  session ends an absence too; before the first session nothing is missed by the mere passing of time.
- The preset "exercise-is-medicine" lengthens the progress report to 90 days (DOMAIN 1.4: every 3 to 6 months);
  every other preset is METI's 30.

The rooms: `rules` (the table), `triggers` (what happened), `terms` (by when), `progress` (the calendar of reports),
`done` (what was done about it), `derivation` (all of these in one pass), `lists` and `telling` (order and words).
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
