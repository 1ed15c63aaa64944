"""The `where` of a selector: a small closed grammar, read into a Polars expression; nothing is ever evaluated.

Grammar: comparisons (== != < <= > >=, in) of columns, numbers and texts; + - * /; and, or, not; brackets.
"""

import ast
import operator
from collections.abc import Callable, Mapping
from itertools import pairwise

import polars as pl

_COMPARE: dict[type[ast.cmpop], Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt,
    ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
}  # fmt: skip
LONGEST = 500


class NotUnderstoodError(ValueError):
    """The text is outside the grammar; the message names the part."""


def where(text: str, columns: Mapping[str, pl.DataType]) -> pl.Expr:
    """Return the condition that `text` states over `columns`; null (not known) never matches.

    Raises NotUnderstoodError for anything outside the grammar.
    """
    if len(text) > LONGEST:
        raise NotUnderstoodError(f"longer than {LONGEST} characters")
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as broken:
        raise NotUnderstoodError(text) from broken
    return _condition(tree.body, columns).fill_null(value=False)


def _condition(node: ast.expr, columns: Mapping[str, pl.DataType]) -> pl.Expr:
    match node:
        case ast.BoolOp(op=ast.And(), values=values):
            return pl.all_horizontal(_condition(value, columns) for value in values)
        case ast.BoolOp(op=ast.Or(), values=values):
            return pl.any_horizontal(_condition(value, columns) for value in values)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return ~_condition(operand, columns)
        case ast.Compare(left=left, ops=[ast.In()], comparators=[ast.List() | ast.Tuple() as listed]):
            return _value(left, columns).is_in([_constant(item) for item in listed.elts])
        case ast.Compare(left=left, ops=ops, comparators=right) if all(type(op) in _COMPARE for op in ops):
            sides = [_value(side, columns) for side in (left, *right)]
            pairs = zip(ops, pairwise(sides), strict=True)
            return pl.all_horizontal(_COMPARE[type(op)](one, other) for op, (one, other) in pairs)
        case ast.Name(id=name) if columns.get(name) == pl.Boolean:
            return pl.col(name)
        case _:
            raise NotUnderstoodError(ast.unparse(node))


def _value(node: ast.expr, columns: Mapping[str, pl.DataType]) -> pl.Expr:
    match node:
        case ast.Name(id=name) if name in columns:
            return pl.col(name)
        case ast.Constant():
            return pl.lit(_constant(node))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_number(operand, columns)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
            return _ARITHMETIC[type(op)](_number(left, columns), _number(right, columns))
        case _:
            raise NotUnderstoodError(ast.unparse(node))


def _number(node: ast.expr, columns: Mapping[str, pl.DataType]) -> pl.Expr:
    """Return a value to calculate with; a text is none."""
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    if is_text or (isinstance(node, ast.Name) and node.id in columns and not columns[node.id].is_numeric()):
        raise NotUnderstoodError(ast.unparse(node))
    return _value(node, columns)


def _constant(node: ast.expr) -> str | float | bool:
    if isinstance(node, ast.Constant) and isinstance(node.value, str | int | float) and abs_fits(node.value):
        return node.value
    raise NotUnderstoodError(ast.unparse(node))


def abs_fits(value: str | float) -> bool:
    """Return whether a number is small enough to stand in a table."""
    return isinstance(value, str) or abs(value) < 1e15
