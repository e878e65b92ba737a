# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""reader.py NAME: one reader of Parquet that is not ours, as a process of its own, since no two versions of Spark and no two of
Arrow like to be in one.

Each line of the input asks: {"path": file, "columns": [name, ...], "out": file, "counts": [name, ...]}. The reader writes these
columns to `out`, as an Arrow IPC file. For the columns of "counts" it counts the rows that a predicate holds for, twice: of the
file, where row groups and pages are left out by their bounds, and of all the rows; for some values, and each comparison. The answer is {"predicates": n, "wrong": [text, ...]}, with "unasked": why, where it has no such comparisons, or
{"error": text}. The first line of the output is the reader's version."""
import json
import os
import sys

COMPARISONS = ("=", "<", "<=", ">", ">=")


def some(values, most=4):
    """A few of the values that are there."""
    there = [v for v in values if v is not None]
    step = max(1, len(there) // most)
    return there[::step][:most]


class Pyarrow:
    def __init__(self):
        import pyarrow
        import pyarrow.compute
        import pyarrow.dataset
        import pyarrow.parquet
        self.pa, self.version = pyarrow, pyarrow.__version__

    def read(self, path, columns):
        return self.pa.parquet.read_table(path, columns=columns, partitioning=None)

    def counts(self, path, columns):
        data, table = self.pa.dataset.dataset(path, format="parquet", partitioning=None), self.read(path, columns)
        field, compute = self.pa.dataset.field, self.pa.compute
        for c in columns:
            column = table.column(c)
            if self.pa.types.is_interval(column.type):
                continue
            for value in some(list(column), 4):
                if not value.is_valid:
                    continue
                for op, name in zip(COMPARISONS, ("equal", "less", "less_equal", "greater", "greater_equal")):
                    f = {"=": field(c) == value, "<": field(c) < value, "<=": field(c) <= value, ">": field(c) > value, ">=": field(c) >= value}[op]
                    yield f"{c} {op} {value}", data.count_rows(filter=f), compute.sum(getattr(compute, name)(column, value)).as_py() or 0
            yield f"{c} is null", data.count_rows(filter=field(c).is_null()), column.null_count


class DuckDB:
    def __init__(self):
        import duckdb
        self.version = duckdb.__version__
        self.db = duckdb.connect()
        self.db.execute("SET TimeZone = 'UTC'; SET threads = 1")

    def rows(self, path, columns):
        names = ", ".join('"' + c.replace('"', '""') + '"' for c in columns)
        return f"SELECT {names} FROM read_parquet('{path}', hive_partitioning = false)"

    def read(self, path, columns):
        import uuid
        import pyarrow as pa
        found = self.db.execute(self.rows(path, columns))
        kinds = [str(column[1]) for column in found.description]
        table = found.fetch_arrow_table() if hasattr(found, "fetch_arrow_table") else found.to_arrow_table()
        for i, kind in enumerate(kinds):
            if kind == "UUID":  # which it gives Arrow as text
                raw = pa.array([None if v is None else uuid.UUID(v).bytes for v in table.column(i).to_pylist()], pa.binary(16))
                table = table.set_column(i, columns[i], pa.ExtensionArray.from_storage(pa.uuid(), raw))
        return table

    def counts(self, path, columns):
        self.db.execute(f"CREATE OR REPLACE TABLE whole AS {self.rows(path, columns)}")
        one = lambda ask, *values: self.db.execute(ask, list(values)).fetchone()[0]
        for c in columns:
            q = '"' + c.replace('"', '""') + '"'
            kind = one(f"SELECT any_value(typeof({q})) FROM whole")
            if kind == "BLOB" or kind is None:
                continue
            texts = [t for t, in self.db.execute(f"SELECT CAST({q} AS VARCHAR) FROM whole").fetchall()]
            for text in some(texts):
                literal = "CAST('" + text.replace("'", "''") + f"' AS {kind})"
                for op in COMPARISONS:
                    where = f"WHERE {q} {op} {literal}"
                    if "\0" not in text:
                        yield (f"{c} {op} {text}", one(f"SELECT count(*) FROM read_parquet('{path}', hive_partitioning = false) {where}"),
                               one(f"SELECT count(*) FROM whole {where}"))
            yield (f"{c} is null", one(f"SELECT count(*) FROM read_parquet('{path}', hive_partitioning = false) WHERE {q} IS NULL"),
                   one(f"SELECT count(*) FROM whole WHERE {q} IS NULL"))


class DataFusion:
    """arrow-rs."""

    def __init__(self):
        import datafusion
        self.module, self.version = datafusion, datafusion.__version__

    def context(self, pruning):
        config = self.module.SessionConfig().with_target_partitions(1)
        for name, value in {"execution.parquet.schema_force_view_types": "false", "execution.parquet.pruning": pruning,
                            "execution.parquet.enable_page_index": pruning, "execution.parquet.pushdown_filters": pruning,
                            # With statistics it takes a column whose bounds are equal for a constant, also where it has NaNs
                            # too, which by the specification are not in the bounds.
                            "execution.collect_statistics": "false"}.items():
            config = config.set("datafusion." + name, str(value).lower())
        return self.module.SessionContext(config)

    def read(self, path, columns):
        column = self.module.col
        return self.context(False).read_parquet(path).select(*(column('"' + c.replace('"', '""') + '"') for c in columns)).to_arrow_table()

    def counts(self, path, columns):
        column, literal = self.module.col, self.module.literal
        pruned, whole = (self.context(on).read_parquet(path) for on in (True, False))
        table = self.read(path, columns)
        for c in columns:
            x = column('"' + c.replace('"', '""') + '"')
            if "interval" in str(table.column(c).type) or "extension" in str(table.column(c).type):
                continue
            for value in some([v if v.is_valid else None for v in table.column(c)]):
                for op, f in zip(COMPARISONS, (lambda v: x == v, lambda v: x < v, lambda v: x <= v, lambda v: x > v, lambda v: x >= v)):
                    yield f"{c} {op} {value}", *(frame.filter(f(literal(value))).count() for frame in (pruned, whole))
            yield f"{c} is null", *(frame.filter(x.is_null()).count() for frame in (pruned, whole))


class Polars:
    def __init__(self):
        import polars
        self.pl, self.version = polars, polars.__version__

    def read(self, path, columns):
        return self.pl.scan_parquet(path, hive_partitioning=False, glob=False).select(columns).collect().to_arrow()

    def counts(self, path, columns):
        pl = self.pl
        lazy = pl.scan_parquet(path, hive_partitioning=False, glob=False)
        whole = lazy.select(columns).collect()
        for c in columns:
            for value in some(whole[c].to_list()):
                right = pl.lit(value, dtype=whole.schema[c])
                x = pl.col(c)
                for op, f in zip(COMPARISONS, (x == right, x < right, x <= right, x > right, x >= right)):
                    yield f"{c} {op} {value}", lazy.filter(f).select(pl.len()).collect().item(), whole.filter(f).height
            yield f"{c} is null", lazy.filter(pl.col(c).is_null()).select(pl.len()).collect().item(), whole[c].null_count()


class ClickHouse:
    """chdb, ClickHouse in the process."""

    def __init__(self):
        import chdb
        import chdb.session
        import pyarrow
        self.pa = pyarrow
        self.session = chdb.session.Session()
        self.version = self.one("SELECT version()")
        self.session.query("SET session_timezone = 'UTC'")
        # Types as they are, and no look at the values for the schema.
        self.session.query("SET schema_inference_make_columns_nullable = 1, output_format_arrow_string_as_string = 0, "
                           "input_format_parquet_preserve_order = 1, max_threads = 1")

    def one(self, ask):
        return json.loads(bytes(self.session.query(ask, "JSONCompactEachRow").bytes()).decode().splitlines()[0])[0]

    @staticmethod
    def quoted(name):
        return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'

    @staticmethod
    def text(value):
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"

    def file(self, path):
        return f"file({self.text(path)}, Parquet)"

    def read(self, path, columns):
        names = ", ".join(map(self.quoted, columns))
        data = bytes(self.session.query(f"SELECT {names} FROM {self.file(path)}", "Arrow").bytes())
        return self.pa.ipc.open_file(data).read_all()

    def counts(self, path, columns):
        names = ", ".join(map(self.quoted, columns))
        self.session.query("CREATE DATABASE IF NOT EXISTS d")
        self.session.query("DROP TABLE IF EXISTS d.whole")
        self.session.query(f"CREATE TABLE d.whole ENGINE = Memory AS SELECT {names} FROM {self.file(path)}")
        for c in columns:
            q = self.quoted(c)
            kind = self.one(f"SELECT any(toTypeName({q})) FROM d.whole")
            answer = bytes(self.session.query(f"SELECT base64Encode(toString({q})) FROM d.whole WHERE {q} IS NOT NULL", "JSONCompactEachRow").bytes())
            import base64
            texts = [base64.b64decode(json.loads(line)[0]) for line in answer.decode().splitlines()]
            for raw in some(texts):
                try:
                    text = raw.decode()
                except UnicodeDecodeError:
                    continue
                if "\0" in text:
                    continue
                literal = f"CAST({self.text(text)}, {self.text(kind)})"
                for op in COMPARISONS:
                    yield (f"{c} {op} {text}", self.one(f"SELECT count() FROM {self.file(path)} WHERE {q} {op} {literal}"),
                           self.one(f"SELECT count() FROM d.whole WHERE {q} {op} {literal}"))
            yield (f"{c} is null", self.one(f"SELECT count() FROM {self.file(path)} WHERE {q} IS NULL"),
                   self.one(f"SELECT count() FROM d.whole WHERE {q} IS NULL"))


class Spark:
    def __init__(self):
        os.environ["TZ"] = "UTC"
        import pyarrow
        import pyspark
        from pyspark.sql import SparkSession
        self.pa, self.version = pyarrow, pyspark.__version__
        self.spark = (SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
                      .config("spark.sql.session.timeZone", "UTC").config("spark.driver.bindAddress", "127.0.0.1")
                      .config("spark.driver.host", "127.0.0.1").config("spark.sql.execution.arrow.pyspark.enabled", "true").getOrCreate())
        self.spark.sparkContext.setLogLevel("OFF")

    def read(self, path, columns):
        frame = self.spark.read.parquet(path)
        names = ["`" + c.replace("`", "``") + "`" for c in columns]
        frame = frame.select(*names)
        batches = frame._collect_as_arrow()
        if not batches:
            from pyspark.sql.pandas.types import to_arrow_schema
            return to_arrow_schema(frame.schema).empty_table()
        return self.pa.Table.from_batches(batches)

    def counts(self, path, columns):
        from pyspark.sql import functions as f
        def frame(pushed):
            self.spark.conf.set("spark.sql.parquet.filterPushdown", str(pushed).lower())
            return self.spark.read.parquet(path)
        for c in columns:
            x = f.col("`" + c.replace("`", "``") + "`")
            kind = frame(True).select(x).schema[0].dataType
            texts = [row[0] for row in frame(True).select(x.cast("string")).collect()]
            if kind.typeName() == "binary":
                continue
            for text in some(texts, 2):
                right = f.lit(text).cast(kind)
                for op, test in (("=", x == right), ("<=", x <= right), (">", x > right)):
                    yield f"{c} {op} {text}", *(frame(on).filter(test).count() for on in (True, False))
            yield f"{c} is null", *(frame(on).filter(x.isNull()).count() for on in (True, False))


READERS = {"pyarrow": Pyarrow, "DuckDB": DuckDB, "arrow-rs": DataFusion, "Polars": Polars, "ClickHouse": ClickHouse, "Spark": Spark}


def main():
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is no answer
    reader = READERS[sys.argv[1]]()
    print(reader.version, file=answers, flush=True)
    import pyarrow as pa
    for line in sys.stdin:
        ask = json.loads(line)
        answer = {"predicates": 0, "wrong": []}
        try:
            table = reader.read(ask["path"], ask["columns"])
            with pa.OSFile(ask["out"], "wb") as out, pa.ipc.new_file(out, table.schema) as writer:
                writer.write_table(table)
        except BaseException as why:  # a panic of Rust is no Exception
            if isinstance(why, KeyboardInterrupt):
                raise
            answer = {"error": f"{type(why).__name__}: {why}"[:400]}
        try:
            for what, pruned, whole in reader.counts(ask["path"], ask["counts"]) if ask.get("counts") and "error" not in answer else ():
                answer["predicates"] += 1
                if pruned != whole:
                    answer["wrong"].append(f"{what}: {pruned} instead of {whole}")
        except BaseException as why:
            if isinstance(why, KeyboardInterrupt):
                raise
            answer["unasked"] = f"{type(why).__name__}: {why}"[:400]
        print(json.dumps(answer), file=answers, flush=True)


main()
