"""The application's database role: what it may do, and what it may never do."""

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction

from accounts.models import Account
from config.roles import connected_as_owner, event_tables, grant_application_role
from tests.factories import AccountFactory


def may(role, table, right):
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(%s, %s, %s)", [role, f'"{table}"', right])
        return cursor.fetchone()[0]


def refused(statement):
    with (
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_it_works_with_business_rows(application_role):
    account = AccountFactory(name="角色测试有限公司")
    Account.objects.filter(pk=account.pk).update(name="改名有限公司")
    account.refresh_from_db()
    assert account.name == "改名有限公司"


def test_its_changes_are_in_the_trail_which_it_cannot_rewrite(application_role):
    account = AccountFactory()
    table = "accounts_accountevent"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} WHERE pgh_obj_id = %s", [account.pk])
        assert cursor.fetchone()[0] >= 1
    refused(f"UPDATE {table} SET name = 'nobody'")
    refused(f"DELETE FROM {table}")
    refused(f"TRUNCATE {table}")


def test_it_changes_no_schema_and_no_history_of_migrations(application_role):
    refused("CREATE TABLE mine (id int)")
    refused("DELETE FROM django_migrations")
    refused("TRUNCATE accounts_account CASCADE")
    refused("ALTER TABLE accounts_account DISABLE TRIGGER USER")


def test_every_table_has_exactly_its_rights(db, settings):
    role = settings.DATABASE_APP_ROLE
    events = event_tables()
    assert len(events) > 5
    for table in connection.introspection.table_names():
        business = table not in events and table != "django_migrations"
        assert may(role, table, "SELECT"), table
        assert may(role, table, "INSERT") is (table != "django_migrations"), table
        assert may(role, table, "UPDATE") is business, table
        assert may(role, table, "DELETE") is business, table
        assert not may(role, table, "TRUNCATE"), table
        assert not may(role, table, "TRIGGER"), table


def test_granting_again_mends_what_was_changed(db, settings):
    role = settings.DATABASE_APP_ROLE
    table = sorted(event_tables())[0]
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT ALL ON {table} TO {role}")
        cursor.execute(f"REVOKE ALL ON accounts_account FROM {role}")
    grant_application_role(role)
    grant_application_role(role)
    assert not may(role, table, "UPDATE")
    assert may(role, "accounts_account", "UPDATE")


def test_a_table_made_later_opens_no_more_than_the_trail_may_have(db, settings):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE made_later (id int)")
    assert may(settings.DATABASE_APP_ROLE, "made_later", "INSERT")
    assert not may(settings.DATABASE_APP_ROLE, "made_later", "UPDATE")


def test_migrate_logs_in_as_the_owner_and_comes_back(own_connection, settings):
    login = own_connection.settings_dict
    owner = login["USER"]
    settings.DATABASE_OWNER_URL = (
        f"postgresql://{owner}:{login['PASSWORD']}@{login['HOST']}:{login['PORT']}/dakehu"
    )
    login["USER"] = "somebody_else"
    with connected_as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT session_user")
        assert cursor.fetchone()[0] == owner
    assert login["USER"] == "somebody_else"


def test_a_single_role_is_warned_of_before_deployment(settings):
    settings.DATABASE_OWNER_URL = ""
    assert "config.W001" in {message.id for message in run_checks(include_deployment_checks=True)}
    settings.DATABASE_OWNER_URL = "postgresql://owner@host/dakehu"
    found = {message.id for message in run_checks(include_deployment_checks=True)}
    assert "config.W001" not in found


def test_a_plan_changes_no_rights(db, settings, capsys):
    with connection.cursor() as cursor:
        cursor.execute(f"REVOKE ALL ON accounts_account FROM {settings.DATABASE_APP_ROLE}")
    call_command("migrate", plan=True)
    assert not may(settings.DATABASE_APP_ROLE, "accounts_account", "SELECT")
