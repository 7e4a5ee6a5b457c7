//! Answers commands from standard input, one at a time.

use crate::query_tree::Filtered;
use crate::searcher::{Mode, Searcher};
use serde_json::{json, Value};
use std::collections::HashMap;
use std::error::Error;
use std::io::{self, BufRead, Write};
use std::path::Path;
use std::time::Instant;

pub struct Server {
    searcher: Searcher,
    queries: Vec<Filtered>,
    by_id: HashMap<String, usize>,
}

impl Server {
    pub fn open(index: &Path, queries: &Path) -> Result<Server, Box<dyn Error>> {
        let searcher = Searcher::open(index).map_err(|error| format!("{}: {error}", index.display()))?;
        let text = std::fs::read_to_string(queries).map_err(|error| format!("{}: {error}", queries.display()))?;
        let mut parsed = Vec::new();
        let mut by_id = HashMap::new();
        for (number, line) in text.lines().enumerate() {
            let query = Filtered::parse(line).map_err(|error| format!("queries, line {}: {error}", number + 1))?;
            by_id.insert(query.id.clone(), parsed.len());
            parsed.push(query);
        }
        Ok(Server { searcher, queries: parsed, by_id })
    }

    pub fn serve(&self) -> io::Result<()> {
        let mut out = io::stdout().lock();
        writeln!(out, "{}", json!({"ready": true, "engine": crate::NAME, "version": crate::version()}))?;
        out.flush()?;
        for line in io::stdin().lock().lines() {
            let reply = self.reply(&line?).unwrap_or_else(|error| json!({"error": error}));
            writeln!(out, "{reply}")?;
            out.flush()?;
        }
        Ok(())
    }

    fn reply(&self, line: &str) -> Result<Value, String> {
        let command: Value = serde_json::from_str(line).map_err(|error| format!("not a command: {error}"))?;
        let text = |name: &str| command[name].as_str().ok_or_else(|| format!("{name} is missing"));
        let mode = Mode::parse(text("mode")?).ok_or("no such mode")?;
        match text("do")? {
            "answer" => self.answer(text("id")?, mode),
            "time" => {
                let rounds = command["rounds"].as_u64().ok_or("rounds is missing")?;
                let seconds = command["seconds"].as_f64().ok_or("seconds is missing")?;
                self.time(text("class")?, mode, rounds as usize, seconds)
            }
            _ => Err("do is answer or time".to_string()),
        }
    }

    fn answer(&self, id: &str, mode: Mode) -> Result<Value, String> {
        let query = &self.queries[*self.by_id.get(id).ok_or_else(|| format!("no query {id}"))?];
        if let Some(reason) = query.skip() {
            return Ok(json!({"skip": reason}));
        }
        let answer = self.searcher.answer(query, mode).map_err(|error| error.to_string())?;
        Ok(answer.to_json())
    }

    fn time(&self, class: &str, mode: Mode, rounds: usize, seconds: f64) -> Result<Value, String> {
        let of_class: Vec<&Filtered> = self.queries.iter().filter(|query| query.class == class).collect();
        let asked: Vec<&Filtered> = of_class.iter().filter(|query| query.skip().is_none()).copied().collect();
        let first = of_class.first().ok_or_else(|| format!("no class {class}"))?;
        if asked.is_empty() {
            return Ok(json!({"skip": first.skip()}));
        }
        let mut taken: Vec<Vec<u64>> = vec![Vec::new(); asked.len()]; // by query
        let start = Instant::now();
        loop {
            for (query, times) in asked.iter().zip(&mut taken) {
                let from = Instant::now();
                let answer = self.searcher.answer(query, mode).map_err(|error| error.to_string())?;
                times.push(from.elapsed().as_nanos() as u64);
                drop(answer);
            }
            if taken[0].len() >= rounds || start.elapsed().as_secs_f64() >= seconds {
                break;
            }
        }
        let ids: Vec<&str> = asked.iter().map(|query| query.id.as_str()).collect();
        Ok(json!({"rounds": taken[0].len(), "ids": ids, "ns": taken.iter_mut().map(median).collect::<Vec<_>>()}))
    }
}

fn median(times: &mut Vec<u64>) -> u64 {
    times.sort_unstable();
    (times[(times.len() - 1) / 2] + times[times.len() / 2]) / 2
}
