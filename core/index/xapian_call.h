// The fence around Xapian's exceptions: they become absl::Status here.
//
// Objects such as MSet and Document are lazy and throw while they are read, so wrap the whole use, not only the call.
#ifndef DATELINE_CORE_INDEX_XAPIAN_CALL_H_
#define DATELINE_CORE_INDEX_XAPIAN_CALL_H_

#include <xapian.h>

#include <new>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace dateline::index {

// Runs `body`, which returns absl::Status, and gives its status or what it threw: damage and unreadable files as
// DataLoss, a full disk and the like as Internal, both with `what` before Xapian's own words.
template <typename Body>
absl::Status XapianCall(absl::string_view what, Body&& body) {
  try {
    return std::forward<Body>(body)();
  } catch (const Xapian::DatabaseCorruptError& error) {
    return absl::DataLossError(absl::StrCat(what, ": ", error.get_description()));
  } catch (const Xapian::DatabaseOpeningError& error) {
    return absl::DataLossError(absl::StrCat(what, ": ", error.get_description()));
  } catch (const Xapian::DatabaseModifiedError& error) {
    // Published shards are never written, so this is damage, not a race.
    return absl::DataLossError(absl::StrCat(what, ": ", error.get_description()));
  } catch (const Xapian::Error& error) {
    return absl::InternalError(absl::StrCat(what, ": ", error.get_description()));
  } catch (const std::bad_alloc&) {
    return absl::ResourceExhaustedError(absl::StrCat(what, ": out of memory"));
  }
}

}  // namespace dateline::index

#endif  // DATELINE_CORE_INDEX_XAPIAN_CALL_H_
