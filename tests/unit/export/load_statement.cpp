// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// Statements of engines that do not run here are held against these; integration/load.py executes those of DuckDB and
// PostgreSQL.
#include <copyto/export/load_statement.hpp>

#include <copyto/encode/codec/gzip.hpp>
#include <copyto/encode/codec/zstd.hpp>
#include <copyto/store/memory.hpp>

#include <gtest/gtest.h>

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

/// The same with a name that every dialect takes; `bytes`: with the column of bytes.
copyto::schema plain_columns(bool bytes) {
  std::vector<field> plain(std::begin(columns), std::end(columns));
  plain[1].name = "note";
  if (!bytes) {
    plain.erase(plain.begin() + 3);
  }
  return copyto::schema(plain);
}

report two_files() {
  return {.export_id = "x1",
          .files = {{.key = "p/part-0000-0000-x1.parquet"}, {.key = "p/part-0000-0001-x1.parquet"}},
          .columns = copyto::schema(columns)};
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

csv_options odd_csv() {
  return {.delimiter = '\t', .quote = '\'', .escape = '\\', .null_text = "\\N", .codec = copyto::gzip()};
}

TEST(LoadStatement, NamesOfDialects) {
  EXPECT_EQ(copyto::parse_sql_dialect("snowflake"), sql_dialect::snowflake);
  EXPECT_EQ(copyto::parse_sql_dialect("postgres"), sql_dialect::postgres);
  EXPECT_EQ(copyto::parse_sql_dialect("Postgres"), std::nullopt);
}

TEST(LoadStatement, SnowflakeFromParquet) {
  EXPECT_EQ(load("s3://lake/", two_files(), sql_dialect::snowflake).value(),
            R"sql(CREATE STORAGE INTEGRATION IF NOT EXISTS copyto_sales_orders
  TYPE = EXTERNAL_STAGE
  STORAGE_PROVIDER = 'S3'
  ENABLED = TRUE
  STORAGE_AWS_ROLE_ARN = 'arn:aws:iam::1:role/r'
  STORAGE_ALLOWED_LOCATIONS = ('s3://lake/p/');
CREATE STAGE IF NOT EXISTS copyto_sales_orders
  STORAGE_INTEGRATION = copyto_sales_orders
  URL = 's3://lake/p/';
CREATE TABLE IF NOT EXISTS sales.orders (
  "id" NUMBER(19,0) NOT NULL,
  "Odd name" VARCHAR,
  "price" NUMBER(15,2),
  "raw" BINARY,
  "at" TIMESTAMP_TZ,
  "doc" VARIANT
);
COPY INTO sales.orders ("id", "Odd name", "price", "raw", "at", "doc")
FROM (
  SELECT
    $1:"id"::NUMBER(19,0),
    $1:"Odd name"::VARCHAR,
    $1:"price"::NUMBER(15,2),
    $1:"raw"::BINARY,
    $1:"at"::TIMESTAMP_TZ,
    PARSE_JSON($1:"doc"::VARCHAR)
  FROM @copyto_sales_orders
)
FILES = (
  'part-0000-0000-x1.parquet',
  'part-0000-0001-x1.parquet'
)
FILE_FORMAT = (TYPE = PARQUET BINARY_AS_TEXT = FALSE USE_LOGICAL_TYPE = TRUE);
)sql");
}

TEST(LoadStatement, SnowflakeFromCsvOnGoogle) {
  EXPECT_EQ(load("gs://lake/", two_files(), sql_dialect::snowflake, odd_csv()).value(),
            R"sql(CREATE STORAGE INTEGRATION IF NOT EXISTS copyto_sales_orders
  TYPE = EXTERNAL_STAGE
  STORAGE_PROVIDER = 'GCS'
  ENABLED = TRUE
  STORAGE_ALLOWED_LOCATIONS = ('gcs://lake/p/');
CREATE STAGE IF NOT EXISTS copyto_sales_orders
  STORAGE_INTEGRATION = copyto_sales_orders
  URL = 'gcs://lake/p/';
CREATE TABLE IF NOT EXISTS sales.orders (
  "id" NUMBER(19,0) NOT NULL,
  "Odd name" VARCHAR,
  "price" NUMBER(15,2),
  "raw" BINARY,
  "at" TIMESTAMP_TZ,
  "doc" VARIANT
);
COPY INTO sales.orders ("id", "Odd name", "price", "raw", "at", "doc")
FROM (
  SELECT
    $1::NUMBER(19,0),
    $2::VARCHAR,
    $3::NUMBER(15,2),
    TO_BINARY(SUBSTR($4, 3), 'HEX'),
    $5::TIMESTAMP_TZ,
    PARSE_JSON($6::VARCHAR)
  FROM @copyto_sales_orders
)
FILES = (
  'part-0000-0000-x1.parquet',
  'part-0000-0001-x1.parquet'
)
FILE_FORMAT = (TYPE = CSV FIELD_DELIMITER = '\x09' FIELD_OPTIONALLY_ENCLOSED_BY = '\x27' SKIP_HEADER = 0 ESCAPE = '\x5c' NULL_IF = ('\\N') EMPTY_FIELD_AS_NULL = FALSE COMPRESSION = GZIP);
)sql");
}

TEST(LoadStatement, SnowflakeOfManyFilesGoesByTheirId) {
  report many = two_files();
  many.files.resize(1001, many.files.front());
  std::string const sql = load("s3://lake/", many, sql_dialect::snowflake).value();
  EXPECT_NE(sql.find("PATTERN = '.*x1.*'"), std::string::npos) << sql;
  many.files.back().key = "p/other.parquet";
  expect_refusal(why_not("s3://lake/", many, sql_dialect::snowflake), "more than 1000 files");
}

TEST(LoadStatement, RedshiftWithoutAManifest) {
  EXPECT_EQ(load("s3://lake/", two_files(), sql_dialect::redshift).value(),
            R"sql(-- With a manifest, one COPY loads all files at the same time.
CREATE TABLE IF NOT EXISTS sales.orders (
  "id" BIGINT NOT NULL,
  "Odd name" VARCHAR(65535),
  "price" DECIMAL(15,2),
  "raw" VARBYTE(1024000),
  "at" TIMESTAMPTZ,
  "doc" VARCHAR(65535)
);
COPY sales.orders ("id", "Odd name", "price", "raw", "at", "doc")
FROM 's3://lake/p/part-0000-0000-x1.parquet'
IAM_ROLE 'arn:aws:iam::1:role/r'
FORMAT AS PARQUET;
COPY sales.orders ("id", "Odd name", "price", "raw", "at", "doc")
FROM 's3://lake/p/part-0000-0001-x1.parquet'
IAM_ROLE 'arn:aws:iam::1:role/r'
FORMAT AS PARQUET;
)sql");
}

TEST(LoadStatement, RedshiftByAManifest) {
  report done = two_files();
  done.manifest = "p/_copyto.manifest-x1.json";
  done.columns = plain_columns(false);
  EXPECT_EQ(
      load("s3://lake/", done, sql_dialect::redshift, csv_options{.header = copyto::csv_header::every_file}).value(),
      R"sql(CREATE TABLE IF NOT EXISTS sales.orders (
  "id" BIGINT NOT NULL,
  "note" VARCHAR(65535),
  "price" DECIMAL(15,2),
  "at" TIMESTAMPTZ,
  "doc" VARCHAR(65535)
);
COPY sales.orders ("id", "note", "price", "at", "doc")
FROM 's3://lake/p/_copyto.manifest-x1.json'
IAM_ROLE 'arn:aws:iam::1:role/r'
FORMAT AS CSV DELIMITER ',' QUOTE '"' NULL AS '' IGNOREHEADER 1 DATEFORMAT 'auto' TIMEFORMAT 'auto'
MANIFEST;
)sql");
}

