"""Adding and changing a customer; a stale form never overwrites a newer change."""

import pghistory
import pytest

from accounts.models import Account, AssignmentKind
from accounts.workflow import account as workflow
from staff.transitions import TransitionDenied
from tests.factories import AccountFactory

pytestmark = pytest.mark.usefixtures("english")

NEW = {"name": "苏州新禾纺织有限公司", "kind": "organisation", "standing": "prospect"}


def form_of(client, url):
    """What the browser would send back untouched."""
    form = client.get(url).context["form"]
    values = {field.html_name: field.value() for field in form}
    return {name: value for name, value in values.items() if value not in (None, False)} | {
        "former_names": ""
    }


def test_a_specialists_new_customer_becomes_theirs(client, people):
    client.force_login(people.chen)
    client.post("/accounts/new/", NEW | {"owner": people.zhou.pk})
    account = Account.objects.get(name=NEW["name"])
    assert (account.owner, account.created_by) == (people.chen, people.chen)
    assert account.assignments.get().kind == AssignmentKind.OWNER


@pytest.mark.parametrize(
    ("owner", "is_added"), [("chen", True), ("li", True), ("zhou", False), ("gone", False)]
)
def test_a_supervisor_chooses_the_owner_from_the_line(client, people, owner, is_added):
    client.force_login(people.li)
    response = client.post("/accounts/new/", NEW | {"owner": getattr(people, owner).pk})
    assert Account.objects.filter(name=NEW["name"]).exists() is is_added
    assert response.status_code == (302 if is_added else 422)


def test_without_a_post_nobody_adds_a_customer(client, people):
    client.force_login(people.he)
    response = client.post("/accounts/new/", NEW)
    assert "Only someone with a post" in response.content.decode()
    assert not Account.objects.exists()


def test_a_new_customer_cannot_start_as_key_account(client, people):
    client.force_login(people.chen)
    assert client.post("/accounts/new/", NEW | {"standing": "key"}).status_code == 422
    assert not Account.objects.exists()


@pytest.mark.parametrize(
    ("who", "status_code", "name"),
    [
        ("chen", 302, "新名有限公司"),
        ("li", 302, "新名有限公司"),
        ("wang", 302, "新名有限公司"),
        ("sun", 404, "上海长江机械有限公司"),
        ("zhao", 404, "上海长江机械有限公司"),
    ],
)
def test_who_may_edit(client, people, account, who, status_code, name):
    client.force_login(getattr(people, who))
    sent = {"name": "新名有限公司", "kind": "organisation", "version": account.version}
    response = client.post(f"/accounts/{account.pk}/edit/", sent)
    account.refresh_from_db()
    assert (response.status_code, account.name) == (status_code, name)


def test_pinyin_follows_the_name(client, people, account):
    client.force_login(people.chen)
    sent = {"name": "重庆机床", "kind": "organisation", "version": account.version}
    client.post(f"/accounts/{account.pk}/edit/", sent)
    account.refresh_from_db()
    assert account.name_initials == "cqjc"


def test_an_error_keeps_what_was_typed(client, people, account):
    client.force_login(people.chen)
    sent = {"name": "新名", "credit_code": "91310000710937826", "kind": "organisation"}
    response = client.post(f"/accounts/{account.pk}/edit/", sent)
    page = response.content.decode()
    assert response.status_code == 422
    assert "91310000710937826 has 17" in page or "18 characters" in page
    assert 'value="91310000710937826"' in page


def test_a_pasted_credit_code_has_room_for_its_spaces(client, people, account):
    client.force_login(people.chen)
    url = f"/accounts/{account.pk}/edit/"
    field = client.get(url).context["form"]["credit_code"]
    assert field.field.widget.attrs["maxlength"] == "40"
    client.post(url, form_of(client, url) | {"credit_code": "9131 0000 7109-3782 6G\u3000"})
    account.refresh_from_db()
    assert account.credit_code == "91310000710937826G"


