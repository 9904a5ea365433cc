#!/usr/bin/env python3
"""Looks at leadferry from outside: an import of a generated export into a server nobody of the program's authors wrote.

    bench/judge.py [--rows 20000] [--memory-rows 200000] [--faults] [--leadferry PATH]
    bench/judge.py --kills 100 [--rows 20000] [--faults] [--leadferry PATH]

Checks that every valid row became exactly one lead with exactly the expected body, that every row has one record in
input order, that counts and exit codes are right, and that memory does not grow with the file. With `--faults` the server
also refuses by rate, answers 500 and cuts connections, before and after it has stored the lead: then a row may be `in_doubt`,
but none is sent twice and no record may claim what is not so. With `--kills` the import is killed at random moments and run
again until that has happened so often; then the last run may end, and what has become of each row is looked at. Prints one line for each check; exit code 1 when one fails.
"""

import argparse
import json
import shutil
import sys
from collections import Counter
from pathlib import Path

import harness
from harness import BENCH, MAPPING, OUT, TENANT, Failed, canonical, measure, read_counts, say, server
from judge_kills import judge_kills

#: How much more memory a large file may take: allocators and caches are never quite still.
MEMORY_SLACK_MIB = 4
SMALL_ROWS = 1_000
#: What the server does wrong with `--faults`: few enough that no row uses up its tries.
FAULTS = ["--limit", "2000", "--window", "1", "--close-before", "0.003", "--close-after", "0.003", "--error-before", "0.002",
          "--error-after", "0.002"]


class Judge:
    """The checks so far."""

    def __init__(self, leadferry: str, python: str) -> None:
        self.leadferry, self.python = leadferry, python
        self.failures = 0
        self.scratch = OUT / "judge"
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.scratch.mkdir(parents=True)

    def verdict(self, what: str, good: bool, detail: object = "") -> None:
        """Prints a check and remembers whether it failed."""
        self.failures += not good
        print(f"{'ok  ' if good else 'FAIL'}  {what}{'' if good else f': {detail}'}", flush=True)

    def toy_api(self, bodies: Path, faults: list[str]):
        command = [self.python, BENCH / "toy_api.py", "--port", "0", "--bodies", bodies, "--tenant", TENANT, *faults]
        return server(command, self.scratch / "toy_api.log")

    def judge_requests(self, counts: dict) -> None:
        """The server refused nothing that leadferry could have known better."""
        refused = {what: count for what, count in counts.items() if what.startswith("answered 4") and what != "answered 429"}
        self.verdict("no request broke the documented form", not refused, refused)

    def import_command(self, export: Path, url: str, name: str, flags: list[str]) -> list:
        return [self.leadferry, "import", export, "--mapping", MAPPING, "--api-url", url, "--tenant", TENANT,
                "--results", self.scratch / f"{name}.csv", "--rejects", self.scratch / f"{name}.rejects.csv",
                "--state-dir", self.scratch / f"{name}-state", *flags]

    def import_(self, export: Path, url: str, name: str) -> harness.Measured:
        return measure(self.import_command(export, url, name, ["--concurrency", "64"]), accept=(0, 1))


def judge_import(judge: Judge, rows: int, faults: bool) -> None:
    """The main thing: one import."""
    export, expected_path, outcome = harness.make_export(rows, name="judged")
    expected = list(harness.read_expected(expected_path))
    bodies = judge.scratch / "created.jsonl"
    with judge.toy_api(bodies, FAULTS if faults else []) as url:
        done = judge.import_(export, url, "first")
        counts = read_counts(url)
        created = [json.loads(line) for line in bodies.read_text(encoding="utf-8").splitlines()]
    results = judge.scratch / "first.csv"
    if faults:
        judge_doubtful_records(judge, expected, created, results)
    else:
        judge_bodies(judge, expected, created)
        judge_records(judge, expected, created, results, outcome, good="created")
        judge.verdict("one POST for each lead", counts["POST"] == outcome["valid"], counts)
    judge.verdict("exit code 1 when some rows are not in the CRM", done.exit_code == 1, done.exit_code)
    judge.judge_requests(counts)


def judge_clean_exit(judge: Judge) -> None:
    """A file without a bad row ends with 0."""
    export, _, _ = harness.make_export(50, name="clean", bad=0.0)
    with judge.toy_api(judge.scratch / "clean.jsonl", []) as url:
        done = judge.import_(export, url, "clean")
    judge.verdict("exit code 0 when every row was created", done.exit_code == 0, done.exit_code)


def judge_bodies(judge: Judge, expected: list[dict], created: list[dict]) -> None:
    """Each expected body once, and nothing else. Every body has a mark of its own in `description`."""
    wanted = Counter(canonical(row["body"]) for row in expected if "body" in row)
    found = Counter(canonical(lead["body"]) for lead in created)
    lost, surplus = wanted - found, found - wanted
    judge.verdict(f"{len(wanted):,} expected bodies arrived", not lost, f"{lost.total()} lost, such as {next(iter(lost), '')}")
    judge.verdict("nothing else arrived, and nothing twice", not surplus,
                  f"{surplus.total()} too many, such as {next(iter(surplus), '')}")