TEST(LoadStatement, RedshiftTakesAKeyForItsBeginning) {
  report done = two_files();
  done.files[1].key = done.files[0].key + "_part2";
  expect_refusal(why_not("s3://lake/", done, sql_dialect::redshift), "write a manifest");
  done.manifest = "p/list.json";
  EXPECT_TRUE(load("s3://lake/", done, sql_dialect::redshift));
}

TEST(LoadStatement, BigQueryFromParquet) {
  EXPECT_EQ(load("gs://lake/", two_files(), sql_dialect::bigquery).value(),
            R"sql(CREATE TABLE IF NOT EXISTS sales.orders (
  `id` INT64 NOT NULL,
  `Odd name` STRING,
  `price` NUMERIC(15,2),
  `raw` BYTES,
  `at` TIMESTAMP,
  `doc` STRING
);
LOAD DATA INTO sales.orders
FROM FILES (
  format = 'PARQUET',
  uris = [
    'gs://lake/p/part-0000-0000-x1.parquet',
    'gs://lake/p/part-0000-0001-x1.parquet'
  ]
);
)sql");
}

TEST(LoadStatement, BigQueryFromCsv) {
  report done = two_files();
  done.columns = plain_columns(false);
  csv_options csv = odd_csv();
  csv.escape = csv.quote;
  EXPECT_EQ(load("gs://lake/", done, sql_dialect::bigquery, csv).value(),
            R"sql(CREATE TABLE IF NOT EXISTS sales.orders (
  `id` INT64 NOT NULL,
  `note` STRING,
  `price` NUMERIC(15,2),
  `at` TIMESTAMP,
  `doc` STRING
);
LOAD DATA INTO sales.orders
FROM FILES (
  format = 'CSV',
  skip_leading_rows = 0,
  field_delimiter = '\t',
  quote = '\'',
  null_marker = '\\N',
  allow_quoted_newlines = true,
  uris = [
    'gs://lake/p/part-0000-0000-x1.parquet',
    'gs://lake/p/part-0000-0001-x1.parquet'
  ]
);
)sql");
}

