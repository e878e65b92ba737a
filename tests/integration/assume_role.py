# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""Exports through an assumed role on the real gateway: with the right external id only, with the role's rights only,
and for longer than its sessions last. Whatever is refused says why, and nothing of it is visible."""
import concurrent.futures
import os
import re
import subprocess
import sys
import time
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import botocore.config  # noqa: E402
import botocore.session  # noqa: E402

import s3  # noqa: E402
import tool  # noqa: E402
import web  # noqa: E402

DURATION = 3
SECONDS = 75 if tool.full_tier() else 15


def answering(status, body):
    """A server that gives every request this answer."""
    return web.serving(lambda _: (status, {"Content-Type": "text/html"}, body))


def caller(**more):
    """The user who may assume the roles, and nothing else."""
    return {"AWS_ACCESS_KEY_ID": s3.setting("S3_TEST_CALLER_ACCESS_KEY"),
            "AWS_SECRET_ACCESS_KEY": s3.setting("S3_TEST_CALLER_SECRET_KEY")} | more


def assumed_by_botocore(role, **more):
    """Credentials of a role as another client gets them."""
    client = botocore.session.get_session().create_client(
        "sts", endpoint_url=s3.setting("S3_TEST_STS_ENDPOINT"), region_name=s3.setting("S3_TEST_REGION"),
        aws_access_key_id=s3.setting("S3_TEST_CALLER_ACCESS_KEY"),
        aws_secret_access_key=s3.setting("S3_TEST_CALLER_SECRET_KEY"),
        config=botocore.config.Config(parameter_validation=False))  # sessions shorter than Amazon's
    return client.assume_role(RoleArn=s3.setting(role), RoleSessionName="botocore", **more)["Credentials"]


class Bucket(s3.Bucket):
    """Whose objects are read by a role, since what a role's session wrote is not its bucket owner's to read."""

    def __init__(self):
        super().__init__()
        session = assumed_by_botocore("S3_TEST_ROLE_ARN_READER", ExternalId=s3.setting("S3_TEST_EXTERNAL_ID"))
        self.reader = botocore.session.get_session().create_client(
            "s3", endpoint_url=s3.setting("S3_TEST_ENDPOINT"), region_name=s3.setting("S3_TEST_REGION"),
            aws_access_key_id=session["AccessKeyId"], aws_secret_access_key=session["SecretAccessKey"],
            aws_session_token=session["SessionToken"],
            config=botocore.config.Config(s3={"addressing_style": "path"}))

    def get(self, key):
        return self.reader.get_object(Bucket=self.name, Key=key)["Body"].read()


def export(prefix, role=None, external_id=None, sts=None, duration=900, seconds=0, more=(), environment=None):
    arguments = [role or s3.setting("S3_TEST_ROLE_ARN"),
                 s3.setting("S3_TEST_EXTERNAL_ID") if external_id is None else external_id,
                 sts or s3.setting("S3_TEST_STS_ENDPOINT"), duration, seconds, prefix, *more]
    return subprocess.run([tool.helper("integration_assume_role"), *map(str, arguments)], text=True, timeout=600,
                          env=tool.environment(**(environment or caller())), stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def good(checks, bucket, what, rows=1, **more):
    prefix = "assume-role/" + uuid.uuid4().hex
    done = export(prefix, **more)
    checks.positions += 1
    if not checks.expect(done.returncode == 0, what, done.stderr):
        return None
    keys = bucket.keys(prefix + "/")
    text = b"".join(bucket.get(key) for key in keys)
    ids = [int(line.partition(b",")[0]) for line in text.splitlines()]
    counts = list(map(int, done.stdout.split()))
    checks.expect(sorted(ids) == list(range(rows)), f"{what}: {len(ids)} rows, not {rows}")
    checks.expect(counts[:3] == [rows, len(text), len(keys)], f"{what}: {counts}, but {len(text)} bytes, {len(keys)} files")
    checks.expect(not bucket.uploads(prefix), f"{what}: an upload is left")
    bucket.purge(prefix + "/")
    return counts[3:]


def bad(checks, bucket, what, pattern, **more):
    prefix = "assume-role/" + uuid.uuid4().hex
    done = export(prefix, **more)
    checks.positions += 1
    checks.expect(done.returncode == 1 and done.stdout == "", f"{what}: exit {done.returncode}", done.stdout + done.stderr)
    checks.expect(re.search(pattern, done.stderr), f"{what}: no match for {pattern}", done.stderr)
    left = bucket.keys(prefix) + bucket.uploads(prefix)
    checks.expect(not left, f"{what}: something is left", str(left))
    secrets = [s3.setting("S3_TEST_CALLER_SECRET_KEY")] + [v for k, v in more.get("environment", {}).items()
                                                           if k in ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")]
    checks.expect(not any(secret and secret in done.stderr for secret in secrets), f"{what}: a secret is printed")


def short_session():
    """Keys of a session that is over when they are returned."""
    session = assumed_by_botocore("S3_TEST_ROLE_ARN_NOEXT", DurationSeconds=1)
    time.sleep(2)
    return {"AWS_ACCESS_KEY_ID": session["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": session["SecretAccessKey"],
            "AWS_SESSION_TOKEN": session["SessionToken"]}


def roles(checks, bucket):
    good(checks, bucket, "the right external id")
    good(checks, bucket, "the right external id, over TLS", sts=s3.setting("S3_TEST_STS_ENDPOINT_TLS"))
    good(checks, bucket, "a role without external id", role=s3.setting("S3_TEST_ROLE_ARN_NOEXT"), external_id="")

    refused = r"cannot assume the role: access is denied \(AssumeRole of arn:aws:iam:::role/exporter\); the server said " \
              r"AccessDenied 403.*request id \S+;.*"
    bad(checks, bucket, "a wrong external id", refused + "exactly this external id", external_id="wrong-id")
    bad(checks, bucket, "no external id", refused + "none was given", external_id="")
    bad(checks, bucket, "a malformed external id", r'the option "external_id" holds a character', external_id="a b")
    bad(checks, bucket, "an external id that is too short", r'the option "external_id" has 1 characters \(AssumeRole\); give 2 to 1224',
        external_id="x")
    bad(checks, bucket, "an unknown role", r"cannot assume the role: .*AssumeRole of .*nobody.*the server said \w+ 40[34].*role",
        role="arn:aws:iam:::role/nobody")
    bad(checks, bucket, "no role at all", r'the option "role_arn" is not the ARN of a role', role="exporter")
    bad(checks, bucket, "a duration beyond the server's", r"cannot assume the role: .*the server said \w+ 4\d\d.*duration",
        duration=43200 * 2)
    bad(checks, bucket, "a role that may not write", r"cannot delete there.*AccessDenied 403.*allow s3:DeleteObject",
        role=s3.setting("S3_TEST_ROLE_ARN_READER"))


def bases(checks, bucket):
    bad(checks, bucket, "an expired base token", r"the credentials that it is assumed with are not accepted.*the server said "
        r"\w+ 40[03].*the session may be over", environment=short_session())
    bad(checks, bucket, "an unknown base key", r"the credentials that it is assumed with are not accepted",
        environment=caller(AWS_ACCESS_KEY_ID="NOBODY"))
    bad(checks, bucket, "a wrong base secret", r"the signature is not accepted.*SignatureDoesNotMatch 403.*secret key",
        environment=caller(AWS_SECRET_ACCESS_KEY="a-wrong-secret-key"))
    bad(checks, bucket, "no base keys", r"AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set",
        environment=caller(AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY=""))


def servers(checks, bucket):
    bad(checks, bucket, "STS unreachable", r"cannot assume the role: cannot reach http://127.0.0.1:1\b.*after 5 attempts",
        sts="http://127.0.0.1:1")
    bad(checks, bucket, "STS of an untrusted authority", r"cannot assume the role: .*(certificate|port|connect|TLS)",
        sts="https://127.0.0.1:" + s3.setting("S3_TEST_ENDPOINT").rpartition(":")[2])
    with answering(200, b"<html><body>Welcome</body></html>") as endpoint:
        bad(checks, bucket, "HTML instead of a session", r"the answer is not one of STS: it holds no session.*check the STS "
            r"endpoint", sts=endpoint)
    with answering(403, b"<html><body>Forbidden<br>") as endpoint:
        bad(checks, bucket, "HTML instead of a refusal", r"status 403;.*check the STS endpoint", sts=endpoint)
    with answering(500, b"<html>oops") as endpoint:
        bad(checks, bucket, "a server that fails", r"STS failed.*500, after 5 attempts", sts=endpoint)
    with answering(200, b"\x00\xff nonsense <<<") as endpoint:
        bad(checks, bucket, "nonsense", r"the answer is not one of STS: it is not XML", sts=endpoint)


def long_exports(checks, bucket):
    """One that renews its sessions in time, and one that only the server's refusals tell."""
    rows = SECONDS * 1000 // 16 + 1
    with concurrent.futures.ThreadPoolExecutor() as pool:
        in_time = pool.submit(good, checks, bucket, "sessions that end during the export", rows, duration=DURATION,
                              seconds=SECONDS)
        told = pool.submit(good, checks, bucket, "sessions that the server ends", rows, duration=DURATION, seconds=SECONDS,
                           more=["stopped"])
        for what, outcome, refusals in (("renewed in time", in_time, 0), ("renewed when refused", told, 2)):
            counts = outcome.result()
            if counts is None:
                continue
            sessions, refused = counts
            print(f"assume_role: {what}: {SECONDS} s of rows, {sessions} sessions of {DURATION} s, {refused} refused", flush=True)
            checks.expect(sessions >= max(2, SECONDS // DURATION // 2), f"{what}: only {sessions} sessions")
            checks.expect(refused >= refusals, f"{what}: only {refused} refused")


def main():
    checks = tool.Checks("assume_role")
    bucket = Bucket()
    roles(checks, bucket)
    bases(checks, bucket)
    servers(checks, bucket)
    long_exports(checks, bucket)
    checks.finish()


main()
