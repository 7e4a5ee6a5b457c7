#include "indexer/extract/html/html_body.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "indexer/extract/html/html_text.h"

namespace dateline::extract {
namespace {

using absl::string_view;

constexpr double kDominance = 0.6;  // a child that holds this share of its parent's mass is gone down into
constexpr double kMostOfBody = 0.5;
constexpr double kTwinShare = 0.08;       // of the weight of the other
constexpr double kMostOfPage = 0.4;       // nothing that holds this share of the page's mass is furniture
constexpr double kMuchOfPage = 0.25;      // nothing in a body that holds this share is furniture by its name alone
constexpr double kFullWeightLength = 80;  // shorter paragraphs weigh less than their length
constexpr size_t kWitnessLength = 200;    // a shorter "articleBody" is a teaser
constexpr size_t kShortLine = 25;
constexpr size_t kMaxTailLine = 120;
constexpr double kMaxTailShare = 0.06;  // what follows an article has hardly any text in its container
constexpr int kMaxTails = 50;           // lines for which the share is worked out
constexpr size_t kSentenceLength = 80;
constexpr size_t kMaxWitnessBytes = 200'000;
constexpr size_t kPieceBytes = 24;
constexpr size_t kMaxCaptionBytes = 20'000;  // of all captions together
constexpr uint32_t kNotBody =
    kHintFurniture | kHintHidden | kHintNavigation | kHintCaption | kHintByline | kHintDate | kHintBox;

double LinkShare(const PageBlock& block) {
  return block.text.empty() ? 0 : static_cast<double>(block.link_bytes) / static_cast<double>(block.text.size());
}

double TagWeight(Tag tag) {
  switch (tag) {
    case Tag::kParagraph:
      return 1;
    case Tag::kQuote:
    case Tag::kDivision:
    case Tag::kOther:
      return 0.7;
    case Tag::kListItem:
      return 0.4;
    case Tag::kCell:
      return 0.3;
    case Tag::kHeading:
    case Tag::kHeading1:
      return 0;
  }
  return 0;
}

bool EndsSentence(string_view text) {
  for (const string_view end : {".", "!", "?", "\"", "”", "…", ":", "。", "」", "）", ")", "»", "“", "’", "؟", "।"}) {
    if (absl::EndsWith(text, end)) return true;
  }
  return false;
}

class Finder {
 public:
  Finder(const Page& page, const BodyClues& clues, const Lexicon& lexicon)
      : page_(page), clues_(clues), lexicon_(lexicon), lengths_(page.blocks.size()), mass_(page.blocks.size()) {
    for (size_t i = 0; i < page.blocks.size(); ++i) lengths_[i] = ReadingLength(page.blocks[i].text);
  }

  PageBody Find() {
    body_.headline_block = FindHeadline();
    body_.first_block = body_.end_block = page_.blocks.size();
    FindWitnessed();
    Weigh();
    ChooseContainer();
    Collect();
    return std::move(body_);
  }

 private:
  const PageNode& Node(int index) const { return page_.nodes[static_cast<size_t>(index)]; }

  // The first heading with the words of the headline, or else any line with them.
  size_t FindHeadline() const {
    const std::string headline = ComparableText(clues_.headline);
    if (headline.empty()) return page_.blocks.size();
    const std::vector<string_view> split = absl::StrSplit(headline, ' ');
    const absl::flat_hash_set<string_view> words(split.begin(), split.end());
    size_t best = page_.blocks.size();
    double best_score = 0.5;
    for (size_t i = 0; i < page_.blocks.size(); ++i) {
      const PageBlock& block = page_.blocks[i];
      if (block.text.size() > clues_.headline.size() * 2 + 40) continue;
      const std::string text = ComparableText(block.text);
      size_t hits = 0;
      size_t total = 0;
      for (const string_view word : absl::StrSplit(text, ' ')) {
        ++total;
        hits += words.contains(word);
      }
      double score = 2.0 * static_cast<double>(hits) / static_cast<double>(total + words.size());
      if (block.tag == Tag::kHeading1) score += 0.4;
      if (block.tag == Tag::kHeading) score += 0.1;
      if (LinkShare(block) > 0.5) score -= 0.3;
      if (score > best_score) {
        best_score = score;
        best = i;
      }
    }
    return best;
  }

