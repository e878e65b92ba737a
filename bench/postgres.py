# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""postgres.py PROGRAM [ROWS]: a table of PostgreSQL to files, against other ways to the same files.

PROGRAM (bench/postgres.cpp) exports it as Parquet (Snappy) and CSV, on one thread and on as many as there are processors.
In shards, too, by one and two connections; beside that as many of psql, which drain the same shards (--psql-shards): what
the server gives.
Beside it: psql, which throws a binary COPY away, and a COPY as CSV into a file; pyarrow, which writes Parquet from what ADBC
streams; connectorx, which gives a table to pyarrow. The server is tests/servers/postgres, on the same machine. Everybody
takes turns, five rounds, and the medians count; memory is the largest resident set.

    <what> seconds=<s> rows/s=<n> peak_MiB=<n> files_MB=<n>"""
import os
import shutil
import statistics
import subprocess
import sys
import time

ROUNDS = 5
DIRECTORY = "/dev/shm/copyto-bench-%d" % os.getpid()
TABLE = "bench_trades"


def uri():
    e = os.environ
    return f"postgresql://{e['PGUSER']}:{e['PGPASSWORD']}@{e['PGHOST']}:{e['PGPORT']}/{e['PGDATABASE']}"


# --- peers, each in a process of its own -----------------------------------------------------------

def adbc(path):
    import adbc_driver_postgresql.dbapi
    import pyarrow.parquet
    with adbc_driver_postgresql.dbapi.connect(uri()) as connection, connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM test.{TABLE}")
        rows = cursor.fetch_record_batch()
        with pyarrow.parquet.ParquetWriter(path, rows.schema, compression="snappy") as writer:
            for batch in rows:
                writer.write_batch(batch)


def connectorx(path):
    import connectorx
    import pyarrow.parquet
    table = connectorx.read_sql(uri(), f"SELECT * FROM test.{TABLE}", return_type="arrow", protocol="binary")
    pyarrow.parquet.write_table(table, path, compression="snappy")


def main():
    program = sys.argv[1]
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else 3_000_000
    psql = [os.path.join(os.environ["PG_TEST_BIN"], "psql"), "-q", "-v", "ON_ERROR_STOP=1", "-c"]
    subprocess.run([*psql, f"SET client_min_messages = error; DROP TABLE IF EXISTS {TABLE}; CREATE TABLE {TABLE} AS SELECT i::bigint AS id, "
                    "(i * 7919 % 100000)::int AS account, 'SYM' || i % 500 AS symbol, (i * 31 % 1000003)::float8 / 100 AS price, "
                    "(i % 97)::smallint AS quantity, timestamptz '2026-01-01' + i * interval '1 second' AS at, "
                    "CASE WHEN i % 3 = 0 THEN NULL ELSE md5(i::text) END AS note "
                    f"FROM generate_series(1::bigint, {rows}) AS i; ANALYZE {TABLE}"], check=True)
    many = len(os.sched_getaffinity(0))
    def peer(name):
        return [sys.executable, __file__, "--peer", name, DIRECTORY + "/peer.parquet"]
    ways = {f"copyto parquet threads={n}": [program, TABLE, "parquet", str(n), DIRECTORY] for n in sorted({1, many})}
    ways |= {f"copyto csv threads={n}": [program, TABLE, "csv", str(n), DIRECTORY] for n in sorted({1, many})}
    for connections in (1, 2):
        ways[f"copyto parquet shards=8 connections={connections}"] = [program, TABLE, "parquet", "1", DIRECTORY, "8", str(connections)]
        ways[f"psql binary COPY of 8 shards to /dev/null connections={connections}"] = [sys.executable, __file__, "--psql-shards", str(connections)]
    ways |= {
        "psql binary COPY to /dev/null": [*psql, rf"\copy {TABLE} TO /dev/null (FORMAT binary)"],
        "psql csv COPY": [*psql, rf"\copy {TABLE} TO {DIRECTORY}/psql.csv (FORMAT csv, HEADER)"],
        "pyarrow over ADBC parquet": peer("adbc"),
        "connectorx, pyarrow parquet": peer("connectorx"),
    }
    seen = {name: [] for name in ways}
    try:
        for _ in range(ROUNDS):
            for name, command in ways.items():
                shutil.rmtree(DIRECTORY, ignore_errors=True)
                os.makedirs(DIRECTORY)
                start = time.perf_counter()
                process = subprocess.Popen(command)
                _, status, used = os.wait4(process.pid, 0)
                took = time.perf_counter() - start
                process.returncode = status
                if status != 0:
                    sys.exit(f"postgres.py: {name} failed")
                size = sum(os.path.getsize(os.path.join(d, f)) for d, _, files in os.walk(DIRECTORY) for f in files)
                seen[name].append((took, used.ru_maxrss / 1024, size / 1e6))
    finally:
        shutil.rmtree(DIRECTORY, ignore_errors=True)
        subprocess.run([*psql, f"DROP TABLE {TABLE}"], check=True)
    for name, rounds in seen.items():
        seconds, peak, size = (statistics.median(r[i] for r in rounds) for i in range(3))
        print(f"{name} seconds={seconds:.2f} rows/s={rows / seconds:.0f} peak_MiB={peak:.0f} files_MB={size:.0f}")


def psql_shards(connections):
    """What the server gives: the pages of the table in 8 shards, read by so many connections and thrown away."""
    psql = [os.path.join(os.environ["PG_TEST_BIN"], "psql"), "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
    pages = int(subprocess.run([*psql, "-c", f"SELECT pg_relation_size('{TABLE}') / 8192"], check=True, stdout=subprocess.PIPE).stdout)
    starts = [pages * i // 8 for i in range(8)]
    ends = [f"AND ctid < '({s},0)'" for s in starts[1:]] + [""]
    copies = [rf"\copy (SELECT * FROM {TABLE} WHERE ctid >= '({s},0)' {e}) TO /dev/null (FORMAT binary)" for s, e in zip(starts, ends)]
    running = [subprocess.Popen([*psql, *(w for c in copies[i::connections] for w in ("-c", c))]) for i in range(connections)]
    if any(r.wait() for r in running):
        sys.exit("postgres.py: psql failed")


if sys.argv[1] == "--psql-shards":
    psql_shards(int(sys.argv[2]))
elif sys.argv[1] == "--peer":
    {"adbc": adbc, "connectorx": connectorx}[sys.argv[2]](sys.argv[3])
else:
    main()
