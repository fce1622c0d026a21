"""The practice on disk: records in, records out, durable and shared by several logins."""

from medex_tui.domain.integrity import IntegrityFault
from medex_tui.store.drafts import Drafts
from medex_tui.store.location import OlderPractice, StoreProblem
from medex_tui.store.sent_files import keep_sent, kept_as_sent
from medex_tui.store.store import Conflict, NotSaved, Saved, Store

__all__ = [
    "Conflict", "Drafts", "IntegrityFault", "NotSaved", "OlderPractice", "Saved", "Store", "StoreProblem",
    "keep_sent", "kept_as_sent",
]  # fmt: skip
