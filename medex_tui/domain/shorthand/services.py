"""Service codes with minutes, and symptoms, of a session line."""

from __future__ import annotations

from collections.abc import Sequence

from medex_tui.domain.find import words
from medex_tui.domain.quantities import number_text
from medex_tui.domain.records.visits import Service
from medex_tui.domain.shorthand.faults import Faults
from medex_tui.domain.shorthand.item import Item
from medex_tui.domain.shorthand.lookup import codes, symptom_names, symptoms
from medex_tui.domain.shorthand.scan import ScannedWord

SYMPTOM_WORDS = 4
"""The most words in which a symptom is spelled."""


class ServicesReader:
    """Gathers services and symptoms, with the items that the live table shows of them."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.services: list[Service] = []
        self.symptoms: list[str] = []
        self.rest_min: float | None = None
        self.items: list[Item] = []

    def service(self, word: ScannedWord, code: str, minutes: int) -> None:
        """Add minutes under a known service code, each code once."""
        phrase = codes().get(code)
        if phrase is None:
            message = (
                f"`{code}` is not a service code this program knows: look at its digits again."
            )
            self.faults.refuse(word, message)
            return
        if any(service.code == code for service in self.services):
            self.faults.refuse(word, f"{code} is given twice; add its minutes up in one.")
            return
        if self.faults.possible(word, "service", minutes):
            self.faults.likely(word, "service", minutes, f"{code} ")
            self.services.append(Service(code=code, minutes=minutes))
            value = f"{minutes} min  {phrase}"
            self.items.append(Item(word.start, word.end, "service", code, value))

    def rest(self, word: ScannedWord, minutes: float) -> None:
        """Take the minutes of rest within the visit, once."""
        if self.rest_min is not None:
            self.faults.refuse(word, "Rest is given twice; add its minutes up in one.")
        elif self.faults.possible(word, "rest", minutes):
            self.faults.likely(word, "rest", minutes)
            self.rest_min = minutes
            value = f"{number_text(minutes)} min"
            self.items.append(Item(word.start, word.end, "service", "rest", value))

    def symptom(self, line: Sequence[ScannedWord], at: int) -> int:
        """Add a symptom of one or more words, or several glued by commas; return how many words."""
        first = line[at]
        if "," in first.text.strip(","):
            start = first.start
            for piece in first.text.split(","):
                word = ScannedWord(start, start + len(piece), piece)
                start = word.end + 1
                if piece:
                    self.symptom([word], 0)
            return 1
        known = symptom_names()
        for count in range(min(SYMPTOM_WORDS, len(line) - at), 0, -1):
            run = line[at : at + count]
            text = " ".join(word.text for word in run)
            spelled = words(text)
            matches = list(known.exactly(" ".join(spelled)))
            if matches or count == 1:
                break
        word = ScannedWord(run[0].start, run[-1].end, text)
        matches = matches or known.begun(spelled)
        if not spelled:
            message = f"`{text}` begins a symptom; type its name right behind, as in !dizzy."
            self.faults.refuse(word, message)
        elif len(matches) > 1:
            self.faults.refuse(word, f"`{text}` can be {', '.join(matches)}: type more of it.")
        elif not matches:
            near = known.nearest(" ".join(spelled))
            message = f"`{text[1:]}` is not on the symptom list; put other words into the note."
            self.faults.refuse(word, message, f"!{near.replace(' ', '_')}" if near else None)
        elif matches[0] in self.symptoms:
            self.faults.refuse(word, f"{symptoms()[matches[0]]} is given twice; keep one.")
        else:
            self.symptoms.append(matches[0])
            label = symptoms()[matches[0]]
            self.items.append(Item(word.start, word.end, "symptom", matches[0], label))
        return count
