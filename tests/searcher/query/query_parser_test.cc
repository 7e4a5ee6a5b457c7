// Tables of one-line cases for the query language, and the laws that hold for every text.
//
// Names like mediacloud/web-search#1169 in a comment are the public complaint, about another search program, that the
// row answers.
#include "searcher/query/query_parser.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <iostream>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/base/utf8.h"
#include "searcher/query/query_ast.h"
#include "searcher/query/query_limits.h"

namespace dateline::query {
namespace {

// ---- Tables.

struct CanonicalRow {
  absl::string_view text;
  absl::string_view canonical;
};

const CanonicalRow kCanonicalRows[] = {
    // Words: default AND.
    {"kim", "kim"},
    {"kim putin", "(kim AND putin)"},
    {"kim putin summit", "(kim AND putin AND summit)"},
    {"  kim \t putin\n", "(kim AND putin)"},
    {"Kim Putin", "(Kim AND Putin)"},
    {"Kim's", "Kim's"},
    {"Kim’s", "Kim’s"},
    {"‘kim jong’", "(‘kim AND jong’)"},  // single quotes are apostrophes
    {"'kim jong'", "('kim AND jong')"},
    {"O’Neill", "O’Neill"},
    {"U.S. N.Y.P.D.", "(U.S. AND N.Y.P.D.)"},
    {"AT&T", "AT&T"},
    {"C++", "C++"},
    {"#metoo @kim", "(#metoo AND @kim)"},
    {"$5m 40%", "($5m AND 40%)"},
    {"a=b", "a=b"},
    {"a,b", "a,b"},
    {"kim, putin", "(kim, AND putin)"},
    {"w/o", "w/o"},
    {"and/or", "and/or"},
    {"9/11", "9/11"},
    {"km/h", "km/h"},
    {"w/50k", "w/50k"},
    {"near", "near"},
    {"Near East", "(Near AND East)"},
    {"NEARBY", "NEARBY"},
    {"ADJ", "ADJ"},
    {"atleast", "atleast"},
    {"atleastx3", "atleastx3"},
    {"..", ".."},
    {"[x]", "[x]"},
    {"{x}", "{x}"},
    {"\\", "\\"},
    {"a\\b", "a\\b"},
    {"a!b?", "a!b?"},
    {"12:30", "12:30"},
    {":x", ":x"},
    {"covid19:x", "covid19:x"},
    {"a-b:c", "a-b:c"},
    {"Путин:", "Путин:"},
    {"金正恩 普京", "(金正恩 AND 普京)"},
    {"café naïve", "(café AND naïve)"},
    {"पुतिन", "पुतिन"},
    {"👍🏽", "👍🏽"},
    {"a\u200Cb", "a\u200Cb"},  // the zero-width non-joiner belongs to Persian words
    {"a\u00ADb", "a\u00ADb"},
    {"& ,", "(& AND ,)"},  // which words have letters is not this room's business

    // White space: control characters, no-break and ideographic spaces, marks that cannot be seen.
    {absl::string_view("a\0b", 3), "(a AND b)"},
    {"a\x01\x1F\x7F"
     "b",
     "(a AND b)"},
    {"a\u0085b", "(a AND b)"},
    {"a\u00A0b", "(a AND b)"},
    {"a\u2003b", "(a AND b)"},
    {"a\u2028b", "(a AND b)"},
    {"a\u202Fb", "(a AND b)"},
    {"a\u3000b", "(a AND b)"},
    {"a\u200Bb", "(a AND b)"},
    {"\uFEFFkim", "kim"},
    {"\uFEFF-kim", "NOT kim"},
    {"\u200E-kim", "NOT kim"},
    {"kim\u00A0-putin", "(kim AND NOT putin)"},
    {"\uFEFFtitle:kim", "headline:kim"},

    // AND, OR, |.
    {"a AND b", "(a AND b)"},
    {"a AND b AND c", "(a AND b AND c)"},
    {"a AND b c", "(a AND b AND c)"},
    {"a OR b", "(a OR b)"},
    {"a | b", "(a OR b)"},
    {"a|b", "(a OR b)"},
    {"a| b |c", "(a OR b OR c)"},
    {"a OR b OR c", "(a OR b OR c)"},
    {"a OR b | c", "(a OR b OR c)"},
    {"a b OR c", "((a AND b) OR c)"},
    {"a OR b c", "(a OR (b AND c))"},
    {"a AND b OR c AND d", "((a AND b) OR (c AND d))"},
    {"a OR b AND c OR d", "(a OR (b AND c) OR d)"},
    {"a and b", "(a AND and AND b)"},
    {"a Or b", "(a AND Or AND b)"},
    {"ORB ANDY NOTE", "(ORB AND ANDY AND NOTE)"},
    {"xOR", "xOR"},
    {"AND-gate", "AND-gate"},

    // Parentheses.
    {"(a)", "a"},
    {"((a))", "a"},
    {"( a )", "a"},
    {"(a b)", "(a AND b)"},
    {"(a OR b) c", "((a OR b) AND c)"},
    {"(a OR b)(c OR d)", "((a OR b) AND (c OR d))"},
    {"a(b)", "(a AND b)"},
    {"(a)b", "(a AND b)"},
    {"(a AND b) AND c", "(a AND b AND c)"},
    {"a AND (b AND c)", "(a AND b AND c)"},
    {"(a OR b) OR c", "(a OR b OR c)"},
    {"a OR (b OR (c OR d))", "(a OR b OR c OR d)"},
    {"a (b (c (d)))", "(a AND b AND c AND d)"},
    {"(a b) OR c", "((a AND b) OR c)"},
    {"(a OR b) AND NOT (c OR d)", "((a OR b) AND NOT (c OR d))"},
    {"a AND(b)", "(a AND b)"},
    {"a OR(b)", "(a OR b)"},
    {"NOT(a)", "NOT a"},

    // Negation. mediacloud/web-search#667: several negations in one query.
    {"-foo", "NOT foo"},
    {"NOT foo", "NOT foo"},
    {"a -b", "(a AND NOT b)"},
    {"a NOT b", "(a AND NOT b)"},
    {"a AND NOT b", "(a AND NOT b)"},
    {"a AND -b", "(a AND NOT b)"},
    {"a OR NOT b", "(a OR NOT b)"},
    {"a OR -b", "(a OR NOT b)"},
    {"a | -b", "(a OR NOT b)"},
    {"a -b -c -d", "(a AND NOT b AND NOT c AND NOT d)"},
    {"-a -b", "(NOT a AND NOT b)"},
    {"-(a OR b)", "NOT (a OR b)"},  // meilisearch/meilisearch#4422: the negative operator, also for a group
    {"-(a b)", "NOT (a AND b)"},
    {"(-a)", "NOT a"},
    {"(-a -b)", "(NOT a AND NOT b)"},
    {"-\"x y\"", "NOT \"x y\""},
    {"a -\"x y\"", "(a AND NOT \"x y\")"},
    {"a NOT\"x y\"", "(a AND NOT \"x y\")"},
    {"-headline:x", "NOT headline:x"},
    {"-outlet:\"x y\"", "NOT outlet:\"x y\""},
    {"-date:2019", "NOT date:2019-01-01..2019-12-31"},
    {"-*", "NOT *"},
    {"NOT *", "NOT *"},
    {"NOT (NOT a)", "NOT (NOT a)"},
    {"-(-a)", "NOT (NOT a)"},
    {"-(-(-a))", "NOT (NOT (NOT a))"},
    {"-(((-a)))", "NOT (NOT a)"},
    {"-(NOT a b)", "NOT (NOT a AND b)"},
    {"\t-a", "NOT a"},
    {"a\n-b", "(a AND NOT b)"},

    // Hyphens in words. typesense/typesense#287: a search with a dash fails; meilisearch/meilisearch PR 4535: numbers
    // with '-' stopped matching.
    {"Jong-un", "Jong-un"},
    {"kim jong-un", "(kim AND jong-un)"},
    {"order 12-345-6", "(order AND 12-345-6)"},
    {"a-", "a-"},
    {"a- b", "(a- AND b)"},
    {"a--b", "a--b"},
    {"e-mail -spam", "(e-mail AND NOT spam)"},
    {"2019-04-25", "2019-04-25"},
    {"kim - putin", "(kim AND putin)"},
    {"kim -- putin", "(kim AND putin)"},
    {"- kim", "kim"},
    {"kim -", "kim"},
    {"(kim -)", "kim"},
    {"(- kim)", "kim"},
    {"a OR - b", "(a OR b)"},
    {"kim – putin", "(kim AND – AND putin)"},
    {"kim—putin", "kim—putin"},
    {"–kim", "–kim"},
    {"−kim", "−kim"},

    // Phrases. meilisearch/meilisearch#1060, typesense/typesense#155: quotes mean the words in order.
    {"\"kim jong un\"", "\"kim jong un\""},
    {"\"kim\"", "\"kim\""},  // freelawproject/courtlistener#1886: one quoted word is still exact
    {"\"Kim Jong-un's\"", "\"Kim Jong-un's\""},
    {"\" kim  jong\tun \"", "\"kim jong un\""},
    {"\"kim\u00A0jong\"", "\"kim jong\""},
    {absl::string_view("\"a\0b\"", 5), "\"a b\""},
    {"\"a b\" \"c d\"", "(\"a b\" AND \"c d\")"},
    {"\"a b\"\"c d\"", "(\"a b\" AND \"c d\")"},
    {"\"a b\"c", "(\"a b\" AND c)"},
    {"a\"b c\"", "(a AND \"b c\")"},
    {"\"a b\" OR \"c d\"", "(\"a b\" OR \"c d\")"},
    {"\"a b\"|\"c d\"", "(\"a b\" OR \"c d\")"},
    {"(\"a b\")", "\"a b\""},
    {"\"AND\"", "\"AND\""},
    {"\"OR\" \"NOT\" \"NEAR\"", "(\"OR\" AND \"NOT\" AND \"NEAR\")"},
    {"\"a OR b\"", "\"a OR b\""},
    {"\"(a\"", "\"(a\""},
    {"\"a | b\"", "\"a | b\""},
    {"\"-a\"", "\"-a\""},
    {"\"=a\"", "\"=a\""},
    {"\"a~1\"", "\"a~1\""},
    {"\"w/5\"", "\"w/5\""},
    {"\"headline:x\"", "\"headline:x\""},
    {"\"https://example.com/a\"", "\"https://example.com/a\""},
    {"\"Summit: day two\"", "\"Summit: day two\""},
    {"\"-\"", "\"-\""},
    {"\"it's ‘here’\"", "\"it's ‘here’\""},
    {"\"a\", \"b\"", "(\"a\" AND , AND \"b\")"},
    // Curly quotes: mediacloud/web-search#1169, mediacloud/api-client#64, freelawproject/courtlistener#2790,
    // simonw/datasette#1795.
    {"“kim jong un”", "\"kim jong un\""},
    {"„kim jong un“", "\"kim jong un\""},
    {"„kim jong un”", "\"kim jong un\""},
    {"‟kim jong un‟", "\"kim jong un\""},
    {"«kim jong un»", "\"kim jong un\""},
    {"»kim jong un«", "\"kim jong un\""},
    {"« kim jong un »", "\"kim jong un\""},
    {"«\u00A0kim\u00A0»", "\"kim\""},
    {"″kim jong un″", "\"kim jong un\""},
    {"＂kim jong un＂", "\"kim jong un\""},
    // mediacloud/web-tools#1412: mixed pairs.
    {"\"kim jong un”", "\"kim jong un\""},
    {"“kim jong un\"", "\"kim jong un\""},
    {"”kim jong un“", "\"kim jong un\""},
    {"”kim jong un”", "\"kim jong un\""},
    {"«kim\" „putin＂", "(\"kim\" AND \"putin\")"},
    {"-“closer ties”", "NOT \"closer ties\""},
    {"title:“closer ties”", "headline:\"closer ties\""},

    // Fields and their other names, in any letter case.
    {"headline:x", "headline:x"},
    {"title:x", "headline:x"},
    {"intitle:x", "headline:x"},
    {"byline:x", "byline:x"},
    {"author:x", "byline:x"},
    {"by:x", "byline:x"},
    {"outlet:x", "outlet:x"},
    {"source:x", "outlet:x"},
    {"site:x", "outlet:x"},
    {"pub:x", "outlet:x"},
    {"HEADLINE:x Title:y", "(headline:x AND headline:y)"},
    {"By:x SITE:y", "(byline:x AND outlet:y)"},
    {"headline:\"a b\"", "headline:\"a b\""},
    {"headline:\"a\"", "headline:\"a\""},
    {"outlet:Reuters", "outlet:Reuters"},
    {"outlet:\"The Tidewater Gazette\"", "outlet:\"The Tidewater Gazette\""},
    {"site:example.com", "outlet:example.com"},
    {"headline:Jong-un", "headline:Jong-un"},
    {"headline:12:30", "headline:12:30"},
    {"headline:a,b", "headline:a,b"},  // only names of outlets and writers come in lists
    {"headline:or", "headline:or"},
    {"headline:a b", "(headline:a AND b)"},
    {"headline:a(b)", "(headline:a AND b)"},
    {"kim headline:talks -outlet:Reuters", "(kim AND headline:talks AND NOT outlet:Reuters)"},
    {"headline:(a)", "headline:a"},
    {"headline:(a b)", "(headline:a AND headline:b)"},
    {"headline:(a OR \"b c\")", "(headline:a OR headline:\"b c\")"},
    {"headline:(a OR b) c", "((headline:a OR headline:b) AND c)"},
    {"headline:(-a)", "NOT headline:a"},
    {"headline:(a -b)", "(headline:a AND NOT headline:b)"},
    {"headline:((a OR b) c)", "((headline:a OR headline:b) AND headline:c)"},
    {"headline:(a NOT (b OR c))", "(headline:a AND NOT (headline:b OR headline:c))"},
    {"-headline:(a OR b)", "NOT (headline:a OR headline:b)"},
    {"by:(a b) c", "(byline:a AND byline:b AND c)"},
    {"headline:(12:30)", "headline:12:30"},

    // Lists.
    {"outlet:a,b", "(outlet:a OR outlet:b)"},
    {"outlet:a,b,c", "(outlet:a OR outlet:b OR outlet:c)"},
    {"source:a,b", "(outlet:a OR outlet:b)"},
    {"byline:a,b", "(byline:a OR byline:b)"},
    {"outlet:\"a b\",c", "(outlet:\"a b\" OR outlet:c)"},
    {"outlet:a,\"b c\"", "(outlet:a OR outlet:\"b c\")"},
    {"outlet:\"a b\",\"c d\"", "(outlet:\"a b\" OR outlet:\"c d\")"},
    {"outlet:“a b”,“c, d”", "(outlet:\"a b\" OR outlet:\"c, d\")"},
    {"outlet:a,\"b c\",d,e", "(outlet:a OR outlet:\"b c\" OR outlet:d OR outlet:e)"},
    {"outlet:a,b kim", "((outlet:a OR outlet:b) AND kim)"},
    {"-outlet:a,b", "NOT (outlet:a OR outlet:b)"},
    {"outlet:a,b OR kim", "(outlet:a OR outlet:b OR kim)"},
    {"outlet:(a,b)", "(outlet:a OR outlet:b)"},
    {"outlet:(a,b OR c)", "(outlet:a OR outlet:b OR outlet:c)"},
    {"outlet:(a,b c)", "(outlet:a OR outlet:b OR outlet:c)"},
    {"outlet:\"a\"b", "(outlet:\"a\" AND b)"},
    {"outlet:(\"a\"b)", "(outlet:\"a\" OR outlet:b)"},
    {"outlet:a\"b\"", "(outlet:a AND \"b\")"},
    // Repeated values of what an article has only one of mean either, as a comma does.
    {"outlet:a outlet:b", "(outlet:a OR outlet:b)"},
    {"outlet:a AND outlet:b", "(outlet:a OR outlet:b)"},
    {"outlet:a kim outlet:b", "((outlet:a OR outlet:b) AND kim)"},
    {"outlet:a,b kim outlet:c", "((outlet:a OR outlet:b OR outlet:c) AND kim)"},
    {"kim outlet:a lang:en outlet:b lang:de", "(kim AND (outlet:a OR outlet:b) AND (lang:en OR lang:de))"},
    {"(outlet:a kim) outlet:b", "((outlet:a OR outlet:b) AND kim)"},
    {"outlet:(a b)", "(outlet:a OR outlet:b)"},
    {"section:world section:\"home news\"", "(section:world OR section:\"home news\")"},
    {"outlet:a -outlet:b", "(outlet:a AND NOT outlet:b)"},
    {"-outlet:a -outlet:b", "(NOT outlet:a AND NOT outlet:b)"},
    {"outlet:a (outlet:b OR kim)", "(outlet:a AND (outlet:b OR kim))"},
    {"outlet:a (outlet:b kim)", "((outlet:a OR outlet:b) AND kim)"},
    {"by:a by:b agency:c agency:d", "(byline:a AND byline:b AND agency:c AND agency:d)"},  // these may be several
    {"outlet:a outlet:b OR kim", "(outlet:a OR outlet:b OR kim)"},

    // Dates: whole days, both ends included. LD4P/sinopia_editor#3428: "to" should include the whole day.
    {"date:2019", "date:2019-01-01..2019-12-31"},
    {"date:2019-04", "date:2019-04-01..2019-04-30"},
    {"date:2019-04-25", "date:2019-04-25"},
    {"DATE:2019-04-25", "date:2019-04-25"},
    {"date:2019-02", "date:2019-02-01..2019-02-28"},
    {"date:2020-02", "date:2020-02-01..2020-02-29"},
    {"date:2000-02-29", "date:2000-02-29"},
    {"date:2019-12", "date:2019-12-01..2019-12-31"},
    {"date:2019-04-01..2019-04-30", "date:2019-04-01..2019-04-30"},
    {"date:2019-04..2019-05", "date:2019-04-01..2019-05-31"},
    {"date:2018..2019", "date:2018-01-01..2019-12-31"},
    {"date:2018..2019-02", "date:2018-01-01..2019-02-28"},
    {"date:2018-12-31..2019", "date:2018-12-31..2019-12-31"},
    {"date:2019-06..2019", "date:2019-06-01..2019-12-31"},
    {"date:2019..2019", "date:2019-01-01..2019-12-31"},
    {"date:2019-04-30..2019-04", "date:2019-04-30"},
    {"date:2019-04-25..2019-04-25", "date:2019-04-25"},
    {"date:..2019-04-30", "date:..2019-04-30"},
    {"date:..2019-04", "date:..2019-04-30"},
    {"date:..2019", "date:..2019-12-31"},
    {"date:2019-04-01..", "date:2019-04-01.."},
    {"date:2019-04..", "date:2019-04-01.."},
    {"date:2019..", "date:2019-01-01.."},
    {"date:1000", "date:1000-01-01..1000-12-31"},
    {"date:9999", "date:9999-01-01..9999-12-31"},
    {"date:9999-12", "date:9999-12-01..9999-12-31"},
    {"date:1000..9999-12-31", "date:1000-01-01..9999-12-31"},
    {"kim date:2019-04", "(kim AND date:2019-04-01..2019-04-30)"},
    {"date:2018 OR date:2019", "(date:2018-01-01..2018-12-31 OR date:2019-01-01..2019-12-31)"},
    {"(date:2019-04-25)", "date:2019-04-25"},
    {"date:2019.. kim", "(date:2019-01-01.. AND kim)"},
    {"kim -date:2019-04-25", "(kim AND NOT date:2019-04-25)"},

    // mediacloud/metadata-lib#103 and Lucene's habit: brackets.
    {"date:[2019-04-01 TO 2019-04-30]", "date:2019-04-01..2019-04-30"},
    {"date:[2019 to 2019-02]", "date:2019-01-01..2019-02-28"},
    {"date:[2019 TO *]", "date:2019-01-01.."},
    {"date:[* TO 2019-04] kim", "(date:..2019-04-30 AND kim)"},
    {"(date:[2018 TO 2019])", "date:2018-01-01..2019-12-31"},
    {"after:2019-04-01", "date:2019-04-01.."},  // the day itself is in
    {"since:2019-04", "date:2019-04-01.."},
    {"before:2018", "date:..2018-12-31"},
    {"until:2018-07", "date:..2018-07-31"},
    {"after:2018 before:2018-07", "(date:2018-01-01.. AND date:..2018-07-31)"},
    {"when:7d", "when:7d"},  // until the newest article is known
    {"WHEN:2W", "when:2w"},
    {"when:6m kim", "(when:6m AND kim)"},
    {"-when:1y", "NOT when:1y"},

    // Facts, order.
    {"has:byline", "has:byline"},
    {"has:author", "has:byline"},
    {"-has:date", "NOT has:date"},
    {"has:Outlet", "has:outlet"},
    {"is:wire kim", "(is:wire AND kim)"},
    {"has:agency", "is:wire"},
    {"kim is:latest", "(kim AND is:latest)"},
    {"-is:Latest", "NOT is:latest"},
    {"kim sort:date", "kim sort:newest"},
    {"kim sort:newest putin", "(kim AND putin) sort:newest"},
    {"sort:oldest kim OR putin", "(kim OR putin) sort:oldest"},
    {"kim SORT:Relevance", "kim sort:relevance"},
    {"sort:newest", "* sort:newest"},
    {"(kim) sort:oldest", "kim sort:oldest"},
    {"sort:oldest -kim", "NOT kim sort:oldest"},
    {"\"sort:newest\"", "\"sort:newest\""},

    // More fields.
    {"body:x lead:y caption:z", "(body:x AND lead:y AND caption:z)"},
    {"Body:\"a b\"", "body:\"a b\""},
    {"agency:ap", "agency:ap"},
    {"wire:AP,\"Yonhap News\"", "(agency:AP OR agency:\"Yonhap News\")"},
    {"dateline:Seoul", "dateline:Seoul"},
    {"place:Seoul,\"New York\"", "(dateline:Seoul OR dateline:\"New York\")"},
    {"section:World", "section:World"},
    {"lang:en", "lang:en"},
    {"language:de,fr", "(lang:de OR lang:fr)"},
    {"lead:(a OR \"b c\")", "(lead:a OR lead:\"b c\")"},

    // As written: typesense/typesense#1880, internetarchive/fatcat-scholar#9.
    {"=word", "\"word\""},
    {"kim -=Kiev", "(kim AND NOT \"Kiev\")"},
    {"=\"a b\"", "\"a b\""},
    {"=“a b”", "\"a b\""},
    {"headline:=x", "headline:\"x\""},
    {"=Jong-un", "\"Jong-un\""},
    {"=AND", "\"AND\""},

    // Words that stand for many.
    {"nego*", "nego*"},
    {"-nego*", "NOT nego*"},
    {"NOT*", "NOT*"},
    {"headline:nego*", "headline:nego*"},
    {"outlet:reut*,nor*", "(outlet:reut* OR outlet:nor*)"},
    {"бол*", "бол*"},
    {"\"kim jong*\"", "\"kim jong*\""},  // Xapian::QueryParser drops the star in silence
    {"\"nego* talks\"", "\"nego* talks\""},
    {"=nego*", "\"nego*\""},
    {"word~1", "word~1"},
    {"word~", "word~1"},
    {"headline:kyiv~1", "headline:kyiv~1"},
    {"by:calloway~", "byline:calloway~1"},

    // Loose phrases; also with a space, as courtlistener#2965 found people typing.
    {"\"a b\"~5", "\"a b\"~5"},
    {"\"x y\" ~7", "\"x y\"~7"},
    {"“a b”~5", "\"a b\"~5"},
    {"headline:\"a b\"~5", "headline:\"a b\"~5"},
    {"-\"a b\"~5 c", "(NOT \"a b\"~5 AND c)"},
    {"\"kim jong un\"~5", "\"kim jong un\"~5"},  // Xapian::QueryParser: the phrase, and the word 5

    // Proximity. courtlistener#3888: /s, /p and /n; amcat/amcat#543: groups in it.
    {"a NEAR b", "(a NEAR/10 b)"},
    {"a NEAR/5 b", "(a NEAR/5 b)"},
    {"a near/5 b", "(a NEAR/5 b)"},  // Xapian::QueryParser: the phrase "near 5"
    {"a NEAR5 b", "(a NEAR/5 b)"},
    {"a w/5 b", "(a NEAR/5 b)"},
    {"a W/5 b", "(a NEAR/5 b)"},
    {"a /5 b", "(a NEAR/5 b)"},
    {"a PRE/5 b", "(a PRE/5 b)"},
    {"a pre/12 b", "(a PRE/12 b)"},
    {"a ADJ/5 b", "(a PRE/5 b)"},
    {"a ADJ5 b", "(a PRE/5 b)"},
    {"a /s b", "(a /s b)"},
    {"a w/s b", "(a /s b)"},
    {"a /S b", "(a /s b)"},
    {"a /p b", "(a /p b)"},
    {"a w/p b", "(a /p b)"},
    {"a NEAR/5 b NEAR/3 c", "(a NEAR/5 b NEAR/3 c)"},
    {"a PRE/1 b /s \"c d\"", "(a PRE/1 b /s \"c d\")"},
    {"(kyiv OR kiev) NEAR/3 talks", "((kyiv OR kiev) NEAR/3 talks)"},  // Xapian::QueryParser: word soup
    {"\"kim jong\" NEAR/5 putin", "(\"kim jong\" NEAR/5 putin)"},    // the same
    {"(terror* OR radica*) near/9 (immigr* OR \"asylum seekers\")",
     "((terror* OR radica*) NEAR/9 (immigr* OR \"asylum seekers\"))"},
    {"(a|b|c) w/5 d", "((a OR b OR c) NEAR/5 d)"},
    {"a b NEAR/5 c d", "(a AND (b NEAR/5 c) AND d)"},
    {"a OR b NEAR/5 c", "(a OR (b NEAR/5 c))"},
    {"a NEAR/5 b OR c", "((a NEAR/5 b) OR c)"},
    {"NOT a NEAR/5 b", "NOT (a NEAR/5 b)"},
    {"-(a NEAR/5 b)", "NOT (a NEAR/5 b)"},
    {"a -(a NEAR/5 b)", "(a AND NOT (a NEAR/5 b))"},
    {"headline:(a NEAR/5 b)", "(headline:a NEAR/5 headline:b)"},
    {"headline:a NEAR/5 b", "(headline:a NEAR/5 b)"},
    {"(a) NEAR/5 (b)", "(a NEAR/5 b)"},
    {"word~1 NEAR/5 =b", "(word~1 NEAR/5 \"b\")"},
    {"\"a\"/s\"b\"", "(\"a\" /s \"b\")"},

    // Mentions.
    {"atleast3(x)", "atleast3(x)"},
    {"ATLEAST12(x)", "atleast12(x)"},
    {"atleast3 (x)", "atleast3(x)"},
    {"atleast3(\"a b\")", "atleast3(\"a b\")"},
    {"atleast3(a OR b)", "atleast3(a OR b)"},
    {"atleast3((a OR b))", "atleast3(a OR b)"},
    {"headline:atleast2(x)", "atleast2(headline:x)"},
    {"headline:(atleast2(x) y)", "(atleast2(headline:x) AND headline:y)"},
    {"-atleast3(nego*) kim", "(NOT atleast3(nego*) AND kim)"},
    {"atleast007(x)", "atleast7(x)"},

    // Everything.
    {"*", "*"},
    {" * ", "*"},
    {"(*)", "*"},
    {"* -kim", "(* AND NOT kim)"},
    {"*|kim", "(* OR kim)"},
    {"kim|*", "(kim OR *)"},
    {"* *", "(* AND *)"},
};

struct ErrorRow {
  absl::string_view text;
  size_t offset;
  absl::string_view part;  // of the message
};

const ErrorRow kErrorRows[] = {
    // Nothing to search for.
    {"", 0, "the query has no words; write a word, or * for every article"},
    {"  \t\n", 0, "no words"},
    {"\uFEFF", 0, "no words"},
    {"-", 0, "no words"},
    {" - -- ", 0, "no words"},

    // Quotes. freelawproject/courtlistener#3707: say where the unbalanced quote or parenthesis is.
    {"\"kim", 0, "this quote has no partner"},
    {"kim\"", 3, "this quote has no partner"},
    {"\"", 0, "close the phrase"},
    {"“kim", 0, "this quote has no partner"},
    {"kim “putin ties", 4, "this quote has no partner"},
    {"\"a b\" \"c", 6, "this quote has no partner"},
    {"\"a\"\"", 3, "this quote has no partner"},
    {"outlet:\"a", 7, "this quote has no partner"},
    {"5'10\"", 4, "this quote has no partner"},
    {"\"a \\\" b\"", 7, "this quote has no partner"},
    {"\"\"", 0, "this phrase is empty"},
    {"a \" \t\"", 2, "this phrase is empty"},
    {"“”", 0, "this phrase is empty"},
    {"headline:\"\"", 9, "this phrase is empty"},
    {"outlet:a,\"\"", 9, "this phrase is empty"},

    // Parentheses.
    {"(", 0, "this '(' is never closed"},
    {"(kim", 0, "this '(' is never closed"},
    {"a (b (c)", 2, "this '(' is never closed"},
    {"((kim", 1, "this '(' is never closed"},
    {"headline:(a", 9, "this '(' is never closed"},
    {")", 0, "this ')' closes nothing"},
    {"kim)", 3, "this ')' closes nothing"},
    {"(a) b)", 5, "this ')' closes nothing"},
    {"()", 0, "these parentheses are empty"},
    {"a ()", 2, "these parentheses are empty"},
    {"(())", 1, "these parentheses are empty"},
    {"(-)", 0, "these parentheses are empty"},
    {"headline:()", 9, "these parentheses are empty"},
    {"AND(a", 0, "'AND' has nothing before it"},

    // Operators without operands.
    {"kim AND", 4, "'AND' has nothing after it"},
    {"AND kim", 0, "'AND' has nothing before it"},
    {"AND", 0, "put 'AND' in quotes"},
    {"kim OR", 4, "'OR' has nothing after it"},
    {"OR kim", 0, "'OR' has nothing before it"},
    {"OR", 0, "put 'OR' in quotes"},
    {"kim |", 4, "'|' has nothing after it"},
    {"| kim", 0, "'|' has nothing before it"},
    {"NOT", 0, "'NOT' has nothing after it"},
    {"kim NOT", 4, "'NOT' has nothing after it"},
    {"kim AND NOT", 8, "'NOT' has nothing after it"},
    {"a OR OR b", 5, "two ORs in a row"},
    {"a || b", 3, "two ORs in a row"},
    {"a AND AND b", 2, "'AND' has nothing after it"},
    {"a AND OR b", 2, "'AND' has nothing after it"},
    {"a OR AND b", 5, "'AND' has nothing before it"},
    {"(a AND) b", 3, "'AND' has nothing after it"},
    {"(OR a)", 1, "'OR' has nothing before it"},
    {"(a OR) b", 3, "'OR' has nothing after it"},
    {"NOT AND a", 0, "'NOT' has nothing after it"},
    {"NOT OR a", 0, "'NOT' has nothing after it"},
    {"(NOT)", 1, "'NOT' has nothing after it"},
    {"a OR -", 2, "'OR' has nothing after it"},
    {"headline:(OR)", 10, "'OR' has nothing before it"},
    {"NOT NOT a", 4, "two negations in a row"},
    {"NOT -a", 4, "two negations in a row"},
    {"-NOT a", 1, "two negations in a row"},
    {"--a", 0, "two negations in a row"},
    {"a --b", 2, "two negations in a row"},
    {"---(a)", 0, "two negations in a row"},

    // '-' where it is neither a hyphen nor an operator.
    {"-|a", 0, "'-' has nothing to exclude"},
    {"-AND", 0, "'-' has nothing to exclude"},
    {"-OR b", 0, "'-' has nothing to exclude"},
    {"a|-b", 2, "'-' directly after '|'"},
    {"(a)-b", 3, "'-' directly after ')'"},
    {"\"New York\"-based", 10, "'-' directly after a quote"},
    {"\"a\"-\"b\"", 3, "put a space before it"},
    {"“a”-", 7, "'-' directly after a quote"},
    {"\"\"-a", 2, "'-' directly after a quote"},
    {"headline:-a", 9, "put it first, as in -headline:word"},
    {"title:-\"a b\"", 6, "-title:word"},
    {"date:-7d", 5, "-date:2019"},
    {"outlet:a,-b", 9, "put it before the field"},

    // Fields.
    {"headline: x", 9, "remove the space after 'headline:'"},
    {"title: \"a b\"", 6, "remove the space after 'title:'"},
    {"by: (a b)", 3, "remove the space after 'by:'"},
    {"date: 2019", 5, "remove the space after 'date:'"},
    {"headline: -x", 9, "remove the space"},
    {"headline:", 0, "'headline:' has no value"},
    {"a headline:", 2, "headline:word"},
    {"(headline:)", 1, "'headline:' has no value"},
    {"headline:|a", 0, "'headline:' has no value"},
    {"date:", 0, "date:2019"},
    {"headlin:x", 0, "did you mean 'headline:'?"},
    {"Headlnie:x", 0, "did you mean 'headline:'?"},
    {"tittle:x", 0, "did you mean 'title:'?"},
    {"athor:x", 0, "did you mean 'author:'?"},
    {"sources:x", 0, "did you mean 'source:'?"},
    {"bylin:x", 0, "did you mean 'byline:'?"},
    {"outlets:x", 0, "did you mean 'outlet:'?"},
    {"dates:2019", 0, "did you mean 'date:'?"},
    {"pubs:x", 0, "did you mean 'pub:'?"},
    {"kim foo:x", 4, "there is no field 'foo:'; the fields are headline: (title: intitle:), body:"},
    {"kim Foo:", 4, "there is no field 'Foo:'"},
    {"-foo:x", 1, "there is no field 'foo:'"},
    {"headline:(foo:x)", 10, "there is no field 'foo:'"},
    {"Trump: Kim is great", 0, "put the words in quotes"},
    {"https://www.example.com/", 0, "if the colon belongs to the text, put the words in quotes"},
    {"(a OR http://b)", 6, "there is no field 'http:'"},
    {"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz:x", 0, "'abcdefghijklmnopqrstuvwxyzabcdefghijklmn...'"},
    {"headline:(title:a)", 10, "'title:' stands inside the parentheses of another field"},
    {"headline:(a by:(b))", 12, "'by:' stands inside the parentheses"},
    {"headline:(date:2019)", 10, "'date:' stands inside the parentheses"},
    {"headline:title:x", 9, "'title:' stands inside the value of another field"},
    {"headline:foo:x", 9, "put the value in quotes if the colon belongs to it"},
    {"outlet:http://a", 7, "inside the value of another field"},
    {"outlet:a,by:b", 9, "'by:' stands inside the value of another field"},
    {"headline:AND", 9, "'AND' in capitals is an operator"},
    {"headline:OR b", 9, "'OR' in capitals is an operator"},
    {"headline:NOT x", 9, "'NOT' in capitals is an operator"},
    {"outlet:a,OR", 9, "'OR' in capitals is an operator"},
    {"headline:*", 9, "'*' takes no field"},
    {"outlet:a,*", 9, "'*' takes no field"},
    {"headline:(*)", 10, "'*' takes no field"},

    // Lists.
    {"outlet:,a", 7, "there is no value before this comma"},
    {"outlet:a,,b", 9, "there is no value before this comma"},
    {"outlet:a,", 8, "no value follows this comma"},
    {"outlet:a, b", 8, "remove the space after it"},
    {"outlet:\"a b\", c", 12, "remove the space after it"},
    {"outlet:a,(b)", 8, "no value follows this comma"},
    {"outlet:(a, b)", 9, "remove the space after it"},
    {"outlet:,", 7, "there is no value before this comma"},

    // Dates.
    {"date:..", 5, "the range '..' has no end to either side"},
    {"date:2019-13", 10, "there is no month '13'"},
    {"date:2019-00", 10, "there is no month '00'"},
    {"date:2019-02-30", 13, "there is no day '30' in 2019-02; write a day from 01 to 28, or date:2019-02"},
    {"date:2019-02-29", 13, "from 01 to 28"},
    {"date:1900-02-29", 13, "from 01 to 28"},
    {"date:2020-02-30", 13, "from 01 to 29"},
    {"date:2019-04-31", 13, "from 01 to 30"},
    {"date:2019-04-00", 13, "there is no day '00'"},
    {"date:0999", 5, "the year '0999' is out of range"},
    {"date:0000", 5, "from 1000 to 9999"},
    {"date:10000", 5, "'10000' is not a date; write date:2019, date:2019-04"},
    {"date:19", 5, "is not a date"},
    {"date:201", 5, "is not a date"},
    {"date:2019-", 5, "is not a date"},
    {"date:2019-4", 5, "is not a date"},
    {"date:2019-4-5", 5, "is not a date"},
    {"date:2019-04-", 5, "is not a date"},
    {"date:20190425", 5, "is not a date"},
    {"date:04/25/2019", 5, "is not a date"},
    {"date:2019/04/25", 5, "is not a date"},
    {"date:25-04-2019", 5, "is not a date"},
    {"date:2019-04-25T10", 5, "is not a date"},
    {"date:+2019", 5, "is not a date"},
    {"date:today", 5, "is not a date"},
    {"date:NOT", 5, "is not a date"},
    {"date:*", 5, "is not a date"},
    {"date:２０１９", 5, "is not a date"},
    {"date:2019–2020", 5, "is not a date"},
    {"date:2018..2019..2020", 11, "is not a date"},
    {"date:2018...2019", 11, "is not a date"},
    {"date:....", 7, "is not a date"},
    {"date:2018..x", 11, "'x' is not a date"},
    {"date:x..2018", 5, "'x' is not a date"},
    {"date:2018..2019-02-29", 19, "there is no day '29'"},
    {"date:2019..2018", 5, "the range ends before it begins; write date:2018..2019"},
    {"date:2019-04-30..2019-04-01", 5, "write date:2019-04-01..2019-04-30"},
    {"date:2019-05..2019-04", 5, "the range ends before it begins"},
    {"date:2019 .. 2020", 10, "a range has no white space"},
    {"date:2019 ..2020", 10, "a range has no white space"},
    {"date:{2019 TO 2020}", 5, "a range without its ends is not supported; write date:2019-04-01..2019-04-30"},
    {"date:[2019", 5, "this range in brackets is not understood; write date:[2019-04-01 TO 2019-04-30]"},
    {"date:[2019 TO", 5, "this range in brackets is not understood"},
    {"date:[2019 2020]", 5, "this range in brackets is not understood"},
    {"date:[* TO *]", 5, "this range in brackets is not understood"},
    {"date:[2019 TO x]", 14, "'x' is not a date"},
    {"date:[x TO 2019]", 6, "'x' is not a date"},
    {"date:[2020 TO 2019]", 5, "the range ends before it begins; write date:[2019 TO 2020]"},
    {"date:(2018 OR 2019)", 5, "write (date:2018 OR date:2019)"},
    {"date:2018,2019", 5, "'date:' takes no list"},
    {"date:\"2019\"", 5, "'date:' takes no quotes"},
    {"date:by:x", 5, "'by:' stands inside the value of another field"},

    // Words that stand for many.
    {"ne*", 2, "'*' needs at least 3 letters before it; write more of them, as in nego*"},
    {"é*", 2, "'*' needs at least 3 letters"},
    {"*nego", 0, "'*' is possible only at the end of a word"},
    {"ne*go", 2, "(negotiate OR negotiation)"},
    {"**", 0, "'*' is possible only at the end of a word"},
    {"*:*", 0, "'*' is possible only at the end"},
    {"nego**", 4, "'*' is possible only at the end"},
    {"-ne*", 3, "'*' needs at least 3 letters"},
    {"neg-*", 4, "'*' must follow a letter"},
    {"nego*, talks", 4, "'*' is possible only at the end of a word; write it there"},
    {"headline:ne*", 11, "'*' needs at least 3 letters"},
    {"outlet:a,b*", 10, "'*' needs at least 3 letters"},
    {"\"kim jo*\"", 0, "'*' in a phrase is possible only at the end of a word of 3 letters or more"},
    {"\"M*A*S*H\"", 0, "or leave '*' out"},
    {"\"*\"", 0, "'*' in a phrase"},
    {"outlet:\"The Tide*\"", 7, "'*' in a quoted name is not supported"},
    {"\"a b\"*", 5, "'*' next to quotes"},
    {"*\"a b\"", 0, "'*' next to quotes"},
    {"(a b)*", 5, "'*' next to quotes or parentheses"},
    {"*(a)", 0, "'*' next to quotes or parentheses"},
    {"word~2", 4, "'~2' is not supported here; write harbor~1"},
    {"wo~1", 2, "'~' needs at least 3 letters before it"},
    {"~word", 0, "'~word' is not supported here"},
    {"wor*~1", 4, "a word cannot have both '*' and '~'"},
    {"outlet:a,b~1", 10, "'~' needs at least 3 letters"},
    {"word~1~1", 4, "'~1~1' is not supported here"},
    {"=", 0, "'=' has no word directly behind it"},
    {"= word", 0, "'=' has no word directly behind it"},
    {"=headline:x", 0, "'=' stands behind the field; write 'headline:=word'"},
    {"outlet:=x", 7, "'=' cannot stand here"},
    {"=ne*", 0, "'*' in a phrase"},

    // Loose phrases. typesense/typesense#1880, freelawproject/courtlistener#2965.
    {"\"a b\"~0", 5, "the number behind '~' is out of range; write a number from 1 to 255"},
    {"\"a b\"~", 5, "the number behind '~' is out of range"},
    {"\"a b\"~x", 5, "the number behind '~' is out of range"},
    {"\"a b\"~256", 5, "from 1 to 255"},
    {"\"a\"~5", 3, "'~' behind one word in quotes says nothing"},
    {"outlet:\"a b\"~5", 12, "'~' behind a quoted name is not supported"},
    {"outlet:(\"a b\"~5)", 13, "'~' behind a quoted name"},
    {"\"a b\"~5 NEAR/3 c", 0, "'NEAR/3' takes words, phrases and (this OR that), not a loose phrase"},

    // Proximity.
    {"NEAR", 0, "'NEAR' has nothing before it"},
    {"NEAR/5 b", 0, "'NEAR/5' has nothing before it; put a word there, or put 'NEAR/5' in quotes"},
    {"a NEAR/5", 2, "'NEAR/5' has nothing after it"},
    {"(a /s) b", 3, "'/s' has nothing after it"},
    {"a NEAR/0 b", 2, "the distance of 'NEAR/0' is out of range; write a number from 1 to 255"},
    {"a NEAR/256 b", 2, "from 1 to 255"},
    {"a NEAR/99999999999 b", 2, "from 1 to 255"},
    {"a NEAR/5 NEAR/5 b", 2, "'NEAR/5' has nothing after it"},
    {"a NOT NEAR/5 b", 2, "'NOT' before 'NEAR/5' is not supported; write a -(a NEAR/5 b)"},
    {"a NEAR/5 -b", 9, "'NEAR/5' excludes nothing; put the negation outside"},
    {"a NEAR/5 NOT b", 9, "'NEAR/5' excludes nothing"},
    {"(a b) NEAR/5 c", 0, "not words that must all occur; write OR between them, or put them in quotes"},
    {"a NEAR/5 (b AND c)", 9, "not words that must all occur"},
    {"a NEAR/5 (b OR (c d))", 15, "not words that must all occur"},
    {"(a NEAR/5 b) NEAR/3 c", 0, "not another proximity in parentheses; leave them out"},
    {"a w/5 (-b)", 7, "not a negation; put it outside"},
    {"a w/5 *", 6, "not '*'; leave it out"},
    {"a w/5 date:2019", 6, "not this; join it with AND"},
    {"a w/5 is:wire", 6, "not this; join it with AND"},
    {"a w/5 outlet:b", 6, "not 'outlet:'; join it with AND"},
    {"byline:a w/5 b", 0, "not 'byline:'; join it with AND"},
    {"a w/5 atleast2(b)", 6, "not this"},
    {"headline:NEAR/5", 9, "'NEAR/5' is an operator and stands between two words"},
    {"headline:w/5 b", 9, "is an operator"},
    {"outlet:a,w/5", 9, "is an operator"},

    // Mentions.
    {"atleast3", 0, "'atleast3' needs parentheses, as in atleast3(word)"},
    {"headline:atleast3", 9, "needs parentheses"},
    {"atleast3()", 8, "these parentheses are empty"},
    {"atleast0(x)", 0, "the number behind 'atleast' is out of range; write a number from 1 to 255"},
    {"atleast256(x)", 0, "from 1 to 255"},
    {"atleast3(a b)", 8, "'atleast3' takes words, phrases and (this OR that), not words that must all occur"},
    {"atleast3(-a)", 9, "not a negation"},
    {"atleast3(by:a)", 9, "not 'byline:'"},
    {"atleast3(a NEAR/5 b)", 8, "not another proximity"},
    {"atleast2(atleast3(a))", 9, "not this"},
    {"byline:atleast3(x)", 7, "needs parentheses"},

    // Fields that take no words.
    {"quote:\"a b\"", 0, "the field 'quote:' is not supported; leave it out, words without a field"},
    {"said:kim", 0, "the field 'said:' is not supported"},
    {"intext:kim", 0, "the field 'intext:' is not supported; write body: or lead: instead"},
    {"dup:show", 0, "the field 'dup:' is not supported"},
    {"versions:all", 0, "the field 'versions:' is not supported"},
    {"has:x", 4, "'has:' knows nothing of 'x'; write has:byline, has:date, has:outlet, is:wire or is:latest"},
    {"has:", 0, "'has:' has no value; write it directly behind the colon, as in has:byline"},
    {"has: byline", 4, "remove the space after 'has:'"},
    {"has:(byline)", 4, "'has:' knows nothing of"},
    {"kim is:newest", 7, "'is:' knows nothing of 'newest'"},
    {"is:\"wire\"", 3, "'is:' knows nothing of"},
    {"headline:(is:wire)", 10, "'is:' stands inside the parentheses of another field"},
    {"lang:english", 5, "'english' is no language; write its code, as in lang:en"},
    {"lang:\"en\"", 5, "'lang:' takes no quotes"},
    {"lang:en*", 7, "'*' needs at least 3 letters"},
    {"after:", 0, "as in after:2019"},
    {"after:tuesday", 6, "'tuesday' is not a date"},
    {"after:2019..2020", 6, "'2019..2020' is not a date"},
    {"after:\"2019\"", 6, "is not a date"},
    {"before:x", 7, "'x' is not a date"},
    {"before:2019-02-30", 15, "there is no day '30'"},
    {"when:", 0, "as in when:7d"},
    {"when:7", 5, "'7' is no length of time; write a number of days, weeks, months or years, as in when:7d"},
    {"when:d", 5, "is no length of time"},
    {"when:0d", 5, "is no length of time"},
    {"when:7days", 5, "is no length of time"},
    {"when:24h", 5, "'when:' counts whole days, not hours"},
    {"when:10000d", 5, "is no length of time"},
    {"sort:", 0, "'sort:' names no order that there is; write sort:newest, sort:oldest or sort:relevance"},
    {"sort:-date", 5, "write sort:newest or sort:oldest"},
    {"kim sort:date sort:oldest", 14, "the order is given twice"},
    {"(kim sort:date)", 5, "'sort:' orders all that is found; write it at the end of the query"},
    {"-sort:date", 1, "orders all that is found"},
    {"kim OR sort:date", 7, "orders all that is found"},
    {"kim AND sort:date", 8, "orders all that is found"},
    {"sort:date OR kim", 0, "orders all that is found"},
    {"kim sort:date AND putin", 4, "orders all that is found"},

    // Bytes that are not UTF-8.
    {"\xFF", 0, "the byte at offset 0 is not valid UTF-8"},
    {"kim \xC3", 4, "the byte at offset 4 is not valid UTF-8"},
    {"kim \xC3(", 4, "send the query as UTF-8"},
    {"\x80", 0, "not valid UTF-8"},
    {"a\xC0\xAF", 1, "not valid UTF-8"},
    {"a\xED\xA0\x80", 1, "not valid UTF-8"},
    {"a\xF4\x90\x80\x80", 1, "not valid UTF-8"},
    {"\"a \xE2\x80\"", 3, "not valid UTF-8"},
    {"Caf\xE9", 3, "not valid UTF-8"},
    {"\x93kim\x94", 0, "not valid UTF-8"},  // curly quotes of Windows-1252
};

struct ExpectedNote {
  size_t begin;
  size_t end;
  absl::string_view part;
};

struct NoteRow {
  absl::string_view text;
  std::vector<ExpectedNote> notes;
};

const std::vector<NoteRow>& NoteRows() {
  static const auto* const rows = new std::vector<NoteRow>{
      {"kim putin", {}},
      {"Jong-un -b", {}},
      {"(a OR b) c", {}},
      {"(a AND b) OR c", {}},
      {"outlet:a,b OR c", {}},
      {"outlet:a,b c", {}},

      // amcat/amcat#543, courtlistener#3707: say what was made of the query.
      {"a b OR c", {{0, 8, "AND binds tighter than OR here: read as ((a AND b) OR c); add parentheses"}}},
      {"a OR b AND c", {{0, 12, "read as (a OR (b AND c));"}}},
      {"x (a OR b c)", {{3, 11, "read as (a OR (b AND c));"}}},
      {"x OR (a OR b c)", {{6, 14, "read as (a OR (b AND c));"}}},
      {"x y OR (a OR b c)",
       {{0, 17, "read as ((x AND y) OR a OR (b AND c));"}, {8, 16, "read as (a OR (b AND c));"}}},
      {"headline:(a OR b c)", {{10, 18, "read as (headline:a OR (headline:b AND headline:c));"}}},
      {"a -b | c", {{0, 8, "read as ((a AND NOT b) OR c);"}}},

      {"a or b", {{2, 4, "the word 'or' is searched for; write OR in capitals to mean either"}}},
      {"a and b", {{2, 5, "the word 'and' is searched for; write AND in capitals"}}},
      {"a not b", {{2, 5, "the word 'not' is searched for; write NOT in capitals"}}},
      {"a or b and c", {{2, 4, "'or'"}, {7, 10, "'and'"}}},
      {"a or", {}},
      {"or b", {}},
      {"not b", {}},
      {"or", {}},
      {"a Or b", {}},
      {"a or OR b", {{0, 9, "AND binds tighter"}}},
      {"\"a or b\"", {}},
      {"a \"or\" b", {}},
      {"a headline:or b", {}},
      {"headline:(a or b)", {{12, 14, "'or'"}}},
      {"\"a b\" or \"c d\"", {{6, 8, "'or'"}}},
      {"(a) or (b)", {{4, 6, "'or'"}}},
      {"a (or) b", {}},

      {"kim - putin", {{4, 5, "'-' stands alone and is ignored"}}},
      {"kim -- putin", {{4, 6, "'--' stands alone and is ignored"}}},
      {"- kim -", {{0, 1, "'-' stands alone"}, {6, 7, "'-' stands alone"}}},
      {"(kim -)", {{5, 6, "'-' stands alone"}}},
      {"a or b - c", {{2, 4, "'or'"}, {7, 8, "'-' stands alone"}}},

      {"kim –putin", {{4, 12, "the dash before 'putin' is not a '-' and excludes nothing"}}},
      {"−putin", {{0, 8, "write '-' before it"}}},
      {"(—putin)", {{1, 9, "excludes nothing"}}},
      {"kim – putin", {}},
      {"kim—putin", {}},
      {"\"a\"–b", {}},

      {"date:2019-04-01.. 2019-04-30", {{18, 28, "'2019-04-30' is searched for as a word; a range is written"}}},
      {"date:2019-04-01 - 2019-04-30", {{16, 17, "stands alone"}, {18, 28, "is searched for as a word"}}},
      {"date:2018.. 2019", {{12, 16, "is searched for as a word"}}},
      {"date:2018 2019", {}},
      {"date:2018.. kim", {}},

      {"outlet:a outlet:b", {}},
      {"outlet:a AND outlet:b", {{0, 21, "two of them mean either: read as (outlet:a OR outlet:b)"}}},
      {"NOT a NEAR/5 b", {{0, 14, "the negation takes the whole proximity: read as NOT (a NEAR/5 b)"}}},
      {"-a w/5 b", {{0, 8, "read as NOT (a NEAR/5 b)"}}},
      {"-(a w/5 b)", {}},
      {"a OR b NEAR/5 c", {}},
      {"a or b NEAR/5 c", {{2, 4, "'or'"}}},
  };
  return *rows;
}

// ---- Laws.

QueryLimits WideLimits() {
  QueryLimits limits;
  limits.max_query_bytes = size_t{1} << 24;
  limits.max_leaves = size_t{1} << 24;
  limits.max_depth = size_t{1} << 24;  // cut to kMaxDepthCeiling
  limits.max_phrase_words = size_t{1} << 24;
  limits.max_expanded_words = size_t{1} << 24;
  return limits;
}

// Spans lie inside their parent's, in order and without overlap; those of leaves hold the leaf's text.
void CheckSpans(const Node& node, absl::string_view text) {
  ASSERT_LT(node.span.begin, node.span.end);
  ASSERT_LE(node.span.end, text.size());
  const absl::string_view typed = text.substr(node.span.begin, node.span.end - node.span.begin);
  ASSERT_TRUE(base::IsValidUtf8(typed)) << "a span cuts a character";
  if (node.kind == Kind::kWord) {
    ASSERT_TRUE(absl::StrContains(typed, node.text)) << typed;
  }
  if (node.kind == Kind::kMatchAll) {
    ASSERT_TRUE(typed == "*" || absl::StartsWithIgnoreCase(typed, "sort:"));
  }
  if (node.kind == Kind::kDate) {
    ASSERT_TRUE(absl::StrContains(typed, ":")) << typed;
  }
  // In order, too, but for values of one field that were gathered.
  size_t begin = node.span.begin;
  for (const Node& child : node.children) {
    ASSERT_GE(child.span.begin, begin);
    ASSERT_LE(child.span.end, node.span.end);
    begin = child.span.begin;
    CheckSpans(child, text);
  }
}

// A child of a proximity or a number of mentions.
void CheckPlaced(const Node& node) {
  if (node.kind == Kind::kOr) {
    for (const Node& child : node.children) CheckPlaced(child);
    return;
  }
  ASSERT_TRUE(node.kind == Kind::kWord || node.kind == Kind::kPhrase);
  ASSERT_TRUE(IsTextField(node.field));
  ASSERT_EQ(node.slop, 0u);
}

// What the parser promises of every tree: groups are of two or more, flat, and leaves have what their kind needs.
void CheckShape(const Node& node) {
  switch (node.kind) {
    case Kind::kAnd:
    case Kind::kOr:
      ASSERT_GE(node.children.size(), 2u);
      for (const Node& child : node.children) ASSERT_NE(child.kind, node.kind);
      break;
    case Kind::kNear:
      ASSERT_GE(node.children.size(), 2u);
      for (const Node& child : node.children) CheckPlaced(child);
      break;
    case Kind::kAtLeast:
      CheckPlaced(node.children.at(0));
      [[fallthrough]];
    case Kind::kNot:
      ASSERT_EQ(node.children.size(), 1u);
      break;
    default:
      ASSERT_TRUE(node.children.empty());
  }
  const bool has_text = node.kind == Kind::kWord || node.kind == Kind::kPhrase;
  ASSERT_EQ(node.text.empty(), !has_text);
  ASSERT_TRUE(has_text || node.field == Field::kText);
  ASSERT_TRUE(node.kind == Kind::kWord || node.form == WordForm::kStem);
  ASSERT_TRUE(node.kind == Kind::kPhrase || node.slop == 0);
  ASSERT_EQ(node.kind == Kind::kDate,
            node.days.first.has_value() || node.days.last.has_value() || node.ago.has_value());
  ASSERT_EQ(node.kind == Kind::kAtLeast, node.count > 0);
  ASSERT_EQ(node.kind == Kind::kNear ? node.children.size() - 1 : 0, node.links.size());
  for (const Node& child : node.children) CheckShape(child);
}

// All that holds for any text. Says whether it was accepted.
bool CheckLaws(absl::string_view text, const QueryLimits& limits) {
  SCOPED_TRACE(absl::StrCat("query [", text, "]"));
  const absl::StatusOr<ParsedQuery> parsed = ParseQuery(text, limits);
  if (!parsed.ok()) {
    const absl::string_view message = parsed.status().message();
    EXPECT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_FALSE(message.empty());
    EXPECT_FALSE(absl::ascii_isupper(static_cast<unsigned char>(message[0]))) << message;
    EXPECT_NE(message.back(), '.') << message;
    EXPECT_TRUE(absl::StrContains(message, "; ")) << "no remedy: " << message;
    EXPECT_TRUE(base::IsValidUtf8(message)) << message;
    const absl::optional<size_t> offset = QueryErrorOffset(parsed.status());
    EXPECT_TRUE(offset.has_value());
    EXPECT_LE(offset.value_or(0), text.size());
    return false;
  }
  CheckSpans(parsed->root, text);
  CheckShape(parsed->root);
  size_t begin = 0;
  for (const Note& note : parsed->notes) {
    EXPECT_FALSE(note.message.empty());
    EXPECT_LT(note.span.begin, note.span.end);
    EXPECT_LE(note.span.end, text.size());
    EXPECT_GE(note.span.begin, begin);
    begin = note.span.begin;
  }
  const std::string canonical = ToString(*parsed);
  const absl::StatusOr<ParsedQuery> again = ParseQuery(canonical, limits);
  EXPECT_TRUE(again.ok()) << canonical << ": " << again.status();
  if (!again.ok()) return true;
  EXPECT_TRUE(again->root == parsed->root) << canonical << " became " << ToString(again->root);
  EXPECT_EQ(again->sort, parsed->sort);
  EXPECT_EQ(ToString(*again), canonical);
  for (const Note& note : again->notes) {
    EXPECT_FALSE(absl::StartsWith(note.message, "AND binds tighter")) << canonical;
    EXPECT_FALSE(absl::StrContains(note.message, "stands alone")) << canonical;
  }
  return true;
}

// A small generator of our own, the same on every machine (SplitMix64).
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t Next() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  size_t Below(size_t n) { return static_cast<size_t>(Next() % n); }

