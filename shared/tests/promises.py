"""What the tests of every service's contracts look at: the code as text, and events of tomorrow."""

import ast
from pathlib import Path
from types import ModuleType
from typing import Any


def with_more(value: Any) -> Any:
    """As a newer process may say it: a field more in every object."""
    match value:
        case dict():
            return {key: with_more(item) for key, item in value.items()} | {"more": 1}
        case list():
            return [with_more(item) for item in value]
        case _:
            return value


def trees(package: ModuleType) -> list[ast.Module]:
    """Of every file of a package."""
    files = Path(package.__path__[0]).rglob("*.py")
    return [ast.parse(file.read_text("utf-8")) for file in files]


def raised(tree: ast.AST) -> set[str]:
    """The codes of `Rejected("CODE", …)` and of `problem(request, "CODE", …)`."""
    return {
        str(argument.value)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
        if call.func.id in {"Rejected", "problem"}
        for argument in call.args
        if isinstance(argument, ast.Constant)
    }
