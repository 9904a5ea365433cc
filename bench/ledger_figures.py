"""What the ledger costs: the figures of `bench/run` beside the same import without one, and beside an empty one."""

import os
import statistics
from pathlib import Path

import harness
from harness import MAPPING, Measured, measure, say

#: The internal switch that makes `import` remember nothing.
WITHOUT_LEDGER = {"LEADFERRY_BENCH_WITHOUT_LEDGER": "1"}
#: Files of new rows for each figure beside a large ledger; the median counts.
FILES = 3
FILE_ROWS = 1_000
SOURCE = "bench"


def identity_mapping(scratch: Path) -> Path:
    """The mapping with an `[identity]`, so that every row is known by two things."""
    path = scratch / "identity_mapping.toml"
    identity = f'\n[identity]\nsource = "{SOURCE}"\ncolumns = ["Contact ID"]\n'
    path.write_text(MAPPING.read_text(encoding="utf-8") + identity, encoding="utf-8")
    return path


def measure_ledger(bench) -> None:
    """The rate of `import` with a ledger and without, and what the ledger weighs."""
    identity = identity_mapping(bench.scratch)
    on, with_identity, off = [], [], []
    for number in range(bench.rounds):
        # One after the other, so that a slow minute of the machine hits all alike.
        off.append(bench.import_(bench.large, f"without-ledger-{number}", environment=WITHOUT_LEDGER))
        on.append(bench.import_(bench.large, f"ledger-{number}"))
        with_identity.append(bench.import_(bench.large, f"identity-{number}", mapping=identity))
    for what, runs in (("`import` with a ledger", on), ("`import` with a ledger and `[identity]`", with_identity)):
        bench.compare(what, middle(runs), middle(off), f"without one, median of {bench.rounds}", goal=0.7)
        add_processor_time(bench, runs, off)
    peak = max(run.peak_mib for run in on + with_identity)
    bench.add("peak memory with a ledger", f"{peak:.1f} MiB", f"without one: {max(run.peak_mib for run in off):.1f} MiB",
              f"{peak - max(run.peak_mib for run in off):+.1f} MiB")
    for what, name in (("ledger of a million leads", "ledger-0"), ("the same with `[identity]`", "identity-0")):
        size = ledger_file(bench.scratch / f"{name}-state").stat().st_size
        bench.add(what, f"{size / bench.large[2]['valid'] * 1e6 / 2**20:.0f} MiB")


def add_processor_time(bench, runs: list[Measured], others: list[Measured]) -> None:
    """Adds a line that other jobs of the machine disturb less than a rate."""
    seconds, other = (statistics.median(run.cpu_seconds for run in side) for side in (runs, others))
    bench.add("its processor time", f"{seconds:.1f} s", f"without one: {other:.1f} s", f"{seconds / other:.2f} ×")


def middle(runs: list[Measured]) -> Measured:
    """The run of median time; of an even number the slower of the two."""
    return sorted(runs, key=lambda run: run.seconds)[len(runs) // 2]


def ledger_file(state: Path) -> Path:
    """The one ledger in a state folder."""
    [ledger] = (state / "ledgers").glob("*.sqlite")
    return ledger


def measure_known_rows(bench) -> None:
    """Small files beside a ledger of many rows that are in none of them."""
    if not bench.known_rows:
        say("left out: --quick")
        return
    fill_ledger = harness.find_example("fill_ledger")
    files = [harness.make_export(FILE_ROWS, name=f"small{number}", first=10**7 * (number + 1)) for number in range(FILES)]
    identity = identity_mapping(bench.scratch)
    for what, mapping, source in (("", MAPPING, []), (", `[identity]`", identity, [SOURCE])):
        name = "identity" if source else "cells"
        few = SmallFiles(bench, f"{name}-few", mapping)
        few.run(files)
        many = SmallFiles(bench, f"{name}-many", mapping)
        many.run(files, [fill_ledger], source)
        for kind in few.runs:
            add_small_file(bench, f"{FILE_ROWS:,} {kind} rows{what}", few.runs[kind], many.runs[kind])


class SmallFiles:
    """Imports of small files with one ledger: new rows, and the same once more."""

    def __init__(self, bench, name: str, mapping: Path) -> None:
        self.bench, self.name, self.mapping = bench, name, mapping
        self.state = bench.scratch / f"{name}-state"
        self.runs = {"new": [], "known": []}

    def run(self, files: list[tuple], fill_ledger: list = (), source: list = ()) -> None:
        bench = self.bench
        with bench.sandbox(self.name) as url:
            if fill_ledger:
                say(f"filling a ledger with {bench.known_rows:,} rows")
                measure([*fill_ledger, self.state, url, harness.TENANT, bench.known_rows, *source], accept=(0,))
            for number, file in enumerate(files):
                for kind, good in (("new", "created"), ("known", "already_created")):
                    if (self.state / "ledgers").exists():
                        forget(ledger_file(self.state))
                    done = bench.import_(file, f"{self.name}-{number}-{kind}", good=good, mapping=self.mapping, state=self.state, url=url)
                    self.runs[kind].append(done)


def forget(ledger: Path) -> None:
    """Takes a file out of the system's cache, as it is the morning after. Only Linux does so."""
    if not hasattr(os, "posix_fadvise"):
        return
    descriptor = os.open(ledger, os.O_RDONLY)
    try:
        os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)


def add_small_file(bench, what: str, few: list[Measured], many: list[Measured]) -> None:
    """Adds the lines for one kind of small file."""
    millions = f"{bench.known_rows / 1e6:g} million rows known"
    seconds = [statistics.median(run.seconds for run in runs) for runs in (many, few)]
    peaks = [max(run.peak_mib for run in runs) for runs in (many, few)]
    bench.add(f"`import` of {what}, {millions}", f"{seconds[0]:.2f} s", f"none: {seconds[1]:.2f} s", f"{seconds[0] - seconds[1]:+.2f} s")
    bench.add("its peak memory", f"{peaks[0]:.1f} MiB", f"none: {peaks[1]:.1f} MiB", f"{peaks[0] - peaks[1]:+.1f} MiB", "flat")
