#include "indexer/ingest/reject_log.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "core/base/json_writer.h"
#include "core/base/status_macros.h"

namespace dateline::ingest {
namespace {

void AppendLine(std::string& out, absl::string_view kind, const Reject& reject) {
  base::JsonWriter json(&out);
  json.BeginObject().Key("kind").String(kind).Key("file").String(reject.file);
  if (reject.line > 0) json.Key("line").Uint(reject.line);
  json.Key("offset").Uint(reject.offset).Key("reason").String(reject.reason).EndObject();
  out.push_back('\n');
}

}  // namespace

absl::StatusOr<std::unique_ptr<RejectLog>> RejectLog::Create(const std::string& path) {
  DL_ASSIGN_OR_RETURN(base::FileWriter writer, base::FileWriter::Create(path));
  return std::unique_ptr<RejectLog>(new RejectLog(std::move(writer), path));
}

absl::Status RejectLog::Add(uint64_t batch, const std::vector<Reject>& rejects, const std::vector<Reject>& notes) {
  std::vector<std::pair<absl::string_view, const Reject*>> entries;
  for (const Reject& reject : rejects) entries.emplace_back("reject", &reject);
  for (const Reject& note : notes) entries.emplace_back("note", &note);
  std::stable_sort(entries.begin(), entries.end(),
                   [](const auto& a, const auto& b) { return a.second->sequence < b.second->sequence; });
  std::string lines;
  for (const auto& [kind, entry] : entries) AppendLine(lines, kind, *entry);
  base::MutexLock lock(&mutex_);
  rejects_ += rejects.size();
  notes_ += notes.size();
  waiting_.emplace(batch, std::move(lines));
  for (auto first = waiting_.begin(); first != waiting_.end() && first->first == next_batch_;
       first = waiting_.erase(first), ++next_batch_) {
    DL_RETURN_IF_ERROR(writer_.Append(first->second));
  }
  return absl::OkStatus();
}

absl::Status RejectLog::Close() {
  base::MutexLock lock(&mutex_);
  return writer_.Close(/*sync=*/false);
}

uint64_t RejectLog::rejects() const {
  base::MutexLock lock(&mutex_);
  return rejects_;
}

uint64_t RejectLog::notes() const {
  base::MutexLock lock(&mutex_);
  return notes_;
}

}  // namespace dateline::ingest