def judge_records(judge: Judge, expected: list[dict], created: list[dict], results: Path, outcome: dict, good: str) -> None:
    """One record for each row, in input order, with the right status and the id that the server gave."""
    records = harness.read_records(results)
    judge.verdict(f"{results.name}: one record for each row, in input order",
                  [record["row"] for record in records] == [str(row["row"]) for row in expected], f"{len(records)} records")
    found = Counter(record["status"] for record in records)
    wanted = +Counter({good: outcome["valid"], "rejected": outcome["rejected"]})
    judge.verdict(f"{results.name}: counts add up", found == wanted, f"expected {dict(wanted)}, got {dict(found)}")
    ids = {canonical(lead["body"]): str(lead["id"]) for lead in created}
    wrong = [row["row"] for row, record in zip(expected, records)
             if record["lead_id"] != (ids.get(canonical(row["body"])) if "body" in row else "")
             or record["status"] != (good if "body" in row else "rejected")]
    judge.verdict(f"{results.name}: every status and id is its own row's", not wrong, f"rows {wrong[:5]}")


def judge_doubtful_records(judge: Judge, expected: list[dict], created: list[dict], results: Path) -> None:
    """Under faults: nothing twice, every claim true, and whatever is not claimed is in doubt."""
    found = Counter(canonical(lead["body"]) for lead in created)
    judge.verdict("nothing was created twice", max(found.values()) == 1, f"{max(found.values())} times")
    records = harness.read_records(results)
    judge.verdict("one record for each row, in input order",
                  [record["row"] for record in records] == [str(row["row"]) for row in expected], f"{len(records)} records")
    ids = {canonical(lead["body"]): str(lead["id"]) for lead in created}
    wrong = [record["row"] for row, record in zip(expected, records) if not is_true(record, row.get("body"), ids)]
    judge.verdict("every record is true", not wrong, f"rows {wrong[:5]}")
    claimed = Counter(record["status"] for record in records)
    judge.verdict(f"few rows are in doubt: {dict(claimed)}", claimed["in_doubt"] < len(records) / 20)


def is_true(record: dict, body: dict | None, ids: dict[str, str]) -> bool:
    """Whether what a record claims is what the server knows."""
    if body is None:
        return record["status"] == "rejected"
    lead_id = ids.get(canonical(body))
    match record["status"]:
        case "created":
            return record["lead_id"] == lead_id
        case "in_doubt":
            return True
        case "failed" | "pending":
            return lead_id is None
        case _:
            return False


def judge_memory(judge: Judge, rows: int, with_import: bool) -> None:
    """Peak memory of few rows and of many; none for 0."""
    if not rows:
        return
    exports = [harness.make_export(count, name="judged")[0] for count in (SMALL_ROWS, rows)]
    peaks = [measure([judge.leadferry, "check", export, "--mapping", MAPPING, "--results", judge.scratch / f"check{index}.csv"],
                     accept=(0, 1)).peak_mib for index, export in enumerate(exports)]
    add_memory_verdict(judge, "check", rows, peaks)
    if with_import:
        peaks = []
        for index, export in enumerate(exports):
            with judge.toy_api(judge.scratch / f"memory{index}.jsonl", []) as url:
                peaks.append(judge.import_(export, url, f"memory{index}").peak_mib)
        add_memory_verdict(judge, "import", rows, peaks)


def add_memory_verdict(judge: Judge, what: str, rows: int, peaks: list[float]) -> None:
    small, large = peaks
    judge.verdict(f"{what}: {small:.1f} MiB at {SMALL_ROWS:,} rows, {large:.1f} MiB at {rows:,}",
                  large - small <= MEMORY_SLACK_MIB, f"grows by {large - small:.1f} MiB")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--memory-rows", type=int, default=200_000, help="0: leave the memory checks out")
    parser.add_argument("--memory-of-import", action="store_true", help="measure an import too; minutes long")
    parser.add_argument("--faults", action="store_true")
    parser.add_argument("--kills", type=int, nargs="?", const=100, metavar="N", help="kill an import N times (100), and check nothing else")
    parser.add_argument("--concurrency", type=int, default=16, help="requests at once with --kills; each kill leaves so many in doubt")
    parser.add_argument("--seed", type=int, default=1, help="another one kills at other moments")
    parser.add_argument("--leadferry", help="judge this program; without it a release build is made")
    arguments = parser.parse_args()
    OUT.mkdir(exist_ok=True)
    judge = Judge(harness.find_leadferry(arguments.leadferry), harness.find_python())
    try:
        if arguments.kills:
            judge_kills(judge, arguments, FAULTS if arguments.faults else [])
        else:
            judge_import(judge, arguments.rows, arguments.faults)
            judge_clean_exit(judge)
            judge_memory(judge, arguments.memory_rows, arguments.memory_of_import)
    except Failed as failure:
        say(f"error: {failure}")
        return 1
    print(f"{judge.failures} failed" if judge.failures else "all good")
    return 1 if judge.failures else 0


if __name__ == "__main__":
    sys.exit(main())
