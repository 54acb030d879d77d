"""What a host writes, an event or a network: its name and words in three languages, and in whose name it is."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from core.forms import WordedForm
from core.text import reader_language
from events.rules.events import organisers_for


class HostedForm(WordedForm):
    """`once` makes a form that is sent twice one thing. Of its words the first is the name; a subclass has an
    `organiser` among its fields.
    """

    WORDS: ClassVar[tuple[str, ...]]

    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *args: Any, user: Any, organiser_id: int | None = None, **kwargs: Any) -> None:
        """`organiser_id`: of what is there already; it stays to be chosen, whoever writes."""
        super().__init__(*args, **kwargs)
        self.fields["once"].initial = uuid4().hex
        name = self.fields[f"{self.WORDS[0]}_{reader_language()}"]
        name.help_text = _("In this language or in another; one is enough.")
        organiser: Any = self.fields["organiser"]
        own = organisers_for(user)
        if organiser_id:
            own = Profile.objects.filter(pk__in=[*own.values_list("pk", flat=True), organiser_id])
        organiser.queryset = own
        organiser.label_from_instance = lambda profile: profile.name
        if user.has_perm("events.create_event"):
            organiser.empty_label = _("Whoever keeps this Solmu")
        else:
            organiser.required = True
            organiser.empty_label = None
