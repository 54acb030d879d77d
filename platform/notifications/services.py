"""Notices: written once, shown at once, mailed when due, found again when lost."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy, ngettext

from core import live, mail, modules
from core.errors import DomainError
from core.queries import installation
from core.tasks import wake
from notifications import kinds, post, queries, rules
from notifications.kinds import Attachment, Category, Delivery, Kind, Notice, Point
from notifications.models import Notification, Preference

logger = logging.getLogger(__name__)

LEAVE_SALT = "notifications.leave"
BATCH = 500
"""So many notices are written at once."""
Told = tuple[Any, dict[str, Any], str]
"""A person, what the notice is about, and its key."""


class LeaveLinkBroken(DomainError):
    message = gettext_lazy(
        "The link is not whole. Copy it from the message once more, or sign in and change the settings there."
    )


class UnknownKind(LookupError):
    """A programming error: `notify` was called with a kind that nobody registered."""


def notify(kind: str, to: Iterable[Any] | Any, about: dict[str, Any], *, key: str, now: datetime) -> list[Notification]:
    """Tell people of a fact, each once for this `kind` and `key`.

    `to` is a user or several; `about` is JSON (ids and facts). Rows are written in the caller's transaction; the
    badge and the mail leave after it.
    Returns the rows that are new.
    """
    # Asked this way round because a request's user is a lazy object that looks iterable.
    everybody: list[Any] = [to] if hasattr(to, "is_active") else list(to)
    return notify_each(kind, [(person, about, key) for person in everybody], now=now)


def notify_each(kind: str, told: Sequence[Told], *, now: datetime) -> list[Notification]:
    """As `notify`, of a fact of one's own each. As many queries for `BATCH` of them as for one."""
    registered = kinds.get(kind)
    if registered is None:
        raise UnknownKind(kind)
    if not modules.is_on(kind):
        return []
    active = [one for one in told if one[0].is_active]
    made = [
        row for start in range(0, len(active), BATCH) for row in _write(registered, active[start : start + BATCH], now)
    ]
    if made:
        user_ids = [row.user_id for row in made]
        transaction.on_commit(lambda: _show_badges(user_ids))
        if any(row.delivery == Delivery.NOW for row in made):
            wake("notifications.tasks.deliver")
    return made


def _write(kind: Kind, told: Sequence[Told], now: datetime) -> list[Notification]:
    chosen = Preference.objects.filter(user__in={person.pk for person, _about, _key in told}, category=kind.category)
    wanted = dict(chosen.values_list("user_id", "delivery"))
    rows = []
    for person, about, key in told:
        delivery = rules.delivery_for(kind, wanted.get(person.pk))
        due = rules.due_at(delivery, now)
        row = Notification(
            user=person, kind=kind.key, key=key, context=about, created_at=now, delivery=delivery, mail_due_at=due
        )
        rows.append(row)
    return _write_missing(rows, kind.key)


def _write_missing(rows: list[Notification], kind: str) -> list[Notification]:
    """Those of the rows that were not there, all at once: hundreds of people are told in one write. Where somebody
    else writes one of them at the same moment, each is tried by itself."""
    by_key = {(row.user_id, row.key): row for row in reversed(rows)}
    known = Notification.objects.filter(kind=kind, user__in={user for user, _key in by_key})
    there = set(known.filter(key__in={key for _user, key in by_key}).values_list("user", "key"))
    missing = [row for one, row in reversed(by_key.items()) if one not in there]
    if not missing:
        return []
    try:
        with transaction.atomic():
            return Notification.objects.bulk_create(missing, batch_size=BATCH)
    except IntegrityError:
        return [row for row in missing if _write_alone(row)]


def _write_alone(row: Notification) -> bool:
    try:
        with transaction.atomic():
            row.pk = None
            row.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def _show_badges(user_ids: Iterable[int]) -> None:
    for user_id in set(user_ids):
        live.send_group(live.user_group(user_id), {"type": "badge.changed"})


def mark_read(*, notification: Notification, now: datetime) -> None:
    if notification.read_at is None:
        Notification.objects.filter(pk=notification.pk, read_at=None).update(read_at=now)
        transaction.on_commit(lambda: _show_badges([notification.user_id]))


