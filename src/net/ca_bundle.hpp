// Which certificate authorities a run trusts, as files in PEM.
#pragma once

#include "net/http_exchange.hpp"

#include <string>

namespace occ::net {

// The bundle that `trust` names, or the system's, or the fallback of `trust`; empty if there is
// none.
[[nodiscard]] std::string system_bundle(const TlsTrust& trust);

// What is in that and in trust.extra_ca_file. Throws Failure{tls_failure} if one cannot be read.
[[nodiscard]] std::string all_certificates(const TlsTrust& trust);

}  // namespace occ::net
