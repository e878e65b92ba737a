// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_IMPL_EXPORT_LOAD_STATEMENT_IPP
#define COPYTO_IMPL_EXPORT_LOAD_STATEMENT_IPP

#include <copyto/export/load_statement.hpp>
#include <copyto/store/uri.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace copyto {
namespace detail {

inline constexpr std::array<std::pair<std::string_view, sql_dialect>, 6> sql_dialects{
    {{"snowflake", sql_dialect::snowflake},
     {"redshift", sql_dialect::redshift},
     {"bigquery", sql_dialect::bigquery},
     {"athena", sql_dialect::athena},
     {"duckdb", sql_dialect::duckdb},
     {"postgres", sql_dialect::postgres}}};

[[nodiscard]] inline std::string_view sql_name(sql_dialect dialect) {
  constexpr std::string_view names[] = {"Snowflake", "Redshift", "BigQuery", "Athena", "DuckDB", "PostgreSQL"};
  return names[static_cast<std::size_t>(dialect)];
}

/// `text` between two `quote`s, those in it doubled, or with a backslash before them.
[[nodiscard]] inline std::string quoted(std::string_view text, char quote, bool backslash = false) {
  std::string made(1, quote);
  for (char const c : text) {
    if (c == quote || (backslash && c == '\\')) {
      made += backslash ? '\\' : quote;
    }
    made += c;
  }
  return made + quote;
}

/// The type of a column by kind, for each dialect in the order of `sql_dialect`; empty: none holds it without loss.
struct sql_types {
  std::string_view of[6];
};
inline constexpr sql_types sql_type_table[] = {
    {{"BOOLEAN", "BOOLEAN", "BOOL", "boolean", "BOOLEAN", "boolean"}},                   // boolean
    {{"NUMBER(3,0)", "SMALLINT", "INT64", "tinyint", "TINYINT", "smallint"}},            // int8
    {{"NUMBER(5,0)", "SMALLINT", "INT64", "smallint", "SMALLINT", "smallint"}},          // int16
    {{"NUMBER(10,0)", "INTEGER", "INT64", "int", "INTEGER", "integer"}},                 // int32
    {{"NUMBER(19,0)", "BIGINT", "INT64", "bigint", "BIGINT", "bigint"}},                 // int64
    {{"NUMBER(3,0)", "SMALLINT", "INT64", "int", "UTINYINT", "smallint"}},               // uint8
    {{"NUMBER(5,0)", "INTEGER", "INT64", "int", "USMALLINT", "integer"}},                // uint16
    {{"NUMBER(10,0)", "BIGINT", "INT64", "", "UINTEGER", "bigint"}},                     // uint32
    {{"NUMBER(20,0)", "DECIMAL(20,0)", "NUMERIC", "", "UBIGINT", "numeric(20,0)"}},      // uint64
    {{"FLOAT", "REAL", "FLOAT64", "", "FLOAT", "real"}},                                 // float16
    {{"FLOAT", "REAL", "FLOAT64", "float", "FLOAT", "real"}},                            // float32
    {{"FLOAT", "DOUBLE PRECISION", "FLOAT64", "double", "DOUBLE", "double precision"}},  // float64
    {{"", "", "", "", "", ""}},                                                          // decimal: see sql_type
    {{"VARCHAR", "VARCHAR(65535)", "STRING", "string", "VARCHAR", "text"}},              // string
    {{"BINARY", "VARBYTE(1024000)", "BYTES", "binary", "BLOB", "bytea"}},                // binary
    {{"BINARY", "VARBYTE(1024000)", "BYTES", "binary", "BLOB", "bytea"}},                // fixed_binary
    {{"", "", "", "", "UUID", "uuid"}},                                                  // uuid: see sql_type
    {{"DATE", "DATE", "DATE", "date", "DATE", "date"}},                                  // date
    {{"TIME", "TIME", "TIME", "", "TIME", "time"}},                                      // time
    {{"TIMESTAMP_NTZ", "TIMESTAMP", "DATETIME", "timestamp", "TIMESTAMP", "timestamp"}}, // timestamp
    {{"", "", "", "", "", "interval"}},                                                  // interval
    {{"VARIANT", "VARCHAR(65535)", "STRING", "string", "JSON", "json"}},                 // json
    {{"VARCHAR", "VARCHAR(65535)", "STRING", "string", "VARCHAR", "text"}},              // enumeration
    {{"", "", "", "", "", ""}},                                                          // list
    {{"", "", "", "", "", ""}},                                                          // structure
    {{"", "", "", "", "", ""}},                                                          // map
};

/// The type of a column; nothing: the dialect has none that holds it without loss.
[[nodiscard]] inline std::string sql_type(logical_type const& type, sql_dialect dialect, bool csv) {
  bool const nanoseconds = type.unit == time_unit::nano && (type.id == kind::time || type.id == kind::timestamp);
  switch (type.id) {
  case kind::decimal:
    switch (dialect) {
    case sql_dialect::snowflake: return fmt::format("NUMBER({},{})", type.precision, type.scale);
    case sql_dialect::bigquery: // NUMERIC has 29 digits before the point, and 9 behind it; BIGNUMERIC 38 and 38
      return fmt::format("{}({},{})", type.precision - type.scale <= 29 && type.scale <= 9 ? "NUMERIC" : "BIGNUMERIC",
                         type.precision, type.scale);
    case sql_dialect::postgres: return fmt::format("numeric({},{})", type.precision, type.scale);
    case sql_dialect::athena: return fmt::format("decimal({},{})", type.precision, type.scale);
    default: return fmt::format("DECIMAL({},{})", type.precision, type.scale);
    }
  case kind::uuid: // text in CSV files, 16 bytes in Parquet's
    if (dialect == sql_dialect::snowflake || dialect == sql_dialect::redshift || dialect == sql_dialect::bigquery) {
      return std::string(sql_type_table[static_cast<std::size_t>(csv ? kind::string : kind::binary)]
                             .of[static_cast<std::size_t>(dialect)]);
    }
    break;
  case kind::interval: // text, also in Parquet files that anybody can read
    if (dialect != sql_dialect::postgres) {
      return std::string(sql_type_table[static_cast<std::size_t>(kind::string)].of[static_cast<std::size_t>(dialect)]);
    }
    break;
  case kind::timestamp:
    if (nanoseconds && dialect == sql_dialect::duckdb) {
      return type.utc ? "" : "TIMESTAMP_NS";
    }
    if (type.utc) {
      constexpr std::string_view instants[] = {"TIMESTAMP_TZ", "TIMESTAMPTZ", "TIMESTAMP",
                                               "timestamp",    "TIMESTAMPTZ", "timestamptz"};
      bool const whole = dialect == sql_dialect::snowflake || !nanoseconds;
      return whole ? std::string(instants[static_cast<std::size_t>(dialect)]) : "";
    }
    break;
  default: break;
  }
  if (nanoseconds && dialect != sql_dialect::snowflake) {
    return {}; // microseconds at most
  }
  return std::string(sql_type_table[static_cast<std::size_t>(type.id)].of[static_cast<std::size_t>(dialect)]);
}

inline constexpr std::size_t most_snowflake_files = 1000; ///< that one COPY INTO can name

/// The statements for one dialect.
class load_writer {
public:
  load_writer(report const& done, store_ref store, load_target const& target, sql_dialect dialect)
      : done_(done), store_(store), target_(target), dialect_(dialect) {}

