"""The addresses of signing in, below /console/account/: allauth's, without those for signing up and for mail."""

from __future__ import annotations

from allauth.account import views
from allauth.mfa.totp.views import activate_totp
from csp.decorators import csp_update
from django.apps import apps
from django.urls import include, path, re_path

from troth.web.site import views as ours

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path(
        "password/key/done/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"
    ),
    re_path(
        r"^password/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("forgotten/", ours.forgotten, name="account_reset_password"),
    path("email/", ours.forgotten, name="account_email"),
    path("signup/", ours.forgotten, name="account_signup"),
    path(
        "2fa/totp/activate/", csp_update({"img-src": ["data:"]})(activate_totp), name="mfa_activate_totp"
    ),  # its QR code
    path("2fa/", include("allauth.mfa.urls")),
]
if apps.is_installed("allauth.socialaccount"):
    urlpatterns += [
        path("3rdparty/", include("allauth.socialaccount.urls")),
        path("", include("allauth.socialaccount.providers.openid_connect.urls")),
    ]
