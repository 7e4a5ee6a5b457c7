//! Makes an index of a documents file: one segment.

use crate::documents::{month, names, Article};
use crate::fields::{register_tokenizer, Fields};
use serde_json::{json, Value};
use std::error::Error;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::time::Instant;
use tantivy::indexer::NoMergePolicy;
use tantivy::schema::Field;
use tantivy::{Index, TantivyDocument};

/// Tantivy's own limits for a writer.
const MOST_THREADS: usize = 8;
const MEMORY_OF_A_THREAD: std::ops::RangeInclusive<usize> = 15_000_000..=4_000_000_000;

pub fn build(documents: &Path, directory: &Path, threads: usize, memory_mb: usize) -> Result<Value, Box<dyn Error>> {
    let start = Instant::now();
    let mut lines = BufReader::with_capacity(1 << 20, fs::File::open(documents).map_err(|error| format!("{}: {error}", documents.display()))?);
    if directory.exists() {
        fs::remove_dir_all(directory)?;
    }
    fs::create_dir_all(directory)?;
    let (schema, fields) = Fields::schema();
    let index = Index::create_in_dir(directory, schema)?;
    register_tokenizer(&index);
    let threads = threads.clamp(1, MOST_THREADS);
    let memory = (memory_mb * 1_000_000 / threads).clamp(*MEMORY_OF_A_THREAD.start(), *MEMORY_OF_A_THREAD.end());
    let mut writer = index.writer_with_num_threads(threads, memory * threads)?;
    writer.set_merge_policy(Box::new(NoMergePolicy)); // all are merged once, at the end
    let mut line = String::new();
    let mut count = 0u64;
    while lines.read_line(&mut line)? > 0 {
        let article = Article::parse(&line).map_err(|error| format!("documents, line {}: {error}", count + 1))?;
        writer.add_document(document(&fields, count, &article))?;
        count += 1;
        line.clear();
    }
    writer.commit()?;
    let merge_start = Instant::now();
    let segments = index.searchable_segment_ids()?;
    if segments.len() > 1 {
        writer.merge(&segments).wait()?;
    }
    writer.garbage_collect_files().wait()?;
    writer.wait_merging_threads()?;
    let merge_seconds = merge_start.elapsed().as_secs_f64();
    let usage = own_usage();
    Ok(json!({
        "engine": crate::NAME,
        "version": crate::version(),
        "documents": count,
        "seconds": start.elapsed().as_secs_f64(),
        "cpu_seconds": seconds(usage.ru_utime) + seconds(usage.ru_stime),
        "merge_seconds": merge_seconds,
        "peak_kb": peak_kb(),
        "bytes": bytes_of(directory)?,
    }))
}

fn document(fields: &Fields, number: u64, article: &Article) -> TantivyDocument {
    let mut document = TantivyDocument::new();
    document.add_u64(fields.number, number);
    document.add_text(fields.stems, article.stems);
    document.add_text(fields.words, article.words);
    let mut add_names = |field: Field, text: &str| {
        for name in names(text) {
            document.add_text(field, name);
        }
    };
    add_names(fields.outlet, article.outlets);
    add_names(fields.byline, article.bylines);
    add_names(fields.section, article.sections);
    if let Some(instant) = article.instant {
        document.add_i64(fields.instant, instant);
        document.add_u64(fields.month, month(instant));
    }
    document
}

fn seconds(time: libc::timeval) -> f64 {
    time.tv_sec as f64 + time.tv_usec as f64 / 1e6
}

fn own_usage() -> libc::rusage {
    // SAFETY: rusage is plain numbers, which getrusage fills in.
    unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &mut usage);
        usage
    }
}

/// The most memory that the process ever held, 0 where the system does not tell. Not ru_maxrss, which begins at what the
/// parent held.
fn peak_kb() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse().unwrap_or(0)
}

fn bytes_of(directory: &Path) -> Result<u64, Box<dyn Error>> {
    let mut bytes = 0;
    for entry in fs::read_dir(directory)? {
        bytes += entry?.metadata()?.len();
    }
    Ok(bytes)
}
