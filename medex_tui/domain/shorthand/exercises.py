"""Exercises of a session line: names with doses, and a repeated session with its changes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from medex_tui.domain.find import NameIndex, key, words
from medex_tui.domain.language.problem import Problem, Question
from medex_tui.domain.quantities import (
    entered_parts,
    kg_from_lb,
    load_text,
    load_unit,
    metres,
    number_text,
)
from medex_tui.domain.records.base import Side
from medex_tui.domain.records.visits import Exercise, Session
from medex_tui.domain.shorthand.dose import difference, dose, previous
from medex_tui.domain.shorthand.faults import Faults, capital
from medex_tui.domain.shorthand.item import Item
from medex_tui.domain.shorthand.scan import ScannedWord, unquoted
from medex_tui.domain.shorthand.shapes import (
    AMOUNT,
    COUNTS,
    DECIMAL_COMMA,
    LOAD,
    NAME,
    READING,
    SLIPPED,
    is_value,
)
from medex_tui.domain.shorthand.vitals import VITAL_FIELDS, unit_slip
from medex_tui.domain.vital_signs import RANGES, VITAL_SIGNS

NAME_WORDS = 6
"""The most words of a line one name can take."""

FAR = 2.0
"""A load over this many times the last one, or under one part of it, is asked about."""

SIDES: Mapping[str, Side] = {"l": "L", "r": "R", "b": "B", "l/r": "B", "r/l": "B"}
_DOSE = ("sets", "reps", "hold_s", "minutes", "distance_m")


class Mention(Struct):
    """An exercise as the line names it, while its values are being read."""

    word: ScannedWord
    end: int
    name: str
    mark: str
    fields: dict[str, Any] = {}
    entered: dict[str, str] = {}
    side: Side | None = None


class ExercisesReader:
    """Collects exercises as they are named and dosed; `taken` puts changes in their place.

    `current` is the exercise that following values belong to. `shown` holds the items of the live
    table.
    """

    def __init__(self, faults: Faults, units: Mapping[str, str], names: NameIndex) -> None:
        self.faults = faults
        self.units = units
        self.names = names
        self.copy: ScannedWord | None = None
        self.copied: Session | None = None
        self.earlier: list[Session] = []
        self.mentions: list[Mention] = []
        self.current: Mention | None = None
        self.new_names: dict[str, None] = {}
        self.shown: list[Item] = []

    # Names ------------------------------------------------------------------------------------

    def name(self, line: Sequence[ScannedWord], at: int) -> int:
        """Read an exercise's name; return how many words it took, 0 where it is no name."""
        word = line[at]
        match = NAME.match(word.text)
        if (
            not match
            or not match[2]
            or (match[1] and match[2][0] in "-+~*")
            or match[2][:1].isdigit()
        ):
            return self._digit_name(line, at)
        mark, said = match[1], match[2]
        if not (said[0].isalnum() or said[0] == '"'):
            return 0
        if mark in ("-", "+") and not self.copy:
            self.faults.refuse(
                word,
                f"`{mark}` changes a repeated session; begin the line with = or leave it out.",
                said,
            )
            mark = ""
        if said[0] == '"':
            name = unquoted(said)
            if not name:
                self.faults.refuse(word, "The quotation marks hold no name.")
                return 1
            if key(name) not in self.names.canonical:
                self.new_names[name] = None
            self._mention(word, word.end, name, mark)
            return 1
        return self._known(line, at, mark, said)

    def _digit_name(self, line: Sequence[ScannedWord], at: int) -> int:
        """Read a known name that begins with a digit or a sign: `90/90 breathing`."""
        longest = min(NAME_WORDS, len(line) - at)
        for count in range(longest, 0, -1):
            found = self.names.exactly(key(" ".join(w.text for w in line[at : at + count])))
            if len(found) == 1 and not line[at].text.isdigit():
                self._mention(line[at], line[at + count - 1].end, found[0], "")
                return count
        return 0

    def _known(self, line: Sequence[ScannedWord], at: int, mark: str, said: str) -> int:
        word = line[at]
        texts = [said]
        for following in line[at + 1 : at + NAME_WORDS]:
            if following.text[0] in '@!="-+~*':
                break
            texts.append(following.text)
        prefer = {exercise.name for exercise in self.copied.exercises} if self.copied else ()
        for count in range(len(texts), 0, -1):
            together = " ".join(texts[:count])
            found = list(self.names.exactly(key(together)))
            if len(found) > 1:
                found = [name for name in found if name in prefer] or found
            if not found and (count == 1 or not any(is_value(each) for each in texts[1:count])):
                found = self.names.begun(words(together), prefer)
            if found:
                end = line[at + count - 1].end
                if len(found) > 1:
                    listed = ", ".join(found[:6]) + (", ..." if len(found) > 6 else "")
                    self.faults.problems.append(
                        Problem(
                            word.start, end, f"`{together}` can be {listed}: type more of the name."
                        )
                    )
                    self.unplaced(ScannedWord(word.start, end, together))
                else:
                    self._mention(ScannedWord(word.start, end, together), end, found[0], mark)
                return count
        self._not_listed(word, said)
        self.unplaced(word)
        return 1

    def _not_listed(self, word: ScannedWord, said: str) -> None:
        if comma := DECIMAL_COMMA.match(said):
            self.faults.refuse(
                word, f"`{said}` has a decimal comma; type a point.", f"{comma[1]}.{comma[2]}"
            )
            return
        if vital := SLIPPED.match(said):
            name = RANGES[VITAL_FIELDS[vital[1].lower()]].name
            self.faults.refuse(
                word,
                f"`{said}` is not a {name} this line understands; put a new exercise in quotes.",
            )
            return
        near = self.names.nearest(key(said))
        mark = word.text[: len(word.text) - len(said)]
        self.new_names[said] = None
        message = (
            f"`{said}` is not in the exercise list; put it in quotes to log it as a new exercise."
        )
        self.faults.refuse(
            word, message, mark + (near if near else '"' + said.replace('"', "") + '"')
        )

    def unplaced(self, word: ScannedWord) -> None:
        """Take the values after an unknown name, so that one fault makes one problem."""
        self.current = Mention(word, word.end, "", "?", {}, {})

    def _mention(self, word: ScannedWord, end: int, name: str, mark: str) -> None:
        self.current = Mention(word, end, name, mark, {}, {})
        self.mentions.append(self.current)

    # Values -----------------------------------------------------------------------------------

    def value(self, word: ScannedWord) -> bool:
        """Take a side, a dose or an amount of the current exercise; whether the word is one."""
        side = SIDES.get(word.text.lower())
        if (
            side
            and self.current
            and (self.current.side is None or {side, self.current.side} == {"L", "R"})
        ):
            self.current.side = "B" if self.current.side else side
            self.current.end = word.end
        elif counts := COUNTS.match(word.text):
            self._dose(word, {"sets": counts[1], "reps": counts[2]})
        elif amount := AMOUNT.match(word.text):
            self._amount(word, amount)
        else:
            return False
        return True

    def _owner(self, word: ScannedWord) -> Mention | None:
        if self.current is None:
            self.faults.refuse(
                word, f"`{word.text}` belongs to an exercise; type its name before it."
            )
        elif self.current.mark == "-":
            self.faults.refuse(
                word, f"{self.current.name} is being left out, so it takes no values."
            )
            return None
        return self.current

    def _put(self, mention: Mention, word: ScannedWord, field: str, value: float) -> None:
        if field in mention.fields:
            if not self.faults.refused(word):
                self.faults.refuse(word, f"{capital(RANGES[field].name)} is given twice; keep one.")
            return
        name = mention.name or "this exercise"
        if self.faults.possible(word, field, value, f" of {name}"):
            self.faults.likely(word, field, value, f"{name} ")
        mention.fields[field] = value
        mention.end = word.end

    def _dose(self, word: ScannedWord, counts: Mapping[str, str | None]) -> None:
        mention = self._owner(word)
        if mention is None:
            return
        for field, digits in counts.items():
            if digits:
                self._put(mention, word, field, int(digits))

    def _amount(self, word: ScannedWord, match: re.Match[str]) -> None:
        mention = self._owner(word)
        if mention is None:
            return
        unit = match[4].lower()
        counts = {"sets": match[1], "reps": match[2]}
        self._dose(word, counts)
        value = float(match[3])
        if unit in ("s", "sec"):
            self._put(mention, word, "hold_s", value)
        elif unit == "min":
            self._put(mention, word, "minutes", value)
        else:
            if unit != "m":
                mention.entered["distance_m"] = f"{match[3]} {unit}"
                value = metres(value, unit)
            self._put(mention, word, "distance_m", value)

    def load(self, word: ScannedWord) -> None:
        """Take a load in the unit typed, else in the practice's.

        A word with `@` that is no load ends the exercise.
        """
        match = LOAD.match(word.text)
        if not match:
            self.current = None
            return
        mention = self._owner(word)
        if mention is None:
            return
        unit = (match[2] or self.units.get("load", "kg")).lower().rstrip("s")
        value = float(match[1])
        if unit == "lb":
            mention.entered["load_kg"] = f"{match[1]} lb"
            value = kg_from_lb(value)
        self._put(mention, word, "load_kg", value)

    def effort(self, word: ScannedWord, said: str) -> None:
        """Take the effort rating of the current exercise."""
        mention = self._owner(word)
        match = READING.match(said)
        if mention is None:
            return
        if not match or match[2].lower() not in VITAL_SIGNS["rpe"].units:
            self.faults.refuse(word, f"`{word.text}` is not an RPE; type it like r5.")
            return
        self._put(mention, word, "rpe", float(match[1]))

    # The whole --------------------------------------------------------------------------------

    def taken(self) -> list[Exercise]:
        """The exercises of the session: repeated ones with changes in place, then added ones."""
        blocks = list(self.copied.exercises) if self.copied else []
        kept: list[Exercise | None] = [self._again(block) for block in blocks]
        spans: list[tuple[int, int]] = (
            [(self.copy.start, self.copy.end)] * len(blocks) if self.copy else []
        )
        for mention in self.mentions:
            if mention.mark == "-":
                self._drop(mention, blocks, kept)
        added: list[tuple[Mention, Exercise]] = []
        taken: set[int] = set()
        for mention in self.mentions:
            if mention.mark == "-":
                continue
            at = self._block(mention, blocks, kept, taken) if mention.mark == "" else None
            if at is None:
                added.append((mention, _exercise(mention)))
                continue
            taken.add(at)
            kept[at] = _changed(blocks[at], mention)
            spans[at] = (mention.word.start, mention.end)
        shown = [(span, each) for span, each in zip(spans, kept, strict=True) if each is not None]
        shown += [((mention.word.start, mention.end), each) for mention, each in added]
        unit = load_unit(self.units)
        for (start, end), exercise in shown:
            before = previous(exercise, self.earlier)
            if before and exercise.origin != "carried":
                self._far(start, end, exercise, before)
            self.shown.append(
                Item(
                    start,
                    end,
                    "exercise",
                    exercise.name,
                    dose(exercise, unit),
                    difference(before, exercise, unit) if before else None,
                    exercise.origin,
                )
            )
        return [exercise for _, exercise in shown]

    def _again(self, block: Exercise) -> Exercise:
        """A repeated exercise: carried, or with `==` accepted, without its effort rating."""
        if self.copy and self.copy.text == "==":
            return replace(block, origin="measured", rpe=None)
        return replace(block, origin="carried")

    def _drop(self, mention: Mention, blocks: list[Exercise], kept: list[Exercise | None]) -> None:
        dropped = False
        for at, block in enumerate(blocks):
            if key(block.name) == key(mention.name) and mention.side in (None, block.side):
                kept[at] = None
                dropped = True
        if dropped:
            self.shown.append(Item(mention.word.start, mention.end, "dropped", mention.name))
        else:
            self.faults.problems.append(
                Problem(
                    mention.word.start,
                    mention.end,
                    f"{mention.name} was not done last time: nothing to leave out.",
                )
            )

    def _block(
        self, mention: Mention, blocks: list[Exercise], kept: list[Exercise | None], taken: set[int]
    ) -> int | None:
        """Index of the repeated exercise that a mention changes; None where it adds one.

        An exercise done in several blocks is changed block by block, in order, all of them named;
        or by its side where only one block has that side.
        """
        same = [
            at
            for at, block in enumerate(blocks)
            if kept[at] is not None and key(block.name) == key(mention.name)
        ]
        if mention.side and any(blocks[at].side for at in same):
            same = [at for at in same if blocks[at].side == mention.side]
        free = [at for at in same if at not in taken]
        if len(same) < 2:
            return free[0] if free else None
        named = [m for m in self.mentions if m.mark == "" and key(m.name) == key(mention.name)]
        sided = [m for m in named if m.side == mention.side] if mention.side else named
        if free and len(sided) >= len(same):
            return free[0]
        listed = "; ".join(dose(blocks[at]) or "no dose" for at in same)
        self.faults.problems.append(
            Problem(
                mention.word.start,
                mention.end,
                f"{mention.name} was done {len(same)} times ({listed}): "
                "name each of them in order, or the side.",
            )
        )
        return free[0] if free else None

    def _far(self, start: int, end: int, exercise: Exercise, before: Exercise) -> None:
        load, last = exercise.load_kg, before.load_kg
        if (
            load is None
            or not last
            or last / FAR <= load <= last * FAR
            or load > RANGES["load_kg"].high
        ):
            return
        id = f"{exercise.name} load_kg {number_text(load)}"
        self.faults.withdraw(id)
        unit = load_unit(self.units)
        now, then = load_text(load, unit), load_text(last, unit)
        message = f"{exercise.name} {now} is far from last time's {then}; is it right?"
        message += unit_slip(load, last)
        self.faults.ask(Question(start, end, message, None, f"{id} far"))


