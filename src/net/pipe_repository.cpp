#include "net/pipe_repository.hpp"

#include "base/failure.hpp"
#include "base/untrusted.hpp"
#include "net/child_process.hpp"
#include "net/pipe_failure.hpp"
#include "net/private_file.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace occ::net {
namespace {

constexpr std::string_view kFlush = "0000";  // gitprotocol-common: "I have nothing to ask"

// A quoted word for the POSIX shell at the far end.
std::string shell_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '!') {
      out += std::string("'\\") + c + "'";
    } else {
      out += c;
    }
  }
  return out + "'";
}

// ssh wants an IPv6 address bare.
std::string without_brackets(std::string user_and_host) {
  const std::size_t open = user_and_host.find('[');
  if (open == std::string::npos || !user_and_host.ends_with(']')) return user_and_host;
  user_and_host.pop_back();
  return user_and_host.erase(open, 1);
}

class PipeRepository : public Repository {
 public:
  PipeRepository(std::string name, Loop& loop, Trace& trace)
      : name_(std::move(name)), loop_(loop), trace_(trace) {}

  std::unique_ptr<Stream> advertise(Service service) override {
    hang_up(service);
    auto& session = sessions_[index(service)];
    trace_.debug("start " + std::string(name_of(service)) + " for " + printable(name_));
    session.child = start(service);
    return std::make_unique<View>(*this, service);
  }

  std::unique_ptr<Stream> call(Service service, std::string request) override {
    auto stream = call_streaming(service, std::nullopt);
    stream->write(as_bytes(request));
    return stream;
  }

  std::unique_ptr<Stream> call_streaming(Service service,
                                         std::optional<std::uint64_t> /*size*/) override {
    auto& session = sessions_[index(service)];
    if (!session.child) {
      throw Failure(FailureCode::internal_error, "a service was called before it was started");
    }
    session.called = true;
    return std::make_unique<View>(*this, service);
  }

  std::unique_ptr<EarlyCall> call_early(Service /*service*/, std::string /*request*/) override {
    return nullptr;  // the service reads its calls from the pipe that it advertises itself on
  }

  bool is_stateless() const override { return false; }

  void hang_up(Service service) override {
    Session session = std::exchange(sessions_[index(service)], Session{});
    if (!session.child || session.called) return;
    session.child->write(as_bytes(kFlush));
    session.child->finish_writing();
    static_cast<void>(session.child->wait_for_exit());
  }

  std::string display_name() const override { return name_; }
  Traffic traffic() const override { return traffic_; }

 protected:
  [[nodiscard]] virtual std::unique_ptr<ChildProcess> start(Service service) = 0;
  virtual void describe(PipeEnd& /*end*/) const {}
  virtual void on_answered() {}  // the far end has spoken: it is through with logging in

  std::unique_ptr<ChildProcess> spawn(ChildCommand command) {
    return std::make_unique<ChildProcess>(std::move(command), loop_, traffic_);
  }

 private:
  struct Session {
    std::unique_ptr<ChildProcess> child;
    bool called = false;
    bool has_spoken = false;
  };

  class View final : public Stream {
   public:
    View(PipeRepository& owner, Service service) : owner_(owner), service_(service) {}

    Bytes read() override {
      Session& session = owner_.sessions_[index(service_)];
      const Bytes bytes = session.child->read();
      owner_.on_answered();
      session.has_spoken = session.has_spoken || !bytes.empty();
      if (!bytes.empty()) return bytes;
      PipeEnd end{.status = session.child->wait_for_exit(),
                  .words = session.child->error_text(),
                  .has_spoken = session.has_spoken};
      // Some hosts say why they do not answer, and end as if all were well.
      if (end.status == 0 && (end.has_spoken || end.words.empty())) return {};
      owner_.describe(end);
      throw failure_of_pipe(end, owner_.name_);
    }
    void write(Bytes bytes) override { owner_.sessions_[index(service_)].child->write(bytes); }
    // A v2 service goes on listening, and a push is whole when its pack is.
    void finish_writing() override {}

   private:
    PipeRepository& owner_;
    Service service_;
  };

  static std::size_t index(Service service) { return static_cast<std::size_t>(service); }

  std::string name_;
  Loop& loop_;
  Trace& trace_;
  Traffic traffic_;
  std::array<Session, 2> sessions_;
};

class LocalRepository final : public PipeRepository {
 public:
  LocalRepository(LocalAccess access, Loop& loop, Trace& trace)
      : PipeRepository(access.path, loop, trace), access_(std::move(access)) {}

 private:
  std::unique_ptr<ChildProcess> start(Service service) override {
    ChildCommand command;
    command.argv = {"git", std::string(name_of(service).substr(4)), access_.path};
    command.environment = access_.environment;
    if (service == Service::upload_pack) command.environment.emplace_back("GIT_PROTOCOL=version=2");
    return spawn(std::move(command));
  }

  LocalAccess access_;
};

class SshRepository final : public PipeRepository {
 public:
  SshRepository(SshAccess access, Loop& loop, Trace& trace)
      : PipeRepository("ssh://" + access.user_and_host +
                           (access.port.empty() ? "" : ":" + access.port) +
                           (access.path.starts_with('/') ? "" : "/") + access.path,
                       loop, trace),
        access_(std::move(access)) {}

 private:
  std::unique_ptr<ChildProcess> start(Service service) override {
    ChildCommand command;
    command.argv = {"ssh",
                    "-o",
                    "BatchMode=yes",
                    "-o",
                    "StrictHostKeyChecking=yes",
                    "-o",
                    "SendEnv=GIT_PROTOCOL"};
    const auto option = [&](const std::string& text) {
      command.argv.emplace_back("-o");
      command.argv.push_back(text);
    };
    if (!access_.private_key.empty()) {
      // OpenSSH refuses a key without its last line end.
      key_ = std::make_unique<PrivateFile>(access_.folder, access_.private_key.reveal() + '\n');
      option("IdentitiesOnly=yes");
      command.argv.insert(command.argv.end(), {"-i", key_->path()});
    }
    if (!access_.known_hosts.empty()) {
      known_hosts_ = std::make_unique<PrivateFile>(access_.folder, access_.known_hosts + '\n');
      option("UserKnownHostsFile=" + known_hosts_->path());
      option("GlobalKnownHostsFile=none");
    }
    if (!access_.port.empty()) command.argv.insert(command.argv.end(), {"-p", access_.port});
    command.argv.insert(command.argv.end(),
                        {"--", without_brackets(access_.user_and_host),
                         std::string(name_of(service)) + ' ' + shell_quoted(access_.path)});
    command.environment = access_.environment;
    if (service == Service::upload_pack) command.environment.emplace_back("GIT_PROTOCOL=version=2");
    return spawn(std::move(command));
  }

  void describe(PipeEnd& end) const override {
    end.is_ssh = true;
    end.has_own_key = !access_.private_key.empty();
  }

  void on_answered() override {
    key_.reset();
    known_hosts_.reset();
  }

  SshAccess access_;
  std::unique_ptr<PrivateFile> key_;
  std::unique_ptr<PrivateFile> known_hosts_;
};

}  // namespace

std::unique_ptr<Repository> open_local_repository(LocalAccess access, Loop& loop, Trace& trace) {
  return std::make_unique<LocalRepository>(std::move(access), loop, trace);
}

std::unique_ptr<Repository> open_ssh_repository(SshAccess access, Loop& loop, Trace& trace) {
  return std::make_unique<SshRepository>(std::move(access), loop, trace);
}

}  // namespace occ::net
