// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// A CredentialProvider (auth/concept.hpp) of one's own: keys in a file that another program renews, in the form of
// ~/.aws/credentials with a line more, `expiration`. Prints which keys are handed out at which time of a day.
#include <copyto/auth/refresh.hpp>
#include <copyto/http/date.hpp>
#include <copyto/s3.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <set>

class key_file {
public:
  // Keys of AWS's token service: a store of another service does not compile with them. `any` is for keys of all kinds.
  static constexpr copyto::issuer issued_by = copyto::issuer::aws;
  explicit key_file(std::string path) : shared_(std::make_shared<state>()) { shared_->path = std::move(path); }

  // Called for each attempt of each request, from many threads at once. As the end of the keys comes near, the cache
  // has the file read by one thread at a time, and the others go on with the old keys while these are good.
  copyto::result<copyto::credentials> get(copyto::utc_time now, std::stop_token const& stop) const {
    auto const fetch = [this](copyto::utc_time at, std::stop_token const&) {
      return copyto::credential_cache::fetched{.set = read(at), .at = at};
    };
    auto keys = shared_->cache.get(now, stop, fetch);
    std::lock_guard const lock(shared_->mutex);
    if (keys && shared_->refused.contains(keys->access_key_id)) {
      shared_->cache.expire(*keys); // so that the file is read again
      return wrong("these keys were refused by the server");
    }
    return keys;
  }
  // Optional: the server has refused keys before their time. They are not handed out again.
  void expire(copyto::credentials const& keys) const {
    std::lock_guard const lock(shared_->mutex);
    shared_->refused.insert(keys.access_key_id);
    shared_->cache.expire(keys);
  }

private:
  copyto::result<copyto::credentials> read(copyto::utc_time now) const {
    std::ifstream file(shared_->path);
    std::string text{std::istreambuf_iterator<char>(file), {}};
    copyto::result<copyto::aws_config> const config = copyto::aws_config::parse(text);
    copyto::secret::wipe(text.data(), text.size());
    auto const* const section = config ? config->section("default") : nullptr;
    if (section == nullptr) {
      return wrong("the file cannot be read, or has no section [default]");
    }
    auto const value = [&](char const* name) { return section->contains(name) ? section->at(name) : copyto::secret(); };
    copyto::credentials keys{.access_key_id = std::string(value("aws_access_key_id").reveal()),
                             .secret_key = value("aws_secret_access_key"),
                             .session_token = value("aws_session_token"),
                             .expiry = copyto::parse_iso_time(value("expiration").reveal())};
    if (keys.access_key_id.empty() || keys.secret_key.empty() || !keys.expiry || *keys.expiry <= now) {
      return wrong("there are no keys that are good now"); // expired ones are never handed out
    }
    return keys;
  }
  [[nodiscard]] copyto::error wrong(std::string const& why) const { // shows nothing of what the file holds
    return copyto::error({.code = copyto::errc::bad_credentials, .message = shared_->path + ": " + why});
  }
  struct state { // copies share it
    std::string path;
    copyto::credential_cache cache;
    std::mutex mutex;
    std::set<std::string> refused; // ids; each session has its own
  };
  std::shared_ptr<state> shared_;
};
static_assert(copyto::RefreshableProvider<key_file>);

// The other program. It renames a whole file into place, so that nobody reads half of one.
void renew(std::string const& id, std::string const& expiration) {
  std::ofstream("lake.keys.new") << "[default]\naws_access_key_id = " << id << "\naws_secret_access_key = secret\n"
                                 << "aws_session_token = token\nexpiration = 2026-11-20T" << expiration << "Z\n";
  std::filesystem::rename("lake.keys.new", "lake.keys");
}

int main() {
  key_file provider("lake.keys");
  auto const at = [&](std::string const& time) { // time is a parameter, so that no test waits for it
    auto keys = provider.get(copyto::parse_iso_time("2026-11-20T" + time + "Z").value(), {});
    std::printf("%s %s\n", time.c_str(), keys ? keys->access_key_id.c_str() : keys.error().message().c_str());
    return keys;
  };
  renew("AKIAONE", "10:00:00");
  at("09:00:00");
  renew("AKIATWO", "11:00:00");
  provider.expire(at("09:50:00").value());
  at("09:50:01");
  renew("AKIATHREE", "12:00:00");
  at("09:50:02");
  at("12:00:00");
  return copyto::s3_store{copyto::aws{.bucket = "lake", .region = "eu-west-1"}, provider}.check() ? 0 : 1; // its use
}
