"""The agreement of the three: begun from a template, changed, signed, replaced by a new version."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from core import audit
from core.errors import DomainError
from studies import agreement_words as words
from studies.models import AgreementTemplate, AgreementVersion, Side, Signature, Thesis
from studies.rules import theses as rules
from studies.services.theses_common import (
    NotNow,
    NotYours,
    Stale,
    WhyMissing,
    lock_for_party,
    moment,
    move_agreement,
    move_thesis,
    note,
    others_of,
    tell,
)

State = AgreementVersion.State
LONGEST = 4000
LONGEST_EMBARGO = timedelta(days=5 * 365 + 2)
MOST_READING = 60
"""Days for the company to read the final work."""


class TextChanged(DomainError):
    message = _("The agreement was changed since you opened it. Read it again before you sign: nothing was signed now.")


class SignedAlready(DomainError):
    message = _("Your side has signed this version already.")


class NothingToSign(DomainError):
    message = _("There is no agreement that waits to be signed.")


class SectionMissing(DomainError):
    message = _("Every part of the agreement needs a sentence, so that nobody has to guess.")


class WrongEmbargo(DomainError):
    message = _("Choose a day after today for the end of the embargo, at most five years from now.")


class WrongReading(DomainError):
    message = _(
        "The company can have from 1 to 60 days to read the work. Leave it empty if it reads it with the others."
    )


class NoSupervisor(DomainError):
    message = _("The school has to name a supervisor first.")


class GuardianMissing(DomainError):
    message = _("The student is under 18: a guardian's name and contact are needed before the student signs.")


class SomethingOpen(DomainError):
    message = _("A new version is already waiting to be signed. Change that one.")


# --- Templates -------------------------------------------------------------------------------------------------------


def template_of(school: Profile | None, language: str) -> dict[str, str]:
    """Each section's words to begin from: the school's, else the installation's, else our own."""
    found = dict(words.TEXTS[language])
    rows = AgreementTemplate.objects.filter(language=language)
    for row in (rows.filter(school=None).first(), rows.filter(school=school).first() if school else None):
        if row is not None:
            found.update({key: text for key, text in row.sections.items() if key in found})
    return found


@transaction.atomic
def save_template(
    *, school: Profile | None, language: str, sections: Mapping[str, str], by: Any, now: datetime,
    version: int | None = None,
) -> AgreementTemplate:  # fmt: skip
    """What is being signed already stays as it is. Raises `NotYours` or `Stale`."""
    if not rules.may_edit_template(by, school):
        raise NotYours
    row, _made = AgreementTemplate.objects.select_for_update().get_or_create(
        school=school, language=language, defaults={"changed_at": now}
    )
    if version is not None and version != row.version:
        raise Stale
    row.sections = {key: sections[key].strip()[:LONGEST] for key in words.SECTIONS if key in sections}
    row.version, row.changed_at, row.changed_by = row.version + 1, now, by
    row.save()
    audit.record("agreement_template.saved", row, by=by, now=now, language=language)
    return row


# --- Versions --------------------------------------------------------------------------------------------------------


def begin(*, thesis: Thesis, pay: Decimal | None, aim: str, now: datetime) -> AgreementVersion:
    """The first version, from the template; within the choice that began the thesis."""
    sections = template_of(thesis.school, thesis.language)
    sections["aim"] = "\n\n".join(one for one in (aim.strip(), sections["aim"]) if one)
    sections["pay"] = "\n\n".join(one for one in (words.pay_sentence(thesis.language, pay), sections["pay"]) if one)
    return _make(thesis, 1, sections, "", now)


def _make(
    thesis: Thesis, number: int, sections: Mapping[str, str], why: str, now: datetime,
    held: AgreementVersion | None = None,
) -> AgreementVersion:  # fmt: skip
    """With what `held` says of publishing, if it goes on from that."""
    version = AgreementVersion(
        thesis=thesis, number=number, sections=dict(sections), why=why, made_at=now, changed_at=now
    )
    if held is not None:
        version.embargo_until, version.reads_first = held.embargo_until, held.reads_first
    _write(version, thesis)
    version.save()
    return version


