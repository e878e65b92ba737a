# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""PostgreSQL's arrays, composite types and hstore as nested columns: in Parquet, read by pyarrow and DuckDB, and in CSV as
JSON, each value is what the server's own to_jsonb says; what no list can hold is an error that names row and column.

    postgres_nested.py [<rows>]

The last line is "postgres_nested: positions=<n> failures=<n>".
"""
import csv
import decimal
import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import duckdb  # noqa: E402
import postgres  # noqa: E402
import pyarrow.parquet  # noqa: E402
import tool  # noqa: E402
from json_values import jsonable, same, wanted  # noqa: E402

ROWS = 100_000 if tool.full_tier() else 4000

TYPES = """
DROP TABLE IF EXISTS nested CASCADE; DROP TABLE IF EXISTS hostile CASCADE; DROP TYPE IF EXISTS address, order_line, customer CASCADE;
DROP TYPE IF EXISTS colour CASCADE; DROP DOMAIN IF EXISTS codes, positive CASCADE;
CREATE TYPE colour AS ENUM ('red', 'green "x"');
CREATE DOMAIN positive AS integer CHECK (VALUE > 0); CREATE DOMAIN codes AS text[] CHECK (VALUE IS NULL OR array_length(VALUE, 1) < 9);
CREATE TYPE order_line AS (item text, price numeric(9,2), tags text[], dropped integer, at timestamptz);
ALTER TYPE order_line DROP ATTRIBUTE dropped;
CREATE TYPE address AS (street text, zip positive, seen date[]);
CREATE TYPE customer AS (name text, home address, colour colour);
CREATE TABLE nested (
  id integer, b boolean[], i2 smallint[], i4 integer[], i8 bigint[], f4 real[], f8 double precision[], n numeric(12,3)[],
  t text[], v varchar(9)[], raw bytea[], u uuid[], d date[], ti time[], ts timestamp[], tz timestamptz[], jb jsonb[],
  e colour[], ip inet[], dom codes, doms positive[], square integer[][], cube text[][][], lines order_line[], who customer,
  h hstore, hs hstore[], r int4range);
INSERT INTO nested (id) VALUES (0);
INSERT INTO nested SELECT i, ARRAY[i % 2 = 0, NULL], CASE i % 3 WHEN 0 THEN '{}' ELSE ARRAY[i % 100, -1] END,
  (SELECT array_agg(CASE WHEN k % 4 = 3 THEN NULL ELSE i * k END) FROM generate_series(1, i % 9) k), ARRAY[i * 10000000000],
  ARRAY[i / 4.0, 'NaN', 'Infinity']::real[], ARRAY[i / 3.0]::float8[], ARRAY[i / 8.0, NULL]::numeric(12,3)[],
  ARRAY['', 'a "b" \\ {}, NULL', NULL, 'ä' || i], ARRAY['NULL', 'x'], ARRAY['\\x00ff'::bytea, ''], ARRAY[gen_random_uuid()],
  ARRAY[date '2024-01-01' + i % 10000], ARRAY[time '12:34:56.5'], ARRAY[timestamp '2024-01-01' + i * interval '1 s'],
  ARRAY[timestamptz '2024-01-01 00:00+00' + i * interval '0.25 s', NULL], ARRAY['{"a": [1, null]}'::jsonb],
  ARRAY['red', 'green "x"', NULL]::colour[], ARRAY['10.0.0.1', '::1']::inet[], CASE WHEN i % 2 = 0 THEN ARRAY['c' || i] END,
  ARRAY[1, i + 1], CASE i % 4 WHEN 0 THEN '{}' WHEN 1 THEN NULL ELSE ARRAY[[i, 2, 3], [4, NULL, 6]] END,
  ARRAY[[['a'], ['b']], [['c'], [NULL]]],
  (SELECT array_agg(CASE WHEN k = 3 THEN NULL ELSE ROW('item ' || k, k * 1.25, CASE WHEN k % 2 = 0 THEN ARRAY['x', 'y'] END,
    timestamptz '2024-01-01 00:00+00')::order_line END) FROM generate_series(1, i % 8) k),
  CASE WHEN i % 5 <> 0 THEN ROW('n' || i, CASE WHEN i % 3 <> 0 THEN ROW('s', i + 1, ARRAY[date '2024-02-29'])::address END,
    'red')::customer END,
  hstore(ARRAY['a', 'b "q"', 'n'], ARRAY[i::text, '', NULL]), ARRAY[hstore('k', 'v'), NULL, ''::hstore], int4range(1, i + 2)
  FROM generate_series(1, ROWS) i;
