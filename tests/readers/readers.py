# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""Readers that nobody here wrote, over what parquet_random writes.

    readers.py PROGRAM [--write] [--files N] [READER ...]

Polars and ClickHouse (in the full tier, all; or those named) read a sample of each type and profile, and in the full tier files
of the property tests. Values
are compared, and pushed-down counts with counts over all rows. docs/readers.md has the table of what each reader makes of each
type; a cell that has become worse is a failure, --write makes the page anew. COPYTO_READERS is the directory of the readers that
`cmake/packages full` installs: spark35, spark4 (virtual environments), hyparquet and parquet-go."""
import glob
import json
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile

import pyarrow as pa
import pyarrow.parquet as pq

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import _values  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(HERE))
PAGE = os.path.join(ROOT, "docs", "readers.md")
INSTALLED = os.environ.get("COPYTO_READERS", os.path.join(ROOT, "build", "readers"))
PYTHON = sys.executable
ORDER = ("pyarrow", "arrow-rs", "DuckDB", "Polars", "ClickHouse", "Spark 3.5", "Spark 4", "parquet-java", "parquet-go", "hyparquet")
PROFILES = ("portable", "exact", "modern")
COLUMN_NO, FILE_NO = "no", "no file"
# What a profile writes is what its readers should have: any other form is said.
NATURAL = {"bool": "bool", "float16": "float", "float": "float", "double": "float", "decimal": "decimal", "string": "text", "json": "text",
           "enum": "text", "binary": "bytes", "fixed binary": "bytes", "date": "date", "timestamp": "timestamp"}
FORMS = {"portable": {"uuid": "text", "interval": "text", "time": "text", "uint64": "decimal"},
         "exact": {"uuid": "uuid", "interval": "interval", "time": "time"}}
WRITTEN = {"portable": {"uint8": "int16", "uint16": "int32", "uint32": "int64", "uint64": "decimal(20,0)", "float16": "FLOAT", "uuid": "text",
                        "interval": "text", "json": "text", "enum": "text", "time": "text"}, "exact": {}}


def command(name):
    """How a reader is started; nothing: it is not installed."""
    script = os.path.join(HERE, "reader.py")
    if name in ("Spark 3.5", "Spark 4"):
        python = os.path.join(INSTALLED, "spark35" if name == "Spark 3.5" else "spark4", "bin", "python")
        return [python, script, "Spark"] if os.access(python, os.X_OK) else None
    if name == "parquet-java":
        jars = glob.glob(os.path.join(INSTALLED, "spark4", "lib", "python*", "site-packages", "pyspark", "jars"))
        return ["java", "-cp", jars[0] + "/*", os.path.join(HERE, "ParquetJava.java")] if jars and shutil.which("java") else None
    if name == "parquet-go":
        program = os.path.join(INSTALLED, "parquet-go", "reader")
        return [program] if os.access(program, os.X_OK) else None
    if name == "hyparquet":
        directory = os.path.join(INSTALLED, "hyparquet")
        if not os.path.isdir(os.path.join(directory, "node_modules", "hyparquet")):
            return None
        shutil.copy(os.path.join(HERE, "hyparquet.mjs"), directory)
        return ["node", os.path.join(directory, "hyparquet.mjs")]
    return [PYTHON, script, name]


# Of those whose answers are JSON: how its values are understood.
OF_JSON = {"parquet-java": _values.of_parquet_java, "parquet-go": _values.of_parquet_go, "hyparquet": _values.of_hyparquet}


class Reader:
    def __init__(self, name, directory):
        self.name, self.out = name, os.path.join(directory, "out-" + name.replace(" ", ""))
        self.start()

    def start(self):
        self.log = open(self.out + ".log", "wb")
        start = command(self.name)
        if start is None:
            raise SystemExit(f"{self.name} is not installed; cmake/packages full installs it")
        self.process = subprocess.Popen(start, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.version = self.process.stdout.readline().strip()
        if not self.version:
            raise SystemExit(f"{self.name} does not start: {open(self.out + '.log').read()[-2000:]}")

    def ask(self, path, columns, counts=()):
        """The answer; where there is no error, `out` has the columns. A reader that goes away is started again."""
        said = os.path.getsize(self.out + ".log")
        self.process.stdin.write(json.dumps({"path": path, "columns": columns, "out": self.out, "counts": list(counts)}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            with open(self.out + ".log", "rb") as log:
                why = log.read()[said:].decode(errors="replace").strip()
            self.close()
            self.start()
            return {"error": f"went away: {why[:400]}"}
        return json.loads(line)

    def column(self, name, spec, profile):
        """(values, what they came as) of the last answer."""
        if self.name in OF_JSON:
            with open(self.out, encoding="utf-8") as f:
                return OF_JSON[self.name](spec, json.load(f)[name], profile)
        with pa.memory_map(self.out) as source:
            values, form = _values.of_arrow(spec, pa.ipc.open_file(source).read_all().column(name), profile)
            # Its strings are bytes.
            return values, "text" if self.name == "ClickHouse" and form == "bytes" and spec["kind"] in _values.TEXTS else form

    def close(self):
        self.process.stdin.close()
        self.process.wait(60)


def case(directory, name):
    """(what was written, the path of each file with its rows)"""
    with open(os.path.join(directory, name + ".jsonl"), encoding="utf-8", newline="\n") as lines:
        info = json.loads(next(lines))
        rows = [json.loads(line) for line in lines]
    return info, rows


def difference(spec, want, found):
    """Nothing, or which values are others."""
    if len(want) != len(found):
        return f"{len(found)} rows"
    other = [i for i, (w, f) in enumerate(zip(want, found)) if not _values.same(w, f)]
    if not other:
        return ""
    kind, unit = spec["kind"], spec["unit"]
    if kind in ("date", "timestamp"):
        day = 1 if kind == "date" else 86_400 * _values.per_second(unit)
        inside = lambda v, low, high: v is None or low * day <= v < high * day
        if all(not inside(want[i], -25_567, 120_530) for i in other):  # 1900 to 2299
            return "other values outside of 1900 to 2299"
        if kind == "timestamp" and all(f is None or w is None or (isinstance(f, int) and abs(f - w) < _values.per_second(unit) // 1000 and unit > 0)
                                       for w, f in zip(want, found)):
            return "in milliseconds"
    if kind == "timestamp" and unit == 2 or kind == "time" and unit == 2:
        if all(w is None or f is None or (isinstance(f, int) and abs(w - f) < 1000) for w, f in zip(want, found)):
            return "in microseconds"
    if kind in ("decimal", *_values.INTEGERS) and all(isinstance(f, (int, float)) or f is None for f in found):
        if all(w is None or f is None or math.isclose(w, f, rel_tol=1e-14) for w, f in zip(want, found)):
            return "16 digits"
    i = other[0]
    return f"other values ({want[i]!r} as {found[i]!r})"


def cell(reader, directory, name):
    """What the reader makes of a sample ("yes", "as ...", "no ..." or other values), details, and its answer."""
    info, rows = case(directory, name)
    path = os.path.join(directory, info["files"][0]["name"])
    spec, profile = info["columns"][1], info["types"]
    answer = reader.ask(path, ["id", "c"], ["c"])
    if "error" in answer:
        other = reader.ask(path, ["id"])
        return (FILE_NO if "error" in other else COLUMN_NO), answer["error"], {"predicates": 0, "wrong": []}
    want = [_values.written(spec, row[1]) for row in rows]
    details = "; ".join([*answer["wrong"][:2], answer.get("unasked", "")])
    try:
        found, form = reader.column("c", spec, profile)
    except _values.Other as why:
        return f"as {why}", details, answer
    ids, _ = reader.column("id", info["columns"][0], profile)
    assert ids == list(range(len(rows))), f"{reader.name}, {name}: other ids"
    natural = FORMS[profile].get(spec["kind"], NATURAL.get(spec["kind"], "integer"))
    text = "" if form == natural else f"as {form}"
    return ", ".join(filter(None, (text, difference(spec, want, found)))) or "yes", details, answer


def rank(text):
    """The less, the better."""
    if text == "yes":
        return 0
    if text.startswith("no"):
        return 4 if text == FILE_NO else 3
    return 2 if "other" in text or "milliseconds" in text or "digits" in text or "microseconds" in text else 1


def table_rows(page, profile):
    """{(type, reader): cell} of the page."""
    if f"## {profile.capitalize()} profile" not in page:
        return {}
    lines = page.split(f"## {profile.capitalize()} profile", 1)[-1].split("\n## ")[0].splitlines()
    lines = [[c.strip() for c in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    if not lines:
        return {}
    head, *body = [lines[0], *lines[2:]]
    return {(row[0], head[i]): row[i] for row in body for i in range(2, len(row))}


def markdown(cells, versions, counted):
    text = """# What reads what

