"""The server that uploads are measured against, and the programs that post to it."""

import contextlib
import json
import os
import shutil
import signal
import statistics
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import harness
from harness import BENCH, MAPPING, OUT, TENANT, Failed, Measured, measure, server

#: Where `oha` is looked for besides PATH: `cargo install` puts it into `bin` of such a folder.
OHA_ROOT = "LEADFERRY_BENCH_OHA_ROOT"


@dataclass
class Run:
    """What a program did, and what the server saw of it."""

    done: Measured
    seen: dict

    @property
    def creates_per_second(self) -> float:
        """From the first create that came to the last one that was answered."""
        return self.seen["creates"] / self.seen["seconds"]


class Uploads:
    """The programs that are measured, each run against a server of its own."""

    def __init__(self, leadferry: str | None) -> None:
        self.leadferry = harness.find_leadferry(leadferry)
        self.instant = harness.find_example("instant_api")
        self.oha = find_oha()
        self.scratch = OUT / "uploading"
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.scratch.mkdir(parents=True)
        self._numbers = iter(range(1, 1_000_000))
        self._lock = threading.Lock()

    def folder(self) -> Path:
        """A new folder."""
        with self._lock:
            folder = self.scratch / str(next(self._numbers))
        folder.mkdir()
        return folder

    @contextlib.contextmanager
    def server(self, folder: Path, options: list) -> Iterator[str]:
        """A fresh server for the time of a `with` block: its address."""
        command = [self.instant, *options]
        with server(command, folder / "server.log", stop=signal.SIGINT) as url:
            yield url

    def import_(self, export: tuple[Path, Path, dict], concurrency: int | None, options: list = [], more: list = []) -> Run:
        """Imports an export into a server with these options, under a new ledger. Every outcome is verified."""
        folder = self.folder()
        file, _, outcome = export
        command = [self.leadferry, "import", file, "--mapping", MAPPING, "--tenant", TENANT, "--results", folder / "results.csv",
                   "--rejects", folder / "rejects.csv", "--state-dir", folder / "state", *more]
        command += ["--concurrency", concurrency] if concurrency else []
        with self.server(folder, options) as url:
            done = measure([*command, "--api-url", url], accept=(0, 1))
            seen = read_stats(url)
        harness.verify_results(folder / "results.csv", outcome, good="created")
        if seen["creates"] != outcome["valid"]:
            raise Failed(f"the server made {seen['creates']} leads of {outcome['valid']} rows")
        shutil.rmtree(folder)
        return Run(done, seen)

    def naive_import(self, python: str, export: tuple[Path, Path, dict], concurrency: int) -> Run:
        """The same by the Python script."""
        folder = self.folder()
        file, _, outcome = export
        with self.server(folder, []) as url:
            done = measure([python, BENCH / "naive.py", file, "--results", folder / "results.csv", "--api-url", url,
                            "--tenant", TENANT, "--concurrency", concurrency], accept=(0,))
            seen = read_stats(url)
        harness.verify_results(folder / "results.csv", outcome, good="created")
        return Run(done, seen)

    def oha_posts(self, body: Path, requests: int, concurrency: int, options: list = []) -> float:
        """Requests a second that `oha` gets through: one body, over and over."""
        folder = self.folder()
        with self.server(folder, options) as url:
            done = measure([self.oha, "--no-tui", "--output-format", "json", "-n", requests, "-c", concurrency, "-m", "POST",
                            "-T", "application/json", "-H", f"X-Tenant: {TENANT}", "-H", "Authorization: Bearer bench",
                            "-D", body, f"{url}/v1/leads"], accept=(0,))
        summary = json.loads(done.stdout)
        if summary["statusCodeDistribution"] != {"201": requests}:
            raise Failed(f"oha was answered {summary['statusCodeDistribution']}")
        return summary["summary"]["requestsPerSec"]


def find_oha() -> str | None:
    """The load generator, if it is installed."""
    root = os.environ.get(OHA_ROOT)
    return shutil.which("oha") or (root and shutil.which("oha", path=str(Path(root) / "bin")))


def write_body(export: tuple[Path, Path, dict], to: Path) -> Path:
    """A body of the middle length among the first of an export: what `oha` posts."""
    expected = harness.read_expected(export[1])
    bodies = [json.dumps(row["body"], ensure_ascii=False, separators=(",", ":"))
              for row, _ in zip(expected, range(1000)) if "body" in row]
    to.write_text(sorted(bodies, key=len)[len(bodies) // 2], encoding="utf-8")
    return to


def read_stats(url: str) -> dict:
    """What the server has seen so far."""
    with urllib.request.urlopen(url.removesuffix("/api") + "/stats") as answer:
        return json.load(answer)


def median(values: list[float]) -> float:
    return statistics.median(values)
