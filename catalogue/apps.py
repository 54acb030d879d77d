from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogueConfig(AppConfig):
    name = "catalogue"
    verbose_name = _("Operating models")

    def ready(self) -> None:
        from catalogue import register

        register.all_places()
