"""What stands around every page: sidebar, language, refusals, forms, and no inline code."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.template.loader import render_to_string
from django.test import Client
from django.views.defaults import bad_request, permission_denied

from staff.context import navigation
from staff.models import Task

pytestmark = pytest.mark.usefixtures("english")

TEMPLATES = [
    *Path(settings.BASE_DIR, "templates").rglob("*.html"),
    *(p for app in ("accounts", "staff") for p in Path(settings.BASE_DIR, app).rglob("*.html")),
]


STYLES_AND_SCRIPTS = [
    path for folder in ("css", "js") for path in Path(settings.BASE_DIR, "static", folder).iterdir()
]


def sidebar(rf, user, path):
    request = rf.get(path)
    request.user = user
    return list(navigation(request)["navigation"])


def test_the_sidebar_marks_where_i_am(rf, people):
    active = [line["url"] for line in sidebar(rf, people.chen, "/accounts/1/") if line["is_active"]]
    assert active == ["/accounts/"]


def test_the_frame_counts_what_awaits_me_by_one_query(rf, people, django_assert_num_queries):
    for assignee in (people.chen, people.chen, people.sun):
        Task.objects.create(
            title="抄表", assigner=people.li, assignee=assignee, due_on=dt.date(2026, 12, 1)
        )
    request = rf.get("/")
    request.user = people.chen
    with django_assert_num_queries(1):
        context = navigation(request)
        counts = {line["url"]: line["count"] for line in context["navigation"]}
        assert (counts["/"], counts["/tasks/"], counts["/accounts/"]) == (2, 2, None)
        assert context["unread"]() == 0


def test_administration_is_listed_for_supervisors_and_managers_only(rf, people):
    assert "/admin/" in [line["url"] for line in sidebar(rf, people.li, "/")]
    assert "/admin/" not in [line["url"] for line in sidebar(rf, people.chen, "/")]


def test_language_can_be_chosen_before_login(client, db):
    client.post("/language/", {"language": "en", "next": "/nope/"})
    page = client.get("/nope/")
    assert page.status_code == 404
    assert '<html lang="en">' in page.content.decode()


def test_a_refusal_gives_its_reason(rf, people):
    request = rf.get("/")
    request.user = people.chen
    page = permission_denied(request, PermissionDenied("Ask <Wang>."))
    assert page.status_code == 403
    assert "Ask &lt;Wang&gt;." in page.content.decode()


def test_a_form_without_its_token_is_told_in_words(people):
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    page = client.post("/language/", {"language": "en"})
    assert page.status_code == 403
    assert "Nothing was saved" in page.content.decode()


def test_a_bad_request_is_told_in_words(rf):
    page = bad_request(rf.get("/"), SuspiciousOperation())
    assert page.status_code == 400
    assert "css/app.css" in page.content.decode()


@pytest.mark.parametrize("code", [500, 503])
def test_the_last_pages_need_nothing(code):
    assert "css/app.css" in render_to_string(f"{code}.html")


class SampleForm(forms.Form):
    name = forms.CharField(help_text="As registered")
    kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(required=False)
    tier = forms.ChoiceField(choices=[("", "—")], required=False)
    on = forms.DateField(required=False)
    at = forms.DateTimeField(required=False)


def test_a_form_ties_label_hint_and_error_to_its_field():
    html = str(SampleForm({}))
    name = re.search(r'<input[^>]*name="name"[^>]*>', html).group()
    assert 'class="form-control"' in name
    assert 'aria-invalid="true"' in name
    described = re.search(r'aria-describedby="([^"]*)"', name).group(1).split()
    assert described
    for target in described:
        assert f'id="{target}"' in html
    assert '<label class="form-label" for="id_name">' in html
    assert html.count("form-check-input") == 3
    assert "form-select" in html


def test_day_fields_show_what_a_browser_understands():
    html = str(
        SampleForm(initial={"on": dt.date(2026, 11, 3), "at": dt.datetime(2026, 11, 3, 9, 5)})
    )
    assert re.search(r'<input type="date" name="on" value="2026-11-03"', html)
    assert re.search(r'<input type="datetime-local" name="at" value="2026-11-03T09:05"', html)


@pytest.mark.parametrize("written", ["2026-11-03", "2026/11/3", "2026.11.03", "2026年11月3日"])
def test_a_day_is_understood_as_people_write_it(written):
    form = SampleForm({"on": written})
    form.is_valid()
    assert form.cleaned_data["on"] == dt.date(2026, 11, 3)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.name)
def test_templates_hold_to_the_strict_policy(path):
    """A strict content security policy drops what is written inline; better to see it here."""
    source = path.read_text()
    assert source.startswith("{# context"), "the first line names the context"
    assert not re.search(r"\sstyle=", source)
    assert not re.search(r"\son[a-z]+=", source)
    assert "<style" not in source
    for script in re.findall(r"<script[^>]*>", source):
        assert "src=" in script


def test_every_icon_named_in_a_page_is_in_the_sprite():
    sprite = Path(settings.BASE_DIR, "static/vendor/tabler-icons/sprite.svg").read_text()
    drawn = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    named = {n for path in TEMPLATES for n in re.findall(r'{% icon "([^"]+)"', path.read_text())}
    assert named <= drawn


@pytest.mark.parametrize("path", STYLES_AND_SCRIPTS, ids=lambda p: p.name)
def test_styles_and_scripts_are_whole(path):
    """No tool reads them before the browser does, which drops what it does not understand."""
    source = path.read_text()
    assert not re.search(r"^(<{7}|={7}|>{7})", source, re.MULTILINE)
    assert source.count("{") == source.count("}")
