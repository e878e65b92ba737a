# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""Rows into topics of a real Kafka broker, read back by confluent-kafka (read_committed), json and fastavro: each once, also
where the exporter is killed at any moment and goes on; partitions as the Java client has them; what is refused.

The last line is "kafka: positions=<n> failures=<n>".
"""
import http.server
import io
import json
import os
import random
import sqlite3
import subprocess
import sys
import threading
import time
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import confluent_kafka  # noqa: E402
import confluent_kafka.admin as admin  # noqa: E402
import fastavro  # noqa: E402
import tool  # noqa: E402

FULL = tool.full_tier()
ROWS = 100_000 if FULL else 3_000
MOMENTS = 200 if FULL else 8
KILLED_ROWS = 20_000 if FULL else 3_000  # of an export that is killed
BOOTSTRAP = os.environ.get("KAFKA_BOOTSTRAP")
RUN = uuid.uuid4().hex[:8]
checks = tool.Checks("kafka")
client = admin.AdminClient({"bootstrap.servers": BOOTSTRAP}) if BOOTSTRAP else None


def expect(good, what, detail=""):
    checks.positions += 1
    return checks.expect(good, what, detail)


def table(path, rows=ROWS):
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE t (id INTEGER NOT NULL, name TEXT, price REAL, flag BOOLEAN, raw BLOB, region TEXT NOT NULL)")
    db.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)",
                   [(i, None if i % 7 == 0 else f"na\"me\\{i}\né", i / 8, i % 3 == 0, bytes([i % 256, 0, 255]), f"r{i % 5}") for i in range(rows)])
    db.commit()
    return rows


def make_topic(name, partitions=3, **config):
    for future in client.create_topics([admin.NewTopic(name, partitions, 1, config={k.replace("_", "."): v for k, v in config.items()})]).values():
        future.result()


def drop_topic(name):
    """So that a broker that is killed and started does not recover hundreds of them."""
    if name in client.list_topics(timeout=10).topics:
        for future in client.delete_topics([name]).values():
            future.result()


def read(topic, isolation="read_committed", timeout=60):
    """All records, by partition, in order."""
    consumer = confluent_kafka.Consumer({"bootstrap.servers": BOOTSTRAP, "group.id": f"g{uuid.uuid4().hex}", "enable.auto.commit": False,
                                         "isolation.level": isolation, "enable.partition.eof": True})
    partitions = consumer.list_topics(topic, 10).topics[topic].partitions
    consumer.assign([confluent_kafka.TopicPartition(topic, p, confluent_kafka.OFFSET_BEGINNING) for p in partitions])
    found, ended, until = {p: [] for p in partitions}, set(), time.monotonic() + timeout
    while len(ended) < len(partitions):
        assert time.monotonic() < until, "the records do not end"
        message = consumer.poll(1)
        if message is None:
            continue
        if message.error():
            assert message.error().code() == confluent_kafka.KafkaError._PARTITION_EOF, message.error()
            ended.add(message.partition())
        else:
            found[message.partition()].append(message)
    consumer.close()
    return found


def values(found):
    return [m for messages in found.values() for m in messages]


def export(path, topic, *options, **more):
    return tool.run(["--from", f"sqlite:{path}", "--table", "t", "--to", f"kafka://{BOOTSTRAP}/{topic}", "--progress-topic", f"progress-{RUN}", *options], **more)


def row_of(i):
    return {"id": i, "name": None if i % 7 == 0 else f"na\"me\\{i}\né", "price": i / 8, "flag": i % 3 == 0, "region": f"r{i % 5}"}


def check_json(path):
    topic = f"json-{RUN}"
    done = export(path, topic, "--key", "region,id", "--headers", "region,name", "--partitions", "3", "--json")
    if not expect(done.returncode == 0, "an export into a topic", done.stderr):
        return
    report = json.loads(done.stdout)
    expect((report["rows"], report["staged"], report["transactions"], report["created_topic"]) == (ROWS, ROWS, 1, True), "its report", done.stdout)
    found = read(topic)
    expect([len(found[p]) for p in sorted(found)] == report["partitions"], "records by partition", report["partitions"])
    seen = {}
    for message in values(found):
        row = json.loads(message.value())
        seen[row["id"]] = row
        row.pop("raw")
        expect(json.loads(message.key()) == {"region": row["region"], "id": row["id"]}, "a key", message.key())
        name = row["name"]
        expect(message.headers() == [("region", row["region"].encode()), ("name", None if name is None else name.encode())], "headers", message.headers())
    expect(len(values(found)) == ROWS and all(seen.get(i) == row_of(i) for i in range(ROWS)), "each row once", len(values(found)))
    for messages in found.values():
        ids = [json.loads(m.value())["id"] for m in messages]
        expect(ids == sorted(ids), "the order of a partition")
    again = export(path, topic, "--export-id", report["export_id"], "--key", "region,id", "--json")
    expect(again.returncode == 0 and json.loads(again.stdout)["staged"] == 0, "a second run of an export that is done", again.stdout + again.stderr)
    expect(len(values(read(topic))) == ROWS, "which adds nothing")
    status = tool.run(["status", f"kafka://{BOOTSTRAP}/{topic}", "--export-id", report["export_id"], "--progress-topic", f"progress-{RUN}", "--json"])
    expect(json.loads(status.stdout) == {"export_id": report["export_id"], "topic": topic, "rows": ROWS, "bytes": report["bytes"], "state": "done"}, "status", status.stdout + status.stderr)


def check_java_partitions(path):
    """librdkafka's murmur2 partitioner is that of the Java client."""
    ours, theirs = f"murmur-{RUN}", f"murmur-theirs-{RUN}"
    make_topic(theirs, 7)
    done = export(path, ours, "--key", "id", "--partitions", "7", "--partition-hash", "murmur2")
    expect(done.returncode == 0, "an export by murmur2", done.stderr)
    producer = confluent_kafka.Producer({"bootstrap.servers": BOOTSTRAP, "partitioner": "murmur2"})
    found = {m.key(): m.partition() for m in values(read(ours))}
    for key in found:
        producer.produce(theirs, b"", key)
        producer.poll(0)
    producer.flush()
    expect(found == {m.key(): m.partition() for m in values(read(theirs))}, "partitions as the Java client has them")
    done = export(path, f"number-{RUN}", "--partitions", "7", "--partition-by", "id")
    expect(done.returncode == 0, "partitions by a column", done.stderr)
    expect(all(json.loads(m.value())["id"] % 7 == m.partition() for m in values(read(f"number-{RUN}"))), "its value modulo the partitions")
    done = export(path, f"none-{RUN}", "--partitions", "7")
    expect(done.returncode == 0 and len(read(f"none-{RUN}")[0]) == ROWS, "no key, partition 0", done.stderr)


