"""What somebody is to a profile. Apart from its model, as the models that it stands on ask for it too."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    OWNER = "owner", _("owner")
    EDITOR = "editor", _("editor")
    MEMBER = "member", _("member")


DECIDES = (Role.OWNER, Role.EDITOR)
"""Who edits the profile, and decides for it."""
