from __future__ import annotations

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.db.backends.signals import connection_created


class ConfigConfig(AppConfig):
    """The top layer as an app: it owns commands that need every other app (the demo, the server)."""

    default = True
    name = "config"
    verbose_name = "Solmu"

    def ready(self) -> None:
        from config.demo import register
        from core.sqlite import prepare_connection

        register.register()
        connection_created.connect(prepare_connection, dispatch_uid="core.sqlite")


class SolmuAdminConfig(admin_apps.AdminConfig):
    default = False
    default_site = "config.admin.Site"
