#!/usr/bin/env python3
# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""readme.py COPY_TO: what README and docs/ show is true: their code is a piece of an example, which is compiled, the options
of their commands exist, and their links lead somewhere."""
import glob
import os
import re
import subprocess
import sys
import textwrap

root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
failures = 0


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def check(what, good):
    global failures
    if not good:
        failures += 1
        print(f"FAILED: {what}")


examples = [textwrap.dedent(read(path)) for path in glob.glob(os.path.join(root, "examples", "*.cpp"))]
known = subprocess.run([sys.argv[1], "--help"], capture_output=True, text=True).stdout
blocks = commands = links = 0
for page in [os.path.join(root, "README.md"), *sorted(glob.glob(os.path.join(root, "docs", "*.md")))]:
    name, text = os.path.relpath(page, root), read(page)
    for code in re.findall(r"^```cpp\n(.*?)^```$", text, re.M | re.S):
        blocks += 1
        check(f"{name}: the code that begins `{code.splitlines()[0]}` is a piece of an example", any(code in e for e in examples))
    for option in sorted({o for line in re.findall(r"copy_to --[^`]*", text) for o in re.findall(r"(--[a-z][a-z-]*)", line)}):
        commands += 1
        check(f"{name}: copy_to has the option {option}", re.search(rf"{option}\b", known))
    for link in re.findall(r"\]\(([^)#]+)\)", text):
        links += 1
        check(f"{name}: {link} exists", link.startswith("https://") or os.path.exists(os.path.join(os.path.dirname(page), link)))
check("README has code, commands and links", blocks and commands and links > 20)
readme = read(os.path.join(root, "README.md"))
check("README is at most 120 lines", readme.count("\n") <= 120)
check("its example reaches a bucket in less than 30 lines", len(re.search(r"^```cpp\n(.*?)^```$", readme, re.M | re.S).group(1).splitlines()) < 30)
check("quickstart.cpp has less than 40 lines", read(os.path.join(root, "examples", "quickstart.cpp")).count("\n") < 40)
for command in ("examples/run", "tests/run"):
    check(f"{command} can be run", os.access(os.path.join(root, command), os.X_OK))
print(f"readme: blocks={blocks} failures={failures}")
sys.exit(1 if failures else 0)
