# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""The PostgreSQL sources against a real server: every type and edge value equals the server's own CSV by way of COPY
and of both cursors; pass-through equals the server's bytes; everything that can go wrong gives a clear error."""
import os
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import postgres  # noqa: E402
import pyarrow.parquet  # noqa: E402
import tool  # noqa: E402

TYPES = """
DROP TABLE IF EXISTS every_type CASCADE; DROP TYPE IF EXISTS mood CASCADE; DROP DOMAIN IF EXISTS small CASCADE;
DROP DOMAIN IF EXISTS smaller CASCADE;
CREATE TYPE mood AS ENUM ('sad', 'so "so"', 'happy');
CREATE DOMAIN small AS numeric(6,3); CREATE DOMAIN smaller AS small CHECK (VALUE < 100);
CREATE TABLE every_type (
  id integer, b boolean, i2 smallint, i8 bigint, f4 real, f8 double precision, n9 numeric(9,2), n18 numeric(18,0),
  n38 numeric(38,19), nn numeric(4,-2), ns numeric(2,4), dom smaller, t text, v varchar(20), c char(5), nam name,
  raw bytea, u uuid, d date, ti time, ts timestamp, tz timestamptz, iv interval, j json, jb jsonb, m mood, o oid,
  ip inet, arr integer[], r int4range, ttz timetz, x xml, p point, bits bit varying(9), money money, byte "char");
INSERT INTO every_type (id) VALUES (0);
INSERT INTO every_type VALUES
  (1, true, -32768, -9223372036854775808, '-Infinity', 'NaN', -9999999.99, 999999999999999999,
   9999999999999999999.9999999999999999999, -999900, 0.0099, -999.999, '', '', '', '', '', '00000000-0000-0000-0000-000000000000',
   '4714-11-24 BC', '00:00:00', '4714-11-24 00:00:00 BC', '4714-11-24 00:00:00+00 BC', '-178956970 years -8 months',
   '[]', '{}', 'sad', 0, '::/0', '{}', 'empty', '00:00:00+14', '<a/>', '(0,0)', '', '-92233720368547758.08', ''),
  (2, false, 32767, 9223372036854775807, 'Infinity', '-Infinity', 9999999.99, -999999999999999999,
   -9999999999999999999.9999999999999999999, 999900, -0.0099, 99.999, E'a,"b"\\n\\t\\\\N', 'é漢𝄞', 'abc', 'Name',
   '\\x00ff0a', 'ffffffff-ffff-ffff-ffff-ffffffffffff', '5874897-12-31', '23:59:59.999999',
   '294246-12-31 23:59:59.999999', '294246-12-31 23:59:59.999999+00', '178956970 years 7 months',
   '{"a": [1, null, "x"]}', '{"b": {"c": 1.50}, "a": []}', 'so "so"', 4294967295, '10.1.2.3/8',
   '[0:1]={NULL,1}', '[1,5)', '24:00:00-14', NULL, '(1.5,-2e300)', B'101', '0.01', 'x'),
  (3, NULL, 0, 0, 'NaN', 'Infinity', 0, 0, 0.0000000000000000001, 100, 0.0001, 0, '\\N', ' pad ', 'ab   ', '"', '\\x', NULL,
   '0001-12-31 BC', '12:34:56.7', '0001-12-31 23:59:59.5 BC', '1969-12-31 23:59:59.999999+00',
   '1 year -2 mons 3 days -04:05:06.000007', 'null', 'null', 'happy', 16384, '::1/64', '{1,2,3}', '(,)', '01:02:03.4+05:30',
   NULL, NULL, NULL, NULL, NULL),
  (4, true, 1, 1, -0.0, -0.0, 0.01, 1, 10, 0, 0, 1.5, E'\\r\\n', ',', '', 'a.b', 'x', NULL, '1970-01-01', '00:00:00.000001',
   '1970-01-01 00:00:00.000001', '2024-02-29 12:00:00-08', '-1 days +23:59:59.999999', '" "', '[1, 2]', NULL, NULL, NULL, NULL, NULL,
   NULL, NULL, NULL, NULL, NULL, NULL),
  (5, true, 1, 1, 1e-45, 5e-324, 1, 1, 1, 1e4, 0.0010, 2, 'x', 'x', 'x', 'x', 'x', NULL, '2000-01-01', '01:00:00',
   '2000-01-01 00:00:00', '2000-01-01 00:00:00+00', '2562047:47:16.854775', '1', '1', NULL, 1, NULL, NULL, NULL, NULL, NULL, NULL,
   NULL, NULL, NULL),
  (6, true, 1, 1, 3.4028235e38, 1.7976931348623157e308, 1, 1, 1, 1e4, 0.0010, 2, repeat('long ', 100000), 'x', 'x', 'x',
   decode(repeat('00ff', 100000), 'hex'), NULL, '9999-12-31', '01:00:00', '10000-01-01 00:00:00', '9999-12-31 23:59:59+00',
   '-2562047:47:16.854775', '1', '1', NULL, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
DROP TABLE IF EXISTS many;
CREATE TABLE many AS
  SELECT i AS id, md5(i::text) AS name, (i * 37 % 100000 / 100.0)::numeric(12,2) AS price, i % 3 = 0 AS sold,
    CASE WHEN i % 5 <> 0 THEN i / 7.0::float8 END AS rate, timestamptz '2024-01-01' + i * interval '61.000001 s' AS at,
    decode(md5(i::text), 'hex') AS raw, date '1960-01-01' + i AS day
  FROM generate_series(1, ROWS) i;
"""

