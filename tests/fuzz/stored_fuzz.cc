// Any bytes as what a shard or a generation stores: a value that encodes again, or an error.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "absl/strings/string_view.h"
#include "core/index/facet_name.h"
#include "core/index/manifest.h"
#include "core/index/stored_article.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto stored = dateline::index::DecodeStoredArticle(bytes);
  if (stored.ok()) {
    const auto again = dateline::index::DecodeStoredArticle(dateline::index::EncodeStoredArticle(*stored));
    if (!again.ok() || !(again->article == stored->article) || !(again->body == stored->body)) std::abort();
  }
  (void)dateline::index::DecodeStoredHead(bytes);
  (void)dateline::index::DecodeNames(bytes);
  const auto manifest = dateline::index::DecodeManifest(bytes);
  if (manifest.ok() && !dateline::index::DecodeManifest(dateline::index::EncodeManifest(*manifest)).ok()) std::abort();
  return 0;
}
