// Measuring in a process of one's own, so that peaks of memory are not another measurement's.
//
// Thread-safety: RunInChild only while the process has one thread, as fork copies no other. Errors: those of the
// body; Internal when the child died.
#ifndef DATELINE_BENCH_PROCESS_H_
#define DATELINE_BENCH_PROCESS_H_

#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace dateline::bench {

// Runs `body` in a forked child and gives back the bytes that it returned.
absl::StatusOr<std::string> RunInChildForBytes(absl::FunctionRef<absl::StatusOr<std::string>()> body);

// The same for a plain value.
template <typename T>
absl::StatusOr<T> RunInChild(absl::FunctionRef<absl::StatusOr<T>()> body) {
  static_assert(std::is_trivially_copyable_v<T>, "it crosses a pipe");
  const absl::StatusOr<std::string> bytes = RunInChildForBytes([&body]() -> absl::StatusOr<std::string> {
    const absl::StatusOr<T> value = body();
    if (!value.ok()) return value.status();
    return std::string(reinterpret_cast<const char*>(&*value), sizeof(T));
  });
  if (!bytes.ok()) return bytes.status();
  if (bytes->size() != sizeof(T)) return absl::InternalError("the measuring process sent a broken answer");
  T value;
  std::memcpy(&value, bytes->data(), sizeof(T));
  return value;
}

// Processor seconds of all threads of this process so far. Where they fall short of what the threads could have had,
// others were at work on the machine, or the disk was waited for.
double CpuSeconds();

// Of this process, as the kernel tells: now, and at most since its start or the last ResetPeakMemory.
uint64_t ResidentBytes();
uint64_t PeakResidentBytes();

// Gives free memory back, and lets the peak begin again at what is in use now.
void ResetPeakMemory();

}  // namespace dateline::bench

#endif  // DATELINE_BENCH_PROCESS_H_
