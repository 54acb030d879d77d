"""A catalogue loaded from the files, and the people around it."""

from __future__ import annotations

import pytest

from accounts.models import Profile, User
from catalogue.models import OperatingModel
from catalogue.services import load_catalogue
from tests.catalogue.people import NOW, make_municipality


@pytest.fixture
def loaded(db: None) -> None:
    load_catalogue(now=NOW)


@pytest.fixture
def label(loaded: None) -> OperatingModel:
    """The model with the most in it: cautions, places, two starts."""
    return OperatingModel.objects.with_texts().get(slug="responsibility-label")


@pytest.fixture
def editor(db: None) -> User:
    return User.objects.create_user("editor@example.fi", name="Eeva Editori", is_editor=True)


@pytest.fixture
def stranger(db: None) -> User:
    return User.objects.create_user("stranger@example.fi")


@pytest.fixture
def officer(db: None) -> User:
    return User.objects.create_user("officer@example.fi", name="Olli Virkanen")


@pytest.fixture
def mallila(officer: User) -> Profile:
    """A municipality whose shelf the officer keeps."""
    return make_municipality("mallila", by=officer)