 private:
  uint64_t state_;
};

constexpr uint64_t kSeed = 20190425;

// ---- Tests.

TEST(QueryParserTest, CanonicalForms) {
  for (const CanonicalRow& row : kCanonicalRows) {
    SCOPED_TRACE(absl::StrCat("query [", row.text, "]"));
    const absl::StatusOr<ParsedQuery> parsed = ParseQuery(row.text);
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_EQ(ToString(*parsed), row.canonical);
    EXPECT_TRUE(CheckLaws(row.text, QueryLimits()));
    EXPECT_TRUE(CheckLaws(row.text, WideLimits()));
    EXPECT_TRUE(CheckLaws(row.canonical, QueryLimits()));
  }
}

TEST(QueryParserTest, Errors) {
  for (const ErrorRow& row : kErrorRows) {
    SCOPED_TRACE(absl::StrCat("query [", row.text, "]"));
    const absl::StatusOr<ParsedQuery> parsed = ParseQuery(row.text);
    ASSERT_FALSE(parsed.ok()) << ToString(parsed->root);
    EXPECT_EQ(QueryErrorOffset(parsed.status()), row.offset) << parsed.status();
    EXPECT_TRUE(absl::StrContains(parsed.status().message(), row.part)) << parsed.status();
    EXPECT_FALSE(CheckLaws(row.text, QueryLimits()));
    EXPECT_FALSE(CheckLaws(row.text, WideLimits()));
  }
}

TEST(QueryParserTest, Notes) {
  for (const NoteRow& row : NoteRows()) {
    SCOPED_TRACE(absl::StrCat("query [", row.text, "]"));
    const absl::StatusOr<ParsedQuery> parsed = ParseQuery(row.text);
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    ASSERT_EQ(parsed->notes.size(), row.notes.size());
    for (size_t i = 0; i < row.notes.size(); ++i) {
      EXPECT_EQ(parsed->notes[i].span.begin, row.notes[i].begin);
      EXPECT_EQ(parsed->notes[i].span.end, row.notes[i].end);
      EXPECT_TRUE(absl::StrContains(parsed->notes[i].message, row.notes[i].part)) << parsed->notes[i].message;
    }
    EXPECT_TRUE(CheckLaws(row.text, QueryLimits()));
  }
}

TEST(QueryParserTest, SpansPointAtWhatWasTyped) {
  const absl::string_view text = "kim -headline:(a OR \"b c\") outlet:x,y (d) date:2019";
  const absl::StatusOr<ParsedQuery> parsed = ParseQuery(text);
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  const auto typed = [&](const Node& node) { return text.substr(node.span.begin, node.span.end - node.span.begin); };
  const Node& root = parsed->root;
  ASSERT_EQ(root.children.size(), 5u);
  EXPECT_EQ(typed(root), text);
  EXPECT_EQ(typed(root.children[0]), "kim");
  EXPECT_EQ(typed(root.children[1]), "-headline:(a OR \"b c\")");
  EXPECT_EQ(typed(root.children[1].children[0]), "headline:(a OR \"b c\")");
  EXPECT_EQ(typed(root.children[1].children[0].children[0]), "a");
  EXPECT_EQ(typed(root.children[1].children[0].children[1]), "\"b c\"");
  EXPECT_EQ(typed(root.children[2]), "outlet:x,y");
  EXPECT_EQ(typed(root.children[2].children[0]), "x");
  EXPECT_EQ(typed(root.children[2].children[1]), "y");
  EXPECT_EQ(typed(root.children[3]), "d");
  EXPECT_EQ(typed(root.children[4]), "date:2019");
}

TEST(QueryParserTest, ErrorsCarryTheirOffset) {
  const absl::Status status = QueryError(7, "what; remedy");
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "what; remedy");
  EXPECT_EQ(QueryErrorOffset(status), size_t{7});
  EXPECT_EQ(QueryErrorOffset(absl::InvalidArgumentError("x")), absl::nullopt);
  EXPECT_EQ(QueryErrorOffset(absl::OkStatus()), absl::nullopt);
}

