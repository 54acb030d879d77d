from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import module_has_submodule


class EventsConfig(AppConfig):
    name = "events"

    def ready(self) -> None:
        for part in ("registry_events", "registry_programme", "registry_rounds"):
            if self.module is not None and module_has_submodule(self.module, part):
                import_module(f"events.{part}").register()
