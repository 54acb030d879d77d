"""Journeys of those for whom this is made, from one end to the other, both sides' parts by the keyboard alone.

An address is typed only where a person would follow a letter's link, look at a page anew, or come back another day.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from .conftest import Desk
from .keyboard import Keyboard
from .walking import begin_profile, calendar_file, go_on, link_in, mail, sign_up, to_whom_one_acts_for, unique

COMPANY = "yritys@solmu.example"
COORDINATOR = "koordinaattori@solmu.example"


def test_company_from_sign_up_to_a_meeting_in_both_calendars(desk: Desk, tmp_path: Path) -> None:
    """Sign-up, profile, suggestions with reasons, interest, times; and the other side's answer."""
    page = desk.open()
    keys = Keyboard(page)
    email, name = f"{unique('puro')}@puro.example", f"Puron Arkkitehdit {unique('')} Oy"
    begin_profile(page, keys, name="Pirjo Puro", email=email, kind="Company")
    go_on(page, keys)  # no business ID yet
    keys.write(page.get_by_label("Name of the organisation"), name)
    keys.choose(page.get_by_label("Municipality"), "Joensuu")
    go_on(page, keys)
    keys.write(page.locator("[name=does]"), "Suunnittelemme puukouluja ja päiväkoteja kunnille.")
    keys.write(
        page.locator("[name=offers]"),
        "Tarjoamme puukoulujen arkkitehtisuunnittelua ja mittaamme elementtien kosteutta rakennustyömaalla.",
    )
    keys.write(page.locator("[name=seeks]"), "Etsimme puuelementtitehdasta, joka tekee seinäelementtejä kouluille.")
    go_on(page, keys)
    go_on(page, keys)  # the proposed themes are ticked
    keys.write(page.locator("[name=contact_name]"), "Pirjo Puro")
    keys.write(page.locator("[name=contact_email]"), email)
    go_on(page, keys)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Check your profile")
    keys.follow(page.get_by_role("button", name="Publish the profile"))

    mine = desk.server.ask("profile_of", email=email)
    other = "Salopirtin Elementti Oy"
    for _turn in range(40):
        page.goto("/en/partners/")
        if page.locator("#open-name").count():
            break
        page.wait_for_timeout(500)
    following = page.locator("#suggestions .next h3")
    if other in page.locator("#open-name").inner_text():
        keys.press(following.get_by_role("link").first)
        expect(page.locator("#open-name a")).to_be_focused()
    keys.press(following.get_by_role("link", name=other))
    expect(page.locator("#open-name")).to_contain_text(other)
    expect(page.locator("#open-name a")).to_be_focused()
    assert page.locator("ol.reasons li").count() >= 1
    assert page.locator("ol.reasons mark").count() >= 2, "reasons quote both sides' words"
    keys.press(page.get_by_role("button", name="Interested", exact=True))
    expect(page.locator("#open-name")).not_to_contain_text(other)
    keys.stays()

    there = desk.open(desk.server.ask("session", email=COMPANY))
    theirs = Keyboard(there)
    for _turn in range(40):
        there.goto(f"/en/partners/?for=salopirtin-elementti-oy&open={mine}")
        if there.locator("#open-name", has_text=name).count():
            break
        there.wait_for_timeout(500)
    expect(there.locator("#open-name")).to_contain_text(name)
    theirs.press(there.get_by_role("button", name="Interested", exact=True))
    expect(there.locator("#open-name")).not_to_contain_text(name)
    theirs.stays()

    keys.follow(page.get_by_role("link", name="Your connections"))
    expect(page.locator("main")).to_contain_text(other)
    keys.follow(page.get_by_role("link", name=re.compile("Propose a meeting")))
    keys.write(page.locator("[name=topic]"), "Puukoulun elementit")
    keys.follow(page.get_by_role("button", name=re.compile("Send to")))
    expect(page.locator("main")).to_contain_text("You proposed times")

    there.goto("/en/events/meetings/")
    theirs.follow(there.locator("article", has_text=name).get_by_role("link", name=re.compile("Choose a time")))
    theirs.pick(there.locator("input[name=time]:not([disabled])").first)
    theirs.follow(there.get_by_role("button", name="Accept the time"))
    there.wait_for_url(re.compile(r"/meetings/\d+/"))
    in_theirs: Any = calendar_file(there, theirs, tmp_path).events[0]

    page.goto("/en/events/meetings/")
    keys.follow(page.locator("main").get_by_role("link", name=other).first)
    in_ours: Any = calendar_file(page, keys, tmp_path).events[0]
    assert in_ours["UID"] == in_theirs["UID"]
    assert in_ours["DTSTART"].dt == in_theirs["DTSTART"].dt > datetime.now().astimezone()
    assert "Salopirtin" in in_ours["SUMMARY"]
    assert name in in_theirs["SUMMARY"]