  result<std::string> write() {
    if (result<void> const good = check(); !good) {
      return good.error();
    }
    switch (dialect_) {
    case sql_dialect::snowflake: snowflake(); break;
    case sql_dialect::redshift: return redshift();
    case sql_dialect::bigquery: bigquery(); break;
    case sql_dialect::athena: athena(); break;
    case sql_dialect::duckdb: duckdb(); break;
    case sql_dialect::postgres: return postgres();
    }
    return std::move(sql_);
  }

private:
  template <class... Arguments>
  void put(fmt::format_string<Arguments...> text, Arguments&&... arguments) {
    sql_ += fmt::format(text, std::forward<Arguments>(arguments)...);
  }
  [[nodiscard]] error no(std::string why, std::string advice) const {
    return error({.code = errc::unsupported,
                  .message = fmt::format("{} cannot load this: {}", sql_name(dialect_), why),
                  .advice = std::move(advice)});
  }

  [[nodiscard]] schema_view columns() const { return done_.columns; }
  [[nodiscard]] bool csv() const { return target_.csv.has_value(); }
  [[nodiscard]] std::string name(field const& f) const {
    bool const backtick = dialect_ == sql_dialect::bigquery;
    return quoted(f.name, backtick ? '`' : '"', backtick);
  }
  [[nodiscard]] std::string text(std::string_view value) const {
    bool const backslash = dialect_ == sql_dialect::snowflake || dialect_ == sql_dialect::bigquery;
    return quoted(value, '\'', backslash);
  }
  [[nodiscard]] std::string uri(file_report const& file) const { return store_.uri(file.key); }
  [[nodiscard]] bool header_of(std::size_t file) const {
    return csv() && (target_.csv->header == csv_header::every_file ||
                     (target_.csv->header == csv_header::first_file && file == 0));
  }
  /// Everything before the name of the first file, slash included: what all files are below.
  [[nodiscard]] std::string directory() const {
    std::string first = uri(done_.files.front());
    std::size_t shared = first.rfind('/') + 1;
    for (file_report const& file : done_.files) {
      std::string const other = uri(file);
      while (other.compare(0, shared, first, 0, shared) != 0) {
        shared = first.rfind('/', shared - 2) + 1;
      }
    }
    return first.substr(0, shared);
  }

