"""People, sessions and gatherings that the browser's tests make beside the demo."""

from __future__ import annotations

import secrets
import time
from datetime import timedelta
from itertools import combinations
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db.models import Count
from django.utils import timezone
from fido2.cose import ES256
from fido2.utils import sha256, websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from accounts.models import Profile, Representative, User
from accounts.services import profiles as profile_services
from accounts.services.sections import Section
from catalogue.models import OperatingModel
from core.errors import DomainError
from events.models import Event, Registration, SolverRun
from events.services import programme, registrations, requests, rounds, solving, speaking
from events.services.events import EventPlan, create_event, publish_event
from events.services.rounds import RoundPlan
from matching.models import Suggestion
from themes.models import Theme

HOUR = 3600
PASSWORD = "sininen-saha-73"
FAIR = "Selaimen kumppanuuspäivä"
PEOPLE = {
    "company": "yritys@solmu.example",
    "coordinator": "koordinaattori@solmu.example",
    "editor": "yllapito@solmu.example",
    "student": "opiskelija@solmu.example",
    "beginner": "selain-yritys@solmu.example",
    "novice": "selain-opiskelija@solmu.example",
    "guarded": "selain-varovainen@solmu.example",
    "keyless": "selain-avaimeton@solmu.example",
    "buyer": "selain-ostaja@solmu.example",
}


def session(email: str) -> str:
    """The key of a new session, as if the person gave their password a moment ago, for an hour."""
    user = User.objects.get(email=email)
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store["account_authentication_methods"] = [
        {"method": "password", "at": time.time() + HOUR, "email": email, "reauthenticated": True}
    ]
    store["account_authentication_methods_user"] = str(user.pk)
    store.create()
    return str(store.session_key)


def person(email: str, name: str = "") -> User:
    """The user of the address, made with a verified address if missing."""
    from config.demo.people import make_user

    return make_user(name=name or email.partition("@")[0].capitalize(), email=email)


def guarded() -> User:
    """One with a password, and with an app, a passkey and recovery codes beside it."""
    user = person(PEOPLE["guarded"])
    if not user.has_usable_password():
        user.set_password(PASSWORD)
        user.save()
        TOTP.activate(user, "JBSWY3DPEHPK3PXP")
        RecoveryCodes.activate(user)
        Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=_passkey("Työpuhelin"))
    return user


def _passkey(name: str) -> dict[str, Any]:
    """What is kept of a passkey: as a phone would give it, but that no phone has its key."""
    number = secrets.token_bytes(16)
    key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())  # type: ignore[no-untyped-call]  # fido2 has no types here
    told = AuthenticatorData.create(
        sha256(b"127.0.0.1"),
        AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT,
        0,
        bytes(AttestedCredentialData.create(Aaguid.NONE, number, key)),
    )
    client = CollectedClientData.create(CollectedClientData.TYPE.CREATE, b"0" * 32, "https://127.0.0.1")
    response = {
        "clientDataJSON": websafe_encode(client),
        "attestationObject": websafe_encode(AttestationObject.create("none", told, {})),
    }
    credential = {"id": websafe_encode(number), "rawId": websafe_encode(number), "type": "public-key"}
    return {"name": name, "credential": {**credential, "response": response, "clientExtensionResults": {}}}


def sessions() -> dict[str, str]:
    """Everybody whose pages are looked at, and a company and a student who are half-way in making their profiles."""
    now = timezone.now()
    guarded()
    person(PEOPLE["keyless"])
    person(PEOPLE["buyer"])
    for who, kind in (("beginner", Profile.Kind.COMPANY), ("novice", Profile.Kind.STUDENT)):
        user = person(PEOPLE[who])
        draft = profile_services.create_draft(kind=kind, by=user, now=now)
        words = {"does": "Sahaamme lautaa ja veistämme hirsiä.", "seeks": "Etsimme kuljetusta hakkeelle."}
        profile_services.save_step(profile=draft, section=Section.WORDS, data=words, by=user, now=now)
    return {"anonymous": "", **{who: session(email) for who, email in PEOPLE.items()}}


