"""`make bench`: measure every step our way and the plain way, in one run, on the same generated data.

Each measurement is a process of its own, ours and the plain one by turns; the median of the rounds counts. Before a figure
counts, the results of both sides are compared line by line: a faster result that differs is a mistake, not a result.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import importlib.metadata
import json
import os
import platform
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench import steps
from bench.steps import HUNDRED_K, MILLION, ROOT, Clock, Inputs, Step

GROWTH_BAR = 12.0
MEMORY_BAR = 2048  # MB
WHOLE_BAR = 15.0
WHOLE = "whole"


@dataclass(frozen=True)
class Measured:
    """One process: time of the work, peak memory of the process, and the digest of its result."""

    seconds: float
    megabytes: int
    digest: str
    lines: int
    parts: Mapping[str, float]
    stopped: bool = False  # at the limit, without a result


@dataclass(frozen=True)
class Row:
    """One line of the report."""

    title: str
    size: int
    against: str
    plain: Measured | None
    ours: Measured
    bar: float
    note: str = ""

    @property
    def ratio(self) -> float:
        """How many times as fast as the plain way."""
        return self.plain.seconds / self.ours.seconds if self.plain else 0.0

    @property
    def holds(self) -> bool:
        """Whether the bar is reached."""
        return self.ratio >= self.bar


class DifferentError(Exception):
    """Both sides gave different results."""


def all_steps() -> tuple[Step, ...]:
    """The steps of `steps.py` and of every `steps_….py` beside it."""
    found = list(steps.STEPS)
    for path in sorted(Path(__file__).parent.glob("steps_*.py")):
        found += importlib.import_module(f"bench.{path.stem}").STEPS
    return tuple(found)


def prepare(folder: Path, size: int) -> Inputs:
    """Write the inputs of a size."""
    from bench.generate import generate, trig, turtle
    from moro_lod.graphs import to_ntriples
    from moro_lod.inference import infer
    from moro_lod.project import Project
    from moro_lod.sources import load

    inputs = Inputs(folder / str(size), size)
    inputs.folder.mkdir(parents=True)
    data = generate(size)
    inputs.path("data.ttl").write_text(turtle(data), encoding="utf-8")
    inputs.path("data.trig").write_text(trig(data), encoding="utf-8")
    sources = load(Project.open(ROOT))
    inputs.path("ontology.nt").write_bytes(to_ntriples(sources.ontology))
    inputs.path("shapes.nt").write_bytes(to_ntriples(sources.shapes))
    if size <= HUNDRED_K:
        inputs.path("faulty.ttl").write_text(turtle(generate(size, mistakes=0.005)), encoding="utf-8")
        faulty = steps.load_turtle(inputs.path("faulty.ttl")) | sources.ontology
        inputs.path("faulty.nt").write_bytes(to_ntriples(faulty | infer(faulty, sources.ontology, sources.rules)))
    return inputs


def measure(step: str, side: str, inputs: Inputs) -> Measured:
    """Run one side of a step in a process of its own."""
    command = [sys.executable, "-m", "bench.run", "--one", step, side, str(inputs.folder), str(inputs.size)]
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{step}, {side}: {done.stderr[-3000:]}")
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


def one(name: str, side: str, folder: Path, size: int) -> None:
    """The process of one measurement: prints one line of JSON."""
    clock, inputs = Clock(), Inputs(folder, size)
    if name == WHOLE:
        work = steps.whole_ours
    else:
        step = next(each for each in all_steps() if each.name == name)
        work = {"ours": step.ours, "plain": step.plain, "check": step.check or step.plain}[side]
        if side == "plain":
            _stop_at(step.limit)
    result = work(inputs, clock)
    peak = _peak()
    lines = sorted(line for line in result if line)
    inputs.path(f"{name}.{side}.lines").write_text("\n".join(lines), encoding="utf-8")
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    measured = {"seconds": clock.seconds, "megabytes": peak, "digest": digest, "lines": len(lines), "parts": clock.parts}
    sys.stdout.write(json.dumps(measured) + "\n")


def _stop_at(seconds: int) -> None:
    """Print what is known and end when this much processor time is used."""

    def stop(*_: object) -> None:
        known = {
            "seconds": time.process_time(),
            "megabytes": _peak(),
            "digest": "",
            "lines": 0,
            "parts": {},
            "stopped": True,
        }
        sys.stdout.write(json.dumps(known) + "\n")
        sys.stdout.flush()
        os._exit(0)

    signal.signal(signal.SIGXCPU, stop)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))


def _peak() -> int:
    """Peak memory of this process in MB. (`ru_maxrss` would count the parent before the program was loaded.)"""
    status = Path("/proc/self/status")
    if status.exists():
        found = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(found.split()[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def compare(step: Step, inputs: Inputs, bar: float) -> Row:
    """Both sides of a step by turns; raises DifferentError when their results differ."""
    ours, plain = [], []
    for number in range(step.rounds):
        ours.append(measure(step.name, "ours", inputs))
        plain.append(measure(step.name, "plain", inputs))
        if number == 0 and plain[0].seconds > 60:
            break
    other = "plain"
    compared = plain
    if plain[0].stopped:
        other, compared = "check", [measure(step.name, "check", inputs)]
    if {each.digest for each in ours} != {each.digest for each in compared}:
        sides = [set(inputs.path(f"{step.name}.{side}.lines").read_text().split("\n")) for side in ("ours", other)]
        only = [sorted(sides[0] - sides[1])[:5], sorted(sides[1] - sides[0])[:5]]
        raise DifferentError(
            f"{step.title}, {inputs.size}: {ours[0].lines} lines here, {compared[0].lines} there;"
            f" only ours: {only[0]}; only {step.against}: {only[1]}"
        )
    note = (
        f"stopped after {step.limit} s; results compared with a run that parses each query once" if plain[0].stopped else ""
    )
    return Row(step.title, inputs.size, step.against, _median(plain), _median(ours), bar, note)


def _median(measured: list[Measured]) -> Measured:
    middle = statistics.median_low([each.seconds for each in measured])
    return next(each for each in measured if each.seconds == middle)


def rows(folder: Path, wanted: set[str], sizes: set[int]) -> Iterator[Row]:
    """Measure everything; a row as soon as it is known."""
    inputs: dict[int, Inputs] = {}

    def of_size(size: int) -> Inputs:
        if size not in inputs:
            inputs[size] = prepare(folder, size)
        return inputs[size]

    plain_parts: dict[str, Measured] = {}
    for step in all_steps():
        if wanted and step.name not in wanted:
            continue
        for size, bar in step.bars.items():
            if size in sizes:
                row = compare(step, of_size(size), bar)
                if size == HUNDRED_K and row.plain:
                    plain_parts[step.name] = row.plain
                yield row
    if wanted and WHOLE not in wanted:
        return
    hundred = measure(WHOLE, "ours", of_size(HUNDRED_K))
    if {"dumps", "inference", "validation"} <= plain_parts.keys():
        used = [plain_parts[name] for name in ("dumps", "inference", "validation")]
        total = Measured(
            sum(each.seconds for each in used),
            max(each.megabytes for each in used),
            "",
            0,
            {},
            any(each.stopped for each in used),
        )
        title = "load + infer + validate + six dumps"
        yield Row(title, HUNDRED_K, "rdflib + owlrl + pyshacl", total, hundred, WHOLE_BAR, "plain: sum of the steps above")
    if MILLION in sizes:
        million = measure(WHOLE, "ours", of_size(MILLION))
        parts = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in million.parts.items())
        growth = million.seconds / hundred.seconds
        note = f"{growth:.1f} × the time at 100 k (at most {GROWTH_BAR:g}); peak {million.megabytes} MB (at most {MEMORY_BAR}); {parts}"
        holds = growth <= GROWTH_BAR and million.megabytes <= MEMORY_BAR
        yield Row("the same, 1 M", MILLION, "", None, million, 0 if holds else 1, note)


def report(found: list[Row]) -> str:
    """The table for people."""
    lines = [
        "| step | statements | plain way | s | MB | ours s | MB | ratio | at least | |",
        "| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    for row in found:
        plain = (
            (f"{row.plain.seconds:.2f}", str(row.plain.megabytes), f"**{row.ratio:.1f}×**") if row.plain else ("–", "–", "–")
        )
        bar = f"{row.bar:g}×" if row.plain and row.bar else "–"
        mark = "reached" if row.holds else "**missed**"
        lines.append(
            f"| {row.title} | {row.size:,} | {row.against or '–'} | {plain[0]} | {plain[1]} | {row.ours.seconds:.3f}"
            f" | {row.ours.megabytes} | {plain[2]} | {bar} | {mark}{'; ' + row.note if row.note else ''} |"
        )
    return "\n".join(lines)


def document(found: list[Row]) -> str:
    """docs/performance.md."""
    versions = ", ".join(
        f"{name} {importlib.metadata.version(name)}"
        for name in ("rdflib", "owlrl", "pyshacl", "pyoxigraph", "pyshacl-turbo")
    )
    return f"""# Speed

