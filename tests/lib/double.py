# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""The strict S3 double of the tests (tests/double), as a process of its own."""
import contextlib
import os
import subprocess

KEY = "AKIDDOUBLE"
SECRET = "secret-of-the-double"
PROFILES = ("aws", "r2", "gcs", "s3-compatible", "ignoring")


def program():
    path = os.environ.get("S3_DOUBLE")
    if not path or not os.access(path, os.X_OK):
        raise SystemExit("S3_DOUBLE must be the path of the built double")
    return path


@contextlib.contextmanager
def running(profile, bucket="lake", lacks=()):
    """Serves until the block is left; its endpoint. `lacks`: an operation that is not there, the status of the answer, and
    its code, if there is one (double/rules.hpp)."""
    env = dict(os.environ) | {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
    process = subprocess.Popen([program(), profile, bucket, *map(str, lacks)], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               text=True)
    try:
        yield process.stdout.readline().strip()
    finally:
        process.stdin.close()
        process.wait(30)


def credentials():
    return {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}


def client(endpoint, secret=SECRET, **config):
    """A client that is not ours."""
    import botocore.config
    import botocore.session
    return botocore.session.get_session().create_client(
        "s3", endpoint_url=endpoint, region_name="eu-west-1", aws_access_key_id=KEY, aws_secret_access_key=secret,
        config=botocore.config.Config(s3={"addressing_style": "path"}, retries={"mode": "standard", "total_max_attempts": 1}, **config))
