"""What the tests of reliability ask of an installation's inside, in a process that has its settings.

python tests/reliability/inside.py make <notices> <profiles>    people, profiles, notices not mailed, stale marks
python tests/reliability/inside.py state                        what is left to do, as JSON
python tests/reliability/inside.py overspend <people>           so many contact others for one profile at once
python tests/reliability/inside.py crowd <people> <seats>       so many register at once, then those with a seat leave
python tests/reliability/inside.py rivals <people>              two runs of a training at once; two hosts, one room
python tests/reliability/inside.py race <parties> <rounds>      all accept into the same slots of a round at once
python tests/reliability/inside.py flood <requests>             one script asks for so many meetings
python tests/reliability/inside.py pass_time <seconds>          leases of dead processes run out sooner
"""

from __future__ import annotations

import json
import sys
import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from time import monotonic
from typing import Any

import django

django.setup()

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connection
from django.db.models import Count, F
from django.utils import timezone

from accounts.models import Profile, ProfileText, Representative
from config.startup import Stamp, demo_fingerprint
from conversations.models import Contact
from conversations.services import budget
from core.models import AuditEvent
from events.models import Event, EventSeries, Registration, Room, Session, TicketCategory
from events.services import programme, registrations
from matching.models import Freshness, Suggestion
from matching.services import mark_stale, mark_the_unmarked
from notifications.models import Notification
from notifications.services import notify
from tests.factories.people import make_profile, make_user

TOPICS = [
    (
        "Rakennamme massiivipuisia elementtejä ja hirsirunkoja.",
        "Etsimme rakennesuunnittelijaa ja puutavaran toimittajaa.",
    ),
    ("Suunnittelemme puurakenteita ja laskemme lujuuksia.", "Etsimme elementtien valmistajaa ja rakennuttajaa."),
    ("Toimitamme sahatavaraa ja haketta lämpölaitoksille.", "Etsimme rakentajia ja kuljetusyrityksiä."),
    ("Kuljetamme puutavaraa ja koneita koko maakunnassa.", "Etsimme sahoja ja metsäyrityksiä asiakkaiksi."),
]


def make(notices: str, profiles: str) -> dict[str, Any]:
    call_command("migrate", interactive=False, verbosity=0)
    # The server would make the demo; these tests need rows of their own.
    Stamp("demo-loaded").write(demo_fingerprint())
    now = timezone.now()
    for number in range(int(profiles)):
        does, seeks = TOPICS[number % len(TOPICS)]
        user = make_user(f"Ihminen {number}", email=f"ihminen{number}@solmu.example")
        make_profile(f"Puu {number} Oy", by=user, slug=f"puu-{number}", texts={"does": does, "seeks": seeks})
    mark_the_unmarked(now=now)
    _tell(int(notices))
    return state()


def _tell(notices: int) -> None:
    now = timezone.now()
    made = list(Profile.objects.order_by("pk"))
    already = Notification.objects.count()
    for number in range(already, already + notices):
        mine, other = made[number % len(made)], made[(number + 1) % len(made)]
        person = mine.representatives.get().user
        notify("matching.connection", person, {"profile": mine.pk, "other": other.pk}, key=str(number), now=now)


def more(notices: str) -> dict[str, Any]:
    began = monotonic()
    _tell(int(notices))
    for profile in Profile.objects.all():
        mark_stale(profile_id=profile.pk, now=timezone.now())
    return {**state(), "seconds": monotonic() - began}


def state() -> dict[str, Any]:
    mixed = Suggestion.objects.values("profile").annotate(n=Count("generation", distinct=True)).filter(n__gt=1).count()
    return {
        "notices": Notification.objects.filter(kind="matching.connection").count(),
        "not_mailed": Notification.objects.filter(mailed_at=None, mail_due_at__isnull=False).count(),
        "leased": Notification.objects.filter(mailed_at=None, leased_until__isnull=False).count(),
        "stale": Freshness.objects.filter(stale_since__isnull=False).count(),
        "with_suggestions": Suggestion.objects.values("profile").distinct().count(),
        "suggestions": Suggestion.objects.count(),
        "twice": Suggestion.objects.values("profile", "other").annotate(n=Count("pk")).filter(n__gt=1).count(),
        "mixed": mixed,
    }


def pass_time(seconds: str) -> dict[str, Any]:
    by = timedelta(seconds=int(seconds))
    for model in (Notification, Freshness):
        model._default_manager.filter(leased_until__isnull=False).update(leased_until=F("leased_until") - by)
    return state()


def sessions(number: str) -> dict[str, Any]:
    people = []
    for row in Representative.objects.select_related("profile", "user").order_by("pk")[: int(number)]:
        store = SessionStore()
        store[SESSION_KEY] = str(row.user.pk)
        store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        store[HASH_SESSION_KEY] = row.user.get_session_auth_hash()
        store.create()
        people.append({"slug": row.profile.slug, "session": store.session_key})
    return {"people": people}


