#!/usr/bin/env python3
"""The yardstick: what a good Python engineer would write in an afternoon instead of installing an importer.

    naive.py FILE.csv --results OUT.csv                  checks only
    naive.py FILE.csv --results OUT.csv --api-url URL    checks and posts, with retries

It checks and sends the same fields as bench_mapping.toml. It has no ledger: killed and run again, it sends all rows again.
The token is read from LEADFERRY_TOKEN. Prints its counts and seconds as one JSON object.
"""

import argparse
import asyncio
import csv
import json
import os
import time
from collections import Counter
from urllib.parse import urlsplit

import aiohttp
import phonenumbers
from email_validator import EmailNotValidError, validate_email

REGIONS = {"Turkey": "TR", "Germany": "DE", "Spain": "ES", "United Kingdom": "GB", "United States": "US"}
STAGES = {"New": 1, "Contacted": 2, "Qualified": 3, "Won": 4, "Lost": 5}


def check_text(row: dict, column: str, limit: int | None, errors: list[str]) -> str | None:
    value = row[column].strip()
    if limit and len(value) > limit:
        errors.append(f"{column}: longer than {limit} characters")
    return value or None


def check_phone(row: dict, errors: list[str]) -> str | None:
    text = row["Mobile"].strip()
    if not text:
        return None
    try:
        number = phonenumbers.parse(text, REGIONS.get(row["Country"]))
    except phonenumbers.NumberParseException as error:
        errors.append(f"Mobile: {error}")
        return None
    if not phonenumbers.is_valid_number(number):
        errors.append("Mobile: not a valid number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def check_email(row: dict, errors: list[str]) -> str | None:
    text = row["E-mail"].strip()
    if not text:
        return None
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError as error:
        errors.append(f"E-mail: {error}")
        return None


def check_page(row: dict, errors: list[str]) -> str | None:
    text = check_text(row, "Landing page", 2048, errors)
    if text:
        parts = urlsplit(text)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            errors.append("Landing page: not an absolute address")
    return text


def make_lead(row: dict) -> tuple[dict, list[str]]:
    """The request body of a row and what is wrong with it."""
    errors: list[str] = []
    lead = {
        "last_name": check_text(row, "Surname", 255, errors),
        "first_name": check_text(row, "Given name", 255, errors),
        "phone_number": check_phone(row, errors),
        "email": check_email(row, errors),
        "description": check_text(row, "Notes", None, errors),
        "preferred_contact": check_text(row, "Channel", 50, errors),
        "source_page_url": check_page(row, errors),
        "lead_status_id": STAGES.get(row["Stage"].strip()),
        "marketing_attribution": [tag for piece in row["Tags"].split(";") if (tag := piece.strip())] or None,
    }
    if not lead["last_name"]:
        errors.append("Surname: missing")
    if row["Stage"].strip() and lead["lead_status_id"] is None:
        errors.append("Stage: unknown")
    return {key: value for key, value in lead.items() if value is not None}, errors


async def read_id(response: aiohttp.ClientResponse) -> str:
    """The id in a 2xx answer; empty where it cannot be read, for the lead is there all the same."""
    try:
        return str((await response.json())["data"]["id"])
    except (ValueError, KeyError, TypeError):
        return ""


async def post_lead(session: aiohttp.ClientSession, url: str, lead: dict, tries: int) -> tuple[str, str, str]:
    """Posts one lead: its status, id and error. Time-outs, broken connections, 429 and 5xx are tried again."""
    error = ""
    for attempt in range(tries):
        pause = 0.1 * 2**attempt
        try:
            async with session.post(url, json=lead) as response:
                if response.status < 300:
                    return "created", await read_id(response), ""
                error = f"{response.status}: {await response.text()}"
                if response.status not in (429, 500, 502, 503, 504):
                    return "refused", "", error
                pause = float(response.headers.get("Retry-After", pause))
        except (aiohttp.ClientError, TimeoutError) as failure:
            error = repr(failure)
        await asyncio.sleep(pause)
    return "failed", "", error


async def import_rows(rows, write, arguments: argparse.Namespace) -> None:
    concurrency = arguments.concurrency
    queue: asyncio.Queue = asyncio.Queue(maxsize=2 * concurrency)
    headers = {"Authorization": f"Bearer {os.environ['LEADFERRY_TOKEN']}", "X-Tenant": arguments.tenant, "Accept": "application/json"}
    connector = aiohttp.TCPConnector(limit=concurrency)
    timeout = aiohttp.ClientTimeout(total=arguments.timeout)

    async def work() -> None:
        while (item := await queue.get()) is not None:
            row_number, lead = item
            write(row_number, *await post_lead(session, f"{arguments.api_url}/v1/leads", lead, arguments.tries))

    async with aiohttp.ClientSession(connector=connector, headers=headers, timeout=timeout) as session:
        async with asyncio.TaskGroup() as workers:
            for _ in range(concurrency):
                workers.create_task(work())
            for row_number, row in enumerate(rows, start=2):
                lead, errors = make_lead(row)
                if errors:
                    write(row_number, "rejected", "", "; ".join(errors))
                else:
                    await queue.put((row_number, lead))
            for _ in range(concurrency):
                await queue.put(None)


def check_rows(rows, write) -> None:
    for row_number, row in enumerate(rows, start=2):
        _, errors = make_lead(row)
        write(row_number, "rejected" if errors else "valid", "", "; ".join(errors))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file")
    parser.add_argument("--results", required=True)
    parser.add_argument("--api-url", help="post to this API; without it rows are only checked")
    parser.add_argument("--tenant", default="7")
    parser.add_argument("--concurrency", type=int, default=64)
    parser.add_argument("--timeout", type=float, default=30, help="the longest that one request may take, in seconds (30)")
    parser.add_argument("--tries", type=int, default=5, help="the most attempts for one row (5)")
    arguments = parser.parse_args()
    started, counts = time.monotonic(), Counter()
    with open(arguments.file, newline="", encoding="utf-8") as source, \
            open(arguments.results, "w", newline="", encoding="utf-8") as results:
        writer = csv.writer(results)
        writer.writerow(["row", "status", "lead_id", "problems"])

        def write(row_number: int, status: str, lead_id: str, problems: str) -> None:
            counts[status] += 1
            writer.writerow([row_number, status, lead_id, problems])

        rows = csv.DictReader(source)
        if arguments.api_url:
            asyncio.run(import_rows(rows, write, arguments))
        else:
            check_rows(rows, write)
    print(json.dumps({**counts, "seconds": round(time.monotonic() - started, 3)}))


if __name__ == "__main__":
    main()
