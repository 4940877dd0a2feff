"""Counts for Prometheus (text format 0.0.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

_BUCKETS = (0.001, 0.005, 0.02, 0.1, 0.5, 2.0, 10.0)


class Metrics:
    """What happened since the start."""

    def __init__(self) -> None:
        self.requests: dict[tuple[str, int], int] = {}  # (service, status) → count
        self.queries: dict[str, int] = {}  # outcome → count
        self.seconds = [0] * (len(_BUCKETS) + 1)
        self.seconds_sum = 0.0
        self.releases: dict[str, int] = {"taken": 0, "refused": 0}

    def count(self, service: str, status: int) -> None:
        """A request was answered."""
        key = (service, status)
        self.requests[key] = self.requests.get(key, 0) + 1

    def query(self, outcome: str, seconds: float) -> None:
        """A worker was done with a query, one way or the other."""
        self.queries[outcome] = self.queries.get(outcome, 0) + 1
        self.seconds_sum += seconds
        for place, limit in enumerate(_BUCKETS):
            if seconds <= limit:
                self.seconds[place] += 1
                return
        self.seconds[-1] += 1

    def text(self, gauges: Mapping[str, float]) -> bytes:
        """All counts; `gauges` are values of this moment."""
        lines: list[str] = []

        def family(name: str, kind: str, text: str, samples: Iterable[tuple[str, float]]) -> None:
            lines.append(f"# HELP {name} {text}")
            lines.append(f"# TYPE {name} {kind}")
            lines.extend(f"{name}{labels} {value:g}" for labels, value in samples)

        family(
            "lod_requests_total", "counter", "Requests answered, by service and status.",
            ((f'{{service="{service}",status="{status}"}}', count) for (service, status), count in sorted(self.requests.items())),
        )  # fmt: skip
        family(
            "lod_queries_total", "counter", "Queries run, by outcome.",
            ((f'{{outcome="{outcome}"}}', count) for outcome, count in sorted(self.queries.items())),
        )  # fmt: skip
        family(
            "lod_releases_total", "counter", "New releases, taken over or refused.",
            ((f'{{outcome="{outcome}"}}', count) for outcome, count in sorted(self.releases.items())),
        )  # fmt: skip
        lines += ["# HELP lod_query_seconds Time of a worker for a query.", "# TYPE lod_query_seconds histogram"]
        total = 0
        for place, limit in enumerate((*_BUCKETS, float("inf"))):
            total += self.seconds[place]
            bound = "+Inf" if limit == float("inf") else f"{limit:g}"
            lines.append(f'lod_query_seconds_bucket{{le="{bound}"}} {total}')
        lines += [f"lod_query_seconds_sum {self.seconds_sum:g}", f"lod_query_seconds_count {total}"]
        for name, value in sorted(gauges.items()):
            family(f"lod_{name}", "gauge", name.replace("_", " ").capitalize() + ".", (("", value),))
        return ("\n".join(lines) + "\n").encode()
