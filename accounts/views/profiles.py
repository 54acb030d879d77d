"""A profile's page, one's own profiles, and editing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts import rules
from accounts.forms.profiles import FORMS, LogoForm, SectionForm
from accounts.kinds import PLURALS
from accounts.models import Profile, Representative
from accounts.queries import profiles as queries
from accounts.services import logos
from accounts.services import profiles as services
from accounts.services.prh import State
from accounts.services.sections import BusinessIdTaken, Section, sections_of, stamp
from accounts.templatetags.profiles import industry
from core import panels
from core.errors import DomainError
from core.forms import add_domain_error
from themes.forms import ThemesField
from themes.models import Theme

OTHER_NAME = gettext_lazy("Saved. In the business register the number has another name, so it is not shown as found.")


@require_safe
def profile(request: HttpRequest, slug: str) -> HttpResponse:
    """The public face of a party, with what other parts of Solmu have to say of it."""
    found = queries.profile_page(slug, request.user)
    if found is None:
        raise Http404
    if found.status == Profile.Status.DRAFT:
        return redirect("join")
    role = rules.role_of(request.user, found)
    context = {
        "profile": found,
        "kind_plural": PLURALS[found.kind],
        "does": queries.text_of(found, "does"),
        "themes": queries.themes_of(found),
        "role": role,
        "may_edit": role in Representative.DECIDES,
        "panels": panels.render("profile", request, found),
        "side": panels.render("profile_side", request, found),
        "actions": panels.render("profile_actions", request, found),
    }
    return render(request, "accounts/profile/profile.html", context)


@login_required
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """The profiles that one represents."""
    return render(request, "accounts/profile/own.html", {"rows": queries.own_profiles(request.user)})


def _own(request: HttpRequest, slug: str) -> Profile:
    """A profile that the user may edit: 404 when they may not even see it, 403 when they may only see it."""
    found = get_object_or_404(Profile.objects.visible_to(request.user), slug=slug)
    if not rules.may_edit(request.user, found):
        raise PermissionDenied
    if found.status == Profile.Status.TAKEN_DOWN:
        raise Http404
    return found


@login_required
@require_safe
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """What is saved, section by section, each with its way to change it."""
    found = _own(request, slug)
    if found.status == Profile.Status.DRAFT:
        return redirect("join")
    context = {
        "profile": found,
        "texts": list(found.texts.all()),
        "themes": list(found.themes.all()),
        "is_owner": rules.may_manage_representatives(request.user, found),
        "gaps": services.gaps(found),
    }
    return render(request, "accounts/profile/edit.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def edit_section(request: HttpRequest, slug: str, section: str) -> HttpResponse:
    found = _own(request, slug)
    if section not in sections_of(found):
        raise Http404
    chosen = Section(section)
    version = stamp(found, chosen)
    if request.method == "GET":
        return _section_page(request, found, FORMS[chosen](profile=found, stamp=version))
    form = FORMS[chosen](request.POST, profile=found)
    if ThemesField.is_looking(form):
        shown = FORMS[chosen](profile=found, stamp=request.POST.get("stamp", ""), initial=_looked(request))
        shown.fields["themes"].widget.query = request.POST.get("themes_find", "")
        return _section_page(request, found, shown)
    if form.is_valid():
        try:
            _save(request, found, form)
        except services.Stale as stale:
            data = request.POST.copy()
            data["stamp"] = stale.stamp
            again = FORMS[chosen](data, profile=found)
            return _section_page(request, found, again, theirs=_theirs(again, stale.saved), status=409)
        except services.Incomplete as error:
            for gap in error.gaps:
                form.add_error(gap.field if gap.field in form.fields else None, str(gap.message))
        except DomainError as error:
            add_domain_error(form, error)
            taken = error.profile if isinstance(error, BusinessIdTaken) else None
            return _section_page(request, found, form, taken=taken)
        else:
            return redirect("profile_edit", slug=found.slug)
    return _section_page(request, found, form)


def _looked(request: HttpRequest) -> dict[str, Any]:
    return {"themes": request.POST.getlist("themes")}


def _save(request: HttpRequest, found: Profile, form: SectionForm) -> None:
    now, sent = timezone.now(), form.cleaned_data["stamp"]
    if form.section is not Section.BUSINESS_ID:
        saved = services.edit_profile(
            profile=found, section=form.section, data=form.values(), by=request.user, now=now, stamp_sent=sent
        )
        is_lost = found.business_id_checked_at is not None and saved.business_id_checked_at is None
        messages.success(request, OTHER_NAME if is_lost else _("Saved."))
        return
    number = form.cleaned_data["business_id"]
    state = services.save_business_id(profile=found, business_id=number, by=request.user, now=now, stamp=sent)
    told: dict[State, Any] = {
        State.FOUND: _("Saved. The number and the name are in the business register."),
        State.OTHER_NAME: OTHER_NAME,
        State.SILENT: _("Saved. The business register did not answer now, so the number is not checked in it."),
        State.UNKNOWN: _("Saved, but the business register does not know the number."),
    }
    messages.success(request, told.get(state, _("Saved.")))


def _theirs(form: SectionForm, saved: dict[str, Any]) -> list[tuple[str, str]]:
    """What is saved now, field by field, where it differs from what was typed."""
    form.is_valid()
    typed = form.values()
    if "themes" in typed:
        typed["themes"] = sorted(theme.slug for theme in typed["themes"])
    told_by_text = {name for name in typed if name.endswith("_language") and not typed[name]}
    return [
        (str(form.fields[name].label), _in_words(form, name, value))
        for name, value in saved.items()
        if name in form.fields and name in typed and name not in told_by_text and typed[name] != value
    ]


def _in_words(form: SectionForm, name: str, value: Any) -> str:
    """A saved value as a reader knows it."""
    if name == "themes":
        return ", ".join(str(theme.label) for theme in Theme.objects.filter(slug__in=value))
    if name == "industry":
        return industry(form.profile)
    labels = {str(key): str(label) for key, label in getattr(form.fields[name], "choices", ())}
    if isinstance(value, list):
        return ", ".join(labels.get(str(one), str(one)) for one in value)
    text = "" if value is None else str(value)
    return str(labels.get(text, text))


def _section_page(
    request: HttpRequest,
    found: Profile,
    form: SectionForm,
    *,
    theirs: list[tuple[str, str]] | None = None,
    taken: Profile | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"profile": found, "form": form, "section": form.section, "theirs": theirs, "taken": taken}
    if status == 200 and form.errors:
        status = 422
    return render(request, "accounts/profile/edit_section.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def edit_logo(request: HttpRequest, slug: str) -> HttpResponse:
    found = _own(request, slug)
    form = LogoForm()
    if request.method == "POST" and "remove" in request.POST:
        services.set_logo(profile=found, logo=None, by=request.user, now=timezone.now())
        messages.success(request, _("The logo was taken away."))
        return redirect("profile_edit", slug=found.slug)
    if request.method == "POST":
        form = LogoForm(request.POST, request.FILES)
        if form.is_valid():
            upload = form.cleaned_data["logo"]
            try:
                picture = logos.prepare(upload, upload.size)
                services.set_logo(profile=found, logo=picture, by=request.user, now=timezone.now())
            except DomainError as error:
                add_domain_error(form, error)
            else:
                messages.success(request, _("The logo is in place."))
                return redirect("profile_edit", slug=found.slug)
    context = {"profile": found, "form": form}
    return render(request, "accounts/profile/edit_logo.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, slug: str) -> HttpResponse:
    """Taking one's own profile down, asked once more first. Its owners may."""
    found = _own(request, slug)
    if not rules.may_manage_representatives(request.user, found):
        raise PermissionDenied
    if request.method == "POST":
        services.take_down(profile=found, by=request.user, now=timezone.now(), reason="own")
        messages.success(request, _("The profile was taken down."))
        return redirect("own_profiles")
    return render(request, "accounts/profile/remove.html", {"profile": found})
