//! A query of the file, parsed; from it Tantivy's own query is made for each answer.

use crate::fields::Fields;
use serde_json::Value;
use std::ops::Bound;
use tantivy::query::{
    BooleanQuery, ConstScoreQuery, EmptyQuery, Occur, PhrasePrefixQuery, PhraseQuery, Query, RangeQuery, TermQuery,
};
use tantivy::schema::IndexRecordOption;
use tantivy::Term;

/// From so many parts on, the ten best of a union are found faster without pruning: on 20,000 articles and on 170,000. More
/// of the best even of two.
const WIDE_UNION: usize = 4;

pub enum Tree {
    Term(String),
    And(Vec<Tree>),
    Or(Vec<Tree>),
    Not(Box<Tree>, Box<Tree>),
    Maybe(Box<Tree>, Box<Tree>),
    Phrase(Vec<String>),
    Near,
    Prefix(String),
}

/// A query with its filter.
pub struct Filtered {
    pub id: String,
    pub class: String,
    tree: Tree,
    outlet: Option<String>,
    from: Option<i64>,
    to: Option<i64>,
}

fn text(value: &Value, name: &str) -> Result<String, String> {
    value[name].as_str().map(str::to_string).ok_or_else(|| format!("{name} is missing"))
}

fn list<'a>(value: &'a Value, name: &str) -> Result<&'a Vec<Value>, String> {
    value[name].as_array().ok_or_else(|| format!("{name} is missing"))
}

fn parts(value: &Value) -> Result<Vec<Tree>, String> {
    list(value, "of")?.iter().map(Tree::parse).collect()
}

fn words(value: &Value) -> Result<Vec<String>, String> {
    let texts = list(value, "words")?.iter().map(|word| word.as_str().map(str::to_string));
    texts.collect::<Option<_>>().ok_or_else(|| "a word is no text".to_string())
}

impl Tree {
    fn parse(value: &Value) -> Result<Tree, String> {
        let pair = |second: &str| -> Result<(Box<Tree>, Box<Tree>), String> {
            Ok((Box::new(Tree::parse(&value["yes"])?), Box::new(Tree::parse(&value[second])?)))
        };
        Ok(match text(value, "op")?.as_str() {
            "term" => Tree::Term(text(value, "stem")?),
            "and" => Tree::And(parts(value)?),
            "or" => Tree::Or(parts(value)?),
            "not" => pair("no").map(|(yes, no)| Tree::Not(yes, no))?,
            "maybe" => pair("boost").map(|(yes, boost)| Tree::Maybe(yes, boost))?,
            "phrase" => Tree::Phrase(words(value)?),
            "near" => Tree::Near,
            "prefix" => Tree::Prefix(text(value, "prefix")?),
            op => return Err(format!("unknown op {op}")),
        })
    }

    /// Why the engine cannot ask it, if so.
    fn skip(&self) -> Option<&'static str> {
        match self {
            Tree::And(parts) | Tree::Or(parts) => parts.iter().find_map(Tree::skip),
            Tree::Not(yes, other) | Tree::Maybe(yes, other) => yes.skip().or(other.skip()),
            Tree::Near => Some("no unordered proximity"),
            _ => None,
        }
    }

    fn query(&self, fields: &Fields) -> Box<dyn Query> {
        let word = |text: &String| Term::from_field_text(fields.words, text);
        let group = |parts: &[Tree], occur: Occur| -> Box<dyn Query> {
            Box::new(BooleanQuery::new(parts.iter().map(|part| (occur, part.query(fields))).collect()))
        };
        let pair = |yes: &Tree, other: &Tree, occur: Occur| -> Box<dyn Query> {
            Box::new(BooleanQuery::new(vec![(Occur::Must, yes.query(fields)), (occur, other.query(fields))]))
        };
        match self {
            Tree::Term(stem) => {
                let term = Term::from_field_text(fields.stems, stem);
                Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
            }
            Tree::And(parts) => group(parts, Occur::Must),
            Tree::Or(parts) => group(parts, Occur::Should),
            Tree::Not(yes, no) => pair(yes, no, Occur::MustNot),
            Tree::Maybe(yes, boost) => pair(yes, boost, Occur::Should),
            Tree::Phrase(words) if words.len() == 1 => {
                Box::new(TermQuery::new(word(&words[0]), IndexRecordOption::WithFreqs))
            }
            Tree::Phrase(words) => Box::new(PhraseQuery::new(words.iter().map(word).collect())),
            Tree::Near => Box::new(EmptyQuery), // skipped before
            Tree::Prefix(prefix) => {
                // Of one word it is Tantivy's query for a prefix.
                let mut query = PhrasePrefixQuery::new(vec![word(prefix)]);
                query.set_max_expansions(u32::MAX);
                Box::new(query)
            }
        }
    }
}

impl Filtered {
    pub fn parse(line: &str) -> Result<Filtered, String> {
        let value: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
        let filter = &value["filter"];
        Ok(Filtered {
            id: text(&value, "id")?,
            class: text(&value, "class")?,
            tree: Tree::parse(&value["tree"])?,
            outlet: filter["outlet"].as_str().map(str::to_string),
            from: filter["from"].as_i64(),
            to: filter["to"].as_i64(),
        })
    }

    pub fn skip(&self) -> Option<&'static str> {
        self.tree.skip()
    }

    fn is_filtered(&self) -> bool {
        self.outlet.is_some() || self.from.is_some() || self.to.is_some()
    }

    pub fn is_bare_term(&self) -> bool {
        matches!(self.tree, Tree::Term(_)) && !self.is_filtered()
    }

    /// Whether pruning does not pay for so many of the best.
    pub fn is_wide_union(&self, limit: usize) -> bool {
        matches!(&self.tree, Tree::Or(parts) if parts.len() >= WIDE_UNION || limit > 10)
    }

    pub fn query(&self, fields: &Fields) -> Box<dyn Query> {
        let query = self.tree.query(fields);
        if !self.is_filtered() {
            return query;
        }
        let mut clauses = vec![(Occur::Must, query)];
        let mut filter = |query: Box<dyn Query>| clauses.push((Occur::Must, Box::new(ConstScoreQuery::new(query, 0.0))));
        if let Some(outlet) = &self.outlet {
            let term = Term::from_field_text(fields.outlet, outlet);
            filter(Box::new(TermQuery::new(term, IndexRecordOption::Basic)));
        }
        if self.from.is_some() || self.to.is_some() {
            let bound = |instant: i64| Bound::Included(Term::from_field_i64(fields.instant, instant));
            let (from, to) = (self.from.unwrap_or(i64::MIN), self.to.unwrap_or(i64::MAX));
            filter(Box::new(RangeQuery::new(bound(from), bound(to))));
        }
        Box::new(BooleanQuery::new(clauses))
    }
}
