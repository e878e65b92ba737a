# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""Models of the engines that no test can run: Snowflake, Redshift, BigQuery and Athena.

Each takes SQL that a foreign parser (sqlglot) has parsed, and a bucket, and has the tables that the engine would have. A
model knows the engine's defaults, and its rules for files, as the pages say that stand beside them; where these say nothing
it raises Undocumented. What comes of it is modelled: no such engine was run."""
import datetime
import decimal
import gzip
import io
import json
import re
import struct

import pyarrow as pa
import pyarrow.parquet as pq
import sqlglot
from sqlglot import expressions as sql

import nested_loaders
from loader_errors import Refused, Undocumented
from nested_loaders import is_nested

decimal.getcontext().prec = 90


def parsed(text, dialect):
    """The statements; a construct that sqlglot only keeps as text counts as an error."""
    statements = [s for s in sqlglot.parse(text, read=dialect, error_level=sqlglot.ErrorLevel.RAISE) if not isinstance(s, (sql.Semicolon, type(None)))]
    for statement in statements:
        if statement.find(sql.Command):
            raise Refused(f"{dialect} has no such statement: {statement.sql()[:80]}")
    return statements


def literal(node):
    """The value of an option."""
    if isinstance(node, sql.Literal):
        return node.this if node.is_string else int(node.this)
    if isinstance(node, sql.Boolean):
        return node.this
    if isinstance(node, (sql.Tuple, sql.Array)):
        return [literal(e) for e in node.expressions]
    if isinstance(node, sql.Paren):
        return [literal(node.this)]
    return node.name


def options_of(properties):
    return {p.name.upper(): literal(p.args["value"]) for p in properties if isinstance(p, sql.Property) and "value" in p.args
            and isinstance(p.this, sql.Var)}


def table_name(node):
    return tuple(part.name for part in node.find(sql.Table).parts)


def columns_of(create):
    """[(name, type, whether NOT NULL)]"""
    return [(d.name, d.args["kind"], any(isinstance(c.kind, sql.NotNullColumnConstraint) for c in d.args.get("constraints") or []))
            for d in create.this.expressions]


def utf8(raw):
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as why:
        raise Refused(f"not UTF-8: {raw!r}") from why


def fields(data, delimiter, quote, escape, bare_escape, newlines_in_quotes=True, trims=False):
    """Rows of (text, whether quoted). A quote begins a value in quotes only at its very beginning; in these, a doubled
    quote is one, and what follows `escape` is itself; outside, what follows `bare_escape` is."""
    rows, row, at, size = [], [], 0, len(data)
    while at < size:
        if data[at:at + 1] == quote:
            value, at = b"", at + 1
            while True:
                if at >= size:
                    raise Refused("a quote is not closed")
                c = data[at:at + 1]
                if escape and c == escape:
                    value, at = value + data[at + 1:at + 2], at + 2
                elif c == quote and data[at + 1:at + 2] == quote and not escape:
                    value, at = value + quote, at + 2
                elif c == quote:
                    at += 1
                    break
                else:
                    if c == b"\n" and not newlines_in_quotes:
                        raise Refused("a value in quotes goes over lines")
                    value, at = value + c, at + 1
            row.append((utf8(value), True))
        else:
            value = b""
            while at < size and data[at:at + 1] not in (delimiter, b"\n"):
                if bare_escape and data[at:at + 1] == bare_escape:
                    at += 1
                value, at = value + data[at:at + 1], at + 1
            row.append((utf8(value.strip(b" ") if trims else value), False))
        if at < size and data[at:at + 1] not in (delimiter, b"\n"):
            raise Refused("something follows a closing quote")
        if at >= size or data[at:at + 1] == b"\n":
            rows.append(row)
            row = []
        elif at + 1 == size:
            row.append(("", False))
        at += 1
    if row:
        rows.append(row)
    return rows


def skip_lines(data, count):
    for _ in range(count):
        data = data[data.index(b"\n") + 1:]
    return data


def unpacked(data, codec):
    if codec == "GZIP":
        return gzip.decompress(data)
    if codec == "ZSTD":
        return pa.CompressedInputStream(pa.BufferReader(data), "zstd").read()
    return data


# --- values

def moment(text, zone):
    """A datetime; `zone`: must it have an offset."""
    match = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?([+-]\d\d)?", text)
    if not match or (match[8] is None) == zone:
        raise Refused(f"no timestamp: {text}")
    fraction = (match[7] or "").ljust(6, "0")
    if fraction[6:].strip("0"):
        raise Refused(f"no microseconds: {text}")
    stamp = datetime.datetime(*map(int, match.groups()[:6]), int(fraction[:6]))
    return (stamp - datetime.timedelta(hours=int(match[8])) if zone else stamp)


def to_type(text, kind, numbers_in_quotes=True):
    """A value of CSV as one of the type."""
    name = kind.this.name if isinstance(kind.this, sql.DType) else str(kind.this)
    try:
        if name in ("VARCHAR", "TEXT"):
            limit = int(kind.expressions[0].name) if kind.expressions else None
            if limit is not None and len(text.encode()) > limit:
                raise Refused("text is too long")
            return text
        if name in ("SMALLINT", "INT", "BIGINT", "TINYINT"):
            value, bits = int(text), {"TINYINT": 8, "SMALLINT": 16, "INT": 32, "BIGINT": 64}[name]
            if not -(1 << (bits - 1)) <= value < 1 << (bits - 1):
                raise Refused(f"{name} is too small for {text}")
            return decimal.Decimal(value)
        if name in ("DECIMAL", "BIGDECIMAL"):
            precision, scale = (int(e.name) for e in kind.expressions) if kind.expressions else (38, 9)
            value = decimal.Decimal(text)
            if value.is_nan() or value.is_infinite() or round(value, scale) != value or abs(value) >= 10**(precision - scale):
                raise Refused(f"DECIMAL({precision},{scale}) does not hold {text}")
            return value
        if name in ("FLOAT", "DOUBLE"):
            return float(text)
        if name == "BOOLEAN":
            if text not in ("t", "f", "true", "false"):
                raise Refused(f"no boolean: {text}")
            return text[0] == "t"
        if name == "DATE":
            return datetime.date.fromisoformat(text)
        if name == "TIME":
            return datetime.time.fromisoformat(text)
        if name in ("TIMESTAMPTZ", "TIMESTAMPLTZ"):
            return ("instant", moment(text, True))
        if name in ("TIMESTAMP", "DATETIME", "TIMESTAMPNTZ"):
            return moment(text, False)
    except (ValueError, decimal.InvalidOperation) as why:
        raise Refused(f"no {name}: {text}") from why
    raise Refused(f"there is no type {name} for text")


def expected(text, pg_type, kind, csv):
    """What PostgreSQL wrote as `text`, as the engine's type should have it."""
    if text is None:
        return None
    name = kind.this.name if isinstance(kind.this, sql.DType) else str(kind.this)
    if pg_type == "boolean" and name == "BOOLEAN":
        return text == "true"
    if pg_type == "bytea":
        return bytes.fromhex(text[2:])
    if pg_type == "timestamptz":
        return moment(text, True) if name == "TIMESTAMP" and not csv else ("instant", moment(text, True))
    if pg_type in ("time", "interval") and not csv and name in ("VARCHAR", "TEXT"):
        return ("text of", pg_type)
    return to_type(text, kind)


