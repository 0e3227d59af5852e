"""A list of prospects by Excel: onto one plan, new customers written down, undone."""

import pghistory
import pytest

from accounts.models import Account
from accounts.workflow import ledger
from development.models import Prospect
from development.workflow import prospect as workflow
from tests.accounts.ledger.workbooks import applied, previewed, problems, verdicts, xlsx
from tests.factories import AccountFactory
from tests.factories_plans import DevelopmentPlanFactory, ProspectFactory

HEADER = [
    "客户名称",
    "客户编号",
    "来源",
    "基本情况",
    "预计年用量(万元)",
    "电话",
    "负责人",
    "设备台数",
]


@pytest.fixture
def plan(people):
    return DevelopmentPlanFactory(author=people.li)


def line(name="恒泰压铸", code=None, source="展会", situation=None, volume=None, **more):
    return [name, code, source, situation, volume, more.get("phone"), more.get("owner"),
            more.get("machines")]  # fmt: skip


def by(people, plan, who="li", **fields):
    return {"by": getattr(people, who), "kind": "prospects", "options": {"plan": str(plan.pk)},
            **fields}  # fmt: skip


def test_a_list_goes_onto_its_plan(people, plan):
    known = AccountFactory(name="长江注塑", owner=people.chen, standing="prospect")
    rows = [
        line(known.name, situation="两班制", volume=36, machines="24台"),
        line("新泰压铸", owner="陈晓", phone="0512-8888666", source="转介绍"),
    ]
    done = applied(xlsx(HEADER, *rows), **by(people, plan))
    assert (done.counts["rows"], done.counts["created"]) == (2, 2)
    first, second = Prospect.objects.order_by("pk")
    assert (first.account, first.plan, first.source, first.stage) == (
        known, plan, "exhibition", "analysed",
    )  # fmt: skip
    assert first.situation == "两班制\n设备台数: 24台"  # nothing is lost
    assert (first.expected_volume, first.volume_basis) == (360_000, "台账.xlsx")
    assert [step.to_stage for step in first.steps.all()] == ["listed", "analysed"]
    known.refresh_from_db()
    assert (known.annual_volume, known.annual_volume_fact.basis) == (360_000, "expected")
    written = second.account
    assert (written.standing, written.owner, written.phone) == (
        "prospect", people.chen, "0512-8888666",
    )  # fmt: skip
    assert (second.stage, second.source) == ("listed", "referral")
    again = previewed(xlsx(HEADER, *rows, line("再来一家")), **by(people, plan))
    assert verdicts(again) == {2: "same", 3: "same", 4: "new"}


def test_every_row_that_cannot_come_in_says_why(people, plan):
    AccountFactory(name="已是客户", owner=people.chen, standing="key")
    AccountFactory(name="别家潜在", owner=people.zhou, standing="prospect")
    rows = [
        line("甲"), line("甲"), line("已是客户"), line("别家潜在"), line(None), line(None, "K404"),
        line("乙", source="算命"), line("丙", owner="周凯"),
    ]  # fmt: skip
    row = previewed(xlsx(HEADER, *rows), **by(people, plan))
    assert verdicts(row) == {2: "new"} | dict.fromkeys(range(3, 10), "refused")
    assert {number: found[0][1] for number, found in problems(row).items()} == {
        3: "repeated", 4: "not_a_prospect", 5: "outside", 6: "no_customer", 7: "create_first",
        8: "choice", 9: "choice",
    }  # fmt: skip
    assert not Prospect.objects.exists()


def test_a_file_says_once_which_plan_it_is_for(client, people, plan):
    """Without a plan, or with one that is not to be seen, nothing is read."""
    foreign = DevelopmentPlanFactory(author=people.zhao)
    for options in ({}, {"plan": str(foreign.pk)}, {"plan": "x"}):
        row = previewed(xlsx(HEADER, line()), **by(people, plan, options=options))
        assert row.status == "mapping", options
    client.force_login(people.li)
    page = client.get(f"/accounts/import/{row.pk}/columns/").content.decode()
    assert f'<option value="{plan.pk}">' in page
    assert f'<option value="{foreign.pk}">' not in page
    page = client.get(f"/accounts/import/?kind=prospects&part_of={plan.pk}").content.decode()
    assert f'name="part_of" value="{plan.pk}"' in page


