// What the programs say with their exit codes: one meaning a number, in all of them.
#ifndef DATELINE_CORE_BASE_EXIT_CODE_H_
#define DATELINE_CORE_BASE_EXIT_CODE_H_

namespace dateline::base {

inline constexpr int kExitFailed = 1;    // any other failure; nothing found, where that was asked to be told
inline constexpr int kExitUsage = 2;     // wrong arguments, a bad query
inline constexpr int kExitNotReady = 3;  // no index here, no server there
inline constexpr int kExitRejected = 4;  // done, but some records were rejected
inline constexpr int kExitDeadline = 5;
inline constexpr int kExitInterrupted = 130;

}  // namespace dateline::base

#endif  // DATELINE_CORE_BASE_EXIT_CODE_H_
