#!/usr/bin/env python3
# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""bucket.py COPY_TO TO_S3 LIST QUERY_TO_S3: copy_to and the examples with a bucket, on the servers of tests/servers."""
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import uuid

copy_to, to_s3, listing, query_to_s3 = map(os.path.abspath, sys.argv[1:5])
try:
    server = {k: os.environ[f"S3_TEST_{k}"] for k in
              ("ENDPOINT", "ENDPOINT_TLS", "CA_FILE", "REGION", "ACCESS_KEY", "SECRET_KEY", "BUCKET")}
except KeyError as missing:
    raise SystemExit(f'{missing} is not set: run tests/servers/rgw up and eval "$(tests/servers/rgw env)"')
keys = {"AWS_ACCESS_KEY_ID": server["ACCESS_KEY"], "AWS_SECRET_ACCESS_KEY": server["SECRET_KEY"]}
environment = {**{k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "S3_TEST_"))}, **keys}
prefix = f"cli-{uuid.uuid4().hex}"
plain = ["--endpoint", server["ENDPOINT"], "--path-style", "--allow-http"]
tls = ["--endpoint", server["ENDPOINT_TLS"], "--path-style", "--ca-file", server["CA_FILE"]]
failures = []
checks = 0


def run(program, *arguments, **more):
    done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=120,
                          env={**environment, **more}, stdin=subprocess.DEVNULL)
    check(f"{arguments}: no secret is shown", server["SECRET_KEY"] not in done.stdout + done.stderr)
    return done


def check(what, good, shown=""):
    global checks
    checks += 1
    if not good:
        failures.append(what)
        print(f"FAILED: {what}\n{shown}")


def listed(below):
    done = run(listing, server["BUCKET"], f"{prefix}/{below}", AWS_ENDPOINT_URL_S3=server["ENDPOINT"])
    check(f"{below} is listed", done.returncode == 0, done.stderr)
    return done.stdout


