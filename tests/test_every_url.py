"""Every address × every person: who gets in, who is refused, and who learns nothing.

The table below has one row per route; a route without a row fails. Foreign and missing objects
must give the same 404. Rows are added with the page.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests import factories

MISSING = 10**9
CANARY = "绝密金丝雀股份有限公司"
EVERYONE = ["nobody", "gone", "he", "root", "chen", "sun", "zhou", "li", "zhao", "wang"]
PEOPLE = {"he", "root", "chen", "sun", "zhou", "li", "zhao", "wang"}
POSTS = {"chen", "sun", "zhou", "li", "zhao", "wang"}
SUPERIORS = {"li", "zhao", "wang"}
MANAGERS = {"wang"}
# The object of the table belongs to Chen, in Li's line.
IN_SCOPE = {"chen", "li", "wang"}


@dataclass
class Route:
    """One route: who is let in, who may see the object but not do this, and with what arguments.

    `inside` get an answer other than 403 and 404; `refused` get 403 or a message; all others who
    are logged in get `outside` (404 for objects, 403 for pages of a higher post).
    """

    inside: set[str]
    args: Callable[[SimpleNamespace], dict[str, Any]] | None = None
    post: bool = False
    refused: set[str] = field(default_factory=set)
    outside: int = 404
    public: bool = False


def of(name: str) -> Callable[[SimpleNamespace], dict[str, Any]]:
    """The primary key of one object of the world."""
    return lambda world: {"pk": getattr(world, name).pk}


def both_of_pair(world: SimpleNamespace) -> dict[str, Any]:
    return {"kept_pk": world.pair.first_id, "absorbed_pk": world.pair.second_id}


ROUTES: dict[str, Route] = {
    "home": Route(PEOPLE),
    "login": Route(set(EVERYONE), public=True),
    "logout": Route(PEOPLE, post=True),
    "password_change": Route(PEOPLE),
    "set_language": Route(set(EVERYONE), post=True, public=True),
    "staff:person": Route({"chen", "li", "wang", "root"}, of("chen")),
    "accounts:list": Route(PEOPLE),
    "accounts:import_list": Route(PEOPLE),
    "accounts:import_template": Route(PEOPLE),
    "accounts:import_detail": Route(IN_SCOPE, of("ledger_import")),
    "accounts:import_progress": Route(IN_SCOPE, of("ledger_import")),
    "accounts:import_columns": Route(IN_SCOPE, of("ledger_import")),
    "accounts:import_sheet": Route(IN_SCOPE, of("ledger_import"), post=True),
    "accounts:import_apply": Route(IN_SCOPE, of("ledger_import"), post=True),
    "accounts:import_undo": Route(IN_SCOPE, of("ledger_import"), post=True),
    "accounts:import_discard": Route(IN_SCOPE, of("ledger_import"), post=True),
    "accounts:import_file": Route(IN_SCOPE, of("ledger_import")),
    "accounts:import_refused": Route(IN_SCOPE, of("ledger_import")),
    "accounts:duplicate_check": Route(POSTS | {"he"}, outside=403),
    "accounts:duplicates": Route(PEOPLE),
    "accounts:duplicate_dismiss": Route(IN_SCOPE, of("pair")),
    "accounts:duplicate_reopen": Route(IN_SCOPE, of("pair"), post=True),
    "accounts:merge_preview": Route(IN_SCOPE, both_of_pair),
    "accounts:merge_detail": Route(IN_SCOPE, of("merge")),
    "accounts:merge_undo": Route(IN_SCOPE, of("merge"), post=True),
    "accounts:detail": Route(IN_SCOPE, of("account")),
    "health-live": Route(set(EVERYONE), public=True),
    "health-ready": Route(set(EVERYONE), public=True),
}
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


@pytest.fixture
def world(people, account):
    """One object of each kind, all belonging to Chen's customer, and a foreign one of Zhou's."""
    factories.AccountFactory(name=CANARY, owner=people.zhou, region=people.south)
    ledger_import = factories.LedgerImportFactory(uploaded_by=people.chen)
    twin = factories.AccountFactory(owner=people.chen, region=people.east)
    return SimpleNamespace(
        account=account,
        chen=people.chen,
        ledger_import=ledger_import,
        pair=factories.DuplicatePairFactory(first=account, second=twin),
        merge=factories.AccountMergeFactory(kept=account, merged_by=people.li),
    )


def knock(client, people, who, route, kwargs):
    if who != "nobody":
        client.force_login(getattr(people, who))
    address = reverse(route, kwargs=kwargs)
    return client.post(address) if ROUTES[route].post else client.get(address)


@pytest.mark.parametrize("name", ROUTES)
@pytest.mark.parametrize("who", EVERYONE)
def test_who_gets_in(client, people, world, who, name):
    route = ROUTES[name]
    response = knock(client, people, who, name, route.args(world) if route.args else {})
    if who in {"nobody", "gone"} and not route.public:
        assert response.status_code == 302
        assert response.url.startswith(reverse("login"))
    elif who in route.inside:
        assert response.status_code in {200, 204, 302, 400, 405}
        assert who not in IN_SCOPE - MANAGERS or CANARY not in body(response)
    else:
        assert response.status_code == (403 if who in route.refused else route.outside)
    response.close()


def body(response):
    return (
        b"".join(response.streaming_content).decode(errors="replace")
        if (response.streaming)
        else response.content.decode(errors="replace")
    )


@pytest.mark.parametrize("name", [n for n, r in ROUTES.items() if r.args])
def test_foreign_and_missing_look_alike(client, people, world, name):
    kwargs = ROUTES[name].args(world)
    foreign = knock(client, people, "zhou", name, kwargs)
    missing = knock(client, people, "zhou", name, dict.fromkeys(kwargs, MISSING))
    assert (foreign.status_code, body(foreign)) == (missing.status_code, body(missing))
