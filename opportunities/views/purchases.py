"""A planned purchase: telling of it, asking, answering, adding to it, following, and its record."""

from __future__ import annotations

from datetime import time
from typing import Any

from allauth.core.ratelimit import consume_or_429
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.views.chosen import chosen_profile
from core.errors import DomainError
from core.forms import add_domain_error, press
from core.tables import csv_file, workbook_file
from core.text import reader_language
from opportunities.forms.opportunities import prepared
from opportunities.forms.purchases import (
    AnswerForm,
    AskForm,
    CorrectionForm,
    DeclineForm,
    InformationForm,
    PurchaseForm,
)
from opportunities.models import Opportunity, PurchaseQuestion
from opportunities.printing import RecordSheet, print_record
from opportunities.queries import opportunities as queries
from opportunities.queries import purchases as purchase_queries
from opportunities.queries.purchases import Record
from opportunities.rules import opportunities as rules
from opportunities.services import questions as services
from opportunities.views.opportunities import gone, record_of, seen
from opportunities.views.own import own_of_request, write
from opportunities.wording import moment, record_entries, record_lines, said_changes

GET_OR_POST = ("GET", "HEAD", "POST")
NOON = time(12)


@login_required
@require_http_methods(GET_OR_POST)
def purchase_new(request: HttpRequest) -> HttpResponse:
    """For a municipality of the person's own; the first of them unless the address names one."""
    _first, own = chosen_profile(request)
    buyers = [one for one in own if rules.may_buy_for(request.user, one)]
    wanted = request.GET.get("for", "")
    profile = next((one for one in buyers if not wanted or one.slug == wanted), None)
    if profile is None:
        raise PermissionDenied
    last_day = rules.usual_day(rules.today_of(timezone.now()))
    start = {"municipality": profile.municipality, "last_day": last_day, "questions_time": NOON}
    return write(request, profile, None, start, buyers, form_class=PurchaseForm)


def _purchase(request: HttpRequest, pk: int) -> Opportunity | None:
    """One that the reader sees; None when it is over. Other offers and needs have no such page."""
    found = seen(request, pk)
    if found is not None and not found.is_purchase:
        raise Http404
    return found


def _own_purchase(request: HttpRequest, pk: int) -> Opportunity:
    found = own_of_request(request, pk)
    if not found.is_purchase:
        raise Http404
    return found


# --- Asking and following


