// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_ARROW_IMPL_ADBC_IPP
#define COPYTO_SOURCE_ARROW_IMPL_ADBC_IPP

#include <copyto/source/arrow/adbc.hpp>

#include <copyto/core/ascii.hpp>
#include <copyto/source/arrow.hpp>
#include <copyto/source/arrow/detail/adbc_manifest.hpp>

#include <boost/algorithm/string/replace.hpp>
#include <fmt/format.h>

#include <dlfcn.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace copyto::detail {

/// @name The structs of the standard, version 1.0.0 (adbc.h), whose order drivers rely on. What is not called here is void*.
/// @{
struct adbc_driver;
struct adbc_error {
  char* message;
  std::int32_t vendor_code;
  char sqlstate[5];
  void (*release)(adbc_error*);
  void* private_data; ///< of 1.1, which a driver leaves alone unless it is asked for
  adbc_driver* private_driver;
};
struct adbc_handle { ///< a database, a connection or a statement
  void* private_data;
  adbc_driver* private_driver;
};
using adbc_code = std::uint8_t;
using adbc_call = adbc_code (*)(adbc_handle*, adbc_error*);
using adbc_set_option = adbc_code (*)(adbc_handle*, char const*, char const*, adbc_error*);
using adbc_set_text = adbc_code (*)(adbc_handle*, char const*, adbc_error*);
using adbc_below = adbc_code (*)(adbc_handle*, adbc_handle*, adbc_error*);
struct adbc_driver {
  void* private_data;
  void* private_manager;
  adbc_code (*release)(adbc_driver*, adbc_error*);
  adbc_call database_init;
  adbc_call database_new;
  adbc_set_option database_set_option;
  adbc_call database_release;
  void* connection_commit;
  void* connection_get_info;
  void* connection_get_objects;
  void* connection_get_table_schema;
  void* connection_get_table_types;
  adbc_below connection_init; ///< connection, database
  adbc_call connection_new;
  adbc_set_option connection_set_option;
  void* connection_read_partition;
  adbc_call connection_release;
  void* connection_rollback;
  void* statement_bind;
  void* statement_bind_stream;
  adbc_code (*statement_execute_query)(adbc_handle*, ArrowArrayStream*, std::int64_t*, adbc_error*);
  void* statement_execute_partitions;
  void* statement_get_parameter_schema;
  adbc_below statement_new; ///< connection, statement
  void* statement_prepare;
  adbc_call statement_release;
  adbc_set_option statement_set_option;
  adbc_set_text statement_set_sql_query;
  void* statement_set_substrait_plan;
};
using adbc_init = adbc_code (*)(int version, void* driver, adbc_error*);
inline constexpr int adbc_version = 1'000'000;
/// @}

/// A driver with a database, a connection, a statement and its stream; each is released before the one that it came from.
class adbc_session {
public:
  adbc_session() = default;
  adbc_session(adbc_session const&) = delete;
  adbc_session& operator=(adbc_session const&) = delete;
  ~adbc_session();

  [[nodiscard]] result<void> open(adbc_options const& options);
  [[nodiscard]] schema_view schema() const noexcept { return rows_->schema(); }
  [[nodiscard]] result<fill_status> fill(batch& rows, std::stop_token const& stop);

private:
  /// What a driver says, without the values of options.
  [[nodiscard]] std::string masked(std::string words) const;
  [[nodiscard]] error masked(error const& why) const;
  void hide(adbc_options const& options);
  [[nodiscard]] result<void> load(adbc_options const& options);
  [[nodiscard]] result<void> said(adbc_code code, adbc_error& why, std::string_view what);
  [[nodiscard]] result<void> connect(adbc_options const& options);

  adbc_driver driver_{};
  bool loaded_ = false;
  std::optional<adbc_handle> database_;
  std::optional<adbc_handle> connection_;
  std::optional<adbc_handle> statement_;
  std::optional<arrow_source> rows_;
  std::vector<secret> hidden_; ///< what no error may show
};

