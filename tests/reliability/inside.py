"""What the tests of reliability ask of an installation's inside, in a process that has its settings.

python tests/reliability/inside.py make <notices> <profiles>    people, profiles, notices not mailed, stale marks
python tests/reliability/inside.py state                        what is left to do, as JSON
python tests/reliability/inside.py overspend <people>           so many contact others for one profile at once
python tests/reliability/inside.py pass_time <seconds>          leases of dead processes run out sooner
"""

from __future__ import annotations

import json
import sys
import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
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


COMMANDS: dict[str, Callable[..., dict[str, Any]]] = {
    "make": make,
    "more": more,
    "state": state,
    "overspend": overspend,
    "pass_time": pass_time,
    "sessions": sessions,
    "written": written,
}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(COMMANDS[sys.argv[1]](*sys.argv[2:])) + "\n")