  [[nodiscard]] result<void> check() const {
    if (columns().empty()) {
      return error({.code = errc::invalid_argument,
                    .message = "the report has no columns",
                    .advice = "take the report of the export itself"});
    }
    if (done_.files.empty()) {
      return no("no file was written", "let an export without rows write one");
    }
    result<bucket_uri> const place = parse_bucket_uri(store_.uri(""));
    std::string_view const scheme = place ? place->scheme : "";
    bool const many = done_.files.size() > 1;
    switch (dialect_) {
    case sql_dialect::snowflake:
      if (scheme != "s3" && scheme != "gs") {
        return no("it reads s3:// and gs:// only", "export to a bucket of these");
      }
      break;
    case sql_dialect::redshift:
    case sql_dialect::athena:
      if (scheme != "s3") {
        return no("it reads s3:// only", "export to a bucket of S3");
      }
      break;
    case sql_dialect::bigquery:
      if (scheme != "gs") {
        return no("it reads gs:// only", "export to a bucket of Google Cloud Storage");
      }
      break;
    case sql_dialect::postgres:
      if (!csv()) {
        return no("it reads no Parquet", "export CSV");
      }
      if (!scheme.empty() && scheme != "s3") {
        return no("Aurora's aws_s3 reads s3:// only", "export to a bucket of S3, or to a directory");
      }
      break;
    case sql_dialect::duckdb: break;
    }
    if (dialect_ == sql_dialect::athena && csv()) {
      return no("its readers of CSV know neither NULL nor line feeds in values", "export Parquet");
    }
    if (dialect_ == sql_dialect::snowflake && done_.files.size() > most_snowflake_files &&
        !std::ranges::all_of(done_.files,
                             [&](file_report const& f) { return f.key.find(done_.export_id) != f.key.npos; })) {
      return no("there are more than 1000 files, and their names have not the export's id in common",
                "let the names have {id}, or make the files larger");
    }
    if (csv() && dialect_ != sql_dialect::duckdb && dialect_ != sql_dialect::postgres && many &&
        target_.csv->header == csv_header::first_file) {
      return no("only the first of several files has a header", "let all have one, or none");
    }
    if (csv() && target_.csv->escape != target_.csv->quote &&
        (dialect_ == sql_dialect::redshift || dialect_ == sql_dialect::bigquery)) {
      return no("its quotes within quotes are doubled, and those in the files have another sign before them",
                "leave the escape sign out");
    }
    if (csv() && dialect_ == sql_dialect::bigquery && target_.csv->codec.id() == codec_id::zstd) {
      return no("it reads no CSV compressed by zstd", "choose gzip");
    }
    if (csv() && dialect_ == sql_dialect::postgres && !scheme.empty() && target_.csv->codec.id() != codec_id::none) {
      return no("Aurora's aws_s3 asks for a Content-Encoding of compressed files, which they do not have",
                "export without a codec");
    }
    for (field const& f : columns()) {
      if (!nameable(f.name)) {
        return no(fmt::format("column `{}` cannot be called so there", f.name), "give it another name, in SQL with AS");
      }
      bool const bytes = f.type.id == kind::binary || f.type.id == kind::fixed_binary;
      if (csv() && bytes && (dialect_ == sql_dialect::redshift || dialect_ == sql_dialect::bigquery)) {
        return no(
            fmt::format("it cannot read the bytes of column `{}` from CSV, where they are \\x and hexadecimal digits",
                        f.name),
            "export Parquet");
      }
      if (sql_type(f.type, dialect_, csv()).empty()) {
        return no(fmt::format("it has no type that holds column `{}`, {}, without loss", f.name, describe(f)),
                  "cast the column in the query");
      }
    }
    return {};
  }

