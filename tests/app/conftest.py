"""Tests of the app wait in shorter steps than Textual does by default."""

from __future__ import annotations

import textual._wait

textual._wait.SLEEP_GRANULARITY = 1 / 200
textual._wait.SLEEP_IDLE = textual._wait.SLEEP_GRANULARITY / 20
"""After every key, Textual's pilot sleeps in steps of 20 ms until the process is idle; 5 ms do."""
