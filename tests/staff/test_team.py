"""My team, a person's page, and what people keep about themselves."""

import pytest

from staff.models import User
from tests.factories import UserFactory

CONTACT = "13800138000"


@pytest.mark.parametrize(
    ("who", "rows"),
    [
        ("wang", [("wang", 0), ("li", 1), ("chen", 2), ("sun", 2), ("zhao", 1), ("zhou", 2)]),
        ("li", [("li", 0), ("chen", 1), ("sun", 1)]),
        ("chen", [("chen", 0)]),
        ("he", []),
    ],
)
def test_the_line_as_a_tree(client, people, who, rows):
    client.force_login(getattr(people, who))
    shown = [(p.username, depth) for p, depth in client.get("/staff/").context["rows"]]
    assert [row for row in shown if row[0] not in {"he", "root"}] == rows


def test_who_left_is_shown_when_asked_for(client, people):
    client.force_login(people.li)
    assert "吴离" not in client.get("/staff/").content.decode()
    assert "吴离" in client.get("/staff/?former=1").content.decode()


@pytest.mark.parametrize(
    ("term", "found"), [("zhou", True), ("周", True), ("zk", True), ("陈", False)]
)
def test_finding_a_colleague(client, people, term, found):
    client.force_login(people.wang)
    assert ("周凯" in client.get("/staff/", {"person": term}).content.decode()) is found


def test_search_stays_in_the_line(client, people):
    client.force_login(people.li)
    assert "周凯" not in client.get("/staff/?person=zhou&former=1").content.decode()


def test_the_team_costs_the_same_for_many(client, people, django_assert_max_num_queries):
    client.force_login(people.wang)
    client.get("/staff/")
    with django_assert_max_num_queries(8):
        client.get("/staff/")
    UserFactory.create_batch(20, reports_to=people.li, region=people.east)
    with django_assert_max_num_queries(8):
        client.get("/staff/")


@pytest.mark.parametrize(
    ("who", "target", "status_code"),
    [
        ("chen", "chen", 200),
        ("li", "chen", 200),
        ("wang", "chen", 200),
        ("root", "chen", 200),
        ("sun", "chen", 404),
        ("zhao", "chen", 404),
        ("chen", "li", 404),
        ("he", "he", 200),
        ("he", "chen", 404),
    ],
)
def test_whose_page_opens(client, people, who, target, status_code):
    client.force_login(getattr(people, who))
    page = client.get(f"/staff/{getattr(people, target).pk}/")
    assert page.status_code == status_code


@pytest.mark.parametrize(("who", "offers"), [("li", True), ("chen", False)])
def test_a_page_offers_only_what_works(client, people, who, offers):
    client.force_login(getattr(people, who))
    page = client.get(f"/staff/{people.chen.pk}/").content.decode()
    assert ("/initial-password/" in page) is offers
    assert ("/deactivate/" in page) is offers
    assert ("/admin/staff/user/" in page) is offers


def test_a_page_leads_to_what_the_person_does(client, people):
    client.force_login(people.li)
    page = client.get(f"/staff/{people.chen.pk}/").content.decode()
    for address in (f"/desk/{people.chen.pk}/", f"/accounts/?owner={people.chen.pk}"):
        assert f'href="{address}"' in page
        assert client.get(address).status_code == 200
    assert f"owner={people.li.pk}" not in client.get(f"/staff/{people.li.pk}/").content.decode()


def test_an_equal_is_told_who_can(client, people):
    equal = UserFactory(username="equal", role="manager")
    client.force_login(equal)
    response = client.get(f"/staff/{people.wang.pk}/")
    assert response.status_code == 200
    assert response.context["deactivation_blocker"]
    assert "/deactivate/" not in response.content.decode()


def test_my_own_details(client, people):
    client.force_login(people.chen)
    client.post(
        "/staff/me/",
        {
            "mobile": "138 0013 8000",
            "email": "chen@example.com",
            "dialects": ["wu", "min"],
            "role": "manager",
            "name": "别人",
        },
    )
    stored = User.objects.get(pk=people.chen.pk)
    assert (stored.mobile, stored.email, stored.dialects) == (
        CONTACT,
        "chen@example.com",
        ["wu", "min"],
    )
    assert (stored.role, stored.name) == (people.chen.role, people.chen.name)


@pytest.mark.parametrize("mobile", ["not a number", "12345", CONTACT, "20260042"], ids=str)
def test_a_mobile_that_cannot_be_mine(client, people, mobile):
    User.objects.filter(pk=people.sun.pk).update(mobile=CONTACT, employee_number="20260042")
    client.force_login(people.chen)
    response = client.post("/staff/me/", {"mobile": mobile})
    assert response.status_code == 200
    assert "mobile" in response.context["form"].errors
    assert User.objects.get(pk=people.chen.pk).mobile == ""
