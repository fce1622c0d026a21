"""Vital-sign and symptom rules: a reading or a report, and what it asks for; no diagnoses.

The rules are data (`catalogue/rules.json`). How they are applied:

- Scope `all` always applies; `diabetes` whenever glucose or ketones were measured; `cardio` and
  `resistance` by the exercises of the session. A session of unknown kind gets both. A session
  without cardio is spared the METI cardio limits; the looser METI resistance limits are spared only
  in cardio-only sessions.
- A reading "post" is judged by the `during` rules: what stops exercise is no better just after it.
- A provider's own limit comes first. It replaces the METI general limit on the same number, and an
  SpO2 floor replaces the SpO2 88 rules, whose own text says so. ACSM and AACVPR ceilings stay.
- A systolic pressure during exercise below the last one at rest, or below an earlier one of the
  effort, is a drop with rising workload (ACSM: a drop with an increase in workload).
- The drop on standing is measured from the other pressure of its set, else from the last at rest.
- A rule on a reported fact ("severe low in the last 24 h") fires when it is reported by its id.
- A missing value makes its comparison false: no rule fires on an unknown.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from medex_tui.domain.catalogue import PackagedSource, read
from medex_tui.domain.records.people import Limit
from medex_tui.domain.records.settings import KnownExercise
from medex_tui.domain.records.visits import Exercise, Override, Vitals
from medex_tui.domain.safety.finding import (
    ALL_LEVELS,
    LEVELS,
    RED_FLAGS,
    Level,
    Phase,
    SafetyFinding,
)
from medex_tui.domain.safety.limits import has_spo2_limit, numeric_limit, past_limit

if TYPE_CHECKING:
    from medex_tui.domain.safety.expression import Test, Values

SAME_DAY = frozenset({"bp_pre_200_110", "calf_swelling", "chest_or_sob_history"})
"""Holds whose own text asks for a same-day call: red flags like any emergency or stop."""

NOT_SYMPTOMS = frozenset({"client_request", "med_change", "abnormal_vitals"})
"""Entries of the checklist that are not symptoms: they do not make a reading symptomatic."""

GENERAL_LIMITS = "meti_tip47"
"""The source whose limits hold only until the provider gives individual ones."""

SPO2_FLOORS = frozenset({"spo2_pre_88", "spo2_during_88"})


class VitalRule(Struct, frozen=True):
    """One vital-sign rule; `when` is an expression over `Values` and `any_symptom`."""

    id: str
    phase: Phase
    when: str
    level: Level
    text: str
    source: str
    confidence: str
    scope: Literal["all", "resistance", "cardio", "diabetes"]


class SymptomRule(Struct, frozen=True):
    """One symptom rule; `report_within_h` is 0 where no report is asked for."""

    id: str
    phase: Phase
    level: Level
    label: str
    action: str
    source: str
    confidence: str
    report_within_h: float = 0


class SafetyRules(Struct, frozen=True):
    """`catalogue/rules.json`."""

    sources: dict[str, PackagedSource]
    vital: list[VitalRule]
    symptom: list[SymptomRule]


@cache
def rules() -> SafetyRules:
    """The shipped rules, read on first use."""
    return read("rules.json", SafetyRules)


@cache
def vital_rules() -> Mapping[str, VitalRule]:
    """Vital rules by id."""
    return {rule.id: rule for rule in rules().vital}


@cache
def symptom_rules() -> Mapping[str, SymptomRule]:
    """Symptom rules by id: the checklist."""
    return {rule.id: rule for rule in rules().symptom}


@cache
def told_rules() -> Mapping[str, VitalRule]:
    """Vital rules on one plain fact that the client tells and nothing measures, by id."""
    bare = re.compile(r"(?!any_symptom\b)[a-z]\w*")
    return {rule.id: rule for rule in rules().vital if bare.fullmatch(rule.when)}


@cache
def reportable() -> Mapping[str, str]:
    """What a client may report, by rule id: labels of symptoms and of reported facts."""
    told = {rule.id: rule.text.partition(":")[0] for rule in told_rules().values()}
    return {**{rule.id: rule.label for rule in symptom_rules().values()}, **told}


def fired(
    vitals: Sequence[Vitals],
    symptoms: Collection[str] = (),
    limits: Sequence[Limit] = (),
    scopes: Collection[str] | None = None,
    *,
    levels: frozenset[Level] = ALL_LEVELS,
) -> list[SafetyFinding]:
    """What the readings, the reported symptoms and the client's limits ask for, gravest first.

    `scopes` as from `scopes_of`; None where the kind of session is unknown. Unknown symptoms are
    ignored. Each rule is listed once, however many readings fire it.
    """
    found: dict[str, SafetyFinding] = {}
    felt = has_symptom(symptoms)
    for reading in vitals:
        phase: Phase = "pre" if reading.phase == "pre" else "during"
        for finding in findings(
            _values(reading, vitals), phase, scopes, limits, any_symptom=felt, levels=levels
        ):
            found.setdefault(finding.rule, finding)
    for rule in map(symptom_rules().get, symptoms):
        if rule and rule.level in levels:
            source = rules().sources[rule.source]
            text = f"{rule.label}. {rule.action}"
            found[rule.id] = SafetyFinding(
                rule.id, rule.level, text, source, rule.report_within_h or None
            )
    for told in map(told_rules().get, symptoms):
        if told and told.level in levels:
            found[told.id] = SafetyFinding(
                told.id, told.level, told.text, rules().sources[told.source]
            )
    return sorted(found.values(), key=lambda f: LEVELS.index(f.level))


def findings(
    values: Values,
    phase: Phase,
    scopes: Collection[str] | None = None,
    limits: Sequence[Limit] = (),
    *,
    any_symptom: bool = False,
    levels: frozenset[Level] = ALL_LEVELS,
) -> list[SafetyFinding]:
    """Vital rules and limits fired by one set of readings: limits first."""
    own = [] if not limits else [limit for limit in map(numeric_limit, limits) if limit]
    found = [
        f for f in (past_limit(limit, values, phase) for limit in own) if f and f.level in levels
    ]
    covered = {name for limit in own for name in limit.covers}
    floor_set = any(limit.sets_spo2_floor for limit in own)
    general = {**values, **dict.fromkeys(covered & values.keys())} if covered else values
    for rule, test in _tests(phase, levels):
        if not _applies(rule.scope, scopes) or (floor_set and rule.id in SPO2_FLOORS):
            continue
        if test(general if rule.source == GENERAL_LIMITS else values, any_symptom):
            found.append(
                SafetyFinding(rule.id, rule.level, rule.text, rules().sources[rule.source])
            )
    return found


def red_flags(
    vitals: Sequence[Vitals],
    symptoms: Collection[str],
    overrides: Sequence[Override] = (),
    limits: Sequence[Limit] = (),
) -> list[SafetyFinding]:
    """Emergency and stop findings of a visit and its `SAME_DAY` holds, overridden ones included."""
    if not symptoms and not overrides and not has_spo2_limit(limits) and calm(vitals):
        return []
    named = [o.rule for o in overrides]
    reported = [*symptoms, *(rule for rule in named if rule in symptom_rules())]
    found = {
        f.rule: f
        for f in fired(vitals, reported, limits, levels=RED_FLAGS | {"hold"})
        if is_red_flag(f)
    }
    for rule in map(vital_rules().get, named):
        if rule and is_red_flag(rule):
            found.setdefault(
                rule.id, SafetyFinding(rule.id, rule.level, rule.text, rules().sources[rule.source])
            )
    return list(found.values())


def is_red_flag(one: SafetyFinding | VitalRule) -> bool:
    """Whether a rule or finding requires a call and a written report."""
    return (
        one.level in RED_FLAGS
        or (one.rule if isinstance(one, SafetyFinding) else one.id) in SAME_DAY
    )


def calm(readings: Iterable[Vitals]) -> bool:
    """Whether readings lie within every bound of the red-flag rules: then none of them can fire."""
    before, after = _bounds("pre"), _bounds("during")
    for reading in readings:
        phase = reading.phase
        if phase == "during" and reading.sbp is not None:
            return False
        for name, low, high in before if phase == "pre" else after:
            value = getattr(reading, name)
            if value is not None and not low < value < high:
                return False
    return True


@cache
def _bounds(phase: Phase) -> tuple[tuple[str, float, float], ...]:
    """Numbers in a phase's red-flag rules with their tightest bounds; none fires between."""
    found: dict[str, tuple[float, float]] = {}
    for rule in rules().vital:
        if rule.phase in (phase, "any") and is_red_flag(rule):
            for name, sign, bound in _COMPARISON.findall(rule.when):
                low, high = found.get(name, (-math.inf, math.inf))
                at = float(bound)
                found[name] = (max(low, at), high) if sign == "<" else (low, min(high, at))
    return tuple(
        (name, *bounds) for name, bounds in found.items() if name in Vitals.__struct_fields__
    )


