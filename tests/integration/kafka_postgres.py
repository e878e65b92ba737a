# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""A PostgreSQL table with edge values of every type into topics of a real broker, as JSON and as Avro, read back by Kafka's own
console consumer (Java) and by confluent-kafka: the same bytes by both, and the same rows as the table by EXCEPT ALL both ways.
The partitions of a million keys (5,000 in the short tier) are those of Kafka's Java producer, and of SeaHash.

The last line is "kafka_postgres: positions=<n> failures=<n>".
"""
import base64
import datetime
import decimal
import hashlib
import io
import json
import os
import subprocess
import sys
import tempfile
import time
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import confluent_kafka  # noqa: E402
import confluent_kafka.admin as admin  # noqa: E402
import every_type  # noqa: E402
import fastavro  # noqa: E402
import postgres  # noqa: E402
import tool  # noqa: E402

ROWS = 1_000_000 if tool.full_tier() else 5_000
PARTITIONS = 7 if tool.full_tier() else 2
BOOTSTRAP = os.environ.get("KAFKA_BOOTSTRAP")
RUN = uuid.uuid4().hex[:8]
TABLE = f"topic_{RUN}"
NESTED = (("ints", "integer[]", "CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN '{}'::integer[] ELSE ARRAY[i::integer, NULL, -1] END"),
          ("words", "text[]", "CASE i % 4 WHEN 0 THEN NULL ELSE ARRAY['', NULL, E'a\\\\\"b\\n', i::text] END"))
checks = tool.Checks("kafka_postgres")


def expect(good, what, detail=""):
    checks.positions += 1
    return checks.expect(good, what, detail)


# --- consumers and the Java producer --------------------------------------------------------------

def read(topic):
    """(key, value) of all records, by partition, in order: confluent-kafka."""
    consumer = confluent_kafka.Consumer({"bootstrap.servers": BOOTSTRAP, "group.id": f"g{uuid.uuid4().hex}", "enable.auto.commit": False,
                                         "isolation.level": "read_committed", "enable.partition.eof": True})
    partitions = consumer.list_topics(topic, 10).topics[topic].partitions
    consumer.assign([confluent_kafka.TopicPartition(topic, p, confluent_kafka.OFFSET_BEGINNING) for p in partitions])
    found, ended, until = {p: [] for p in partitions}, set(), time.monotonic() + 600
    while len(ended) < len(partitions):
        assert time.monotonic() < until, "the records do not end"
        for message in consumer.consume(10_000, 1):
            if message.error():
                assert message.error().code() == confluent_kafka.KafkaError._PARTITION_EOF, message.error()
                ended.add(message.partition())
            else:
                found[message.partition()].append((message.key(), message.value()))
    consumer.close()
    return found


def java(what, *arguments, **more):
    return subprocess.run(["java", "-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp", os.environ["KAFKA_CLASSPATH"], f"org.apache.kafka.tools.{what}", "--bootstrap-server", BOOTSTRAP, *arguments],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=600, **more)


def check_console(topic, found, separator):
    """Kafka's console consumer reads the same keys and values in the same order from each partition."""
    for partition, records in found.items():
        if not records:
            continue
        done = java("consumer.ConsoleConsumer", "--topic", topic, "--partition", str(partition), "--offset", "earliest", "--max-messages", str(len(records)), "--timeout-ms", "60000",
                    "--isolation-level", "read_committed", "--property", "print.key=true", "--property", f"key.separator={separator}")
        digest = hashlib.sha256()
        for key, value in records:
            digest.update(key + separator.encode() + value + b"\n")
        expect(digest.hexdigest() == hashlib.sha256(done.stdout).hexdigest(), f"{topic}, partition {partition}: Kafka's console consumer reads the same bytes", done.stderr[-500:])


def seahash(data):
    """docs.rs/seahash, "reference"; of four lanes, eight bytes a turn."""
    mask, factor = (1 << 64) - 1, 0x6EED0E9DA4D94A4F

    def diffuse(x):
        x = x * factor & mask
        x ^= (x >> 32) >> (x >> 60)
        return x * factor & mask

    lanes = [0x16F11FE89B0D677C, 0xB480A793D8E6C86C, 0x6FE2E5AAF078EBC9, 0x14F994A4C5259381]
    for at in range(0, len(data), 8):
        lanes = [*lanes[1:], diffuse(lanes[0] ^ int.from_bytes(data[at:at + 8], "little"))]
    return diffuse(lanes[0] ^ lanes[1] ^ lanes[2] ^ lanes[3] ^ len(data))


# --- what was read, judged by PostgreSQL ----------------------------------------------------------

def compare(what, rows, columns):
    """JSON texts, one a row, are the table's rows: `columns` are (name, type as read, expression on it) and the table's own."""
    got, raw = f"{TABLE}_{what}", f"{TABLE}_{what}_raw"
    postgres.sql(f"CREATE UNLOGGED TABLE {raw} (j text); CREATE TABLE {got} ({', '.join(f'{every_type.quoted(n)} {t}' for n, t, _, _ in columns)})")
    with tempfile.NamedTemporaryFile() as file:
        for row in rows:
            file.write(row + b"\n")
        file.flush()
        postgres.sql(f"\\copy {raw} FROM '{file.name}' WITH (FORMAT csv, DELIMITER E'\\x02', QUOTE E'\\x01', NULL E'\\x03')")
    theirs = ", ".join(expression for _, _, expression, _ in columns)
    ours = ", ".join(expression for _, _, _, expression in columns)
    settings = "SET timezone = 'UTC'; SET intervalstyle = postgres;"
    postgres.sql(f"{settings} INSERT INTO {got} SELECT r.* FROM {raw}, json_populate_record(NULL::{got}, j::json) r")
    for first, second, direction in ((f"SELECT {ours} FROM {TABLE}", f"SELECT {theirs} FROM {got}", "is missing"), (f"SELECT {theirs} FROM {got}", f"SELECT {ours} FROM {TABLE}", "is too much")):
        odd = postgres.sql(f"{settings} SELECT * FROM (({first}) EXCEPT ALL ({second})) x LIMIT 2").decode()
        expect(odd == "", f"{what}: a row {direction}", odd)
    count = int(postgres.sql(f"SELECT count(*) FROM {got}"))
    expect(count == ROWS, f"{what}: each row once", count)
    postgres.sql(f"DROP TABLE {got}, {raw}")


