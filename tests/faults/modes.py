# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""kill -9 at request N, for every N, of an export of five files in each mode of --if-exists, below a prefix and to one
key, on the real server and on the double. Before the commit point what was there is untouched and nothing new is
visible, and `abort` clears the rest; after it no old object is gone before all new ones are there, and `resume` yields
the objects of an undisturbed run."""
import contextlib
import os
import sqlite3
import sys
import threading
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import double  # noqa: E402
import proxy  # noqa: E402
import s3  # noqa: E402
import tool  # noqa: E402

FILES = 5
ROWS = 10 * FILES


class Server:
    def __init__(self, name, endpoint, bucket, client, keys, options):
        self.name, self.endpoint, self.bucket, self.client, self.keys = name, endpoint, bucket, client, keys
        self.options = options

    def run(self, arguments):
        return tool.run([*arguments, "--endpoint", self.endpoint, *self.options], **self.keys)

    def objects(self, prefix):
        """Keys below a prefix with their contents."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        return {o["Key"].removeprefix(prefix): self.client.get_object(Bucket=self.bucket, Key=o["Key"])["Body"].read()
                for page in pages for o in page.get("Contents", [])}

    def uploads(self, prefix):
        return s3.Bucket(self.bucket, self.client).uploads(prefix)

    def purge(self, prefix):
        s3.Bucket(self.bucket, self.client).purge(prefix)


class Mode:
    """Options, what is there before below the root, and the part of that which stays."""

    def __init__(self, name, options, target, before, kept):
        self.name, self.options, self.target = name, options, target
        self.before = {key: b"old " + key.encode() for key in before}
        self.kept = {key: self.before[key] for key in kept}

    def data(self, objects):
        """Without what the library has there for itself."""
        return {k: v for k, v in objects.items() if "_copyto." not in k}

    def new(self, objects):
        """Contents of what was made, in the order of the names, which bear the export's id."""
        return [v for k, v in sorted(self.data(objects).items()) if self.before.get(k) != v]


BESIDE = ["tx", "k.csv.bak"]
MODES = [
    Mode("error", [], "t", BESIDE, BESIDE),
    Mode("append", ["--if-exists", "append"], "t", [*BESIDE, "t/a", "t/deep/b"], [*BESIDE, "t/a", "t/deep/b"]),
    Mode("replace", ["--if-exists", "replace"], "t", [*BESIDE, "t/a", "t/deep/b", "t/z"], BESIDE),
    Mode("replace one key", ["--if-exists", "replace", "--names", "aurora"], "k.csv",
         [*BESIDE, "k.csv", "k.csv_part2", "k.csv_part9"], BESIDE),
]


