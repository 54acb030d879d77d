"""Making a profile: one thing a page, kept at each, back without loss, and a look at it before it is published."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms import wizard as way
from accounts.forms.profiles import FORMS, LogoForm, SectionForm, ThemesForm
from accounts.models import Profile
from accounts.queries.preview import preview_of
from accounts.queries.profiles import own_draft, own_profiles
from accounts.services import logos
from accounts.services import profiles as services
from accounts.services.sections import BusinessIdTaken, Section
from core.errors import DomainError
from core.forms import add_domain_error
from themes.forms import ThemesField

_LEFT = "join_left"
_REGISTER = "join_register"
MOST_LEFT = 200_000
"""Characters of unsaved input that are kept when one steps back from a page that does not hold yet."""


@require_http_methods(["GET", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """The beginning: go on with a draft, or choose whom the profile is for."""
    if not request.user.is_authenticated:
        return redirect(f"{reverse('account_signup')}?{urlencode({'next': request.get_full_path()})}")
    draft = own_draft(request.user)
    form = way.KindForm(
        request.POST if request.method == "POST" else None, initial={"kind": draft.kind if draft else None}
    )
    if request.method == "POST" and form.is_valid():
        profile = services.create_draft(kind=form.cleaned_data["kind"], by=request.user, now=timezone.now())
        if not draft or draft.kind != profile.kind:
            request.session.pop(_LEFT, None)
        return redirect("join_step", step=way.pages_of(profile)[0])
    context = {
        "form": form,
        "draft": draft,
        "resume": way.resume_page(draft) if draft else "",
        "own": [one.profile for one in own_profiles(request.user) if one.profile != draft],
        "change": "change" in request.GET,
    }
    return render(request, "accounts/wizard/join.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, step: str) -> HttpResponse:
    draft = own_draft(request.user)
    if draft is None:
        return redirect("join")
    if step not in way.pages_of(draft):
        raise Http404
    section = Section(step)
    if request.method == "GET":
        return _page(request, draft, section, _form_to_show(request, draft, section))
    form = FORMS[section](request.POST, profile=draft)
    if ThemesField.is_looking(form):
        return _page(request, draft, section, form, look=True)
    going = way.before(draft, step) if "back" in request.POST else way.after(draft, step)
    if form.is_valid():
        try:
            _keep(request, draft, form, going)
        except DomainError as error:
            add_domain_error(form, error)
            taken = error.profile if isinstance(error, BusinessIdTaken) else None
            if "back" not in request.POST:
                return _page(request, draft, section, form, taken=taken)
        else:
            _forget_left(request, step)
            return redirect("join_step", step=going) if going else redirect(f"{reverse('join')}?change=1")
    if "back" in request.POST:
        # What does not hold yet cannot be saved; it waits in the session until one comes back to the page.
        _leave(request, step)
        return redirect("join_step", step=going) if going else redirect(f"{reverse('join')}?change=1")
    return _page(request, draft, section, form)


def _keep(request: HttpRequest, draft: Profile, form: SectionForm, going: str) -> None:
    kept: dict[str, Any] = {"profile": draft, "by": request.user, "now": timezone.now(), "next_step": going}
    if form.section is Section.BUSINESS_ID:
        state = services.save_business_id(business_id=form.cleaned_data["business_id"], **kept)
        if form.cleaned_data["business_id"]:
            request.session[_REGISTER] = str(state)
        return
    services.save_step(section=form.section, data=form.values(), **kept)


def _form_to_show(request: HttpRequest, draft: Profile, section: Section) -> SectionForm:
    left = request.session.get(_LEFT, {}).get(f"{draft.pk}:{section}")
    if left:
        return FORMS[section](QueryDict(left), profile=draft)
    form = FORMS[section](profile=draft)
    if isinstance(form, ThemesForm) and draft.wizard_step == Section.THEMES:
        form.tick_proposals()
    return form


def _leave(request: HttpRequest, step: str) -> None:
    data = request.POST.copy()
    for name in ("csrfmiddlewaretoken", "back"):
        data.pop(name, None)
    draft = own_draft(request.user)
    text = data.urlencode()
    if draft and len(text) <= MOST_LEFT:
        left = request.session.get(_LEFT, {})
        request.session[_LEFT] = {**left, f"{draft.pk}:{step}": text}


def _forget_left(request: HttpRequest, step: str) -> None:
    left = {key: text for key, text in request.session.get(_LEFT, {}).items() if not key.endswith(f":{step}")}
    if left:
        request.session[_LEFT] = left
    else:
        request.session.pop(_LEFT, None)


def _page(
    request: HttpRequest,
    draft: Profile,
    section: Section,
    form: SectionForm,
    *,
    taken: Profile | None = None,
    look: bool = False,
) -> HttpResponse:
    if look:
        # The search button is no attempt to save: what is typed stays, and nothing is marked as wrong.
        form = FORMS[section](profile=draft, initial={"themes": request.POST.getlist("themes")})
        form.fields["themes"].widget.query = request.POST.get("themes_find", "")
    context = {
        "form": form,
        "draft": draft,
        "section": section,
        "steps": way.progress(draft, section),
        "back": way.before(draft, section),
        "previewed": section in _PREVIEWED,
        "preview": preview_of(draft, form.preview() if form.is_bound else None) if section in _PREVIEWED else None,
        "register": request.session.pop(_REGISTER, "") if section is Section.ORGANISATION else "",
        "taken": taken,
    }
    return render(request, "accounts/wizard/step.html", context, status=422 if form.errors else 200)


_PREVIEWED = (Section.ORGANISATION, Section.PERSON, Section.WORDS)


@login_required
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """How the profile looks with what is typed right now. Saves nothing."""
    draft = own_draft(request.user)
    step = request.POST.get("step", "")
    if draft is None or step not in way.pages_of(draft) or Section(step) not in _PREVIEWED:
        raise Http404
    form = FORMS[Section(step)](request.POST, profile=draft)
    return render(request, "accounts/profile/preview.html", {"preview": preview_of(draft, form.preview())})


@login_required
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """The whole before it is shown: what is missing, what others will see, the logo, and the one press."""
    draft = own_draft(request.user)
    if draft is None:
        return _already(request)
    logo_form = LogoForm()
    if request.method == "POST" and "logo_send" in request.POST:
        logo_form = LogoForm(request.POST, request.FILES)
        if _take_logo(request, draft, logo_form):
            return redirect("join_check")
    elif request.method == "POST" and "logo_remove" in request.POST:
        services.set_logo(profile=draft, logo=None, by=request.user, now=timezone.now())
        return redirect("join_check")
    elif request.method == "POST":
        try:
            profile = services.publish_profile(profile=draft, by=request.user, now=timezone.now())
        except services.Incomplete as error:
            return _check_page(request, draft, logo_form, gaps=error.gaps, status=422)
        except BusinessIdTaken as error:
            return _check_page(request, draft, logo_form, taken=error.profile, status=422)
        request.session.pop(_LEFT, None)
        return _published(request, profile)
    return _check_page(request, draft, logo_form, status=422 if logo_form.errors else 200)


def _check_page(
    request: HttpRequest,
    draft: Profile,
    logo_form: LogoForm,
    *,
    gaps: list[services.Gap] | None = None,
    taken: Profile | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": logo_form,
        "draft": draft,
        "steps": way.progress(draft, way.CHECK),
        "pages": [str(page) for page in way.pages_of(draft)[:-1]],
        "back": way.before(draft, way.CHECK),
        "gaps": services.gaps(draft) if gaps is None else gaps,
        "refused": gaps is not None or taken is not None,
        "taken": taken,
        "preview": preview_of(draft),
    }
    return render(request, "accounts/wizard/check.html", context, status=status)


def _take_logo(request: HttpRequest, profile: Profile, form: LogoForm) -> bool:
    """Put an uploaded logo in place; a refusal is shown at its field."""
    if not form.is_valid():
        return False
    upload = form.cleaned_data["logo"]
    try:
        services.set_logo(profile=profile, logo=logos.prepare(upload, upload.size), by=request.user, now=timezone.now())
    except DomainError as error:
        add_domain_error(form, error)
        return False
    return True


def _already(request: HttpRequest) -> HttpResponse:
    """A second press of *publish* finds no draft: the profile that the first one made is shown."""
    if request.method == "POST":
        newest = max(own_profiles(request.user), key=lambda one: one.profile.published_at or one.since, default=None)
        if newest:
            return _published(request, newest.profile, told=False)
    return redirect("join")


def _published(request: HttpRequest, profile: Profile, *, told: bool = True) -> HttpResponse:
    """On to the partners that are being proposed, where that part of Solmu is installed."""
    if told:
        messages.success(request, _("Your profile is ready."))
        if not profile.is_confirmed:
            messages.info(
                request,
                _("The coordinator is told and confirms that it is who it says. Its page tells what waits for that."),
            )
    try:
        url = f"{reverse('suggestions')}?{urlencode({'for': profile.slug})}"
    except NoReverseMatch:
        url = profile.get_absolute_url()
    return redirect(url)


@login_required
@require_http_methods(["GET", "POST"])
def discard(request: HttpRequest) -> HttpResponse:
    """Throw the draft away, asked once more first."""
    draft = own_draft(request.user)
    if draft is None:
        return redirect("join")
    if request.method == "POST":
        services.discard_draft(profile=draft, by=request.user, now=timezone.now())
        request.session.pop(_LEFT, None)
        messages.success(request, _("The draft was thrown away."))
        return redirect("join")
    return render(request, "accounts/wizard/discard.html", {"draft": draft})
