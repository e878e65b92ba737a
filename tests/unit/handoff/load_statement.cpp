// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// How the statements read. What they do: integration/load.py executes those of DuckDB and PostgreSQL, and
// integration/load_modelled.py holds the others against what their engines' documentation says.
#include <copyto/handoff/load_statement.hpp>

#include <copyto/encode/codec/gzip.hpp>
#include <copyto/encode/codec/zstd.hpp>
#include <copyto/encode/csv.hpp>
#include <copyto/encode/parquet.hpp>
#include <copyto/encode/parquet/modern.hpp>
#include <copyto/handoff/manifest.hpp>
#include <copyto/store/memory.hpp>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <span>
#include <string>
#include <vector>

namespace {

using copyto::csv_options;
using copyto::errc;
using copyto::field;
using copyto::kind;
using copyto::report;
using copyto::result;
using copyto::sql_dialect;
using copyto::time_unit;

/// A store whose objects have other URIs.
struct bucket : copyto::memory_store {
  explicit bucket(std::string beginning) : beginning_(std::move(beginning)) {}
  [[nodiscard]] std::string uri(std::string_view key) const { return beginning_ + std::string(key); }

private:
  std::string beginning_;
};

field const columns[] = {
    {.name = "id", .type = {.id = kind::int64}},
    {.name = "Odd name", .type = {.id = kind::string}, .optional = true},
    {.name = "price", .type = {.id = kind::decimal, .precision = 15, .scale = 2}, .optional = true},
    {.name = "raw", .type = {.id = kind::binary}, .optional = true},
    {.name = "at", .type = {.id = kind::timestamp, .utc = true}, .optional = true},
    {.name = "doc", .type = {.id = kind::json}, .optional = true}};

/// The same with names and types that BigQuery has.
copyto::schema bigquery_columns() {
  std::vector<field> fields(std::begin(columns), std::end(columns) - 1);
  fields[3] = {.name = "flag", .type = {.id = kind::boolean}};
  return copyto::schema(fields);
}

/// What an export of such rows reports, as Parquet files.
report two_files(copyto::schema_view fields = columns) {
  return {.export_id = "x1",
          .files = {{.key = "p/part-0000-0000-x1.parquet"}, {.key = "p/part-0000-0001-x1.parquet"}},
          .columns = copyto::schema(fields),
          .written = copyto::written_columns(fields, copyto::parquet()),
          .manifest = "p/_copyto.manifest-x1.json"};
}

/// With the exact profile, which writes each type as it is.
report one_column(copyto::logical_type const& type) {
  field const one[] = {{.name = "c", .type = type}};
  report done = two_files(one);
  done.written = done.columns;
  return done;
}

result<std::string> load(std::string beginning, report const& done, sql_dialect dialect,
                         std::optional<csv_options> csv = std::nullopt) {
  bucket store(std::move(beginning));
  return copyto::load_statement(
      done, copyto::store_ref(store),
      {.table = "sales.orders", .csv = std::move(csv), .role_arn = "arn:aws:iam::1:role/r", .region = "eu-west-1"},
      dialect);
}

std::string why_not(std::string beginning, report const& done, sql_dialect dialect,
                    std::optional<csv_options> csv = std::nullopt) {
  result<std::string> const sql = load(std::move(beginning), done, dialect, std::move(csv));
  return sql ? "loaded" : sql.error().message();
}

void expect_refusal(std::string const& why, std::string_view words) {
  EXPECT_NE(why.find(words), std::string::npos) << why;
}

TEST(LoadStatement, NamesOfDialects) {
  EXPECT_EQ(copyto::parse_sql_dialect("snowflake"), sql_dialect::snowflake);
  EXPECT_EQ(copyto::parse_sql_dialect("postgres"), sql_dialect::postgres);
  EXPECT_EQ(copyto::parse_sql_dialect("Postgres"), std::nullopt);
}

void expect_sql(result<std::string> const& sql, std::string_view golden) {
  ASSERT_TRUE(sql) << sql.error().message();
  EXPECT_EQ(*sql, golden);
}

TEST(LoadStatement, SnowflakeFromParquet) {
  expect_sql(load("s3://lake/", two_files(), sql_dialect::snowflake), R"sql(ALTER SESSION SET TIMEZONE = 'UTC';
CREATE STORAGE INTEGRATION IF NOT EXISTS "copyto_6b829116e14dbe8d"
  TYPE = EXTERNAL_STAGE
  STORAGE_PROVIDER = 'S3'
  ENABLED = TRUE
  STORAGE_AWS_ROLE_ARN = 'arn:aws:iam::1:role/r'
  STORAGE_ALLOWED_LOCATIONS = ('s3://lake/');
CREATE OR REPLACE TEMPORARY STAGE "SALES"."copyto_x1"
  STORAGE_INTEGRATION = "copyto_6b829116e14dbe8d"
  URL = 's3://lake/p/';
CREATE TABLE IF NOT EXISTS "SALES"."ORDERS" (
  "id" NUMBER(19,0) NOT NULL,
  "Odd name" VARCHAR,
  "price" NUMBER(15,2),
  "raw" BINARY,
  "at" TIMESTAMP_TZ,
  "doc" VARCHAR
);
COPY INTO "SALES"."ORDERS" ("id", "Odd name", "price", "raw", "at", "doc")
FROM (
  SELECT
    $1['id']::NUMBER(19,0),
    $1['Odd name']::VARCHAR,
    $1['price']::NUMBER(15,2),
    $1['raw']::BINARY,
    $1['at']::TIMESTAMP_TZ,
    $1['doc']::VARCHAR
  FROM @"SALES"."copyto_x1"
)
FILES = (
  'part-0000-0000-x1.parquet',
  'part-0000-0001-x1.parquet'
)
FILE_FORMAT = (TYPE = PARQUET USE_VECTORIZED_SCANNER = FALSE BINARY_AS_TEXT = FALSE USE_LOGICAL_TYPE = TRUE TRIM_SPACE = FALSE REPLACE_INVALID_CHARACTERS = FALSE NULL_IF = ())
ON_ERROR = ABORT_STATEMENT;
)sql");
}

TEST(LoadStatement, SnowflakeFromCsvOnGoogle) {
  expect_sql(load("gs://lake/", two_files(), sql_dialect::snowflake,
                  csv_options{.delimiter = '\t', .quote = '\'', .escape = '\\', .codec = copyto::gzip()}),
             R"sql(ALTER SESSION SET TIMEZONE = 'UTC';
CREATE STORAGE INTEGRATION IF NOT EXISTS "copyto_d68607a91265d8c3"
  TYPE = EXTERNAL_STAGE
  STORAGE_PROVIDER = 'GCS'
  ENABLED = TRUE
  STORAGE_ALLOWED_LOCATIONS = ('gcs://lake/');
CREATE OR REPLACE TEMPORARY STAGE "SALES"."copyto_x1"
  STORAGE_INTEGRATION = "copyto_d68607a91265d8c3"
  URL = 'gcs://lake/p/';
CREATE TABLE IF NOT EXISTS "SALES"."ORDERS" (
  "id" NUMBER(19,0) NOT NULL,
  "Odd name" VARCHAR,
  "price" NUMBER(15,2),
  "raw" BINARY,
  "at" TIMESTAMP_TZ,
  "doc" VARCHAR
);
COPY INTO "SALES"."ORDERS" ("id", "Odd name", "price", "raw", "at", "doc")
FROM (
  SELECT
    $1::NUMBER(19,0),
    $2::VARCHAR,
    $3::NUMBER(15,2),
    TO_BINARY(SUBSTR($4, 3), 'HEX'),
    TO_TIMESTAMP_TZ($5, 'AUTO'),
    $6::VARCHAR
  FROM @"SALES"."copyto_x1"
)
FILES = (
  'part-0000-0000-x1.parquet',
  'part-0000-0001-x1.parquet'
)
FILE_FORMAT = (TYPE = CSV RECORD_DELIMITER = '\n' FIELD_DELIMITER = '0x09' FIELD_OPTIONALLY_ENCLOSED_BY = '0x27' ESCAPE = '0x5c' ESCAPE_UNENCLOSED_FIELD = NONE MULTI_LINE = TRUE SKIP_HEADER = 0 SKIP_BLANK_LINES = FALSE TRIM_SPACE = FALSE NULL_IF = () EMPTY_FIELD_AS_NULL = TRUE SKIP_BYTE_ORDER_MARK = FALSE REPLACE_INVALID_CHARACTERS = FALSE ENCODING = 'UTF8' COMPRESSION = GZIP)
ON_ERROR = ABORT_STATEMENT;
)sql");
}

TEST(LoadStatement, SnowflakeTakesAThousandFilesAtATime) {
  report many = two_files();
  many.files.resize(2001, many.files.front());
  std::string const sql = load("s3://lake/", many, sql_dialect::snowflake).value();
  std::size_t statements = 0;
  for (std::size_t at = sql.find("COPY INTO"); at != sql.npos; at = sql.find("COPY INTO", at + 1)) {
    ++statements;
  }
  EXPECT_EQ(statements, 3U);
  EXPECT_LT(sql.find("BEGIN;"), sql.find("COPY INTO"));
  EXPECT_EQ(sql.substr(sql.size() - 8), "COMMIT;\n");
}

TEST(LoadStatement, SnowflakesIntegrationIsOfRoleAndBucket) {
  auto const integration = [](std::string_view store_uri, std::string const& key, std::string const& id) {
    report done = two_files();
    done.files = {{.key = key}};
    done.export_id = id;
    std::string const sql = load(std::string(store_uri), done, sql_dialect::snowflake).value();
    std::size_t const at = sql.find("NOT EXISTS \"copyto_");
    return sql.substr(at, 40);
  };
  EXPECT_EQ(integration("s3://lake/", "p/a.parquet", "x1"), integration("s3://lake/", "q/r/b.parquet", "x2"));
  EXPECT_NE(integration("s3://lake/", "p/a.parquet", "x1"), integration("s3://pond/", "p/a.parquet", "x1"));
}

TEST(LoadStatement, RedshiftByAManifest) {
  expect_sql(load("s3://lake/", two_files(), sql_dialect::redshift), R"sql(CREATE TABLE IF NOT EXISTS "sales"."orders" (
  "id" BIGINT NOT NULL,
  "Odd name" VARCHAR(65535),
  "price" DECIMAL(15,2),
  "raw" VARBYTE(16777216),
  "at" TIMESTAMP,
  "doc" VARCHAR(65535)
);
COPY "sales"."orders" ("id", "Odd name", "price", "raw", "at", "doc")
FROM 's3://lake/p/_copyto.manifest-x1.json'
IAM_ROLE 'arn:aws:iam::1:role/r'
FORMAT AS PARQUET
MANIFEST;
)sql");
  field const numbers[] = {{.name = "id", .type = {.id = kind::uint32}},
                           {.name = "at", .type = {.id = kind::timestamp}, .optional = true}};
  expect_sql(load("s3://lake/", two_files(numbers), sql_dialect::redshift,
                  csv_options{.header = copyto::csv_header::every_file, .codec = copyto::zstd()}),
             R"sql(CREATE TABLE IF NOT EXISTS "sales"."orders" (
  "id" BIGINT NOT NULL,
  "at" TIMESTAMP
);
COPY "sales"."orders" ("id", "at")
FROM 's3://lake/p/_copyto.manifest-x1.json'
IAM_ROLE 'arn:aws:iam::1:role/r'
FORMAT AS CSV DELIMITER ',' QUOTE '"' NULL AS '' IGNOREHEADER 1 ZSTD DATEFORMAT 'auto' TIMEFORMAT 'auto'
MANIFEST;
)sql");
}

