"""The pages of agreements: what is missing gets its sentence at its field, and nothing is lost."""

import pytest
from django.utils import timezone

from accounts.models import Agreement, AgreementTemplate
from accounts.workflow import business_type
from tests.factories import AccountFactory
from tests.factories_accounts import (
    AgreementFactory,
    AgreementFileFactory,
    AgreementObligationFactory,
    DraftAgreementFactory,
    days_from_now,
)

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def draft(people, account):
    return DraftAgreementFactory(account=account, our_signer=people.li, drawn_up_by=people.chen)


def page(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def signature(**values):
    return {
        "signed_on": f"{timezone.localdate()}",
        "our_party": "我方公司",
        "our_capacity": "appointed",
        "their_party": "客户公司",
        "their_signer": "马志远",
        "their_capacity": "legal",
        "starts_on": f"{timezone.localdate()}",
        "ends_on": "",
        **values,
    }


def test_an_agreement_is_drawn_up_and_gets_its_number(client, people, account):
    client.force_login(people.chen)
    response = client.post(
        f"/accounts/{account.pk}/agreements/new/", {"kind": "vip", "amount": "35万"}
    )
    agreement = Agreement.objects.get()
    assert response.url == agreement.get_absolute_url()
    assert (agreement.number, agreement.amount) == (f"VIP-{timezone.localdate().year}-001", 350000)
    assert agreement.number in page(client, agreement.get_absolute_url())


def test_a_missing_signer_gets_its_sentence_and_nothing_is_lost(client, people, draft):
    client.force_login(people.chen)
    sent = signature(our_signer=people.li.pk, their_signer="", their_proof="授权书2026-3")
    response = client.post(f"{draft.get_absolute_url()}sign/", sent)
    text = response.content.decode()
    assert response.status_code == 422
    assert "Who signed for the customer" in text
    assert "授权书2026-3" in text
    unsaid = signature(our_signer=people.li.pk, their_capacity="")
    response = client.post(f"{draft.get_absolute_url()}sign/", unsaid)
    assert list(response.context["form"].errors) == ["their_capacity"]
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_signing_it(client, people, draft):
    client.force_login(people.chen)
    client.post(f"{draft.get_absolute_url()}sign/", signature(our_signer=people.li.pk))
    draft.refresh_from_db()
    assert (draft.status, draft.our_capacity, draft.their_signer) == (
        "signed",
        "appointed",
        "马志远",
    )
    assert "The scan of the signed paper is missing" in page(client, draft.get_absolute_url())


def test_an_end_before_the_start_is_refused_at_its_field(client, people, draft):
    client.force_login(people.chen)
    sent = signature(our_signer=people.li.pk, ends_on="2001-01-01")
    response = client.post(f"{draft.get_absolute_url()}sign/", sent)
    assert response.status_code == 422
    assert "It cannot end before it starts." in response.content.decode()


def test_a_renewal_goes_on_where_the_last_one_ends(client, people, account):
    old = AgreementFactory(account=account, our_signer=people.li, terms="价格不变")
    client.force_login(people.chen)
    address = f"/accounts/{account.pk}/agreements/new/?renews={old.pk}"
    text = page(client, address)
    assert f'value="{days_from_now(336)}"' in text
    assert "价格不变" in text
    client.post(address, {"kind": "vip", "starts_on": f"{days_from_now(336)}"})
    assert Agreement.objects.get(renews=old).status == "draft"


@pytest.mark.parametrize(
    ("show", "shown"),
    [
        ("in_force", {"NEW", "D80", "D50", "D20"}),
        ("runway-90", {"D80", "D50", "D20"}),
        ("runway-60", {"D50", "D20"}),
        ("runway-30", {"D20"}),
        ("expired", {"OLD"}),
        ("draft", {"DRAFT"}),
        ("over", {"DROPPED"}),
    ],
)
def test_the_lists(client, people, account, show, shown):
    for number, days in {"NEW": 300, "D80": 80, "D50": 50, "D20": 20, "OLD": -5}.items():
        AgreementFactory(account=account, number=number, ends_on=days_from_now(days))
    DraftAgreementFactory(account=account, number="DRAFT")
    DraftAgreementFactory(account=account, number="DROPPED", status="dropped", end_reason="价格")
    AgreementFactory(account=AccountFactory(owner=people.zhou), number="FOREIGN")
    client.force_login(people.chen)
    response = client.get("/accounts/agreements/", {"show": show})
    assert {agreement.number for agreement in response.context["page"]} == shown


def test_recognised_not_yet_signed(client, people, account):
    business_type.recognise(account, actor=people.wang, reason="批准")
    client.force_login(people.chen)
    assert account.name in page(client, "/accounts/agreements/unsigned/")
    file = page(client, account.get_absolute_url())
    assert "Type pending its agreement" in file
    AgreementFactory(account=account)
    assert account.name not in page(client, "/accounts/agreements/unsigned/")
    assert "Type pending its agreement" not in page(client, account.get_absolute_url())


def test_the_end_takes_the_type_away_visibly(client, people):
    account = AccountFactory(
        owner=people.chen,
        region=people.east,
        standing="key",
        business_type="agreement",
        is_end_customer=True,
        long_term_intention=True,
    )
    agreement = AgreementFactory(account=account, number="VIP-1")
    client.force_login(people.li)
    assert "no longer holds" not in page(client, account.get_absolute_url())
    client.post(
        f"{agreement.get_absolute_url()}end/",
        {"ended_on": f"{timezone.localdate()}", "reason": "客户违约"},
    )
    text = page(client, account.get_absolute_url())
    assert "The VIP agreement VIP-1 is over since" in text
    client.post(f"/accounts/{account.pk}/type/", {"business_type": "none", "reason": "协议终止"})
    assert "no longer holds" not in page(client, account.get_absolute_url())


def test_the_type_is_for_superiors(client, people, account):
    client.force_login(people.chen)
    sent = {"business_type": "agreement", "reason": "签约"}
    assert client.post(f"/accounts/{account.pk}/type/", sent).status_code == 403


def test_papers_notes_and_obligations(client, people, account):
    agreement = AgreementFactory(account=account, our_signer=people.li, drawn_up_by=people.chen)
    obligation = AgreementObligationFactory(agreement=agreement, side="theirs", text="付清首款")
    AgreementFileFactory(agreement=agreement)
    client.force_login(people.chen)
    address = agreement.get_absolute_url()
    client.post(
        f"{address}notes/new/",
        {
            "kind": "urging",
            "text": "电话催付首款",
            "obligation": obligation.pk,
            "happened_on": f"{timezone.localdate()}",
        },
    )
    text = page(client, address)
    assert "电话催付首款" in text
    assert "扫描件.txt" in text
    assert "付清首款" in page(client, f"{address}print/")
    settle = f"/accounts/{account.pk}/obligations/{obligation.pk}/"
    assert client.post(settle, {"outcome": "", "settled_on": ""}).status_code == 422
    client.post(settle, {"outcome": "已到账", "settled_on": f"{timezone.localdate()}"})
    assert "已到账" in page(client, address)


def test_templates_are_replaced_by_superiors(client, people):
    client.force_login(people.chen)
    assert client.post("/accounts/agreements/templates/", {"kind": "vip"}).status_code == 403
    assert not AgreementTemplate.objects.exists()


def test_what_an_old_ledger_left_open_is_offered_in_its_renewal(client, people, account):
    old = AgreementFactory(
        account=account, carried_from="老台账.xlsx", their_party="", title="年度供油"
    )
    client.force_login(people.chen)
    page = client.get(f"/accounts/{account.pk}/agreements/new/?renews={old.pk}")
    initial = page.context["form"].initial
    assert (initial["their_party"], initial["title"]) == (account.name, "年度供油")