def same(found, wanted, pg_type):
    if isinstance(found, float) and isinstance(wanted, float):
        if pg_type == "real":
            found, wanted = (struct.unpack("f", struct.pack("f", v))[0] for v in (found, wanted))
        return found == wanted or (found != found and wanted != wanted)
    if isinstance(wanted, tuple) and wanted[0] == "text of":
        return isinstance(found, str) and found != ""
    return found == wanted


def parquet_rows(data):
    """(schema, rows as lists of Python's values)"""
    table = pq.ParquetFile(io.BytesIO(data)).read()
    return table.schema, [list(row) for row in zip(*(c.to_pylist() for c in table.columns))]


def from_parquet(value, arrow, kind, utc_as_wall_clock=False):
    """A value of a file in a column of an engine."""
    name = kind.this.name if isinstance(kind.this, sql.DType) else str(kind.this)
    if value is None:
        return None
    if pa.types.is_timestamp(arrow):
        instant = arrow.tz is not None
        naive = value.astimezone(datetime.timezone.utc).replace(tzinfo=None) if instant else value
        if name in ("TIMESTAMPTZ", "TIMESTAMPLTZ"):
            if not instant:
                raise Refused("a wall clock is no instant")
            return ("instant", naive)
        if instant and not utc_as_wall_clock:
            raise Refused("an instant is no wall clock")
        return naive
    if isinstance(value, (int, decimal.Decimal)) and not isinstance(value, bool):
        return to_type(str(value), kind) if name not in ("FLOAT", "DOUBLE") else float(value)
    if isinstance(value, str):
        return to_type(value, kind)
    if isinstance(value, (datetime.date, datetime.time)) and name not in ("DATE", "TIME"):
        raise Refused(f"{name} is no {arrow}")
    return value


