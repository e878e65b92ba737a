# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""partitions.py PROGRAM [ROWS]: partitioned exports against DuckDB's PARTITION_BY and pyarrow's data set writer, in one run, on two
processors: 100, 1,000 and 10,000 partitions, rows in random order and sorted by them.

PROGRAM (bench/partitions.cpp) makes its rows as it goes; the peers read them from a Parquet file of ours, so that nobody holds
the table; for the sorted rows, one that was sorted beforehand. All write Snappy into a directory in /dev/shm, with two threads, and take turns, three rounds, of which
the medians count; ours with a memory bound of 1 GiB, the peers at their defaults. Who takes longer than a minute is ended, and has no figure. pyarrow may have as many files open, and as many rows in memory, as it likes. What each wrote is counted by DuckDB before anything is printed.

    partitions <n> <order> ours=<rows/s> <peer>=<rows/s> ... ratio=<ours/best> memory=<our peak, MiB> <peer>=<MiB> ...
        files=<ours> <peer>=<n> ..."""
import glob
import os
import shutil
import statistics
import subprocess
import sys
import time

PARTITIONS = (100, 1000, 10_000)
ROUNDS = 3
LIMIT = 60
DIRECTORY = "/dev/shm/copyto-bench-%d" % os.getpid()


def duckdb_writes(source, target, _partitions):
    import duckdb
    db = duckdb.connect(config={"threads": 2})
    db.execute(f"COPY (SELECT * FROM read_parquet('{source}')) TO '{target}' (FORMAT parquet, COMPRESSION snappy, PARTITION_BY (shop))")


def pyarrow_writes(source, target, partitions):
    import pyarrow
    import pyarrow.dataset as ds
    pyarrow.set_cpu_count(2)
    pyarrow.set_io_thread_count(2)
    table = ds.dataset(source)
    ds.write_dataset(table.scanner(), target, format="parquet", partitioning=ds.partitioning(pyarrow.schema([("shop", pyarrow.int32())]), flavor="hive"),
                     max_partitions=partitions + 1, max_open_files=2000)


PEERS = {"duckdb": duckdb_writes, "pyarrow": pyarrow_writes}


def measured(command, target):
    """(seconds, peak MiB) of a process that writes into `target`."""
    shutil.rmtree(target, ignore_errors=True)
    begun = time.monotonic()
    process = subprocess.Popen(["timeout", str(LIMIT), *command], stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    spent = time.monotonic() - begun
    return (spent, usage.ru_maxrss / 1024) if status == 0 else (None, usage.ru_maxrss / 1024)


def files_of(target, rows, partitions):
    import duckdb
    files = len(glob.glob(f"{target}/*/*.parquet"))
    count, keys = duckdb.execute(f"SELECT count(*), count(DISTINCT shop) FROM read_parquet('{target}/*/*.parquet', hive_partitioning = true)").fetchone()
    if (count, keys) != (rows, partitions):
        raise SystemExit(f"{target} has {count} rows in {keys} partitions")
    return files


def here(*arguments):
    """What this program prints in a process of its own: what a process forks from is part of its peak."""
    return subprocess.run([sys.executable, __file__, *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout


def main():
    if sys.argv[1] == "peer":
        PEERS[sys.argv[2]](sys.argv[3], sys.argv[4], int(sys.argv[5]))
        return
    if sys.argv[1] == "count":
        print(files_of(sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
        return
    if sys.argv[1] == "sort":
        import duckdb
        duckdb.execute(f"COPY (SELECT * FROM read_parquet('{sys.argv[2]}') ORDER BY shop, id) TO '{sys.argv[3]}' (FORMAT parquet)")
        return
    program, rows = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 2_000_000
    os.makedirs(DIRECTORY)
    try:
        for partitions in PARTITIONS:
            made = os.path.join(DIRECTORY, "made")
            shutil.rmtree(made, ignore_errors=True)
            subprocess.run([program, "source", str(partitions), str(rows), "2", "1024", made], check=True)
            (random_source,) = glob.glob(made + "/*.parquet")
            sorted_source = os.path.join(DIRECTORY, "sorted.parquet")
            here("sort", random_source, sorted_source)
            for order, source in (("random", random_source), ("sorted", sorted_source)):
                target = os.path.join(DIRECTORY, "out")
                runs = {"ours": [program, order, str(partitions), str(rows), "2", "1024", target],
                        **{peer: [sys.executable, __file__, "peer", peer, source, target, str(partitions)] for peer in PEERS}}
                times = {name: [] for name in runs}
                peaks = {name: 0 for name in runs}
                files = {}
                for round_ in range(ROUNDS):
                    for name, command in runs.items():
                        if round_ != 0 and not times[name]:
                            continue
                        spent, peak = measured(command, target)
                        if spent is None:
                            continue
                        times[name].append(spent)
                        peaks[name] = max(peaks[name], peak)
                        files[name] = int(here("count", target, str(rows), str(partitions)))
                speed = {name: rows / statistics.median(t) for name, t in times.items() if t}
                best = max(speed[p] for p in PEERS if p in speed)
                print(f"partitions {partitions} {order}", *(f"{n}={s:.0f}" for n, s in speed.items()), f"ratio={speed['ours'] / best:.2f}",
                      "memory=" + " ".join(f"{n}={p:.0f}" for n, p in peaks.items()), "files=" + " ".join(f"{n}={f}" for n, f in files.items()), flush=True)
    finally:
        shutil.rmtree(DIRECTORY, ignore_errors=True)


main()
