// A connection and its statements, closed by themselves.
//
// Thread-safety: one thread. Errors: std::runtime_error with SQLite's message.
#ifndef DATELINE_BENCH_PEERS_SQLITE_DATABASE_H_
#define DATELINE_BENCH_PEERS_SQLITE_DATABASE_H_

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "bench/peers/sqlite/blank_tokenizer.h"

namespace dateline::peers {

class Database {
 public:
  Database(const std::string& path, int flags) {
    sqlite3* opened = nullptr;
    const int status = sqlite3_open_v2(path.c_str(), &opened, flags, nullptr);
    handle_.reset(opened);
    if (status != SQLITE_OK) Fail(path);
    RegisterBlankTokenizer(opened);
  }

  void Run(const std::string& sql) {
    if (sqlite3_exec(get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) Fail(sql);
  }

  [[noreturn]] void Fail(const std::string& what) const {
    throw std::runtime_error(what + ": " + sqlite3_errmsg(get()));
  }

  sqlite3* get() const { return handle_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
  };
  std::unique_ptr<sqlite3, Close> handle_;
};

// Texts that are bound must outlive the steps.
class Statement {
 public:
  Statement(Database& database, const std::string& sql) : database_(&database) {
    sqlite3_stmt* prepared = nullptr;
    if (sqlite3_prepare_v3(database.get(), sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &prepared, nullptr) !=
        SQLITE_OK) {
      database.Fail(sql);
    }
    handle_.reset(prepared);
  }

  void Bind(int place, int64_t number) { sqlite3_bind_int64(get(), place, number); }
  void Bind(int place, std::string_view text) {
    sqlite3_bind_text(get(), place, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
  }

  // False after the last row.
  bool Step() {
    const int status = sqlite3_step(get());
    if (status == SQLITE_ROW) return true;
    if (status != SQLITE_DONE) database_->Fail("a step");
    return false;
  }

  // Ready to be bound and stepped again.
  void Reset() { sqlite3_reset(get()); }

  // One that gives no rows.
  void RunOnce() {
    Step();
    Reset();
  }

  int64_t Number(int column) const { return sqlite3_column_int64(get(), column); }
  double Real(int column) const { return sqlite3_column_double(get(), column); }
  std::string Text(int column) const {
    return std::string(reinterpret_cast<const char*>(sqlite3_column_text(get(), column)),
                       static_cast<size_t>(sqlite3_column_bytes(get(), column)));
  }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };

  sqlite3_stmt* get() const { return handle_.get(); }

  Database* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

}  // namespace dateline::peers

#endif  // DATELINE_BENCH_PEERS_SQLITE_DATABASE_H_
