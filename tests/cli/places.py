#!/usr/bin/env python3
# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""places.py COPY_TO: `verify` finds a manifest by whatever name it has, --if-exists skip passes over what is finished and nothing
else, and the region of the environment reaches policies and load statements."""
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import tool  # noqa: E402

os.environ["COPY_TO"] = os.path.abspath(sys.argv[1])
checks = tool.Checks("places")


def check(what, good, shown=""):
    checks.positions += 1
    checks.expect(good, what, shown)


def run(*arguments, **environment):
    no_files = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    done = tool.run(arguments, **no_files, **environment)
    return done.returncode, done.stdout + done.stderr


def export(to, *options, **environment):
    return run("--from", "sqlite::memory:", "--query", "SELECT 1 AS a UNION ALL SELECT 2", "--format", "csv", "--to", to, *options, **environment)


def verified(what, uri, good=True):
    status, said = run("verify", uri)
    check(f"verify {what}", (status == 0) == good and (not good or "VERIFY 2 rows, " in said), said)
    return said


with tempfile.TemporaryDirectory() as there:
    os.chdir(there)
    check("an export", export("both", "--manifest", "--success-file")[0] == 0)
    verified("of _SUCCESS, by the prefix", "both")
    verified("of _SUCCESS, by its name", "both/_SUCCESS")
    check("an export", export("named", "--manifest", "list.txt")[0] == 0)
    verified("of another name", "named/list.txt")
    said = verified("of another name, by the prefix", "named", good=False)
    check("the advice", "--manifest" in said and "manifest()" not in said, said)
    check("an export", export("odd.json", "--manifest")[0] == 0)
    verified("below a prefix that is called like a manifest", "odd.json")
    verified("where nothing is", "nothing", good=False)
    with open("both/" + next(n for n in os.listdir("both") if n.endswith(".csv")), "a", encoding="ascii") as file:
        file.write("3\n")
    verified("of a file that was changed", "both", good=False)

    # --if-exists skip
    status, said = export("named", "--if-exists", "skip")
    check("skip", status == 0 and said.startswith("SKIP named: files are there"), said)
    before = sorted(os.listdir("named"))
    with open("named/_copyto.x9.INCOMPLETE", "w", encoding="ascii") as file:
        file.write("what an export that appends has left\n")
    status, said = export("named", "--if-exists", "skip")
    check("skip beside what is unfinished", status not in (0, 2) and "another export is under way there, or was left" in said, said)
    check("nothing was written", sorted(os.listdir("named")) == sorted([*before, "_copyto.x9.INCOMPLETE"]), os.listdir("named"))
    status, said = export("new", "--if-exists", "skip")
    check("skip where nothing is", status == 0 and "COPY 2 rows" in said, said)

    # Paths that a directory cannot have: known before the first row, and to the dry run as to the run.
    for options in (["--manifest", "/abs"], ["--manifest", "../x"], ["--manifest", "x//y"], ["--manifest", "x/."], ["--names", "a" * 260 + "{file}"],
                    ["--names", "x/{file}.{ext}", "--manifest", "x"], ["--names", "_SUCCESS/{file}", "--success-file"], ["--manifest", "b" * 256]):
        for dry in ([], ["--dry-run"]):
            status, said = export("odd", *options, *dry)
            check(f"{options} {dry} is refused", status in (1, 2) and ("cannot have this path" in said or "path of a directory" in said or "is no template" in said or "manifest's key" in said),
                  (status, said))
            check("and leaves nothing", not os.path.exists("odd"), options)

    # A spill directory that cannot be written, likewise.
    for dry in ([], ["--dry-run"]):
        status, said = export("odd", "--partition-by", "a", "--partition-keep", "--spill", "/nonexistent", *dry)
        check("a spill directory that is not there", status == 1 and "/nonexistent" in said and not os.path.exists("odd"), (status, said))

    # The region, and what policies name.
    for environment, options in (({"AWS_REGION": "cn-north-1"}, []), ({}, ["--region", "cn-north-1"])):
        status, said = export("s3://lake/p", "--print-policy", *options, **environment)
        check("the partition of the region", status == 0 and '"arn:aws-cn:s3:::lake/p/*"' in said, said)
    status, said = export("s3://lake/x.csv", "--print-policy", "--single-file", "--success-file", "--region", "eu-west-1")
    check("the last file of one key", status == 0 and '"arn:aws:s3:::lake/x.csv_SUCCESS"' in said, said)
    status, said = export("s3://arn:aws:s3:eu-west-1:123456789012:accesspoint/ap/p", "--print-policy")
    check("an access point", status == 0 and '"arn:aws:s3:eu-west-1:123456789012:accesspoint/ap/object/p/*"' in said, said)

checks.finish()