  // Which blocks stand in the "articleBody": those whose beginning and middle do.
  void FindWitnessed() {
    witnessed_.assign(page_.blocks.size(), false);
    if (ReadingLength(clues_.article_body) < kWitnessLength) return;
    const std::string witness = ComparableText(string_view(clues_.article_body).substr(0, kMaxWitnessBytes));
    absl::flat_hash_set<string_view> pieces;
    for (size_t at = 0; at + kPieceBytes <= witness.size(); ++at) {
      pieces.insert(string_view(witness).substr(at, kPieceBytes));
    }
    size_t covered = 0;
    for (size_t i = 0; i < page_.blocks.size(); ++i) {
      const std::string text = ComparableText(page_.blocks[i].text);
      if (text.size() < kPieceBytes || !pieces.contains(string_view(text).substr(0, kPieceBytes)) ||
          !pieces.contains(string_view(text).substr((text.size() - kPieceBytes) / 2, kPieceBytes))) {
        continue;
      }
      witnessed_[i] = true;
      covered += text.size();
    }
    has_witness_ = covered * 2 > witness.size();
  }

  void Weigh() {
    std::vector<double> gross(page_.nodes.size());
    double total = 0;
    for (size_t i = 0; i < page_.blocks.size(); ++i) {
      const PageBlock& block = page_.blocks[i];
      const double length = static_cast<double>(lengths_[i]);
      const double links = LinkShare(block);
      if (links <= 0.5)
        mass_[i] = length * std::min(1.0, length / kFullWeightLength) * (1 - links) * TagWeight(block.tag);
      gross[static_cast<size_t>(block.node)] += mass_[i];
      total += mass_[i];
    }
    SumUp(gross);
    // Furniture does not hold the headline, nor most of the page's text.
    std::vector<bool> above_headline(page_.nodes.size());
    if (body_.headline_block < page_.blocks.size()) {
      for (int node = page_.blocks[body_.headline_block].node; node >= 0; node = Node(node).parent) {
        above_headline[static_cast<size_t>(node)] = true;
      }
    }
    around_.assign(page_.nodes.size(), 0);
    for (size_t i = 0; i < page_.nodes.size(); ++i) {
      const PageNode& node = page_.nodes[i];
      uint32_t hints = node.hints;
      const uint32_t outside = node.parent >= 0 ? around_[static_cast<size_t>(node.parent)] : 0;
      const bool in_body = (outside & kHintBody) != 0 && gross[i] > kMuchOfPage * total;
      if (above_headline[i] || gross[i] > kMostOfPage * total) hints &= ~kNotBody;
      if (in_body) hints &= ~kHintFurniture;
      hints |= outside;
      around_[i] = hints;
    }
    for (size_t i = 0; i < page_.blocks.size(); ++i) {
      if ((HintsOf(i) & kNotBody) != 0) mass_[i] = 0;
      if (has_witness_) mass_[i] *= witnessed_[i] ? 3 : 0.5;
    }
  }

  uint32_t HintsOf(size_t block) const {
    return around_[static_cast<size_t>(page_.blocks[block].node)] | page_.blocks[block].hints;
  }

  // Adds to each node what its children have.
  void SumUp(std::vector<double>& weights) const {
    for (size_t i = page_.nodes.size(); i-- > 1;) {
      weights[static_cast<size_t>(page_.nodes[i].parent)] += weights[i];
    }
  }

  void ChooseContainer() {
    std::vector<double> weights(page_.nodes.size());
    for (size_t i = 0; i < page_.blocks.size(); ++i) weights[static_cast<size_t>(page_.blocks[i].node)] += mass_[i];
    SumUp(weights);
    std::vector<int> heaviest(page_.nodes.size(), -1);
    for (size_t i = 1; i < page_.nodes.size(); ++i) {
      int& child = heaviest[static_cast<size_t>(page_.nodes[i].parent)];
      if (child < 0 || weights[i] > weights[static_cast<size_t>(child)]) child = static_cast<int>(i);
    }
    int node = Start(weights);
    for (;;) {
      const int child = heaviest[static_cast<size_t>(node)];
      if (child < 0) break;
      const double share = weights[static_cast<size_t>(child)] / std::max(weights[static_cast<size_t>(node)], 1.0);
      if (share < kDominance || Node(child).tag == Tag::kParagraph || HasTwin(child, weights)) break;
      node = child;
    }
    container_ = node;
    // What the page itself calls the body, if the rest of it is not much more.
    for (int around = node; around > 0; around = Node(around).parent) {
      if ((Node(around).hints & kHintBody) == 0) continue;
      if (weights[static_cast<size_t>(node)] < kMostOfBody * weights[static_cast<size_t>(around)]) break;
      container_ = around;
      break;
    }
  }

