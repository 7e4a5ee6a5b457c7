#include "core/text/language_detector.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"

namespace dateline::text {
namespace {

struct Case {
  absl::string_view code;
  absl::string_view text;
};

TEST(LanguageDetectorTest, Sentences) {
  const std::vector<Case> cases = {
      {"en", "The harbour council voted on Tuesday to raise the fees that fishing boats pay for their moorings."},
      {"de", "Der Hafenrat hat am Dienstag beschlossen, die Gebühren für die Liegeplätze der Fischerboote zu erhöhen."},
      {"fr", "Le conseil du port a décidé mardi d’augmenter les droits que paient les bateaux de pêche pour leurs quais."},
      {"es", "El consejo del puerto decidió el martes subir las tasas que pagan los barcos de pesca por sus amarres."},
      {"pt", "O conselho do porto decidiu na terça-feira aumentar as taxas que os barcos de pesca pagam pela atracação."},
      {"it", "Il consiglio del porto ha deciso martedì di aumentare le tariffe che i pescherecci pagano per gli ormeggi."},
      {"nl", "De havenraad heeft dinsdag besloten om de tarieven te verhogen die vissersboten voor hun ligplaatsen betalen."},
      {"sv", "Hamnstyrelsen beslutade på tisdagen att höja avgifterna som fiskebåtarna betalar för sina båtplatser i staden."},
      {"no", "Havnestyret vedtok tirsdag å øke avgiftene som fiskebåtene betaler for plassene sine, sier ordføreren i byen."},
      {"da", "Havnebestyrelsen besluttede tirsdag at hæve de afgifter, som fiskerbådene betaler for deres pladser i byen."},
      {"fi", "Satamalautakunta päätti tiistaina korottaa maksuja, joita kalastusalukset maksavat laituripaikoistaan."},
      {"is", "Hafnarstjórnin ákvað á þriðjudag að hækka gjöldin sem fiskibátar greiða fyrir legupláss sín í höfninni."},
      {"pl", "Rada portu postanowiła we wtorek podnieść opłaty, które kutry rybackie wnoszą za swoje miejsca przy nabrzeżu."},
      {"cs", "Rada přístavu se v úterý rozhodla zvýšit poplatky, které rybářské lodě platí za svá místa u nábřeží."},
      {"ru", "Совет порта решил во вторник повысить сборы, которые рыболовные суда платят за свои места у причала."},
      {"uk", "Рада порту вирішила у вівторок підвищити збори, які рибальські судна сплачують за свої місця біля причалу."},
      {"el", "Το συμβούλιο του λιμανιού αποφάσισε την Τρίτη να αυξήσει τα τέλη που πληρώνουν τα αλιευτικά σκάφη."},
      {"tr", "Liman kurulu salı günü balıkçı teknelerinin bağlama yerleri için ödediği ücretleri artırmaya karar verdi."},
      {"vi", "Hội đồng cảng hôm thứ Ba đã quyết định tăng phí mà các tàu đánh cá phải trả cho chỗ neo đậu của họ."},
      {"id", "Dewan pelabuhan pada hari Selasa memutuskan untuk menaikkan biaya yang dibayar kapal nelayan untuk tambatan."},
      {"he", "מועצת הנמל החליטה ביום שלישי להעלות את האגרות שסירות הדיג משלמות עבור מקומות העגינה שלהן."},
      {"ar", "قرر مجلس الميناء يوم الثلاثاء زيادة الرسوم التي تدفعها قوارب الصيد مقابل أماكن رسوها في المدينة."},
      {"ja", "港湾評議会は火曜日、漁船が係留場所に支払う料金を引き上げることを決めました。"},
      {"ko", "항만 위원회는 화요일 어선들이 정박 시설에 내는 요금을 올리기로 결정했다고 밝혔습니다."},
      {"zh", "港口委员会星期二决定提高渔船停泊的收费,市长说这项决定是必要的。"},
      {"zh", "港口委員會星期二決定提高漁船停泊的收費,市長說這項決定是必要的。"},
      {"tl", "Nagpasya ang konseho ng daungan noong Martes na itaas ang singil na binabayaran ng mga bangkang pangisda."},
  };
  for (const Case& c : cases) {
    const DetectedLanguage detected = DetectLanguage(c.text, "");
    EXPECT_EQ(detected.code, c.code) << c.text;
    EXPECT_TRUE(detected.reliable) << c.text;
    EXPECT_GT(detected.percent, 80) << c.text;
    EXPECT_EQ(DetectLanguage(c.text, c.code).code, c.code) << c.text;  // a true hint does no harm
  }
}

TEST(LanguageDetectorTest, UnsureIsSaid) {
  const std::vector<absl::string_view> cases = {
      "", "OK", "Information", "The mayor said no.", "1234567890 1234567890 1234567890 1234567890 1234567890",
      "!!! ??? ... --- *** !!! ??? ... --- *** !!! ??? ... ---", "\xFF\xFE\xFD", "日本",
      "xqzt vrrk plmw zzxc qwrt bnmm kjhg trew qazx swed",
  };
  for (const absl::string_view text : cases) {
    EXPECT_EQ(DetectLanguage(text, "").code, "") << text;
    EXPECT_EQ(DetectLanguage(text, "de").code, "") << text;
  }
}

TEST(LanguageDetectorTest, AFalseHintDoesNotOutweighALongText) {
  const absl::string_view german =
      "Der Hafenrat hat am Dienstag beschlossen, die Gebühren für die Liegeplätze der Fischerboote zu erhöhen. Die "
      "Fischer wollen dagegen klagen, sagte ein Sprecher ihrer Genossenschaft nach der Sitzung im Rathaus.";
  for (const absl::string_view hint : {"en", "en-GB", "ja", "nonsense", "x", "", "de_AT", "\xFF", "a,b"}) {
    EXPECT_EQ(DetectLanguage(german, hint).code, "de") << hint;
  }
}

TEST(LanguageDetectorTest, WhatTheDetectorRefusesIsTakenOut) {
  const absl::string_view sentence = "The harbour council voted on Tuesday to raise the fees that fishing boats pay. ";
  for (const absl::string_view odd : {"\x01", "\x7F", "\xC2\x85", "\xEF\xBF\xBF", "\xEF\xB7\x90", "\xFF", "\xE2\x82",
                                      "\xF4\x8F\xBF\xBF"}) {
    EXPECT_EQ(DetectLanguage(absl::StrCat(odd, sentence, odd, sentence), "").code, "en");
    EXPECT_EQ(DetectLanguage(absl::StrCat(sentence, sentence, odd), "").code, "en");
  }
  EXPECT_EQ(DetectLanguage(absl::StrCat(sentence, absl::string_view("\0", 1), sentence), "").code, "en");
}

TEST(LanguageDetectorTest, AnyTextIsSurvived) {
  const uint64_t seed = test::TestSeed(311);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  for (int i = 0; i < test::Scaled(500); ++i) {
    const std::string text = random.OneIn(2) ? random.Text(random.Below(500)) : random.Bytes(random.Below(500));
    const DetectedLanguage detected = DetectLanguage(text, "en");
    EXPECT_TRUE(detected.code.empty() || (detected.code.size() == 2 && detected.reliable)) << detected.code;
    EXPECT_LE(detected.percent, 100);
  }
}

}  // namespace
}  // namespace dateline::text