COPYTO_COLD adbc_session::~adbc_session() {
  rows_.reset();
  auto const release = [](std::optional<adbc_handle>& handle, adbc_call how) {
    if (handle && how != nullptr) {
      adbc_error why{};
      (void)how(&*handle, &why);
      if (why.release != nullptr) {
        why.release(&why);
      }
    }
  };
  release(statement_, driver_.statement_release);
  release(connection_, driver_.connection_release);
  release(database_, driver_.database_release);
  if (loaded_ && driver_.release != nullptr) {
    adbc_error why{};
    (void)driver_.release(&driver_, &why);
    if (why.release != nullptr) {
      why.release(&why);
    }
  }
}

/// The function that the driver manager would look for, besides AdbcDriverInit.
COPYTO_COLD std::string adbc_entrypoint(std::string_view library) {
  std::string_view name = library.substr(library.rfind('/') + 1);
  name = name.substr(name.starts_with("lib") ? 3 : 0);
  name = name.substr(0, name.find('.'));
  std::string made = "Adbc";
  bool capital = true;
  for (char const c : name.starts_with("adbc_") ? name.substr(5) : name) {
    if (!ascii::is_alnum(c)) {
      capital = true;
      continue;
    }
    made += capital && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    capital = false;
  }
  return made + "Init";
}

/// A library that is loaded.
struct adbc_library {
  void* handle = nullptr;
  std::string file = {};
  std::string entrypoint = {}; ///< that is asked for, by the options or a manifest
};

/// Loads the library of a manifest; of a path; or of a name, as which it may have lib and .so around it.
COPYTO_COLD result<adbc_library> open_adbc_library(adbc_options const& options) {
  std::string const& name = options.driver;
  if (name.empty()) {
    return error(errc::invalid_argument, "no ADBC driver is named");
  }
  std::vector<adbc_place> const places = adbc_places();
  result<std::optional<adbc_manifest>> const manifest = find_adbc_manifest(name, places, adbc_platform());
  if (!manifest) {
    return manifest.error();
  }
  bool const has_manifest = manifest->has_value();
  adbc_library found{.entrypoint = options.entrypoint};
  if (has_manifest && found.entrypoint.empty()) {
    found.entrypoint = (*manifest)->entrypoint;
  }
  std::string const& library = has_manifest ? (*manifest)->library : name;
  std::string said;
  for (std::string const& file :
       {library, fmt::format("lib{}.so", library), fmt::format("libadbc_driver_{}.so", library)}) {
    found.handle = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (found.handle != nullptr) {
      found.file = file;
      return found;
    }
    char const* const words = ::dlerror(); // NOLINT(concurrency-mt-unsafe): glibc keeps one for each thread
    said = said.empty() && words != nullptr ? words : said;
    if (library.find('/') != std::string::npos) {
      break; // a path is no name
    }
  }
  if (has_manifest) {
    return error(
        {.code = errc::not_found,
         .message = fmt::format("the ADBC driver \"{}\" cannot be loaded: its manifest {} names the library {}: {}",
                                name, (*manifest)->file, library, said),
         .advice = "install the driver again, for this machine, or correct the manifest"});
  }
  std::string looked;
  for (adbc_place const& place : is_adbc_name(name) ? places : std::vector<adbc_place>()) {
    looked += fmt::format("{}{} (of {})", looked.empty() ? "" : ", ", place.directory, place.why);
  }
  return error({.code = errc::not_found,
                .message = fmt::format("the ADBC driver \"{}\" cannot be loaded: {}{}", name, said,
                                       looked.empty() ? "" : fmt::format("; there is no {}.toml in {}", name, looked)),
                .advice =
                    "install it: `dbc install NAME` leaves a manifest where it is found; the package "
                    "adbc_driver_NAME of PyPI or conda has a library, built for this machine, whose path will do"});
}

