#!/usr/bin/env python3
"""Imports the files of `fixtures/` into the strict server and compares each row with its expectation.

    bench/judge_fixtures.py [--leadferry PATH]

For every `*.expected.json`: status and codes of each record, and the exact body of each lead. Exit code 1 when one differs.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path

import harness
from harness import BENCH, OUT, TENANT, Failed, measure, say, server

FIXTURES = BENCH.parent / "fixtures"


def differences(expected: dict, record: dict | None, bodies: dict) -> list[str]:
    """What is wrong with one row's record and body."""
    if record is None:
        return ["has no record"]
    found = []
    status = "created" if expected["status"] == "valid" else expected["status"]
    if record["status"] != status:
        found.append(f"is {record['status']} ({record['problems']}), not {status}")
    codes, wanted = set(record["codes"].split()), expected.get("codes", [])
    found += [f"lacks one of {alternatives}" for alternatives in wanted if not codes & set(alternatives)]
    may_also = expected.get("may_also", [])
    if "*" not in may_also:
        known = set(may_also).union(*wanted)
        found += [f"should not have {code}" for code in sorted(codes - known)]
    if status == "created" == record["status"]:
        sent = bodies.get(record["lead_id"], {})
        found += [f"{name}: sent {sent.get(name)!r}, meant {expected['body'].get(name)!r}"
                  for name in sorted(sent.keys() | expected["body"].keys()) if sent.get(name) != expected["body"].get(name)]
    return found


def judge_file(leadferry: str, python: str, expectations: dict, scratch: Path) -> list[str]:
    """Imports one file; the differences of all its rows."""
    name = expectations["file"]
    bodies_path, results = scratch / f"{name}.created.jsonl", scratch / f"{name}.results.csv"
    command = [python, BENCH / "toy_api.py", "--port", "0", "--bodies", bodies_path, "--tenant", TENANT]
    with server(command, scratch / "toy_api.log") as url:
        measure([leadferry, "import", FIXTURES / name, "--mapping", FIXTURES / expectations["mapping"], "--api-url", url,
                 "--tenant", TENANT, "--results", results, "--rejects", scratch / f"{name}.rejects.csv",
                 "--state-dir", scratch / f"{name}-state"], accept=(0, 1))
    lines = bodies_path.read_text(encoding="utf-8").splitlines()
    bodies = {str(lead["id"]): lead["body"] for lead in map(json.loads, lines)}
    records = {int(record["row"]): record for record in harness.read_records(results)}
    found = [f"row {row['row']} ({row['kind']}) {difference}"
             for row in expectations["rows"] for difference in differences(row, records.get(row["row"]), bodies)]
    surplus = records.keys() - {row["row"] for row in expectations["rows"]}
    return found + [f"row {row} has a record though it is blank or missing" for row in sorted(surplus)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--leadferry", help="judge this program; without it a release build is made")
    arguments = parser.parse_args()
    scratch = OUT / "judge_fixtures"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    leadferry, python, failed = harness.find_leadferry(arguments.leadferry), harness.find_python(), False
    for path in sorted(FIXTURES.glob("*.expected.json")):
        expectations = json.loads(path.read_text(encoding="utf-8"))
        try:
            found = judge_file(leadferry, python, expectations, scratch)
        except Failed as failure:
            found = [str(failure)]
        print(f"{'FAIL' if found else 'ok  '}  {expectations['file']}: {len(expectations['rows']):,} rows")
        for difference in found:
            print(f"      {difference}")
        failed = failed or bool(found)
    say("some rows differ" if failed else "all good")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
