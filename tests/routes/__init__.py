"""The table of addresses: one file per app or noun, each with its `ROUTES` and its objects.

`furnish(world, people)` adds objects to the world, all belonging to Chen's customer.
"""

import importlib
from pathlib import Path

MODULES = [
    importlib.import_module(f"tests.routes.{path.stem}")
    for path in sorted(Path(__file__).parent.glob("*.py"))
    if path.stem not in {"__init__", "route"}
]
ROUTES = {name: route for module in MODULES for name, route in module.ROUTES.items()}


def furnish(world, people):
    """One object of each kind."""
    for module in MODULES:
        module.furnish(world, people)
