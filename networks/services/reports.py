"""The yearly report: written as a draft, published with the figures of that moment, taken back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit
from core.errors import DomainError, StaleSave
from core.text import LANGUAGES
from networks.models import Network, NetworkReport
from networks.queries import reports as queries
from networks.queries import year as year_queries
from networks.services.common import lock_for_coordinator

LONGEST_WORDS, LONGEST_GOALS = 6000, 3000


class NotOfItsTime(DomainError):
    message = _("The network was not there in that year.")


class AlreadyPublished(DomainError):
    message = _("The report is published. Take it back first, then it can be changed.")


class NotPublished(DomainError):
    message = _("The report is not published.")


class NothingToTell(DomainError):
    message = _("There is nothing to tell yet: no meeting was held in the year, and no words are written.")


class ReportChanged(StaleSave):
    message = _(
        "Somebody changed the report while you were writing. Look at what it is now, and save again if you want."
    )


@transaction.atomic
def save_report(
    *, network: Network, year: int, words: Mapping[str, str], goals: Mapping[str, str], by: Any, now: datetime,
    version: int | None = None,
) -> NetworkReport:  # fmt: skip
    """The coordinator's words of a year, and how its goals went, by language. Raises `NotTheCoordinator`,
    `NotOfItsTime`, `AlreadyPublished` or `ReportChanged`."""
    report = _locked(network, year, by, now)
    if report.is_published:
        raise AlreadyPublished
    if version is not None and version != report.version:
        raise ReportChanged
    for code in LANGUAGES:
        setattr(report, f"words_{code}", words.get(code, "").strip()[:LONGEST_WORDS])
        setattr(report, f"goals_{code}", goals.get(code, "").strip()[:LONGEST_GOALS])
    return _save(report, "network.report_written", by, now)


@transaction.atomic
def publish_report(*, network: Network, year: int, by: Any, now: datetime) -> NetworkReport:
    """From now on all who see the network read it, with the figures as they are now, without small numbers. Two who
    publish at once: the second one is told that it is published.

    Raises `NotTheCoordinator`, `NotOfItsTime`, `AlreadyPublished` or `NothingToTell`.
    """
    report = _locked(network, year, by, now)
    if report.is_published:
        raise AlreadyPublished
    figures = queries.written(report.network, year, now)
    if not figures["meetings"] and not any(getattr(report, f"words_{code}") for code in LANGUAGES):
        raise NothingToTell
    report.figures, report.published_at, report.published_by = figures, now, by
    return _save(report, "network.report_published", by, now)


@transaction.atomic
def take_back_report(*, network: Network, year: int, by: Any, now: datetime) -> NetworkReport:
    """A draft again: its words stay, its figures go. Raises `NotTheCoordinator`, `NotOfItsTime` or `NotPublished`."""
    report = _locked(network, year, by, now)
    if not report.is_published:
        raise NotPublished
    report.figures = report.published_at = report.published_by = None
    return _save(report, "network.report_taken_back", by, now)


def _locked(network: Network, year: int, by: Any, now: datetime) -> NetworkReport:
    """As it stands, or a new one; the network's row is held, so that two stand in line."""
    network = lock_for_coordinator(network, by)
    report = NetworkReport.objects.filter(network=network, year=year).first()
    if report is None:
        if network.is_draft or year not in year_queries.years_of(network, now):
            raise NotOfItsTime
        report = NetworkReport(network=network, year=year)
    report.network = network
    return report


def _save(report: NetworkReport, action: str, by: Any, now: datetime) -> NetworkReport:
    report.version += 1
    report.save()
    audit.record(action, report.network, by=by, now=now, year=report.year)
    return report
