"""Service workers: scripts that keep a page at hand while the network is away."""

from __future__ import annotations

from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import Http404, HttpResponse


def service_worker(file: str, *, scope: str) -> HttpResponse:
    """The static file as a worker that may keep pages under `scope`, wherever its own address is; asked for anew each
    time, so that an old one does not outlive an update."""
    path = finders.find(file)
    if path is None:
        raise Http404
    response = HttpResponse(Path(str(path)).read_text(encoding="utf-8"), content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = scope
    response["Cache-Control"] = "no-cache"
    return response
