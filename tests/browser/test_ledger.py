"""A company's sales ledger comes in under a manager's eyes, and is taken back."""

import re
from threading import Thread

from django.db import connection

from accounts.models import Account, AnnualVolume, ImportStatus, LedgerImport, SalesLine
from accounts.tasks import apply_ledger, read_ledger
from tests.accounts.ledger.test_real_files import real

BY_PAGE = 15_000  # a page that waits for a loaded machine


def at_work(task, pk):
    """The worker's part, beside the page that watches it."""

    def work():
        try:
            task.func(pk)
        finally:
            connection.close()

    thread = Thread(target=work)
    thread.start()
    return thread


def test_the_superstore_comes_in_and_goes_again(open_as, people, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    content = real("superstore-zh.xls")
    page = open_as(people.wang, locale="zh-CN")
    page.set_default_timeout(4 * BY_PAGE)
    page.goto("/accounts/import/")
    page.get_by_label("销售明细").check()
    page.locator("input[type=file]").set_input_files(
        {"name": "superstore-zh.xls", "mimeType": "application/vnd.ms-excel", "buffer": content}
    )
    page.get_by_role("button", name="上传并预览").click()
    page.wait_for_url(re.compile(r"/accounts/import/\d+/$"))
    progress = page.locator("#ledger-progress")
    assert progress.inner_text().strip()

    # the preview, while the page tells how far it is
    row = LedgerImport.objects.get()
    reading = at_work(read_ledger, row.pk)
    apply_button = page.get_by_role("button", name=re.compile("^导入："))
    apply_button.wait_for()
    reading.join()
    assert "新增10,000" in "".join(apply_button.inner_text().split())
    shown = page.locator("main").inner_text()
    assert "16,117,548.24" in shown or "16,117,548.237" in shown
    assert "2014-01-01" in shown
    assert not Account.objects.exists()

    apply_button.click()
    progress.wait_for()
    applying = at_work(apply_ledger, row.pk)
    undo_button = page.get_by_role("button", name="撤销本次导入")
    undo_button.wait_for()
    applying.join()
    assert SalesLine.objects.count() == 10_000

    # the customer who bought most in 2017, and what the rule book makes of it
    best = AnnualVolume.objects.filter(period_from="2017-01-01", amount__gte=50_000).get().account
    page.goto(f"/accounts/?q={best.code}")
    page.locator("main table").get_by_role("link", name=best.name).first.click()
    assert "B1" in page.locator("#tier").inner_text()

    page.goto(row.get_absolute_url())
    page.get_by_role("button", name="撤销本次导入").click()
    page.get_by_text("已撤销").first.wait_for()
    row.refresh_from_db()
    assert (row.status, row.kept_rows) == (ImportStatus.UNDONE, [])
    assert not SalesLine.objects.exists()
    assert not AnnualVolume.objects.exists()
    page.goto("/accounts/")
    assert best.name not in page.locator("main").inner_text()
