"""Journeys of those for whom this is made, from one end to the other, in a browser."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

from icalendar import Calendar
from playwright.sync_api import Page, expect

from .conftest import Desk
from .keyboard import Keyboard

PASSWORD = "sininen-saha-73"
COMPANY = "yritys@solmu.example"
COORDINATOR = "koordinaattori@solmu.example"


def unique(word: str) -> str:
    """A word that no earlier run on the same data has used."""
    return f"{word}{datetime.now().astimezone():%H%M%S%f}"


def mail(page: Page, to: str, subject: str | re.Pattern[str]) -> str:
    """The newest letter to the address with the subject; it is waited for, as a worker sends it."""
    for _turn in range(60):
        page.goto(f"/en/mail/?to={to}")
        letter = page.locator("main details", has=page.locator("summary", has_text=subject)).first
        if letter.count():
            return letter.locator(".mailtext").inner_text()
        page.wait_for_timeout(500)
    raise AssertionError(f"No mail to {to} about {subject}: {page.locator('main summary').all_inner_texts()}")


def link_in(letter: str, part: str) -> str:
    found = re.search(rf"https?://[^/\s]+(/\S*{part}\S*)", letter)
    assert found, letter
    return found.group(1)


def sign_up(page: Page, keys: Keyboard, *, name: str, email: str) -> None:
    """From the form through the code that comes by mail, by the keyboard."""
    keys.write(page.locator("[name=name]"), name)
    keys.write(page.locator("[name=email]"), email)
    keys.write(page.locator("[name=password1]"), PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    letters = page.context.new_page()
    code = re.search(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", mail(letters, email, re.compile(".")), re.MULTILINE)
    assert code
    letters.close()
    keys.write(page.locator("[name=code]"), code.group(1))
    with page.expect_navigation():
        page.keyboard.press("Enter")


def go_on(page: Page, keys: Keyboard) -> None:
    keys.follow(page.get_by_role("button", name="Save and go on").locator("visible=true").last)


def calendar_file(page: Page, button: str, folder: Path) -> Calendar:
    with page.expect_download() as downloading:
        page.get_by_role("link", name=button).click()
    file = folder / "meeting.ics"
    downloading.value.save_as(file)
    return Calendar.from_ical(file.read_bytes())


def test_company_from_sign_up_to_a_meeting_in_both_calendars(desk: Desk, tmp_path: Path) -> None:
    """By the keyboard alone: sign-up, profile, suggestions with reasons, interest, times; and the other side's part."""
    page = desk.open()
    keys = Keyboard(page)
    email, name = f"{unique('puro')}@puro.example", f"Puron Arkkitehdit {unique('')} Oy"
    page.goto("/en/")
    keys.follow(page.get_by_role("link", name="Join").first)
    sign_up(page, keys, name="Pirjo Puro", email=email)
    if "/join/" not in page.url:
        page.goto("/en/join/")
    keys.pick(page.get_by_role("radio", name="Company"))
    keys.follow(page.get_by_role("button", name="Go on"))
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

    mine = page.url
    for _turn in range(40):
        page.goto("/en/partners/")
        if page.locator("#open-name").count():
            break
        page.wait_for_timeout(500)
    other = _open_suggestion_of(page, keys, "Salopirtin Elementti Oy")
    assert page.locator("ol.reasons li").count() >= 1
    assert page.locator("ol.reasons mark").count() >= 2, "reasons quote both sides' words"
    keys.press(page.get_by_role("button", name="Interested", exact=True))
    expect(page.locator("#open-name")).not_to_contain_text(other)

    there = desk.open(desk.server.ask("session", email=COMPANY))
    slug = re.search(r"/profiles/([^/]+)/", mine) or re.search(r"for=([^&]+)", mine)
    suffix = f"&open={slug.group(1)}" if slug else ""
    for _turn in range(40):
        there.goto(f"/en/partners/?for=salopirtin-elementti-oy{suffix}")
        if there.locator("#open-name", has_text=name).count():
            break
        there.wait_for_timeout(500)
    expect(there.locator("#open-name")).to_contain_text(name)
    there.get_by_role("button", name="Interested", exact=True).click()
    expect(there.locator("#open-name")).not_to_contain_text(name)

    page.goto("/en/partners/connections/")
    expect(page.locator("main")).to_contain_text(other)
    keys.follow(page.get_by_role("link", name=re.compile("Propose a meeting")))
    keys.write(page.locator("[name=topic]"), "Puukoulun elementit")
    keys.follow(page.get_by_role("button", name=re.compile("Send to")))
    expect(page.locator("main")).to_contain_text("You proposed times")

    there.goto("/en/events/meetings/")
    there.locator("article", has_text=name).get_by_role("link", name=re.compile("Choose a time")).click()
    there.locator("input[name=time]:not([disabled])").first.check()
    there.get_by_role("button", name="Accept the time").click()
    there.wait_for_url(re.compile(r"/meetings/\d+/"))
    theirs: Any = calendar_file(there, "calendar", tmp_path).events[0]

    page.goto(re.sub(r"^https?://[^/]+", "", there.url))
    ours: Any = calendar_file(page, "calendar", tmp_path).events[0]
    assert ours["UID"] == theirs["UID"]
    assert ours["DTSTART"].dt == theirs["DTSTART"].dt > datetime.now().astimezone()
    assert "Salopirtin" in ours["SUMMARY"]
    assert name in theirs["SUMMARY"]


