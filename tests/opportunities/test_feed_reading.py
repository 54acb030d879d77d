"""Bytes from anywhere: what is read of honest feeds, and what hostile ones come to."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opportunities import feeds
from opportunities.feeds import MOST, Entry, Reading, Refused

from .feeding import ADDRESS, calendar, item, rss
from .making import NOW

HELSINKI = ZoneInfo("Europe/Helsinki")
ATOM = "http://www.w3.org/2005/Atom"


def read(content: bytes, *, now: datetime = NOW) -> Reading:
    return feeds.read(content, address=ADDRESS, now=now, zone=HELSINKI)


def only(content: bytes) -> Entry:
    (found,) = read(content).entries
    return found


def refused(content: bytes) -> str:
    with pytest.raises(Refused) as caught:
        read(content)
    return caught.value.reason


# --- Honest ones


def test_rss_is_read_as_plain_text_with_a_whole_link() -> None:
    text = (
        "&lt;p&gt;Haku on &lt;b&gt;auki&lt;/b&gt;.&lt;/p&gt;&lt;script&gt;x(1)&lt;/script&gt;&lt;p&gt;Hae nyt&lt;/p&gt;"
    )
    content = rss(
        item("Energia &amp;amp; ilmasto", guid="a", link="/haku?a=1", text=text, day="Mon, 02 Mar 2026 08:00:00 +0200")
    )
    found = only(content)
    assert (found.title, found.text) == ("Energia & ilmasto", "Haku on auki.\nHae nyt")
    assert found.link == "https://rahoittaja.example/haku?a=1"
    assert found.published == datetime(2026, 3, 2, 6, tzinfo=UTC)
    assert found.deadline is None


def test_atom_with_markup_inside_and_rdf_are_read_too() -> None:
    atom = only(
        f'<feed xmlns="{ATOM}"><entry><id>tag:1</id><title type="html">Ä &lt;i&gt;x&lt;/i&gt;</title>'
        '<link href="https://b.example/1"/><updated>2026-02-28T10:00:00Z</updated><content type="xhtml">'
        '<div xmlns="http://www.w3.org/1999/xhtml"><p>Hei <b>maa</b></p></div></content></entry></feed>'.encode()
    )
    assert (atom.title, atom.text, atom.link) == ("Ä x", "Hei maa", "https://b.example/1")
    rdf = only(
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        b"<channel/><item><title>Yksi</title><link>https://c.example/1</link></item></rdf:RDF>"
    )
    assert (rdf.title, rdf.link) == ("Yksi", "https://c.example/1")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_a_feed_may_be_in_any_common_encoding(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><rss><channel><item><title>Työ</title></item></channel></rss>'
    assert only(text.encode(encoding)).title == "Työ"


@pytest.mark.parametrize(
    ("lines", "last"),
    [
        (["DTSTART;VALUE=DATE:20260301", "DTEND;VALUE=DATE:20260401"], date(2026, 3, 31)),
        (["DTSTART:20260310T100000Z", "DTEND:20260310T140000Z"], date(2026, 3, 10)),
        (["DTSTART:20260310T100000Z", "DTEND:20260310T220000Z"], date(2026, 3, 10)),  # midnight here
        (["DTSTART;TZID=Europe/Helsinki:20260310T100000", "DURATION:P2D"], date(2026, 3, 12)),
        (["DTSTART;VALUE=DATE:20260310"], date(2026, 3, 10)),
        (["DTSTART:20260310T233000Z"], date(2026, 3, 11)),
        (["DTSTART:20260310T100000Z", "DTEND:20260310T100000Z"], date(2026, 3, 10)),
        (["SUMMARY:toinen"], None),
    ],
)
def test_the_end_of_an_event_is_its_deadline(lines: list[str], last: date | None) -> None:
    assert only(calendar(["UID:1", "SUMMARY:Haku\\, auki", *lines])).deadline == last


def test_a_task_is_due_on_its_day_and_its_address_may_stand_in_its_text() -> None:
    found = only(
        calendar(
            ["UID:1", "SUMMARY:Hae", "DESCRIPTION:Eka\\nTue (https://x.example/a).", "DUE:20260310T100000Z"],
            kind="VTODO",
        )
    )
    assert (found.deadline, found.link, found.text) == (
        date(2026, 3, 10),
        "https://x.example/a",
        "Eka\nTue (https://x.example/a).",
    )


def test_what_is_over_or_called_off_is_left_out() -> None:
    events = (
        ["UID:1", "SUMMARY:Ohi", "DTSTART:20260301T100000Z"],
        ["UID:2", "SUMMARY:Peruttu", "DTSTART:20260310T100000Z", "STATUS:CANCELLED"],
        ["UID:3", "SUMMARY:Siirretty kerta", "DTSTART:20260310T100000Z", "RECURRENCE-ID:20260309T100000Z"],
        ["UID:4", "SUMMARY:Tänään", "DTSTART;VALUE=DATE:20260302"],
    )
    assert [one.title for one in read(calendar(*events)).entries] == ["Tänään"]


def test_an_entry_has_the_same_key_and_twin_whenever_it_is_read() -> None:
    first = only(rss(item("Haku", guid="a", link="https://r.example/1")))
    moved = only(rss(item("Haku", guid="b", link="https://r.example/1", text="Uusi teksti")))
    assert first.key != moved.key
    assert first.twin == moved.twin
    assert only(rss(item("Haku", guid="a"))).key == first.key
    assert only(rss(item("Haku", guid="a"))).twin == ""


# --- Hostile ones


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]><rss><channel><item><title>&i;</title></item></channel></rss>"
).encode()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (BOMB, "unsafe"),
        (BOMB.decode().replace('version="1.0"', 'version="1.0" encoding="utf-16"').encode("utf-16"), "unsafe"),
        (b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><title>&x;</title></rss>', "unsafe"),
        (b'<!DOCTYPE r SYSTEM "https://evil.example/r.dtd"><rss><channel/></rss>', "unsafe"),
        (b'<!DOCTYPE r [<!ENTITY % p SYSTEM "http://169.254.169.254/">%p;]><rss><channel/></rss>', "unsafe"),
        (b"<rss><channel><item><title>&x;</title></item></channel></rss>", "broken"),
        (b"<!DOCTYPE html><html><body>Haut</body></html>", "page"),
        (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body/></html>', "page"),
        (b"\n\n  <HTML><p>Huolto", "page"),
        (b"", "broken"),
        (b"\x00\x01\x02", "broken"),
        (b'{"haut": []}', "broken"),
        (b"%PDF-1.7", "broken"),
        (b"<svg/>", "other"),
        (b"<item><title>x</title></item>", "other"),
        (b"<rss><channel><item><title>kesken", "broken"),
        (b'<?xml version="1.0" encoding="utf-7"?><rss/>', "broken"),
        (b'<?xml version="1.0" encoding="ei-ole"?><rss/>', "broken"),
        (b"<rss>" + b"<a>" * 100_000, "broken"),
        (b"<rss/>" + b" " * feeds.LARGEST, "large"),
    ],
)  # fmt: skip
def test_what_is_no_feed_or_could_do_harm_is_refused(content: bytes, reason: str) -> None:
    assert refused(content) == reason


def test_nothing_is_fetched_or_opened_by_the_readers(tmp_path: object) -> None:
    """What looks like an address or a path is only text."""
    assert refused(b"https://evil.example/feed") == "broken"
    assert refused(b"/etc/passwd") == "broken"
    assert not read(b"BEGIN:VCALENDAR").entries


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "JAVASCRIPT:alert(1)", "java&#9;script:alert(1)", "data:text/html,x", "file:///etc/passwd",
     "https://user:pw@x.example/", "https://", "https://[::1", "https://x.example/" + "a" * 2000],
)  # fmt: skip
def test_only_links_of_the_web_stay(link: str) -> None:
    for content in (rss(item("Haku", link=link)), calendar(["UID:1", "SUMMARY:Haku", f"URL:{link}"])):
        found = only(content).link
        assert found in ("", ADDRESS) or found.startswith("https://rahoittaja.example/java")


def test_of_very_many_entries_the_newest_are_taken_and_the_rest_is_told() -> None:
    old, new = "Mon, 02 Mar 2020 08:00:00 +0000", "Sun, 01 Mar 2026 08:00:00 +0000"
    many = [item(f"Vanha {n}", guid=f"v{n}", day=old) for n in range(3000)]
    found = read(rss(*many[:2000], item("Uusi", guid="u", day=new), *many[2000:]))
    assert len(found.entries) == MOST
    assert found.left_out == 3001 - MOST
    assert "Uusi" in {one.title for one in found.entries}
    bare = read(b"<rss><channel>" + b"<item/>" * 280_000 + b"</channel></rss>")
    assert (bare.entries, bare.skipped) == ([], MOST)
    assert bare.left_out > 10_000
    events = [[f"UID:{n}", f"SUMMARY:Haku {n}", f"DTSTART:202604{30 - n % 30:02}T100000Z"] for n in range(6000)]
    soonest = read(calendar(*events))
    assert (len(soonest.entries), soonest.left_out) == (MOST, 6000 - MOST)
    assert {one.deadline for one in soonest.entries} == {date(2026, 4, 1)}


def test_huge_titles_and_texts_are_cut() -> None:
    for content in (
        rss(item("sana " * 20_000, guid="a", text="x" * 500_000)),
        calendar(["UID:1", f"SUMMARY:{'sana ' * 20_000}", f"DESCRIPTION:{'x' * 500_000}"]),
    ):
        found = only(content)
        assert len(found.title) <= 120
        assert found.title.endswith("…")
        assert len(found.text) < 4000


def test_an_entry_of_countless_or_deep_parts_does_not_keep_the_others_away() -> None:
    wide = "<item><title>Leveä</title>" + "<b/>" * 20_000 + "</item>"
    deep = "<item><title>Syvä</title>" + "<b>" * 50 + "</b>" * 50 + "</item>"
    assert [one.title for one in read(rss(wide, deep, item("Muu"))).entries] == ["Leveä", "Syvä", "Muu"]
    assert [one.title for one in read(rss(item("Muu"), "<item>" + "<b/>" * 400_000 + "</item>")).entries] == ["Muu"]


@pytest.mark.parametrize(
    "day", ["Mon, 02 Mar 9999 08:00:00 +0000", "Mon, 01 Jan 0001 00:00:00 +0000", "32.13.20x6", "-1", "9" * 400]
)
def test_absurd_dates_are_none(day: str) -> None:
    assert only(rss(item("Haku", guid="a", day=day))).published is None


@pytest.mark.parametrize("written", ["DTSTART:99991231T235959Z", "DTEND:99991231T235959Z", "DUE;VALUE=DATE:99991231"])
def test_a_deadline_far_beyond_is_none(written: str) -> None:
    kind = "VTODO" if written.startswith("DUE") else "VEVENT"
    assert only(calendar(["UID:1", "SUMMARY:Haku", written], kind=kind)).deadline is None


@pytest.mark.parametrize(
    "written",
    ["DTSTART:eilen", "DTSTART:20261399T100000Z", "DTSTART;TZID=../../etc/passwd:20260310T100000",
     "DTSTART:20260310T100000Z\r\nDURATION:P99999999999D", "DTSTART:20260310T100000Z\r\nDTEND:20250101T000000Z",
     "DTSTART:00010101T000000Z\r\nDURATION:-P1D"],
)  # fmt: skip
def test_an_event_that_cannot_be_understood_keeps_no_other_away(written: str) -> None:
    events = (["UID:1", "SUMMARY:Outo", written], ["UID:2", "SUMMARY:Hyvä", "DTSTART:20260310T100000Z"])
    assert "Hyvä" in {one.title for one in read(calendar(*events)).entries}


def test_rules_and_zones_without_end_are_not_followed() -> None:
    zone = ["BEGIN:VTIMEZONE", "TZID:Oma", "BEGIN:STANDARD", "DTSTART:19700101T000000", "RRULE:FREQ=SECONDLY",
            "TZOFFSETFROM:+0200", "TZOFFSETTO:+0200", "END:STANDARD", "END:VTIMEZONE"]  # fmt: skip
    event = [
        "BEGIN:VEVENT",
        "UID:1",
        "SUMMARY:Aina",
        "DTSTART;TZID=Oma:20200101T100000",
        "RRULE:FREQ=SECONDLY",
        "END:VEVENT",
    ]
    found = only("\r\n".join(["BEGIN:VCALENDAR", *zone, *event, "END:VCALENDAR"]).encode())
    assert (found.title, found.deadline) == ("Aina", None)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for start in (b"", b"<rss><channel><item>", b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\n"):
        try:
            read(start + content)
        except Refused:
            continue


@given(st.text(max_size=200), st.text(max_size=60))
def test_any_event_is_read(text: str, day: str) -> None:
    read(calendar(["UID:1", f"SUMMARY:{text}", f"DTSTART:{day}", "DURATION:" + text, f"URL:{text}"]))
