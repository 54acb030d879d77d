"""The noticeboard's pages as they are used: writing, files, pages, search."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import storages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from networks.models import Post, PostFile
from networks.services import board, board_files

from .boards import COORDINATOR, IN_GROUP, MEMBER, PDF, Scene, archive, picture, upload
from .making import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def scene() -> Scene:
    return Scene("public")


class TestWriting:
    def test_a_post_a_comment_and_back(self, scene: Scene) -> None:
        client, address = scene.client(MEMBER), scene.board_url(False)
        page = client.get(address)
        assert page.status_code == 200
        key = page.context["form"]["once"].value()
        sent = {"text": "**Hei** <script>alert(1)</script>", "once": key}
        for _twice in range(2):
            assert client.post(address, sent)["Location"] == address
        post = Post.objects.get(creation_key=key)
        shown = client.get(address).content.decode()
        assert ("<strong>Hei</strong>" in shown, "<script>alert" in shown) == (True, False)
        answer = client.post(scene.url("network_post", post), {"text": "Kommentti"}, follow=True)
        assert answer.redirect_chain[-1][0].startswith(f"{scene.url('network_post', post)}?page=1#post-")
        assert "1 kommentti" in client.get(address).content.decode()
        assert client.post(address, {"text": " "}).status_code == 422

    def test_choosing_whom_to_mention_without_javascript(self, scene: Scene) -> None:
        client, address = scene.client(MEMBER), scene.board_url(False)
        assert "Ryhmäläinen Omistaja" not in client.get(address).context["form"].as_p()
        choosing = client.post(address, {"text": "Kuka tietää?", "once": "k1", "choose": "1"})
        form = choosing.context["form"]
        assert (form["text"].value(), form["once"].value()) == ("Kuka tietää?", "k1")
        names = [name for _pk, name in form.fields["to"].choices]
        assert "Ryhmäläinen Omistaja" in names
        assert "Jäsen Omistaja" not in names, "the writer"
        person = scene.people[IN_GROUP]
        assert person is not None
        client.post(address, {"text": "Kuka tietää?", "once": "k1", "to": [str(person.pk)]})
        assert "Ryhmäläinen Omistaja" in client.get(address).content.decode()
        assert Post.objects.get(creation_key="k1").mentions.get().user == person
        stranger = scene.people["stranger"]
        assert stranger is not None
        assert client.post(address, {"text": "x", "to": [str(stranger.pk)]}).status_code == 422

    def test_a_stale_edit_is_told_and_can_be_chosen(self, scene: Scene) -> None:
        client, (post, _comment) = scene.client(IN_GROUP), scene.posts[False]
        address = scene.url("network_post_edit", post)
        assert client.post(address, {"text": "Ensin", "stamp": "0"}).status_code == 302
        stale = client.post(address, {"text": "Toisesta ikkunasta", "stamp": "0"})
        assert (stale.status_code, stale.context["form"]["text"].value()) == (422, "Toisesta ikkunasta")
        again = {"text": "Toisesta ikkunasta", "stamp": stale.context["form"]["stamp"].value()}
        assert client.post(address, again).status_code == 302

    def test_an_ended_network_is_read(self, scene: Scene) -> None:
        from networks.services.networks import end_network

        end_network(network=scene.network, by=scene.people[COORDINATOR], now=NOW)
        client = scene.client(MEMBER)
        page = client.get(scene.board_url(False))
        assert ("salattukuivuri" in page.content.decode(), "<textarea" in page.content.decode()) == (True, False)
        assert client.post(scene.board_url(False), {"text": "Vielä"}).status_code == 422
        assert client.post(scene.url("network_post", scene.posts[False][0]), {"text": "Vielä"}).status_code == 422

    def test_remove_asks_first(self, scene: Scene) -> None:
        client, (_post, comment) = scene.client(IN_GROUP), scene.posts[False]
        assert client.get(scene.url("network_post_remove", comment)).status_code == 200
        assert client.post(scene.url("network_post_remove", comment)).status_code == 302
        assert not Post.objects.filter(pk=comment.pk).exists()

    def test_keeping(self, scene: Scene) -> None:
        client, (post, comment) = scene.client(COORDINATOR), scene.posts[False]
        client.post(scene.url("network_post_pin", post), {"pinned": "yes"})
        page = client.get(scene.board_url(False))
        assert ([row.post for row in page.context["pinned"]], page.context["rows"]) == ([post], [])
        assert scene.client(MEMBER).post(scene.url("network_post_report", comment), {"why": "Outo"}).status_code == 302
        assert "Outo" in client.get(scene.url("network_board_reports")).content.decode()
        assert client.get(scene.url("network")).context["next"].url == scene.url("network_board_reports")
        assert client.post(scene.url("network_post_keep", comment)).status_code == 302
        assert "Outo" not in client.get(scene.url("network_board_reports")).content.decode()
        assert client.post(scene.url("network_post_hide", comment), {"why": ""}).status_code == 422
        assert client.post(scene.url("network_post_hide", comment), {"why": "Ei tänne"}).status_code == 302
        assert "Ei tänne" in scene.client(IN_GROUP).get(scene.url("network_post", post)).content.decode()
        client.post(scene.url("network_post_hide", comment), {"show": "1"})
        assert "Ei tänne" not in scene.client(IN_GROUP).get(scene.url("network_post", post)).content.decode()


class TestFiles:
    def test_sent_read_and_taken_away(self, scene: Scene, django_capture_on_commit_callbacks: Any) -> None:
        client, address = scene.client(MEMBER), scene.board_url(False)
        files = [upload("muistio.pdf", PDF), upload("C:\\kuvat\\halli.jpg", picture("JPEG"))]
        assert client.post(address, {"text": "Liitteet", "attachments": files, "once": "f1"}).status_code == 302
        post = Post.objects.get(creation_key="f1")
        pdf, photo = post.files.all()
        assert [(one.name, one.kind) for one in (pdf, photo)] == [("muistio.pdf", "pdf"), ("halli.jpg", "jpeg")]
        answer = client.get(scene.url("network_post_file", post, file=pdf.pk))
        assert b"".join(answer) == PDF
        assert answer["Content-Disposition"] == 'attachment; filename="muistio.pdf"'
        assert (answer["X-Content-Type-Options"], "sandbox" in answer["Content-Security-Policy"]) == ("nosniff", True)
        assert "private" in answer["Cache-Control"]
        assert not str(pdf.file.name).endswith(".pdf"), "kept under a name of our own"
        assert client.get(f"/media/{pdf.file.name}").status_code == 404
        other = scene.posts[False][0]
        assert client.get(scene.url("network_post_file", other, file=pdf.pk)).status_code == 404
        assert "muistio.pdf" in client.get(f"{address}?q=muistio").content.decode()
        with django_capture_on_commit_callbacks(execute=True):
            client.post(scene.url("network_post_edit", post), {"text": "Yksi riittää", "without": [str(pdf.pk)]})
        assert [one.name for one in post.files.all()] == ["halli.jpg"]
        assert not storages["private"].exists(str(pdf.file.name))
        with django_capture_on_commit_callbacks(execute=True):
            client.post(scene.url("network_post_remove", post))
        assert not storages["private"].exists(str(photo.file.name))

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("kuva.png", PDF),
            ("tiedosto.pdf", picture()),
            ("kuva.jpg", picture("PNG")),
            ("kuva.png", b"\x89PNG\r\n\x1a\n" + b"rikki" * 9),
            ("sivu.txt", b"  <html><script>alert(1)</script>"),
            ("ohjelma.txt", b"MZ\x90\x00\x03"),
            ("ohjelma.pdf", b"MZ\x90\x00\x03"),
            ("kuva.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            ("paketti.zip", archive("a.txt")),
            ("asiakirja.docx", archive("a.txt")),
            ("taulukko.docx", archive("[Content_Types].xml", "xl/workbook.xml")),
            ("makrot.docx", archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")),
            ("rikki.xlsx", b"PK\x03\x04rikki"),
            ("tyhja.txt", b""),
            ("skripti.txt", b"#!/bin/sh\nrm -r /"),
            ("ilman", PDF),
        ],
    )
    def test_what_is_not_taken_is_told_by_its_name(self, scene: Scene, name: str, content: bytes) -> None:
        with pytest.raises(board_files.BadFile) as refused:
            board_files.prepare(io.BytesIO(content), name, len(content))
        assert name in str(refused.value)
        sent = {"text": "Liite", "once": "bad", "attachments": [upload(name, content)]}
        answer = scene.client(MEMBER).post(scene.board_url(False), sent)
        if content:  # a browser's empty file is no file
            assert (answer.status_code, "attachments" in answer.context["form"].errors) == (422, True)
            assert not Post.objects.filter(creation_key="bad").exists()

    @pytest.mark.parametrize(
        ("name", "content", "kind"),
        [
            ("A.PDF", PDF, "pdf"),
            ("a.webp", picture("WEBP"), "webp"),
            ("a.docx", archive("[Content_Types].xml", "word/document.xml"), "docx"),
            ("a.odt", archive(mimetype=b"application/vnd.oasis.opendocument.text"), "odt"),
            ("a.csv", "nimi;määrä\n".encode(), "text"),
        ],
    )
    def test_what_is_taken(self, name: str, content: bytes, kind: str) -> None:
        assert board_files.prepare(io.BytesIO(content), name, len(content)).kind == kind

    def test_where_a_picture_was_taken_goes(self) -> None:
        exif = Image.Exif()
        exif[0x010E] = "Kotipiha"
        content = picture("JPEG", exif=exif)
        kept = board_files.prepare(io.BytesIO(content), "a.jpg", len(content)).content
        assert (b"Kotipiha" in content, b"Kotipiha" in kept) == (True, False)

    def test_too_large_and_too_many(self, scene: Scene) -> None:
        with pytest.raises(board_files.BadFile, match="5"):
            board_files.prepare(io.BytesIO(PDF), "iso.pdf", board_files.LARGEST + 1)
        client = scene.client(MEMBER)
        five = [upload(f"{n}.pdf", PDF) for n in range(5)]
        answer = client.post(scene.board_url(False), {"text": "Viisi", "attachments": five})
        assert (answer.status_code, "attachments" in answer.context["form"].errors) == (422, True)
        post = scene.posts[False][0]
        four = [upload(f"{n}.pdf", PDF) for n in range(4)]
        edited = scene.client(IN_GROUP).post(scene.url("network_post_edit", post), {"text": "x", "attachments": four})
        assert edited.status_code == 422, "one is there already"
        assert PostFile.objects.filter(post=post).count() == 1

    def test_a_lost_file_is_not_there(self, scene: Scene) -> None:
        post = scene.posts[False][0]
        file = post.files.get()
        storages["private"].delete(str(file.file.name))
        assert scene.client(MEMBER).get(scene.url("network_post_file", post, file=file.pk)).status_code == 404


class TestReading:
    def test_pages_of_twenty_and_a_comments_place(self, scene: Scene) -> None:
        for n in range(24):
            scene.write(f"Ilmoitus {n}", now=NOW + timedelta(minutes=n + 1))
        client = scene.client(MEMBER)
        first, second = (client.get(f"{scene.board_url(False)}?page={n}") for n in (1, 2))
        assert [len(page.context["rows"]) for page in (first, second)] == [20, 5]
        assert first.context["rows"][0].post.text == "Ilmoitus 23"
        post = scene.posts[False][0]
        last = [scene.write(f"{n}", under=post, now=NOW + timedelta(minutes=n + 1)) for n in range(22)][-1]
        place = client.get(scene.url("network_post", last))
        assert place["Location"] == f"{scene.url('network_post', post)}?page=2#post-{last.pk}"

    @pytest.mark.parametrize(
        ("text", "asked"),
        [
            ("Kutterinlastua jaossa Liperissä", "kutterin lastu"),
            ("Vi har torkar lediga i maj", "torken"),
            ("Two dryers are free in May", "dryer"),
            ("Terveisin kaikille", "ryhmäläinen"),
        ],
    )
    def test_search_in_three_languages(self, scene: Scene, text: str, asked: str) -> None:
        post = scene.write(text)
        page = scene.client(MEMBER).get(scene.board_url(False), {"q": asked})
        assert post in [row.post for row in page.context["rows"]]
        none = scene.client(MEMBER).get(scene.board_url(False), {"q": "zzzz"})
        assert none.context["rows"] == []

    @pytest.mark.parametrize("count", [1, 3])
    def test_fixed_queries(self, scene: Scene, count: int, bare_masthead: None) -> None:
        files = [board_files.Prepared("a.pdf", "pdf", PDF)]
        posts = [scene.write("@Jäsen Omistaja", files=files) for _n in range(count)]
        for post in posts:
            for who in (MEMBER, COORDINATOR)[:count]:
                scene.write("Kommentti", who=who, under=post, files=files)
        for n in range(count - 1):
            board.write(network=scene.network, group=scene.group, text=str(n), by=scene.people[IN_GROUP], now=NOW)
        wanted = {
            "board": (MEMBER, scene.board_url(False), 11),
            "search": (MEMBER, f"{scene.board_url(False)}?q=kommentti", 10),
            "post": (MEMBER, scene.url("network_post", posts[0]), 14),
            "group's board": (COORDINATOR, scene.board_url(True), 10),
            "reports": (COORDINATOR, scene.url("network_board_reports"), 6),
        }
        made: dict[str, int] = {}
        for name, (who, address, _queries) in wanted.items():
            client = scene.client(who)
            client.get(address)
            with CaptureQueriesContext(connection) as captured:
                client.get(address)
            made[name] = len(captured)
        assert made == {name: queries for name, (_who, _address, queries) in wanted.items()}


def test_the_board_of_no_network(client: Client, scene: Scene) -> None:
    client.force_login(scene.people[MEMBER])  # type: ignore[arg-type]  # not the visitor
    assert client.get(reverse("network_board", kwargs={"slug": "olematon"})).status_code == 404
    assert (
        client.get(reverse("network_group_board", kwargs={"slug": scene.network.slug, "pk": 99999})).status_code == 404
    )
    assert client.get(reverse("network_post", kwargs={"slug": scene.network.slug, "pk": 99999})).status_code == 404
