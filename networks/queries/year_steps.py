"""The next three things for those who run a network: what waits, then what keeps it alive."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain, islice

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from networks.models import Network, NetworkMeeting, NetworkReport
from networks.queries import coming_steps, letters, next_steps, quiet
from networks.queries.next_steps import GuideRow, Next
from networks.rules import letters as letter_rules
from networks.rules import year as rules

AT_ONCE = 3
TO_COUNT = 50
"""Beyond this a number says no more."""


def three(network: Network, steps: Sequence[GuideRow], now: datetime) -> list[Next]:
    """At most three, the most pressing first; what is not needed is not read."""
    if network.is_ended:
        return list(_report(network, now))
    return list(islice(chain(next_steps.waiting(network, steps), _alive(network, now)), AT_ONCE))


def _alive(network: Network, now: datetime) -> Iterator[Next]:
    if not network.is_running:
        return
    at = {"slug": network.slug}
    yield from _minutes(network, now)
    yield from coming_steps.steps(network, now)
    unanswered = letters.not_reminded(network).filter(
        membership__state="invited", returned_at=None, made_at__lte=now - letter_rules.SILENT_AFTER
    )
    n = unanswered.order_by()[:TO_COUNT].count()
    if n:
        yield Next(
            ngettext("Remind one organisation of its invitation", "Remind %(n)d organisations of their invitations", n)
            % {"n": n},
            _("They have not answered in a week. A reminder goes to each once."),
            reverse("network_letters", kwargs=at),
            _("Invitations and answers"),
        )
    new = list(quiet.newcomers(network, now)[:TO_COUNT])
    if new:
        n = len(new)
        yield Next(
            _("Introduce %(profile)s to somebody") % {"profile": new[0].profile.name}
            if n == 1
            else _("Introduce %(n)d newcomers to somebody") % {"n": n},
            _("They joined lately and have met nobody yet. One good introduction brings them to the next meeting."),
            f"{reverse('network_introduce', kwargs=at)}?member={new[0].pk}",
            _("Introduce members"),
        )
    coming = NetworkMeeting.objects.filter(network=network, event__starts_at__gt=now).exclude(event__state="cancelled")
    if not coming.exists():
        yield Next(
            _("Plan the next meetings"),
            _("No meeting is coming. Dates in calendars are what keeps a network alive."),
            reverse("network_series_new", kwargs=at),
            _("Plan a series"),
        )
    n = quiet.may_be_asked(network, now).order_by()[:TO_COUNT].count()
    if n:
        yield Next(
            ngettext("Ask a silent member how it is going", "Ask %(n)d silent members how it is going", n) % {"n": n},
            _("Nothing has been seen of them in %(months)d months.") % {"months": rules.SILENT_MONTHS},
            reverse("network_silent", kwargs=at),
            _("Look who they are"),
        )
    yield from _report(network, now)


def _minutes(network: Network, now: datetime) -> Iterator[Next]:
    """Written, and approved by nobody."""
    left = NetworkMeeting.objects.held(now).filter(network=network, approved_at=None).exclude(minutes="")
    first = left.select_related("event").order_by("event__starts_at").first()
    if first is not None:
        yield Next(
            _("Approve the minutes of %(day)s") % {"day": date_format(first.event.starts_at, "SHORT_DATE_FORMAT")},
            _("Approved, they go to the members with what each has promised."),
            reverse("network_minutes", kwargs={"slug": network.slug, "pk": first.pk}),
            _("Read the minutes"),
        )


def _report(network: Network, now: datetime) -> Iterator[Next]:
    """Of last year, once it is over and the network was there in it; of an ended one, of its last year."""
    if network.started_at is None:
        return
    this = timezone.localdate(now).year
    year = timezone.localdate(network.ended_at).year if network.ended_at else this - 1
    if timezone.localdate(network.started_at).year > year:
        return
    if not NetworkReport.objects.filter(network=network, year=year, published_at__isnull=False).exists():
        yield Next(
            _("Tell how the year %(year)d went") % {"year": year},
            _("The figures are there already; your own words make them a report."),
            reverse("network_report", kwargs={"slug": network.slug, "year": year}),
            _("Make the report"),
        )