def test_what_moved_since_the_preview_is_not_written(people, plan):
    known = AccountFactory(name="长江注塑", owner=people.chen, standing="prospect")
    won = AccountFactory(name="已成客户", owner=people.chen, standing="prospect")
    rows = [line(known.name), line("新泰压铸"), line(won.name)]
    row = previewed(xlsx(HEADER, *rows), **by(people, plan, on_error="partial"))
    ProspectFactory(plan=plan, account=known)
    Account.objects.filter(pk=won.pk).update(standing="key")
    ledger.start_apply(row, actor=people.li)
    done = ledger.apply(row, actor=people.li)
    assert (done.counts["created"], done.counts["moved"]) == (1, 2)
    assert set(plan.prospects.values_list("account__name", flat=True)) == {"长江注塑", "新泰压铸"}


def test_a_row_that_stands_on_the_list_fills_what_is_empty_and_no_more(people, plan):
    """And undo empties it again, unless somebody has worked on it since."""
    bare, full, left, gone = (
        ProspectFactory(
            plan=plan,
            account=AccountFactory(owner=people.chen, standing="prospect", name=name),
            **values,
        )
        for name, values in (
            ("空白厂", {"source_note": "展会名片"}),
            ("满格厂", {"situation": "两班制", "stage": "analysed"}),
            ("后改厂", {}),
            ("放弃厂", {"stage": "dropped", "dropped_from": "listed", "drop_reason": "停产"}),
        )
    )
    rows = [line(row.account.name, situation="三条线", volume=36) for row in (bare, left, gone)]
    rows.append(line(full.account.name, situation="三条线"))
    shown = previewed(xlsx(HEADER, *rows), **by(people, plan))
    assert verdicts(shown) == {2: "changed", 3: "changed", 4: "same", 5: "same"}
    done = applied(xlsx(HEADER, *rows), **by(people, plan))
    assert (done.counts["created"], done.counts["updated"]) == (0, 2)
    bare.refresh_from_db()
    assert (bare.stage, bare.situation, bare.source_note) == ("analysed", "三条线", "展会名片")
    assert (bare.expected_volume, bare.volume_basis) == (360_000, "台账.xlsx")
    assert Account.objects.get(pk=bare.account_id).annual_volume == 360_000
    full.refresh_from_db()
    assert full.situation == "两班制"
    with pghistory.context(ledger_import=None):
        workflow.analyse(left, actor=people.chen, values={"needs": "去看过"})
    undone = ledger.take_back(done, actor=people.li)
    assert [kept["name"] for kept in undone.kept_rows] == ["后改厂"]
    bare.refresh_from_db()
    assert (bare.stage, bare.situation, bare.expected_volume) == ("listed", "", None)
    assert not bare.steps.exists()
    assert Account.objects.get(pk=bare.account_id).annual_volume is None
    left.refresh_from_db()  # its figure stays with it
    assert left.situation == "三条线"
    assert Account.objects.get(pk=left.account_id).annual_volume == 360_000


def test_undo_takes_them_off_but_not_what_was_worked_on(people, plan):
    known = AccountFactory(name="长江注塑", owner=people.chen, standing="prospect")
    rows = [line(known.name), line("新泰压铸", owner="陈晓"), line("金属三厂", owner="陈晓")]
    done = applied(xlsx(HEADER, *rows), **by(people, plan))
    touched = Prospect.objects.get(account__name="新泰压铸")
    with pghistory.context(ledger_import=None):  # one transaction has one context
        workflow.analyse(touched, actor=people.chen, values={"situation": "去看过"})
    undone = ledger.take_back(done, actor=people.li)
    assert [kept["name"] for kept in undone.kept_rows] == ["新泰压铸"]
    assert list(Prospect.objects.all()) == [touched]
    known.refresh_from_db()
    assert not known.is_void
    assert Account.objects.get(name="金属三厂").is_void
    assert not Account.objects.get(name="新泰压铸").is_void