TEST(LoadStatement, Athena) {
  report done = two_files();
  done.columns = plain_columns(true);
  EXPECT_EQ(load("s3://lake/", done, sql_dialect::athena).value(),
            R"sql(CREATE EXTERNAL TABLE IF NOT EXISTS sales.orders_files (
  `id` bigint,
  `note` string,
  `price` decimal(15,2),
  `raw` binary,
  `at` timestamp,
  `doc` string
)
STORED AS PARQUET
LOCATION 's3://lake/p/';
CREATE OR REPLACE VIEW sales.orders AS
SELECT "id", "note", "price", "raw", "at", "doc"
FROM sales.orders_files
WHERE "$path" IN (
  's3://lake/p/part-0000-0000-x1.parquet',
  's3://lake/p/part-0000-0001-x1.parquet'
);
)sql");
}

TEST(LoadStatement, DuckDbFromParquet) {
  EXPECT_EQ(load("s3://lake/", two_files(), sql_dialect::duckdb).value(),
            R"sql(CREATE TABLE IF NOT EXISTS sales.orders (
  "id" BIGINT NOT NULL,
  "Odd name" VARCHAR,
  "price" DECIMAL(15,2),
  "raw" BLOB,
  "at" TIMESTAMPTZ,
  "doc" JSON
);
INSERT INTO sales.orders ("id", "Odd name", "price", "raw", "at", "doc")
SELECT CAST("id" AS BIGINT), CAST("Odd name" AS VARCHAR), CAST("price" AS DECIMAL(15,2)), CAST("raw" AS BLOB), CAST("at" AS TIMESTAMPTZ), CAST("doc" AS JSON)
FROM read_parquet([
  's3://lake/p/part-0000-0000-x1.parquet',
  's3://lake/p/part-0000-0001-x1.parquet'
]);
)sql");
}

TEST(LoadStatement, DuckDbFromCsvWithOneHeader) {
  EXPECT_EQ(load("/dir/it's [x]*/", two_files(), sql_dialect::duckdb,
                 csv_options{.header = copyto::csv_header::first_file, .codec = copyto::zstd()})
                .value(),
            R"sql(CREATE TABLE IF NOT EXISTS sales.orders (
  "id" BIGINT NOT NULL,
  "Odd name" VARCHAR,
  "price" DECIMAL(15,2),
  "raw" BLOB,
  "at" TIMESTAMPTZ,
  "doc" JSON
);
INSERT INTO sales.orders ("id", "Odd name", "price", "raw", "at", "doc")
SELECT CAST("id" AS BIGINT), CAST("Odd name" AS VARCHAR), CAST("price" AS DECIMAL(15,2)), unhex(substr("raw", 3)), CAST("at" AS TIMESTAMPTZ), CAST("doc" AS JSON)
FROM read_csv([
  '/dir/it''s [[]x][*]/p/part-0000-0000-x1.parquet'
], auto_detect = false, new_line = '\n', header = true, delim = ',', quote = '"', escape = '"', nullstr = '', allow_quoted_nulls = false, compression = 'zstd', columns = {'id': 'VARCHAR', 'Odd name': 'VARCHAR', 'price': 'VARCHAR', 'raw': 'VARCHAR', 'at': 'VARCHAR', 'doc': 'VARCHAR'})
UNION ALL
SELECT CAST("id" AS BIGINT), CAST("Odd name" AS VARCHAR), CAST("price" AS DECIMAL(15,2)), unhex(substr("raw", 3)), CAST("at" AS TIMESTAMPTZ), CAST("doc" AS JSON)
FROM read_csv([
  '/dir/it''s [[]x][*]/p/part-0000-0001-x1.parquet'
], auto_detect = false, new_line = '\n', header = false, delim = ',', quote = '"', escape = '"', nullstr = '', allow_quoted_nulls = false, compression = 'zstd', columns = {'id': 'VARCHAR', 'Odd name': 'VARCHAR', 'price': 'VARCHAR', 'raw': 'VARCHAR', 'at': 'VARCHAR', 'doc': 'VARCHAR'});
)sql");
}