CREATE TABLE hostile (id integer, flat integer[], deep integer[][], who customer, lines order_line[]);
"""


def texts_as_json(row):
    """What Parquet has as text, of jsonb and times, as the values that to_jsonb has."""
    if row["jb"] is not None:
        row["jb"] = [None if v is None else json.loads(v, parse_float=decimal.Decimal, parse_int=decimal.Decimal) for v in row["jb"]]
    return row


def compare(checks, what, want, got):
    different = [f"{name} of row {a['id']}: {a[name]!r}, read {b[name]!r}"
                 for a, b in zip(want, got) for name in a if not same(a[name], b[name])]
    checks.check(len(want) == len(got) and not different, f"{what}: {len(got)} rows of {len(want)}, {different[:3]}")


class Checks(tool.Checks):
    def check(self, good, what):
        self.positions += 1
        if good or self.failures < 20:
            self.expect(good, what[:800])


def export(directory, *options):
    done = tool.run(["--from", "postgresql:///", "--to", directory, *options], timeout=1800)
    return done.returncode, done.stderr


def check_values(checks):
    # Values of a type without a form of ours are cast to text, which for addresses is not how they are printed.
    query = "SET timezone = 'UTC'; SELECT to_jsonb(whole) || jsonb_build_object('ip', ip::text[]) FROM nested AS whole ORDER BY id;"
    want = [wanted(line) for line in postgres.sql(query).decode().splitlines()]
    for options in ([], ["--threads", "3"], ["--row-group-rows", "700"]):
        with tempfile.TemporaryDirectory() as directory:
            status, said = export(directory, "--query", "SELECT * FROM nested ORDER BY id", "--format", "parquet", *options)
            checks.check(status == 0, said)
            files = [os.path.join(directory, f) for f in sorted(os.listdir(directory))]
            table = pyarrow.concat_tables([pyarrow.parquet.read_table(f) for f in files])
            compare(checks, f"pyarrow {options}", want, [texts_as_json(jsonable(row)) for row in table.to_pylist()])
            if options:
                continue
            connection = duckdb.connect()
            connection.execute("SET TimeZone = 'UTC'")
            relation = connection.sql(f"SELECT * FROM read_parquet({files!r}) ORDER BY id")
            rows = [dict(zip(relation.columns, row)) for row in relation.fetchall()]
            compare(checks, "DuckDB", want, [texts_as_json(jsonable(row)) for row in rows])
            schema = {name: str(table.schema.field(name).type) for name in table.schema.names}
            for name, type_ in (("i4", "list<element: int32>"), ("square", "list<element: list<element: int32> not null>"),
                                ("n", "list<element: decimal128(12, 3)>"), ("h", "map<string, string"),
                                ("doms", "list<element: int32>"), ("ip", "list<element: string>"), ("r", "string"),
                                ("who", "struct<name: string, home: struct<street: string, zip: int32, seen: list<element: date32[day]>>, colour: string>")):
                checks.check(schema[name].startswith(type_), f"{name} is {schema[name]}")
    with tempfile.TemporaryDirectory() as directory:
        status, said = export(directory, "--query", "SELECT * FROM nested ORDER BY id", "--format", "csv", "--header", "--arrays", "nested",
                              "--null", "\\N")
        checks.check(status == 0, said)
        name = os.path.join(directory, os.listdir(directory)[0])
        with open(name, encoding="utf-8", newline="") as f:
            csv.field_size_limit(1 << 30)
            rows = []
            for row in csv.DictReader(f):
                rows.append({k: None if v == "\\N" else wanted(v) if k not in ("r",) else v for k, v in row.items()})
        compare(checks, "CSV", want, rows)
    # As text the columns are what they are to the server.
    with tempfile.TemporaryDirectory() as directory:
        status, said = export(directory, "--table", "nested", "--format", "parquet", "--arrays", "text")
        checks.check(status == 0, said)
        table = pyarrow.parquet.read_table(os.path.join(directory, os.listdir(directory)[0]))
        server = postgres.sql("SELECT id, lines::text FROM nested WHERE id = 7;").decode().strip().split("|")
        checks.check(table.column("lines").to_pylist()[7] == server[1], "lines as text")
        checks.check(str(table.schema.field("i4").type) == "string", "an array as text")


def check_loading(checks):
    """The statements that --print-load gives, run: nested types in DuckDB, JSON in PostgreSQL."""
    query = "SELECT id, i4, lines, who, h, square FROM nested ORDER BY id"
    want = [wanted(line) for line in postgres.sql(f"SET timezone = 'UTC'; SELECT to_jsonb(whole) FROM ({query}) AS whole;").decode().splitlines()]
    with tempfile.TemporaryDirectory() as directory:
        done = tool.run(["--from", "postgresql:///", "--query", query, "--to", directory, "--json", "--print-load", "duckdb",
                         "--load-table", "main.orders"])
        checks.check(done.returncode == 0, done.stderr)
        connection = duckdb.connect()
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(tool.last_json(done.stdout)["load_statement"])
        types = dict(connection.sql("SELECT column_name, data_type FROM information_schema.columns").fetchall())
        checks.check(types["square"] == "INTEGER[][]" and types["h"] == "MAP(VARCHAR, VARCHAR)" and types["lines"].startswith('STRUCT(item VARCHAR, price DECIMAL(9,2), tags VARCHAR[]'), str(types))
        relation = connection.sql("SELECT * FROM orders ORDER BY id")
        rows = [jsonable(dict(zip(relation.columns, row))) for row in relation.fetchall()]
        compare(checks, "loaded into DuckDB", want, rows)
    with tempfile.TemporaryDirectory() as directory:
        postgres.sql("DROP TABLE IF EXISTS nested_back;")
        done = tool.run(["--from", "postgresql:///", "--query", query, "--to", directory, "--format", "csv", "--arrays", "nested", "--json",
                         "--print-load", "postgres", "--load-table", "nested_back"])
        checks.check(done.returncode == 0, done.stderr)
        postgres.sql(tool.last_json(done.stdout)["load_statement"])
        back = postgres.sql("SELECT to_jsonb(nested_back) FROM nested_back ORDER BY id;").decode().splitlines()
        compare(checks, "loaded into PostgreSQL", want, [wanted(line) for line in back])


def check_hostile(checks):
    cases = [
        ("'{{1,2}}', NULL, NULL, NULL", "an array has 2 dimensions, and its column 1", '"flat"'),
        ("NULL, '{1}', NULL, NULL", "an array has 1 dimensions, and its column 2", '"deep"'),
        ("'[0:1]={1,2}', NULL, NULL, NULL", "does not begin at 1", '"flat"'),
        ("NULL, NULL, ROW('n', ROW('s', 1, ARRAY['infinity'::date]), 'red')::customer, NULL", "infinite", '"who.home.seen[]"'),
        ("NULL, NULL, NULL, ARRAY[ROW('i', 'NaN', NULL, NULL)]::order_line[]", "NaN", '"lines[].price"'),
        ("NULL, NULL, NULL, ARRAY[ROW('i', 1, NULL, 'infinity')]::order_line[]", "infinite", '"lines[].at"'),
    ]
    for values, says, column in cases:
        postgres.sql(f"TRUNCATE hostile; INSERT INTO hostile SELECT i FROM generate_series(1, 50) i; INSERT INTO hostile VALUES (51, {values});")
        for form in ("parquet", "csv"):
            with tempfile.TemporaryDirectory() as directory:
                status, said = export(directory, "--query", "SELECT * FROM hostile ORDER BY id", "--format", form, "--arrays", "nested")
                checks.check(status != 0 and says in said and f"row 51, column {column}" in said, f"{values}: {said}")
                checks.check(not [f for f in os.listdir(directory) if f.endswith((".csv", ".parquet"))], f"{values}: files")
                status, said = export(directory, "--table", "hostile", "--format", form, "--arrays", "text")
                checks.check(status == 0, f"{values} as text: {said}")
    status, said = export("/nowhere", "--table", "hostile", "--arrays", "lists")
    checks.check(status == 2 and "--arrays must be `nested` or `text`" in said, said)
    status, said = export("/nowhere", "--query", "SELECT ROW(1, 2) AS r", "--pass-through", "format csv", "--arrays", "text")
    checks.check(status == 2 and "--arrays has no effect next to --pass-through" in said, said)


def check_altered_type(checks):
    """A composite type that another session changes while its values are read: the value of the row is refused, and nothing
    is there. A member's new name changes no value. (A member's new type is the server's own hazard: it reads the old value by it.)"""
    postgres.sql("""CREATE EXTENSION IF NOT EXISTS dblink;
        CREATE OR REPLACE FUNCTION alter_thing(how text) RETURNS int LANGUAGE plpgsql AS $$ BEGIN
          PERFORM dblink_exec(current_setting('test.place'), 'ALTER TYPE thing ' || how);
          EXECUTE 'SELECT count(*) FROM pg_class'; -- this session hears of it by now
          RETURN 1;
        END $$;""", superuser=True)
    env = os.environ
    place = " ".join(f"{name}={env[variable]}" for name, variable in (
        ("host", "PGHOST"), ("port", "PGPORT"), ("dbname", "PGDATABASE"), ("user", "PG_TEST_SUPERUSER"), ("password", "PG_TEST_SUPERUSER_PASSWORD")))
    before = dict(env)
    env.update(PGUSER=env["PG_TEST_SUPERUSER"], PGPASSWORD=env["PG_TEST_SUPERUSER_PASSWORD"],
               PGOPTIONS="-c test.place=" + place.replace(" ", "\\ "))
    try:
        for how, fails in (("ADD ATTRIBUTE z int", True), ("DROP ATTRIBUTE b", True), ("RENAME ATTRIBUTE b TO bb", False)):
            for form in ("parquet", "csv"):
                postgres.sql("DROP TYPE IF EXISTS thing CASCADE; CREATE TYPE thing AS (a int, b int);")
                with tempfile.TemporaryDirectory() as directory:
                    status, said = export(directory, "--format", form, "--arrays", "nested", "--query",
                                          f"SELECT i, CASE WHEN i = 3 THEN alter_thing('{how}') END AS x, ROW(i, i)::thing AS t "
                                          "FROM generate_series(1, 5) AS i")
                    files = [f for f in os.listdir(directory) if f.endswith((".csv", ".parquet"))]
                    checks.check((status != 0) == fails and len(files) == (0 if fails else 1), f"{how}, {form}: {status}, {files}: {said}")
                    checks.check(not fails or ("other members than its type had" in said and 'row 3, column "t"' in said), f"{how}: {said}")
    finally:
        postgres.sql("DROP FUNCTION alter_thing; DROP TYPE IF EXISTS thing CASCADE;")
        env.clear()
        env.update(before)


def main():
    postgres.require()
    rows = [int(a) for a in sys.argv[1:] if a.isdigit()]
    postgres.sql(TYPES.replace("ROWS", str(rows[0] if rows else ROWS)), superuser=True)
    postgres.sql("GRANT SELECT ON nested TO PUBLIC; GRANT ALL ON hostile TO PUBLIC;", superuser=True)
    checks = Checks("postgres_nested")
    check_values(checks)
    check_loading(checks)
    check_hostile(checks)
    check_altered_type(checks)
    checks.finish()


if __name__ == "__main__":
    main()
