"""The cache that all processes share, in the broker's Redis; without it each goes on with its own memory."""

import json
import logging
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

OPTIONS = {"socket_connect_timeout": 1, "socket_timeout": 1}


class JsonSerializer:
    """Values as JSON: what lies in Redis is read, never run."""

    def dumps(self, value: Any) -> bytes:
        return json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        return json.loads(data)


class SharedCache(RedisCache):
    """Counts attempts and used codes across processes. Losing Redis loses the counting together, not sign-in.

    For JSON values. `clear` is refused: the queues of the worker lie in the same database.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        given = {"serializer": JsonSerializer, **OPTIONS, **params.get("OPTIONS", {})}
        super().__init__(server, {**params, "OPTIONS": given})
        self._own = LocMemCache("shared, alone", {**params, "OPTIONS": {}})

    def add(self, key: str, value: Any, *args: Any, **options: Any) -> bool:
        return self._asked(super().add, self._own.add, key, value, *args, **options)

    def get(self, key: str, *args: Any, **options: Any) -> Any:
        return self._asked(super().get, self._own.get, key, *args, **options)

    def set(self, key: str, value: Any, *args: Any, **options: Any) -> None:
        self._asked(super().set, self._own.set, key, value, *args, **options)

    def delete(self, key: str, *args: Any, **options: Any) -> bool:
        return self._asked(super().delete, self._own.delete, key, *args, **options)

    def clear(self) -> None:
        raise NotImplementedError("delete keys one by one: the worker's queues are in the same database")

    def _asked(self, shared: Callable[..., Any], own: Callable[..., Any], *args: Any, **options: Any) -> Any:
        try:
            return shared(*args, **options)
        except RedisError as error:
            log.warning("shared cache unreachable", extra={"error": str(error)})
            return own(*args, **options)
