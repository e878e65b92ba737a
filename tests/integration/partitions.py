# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""Partitions: hive data sets that DuckDB, pyarrow and Polars read as the table that was exported; the same bytes whatever threads, memory
and shape; in a bucket and a directory, killed at any request and while rows wait, by eight at the same time, in every mode.

The last line is "partitions: positions=<n> failures=<n>".
"""
import glob
import hashlib
import os
import re
import signal
import sqlite3
import subprocess
import sys
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import duckdb  # noqa: E402
import polars  # noqa: E402
import postgres  # noqa: E402
import pyarrow.dataset  # noqa: E402
import pyarrow.parquet  # noqa: E402
import tool  # noqa: E402
from s3 import Bucket  # noqa: E402

NAME = "partitions_" + uuid.uuid4().hex[:10]
ROWS = 300_000 if tool.full_tier() else 20_000
MOMENTS = 200 if tool.full_tier() else 12
ODD = ["plain", "a/b", "k=v", "100%", "%41", "sp ace", "q'\"q", "é", "🙂", "line\nfeed", "tab\t", "back\\slash", "{brace}", "[x]", "#", "?", "*", ":", "^", ".", "..", "A", "a",
       "__hive_default_partition__", "null", "NULL", "1", "01", "1.0", "true", "2024-01-31", "+", "~", "&", "x" * 100]

checks = tool.Checks("partitions")
bucket = None


def expect(good, what, detail=""):
    checks.positions += 1
    return checks.expect(good, what, detail)


def make_table():
    odd = ", ".join("E'" + "".join(f"\\x{b:02x}" for b in v.encode()) + "'" for v in ODD)
    postgres.sql(f"""CREATE TABLE {NAME} AS SELECT i AS id, (ARRAY[{odd}, NULL])[1 + i % 99991 * 7919 % {len(ODD) + 1}] AS odd, CASE WHEN i % 11 <> 0 THEN (i * 31 % 40)::smallint END AS small,
        i % 3 = 0 AS flag, date '1969-06-01' + (i * 17 % 900) AS day, timestamptz '2024-02-28 22:00+00' + (i * 7 % 50) * interval '1 hour' AS at,
        ((i * 13 % 70 - 35) / 4.0)::numeric(9,2) AS cents, md5((i % 9)::text)::uuid AS uid, 'r' || i % 5 AS region, i / 7.0::float8 AS rate, ARRAY[i, NULL] AS list, repeat('p', 1000 + i % 60) AS pad
        FROM generate_series(1, {ROWS}) i""")


def export(to, *options, **more):
    return tool.run(["--from", "postgresql:///", "--table", NAME, "--to", to, *options], **more)


def hashes(directory):
    made = {}
    for path in glob.glob(os.path.join(directory, "**", "*"), recursive=True):
        if os.path.isfile(path):
            with open(path, "rb") as file:
                made[os.path.relpath(path, directory)] = hashlib.sha256(file.read()).hexdigest()
    return made


FILES = ["--names", "{file}.{ext}"]


def table_rows(columns):
    """Rows as text: the id, then the columns, "<null>" for NULL and "<lf>" for a line feed."""
    values = ", ".join(f"coalesce(replace({'CASE WHEN flag THEN $$true$$ ELSE $$false$$ END' if c == 'flag' else c + '::text'}, chr(10), '<lf>'), '<null>')" for c in columns)
    printed = postgres.sql(f"SET timezone = 'UTC'; SELECT concat_ws(chr(31), id::text, {values}) FROM {NAME}").decode()
    return sorted(tuple(row.split("\x1f")) for row in printed.split("\n") if row)


def as_rows(ids, columns):
    return sorted((str(i), *("<null>" if v is None else str(v).replace("\n", "<lf>") for v in values)) for i, *values in zip(ids, *columns))


def check_readers(directory):
    """Each kind of key, as strangers read it from the paths."""
    for number, (keys, names) in enumerate({"odd": ["odd"], "region,small": ["region", "small"], "flag,uid": ["flag", "uid"], "day": ["day"], "cents": ["cents"]}.items()):
        to = os.path.join(directory, f"read{number}")
        done = export(to, "--partition-by", keys, "--json")
        if not expect(done.returncode == 0, f"{keys}: {done.returncode}", done.stderr):
            continue
        report = tool.last_json(done.stdout)
        count = int(postgres.sql(f"SELECT count(*) FROM (SELECT DISTINCT {', '.join(names)} FROM {NAME}) d"))
        expect(len(report["files"]) == count and report["rows_uploaded"] == ROWS, f"{keys}: {len(report['files'])} files for {count} partitions")
        wanted = table_rows(names)
        pattern = f"{to}/**/*.parquet"
        by_duckdb = duckdb.execute(f"SELECT id, {', '.join(names)} FROM read_parquet('{pattern}', hive_partitioning = true, hive_types_autocast = false)").fetchall()
        expect(as_rows([r[0] for r in by_duckdb], [[r[k + 1] for r in by_duckdb] for k in range(len(names))]) == wanted, f"{keys}: DuckDB reads other rows")
        types = pyarrow.schema([(n, pyarrow.string()) for n in names])
        table = pyarrow.dataset.dataset(to, format="parquet", partitioning=pyarrow.dataset.partitioning(types, flavor="hive")).to_table()
        expect(as_rows(table["id"].to_pylist(), [table[n].to_pylist() for n in names]) == wanted, f"{keys}: pyarrow reads other rows")
        frame = polars.scan_parquet(pattern, hive_partitioning=True, hive_schema={n: polars.String for n in names}, glob=True).collect()
        expect(as_rows(frame["id"].to_list(), [frame[n].to_list() for n in names]) == wanted, f"{keys}: Polars reads other rows")
        # What is partitioned by is not in the files, and all else is.
        columns = pyarrow.parquet.read_schema(sorted(glob.glob(pattern, recursive=True))[0]).names
        expect(not set(columns) & set(names) and len(columns) == 12 - len(names), f"{keys}: {columns}")
        expect(all(f["partition"] for f in report["files"]) and any(None in f["partition"].values() for f in report["files"]) == ("<null>" in str(wanted)), f"{keys}: partitions in the report")


def check_transforms(directory):
    """Values of transforms, against SQL and against what the file's own column says."""
    to = os.path.join(directory, "transforms")
    done = export(to, "--partition-by", "year(day), month(day),hour(at),bucket(3,id),truncate(2,odd),truncate(10,small)", "--json", "--manifest")
    if not expect(done.returncode == 0, "transforms", done.stderr):
        return
    rows = duckdb.execute(f"""SELECT count(*), count(*) FILTER (WHERE day_year <> strftime(day, '%Y') OR day_month <> strftime(day, '%Y-%m') OR at_hour <> strftime("at" AT TIME ZONE 'UTC', '%Y-%m-%d-%H')
        OR odd_trunc IS DISTINCT FROM left(odd, 2) OR small_trunc::int IS DISTINCT FROM small - small % 10 OR id_bucket NOT IN ('0', '1', '2')),
        count(DISTINCT id_bucket) FROM read_parquet('{to}/**/*.parquet', hive_partitioning = true, hive_types_autocast = false)""").fetchone()
    expect(rows == (ROWS, 0, 3), f"transforms: {rows}")
    manifest = tool.last_json(done.stdout)["manifest"]
    expect(tool.run(["verify", os.path.join(to, manifest)]).returncode == 0, "the manifest is verified")


