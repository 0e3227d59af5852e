"""Choosing one customer by typing, with and without JavaScript."""

import pytest
from django import forms

from accounts.forms.lookup import AccountLookupField
from accounts.models import Account
from tests.factories import AccountFactory


class ParentForm(forms.Form):
    parent = AccountLookupField(required=False)


def bound(user, **data):
    form = ParentForm(data)
    form.fields["parent"].queryset = Account.objects.visible_to(user)
    return form


@pytest.fixture
def hidden(people):
    return AccountFactory(name="广州长江贸易有限公司", owner=people.zhou, region=people.south)


def test_the_lookup_offers_only_customers_i_see(client, people, account, hidden):
    client.force_login(people.chen)
    answer = client.get("/accounts/lookup/", {"q": "长江"}).json()
    assert answer["results"] == [
        {"value": str(account.pk), "text": "上海长江机械有限公司", "hint": "陈晓"}
    ]
    assert client.get("/accounts/lookup/", {"q": ""}).json() == {"results": []}


def test_a_picked_customer_is_taken(people, account):
    form = bound(people.chen, parent=str(account.pk))
    assert form.is_valid()
    assert form.cleaned_data["parent"] == account


def test_a_customer_outside_my_scope_cannot_be_picked(people, account, hidden):
    form = bound(people.chen, parent=str(hidden.pk))
    assert not form.is_valid()
    assert hidden.name not in str(form)


def test_what_was_typed_means_the_only_match(people, account, hidden):
    form = bound(people.chen, parent="", parent_typed="长江")
    assert form.is_valid()
    assert form.cleaned_data["parent"] == account


def test_several_matches_come_back_to_choose_from(people, account):
    other = AccountFactory(name="长江航运有限公司", owner=people.chen, region=people.east)
    form = bound(people.chen, parent="", parent_typed="长江")
    assert form.errors.as_data()["parent"][0].code == "several"
    html = str(form)
    assert f'<option value="{account.pk}">' in html
    assert f'<option value="{other.pk}">' in html


def test_no_match_keeps_what_was_typed(people, account):
    form = bound(people.chen, parent="", parent_typed="黄河")
    assert form.errors.as_data()["parent"][0].code == "no_match"
    assert 'value="黄河"' in str(form)


def test_the_page_never_lists_all_customers(people, account, django_assert_num_queries):
    AccountFactory(name="长江航运有限公司", owner=people.chen, region=people.east)
    form = ParentForm(initial={"parent": account.pk})
    form.fields["parent"].queryset = Account.objects.visible_to(people.chen)
    html = str(form)
    assert account.name in html
    assert "长江航运有限公司" not in html
