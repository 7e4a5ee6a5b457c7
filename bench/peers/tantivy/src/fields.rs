//! What builder and server must agree on: the schema and the tokens.

use tantivy::schema::{
    Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions, FAST, STRING,
};
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};
use tantivy::Index;

const TOKENIZER: &str = "blanks";
const GAP: char = '\u{2}';

#[derive(Clone, Copy)]
pub struct Fields {
    pub number: Field,
    pub stems: Field,
    pub words: Field,
    pub outlet: Field,
    pub byline: Field,
    pub section: Field,
    pub instant: Field,
    pub month: Field,
}

fn text(record: IndexRecordOption) -> TextOptions {
    TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer(TOKENIZER)
            .set_index_option(record),
    )
}

impl Fields {
    pub fn schema() -> (Schema, Fields) {
        let mut schema = Schema::builder();
        let fields = Fields {
            number: schema.add_u64_field("number", FAST),
            stems: schema.add_text_field("stems", text(IndexRecordOption::WithFreqs)),
            words: schema.add_text_field("words", text(IndexRecordOption::WithFreqsAndPositions)),
            outlet: schema.add_text_field("outlet", STRING | FAST),
            byline: schema.add_text_field("byline", STRING | FAST),
            section: schema.add_text_field("section", STRING | FAST),
            instant: schema.add_i64_field("instant", FAST),
            month: schema.add_u64_field("month", FAST),
        };
        (schema.build(), fields)
    }
}

pub fn register_tokenizer(index: &Index) {
    index.tokenizers().register(TOKENIZER, Blanks::default());
}

/// The words between single blanks. An item of U+0002 and a number is no word: it moves the next one that far on.
#[derive(Clone, Default)]
struct Blanks {
    token: Token,
}

struct BlanksStream<'a> {
    text: &'a str,
    at: usize,
    next_position: usize,
    token: &'a mut Token,
}

impl Tokenizer for Blanks {
    type TokenStream<'a> = BlanksStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> BlanksStream<'a> {
        self.token.reset();
        BlanksStream {
            text,
            at: 0,
            next_position: 0,
            token: &mut self.token,
        }
    }
}

impl TokenStream for BlanksStream<'_> {
    fn advance(&mut self) -> bool {
        while self.at < self.text.len() {
            let rest = &self.text[self.at..];
            let end = rest.bytes().position(|byte| byte == b' ').unwrap_or(rest.len());
            let item = &rest[..end];
            let offset = self.at;
            self.at += end + 1;
            if let Some(gap) = item.strip_prefix(GAP) {
                self.next_position += gap.parse::<usize>().unwrap_or(0);
                continue;
            }
            self.token.position = self.next_position;
            self.token.offset_from = offset;
            self.token.offset_to = offset + end;
            self.token.text.clear();
            self.token.text.push_str(item);
            self.next_position += 1;
            return true;
        }
        false
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}
