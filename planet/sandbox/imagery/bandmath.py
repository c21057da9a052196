"""Band math: expressions such as `(b4 - b3) / (b4 + b3)` over the bands of an image.

Only arithmetic and a fixed set of functions are allowed.
"""

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

__all__ = ["BandMathError", "evaluate"]


_BINARY: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_UNARY: dict[type[ast.AST], Callable[[Any], Any]] = {
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
    ast.Not: np.logical_not,
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    name: getattr(np, name)
    for name in (
        "abs", "arccos", "arcsin", "arctan", "ceil", "cos", "exp", "floor", "log", "log10", "logical_and", "logical_or",
        "maximum", "minimum", "rint", "sin", "sqrt", "tan", "where",
    )
}  # fmt: skip


class BandMathError(ValueError):
    """The expression is not valid."""


def evaluate(expression: str, bands: Mapping[str, Any]) -> Any:
    """Evaluate an expression; *bands* maps `b1`, `b2` and so on to values.

    Raises:
        BandMathError: the expression is not valid.
    """
    try:
        tree = ast.parse(expression, mode="eval").body
    except (SyntaxError, ValueError, RecursionError):
        raise BandMathError(f"'{expression}' is not an expression") from None

    def value(node: ast.AST) -> Any:
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
            return node.value
        if isinstance(node, ast.Name):
            if node.id not in bands:
                raise BandMathError(f"unknown band '{node.id}'")
            return bands[node.id]
        if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
            return _BINARY[type(node.op)](value(node.left), value(node.right))
        if isinstance(node, ast.UnaryOp) and type(node.op) in _UNARY:
            return _UNARY[type(node.op)](value(node.operand))
        if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _BINARY:
            return _BINARY[type(node.ops[0])](value(node.left), value(node.comparators[0]))
        if isinstance(node, ast.Call) and not node.keywords:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in _FUNCTIONS:
                return _FUNCTIONS[name](*map(value, node.args))
        raise BandMathError(f"'{ast.unparse(node)}' is not allowed in '{expression}'")

    with np.errstate(all="ignore"):
        return value(tree)
