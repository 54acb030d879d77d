"""Fields by which members are chosen: there may be hundreds, so only their keys and names are read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.choices import BaseChoiceIterator

from core.long_choices import LongCheckboxes, LongSelect
from networks.models import Membership
from networks.queries.members import names_of


class _Offered(BaseChoiceIterator):
    """Read when the page is drawn; the empty choice that comes first costs no read."""

    def __init__(self, members: QuerySet[Membership], empty: Any = None) -> None:
        self.members, self.empty = members, empty

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        if self.empty is not None:
            yield "", self.empty
        yield from names_of(self.members)


class MemberChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's takes none when it runs
    """Of those that `offer` names, in their order."""

    widget = LongSelect

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Membership.objects.none(), **kwargs)

    def offer(self, members: QuerySet[Membership]) -> None:
        self.queryset = members
        self.choices = _Offered(members, self.empty_label)


class MembersChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # as above
    """As `MemberChoice`, several."""

    widget = LongCheckboxes

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Membership.objects.none(), **kwargs)

    def offer(self, members: QuerySet[Membership]) -> None:
        self.queryset = members
        self.choices = _Offered(members)
