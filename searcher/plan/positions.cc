#include "searcher/plan/positions.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace dateline::plan {
namespace {

using query::Link;
using PositionList = std::vector<uint32_t>;
using SpanList = std::vector<PositionSpan>;

bool Before(const PositionSpan& a, const PositionSpan& b) {
  return a.begin != b.begin ? a.begin < b.begin : a.end < b.end;
}

void SortUnique(PositionList& positions) {
  std::sort(positions.begin(), positions.end());
  positions.erase(std::unique(positions.begin(), positions.end()), positions.end());
}

void SortUnique(SpanList& spans) {
  std::sort(spans.begin(), spans.end(), Before);
  spans.erase(std::unique(spans.begin(), spans.end()), spans.end());
}

PositionList PositionsOf(const Slot& slot, Places& places) {
  PositionList positions;
  for (const std::string& term : slot.terms) places.Append(term, positions);
  if (slot.terms.size() > 1) SortUnique(positions);
  if (slot.excluded.empty() || positions.empty()) return positions;
  PositionList excluded;
  for (const std::string& term : slot.excluded) places.Append(term, excluded);
  SortUnique(excluded);
  PositionList rest;
  std::set_difference(positions.begin(), positions.end(), excluded.begin(), excluded.end(), std::back_inserter(rest));
  return rest;
}

// Begins of the stretches where the sequence stands: the first word's positions, thinned out word by word.
void AppendSpans(const Sequence& sequence, Places& places, SpanList& spans) {
  PositionList begins = PositionsOf(sequence.front(), places);
  for (uint32_t i = 1; i < sequence.size() && !begins.empty(); ++i) {
    const PositionList next = PositionsOf(sequence[i], places);
    const auto stands = [&next, i](uint32_t begin) {
      return std::binary_search(next.begin(), next.end(), begin + i);
    };
    begins.erase(std::remove_if(begins.begin(), begins.end(), [&](uint32_t begin) { return !stands(begin); }),
                 begins.end());
  }
  const auto length = static_cast<uint32_t>(sequence.size());
  for (uint32_t begin : begins) spans.push_back(PositionSpan{begin, begin + length});
}

SpanList SpansOf(const Operand& operand, Places& places) {
  SpanList spans;
  for (const Sequence& sequence : operand) AppendSpans(sequence, places, spans);
  SortUnique(spans);
  return spans;
}

// The stretch between two starts that holds `position`.
PositionSpan StretchAround(uint32_t position, const PositionList& starts) {
  const auto next = std::upper_bound(starts.begin(), starts.end(), position);
  return PositionSpan{next == starts.begin() ? 0 : *(next - 1), next == starts.end() ? UINT32_MAX : *next};
}

// Finds partners of one span after another.
class Partners {
 public:
  // `others` stand to the right of the link, or to its left. Both must outlive this.
  Partners(const Link& link, const SpanList& others, bool others_right, Places& places)
      : link_(link), others_(others), others_right_(others_right), places_(places) {
    for (const PositionSpan& span : others) longest_ = std::max(longest_, span.end - span.begin);
  }

  bool HasOne(const PositionSpan& span) const {
    PositionSpan window;
    if (link_.kind == Link::Kind::kSentence || link_.kind == Link::Kind::kParagraph) {
      const bool sentence = link_.kind == Link::Kind::kSentence;
      window = StretchAround(span.begin, sentence ? places_.SentenceStarts() : places_.ParagraphStarts());
      if (span.end > window.end) return false;
      return AnyIn(window, span, /*before=*/true, /*after=*/true);
    }
    // At most distance - 1 words between: the end of one is that near to the begin of the other.
    const uint32_t between = link_.distance - 1;
    const uint32_t reach = between + longest_;
    window.begin = span.begin > reach ? span.begin - reach : 0;
    window.end = span.end + reach;
    const bool ordered = link_.kind == Link::Kind::kBefore;
    return AnyIn(window, span, !(ordered && others_right_), !(ordered && !others_right_));
  }

 private:
  // Is there another span whole inside `window`, before or after `span`, and near enough?
  bool AnyIn(const PositionSpan& window, const PositionSpan& span, bool before, bool after) const {
    const bool near = link_.kind == Link::Kind::kNear || link_.kind == Link::Kind::kBefore;
    const auto close = [&](uint32_t end, uint32_t begin) {
      return end <= begin && (!near || begin - end <= link_.distance - 1);
    };
    auto other = std::lower_bound(others_.begin(), others_.end(), PositionSpan{window.begin, 0}, Before);
    for (; other != others_.end() && other->begin < window.end; ++other) {
      if (other->end > window.end) continue;
      if (before && close(other->end, span.begin)) return true;
      if (after && close(span.end, other->begin)) return true;
    }
    return false;
  }

