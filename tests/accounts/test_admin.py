"""The admin: scoped like every page, without deletion, by the same workflow."""

import pytest

from accounts.concurrency import last_event
from accounts.models import Account
from tests.factories import (
    AccountFactory,
    AnnualVolumeFactory,
    ContactPersonFactory,
    FeedbackFactory,
    InteractionFactory,
    JudgementFactory,
    MonthlyVolumeFactory,
)

CODE = "91310000710937826G"
TABLES = [
    "account",
    "contactperson",
    "assignment",
    "interaction",
    "feedback",
    "attachment",
    "judgement",
    "annualvolume",
    "monthlyvolume",
]


@pytest.fixture
def foreign(people):
    foreign = AccountFactory(name="绝密外区客户", owner=people.zhou, region=people.south)
    ContactPersonFactory(account=foreign, name="外区联系人")
    InteractionFactory(account=foreign, author=people.zhou)
    FeedbackFactory(account=foreign, raised_by=people.zhou)
    JudgementFactory(account=foreign, judged_by=people.zhou)
    return foreign


@pytest.mark.parametrize("table", TABLES)
def test_lists_show_ones_own_customers_only(client, people, account, foreign, table):
    client.force_login(people.li)
    page = client.get(f"/admin/accounts/{table}/?q=客户")
    assert page.status_code == 200
    page = client.get(f"/admin/accounts/{table}/")
    assert page.status_code == 200
    for secret in ("绝密外区客户", "外区联系人"):
        assert secret not in page.content.decode()


@pytest.mark.parametrize("who", ["chen", "he"])
def test_without_a_superiors_post_there_is_no_admin(client, people, account, who):
    client.force_login(getattr(people, who))
    assert client.get("/admin/accounts/account/").status_code == 302


def test_who_only_configures_sees_no_customer(client, people, account):
    client.force_login(people.root)
    page = client.get("/admin/accounts/account/")
    assert page.status_code in (200, 403)
    assert account.name not in page.content.decode()


@pytest.mark.parametrize("table", TABLES)
def test_nothing_is_deleted_here(client, people, account, table):
    client.force_login(people.wang)
    page = client.post(
        f"/admin/accounts/{table}/",
        {"action": "delete_selected", "_selected_action": [account.pk], "post": "yes"},
    )
    assert page.status_code in (200, 302, 403)
    assert client.post(f"/admin/accounts/account/{account.pk}/delete/").status_code == 403
    assert Account.objects.filter(pk=account.pk).exists()


def fields_of(client, address):
    form = client.get(address).context["adminform"].form
    return {f.html_name: f.value() for f in form if f.value() not in (None, False)} | {
        "former_names": ""
    }


def test_a_change_goes_through_the_workflow(client, people, account):
    client.force_login(people.li)
    address = f"/admin/accounts/account/{account.pk}/change/"
    sent = fields_of(client, address) | {"phone": "021-5555", "tier": "A1", "standing": "key"}
    assert client.post(address, sent).status_code == 302
    account.refresh_from_db()
    assert (account.phone, account.tier, account.standing) == ("021-5555", "", "unclassified")


def test_the_parent_company_is_kept_and_a_pasted_credit_code_has_room(client, people, foreign):
    account = AccountFactory(owner=people.chen, parent=foreign)
    client.force_login(people.li)
    address = f"/admin/accounts/account/{account.pk}/change/"
    page = client.get(address).content.decode()
    assert "绝密外区客户" not in page
    sent = fields_of(client, address) | {"credit_code": " 9131-0000 7109-3782-6g", "parent": ""}
    assert client.post(address, sent).status_code == 302
    account.refresh_from_db()
    assert (account.parent, account.credit_code) == (foreign, CODE)


def test_a_stale_admin_form_overwrites_nothing(client, people, account):
    client.force_login(people.li)
    address = f"/admin/accounts/account/{account.pk}/change/"
    sent = fields_of(client, address) | {"phone": "021-5555"}
    Account.objects.filter(pk=account.pk).update(phone="021-1111")
    assert client.post(address, sent).status_code == 200
    account.refresh_from_db()
    assert account.phone == "021-1111"


def test_a_foreign_customer_cannot_be_changed(client, people, foreign):
    client.force_login(people.li)
    address = f"/admin/accounts/account/{foreign.pk}/change/"
    client.post(address, {"name": "改名", "seen_version": foreign.version})
    foreign.refresh_from_db()
    assert foreign.name == "绝密外区客户"


def test_a_contact_person_is_changed_and_not_overwritten(client, people, account):
    person = ContactPersonFactory(account=account, name="高明")
    client.force_login(people.li)
    address = f"/admin/accounts/contactperson/{person.pk}/change/"
    sent = {"name": "高明", "role": "decides", "mobile": "138", "seen": last_event(person)}
    client.post(address, sent)
    client.post(address, sent | {"mobile": "139"})  # drawn before the first was saved
    person.refresh_from_db()
    assert person.mobile == "138"


@pytest.mark.parametrize(("term", "n"), [("长江", 1), ("绝密", 0)])
def test_autocomplete_stays_in_the_scope(client, people, account, foreign, term, n):
    client.force_login(people.li)
    asked = {
        "app_label": "accounts",
        "model_name": "contactperson",
        "field_name": "account",
        "term": term,
    }
    assert len(client.get("/admin/autocomplete/", asked).json()["results"]) == n


def test_the_history_is_the_trail(client, people, account):
    client.force_login(people.li)
    response = client.get(f"/admin/accounts/account/{account.pk}/history/")
    assert response.url == f"/accounts/{account.pk}/history/"


def test_amounts_are_told_to_the_cent(client, people, account):
    Account.objects.filter(pk=account.pk).update(annual_volume="354472.8")
    AnnualVolumeFactory(account=account, amount="354472.8")
    MonthlyVolumeFactory(account=account, amount="354472.8")
    client.force_login(people.wang)
    for page in (f"account/{account.pk}/change/", "annualvolume/", "monthlyvolume/"):
        shown = client.get(f"/admin/accounts/{page}").content.decode()
        assert "354,472.80" in shown
        assert "354472.8" not in shown