TEST(LoadStatement, BigQueryFromParquet) {
  expect_sql(load("gs://lake/", two_files(bigquery_columns()), sql_dialect::bigquery),
             R"sql(CREATE TABLE IF NOT EXISTS `sales`.`orders` (
  `id` INT64 NOT NULL,
  `Odd name` STRING,
  `price` NUMERIC(15,2),
  `flag` BOOL NOT NULL,
  `at` TIMESTAMP
);
LOAD DATA INTO `sales`.`orders`
FROM FILES (
  format = 'PARQUET',
  enum_as_string = true,
  uris = [
    'gs://lake/p/part-0000-0000-x1.parquet',
    'gs://lake/p/part-0000-0001-x1.parquet'
  ]
);
)sql");
}

TEST(LoadStatement, BigQueryFromCsv) {
  expect_sql(load("gs://lake/", two_files(bigquery_columns()), sql_dialect::bigquery,
                  csv_options{.delimiter = '\t',
                              .quote = '\'',
                              .escape = '\'',
                              .quotes = copyto::csv_quotes::all,
                              .codec = copyto::gzip()}),
             R"sql(CREATE TABLE IF NOT EXISTS `sales`.`orders` (
  `id` INT64 NOT NULL,
  `Odd name` STRING,
  `price` NUMERIC(15,2),
  `flag` BOOL NOT NULL,
  `at` TIMESTAMP
);
LOAD DATA INTO `sales`.`orders`
FROM FILES (
  format = 'CSV',
  encoding = 'UTF-8',
  skip_leading_rows = 0,
  field_delimiter = '\t',
  quote = '\'',
  null_marker = '',
  allow_quoted_newlines = true,
  allow_jagged_rows = false,
  ignore_unknown_values = false,
  max_bad_records = 0,
  preserve_ascii_control_characters = true,
  compression = 'GZIP',
  uris = [
    'gs://lake/p/part-0000-0000-x1.parquet',
    'gs://lake/p/part-0000-0001-x1.parquet'
  ]
);
)sql");
}

TEST(LoadStatement, Athena) {
  field fields[] = {
      columns[0], columns[1],
      columns[2], columns[3],
      columns[5], {.name = "at", .type = {.id = kind::timestamp, .unit = time_unit::milli}, .optional = true}};
  fields[1].name = "note";
  expect_sql(load("s3://lake/", two_files(fields), sql_dialect::athena),
             R"sql(CREATE EXTERNAL TABLE IF NOT EXISTS `sales`.`orders_files_x1` (
  `id` bigint,
  `note` string,
  `price` decimal(15,2),
  `raw` binary,
  `doc` string,
  `at` timestamp
)
STORED AS PARQUET
LOCATION 's3://lake/p/';
CREATE OR REPLACE VIEW "sales"."orders" AS
SELECT "id", "note", "price", "raw", "doc", "at"
FROM "sales"."orders_files_x1"
WHERE "$path" IN (
  's3://lake/p/part-0000-0000-x1.parquet',
  's3://lake/p/part-0000-0001-x1.parquet'
);
)sql");
}

/// Two partitions, whose columns are in their paths only.
report in_partitions() {
  static constexpr field in_files[] = {{.name = "id", .type = {.id = kind::int64}}};
  static constexpr field in_paths[] = {{.name = "region", .type = {.id = kind::string}, .optional = true},
                                       {.name = "day", .type = {.id = kind::date}}};
  report done = two_files(in_files);
  done.path_columns = copyto::schema(in_paths);
  char const* const partitions[] = {"region=eu/day=2024-01-31", "region=us/day=2024-02-01"};
  for (std::size_t i = 0; i != 2; ++i) {
    done.files[i].partition = partitions[i];
    done.files[i].key = std::string("p/") + partitions[i] + "/part-0000-000" + std::to_string(i) + "-x1.parquet";
  }
  return done;
}

