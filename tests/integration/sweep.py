# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""copy_to sweep, and what status says of open uploads: on a real server and on the double of R2, with uploads of another
client and those of exports that were killed."""
import json
import os
import sqlite3
import sys
import tempfile
import time
import uuid

import botocore.config
import botocore.exceptions
import botocore.session

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import double  # noqa: E402
import tool  # noqa: E402

# A gigabyte: every row of a table with every other. It is killed long before its end.
LONG = "SELECT a.i, a.x FROM r AS a, r AS b"


def table_of_a_thousand(directory):
    path = os.path.join(directory, "rows.db")
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE r(i INTEGER, x TEXT)")
        db.executemany("INSERT INTO r VALUES (?, ?)", ((i, os.urandom(500).hex()) for i in range(1000)))
    db.close()
    return f"sqlite:{path}"


class place:
    """A bucket: the tool's options, its credentials, and a client that is not ours."""

    def __init__(self, scheme, bucket, options, keys, client):
        self.scheme, self.bucket, self.options, self.keys, self.client = scheme, bucket, options, keys, client
        self.root = f"sweep-{uuid.uuid4().hex}"

    def uri(self, below=""):
        return f"{self.scheme}://{self.bucket}/{self.root}/{below}"

    def run(self, *arguments):
        return tool.run([*arguments, *self.options], **self.keys)

    def begin(self, below):
        key = f"{self.root}/{below}"
        return self.client.create_multipart_upload(Bucket=self.bucket, Key=key)["UploadId"]

    def open(self):
        listed = self.client.list_multipart_uploads(Bucket=self.bucket, Prefix=self.root + "/")
        return sorted(u["Key"].removeprefix(self.root + "/") for u in listed.get("Uploads", []))

    def killed_export(self, below, rows):
        """An export that died with at least two uploads open."""
        going = tool.start(["--from", rows, "--query", LONG, "--to", self.uri(below), "--format", "csv",
                            "--max-file-size", "6MB", *self.options], **self.keys)
        while going.poll() is None and len([k for k in self.open() if k.startswith(below)]) < 2:
            time.sleep(0.02)
        if going.poll() is not None:
            raise RuntimeError(f"it ended by itself: {going.communicate()}")
        going.kill()
        going.communicate()

    def decide(self, below):
        """Makes the killed export's claim a commit record of its uploads, as an exporter does that dies just after."""
        key = f"{self.root}/{below}/_copyto.INCOMPLETE"
        lines = self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read().decode().splitlines()
        lines = ["state commit" if line == "state claim" else line for line in lines if line != "end"]
        listed = self.client.list_multipart_uploads(Bucket=self.bucket, Prefix=f"{self.root}/{below}/")["Uploads"]
        for u in listed:
            parts = self.client.list_parts(Bucket=self.bucket, Key=u["Key"], UploadId=u["UploadId"]).get("Parts", [])
            lines.append(f"file {u['Key']} {u['UploadId']} 1 {sum(p['Size'] for p in parts)} {0:016x}")
            lines += [f"part {p['PartNumber']} {p['Size']} %22{p['ETag'].strip(chr(34))}%22" for p in parts]
        while True:
            try:
                self.client.put_object(Bucket=self.bucket, Key=key, Body="\n".join([*lines, "end", ""]).encode())
                return
            except botocore.exceptions.ClientError as refused:  # R2: one write a second to a key
                if refused.response["ResponseMetadata"]["HTTPStatusCode"] != 429:
                    raise
                time.sleep(0.1)


def check(checks, at, rows):
    def sweep(*arguments, json_=False, below=""):
        done = at.run("sweep", at.uri(below), *arguments, *(["--json"] if json_ else []))
        checks.expect(done.returncode == 0, f"sweep {arguments} ends with 0: {done.stderr}")
        return json.loads(done.stdout) if json_ else done.stdout

    checks.positions += 1
    name = at.scheme
    at.begin("x/one")
    at.begin("x/deep/two")
    at.begin("xy/other")
    said = sweep(below="x")
    checks.expect("SWEEP 2 uploads: 0 orphaned, 0 aborted, 0 failed, 2 young" in said, f"{name}: young ones\n{said}")
    said = sweep("--older-than", "0s", below="x")
    checks.expect("2 orphaned" in said and at.uri("x/deep/two") in said and "nothing was aborted; with --apply" in said,
                  f"{name}: a dry run\n{said}")
    checks.expect(len(at.open()) == 3, f"{name}: a dry run aborts nothing")
    said = sweep("--older-than", "0s", "--apply", below="x", json_=True)
    checks.expect(said["aborted"] == 2 and all(u["state"] == "aborted" and u["upload_id"] for u in said["uploads"]),
                  f"{name}: two are aborted {said}")
    checks.expect(at.open() == ["xy/other"], f"{name}: x/ only: {at.open()}")

    checks.positions += 1
    # Killed exports: one that can be given up, one that is decided.
    at.killed_export("dead", rows)
    at.killed_export("decided", rows)
    at.decide("decided")
    at.begin("dead/part-0000-0000-older.csv")
    whole = at.open()
    for below in ("", "dead", "decided"):
        said = sweep("--older-than", "0s", below=below)
        for prefix, command in (("dead", "abort"), ("decided", "resume")):
            if below in ("", prefix):
                checks.expect(f"`copy_to {command} {at.uri(prefix)}/` settles its export" in said, f"{name}: {prefix}\n{said}")
    said = sweep("--older-than", "0s", "--apply", json_=True)
    checks.expect(said["aborted"] == 2 and said["owned"] == len(whole) - 2, f"{name}: orphans beside exports {said}")
    checks.expect({u["command"] for u in said["uploads"] if u["state"] == "owned"} == {"abort", "resume"}, f"{name}: commands")

    checks.positions += 1
    said = at.run("status", at.uri("dead"))
    checks.expect(said.returncode == 3 and "uploads are open, the oldest begun" in said.stdout and " seconds ago" in said.stdout,
                  f"{name}: status of a claim\n{said.stdout}{said.stderr}")
    said = at.run("status", at.uri("decided"))
    warning = "the store throws uploads away after 7 days: finish it before 20" if name == "r2" else "if a lifecycle rule"
    checks.expect(said.returncode == 3 and warning in said.stdout, f"{name}: status of a decided one\n{said.stdout}{said.stderr}")
    said = json.loads(at.run("status", at.uri("decided"), "--json").stdout)
    checks.expect(len(said["uploads"]) >= 2 and all(u["begun"].endswith("Z") for u in said["uploads"]), f"{name}: as JSON {said}")
    checks.expect(at.run("abort", at.uri("dead")).returncode == 0, f"{name}: the claim is aborted")
    checks.expect([k for k in at.open() if k.startswith("dead")] == [], f"{name}: and nothing stays open")


