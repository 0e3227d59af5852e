"""The words a complaint is told in: how it came, what from, how grave, how far, what of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ComplaintChannel(models.TextChoices):
    """How the customer told us (S4 第七条 3: 来人、来电、传真或其它方式)."""

    IN_PERSON = "in_person", _("In person")
    PHONE = "phone", pgettext_lazy("complaint", "By phone")
    FAX = "fax", _("By fax")
    OTHER = "other", _("Another way")


class Cause(models.TextChoices):
    """What the grievance comes from (S4 第七条 3.1 names the first two)."""

    DOUBT = "doubt", _("Doubt about a result")
    ATTITUDE = "attitude", _("Attitude of our staff")
    OTHER = "other", pgettext_lazy("cause", "Something else")


class Grade(models.TextChoices):
    """How grave it is: general or major (S4 第七条 3.1, 3.2), chosen by a person, never by us.

    Of the kinds of major complaint only the crisis event survives in the text.
    """

    GENERAL = "general", _("General complaint")
    CRISIS = "crisis", _("Major: crisis event")
    MAJOR = "major", _("Major: other")
    NOT_COVERED = "not_covered", _("Not covered by 第七条")


GRAVE = (Grade.CRISIS, Grade.MAJOR)


class ComplaintStatus(models.TextChoices):
    RECEIVED = "received", pgettext_lazy("complaint", "Received")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    CLASSIFIED = "classified", _("Classified")
    INVESTIGATING = "investigating", _("Under investigation")
    HANDLED = "handled", _("Handled")
    REPLIED = "replied", pgettext_lazy("complaint", "Replied")
    TO_APPROVE = "to_approve", _("Closing awaits approval")
    CLOSED = "closed", pgettext_lazy("complaint", "Closed")


class Verdict(models.TextChoices):
    """What the customer says of our answer; satisfaction is no condition of closing (Q57)."""

    SATISFIED = "satisfied", _("Satisfied")
    DISSATISFIED = "dissatisfied", _("Dissatisfied")
    NOT_GIVEN = "not_given", pgettext_lazy("verdict", "Said nothing")


AFTER_REPLY = (ComplaintStatus.REPLIED, ComplaintStatus.TO_APPROVE, ComplaintStatus.CLOSED)
