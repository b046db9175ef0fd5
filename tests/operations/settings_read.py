"""Finds which environment variables the code reads, from its source."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
READERS = {"text", "flag", "number", "words"}
SKIPPED = {".venv", "tests", "var", "embedded", "gates", "migrations", "test.py", "embedded.py"}


@dataclass(frozen=True)
class Variable:
    """One variable; ``default`` is None where it is not a plain value in the source."""

    name: str
    needed: bool
    default: str | None


def variables() -> dict[str, Variable]:
    """Return every variable read through config.environment, by name."""
    found: dict[str, Variable] = {}
    for path in sorted(ROOT.rglob("*.py")):
        if SKIPPED & set(path.relative_to(ROOT).parts):
            continue
        for variable in _read_in(ast.parse(path.read_text(encoding="utf-8"))):
            known = found.get(variable.name)
            if known is None or known.default is None:
                found[variable.name] = variable
    return found


def _read_in(tree: ast.AST) -> Iterator[Variable]:
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
            continue
        reader, first = node.func, node.args[0]
        if reader.attr not in READERS or not isinstance(reader.value, ast.Name) or reader.value.id != "environment":
            continue
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield Variable(first.value, reader.attr == "text" and len(node.args) == 1, _default(reader.attr, node.args))


def _default(reader: str, arguments: list[ast.expr]) -> str | None:
    if len(arguments) == 1:
        return {"flag": "no", "words": ""}.get(reader)
    try:
        value = ast.literal_eval(arguments[1])
    except ValueError:
        # 365 * 24 * 60 * 60
        if isinstance(arguments[1], ast.BinOp) and not any(
            isinstance(n, ast.Name | ast.Call) for n in ast.walk(arguments[1])
        ):
            return str(eval(compile(ast.Expression(arguments[1]), "default", "eval")))
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
