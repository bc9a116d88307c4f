// What data of strangers may cost at most. Every limit of this kind has its name here;
// tests/README.md, "Bounds", tells what each is for and which test holds it. Who meets one throws
// Failure{limit_exceeded}, or says what was not looked into.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace occ::limits {

inline constexpr std::uint64_t kMiB = 1U << 20U;

// A limit that grows with the bytes that a peer has paid for it: nobody makes much out of little,
// and a large repository has its due.
struct Growth {
  std::uint64_t base = 0;
  double per_byte = 0;  // of what was received

  [[nodiscard]] constexpr std::uint64_t after(std::uint64_t received) const {
    return base + static_cast<std::uint64_t>(static_cast<double>(received) * per_byte);
  }
};

// Commits that are read while their pack passes (wire/pack_scanner).
inline constexpr std::size_t kCommitBytes = 4 * kMiB;           // of one; a larger one stays unread
inline constexpr Growth kCommits{250'000, 1.0 / 40};            // in all
inline constexpr Growth kParents{500'000, 1.0 / 16};            // in all
inline constexpr Growth kCommitBytesKept{24 * kMiB, 8};         // as bases for deltas
inline constexpr Growth kCommitBytesMade{128 * kMiB, 64};       // inflated, or made of deltas
inline constexpr Growth kPackBytesInflated{4'096 * kMiB, 200};  // whatever the objects are

// Packs that go into a throw-away store (wire/pack_guard): the library that takes them in holds
// what a delta makes in memory, and undoes a chain of large ones anew for each of its links.
inline constexpr std::uint64_t kTreeBytes = 16 * kMiB;  // of one folder
inline constexpr std::uint64_t kStoredObjects = 1'000'000;
inline constexpr std::uint64_t kDeltaResult = 32 * kMiB;   // bytes it makes, and of its base
inline constexpr std::size_t kDeltaDepth = 4'095;          // git's own limit (pack.depth)
inline constexpr std::uint64_t kCachedDelta = kMiB;        // larger ones are not kept by it
inline constexpr std::uint64_t kDeltaWork = 8'192 * kMiB;  // bytes of all links of such chains
inline constexpr Growth kStoredBytes{256 * kMiB, 64};      // of all objects, inflated

// Trees that are walked through: entries that are seen on all ways, and the bytes of their paths,
// by what the store took in. An entry has 20 bytes that nothing compresses, unless it says again
// what another one says; one folder may stand in many places, but not in a million.
inline constexpr Growth kTreeEntries{100'000, 1.0 / 16};
inline constexpr Growth kPathBytesSeen{16 * kMiB, 8};
inline constexpr std::size_t kPathBytes = 16'384;  // of one

// Files that are compared line by line, the two versions together, and those of a run.
inline constexpr std::uint64_t kComparedBytes = 16 * kMiB;
inline constexpr std::uint64_t kComparedLines = 250'000;
inline constexpr std::uint64_t kComparedBytesOfRun = 512 * kMiB;
inline constexpr std::uint64_t kComparedLinesOfRun = 8'000'000;
// Files that are compared for renames.
inline constexpr std::uint64_t kSketchedBytes = 8 * kMiB;  // one of more has no renames
inline constexpr std::uint64_t kSketchPieces = 500'000;    // lines of one; 16 bytes each
inline constexpr std::uint64_t kSketches = 1'500'000;      // lines in all
inline constexpr std::uint64_t kSketchSteps = 2'000'000'000;

// JSON of strangers (base/foreign_json).
struct Json {
  std::size_t bytes = 0;
  std::size_t depth = 0;
  std::size_t values = 0;
};
inline constexpr Json kRecord{64 * kMiB, 16, 2'000'000};  // of the ledger
inline constexpr Json kApiAnswer{8 * kMiB, 64, 500'000};  // GitHub's REST API
inline constexpr Json kArtifactAnswer{kMiB, 16, 50'000};  // the artifact service
inline constexpr Json kEvent{25 * kMiB, 64, 1'000'000};   // GitHub sends no more than 25 MB

// Answers of Git servers (wire/line_limit), in lines and in bytes without any compression.
struct Lines {
  std::uint64_t lines = 0;
  std::uint64_t bytes = 0;
};
inline constexpr Lines kCapabilities{1'000, kMiB};         // of version 2
inline constexpr Lines kListing{5'000'000, 1'024 * kMiB};  // refs and what stands among them
inline constexpr std::size_t kRefs = 1'500'000;
inline constexpr Lines kBeforePack{500'000, 64 * kMiB};  // acknowledgments, shallow
inline constexpr std::size_t kRefName = 4'096;           // bytes
inline constexpr std::size_t kOtherTips = 100'000;       // of `.have`: the others are not needed
inline constexpr std::size_t kShallow = 500'000;         // commits where a repository is cut
// The report of a push: of everything, and what each command adds.
inline constexpr Lines kReport{1'000, kMiB};
inline constexpr Lines kReportOfCommand{8, 8'192};

// What servers write for the user, in the log of a run.
inline constexpr std::size_t kRemoteWords = 1'000'000;  // bytes

// A peer that says something all the time and never what is waited for: as many times `timeout`.
// A host that prepares a large pack may send nothing but keepalives for long.
inline constexpr int kTimesPatient = 12;
// Bytes of a pack that count as its going on.
inline constexpr std::size_t kPackStep = 65'536;

// Looking into a plan, waiting included: the sync goes on without the rest.
inline constexpr std::chrono::minutes kAnalysisTime{10};

}  // namespace occ::limits
