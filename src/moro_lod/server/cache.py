"""Ready answers, kept within a bound."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

from .message import Response

_OVERHEAD = 600  # bytes of Python objects for each entry, roughly


class AnswerCache:
    """The answers used most recently, up to a number of bytes. Answers over an eighth of that are not kept."""

    __slots__ = ("_answers", "_bytes", "hits", "limit", "misses")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._bytes = 0
        self._answers: OrderedDict[Hashable, tuple[Response, int]] = OrderedDict()
        self.hits = 0
        self.misses = 0

    def __len__(self) -> int:
        return len(self._answers)

    @property
    def size(self) -> int:
        """Bytes held, roughly."""
        return self._bytes

    def get(self, key: Hashable) -> Response | None:
        """The answer for a key, which becomes the youngest."""
        found = self._answers.get(key)
        if found is None:
            self.misses += 1
            return None
        self._answers.move_to_end(key)
        self.hits += 1
        return found[0]

    def put(self, key: Hashable, response: Response, key_size: int) -> None:
        """Keep an answer whose body is in memory; the oldest ones go."""
        if not isinstance(response.body, bytes):
            return
        size = len(response.body) + len(response.head) + key_size + _OVERHEAD
        if size > self.limit // 8:
            return
        old = self._answers.pop(key, None)
        if old is not None:
            self._bytes -= old[1]
        self._answers[key] = (response, size)
        self._bytes += size
        while self._bytes > self.limit:
            _, (_, freed) = self._answers.popitem(last=False)
            self._bytes -= freed
