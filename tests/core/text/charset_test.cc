#include "core/text/charset.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/utf8.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"

namespace dateline::text {
namespace {

using How = DecodedText::How;

std::string Bytes(const char* bytes, size_t size) { return std::string(bytes, size); }

struct DecodeCase {
  std::string bytes;
  absl::string_view declared;
  std::string utf8;
  absl::string_view charset;
  How how;
  size_t replaced = 0;
};

TEST(CharsetTest, Decodes) {
  const std::string koi8 = "\xF0\xD2\xC5\xDA\xC9\xC4\xC5\xCE\xD4 \xD0\xCF\xC4\xD0\xC9\xD3\xC1\xCC";  // Президент подписал
  const std::vector<DecodeCase> cases = {
      {"", "", "", "utf-8", How::kValidUtf8},
      {"plain", "", "plain", "utf-8", How::kValidUtf8},
      {"plain", "utf-8", "plain", "utf-8", How::kDeclared},
      {"plain", "UTF8", "plain", "utf-8", How::kDeclared},
      {"plain", "ISO-8859-1", "plain", "windows-1252", How::kDeclared},
      {"plain", "no-such-charset", "plain", "utf-8", How::kValidUtf8},
      {"plain", "ibm-37", "plain", "utf-8", How::kValidUtf8},  // EBCDIC: no page is
      // Byte order marks outrank everything.
      {"\xEF\xBB\xBF" "caf\xC3\xA9", "iso-8859-1", "café", "utf-8", How::kBom},
      {"\xEF\xBB\xBF" "caf\xE9", "", "caf\xEF\xBF\xBD", "utf-8", How::kBom, 1},
      {Bytes("\xFF\xFE" "a\0\xE9\0", 6), "utf-8", "aé", "utf-16le", How::kBom},
      {Bytes("\xFE\xFF\0a\0\xE9", 6), "", "aé", "utf-16be", How::kBom},
      {Bytes("\xFF\xFE\x3D\xD8\x00\xDE", 6), "", "😀", "utf-16le", How::kBom},
      {Bytes("\xFF\xFE\x3D\xD8" "a\0", 6), "", "\xEF\xBF\xBD" "a", "utf-16le", How::kBom, 1},  // half a pair
      {Bytes("\xFF\xFE" "a\0b", 5), "", "a\xEF\xBF\xBD", "utf-16le", How::kBom, 1},            // half a unit
      {Bytes("\xFF\xFE\0\0a\0\0\0", 8), "", "a", "utf-32le", How::kBom},
      {Bytes("\0\0\xFE\xFF\0\0\0a", 8), "", "a", "utf-32be", How::kBom},
      // Labels as the web means them.
      {"\x93" "caf\xE9\x94", "iso-8859-1", "“café”", "windows-1252", How::kDeclared},
      {"\x93" "caf\xE9\x94", "us-ascii", "“café”", "windows-1252", How::kDeclared},
      {"\x93" "caf\xE9\x94", " Latin1 ", "“café”", "windows-1252", How::kDeclared},
      {"\xC4\xE3\xBA\xC3 \x95\x32\x82\x36", "gb2312", "你好 𠀀", "gb18030", How::kDeclared},
      {"\x87\x40 \x93\xFA\x96\x7B", "shift_jis", "① 日本", "windows-31j", How::kDeclared},
      {"\x8C\x63 \xC7\xD1\xB1\xDB", "euc-kr", "똠 한글", "windows-949", How::kDeclared},
      {"Wars\xB3w\xF3\xBF", "iso-8859-2", "Warsłwóż", "iso-8859-2", How::kDeclared},
      {koi8, "koi8-r", "Президент подписал", "koi8-r", How::kDeclared},
      {Bytes("a\0\xE9\0", 4), "utf-16", "aé", "utf-16le", How::kDeclared},
      {"not wide", "utf-16", "not wide", "utf-8", How::kValidUtf8},
      // Labels that lie.
      {"caf\xE9 cr\xE8me", "utf-8", "café crème", "", How::kDetected},
      {"d\xC3\xA9j\xC3\xA0 \xC3\xA9t\xC3\xA9", "iso-8859-1", "déjà été", "utf-8", How::kValidUtf8},
      {"\xD0\x9F\xD1\x80\xD0\xB8\xD0\xB2", "windows-1251", "Прив", "utf-8", How::kValidUtf8},
      // Too little to outweigh a label.
      {"\xC4\xA3", "gb2312", "模", "gb18030", How::kDeclared},
      // No label.
      {"caf\xC3\xA9", "", "café", "utf-8", How::kValidUtf8},
      {"\x80\x99", "", "€™", "windows-1252", How::kDetected},
  };
  for (const DecodeCase& c : cases) {
    const DecodedText text = DecodeText(c.bytes, c.declared);
    EXPECT_EQ(text.utf8, c.utf8) << c.declared;
    EXPECT_EQ(text.how, c.how) << c.utf8 << " " << c.declared;
    EXPECT_EQ(text.replaced, c.replaced) << c.utf8;
    if (!c.charset.empty()) {
      EXPECT_EQ(text.charset, c.charset) << c.utf8;
    }
    EXPECT_FALSE(text.mojibake_repaired) << c.utf8;
  }
}

TEST(CharsetTest, GuessesFromLongerText) {
  // The same words several times, as a detector needs.
  const auto repeat = [](absl::string_view text) { return absl::StrCat(text, text, text, text); };
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"\xCF\xF0\xE5\xE7\xE8\xE4\xE5\xED\xF2 \xEF\xEE\xE4\xEF\xE8\xF1\xE0\xEB \xF3\xEA\xE0\xE7 \xEE \xF0\xE0\xE7\xE2\xE8\xF2\xE8\xE8. ",
       "Президент подписал указ о развитии. "},
      {"\x93\xFA\x96\x7B\x8C\xEA\x82\xCC\x83\x6A\x83\x85\x81\x5B\x83\x58\x82\xC5\x82\xB7\x81\x42", "日本語のニュースです。"},
      {"\xB7\xA2\xD5\xB9\xD6\xD0\xB9\xFA\xBE\xAD\xBC\xC3\xB5\xC4\xD0\xC2\xCE\xC5\xA1\xA3", "发展中国经济的新闻。"},
  };
  for (const auto& [bytes, utf8] : cases) {
    const DecodedText text = DecodeText(repeat(bytes), "");
    EXPECT_EQ(text.utf8, repeat(utf8)) << text.charset;
    EXPECT_EQ(text.how, How::kDetected);
    EXPECT_EQ(DecodeText(repeat(bytes), "utf-8").utf8, repeat(utf8));  // declared in vain
  }
}

