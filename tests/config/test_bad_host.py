"""An address that is not ours, as robots ask for it, is refused on a page and not by an error behind it."""

from __future__ import annotations

import pytest
from django.test import Client


@pytest.mark.django_db
def test_a_host_that_is_not_ours_is_refused_plainly() -> None:
    answer = Client(raise_request_exception=False).get("/fi/", HTTP_HOST="elsewhere.example")
    assert answer.status_code == 400
    assert "elsewhere" not in answer.content.decode()
