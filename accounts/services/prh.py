"""The business register (PRH's open data, YTJ API version 3): what it says of a business ID.

It is outside the house: it gets three seconds, its answers are kept, and whatever goes wrong the person goes on by
typing. Only the business ID is sent, which is public.

The shape of an answer was taken from the service's own answers in 2026: `companies[0]` with `names` (type 1 is the
name, 2 a parallel name; an `endDate` says that it is past), `mainBusinessLine` (`typeCodeSet` TOIMI3 is TOL 2008,
TOIMI4 is TOL 2025), `addresses` (type 1 is where it is) and `website`.
"""

from __future__ import annotations

import enum
import json
import logging
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import httpx
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from accounts import industries
from core import places
from core.text import clean_text

log = logging.getLogger(__name__)

PATIENCE = 3.0
"""Seconds that a person waits at most."""
LARGEST = 1_000_000
"""Bytes of an answer; a longer one is none of theirs."""
KEPT = {"found": 24 * 3600, "unknown": 3600, "silent": 60}
_helpers = ThreadPoolExecutor(max_workers=4, thread_name_prefix="prh")
# What can come of a register that is away, slow, or answers something else than it did when this was written.
_NONSENSE = (
    TimeoutError,
    httpx.HTTPError,
    httpx.InvalidURL,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    RecursionError,
)
_FORMS = {"oy", "ab", "oyj", "abp", "ltd", "ry", "rf", "tmi", "ky", "kb", "ay", "osk", "osakeyhtiö", "aktiebolag"}
_EDITIONS = {"TOIMI3": "2008", "TOIMI4": "2025"}


class State(enum.StrEnum):
    FOUND = "found"
    OTHER_NAME = "other_name"
    UNKNOWN = "unknown"
    SILENT = "silent"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Company:
    """What the register says. Fields that it does not tell, or tells in a way we do not know, are empty."""

    business_id: str
    name_fi: str = ""
    name_sv: str = ""
    name_en: str = ""
    municipality: str = ""
    industry: str = ""
    industry_edition: str = ""
    website: str = ""
    ended: bool = False
    names: tuple[str, ...] = ()
    """All in force: the name, parallel names and auxiliary ones."""

    def is_called(self, name: str) -> bool:
        """Whether the name is one of the register's. Case, punctuation and the company's form do not count."""
        return _plain(name) in {_plain(known) for known in self.names} - {""}


@dataclass(frozen=True, slots=True)
class Answer:
    """`company` is there when the state is `FOUND`."""

    state: State
    company: Company | None = None


def look_up(business_id: str) -> Company | None:
    """The company of a business ID in its written form, or None when it is not known, or the register is not there."""
    return ask(business_id).company


def ask(business_id: str) -> Answer:
    """The register's answer, from the cache if it was asked lately. Never raises, never takes more than `PATIENCE`."""
    url = settings.SOLMU_PRH_URL
    if not url:
        return Answer(State.OFF)
    key = f"accounts.prh.2.{business_id}"
    known: Answer | None = cache.get(key)
    if known is not None:
        return known
    answer = _fetch(url, business_id)
    cache.set(key, answer, KEPT[answer.state])
    return answer


def _fetch(url: str, business_id: str) -> Answer:
    """In a thread of its own: a name server that hangs is bounded by no time-out of the client."""
    try:
        company = _helpers.submit(_ask_register, url, business_id).result(timeout=PATIENCE)
    except (
        TimeoutError,
        httpx.HTTPError,
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        RecursionError,
    ) as problem:
        log.warning("business register: %s", type(problem).__name__)
        return Answer(State.SILENT)
    return Answer(State.FOUND, company) if company else Answer(State.UNKNOWN)


def _ask_register(url: str, business_id: str) -> Company | None:
    with (
        httpx.Client(timeout=PATIENCE) as client,
        client.stream("GET", f"{url.rstrip('/')}/companies", params={"businessId": business_id}) as response,
    ):
        response.raise_for_status()
        body = bytearray()
        for piece in response.iter_bytes():
            body += piece
            if len(body) > LARGEST:
                raise ValueError("too long")
    return parse(json.loads(bytes(body)), business_id)


def parse(answer: Any, business_id: str) -> Company | None:
    """Read an answer. None when it knows no such company; ValueError and the like when it is not such an answer."""
    for company in answer["companies"]:
        if company["businessId"]["value"] == business_id:
            return _company(company, business_id)
    return None


def _company(data: dict[str, Any], business_id: str) -> Company:
    code, edition = _industry(data.get("mainBusinessLine") or {})
    return Company(
        business_id=business_id,
        **_names(data.get("names") or []),
        municipality=_municipality(data.get("addresses") or []),
        industry=code,
        industry_edition=edition,
        website=_website(data.get("website") or {}),
        ended=bool(data.get("endDate")),
        names=tuple(_in_force(data.get("names") or [])),
    )


def _in_force(names: list[dict[str, Any]]) -> list[str]:
    return [clean_text(str(n.get("name") or ""))[:160] for n in names if not n.get("endDate")]


def _plain(name: str) -> str:
    words = re.sub(r"[^\w\s]", "", name.casefold()).split()
    return " ".join(word for word in words if word not in _FORMS)


def _names(names: list[dict[str, Any]]) -> dict[str, str]:
    """The name in force, and the first parallel names that look Swedish or English by their company form."""
    now = [n for n in names if not n.get("endDate") and clean_text(str(n.get("name") or ""))]
    own = [clean_text(str(n["name"]))[:160] for n in now if str(n.get("type")) == "1"]
    parallel = [clean_text(str(n["name"]))[:160] for n in now if str(n.get("type")) == "2"]
    if not own:
        return {}
    found = {"name_fi": own[0]}
    for name in parallel:
        words = set(name.casefold().replace(".", "").split())
        if words & {"ab", "abp", "rf", "kb"}:
            found.setdefault("name_sv", name)
        elif words & {"ltd", "plc", "corporation", "inc", "limited", "association", "foundation"}:
            found.setdefault("name_en", name)
    return found


def _municipality(addresses: list[dict[str, Any]]) -> str:
    for address in sorted(addresses, key=lambda a: str(a.get("type"))):
        for office in address.get("postOffices") or []:
            code = str(office.get("municipalityCode") or "").zfill(3)
            if code in places.municipalities():
                return places.current_code(code)
    return ""


def _industry(line: dict[str, Any]) -> tuple[str, str]:
    code, edition = str(line.get("type") or ""), _EDITIONS.get(str(line.get("typeCodeSet")), "")
    return (code, edition) if edition and industries.is_known(code, edition) else ("", "")


def _website(website: dict[str, Any]) -> str:
    url = clean_text(str(website.get("url") or ""))
    if url and "://" not in url:
        url = f"https://{url}"
    try:
        URLValidator(schemes=["http", "https"])(url)
    except ValidationError:
        return ""
    return url if len(url) <= 200 else ""
