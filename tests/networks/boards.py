"""A network with a board and a group's board, one person of each kind, for the tests of who sees what on them."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.models import Profile, User
from networks.models import Group, Post
from networks.services import board, board_files, groups
from networks.services.groups import GroupPlan

from .making import NOW, make_profile, make_user, make_world

VISITOR, STRANGER, OTHER, INVITED, MEMBER, IN_GROUP = "visitor", "stranger", "other", "invited", "member", "in_group"
COORDINATOR, OWNER, ADMIN = "coordinator", "owner", "admin"
WHO = (VISITOR, STRANGER, OTHER, INVITED, MEMBER, IN_GROUP, COORDINATOR, OWNER, ADMIN)
RUNS = {COORDINATOR, OWNER, ADMIN}


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def picture(kind: str = "PNG", **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, kind, **more)
    return out.getvalue()


def archive(*names: str, **parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(name, b"x")
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


PDF = b"%PDF-1.7\n%salattu"


class Scene:
    """Each board has a post with a file and a comment; every text has the word `word` of its board in it."""

    WORDS = {False: "salattukuivuri", True: "ryhmäsorvi"}

    def __init__(self, visibility: str = "hidden") -> None:
        self.world = make_world(visibility=visibility, names={"fi": "Salattu verkosto"})
        self.network = self.world.network
        self.world.member("Jäsen")
        grouped = self.world.member("Ryhmäläinen")
        from networks.services import memberships

        memberships.invite(network=self.network, profile=self.world.company("Kutsuttu"), by=self.world.kaisa, now=NOW)
        self.group = groups.make_group(network=self.network, plan=GroupPlan("Ryhmä"), by=self.world.kaisa, now=NOW)
        groups.set_members(group=self.group, members=[grouped], chair=None, by=self.world.kaisa, now=NOW)
        other = make_world(names={"fi": "Toinen"})
        other.member("Muualla")
        stranger = make_user("Seppo")
        make_profile("Sepon Oy", by=stranger)
        self.people: dict[str, User | None] = {
            VISITOR: None,
            STRANGER: stranger,
            OTHER: other.people["Muualla"],
            INVITED: self.world.people["Kutsuttu"],
            MEMBER: self.world.people["Jäsen"],
            IN_GROUP: self.world.people["Ryhmäläinen"],
            COORDINATOR: self.world.kaisa,
            OWNER: self.world.hilkka,
            ADMIN: make_user("Anu", is_coordinator=True),
        }
        self.posts = {is_group: self._written(is_group) for is_group in (False, True)}

    def _written(self, is_group: bool) -> tuple[Post, Post]:
        file = board_files.prepare(io.BytesIO(PDF), "salattu.pdf", len(PDF))
        post = self.write(f"Tarvitaan {self.WORDS[is_group]}.", in_group=is_group, files=[file])
        return post, self.write(f"Meillä on {self.WORDS[is_group]}.", in_group=is_group, under=post)

    def write(
        self, text: str, *, in_group: bool = False, who: str = IN_GROUP, now: datetime = NOW, **more: Any
    ) -> Post:
        group = self.group if in_group else None
        return board.write(network=self.network, group=group, text=text, by=self.people[who], now=now, **more)

    def people_profile(self, who: str) -> Profile:
        """The profile for which the person is a member."""
        return Profile.objects.get(representatives__user=self.people[who])

    def sees(self, who: str, is_group: bool) -> bool:
        return who in RUNS | {IN_GROUP} or (who == MEMBER and not is_group)

    def group_of(self, is_group: bool) -> Group | None:
        return self.group if is_group else None

    def board_url(self, is_group: bool) -> str:
        if is_group:
            return reverse("network_group_board", kwargs={"slug": self.network.slug, "pk": self.group.pk})
        return reverse("network_board", kwargs={"slug": self.network.slug})

    def files_url(self, is_group: bool) -> str:
        return f"{self.board_url(is_group)}files/"

    def url(self, name: str, post: Post | None = None, **more: Any) -> str:
        pk = {"pk": post.pk} if post is not None else {}
        return reverse(name, kwargs={"slug": self.network.slug, **pk, **more})

    def client(self, who: str) -> Client:
        client, person = Client(), self.people[who]
        if person is not None:
            client.force_login(person)
        return client
