"""The worker processes: who gets one, for how long, and what happens to those that overstay.

The front hands a query to an idle worker and reads the complete answer from its socket. A worker that takes longer than
allowed, grows too large or crashes is killed and replaced (about a tenth of a second); its query gets an error, never a
partial answer. When every worker is busy, queries wait in a bounded queue. All but one worker (`--workers` ≥ 2) may be held by
long queries; the last one turns over quickly, so that short queries are answered however many long ones are sent. Askers
and shapes of queries that were slow a moment ago wait behind all others. Once a queue is slow to drain, its youngest is
served first: under overload old questions have lost their askers.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import MoroError, Text

_TICK = 0.05  # seconds between looks at the clock while something is under way
_RECEIVE = 256 * 1024
_SCRIPT = Path(__file__).with_name("worker.py")
_START_SECONDS = 30.0
_AHEAD = 6  # jobs that lie in a worker's socket at most, the running one included
_REMEMBERED = 60.0  # seconds for which a slow query's shape and asker wait behind others
_MOST_REMEMBERED = 5000
_NO_SHAPE = b"0123456789 \t\r\n.,"  # what two queries of one shape may differ in
_FRESH = 0.02  # seconds that a worker's job may have run for more to be laid behind it


@dataclass(frozen=True, slots=True)
class PoolLimits:
    """What queries may take."""

    workers: int = 2
    seconds: float = 10.0  # for a query
    memory: int = 1024 * 1024 * 1024  # bytes that a worker may take for its queries
    result: int = 64 * 1024 * 1024  # bytes of a result before compression
    slice_seconds: float = 0.5  # after which a query counts as long when others wait
    queue: int = 256  # waiting queries in all
    queue_of_one: int = 64  # queries of one client, running and waiting
    queue_seconds: float = 5.0  # of waiting
    overload_seconds: float = 0.5  # waiting time from which the youngest is served first
    gone_seconds: float = 0.2  # left to a query whose asker went away
    sandbox: bool = True


class Answer(NamedTuple):
    """What came of a query. `status` in `head`: "ok", what the worker reports, or "timeout", "busy", "crashed", "gone"."""

    head: dict[str, Any]
    body: bytes
    seconds: float  # of a worker's time


class BusyError(Exception):
    """No place left: `own` when the client itself takes too many."""

    def __init__(self, own: bool) -> None:
        super().__init__(own)
        self.own = own


class _Job:
    """A query on its way. `recalled`: another copy of it was queued again, the answer to this one is not wanted."""

    __slots__ = ("client", "deadline", "frame", "future", "gone", "queued", "recalled", "started", "worker")

    def __init__(self, frame: bytes, client: str, future: asyncio.Future[Answer]) -> None:
        self.frame = frame
        self.client = client
        self.future = future
        self.queued = time.monotonic()
        self.started = 0.0
        self.deadline = 0.0
        self.gone = False
        self.recalled = False
        self.worker: _Worker | None = None

    def again(self) -> _Job:
        """A copy that waits in this one's place."""
        self.recalled = True
        copy = _Job(self.frame, self.client, self.future)
        copy.queued = self.queued
        copy.gone = self.gone
        return copy


class _Worker:
    """The front's end of one process. The first of its jobs runs, the others lie in its socket."""

    __slots__ = ("_buffer", "_length", "_out", "jobs", "pool", "process", "ready", "socket", "started")

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.jobs: deque[_Job] = deque()
        self.ready = False
        self.started = time.monotonic()
        self._buffer = bytearray()
        self._length = -1
        self._out = memoryview(b"")
        self.socket, theirs = socket.socketpair()
        self.socket.setblocking(False)
        with theirs:
            self.process = subprocess.Popen(
                [
                    sys.executable, "-I", "-X", "utf8", str(_SCRIPT), str(_SCRIPT.parent), str(pool.store),
                    str(theirs.fileno()), str(pool.limits.memory), "1" if pool.limits.sandbox else "0",
                ],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C in the terminal is for the front, which stops in order
                env={"PATH": "/nonexistent", "MALLOC_ARENA_MAX": "1"},
            )  # fmt: skip
        pool.loop.add_reader(self.socket.fileno(), self._readable)

    def send(self, frames: bytes) -> None:
        """Hand questions over; what does not fit into the socket now follows later."""
        if self._out:
            self._out = memoryview(bytes(self._out) + frames)
            return
        try:
            sent = self.socket.send(frames)
        except BlockingIOError:
            sent = 0
        except OSError:
            return  # it died: the reader notices
        if sent < len(frames):
            self._out = memoryview(frames)[sent:]
            self.pool.loop.add_writer(self.socket.fileno(), self._writable)

    def _writable(self) -> None:
        try:
            self._out = self._out[self.socket.send(self._out) :]
        except BlockingIOError:
            return
        except OSError:
            self._out = memoryview(b"")
        if not self._out:
            self.pool.loop.remove_writer(self.socket.fileno())

    def _readable(self) -> None:
        try:
            data = self.socket.recv(_RECEIVE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.pool.lost(self)
            return
        buffer = self._buffer
        buffer += data
        while True:
            if self._length < 0:
                if len(buffer) < 8:
                    return
                self._length = struct.unpack_from("!Q", buffer)[0]
            end = 8 + self._length
            if len(buffer) < end:
                return
            size = struct.unpack_from("!I", buffer, 8)[0]
            head = json.loads(buffer[12 : 12 + size])
            with memoryview(buffer) as view:
                body = bytes(view[12 + size : end])
            del buffer[:end]
            self._length = -1
            self.pool.answered(self, head, body)

    def close(self, *, kill: bool) -> None:
        """Let go of the process."""
        if self.socket.fileno() >= 0:
            self.pool.loop.remove_reader(self.socket.fileno())
            self.pool.loop.remove_writer(self.socket.fileno())
            self.socket.close()
        if kill and self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process.pid, signal.SIGKILL)


