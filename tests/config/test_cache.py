"""The cache may be away: everything reads as absent, and nothing fails."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from config.cache import ForgivingRedisCache


@pytest.fixture
def away() -> Iterator[ForgivingRedisCache]:
    """Nobody listens on that port."""
    ForgivingRedisCache._shared["until"] = 0.0
    yield ForgivingRedisCache("redis://127.0.0.1:1/0", {"OPTIONS": {"socket_connect_timeout": 1}})
    ForgivingRedisCache._shared["until"] = 0.0


def test_everything_reads_as_absent(away: ForgivingRedisCache) -> None:
    for _ in range(2):
        assert away.get("a") is None
        assert away.get("a", 7) == 7
        assert away.get("a", default=8) == 8
        assert away.get_many(["a"]) == {}
        assert away.add("a", 1) is True
        assert away.set_many({"a": 1}) == ["a"]
        assert away.get_or_set("a", 5) == 5
        assert away.delete("a") is False
        assert "a" not in away
        away.set("a", 1)
        away.clear()
        with pytest.raises(ValueError, match="a"):
            away.incr("a")


def test_it_is_not_asked_again_at_once(away: ForgivingRedisCache, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(20):
        away.get("a")
    assert len([record for record in caplog.records if "does not answer" in record.message]) == 1


def test_requests_ask_through_the_same_connections() -> None:
    """Each request has a cache object of its own."""
    one, other = (ForgivingRedisCache("redis://127.0.0.1:1/0", {"OPTIONS": {"socket_timeout": 1}}) for _n in range(2))
    assert one._cache.get_client() is other._cache.get_client(write=True)
    elsewhere = ForgivingRedisCache("redis://127.0.0.1:1/1", {"OPTIONS": {"socket_timeout": 1}})
    assert elsewhere._cache.get_client() is not one._cache.get_client()
