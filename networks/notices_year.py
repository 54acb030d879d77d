"""What is told of a network's year: the kind letter to a member that has gone silent."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from networks.models import Asking, Membership
from notifications.kinds import Category, Delivery, Kind, Notice


def asked(context: dict[str, Any]) -> Notice:
    """As long as the membership waits for the answer."""
    known = Asking.objects.select_related("membership__network", "membership__profile")
    found = known.filter(pk=context["asking"], stays_at=None, membership__state=Membership.State.MEMBER).first()
    if found is None:
        raise LookupError(context["asking"])
    membership = found.membership
    told = {"network": membership.network.name, "profile": membership.profile.name}
    return Notice(
        title=_("How is it going for %(profile)s in the network %(network)s?") % told,
        text=found.text,
        url=reverse("network_own", kwargs={"slug": membership.network.slug, "pk": membership.pk}),
    )


KINDS = (Kind("networks.asked", Category.NETWORKS, render=asked, delivery=Delivery.NOW),)