// ---- Limits: each at its edge and one over.

void ExpectRefused(absl::string_view text, const QueryLimits& limits, size_t offset, absl::string_view message) {
  SCOPED_TRACE(absl::StrCat("query [", text.substr(0, 80), "]"));
  const absl::StatusOr<ParsedQuery> parsed = ParseQuery(text, limits);
  ASSERT_FALSE(parsed.ok());
  EXPECT_EQ(QueryErrorOffset(parsed.status()), offset);
  EXPECT_TRUE(absl::StrContains(parsed.status().message(), message)) << parsed.status();
  EXPECT_FALSE(CheckLaws(text, limits));
}

std::string Repeat(absl::string_view piece, size_t times) {
  std::string text;
  for (size_t i = 0; i < times; ++i) absl::StrAppend(&text, piece);
  return text;
}

TEST(QueryLimitsTest, Bytes) {
  EXPECT_TRUE(CheckLaws(std::string(1024, 'a'), QueryLimits()));
  EXPECT_TRUE(CheckLaws(std::string(1023, ' ') + "a", QueryLimits()));
  ExpectRefused(std::string(1025, 'a'), QueryLimits(), 1024,
                "the query has 1025 bytes, the limit is 1024 (max_query_bytes)");
  ExpectRefused(std::string(1 << 20, '('), QueryLimits(), 1024, "the query has 1048576 bytes");
  ExpectRefused(std::string(1025, '\xFF'), QueryLimits(), 1024, "max_query_bytes");
}

