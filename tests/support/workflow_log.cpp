#include "support/workflow_log.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <stdexcept>
#include <utility>

namespace occ::test {

namespace {

using Replacements = std::vector<std::pair<std::string_view, std::string_view>>;

constexpr std::array kKnownNames = {
    "add-mask", "add-matcher",    "add-path",      "debug",
    "echo",     "endgroup",       "error",         "group",
    "notice",   "save-state",     "set-env",       "set-output",
    "warning",  "remove-matcher", "stop-commands", "internal-set-repo-path"};

std::string unescaped(std::string text, const Replacements& replacements) {
  for (const auto& [from, to] : replacements) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
      text.replace(at, from.size(), to);
    }
  }
  return text;
}

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// "name key=value<separator>key=value"
WorkflowCommand parse_head(std::string_view head, char separator, const Replacements& escapes) {
  WorkflowCommand command;
  const auto space = head.find(' ');
  command.name = lower_case(std::string(head.substr(0, space)));
  std::string_view rest = space == std::string_view::npos ? "" : head.substr(space + 1);
  while (!rest.empty()) {
    const auto end = rest.find(separator);
    const std::string_view pair = rest.substr(0, end);
    rest = end == std::string_view::npos ? "" : rest.substr(end + 1);
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos) continue;
    std::string key(pair.substr(0, equals));
    key.erase(0, key.find_first_not_of(' '));
    command.properties[key] = unescaped(std::string(pair.substr(equals + 1)), escapes);
  }
  return command;
}

std::optional<WorkflowCommand> new_form(std::string_view line) {
  const auto start = line.find_first_not_of(" \t");
  if (start == std::string_view::npos || !line.substr(start).starts_with("::")) return std::nullopt;
  line.remove_prefix(start + 2);
  const auto end = line.find("::");
  if (end == std::string_view::npos) return std::nullopt;
  WorkflowCommand command =
      parse_head(line.substr(0, end), ',',
                 {{"%0D", "\r"}, {"%0A", "\n"}, {"%3A", ":"}, {"%2C", ","}, {"%25", "%"}});
  command.message =
      unescaped(std::string(line.substr(end + 2)), {{"%0D", "\r"}, {"%0A", "\n"}, {"%25", "%"}});
  return command;
}

std::optional<WorkflowCommand> old_form(std::string_view line) {
  const auto start = line.find("##[");
  if (start == std::string_view::npos) return std::nullopt;
  const auto end = line.find(']', start);
  if (end == std::string_view::npos) return std::nullopt;
  const Replacements escapes = {
      {"%3B", ";"}, {"%0D", "\r"}, {"%0A", "\n"}, {"%5D", "]"}, {"%25", "%"}};
  WorkflowCommand command = parse_head(line.substr(start + 3, end - start - 3), ';', escapes);
  command.message = unescaped(std::string(line.substr(end + 1)), escapes);
  return command;
}

bool is_known(const WorkflowCommand& command) {
  return std::find(kKnownNames.begin(), kKnownNames.end(), command.name) != kKnownNames.end();
}

}  // namespace

std::vector<std::string> log_lines(std::string_view log) {
  std::vector<std::string> lines;
  while (!log.empty()) {
    const auto end = log.find_first_of("\r\n");
    lines.emplace_back(log.substr(0, end));
    if (end == std::string_view::npos) break;
    const bool both = log.substr(end).starts_with("\r\n");
    log.remove_prefix(end + (both ? 2 : 1));
  }
  return lines;
}

std::vector<WorkflowCommand> workflow_commands(std::string_view log) {
  std::vector<WorkflowCommand> commands;
  std::string stopped_by;
  for (const std::string& line : log_lines(log)) {
    if (!stopped_by.empty()) {
      if (line.find("::" + stopped_by + "::") != std::string::npos) stopped_by.clear();
      continue;
    }
    auto command = new_form(line);
    if (!command || !is_known(*command)) command = old_form(line);
    if (!command || !is_known(*command)) continue;
    if (command->name == "stop-commands") stopped_by = command->message;
    commands.push_back(std::move(*command));
  }
  return commands;
}

std::string readable_log(std::string_view log) {
  std::string readable;
  for (const std::string& line : log_lines(log)) {
    if (!line.starts_with("::add-mask::")) readable += line + "\n";
  }
  return readable;
}

std::map<std::string, std::string> file_command_entries(std::string_view text) {
  std::map<std::string, std::string> entries;
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string_view line = lines[i];
    if (line.empty()) continue;
    const auto equals = line.find('=');
    const auto heredoc = line.find("<<");
    if (equals == std::string_view::npos && heredoc == std::string_view::npos) {
      throw std::runtime_error("neither '=' nor '<<' in '" + std::string(line) + "'");
    }
    if (equals < heredoc) {
      entries[std::string(line.substr(0, equals))] = line.substr(equals + 1);
      continue;
    }
    const std::string name(line.substr(0, heredoc));
    const std::string_view delimiter = line.substr(heredoc + 2);
    std::string value;
    for (++i; i < lines.size() && lines[i] != delimiter; ++i) value.append(lines[i]).append("\n");
    if (i == lines.size()) throw std::runtime_error("no closing delimiter for '" + name + "'");
    if (!value.empty()) value.pop_back();
    if (name.empty() || delimiter.empty()) throw std::runtime_error("no name or no delimiter");
    entries[name] = value;
  }
  return entries;
}

}  // namespace occ::test
