# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""The test server's bucket, seen by a client that is not ours (botocore)."""
import os

import botocore.config
import botocore.exceptions
import botocore.session


def setting(name):
    value = os.environ.get(name)
    if not value:
        raise SystemExit(f"{name} is not set: start the test server with tests/servers/rgw up and evaluate "
                         "tests/servers/rgw env")
    return value


class Bucket:
    def __init__(self, name=None, client=None):
        self.name = name or setting("S3_TEST_BUCKET")
        self.client = client or botocore.session.get_session().create_client(
            "s3", endpoint_url=setting("S3_TEST_ENDPOINT"), region_name=setting("S3_TEST_REGION"),
            aws_access_key_id=setting("S3_TEST_ACCESS_KEY"), aws_secret_access_key=setting("S3_TEST_SECRET_KEY"),
            config=botocore.config.Config(s3={"addressing_style": "path"}, retries={"max_attempts": 10},
                                        request_checksum_calculation="when_required", response_checksum_validation="when_required"))

    def keys(self, prefix):
        """All keys that begin with the prefix, sorted."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix)
        return [o["Key"] for page in pages for o in page.get("Contents", [])]

    def get(self, key):
        return self.client.get_object(Bucket=self.name, Key=key)["Body"].read()

    def put(self, key, body):
        self.client.put_object(Bucket=self.name, Key=key, Body=body)

    def uploads(self, prefix):
        """(key, upload id) of the uploads that are neither completed nor aborted; none where a stranger lists none."""
        pages = self.client.get_paginator("list_multipart_uploads").paginate(Bucket=self.name, Prefix=prefix)
        try:
            return [(u["Key"], u["UploadId"]) for page in pages for u in page.get("Uploads", [])]
        except botocore.exceptions.ClientError as why:
            if os.environ.get("S3_TEST_SERVER") and why.response["Error"]["Code"] == "NotImplemented":
                return []
            raise

    def files(self, prefix):
        """Keys that are data: all but the control object."""
        return [k for k in self.keys(prefix) if "/_copyto." not in k]

    def purge(self, prefix):
        for key in self.keys(prefix):
            self.client.delete_object(Bucket=self.name, Key=key)
        for key, upload in self.uploads(prefix):
            self.client.abort_multipart_upload(Bucket=self.name, Key=key, UploadId=upload)