TEST(QueryLimitsTest, BytesOfTheCanonicalForm) {
  QueryLimits limits;
  limits.max_query_bytes = 10;
  EXPECT_TRUE(CheckLaws("aa|bb", limits));  // (aa OR bb)
  EXPECT_TRUE(CheckLaws("a (b)", limits));
  ExpectRefused("aa|bbb", limits, 0, "written out in full the query has 11 bytes, the limit is 10 (max_query_bytes)");
  ExpectRefused("by:(a b)", limits, 0, "written out in full");
  limits.max_query_bytes = 27;
  EXPECT_TRUE(CheckLaws("when:7d", limits));  // date:2019-04-19..2019-04-25, once it is resolved
  limits.max_query_bytes = 26;
  ExpectRefused("when:7d", limits, 0, "written out in full the query has 27 bytes");
}

TEST(QueryLimitsTest, Leaves) {
  EXPECT_TRUE(CheckLaws(Repeat("a ", 32), QueryLimits()));
  ExpectRefused(Repeat("a ", 33), QueryLimits(), 64,
                "the query has 33 words and phrases, the limit is 32 (max_leaves)");
  ExpectRefused(Repeat("a ", 50), QueryLimits(), 64, "the query has 50 words and phrases");
  QueryLimits limits;
  limits.max_leaves = 4;
  EXPECT_TRUE(CheckLaws("a \"b c\" date:2019 *", limits));
  ExpectRefused("a \"b c\" date:2019 * -e", limits, 21, "the query has 5 words");
  EXPECT_TRUE(CheckLaws("outlet:a,b,c,d", limits));
  ExpectRefused("outlet:a,b,c,d,e", limits, 15, "the query has 5 words");
}