class Registry(http.server.BaseHTTPRequestHandler):
    schemas = {}

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        number = 7 + len(Registry.schemas)
        Registry.schemas[number] = (self.path, json.loads(body["schema"]))
        answer = json.dumps({"id": number}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/vnd.schemaregistry.v1+json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


def check_avro_envelope(path, server):
    """The envelope is in the schema that is registered."""
    topic = f"avro-debezium-{RUN}"
    done = export(path, topic, "--format", "avro", "--envelope", "debezium", "--key", "id", "--schema-registry", f"http://127.0.0.1:{server.server_port}")
    if not expect(done.returncode == 0, "an export of Avro in Debezium's envelope", done.stderr):
        return
    (schema,) = (s for p, s in Registry.schemas.values() if p == f"/subjects/{topic}-value/versions")
    parsed, ids = fastavro.parse_schema(schema), []
    for message in values(read(topic)):
        row = fastavro.schemaless_reader(io.BytesIO(message.value()[5:]), parsed)
        after = row["after"]
        after.pop("raw")
        ids.append(after["id"])
        expect((row["before"], row["op"], after) == (None, "r", row_of(after["id"])), "its rows", row)
    expect(sorted(ids) == list(range(ROWS)), "each row once", len(ids))


def check_avro(path):
    topic = f"avro-{RUN}"
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Registry)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    done = export(path, topic, "--format", "avro", "--key", "id", "--partitions", "2", "--schema-registry", f"http://127.0.0.1:{server.server_port}")
    subjects = sorted(p for p, _ in Registry.schemas.values())
    check_avro_envelope(path, server)
    server.shutdown()
    if not expect(done.returncode == 0, "an export of Avro", done.stderr):
        return
    expect(subjects == [f"/subjects/{topic}-key/versions", f"/subjects/{topic}-value/versions"], "subjects", Registry.schemas)
    parsed = {n: fastavro.parse_schema(s) for n, (_, s) in Registry.schemas.items()}
    seen = {}

    def decode(raw):
        expect(raw[0] == 0, "the frame")
        return fastavro.schemaless_reader(io.BytesIO(raw[5:]), parsed[int.from_bytes(raw[1:5], "big")])

    for message in values(read(topic)):
        row = decode(message.value())
        expect(row.pop("raw") == bytes([row["id"] % 256, 0, 255]), "bytes")
        expect(decode(message.key()) == {"id": row["id"]}, "a key")
        seen[row["id"]] = row
    expect(len(seen) == ROWS and all(seen[i] == row_of(i) for i in range(ROWS)), "each row once", len(seen))


