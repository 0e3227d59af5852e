"""Breaks one rule at a time and asks whether a test notices (R2).

    .venv/bin/python -m tests.mutants [bounds] [scope] [blockers] [--list] [--only WORD]

A mutant is one file read with one small change: a bound that takes in its neighbour, a condition
of a scope left out, a reason not given. The change is made while the module is imported, so that
no file is written. Each mutant is tried by the tests of what it broke; one that passes them all
is named, and the exit code is 1. Run it where no other tests run: they share a database.
"""

from __future__ import annotations

import argparse
import ast
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.machinery import PathFinder, SourceFileLoader
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SCOPES = {
    "visible_to",
    "visible_ever_to",
    "_looked_after_by",
    "editable_by",
    "administered_by",
    "listed_for",
}

PATIENCE_SECONDS = 1800

Change = Callable[[ast.AST], ast.AST | None]


@dataclass(frozen=True)
class Family:
    """Where its rules stand, what is changed in them, and the tests that must notice."""

    files: tuple[str, ...]
    wants: Callable[[str], bool]
    changes: tuple[str, ...]
    tests: Callable[[str], tuple[str, ...]]


def tests_of(path: str) -> tuple[str, ...]:
    app = path.split("/")[0]
    quick = ("tests/test_every_scope.py", f"tests/{app}/test_scope.py")
    return (*quick, "tests/test_every_url.py", f"tests/{app}")


FAMILIES = {
    "bounds": Family(
        ("accounts/tiering/*.py",),
        lambda name: name.startswith(("Span.", "Axis.", "judge", "_check_volume", "lint")),
        ("comparison", "junction", "negation"),
        lambda path: ("tests/accounts/test_tiering.py",),
    ),
    "scope": Family(
        ("*/querysets.py", "*/querysets_*.py", "*/querysets/*.py"),
        lambda name: name.rpartition(".")[2] in SCOPES,
        ("guard", "nothing", "either", "narrowing", "junction", "negation"),
        tests_of,
    ),
    "blockers": Family(
        ("accounts/**/*.py", "staff/**/*.py", "development/**/*.py", "visits/**/*.py",
         "complaints/**/*.py"),
        lambda name: name.endswith("_blocker"),
        ("guard", "last word"),
        tests_of,
    ),
}  # fmt: skip

OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}


