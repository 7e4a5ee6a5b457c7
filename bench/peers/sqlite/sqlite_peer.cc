// SQLite's FTS5 for the protocol of the peers.
//
// One table of three columns: stems, and words up to the first wide gap and after it, as phrases and proximities
// never cross columns. Rows have the numbers of articles and so stand newest first: the newest are the first rows,
// and a span of time is a span of rows. Names lie in side tables.
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "bench/peers/common/peer.h"
#include "bench/peers/sqlite/database.h"

namespace dateline::peers {
namespace {

// From this many places on a gap begins another column; narrower ones are filled with words.
constexpr uint64_t kWideGap = 200;
constexpr char kFile[] = "/articles.db";

constexpr const char* kNameFields[] = {"outlet", "byline", "section"};

constexpr char kSchema[] = R"sql(
  CREATE VIRTUAL TABLE article USING fts5(stems, words, more, content='', tokenize='blanks');
  CREATE TABLE name(id INTEGER PRIMARY KEY, field TEXT NOT NULL, name TEXT NOT NULL);
  CREATE TABLE outlet(article INTEGER, name INTEGER, PRIMARY KEY(article, name)) WITHOUT ROWID;
  CREATE TABLE byline(article INTEGER, name INTEGER, PRIMARY KEY(article, name)) WITHOUT ROWID;
  CREATE TABLE section(article INTEGER, name INTEGER, PRIMARY KEY(article, name)) WITHOUT ROWID;
  CREATE TABLE dated(article INTEGER PRIMARY KEY, instant INTEGER, month TEXT);
)sql";

constexpr char kIndexes[] = R"sql(
  CREATE INDEX name_by_name ON name(field, name);
  CREATE INDEX dated_by_instant ON dated(instant DESC);
)sql";

// {before, after} the first wide gap.
std::pair<std::string_view, std::string_view> AtWideGap(std::string_view words) {
  for (const std::string_view item : Split(words, ' ')) {
    const auto gap = GapOf(item);
    if (!gap || *gap < kWideGap) continue;
    const size_t begin = item.data() - words.data();
    const size_t end = std::min(words.size(), begin + item.size() + 1);
    return {words.substr(0, begin == 0 ? 0 : begin - 1), words.substr(end)};
  }
  return {words, {}};
}

class Builder {
 public:
  explicit Builder(Database& database)
      : article_(database, "INSERT INTO article(rowid, stems, words, more) VALUES(?1, ?2, ?3, ?4)"),
        name_(database, "INSERT INTO name(id, field, name) VALUES(?1, ?2, ?3)"),
        dated_(database, "INSERT INTO dated(article, instant, month) VALUES(?1, ?2, ?3)") {
    for (const char* field : kNameFields) {
      named_.emplace_back(database, "INSERT INTO " + std::string(field) + "(article, name) VALUES(?1, ?2)");
    }
  }

  void Add(const Article& article) {
    const int64_t row = static_cast<int64_t>(article.number) + 1;
    const auto [words, more] = AtWideGap(article.words);
    article_.Bind(1, row);
    article_.Bind(2, article.stems);
    article_.Bind(3, words);
    article_.Bind(4, more);
    article_.RunOnce();
    const std::string_view names[] = {article.outlets, article.bylines, article.sections};
    for (size_t field = 0; field < named_.size(); ++field) AddNames(field, row, names[field]);
    const int64_t instant = article.instant.value_or(std::numeric_limits<int64_t>::min());
    if (instant > last_)
      throw std::runtime_error("documents, line " + std::to_string(row) + ": is newer than the one before");
    last_ = instant;
    if (!article.instant) return;
    const std::string month = MonthOf(instant);
    dated_.Bind(1, row);
    dated_.Bind(2, instant);
    dated_.Bind(3, month);
    dated_.RunOnce();
  }

 private:
  void AddNames(size_t field, int64_t row, std::string_view names) {
    for (const std::string_view name : Split(names, kNameSeparator)) {
      const std::string key = kNameFields[field] + std::string(1, kNameSeparator) + std::string(name);
      const auto [known, is_new] = ids_.try_emplace(key, ids_.size() + 1);
      if (is_new) {
        name_.Bind(1, known->second);
        name_.Bind(2, std::string_view(kNameFields[field]));
        name_.Bind(3, name);
        name_.RunOnce();
      }
      named_[field].Bind(1, row);
      named_[field].Bind(2, known->second);
      named_[field].RunOnce();
    }
  }

