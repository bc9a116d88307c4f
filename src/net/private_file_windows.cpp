#ifndef NOMINMAX
#define NOMINMAX
#endif
#include "base/failure.hpp"
#include "net/private_file.hpp"

#include <array>
#include <memory>
#include <system_error>

// windows.h has to come first.
// clang-format off
#include <windows.h>
#include <bcrypt.h>
#include <sddl.h>
// clang-format on

namespace occ::net {
namespace {

struct LocalFreer {
  void operator()(void* memory) const { ::LocalFree(memory); }
};
struct HandleCloser {
  void operator()(void* handle) const { ::CloseHandle(handle); }
};

[[noreturn]] void fail(const std::string& what, FailureCode code = FailureCode::internal_error) {
  throw Failure(code,
                what + ": " + std::system_category().message(static_cast<int>(::GetLastError())));
}

// The security identifier of the user we run as, in its text form.
std::string user_sid() {
  HANDLE opened = nullptr;
  if (!::OpenProcessToken(::GetCurrentProcess(), TOKEN_QUERY, &opened)) fail("who am I");
  const std::unique_ptr<void, HandleCloser> token(opened);
  alignas(TOKEN_USER) std::array<std::byte, sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE> user{};
  DWORD size = 0;
  char* text = nullptr;
  if (!::GetTokenInformation(token.get(), TokenUser, user.data(), static_cast<DWORD>(user.size()),
                             &size) ||
      !::ConvertSidToStringSidA(reinterpret_cast<TOKEN_USER*>(user.data())->User.Sid, &text)) {
    fail("who am I");
  }
  const std::unique_ptr<char, LocalFreer> owned(text);
  return owned.get();
}

std::string random_name() {
  std::array<unsigned char, 16> random{};
  if (::BCryptGenRandom(nullptr, random.data(), static_cast<ULONG>(random.size()),
                        BCRYPT_USE_SYSTEM_PREFERRED_RNG) != 0) {
    throw Failure(FailureCode::internal_error, "the system gives no random numbers");
  }
  std::string name = "sync-action-";
  for (const unsigned char byte : random) {
    name += "0123456789abcdef"[byte >> 4U];
    name += "0123456789abcdef"[byte & 15U];
  }
  return name;
}

}  // namespace

PrivateFile::PrivateFile(const std::string& folder, std::string_view content)
    : path_(folder + "\\" + random_name()) {
  // Nobody but this user, nothing inherited: OpenSSH refuses a key that others could read.
  PSECURITY_DESCRIPTOR descriptor = nullptr;
  if (!::ConvertStringSecurityDescriptorToSecurityDescriptorA(
          ("D:P(A;;FA;;;" + user_sid() + ")").c_str(), SDDL_REVISION_1, &descriptor, nullptr)) {
    fail("a file cannot be protected");
  }
  const std::unique_ptr<void, LocalFreer> owned(descriptor);
  SECURITY_ATTRIBUTES attributes{sizeof attributes, descriptor, FALSE};
  HANDLE opened = ::CreateFileA(path_.c_str(), GENERIC_WRITE, 0, &attributes, CREATE_NEW,
                                FILE_ATTRIBUTE_TEMPORARY, nullptr);
  if (opened == INVALID_HANDLE_VALUE) {
    fail("no file can be made in '" + folder + "'", FailureCode::temporary_folder);
  }
  std::unique_ptr<void, HandleCloser> file(opened);
  DWORD put = 0;
  if (!::WriteFile(file.get(), content.data(), static_cast<DWORD>(content.size()), &put, nullptr) ||
      put != content.size()) {
    const DWORD why = ::GetLastError();  // what follows may change it
    file.reset();
    ::DeleteFileA(path_.c_str());
    ::SetLastError(why);
    fail("a file in '" + folder + "' cannot be written", FailureCode::temporary_folder);
  }
}

PrivateFile::~PrivateFile() {
  ::DeleteFileA(path_.c_str());
}

}  // namespace occ::net
