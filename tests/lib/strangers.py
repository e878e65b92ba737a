# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""S3 servers that nobody here wrote, each started for a test and gone with it. `cmake/packages python` installs SeaweedFS (in the
tests' Python environment), `cmake/packages full` the others, below build/strangers (or COPYTO_STRANGERS)."""
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

import botocore.config
import botocore.exceptions
import botocore.session

KEY, SECRET, BUCKET = "AKIDSTRANGER", "secret-of-the-stranger", "test-bucket"
ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
INSTALLED = os.environ.get("COPYTO_STRANGERS", os.path.join(ROOT, "build", "strangers"))


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    try:
        for s in sockets:
            s.bind(("127.0.0.1", 0))
        return [s.getsockname()[1] for s in sockets]
    finally:
        for s in sockets:
            s.close()


def seaweedfs(directory):
    """SeaweedFS: an object store with a file tree; a key is a path."""
    weed = shutil.which("weed", path=os.path.dirname(sys.executable))
    master, volume, filer, s3 = free_ports(4)
    config = os.path.join(directory, "s3.json")
    with open(config, "w", encoding="utf-8") as f:
        json.dump({"identities": [{"name": "test", "credentials": [{"accessKey": KEY, "secretKey": SECRET}], "actions": ["Admin"]}]}, f)
    # A gRPC port is 10,000 above its port, unless it is told.
    grpc = free_ports(4)
    return s3, weed and [weed, "server", f"-dir={directory}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-master.port={master}",
                         f"-master.port.grpc={grpc[0]}", f"-volume.port={volume}", f"-volume.port.grpc={grpc[1]}", f"-filer.port={filer}",
                         f"-filer.port.grpc={grpc[2]}", "-volume.max=100", "-master.volumeSizeLimitMB=256", "-s3", f"-s3.port={s3}",
                         f"-s3.port.grpc={grpc[3]}", f"-s3.config={config}", "-s3.port.iceberg=0", "-s3.port.lance=0"], {}


def versitygw(directory):
    """Versity's gateway to a directory."""
    program = os.path.join(INSTALLED, "versitygw")
    (port,) = free_ports(1)
    os.makedirs(os.path.join(directory, "data"))
    os.makedirs(os.path.join(directory, "attributes"))
    return port, os.access(program, os.X_OK) and [
        program, "--port", f"127.0.0.1:{port}", "--region", "us-east-1", "posix", "--sidecar", os.path.join(directory, "attributes"),
        os.path.join(directory, "data")], {"ROOT_ACCESS_KEY": KEY, "ROOT_SECRET_KEY": SECRET}


def s3proxy(directory):
    """S3Proxy before a directory (jclouds); it has no conditional writes."""
    jar = os.path.join(INSTALLED, "s3proxy.jar")
    (port,) = free_ports(1)
    os.makedirs(os.path.join(directory, "data"))
    config = os.path.join(directory, "s3proxy.conf")
    with open(config, "w", encoding="utf-8") as f:
        f.write(f"s3proxy.endpoint=http://127.0.0.1:{port}\ns3proxy.authorization=aws-v2-or-v4\ns3proxy.identity={KEY}\n"
                f"s3proxy.credential={SECRET}\njclouds.provider=filesystem-nio2\njclouds.identity=none\njclouds.credential=none\njclouds.filesystem.basedir={directory}/data\n")
    return port, os.path.exists(jar) and shutil.which("java") and ["java", "-jar", jar, "--properties", config], {}


def s3rver(directory):
    """s3rver, a server for tests of others; it lists no uploads."""
    program = os.path.join(INSTALLED, "s3rver", "node_modules", ".bin", "s3rver")
    (port,) = free_ports(1)
    start = os.path.join(directory, "start.js")
    with open(start, "w", encoding="utf-8") as f:
        f.write(f"const S3rver = require({json.dumps(os.path.join(INSTALLED, 's3rver', 'node_modules', 's3rver'))});\n"
                f"const Accounts = require({json.dumps(os.path.join(INSTALLED, 's3rver', 'node_modules', 's3rver', 'lib', 'models', 'account'))});\n"
                f"new Accounts(1, 'test').createKeyPair({json.dumps(KEY)}, {json.dumps(SECRET)});\n"
                f"new S3rver({{address: '127.0.0.1', port: {port}, directory: {json.dumps(os.path.join(directory, 'data'))}, silent: true}}).run();\n")
    return port, os.path.exists(program) and shutil.which("node") and [
        "sh", "-c", f"while :; do node {start}; done"], {}  # an unexpected end of a connection ends it, too


SERVERS = {"seaweedfs": seaweedfs, "versitygw": versitygw, "s3proxy": s3proxy, "s3rver": s3rver}


@contextlib.contextmanager
def running(name):
    """The settings by which tests find the server (those of tests/servers/rgw), until the block is left."""
    directory = tempfile.mkdtemp(prefix=f"copyto-{name}-")
    port, command, more = SERVERS[name](directory)
    if not command:
        raise SystemExit(f"{name} is not installed; cmake/packages full installs it")
    endpoint = f"http://127.0.0.1:{port}"
    with open(os.path.join(directory, "log"), "wb") as log:
        process = subprocess.Popen(command, cwd=directory, env=os.environ | more, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                   start_new_session=True)
    client = botocore.session.get_session().create_client(
        "s3", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id=KEY, aws_secret_access_key=SECRET,
        config=botocore.config.Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1},
                                    request_checksum_calculation="when_required", connect_timeout=2, read_timeout=10))
    try:
        until = time.monotonic() + 60
        while True:  # till it stores something: some answer before they can
            try:
                try:
                    client.create_bucket(Bucket=BUCKET)
                except botocore.exceptions.ClientError as why:
                    if "BucketAlready" not in str(why):
                        raise
                client.put_object(Bucket=BUCKET, Key="_ready", Body=b"x")
                client.delete_object(Bucket=BUCKET, Key="_ready")
                break
            except (botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError) as why:
                if process.poll() is not None or time.monotonic() > until:
                    with open(os.path.join(directory, "log"), encoding="utf-8", errors="replace") as log:
                        raise SystemExit(f"{name} does not start: {why}\n{log.read()[-3000:]}") from why
                time.sleep(0.1)
        yield {"S3_TEST_ENDPOINT": endpoint, "S3_TEST_REGION": "us-east-1", "S3_TEST_BUCKET": BUCKET, "S3_TEST_ACCESS_KEY": KEY,
               "S3_TEST_SECRET_KEY": SECRET, "S3_TEST_SERVER": name}
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        shutil.rmtree(directory, ignore_errors=True)
