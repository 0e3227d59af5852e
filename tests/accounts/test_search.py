"""Finding a customer by whatever one remembers of it."""

import pytest
from django.db import connection

from accounts.models import Account
from accounts.search import encode, match, normalise
from tests.factories import AccountFactory, ContactPersonFactory


@pytest.fixture
def guangda(people):
    account = AccountFactory(
        name="上海光大重庆火锅（集团）有限公司",
        short_name="光大ABB",
        former_names=["长宁电器厂"],
        code="KA-1001",
        credit_code="91310000MA1FL0BC8P",
        phone="021-5888 1234",
        owner=people.chen,
    )
    ContactPersonFactory(account=account, name="欧阳晓", mobile="13812345678", phone="+86 10 6655")
    return account


@pytest.mark.parametrize(
    "term",
    [
        "光大", "光", "大重", "重庆火锅", "(集团)", "（集团）", "上海 火锅", "火锅 上海",
        "长宁", "宁电器", "abb", "ABB", "ＡＢＢ", "光大abb",
        "KA-1001", "ka", "1001", "ka-10",
        "91310000MA1FL0BC8P", "ma1fl0", "0bc8p",
        "021-5888", "58881234", "5888 1234", "88", "13812345678", "138 1234 5678", "5678", "106655",
        "+86 10 6655", "+86", "(021) 5888-1234",
        "欧阳晓", "欧阳", "阳", "ouyang", "oyx",
        "guangda", "shanghaiguangda", "guang", "chongqing", "shgd", "gd", "s", "cqhg", "SHGD",
        "shang hai", "  光大  ",
    ],
)  # fmt: skip
def test_found_by(guangda, term):
    assert list(Account.objects.search(term)) == [guangda]


@pytest.mark.parametrize(
    "term",
    ["大光", "光上", "火 光火", "zz", "xsh", "XX", "y上", "%", "_", "5678138", "sss", "ssh"],
)
def test_not_found_by(guangda, term):
    assert not Account.objects.search(term).exists()


def test_an_empty_term_leaves_the_list_as_it_is(guangda):
    assert list(Account.objects.search("   ")) == [guangda]


def test_what_is_found_follows_every_change(guangda):
    person = guangda.contact_people.get()
    person.name = "司马南"
    person.save()
    assert not Account.objects.search("欧阳").exists()
    assert Account.objects.search("司马").exists()
    other = AccountFactory(name="别家")
    guangda.contact_people.update(account=other)
    assert list(Account.objects.search("司马")) == [other]
    person.refresh_from_db()
    person.delete()
    assert not Account.objects.search("司马").exists()
    Account.objects.filter(pk=other.pk).update(former_names=["晨曦公司"])
    assert list(Account.objects.search("晨曦")) == [other]


def test_a_change_of_people_is_no_change_of_the_customer(guangda):
    """Nobody who edits the customer meanwhile is told of a newer version."""
    before = Account.objects.get(pk=guangda.pk)
    ContactPersonFactory(account=guangda, name="新来的")
    after = Account.objects.get(pk=guangda.pk)
    assert (after.version, after.updated_at) == (before.version, before.updated_at)
    assert after.search_text != before.search_text


@pytest.mark.parametrize(
    "text", ["上海ABB（集团）", "ａｂｃ１２３", "a上b", "É ß", "龘𠮷", "", "한국"]
)
def test_the_database_writes_names_as_we_write_terms(db, text):
    with connection.cursor() as cursor:
        cursor.execute("SELECT search_encode(%s)", [text])
        assert cursor.fetchone()[0] == encode(normalise(text))


def test_one_condition_for_any_number_of_words():
    assert len(match("上海 光大 ka").children) == 3