  // Whether an element of the same make beside it holds text too: an article cut in two by an advertisement.
  bool HasTwin(int child, const std::vector<double>& weights) const {
    const PageNode& node = Node(child);
    for (size_t i = static_cast<size_t>(node.parent) + 1; i < page_.nodes.size(); ++i) {
      const PageNode& other = page_.nodes[i];
      if (other.parent < node.parent) break;  // beyond the parent
      if (static_cast<int>(i) != child && other.parent == node.parent && other.look == node.look &&
          weights[i] > kTwinShare * weights[static_cast<size_t>(child)]) {
        return true;
      }
    }
    return false;
  }

  // Where the descent begins: the article around the headline, if it is worth it, else the page.
  int Start(const std::vector<double>& weights) const {
    if (body_.headline_block == page_.blocks.size()) return 0;
    for (int node = page_.blocks[body_.headline_block].node; node > 0; node = Node(node).parent) {
      if ((Node(node).hints & kHintArticle) != 0 && weights[static_cast<size_t>(node)] > 0.3 * weights[0])
        return node;
    }
    return 0;
  }

  void Collect() {
    size_t first = page_.blocks.size();
    size_t end = 0;
    for (size_t i = 0; i < page_.blocks.size(); ++i) {
      if (!page_.IsInside(page_.blocks[i].node, container_) || mass_[i] <= 0) continue;
      first = std::min(first, i);
      end = i + 1;
    }
    if (first >= end) return;
    AddStandfirst(first);
    size_t from = first;
    // Short paragraphs before the first heavy one belong too.
    while (from > 0 && page_.IsInside(page_.blocks[from - 1].node, container_) && from - 1 != body_.headline_block)
      --from;
    size_t last = end;
    while (last < page_.blocks.size() && page_.IsInside(page_.blocks[last].node, container_)) ++last;
    int tails = 0;
    for (size_t i = from; i < last; ++i) {
      if (!page_.IsInside(page_.blocks[i].node, container_)) continue;
      if (BeginsTail(i)) {
        if (tails < kMaxTails && ShareFrom(i) < kMaxTailShare) break;
        ++tails;
        continue;
      }
      // Before and behind the weighty text only what is marked as text.
      const Tag tag = page_.blocks[i].tag;
      if ((i < first || i >= end) && tag != Tag::kParagraph && tag != Tag::kQuote && tag != Tag::kHeading &&
          (HintsOf(i) & kHintCaption) == 0) {
        continue;
      }
      Consider(i);
    }
    DropTrailingHeadings();
    body_.text.clear();
    for (const size_t i : chosen_) {
      if (!body_.text.empty()) body_.text.push_back('\n');
      absl::StrAppend(&body_.text, page_.blocks[i].text);
    }
    if (!chosen_.empty()) {
      body_.first_block = chosen_.front();
      body_.end_block = chosen_.back() + 1;
    }
  }

  // The line between headline and body that the outlet calls its summary, or that is the description of the page.
  void AddStandfirst(size_t first) {
    size_t begin =
        body_.headline_block == page_.blocks.size() ? (first > 12 ? first - 12 : 0) : body_.headline_block + 1;
    if (begin > first) begin = first > 6 ? first - 6 : 0;
    for (size_t i = begin; i < first; ++i) {
      const PageBlock& block = page_.blocks[i];
      if (i == body_.headline_block || page_.IsInside(block.node, container_)) continue;
      if (lengths_[i] < kShortLine || lengths_[i] > 1200 || LinkShare(block) > 0.4) continue;
      const uint32_t hints = HintsOf(i);
      const bool described = IsDescription(block.text);
      // A standfirst is called a teaser by some; the description of the page is one whatever it is called.
      if ((hints & (kHintHidden | kHintNavigation | kHintCaption)) != 0) continue;
      if (!described && (hints & (kNotBody & ~kHintDate)) != 0) continue;
      const bool called = (hints & kHintStandfirst) != 0;
      const bool sentence =
          block.tag == Tag::kParagraph && lengths_[i] >= kSentenceLength && EndsSentence(block.text);
      if (!called && !described && !sentence) continue;
      if (!Add(i)) continue;
      if (!body_.deck.empty()) body_.deck.push_back('\n');
      absl::StrAppend(&body_.deck, block.text);
    }
  }

