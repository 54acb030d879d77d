"""The shared cache, which may be away: the site goes on without it.

What is in it can be made again or may be forgotten (counts for rate limits, when a session was last seen). While Redis
does not answer, everything reads as absent: pages work, and rate limits do not count. It is tried again every few
seconds, so that no request waits for a time-out at each of its questions.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

TRY_AGAIN_SECONDS = 5.0


def _or_else(absent: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def tolerant(method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def ask(self: ForgivingRedisCache, *args: Any, **kwargs: Any) -> Any:
            if time.monotonic() < self._away_until:
                return absent(args, kwargs)
            try:
                return method(self, *args, **kwargs)
            except (RedisError, OSError) as problem:
                self._away_until = time.monotonic() + TRY_AGAIN_SECONDS
                log.warning("the cache does not answer (%s); going on without it", problem)
                return absent(args, kwargs)

        return ask

    return tolerant


def _default(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return args[1] if len(args) > 1 else kwargs.get("default")


class _Client(RedisCacheClient):
    """Django makes a client anew for each question; one serves all threads."""

    _client: Any
    _get_connection_pool: Callable[[bool], Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._made: dict[int, Any] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        pool = self._get_connection_pool(write)
        if id(pool) not in self._made:
            self._made[id(pool)] = self._client(connection_pool=pool)
        return self._made[id(pool)]


class ForgivingRedisCache(RedisCache):
    # Django makes a cache object for each request. They learn of Redis's absence from each other, and ask through the
    # same connections, which else each request would open for itself.
    _shared = {"until": 0.0}
    _clients: dict[str, _Client] = {}
    _servers: list[str]
    _options: dict[str, Any]

    @property
    def _cache(self) -> _Client:
        servers = repr((self._servers, sorted(self._options.items(), key=str)))
        if servers not in self._clients:
            self._clients[servers] = _Client(self._servers, **self._options)
        return self._clients[servers]

    @property
    def _away_until(self) -> float:
        return self._shared["until"]

    @_away_until.setter
    def _away_until(self, moment: float) -> None:
        self._shared["until"] = moment

    get = _or_else(_default)(RedisCache.get)
    get_many = _or_else(lambda args, kwargs: {})(RedisCache.get_many)
    set = _or_else(lambda args, kwargs: None)(RedisCache.set)
    set_many = _or_else(lambda args, kwargs: list(args[0]))(RedisCache.set_many)
    # "Added": the caller goes on as the first would.
    add = _or_else(lambda args, kwargs: True)(RedisCache.add)
    touch = _or_else(lambda args, kwargs: False)(RedisCache.touch)
    delete = _or_else(lambda args, kwargs: False)(RedisCache.delete)
    delete_many = _or_else(lambda args, kwargs: None)(RedisCache.delete_many)
    has_key = _or_else(lambda args, kwargs: False)(RedisCache.has_key)
    clear = _or_else(lambda args, kwargs: False)(RedisCache.clear)

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """A key that is absent cannot be counted up, which callers expect as ValueError."""
        if time.monotonic() < self._away_until:
            raise ValueError(key)
        try:
            return super().incr(key, delta, version)
        except (RedisError, OSError) as problem:
            self._away_until = time.monotonic() + TRY_AGAIN_SECONDS
            raise ValueError(key) from problem