def settle(*, kind: str, to: Iterable[Any], key: str, now: datetime) -> None:
    """What the notice told of has been seen elsewhere: it is read, and its mail, if it has not left, does not leave."""
    rows = Notification.objects.filter(user__in=list(to), kind=kind, key=key)
    rows.filter(mailed_at=None).update(mail_due_at=None)
    user_ids = list(rows.filter(read_at=None).values_list("user_id", flat=True))
    if user_ids:
        rows.filter(read_at=None).update(read_at=now)
        transaction.on_commit(lambda: _show_badges(user_ids))


def mark_all_read(*, user: Any, now: datetime) -> int:
    count = Notification.objects.filter(user=user, read_at=None).update(read_at=now)
    transaction.on_commit(lambda: _show_badges([user.pk]))
    return count


@transaction.atomic
def set_preference(*, user: Any, category: str, delivery: str, now: datetime) -> None:
    """Change how a category comes by mail. What is still waiting to be mailed follows the new choice."""
    Preference.objects.update_or_create(
        user=user, category=Category(category), defaults={"delivery": Delivery(delivery)}
    )
    waiting = Notification.objects.select_for_update().filter(user=user, mailed_at=None, mail_due_at__gt=now)
    for row in waiting:
        kind = kinds.get(row.kind)
        if kind is not None and kind.category == category and kind.may_leave:
            row.delivery = Delivery(delivery)
            row.mail_due_at = rules.due_at(Delivery(delivery), now)
            row.save(update_fields=["delivery", "mail_due_at"])


def leave_token(user_id: int, category: str) -> str:
    """What stands in a mail's *one press to leave* link: signed, of no use for anything else."""
    return signing.dumps([user_id, category], salt=LEAVE_SALT, compress=True)


def read_leave_token(token: str) -> tuple[int, Category]:
    try:
        user_id, category = signing.loads(token, salt=LEAVE_SALT)
        return int(user_id), Category(category)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise LeaveLinkBroken from error


def deliver_due(*, now: datetime, limit: int = 10) -> int:
    """Mail what is due. Each row is leased first, so two workers never mail the same; returns how many rows were
    mailed.

    Few at a time: even where each runs into the mail server's time-out, they are done before their lease ends, so
    that nobody else takes them meanwhile; and what a killed process held is little.

    A digest gathers all that is due to a person in that rhythm into one message, however much that is. The Message-ID
    is made of the rows' ids: should the process die between sending and marking, the second copy carries the same ID
    and is dropped as the first one's double.
    """
    due = (
        Notification.objects.filter(mailed_at=None, mail_due_at__lte=now)
        .filter(Q(leased_until=None) | Q(leased_until__lt=now))
        .order_by("user_id", "pk")[:limit]
    )
    mine = _lease(_with_whole_digests(list(due), now), now)
    rows = list(Notification.objects.filter(pk__in=mine).select_related("user").order_by("user_id", "pk"))
    bundles: dict[tuple[int, str, int], list[Notification]] = {}
    for row in rows:
        own = row.pk if row.delivery == Delivery.NOW else 0
        bundles.setdefault((row.user_id, row.delivery, own), []).append(row)
    done = 0
    for bundle in bundles.values():
        done += _mail_bundle(bundle, now)
    return done


def _with_whole_digests(rows: list[Notification], now: datetime) -> list[int]:
    """The rows' ids, and of each digest among them the rest: a person gets one letter a morning, not one for each ten.
    It is as many letters as without, so that no lease ends before they are sent."""
    digests = {(row.user_id, row.delivery) for row in rows if row.delivery != Delivery.NOW}
    ids = [row.pk for row in rows]
    for user_id, delivery in sorted(digests):
        same = Notification.objects.filter(user=user_id, delivery=delivery, mailed_at=None, mail_due_at__lte=now)
        free = same.filter(Q(leased_until=None) | Q(leased_until__lt=now)).exclude(pk__in=ids)
        ids += free.order_by("pk").values_list("pk", flat=True)
    return ids