def test_succession_of_a_representative(desk: Desk) -> None:
    """An owner invites a colleague, hands the profile over and leaves; the organisation is never without an owner."""
    page, colleague = desk.open(), desk.open()
    keys, hers = Keyboard(page), Keyboard(colleague)
    owner, heir = f"{unique('vanha')}@vaihto.example", f"{unique('uusi')}@vaihto.example"
    page.goto("/en/account/signup/")
    sign_up(page, keys, name="Vesa Vanha", email=owner)
    slug = desk.server.ask("company", email=owner, name=unique("Vaihto "))
    to_whom_one_acts_for(page, keys, "Representatives")
    keys.write(page.get_by_label("E-mail"), heir)
    keys.follow(page.get_by_role("button", name="Send invitation"))
    expect(page.locator("main")).to_contain_text(heir)

    colleague.goto(link_in(mail(colleague, heir), "/invitation/"))
    hers.follow(colleague.locator("main").get_by_role("link", name="Make an account"))
    sign_up(colleague, hers, name="Ulla Uusi", email=heir)
    expect(colleague).to_have_url(re.compile("/invitation/"))
    hers.follow(colleague.get_by_role("button", name="Accept"))
    to_whom_one_acts_for(colleague, hers, "Representatives")
    expect(colleague.locator("main")).to_contain_text("Ulla Uusi")

    to_whom_one_acts_for(page, keys, "Representatives")
    keys.follow(page.get_by_role("link", name="Hand ownership over"))
    keys.pick(page.get_by_role("radio", name=re.compile("Ulla Uusi")))
    keys.pick(page.get_by_role("checkbox"))
    keys.follow(page.get_by_role("button", name="Hand over"))
    answer = page.goto(f"/en/profiles/{slug}/representatives/")
    assert answer is not None
    assert answer.status in (403, 404)
    desk.problems = [one for one in desk.problems if "status of 40" not in one]
    colleague.reload()
    expect(colleague.locator("main")).to_contain_text("Ulla Uusi")
    expect(colleague.locator("main")).to_contain_text(re.compile("owner", re.IGNORECASE))
    expect(colleague.locator("main")).not_to_contain_text("Vesa Vanha")


def test_claim_of_an_unclaimed_profile(desk: Desk) -> None:
    """The coordinator sends the link; somebody new follows it through sign-up and owns the page."""
    coordinator, page = desk.open(desk.server.ask("session", email=COORDINATOR)), desk.open()
    theirs, keys = Keyboard(coordinator), Keyboard(page)
    email = f"{unique('johto')}@omaksi.example"
    coordinator.goto("/en/")
    theirs.follow(coordinator.locator(".tools").get_by_role("link", name=re.compile("^Desk")))
    theirs.follow(coordinator.locator("main").get_by_role("link", name=re.compile("unclaimed")))
    link = coordinator.get_by_role("link", name=re.compile("^Claim link")).last
    slug = (link.get_attribute("href") or "").rstrip("/").rpartition("/")[2]
    theirs.follow(link)
    theirs.write(coordinator.locator("main form [type=email]"), email)
    theirs.follow(coordinator.get_by_role("button", name="Send the letter"))
    expect(coordinator.locator("main")).to_contain_text(email)

    page.goto(link_in(mail(page, email), "/claim/"))
    keys.follow(page.locator("main").get_by_role("link", name="Make an account"))
    sign_up(page, keys, name="Jaana Johto", email=email)
    expect(page).to_have_url(re.compile("/claim/"))
    keys.follow(page.get_by_role("button", name="Claim the profile"))
    keys.follow(page.locator(".tools").get_by_role("link", name="Own account"))
    assert page.locator(f"main a[href*='{slug}']").count()
    assert desk.server.ask("profile", slug=slug)["claimed"]


