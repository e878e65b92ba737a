// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_ARROW_ADBC_HPP
#define COPYTO_SOURCE_ARROW_ADBC_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/core/secret.hpp>
#include <copyto/source/concept.hpp>

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace copyto {

namespace detail {
class adbc_session;
} // namespace detail

/// An option of a driver, for its database: `uri`, `username`, `adbc.snowflake.sql.account`, ... (arrow.apache.org/adbc, the
/// page of the driver). A value of 4 bytes or more never comes into an error, whatever a driver says.
struct adbc_option {
  std::string name = {};
  secret value = {};
};

struct adbc_options {
  /// A path of the driver's shared library or of its manifest, NAME.toml ("ADBC Driver Manager and Manifests"); or a
  /// name. Of a name it is the manifest NAME.toml in a directory of ADBC_DRIVER_PATH, in $XDG_CONFIG_HOME/adbc/drivers or
  /// ~/.config/adbc/drivers, or in /etc/adbc/drivers; where there is none, a library that the loader finds by the name,
  /// as libNAME.so, or as libadbc_driver_NAME.so.
  std::string driver = {};
  /// The function that it begins with; empty: that of the manifest; else AdbcDriverInit, or the one named after the library,
  /// as the driver manager has it (libadbc_driver_sqlite.so: AdbcDriverSqliteInit).
  std::string entrypoint = {};
  std::vector<adbc_option> options = {};
  std::string query = {};
};

/// Rows of a query by an ADBC driver (arrow.apache.org/adbc, "ADBC API Standard" 1.0.0): Snowflake, BigQuery, Flight SQL,
/// DuckDB, SQLite, PostgreSQL and what else has one. Loads the driver; needs neither it nor an Arrow library to be built.
///
///     auto source = copyto::adbc_source::open({.driver = "adbc_driver_sqlite", .options = {{"uri", copyto::secret("x.db")}},
///                                              .query = "SELECT * FROM orders"}).value();
///
/// Types are those of `arrow_source`. A driver stays loaded until the program ends, since most cannot be unloaded. Models
/// `RowSource`. One thread at a time; drivers are other people's code, which a stop cannot interrupt.
class adbc_source {
public:
  /// Loads the driver and runs the query. Errors: not_found (no such library, and where was looked), invalid_argument (no
  /// such function in it; a manifest that is wrong, with its line; an option or a query that the driver refuses), bad_credentials, access_denied, unsupported, source_failed: with the
  /// driver's words and SQLSTATE.
  [[nodiscard]] static result<adbc_source> open(adbc_options const& options);
  adbc_source(adbc_source&&) noexcept;
  adbc_source& operator=(adbc_source&&) noexcept;
  ~adbc_source();

  [[nodiscard]] schema_view schema() const noexcept;
  [[nodiscard]] result<fill_status> fill(batch& rows, std::stop_token const& stop);

private:
  explicit adbc_source(std::unique_ptr<detail::adbc_session> session) noexcept;
  std::unique_ptr<detail::adbc_session> session_;
};
static_assert(RowSource<adbc_source>);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/source/arrow/impl/adbc.ipp>
#endif

#endif
