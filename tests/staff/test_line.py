"""The reporting line: what is possible, and who stands below whom."""

import pytest
from django.db import IntegrityError, connection, transaction

from staff.models import Role, User


@transaction.atomic
def write_now(person, changes):
    User.objects.filter(pk=person.pk).update(**changes)
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")


def rule_against(person, **changes):
    """The name of the rule by which the database refuses the changes."""
    with pytest.raises(IntegrityError) as refused:
        write_now(person, changes)
    return refused.value.__cause__.diag.constraint_name


def test_the_line_below(people):
    assert set(people.li.line_ids) == {
        p.pk for p in (people.li, people.chen, people.sun, people.gone)
    }
    assert set(people.chen.line_ids) == {people.chen.pk}
    assert people.zhou.pk in people.wang.line_ids


@pytest.mark.parametrize(
    ("who", "changes", "rule"),
    [
        ("chen", {"reports_to": "sun"}, "user_line_possible"),
        ("li", {"reports_to": "zhao"}, "user_line_possible"),
        ("li", {"role": Role.SPECIALIST}, "user_line_possible"),  # Chen and Sun are below her
        ("wang", {"role": Role.SUPERVISOR}, "user_line_possible"),
    ],
)
def test_an_impossible_line_is_refused_by_the_database(people, who, changes, rule):
    changes = {k: getattr(people, v) if k == "reports_to" else v for k, v in changes.items()}
    assert rule_against(getattr(people, who), **changes) == rule


def test_a_circle_of_managers_is_refused(people):
    User.objects.filter(pk=people.li.pk).update(role=Role.MANAGER)
    assert rule_against(people.wang, reports_to=people.li) == "user_line_has_no_cycle"
