"""The pages of an import: who gets in, and what a person does there."""

import io
import uuid

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Account, ImportStatus, LedgerImport, SalesLine
from accounts.tasks import apply_ledger, read_ledger
from accounts.workflow import ledger
from tests.accounts.ledger.workbooks import applied, previewed, saved, uploaded, xlsx
from tests.factories import AccountFactory

HEADER = ["客户编号", "客户名称", "电话", "年用量"]
GOOD = xlsx(HEADER, ["K1", "甲公司", "021-1", 250000], ["K2", "乙公司", None, None])
MIXED = xlsx(HEADER, ["K1", "甲公司", None, None], ["K2", None, None, "=1/0"])


def send(client, content, key=None, kind="customers"):
    file = SimpleUploadedFile("台账.xlsx", content)
    key = key or uuid.uuid4()
    return client.post(reverse("accounts:import_list"), {"kind": kind, "file": file, "key": key})


def page(client, name, row):
    return client.get(reverse(f"accounts:{name}", args=[row.pk]))


def test_from_upload_to_undo(client, people):
    client.force_login(people.wang)
    response = send(client, GOOD)
    row = LedgerImport.objects.get()
    assert response.url == row.get_absolute_url()
    assert b"ledger-progress" in page(client, "import_detail", row).content
    read_ledger.func(row.pk)
    assert "甲公司" in page(client, "import_detail", row).content.decode()
    client.post(reverse("accounts:import_apply", args=[row.pk]))
    apply_ledger.func(row.pk)
    assert Account.objects.filter(code__in=["K1", "K2"]).count() == 2
    client.post(reverse("accounts:import_undo", args=[row.pk]))
    row.refresh_from_db()
    assert row.status == ImportStatus.UNDONE
    assert not Account.objects.visible_to(people.wang).exists()


def test_the_same_click_twice_arrives_once(client, people):
    client.force_login(people.wang)
    key = uuid.uuid4()
    first, second = send(client, GOOD, key), send(client, GOOD, key)
    assert first.url == second.url
    assert LedgerImport.objects.count() == 1


def test_the_same_file_is_recognised(client, people):
    applied(GOOD, by=people.wang)
    row = previewed(GOOD, by=people.wang)
    client.force_login(people.wang)
    assert page(client, "import_detail", row).context["twin"] is not None


@pytest.mark.parametrize(
    "name", ["import_detail", "import_file", "import_refused", "import_columns"]
)
@pytest.mark.parametrize(
    ("who", "status"), [("chen", 200), ("li", 200), ("wang", 200), ("sun", 404), ("zhou", 404)]
)
def test_who_reads_an_import(client, people, name, who, status):
    row = previewed(MIXED, by=people.chen)
    client.force_login(getattr(people, who))
    response = page(client, name, row)
    assert response.status_code == status
    response.close()


@pytest.mark.parametrize("action", ["apply", "discard", "sheet"])
def test_only_who_uploaded_it_goes_on_with_it(client, people, action):
    row = previewed(GOOD, by=people.chen)
    client.force_login(people.wang)
    client.post(reverse(f"accounts:import_{action}", args=[row.pk]), {"sheet": "Sheet"})
    row.refresh_from_db()
    assert row.status == ImportStatus.READY


def test_refused_rows_come_back_as_a_workbook_that_can_be_imported(client, people):
    row = previewed(MIXED, by=people.wang)
    client.force_login(people.wang)
    content = b"".join(page(client, "import_refused", row).streaming_content)
    again = previewed(content, by=people.wang)
    assert {r.number: r.verdict for r in again.rows.all()} == {2: "refused"}


def test_corrected_rows_mean_the_same_and_the_reasons_are_kept_nowhere(client, people):
    upper = ["客户名称", "年用量", "联系人", None, "甲列"]
    lower = [None, None, "姓名", "电话", "乙列"]
    content = xlsx(["单位：万元"], upper, lower, ["甲公司", "多", "张三", "021-1", "x"])
    row = previewed(content, by=people.wang)
    client.force_login(people.wang)
    content = b"".join(page(client, "import_refused", row).streaming_content)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert [cell.value for cell in book.active[1]] == [
        "此行无法导入的原因", "客户名称", "年用量（万元）", "联系人 姓名", "电话",
        "甲列 乙列",
    ]  # fmt: skip
    book.active["C2"] = 120
    applied(saved(book), by=people.wang)
    account = Account.objects.get()
    assert account.contact_people.get().name == "张三"
    assert account.extra == {"甲列 乙列": "x"}
    assert account.annual_volumes.get().amount == 1_200_000


