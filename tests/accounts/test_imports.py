"""Lists of organisations: whatever the file, a clear word; whatever the rows, all or nothing."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.importing import columns, reading
from accounts.models import ImportBatch, Profile, User
from accounts.services import imports, profiles
from accounts.services import representatives as people
from notifications.models import Notification
from tests.factories.people import NOW, make_profile, make_user
from themes.models import Theme

CSV = (
    "Nimi;Y-tunnus;Kunta;Laji;Teemat\nVaaran Energia Oy;1572860-0;Kontiolahti;yritys;lämpö\n"
    "Enon kyläyhdistys ry;;Joensuu;yhdistys;\n"
)


def xlsx(rows: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.create_sheet(index=0)
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_csv_is_read_in_every_common_encoding_and_separator(encoding: str, separator: str) -> None:
    text = f"Nimi{separator}Kunta\nYhtiö Åä Oy{separator}Äänekoski\n"
    sheet = reading.read(text.encode(encoding))
    assert sheet.headers == ["Nimi", "Kunta"]
    assert sheet.rows == [["Yhtiö Åä Oy", "Äänekoski"]]


def test_xlsx_is_read_with_numbers_as_written() -> None:
    assert reading.read(xlsx([["Nimi", "Y-tunnus"], ["A Oy", 15728600], ["B Oy", None]])).rows == [
        ["A Oy", "15728600"],
        ["B Oy", ""],
    ]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"Nimi;Kunta\n", "empty"),
        (b"x" * (reading.MAX_BYTES + 1), "too_big"),
        (b"Nimi\n" + b"A Oy\n" * 5001, "too_many_rows"),
        (b";".join([b"a"] * 70) + b"\n" + b";".join([b"b"] * 70), "too_many_columns"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not_a_table"),
        (b"%PDF-1.7 x\ny", "not_a_table"),
        (b"<html><body>\n</body></html>", "not_a_table"),
        (b"PK\x03\x04 this is no zip", "not_a_table"),
        (b"Nimi\nA\x81\x8d Oy", "encoding"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(reading.Unreadable) as caught:
        reading.read(data)
    assert caught.value.reason == reason


def test_five_thousand_rows_are_read() -> None:
    assert len(reading.read(b"Nimi\n" + b"A Oy\n" * 5000).rows) == 5000


def test_a_zip_bomb_is_not_opened() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (reading.MAX_SWOLLEN + 1))
    with pytest.raises(reading.Unreadable, match="too_big"):
        reading.read(out.getvalue())


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    try:
        sheet = reading.read(data)
    except reading.Unreadable:
        return
    assert all(len(row) == len(sheet.headers) for row in sheet.rows)


@pytest.mark.parametrize(
    ("cell", "formula"),
    [
        ("=1+1", True),
        ("@SUM(A1)", True),
        ("+HYPERLINK(x)", True),
        ("-2+3+cmd|' /C'", True),
        ("+358 40 123", False),
        ("-5", False),
        ("A Oy", False),
        ("=", False),
    ],
)
def test_formulas_are_told_from_numbers(cell: str, formula: bool) -> None:
    assert reading.is_formula(cell) is formula


@pytest.mark.parametrize(
    "headers", [["Nimi", "Y-tunnus", "Kunta"], ["Namn", "FO-nummer", "Kommun"], ["Name", "Business ID", "Municipality"]]
)
def test_headings_are_understood_in_three_languages(headers: list[str]) -> None:
    assert columns.guess(headers) == {"name_fi": 0, "business_id": 1, "place": 2}


@pytest.mark.parametrize(
    ("cells", "field", "fault"),
    [
        ({"name_fi": ""}, "name_fi", "missing_name"),
        ({"name_fi": "=cmd()"}, "name_fi", "formula"),
        ({"kind": "velho"}, "kind", "bad_kind"),
        ({"business_id": "1572860-1"}, "business_id", "bad_business_id"),
        ({"business_id": "2345678-9"}, "business_id", "bad_business_id"),
        ({"business_id": "0737546-2"}, "business_id", "known"),
        ({"place": "Atlantis"}, "place", "bad_place"),
        ({"website": "ei ole"}, "website", "bad_website"),
        ({"email": "a@b"}, "email", "bad_email"),
    ],
)
def test_each_fault_is_named_at_its_cell(cells: dict[str, str], field: str, fault: str) -> None:
    values = {"name_fi": "A Oy", **cells}
    mapping = {name: n for n, name in enumerate(values)}
    (row,) = columns.check([list(values.values())], mapping, known={"0737546-2"}, themes=set())
    assert row.errors == {field: fault}


def test_a_business_id_that_lost_its_zero_is_found_again() -> None:
    (row,) = columns.check(
        [
            ["Nokia", "1120389"],
        ][:1],
        {"name_fi": 0, "business_id": 1},
        known=set(),
        themes=set(),
    )
    assert row.values["business_id"] == "0112038-9"
    assert not row.errors


def test_the_same_number_twice_is_told_on_the_later_row() -> None:
    rows = columns.check(
        [["A", "0112038-9"], ["B", "0112038-9"]], {"name_fi": 0, "business_id": 1}, known=set(), themes=set()
    )
    assert [row.errors for row in rows] == [{}, {"business_id": "double"}]


@pytest.fixture
def coordinator(db: None) -> User:
    return make_user("Kaisa Koordinaattori", is_coordinator=True)


def begin(coordinator: User, text: str = CSV) -> ImportBatch:
    return imports.start(
        data=text.encode(), file_name="lista.csv", source="Kunnan lista", model_slug="", by=coordinator, now=NOW
    )


def test_import_brings_in_unclaimed_profiles_once(coordinator: User) -> None:
    Theme.objects.create(name="Lämpö", slug="lampo", name_fi="Lämpö")
    batch = begin(coordinator)
    assert not Profile.objects.exists()
    imports.confirm(batch=batch, by=coordinator, now=NOW)
    assert imports.run_queued(now=NOW) == 2
    assert imports.run_queued(now=NOW) == 0
    profile = Profile.objects.get(business_id="1572860-0")
    assert (profile.name, profile.place, profile.is_claimed, profile.source) == (
        "Vaaran Energia Oy",
        "Kontiolahti",
        False,
        "Kunnan lista",
    )
    assert [theme.slug for theme in profile.themes.all()] == ["lampo"]
    assert Notification.objects.get().context["count"] == 2


def test_a_failure_in_the_middle_leaves_nothing(
    coordinator: User, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    batch = begin(coordinator)
    imports.confirm(batch=batch, by=coordinator, now=NOW)
    real, calls = profiles.create_unclaimed, []

    def breaks(**values: Any) -> Profile:
        calls.append(values)
        if len(calls) == 2:
            raise OSError("disk full")
        return real(**values)

    monkeypatch.setattr(imports, "create_unclaimed", breaks)
    assert imports.run_queued(now=NOW) == 0
    assert not Profile.objects.exists()
    batch.refresh_from_db()
    assert batch.state == "failed"
    imports.reopen(batch=batch, by=coordinator)
    batch.refresh_from_db()
    assert batch.state == "open"


def test_faulty_cells_are_mended_in_place(coordinator: User) -> None:
    batch = begin(coordinator, "Nimi;Kunta\nA Oy;Atlantis\n")
    with pytest.raises(imports.NothingToImport):
        imports.confirm(batch=batch, by=coordinator, now=NOW)
    imports.mend(batch=batch, cells={(2, "place"): "Joensuu", (99, "place"): "x", (2, "unknown"): "y"}, by=coordinator)
    assert not imports.checked(batch)[0].errors


def test_confirming_twice_is_told(coordinator: User) -> None:
    batch = begin(coordinator)
    imports.confirm(batch=batch, by=coordinator, now=NOW)
    with pytest.raises(imports.AlreadyConfirmed):
        imports.confirm(batch=ImportBatch.objects.get(), by=coordinator, now=NOW)


def test_importing_is_for_coordinators(coordinator: User) -> None:
    batch, stranger = begin(coordinator), make_user()
    with pytest.raises(people.NotAllowed):
        begin(stranger)
    with pytest.raises(people.NotAllowed):
        imports.confirm(batch=batch, by=stranger, now=NOW)
    with pytest.raises(people.NotAllowed):
        imports.mend(batch=batch, cells={}, by=stranger)


def test_the_pages_from_file_to_confirmation(client: Client, coordinator: User) -> None:
    make_profile(business_id="0112038-9")
    client.force_login(coordinator)
    text = "Nimi;Y-tunnus;Kunta\nA Oy;0112038-9;Joensuu\nB Oy;;Lieksa\n"
    upload = SimpleUploadedFile("lista.csv", text.encode("cp1252"), "text/csv")
    response = client.post(reverse("profile_import"), {"file": upload, "source": "Lista"}, follow=True)
    page = response.content.decode()
    batch = ImportBatch.objects.get()
    assert 'name="cell-2-business_id"' in page
    client.post(reverse("import", args=[batch.pk]), {"cell-2-business_id": "", "mend": "1"})
    assert 'aria-invalid="true"' not in client.get(reverse("import", args=[batch.pk])).content.decode()
    client.post(reverse("import", args=[batch.pk]), {"confirm": "1"})
    assert imports.run_queued(now=NOW) == 2
    assert client.get(reverse("import", args=[batch.pk])).status_code == 200


@pytest.mark.parametrize(("data", "told"), [(b"", "ei ole rivejä"), (b"\x89PNG\x00", "ei ole taulukko")])
def test_a_bad_file_is_told_at_its_field(client: Client, coordinator: User, data: bytes, told: str) -> None:
    client.force_login(coordinator)
    response = client.post(reverse("profile_import"), {"file": SimpleUploadedFile("x.csv", data), "source": "Lista"})
    assert response.status_code == 422
    assert told in response.content.decode()
    assert "Lista" in response.content.decode()


@pytest.mark.parametrize("name", ["desk", "profile_import", "unclaimed"])
def test_the_desk_is_closed_to_others(client: Client, db: None, name: str) -> None:
    assert client.get(reverse(name)).status_code == 403
    client.force_login(make_user())
    assert client.get(reverse(name)).status_code == 403