TEST(LoadStatement, SnowflakeHasConstantsOfAPartition) {
  std::string const sql = load("s3://lake/", in_partitions(), sql_dialect::snowflake).value();
  EXPECT_EQ(sql.substr(sql.find("BEGIN;")), R"sql(BEGIN;
COPY INTO "SALES"."ORDERS" ("id", "region", "day")
FROM (
  SELECT
    $1['id']::NUMBER(19,0),
    'eu'::VARCHAR,
    TO_DATE('2024-01-31', 'YYYY-MM-DD')
  FROM @"SALES"."copyto_x1"
)
FILES = (
  'region=eu/day=2024-01-31/part-0000-0000-x1.parquet'
)
FILE_FORMAT = (TYPE = PARQUET USE_VECTORIZED_SCANNER = FALSE BINARY_AS_TEXT = FALSE USE_LOGICAL_TYPE = TRUE TRIM_SPACE = FALSE REPLACE_INVALID_CHARACTERS = FALSE NULL_IF = ())
ON_ERROR = ABORT_STATEMENT;
COPY INTO "SALES"."ORDERS" ("id", "region", "day")
FROM (
  SELECT
    $1['id']::NUMBER(19,0),
    'us'::VARCHAR,
    TO_DATE('2024-02-01', 'YYYY-MM-DD')
  FROM @"SALES"."copyto_x1"
)
FILES = (
  'region=us/day=2024-02-01/part-0000-0001-x1.parquet'
)
FILE_FORMAT = (TYPE = PARQUET USE_VECTORIZED_SCANNER = FALSE BINARY_AS_TEXT = FALSE USE_LOGICAL_TYPE = TRUE TRIM_SPACE = FALSE REPLACE_INVALID_CHARACTERS = FALSE NULL_IF = ())
ON_ERROR = ABORT_STATEMENT;
COMMIT;
)sql");
}

TEST(LoadStatement, AthenaHasPartitionColumns) {
  expect_sql(load("s3://lake/", in_partitions(), sql_dialect::athena),
             R"sql(CREATE EXTERNAL TABLE IF NOT EXISTS `sales`.`orders_files_x1` (
  `id` bigint
)
PARTITIONED BY (`region` string, `day` string)
STORED AS PARQUET
LOCATION 's3://lake/p/';
ALTER TABLE `sales`.`orders_files_x1` ADD IF NOT EXISTS
  PARTITION (`region` = 'eu', `day` = '2024-01-31') LOCATION 's3://lake/p/region=eu/day=2024-01-31/'
  PARTITION (`region` = 'us', `day` = '2024-02-01') LOCATION 's3://lake/p/region=us/day=2024-02-01/';
CREATE OR REPLACE VIEW "sales"."orders" AS
SELECT "id", CAST(NULLIF("region", ':null') AS varchar) AS "region", CAST(NULLIF("day", ':null') AS date) AS "day"
FROM "sales"."orders_files_x1"
WHERE "$path" IN (
  's3://lake/p/region=eu/day=2024-01-31/part-0000-0000-x1.parquet',
  's3://lake/p/region=us/day=2024-02-01/part-0000-0001-x1.parquet'
);
)sql");
}

TEST(LoadStatement, BigQueryTakesColumnsFromPaths) {
  expect_sql(load("gs://lake/", in_partitions(), sql_dialect::bigquery),
             R"sql(CREATE TABLE IF NOT EXISTS `sales`.`orders` (
  `id` INT64 NOT NULL,
  `region` STRING,
  `day` DATE
);
LOAD DATA INTO `sales`.`orders`
FROM FILES (
  format = 'PARQUET',
  enum_as_string = true,
  hive_partition_uri_prefix = 'gs://lake/p',
  uris = [
    'gs://lake/p/region=eu/day=2024-01-31/part-0000-0000-x1.parquet',
    'gs://lake/p/region=us/day=2024-02-01/part-0000-0001-x1.parquet'
  ]
)
WITH PARTITION COLUMNS (`region` STRING, `day` DATE);
)sql");
}

TEST(LoadStatement, AthenaAddsPartitionsInSeveralStatements) {
  report done = in_partitions();
  done.files.clear();
  for (int i = 0; i != 1500; ++i) {
    std::string const partition = "region=" + std::string(90, 'r') + std::to_string(i) + "/day=2024-01-31";
    done.files.push_back({.key = "p/" + partition + "/f", .partition = partition});
  }
  std::string const sql = load("s3://lake/", done, sql_dialect::athena).value();
  std::size_t statements = 0;
  for (std::size_t at = sql.find("\nALTER TABLE "); at != sql.npos;
       at = sql.find("\nALTER TABLE ", at + 1), ++statements) {
    EXPECT_LT(sql.find(";\n", at) - at, 262'144U);
  }
  EXPECT_EQ(statements, 2U);
}

TEST(LoadStatement, WhatPathsHaveIsRefusedWhereThatIsNotDocumented) {
  report done = in_partitions();
  expect_refusal(why_not("s3://lake/", done, sql_dialect::redshift),
                 "column `region` is in the partitions' paths only");
  done.files[1].partition = "region=__HIVE_DEFAULT_PARTITION__/day=2024-02-01";
  done.files[1].key = "p/region=__HIVE_DEFAULT_PARTITION__/day=2024-02-01/f.parquet";
  EXPECT_NE(load("s3://lake/", done, sql_dialect::athena).value().find("PARTITION (`region` = ':null', `day`"),
            std::string::npos);
  expect_refusal(why_not("gs://lake/", done, sql_dialect::bigquery),
                 "partition `region=__HIVE_DEFAULT_PARTITION__` is NULL in its path");
  done.files[1].partition = "region=a%2Fb/day=2024-02-01";
  done.files[1].key = "p/region=a%2Fb/day=2024-02-01/f.parquet";
  EXPECT_TRUE(load("s3://lake/", done, sql_dialect::snowflake));
  expect_refusal(why_not("s3://lake/", done, sql_dialect::athena), "partition `region=a%2Fb` is percent-encoded");
  done.files[1].partition = "region=a%00b/day=2024-02-01";
  done.files[1].key = "p/region=a%00b/day=2024-02-01/f.parquet";
  expect_refusal(why_not("s3://lake/", done, sql_dialect::snowflake), "a value of column `region` holds a NUL byte");
  done = in_partitions();
  for (copyto::file_report& file : done.files) { // a key that is no column
    file.partition += "/id_bucket=3";
    file.key = "p/" + file.partition + "/f.parquet";
  }
  expect_refusal(why_not("gs://lake/", done, sql_dialect::bigquery), "all keys of a path must be columns");
  field const at[] = {{.name = "region", .type = {.id = kind::timestamp}}};
  done.path_columns = copyto::schema(at);
  for (sql_dialect const dialect : {sql_dialect::snowflake, sql_dialect::bigquery}) {
    expect_refusal(why_not(dialect == sql_dialect::bigquery ? "gs://lake/" : "s3://lake/", done, dialect), "region");
  }
}

TEST(LoadStatement, DuckDbFromParquet) {
  expect_sql(load("s3://lake/", two_files(), sql_dialect::duckdb), R"sql(CREATE TABLE IF NOT EXISTS "sales"."orders" (
  "id" BIGINT NOT NULL,
  "Odd name" VARCHAR,
  "price" DECIMAL(15,2),
  "raw" BLOB,
  "at" TIMESTAMPTZ,
  "doc" JSON
);
INSERT INTO "sales"."orders" ("id", "Odd name", "price", "raw", "at", "doc")
SELECT CAST("id" AS BIGINT), CAST("Odd name" AS VARCHAR), CAST("price" AS DECIMAL(15,2)), CAST("raw" AS BLOB), CAST("at" AS TIMESTAMPTZ), CAST("doc" AS JSON)
FROM read_parquet([
  's3://lake/p/part-0000-0000-x1.parquet',
  's3://lake/p/part-0000-0001-x1.parquet'
], hive_partitioning = false, union_by_name = false, filename = false, binary_as_string = false);
)sql");
}

