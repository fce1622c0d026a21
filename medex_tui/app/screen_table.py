"""The one table from routes to screens. Screens load when they are first opened."""

from __future__ import annotations

from typing import assert_never

from medex_tui.app import navigation
from medex_tui.app.context import AppContext
from medex_tui.app.screens.base.screen import BaseScreen


def screen_for(route: navigation.Route, context: AppContext) -> BaseScreen:
    """The screen that a route names, new."""
    match route:
        case navigation.TodayRoute():
            from medex_tui.app.screens.today import TodayScreen

            return TodayScreen()
        case navigation.OverdueRoute():
            from medex_tui.app.screens.overdue import OverdueScreen

            return OverdueScreen()
        case navigation.ClientRoute(client_id):
            from medex_tui.app.screens.client import ClientScreen

            return ClientScreen(client_id)
        case navigation.ChartRoute(client_id, measure, side, task):
            from medex_tui.app.screens.chart import ChartScreen

            return ChartScreen(client_id, measure, side, task)
        case navigation.LetterRoute() | navigation.SentLetterRoute() | navigation.OutreachRoute():
            return _letter_screen(route)
        case navigation.NoteRoute(session_id):
            from medex_tui.app.screens.note import NoteScreen

            return NoteScreen(session_id)
        case navigation.AssessmentNoteRoute(assessment_id):
            from medex_tui.app.screens.note import AssessmentNoteScreen

            return AssessmentNoteScreen(assessment_id)
        case _:
            return _entry_screen(route, context)


def _letter_screen(
    route: navigation.LetterRoute | navigation.SentLetterRoute | navigation.OutreachRoute,
) -> BaseScreen:
    match route:
        case navigation.LetterRoute(obligation_key):
            from medex_tui.app.screens.letter import LetterScreen

            return LetterScreen(obligation_key)
        case navigation.SentLetterRoute(document_id):
            from medex_tui.app.screens.sent_letter import SentLetterScreen

            return SentLetterScreen(document_id)
        case navigation.OutreachRoute(provider_id):
            from medex_tui.app.screens.outreach import OutreachScreen

            return OutreachScreen(provider_id)


def _entry_screen(
    route: navigation.LogSessionRoute
    | navigation.LogBatchRoute
    | navigation.AssessRoute
    | navigation.AssessLineRoute,
    context: AppContext,
) -> BaseScreen:
    match route:
        case navigation.LogSessionRoute(client_id, session):
            from medex_tui.app.screens.log_session import LogSessionScreen

            return LogSessionScreen(client_id, session)
        case navigation.LogBatchRoute(draft):
            from medex_tui.app.screens.log_batch import LogBatchScreen
            from medex_tui.app.state.open_sessions import left_lines

            lines = next(left for left in left_lines(context.drafts.kept) if left.name == draft)
            return LogBatchScreen(lines)
        case navigation.AssessRoute(client_id):
            from medex_tui.app.screens.assess import AssessScreen

            return AssessScreen(client_id)
        case navigation.AssessLineRoute(client_id):
            from medex_tui.app.screens.assess_line import AssessLineScreen

            return AssessLineScreen(client_id)
        case _:
            assert_never(route)
