"""What the commands share: building, a Python of their own, measured programs, servers, results."""

import contextlib
import csv
import importlib.util
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

BENCH = Path(__file__).resolve().parent
OUT = BENCH / "out"
MAPPING = BENCH / "bench_mapping.toml"
TENANT = "7"
#: What every child sees: a token for the servers, which check it but keep nothing secret.
ENVIRONMENT = {**os.environ, "LEADFERRY_TOKEN": "bench", "NO_COLOR": "1"}


class Failed(Exception):
    """A program did not do what it should have; the text is for people."""


@dataclass
class Measured:
    """What one program took."""

    seconds: float
    #: Of all its threads together.
    cpu_seconds: float
    peak_mib: float
    exit_code: int
    stdout: str
    stderr: str


def find_python() -> str:
    """A Python with the packages of requirements.txt: this one, or a virtual environment in `out`."""
    if all(importlib.util.find_spec(name) for name in ("aiohttp", "email_validator", "openpyxl", "phonenumbers", "python_calamine")):
        return sys.executable
    python = OUT / "venv" / "bin" / "python"
    wanted = (BENCH / "requirements.txt").read_text(encoding="utf-8")
    installed = OUT / "venv" / "installed.txt"
    if not installed.exists() or installed.read_text(encoding="utf-8") != wanted:
        say("making a virtual environment in bench/out/venv")
        subprocess.run([sys.executable, "-m", "venv", OUT / "venv"], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", BENCH / "requirements.txt"], check=True)
        installed.write_text(wanted, encoding="utf-8")
    return str(python)


def find_leadferry(given: str | None) -> str:
    """The program to look at: the one given, or a release build of this tree."""
    if given:
        return str(Path(given).resolve())
    say("building leadferry (release)")
    return build()


def find_example(name: str) -> str:
    """A release build of a program in `examples/`."""
    say(f"building the example {name} (release)")
    return build("--example", name)


def build(*what: str) -> str:
    """Builds in release mode; the program's path."""
    built = subprocess.run(["cargo", "build", "--release", "--quiet", "--message-format", "json-render-diagnostics", *what],
                           cwd=BENCH.parent, check=True, stdout=subprocess.PIPE, text=True)
    artifacts = [json.loads(line).get("executable") for line in built.stdout.splitlines() if line.startswith("{")]
    return next(path for path in reversed(artifacts) if path)


def make_export(rows: int, name: str = "export", bad: float = 0.02, first: int = 1) -> tuple[Path, Path, dict]:
    """An export of `rows` rows, the expectations for each, and its known outcome."""
    export, expected = OUT / f"{name}_{rows}.csv", OUT / f"{name}_{rows}.expected.jsonl"
    made = subprocess.run([sys.executable, BENCH / "make_export.py", str(rows), export, "--expected", expected,
                           "--bad", str(bad), "--first", str(first)], check=True, stdout=subprocess.PIPE, text=True)
    return export, expected, json.loads(made.stdout)


def read_expected(path: Path) -> Iterator[dict]:
    """The expectations for each row that `make_export` has written."""
    with open(path, encoding="utf-8") as file:
        yield from map(json.loads, file)


def measure(command: list, accept: tuple[int, ...], **environment: str) -> Measured:
    """Runs a command to its end, with these variables more. An exit code that is not in `accept` is a failure."""
    # A file of its own, because several commands may be measured at once.
    with tempfile.NamedTemporaryFile(mode="r", encoding="utf-8", dir=OUT, suffix=".json") as figures_file:
        done = subprocess.run([sys.executable, "-I", "-S", BENCH / "measure.py", figures_file.name, *map(str, command)],
                              env={**ENVIRONMENT, **environment}, capture_output=True, text=True)
        figures = json.load(figures_file) if done.returncode == 0 else {"exit_code": -1}
    if figures["exit_code"] not in accept:
        raise Failed(f"exit code {figures['exit_code']} of: {' '.join(map(str, command))}\n{done.stderr[-4000:]}")
    return Measured(**figures, stdout=done.stdout, stderr=done.stderr)


@contextlib.contextmanager
def server(command: list, log: Path, stop: int = signal.SIGTERM) -> Iterator[str]:
    """A server for the time of a `with` block: its address, read from the line it prints when it listens.

    It is ended with the signal `stop`. What it prints goes to `log`, all but the lines before it listens.
    """
    log_file = open(log, "w", encoding="utf-8")
    process = subprocess.Popen(list(map(str, command)), env=ENVIRONMENT, stdout=log_file, stderr=subprocess.PIPE, text=True)
    try:
        heard = []
        for line in process.stderr:
            heard.append(line)
            if "listening on " in line:
                # Keeps reading, so that a talkative server never waits for us.
                drain = subprocess.Popen(["cat"], stdin=process.stderr, stdout=log_file)
                break
        else:
            raise Failed(f"no server: {' '.join(map(str, command))}\n{''.join(heard)}")
        yield line.split("listening on ", 1)[1].split()[0].rstrip("/")
        process.send_signal(stop)
        process.wait(timeout=30)
        drain.wait(timeout=30)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        log_file.close()


def read_records(results: Path) -> list[dict]:
    """The records of a results file."""
    if not results.exists():
        raise Failed(f"no results file {results.name}")
    with open(results, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def verify_results(results: Path, outcome: dict, good: str) -> None:
    """Makes sure that each row has one record and that the counts are the known ones."""
    records = read_records(results)
    if sorted(int(record["row"]) for record in records) != list(range(2, outcome["rows"] + 2)):
        raise Failed(f"{results.name}: {len(records)} records, not one for each of {outcome['rows']} rows")
    expected = +Counter({good: outcome["valid"], "rejected": outcome["rejected"]})
    found = Counter(record["status"] for record in records)
    if found != expected:
        raise Failed(f"{results.name}: expected {dict(expected)}, got {dict(found)}")


def canonical(body: dict) -> str:
    """A body as text that is equal for equal bodies, in whatever order the keys came."""
    return json.dumps(body, sort_keys=True, ensure_ascii=False)


def read_counts(url: str) -> dict:
    """What the toy server has seen; asking also makes it flush its bodies file."""
    with urllib.request.urlopen(url.removesuffix("/api") + "/toy/counts") as answer:
        return json.load(answer)


def describe_machine() -> str:
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def say(text: str) -> None:
    """Tells the user what goes on; figures alone go to standard output."""
    print(text, file=sys.stderr, flush=True)