def check_envelopes(path):
    topic = f"upsert-{RUN}"
    done = export(path, topic, "--envelope", "upsert", "--key", "id", "--deleted-column", "flag", "--topic-config", "cleanup.policy=compact")
    expect(done.returncode == 0, "an upsert", done.stderr)
    messages = values(read(topic))
    expect(len(messages) == ROWS and all((m.value() is None) == (json.loads(m.key())["id"] % 3 == 0) for m in messages), "tombstones")
    expect(all("flag" not in json.loads(m.value()) for m in messages if m.value() is not None), "without the column that deletes")
    topic = f"debezium-{RUN}"
    done = export(path, topic, "--envelope", "debezium", "--key", "id")
    expect(done.returncode == 0, "a snapshot", done.stderr)
    for message in values(read(topic)):
        row = json.loads(message.value())
        expect(row["before"] is None and row["op"] == "r" and row["ts_ms"] > 1_700_000_000_000 and row["after"]["name"] == row_of(row["after"]["id"])["name"], "its rows", row)
    done = tool.run(["--from", f"sqlite:{path}", "-c", f"COPY (SELECT id, name FROM t WHERE id < 100) TO 'kafka://{BOOTSTRAP}/statement-{RUN}' WITH (FORMAT = 'json', KEY (id), ENVELOPE = 'upsert', PROGRESS TOPIC = 'progress-{RUN}')"])
    expect(done.returncode == 0 and ids_of(f"statement-{RUN}") == list(range(100)), "a COPY statement", done.stderr)
    done = export(path, f"csv-{RUN}", "--format", "csv")
    expect(done.returncode == 0 and len(values(read(f"csv-{RUN}"))) == ROWS, "CSV lines", done.stderr)


def ids_of(topic):
    return sorted(json.loads(m.value())["id"] for m in values(read(topic)))


