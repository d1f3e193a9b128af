//! What a reader of data may bring, and what may become of it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    evidence::model::{Subject, mask::mask},
    platform::{
        calendar::{Calendar, Span},
        problem::{Problem, Result},
        time::Time,
    },
};

const MOST_TITLE: usize = 200;
const MOST_TEXT: usize = 5_000;
const MOST_NAME: usize = 100;
const MOST_URL: usize = 500;
const MOST_THEME: usize = 100;
/// A place, and an e-mail address, as somebody types them.
const MOST_PLACE: usize = 200;
const MOST_EMAIL: usize = 254;
/// Names of the datasets that a showcase uses.
const MOST_DATASETS: usize = 2_000;
/// After which working day a contribution that nobody has read is late, and after which very late: as a request is by default.
const YELLOW_AFTER: Span = Span::EndOfWorkingDay(3);
const RED_AFTER: Span = Span::EndOfWorkingDay(6);
/// The decision to make a contribution a service request, as a form sends it.
pub const REQUEST: &str = "request";

/// What was brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Data that does not exist yet, or is not published.
    Wanted,
    /// A remark on a dataset.
    Comment,
    /// Something that was made of a dataset.
    Showcase,
}

impl Kind {
    pub const ALL: [Kind; 3] = [Kind::Wanted, Kind::Comment, Kind::Showcase];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Wanted => "wanted",
            Kind::Comment => "comment",
            Kind::Showcase => "showcase",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// How a contribution stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Nobody has looked yet.
    Waiting,
    /// Everybody sees it.
    Shown,
    /// Somebody promised the data by a date.
    Planned,
    /// The data is there.
    Available,
    /// The data will not come, and everybody sees why.
    Refused,
    /// It names a person, insults or sells; only that it was hidden, and why, is seen.
    Hidden,
}

impl State {
    pub const ALL: [State; 6] = [
        State::Waiting,
        State::Shown,
        State::Planned,
        State::Available,
        State::Refused,
        State::Hidden,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            State::Waiting => "waiting",
            State::Shown => "shown",
            State::Planned => "planned",
            State::Available => "available",
            State::Refused => "refused",
            State::Hidden => "hidden",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Whether everybody may read the words of what stands so.
    #[must_use]
    pub fn is_public(self) -> bool {
        !matches!(self, State::Waiting | State::Hidden)
    }

    /// Whether a contribution of a kind may go from here to there. Only requests for data are promised, answered and refused.
    #[must_use]
    pub fn may_become(self, to: State, kind: Kind) -> bool {
        use State::{Available, Hidden, Planned, Refused, Shown, Waiting};
        let is_wanted = kind == Kind::Wanted;
        match (self, to) {
            (Waiting | Hidden, Shown) => true,
            (Hidden, Hidden) => false,
            (_, Hidden) => true,
            (Waiting | Shown | Refused, Planned) => is_wanted,
            (Waiting | Shown | Planned | Refused, Available) => is_wanted,
            (Waiting | Shown | Planned, Refused) => is_wanted,
            _ => false,
        }
    }
}

/// How a service request stands that a contribution became, as everybody may know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stands {
    Open,
    Answered,
    Closed,
}

impl Stands {
    pub const ALL: [Stands; 3] = [Stands::Open, Stands::Answered, Stands::Closed];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Stands::Open => "open",
            Stands::Answered => "answered",
            Stands::Closed => "closed",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Stands> {
        Stands::ALL.into_iter().find(|stands| stands.as_str() == text)
    }
}

/// What became of a contribution that a steward made a service request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServiceRequest {
    /// It is being filed.
    Asked,
    /// It could not be filed: no service takes such requests here.
    Unfiled,
    /// It has a tracking code, plain, and a clock.
    Filed { code: String, stands: Stands },
}

