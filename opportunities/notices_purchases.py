"""What is told of planned purchases. To those who follow: what is public, and never who asked."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.kinds import Category, Delivery, Kind, Notice
from opportunities.models import Opportunity, PurchaseEntry, PurchaseFollower, PurchaseQuestion
from opportunities.rules import opportunities as rules

LONGEST = 300
State = PurchaseQuestion.State


def _opportunity(context: dict[str, Any]) -> Opportunity:
    known = Opportunity.objects.select_related("profile", "purchase").filter(purchase__isnull=False)
    found = known.filter(pk=context["opportunity"]).first()
    if found is None:
        raise LookupError(context["opportunity"])
    return found


def _question(context: dict[str, Any], state: State) -> PurchaseQuestion:
    rows = PurchaseQuestion.objects.select_related("purchase__opportunity__profile")
    found = rows.filter(pk=context["question"], state=state).first()
    if found is None:
        raise LookupError(context["question"])
    return found


def _short(text: str) -> str:
    return Truncator(text).chars(LONGEST)


def _where(one: Opportunity) -> str:
    """The page while it is open, the record afterwards."""
    return one.get_absolute_url() if one.is_open(timezone.now()) else reverse("purchase_record", kwargs={"pk": one.pk})


def asked(context: dict[str, Any]) -> Notice:
    """While it waits."""
    question = _question(context, State.WAITING)
    return Notice(
        title=_("A question about “%(title)s” waits for your answer") % {"title": question.purchase.opportunity.title},
        text=_short(question.text),
        url=question.get_absolute_url(),
    )


def unanswered(context: dict[str, Any]) -> Notice:
    found = _opportunity(context)
    waits = found.purchase.questions.filter(state=State.WAITING).count()
    if not waits or found.state != Opportunity.State.OPEN or found.purchase.questions_until > timezone.now():
        raise LookupError(found.pk)
    title = ngettext(
        "“%(title)s”: %(n)d question waits for an answer", "“%(title)s”: %(n)d questions wait for an answer", waits
    )
    return Notice(
        title=title % {"title": found.title, "n": waits},
        text=_("New questions are not taken any more. Those who asked in time wait for what you answer."),
        url=f"{found.get_absolute_url()}#waiting",
    )


def answered(context: dict[str, Any]) -> Notice:
    question = _question(context, State.ANSWERED)
    one = question.purchase.opportunity
    return Notice(
        title=_("A question about “%(title)s” has been answered") % {"title": one.title},
        text=_short(question.text),
        url=f"{_where(one)}#question-{question.pk}",
    )


def declined(context: dict[str, Any]) -> Notice:
    """To the one who asked."""
    question = _question(context, State.DECLINED)
    one = question.purchase.opportunity
    return Notice(
        title=_("Your question about “%(title)s” is not published") % {"title": one.title},
        text=_("The reason: %(why)s") % {"why": _short(question.answer)},
        url=_where(one),
    )


def added(context: dict[str, Any]) -> Notice:
    entry = PurchaseEntry.objects.select_related("purchase__opportunity__profile").filter(pk=context["entry"]).first()
    if entry is None:
        raise LookupError(context["entry"])
    one, told = entry.purchase.opportunity, {"title": entry.purchase.opportunity.title}
    titles = {
        PurchaseEntry.Kind.INFORMATION: _("Further information on “%(title)s”"),
        PurchaseEntry.Kind.CHANGE: _("“%(title)s” has been changed"),
        PurchaseEntry.Kind.CORRECTION: _("An answer about “%(title)s” has been corrected"),
    }
    place = f"#question-{entry.question_id}" if entry.question_id else "#additions"
    return Notice(
        title=titles[PurchaseEntry.Kind(entry.kind)] % told, text=_short(entry.text), url=f"{_where(one)}{place}"
    )


def _for_managers(context: dict[str, Any], reader: Any) -> bool:
    found = Opportunity.objects.select_related("profile").filter(pk=context["opportunity"]).first()
    return found is not None and rules.may_manage(reader, found)


def _for_followers(context: dict[str, Any], reader: Any) -> bool:
    found = Opportunity.objects.select_related("profile").filter(pk=context["opportunity"]).first()
    if found is None or not PurchaseFollower.objects.filter(purchase__opportunity=found, user=reader.pk).exists():
        return False
    return rules.may_read_record(reader, found)


def _for_asker(context: dict[str, Any], reader: Any) -> bool:
    found = Opportunity.objects.select_related("profile").filter(pk=context["opportunity"]).first()
    own = PurchaseQuestion.objects.filter(pk=context["question"], created_by=reader.pk)
    return found is not None and own.exists() and rules.may_read_record(reader, found)


KINDS = (
    Kind("opportunities.purchase_asked", Category.PARTNERS, render=asked, delivery=Delivery.NOW,
         may_read=_for_managers),
    Kind("opportunities.purchase_unanswered", Category.PARTNERS, render=unanswered, delivery=Delivery.NOW,
         may_read=_for_managers),
    Kind("opportunities.purchase_answered", Category.PARTNERS, render=answered, may_read=_for_followers),
    Kind("opportunities.purchase_declined", Category.PARTNERS, render=declined, may_read=_for_asker),
    Kind("opportunities.purchase_added", Category.PARTNERS, render=added, may_read=_for_followers),
)  # fmt: skip
