// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include "options.hpp"

#include "copy_statement.hpp"

#include <boost/algorithm/string/replace.hpp>
#include <boost/program_options/options_description.hpp>
#include <fmt/format.h>

#include <span>
#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

namespace po = boost::program_options;

namespace copy_to {
namespace {

struct option {
  char const* name;
  char const* value; ///< what its value is called in the help; nullptr: it has none
  char const* text;
  bool value_may_lack = false; ///< it then is empty
};

constexpr option copy_options[] = {
    {"from", "SOURCE",
     "sqlite:FILE, or a URI of libpq, e.g. postgresql://user@host/database; what that does not say comes from "
     "libpq's environment. It is read in one transaction that cannot write. Or adbc:DRIVER, the name of an ADBC driver "
     "that is installed, or the path of its shared library or manifest: Snowflake, BigQuery, Flight SQL, DuckDB and "
     "others, with --query"},
    {"table", "NAME", "export all rows and columns of this table or view; PostgreSQL: also schema.name"},
    {"query", "SQL", "export the rows of this one SELECT; SQLite: columns need names of their own"},
    {"schema", "NAME",
     "PostgreSQL: all tables of this schema as of one moment, each to the --to that its name makes: "
     "s3://lake/{table}/"},
    {"tables", "NAMES",
     "PostgreSQL: the same with these tables, with commas between them; --to may have {schema}, too"},
    {"jobs", "N",
     "with --schema or --tables: how many tables at the same time, which share --threads and --memory-limit; default "
     "1"},
    {"numeric", "TYPE",
     "PostgreSQL: how a numeric without digits of its own is written: text, the default of CSV, or PRECISION,SCALE, by "
     "default 38,10 in Parquet, where a value that does not fit is an error"},
    {"arrays", "WORD",
     "PostgreSQL: nested, the default of Parquet, makes lists, structs and maps of arrays, composite types and hstore, "
     "in "
     "CSV as JSON; text, the default of CSV, leaves them as PostgreSQL writes them"},
    {"shards", "N",
     "read the rows in N shards, each with files of its own, by several connections that see one snapshot. PostgreSQL "
     "cuts a table by its pages; auto: a shard for each 256 MiB of it. SQLite cuts by rowid"},
    {"connections", "N", "with --shards: that read at the same time; default the processors, at most 8"},
    {"shard-by", "COLUMN",
     "with --shards, PostgreSQL: cut by the values of a column, best one with an index; also for views and queries"},
    {"shard-table", "NAME",
     "with --shards and --query, PostgreSQL: the table that is cut. In the query {range}, or {range:ALIAS}, stands for "
     "the condition, e.g. SELECT * FROM orders o WHERE {range:o} AND paid"},
    {"adbc-option", "NAME=VALUE",
     "an option of the ADBC driver's database, e.g. uri=..., username=...; entrypoint=FUNCTION of its library; may be "
     "given "
     "several times"},
    {"adbc-secret", "NAME=VARIABLE",
     "the same with a value that nobody may see: of an environment variable, or of a file's first line, as @FILE"},
    {"pass-through", "OPTIONS",
     "PostgreSQL: the server formats the rows, by these options of its COPY, and its bytes are written as they are: "
     "`format csv, header`, `format text`, `format binary`"},
    {"command,c", "SQL",
     "instead of --query, --to and others, a statement: COPY table TO 's3://bucket/prefix' WITH (FORMAT = 'csv', "
     "HEADER), or COPY (SELECT ...) TO ...; the options are listed below"},
    {"to", "URI", "s3://bucket/prefix, gs:// or r2:// alike, file:///directory, or the path of a directory"},
    {"if-exists", "WORD",
     "what to do about objects that are there: error (default) refuses; append leaves them, and others may append at "
     "the same time; replace deletes them once all new files are visible; skip exports nothing where a finished export "
     "is, finishes one that was cut off after its commit, and gives up one that was not committed"},
    {"partition-by", "KEYS",
     "rows with equal keys go into files of their own below region=eu/at_month=2024-01/, as Hive has them: columns, or "
     "year(c), month(c), day(c), hour(c), bucket(N,c), truncate(N,c), with commas between them. Rows may come in any "
     "order"},
    {"partition-keep", nullptr, "the columns that the path names stay in the files, too"},
    {"max-partitions", "N", "more are an error; default 10000"},
    {"replace-partitions", nullptr, "with --if-exists replace: delete only what is in the partitions that are written"},
    {"spill", "DIRECTORY", "where rows wait for their partition when there are many; default the temporary directory"},
    {"spill-limit", "SIZE", "the most bytes of them there; default all that the disk has"},
    {"dry-run", nullptr,
     "export nothing, but find out what stands in the way: columns, options, what is there, and each right that is "
     "needed; the first rows are read and encoded, if the "
     "first comes within 5 seconds. Exit status 1 if anything does"},
    {"no-control-object", nullptr,
     "with --if-exists append: for credentials that may do nothing but write. Nobody can tell then when the export is "
     "complete, and what fails half-way cannot be resumed"},
    {"as-they-close", nullptr,
     "each file becomes visible as it closes, for what has no end; not with --if-exists replace. What fails then "
     "leaves "
     "the files that are visible"},
    {"names", "TEMPLATE",
     "of the files below URI, from {file} {shard} {id} {ext} {year} {month} {day} {hour} {minute} {second}; default "
     "part-{shard}-{file}-{id}.{ext}. Or `materialize`: mz-{id}-batch-{shard}-{file}.{ext}. Or `aurora`: URI is the "
     "first file, and others have _part2, _part3 and so on behind it"},
    {"single-file", nullptr,
     "URI names the one file to write, of at most 10000 parts unless --max-file-size is given; more is an error"},
    {"manifest", "KEY",
     "write a manifest, too: JSON with the rows, bytes and checksum of every file, which `verify` and Redshift read; "
     "default URI/_copyto.manifest-ID.json",
     true},
    {"success-file", nullptr,
     "write _SUCCESS below URI (URI_SUCCESS beside one file), too, once all else is visible: empty, or, with "
     "--manifest, the manifest"},
    {"column-stats", nullptr,
     "with --json or --manifest: of each file and column the number of NULLs, and bounds of the values"},
    {"no-empty-file", nullptr, "no rows make no file, instead of one without rows"},
};
constexpr option format_options[] = {
    {"format", "FORMAT", "parquet (default) or csv; of topics: json (default), avro, csv or raw"},
    {"codec", "CODEC",
     "of Parquet pages: snappy (default), zstd, lz4, gzip, libdeflate (gzip by a faster library), brotli or none; of "
     "CSV files: none (default), gzip or zstd"},
    {"codec-level", "N",
     "how hard to try: zstd up to 22, default 3; gzip 1 to 9, default 6; libdeflate 1 to 12, default 6; brotli 0 to "
     "11, default 5"},
    {"max-file-size", "SIZE",
     "where a file ends and the next one begins, as encoded: bytes, or a number and B, kB, MB, GB or TB, each 1024 "
     "times the one before; default 256MB"},
    {"max-file-rows", "N", "rows at which a file ends, if its size does not end it before"},
    {"part-size", "SIZE", "bytes of the parts that a file is uploaded in; default 8MB, raised to what the store asks"},
    {"parts-in-flight", "N", "parts that are sent at the same time, each by its own connection; default 4"},
    {"threads", "N", "threads that encode Parquet; default the processors that this program may use"},
    {"memory-limit", "SIZE",
     "the most heap that the export takes: fewer threads, then fewer and smaller parts in flight where needed"},
    {"reader", "PROFILE",
     "Parquet: who will read the files: portable (default), of whose types every reader has some form; modern, the "
     "same types in smaller files, for readers that know delta encodings; or exact, with "
     "the annotation of each type, which some readers do not open"},
    {"row-group-rows", "N", "Parquet: the most rows of a row group; default 131072"},
    {"row-group-size", "SIZE",
     "Parquet: where a row group ends, before compression; default 32MB, and a quarter of --max-file-size at most"},
    {"bloom-filter", "NAMES",
     "Parquet: columns, with commas between them, whose chunks say which values they have not, so that readers that "
     "look "
     "for one need not read them"},
    {"encoding", "NAME=WORD",
     "Parquet: how the values of a column are written, in place of a dictionary or what the profile chooses: plain, or "
     "with --reader modern delta-binary-packed (integers, dates, timestamps, decimals of up to 18 digits), "
     "delta-length-byte-array, delta-byte-array (text, bytes) or byte-stream-split (floats); may be given several "
     "times"},
    {"sorted-by", "COLUMNS",
     "Parquet: the order that the rows have, which the files then claim: `at desc nulls-first,id`. A row that breaks "
     "it is "
     "an error"},
    {"number-fields", nullptr, "Parquet: field ids 1, 2, ... of all columns, for tables of Iceberg and DuckLake"},
    {"file-metadata", "NAME=VALUE", "Parquet: key-value metadata of the footer; may be given several times"},
    {"header", nullptr, "CSV: column names as the first line of every file"},
    {"header-once", nullptr, "CSV: column names as the first line of the first file only"},
    {"delimiter", "CHAR", "CSV: between fields; one ASCII character, or \\t; default a comma"},
    {"quote", "CHAR", "CSV: around fields that need it; one ASCII character, default \""},
    {"escape", "CHAR", "CSV: before a quote within quotes; one ASCII character, default the quote itself"},
    {"null", "TEXT", "CSV: how NULL is written; default nothing, without quotes"},
    {"force-quote", "NAMES", "CSV: columns, with commas between them, whose values all stand in quotes; * is all"},
};
constexpr option topic_options[] = {
    {"key", "NAMES", "columns of the key, with commas between them"},
    {"envelope", "WORD",
     "append (default); upsert: a record takes the place of those before it with its key; or debezium: a snapshot's "
     "row"},
    {"deleted-column", "NAME", "upsert: a boolean column; where it is true, the record is a tombstone"},
    {"headers", "NAMES", "columns that records have as headers, too"},
    {"partition-hash", "NAME",
     "of the key: seahash (default), murmur2 as Kafka's Java client, or crc32; --partition-by NAME takes the number in "
     "that "
     "column instead"},
    {"transaction-rows", "N",
     "rows of a transaction; default all, so that readers of read_committed see all of them or none. What was "
     "committed "
     "is gone on behind by the same command with --export-id"},
    {"transaction-timeout", "SECONDS", "the broker gives up a transaction that is open for longer; default 900"},
    {"progress-topic", "NAME", "where exports keep how far they have come; default _copyto-progress"},
    {"schema-id", "N", "avro: the number of the value's schema, in front of each record"},
    {"key-schema-id", "N", "avro: that of the key's"},
    {"schema-registry", "URL",
     "avro: register both as TOPIC-value and TOPIC-key; SCHEMA_REGISTRY_USER and SCHEMA_REGISTRY_PASSWORD log in"},
    {"partitions", "N", "of a topic that is not there; default the broker's"},
    {"replication", "N", "likewise"},
    {"topic-config", "NAME=VALUE", "likewise, e.g. cleanup.policy=compact; may be given several times"},
    {"no-create", nullptr, "a topic that is not there is an error"},
    {"tls", nullptr, "TLS; also where --ca-file or --client-certificate is given"},
    {"client-certificate", "FILE", "PEM, which the brokers ask for"},
    {"client-key", "FILE", "PEM, its key; the password of it comes from KAFKA_KEY_PASSWORD"},
    {"sasl", "NAME",
     "plain (default with --user), scram-sha-256 or scram-sha-512; or msk-iam: Amazon MSK's IAM, with the AWS "
     "credentials that are "
     "there (chain) and --region"},
    {"user", "NAME", "SASL: who logs in; the password comes from KAFKA_PASSWORD"},
    {"kafka-config", "NAME=VALUE", "any other property of librdkafka; may be given several times"},
};
constexpr option load_options[] = {
    {"print-load", "DIALECT",
     "print SQL that loads the files that were written, and no others: for snowflake, redshift, bigquery, athena, "
     "duckdb or postgres"},
    {"load-table", "NAME", "the table that it loads into, as SQL has it; default that of --table"},
    {"load-role", "ARN", "snowflake, redshift: the role by which they read the bucket"},
    {"print-policy", nullptr, "print the least IAM policy that this export needs, and export nothing"},
};
constexpr option bucket_options[] = {
    {"endpoint", "URL",
     "https://host[:port]; default for s3://: AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, or Amazon's for the region; for "
     "gs:// and r2://: Google's, and that of the account"},
    {"region", "NAME", "default AWS_REGION, AWS_DEFAULT_REGION, or us-east-1 with an endpoint of your own"},
    {"profile", "NAME",
     "what answers there: aws, gcs, r2 or s3-compatible; default by the URI's scheme, then by the endpoint's host "
     "name. It decides about limits, checksums, signatures and conditional writes"},
    {"aws-profile", "NAME",
     "an AWS connection: a profile of ~/.aws/config and ~/.aws/credentials, or of what AWS_CONFIG_FILE and "
     "AWS_SHARED_CREDENTIALS_FILE name. It gives credentials of each kind, region and endpoint_url; for these two what "
     "is "
     "given here goes first, then the environment; default for s3:// AWS_PROFILE"},
    {"credentials", "WHERE",
     "where they come from: chain (environment, profile, web identity, container, instance: the first that is there), "
     "environment, profile:NAME, web-identity, container, instance, or process (credential_process of the profile); "
     "for gs:// "
     "also service-account (GOOGLE_APPLICATION_CREDENTIALS). "
     "Default: --aws-profile, else chain for Amazon, else environment"},
    {"account", "ID", "r2: the account of the bucket; default CLOUDFLARE_ACCOUNT_ID"},
    {"jurisdiction", "NAME", "r2: eu or fedramp, where the bucket was made so"},
    {"conditional-writes", "WORD",
     "s3-compatible: whether the store honours If-None-Match and If-Match: yes, no, or probe (default), by which the "
     "first write of an export finds it out"},
    {"storage-class", "NAME", "of the new files, e.g. STANDARD_IA; default the bucket's"},
    {"path-style", nullptr, "host/bucket/key instead of bucket.host/key; addresses and odd bucket names get it anyway"},
    {"fips", nullptr, "Amazon's endpoints with validated cryptography; default AWS_USE_FIPS_ENDPOINT"},
    {"dual-stack", nullptr, "Amazon's endpoints that speak IPv6, too; default AWS_USE_DUALSTACK_ENDPOINT"},
    {"accelerate", nullptr, "S3 Transfer Acceleration"},
    {"allow-http", nullptr, "accept an http:// endpoint, where anybody on the way may read and change the data"},
    {"ca-file", "FILE", "PEM file of the certificate authorities to trust, instead of the system's"},
    {"proxy", "URL",
     "http://host:port that requests go through; default HTTPS_PROXY, or http_proxy for http:// endpoints"},
};
constexpr option object_options[] = {
    {"sse", "WORD", "server-side encryption: AES256, aws:kms or aws:kms:dsse; default the bucket's"},
    {"kms-key", "KEY", "id, alias or ARN of a KMS key; for gs:// its resource name"},
    {"kms-context", "JSON", "encryption context, an object of texts"},
    {"bucket-key", "WORD", "yes or no: one data key of KMS for many objects; default the bucket's"},
    {"sse-customer-key-file", "FILE",
     "a file with the 32 bytes of a key of your own (SSE-C), as they are or in base64"},
    {"tag", "NAME=VALUE", "a tag of each file; may be given up to 10 times"},
    {"metadata", "NAME=VALUE", "metadata of each file; may be given several times"},
    {"acl", "WORD", "a canned ACL, e.g. bucket-owner-full-control"},
    {"grant", "RIGHT=WHO", "read, read-acp, write-acp or full-control to e.g. id=...; may be given several times"},
    {"cache-control", "TEXT", "that header of each file"},
    {"content-disposition", "TEXT", "likewise"},
    {"content-language", "TEXT", "likewise"},
    {"object-lock", "MODE", "GOVERNANCE or COMPLIANCE, with --lock-until: nobody can delete the files before"},
    {"lock-until", "TIME", "e.g. 2030-01-01T00:00:00Z"},
    {"legal-hold", nullptr, "nobody can delete the files until it is taken off"},
    {"expected-bucket-owner", "ACCOUNT", "fail on a bucket of any other account"},
    {"requester-pays", nullptr, "who asks pays for the requests"},
};
constexpr option sweep_options[] = {
    {"older-than", "AGE", "a number and s, m, h or d: younger uploads are left; default 24h"},
    {"apply", nullptr, "abort the orphaned uploads; without it they are only listed"},
};
constexpr option validate_options[] = {
    {"print-trust-policy", nullptr,
     "print what the role's trust policy should be, for these credentials and external id"},
};
constexpr option aurora_options[] = {
    {"options", "OPTIONS", "aurora-export: of PostgreSQL's COPY, e.g. `format csv`; default format text"},
};
constexpr option settle_options[] = {
    {"export-id", "ID",
     "status, resume, abort and verify: the export that is meant, where several append to one prefix"},
};
constexpr option role_options[] = {
    {"assume-role-arn", "ARN", "work as this role; the credentials that are there otherwise only ask for it"},
    {"external-id", "ID", "what the role's trust policy asks for"},
    {"role-session-name", "NAME",
     "how the session is called in the service's logs; default copyto and a random number"},
    {"sts-endpoint", "URL", "who gives the role out, instead of Amazon's STS in the region"},
};
constexpr option general_options[] = {
    {"verbose", nullptr,
     "say on standard error how rows are read, and each request with its answer; no header and no "
     "body is shown"},
    {"json", nullptr, "print one JSON object and nothing else on standard output"},
    {"help", nullptr, "print this"},
    {"version", nullptr, "print the version"},
};

po::options_description describe(char const* caption, std::span<option const> options) {
  constexpr unsigned columns = 80;
  po::options_description described(caption, columns);
  for (option const& o : options) {
    if (o.value_may_lack) {
      described.add_options()(o.name, po::value<std::string>()->value_name(o.value)->implicit_value(""), o.text);
    } else if (o.value != nullptr && std::string_view(o.value).find('=') != std::string_view::npos) { // several times
      described.add_options()(o.name, po::value<std::vector<std::string>>()->value_name(o.value), o.text);
    } else if (o.value != nullptr) {
      described.add_options()(o.name, po::value<std::string>()->value_name(o.value), o.text);
    } else {
      described.add_options()(o.name, o.text);
    }
  }
  return described;
}

/// Names with commas between them, in lines of at most 76 characters, indented by two.
std::string folded(std::string const& names) {
  constexpr std::size_t width = 76;
  std::string text;
  std::string line;
  std::istringstream each(names);
  for (std::string name; std::getline(each, name, ',');) {
    name = name.substr(name.starts_with(' ') ? 1 : 0);
    if (!line.empty() && line.size() + 2 + name.size() >= width) {
      text += "  " + line + ",\n";
      line.clear();
    }
    line += (line.empty() ? "" : ", ") + name;
  }
  return text + "  " + line + '\n';
}

} // namespace

po::options_description all_options() {
  po::options_description all;
  for (std::span<option const> const group :
       {std::span<option const>(copy_options), std::span<option const>(format_options),
        std::span<option const>(load_options), std::span<option const>(topic_options),
        std::span<option const>(bucket_options), std::span<option const>(role_options),
        std::span<option const>(aurora_options), std::span<option const>(settle_options),
        std::span<option const>(sweep_options), std::span<option const>(validate_options),
        std::span<option const>(object_options), std::span<option const>(general_options)}) {
    all.add(describe("", group));
  }
  all.add_options()("word", po::value<std::vector<std::string>>()); // what is no option
  return all;
}

std::string help() {
  std::ostringstream text;
  text << R"help(copy_to exports the rows of a table or query as Parquet or CSV files to a
bucket or a directory. Either all files become visible, or none.

  copy_to --from SOURCE (--table NAME | --query SQL) --to URI [options]
  copy_to --from SOURCE -c "COPY table TO 'URI' WITH (...)" [options]
  copy_to aurora-export QUERY BUCKET FILE_PATH REGION --from SOURCE [options]
                       as aws_s3.query_export_to_s3 of Aurora: files FILE_PATH,
                       FILE_PATH_part2, ... of 6 GB replace what is there
  copy_to status URI   tells whether an export is under way, or was left, there
  copy_to resume URI   finishes one that was committed: its other files, too,
                       become visible
  copy_to abort URI    gives up one that was not committed, also a running one
  copy_to verify URI   reads the files that a manifest names, and tells whether
                       they are as they were written; URI is the manifest's, or
                       what was exported to
  copy_to sweep URI    lists uploads below URI that were begun and never ended,
                       and with --apply aborts those that belong to no export
  copy_to validate URI looks at a connection from all sides: credentials, whose
                       they are, the role, that nobody else can have it assumed,
                       clock, region, and each right that an export needs

)help" << describe("What to export", copy_options)
       << '\n'
       << describe("File format", format_options) << '\n'
       << describe("Loading", load_options) << '\n'
       << describe("Topics", topic_options) << '\n'
       << describe("Buckets", bucket_options) << '\n'
       << describe("What files in buckets carry", object_options) << '\n'
       << describe("Roles (AWS STS AssumeRole)", role_options) << '\n'
       << describe("Aurora", aurora_options) << '\n'
       << describe("Settling", settle_options) << '\n'
       << describe("Sweeping", sweep_options) << '\n'
       << describe("Validating", validate_options) << '\n'
       << describe("Output", general_options) << R"help(
Options of a COPY statement, with spaces or underscores in their names:
)help" << folded(statement_options_text())
       << R"help(
