"""Addresses. Pages stand under their language (/fi/, /sv/, /en/); what machines fetch does not."""

from __future__ import annotations

from django.apps import apps
from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.utils.module_loading import module_has_submodule

from config import views

# Each app under its own word; core and accounts write theirs out, as they have several.
APP_PREFIXES = {
    "studies": "studies/",
    "networks": "networks/",
    "events": "events/",
    "opportunities": "market/",
    "matching": "partners/",
    "conversations": "messages/",
    "catalogue": "models/",
    "notifications": "notifications/",
    "themes": "themes/",
    "accounts": "",
    "core": "",
}


def _urls(app: str, prefix: str, module: str = "urls") -> list[URLResolver]:
    if not apps.is_installed(app) or not module_has_submodule(apps.get_app_config(app).module, module):
        return []
    return [path(prefix, include(f"{app}.{module}"))]


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", views.health, name="health"),
    path("readyz", views.ready, name="ready"),
    path("media/<path:path>", views.media, name="media"),
    path("i18n/", include("django.conf.urls.i18n")),
    *_urls("core", "", "urls_root"),
    *_urls("events", "", "urls_root"),
    *_urls("networks", "", "urls_root"),
]
if settings.MAIL_EVENTS:
    from anymail.urls import urlpatterns as told_by_mail

    # Of this provider alone: another's address would be an open door that nobody watches.
    urlpatterns += [
        path("mail-events/", include(([one], "anymail")))
        for one in told_by_mail
        if one.name == f"{settings.MAIL_EVENTS}_tracking_webhook"
    ]
if apps.is_installed("django_prometheus"):
    urlpatterns.append(path("metrics", views.metrics, name="metrics"))

urlpatterns += i18n_patterns(
    path("admin/", admin.site.urls),
    path("account/", include("allauth.urls")),
    *(pattern for app, prefix in APP_PREFIXES.items() for pattern in _urls(app, prefix)),
    prefix_default_language=True,
)

handler400 = "core.views.bad_request"
handler403 = "core.views.forbidden"
handler404 = "core.views.not_found"
handler500 = "core.views.server_error"
