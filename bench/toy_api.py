#!/usr/bin/env python3
"""A strict little lead API that shares no code with leadferry: a server for looking at the program from outside.

    toy_api.py --port 0 --bodies created.jsonl

Says `listening on http://127.0.0.1:PORT/api` on standard error. Every created lead becomes one line of the bodies file, in the
order of creation: `{"id", "body"}`. Requests that the documentation forbids are refused with 4xx and counted. `GET /toy/counts` (beside
`/api`) tells what was seen. Faults can be asked for; each is drawn by a seeded die, so that a run can be repeated.
Stops on SIGTERM or SIGINT. Needs aiohttp.
"""

import argparse
import asyncio
import json
import random
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

from aiohttp import web

TEXT_LIMITS = {"last_name": 255, "first_name": 255, "phone_number": 50, "email": 255, "description": None, "message": None,
               "preferred_contact": 50, "source_page_url": 2048}
ID_FIELDS = {"lead_status_id", "lead_reference_source_id", "assigned_user_id", "country_id"}
E164 = re.compile(r"\+[1-9][0-9]{6,14}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
URL = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/?#]+\S*", re.IGNORECASE)


def find_errors(body) -> dict[str, str]:
    """What the documentation forbids about a request body, by field."""
    if not isinstance(body, dict):
        return {"body": "must be an object"}
    errors = {name: "is not a field of a lead" for name in body.keys() - TEXT_LIMITS.keys() - ID_FIELDS - {"marketing_attribution"}}
    for name, limit in TEXT_LIMITS.items():
        value = body.get(name)
        if value is not None and not isinstance(value, str):
            errors[name] = "must be a string"
        elif value is not None and limit and len(value) > limit:
            errors[name] = f"must not be longer than {limit} characters"
    for name, pattern in (("phone_number", E164), ("email", EMAIL), ("source_page_url", URL)):
        if name not in errors and body.get(name) is not None and not pattern.fullmatch(body[name]):
            errors[name] = "has the wrong format"
    if not errors.get("last_name") and not (body.get("last_name") or "").strip():
        errors["last_name"] = "is required"
    for name in ID_FIELDS & body.keys():
        if body[name] is not None and type(body[name]) is not int:
            errors[name] = "must be an integer"
    tags = body.get("marketing_attribution")
    if tags is not None and not (isinstance(tags, list) and all(isinstance(tag, str) for tag in tags)):
        errors["marketing_attribution"] = "must be a list of strings"
    return errors


@dataclass
class Api:
    """The state of the server."""

    options: argparse.Namespace
    bodies: object
    leads: list[dict] = field(default_factory=list)
    counts: Counter = field(default_factory=Counter)
    window_start: float = 0.0
    window_used: int = 0

    def __post_init__(self) -> None:
        self.dice = random.Random(self.options.seed)

    def answer(self, status: int, body: dict, headers: dict | None = None) -> web.Response:
        self.counts[f"answered {status}"] += 1
        return web.json_response(body, status=status, headers={**self.limit_headers(), **(headers or {})})

    def limit_headers(self) -> dict:
        limit = self.options.limit
        if not limit:
            return {}
        # Wall-clock seconds, as the documentation says.
        reset = time.time() + self.window_start + self.options.window - time.monotonic()
        return {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remaining": str(max(0, limit - self.window_used)),
                "X-RateLimit-Reset": str(int(reset) + 1)}

    def over_limit(self) -> float | None:
        """Counts a request; the seconds to wait when it is one too many."""
        if not self.options.limit:
            return None
        now = time.monotonic()
        if now >= self.window_start + self.options.window:
            self.window_start, self.window_used = now, 0
        self.window_used += 1
        return self.window_start + self.options.window - now if self.window_used > self.options.limit else None

    def refuse_headers(self, request: web.Request) -> web.Response | None:
        """An answer for a request that lacks a header, or nothing."""
        headers = request.headers
        if headers.getall("Authorization", []) != [f"Bearer {self.options.token}"]:
            return self.answer(401, {"error": "invalid_token", "message": "The token is missing or wrong."})
        if headers.getall("X-Tenant", []) != [str(self.options.tenant)]:
            return self.answer(403, {"error": "forbidden", "message": "The tenant is missing or not yours."})
        if "application/json" not in headers.get("Accept", ""):
            return self.answer(406, {"error": "not_acceptable", "message": "Accept must ask for application/json."})
        if request.method == "POST" and request.content_type != "application/json":
            return self.answer(415, {"error": "invalid_request", "message": "Content-Type must be application/json."})
        wait = self.over_limit()
        if wait is not None:
            return self.answer(429, {"error": "rate_limit_exceeded", "message": "Too many requests."},
                               {"Retry-After": str(int(wait) + 1)})
        return None

    async def create(self, request: web.Request) -> web.Response:
        self.counts["POST"] += 1
        if refusal := self.refuse_headers(request):
            return refusal
        text = await request.read()
        if self.options.latency_ms:
            await asyncio.sleep(self.options.latency_ms / 1000)
        try:
            body = json.loads(text)
        except ValueError:
            return self.answer(400, {"error": "invalid_request", "message": "The body is not JSON."})
        if errors := find_errors(body):
            message = "; ".join(f"'{name}' {error}" for name, error in errors.items())
            return self.answer(422, {"error": "validation_error", "message": message})
        if self.dice.random() < self.options.close_before:
            return self.hang_up(request, "closed before")
        if self.dice.random() < self.options.error_before:
            return self.answer(500, {"error": "server_error", "message": "Nothing was stored."})
        lead = self.store(body)
        if self.dice.random() < self.options.close_after:
            return self.hang_up(request, "closed after")
        if self.dice.random() < self.options.error_after:
            return self.answer(500, {"error": "server_error", "message": "Something went wrong."})
        return self.answer(201, {"success": True, "data": lead})

    def store(self, body: dict) -> dict:
        number = len(self.leads) + 1
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        self.leads.append({"id": number, "created_at": stamp, "body": body})
        self.bodies.write(json.dumps({"id": number, "body": body}, ensure_ascii=False) + "\n")
        self.counts["created"] += 1
        return show(self.leads[-1])

    def hang_up(self, request: web.Request, what: str) -> web.Response:
        """Cuts the connection without an answer."""
        self.counts[what] += 1
        request.transport.abort()
        return web.Response()

    async def listing(self, request: web.Request) -> web.Response:
        self.counts["GET"] += 1
        if refusal := self.refuse_headers(request):
            return refusal
        sought = request.query.get("search", "").casefold()
        per_page, page = int(request.query.get("per_page", 15)), int(request.query.get("page", 1))
        if not 1 <= per_page <= 100 or page < 1:
            return self.answer(422, {"error": "validation_error", "message": "'per_page' must be 1 to 100."})
        found = [lead for lead in reversed(self.leads) if not sought or matches(lead["body"], sought)]
        last_page = max(1, -(-len(found) // per_page))
        start = (page - 1) * per_page
        return self.answer(200, {
            "data": [show(lead) for lead in found[start:start + per_page]],
            "links": {"first": None, "last": None, "prev": None, "next": None},
            "meta": {"current_page": page, "last_page": last_page, "per_page": per_page, "total": len(found)}})

    async def one(self, request: web.Request) -> web.Response:
        self.counts["GET"] += 1
        if refusal := self.refuse_headers(request):
            return refusal
        number = request.match_info["id"]
        if not number.isdecimal() or not 1 <= int(number) <= len(self.leads):
            return self.answer(404, {"error": "not_found", "message": "No such lead."})
        return self.answer(200, {"success": True, "data": show(self.leads[int(number) - 1])})

    async def tell_counts(self, _request: web.Request) -> web.Response:
        self.bodies.flush()
        return web.json_response(self.counts)


def show(lead: dict) -> dict:
    """A lead as the API shows it: the keys that are read differ from those that are written."""
    body = lead["body"]
    shown = {"id": lead["id"], **{name: body.get(name) for name in TEXT_LIMITS}, "country_id": body.get("country_id"),
             "marketing_attribution": body.get("marketing_attribution"), "created_at": lead["created_at"],
             "updated_at": lead["created_at"], "deleted_at": None}
    for name, key in (("status", "lead_status_id"), ("reference_source", "lead_reference_source_id"),
                      ("assigned_user", "assigned_user_id")):
        shown[name] = {"id": body[key], "name": f"No. {body[key]}"} if body.get(key) is not None else None
    return shown


def matches(body: dict, sought: str) -> bool:
    """Whether a search finds a lead: by a part of its names, e-mail or phone."""
    full_name = f"{body.get('first_name') or ''} {body['last_name']}"
    return any(sought in (text or "").casefold() for text in (full_name, body.get("email"), body.get("phone_number")))


async def serve(options: argparse.Namespace) -> None:
    with open(options.bodies, "w", encoding="utf-8") as bodies:
        api = Api(options, bodies)
        app = web.Application(client_max_size=options.body_limit)
        app.router.add_post("/api/v1/leads", api.create)
        app.router.add_get("/api/v1/leads", api.listing)
        app.router.add_get("/api/v1/leads/{id}", api.one)
        app.router.add_get("/toy/counts", api.tell_counts)
        runner = web.AppRunner(app, access_log=None, handle_signals=True)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", options.port).start()
        port = runner.addresses[0][1]
        print(f"listening on http://127.0.0.1:{port}/api", file=sys.stderr, flush=True)
        try:
            await asyncio.Event().wait()
        except (asyncio.CancelledError, web.GracefulExit):
            pass
        finally:
            await runner.cleanup()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=0, help="0: a free one")
    parser.add_argument("--bodies", required=True, help="created leads go here, as JSON lines")
    parser.add_argument("--token", default="bench")
    parser.add_argument("--tenant", type=int, default=7)
    parser.add_argument("--body-limit", type=int, default=1 << 20, help="bytes; a larger body gets 413")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--latency-ms", type=int, default=0)
    parser.add_argument("--limit", type=int, default=0, help="requests in a window; 0: no limit")
    parser.add_argument("--window", type=float, default=1.0, help="seconds")
    for name, what in (("close-before", "hang up, nothing stored"), ("close-after", "hang up after storing"),
                       ("error-before", "500, nothing stored"), ("error-after", "500 after storing")):
        parser.add_argument(f"--{name}", type=float, default=0.0, metavar="SHARE", help=what)
    try:
        asyncio.run(serve(parser.parse_args()))
    except (KeyboardInterrupt, web.GracefulExit):
        pass


if __name__ == "__main__":
    main()