def check_kills(path, *options):
    """SIGKILL at a moment, then the same command again with the export's id."""
    step = int(options[-1]) if options else KILLED_ROWS  # rows of a transaction
    started = time.monotonic()
    export(path, f"time-{RUN}", *options)
    spent = time.monotonic() - started
    dice = random.Random(7)
    for moment in range(MOMENTS):
        topic, name = f"kill-{RUN}-{len(options)}-{moment}", f"k{RUN}x{len(options)}x{moment}"
        arguments = ["--from", f"sqlite:{path}", "--table", "t", "--to", f"kafka://{BOOTSTRAP}/{topic}", "--progress-topic", f"progress-{RUN}", "--key", "id", "--export-id", name, *options]
        running = tool.start(arguments)
        time.sleep(spent * dice.uniform(0.1, 1.0))
        running.kill()
        running.communicate()
        there = topic in client.list_topics(timeout=10).topics
        before = [] if not there else ids_of_after_abort(topic, arguments)
        expect(before == list(range(len(before))) and (len(before) == KILLED_ROWS or len(before) % step == 0), "what a killed run leaves is whole transactions", (moment, len(before)))
        done = tool.run(arguments)
        expect(done.returncode == 0 and ids_of(topic) == list(range(KILLED_ROWS)), "each row once after another run", (moment, done.stderr))
        drop_topic(topic)


def ids_of_after_abort(topic, arguments):
    """The killed run's transaction stays open until somebody ends it."""
    name = arguments[arguments.index("--export-id") + 1]
    ended = tool.run(["abort", f"kafka://{BOOTSTRAP}/{topic}", "--export-id", name, "--progress-topic", f"progress-{RUN}", "--json"])
    expect(ended.returncode == 0, "abort", ended.stderr)
    found = ids_of(topic)
    rows = (json.loads(ended.stdout) or {"rows": 0})["rows"]
    expect(rows == len(found), "the rows that abort tells of", (rows, len(found)))
    return found


def large(path):
    """A table whose second row is larger than librdkafka sends by default."""
    db = sqlite3.connect(path + ".large")
    db.execute("CREATE TABLE t (id INTEGER, text TEXT)")
    db.executemany("INSERT INTO t VALUES (?, ?)", [(1, "small"), (2, "x" * 2_000_000)])
    db.commit()
    return path + ".large"


def check_tokens():
    """SASL OAUTHBEARER: a session outlives its token, which is asked for again."""
    if "KAFKA_SASL_BOOTSTRAP" not in os.environ:
        return
    for seconds, code, words in ((4, 0, "rows=8 tokens="), (0, 1, "nobody gives a token")):
        done = subprocess.run([tool.helper("integration_kafka"), os.environ["KAFKA_SASL_BOOTSTRAP"], f"bearer-{RUN}", f"progress-{RUN}", str(seconds)], text=True, capture_output=True, timeout=120)
        if expect(done.returncode == code and words in done.stdout, "a bearer token", (seconds, done.stdout, done.stderr)) and code == 0:
            expect(int(done.stdout.rsplit("=", 1)[1]) >= 2, "is renewed", done.stdout)
    done = tool.run(["--from", "sqlite:none.db", "--table", "t", "--to", f"kafka://{BOOTSTRAP}/t", "--sasl", "msk-iam"], AWS_REGION="")
    expect(done.returncode == 2 and "--sasl msk-iam needs --region" in done.stderr, "MSK's IAM needs a region", done.stderr)


