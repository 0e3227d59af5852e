"""The shape of the house: imports point down only, and nobody reads around the scope."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# Each floor may import itself and what stands to its right of it.
FLOORS = {
    "staff": {"staff"},
    "accounts": {"accounts", "staff"},
    "complaints": {"complaints", "accounts", "staff"},
    "visits": {"visits", "complaints", "accounts", "staff"},
    "development": {"development", "accounts", "staff"},
}
APPS = {*FLOORS, "config"}
FORBIDDEN_FILES = {"services.py", "selectors.py", "managers.py", "signals.py", "utils.py"}
FORBIDDEN_FILES |= {"constants.py", "mixins.py", "helpers.py"}


def sources(app: str) -> list[Path]:
    return [p for p in (ROOT / app).rglob("*.py") if "migrations" not in p.parts]


def imported_apps(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names & APPS


@pytest.mark.parametrize("app", FLOORS)
def test_imports_point_down_only(app):
    # config holds the settings and shared machinery (paging, jobs): any floor may use it.
    wrong = {
        str(path.relative_to(ROOT)): sorted(above)
        for path in sources(app)
        if (above := imported_apps(path) - FLOORS[app] - {"config"})
    }
    assert not wrong


@pytest.mark.parametrize("app", sorted(APPS))
def test_no_file_named_for_nothing(app):
    assert not [p for p in sources(app) if p.name in FORBIDDEN_FILES]


def bare_reads(path: Path) -> list[int]:
    """Lines that read every row of a model: `Model.objects.all()` or a choice of all rows."""
    lines = []
    for node in ast.walk(ast.parse(path.read_text())):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"all", "filter", "get", "count"}
            and isinstance(node.func.value, ast.Attribute)
            and node.func.value.attr == "objects"
        ):
            lines.append(node.lineno)
    return lines


def test_pages_and_forms_never_read_around_the_scope():
    doors = {"views", "forms", "filters", "admin"}
    found = {
        f"{path.relative_to(ROOT)}:{line}"
        for app in FLOORS
        for path in sources(app)
        if doors & {*path.relative_to(ROOT).with_suffix("").parts}
        for line in bare_reads(path)
    }
    assert not found


def test_every_template_says_what_it_is_given():
    templates = (ROOT / "templates").rglob("*.html")
    silent = [
        str(p.relative_to(ROOT))
        for p in templates
        if "{#" not in p.read_text().split("\n", 1)[0] and "django" not in p.parts
    ]
    assert not silent


def test_no_inline_script_or_style():
    """The content security policy would block it in the browser; say so here."""
    found = [
        str(p.relative_to(ROOT))
        for p in (ROOT / "templates").rglob("*.html")
        if any(word in p.read_text() for word in (" style=", "<style", "onclick=", "javascript:"))
    ]
    assert not found
