#include "support/pack.hpp"

#include "support/process.hpp"

#include <zlib.h>

#include <algorithm>
#include <sstream>

namespace occ::test {
namespace {

std::string deflated(std::string_view content) {
  uLongf size = compressBound(static_cast<uLong>(content.size()));
  std::string out(size, '\0');
  compress2(reinterpret_cast<Bytef*>(out.data()), &size,
            reinterpret_cast<const Bytef*>(content.data()), static_cast<uLong>(content.size()), 6);
  out.resize(size);
  return out;
}

std::string big_endian(std::uint32_t value) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xFFU);
  return out;
}

std::string banded(std::string_view pack) {
  constexpr std::size_t kPiece = 60'000;
  std::string out;
  for (std::size_t at = 0; at < pack.size(); at += kPiece) {
    out += packet('\1' + std::string(pack.substr(at, kPiece)));
  }
  return out;
}

std::string fetched(const PackSource& source, const std::string& request) {
  std::string out;
  const bool done = request.find("0009done\n") != std::string::npos;
  if (!done) {
    out += packet("acknowledgments\n");
    std::istringstream lines(request);
    for (std::string line; std::getline(lines, line);) {
      const std::size_t at = line.find("have ");
      if (at != std::string::npos) out += packet("ACK " + line.substr(at + 5, 40) + "\n");
    }
    out += packet("ready\n") + "0001";
  }
  out += source.before_pack + packet("packfile\n") + banded(source.pack);
  return source.drip.empty() ? out + "0000" : out;
}

}  // namespace

std::size_t PackBuilder::append(int type, std::size_t size, std::string_view between,
                                std::string_view content) {
  const std::size_t begin = 12 + entries_.size();
  unsigned byte = static_cast<unsigned>(type) << 4U | (size & 15U);
  for (size >>= 4U; size > 0; size >>= 7U) {
    entries_ += static_cast<char>(byte | 0x80U);
    byte = size & 0x7FU;
  }
  entries_ += static_cast<char>(byte);
  entries_ += between;
  if (content != last_content_) {
    last_content_ = content;
    last_deflated_ = deflated(content);
  }
  entries_ += last_deflated_;
  ++count_;
  return begin;
}

std::size_t PackBuilder::add(Type type, std::string_view content) {
  return append(type, content.size(), "", content);
}

std::size_t PackBuilder::add_delta(std::size_t base, std::string_view delta) {
  std::size_t distance = 12 + entries_.size() - base;
  std::string offset(1, static_cast<char>(distance & 0x7FU));
  while ((distance >>= 7U) > 0) {
    --distance;
    offset.insert(offset.begin(), static_cast<char>(0x80U | (distance & 0x7FU)));
  }
  return append(6, delta.size(), offset, delta);
}

std::string PackBuilder::pack() const {
  std::string all = "PACK" + big_endian(2) + big_endian(count_) + entries_;
  const std::string hash = sha1_hex(all);
  for (std::size_t i = 0; i < hash.size(); i += 2) {
    all += static_cast<char>(std::stoi(hash.substr(i, 2), nullptr, 16));
  }
  return all;
}

std::string delta_sizes(std::uint64_t base, std::uint64_t result) {
  std::string out;
  for (std::uint64_t size : {base, result}) {
    for (; size >= 0x80; size >>= 7U) out += static_cast<char>((size & 0x7FU) | 0x80U);
    out += static_cast<char>(size);
  }
  return out;
}

std::string delta_copy(std::uint32_t offset, std::uint32_t size) {
  std::string out(1, '\xBF');  // all four bytes of the offset, two of the size
  for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(offset >> shift & 0xFFU);
  for (int shift = 0; shift < 16; shift += 8) out += static_cast<char>(size >> shift & 0xFFU);
  return out;
}

std::string delta_copy_all(std::uint64_t size) {
  constexpr std::uint64_t kMost = 0xFFFF;
  std::string out;
  for (std::uint64_t at = 0; at < size; at += kMost) {
    out += delta_copy(static_cast<std::uint32_t>(at),
                      static_cast<std::uint32_t>(std::min(kMost, size - at)));
  }
  return out;
}

std::string sha1_hex(std::string_view bytes) {
  const auto result = run_process({"sha1sum"}, {.input = std::string(bytes)});
  return result.out.substr(0, 40);
}

std::string object_id(std::string_view type, std::string_view content) {
  return sha1_hex(std::string(type) + ' ' + std::to_string(content.size()) + '\0' +
                  std::string(content));
}

CannedServer::Handler serve(PackSource source) {
  return [source = std::move(source)](const CannedRequest& request) -> CannedResponse {
    if (request.method == "GET") {
      return {200,
              {{"Content-Type", "application/x-git-upload-pack-advertisement"}},
              packet("# service=git-upload-pack\n") + "0000" + packet("version 2\n") +
                  packet("ls-refs\n") + packet("fetch=shallow filter\n") + "0000"};
    }
    std::string answer;
    std::string drip;
    if (request.body.find("command=ls-refs") != std::string::npos) {
      for (const std::string& ref : source.refs) answer += packet(ref + '\n');
      answer += "0000";
    } else {
      answer = fetched(source, request.body);
      drip = source.drip;
    }
    return {200, {{"Content-Type", "application/x-git-upload-pack-result"}}, answer, drip};
  };
}

}  // namespace occ::test
