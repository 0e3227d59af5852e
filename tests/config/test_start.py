"""What the commands say before there is anything, in a folder of their own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.db.migrations.operations import AddConstraint, AddIndex

from config.management.commands.migrate import historical_models_kept

HERE = Path(__file__).resolve().parents[2]


@pytest.fixture
def manage(tmp_path):
    """manage.py in a copy of the code without data, and without this session's environment."""
    shutil.copy(HERE / "manage.py", tmp_path)
    shutil.copytree(
        HERE / "config", tmp_path / "config", ignore=shutil.ignore_patterns("__pycache__")
    )
    clean = {
        name: value
        for name, value in os.environ.items()
        if name
        not in {"DATABASE_URL", "DATABASE_OWNER_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE"}
    }

    def run(*arguments, **environment):
        return subprocess.run(
            [sys.executable, tmp_path / "manage.py", *arguments],
            env=clean | environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    run.folder = tmp_path
    return run


@pytest.mark.parametrize("environment", [{}, {"DATABASE_URL": "postgresql://app@db/dakehu"}])
def test_nothing_starts_without_a_secret_key(manage, environment):
    done = manage("migrate", **environment)
    assert done.returncode == 1
    assert done.stderr.startswith("Set the SECRET_KEY environment variable")
    assert len(done.stderr.splitlines()) == 1
    assert not (manage.folder / ".data").exists()


def test_an_unusable_data_folder_is_one_sentence(manage):
    (manage.folder / ".data").touch()
    done = manage("quickstart")
    assert done.returncode == 1
    assert "cannot be written" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_migrating_leaves_the_operations_as_they_were():
    before = AddIndex.state_forwards, AddConstraint.state_forwards
    with historical_models_kept():
        assert AddIndex.state_forwards is not before[0]
    assert (AddIndex.state_forwards, AddConstraint.state_forwards) == before
