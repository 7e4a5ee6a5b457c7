// A tokenizer for FTS5, named "blanks": words stand between single blanks.
//
// FTS5 knows no places without a word. A gap (bench/peers/README.md) is filled with words that no query asks for.
//
// Thread-safety: one connection, one thread. Errors: std::runtime_error.
#ifndef DATELINE_BENCH_PEERS_SQLITE_BLANK_TOKENIZER_H_
#define DATELINE_BENCH_PEERS_SQLITE_BLANK_TOKENIZER_H_

#include <sqlite3.h>

namespace dateline::peers {

void RegisterBlankTokenizer(sqlite3* database);

}  // namespace dateline::peers

#endif  // DATELINE_BENCH_PEERS_SQLITE_BLANK_TOKENIZER_H_
