import pytest

from staff import duties


@pytest.fixture
def without_duties(monkeypatch):
    """Steps that do not bring the rule book's duties in line: most of what a step costs.

    For tests that take hundreds of steps to see who may and where they lead; what a step asks of
    whom has tests of its own.
    """
    monkeypatch.setattr(duties, "synchronise_all", lambda **_: {})