impl ServiceRequest {
    /// Reads what [`ServiceRequest::as_str`] and [`ServiceRequest::code`] write; none for what was made no request.
    #[must_use]
    pub fn parse(state: &str, code: &str) -> Option<ServiceRequest> {
        match state {
            "asked" => Some(ServiceRequest::Asked),
            "unfiled" => Some(ServiceRequest::Unfiled),
            state => Stands::parse(state).map(|stands| ServiceRequest::Filed {
                code: code.to_owned(),
                stands,
            }),
        }
    }

    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            ServiceRequest::Asked => "asked",
            ServiceRequest::Unfiled => "unfiled",
            ServiceRequest::Filed { stands, .. } => stands.as_str(),
        }
    }

    /// Its tracking code, plain; empty before there is one.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            ServiceRequest::Filed { code, .. } => code,
            ServiceRequest::Asked | ServiceRequest::Unfiled => "",
        }
    }
}

/// The light of what waits to be read; derived, never stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Light {
    White,
    Yellow,
    Red,
}

impl Light {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Light::White => "white",
            Light::Yellow => "yellow",
            Light::Red => "red",
        }
    }
}

/// The light of a contribution that has waited to be read since an instant.
#[must_use]
pub fn light(calendar: &Calendar, since: Time, now: Time) -> Light {
    if now >= calendar.add(since, RED_AFTER) {
        Light::Red
    } else if now >= calendar.add(since, YELLOW_AFTER) {
        Light::Yellow
    } else {
        Light::White
    }
}

/// What a steward decides about a contribution, with what the decision needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    Show,
    /// It is shown, and filed as a service request, which has a clock.
    Request,
    Hide {
        why: String,
    },
    /// A promise: whose, by when, and what of it.
    Plan {
        owner: String,
        due_on: Date,
        answer: String,
    },
    /// Slug of the dataset that answers it.
    Provide {
        dataset: String,
        answer: String,
    },
    Refuse {
        why: String,
    },
}

impl Decision {
    #[must_use]
    pub fn state(&self) -> State {
        match self {
            Decision::Show | Decision::Request => State::Shown,
            Decision::Hide { .. } => State::Hidden,
            Decision::Plan { .. } => State::Planned,
            Decision::Provide { .. } => State::Available,
            Decision::Refuse { .. } => State::Refused,
        }
    }

    /// What everybody is told with it; empty for nothing.
    #[must_use]
    pub fn answer(&self) -> &str {
        match self {
            Decision::Show | Decision::Request => "",
            Decision::Hide { why } | Decision::Refuse { why } => why,
            Decision::Plan { answer, .. } | Decision::Provide { answer, .. } => answer,
        }
    }
}

/// A decision as a form sends it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct DecisionInput {
    /// `shown`, `request`, `hidden`, `planned`, `available` or `refused`.
    pub to: String,
    pub answer: String,
    pub owner: String,
    pub due_on: String,
    pub dataset: String,
}

impl DecisionInput {
    /// Reads a decision.
    ///
    /// # Errors
    /// Names each field that is missing or malformed.
    pub fn read(&self) -> Result<Decision> {
        let answer = self.answer.trim().to_owned();
        let wrong = |field: &'static str, code: &'static str| Problem::invalid("fields").field(field, code);
        if answer.chars().count() > MOST_TEXT {
            return Err(wrong("answer", "text-long"));
        }
        let with_why = || match answer.is_empty() {
            true => Err(wrong("answer", "catalog-contributions-why-missing")),
            false => Ok(answer.clone()),
        };
        if self.to == REQUEST {
            return Ok(Decision::Request);
        }
        match State::parse(&self.to) {
            Some(State::Shown) => Ok(Decision::Show),
            Some(State::Hidden) => Ok(Decision::Hide { why: with_why()? }),
            Some(State::Refused) => Ok(Decision::Refuse { why: with_why()? }),
            Some(State::Planned) => Ok(Decision::Plan {
                owner: match self.owner.trim() {
                    "" => return Err(wrong("owner", "catalog-contributions-owner-missing")),
                    owner => owner.to_owned(),
                },
                due_on: self
                    .due_on
                    .trim()
                    .parse()
                    .map_err(|_| wrong("due_on", "catalog-contributions-day-malformed"))?,
                answer,
            }),
            Some(State::Available) => Ok(Decision::Provide {
                dataset: match self.dataset.trim() {
                    "" => return Err(wrong("dataset", "catalog-contributions-dataset-missing")),
                    dataset => dataset.rsplit('/').next().unwrap_or(dataset).to_owned(),
                },
                answer,
            }),
            Some(State::Waiting) | None => Err(wrong("to", "catalog-contributions-decision-missing")),
        }
    }
}