_COMPARISON = re.compile(r"(\w+) ([<>])=? ([\d.]+)")


def has_symptom(symptoms: Collection[str]) -> bool:
    """Whether the client reports feeling anything on the checklist."""
    return any(symptom not in NOT_SYMPTOMS and symptom not in told_rules() for symptom in symptoms)


def scopes_of(
    exercises: Sequence[Exercise], known: Iterable[KnownExercise]
) -> frozenset[str] | None:
    """Scopes of the exercises in a session; None if there are none or one is unknown."""
    by_name = {name.casefold(): k.scope for k in known for name in (k.name, *k.aliases)}
    scopes = [by_name.get(exercise.name.casefold()) for exercise in exercises]
    kinds = frozenset(scope for scope in scopes if scope)
    return kinds if kinds and None not in scopes else None


# --- applying the rules -------------------------------------------------------------------


@cache
def _tests(phase: Phase, levels: frozenset[Level]) -> list[tuple[VitalRule, Test]]:
    from medex_tui.domain.safety.expression import reader  # parsing costs, and most visits are calm

    wanted = [
        rule for rule in rules().vital if rule.phase in (phase, "any") and rule.level in levels
    ]
    return [(rule, reader(rule.when)) for rule in wanted]


def _applies(scope: str, scopes: Collection[str] | None) -> bool:
    if scopes is None or scope in ("all", "diabetes"):
        return True
    if scope == "cardio":
        return "cardio" in scopes
    return any(kind not in ("cardio", "diabetes") for kind in scopes)


