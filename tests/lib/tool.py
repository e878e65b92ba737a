# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""Runs the command-line tool, makes its databases and counts checks."""
import base64
import collections
import contextlib
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile


def full_tier():
    return "--full" in sys.argv[1:] or os.environ.get("COPYTO_TEST_TIER") == "full"


def stride(offset, short):
    """(first, step) of the positions that a fault test takes: all in the full tier, else each `short`th, or FAULT_STRIDEth."""
    step = int(os.environ.get("FAULT_STRIDE", 1 if full_tier() else short))
    return offset % step, step


def program():
    path = os.environ.get("COPY_TO")
    if not path or not os.access(path, os.X_OK):
        raise SystemExit("COPY_TO must be the path of the built command-line tool")
    return path


def helper(name):
    """A helper program: the first argument that is no option, or from BUILD_DIR."""
    for argument in sys.argv[1:]:
        if not argument.startswith("-"):
            return argument
    path = os.path.join(os.environ.get("BUILD_DIR", "."), name)
    if not os.access(path, os.X_OK):
        raise SystemExit(f"the helper program {name} is needed as first argument")
    return path


def environment(**more):
    """Only what the tool needs: nothing of the caller's AWS settings."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
    if "S3_TEST_ACCESS_KEY" in os.environ:
        env |= {"AWS_ACCESS_KEY_ID": os.environ["S3_TEST_ACCESS_KEY"],
                "AWS_SECRET_ACCESS_KEY": os.environ["S3_TEST_SECRET_KEY"]}
    return env | more


def run(arguments, timeout=300, **more):
    """Result of a finished run: returncode, stdout, stderr."""
    return subprocess.run([program(), *map(str, arguments)], env=environment(**more), timeout=timeout, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def start(arguments, **more):
    """A run that goes on: a Popen object."""
    return subprocess.Popen([program(), *map(str, arguments)], env=environment(**more), text=True,
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def bucket_options(endpoint=None):
    """Options for the test server over http."""
    return ["--endpoint", endpoint or os.environ["S3_TEST_ENDPOINT"], "--region", os.environ["S3_TEST_REGION"],
            "--path-style", "--allow-http"]


@contextlib.contextmanager
def scratch():
    """A directory that is removed at the end."""
    path = tempfile.mkdtemp(prefix="copyto-test-")
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def noise_table(path, rows, size=48 * 1024):
    """A table t of `rows` rows with about 64 KiB of text each that does not compress."""
    random_bytes = random.Random(20261120)
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE t (id INTEGER, payload TEXT)")
        db.executemany("INSERT INTO t VALUES (?, ?)",
                       ((i, base64.b64encode(random_bytes.randbytes(size)).decode()) for i in range(rows)))


class Checks:
    """Counts what was checked and what failed; says what failed at once."""

    def __init__(self, name):
        self.name = name
        self.positions = 0
        self.failures = 0
        self.outcomes = collections.Counter()

    def expect(self, good, what, detail=""):
        if not good:
            self.failures += 1
            print(f"FAILED: {what}", detail, sep="\n  " if detail else "", flush=True)
        return good

    def saw(self, outcome):
        """Remembers how a position ended, for `must_have_seen`: a test that never gets there proves nothing."""
        self.outcomes[outcome] += 1

    def must_have_seen(self, *outcomes):
        print(f"{self.name}: outcomes {dict(self.outcomes)}")
        for outcome in outcomes:
            self.expect(self.outcomes[outcome], f"no position ended with: {outcome}")

    def finish(self):
        if self.positions == 0:
            print("FAILED: nothing was checked")
            self.failures += 1
        print(f"{self.name}: positions={self.positions} failures={self.failures}")
        sys.exit(1 if self.failures else 0)


def last_json(text):
    return json.loads(text.strip().splitlines()[-1])