class Engine:
    """Tables: {name: (columns, rows)}. `bucket`: {URI: bytes}."""
    dialect = ""

    def __init__(self, bucket):
        self.bucket = bucket
        self.tables = {}

    def run(self, text):
        for statement in parsed(text, self.dialect):
            self.statement(statement)

    def create_table(self, create):
        name = table_name(create)
        if name not in self.tables or not create.args.get("exists"):
            if name in self.tables:
                raise Refused("there is such a table")
            self.tables[name] = (columns_of(create), [])

    def insert(self, table, names, rows):
        columns, there = self.tables[table]
        if names != [name for name, *_ in columns]:
            raise Refused(f"{names} are not the columns of {table}")
        for row in rows:
            if any(value is None and required for value, (_, _, required) in zip(row, columns)):
                raise Refused("NULL in a column that is NOT NULL")
        there.extend(rows)


class Snowflake(Engine):
    """Pages of docs.snowflake.com: "CREATE FILE FORMAT", "COPY INTO <table>", "CREATE STORAGE INTEGRATION", "Data unloading
    considerations", "Date and time input and output formats", "Date & time data types"."""
    dialect = "snowflake"
    # CREATE FILE FORMAT, the defaults
    csv = {"COMPRESSION": "AUTO", "RECORD_DELIMITER": "\n", "FIELD_DELIMITER": ",", "MULTI_LINE": True, "SKIP_HEADER": 0,
           "SKIP_BLANK_LINES": False, "ESCAPE": "NONE", "ESCAPE_UNENCLOSED_FIELD": "\\", "TRIM_SPACE": False,
           "FIELD_OPTIONALLY_ENCLOSED_BY": "NONE", "NULL_IF": ["\\N"], "REPLACE_INVALID_CHARACTERS": False, "EMPTY_FIELD_AS_NULL": True,
           "SKIP_BYTE_ORDER_MARK": True, "ENCODING": "UTF8"}
    parquet = {"TRIM_SPACE": False, "NULL_IF": ["\\N"], "BINARY_AS_TEXT": True, "USE_LOGICAL_TYPE": False,
               "REPLACE_INVALID_CHARACTERS": False, "USE_VECTORIZED_SCANNER": None}

    def __init__(self, bucket):
        super().__init__(bucket)
        self.integrations, self.stages, self.loaded, self.zone = {}, {}, set(), "America/Los_Angeles"

    def statement(self, s):
        if isinstance(s, sql.Alter):
            (item,) = s.find_all(sql.EQ)
            assert item.this.name == "TIMEZONE"
            self.zone = item.expression.name
        elif isinstance(s, sql.Create) and s.kind == "STORAGE INTEGRATION":
            options = options_of(s.args["properties"].expressions)
            # CREATE STORAGE INTEGRATION: IF NOT EXISTS keeps the one that is there; OR REPLACE would cut stages off.
            if s.args.get("replace"):
                raise Undocumented("stages lose their integration")
            self.integrations.setdefault(s.this.name, options)
        elif isinstance(s, sql.Create) and s.kind == "STAGE":
            options = options_of(s.args["properties"].expressions)
            if table_name(s) not in self.stages or s.args.get("replace"):
                self.stages[table_name(s)] = options
            allowed = self.integrations[options["STORAGE_INTEGRATION"]]["STORAGE_ALLOWED_LOCATIONS"]
            if not any(options["URL"].startswith(place) for place in allowed):
                raise Refused(f"{options['URL']} is not in {allowed}")
        elif isinstance(s, sql.Create) and s.kind == "TABLE":
            self.create_table(s)
        elif isinstance(s, sql.Copy):
            self.copy(s)
        elif not isinstance(s, (sql.Transaction, sql.Commit)):
            raise Refused(f"no model of {s.sql()}")

    def copy(self, s):
        params = {p.this.name: p for p in s.args["params"]}
        assert literal(params["ON_ERROR"].expression) == "ABORT_STATEMENT"
        select = s.args["files"][0].find(sql.Select)
        # A SELECT reads from a named stage (COPY INTO <table>).
        stage = self.stages[tuple(re.findall(r'"([^"]*)"', select.find(sql.From).this.name))]
        files = params["FILES"].expression
        files = [literal(f) for f in (files.expressions if isinstance(files, sql.Tuple) else [files.this if isinstance(files, sql.Paren) else files])]
        if len(files) > 1000:
            raise Refused("more than 1000 files")
        given = options_of(params["FILE_FORMAT"].expressions)
        table, names = table_name(s), [i.name for i in s.this.expressions]
        rows = []
        for file in files:
            uri = stage["URL"].replace("gcs://", "gs://") + file
            if uri not in self.bucket:
                raise Refused(f"there is no {uri}")
            if (table, uri) in self.loaded:
                continue  # the load metadata of 64 days
            self.loaded.add((table, uri))
            rows += self.rows(self.bucket[uri], given, select.expressions)
        self.insert(table, names, rows)

    def rows(self, data, given, expressions):
        if given["TYPE"] == "PARQUET":
            o = self.parquet | given
            if o["USE_VECTORIZED_SCANNER"] is None:
                raise Undocumented("its default is to change")
            schema, found = parquet_rows(data)
            return [[self.of_parquet(e, schema, row, o) for e in expressions] for row in found]
        o = self.csv | given
        byte = lambda text: None if text == "NONE" else bytes([int(text, 16)]) if text.startswith("0x") else text.encode()
        data = unpacked(data, o["COMPRESSION"])
        if o["SKIP_BYTE_ORDER_MARK"] and data.startswith(b"\xef\xbb\xbf"):
            data = data[3:]
        data = skip_lines(data, o["SKIP_HEADER"])
        quote = byte(o["FIELD_OPTIONALLY_ENCLOSED_BY"])
        found = fields(data, byte(o["FIELD_DELIMITER"]), quote, byte(o["ESCAPE"]), byte(o["ESCAPE_UNENCLOSED_FIELD"]), o["MULTI_LINE"],
                       o["TRIM_SPACE"])
        if any(row == [("", False)] for row in found):
            raise Refused("a blank line")
        return [[self.of_text(e, [self.field(f, o) for f in row]) for e in expressions] for row in found]

    @staticmethod
    def field(f, o):
        text, in_quotes = f
        # NULL_IF is for values in quotes, too (Data unloading considerations); EMPTY_FIELD_AS_NULL is not.
        if text in o["NULL_IF"] or (text == "" and not in_quotes and o["EMPTY_FIELD_AS_NULL"]):
            return None
        return text

    @staticmethod
    def constant(e):
        """[value] of a SELECT that names no column of the file; else nothing (Transforming data during a load)."""
        if e.find(sql.Bracket) or e.find(sql.Parameter):
            return []
        if not isinstance(e, sql.Cast):
            assert literal(e.args["format"]) == "%Y-%m-%d", e
            return [to_type(literal(e.this), sql.DataType.build("DATE"))]
        return [None if isinstance(e.this, sql.Null) else to_type(literal(e.this), e.to)]

    def of_text(self, e, row):
        if found := self.constant(e):
            return found[0]
        raw = row[int(e.find(sql.Parameter).name) - 1]
        if raw is None:
            return None
        if isinstance(e, sql.ToBinary):
            assert e.this.args["start"].name == "3"
            return bytes.fromhex(raw[2:])
        if isinstance(e, sql.Cast) and isinstance(e.this, sql.ParseJSON):
            return nested_loaders.snowflake_json(raw, e.to)
        if isinstance(e, sql.Cast):
            kind = e.to
            if kind.this in (sql.DType.DATE, sql.DType.TIME, sql.DType.TIMESTAMP, sql.DType.TIMESTAMPTZ):
                raise Undocumented("a cast reads dates as the session's parameters say")
        else:
            # TO_DATE and the like with 'AUTO' find the format out; text of digits only is a number of seconds.
            assert literal(e.args["format"]) == "AUTO", e
            kind = e.args.get("target_type") or sql.DataType.build("DATE" if "Date" in type(e).__name__ else "TIME")
            if raw.isdigit():
                raise Refused("digits are seconds")
        value = to_type(raw, kind)
        return value

    def of_parquet(self, e, schema, row, o):
        if found := self.constant(e):
            return found[0]
        name = literal(e.find(sql.Bracket).expressions[0])
        if name not in schema.names:
            return None  # names are compared with their case, and what is not there is NULL
        at = schema.get_field_index(name)
        arrow, value = schema.field(at).type, row[at]
        kind = e.to if isinstance(e, sql.Cast) else e.args.get("target_type") or sql.DataType.build(
            "TIMESTAMPTZ" if "Time" in type(e).__name__ and "TZ" in e.sql("snowflake") else "DATE" if "Date" in type(e).__name__ else "TIME")
        if isinstance(value, str) and value in o["NULL_IF"]:
            return None
        if pa.types.is_binary(arrow) and o["BINARY_AS_TEXT"]:
            return utf8(value) if value is not None else None
        if pa.types.is_timestamp(arrow) or pa.types.is_time(arrow):
            if not o["USE_LOGICAL_TYPE"]:
                raise Undocumented("a number, or something else")
            if pa.types.is_timestamp(arrow) and arrow.tz is not None and self.zone != "UTC":
                raise Refused("an instant in the session's zone")
        known = (pa.types.is_boolean, pa.types.is_signed_integer, pa.types.is_floating, pa.types.is_decimal, pa.types.is_string,
                 pa.types.is_binary, pa.types.is_fixed_size_binary, pa.types.is_date, pa.types.is_time, pa.types.is_timestamp)
        if is_nested(arrow):
            return nested_loaders.snowflake_parquet(value, arrow, kind, o["USE_VECTORIZED_SCANNER"], lambda t: any(k(t) for k in known))
        if not any(k(arrow) for k in known):
            raise Undocumented(f"Parquet's {arrow}")
        return from_parquet(value, arrow, kind)


