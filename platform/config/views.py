"""Answers that belong to no feature: is the process alive, is it ready, its figures, and uploaded files."""

from __future__ import annotations

import mimetypes
from pathlib import PurePosixPath

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

# What a browser may show; everything else is saved to disk. SVG is not here, for it can carry scripts.
SHOWN = {"image/png", "image/jpeg", "image/webp", "image/gif"}
# Uploads are checked for size when they come; a larger file here is a mistake, not to be read into memory.
LARGEST = 10 * 1024 * 1024


@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200 while the process and its database answer; 503 tells the orchestrator to start another."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("database\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 when this process may be given visitors: its database is there and migrated.

    Redis is not asked: pages work without it, so its absence is no reason to send visitors away.
    """
    missing: list[str] = []
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            missing.append("migrations")
    except DatabaseError:
        missing.append("database")
    if missing:
        return HttpResponse(" ".join(missing) + "\n", status=503, content_type="text/plain")
    return HttpResponse("ready\n", content_type="text/plain")


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures of this process, for a collector that shows the installation's token and for nobody else."""
    from django_prometheus.exports import ExportToDjangoView

    shown = request.headers.get("Authorization", "")
    if not settings.METRICS_TOKEN or not constant_time_compare(shown, f"Bearer {settings.METRICS_TOKEN}"):
        headers = {"WWW-Authenticate": "Bearer"}
        return HttpResponse("token\n", status=401, content_type="text/plain", headers=headers)
    response: HttpResponse = ExportToDjangoView(request)
    return response


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponse:
    """A public upload, never as something that a browser would run on our address."""
    try:
        if not default_storage.exists(path) or default_storage.size(path) > LARGEST:
            raise Http404
        with default_storage.open(path) as stored:
            body = stored.read()
    except (SuspiciousFileOperation, OSError, ValueError):
        raise Http404 from None
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    response = HttpResponse(body, content_type=kind if kind in SHOWN else "application/octet-stream")
    if kind not in SHOWN:
        name = PurePosixPath(path).name.encode("ascii", "replace").decode().replace('"', "")
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    # Stored names are never used again, so a copy stays true.
    response["Cache-Control"] = "public, max-age=86400, immutable"
    return response
