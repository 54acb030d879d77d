"""The business register: its answers as they come, and everything else that may come instead. The shape is that of the
service's answers in 2026; the company is invented.
"""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest
import respx
from django.test import Client
from django.urls import reverse

from accounts.models import Profile
from accounts.services import prh
from accounts.services import profiles as services
from accounts.services.sections import BadBusinessId, Section
from tests.factories.people import NOW, make_profile, make_user

URL = "https://register.example/v3"
NUMBER = "9100027-5"


@pytest.fixture(autouse=True)
def _register(settings: Any) -> None:
    settings.SOLMU_PRH_URL = URL


def answer(**changes: Any) -> dict[str, Any]:
    company: dict[str, Any] = {
        "businessId": {"value": NUMBER, "registrationDate": "2014-03-15", "source": "3"},
        "euId": {"value": f"FIFPRO.{NUMBER}", "source": "1"},
        "names": [
            {"name": "Puurunko Karjala Oy", "type": "1", "registrationDate": "2018-09-01", "version": 1, "source": "1"},
            {
                "name": "Runko ja Laho Oy",
                "type": "1",
                "registrationDate": "2014-06-10",
                "endDate": "2018-08-31",
                "version": 2,
                "source": "1",
            },
            {"name": "Runkotukku", "type": "3", "registrationDate": "2019-10-01", "version": 1, "source": "1"},
            {"name": "Karelska Stommen Ab", "type": "2", "registrationDate": "2018-09-01", "version": 1, "source": "1"},
            {"name": "Karelian Frames Ltd", "type": "2", "registrationDate": "2018-09-01", "version": 1, "source": "1"},
        ],
        "mainBusinessLine": {
            "type": "16230",
            "descriptions": [{"languageCode": "1", "description": "Muiden rakennuspuusepäntuotteiden valmistus"}],
            "typeCodeSet": "TOIMI4",
            "registrationDate": "2026-01-01",
            "source": "2",
        },
        "website": {"url": "www.puurunko.example", "registrationDate": "2019-07-01", "source": "0"},
        "companyForms": [{"type": "16", "registrationDate": "2018-09-01", "version": 1, "source": "1"}],
        "companySituations": [],
        "addresses": [
            {
                "type": 2,
                "street": "",
                "postCode": "00045",
                "postOffices": [{"city": "HELSINKI", "languageCode": "1", "municipalityCode": "091"}],
            },
            {
                "type": 1,
                "street": "Sahatie",
                "postCode": "80100",
                "postOffices": [
                    {"city": "JOENSUU", "languageCode": "2", "municipalityCode": "167"},
                    {"city": "JOENSUU", "languageCode": "1", "municipalityCode": "167"},
                ],
            },
        ],
        "tradeRegisterStatus": "1",
        "status": "2",
        "registrationDate": "2014-06-10",
        "lastModified": "2026-08-19T10:04:06",
        **changes,
    }
    return {"totalResults": 1, "companies": [company]}


def test_an_answer_is_read_whole() -> None:
    with respx.mock:
        route = respx.get(f"{URL}/companies", params={"businessId": NUMBER}).respond(json=answer())
        company = prh.look_up(NUMBER)
        assert prh.look_up(NUMBER) == company
    assert company == prh.Company(
        business_id=NUMBER,
        name_fi="Puurunko Karjala Oy",
        name_sv="Karelska Stommen Ab",
        name_en="Karelian Frames Ltd",
        municipality="167",
        industry="16230",
        industry_edition="2025",
        website="https://www.puurunko.example",
        names=("Puurunko Karjala Oy", "Runkotukku", "Karelska Stommen Ab", "Karelian Frames Ltd"),
    )
    assert route.call_count == 1


