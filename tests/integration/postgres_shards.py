# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""PostgreSQL in shards: every way to cut gives each row of the table once, also while others write; the files of a shard are
the same by any number of connections; and what goes wrong leaves nothing.

The last line is "postgres_shards: positions=<n> failures=<n>".
"""
import glob
import hashlib
import os
import pwd
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import duckdb  # noqa: E402
import postgres  # noqa: E402
import tool  # noqa: E402

ROWS = 200_000 if tool.full_tier() else 20_000
ROUNDS = 40 if tool.full_tier() else 6

TABLES = f"""
DROP SCHEMA IF EXISTS cut CASCADE; DROP ROLE IF EXISTS cut_two, cut_part; CREATE SCHEMA cut; GRANT ALL ON SCHEMA cut TO PUBLIC;
CREATE TABLE cut.heap (id integer, word text, big numeric(20,4), maybe integer, u uuid, c char(5), at timestamptz, f float8);
INSERT INTO cut.heap SELECT i, md5(i::text), i / 8.0, nullif(i % 7, 3) * i, md5(i::text)::uuid, (i % 300)::text, '2024-01-01'::timestamptz + i * interval '1 minute',
  CASE i % 100 WHEN 0 THEN 'NaN' WHEN 1 THEN '-Infinity' ELSE i / 3.0 END FROM generate_series(1, {ROWS}) i;