COPYTO_COLD result<void> adbc_session::load(adbc_options const& options) {
  result<adbc_library> const library = open_adbc_library(options);
  if (!library) {
    return library.error();
  }
  std::string const derived = adbc_entrypoint(library->file);
  adbc_init init = nullptr;
  for (std::string const& function : {library->entrypoint, derived, std::string("AdbcDriverInit")}) {
    if (init == nullptr && !function.empty() && (library->entrypoint.empty() || function == library->entrypoint)) {
      init = reinterpret_cast<adbc_init>(::dlsym(library->handle, function.c_str()));
    }
  }
  if (init == nullptr) {
    return error(
        {.code = errc::invalid_argument,
         .message = fmt::format("the library {} is no ADBC driver: it has no function {}", library->file,
                                library->entrypoint.empty() ? derived + " or AdbcDriverInit" : library->entrypoint),
         .advice = "name the function that it begins with as its entrypoint"});
  }
  adbc_error why{};
  if (result<void> begun = this->said(init(adbc_version, &driver_, &why), why, "the ADBC driver does not begin");
      !begun) {
    return begun;
  }
  loaded_ = true;
  if (driver_.database_new == nullptr || driver_.database_init == nullptr || driver_.database_set_option == nullptr ||
      driver_.connection_new == nullptr || driver_.connection_init == nullptr || driver_.statement_new == nullptr ||
      driver_.statement_set_sql_query == nullptr || driver_.statement_execute_query == nullptr) {
    return error(errc::unsupported, "the ADBC driver lacks a function that queries need");
  }
  return {};
}

COPYTO_COLD std::string adbc_session::masked(std::string words) const {
  for (secret const& value : hidden_) {
    boost::algorithm::replace_all(words, value.reveal(), "***");
  }
  return words;
}

COPYTO_COLD error adbc_session::masked(error const& why) const {
  return why.with([this](error_info& info) {
    info.message = masked(std::move(info.message));
    info.service_text = masked(std::move(info.service_text));
  });
}

/// The values of options, and a password in a URI by itself, too. Those below 4 bytes may be a part of any word.
COPYTO_COLD void adbc_session::hide(adbc_options const& options) {
  auto const add = [this](std::string_view value) {
    if (value.size() >= 4) {
      hidden_.emplace_back(value);
    }
  };
  for (adbc_option const& o : options.options) {
    std::string_view const value = o.value.reveal();
    add(value);
    if (std::size_t const at = value.find("://"); at != value.npos) {
      std::string_view const user = value.substr(at + 3, value.find('/', at + 3) - at - 3);
      std::size_t const colon = user.find(':');
      add(colon == user.npos || user.rfind('@') == user.npos ? ""
                                                             : user.substr(colon + 1, user.rfind('@') - colon - 1));
    }
  }
}

COPYTO_COLD result<fill_status> adbc_session::fill(batch& rows, std::stop_token const& stop) {
  result<fill_status> filled = rows_->fill(rows, stop);
  return filled ? std::move(filled) : result<fill_status>(masked(filled.error()));
}

/// What the driver says of a call.
COPYTO_COLD result<void> adbc_session::said(adbc_code code, adbc_error& why, std::string_view what) {
  std::string words = why.message != nullptr ? why.message : "";
  std::string state(why.sqlstate, ::strnlen(why.sqlstate, sizeof(why.sqlstate)));
  if (why.release != nullptr) {
    why.release(&why);
  }
  why = {};
  if (code == 0) {
    return {};
  }
  words = masked(std::move(words));
  constexpr errc codes[] = {errc::source_failed, errc::source_failed,    errc::unsupported,   errc::not_found,
                            errc::source_failed, errc::invalid_argument, errc::source_failed, errc::source_failed,
                            errc::source_failed, errc::source_failed,    errc::source_failed, errc::stopped,
                            errc::source_failed, errc::bad_credentials,  errc::access_denied};
  return error({.code = code < std::size(codes) ? codes[code] : errc::source_failed,
                .message = fmt::format("{}: {}{}", what, words.empty() ? fmt::format("status {}", code) : words,
                                       state.empty() ? "" : fmt::format(" (SQLSTATE {})", state)),
                .advice = "see the driver's documentation"});
}

