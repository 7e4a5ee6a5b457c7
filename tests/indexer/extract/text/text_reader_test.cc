// Whole texts with the furniture that scrapers leave in them. Every outlet, person and place is invented, but for the
// agencies. What was read is described with one line a fact, and the zones as one letter a line of the text:
//   . chrome  H headline  D deck  B byline  T date  C caption  N note  # body  R credit  P promotion  h page header
#include "indexer/extract/text/text_reader.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "core/base/characters.h"
#include "core/base/utf8.h"
#include "gtest/gtest.h"
#include "indexer/extract/text/text_lines.h"
#include "tests/support/random.h"

namespace dateline::extract {
namespace {

Extraction Read(absl::string_view text) {
  Extraction out;
  ReadText(text, Lexicon::Shipped(), out);
  return out;
}

char Letter(Zone zone) {
  switch (zone) {
    case Zone::kChrome: return '.';
    case Zone::kHeadline: return 'H';
    case Zone::kDeck: return 'D';
    case Zone::kByline: return 'B';
    case Zone::kDate: return 'T';
    case Zone::kSection: return 'S';
    case Zone::kCaption: return 'C';
    case Zone::kNote: return 'N';
    case Zone::kBody: return '#';
    case Zone::kCredit: return 'R';
    case Zone::kPromotion: return 'P';
    case Zone::kPageHeader: return 'h';
  }
  return '?';
}

std::string Credits(const std::vector<article::Credit>& credits, article::Role usual) {
  return absl::StrJoin(credits, ", ", [&](std::string* out, const article::Credit& c) {
    absl::StrAppend(out, c.name, c.role == usual ? "" : absl::StrCat("/", article::RoleName(c.role)));
  });
}

// The first and the last word or two of a paragraph.
std::string Ends(absl::string_view text) {
  const std::vector<absl::string_view> words = absl::StrSplit(text, ' ', absl::SkipEmpty());
  if (words.size() < 5) return std::string(text);
  return absl::StrCat(words[0], " ", words[1], " .. ", words[words.size() - 2], " ", words.back());
}

std::string Describe(const Extraction& e) {
  const article::Article& a = e.article;
  std::vector<std::string> lines;
  const auto add = [&](absl::string_view name, absl::string_view value) {
    if (!value.empty()) lines.push_back(absl::StrCat(name, ": ", value));
  };
  add("headline", a.headline);
  add("deck", a.deck);
  add("by", Credits(a.bylines, article::Role::kWriter));
  add("agency", Credits(a.agencies, article::Role::kOrigin));
  add("outlet", a.outlet);
  add("dateline", a.dateline);
  const article::Publication& p = a.publication;
  const std::string time = article::PrintedTimeText(p);
  add("date", absl::StrCat(article::PrintedDateText(p), time.empty() ? "" : " ", time, article::ZoneText(p)));
  add("partial", p.partial);
  std::vector<std::string> version;
  if (a.version.lead > 0) version.push_back(absl::StrCat("lead ", a.version.lead));
  if (a.version.update > 0) version.push_back(absl::StrCat("update ", a.version.update));
  for (const std::string& flag : a.version.flags) version.push_back(flag);
  add("version", absl::StrJoin(version, ", "));
  add("section", a.section);
  for (absl::string_view caption : absl::StrSplit(a.caption, '\n', absl::SkipEmpty())) add("caption", Ends(caption));
  if (!a.body.empty()) {
    const std::vector<absl::string_view> paragraphs = absl::StrSplit(a.body, '\n');
    add("body", absl::StrCat(Ends(paragraphs.front()), paragraphs.size() > 1 ? " | " : "",
                             paragraphs.size() > 1 ? Ends(paragraphs.back()) : ""));
  }
  std::string zones;
  for (const ZoneSpan& span : e.zones) zones.push_back(Letter(span.zone));
  add("zones", zones);
  return absl::StrJoin(lines, "\n");
}

// The story that the furniture is set around.
const char* const kHeadline = "Velmara and Orrinsay agree to run night ferry together";
const char* const kDeck = "Two island governments give up nine years of half-empty ships";
const std::vector<std::string>& Story() {
  static const auto* const story = new std::vector<std::string>{
      "The governments of Velmara and Orrinsay agreed on Thursday to run the night ferry together, ending nine years in "
      "which each side sent its own half-empty ship across the strait.",
      "Under the agreement the two lines will share one harbor office, one timetable and, from the autumn, one crew, "
      "which the unions on both shores had opposed until last week.",
      "\"Nobody wanted to be the first to say that the ship was empty,\" said Corin Maddoway, who runs the port of "
      "Velmara, standing beside a crane that has not moved since spring.",
      "The ferry carried 214,000 passengers last year, fewer than half of those it carried when the bridge at Sorne was "
      "still closed, according to the harbor office.",
      "Tickets will stay at their present price until the end of the year, the two governments said, and islanders will "
      "go on paying half of it."};
  return *story;
}

// Paragraphs [from, to) of the story, with a blank line between them.
std::string Body(size_t from = 0, size_t to = 5) {
  std::string text;
  for (size_t i = from; i < to; ++i) absl::StrAppend(&text, text.empty() ? "" : "\n\n", Story()[i]);
  return text;
}

struct Case {
  std::string name;
  std::string text;
  std::string result;
};

void Check(const std::vector<Case>& cases) {
  for (const Case& c : cases) EXPECT_EQ(Describe(Read(c.text)), c.result) << c.name << "\n" << c.text;
}

const char* const kAll = "body: The governments .. the strait. | Tickets will .. of it.\n";

TEST(TextReaderTest, AgencyLineUnderTheHeadline) {
  const std::string body = absl::StrJoin(Story(), "\n");
  Check({
      {"single line breaks", absl::StrCat(kHeadline, "\nST. BRANNOCK- Agence France-Presse\n", body),
       absl::StrCat("headline: ", kHeadline, "\nagency: AFP\ndateline: ST. BRANNOCK\n", kAll, "zones: HB#####")},
      {"a byline between", absl::StrCat(kHeadline, "\nBy Ines Calloway\nVELMARA - Reuters\n", body),
       absl::StrCat("headline: ", kHeadline, "\nby: Ines Calloway\nagency: Reuters\ndateline: VELMARA\n", kAll,
                    "zones: HBB#####")},
      {"a byline behind", absl::StrCat(kHeadline, "\nVELMARA (AP)\nBy Ines Calloway\n", body),
       absl::StrCat("headline: ", kHeadline, "\nby: Ines Calloway\nagency: AP\ndateline: VELMARA\n", kAll,
                    "zones: HBB#####")},
      {"a day in the story", absl::StrCat(kHeadline, "\nVELMARA- Agence France-Presse\nThe two governments met on "
                                          "April 25, and spoke of the ferry for nine hours behind closed doors.\n", body),
       absl::StrCat("headline: ", kHeadline, "\nagency: AFP\ndateline: VELMARA\npartial: --04-25\n",
                    "body: The two .. closed doors. | Tickets will .. of it.\n", "zones: HB######")},
  });
}

TEST(TextReaderTest, PlayersAndFilmTitles) {
  const std::string player = "please wait\n\nNo media source currently available\n\n0:00 0:02:10 0:00\n\n";
  const std::string film = "Night Ferry Of Velmara And Orrinsay Sails";
  const std::string tail =
      "With reporting by Norpress, Reuters, and AP\n  • 16x9 Image\n\n\n    Strait Radio journalists report the news in "
      "nine languages to islands where the ferry brings no newspapers. We provide what people cannot get there: news, "
      "talk, and the weather.\n\nSubscribe To Our Newsletter\n\nTo find out more, click here.";
  Check({
      {"headline above the player",
       absl::StrCat("Accessibility links\n\nBreaking News\n\n", kHeadline, "\n\n\n", film, "\n", player, "WATCH: ", film,
                    "\n\n", Body(), "\n\n", tail),
       absl::StrCat("headline: ", kHeadline, "\nagency: Norpress/contributor, Reuters/contributor, AP/contributor\n", kAll,
                    "zones: ..H.....#####R.P..")},
      {"player above the headline",
       absl::StrCat("Accessibility links\n\n", film, "\n", player, "WATCH: ", film, "\n\n", kHeadline, "\n\n", Body(),
                    "\n\n", tail),
       absl::StrCat("headline: ", kHeadline, "\nagency: Norpress/contributor, Reuters/contributor, AP/contributor\n", kAll,
                    "zones: ......H#####R.P..")},
      {"another player in the story",
       absl::StrCat(kHeadline, "\n\n", Body(0, 3), "\n\nFilm Of A Ship That Sails By Night\n", player, Body(3, 5), "\n\n",
                    "With reporting by Ines Calloway and AFP"),
       absl::StrCat("headline: ", kHeadline, "\nby: Ines Calloway/contributor\nagency: AFP/contributor\n", kAll,
                    "zones: H###....##R")},
  });
}

TEST(TextReaderTest, NoHeadline) {
  const std::string rest = absl::StrJoin(Story().begin() + 1, Story().end(), "\n");
  Check({
      {"a place and a colon", absl::StrCat("Orrinsay: ", Story()[0], "\n", rest),
       absl::StrCat("dateline: Orrinsay\n", kAll, "zones: #####")},
      {"an interview has many", absl::StrCat("Maddoway: ", Story()[0], "\nCalloway: ", Story()[1], "\n", Story()[2]),
       "body: Maddoway: The .. the strait. | \"Nobody wanted .. since spring.\nzones: ###"},
      {"a dateline", absl::StrCat("VELMARA, April 25 (Norpress) -- ", Body()),
       absl::StrCat("agency: Norpress\ndateline: VELMARA\npartial: --04-25\n", kAll, "zones: #####")},
      {"nothing but the story", Body(), absl::StrCat(kAll, "zones: #####")},
      {"a byline", absl::StrCat("By Ines Calloway\n\n", Body()), absl::StrCat("by: Ines Calloway\n", kAll, "zones: B#####")},
  });
}

TEST(TextReaderTest, WireStories) {
  const std::string marked = absl::StrCat("(3rd LD) (ROUNDUP) ", kHeadline);
  const std::string attn = "(ATTN: CHANGES photo; RECASTS headline, lead; TRIMS)";
  const std::string dateline = "ST. BRANNOCK, Orrinsay, April 25 (Yonhap) -- ";
  const std::string caption =
      "This photo released by the Associated Press shows Corin Maddoway (L) shaking hands with a captain before the last "
      "run of the old ferry. (Yonhap)";
  const std::string feedback = "Send Feedback\nHow can we improve?\nThanks for your feedback!\n";
  const std::string facts = absl::StrCat("headline: ", kHeadline,
                                         "\nby: Ines Calloway\nagency: Yonhap\noutlet: Yonhap\n"
                                         "dateline: ST. BRANNOCK, Orrinsay\n");
  Check({
      {"as they are printed",
       absl::StrCat("Go to Contents Go to Navigation\n\n", marked, "\n\nDiplomacy 16:31 April 25, 2019\n\n", attn,
                    "\nBy Ines Calloway\n\n", dateline, Body(0, 2), "\n\n", caption, "\n\n", Body(2, 4), "\n\n", marked,
                    " - 2\n\n", Body(4, 5), "\n\n\n", feedback),
       absl::StrCat(facts, "date: 2019-04-25 16:31\nversion: lead 3, ROUNDUP\nsection: Diplomacy\n",
                    "caption: This photo .. ferry. (Yonhap)\n", kAll, "zones: .HTNB##C##h#...")},
      {"in another order",
       absl::StrCat("Go to Contents Go to Navigation\n\nDiplomacy 16:31 April 25, 2019\n\n", marked,
                    "\n\nBy Ines Calloway\n", attn, "\n\n", dateline, Body(0, 1), "\n\n", marked, " - 2\n\n", caption,
                    "\n\n", Body(1, 5), "\n\n", marked, " - 3\n\n\n", feedback),
       absl::StrCat(facts, "date: 2019-04-25 16:31\nversion: lead 3, ROUNDUP\nsection: Diplomacy\n",
                    "caption: This photo .. ferry. (Yonhap)\n", kAll, "zones: .THBN#hC####h...")},
      {"another agency's form",
       absl::StrCat("UPDATE 2-", kHeadline, "\n\nBy Ines Calloway and Tom Reed\n\nVELMARA, April 25 (Reuters) - ", Body(),
                    "\n\n(Reporting by Ines Calloway in Velmara and Tom Reed; Editing by Carl Lind)"),
       absl::StrCat("headline: ", kHeadline, "\nby: Ines Calloway, Tom Reed\nagency: Reuters\ndateline: VELMARA\n",
                    "partial: --04-25\nversion: update 2, UPDATE\n", kAll, "zones: HB#####R")},
      {"a correction",
       absl::StrCat("CORRECTED-", kHeadline, "\n\n(Corrects number of passengers in fourth paragraph)\n\nBERLIN (dpa) - ",
                    Body(), " (dpa)"),
       absl::StrCat("headline: ", kHeadline, "\nagency: dpa\ndateline: BERLIN\nversion: CORRECTED\n", kAll,
                    "zones: HN#####")},
  });
}

TEST(TextReaderTest, DeckCaptionBoxAndMark) {
  const std::string caption =
      "Mr Maddoway (right) welcoming the captain prior to the last run of the old ferry in the port of Velmara on Thursday.";
  const std::string box = "Your feedback is important to us\n\nTell us what you think. Email us at\n\n";
  const std::string promotion =
      "ST is now on Pelican!\n\nFor daily updates on weekdays and specially selected content for the weekend. Subscribe to";
  Check({
      {"as it is printed",
       absl::StrCat("You are here\n\n", kHeadline, "\n\n", kDeck, "\n\n", caption, "\n\n\n", Body(0, 3), "\n\n", box,
                    Body(3, 5), " BLOOMBERG\n\n", promotion),
       absl::StrCat("headline: ", kHeadline, "\ndeck: ", kDeck, "\nagency: Bloomberg\n",
                    "caption: Mr Maddoway .. on Thursday.\n", kAll, "zones: .HDC###..##..")},
      {"caption behind the first paragraph",
       absl::StrCat("You are here\n\n", kHeadline, "\n\n", kDeck, "\n\nBy Ines Calloway\n\n", Body(0, 1), "\n\n", caption,
                    "\n\n", Body(1, 4), "\n\n", box, Body(4, 5), "\n\nREUTERS\n\n", promotion),
       absl::StrCat("headline: ", kHeadline, "\ndeck: ", kDeck, "\nby: Ines Calloway\nagency: Reuters\n",
                    "caption: Mr Maddoway .. on Thursday.\n", kAll, "zones: .HDB#C###..#R..")},
  });
}

TEST(TextReaderTest, PagesOfNewspapers) {
  Check({
      {"menu, breadcrumbs, dates",
       absl::StrCat("Skip to content\n\nThe Strait Gazette\n\nHome / Politics / Ferries\n\n", kHeadline,
                    "\n\nBy Ines Calloway, Senior Reporter\n\nPublished: 25 April 2019 16:31 GMT\nUpdated: 26 April 2019\n\n",
                    Body(), "\n\nRelated articles\n\nA ship without a crew\nThe bridge at Sorne\n"),
       absl::StrCat("headline: ", kHeadline, "\nby: Ines Calloway\noutlet: The Strait Gazette\ndate: 2019-04-25 16:31+00:00\n",
                    "section: Ferries\n", kAll, "zones: ...HBTT#####...")},
      {"the day first or the month",
       absl::StrCat(kHeadline, "\n\nInes Calloway | 25/04/2019 | Updated 04/05/2019\n\n", Body()),
       absl::StrCat("headline: ", kHeadline, "\nby: Ines Calloway\ndate: 2019-04-25\n", kAll, "zones: HB#####")},
      {"a date that can be two", absl::StrCat(kHeadline, "\n\nBy Ines Calloway\n04/05/2019\n\n", Body()),
       absl::StrCat("headline: ", kHeadline, "\nby: Ines Calloway\n", kAll, "zones: HBT#####")},
      {"only a later date", absl::StrCat(kHeadline, "\n\nUpdated: April 26, 2019\n\n", Body()),
       absl::StrCat("headline: ", kHeadline, "\n", kAll, "zones: HT#####")},
      {"a notice of rights dates nothing",
       absl::StrCat("The Strait Gazette\n\n", kHeadline, "\n\n", Body(), "\n\n© 2019 The Strait Gazette. All rights reserved."),
       absl::StrCat("headline: ", kHeadline, "\noutlet: The Strait Gazette\n", kAll, "zones: .H#####.")},
      {"who is spoken of wrote nothing", absl::StrCat(kHeadline, "\n\nCorin Maddoway\n\n", Body()),
       absl::StrCat("headline: ", kHeadline, "\n", kAll, "zones: H.#####")},
      {"reading times and counters",
       absl::StrCat(kHeadline, "\n\nBy Ines Calloway\n3 min read\n12 comments\n2 hours ago\n\n", Body()),
       absl::StrCat("headline: ", kHeadline, "\nby: Ines Calloway\n", kAll, "zones: HB...#####")},
      {"\"By\" on a line of its own", absl::StrCat(kHeadline, "\n\nBy\n\nInes Calloway\n\nTom Reed\n\n", Body()),
       absl::StrCat("headline: ", kHeadline, "\nby: Ines Calloway, Tom Reed\n", kAll, "zones: HBBB#####")},
  });
}

TEST(TextReaderTest, OtherLanguages) {
  Check({
      {"de",
       "Politik\n\nVelmara und Orrinsay wollen die Nachtfähre gemeinsam betreiben\n\nVon Greta Sølvberg\n\n"
       "25.04.2019, 16:31 Uhr\n\nDie Regierungen von Velmara und Orrinsay haben sich am Donnerstag darauf geeinigt, die "
       "Nachtfähre künftig gemeinsam zu betreiben.\n\nBisher schickte jede Seite ihr eigenes, halb leeres Schiff über die "
       "Meerenge, was beide viel Geld kostete und niemandem half.\n\nMehr zum Thema\n",
       "headline: Velmara und Orrinsay wollen die Nachtfähre gemeinsam betreiben\nby: Greta Sølvberg\n"
       "date: 2019-04-25 16:31\nsection: Politik\n"
       "body: Die Regierungen .. zu betreiben. | Bisher schickte .. niemandem half.\nzones: .HBT##."},
      {"es",
       "Velmara y Orrinsay operarán juntas el transbordador nocturno\n\nPor Inés Peñalver\n\n25 de abril de 2019 a las 16:31"
       "\n\nLos gobiernos de Velmara y Orrinsay acordaron el jueves operar juntos el transbordador nocturno, tras nueve años "
       "de barcos medio vacíos.\n\nLos sindicatos de las dos orillas se habían opuesto al acuerdo hasta la semana pasada, "
       "según el puerto.\n\nTe puede interesar\n",
       "headline: Velmara y Orrinsay operarán juntas el transbordador nocturno\nby: Inés Peñalver\n"
       "date: 2019-04-25 16:31\nbody: Los gobiernos .. medio vacíos. | Los sindicatos .. el puerto.\nzones: HBT##."},
      {"ja",
       "島と島の夜行フェリーを共同運航へ\n\n2019年4月25日 16時31分\n\nベルマラとオリンセイの両政府は木曜日、夜行フェリーを共同で運航することで合意した。"
       "これまで九年間、両国は別々に船を出していた。\n\n港の事務所によると、昨年の乗客は二十一万人で、橋が開通する前の半分に満たなかった。"
       "運賃は年末まで据え置かれる。\n",
       "headline: 島と島の夜行フェリーを共同運航へ\ndate: 2019-04-25 16:31\n"
       "body: ベルマラとオリンセイの両政府は木曜日、夜行フェリーを共同で運航することで合意した。"
       "これまで九年間、両国は別々に船を出していた。 | 港の事務所によると、昨年の乗客は二十一万人で、橋が開通する前の半分に満たなかった。"
       "運賃は年末まで据え置かれる。\nzones: HT##"},
      {"ko",
       "두 섬, 야간 여객선 공동 운항에 합의\n\n김도윤 기자\n\n2019년 4월 25일 오후 4:31\n\n벨마라와 오린세이 정부는 목요일 야간 여객선을 함께 운항하기로 "
       "합의했다. 두 정부는 지난 아홉 해 동안 따로 배를 띄웠다.\n\n항만 사무소에 따르면 지난해 여객선 승객은 이십일만 명으로 다리가 놓이기 전의 "
       "절반에도 미치지 못했다.\n",
       "headline: 두 섬, 야간 여객선 공동 운항에 합의\nby: 김도윤\ndate: 2019-04-25 16:31\n"
       "body: 벨마라와 오린세이 .. 배를 띄웠다. | 항만 사무소에 .. 미치지 못했다.\nzones: HBT##"},
  });
}

TEST(TextReaderTest, HardlyAnything) {
  Check({
      {"nothing", "", ""},
      {"blanks", " \n\n\t\r\n", ""},
      {"a word", "Ferry", "body: Ferry\nzones: #"},
      {"a headline and a sentence", "Talks move closer\n\nThe talks moved closer.\n",
       "headline: Talks move closer\nbody: The talks moved closer.\nzones: H#"},
      {"three lines", "Talks move closer\n\nThe talks moved closer.\nNobody spoke.\n",
       "headline: Talks move closer\nbody: The talks moved closer. | Nobody spoke.\nzones: H##"},
      {"sentences", "It ended at noon.\nNobody spoke.\n", "body: It ended at noon. | Nobody spoke.\nzones: ##"},
      {"furniture only", "Skip to content\n\nShare\n\n0:00 / 3:07\n\nAdvertisement\n",
       "body: Skip to content | Advertisement\nzones: ####"},  // no article is lost to the rules
  });
}

// `text` without blanks and control characters.
std::string Packed(absl::string_view text) {
  std::string packed;
  base::CharacterReader reader(text);
  while (!reader.done()) {
    const char32_t c = reader.Next();
    if (!base::IsBlankCharacter(c) && c >= ' ' && c != 0x7F) base::AppendUtf8(packed, c);
  }
  return packed;
}

void CheckLaws(const std::string& text) {
  const Extraction e = Read(text);
  const std::vector<TextLine> lines = CutLines(text);
  ASSERT_EQ(e.zones.size(), lines.size()) << text;
  for (size_t i = 0; i < lines.size(); ++i) {
    ASSERT_EQ(e.zones[i].begin, lines[i].begin) << text;
    ASSERT_EQ(e.zones[i].end, lines[i].end) << text;
    ASSERT_TRUE(i == 0 || e.zones[i - 1].end <= e.zones[i].begin) << text;
  }
  for (const Evidence& evidence : e.evidence) {
    ASSERT_LT(evidence.begin, evidence.end) << evidence.rule << "\n" << text;
    ASSERT_LE(evidence.end, text.size()) << evidence.rule << "\n" << text;
    // A name is normalised, and a date is said in another form; the rest stands there.
    if (evidence.field != "headline" && evidence.field != "deck" && evidence.field != "agency") continue;
    const std::string there = Packed(absl::string_view(text).substr(evidence.begin, evidence.end - evidence.begin));
    ASSERT_TRUE(absl::StrContains(there, Packed(evidence.value))) << evidence.rule << "\n" << text;
  }
  // The body holds only text of the input, in its order.
  size_t from = 0;
  const std::string packed = Packed(text);
  for (absl::string_view paragraph : absl::StrSplit(e.article.body, '\n', absl::SkipEmpty())) {
    const size_t at = packed.find(Packed(paragraph), from);
    ASSERT_NE(at, std::string::npos) << paragraph << "\n" << text;
    from = at;
  }
  ASSERT_EQ(Describe(e), Describe(Read(text))) << text;
}

TEST(TextReaderTest, ShortTexts) {
  Check({
      // Two words head a text when they stand at its top.
      {"two words at the top", "Bridge closed\nThe bridge over the river Arden was closed on Monday, the council said.",
       "headline: Bridge closed\nbody: The bridge .. council said.\nzones: H#"},
      // A last short sentence belongs to the text; what it says of the match or the writer does not.
      {"a short last sentence", "Council votes down the new bridge\n\nThe council voted down plans for a second bridge over the river on Monday, "
       "after a debate of five hours.\n\nIt was close.",
       "headline: Council votes down the new bridge\nbody: The council .. five hours. | It was close.\nzones: H##"},
      {"a line about the writer", "Council votes down the new bridge\n\nThe council voted down plans for a second bridge over the river on Monday, "
       "after a debate of five hours.\n\nInes Calloway writes on bridges.",
       "headline: Council votes down the new bridge\nbody: The council .. five hours.\nzones: H#."},
      // Nothing but repetitions is a text all the same.
      {"repetitions only", "The council said nothing about the bridge on Monday.\nThe council said nothing about the bridge on Monday.",
       "body: The council .. on Monday. | The council .. on Monday.\nzones: ##"},
  });
}

TEST(TextReaderTest, LawsOfAnyBytes) {
  const uint64_t seed = test::TestSeed(229);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  for (int round = 0; round < test::Scaled(600); ++round) {
    std::string text = random.OneIn(2) ? random.Bytes(random.Below(600)) : random.Text(random.Below(400));
    base::RepairUtf8(text);
    CheckLaws(text);
  }
}

TEST(TextReaderTest, LawsOfFurniture) {
  const uint64_t seed = test::TestSeed(233);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  std::vector<std::string> pool = Story();
  for (const char* line :
       {kHeadline, kDeck, "By Ines Calloway", "By", "Ines Calloway", "25 April 2019", "Published: 25 April 2019", "0:00 / 3:07",
        "VELMARA (AP)", "VELMARA, April 25 (AP) -- The two governments met again on Thursday in the port of Velmara.",
        "(ATTN: CHANGES photo)", "With reporting by Reuters and AP", "BLOOMBERG", "Related articles", "Share", "News > World",
        "Photo: Tom Reed", "(2nd LD) Velmara and Orrinsay agree to run night ferry together", "The Strait Gazette", "©",
        "夜行フェリーを共同運航へ", "記者 佐藤花子", "\"Yes.\"", "- ", "(", "By 2030", "Updated: 26.04.2019", "•"}) {
    pool.emplace_back(line);
  }
  for (int round = 0; round < test::Scaled(1500); ++round) {
    std::string text;
    for (uint64_t n = random.Below(25); n > 0; --n) {
      std::string line = random.Pick(pool);
      if (random.OneIn(10) && !line.empty()) line.resize(random.Below(line.size()));
      absl::StrAppend(&text, line, random.OneIn(2) ? "\n\n" : "\n");
    }
    base::RepairUtf8(text);
    CheckLaws(text);
  }
}

// Linear: texts of a megabyte, of the kinds that made rules slow elsewhere, are read in moments.
TEST(TextReaderTest, LongTexts) {
  const auto many = [](absl::string_view line, size_t bytes) {
    std::string text;
    while (text.size() < bytes) absl::StrAppend(&text, line);
    return text;
  };
  constexpr size_t kMegabyte = 1 << 20;
  for (const std::string& text :
       {many("x", kMegabyte), many("x ", kMegabyte), many("a\n", kMegabyte / 4), many(absl::StrCat(kHeadline, "\n"), kMegabyte),
        many("By Ines Calloway\n", kMegabyte / 4), many("25 April 2019 ", kMegabyte), many("25 April 2019\n", kMegabyte / 4),
        many("(", kMegabyte), many("夜", kMegabyte), many("\n", kMegabyte), many(absl::StrCat(Story()[0], "\n"), kMegabyte),
        many("WATCH: a\n", kMegabyte / 4), many(" | ", kMegabyte)}) {
    const Extraction e = Read(text);
    EXPECT_LE(e.zones.size(), text.size());
  }
}

}  // namespace
}  // namespace dateline::extract
