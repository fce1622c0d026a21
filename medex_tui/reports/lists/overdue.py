"""The communication report, as text for a login message, as Markdown, CSV and JSON.

What is owed is worked out in `domain.obligations`; here it is only written down. Loads nothing heavy: cron runs this.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import TypeAlias, cast

from medex_tui.domain import obligations
from medex_tui.domain.dates.clock import moment
from medex_tui.domain.language.plain import csv_safe, cut_line, fit, one_line, terminal_width
from medex_tui.domain.obligations import Obligation, OverdueReport
from medex_tui.domain.records.practice import Practice
from medex_tui.reports.rendering import markdown
from medex_tui.reports.wording import METHODS, OWED, provider_short, span

CSV_FIELDS = (
    "key",
    "kind",
    "status",
    "state",
    "hours_left",
    "client_id",
    "client",
    "provider_id",
    "provider",
    "method",
    "address",
    "blocked_by",
    "event_at",
    "target_at",
    "limit_at",
    "why",
    "send_by",
)
BLOCKS = {"consent_on": "needs consent"}
DONE = {
    "drafted": "drafted",
    "signed": "signed, not sent",
    "failed": "sending failed",
    "called": "called",
}

Item: TypeAlias = dict[str, object]

STANDARD_WIDTH = 80
WIDE = 200
"""Columns of the Markdown table, which no paper holds."""
CLIENT_WIDTH, OWED_WIDTH, PROVIDER_WIDTH = 16, 19, 12


def as_text(report: OverdueReport, practice: Practice, width: int = STANDARD_WIDTH) -> str:
    """The summary line, then one line each in at most `width` columns: overdue, past target, due, closing, waived.

    Safe to print on a terminal. A waived item shows its reason in place of the way to send.
    """
    listed = [*report.items, *report.closing, *report.waived]
    if not listed:
        return f"{report.summary}\n"
    cells = [
        [
            _status(o, report),
            _client(o, practice),
            OWED[o.kind],
            provider_short(practice.providers.get(o.provider_id)),
            one_line(o.waiver.reason if o.waiver else how(o)),
        ]
        for o in listed
    ]
    extra = max(0, width - STANDARD_WIDTH) // 4
    most = [width, CLIENT_WIDTH + extra, OWED_WIDTH, PROVIDER_WIDTH + extra]
    widths = [
        min(cap, max(terminal_width(one_line(row[i])) for row in cells))
        for i, cap in enumerate(most)
    ]
    lines = [report.summary]
    for row in cells:
        status, *begun = (fit(cell, wide) for cell, wide in zip(row, widths, strict=False))
        lines.append(cut_line(f"{status}  {' '.join(begun)} {row[-1]}", width))
    return "\n".join(lines) + "\n"


def as_markdown(report: OverdueReport, practice: Practice) -> str:
    """The report as a document: summary, a table with the arithmetic of each deadline, and what was waived."""
    as_of = moment(report.as_of, practice.zone)
    clock = "working days" if report.clock == "working_days" else "elapsed hours"
    blocks = [
        markdown.heading(1, "Communication report"),
        markdown.lines([f"As of {as_of}, {clock}.", markdown.text(report.summary)]),
    ]
    if report.items or report.closing:
        blocks.append(
            markdown.table(
                ["Status", "Client", "Owed", "To", "How", "Why"],
                [
                    [
                        _status(o, report),
                        markdown.text(_client(o, practice)),
                        OWED[o.kind],
                        markdown.text(_provider(o, practice)),
                        markdown.text(how(o)),
                        markdown.text(o.why),
                    ]
                    for o in (*report.items, *report.closing)
                ],
                width=WIDE,
            )
        )
    if report.waived:
        blocks += [
            markdown.heading(2, f"Waived: {len(report.waived)}"),
            markdown.bullets(_waived(o, practice) for o in report.waived),
        ]
    return markdown.document(blocks)


def as_csv(report: OverdueReport, practice: Practice) -> str:
    """One row an item under `CSV_FIELDS`, closing and waived ones after the others; no cell is a formula.

    An address that begins with + keeps it behind an apostrophe.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(CSV_FIELDS)
    for item in _items(report, practice):
        writer.writerow(
            [csv_safe("" if item[name] is None else str(item[name])) for name in CSV_FIELDS]
        )
    return out.getvalue()


def as_json(report: OverdueReport, practice: Practice) -> str:
    """The report in the promised shape (CLI.md), in ASCII, so that nothing in it acts on a terminal."""
    return json.dumps(obligations.as_json(report, practice), indent=2) + "\n"


def how(owed: Obligation) -> str:
    """How and where to send, or what is missing first; what was done so far behind it."""
    if owed.blocked_by:
        way = BLOCKS.get(owed.blocked_by, f"blocked: {owed.blocked_by}")
    else:
        way = (
            " ".join(part for part in (METHODS.get(owed.method or ""), owed.address) if part)
            or "no address on file"
        )
    done = DONE.get(owed.state)
    return f"{way} ({done})" if done else way


def _items(report: OverdueReport, practice: Practice) -> Sequence[Item]:
    told = obligations.as_json(report, practice)
    return [
        item
        for group in (told["items"], told["closing"], told["waived"])
        for item in cast(list[Item], group)
    ]


def _status(owed: Obligation, report: OverdueReport) -> str:
    """A word and the hours it is about: to the limit, but for what is not yet due, to the target."""
    to_limit = obligations.hours_left(owed, report.as_of)
    if owed.state == "waived":
        return "waived"
    if owed.status == "overdue":
        return f"OVERDUE {span(to_limit)}"
    if owed.status == "late_soon":
        return f"{span(to_limit)} to limit"
    if obligations.group_of(owed, report.as_of, report.within_h) == "closing":
        return "send today"
    return f"due in {span((owed.target_at - report.as_of).total_seconds() / 3600)}"


def _client(owed: Obligation, practice: Practice) -> str:
    client = practice.clients.get(owed.client_id)
    return client.name if client else "unknown client"


def _provider(owed: Obligation, practice: Practice) -> str:
    provider = practice.providers.get(owed.provider_id)
    return provider.name if provider else "unknown provider"


def _waived(owed: Obligation, practice: Practice) -> str:
    waiver = owed.waiver
    assert waiver is not None
    until = f" until {moment(waiver.until, practice.zone)}" if waiver.until else ""
    what = f"{OWED[owed.kind]} to {_provider(owed, practice)}"
    return markdown.text(
        f"{_client(owed, practice)}: {what}, by {waiver.by}{until}: {waiver.reason}"
    )
