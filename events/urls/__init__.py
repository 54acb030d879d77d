"""Addresses under /events/. Those with words of their own come before an event's slug."""

from importlib import import_module

from django.urls import URLPattern, URLResolver
from django.utils.module_loading import module_has_submodule

import events.urls as own

urlpatterns: list[URLPattern | URLResolver] = []
for part in (
    "doors",
    "day",
    "desks",
    "board",
    "meetings",
    "rounds",
    "programme",
    "life",
    "outside",
    "again",
    "registration",
    "events",
):
    if module_has_submodule(own, part):
        urlpatterns += import_module(f"events.urls.{part}").urlpatterns