  Statement article_;
  Statement name_;
  Statement dated_;
  std::vector<Statement> named_;  // by field
  std::unordered_map<std::string, int64_t> ids_;
  int64_t last_ = std::numeric_limits<int64_t>::max();
};

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    out += c;
    if (c == '"') out += c;
  }
  return out + '"';
}

// In the language of FTS5.
std::string MatchOf(const Tree& tree) {
  const auto joined = [&tree](const char* between) {
    std::string out = "(";
    for (const Tree& part : tree.parts) out += (out.size() > 1 ? between : "") + MatchOf(part);
    return out + ")";
  };
  std::string words;
  for (const std::string& word : tree.words) words += (words.empty() ? "" : " ") + word;
  switch (tree.op) {
    case Op::kTerm:
      return "stems : " + Quoted(tree.text);
    case Op::kAnd:
      return joined(" AND ");
    case Op::kOr:
      return joined(" OR ");
    case Op::kNot:
      return joined(" NOT ");
    case Op::kPhrase:
      return "{words more} : " + Quoted(words);
    case Op::kPrefix:
      return "{words more} : " + Quoted(tree.text) + " *";
    case Op::kNear: {
      std::string each;
      for (const std::string& word : tree.words) each += Quoted(word) + " ";
      // FTS5 counts the words that stand between.
      return "{words more} : NEAR(" + each + ", " + std::to_string(tree.distance - 1) + ")";
    }
    case Op::kMaybe:
      break;  // skipped before
  }
  throw std::logic_error("an op that FTS5 does not know");
}

int WidestNear(const Tree& tree) {
  int widest = tree.op == Op::kNear ? tree.distance : 0;
  for (const Tree& part : tree.parts) widest = std::max(widest, WidestNear(part));
  return widest;
}

class SqliteEngine : public Engine {
 public:
  std::string name() const override { return "sqlite"; }
  std::string version() const override { return sqlite3_libversion(); }