COPYTO_COLD result<void> adbc_session::connect(adbc_options const& options) {
  adbc_error why{};
  auto const begin = [&](std::optional<adbc_handle>& handle, auto create, std::string_view what) {
    adbc_handle fresh{.private_data = nullptr, .private_driver = &driver_};
    result<void> made = said(create(&fresh), why, what);
    if (made) {
      handle = fresh;
      handle->private_driver = &driver_;
    }
    return made;
  };
  result<void> done = begin(
      database_, [&](adbc_handle* h) { return driver_.database_new(h, &why); }, "the ADBC driver opens no database");
  for (adbc_option const& o : options.options) {
    if (done) {
      char const* const value = o.value.empty() ? "" : o.value.reveal().data(); // it ends with a NUL
      done = said(driver_.database_set_option(&*database_, o.name.c_str(), value, &why), why,
                  fmt::format("the ADBC driver refuses its option \"{}\"", o.name));
    }
  }
  done = done ? said(driver_.database_init(&*database_, &why), why, "the ADBC driver opens no database") : done;
  done = done ? begin(
                    connection_, [&](adbc_handle* h) { return driver_.connection_new(h, &why); },
                    "the ADBC driver does not connect")
              : done;
  done = done ? said(driver_.connection_init(&*connection_, &*database_, &why), why, "the ADBC driver does not connect")
              : done;
  return done;
}

COPYTO_COLD result<void> adbc_session::open(adbc_options const& options) {
  if (options.query.empty() || options.query.find('\0') != std::string::npos) {
    return error(errc::invalid_argument, "the query for the ADBC driver is empty, or has a NUL byte");
  }
  hide(options);
  result<void> done = load(options);
  done = done ? connect(options) : done;
  if (!done) {
    return done;
  }
  adbc_error why{};
  adbc_handle fresh{.private_data = nullptr, .private_driver = &driver_};
  done = said(driver_.statement_new(&*connection_, &fresh, &why), why, "the ADBC driver makes no statement");
  if (!done) {
    return done;
  }
  statement_ = fresh;
  constexpr std::string_view refused = "the ADBC driver cannot run the query";
  done = said(driver_.statement_set_sql_query(&*statement_, options.query.c_str(), &why), why, refused);
  ArrowArrayStream stream{};
  std::int64_t affected = 0;
  done = done ? said(driver_.statement_execute_query(&*statement_, &stream, &affected, &why), why, refused) : done;
  if (!done) {
    return done;
  }
  result<arrow_source> source = arrow_source::open(stream);
  if (!source) {
    return masked(source.error());
  }
  rows_.emplace(*std::move(source));
  return {};
}

} // namespace copyto::detail

namespace copyto {

COPYTO_COLD adbc_source::adbc_source(std::unique_ptr<detail::adbc_session> session) noexcept
    : session_(std::move(session)) {}
COPYTO_COLD adbc_source::adbc_source(adbc_source&&) noexcept = default;
COPYTO_COLD adbc_source& adbc_source::operator=(adbc_source&&) noexcept = default;
COPYTO_COLD adbc_source::~adbc_source() = default;

COPYTO_COLD result<adbc_source> adbc_source::open(adbc_options const& options) {
  auto session = std::make_unique<detail::adbc_session>();
  if (result<void> opened = session->open(options); !opened) {
    return opened.error();
  }
  return adbc_source(std::move(session));
}

COPYTO_COLD schema_view adbc_source::schema() const noexcept { return session_->schema(); }
COPYTO_COLD result<fill_status> adbc_source::fill(batch& rows, std::stop_token const& stop) {
  return session_->fill(rows, stop);
}

} // namespace copyto

#endif