TEST(LoadStatement, DuckDbFromCsvWithOneHeader) {
  report done = two_files();
  done.files[0].bytes = 3'000'000;
  expect_sql(load("/dir/it's [x]*/", done, sql_dialect::duckdb, csv_options{.header = copyto::csv_header::first_file}),
             R"sql(CREATE TABLE IF NOT EXISTS "sales"."orders" (
  "id" BIGINT NOT NULL,
  "Odd name" VARCHAR,
  "price" DECIMAL(15,2),
  "raw" BLOB,
  "at" TIMESTAMPTZ,
  "doc" JSON
);
INSERT INTO "sales"."orders" ("id", "Odd name", "price", "raw", "at", "doc")
SELECT CAST("id" AS BIGINT), CAST("Odd name" AS VARCHAR), CAST("price" AS DECIMAL(15,2)), unhex(substr("raw", 3)), CAST(regexp_replace("at", '^([0-9-]+)(.*) BC$', '\1 (BC)\2') AS TIMESTAMPTZ), CAST("doc" AS JSON)
FROM read_csv([
  '/dir/it''s [[]x][*]/p/part-0000-0000-x1.parquet'
], auto_detect = false, new_line = '\n', header = true, delim = ',', quote = '"', escape = '"', nullstr = '', allow_quoted_nulls = false, encoding = 'utf-8', hive_partitioning = false, union_by_name = false, filename = false, max_line_size = 3000000, buffer_size = 3000000, compression = 'none', columns = {'id': 'VARCHAR', 'Odd name': 'VARCHAR', 'price': 'VARCHAR', 'raw': 'VARCHAR', 'at': 'VARCHAR', 'doc': 'VARCHAR'})
UNION ALL
SELECT CAST("id" AS BIGINT), CAST("Odd name" AS VARCHAR), CAST("price" AS DECIMAL(15,2)), unhex(substr("raw", 3)), CAST(regexp_replace("at", '^([0-9-]+)(.*) BC$', '\1 (BC)\2') AS TIMESTAMPTZ), CAST("doc" AS JSON)
FROM read_csv([
  '/dir/it''s [[]x][*]/p/part-0000-0001-x1.parquet'
], auto_detect = false, new_line = '\n', header = false, delim = ',', quote = '"', escape = '"', nullstr = '', allow_quoted_nulls = false, encoding = 'utf-8', hive_partitioning = false, union_by_name = false, filename = false, max_line_size = 2097152, buffer_size = 2097152, compression = 'none', columns = {'id': 'VARCHAR', 'Odd name': 'VARCHAR', 'price': 'VARCHAR', 'raw': 'VARCHAR', 'at': 'VARCHAR', 'doc': 'VARCHAR'});
)sql");
}

TEST(LoadStatement, DuckDbRefusesWhatItWouldReadAsSomethingElse) {
  auto const why = [](std::string_view at, csv_options const& dialect, report const& done = two_files()) {
    auto const sql = load(std::string(at), done, sql_dialect::duckdb, dialect);
    return sql ? std::string() : sql.error().message();
  };
  EXPECT_EQ(why("/d", {.escape = '\\'}), "");
  EXPECT_EQ(why("/d", {.null_text = "\\N"}), "");
  EXPECT_NE(why("/d", {.escape = '\\', .null_text = "\\N"}).find("no escape that"), std::string::npos);
  EXPECT_NE(why("/d", {.escape = ','}).find("no escape that"), std::string::npos);
  EXPECT_NE(why("/d", {.quote = ' ', .escape = ' '}).find("no blank as the quote"), std::string::npos);
  EXPECT_NE(why("/d/a\\*b", {}).find("a backslash beside"), std::string::npos);
  EXPECT_EQ(why("/d/a\\b", {}), "");
  // Lines that are an empty text, where another text is NULL.
  report one = two_files();
  std::vector<copyto::field> const text{{.name = "t", .type = {.id = copyto::kind::string}, .optional = true}};
  one.columns = copyto::schema(text);
  one.written = copyto::schema(text);
  EXPECT_EQ(why("/d", {}, one), "");
  EXPECT_NE(why("/d", {.null_text = "-"}, one).find("empty lines"), std::string::npos);
  EXPECT_EQ(why("/d", {.null_text = "-", .quotes = copyto::csv_quotes::all}, one), "");
}