TEST(LoadStatement, PostgresFromADirectory) {
  EXPECT_EQ(load("/dir/it's/", two_files(), sql_dialect::postgres, odd_csv()).value(),
            R"sql(CREATE TABLE IF NOT EXISTS sales.orders (
  "id" bigint NOT NULL,
  "Odd name" text,
  "price" numeric(15,2),
  "raw" bytea,
  "at" timestamptz,
  "doc" json
);
\copy sales.orders ("id", "Odd name", "price", "raw", "at", "doc") FROM PROGRAM 'gzip -cd -- ''/dir/it''\''''s/p/part-0000-0000-x1.parquet''' WITH (FORMAT csv, HEADER false, DELIMITER E'\t', QUOTE '''', ESCAPE '\', NULL '\N', ENCODING 'UTF8')
\copy sales.orders ("id", "Odd name", "price", "raw", "at", "doc") FROM PROGRAM 'gzip -cd -- ''/dir/it''\''''s/p/part-0000-0001-x1.parquet''' WITH (FORMAT csv, HEADER false, DELIMITER E'\t', QUOTE '''', ESCAPE '\', NULL '\N', ENCODING 'UTF8')
)sql");
}

TEST(LoadStatement, PostgresFromABucketIsAuroras) {
  EXPECT_EQ(
      load("s3://lake/", two_files(), sql_dialect::postgres, csv_options{.header = copyto::csv_header::every_file})
          .value(),
      R"sql(CREATE TABLE IF NOT EXISTS sales.orders (
  "id" bigint NOT NULL,
  "Odd name" text,
  "price" numeric(15,2),
  "raw" bytea,
  "at" timestamptz,
  "doc" json
);
SELECT aws_s3.table_import_from_s3('sales.orders', '"id", "Odd name", "price", "raw", "at", "doc"', '(FORMAT csv, HEADER true, DELIMITER '','', QUOTE ''"'', ESCAPE ''"'', NULL '''', ENCODING ''UTF8'')',
  aws_commons.create_s3_uri('lake', 'p/part-0000-0000-x1.parquet', 'eu-west-1'));
SELECT aws_s3.table_import_from_s3('sales.orders', '"id", "Odd name", "price", "raw", "at", "doc"', '(FORMAT csv, HEADER true, DELIMITER '','', QUOTE ''"'', ESCAPE ''"'', NULL '''', ENCODING ''UTF8'')',
  aws_commons.create_s3_uri('lake', 'p/part-0000-0001-x1.parquet', 'eu-west-1'));
)sql");
}

TEST(LoadStatement, WhatADialectCannotLoadIsSaid) {
  report const done = two_files();
  csv_options const csv;
  expect_refusal(why_not("r2://lake/", done, sql_dialect::snowflake),
                 "Snowflake cannot load this: it reads s3:// and gs://");
  expect_refusal(why_not("gs://lake/", done, sql_dialect::redshift), "it reads s3:// only");
  expect_refusal(why_not("s3://lake/", done, sql_dialect::bigquery), "it reads gs:// only");
  expect_refusal(why_not("gs://lake/", done, sql_dialect::athena), "it reads s3:// only");
  expect_refusal(why_not("s3://lake/", done, sql_dialect::athena, csv), "export Parquet");
  expect_refusal(why_not("/dir/", done, sql_dialect::postgres), "it reads no Parquet");
  expect_refusal(why_not("gs://lake/", done, sql_dialect::postgres, csv), "reads s3:// only");
  expect_refusal(why_not("s3://lake/", done, sql_dialect::postgres, csv_options{.codec = copyto::gzip()}),
                 "Content-Encoding");
  expect_refusal(why_not("s3://lake/", done, sql_dialect::redshift, csv), "cannot read the bytes of column `raw`");
  expect_refusal(why_not("gs://lake/", done, sql_dialect::bigquery, csv), "cannot read the bytes of column `raw`");
  expect_refusal(why_not("gs://lake/", done, sql_dialect::bigquery, odd_csv()), "have another sign before them");
  expect_refusal(why_not("s3://lake/", done, sql_dialect::redshift, odd_csv()), "have another sign before them");
  expect_refusal(why_not("gs://lake/", done, sql_dialect::bigquery, csv_options{.codec = copyto::zstd()}),
                 "choose gzip");
  expect_refusal(
      why_not("s3://lake/", done, sql_dialect::snowflake, csv_options{.header = copyto::csv_header::first_file}),
      "only the first of several files has a header");
  expect_refusal(why_not("s3://lake/", done, sql_dialect::athena), "column `Odd name` cannot be called so");
  expect_refusal(why_not("/dir/", {.export_id = "x", .columns = plain_columns(true)}, sql_dialect::duckdb),
                 "no file was written");
  EXPECT_TRUE(load("/dir/", {.export_id = "x", .files = {{.key = "k"}}}, sql_dialect::duckdb)
                  .error()
                  .is(errc::invalid_argument));
}

