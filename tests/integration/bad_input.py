# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""Every kind of bad input gets its exit status and one clear sentence (or its correct file), and nothing is
visible in the target afterwards: in a directory and in a bucket."""
import contextlib
import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import s3  # noqa: E402
import tool  # noqa: E402
import web  # noqa: E402

LARGE = 100_000_000


def make_database(path):
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.executescript("""
            CREATE TABLE good (id INTEGER, s TEXT);
            INSERT INTO good VALUES (1, 'a'), (2, NULL), (3, '');
            CREATE TABLE zero (id INTEGER, s TEXT);
            CREATE TABLE text_in_integer (id INTEGER, s TEXT);
            INSERT INTO text_in_integer VALUES (1, 'a'), ('x', 'b');
            CREATE TABLE no_day (d DATE);
            INSERT INTO no_day VALUES ('2024-02-29'), (NULL), ('2023-02-29');
            CREATE TABLE wide_decimal (d DECIMAL(5, 2));
            INSERT INTO wide_decimal VALUES ('999.99'), ('1000.00');
            CREATE TABLE fine_decimal (d DECIMAL(5, 2));
            INSERT INTO fine_decimal VALUES ('0.001');
            CREATE TABLE no_boolean (b BOOLEAN);
            INSERT INTO no_boolean VALUES (1), (0), (2);
            CREATE TABLE no_utf8 (id INTEGER, s TEXT);
            INSERT INTO no_utf8 VALUES (1, 'ok'), (2, CAST(x'ff61' AS TEXT));
            CREATE TABLE nul (id INTEGER, s TEXT);
            INSERT INTO nul VALUES (1, 'a' || char(0) || 'b');
            CREATE TABLE no_name (id INTEGER, "" TEXT);
            INSERT INTO no_name VALUES (1, 'a');
            CREATE TABLE large (id INTEGER, s TEXT);
        """)
        db.execute("INSERT INTO large VALUES (1, ?)", ("x" * LARGE,))
        # The bad row of a table that has filled a file and more before it.
        db.execute("CREATE TABLE late (n INTEGER, s TEXT)")
        db.executemany("INSERT INTO late VALUES (?, ?)", ((i, uuid.uuid4().hex * 400) for i in range(1500)))
        db.execute("INSERT INTO late VALUES ('bad', '')")


class Directory:
    name = "directory"

    def __init__(self, root):
        self.root = root

    def fresh(self):
        self.path = os.path.join(self.root, uuid.uuid4().hex, "out")
        return self.path, []

    def visible(self):
        """Also hidden files, which would be open uploads."""
        if not os.path.isdir(self.path):
            return []
        return [os.path.join(d, f) for d, _, files in os.walk(self.path) for f in files]

    def contents(self):
        return [open(p, "rb").read() for p in sorted(self.visible())]

    def occupy(self):
        os.makedirs(self.path)
        with open(os.path.join(self.path, "old"), "w") as old:
            old.write("old")

    def clear(self):
        shutil.rmtree(os.path.dirname(self.path), ignore_errors=True)


class Bucket:
    name = "bucket"

    def __init__(self):
        self.bucket = s3.Bucket()

    def fresh(self):
        self.prefix = "bad-input/" + uuid.uuid4().hex
        return f"s3://{self.bucket.name}/{self.prefix}", tool.bucket_options()

    def visible(self):
        return self.bucket.keys(self.prefix + "/") + self.bucket.uploads(self.prefix + "/")

    def contents(self):
        return [self.bucket.get(k) for k in self.bucket.keys(self.prefix + "/")]

    def occupy(self):
        self.bucket.put(self.prefix + "/old", b"old")

    def clear(self):
        self.bucket.purge(self.prefix + "/")


def expect_error(checks, what, done, status, pattern):
    checks.positions += 1
    checks.expect(done.returncode == status, f"{what}: exit {done.returncode}, not {status}", done.stderr)
    lines = done.stderr.strip().splitlines()
    checks.expect(re.search(pattern, done.stderr), f"{what}: no match for {pattern}", done.stderr)
    checks.expect(len(lines) == 1 and lines[0].startswith("copy_to: "), f"{what}: not one sentence", done.stderr)
    checks.expect(done.stdout == "", f"{what}: wrote to standard output", done.stdout)


def rows_and_formats(checks, place, database):
    """What can be wrong with rows, queries and options."""
    both = ("parquet", "csv")
    bad = [
        (["--table", "no_such"], both, 1, r"no table or view .no_such."),
        (["--query", "SELEC 1"], both, 1, r"syntax error"),
        (["--query", "SELECT missing FROM good"], both, 1, r"no such column: missing"),
        (["--query", "SELECT 1 AS a; SELECT 2 AS a"], both, 1, r"more than one statement"),
        (["--query", "DELETE FROM good"], both, 1, r"changes the database"),
        (["--query", "CREATE TABLE x (y)"], both, 1, r"changes the database|returns no (rows|columns)"),
        (["--query", "-- no statement"], both, 1, r"no statement"),
        (["--table", "text_in_integer"], both, 1, r'row 2, column "id"'),
        (["--table", "no_day"], both, 1, r'2023-02-29.*row 3, column "d"'),
        (["--table", "wide_decimal"], both, 1, r'decimal\(5,2\).*row 2, column "d"'),
        (["--table", "fine_decimal"], both, 1, r'decimal\(5,2\).*row 1, column "d"'),
        (["--table", "no_boolean"], both, 1, r'row 3, column "b"'),
        (["--table", "no_utf8"], both, 1, r'UTF-8.*row 2, column "s"'),
        (["--table", "nul"], ("csv",), 1, r'NUL.*row 1, column "s"'),
        (["--table", "no_name"], both, 1, r"no name \(column number 2\)"),
        (["--query", "SELECT 1 AS a, 2 AS a"], both, 1, r'same name.*"a"'),
        (["--table", "late", "--max-file-size", "9MB"], both, 1, r'row 1501, column "n"'),
        (["--table", "good", "--max-file-size", "12XB"], both, 2, r"12XB.*unit .XB."),
        (["--table", "good", "--max-file-size", "0"], both, 2, r"at least one byte"),
        (["--table", "good", "--max-file-size", "-5MB"], both, 2, r"-5MB"),
        (["--table", "good", "--max-file-size", "99999999999TB"], both, 2, r"99999999999TB"),
        (["--table", "good", "--query", "SELECT 1 AS a"], both, 2, r"either --table or --query"),
        ([], both, 2, r"either --table or --query"),
        (["--table", "good", "--delimiter", ";"], ("parquet",), 2, r"--delimiter has no effect on Parquet"),
        (["--table", "good", "--codec", "snappy"], ("csv",), 2, r"codec snappy is for pages of Parquet"),
        (["--table", "good", "--delimiter", '"'], ("csv",), 2, r'"delimiter" is the same as the option "quote"'),
        (["--table", "good", "--delimiter", ",,"], ("csv",), 2, r"delimiter"),
        (["--table", "good", "--no-such-option"], both, 2, r"no-such-option"),
    ]
    for arguments, formats, status, pattern in bad:
        for output in formats:
            uri, options = place.fresh()
            done = tool.run(["--from", f"sqlite:{database}", *arguments, "--format", output, "--to", uri, *options])
            what = f"{place.name}, {output}, {' '.join(arguments)[:60]}"
            expect_error(checks, what, done, status, pattern)
            checks.expect(not place.visible(), f"{what}: something is left", str(place.visible()))
            place.clear()

    def good(arguments, output, test):
        uri, options = place.fresh()
        done = tool.run(["--from", f"sqlite:{database}", *arguments, "--format", output, "--to", uri, *options])
        what = f"{place.name}, {output}, {' '.join(arguments)[:60]}"
        checks.positions += 1
        checks.expect(done.returncode == 0, what, done.stderr)
        checks.expect(re.fullmatch(r"COPY \d+ rows, \d+ files, \d+ bytes\n", done.stdout), f"{what}: {done.stdout}")
        files = place.contents()
        checks.expect(len(files) == 1 and test(files[0]), f"{what}: not the right file", str(files)[:500])
        place.clear()

    def parquet(rows):
        import io

        import pyarrow.parquet

        return lambda body: pyarrow.parquet.read_table(io.BytesIO(body)).to_pylist() == rows

    good(["--table", "zero"], "csv", lambda body: body == b"")
    good(["--table", "zero", "--header"], "csv", lambda body: body == b"id,s\n")
    good(["--table", "zero"], "parquet", parquet([]))
    good(["--table", "nul"], "parquet", parquet([{"id": 1, "s": "a\0b"}]))
    good(["--table", "good"], "csv", lambda body: body == b'1,a\n2,\n3,""\n')
    good(["--table", "large"], "csv", lambda body: body == b"1," + b"x" * LARGE + b"\n")
    good(["--table", "large"], "parquet", parquet([{"id": 1, "s": "x" * LARGE}]))

    uri, options = place.fresh()
    place.occupy()
    before = place.visible()
    done = tool.run(["--from", f"sqlite:{database}", "--table", "good", "--to", uri, *options])
    expect_error(checks, f"{place.name}, not empty", done, 1, r"not empty \(.*old\)")
    checks.expect(place.visible() == before, f"{place.name}, not empty: changed", str(place.visible()))
    place.clear()


def sources_and_targets(checks, root, database):
    """What can be wrong with the database file, the target's URI and its directory."""
    target = os.path.join(root, "never")
    for source, status, pattern in ((f"sqlite:{root}/none.db", 1, r"no such SQLite database"),
                                    (f"sqlite:{__file__}", 1, r"not an SQLite database"),
                                    ("mysql:shop", 2, r"mysql:shop"), ("sqlite:", 2, r"sqlite:"), ("", 2, r"--from")):
        done = tool.run(["--from", source, "--table", "good", "--to", target])
        expect_error(checks, f"from {source}", done, status, pattern)
    for uri, pattern in (("ftp://host/x", r"ftp://"), ("gs://", r"names no bucket"), ("r2://", r"names no bucket"), ("s3://", r"names no bucket"),
                         ("s3:///x", r"names no bucket"), ("file://host/x", r"file://host/x"), ("", r"it is empty")):
        done = tool.run(["--from", f"sqlite:{database}", "--table", "good", "--to", uri])
        expect_error(checks, f"to {uri}", done, 2, pattern)
        checks.expect(not os.path.exists(target), f"to {uri}: a directory was made")
    done = tool.run(["--from", f"sqlite:{database}", "--table", "good", "--to", os.path.join(database, "x")])
    expect_error(checks, "a file as directory", done, 1, r"[Nn]ot a directory")
    done = tool.run(["--from", f"sqlite:{database}", "--table", "good", "--to", target, "--endpoint", "https://x"])
    expect_error(checks, "--endpoint with a directory", done, 2, r"--endpoint is for buckets")

    # Not writable; root may write everywhere, so this runs as nobody then.
    locked = os.path.join(root, "locked")
    os.makedirs(locked)
    os.chmod(locked, stat.S_IRUSR | stat.S_IXUSR | stat.S_IROTH | stat.S_IXOTH)
    binary = shutil.copy(tool.program(), os.path.join(root, "copy_to"))
    for path in (root, binary, database):
        os.chmod(path, 0o755)
    user = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
    for uri in (locked, os.path.join(locked, "below")):
        done = subprocess.run([binary, "--from", f"sqlite:{database}", "--table", "good", "--to", uri], text=True,
                              env=tool.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, **user)
        expect_error(checks, "unwritable directory", done, 1, r"Permission denied.*locked")
        checks.expect(not os.listdir(locked), "unwritable directory: something is left")


