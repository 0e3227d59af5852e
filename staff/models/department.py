from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from staff.audit import tracked


@tracked()
class Department(models.Model):
    """A department that works out an answer with us (S4-6.1-5b: 协同相关部门研究处理).

    Its people answer on a page of their own; one without logins answers by a private link.
    """

    name = models.CharField(_("name"), max_length=60, unique=True)
    is_active = models.BooleanField(_("in use"), default=True)
    people = models.ManyToManyField(
        "staff.User",
        through="staff.DepartmentPerson",
        blank=True,
        related_name="departments",
        verbose_name=_("who answers"),
    )

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


@tracked(by="department")
class DepartmentPerson(models.Model):
    """One of those who answer for a department."""

    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="answering")
    user = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("person")
    )

    class Meta:
        verbose_name = _("who answers for a department")
        verbose_name_plural = _("who answers for a department")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="department_person_once", fields=["department", "user"])
        ]

    def __str__(self) -> str:
        return str(self.user)
