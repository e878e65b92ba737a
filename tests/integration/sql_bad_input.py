# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""What can go wrong with a PostgreSQL source and with an assumed role, through the command-line tool: exit status, one
clear sentence, nothing visible in the directory or bucket, no open upload."""
import datetime
import hashlib
import hmac
import os
import re
import sys
import time
import urllib.parse
import urllib.request
import uuid
import xml.etree.ElementTree

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import postgres  # noqa: E402
import s3  # noqa: E402
import tool  # noqa: E402
import web  # noqa: E402

NAME = "bad_" + uuid.uuid4().hex[:12]
FROM = ["--from", "postgresql:///"]


class Refusals:
    def __init__(self, checks, bucket, root):
        self.checks, self.bucket, self.root = checks, bucket, root

    def to_directory(self, words, arguments, status=1, **env):
        out = os.path.join(self.root, uuid.uuid4().hex)
        done = tool.run([*arguments, "--to", out], **env)
        self.look(words, status, arguments, done)
        left = os.listdir(out) if os.path.isdir(out) else []
        self.checks.expect(not left, f"{words}: the directory holds {left}")
        # D15: the dry run does not approve what the run refuses.
        dry = tool.run([*arguments, "--to", out, "--dry-run"], **env)
        self.checks.expect(dry.returncode == status and re.search(words, dry.stderr, re.S) or "of the second batch" in arguments[-1],
                           f"{words}: the dry run ends with {dry.returncode}", f"{arguments} {dry.stdout}{dry.stderr}")

    def to_bucket(self, words, arguments, status=1, **env):
        prefix = "sql_bad/" + uuid.uuid4().hex
        done = tool.run([*arguments, "--to", f"s3://{self.bucket.name}/{prefix}"], **env)
        self.look(words, status, arguments, done)
        left = self.bucket.keys(prefix + "/") + self.bucket.uploads(prefix + "/")
        self.checks.expect(not left, f"{words}: the bucket holds {left}")

    def look(self, words, status, arguments, done):
        self.checks.positions += 1
        shown = f"{arguments}\n  exit {done.returncode}\n  {done.stdout}{done.stderr}"
        self.checks.expect(done.returncode == status, f"{words}: exit {done.returncode} instead of {status}", shown)
        self.checks.expect(re.search(words, done.stderr, re.S), f"the message does not say {words}", shown)
        self.checks.expect(done.stderr.startswith("copy_to: ") and done.stdout == "", f"{words}: more than one message", shown)


def queries(refused):
    def query(words, sql, *more):
        refused.to_directory(words, [*FROM, "--query", sql, *more])

    query(r"line 2, column 6, before \"t\".*42601.*syntax error", "SELECT a\nFORM t")
    query(r"line 1, column 8, before \"nowhere.*column \"nowhere\" does not exist", f"SELECT nowhere FROM {NAME}_t")
    query(r"relation \"none\" does not exist", "SELECT * FROM none")
    query(r"no columns|without columns", "SELECT")
    query(r"SELECT", f"DELETE FROM {NAME}_t")
    query(r"SELECT|one statement|multiple", "SELECT 1; SELECT 2")
    query(r"division by zero", f"SELECT 1 / (i - 3000) AS q FROM {NAME}_t -- of the second batch")
    query(r"permission denied", "SELECT * FROM pg_authid")
    query(r"row 3, column \"n\".*--numeric|row 3.*column.*n.*digits",
          "SELECT * FROM (VALUES (1::numeric), (2.5), (0.00000000001)) AS v(n)")
    query(r"row 1.*n\b", "SELECT 'NaN'::numeric AS n")
    query(r"row 1.*n\b", "SELECT 'infinity'::numeric AS n")
    query(r"row 2.*n\b", "SELECT * FROM (VALUES (1::numeric), (1e28)) AS v(n)")
    query(r"row 1.*d\b", "SELECT 'infinity'::date AS d")
    query(r"row 1.*ts\b", "SELECT '-infinity'::timestamp AS ts")
    query(r"row 1.*ts\b", "SELECT '294276-12-31 23:59:59'::timestamptz AS ts")
    query(r"row 1.*clock", "SELECT '24:00'::time AS clock")
    query(r"digits", "SELECT 1.5 AS n", "--numeric", "1,1")
    query(r"option", "SELECT 1 AS n", "--pass-through", "format csv) ; DROP TABLE t --")
    query(r"json", "SELECT 1 AS n", "--pass-through", "format json")
    refused.to_directory(r"relation \"test.none\" does not exist|no table", [*FROM, "--table", "test.none"])
    # CSV has no types: a numeric without digits of its own is PostgreSQL's text there, in Parquet its digits are chosen.
    out = os.path.join(refused.root, "numeric")
    done = tool.run([*FROM, "--query", "SELECT 1/3.0 AS a, 5::numeric AS b, 1.50 AS c, 1e30::numeric AS d, 'NaN'::numeric AS e",
                     "--format", "csv", "--to", out])
    refused.checks.expect(done.returncode == 0, "numerics as text", done.stderr)
    refused.checks.expect([open(os.path.join(out, n)).read() for n in os.listdir(out)] ==
                          ["0.33333333333333333333,5,1.50,1000000000000000000000000000000,NaN\n"], "numerics as text")
    # A type without a binary form is cast to text; nothing is lost.
    out = os.path.join(refused.root, "aclitem")
    done = tool.run([*FROM, "--query", "SELECT 'test=r/test'::aclitem AS a", "--format", "csv", "--to", out])
    refused.checks.expect(done.returncode == 0, "a type without a binary form", done.stderr)
    refused.checks.expect([open(os.path.join(out, n)).read() for n in os.listdir(out)] == ["test=r/test\n"], "aclitem as text")


def connections(refused):
    table = ["--table", f"{NAME}_t"]
    refused.to_directory(r"password authentication failed", [*FROM, *table], PGPASSWORD="wrong")
    refused.to_directory(r"password", [*FROM, *table], PGPASSWORD="", PGPASSFILE=os.path.join(refused.root, "none"))
    refused.to_directory(r"Connection refused", [*FROM, *table], PGPORT="1")
    refused.to_directory(r"database \"nowhere\" does not exist", ["--from", "postgresql:///nowhere", *table])
    refused.to_directory(r"holds a password", ["--from", "postgresql://me:secret@localhost/x", *table], status=2)
    refused.to_directory(r"cannot be read", ["--from", "postgresql://[::1/x", *table], status=2)
    refused.to_directory(r"for PostgreSQL", ["--from", "sqlite:x.db", "--table", "t", "--numeric", "text"], status=2)
    # Cut in the middle of the rows: after some megabytes of about 30.
    for more in ([], ["--format", "csv"], ["--pass-through", "format csv"]):
        for place in (refused.to_directory, refused.to_bucket):
            with postgres.Proxy(cut_after=4_000_000) as proxy:
                options = tool.bucket_options() if place == refused.to_bucket else []
                place(r"connection|closed", [*FROM, "--table", f"{NAME}_big", *more, "--max-file-size", "1MB", *options],
                      PGHOST="127.0.0.1", PGPORT=str(proxy.port), PGSSLMODE="disable", PGGSSENCMODE="disable")
    # The cursor says so in verbose mode, and gives the same files.
    wanted = None
    for words, refuse in ((r"COPY in binary", {}), (r"a cursor in binary", {"refuse_copy": True}),
                          (r"a cursor as text", {"refuse_copy": True, "refuse_binary": True})):
        out = os.path.join(refused.root, uuid.uuid4().hex)
        with postgres.Proxy(**refuse) as proxy:
            done = tool.run([*FROM, "--table", f"{NAME}_t", "--to", out, "--verbose"], PGHOST="127.0.0.1", PGPORT=str(proxy.port),
                            PGSSLMODE="disable", PGGSSENCMODE="disable")
            refused.checks.positions += 1
            refused.checks.expect(done.returncode == 0 and re.search(words, done.stderr), words, done.stderr)
            refused.checks.expect(bool(proxy.refused) == bool(refuse), f"{words}: the proxy refused {proxy.refused} times")
        got = [open(os.path.join(out, n), "rb").read() for n in sorted(os.listdir(out))]
        wanted = wanted or got
        refused.checks.expect(got == wanted, f"{words}: other bytes than by COPY")


def html_server():
    body = b"<!DOCTYPE html><html><body>Welcome</body></html>"
    return web.serving(lambda _: (200, {"Content-Type": "text/html"}, body))


def assume(key, secret, seconds):
    """Credentials of a session of `seconds`, without the library."""
    endpoint = s3.setting("S3_TEST_STS_ENDPOINT")
    host = urllib.parse.urlsplit(endpoint).netloc
    body = urllib.parse.urlencode({"Action": "AssumeRole", "Version": "2011-06-15", "RoleArn": s3.setting("S3_TEST_ROLE_ARN_NOEXT"),
                                   "RoleSessionName": "test", "DurationSeconds": str(seconds)})
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    digest = hashlib.sha256(body.encode()).hexdigest()
    scope = f"{now[:8]}/us-east-1/sts/aws4_request"
    canonical = f"POST\n/\n\nhost:{host}\nx-amz-date:{now}\n\nhost;x-amz-date\n{digest}"
    to_sign = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signing = ("AWS4" + secret).encode()
    for part in (now[:8], "us-east-1", "sts", "aws4_request"):
        signing = hmac.new(signing, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(signing, to_sign.encode(), hashlib.sha256).hexdigest()
    request = urllib.request.Request(endpoint, body.encode(), {
        "x-amz-date": now, "Content-Type": "application/x-www-form-urlencoded",
        "Authorization": f"AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders=host;x-amz-date, Signature={signature}"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        found = {e.tag.split("}")[-1]: e.text for e in xml.etree.ElementTree.fromstring(answer.read()).iter()}
    return {"AWS_ACCESS_KEY_ID": found["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": found["SecretAccessKey"],
            "AWS_SESSION_TOKEN": found["SessionToken"]}


def roles(refused):
    arn = s3.setting("S3_TEST_ROLE_ARN")
    base = [*FROM, "--table", f"{NAME}_t", *tool.bucket_options()]
    sts = ["--sts-endpoint", s3.setting("S3_TEST_STS_ENDPOINT")]
    caller = {"AWS_ACCESS_KEY_ID": s3.setting("S3_TEST_CALLER_ACCESS_KEY"),
              "AWS_SECRET_ACCESS_KEY": s3.setting("S3_TEST_CALLER_SECRET_KEY")}
    good = ["--assume-role-arn", arn, "--external-id", s3.setting("S3_TEST_EXTERNAL_ID"), *sts]
    # The right one exports, also where the caller may not write by itself.
    prefix = "sql_bad/" + uuid.uuid4().hex
    done = tool.run([*base, *good, "--to", f"s3://{refused.bucket.name}/{prefix}"], **caller)
    refused.checks.expect(done.returncode == 0, "the right external id", done.stderr)
    refused.checks.expect(len(refused.bucket.keys(prefix + "/")) == 1, "the right external id: the file is there")
    refused.bucket.purge(prefix + "/")
    refused.to_bucket(r"AccessDenied|denied", base, **caller)  # without the role
    refused.to_bucket(r"external id", [*base, "--assume-role-arn", arn, *sts], **caller)
    refused.to_bucket(r"external id", [*base, "--assume-role-arn", arn, "--external-id", "wrong-id", *sts], **caller)
    for malformed in ("x", "with space", "a" * 1225):
        refused.to_bucket(r"external_id|external id", [*base, "--assume-role-arn", arn, "--external-id", malformed, *sts], 2, **caller)
    refused.to_bucket(r"role_arn|ARN", [*base, "--assume-role-arn", "exporter", *sts], 2, **caller)
    refused.to_bucket(r"session_name|session name", [*base, *good, "--role-session-name", "a b"], 2, **caller)
    refused.to_bucket(r"no effect without --assume-role-arn", [*base, "--external-id", "x1"], 2, **caller)
    refused.to_bucket(r"--sts-endpoint", [*base, "--assume-role-arn", arn], 2, **caller)
    refused.to_bucket(r"role/nobody", [*base, "--assume-role-arn", "arn:aws:iam:::role/nobody", *sts], **caller)
    refused.to_bucket(r"AssumeRole", [*base, *good], **caller | {"AWS_SECRET_ACCESS_KEY": "wrong"})
    refused.to_bucket(r"STS|AssumeRole", [*base, *good[:4], "--sts-endpoint", "http://127.0.0.1:1"], **caller)
    with html_server() as endpoint:
        refused.to_bucket(r"AssumeRole.*STS", [*base, *good[:4], "--sts-endpoint", endpoint], **caller)
    expired = assume(caller["AWS_ACCESS_KEY_ID"], caller["AWS_SECRET_ACCESS_KEY"], 1)
    time.sleep(2.5)  # until a real session has expired
    refused.to_bucket(r"AssumeRole", [*base, *good], **expired)
    # A role that may not write there.
    prefix = "sql_bad/" + uuid.uuid4().hex
    done = tool.run([*base, *good, "--to", f"s3://{s3.setting('S3_TEST_DENIED_BUCKET')}/{prefix}"], **caller)
    refused.look(r"AccessDenied|denied", 1, "denied bucket", done)


def main():
    checks = tool.Checks("sql_bad_input")
    postgres.require()
    postgres.sql(f"""CREATE TABLE {NAME}_t AS SELECT i, 'row ' || i AS s, i * 0.01 AS n FROM generate_series(1, 5000) AS i;
                     CREATE TABLE {NAME}_big AS SELECT i, md5(i::text) || md5((i + 1)::text) AS s FROM generate_series(1, 400000) AS i;""")
    try:
        with tool.scratch() as root:
            refused = Refusals(checks, s3.Bucket(), root)
            queries(refused)
            connections(refused)
            roles(refused)
    finally:
        postgres.sql(f"DROP TABLE {NAME}_t, {NAME}_big")
    checks.finish()


main()
