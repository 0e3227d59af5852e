"""What keeps a large import quick, where a slower way would give the same result."""

from django.db import connection

from accounts.models import Account
from tests.accounts.ledger.workbooks import applied, xlsx
from tests.factories import AccountFactory


def hot_updates() -> int:
    """Updates of this transaction that wrote no index."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n_tup_hot_upd FROM pg_stat_xact_user_tables WHERE relname = %s",
            [Account._meta.db_table],
        )
        return int(cursor.fetchone()[0])


def test_a_change_that_no_index_knows_writes_no_index(people):
    names = {f"K{number}": f"第{number}公司" for number in range(40)}
    for code, name in names.items():
        AccountFactory(code=code, name=name, address="旧路1号")
    before = hot_updates()
    lines = ([code, name, "新路2号"] for code, name in names.items())
    applied(xlsx(["客户编号", "客户名称", "地址"], *lines), by=people.wang)
    assert Account.objects.filter(address="新路2号").count() == len(names)
    assert hot_updates() - before >= len(names) * 3 // 4


def test_the_search_text_follows_every_part_it_is_made_of(db):
    account = AccountFactory(name="甲公司")
    for name, value, found in [
        ("name", "乙公司", "X乙X公X司X"),
        ("name_pinyin", "yigongsi", "yigongsi"),
        ("name_initials", "ygs", "YyYgYsY"),
        ("short_name", "丙", "X丙X"),
        ("former_names", ["丁公司"], "X丁X公X司X"),
        ("code", "Z9", "z9"),
        ("credit_code", "91310000MA00000007", "91310000ma00000007"),
        ("phone", "0211234567", "0211234567"),
    ]:
        Account.objects.filter(pk=account.pk).update(**{name: value})
        account.refresh_from_db()
        assert found in account.search_text, name