TEST(QueryLimitsTest, DepthOfTheText) {
  EXPECT_TRUE(CheckLaws(Repeat("(", 8) + "a" + Repeat(")", 8), QueryLimits()));
  ExpectRefused(Repeat("(", 9) + "a" + Repeat(")", 9), QueryLimits(), 8,
                "parentheses and negations nest 9 deep here, the limit is 8 (max_depth)");
  EXPECT_TRUE(CheckLaws(Repeat("-(", 4) + "a" + Repeat(")", 4), QueryLimits()));
  ExpectRefused(Repeat("-(", 4) + "-a" + Repeat(")", 4), QueryLimits(), 8, "nest 9 deep");
  // The limit is met before the missing parentheses are.
  ExpectRefused(Repeat("(", 1000), QueryLimits(), 8, "max_depth");
  ExpectRefused(Repeat("headline:(", 9), QueryLimits(), 10, "stands inside the parentheses of another field");
  QueryLimits limits;
  limits.max_depth = 0;
  EXPECT_TRUE(CheckLaws("a", limits));
  ExpectRefused("(a)", limits, 0, "nest 1 deep here, the limit is 0");
  ExpectRefused("-a", limits, 0, "nest 1 deep here, the limit is 0");
}

TEST(QueryLimitsTest, DepthOfTheCanonicalForm) {
  QueryLimits limits;
  limits.max_depth = 2;
  EXPECT_TRUE(CheckLaws("a OR b c", limits));     // (a OR (b AND c))
  EXPECT_TRUE(CheckLaws("a (b (c d))", limits));  // (a AND b AND c AND d)
  EXPECT_TRUE(CheckLaws("(a OR b) (c OR d)", limits));
  ExpectRefused("a OR b (c OR d)", limits, 7, "nests more than 2 deep here, the limit is 2 (max_depth)");
  ExpectRefused("a OR b -(c d)", limits, 7, "with the groups that AND and OR imply");
}