def verbose(checks, at):
    """Requests are told with their answers, and nothing secret with them."""
    checks.positions += 1
    done = at.run("--from", "sqlite::memory:", "--query", "SELECT 1 AS i", "--to", at.uri("told"), "--verbose")
    lines = [line for line in done.stderr.splitlines() if "://" in line]
    checks.expect(done.returncode == 0 and any(f"copy_to: PUT {at.options[1]}" in line and ": 200 in " in line for line in lines),
                  f"requests are told\n{done.stderr}")
    for secret in (*at.keys.values(), "Signature", "Authorization", "Credential"):
        checks.expect(secret not in done.stderr, "nothing secret is told")


def memory(checks, at):
    """--memory-limit takes parts in flight away, and parts themselves."""
    query = "SELECT i, hex(randomblob(500)) AS x FROM (WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c LIMIT 40000) SELECT i FROM c)"
    checks.positions += 1
    for limit, parts in (("200MB", "parts in flight: 4 of 8.0 MiB"), ("30MB", "parts in flight: 2 of 8.0 MiB")):
        done = at.run("--from", "sqlite::memory:", "--query", query, "--to", at.uri(f"limit-{limit}"), "--format", "csv",
                      "--memory-limit", limit, "--verbose")
        checks.expect(done.returncode == 0 and parts in done.stderr, f"{limit}: {done.stderr[:300]}")
    done = at.run("--from", "sqlite::memory:", "--query", query, "--to", at.uri("parts"), "--format", "csv",
                  "--part-size", "6MB", "--parts-in-flight", "2", "--verbose", "--max-file-size", "1GB")
    sizes = {line.split(", ")[1].split()[0] for line in done.stderr.splitlines() if "partNumber=1&" in line
             and "_copyto.probe-" not in line}
    checks.expect(done.returncode == 0 and sizes == {str(6 << 20)}, f"--part-size: {sizes} {done.stderr[:300]}")


def main():
    checks = tool.Checks("sweep")
    session = botocore.session.get_session()
    env = os.environ
    keys = {"AWS_ACCESS_KEY_ID": env["S3_TEST_ACCESS_KEY"], "AWS_SECRET_ACCESS_KEY": env["S3_TEST_SECRET_KEY"]}
    client = session.create_client("s3", endpoint_url=env["S3_TEST_ENDPOINT"], region_name=env["S3_TEST_REGION"],
                                   aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
                                   aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
                                   config=botocore.config.Config(s3={"addressing_style": "path"}))
    at = place("s3", env["S3_TEST_BUCKET"], ["--endpoint", env["S3_TEST_ENDPOINT"], "--path-style", "--allow-http"], keys, client)
    with tempfile.TemporaryDirectory() as directory:
        rows = table_of_a_thousand(directory)
        check(checks, at, rows)
        with double.running("r2") as endpoint:
            check(checks, place("r2", "lake", ["--endpoint", endpoint, "--allow-http"], double.credentials(),
                                double.client(endpoint)), rows)
    verbose(checks, at)
    memory(checks, at)
    with double.running("gcs") as endpoint:
        at = place("gs", "lake", ["--endpoint", endpoint, "--allow-http"], double.credentials(), None)
        checks.positions += 1
        done = at.run("--from", "sqlite::memory:", "--query", "SELECT 1 AS i", "--to", at.uri("gcs"), "--json")
        checks.expect(done.returncode == 0 and json.loads(done.stdout)["rows_uploaded"] == 1, f"gs://: {done.stderr}")
    checks.finish()


main()