TEST(LoadStatement, PostgresFromADirectory) {
  expect_sql(load("/dir/it's/", two_files(), sql_dialect::postgres,
                  csv_options{.delimiter = '\t', .escape = '\\', .null_text = "\\N", .codec = copyto::gzip()}),
             R"sql(\set ON_ERROR_STOP on
BEGIN;
SET LOCAL intervalstyle = 'postgres';
CREATE TABLE IF NOT EXISTS "sales"."orders" (
  "id" bigint NOT NULL,
  "Odd name" text,
  "price" numeric(15,2),
  "raw" bytea,
  "at" timestamptz,
  "doc" json
);
\copy "sales"."orders" ("id", "Odd name", "price", "raw", "at", "doc") FROM PROGRAM 'gzip -cd -- ''/dir/it''\''''s/p/part-0000-0000-x1.parquet''' WITH (FORMAT csv, HEADER false, DELIMITER E'\t', QUOTE '"', ESCAPE E'\\', NULL E'\\N', ENCODING 'UTF8')
\copy "sales"."orders" ("id", "Odd name", "price", "raw", "at", "doc") FROM PROGRAM 'gzip -cd -- ''/dir/it''\''''s/p/part-0000-0001-x1.parquet''' WITH (FORMAT csv, HEADER false, DELIMITER E'\t', QUOTE '"', ESCAPE E'\\', NULL E'\\N', ENCODING 'UTF8')
COMMIT;
)sql");
}

TEST(LoadStatement, PostgresBeforeEighteenIsStoppedWhereItWouldLoseRows) {
  report done = two_files();
  done.warnings.emplace_back(
      copyto::error_info{.code = errc::unsupported, .message = std::string(copyto::csv_end_of_data)});
  std::string const sql = load("/dir/", done, sql_dialect::postgres, csv_options()).value();
  EXPECT_TRUE(sql.starts_with("\\set ON_ERROR_STOP on\nSELECT :VERSION_NUM < 180000")) << sql;
  // The server of Aurora reads the file, and it is right.
  EXPECT_EQ(load("s3://b/", done, sql_dialect::postgres, csv_options()).value().find("VERSION_NUM"), std::string::npos);
}

TEST(LoadStatement, PostgresFromABucketIsAuroras) {
  expect_sql(
      load("s3://lake/", two_files(), sql_dialect::postgres, csv_options{.header = copyto::csv_header::every_file}),
      R"sql(BEGIN;
SET LOCAL intervalstyle = 'postgres';
CREATE TABLE IF NOT EXISTS "sales"."orders" (
  "id" bigint NOT NULL,
  "Odd name" text,
  "price" numeric(15,2),
  "raw" bytea,
  "at" timestamptz,
  "doc" json
);
SELECT aws_s3.table_import_from_s3('"sales"."orders"', '"id", "Odd name", "price", "raw", "at", "doc"', '(FORMAT csv, HEADER true, DELIMITER '','', QUOTE ''"'', ESCAPE ''"'', NULL '''', ENCODING ''UTF8'')',
  aws_commons.create_s3_uri('lake', 'p/part-0000-0000-x1.parquet', 'eu-west-1'));
SELECT aws_s3.table_import_from_s3('"sales"."orders"', '"id", "Odd name", "price", "raw", "at", "doc"', '(FORMAT csv, HEADER true, DELIMITER '','', QUOTE ''"'', ESCAPE ''"'', NULL '''', ENCODING ''UTF8'')',
  aws_commons.create_s3_uri('lake', 'p/part-0000-0001-x1.parquet', 'eu-west-1'));
COMMIT;
)sql");
}

TEST(LoadStatement, TheTablesNameIsParsed) {
  auto const table = [](std::string name, sql_dialect dialect) {
    bucket store(dialect == sql_dialect::bigquery ? "gs://b/" : "s3://b/");
    field const one[] = {{.name = "c", .type = {.id = kind::int32}}};
    result<std::string> const sql =
        copyto::load_statement(two_files(one), copyto::store_ref(store), {.table = std::move(name)}, dialect);
    if (!sql) {
      return std::string(sql.error()->message);
    }
    std::size_t const at = sql->find("IF NOT EXISTS ", sql->find("CREATE TABLE")) + 14;
    return sql->substr(at, sql->find(" (", at) - at);
  };
  EXPECT_EQ(table("sales.Orders", sql_dialect::snowflake), R"("SALES"."ORDERS")");
  EXPECT_EQ(table("sales.\"Orders\"", sql_dialect::snowflake), R"("SALES"."Orders")");
  EXPECT_EQ(table("sales.Orders", sql_dialect::redshift), R"("sales"."orders")");
  EXPECT_EQ(table("sales.Orders", sql_dialect::bigquery), "`sales`.`Orders`");
  EXPECT_EQ(table("Order", sql_dialect::duckdb), R"("Order")");
  EXPECT_EQ(table(R"("x"";drop table y; --")", sql_dialect::duckdb), R"("x"";drop table y; --")");
  EXPECT_EQ(table("\"my table\"", sql_dialect::bigquery), "`my table`");
  for (std::string_view const no : {"", ".", "a.", ".a", "a..b", "a b", "a;b", "1a", "\"a", "\"\"", "a.b.c.d", "a\"b\"",
                                    "\"a\"b", "a-b", "x;drop table y"}) {
    EXPECT_EQ(table(std::string(no), sql_dialect::duckdb), fmt::format("`{}` is not the name of a table", no));
  }
}

TEST(LoadStatement, WhatADialectCannotLoadIsSaid) {
  using enum sql_dialect;
  report const done = two_files();
  csv_options const csv;
  csv_options const quoted{.quotes = copyto::csv_quotes::all};
  expect_refusal(why_not("r2://lake/", done, snowflake), "Snowflake cannot load this: it reads s3:// and gs://");
  expect_refusal(why_not("gs://lake/", done, redshift), "it reads s3:// only");
  expect_refusal(why_not("s3://lake/", done, bigquery), "it reads gs:// only");
  expect_refusal(why_not("gs://lake/", done, athena), "it reads s3:// only");
  expect_refusal(why_not("s3://lake/", done, athena, csv), "export Parquet");
  expect_refusal(why_not("/dir/", done, postgres), "it reads no Parquet");
  expect_refusal(why_not("gs://lake/", done, postgres, csv), "reads s3:// only");
  expect_refusal(why_not("s3://lake/", done, postgres, csv_options{.codec = copyto::gzip()}), "Content-Encoding");
  expect_refusal(why_not("s3://lake/", done, redshift, csv), "how it tells NULL from text in CSV");
  expect_refusal(why_not("gs://lake/", done, bigquery, csv), "blanks at the ends of text without quotes may be lost");
  expect_refusal(why_not("gs://lake/", done, bigquery, csv_options{.escape = '\\', .quotes = copyto::csv_quotes::all}),
                 "have another sign before them");
  expect_refusal(
      why_not("gs://lake/", done, bigquery, csv_options{.quotes = copyto::csv_quotes::all, .codec = copyto::zstd()}),
      "choose gzip");
  expect_refusal(why_not("s3://lake/", done, snowflake, csv_options{.null_text = "NULL"}),
                 "it takes `NULL` for NULL also where column `Odd name` has that text as a value");
  expect_refusal(why_not("gs://lake/", done, bigquery, quoted), "that it holds column `raw`, binary, without loss");
  expect_refusal(why_not("s3://lake/", done, snowflake, csv_options{.header = copyto::csv_header::first_file}),
                 "only the first of several files has a header");
  expect_refusal(why_not("s3://lake/", done, snowflake, csv_options{.quote = '^'}), "its quotes are \" or '");
  expect_refusal(why_not("s3://lake/", done, athena), "column `Odd name` cannot be called so");
  report without = done;
  without.files.clear();
  expect_refusal(why_not("/dir/", without, duckdb), "no file was written");
  without = done;
  without.manifest.clear();
  expect_refusal(why_not("s3://lake/", without, redshift), "write a manifest");
}

TEST(LoadStatement, AReportWithoutColumnsIsNoExports) {
  EXPECT_TRUE(load("/dir/", {.export_id = "x", .files = {{.key = "k"}}}, sql_dialect::duckdb)
                  .error()
                  .is(errc::invalid_argument));
  report done = two_files();
  done.written = {};
  EXPECT_TRUE(load("/dir/", done, sql_dialect::duckdb).error().is(errc::invalid_argument));
}

/// A file's name, or that of a column, that a dialect would take for something else.
TEST(LoadStatement, NamesThatMeanSomethingElse) {
  using enum sql_dialect;
  auto const file = [](std::string key) {
    field const one[] = {{.name = "c", .type = {.id = kind::int32}}};
    report done = two_files(one);
    done.files = {{.key = std::move(key)}};
    return done;
  };
  auto const column = [](std::string_view name) {
    field const one[] = {{.name = name, .type = {.id = kind::int32}}};
    return two_files(one);
  };
  expect_refusal(why_not("gs://b/", file("a*.parquet"), bigquery), "has *, # or //");
  expect_refusal(why_not("gs://b/", file("a#1.parquet"), bigquery), "has *, # or //");
  expect_refusal(why_not("gs://b/", file("a//b.parquet"), bigquery), "has *, # or //");
  expect_refusal(why_not("s3://b/", file("p/_a.parquet"), athena), "begins with _ or . and is hidden there");
  expect_refusal(why_not("s3://b/", file("p?/a.parquet"), athena),
                 "has wildcards, quotes, backslashes or an empty name");
  expect_refusal(why_not("s3://b/", file("it's/a.parquet"), athena), "has wildcards, quotes");
  expect_refusal(why_not("/d/", file("a\nb.csv"), postgres, csv_options()), "holds a line feed");
  expect_refusal(why_not("gs://b/", column("a.b"), bigquery), "it holds a sign that is not allowed");
  expect_refusal(why_not("gs://b/", column("_table_x"), bigquery), "such names are its own");
  expect_refusal(why_not("s3://b/", column("a-b"), athena), "letters, digits and _");
  expect_refusal(why_not("s3://b/", column("a\tb"), redshift), "it holds a control character");
  expect_refusal(why_not("/d/", column(std::string(64, 'a')), postgres, csv_options()), "longer than 63 bytes");
  expect_refusal(why_not("/d/", column("a\nb"), postgres, csv_options()), "one line");
  expect_refusal(why_not("s3://b/", column(std::string_view("a\0b", 3)), snowflake), "NUL byte");
  field const two[] = {{.name = "a", .type = {.id = kind::int32}}, {.name = "A", .type = {.id = kind::int32}}};
  for (sql_dialect const d : {redshift, athena, duckdb}) {
    expect_refusal(why_not("s3://b/", two_files(two), d), "differs in case only");
  }
  expect_refusal(why_not("gs://b/", two_files(two), bigquery), "differs in case only");
  EXPECT_TRUE(load("s3://b/", two_files(two), snowflake));
}

/// What may be an empty line, which engines skip.
TEST(LoadStatement, RowsOfOneColumnMayBeEmptyLines) {
  field one[] = {{.name = "c", .type = {.id = kind::string}, .optional = true}};
  EXPECT_EQ(why_not("s3://b/", two_files(one), sql_dialect::snowflake, csv_options()).find("empty lines") !=
                std::string::npos,
            true);
  one[0].optional = false;
  EXPECT_TRUE(load("s3://b/", two_files(one), sql_dialect::snowflake, csv_options()));
}

TEST(LoadStatement, TypesThatNoneHoldsWithoutLossAreNamed) {
  struct loss {
    copyto::logical_type type;
    sql_dialect dialect;
    std::string_view store;
    std::optional<csv_options> csv = std::nullopt;
  };
  using enum sql_dialect;
  for (loss const& l : {loss{{.id = kind::uint64}, athena, "s3://b/"},
                        {{.id = kind::uint64}, snowflake, "s3://b/"},
                        {{.id = kind::uint64}, bigquery, "gs://b/"},
                        {{.id = kind::uint32}, redshift, "s3://b/"},
                        {{.id = kind::float64}, redshift, "s3://b/", csv_options()},
                        {{.id = kind::uuid}, athena, "s3://b/"},
                        {{.id = kind::uuid}, snowflake, "s3://b/"},
                        {{.id = kind::json}, snowflake, "s3://b/"},
                        {{.id = kind::timestamp}, athena, "s3://b/"},
                        {{.id = kind::decimal, .precision = 38, .scale = 38}, snowflake, "s3://b/"},
                        {{.id = kind::decimal, .precision = 38, .scale = 38}, redshift, "s3://b/"},
                        {{.id = kind::timestamp, .unit = time_unit::nano}, postgres, "/d/", csv_options()},
                        {{.id = kind::timestamp, .unit = time_unit::nano}, redshift, "s3://b/"},
                        {{.id = kind::timestamp, .unit = time_unit::nano, .utc = true}, duckdb, "/d/"},
                        {{.id = kind::timestamp, .utc = true}, redshift, "s3://b/", csv_options()},
                        {{.id = kind::json}, bigquery, "gs://b/"},
                        {{.id = kind::time, .unit = time_unit::nano}, bigquery, "gs://b/", csv_options()}}) {
    expect_refusal(why_not(std::string(l.store), one_column(l.type), l.dialect, l.csv),
                   "no type of which is documented that it holds column `c`");
  }
}

TEST(LoadStatement, EveryOtherTypeHasOne) {
  struct typed {
    copyto::logical_type type;
    sql_dialect dialect;
    std::string_view wanted;
    std::optional<csv_options> csv = std::nullopt;
  };
  using enum sql_dialect;
  for (typed const& t : {typed{{.id = kind::uint64}, snowflake, "NUMBER(20,0)", csv_options()},
                         {{.id = kind::uint64}, bigquery, "NUMERIC", csv_options()},
                         {{.id = kind::decimal, .precision = 38, .scale = 10}, bigquery, "BIGNUMERIC(38,10)"},
                         {{.id = kind::decimal, .precision = 38, .scale = 9}, bigquery, "NUMERIC(38,9)"},
                         {{.id = kind::timestamp, .unit = time_unit::nano, .utc = true}, snowflake, "TIMESTAMP_TZ"},
                         {{.id = kind::timestamp, .utc = true}, bigquery, "TIMESTAMP"},
                         {{.id = kind::uuid}, snowflake, "VARCHAR", csv_options()},
                         {{.id = kind::uuid}, duckdb, "UUID"},
                         {{.id = kind::interval}, snowflake, "VARCHAR", csv_options()},
                         {{.id = kind::interval}, duckdb, "INTERVAL"},
                         {{.id = kind::interval}, duckdb, "VARCHAR", csv_options()},
                         {{.id = kind::time}, snowflake, "TIME"},
                         {{.id = kind::time}, bigquery, "TIME"},
                         {{.id = kind::fixed_binary, .width = 3}, duckdb, "BLOB"},
                         {{.id = kind::enumeration}, bigquery, "STRING"}}) {
    std::string_view const store = t.dialect == bigquery ? "gs://b/" : t.dialect == duckdb ? "/d/" : "s3://b/";
    std::string const sql = load(std::string(store), one_column(t.type), t.dialect, t.csv).value();
    std::string const column = t.dialect == bigquery ? "`c` " : "\"c\" ";
    EXPECT_NE(sql.find(column + std::string(t.wanted) + " NOT NULL"), std::string::npos) << sql;
  }
}

TEST(LoadStatement, NestedTypesAreSpelledOutWhereTheyAreDocumented) {
  field const members[] = {{.name = "sku", .type = {.id = kind::string}},
                           {.name = "day", .type = {.id = kind::date}, .optional = true},
                           {.name = "key", .type = {.id = kind::uuid}, .optional = true}};
  field const line{.name = "element", .type = {.id = kind::structure}, .nodes = members, .node_count = 3};
  field const lists{.name = "value", .type = {.id = kind::list}, .nodes = &line, .node_count = 1};
  field const entries[] = {{.name = "key", .type = {.id = kind::int32}}, lists};
  field const nested[] = {{.name = "c", .type = {.id = kind::map}, .nodes = entries, .node_count = 2}};
  using enum sql_dialect;
  auto const sql = [&](std::string store, sql_dialect dialect, std::optional<csv_options> csv = std::nullopt) {
    return load(std::move(store), two_files(nested), dialect, std::move(csv)).value();
  };
  std::string const duck = sql("/d/", duckdb);
  EXPECT_NE(duck.find(R"("c" MAP(INTEGER, STRUCT("sku" VARCHAR, "day" DATE, "key" UUID)[]) NOT NULL)"),
            std::string::npos)
      << duck;
  std::string const hive = sql("s3://b/", athena);
  EXPECT_NE(hive.find("`c` map<int, array<struct<sku:string, day:date, key:string>>>"), std::string::npos) << hive;
  EXPECT_NE(sql("/d/", duckdb, csv_options()).find("\"c\" JSON NOT NULL"), std::string::npos);
  EXPECT_NE(sql("/d/", postgres, csv_options()).find("\"c\" json NOT NULL"), std::string::npos);
}

/// A list of `element`, as the column `c`.
struct list_column {
  field element;
  field column[1] = {{.name = "c", .type = {.id = kind::list}, .nodes = &element, .node_count = 1}};
  explicit list_column(field e) : element(e) { element.name = "element"; }
};

constexpr std::string_view store_of(sql_dialect dialect) {
  return dialect == sql_dialect::bigquery                                     ? "gs://b/"
         : dialect == sql_dialect::duckdb || dialect == sql_dialect::postgres ? "/d/"
                                                                              : "s3://b/";
}

/// Every shape in every dialect and format: the type that the table has, or `!` and what is said of it.
TEST(LoadStatement, EveryNestedShapeInEveryDialect) {
  using enum sql_dialect;
  field const number{.name = "element", .type = {.id = kind::int32}};
  field const text{.name = "element", .type = {.id = kind::string}, .optional = true};
  field const texts{.name = "tags", .type = {.id = kind::list}, .nodes = &text, .node_count = 1};
  field const numbers{.name = "element", .type = {.id = kind::list}, .nodes = &number, .node_count = 1};
  field const members[] = {
      {.name = "sku", .type = {.id = kind::string}},
      {.name = "price", .type = {.id = kind::decimal, .precision = 9, .scale = 2}, .optional = true}};
  field const tagged[] = {members[0], texts};
  field const line{
      .name = "element", .type = {.id = kind::structure}, .optional = true, .nodes = tagged, .node_count = 2};
  field const by_text[] = {{.name = "key", .type = {.id = kind::string}},
                           {.name = "value", .type = {.id = kind::int64}, .optional = true}};
  field const by_day[] = {{.name = "key", .type = {.id = kind::date}}, {.name = "value", .type = {.id = kind::int64}}};
  struct shape {
    kind id;
    std::span<field const> nodes;
    std::string_view parquet[5]; ///< Snowflake, Redshift, BigQuery, Athena, DuckDB
    std::string_view csv;        ///< Snowflake
  };
  constexpr std::string_view lines_in_bigquery = "STRUCT<`list` ARRAY<STRUCT<`element` STRUCT<`sku` STRING, "
                                                 "`tags` STRUCT<`list` ARRAY<STRUCT<`element` STRING>>>>>>>";
  constexpr std::string_view unknown_map = "!it is not documented what SERIALIZETOJSON makes of it";
  shape const shapes[] = {
      {kind::list, {&number, 1}, {"ARRAY", "SUPER", "ARRAY<INT64>", "array<int>", "INTEGER[]"}, "ARRAY"},
      {kind::list,
       {&text, 1},
       {"ARRAY", "SUPER", "STRUCT<`list` ARRAY<STRUCT<`element` STRING>>>", "array<string>", "VARCHAR[]"},
       "ARRAY"},
      {kind::list,
       {&numbers, 1},
       {"ARRAY", "SUPER", "STRUCT<`list` ARRAY<STRUCT<`element` STRUCT<`list` ARRAY<STRUCT<`element` INT64>>>>>>",
        "array<array<int>>", "INTEGER[][]"},
       "ARRAY"},
      {kind::list,
       {&line, 1},
       {"ARRAY", "SUPER", lines_in_bigquery, "array<struct<sku:string, tags:array<string>>>",
        R"(STRUCT("sku" VARCHAR, "tags" VARCHAR[])[])"},
       "ARRAY"},
      {kind::structure,
       members,
       {"OBJECT", "SUPER", "STRUCT<`sku` STRING, `price` NUMERIC(9,2)>", "struct<sku:string, price:decimal(9,2)>",
        R"(STRUCT("sku" VARCHAR, "price" DECIMAL(9,2)))"},
       "OBJECT"},
      {kind::map,
       by_text,
       {"OBJECT", unknown_map, "STRUCT<`key_value` ARRAY<STRUCT<`key` STRING, `value` INT64>>>", "map<string, bigint>",
        "MAP(VARCHAR, BIGINT)"},
       "OBJECT"},
      {kind::map,
       by_day,
       {"!only of text is it documented that keys become names of an OBJECT", unknown_map,
        "STRUCT<`key_value` ARRAY<STRUCT<`key` DATE, `value` INT64>>>", "map<date, bigint>", "MAP(DATE, BIGINT)"},
       "OBJECT"}};
  for (shape const& s : shapes) {
    field const one[] = {{.name = "c",
                          .type = {.id = s.id},
                          .optional = true,
                          .nodes = s.nodes.data(),
                          .node_count = static_cast<std::uint32_t>(s.nodes.size())},
                         {.name = "d", .type = {.id = kind::int32}}};
    auto const check = [&](sql_dialect dialect, bool csv, std::string_view wanted) {
      std::string const what =
          fmt::format("{}, dialect {}, csv {}", copyto::describe(one[0]), static_cast<int>(dialect), csv);
      std::optional<csv_options> const options =
          csv ? std::optional(csv_options{.quotes = copyto::csv_quotes::all}) : std::nullopt;
      result<std::string> const sql = load(std::string(store_of(dialect)), two_files(one), dialect, options);
      if (wanted.starts_with('!')) {
        ASSERT_FALSE(sql) << what << *sql;
        EXPECT_NE(sql.error().message().find(wanted.substr(1)), std::string::npos) << sql.error().message();
        return;
      }
      ASSERT_TRUE(sql) << what << sql.error().message();
      char const quote = dialect == bigquery || dialect == athena ? '`' : '"';
      EXPECT_NE(sql->find(fmt::format("  {0}c{0} {1},\n", quote, wanted)), std::string::npos) << what << *sql;
    };
    for (std::size_t d = 0; d != 5; ++d) {
      check(static_cast<sql_dialect>(d), false, s.parquet[d]);
    }
    check(postgres, false, "!it reads no Parquet");
    check(snowflake, true, s.csv);
    check(redshift, true, "SUPER");
    check(bigquery, true, "JSON");
    check(athena, true, "!its readers of CSV");
    check(duckdb, true, "JSON");
    check(postgres, true, "json");
  }
}

/// Every other type as an element: which ones a dialect refuses, and that the message names them.
TEST(LoadStatement, EveryElementInEveryDialect) {
  using enum sql_dialect;
  copyto::logical_type const types[] = {{.id = kind::boolean},
                                        {.id = kind::int8},
                                        {.id = kind::int16},
                                        {.id = kind::int32},
                                        {.id = kind::int64},
                                        {.id = kind::uint8},
                                        {.id = kind::uint16},
                                        {.id = kind::uint32},
                                        {.id = kind::uint64},
                                        {.id = kind::float16},
                                        {.id = kind::float32},
                                        {.id = kind::float64},
                                        {.id = kind::decimal, .precision = 15, .scale = 15},
                                        {.id = kind::decimal, .precision = 16, .scale = 2},
                                        {.id = kind::decimal, .precision = 38, .scale = 38},
                                        {.id = kind::string},
                                        {.id = kind::binary},
                                        {.id = kind::fixed_binary, .width = 3},
                                        {.id = kind::uuid},
                                        {.id = kind::date},
                                        {.id = kind::time},
                                        {.id = kind::timestamp},
                                        {.id = kind::timestamp, .utc = true},
                                        {.id = kind::interval},
                                        {.id = kind::json},
                                        {.id = kind::enumeration}};
  auto const refused = [&](sql_dialect dialect, std::optional<csv_options> const& csv) {
    std::string names;
    for (copyto::logical_type const& type : types) {
      list_column const c({.type = type});
      result<std::string> const sql = load(std::string(store_of(dialect)), two_files(c.column), dialect, csv);
      if (!sql) {
        names += (names.empty() ? "" : " ") + copyto::describe(c.element);
        EXPECT_NE(sql.error().message().find(dialect == athena ? "holds column `c`" : "`c[]` of the nested column `c`"),
                  std::string::npos)
            << sql.error().message();
      }
    }
    return names;
  };
  csv_options const quoted{.quotes = copyto::csv_quotes::all};
  EXPECT_EQ(refused(duckdb, {}), "");
  EXPECT_EQ(refused(duckdb, quoted), "");
  EXPECT_EQ(refused(postgres, quoted), "");
  EXPECT_EQ(refused(athena, {}), "timestamp(us) timestamp(us, utc)");
  EXPECT_EQ(refused(snowflake, {}), "decimal(38,38)");
  EXPECT_EQ(refused(snowflake, quoted), "decimal(38,38) json");
  EXPECT_EQ(refused(bigquery, {}), "");
  EXPECT_EQ(refused(bigquery, quoted), "decimal(16,2) decimal(38,38) json");
  EXPECT_EQ(refused(redshift, {}),
            "uint64 float16 float double decimal(16,2) decimal(38,38) binary fixed binary(3) date "
            "timestamp(us) timestamp(us, utc)");
  EXPECT_EQ(refused(redshift, quoted), "uint64 decimal(16,2) decimal(38,38) json");
}

/// The exact profile writes types that the warehouses do not know.
TEST(LoadStatement, ElementsOfTheExactProfile) {
  using enum sql_dialect;
  for (kind const id : {kind::uint32, kind::uuid, kind::json, kind::interval}) {
    list_column const c({.type = {.id = id}});
    report done = two_files(c.column);
    done.written = done.columns;
    for (sql_dialect const dialect : {snowflake, redshift, bigquery}) {
      expect_refusal(why_not(std::string(store_of(dialect)), done, dialect), "`c[]` of the nested column `c`");
    }
  }
}

TEST(LoadStatement, OptionsOfNestedColumns) {
  using enum sql_dialect;
  list_column const plain({.type = {.id = kind::int32}});
  list_column const nulls({.type = {.id = kind::int32}, .optional = true});
  auto const sql = [&](field const& column, sql_dialect dialect, std::optional<csv_options> csv = std::nullopt) {
    field const fields[] = {{.name = "id", .type = {.id = kind::int64}}, column};
    return load(std::string(store_of(dialect)), two_files(fields), dialect, std::move(csv)).value();
  };
  auto const has = [](std::string const& text, std::string_view words) {
    EXPECT_NE(text.find(words), std::string::npos) << text;
  };
  has(sql(plain.column[0], snowflake), "USE_VECTORIZED_SCANNER = TRUE BINARY_AS_TEXT = FALSE");
  has(sql(plain.column[0], snowflake), "    $1['c']::ARRAY\n");
  has(sql(plain.column[0], snowflake), "\"c\" ARRAY NOT NULL");
  has(sql(plain.column[0], snowflake, csv_options()), "    PARSE_JSON($2)::ARRAY\n");
  has(sql(plain.column[0], redshift), "FORMAT AS PARQUET SERIALIZETOJSON\nMANIFEST;\n");
  has(sql(plain.column[0], redshift), "SET parse_super_null_on_error = OFF;\nSET json_parse_dedup_attributes = OFF;\n"
                                      "SET json_parse_truncate_strings = OFF;\nCREATE TABLE");
  has(sql(plain.column[0], redshift, csv_options()), "FORMAT AS CSV DELIMITER");
  has(sql(plain.column[0], bigquery), "  enable_list_inference = true,\n");
  has(sql(plain.column[0], bigquery), "  `c` ARRAY<INT64>\n"); // which takes no NOT NULL
  has(sql(nulls.column[0], bigquery), "  enable_list_inference = false,\n");
  has(sql(nulls.column[0], bigquery), "  `c` STRUCT<`list` ARRAY<STRUCT<`element` INT64>>> NOT NULL\n");
}

TEST(LoadStatement, NestedColumnsThatAreRefusedAreNamed) {
  using enum sql_dialect;
  field const odd[] = {{.name = "a.b", .type = {.id = kind::int32}}};
  list_column const c({.type = {.id = kind::structure}, .nodes = odd, .node_count = 1});
  expect_refusal(why_not("gs://b/", two_files(c.column), bigquery),
                 "`c[]` of the nested column `c` is struct<int32>: a member's name holds a sign that is not allowed");
  field const twice[] = {{.name = "a", .type = {.id = kind::int32}}, {.name = "A", .type = {.id = kind::int32}}};
  list_column const t({.type = {.id = kind::structure}, .nodes = twice, .node_count = 2});
  expect_refusal(why_not("gs://b/", two_files(t.column), bigquery), "differs in case only");
  // Sixteen structs within each other; of lists with NULLs each is two records.
  std::vector<field> deep(17, {.name = "m", .type = {.id = kind::structure}, .node_count = 1});
  deep.back() = {.name = "m", .type = {.id = kind::int32}};
  for (std::size_t i = 0; i != 16; ++i) {
    deep[i].nodes = &deep[i + 1];
  }
  expect_refusal(why_not("gs://b/", two_files(std::span(deep).first(1)), bigquery), "records are at most 15 deep");
  EXPECT_TRUE(load("gs://b/", two_files(std::span(deep).subspan(1, 1)), bigquery));
  for (std::size_t i = 0; i != 16; ++i) {
    deep[i].type.id = kind::list;
    deep[i].optional = true;
  }
  expect_refusal(why_not("gs://b/", two_files(std::span(deep).subspan(8, 1)), bigquery), "of column `m`, list<list<");
  EXPECT_TRUE(load("gs://b/", two_files(std::span(deep).subspan(9, 1)), bigquery));
}

/// What the services document of Parquet decides; where they say nothing, there is no statement.
TEST(LoadStatement, EncodingsAndCodecsThatAreNotDocumentedAreRefused) {
  using enum sql_dialect;
  using copyto::codec_id;
  auto const why = [](sql_dialect dialect, copyto::load_target target) {
    bucket store(dialect == bigquery ? "gs://lake/" : "s3://lake/");
    target.table = "t";
    target.role_arn = "arn:aws:iam::1:role/r";
    copyto::report done = two_files(std::span(columns).first(1));
    done.manifest = "m.json";
    auto const sql = copyto::load_statement(done, copyto::store_ref(store), target, dialect);
    return sql ? std::string() : sql.error().message();
  };
  copyto::load_target const deltas{.readers = copyto::reader::modern::value};
  for (sql_dialect const dialect : {redshift, bigquery, athena}) {
    expect_refusal(why(dialect, deltas), "its documentation does not name delta encodings");
  }
  for (sql_dialect const dialect : {snowflake, duckdb}) {
    EXPECT_EQ(why(dialect, deltas), "");
  }
  for (auto const& [how, word] :
       {std::pair(copyto::parquet_encoding::byte_stream_split, "does not name BYTE_STREAM_SPLIT"),
        {copyto::parquet_encoding::delta_length_byte_array, "does not name DELTA_LENGTH_BYTE_ARRAY"},
        {copyto::parquet_encoding::delta_byte_array, ""}}) {
    copyto::load_target by_hand = deltas;
    by_hand.page_encodings = {copyto::parquet_encoding::plain, how};
    expect_refusal(why(snowflake, by_hand), word);
    EXPECT_EQ(why(snowflake, by_hand).empty(), *word == '\0');
    EXPECT_EQ(why(duckdb, by_hand), "");
  }
  for (codec_id const id :
       {codec_id::none, codec_id::snappy, codec_id::gzip, codec_id::zstd, codec_id::brotli, codec_id::lz4_raw}) {
    for (sql_dialect const dialect : {snowflake, redshift, bigquery, athena, duckdb}) {
      bool const known = dialect == duckdb || (id == codec_id::brotli    ? dialect == snowflake
                                               : id == codec_id::lz4_raw ? dialect == bigquery
                                                                         : true);
      std::string const found = why(dialect, {.page_codecs = {codec_id::none, id}});
      EXPECT_EQ(found.empty(), known) << static_cast<int>(id) << ' ' << found;
      EXPECT_TRUE(known ||
                  found.find(id == codec_id::brotli ? "does not name Brotli" : "does not name LZ4_RAW") != found.npos)
          << found;
    }
  }
}

/// Before the first row it is known whether there will be a statement.
TEST(CheckLoad, IsWhatTheStatementWillSay) {
  copyto::schema const fields = copyto::schema(columns);
  bucket store("s3://lake/");
  auto const why = [&](copyto::export_options const& options, copyto::any_encoder const& encoder, sql_dialect dialect,
                       std::optional<csv_options> csv) {
    result<void> const good = copyto::check_load(fields, encoder, copyto::store_ref(store), options,
                                                 {.table = "t", .csv = std::move(csv)}, dialect);
    return good ? std::string() : good.error().message();
  };
  csv_options const once{.header = copyto::csv_header::first_file};
  EXPECT_EQ(why({.single_file = true}, copyto::csv(once), sql_dialect::snowflake, once), "");
  expect_refusal(why({}, copyto::csv(once), sql_dialect::snowflake, once), "only the first of several files");
  expect_refusal(why({}, copyto::parquet(), sql_dialect::redshift, std::nullopt), "for all objects that begin like it");
  EXPECT_EQ(why({.last = copyto::manifest()}, copyto::parquet(), sql_dialect::redshift, std::nullopt), "");
}

} // namespace
