# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""All tables of a schema as of one moment, each to its own place: by one thread and several, in shards, killed at any moment and
run again, with tables that fail, and while others write; what goes wrong names the table, and the exit status says which are there.

The last line is "postgres_tables: positions=<n> failures=<n>".
"""
import io
import json
import os
import re
import signal
import subprocess
import struct
import sys
import threading
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import postgres  # noqa: E402
import pyarrow.parquet  # noqa: E402
import tool  # noqa: E402
from s3 import Bucket  # noqa: E402

TABLES = 50 if tool.full_tier() else 16
MOMENTS = 20 if tool.full_tier() else 4
NAME = "tables_" + uuid.uuid4().hex[:10]
ROLE = NAME + "_role"

MADE = f"""
CREATE SCHEMA {NAME}; GRANT ALL ON SCHEMA {NAME} TO PUBLIC; SET search_path = {NAME};
SELECT format('CREATE TABLE t%s AS SELECT i AS id, md5(i::text || %s) AS word FROM generate_series(1, %s) i', n, n, n * 40) FROM generate_series(1, {TABLES - 6}) n \\gexec
CREATE TABLE "Odd / 100% {{table}}" AS SELECT 1 AS id, 'odd' AS word; CREATE TABLE "a,b" AS SELECT 2 AS id, 'comma' AS word; CREATE TABLE ".." AS SELECT 3 AS id, 'dots' AS word;
CREATE TABLE none (id integer, word text);
CREATE TABLE parts (id integer, word text) PARTITION BY RANGE (id); CREATE TABLE parts_low PARTITION OF parts FOR VALUES FROM (0) TO (100);
CREATE TABLE parts_high PARTITION OF parts DEFAULT; INSERT INTO parts SELECT i, 'p' || i FROM generate_series(1, 300) i;
CREATE TABLE parent (id integer, word text); INSERT INTO parent VALUES (1, 'parent');
CREATE VIEW seen AS SELECT 7 AS id, 'view' AS word; CREATE MATERIALIZED VIEW stored AS SELECT 8 AS id, 'stored' AS word;
CREATE SCHEMA {NAME}_bad; GRANT ALL ON SCHEMA {NAME}_bad TO PUBLIC; CREATE TABLE {NAME}_bad.one AS SELECT 1 AS id; CREATE TABLE {NAME}_bad.two AS SELECT 'NaN'::numeric(9,2) AS n;
CREATE TABLE {NAME}_bad.zero AS SELECT 0 AS id; CREATE TABLE {NAME}_bad.t1 AS SELECT 9 AS id;
CREATE SCHEMA {NAME}_pair; GRANT ALL ON SCHEMA {NAME}_pair TO PUBLIC; CREATE TABLE {NAME}_pair.a AS SELECT 0 AS n; CREATE TABLE {NAME}_pair.b AS SELECT 0 AS n;
CREATE SCHEMA {NAME}_empty; GRANT ALL ON SCHEMA {NAME}_empty TO PUBLIC;
CREATE ROLE {ROLE} LOGIN PASSWORD 'tables'; CREATE TABLE {NAME}_empty.hidden (id integer);
GRANT SELECT ON ALL TABLES IN SCHEMA {NAME}, {NAME}_bad, {NAME}_pair TO PUBLIC; GRANT UPDATE ON ALL TABLES IN SCHEMA {NAME}_pair TO PUBLIC;
"""

checks = tool.Checks("postgres_tables")
bucket = None


def expect(good, what, detail=""):
    checks.positions += 1
    return checks.expect(good, what, detail)


def options(schema, to, *more, connection="postgresql:///"):
    return ["--from", connection, "--schema", schema, "--to", to, *more]


def s3(prefix, *more, schema=NAME, **environment):
    return tool.run(options(schema, f"s3://{bucket.name}/{prefix}/{{table}}/", *tool.bucket_options(), *more), **environment)


def piece(name):
    """The table's name as it stands in a path."""
    escaped = "".join(f"%{ord(c):02X}" if c in "/\\%{}" or ord(c) < 32 else c for c in name)
    return escaped if escaped not in (".", "..") else escaped.replace(".", "%2E")


def tables_of(schema):
    names = postgres.sql(f"SELECT relname FROM pg_class WHERE relnamespace = '{schema}'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition").decode()
    return names.splitlines()


def expected(schema, table):
    quoted = '"' + table.replace('"', '""') + '"'
    rows = postgres.sql(f"SELECT coalesce(json_agg(t), '[]') FROM {schema}.{quoted} t").decode()
    return sorted(map(tuple, (row.values() for row in json.loads(rows))))


WANTED = {}