def columns(binary, as_types=None, renamed=None):
    """How each column is read and compared. json has no equality, and no `bytea` is made of base64 but by decode."""
    made = [("id", "bigint", "id", "id")]
    for name, kind, _ in every_type.COLUMNS + NESTED:
        ours, name = every_type.quoted(name), (renamed or {}).get(name, name)
        theirs, kind = every_type.quoted(name), (as_types or {}).get(kind, kind)
        if kind == "bytea":
            made.append((name, "text", f"decode({theirs}, '{binary}')", ours))
        elif kind == "json":
            made.append((name, kind, f"{theirs}::jsonb", f"{ours}::jsonb"))
        else:
            made.append((name, kind, theirs, f"{ours}::{kind}"))
    return made


def export(topic, *options):
    done = tool.run(["--from", "postgresql:///", "--to", f"kafka://{BOOTSTRAP}/{topic}", "--progress-topic", f"progress-{RUN}", "--key", "id", "--json", *options], timeout=900)
    print(f"kafka_postgres: {topic}, {done.stdout.strip()[:400]}")
    return json.loads(done.stdout) if expect(done.returncode == 0, f"an export into {topic}", done.stderr) else None


def check_json():
    topic, theirs = f"pg-json-{RUN}", f"pg-java-{RUN}"
    report = export(topic, "--table", TABLE, "--partitions", str(PARTITIONS), "--partition-hash", "murmur2")
    if not report:
        return
    found = read(topic)
    expect(report["rows"] == ROWS and [len(found[p]) for p in sorted(found)] == report["partitions"], "records by partition", report)
    check_console(topic, found, "\t")
    compare("json", (value for records in found.values() for _, value in records), columns("base64"))
    client = admin.AdminClient({"bootstrap.servers": BOOTSTRAP})
    for future in client.create_topics([admin.NewTopic(theirs, PARTITIONS, 1)]).values():
        future.result()
    keys = b"".join(key + b"\tx\n" for records in found.values() for key, _ in records)
    done = java("ConsoleProducer", "--topic", theirs, "--property", "parse.key=true", input=keys)
    by_java = {p: {key for key, _ in records} for p, records in read(theirs).items()}
    expect(sum(map(len, by_java.values())) == ROWS and by_java == {p: {key for key, _ in records} for p, records in found.items()}, "partitions as Kafka's Java producer has them", done.stderr[-500:])


def check_avro():
    """With the frame of a registry, whose five bytes the hash of the key leaves out."""
    topic = f"pg-avro-{RUN}"
    # Avro's durations are unsigned and of milliseconds. Names are letters, digits and `_`.
    made = columns("hex", {"interval": "text"}, {every_type.ODD: "odd"})
    chosen = [f"{every_type.quoted(n)}::text" if t == "interval" else f"{every_type.quoted(n)} AS odd" if n == every_type.ODD else every_type.quoted(n) for n, t, _ in every_type.COLUMNS + NESTED]
    options = ["--query", f"SELECT id, {', '.join(chosen)} FROM {TABLE} ORDER BY id", "--format", "avro", "--partitions", str(PARTITIONS), "--schema-id", "7",
               "--key-schema-id", "8"]
    dry, report = export(topic, *options, "--dry-run"), export(topic, *options)
    if not dry or not report:
        return
    expect(dry["key_schema"]["fields"] == [{"name": "id", "type": ["null", "long"], "default": None}], "the schema of the key", dry["key_schema"])
    found = read(topic)
    expect([len(found[p]) for p in sorted(found)] == report["partitions"], "records by partition", report)
    check_console(topic, found, "\t")
    wrong = [key for p, records in found.items() for key, _ in records if seahash(key[5:]) % PARTITIONS != p]
    expect(not wrong, "partitions as SeaHash has them", wrong[:3])
    schema = fastavro.parse_schema(dry["value_schema"])

    def plain(value):
        if isinstance(value, (datetime.date, datetime.time)):
            return value.isoformat()
        if isinstance(value, bytes):
            return value.hex()
        if isinstance(value, (decimal.Decimal, uuid.UUID)):
            return str(value)
        raise TypeError(type(value))

    def rows():
        for records in found.values():
            for _, value in records:
                assert value[:5] == b"\0\0\0\0\7", value[:5]
                row = fastavro.schemaless_reader(io.BytesIO(value[5:]), schema)
                for name in ("single", "double_"):
                    row[name] = None if row[name] is None else str(row[name])
                row["doc"] = None if row["doc"] is None else json.loads(row["doc"])
                yield json.dumps(row, default=plain).encode()

    compare("avro", rows(), made)


def main():
    if not BOOTSTRAP:
        raise SystemExit("KAFKA_BOOTSTRAP is not set: tests/servers/kafka up, then eval \"$(tests/servers/kafka env)\"")
    postgres.require()
    every_type.make_table(TABLE, ROWS, NESTED)
    check_json()
    check_avro()
    postgres.sql(f"DROP TABLE {TABLE}")
    checks.finish()


if __name__ == "__main__":
    main()
