"""Starts programs and measures them: seconds, seconds of processor time and peak resident memory.

`python3 -S measure.py OUT.json COMMAND...` runs one command and writes its figures. The detour over this second process matters: a
child starts out with the peak of the process that forked it, and the caller's may be larger than what is to be measured.
"""

import json
import os
import sys
import time


def main() -> None:
    out, command = sys.argv[1], sys.argv[2:]
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        try:
            os.execvp(command[0], command)
        except OSError as error:
            print(f"cannot start {command[0]}: {error}", file=sys.stderr)
            os._exit(127)
    _, status, usage = os.wait4(child, 0)
    seconds = time.monotonic() - started
    # Linux counts ru_maxrss in KiB, macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    figures = {"exit_code": os.waitstatus_to_exitcode(status), "seconds": seconds,
               "cpu_seconds": usage.ru_utime + usage.ru_stime, "peak_mib": usage.ru_maxrss * unit / 2**20}
    with open(out, "w", encoding="utf-8") as file:
        json.dump(figures, file)


if __name__ == "__main__":
    main()
