"""The cast: one named person per post and an outsider, used everywhere."""

from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection, connections
from django.test import Client
from django.utils import translation
from psycopg import sql

from accounts.models import TierPolicy
from staff.models import Region, Role, User
from staff.sessions import SessionStore
from tests.database import keep_template
from tests.factories import AccountFactory, UserFactory
from visits.models import QuestionSet

BLOCKER = pytest.StashKey[Any]()


@pytest.fixture(scope="session")
def django_db_setup(request, django_db_setup, django_db_blocker):
    """pytest-django's, then a copy for the next session."""
    request.config.stash[BLOCKER] = django_db_blocker
    with django_db_blocker.unblock():
        keep_template()


@pytest.fixture(autouse=True)
def real_transactions(request):
    """A test with a server or with real transactions has the database to itself."""
    if is_transactional(request.node):
        request.getfixturevalue("transactional_db")


def is_transactional(item):
    marker = item.get_closest_marker("django_db")
    is_marked = marker is not None and marker.kwargs.get("transaction", False)
    return is_marked or bool({"transactional_db", "live_server"} & set(item.fixturenames))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    """Tests with real transactions end by emptying every table: put version 1 of the tiers, and
    of the questions asked on return visits, back, whatever test a worker takes next.
    """
    result = yield
    if nextitem and is_transactional(item):  # after the last one there is no database either
        with item.config.stash[BLOCKER].unblock():
            if not TierPolicy.objects.exists():
                import_module("accounts.migrations.0005_rule_book_tiers").seed(apps, None)
            if not QuestionSet.objects.exists():
                import_module("visits.migrations.0003_first_questions").seed(apps, None)
    return result


class QuickClient(Client):
    """Logs people in by nothing but their session, which half of all tests begin with."""

    def force_login(self, user, backend=None):
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = backend or settings.AUTHENTICATION_BACKENDS[-1]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        self.cookies[settings.SESSION_COOKIE_NAME] = session.session_key


@pytest.fixture
def client():
    return QuickClient()


def cast():
    """Wang leads; Li (east) and Zhao (south) supervise; Chen and Sun answer to Li, Zhou to Zhao.

    He answers the service-centre's telephone, Gone has left, Root only configures the product.
    """
    east, south = Region.objects.bulk_create([Region(name="华东"), Region(name="华南")])
    make = UserFactory.build
    wang, he, root = User.objects.bulk_create(
        [
            make(username="wang", name="王建国", role=Role.MANAGER),
            make(username="he", name="何琳", role="", is_service_centre=True),
            make(username="root", name="系统管理员", role="", is_superuser=True),
        ]
    )
    supervisor = {"role": Role.SUPERVISOR, "reports_to": wang}
    li, zhao = User.objects.bulk_create(
        [
            make(username="li", name="李慧敏", region=east, **supervisor),
            make(username="zhao", name="赵志强", region=south, **supervisor),
        ]
    )
    chen, sun, zhou, gone = User.objects.bulk_create(
        [
            make(username="chen", name="陈晓", reports_to=li, region=east),
            make(username="sun", name="孙婷", reports_to=li, region=east),
            make(username="zhou", name="周凯", reports_to=zhao, region=south),
            make(username="gone", name="吴离", reports_to=li, is_active=False),
        ]
    )
    return SimpleNamespace(
        east=east, south=south, wang=wang, li=li, zhao=zhao, chen=chen, sun=sun, zhou=zhou, he=he,
        gone=gone, root=root,
    )  # fmt: skip


@pytest.fixture
def people(db):
    """The cast, new for each test."""
    return cast()


@pytest.fixture
def account(people):
    """A customer of Chen's, in Li's line, in the east."""
    return AccountFactory(name="上海长江机械有限公司", owner=people.chen, region=people.east)


@pytest.fixture
def application_role(db):
    """Statements run with the rights of the application's database role, as in production."""
    if not settings.DATABASE_APP_ROLE:
        pytest.skip("DATABASE_APP_ROLE names no role to take on")
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(settings.DATABASE_APP_ROLE))
        )
        yield settings.DATABASE_APP_ROLE
        if not connection.needs_rollback:
            cursor.execute("RESET ROLE")


@pytest.fixture
def own_connection(db):
    """A second connection in the place of the test's own: outside its transaction, and free to be
    cut or turned to another role or database by its `settings_dict`.
    """
    usual = connections["default"]
    connections["default"] = usual.copy()
    yield connections["default"]
    connections["default"].close()
    connections["default"] = usual


@pytest.fixture
def english(settings):
    """The texts as they stand in the source, for tests about what they say."""
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield
