"""Every address of the product starts here."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("staff.urls")),
    path("accounts/", include("accounts.urls")),
    path("admin/", admin.site.urls),
]