Credentials for buckets come from the environment (AWS_ACCESS_KEY_ID,
AWS_SECRET_ACCESS_KEY and, if they are temporary, AWS_SESSION_TOKEN), or from
where --aws-profile or --credentials says; never from the command line. A
password for PostgreSQL comes from PGPASSWORD, a password file or a service
file.

The last line on standard output is `COPY <rows> rows, <files> files, <bytes>
bytes`; with --json it is an object with rows_uploaded, files_uploaded,
bytes_uploaded, export_id and files, each with key, rows, bytes, crc64nvme
(base64, as S3 shows it) and, if asked for, columns; and requests by kind,
retries, throttles, the seconds of each stage, and manifest and load_statement
where asked for. On a terminal, progress is shown on standard error, with the
time that is left where the server tells how many rows to expect.

Control-C (SIGINT, SIGTERM, SIGHUP) stops an export and cleans up, for at most
30 seconds; a second one ends it at once, and the exit status is 128 and the
signal's number.

Exit status:
  0  done; settled; nothing left to settle
  1  failed or stopped, and nothing of this export is visible; validate: an
     export would fail
  2  wrong usage
  3  in doubt, or not finished after the commit; status: an export is under way,
     or was left; validate: it works, and there are warnings
  4  failed or stopped after files were published by --as-they-close, or rows of
     a topic were committed; they stay

