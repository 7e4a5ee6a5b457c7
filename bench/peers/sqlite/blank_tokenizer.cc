#include "bench/peers/sqlite/blank_tokenizer.h"

#include <cstdint>
#include <stdexcept>
#include <string_view>

#include "bench/peers/common/documents.h"

namespace dateline::peers {
namespace {

constexpr std::string_view kFiller = "\x02";

using TokenSink = int (*)(void*, int, const char*, int, int, int);

int Create(void* /*context*/, const char** /*arguments*/, int /*count*/, Fts5Tokenizer** tokenizer) {
  static char nothing = 0;  // no state, but FTS5 wants an address
  *tokenizer = reinterpret_cast<Fts5Tokenizer*>(&nothing);
  return SQLITE_OK;
}

void Delete(Fts5Tokenizer* /*tokenizer*/) {}

int Tokenize(Fts5Tokenizer* /*tokenizer*/, void* context, int /*flags*/, const char* text, int size, TokenSink sink) {
  const std::string_view all(text, static_cast<size_t>(size));
  for (const std::string_view item : Split(all, ' ')) {
    const int begin = static_cast<int>(item.data() - text);
    const int end = begin + static_cast<int>(item.size());
    const auto gap = GapOf(item);
    const std::string_view token = gap ? kFiller : item;
    for (uint64_t left = gap.value_or(1); left > 0; --left) {
      const int status = sink(context, 0, token.data(), static_cast<int>(token.size()), begin, end);
      if (status != SQLITE_OK) return status;
    }
  }
  return SQLITE_OK;
}

fts5_api* ApiOf(sqlite3* database) {
  fts5_api* api = nullptr;
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database, "SELECT fts5(?1)", -1, &statement, nullptr) == SQLITE_OK) {
    sqlite3_bind_pointer(statement, 1, &api, "fts5_api_ptr", nullptr);
    sqlite3_step(statement);
  }
  sqlite3_finalize(statement);
  return api;
}

}  // namespace

void RegisterBlankTokenizer(sqlite3* database) {
  fts5_api* api = ApiOf(database);
  if (api == nullptr) throw std::runtime_error("this SQLite has no FTS5");
  fts5_tokenizer functions = {Create, Delete, Tokenize};
  if (api->xCreateTokenizer(api, "blanks", nullptr, &functions, nullptr) != SQLITE_OK) {
    throw std::runtime_error("FTS5 takes no tokenizer");
  }
}

}  // namespace dateline::peers