  /// What the dialect's documentation says of names of columns.
  [[nodiscard]] bool nameable(std::string_view name) const {
    auto const plain = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    };
    switch (dialect_) {
    case sql_dialect::athena: return std::ranges::all_of(name, plain);
    case sql_dialect::bigquery: return name.find_first_of("!\"$()*,./;?@[\\]^`{}~\n") == name.npos;
    default: return true;
    }
  }

  void create_table() {
    put("CREATE TABLE IF NOT EXISTS {} (\n", target_.table);
    for (field const& f : columns()) {
      put("  {} {}{}{}\n", name(f), sql_type(f.type, dialect_, csv()), f.optional ? "" : " NOT NULL",
          &f == &columns().back() ? "" : ",");
    }
    put(");\n");
  }
  void column_names() {
    for (field const& f : columns()) {
      put("{}{}", &f == columns().data() ? "" : ", ", name(f));
    }
  }
  /// A line for each file, `end` behind it and a comma between them.
  template <class Line>
  void each_file(Line line) {
    for (std::size_t i = 0; i != done_.files.size(); ++i) {
      put("{}{}", i == 0 ? "" : ",\n", line(done_.files[i]));
    }
  }

  void snowflake() {
    std::string const place = directory();
    bool const amazon = place.starts_with("s3://");
    std::string made = "copyto_"; // what is made for this table
    for (char const c : target_.table) {
      bool const plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      made += plain ? c : '_';
    }
    put("CREATE STORAGE INTEGRATION IF NOT EXISTS {}\n  TYPE = EXTERNAL_STAGE\n  STORAGE_PROVIDER = '{}'\n"
        "  ENABLED = TRUE\n",
        made, amazon ? "S3" : "GCS");
    if (amazon) {
      put("  STORAGE_AWS_ROLE_ARN = {}\n", text(target_.role_arn));
    }
    std::string const reached = (amazon ? "" : "gcs") + place.substr(amazon ? 0 : 2); // gs:// is gcs:// there
    put("  STORAGE_ALLOWED_LOCATIONS = ({});\n", text(reached));
    put("CREATE STAGE IF NOT EXISTS {}\n  STORAGE_INTEGRATION = {}\n  URL = {};\n", made, made, text(reached));
    create_table();
    put("COPY INTO {} (", target_.table);
    column_names();
    put(")\nFROM (\n  SELECT\n");
    for (std::size_t i = 0; i != columns().size(); ++i) {
      put("    {}{}\n", snowflake_value(columns()[i], i + 1), i + 1 == columns().size() ? "" : ",");
    }
    put("  FROM @{}\n)\n", made);
    bool const by_name = done_.files.size() <= most_snowflake_files;
    if (by_name) {
      put("FILES = (\n");
      each_file([&](file_report const& f) { return "  " + text(uri(f).substr(place.size())); });
      put("\n)\n");
    } else {
      put("PATTERN = '.*{}.*'\n", done_.export_id);
    }
    if (!csv()) {
      put("FILE_FORMAT = (TYPE = PARQUET BINARY_AS_TEXT = FALSE USE_LOGICAL_TYPE = TRUE);\n");
      return;
    }
    csv_options const& o = *target_.csv;
    put("FILE_FORMAT = (TYPE = CSV FIELD_DELIMITER = {} FIELD_OPTIONALLY_ENCLOSED_BY = {} SKIP_HEADER = {} ",
        byte(o.delimiter), byte(o.quote), header_of(0) ? 1 : 0);
    if (o.escape != o.quote) {
      put("ESCAPE = {} ", byte(o.escape));
    }
    put("NULL_IF = ({}) EMPTY_FIELD_AS_NULL = {} COMPRESSION = {});\n", o.null_text.empty() ? "" : text(o.null_text),
        o.null_text.empty() ? "TRUE" : "FALSE", compression("NONE", "GZIP", "ZSTD"));
  }
  /// One byte in quotes, as a hexadecimal escape where it is no ordinary sign.
  [[nodiscard]] static std::string byte(char c) {
    return c > ' ' && c != '\'' && c != '\\' && c != '\x7f' ? fmt::format("'{}'", c)
                                                            : fmt::format("'\\x{:02x}'", static_cast<unsigned char>(c));
  }
  [[nodiscard]] std::string_view compression(std::string_view none, std::string_view gzip,
                                             std::string_view zstd) const {
    codec_id const id = target_.csv->codec.id();
    return id == codec_id::gzip ? gzip : id == codec_id::zstd ? zstd : none;
  }
  [[nodiscard]] std::string snowflake_value(field const& f, std::size_t number) const {
    std::string const raw = csv() ? fmt::format("${}", number) : fmt::format("$1:{}", quoted(f.name, '"'));
    std::string const type = sql_type(f.type, dialect_, csv());
    bool const bytes = f.type.id == kind::binary || f.type.id == kind::fixed_binary;
    if (csv() && bytes) { // \x and hexadecimal digits
      return fmt::format("TO_BINARY(SUBSTR({}, 3), 'HEX')", raw);
    }
    return f.type.id == kind::json ? fmt::format("PARSE_JSON({}::VARCHAR)", raw) : fmt::format("{}::{}", raw, type);
  }

