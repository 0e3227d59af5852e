from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import YuanField, moment_input, not_to_come, text_area
from accounts.models import Account
from complaints.forms.whose import WhoseForm
from complaints.models import Cause, Complaint, ComplaintChannel, Grade, Verdict
from complaints.whose import customer_called
from complaints.workflow.complaint import Judgement
from staff.models import User

ENTERED = ("account", "is_via", "unit", "complainant", "phone", "address")


class ParticularsForm(forms.ModelForm[Complaint], WhoseForm):
    """Who complains and what about; the words themselves only when it is taken down."""

    is_via = forms.BooleanField(
        label=_("came to us through this customer"),
        help_text=_("Whoever complains is not the customer, but came through them (S4 第3条)."),
        required=False,
    )
    loss_amount = YuanField(label=_("loss claimed (yuan)"), required=False, min_value=0)
    WHO = ("unit", "complainant", "phone", "address")

    class Meta:
        model = Complaint
        fields = (
            "account",
            "is_via",
            "unit",
            "complainant",
            "phone",
            "address",
            "channel",
            "channel_words",
            "asks_for",
            "sample_number",
            "cause",
            "loss_amount",
            "loss_reputation",
        )
        widgets: ClassVar[dict[str, forms.Widget]] = {"asks_for": text_area(2)}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        visible = Account.objects.visible_to(user)
        known = self.instance.account
        # Somebody else may have put it on a file outside this person's scope: it stays there.
        self.keeps_account = bool(known and not visible.filter(pk=known.pk).exists())
        self.open_for(user)
        if self.keeps_account:
            self.fields.pop("account", None)
            del self.fields["reference"]
        self.fields["cause"].choices = [("", _("not clear yet")), *Cause.choices]  # type: ignore[attr-defined]

    @property
    def who_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.WHO]

    @property
    def what_fields(self) -> list[forms.BoundField]:
        apart = (*self.WHO, "account", "is_via", "reference")
        return [self[name] for name in self.fields if name not in apart]

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or self.cleaned_data
        if values.get("channel") == ComplaintChannel.OTHER and not values.get("channel_words"):
            self.add_error("channel_words", gettext("Say which way it reached us."))
        if not self.keeps_account:
            values["account"] = self.chosen_account(values) or self._called_so(values)
        return values

    def _called_so(self, values: dict[str, Any]) -> Account | None:
        """The customer of exactly the unit's name, unless somebody else was looked up."""
        if values.get("is_via") or values.get("reference"):
            return None
        return customer_called(values.get("unit", ""))

    @property
    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {name: given[name] for name in self.Meta.fields if name in given}