class Pool:
    """All workers on one store."""

    def __init__(self, store: Path, limits: PoolLimits, log: Callable[..., None]) -> None:
        self.store = store
        self.limits = limits
        self.log = log
        self.loop = asyncio.get_running_loop()
        self.killed: dict[str, int] = {}  # reason → count
        self._workers: set[_Worker] = set()
        self._idle: list[_Worker] = []
        self._busy: list[_Worker] = []  # the longest running first
        self._ended: list[subprocess.Popen[bytes]] = []
        self._queue: deque[_Job] = deque()
        self._slow_queue: deque[_Job] = deque()
        self._slow: OrderedDict[str | int, float] = OrderedDict()  # askers and shapes of slow queries → until when
        self._of_client: dict[str, int] = {}
        self._closing = False
        self._failures = 0
        self._problem = ""
        self._all_ready: asyncio.Future[None] | None = None
        self._ticker: asyncio.TimerHandle | None = None

    @property
    def waiting(self) -> int:
        """Queries in the queue."""
        return len(self._queue) + len(self._slow_queue)

    @property
    def running(self) -> int:
        """Queries in workers."""
        return len(self._busy)

    @property
    def ready(self) -> int:
        """Workers that have opened the store."""
        return sum(each.ready for each in self._workers)

    @property
    def pids(self) -> tuple[int, ...]:
        """The processes."""
        return tuple(each.process.pid for each in self._workers)

    async def start(self) -> None:
        """Start all workers and wait until each has opened the store. Raises MoroError when they cannot."""
        self._all_ready = self.loop.create_future()
        for _ in range(self.limits.workers):
            self._workers.add(_Worker(self))
        try:
            await asyncio.wait_for(asyncio.shield(self._all_ready), _START_SECONDS)
        except (TimeoutError, MoroError) as error:
            await self.close(0)
            if isinstance(error, MoroError):
                raise
            raise self._unable("…") from error

    async def close(self, seconds: float) -> None:
        """Let running and waiting queries finish for `seconds`, then end the workers."""
        self._closing = True
        end = time.monotonic() + seconds
        while (self._busy or self.waiting) and time.monotonic() < end:
            await asyncio.sleep(0.02)
        if self._ticker is not None:
            self._ticker.cancel()
            self._ticker = None
        for queue in (self._queue, self._slow_queue):
            for job in queue:
                self._settle(job, Answer({"status": "busy"}, b"", 0.0))
            queue.clear()
        for worker in tuple(self._workers):
            for job in worker.jobs:
                self._settle(job, Answer({"status": "busy"}, b"", 0.0))
            worker.close(kill=True)
            self._ended.append(worker.process)
        self._workers.clear()
        self._idle.clear()
        self._busy.clear()
        while self._ended:
            self._reap()
            await asyncio.sleep(0.005)

    # -- questions ------------------------------------------------------------------------------------------------

    def ask(self, question: dict[str, Any], client: str) -> tuple[asyncio.Future[Answer], Callable[[], None]]:
        """Queue a question; returns the coming answer and what to call when the asker goes away. Raises BusyError."""
        count = self._of_client.get(client, 0)
        if count >= self.limits.queue_of_one:
            raise BusyError(own=True)
        if self.waiting >= self.limits.queue or self._closing:
            raise BusyError(own=False)
        data = json.dumps(question).encode()
        job = _Job(struct.pack("!Q", len(data)) + data, client, self.loop.create_future())
        self._of_client[client] = count + 1
        if self._idle:
            self._hand(self._idle.pop(), (job,))
        elif self._slow and self._was_slow(job):
            self._slow_queue.append(job)
        else:
            self._queue.append(job)
        if self._ticker is None:
            self._watch()
        return job.future, lambda: self._leave(job)

    def _hand(self, worker: _Worker, jobs: Sequence[_Job]) -> None:
        """Give jobs to a worker: to work on at once if it is idle, else to find when it is done."""
        idle = not worker.jobs
        worker.jobs.extend(jobs)
        for job in jobs:
            job.worker = worker
        if idle:
            self._busy.append(worker)
            self._begin(jobs[0])
        worker.send(jobs[0].frame if len(jobs) == 1 else b"".join(each.frame for each in jobs))

    def _begin(self, job: _Job) -> None:
        job.started = time.monotonic()
        unwanted = job.gone or job.recalled
        job.deadline = job.started + (self.limits.gone_seconds if unwanted else self.limits.seconds)

    def _leave(self, job: _Job) -> None:
        """The asker went away: out of the queue, or soon out of the worker."""
        for queue in (self._queue, self._slow_queue):
            for each in queue:
                if each.future is job.future:
                    queue.remove(each)
                    self._settle(each, Answer({"status": "gone"}, b"", 0.0))
                    return
        for worker in self._busy:
            for each in worker.jobs:
                if each.future is job.future:
                    each.gone = True
                    if each.started:
                        each.deadline = min(each.deadline, time.monotonic() + self.limits.gone_seconds)

    def _note_slow(self, job: _Job) -> None:
        until = time.monotonic() + _REMEMBERED
        for key in (job.client, _shape(job)):
            self._slow[key] = until
            self._slow.move_to_end(key)
        while len(self._slow) > _MOST_REMEMBERED:
            self._slow.popitem(last=False)

    def _was_slow(self, job: _Job) -> bool:
        now = time.monotonic()
        while self._slow and next(iter(self._slow.values())) < now:
            self._slow.popitem(last=False)
        return job.client in self._slow or _shape(job) in self._slow

    def _settle(self, job: _Job, answer: Answer) -> None:
        if job.recalled:
            return
        left = self._of_client.get(job.client, 1) - 1
        if left > 0:
            self._of_client[job.client] = left
        else:
            self._of_client.pop(job.client, None)
        if not job.future.done():
            job.future.set_result(answer)

    # -- workers --------------------------------------------------------------------------------------------------

    def answered(self, worker: _Worker, head: dict[str, Any], body: bytes) -> None:
        """A worker has sent a complete frame."""
        if not worker.ready:
            self._greeted(worker, head)
            return
        if not worker.jobs:
            return
        job = worker.jobs.popleft()
        self._busy.remove(worker)
        if worker.jobs:
            self._busy.append(worker)
            self._begin(worker.jobs[0])
        seconds = time.monotonic() - job.started
        if seconds > self.limits.slice_seconds:
            self._note_slow(job)
        self._settle(job, Answer(head, body, seconds))
        if len(worker.jobs) <= _AHEAD // 2:
            self._occupy(worker)

    def _greeted(self, worker: _Worker, head: dict[str, Any]) -> None:
        if head["status"] != "ready":
            self._problem = str(head.get("message", ""))
            return  # its end follows
        worker.ready = True
        self._failures = 0
        if self._all_ready is not None and not self._all_ready.done() and self.ready == self.limits.workers:
            self._all_ready.set_result(None)
        self._occupy(worker)

    def _occupy(self, worker: _Worker) -> None:
        """Give a worker that has little to do what waits, so that it need not sleep in between."""
        if not self._queue:
            if not worker.jobs:
                if self._slow_queue:
                    self._hand(worker, (self._next_of(self._slow_queue),))
                else:
                    self._idle.append(worker)
            return
        if self._is_overloaded(self._queue):
            if not worker.jobs:
                self._hand(worker, (self._queue.pop(),))
            return
        share = -(-len(self._queue) // self.limits.workers)  # leave the others theirs
        count = max(1, min(_AHEAD - len(worker.jobs), share))
        self._hand(worker, [self._queue.popleft() for _ in range(min(count, len(self._queue)))])

    def _is_overloaded(self, queue: deque[_Job]) -> bool:
        return time.monotonic() - queue[0].queued > self.limits.overload_seconds

    def _next_of(self, queue: deque[_Job]) -> _Job:
        return queue.pop() if self._is_overloaded(queue) else queue.popleft()

    def _take_back(self, jobs: Sequence[_Job]) -> None:
        """Queue jobs again that a worker has not begun."""
        for job in reversed(jobs):
            if not job.recalled:
                self._queue.appendleft(job.again())
        while self._queue and self._idle:
            self._hand(self._idle.pop(), (self._queue.popleft(),))

    def lost(self, worker: _Worker) -> None:
        """A worker's socket has ended: it crashed, hit its memory limit, or could not start."""
        self._drop(worker, "crashed")
        if self._closing:
            return
        if not worker.ready:
            self._failures += 1
            if self._all_ready is not None and not self._all_ready.done():
                self._all_ready.set_exception(self._unable(self._problem))
                return
        self._replace()

    def _kill(self, worker: _Worker, reason: str) -> None:
        self._drop(worker, reason)
        self._replace()

    def _drop(self, worker: _Worker, reason: str) -> None:
        """Part with a worker: the job that ran gets the reason, those behind it another worker."""
        self._remove(worker)
        jobs, worker.jobs = tuple(worker.jobs), deque()
        if jobs:
            self._count(reason)
            self._note_slow(jobs[0])
            self._settle(jobs[0], Answer({"status": reason}, b"", time.monotonic() - jobs[0].started))
            self._take_back(jobs[1:])

    def _remove(self, worker: _Worker) -> None:
        worker.close(kill=True)
        self._workers.discard(worker)
        with contextlib.suppress(ValueError):
            self._idle.remove(worker)
        with contextlib.suppress(ValueError):
            self._busy.remove(worker)
        self._ended.append(worker.process)
        self._watch()

    def _replace(self) -> None:
        """Start workers until there are enough; slower and slower when they cannot start."""
        if self._closing:
            return
        if self._failures:
            pause = min(0.1 * 2.0**self._failures, 30.0)
            self.log("worker-cannot-start", problem=self._problem, pause=pause)
            self.loop.call_later(pause, self._refill)
        else:
            self._refill()

    def _refill(self) -> None:
        while not self._closing and len(self._workers) < self.limits.workers:
            try:
                self._workers.add(_Worker(self))
            except OSError as error:
                self._failures += 1
                self._problem = str(error)
                self._replace()
                return

    def _unable(self, problem: str) -> MoroError:
        return MoroError(
            str(self.store),
            Text(
                de=f"die Abfrageprozesse können nicht starten ({problem})",
                en=f"the query workers cannot start ({problem})",
            ),
            Text(
                de="Veröffentlichung, --memory und Rechte prüfen; wo der Käfig nicht geht: --no-sandbox",
                en="check release, --memory and permissions; where the sandbox does not work: --no-sandbox",
            ),
        )

    def _count(self, reason: str) -> None:
        self.killed[reason] = self.killed.get(reason, 0) + 1

    def _reap(self) -> None:
        self._ended = [each for each in self._ended if each.poll() is None]

    # -- time -----------------------------------------------------------------------------------------------------

    def _watch(self) -> None:
        if self._ticker is None:
            self._ticker = self.loop.call_later(_TICK, self._tick)

    def _tick(self) -> None:
        self._ticker = None
        now = time.monotonic()
        for worker in tuple(self._busy):
            if not worker.jobs:
                continue  # ended meanwhile
            job = worker.jobs[0]
            if now > job.deadline:
                self._kill(worker, "gone" if job.gone or job.recalled else "timeout")
            elif len(worker.jobs) > 1 and now - job.started > _FRESH:
                behind = tuple(worker.jobs)[1:]
                self._take_back(behind)
        if self._queue and not self._idle and len(self._busy) == self.limits.workers:
            places = max(1, self.limits.workers - 1)
            long = [each for each in self._busy if now - each.jobs[0].started > self.limits.slice_seconds]
            for worker in long[places:]:
                self._kill(worker, "crowded")
        for queue in (self._queue, self._slow_queue):
            while queue and now - queue[0].queued > self.limits.queue_seconds:
                self._settle(queue.popleft(), Answer({"status": "busy"}, b"", 0.0))
        for worker in tuple(self._workers):
            if not worker.ready and now - worker.started > _START_SECONDS:
                self._problem = "…"
                self.lost(worker)
        self._reap()
        if self._busy or self.waiting or self._ended:
            self._watch()


def _shape(job: _Job) -> int:
    """What queries have in common that differ in numbers and white space only."""
    return hash(job.frame[8:4096].translate(None, _NO_SHAPE))