class Redshift(Engine):
    """Pages of docs.aws.amazon.com/redshift/latest/dg: "COPY from Amazon S3", "Data conversion parameters", "Data format
    parameters", "COPY from columnar data formats", "Using a manifest to specify data files"."""
    dialect = "redshift"

    def __init__(self, bucket):
        super().__init__(bucket)
        self.settings = {}

    def statement(self, s):
        if isinstance(s, sql.Set):
            (item,) = s.find_all(sql.EQ)
            self.settings[item.this.name] = item.expression.name
        elif isinstance(s, sql.Create):
            self.create_table(s)
        elif isinstance(s, sql.Copy):
            self.copy(s)
        else:
            raise Refused(f"no model of {s.sql()}")

    def run(self, text):
        for statement, words in zip(parsed(text, self.dialect), text.split(";\n")):
            # The parser takes flags for options with values: they are read from the words.
            self.words = [t.text.upper() if t.token_type != sqlglot.TokenType.STRING else t.text for t in sqlglot.tokenize(words, read=self.dialect)]
            self.statement(statement)

    def value(self, word, default):
        return self.words[self.words.index(word) + 1] if word in self.words else default

    def copy(self, s):
        uri = literal(s.args["files"][0])
        if "MANIFEST" in self.words:
            entries = json.loads(self.bucket[uri])["entries"]
            if not all(e["mandatory"] for e in entries):
                raise Undocumented("files that are missing are passed over")
            files = [e["url"] for e in entries]
            if "PARQUET" in self.words and any(len(self.bucket[e["url"]]) != e["meta"]["content_length"] for e in entries):
                raise Refused("content_length is wrong")
        else:
            files = [other for other in self.bucket if other.startswith(uri)]
        table, names = table_name(s), [i.name for i in s.this.expressions]
        columns = self.tables[table][0]
        rows = []
        for file in files:
            rows += self.parquet_file(self.bucket[file], columns, "SERIALIZETOJSON" in self.words) if "PARQUET" in self.words \
                else self.csv_file(self.bucket[file], columns)
        self.insert(table, names, rows)

    @staticmethod
    def parquet_file(data, columns, serialized):
        schema, found = parquet_rows(data)
        if len(schema) != len(columns):
            raise Refused("another number of columns")
        for arrow, (_, kind, _) in zip(schema.types, columns):
            name = kind.this.name if isinstance(kind.this, sql.DType) else str(kind.this)
            good = {"BOOLEAN": pa.types.is_boolean, "SMALLINT": pa.types.is_int8 if arrow == pa.int8() else pa.types.is_int16,
                    "INT": pa.types.is_int32, "BIGINT": pa.types.is_int64, "FLOAT": pa.types.is_float32, "DOUBLE": pa.types.is_float64,
                    "DECIMAL": pa.types.is_decimal, "VARCHAR": pa.types.is_string, "DATE": pa.types.is_date, "TIMESTAMP": pa.types.is_timestamp,
                    "VARBINARY": lambda t: pa.types.is_binary(t) or pa.types.is_fixed_size_binary(t),
                    "SUPER": lambda t: serialized and is_nested(t)}.get(name)
            if good is None or not good(arrow):
                raise Undocumented(f"{arrow} as {name}")
        return [[nested_loaders.redshift_parquet(v, t) if is_nested(t) else from_parquet(v, t, k, utc_as_wall_clock=True)
                 for v, t, (_, k, _) in zip(row, schema.types, columns)] for row in found]

    def csv_file(self, data, columns):
        data = unpacked(data, next((c for c in ("GZIP", "ZSTD") if c in self.words), "NONE"))
        data = skip_lines(data, int(self.value("IGNOREHEADER", "0")))
        delimiter = self.value("DELIMITER", ",").replace("\\t", "\t").encode()
        if "CSV" not in self.words:
            raise Undocumented("text without quotes")
        if b"\0" in data:
            raise Refused("a NUL byte ends the row")
        null = self.value("NULL", "\\N") if "NULL" in self.words else "\\N"
        null = self.words[self.words.index("NULL") + 2] if "NULL" in self.words and self.value("NULL", "") == "AS" else null
        rows = []
        for row in fields(data, delimiter, self.value("QUOTE", '"').encode(), None, None):
            if len(row) != len(columns):
                raise Refused("another number of columns")
            values = []
            for (text, in_quotes), (_, kind, _) in zip(row, columns):
                name = kind.this.name
                # NULL AS and empty text beside quotes, NaN, fractions beside offsets, digits behind \x: none of it is said
                if (name == "VARCHAR" and in_quotes and text in ("", null)) or name in ("FLOAT", "DOUBLE", "TIMESTAMPTZ", "VARBINARY"):
                    raise Undocumented(f"{name} in CSV")
                # an empty field is NULL in columns that are not text, whatever NULL AS is
                value = None if text == null or (text == "" and name != "VARCHAR") else text
                values.append(None if value is None else nested_loaders.redshift_json(value, self.settings) if name == "SUPER"
                              else to_type(value, kind))
            rows.append(values)
        return rows


