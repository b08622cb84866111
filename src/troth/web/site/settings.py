"""Django's settings for the server, made from ours: no cookie outside the console, no third party, no debug page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from troth.web.site.bounds import MOST_BYTES
from troth.web.site.headers import POLICY
from troth.workflows.credentials import referred

if TYPE_CHECKING:
    from troth.workflows.house import House

APPS = (
    "django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions", "django.contrib.humanize",
    "troth.web.site", "troth.web.portal", "troth.web.console",
    "allauth", "allauth.account", "allauth.mfa",
)  # fmt: skip
PROVIDER_APPS = ("allauth.socialaccount", "allauth.socialaccount.providers.openid_connect")
MIDDLEWARE = (
    "troth.web.site.logs.Told",
    "csp.middleware.CSPMiddleware",
    "troth.web.site.language.Spoken",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "troth.web.site.sessions.Ended",
    "allauth.account.middleware.AccountMiddleware",
    "troth.web.site.roles.Roles",
    "troth.web.site.errors.Explained",
)
CONSOLE = "/console/"
KILOBYTE = 1_024
_COUNTS = {  # failed sign-ins, by allauth
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 20_000},
}  # fmt: skip


def fittings(house: House, secret: str) -> tuple[tuple[str, ...], dict[str, Any]]:
    """The apps that the server adds to our own, and its settings."""
    more = {
        "TROTH_HOUSE": house,
        "SECRET_KEY": secret,
        "DEBUG": False,
        "ALLOWED_HOSTS": hosts(house.settings.address),
        "ROOT_URLCONF": "troth.web.site.urls",
        "MIDDLEWARE": list(MIDDLEWARE),
        "TEMPLATES": [_templates()],
        "STATIC_URL": "/static/",
        "LANGUAGE_CODE": "en",
        "LANGUAGES": [("da", "Dansk"), ("en", "English")],
        "USE_I18N": True,
        "TIME_ZONE": house.settings.time_zone,
        "APPEND_SLASH": True,
        "CONTENT_SECURITY_POLICY": {"DIRECTIVES": {**POLICY, "form-action": ["'self'", *_provider(house)]}},
        "CSRF_TRUSTED_ORIGINS": [house.settings.address] if house.settings.address else [],
        "CACHES": {"default": _COUNTS},
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 256 * KILOBYTE,
        "DATA_UPLOAD_MAX_NUMBER_FIELDS": 200,
        "DATA_UPLOAD_MAX_NUMBER_FILES": 5,
        "FILE_UPLOAD_MAX_MEMORY_SIZE": MOST_BYTES,  # what is sent never lies on a disk in the clear
        "FILE_UPLOAD_HANDLERS": ["django.core.files.uploadhandler.MemoryFileUploadHandler"],
        "FILE_UPLOAD_PERMISSIONS": 0o600,
    }
    settings = house.settings
    more |= {**_cookies(over_tls(settings.address)), **_accounts(house)}
    return ((*APPS, *PROVIDER_APPS), more | _signing_in_elsewhere(house)) if settings.oidc else (APPS, more)


def _provider(house: House) -> list[str]:
    """The origin to which the sign-in form is sent on, if there is a provider."""
    url = urlsplit(house.settings.oidc)
    return [f"{url.scheme}://{url.netloc}"] if url.netloc else []


def hosts(address: str) -> list[str]:
    """The names under which we answer: loopback, for whoever looks after the machine, and the public one."""
    public = urlsplit(address).hostname
    return ["localhost", "127.0.0.1", "[::1]", *([public] if public else [])]


def over_tls(address: str) -> bool:
    """Whether people reach us over TLS."""
    return address.startswith("https://")


def _templates() -> dict[str, Any]:
    return {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "troth.web.site.context.common",
            ],
            "builtins": ["troth.web.site.templatetags.words"],
        },
    }


def _cookies(tls: bool) -> dict[str, Any]:
    """Cookies exist below /console/ only; over TLS they bear a name that a browser refuses to take otherwise."""
    prefix = "__Secure-" if tls else ""
    return {
        "SESSION_COOKIE_NAME": f"{prefix}troth", "SESSION_COOKIE_PATH": CONSOLE, "SESSION_COOKIE_SECURE": tls,
        "SESSION_COOKIE_HTTPONLY": True, "SESSION_COOKIE_SAMESITE": "Lax", "SESSION_COOKIE_AGE": 30 * 60,
        "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
        "CSRF_COOKIE_NAME": f"{prefix}troth-form", "CSRF_COOKIE_PATH": CONSOLE, "CSRF_COOKIE_SECURE": tls,
        "CSRF_COOKIE_HTTPONLY": True, "CSRF_COOKIE_SAMESITE": "Strict", "CSRF_COOKIE_AGE": None,
        "CSRF_FAILURE_VIEW": "troth.web.site.errors.stale",
    }  # fmt: skip


def _accounts(house: House) -> dict[str, Any]:
    """Local accounts that only `troth staff` makes; argon2; a second factor; passkeys; one OpenID provider, if set."""
    return {
        "AUTHENTICATION_BACKENDS": ["allauth.account.auth_backends.AuthenticationBackend"],
        "PASSWORD_HASHERS": ["troth.web.site.passwords.Argon2"],
        "AUTH_PASSWORD_VALIDATORS": [
            {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
            {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
            {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
            {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
        ],
        "PASSWORD_RESET_TIMEOUT": 24 * 3_600,
        "LOGIN_URL": f"{CONSOLE}account/login/", "LOGIN_REDIRECT_URL": CONSOLE,
        "ACCOUNT_ADAPTER": "troth.web.site.accounts.Staffed",
        "ACCOUNT_LOGIN_METHODS": {"username"}, "ACCOUNT_SIGNUP_FIELDS": ["username*", "password1*", "password2*"],
        "ACCOUNT_EMAIL_VERIFICATION": "none", "ACCOUNT_EMAIL_NOTIFICATIONS": False, "ACCOUNT_SESSION_REMEMBER": False,
        "ACCOUNT_LOGOUT_REDIRECT_URL": f"{CONSOLE}account/login/", "ACCOUNT_PRESERVE_USERNAME_CASING": False,
        "ACCOUNT_REAUTHENTICATION_TIMEOUT": 300, "ACCOUNT_REAUTHENTICATION_REQUIRED": True,
        "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"], "MFA_PASSKEY_LOGIN_ENABLED": True,
        "MFA_TOTP_ISSUER": "Troth", "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": not over_tls(house.settings.address),
        "MFA_ALLOW_UNVERIFIED_EMAIL": True,
        "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
    }  # fmt: skip


def _signing_in_elsewhere(house: House) -> dict[str, Any]:
    """One OpenID Connect provider. It vouches for accounts that were connected to it by their owners, and makes none."""
    app = {
        "provider_id": "company", "name": urlsplit(house.settings.oidc).hostname,
        "client_id": house.settings.oidc_client, "secret": referred(house.environment.get("TROTH_OIDC_SECRET", ""), "TROTH_OIDC_SECRET"),
        "settings": {"server_url": house.settings.oidc},
    }  # fmt: skip
    return {
        "SOCIALACCOUNT_ADAPTER": "troth.web.site.providers.Invited",
        "SOCIALACCOUNT_PROVIDERS": {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}},
        "SOCIALACCOUNT_STORE_TOKENS": False,
        "SOCIALACCOUNT_EMAIL_AUTHENTICATION": False,
    }