UPDATE cut.heap SET word = word || '!' WHERE id % 3 = 0; DELETE FROM cut.heap WHERE id % 11 = 0 OR id < {ROWS // 10}; ANALYZE cut.heap;
CREATE TABLE cut.none (id integer, word text);
CREATE TABLE cut.ten (id integer, word text); INSERT INTO cut.ten SELECT i, repeat('x', 1000) FROM generate_series(1, 75) i;
CREATE TABLE cut.dead (id integer, word text); INSERT INTO cut.dead SELECT i, repeat('x', 500) FROM generate_series(1, 200) i; DELETE FROM cut.dead;
CREATE TABLE cut.parts (word text, id integer, list integer[]) PARTITION BY RANGE (id);
CREATE TABLE cut.parts_low PARTITION OF cut.parts FOR VALUES FROM (0) TO (1000) PARTITION BY LIST (word);
CREATE TABLE cut.parts_low_a PARTITION OF cut.parts_low FOR VALUES IN ('a'); CREATE TABLE cut.parts_low_rest PARTITION OF cut.parts_low DEFAULT;
CREATE TABLE cut."Parts high" (list integer[], id integer, dropped text, word text); ALTER TABLE cut."Parts high" DROP COLUMN dropped;
ALTER TABLE cut.parts ATTACH PARTITION cut."Parts high" FOR VALUES FROM (1000) TO (1000000); CREATE TABLE cut.parts_rest PARTITION OF cut.parts DEFAULT;
INSERT INTO cut.parts SELECT CASE WHEN i % 2 = 0 THEN 'a' ELSE 'b' || i END, i, ARRAY[i, NULL] FROM generate_series(1, {ROWS // 4}) i;
INSERT INTO cut.parts VALUES ('null', NULL, NULL), (NULL, -5, '{{}}');
CREATE TABLE cut.parent (id integer, word text); CREATE TABLE cut.child (extra text) INHERITS (cut.parent);
INSERT INTO cut.parent SELECT i, 'p' FROM generate_series(1, 3000) i; INSERT INTO cut.child SELECT i, 'c', 'e' FROM generate_series(1, 3000) i;
CREATE TABLE cut.equal (id integer, word text); INSERT INTO cut.equal SELECT 7, 'w' || i FROM generate_series(1, 2000) i; ANALYZE cut.equal;
CREATE TABLE cut."Odd ""name" (id integer, "Sp ace" text); INSERT INTO cut."Odd ""name" SELECT i, 'v' || i FROM generate_series(1, 900) i; ANALYZE cut."Odd ""name";
CREATE MATERIALIZED VIEW cut.stored AS SELECT id, word FROM cut.heap; CREATE VIEW cut.seen AS SELECT id, word FROM cut.heap WHERE id % 2 = 0;
CREATE FOREIGN DATA WRAPPER cut_wrapper; CREATE SERVER cut_server FOREIGN DATA WRAPPER cut_wrapper; CREATE FOREIGN TABLE cut.far (id integer) SERVER cut_server;
CREATE TABLE cut.mixed (id integer) PARTITION BY RANGE (id); CREATE TABLE cut.mixed_near PARTITION OF cut.mixed FOR VALUES FROM (0) TO (9);
CREATE FOREIGN TABLE cut.mixed_far PARTITION OF cut.mixed FOR VALUES FROM (9) TO (20) SERVER cut_server;
CREATE TABLE cut.secured (id integer, who text); INSERT INTO cut.secured SELECT i, CASE WHEN i % 2 = 0 THEN current_user ELSE 'test' END FROM generate_series(1, 4000) i;
ALTER TABLE cut.secured ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON cut.secured USING (who = current_user);
CREATE TABLE cut.secured_parts (id integer) PARTITION BY RANGE (id); CREATE TABLE cut.secured_part PARTITION OF cut.secured_parts DEFAULT;
ALTER TABLE cut.secured_parts ENABLE ROW LEVEL SECURITY; CREATE POLICY few ON cut.secured_parts USING (id < 5); INSERT INTO cut.secured_parts SELECT generate_series(1, 100);
CREATE TABLE cut.open_parts (id integer) PARTITION BY RANGE (id); CREATE TABLE cut.open_part PARTITION OF cut.open_parts FOR VALUES FROM (0) TO (50);
CREATE TABLE cut.secured_leaf PARTITION OF cut.open_parts DEFAULT; ALTER TABLE cut.secured_leaf ENABLE ROW LEVEL SECURITY;
CREATE POLICY none ON cut.secured_leaf USING (false); INSERT INTO cut.open_parts SELECT generate_series(1, 100);
CREATE TABLE cut.moving (id integer PRIMARY KEY, version integer, pad text); INSERT INTO cut.moving SELECT i, 0, repeat('m', 200) FROM generate_series(0, 1999) i;
GRANT ALL ON ALL TABLES IN SCHEMA cut TO PUBLIC; REVOKE ALL ON cut.parts_rest FROM PUBLIC;
GRANT SELECT ON cut.parts_rest TO test; CREATE ROLE cut_two LOGIN CONNECTION LIMIT 2 PASSWORD 'cut'; CREATE ROLE cut_part LOGIN PASSWORD 'cut';
"""


class Checks:
    def __init__(self):
        self.positions = 0
        self.failures = 0

    def check(self, good, message):
        self.positions += 1
        if not good:
            self.failures += 1
            print(f"postgres_shards: {message}", flush=True)


checks = Checks()


def export(directory, *options, connection="postgresql:///", **more):
    return tool.run(["--from", connection, "--to", directory, "--json", *options], **more)


def rows_of(directory, columns="*"):
    """What DuckDB reads, sorted, as text."""
    files = sorted(glob.glob(os.path.join(directory, "*.parquet")))
    if not files:
        return []
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    names = [d[0] for d in connection.execute(f"DESCRIBE SELECT {columns} FROM read_parquet({files})").fetchall()]
    casts = ", ".join('CAST("' + n.replace('"', '""') + '" AS VARCHAR)' for n in names)
    return sorted(map(str, connection.execute(f"SELECT {casts} FROM read_parquet({files})").fetchall()))


def hashes(directory):
    made = {}
    for path in sorted(glob.glob(os.path.join(directory, "*"))):
        with open(path, "rb") as file:
            made[os.path.basename(path)] = hashlib.sha256(file.read()).hexdigest()
    return made


NAMES = ["--names", "part-{shard}-{file}.{ext}"]


def check_ways():
    """Each way to cut, against the export as one stream; the files by 1, 2 and 4 connections are the same."""
    ways = [("heap", ["--table", "cut.heap"], []),
            ("heap by integers with NULLs", ["--table", "cut.heap"], ["--shard-by", "maybe"]),
            ("heap by text", ["--table", "cut.heap"], ["--shard-by", "word"]),
            ("heap by uuid", ["--table", "cut.heap"], ["--shard-by", "u"]),
            ("heap by numeric", ["--table", "cut.heap"], ["--shard-by", "big"]),
            ("heap by char(5)", ["--table", "cut.heap"], ["--shard-by", "c"]),
            ("heap by timestamptz", ["--table", "cut.heap"], ["--shard-by", "at"]),
            ("heap by floats with NaN", ["--table", "cut.heap"], ["--shard-by", "f"]),
            ("no rows", ["--table", "cut.none"], []), ("no rows by id", ["--table", "cut.none"], ["--shard-by", "id"]),
            ("ten pages", ["--table", "cut.ten"], []), ("dead pages", ["--table", "cut.dead"], []),
            ("partitions", ["--table", "cut.parts"], []), ("partitions by id", ["--table", "cut.parts"], ["--shard-by", "id"]),
            ("children", ["--table", "cut.parent"], []), ("one value", ["--table", "cut.equal"], ["--shard-by", "id"]),
            ("odd names", ["--table", 'cut."Odd ""name"'], []), ("odd names by", ["--table", 'cut."Odd ""name"'], ["--shard-by", '"Sp ace"']),
            ("stored view", ["--table", "cut.stored"], []), ("view by id", ["--table", "cut.seen"], ["--shard-by", "id"]),
            ("row security", ["--table", "cut.secured"], []),
            ("parent with row security by id", ["--table", "cut.secured_parts"], ["--shard-by", "id"]),
            ("parent of one with row security by id", ["--table", "cut.open_parts"], ["--shard-by", "id"]),
            ("query with {range}", ["--query", "SELECT o.id, t.word FROM cut.heap o LEFT JOIN cut.ten t USING (id) WHERE {range:o} AND o.word <> '{range}'"],
             ["--shard-table", "cut.heap"]),
            ("query with {range} of a table that an outer join may leave out", ["--query", "SELECT t.id, o.word FROM cut.ten t LEFT JOIN cut.heap o ON o.id = t.id * 1000003 WHERE {range:o}"],
             ["--shard-table", "cut.heap"]),
            ("query with {range} and its end", ["--query", "SELECT id, word FROM cut.heap WHERE {range} ; -- the end"], ["--shard-table", "cut.heap"]),
            ("query with {range} by id", ["--query", "SELECT id, word FROM cut.heap WHERE {range} -- the rest"], ["--shard-table", "cut.heap", "--shard-by", "id"]),
            ("query by id", ["--query", "SELECT id, count(*) AS n FROM cut.heap GROUP BY id;"], ["--shard-by", "id"])]
    for name, what, cut in ways:
        with tempfile.TemporaryDirectory() as directory:
            whole = os.path.join(directory, "whole")
            plain = [w.replace("{range:o}", "true").replace("WHERE {range} ", "WHERE true ") for w in what]
            done = export(whole, *plain)
            checks.check(done.returncode == 0, f"{name}: {done.stderr}")
            expected = rows_of(whole)
            for shards in (1, 2, 4, 8):
                first = None
                for connections in (1, 2, 4):
                    if not tool.full_tier() and (shards, connections) not in ((1, 2), (4, 1), (4, 2), (8, 4)):
                        continue
                    to = os.path.join(directory, f"{shards}-{connections}")
                    done = export(to, *what, "--shards", shards, "--connections", connections, *cut, *NAMES, "--max-file-size", "200kB")
                    label = f"{name}, {shards} shards by {connections}"
                    checks.check(done.returncode == 0, f"{label}: {done.stderr}")
                    if done.returncode != 0:
                        continue
                    report = tool.last_json(done.stdout)
                    checks.check(report["rows_uploaded"] == len(expected), f"{label}: {report['rows_uploaded']} rows")
                    checks.check(rows_of(to) == expected, f"{label}: other rows")
                    first = first or hashes(to)
                    checks.check(hashes(to) == first, f"{label}: other files")
                    parts = report.get("shards", [])
                    checks.check(len(parts) <= shards and (not parts or sum(p["rows"] for p in parts) == len(expected)), f"{label}: {parts}")


def check_refusals():
    cases = [(["--table", "cut.seen"], "is a view, which has no pages to cut"), (["--table", "cut.far"], "is a foreign table"),
             (["--table", "cut.mixed"], "mixed_far is a foreign table"), (["--table", "cut.absent"], "does not exist"),
             (["--table", "cut.secured_parts"], "row security of cut.secured_parts does not count"),
             (["--table", "cut.open_parts"], "row security of cut.secured_leaf would count where it is read by itself"),
             (["--table", "cut.heap", "--shard-by", "id,word"], "one column"), (["--table", "cut.heap", "--shard-by", "nope"], 'has no column "nope"'),
             (["--table", "cut.heap", "--shard-table", "x"], "--shard-table is for a --query"),
             (["--query", "SELECT 1 AS a"], "`{range}`"), (["--query", "SELECT id FROM cut.heap WHERE {range}"], "`{range}`"),
             (["--query", "SELECT id FROM cut.parts WHERE {range}", "--shard-table", "cut.parts"], "has partitions or children"),
             (["--query", "SELECT id, p FROM (SELECT id, point(1, 2) AS p FROM cut.ten) q", "--shard-by", "p"], "cannot order the column"),
             (["--table", "cut.heap", "--single-file"], "one file was asked for"), (["--table", "cut.heap", "--format", "csv", "--header-once"], "a header in the first file only"),
             (["--table", "cut.heap", "--as-they-close"], "cannot become visible as they close"), (["--table", "cut.heap", "--names", "{id}-{file}.x"], "add {shard}"),
             (["--table", "cut.heap", "--pass-through", "format csv"], "--shards has no effect next to --pass-through")]
    for options, says in cases:
        with tempfile.TemporaryDirectory() as directory:
            done = export(directory, "--shards", "3", "--connections", "2", *options)
            checks.check(done.returncode != 0 and says in done.stderr, f"{options}: {done.stderr}")
            checks.check(os.listdir(directory) == [], f"{options}: {os.listdir(directory)}")
    for options, says in ((["--shards", "0"], "--shards must be"), (["--shards", "x"], "--shards must be"), (["--connections", "2"], "--connections has no effect without --shards"),
                          (["--shards", "100001"], "--shards must be 1 to 100000"), (["--shards", "2", "--connections", "0"], "--connections must be")):
        done = export("/nowhere", "--table", "cut.heap", *options)
        checks.check(done.returncode == 2 and says in done.stderr, f"{options}: {done.stderr}")
    with tempfile.TemporaryDirectory() as directory:
        done = export(directory, "--table", "cut.parts", "--shards", "2", PGUSER="cut_part", PGPASSWORD="cut")
        checks.check(done.returncode != 0 and "no right to read cut.parts_rest by itself" in done.stderr, done.stderr)
        done = export(directory, "--table", "cut.parts", "--shards", "2", "--shard-by", "id", PGUSER="cut_part", PGPASSWORD="cut")
        checks.check(done.returncode == 0, done.stderr)


def expected_moving(version):
    """The rows of cut.moving behind so many transactions of `Writer`."""
    rows = {i: 0 for i in range(2000)}
    for k in range(1, version + 1):
        for i in rows:
            if i % 20 == k % 20:
                rows[i] = k
        rows.pop(k - 1, None)
        rows[1999 + k] = k
    return sorted(rows.items())


class Writer(threading.Thread):
    """Updates, deletes and inserts, a transaction after another, so that the last one tells all rows."""

    def __init__(self):
        super().__init__(daemon=True)
        self.stop = threading.Event()
        self.version = 0

    def run(self):
        command = [postgres.psql_command(), "-X", "-q", "-v", "ON_ERROR_STOP=1"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as session:
            while not self.stop.is_set() and self.version < 1900:
                self.version += 1
                k = self.version
                session.stdin.write(f"BEGIN; UPDATE cut.moving SET version = {k} WHERE id % 20 = {k} % 20; DELETE FROM cut.moving WHERE id = {k - 1}; "
                                    f"INSERT INTO cut.moving VALUES ({1999 + k}, {k}, repeat('m', 200)); COMMIT;\n")
                session.stdin.flush()
                time.sleep(0.01)


def check_snapshot():
    """While another session writes all the time, what is exported is what the table was at one moment."""
    writer = Writer()
    writer.start()
    try:
        for i in range(ROUNDS):
            shards, connections = ((8, 4), (4, 2), (2, 2), (8, 1), (3, 3), (5, 8))[i % 6]
            by = ["--shard-by", "id"] if i % 2 else []
            with tempfile.TemporaryDirectory() as directory:
                done = export(directory, "--table", "cut.moving", "--shards", shards, "--connections", connections, *by)
                checks.check(done.returncode == 0, done.stderr)
                files = glob.glob(os.path.join(directory, "*.parquet"))
                rows = duckdb.sql(f"SELECT id, version FROM read_parquet({files}) ORDER BY id").fetchall()
                version = max(v for _, v in rows)
                checks.check(rows == expected_moving(version), f"{shards} shards by {connections} {by}: no state of the table, near version {version}")
    finally:
        writer.stop.set()
        writer.join()
    checks.check(writer.version > ROUNDS, f"the writer made {writer.version} transactions only")




def check_locks():
    """Nobody drops, truncates, rewrites or alters the table meanwhile; a rename of what is locked waits, too."""
    with tempfile.TemporaryDirectory() as directory:
        run = tool.start(["--from", "postgresql:///", "--table", "cut.heap", "--shards", "4", "--connections", "2", "--to", directory])
        held = False
        for _ in range(2000):
            count = postgres.sql("SELECT count(*) FROM pg_locks WHERE relation = 'cut.heap'::regclass AND mode = 'AccessShareLock' AND granted AND pid <> pg_backend_pid();")
            if int(count) > 0:
                run.send_signal(signal.SIGSTOP)
                held = int(postgres.sql("SELECT count(*) FROM pg_locks WHERE relation = 'cut.heap'::regclass AND mode = 'AccessShareLock' AND granted;")) > 0
                break
            if run.poll() is not None:
                break
        checks.check(held, "the export was over before it could be held")
        if held:
            for statement in ("DROP TABLE cut.heap CASCADE", "TRUNCATE cut.heap", "VACUUM FULL cut.heap", "ALTER TABLE cut.heap ADD COLUMN more integer"):
                said = subprocess.run([postgres.psql_command(), "-X", "-q", "-c", "SET lock_timeout = '100ms'", "-c", statement], stderr=subprocess.PIPE, text=True,
                                      env=dict(os.environ) | {"PGUSER": os.environ["PG_TEST_SUPERUSER"], "PGPASSWORD": os.environ["PG_TEST_SUPERUSER_PASSWORD"]}).stderr
                checks.check("lock timeout" in said, f"{statement} did not wait: {said}")
        run.send_signal(signal.SIGCONT)
        _, stderr = run.communicate(timeout=120)
        checks.check(run.returncode == 0, f"held: {stderr}")


def check_faults():
    """Any connection is cut, at any shard; the server ends a session; a value does not fit in a late shard; a stop."""
    for connection in (0, 1, 2):
        for after in ((3_000, 20_000, 60_000, 150_000, 400_000) if not tool.full_tier() else range(1_000, 500_000, 9_973)):
            with postgres.Proxy(cut_after=after, cut_connection=connection) as proxy, tempfile.TemporaryDirectory() as directory:
                done = export(directory, "--table", "cut.heap", "--shards", "6", "--connections", "3", connection=f"postgresql:///?{proxy.connection.replace(' ', '&')}")
                whole = done.returncode == 0
                label = f"connection {connection} cut after {after} bytes"
                if whole:
                    checks.check(tool.last_json(done.stdout)["rows_uploaded"] > 0 and len(glob.glob(os.path.join(directory, "*.parquet"))) == 6, f"{label}: not whole")
                else:
                    checks.check("connection to PostgreSQL was lost" in done.stderr or "cannot connect" in done.stderr, f"{label}: {done.stderr}")
                    checks.check(os.listdir(directory) == [], f"{label}: {os.listdir(directory)}")
    with tempfile.TemporaryDirectory() as directory:
        query = f"SELECT id, CASE WHEN id = {ROWS * 9 // 10} THEN 'NaN' ELSE big END AS big FROM cut.heap WHERE {{range}}"
        done = export(directory, "--query", query, "--shard-table", "cut.heap", "--shards", "4", "--connections", "2", "--numeric", "20,4")
        checks.check(done.returncode != 0 and "of shard " in done.stderr and "NaN" in done.stderr and '"big"' in done.stderr, done.stderr)
        checks.check(os.listdir(directory) == [], f"{os.listdir(directory)}")
        query = f"SELECT id, 1 / (id - {ROWS * 9 // 10}) AS n FROM cut.heap WHERE {{range}}"
        done = export(directory, "--query", query, "--shard-table", "cut.heap", "--shards", "4", "--connections", "2")
        checks.check(done.returncode != 0 and "division by zero" in done.stderr and "shard " in done.stderr, done.stderr)
        checks.check(os.listdir(directory) == [], f"{os.listdir(directory)}")


def key_rewriter(kind, body):
    """As a pooler does: the process that a client is told is made up."""
    return struct.pack("!II", 4711, 4711) if kind == b"K" else body


def check_fewer():
    """Fewer connections than were asked for, and a pooler: said, and the files are the same."""
    with tempfile.TemporaryDirectory() as directory:
        plain, limited, pooled = (os.path.join(directory, n) for n in ("plain", "limited", "pooled"))
        options = ["--table", "cut.heap", "--shards", "4", "--connections", "4", *NAMES]
        checks.check(export(plain, *options).returncode == 0, "plain")
        done = export(limited, *options, PGUSER="cut_two", PGPASSWORD="cut")
        checks.check(done.returncode == 0 and "2 of 4 connections read the shards" in done.stderr and "too many connections" in done.stderr, done.stderr)
        checks.check(hashes(limited) == hashes(plain), "other files by fewer connections")
        with postgres.Proxy(rewrite=key_rewriter) as proxy:
            done = export(pooled, *options, connection=f"postgresql:///?{proxy.connection.replace(' ', '&')}")
            checks.check(done.returncode == 0 and "a connection pooler is in the way" in done.stderr, done.stderr)
            checks.check(proxy.connections == 1, f"{proxy.connections} connections through a pooler")
        checks.check(hashes(pooled) == hashes(plain), "other files through a pooler")
        # Limits of the role count for none of the connections.
        postgres.sql("ALTER ROLE cut_part SET statement_timeout = '40ms'; ALTER ROLE cut_part SET idle_in_transaction_session_timeout = '20ms';", superuser=True)
        slow = "SELECT id, pg_sleep(0.00002)::text AS s FROM cut.heap WHERE {range}"
        done = export(os.path.join(directory, "slow"), "--query", slow, "--shard-table", "cut.heap", "--shards", "4", "--connections", "2",
                      PGUSER="cut_part", PGPASSWORD="cut")
        checks.check(done.returncode == 0, f"timeouts of the role: {done.stderr}")


def check_dry_run():
    with tempfile.TemporaryDirectory() as directory:
        done = tool.run(["--from", "postgresql:///", "--table", "cut.heap", "--shards", "4", "--to", directory, "--dry-run"])
        checks.check(done.returncode == 0 and "the export would begin" in done.stdout and os.listdir(directory) == [], done.stdout + done.stderr)
        done = tool.run(["--from", "postgresql:///", "--table", "cut.heap", "--shards", "4", "--single-file", "--to", directory + "/f.parquet", "--dry-run"])
        checks.check(done.returncode == 1 and "one file was asked for" in done.stderr, done.stdout + done.stderr)
        done = tool.run(["--from", "postgresql:///", "--table", "cut.heap", "--shards", "auto", "--to", directory, "--verbose"])
        checks.check(done.returncode == 0 and "in 1 shards, by pages of cut.heap" in done.stderr, done.stderr)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def check_standby():
    """A hot standby gives shards, too."""
    programs = os.environ.get("PG_TEST_BIN", "")
    if not os.access(os.path.join(programs, "pg_basebackup"), os.X_OK):
        checks.check(False, "there is no pg_basebackup to make a standby with")
        return
    with tempfile.TemporaryDirectory(prefix="copyto-standby-") as directory:
        data, port = os.path.join(directory, "data"), free_port()
        superuser = dict(os.environ) | {"PGUSER": os.environ["PG_TEST_SUPERUSER"], "PGPASSWORD": os.environ["PG_TEST_SUPERUSER_PASSWORD"]}
        made = subprocess.run([os.path.join(programs, "pg_basebackup"), "-D", data, "-R", "-c", "fast"], env=superuser, stderr=subprocess.PIPE, text=True)
        checks.check(made.returncode == 0, f"pg_basebackup: {made.stderr}")
        if made.returncode != 0:
            return
        with open(os.path.join(data, "postgresql.auto.conf"), "a", encoding="utf-8") as conf:
            conf.write(f"\nport = {port}\nunix_socket_directories = '{directory}'\nhot_standby = on\n")
        as_owner = {}
        if os.getuid() == 0:  # a server does not run as root
            owner = pwd.getpwuid(os.stat(os.environ["PG_TEST_LOG"]).st_uid)
            as_owner = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": [], "cwd": "/"}
            for path in [directory, data, *(os.path.join(top, n) for top, inner, files in os.walk(data) for n in inner + files)]:
                os.chown(path, owner.pw_uid, owner.pw_gid)
        control = [os.path.join(programs, "pg_ctl"), "-D", data, "-w", "-t", "60", "-l", os.path.join(directory, "log")]
        started = subprocess.run([*control, "start"], env=superuser, stdout=subprocess.DEVNULL, **as_owner)
        checks.check(started.returncode == 0, "the standby does not start")
        try:
            to, main_files = os.path.join(directory, "of_standby"), os.path.join(directory, "of_main")
            options = ["--table", "cut.heap", "--shards", "4", "--connections", "3", *NAMES]
            done = export(to, *options, PGPORT=str(port))
            checks.check(done.returncode == 0 and "warning" not in done.stderr, f"standby: {done.stderr}")
            checks.check(export(main_files, *options).returncode == 0 and hashes(to) == hashes(main_files), "other files from the standby")
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], env=superuser, stdout=subprocess.DEVNULL, **as_owner)
            shutil.rmtree(data, ignore_errors=True)


def main():
    postgres.require()
    postgres.sql(TABLES, superuser=True)
    check_ways()
    check_refusals()
    check_snapshot()
    check_locks()
    check_faults()
    check_fewer()
    check_dry_run()
    check_standby()
    postgres.sql("DROP SCHEMA cut CASCADE; DROP SERVER cut_server CASCADE; DROP FOREIGN DATA WRAPPER cut_wrapper; DROP ROLE cut_two, cut_part;", superuser=True)
    print(f"postgres_shards: positions={checks.positions} failures={checks.failures}")
    sys.exit(1 if checks.failures else 0)


if __name__ == "__main__":
    main()
