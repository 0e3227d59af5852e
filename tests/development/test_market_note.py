"""Market notes: written by any of the staff, addressed upward, read once, found again."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.panels import open_items
from development.models import MarketNote
from staff.models import Notice
from tests.factories import AccountFactory
from tests.factories_market_notes import MarketNoteFactory, NoteAccountFactory, NoteFileFactory

FIELDS = {"kind": "competitor", "title": "竞品降价", "text": "HM46下调6%", "source": "客户采购部"}


def test_a_note_stands_on_the_file_of_its_customer(people, account):
    old, new = (MarketNoteFactory(author=people.chen, title=title) for title in ("旧闻", "降价"))
    for note in (old, new):
        NoteAccountFactory(note=note, account=account)
    half_a_year_ago = timezone.now() - dt.timedelta(days=190)
    MarketNote.objects.filter(pk=old.pk).update(written_at=half_a_year_ago)
    found = [(row.text, row.address) for row in open_items(account, people.li)]
    assert found == [("降价", new.get_absolute_url())]
    assert open_items(account, people.zhao) == []


def test_a_note_goes_upward_with_its_customer_and_its_file(client, people, account):
    client.force_login(people.chen)
    given = {
        **FIELDS, "sent_to": people.li.pk, "about": account.pk,
        "file": SimpleUploadedFile("报价单.txt", b"6%"),
    }  # fmt: skip
    answer = client.post("/development/notes/new/", given)
    note = MarketNote.objects.get()
    assert answer.url == note.get_absolute_url()
    assert (note.author, note.sent_to) == (people.chen, people.li)
    assert [row.account for row in note.about.all()] == [account]
    assert Notice.objects.get(person=people.li).verb == "note_sent"
    kept = note.files.get()
    file = client.get(f"/development/notes/{note.pk}/files/{kept.pk}/")
    assert b"".join(file.streaming_content) == b"6%"
    assert "attachment" in file["Content-Disposition"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"title": ""}, "title"), ({"text": ""}, "text"), ({"kind": "gossip"}, "kind"),
     ({"sent_to": "sun"}, "sent_to"), ({"sent_to": ""}, "sent_to"), ({"about": "zhou"}, "about")],
)  # fmt: skip
def test_a_note_says_what_is_wrong_at_its_field(client, people, wrong, field):
    foreign = AccountFactory(owner=people.zhou)
    words = {"sun": people.sun.pk, "zhou": foreign.pk}
    wrong = {key: words.get(value, value) for key, value in wrong.items()}
    client.force_login(people.chen)
    answer = client.post("/development/notes/new/", {**FIELDS, "sent_to": people.wang.pk, **wrong})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not MarketNote.objects.exists()


@pytest.mark.parametrize(
    ("who", "sees", "shared"),
    [("chen", 1, 1), ("li", 1, 1), ("wang", 1, 1), ("sun", 0, 1), ("zhou", 0, 1), ("he", 0, 0)],
)
def test_who_reads_which_note(people, who, sees, shared):
    note = MarketNoteFactory(author=people.chen, sent_to=people.li)
    seen = MarketNote.objects.visible_to(getattr(people, who))
    assert seen.count() == sees
    MarketNote.objects.filter(pk=note.pk).update(is_shared=True)
    assert seen.count() == shared


STEPS = {
    "edit": {**FIELDS, "title": "改"}, "customers": {}, "read": {"remark": "已转市场部"},
    "void": {"reason": "消息不实"}, "files": {},
}  # fmt: skip
ALLOWED = {
    ("edit", False): {"chen"}, ("customers", False): {"chen"}, ("files", False): {"chen"},
    ("read", False): {"li"}, ("void", False): {"chen", "li", "wang"},
    ("void", True): {"chen", "li", "wang"},
}  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("is_read", [False, True])
def test_who_may_take_which_step(client, people, step, is_read):
    account = AccountFactory(owner=people.chen)
    for who in ("chen", "li", "wang", "sun", "zhou"):
        note = MarketNoteFactory(
            author=people.chen, sent_to=people.li, read_at=timezone.now() if is_read else None
        )
        given = {**STEPS[step], "sent_to": people.li.pk, "account": account.pk}
        if step == "files":
            given["file"] = SimpleUploadedFile("报价单.txt", b"6%")
        client.force_login(getattr(people, who))
        answer = client.post(f"/development/notes/{note.pk}/{step}/", given)
        after = MarketNote.objects.get(pk=note.pk)
        changed = (
            (after.title, after.read_at, after.voided_at)
            != (note.title, note.read_at, note.voided_at)
            or after.about.exists()
            or after.files.exists()
        )
        assert changed is (who in ALLOWED.get((step, is_read), set())), who
        assert (answer.status_code == 404) is (who in {"sun", "zhou"}), who


def test_notes_are_found_by_words_kind_person_and_customer(client, people, account):
    note = MarketNoteFactory(author=people.chen, sent_to=people.li)
    NoteAccountFactory(note=note, account=account)
    MarketNoteFactory(author=people.sun, kind="trend", title="油价走势", text="原油上涨")
    client.force_login(people.li)
    for narrowing in (
        {"q": "账期 竞品"}, {"kind": "competitor"}, {"person": people.chen.pk},
        {"customer": account.name[:4]}, {"show": "to_read"},
    ):  # fmt: skip
        page = client.get("/development/notes/", narrowing).context["page"]
        assert list(page.object_list) == [note], narrowing
    assert client.get("/development/notes/").context["unread"] == 1
    assert not client.get("/development/notes/", {"since": "x"}).context["page"].object_list


def test_a_customer_outside_the_readers_scope_is_not_named(client, people):
    note = MarketNoteFactory(author=people.zhou, is_shared=True)
    foreign = AccountFactory(owner=people.zhou, name="绝密客户")
    NoteAccountFactory(note=note, account=foreign)
    client.force_login(people.chen)
    assert "绝密客户" not in client.get(note.get_absolute_url()).content.decode()
    assert not client.get("/development/notes/", {"customer": "绝密"}).context["page"].object_list


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("market_note_kind_known", {"kind": "gossip"}),
        ("market_note_has_words", {"text": ""}),
        ("market_note_read_by_whom_it_is_for", {"read_at": timezone.now(), "sent_to": None}),
        ("market_note_void_has_a_reason", {"voided_at": timezone.now()}),
    ],
)
def test_the_database_refuses_what_no_form_lets_through(people, name, values):
    note = MarketNoteFactory(author=people.chen, sent_to=people.li)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        MarketNote.objects.filter(pk=note.pk).update(**values)
    with (
        pytest.raises(IntegrityError, match="market_note_for_somebody_else"),
        transaction.atomic(),
    ):
        MarketNote.objects.filter(pk=note.pk).update(sent_to=people.chen)


def test_a_file_is_reached_only_through_its_note(client, people):
    kept = NoteFileFactory(note=MarketNoteFactory(author=people.chen))
    other = MarketNoteFactory(author=people.chen)
    client.force_login(people.chen)
    assert client.get(f"/development/notes/{other.pk}/files/{kept.pk}/").status_code == 404
