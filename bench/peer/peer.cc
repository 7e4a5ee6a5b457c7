#include "bench/peer/peer.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "bench/queries/bench_query.h"
#include "bench/stats.h"
#include "core/base/deadline.h"
#include "core/base/json_writer.h"
#include "core/base/status_macros.h"
#include "core/index/generation.h"
#include "core/index/score.h"
#include "searcher/match/matcher.h"
#include "searcher/serve/search_call.h"
#include "searcher/serve/session.h"

namespace dateline::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kQueryTimeout(60);
constexpr size_t kFacetValues = 10;
constexpr plan::FacetField kFacets[] = {plan::FacetField::kOutlet, plan::FacetField::kByline,
                                        plan::FacetField::kSection};
constexpr const char* kFacetNames[] = {"outlet", "byline", "section"};

struct Mode {
  absl::string_view name;
  size_t plan = 0;  // which of a query's plans
  match::PageRange range;
};

enum : size_t { kRanked, kExact, kFacetted, kNewest, kPlans };

match::PageRange Range(uint64_t max_hits, bool total) {
  match::PageRange range;
  range.max_hits = max_hits;
  range.total = total;
  return range;
}

const std::array<Mode, 6>& Modes() {
  static const auto* const modes = new std::array<Mode, 6>{{
      {"top10", kRanked, Range(10, false)},
      {"top100", kRanked, Range(100, false)},
      {"count", kExact, Range(0, true)},
      {"top10_count", kExact, Range(10, true)},
      {"top10_facets", kFacetted, Range(10, true)},
      {"newest10", kNewest, Range(10, false)},
  }};
  return *modes;
}

std::array<serve::PlanWishes, kPlans> WishesOfPlans() {
  std::array<serve::PlanWishes, kPlans> wishes;
  wishes[kRanked].exact_total = false;
  for (plan::FacetField field : kFacets) wishes[kFacetted].facets.push_back(plan::FacetWish{field, false});
  wishes[kFacetted].histogram = plan::Histogram{plan::Interval::kMonth, absl::UTCTimeZone()};
  wishes[kNewest].exact_total = false;
  wishes[kNewest].order = plan::Order::kNewest;
  return wishes;
}

using Values = std::vector<std::pair<std::string, uint64_t>>;

struct Answer {
  match::MatchResult result;
  std::array<Values, std::size(kFacets)> facets;  // the most frequent
};

// Of names that are equally frequent the first, as they ascend.
Values MostFrequent(const match::FacetCounts& counts) {
  std::vector<const match::CountedName*> best;
  const auto is_better = [](const match::CountedName* a, const match::CountedName* b) { return a->count > b->count; };
  for (const match::CountedName& name : counts.names) {
    if (best.size() == kFacetValues && name.count <= best.back()->count) continue;
    best.insert(std::upper_bound(best.begin(), best.end(), &name, is_better), &name);
    if (best.size() > kFacetValues) best.pop_back();
  }
  Values values;
  for (const match::CountedName* name : best) values.emplace_back(name->name->folded, name->count);
  return values;
}

class Peer {
 public:
  static absl::StatusOr<std::unique_ptr<Peer>> Open(const PeerOptions& options) {
    std::unique_ptr<Peer> peer(new Peer());
    DL_ASSIGN_OR_RETURN(const std::string name, index::ReadCurrent(options.index));
    DL_ASSIGN_OR_RETURN(peer->snapshot_, match::Snapshot::Open(options.index, name, {}));
    DL_ASSIGN_OR_RETURN(peer->session_.matcher, match::fast::NewMatcher(peer->snapshot_, options.engine));
    DL_ASSIGN_OR_RETURN(peer->queries_, ReadQueryFile(options.queries));
    uint64_t first = 0;
    for (const index::ManifestShard& shard : peer->snapshot_->manifest().shards) {
      peer->first_of_shard_.push_back(first);
      first += shard.documents;
    }
    DL_RETURN_IF_ERROR(peer->PlanQueries());
    return peer;
  }

  std::string Reply(const std::string& line) {
    simdjson::dom::element command;
    if (parser_.parse(line).get(command) != simdjson::SUCCESS || !command.is_object())
      return Error("not a JSON object");
    const auto text = [&command](const char* key) {
      std::string_view value;
      return command[key].get(value) == simdjson::SUCCESS ? std::string(value) : std::string();
    };
    const std::string mode_name = text("mode");
    const auto* const mode = std::find_if(Modes().begin(), Modes().end(),
                                          [&mode_name](const Mode& known) { return known.name == mode_name; });
    if (mode == Modes().end()) return Error(absl::StrCat("no mode '", mode_name, "'"));
    if (text("do") == "answer") {
      const auto found = number_by_id_.find(text("id"));
      return found == number_by_id_.end() ? Error("no such query") : AnswerOf(found->second, *mode);
    }
    if (text("do") != "time") return Error("'do' is neither answer nor time");
    uint64_t rounds = 0;
    double seconds = 0;
    if (command["rounds"].get(rounds) != simdjson::SUCCESS || command["seconds"].get(seconds) != simdjson::SUCCESS) {
      return Error("'rounds' or 'seconds' is missing");
    }
    return TimesOf(text("class"), *mode, rounds, std::chrono::duration<double>(seconds));
  }

 private:
  Peer() = default;