  bool IsDescription(string_view text) const {
    const std::string comparable = ComparableText(text);
    for (const std::string& description : clues_.descriptions) {
      const std::string other = ComparableText(description);
      const size_t common = std::min({comparable.size(), other.size(), size_t{60}});
      if (common >= 30 && comparable.compare(0, common, other, 0, common) == 0) return true;
    }
    return false;
  }

  // A line that begins what follows articles. In the middle of one it is furniture by itself ("Read more: ...").
  bool BeginsTail(size_t i) const {
    return lengths_[i] <= kMaxTailLine && !chosen_.empty() &&
           lexicon_.StartsWith(WordKind::kTail, FoldLine(page_.blocks[i].text)) > 0;
  }

  // The share of the container's text that stands from block `i` on.
  double ShareFrom(size_t i) const {
    double before = 0;
    double after = 0;
    for (size_t k = 0; k < page_.blocks.size(); ++k) {
      if (mass_[k] > 0 && page_.IsInside(page_.blocks[k].node, container_)) (k < i ? before : after) += mass_[k];
    }
    return after / std::max(before + after, 1.0);
  }

  void Consider(size_t i) {
    const PageBlock& block = page_.blocks[i];
    const uint32_t hints = HintsOf(i);
    if ((hints & kHintCaption) != 0 && (hints & (kNotBody & ~kHintCaption)) == 0) return AddCaption(block.text);
    if (i == body_.headline_block || (hints & kNotBody) != 0 || block.tag == Tag::kHeading1) return;
    const bool heading = block.tag == Tag::kHeading;
    if (IsCreditLine(i)) return;
    const std::string folded = FoldLine(block.text);
    if (lexicon_.Is(WordKind::kChrome, folded)) return;
    if (lengths_[i] < 200 && lexicon_.StartsWith(WordKind::kChromeStart, folded) > 0) return;
    const double links = LinkShare(block);
    if (links > 0.75 && (lengths_[i] < 300)) return;
    if (!heading && lengths_[i] < kShortLine && block.tag != Tag::kParagraph && !EndsSentence(block.text) &&
        block.tag != Tag::kListItem) {
      return;
    }
    if (block.tag == Tag::kCell && lengths_[i] < 100) return;
    Add(i);
  }

  // "Photo: Jane Doe", "Reporting by Jane Doe; editing by John Roe".
  bool IsCreditLine(size_t i) {
    if (lengths_[i] > 250) return false;
    const std::string folded = FoldLine(page_.blocks[i].text);
    if (lengths_[i] < 100 && lexicon_.StartsWith(WordKind::kPhoto, folded) > 0) {
      AddCaption(page_.blocks[i].text);
      return true;
    }
    return lexicon_.StartsWith(WordKind::kReporting, folded) > 0 ||
           lexicon_.StartsWith(WordKind::kEditing, folded) > 0;
  }

  bool Add(size_t i) {
    const std::string comparable = ComparableText(page_.blocks[i].text);
    if (comparable == ComparableText(clues_.headline)) return false;
    if (lengths_[i] > 40 && !seen_.insert(comparable).second) return false;
    chosen_.push_back(i);
    return true;
  }

  void AddCaption(string_view text) {
    if (body_.captions.size() > kMaxCaptionBytes || !seen_captions_.insert(std::string(text)).second) return;
    if (!body_.captions.empty()) body_.captions.push_back('\n');
    absl::StrAppend(&body_.captions, text);
  }

  void DropTrailingHeadings() {
    while (!chosen_.empty() && page_.blocks[chosen_.back()].tag == Tag::kHeading) chosen_.pop_back();
  }

  const Page& page_;
  const BodyClues& clues_;
  const Lexicon& lexicon_;
  PageBody body_;
  std::vector<size_t> lengths_;  // of each block, as read
  std::vector<double> mass_;     // of each block
  std::vector<bool> witnessed_;  // by block
  bool has_witness_ = false;
  std::vector<uint32_t> around_;  // by node: its hints and those around it that count
  int container_ = 0;
  std::vector<size_t> chosen_;
  absl::flat_hash_set<std::string> seen_;
  absl::flat_hash_set<std::string> seen_captions_;
};

}  // namespace

PageBody FindBody(const Page& page, const BodyClues& clues, const Lexicon& lexicon) {
  return Finder(page, clues, lexicon).Find();
}

}  // namespace dateline::extract
