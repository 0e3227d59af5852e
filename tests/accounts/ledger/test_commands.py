"""The commands that others rely on: their last line is JSON."""

import json

import pytest
from django.core.management import call_command

from accounts.models import Account
from tests.accounts.ledger.workbooks import xlsx

GOOD = xlsx(["客户编号", "客户名称"], ["K1", "甲公司"], ["K2", "乙公司"])
MIXED = xlsx(["客户编号", "客户名称"], ["K1", "甲公司"], ["K2", None])


def run(capsys, *args):
    try:
        call_command(*args)
        code = 0
    except SystemExit as ended:
        code = ended.code
    return code, json.loads(capsys.readouterr().out.strip().splitlines()[-1])


@pytest.fixture
def file(tmp_path):
    def make(content):
        path = tmp_path / "台账.xlsx"
        path.write_bytes(content)
        return str(path)

    return make


def test_import_and_import_again(people, capsys, file):
    args = ("import_ledger", file(GOOD), "--kind", "customers", "--by", "wang")
    zero = {"updated": 0, "refused": 0, "warnings": 0}
    assert run(capsys, *args) == (0, {"rows": 2, "created": 2, "unchanged": 0, **zero})
    assert run(capsys, *args) == (0, {"rows": 2, "created": 0, "unchanged": 2, **zero})


def test_a_preview_writes_nothing(people, capsys, file):
    code, said = run(
        capsys, "import_ledger", file(GOOD), "--kind", "customers", "--by", "wang", "--preview"
    )
    assert (code, said["created"]) == (0, 2)
    assert not Account.objects.exists()


def test_refused_rows_refuse_the_file_unless_told_otherwise(people, capsys, file):
    args = ("import_ledger", file(MIXED), "--kind", "customers", "--by", "wang")
    code, said = run(capsys, *args)
    assert (code, said["refused"]) == (1, 1)
    assert not Account.objects.exists()
    code, said = run(capsys, *args, "--on-error", "partial")
    assert (code, said["created"], said["refused"]) == (0, 1, 1)


def test_export(people, capsys, tmp_path, file):
    run(capsys, "import_ledger", file(GOOD), "--kind", "customers", "--by", "wang")
    out = str(tmp_path / "out.xlsx")
    assert run(capsys, "export_ledger", out, "--kind", "customers", "--by", "wang") == (
        0,
        {"rows": 2},
    )
    code, said = run(capsys, "import_ledger", out, "--kind", "customers", "--by", "wang")
    assert (code, said["unchanged"]) == (0, 2)
