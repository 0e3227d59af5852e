from __future__ import annotations

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class Session(AbstractBaseSession):
    """One logged-in device; deleting the row logs it out."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="sessions"
    )
    ip_address = models.GenericIPAddressField(_("address"), null=True)
    user_agent = models.CharField(_("device"), max_length=300, blank=True)
    started_at = models.DateTimeField(_("logged in at"), auto_now_add=True)
    seen_at = models.DateTimeField(_("last used at"), auto_now=True)

    objects = BaseSessionManager["Session"]()  # type: ignore[misc]

    class Meta(AbstractBaseSession.Meta):
        verbose_name = _("logged-in device")  # type: ignore[assignment]
        verbose_name_plural = _("logged-in devices")  # type: ignore[assignment]

    @classmethod
    def get_session_store_class(cls) -> type:
        from staff.sessions import SessionStore

        return SessionStore