/// What somebody sends, as a form has it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    pub title: String,
    pub text: String,
    pub url: String,
    pub name: String,
    pub theme: String,
    /// Code of a place.
    pub place: String,
    /// Names or addresses of the datasets a showcase uses, one on each line; the first is kept.
    pub dataset: String,
    /// Where the sender wants to be told; never public.
    pub email: String,
    /// Anything but nothing: a comment that is a question and wants an answer.
    pub question: String,
}

impl Sent {
    /// Tidies what was sent and checks what a kind needs.
    ///
    /// # Errors
    /// Names each field that is missing, too long or no address of the web. What a kind has no field for is dropped.
    pub fn check(self, kind: Kind) -> Result<Sent> {
        let sent = Sent {
            title: tidy_line(&self.title),
            text: self.text.replace('\0', "").trim().to_owned(),
            url: match kind {
                Kind::Showcase => self.url.trim().to_owned(),
                Kind::Wanted | Kind::Comment => String::new(),
            },
            name: tidy_line(&self.name),
            theme: match kind {
                Kind::Wanted => tidy_line(&self.theme),
                Kind::Showcase | Kind::Comment => String::new(),
            },
            place: self.place.trim().to_owned(),
            dataset: self.dataset.trim().to_owned(),
            email: self.email.trim().to_owned(),
            question: self.question,
        };
        let mut problem: Option<Problem> = None;
        let mut wrong = |field: &'static str, code: &'static str| {
            let so_far = problem.take().unwrap_or_else(|| Problem::invalid("fields"));
            problem = Some(so_far.field(field, code));
        };
        match (kind, sent.title.chars().count()) {
            (Kind::Comment, _) => {}
            (_, 0) => wrong("title", "catalog-contributions-title-missing"),
            (_, n) if n > MOST_TITLE => wrong("title", "text-long"),
            _ => {}
        }
        match sent.text.chars().count() {
            0 => wrong("text", "catalog-contributions-text-missing"),
            n if n > MOST_TEXT => wrong("text", "text-long"),
            _ => {}
        }
        for (field, text, most) in [
            ("name", &sent.name, MOST_NAME),
            ("theme", &sent.theme, MOST_THEME),
            ("place", &sent.place, MOST_PLACE),
            ("dataset", &sent.dataset, MOST_DATASETS),
            ("email", &sent.email, MOST_EMAIL),
        ] {
            if text.chars().count() > most {
                wrong(field, "text-long");
            }
        }
        if kind == Kind::Showcase {
            if !is_web_address(&sent.url) {
                wrong("url", "catalog-contributions-url-malformed");
            }
            if sent.dataset.is_empty() {
                wrong("dataset", "catalog-contributions-dataset-missing");
            }
        }
        match problem {
            Some(problem) => Err(problem),
            None => Ok(sent),
        }
    }
}

fn tidy_line(text: &str) -> String {
    let plain: String = text
        .chars()
        .filter(|c| !c.is_control() || c.is_whitespace())
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a page may lead there: the web, with a host and nobody's password.
#[must_use]
pub fn is_web_address(text: &str) -> bool {
    text.chars().count() <= MOST_URL
        && !text.chars().any(char::is_control)
        && url::Url::parse(text).is_ok_and(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.has_host()
                && url.username().is_empty()
                && url.password().is_none()
        })
}

/// A contribution as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contribution {
    pub id: String,
    pub code: String,
    pub kind: Kind,
    pub dataset_id: Option<String>,
    pub title: String,
    pub text: String,
    pub url: String,
    pub name: String,
    pub theme: String,
    pub place: Option<String>,
    pub lang: String,
    pub state: State,
    pub answer: String,
    pub n_support: i64,
    pub sent_at: Time,
    pub decided_at: Option<Time>,
    /// Whether its sender said that it is a question.
    pub is_question: bool,
    /// The service request that a steward made of it.
    pub request: Option<ServiceRequest>,
}

