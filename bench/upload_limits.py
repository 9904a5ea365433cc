"""How much of a server's limit is used, and how often it had to say no."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import harness
from harness import say
from instant import Run, Uploads

LIMIT = 600
WINDOW = 10
#: So many whole windows are looked at.
WINDOWS = 5
#: Rows for these, one that is cut off at either end, and what is lost to refusals.
ROWS = LIMIT * (WINDOWS + 2)
#: What is reached where the server tells of its limit, and where it does not.
TOLD, UNTOLD = 0.97, 0.85
STYLES = ("clock", "request", "sliding")
HEADERS = {"all-up": "`X-RateLimit-*`, reset rounded up", "all-down": "`X-RateLimit-*`, reset rounded down",
           "ietf": "`RateLimit`", "retry-after": "`Retry-After` alone", "none": "nothing"}
#: These tell the limit with every answer.
TELLING = ("all-up", "all-down", "ietf")


@dataclass
class Usage:
    """What became of the limit over the windows that are looked at."""

    #: Allowed creates of what the limit allows.
    share: float
    #: Creates of what the limit allows in the time that passed: windows that begin late count here.
    share_of_time: float
    #: The most refusals in any window, and the most requests in flight.
    most_refused: int
    most_in_flight: int
    #: All of the run.
    refused: int
    seconds: float


def usage_of(run: Run, style: str) -> Usage:
    """Windows that the clock begins are whole from the second one on."""
    windows = run.seen["windows"]
    first = 1 if style == "clock" else 0
    looked_at = windows[first:first + WINDOWS]
    creates = sum(window["creates"] for window in looked_at)
    passed = windows[first + WINDOWS]["begins"] - looked_at[0]["begins"]
    refusals = [window["refused"] for window in windows]
    return Usage(creates / (LIMIT * WINDOWS), creates / (LIMIT * passed / WINDOW), max(refusals), run.seen["most_in_flight"],
                 sum(refusals), run.done.seconds)


def measure_limits(uploads: Uploads, add, concurrency: int | None, cells: list[tuple[str, str]]) -> None:
    """All cells at once: none of them has anything to do for most of the time."""
    export = harness.make_export(ROWS, name="limits", bad=0.0)

    def run(cell: tuple[str, str]) -> Usage:
        style, headers = cell
        options = ["--limit", LIMIT, "--window", WINDOW, "--style", style, "--headers", headers]
        return usage_of(uploads.import_(export, concurrency, options), style)

    say(f"{len(cells)} kinds of limits at once, each some {ROWS // LIMIT * WINDOW} s")
    with ThreadPoolExecutor(len(cells)) as pool:
        for (style, headers), usage in zip(cells, pool.map(run, cells)):
            goal = TOLD if headers in TELLING else UNTOLD
            add(f"{LIMIT} in {WINDOW} s, windows by {style}, told by {HEADERS[headers]}",
                f"{usage.share:.1%} used; {usage.share_of_time:.1%} by time; most 429 in a window {usage.most_refused} "
                f"({usage.refused} in all)", f"{LIMIT} in {WINDOW} s", f"{min(usage.share, usage.share_of_time):.3f}",
                f"at least {goal:.0%}, at most one 429 in a window")


def all_cells() -> list[tuple[str, str]]:
    return [(style, headers) for headers in HEADERS for style in STYLES]