def servers(checks, root, database):
    """What can be wrong with a bucket, its server and the credentials."""
    bucket = s3.Bucket()
    prefix = "bad-input/" + uuid.uuid4().hex
    common = ["--from", f"sqlite:{database}", "--table", "good"]

    def fails(what, pattern, name=bucket.name, status=1, options=None, **env):
        done = tool.run([*common, "--to", f"s3://{name}/{prefix}", *(options or tool.bucket_options())], **env)
        expect_error(checks, what, done, status, pattern)
        secret = env.get("AWS_SECRET_ACCESS_KEY", s3.setting("S3_TEST_SECRET_KEY"))
        checks.expect(not secret or secret not in done.stderr + done.stdout, f"{what}: the secret is printed")
        left = bucket.keys(prefix) + bucket.uploads(prefix)
        checks.expect(not left, f"{what}: something is left", str(left))

    path = ["--path-style", "--allow-http", "--region", "us-east-1", "--endpoint"]
    fails("a port without a server", r"cannot reach http://127.0.0.1:1\b.*check the endpoint",
          options=[*path, "http://127.0.0.1:1"])
    fails("a host without a name", r"(resolve|no-such-host.invalid)", options=[*path, "http://no-such-host.invalid"])
    fails("a wrong secret key", r"SignatureDoesNotMatch 403", AWS_SECRET_ACCESS_KEY="a-wrong-secret-key")
    fails("an unknown access key", r"InvalidAccessKeyId 403", AWS_ACCESS_KEY_ID="NOBODY")
    fails("half a key", r"AWS_ACCESS_KEY_ID is not", AWS_ACCESS_KEY_ID="")
    fails("no keys", r"(no|set).*AWS_ACCESS_KEY_ID", AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="")
    fails("a missing bucket", r"bucket does not exist.*NoSuchBucket 404", name="no-such-bucket-" + uuid.uuid4().hex)
    fails("a denied bucket", r"AccessDenied 403, request id \S+.*s3:DeleteObject",
          name=s3.setting("S3_TEST_DENIED_BUCKET"),
          AWS_ACCESS_KEY_ID=s3.setting("S3_TEST_CALLER_ACCESS_KEY"),
          AWS_SECRET_ACCESS_KEY=s3.setting("S3_TEST_CALLER_SECRET_KEY"))
    fails("http without leave", r"--allow-http", status=2,
          options=["--path-style", "--endpoint", s3.setting("S3_TEST_ENDPOINT")])
    fails("an unknown authority", r"certificate.*(ca.file)", AWS_CA_BUNDLE="",
          options=["--path-style", "--endpoint", s3.setting("S3_TEST_ENDPOINT_TLS"), "--region", "us-east-1"])
    fails("a missing CA file", r"none\.pem", options=["--path-style", "--endpoint", s3.setting("S3_TEST_ENDPOINT_TLS"),
                                                     "--region", "us-east-1", "--ca-file", f"{root}/none.pem"])
    with amazon_elsewhere() as endpoint:
        fails("a wrong region that the server does not correct twice", r"region.*(eu-west-1|mars-1)|AuthorizationHeaderMalformed",
              options=["--path-style", "--allow-http", "--endpoint", endpoint, "--region", "mars-1"])


def amazon_elsewhere():
    """A server that answers as Amazon S3 does to a signature for another region (Ceph does not look)."""
    body = (b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AuthorizationHeaderMalformed</Code><Message>The '
            b"authorization header is malformed; the region 'mars-1' is wrong; expecting 'eu-west-1'</Message>"
            b"<Region>eu-west-1</Region><RequestId>R1</RequestId></Error>")
    return web.serving(lambda _: (400, {"Content-Type": "application/xml"}, body))


def main():
    checks = tool.Checks("bad_input")
    with tool.scratch() as root:
        database = os.path.join(root, "bad.db")
        make_database(database)
        rows_and_formats(checks, Directory(root), database)
        rows_and_formats(checks, Bucket(), database)
        sources_and_targets(checks, root, database)
        servers(checks, root, database)
    checks.finish()


main()
