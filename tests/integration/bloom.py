# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""Bloom filters as DuckDB reads them: no value that is there is excluded from its row group, and of those that are not there
about as few are found as was asked for; an order that is claimed is what pyarrow finds, and one that is broken is refused.

The last line is "bloom: positions=<n> failures=<n>".
"""
import glob
import os
import random
import sqlite3
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import duckdb  # noqa: E402
import pyarrow.parquet as pq  # noqa: E402
import tool  # noqa: E402

PROBES = 100_000 if tool.full_tier() else 4_000
ROWS, GROUP = 60_000, 16_384
checks = tool.Checks("bloom")


def expect(good, what, detail=""):
    checks.positions += 1
    return checks.expect(good, what, detail)


def excluded(path, column, value):
    """Of each row group: whether its filter has no such value."""
    return [row[0] for row in duckdb.sql(f"SELECT bloom_filter_excludes FROM parquet_bloom_probe('{path}', '{column}', {value}) ORDER BY row_group_id").fetchall()]


def check_encodings(directory):
    """By hand, beside a filter of the same column; what does not go is refused before the first file."""
    def run(out, *options):
        return tool.run(["--from", f"sqlite:{directory}/t.db", "--table", "t", "--to", os.path.join(directory, out), *options])

    done = run("by-hand", "--reader", "modern", "--encoding", "id=delta-binary-packed", "--encoding", "name=delta-length-byte-array", "--encoding", "share=byte-stream-split", "--encoding", "at=plain",
               "--bloom-filter", "id")
    if expect(done.returncode == 0, "encodings by hand", done.stderr):
        (path,) = glob.glob(os.path.join(directory, "by-hand", "*.parquet"))
        group = pq.ParquetFile(path).metadata.row_group(0)
        found = [set(group.column(i).encodings) - {"RLE"} for i in range(4)]
        expect(found == [{"DELTA_BINARY_PACKED"}, {"DELTA_LENGTH_BYTE_ARRAY"}, {"PLAIN"}, {"BYTE_STREAM_SPLIT"}], "the encodings of the chunks", found)
        expect(duckdb.sql(f"SELECT count(*) FROM (FROM '{path}' EXCEPT ALL FROM '{directory}/named/*.parquet')").fetchall() == [(0,)], "and their rows")
        expect(excluded(path, "id", 1)[0] is True, "and the filter")
    for words, *options in (("need not know", "--encoding", "id=delta-binary-packed"), ("there is no encoding `zip`", "--encoding", "id=zip"), ("twice", "--encoding", "id=plain", "--encoding", "id=plain"),
                            ("--bloom-filter or --encoding", "--encoding", "nobody=plain"), ("share", "--reader", "modern", "--encoding", "share=delta-byte-array"), ("is for Parquet", "--format", "csv", "--encoding", "id=plain")):
        done = run("bad", *options)
        expect(done.returncode in (1, 2) and words in done.stderr and not glob.glob(os.path.join(directory, "bad", "*")), f"a refusal: {words}", (done.returncode, done.stderr))


def main():
    dice = random.Random(11)
    with tool.scratch() as directory:
        db = sqlite3.connect(os.path.join(directory, "t.db"))
        db.execute("CREATE TABLE t (id INTEGER NOT NULL, name TEXT, at INTEGER NOT NULL, share REAL)")
        db.executemany("INSERT INTO t VALUES (?, ?, ?, ?)", [(dice.getrandbits(48), None if i % 9 == 0 else f"name {dice.getrandbits(40):x}", i // 3, dice.random()) for i in range(ROWS)])
        db.commit()
        for number, options in enumerate((["--codec", "none"], ["--reader", "modern", "--codec", "zstd"])):
            out = os.path.join(directory, f"out{number}")
            done = tool.run(["--from", f"sqlite:{directory}/t.db", "--table", "t", "--to", out, "--row-group-rows", GROUP, "--bloom-filter", "id,name,share", "--sorted-by", "at", *options])
            if not expect(done.returncode == 0, "an export with filters", done.stderr):
                continue
            path = glob.glob(out + "/*.parquet")[0]
            meta = pq.ParquetFile(path).metadata
            groups = meta.num_row_groups
            expect(groups > 2 and all(meta.row_group(g).sorting_columns == (pq.SortingColumn(2),) for g in range(groups)), "the order that the file claims")
            table = pq.read_table(path).to_pylist()
            firsts = [sum(meta.row_group(g).num_rows for g in range(n)) for n in range(groups + 1)]
            there = {row["id"] for row in table}
            found = absent = 0
            for _ in range(PROBES // 2):
                at = dice.randrange(ROWS)
                group = max(g for g in range(groups) if firsts[g] <= at)
                column = dice.choice(["id", "name", "share"])
                value = table[at][column]
                if value is not None:
                    known = excluded(path, column, f"'{value}'" if column == "name" else repr(value))
                    expect(known[group] is False, "a value that is there is excluded", (column, value, known))
                other = dice.getrandbits(48)
                if other not in there:
                    known = excluded(path, "id", other)
                    absent += len(known)
                    found += known.count(False)
            expect(found <= absent * 0.01 + 4 * (absent * 0.01) ** 0.5 + 1, "values that are not there and are found", (found, absent))
            count = duckdb.sql(f"SELECT count(*) FROM '{path}' WHERE id = {table[77]['id']}").fetchall()[0][0]
            expect(count == sum(row["id"] == table[77]["id"] for row in table), "a row by its filter", count)
        done = tool.run(["--from", f"sqlite:{directory}/t.db", "--table", "t", "--to", os.path.join(directory, "bad"), "--sorted-by", "at desc"])
        expect(done.returncode == 1 and "rows are not sorted as --sorted-by says: descending" in done.stderr and "row 4, column \"at\"" in done.stderr, "a false claim names the row", done.stderr)
        expect(not glob.glob(os.path.join(directory, "bad", "*.parquet")), "and leaves no file")
        done = tool.run(["--from", f"sqlite:{directory}/t.db", "--query", "SELECT * FROM t WHERE at < 15000 UNION ALL SELECT * FROM t WHERE at < 5", "--to", os.path.join(directory, "bad"), "--sorted-by", "at", "--row-group-rows", "15000", "--threads", "2"])
        expect(done.returncode == 1 and "row 45001, column \"at\"" in done.stderr, "also where the row is the first of its row group", done.stderr)
        done = tool.run(["--from", f"sqlite:{directory}/t.db", "--table", "t", "--to", os.path.join(directory, "bad"), "--sorted-by", "share"])
        expect(done.returncode != 0 and "has no order that" in done.stderr, "floats have no order", done.stderr)
        done = tool.run(["--from", f"sqlite:{directory}/t.db", "--table", "t", "--to", os.path.join(directory, "named"), "--file-metadata", "origin=nightly", "--number-fields"])
        meta = pq.ParquetFile(glob.glob(os.path.join(directory, "named", "*.parquet"))[0])
        expect(done.returncode == 0 and meta.metadata.metadata[b"origin"] == b"nightly" and meta.schema_arrow.field("name").metadata[b"PARQUET:field_id"] == b"2", "metadata and field ids", done.stderr)
        check_encodings(directory)
    checks.finish()


main()
