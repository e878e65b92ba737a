# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""S3 servers that nobody here wrote (lib/strangers.py): SeaweedFS, and in the full tier versitygw, S3Proxy and s3rver. On each
the store's contract holds, but for what the table below says that the server does otherwise; exports are killed at requests and
settled, and raced by others, by the tests in faults/. The exit statuses are those of docs/copy_to.md.

    strangers.py PROGRAM [SERVER ...]"""
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import strangers  # noqa: E402
import tool  # noqa: E402

# Keys of the contract that are no names of files.
PATHS = r"keys/\d+/(a/\./b|a/\.\./b|\.|\.\.|/leading slash|double//slash|trailing slash/|.*control|back.slash.*|tab.*)"
# What a server does otherwise: failures of the contract that are its own, and whether it has conditional writes.
KNOWN = {
    # A key is a path; lists go by folders.
    "seaweedfs": (True, (PATHS, r"^keys: list must give", r"^keys: among strange keys, get must", r"^list: list of", r"^list: list_uploads must give")),
    "versitygw": (True, (PATHS, r"^keys: list must give", r"^put: an object without a token must have none")),
    # No conditional writes, tags of its own for what was made of parts, uploads that outlive their abortion. It answers 500
    # below what is an object, so that whether there is an export to one key, or to a prefix, cannot be asked twice.
    "s3proxy": (False, (PATHS, r"^keys: (listing below|list must give|among strange keys, get must)", r"^upload: head must give the tag",
                        r"aborted upload", r"^conditions: ", r"^list: list of", r"^list: list_uploads must give",
                        r"^remove: remove of what is only the beginning", r"^end: .*/keys/\d+/\. was left|^end: ")),
    # Uploads can neither be listed nor aborted; no conditional writes.
    "s3rver": (False, (PATHS, r"list pending uploads|must be listed|cannot abort the upload|abort", r"^list: ", r"^upload", r"^stop", r"^end",
                       r"^conditions: ", r"^remove: ", r"^keys: list must give", r"^keys: among strange keys")),
}


def contract(checks, name, environment):
    """No failures but those that are known."""
    done = subprocess.run([tool.helper("integration_strangers")], env=os.environ | environment, text=True, capture_output=True, timeout=600)
    lines = re.sub(r"[\x01-\x09\x0b-\x1f]|newline\n|\n(return|\))", " ", done.stdout).strip().split("\n")
    if not checks.expect(done.returncode == 0 and lines and re.match(r"\d+ checks", lines[0]), f"{name}: the contract", done.stdout + done.stderr):
        return
    print(f"{name}: {lines[0]}")
    other = [line for line in lines[1:] if not any(re.search(known, line) for known in KNOWN[name][1])]
    checks.expect(not other, f"{name}: what it does otherwise is not known", "\n  ".join(other))
    checks.positions += int(lines[0].split()[0])


def faults(checks, name, environment, script):
    done = subprocess.run([sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "faults", script + ".py")],
                          env=os.environ | environment, text=True, capture_output=True, timeout=3000)
    print(f"{name}: {script}: " + " ".join(done.stdout.strip().splitlines()[-2:]), flush=True)
    checks.expect(done.returncode == 0, f"{name}: {script}", done.stdout[-3000:] + done.stderr[-3000:])
    checks.positions += 1


def main():
    checks = tool.Checks("strangers")
    named = [a for a in sys.argv[2:] if not a.startswith("-")]
    for name in named or (KNOWN if tool.full_tier() else ["seaweedfs"]):
        with strangers.running(name) as environment:
            environment["FAULT_STRIDE"] = "4" if tool.full_tier() else "9"
            if name == "s3proxy":
                environment["FAULT_WITHOUT"] = "replace one key"
            contract(checks, name, environment)
            for script in ("kill", "modes", *(("race", "claims") if KNOWN[name][0] else ())):
                faults(checks, name, environment, script)
    checks.finish()


main()
