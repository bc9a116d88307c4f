// An address as the user writes it.
#include "inputs/endpoint.hpp"

#include "fuzz/input.hpp"

void occ::fuzz::run(Bytes bytes) {
  std::string mistake;
  const auto endpoint = inputs::parse_endpoint(as_text(bytes), "https://github.com", mistake);
  if (endpoint.has_value() != mistake.empty()) std::abort();
  if (endpoint && endpoint->location.empty()) std::abort();
}