def _open_suggestion_of(page: Page, keys: Keyboard, name: str) -> str:
    if name not in page.locator("#open-name").inner_text():
        page.goto("/en/partners/?open=salopirtin-elementti-oy")
    expect(page.locator("#open-name")).to_contain_text(name)
    return name


def test_succession_of_a_representative(desk: Desk) -> None:
    """An owner invites a colleague, hands the profile over and leaves; the organisation is never without an owner."""
    page = desk.open()
    keys = Keyboard(page)
    owner, heir = f"{unique('vanha')}@vaihto.example", f"{unique('uusi')}@vaihto.example"
    page.goto("/en/account/signup/")
    sign_up(page, keys, name="Vesa Vanha", email=owner)
    slug = desk.server.ask("company", email=owner, name=unique("Vaihto "))
    page.goto(f"/en/profiles/{slug}/representatives/")
    page.get_by_label("E-mail").fill(heir)
    page.get_by_role("button", name="Send invitation").click()
    expect(page.locator("main")).to_contain_text(heir)

    colleague = desk.open()
    link = link_in(mail(colleague, heir, re.compile(".")), "/invitation/")
    colleague.goto(link)
    colleague.locator("main").get_by_role("link", name=re.compile("account", re.IGNORECASE)).first.click()
    sign_up(colleague, Keyboard(colleague), name="Ulla Uusi", email=heir)
    if "/invitation/" not in colleague.url:
        colleague.goto(link)
    colleague.get_by_role("button", name="Accept").click()
    colleague.goto(f"/en/profiles/{slug}/representatives/")
    expect(colleague.locator("main")).to_contain_text("Ulla Uusi")

    page.goto(f"/en/profiles/{slug}/representatives/succession/")
    page.locator("main form select option, main form input[type=radio]").first.wait_for(state="attached")
    if page.locator("main form select").count():
        page.locator("main form select").first.select_option(index=page.locator("main form option").count() - 1)
    else:
        page.get_by_role("radio", name=re.compile("Ulla Uusi")).check()
    leaving = page.locator("main form input[type=checkbox]")
    if leaving.count():
        leaving.first.check()
    page.get_by_role("button", name="Hand over").click()
    page.goto(f"/en/profiles/{slug}/representatives/")
    expect(page.locator("h1")).not_to_contain_text("Representatives")
    desk.problems = [one for one in desk.problems if "status of 40" not in one]
    colleague.goto(f"/en/profiles/{slug}/representatives/")
    expect(colleague.locator("main")).to_contain_text("Ulla Uusi")
    expect(colleague.locator("main")).to_contain_text(re.compile("owner", re.IGNORECASE))
    expect(colleague.locator("main")).not_to_contain_text("Vesa Vanha")