  double Build(DocumentReader& documents, const BuildOptions& options) override {
    Database database(options.index + kFile, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    database.Run("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -" +
                 std::to_string(options.memory_mb * 1024 / 2));
    database.Run(kSchema);
    const uint64_t pending = std::min<uint64_t>(options.memory_mb / 2, 1024) << 20;
    database.Run("INSERT INTO article(article, rank) VALUES('hashsize', " + std::to_string(pending) + ")");
    database.Run("BEGIN");
    {
      Builder builder(database);
      for (Article article; documents.Read(article);) builder.Add(article);
    }
    database.Run(kIndexes);
    database.Run("COMMIT");
    const auto start = std::chrono::steady_clock::now();
    database.Run("INSERT INTO article(article) VALUES('optimize')");
    database.Run("VACUUM; ANALYZE");
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }

  void Open(const std::string& index) override {
    database_ = std::make_unique<Database>(index + kFile, SQLITE_OPEN_READONLY);
    database_->Run("PRAGMA mmap_size = 1099511627776; PRAGMA cache_size = -524288; PRAGMA temp_store = MEMORY");
  }

  std::string Skip(const Filtered& query) const override {
    if (query.tree.Has(Op::kMaybe)) return "no optional part";
    if (WidestNear(query.tree) >= static_cast<int>(kWideGap)) return "no proximity as wide as a gap";
    return {};
  }

  Answer Ask(const Filtered& query, Mode mode) override {
    const std::string match = MatchOf(query.tree);
    Answer answer;
    switch (mode) {
      case Mode::kCount: {
        Statement& count = Prepared(query, "SELECT count(*) FROM article WHERE ", "", match);
        count.Step();
        answer.total = count.Number(0);
        count.Reset();
        break;
      }
      case Mode::kNewest10: {
        Statement& newest = Prepared(query, "SELECT rowid FROM article WHERE ", " ORDER BY rowid LIMIT 10", match);
        while (newest.Step()) answer.hits.push_back(newest.Number(0) - 1);
        newest.Reset();
        break;
      }
      case Mode::kTop10:
        AddBest(query, match, 10, answer);
        break;
      case Mode::kTop100:
        AddBest(query, match, 100, answer);
        break;
      case Mode::kTop10Count:
        answer.total = AddBest(query, match, 10, answer);
        break;
      case Mode::kTop10Facets:
        AddFacets(query, match, answer);
        break;
    }
    return answer;
  }

 private:
  // The statement of a shape of query, made when first asked for, with all bound.
  Statement& Prepared(const Filtered& query, const std::string& before, const std::string& after,
                      const std::string& match) {
    std::string where = "article MATCH ?1";
    if (query.outlet) {
      where +=
          " AND EXISTS (SELECT 1 FROM outlet WHERE outlet.article = +article.rowid AND outlet.name ="
          " (SELECT id FROM name WHERE field = 'outlet' AND name.name = ?2))";
    }
    // Newest first: a span of time is a span of rows.
    if (query.from || query.to) {
      where +=
          " AND article.rowid BETWEEN"
          " (SELECT article FROM dated WHERE instant <= ?4 ORDER BY instant DESC, article LIMIT 1) AND"
          " (SELECT article FROM dated WHERE instant >= ?3 ORDER BY instant, article DESC LIMIT 1)";
    }
    const std::string sql = before + where + after;
    auto found = statements_.find(sql);
    if (found == statements_.end()) found = statements_.try_emplace(sql, *database_, sql).first;
    Statement& statement = found->second;
    statement.Bind(1, std::string_view(match));
    if (query.outlet) statement.Bind(2, std::string_view(*query.outlet));
    if (query.from || query.to) {
      statement.Bind(3, query.from.value_or(std::numeric_limits<int64_t>::min()));
      statement.Bind(4, query.to.value_or(std::numeric_limits<int64_t>::max()));
    }
    return statement;
  }

  // Walks all matches with their scores and keeps the best: faster than to let FTS5 sort all by rank. Returns how
  // many there are.
  uint64_t AddBest(const Filtered& query, const std::string& match, size_t wanted, Answer& answer) {
    Statement& all = Prepared(query, "SELECT rowid, bm25(article) FROM article WHERE ", "", match);
    std::vector<std::pair<double, int64_t>> best;  // a heap, the worst in front; FTS5's best score is the least
    uint64_t total = 0;
    for (; all.Step(); ++total) {
      const std::pair<double, int64_t> hit(all.Real(1), all.Number(0));
      if (best.size() == wanted) {
        if (hit >= best.front()) continue;
        std::pop_heap(best.begin(), best.end());
        best.pop_back();
      }
      best.push_back(hit);
      std::push_heap(best.begin(), best.end());
    }
    all.Reset();
    std::sort_heap(best.begin(), best.end());
    for (const auto& [score, row] : best) {
      answer.hits.push_back(row - 1);
      answer.scores.push_back(-score);
    }
    return total;
  }

  void AddFacets(const Filtered& query, const std::string& match, Answer& answer) {
    std::string after =
        ") SELECT 'hit', id, score FROM (SELECT id, score FROM found ORDER BY score LIMIT 10)"
        " UNION ALL SELECT 'total', NULL, count(*) FROM found";
    for (const std::string field : kNameFields) {
      after +=
          " UNION ALL SELECT '" + field +
          "', name, n FROM (SELECT name.name, n FROM (SELECT name AS named, count(*) AS n FROM found CROSS JOIN " +
          field +
          " ON article = found.id GROUP BY named) JOIN name ON name.id = named ORDER BY n DESC, name.name LIMIT 10)";
    }
    after +=
        " UNION ALL SELECT * FROM (SELECT 'month', month, count(*) FROM found CROSS JOIN dated ON article = found.id"
        " GROUP BY month ORDER BY month)";
    Statement& rows =
        Prepared(query, "WITH found AS MATERIALIZED (SELECT rowid AS id, bm25(article) AS score FROM article WHERE ",
                 after, match);
    for (const char* field : {"outlet", "byline", "section", "month"}) answer.facets[field];
    while (rows.Step()) {
      const std::string kind = rows.Text(0);
      if (kind == "hit") {
        answer.hits.push_back(rows.Number(1) - 1);
        answer.scores.push_back(-rows.Real(2));
      } else if (kind == "total") {
        answer.total = rows.Number(2);
      } else {
        answer.facets[kind].emplace_back(rows.Text(1), rows.Number(2));
      }
    }
    rows.Reset();
  }

  std::unique_ptr<Database> database_;
  std::map<std::string, Statement> statements_;  // by SQL; they go before the database
};

}  // namespace
}  // namespace dateline::peers

int main(int argc, char** argv) {
  dateline::peers::SqliteEngine engine;
  return dateline::peers::PeerMain(argc, argv, engine);
}