class Case:
    def __init__(self, server, mode, source):
        self.server, self.mode = server, mode
        self.arguments = ["--from", source, "--table", "t", "--format", "csv", "--max-file-rows", ROWS // FILES,
                          *mode.options]
        root = self.new_root()
        done = self.server.run([*self.arguments, "--to", self.uri(root)])
        assert done.returncode == 0, done.stderr
        self.whole = mode.new(server.objects(root))
        assert len(self.whole) == FILES, (mode.name, len(self.whole))
        server.purge(root)

    def new_root(self):
        root = f"modes-{uuid.uuid4().hex}/"
        for key, body in self.mode.before.items():
            self.server.client.put_object(Bucket=self.server.bucket, Key=root + key, Body=body)
        return root

    def uri(self, root):
        return f"s3://{self.server.bucket}/{root}{self.mode.target}"

    def settle(self, command, root):
        return self.server.run([command, self.uri(root), "--json"])

    def kill(self, checks, after, number):
        """Kills at one request; whether the run had that many."""
        process = None
        started = threading.Event()
        hit = []

        def shoot(request):
            if request.number != number:
                return None
            hit.append(request)
            started.wait()
            process.kill()
            process.wait()
            return "after" if after else "before"

        root = self.new_root()
        with proxy.Proxy(self.server.endpoint, None if after else shoot, shoot if after else None) as between:
            process = tool.start([*self.arguments, "--to", self.uri(root), "--endpoint", between.endpoint,
                                  *self.server.options], **self.server.keys)
            started.set()
            _, errors = process.communicate(timeout=300)
            between.settle()
        where = f"{self.server.name}, {self.mode.name}, {'after' if after else 'before'} {number}"
        if not hit:
            checks.expect(process.returncode == 0, f"{where}: a run that nobody killed", errors)
            self.server.purge(root)
            return False
        where += f" ({hit[0].method} {hit[0].target[:90]})"
        checks.positions += 1
        committed = any(r.commits and r.status == 200 for r in between.log)
        status = self.settle("status", root)
        state = tool.last_json(status.stdout)["state"] if status.returncode in (0, 3) else status.stderr
        checks.saw(f"{self.mode.name}: {'' if committed else 'not '}committed, status {state}")
        objects = self.server.objects(root)
        if committed:
            self.after_the_commit(checks, root, where, state, objects)
        else:
            checks.expect(self.mode.data(objects) == self.mode.before, f"{where}: not as it was", list(objects))
            checks.expect(state in ("claim", "none"), f"{where}: not committed, and status says {state}")
            for _ in range(2):
                aborted = self.settle("abort", root)
                checks.expect(aborted.returncode == 0, f"{where}: abort fails", aborted.stderr)
                objects = self.server.objects(root)
                checks.expect(objects == self.mode.before, f"{where}: abort leaves something", list(objects))
                checks.expect(not self.server.uploads(root), f"{where}: abort leaves uploads")
        self.server.purge(root)
        return True

    def after_the_commit(self, checks, root, where, state, objects):
        checks.expect(state in ("commit", "none"), f"{where}: committed, and status says {state}")
        made = self.mode.new(objects)
        checks.expect(set(made) <= set(self.whole), f"{where}: a file is not whole")
        if len(made) != FILES:
            overwritten = {k for k in self.mode.before if objects.get(k) != self.mode.before[k]}
            checks.expect(all(objects.get(k) in self.whole for k in overwritten),
                          f"{where}: an old object is gone before all new ones are there", list(objects))
        if state == "commit":
            aborted = self.settle("abort", root)
            checks.expect(aborted.returncode == 3, f"{where}: abort after the commit point: {aborted.returncode}")
        for _ in range(2):
            resumed = self.settle("resume", root)
            checks.expect(resumed.returncode == 0, f"{where}: resume fails", resumed.stderr)
            objects = self.server.objects(root)
            checks.expect(self.mode.new(objects) == self.whole, f"{where}: resume does not yield the same bytes")
            kept = {k: v for k, v in objects.items() if k in self.mode.kept}
            checks.expect(kept == self.mode.kept and len(objects) == len(kept) + FILES, f"{where}: not what is left",
                          list(objects))
            checks.expect(not self.server.uploads(root), f"{where}: resume leaves uploads")


def every_case(checks, server, source):
    for index, mode in enumerate(MODES):
        if mode.name in os.environ.get("FAULT_WITHOUT", "").split(","):
            continue
        case = Case(server, mode, source)
        for after in (False, True):
            number, step = tool.stride(index + 3 * after, 7)
            while case.kill(checks, after, number):
                number += step


def main():
    checks = tool.Checks("faults")
    real = s3.Bucket()
    with tool.scratch() as directory:
        database = os.path.join(directory, "rows.db")
        with sqlite3.connect(database) as db:
            db.execute("CREATE TABLE t (id INTEGER, text TEXT)")
            db.executemany("INSERT INTO t VALUES (?, ?)", ((i, f"row {i}") for i in range(ROWS)))
        db.close()
        source = f"sqlite:{database}"
        every_case(checks, Server("real", s3.setting("S3_TEST_ENDPOINT"), real.name, real.client, {},
                                  ["--region", s3.setting("S3_TEST_REGION"), "--path-style", "--allow-http"]), source)
        with double.running("aws") if "S3_TEST_SERVER" not in os.environ else contextlib.nullcontext() as endpoint:
            if endpoint:
                every_case(checks, Server("double", endpoint, "lake", double.client(endpoint), double.credentials(),
                                          ["--region", "eu-west-1", "--profile", "aws", "--path-style", "--allow-http"]),
                           source)
    checks.must_have_seen(*(f"{mode.name}: {end}" for mode in MODES
                            if mode.name not in os.environ.get("FAULT_WITHOUT", "").split(",") for end in ("not committed, status claim", "committed, status commit")))
    checks.finish()


main()
