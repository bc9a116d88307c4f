#include "support/secrets.hpp"

#include "support/temp_dir.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>

namespace occ::test {

namespace fs = std::filesystem;

namespace {

std::string percent_encoded(std::string_view text, const char* format) {
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || std::string_view("-._~").find(c) != std::string_view::npos) {
      result += c;
      continue;
    }
    std::array<char, 4> hex;
    std::snprintf(hex.data(), hex.size(), format, byte);
    result += hex.data();
  }
  return result;
}

// The part of base64(x + secret + y) that is the same for all x of `before` bytes and all y.
std::string base64_at(std::string_view secret, std::size_t before) {
  const std::string whole = base64(std::string(before, '\0') + std::string(secret));
  const std::size_t first = (before * 8 + 5) / 6;
  const std::size_t last = (before + secret.size()) * 8 / 6;
  return whole.substr(first, last - first);
}

std::string url_alphabet(std::string text) {
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

}  // namespace

std::string base64(std::string_view bytes) {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string result;
  unsigned pending = 0;
  int bits = 0;
  for (const char c : bytes) {
    pending = (pending << 8) | static_cast<unsigned char>(c);
    for (bits += 8; bits >= 6; bits -= 6) result += letters[(pending >> (bits - 6)) & 63];
  }
  if (bits > 0) result += letters[(pending << (6 - bits)) & 63];
  while (result.size() % 4 != 0) result += '=';
  return result;
}

std::vector<std::string> forms_of(std::string_view secret) {
  const std::string json = nlohmann::json(secret).dump();
  std::vector<std::string> forms{std::string(secret), percent_encoded(secret, "%%%02X"),
                                 percent_encoded(secret, "%%%02x"),
                                 json.substr(1, json.size() - 2)};
  for (std::size_t before = 0; before < 3; ++before) {
    forms.push_back(base64_at(secret, before));
    forms.push_back(url_alphabet(forms.back()));
  }
  std::sort(forms.begin(), forms.end());
  forms.erase(std::unique(forms.begin(), forms.end()), forms.end());
  return forms;
}

std::vector<std::string> leaks(std::string_view text, std::string_view where,
                               const std::vector<std::string>& secrets) {
  std::vector<std::string> found;
  for (const std::string& secret : secrets) {
    for (const std::string& form : forms_of(secret)) {
      if (text.find(form) == std::string_view::npos) continue;
      found.push_back(std::string(where) + ": " + form);
    }
  }
  return found;
}

std::vector<std::string> leaks_below(const fs::path& folder,
                                     const std::vector<std::string>& secrets) {
  std::vector<std::string> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string where = entry.path().string();
    for (auto& leak : leaks(where, where, secrets)) found.push_back(std::move(leak));
    if (!entry.is_regular_file()) continue;
    for (auto& leak : leaks(file_text(entry.path()), where, secrets)) {
      found.push_back(std::move(leak));
    }
  }
  return found;
}

}  // namespace occ::test