class ComplaintForm(ParticularsForm):
    """A complaint as it is heard: the words and who said them are enough."""

    is_acknowledged = forms.BooleanField(
        label=_("I told them that we have it and look into it"), required=False
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    class Meta(ParticularsForm.Meta):
        fields = ("content", *ParticularsForm.Meta.fields, "received_at")  # type: ignore[assignment]
        widgets: ClassVar[dict[str, forms.Widget]] = {
            **ParticularsForm.Meta.widgets,
            "content": text_area(5),
            "received_at": moment_input(),
        }

    field_order = (
        "content", "asks_for", "unit", "complainant", "phone", "address", "account", "is_via",
        "channel", "channel_words", "received_at", "sample_number", "cause", "loss_amount",
        "loss_reputation", "is_acknowledged",
    )  # fmt: skip
    WORDS = ("content", "asks_for")
    HOW = ("channel", "channel_words", "received_at", "is_acknowledged")
    WHAT = ("cause", "sample_number", "loss_amount", "loss_reputation")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("token", uuid.uuid4())
        now = timezone.localtime().replace(second=0, microsecond=0)
        self.initial["received_at"] = self.initial.get("received_at") or now
        self.fields["content"].help_text = _(
            "Fully and exactly, as the customer says it. It cannot be changed later, only added to."
        )

    def groups(self) -> list[tuple[str, Any, list[forms.BoundField]]]:
        """The fields under their headings; the customer stands with who complains."""
        parts = [
            ("words", _("What they complain of"), self.WORDS),
            ("who", _("Who complains"), self.WHO),
            ("how", _("How and when"), self.HOW),
            ("what", _("What it is about"), self.WHAT),
        ]
        return [(word, title, [self[name] for name in names]) for word, title, names in parts]

    def clean_received_at(self) -> Any:
        return not_to_come(self.cleaned_data["received_at"])

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or self.cleaned_data
        self.instance.token = values.get("token")
        return values


class AdditionForm(forms.Form):
    """More of the customer's words."""

    text = forms.CharField(label=_("What is added"), max_length=4000, widget=text_area(3))


class NoteForm(forms.Form):
    """A line of the chronology."""

    text = forms.CharField(label=_("What happened"), max_length=2000, widget=text_area(3))
    happened_at = forms.DateTimeField(label=_("When"), widget=moment_input())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = timezone.localtime().replace(second=0, microsecond=0)
        self.initial.setdefault("happened_at", now)

    def clean_happened_at(self) -> Any:
        return not_to_come(self.cleaned_data["happened_at"])


class AcknowledgeForm(forms.Form):
    note = forms.CharField(label=_("How they were told"), max_length=200, required=False)


class ClassifyForm(forms.Form):
    """The class and the cause, on facts ticked, with a reason: a person decides."""

    grade = forms.ChoiceField(
        label=pgettext_lazy("complaint", "class"),
        choices=Grade.choices,
        widget=forms.RadioSelect,
    )
    cause = forms.ChoiceField(label=_("cause"), choices=Cause.choices, widget=forms.RadioSelect)
    has_serious_error = forms.BooleanField(label=_("serious error in a result"), required=False)
    has_large_loss = forms.BooleanField(
        label=_("fairly large loss through a result (money or reputation)"), required=False
    )
    is_very_dissatisfied = forms.BooleanField(
        label=_("the customer is very dissatisfied"), required=False
    )
    reason = forms.CharField(label=_("Reason for the class"), max_length=300, widget=text_area(2))

    def __init__(self, *args: Any, complaint: Complaint, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        facts = ("grade", "cause", "has_serious_error", "has_large_loss", "is_very_dissatisfied")
        self.initial = {name: getattr(complaint, name) for name in facts}

    @property
    def judgement(self) -> Judgement:
        return Judgement(**self.cleaned_data)


class InvestigateForm(forms.Form):
    """Who looks into it, at once; or goes there."""

    handler = forms.ModelChoiceField(User.objects.none(), label=_("Who looks into it"))
    is_person_sent = forms.BooleanField(label=_("They go to the customer"), required=False)
    note = forms.CharField(label=_("What is to be found out"), max_length=300, required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["handler"].queryset = User.objects.in_house()  # type: ignore[attr-defined]
        self.initial.setdefault("handler", user.pk)


class AssignForm(forms.Form):
    handler = forms.ModelChoiceField(User.objects.none(), label=_("Who handles it from now on"))
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["handler"].queryset = User.objects.in_house()  # type: ignore[attr-defined]


class PauseForm(forms.Form):
    reason = forms.CharField(
        label=_("What we are waiting for"),
        max_length=200,
        help_text=_("For example a sample or a paper that only the customer can give."),
    )


class HandleForm(forms.Form):
    """What was found, how it is handled, and what keeps it from happening again."""

    findings = forms.CharField(label=_("findings"), widget=text_area(3), max_length=4000)
    measures = forms.CharField(label=_("how it is handled"), widget=text_area(3), max_length=4000)
    root_cause = forms.CharField(
        label=_("root cause"), widget=text_area(2), max_length=2000, required=False
    )
    corrective_action = forms.CharField(
        label=_("corrective and preventive action"),
        widget=text_area(2),
        max_length=2000,
        required=False,
    )

    def __init__(self, *args: Any, complaint: Complaint, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {name: getattr(complaint, name) for name in self.fields}


class ReplyForm(forms.Form):
    """What the customer was told, and how."""

    text = forms.CharField(label=_("reply to the customer"), widget=text_area(4), max_length=4000)
    way = forms.CharField(
        label=_("how they were told"),
        max_length=60,
        help_text=_("For example by telephone, in a letter, at their office."),
    )

    def __init__(self, *args: Any, complaint: Complaint, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"text": complaint.reply, "way": complaint.reply_way}


class CloseForm(forms.Form):
    """The customer's verdict; without satisfaction a second person must agree."""

    verdict = forms.ChoiceField(
        label=_("the customer's verdict"), choices=Verdict.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(label=_("in the customer's words"), max_length=300, required=False)
    reason = forms.CharField(
        label=_("why it is closed all the same"),
        max_length=300,
        required=False,
        help_text=_("Needed unless the customer is satisfied; a second person then decides."),
    )

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or self.cleaned_data
        verdict = values.get("verdict")
        if verdict and verdict != Verdict.SATISFIED and not values.get("reason"):
            self.add_error("reason", gettext("Closing without satisfaction needs a reason."))
        return values


class ApproveForm(forms.Form):
    note = forms.CharField(label=_("Remark"), max_length=200, required=False)


class LinkForm(forms.Form):
    """Another complaint, by its number, and why the two belong together."""

    number = forms.CharField(label=_("number of the other complaint"), max_length=20)
    reason = forms.CharField(label=_("why they belong together"), max_length=200)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_number(self) -> Complaint:
        number = self.cleaned_data["number"].strip()
        found: Complaint | None = (
            Complaint.objects.visible_to(self.user).filter(number__iexact=number).first()
        )
        if found is None:
            raise ValidationError(gettext("There is no complaint of this number."))
        return found
