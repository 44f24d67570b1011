"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

from config.web import health, live, preferences

urlpatterns = [
    path("health/live", health.live, name="health_live"),
    path("health/", health.ready, name="health"),
    path("live/", live.live, name="live"),
    path("preferences/", preferences.preferences_save, name="preferences"),
    path("admin/", admin.site.urls),
    path("accounts/", include("customers.account_urls")),
    path("", include("customers.urls")),
    path("", include("inventory.urls")),
    path("", include("orders.urls")),
    path("", include("billing.urls")),
]

handler500 = "config.web.errors.server_error"