Made by `tests/readers/readers.py --write`, from a file for each type and profile with values of the years 1 to 9999, NULLs, NaNs and infinities
where the type has them. *yes*: every value is read back, as what the profile writes. *as ...*: every value, as something else. *no*: the column
cannot be read, others of the file can. *no file*: such a column keeps the reader from opening the whole file. Anything else says what is read.

"""
    text += "Versions: " + ", ".join(f"{name} {version}" for name, version in versions.items()) + ".\n"
    for profile in PROFILES:
        names = [name for name in ORDER if name in versions]
        text += f"\n## {profile.capitalize()} profile\n\n"
        if profile == "modern":
            text += "Types are those of the portable profile; the last word is the encoding, which was asked for by hand.\n\n"
        text += "| Type | Written as | " + " | ".join(names) + " |\n|---|---|" + "---|" * len(names) + "\n"
        for kind in dict.fromkeys(k for p, k, _ in cells if p == profile):
            base = kind.rsplit(" ", 1)[0] if profile == "modern" else kind  # without the encoding
            base = "time" if base.startswith("time ") else base
            text += f"| {kind} | {WRITTEN['exact' if profile == 'exact' else 'portable'].get(base, 'itself')} | " + " | ".join(cells[profile, kind, name] for name in names) + " |\n"
    text += """
