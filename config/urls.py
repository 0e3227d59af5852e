"""Every address of the product starts here."""

from django.contrib import admin
from django.urls import include, path

from config import health

urlpatterns = [
    path("", include("staff.urls")),
    path("", include("staff.rulebook_urls")),
    path("accounts/", include("accounts.urls")),
    path("development/", include("development.urls")),
    path("visits/", include("visits.urls")),
    path("complaints/", include("complaints.urls")),
    path("admin/", admin.site.urls),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
]
handler500 = "config.errors.server_error"