class BigQuery(Engine):
    """Pages of docs.cloud.google.com/bigquery/docs: "Load statements in GoogleSQL", "Loading CSV data from Cloud Storage",
    "Loading Parquet data from Cloud Storage"."""
    dialect = "bigquery"
    csv = {"FIELD_DELIMITER": ",", "QUOTE": '"', "SKIP_LEADING_ROWS": 0, "ALLOW_QUOTED_NEWLINES": False, "ALLOW_JAGGED_ROWS": False,
           "IGNORE_UNKNOWN_VALUES": False, "MAX_BAD_RECORDS": 0, "NULL_MARKER": "", "ENCODING": "UTF-8",
           "PRESERVE_ASCII_CONTROL_CHARACTERS": False, "COMPRESSION": "NONE"}

    def run(self, text):
        """WITH PARTITION COLUMNS, which sqlglot does not know, is taken off first."""
        for words in filter(str.strip, text.split(";\n")):
            words, _, keys = words.partition("\nWITH PARTITION COLUMNS (")
            self.keys = [(name, sql.DataType.build(kind, dialect="bigquery")) for name, kind in re.findall(r"`([^`]*)` (\w+)", keys)]
            for statement in parsed(words, self.dialect):
                self.statement(statement)

    def from_path(self, uri, prefix):
        """Values of the keys in a path (Load externally partitioned data)."""
        if not self.keys:
            return []
        folders = [folder.partition("=") for folder in uri[len(prefix) + 1:].split("/")[:-1]]
        if not uri.startswith(prefix + "/") or [name for name, *_ in folders] != [name for name, _ in self.keys] or len(folders) > 10:
            raise Refused(f"{uri} has other keys than {self.keys}")
        for _, _, value in folders:
            if value in ("", "__HIVE_DEFAULT_PARTITION__") or "%" in value:
                raise Undocumented(f"a value `{value}` in a path")
        if any(kind.this.name not in ("TEXT", "BIGINT", "DATE") for _, kind in self.keys):
            raise Undocumented("a key of another type")
        return [to_type(value, kind) for (_, _, value), (_, kind) in zip(folders, self.keys)]

    def statement(self, s):
        if isinstance(s, sql.Create):
            self.create_table(s)
        elif isinstance(s, sql.LoadData):
            self.load(s)
        else:
            raise Refused(f"no model of {s.sql()}")

    def load(self, s):
        properties = s.args["files"].expressions
        form = next(literal(p.this) for p in properties if isinstance(p, sql.FileFormatProperty))
        given = options_of(properties)
        columns = self.tables[table_name(s)][0]
        in_files = columns[: len(columns) - len(self.keys)]
        if [(name, kind.sql("bigquery")) for name, kind, _ in columns[len(in_files):]] != [(name, kind.sql("bigquery")) for name, kind in self.keys]:
            raise Refused("the keys are not the table's last columns")
        if self.keys and form != "PARQUET":
            raise Undocumented("keys beside the fields of CSV")
        rows = []
        for uri in given["URIS"]:
            if uri.count("*") > 1 or "#" in uri or "//" in uri[5:]:
                raise Refused(f"{uri} is no URI")
            pattern = ".*".join(map(re.escape, uri.split("*")))
            found = [other for other in self.bucket if re.fullmatch(pattern, other, flags=re.S)]
            if not found:
                raise Refused(f"there is no {uri}")
            for file in found:
                keys = self.from_path(file, given.get("HIVE_PARTITION_URI_PREFIX"))
                found_rows = self.parquet_file(self.bucket[file], in_files, given) if form == "PARQUET" else self.csv_file(self.bucket[file], columns, given)
                rows += [row + keys for row in found_rows]
        self.insert(table_name(s), [name for name, *_ in columns], rows)

    def create_table(self, create):
        for name, kind, required in columns_of(create):
            if required and nested_loaders.type_name(kind) == "ARRAY":
                raise Refused(f"the ARRAY {name} takes no NOT NULL")
            if nested_loaders.bigquery_depth(kind) > 15:
                raise Refused(f"the records of {name} are too deep")
        super().create_table(create)

    @classmethod
    def parquet_file(cls, data, columns, given):
        schema, found = parquet_rows(data)
        if [n.lower() for n in schema.names] != [n.lower() for n, *_ in columns]:
            raise Refused("other columns")
        inference = given.get("ENABLE_LIST_INFERENCE", False)
        return [[nested_loaders.bigquery_parquet(v, t, k, inference, cls.leaf) if is_nested(t) else cls.leaf(v, t, k)
                 for v, t, (_, k, _) in zip(row, schema.types, columns)] for row in found]

    @staticmethod
    def leaf(value, arrow, kind):
        name = kind.this.name if isinstance(kind.this, sql.DType) else str(kind.this)
        good = {"BOOLEAN": pa.types.is_boolean, "BIGINT": pa.types.is_signed_integer, "DOUBLE": pa.types.is_floating, "FLOAT": pa.types.is_floating,
                "DECIMAL": pa.types.is_decimal, "BIGDECIMAL": pa.types.is_decimal, "TEXT": pa.types.is_string, "DATE": pa.types.is_date,
                "TIME": pa.types.is_time, "TIMESTAMPTZ": lambda t: pa.types.is_timestamp(t) and t.tz is not None,
                "TIMESTAMP": lambda t: pa.types.is_timestamp(t) and t.tz is None,
                "DATETIME": lambda t: pa.types.is_timestamp(t) and t.tz is None,
                "BINARY": lambda t: pa.types.is_binary(t) or pa.types.is_fixed_size_binary(t)}.get(name)
        if good is None or not good(arrow):
            raise Refused(f"{arrow} has changed type to {name}")
        return from_parquet(value, arrow, kind)

    def csv_file(self, data, columns, given):
        o = self.csv | given
        data = unpacked(data, o["COMPRESSION"])
        if data.startswith(b"\xef\xbb\xbf"):
            raise Undocumented("a byte order mark may cause trouble")
        if not o["PRESERVE_ASCII_CONTROL_CHARACTERS"] and any(c < 32 and c not in b"\t\r\n" for c in data):
            raise Undocumented("control characters")
        data = skip_lines(data, o["SKIP_LEADING_ROWS"])
        rows = []
        for row in fields(data, o["FIELD_DELIMITER"].encode(), o["QUOTE"].encode(), None, None, o["ALLOW_QUOTED_NEWLINES"], trims=True):
            if len(row) != len(columns):
                raise Refused("another number of columns")
            values = []
            for (text, in_quotes), (_, kind, _) in zip(row, columns):
                is_text = kind.this.name in ("TEXT", "BINARY")
                if kind.this.name == "BINARY":
                    raise Undocumented("CSV has base64 in BYTES")
                marker = o["NULL_MARKER"]
                if text == marker and marker and in_quotes:
                    raise Undocumented("a marker in quotes")
                null = text == marker and (marker != "" or not in_quotes or not is_text)
                if not null and text == "" and not is_text:
                    raise Refused("an empty field is no number")
                values.append(None if null else nested_loaders.bigquery_json(text) if kind.this.name == "JSON" else to_type(text, kind))
            rows.append(values)
        return rows