SCHEMA = """id int32; b bool; i2 int16; i8 int64; f4 float; f8 double; n9 decimal(9,2); n18 decimal(18,0); n38 decimal(38,19);
nn decimal(6,0); ns decimal(4,4); dom decimal(6,3); t string; v string; c string; nam string; raw binary; u uuid; d date;
ti time(us); ts timestamp(us); tz timestamp(us, utc); iv interval; j json; jb json; m enum; o uint32; ip string; arr string;
r string; ttz string; x string; p string; bits string; money string; byte string""".replace("\n", " ")

METHODS = {"copy": "COPY in binary", "cursor": "a cursor in binary, since the server has no COPY of queries",
           "text": "a cursor as text, since the server has no COPY of queries and no binary rows",
           "plain": "the plain query as text, since the server has neither COPY of queries nor cursors"}
NO_CURSORS = (rb"^COPY", rb"^DECLARE")


class Suite:
    def __init__(self, root):
        self.root = root
        self.checks = tool.Checks("postgres_source")
        self.program = tool.helper("integration_postgres_source")
        self.output = os.path.join(root, "out")

    def run(self, what, env=None, **given):
        """Status, standard output and the file's bytes."""
        if os.path.exists(self.output):
            os.remove(self.output)
        done = subprocess.run([self.program, what, self.output, *(f"{k}={v}" for k, v in given.items())], text=True,
                              env={**os.environ, **(env or {})}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=300)
        self.checks.positions += 1
        self.checks.expect(done.stderr == "", f"{given}: something on standard error", done.stderr)
        for secret in (os.environ["PGPASSWORD"], "wrong-password"):
            self.checks.expect(secret not in done.stdout, f"{given}: a password was printed", done.stdout)
        with open(self.output, "rb") as file:
            return done.returncode, done.stdout, file.read()

    def fails(self, code, *words, state="", row="", column="", what="csv", env=None, retryable=None, **given):
        status, said, _ = self.run(what, env, **given)
        lines = said.splitlines()
        facts = next((line for line in lines if line.startswith("code=")), "")
        good = status == 1 and facts.startswith(f"code={code} state={state} row={row} column={column} ")
        good = good and all(word in said for word in words)
        good = good and (retryable is None or facts.endswith(f"retryable={str(retryable).lower()}"))
        self.checks.expect(good, f"{given} should be {code} {state} row {row} column {column} with {words}", said)
        return said

    def proxies(self):
        yield "copy", postgres.Proxy()
        yield "cursor", postgres.Proxy(refuse_copy=True)
        yield "text", postgres.Proxy(refuse_copy=True, refuse_binary=True, refusal="42601")
        yield "plain", postgres.Proxy(refuse=NO_CURSORS, refusal="00000")

    def every_type(self):
        query = "SELECT * FROM every_type ORDER BY id"
        reference = postgres.server_copy(query, "FORMAT csv, NULL '\\N'")
        many = postgres.server_copy("SELECT * FROM many", "FORMAT csv, NULL '\\N'")
        first = {}
        for name, proxy in self.proxies():
            with proxy:
                for what, given, wanted in (("csv", {"query": query + " ; -- all"}, reference),
                                            ("csv", {"table": "Test.every_type"}, reference),
                                            ("csv", {"table": "many"}, many)):
                    status, said, data = self.run(what, connection=proxy.connection, **given)
                    self.checks.expect(status == 0 and data == wanted, f"{name} {given}: other CSV than the server's", said)
                    self.checks.expect(f"method: {METHODS[name]}\n" in said, f"{name}: another method", said)
                    if given.get("table") != "many":
                        self.checks.expect(f"schema: {SCHEMA}\n" in said, f"{name}: another schema", said)
                for given in ({"table": "every_type"}, {"table": "many"}):
                    status, said, data = self.run("parquet", connection=proxy.connection, **given)
                    self.checks.expect(status == 0, f"{name} {given}", said)
                    self.checks.expect(first.setdefault(str(given), data) == data, f"{name} {given}: other Parquet than by COPY")
                self.checks.expect(proxy.refused == {"copy": 0, "cursor": 5, "text": 10, "plain": 15}[name],
                                   f"{name}: {proxy.refused} statements were refused")
        table = pyarrow.parquet.read_table(self.output)
        self.checks.expect(table.num_rows == many.count(b"\n"), f"pyarrow reads {table.num_rows} rows")
        price = postgres.sql("SELECT sum(price) FROM many").decode().strip()
        self.checks.expect(str(sum(table["price"].to_pylist())) == price, "pyarrow's sum differs")

    def columns(self):
        checks = self.checks
        for query, schema, rows in (
                ("SELECT 1 AS a, 2 AS a, 3 AS a2, 4 AS a", "a int32; a3 int32; a2 int32; a4 int32", b"1,2,3,4\n"),
                ("SELECT 1, 'x', NULL", "?column? int32; ?column?2 string; ?column?3 string", b"1,x,\\N\n"),
                ("VALUES (1, 2.5), (2, 3)", "column1 int32; column2 decimal(38,10)", b"1,2.5000000000\n2,3.0000000000\n"),
                ("TABLE many LIMIT 0;", "id int32; name string; price decimal(12,2); sold bool; rate double; "
                 "at timestamp(us, utc); raw binary; day date", b""),
                ("WITH a(b) AS (SELECT 7) SELECT b AS \"q\"\"uote\" FROM a -- end", "q\"uote int32", b"7\n"),
                ("(SELECT 1 AS x) UNION ALL (SELECT 2) ORDER BY 1 DESC", "x int32", b"2\n1\n"),
                ("SELECT inet '::1' AS ip", "ip string", b"::1\n"),
                ("SELECT ROW(1,'a') AS rec, ARRAY['x,y'] AS arr", "rec string; arr string", b'"(1,a)","{""x,y""}"\n')):
            status, said, data = self.run("csv", query=query)
            checks.expect(status == 0 and f"schema: {schema}\n" in said and data == rows, query, said + repr(data))
        for numeric, kind, value in (("", "decimal(38,10)", b"1.5000000000"), ("9,1", "decimal(9,1)", b"1.5"), ("text", "string", b"1.50")):
            status, said, data = self.run("csv", query="SELECT 1.50 AS n", numeric=numeric)
            checks.expect(status == 0 and f"n {kind}\n" in said and data == value + b"\n", f"numeric {numeric}", said)
        status, said, data = self.run("csv", query="SELECT 'NaN'::numeric AS n", numeric="text")
        checks.expect(data == b"NaN\n", "NaN as text", said)
        # Settings of the role must not leak into the values.
        status, said, data = self.run("csv", query="SELECT ARRAY[timestamptz '2024-01-31 12:00+00'], '1 day'::interval, "
                                      "ARRAY['1 day'::interval], ARRAY['\\x00'::bytea]",
                                      env={"PGOPTIONS": "-c datestyle=German -c intervalstyle=iso_8601 -c timezone=Asia/Tokyo "
                                           "-c bytea_output=escape -c default_transaction_isolation=serializable",
                                           "PGCLIENTENCODING": "LATIN1"})
        checks.expect(data == b'"{""2024-01-31 12:00:00+00""}",1 day,"{""1 day""}","{""\\\\x00""}"\n', "settings", said + repr(data))
        size = 100_000_000
        for name, proxy in self.proxies():
            with proxy:
                status, said, data = self.run("csv", query=f"SELECT repeat('x', {size}) UNION ALL SELECT 'y'", connection=proxy.connection)
                checks.expect(status == 0 and len(data) == size + 3, f"{name}: a value of 100 MB", said)
        # Rows of many sizes, over several fetches and batches.
        query = "SELECT i, repeat('ab', (i * 7919) % 20000) FROM generate_series(1, 3000) i"
        reference = postgres.server_copy(query, "FORMAT csv, NULL '\\N'")
        for name, proxy in self.proxies():
            with proxy:
                status, said, data = self.run("csv", query=query, connection=proxy.connection)
                checks.expect(status == 0 and data == reference, f"{name}: rows of many sizes", said)

    def values_that_do_not_fit(self):
        values = (("numeric '1e28'", "before the point than decimal(38,10)"),
                  ("numeric '0.00000000001'", "numeric 0.00000000001 has more digits behind the point"),
                  ("numeric '-1e1000'", "before the point"), ("numeric 'NaN'", "is NaN"), ("numeric '-Infinity'", "is infinite"),
                  ("date '-infinity'", "date is infinite"), ("timestamp 'infinity'", "timestamp is infinite"),
                  ("timestamptz '-infinity'", "timestamp is infinite"), ("time '24:00:00'", "24:00:00"),
                  ("timestamp '294276-12-31 23:59:59.999999'", "needs more than 64 bits"),
                  ("timestamptz '294276-12-31 23:59:59.999999+00'", "needs more than 64 bits"),
                  ("interval '2562048 hours'", "need more than 64 bits"),
                  ("interval '-2562047788:00:54.775807'", "need more than 64 bits"))
        for name, proxy in self.proxies():
            with proxy:
                for value, words in values:
                    kind = value.split()[0]
                    self.fails("value_out_of_range", words, row=3, column="bad", connection=proxy.connection,
                               query=f"SELECT 'a' AS good, NULL::{kind} AS bad UNION ALL SELECT 'b', NULL UNION ALL SELECT 'c', {value}")
        for value in ("numeric(5,2) 'NaN'", "numeric(40,1) '1e38'"):
            self.fails("value_out_of_range", "decimal", row=1, column="bad", query=f"SELECT {value} AS bad")

    def bad_input(self):
        fails = self.fails
        said = fails("invalid_argument", "at line 2, column 3, before \"FORM many\"", "syntax error", state="42601",
                     query="SELECT 'é' AS x\n  FORM many;")
        self.checks.expect("invalid_argument" in said, "syntax", said)
        fails("invalid_argument", "before \"nix FROM many\"", "nix", state="42703", query="SELECT id, nix FROM many")
        fails("not_found", "does not exist", state="42P01", query="SELECT * FROM nothing_here")
        fails("not_found", "does not exist", state="42P01", table="no_schema.nothing_here")
        fails("invalid_argument", "unterminated", state="42601", query="SELECT 'open; ")
        fails("invalid_argument", "no columns", query="SELECT FROM many")
        fails("invalid_argument", "read-only", query="SELECT id INTO other FROM many", state="25006")
        fails("invalid_argument", "parameters", query="SELECT $1::int")
        fails("invalid_argument", "more than one statement", query="SELECT 1; SELECT 2")
        fails("invalid_argument", "\"INSERT\"", query="INSERT INTO many VALUES (1) RETURNING id")
        fails("invalid_argument", state="42601", query="SELECT 1) TO STDOUT; --")
        fails("invalid_argument", "read-only", state="25006", query="WITH d AS (DELETE FROM many RETURNING id) SELECT * FROM d")
        fails("invalid_argument", "read-only", state="25006", query="SELECT nextval('counter') AS n")
        fails("invalid_argument", "read-only", state="25006", query="SELECT id FROM many FOR UPDATE")
        self.checks.expect(postgres.sql("SELECT count(*) > 0 FROM many").strip() == b"t", "rows were deleted")
        fails("access_denied", "permission denied", "secrets", state="42501", table="hidden.secrets")
        fails("access_denied", "permission denied", state="42501", query="SELECT * FROM pg_authid")
        fails("bad_credentials", "password authentication failed", state="28P01", env={"PGPASSWORD": "wrong-password"}, table="many")
        fails("bad_credentials", "password authentication failed", state="28P01", table="many",
              connection=f"postgresql://test:wrong-password@127.0.0.1:{os.environ['PGPORT']}/test")
        fails("bad_credentials", "PGPASSWORD", env={"PGPASSWORD": ""}, table="many", connection="passfile=/nowhere")
        fails("not_found", "no_such_db", state="3D000", env={"PGDATABASE": "no_such_db"}, table="many")
        free = socket.create_server(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        fails("unreachable", "refused", connection=f"host=127.0.0.1 port={port}", table="many", retryable=True)
        silent = socket.create_server(("127.0.0.1", 0))
        fails("unreachable", "connect_timeout", table="many", retryable=True,
              connection=f"host=127.0.0.1 port={silent.getsockname()[1]} connect_timeout=2")
        silent.close()
        fails("invalid_argument", connection="host=127.0.0.1 password=wrong-password x", table="many")
        canceller = threading.Thread(target=self.cancel_soon)
        canceller.start()
        fails("source_failed", "canceling statement", "who cancelled the query", state="57014",
              query="SELECT count(*) FROM generate_series(1, 1000000000000)")
        canceller.join()
        for name, proxy in self.proxies():
            with proxy:
                fails("source_failed", "division by zero", " rows", state="22012", connection=proxy.connection,
                      query="SELECT 1 / (5000 - i) FROM generate_series(1, 10000) i")
        fails("bad_credentials", "password authentication failed", state="28P01", env={"PGPASSWORD": "wrong-password"}, table="many", what="copy")
        fails("source_failed", "division by zero", " rows", state="22012", what="copy",
              query="SELECT 1 / (5000 - i) FROM generate_series(1, 10000) i")
        fails("source_failed", "division by zero", state="22012", what="copy", query="SELECT 1 / 0", copy_options="format binary")
        fails("invalid_argument", "column 15, before \"x y\"", state="42601", what="copy", query="SELECT 1 FORM x y")
        fails("invalid_argument", "byte", what="copy", table="many", copy_options="format csv); DROP TABLE many; --")
        fails("invalid_argument", "frmat", state="42601", what="copy", table="many", copy_options="frmat csv")
        fails("unsupported", "ASCII", what="copy", query="SELECT 'α'", copy_options="format binary, encoding WIN1253")
        fails("invalid_argument", "nothing", state="22023", what="copy", table="many", copy_options="format binary, encoding nothing")
        fails("invalid_argument", "valid encoding", state="22023", what="copy", table="many", copy_options="encoding nothing")
        fails("unsupported", "json", what="copy", table="many", copy_options="format json")

    @staticmethod
    def cancel_soon():
        for _ in range(600):
            if postgres.sql("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE 'COPY%generate_series(1, 1000000000000)%'"):
                return
            time.sleep(0.05)

    def settings(self):
        """D13: the session's settings are the library's to choose, as pg_dump's are: whatever the role, the database or the
        environment sets, no timeout ends an export, and values are what they are."""
        limits = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "idle_session_timeout")
        forms = ("datestyle=German", "intervalstyle=iso_8601", "timezone=Asia/Tokyo", "bytea_output=escape", "extra_float_digits=-15",
                 "lc_monetary=C.UTF-8", "xmlbinary=hex", "quote_all_identifiers=on", "standard_conforming_strings=off",
                 "default_transaction_isolation=serializable", "default_transaction_read_only=on", "client_encoding=LATIN1")
        slow = "SELECT i, pg_sleep(0.4) AS s FROM generate_series(1, 2) i"
        odd = ("SELECT ARRAY[timestamptz '2024-01-31 12:00+00'] AS a, '1 day'::interval AS b, ARRAY['1 day'::interval] AS c, "
               "ARRAY['\\x00'::bytea] AS d, 0.1::float8 AS e, ARRAY[0.1::float4] AS f, '1.5'::money AS g, "
               "xmlelement(name x, '\\x00'::bytea) AS h, ARRAY['every_type'::regclass] AS i, 'é' AS j")
        for name, proxy in self.proxies():
            with proxy:
                for query in (slow, odd):
                    status, plain, wanted = self.run("csv", query=query, connection=proxy.connection)
                    self.checks.expect(status == 0, f"{name}: {query}", plain)
                    for setting in ([f"{limit}=100" for limit in limits] if query is slow else forms):
                        status, said, data = self.run("csv", query=query, connection=proxy.connection, env={"PGOPTIONS": f"-c {setting}"})
                        self.checks.expect(status == 0 and data == wanted, f"{name}: {setting}", said + repr(data))
        role = f"hurried_{os.getpid()}"  # of its own: the settings must not reach other tests
        postgres.sql(f"CREATE ROLE {role} LOGIN PASSWORD '{os.environ['PGPASSWORD']}'", superuser=True)
        try:
            for setting in limits:  # those of a role, and where the rows pass through
                postgres.sql(f"ALTER ROLE {role} RESET ALL; ALTER ROLE {role} SET {setting} = 100", superuser=True)
                for what in ("csv", "copy"):
                    status, said, data = self.run(what, env={"PGUSER": role}, query=slow)
                    self.checks.expect(status == 0 and data.count(b"\n") == 2, f"{what}: the role's {setting}", said)
        finally:
            postgres.sql(f"DROP ROLE {role}", superuser=True)

    def servers(self):
        """D14: a server that lacks COPY, cursors, transactions or settings is recognised by what it does, whatever code its
        refusals have. tests/integration/postgres_like.py asks servers that are none of PostgreSQL's."""
        query = "SELECT id, name, price, at FROM many ORDER BY id LIMIT 300"
        status, said, wanted = self.run("csv", query=query)
        for refusal in ("00000", "0A000", "42601", "42001", "42000", "XX000", "HY000"):
            for method, refuse in (("cursor", (rb"^COPY",)), ("plain", NO_CURSORS), ("plain", (*NO_CURSORS, rb"set_config", rb"^SET")),
                                   ("plain", (*NO_CURSORS, rb"set_config", rb"^BEGIN", rb"^ROLLBACK", rb"^COMMIT")),
                                   ("copy", (rb"^BEGIN TRANSACTION ISOLATION",)), ("copy", (rb"set_config", rb"^SET time"))):
                for blind in (False, True):
                    with postgres.Proxy(refuse=refuse, refusal=refusal, blind=blind) as proxy:
                        status, said, data = self.run("csv", query=query, connection=proxy.connection)
                        shown = METHODS["plain" if blind else method]
                        self.checks.expect(status == 0 and data == wanted and f"method: {shown}\n" in said, f"{refusal} {refuse} {blind}", said)
            with postgres.Proxy(refuse=NO_CURSORS, refusal=refusal, blind=True) as proxy:
                self.fails("invalid_argument", "before \"nix FROM many\"", state="42703", query="SELECT id, nix FROM many", connection=proxy.connection)
                self.fails("source_failed", "division by zero", state="22012", query="SELECT 1 / (id - 1) FROM many", connection=proxy.connection)
                said = self.fails("unsupported" if refusal == "0A000" else "invalid_argument" if refusal[:2] == "42" else "source_failed",
                                  "cannot run COPY", "does not do that", "without pass-through", what="copy", copy_options="format csv",
                                  query=query, connection=proxy.connection, state="" if refusal == "00000" else refusal)
                self.checks.expect("connection to PostgreSQL was lost" not in said, f"{refusal}: not lost", said)

    def cuts(self):
        """A connection that is cut after any number of bytes gives an error that a repetition may cure."""
        whole = {}
        for what, options in (("csv", ""), ("copy", "format csv, header"), ("copy", "format binary")):
            given = {"query": "SELECT id, name, rate FROM many LIMIT 5000", **({"copy_options": options} if what == "copy" else {})}
            for modes in ({}, {"refuse_copy": True}, {"refuse_copy": True, "refuse_binary": True}) if what == "csv" else ({},):
                with postgres.Proxy(**modes) as proxy:
                    status, said, _ = self.run(what, connection=proxy.connection, **given)
                    self.checks.expect(status == 0, f"{what} {options} {modes}", said)
                    whole = proxy.passed
                # Not the last bytes: what answers COMMIT may be lost.
                for after in [0, 1, 9, 100, 500, *range(1000, whole - 200, max(1, whole // 12))]:
                    with postgres.Proxy(cut_after=after, **modes) as proxy:
                        status, said, _ = self.run(what, connection=proxy.connection, **given)
                        good = status == 1 and ("code=source_failed" in said or "code=unreachable" in said) and "retryable=true" in said
                        self.checks.expect(good, f"{what} {options} {modes} cut after {after} bytes", said)
                        lost = "the connection to PostgreSQL was lost after" in said
                        self.checks.expect(lost or after < whole // 2, f"{what} {options} {modes} {after}: how far it came", said)

    def lies(self):
        """Rows that are not what the format says are refused."""
        def at_row(number, change):
            seen = [0]

            def rewrite(kind, body):
                if kind == b"d":
                    seen[0] += 1
                return change(body) if kind == b"d" and seen[0] == number else body
            return rewrite
        query = "SELECT id, name FROM many LIMIT 10"
        changes = {"cut": lambda b: b[:-1], "longer": lambda b: b + b"\0", "other count": lambda b: b"\0\3" + b[2:],
                   "negative size": lambda b: b[:2] + b"\xff\xff\xff\xf0" + b[6:], "huge size": lambda b: b[:2] + b"\x7f\xff\xff\xff" + b[6:]}
        for name, change in changes.items():
            with postgres.Proxy(rewrite=at_row(3, change)) as proxy:
                self.fails("bad_answer", "binary format of COPY", row={"longer": 4}.get(name, 3), connection=proxy.connection, query=query)
        with postgres.Proxy(rewrite=at_row(1, lambda b: b"X" + b[1:])) as proxy:
            self.fails("bad_answer", "binary format of COPY", row=1, connection=proxy.connection, query=query)
        with postgres.Proxy(rewrite=at_row(1, lambda b: b"X" + b[1:])) as proxy:
            self.fails("bad_answer", "binary format of COPY", row=1, connection=proxy.connection, query=query, what="copy",
                       copy_options="format binary")
        with postgres.Proxy(rewrite=lambda kind, body: b"COPY 11\0" if kind == b"C" and body.startswith(b"COPY") else body) as proxy:
            self.fails("bad_answer", "the 10 that came", connection=proxy.connection, query=query)

    def pass_through(self):
        query = "SELECT id, t, c, f8, ts, raw, jb FROM every_type ORDER BY id"
        settings = "SET standard_conforming_strings = on;"
        for options in ("", "format text", "format csv, delimiter $$:$$", "format csv, header", "FORMAT CSV, HEADER true, FORCE_QUOTE *",
                        "format csv, force_quote (t, \"c\"), null 'none', quote $$'$$, escape '\\'", "format text, header, delimiter E'\\t'",
                        "format binary", "format csv, encoding UTF8, header off", "format text, null ''"):
            status, said, data = self.run("copy", query=query + ";", copy_options=options)
            wanted = postgres.server_copy(query, options or "format text", settings)
            self.checks.expect(status == 0 and data == wanted, f"pass-through {options}", said)
            self.checks.expect("rows: 7\n" in said, f"pass-through {options}: rows", said)
        greek = "SELECT chr(945) || chr(946) || chr(947) AS g, i FROM generate_series(1, 5000) i"
        for options, query in (("format binary, encoding WIN1253", greek), ("format csv, encoding WIN1253, header", greek),
                               ("format csv, encoding WIN1253, header", "SELECT 'αβγ' AS \"δ\"")):
            status, said, data = self.run("copy", query=query, copy_options=options)
            # The option does nothing for binary; there the client's encoding decides.
            wanted = postgres.server_copy(query, options, settings + ("SET client_encoding = 'WIN1253';" if "binary" in options else ""))
            self.checks.expect(status == 0 and data == wanted and "αβγ".encode("cp1253") in data, f"pass-through {options}", said)
        for options in ("format csv, header", "format binary", "format text"):
            status, said, data = self.run("copy", query="SELECT id FROM many WHERE false", copy_options=options)
            wanted = postgres.server_copy("SELECT id FROM many WHERE false", options, settings)
            self.checks.expect(status == 0 and data == wanted and "rows: 0\n" in said, f"pass-through {options} without rows", said)
        for options in ("format csv, header", "format binary", ""):
            status, said, data = self.run("copy", table="many", copy_options=options)
            wanted = postgres.server_copy("SELECT * FROM many", options or "format text", settings)
            self.checks.expect(status == 0 and data == wanted, f"pass-through {options}: many", said)

    def hints(self):
        """The planner's estimate, and that whoever cannot give one changes nothing."""
        postgres.sql("ANALYZE many")
        count = int(postgres.sql("SELECT count(*) FROM many"))

        def expected(said, unit):
            return [int(line.split()[1]) for line in said.splitlines() if line.startswith("expected:") and line.endswith(unit)]

        for what in ("csv", "copy"):
            status, said, plain = self.run(what, table="many")
            self.checks.expect(status == 0 and "expected" not in said, f"{what}: not asked for", said)
            status, said, body = self.run(what, table="many", explain=1)
            rows, size = expected(said, "rows"), expected(said, "bytes")
            good = status == 0 and len(rows) == 1 and abs(rows[0] - count) < count / 10 and body == plain
            good = good and (len(size) == 1 and size[0] > rows[0] if what == "csv" else not size)
            self.checks.expect(good, f"{what}: {rows} of {count} rows, {size}", said)
        status, said, body = self.run("csv", query="SELECT generate_series(1, 3) AS n -- rows=5", explain=1)
        self.checks.expect(status == 0 and body == b"1\n2\n3\n" and expected(said, "rows"), "a query with a comment", said)
        with postgres.Proxy(refuse_explain=True) as proxy:
            status, said, body = self.run("csv", query="SELECT 1 AS n", explain=1, connection=proxy.connection)
            self.checks.expect(status == 0 and body == b"1\n" and "expected" not in said, "a server without EXPLAIN", said)
        self.fails("invalid_argument", "syntax error", state="42601", query="SELECT FROM WHERE", explain=1)

    def stops(self):
        """A stop ends the wait for a query at once, and the query itself."""
        for what in ("csv", "copy"):
            query = f"SELECT '{what} to be stopped' FROM generate_series(1, 1000000000000) HAVING count(*) > 0"
            active = f"SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'COPY%{what} to be%'"
            child = subprocess.Popen([self.program, what, self.output, f"query={query}", "stop=1"], text=True,
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            while postgres.sql(active).strip() == b"0" and child.poll() is None:
                pass
            said, _ = child.communicate("stop\n", timeout=30)
            self.checks.positions += 1
            self.checks.expect(child.returncode == 1 and "code=stopped" in said, f"{what}: stop", said)
            for _ in range(200):
                if postgres.sql(active).strip() == b"0":
                    break
            self.checks.expect(postgres.sql(active).strip() == b"0", f"{what}: the query still runs")


def main():
    postgres.require()
    rows = 200_000 if tool.full_tier() else 20_000
    postgres.sql(TYPES.replace("ROWS", str(rows)) + "DROP SEQUENCE IF EXISTS counter; CREATE SEQUENCE counter;")
    postgres.sql("CREATE SCHEMA IF NOT EXISTS hidden; CREATE TABLE IF NOT EXISTS hidden.secrets (a int);"
                 "GRANT USAGE ON SCHEMA hidden TO test;", superuser=True)
    with tool.scratch() as root:
        suite = Suite(root)
        suite.every_type()
        suite.columns()
        suite.values_that_do_not_fit()
        suite.bad_input()
        suite.cuts()
        suite.lies()
        suite.pass_through()
        suite.hints()
        suite.settings()
        suite.servers()
        suite.stops()
    suite.checks.finish()


main()
