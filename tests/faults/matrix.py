# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""Every fault of the strict double at every request of whole exports (matrix.cpp says which). The positions are shared
out among processes, as most of the time is spent waiting. Full tier: all of them; else every 23rd."""
import collections
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import tool  # noqa: E402

SCRIPTS = 19


def main():
    program = tool.helper("faults_matrix")
    slices = 10 if tool.full_tier() else 6
    step = 1 if tool.full_tier() else 23
    running = [subprocess.Popen([program, str(i), str(slices), str(step)], stdout=subprocess.PIPE, text=True)
               for i in range(slices)]
    positions = failures = 0
    scripts = collections.defaultdict(collections.Counter)
    for process in running:
        output, _ = process.communicate()
        last = re.fullmatch(r"matrix: positions=(\d+) failures=(\d+)", output.strip().splitlines()[-1] if output else "")
        if not last or process.returncode not in (0, 1):
            print(f"FAILED: a process ended with {process.returncode}\n{output[-2000:]}")
            failures += 1
            continue
        positions += int(last[1])
        failures += int(last[2])
        for line in output.splitlines():
            if line.startswith("FAILED"):
                print(line)
            elif line.startswith("script "):
                name, _, outcomes = line[len("script "):].partition(":")
                for outcome, times in re.findall(r"\[([^]]+)\] (\d+)", outcomes):
                    scripts[name][outcome] += int(times)
    for name in sorted(scripts):
        print(f"{name:18}", ", ".join(f"{outcome} {times}" for outcome, times in sorted(scripts[name].items())))
    if len(scripts) != SCRIPTS:
        print(f"FAILED: {len(scripts)} scripts played, not {SCRIPTS}")
        failures += 1
    outcomes = {outcome for counts in scripts.values() for outcome in counts}
    for needed in ("committed", "stopped", "failed", "in doubt, resumed", *(["in doubt, aborted"] if tool.full_tier() else [])):
        if needed not in outcomes:
            print(f"FAILED: no position ended with: {needed}")
            failures += 1
    if tool.full_tier() and positions < 2000:
        print("FAILED: there must be at least 2,000 positions")
        failures += 1
    print(f"faults: positions={positions} failures={failures}")
    sys.exit(1 if failures else 0)


main()