class Athena(Engine):
    """Pages of docs.aws.amazon.com/athena/latest/ug: "Specify a table location in Amazon S3", "Data types in Amazon Athena",
    "Name databases, tables, and columns"."""
    dialect = "athena"

    def __init__(self, bucket):
        super().__init__(bucket)
        self.external, self.views, self.partitions = {}, {}, {}

    def add_partitions(self, words):
        """ALTER TABLE ADD PARTITION with a location each."""
        if len(words) > 262_144:
            raise Refused("the query is too long")
        head = re.match(r"ALTER TABLE ((?:`[^`]*`\.?)+) ADD IF NOT EXISTS", words)
        table = tuple(n.lower() for n in re.findall(r"`([^`]*)`", head[1]))
        clause = re.compile(r"\n  PARTITION \(([^()]*)\) LOCATION '([^']*)'")
        if clause.sub("", words[head.end():]).strip():
            raise Refused(f"no model of {words[:200]}")
        for keys, location in clause.findall(words, head.end()):
            if "%" in location or not location.endswith("/"):
                raise Undocumented(f"a location {location}")
            values = tuple(re.findall(r"`(\w+)` = '([^']+)'", keys))
            if [name for name, _ in values] != [name for name, *_ in self.external[table][2]]:
                raise Refused(f"{values} are not the partition columns")
            if any("__HIVE_DEFAULT_PARTITION__" in value for _, value in values):
                raise Refused("Hive reserves this value")
            self.partitions.setdefault(table, {}).setdefault(values, location)

    def run(self, text):
        for words in filter(str.strip, text.split(";\n")):
            if words.startswith("ALTER TABLE"):
                self.add_partitions(words)
                continue
            # DDL has the quotes of Hive, views those of Trino.
            (s,) = parsed(words, "trino" if "VIEW" in words.split("AS\n")[0] else "athena")
            self.statement(s)

    def statement(self, s):
        if isinstance(s, sql.Create) and s.kind == "TABLE":
            location = literal(s.find(sql.LocationProperty).this)
            if not location.endswith("/") or re.search(r"[*?\[\]{}]|//", location[5:]):
                raise Refused(f"{location} is no location")
            for name, *_ in columns_of(s):
                if not re.fullmatch(r"[A-Za-z0-9_]+", name):
                    raise Undocumented(f"a column `{name}`")
            keys = s.find(sql.PartitionedByProperty)
            keys = [(d.name, d.args["kind"], False) for d in keys.this.expressions] if keys else []
            if {n.lower() for n, *_ in keys} & {n.lower() for n, *_ in columns_of(s)}:
                raise Refused("a partition column is called like a column")
            self.external.setdefault(tuple(n.lower() for n in table_name(s)), (columns_of(s), location, keys))  # IF NOT EXISTS
        elif isinstance(s, sql.Create) and s.kind == "VIEW" and s.args.get("replace"):
            select = s.expression
            paths = select.args["where"].find(sql.In)
            assert paths.this.name == "$path"
            if len(s.sql("trino")) > 262_144:
                raise Refused("the query is too long")
            self.views[table_name(s)] = (table_name(select.find(sql.From)), select.expressions,
                                         [literal(e) for e in paths.expressions])
        else:
            raise Refused(f"no model of {s.sql()}")

    def of_view(self, name):
        table, selected, paths = self.views[name]
        columns, location, keys = self.external[table]
        kinds = {n.lower(): k for n, k, _ in columns}
        for e in selected:
            if isinstance(e, sql.Alias):  # of a partition column: CAST(NULLIF(name, '...') AS type) AS name
                assert e.this.this.this.name == e.alias and e.this.this.expression.name == ":null" and e.alias in [n for n, *_ in keys], e
                kinds[e.alias.lower()] = e.this.to
        rows = []
        for uri, data in self.bucket.items():
            if not uri.startswith(location) or uri.rsplit("/", 1)[-1][0] in "_." or uri not in paths:
                continue
            inside = [dict(values) for values, place in self.partitions.get(table, {}).items() if uri.startswith(place)]
            if keys and not inside:
                continue  # of no partition that was added
            schema, found = parquet_rows(data)
            lower = [n.lower() for n in schema.names]
            for row in found:
                made = []
                for e in selected:
                    n = (e.alias if isinstance(e, sql.Alias) else e.name).lower()
                    if isinstance(e, sql.Alias):
                        text = inside[0][e.alias]
                        made.append(None if text == ":null" else to_type(text, kinds[n]))
                    else:
                        made.append(self.value(row[lower.index(n)], schema.types[lower.index(n)], kinds[n]) if n in lower else None)
                rows.append(made)
        names = [e.alias if isinstance(e, sql.Alias) else e.name for e in selected]
        return [(n, kinds[n.lower()], False) for n in names], rows

    @classmethod
    def value(cls, value, arrow, kind):
        if is_nested(arrow):
            return nested_loaders.athena_parquet(value, arrow, kind, cls.value)
        name = kind.this.name
        if pa.types.is_timestamp(arrow) and arrow.unit != "ms":
            raise Refused("a timestamp has milliseconds")
        good = {"BOOLEAN": pa.types.is_boolean, "TINYINT": pa.types.is_int8, "SMALLINT": pa.types.is_int16, "INT": pa.types.is_int32,
                "BIGINT": pa.types.is_int64, "FLOAT": pa.types.is_float32, "DOUBLE": pa.types.is_float64, "DECIMAL": pa.types.is_decimal,
                "TEXT": pa.types.is_string, "DATE": pa.types.is_date, "TIMESTAMP": pa.types.is_timestamp,
                "BINARY": lambda t: pa.types.is_binary(t) or pa.types.is_fixed_size_binary(t)}.get(name)
        if good is None or not good(arrow):
            raise Undocumented(f"{arrow} as {name}")
        return from_parquet(value, arrow, kind, utc_as_wall_clock=True)


ENGINES = {"snowflake": Snowflake, "redshift": Redshift, "bigquery": BigQuery, "athena": Athena}