with tempfile.TemporaryDirectory() as directory:
    os.chdir(directory)
    database = sqlite3.connect("shop.db")
    database.execute("CREATE TABLE orders (id INTEGER, note TEXT)")
    database.executemany("INSERT INTO orders VALUES (?, ?)", ((i, f"note {i}") for i in range(10000)))
    database.commit()
    database.close()
    table = ["--from", "sqlite:shop.db", "--table", "orders"]

    def uri(below, bucket=server["BUCKET"]):
        return f"s3://{bucket}/{prefix}/{below}"

    for name, way in (("plain", plain), ("tls", tls)):
        done = run(copy_to, *table, "--to", uri(name), *way, "--json", "--format", "csv", "--max-file-size", "64kB")
        check(f"{name}: exports", done.returncode == 0, done.stderr)
        report = json.loads(done.stdout)
        lines = [line.split() for line in listed(name + "/").splitlines()]
        check(f"{name}: the listing is the report",
              [(int(size), key) for size, key in lines] ==
              [(f["bytes"], f"s3://{server['BUCKET']}/{f['key']}") for f in report["files"]], f"{lines}\n{report}")
        check(f"{name}: several files", len(report["files"]) > 1 and sum(f["rows"] for f in report["files"]) == 10000)
        status = run(copy_to, "status", uri(name), *way)
        check(f"{name}: nothing to settle", status.returncode == 0, status.stderr)
    # The environment names the endpoint, too; the option wins.
    done = run(copy_to, *table, "--to", uri("environment"), "--path-style", "--allow-http",
               AWS_ENDPOINT_URL=server["ENDPOINT"])
    check("AWS_ENDPOINT_URL", done.returncode == 0, done.stderr)
    done = run(copy_to, *table, "--to", uri("environment2"), *plain, AWS_ENDPOINT_URL_S3="https://127.0.0.1:1")
    check("--endpoint wins", done.returncode == 0, done.stderr)

    def fails(what, words, *arguments, **more):
        done = run(copy_to, *arguments, **more)
        check(f"{what} ends with 1 and /{words}/",
              done.returncode == 1 and done.stdout == "" and re.search(words, done.stderr) and
              done.stderr.startswith("copy_to: "), f"{done.returncode} {done.stderr}")

    fails("a wrong key", "InvalidAccessKeyId|SignatureDoesNotMatch", *table, "--to", uri("x"), *plain,
          AWS_ACCESS_KEY_ID="AKIAIOSFODNN7EXAMPLE")
    fails("a wrong secret", "SignatureDoesNotMatch", *table, "--to", uri("x"), *plain,
          AWS_SECRET_ACCESS_KEY="none")
    fails("half a key", "AWS_SECRET_ACCESS_KEY", *table, "--to", uri("x"), *plain, AWS_SECRET_ACCESS_KEY="")
    fails("a missing bucket", "NoSuchBucket", *table, "--to", uri("x", "no-such-bucket"), *plain)
    fails("an unreachable server", "127.0.0.1:1", *table, "--to", uri("x"), "--endpoint", "http://127.0.0.1:1",
          "--path-style", "--allow-http")
    fails("a certificate nobody vouches for", "certificate", *table, "--to", uri("x"), "--endpoint",
          server["ENDPOINT_TLS"], "--path-style")
    fails("a target that is not empty", "not empty", *table, "--to", uri("plain"), *plain)
    check("none of them leaves anything", listed("x") == "")
    check("status of a missing bucket", run(copy_to, "status", uri("x", "no-such-bucket"), *plain).returncode == 1)
    check("status of nobody knows what", run(copy_to, "status", uri("x"), "--endpoint", "http://127.0.0.1:1",
                                             "--path-style", "--allow-http").returncode == 3)

    done = run(to_s3, server["BUCKET"], f"{prefix}/example", AWS_ENDPOINT_URL_S3=server["ENDPOINT"])
    check("to_s3 exports", done.returncode == 0 and done.stdout.startswith("100000 rows uploaded\n"), done.stderr)
    check("to_s3 prints its files", [line.split(":")[1] for line in done.stdout.splitlines()[1:]] ==
          [line.split()[1].split(":")[1] for line in listed("example/").splitlines()], done.stdout)
    role = {"AWS_ACCESS_KEY_ID": os.environ["S3_TEST_CALLER_ACCESS_KEY"], "AWS_SECRET_ACCESS_KEY": os.environ["S3_TEST_CALLER_SECRET_KEY"],
            "AWS_ENDPOINT_URL_S3": server["ENDPOINT"], "AWS_ENDPOINT_URL_STS": os.environ["S3_TEST_STS_ENDPOINT"],
            "AWS_REGION": server["REGION"], "ROLE_ARN": os.environ["S3_TEST_ROLE_ARN"]}
    query = ["SELECT i, round(i / 3.0, 2) AS third FROM generate_series(1, 1000) AS i", server["BUCKET"], f"{prefix}/query"]
    done = run(query_to_s3, *query, ROLE_EXTERNAL_ID=os.environ["S3_TEST_EXTERNAL_ID"], **role)
    check("query_to_s3 exports", done.returncode == 0 and re.fullmatch(r"\S+/query/part-\S+\.parquet: 1000 rows, \d+ bytes\n", done.stdout),
          done.stdout + done.stderr)
    done = run(query_to_s3, *query[:2], f"{prefix}/refused", ROLE_EXTERNAL_ID="wrong", **role)
    check("query_to_s3 needs the external id", done.returncode == 1 and "external id" in done.stderr, done.stdout + done.stderr)
    check("query_to_s3, refused, leaves nothing", listed("refused/") == "")

    # An AWS connection: keys, then a role that a profile with keys asks for.
    with open("config", "w") as config:
        config.write(f"[profile lake]\nregion = {server['REGION']}\nendpoint_url = {server['ENDPOINT']}\n"
                     f"[profile role]\nrole_arn = {role['ROLE_ARN']}\nexternal_id = {os.environ['S3_TEST_EXTERNAL_ID']}\n"
                     f"role_session_name = lake\nsource_profile = caller\nregion = {server['REGION']}\n"
                     f"endpoint_url = {server['ENDPOINT']}\n")
    with open("credentials", "w") as credentials:
        for profile, one, other in (("lake", keys["AWS_ACCESS_KEY_ID"], keys["AWS_SECRET_ACCESS_KEY"]),
                                    ("caller", role["AWS_ACCESS_KEY_ID"], role["AWS_SECRET_ACCESS_KEY"])):
            credentials.write(f"[{profile}]\naws_access_key_id={one}\naws_secret_access_key={other}\n")
    files = {"AWS_CONFIG_FILE": "config", "AWS_SHARED_CREDENTIALS_FILE": "credentials", "AWS_ACCESS_KEY_ID": "nobody",
             "AWS_SECRET_ACCESS_KEY": "nothing", "AWS_REGION": "mars-1", "AWS_ENDPOINT_URL": "https://127.0.0.1:1"}
    copy = ["--from", "sqlite:shop.db", "--allow-http", "--path-style"]
    done = run(copy_to, *copy, "-c", f"COPY orders TO '{uri('statement')}' WITH (AWS CONNECTION = lake, FORMAT = 'csv', MAX FILE SIZE = '64kB')", **files)
    check("COPY by a connection with keys", done.returncode == 0 and listed("statement/").count(".csv\n") > 1, done.stderr)
    done = run(copy_to, *copy, "-c", f"COPY orders TO '{uri('connection')}' USING AWS CONNECTION role", "--sts-endpoint",
               os.environ["S3_TEST_STS_ENDPOINT"], **files)
    check("COPY by a connection with a role", done.returncode == 0 and listed("connection/").count(".parquet\n") == 1, done.stderr)
    done = run(copy_to, "status", uri("connection"), "--aws-profile", "lake", "--allow-http", "--path-style", **files)
    check("status by a connection", done.returncode == 0 and "nothing to settle" in done.stdout, done.stderr)

    # Aurora's function.
    export = ["aurora-export", "SELECT i, 'x' AS t FROM generate_series(1, 1000) AS i", server["BUCKET"]]
    more = ["--from", "postgresql:///", *plain]
    done = run(copy_to, *export, f"{prefix}/aurora.txt", server["REGION"], *more)
    row = done.stdout.splitlines()
    check("aurora-export prints its row", done.returncode == 0 and row[0] == " rows_uploaded | files_uploaded | bytes_uploaded" and
          row[2].split() == ["1000", "|", "1", "|", "5893"] and row[3] == "(1 row)", done.stdout + done.stderr)
    check("aurora-export names the file as asked", listed("aurora.txt").endswith("/aurora.txt\n") and listed("aurora.txt").count("\n") == 1)
    done = run(copy_to, *export, f"{prefix}/aurora.txt", server["REGION"], *more, "--options", "format csv, delimiter $$:$$",
               "--max-file-size", "2kB", "--json")
    check("aurora-export replaces, and numbers", done.returncode == 0 and json.loads(done.stdout)["files_uploaded"] == 3 and
          listed("aurora.txt").count("aurora.txt_part") == 2, done.stdout + done.stderr)
    done = run(copy_to, *export, f"{prefix}/aurora.txt", server["REGION"], *more)
    check("aurora-export leaves no part of a longer run", done.returncode == 0 and listed("aurora.txt").count("\n") == 1, done.stderr)
    done = run(copy_to, *export, f"{prefix}/aurora.txt", server["REGION"], *more, "--if-exists", "error")
    check("aurora-export can refuse", done.returncode == 1 and "not empty" in done.stderr, done.stderr)
    os.chdir("/")

print(f"bucket: checks={checks} failures={len(failures)}")
sys.exit(1 if failures else 0)
