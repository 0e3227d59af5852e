"""Factories of market notes: valid by default."""

import factory
from django.core.files.base import ContentFile
from factory.django import DjangoModelFactory

from development import models as development
from tests.factories import AccountFactory, UserFactory


class MarketNoteFactory(DjangoModelFactory):
    class Meta:
        model = development.MarketNote

    kind = development.NoteKind.COMPETITOR
    title = "竞品下调抗磨液压油价格"
    text = "某品牌在苏州下调HM46出厂价约6%,账期放到90天"
    author = factory.SubFactory(UserFactory)


class NoteAccountFactory(DjangoModelFactory):
    class Meta:
        model = development.NoteAccount

    note = factory.SubFactory(MarketNoteFactory)
    account = factory.SubFactory(AccountFactory)


class NoteFileFactory(DjangoModelFactory):
    class Meta:
        model = development.NoteFile

    note = factory.SubFactory(MarketNoteFactory)
    file = factory.LazyFunction(lambda: ContentFile("报价".encode(), "a.txt"))
    name = "报价.txt"
    content_type = "text/plain"
    size = 6
    uploaded_by = factory.SelfAttribute("note.author")
