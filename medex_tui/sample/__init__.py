"""Made-up practices: a small one to look at, a large one to measure with. Every person in them is invented."""

from medex_tui.sample.generated import generated_practice
from medex_tui.sample.practice import sample_practice

__all__ = ["generated_practice", "sample_practice"]