def check_broker_killed(path):
    """SIGKILL of the broker at a moment; it comes up again, and the export goes on, or another run does."""
    server = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "servers", "kafka")
    dice = random.Random(13)
    for moment in range(50 if FULL else 1):
        topic, name = f"broker-{RUN}-{moment}", f"b{RUN}x{moment}"
        arguments = ["--from", f"sqlite:{path}", "--table", "t", "--to", f"kafka://{BOOTSTRAP}/{topic}", "--progress-topic", f"progress-{RUN}", "--key", "id", "--export-id", name,
                     *([] if moment % 2 else ["--transaction-rows", "100"])]
        running = tool.start(arguments)
        time.sleep(dice.uniform(0.2, 2))
        subprocess.run([server, "kill"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        subprocess.run([server, "start"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        said = running.communicate(timeout=300)[1]
        done = running.returncode == 0 or tool.run(arguments, timeout=300).returncode == 0
        expect(done and ids_of(topic) == list(range(KILLED_ROWS)), "each row once after the broker was killed", (moment, running.returncode, said))
        drop_topic(topic)


def check_refusals(path):
    def refused(words, *options, to=None, source=path, **more):
        done = tool.run(["--from", f"sqlite:{source}", "--table", "t", "--to", to or f"kafka://{BOOTSTRAP}/bad-{RUN}", *options], **more)
        expect(done.returncode in (1, 2) and words in done.stderr, f"a refusal: {words}", (done.returncode, done.stderr))
        expect("wrong-word" not in done.stdout + done.stderr, "a password was printed")

    refused("no broker of the cluster can be reached", to="kafka://127.0.0.1:1/t")
    refused(f"there is no topic `bad-{RUN}`", "--no-create")
    refused("names a column that the rows do not have", "--key", "nobody")
    refused("the upsert envelope needs a key", "--envelope", "upsert")
    refused("can be no topic of Kafka", to=f"kafka://{BOOTSTRAP}/a$b")
    refused("has no effect on a topic", "--header")
    for words, options in (("--partitions has no effect beside --no-create", ("--no-create", "--partitions", "5")), ("--topic-config must be NAME=VALUE", ("--topic-config", "foo")),
                           ("--partition-hash has no effect without --key", ("--partition-hash", "murmur2")), ("--key-schema-id has no effect without --key", ("--format", "avro", "--key-schema-id", "3")),
                           ("--key names no column", ("--key", "")), ("go together", ("--format", "avro", "--key", "id", "--schema-id", "3")),
                           ("--export-id must be 1 to 64 letters", ("--export-id", "a b")), ("it has id, ", ("--key", "Id"))):
        refused(words, *options)
    for what in ("status", "abort"):
        for options in (("--dry-run",), ("--key", "id"), ("--from", f"sqlite:{path}"), ("--partitions", "3")):
            done = tool.run([what, f"kafka://{BOOTSTRAP}/bad-{RUN}", "--export-id", "none", *options])
            expect(done.returncode == 2 and f"{options[0]} has no effect" in done.stderr, f"{what} refuses what it would not look at", done.stderr)
    refused("the key of a row is NULL", "--envelope", "upsert", "--key", "name", "--progress-topic", f"progress-{RUN}")
    make_topic(f"three-{RUN}", 3)
    refused("has 3 partitions", "--progress-topic", f"three-{RUN}")
    make_topic(f"expires-{RUN}", 1, retention_ms="1000")
    refused("records of the progress topic", "--progress-topic", f"expires-{RUN}")
    refused("librdkafka", "--kafka-config", "no.such.setting=1")
    refused("is the exporter's own", "--kafka-config", "acks=1")
    for name in ("sasl.password", "ssl.key.pem", "sasl.oauthbearer.client.secret"):
        refused("would show a secret", "--kafka-config", f"{name}=wrong-word")
    refused("the transactional id cannot be taken", "--transaction-timeout", "901", "--progress-topic", f"progress-{RUN}")
    refused("is larger than librdkafka sends, row 2", "--progress-topic", f"progress-{RUN}", source=large(path))
    if "KAFKA_SASL_BOOTSTRAP" in os.environ:
        refused("shows the password to anybody", "--user", os.environ["KAFKA_USER"], to=f"kafka://{os.environ['KAFKA_SASL_BOOTSTRAP']}/bad-{RUN}", KAFKA_PASSWORD="wrong-word-7")
        refused("Authentication failed", "--allow-http", "--user", os.environ["KAFKA_USER"], to=f"kafka://{os.environ['KAFKA_SASL_BOOTSTRAP']}/bad-{RUN}", KAFKA_PASSWORD="wrong-word-7")
        done = tool.run(["--from", f"sqlite:{path}", "--table", "t", "--to", f"kafka://{os.environ['KAFKA_SASL_BOOTSTRAP']}/sasl-{RUN}", "--user", os.environ["KAFKA_USER"], "--allow-http", "--progress-topic", f"progress-{RUN}"])
        expect(done.returncode == 0, "SASL PLAIN", done.stderr)
        done = tool.run(["--from", f"sqlite:{path}", "--table", "t", "--to", f"kafka://{os.environ['KAFKA_SSL_BOOTSTRAP']}/tls-{RUN}", "--ca-file", os.environ["KAFKA_CA"], "--progress-topic", f"progress-{RUN}"])
        expect(done.returncode == 0, "TLS", done.stderr)
        refused("SSL", "--tls", to=f"kafka://{os.environ['KAFKA_SSL_BOOTSTRAP']}/bad-{RUN}")
    # Another order, or other rows, than those that are committed.
    topic = f"other-{RUN}"
    done = export(path, topic, "--key", "id", "--export-id", f"o{RUN}", "--transaction-rows", "500")
    expect(done.returncode == 0, "an export in transactions", done.stderr)
    with tool.scratch() as directory:
        changed = os.path.join(directory, "changed.db")
        table(changed, ROWS)
        make_topic(f"progress2-{RUN}", 1, cleanup_policy="compact")
        running = tool.run(["--from", f"sqlite:{changed}", "--query", f"SELECT * FROM t WHERE id < {ROWS - 50} OR json_extract('x', '$')", "--to", f"kafka://{BOOTSTRAP}/{topic}b", "--export-id", f"p{RUN}",
                            "--transaction-rows", "500", "--key", "id", "--progress-topic", f"progress2-{RUN}"])
        expect(running.returncode == 4 and "rows are committed; run it again with the export id" in running.stderr, "a source that fails behind committed rows", running.stderr)
        status = tool.run(["status", f"kafka://{BOOTSTRAP}/{topic}b", "--export-id", f"p{RUN}", "--progress-topic", f"progress2-{RUN}"])
        expect(status.returncode == 3 and "was not at its end" in status.stderr + status.stdout, "the status of what was left", (status.returncode, status.stdout))
        expect(f"export p{RUN}" in running.stderr, "the id is told before the end", running.stderr)
        for options in (("--partition-hash", "murmur2"), ("--headers", "id")):
            moved = tool.run(["--from", f"sqlite:{changed}", "--table", "t", "--to", f"kafka://{BOOTSTRAP}/{topic}b", "--export-id", f"p{RUN}", "--transaction-rows", "500", "--key", "id", "--progress-topic", f"progress2-{RUN}", *options])
            expect(moved.returncode == 4 and "the source gives other rows than the" in moved.stderr, "other places are refused", (options, moved.stderr))
        again = tool.run(["--from", f"sqlite:{changed}", "--query", "SELECT * FROM t ORDER BY id DESC", "--to", f"kafka://{BOOTSTRAP}/{topic}b", "--export-id", f"p{RUN}", "--transaction-rows", "500", "--key",
                          "id", "--progress-topic", f"progress2-{RUN}"])
        expect(again.returncode == 4 and "the source gives other rows than the" in again.stderr, "another order is refused", again.stderr)
        last = tool.run(["--from", f"sqlite:{changed}", "--table", "t", "--to", f"kafka://{BOOTSTRAP}/{topic}b", "--export-id", f"p{RUN}", "--transaction-rows", "500", "--key", "id", "--progress-topic", f"progress2-{RUN}"])
        expect(last.returncode == 0 and ids_of(f"{topic}b") == list(range(ROWS)), "and the right one goes on", last.stderr)


def main():
    if not BOOTSTRAP:
        raise SystemExit("KAFKA_BOOTSTRAP is not set: tests/servers/kafka up, then eval \"$(tests/servers/kafka env)\"")
    with tool.scratch() as directory:
        path = os.path.join(directory, "t.db")
        table(path)
        check_json(path)
        check_java_partitions(path)
        check_avro(path)
        check_envelopes(path)
        check_refusals(path)
        killed = os.path.join(directory, "killed.db")
        table(killed, KILLED_ROWS)
        check_kills(killed)
        check_kills(killed, "--transaction-rows", "400")
        check_broker_killed(killed)
        check_tokens()
    checks.finish()


if __name__ == "__main__":
    main()
