# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""The same rows make the same bytes as ever: hashes of random files beside this script, which earlier revisions wrote.

bytes.py PARQUET_RANDOM CSV_RANDOM [--write]

A change of the format is a change of these hashes, which `--write` makes anew; a change of anything else is none. Files
that a codec has compressed are left out, since its versions differ."""
import hashlib
import os
import subprocess
import sys
import tempfile

import pyarrow.parquet as pq

SEEDS = 100
HERE = os.path.dirname(os.path.abspath(__file__))
KNOWN = os.path.join(HERE, "bytes.txt")


def is_plain(path):
    """Whether no codec had its hand in it."""
    if path.endswith((".gz", ".zst")):
        return False
    if not path.endswith(".parquet"):
        return path.endswith(".csv")
    meta = pq.ParquetFile(path).metadata
    return all(meta.row_group(g).column(c).compression == "UNCOMPRESSED"
               for g in range(meta.num_row_groups) for c in range(meta.num_columns))


def hashes(kind, program, root):
    """A line for each seed: the kind, the seed, how many files, their hash."""
    subprocess.run([program, "1", str(SEEDS), root], check=True)
    of_seed = {}
    for directory, _, names in os.walk(root):
        for name in names:
            path = os.path.join(directory, name)
            seed = os.path.relpath(path, root).split(os.sep)[0].split(".")[0]
            if is_plain(path):
                of_seed.setdefault(int(seed), []).append(path)
    lines = []
    for seed, paths in sorted(of_seed.items()):
        sums = hashlib.sha256()
        for path in sorted(paths):
            with open(path, "rb") as file:
                sums.update(hashlib.sha256(file.read()).digest())
        lines.append(f"{kind} {seed} {len(paths)} {sums.hexdigest()}")
    return lines


def main():
    programs = dict(zip(("parquet", "csv"), sys.argv[1:3]))
    found = []
    for kind, program in programs.items():
        with tempfile.TemporaryDirectory() as root:
            found += hashes(kind, program, root)
    if sys.argv[3:] == ["--write"]:
        with open(KNOWN, "w", encoding="ascii") as file:
            file.write("\n".join(found) + "\n")
        return
    with open(KNOWN, encoding="ascii") as file:
        known = file.read().split("\n")[:-1]
    wrong = sorted(set(known) ^ set(found))
    for line in wrong[:20]:
        print("FAILED:", "it was" if line in known else "it is", line)
    print(f"bytes: seeds={len(found)} failures={len(wrong)}")
    sys.exit(1 if wrong or len(found) < SEEDS else 0)


if __name__ == "__main__":
    main()
