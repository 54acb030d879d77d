from __future__ import annotations

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite
from django.http import HttpRequest


class Site(AdminSite):
    """The tables, for superusers alone: staff work on the site's own pages, under its rules and its audit trail.

    Signing in goes through the site's own door, where rate limits and the second factor are.
    """

    site_header = site_title = "Solmu"

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and bool(getattr(request.user, "is_superuser", False))


Site.login = secure_admin_login(Site.login)  # type: ignore[method-assign] # allauth's documented way
