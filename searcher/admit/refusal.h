// Why a call was not answered although nothing was wrong with it.
//
// Thread-safety: values.
#ifndef DATELINE_SEARCHER_ADMIT_REFUSAL_H_
#define DATELINE_SEARCHER_ADMIT_REFUSAL_H_

namespace dateline::admit {

enum class Refusal {
  kNone,
  kQueueFull,      // it would have waited too long, or too many wait
  kClientShare,    // its client has more than its share of a full queue
  kQuota,          // its key's quota is used up
  kNotAllowed,     // no key, an unknown one, or one without the scope
  kDeadOnArrival,  // its deadline could not be met, or was past when its turn came; or the client had gone
};

}  // namespace dateline::admit

#endif  // DATELINE_SEARCHER_ADMIT_REFUSAL_H_