def test_a_stale_form_shows_both_values_and_overwrites_nothing(client, people, account):
    client.force_login(people.chen)
    url = f"/accounts/{account.pk}/edit/"
    mine = form_of(client, url)
    with pghistory.context(user=people.li.pk):
        Account.objects.filter(pk=account.pk).update(phone="021-11112222", industry="机床")
    with pghistory.context(user=people.wang.pk):  # not what the form is about
        Account.objects.filter(pk=account.pk).update(annual_volume=5)
    response = client.post(url, mine | {"phone": "021-99998888", "address": "延安路1号"})
    account.refresh_from_db()
    assert (account.phone, account.address) == ("021-11112222", "")
    assert response.status_code == 409
    moved = {row["name"]: (row["now"], row["typed"]) for row in response.context["form"].moved}
    assert moved == {"phone": ("021-11112222", "021-99998888"), "industry": ("机床", "")}
    assert "李慧敏 changed this customer" in response.content.decode()  # the loser learns who won
    shown = {field.html_name: field.value() for field in response.context["form"]}
    assert (shown["phone"], shown["industry"], shown["address"]) == (
        "021-99998888",
        "机床",
        "延安路1号",
    )


def test_saving_again_after_the_comparison_writes(client, people, account):
    client.force_login(people.chen)
    url = f"/accounts/{account.pk}/edit/"
    mine = form_of(client, url)
    Account.objects.filter(pk=account.pk).update(industry="机床", needs_two_contacts=True)
    form = client.post(url, mine | {"phone": "021-99998888"}).context["form"]
    again = {field.html_name: field.value() for field in form if field.value() is not None}
    assert client.post(url, again).status_code == 302
    account.refresh_from_db()
    assert (account.phone, account.industry) == ("021-99998888", "机床")
    assert account.needs_two_contacts is True


def test_a_copy_kept_by_the_machinery_makes_no_form_stale(client, people, account):
    client.force_login(people.chen)
    url = f"/accounts/{account.pk}/edit/"
    mine = form_of(client, url)
    Account.objects.filter(pk=account.pk).update(annual_volume=350000)
    assert client.post(url, mine | {"phone": "021-1"}).status_code == 302


def test_a_parent_outside_the_scope_stays_untouched(client, people, account):
    parent = AccountFactory(name="外区集团", owner=people.zhou)
    Account.objects.filter(pk=account.pk).update(parent=parent)
    client.force_login(people.chen)
    url = f"/accounts/{account.pk}/edit/"
    assert "外区集团" not in client.get(url).content.decode()
    client.post(url, form_of(client, url) | {"phone": "021-1", "parent": ""})
    account.refresh_from_db()
    assert (account.phone, account.parent) == ("021-1", parent)


def test_a_company_is_not_its_own_grandparent(client, people, account):
    child = AccountFactory(owner=people.chen, parent=account)
    client.force_login(people.chen)
    url = f"/accounts/{account.pk}/edit/"
    response = client.post(url, form_of(client, url) | {"parent": child.pk})
    assert response.status_code == 422
    with pytest.raises(TransitionDenied):  # nor by any other door
        workflow.edit(account, actor=people.li, values={"parent": child}, version=account.version)
    account.refresh_from_db()
    assert account.parent is None


@pytest.fixture
def twins(people):
    """One in Chen's scope and one of Zhou's, with the name about to be entered."""
    return [
        AccountFactory(name="苏州新禾纺织有限公司", owner=people.chen),
        AccountFactory(name="苏州市新禾纺织有限责任公司", owner=people.zhou),
    ]


def test_a_customer_that_may_be_here_already_is_shown_first(client, people, twins):
    client.force_login(people.chen)
    response = client.post("/accounts/new/", NEW | {"industry": "纺织"})
    page = response.content.decode()
    assert Account.objects.count() == 2
    assert twins[0].get_absolute_url() in page
    assert "周凯" in page  # whom to ask about the other
    assert twins[1].get_absolute_url() not in page
    assert 'value="纺织"' in page
    client.post("/accounts/new/", NEW | {"save_anyway": "on"})
    assert Account.objects.count() == 3


def test_while_typing_the_form_asks_for_twins(client, people):
    client.force_login(people.chen)
    page = client.get("/accounts/new/").content.decode()
    assert page.count('hx-get="/accounts/duplicates/check/"') == 3
    assert 'id="duplicates"' in page