impl Contribution {
    #[must_use]
    pub fn subject(&self) -> Subject {
        Subject::new("contribution", &self.id)
    }

    /// Whether a steward may make it a service request: a comment, or data that is asked for and that nobody promised or refused.
    #[must_use]
    pub fn may_become_request(&self) -> bool {
        let is_asked_for = matches!(self.kind, Kind::Comment | Kind::Wanted);
        let is_none = matches!(self.request, None | Some(ServiceRequest::Unfiled));
        is_asked_for && is_none && matches!(self.state, State::Waiting | State::Shown)
    }

    /// The contribution as everybody may read it: numbers and addresses of people masked, and nothing of what is not public.
    #[must_use]
    pub fn masked(mut self) -> Contribution {
        if self.state.is_public() {
            for words in [&mut self.title, &mut self.text, &mut self.name] {
                *words = mask(words);
            }
        } else {
            for words in [&mut self.title, &mut self.text, &mut self.name, &mut self.url] {
                words.clear();
            }
            // Its words stand on the page of the request, too.
            self.request = None;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::tz::TimeZone;

    use super::*;
    use crate::platform::calendar::Interval;

    fn comment(state: State, request: Option<ServiceRequest>) -> Contribution {
        Contribution {
            id: "c".into(),
            code: "K7MQ4XTD".into(),
            kind: Kind::Comment,
            dataset_id: None,
            title: String::new(),
            text: "Is depth in feet?".into(),
            url: String::new(),
            name: String::new(),
            theme: String::new(),
            place: None,
            lang: "en".into(),
            state,
            answer: String::new(),
            n_support: 0,
            sent_at: Time(0),
            decided_at: None,
            is_question: true,
            request,
        }
    }

    #[test]
    fn a_comment_becomes_a_request_once_and_what_is_hidden_leads_to_none() {
        let filed = ServiceRequest::Filed {
            code: "K7MQ4XTD".into(),
            stands: Stands::Open,
        };
        for (state, request, may) in [
            (State::Waiting, None, true),
            (State::Shown, None, true),
            (State::Shown, Some(ServiceRequest::Unfiled), true),
            (State::Shown, Some(ServiceRequest::Asked), false),
            (State::Shown, Some(filed.clone()), false),
            (State::Hidden, None, false),
        ] {
            assert_eq!(
                comment(state, request.clone()).may_become_request(),
                may,
                "{state:?} {request:?}"
            );
        }
        let showcase = Contribution {
            kind: Kind::Showcase,
            ..comment(State::Waiting, None)
        };
        assert!(!showcase.may_become_request());
        assert_eq!(comment(State::Hidden, Some(filed.clone())).masked().request, None);
        assert_eq!(
            comment(State::Shown, Some(filed.clone())).masked().request,
            Some(filed.clone())
        );
        assert_eq!(
            ServiceRequest::parse(filed.as_str(), filed.code()),
            Some(filed),
            "it is read as it was written"
        );
        assert_eq!(ServiceRequest::parse("", ""), None);
    }

    #[test]
    fn what_waits_is_late_when_three_working_days_are_over_and_very_late_after_six() {
        let open = || vec![Interval::try_from("08:00-16:00".to_owned()).expect("an interval")];
        let week = std::array::from_fn(|at| if at < 5 { open() } else { Vec::new() });
        let calendar = Calendar::new(TimeZone::UTC, week, BTreeMap::new()).expect("a calendar");
        let at = |text: &str| Time::parse(text).expect("a moment");
        // A Thursday: Friday, Monday and Tuesday are the three working days.
        let sent_at = at("2026-11-19T09:00:00Z");
        for (now, is_now) in [
            ("2026-11-24T23:59:00Z", Light::White),
            ("2026-11-25T00:00:00Z", Light::Yellow),
            ("2026-11-27T23:59:00Z", Light::Yellow),
            ("2026-11-28T00:00:00Z", Light::Red),
        ] {
            assert_eq!(light(&calendar, sent_at, at(now)), is_now, "{now}");
        }
    }

    #[test]
    fn only_data_that_is_wanted_is_promised_and_what_is_hidden_may_be_shown_again() {
        use State::{Available, Hidden, Planned, Refused, Shown, Waiting};
        let wanted = [
            (Waiting, vec![Shown, Planned, Available, Refused, Hidden]),
            (Shown, vec![Planned, Available, Refused, Hidden]),
            (Planned, vec![Available, Refused, Hidden]),
            (Available, vec![Hidden]),
            (Refused, vec![Planned, Available, Hidden]),
            (Hidden, vec![Shown]),
        ];
        for (from, allowed) in wanted {
            let found: Vec<State> = State::ALL
                .into_iter()
                .filter(|to| from.may_become(*to, Kind::Wanted))
                .collect();
            assert_eq!(found, allowed, "{from:?}");
        }
        for kind in [Kind::Comment, Kind::Showcase] {
            for from in State::ALL {
                for to in [Planned, Available, Refused] {
                    assert!(!from.may_become(to, kind), "{kind:?} {from:?} {to:?}");
                }
            }
            assert!(Waiting.may_become(Shown, kind) && Shown.may_become(Hidden, kind));
        }
    }

    #[test]
    fn a_showcase_leads_to_the_web_and_nowhere_else() {
        let showcase = |url: &str| Sent {
            title: "A map".into(),
            text: "Of wells".into(),
            url: url.into(),
            dataset: "wells".into(),
            ..Sent::default()
        };
        assert!(showcase("https://example.org/map").check(Kind::Showcase).is_ok());
        for url in [
            "javascript:alert(1)",
            "https://me:pw@example.org",
            "example.org",
            "",
            "data:text/html,x",
        ] {
            let problem = showcase(url).check(Kind::Showcase).expect_err(url);
            assert_eq!(problem.fields()[0].field, "url", "{url}");
        }
    }

    #[test]
    fn what_a_kind_has_no_field_for_is_dropped_and_what_is_too_long_is_named() {
        let sent = Sent {
            title: "Bus stops".into(),
            text: "Where".into(),
            url: "javascript:alert(1)".into(),
            theme: "transport".into(),
            ..Sent::default()
        };
        let wanted = sent.clone().check(Kind::Wanted).expect("it can be asked for");
        assert_eq!((wanted.url.as_str(), wanted.theme.as_str()), ("", "transport"));
        let comment = sent.clone().check(Kind::Comment).expect("it can be said");
        assert_eq!((comment.url.as_str(), comment.theme.as_str()), ("", ""));
        let long = || "x".repeat(900_000);
        let problem = Sent {
            title: long(),
            text: long(),
            name: long(),
            theme: long(),
            place: long(),
            dataset: long(),
            email: long(),
            ..sent
        }
        .check(Kind::Wanted)
        .expect_err("everything is too long");
        let fields: Vec<&str> = problem
            .fields()
            .iter()
            .map(|field| field.field.as_ref())
            .collect();
        assert_eq!(
            fields,
            ["title", "text", "name", "theme", "place", "dataset", "email"]
        );
    }

    #[test]
    fn every_field_that_is_missing_is_named_at_once() {
        let problem = Sent::default().check(Kind::Wanted).expect_err("nothing was sent");
        let fields: Vec<&str> = problem
            .fields()
            .iter()
            .map(|field| field.field.as_ref())
            .collect();
        assert_eq!(fields, ["title", "text"]);
        let problem = DecisionInput {
            to: "planned".into(),
            ..DecisionInput::default()
        }
        .read();
        assert!(problem.is_err());
        let problem = DecisionInput {
            to: "refused".into(),
            ..DecisionInput::default()
        }
        .read();
        assert_eq!(problem.expect_err("no reason").fields()[0].field, "answer");
    }
}