def comers(least: int) -> list[tuple[Profile, User]]:
    """Invented parties of the demo with those who come for them, the company and the student first, colleagues last."""
    found: dict[int, tuple[Profile, User]] = {}
    first = [PEOPLE["company"], PEOPLE["student"]]
    rows = Representative.objects.filter(profile__is_demo=True, profile__status=Profile.Status.PUBLISHED)
    for row in sorted(
        rows.select_related("profile", "user").order_by("pk"), key=lambda row: row.user.email not in first
    ):
        if row.user_id not in {user.pk for _profile, user in found.values()}:
            found.setdefault(row.profile_id, (row.profile, row.user))
    comes = list(found.values())
    for number, (profile, _user) in enumerate(comes[2 : 2 + least - len(comes)]):
        colleague = person(f"selain-tulija-{number}@solmu.example")
        Representative.objects.get_or_create(profile=profile, user=colleague, defaults={"since": timezone.now()})
        comes.append((profile, colleague))
    return comes[:least]


def come(event: Event, people: int) -> list[Registration]:
    now = timezone.now()
    made = []
    for profile, user in comers(people):
        try:
            made.append(registrations.register(event=event, profile=profile, by=user, now=now))
        except DomainError as problem:
            there = Registration.objects.filter(event=event, profile=profile, user=user)
            if not there:
                raise AssertionError(f"{user} of {profile}: {problem!r} {vars(problem)}") from problem
            made.extend(there)
    return made


def ask_around(event: Event) -> int:
    """Everybody wants to meet everybody near in the list, and most of the wishes are accepted."""
    now = timezone.now()
    round = event.rounds.get()
    comes = list(Registration.objects.filter(event=event).select_related("profile", "user").order_by("pk"))
    agreed = 0
    for number, (one, other) in enumerate(combinations(comes, 2)):
        if other.pk - one.pk > 3:
            continue
        try:
            made = requests.make_request(
                round=round, asker=one, asked=other, by=one.user, now=now, message="Puhutaan hakkeesta."
            )
            if made.is_pending and number % 5 != 3:
                requests.accept_request(request=made, by=other.user, now=now)
                agreed += 1
        except DomainError:
            continue
    return agreed


def write_programme(event: Event, host: User) -> None:
    """Two rooms at once, a break for all, and a speaker who has agreed beside one who has not."""
    now, start = timezone.now(), event.starts_at
    rooms = [
        speaking.add_room(event=event, plan=speaking.RoomPlan(name, 40, "Ei kynnyksiä."), by=host, now=now)
        for name in ("Juhlasali", "Valtuustosali")
    ]
    who = [
        speaking.add_speaker(
            event=event, plan=speaking.SpeakerPlan(name, "toimitusjohtaja", consents=agreed), by=host, now=now
        )
        for name, agreed in (("Selma Selain", True), ("Ujo Puhuja", False))
    ]
    for begins, length, room, kind, title in (
        (0, 90, 0, "talk", "Puukoulun elementit"),
        (0, 45, 1, "workshop", "Kosteus kuriin"),
        (45, 45, 1, "visit", "Höyläämön kierros"),
        (90, 30, None, "break", "Kahvi"),
    ):
        at = start + timedelta(minutes=begins)
        programme.add_session(
            event=event,
            plan=programme.SessionPlan(
                titles={"fi": title},
                starts_at=at,
                ends_at=at + timedelta(minutes=length),
                kind=kind,
                abstract="Mitä kahdessa talvessa opittiin." if kind == "talk" else "",
                room=rooms[room] if room is not None else None,
                speakers=tuple(who) if kind == "talk" else (),
            ),
            by=host,
            now=now,
        )