def changes(node: ast.AST, kinds: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """Every way this node is broken: in words, and what stands in its place."""
    match node:
        case ast.Compare(left, [operator], right) if "comparison" in kinds:
            if other := OPPOSITE.get(type(operator)):
                yield "a bound moved", ast.Compare(left, [other()], right)
        case ast.BoolOp(operator, values) if "junction" in kinds:
            other_way = ast.Or() if isinstance(operator, ast.And) else ast.And()
            yield "and ↔ or", ast.BoolOp(other_way, values)
        case ast.UnaryOp(ast.Not(), operand) if "negation" in kinds:
            yield "not left out", operand
        case ast.If(_, [ast.Return()], []) if "guard" in kinds:
            yield "guard left out", ast.Pass()
        case ast.Return(ast.Call(ast.Attribute(rows, "none"))) if "nothing" in kinds:
            yield "everything instead of nothing", ast.Return(rows)
        case ast.BinOp(left, ast.BitOr(), right) if "either" in kinds:
            yield "second half left out", left
            yield "first half left out", right
        case ast.Call(ast.Attribute(rows, "filter" | "exclude")) if "narrowing" in kinds:
            if not (isinstance(rows, ast.Attribute) and rows.attr == "objects"):
                yield "condition left out", rows
        case ast.Return(ast.IfExp()) if "last word" in kinds:
            yield "always allowed", ast.Return(ast.Constant(""))
        case ast.Return(ast.BoolOp(ast.Or(), [_, *rest])) if "last word" in kinds:
            yield (
                "first reason left out",
                ast.Return(rest[0] if len(rest) == 1 else ast.BoolOp(ast.Or(), rest)),
            )


class Breaker(ast.NodeTransformer):
    """Walks the wanted functions; the change of that number is made, the others are named."""

    def __init__(self, family: Family, number: int = -1) -> None:
        self.family, self.number = family, number
        self.names: list[str] = []
        self.found: list[str] = []

    def visit(self, node: ast.AST) -> Any:
        named = isinstance(node, ast.ClassDef | ast.FunctionDef)
        if named:
            self.names.append(node.name)  # type: ignore[attr-defined]
        wanted = self.family.wants(".".join(self.names)) if self.names else False
        result: Any = None
        for words, instead in changes(node, self.family.changes) if wanted else ():
            if len(self.found) == self.number:
                result = ast.copy_location(instead, node)
            self.found.append(f"{'.'.join(self.names)}:{getattr(node, 'lineno', 0)} {words}")
        walked = self.generic_visit(node)
        if named:
            self.names.pop()
        return walked if result is None else ast.fix_missing_locations(result)


def broken(path: Path, family: str, number: int = -1) -> tuple[ast.Module, list[str]]:
    breaker = Breaker(FAMILIES[family], number)
    tree = breaker.visit(ast.parse(path.read_text()))
    return tree, breaker.found


# --- in the session that tries one mutant: `pytest -p tests.mutants` ----------------------------


class BrokenLoader(SourceFileLoader):
    def source_to_code(self, data: Any, path: Any, **_options: Any) -> Any:  # type: ignore[override]
        _file, family, number = os.environ["MUTANT"].rsplit(":", 2)
        tree, _found = broken(Path(os.fsdecode(path)), family, int(number))
        return compile(tree, path, "exec")

    def get_code(self, fullname: str) -> Any:
        path = self.get_filename(fullname)
        return self.source_to_code(None, path)  # never from the cache


class BrokenFinder(PathFinder):
    @classmethod
    def find_spec(cls, fullname: str, path: Any = None, target: Any = None) -> Any:
        spec = super().find_spec(fullname, path, target)
        wanted = str(ROOT / os.environ["MUTANT"].rsplit(":", 2)[0])
        if spec is None or spec.origin != wanted:
            return None
        spec.loader = BrokenLoader(fullname, wanted)
        return spec


if os.environ.get("MUTANT"):
    sys.meta_path.insert(0, BrokenFinder)


# --- the session that tries them all -------------------------------------------------------------


def mutants(families: list[str], word: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(name of the mutant for MUTANT, what it breaks, the tests that must notice)."""
    for family in families:
        for pattern in FAMILIES[family].files:
            for path in sorted(ROOT.glob(pattern)):
                file = str(path.relative_to(ROOT))
                for number, words in enumerate(broken(path, family)[1]):
                    text = f"{file} {words}"
                    if word in text:
                        yield f"{file}:{family}:{number}", text, FAMILIES[family].tests(file)


def survives(name: str, tests: tuple[str, ...]) -> bool:
    there = [test for test in tests if (ROOT / test).exists()]
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "tests.mutants", "-x", "-q", *there],
            cwd=ROOT,
            env={**os.environ, "MUTANT": name},
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_SECONDS,
        )
    except subprocess.TimeoutExpired:  # it waits for what never comes: nobody overlooks that
        return False
    if done.returncode not in {0, 1}:  # 1: a test failed
        print(done.stdout[-3000:], done.stderr[-3000:])
    return done.returncode == 0


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("families", nargs="*", metavar="family")
    options.add_argument("--only", default="", help="mutants whose description holds this")
    options.add_argument("--list", action="store_true")
    given = options.parse_args()
    wanted = list(mutants(given.families or list(FAMILIES), given.only))
    living = 0
    for name, words, tests in wanted:
        if given.list:
            print(words)
            continue
        started = time.monotonic()
        lives = survives(name, tests)
        living += lives
        mark = "LIVES " if lives else "caught"
        print(f"{mark}  {time.monotonic() - started:5.1f} s  {words}", flush=True)
    if not given.list:
        print(f"{len(wanted) - living} of {len(wanted)} mutants caught")
    return 1 if living else 0


if __name__ == "__main__":
    sys.exit(main())