  result<std::string> redshift() {
    create_table();
    bool const many = done_.files.size() > 1;
    if (!done_.manifest.empty()) {
      redshift_copy(store_.uri(done_.manifest), true);
      return std::move(sql_);
    }
    for (file_report const& file : done_.files) { // a key stands for all that begin like it
      for (file_report const& other : done_.files) {
        if (&file != &other && other.key.starts_with(file.key)) {
          return no("the name of one file is the beginning of another's", "write a manifest, by which it loads them");
        }
      }
      redshift_copy(uri(file), false);
    }
    if (many) {
      sql_.insert(0, "-- With a manifest, one COPY loads all files at the same time.\n");
    }
    return std::move(sql_);
  }
  void redshift_copy(std::string const& from, bool manifest) {
    put("COPY {} (", target_.table);
    column_names();
    put(")\nFROM {}\nIAM_ROLE {}\n", text(from), text(target_.role_arn));
    if (!csv()) {
      put("FORMAT AS PARQUET");
    } else {
      csv_options const& o = *target_.csv;
      put("FORMAT AS CSV DELIMITER {} QUOTE {} NULL AS {}{}{} DATEFORMAT 'auto' TIMEFORMAT 'auto'",
          text(o.delimiter == '\t' ? "\\t" : std::string(1, o.delimiter)), text(std::string(1, o.quote)),
          text(o.null_text), header_of(0) ? " IGNOREHEADER 1" : "", compression("", " GZIP", " ZSTD"));
    }
    put("{};\n", manifest ? "\nMANIFEST" : "");
  }

