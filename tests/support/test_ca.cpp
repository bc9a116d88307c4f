#include "support/test_ca.hpp"

#include "support/process.hpp"
#include "support/temp_dir.hpp"

#include <stdexcept>
#include <string>
#include <vector>

namespace occ::test {

namespace fs = std::filesystem;

namespace {

void openssl(std::vector<std::string> arguments, const fs::path& folder) {
  arguments.insert(arguments.begin(), "openssl");
  const ProcessResult done = run_process(arguments, {.cwd = folder});
  if (done.exit_code != 0) {
    throw std::runtime_error("openssl " + arguments[1] + " failed: " + done.err);
  }
}

}  // namespace

TestCa::TestCa(fs::path folder) : folder_(std::move(folder)), root_(folder_ / "root.pem") {
  fs::create_directories(folder_);
  openssl({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
           "-keyout", "root.key", "-out", "root.pem", "-days", "2", "-subj", "/CN=A test root",
           "-addext", "basicConstraints=critical,CA:TRUE"},
          folder_);
}

TlsIdentity TestCa::issue(std::string_view name, std::string_view subject_alt_name) const {
  const std::string base(name);
  write_file(folder_ / (base + ".ext"),
             "subjectAltName=" + std::string(subject_alt_name) +
                 "\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n");
  openssl({"req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout",
           base + ".key", "-out", base + ".csr", "-subj", "/CN=" + base},
          folder_);
  openssl({"x509", "-req", "-in", base + ".csr", "-CA", "root.pem", "-CAkey", "root.key",
           "-CAcreateserial", "-days", "2", "-extfile", base + ".ext", "-out", base + ".crt"},
          folder_);
  const fs::path both = folder_ / (base + ".pem");
  write_file(both, file_text(folder_ / (base + ".crt")) + file_text(folder_ / (base + ".key")));
  return {both};
}

}  // namespace occ::test