  const Link& link_;
  const SpanList& others_;
  const bool others_right_;
  Places& places_;
  uint32_t longest_ = 0;
};

void Keep(SpanList& spans, const Partners& partners) {
  spans.erase(
      std::remove_if(spans.begin(), spans.end(), [&](const PositionSpan& span) { return !partners.HasOne(span); }),
      spans.end());
}

// For each operand the spans to which a chain leads from the first; empty lists when there is no match.
std::vector<SpanList> Chains(const Positions& positions, Places& places) {
  std::vector<SpanList> spans;
  for (const Operand& operand : positions.operands) {
    spans.push_back(SpansOf(operand, places));
    if (spans.back().empty()) return {};
  }
  for (size_t i = 0; i < positions.links.size(); ++i) {
    Keep(spans[i + 1], Partners(positions.links[i], spans[i], /*others_right=*/false, places));
    if (spans[i + 1].empty()) return {};
  }
  return spans;
}

// ---- Words in any order.

// Do the slots have different positions within [begin, end)? Kuhn's matching of slots to positions.
class Assignment {
 public:
  Assignment(const std::vector<PositionList>& slots, uint32_t begin, uint32_t end)
      : slots_(slots), begin_(begin), end_(end), owner_(end - begin, kNobody) {}

  bool Exists() {
    for (size_t slot = 0; slot < slots_.size(); ++slot) {
      std::vector<bool> tried(owner_.size(), false);
      if (!Place(slot, tried)) return false;
    }
    return true;
  }

 private:
  static constexpr size_t kNobody = static_cast<size_t>(-1);

  // As deep as there are slots.
  bool Place(size_t slot, std::vector<bool>& tried) {
    const PositionList& positions = slots_[slot];
    for (auto at = std::lower_bound(positions.begin(), positions.end(), begin_); at != positions.end() && *at < end_;
         ++at) {
      const uint32_t place = *at - begin_;
      if (tried[place]) continue;
      tried[place] = true;
      if (owner_[place] != kNobody && !Place(owner_[place], tried)) continue;
      owner_[place] = slot;
      return true;
    }
    return false;
  }

  const std::vector<PositionList>& slots_;
  const uint32_t begin_;
  const uint32_t end_;
  std::vector<size_t> owner_;  // the slot at each position
};

// The windows of the greatest allowed length that hold the words. Each begins at one of them.
SpanList LooseWindows(const Positions& positions, Places& places, bool first_only, PositionList* all) {
  const Sequence& sequence = positions.operands.front().front();
  std::vector<PositionList> slots;
  for (const Slot& slot : sequence) {
    slots.push_back(PositionsOf(slot, places));
    if (slots.back().empty()) return {};
    all->insert(all->end(), slots.back().begin(), slots.back().end());
  }
  SortUnique(*all);
  const auto length = static_cast<uint32_t>(sequence.size()) + positions.slop;
  SpanList windows;
  for (uint32_t begin : *all) {
    if (!Assignment(slots, begin, begin + length).Exists()) continue;
    windows.push_back(PositionSpan{begin, begin + length});
    if (first_only) break;
  }
  return windows;
}

// ---- Printing.

std::string ToString(const Slot& slot) {
  const auto quoted = [](std::string* out, const std::string& term) {
    absl::StrAppend(out, "'", absl::CEscape(term), "'");
  };
  std::string out = absl::StrJoin(slot.terms, "|", quoted);
  if (slot.terms.size() != 1) out = absl::StrCat("(", out, ")");
  if (!slot.excluded.empty()) absl::StrAppend(&out, " but not (", absl::StrJoin(slot.excluded, "|", quoted), ")");
  return out;
}

std::string ToString(const Operand& operand) {
  return absl::StrJoin(operand, " or ", [](std::string* out, const Sequence& sequence) {
    absl::StrAppend(
        out, "[",
        absl::StrJoin(sequence, " ",
                      [](std::string* inner, const Slot& slot) { absl::StrAppend(inner, ToString(slot)); }),
        "]");
  });
}

}  // namespace

std::string ToString(const Positions& positions) {
  std::string out;
  for (size_t i = 0; i < positions.operands.size(); ++i) {
    if (i > 0) absl::StrAppend(&out, " ", query::ToString(positions.links[i - 1]), " ");
    absl::StrAppend(&out, ToString(positions.operands[i]));
  }
  if (positions.min_count > 1) absl::StrAppend(&out, " times ", positions.min_count);
  if (positions.any_order) absl::StrAppend(&out, " in any order with ", positions.slop);
  return out;
}

bool Matches(const Positions& positions, Places& places) {
  if (positions.any_order) {
    PositionList all;
    return !LooseWindows(positions, places, /*first_only=*/true, &all).empty();
  }
  const std::vector<SpanList> spans = Chains(positions, places);
  return !spans.empty() && spans.back().size() >= positions.min_count;
}

std::vector<PositionSpan> MatchingSpans(const Positions& positions, Places& places) {
  SpanList result;
  if (positions.any_order) {
    PositionList all;
    const SpanList windows = LooseWindows(positions, places, /*first_only=*/false, &all);
    for (uint32_t position : all) {
      const bool inside = std::any_of(windows.begin(), windows.end(), [position](const PositionSpan& window) {
        return window.begin <= position && position < window.end;
      });
      if (inside) result.push_back(PositionSpan{position, position + 1});
    }
    return result;
  }
  std::vector<SpanList> spans = Chains(positions, places);
  // Backwards, so that what leads nowhere goes too.
  for (size_t i = spans.size(); i-- > 1;) {
    Keep(spans[i - 1], Partners(positions.links[i - 1], spans[i], /*others_right=*/true, places));
  }
  for (const SpanList& list : spans) result.insert(result.end(), list.begin(), list.end());
  SortUnique(result);
  return result;
}

}  // namespace dateline::plan
