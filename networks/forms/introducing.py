"""The form by which members are introduced to each other."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.text import PlainTextField
from networks.forms.choosing import MembersChoice
from networks.models import Membership, Network


class IntroduceForm(forms.Form):
    members: forms.Field = MembersChoice(
        label=_("Two or three members"), error_messages={"required": _("Choose two or three members.")}
    )
    reason = PlainTextField(
        label=_("Why should they meet?"),
        help_text=_("Each of them reads it."),
        max_length=600,
        lines=True,
        error_messages={"required": _("Tell why they should meet.")},
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, network: Network, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["members"]
        members = Membership.objects.filter(network=network, state=Membership.State.MEMBER)
        shown = members.filter(profile__claimed_at__isnull=False).select_related("profile")
        field.offer(shown.order_by("profile__name_fi", "profile__name_sv", "pk"))
