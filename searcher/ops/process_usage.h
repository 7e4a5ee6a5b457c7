// What this process takes of its machine just now.
//
// Thread-safety: a pure function of /proc. Errors: what cannot be read is 0.
#ifndef DATELINE_SEARCHER_OPS_PROCESS_USAGE_H_
#define DATELINE_SEARCHER_OPS_PROCESS_USAGE_H_

#include <cstdint>

namespace dateline::ops {

struct ProcessUsage {
  uint64_t resident_bytes = 0;
  uint64_t open_descriptors = 0;
  uint64_t max_descriptors = 0;
  uint64_t threads = 0;
  double cpu_s = 0;      // user and system, since the start
  double started_s = 0;  // seconds since the epoch
};

ProcessUsage MeasureProcess();

}  // namespace dateline::ops

#endif  // DATELINE_SEARCHER_OPS_PROCESS_USAGE_H_
