# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""Exports on the real server by sessions that may do no more than the policies in use for COPY allow: Materialize's (put,
delete, list below the prefix) commits in `error` mode, Aurora's (put, abort uploads) appends without a control object.
What each cannot do is said with the action that is missing."""
import json
import os
import re
import sqlite3
import sys
import uuid

import botocore.config
import botocore.session

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import s3  # noqa: E402
import tool  # noqa: E402


def materialize(bucket, prefix):
    """As its documentation of AWS connections gives it."""
    return {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["s3:PutObject", "s3:DeleteObject"], "Resource": f"arn:aws:s3:::{bucket}/{prefix}/*"},
        {"Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": f"arn:aws:s3:::{bucket}",
         "Condition": {"StringLike": {"s3:prefix": [f"{prefix}/*"]}}}]}


def aurora(bucket, prefix):
    """The actions that the guide of aws_s3 requires."""
    return {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["s3:PutObject", "s3:AbortMultipartUpload"],
         "Resource": f"arn:aws:s3:::{bucket}/{prefix}/*"}]}


def session(policy):
    """Keys that may do what both the role and the policy allow."""
    sts = botocore.session.get_session().create_client(
        "sts", endpoint_url=s3.setting("S3_TEST_STS_ENDPOINT"), region_name=s3.setting("S3_TEST_REGION"),
        aws_access_key_id=s3.setting("S3_TEST_CALLER_ACCESS_KEY"),
        aws_secret_access_key=s3.setting("S3_TEST_CALLER_SECRET_KEY"))
    keys = sts.assume_role(RoleArn=s3.setting("S3_TEST_ROLE_ARN_NOEXT"), RoleSessionName="policies",
                           Policy=json.dumps(policy, separators=(",", ":")))["Credentials"]  # Ceph 16 takes + for itself
    return keys


class Case:
    def __init__(self, checks, name, policy, source):
        self.checks, self.name, self.source = checks, name, source
        self.bucket = s3.Bucket()
        self.prefix = f"policies-{uuid.uuid4().hex}"
        self.uri = f"s3://{self.bucket.name}/{self.prefix}"
        keys = session(policy(self.bucket.name, self.prefix))
        self.keys = {"AWS_ACCESS_KEY_ID": keys["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
                     "AWS_SESSION_TOKEN": keys["SessionToken"]}

    def run(self, *arguments):
        self.checks.positions += 1
        return tool.run([*arguments, *tool.bucket_options()], **self.keys)

    def copy(self, *more, to=None):
        return self.run("--from", self.source, "--table", "t", "--format", "csv", "--max-file-rows", "40", "--to",
                        to or self.uri, *more)

    def expect(self, good, what, done):
        self.checks.expect(good, f"{self.name}: {what}", f"{done.returncode} {done.stdout} {done.stderr}")

    def lacks(self, what, action, *arguments):
        done = self.run(*arguments)
        self.expect(done.returncode in (1, 3) and action in done.stderr, f"{what} must name {action}", done)

    def lines(self):
        """The number of rows below the prefix, each of which is whole."""
        return sum(self.rows(key) for key in self.bucket.files(self.prefix + "/"))

    def rows(self, key):
        # What a role's session wrote is not its bucket owner's to read on this server: the size tells.
        head = self.bucket.client.list_objects_v2(Bucket=self.bucket.name, Prefix=key)["Contents"][0]
        return head["Size"] // 4

    def settled(self):
        keys = self.bucket.keys(self.prefix + "/")
        return keys == self.bucket.files(self.prefix + "/") and not self.bucket.uploads(self.prefix + "/")


def with_materializes(checks, source):
    case = Case(checks, "Materialize's policy", materialize, source)
    done = case.copy("--dry-run")
    case.expect(done.returncode == 0 and done.stdout.endswith("DRY RUN the export would begin\n") and
                "allow s3:ListBucketMultipartUploads" in done.stdout, "a dry run", done)
    # This server lets who began an upload abort it, and says 404 to who may not read.
    case.expect(not case.bucket.keys(case.prefix) and not case.bucket.uploads(case.prefix), "a dry run leaves nothing", done)
    done = case.copy()
    case.expect(done.returncode == 0 and re.match(r"COPY 100 rows, 3 files", done.stdout) and done.stderr == "",
                "the export", done)
    case.expect(case.lines() == 100 and case.settled(), "what is there", done)
    done = case.copy()
    case.expect(done.returncode == 1 and "not empty" in done.stderr and case.settled(), "a second export", done)
    done = case.copy(to=case.uri + "x")
    case.expect(done.returncode == 1 and "s3:DeleteObject" in done.stderr, "an export beside the prefix", done)
    # Another export holds the place: it cannot be read, but it is seen.
    held = case.prefix + "/held/_copyto.INCOMPLETE"
    case.bucket.put(held, b"whoever")
    done = case.copy(to=case.uri + "/held")
    case.expect(done.returncode == 1 and "may not be read" in done.stderr and
                case.bucket.keys(case.prefix + "/held/") == [held], "a place that is held", done)
    for command in ("status", "resume", "abort"):
        case.lacks(command, "s3:GetObject", command, case.uri + "/held")
    case.lacks("sweep", "s3:ListBucketMultipartUploads", "sweep", case.uri)
    case.bucket.purge(case.prefix + "/")


def with_auroras(checks, source):
    case = Case(checks, "Aurora's policy", aurora, source)
    case.bucket.put(case.prefix + "/old", b"old ")
    done = case.copy("--if-exists", "append", "--no-control-object", "--dry-run")
    case.expect(done.returncode == 0 and "s3:ListBucketMultipartUploads" in done.stdout, "a dry run", done)
    done = case.copy("--if-exists", "append", "--dry-run")
    case.expect(done.returncode == 1 and "s3:DeleteObject" in done.stderr and "s3:ListBucket" in done.stderr and
                "would fail" in done.stdout, "a dry run with a control object", done)
    done = case.copy("--if-exists", "append", "--no-control-object")
    case.expect(done.returncode == 0 and re.match(r"COPY 100 rows, 3 files", done.stdout) and done.stderr == "",
                "the export", done)
    case.expect(case.lines() == 101 and case.settled(), "what is there", done)
    done = case.copy("--if-exists", "append")
    case.expect(done.returncode == 1 and "s3:DeleteObject" in done.stderr and case.settled(), "with a control object", done)
    case.lacks("status", "s3:ListBucket", "status", case.uri)
    case.bucket.purge(case.prefix + "/")


def main():
    checks = tool.Checks("policies")
    with tool.scratch() as directory:
        database = os.path.join(directory, "rows.db")
        with sqlite3.connect(database) as db:
            db.execute("CREATE TABLE t (n INTEGER)")
            db.executemany("INSERT INTO t VALUES (?)", ((n,) for n in range(100, 200)))  # 4 bytes a line
        db.close()
        with_materializes(checks, f"sqlite:{database}")
        with_auroras(checks, f"sqlite:{database}")
    checks.finish()


main()
