from __future__ import annotations

from functools import cached_property

import pgtrigger
from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import connection, models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from staff.audit import tracked
from staff.line import CHECK_LINE, LINE_ABOVE, LINE_BELOW
from staff.passwords import normalise_login, profile
from staff.permissions import has_right
from staff.pinyin import PinyinField
from staff.querysets import UserManager


class Role(models.TextChoices):
    """The three posts of the key-account department (S1 第2条), highest first."""

    MANAGER = "manager", _("Key account manager")
    SUPERVISOR = "supervisor", _("Key account supervisor")
    SPECIALIST = "specialist", _("Key account specialist")


class Dialect(models.TextChoices):
    """Dialects a colleague understands, for callers who speak no Mandarin (S4-6.1-7c)."""

    CANTONESE = "cantonese", _("Cantonese")
    MIN = "min", _("Min (Hokkien)")
    WU = "wu", _("Wu (Shanghainese)")
    HAKKA = "hakka", _("Hakka")
    XIANG = "xiang", _("Xiang (Hunanese)")
    GAN = "gan", _("Gan (Jiangxi)")
    SICHUAN = "sichuan", _("Sichuanese")
    NORTHEAST = "northeast", _("Northeastern")


@tracked(exclude=["password", "last_login"])
class User(AbstractBaseUser, PermissionsMixin):
    """One person who logs in; their post, region and superior decide what they see."""

    username = models.CharField(
        _("user name"), max_length=50, unique=True, validators=[UnicodeUsernameValidator()]
    )
    name = models.CharField(pgettext_lazy("person", "name"), max_length=50)
    name_pinyin = PinyinField(max_length=200, source="name")
    name_initials = PinyinField(max_length=50, source="name", short=True)
    employee_number = models.CharField(_("employee number"), max_length=30, blank=True)
    mobile = models.CharField(
        _("mobile"),
        max_length=20,
        blank=True,
        validators=[RegexValidator(r"^\+?[0-9]{6,19}$", _("Digits only."))],
    )
    email = models.EmailField(_("e-mail"), blank=True)
    role = models.CharField(
        _("post"),
        max_length=12,
        choices=Role.choices,
        blank=True,
        help_text=_("Without a post a person sees no customer."),
    )
    reports_to = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="direct_reports",
        verbose_name=_("reports to"),
    )
    region = models.ForeignKey(
        "staff.Region",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("region"),
    )
    is_service_centre = models.BooleanField(
        _("customer service centre"),
        default=False,
        help_text=_("Sees all calls and complaints (S4 第4条)."),
    )
    dialects = ArrayField(
        models.CharField(max_length=12, choices=Dialect.choices),
        verbose_name=_("dialects"),
        default=list,
        blank=True,
    )
    is_superuser = models.BooleanField(
        _("administrator"),
        default=False,
        help_text=_("Configures the product; without a post sees no customer."),
    )
    is_active = models.BooleanField(_("may log in"), default=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    must_change_password = models.BooleanField(_("must change password"), default=True)
    password_changed_at = models.DateTimeField(_("password changed at"), null=True, editable=False)
    joined_at = models.DateTimeField(_("added at"), default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name_pinyin", "pk"]
        constraints = [
            models.CheckConstraint(
                name="user_role_known", condition=Q(role__in=[*Role.values, ""])
            ),
            models.CheckConstraint(
                name="user_reports_to_someone_else", condition=~Q(reports_to=F("pk"))
            ),
            models.CheckConstraint(
                name="user_left_cannot_log_in", condition=Q(left_on=None) | Q(is_active=False)
            ),
            models.UniqueConstraint(
                Lower("username"),
                name="user_username_unique_in_any_case",
                violation_error_message=_("Another person has this user name."),
            ),
            models.UniqueConstraint(
                name="user_employee_number_unique",
                fields=["employee_number"],
                condition=~Q(employee_number=""),
                violation_error_message=_("Another person has this employee number."),
            ),
            models.UniqueConstraint(
                name="user_mobile_unique",
                fields=["mobile"],
                condition=~Q(mobile=""),
                violation_error_message=_("Another person has this mobile."),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="line_possible",
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("role", "reports_to_id"),
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                func=CHECK_LINE,
            )
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def get_absolute_url(self) -> str:
        return reverse("staff:person", args=[self.pk])

    def clean(self) -> None:
        """One text never logs two people in."""
        super().clean()
        self.employee_number = normalise_login(self.employee_number)
        for field in ("username", "employee_number", "mobile"):
            login = getattr(self, field)
            other = User.objects.by_login(login) if login else None
            if other and other.pk != self.pk:
                raise ValidationError({field: gettext("Another person logs in with this.")})

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    @property
    def is_staff(self) -> bool:
        """The Django admin is for supervisors, managers and whoever configures the product."""
        return self.is_active and (
            self.is_superuser or self.role in (Role.MANAGER, Role.SUPERVISOR)
        )

    @property
    def is_manager(self) -> bool:
        return self.role == Role.MANAGER

    @property
    def is_superior(self) -> bool:
        """A supervisor or a manager: someone who may decide."""
        return self.role in (Role.MANAGER, Role.SUPERVISOR)

    @property
    def is_top_manager(self) -> bool:
        """A manager with nobody above: sees the whole department."""
        return self.role == Role.MANAGER and self.reports_to_id is None

    @property
    def dialect_names(self) -> list[str]:
        return [str(Dialect(code).label) for code in self.dialects]

    @cached_property
    def line_ids(self) -> list[int]:
        """This person and everyone below them; one query at most, none for a request's user."""
        if self.role == Role.SPECIALIST:  # nobody can report to one: `user_line_possible`
            return [self.pk]
        with connection.cursor() as cursor:
            cursor.execute(LINE_BELOW, [self.pk])
            return [row[0] for row in cursor.fetchall()]

    @cached_property
    def superior_ids(self) -> list[int]:
        """Everyone above this person, the nearest first; one query."""
        with connection.cursor() as cursor:
            cursor.execute(LINE_ABOVE, [self.pk])
            return [row[0] for row in cursor.fetchall()]

    def get_session_auth_hash(self) -> str:
        """Also changes with the post, so that live sessions end when it does (R14)."""
        return salted_hmac(
            "staff.User.session",
            f"{self.password}:{self.role}:{self.is_superuser}",
            algorithm="sha256",
        ).hexdigest()

    # --- rights in the admin: a table by post, without Django's shortcut for superusers --------
    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_active and has_right(self, perm)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and has_right(self, f"{app_label}.")

    # --- password ------------------------------------------------------------------------------
    @property
    def password_is_expired(self) -> bool:
        """By the policy in force; without a maximum age never."""
        age = profile().max_age
        since = self.password_changed_at or self.joined_at
        return age is not None and since + age < timezone.now()

    def absence_blocker(self) -> str:
        """Why nothing can be given to this person to do."""
        if self.is_active and not self.left_on and (self.role or self.is_service_centre):
            return ""
        return gettext("%s cannot take it: no post here.") % self

    # --- what others may do with this login ----------------------------------------------------
    @property
    def is_last_top_manager(self) -> bool:
        """Without this person nobody could see the whole department."""
        if not (self.pk and self.is_active and self.is_top_manager):
            return False
        top = User.objects.filter(role=Role.MANAGER, reports_to=None, is_active=True)
        return not top.exclude(pk=self.pk).exists()

    def administration_blocker(self, actor: User) -> str:
        """Why `actor` may not manage this person's login; "" if they may."""
        if self.pk == actor.pk:
            return gettext("You cannot do this to yourself.")
        if not User.objects.administered_by(actor).filter(pk=self.pk).exists():
            return gettext("Only a superior or an administrator can do this.")
        return ""

    def deactivation_blocker(self, actor: User) -> str:
        """Why `actor` may not end this person's login; "" if they may."""
        if not self.is_active:
            return gettext("%s cannot log in already.") % self
        if reason := self.administration_blocker(actor):
            return reason
        if self.is_last_top_manager:
            return gettext("The department needs a manager at its top: name another one first.")
        return ""

    def reactivation_blocker(self, actor: User) -> str:
        """Why `actor` may not let this person log in again; "" if they may."""
        if self.is_active:
            return gettext("%s can log in already.") % self
        return self.administration_blocker(actor)

    def initial_password_blocker(self, actor: User) -> str:
        """Why `actor` may not give this person a new initial password; "" if they may."""
        if not self.is_active:
            return gettext("%s may not log in; let them log in again first.") % self
        return self.administration_blocker(actor)
