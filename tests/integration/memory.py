# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""Exports of 200 MB of rows (full tier: 1 GB and 10 GB), generated and of a PostgreSQL query, as one stream, in shards and with partitions, stay within memory_bound: the peak of the heap within it,
the peak of resident memory within it and 32 MiB; and neither grows with the rows."""
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import tool  # noqa: E402

MIB = 1 << 20


def main():
    checks = tool.Checks("memory")
    sizes = (1_000_000_000, 10_000_000_000) if tool.full_tier() else (200_000_000,)
    runs = [(output, size, "") for output in ("csv", "csv-zstd", "parquet", "snappy", "zstd") for size in sizes]
    runs += [(output, sizes[-1], "postgres") for output in ("csv", "zstd")]
    runs.append(("snappy", sizes[-1], "shards"))
    runs += [(output, sizes[-1], "partitions") for output in ("csv", "snappy")]
    for output, size, source in runs:
        command = [tool.helper("integration_memory"), output, str(size), *source.split()]
        run = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        output = f"{output} {source}".rstrip()
        if not checks.expect(run.returncode == 0, f"{output}, {size}", run.stderr):
            continue
        made, bound, heap, resident, rows, written, files = map(int, run.stdout.split())
        print(f"{output}: {made / 1e6:.0f} MB in {rows} rows, {files} files of {written / 1e6:.0f} MB; bound "
              f"{bound / MIB:.1f} MiB, heap {heap / MIB:.1f} MiB, resident {resident / MIB:.1f} MiB", flush=True)
        checks.positions += 1
        checks.expect(made >= size and written > 0, f"{output}, {size}: only {made} bytes of rows")
        checks.expect(0 < heap <= bound, f"{output}, {size}: the heap had {heap} bytes, the bound is {bound}")
        checks.expect(resident <= bound + 32 * MIB, f"{output}, {size}: {resident} bytes resident, the bound is {bound}")
    checks.finish()


main()