def test_coordinator_introduces_two_and_both_accept(desk: Desk) -> None:
    """In Finnish: the coordinator writes to both, each accepts by the link of the letter, and they are connected."""
    emails = [f"{unique('tuhka')}@tuhka.example", f"{unique('metsa')}@metsa.example"]
    names = [f"Tuhkan Lämpö {unique('')} Oy", f"Metsän Ravinne {unique('')} Oy"]
    slugs = desk.server.ask("pair", emails=emails, names=names)
    coordinator = desk.open(desk.server.ask("session", email=COORDINATOR))
    coordinator.goto(f"/fi/profiles/{slugs[0]}/")
    coordinator.locator(f"main a[href*='/partners/introduce/{slugs[0]}/{slugs[1]}/']").click()
    first, second = coordinator.locator("main form textarea").all()
    assert names[1] in first.input_value()
    assert "turvesuon" in first.input_value(), "the letter says why, in the words of both"
    second.fill("Hei! Heidän tuhkansa sopisi teille.")
    coordinator.locator("main form .btn.primary").click()
    coordinator.wait_for_url(re.compile(r"/partners/introduce/$"))
    expect(coordinator.locator("main")).to_contain_text(names[0])
    expect(coordinator.locator("main")).to_contain_text(names[1])

    windows = [desk.open(desk.server.ask("session", email=email)) for email in emails]
    for window, email, name in zip(windows, emails, names[::-1], strict=True):
        letter = mail(window, email, re.compile(name))
        assert "/fi/partners/introductions/" in letter
        window.goto(link_in(letter, "/introductions/").replace("/en/", "/fi/", 1))
        expect(window.locator("main article")).to_contain_text(name)
        window.locator("main article button[name=accepts][value='1']").click()
    windows[1].wait_for_url(re.compile("/partners/connections/"))
    for window, name in zip(windows, names[::-1], strict=True):
        window.goto("/fi/partners/connections/")
        expect(window.locator("main")).to_contain_text(name)


def test_student_is_seen_only_after_choosing_so(desk: Desk) -> None:
    """A short way to a profile that nobody sees, until its owner lets members see it."""
    page = desk.open()
    keys = Keyboard(page)
    email, name = f"{unique('oona')}@koulu.example", unique("Oona ")
    begin_profile(page, keys, name=name, email=email, kind="Student")
    keys.write(page.locator("[name=name_fi]"), name)
    keys.write(page.locator("[name=field_of_study]"), "energiatekniikka")
    go_on(page, keys)
    keys.write(page.locator("[name=seeks]"), "Etsin opinnäytetyön aihetta lämpölaitoksesta tai aurinkosähköstä.")
    go_on(page, keys)
    go_on(page, keys)
    assert page.locator("[name=visibility][value=hidden]").is_checked(), "a person is hidden until they choose"
    go_on(page, keys)
    keys.follow(page.get_by_role("button", name="Make the profile"))
    slug = desk.server.ask("profile_of", email=email)

    other = desk.open(desk.server.ask("session", email=COMPANY))
    stranger = desk.open()
    for window in (other, stranger):
        assert _status(window, slug) == 404
    to_whom_one_acts_for(page, keys, name)
    keys.follow(page.locator("main").get_by_role("link", name=re.compile("^Edit")).first)
    keys.follow(page.locator("main").get_by_role("link", name=re.compile("who sees you", re.IGNORECASE)))
    keys.pick(page.locator("[name=visibility][value=members]"))
    keys.pick(page.locator("[name=age][value=adult]"))
    keys.follow(page.locator("main form .btn.primary"))
    assert _status(other, slug) == 200
    expect(other.locator("h1")).to_contain_text(name)
    assert _status(stranger, slug) == 404
    desk.problems = [one for one in desk.problems if slug not in one]


def _status(page: Page, slug: str) -> int:
    answer = page.goto(f"/en/profiles/{slug}/")
    assert answer is not None
    return answer.status


