# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""What objects carry: each option of copy_to is read back from the real server by botocore, on a file of one part and on one
of several; the control object carries what a bucket's policy may demand, and nothing that would keep it; what the server or
the service lacks is refused, and nothing is visible."""
import base64
import datetime
import os
import re
import sys
import uuid

import botocore.config
import botocore.session

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import s3  # noqa: E402
import tool  # noqa: E402

# Two files: one of a few rows and one of several parts.
ROWS = ["--from", "sqlite::memory:", "--format", "csv", "--query",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 90000) "
        "SELECT i, printf('%0120d', i * 7919) AS text FROM n", "--part-size", "6MB"]


def forgets(client, bucket, what, look, **attributes):
    """Whether the server forgets this of an upload of several parts, whoever asks for it (RADOS Gateway 16 does)."""
    key = f"attributes-{uuid.uuid4().hex}"
    there = {"Bucket": bucket, "Key": key}
    upload = client.create_multipart_upload(**there, **attributes)["UploadId"]
    tag = client.upload_part(**there, UploadId=upload, PartNumber=1, Body=b"x")["ETag"]
    client.complete_multipart_upload(**there, UploadId=upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": tag}]})
    kept = look(there)
    print(f"attributes: the server {'keeps' if kept else 'forgets'} {what} of uploads")
    return not kept


def main():
    checks = tool.Checks("attributes")
    bucket = s3.Bucket()
    tls = botocore.session.get_session().create_client(
        "s3", endpoint_url=s3.setting("S3_TEST_ENDPOINT_TLS"), region_name=s3.setting("S3_TEST_REGION"), verify=s3.setting("S3_TEST_CA_FILE"),
        aws_access_key_id=s3.setting("S3_TEST_ACCESS_KEY"), aws_secret_access_key=s3.setting("S3_TEST_SECRET_KEY"),
        config=botocore.config.Config(s3={"addressing_style": "path"}, request_checksum_calculation="when_required",
                                    response_checksum_validation="when_required"))
    over_tls = ["--endpoint", s3.setting("S3_TEST_ENDPOINT_TLS"), "--ca-file", s3.setting("S3_TEST_CA_FILE"), "--region",
                s3.setting("S3_TEST_REGION"), "--path-style"]

    def export(what, options, place, name=bucket.name, secret=None):
        """The head of each file of an export, and the prefix."""
        checks.positions += 1
        prefix = f"attributes-{uuid.uuid4().hex}"
        done = tool.run([*ROWS, "--to", f"s3://{name}/{prefix}", *place, *options, "--verbose"])
        checks.expect(done.returncode == 0, f"{what}: exit {done.returncode}", done.stderr[-2000:])
        checks.expect(secret is None or secret not in done.stdout + done.stderr, f"{what}: the key is told")
        there = s3.Bucket(name)
        keys = there.keys(prefix)
        checks.expect(len(keys) == 1 and "_copyto." not in keys[0] and not there.uploads(prefix), f"{what}: what is there", str(keys))
        return keys[0] if keys else None

    def refused(what, options, words, place=None, status=None, to=f"s3://{bucket.name}/refused"):
        checks.positions += 1
        done = tool.run([*ROWS, "--to", to, *(place or tool.bucket_options()), *options])
        good = done.returncode == status if status else done.returncode in (1, 2)
        checks.expect(good and re.search(words, done.stderr), f"{what}: exit {done.returncode}", done.stderr)
        checks.expect(not bucket.keys("refused"), f"{what}: something is visible")

    plain = tool.bucket_options()
    key = export("labels", ["--tag", "team=data & more", "--tag", "üml=ä=b", "--metadata", "Origin=nightly", "--metadata", "x.y=1 2",
                            "--cache-control", "max-age=60", "--content-disposition", 'attachment; filename="a.csv"',
                            "--content-language", "de", "--storage-class", "STANDARD"], plain)
    head = bucket.client.head_object(Bucket=bucket.name, Key=key)
    checks.expect({k: v for k, v in head["Metadata"].items() if k != "copyto-token"} == {"origin": "nightly", "x.y": "1 2"}, "metadata",
                  str(head["Metadata"]))
    checks.expect((head.get("CacheControl"), head.get("ContentDisposition"), head.get("ContentLanguage"), head["ContentType"]) ==
                  ("max-age=60", 'attachment; filename="a.csv"', "de", "text/csv"), "headers", str(head))
    tags = bucket.client.get_object_tagging(Bucket=bucket.name, Key=key).get("TagSet", [])
    forgotten = forgets(bucket.client, bucket.name, "tags", lambda there: bucket.client.get_object_tagging(**there).get("TagSet"), Tagging="a=b")
    checks.expect(forgotten or sorted((t["Key"], t["Value"]) for t in tags) == [("team", "data & more"), ("üml", "ä=b")], "tags", str(tags))

    key = export("an ACL", ["--acl", "public-read"], plain)
    grants = bucket.client.get_object_acl(Bucket=bucket.name, Key=key)["Grants"]
    checks.expect(any(g["Permission"] == "READ" and g["Grantee"].get("URI", "").endswith("AllUsers") for g in grants), "ACL", str(grants))

    key = export("a key of KMS", ["--sse", "aws:kms", "--kms-key", s3.setting("S3_TEST_KMS_KEY_ID")], over_tls)
    head = tls.head_object(Bucket=bucket.name, Key=key)
    checks.expect((head.get("ServerSideEncryption"), head.get("SSEKMSKeyId")) == ("aws:kms", s3.setting("S3_TEST_KMS_KEY_ID")), "KMS", str(head))
    checks.expect(len(tls.get_object(Bucket=bucket.name, Key=key)["Body"].read()) == head["ContentLength"], "KMS: the contents")

    # A key of one's own: without it nobody reads.
    with tool.scratch() as directory:
        own = os.urandom(32)
        path = os.path.join(directory, "key")
        for what, text in (("bytes", own), ("base64", base64.b64encode(own) + b"\n")):
            with open(path, "wb") as file:
                file.write(text)
            key = export(f"a key of one's own, as {what}", ["--sse-customer-key-file", path], over_tls, secret=base64.b64encode(own).decode())
            got = tls.get_object(Bucket=bucket.name, Key=key, SSECustomerAlgorithm="AES256", SSECustomerKey=own)
            checks.expect(got["Body"].read().count(b"\n") == 90000 and got["SSECustomerAlgorithm"] == "AES256", "SSE-C: the contents", str(got))
            try:
                tls.get_object(Bucket=bucket.name, Key=key)
                checks.expect(False, "SSE-C: it is read without the key")
            except tls.exceptions.ClientError as why:
                checks.expect(why.response["ResponseMetadata"]["HTTPStatusCode"] == 400, "SSE-C: without the key", str(why))
        done = tool.run(["verify", f"s3://{bucket.name}/{key.split('/')[0]}", *over_tls, "--sse-customer-key-file", path])
        checks.expect(done.returncode != 0 and "manifest" in done.stderr, "SSE-C: verify finds no manifest", done.stderr)
        refused("a key of one's own without TLS", ["--sse-customer-key-file", path], "not encrypted", status=2)
        with open(path, "wb") as file:
            file.write(own[:31])
        refused("half a key", ["--sse-customer-key-file", path], "32 bytes", status=2)

    # A lock: the files have it, and what the export itself makes and deletes does not.
    locked = f"locked-{uuid.uuid4().hex[:12]}"
    client = bucket.client
    client.create_bucket(Bucket=locked, ObjectLockEnabledForBucket=True)
    until = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) + datetime.timedelta(hours=1)
    key = export("a lock", ["--object-lock", "GOVERNANCE", "--lock-until", until.strftime("%Y-%m-%dT%H:%M:%SZ"), "--legal-hold"], plain, locked)
    head = client.head_object(Bucket=locked, Key=key)
    forgotten = forgets(client, locked, "locks", lambda there: client.head_object(**there).get("ObjectLockMode"), ObjectLockMode="GOVERNANCE",
                        ObjectLockRetainUntilDate=until)
    checks.expect(forgotten or (head.get("ObjectLockMode"), head.get("ObjectLockRetainUntilDate"), head.get("ObjectLockLegalHoldStatus")) ==
                  ("GOVERNANCE", until, "ON"), "lock", str(head))
    versions = client.list_object_versions(Bucket=locked)
    for version in versions.get("Versions", []):
        if "_copyto." not in version["Key"]:
            client.put_object_legal_hold(Bucket=locked, Key=version["Key"], VersionId=version["VersionId"], LegalHold={"Status": "OFF"})
            client.delete_object(Bucket=locked, Key=version["Key"], VersionId=version["VersionId"], BypassGovernanceRetention=True)
        else:  # control objects and probes: nothing holds them
            client.delete_object(Bucket=locked, Key=version["Key"], VersionId=version["VersionId"])
    for marker in versions.get("DeleteMarkers", []):
        client.delete_object(Bucket=locked, Key=marker["Key"], VersionId=marker["VersionId"])
    client.delete_bucket(Bucket=locked)

    # Guards are on every request.
    done = tool.run([*ROWS, "--to", f"s3://{bucket.name}/guards-{uuid.uuid4().hex}", *plain, "--expected-bucket-owner", "123456789012",
                     "--requester-pays"])
    checks.expect(done.returncode == 0, "guards", done.stderr)  # this server does not look at them; the unit tests do

    # What cannot be right, before any request.
    for what, options, words in (
            ("an encryption", ["--sse", "rot13"], "--sse is none of"), ("a key without its kind", ["--kms-key", "k"], "--kms-key has no effect"),
            ("eleven tags", [x for i in range(11) for x in ("--tag", f"t{i}=v")], "--tag has more than 10"),
            ("a tag twice", ["--tag", "a=1", "--tag", "a=2"], "a name twice"), ("a tag without a value", ["--tag", "a"], "--tag must be a name"),
            ("metadata that is too long", ["--metadata", "a=" + "x" * 2048], "has room for 1955"),
            ("metadata of another alphabet", ["--metadata", "a=ü"], "no header can"), ("our own metadata", ["--metadata", "copyto-token=x"], "cannot be one"),
            ("half a lock", ["--object-lock", "GOVERNANCE"], "needs both"), ("another lock", ["--object-lock", "X", "--lock-until", "2099-01-01T00:00:00Z"],
                                                                           "neither GOVERNANCE"),
            ("a lock in the past", ["--object-lock", "GOVERNANCE", "--lock-until", "2001-01-01T00:00:00Z"], "lies in the past"),
            ("an odd time", ["--object-lock", "GOVERNANCE", "--lock-until", "tomorrow"], "--lock-until cannot be"),
            ("an owner", ["--expected-bucket-owner", "me"], "no account id"), ("a grant", ["--grant", "all=id"], "another permission"),
            ("a bucket key", ["--bucket-key", "maybe"], "--bucket-key cannot be"), ("a line in a header", ["--cache-control", "a\r\nx: y"], "no header can")):
        refused(what, options, words, status=2)
    google = ["--endpoint", "https://storage.googleapis.com"]
    cloudflare = ["--account", "a" * 32]
    for where, place, options in (("gs://b/refused", google, (["--sse", "AES256"], ["--tag", "a=b"], ["--legal-hold"], ["--requester-pays"])),
                                  ("r2://b/refused", cloudflare, (["--acl", "private"], ["--sse", "aws:kms"], ["--tag", "a=b"], ["--legal-hold"]))):
        for one in options:
            refused(f"{one[0]} at {where}", one, "has nothing like " + one[0].replace("--requester-pays", "--requester-pays"), place=place, to=where, status=2)
    refused("a directory", ["--tag", "a=b"], "is for buckets", place=["--max-file-rows", "5"], to="/tmp/copyto-refused", status=2)

    for prefix in {k.split("/")[0] for k in bucket.keys("attributes-") + bucket.keys("guards-")}:
        bucket.purge(prefix)
    checks.finish()


main()
