// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// s3_double PROFILE BUCKET [OPERATION STATUS [CODE]]: serves the strict double on 127.0.0.1 until its standard input ends. Prints its endpoint.
// Key and secret are those of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. PROFILE: aws, r2, gcs, gcs-unpaced,
// s3-compatible, ignoring. OPERATION is not there (double/rules.hpp).
#include "server.hpp"

#include <cstdlib>
#include <iostream>
#include <iterator>
#include <string>

int main(int count, char** values) {
  using namespace copyto::doubles;
  if (count < 3 || count == 4 || count > 6 || std::getenv("AWS_ACCESS_KEY_ID") == nullptr ||
      std::getenv("AWS_SECRET_ACCESS_KEY") == nullptr) {
    std::cerr << "usage: s3_double PROFILE BUCKET [OPERATION STATUS [CODE]], with AWS_ACCESS_KEY_ID and "
                 "AWS_SECRET_ACCESS_KEY set\n";
    return 2;
  }
  for (rules service :
       {rules::aws(), rules::r2(), rules::gcs(), rules::gcs_unpaced(), rules::compatible(), rules::ignoring()}) {
    if (service.name == values[1]) {
      service.region = "auto"; // whatever the tool is told
      if (count > 4) {
        service.lacks = values[3];
        service.lacks_status = std::stoi(values[4]);
        service.lacks_code = count == 6 ? values[5] : "";
      }
      auto content = std::make_shared<bucket>(
          service, values[2],
          key_pair{.id = std::getenv("AWS_ACCESS_KEY_ID"), .secret = std::getenv("AWS_SECRET_ACCESS_KEY")});
      server const served(content, [] {
        return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
      });
      std::cout << served.endpoint() << std::endl;
      std::string const rest{std::istreambuf_iterator<char>(std::cin), {}};
      return 0;
    }
  }
  std::cerr << "s3_double: there is no profile `" << values[1] << "`\n";
  return 2;
}