def test_claim_of_an_unclaimed_profile(desk: Desk) -> None:
    """The coordinator sends the link; somebody new follows it through sign-up and owns the page."""
    coordinator = desk.open(desk.server.ask("session", email=COORDINATOR))
    email = f"{unique('johto')}@omaksi.example"
    coordinator.goto("/en/desk/unclaimed/")
    link = coordinator.get_by_role("link", name=re.compile("^Claim link")).last
    slug = (link.get_attribute("href") or "").rstrip("/").rpartition("/")[2]
    link.click()
    coordinator.locator("main form [type=email]").fill(email)
    coordinator.get_by_role("button", name="Send the letter").click()
    expect(coordinator.locator("main")).to_contain_text(email)

    page = desk.open()
    page.goto(link_in(mail(page, email, re.compile(".")), "/claim/").replace("/fi/", "/en/", 1))
    page.locator("main .btn.primary").click()
    sign_up(page, Keyboard(page), name="Jaana Johto", email=email)
    page.wait_for_url(re.compile("/claim/"))
    page.get_by_role("button", name="Claim the profile").click()
    page.goto("/en/profiles/")
    expect(page.locator("main")).to_contain_text(re.compile("."))
    assert page.locator(f"main a[href*='{slug}']").count()
    assert desk.server.ask("profile", slug=slug)["claimed"]


def test_student_is_seen_only_after_choosing_so(desk: Desk) -> None:
    """By the keyboard alone: a short way to a profile that nobody sees, until its owner lets members see it."""
    page = desk.open()
    keys = Keyboard(page)
    email, name = f"{unique('oona')}@koulu.example", unique("Oona ")
    page.goto("/en/")
    keys.follow(page.get_by_role("link", name="Join").first)
    sign_up(page, keys, name=name, email=email)
    if "/join/" not in page.url:
        page.goto("/en/join/")
    keys.pick(page.get_by_role("radio", name=re.compile("^Student")))
    keys.follow(page.get_by_role("button", name="Go on"))
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
    page.goto(f"/en/profiles/{slug}/edit/contact/")
    keys.pick(page.locator("[name=visibility][value=members]"))
    keys.follow(page.locator("main form .btn.primary"))
    assert _status(other, slug) == 200
    expect(other.locator("h1")).to_contain_text(name)
    assert _status(stranger, slug) == 404
    desk.problems = [one for one in desk.problems if slug not in one]


def _status(page: Page, slug: str) -> int:
    answer = page.goto(f"/en/profiles/{slug}/")
    assert answer is not None
    return answer.status


def test_coordinator_from_a_model_to_a_participants_programme(desk: Desk) -> None:
    """A model of the catalogue becomes an event; its round is solved while one looks on, and published."""
    page = desk.open(desk.server.ask("session", email=COORDINATOR))
    title = unique("Hakepäivä ")
    page.goto("/en/models/events-and-themed-sessions/")
    page.locator("main a[href*='/events/new/']").first.click()
    expect(page.locator("main .tip").first).to_be_visible()
    assert page.locator("[name=title_en]").input_value(), "the form is filled in from the model"
    page.locator("[name=title_en]").fill(title)
    page.locator("[name=place]").fill("Kaupungintalo")
    _fill_times(page)
    page.locator("form.event-form .btn.primary").click()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.locator("h1")).to_contain_text(title)
    slug = page.url.rstrip("/").rpartition("/")[2]
    assert desk.server.ask("come", slug=slug, people=6) == 6

    page.goto(f"/en/events/{slug}/")
    page.get_by_role("link", name="Add a round of meetings").click()
    page.locator("[name=tables]").fill("3")
    page.get_by_role("button", name="Open the round for requests").click()
    assert desk.server.ask("ask_around", slug=slug) >= 4
    page.goto(f"/en/events/{slug}/round/")
    page.get_by_role("button", name="Make the schedule").click()
    expect(page.locator("#run")).to_be_visible()
    expect(page.locator("#run")).to_contain_text("The schedule is ready", timeout=60_000)
    page.locator("#run .btn.primary").click()
    page.get_by_role("button", name=re.compile("Publish the schedule")).click()
    expect(page.locator("table.grid a.cell").first).to_be_visible()

    guest = desk.open(desk.server.ask("session", email=COMPANY))
    guest.goto(f"/en/events/{slug}/")
    guest.get_by_role("link", name="Your programme").click()
    expect(guest.locator("main")).to_contain_text(title)
    expect(guest.locator("main")).to_contain_text(re.compile(r"table \d", re.IGNORECASE))


def _fill_times(page: Page) -> None:
    """A day twenty days from now, from nine to three, where the form has not proposed times already."""
    day = page.evaluate("new Date(Date.now() + 20 * 864e5).toISOString().slice(0, 10)")
    for name, clock in (("starts_at", "09:00"), ("ends_at", "15:00")):
        page.locator(f"[name={name}_0]").fill(day)
        page.locator(f"[name={name}_1]").fill(clock)