def fair() -> Event:
    """A published event whose round has been solved and published; made the first time it is asked for."""
    known = Event.objects.filter(title_fi=FAIR).first()
    if known is not None:
        return known
    now = timezone.now()
    day = (timezone.localtime(now) + timedelta(days=12)).replace(hour=9, minute=0, second=0, microsecond=0)
    host = User.objects.get(email=PEOPLE["coordinator"])
    event = create_event(
        plan=EventPlan(
            titles={"fi": FAIR, "sv": "Webbläsarens partnerdag", "en": "The browser's partner day"},
            language="fi",
            starts_at=day,
            ends_at=day + timedelta(hours=6),
            description="Yritykset tapaavat kaksin, kaksikymmentä minuuttia kerrallaan.",
            place="Kaupungintalo, Rantakatu 20",
            themes=tuple(Theme.objects.filter(slug__in=["puurakentaminen", "bioenergia"])),
        ),
        organiser=None,
        by=host,
        now=now,
        operating_model=OperatingModel.objects.filter(slug="events-and-themed-sessions").first(),
    )
    publish_event(event=event, by=host, now=now)
    write_programme(event, host)
    plan = RoundPlan(starts_at=day, ends_at=day + timedelta(hours=2), tables=4, slot_minutes=20, place="Juhlasali")
    made = rounds.create_round(event=event, plan=plan, by=host, now=now)
    come(event, 8)
    ask_around(event)
    run = solving.start_run(round=made, by=host, now=now, seconds=3)
    solving.run_solver(run_id=run.pk, clock=timezone.now)
    until = time.monotonic() + 30
    while SolverRun.objects.get(pk=run.pk).finished_at is None and time.monotonic() < until:
        time.sleep(0.3)
    made.refresh_from_db()
    solving.publish_schedule(round=made, by=host, now=timezone.now())
    event.refresh_from_db()
    return event


def company(email: str, name: str, words: dict[str, str] | None = None) -> str:
    """A published company of the person's, made at once; returns its slug."""
    user, now = User.objects.get(email=email), timezone.now()
    draft = profile_services.create_draft(kind=Profile.Kind.COMPANY, by=user, now=now)
    parts: list[tuple[Section, dict[str, Any]]] = [
        (Section.ORGANISATION, {"name_fi": name, "municipality": "167"}),
        (Section.WORDS, words or {"offers": "Tarjoamme hakkeen kuljetusta ja varastointia."}),
    ]
    for section, data in parts:
        profile_services.save_step(profile=draft, section=section, data=data, by=user, now=now)
    return profile_services.publish_profile(profile=draft, by=user, now=now).slug


ASH = [
    {"seeks": "Etsimme turvesuon tuhkalle hyödyntäjää.", "does": "Poltamme haketta lämpölaitoksessa."},
    {"offers": "Otamme vastaan turvesuon tuhkaa lannoitteeksi.", "does": "Levitämme tuhkaa metsiin."},
]


def pair(emails: list[str], names: list[str], texts: list[dict[str, str]] = ASH) -> list[str]:
    """Companies of different people, the first of which suits each of the others, matched by the server's worker;
    returns their slugs."""
    slugs = []
    for email, name, words in zip(emails, names, texts, strict=True):
        person(email)
        slugs.append(company(email, name, words))
    until = time.monotonic() + 60
    while time.monotonic() < until:
        rows = Suggestion.objects.filter(profile__slug__in=slugs, other__slug__in=slugs)
        if rows.filter(profile__slug=slugs[0]).count() == rows.filter(other__slug=slugs[0]).count() == len(slugs) - 1:
            break
        time.sleep(0.3)
    return slugs


def showpiece() -> str:
    """The event of the demo with the most people in its round, for the pictures."""
    asked = Event.objects.filter(state=Event.State.PUBLISHED, rounds__published_at__isnull=False)
    found = asked.exclude(title_fi=FAIR).annotate(n=Count("registrations")).order_by("-n", "pk").first()
    return found.slug if found else fair().slug
