# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""Where requests go: every bucket x region x kind of endpoint here goes where botocore's rules for S3 send it, is signed for
the same region, and is refused where they refuse. The table below says where we refuse more, and why."""
import itertools
import subprocess
import sys

import botocore.session
from botocore.exceptions import EndpointProviderError
from botocore.endpoint_provider import EndpointProvider

BUCKETS = ["lake", "my.lake", "Lake", "my_lake", "ab", "lake-1", "1lake", "name-abc123-s3alias",
           "arn:aws:s3:eu-west-1:123456789012:accesspoint/lake", "arn:aws-us-gov:s3:us-gov-west-1:123456789012:accesspoint:lake",
           "arn:aws-cn:s3:cn-north-1:123456789012:accesspoint/lake", "arn:aws:s3:eu-west-1:123456789012:accesspoint/my.lake",
           "arn:aws:s3:eu-west-1:12345:accesspoint/lake", "arn:aws:s3::123456789012:accesspoint/m.mrap",
           "arn:aws:s3-outposts:eu-west-1:123456789012:outpost/op-01234567890123456/accesspoint/lake",
           "arn:aws:s3-object-lambda:eu-west-1:123456789012:accesspoint/lake", "lake--euw1-az1--x-s3"]
REGIONS = ["us-east-1", "eu-west-1", "cn-north-1", "us-gov-west-1", "us-iso-east-1", "us-isob-east-1", "eusc-de-east-1", "ap-southeast-7"]
FLAGS = ["-", "f", "d", "a", "p", "fd", "fa", "da", "dp", "fp", "ap"]

STRICTER = [
    (lambda b, r, f: b.endswith("--x-s3"), "directory buckets speak another dialect"),
    (lambda b, r, f: ".mrap" in b, "multi-region access points take SigV4A"),
    (lambda b, r, f: "outposts" in b or "object-lambda" in b, "access points of Outposts and Object Lambda are other services"),
    (lambda b, r, f: "a" in f and (r.startswith(("cn-", "us-iso", "eusc-")) or "p" in f), "acceleration is for one partition, without paths"),
    (lambda b, r, f: b.startswith("arn:") and ("a" in f or "p" in f), "an access point has its host"),
    (lambda b, r, f: ":12345:" in b, "an account has 12 digits"),
    (lambda b, r, f: "a" in f, "a bucket whose name is no host name cannot be accelerated"),
]


def main():
    program = sys.argv[1]
    loader = botocore.session.get_session().get_component("data_loader")
    rules = EndpointProvider(loader.load_service_model("s3", "endpoint-rule-set-1"), loader.load_data("partitions"))
    cases = list(itertools.product(BUCKETS, REGIONS, FLAGS))
    done = subprocess.run([program], input="\n".join(" ".join(c) for c in cases), text=True, capture_output=True, check=True)
    lines = done.stdout.splitlines()
    assert len(lines) == len(cases), (len(lines), len(cases))
    failures = good = 0
    for (bucket, region, flags), ours in zip(cases, lines):
        try:
            found = rules.resolve_endpoint(Bucket=bucket, Region=region, UseFIPS="f" in flags, UseDualStack="d" in flags,
                                           Accelerate="a" in flags, ForcePathStyle="p" in flags, UseGlobalEndpoint=False,
                                           UseArnRegion=True, DisableAccessPoints=False, DisableMultiRegionAccessPoints=False,
                                           DisableS3ExpressSessionAuth=False)
            schemes = found.properties.get("authSchemes", [{}])
            theirs = f"{found.url.rstrip('/')}/ {schemes[0].get('signingRegion', '*')}"
        except EndpointProviderError:
            theirs = "error"
        if ours.startswith("error") and (theirs == "error" or any(rule(bucket, region, flags) for rule, _ in STRICTER)):
            continue
        good += 1
        if ours != theirs:
            failures += 1
            print(f"FAILED: {bucket} in {region}, {flags}\n  botocore {theirs}\n  here     {ours}")
    print(f"endpoints: {len(cases)} cases, {good} resolved, {failures} differ")
    sys.exit(1 if failures or good < 300 else 0)


main()