def _lease(ids: list[int], now: datetime) -> list[int]:
    mine = []
    for pk in ids:
        free = Notification.objects.filter(pk=pk, mailed_at=None).filter(Q(leased_until=None) | Q(leased_until__lt=now))
        if free.update(leased_until=now + rules.LEASE):
            mine.append(pk)
    return mine


def _mail_bundle(rows: list[Notification], now: datetime) -> int:
    ids = [row.pk for row in rows]
    try:
        message = _message(rows)
        has_left = message is None or post.send(message, now=now)
    except Exception as error:  # noqa: BLE001  # the mail server's failures are of any kind; tried again later
        logger.error("Mail of notices %s did not leave: %s", ids, mail.told(error))
        for row in rows:
            row.attempts += 1
            gave_up = row.attempts >= rules.MAX_ATTEMPTS
            row.mail_due_at = None if gave_up else rules.retry_at(row.attempts, now)
            row.leased_until = None
            row.save(update_fields=["attempts", "mail_due_at", "leased_until"])
        return 0
    if not has_left:  # the notice stands in the inbox all the same
        Notification.objects.filter(pk__in=ids).update(mail_due_at=None, leased_until=None)
        return 0
    return Notification.objects.filter(pk__in=ids, mailed_at=None).update(mailed_at=now, leased_until=None)


def _message(rows: list[Notification]) -> EmailMultiAlternatives | None:
    """The mail for a person's rows, in their language; None when nothing of them can be said any more."""
    user = rows[0].user
    if not user.is_active:
        return None
    with translation.override(user.language):
        read: list[tuple[Notification, Notice]] = []
        listed: dict[int, list[Point]] = {}
        for row in rows:
            notice, points = queries.read_notice(row, user.language), queries.points_of(row)
            if notice is not None and points != []:
                read.append((row, notice))
                listed[row.pk] = points or []
        if not read:
            return None
        single = rows[0].delivery == Delivery.NOW
        name = installation().name
        subject = (
            read[0][1].title
            if single
            else ngettext("%(n)d new thing for you in %(name)s", "%(n)d new things for you in %(name)s", len(read))
            % {"n": len(read), "name": name}
        )
        category = kinds.get(read[0][0].kind).category  # type: ignore[union-attr]  # read_notice has found the kind
        site = settings.SITE_URL.rstrip("/")
        leave = site + reverse("notification_leave", kwargs={"token": leave_token(user.pk, category)})
        context = {
            "notices": [{"notice": notice, "points": listed[row.pk]} for row, notice in read],
            "title": read[0][1].title,
            "single": single,
            "site": site,
            "leave_url": leave,
            "settings_url": site + reverse("notification_settings"),
            "category": category,
            "installation": installation(),
            "language": user.language,
        }
        message = EmailMultiAlternatives(
            subject=" ".join(subject.split()),
            body=render_to_string("notifications/mail.txt", context),
            to=[user.email],
            headers={
                "Message-ID": f"<notice-{'-'.join(str(row.pk) for row in rows[:20])}@{settings.SITE_HOST}>",
                "List-Unsubscribe": f"<{leave}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                "Content-Language": user.language,
            },
        )
        message.attach_alternative(render_to_string("notifications/mail.html", context), "text/html")
        for row, _notice in read:
            kind = kinds.get(row.kind)
            for part in kind.attachments(row.context) if kind and kind.attachments else []:
                _attach(message, part)
        return message


def _attach(message: EmailMultiAlternatives, part: Attachment) -> None:
    """What a calendar programme is to act on stands among the alternatives of the text, where Outlook and Gmail look
    for it, and as a file beside them, where Thunderbird, Apple Mail and those look who open it by hand. The file is
    *application/ics*, as Google's own invitations have it, so that no programme acts on both (docs/calendars.md).
    """
    if not part.is_invitation:
        message.attach(part.name, part.content, part.mimetype)
        return
    content = part.content.encode() if isinstance(part.content, str) else part.content
    message.attach_alternative(content.decode(), part.mimetype)
    message.attach(part.name, content, "application/ics")