TEST(LoadStatement, TypesThatNoneHoldsWithoutLossAreNamed) {
  struct loss {
    copyto::logical_type type;
    sql_dialect dialect;
    std::string_view store;
    std::optional<csv_options> csv = std::nullopt;
  };
  for (loss const& l : {loss{{.id = kind::uint64}, sql_dialect::athena, "s3://b/"},
                        {{.id = kind::uuid}, sql_dialect::athena, "s3://b/"},
                        {{.id = kind::time}, sql_dialect::athena, "s3://b/"},
                        {{.id = kind::list}, sql_dialect::duckdb, "/d/"},
                        {{.id = kind::timestamp, .unit = time_unit::nano}, sql_dialect::postgres, "/d/", csv_options()},
                        {{.id = kind::timestamp, .unit = time_unit::nano}, sql_dialect::redshift, "s3://b/"},
                        {{.id = kind::timestamp, .unit = time_unit::nano, .utc = true}, sql_dialect::duckdb, "/d/"},
                        {{.id = kind::time, .unit = time_unit::nano}, sql_dialect::bigquery, "gs://b/"}}) {
    field const one[] = {{.name = "c", .type = l.type}};
    report const done{.export_id = "x", .files = {{.key = "k"}}, .columns = copyto::schema(one)};
    expect_refusal(why_not(std::string(l.store), done, l.dialect, l.csv), "no type that holds column `c`");
  }
}

TEST(LoadStatement, EveryOtherTypeHasOne) {
  struct typed {
    copyto::logical_type type;
    sql_dialect dialect;
    std::string_view wanted;
    std::optional<csv_options> csv = std::nullopt;
  };
  for (typed const& t :
       {typed{{.id = kind::uint64}, sql_dialect::snowflake, "NUMBER(20,0)"},
        {{.id = kind::uint64}, sql_dialect::bigquery, "NUMERIC"},
        {{.id = kind::decimal, .precision = 38, .scale = 10}, sql_dialect::bigquery, "BIGNUMERIC(38,10)"},
        {{.id = kind::decimal, .precision = 38, .scale = 9}, sql_dialect::bigquery, "NUMERIC(38,9)"},
        {{.id = kind::timestamp, .unit = time_unit::nano}, sql_dialect::duckdb, "TIMESTAMP_NS"},
        {{.id = kind::timestamp, .unit = time_unit::nano, .utc = true}, sql_dialect::snowflake, "TIMESTAMP_TZ"},
        {{.id = kind::timestamp}, sql_dialect::bigquery, "DATETIME"},
        {{.id = kind::timestamp, .utc = true}, sql_dialect::bigquery, "TIMESTAMP"},
        {{.id = kind::uuid}, sql_dialect::snowflake, "BINARY"},
        {{.id = kind::uuid}, sql_dialect::snowflake, "VARCHAR", csv_options()},
        {{.id = kind::interval}, sql_dialect::snowflake, "VARCHAR"},
        {{.id = kind::interval}, sql_dialect::duckdb, "VARCHAR", csv_options()},
        {{.id = kind::fixed_binary, .width = 3}, sql_dialect::duckdb, "BLOB"},
        {{.id = kind::enumeration}, sql_dialect::redshift, "VARCHAR(65535)"}}) {
    field const one[] = {{.name = "c", .type = t.type}};
    report const done{.export_id = "x", .files = {{.key = "k"}}, .columns = copyto::schema(one)};
    std::string_view const store = t.dialect == sql_dialect::bigquery ? "gs://b/"
                                   : t.dialect == sql_dialect::duckdb ? "/d/"
                                                                      : "s3://b/";
    std::string const sql = load(std::string(store), done, t.dialect, t.csv).value();
    std::string const column = t.dialect == sql_dialect::bigquery ? "`c` " : "\"c\" ";
    EXPECT_NE(sql.find(column + std::string(t.wanted) + " NOT NULL"), std::string::npos) << sql;
  }
}

} // namespace
