from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ThemesConfig(AppConfig):
    name = "themes"
    verbose_name = _("Themes")

    def ready(self) -> None:
        from core import panels
        from themes import credits, desk

        credits.register()
        panels.register("desk", "themes.proposals", desk.proposals_panel, order=40)
