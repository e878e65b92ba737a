#!/usr/bin/env python3
# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""signals.py COPY_TO: Control-C aborts cleanly, a second one ends at once; the progress line on a terminal."""
import fcntl
import os
import pty
import re
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import termios
import time

copy_to = os.path.abspath(sys.argv[1])
failures = []
checks = 0


def check(what, good, shown=""):
    global checks
    checks += 1
    if not good:
        failures.append(what)
        print(f"FAILED: {what}\n{shown}")


def start(target, stderr=subprocess.PIPE, **more):
    # Columns with declared types: no pass over all rows comes first.
    return subprocess.Popen([copy_to, "--from", "sqlite:long.db", "--table", "t", "--to", target, "--format", "csv",
                             "--max-file-size", "1MB"], stdout=subprocess.PIPE, stderr=stderr, text=True, **more)


def wait_for_uploads(target):
    """Returns once the export is in the middle of its work."""
    for _ in range(3000):
        if os.path.isdir(target) and sum("~part-" in name for name in os.listdir(target)) > 1:
            return
        time.sleep(0.01)
    raise SystemExit("the export does not begin")


with tempfile.TemporaryDirectory() as directory:
    os.chdir(directory)
    database = sqlite3.connect("long.db")
    # A join of two tables, as large as its file is small: nobody waits for the end of this export.
    database.executescript("""CREATE TABLE d (i INTEGER, s TEXT);
                              CREATE VIEW t AS SELECT a.i AS i, b.i AS j, a.s AS s FROM d a, d b;""")
    database.executemany("INSERT INTO d VALUES (?, ?)", ((i, f"text {i}" * 5) for i in range(10000)))
    database.commit()
    database.close()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        target = f"first{number}"
        process = start(target)
        wait_for_uploads(target)
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
        check(f"{number!r} stops", process.returncode == 1 and out == "" and "stopping; again to end at once" in err
              and re.search(r"was stopped: nothing of export \S+ is visible$", err, re.M), f"{process.returncode} {err}")
        check(f"{number!r} leaves nothing, not even the directory it made", not os.path.exists(target), target)

    # Both signals are there when the program goes on, so that the second comes while it cleans up.
    process = start("second")
    wait_for_uploads("second")
    process.send_signal(signal.SIGSTOP)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGCONT)
    out, err = process.communicate(timeout=60)
    check("a second signal ends at once", process.returncode == 128 + signal.SIGTERM and out == "", err)
    check("it names what stays open", "ended at once: nothing of export" in err and "copy_to abort second" in err
          and "second/_copyto.INCOMPLETE (control object)" in err and re.search(r"second/part-\S+csv \(upload\)", err), err)
    check("nothing is visible", [n for n in os.listdir("second") if n.startswith("part")] == [])

    status = subprocess.run([copy_to, "status", "second"], capture_output=True, text=True)
    check("status tells", status.returncode == 3 and "not committed" in status.stdout, status.stdout)
    resumed = subprocess.run([copy_to, "resume", "second"], capture_output=True, text=True)
    check("resume refuses", resumed.returncode == 1 and "not committed" in resumed.stderr, resumed.stderr)
    aborted = subprocess.run([copy_to, "abort", "second"], capture_output=True, text=True)
    check("abort clears it", aborted.returncode == 0 and os.listdir("second") == [], aborted.stderr)

    # A signal that was ignored when the program began stays ignored (nohup).
    process = start("nohup", preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    wait_for_uploads("nohup")
    process.send_signal(signal.SIGHUP)
    files = len(os.listdir("nohup"))
    for _ in range(1000):
        if len(os.listdir("nohup")) > files + 2:
            break
        time.sleep(0.01)
    check("nohup is respected", process.poll() is None)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)

    # On a terminal there is progress, which goes away. E19: it never takes a second line.
    for columns in (200, 80, 50, 30, 9, 2, 1):
        terminal, its_end = pty.openpty()
        fcntl.ioctl(its_end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        target = f"shown{columns}"
        process = start(target, stderr=its_end)
        os.close(its_end)
        wait_for_uploads(target)
        process.send_signal(signal.SIGINT)
        text = b""
        while True:
            try:
                piece = os.read(terminal, 65536)
            except OSError:  # the other end is closed
                break
            if not piece:
                break
            text += piece
        process.communicate(timeout=60)
        os.close(terminal)
        drawn = re.findall(rb"\r([^\r\n\x1b]*)\x1b\[K", text.partition(b"copy_to: ")[0])
        check(f"progress is shown in {columns} columns", any(drawn) or columns == 1, str(text))
        check(f"it fits into {columns} columns", all(len(line) < columns for line in drawn), str(drawn))
        check("the largest piece goes first", all(line.startswith(b"%d rows" % int(line.split()[0])) for line in drawn if line and columns > 20), str(drawn))
        if columns == 200:
            check("all is shown", re.search(rb"^\d+ rows, [\d.]+ \w+, [\d.]+ \w+/s$", drawn[0]), str(drawn))
        check("progress is cleared", b"\r\x1b[Kcopy_to: stopping" in text, str(text))
    os.chdir("/")

print(f"signals: checks={checks} failures={len(failures)}")
sys.exit(1 if failures else 0)
