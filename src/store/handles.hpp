// The only header that includes libgit2: owning handles, and its errors as Failures.
#pragma once

#include "base/failure.hpp"
#include "base/limits.hpp"
#include "base/oid.hpp"
#include "store/object_store.hpp"

#include <git2.h>
#include <git2/sys/odb_backend.h>
#include <git2/sys/repository.h>

#include <algorithm>
#include <memory>
#include <span>
#include <string>

namespace occ::store {

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T* handle) const {
    Free(handle);
  }
};

using OdbHandle = std::unique_ptr<git_odb, Deleter<git_odb_free>>;
using OdbObjectHandle = std::unique_ptr<git_odb_object, Deleter<git_odb_object_free>>;
using RepositoryHandle = std::unique_ptr<git_repository, Deleter<git_repository_free>>;
using TreeHandle = std::unique_ptr<git_tree, Deleter<git_tree_free>>;
using DiffHandle = std::unique_ptr<git_diff, Deleter<git_diff_free>>;
using PatchHandle = std::unique_ptr<git_patch, Deleter<git_patch_free>>;
using IndexHandle = std::unique_ptr<git_index, Deleter<git_index_free>>;
using ConflictIterator =
    std::unique_ptr<git_index_conflict_iterator, Deleter<git_index_conflict_iterator_free>>;

// Throws Failure{internal_error} with libgit2's own text if `code` is an error; if the system
// refused something, Failure{temporary_folder}: a store is all that libgit2 reads and writes.
inline void check(int code, const char* what) {
  if (code >= 0) return;
  const git_error* error = git_error_last();
  const bool by_system =
      error != nullptr && (error->klass == GIT_ERROR_OS || error->klass == GIT_ERROR_FILESYSTEM);
  throw Failure(by_system ? FailureCode::temporary_folder : FailureCode::internal_error,
                std::string(what) + ": " + (error != nullptr ? error->message : "unknown error"));
}

// Calls `make(&handle, arguments…)`, checks it, and takes the handle over.
template <typename Handle, typename Make, typename... Arguments>
[[nodiscard]] Handle adopt(const char* what, Make make, Arguments&&... arguments) {
  typename Handle::pointer raw = nullptr;
  check(make(&raw, std::forward<Arguments>(arguments)...), what);
  return Handle(raw);
}

// The program knows SHA-1 stores only: libgit2's SHA-256 support is experimental.
[[nodiscard]] inline git_oid to_git(const Oid& oid) {
  git_oid out{};
  std::copy_n(oid.raw().begin(), 20, out.id);
  return out;
}

[[nodiscard]] inline Oid from_git(const git_oid& oid) {
  return Oid::from_raw(std::as_bytes(std::span(oid.id, 20)), ObjectFormat::sha1);
}

[[nodiscard]] inline git_repository* repository_of(const ObjectStore& store) {
  return static_cast<git_repository*>(store.repository());
}

[[nodiscard]] inline TreeHandle look_up_tree(const ObjectStore& store, const Oid& oid) {
  const git_oid id = to_git(oid);
  if (store.size_of(oid).value_or(0) > limits::kTreeBytes) {
    throw Failure(FailureCode::limit_exceeded, "a folder of too many entries");
  }
  return adopt<TreeHandle>("a tree", git_tree_lookup, repository_of(store), &id);
}

}  // namespace occ::store
