#include "net/url.hpp"

#include "base/ascii.hpp"
#include "net/curl_handles.hpp"

namespace occ::net {
namespace {

std::string url_part(const std::string& url, CURLUPart part, unsigned flags = 0) {
  const UrlHandle parsed(curl_url());
  char* text = nullptr;
  if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK ||
      curl_url_get(parsed.get(), part, &text, flags) != CURLUE_OK) {
    return {};
  }
  const CurlString owned(text);
  return owned.get();
}

}  // namespace

std::string origin_of(const std::string& url) {
  const std::string scheme = scheme_of(url);
  const std::string host = ascii_lower(host_of(url));
  if (scheme.empty() || host.empty()) return {};
  return scheme + "://" + host + ":" + url_part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
}

std::string scheme_of(const std::string& url) {
  return url_part(url, CURLUPART_SCHEME);
}

std::string host_of(const std::string& url) {
  return url_part(url, CURLUPART_HOST);
}

std::string address_without_query(const std::string& url) {
  return url.substr(0, url.find('?'));
}

std::optional<std::string> resolved(const std::string& base, const std::string& location) {
  const UrlHandle url(curl_url());
  char* text = nullptr;
  if (curl_url_set(url.get(), CURLUPART_URL, base.c_str(), 0) != CURLUE_OK ||
      curl_url_set(url.get(), CURLUPART_URL, location.c_str(), 0) != CURLUE_OK) {
    return std::nullopt;
  }
  for (const CURLUPart part :
       {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS, CURLUPART_FRAGMENT}) {
    curl_url_set(url.get(), part, nullptr, 0);
  }
  if (curl_url_get(url.get(), CURLUPART_URL, &text, 0) != CURLUE_OK) return std::nullopt;
  const CurlString owned(text);
  return owned.get();
}

}  // namespace occ::net