def test_corrected_sales_lines_join_those_they_were_refused_from(client, people):
    header, day = ["日期", "客户编号", "金额"], "2026-01-05"
    good = xlsx(header, [day, "K1", 10], [day, "K1", "多"])
    row = applied(good, by=people.wang, kind="sales", on_error="partial")
    client.force_login(people.wang)
    content = b"".join(page(client, "import_refused", row).streaming_content)
    book = openpyxl.load_workbook(io.BytesIO(content))
    book.active["D2"] = 20
    applied(saved(book), by=people.wang, kind="sales")
    assert sorted(SalesLine.objects.values_list("amount", flat=True)) == [10, 20]


def test_lines_to_be_replaced_are_a_warning(client, people):
    content = xlsx(["日期", "客户名称", "金额"], ["2026-01-05", "甲公司", 10])
    applied(content, by=people.wang, kind="sales")
    row = previewed(content, by=people.wang, kind="sales")
    client.force_login(people.wang)
    shown = page(client, "import_detail", row)
    assert [text.split("，")[0] for text in shown.context["warnings"]] == [
        "此前文件中2026-01-05至2026-01-05的1条明细将被本文件替换。如需并存"
    ]


def test_good_rows_alone_when_so_chosen(client, people):
    row = previewed(MIXED, by=people.wang)
    client.force_login(people.wang)
    url = reverse("accounts:import_apply", args=[row.pk])
    client.post(url, {"on_error": "refuse"})
    row.refresh_from_db()
    assert row.status == ImportStatus.READY
    client.post(url, {"on_error": "partial"})
    apply_ledger.func(row.pk)
    assert Account.objects.get().code == "K1"


def test_columns_named_by_a_person_are_remembered(client, people):
    content = xlsx(["甲列", "乙列"], ["K1", "甲公司"])
    row = previewed(content, by=people.wang)
    assert row.status == ImportStatus.MAPPING
    client.force_login(people.wang)
    client.post(
        reverse("accounts:import_columns", args=[row.pk]),
        {"column_0": "code", "column_1": "name", "volume_basis": "declared", "volume_year": 2025},
    )
    assert ledger.read(row).rows.get().title == "甲公司"
    assert previewed(content, by=people.wang).status == ImportStatus.READY


def test_another_sheet_or_header_row_is_looked_at(client, people):
    row = uploaded(
        xlsx(["x", "客户名称"], ["客户名称", "客户编号"], ["甲公司", "K1"]), by=people.wang
    )
    row = ledger.read(row)
    client.force_login(people.wang)
    client.post(
        reverse("accounts:import_sheet", args=[row.pk]), {"sheet": "Sheet", "header_row": 2}
    )
    assert ledger.read(row).rows.get().cells == ["K1", "甲公司"]


def test_a_discarded_import_changes_nothing(client, people):
    row = previewed(GOOD, by=people.wang)
    client.force_login(people.wang)
    client.post(reverse("accounts:import_discard", args=[row.pk]))
    row.refresh_from_db()
    assert row.status == ImportStatus.DISCARDED
    assert not row.rows.exists()


def test_rows_changed_meanwhile_lead_back_to_the_preview(people):
    AccountFactory(code="K1", name="甲公司")
    row = previewed(GOOD, by=people.wang)
    Account.objects.filter(code="K1").update(phone="7")
    ledger.start_apply(row, actor=people.wang)
    apply_ledger.func(row.pk)
    row.refresh_from_db()
    assert row.status == ImportStatus.READY
    assert row.notes[0] == {"code": "moved_meanwhile"}


@pytest.mark.parametrize("kind", ["customers", "sales"])
def test_a_template_is_understood_and_its_example_left_out(client, people, kind):
    client.force_login(people.wang)
    response = client.get(reverse("accounts:import_template"), {"kind": kind})
    row = previewed(b"".join(response.streaming_content), by=people.wang, kind=kind)
    assert row.status == ImportStatus.READY
    assert not row.rows.exists()
