#include "searcher/ops/server_log.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "core/base/json_writer.h"
#include "core/base/safe_text.h"
#include "core/base/utf8.h"
#include "searcher/ops/call_names.h"

namespace dateline::ops {
namespace {

constexpr int kWritePatienceMs = 1000;  // for a reader of the log that does not read

absl::string_view NameOf(LogLevel level) {
  switch (level) {
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
  }
  return "";
}

// "2026-11-22T17:15:00.123Z", always with milliseconds.
std::string Timestamp(absl::Time time) { return absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", time, absl::UTCTimeZone()); }

struct JsonValue {
  base::JsonWriter& json;
  void operator()(absl::string_view value) const { json.String(value); }
  void operator()(uint64_t value) const { json.Uint(value); }
  void operator()(double value) const { json.Double(value); }
  void operator()(bool value) const { json.Bool(value); }
};

std::string JsonLine(const LogEvent& event, absl::Time time) {
  std::string line;
  base::JsonWriter json(&line);
  json.BeginObject().Key("time").String(Timestamp(time)).Key("level").String(NameOf(event.level));
  json.Key("event").String(event.event).Key("message").String(event.message);
  for (const LogField& field : event.fields) {
    json.Key(field.name);
    std::visit(JsonValue{json}, field.value);
  }
  json.EndObject();
  line.push_back('\n');
  return line;
}

// dateline-searcher: warning: message name=value name="a text"
std::string TextLine(const LogEvent& event) {
  std::string line = "dateline-searcher: ";
  if (event.level != LogLevel::kInfo) absl::StrAppend(&line, NameOf(event.level), ": ");
  line += base::SafeText(event.message);
  for (const LogField& field : event.fields) {
    absl::StrAppend(&line, " ", field.name, "=");
    base::JsonWriter json(&line);
    std::visit(JsonValue{json}, field.value);
  }
  line.push_back('\n');
  return line;
}

// Millionths of a second are noise.
double Milliseconds(double seconds) { return static_cast<double>(static_cast<int64_t>(seconds * 1e6 + 0.5)) / 1e3; }

// "00-TRACE-SPAN-FLAGS"
absl::string_view TraceId(absl::string_view traceparent) {
  return traceparent.size() >= 35 ? traceparent.substr(3, 32) : absl::string_view();
}

void AddText(std::vector<LogField>& fields, absl::string_view name, absl::string_view text, size_t max_bytes) {
  if (text.empty()) return;
  const absl::string_view kept = base::TruncateUtf8(text, max_bytes);
  fields.push_back({name, kept});
  // The whole length tells that something was cut.
  if (kept.size() < text.size() && name == "query") fields.push_back({"query_bytes", uint64_t{text.size()}});
  if (kept.size() < text.size() && name == "plan") fields.push_back({"plan_bytes", uint64_t{text.size()}});
}

std::vector<LogField> FieldsOf(const rpc::CallRecord& record) {
  std::vector<LogField> fields = {{"method", record.method}, {"code", CodeName(record.code)}};
  if (record.refusal != rpc::Refusal::kNone) fields.push_back({"refusal", RefusalName(record.refusal)});
  fields.push_back({"total_ms", Milliseconds(record.total_s)});
  for (size_t i = 0; i < kStages.size(); ++i) {
    fields.push_back({kStages[i].milliseconds, Milliseconds(record.stages.*kStages[i].member)});
  }
  fields.push_back({"cached", record.from_cache});
  fields.push_back({"hits", record.total_hits});
  fields.push_back({"request_bytes", uint64_t{record.request_bytes}});
  fields.push_back({"reply_bytes", uint64_t{record.reply_bytes}});
  AddText(fields, "client", record.client, ServerLog::kMaxQueryBytes);
  AddText(fields, "generation", record.generation, ServerLog::kMaxQueryBytes);
  AddText(fields, "trace_id", TraceId(record.traceparent), ServerLog::kMaxQueryBytes);
  AddText(fields, "query", record.query, ServerLog::kMaxQueryBytes);
  AddText(fields, "plan", record.plan, 16 * ServerLog::kMaxQueryBytes);
  return fields;
}

}  // namespace

LogLevel LogLevelFromName(absl::string_view name) {
  return name == "error" ? LogLevel::kError : name == "warning" ? LogLevel::kWarning : LogLevel::kInfo;
}

LogFormat LogFormatFromName(absl::string_view name) { return name == "json" ? LogFormat::kJson : LogFormat::kText; }

std::string LogLine(const LogEvent& event, LogFormat format, absl::Time time) {
  return format == LogFormat::kJson ? JsonLine(event, time) : TextLine(event);
}

ServerLog::ServerLog(const LogOptions& options)
    : format_(options.format),
      fd_(options.fd),
      max_queued_bytes_(options.max_queued_bytes),
      level_(options.choice.level),
      calls_(options.choice.calls),
      slow_ms_(options.choice.slow_ms),
      thread_([this] { Run(); }) {}

ServerLog::~ServerLog() {
  {
    base::MutexLock lock(&mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void ServerLog::Choose(const LogChoice& choice) {
  level_ = choice.level;
  calls_ = choice.calls;
  slow_ms_ = choice.slow_ms;
}

void ServerLog::Write(const LogEvent& event) {
  if (event.level < level_.load(std::memory_order_relaxed)) return;
  Enqueue(LogLine(event, format_, absl::Now()));
}

void ServerLog::Fault(absl::string_view fault) {
  uint64_t left_out = 0;
  {
    base::MutexLock lock(&fault_mutex_);
    const auto now = std::chrono::steady_clock::now();
    if (now < next_fault_) {
      ++faults_left_out_;
      return;
    }
    next_fault_ = now + std::chrono::seconds(1);
    left_out = std::exchange(faults_left_out_, 0);
  }
  LogEvent event{LogLevel::kError, "fault", fault};
  if (left_out > 0) event.fields.push_back({"more_before_it", left_out});
  Write(event);
}

void ServerLog::CallEnded(const rpc::CallRecord& record) {
  const int slow_ms = slow_ms_.load(std::memory_order_relaxed);
  const bool slow = slow_ms > 0 && record.total_s * 1e3 >= slow_ms;
  if (slow) {
    Write({LogLevel::kWarning, "slow_call", "slow call", FieldsOf(record)});
  } else if (calls_.load(std::memory_order_relaxed)) {
    Write({LogLevel::kInfo, "call", "call", FieldsOf(record)});
  }
}

void ServerLog::Enqueue(std::string line) {
  {
    base::MutexLock lock(&mutex_);
    if (queued_bytes_ + line.size() > max_queued_bytes_) {
      ++dropped_untold_;
      dropped_.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    if (dropped_untold_ > 0) {
      const LogEvent told{LogLevel::kWarning,
                          "log",
                          "the log was too slow, and lines were left out",
                          {{"lines", std::exchange(dropped_untold_, 0)}}};
      queue_.push_back(LogLine(told, format_, absl::Now()));
      queued_bytes_ += queue_.back().size();
    }
    queued_bytes_ += line.size();
    queue_.push_back(std::move(line));
  }
  changed_.notify_all();
}

void ServerLog::Flush(std::chrono::milliseconds patience) {
  base::MutexLock lock(&mutex_);
  changed_.wait_for(mutex_, patience,
                    [this]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return queue_.empty() && !writing_; });
}

void ServerLog::Run() {
  for (std::string line = Take(); !line.empty(); line = Take()) WriteOut(line);
}

std::string ServerLog::Take() {
  base::MutexLock lock(&mutex_);
  writing_ = false;
  if (queue_.empty()) changed_.notify_all();
  changed_.wait(mutex_, [this]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return ending_ || !queue_.empty(); });
  if (queue_.empty()) return "";
  std::string line = std::move(queue_.front());
  queue_.pop_front();
  queued_bytes_ -= line.size();
  writing_ = true;
  return line;
}

void ServerLog::WriteOut(absl::string_view line) {
  size_t done = 0;
  while (done < line.size()) {
    const ssize_t n = ::write(fd_, line.data() + done, line.size() - done);
    if (n > 0) {
      done += static_cast<size_t>(n);
    } else if (n < 0 && errno == EAGAIN) {
      pollfd room{fd_, POLLOUT, 0};
      if (::poll(&room, 1, kWritePatienceMs) == 0) break;
    } else if (n == 0 || errno != EINTR) {
      break;
    }
  }
  (done == line.size() ? written_ : dropped_).fetch_add(1, std::memory_order_relaxed);
}

}  // namespace dateline::ops
