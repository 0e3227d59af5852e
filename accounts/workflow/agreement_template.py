"""The Word templates that a company's agreements are made from."""

from __future__ import annotations

from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts import word
from accounts.models import Agreement, AgreementTemplate
from accounts.sniffing import clean_name
from accounts.word.built_in import built_in
from accounts.word.fields import sample_values, values_of
from staff.models import User
from staff.transitions import TransitionDenied


def replace(kind: str, *, actor: User, upload: UploadedFile[Any]) -> AgreementTemplate:
    """Use this template from now on, after filling it once with samples in a child process."""
    if blocker := AgreementTemplate.replace_blocker(actor):
        raise TransitionDenied(blocker)
    content = upload.read(word.MOST_BYTES + 1)
    try:
        word.fill(content, sample_values())
    except word.TemplateRefused as refused:
        raise TransitionDenied(str(refused)) from refused
    return AgreementTemplate.objects.create(
        kind=kind,
        name=clean_name(upload.name or ""),
        file=ContentFile(content, "template.docx"),
        size=len(content),
        uploaded_by=actor,
    )


@transaction.atomic
def retire(template: AgreementTemplate, *, actor: User) -> AgreementTemplate:
    """Take a template out of use: the one before it is used again, or the one that came with us."""
    template = AgreementTemplate.objects.select_for_update().get(pk=template.pk)
    if blocker := AgreementTemplate.replace_blocker(actor):
        raise TransitionDenied(blocker)
    if template.retired_at:
        raise TransitionDenied(gettext("This template is out of use already."))
    template.retired_at = timezone.now()
    template.save(update_fields=["retired_at"])
    return template


def content_of(kind: str) -> tuple[str, bytes]:
    """Name and bytes of the template in use."""
    current = AgreementTemplate.objects.current(kind)
    if current is None:
        return f"{kind}.docx", built_in(kind)
    with current.file.open("rb") as file:
        return current.name, file.read()


def as_word(agreement: Agreement) -> bytes:
    """The agreement as a Word document. Raises TransitionDenied with the template's fault."""
    try:
        return word.fill(content_of(agreement.kind)[1], values_of(agreement))
    except word.TemplateRefused as refused:
        raise TransitionDenied(str(refused)) from refused