def check_rows(prefix, what):
    """Each table once, right, and nothing else."""
    if not WANTED:
        WANTED.update({piece(table): expected(NAME, table) for table in tables_of(NAME)})
    found = {name: [] for name in WANTED}
    for key in bucket.keys(prefix + "/"):
        name, _, file = key[len(prefix) + 1:].partition("/")
        if not expect(name in found and file.endswith(".parquet"), f"{what}: {key} is there"):
            continue
        table = pyarrow.parquet.read_table(io.BytesIO(bucket.get(key)))
        found[name] += [tuple(row.values()) for row in table.to_pylist()]
    for name, rows in WANTED.items():
        expect(sorted(found[name]) == rows, f"{what}: {name} has {len(found[name])} rows of {len(rows)}, or others")
    expect(bucket.uploads(prefix + "/") == [], f"{what}: uploads are open")


def check_all():
    """One after the other, side by side, in shards; then again: refused, and skipped."""
    expect(len(tables_of(NAME)) == TABLES, f"{len(tables_of(NAME))} tables")
    for what, more in {"one": [], "shards, side by side": ["--shards", "3", "--connections", "2", "--jobs", "4", "--memory-limit", "4GB"]}.items():
        prefix = f"{NAME}/{what}"
        done = s3(prefix, "--json", *more)
        if not expect(done.returncode == 0, f"{what}: {done.returncode}", done.stderr):
            continue
        report = tool.last_json(done.stdout)
        expect((report["exported"], report["skipped"], report["failed"], report["not_begun"]) == (TABLES, 0, 0, 0), f"{what}: {report}")
        expect(sum(t["report"]["rows_uploaded"] for t in report["tables"]) == sum(map(len, (expected(NAME, t) for t in tables_of(NAME)))), f"{what}: rows")
        expect([t["table"] for t in report["tables"]] == sorted(t["table"] for t in report["tables"]), f"{what}: in order of the names")
        check_rows(prefix, what)
    again = s3(f"{NAME}/one")
    expect(again.returncode == 1 and f"TABLES {TABLES}: 0 exported, 0 skipped, {TABLES} failed, 0 not begun" in again.stdout and
           "the target is not empty" in again.stderr, "again", again.stderr[-2000:])
    before = bucket.keys(f"{NAME}/one/")
    again = s3(f"{NAME}/one", "--if-exists", "skip")
    expect(again.returncode == 0 and f"TABLES {TABLES}: 0 exported, {TABLES} skipped" in again.stdout, "skipped", again.stdout + again.stderr)
    expect(bucket.keys(f"{NAME}/one/") == before, "what is skipped stays")
    one = tool.run(["--from", "postgresql:///", "--table", f"{NAME}.t1", "--to", f"s3://{bucket.name}/{NAME}/one/t1/", "--if-exists", "skip", *tool.bucket_options()])
    expect(one.returncode == 0 and one.stdout.startswith("SKIP ") and bucket.keys(f"{NAME}/one/") == before, "one table is skipped, too", one.stdout + one.stderr)


def check_killed():
    """Killed at requests from the first to the last, and run again: each table once, right."""
    whole = s3(f"{NAME}/whole", "--verbose")
    lines = len(whole.stderr.splitlines())
    expect(whole.returncode == 0 and lines > TABLES, f"{lines} requests", whole.stderr[-500:])
    for moment in range(MOMENTS):
        prefix = f"{NAME}/killed{moment}"
        jobs = ["--jobs", "3"] if moment % 2 else []
        to = f"s3://{bucket.name}/{prefix}/{{table}}/"
        run = tool.start(options(NAME, to, "--verbose", "--if-exists", "skip", *jobs, *tool.bucket_options()))
        seen = 0
        for _ in run.stderr:
            seen += 1
            if seen > lines * moment // MOMENTS:
                break
        run.send_signal(signal.SIGKILL)
        run.communicate()
        expect(run.returncode == -signal.SIGKILL, f"killed at {moment}: it had ended with {run.returncode}")
        again = s3(prefix, "--if-exists", "skip", *jobs)
        expect(again.returncode == 0 and "0 failed, 0 not begun" in again.stdout, f"killed at {moment}, and run again: {again.returncode}", again.stdout[-300:] + again.stderr)
        for word in ("is given up", "is now finished", "SKIP", "COPY"):
            if word in again.stdout + again.stderr:
                checks.saw(word)
        check_rows(prefix, f"killed at {moment}")
        bucket.purge(prefix + "/")
    checks.must_have_seen(*(["is given up", "is now finished"] if tool.full_tier() else []), "SKIP", "COPY")


