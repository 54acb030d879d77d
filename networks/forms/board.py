"""Forms of a noticeboard: writing, changing one's own, hiding, reporting."""

from __future__ import annotations

from collections.abc import Sequence
from secrets import token_hex
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import FilesField, StampedForm
from core.text import PlainTextField
from networks.models import PostFile
from networks.services.board import LONGEST
from networks.services.board_files import Prepared, check_number, prepare


def files_field() -> FilesField:
    return FilesField(
        help_text=_(
            "At most four, 5 MB each: PDF, pictures, documents, tables or plain text. Only those who see this "
            "noticeboard can open them."
        )
    )


class PostForm(forms.Form):
    """A post or a comment. `people`, (number, name), are shown to be chosen from when the writer asks for them."""

    text = PlainTextField(
        label=_("Your message"),
        help_text=_(
            "Write @ and a name to mention someone: @Aino Aho. A line that begins with - is a list, "
            "**two stars** make bold."
        ),
        max_length=LONGEST,
        lines=True,
        error_messages={"required": _("Write what you want to say.")},
    )
    to = forms.MultipleChoiceField(label=_("Whom do you mention?"), required=False, widget=forms.CheckboxSelectMultiple)
    attachments = files_field()
    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(
        self, *args: Any, people: Sequence[tuple[str, str]] = (), is_comment: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs["rows"] = 3 if is_comment else 4
        if is_comment:
            self.fields["text"].label = _("Your comment")
        if people:
            self.fields["to"].choices = people  # type: ignore[attr-defined]  # a choice field
        else:
            del self.fields["to"]
        self.fields["once"].initial = self.initial.get("once") or token_hex(16)

    def said(self) -> dict[str, Any]:
        """What the service asks for. Raises `board_files.BadFile` or `board_files.TooMany`."""
        given = self.cleaned_data
        return {
            "text": given["text"],
            "to": [int(pk) for pk in given.get("to", ())],
            "files": prepared(given["attachments"]),
            "key": given["once"],
        }


class EditPostForm(StampedForm):
    text = PlainTextField(
        label=_("Your message"),
        max_length=LONGEST,
        lines=True,
        error_messages={"required": _("Write what you want to say.")},
    )
    without = forms.MultipleChoiceField(label=_("Take away"), required=False, widget=forms.CheckboxSelectMultiple)
    attachments = files_field()

    def __init__(self, *args: Any, there: Sequence[PostFile] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if there:
            self.fields["without"].choices = [(str(one.pk), one.name) for one in there]  # type: ignore[attr-defined]  # a choice field
        else:
            del self.fields["without"]

    def said(self) -> dict[str, Any]:
        """As of `PostForm`."""
        given = self.cleaned_data
        return {
            "text": given["text"],
            "without": [int(pk) for pk in given.get("without", ())],
            "files": prepared(given["attachments"]),
            "version": self.seen,
        }


def prepared(uploads: Sequence[Any]) -> list[Prepared]:
    check_number(len(uploads))
    return [prepare(one, one.name or "", one.size) for one in uploads]


class HideForm(forms.Form):
    why = PlainTextField(
        label=_("Why?"),
        help_text=_("The writer is told this, and can ask you about it."),
        max_length=400,
        lines=True,
        error_messages={"required": _("Tell why, so that it can be understood afterwards.")},
    )


class PostReportForm(forms.Form):
    why = PlainTextField(
        label=_("What is wrong?"),
        help_text=_("Those who run the network read it. The writer is not told who reported."),
        max_length=600,
        lines=True,
        error_messages={"required": _("Tell what is wrong, so that the coordinator can judge it.")},
    )


class BoardSearchForm(forms.Form):
    q = PlainTextField(label=_("Search the noticeboard"), max_length=100, required=False)

    def words(self) -> str:
        return str(self.cleaned_data["q"]) if self.is_valid() else ""
