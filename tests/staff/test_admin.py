"""The admin of people and regions: who enters, whom they see, what they may change."""

import io

import openpyxl
import pytest
from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from staff.models import Region, Role, User
from staff.permissions import has_right
from staff.workbooks import UnreadableWorkbook, read, write

LIST = "/admin/staff/user/"
CANARY = "周凯"  # of Zhao's line


@pytest.mark.parametrize(
    ("who", "status_code"),
    [("wang", 200), ("li", 200), ("root", 200), ("chen", 403), ("he", 403)],
)
def test_who_enters(client, people, who, status_code):
    client.force_login(getattr(people, who))
    assert client.get("/admin/", follow=True).status_code == status_code


def test_every_heading_is_chinese(client, people):
    client.force_login(people.wang)
    for app in client.get("/admin/").context["app_list"]:
        for name in (app["name"], *(model["name"] for model in app["models"])):
            assert not str(name).isascii(), name
    for model, model_admin in admin.site._registry.items():
        if model._meta.app_label in {"staff", "accounts", "development", "visits", "complaints"}:
            for name in (*model_admin.list_display, *model_admin.list_filter):
                column = name[0] if isinstance(name, tuple) else name
                if isinstance(column, str):
                    label = label_for_field(column, model, model_admin)
                    assert not str(label).isascii(), (model, column, label)


def test_a_stranger_comes_in_by_the_one_login_page(client, people):
    response = client.get("/admin/staff/user/", follow=True)
    assert response.redirect_chain[-1][0].startswith("/login/?next=")
    assert client.get("/admin/login/?next=https://evil.example/")["Location"].startswith("/login/")


def test_the_other_doors_lead_to_our_pages(client, people):
    client.force_login(people.wang)
    assert client.get("/admin/password_change/")["Location"] == "/password/"
    assert client.post("/admin/logout/")["Location"] == "/login/"
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("who", "right", "has"),
    [
        ("wang", "staff.change_region", True),
        ("li", "staff.change_region", False),
        ("li", "staff.view_region", True),
        ("li", "staff.import_user", False),
        ("wang", "staff.delete_user", False),
        ("root", "staff.change_user", True),
        ("root", "accounts.view_account", False),
        ("root", "accounts.", False),
        ("wang", "accounts.view_account", True),
        ("wang", "axes.view_accesslog", False),
        ("chen", "staff.view_user", False),
        ("chen", "staff.", False),
        ("gone", "staff.view_user", False),
    ],
)
def test_rights_by_post(people, who, right, has):
    person = getattr(people, who)
    assert (person.has_perm(right) if not right.endswith(".") else has_right(person, right)) is has


@pytest.mark.parametrize(
    ("who", "hidden"),
    [("wang", set()), ("root", set()), ("li", {"wang", "zhao", "zhou", "he", "root"})],
)
def test_whom_the_list_shows(client, people, who, hidden):
    client.force_login(getattr(people, who))
    shown = {p.username for p in client.get(LIST).context["cl"].queryset}
    assert shown == set(User.objects.values_list("username", flat=True)) - hidden


def test_filters_search_and_autocomplete_stay_in_the_line(client, people):
    client.force_login(people.li)
    assert CANARY not in client.get(LIST).content.decode()
    assert CANARY not in client.get(LIST, {"q": "zhou"}).content.decode()
    options = client.get(
        "/admin/autocomplete/",
        {"app_label": "staff", "model_name": "user", "field_name": "reports_to", "term": ""},
    ).json()["results"]
    assert {o["text"] for o in options} == {"李慧敏", "陈晓", "孙婷"}


@pytest.mark.parametrize("term", ["陈", "晓", "chenx", "cx", "CHEN", "K0042", "3800138"], ids=str)
def test_search_by_what_one_remembers(client, people, term):
    User.objects.filter(pk=people.chen.pk).update(employee_number="K0042", mobile="13800138000")
    client.force_login(people.wang)
    found = client.get(LIST, {"q": term}).context["cl"].queryset
    assert people.chen in found
    assert people.zhou not in found


def details(person, **changes):
    data = {
        "name": person.name,
        "username": person.username,
        "employee_number": person.employee_number,
        "role": person.role,
        "reports_to": person.reports_to_id or "",
        "region": person.region_id or "",
        "mobile": person.mobile,
        "email": person.email,
    }
    return data | changes


