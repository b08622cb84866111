"""Every address of the server, door by door."""

from __future__ import annotations

from django.urls import include, path

from troth.web.site import views

urlpatterns = [
    path("", views.front, name="front"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
    path("console/account/", include("troth.web.site.account_urls")),
    path("console/language/", views.console_language, name="console_language"),
    path("console/", include("troth.web.console.urls")),
    path("<lang:language>/", include("troth.web.portal.urls")),
]
handler400 = "troth.web.site.errors.bad"
handler403 = "troth.web.site.errors.refused"
handler404 = "troth.web.site.errors.missing"
handler500 = "troth.web.site.errors.broken"
