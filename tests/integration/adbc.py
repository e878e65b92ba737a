# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""Exports by ADBC drivers: those of PyPI for SQLite and PostgreSQL give the same rows as our own sources; what a driver, its
library, its manifest or its options can have wrong is an error that says so, tells no secret and leaves no file. A manifest
that finds a driver finds it for the driver manager, too.

The last line is "adbc: positions=<n> failures=<n>".
"""
import os
import platform
import shutil
import subprocess
import sqlite3
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import adbc_driver_manager  # noqa: E402
import adbc_driver_postgresql  # noqa: E402
import adbc_driver_sqlite  # noqa: E402
import postgres  # noqa: E402
import pyarrow.parquet  # noqa: E402
import tool  # noqa: E402

SQLITE = adbc_driver_sqlite._driver_path()
POSTGRES = adbc_driver_postgresql._driver_path()
ROWS = 20_000


class Checks(tool.Checks):
    def check(self, good, what):
        self.positions += 1
        if good or self.failures < 20:
            self.expect(good, what[:800])


def read(directory):
    files = [os.path.join(directory, f) for f in sorted(os.listdir(directory))]
    return pyarrow.concat_tables([pyarrow.parquet.read_table(f) for f in files])


def export(directory, driver, query, *options, **more):
    return tool.run(["--from", f"adbc:{driver}", "--query", query, "--to", directory, *options], timeout=600, **more)


def check_sqlite(checks, folder):
    path = os.path.join(folder, "shop.db")
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE orders (id INTEGER, price REAL, note TEXT, raw BLOB)")
        db.executemany("INSERT INTO orders VALUES (?, ?, ?, ?)",
                       ((i, i / 4, None if i % 3 == 0 else f"ä {i}", bytes([i % 256])) for i in range(ROWS)))
    query = "SELECT * FROM orders ORDER BY id"
    for form in ("parquet", "csv"):
        for options in ([], ["--threads", "3"]):
            ours, theirs = os.path.join(folder, f"ours{form}{len(options)}"), os.path.join(folder, f"adbc{form}{len(options)}")
            own = tool.run(["--from", f"sqlite:{path}", "--query", query, "--to", ours, "--format", form, *options])
            done = export(theirs, SQLITE, query, "--adbc-option", f"uri={path}", "--format", form, *options)
            checks.check(own.returncode == 0 and done.returncode == 0, own.stderr + done.stderr)
            if form == "parquet":
                checks.check(read(ours).equals(read(theirs)), "SQLite by its driver: other rows")
            else:
                same = [open(os.path.join(d, f), "rb").read() for d in (ours, theirs) for f in os.listdir(d)]
                checks.check(len(same) == 2 and same[0] == same[1], "SQLite by its driver: other CSV")
    # A name that the loader finds, and a function of the library.
    directory = os.path.join(folder, "named")
    done = export(directory, "adbc_driver_sqlite", query, "--adbc-option", f"uri={path}", "--adbc-option", "entrypoint=AdbcDriverInit",
                  LD_LIBRARY_PATH=os.path.dirname(SQLITE))
    checks.check(done.returncode == 0 and read(directory).num_rows == ROWS, done.stderr)


def manifest(directory, name, text):
    os.makedirs(directory, exist_ok=True)
    path = os.path.join(directory, f"{name}.toml")
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    return path


def managers_rows(driver, path, query):
    """The rows that the driver manager of the Arrow project has by the same driver."""
    with adbc_driver_manager.AdbcDatabase(driver=driver, uri=path) as database, adbc_driver_manager.AdbcConnection(database) as connection, \
            adbc_driver_manager.AdbcStatement(connection) as statement:
        statement.set_sql_query(query)
        stream, _ = statement.execute_query()
        return pyarrow.RecordBatchReader._import_from_c(stream.address).read_all()


def check_manifests(checks, folder):
    path = os.path.join(folder, "shop.db")
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE orders (id INTEGER, note TEXT)")
        db.executemany("INSERT INTO orders VALUES (?, ?)", ((i, None if i % 3 == 0 else f"ä {i}") for i in range(100)))
    query = "SELECT * FROM orders ORDER BY id"
    machine = {"x86_64": "amd64", "aarch64": "arm64"}[platform.machine()]
    on_all = f"[Driver]\nshared = '{SQLITE}'\n"
    on_this = (f"manifest_version = 1\nname = 'SQLite'\n[ADBC.features]\nsupported = [\n  'bulk insert', # and others\n]\n"
               f"[Driver]\nentrypoint = \"AdbcDriverSqliteInit\"\n[Driver.shared]\nlinux_{machine} = '{SQLITE}'\nwindows_{machine} = 'C:\\x.dll'\n")
    other = "[Driver.shared]\nwindows_amd64 = 'C:\\x.dll'\n"
    first, second, home = os.path.join(folder, "first"), os.path.join(folder, "second"), os.path.join(folder, "home")
    whole = manifest(first, "whole", on_this)
    manifest(second, "short", on_all)
    manifest(first, "passed_over", other)
    manifest(second, "passed_over", on_this)
    manifest(os.path.join(home, ".config/adbc/drivers"), "of_user", on_all)
    manifest(os.path.join(second, "adbc/drivers"), "of_config", on_all)
    search = {"ADBC_DRIVER_PATH": f"{first}::{second}", "HOME": home}
    os.environ["ADBC_DRIVER_PATH"] = search["ADBC_DRIVER_PATH"]
    for n, (driver, environment, by_manager) in enumerate((
            ("whole", search, True), ("short", search, True), ("passed_over", search, True), (whole, {}, True), (whole.removesuffix(".toml"), {}, True),
            ("of_user", search, False), ("of_config", search | {"XDG_CONFIG_HOME": second}, False))):
        target = os.path.join(folder, f"out{n}")
        done = export(target, driver, query, "--adbc-option", f"uri={path}", **environment)
        if checks.expect(done.returncode == 0, f"{driver}: {done.stderr}") and by_manager:
            checks.check(managers_rows(driver, path, query).cast(read(target).schema).equals(read(target)), f"{driver}: other rows than the manager's")
        checks.positions += 1
    bad = manifest(first, "bad", f"[Driver]\n# a comment\nshared = {SQLITE}\n")
    lost = manifest(first, "lost", "[Driver]\nshared = '/no/such/library.so'\n")
    only_other = manifest(first, "only_other", other)
    manifest(first, "odd", on_all + "entrypoint = 'nothing'\n")
    places = f"{first} (of ADBC_DRIVER_PATH), {second} (of ADBC_DRIVER_PATH), {home}/.config/adbc/drivers (of HOME), /etc/adbc/drivers (of the system)"
    for driver, says in (
        ("no_such_driver", f"there is no no_such_driver.toml in {places}"),
        ("no_such_driver", "`dbc install NAME`"),
        ("bad", f"the ADBC manifest {bad}, line 3: `{SQLITE}` is no value: a text stands in quotes"),
        ("lost", f"its manifest {lost} names the library /no/such/library.so: "),
        ("only_other", f"the ADBC manifest {only_other} has no library for linux_{machine}, only for windows_amd64"),
        ("odd", "it has no function nothing"),
        (os.path.join(first, "none.toml"), "none.toml cannot be read: No such file or directory"),
    ):
        target = os.path.join(folder, "refused")
        done = export(target, driver, query, "--adbc-option", f"uri={path}", **search)
        checks.check(done.returncode not in (0, -11) and says in done.stderr, f"{says}: {done.returncode} {done.stderr}")
        checks.check(not os.path.exists(target) or not os.listdir(target), f"{says}: files")
    # An entrypoint of the command line goes before that of the manifest.
    done = export(os.path.join(folder, "asked"), "odd", query, "--adbc-option", f"uri={path}", "--adbc-option", "entrypoint=AdbcDriverInit", **search)
    checks.check(done.returncode == 0, done.stderr)


def check_postgres(checks, folder):
    postgres.sql(f"DROP TABLE IF EXISTS adbc_orders; CREATE TABLE adbc_orders AS SELECT i AS id, i * 10000000000 AS big, i / 8.0::float8 AS rate, "
                 f"'ä ' || i AS note, date '2024-01-01' + i % 1000 AS day, timestamp '2024-01-01' + i * interval '1 s' AS at, ARRAY[i, NULL, 3] AS "
                 f"list, i % 2 = 0 AS even FROM generate_series(1, {ROWS}) i;")
    query = "SELECT * FROM adbc_orders ORDER BY id"
    host = f"{os.environ['PGHOST']}:{os.environ['PGPORT']}/{os.environ['PGDATABASE']}"
    secret = f"postgresql://{os.environ['PGUSER']}:{os.environ['PGPASSWORD']}@{host}"
    ours, theirs = os.path.join(folder, "ours"), os.path.join(folder, "adbc")
    own = tool.run(["--from", "postgresql:///", "--query", query, "--to", ours])
    done = export(theirs, POSTGRES, query, "--adbc-secret", "uri=ADBC_URI", ADBC_URI=secret)
    checks.check(own.returncode == 0 and done.returncode == 0, own.stderr + done.stderr)
    checks.check(read(ours).equals(read(theirs)), f"PostgreSQL by its driver: {read(theirs).schema}")
    file = os.path.join(folder, "uri")
    with open(file, "w", encoding="ascii") as f:
        f.write(secret + "\n")
    done = export(os.path.join(folder, "by file"), POSTGRES, query, "--adbc-secret", f"uri=@{file}")
    checks.check(done.returncode == 0, done.stderr)
    # Secrets are told nobody: not on the command line, and not in what a driver says.
    done = export(os.path.join(folder, "no"), POSTGRES, query, "--adbc-option", f"uri={secret}")
    checks.check(done.returncode == 2 and "holds a password" in done.stderr and os.environ["PGPASSWORD"] not in done.stderr, done.stderr)
    done = export(os.path.join(folder, "no"), POSTGRES, query, "--adbc-option", "password=x")
    checks.check(done.returncode == 2 and "holds a password" in done.stderr, done.stderr)
    wrong = "hunter22hunter22"
    done = export(os.path.join(folder, "no"), POSTGRES, query, "--adbc-secret", "uri=ADBC_URI", "--verbose",
                  ADBC_URI=f"postgresql://nobody:{wrong}@{host}")
    says = "does not connect" in done.stderr or "opens no database" in done.stderr
    checks.check(done.returncode != 0 and wrong not in done.stderr + done.stdout and says, done.stderr)
    done = export(os.path.join(folder, "bad"), POSTGRES, "SELECT 1/(5000 - i) FROM generate_series(1, 10000) i", "--adbc-secret", "uri=ADBC_URI",
                  ADBC_URI=secret)
    checks.check(done.returncode != 0 and "division by zero" in done.stderr, done.stderr)
    checks.check(not os.path.exists(os.path.join(folder, "bad")) or not os.listdir(os.path.join(folder, "bad")), "files of a failed query")


def check_refusals(checks, folder):
    text = os.path.join(folder, "text.so")
    with open(text, "w", encoding="ascii") as f:
        f.write("no library")
    foreign = os.path.join(folder, "foreign.so")
    with open(SQLITE, "rb") as f, open(foreign, "wb") as to:
        data = bytearray(f.read(1 << 20))
        data[18] = 0x08 if data[18] != 0x08 else 0x3E  # e_machine of the ELF header: another processor
        to.write(data)
    plain = os.path.join(folder, "plain.so")
    shutil.copy("/lib/x86_64-linux-gnu/libm.so.6" if os.path.exists("/lib/x86_64-linux-gnu/libm.so.6") else "/lib/aarch64-linux-gnu/libm.so.6", plain)
    path = os.path.join(folder, "empty.db")
    uri = ["--adbc-option", f"uri={path}"]
    for driver, query, options, says in (
        ("no_such_driver", "SELECT 1", [], "cannot be loaded"),
        (os.path.join(folder, "missing.so"), "SELECT 1", [], "cannot open shared object file"),
        (text, "SELECT 1", [], "cannot be loaded"),
        (foreign, "SELECT 1", [], "cannot be loaded"),
        (plain, "SELECT 1", [], "is no ADBC driver: it has no function AdbcPlainInit or AdbcDriverInit"),
        (SQLITE, "SELECT 1", [*uri, "--adbc-option", "entrypoint=nothing"], "it has no function nothing"),
        (SQLITE, "SELECT 1", [*uri, "--adbc-option", "no.such.option=1"], 'refuses its option "no.such.option"'),
        (SQLITE, "SELEKT 1", uri, "cannot run the query"),
        (SQLITE, "SELECT 1 AS a, 2 AS a", uri, "same name"),
        (SQLITE, "SELECT 1", ["--adbc-secret", "uri=NO_SUCH_VARIABLE"], "cannot be read from the environment variable NO_SUCH_VARIABLE"),
        (SQLITE, "SELECT 1", ["--adbc-secret", "uri=@/no/such/file"], "cannot be read from the file"),
        (SQLITE, "SELECT 1", [*uri, "--arrays", "text"], "--arrays is for PostgreSQL"),
    ):  # fmt: skip
        target = os.path.join(folder, "refused")
        done = export(target, driver, query, *options)
        checks.check(done.returncode not in (0, -11) and says in done.stderr, f"{says}: {done.returncode} {done.stderr}")
        checks.check(not os.path.exists(target) or not os.listdir(target), f"{says}: files")
    done = tool.run(["--from", f"adbc:{SQLITE}", "--table", "t", "--to", folder])
    checks.check(done.returncode == 2 and "--table is not for ADBC drivers" in done.stderr, done.stderr)
    done = tool.run(["--from", "sqlite:x.db", "--table", "t", "--to", folder, "--adbc-option", "a=b"])
    checks.check(done.returncode == 2 and "--adbc-option is for ADBC drivers" in done.stderr, done.stderr)


# A driver whose stream fails, at its schema or at its second batch, in words that hold the option that it was given.
FAILING = r"""
#include <copyto/source/arrow/abi.hpp>
#include <cstdint>
#include <cstring>
#include <string>
namespace {
std::string option, words;
int batches = 0;
int fail(char const* what) {
  words = std::string(what) + " with credential " + option;
  return 5;
}
int schema(ArrowArrayStream*, ArrowSchema* out) {
  if (option.starts_with("schema")) {
    return fail("no schema");
  }
  static ArrowSchema column;
  static ArrowSchema* columns[1] = {&column};
  column = {.format = "i", .name = "a", .flags = 2, .release = [](ArrowSchema* s) { s->release = nullptr; }};
  *out = {.format = "+s", .name = "", .n_children = 1, .children = columns, .release = [](ArrowSchema* s) { s->release = nullptr; }};
  return 0;
}
int next(ArrowArrayStream*, ArrowArray* out) {
  if (batches++ != 0) {
    return fail("lost connection");
  }
  static std::int32_t values[4] = {1, 2, 3, 4};
  static void const* buffers[2] = {nullptr, values};
  static void const* none[1] = {nullptr};
  static ArrowArray column;
  static ArrowArray* columns[1] = {&column};
  column = {.length = 4, .n_buffers = 2, .buffers = buffers, .release = [](ArrowArray* a) { a->release = nullptr; }};
  *out = {.length = 4, .n_buffers = 1, .n_children = 1, .buffers = none, .children = columns, .release = [](ArrowArray* a) { a->release = nullptr; }};
  return 0;
}
std::uint8_t two(void*, void*) { return 0; }
std::uint8_t three(void*, void*, void*) { return 0; }
std::uint8_t set(void*, char const*, char const* value, void*) {
  option = value;
  return 0;
}
std::uint8_t execute(void*, ArrowArrayStream* out, std::int64_t*, void*) {
  *out = {.get_schema = schema, .get_next = next, .get_last_error = [](ArrowArrayStream*) { return words.c_str(); },
          .release = [](ArrowArrayStream* s) { s->release = nullptr; }};
  return 0;
}
} // namespace
extern "C" std::uint8_t AdbcDriverInit(int, void* driver, void*) {
  void** const at = static_cast<void**>(driver); // the table of ADBC 1.0.0
  for (int i : {2, 3, 4, 6, 13, 16, 25}) {
    at[i] = reinterpret_cast<void*>(two);
  }
  for (int i : {12, 23, 27}) {
    at[i] = reinterpret_cast<void*>(three);
  }
  for (int i : {5, 14, 26}) {
    at[i] = reinterpret_cast<void*>(set);
  }
  at[20] = reinterpret_cast<void*>(execute);
  return 0;
}
"""


def check_failing_stream(checks, folder):
    """Whatever a driver says, and when: the values of options are not in it."""
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    driver = os.path.join(folder, "failing.so")
    subprocess.run(["c++", "-std=c++20", "-w", "-shared", "-fPIC", f"-I{root}/include", "-x", "c++", "-", "-o", driver], input=FAILING, text=True, check=True)
    for secret, says in (("schema-hunter2", "no schema with credential ***"), ("batch-hunter2", "lost connection with credential ***")):
        target = os.path.join(folder, "failing")
        done = export(target, driver, "SELECT 1", "--adbc-secret", "password=ADBC_WORD", ADBC_WORD=secret)
        checks.check(done.returncode == 1 and says in done.stderr and "hunter2" not in done.stdout + done.stderr, f"{done.returncode} {done.stderr}")
        checks.check(not os.path.exists(target) or not os.listdir(target), f"{says}: files")


def main():
    postgres.require()
    checks = Checks("adbc")
    for check in (check_sqlite, check_manifests, check_postgres, check_refusals, check_failing_stream):
        with tempfile.TemporaryDirectory() as folder:
            check(checks, folder)
    checks.finish()


if __name__ == "__main__":
    main()
