"""What `judge.py --kills` does: kills an import again and again, lets the last run end, and looks at what has become of each row."""

import argparse
import csv
import io
import json
import random
import signal
import subprocess
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import harness
from harness import ENVIRONMENT, Failed, canonical, read_counts, say

#: So long a killed run sends, on average, in seconds.
SENDING = 0.3
#: So many of the kills come before the run has sent anything: while it starts, surveys and asks.
EARLY = 0.2
#: So often the killer looks whether the run sends, in seconds.
LOOK = 0.005
#: How many rows more there should be than the kills are expected to use up.
MARGIN = 1.3
#: The statuses that name a lead.
IN_CRM = ("created", "already_created")


@dataclass
class Killed:
    """What the killed runs have left behind."""

    kills: int = 0
    runs: int = 0
    #: Kills before the run had sent anything.
    before_sending: int = 0
    seconds: float = 0.0
    #: The id that a record of a killed run has claimed, by row.
    claims: dict[str, str] = field(default_factory=dict)
    broken_claims: list[str] = field(default_factory=list)


def judge_kills(judge, arguments: argparse.Namespace, faults: list[str]) -> None:
    """Kills at random moments until there were enough kills, and looks at everything from outside."""
    export, expected_path, outcome = harness.make_export(arguments.rows, name="killed")
    expected = list(harness.read_expected(expected_path))
    bodies, results = judge.scratch / "kills.jsonl", judge.scratch / "kills.csv"
    latency = find_latency(arguments)
    say(f"killing {arguments.kills} times; the server answers after {latency} ms, {arguments.concurrency} at once")
    with judge.toy_api(bodies, ["--latency-ms", str(latency), *faults]) as url:
        command = judge.import_command(export, url, "kills", ["--concurrency", str(arguments.concurrency)])
        exit_code, killed = run_and_kill(command, url, results, arguments)
        counts = read_counts(url)
        created = [json.loads(line) for line in bodies.read_text(encoding="utf-8").splitlines()]
    records = harness.read_records(results)
    judge.verdict(f"the rows outlasted {killed.kills} kills", killed.kills == arguments.kills, "take more --rows")
    judge_rows(judge, expected, created, records)
    judge_claims(judge, killed, records)
    judge.verdict("exit code 1 when some rows are not in the CRM", exit_code == 1, exit_code)
    judge.judge_requests(counts)
    rejects = list(judge.scratch.glob("kills.rejects*"))
    judge.verdict("one rejects file", len(rejects) == 1, rejects)
    judge_rejects(judge, rejects[0], outcome)
    print_figures(killed, created, expected, records)


def find_latency(arguments: argparse.Namespace) -> int:
    """How late the server must answer for the rows to outlast the kills, in milliseconds."""
    rows_of_a_run = arguments.rows / (arguments.kills + 1) / MARGIN
    # What is in flight when a run is killed is never sent again.
    settled = rows_of_a_run - arguments.concurrency
    if settled <= 0:
        raise Failed(f"{arguments.rows} rows are too few for {arguments.kills} kills at {arguments.concurrency} at once")
    return max(1, round(1000 * arguments.concurrency * SENDING / settled))


def run_and_kill(command: list, url: str, results: Path, arguments: argparse.Namespace) -> tuple[int, Killed]:
    """Runs the same command again and again. Returns the exit code of the run that was left alone."""
    killer, killed, started = Killer(command, url, arguments.seed), Killed(), time.monotonic()
    while killed.kills < arguments.kills:
        killed.runs += 1
        exit_code, posts = killer.run_and_kill()
        if exit_code == 1:
            return exit_code, killed
        if exit_code != -signal.SIGKILL:
            raise Failed(f"exit code {exit_code} of: {' '.join(map(str, command))}")
        killed.kills += 1
        killed.before_sending += posts == 0
        remember_claims(killed, results)
        if killed.kills % 10 == 0:
            say(f"{killed.kills} kills, {killer.count('created'):,} leads")
    exit_code = killer.run().wait()
    killed.runs += 1
    killed.seconds = time.monotonic() - started
    return exit_code, killed


