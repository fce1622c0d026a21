"""Opening a form, keeping what is typed as a draft, and saving the record it makes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from medex_tui.app.dialogs.form import Form
from medex_tui.domain.records.base import Record

if TYPE_CHECKING:
    from medex_tui.app.context import AppContext

OnSaved = Callable[[Record], None]


def open_form(
    context: AppContext, form: Form, draft: str, label: str, on_saved: OnSaved | None = None
) -> None:
    """Show a form and save the record it makes.

    What is typed is kept as the draft named `draft` until the record is on disk. `label` is the
    kind of record for the status line; `on_saved` receives the record as it was saved.
    """

    async def save(record: Record) -> None:
        saved = await context.save([record])
        if saved:
            context.drafts.drop(draft)
            context.show_status(f"{label} saved.", "good")
            if on_saved:
                on_saved(saved.records[0])

    values = context.drafts.kept.get(draft, {}).get("values", {})
    form.draft = {name: str(value) for name, value in values.items()}
    form.discard = lambda: context.drafts.drop(draft)
    form.keep = lambda values: context.drafts.hold(draft, {"values": dict(values)})
    context.ask(form, lambda record: context.run(save(record)))


def with_fields(record: Any, **fields: Any) -> Any:
    """A copy of a record with these fields replaced."""
    return msgspec.structs.replace(record, **fields)
