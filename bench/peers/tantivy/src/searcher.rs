//! Answers queries from an index of one segment.

use crate::facets::{Counts, FacetCollector};
use crate::fields::{register_tokenizer, Fields};
use crate::query_tree::Filtered;
use serde_json::{json, Value};
use std::path::Path;
use tantivy::collector::{Count, TopDocs};
use tantivy::columnar::Column;
use tantivy::query::Query;
use tantivy::{DocAddress, Index, Order, ReloadPolicy};

#[derive(Clone, Copy)]
pub enum Mode {
    Top(usize),
    Count,
    Top10Count,
    Top10Facets,
    Newest10,
}

impl Mode {
    pub fn parse(name: &str) -> Option<Mode> {
        Some(match name {
            "top10" => Mode::Top(10),
            "top100" => Mode::Top(100),
            "count" => Mode::Count,
            "top10_count" => Mode::Top10Count,
            "top10_facets" => Mode::Top10Facets,
            "newest10" => Mode::Newest10,
            _ => return None,
        })
    }
}

/// Numbers, scores and counts in memory.
#[derive(Default)]
pub struct Answer {
    total: Option<u64>,
    hits: Vec<u64>,
    scores: Option<Vec<f32>>,
    facets: Option<Vec<(&'static str, Counts)>>,
}

impl Answer {
    pub fn to_json(&self) -> Value {
        let mut answer = json!({"total": self.total, "hits": self.hits});
        if let Some(scores) = &self.scores {
            answer["scores"] = json!(scores);
        }
        if let Some(facets) = &self.facets {
            answer["facets"] = facets.iter().map(|(field, counts)| (field.to_string(), json!(counts))).collect();
        }
        answer
    }
}

pub struct Searcher {
    searcher: tantivy::Searcher,
    fields: Fields,
    numbers: Column<u64>,
}

impl Searcher {
    pub fn open(directory: &Path) -> Result<Searcher, Box<dyn std::error::Error>> {
        let index = Index::open_in_dir(directory)?;
        register_tokenizer(&index);
        let searcher = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?.searcher();
        let segments = searcher.segment_readers();
        if segments.len() != 1 {
            return Err(format!("the index has {} segments instead of one", segments.len()).into());
        }
        let numbers = segments[0].fast_fields().u64("number")?;
        Ok(Searcher { searcher, fields: Fields::schema().1, numbers })
    }

    pub fn answer(&self, asked: &Filtered, mode: Mode) -> tantivy::Result<Answer> {
        let query: &dyn Query = &*asked.query(&self.fields);
        let mut answer = Answer::default();
        match mode {
            Mode::Top(limit) => {
                let best = TopDocs::with_limit(limit).order_by_score();
                // A second collector keeps it from pruning, which costs more than it saves in a wide union.
                let top = if asked.is_wide_union(limit) {
                    self.searcher.search(query, &(best, Count))?.0
                } else {
                    self.searcher.search(query, &best)?
                };
                self.add_scored(&mut answer, top);
            }
            Mode::Count => answer.total = Some(self.searcher.search(query, &Count)? as u64),
            Mode::Top10Count => {
                let best = TopDocs::with_limit(10).order_by_score();
                // Of a bare term the count is known, and the search prunes; all else is slower when walked twice.
                let (top, total) = if asked.is_bare_term() {
                    (self.searcher.search(query, &best)?, self.searcher.search(query, &Count)?)
                } else {
                    self.searcher.search(query, &(best, Count))?
                };
                self.add_scored(&mut answer, top);
                answer.total = Some(total as u64);
            }
            Mode::Top10Facets => {
                let best = TopDocs::with_limit(10).order_by_score();
                let (top, counted) = self.searcher.search(query, &(best, FacetCollector))?;
                self.add_scored(&mut answer, top);
                answer.total = Some(counted.total);
                answer.facets = Some(counted.facets);
            }
            Mode::Newest10 => {
                let newest = TopDocs::with_limit(10).order_by_fast_field::<i64>("instant", Order::Desc);
                let top = self.searcher.search(query, &newest)?;
                answer.hits = top.into_iter().map(|(_, address)| self.number(address)).collect();
            }
        }
        Ok(answer)
    }

    fn number(&self, address: DocAddress) -> u64 {
        self.numbers.first(address.doc_id).unwrap_or_default()
    }

    fn add_scored(&self, answer: &mut Answer, top: Vec<(f32, DocAddress)>) {
        answer.hits = top.iter().map(|(_, address)| self.number(*address)).collect();
        answer.scores = Some(top.iter().map(|(score, _)| *score).collect());
    }
}
