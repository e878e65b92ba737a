# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""The same rows give byte-identical files: from structs (vector, list, generator) and from SQL, in batches of 1,
7, 2048 and 4096 rows, through the library and through the tool."""
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import tool  # noqa: E402


def contents(directory):
    return [open(os.path.join(directory, name), "rb").read() for name in sorted(os.listdir(directory))]


def main():
    checks = tool.Checks("identical")
    rows = 300_000 if tool.full_tier() else 20_000
    with tool.scratch() as root:
        database = os.path.join(root, "items.db")
        output = os.path.join(root, "out")
        os.makedirs(output)
        made = subprocess.run([tool.helper("integration_identical"), database, output, str(rows)], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        checks.expect(made.returncode == 0, "identical", made.stderr)
        for name, arguments in (("csv", ["--format", "csv", "--header"]), ("snappy", []), ("plain", ["--codec", "none"])):
            target = os.path.join(output, f"{name}-tool")
            done = tool.run(["--from", f"sqlite:{database}", "--table", "item", "--to", target, "--max-file-size", "256kB",
                             *arguments])
            checks.expect(done.returncode == 0, f"{name}: the tool", done.stderr)
        for name in ("csv", "snappy", "plain"):
            directories = sorted(d for d in os.listdir(output) if d.startswith(name + "-"))
            checks.expect(len(directories) == 17, f"{name}: {len(directories)} exports")
            reference = contents(os.path.join(output, directories[0]))
            checks.expect(len(reference) >= 3, f"{name}: only {len(reference)} files")
            for directory in directories:
                checks.positions += 1
                checks.expect(contents(os.path.join(output, directory)) == reference, f"{directory} differs from {directories[0]}")
    checks.finish()


main()
