"""Notices: once, in time, in the reader's language, found again when lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils.translation import gettext as _

from notifications import kinds, queries, rules, services
from notifications.kinds import Attachment, Category, Delivery, Kind, Notice
from notifications.models import Notification
from tests.factories.people import NOW, make_user

pytestmark = pytest.mark.django_db


def _render(context: dict[str, Any]) -> Notice:
    if context.get("gone"):
        raise LookupError
    return Notice(_("Save") + f" {context['n']}", "Teksti", "/fi/privacy/")


@pytest.fixture(autouse=True)
def _kinds() -> Iterator[None]:
    before = dict(kinds._kinds)
    kinds.register(
        Kind(
            "t.now",
            Category.MEETINGS,
            _render,
            Delivery.NOW,
            attachments=lambda c: [Attachment("a.ics", "BEGIN:VCALENDAR", "text/calendar")],
        )
    )
    kinds.register(Kind("t.daily", Category.PARTNERS, _render, Delivery.DAILY))
    kinds.register(Kind("t.must", Category.PARTNERS, _render, Delivery.NOW, may_leave=False))
    yield
    kinds._kinds.clear()
    kinds._kinds.update(before)


def test_the_same_fact_is_told_once() -> None:
    user = make_user()
    assert len(services.notify("t.now", user, {"n": 1}, key="a", now=NOW)) == 1
    assert services.notify("t.now", user, {"n": 1}, key="a", now=NOW) == []
    assert Notification.objects.count() == 1


def test_unknown_kind_is_a_programming_error() -> None:
    with pytest.raises(services.UnknownKind):
        services.notify("t.nothing", make_user(), {}, key="a", now=NOW)


def test_the_inactive_are_not_written_to() -> None:
    assert services.notify("t.now", make_user(is_active=False), {"n": 1}, key="a", now=NOW) == []


def test_mail_comes_in_the_readers_language_with_its_attachment_and_a_way_out() -> None:
    user = make_user(language="sv")
    services.notify("t.now", user, {"n": 1}, key="a", now=NOW)
    assert services.deliver_due(now=NOW) == 1
    message = mail.outbox[0]
    assert message.subject == "Spara 1"
    assert "Ändra rytmen" in message.body
    assert message.attachments[0][0] == "a.ics"
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_mail_leaves_once_however_often_the_sweep_runs() -> None:
    services.notify("t.now", make_user(), {"n": 1}, key="a", now=NOW)
    assert [services.deliver_due(now=NOW + timedelta(minutes=m)) for m in (0, 1, 10)] == [1, 0, 0]
    assert len(mail.outbox) == 1


def test_a_leased_row_is_left_to_its_holder_until_the_lease_ends() -> None:
    services.notify("t.now", make_user(), {"n": 1}, key="a", now=NOW)
    Notification.objects.update(leased_until=NOW + timedelta(minutes=2))
    assert services.deliver_due(now=NOW) == 0
    assert services.deliver_due(now=NOW + timedelta(minutes=3)) == 1


def test_a_failing_mail_server_loses_nothing(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    from django.core.mail import EmailMultiAlternatives

    services.notify("t.now", make_user(), {"n": 1}, key="a", now=NOW)
    with monkeypatch.context() as broken:
        broken.setattr(EmailMultiAlternatives, "send", lambda self: (_ for _ in ()).throw(OSError(f"down {self.to}")))
        assert services.deliver_due(now=NOW) == 0
    assert "did not leave: OSError" in caplog.text
    assert "@example.fi" not in caplog.text, "a log holds no addresses"
    assert services.deliver_due(now=NOW) == 0  # waits its turn
    assert services.deliver_due(now=NOW + timedelta(minutes=3)) == 1


def test_digest_gathers_what_waits_into_one_mail() -> None:
    user = make_user()
    for n in range(3):
        services.notify("t.daily", user, {"n": n}, key=str(n), now=NOW)
    assert services.deliver_due(now=NOW) == 0
    assert services.deliver_due(now=NOW + timedelta(days=1)) == 3
    assert [m.subject for m in mail.outbox] == ["3 uutta asiaa sinulle: Solmu"]


def test_what_is_gone_is_not_mailed() -> None:
    services.notify("t.now", make_user(), {"n": 1, "gone": True}, key="a", now=NOW)
    services.deliver_due(now=NOW)
    assert mail.outbox == []
    assert Notification.objects.get().mailed_at is not None


def test_a_choice_holds_for_what_comes_and_for_what_waits() -> None:
    user = make_user()
    services.notify("t.daily", user, {"n": 1}, key="a", now=NOW)
    services.set_preference(user=user, category="partners", delivery="never", now=NOW)
    services.notify("t.daily", user, {"n": 2}, key="b", now=NOW)
    services.notify("t.must", user, {"n": 3}, key="c", now=NOW)
    services.deliver_due(now=NOW + timedelta(days=9))
    assert [m.subject for m in mail.outbox] == ["Tallenna 3"]


def test_leave_token_cannot_be_forged() -> None:
    token = services.leave_token(7, "partners")
    assert services.read_leave_token(token) == (7, Category.PARTNERS)
    with pytest.raises(services.LeaveLinkBroken):
        services.read_leave_token(token[:-2] + "xx")


@pytest.mark.parametrize(
    ("delivery", "now", "due"),
    [
        (Delivery.NOW, "2026-03-02T09:00", "2026-03-02T09:00"),
        (Delivery.DAILY, "2026-03-02T04:00", "2026-03-02T05:00"),  # seven in Helsinki in winter
        (Delivery.DAILY, "2026-03-02T09:00", "2026-03-03T05:00"),
        (Delivery.DAILY, "2026-03-28T09:00", "2026-03-29T04:00"),  # the night when clocks move
        (Delivery.WEEKLY, "2026-03-02T04:00", "2026-03-02T05:00"),  # Monday morning, before seven
        (Delivery.WEEKLY, "2026-03-02T09:00", "2026-03-09T05:00"),
        (Delivery.WEEKLY, "2026-03-08T20:00", "2026-03-09T05:00"),
    ],
)
def test_when_mail_is_due(delivery: Delivery, now: str, due: str) -> None:
    def at(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)

    assert rules.due_at(delivery, at(now)) == at(due)


def test_badge_counts_only_ones_own_unread() -> None:
    user, other = make_user(), make_user()
    services.notify("t.now", [user, other], {"n": 1}, key="a", now=NOW)
    assert queries.unread_count(user) == 1
    services.mark_all_read(user=user, now=NOW)
    assert (queries.unread_count(user), queries.unread_count(other)) == (0, 1)


def test_many_people_are_told_in_a_fixed_number_of_writes(django_assert_num_queries: Any) -> None:
    people = [make_user() for _n in range(12)]
    services.notify("t.daily", people[:3], {"n": 1}, key="a", now=NOW)
    with django_assert_num_queries(5):
        made = services.notify("t.daily", [*people, people[0]], {"n": 1}, key="a", now=NOW)
    assert {row.user for row in made} == set(people[3:])
    assert Notification.objects.count() == 12


def test_two_who_tell_the_same_at_the_same_moment_tell_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The look saw nothing yet; the other one's row is there when all are written."""
    people = [make_user() for _n in range(3)]
    services.notify("t.daily", people[1], {"n": 1}, key="a", now=NOW)
    with monkeypatch.context() as blind:
        blind.setattr(Notification.objects, "filter", lambda **_asked: Notification.objects.none())
        made = services.notify("t.daily", people, {"n": 1}, key="a", now=NOW)
    assert {row.user for row in made} == {people[0], people[2]}
    assert Notification.objects.filter(user__in=people).count() == 3


def test_a_digest_is_one_letter_however_much_it_tells_of() -> None:
    user, other = make_user(), make_user()
    for n in range(25):
        services.notify("t.daily", [user, other], {"n": n}, key=str(n), now=NOW)
    assert services.deliver_due(now=NOW + timedelta(days=1)) == 25
    assert services.deliver_due(now=NOW + timedelta(days=1)) == 25
    assert services.deliver_due(now=NOW + timedelta(days=1)) == 0
    assert [one.to for one in mail.outbox] == [[user.email], [other.email]]
