# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""encode.py PROGRAM [SCALE]: our encoders against pyarrow, DuckDB and Polars, in one run on one pinned core.

PROGRAM (bench/encode.cpp) starts from a std::vector of structs; the peers start from their own columns in memory, which
they made from a Parquet file of ours beforehand, and so are spared the step from rows to columns. Everybody writes to a
file in /dev/shm, zstd at level 3, otherwise by defaults; a time is the median of five. All Parquet files are read by
DuckDB and compared with the table before anything is printed.

    <table> <format> ours=<rows/s> best=<peer>:<rows/s> ratio=<ours/best> size=<our bytes / the best peer's>
"""
import os
import statistics
import subprocess
import sys
import time

os.environ["POLARS_MAX_THREADS"] = "1"  # read when it is imported

import duckdb
import polars
import pyarrow
import pyarrow.csv
import pyarrow.parquet

TABLES = {"lineitem": 2_000_000, "wide": 400_000, "nulls": 2_000_000}
FORMATS = ("csv", "parquet-none", "parquet-snappy", "parquet-zstd")
REPETITIONS = 5
DIRECTORY = "/dev/shm/copyto-bench-%d" % os.getpid()


def times_of(write, path):
    """Seconds of each repetition, and the size of what was written."""
    seconds = []
    for _ in range(REPETITIONS):
        start = time.perf_counter()
        write(path)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), os.path.getsize(path)


def ours(program, table, rows, fmt, path):
    done = subprocess.run([program, table, str(rows), fmt, path, str(REPETITIONS)], check=True, capture_output=True, text=True)
    lines = [line.split() for line in done.stdout.splitlines()]
    return statistics.median(float(seconds) for seconds, _ in lines), int(lines[-1][1])


def pyarrow_writer(source, fmt):
    table = pyarrow.parquet.read_table(source)
    if fmt == "csv":
        return lambda path: pyarrow.csv.write_csv(table, path)
    codec = fmt.split("-")[1]
    level = 3 if codec == "zstd" else None
    return lambda path: pyarrow.parquet.write_table(table, path, compression=codec, compression_level=level)


def duckdb_writer(source, fmt):
    db = duckdb.connect(config={"threads": 1})
    db.execute(f"CREATE TABLE t AS SELECT * FROM read_parquet('{source}')")
    codec = fmt.split("-")[-1]
    options = "FORMAT csv, HEADER" if fmt == "csv" else "FORMAT parquet, COMPRESSION " + {"none": "uncompressed"}.get(codec, codec)
    options += ", COMPRESSION_LEVEL 3" if codec == "zstd" else ""
    return lambda path: db.execute(f"COPY t TO '{path}' ({options})")


def polars_writer(source, fmt):
    table = polars.read_parquet(source)
    if fmt == "csv":
        return lambda path: table.write_csv(path)
    codec = fmt.split("-")[1]
    level = 3 if codec == "zstd" else None
    return lambda path: table.write_parquet(path, compression={"none": "uncompressed"}.get(codec, codec), compression_level=level)


PEERS = {"pyarrow": pyarrow_writer, "duckdb": duckdb_writer, "polars": polars_writer}


def compare(one, other):
    """Both files have the same rows."""
    with duckdb.connect() as db:
        for a, b in ((one, other), (other, one)):
            missing = db.execute(f"SELECT count(*) FROM (FROM read_parquet('{a}') EXCEPT ALL FROM read_parquet('{b}'))").fetchone()[0]
            if missing:
                sys.exit(f"encode.py: {missing} rows of {a} are not in {b}")


def main():
    program = sys.argv[1]
    scale = float(sys.argv[2]) if len(sys.argv) > 2 else 1
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    pyarrow.set_cpu_count(1)
    pyarrow.set_io_thread_count(1)
    os.makedirs(DIRECTORY)
    summary = []
    try:
        print("versions:", *(f"{m.__name__} {m.__version__}" for m in (pyarrow, duckdb, polars)), flush=True)
        for table, rows in TABLES.items():
            rows = int(rows * scale)
            source = f"{DIRECTORY}/{table}.source"
            subprocess.run([program, table, str(rows), "parquet-none", source, "1"], check=True, capture_output=True)
            for fmt in FORMATS:
                path = f"{DIRECTORY}/out"
                figures = {"ours": ours(program, table, rows, fmt, path)}
                if fmt != "csv":
                    compare(path, source)
                for name, writer in PEERS.items():
                    figures[name] = times_of(writer(source, fmt), path)
                for name, (seconds, size) in figures.items():
                    print(f"  {table} {fmt} {name}: {seconds:.3f} s, {rows / seconds / 1e6:.2f} M rows/s, {size / 1e6:.1f} MB", flush=True)
                best = min((n for n in figures if n != "ours"), key=lambda n: figures[n][0])
                summary.append(f"{table} {fmt} ours={rows / figures['ours'][0]:.0f} best={best}:{rows / figures[best][0]:.0f} "
                               f"ratio={figures[best][0] / figures['ours'][0]:.2f} size={figures['ours'][1] / figures[best][1]:.2f}")
                os.remove(path)
            os.remove(source)
    finally:
        for name in os.listdir(DIRECTORY):
            os.remove(os.path.join(DIRECTORY, name))
        os.rmdir(DIRECTORY)
    print("\n".join(summary))


main()