def test_the_old_edition_is_told_from_the_new() -> None:
    line = {"type": "45112", "typeCodeSet": "TOIMI3"}
    company = prh.parse(answer(mainBusinessLine=line), NUMBER)
    assert company is not None
    assert (company.industry, company.industry_edition) == ("45112", "2008")
    unknown = prh.parse(answer(mainBusinessLine={"type": "45112", "typeCodeSet": "TOIMI4"}), NUMBER)
    assert unknown is not None
    assert (unknown.industry, unknown.industry_edition) == ("", "")


def test_numbers_for_texts_and_what_is_missing_are_borne() -> None:
    company = prh.parse(
        answer(
            mainBusinessLine={"type": 16230, "typeCodeSet": "TOIMI3"},
            addresses=[{"type": 1, "postOffices": [{"municipalityCode": 5}]}],
            names=[{"name": "Yksi Oy", "type": 1}],
            website=None,
        ),
        NUMBER,
    )
    assert company is not None
    assert (company.name_fi, company.industry, company.municipality, company.website) == ("Yksi Oy", "16230", "005", "")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ei osoite", "x" * 300])
def test_a_website_that_is_none_is_left_out(url: str) -> None:
    company = prh.parse(answer(website={"url": url}), NUMBER)
    assert company is not None
    assert company.website == ""


def test_an_unknown_number_is_told_from_silence() -> None:
    with respx.mock:
        respx.get(f"{URL}/companies").respond(json={"totalResults": 0, "companies": []})
        assert prh.ask(NUMBER) == prh.Answer(prh.State.UNKNOWN)


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(500),
        httpx.Response(429, text="Too many"),
        httpx.Response(302, headers={"location": "https://elsewhere.example/"}),
        httpx.Response(200, text="<html>Huoltokatko</html>"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"companies": None}),
        httpx.Response(200, json={"companies": [{"businessId": NUMBER}]}),
        httpx.Response(200, json={"companies": [{"businessId": {"value": NUMBER}, "names": [1]}]}),
        httpx.Response(200, text="[" * 200_000),
        httpx.Response(200, content=b"{" + b" " * 1_100_000 + b"}"),
        httpx.ConnectError("no network"),
        httpx.ReadTimeout("slow"),
    ],
    ids=lambda response: type(response).__name__,
)
def test_whatever_else_comes_is_silence(response: httpx.Response | Exception) -> None:
    with respx.mock:
        route = respx.get(f"{URL}/companies")
        if isinstance(response, Exception):
            route.side_effect = response
        else:
            route.return_value = response
        assert prh.ask(NUMBER) == prh.Answer(prh.State.SILENT)
        assert prh.look_up(NUMBER) is None
    assert route.call_count == 1, "a register that is away is not asked again at once"


def test_a_register_that_trickles_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prh, "PATIENCE", 0.1)
    monkeypatch.setattr(prh, "_ask_register", lambda url, number: time.sleep(0.5))
    begun = time.monotonic()
    assert prh.ask(NUMBER).state is prh.State.SILENT
    assert time.monotonic() - begun < 0.4


def test_off_means_not_asked(settings: Any) -> None:
    settings.SOLMU_PRH_URL = ""
    assert prh.ask(NUMBER) == prh.Answer(prh.State.OFF)


@pytest.mark.django_db
def test_a_draft_is_filled_in_where_it_is_empty() -> None:
    owner = make_user()
    draft = services.create_draft(kind="company", by=owner, now=NOW)
    draft.name_fi = "PUURUNKO Karjala"
    draft.save()
    with respx.mock:
        respx.get(f"{URL}/companies").respond(json=answer())
        state = services.save_business_id(profile=draft, business_id="91000275", by=owner, now=NOW)
    draft.refresh_from_db()
    assert state is prh.State.FOUND
    assert (draft.business_id, draft.name_fi, draft.name_sv) == (NUMBER, "PUURUNKO Karjala", "Karelska Stommen Ab")
    assert (draft.municipality, draft.industry) == ("167", "16230")
    assert draft.business_id_checked_at == NOW


