"""The menu of what can be added: a client, provider, referral, planned visit or introduction."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from medex_tui.app.dialogs.client_picker import pick_client, pick_provider
from medex_tui.app.dialogs.picker import Picker
from medex_tui.app.forms.client import client_form
from medex_tui.app.forms.provider import provider_form
from medex_tui.app.forms.referral import referral_form
from medex_tui.app.forms.visit import plan_form
from medex_tui.app.navigation import OutreachRoute
from medex_tui.app.styled_lines import Choice

if TYPE_CHECKING:
    from medex_tui.app.context import AppContext

MENU = (
    Choice("client", "client", "a new person"),
    Choice("provider", "provider", "someone who refers or is reported to"),
    Choice("referral", "referral", "an episode of care for a client"),
    Choice("session", "session", "plan a visit"),
    Choice("introduction", "introduction", "a letter to somebody who may refer"),
)


def add_menu(context: AppContext, client_id: str | None) -> None:
    """Ask what to add and open its form. `client_id`: the client of the selected row, if any."""

    def find(query: str) -> list[Choice]:
        return [choice for choice in MENU if choice.name.startswith(query.lower())]

    def open_chosen(kind: object) -> None:
        match kind:
            case "client":
                client_form(context)
            case "provider":
                provider_form(context)
            case "referral":
                with_client(context, client_id, lambda id: referral_form(context, id))
            case "session":
                with_client(context, client_id, lambda id: plan_form(context, id))
            case "introduction":
                title = "Introduce the practice to"
                pick_provider(context, title, lambda id: context.open(OutreachRoute(id)))

    context.show(Picker("Add", find), open_chosen)


def with_client(context: AppContext, client_id: str | None, then: Callable[[str], None]) -> None:
    """Call `then` with the client of the selected row; ask for a client where there is none."""
    if client_id:
        then(client_id)
    else:
        pick_client(context, "For which client?", then)