def check_same_bytes(directory):
    """Threads, memory, and where the rows wait have no influence; nor has the order of sorted rows' partitions."""
    first = None
    for number, more in enumerate((["--threads", "1"], ["--threads", "2"], ["--threads", "8"], ["--memory-limit", "1GB"], ["--memory-limit", "200MB", "--max-file-size", "16MB"],
                                   ["--memory-limit", "64MB", "--threads", "1", "--spill", directory])):
        to = os.path.join(directory, f"same{number}")
        done = export(to, "--partition-by", "odd,flag", *FILES, *(more if "--max-file-size" in more else [*more, "--max-file-size", "16MB"]))
        if not expect(done.returncode == 0, f"same bytes, {more}", done.stderr):
            continue
        first = first or hashes(to)
        expect(hashes(to) == first, f"other bytes with {more}")
    for order in ("odd, flag, id", "flag DESC, odd DESC, id"):
        to = os.path.join(directory, "sorted" + order[:3])
        done = tool.run(["--from", "postgresql:///", "--query", f"SELECT * FROM {NAME} ORDER BY {order}", "--to", to, "--partition-by", "odd,flag", "--max-file-size", "16MB", *FILES])
        unsorted = os.path.join(directory, "unsorted")
        if not os.path.exists(unsorted):
            tool.run(["--from", "postgresql:///", "--query", f"SELECT * FROM {NAME} ORDER BY id", "--to", unsorted, "--partition-by", "odd,flag", "--max-file-size", "16MB", *FILES])
        expect(done.returncode == 0 and hashes(to) == hashes(unsorted), f"sorted by {order}: other bytes", done.stderr)


