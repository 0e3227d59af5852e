"""Files (R15): told by content, kept under our own name, only downloaded, behind the scope."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts import sniffing
from accounts.models import Attachment

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0"
    "000003010100c9fe92ef0000000049454e44ae426082"
)
GIF = bytes.fromhex(
    "47494638396101000100800000000000ffffff21f90400000000002c00000000010001000002024401003b"
)
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01" + b"\x00" * 72 + b"\xff\xd9"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
EXE = b"MZ\x90\x00" + b"\x00" * 200


def office(folder, *members):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("[Content_Types].xml", f"{folder}/document.xml", *members):
            archive.writestr(zipfile.ZipInfo(name), "<x/>")
    return packed.getvalue()


def send(client, account, name, content, title=""):
    upload = SimpleUploadedFile(name, content, content_type="image/png")
    return client.post(f"/accounts/{account.pk}/files/new/", {"file": upload, "title": title})


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("合同.pdf", PDF, "application/pdf"),
        ("现场.png", PNG, "image/png"),
        ("现场.JPG", JPG, "image/jpeg"),
        ("a.gif", GIF, "image/gif"),
        ("报价.xlsx", office("xl"), sniffing.OOXML["xlsx"][1]),
        ("旧.doc", OLE, "application/msword"),
        ("说明.txt", "第一行\n第二行".encode("gb18030"), "text/plain"),
        ("名单.csv", "名称,电话\n甲,1".encode(), "text/csv"),
    ],
)
def test_what_is_taken(client, people, account, name, content, content_type):
    client.force_login(people.chen)
    assert send(client, account, name, content).status_code == 302
    attachment = account.attachments.get()
    assert (attachment.name, attachment.content_type) == (name, content_type)
    assert (attachment.size, attachment.uploaded_by) == (len(content), people.chen)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("logo.svg", SVG),
        ("logo.png", SVG),
        ("page.html", HTML),
        ("page.txt", HTML),
        ("page.pdf", HTML),
        ("photo.jpg", PNG),  # not what it says
        ("photo.png", EXE),
        ("setup.exe", EXE),
        ("setup.txt", EXE),
        ("run.sh", b"#!/bin/sh\nrm -rf /"),
        ("run.txt", b"#!/bin/sh\nrm -rf /"),
        ("both.gif", GIF + HTML),  # picture and page
        ("both.png", PNG + b"<script>alert(1)</script>"),
        ("both.pdf", PDF + HTML),
        ("late.pdf", b"\x00" * 600 + PDF),  # begins as something else
        ("both.jpg", JPG + office("word")),  # picture and archive
        ("both.pdf", PDF + office("word")),
        ("archive.zip", office("word")),
        ("wrong.xlsx", office("word")),
        ("macro.docx", office("word", "word/vbaProject.bin")),
        ("cut.docx", office("word")[:60]),
        ("nothing.pdf", b""),
        ("noextension", PDF),
        ("double.pdf.exe", PDF),
        ("old.doc", PDF),
    ],
)
def test_what_is_refused_and_why(client, people, account, name, content):
    client.force_login(people.chen)
    response = send(client, account, name, content)
    assert response.status_code == 422
    assert not account.attachments.exists()
    assert response.context["form"].errors


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../../etc/passwd.txt", "passwd.txt"),
        ("..\\..\\windows\\a.txt", "a.txt"),
        ("a\r\nSet-Cookie: x=1.txt", "aSet-Cookie x=1.txt"),
        ("报\u202e价fdp.txt", "报价fdp.txt"),  # text direction tricks
        ("x" * 300 + ".txt", "x" * sniffing.NAME_LENGTH + ".txt"),
    ],
)
def test_names_that_play_tricks(name, kept):
    cleaned = sniffing.clean_name(name)
    assert cleaned.replace(":", "") == kept


def test_nothing_of_the_name_reaches_the_disk(client, people, account, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(people.chen)
    send(client, account, "../../秘密.pdf", PDF)
    stored = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(stored) == 1
    assert re.fullmatch(
        r"attachments/[0-9a-f]{2}/[0-9a-f]{32}", str(stored[0].relative_to(tmp_path))
    )
    assert Path(account.attachments.get().file.path) == stored[0]


def test_a_download_is_never_shown_in_place(client, people, account):
    client.force_login(people.chen)
    send(client, account, "采购合同 2026.pdf", PDF)
    response = client.get(f"/accounts/{account.pk}/files/{account.attachments.get().pk}/")
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert "%E9%87%87" in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    ("who", "status_code"),
    [("wang", 200), ("li", 200), ("chen", 200), ("sun", 404), ("zhao", 404), ("root", 404)],
)
def test_who_may_download(client, people, account, who, status_code):
    client.force_login(people.chen)
    send(client, account, "合同.pdf", PDF)
    attachment = account.attachments.get()
    client.force_login(getattr(people, who))
    response = client.get(f"/accounts/{account.pk}/files/{attachment.pk}/")
    response.close()
    assert response.status_code == status_code


def test_a_file_is_found_under_its_own_customer_only(client, people, account):
    client.force_login(people.wang)
    send(client, account, "合同.pdf", PDF)
    pk = account.attachments.get().pk
    assert client.get(f"/accounts/{account.pk + 1}/files/{pk}/").status_code == 404


def test_too_large_is_said_before_anything_is_kept(client, people, account, settings):
    settings.ATTACHMENT_MAX_BYTES = 10
    client.force_login(people.chen)
    assert send(client, account, "合同.pdf", PDF).status_code == 422
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(("who", "is_void"), [("chen", True), ("li", True), ("zhao", False)])
def test_who_may_void_a_file(client, people, account, who, is_void):
    client.force_login(people.chen)
    send(client, account, "合同.pdf", PDF)
    attachment = account.attachments.get()
    client.force_login(getattr(people, who))
    client.post(f"/accounts/{account.pk}/files/{attachment.pk}/void/", {"reason": "传错了"})
    attachment.refresh_from_db()
    assert (attachment.voided_at is not None) is is_void
    client.force_login(people.chen)
    download = client.get(f"/accounts/{account.pk}/files/{attachment.pk}/")
    assert download.status_code == (404 if is_void else 200)
    download.close()
