# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""The strict double itself: a client that is not ours gets on with it, and what it must refuse it refuses. Then the
command-line tool exports into it in each profile."""
import base64
import os
import sys

import botocore.exceptions

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import double  # noqa: E402
import tool  # noqa: E402

ODD = "odd/a b+c%25 ~*@:=&?#;,'()/ünï//./x"


def refused(call):
    """The code that a call is refused with, or the word nothing."""
    try:
        call()
    except botocore.exceptions.ClientError as e:
        return e.response["Error"]["Code"]
    return "nothing"


PLAIN = {"request_checksum_calculation": "when_required"}


def crc64nvme(data):
    """Base64 of the checksum, bit by bit."""
    crc = (1 << 64) - 1
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x9A6C9329AC4BC9B5 if crc & 1 else 0)
    return base64.b64encode((crc ^ ((1 << 64) - 1)).to_bytes(8, "big")).decode()


def stranger(checks, endpoint):
    """botocore."""
    s3 = double.client(endpoint, **PLAIN)
    s3.put_object(Bucket="lake", Key=ODD, Body=b"hello", ChecksumCRC64NVME=crc64nvme(b"hello"), Metadata={"who": "me"})
    checks.expect(refused(lambda: s3.put_object(Bucket="lake", Key=ODD, Body=b"hullo",
                                                ChecksumCRC64NVME=crc64nvme(b"hello"))) == "BadDigest", "a wrong CRC")
    got = s3.get_object(Bucket="lake", Key=ODD)
    checks.expect(got["Body"].read() == b"hello" and got["Metadata"] == {"who": "me"}, "put and get")
    upload = s3.create_multipart_upload(Bucket="lake", Key="big")["UploadId"]
    bodies = [b"a" * (5 << 20), b"b" * 10]
    parts = []
    for number, body in enumerate(bodies, 1):
        tag = s3.upload_part(Bucket="lake", Key="big", UploadId=upload, PartNumber=number, Body=body)["ETag"]
        parts.append({"PartNumber": number, "ETag": tag})
    order = refused(lambda: s3.complete_multipart_upload(
        Bucket="lake", Key="big", UploadId=upload, MultipartUpload={"Parts": parts[::-1]}))
    checks.expect(order == "InvalidPartOrder", f"parts in the wrong order: {order}")
    checks.expect(refused(lambda: s3.complete_multipart_upload(
        Bucket="lake", Key="big", UploadId=upload, MultipartUpload={"Parts": parts}, MpuObjectSize=7)) ==
        "InvalidRequest", "a wrong size")
    s3.complete_multipart_upload(Bucket="lake", Key="big", UploadId=upload, MultipartUpload={"Parts": parts})
    checks.expect(s3.head_object(Bucket="lake", Key="big")["ContentLength"] == sum(map(len, bodies)), "the whole")
    keys = [o["Key"] for o in s3.list_objects_v2(Bucket="lake")["Contents"]]
    checks.expect(keys == sorted(["big", ODD], key=lambda k: k.encode()), f"listed {keys}")
    checks.expect(refused(lambda: s3.put_object(Bucket="lake", Key="big", Body=b"x", IfNoneMatch="*")) == "PreconditionFailed", "create only")
    checks.expect(refused(lambda: double.client(endpoint, secret="another").list_objects_v2(Bucket="lake")) ==
                  "SignatureDoesNotMatch", "a wrong secret")
    checks.expect(refused(lambda: s3.list_objects_v2(Bucket="sea")) == "NoSuchBucket", "another bucket")
    checks.positions += 1


def rules(checks):
    """What some services refuse and others do not."""
    with double.running("s3-compatible") as endpoint:
        checks.expect(refused(lambda: double.client(endpoint).put_object(
            Bucket="lake", Key="k", Body=b"x", ChecksumAlgorithm="CRC32")) == "NotImplemented", "unknown checksums")
        double.client(endpoint, **PLAIN).put_object(Bucket="lake", Key="k", Body=b"x")
        checks.expect(refused(lambda: double.client(endpoint, **PLAIN).put_object(
            Bucket="lake", Key="k", Body=b"x", ContentMD5="1B2M2Y8AsgTpgAmY7PhCfg==")) == "BadDigest", "a wrong MD5")
    with double.running("r2") as endpoint:
        s3 = double.client(endpoint, **PLAIN)
        upload = s3.create_multipart_upload(Bucket="lake", Key="k")["UploadId"]
        parts = [{"PartNumber": n, "ETag": s3.upload_part(
            Bucket="lake", Key="k", UploadId=upload, PartNumber=n, Body=b"x" * size)["ETag"]} for n, size in ((1, 6 << 20), (2, 5 << 20), (3, 1))]
        checks.expect(refused(lambda: s3.complete_multipart_upload(
            Bucket="lake", Key="k", UploadId=upload, MultipartUpload={"Parts": parts})) == "InvalidPart",
            "parts that differ in size")
        s3.put_object(Bucket="lake", Key="twice", Body=b"x")
        checks.expect(refused(lambda: s3.put_object(Bucket="lake", Key="twice", Body=b"x")) == "TooManyRequests",
                      "two writes to a key in a second")
    with double.running("gcs") as endpoint:
        s3 = double.client(endpoint, **PLAIN)
        s3.put_object(Bucket="lake", Key="k", Body=b"x")
        checks.expect(refused(lambda: double.client(endpoint).put_object(
            Bucket="lake", Key="l", Body=b"x", ChecksumAlgorithm="CRC32")) == "ExcessHeaderValues", "Amazon's checksums")
        checks.expect(refused(lambda: s3.delete_object(Bucket="lake", Key="none")) == "NoSuchKey",
                      "deleting what is not there")
    checks.positions += 1


def exports(checks, directory):
    """The tool, in each profile."""
    database = os.path.join(directory, "t.db")
    tool.noise_table(database, 150)
    for profile in double.PROFILES:
        with double.running(profile) as endpoint:
            done = tool.run(["--from", f"sqlite:{database}", "--table", "t", "--to", "s3://lake/out", "--format", "csv",
                             "--max-file-size", "9MB", "--endpoint", endpoint, "--allow-http", "--path-style",
                             "--region", "eu-west-1", "--profile",
                             "s3-compatible" if profile == "ignoring" else profile], **double.credentials())
            checks.expect(done.returncode == 0 and done.stdout.startswith("COPY 150 rows, 2 files"),
                          f"{profile}: exit {done.returncode}", done.stdout + done.stderr)
            checks.positions += 1


def causes(checks, directory):
    """B9: what concerns the store as a whole is what an error begins with, whatever was asked first."""
    database = os.path.join(directory, "t.db")
    rows = ["--from", f"sqlite:{database}", "--table", "t", "--to"]
    with double.running("s3-compatible") as endpoint:
        at = ["--endpoint", endpoint, "--allow-http", "--path-style", "--region", "eu-west-1"]
        for what, words, bucket, options, more in (
                ("a wrong secret", "the credentials are not accepted", "lake", at, {"AWS_SECRET_ACCESS_KEY": "x" * 40}),
                ("a wrong key", "the credentials are not accepted", "lake", at, {"AWS_ACCESS_KEY_ID": "AKIDOTHER"}),
                ("no bucket", "the bucket does not exist", "sea", at, {}),
                ("nobody there", "cannot reach http://127.0.0.1:1", "lake", [*at[2:], "--endpoint", "http://127.0.0.1:1"], {}),
                ("no keys", "the environment holds no usable keys", "lake", at, {"AWS_ACCESS_KEY_ID": ""})):
            uri = f"s3://{bucket}/out"
            for arguments in ([*rows, uri], [*rows, uri, "--dry-run"], ["status", uri], ["resume", uri], ["abort", uri],
                              ["sweep", uri]):
                done = tool.run([*arguments, *options], **double.credentials() | more)
                said = done.stderr.splitlines()[0]
                checks.expect(done.returncode in (1, 3) and said.startswith(f"copy_to: {words}"), f"{what}: {arguments[0]}", said)
                checks.expect(arguments[0] != "--from" or done.returncode == 1, f"{what}: exit {done.returncode}")
            checks.positions += 1


def main():
    checks = tool.Checks("double")
    with double.running("aws") as endpoint:
        stranger(checks, endpoint)
    rules(checks)
    with tool.scratch() as directory:
        exports(checks, directory)
        causes(checks, directory)
    checks.finish()


main()
