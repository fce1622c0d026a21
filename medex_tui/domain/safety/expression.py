"""Conditions of vital-sign rules: names, numbers, comparisons, `and`, `or` and brackets."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import TypeAlias

Values: TypeAlias = Mapping[str, float | None]
"""Readings by name: fields of `Vitals`, and other names the rules use, such as `ketones_mmol`."""

Test: TypeAlias = Callable[[Values, bool], bool]

_COMPARE: dict[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
}


def reader(expression: str) -> Test:
    """Compile a `when` expression of names, numbers, comparisons, `and`, `or` and brackets.

    Raises ValueError for anything else. A name without a value makes its comparison false.
    """
    return _test(ast.parse(expression, mode="eval").body)


def _test(node: ast.expr) -> Test:
    match node:
        case ast.BoolOp(op=op, values=parts):
            tests = [_test(part) for part in parts]
            if isinstance(op, ast.And):
                return lambda values, felt: all(test(values, felt) for test in tests)
            return lambda values, felt: any(test(values, felt) for test in tests)
        case ast.Compare(
            left=ast.Name(id=name),
            ops=[op],
            comparators=[ast.Constant(value=int() | float() as bound)],
        ):
            if compare := _COMPARE.get(type(op)):
                return lambda values, _: (
                    (value := values.get(name)) is not None and compare(value, bound)
                )
        case ast.Name(id="any_symptom"):
            return lambda _, felt: felt
        case ast.Name(id=name):
            return lambda values, _: bool(values.get(name))
    raise ValueError(f"a rule may not hold: {ast.unparse(node)}")
