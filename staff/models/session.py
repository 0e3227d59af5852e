from __future__ import annotations

from hashlib import sha256

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from staff.devices import device_name, is_phone
from staff.querysets import SessionQuerySet


class Session(AbstractBaseSession):
    """One logged-in device; deleting the row logs it out."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="sessions"
    )
    ip_address = models.GenericIPAddressField(_("address"), null=True)
    user_agent = models.CharField(_("device"), max_length=300, blank=True)
    started_at = models.DateTimeField(_("logged in at"), default=timezone.now, editable=False)
    seen_at = models.DateTimeField(_("last used at"), auto_now=True)

    objects = BaseSessionManager.from_queryset(SessionQuerySet)()  # type: ignore[misc]

    class Meta(AbstractBaseSession.Meta):
        verbose_name = _("logged-in device")  # type: ignore[assignment]
        verbose_name_plural = _("logged-in devices")  # type: ignore[assignment]

    @property
    def handle(self) -> str:
        """Names the device in addresses; the key itself would log whoever reads it in."""
        return sha256(self.session_key.encode()).hexdigest()[:32]

    @property
    def device(self) -> str:
        return device_name(self.user_agent)

    @property
    def is_phone(self) -> bool:
        return is_phone(self.user_agent)

    @classmethod
    def get_session_store_class(cls) -> type:
        from staff.sessions import SessionStore

        return SessionStore