def written() -> dict[str, Any]:
    slugs = dict(Profile.objects.values_list("pk", "slug"))
    changed = AuditEvent.objects.filter(action="profile.changed").values_list("subject_id", flat=True)
    texts = ProfileText.objects.filter(kind=ProfileText.Kind.DOES).values_list("profile__slug", "text")
    return {"changes": Counter(slugs[int(pk)] for pk in changed), "texts": dict(texts)}


def overspend(people: str) -> dict[str, Any]:
    """Each of a crowd contacts two others for the same new profile, all at the same moment."""
    call_command("migrate", interactive=False, verbosity=0)
    now = timezone.now()
    spender = make_profile("Kiireinen Oy", by=make_user(), claimed_at=now)
    others = [make_profile() for _turn in range(2 * int(people))]
    start, said = threading.Barrier(int(people)), Counter[str]()

    def work(two: list[Profile]) -> None:
        start.wait()
        for other in two:
            try:
                budget.spend(profile=spender, other=other, kind=Contact.Kind.MESSAGE, now=now)
                said["spent"] += 1
            except Exception as problem:  # noqa: BLE001 (whatever it is, the test looks at its name)
                said[type(problem).__name__] += 1
        connection.close()

    crowd = [threading.Thread(target=work, args=(others[n * 2 : n * 2 + 2],)) for n in range(int(people))]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    return {"said": dict(said), "rows": Contact.objects.count()}