def _exercise(mention: Mention) -> Exercise:
    origin: Any = {"~": "carried", "*": "changed"}.get(mention.mark, "measured")
    entered = (
        ", ".join(mention.entered[f] for f in ("distance_m", "load_kg") if f in mention.entered)
        or None
    )
    return Exercise(
        name=mention.name, side=mention.side, origin=origin, entered=entered, **mention.fields
    )


def _changed(block: Exercise, mention: Mention) -> Exercise:
    """A repeated exercise with what the line states about it now.

    A new dose replaces the whole old dose and a new load the old load; the effort rating belongs to
    its own day and is not kept. Named without a new value, the exercise is accepted as done:
    measured.
    """
    fields = dict(mention.fields)
    old = entered_parts(block.entered)
    if any(field in fields for field in _DOSE):
        fields = dict.fromkeys(_DOSE) | fields
        if {"reps", "hold_s"} & mention.fields.keys() and "sets" not in mention.fields:
            fields["sets"] = block.sets
        old.pop("distance_m", None)
    if "load_kg" in fields:
        old.pop("load_kg", None)
    entered = old | mention.entered
    side = mention.side or block.side
    after = replace(
        block,
        **({"rpe": None} | fields),
        side=side,
        entered=", ".join(entered[f] for f in ("distance_m", "load_kg") if f in entered) or None,
    )
    same = all(
        getattr(after, field) == getattr(block, field) for field in (*_DOSE, "load_kg", "side")
    )
    return replace(after, origin="measured" if same else "changed")
