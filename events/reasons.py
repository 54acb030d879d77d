"""Why two who have agreed did not get a time, and what more room would give, said to the host in their language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.models import MeetingRequest, Round, SolverRun
from events.queries.own_tables import are_same_side, seated_in
from events.scheduling.reasons import Why
from events.wording import clock


@dataclass(frozen=True)
class Lacking:
    request: MeetingRequest
    why: str


def _last_told(round: Round) -> SolverRun | None:
    """The newest run that came to an end: it says why of those who were left out then."""
    return round.runs.filter(state=SolverRun.State.DONE, undone_at=None).order_by("-asked_at", "-pk").first()


def lacking(round: Round, requests: Iterable[MeetingRequest]) -> list[Lacking]:
    """Those without a time, each with the reason. Two queries more than the page has, and none if nobody lacks."""
    rows = list(requests)
    if not rows:
        return []
    run = _last_told(round)
    told = (run.solution or {}).get("why", {}) if run is not None else {}
    starts = {slot.pk: slot.starts_at for slot in round.slots.all()}
    seated = seated_in(round)
    return [
        Lacking(
            one,
            _("Both are on the same side: both sit, or both move.")
            if are_same_side(round, one.asker_id, one.asked_id, seated)
            else _sentence(one, told.get(str(one.pk)), starts),
        )
        for one in rows
    ]


def _sentence(request: MeetingRequest, told: dict[str, Any] | None, starts: dict[int, Any]) -> str:
    if request.host_says == MeetingRequest.Word.APART:
        return _("You keep them apart.")
    if told is None:
        return _("The two agreed after the schedule was made.")
    code = Why(told["code"])
    if code is Why.NO_COMMON_TIME:
        return _("The two are never there at the same time.")
    if code is Why.CAP:
        name = next((r.profile.name for r in (request.asker, request.asked) if str(r.pk) == told["participant"]), "")
        return _("%(name)s has as many meetings as one may have.") % {"name": name}
    if code is Why.NO_TABLE and told["slot"].isdigit() and int(told["slot"]) in starts:
        return _("Both are free at %(time)s, but every table is taken.") % {"time": clock(starts[int(told["slot"])])}
    return _("Whenever both are there, one of them meets somebody else.")


def more(round: Round) -> list[str]:
    """What one more table or one more time would give; only what gives something."""
    run = _last_told(round)
    told = (run.solution or {}).get("more", {}) if run is not None else {}
    sentences = []
    table = told.get("table", {}).get("meetings", 0)
    slot = told.get("slot", {}).get("meetings", 0)
    if table:
        sentences.append(
            ngettext(
                "One more table would give %(n)d more meeting.", "One more table would give %(n)d more meetings.", table
            )
            % {"n": table}
        )
    if slot:
        sentences.append(
            ngettext(
                "One more time at the end would give %(n)d more meeting.",
                "One more time at the end would give %(n)d more meetings.",
                slot,
            )
            % {"n": slot}
        )
    return sentences
