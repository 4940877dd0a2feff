"""Running the server: start, taking over new releases, stopping."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import resource
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import MoroError, Text
from ..release import current_folder
from . import published, sandbox
from .app import App, Options, Serving
from .connection import Limits, Listener, install_fast_loop
from .log import Log
from .pool import Pool, PoolLimits

_LOOK = 1.0  # seconds between looks at the link
_AGAIN = 30.0  # seconds until a refused release is looked at once more


@dataclass(frozen=True, slots=True)
class Setup:
    """Everything `serve` can be told."""

    release: Path  # a release, the link to one, or a folder that has the link
    host: str = "127.0.0.1"
    port: int = 8000
    pool: PoolLimits = field(default_factory=PoolLimits)
    options: Options = field(default_factory=Options)
    limits: Limits = field(default_factory=Limits)
    log: str = "all"


def where(release: Path) -> Path | None:
    """The folder of the release that is valid now."""
    if (release / "manifest.json").is_file():
        return release.resolve()
    found = current_folder(release)
    if found is None and release.name == "release":  # the link itself was given and there is only a pointer file
        found = current_folder(release.parent)
    return found


class Server:
    """A running server."""

    def __init__(self, setup: Setup, started: Callable[[str, int], None] | None = None) -> None:
        self.setup = setup
        self.log = Log(setup.log)
        self.app = App(setup.options, self.log)
        self.listener = Listener(self.app.handle, self.app.again, setup.limits, self.app.trusts, self.log)
        self.app.gauges = self._gauges
        self._started = started
        self._end = asyncio.Event()
        self._look = asyncio.Event()
        self._refused: tuple[Path | None, float] = (None, 0.0)
        self._draining: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Serve until SIGTERM or SIGINT."""
        if self.setup.pool.sandbox and not sandbox.is_supported():
            raise MoroError(
                "serve",
                Text(
                    de="auf diesem System lassen sich die Abfrageprozesse nicht vom Netz trennen",
                    en="on this system query workers cannot be cut off from the network",
                ),
                Text(
                    de="unter Linux (x86_64, aarch64) betreiben oder --no-sandbox angeben",
                    en="run on Linux (x86_64, aarch64) or pass --no-sandbox",
                ),
            )
        loop = asyncio.get_running_loop()
        folder = where(self.setup.release)
        if folder is None:
            raise MoroError(
                str(self.setup.release),
                Text(de="hier liegt keine Veröffentlichung", en="there is no release here"),
                Text(de="zuerst `moro-lod publish` aufrufen", en="run `moro-lod publish` first"),
            )
        self.app.serving = await self._open(folder, thorough=False)
        _settle_memory()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._end.set)
        loop.add_signal_handler(signal.SIGHUP, self._look_now)
        try:
            host, port = await self.listener.start(self.setup.host, self.setup.port)
        except OSError as error:
            await self.app.serving.pool.close(0)
            raise MoroError(
                f"{self.setup.host}:{self.setup.port}",
                Text(
                    de=f"hier kann der Server nicht lauschen ({error.strerror})", en=f"cannot listen here ({error.strerror})"
                ),
                Text(de="mit --port einen anderen Port wählen", en="choose another port with --port"),
            ) from error
        self.log("started", host=host, port=port, release=folder.name, workers=self.setup.pool.workers)
        if self._started is not None:
            self._started(host, port)
        watcher = loop.create_task(self._watch())
        flusher = loop.create_task(self._flush())
        await self._end.wait()
        self.log("stopping")
        self.app.stopping = True
        self._look.set()
        watcher.cancel()
        await self.listener.stop(self.setup.pool.seconds + 2)
        await asyncio.gather(watcher, *self._draining, return_exceptions=True)
        await self.app.serving.pool.close(0)
        flusher.cancel()
        self.log("stopped")
        self.log.flush()

    async def _open(self, folder: Path, *, thorough: bool) -> Serving:
        """A release with started workers. Raises MoroError when it is broken."""
        content = await asyncio.to_thread(published.load, folder, thorough=thorough)
        pool = Pool(content.store, self.setup.pool, self.log)
        serving = Serving(content, pool, self.setup.options, self.app.throttle, self.setup.pool.result)
        await pool.start()
        return serving

    # -- new releases ---------------------------------------------------------------------------------------------

    def _look_now(self) -> None:
        self._refused = (None, 0.0)
        self._look.set()

    async def _watch(self) -> None:
        """Look at the link now and then, and at once on SIGHUP."""
        while not self._end.is_set():  # a cancellation may coincide with a signal and be swallowed
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK):
                    await self._look.wait()
            self._look.clear()
            try:
                await self._take_over()
            except Exception as error:  # noqa: BLE001  the old release goes on, whatever is wrong with the new one
                self.log("takeover-error", problem=repr(error))

    async def _take_over(self) -> None:
        """Serve the release that the link names now, if it is another one and whole."""
        old = self.app.serving
        folder = where(self.setup.release)
        now = asyncio.get_running_loop().time()
        if old is None or folder is None or folder == old.published.folder:
            return
        if self._refused[0] == folder and now < self._refused[1]:
            return
        try:
            fresh = await self._open(folder, thorough=True)
        except (MoroError, OSError, ValueError, SyntaxError) as error:
            self._refused = (folder, now + _AGAIN)
            self.app.metrics.releases["refused"] += 1
            self.log("release-refused", release=folder.name, problem=str(error))
            return
        self.app.serving = fresh
        self.listener.repeats.clear()
        _settle_memory()
        self.app.metrics.releases["taken"] += 1
        self.log("release-taken", release=folder.name, before=old.published.folder.name)
        task = asyncio.get_running_loop().create_task(
            old.pool.close(self.setup.pool.seconds + self.setup.pool.queue_seconds)
        )
        self._draining.add(task)
        task.add_done_callback(self._draining.discard)

    async def _flush(self) -> None:
        while True:
            await asyncio.sleep(0.5)
            self.log.flush()

    def _gauges(self) -> dict[str, float]:
        serving = self.app.serving
        values = {
            "connections": float(len(self.listener.connections)),
            "connections_refused": float(self.listener.refused),
            "answers_pending_bytes": float(self.listener.pending_bytes),
            "clients_throttled": float(self.app.throttle.refused),
        }
        if serving is not None:
            pool = serving.pool
            values |= {
                "workers_ready": float(pool.ready),
                "queries_running": float(pool.running),
                "queries_waiting": float(pool.waiting),
                "cache_bytes": float(serving.cache.size + serving.hot.size),
                "cache_hits": float(serving.cache.hits + serving.hot.hits),
            }
            for reason, count in pool.killed.items():
                values[f"workers_ended_{reason}"] = float(count)
        return values


def serve(setup: Setup, started: Callable[[str, int], None] | None = None) -> None:
    """Run a server until it is told to stop. `started` is called with the address once it listens."""
    _raise_file_limit()
    with asyncio.Runner(loop_factory=install_fast_loop()) as runner:
        runner.run(_run(setup, started))


async def _run(setup: Setup, started: Callable[[str, int], None] | None) -> None:
    server = Server(setup, started)
    try:
        await server.run()
    finally:
        server.log.flush()


def _settle_memory() -> None:
    """Keep the collector away from the tables of a release: they live as long as it does."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def _raise_file_limit() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(hard, 65536) if hard != resource.RLIM_INFINITY else 65536
    if soft < wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


if sys.platform == "win32":
    raise ImportError("the server needs a POSIX system")