TEST(CharsetTest, ALittleDamageDoesNotChangeTheCharset) {
  std::string bytes, utf8;
  for (int i = 0; i < 60; ++i) absl::StrAppend(&bytes, "crème ");
  utf8 = absl::StrCat(bytes, "caf\xEF\xBF\xBD");
  bytes += "caf\xE9";
  for (const absl::string_view declared : {"", "utf-8"}) {
    const DecodedText text = DecodeText(bytes, declared);
    EXPECT_EQ(text.utf8, utf8);
    EXPECT_EQ(text.charset, "utf-8");
    EXPECT_EQ(text.how, How::kDetected);
    EXPECT_EQ(text.replaced, 1U);
  }
}

TEST(CharsetTest, MojibakeIsRepaired) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"Itâ€™s", "It’s"},
      {"â€œYesâ€\u009D, he said", "“Yes”, he said"},
      {"â€œOuiâ€¦", "“Oui…"},
      {"1990â€“1995", "1990–1995"},
      {"cafÃ©", "café"},
      {"cafÃ© crÃ¨me Ã\u00A0 la carte", "café crème à la carte"},
      {"voilÃ\u00A0", "voilà"},
      {"Ãndice pÃºblico, nÃ£o, coraÃ§Ã£o", "Ãndice público, não, coração"},  // the first lost its second byte
      {"Ã‰tat", "État"},
      {"20Â°C, Â£5, Â©", "20°C, £5, ©"},
      {"Â«Â\u00A0motÂ\u00A0Â»", "«\u00A0mot\u00A0»"},
      {"GrÃ¶ÃŸe, MÃ¼nchen", "Größe, München"},
      {"Ä‘áº·t tÃªn lÃ\u00A0 Viá»‡t", "đặt tên là Việt"},
      {"ÐŸÑ€Ð¸Ð²ÐµÑ‚", "Привет"},
      {"Î‘Î¸Î®Î½Î±", "Αθήνα"},
      {"ÅÃ³dÅº", "ÅÃ³dź"},  // Ł lost its second byte, so its run of characters stays as it is
      {"Å\u0081Ã³dÅº", "Łódź"},
      {"æ—¥æœ¬èªž", "日本語"},
      {"ðŸ˜€", "😀"},
      {"ï»¿Text", "\uFEFFText"},
      {"â‚¬ 5, â„¢", "€ 5, ™"},
      // What is doubtful follows what is certain, in a text that is damaged throughout ...
      {"cafÃ© SÃ“ TÃ”", "café SÓ TÔ"},
      // ... but not beside sound text.
      {"cafÃ© SÃ“ été", "café SÃ“ été"},
  };
  for (const auto& [broken, sound] : cases) {
    std::string text = broken;
    EXPECT_EQ(RepairMojibake(text), broken != sound) << broken;
    EXPECT_EQ(text, sound);
    EXPECT_EQ(RepairMojibake(text), false) << "once is enough: " << text;
    const DecodedText decoded = DecodeText(broken, "");
    EXPECT_EQ(decoded.utf8, sound);
    EXPECT_EQ(decoded.mojibake_repaired, broken != sound);
  }
}

