"""How much of the workers' time one client may take: a bucket of seconds for each client."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict

_MOST_CLIENTS = 20_000
_LEAST_COST = 0.001  # seconds for a query, however quick


def network_of(address: str) -> str:
    """What counts as one client: an IPv4 address, or the /64 of an IPv6 address."""
    if ":" not in address:
        return address
    try:
        return str(ipaddress.ip_network((address.partition("%")[0], 64), strict=False).network_address)
    except ValueError:
        return address


class Throttle:
    """Each client has `burst` seconds of a worker's time and gets `rate` seconds a second back. A rate of 0: no limit."""

    def __init__(self, rate: float, burst: float) -> None:
        self.rate = rate
        self.burst = burst
        self.refused = 0
        self._spent: OrderedDict[str, tuple[float, float]] = OrderedDict()  # client → seconds spent, when that was

    def _level(self, client: str, now: float) -> float:
        spent, since = self._spent.get(client, (0.0, now))
        return max(0.0, spent - (now - since) * self.rate)

    def wait(self, client: str) -> float:
        """Seconds until the client may ask again; 0 is now."""
        if not self.rate or client not in self._spent:
            return 0.0
        over = self._level(client, time.monotonic()) - self.burst
        if over <= 0:
            return 0.0
        self.refused += 1
        return over / self.rate

    def charge(self, client: str, seconds: float) -> None:
        """Note what a query took."""
        if not self.rate:
            return
        now = time.monotonic()
        self._spent[client] = (self._level(client, now) + max(seconds, _LEAST_COST), now)
        self._spent.move_to_end(client)
        while len(self._spent) > _MOST_CLIENTS:
            self._spent.popitem(last=False)
