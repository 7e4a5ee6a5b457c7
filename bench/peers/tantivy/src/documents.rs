//! The documents file: a line an article.

/// One line. The number of an article is that of its line.
pub struct Article<'a> {
    pub instant: Option<i64>,
    pub outlets: &'a str,
    pub bylines: &'a str,
    pub sections: &'a str,
    pub stems: &'a str,
    pub words: &'a str,
}

impl<'a> Article<'a> {
    pub fn parse(line: &'a str) -> Result<Article<'a>, String> {
        let fields: Vec<&str> = line.trim_end_matches('\n').split('\t').collect();
        if fields.len() != 7 {
            return Err(format!("has {} fields instead of 7", fields.len()));
        }
        let instant = match fields[1] {
            "" => None,
            text => Some(text.parse().map_err(|_| format!("{text} is no instant"))?),
        };
        Ok(Article {
            instant,
            outlets: fields[2],
            bylines: fields[3],
            sections: fields[4],
            stems: fields[5],
            words: fields[6],
        })
    }
}

/// The names of a field.
pub fn names(field: &str) -> impl Iterator<Item = &str> {
    field.split('\u{1f}').filter(|name| !name.is_empty())
}

/// Months since the year 0, UTC; nothing earlier is told apart.
pub fn month(instant: i64) -> u64 {
    // Howard Hinnant's civil calendar from days, whose years begin in March.
    let days = instant.div_euclid(86_400) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    ((year_of_era + era * 400) * 12 + month_from_march + 2).max(0) as u64
}

/// "2019-04".
pub fn month_name(month: u64) -> String {
    format!("{:04}-{:02}", month / 12, month % 12 + 1)
}
