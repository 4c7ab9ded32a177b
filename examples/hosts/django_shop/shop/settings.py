"""Minimal Django settings. Do not deploy this example: it has no login."""

import os

SECRET_KEY = "an example keeps no secrets"  # noqa: S105
DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
ROOT_URLCONF = "shop.urls"
INSTALLED_APPS = ["shop"]
MIDDLEWARE = ["django.middleware.csrf.CsrfViewMiddleware"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("SHOP_DATABASE", "shop.sqlite3"),
    }
}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
USE_TZ = True  # Loads aware datetimes; segkit does not compare naive ones.
TIME_ZONE = "Europe/Paris"  # Also the time zone of days and calendar units in segments.
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
