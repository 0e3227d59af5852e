"""How figures, days and states are written."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django import forms
from django.db.models.fields import BLANK_CHOICE_DASH
from django.template import Context, Template
from django.utils import timezone, translation

from staff.templatetags import ui


def text(html: str) -> str:
    return re.sub(r"<[^>]+>", "", html)


@pytest.mark.parametrize(
    ("value", "chinese"),
    [
        (Decimal("0"), "0.00元"),
        (Decimal("-0.004"), "0.00元"),
        (Decimal("1234"), "1,234.00元"),
        (Decimal("9999.994"), "9,999.99元"),
        (Decimal("9999.995"), "1.0万元"),
        (Decimal("123000"), "12.3万元"),
        (Decimal("123500"), "12.4万元"),
        (Decimal("-123000"), "-12.3万元"),
        (Decimal("99994999"), "9,999.5万元"),
        (Decimal("99999500"), "1.00亿元"),
        (Decimal("123456789.12"), "1.23亿元"),
        (50_000, "5.0万元"),
    ],
)
def test_yuan_uses_the_unit_people_say(value, chinese):
    with translation.override("zh-hans"):
        assert text(ui.yuan(value)) == chinese


def test_yuan_shows_the_exact_amount_on_demand():
    with translation.override("zh-hans"):
        assert "499,999.99" in ui.yuan(Decimal("499999.99"))


def test_yuan_in_english_has_no_chinese_units():
    with translation.override("en"):
        assert text(ui.yuan(Decimal("123456.5"))) == "CNY 123,457"


@pytest.mark.parametrize("show", [ui.yuan, ui.amount, ui.count, ui.percent, ui.day, ui.ago])
def test_unknown_is_never_zero(show):
    with translation.override("en"):
        assert text(show(None)) == "—"
        assert 'title="not known"' in show(None)


def test_amount_rounds_half_up():
    assert text(ui.amount(Decimal("1234.505"))) == "1,234.51"
    assert text(ui.percent(Decimal("0.1235"))) == "12.4%"
    assert text(ui.count(12345)) == "12,345"


def test_days_are_those_of_the_office():
    late = dt.datetime(2026, 11, 22, 16, 30, tzinfo=dt.UTC)  # half past midnight in Shanghai
    assert text(ui.day(late)) == "2026-11-23"
    assert text(ui.moment(late)) == "2026-11-23 00:30"


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "today"), (1, "yesterday"), (-1, "tomorrow"), (3, "3 days ago"), (-2, "in 2 days")],
)
def test_ago_speaks_of_days(days, words):
    with translation.override("en"):
        assert text(ui.ago(timezone.localdate() - dt.timedelta(days=days))) == words


def test_ago_gives_the_date_after_a_month():
    on = timezone.localdate() - dt.timedelta(days=31)
    assert text(ui.ago(on)) == f"{on:%Y-%m-%d}"


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("张伟明", "伟明"),
        ("李四", "李四"),
        ("John Smith", "JS"),
        ("Cher", "C"),
        ("", "?"),
        (None, "?"),
    ],
)
def test_initials(name, short):
    assert ui.initials(name) == short


def test_badges_say_it_in_words_and_escape():
    with translation.override("en"):
        assert text(ui.tier_badge("A1")) == "A1"
        assert "tier-a1" in ui.tier_badge("A1")
        assert text(ui.tier_badge("")) == "No tier"
        assert text(ui.status_badge("approved", "Approved")) == "Approved"
        assert "status-green" in ui.status_badge("approved", "Approved")
        assert "<b>" not in ui.status_badge("odd", "<b>x</b>")


def test_chart_rows_turn_series_into_lines():
    chart = {"labels": ["Jan", "Feb"], "series": [{"values": [1, None]}, {"values": [3, 4]}]}
    assert ui.chart_rows(chart) == [("Jan", [1, 3]), ("Feb", [None, 4])]


def test_capture_sees_inherited_blocks():
    template = Template(
        "{% load ui %}{% capture aside %}{% block aside %} x&{{ y }} {% endblock %}{% endcapture %}"
        "[{{ aside }}|{{ aside }}]"
    )
    assert template.render(Context({"y": "<"})) == "[x&&lt;|x&&lt;]"


def test_an_empty_choice_is_said_in_words():
    class Form(forms.Form):
        region = forms.ChoiceField(choices=[*BLANK_CHOICE_DASH, ("e", "East")])

    shown = Form().as_p()
    assert "请选择" in shown
    assert "----" not in shown