@pytest.mark.parametrize(
    ("who", "target", "is_changed"),
    [
        ("li", "chen", True),
        ("wang", "chen", True),
        ("wang", "li", True),
        ("root", "wang", True),
        ("li", "li", False),
        ("li", "zhou", False),
        ("li", "wang", False),
        ("wang", "root", False),
        ("wang", "wang", False),
    ],
)
def test_whom_one_may_change(client, people, who, target, is_changed):
    person = getattr(people, target)
    client.force_login(getattr(people, who))
    client.post(f"{LIST}{person.pk}/change/", details(person, email="new@example.com"))
    person.refresh_from_db()
    assert (person.email == "new@example.com") is is_changed


@pytest.mark.parametrize(
    ("who", "target", "changes", "field"),
    [
        ("li", "chen", {"role": "supervisor"}, "role"),  # not hers to give
        ("li", "chen", {"reports_to": "zhao"}, "reports_to"),  # beyond her line
        ("wang", "chen", {"reports_to": "sun"}, "reports_to"),
        ("wang", "chen", {"reports_to": ""}, "reports_to"),
        ("wang", "li", {"role": "specialist"}, "role"),  # Chen and Sun report to her
        ("wang", "zhou", {"reports_to": "gone"}, "reports_to"),
        ("root", "wang", {"role": "supervisor"}, "role"),  # the last at the top
        ("wang", "chen", {"mobile": "zhou"}, "mobile"),
        ("wang", "chen", {"employee_number": "zhou"}, "employee_number"),  # another's user name
    ],
)
def test_a_wrong_line_is_refused_in_words(client, people, who, target, changes, field):
    person = getattr(people, target)
    if changes.get("reports_to"):
        changes = changes | {"reports_to": getattr(people, changes["reports_to"]).pk}
    client.force_login(getattr(people, who))
    response = client.post(f"{LIST}{person.pk}/change/", details(person, **changes))
    assert response.status_code == 200
    assert field in response.context["adminform"].form.errors
    before = User.objects.get(pk=person.pk)
    assert (before.role, before.reports_to_id) == (person.role, person.reports_to_id)


def test_login_fields_cannot_be_changed_here(client, people):
    client.force_login(people.li)
    crafted = details(people.chen, is_active="", is_superuser="on", is_service_centre="on")
    client.post(f"{LIST}{people.chen.pk}/change/", crafted | {"left_on": "2026-01-01"})
    people.chen.refresh_from_db()
    assert people.chen.is_active
    assert not people.chen.is_superuser
    assert not people.chen.is_service_centre
    assert people.chen.left_on is None


def test_no_hash_is_ever_shown(client, people):
    people.chen.set_password("a quiet sentence about tea")
    people.chen.save()
    client.force_login(people.root)
    for path in (LIST, f"{LIST}{people.chen.pk}/change/", f"{LIST}{people.chen.pk}/history/"):
        page = client.get(path).content.decode()
        assert people.chen.password not in page
        assert 'type="password"' not in page


def test_a_new_person_gets_an_initial_password_shown_once(client, people):
    client.force_login(people.li)
    response = client.post(
        f"{LIST}add/",
        {"name": "钱新", "username": "qian", "role": "specialist", "reports_to": people.li.pk},
    )
    [(_person, password)] = response.context["issued"]
    stored = User.objects.get(username="qian")
    assert (stored.role, stored.reports_to, stored.must_change_password) == (
        Role.SPECIALIST,
        people.li,
        True,
    )
    assert stored.check_password(password)
    assert "no-store" in response["Cache-Control"]


def test_new_initial_passwords_for_several_or_for_none(client, people):
    client.force_login(people.wang)
    run = {"action": "new_initial_passwords"}
    response = client.post(LIST, run | {"_selected_action": [people.chen.pk, people.sun.pk]})
    assert {p.username for p, _ in response.context["issued"]} == {"chen", "sun"}
    before = User.objects.get(pk=people.zhou.pk).password
    client.post(LIST, run | {"_selected_action": [people.zhou.pk, people.wang.pk]})
    assert User.objects.get(pk=people.zhou.pk).password == before


def test_end_sessions_of_the_selected(client, people):
    client.force_login(people.wang)
    phone = Client()
    phone.force_login(people.chen)
    client.post(LIST, {"action": "end_sessions", "_selected_action": [people.chen.pk]})
    assert phone.get("/staff/me/").status_code == 302


# --- tables --------------------------------------------------------------------------------