def check_modes():
    """Into a bucket in every mode; only the partitions that are written are replaced; eight writers."""
    root = f"{NAME}/modes"
    to = f"s3://{bucket.name}/{root}"
    options = [*tool.bucket_options(), "--partition-by", "region"]

    def run(where, *more):
        return tool.start(["--from", "postgresql:///", "--query", f"SELECT id, region FROM {NAME} WHERE {where}", "--to", to, *options, *more])

    def finish(process):
        stdout, stderr = process.communicate(timeout=300)
        return process.returncode, stderr

    def rows():
        found = {}
        for key in bucket.keys(root + "/"):
            table = pyarrow.parquet.read_table(pyarrow.BufferReader(bucket.get(key)))
            found.setdefault(key.split("/")[2], []).extend(table["id"].to_pylist())
        return {region: len(ids) for region, ids in found.items()}

    each = ROWS // 5
    expect(finish(run("true"))[0] == 0 and rows() == {f"region=r{i}": each for i in range(5)}, f"into: {rows()}")
    expect(finish(run("true"))[0] == 1, "again, and there is something")
    expect(finish(run("id <= 5", "--if-exists", "append"))[0] == 0 and rows() == {f"region=r{i}": each + 1 for i in range(5)}, f"append: {rows()}")
    expect(finish(run("region IN ('r1', 'r3')", "--if-exists", "replace", "--replace-partitions"))[0] == 0, "replace partitions")
    expect(rows() == {"region=r0": each + 1, "region=r1": each, "region=r2": each + 1, "region=r3": each, "region=r4": each + 1}, f"replaced: {rows()}")
    # Eight at the same time, of the same and of other partitions: some are refused, which change nothing, and the others are whole.
    for _ in range(4 if tool.full_tier() else 1):
        writers = [run(f"region = 'r{i % 3}' AND id % 8 = {i}", "--if-exists", "replace", "--replace-partitions") for i in range(8)]
        ends = [finish(w) for w in writers]
        won = [i for i, (status, _) in enumerate(ends) if status == 0]
        expect(all(status in (0, 1) for status, _ in ends) and all("holds this place" in stderr or "another export" in stderr or "somebody else" in stderr or status == 0 for status, stderr in ends), "eight writers", str(ends)[:1500])
        expect(won, "one of eight wins")
        counts = {i: int(postgres.sql(f"SELECT count(*) FROM {NAME} WHERE region = 'r{i % 3}' AND id % 8 = {i}")) for i in won}
        for region in range(3):
            mine = [counts[i] for i in won if i % 3 == region]
            if mine and counts:
                expect(rows().get(f"region=r{region}") in mine, f"partition r{region} is one writer's: {rows()} of {counts}")
        expect(rows()["region=r3"] == each and not [k for k in bucket.keys(root + "/") if "_copyto." in k], "what nobody wrote stays")
        for i in won:
            expect(finish(run(f"region = 'r{i % 3}'", "--if-exists", "replace", "--replace-partitions"))[0] == 0, "put back")
    expect(finish(run("true", "--if-exists", "replace"))[0] == 0 and rows() == {f"region=r{i}": each for i in range(5)}, f"replace: {rows()}")