## Predicates

For each column some values, each of `=`, `<`, `<=`, `>`, `>=`, and IS NULL: rows counted from the file, where row groups and pages are left out by
their bounds, against rows counted without that.

| Reader | Portable | Exact | Modern |
|---|---|---|---|
"""
    for name in ORDER:
        if name in versions and any(counted[p, name][0] for p in PROFILES):
            text += f"| {name} | " + " | ".join(f"{n} right" if not wrong else f"{n - wrong} right, {wrong} wrong ({kinds})"
                                               for n, wrong, kinds in (counted[p, name] for p in PROFILES)) + " |\n"
    return text


def samples(readers, directory, write):
    """The table."""
    failures = 0
    page = open(PAGE, encoding="utf-8").read() if os.path.exists(PAGE) else ""
    cells, counted, versions = {}, {}, {}
    names = sorted(os.path.basename(p)[:-6] for p in glob.glob(os.path.join(directory, "*.jsonl")))
    names.sort(key=lambda n: [order_of_kind(n.split("-", 1)[1]), len(n), n])
    for reader in readers:
        versions[reader.name] = reader.version
        for profile in PROFILES:
            before, asked, wrong, kinds = table_rows(page, profile), 0, 0, []
            for name in (n for n in names if n.startswith(profile)):
                kind = name.split("-", 1)[1]
                text, why, answer = cell(reader, directory, name)
                cells[profile, kind, reader.name] = text
                asked += answer["predicates"]
                wrong += len(answer["wrong"])
                if answer["wrong"]:
                    kinds.append(kind)
                old = before.get((kind, reader.name))
                if not write and (old is None or rank(text) > rank(old)):
                    failures += 1
                    print(f"failed: {reader.name}, {profile} {kind}: {text} instead of {old}: {why}", file=sys.stderr)
                elif not write and text != old:
                    print(f"note: {reader.name} {reader.version}, {profile} {kind}: now {text}, on the page {old}")
                if profile != "exact" and (answer["wrong"] or "unasked" in answer):
                    failures += 1
                    print(f"failed: {reader.name}, {kind}: predicates: {why}", file=sys.stderr)
                if os.environ.get("READERS_VERBOSE"):
                    print(reader.name, profile, kind, "|", text, "|", why, flush=True)
            counted[profile, reader.name] = (asked, wrong, ", ".join(kinds))
    if write:
        with open(PAGE, "w", encoding="utf-8") as f:
            f.write(markdown(cells, versions, counted))
    return len(names), failures


def of_the_page(profile, spec, name):
    """The cell of the page for a column."""
    kind = spec["kind"]
    if kind == "decimal":
        kind = "decimal(9,2)" if spec["precision"] <= 9 else "decimal(18,4)" if spec["precision"] <= 18 else "decimal(38,10)"
    elif kind in ("time", "timestamp"):
        kind += " " + ("ms", "us", "ns")[spec["unit"]] + (" utc" if spec["utc"] else "")
    return table_rows(open(PAGE, encoding="utf-8").read(), profile)[kind, name]


def codecs_beyond(name, path):
    """Whether a file has codecs that a reader does not have: parquet-java, also in Spark, reads BROTLI only with a library of
    somebody else. parquet-go 0.32 loses the pages of LZ4 that it decompresses into memory of its own."""
    meta = pq.ParquetFile(path).metadata
    codecs = {meta.row_group(g).column(c).compression for g in range(meta.num_row_groups) for c in range(meta.num_columns)}
    return ("LZ4" if name == "parquet-go" else "BROTLI" if name in ("Spark 3.5", "Spark 4", "parquet-java") else "none") in codecs


def random_files(readers, program, files):
    """Files of the property tests: whatever the page says that a reader reads is read, and counted rightly."""
    failures, read, predicates, seed = 0, {r.name: 0 for r in readers}, 0, 101
    with tempfile.TemporaryDirectory() as directory:
        while min(read.values()) < files and failures < 20:
            subprocess.run([program, str(seed), "10", directory, "civil"], check=True)
            for name in map(str, range(seed, seed + 10)):
                info, rows = case(directory, name)
                profile, specs = info["types"], info["columns"]
                for reader in readers:
                    if info["by_hand"] and reader.name.startswith("Spark"):  # which not all of these are for
                        continue
                    cells = [of_the_page(profile, s, reader.name) for s in specs]
                    if FILE_NO in cells or read[reader.name] >= files:
                        continue
                    good = [i for i, text in enumerate(cells) if rank(text) <= 1]
                    first = 0
                    for entry in info["files"]:
                        part, first = rows[first:first + entry["rows"]], first + entry["rows"]
                        if not good or (len(good) != len(specs) and reader.name == "parquet-java"):
                            continue
                        path = os.path.join(directory, entry["name"])
                        if codecs_beyond(reader.name, path):
                            continue
                        counted = [specs[good[seed % len(good)]]["name"]] if profile == "portable" else []
                        answer = reader.ask(path, [specs[i]["name"] for i in good], counted)
                        where = f"{reader.name}, {entry['name']} of seed {name}"
                        predicates += answer.get("predicates", 0)
                        wrong = [answer[k] for k in ("error", "unasked") if k in answer] + answer.get("wrong", [])
                        for i in good if "error" not in answer else ():
                            found, _ = reader.column(specs[i]["name"], specs[i], profile)
                            other = difference(specs[i], [_values.written(specs[i], row[i]) for row in part], found)
                            if other:
                                wrong.append(f"{specs[i]}: {other}")
                        read[reader.name] += 1
                        if wrong:
                            failures += 1
                            print(f"failed: {where}: {'; '.join(wrong)[:600]}", file=sys.stderr, flush=True)
            for entry in os.listdir(directory):
                path = os.path.join(directory, entry)
                shutil.rmtree(path) if os.path.isdir(path) else os.unlink(path)
            seed += 10
    print(f"readers: files={min(read.values())} of each, predicates={predicates}, seeds={seed - 1}")
    return failures


def order_of_kind(kind):
    order = ["bool", *_values.INTEGERS, *_values.FLOATS, "decimal", "string", "json", "enum", "binary", "fixed binary", "uuid", "date", "time",
             "timestamp", "interval"]
    return next(i for i, k in enumerate(order) if re.fullmatch(re.escape(k) + r"(\(.*| .*)?", kind))


def main():
    arguments = [a for a in sys.argv[1:] if a != "--write"]
    write = "--write" in sys.argv
    files = 60 if os.environ.get("COPYTO_TEST_TIER") == "full" else 0
    if "--files" in arguments:
        at = arguments.index("--files")
        files = int(arguments[at + 1])
        del arguments[at:at + 2]
    program, wanted = arguments[0], arguments[1:] or (ORDER if files or write else ("Polars", "ClickHouse"))
    with tempfile.TemporaryDirectory() as directory:
        here = os.path.join(directory, "samples")
        os.mkdir(here)
        subprocess.run([program, "samples", here], check=True)
        readers = [Reader(name, directory) for name in wanted]
        count, failures = samples(readers, here, write)
        if files:
            failures += random_files(readers, program, files)
        for reader in readers:
            reader.close()
    print(f"readers: samples={count} readers={','.join(f'{r.name}:{r.version}' for r in readers)} failures={failures}".replace(" ", ""))
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
