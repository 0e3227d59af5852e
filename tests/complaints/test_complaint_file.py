"""Evidence of a complaint: who adds, reads and voids it, and that it is never shown in place."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from complaints.models import ComplaintFile
from tests.factories import AccountFactory
from tests.factories_cases import ComplaintFactory, ComplaintFileFactory

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


def sent(name="样品.png", content=PNG):
    return {"file": SimpleUploadedFile(name, content, "text/html"), "title": "样品照片"}


def test_the_centre_keeps_evidence_of_a_complaint_of_nobody_known(client, people):
    """No customer's file is needed, and none is opened."""
    complaint = ComplaintFactory(account=None, received_by=people.he)
    client.force_login(people.he)
    client.post(f"/complaints/cases/{complaint.pk}/files/", sent())
    kept = complaint.files.get()
    assert (kept.name, kept.content_type, kept.uploaded_by) == ("样品.png", "image/png", people.he)
    assert "样品" not in kept.file.name
    address = f"/complaints/cases/{complaint.pk}/files/{kept.pk}/"
    assert address in client.get(complaint.get_absolute_url()).content.decode()
    response = client.get(address)
    assert b"".join(response.streaming_content) == PNG
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]


def test_what_a_file_really_is_decides(client, people):
    complaint = ComplaintFactory(account=None, received_by=people.he)
    client.force_login(people.he)
    for name, content in (("样品.png", b"<html>"), ("坏.exe", b"MZ" + bytes(64))):
        response = client.post(f"/complaints/cases/{complaint.pk}/files/", sent(name, content))
        assert response.status_code == 422, name
    assert not ComplaintFile.objects.exists()


def test_who_reads_adds_and_voids_evidence(client, people, account):
    complaint = ComplaintFactory(account=account, received_by=people.he)
    foreign = ComplaintFactory(account=AccountFactory(owner=people.zhou), received_by=people.zhou)
    for who, reads, voids in (
        ("he", 200, 302),  # who added it
        ("li", 200, 302),  # a superior
        ("chen", 200, 403),  # whose customer it is: reads it
        ("zhou", 404, 404),
        ("root", 404, 404),
    ):
        kept = ComplaintFileFactory(complaint=complaint)
        client.force_login(getattr(people, who))
        address = f"/complaints/cases/{complaint.pk}/files/{kept.pk}/"
        response = client.get(address)
        assert response.status_code == reads, who
        b"".join(response)
        assert client.post(f"{address}void/", {"reason": "传错了"}).status_code == voids, who
        kept.refresh_from_db()
        assert (kept.voided_at is not None) is (voids == 302), who
        if kept.voided_at:
            assert client.get(address).status_code == 404, who
            assert client.post(f"{address}void/", {"reason": "再来"}).status_code == 403, who
        wrong = f"/complaints/cases/{foreign.pk}/files/{kept.pk}/"  # not through another complaint
        assert client.get(wrong).status_code == 404, who
    client.force_login(people.he)
    type(complaint).objects.filter(pk=complaint.pk).update(
        voided_at=timezone.now(), void_reason="错"
    )
    assert client.post(f"/complaints/cases/{complaint.pk}/files/", sent()).status_code == 403
