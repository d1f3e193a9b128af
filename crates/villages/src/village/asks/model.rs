//! Asks: what a village asks for, of whom, on what number it rests, and how it was answered. Pure.

use jiff::civil::Date;

use crate::{evidence::model::Subject, platform::time::Time};

/// What a village asks of an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    pub id: String,
    pub code: String,
    /// Code of the village that asks.
    pub place: String,
    pub title: String,
    pub need: String,
    /// Address of the passport of the number it rests on, `/n/…`.
    pub number: Option<String>,
    /// Code of the organisation that is asked.
    pub organisation: String,
    pub asked_on: Date,
    pub answered: Option<Answered>,
    pub reminded_at: Option<Time>,
    pub n_reminded: u32,
    pub revision: i64,
}

/// What somebody with a name and a post answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    pub answer: Answer,
    pub said: String,
    pub by: String,
    pub post: String,
    pub on: Date,
    /// Code of the promise that a yes, or a part of it, made.
    pub commitment: Option<String>,
}

/// What can be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Yes,
    Partly,
    No,
}

impl Answer {
    pub const ALL: [Answer; 3] = [Answer::Yes, Answer::Partly, Answer::No];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Answer::Yes => "yes",
            Answer::Partly => "partly",
            Answer::No => "no",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Answer> {
        Answer::ALL.into_iter().find(|answer| answer.as_str() == text)
    }

    /// Tells whether it needs a promise: all but no.
    #[must_use]
    pub fn promises(self) -> bool {
        self != Answer::No
    }
}

impl Ask {
    #[must_use]
    pub fn subject(&self) -> Subject {
        Subject::new("ask", &self.id)
    }

    #[must_use]
    pub fn path(&self) -> String {
        format!("/asks/{}", self.code)
    }

    /// For how many days it has waited on a day, or waited until it was answered.
    #[must_use]
    pub fn days_waited(&self, today: Date) -> i32 {
        let until = self.answered.as_ref().map_or(today, |answered| answered.on);
        (until - self.asked_on).get_days().max(0)
    }
}

/// Reads the address of a number's passport: release, indicator, place, period, and for a group its dimensions and codes.
#[must_use]
pub fn read_number(path: &str) -> Option<Vec<String>> {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    // People copy whole addresses; what stands before /n/ is this site.
    let at = path.find("/n/")?;
    let rest = path[at + 3..].trim_end_matches(".json");
    let parts: Vec<String> = rest
        .split('/')
        .map(|part| {
            percent_encoding::percent_decode_str(part)
                .decode_utf8()
                .map(|part| part.into_owned())
        })
        .collect::<Result<_, _>>()
        .ok()?;
    let is_whole = matches!(parts.len(), 4 | 6) && parts.iter().all(|part| !part.is_empty());
    is_whole.then_some(parts)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_address_of_a_number_is_read_whole_or_not_at_all() {
        let of = |path: &str| read_number(path).map(|parts| parts.join("|"));
        assert_eq!(
            of("/n/now/6.1.1/35.22.01/2026"),
            Some("now|6.1.1|35.22.01|2026".into())
        );
        assert_eq!(
            of("https://data.example.id/n/2026-1/6.1.1/35.22/2026/sex/F?lang=id"),
            Some("2026-1|6.1.1|35.22|2026|sex|F".into())
        );
        for wrong in [
            "",
            "/indicators/6.1.1",
            "/n/now/6.1.1",
            "/n/now//35/2026",
            "/n/a/b/c/d/e",
        ] {
            assert_eq!(of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_ask_grows_older_until_it_is_answered() {
        let mut ask = Ask {
            id: "a".into(),
            code: "A".into(),
            place: "35.22".into(),
            title: "A clinic".into(),
            need: "None near".into(),
            number: None,
            organisation: "dinkes".into(),
            asked_on: date(2026, 1, 1),
            answered: None,
            reminded_at: None,
            n_reminded: 0,
            revision: 1,
        };
        assert_eq!(ask.days_waited(date(2026, 3, 1)), 59);
        ask.answered = Some(Answered {
            answer: Answer::No,
            said: "No money".into(),
            by: "Dr Siti".into(),
            post: "Head".into(),
            on: date(2026, 1, 11),
            commitment: None,
        });
        assert_eq!(ask.days_waited(date(2026, 3, 1)), 10);
    }
}
