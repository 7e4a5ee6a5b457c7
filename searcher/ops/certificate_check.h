// Whether certificates and keys are what a server can be started with.
//
// Thread-safety: pure, but that files are read. Errors: InvalidArgument with the file and what is wrong with it.
#ifndef DATELINE_SEARCHER_OPS_CERTIFICATE_CHECK_H_
#define DATELINE_SEARCHER_OPS_CERTIFICATE_CHECK_H_

#include <string>

#include "absl/status/status.h"

namespace dateline::ops {

// `certificate`: a chain, the server's own first; `key`: that of the first; both in PEM.
absl::Status CheckCertificate(const std::string& certificate, const std::string& key);

// At least one certificate in PEM.
absl::Status CheckAuthorities(const std::string& file);

}  // namespace dateline::ops

#endif  // DATELINE_SEARCHER_OPS_CERTIFICATE_CHECK_H_
