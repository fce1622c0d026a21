"""How many examples a property is tried with, scaled by the Hypothesis profile of the run."""

from __future__ import annotations

from hypothesis import settings


def examples(number: int) -> settings:
    """Settings for so many examples under the profile `ci`; `quick` fewer, `nightly` ten times."""
    return settings(max_examples=max(5, number * settings().max_examples // 100), deadline=None)