def test_a_stranger_writes_and_the_receiver_declines_or_answers(desk: Desk) -> None:
    """In Finnish. One is declined unread and sees no difference; the other is answered, and what follows comes live."""
    writers = []
    for word in ("hiljainen", "kuultu"):
        email = f"{unique(word)}@viesti.example"
        desk.server.ask("person", email=email, name=f"{word.capitalize()} Halla")
        desk.server.ask("company", email=email, name=unique(f"{word.capitalize()} "))
        page = desk.open(desk.server.ask("session", email=email))
        keys = Keyboard(page)
        page.goto("/fi/profiles/salopirtin-elementti-oy/")
        keys.follow(page.get_by_role("link", name="Kirjoita heille"))
        keys.write(page.get_by_label("Viestisi"), f"Hei, olen {word}. Ostaisimme koe-elementin.")
        keys.follow(page.get_by_role("button", name="Lähetä", exact=True))
        expect(page.locator("main")).to_contain_text("Viestisi on lähetetty")
        writers.append((page, keys, page.locator(".talk__who").inner_text().split("\n")[1]))
    (silent, _keys, name), (heard, heard_keys, other) = writers

    there = desk.open(desk.server.ask("session", email=COMPANY))
    keys = Keyboard(there)
    there.goto("/fi/")
    keys.follow(there.get_by_role("link", name=re.compile("^Viestit")).first)
    expect(there.locator("main")).not_to_contain_text("olen hiljainen")
    keys.follow(there.get_by_role("link", name=name))
    expect(there.get_by_text("olen hiljainen")).to_be_hidden()
    keys.follow(there.get_by_role("button", name="Hylkää"))
    expect(there.locator("#messages")).to_contain_text("Heille ei kerrota")
    silent.reload()
    expect(silent.locator("main")).to_contain_text("Viestisi on lähetetty")
    assert silent.locator("textarea").count() == 0

    keys.follow(there.get_by_role("link", name=other))
    keys.follow(there.get_by_role("button", name="Lue ja vastaa"))
    expect(there.locator("main")).to_contain_text("olen kuultu")
    keys.write(there.get_by_label("Viestisi"), "Sopii, tulkaa katsomaan hallia.")
    keys.press(there.get_by_role("button", name="Lähetä", exact=True))
    expect(there.locator(".talk")).to_contain_text("tulkaa katsomaan")
    expect(there.get_by_label("Viestisi")).to_be_focused()
    heard_keys.follow(heard.get_by_role("link", name="Lataa keskustelu uudelleen"))
    expect(heard.locator(".talk")).to_contain_text("tulkaa katsomaan")
    heard_keys.write(heard.get_by_label("Viestisi"), "Tulemme torstaina kello yhdeksän.")
    heard_keys.press(heard.get_by_role("button", name="Lähetä", exact=True))
    expect(there.locator(".talk")).to_contain_text("Tulemme torstaina")  # without a press
    expect(heard.locator(".talk")).to_contain_text("Luettu")


def test_coordinator_from_a_model_to_a_participants_programme(desk: Desk) -> None:
    """A model of the catalogue becomes an event; its round is solved while one looks on, and published."""
    page = desk.open(desk.server.ask("session", email=COORDINATOR))
    keys = Keyboard(page)
    title = unique("Hakepäivä ")
    page.goto("/en/")
    keys.follow(page.locator(".mast .nav a[href$='/models/']"))
    keys.follow(page.locator("main a[href$='/models/events-and-themed-sessions/']").first)
    keys.follow(page.locator("main a[href*='/events/new/']").first)
    expect(page.locator("main .tip").first).to_be_visible()
    assert page.locator("[name=title_en]").input_value(), "the form is filled in from the model"
    keys.write(page.locator("[name=title_en]"), title)
    day = datetime.now().astimezone() + timedelta(days=20)
    for field, hour in (("starts_at", 9), ("ends_at", 15)):
        moment = day.replace(hour=hour, minute=0)
        keys.write_moment(page.locator(f"[name={field}_0]"), moment)
        keys.write_moment(page.locator(f"[name={field}_1]"), moment)
    keys.write(page.locator("[name=place]"), "Kaupungintalo")
    keys.follow(page.get_by_role("button", name="Save as a draft"))
    keys.follow(page.get_by_role("button", name="Publish", exact=True))
    expect(page.locator("h1")).to_contain_text(title)
    slug = page.url.rstrip("/").rpartition("/")[2]
    assert desk.server.ask("come", slug=slug, people=6) == 6

    keys.follow(page.get_by_role("link", name="Add a round of meetings"))
    keys.write(page.locator("[name=tables]"), "3")
    keys.follow(page.get_by_role("button", name="Open the round for requests"))
    assert desk.server.ask("ask_around", slug=slug) >= 4
    page.reload()
    keys.follow(page.get_by_role("button", name="Make the schedule"))
    keys.go(page.locator("#run").get_by_role("button").or_(page.locator("#run .btn.primary")))
    expect(page.locator("#run")).to_contain_text("The schedule is ready", timeout=60_000)
    keys.stays()
    keys.follow(page.locator("#run .btn.primary"))
    keys.follow(page.get_by_role("button", name=re.compile("Publish the schedule")))
    expect(page.locator("table.grid a.cell").first).to_be_visible()

    guest = desk.open(desk.server.ask("session", email=COMPANY))
    theirs = Keyboard(guest)
    guest.goto(f"/en/events/{slug}/")
    theirs.follow(guest.get_by_role("link", name="Your programme"))
    expect(guest.locator("main")).to_contain_text(title)
    expect(guest.locator("main")).to_contain_text(re.compile(r"table \d", re.IGNORECASE))