def check_loads(directory):
    """DuckDB loads what is in the paths; others are told, before a row is read, to keep it in the files, and then load it."""
    db = duckdb.connect()
    db.execute("SET TimeZone = 'UTC'")
    for number, (keys, names) in enumerate((("odd,flag", ["odd", "flag"]), ("day,month(at),small", ["day", "small"]), ("cents,uid", ["cents", "uid"]), ("at", ["at"]))):
        for form in (["--format", "parquet"], ["--format", "csv", "--header"], ["--format", "csv", "--codec", "gzip", "--null", "NULL", "--force-quote", "*"]):
            to = os.path.join(directory, f"load{number}.{len(form)}", "zone=7")
            query = f"SELECT id, odd, small, flag, day, at, cents, uid FROM {NAME} WHERE id <= 3000"
            done = tool.run(["--from", "postgresql:///", "--query", query, "--to", to, "--partition-by", keys, "--print-load", "duckdb", "--load-table", "back", "--json", *form])
            if not expect(done.returncode == 0, f"load {keys} {form}", done.stderr):
                continue
            statement = tool.last_json(done.stdout)["load_statement"]
            try:
                db.execute(statement)
            except duckdb.Error as why:
                expect(False, f"DuckDB does not load {keys} {form}: {why}", statement[:2000])
                continue
            found = db.execute("""SELECT id, odd, small, CASE WHEN flag THEN 'true' ELSE 'false' END, day, strftime("at" AT TIME ZONE 'UTC', '%Y-%m-%d %H:%M:%S+00'), cents, uid FROM back""").fetchall()
            wanted = table_rows(["odd", "small", "flag", "day", "at", "cents", "uid"])
            rows = as_rows([r[0] for r in found], [[r[k] for r in found] for k in range(1, 8)])
            expect(rows == [r for r in wanted if int(r[0]) <= 3000], f"DuckDB loads other rows of {keys} {form}", f"{rows[:3]} {wanted[:3]}")
            types = [r[1] for r in db.execute("DESCRIBE back").fetchall()]
            expect("VARCHAR" in types and types.count("VARCHAR") == 1 and {"DATE", "DECIMAL(9,2)", "UUID", "TIMESTAMP WITH TIME ZONE", "SMALLINT", "BOOLEAN"} <= set(types), f"{keys} {form}: {types}")
            db.execute("DROP TABLE back")
    # A folder above that is called like a column.
    done = export(os.path.join(directory, "REGION=x"), "--partition-by", "flag", "--print-load", "duckdb", "--load-table", "t")
    expect(done.returncode == 1 and "would take column `region` from the folder" in done.stderr and "--partition-keep" in done.stderr and not os.path.exists(os.path.join(directory, "REGION=x")), "a folder like a column", done.stderr)
    to = f"s3://{bucket.name}/{NAME}/load"
    query = f"SELECT id, region, day, flag, small, day AS at FROM {NAME} WHERE id <= 100"
    for dialect in ("snowflake", "redshift", "athena"):
        options = [*tool.bucket_options(), "--print-load", dialect, "--load-table", "t", "--manifest", "--json", *(["--load-role", "arn:aws:iam::123456789012:role/load"] if dialect != "athena" else [])]
        done = tool.run(["--from", "postgresql:///", "--query", query, "--to", to, "--partition-by", "region,month(at)", *options])
        if dialect == "redshift":
            expect(done.returncode == 1 and "`region` is in the partitions' paths only" in done.stderr and "--partition-keep" in done.stderr and not bucket.keys(f"{NAME}/load/"), f"{dialect}: columns in paths", done.stderr)
        else:  # integration/load_modelled.py has all types and values
            loads = done.returncode == 0 and "load_statement" in done.stdout
            expect(loads or (dialect == "athena" and "in its path, and it is not documented" in done.stderr), f"{dialect}: columns in paths", done.stdout + done.stderr)
            bucket.purge(f"{NAME}/load/")
        done = tool.run(["--from", "postgresql:///", "--query", query, "--to", to, "--partition-by", "region,month(at)", "--partition-keep", *options])
        report = tool.last_json(done.stdout) if done.returncode == 0 else {"files": [{}], "load_statement": "", "manifest": "?"}
        uris = [f"s3://{bucket.name}/{f['key']}" if not f["key"].startswith("s3://") else f["key"] for f in report["files"]] if done.returncode == 0 else ["?"]
        named = report["load_statement"]
        expect("region" in named and (all(u.split("/load/")[1] in named for u in uris) or report["manifest"] in named), f"{dialect}: the files with all columns", done.stderr + named[:1500])
        bucket.purge(f"{NAME}/load/")