@pytest.mark.django_db
def test_anothers_number_gives_no_mark_to_a_name_that_is_not_the_registers() -> None:
    owner = make_user()
    draft = services.create_draft(kind="company", by=owner, now=NOW)
    draft.name_fi = "Ihan muu Oy"
    draft.save()
    with respx.mock:
        respx.get(f"{URL}/companies").respond(json=answer())
        state = services.save_business_id(profile=draft, business_id=NUMBER, by=owner, now=NOW)
        draft.refresh_from_db()
        assert state is prh.State.OTHER_NAME
        assert (draft.business_id, draft.business_id_checked_at) == (NUMBER, None)


@pytest.mark.django_db
def test_a_changed_name_is_no_longer_the_registers() -> None:
    owner = make_user()
    draft = services.create_draft(kind="company", by=owner, now=NOW)
    with respx.mock:
        respx.get(f"{URL}/companies").respond(json=answer())
        assert services.save_business_id(profile=draft, business_id=NUMBER, by=owner, now=NOW) is prh.State.FOUND
        draft.refresh_from_db()
        assert draft.business_id_checked_at == NOW
        organisation: dict[str, Any] = {"profile": draft, "section": Section.ORGANISATION, "by": owner, "now": NOW}
        services.save_step(**organisation, data={"size": "2-9", "name_en": "Frames of Karelia", "name_sv": ""})
        draft.refresh_from_db()
        assert draft.business_id_checked_at == NOW
        services.save_step(**organisation, data={"name_fi": "Helsingin kaupunki"})
        assert Profile.objects.get().business_id_checked_at is None
        assert services.save_business_id(profile=draft, business_id=NUMBER, by=owner, now=NOW) is prh.State.OTHER_NAME


@pytest.mark.parametrize(
    ("name", "is_called"),
    [
        ("puurunko  karjala", True),
        ("Karelian Frames, Ltd.", True),
        ("Runkotukku", True),
        ("Runko ja Laho Oy", False),
        ("City of Helsinki", False),
        ("Oy", False),
        ("", False),
    ],
)
def test_a_name_is_the_registers_when_its_words_are(name: str, is_called: bool) -> None:
    company = prh.parse(answer(), NUMBER)
    assert company is not None
    assert company.is_called(name) is is_called


@pytest.mark.django_db
def test_whoever_renames_a_profile_is_told_that_the_mark_went(client: Client) -> None:
    owner = make_user()
    profile = make_profile("Puurunko Karjala Oy", by=owner, business_id=NUMBER, business_id_checked_at=NOW)
    client.force_login(owner)
    address = reverse("profile_edit_section", args=[profile.slug, "organisation"])
    fields = {"name_fi": "Muu Oy", "name_sv": "", "name_en": "", "municipality": "167", "website": "", "size": ""}
    assert "toinen nimi" in client.post(address, fields, follow=True).content.decode()
    profile.refresh_from_db()
    assert (profile.name_fi, profile.business_id_checked_at) == ("Muu Oy", None)


@pytest.mark.django_db
def test_a_silent_register_stops_nobody() -> None:
    owner = make_user()
    draft = services.create_draft(kind="company", by=owner, now=NOW)
    with respx.mock:
        respx.get(f"{URL}/companies").side_effect = httpx.ConnectTimeout("slow")
        state = services.save_business_id(profile=draft, business_id=NUMBER, by=owner, now=NOW)
    draft.refresh_from_db()
    assert state is prh.State.SILENT
    assert (draft.business_id, draft.business_id_checked_at) == (NUMBER, None)


@pytest.mark.django_db
def test_a_false_or_empty_number_is_not_asked_of() -> None:
    owner = make_user()
    profile = make_profile(by=owner)
    with respx.mock:
        with pytest.raises(BadBusinessId):
            services.save_business_id(profile=profile, business_id="9100027-4", by=owner, now=NOW)
        assert services.save_business_id(profile=profile, business_id="", by=owner, now=NOW) is prh.State.OFF
