# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""No secret is printed: not by exports that succeed, not by any that fail, not as JSON, not when the tool says all it
can. Every run has planted secrets, and all that it prints is searched for each, as it is and as it may be encoded."""
import base64
import contextlib
import json
import os
import signal
import sqlite3
import sys
import time
import urllib.parse
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import postgres  # noqa: E402
import s3  # noqa: E402
import tool  # noqa: E402
import web  # noqa: E402

# What makes the tool say more, or say it otherwise. Every case runs with each.
WAYS = (["--verbose"], ["--json", "--verbose"])

# Characters that every encoding changes.
KEY = "planted/secret+key=9d1f0b7c/with?odd&marks"
TOKEN = "planted-session-token//++==" + "5e2a" * 200  # longer than any line that repeats it
PASSWORD = "planted-p@ssw0rd:77aa"


def forms(secret):
    """A secret as it may come out of a message, a URL, a header or JSON."""
    raw = secret.encode()
    encoded = {secret, urllib.parse.quote(secret, safe=""), urllib.parse.quote(secret), urllib.parse.quote_plus(secret),
               urllib.parse.quote(secret, safe="").lower(), json.dumps(secret)[1:-1], secret.replace("/", "\\/"), raw.hex(),
               base64.b64encode(raw).decode().rstrip("="), base64.urlsafe_b64encode(raw).decode().rstrip("=")}
    # Inside of a longer text, e.g. "user:password", base64 begins at another bit.
    for shift in (1, 2):
        shifted = base64.b64encode(b"\0" * shift + raw).decode().rstrip("=")
        encoded.add(shifted[4:-2])
    return encoded


class Watch:
    """Runs the tool and searches what it prints."""

    def __init__(self, checks):
        self.checks = checks

    def see(self, what, status, done, secrets):
        """`status`: what the run must end with, or several of these."""
        statuses = status if isinstance(status, tuple) else (status,)
        self.checks.positions += 1
        self.checks.expect(done.returncode in statuses, f"{what}: exit {done.returncode}", done.stdout + done.stderr)
        self.checks.expect(done.stdout or done.stderr, f"{what}: prints nothing, so that nothing is proved")
        printed = done.stdout + done.stderr
        for name, secret in list(secrets.items()) + [("beginning of a token", TOKEN[:24])]:
            found = [form for form in forms(secret) if form in printed]
            self.checks.expect(not found, f"{what}: the {name} is printed", str(len(printed)) + " characters hold " + str(found))

    def run(self, what, status, arguments, **env):
        planted = {"AWS_SECRET_ACCESS_KEY": KEY, "AWS_SESSION_TOKEN": TOKEN, "AWS_ACCESS_KEY_ID": "NOBODY"} | env
        secrets = {name: planted[name] for name in ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN") if planted[name]}
        secrets["password"] = PASSWORD
        for way in WAYS:
            self.see(" ".join([what, *way]), status, tool.run([*arguments, *way], **planted), secrets)


def echo():
    """A server that repeats in its refusals whatever it was sent."""

    def refuse(headers):
        token = headers.get("x-amz-security-token", "")
        text = "".join(f"{name}={value} " for name, value in headers.items() if name.lower() != "authorization")
        body = ("<Error><Code>AccessDenied</Code><Message>" + text.replace("&", "&amp;") +
                f"</Message><RequestId>{token}</RequestId></Error>").encode()
        return 403, {"x-amz-request-id": token}, body

    return web.serving(refuse)


def make_database(path):
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.executescript("""CREATE TABLE good (id INTEGER, s TEXT);
                            INSERT INTO good VALUES (1, 'a'), (2, NULL);
                            CREATE TABLE bad (id INTEGER, s TEXT);
                            INSERT INTO bad VALUES (1, 'a'), ('x', 'b');
                            CREATE TABLE d (i INTEGER, s TEXT);
                            CREATE VIEW endless AS SELECT a.i AS i, b.i AS j, a.s AS s FROM d a, d b;""")
        db.executemany("INSERT INTO d VALUES (?, ?)", ((i, f"text {i}" * 5) for i in range(10000)))


def successes(watch, bucket, common):
    """The server ignores a token that comes with a long-term key, so that one can be planted."""
    real = {"AWS_ACCESS_KEY_ID": s3.setting("S3_TEST_ACCESS_KEY"), "AWS_SECRET_ACCESS_KEY": s3.setting("S3_TEST_SECRET_KEY")}
    for what, options in (("an export", tool.bucket_options()),
                          ("an export over TLS", ["--path-style", "--endpoint", s3.setting("S3_TEST_ENDPOINT_TLS"), "--region",
                                                  "us-east-1", "--ca-file", s3.setting("S3_TEST_CA_FILE")])):
        for way in WAYS:  # each needs a prefix of its own
            prefix = "secrets/" + uuid.uuid4().hex
            done = tool.run([*common, "--table", "good", "--to", f"s3://{bucket.name}/{prefix}", *options, *way],
                            AWS_SESSION_TOKEN=TOKEN, **real)
            watch.see(" ".join([what, *way]), 0, done,
                      {"AWS_SECRET_ACCESS_KEY": real["AWS_SECRET_ACCESS_KEY"], "AWS_SESSION_TOKEN": TOKEN})
            for key in bucket.keys(prefix + "/"):
                stored = bucket.get(key).decode(errors="replace")
                watch.checks.expect(TOKEN not in stored and real["AWS_SECRET_ACCESS_KEY"] not in stored,
                                    f"{what}: a secret is in {key}")
            bucket.purge(prefix + "/")
    target = f"s3://{bucket.name}/secrets/{uuid.uuid4().hex}"
    watch.run("a bad row", 1, [*common, "--table", "bad", "--to", target, *tool.bucket_options()], **real)
    watch.run("no such table", 1, [*common, "--table", "none", "--to", target, *tool.bucket_options()], **real)
    for command in ("status", "resume", "abort"):
        watch.run(command + " of nothing", (0, 1, 3), [command, target, *tool.bucket_options()], **real)
    stopped(watch, bucket, common, real)


def stopped(watch, bucket, common, real):
    """An export that is killed, what is said of it then, and its end."""
    for way in WAYS:
        prefix = "secrets/" + uuid.uuid4().hex
        target = f"s3://{bucket.name}/{prefix}"
        process = tool.start([*common, "--table", "endless", "--to", target, "--format", "csv", *tool.bucket_options(), *way],
                             AWS_SESSION_TOKEN=TOKEN, **real)
        # Until a file is on its way: an upload of the preflight's probe comes before the control object.
        while not any("/_copyto." not in key for key, _ in bucket.uploads(prefix)) and process.poll() is None:
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
        control = [bucket.get(key).decode() for key in bucket.keys(prefix + "/") if "_copyto." in key]
        watch.checks.expect(len(control) == 1, f"a killed export: {len(control)} control objects")
        for secret in (TOKEN, real["AWS_SECRET_ACCESS_KEY"]):
            watch.checks.expect(not any(secret in text for text in control), "a killed export: a secret is in the control object")
        for command, status in (("status", (0, 3)), ("resume", 1), ("abort", 0)):
            done = tool.run([command, target, *tool.bucket_options(), *way], AWS_SESSION_TOKEN=TOKEN, **real)
            watch.see(" ".join([command, "of a killed export", *way]), status, done,
                      {"AWS_SECRET_ACCESS_KEY": real["AWS_SECRET_ACCESS_KEY"], "AWS_SESSION_TOKEN": TOKEN})


def failures(watch, bucket, common, root):
    target = f"s3://{bucket.name}/secrets/{uuid.uuid4().hex}"
    path = ["--path-style", "--allow-http", "--region", "us-east-1", "--endpoint"]
    tls = ["--path-style", "--region", "us-east-1", "--endpoint", s3.setting("S3_TEST_ENDPOINT_TLS")]
    known = {"AWS_ACCESS_KEY_ID": s3.setting("S3_TEST_ACCESS_KEY")}
    good = [*common, "--table", "good", "--to"]
    watch.run("an unknown key", 1, [*good, target, *tool.bucket_options()])
    watch.run("a wrong secret", 1, [*good, target, *tool.bucket_options()], **known)
    watch.run("no id", 1, [*good, target, *tool.bucket_options()], AWS_ACCESS_KEY_ID="")
    watch.run("no secret", 1, [*good, target, *tool.bucket_options()], AWS_SECRET_ACCESS_KEY="")
    watch.run("a missing bucket", 1, [*good, f"s3://no-such-{uuid.uuid4().hex}/x", *tool.bucket_options()])
    watch.run("no server", 1, [*good, target, *path, "http://127.0.0.1:1"])
    watch.run("no such host", 1, [*good, target, *path, "http://no-such-host.invalid"])
    watch.run("http without leave", 2, [*good, target, "--path-style", "--endpoint", "http://127.0.0.1:1"])
    watch.run("a password in the endpoint", 2, [*good, target, *path, f"http://user:{PASSWORD}@127.0.0.1:1"])
    watch.run("a password in the query of the endpoint", 2, [*good, target, *path, f"http://127.0.0.1:1/?p={PASSWORD}"])
    watch.run("an unknown authority", 1, [*good, target, *tls], AWS_CA_BUNDLE="")
    watch.run("a missing CA file", 1, [*good, target, *tls, "--ca-file", f"{root}/none.pem"])
    watch.run("a proxy with a password", 1, [*good, target, *path, "http://no-such-host.invalid"],
              http_proxy=f"http://user:{urllib.parse.quote(PASSWORD, safe='')}@127.0.0.1:1", no_proxy="")
    watch.run("a wrong option", 2, [*good, target, *tool.bucket_options(), "--max-file-size", "12XB"])
    with echo() as endpoint:
        for what, arguments in (("an export", [*good, target]), ("status", ["status", target]), ("resume", ["resume", target]),
                                ("abort", ["abort", target])):
            watch.run(f"{what} with a server that repeats what it is sent", (1, 3), [*arguments, *path, endpoint])
            watch.run(f"{what}, such a server, no token", (1, 3), [*arguments, *path, endpoint], AWS_SESSION_TOKEN="")


def databases(watch, bucket, root):
    """PostgreSQL and roles: the password, and the keys that ask for a role."""
    real = postgres_password()
    caller = {"AWS_ACCESS_KEY_ID": s3.setting("S3_TEST_CALLER_ACCESS_KEY"),
              "AWS_SECRET_ACCESS_KEY": s3.setting("S3_TEST_CALLER_SECRET_KEY"), "AWS_SESSION_TOKEN": TOKEN}
    secrets = {"PGPASSWORD": real, "AWS_SECRET_ACCESS_KEY": caller["AWS_SECRET_ACCESS_KEY"], "AWS_SESSION_TOKEN": TOKEN}
    query = ["--from", "postgresql:///", "--query", "SELECT 1 AS a"]
    role = [*tool.bucket_options(), "--sts-endpoint", s3.setting("S3_TEST_STS_ENDPOINT"), "--assume-role-arn",
            s3.setting("S3_TEST_ROLE_ARN")]
    right = ["--external-id", s3.setting("S3_TEST_EXTERNAL_ID")]
    for way in WAYS:
        prefix = "secrets/" + uuid.uuid4().hex
        target = f"s3://{bucket.name}/{prefix}"
        for what, status, arguments in (("an export through a role", 0, [*query, *role, *right]),
                                        ("a wrong external id", 1, [*query, *role, "--external-id", "wrong"]),
                                        ("a query with an error", 1, [*query[:2], "--query", "SELECT x", *role, *right]),
                                        ("no STS", 1, [*query, *tool.bucket_options(), *role[-2:], "--sts-endpoint", "http://127.0.0.1:1"])):
            watch.see(" ".join([what, *way]), status, tool.run([*arguments, "--to", target, *way], **caller), secrets)
        bucket.purge(prefix + "/")
        directory = ["--to", os.path.join(root, uuid.uuid4().hex)]
        for what, env in (("a wrong password", {}), ("no database server", {"PGPORT": "1"}), ("no database", {"PGDATABASE": "none"}),
                          ("no such user", {"PGUSER": "nobody"})):
            done = tool.run([*query, *directory, *way], PGPASSWORD=PASSWORD, **env)
            watch.see(" ".join([what, *way]), 1, done, {"PGPASSWORD": PASSWORD})
        for what, uri in (("a password in the URI", f"postgresql://me:{urllib.parse.quote(PASSWORD, safe='')}@localhost/x"),
                          ("a password in a broken URI", f"postgresql://me:{PASSWORD}@[::1/x"),
                          ("a password among the URI's options", f"postgresql:///x?password={urllib.parse.quote(PASSWORD, safe='')}")):
            watch.see(" ".join([what, *way]), 2, tool.run(["--from", uri, *query[2:], *directory, *way]), {"PGPASSWORD": PASSWORD})


def postgres_password():
    postgres.require()
    return os.environ["PGPASSWORD"]


def main():
    checks = tool.Checks("no_secrets")
    # The search itself: what it must find.
    for secret in (KEY, TOKEN, PASSWORD):
        for text in (secret, urllib.parse.quote(secret, safe=""), json.dumps({"x": secret}),
                     base64.b64encode(f"user:{secret}".encode()).decode(), base64.b64encode(f"u:{secret}".encode()).decode(),
                     base64.b64encode(secret.encode()).decode()):
            checks.expect(any(form in text for form in forms(secret)), f"the search does not find {text}")
    bucket = s3.Bucket()
    with tool.scratch() as root:
        database = os.path.join(root, "secrets.db")
        make_database(database)
        common = ["--from", f"sqlite:{database}"]
        successes(Watch(checks), bucket, common)
        failures(Watch(checks), bucket, common, root)
        databases(Watch(checks), bucket, root)
    checks.finish()


main()
