//! Counts the names of all matches by their ordinals, a block of matches and a field at a time.

use crate::documents::month_name;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

const BLOCK: usize = 1024;
const TOP: usize = 10;

pub type Counts = Vec<(String, u64)>;

/// What is counted of the matches.
#[derive(Default)]
pub struct Counted {
    pub total: u64,
    pub facets: Vec<(&'static str, Counts)>,
}

/// For an index of one segment.
pub struct FacetCollector;

/// A column of ordinals, or of months.
struct Counter {
    values: Column<u64>,
    lowest: u64,
    counts: Vec<u64>,
}

impl Counter {
    fn new(values: Column<u64>) -> Counter {
        let (lowest, highest) = (values.min_value(), values.max_value());
        let counts = if lowest > highest { Vec::new() } else { vec![0; (highest - lowest + 1) as usize] };
        Counter { values, lowest, counts }
    }

    fn add(&mut self, docs: &[DocId], buffers: &mut Buffers) {
        buffers.docs.clear();
        buffers.rows.clear();
        self.values.row_ids_for_docs(docs, &mut buffers.docs, &mut buffers.rows);
        buffers.values.resize(buffers.rows.len(), 0);
        self.values.values.get_vals(&buffers.rows, &mut buffers.values);
        for value in &buffers.values {
            self.counts[(value - self.lowest) as usize] += 1;
        }
    }

    /// Values and counts in the order of values.
    fn counted(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        let all = self.counts.iter().enumerate();
        all.filter(|(_, count)| **count > 0).map(|(at, count)| (at as u64 + self.lowest, *count))
    }

    /// The most frequent; equals by ordinal, which is by name.
    fn most_frequent(&self) -> Vec<(u64, u64)> {
        let mut best = BinaryHeap::with_capacity(TOP + 1);
        for (ordinal, count) in self.counted() {
            let key = Reverse((count, Reverse(ordinal)));
            if best.len() == TOP {
                if best.peek().is_some_and(|worst| *worst <= key) {
                    continue;
                }
                best.pop();
            }
            best.push(key);
        }
        best.into_sorted_vec().into_iter().map(|Reverse((count, Reverse(ordinal)))| (ordinal, count)).collect()
    }
}

#[derive(Default)]
struct Buffers {
    docs: Vec<DocId>,
    rows: Vec<u32>,
    values: Vec<u64>,
}

pub struct FacetSegment {
    total: u64,
    names: Vec<(&'static str, StrColumn, Counter)>,
    months: Option<Counter>,
    block: Vec<DocId>,
    buffers: Buffers,
}

impl FacetSegment {
    fn add(&mut self, docs: &[DocId]) {
        self.total += docs.len() as u64;
        for (_, _, counter) in &mut self.names {
            counter.add(docs, &mut self.buffers);
        }
        if let Some(counter) = &mut self.months {
            counter.add(docs, &mut self.buffers);
        }
    }

    fn flush(&mut self) {
        let mut block = std::mem::take(&mut self.block);
        self.add(&block);
        block.clear();
        self.block = block;
    }

    fn names_of(column: &StrColumn, counter: &Counter) -> Counts {
        let mut counts = Counts::new();
        for (ordinal, count) in counter.most_frequent() {
            let mut name = String::new();
            if column.ord_to_str(ordinal, &mut name).unwrap_or(false) {
                counts.push((name, count));
            }
        }
        counts
    }
}

impl Collector for FacetCollector {
    type Fruit = Counted;
    type Child = FacetSegment;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<FacetSegment> {
        let columns = segment.fast_fields();
        let mut names = Vec::new();
        for field in ["outlet", "byline", "section"] {
            if let Some(column) = columns.str(field)? {
                let counter = Counter::new(column.ords().clone());
                names.push((field, column, counter));
            }
        }
        Ok(FacetSegment {
            total: 0,
            names,
            months: columns.column_opt("month")?.map(Counter::new),
            block: Vec::with_capacity(BLOCK),
            buffers: Buffers::default(),
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, mut segments: Vec<Counted>) -> tantivy::Result<Counted> {
        Ok(segments.pop().unwrap_or_default())
    }
}

impl SegmentCollector for FacetSegment {
    type Fruit = Counted;

    fn collect(&mut self, doc: DocId, _score: Score) {
        self.block.push(doc);
        if self.block.len() == BLOCK {
            self.flush();
        }
    }

    fn collect_block(&mut self, docs: &[DocId]) {
        self.add(docs);
    }

    fn harvest(mut self) -> Counted {
        self.flush();
        let mut facets: Vec<(&'static str, Counts)> =
            self.names.iter().map(|(field, column, counter)| (*field, Self::names_of(column, counter))).collect();
        let months = self.months.iter().flat_map(Counter::counted);
        facets.push(("month", months.map(|(month, count)| (month_name(month), count)).collect()));
        Counted { total: self.total, facets }
    }
}