  absl::Status PlanQueries() {
    serve::EngineOptions options;
    options.max_query_cpu_ms = 1000 * static_cast<int>(kQueryTimeout.count());
    const text::Variants none;
    const base::Deadline deadline;
    const serve::Call call{options, *snapshot_, none, session_, deadline};
    const std::array<serve::PlanWishes, kPlans> wishes = WishesOfPlans();
    for (size_t i = 0; i < queries_.size(); ++i) {
      number_by_id_[queries_[i].id] = i;
      std::array<plan::QueryPlan, kPlans>& plans = plans_.emplace_back();
      for (size_t kind = 0; kind < kPlans; ++kind) {
        absl::StatusOr<serve::Prepared> prepared = serve::Prepare(call, RequestOf(queries_[i]), wishes[kind]);
        if (!prepared.ok()) {
          return absl::InvalidArgumentError(absl::StrCat(queries_[i].id, ": ", prepared.status().message()));
        }
        plans[kind] = std::move(prepared->plan);
      }
    }
    return absl::OkStatus();
  }

  // All that is timed.
  absl::StatusOr<Answer> Ask(size_t query, const Mode& mode) {
    Answer answer;
    DL_ASSIGN_OR_RETURN(answer.result, session_.matcher->Match(plans_[query][mode.plan], mode.range,
                                                               base::Deadline::After(kQueryTimeout)));
    for (size_t i = 0; i < answer.result.facets.size(); ++i) answer.facets[i] = MostFrequent(answer.result.facets[i]);
    return answer;
  }

  std::string AnswerOf(size_t query, const Mode& mode) {
    const absl::StatusOr<Answer> answer = Ask(query, mode);
    if (!answer.ok()) return Error(answer.status().message());
    std::string line;
    base::JsonWriter json(&line);
    json.BeginObject().Key("total");
    if (mode.range.total) {
      json.Uint(answer->result.total);
    } else {
      json.Null();
    }
    json.Key("hits").BeginArray();
    for (const match::MatchHit& hit : answer->result.hits) json.Uint(first_of_shard_[hit.shard] + hit.docid - 1);
    json.EndArray().Key("scores").BeginArray();
    for (const match::MatchHit& hit : answer->result.hits)
      json.Double(static_cast<double>(hit.score) / (1 << index::kScoreBits));
    json.EndArray();
    if (mode.plan == kFacetted) WriteFacets(json, *answer);
    json.EndObject();
    return line;
  }

  static void WriteFacets(base::JsonWriter& json, const Answer& answer) {
    json.Key("facets").BeginObject();
    const auto value = [&json](absl::string_view name, uint64_t count) {
      json.BeginArray().String(name).Uint(count).EndArray();
    };
    for (size_t i = 0; i < std::size(kFacets); ++i) {
      json.Key(kFacetNames[i]).BeginArray();
      for (const auto& [name, count] : answer.facets[i]) value(name, count);
      json.EndArray();
    }
    json.Key("month").BeginArray();
    for (const match::CountedPeriod& month : answer.result.histogram.buckets) {
      value(absl::FormatCivilTime(absl::CivilMonth(absl::CivilDay() + month.first_day)), month.count);
    }
    json.EndArray().EndObject();
  }

  std::string TimesOf(const std::string& query_class, const Mode& mode, uint64_t rounds,
                      std::chrono::duration<double> seconds) {
    std::vector<size_t> of_class;
    for (size_t i = 0; i < queries_.size(); ++i) {
      if (queries_[i].query_class == query_class) of_class.push_back(i);
    }
    if (of_class.empty()) return Error(absl::StrCat("no class '", query_class, "'"));
    std::vector<std::vector<double>> nanoseconds(of_class.size());
    const Clock::time_point end = Clock::now() + std::chrono::duration_cast<Clock::duration>(seconds);
    uint64_t done = 0;
    do {
      for (size_t i = 0; i < of_class.size(); ++i) {
        const Clock::time_point start = Clock::now();
        const absl::StatusOr<Answer> answer = Ask(of_class[i], mode);
        nanoseconds[i].push_back(std::chrono::duration<double, std::nano>(Clock::now() - start).count());
        if (!answer.ok()) return Error(absl::StrCat(queries_[of_class[i]].id, ": ", answer.status().message()));
      }
    } while (++done < rounds && Clock::now() < end);
    std::string line;
    base::JsonWriter json(&line);
    json.BeginObject().Key("rounds").Uint(done).Key("ids").BeginArray();
    for (size_t query : of_class) json.String(queries_[query].id);
    json.EndArray().Key("ns").BeginArray();
    for (const std::vector<double>& times : nanoseconds) json.Uint(static_cast<uint64_t>(Median(times)));
    json.EndArray().EndObject();
    return line;
  }

  static std::string Error(absl::string_view what) {
    std::string line;
    base::JsonWriter json(&line);
    json.BeginObject().Key("error").String(what).EndObject();
    return line;
  }

  std::shared_ptr<const match::Snapshot> snapshot_;
  serve::Session session_;
  std::vector<uint64_t> first_of_shard_;
  std::vector<BenchQuery> queries_;
  std::vector<std::array<plan::QueryPlan, kPlans>> plans_;  // as queries_
  absl::flat_hash_map<std::string, size_t> number_by_id_;
  simdjson::dom::parser parser_;
};

}  // namespace

absl::Status RunPeer(const PeerOptions& options, std::istream& in, std::ostream& out) {
  DL_ASSIGN_OR_RETURN(const std::unique_ptr<Peer> peer, Peer::Open(options));
  out << R"({"ready":true,"engine":"dateline","version":")" << DATELINE_VERSION << "\"}" << std::endl;
  for (std::string line; std::getline(in, line);) out << peer->Reply(line) << std::endl;
  return absl::OkStatus();
}

}  // namespace dateline::bench