@login_required
@require_http_methods(GET_OR_POST)
def purchase_ask(request: HttpRequest, pk: int) -> HttpResponse:
    found, now = _purchase(request, pk), timezone.now()
    if found is not None and rules.is_own(request.user, found):
        return redirect(found)
    if found is None or not found.is_open(now):
        return gone(request, record_of(request, pk))
    if not found.purchase.takes_questions(now):
        return redirect(found)
    me, own = chosen_profile(request)
    if me is None:
        return render(request, "opportunities/purchases/nobody.html", {"opportunity": found})
    form = AskForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.ask(
                opportunity=found,
                profile=me,
                text=given["text"],
                by=request.user,
                now=now,
                reader=reader_language(),
                key=given["once"],
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Your question has been sent. You are told when it has been answered."))
            return redirect(found)
    context = {"opportunity": found, "profile": me, "own_profiles": own, "form": form}
    context["until"] = moment(found.purchase.questions_until)
    return render(request, "opportunities/purchases/ask.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def purchase_follow(request: HttpRequest, pk: int) -> HttpResponse:
    found = _purchase(request, pk)
    if found is None:
        return gone(request, record_of(request, pk))
    if request.POST.get("stop"):
        services.unfollow(opportunity=found, by=request.user, now=timezone.now())
        messages.success(request, _("You are not told of this any more."))
        return redirect(found)
    return press(
        request,
        lambda: services.follow(opportunity=found, by=request.user, now=timezone.now()),
        _("You are told of answers and of what is added."),
        found,
    )


@login_required
@require_POST
def purchase_withdraw(request: HttpRequest, pk: int, question: int) -> HttpResponse:
    """Take a question of one's own back. Of others' nothing is told, nor whether there is one."""
    found = _purchase(request, pk)
    if found is None:
        return gone(request, record_of(request, pk))
    asked = purchase_queries.question_of(found, question)
    if asked is None or asked.created_by_id != request.user.pk:  # a second press
        return redirect(found)
    return press(
        request,
        lambda: services.withdraw(question=asked, by=request.user, now=timezone.now()),
        _("Your question has been taken back. It is neither answered nor published."),
        found,
    )


# --- Its buyer's people


@login_required
@require_http_methods(GET_OR_POST)
def purchase_question(request: HttpRequest, pk: int, question: int) -> HttpResponse:
    """Answer it, decline it, or correct the answer that is public."""
    found = _own_purchase(request, pk)
    asked = purchase_queries.question_of(found, question)
    if asked is None and request.method == "POST":  # it was taken back while the answer was written
        messages.error(request, str(services.QuestionTakenBack()))
        return redirect(found)
    if asked is None:
        raise Http404
    if asked.state == PurchaseQuestion.State.DECLINED or found.state == Opportunity.State.CLOSED:
        return redirect(found)
    sent = _sent_form(request, asked)
    if sent is not None and sent.is_valid():
        try:
            said = _settle(request, asked, sent)
        except services.QuestionTakenBack as error:
            messages.error(request, str(error))
            return redirect(found)
        except DomainError as error:
            add_domain_error(sent, error)
        else:
            messages.success(request, said)
            return redirect(found)
    asked.refresh_from_db(fields=["state", "answer", "answered_at", "answer_language"])
    if asked.state == PurchaseQuestion.State.DECLINED and sent is not None:
        messages.error(request, " ".join(map(str, sent.non_field_errors())))
        return redirect(found)
    return _question_page(request, found, asked, sent)


def _sent_form(request: HttpRequest, asked: PurchaseQuestion) -> Any:
    if request.method != "POST":
        return None
    if "decline" in request.POST:
        return DeclineForm(request.POST)
    return (CorrectionForm if "correct" in request.POST else AnswerForm)(request.POST)


def _settle(request: HttpRequest, asked: PurchaseQuestion, form: Any) -> str:
    """What the form asked for, in words. Raises `DomainError`."""
    more: dict[str, Any] = {"question": asked, "by": request.user, "now": timezone.now(), "reader": reader_language()}
    given = form.cleaned_data
    if isinstance(form, DeclineForm):
        services.decline(why=given["why"], **more)
        return _("The question is not published. Whoever asked has been told why.")
    if isinstance(form, CorrectionForm):
        services.correct(text=given["text"], key=given["once"], **more)
        return _("The correction is public, with its date.")
    services.answer(text=given["text"], **more)
    return _("The question and your answer are public.")


def _question_page(request: HttpRequest, found: Opportunity, asked: PurchaseQuestion, sent: Any) -> HttpResponse:
    """The form that was sent stands with what was typed; after a colleague's answer, below that answer."""
    form: Any = sent if isinstance(sent, (AnswerForm, CorrectionForm)) else None
    lost = ""
    if not asked.is_waiting and isinstance(sent, (AnswerForm, DeclineForm)):
        # What was typed is kept, as a correction that can be sent.
        lost = " ".join(map(str, sent.non_field_errors()))
        form = CorrectionForm(initial={"text": sent.data.get("text", "")})
    if form is None:
        form = AnswerForm() if asked.is_waiting else CorrectionForm()
    decline = sent if isinstance(sent, DeclineForm) else DeclineForm()
    context = {"opportunity": found, "asked": asked, "form": form, "decline": decline, "lost": lost}
    refused = bool(sent is not None and sent.errors)
    return render(request, "opportunities/purchases/question.html", context, status=422 if refused else 200)


@login_required
@require_http_methods(GET_OR_POST)
def purchase_add(request: HttpRequest, pk: int) -> HttpResponse:
    found = _own_purchase(request, pk)
    if found.state != Opportunity.State.OPEN:
        return redirect(found)
    form = InformationForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.inform(
                opportunity=found,
                text=given["text"],
                files=prepared(given["attachments"]),
                by=request.user,
                now=timezone.now(),
                reader=reader_language(),
                key=given["once"],
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("What is new stands on the page with its date, and those who follow are told."))
            return redirect(found)
    context = {"opportunity": found, "form": form}
    return render(request, "opportunities/purchases/add.html", context, status=422 if form.errors else 200)


# --- The record


def _recorded(request: HttpRequest, pk: int) -> tuple[Opportunity, bool]:
    """The purchase, and whether the reader gets what is not public: its own people, unless they ask for what others
    get."""
    found = queries.one(pk)
    if found is None or not found.is_purchase or not rules.may_read_record(request.user, found):
        raise Http404
    return found, rules.is_own(request.user, found) and request.GET.get("public") != "1"


@require_safe
def purchase_record(request: HttpRequest, pk: int) -> HttpResponse:
    """All that was asked, answered, added and changed, also when the purchase is over; to be read or printed."""
    found, whole = _recorded(request, pk)
    record = purchase_queries.record(found, whole=whole)
    context = {
        "opportunity": found,
        "record": record,
        "published": record.published,
        "log": [(entry, said_changes(entry.changes)) for entry in record.log],
        "until": moment(found.purchase.questions_until),
        "whole": whole,
        "is_own": rules.is_own(request.user, found),
        "is_open": found.is_open(timezone.now()),
        "at": moment(timezone.now()),
    }
    return render(request, "opportunities/purchases/record.html", context)


@require_safe
def purchase_record_file(request: HttpRequest, pk: int, ending: str) -> HttpResponse:
    """A table (`csv`), a workbook (`xlsx`), or for paper and the archive (`pdf`)."""
    found, whole = _recorded(request, pk)
    if ending == "pdf":
        limited: HttpResponse | None = consume_or_429(request, action="record", limit_get=True)
        if limited:
            return limited
    record = purchase_queries.record(found, whole=whole)
    name = f"market-dialogue-{found.pk}"
    if ending == "pdf":
        response = HttpResponse(_sheet(record, whole=whole), content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
        return response
    lines = record_lines(record)
    return workbook_file(name, _("Record"), lines) if ending == "xlsx" else csv_file(name, lines)


def _sheet(record: Record, *, whole: bool) -> bytes:
    about = [record.opportunity.profile.name, _("As it was on %(when)s") % {"when": moment(timezone.now())}]
    if whole:
        about.append(
            _(
                "This record has also what is not public: questions that wait and those that were not published. Who "
                "asked is in none."
            )
        )
    title = record.opportunity.title
    sheet = RecordSheet(_("Record of the market dialogue"), title, tuple(about), record_entries(record))
    return print_record(sheet, language=reader_language())
