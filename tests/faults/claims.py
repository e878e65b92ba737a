# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""Several exporters start at once to one prefix of the real server, many times over: at most one publishes, and what is
there is its files alone; the others say that the prefix is held or not empty. Exports that append all publish."""
import os
import sqlite3
import sys
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import s3  # noqa: E402
import tool  # noqa: E402

SAYS = ("holds this place", "other exports claim this place", "another export is under way", "not empty", "aborted by somebody else")


def meet(checks, bucket, sources, mode):
    """All sources at once to a new prefix, each with rows of its own."""
    prefix = "claims/" + uuid.uuid4().hex
    uri = f"s3://{bucket.name}/{prefix}"
    running = [tool.start(["--from", source, "--table", "t", "--format", "csv", "--max-file-rows", 50, "--if-exists", mode,
                           "--to", uri, "--json", *tool.bucket_options()]) for source in sources]
    ends = [(p, *p.communicate(timeout=120)) for p in running]
    winners = [i for i, (p, _, _) in enumerate(ends) if p.returncode == 0]
    where = f"{len(sources)} exporters, {mode}"
    checks.positions += 1
    checks.saw(f"{where}: {len(winners)} won")
    wanted = []
    for i in winners:
        report = tool.last_json(ends[i][1])
        wanted += [(f["key"], i) for f in report["files"]]
    for p, _, errors in ends:
        if p.returncode != 0:
            checks.expect(p.returncode == 1 and any(s in errors for s in SAYS), f"{where}: exit {p.returncode}", errors)
    checks.expect(len(winners) == len(sources) if mode == "append" else len(winners) <= 1, f"{where}: {len(winners)} won",
                  "\n".join(e for _, _, e in ends))
    keys = bucket.keys(prefix + "/")
    checks.expect(keys == sorted(k for k, _ in wanted), f"{where}: not what the reports say", f"{keys} {wanted}")
    for key, i in wanted:
        checks.expect(all(line.endswith(b",%d" % i) for line in bucket.get(key).splitlines()), f"{where}: mixed rows", key)
    checks.expect(not bucket.uploads(prefix + "/"), f"{where}: uploads are left")
    bucket.purge(prefix + "/")
    return len(winners)


def main():
    checks = tool.Checks("claims")
    bucket = s3.Bucket()
    rounds = 200 if tool.full_tier() else 20
    with tool.scratch() as directory:
        sources = []
        for i in range(8):
            database = os.path.join(directory, f"{i}.db")
            with sqlite3.connect(database) as db:
                db.execute("CREATE TABLE t (n INTEGER, who INTEGER)")
                db.executemany("INSERT INTO t VALUES (?, ?)", ((n, i) for n in range(200)))
            db.close()
            sources.append(f"sqlite:{database}")
        for count in (2, 8):
            won = sum(meet(checks, bucket, sources[:count], "error") for _ in range(rounds))
            checks.expect(won == rounds, f"{count} exporters: in {rounds - won} of {rounds} rounds nobody won")
        for _ in range(max(2, rounds // 20)):
            meet(checks, bucket, sources, "append")
    checks.must_have_seen("2 exporters, error: 1 won", "8 exporters, error: 1 won", "8 exporters, append: 8 won")
    checks.finish()


main()
