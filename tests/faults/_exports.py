# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""What the fault tests export, and how they look at what is left."""
import hashlib
import os
import sys
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import s3  # noqa: E402
import tool  # noqa: E402


class Export:
    """One export to repeat: its database, options, and the contents that an undisturbed run gives."""

    def __init__(self, directory, bucket, name, rows, max_file_size, output, files, parts, more=()):
        self.bucket = bucket
        self.name = f"{name} {output}"
        self.database = os.path.join(directory, f"{name}.db")
        if not os.path.exists(self.database):
            tool.noise_table(self.database, rows)
        self.options = ["--from", f"sqlite:{self.database}", "--table", "t", "--format", output,
                        "--max-file-size", max_file_size, *more]
        prefix = self.new_prefix()
        done = tool.run(self.arguments(prefix, None))
        assert done.returncode == 0, done.stderr
        self.contents = self.visible(prefix)
        assert len(self.contents) == files, (self.name, len(self.contents))
        self.files = files
        self.parts = parts
        bucket.purge(prefix + "/")

    def new_prefix(self):
        return "faults/" + uuid.uuid4().hex

    def uri(self, prefix):
        return f"s3://{self.bucket.name}/{prefix}"

    def arguments(self, prefix, endpoint):
        return [*self.options, "--to", self.uri(prefix), *tool.bucket_options(endpoint)]

    def visible(self, prefix):
        """Checksums of the files in the order of their names (which bear the export's id)."""
        return [hashlib.sha256(self.bucket.get(k)).hexdigest() for k in self.bucket.files(prefix + "/")]

    def is_clean(self, prefix):
        return not self.bucket.keys(prefix + "/") and not self.bucket.uploads(prefix + "/")

    def has_control(self, prefix):
        return prefix + "/_copyto.INCOMPLETE" in self.bucket.keys(prefix + "/")

    def is_whole(self, prefix):
        """Everything is there, and nothing else."""
        return (not self.has_control(prefix) and not self.bucket.uploads(prefix + "/")
                and self.visible(prefix) == self.contents)

    def settle(self, command, prefix):
        """copy_to status, resume or abort, past the proxy."""
        return tool.run([command, self.uri(prefix), "--json", *tool.bucket_options()])

    def left(self, prefix):
        return f"keys {self.bucket.keys(prefix + '/')}, uploads {self.bucket.uploads(prefix + '/')}"


def exports(directory, bucket, formats=("csv", "parquet")):
    """Full tier: 3 files of 3 parts and a small one, one small file, four shards of two files by two connections, and four partitions of rows that wait. Short tier: the smallest export with
    every state, a file of 2 parts and a small one, and one small file. Parts are of 8 MiB, rows of 64 KiB. Files of Parquet
    end where a row group does: behind three of them here."""
    for output in formats:
        blocks = output == "parquet"
        if tool.full_tier():
            yield Export(directory, bucket, "large", 965, "23.5MB" if blocks else "20MB", output, 4, 10)
            yield Export(directory, bucket, "shards", 720, "11MB" if blocks else "9MB", output, 8, 12, ["--shards", "4", "--connections", "2"])
            yield Export(directory, bucket, "partitions", 240, "9MB", output, 4, 4, ["--partition-by", "bucket(4,id)", "--memory-limit", "64MB", "--threads", "1"])
        else:
            yield Export(directory, bucket, "pair", 180, "11MB" if blocks else "9MB", output, 2, 3)
        yield Export(directory, bucket, "small", 10, "9MB", output, 1, 1)
