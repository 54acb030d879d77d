"""A school's page: its form, what it shows on the profile; and the calendar of all schools."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Profile
from accounts.queries.profiles import shows_contact
from core.errors import DomainError
from core.panels import Panel
from core.text import clean_text
from events import calendars
from studies import weeks
from studies.forms.schools import SchoolForm
from studies.models import SchoolPage, Work
from studies.queries import schools as queries
from studies.queries.theses import schools_of
from studies.rules.schools import may_teach
from studies.services import schools as services

CALENDAR = "text/calendar; charset=utf-8"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def school_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """For those who teach at it; others who see the school are told so, and for the rest it does not exist."""
    seen = Profile.objects.published().visible_to(request.user).filter(kind=Profile.Kind.EDUCATION)
    school = get_object_or_404(seen, slug=slug)
    if not may_teach(request.user, school):
        raise PermissionDenied
    if request.method != "POST":
        return _form_page(request, school, SchoolForm.of(queries.page_of(school)))
    reshaped = SchoolForm.reshaped(request.POST)
    if reshaped is not None:
        return _form_page(request, school, reshaped)
    form = SchoolForm(request.POST)
    if form.is_valid():
        try:
            services.save_page(school=school, plan=form.plan(), by=request.user, now=timezone.now(), version=form.seen)
        except DomainError as error:
            form.refuse(error, SchoolPage.objects.filter(school=school).values_list("version", flat=True).first() or 0)
        else:
            messages.success(request, _("Saved."))
            return redirect(school)
    return _form_page(request, school, form)


def _form_page(request: HttpRequest, school: Profile, form: SchoolForm) -> HttpResponse:
    context = {"school": school, "form": form}
    return render(request, "studies/schools/form.html", context, status=422 if form.errors else 200)


@require_safe
def school_calendar(request: HttpRequest) -> HttpResponse:
    """This year's or next year's weeks; `?kind=thesis`: of one kind of work."""
    now, kind = timezone.now(), _kind_of(request)
    this = weeks.this_year(timezone.localdate(now))
    years = [this, this + 1]
    asked = request.GET.get("year", "")
    year = next((one for one in years if str(one) == asked), this)
    found = queries.calendar(request.user, year=year, kind=kind, number=request.GET.get("page"), now=now)
    context = {
        "calendar": found,
        "year": year,
        "years": years,
        "kind": kind,
        "works": Work.choices,
        "own": schools_of(request.user),
    }
    return render(request, "studies/schools/calendar.html", context)


@require_safe
def school_calendar_file(request: HttpRequest) -> HttpResponse:
    """To open or to subscribe to; `?school=` one school's. Unchanged content is not sent again."""
    slug = clean_text(request.GET.get("school", ""))[:120]
    told = queries.told_to_calendars(request.user, kind=_kind_of(request), slug=slug, now=timezone.now())
    content = calendars.feed(told, name=_("Partner schools"))
    tag = calendars.etag(content)
    sent = {part.strip().removeprefix("W/") for part in request.headers.get("If-None-Match", "").split(",")}
    response: HttpResponse = HttpResponseNotModified() if tag in sent else HttpResponse(content, content_type=CALENDAR)
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    response["Content-Disposition"] = 'attachment; filename="schools.ics"'
    return response


def _kind_of(request: HttpRequest) -> str:
    asked = request.GET.get("kind", "")
    return asked if asked in Work.values else ""


# --- On other pages --------------------------------------------------------------------------------------------------


def profile(request: HttpRequest, subject: Profile) -> Panel | None:
    """A school's page on its profile; its teachers are invited to fill an empty one."""
    if subject.kind != Profile.Kind.EDUCATION:
        return None
    page, edits = queries.page_of(subject), may_teach(request.user, subject)
    if page is None:
        return Panel("studies/schools/panel_empty.html", {"school": subject}) if edits else None
    today = timezone.localdate()
    people = list(page.people.all())
    context = {
        "school": subject,
        "page": page,
        "edits": edits,
        "programmes": list(page.programmes.all()),
        "people": people if shows_contact(subject, request.user) else [],
        "hides_people": bool(people)
        and not request.user.is_authenticated
        and subject.contact_visibility == Profile.Visibility.MEMBERS,
        "terms": queries.coming_terms(page, today),
        "row": queries.year_of(page, weeks.this_year(today)),
        "year": weeks.this_year(today),
        "weeks": weeks.count(weeks.this_year(today)),
        "this_week": today.isocalendar().week,
    }
    return Panel("studies/schools/panel_profile.html", context)


def hub(request: HttpRequest, subject: Any) -> Panel:
    """The calendar, and the way to one's own school's page, on the place of student work."""
    return Panel("studies/schools/panel_hub.html", {"own": schools_of(request.user)})
