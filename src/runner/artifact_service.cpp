#include "runner/artifact_service.hpp"

#include "base/encode.hpp"
#include "base/hash.hpp"
#include "runner/artifact_names.hpp"
#include "runner/blob_upload.hpp"

#include <array>
#include <cmath>
#include <utility>

namespace occ::runner {
namespace {

constexpr int kCountedNames = 9;  // then a random mark: a large matrix would count for long
constexpr int kMostNames = 15;
constexpr int kMostSpoiltNames = 2;

std::string sha256(std::string_view bytes) {
  Hasher hasher(ObjectFormat::sha256);
  hasher.update(as_bytes(bytes));
  return "sha256:" + hex(hasher.finish());
}

}  // namespace

struct ArtifactService::Content {
  std::string name;  // as asked for
  std::string mime_type;
  std::string bytes;
  std::string digest = sha256(bytes);
  std::string expires_at = {};
};

ArtifactService::ArtifactService(const ArtifactAccess& access, net::Loop& loop, Console& console,
                                 UploadPatience patience)
    : access_(access),
      loop_(loop),
      console_(console),
      patience_(std::move(patience)),
      calls_(access, loop),
      random_(std::random_device{}()),
      end_(std::chrono::steady_clock::now() + patience_.whole) {}

ArtifactResult ArtifactService::upload_zip(const std::string& name,
                                           std::span<const NamedFile> files, int retention_days) {
  return upload({name, "application/zip", zip(files)}, retention_days);
}

ArtifactResult ArtifactService::upload_file(const NamedFile& file, int retention_days) {
  return upload({file.name, std::string(mime_type_of(file.name)), file.bytes}, retention_days);
}

ArtifactResult ArtifactService::upload(Content content, int retention_days) {
  ArtifactResult result;
  const Retention retention = retention_within(retention_days, access_.retention_limit);
  result.kept_shorter = retention.why_shorter;
  if (retention.days > 0) {
    content.expires_at = expiry(std::chrono::system_clock::now(), retention.days);
  }
  int spoilt = 0;
  for (int number = 1; number <= kMostNames; ++number) {
    const std::string name = next_name(content.name, number);
    const Step step = try_name(content, name, result);
    if (step == Step::uploaded || step == Step::given_up) return result;
    if (step == Step::name_spoilt && ++spoilt > kMostSpoiltNames) return result;
    if (step == Step::name_spoilt) result.warnings.pop_back();  // the next name may do
  }
  result.warnings.push_back("'" + content.name + "' was not uploaded: no name was free");
  return result;
}

ArtifactService::Step ArtifactService::try_name(const Content& content, const std::string& name,
                                                ArtifactResult& result) {
  const auto warn = [&](const std::string& why) {
    result.warnings.push_back("'" + name + "' was not uploaded: " + why);
    console_.debug(result.warnings.back());
  };
  const CreateOutcome created = create(content, name);
  if (created.end == CallEnd::name_taken) {
    console_.debug("the artifact name '" + name + "' is taken");
    return Step::name_taken;
  }
  if (created.end == CallEnd::quota_hit) {
    warn(
        "the artifact storage of the repository's owner is full (it is counted anew every 6 to "
        "12 hours)");
    return Step::given_up;
  }
  if (created.end != CallEnd::done) {
    warn(created.detail);
    return Step::given_up;
  }
  hide_signature(created.upload_url);
  const BlobOutcome blob = upload_blob(loop_, access_.trust, created.upload_url, content.mime_type,
                                       content.bytes, patience_.storage_waits);
  if (blob.end != BlobEnd::stored) {
    warn(blob.detail);
    return blob.end == BlobEnd::url_refused ? Step::name_spoilt : Step::given_up;
  }
  const FinalizeOutcome finalized = finalize(content, name);
  if (finalized.end != CallEnd::done) {
    warn(finalized.detail);
    // The service keeps a record that is in no listing, so the name is lost for this run.
    return finalized.end == CallEnd::quota_hit ? Step::given_up : Step::name_spoilt;
  }
  result.artifact =
      UploadedArtifact{name, finalized.id,
                       access_.server_url + '/' + access_.repository + "/actions/runs/" +
                           access_.run_id + "/artifacts/" + finalized.id,
                       content.digest};
  return Step::uploaded;
}

// A call of which we do not know whether it was carried out is made again: if it was, the name is
// taken now and the next one is used, which costs a name and saves the report.
CreateOutcome ArtifactService::create(const Content& content, const std::string& name) {
  for (int number = 1;; ++number) {
    CreateOutcome outcome = calls_.create(name, content.mime_type, content.expires_at);
    const bool again = outcome.end == CallEnd::unclear || outcome.end == CallEnd::nothing_sent;
    if (!again || !wait_before_try(number)) return outcome;
    console_.debug(outcome.detail + "; trying again");
  }
}

// After an answer that is no success, the listing tells whether the artifact is there all the same:
// a second Finalize of a finished artifact fails, or makes a duplicate.
FinalizeOutcome ArtifactService::finalize(const Content& content, const std::string& name) {
  for (int number = 1;; ++number) {
    FinalizeOutcome outcome = calls_.finalize(name, content.bytes.size(), content.digest);
    if (outcome.end == CallEnd::done || outcome.end == CallEnd::quota_hit) return outcome;
    for (const ListedArtifact& listed : calls_.list(name).artifacts) {
      const bool same = listed.digest.empty() ? listed.size == content.bytes.size()
                                              : listed.digest == content.digest;
      if (listed.name != name || !same || listed.id.empty()) continue;
      console_.debug(outcome.detail + "; yet it was carried out");
      outcome.end = CallEnd::done;
      outcome.id = listed.id;
      return outcome;
    }
    const bool again = outcome.end == CallEnd::unclear || outcome.end == CallEnd::nothing_sent;
    if (!again || !wait_before_try(number)) return outcome;
    console_.debug(outcome.detail + "; trying again");
  }
}

std::string ArtifactService::next_name(const std::string& first, int number) {
  if (number <= kCountedNames) return numbered_name(first, number);
  std::array<std::byte, 4> mark{};
  for (std::byte& b : mark) b = static_cast<std::byte>(random_());
  return marked_name(first, hex(mark));
}

// Before another try, after `number` of them; false: it has been tried enough.
bool ArtifactService::wait_before_try(int number) {
  if (number >= patience_.tries) return false;
  const double first = static_cast<double>(patience_.first_wait.count());
  const double least = number == 1 ? first : first * std::pow(patience_.growth, number - 1);
  const double most = number == 1 ? first : least * patience_.growth;
  std::uniform_real_distribution<double> spread(least, most);
  const std::chrono::milliseconds wait(static_cast<std::int64_t>(spread(random_)));
  if (std::chrono::steady_clock::now() + wait > end_) return false;
  loop_.sleep(wait);
  return true;
}

void ArtifactService::hide_signature(const Secret& upload_url) {
  const std::string& url = upload_url.reveal();
  const std::size_t query = url.find('?');
  for (std::size_t begin = query; begin < url.size();) {
    const std::size_t end = std::min(url.find('&', begin + 1), url.size());
    const std::string_view part = std::string_view(url).substr(begin + 1, end - begin - 1);
    begin = end;
    if (!part.starts_with("sig=")) continue;
    const std::string signature(part.substr(4));
    console_.mask(Secret(signature), "");
    if (percent_decode(signature) != signature)
      console_.mask(Secret(percent_decode(signature)), "");
  }
}

}  // namespace occ::runner
