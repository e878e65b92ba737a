# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""The policy that --print-policy prints for an export, in every mode: a session that may do just that exports on the real
server, and when the export fails it leaves nothing. Its recorded requests, replayed against the policy by AWS's rules,
are all allowed but those that an export can do without; and every action of the policy is used."""
import fnmatch
import json
import os
import re
import sqlite3
import sys
import urllib.parse
import uuid

import botocore.session

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import s3  # noqa: E402
import tool  # noqa: E402

LINE = re.compile(r"^copy_to: (GET|HEAD|PUT|POST|DELETE) (\S+?)(?:, \d+ bytes)?: (\d+) (?:in|after)", re.M)


def session(policy):
    """Keys that may do what both the role and the policy allow."""
    sts = botocore.session.get_session().create_client(
        "sts", endpoint_url=s3.setting("S3_TEST_STS_ENDPOINT"), region_name=s3.setting("S3_TEST_REGION"),
        aws_access_key_id=s3.setting("S3_TEST_CALLER_ACCESS_KEY"),
        aws_secret_access_key=s3.setting("S3_TEST_CALLER_SECRET_KEY"))
    keys = sts.assume_role(RoleArn=s3.setting("S3_TEST_ROLE_ARN_NOEXT"), RoleSessionName="iam",
                           Policy=json.dumps(policy, separators=(",", ":")))["Credentials"]
    return {"AWS_ACCESS_KEY_ID": keys["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
            "AWS_SESSION_TOKEN": keys["SessionToken"]}


def action_of(method, url):
    """The action of a request (docs.aws.amazon.com/AmazonS3/latest/API), its resource, and the prefix that it lists."""
    parts = urllib.parse.urlsplit(url)
    query = dict(urllib.parse.parse_qsl(parts.query, keep_blank_values=True))
    bucket, _, key = urllib.parse.unquote(parts.path).lstrip("/").partition("/")
    if not key:
        assert method == "GET", url
        return ("s3:ListBucketMultipartUploads" if "uploads" in query else "s3:ListBucket", f"arn:aws:s3:::{bucket}",
                query.get("prefix", ""))
    action = {"GET": "s3:ListMultipartUploadParts" if "uploadId" in query else "s3:GetObject", "HEAD": "s3:GetObject",
              "PUT": "s3:PutObject", "POST": "s3:PutObject",
              "DELETE": "s3:AbortMultipartUpload" if "uploadId" in query else "s3:DeleteObject"}[method]
    return action, f"arn:aws:s3:::{bucket}/{key}", None


def matches(pattern, text):
    """`*` and `?` are wild, ${*} and the like stand for the sign (IAM user guide, policy variables)."""
    pattern = re.sub(r"\$\{([*?$])\}|([\[\]])", lambda m: f"[{m[1] or m[2]}]", pattern)
    return fnmatch.fnmatchcase(text, pattern)


def allowing(policy, action, resource, prefix):
    """The statements that allow it."""
    found = []
    for number, statement in enumerate(policy["Statement"]):
        assert statement["Effect"] == "Allow"
        good = action in statement["Action"] and any(matches(p, resource) for p in statement["Resource"])
        for operator, wanted in statement.get("Condition", {}).items():
            assert operator == "StringLike" and list(wanted) == ["s3:prefix"], statement
            good = good and prefix is not None and matches(wanted["s3:prefix"], prefix)
        if good:
            found.append((number, action))
    return found


def replay(checks, what, policy, stderr, used):
    """Every request is allowed, or one that an export can do without: listing uploads, and asking whether a file of this
    export is there, which a new export id makes sure."""
    requests = LINE.findall(stderr)
    checks.expect(len(requests) > 3, f"{what}: only {len(requests)} requests", stderr)
    for method, url, status in requests:
        action, resource, prefix = action_of(method, url)
        found = allowing(policy, action, resource, prefix)
        used.update(found)
        spared = action == "s3:ListBucketMultipartUploads" or method == "HEAD"
        checks.expect(found or spared, f"{what}: {method} {url} needs {action}", json.dumps(policy))
        checks.expect(not found or status != "403", f"{what}: {method} {url} is allowed and was refused")
    checks.positions += 1


def check(checks, source, name, options, old=(), key=None):
    bucket = s3.Bucket()
    prefix = f"iam-{uuid.uuid4().hex}"
    uri = f"s3://{bucket.name}/{prefix}/{key or ''}"
    copy = ["--from", f"sqlite:{source}", "--format", "csv", "--max-file-rows", "40", "--threads", "1", "--to", uri, *options, *tool.bucket_options()]
    printed = tool.run([*copy, "--table", "t", "--print-policy"])
    if not checks.expect(printed.returncode == 0 and not printed.stderr, f"{name}: --print-policy", printed.stderr):
        return
    policy = json.loads(printed.stdout)
    keys = session(policy)
    used = set()
    for there in old:
        bucket.put(f"{prefix}/{there}", b"old")
    # An export that fails at its last row, with files that wait.
    before = bucket.keys(prefix)
    done = tool.run([*copy, "--table", "bad", "--verbose"], **keys)
    checks.expect(done.returncode == 1 and "row 101" in done.stderr, f"{name}: an export that fails", done.stderr)
    checks.expect(bucket.keys(prefix) == before and not bucket.uploads(prefix), f"{name}: it leaves nothing", bucket.keys(prefix))
    replay(checks, f"{name}, failing", policy, done.stderr, used)
    # One that fails before it has begun any.
    done = tool.run([*copy, "--table", "worse"], **keys)
    checks.expect(done.returncode == 1 and "row 1," in done.stderr, f"{name}: an export that fails at once", done.stderr)
    checks.expect(bucket.keys(prefix) == before and not bucket.uploads(prefix), f"{name}: it leaves nothing, either", bucket.keys(prefix))
    done = tool.run([*copy, "--table", "t", "--verbose"], **keys)
    checks.expect(done.returncode == 0 and done.stdout.startswith("COPY 100 rows, 3 files"), f"{name}: the export", done.stderr)
    checks.expect(not bucket.uploads(prefix) and not any(k.endswith("INCOMPLETE") for k in bucket.keys(prefix)), f"{name}: what is left",
                  bucket.keys(prefix))
    replay(checks, name, policy, done.stderr, used)
    every = {(number, action) for number, statement in enumerate(policy["Statement"]) for action in statement["Action"]}
    checks.expect(used == every, f"{name}: no request needs {sorted(every - used)}", printed.stdout)
    bucket.purge(prefix)


def main():
    checks = tool.Checks("iam")
    with tool.scratch() as directory:
        database = os.path.join(directory, "rows.db")
        with sqlite3.connect(database) as db:
            db.execute("CREATE TABLE t (n INTEGER)")
            db.executemany("INSERT INTO t VALUES (?)", ((n,) for n in range(100, 200)))
            db.executescript("CREATE TABLE bad (n INTEGER); INSERT INTO bad SELECT n FROM t; INSERT INTO bad VALUES ('no number')")
            db.executescript("CREATE TABLE worse (n INTEGER); INSERT INTO worse VALUES ('no number')")
        db.close()
        check(checks, database, "error", [])
        check(checks, database, "error with a manifest", ["--manifest"])
        check(checks, database, "append", ["--if-exists", "append"], ["old.csv"])
        check(checks, database, "append without a control object", ["--if-exists", "append", "--no-control-object"], ["old.csv"])
        check(checks, database, "replace", ["--if-exists", "replace"], ["old.csv", "deep/old.csv"])
        check(checks, database, "one key", ["--names", "aurora"], ["k.csv.bak"], key="k.csv")
        check(checks, database, "one key, replaced", ["--names", "aurora", "--if-exists", "replace", "--manifest"],
              ["k.csv", "k.csv_part2", "k.csv_part9"], key="k.csv")
    checks.finish()


main()
