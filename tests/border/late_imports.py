"""Imports that stand inside functions, each with its reason: (importing modules, imported modules, reason).

`*` stands for any text. A row that no import needs any more fails the test, and so does an import without a row.
"""

from __future__ import annotations

LATE_IMPORTS = [
    (
        "medex_tui.__main__", "medex_tui.cli.main",
        "An incomplete installation and an early Ctrl+C end with a sentence.",
    ),
    (
        "medex_tui.cli.*", "medex_tui.*",
        "A command loads what only it uses: the daily report waits for no letter, spreadsheet or app.",
    ),
    (
        "medex_tui.app.screen_table", "medex_tui.app.*",
        "A screen is loaded when it is first opened; this table is the only place that does so.",
    ),
    (
        "medex_tui.app.start", "medex_tui.*",
        "The first screen is written before Textual, the store's checks and the app are loaded.",
    ),
    (
        "medex_tui.app.app", "medex_tui.*",
        "Loaded while the first screen can be read already: conflicts, key maps, own measures.",
    ),
    (
        "medex_tui.app.terminal.first_screen", "medex_tui.app.*",
        "Only for a practice with keys of its own, or with names hidden.",
    ),
    ("medex_tui.app.screens.*", "medex_tui.app.forms.*", "A form is loaded when it is asked for."),
    ("medex_tui.app.screens.*", "medex_tui.app.dialogs.*", "A dialog is loaded when it is asked for."),
    ("medex_tui.app.screens.chart", "medex_tui.*", "Printing a chart loads the page layout."),
    (
        "medex_tui.app.forms.missing_field", "medex_tui.app.forms.*",
        "Whichever form holds the field that is missing.",
    ),
    ("medex_tui.app.views.phrases", "medex_tui.domain.dates.parse", "Only while a date is typed."),
    (
        "medex_tui.app.commands", "textual.binding",
        "The commands are listed by `medex keys` too, which loads no Textual.",
    ),
    ("medex_tui.actions.send_hook", "subprocess", "Only where the practice runs a sending program."),
    ("medex_tui.actions.send_hook", "tempfile", "Only where the practice runs a sending program."),
    ("medex_tui.domain.dates.*", "arrow", "30 ms; only for dates spelled in words."),
    ("medex_tui.domain.language.plain", "unicodedata", "Only for text beyond ASCII."),
    (
        "medex_tui.domain.outcomes.practice_metrics", "medex_tui.domain.measures.outcomes",
        "Only for the rate of clients who improved.",
    ),
    (
        "medex_tui.domain.caseload", "medex_tui.domain.obligations",
        "Only when records are archived.",
    ),
    (
        "medex_tui.domain.integrity", "medex_tui.domain.obligations*",
        "Only in `medex check`.",
    ),
    ("medex_tui.domain.language.suggestion", "difflib", "Only to propose the name that was meant."),
    (
        "medex_tui.domain.safety.rules", "medex_tui.domain.safety.expression",
        "Only for a visit with readings to judge.",
    ),
    (
        "medex_tui.reports.documents.letter", "medex_tui.reports.rendering.plain_text",
        "Only for a letter as text.",
    ),
    ("medex_tui.reports.proof", "pypdf", "An extra: `pip install medex-tui[pdf]`."),
    ("medex_tui.reports.rendering.pdf", "typst", "An extra: `pip install medex-tui[pdf]`."),
    ("medex_tui.store.check", "medex_tui.domain.obligations", "Only in `medex check`."),
    ("medex_tui.store.checksum", "hashlib", "Only where Python has no faster SHA-256 built in."),
    ("medex_tui.store.drafts", "urllib.parse", "Only for a login with unusual characters."),
    ("medex_tui.store.files", "pwd", "Only to name the owner of a file that may not be read."),
    ("medex_tui.store.lock", "random", "Only while another process holds the lock."),
    ("medex_tui.store.pin", "hashlib", "Only to check or set a PIN."),
    ("medex_tui.store.pin", "hmac", "Only to check or set a PIN."),
    ("medex_tui.cli.*", "readline", "Only where questions are asked; it changes the terminal."),
    ("medex_tui.cli.*", "platformdirs", "Only without `--store` and MEDEX_STORE."),
    ("medex_tui.cli.*", "getpass", "Only to type a PIN."),
    ("medex_tui.cli.*", "shutil", "Only for the help's width."),
    ("medex_tui.cli.*", "textwrap", "Only for the help."),
    ("medex_tui.cli.*", "tempfile", "Only for `medex demo`."),
    ("medex_tui.cli.*", "argparse", "Only where a number is refused."),
]  # fmt: skip