def crowd(people: str, seats: str) -> dict[str, Any]:
    """A crowd registers for few seats at the same moment, half of them on a ticket with fewer still; then all who got a
    seat leave at the same moment, while as many newcomers register. Counted after each.
    """
    call_command("migrate", interactive=False, verbosity=0)
    now = timezone.now()
    event = Event.objects.create(
        slug="ruuhka", title_fi="Ruuhka", starts_at=now + timedelta(days=9), ends_at=now + timedelta(days=10),
        place="Sali", state=Event.State.PUBLISHED, capacity=int(seats),
    )  # fmt: skip
    tickets = [
        TicketCategory.objects.create(event=event, name_fi="Harva", capacity=int(seats) // 4),
        TicketCategory.objects.create(event=event, name_fi="Muu"),
    ]
    parties = []
    for _turn in range(2 * int(people)):
        user = make_user()
        parties.append((make_profile(by=user), user))
    said = Counter[str]()

    def come(number: int) -> None:
        profile, user = parties[number]
        registrations.register(event=event, profile=profile, by=user, ticket=tickets[number % 2], now=timezone.now())

    def leave(number: int) -> None:
        row = Registration.objects.select_related("event").get(pk=number)
        registrations.cancel_registration(registration=row, by=row.user, now=timezone.now())

    def counted() -> dict[str, int]:
        rows = Registration.objects.filter(event=event)
        few = rows.confirmed().filter(ticket=tickets[0]).count()
        return {"seats": rows.confirmed().count(), "line": rows.waiting().count(), "few": few}

    together([(come, number) for number in range(int(people))], said)
    first = counted()
    leaving = list(Registration.objects.confirmed().values_list("pk", flat=True))
    new = [(come, number) for number in range(int(people), 2 * int(people))]
    together([*((leave, pk) for pk in leaving), *new], said)
    return {"said": dict(said), "first": first, "then": counted()}


def rivals(people: str) -> dict[str, Any]:
    """Each person takes a place in two runs of one training at the same moment; and two hosts put sessions that overlap
    into one room at the same moment, ten times.
    """
    call_command("migrate", interactive=False, verbosity=0)
    now = timezone.now()
    host = make_user(is_coordinator=True)
    start = now + timedelta(days=9)
    series = EventSeries.objects.create(kind=EventSeries.Kind.RUNS, created_at=now)
    runs = [
        Event.objects.create(
            slug=f"ryhma-{n}", title_fi="Koulutus", starts_at=start + timedelta(days=n), place="Luokka",
            ends_at=start + timedelta(days=n, hours=9), state=Event.State.PUBLISHED, series=series, created_by=host,
        )
        for n in range(2)
    ]  # fmt: skip
    users = [make_user() for _turn in range(int(people))]
    parties = [(make_profile(by=user), user) for user in users]
    room = Room.objects.create(event=runs[0], name="Luokka")
    said, held = Counter[str](), Counter[str]()

    def come(number: int) -> None:
        profile, user = parties[number // 2]
        registrations.register(event=runs[number % 2], profile=profile, by=user, now=timezone.now())

    def hold(number: int) -> None:
        begins = start + timedelta(minutes=45 * (number // 2) + 5 * (number % 2))
        plan = programme.SessionPlan({"fi": f"Puhe {number}"}, begins, begins + timedelta(minutes=30), room=room)
        programme.add_session(event=runs[0], plan=plan, by=host, now=timezone.now())

    together([(come, number) for number in range(2 * int(people))], said)
    together([(hold, number) for number in range(20)], held)
    places = Registration.objects.standing().values("user").annotate(n=Count("pk")).values_list("n", flat=True)
    sessions = list(Session.objects.order_by("starts_at"))
    overlaps = sum(1 for one, other in pairwise(sessions) if one.ends_at > other.starts_at)
    return {"said": dict(said), "places": sorted(places), "held": dict(held), "overlaps": overlaps}


def decisions(number: str) -> dict[str, Any]:
    """Two coordinators decide on each application at the same moment, one for and one against; and one organisation is
    joined to an open network by two of its people at the same moment.
    """
    from networks.models import Application, Coordinator, Membership, Network
    from networks.services import applications, memberships

    call_command("migrate", interactive=False, verbosity=0)
    now = timezone.now()
    hosts = [make_user(is_coordinator=True) for _turn in range(2)]
    network, open_one = (
        Network.objects.create(slug=how, name_fi=how, admission=how, state="running", started_at=now)
        for how in (Network.Admission.APPLICATION, Network.Admission.OPEN)
    )
    Coordinator.objects.bulk_create(Coordinator(network=network, user=one, since=now) for one in hosts)
    asked = []
    for _turn in range(int(number)):
        user = make_user()
        asked.append(applications.apply(network=network, profile=make_profile(by=user), by=user, now=now).pk)
    said, joined = Counter[str](), Counter[str]()

    def decide(turn: int) -> None:
        made = Application.objects.get(pk=asked[turn // 2])
        applications.decide(
            application=made, accept=turn % 2 == 0, by=hosts[turn % 2], now=timezone.now(), reason="Syy"
        )

    owner = make_user()
    profile = make_profile(by=owner)

    def join(_turn: int) -> None:
        memberships.join(network=open_one, profile=profile, by=owner, now=timezone.now())

    together([(decide, turn) for turn in range(2 * int(number))], said)
    together([(join, turn) for turn in range(2)], joined)
    rows = Application.objects.select_related("membership")
    became = {"accepted": "member", "declined": "declined"}
    counted = Membership.objects.filter(network=network).annotate(n=Count("changes")).values_list("n", flat=True)
    return {
        "said": dict(said),
        "joined": dict(joined),
        "changes": sorted(counted),
        "agree": all(one.membership.state == became.get(one.state) for one in rows),
    }


def reports(number: str) -> dict[str, Any]:
    """Two coordinators publish the report of each network at the same moment, and ask its silent member."""
    from networks.models import Asking, Coordinator, Membership, Network, NetworkReport
    from networks.services import asking
    from networks.services import reports as services

    call_command("migrate", interactive=False, verbosity=0)
    now = timezone.now()
    year, long_ago = timezone.localdate(now).year, now - timedelta(days=400)
    hosts = [make_user(is_coordinator=True) for _turn in range(2)]
    networks, members = [], []
    for turn in range(int(number)):
        network = Network.objects.create(slug=f"n{turn}", name_fi="Verkosto", state="running", started_at=long_ago)
        Coordinator.objects.bulk_create(Coordinator(network=network, user=one, since=now) for one in hosts)
        services.save_report(network=network, year=year, words={"fi": "Hyvin."}, goals={}, by=hosts[0], now=now)
        at = {"state": "member", "state_since": long_ago, "member_since": long_ago}
        members.append(Membership.objects.create(network=network, profile=make_profile(by=make_user()), **at))
        networks.append(network)
    published, asked = Counter[str](), Counter[str]()

    def publish(turn: int) -> None:
        services.publish_report(network=networks[turn // 2], year=year, by=hosts[turn % 2], now=timezone.now())

    def ask(turn: int) -> None:
        asking.ask(
            membership=members[turn // 2], words=None, language="fi", by=hosts[turn % 2], now=timezone.now()
        )  # fmt: skip

    together([(publish, turn) for turn in range(2 * int(number))], published)
    together([(ask, turn) for turn in range(2 * int(number))], asked)
    versions = list(NetworkReport.objects.values_list("version", flat=True))
    return {"published": dict(published), "asked": dict(asked), "versions": versions, "letters": Asking.objects.count()}


def race(parties: str, rounds: str) -> dict[str, Any]:
    from tests.reliability import racing

    call_command("migrate", interactive=False, verbosity=0)
    return racing.race(int(parties), int(rounds))


def flood(number: str) -> dict[str, Any]:
    from tests.reliability import racing

    call_command("migrate", interactive=False, verbosity=0)
    return racing.flood(int(number))


def together(acts: list[tuple[Callable[[int], None], int]], said: Counter[str]) -> None:
    """All of them in threads of their own, begun at the same moment."""
    start = threading.Barrier(len(acts))

    def work(act: Callable[[int], None], number: int) -> None:
        start.wait()
        try:
            act(number)
            said["done"] += 1
        except Exception as problem:  # noqa: BLE001 (whatever it is, the test looks at its name)
            said[type(problem).__name__] += 1
        connection.close()

    threads = [threading.Thread(target=work, args=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


COMMANDS: dict[str, Callable[..., dict[str, Any]]] = {
    "make": make,
    "more": more,
    "state": state,
    "overspend": overspend,
    "crowd": crowd,
    "rivals": rivals,
    "decisions": decisions,
    "reports": reports,
    "race": race,
    "flood": flood,
    "pass_time": pass_time,
    "sessions": sessions,
    "written": written,
}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(COMMANDS[sys.argv[1]](*sys.argv[2:])) + "\n")
