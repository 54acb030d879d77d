"""Two members who shall not share a table."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.text import PlainTextField
from networks.forms.choosing import MemberChoice
from networks.models import Membership, Network


class ApartForm(forms.Form):
    one = MemberChoice(
        label=_("A member"),
        empty_label="–",
        error_messages={"required": _("Choose a member."), "invalid_choice": _("Choose members of the network.")},
    )
    other = MemberChoice(
        label=_("The other member"),
        empty_label="–",
        error_messages={"required": _("Choose a member."), "invalid_choice": _("Choose members of the network.")},
    )
    reason = PlainTextField(
        label=_("Why?"),
        help_text=_("For those who run the network. The two are never told."),
        max_length=400,
        lines=True,
        error_messages={"required": _("Tell why, so that it can be understood afterwards.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, network: Network, user: Any, **kwargs: Any) -> None:
        """One's own members are not offered: of them another coordinator decides."""
        super().__init__(*args, **kwargs)
        own = Membership.objects.of_user(user).filter(network=network).values("pk")
        found = network.memberships.standing().exclude(pk__in=own).select_related("profile")
        for name in ("one", "other"):
            field: Any = self.fields[name]
            field.offer(found.order_by("profile__name_fi", "pk"))