class Killer:
    """Kills runs at random moments, some of them early. Looks at the server to know whether a run sends."""

    def __init__(self, command: list, url: str, seed: int) -> None:
        self.command, self.url, self.dice = list(map(str, command)), url, random.Random(seed)
        #: How long a run takes to send its first row, in seconds.
        self.start_up = 0.2

    def run(self) -> subprocess.Popen:
        return subprocess.Popen(self.command, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def count(self, what: str) -> int:
        return read_counts(self.url).get(what, 0)

    def run_and_kill(self) -> tuple[int, int]:
        """Starts a run and kills it, unless it ends before; its exit code and how many requests it has sent."""
        posts = self.count("POST")
        run = self.run()
        if self.dice.random() < EARLY:
            wait = self.dice.uniform(0, self.start_up)
        else:
            self.watch_start_up(run, posts)
            wait = self.dice.uniform(0, 2 * SENDING)
        try:
            run.wait(wait)
        except subprocess.TimeoutExpired:
            run.kill()
        return run.wait(), self.count("POST") - posts

    def watch_start_up(self, run: subprocess.Popen, posts: int) -> None:
        """Returns when the run has sent something or ended."""
        started = time.monotonic()
        while run.poll() is None and self.count("POST") == posts:
            time.sleep(LOOK)
        self.start_up = time.monotonic() - started


def remember_claims(killed: Killed, results: Path) -> None:
    """Notes what the records of a killed run say is created. Its last line may be cut off."""
    if not results.exists():
        return
    whole_lines = results.read_text(encoding="utf-8").rpartition("\n")[0]
    for record in csv.DictReader(io.StringIO(whole_lines, newline="")):
        if record["status"] not in IN_CRM:
            continue
        if killed.claims.setdefault(record["row"], record["lead_id"]) != record["lead_id"]:
            killed.broken_claims.append(record["row"])


def judge_rows(judge, expected: list[dict], created: list[dict], records: list[dict]) -> None:
    """Every row with one true outcome, none lost and none twice."""
    judge.verdict("one record for each row, in input order",
                  [record["row"] for record in records] == [str(row["row"]) for row in expected], f"{len(records)} records")
    stored = Counter(canonical(lead["body"]) for lead in created)
    wanted = {canonical(row["body"]) for row in expected if "body" in row}
    twice = [body for body, times in stored.items() if times > 1]
    judge.verdict("no body is stored twice", not twice, f"{len(twice)} are, such as {twice[:1]}")
    judge.verdict("nothing else is stored", not stored.keys() - wanted, f"{len(stored.keys() - wanted)} bodies")
    ids = {canonical(lead["body"]): str(lead["id"]) for lead in created}
    rows = list(zip(expected, records))
    lost = [record["row"] for row, record in rows if "body" in row
            and record["status"] not in (*IN_CRM, "in_doubt")]
    judge.verdict("no good row is lost", not lost, f"{len(lost)} are, rows {lost[:5]}")
    wrong = [record["row"] for row, record in rows if record["status"] in IN_CRM
             and ("body" not in row or record["lead_id"] != ids.get(canonical(row["body"])))]
    judge.verdict("every created row has its own lead's id", not wrong, f"{len(wrong)} have not, rows {wrong[:5]}")
    bad = [record["row"] for row, record in rows if ("body" not in row) != (record["status"] == "rejected")]
    judge.verdict("the bad rows and no others are rejected", not bad, f"rows {bad[:5]}")


def judge_claims(judge, killed: Killed, records: list[dict]) -> None:
    """What a killed run has told stays true."""
    last = {record["row"]: record["lead_id"] for record in records if record["status"] in IN_CRM}
    broken = killed.broken_claims + [row for row, lead_id in killed.claims.items() if last.get(row) != lead_id]
    judge.verdict(f"{len(killed.claims):,} rows that killed runs told as created are so in the end", not broken,
                  f"{len(broken)} are not, rows {broken[:5]}")


def judge_rejects(judge, rejects: Path, outcome: dict) -> None:
    """The last run's rejects are whole, whatever killed runs have left."""
    with open(rejects, newline="", encoding="utf-8") as file:
        rows = sum(1 for _ in csv.DictReader(file))
    judge.verdict(f"{outcome['rejected']} rows in the rejects file", rows == outcome["rejected"], f"{rows} rows")


def print_figures(killed: Killed, created: list[dict], expected: list[dict], records: list[dict]) -> None:
    """What the kills have cost."""
    ids = {canonical(lead["body"]) for lead in created}
    in_doubt = [row for row, record in zip(expected, records) if record["status"] == "in_doubt"]
    arrived = sum(canonical(row["body"]) in ids for row in in_doubt)
    print(f"figures: {killed.kills} kills ({killed.before_sending} before the run had sent anything) in {killed.runs} runs "
          f"and {killed.seconds:.0f} s; {len(records):,} rows, {len(created):,} leads; {len(in_doubt):,} rows in doubt, "
          f"{len(in_doubt) / max(1, killed.kills):.1f} a kill, of which {arrived:,} have arrived", flush=True)
