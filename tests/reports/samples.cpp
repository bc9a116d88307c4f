#include "reports/samples.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <utility>

namespace occ::test {
namespace {

using namespace analysis;
using plan::Action;
using plan::Relation;
using report::Report;
using transfer::RefOutcome;
using transfer::Result;

constexpr std::int64_t kNow = 1'772'000'000;  // 2026-02-25
constexpr std::int64_t kHour = 3600;

// Ids that look like ids; equal for equal numbers.
Oid oid(std::uint64_t number) {
  std::string hex;
  std::uint64_t state = number * 0x9E3779B97F4A7C15U + 1;
  while (hex.size() < 40) {
    state ^= state >> 30U;
    state *= 0xBF58476D1CE4E5B9U;
    state ^= state >> 27U;
    char digits[17];
    std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(state));
    hex += digits;
  }
  return Oid::from_hex(hex.substr(0, 40)).value();
}

Commit commit(std::uint64_t number, std::string subject, std::string author, int hours_ago) {
  Commit made;
  made.oid = oid(number);
  made.subject = std::move(subject);
  made.author = {std::move(author), "dev@example.org"};
  made.time = kNow - hours_ago * kHour;
  made.offset_minutes = 60;
  return made;
}

FileChange file(ChangeKind kind, std::string path, std::uint64_t added, std::uint64_t removed) {
  FileChange made;
  made.kind = kind;
  made.path = std::move(path);
  made.old_file = kind == ChangeKind::added ? FileKind::none : FileKind::file;
  made.new_file = kind == ChangeKind::deleted ? FileKind::none : FileKind::file;
  made.added_lines = added;
  made.removed_lines = removed;
  return made;
}

FileChange renamed(std::string from, std::string to, int similarity) {
  FileChange made = file(ChangeKind::renamed, std::move(to), 4, 2);
  made.old_path = std::move(from);
  made.similarity = similarity;
  return made;
}

std::string top_folder(const std::string& path) {
  const auto slash = path.find('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

FileChanges changes(std::vector<FileChange> files) {
  FileChanges all;
  for (const FileChange& one : files) {
    const std::string folder = top_folder(one.path);
    auto at = all.folders.begin();
    while (at != all.folders.end() && at->folder != folder) ++at;
    if (at == all.folders.end()) at = all.folders.insert(at, {folder, 0, 0, 0});
    ++at->files;
    at->added_lines += one.added_lines.value_or(0);
    at->removed_lines += one.removed_lines.value_or(0);
    all.added_lines += one.added_lines.value_or(0);
    all.removed_lines += one.removed_lines.value_or(0);
  }
  std::stable_sort(all.folders.begin(), all.folders.end(),
                   [](const FolderTotal& a, const FolderTotal& b) { return a.files > b.files; });
  all.total = files.size();
  all.files = std::move(files);
  return all;
}

RefOutcome ref(std::string name, Action action, Relation relation, Result result) {
  RefOutcome made;
  made.planned.source_ref = name;
  made.planned.target_ref = std::move(name);
  made.planned.action = action;
  made.planned.relation = relation;
  made.result = result;
  return made;
}

RefOutcome quiet(std::string name, std::uint64_t number) {
  RefOutcome made = ref(std::move(name), Action::none, Relation::equal, Result::up_to_date);
  made.planned.old_oid = made.planned.new_oid = oid(number);
  return made;
}

RefOutcome moved(std::string name, Result result, std::uint64_t from, std::uint64_t to,
                 std::uint64_t ahead) {
  RefOutcome made = ref(std::move(name), Action::update, Relation::fast_forward, result);
  made.planned.old_oid = oid(from);
  made.planned.new_oid = oid(to);
  made.planned.ahead = ahead;
  made.planned.behind = 0;
  made.reason = "fast-forward";
  return made;
}

RefOutcome created(std::string name, Result result, std::uint64_t to) {
  RefOutcome made = ref(std::move(name), Action::create, Relation::new_ref, result);
  made.planned.new_oid = oid(to);
  made.reason = "new on the target";
  return made;
}

RefOutcome removed(std::string name, Result result, std::uint64_t from) {
  RefOutcome made = ref(std::move(name), Action::remove, Relation::gone, result);
  made.planned.source_ref.clear();
  made.planned.old_oid = oid(from);
  made.reason = "the source no longer has it";
  return made;
}

RefOutcome failing(std::string name, Result result, FailureCode code, std::string reason) {
  RefOutcome made = moved(std::move(name), result, 70, 71, 3);
  made.error = code;
  made.reason = std::move(reason);
  return made;
}

Report base_report() {
  Report made;
  made.source = "orbit/telemetry";
  made.target = "orbit-mirror/telemetry";
  made.source_url = "https://git.example.org/orbit/telemetry";
  made.target_url = "https://git.example.net/orbit-mirror/telemetry";
  made.run = {"2.0.0",
              "push",
              "7612340001",
              "482",
              "https://git.example.org/orbit/telemetry/actions/runs/7612340001",
              kNow};
  made.duration_ms = 1843;
  made.outcome.source_traffic = {48'213, 2'104, 3};
  made.outcome.target_traffic = {3'920, 44'870, 3};
  return made;
}

std::vector<Commit> main_commits() {
  std::vector<Commit> all{
      commit(101, "Merge branch 'frame-decoder'", "Ines Duarte", 2),
      commit(102, "Decode frames without copying their payload", "Ines Duarte", 3),
      commit(103, "Say which station sent a frame that cannot be read", "Tomás Říha", 5),
      commit(104, "Keep the clock out of the decoder", "Ines Duarte", 26),
      commit(105, "Add a fuzz target for the frame header", "Wei-Lin Chen", 27),
      commit(106, "Bump the schema of stored passes to 4", "Tomás Říha", 30),
      commit(107, "Document how a ground station is added", "Amara Okafor", 49),
      commit(108, "Remove the serial driver nobody could build any more", "Wei-Lin Chen", 52),
      commit(109, "Rename 'pass' to 'contact' where it means a contact", "Amara Okafor", 73),
      commit(110, "Measure decoding with 1,000 recorded contacts", "Ines Duarte", 75),
      commit(111, "Fix the off-by-one at the end of a day", "Tomás Říha", 98),
      commit(112, "Build with the compiler's new warnings", "Wei-Lin Chen", 99),
  };
  all[0].is_merge = true;
  all[1].co_authors.push_back({"Wei-Lin Chen", "wl@example.org"});
  return all;
}

FileChanges main_changes() {
  std::vector<FileChange> files{
      file(ChangeKind::modified, "CMakeLists.txt", 3, 1),
      file(ChangeKind::modified, "README.md", 12, 4),
      file(ChangeKind::added, "bench/contacts.cpp", 96, 0),
      file(ChangeKind::added, "docs/add-a-station.md", 74, 0),
      file(ChangeKind::modified, "docs/schema.md", 21, 9),
      file(ChangeKind::added, "docs/station.png", 0, 0),
      file(ChangeKind::deleted, "src/driver/serial.cpp", 0, 412),
      file(ChangeKind::deleted, "src/driver/serial.hpp", 0, 58),
      file(ChangeKind::modified, "src/frame/decoder.cpp", 141, 203),
      file(ChangeKind::modified, "src/frame/decoder.hpp", 18, 22),
      renamed("src/pass.cpp", "src/contact.cpp", 91),
      renamed("src/pass.hpp", "src/contact.hpp", 100),
      file(ChangeKind::modified, "tests/decoder_test.cpp", 88, 31),
      file(ChangeKind::added, "tests/fuzz/frame_header.cpp", 19, 0),
      file(ChangeKind::modified, "scripts/record", 2, 2),
  };
  files[5].binary = true;
  files[5].added_lines.reset();
  files[5].removed_lines.reset();
  files[5].new_size = 48'120;
  files[14].old_file = FileKind::file;
  files[14].new_file = FileKind::executable;
  FileChanges all = changes(std::move(files));
  all.largest = {all.files[5]};
  return all;
}

ConflictHunk hunk(std::uint64_t ours_line, std::uint64_t theirs_line, std::vector<std::string> ours,
                  std::vector<std::string> base, std::vector<std::string> theirs) {
  return {ours_line, theirs_line, std::move(ours), std::move(theirs), std::move(base)};
}

std::vector<Conflict> conflicts() {
  Conflict decoder{ConflictKind::content, "src/frame/decoder.cpp", "", {}, 1};
  decoder.hunks.push_back(hunk(
      41, 44,
      {"Frame decode(std::span<const std::byte> input, Clock& clock) {",
       "  const auto header = read_header(input);", "  if (header.length > kLargestFrame) {",
       "    throw DecodeError(\"frame of \" + std::to_string(header.length) + \" bytes\");", "  }"},
      {"Frame decode(std::span<const std::byte> input, Clock& clock) {",
       "  const auto header = read_header(input);"},
      {"std::optional<Frame> decode(std::span<const std::byte> input) {",
       "  const auto header = read_header(input);",
       "  if (header.length > kLargestFrame) return std::nullopt;"}));
  decoder.hunks.push_back(
      hunk(97, 88, {"  frame.received = clock.now();"}, {"  frame.received = Clock::now();"}, {}));
  Conflict station{ConflictKind::add_add, "docs/add-a-station.md", "", {}, 0};
  station.hunks.push_back(hunk(1, 1, {"# Adding a station", "", "Ask the operations team first."},
                               {}, {"# How a ground station is added", "", "1. Pick an id."}));
  return {decoder,
          station,
          {ConflictKind::modify_delete,
           "src/driver/serial.cpp",
           "the source deleted it, the target changed it",
           {},
           0},
          {ConflictKind::binary, "docs/station.png", "", {}, 0}};
}

}  // namespace

Report in_sync_report() {
  Report made = base_report();
  made.outcome.refs = {quiet("refs/heads/main", 1), quiet("refs/heads/release/2.x", 2),
                       quiet("refs/tags/v2.1.0", 3)};
  made.outcome.source_traffic = {1'904, 812, 2};
  made.outcome.target_traffic = {2'210, 0, 1};
  made.duration_ms = 412;
  made.run.event = "schedule";
  return made;
}

Report synced_report() {
  Report made = base_report();
  made.asked = {"prune: true", "sync_tags: v*"};
  made.outcome.refs = {moved("refs/heads/main", Result::updated, 112, 101, 12),
                       moved("refs/heads/release/2.x", Result::updated, 120, 121, 1),
                       created("refs/tags/v2.2.0", Result::created, 122),
                       removed("refs/heads/try/serial", Result::removed, 123),
                       quiet("refs/heads/docs", 4),
                       quiet("refs/tags/v2.0.0", 5),
                       quiet("refs/tags/v2.1.0", 6)};
  made.outcome.pack_bytes = 41'223;
  made.outcome.pack_objects = 187;
  made.outcome.recorded = true;
  made.run_key = "7612340001-1";
  RefFindings main;
  main.target_ref = "refs/heads/main";
  main.commits.commits = main_commits();
  main.changes = main_changes();
  RefFindings release;
  release.target_ref = "refs/heads/release/2.x";
  release.commits.commits = {
      commit(121, "Fix the off-by-one at the end of a day", "Tomás Říha", 97)};
  release.changes = changes({file(ChangeKind::modified, "src/calendar.cpp", 1, 1)});
  made.findings.refs = {main, release};
  made.findings.bytes_fetched = 18'411;
  made.findings.requests = 2;
  made.findings.duration_ms = 240;
  return made;
}

Report dry_run_report() {
  Report made = base_report();
  made.asked = {"dry_run: true", "on_divergence: overwrite"};
  made.run.event = "workflow_dispatch";
  made.outcome.dry_run = true;
  RefOutcome forced = moved("refs/heads/experiment", Result::would_force, 130, 131, 4);
  forced.planned.action = Action::force;
  forced.planned.relation = Relation::diverged;
  forced.planned.behind = 2;
  forced.reason = "diverged; on_divergence is overwrite";
  made.outcome.refs = {moved("refs/heads/main", Result::would_update, 112, 101, 12), forced,
                       created("refs/tags/v2.2.0", Result::would_create, 122)};
  RefFindings main;
  main.target_ref = "refs/heads/main";
  main.commits.commits = main_commits();
  main.commits.left_out = 230;
  main.changes = main_changes();
  main.changes.total = 1'250;
  main.changes.not_counted_because = "the files are larger than report_max_bytes (32 MiB)";
  main.changes.not_detected = "renamed files whose content changed as well";
  main.warnings = {
      {WarningKind::workflow_files,
       true,
       "The push changes workflow files, and the target's token lacks the scope 'workflow'.",
       {".github/workflows/build.yml", ".github/workflows/release.yml"}},
      {WarningKind::large_blob,
       false,
       "One file is over 50 MB; the target's host warns above that.",
       {"assets/recordings/2026-02-11.bin"}},
      {WarningKind::case_collision,
       false,
       "Two names differ in case only; a checkout on Windows or macOS keeps one of them.",
       {"docs/Schema.md", "docs/schema.md"}}};
  main.predictions = {{"integration", false, {"src/frame/decoder.cpp", "CMakeLists.txt"}, ""},
                      {"release/2.x", true, {}, ""},
                      {"archive", false, {}, "it has no commit in common with main"}};
  made.findings.refs = {main};
  made.findings.token_scopes = "repo, read:org";
  made.findings.requests = 4;
  made.findings.bytes_fetched = 812'000;
  made.findings.duration_ms = 1'350;
  return made;
}

Report diverged_report() {
  Report made = base_report();
  made.target_access.takes_pull_requests = true;
  RefOutcome main = failing("refs/heads/main", Result::diverged, FailureCode::diverged,
                            "the target has 3 commits of its own");
  main.planned.action = Action::blocked;
  main.planned.relation = Relation::diverged;
  main.planned.old_oid = oid(201);
  main.planned.new_oid = oid(101);
  main.planned.ahead = 12;
  main.planned.behind = 3;
  RefOutcome docs = failing("refs/heads/docs", Result::diverged, FailureCode::diverged,
                            "the target has 1 commit of its own");
  docs.planned.action = Action::blocked;
  docs.planned.relation = Relation::diverged;
  docs.planned.old_oid = oid(211);
  docs.planned.new_oid = oid(221);
  docs.planned.ahead = 2;
  docs.planned.behind = 1;
  made.outcome.refs = {main, docs, moved("refs/heads/release/2.x", Result::updated, 120, 121, 1),
                       quiet("refs/tags/v2.1.0", 6)};
  RefFindings on_main;
  on_main.target_ref = "refs/heads/main";
  on_main.commits.commits = main_commits();
  on_main.changes = main_changes();
  Divergence parted;
  parted.merge_base = oid(200);
  parted.target_commits.commits = {
      commit(201, "Stamp frames with the time they were received", "Noor Haddad", 4),
      commit(202, "Refuse frames larger than the station's buffer", "Noor Haddad", 28),
      commit(203, "Add a page for operators", "Noor Haddad", 60)};
  parted.merge_was_tried = true;
  parted.conflicts = conflicts();
  parted.not_detected = "renamed folders";
  on_main.divergence = parted;
  RefFindings on_docs;
  on_docs.target_ref = "refs/heads/docs";
  on_docs.commits.commits = {commit(221, "Explain the schema's fourth version", "Amara Okafor", 8),
                             commit(222, "Correct two addresses", "Amara Okafor", 9)};
  on_docs.changes = changes({file(ChangeKind::modified, "docs/schema.md", 40, 3),
                             file(ChangeKind::modified, "docs/contact.md", 2, 2)});
  Divergence gently;
  gently.merge_base = oid(210);
  gently.target_commits.commits = {commit(211, "Link the operators' page", "Noor Haddad", 10)};
  gently.merge_was_tried = true;
  gently.merges_cleanly = true;
  on_docs.divergence = gently;
  made.findings.refs = {on_main, on_docs};
  made.findings.requests = 5;
  made.findings.bytes_fetched = 64'300;
  made.findings.duration_ms = 610;
  return made;
}

Report failed_report() {
  Report made = base_report();
  made.outcome.refs = {
      failing("refs/heads/main", Result::rejected, FailureCode::workflow_scope,
              "refusing to allow a Personal Access Token to create or update workflow "
              "'.github/workflows/build.yml' without 'workflow' scope"),
      failing("refs/heads/release/2.x", Result::rejected, FailureCode::protected_branch,
              "GH006: Protected branch update failed for refs/heads/release/2.x"),
      failing("refs/tags/v2.1.0", Result::blocked, FailureCode::tag_moved,
              "the tag points elsewhere on the target")};
  made.outcome.refs[2].planned.relation = Relation::moved_tag;
  made.outcome.refs[2].planned.action = Action::blocked;
  made.outcome.refs[2].planned.ahead.reset();
  made.outcome.refs[2].planned.behind.reset();
  RefFindings main;
  main.target_ref = "refs/heads/main";
  main.not_analysed_because = "the range was larger than report_max_bytes";
  made.findings.refs = {main};
  return made;
}

Report unreachable_report() {
  Report made = base_report();
  made.outcome.failure =
      Failure(FailureCode::host_unreachable, "could not resolve host 'git.example.net'");
  made.outcome.source_traffic = {1'904, 812, 2};
  made.outcome.target_traffic = {0, 0, 3};
  made.duration_ms = 93'000;
  return made;
}

const std::vector<std::string>& hostile_texts() {
  static const std::vector<std::string> texts{
      "</code></td></table></details></article><script>alert(1)</script>",
      "<img src=https://evil.example/x.png onerror=alert(1)>",
      "\" onmouseover=\"alert(1)\" style=\"position:fixed",
      "' onfocus='alert(1)",
      "::error file=a,line=1::gotcha",
      "##[error]gotcha ##[group]",
      "a | b || c \\| d",
      "[click](javascript:alert(1)) ![x](https://evil.example/i.png)",
      "@orbit/everyone please see #1 and orbit/telemetry#2 and https://evil.example "
      "www.evil.example",
      "line\r\n::set-output name=x::y\n# heading\n\n```\nfence",
      "```` ~~~~ ``` ` `",
      "nul\0byte bell\x07 escape\x1b[31mred\x1b[0m",
      "\xE2\x80\xAE"
      "gpj.exe\xE2\x80\xAC \xE2\x81\xA6isolate\xE2\x81\xA9 \xE2\x80\x8Bzero",
      "\xFF\xFE invalid \xC3( \xED\xA0\x80 \xF5\x80\x80\x80 cut \xE2\x82",
      "<!-- comment --> <!DOCTYPE> ]]> <![CDATA[ &lt;b&gt; &#x3c;b&#x3e; &amp",
      "*bold* _it_ ~~strike~~ $math$ $$x$$ :smile:",
      "עברית العربية 漢字 🙂",
      std::string(4096, 'x') + "<b>",
      std::string(2048, '`'),
      "",
  };
  return texts;
}

Report hostile_report() {
  Report made = base_report();
  const auto& texts = hostile_texts();
  made.source = texts[0];
  made.target = texts[1];
  made.source_url = "javascript:alert(1)";
  made.target_url = "https://git.example.net/\"><script>alert(1)</script>|) [x](y";
  made.run.event = texts[2];
  made.run.number = texts[4];
  made.run.url = "data:text/html,<script>alert(1)</script>";
  made.asked = texts;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string& text = texts[i];
    RefOutcome ref =
        failing("refs/heads/" + text, Result::rejected, FailureCode::hook_declined, text);
    ref.planned.source_ref = "refs/tags/" + text;
    made.outcome.refs.push_back(ref);
    RefFindings found;
    found.target_ref = "refs/heads/" + text;
    found.not_analysed_because = text;
    for (const std::string& other : texts) {
      Commit one = commit(300 + i, other, other, 1);
      one.time = i % 2 == 0 ? INT64_MIN : INT64_MAX;
      one.offset_minutes = i % 2 == 0 ? INT32_MIN : INT32_MAX;
      one.co_authors.push_back({other, other});
      found.commits.commits.push_back(one);
    }
    FileChange change = file(ChangeKind::renamed, text + "/" + text, 1, 1);
    change.old_path = text;
    found.changes = changes({change});
    found.changes.largest = {change};
    found.changes.largest[0].new_size = 1;
    found.changes.not_counted_because = text;
    found.changes.not_detected = text;
    found.warnings = {{WarningKind::lfs_pointers, true, text, texts}};
    found.predictions = {{text, false, texts, ""}, {text, false, {}, text}};
    Divergence parted;
    parted.target_commits = found.commits;
    parted.merge_was_tried = i % 3 != 0;
    parted.not_tried_because = text;
    parted.not_detected = text;
    parted.conflicts = {
        {ConflictKind::content, text, text, {{0, UINT64_MAX, texts, texts, texts}}, 1},
        {ConflictKind::rename, text, text, {}, 0}};
    found.divergence = parted;
    made.findings.refs.push_back(found);
  }
  made.findings.token_scopes = texts[0];
  made.outcome.failure = Failure(FailureCode::server_error, texts[5] + texts[9]);
  return made;
}

Report large_report(std::size_t commits, std::size_t files) {
  Report made = synced_report();
  RefFindings& main = made.findings.refs.front();
  main.commits.commits.clear();
  for (std::size_t i = 0; i < commits; ++i) {
    main.commits.commits.push_back(commit(1000 + i, "Change number " + std::to_string(i),
                                          "Author " + std::to_string(i % 40), 1));
  }
  std::vector<FileChange> all;
  for (std::size_t i = 0; i < files; ++i) {
    all.push_back(file(ChangeKind::modified,
                       "folder-" + std::to_string(i % 30) + "/file-" + std::to_string(i) + ".cpp",
                       3, 1));
  }
  main.changes = changes(std::move(all));
  return made;
}

std::vector<Sample> sample_reports() {
  return {{"in_sync", in_sync_report()},
          {"synced", synced_report()},
          {"dry_run", dry_run_report()},
          {"diverged", diverged_report()},
          {"failed", failed_report()}};
}

}  // namespace occ::test
