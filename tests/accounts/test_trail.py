"""The trail of changes: every door leaves a row with who, when, before and after."""

import pghistory
import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from accounts.models import Account
from tests.factories import AccountFactory

AccountEvent = Account._meta.get_field("events").related_model


def test_a_change_is_recorded_with_person_and_role(people):
    with pghistory.context(user=people.chen.pk):
        account = AccountFactory(name="旧名")
        Account.objects.filter(pk=account.pk).update(name="新名")
    first, second = AccountEvent.objects.filter(pgh_obj=account).order_by("pgh_id")
    assert (first.pgh_label, first.name) == ("insert", "旧名")
    assert (second.pgh_label, second.name) == ("update", "新名")
    assert second.pgh_context["user"] == people.chen.pk
    assert second.pgh_role == connection.settings_dict["USER"]


def test_bare_sql_is_recorded_too(people):
    account = AccountFactory(name="旧名")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_account SET name = '改名' WHERE id = %s", [account.pk])
    last = AccountEvent.objects.filter(pgh_obj=account).latest("pgh_id")
    assert last.name == "改名"
    assert last.pgh_context is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_accountevent SET name = '从未有过'",
        "DELETE FROM accounts_accountevent",
        "TRUNCATE accounts_accountevent",
    ],
)
def test_the_application_cannot_rewrite_the_trail(people, statement):
    AccountFactory()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {settings.DATABASE_APP_ROLE}")
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            cursor.execute(statement)
        cursor.execute("RESET ROLE")


@pytest.mark.django_db
def test_each_change_counts_the_version_up():
    account = AccountFactory()
    Account.objects.filter(pk=account.pk).update(phone="021-12345678")
    account.refresh_from_db()
    assert account.version == 2
