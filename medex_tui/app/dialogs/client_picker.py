"""Pickers of clients and providers."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from medex_tui.app.context import AppContext
from medex_tui.app.dialogs.picker import Picker
from medex_tui.app.styled_lines import Choice
from medex_tui.app.views.phrases import person, problem
from medex_tui.domain.find import find_clients, find_providers, provider_labels
from medex_tui.domain.records.practice import Practice
from medex_tui.reports import wording


def pick_client(context: AppContext, title: str, then: Callable[[str], object]) -> None:
    """Ask for a client, former ones too; call `then` with the id."""
    practice, now = context.practice, context.now
    everyone = sorted(
        practice.clients.values(),
        key=lambda client: (client.status == "discharged", client.name.casefold(), client.id),
    )

    def find(query: str) -> Iterable[Choice]:
        clients = find_clients(query, practice, now) if query.strip() else everyone
        if query.strip() and not clients:
            clients = find_clients(query, Practice(context.store.former_clients()), now)
        return [
            Choice(
                client.id,
                client.name,
                f"{person(client, practice, now)}  {client.birth_date or ''}  "
                f"{problem(client, practice)}",
            )
            for client in clients
        ]

    empty = f"No client of that name. {context.key_of('add.menu')} on Today adds one."
    context.ask(Picker(title, find, empty=empty), then)


def pick_provider(context: AppContext, title: str, then: Callable[[str], object]) -> None:
    """Ask for a provider; call `then` with the id."""
    labels = provider_labels(context.practice)

    def find(query: str) -> list[Choice]:
        return [
            Choice(provider.id, labels[provider.id], wording.role(provider))
            for provider in find_providers(query, context.practice)
        ]

    empty = f"No provider yet: {context.key_of('add.menu')} adds one."
    context.ask(Picker(title, find, empty=empty), then)
