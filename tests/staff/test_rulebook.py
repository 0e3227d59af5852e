"""The rule book's pages: articles, the company's text, policy values and what they would change."""

import datetime as dt
import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.duties.customer import INFORMATION_INTERVAL
from accounts.models import Standing, TierPolicy
from accounts.workflow import tier_policy as tier_policies
from staff import company, duties, policy
from staff.models import ArticleText, Obligation, PolicyValue, Provenance
from tests.factories import AccountFactory

TODAY = timezone.localdate()
KEY = INFORMATION_INTERVAL.key


def setting(value, **changes):
    fields = {"value": value, "effective_from": TODAY, "reason": "总经理确认", "confirmed": "1"}
    return fields | changes


@pytest.mark.parametrize(
    ("who", "set_"), [("wang", True), ("li", False), ("chen", False), ("root", False)]
)
def test_only_a_manager_sets_a_value(client, people, who, set_):
    client.force_login(getattr(people, who))
    client.post(f"/rules/values/{KEY}/", setting(3))
    assert PolicyValue.objects.exists() is set_
    assert policy.in_force()[INFORMATION_INTERVAL] == (3 if set_ else 1)


def test_the_effect_is_shown_before_anything_is_saved(client, people):
    AccountFactory(owner=people.chen, standing=Standing.KEY)
    client.force_login(people.wang)
    fields = setting(1)
    del fields["confirmed"]
    response = client.post(f"/rules/values/{KEY}/", fields)
    assert [e.duty.code for e in response.context["effects"]] == ["information.confirm"]
    assert not PolicyValue.objects.exists()


def test_a_value_works_from_its_day_and_the_past_keeps_its_own(client, people):
    client.force_login(people.wang)
    later = TODAY + dt.timedelta(days=30)
    client.post(f"/rules/values/{KEY}/", setting(6, effective_from=later))
    assert policy.in_force(TODAY)[INFORMATION_INTERVAL] == 1
    assert policy.in_force(later)[INFORMATION_INTERVAL] == 6


@pytest.mark.parametrize(
    "changes", [{"value": 0}, {"reason": ""}, {"effective_from": "2020-01-01"}]
)
def test_a_wrong_value_is_refused_at_its_field(client, people, changes):
    client.force_login(people.wang)
    response = client.post(f"/rules/values/{KEY}/", setting(3) | changes)
    assert set(response.context["form"].errors) == set(changes)
    assert not PolicyValue.objects.exists()


def test_a_decided_value_leaves_the_open_questions(client, people):
    client.force_login(people.wang)
    url = "/rules/values/?open=1"
    assert KEY in [row.name for row in client.get(url).context["rows"]]
    client.post(f"/rules/values/{KEY}/", setting(1))
    assert KEY not in [row.name for row in client.get(url).context["rows"]]
    rows = {row.name: row for row in policy.overview(TODAY)}
    assert rows[KEY].provenance == Provenance.DECIDED


@pytest.mark.parametrize("change", [{"value": 9}, None])
def test_the_database_keeps_every_value_as_it_was(people, change):
    row = PolicyValue.objects.create(
        key=KEY, value=2, effective_from=TODAY, set_by=people.wang, reason="试行"
    )
    rows = PolicyValue.objects.filter(pk=row.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(**change) if change else rows.delete()


def word(paragraphs):
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        document = f"<w:document {space}><w:body>{body}</w:body></w:document>"
        archive.writestr("word/document.xml", document)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("a.txt", "第三条 本公司大客户".encode(), "第三条 本公司大客户"),
        ("a.txt", "第三条 本公司大客户".encode("gb18030"), "第三条 本公司大客户"),
        ("a.docx", word(["第三条", "本公司大客户"]), "第三条\n本公司大客户"),
    ],
)
def test_the_companys_text_is_read_and_kept_by_version(client, people, name, content, text):
    client.force_login(people.wang)
    client.post("/rules/S1-A3/text/", {"text": "旧文本"})
    client.post("/rules/S1-A3/text/", {"file": SimpleUploadedFile(name, content)})
    assert list(ArticleText.objects.values_list("version", "text")) == [(2, text), (1, "旧文本")]


@pytest.mark.parametrize("content", [b"PK\x03\x04broken", b"\x00\x01\x02\xff\xfe"])
def test_a_file_that_cannot_be_read_is_named_and_changes_nothing(client, people, content):
    client.force_login(people.wang)
    upload = SimpleUploadedFile("a.docx", content)
    response = client.post("/rules/S1-A3/text/", {"text": "已输入", "file": upload})
    assert "file" in response.context["form"].errors
    assert "已输入" in response.content.decode()
    assert not ArticleText.objects.exists()


def test_an_article_counts_only_what_the_reader_sees(client, people):
    AccountFactory(owner=people.chen, standing=Standing.KEY)
    AccountFactory(owner=people.zhou, standing=Standing.KEY)
    duties.synchronise_all(today=TODAY + dt.timedelta(days=40))
    assert Obligation.objects.filter(duty="information.confirm").count() == 2
    for who, due in [("wang", 2), ("li", 1), ("chen", 1), ("sun", 0)]:
        client.force_login(getattr(people, who))
        address = f"/rules/S4-6.3/?from={TODAY}&to={TODAY + dt.timedelta(days=60)}"
        [(_duty, kept)] = client.get(address).context["duties"]
        assert kept.due == due


def test_readings_of_the_tier_policy_are_open_questions_too(client, people):
    client.force_login(people.wang)
    rows = {row.name: row for row in client.get("/rules/values/?open=1").context["rows"]}
    row = rows["tiers.judged_per"]
    assert row.address == TierPolicy.objects.in_force(TODAY).get_absolute_url()
    assert row.provenance == Provenance.SUGGESTED
    shown = {row.name for row in client.get("/rules/S1-A3/").context["values"]}
    assert {"tiers.judged_per", "tiers.bounds_inclusive"} <= shown


def test_activating_a_policy_decides_its_readings(client, people):
    draft = tier_policies.draft(TierPolicy.objects.in_force(), actor=people.wang, name="2027")
    tier_policies.activate(draft, actor=people.wang, effective_on=TODAY, reason="总经理确认")
    client.force_login(people.wang)
    rows = client.get("/rules/values/?open=1").context["rows"]
    assert rows
    assert not [row for row in rows if row.name.startswith("tiers.judged_per")]


def test_a_manager_names_the_company(client, people):
    assert company.name() == ""
    client.force_login(people.wang)
    client.post("/rules/values/company.name/", setting("华东润滑油有限公司"))
    assert company.name() == "华东润滑油有限公司"
    assert "华东润滑油有限公司" in client.get("/rules/values/").content.decode()