TEST(QueryLimitsTest, DepthHasACeilingForTheStack) {
  EXPECT_TRUE(CheckLaws(Repeat("(", kMaxDepthCeiling) + "a" + Repeat(")", kMaxDepthCeiling), WideLimits()));
  EXPECT_TRUE(CheckLaws(Repeat("-(", kMaxDepthCeiling / 2) + "a" + Repeat(")", kMaxDepthCeiling / 2), WideLimits()));
  ExpectRefused(Repeat("(", 1 << 20), WideLimits(), kMaxDepthCeiling, "max_depth");
  ExpectRefused(Repeat("-(", 1 << 20), WideLimits(), kMaxDepthCeiling, "max_depth");
  ExpectRefused(Repeat("a|b (", 1 << 18), WideLimits(), 5 * kMaxDepthCeiling + 4, "max_depth");
}

TEST(QueryLimitsTest, PhraseWords) {
  EXPECT_TRUE(CheckLaws("\"" + Repeat("a ", 16) + "\"", QueryLimits()));
  EXPECT_TRUE(CheckLaws("\"  " + Repeat("a \t ", 16) + "\"", QueryLimits()));
  ExpectRefused("x \"" + Repeat("a ", 17) + "\"", QueryLimits(), 2,
                "the phrase has 17 words, the limit is 16 (max_phrase_words)");
}

