#include "property/diverging_history.hpp"

#include <map>
#include <random>
#include <vector>

namespace occ::test {
namespace {

struct File {
  std::string content;
  std::string mode = "100644";
};
using Files = std::map<std::string, File>;

std::string write(const std::string& path, const File& file) {
  return "M " + file.mode + " inline " + path + '\n' + import_data(file.content);
}

// Files that change at random, and the fast-import commands that say so.
class RandomFiles {
 public:
  explicit RandomFiles(unsigned seed) : random_(seed) {}

  void reseed(unsigned seed) { random_.seed(seed); }
  [[nodiscard]] int pick(int limit) {
    return static_cast<int>(random_() % static_cast<unsigned>(limit));
  }

  std::string change() {
    const int roll = pick(40);
    if (files_.size() < 6 || roll < 8) return add();
    if (roll < 24) return edit(some_file());
    if (roll < 27) return remove();
    if (roll < 29) return change_mode();
    if (roll < 31) return link();
    if (roll < 34) return rename(0);
    if (roll < 37) return rename(1 + pick(3));
    if (roll < 38) return rename_folder();
    if (roll < 39) return put("folder", {"a file where others have a folder\n"});
    return put("folder/within" + std::to_string(pick(3)), {"inner\n"});
  }

  // What a merge of `other` brings: the files that only it has, so that histories stay alive.
  std::string take_from(const RandomFiles& other) {
    std::string commands;
    for (const auto& [path, file] : other.files_) {
      if (!files_.contains(path)) commands += put(path, file);
    }
    return commands;
  }

 private:
  std::string line() {
    // Lines that repeat, as in real text, beside lines that do not.
    static const std::vector<std::string> kCommon{"", "}", "  return;", "{", "  }"};
    const int roll = pick(12);
    return roll < 5 ? kCommon[static_cast<std::size_t>(roll)]
                    : "line " + std::to_string(pick(50'000));
  }

  std::string some_path() {
    static const std::vector<std::string> kFolders{"", "src/", "src/deep/", "docs/"};
    return kFolders[static_cast<std::size_t>(pick(4))] + "file" + std::to_string(pick(18));
  }

  Files::iterator some_file() {
    return std::next(files_.begin(), pick(static_cast<int>(files_.size())));
  }

  std::string put(const std::string& path, const File& file) {
    std::erase_if(files_, [&](const auto& each) {
      return each.first.starts_with(path + '/') || path.starts_with(each.first + '/');
    });
    files_[path] = file;
    return write(path, file);
  }

  std::string add() {
    std::string content;
    const int lines = 6 + pick(25);
    for (int i = 0; i < lines; ++i) content += line() + '\n';
    if (pick(12) == 0) content += std::string(2, '\0') + "binary" + std::to_string(pick(9));
    if (pick(10) == 0) content.pop_back();  // no newline at the end
    return put(some_path(), {content});
  }

  std::string edit(Files::iterator at) {
    std::string& content = at->second.content;
    if (at->second.mode == "120000") {
      content += 'x';
      return write(at->first, at->second);
    }
    const std::size_t begin =
        content.rfind('\n', static_cast<std::size_t>(pick(static_cast<int>(content.size()) + 1)));
    const std::size_t from = begin == std::string::npos ? 0 : begin + 1;
    const int how = pick(3);
    if (how > 0) content.erase(from, content.find('\n', from) + 1 - from);
    if (how < 2) content.insert(from, line() + '\n');
    if (content.empty()) content = "left\n";
    return write(at->first, at->second);
  }

  std::string remove() {
    const std::string path = some_file()->first;
    files_.erase(path);
    return "D " + path + '\n';
  }

  std::string change_mode() {
    const auto at = some_file();
    if (at->second.mode != "120000") {
      at->second.mode = at->second.mode == "100644" ? "100755" : "100644";
    }
    return write(at->first, at->second);
  }

  std::string link() { return put(some_path(), {"file" + std::to_string(pick(10)), "120000"}); }

  std::string rename(int edits) {
    const auto at = some_file();
    const File file = at->second;
    std::string commands = "D " + at->first + '\n';
    files_.erase(at);
    const std::string to = some_path() + ".moved" + std::to_string(pick(40));
    commands += put(to, file);
    for (int i = 0; i < edits; ++i) commands += edit(files_.find(to));
    return commands;
  }

  std::string rename_folder() {
    std::string commands;
    Files moved;
    for (const auto& [path, file] : files_) {
      if (path.starts_with("docs/")) moved["manual" + path.substr(4)] = file;
    }
    for (const auto& [path, file] : moved) {
      files_.erase("docs" + path.substr(6));
      commands += "D docs" + path.substr(6) + '\n' + put(path, file);
    }
    return commands.empty() ? add() : commands;
  }

  std::mt19937 random_;
  Files files_;
};

// A line of history, written as one fast-import stream with others.
struct Line {
  std::string branch;
  RandomFiles files;
  int mark = 0;  // of its tip
};

class Stream {
 public:
  void commit(Line& line, const Line* merged = nullptr) {
    const int before = line.mark;
    line.mark = ++marks_;
    text_ += "commit refs/heads/" + line.branch + "\nmark :" + std::to_string(line.mark) + '\n' +
             import_identity("committer", marks_) + import_data("commit " + std::to_string(marks_));
    if (before != 0) text_ += "from :" + std::to_string(before) + '\n';
    if (merged != nullptr) {
      text_ +=
          "merge :" + std::to_string(merged->mark) + '\n' + line.files.take_from(merged->files);
    }
    const int changes = 1 + line.files.pick(4);
    for (int i = 0; i < changes; ++i) text_ += line.files.change();
  }
  void commits(Line& line, int count) {
    for (int i = 0; i < count; ++i) commit(line);
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
  int marks_ = 0;
};

}  // namespace

DivergingHistory::DivergingHistory(unsigned seed) : both_(GitRepo::init(folder_ / "both.git")) {
  Stream stream;
  Line source{"source", RandomFiles(seed)};
  stream.commits(source, 16);
  Line target = source;
  target.branch = "target";
  target.files.reseed(seed + 1'000'000);
  stream.commits(source, 1 + source.files.pick(3));
  stream.commits(target, 1 + target.files.pick(3));
  const int meeting = static_cast<int>(seed % 8);
  criss_cross_ = meeting == 0;
  if (criss_cross_) {
    const Line before = source;
    stream.commit(source, &target);
    Line seen = before;
    Line other = target;
    stream.commit(other, &seen);
    target = other;
  } else if (meeting == 1 || meeting == 2) {
    stream.commit(meeting == 1 ? source : target, meeting == 1 ? &target : &source);
  } else if (meeting == 3) {
    stream.commit(target, &source);
    stream.commits(source, 1);
    stream.commit(source, &target);  // holds all that the target had by then
  }
  stream.commits(source, 1 + source.files.pick(2));
  stream.commits(target, 1 + target.files.pick(2));
  both_.import(stream.text());
  source_tip_ = both_.tip("source");
  target_tip_ = both_.tip("target");
}

GitRepo DivergingHistory::repository(const std::string& name, const std::string& tip) const {
  GitRepo repo = GitRepo::init(folder_ / (name + ".git"));
  repo.git({"fetch", "-q", both_.path().string(), tip + ":refs/heads/main"});
  return repo;
}

}  // namespace occ::test