def check_failures(directory):
    """A table that fails does not keep the others away; the status tells: 4, some are there."""
    to = os.path.join(directory, "bad", "{table}")
    done = tool.run(options(NAME + "_bad", to))
    expect(done.returncode == 4 and f"{NAME}_bad.two: failed" in done.stdout and "TABLES 4: 3 exported, 0 skipped, 1 failed, 0 not begun" in done.stdout and
           f"{NAME}_bad.two: " in done.stderr and "NaN" in done.stderr, f"bad: {done.returncode}", done.stdout + done.stderr)
    expect(sorted(os.listdir(os.path.join(directory, "bad"))) == ["one", "t1", "zero"], f"{os.listdir(os.path.join(directory, 'bad'))}")
    again = tool.run(options(NAME + "_bad", to, "--if-exists", "skip", "--json"))
    report = tool.last_json(again.stdout)
    expect(again.returncode == 4 and report["skipped"] == 3 and report["failed"] == 1, "bad, again", again.stderr)
    (failed,) = (t for t in report["tables"] if t["state"] == "failed")
    expect(failed["table"] == "two" and "NaN" in failed["error"] and failed["status"] == 1, f"{failed}")
    nowhere = tool.run(options(NAME, f"s3://{bucket.name}/x/{{table}}", *tool.bucket_options("http://127.0.0.1:9")))
    expect(nowhere.returncode == 1 and f"0 exported, 0 skipped, 1 failed, {TABLES - 1} not begun" in nowhere.stdout, "no store: the rest is not begun", nowhere.stdout + nowhere.stderr)
    # Names of files, load statements and dry runs are each table's own.
    done = tool.run(options(NAME + "_bad", os.path.join(directory, "files", "{schema}.{table}.csv"), "--single-file", "--format", "csv", "--print-load", "postgres"))
    files = sorted(os.listdir(os.path.join(directory, "files")))
    expect(done.returncode == 4 and files == [f"{NAME}_bad.{t}.csv" for t in ("one", "t1", "zero")] and done.stdout.count(f'copy "{NAME}_bad"."') == 3,
           f"one file each: {files}", done.stdout + done.stderr)
    done = tool.run(options(NAME + "_bad", os.path.join(directory, "dry", "{table}"), "--dry-run"))
    expect(done.returncode == 1 and done.stdout.count("DRY RUN") == 4 and "NaN" in done.stderr and not os.path.exists(os.path.join(directory, "dry")), "dry run", done.stdout + done.stderr)


def check_refusals(directory):
    """Before the first row of any table."""
    def refused(status, words, *arguments, **more):
        done = tool.run([*arguments], **more)
        expect(done.returncode == status and re.search(words, done.stderr) and not os.listdir(directory), f"{' '.join(arguments[2:5])}: {done.returncode}", done.stderr)

    here = os.path.join(directory, "{table}")
    source = ["--from", "postgresql:///"]
    refused(1, "there is no schema \"nowhere\"", *options("nowhere", here))
    refused(1, "has no tables", *options("pg_toast", here))
    refused(1, "there is no table", *source, "--tables", f"{NAME}.t1,{NAME}.nothing", "--to", here)
    refused(1, "is named twice", *source, "--tables", f'{NAME}.t1,"{NAME}".T1', "--to", here)
    refused(2, "would both go to .*put {schema} into --to", *source, "--tables", f"{NAME}.t1,{NAME}_bad.t1", "--to", here)
    refused(2, "no {table}", *options(NAME, os.path.join(directory, "x")))
    refused(2, "not in its bucket", *options(NAME, "s3://{table}/x"))
    refused(2, "give one of --schema", *options(NAME, here), "--table", "t1")
    refused(2, "has an empty name", *source, "--tables", "a,,b", "--to", here)
    refused(2, "is for PostgreSQL", "--from", "sqlite:x.db", "--schema", "main", "--to", here)
    refused(2, "--jobs must be", *options(NAME, here), "--jobs", "0")
    refused(2, "--jobs has no effect", *source, "--table", "t", "--jobs", "2", "--to", directory)
    refused(2, "is for one table", *options(NAME, here), "--load-table", "t", "--print-load", "duckdb")
    refused(2, "cannot tell whether", *options(NAME, here), "--if-exists", "skip", "--as-they-close")
    refused(1, "permission denied for table hidden", *options(NAME + "_empty", here), PGUSER=ROLE, PGPASSWORD="tables")
    with postgres.Proxy(rewrite=lambda kind, body: struct.pack("!II", 4711, 4711) if kind == b"K" else body) as proxy:
        refused(1, "a connection pooler is in the way", *options(NAME, here, connection=f"postgresql:///?{proxy.connection.replace(' ', '&')}"))
    # What is named may be a view or a materialized one.
    done = tool.run([*source, "--tables", f'{NAME}.seen,{NAME}.stored,{NAME}."a,b"', "--to", here])
    expect(done.returncode == 0 and sorted(os.listdir(directory)) == ["a,b", "seen", "stored"], f"named: {os.listdir(directory)}", done.stderr)


