"""Factories of agreements: valid by default, a VIP agreement in force for another year."""

import datetime as dt

import factory
from django.core.files.base import ContentFile
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts import models as accounts
from tests.factories import AccountFactory, UserFactory


def days_from_now(days):
    return timezone.localdate() + dt.timedelta(days=days)


class AgreementFactory(DjangoModelFactory):
    class Meta:
        model = accounts.Agreement

    account = factory.SubFactory(AccountFactory)
    kind = accounts.AgreementKind.VIP
    number = factory.Sequence(lambda n: f"HT-{n}")
    status = accounts.AgreementStatus.SIGNED
    our_party = "示例股份有限公司"
    their_party = "客户有限公司"
    our_signer = factory.SubFactory(UserFactory)
    their_signer = "马志远"
    their_capacity = accounts.Capacity.LEGAL_REPRESENTATIVE
    signed_on = factory.LazyFunction(lambda: days_from_now(-30))
    starts_on = factory.LazyFunction(lambda: days_from_now(-30))
    ends_on = factory.LazyFunction(lambda: days_from_now(335))
    drawn_up_by = factory.SubFactory(UserFactory)


class DraftAgreementFactory(AgreementFactory):
    status = accounts.AgreementStatus.DRAFT
    signed_on = None


class AgreementObligationFactory(DjangoModelFactory):
    class Meta:
        model = accounts.AgreementObligation

    agreement = factory.SubFactory(AgreementFactory)
    text = "按季度交付样品"
    due_on = factory.LazyFunction(lambda: days_from_now(7))


class AgreementNoteFactory(DjangoModelFactory):
    class Meta:
        model = accounts.AgreementNote

    agreement = factory.SubFactory(AgreementFactory)
    text = "本季度用量达标"
    author = factory.SubFactory(UserFactory)


class AttachmentFactory(DjangoModelFactory):
    class Meta:
        model = accounts.Attachment

    account = factory.SubFactory(AccountFactory)
    file = factory.LazyFunction(lambda: ContentFile("扫描件".encode(), "a.txt"))
    name = "扫描件.txt"
    content_type = "text/plain"
    size = 9
    sha256 = "0" * 64
    uploaded_by = factory.SubFactory(UserFactory)


class AgreementFileFactory(DjangoModelFactory):
    class Meta:
        model = accounts.AgreementFile

    agreement = factory.SubFactory(AgreementFactory)
    attachment = factory.LazyAttribute(
        lambda part: AttachmentFactory(
            account=part.agreement.account, uploaded_by=part.agreement.drawn_up_by
        )
    )


class AgreementTemplateFactory(DjangoModelFactory):
    class Meta:
        model = accounts.AgreementTemplate

    kind = accounts.AgreementKind.VIP
    name = "VIP协议.docx"
    file = factory.LazyFunction(lambda: ContentFile(b"PK", "a.docx"))
    size = 2
    uploaded_by = factory.SubFactory(UserFactory)
