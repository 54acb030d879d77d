"""What accounts tells people of. Rendered when read, in the reader's language."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import ClaimLink, Invitation, Profile, Report, TakeoverRequest, User
from notifications import kinds
from notifications.kinds import Category, Context, Delivery, Kind, Notice


def _profile(context: Context) -> Profile:
    found = Profile.objects.filter(pk=context["profile"]).first()
    if found is None:
        raise LookupError
    return found


def _person(context: Context) -> str:
    user = User.objects.filter(pk=context.get("user") or 0).first()
    return str(user) if user else _("Somebody")


def _joined(context: Context) -> Notice:
    profile = _profile(context)
    title = _("%(person)s now represents %(profile)s") % {"person": _person(context), "profile": profile.name}
    return Notice(title, "", reverse("representatives", args=[profile.slug]))


def _removed(context: Context) -> Notice:
    profile = _profile(context)
    return Notice(
        _("You no longer represent %(profile)s") % {"profile": profile.name},
        _("An owner of the profile took your right away. Ask them if you think that it was a mistake."),
    )


def _became_owner(context: Context) -> Notice:
    profile = _profile(context)
    return Notice(
        _("You are now an owner of %(profile)s") % {"profile": profile.name},
        _("You decide who represents it, and you can edit its texts."),
        reverse("representatives", args=[profile.slug]),
    )


def _claimed(context: Context) -> Notice:
    profile = _profile(context)
    how = {
        "link": _("By the link that was sent to them."),
        "domain": _("By an e-mail address of the organisation's own domain."),
    }.get(context.get("how", ""), "")
    title = _("%(person)s claimed %(profile)s") % {"person": _person(context), "profile": profile.name}
    return Notice(title, how, reverse("standing", args=[profile.slug]))


def _unclaimed(context: Context) -> Notice:
    profile = _profile(context)
    return Notice(
        _("You no longer represent %(profile)s") % {"profile": profile.name},
        _("The coordinator gave the page back to the organisation. If that was a mistake, ask to represent it again."),
        reverse("takeover", args=[profile.slug]),
    )


def _confirmation_waits(context: Context) -> Notice:
    profile = _profile(context)
    return Notice(
        _("Confirm that %(profile)s is who it says") % {"profile": profile.name},
        _("A municipality, a school or a public body uses the powers of its kind only after a coordinator's word."),
        reverse("standing", args=[profile.slug]),
    )


def _confirmed(context: Context) -> Notice:
    profile = _profile(context)
    return Notice(
        _("%(profile)s has been confirmed") % {"profile": profile.name},
        _("The coordinator knows that the profile is who it says. All that its kind can do is open to you now."),
        profile.get_absolute_url(),
    )


def _not_confirmed(context: Context) -> Notice:
    profile = _profile(context)
    title = _("The coordinator did not confirm %(profile)s") % {"profile": profile.name}
    return Notice(title, str(context.get("reason", "")), profile.get_absolute_url())


def _takeover_asked(context: Context) -> Notice:
    profile = _profile(context)
    return Notice(
        _("Decide who represents %(profile)s") % {"profile": profile.name},
        _("Somebody has asked to be let in. The reason and the decision are on the coordinator's desk."),
        reverse("desk"),
    )


def _takeover_told(context: Context) -> Notice:
    profile = _profile(context)
    return Notice(
        _("Somebody asks to represent %(profile)s") % {"profile": profile.name},
        _("The coordinator decides. If you know the person, you can invite them yourself."),
        reverse("representatives", args=[profile.slug]),
    )


def _takeover_decided(context: Context) -> Notice:
    profile = _profile(context)
    request = TakeoverRequest.objects.filter(pk=context["request"]).first()
    if request is None:
        raise LookupError
    if request.state == TakeoverRequest.State.GRANTED:
        title = _("You now represent %(profile)s") % {"profile": profile.name}
    else:
        title = _("Your request to represent %(profile)s was refused") % {"profile": profile.name}
    return Notice(title, request.decision_reason, profile.get_absolute_url())


def _reported(context: Context) -> Notice:
    profile = _profile(context)
    report = Report.objects.filter(pk=context["report"]).first()
    if report is None:
        raise LookupError
    return Notice(
        _("%(profile)s was reported") % {"profile": profile.name}, report.get_reason_display(), reverse("desk")
    )


def _feedback(context: Context) -> Notice:
    if context.get("about_accessibility"):
        title, text = _("Feedback on accessibility"), _("The law asks for an answer within 14 days.")
    else:
        title, text = _("Somebody has given feedback"), ""
    return Notice(title, text, reverse("feedback_list"))


def _taken_down(context: Context) -> Notice:
    profile = _profile(context)
    return Notice(
        _("%(profile)s was taken down") % {"profile": profile.name},
        _("The coordinator took the profile out of sight. Give feedback if you want the decision looked at again."),
        reverse("feedback"),
    )


def _imported(context: Context) -> Notice:
    count = context["count"]
    return Notice(
        _("The import is ready: %(count)d new profiles") % {"count": count},
        "",
        reverse("import", args=[context["batch"]]),
    )


def _invitation_returned(context: Context) -> Notice:
    row = Invitation.objects.filter(pk=context["invitation"]).select_related("profile").first()
    if row is None:
        raise LookupError
    return Notice(
        _("The invitation to %(email)s came back: %(profile)s") % {"email": row.email, "profile": row.profile.name},
        _("The address takes no mail from here. Withdraw the invitation and send it to another address."),
        reverse("representatives", args=[row.profile.slug]),
    )


def _claim_link_returned(context: Context) -> Notice:
    link = ClaimLink.objects.filter(pk=context["link"]).exclude(sent_to="").select_related("profile").first()
    if link is None:
        raise LookupError
    return Notice(
        _("The claim link of %(profile)s came back") % {"profile": link.profile.name},
        _("%(email)s takes no mail from here. Send the link to another address, or call.") % {"email": link.sent_to},
        reverse("send_link", args=[link.profile.slug]),
    )


def register() -> None:
    for key, category, render, delivery, may_leave in (
        ("accounts.representative_joined", Category.PROFILE, _joined, Delivery.NOW, True),
        ("accounts.representative_removed", Category.PROFILE, _removed, Delivery.NOW, False),
        ("accounts.became_owner", Category.PROFILE, _became_owner, Delivery.NOW, False),
        ("accounts.takeover_told", Category.PROFILE, _takeover_told, Delivery.NOW, True),
        ("accounts.takeover_decided", Category.PROFILE, _takeover_decided, Delivery.NOW, False),
        ("accounts.confirmed", Category.PROFILE, _confirmed, Delivery.NOW, True),
        ("accounts.not_confirmed", Category.PROFILE, _not_confirmed, Delivery.NOW, False),
        ("accounts.confirmation_waits", Category.DUTIES, _confirmation_waits, Delivery.NOW, True),
        ("accounts.unclaimed", Category.PROFILE, _unclaimed, Delivery.NOW, False),
        ("accounts.taken_down", Category.PROFILE, _taken_down, Delivery.NOW, False),
        ("accounts.invitation_returned", Category.PROFILE, _invitation_returned, Delivery.NOW, True),
        ("accounts.claim_link_returned", Category.DUTIES, _claim_link_returned, Delivery.NOW, True),
        ("accounts.profile_claimed", Category.DUTIES, _claimed, Delivery.NOW, True),
        ("accounts.takeover_asked", Category.DUTIES, _takeover_asked, Delivery.NOW, True),
        ("accounts.reported", Category.DUTIES, _reported, Delivery.NOW, True),
        ("accounts.feedback", Category.DUTIES, _feedback, Delivery.NOW, True),
        ("accounts.imported", Category.DUTIES, _imported, Delivery.NEVER, True),
    ):
        kinds.register(Kind(key, category, render, delivery, may_leave=may_leave))
