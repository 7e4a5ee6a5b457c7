//! Tantivy, as the protocol of the peers wants it.

mod builder;
mod documents;
mod facets;
mod fields;
mod query_tree;
mod searcher;
mod server;

use std::collections::HashMap;
use std::error::Error;
use std::path::Path;

pub const NAME: &str = "tantivy";
const USAGE: &str =
    "usage: build --documents FILE --index DIR [--threads N] [--memory-mb N] | serve --index DIR --queries FILE";

/// "0.27.0"; Tantivy itself says "tantivy v0.27.0, index_format v7".
pub fn version() -> String {
    let told = tantivy::version_string();
    let first = told.split(',').next().unwrap_or(told);
    first.trim_start_matches(|letter: char| !letter.is_ascii_digit()).to_string()
}

fn run(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let command = arguments.first().ok_or(USAGE)?;
    let options: HashMap<&str, &str> =
        arguments[1..].chunks_exact(2).map(|pair| (pair[0].as_str(), pair[1].as_str())).collect();
    let path = |name: &str| options.get(name).map(Path::new).ok_or_else(|| format!("{name} is missing; {USAGE}"));
    let number = |name: &str, otherwise: usize| match options.get(name) {
        Some(text) => text.parse().map_err(|_| format!("{name} must be a number")),
        None => Ok(otherwise),
    };
    match command.as_str() {
        "build" => {
            let threads = number("--threads", 1)?;
            let memory_mb = number("--memory-mb", 512)?;
            println!("{}", builder::build(path("--documents")?, path("--index")?, threads, memory_mb)?);
            Ok(())
        }
        "serve" => Ok(server::Server::open(path("--index")?, path("--queries")?)?.serve()?),
        _ => Err(USAGE.into()),
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Err(error) = run(&arguments) {
        eprintln!("{NAME}: {}", error.to_string().replace('\n', " "));
        std::process::exit(1);
    }
}