  void bigquery() {
    put("CREATE TABLE IF NOT EXISTS {} (\n", target_.table);
    for (field const& f : columns()) {
      put("  {} {}{}{}\n", name(f), sql_type(f.type, dialect_, csv()), f.optional ? "" : " NOT NULL",
          &f == &columns().back() ? "" : ",");
    }
    put(");\nLOAD DATA INTO {}\nFROM FILES (\n  format = '{}',\n", target_.table, csv() ? "CSV" : "PARQUET");
    if (csv()) {
      csv_options const& o = *target_.csv;
      put("  skip_leading_rows = {},\n  field_delimiter = {},\n  quote = {},\n  null_marker = {},\n"
          "  allow_quoted_newlines = true,\n",
          header_of(0) ? 1 : 0, o.delimiter == '\t' ? "'\\t'" : text(std::string(1, o.delimiter)),
          text(std::string(1, o.quote)), text(o.null_text));
    }
    put("  uris = [\n");
    each_file([&](file_report const& f) { return "    " + text(uri(f)); });
    put("\n  ]\n);\n");
  }

  void athena() {
    put("CREATE EXTERNAL TABLE IF NOT EXISTS {}_files (\n", target_.table);
    for (field const& f : columns()) {
      put("  {} {}{}\n", quoted(f.name, '`'), sql_type(f.type, dialect_, false), &f == &columns().back() ? "" : ",");
    }
    put(")\nSTORED AS PARQUET\nLOCATION {};\n", text(directory()));
    put("CREATE OR REPLACE VIEW {} AS\nSELECT ", target_.table);
    column_names();
    put("\nFROM {}_files\nWHERE \"$path\" IN (\n", target_.table);
    each_file([&](file_report const& f) { return "  " + text(uri(f)); });
    put("\n);\n");
  }