def _values(reading: Vitals, taken: Sequence[Vitals]) -> Values:
    """One set of readings by name, with what it says beside the others that were taken."""
    return {
        "sbp": reading.sbp,
        "dbp": reading.dbp,
        "hr": reading.hr,
        "spo2": reading.spo2,
        "glucose": reading.glucose,
        "temp_c": reading.temp_c,
        "pain": reading.pain,
        "rpe": reading.rpe,
        "ketones_mmol": reading.ketones_mmol,
        "sbp_drop_with_workload": _drop(reading, taken),
        "sbp_drop_on_standing": _drop_on_standing(reading, taken),
    }


def _drop_on_standing(reading: Vitals, taken: Sequence[Vitals]) -> float | None:
    """Drop of systolic pressure on standing: from that of the set, else the last at rest."""
    if reading.sbp_standing is None:
        return None
    rest = [v.sbp for v in (*taken, reading) if v.phase == "pre" and v.sbp is not None]
    if reading.sbp is not None:
        return reading.sbp - reading.sbp_standing
    return rest[-1] - reading.sbp_standing if rest else None


def _drop(reading: Vitals, taken: Sequence[Vitals]) -> float | None:
    """Fall (mmHg) of a systolic pressure during exercise from the highest one before it.

    Before it are the last pressure at rest and the earlier ones of the same effort.
    """
    if reading.phase != "during" or reading.sbp is None:
        return None
    rest = [v.sbp for v in taken if v.phase == "pre" and v.sbp is not None]
    earlier = rest[-1:]
    for each in taken:
        if each is reading:
            break
        if each.phase == "during" and each.sbp is not None:
            earlier.append(each.sbp)
    return max(earlier) - reading.sbp if earlier else None