TEST(QueryLimitsTest, ExpandedWords) {
  EXPECT_TRUE(CheckLaws("aaa* bbb~1 \"ccc* ddd*\"", QueryLimits()));
  ExpectRefused("aaa* bbb~1 \"ccc* ddd*\" eee*", QueryLimits(), 23,
                "the query has 5 words with '*' or '~', the limit is 4 (max_expanded_words)");
  ExpectRefused("aaa* bbb~1 ccc* \"ddd* eee*\"", QueryLimits(), 16, "max_expanded_words");
}

TEST(QueryLimitsTest, Distances) {
  QueryLimits limits;
  limits.max_distance = 3;
  limits.max_mentions = 2;
  EXPECT_TRUE(CheckLaws("a NEAR b", limits));  // (a NEAR/3 b)
  EXPECT_TRUE(CheckLaws("\"a b\"~3 atleast2(a)", limits));
  ExpectRefused("a NEAR/4 b", limits, 2, "write a number from 1 to 3");
  ExpectRefused("\"a b\"~4", limits, 5, "write a number from 1 to 3");
  ExpectRefused("atleast3(a)", limits, 0, "write a number from 1 to 2");
}

TEST(QueryLimitsTest, DepthOfProximities) {
  QueryLimits limits;
  limits.max_depth = 2;
  EXPECT_TRUE(CheckLaws("(a OR b) NEAR/5 c", limits));
  EXPECT_TRUE(CheckLaws("-(a NEAR/5 b)", limits));
  ExpectRefused("-((a OR b) NEAR/5 c)", limits, 2, "max_depth");
  ExpectRefused("- ((a OR b) NEAR/5 c) d", limits, 3, "max_depth");
  EXPECT_TRUE(CheckLaws("-atleast3(a OR b)", limits));
  ExpectRefused("x -atleast3(a OR b)", limits, 11, "max_depth");
}

