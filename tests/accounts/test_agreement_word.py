"""Agreements as Word documents: from the company's own template, in a sandboxed child process."""

import io
import zipfile
from decimal import Decimal

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts import word
from accounts.models import AgreementTemplate
from accounts.word.built_in import built_in
from accounts.word.capitals import capitals
from accounts.word.fields import field_list, sample_values, values_of
from accounts.workflow import agreement_template as workflow
from staff.transitions import TransitionDenied
from tests.factories import AccountFactory
from tests.factories_accounts import (
    AgreementFactory,
    AgreementObligationFactory,
    days_from_now,
)

pytestmark = pytest.mark.usefixtures("english")


def a_template(*lines):
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def text_of(content):
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(line.text for line in document.paragraphs), *cells])


def an_upload(*lines):
    return SimpleUploadedFile("我们的协议.docx", a_template(*lines))


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["vip", "sales"])
def test_the_template_that_comes_with_us(kind):
    agreement = AgreementFactory(
        account=AccountFactory(name="杭州A&B <机械>有限公司"),
        kind=kind,
        number="HT-2026-7",
        their_party="杭州A&B <机械>有限公司",
        amount=Decimal(350000),
    )
    AgreementObligationFactory(agreement=agreement, text="每季度送样一次")
    text = text_of(word.fill(built_in(kind), values_of(agreement)))
    for words in (
        "HT-2026-7",
        "杭州A&B <机械>有限公司",
        "马志远",
        "每季度送样一次",
        "350,000.00",
        "叁拾伍万元整",
    ):
        assert words in text
    assert "{" not in text


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("10", "壹拾元整"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
        ("107000", "壹拾万零柒仟元整"),
        ("1268000.50", "壹佰贰拾陆万捌仟元伍角整"),
        ("100000001", "壹亿零壹元整"),
        ("2000300000", "贰拾亿零叁拾万元整"),
    ],
)
def test_amounts_in_capital_numerals(amount, said):
    assert capitals(Decimal(amount)) == said


@pytest.mark.django_db
def test_an_obligation_names_the_party_that_owes_it():
    agreement = AgreementFactory(our_party="我方公司", their_party="客户公司")
    AgreementObligationFactory(agreement=agreement, side="ours", due_on=days_from_now(1))
    AgreementObligationFactory(agreement=agreement, side="theirs", due_on=days_from_now(2))
    assert [row["side"] for row in values_of(agreement)["obligations"]] == ["我方公司", "客户公司"]


def test_every_field_can_be_used():
    names = [name for name, _label in field_list()]
    assert set(names) == set(sample_values())
    template = a_template(*(f"{{{{ {name} }}}}" for name in names))
    assert "their_signer" in text_of(word.fill(template, sample_values()))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{{ nummer }}", "nummer"),
        ("{{ number.extra }}", "asks for what an agreement does not have"),
        ("{{ number", "not written rightly"),
        ("{% for row in obligations %}", "not written rightly"),
        ("{{ number.__class__.__mro__ }}", "may not|does not have"),
        ("{{ number | nonsense }}", "not written rightly"),
        ("{{ obligations.append(1) }}", "may not"),
    ],
)
def test_a_template_that_cannot_be_filled_gets_a_sentence(line, said):
    with pytest.raises(word.TemplateRefused, match=said):
        word.fill(a_template(line), sample_values())


def test_a_template_that_never_ends_is_stopped(monkeypatch):
    monkeypatch.setattr(word, "SECONDS", 3)
    loops = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    with pytest.raises(word.TemplateRefused, match="cannot be read"):
        word.fill(a_template(loops), sample_values())


def packed(*names):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, size in names:
            archive.writestr(name, b"0" * size)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7", "not a Word document"),
        (packed(("xl/workbook.xml", 9)), "not a Word document"),
        (packed(("word/document.xml", 9), ("word/vbaProject.bin", 9)), "macros"),
        (packed(("word/document.xml", 70_000_000)), "too large"),
        (packed(("word/document.xml", 9)), "cannot be read"),
        (b"0" * (word.MOST_BYTES + 1), "too large"),
    ],
)
def test_what_is_no_template_gets_a_sentence(content, said):
    with pytest.raises(word.TemplateRefused, match=said):
        word.fill(content, sample_values())


def test_a_company_uses_its_own_template_and_goes_back(client, people, account):
    agreement = AgreementFactory(account=account, number="HT-9")
    with pytest.raises(TransitionDenied, match="supervisor or a manager"):
        workflow.replace("vip", actor=people.chen, upload=an_upload("合同{{ number }}"))
    client.force_login(people.li)
    sent = {"kind": "vip", "file": an_upload("本公司合同 {{ number }}")}
    assert client.post("/accounts/agreements/templates/", sent).status_code == 302
    response = client.get(f"{agreement.get_absolute_url()}word/")
    assert response["Content-Disposition"] == 'attachment; filename="HT-9.docx"'
    assert text_of(response.content) == "本公司合同 HT-9"
    template = AgreementTemplate.objects.get()
    client.post(f"/accounts/agreements/templates/{template.pk}/retire/")
    assert "VIP客户协议" in text_of(client.get(f"{agreement.get_absolute_url()}word/").content)


def test_a_refused_template_says_why_at_its_field(client, people):
    client.force_login(people.li)
    sent = {"kind": "vip", "file": an_upload("{{ nummer }}")}
    response = client.post("/accounts/agreements/templates/", sent)
    assert response.status_code == 422
    assert "nummer" in response.context["form"].errors["file"][0]
    assert not AgreementTemplate.objects.exists()


def test_no_link_leads_where_one_may_not_go(client, people):
    for person, status in ((people.he, 404), (people.chen, 200)):
        client.force_login(person)
        page = client.get("/accounts/agreements/templates/").content.decode()
        assert ("templates/vip/file/" in page) == (status == 200)
        assert client.get("/accounts/agreements/templates/vip/file/").status_code == status
