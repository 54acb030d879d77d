"""A small town's worth of parties, and everything that is stale matched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from accounts.models import Profile, User
from matching import indexing, services
from tests.factories.people import NOW, make_profile, make_user


@pytest.fixture(autouse=True)
def _own_index() -> Iterator[None]:
    """The index of the process belongs to another test's database."""
    indexing.forget()
    yield
    indexing.forget()


@pytest.fixture
def settle() -> Callable[[], None]:
    """What the worker would do by now."""

    def run(now: Any = NOW) -> None:
        services.mark_the_unmarked(now=now)
        services.rematch_all(now=now)

    return run


@pytest.fixture
def saw_user(db: None) -> User:
    return make_user("Sanna Saha")


@pytest.fixture
def saw(saw_user: User) -> Profile:
    return make_profile(
        "Karjalan Puurunko Oy",
        by=saw_user,
        slug="puurunko",
        municipality="426",
        texts={
            "does": "Valmistamme puuelementtejä ja asennamme ne.",
            "seeks": "Etsimme kutterinlastulle pysyvää vastaanottajaa.",
        },
    )


@pytest.fixture
def bedding_user(db: None) -> User:
    return make_user("Kalle Kuivike")


@pytest.fixture
def bedding(bedding_user: User) -> Profile:
    return make_profile(
        "Kontion Kuivike Ky",
        by=bedding_user,
        slug="kuivike",
        municipality="276",
        texts={"offers": "Lastua ja purua otamme vastaan ympäri vuoden.", "does": "Pakkaamme kuiviketta talleille."},
    )


@pytest.fixture
def school(db: None) -> Profile:
    """Nobody represents it yet."""
    return make_profile(
        "Pielisen ammattikorkeakoulu",
        slug="amk",
        kind=Profile.Kind.EDUCATION,
        source="Horizon Europe projects",
        texts={"does": "Opetamme puurakentamista: elementit, asennus ja kosteudenhallinta."},
    )
