// The one shape in which bytes reach and leave a remote service, over HTTP or a child process.
// Calls wait by turning the event loop, so that all other streams move meanwhile.
#pragma once

#include "base/bytes.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace occ::net {

class Stream {
 public:
  virtual ~Stream() = default;

  // The next bytes of the answer, at least one; empty at its end. Valid until the next call.
  // Throws Failure (unreachable, TLS, HTTP status, connection lost, timeout, cancelled).
  [[nodiscard]] virtual Bytes read() = 0;
  // Takes the bytes over; waits while more than kOutboxLimit are queued.
  virtual void write(Bytes bytes) = 0;
  // The request is whole. Without this call the server never sees its end.
  virtual void finish_writing() = 0;
  // All that is wanted of the answer has been read. Over HTTP the rest of it may end by itself, so
  // that the connection serves the next call; a stream that is dropped without this word is cut. No
  // other call after it.
  virtual void let_end() {}
};

inline constexpr std::size_t kOutboxLimit = 1U << 20U;   // bytes queued for sending
inline constexpr std::size_t kInboxLimit = 512U << 10U;  // bytes received and not yet read

enum class Service : std::uint8_t { upload_pack, receive_pack };

[[nodiscard]] constexpr std::string_view name_of(Service service) {
  return service == Service::upload_pack ? "git-upload-pack" : "git-receive-pack";
}

// What passed between us and one repository.
struct Traffic {
  std::uint64_t received = 0;  // bytes of answers
  std::uint64_t sent = 0;      // bytes of requests
  int requests = 0;            // HTTP requests, or child processes
};

// A call that went out before the advertisement was read. Its end hangs up.
class EarlyCall {
 public:
  virtual ~EarlyCall() = default;
  // Once the advertisement is read: what the server answers, good or bad. Null if the call went to
  // another address than the advertisement came from, or has not left yet. Not to be called twice.
  [[nodiscard]] virtual std::unique_ptr<Stream> answer() = 0;
};

// One repository and its two services, whichever the transport.
class Repository {
 public:
  virtual ~Repository() = default;

  // Starts `service`; the stream brings its advertisement. For upload-pack version 2 is asked for,
  // and the server may answer in an older one. One stream at a time for each service.
  [[nodiscard]] virtual std::unique_ptr<Stream> advertise(Service service) = 0;
  // Sends a whole request and brings the answer. After advertise().
  [[nodiscard]] virtual std::unique_ptr<Stream> call(Service service, std::string request) = 0;
  // Likewise, with a request that is written bit by bit. `size`: its length in bytes, if known.
  [[nodiscard]] virtual std::unique_ptr<Stream> call_streaming(
      Service service, std::optional<std::uint64_t> size) = 0;
  // Sends a whole request of protocol version 2 beside an advertisement that is on its way. Null
  // where that cannot be, or where the server is not known to speak that version: a server that
  // does not may hang, or worse (SERVERS 12).
  [[nodiscard]] virtual std::unique_ptr<EarlyCall> call_early(Service service,
                                                              std::string request) = 0;
  // A new advertisement is needed before the next call: over pipes a v0 service ends after one.
  [[nodiscard]] virtual bool is_stateless() const = 0;
  // Ends a service that will not be called.
  virtual void hang_up(Service service) = 0;

  [[nodiscard]] virtual std::string display_name() const = 0;  // for messages, without a secret
  [[nodiscard]] virtual Traffic traffic() const = 0;
};

}  // namespace occ::net
