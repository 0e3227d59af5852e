"""Files of a reception, before it and after it; and the company's measures that all follow."""

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories_visits import ReceptionFactory, ReceptionMeasuresFactory
from visits.models import ReceptionMeasures

MEASURES = "/visits/receptions/measures/"


def paper(name="方案.txt"):
    return {"file": SimpleUploadedFile(name, "九点到厂".encode()), "title": "接待方案"}


def test_the_plan_is_kept_as_a_file_by_whoever_takes_part(client, people, account):
    reception = ReceptionFactory(account=account, host=people.chen, created_by=people.chen)
    address = f"/visits/receptions/{reception.pk}/files/"
    for who, status in (("chen", 302), ("li", 302), ("zhou", 404)):
        client.force_login(getattr(people, who))
        assert client.post(address, paper(f"{who}.txt")).status_code == status, who
    client.force_login(people.chen)
    page = client.get(reception.get_absolute_url())
    assert {file.name for file in page.context["files"]} == {"chen.txt", "li.txt"}
    type(reception).objects.update(status="cancelled", cancel_reason="改期")
    assert client.post(address, paper()).status_code == 403


def test_a_superior_brings_in_the_measures_and_everyone_reads_them(client, people, account):
    old = ReceptionMeasuresFactory(uploaded_by=people.wang)
    for who, status in (("chen", 403), ("he", 403), ("li", 302)):
        client.force_login(getattr(people, who))
        assert client.post(MEASURES, paper("新办法.txt")).status_code == status, who
    assert ReceptionMeasures.objects.count() == 2
    for who in ("he", "zhou", "root"):
        client.force_login(getattr(people, who))
        page = client.get(MEASURES)
        assert [file.name for file in page.context["files"]] == ["新办法.txt", old.name], who
        response = client.get(f"{MEASURES}{old.pk}/")
        assert response["Content-Disposition"].startswith("attachment"), who
        b"".join(response)
    client.force_login(people.chen)
    plan = client.get(f"/visits/receptions/plan/{account.pk}/").content.decode()
    assert "新办法.txt" in plan
