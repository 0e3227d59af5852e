"""Every address × every person: who gets in, who is refused, and who learns nothing.

The table in `tests/routes/` has one row per route; a route without a row fails. Foreign and missing
objects must give the same 404. Rows are added with the page.
"""

import re
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests import factories
from tests.conftest import cast
from tests.routes import ROUTES, furnish
from tests.routes.accounts import CHILDREN
from tests.routes.route import EVERYONE

MISSING = 10**9
CANARY = "绝密金丝雀股份有限公司"
# Others' addresses, whose own tests cover them: the admin stands behind `is_staff`.
ELSEWHERE = {"admin"}


def routes(patterns=None, prefix=""):
    """(name with namespace, pattern) of every route below the resolver."""
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(entry, URLResolver):
            if entry.namespace in ELSEWHERE:
                continue
            inner = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from routes(entry.url_patterns, inner)
        elif isinstance(entry, URLPattern):
            yield f"{prefix}{entry.name}"


def test_every_route_has_its_row():
    assert set(routes()) == set(ROUTES)


@contextmanager
def undone():
    """Whatever happens inside leaves the database as it was."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def furnished(django_db_setup, django_db_blocker):
    """The cast, one object of each kind, all belonging to Chen's customer, and a foreign one of
    Zhou's: made once, in a transaction around all tests of this file, which undo what they do.
    """
    with django_db_blocker.unblock(), undone():
        people = cast()
        account = factories.AccountFactory(
            name="上海长江机械有限公司", owner=people.chen, region=people.east
        )
        factories.AccountFactory(name=CANARY, owner=people.zhou, region=people.south)
        world = SimpleNamespace(account=account)
        furnish(world, people)
        yield people, world


@pytest.fixture
def people(furnished, db):
    return furnished[0]


@pytest.fixture
def world(furnished, db):
    return furnished[1]


@pytest.fixture
def enter(client, people):
    """Logs a person in, or nobody, and gives what knocks at doors with their session.

    Each knock begins with the same session, whatever the one before it did to the cookies.
    """

    def as_person(who):
        if who != "nobody":
            client.force_login(getattr(people, who))
        cookies = client.cookies.copy()

        def knock(route, kwargs, post=None, **headers):
            client.cookies = cookies.copy()
            send = client.post if (ROUTES[route].post if post is None else post) else client.get
            return send(reverse(route, kwargs=kwargs), headers=headers)

        return knock

    return as_person


def wrong_answer(who, name, response):
    """What is wrong with this answer to this person; "" when it is as the table says."""
    route = ROUTES[name]
    status, text = response.status_code, body(response)
    if who in {"nobody", "gone"} and not route.public:
        to_login = status == 302 and response.url.startswith(reverse("login"))
        return "" if to_login else f"{status} instead of the login page"
    slow = {503} if name == "health-ready" else set()  # a busy machine is not ready
    if who in route.inside:
        if status not in {200, 204, 302, 400, 422} | slow:
            return f"{status} for someone who should get in"
        leaks = who in {"chen", "sun", "li"} and CANARY in text
        return "shows a customer outside the scope" if leaks else ""
    expected = 403 if who in route.refused else route.outside
    return "" if status == expected else f"{status} instead of {expected}"


@pytest.mark.parametrize("who", EVERYONE)
def test_who_gets_in(enter, world, who):
    wrong, knock = {}, enter(who)
    for name, route in ROUTES.items():
        with undone():
            kwargs = route.args(world) if route.args else {}
            answer = wrong_answer(who, name, knock(name, kwargs))
        if answer:
            wrong[name] = answer
    assert not wrong


def body(response):
    """The page as text, without what differs from request to request."""
    if response.streaming:
        content = b"".join(response.streaming_content)
        for close in response._resource_closers:
            close()
    else:
        content = response.content
    text = content.decode(errors="replace")
    text = re.sub(r'(?<="csrfmiddlewaretoken" value=")[^"]+|(?<="X-CSRFToken": ")[^"]+', "", text)
    return re.sub(r"\d+", "N", text).replace("no-", "")


OBJECTS = [name for name, route in ROUTES.items() if route.args and route.outside == 404]


def test_foreign_and_missing_look_alike(enter, world):
    different, knock = [], enter("zhou")
    for name in OBJECTS:
        if "zhou" in ROUTES[name].inside:
            continue  # everybody's to read
        kwargs = ROUTES[name].args(world)
        foreign = knock(name, kwargs)
        missing = knock(name, {key: other(kwargs[key]) for key in kwargs})
        if (foreign.status_code, body(foreign)) != (missing.status_code, body(missing)):
            different.append(name)
    assert not different


def other(value):
    """The key of something that does not exist."""
    return MISSING if isinstance(value, int) else f"no-{value}"


@pytest.mark.parametrize("post", [False, True])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
@pytest.mark.parametrize("who", ["he", "sun", "zhou", "zhao"])
def test_no_door_and_no_method_leaks_a_foreign_object(enter, world, who, headers, post):
    knock = enter(who)
    for name in OBJECTS:
        if who in ROUTES[name].inside:
            continue
        kwargs = ROUTES[name].args(world)
        response = knock(name, kwargs, post=post, **headers)
        assert response.status_code in {404, 405}, name
        assert world.account.name not in body(response), name


@pytest.mark.parametrize("kwarg", CHILDREN)
def test_a_child_is_looked_up_through_its_parent(enter, people, world, kwarg):
    """A child of another customer is not found below Chen's own."""
    stranger, knock = factories.AccountFactory(owner=people.chen), enter("chen")
    for name in CHILDREN[kwarg]:
        kwargs = {"pk": stranger.pk, kwarg: getattr(world, kwarg).pk}
        assert knock(f"accounts:{name}", kwargs).status_code == 404