def check_shards(directory):
    """A shard's rows have partitions of their own: the same files however many are read at a time, and each row once."""
    wanted = table_rows(["odd", "flag"])
    for shards in ("2", "5"):
        first = None
        for connections, more in (("1", []), ("3", ["--threads", "2"]), ("5", ["--memory-limit", "400MB", "--threads", "1", "--spill", directory])):
            to = os.path.join(directory, f"shards{shards}-{connections}")
            done = export(to, "--partition-by", "odd,flag", "--shards", shards, "--connections", connections, "--max-file-size", "8MB", "--names", "{shard}-{file}.{ext}", "--manifest", "--json", *more)
            if not expect(done.returncode == 0, f"{shards} shards, {connections} connections", done.stderr):
                continue
            report = tool.last_json(done.stdout)
            made = {name: digest for name, digest in hashes(to).items() if name.endswith(".parquet")}
            first = first or made
            expect(made == first and len(made) == len(report["files"]) and report["rows_uploaded"] == ROWS, f"{shards} shards, {connections} connections: other files")
            expect([f["shard"] for f in report["files"]] == sorted(f["shard"] for f in report["files"]) and {f["shard"] for f in report["files"]} == set(range(int(shards))), "in the order of the shards")
            rows = duckdb.execute(f"SELECT id, odd, flag FROM read_parquet('{to}/**/*.parquet', hive_partitioning = true, hive_types_autocast = false)").fetchall()
            expect(as_rows([r[0] for r in rows], [[r[1] for r in rows], [r[2] for r in rows]]) == wanted, f"{shards} shards: DuckDB reads other rows")
            manifest = tool.run(["verify", os.path.join(to, report["manifest"])])
            expect(manifest.returncode == 0, "the manifest of shards with partitions is verified", manifest.stderr)
            checks.saw("shards")
    done = export(os.path.join(directory, "many"), "--partition-by", "id", "--max-partitions", "50", "--shards", "3", "--connections", "2")
    expect(done.returncode == 1 and "more than 50 partitions" in done.stderr and "shard" in done.stderr and not os.path.exists(os.path.join(directory, "many")), "too many partitions in a shard", done.stderr)
    # Shards that replace only their partitions.
    to = f"s3://{bucket.name}/{NAME}/sharded"
    options = [*tool.bucket_options(), "--partition-by", "region", "--shards", "3", "--connections", "2"]
    expect(export(to, *options).returncode == 0, "shards into a bucket")
    before = set(bucket.keys(f"{NAME}/sharded/"))
    done = tool.run(["--from", "postgresql:///", "--query", f"SELECT id, region FROM {NAME} WHERE {{range}} AND region IN ('r1', 'r2')", "--shard-by", "id", "--to", to, *options, "--if-exists", "replace", "--replace-partitions"])
    after = set(bucket.keys(f"{NAME}/sharded/"))
    expect(done.returncode == 0 and {k.split("/")[2] for k in before - after} == {"region=r1", "region=r2"} and {k.split("/")[2] for k in after - before} == {"region=r1", "region=r2"}, "shards replace their partitions", done.stderr)


def check_spark(directory):
    """Spark reads the same table from the paths (full tier: cmake/packages full installs it)."""
    to = os.path.join(directory, "spark")
    done = export(to, "--partition-by", "odd,small")
    if not expect(done.returncode == 0, "for Spark", done.stderr):
        return
    for spark in glob.glob(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "build", "readers", "*spark*")):
        ask = ("import sys\nfrom pyspark.sql import SparkSession\n"
               "s = SparkSession.builder.master('local[1]').config('spark.ui.enabled', 'false').config('spark.sql.sources.partitionColumnTypeInference.enabled', 'false').getOrCreate()\n"
               "s.sparkContext.setLogLevel('OFF')\n"
               "for r in s.read.parquet(sys.argv[1]).select('id', 'odd', 'small').collect():\n    print('row', *(repr(v) for v in r), sep='\\x1f')\n")
        found = subprocess.run([os.path.join(spark, "bin", "python"), "-c", ask, to], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600)
        rows = [[eval(v, {}) for v in line.split("\x1f")[1:]] for line in found.stdout.splitlines() if line.startswith("row\x1f")]
        expect(as_rows([r[0] for r in rows], [[r[1] for r in rows], [r[2] for r in rows]]) == table_rows(["odd", "small"]), f"{spark} reads other rows", found.stderr[-1000:])
        checks.saw("Spark")
    checks.must_have_seen("Spark")