  void duckdb() {
    create_table();
    put("INSERT INTO {} (", target_.table);
    column_names();
    put(")\n");
    if (!csv()) {
      put("SELECT ");
      for (field const& f : columns()) {
        put("{}CAST({} AS {})", &f == columns().data() ? "" : ", ", name(f), sql_type(f.type, dialect_, false));
      }
      put("\nFROM read_parquet([\n");
      each_file([&](file_report const& f) { return "  " + duckdb_path(f); });
      put("\n]);\n");
      return;
    }
    bool const apart = target_.csv->header == csv_header::first_file && done_.files.size() > 1;
    duckdb_csv(0, apart ? 1 : done_.files.size());
    if (apart) {
      put("\nUNION ALL\n");
      duckdb_csv(1, done_.files.size());
    }
    put(";\n");
  }
  /// A path is a glob there: its signs in brackets are themselves.
  [[nodiscard]] std::string duckdb_path(file_report const& file) const {
    std::string path;
    for (char const c : uri(file)) {
      path += c == '*' || c == '?' || c == '[' ? fmt::format("[{}]", c) : std::string(1, c);
    }
    return text(path);
  }
  void duckdb_csv(std::size_t first, std::size_t behind) {
    csv_options const& o = *target_.csv;
    put("SELECT ");
    for (field const& f : columns()) {
      bool const bytes = f.type.id == kind::binary || f.type.id == kind::fixed_binary;
      put("{}", &f == columns().data() ? "" : ", ");
      if (bytes) { // \x and hexadecimal digits
        put("unhex(substr({}, 3))", name(f));
      } else {
        put("CAST({} AS {})", name(f), sql_type(f.type, dialect_, true));
      }
    }
    put("\nFROM read_csv([\n");
    for (std::size_t i = first; i != behind; ++i) {
      put("{}  {}", i == first ? "" : ",\n", duckdb_path(done_.files[i]));
    }
    put("\n], auto_detect = false, new_line = '\\n', header = {}, delim = {}, quote = {}, escape = {}, nullstr = {}, "
        "allow_quoted_nulls = false, compression = '{}', columns = {{",
        header_of(first), text(std::string(1, o.delimiter)), text(std::string(1, o.quote)),
        text(std::string(1, o.escape)), text(o.null_text), compression("none", "gzip", "zstd"));
    for (field const& f : columns()) {
      put("{}{}: 'VARCHAR'", &f == columns().data() ? "" : ", ", text(f.name));
    }
    put("}})");
  }

  result<std::string> postgres() {
    create_table();
    result<bucket_uri> const bucket = parse_bucket_uri(store_.uri(""));
    for (std::size_t i = 0; i != done_.files.size(); ++i) {
      std::string const options = postgres_options(header_of(i));
      std::string names;
      for (field const& f : columns()) {
        names += fmt::format("{}{}", names.empty() ? "" : ", ", name(f));
      }
      if (bucket) {
        put("SELECT aws_s3.table_import_from_s3({}, {}, {},\n  aws_commons.create_s3_uri({}, {}, {}));\n",
            text(target_.table), text(names), text(fmt::format("({})", options)), text(bucket->bucket),
            text(done_.files[i].key), text(target_.region));
        continue;
      }
      std::string const path = uri(done_.files[i]);
      if (path.find('\n') != path.npos) {
        return no("the name of a file holds a line feed", "export with other names");
      }
      std::string_view const program = compression("", "gzip -cd", "zstd -cdq");
      std::string shell;
      for (char const c : path) {
        shell += c == '\'' ? std::string("'\\''") : std::string(1, c);
      }
      put("\\copy {} ({}) FROM {} WITH ({})\n", target_.table, names,
          program.empty() ? text(path) : "PROGRAM " + text(fmt::format("{} -- '{}'", program, shell)), options);
    }
    return std::move(sql_);
  }
  [[nodiscard]] std::string postgres_options(bool header) const {
    csv_options const& o = *target_.csv;
    auto const sign = [this](char c) { return c == '\t' ? std::string("E'\\t'") : text(std::string(1, c)); };
    return fmt::format("FORMAT csv, HEADER {}, DELIMITER {}, QUOTE {}, ESCAPE {}, NULL {}, ENCODING 'UTF8'", header,
                       sign(o.delimiter), sign(o.quote), sign(o.escape), text(o.null_text));
  }

  report const& done_;
  store_ref store_;
  load_target const& target_;
  sql_dialect dialect_;
  std::string sql_;
};

} // namespace detail

COPYTO_DECL std::optional<sql_dialect> parse_sql_dialect(std::string_view name) noexcept {
  auto const* const known =
      std::ranges::find(detail::sql_dialects, name, &std::pair<std::string_view, sql_dialect>::first);
  return known == detail::sql_dialects.end() ? std::nullopt : std::optional(known->second);
}

COPYTO_DECL result<std::string> load_statement(report const& done, store_ref store, load_target const& target,
                                               sql_dialect dialect) {
  return detail::load_writer(done, store, target, dialect).write();
}

} // namespace copyto

#endif
