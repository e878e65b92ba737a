# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""upload.py DIRECTORY [GIB]: our uploads against bare libcurl, boto3, the AWS CLI, s5cmd and pyarrow, in one run.

Each sends GIB (4) to the same sink (bench/sink.cpp) over TLS, in parts of 8 MiB where it lets us choose, otherwise by its
defaults. The sink has the last processor to itself, the clients the others. Ours and libcurl (bench/upload.cpp) take
blocks from memory, pyarrow, too; the others a file in /dev/shm. All are processes of their own and are told nothing but
keys; for boto3 and pyarrow the time and CPU of importing them do not count. Ours and libcurl take turns, since the
ratio of these two is what is looked at; a figure is the median of the rounds.

    <client> MBps=<x> cpu_s_per_GB=<y> peak_MiB=<z>
"""
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time

MIB = 1 << 20
PART = 8 * MIB
ROUNDS = {"copyto": 7, "libcurl": 7}  # of the peers: 1

BOTO3 = """
import boto3, boto3.s3.transfer, botocore.config, sys
client = boto3.client("s3", config=botocore.config.Config(s3={"addressing_style": "path"}))
with measured():
    client.upload_file(sys.argv[1], "lake", "boto3/object", Config=boto3.s3.transfer.TransferConfig(multipart_chunksize=PART))
"""
PYARROW = """
import os, pyarrow.fs, sys
pyarrow.fs.initialize_s3(pyarrow.fs.S3LogLevel.Error)
s3 = pyarrow.fs.S3FileSystem(region="us-east-1", endpoint_override=os.environ["AWS_ENDPOINT_URL"].removeprefix("https://"),
                             tls_ca_file_path=os.environ["AWS_CA_BUNDLE"])
block, left = os.urandom(64 * 1024), int(sys.argv[2])
with measured():
    with s3.open_output_stream("lake/pyarrow/object") as out:
        while left:
            left -= out.write(block[:left])
del s3
"""
MEASURED = f"""
import contextlib, resource, time
PART = {PART}
@contextlib.contextmanager
def measured():
    def cpu():
        used = resource.getrusage(resource.RUSAGE_SELF)
        return used.ru_utime + used.ru_stime
    start, cpu_before = time.perf_counter(), cpu()
    yield
    print(time.perf_counter() - start, cpu() - cpu_before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, 0)
"""


@contextlib.contextmanager
def sink(program, directory, processors):
    """A certificate that lasts a day, and the sink with it: its URL and the certificate."""
    certificate, key = os.path.join(directory, "certificate.pem"), os.path.join(directory, "key.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                    "-keyout", key, "-out", certificate], check=True, capture_output=True)
    process = subprocess.Popen([program, certificate, key], stdout=subprocess.PIPE, text=True,
                               preexec_fn=lambda: os.sched_setaffinity(0, processors))
    try:
        yield process.stdout.readline().strip(), certificate
    finally:
        process.kill()
        process.wait()


def measure(command, environment, processors):
    """Seconds, seconds of CPU and peak bytes, as the program says or, if it says nothing, of its whole process."""
    start = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               preexec_fn=lambda: os.sched_setaffinity(0, processors))
    said, why = process.stdout.read(), process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{command[0]} failed: {why.decode()[-2000:]}")
    words = said.split()
    if len(words) == 4:
        with contextlib.suppress(ValueError):
            return tuple(float(word) for word in words)
    return time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024, 0


def main():
    directory = sys.argv[1]
    size = int(float(sys.argv[2] if len(sys.argv) > 2 else 4) * (1 << 30))
    processors = sorted(os.sched_getaffinity(0))
    if len(processors) < 2:
        raise SystemExit("upload.py: needs two processors")
    beside = os.path.dirname(sys.executable)
    with tempfile.TemporaryDirectory(dir="/dev/shm") as shm, \
            sink(os.path.join(directory, "bench_sink"), shm, processors[-1:]) as (endpoint, certificate):
        config, path = os.path.join(shm, "aws"), os.path.join(shm, "object")
        with open(config, "w", encoding="utf-8") as out:
            out.write(f"[default]\ns3 =\n  addressing_style = path\n  multipart_chunksize = {PART}\n")
        block = os.urandom(MIB)
        with open(path, "wb") as out:
            for at in range(0, size, MIB):
                out.write(block[:size - at])
        environment = {"PATH": os.environ["PATH"], "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_REGION": "us-east-1", "HOME": shm,
                       "AWS_SECRET_ACCESS_KEY": "not-a-secret-at-all", "AWS_ENDPOINT_URL": endpoint, "AWS_CA_BUNDLE": certificate,
                       "AWS_DEFAULT_REGION": "us-east-1", "AWS_CONFIG_FILE": config, "AWS_EC2_METADATA_DISABLED": "true",
                       "SSL_CERT_FILE": certificate}
        ours = [os.path.join(directory, "bench_upload")]
        clients = {
            "copyto": [*ours, "ours", endpoint, certificate, str(size), str(PART)],
            "libcurl": [*ours, "curl", endpoint, certificate, str(size), str(PART)],
            "boto3": [sys.executable, "-c", MEASURED + BOTO3, path, str(size)],
            "aws-cli": [os.path.join(beside, "aws"), "s3", "cp", "--only-show-errors", path, "s3://lake/cli/object"],
            "s5cmd": [os.path.join(beside, "s5cmd"), "--endpoint-url", endpoint, "cp", "-p", str(PART // MIB), path, "s3://lake/s5cmd/object"],
            "pyarrow": [sys.executable, "-c", MEASURED + PYARROW, path, str(size)],
        }
        runs = {name: [] for name in clients}
        for turn in range(max(ROUNDS.values())):
            for name, command in clients.items():
                if turn < ROUNDS.get(name, 1):
                    runs[name].append(measure(command, environment, processors[:-1]))
    results = {}
    for name, measured in runs.items():
        seconds, cpu, peak, bound = (statistics.median(column) for column in zip(*measured))
        results[name] = (size / seconds / 1e6, cpu / size * 1e9)
        if bound:
            print(f"{name}: memory_bound {bound / MIB:.1f} MiB, peak {max(m[2] for m in measured) / MIB:.1f} MiB")
        runs[name] = f"{name} MBps={size / seconds / 1e6:.0f} cpu_s_per_GB={cpu / size * 1e9:.3f} peak_MiB={peak / MIB:.0f}"
    print(f"copyto / libcurl: speed {results['copyto'][0] / results['libcurl'][0]:.2f}, "
          f"CPU {results['copyto'][1] / results['libcurl'][1]:.2f}")
    print("\n".join(runs.values()))


main()