def workbook(*rows):
    content = write(list(rows[0]), [list(row) for row in rows[1:]])
    return SimpleUploadedFile("table.xlsx", content)


def import_table(client, url, *rows):
    """Preview, then confirm where the preview allows it; the last page's context."""
    response = client.post(f"{url}import/", {"format": "0", "import_file": workbook(*rows)})
    if form := response.context.get("confirm_form"):
        client.post(f"{url}process_import/", form.initial)
    return response.context


def test_people_come_in_as_a_table(client, people):
    people.chen.set_password("a quiet sentence about tea")
    people.chen.save()
    client.force_login(people.wang)
    context = import_table(
        client,
        LIST,
        ("username", "name", "role", "reports_to", "region", "mobile"),
        ("feng", "冯新", "specialist", "zhao", "华南", "13900139000"),
        ("chen", "陈晓晓", "specialist", "li", "华东", ""),
    )
    assert not context["result"].invalid_rows
    assert "confirm_form" in context
    feng = User.objects.get(username="feng")
    assert (feng.reports_to, feng.region.name, feng.mobile) == (people.zhao, "华南", "13900139000")
    assert not feng.has_usable_password()
    assert User.objects.get(username="chen").name_initials == "cxx"


@pytest.mark.parametrize(
    "row",
    [
        ("feng", "冯新", "specialist", ""),
        ("feng", "冯新", "specialist", "chen"),
        ("feng", "冯新", "boss", "li"),
        ("feng", "冯新", "specialist", "nobody"),
        ("feng", "", "specialist", "li"),
        ("root", "改名", "", "wang"),
        ("wang", "改名", "manager", ""),
    ],
    ids=["no superior", "wrong line", "no such post", "unknown", "no name", "root", "oneself"],
)
def test_one_bad_row_brings_none_in(client, people, row):
    client.force_login(people.wang)
    context = import_table(
        client,
        LIST,
        ("username", "name", "role", "reports_to"),
        ("good", "好人", "specialist", "li"),
        row,
    )
    assert "confirm_form" not in context
    assert context["result"].has_validation_errors()
    assert not User.objects.filter(username__in=["good", "feng"]).exists()
    assert not User.objects.filter(name="改名").exists()


def test_an_error_names_its_column_and_shows_the_row(client, people):
    client.force_login(people.wang)
    rows = [("username", "name", "role", "reports_to"), ("feng", "冯新", "boss", "li")]
    response = client.post(f"{LIST}import/", {"format": "0", "import_file": workbook(*rows)})
    [row] = response.context["result"].invalid_rows
    assert "feng" in row.values
    assert str(User._meta.get_field("role").verbose_name) in row.field_specific_errors


@pytest.mark.parametrize("head", ["Shoe size", "name"])
def test_unknown_or_missing_columns_are_named(client, people, head):
    client.force_login(people.wang)
    context = import_table(client, LIST, (head,), ("x",))
    assert context["result"].base_errors
    assert "Traceback" not in str(context["result"].base_errors[0].error)


@pytest.mark.parametrize(("who", "status_code"), [("li", 403), ("wang", 200)])
def test_who_may_import(client, people, who, status_code):
    client.force_login(getattr(people, who))
    assert client.get(f"{LIST}import/").status_code == status_code


def test_an_export_holds_the_line_and_no_formula(client, people):
    User.objects.filter(pk=people.chen.pk).update(name="=1+1")
    client.force_login(people.li)
    response = client.get(f"{LIST}export/")
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert {row[0] for row in rows[1:]} == {"li", "chen", "sun", "gone"}
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)
    assert read(response.content)["name" if "name" in rows[0] else rows[0][1]].count("=1+1") == 1


def test_regions_come_in_and_go_out(client, people):
    client.force_login(people.wang)
    import_table(client, "/admin/staff/region/", ("name", "is_active"), ("西南", "1"))
    assert Region.objects.filter(name="西南").exists()
    assert client.get("/admin/staff/region/export/").status_code == 200


@pytest.mark.parametrize("content", [b"", b"name\nx", b"PK\x03\x04broken"])
def test_what_is_no_workbook_is_said_so(content):
    with pytest.raises(UnreadableWorkbook):
        read(content)


def test_far_apart_cells_take_no_time():
    book = openpyxl.Workbook()
    book.active["A1"] = "name"
    book.active["XFD1048576"] = "x"
    out = io.BytesIO()
    book.save(out)
    assert len(read(out.getvalue())) == 0
