#!/usr/bin/env python3
# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""scheduling.py COPY_TO: the examples of docs/scheduling.md do what it says of them, with a directory in place of the
bucket and SQLite in place of PostgreSQL."""
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import types

copy_to = os.path.abspath(sys.argv[1])
page = open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "scheduling.md"), encoding="utf-8").read()
shell = re.findall(r"```sh\n(.*?)```", page, re.S)
consumer = re.search(r"```python\n(.*?)```", page, re.S)[1]
failures = []
checks = 0

CLAIM = "copyto-control 1\nstate claim\nexport e1\nstarted x\nhost h\nmode error\nnames %7Bfile%7D-e1\nshard 0 1\nend\n"
STAND_IN = """#!/usr/bin/env python3
import os, sys
words = [w.replace("s3://lake", "lake") for w in sys.argv[1:]]
if "--region" in words:
    del words[words.index("--region"):words.index("--region") + 2]
if "--from" in words:
    words[words.index("--from") + 1] = "sqlite:shop.db"
os.execv({!r}, ["copy_to", *words])
"""


def check(what, good, shown=""):
    global checks
    checks += 1
    if not good:
        failures.append(what)
        print(f"FAILED: {what}\n{shown}")


with tempfile.TemporaryDirectory() as directory:
    os.chdir(directory)
    with sqlite3.connect("shop.db") as database:
        database.executescript("CREATE TABLE orders (id INTEGER); INSERT INTO orders VALUES (1), (2);")
    database.close()
    os.mkdir("bin")
    with open("bin/copy_to", "w") as file:
        file.write(STAND_IN.format(copy_to))
    os.chmod("bin/copy_to", 0o755)
    environment = {**os.environ, "PATH": f"{directory}/bin:{os.environ['PATH']}"}

    def run(script):
        return subprocess.run(["sh", "-c", script], capture_output=True, text=True, timeout=60, env=environment,
                              stdin=subprocess.DEVNULL)

    def there():
        return sorted(name for _, _, names in os.walk("lake") for name in names)

    # One prefix a day: exported once, whoever tries, and after an export that was left.
    daily = shell[0]
    first = run(daily)
    files = there()
    check("the first run exports", first.returncode == 0 and len(files) == 1, first.stderr)
    again = run(daily)
    check("the second finds the day exported", again.returncode == 1 and "not empty" in again.stderr and there() == files,
          again.stderr)
    day = [path for path, _, names in os.walk("lake") if names][0]
    os.remove(os.path.join(day, files[0]))
    with open(os.path.join(day, "_copyto.INCOMPLETE"), "w") as file:
        file.write(CLAIM)
    left = run(daily)
    check("an export that was left is settled first", left.returncode == 0 and len(there()) == 1 and
          not there()[0].startswith("_copyto"), left.stderr)
    # A prefix that holds the newest state.
    newest = shell[1]
    one, two = run(newest), run(newest)
    current = os.listdir("lake/orders/current")
    check("replacing leaves one state", one.returncode == 0 and two.returncode == 0 and len(current) == 1, two.stderr)

    # The consumer acts only where the manifest of that export is.
    stored, loaded = set(), []
    boto3 = types.ModuleType("boto3")

    class Client:
        def list_objects_v2(self, Bucket, Prefix):
            return {"Contents": [{"Key": k} for k in sorted(stored) if k.startswith(Prefix)]} if stored else {}

    boto3.client = lambda service: Client()
    sys.modules["boto3"] = boto3
    space = {"load": lambda bucket, key: loaded.append((bucket, key))}
    exec(compile(consumer, "docs/scheduling.md", "exec"), space)

    def removed(key):
        space["handle"]({"Records": [{"s3": {"bucket": {"name": "lake"}, "object": {"key": key}}}]})

    removed("a+b/_copyto.INCOMPLETE")
    check("an aborted export loads nothing", loaded == [])
    stored |= {"a b/_copyto.manifest-x1.json", "a b/_copyto.manifest-x2.json"}
    removed("a+b/_copyto.x2.INCOMPLETE")
    check("one that appended loads its own", loaded == [("lake", "a b/_copyto.manifest-x2.json")], loaded)
    removed("a+b/_copyto.x3.INCOMPLETE")
    check("one that failed loads no other's", len(loaded) == 1, loaded)
    stored.discard("a b/_copyto.manifest-x2.json")
    removed("a+b/_copyto.INCOMPLETE")
    check("an exclusive one loads what is there", loaded[1:] == [("lake", "a b/_copyto.manifest-x1.json")], loaded)
    os.chdir("/")

print(f"scheduling: checks={checks} failures={len(failures)}")
sys.exit(1 if failures else 0)