TEST(ResolveTest, RelativeDatesCountBackFromTheNewestArticle) {
  const absl::CivilDay newest(2019, 4, 25);
  const std::pair<absl::string_view, absl::string_view> kRows[] = {
      {"when:1d", "date:2019-04-25"},
      {"when:7d", "date:2019-04-19..2019-04-25"},
      {"when:2w", "date:2019-04-12..2019-04-25"},
      {"when:1m", "date:2019-03-26..2019-04-25"},
      {"when:1y", "date:2018-04-26..2019-04-25"},
      {"when:9999y", "date:1000-01-01..2019-04-25"},
      {"kim -when:1d", "(kim AND NOT date:2019-04-25)"},
      {"date:2018", "date:2018-01-01..2018-12-31"},
  };
  for (const auto& [text, resolved] : kRows) {
    Node root = ParseQuery(text).value().root;
    Resolve(newest, root);
    EXPECT_EQ(ToString(root), resolved) << text;
    EXPECT_TRUE(CheckLaws(ToString(root), QueryLimits()));
    root = ParseQuery(text).value().root;
    Resolve(absl::nullopt, root);
    EXPECT_TRUE(root == ParseQuery(text).value().root) << "nothing to count back from";
  }
}

// Long texts of every shape that has ever made a parser quadratic. A test that hangs here has failed.
TEST(QueryLimitsTest, LongTextsTakeLinearTime) {
  for (absl::string_view piece :
       {"(",    ")",    "\"", "\"\" ", "- ", "-",  "a ",        "a:",         "by:",    "a,",  "|",   "a|",
        "a b|", "NOT ", "*",  "~",     "“",  "..", "outlet:a,", "date:2019 ", "a (b) ", "or ", "-a ", "\u3000",
        "a NEAR ", "a /s ", "outlet:a ", "sort:date ", "aaa* ", "\"a* ", "\"a b\"~5 ", "atleast2(a) ", "=a ", "[2018 TO "}) {
    for (absl::string_view head : {"", "a", "outlet:", "\"", "a ("}) {
      std::string text(head);
      while (text.size() < 60000) absl::StrAppend(&text, piece);
      CheckLaws(text, QueryLimits());
      CheckLaws(text, WideLimits());
    }
  }
}

// ---- Random queries.

TEST(QueryParserTest, LawsHoldForTokenSoup) {
  constexpr absl::string_view kTokens[] = {
      "kim",        "putin",      "a",          "b",           "or",     "and",   "not",   "Jong-un",  "12:30",
      "Kim’s",      "é",          "金正恩",     "👍",           "AND",    "OR",    "NOT",   "NEAR",     "|",
      "(",          ")",          "(",          ")",           "-",      "-",     "--",    "–",        "\"",
      "\"",         "“",          "”",          "«",           "″",      "＂",    "‘",     "'",        "\"a b\"",
      "“c d”",      "\"\"",       "*",          "~",           "~5",     "=",     ",",     "..",       ":",
      "headline:",  "title:",     "by:",        "outlet:",     "site:",  "date:", "body:", "foo:",     "2019",
      "2019-04",    "2019-02-30", "2018..2019", "date:2019..", "w/5",    "/s",    "nego*", "atleast3", "\t",
      "\xFF",       "\xC3",       "\u00A0",     "\uFEFF",      "\u200B", "[",     "]",     "TO",       "\\",
      "outlet:a,b", "headline:(", "-(",         "\x01",        "NEAR/3", "w/s",   "PRE/2", "atleast2(", "word~1",
      "has:byline", "is:wire",    "is:latest",  "sort:date",  "when:7d",     "after:2018", "lang:en", "outlet:a", "outlet:b", "[2018",
      "2019]",      "date:[2018", "=x",         "(a OR b)",    "\"kim jong*\""};
  std::cout << "seed " << kSeed << "\n";
  Random random(kSeed);
  size_t accepted = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    const bool junk = random.Below(4) == 0;  // else drop the tokens that make most texts invalid
    for (size_t n = 1 + random.Below(12); n > 0; --n) {
      const absl::string_view token = kTokens[random.Below(std::size(kTokens))];
      if (!junk && !base::IsValidUtf8(token)) continue;
      absl::StrAppend(&text, token);
      if (random.Below(3) != 0) text.push_back(' ');
    }
    accepted += CheckLaws(text, QueryLimits());
    QueryLimits tight;
    tight.max_query_bytes = 24 + random.Below(60);
    tight.max_leaves = 1 + random.Below(6);
    tight.max_depth = random.Below(4);
    tight.max_phrase_words = 1 + random.Below(2);
    CheckLaws(text, tight);
    if (HasFailure()) FAIL() << "round " << i;
  }
  std::cout << "accepted " << accepted << "\n";
  EXPECT_GE(accepted, 1000u);
}

Node RandomTree(Random& random, size_t depth, Kind parent);

constexpr Field kTextFields[] = {Field::kText, Field::kHeadline, Field::kBody, Field::kLead, Field::kCaption};

Node RandomWord(Random& random, bool text_only) {
  constexpr absl::string_view kWords[] = {"kim", "Jong-un", "12:30", "or", "é", "a,b", "金", "-", "..", "w/o", ","};
  constexpr absl::string_view kLong[] = {"kim", "Jong-un", "золото"};
  constexpr absl::string_view kPhrases[] = {"AND", "OR", "NEAR", "a b", "-x", "(", "by:x", "a | b", "=", "~5", "é ‘"};
  Node node;
  node.field = text_only ? kTextFields[random.Below(std::size(kTextFields))] : static_cast<Field>(random.Below(11));
  if (node.field == Field::kLanguage) {
    node.kind = Kind::kWord;
    node.text = random.Below(2) == 0 ? "en" : "de";
    return node;
  }
  if (random.Below(2) == 0) {
    node.kind = Kind::kPhrase;
    node.text = std::string(kPhrases[random.Below(std::size(kPhrases))]);
    if (IsTextField(node.field) && random.Below(4) == 0) node.text = "kim jong*";
    if (!text_only && IsTextField(node.field) && absl::StrContains(node.text, " ") && random.Below(3) == 0) {
      node.slop = static_cast<uint32_t>(1 + random.Below(255));
    }
    return node;
  }
  node.kind = Kind::kWord;
  if (random.Below(3) == 0) {
    node.form = random.Below(2) == 0 ? WordForm::kPrefix : WordForm::kFuzzy;
    node.text = std::string(kLong[random.Below(std::size(kLong))]);
    return node;
  }
  do {
    node.text = std::string(kWords[random.Below(std::size(kWords))]);
    // '-' is no word anywhere, and a comma is none in a list.
  } while (node.text == "-" || (!IsTextField(node.field) && absl::StrContains(node.text, ",")));
  return node;
}

Node RandomPlaced(Random& random) {
  if (random.Below(3) != 0) return RandomWord(random, /*text_only=*/true);
  Node node;
  node.kind = Kind::kOr;
  for (size_t n = 2 + random.Below(2); n > 0; --n) node.children.push_back(RandomWord(random, /*text_only=*/true));
  return node;
}

Node RandomLeaf(Random& random) {
  Node node;
  switch (random.Below(8)) {
    case 0:
      return node;
    case 1:
      node.kind = Kind::kDate;
      if (random.Below(4) == 0) {
        node.ago = Ago{static_cast<int>(1 + random.Below(100)), "dwmy"[random.Below(4)]};
        return node;
      }
      node.days.first = absl::CivilDay(2019, 1, 1) + static_cast<int>(random.Below(2000));
      if (random.Below(3) == 0) {
        std::swap(node.days.first, node.days.last);
      } else if (random.Below(3) != 0) {
        node.days.last = *node.days.first + static_cast<int>(random.Below(40));
      }
      return node;
    case 2:
      node.kind = Kind::kFact;
      node.fact = static_cast<Fact>(random.Below(5));
      return node;
    case 3:
      node.kind = Kind::kAtLeast;
      node.count = static_cast<uint32_t>(1 + random.Below(255));
      node.children.push_back(RandomPlaced(random));
      return node;
    case 4:
      node.kind = Kind::kNear;
      node.children.push_back(RandomPlaced(random));
      for (size_t n = 1 + random.Below(3); n > 0; --n) {
        Link link;
        link.kind = static_cast<Link::Kind>(random.Below(4));
        const bool counts = link.kind == Link::Kind::kNear || link.kind == Link::Kind::kBefore;
        if (counts) link.distance = static_cast<uint32_t>(1 + random.Below(255));
        node.links.push_back(link);
        node.children.push_back(RandomPlaced(random));
      }
      return node;
    default:
      return RandomWord(random, /*text_only=*/false);
  }
}

Node RandomTree(Random& random, size_t depth, Kind parent) {
  if (depth == 0 || random.Below(4) == 0) return RandomLeaf(random);
  Node node;
  do {
    constexpr Kind kInner[] = {Kind::kAnd, Kind::kOr, Kind::kNot};
    node.kind = kInner[random.Below(std::size(kInner))];
  } while (node.kind == parent && node.kind != Kind::kNot);
  const size_t children = node.kind == Kind::kNot ? 1 : 2 + random.Below(3);
  for (size_t i = 0; i < children; ++i) node.children.push_back(RandomTree(random, depth - 1, node.kind));
  return node;
}

// Would the parser gather two children of this tree, somewhere?
bool RepeatsAValue(const Node& node) {
  std::map<Field, int> values;
  for (const Node& child : node.children) {
    if (RepeatsAValue(child)) return true;
    const bool group = child.kind == Kind::kOr && child.children.front().children.empty();
    const Field field = group ? child.children.front().field : child.field;
    const bool single = field == Field::kOutlet || field == Field::kSection || field == Field::kLanguage;
    if (node.kind == Kind::kAnd && single && ++values[field] > 1) return true;
  }
  return false;
}

// The other direction: not the trees that texts happen to make, but every tree that a text could.
TEST(QueryParserTest, EveryTreeSurvivesItsCanonicalForm) {
  std::cout << "seed " << kSeed << "\n";
  Random random(kSeed);
  for (int i = 0; i < 5000; ++i) {
    const Node tree = RandomTree(random, 5, Kind::kMatchAll);
    if (RepeatsAValue(tree)) continue;
    const std::string canonical = ToString(tree);
    const absl::StatusOr<ParsedQuery> parsed = ParseQuery(canonical, WideLimits());
    ASSERT_TRUE(parsed.ok()) << canonical << ": " << parsed.status();
    ASSERT_TRUE(parsed->root == tree) << canonical << " became " << ToString(parsed->root);
    CheckLaws(canonical, WideLimits());
    if (HasFailure()) FAIL() << "round " << i;
  }
}

}  // namespace
}  // namespace dateline::query
