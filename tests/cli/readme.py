#!/usr/bin/env python3
# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""readme.py COPY_TO: the README's code is the code that is compiled, its options exist, and its links lead somewhere."""
import os
import re
import subprocess
import sys

root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
readme = open(os.path.join(root, "README.md"), encoding="utf-8").read()
failures = 0


def check(what, good):
    global failures
    if not good:
        failures += 1
        print(f"FAILED: {what}")


quickstart = open(os.path.join(root, "examples/quickstart.cpp"), encoding="utf-8").read()
code = re.findall(r"^```cpp\n(.*?)^```$", readme, re.M | re.S)
check("README shows examples/quickstart.cpp byte for byte", quickstart in code)
check("quickstart.cpp has less than 40 lines", quickstart.count("\n") < 40)
known = subprocess.run([sys.argv[1], "--help"], capture_output=True, text=True).stdout
for option in sorted({o for line in re.findall(r"copy_to --[^`]*", readme) for o in re.findall(r"(--[a-z-]+)", line)}):
    check(f"copy_to has the option {option}", re.search(rf"{option}\b", known))
for link in re.findall(r"\]\(([^)#]+)\)", readme):
    check(f"{link} exists", link.startswith("https://") or os.path.exists(os.path.join(root, link)))
for command in ("examples/run", "tests/run"):
    check(f"{command} can be run", os.access(os.path.join(root, command), os.X_OK))
print(f"readme: failures={failures}")
sys.exit(1 if failures else 0)
