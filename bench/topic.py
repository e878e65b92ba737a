# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""topic.py PROGRAM RECORDS: records per second into a topic of Kafka, in one transaction each, median of 3: ours, and Kafka's own
ProducerPerformance with the same sizes and settings, one after the other on the same broker."""
import os
import re
import statistics
import subprocess
import sys
import uuid

program, records = sys.argv[1], int(sys.argv[2])
broker = os.environ["KAFKA_BOOTSTRAP"]
java = ["java", "-cp", os.environ["KAFKA_CLASSPATH"].replace("\\", "")]


def fresh():
    topic = f"bench-{uuid.uuid4().hex[:10]}"
    subprocess.run([*java, "org.apache.kafka.tools.TopicCommand", "--bootstrap-server", broker, "--create", "--topic", topic], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return topic


def ours(size, form):
    said = subprocess.run([program, broker, fresh(), str(records), str(size), form], check=True, capture_output=True, text=True).stdout
    return {name: float(value) for name, value in re.findall(r"(\w+)=([\d.]+)", said)}


def theirs(size):
    said = subprocess.run([*java, "org.apache.kafka.tools.ProducerPerformance", "--topic", fresh(), "--num-records", str(records), "--record-size", str(size), "--throughput", "-1", "--producer-props",
                           f"bootstrap.servers={broker}", "acks=all", "linger.ms=5", "--transactional-id", uuid.uuid4().hex, "--transaction-duration-ms", "600000"], check=True, capture_output=True, text=True).stdout
    return float(re.findall(r"([\d.]+) records/sec", said)[-1])


for size in (100, 1000):
    runs = [(ours(size, "raw"), theirs(size)) for _ in range(3)]
    mine, other = statistics.median(r[0]["records"] for r in runs), statistics.median(r[1] for r in runs)
    print(f"topic raw size={size} ours={mine:.0f} ProducerPerformance={other:.0f} ratio={mine / other:.2f} cpu={runs[0][0]['cpu']:.2f} MiB={max(r[0]['rss'] for r in runs):.0f}", flush=True)
for form in ("json", "avro"):
    print(f"topic {form} six columns ours={statistics.median(ours(0, form)['records'] for _ in range(3)):.0f}", flush=True)
