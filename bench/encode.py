# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""encode.py PROGRAM [SCALE]: exports against pyarrow, DuckDB and Polars, in one run, on one and on two processors.

PROGRAM (bench/encode.cpp) runs whole exports into a directory in /dev/shm, from a std::vector of structs and from columns as
Arrow has them, also as an Arrow stream; the peers write a file there from their own columns in memory, which they made from a Parquet file of ours
beforehand. Everybody has as many threads as processors and is pinned to these, zstd is at level 3, all else at defaults;
DuckDB runs with and without the order of its rows. pyarrow encodes on one thread always. All take turns, seven rounds, and
the medians count. All Parquet files are read by DuckDB and compared with the table before anything is printed.

    <table> <format> threads=<n> from=<structs|columns|arrow> ours=<rows/s> best=<peer>:<rows/s> ratio=<ours/best>
        size=<our bytes / the best peer's> cpu=<our seconds of CPU / the best peer's>
    <table> <format> speedup threads=2: <rows/s by those of one thread> of=<the same of two processes of one thread each>
        serial=<share of the exporting thread in the CPU>
    <table> <format> read duckdb=<seconds to read all of our file> polars=<the same>

Formats are parquet-, modern- (reader::modern; the peers at their defaults) and none, snappy or zstd, and csv."""
import os
import resource
import statistics
import subprocess
import sys
import time

TABLES = {"lineitem": 2_000_000, "nulls": 2_000_000, "wide": 400_000, "hits": 150_000, "orders": 400_000}
NESTED = {"orders"}  # which the peers cannot write as CSV
FORMATS = ("parquet-none", "parquet-snappy", "parquet-zstd", "modern-none", "modern-snappy", "modern-zstd", "csv")
ROUNDS = 7
DIRECTORY = "/dev/shm/copyto-bench-%d" % os.getpid()


# --- a peer, in a process of its own ---------------------------------------------------------------

def pyarrow_writer(source, fmt, threads):
    import pyarrow
    import pyarrow.csv
    import pyarrow.parquet
    pyarrow.set_cpu_count(threads)
    pyarrow.set_io_thread_count(threads)
    table = pyarrow.parquet.read_table(source)
    if fmt == "csv":
        return lambda path: pyarrow.csv.write_csv(table, path)
    codec = fmt.split("-")[1]
    level = 3 if codec == "zstd" else None
    return lambda path: pyarrow.parquet.write_table(table, path, compression=codec, compression_level=level)


def duckdb_writer(source, fmt, threads, ordered=True):
    import duckdb
    db = duckdb.connect(config={"threads": threads, "preserve_insertion_order": ordered})
    db.execute(f"CREATE TABLE t AS SELECT * FROM read_parquet('{source}')")
    codec = fmt.split("-")[-1]
    options = "FORMAT csv, HEADER" if fmt == "csv" else "FORMAT parquet, COMPRESSION " + {"none": "uncompressed"}.get(codec, codec)
    options += ", COMPRESSION_LEVEL 3" if codec == "zstd" else ""
    return lambda path: db.execute(f"COPY t TO '{path}' ({options})")


def polars_writer(source, fmt, _threads):
    import polars
    table = polars.read_parquet(source)
    if fmt == "csv":
        return lambda path: table.write_csv(path)
    codec = fmt.split("-")[1]
    level = 3 if codec == "zstd" else None
    return lambda path: table.write_parquet(path, compression={"none": "uncompressed"}.get(codec, codec), compression_level=level)


PEERS = {
    "pyarrow": pyarrow_writer,
    "duckdb": duckdb_writer,
    "duckdb-unordered": lambda *of: duckdb_writer(*of, ordered=False),
    "polars": polars_writer,
}


def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def be_a_peer(name, source, fmt, threads, path):
    """As bench/encode.cpp does: writes for each line, and says what it took."""
    write = PEERS[name](source, fmt, int(threads))
    print("ready", flush=True)
    for line in sys.stdin:
        before, start = cpu(), time.perf_counter()
        write(path)
        took, used = time.perf_counter() - start, cpu() - before
        print(took, used, 0, os.path.getsize(path), flush=True)
        if line != "keep\n":
            os.remove(path)


# --- the run ---------------------------------------------------------------------------------------

class Runner:
    """A process that writes when it is told to."""

    def __init__(self, command, processors):
        environment = dict(os.environ, POLARS_MAX_THREADS=str(len(processors)))
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
                                        preexec_fn=lambda: os.sched_setaffinity(0, processors))
        self.rounds = []

    def is_ready(self):
        assert self.process.stdout.readline() == "ready\n", "it is not ready"
        return self

    def begin(self, word=""):
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()

    def finish(self):
        line = self.process.stdout.readline()
        assert line, "a program ended"
        self.rounds.append([float(value) for value in line.split()])

    def go(self, word=""):
        self.begin(word)
        self.finish()

    def end(self):
        self.process.stdin.close()
        assert self.process.wait() == 0

    def median(self, column):
        return statistics.median(values[column] for values in self.rounds)

    seconds = property(lambda self: self.median(0))
    cpu = property(lambda self: self.median(1))
    caller = property(lambda self: self.median(2))
    size = property(lambda self: self.rounds[-1][3])


def compare(files, other):
    """Both have the same rows."""
    import duckdb
    with duckdb.connect() as db:
        for a, b in ((files, other), (other, files)):
            missing = db.execute(f"SELECT count(*) FROM (FROM read_parquet('{a}') EXCEPT ALL FROM read_parquet('{b}'))").fetchone()[0]
            if missing:
                sys.exit(f"encode.py: {missing} rows of {a} are not in {b}")


def reading(what, files, summary):
    """How long readers take for all values of our file, in memory."""
    import duckdb
    import polars
    with duckdb.connect(config={"threads": 1}) as db:
        names = [row[0] for row in db.execute(f"DESCRIBE FROM read_parquet('{files}')").fetchall()]
        everything = ", ".join(f'count("{n}"), max(hash("{n}"))' for n in names)
        def by_duckdb():
            db.execute(f"SELECT {everything} FROM read_parquet('{files}')").fetchall()
        def by_polars():
            polars.read_parquet(files)
        took = {}
        for name, read in (("duckdb", by_duckdb), ("polars", by_polars)):
            rounds = []
            for _ in range(ROUNDS):
                start = time.perf_counter()
                read()
                rounds.append(time.perf_counter() - start)
            took[name] = statistics.median(rounds)
    summary.append(f"{what} read " + " ".join(f"{name}={seconds:.3f}" for name, seconds in took.items()))


def keep_one(program, table, rows, path):
    """A Parquet file of ours, from which the peers make their tables."""
    one = Runner([program, table, str(rows), "parquet-snappy", "structs", "1", path], os.sched_getaffinity(0)).is_ready()
    one.go("keep")
    one.end()
    (name,) = os.listdir(path + "/t")
    return f"{path}/t/{name}"


def ways(table):
    return ("structs", "columns", "arrow") if table in ("lineitem", "orders") else ("structs", "columns")


def measure(program, table, rows, fmt, source, processors, summary):
    threads = len(processors)
    mine = {way: Runner([program, table, str(rows), fmt, way, str(threads), f"{DIRECTORY}/{way}"], processors) for way in ways(table)}
    peers = {name: Runner([sys.executable, __file__, "--peer", name, source, fmt, str(threads), f"{DIRECTORY}/{name}"], processors)
             for name in PEERS if threads > 1 or name != "duckdb-unordered"}
    everybody = {**mine, **peers}
    for runner in everybody.values():
        runner.is_ready()
    for _ in range(ROUNDS):
        for runner in everybody.values():
            runner.go()
    for name, runner in everybody.items():
        print(f"  {table} {fmt} threads={threads} {name}: {runner.seconds:.3f} s, {rows / runner.seconds / 1e6:.2f} M rows/s, "
              f"{runner.cpu:.3f} s of CPU, {runner.size / 1e6:.1f} MB", flush=True)
    best = min(peers, key=lambda name: peers[name].seconds)
    for way, runner in mine.items():
        summary.append(f"{table} {fmt} threads={threads} from={way} ours={rows / runner.seconds:.0f} best={best}:{rows / peers[best].seconds:.0f} "
                       f"ratio={peers[best].seconds / runner.seconds:.2f} size={runner.size / peers[best].size:.2f} "
                       f"cpu={runner.cpu / peers[best].cpu:.2f}")
    for runner in everybody.values():
        runner.end()
    return mine["structs"]


def speedup(program, table, rows, fmt, both, summary):
    """Of two threads, beside two processes that know nothing of each other."""
    def runner(threads, name, processors):
        return Runner([program, table, str(rows), fmt, "structs", str(threads), f"{DIRECTORY}/{name}"], processors)
    one, two = runner(1, "one", both[:1]), runner(2, "two", both)
    pair = [runner(1, f"pair{i}", both[i:i + 1]) for i in (0, 1)]
    everybody = [one, two, *pair]
    for r in everybody:
        r.is_ready()
    for _ in range(ROUNDS):
        one.go()
        two.go()
        for r in pair:
            r.begin()
        for r in pair:
            r.finish()
    together = sum(1 / r.seconds for r in pair)
    summary.append(f"{table} {fmt} speedup threads=2: {one.seconds / two.seconds:.2f} of={one.seconds * together:.2f} "
                   f"serial={100 * two.caller / two.cpu:.1f}%")
    for r in everybody:
        r.end()


def main():
    program = sys.argv[1]
    scale = float(sys.argv[2]) if len(sys.argv) > 2 else 1
    tables = os.environ.get("COPYTO_BENCH_TABLES", " ".join(TABLES)).split()
    formats = os.environ.get("COPYTO_BENCH_FORMATS", " ".join(FORMATS)).split()
    both = sorted(os.sched_getaffinity(0))[-2:]
    os.makedirs(DIRECTORY)
    summary = []
    try:
        import duckdb
        import polars
        import pyarrow
        print("versions:", *(f"{m.__name__} {m.__version__}" for m in (pyarrow, duckdb, polars)), flush=True)
        for table in tables:
            rows = int(TABLES[table] * scale)
            source = keep_one(program, table, rows, f"{DIRECTORY}/source")
            for fmt in formats:
                if fmt == "csv" and table in NESTED:
                    continue
                if fmt != "csv":
                    ours = Runner([program, table, str(rows), fmt, "structs", "2", f"{DIRECTORY}/ours"], both).is_ready()
                    ours.go("keep")
                    ours.end()
                    compare(f"{DIRECTORY}/ours/t/*.parquet", source)
                    reading(f"{table} {fmt}", f"{DIRECTORY}/ours/t/*.parquet", summary)
                    subprocess.run(["rm", "-rf", f"{DIRECTORY}/ours"], check=True)
                measure(program, table, rows, fmt, source, both[:1], summary)
                if len(both) > 1:
                    measure(program, table, rows, fmt, source, both, summary)
                    speedup(program, table, rows, fmt, both, summary)
            subprocess.run(["rm", "-rf", f"{DIRECTORY}/source"], check=True)
    finally:
        subprocess.run(["rm", "-rf", DIRECTORY], check=True)
    print("\n".join(summary))


if sys.argv[1] == "--peer":
    be_a_peer(*sys.argv[2:])
else:
    main()
