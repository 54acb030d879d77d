"""What waits for somebody's decision, so that the pages where it is decided can be looked at."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.utils import timezone

from accounts.models import ImportBatch, Profile, Report, TakeoverRequest, User
from accounts.services import claims, imports, safety
from events.models import Event, MeetingProposal, Registration
from events.services.proposals import propose_meeting
from matching.experiments import Weighting
from matching.models import Connection, Question
from matching.services import answer_question, ask_experiment, ask_need
from notifications.kinds import Category
from notifications.services import leave_token
from tests.e2e.made import PEOPLE, guarded, person
from tests.e2e.purchasing import TOWN
from themes.models import Theme
from themes.services import propose_theme

Wanted = list[tuple[str, str, dict[str, Any], str]]
FILES = {
    "sarakkeet.csv": "Kuka;Mikä\nVaaran Energia Oy;1572860-0\n",
    "rivit.csv": "Nimi;Y-tunnus;Kunta;Laji\nVaaran Lämpö;1-0;Kontiolahti;yritys\nEnon kyläyhdistys ry;;Eno;?\n",
    "jonossa.csv": "Nimi;Kunta\nUimaharjun Hake Oy;Joensuu\n",
    "valmis.csv": "Nimi;Kunta\nAhvenisen Sähkö Oy;Joensuu\n",
    "virhe.csv": "Nimi;Kunta\nRomppalan Raina Oy;Kontiolahti\n",
}
"""Lists of organisations by the file's name, each left at its own step of an import."""
NEEDS = (
    ("company", "Etsimme kutterinlastulle ja hakkeelle vastaanottajaa."),
    ("company", "Etsimme satelliittien laukaisualustaa."),
    ("beginner", "Vi söker någon som tar emot spån och flis."),
)
"""By whom; one that finds nobody among them."""


def wanted(*, event: Event, mine: Profile, other: Profile) -> Wanted:
    now = timezone.now()
    someone = person("kolmas@selain.example", "Kaisa Kolmas")
    pages: Wanted = [
        ("coordinator", "decide", {"pk": _takeover(other, someone, now).pk}, ""),
        ("coordinator", "standing", {"slug": _unconfirmed(someone, now).slug}, ""),
        ("coordinator", "handle_report", {"pk": _report(other, someone, now).pk}, ""),
        ("coordinator", "theme_proposal", {"pk": _theme(someone, now).pk}, ""),
        ("anonymous", "notification_leave", {"token": leave_token(someone.pk, Category.PARTNERS)}, ""),
    ]
    pages += [(who, "need_answer", {"pk": _need(who, text, now).pk}, "") for who, text in NEEDS]
    pages.append(("coordinator", "experiment_answer", {"pk": _experiment(mine, now).pk}, ""))
    pages += [("coordinator", "import", {"pk": batch.pk}, "") for batch in _imports(now)]
    pages += [
        ("company", name, {"pk": _proposal(mine, now).pk}, "")
        for name in ("proposal", "counter_proposal", "decline_proposal")
    ]
    comes = Registration.objects.filter(event=event).exclude(profile=mine).order_by("pk")[0]
    pages.append(("company", "round_ask", {"slug": event.slug, "pk": comes.pk}, ""))
    passkey = Authenticator.objects.get(user=guarded(), type=Authenticator.Type.WEBAUTHN)
    return pages + [("guarded", name, {"pk": passkey.pk}, "") for name in ("mfa_edit_webauthn", "mfa_remove_webauthn")]


def _takeover(profile: Profile, by: User, now: datetime) -> TakeoverRequest:
    known = TakeoverRequest.objects.filter(profile=profile, by=by).first()
    reason = "Olen toiminut puheenjohtajana tammikuusta. Edellinen edustaja on jäänyt eläkkeelle."
    return known or claims.request_takeover(profile=profile, reason=reason, by=by, now=now)


def _unconfirmed(by: User, now: datetime) -> Profile:
    """A municipality that a coordinator has not confirmed."""
    values = {"kind": Profile.Kind.MUNICIPALITY, "name_fi": TOWN, "municipality": "167", "claimed_at": now}
    made: Profile
    made, is_new = Profile.objects.get_or_create(
        slug="selaimen-odottava", defaults={**values, "status": Profile.Status.PUBLISHED, "published_at": now}
    )
    if is_new:
        made.representatives.create(user=by, role="owner", since=now)
    return made


def _report(profile: Profile, by: User, now: datetime) -> Report:
    known = Report.objects.filter(profile=profile, by=by).first()
    said = {"reason": Report.Reason.WRONG, "text": "Osoite on vanha.", "email": by.email}
    return known or safety.report(profile=profile, **said, by=by, now=now)


def _theme(by: User, now: datetime) -> Theme:
    known = Theme.objects.filter(name_fi="Selainten testaus").first()
    return known or propose_theme(name="Selainten testaus", language="fi", note="Puuttuu teemoista.", by=by, now=now)


def _proposal(mine: Profile, now: datetime) -> MeetingProposal:
    """Times that a party connected with ours has proposed to it."""
    party = next(
        tie.other_of(mine) for tie in Connection.objects.of(mine).order_by("pk") if tie.other_of(mine).is_claimed
    )
    known = MeetingProposal.objects.filter(proposer=party, other=mine, state=MeetingProposal.State.OPEN).first()
    noon = now.replace(hour=10, minute=0, second=0, microsecond=0)
    times = [noon + timedelta(days=days) for days in (40, 41)]
    by = party.representatives.order_by("pk")[0].user
    return known or propose_meeting(
        proposer=party, other=mine, times=times, minutes=30, topic="Kuivikkeen nouto", by=by, now=now
    )


def _need(who: str, text: str, now: datetime) -> Question:
    by = User.objects.get(email=PEOPLE[who])
    known = Question.objects.of(by).filter(data__text=text).first()
    if known is None:
        profile = Profile.objects.spoken_for_by(by).first()
        known = ask_need(text=text, by=by, reader="fi", profile=profile, now=now)
        answer_question(question_id=known.pk, now=now)
    return known


def _imports(now: datetime) -> list[ImportBatch]:
    host = User.objects.get(email=PEOPLE["coordinator"])
    for name, text in FILES.items():
        if not ImportBatch.objects.filter(file_name=name).exists():
            imports.start(data=text.encode(), file_name=name, source="Selain", model_slug="", by=host, now=now)
    # Nothing sweeps a batch that is leased, so it stays in the queue for as long as it is looked at.
    later = now.replace(year=now.year + 1)
    states: dict[str, dict[str, Any]] = {
        "jonossa.csv": {"state": ImportBatch.State.QUEUED, "leased_until": later},
        "valmis.csv": {"state": ImportBatch.State.DONE, "count": 1, "skipped": 2, "done_at": now},
        "virhe.csv": {"state": ImportBatch.State.FAILED, "problem": "Tietokanta ei vastannut."},
    }
    for name, facts in states.items():
        ImportBatch.objects.filter(file_name=name).update(**facts)
    return list(ImportBatch.objects.filter(file_name__in=FILES).order_by("pk"))


def _experiment(mine: Profile, now: datetime) -> Question:
    by = User.objects.get(email=PEOPLE["coordinator"])
    known = Question.objects.of(by).filter(kind=Question.Kind.EXPERIMENT).first()
    if known is None:
        left, right = Weighting("spread", 1.0), Weighting("accuracy", 2.0, {"nearness": 0.8})
        known = ask_experiment(profile=mine, left=left, right=right, by=by, now=now)
        answer_question(question_id=known.pk, now=now)
    return known