Examples:
  copy_to --from sqlite:shop.db --table orders --to /backup/orders
  copy_to --from sqlite:shop.db --query 'SELECT id, total FROM orders' \
          --to s3://lake/orders --region eu-west-1
  copy_to --from sqlite:shop.db --table orders --to csv/orders --format csv \
          --header --max-file-size 64MB
  copy_to --from postgresql://app@db.example.com/shop --table sales.orders \
          --to s3://lake/orders --region eu-west-1 --codec zstd \
          --assume-role-arn arn:aws:iam::123456789012:role/exporter \
          --external-id 7f3c
  copy_to --from sqlite:shop.db --table orders --to s3://lake/orders \
          --region eu-west-1 --if-exists replace
  copy_to --from postgresql://app@db.example.com/shop -c "COPY sales.orders
          TO 's3://lake/orders' WITH (AWS CONNECTION = lake, FORMAT = 'parquet',
          MAX FILE SIZE = '1GB', IF EXISTS = 'replace')"
  copy_to status s3://lake/orders --region eu-west-1
)help";
  return std::move(text).str();
}

copyto::error in_options(copyto::error const& e) {
  constexpr std::pair<char const*, char const*> names[] = {
      {".aws_profile", "--aws-profile"},
      {".credentials", "--credentials"},
      {".service", "--profile"},
      {".endpoint", "--endpoint"},
      {".region", "--region"},
      {".fips", "--fips"},
      {".dual_stack", "--dual-stack"},
      {".accelerate", "--accelerate"},
      {".encryption", "--sse"},
      {".kms_key", "--kms-key"},
      {".kms_context", "--kms-context"},
      {".bucket_key", "--bucket-key"},
      {".customer_key", "--sse-customer-key-file"},
      {".tags", "--tag"},
      {".metadata", "--metadata"},
      {".acl", "--acl"},
      {".grants", "--grant"},
      {".cache_control", "--cache-control"},
      {".content_disposition", "--content-disposition"},
      {".content_language", "--content-language"},
      {".lock_mode", "--object-lock"},
      {".lock_until", "--lock-until"},
      {".legal_hold", "--legal-hold"},
      {".expected_owner", "--expected-bucket-owner"},
      {".requester_pays", "--requester-pays"},
      {"parquet_options::sorted_by", "--sorted-by"},
      {"parquet_options::columns asks for an encoding", "--encoding asks for an encoding"},
      {"take the profile reader::modern", "add --reader modern"},
      {"see parquet_encoding, which says what each is for", "choose one of its type (--help says which)"},
      {"parquet_options::columns", "--bloom-filter or --encoding"},
      {"parquet_options::metadata", "--file-metadata"},
      {"parquet_options::number_fields", "--number-fields"},
      {"topic_options::key", "--key"},
      {"topic_options::headers", "--headers"},
      {"topic_options::deleted", "--deleted-column"},
      {"topic_options::partition_by", "--partition-by"},
      {"topic_options::transaction_timeout", "--transaction-timeout"},
      {".account", "--account"},
      {".jurisdiction", "--jurisdiction"},
      {".allow_http", "--allow-http"},
      {".conditional_writes", "--conditional-writes"},
      {".role_arn", "--assume-role-arn"},
      {".external_id", "--external-id"},
      {".role_session_name", "--role-session-name"},
      {".sts_endpoint", "--sts-endpoint"}};
  auto const translate = [&](std::string& text) {
    text.insert(0, 1, ' ');
    for (auto const& [setting, option] : names) {
      boost::algorithm::replace_all(text, fmt::format(" {}", setting), fmt::format(" {}", option));
    }
    text.erase(0, 1);
  };
  return e.with([&](copyto::error_info& info) {
    translate(info.message);
    translate(info.advice);
  });
}

} // namespace copy_to