def _write(version: AgreementVersion, thesis: Thesis) -> None:
    """The document of what the version says, and its fingerprint."""
    parties = {
        "student": thesis.student.name if thesis.student else "",
        "company": thesis.company.name if thesis.company else "",
        "school": thesis.school.name if thesis.school else "",
        "supervisor": _name_of(thesis.supervisor),
    }
    content = words.document(
        thesis.language, number=version.number, title=thesis.title, parties=parties, sections=version.sections,
        embargo_until=version.embargo_until, reads_first=version.reads_first,
    )  # fmt: skip
    version.content, version.sha256 = content, fingerprint(content)


def fingerprint(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _name_of(user: Any) -> str:
    return (user.name or user.email)[:120] if user is not None else ""


def open_version(thesis: Thesis) -> AgreementVersion | None:
    return thesis.agreements.select_for_update().filter(state=State.OPEN).first()


@transaction.atomic
def change_text(
    *, thesis: Thesis, sections: Mapping[str, str], by: Any, now: datetime, seen: str = "",
    embargo_until: date | None = None, reads_first: int | None = None,
) -> AgreementVersion:  # fmt: skip
    """Any of the three changes the version that is open. What was signed of it is void, and whoever signed is told.
    `seen` is the fingerprint of the text that the writer began from; `embargo_until` and `reads_first` are of the
    version. Raises `NotYours`, `NothingToSign`, `Stale`, `SectionMissing`, `WrongEmbargo` or `WrongReading`."""
    thesis, side = lock_for_party(thesis, by)
    version = open_version(thesis)
    if version is None:
        raise NothingToSign
    if seen and seen != version.sha256:
        raise Stale
    before = version.sha256
    version.sections = _checked(sections)
    _check_publishing(version, embargo_until, reads_first, now)
    version.embargo_until, version.reads_first = embargo_until, reads_first
    _write(version, thesis)
    if version.sha256 == before:
        return version
    version.changed_at, version.reminded_at = now, None
    version.save()
    _void(version, now)
    audit.record("agreement.changed", version, by=by, now=now, thesis=thesis.pk)
    tell("agreement_changed", others_of(thesis, side), thesis, key=moment(now), now=now, but=by)
    return version


def _checked(sections: Mapping[str, str]) -> dict[str, str]:
    found = {key: sections.get(key, "").strip()[:LONGEST] for key in words.SECTIONS}
    for key, text in found.items():
        if not text:
            raise SectionMissing(field=key)
    return found


def _check_publishing(
    version: AgreementVersion, embargo_until: date | None, reads_first: int | None, now: datetime
) -> None:
    today = timezone.localdate(now)
    is_new = embargo_until != version.embargo_until
    if embargo_until is not None and is_new and not today < embargo_until <= today + LONGEST_EMBARGO:
        raise WrongEmbargo(field="embargo_until")
    if reads_first is not None and not 1 <= reads_first <= MOST_READING:
        raise WrongReading(field="reads_first")


def _void(version: AgreementVersion, now: datetime) -> None:
    version.signatures.filter(voided_at=None).update(voided_at=now)


@transaction.atomic
def propose_change(*, thesis: Thesis, why: str, by: Any, now: datetime) -> AgreementVersion:
    """A new version that begins from the one in force, which holds until all three have signed the new one. Raises
    `NotYours`, `NotNow`, `WhyMissing` or `SomethingOpen`."""
    thesis, side = lock_for_party(thesis, by)
    if not thesis.is_ongoing:
        raise NotNow
    if not why.strip():
        raise WhyMissing(field="why")
    return _new_version(thesis, why.strip()[:400], side, by, now)


def _new_version(thesis: Thesis, why: str, side: Side | None, by: Any, now: datetime) -> AgreementVersion:
    held = thesis.agreements.filter(state=State.IN_FORCE).first()
    if open_version(thesis) is not None:
        raise SomethingOpen
    if held is None:
        raise NotNow
    made = _make(thesis, held.number + _dropped_after(thesis, held) + 1, held.sections, why, now, held)
    note(thesis, thesis.state, side=side, now=now, why=why, cause="new_version")
    tell("agreement_new", others_of(thesis, side), thesis, key=f"v{made.number}", now=now, but=by)
    return made


def _dropped_after(thesis: Thesis, held: AgreementVersion) -> int:
    return thesis.agreements.filter(number__gt=held.number).count()


@transaction.atomic
def drop_version(*, thesis: Thesis, by: Any, now: datetime) -> AgreementVersion:
    """The change is let go, and what is in force stays. Raises `NotYours` or `NotNow`."""
    thesis, side = lock_for_party(thesis, by)
    version = open_version(thesis)
    if version is None or not thesis.agreements.filter(state=State.IN_FORCE).exists():
        raise NotNow
    _void(version, now)
    move_agreement(version, State.DROPPED, now=now)
    note(thesis, thesis.state, side=side, now=now, cause="version_dropped")
    tell("agreement_dropped", others_of(thesis, side), thesis, key=f"d{version.number}", now=now, but=by)
    return version


def supervisor_changed(thesis: Thesis, *, by: Any, now: datetime) -> None:
    """Another name stands in the agreement: the open version is written anew, or a new one is opened, and all three
    accept again. Within the service that changed it."""
    version = open_version(thesis)
    if version is not None:
        _write(version, thesis)
        version.changed_at = now
        version.save()
        _void(version, now)
    elif thesis.agreements.filter(state=State.IN_FORCE).exists():
        _new_version(thesis, "", None, by, now)


# --- Signing ---------------------------------------------------------------------------------------------------------


def sign(*, thesis: Thesis, seen: str, by: Any, now: datetime) -> Signature:
    """A press by which one side accepts the text that it has read: `seen` is that text's fingerprint. The bytes are
    kept with the signature. The third one brings the version into force. Raises `NotYours`, `NothingToSign`,
    `TextChanged`, `SignedAlready`, `SectionMissing`, `NoSupervisor` or `GuardianMissing`."""
    try:
        with transaction.atomic():
            return _sign(thesis, seen, by, now)
    except IntegrityError as error:  # two of the same side at the same moment
        raise SignedAlready from error


def _sign(thesis: Thesis, seen: str, by: Any, now: datetime) -> Signature:
    thesis, side = lock_for_party(thesis, by)
    version = open_version(thesis)
    if version is None or not thesis.is_ongoing:
        raise NothingToSign
    if seen != version.sha256:
        raise TextChanged
    _checked(version.sections)
    if thesis.supervisor is None:
        raise NoSupervisor
    if side == Side.STUDENT and thesis.is_minor and not (thesis.guardian_name and thesis.guardian_contact):
        raise GuardianMissing
    if version.signatures.filter(side=side, voided_at=None).exists():
        raise SignedAlready
    content = bytes(version.content)
    made = Signature.objects.create(
        version=version, side=side, by=by, name=_name_of(by), at=now, content=content, sha256=fingerprint(content)
    )
    audit.record("agreement.signed", version, by=by, now=now, thesis=thesis.pk, sha256=made.sha256)
    signed = set(version.signatures.filter(voided_at=None).values_list("side", flat=True))
    if signed == set(Side.values):
        _bring_into_force(thesis, version, side, by, now)
    else:
        tell("signed", others_of(thesis, side), thesis, key=f"{version.sha256[:16]}-{side}", now=now, but=by)
    return made


def _bring_into_force(thesis: Thesis, version: AgreementVersion, side: Side, by: Any, now: datetime) -> None:
    for old in thesis.agreements.select_for_update().filter(state=State.IN_FORCE):
        move_agreement(old, State.REPLACED, now=now)
    move_agreement(version, State.IN_FORCE, now=now)
    if thesis.state == Thesis.State.AGREEING:
        thesis.begun_at = now
        move_thesis(thesis, Thesis.State.UNDERWAY, by=by, now=now, cause="signed")
    else:
        note(thesis, thesis.state, side=None, now=now, cause="version_signed")
    tell("in_force", others_of(thesis, side), thesis, key=f"v{version.number}", now=now, but=by)


@transaction.atomic
def set_guardian(*, thesis: Thesis, name: str, contact: str, by: Any, now: datetime) -> Thesis:
    """Of a student under 18, by the student; the supervisor sees it, the company does not. Raises `NotYours`,
    `NotNow` or `GuardianMissing`."""
    thesis, side = lock_for_party(thesis, by)
    if side != Side.STUDENT:
        raise NotYours
    if not thesis.is_minor or not thesis.is_ongoing:
        raise NotNow
    if not name.strip() or not contact.strip():
        raise GuardianMissing(field="guardian_contact" if name.strip() else "guardian_name")
    thesis.guardian_name, thesis.guardian_contact = name.strip()[:120], contact.strip()[:160]
    thesis.save(update_fields=["guardian_name", "guardian_contact"])
    audit.record("thesis.guardian", thesis, by=by, now=now)
    return thesis