def check_killed(directory):
    """Killed at requests from the first to the last: all or nothing once it is settled, and no file of rows that waited."""
    spill = os.path.join(directory, "spill")
    os.makedirs(spill)
    common = [*tool.bucket_options(), "--partition-by", "odd", "--threads", "1", "--memory-limit", "64MB", "--max-file-size", "8MB", "--spill", spill, "--verbose"]
    whole = export(f"s3://{bucket.name}/{NAME}/whole", *common)
    lines = len(whole.stderr.splitlines())
    expect(whole.returncode == 0 and lines > 50, f"{lines} requests", whole.stderr[-500:])
    wanted = sum(1 for _ in bucket.keys(f"{NAME}/whole/"))
    for moment in range(MOMENTS):
        prefix = f"{NAME}/killed{moment}"
        to = f"s3://{bucket.name}/{prefix}"
        run = tool.start(["--from", "postgresql:///", "--table", NAME, "--to", to, *common])
        seen = 0
        for _ in run.stderr:
            seen += 1
            if seen > lines * moment // MOMENTS:
                break
        run.send_signal(signal.SIGKILL)
        run.communicate()
        expect(os.listdir(spill) == [], f"killed at {moment}: {os.listdir(spill)} is left")
        resumed = tool.run(["resume", to, *tool.bucket_options()])
        if resumed.returncode != 0:
            expect(tool.run(["abort", to, *tool.bucket_options()]).returncode == 0, f"killed at {moment}: neither resumed nor aborted", resumed.stderr)
        keys = bucket.keys(prefix + "/")
        checks.saw("all" if keys else "nothing")
        expect(len(keys) in (0, wanted) and bucket.uploads(prefix + "/") == [], f"killed at {moment}: {len(keys)} of {wanted} files")
        bucket.purge(prefix + "/")
    checks.must_have_seen("all", "nothing")


def check_refusals(directory):
    def refused(status, words, *options):
        to = os.path.join(directory, "refused")
        done = export(to, *options)
        expect(done.returncode == status and words in done.stderr and not os.path.exists(to), f"{options}: {done.returncode}", done.stderr)

    refused(1, "there is no such column", "--partition-by", "nowhere")
    refused(1, "no partitions by the values of double", "--partition-by", "rate")
    refused(1, "no partitions by the values of list", "--partition-by", "list")
    refused(1, "`id` has 51 values so far", "--partition-by", "id", "--max-partitions", "50")
    refused(1, "each partition has files of its own", "--partition-by", "region", "--single-file")
    refused(1, "cannot be kept there", "--partition-by", "odd", "--spill", "/nowhere", "--memory-limit", "64MB", "--max-file-size", "8MB", "--threads", "1")
    refused(2, "does not name keys of partitions", "--partition-by", "week(at)")
    refused(2, "has no effect without --partition-by", "--max-partitions", "3")
    refused(2, "goes with --if-exists replace", "--partition-by", "region", "--replace-partitions")
    refused(2, "no effect next to --pass-through", "--partition-by", "region", "--pass-through", "format csv")
    refused(1, "in the partitions' paths only", "--partition-by", "region", "--format", "csv", "--print-load", "postgres")
    refused(1, "more than the 1048576 bytes", "--partition-by", "odd", "--spill-limit", "1MB", "--memory-limit", "64MB", "--max-file-size", "8MB", "--threads", "1")
    path = os.path.join(directory, "empty.db")
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE t (id INTEGER, k TEXT)")
        db.execute("INSERT INTO t VALUES (1, 'a'), (2, '')")
    done = tool.run(["--from", f"sqlite:{path}", "--table", "t", "--to", os.path.join(directory, "refused"), "--partition-by", "k"])
    expect(done.returncode == 1 and "readers take for NULL" in done.stderr and "row 2" in done.stderr and 'column "k"' in done.stderr, "an empty text", done.stderr)
    done = export(os.path.join(directory, "dry"), "--partition-by", "region", "--dry-run")
    expect(done.returncode == 0 and "region=" in done.stdout and re.search(r"  region: .*, in the paths only\n", done.stdout) and not os.path.exists(os.path.join(directory, "dry")), "dry run",
           done.stdout + done.stderr)
    done = export(os.path.join(directory, "dry"), "--partition-by", "region", "--partition-keep", "--dry-run", "--json")
    expect([c["in_path"] for c in tool.last_json(done.stdout)["columns"]].count(True) == 0, "dry run, columns kept", done.stdout)


def main():
    global bucket
    postgres.require()
    bucket = Bucket()
    make_table()
    try:
        for check in (check_readers, check_transforms, check_same_bytes, check_loads, check_shards, check_killed, check_refusals, *([check_spark] if tool.full_tier() else [])):
            with tool.scratch() as directory:
                check(directory)
        check_modes()
    finally:
        postgres.sql(f"DROP TABLE {NAME}")
        bucket.purge(NAME + "/")
    checks.finish()


main()
