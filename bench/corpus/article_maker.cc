#include "bench/corpus/article_maker.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "bench/corpus/chance.h"
#include "bench/corpus/hash.h"
#include "bench/corpus/lexicon.h"
#include "core/base/day_text.h"
#include "core/base/json_writer.h"

namespace dateline::bench::corpus {
namespace {

constexpr size_t kAddedWords = 30;
constexpr size_t kSlugWords = 5;
constexpr size_t kBoilerplateWords = 18;
constexpr uint64_t kBoilerplates = 4;  // an outlet
constexpr double kDatelined = 0.15;    // of the articles without an agency; with one all are

Random RandomFor(const Archive& archive, char purpose, uint64_t number) {
  return Random(Mix(Mix(archive.seed, static_cast<uint64_t>(purpose)), number));
}

size_t DrawLength(const Quantiles& quantiles, Random& random) {
  return static_cast<size_t>(std::max(ValueAt(quantiles, Chance(random)) + 0.5, 1.0));
}

absl::CivilSecond TimeOf(const StoryFacts& facts) { return absl::CivilSecond() + facts.instant; }

std::string DateOf(const StoryFacts& facts) {
  const absl::CivilSecond time = TimeOf(facts);
  const std::string day = base::DayText(absl::CivilDay(time));
  if (facts.day_only) return day;
  return absl::StrFormat("%sT%02d:%02d:%02dZ", day, time.hour(), time.minute(), time.second());
}

// "BELCORE (Calland Press Agency) - "
void AppendDateline(const StoryFacts& facts, Random& random, std::string& out) {
  std::string place;
  AppendName(200 + std::min(random.Below(400), random.Below(400)), place);
  absl::StrAppend(&out, absl::AsciiStrToUpper(place));
  if (facts.agency) absl::StrAppend(&out, " (", AgencyName(*facts.agency), ")");
  out += " - ";
}

std::string Slug(const std::vector<DrawnWord>& words) {
  std::string slug;
  for (size_t k = 0; k < std::min(words.size(), kSlugWords); ++k) {
    AppendWord(words[k].rank, slug);
    slug += '-';
  }
  slug.erase(std::remove_if(slug.begin(), slug.end(),
                            [](char c) { return c != '-' && !absl::ascii_isalnum(static_cast<unsigned char>(c)); }),
             slug.end());
  return slug;
}

}  // namespace

Archive::Archive(const Shape& shape_in, uint64_t seed_in)
    : shape(shape_in),
      seed(seed_in),
      vocabulary(shape_in, Mix(seed_in, 'V')),
      newsroom(shape_in, Mix(seed_in, 'N')),
      typesetter(shape_in.sentence_words, shape_in.paragraph_words) {}

void ArticleMaker::Append(uint64_t number, std::string& out) {
  Random random = RandomFor(archive_, 'c', number);
  if (number > 0 && Happens(archive_.shape.copy, random)) {
    MakeCopy(random.Below(number), random);
  } else {
    MakeOriginal(number);
  }
  WriteLine(number, out);
}

void ArticleMaker::MakeOriginal(uint64_t number) {
  Random random = RandomFor(archive_, 'a', number);
  facts_ = archive_.newsroom.Draw(random);
  const bool boilerplate = Happens(archive_.shape.boilerplate, random);
  const size_t length = DrawLength(archive_.shape.body_words, random);
  stream_.Draw(facts_.subject, boilerplate && length > 2 * kBoilerplateWords ? length - kBoilerplateWords : length,
               random, words_);
  body_.clear();
  if (facts_.agency || Happens(kDatelined, random)) AppendDateline(facts_, random, body_);
  archive_.typesetter.AppendBody(words_, random, body_);
  if (boilerplate) AppendBoilerplate(random);
  WriteHeadline(random);
}

// "For more ... follow us on ...": one of the few sentences that the outlet has under many articles.
void ArticleMaker::AppendBoilerplate(Random& random) {
  const uint64_t outlet = facts_.outlet.value_or(0);
  Random own = RandomFor(archive_, 'b', outlet * kBoilerplates + random.Below(kBoilerplates));
  std::vector<DrawnWord> words;
  stream_.Draw(Subject{}, kBoilerplateWords, own, words);
  body_ += "\n\n";
  archive_.typesetter.AppendSentence(words, 0, words.size(), own, body_);
}

void ArticleMaker::WriteHeadline(Random& random) {
  headline_.clear();
  AppendHeadline(words_, DrawLength(archive_.shape.headline_words, random),
                 facts_.outlet && UsesTitleCase(*facts_.outlet), random, headline_);
}

// What number `of` would be as an original, even if it is a copy itself: so nothing need be remembered.
void ArticleMaker::MakeCopy(uint64_t of, Random& random) {
  MakeOriginal(of);
  facts_ = archive_.newsroom.DrawCopy(facts_, random);
  if (Happens(0.5, random)) WriteHeadline(random);
  Edit(random);
}

// A third are word for word the same; others are cut at the end of a paragraph, or have a sentence more.
void ArticleMaker::Edit(Random& random) {
  const double kind = Chance(random);
  if (kind < 0.35) return;
  if (kind < 0.75) {
    const size_t keep = body_.size() / 2 + random.Below(body_.size() / 2 + 1);
    const size_t cut = body_.find("\n\n", keep);
    if (cut != std::string::npos) body_.resize(cut);
  }
  if (kind < 0.6) return;
  std::vector<DrawnWord> added;
  stream_.Draw(facts_.subject, kAddedWords, random, added);
  body_ += "\n\n";
  archive_.typesetter.AppendSentence(added, 0, added.size(), random, body_);
}

void ArticleMaker::WriteLine(uint64_t number, std::string& out) const {
  base::JsonWriter json(&out);
  json.BeginObject();
  json.Key("id").String(absl::StrFormat("%016x", Mix(archive_.seed, number)));
  json.Key("title").String(headline_);
  json.Key("body").String(body_);
  if (facts_.writer) {
    std::string byline = WriterName(*facts_.writer);
    if (facts_.second_writer) absl::StrAppend(&byline, ", ", WriterName(*facts_.second_writer));
    json.Key("byline").String(byline);
  }
  if (facts_.agency) json.Key("agency").String(AgencyName(*facts_.agency));
  if (facts_.dated) json.Key("date").String(DateOf(facts_));
  if (facts_.outlet) {
    const std::string host = OutletHost(*facts_.outlet);
    json.Key("outlet").String(host);
    json.Key("url").String(absl::StrCat("https://", host, "/news/", Slug(words_), number));
  }
  json.EndObject();
  out += '\n';
}

}  // namespace dateline::bench::corpus