def check_one_moment(directory):
    """Two tables that one transaction keeps equal are equal in each export, though they are written all the time."""
    over = threading.Event()

    def write():
        while not over.is_set():
            postgres.sql(f"BEGIN; UPDATE {NAME}_pair.a SET n = n + 1; UPDATE {NAME}_pair.b SET n = n + 1; COMMIT;\n" * 50)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        values = set()
        for round_ in range(12):
            to = os.path.join(directory, str(round_))
            done = tool.run(options(NAME + "_pair", to + "/{table}", "--jobs", str(1 + round_ % 2)))
            a, b = (pyarrow.parquet.read_table(os.path.join(to, t)).to_pylist()[0]["n"] for t in "ab") if done.returncode == 0 else (0, 1)
            expect(a == b, f"round {round_}: {a} and {b}", done.stderr)
            values.add(a)
        expect(len(values) > 2, f"nothing was written meanwhile: {values}")
    finally:
        over.set()
        writer.join()


def check_lost_snapshot():
    """The session that holds the snapshot is ended in the middle: what is under way ends well, the rest is not begun."""
    prefix = f"{NAME}/lost"
    run = tool.start(options(NAME, f"s3://{bucket.name}/{prefix}/{{table}}/", "--verbose", *tool.bucket_options()), PGUSER=ROLE, PGPASSWORD="tables")
    for number, _ in enumerate(run.stderr):
        if number == 40:
            break
    run.send_signal(signal.SIGSTOP)
    leader = postgres.sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{ROLE}' ORDER BY backend_start LIMIT 1", superuser=True)
    expect(leader == b"t\n", f"{leader}")
    run.send_signal(signal.SIGCONT)
    stdout, stderr = run.communicate(timeout=120)
    expect(run.returncode == 4 and "the session that holds the snapshot of all tables has ended" in stderr and "0 not begun" not in stdout and "1 failed" in stdout,
           f"lost: {run.returncode}", stdout[-500:] + stderr[-1500:])
    again = s3(prefix, "--if-exists", "skip")
    expect(again.returncode == 0, "lost, again", again.stderr)
    check_rows(prefix, "lost")


def check_waiting_alter():
    """Somebody waits to alter a table whose turn has not come: its connection would wait for that session, that for the snapshot's,
    and that for the table, which the server cannot see."""
    prefix = f"{NAME}/waiting"
    last = '"' + sorted(tables_of(NAME))[-1].replace('"', '""') + '"'
    run = tool.start(options(NAME, f"s3://{bucket.name}/{prefix}/{{table}}/", "--verbose", *tool.bucket_options()), PGUSER=ROLE, PGPASSWORD="tables")
    for number, _ in enumerate(run.stderr):
        if number == 40:
            break
    run.send_signal(signal.SIGSTOP)
    alter = subprocess.Popen([postgres.psql_command(), "-X", "-q", "-c", f"BEGIN; LOCK TABLE {NAME}.{last} IN ACCESS EXCLUSIVE MODE; COMMIT"],
                             env=dict(os.environ) | {"PGUSER": os.environ["PG_TEST_SUPERUSER"], "PGPASSWORD": os.environ["PG_TEST_SUPERUSER_PASSWORD"]})
    while postgres.sql("SELECT count(*) FROM pg_locks WHERE NOT granted").strip() == b"0" and alter.poll() is None:
        pass
    run.send_signal(signal.SIGCONT)
    stdout, stderr = run.communicate(timeout=120)
    expect(run.returncode == 4 and "another session changes a table that is read, or waits to" in stderr and "1 failed" in stdout, f"waiting: {run.returncode}",
           stdout[-500:] + stderr[-1500:])
    expect(alter.wait(timeout=60) == 0, "the other session did not get its turn")
    again = s3(prefix, "--if-exists", "skip")
    expect(again.returncode == 0, "waiting, again", again.stderr)
    check_rows(prefix, "waiting")


def main():
    global bucket
    postgres.require()
    bucket = Bucket()
    postgres.sql(MADE, superuser=True)
    try:
        check_all()
        check_killed()
        for check in (check_failures, check_refusals, check_one_moment):
            with tool.scratch() as directory:
                check(directory)
        check_lost_snapshot()
        check_waiting_alter()
    finally:
        postgres.sql(f"SET client_min_messages = error; DROP SCHEMA IF EXISTS {NAME}, {NAME}_bad, {NAME}_pair, {NAME}_empty CASCADE; DROP ROLE IF EXISTS {ROLE}", superuser=True)
        bucket.purge(NAME + "/")
    checks.finish()


main()
