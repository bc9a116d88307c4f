// A certificate authority for one test, made by the openssl command line.
#pragma once

#include <filesystem>
#include <string_view>

namespace occ::test {

struct TlsIdentity {
  std::filesystem::path certificate_and_key;  // PEM, both in one file, as lighttpd wants them
};

class TestCa {
 public:
  // Makes the key and the root certificate in `folder`.
  explicit TestCa(std::filesystem::path folder);
  // What a client must trust.
  [[nodiscard]] const std::filesystem::path& root_certificate() const { return root_; }
  // `subject_alt_name` in openssl's words: "IP:127.0.0.1", "DNS:elsewhere.example".
  [[nodiscard]] TlsIdentity issue(std::string_view name, std::string_view subject_alt_name) const;

 private:
  std::filesystem::path folder_;
  std::filesystem::path root_;
};

}  // namespace occ::test
