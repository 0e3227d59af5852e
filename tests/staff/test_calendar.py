"""Business days in China, over holidays, make-up workdays and month ends."""

import datetime as dt

import pytest
import time_machine
from django.utils import translation

from staff import calendar


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-02-14", True),  # a Saturday worked before the Spring Festival
        ("2026-02-17", False),
        ("2026-10-01", False),
        ("2026-10-10", True),  # a Saturday worked after the National Day
        ("2026-11-21", False),
        ("2026-11-23", True),
    ],
)
def test_who_works_when(day, works):
    assert calendar.is_business_day(dt.date.fromisoformat(day)) is works


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2026-09-30", 1, "2026-10-08"),
        ("2026-11-20", 1, "2026-11-23"),
        ("2026-11-21", 0, "2026-11-23"),
    ],
)
def test_counting_forward(start, count, end):
    result = calendar.add_business_days(dt.date.fromisoformat(start), count)
    assert result == dt.date.fromisoformat(end)


def test_counting_back_is_the_inverse():
    day = dt.date(2026, 11, 23)
    for count in range(1, 40):
        assert calendar.add_business_days(calendar.subtract_business_days(day, count), count) == day


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        ("2026-12-31", 2, "2027-02-28"),
        ("2027-12-31", 2, "2028-02-29"),
        ("2026-11-30", 1, "2026-12-30"),
    ],
)
def test_months_clamp_to_their_end(day, months, end):
    assert calendar.add_months(dt.date.fromisoformat(day), months) == dt.date.fromisoformat(end)


def test_a_year_without_make_up_days_says_so():
    assert not calendar.is_provisional(2026)
    assert calendar.is_provisional(2032)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-11-28", "less than a business day"),
        ("2026-11-26", "1 business day"),  # Saturday: Friday has gone by
        ("2026-11-13", "10 business days"),
    ],
)
def test_how_long_something_has_been_waiting(day, words):
    saturday = dt.datetime(2026, 11, 28, 12, tzinfo=dt.UTC)
    with time_machine.travel(saturday, tick=False), translation.override("en"):
        assert calendar.days_since_text(dt.date.fromisoformat(day)) == words