TEST(CharsetTest, SoundTextIsNotChanged) {
  const std::vector<absl::string_view> cases = {
      "",
      "Plain ASCII.",
      "SÃO PAULO NÃO É A CAPITAL; AMANHÃ, ÓRGÃOS E IRMÃS VERÃO A MAÇÃ",
      "“AMANHÃ”, “MAÇÃ”, AMANHÃ… AMANHû AMANHÃ—DISSE, A IRMÃ\u00A0DELE, «AMANHû",
      "São Paulo não é a capital do país. Às vezes há ações.",
      "«\u00A0café\u00A0»\u00A0: l’été, « déjà\u00A0» — “à”, à… é… É… «\u00A0À\u00A0» CAFÉ» CAFÉ® À\u00A0»",
      "Ça, où, Noël, œuvre, façade, L’ÂGE, L’ÎLE, «\u00A0ÂGÉ\u00A0», ÉTÉ\u00A0–",
      "Được biết, người Việt Nam ở Hà Nội ĐÃ “ĐÔ ĐÃ… “ẤN”",
      "Íslenska: Þetta er ágætt, ÐAÐ „ÞÚ“ á æ ö ÁÐUR ”Æ” Æ…",
      "„Fuß“, „Spaß“ – groß… Straße» »Fuß« ÄÖÜ“ »SCHÖN«",
      "está»… así»” «qué»”, «sí»—dijo; «corazón…»",
      "urâ”… ură, „urâ”, „coborî”",
      "HYVÄ” HYVÄ… ”HYVÄÄ”, “Å”, “Ä”, Ä…",
      "Прайс «É» “Ñ” ESPAÑOL “Ø” × 5",
      "日本語「テスト」とÉ",
      "\u00A0\u00A0«\u00A0» …—–",
  };
  for (const absl::string_view sound : cases) {
    std::string text(sound);
    EXPECT_FALSE(RepairMojibake(text)) << sound;
    EXPECT_EQ(text, sound);
  }
}

TEST(CharsetTest, AnyBytesGiveValidUtf8) {
  const uint64_t seed = test::TestSeed(310);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  const std::vector<absl::string_view> labels = {"",      "utf-8",     "utf-16", "gb2312",      "shift_jis",   "euc-kr",
                                                 "big5",  "utf-7",     "hz",     "iso-2022-jp", "iso-2022-kr", "ibm-37",
                                                 "bogus", "utf-32be,", "scsu",   "x-user-defined"};
  for (int i = 0; i < test::Scaled(3000); ++i) {
    std::string bytes = random.Bytes(random.Below(60));
    if (random.OneIn(3)) bytes = random.Text(random.Below(30)) + bytes;
    const absl::string_view label = random.Pick(labels);
    const DecodedText text = DecodeText(bytes, label);
    ASSERT_TRUE(base::IsValidUtf8(text.utf8)) << label;
    ASSERT_FALSE(text.charset.empty());
  }
}

// What a text becomes when its UTF-8 is read as windows-1252 must come back, whatever the text (of words that were
// more than one character beyond ASCII, so that there is proof).
TEST(CharsetTest, WholeTextsComeBack) {
  for (const std::string sound :
       {"Große Größe: „Fußgänger“ überqueren – trotz allem… die Straße.", "L’été\u00A0: «\u00A0déjà\u00A0» à Noël, œuvre.",
        "Người Việt Nam đã được biết.", "Владимир «Путь» — новости…", "新华社北京电", "O “NÃO” de São João à mãe…"}) {
    std::string broken;
    for (size_t at = 0; at < sound.size(); ++at) {
      static const std::u16string kC1 =
          u"\u20AC\u0081\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\u008D\u017D\u008F\u0090\u2018\u2019"
          u"\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\u009D\u017E\u0178";
      const auto byte = static_cast<unsigned char>(sound[at]);
      test::Random::AppendUtf8(broken, byte >= 0x80 && byte < 0xA0 ? kC1[byte - 0x80] : byte);
    }
    ASSERT_NE(broken, sound);
    EXPECT_TRUE(RepairMojibake(broken));
    EXPECT_EQ(broken, sound);
  }
}

}  // namespace
}  // namespace dateline::text
