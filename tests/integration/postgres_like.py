# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""D14: servers that speak PostgreSQL's protocol and are none: H2 and QuestDB, which have neither COPY of queries nor cursors,
and refuse them with codes of their own. Their rows come by the plain query, in CSV and in Parquet; errors of theirs are told.
Full tier only: `cmake/packages full` installs them."""
import contextlib
import os
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import pyarrow.parquet  # noqa: E402
import strangers  # noqa: E402
import tool  # noqa: E402

PLAIN = "rows come from PostgreSQL by the plain query as text, since the server has neither COPY of queries nor cursors"


def h2(directory, port):
    jar = os.path.join(strangers.INSTALLED, "h2.jar")
    return jar, ["java", "-cp", jar, "org.h2.tools.Server", "-pg", "-pgPort", str(port), "-ifNotExists", "-baseDir", directory]


def questdb(directory, port):
    jar = os.path.join(strangers.INSTALLED, "questdb.jar")
    http, line = strangers.free_ports(2)
    os.makedirs(os.path.join(directory, "conf"))
    with open(os.path.join(directory, "conf", "server.conf"), "w", encoding="utf-8") as f:
        f.write(f"pg.net.bind.to=127.0.0.1:{port}\nhttp.net.bind.to=127.0.0.1:{http}\nhttp.min.enabled=false\n"
                f"line.tcp.net.bind.to=127.0.0.1:{line}\nline.udp.enabled=false\ntelemetry.enabled=false\n")
    return jar, ["java", "--add-exports", "java.base/jdk.internal.math=ALL-UNNAMED", "-cp", jar, "io.questdb.ServerMain", "-d", directory]


# name: how it starts, user, password, database, a query, its CSV, another that fails, and words of why
SERVERS = {
    "H2": (h2, "sa", "sa", "test",
           "SELECT \"X\" AS id, 'row ' || \"X\" AS name, CAST(\"X\" / 4.0 AS numeric(10,2)) AS price, DATE '2024-02-29' AS d, "
           "TIMESTAMP '2024-02-29 10:00:00.5' AS at, \"X\" = 2 AS two, CAST(NULL AS varchar(9)) AS none FROM system_range(1, 3) ORDER BY 1",
           b"1,row 1,0.25,2024-02-29,2024-02-29 10:00:00.5,f,\n2,row 2,0.50,2024-02-29,2024-02-29 10:00:00.5,t,\n"
           b"3,row 3,0.75,2024-02-29,2024-02-29 10:00:00.5,f,\n", "SELECT nix FROM system_range(1, 3)", "nix"),
    "QuestDB": (questdb, "admin", "quest", "qdb",
                "SELECT cast(x as int) id, 'row ' || x name, x / 4.0 price, cast('2024-02-29T10:00:00.500000Z' as timestamp) at, x = 2 two "
                "FROM long_sequence(3)",
                b"1,row 1,0.25,2024-02-29 10:00:00.5,f\n2,row 2,0.5,2024-02-29 10:00:00.5,t\n3,row 3,0.75,2024-02-29 10:00:00.5,f\n",
                "SELECT nix FROM long_sequence(3)", "nix"),
}


@contextlib.contextmanager
def running(name, directory):
    """Its port."""
    (port,) = strangers.free_ports(1)
    jar, command = SERVERS[name][0](os.path.join(directory, name), port)
    if not os.path.exists(jar) or not shutil.which("java"):
        raise SystemExit(f"{name} is not installed; cmake/packages full installs it")
    with open(os.path.join(directory, name + ".log"), "wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        yield port
    finally:
        process.kill()
        process.wait()


def main():
    checks = tool.Checks("postgres_like")
    with tool.scratch() as directory:
        for name, (_, user, password, database, query, csv, wrong, words) in SERVERS.items():
            os.makedirs(os.path.join(directory, name))
            with running(name, directory) as port:
                source = ["--from", f"postgresql://{user}@127.0.0.1:{port}/{database}", "--verbose"]
                to = os.path.join(directory, name + "-out")
                until = time.monotonic() + 60
                while True:
                    done = tool.run([*source, "--query", query, "--to", to, "--format", "csv", "--single-file"], PGPASSWORD=password)
                    if done.returncode == 0 or time.monotonic() > until or "unreachable" not in done.stderr and "refused" not in done.stderr:
                        break
                    time.sleep(0.2)
                found = open(to, "rb").read() if os.path.isfile(to) else b""
                checks.expect(done.returncode == 0 and PLAIN in done.stderr and found == csv, f"{name}: CSV", f"{done.stderr}\n{found}")
                done = tool.run([*source, "--query", query, "--to", to + ".parquet", "--single-file"], PGPASSWORD=password)
                checks.expect(done.returncode == 0, f"{name}: Parquet", done.stderr)
                if done.returncode == 0:
                    table = pyarrow.parquet.read_table(to + ".parquet").to_pydict()
                    checks.expect(table["id"] == [1, 2, 3] and table["name"] == ["row 1", "row 2", "row 3"] and [float(p) for p in table["price"]] ==
                                  [0.25, 0.5, 0.75] and table["two"] == [False, True, False], f"{name}: values", str(table))
                dry = tool.run([*source, "--query", query, "--to", to + ".dry", "--dry-run"], PGPASSWORD=password)
                checks.expect(dry.returncode == 0, f"{name}: dry run", dry.stdout + dry.stderr)
                bad = tool.run([*source, "--query", wrong, "--to", to + ".bad", "--format", "csv"], PGPASSWORD=password)
                checks.expect(bad.returncode == 1 and words in bad.stderr and "was lost" not in bad.stderr and not os.path.exists(to + ".bad"),
                              f"{name}: an error of the server", bad.stderr)
                checks.positions += 1
    checks.finish()


main()