`make bench` measures this on your machine; `make bench WRITE=1` writes this page. Both sides of a step work on the same
generated data (the terms of the ontology, invented regions), each measurement in a process of its own, by turns; the
median counts. **Before a figure counts, the results of both sides are compared**: graphs statement by statement, validation
results as multisets of focus node, path, component, value, severity and shape. Seconds are processor time; look at the
ratios. What takes the plain way too long is stopped; its figures then begin with “>”. At its end `make bench` prints how many
pages a second are made, compressed and written, beside the machine's own limit; `python -m bench.site` prints that alone.

Measured on {os.cpu_count()} cores, Python {platform.python_version()}, {versions}.

{report(found)}

“The plain way” is what one writes without this project: rdflib parses and serialises, owlrl (its full run) infers, pyshacl
validates. “Load + infer + validate + six dumps” takes for the plain way the sum of the steps measured above it. MB is the peak
memory of the whole process, interpreter and libraries included.
"""


def main() -> int:
    """Measure, print, write when asked. Exit code 1 when a bar is missed, 2 when results differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("steps", nargs="*", help="names of steps; default: all")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    parser.add_argument("--sizes", default="10000,100000,1000000", help="only these sizes")
    parser.add_argument("--one", nargs=4, metavar=("STEP", "SIDE", "FOLDER", "SIZE"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        name, side, folder, size = arguments.one
        one(name, side, Path(folder), int(size))
        return 0
    found: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        try:
            for row in rows(Path(folder), set(arguments.steps), {int(each) for each in arguments.sizes.split(",")}):
                found.append(row)
                sys.stdout.write(report([row]).splitlines()[-1] + "\n")
                sys.stdout.flush()
        except DifferentError as error:
            sys.stdout.write(f"different results: {error}\n")
            return 2
    sys.stdout.write(f"\n{report(found)}\n")
    if arguments.write:
        target = ROOT / "docs" / "performance.md"
        target.parent.mkdir(exist_ok=True)
        target.write_text(document(found), encoding="utf-8")
    return 0 if all(row.holds for row in found) else 1


if __name__ == "__main__":
    sys.exit(main())
