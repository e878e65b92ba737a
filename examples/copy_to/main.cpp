// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// copy_to: COPY ... TO from the command line. What is chosen at run time here (format, codec, store) is chosen by
// types in a program of one's own; the export is the same.

#include "arguments.hpp"
#include "commands.hpp"
#include "options.hpp"
#include "output.hpp"
#include "terminal.hpp"
#include "topic.hpp"

#include <copyto/core/version.hpp>

#include <fmt/format.h>

#include <csignal>
#include <exception>

namespace {

int run(int count, char** values, copy_to::terminal& out) {
  auto const usage = [&](copyto::error const& why) {
    out.say(why.message() + "; see copy_to --help");
    return copy_to::exit_usage;
  };
  copyto::result<copy_to::arguments> const given = copy_to::parse_arguments(count, values);
  if (!given) {
    return usage(given.error());
  }
  if (given->what == copy_to::command::help) {
    copy_to::print(copy_to::help(), out);
    return copy_to::exit_done;
  }
  if (given->what == copy_to::command::version) {
    copy_to::print(fmt::format("copy_to {}\n", copyto::version), out);
    return copy_to::exit_done;
  }
  auto const tell = [&out, verbose = given->verbose](copyto::http_exchange const& exchange) {
    if (verbose) {
      out.say(copy_to::exchange_text(exchange));
    }
  };
  if (given->what == copy_to::command::validate) {
    return copy_to::validate(*given, tell, out);
  }
  if (given->topic) {
    return copy_to::run_topic(*given, out);
  }
  if (given->tables) {
    return copy_to::copy_tables(*given, tell, out);
  }
  copyto::result<copyto::any_store> const store = copyto::open_store(given->store.to, given->store.by, tell);
  if (!store) {
    return usage(copy_to::in_options(store.error()));
  }
  switch (given->what) {
  case copy_to::command::copy:
  case copy_to::command::aurora_export: return copy_to::copy(*given, *store, out);
  case copy_to::command::verify: return copy_to::verify(*given, *store, out);
  case copy_to::command::sweep: return copy_to::sweep(*given, *store, out);
  default: return copy_to::settle(*given, *store, out);
  }
}

} // namespace

int main(int count, char** values) {
  // A reader that closes the pipe must not end an export that is being committed.
  (void)std::signal(SIGPIPE, SIG_IGN); // NOLINT(cert-err33-c)
  copy_to::terminal out;
  try {
    return run(count, values, out);
  } catch (std::exception const& e) {
    out.say(e.what());
    return copy_to::exit_failed;
  }
}
