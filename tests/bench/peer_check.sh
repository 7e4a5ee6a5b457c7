#!/usr/bin/env bash
# Dateline as one of the engines that are compared: does `dateline-bench peer` answer as brute force does, from the
# documents and queries that `dateline-bench` writes for all of them?
#   usage: tests/bench/peer_check.sh BIN      BIN: directory of programs
set -euo pipefail
bin=$(cd "$1" && pwd)
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$bin/dateline-bench" corpus --articles 600 --seed 3 --output "$work/made.jsonl"
"$bin/dateline-indexer" build --quiet --lang en --index "$work/index" "$work/made.jsonl"
"$bin/dateline-bench" documents --index "$work/index" --output "$work/documents.tsv"
"$bin/dateline-bench" queries --index "$work/index" --per-class 6 --output "$work/all.jsonl"
grep '"tree"' "$work/all.jsonl" >"$work/queries.jsonl"
cat >"$work/dateline" <<END
#!/usr/bin/env bash
# The index is built already: of it the documents were made.
if [ "\$1" = build ]; then
  echo '{"engine":"dateline","version":"-","documents":600,"seconds":1,"cpu_seconds":1,"merge_seconds":0,"peak_kb":1,"bytes":1}'
  exit 0
fi
while [ \$# -gt 0 ]; do
  [ "\$1" = --queries ] && queries=\$2
  shift
done
exec "$bin/dateline-bench" peer --index "$work/index" --queries "\$queries"
END
chmod +x "$work/dateline"
python3 "$root/bench/peers/check_protocol.py" "$work/dateline" --documents "$work/documents.tsv" --queries "$work/queries.jsonl" \
  --answers-only
