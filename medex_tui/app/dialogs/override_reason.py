"""Ask why to continue against a safety rule."""

from __future__ import annotations

from medex_tui.app.dialogs.ask import PromptDialog, ask_why
from medex_tui.app.views.session_reading import LEVEL_WORDS
from medex_tui.domain.safety.finding import SafetyFinding


def ask_override_reason(finding: SafetyFinding) -> PromptDialog:
    """A prompt for the reason; an empty answer is refused."""
    title = f"{LEVEL_WORDS[finding.level]}: override reason"
    return ask_why(
        title, "Reason (printed in the note)", [finding.text], "Without a reason the rule holds."
    )
