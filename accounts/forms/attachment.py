from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import sniffing


class AttachmentForm(forms.Form):
    """A file and what it is."""

    file = forms.FileField(label=_("File"), max_length=255)
    title = forms.CharField(label=_("What it is"), max_length=100, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = ",".join(f".{extension}" for extension in sniffing.EXTENSIONS)
        self.fields["file"].widget.attrs["accept"] = kinds
        self.fields["file"].help_text = gettext("At most %(size)d MB.") % {
            "size": settings.ATTACHMENT_MAX_BYTES // 1_000_000
        }

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload.size > settings.ATTACHMENT_MAX_BYTES:
            raise forms.ValidationError(
                gettext("The file has %(has).1f MB; at most %(limit)d MB are taken.")
                % {
                    "has": upload.size / 1_000_000,
                    "limit": settings.ATTACHMENT_MAX_BYTES // 1_000_000,
                }
            )
        return upload
