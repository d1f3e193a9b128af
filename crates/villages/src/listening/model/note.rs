//! A note of a focus group or of a key informant: what is typed, and what is kept.

use jiff::civil::Date;
use serde::Deserialize;

use super::{
    coding::{Coder, are_done},
    consent::{Answer, Consent, Use, parse_words},
    names::suspects,
    paragraphs,
};
use crate::{
    facilitators::GroupKind,
    platform::{
        problem::{Problem, Result},
        time::Time,
    },
};

/// Letters of a note at most.
const MOST_TEXT: usize = 50_000;
/// Letters of the guide of questions at most.
const MOST_QUESTIONS: usize = 5_000;
/// Letters of the reason of a correction at most.
const MOST_WHY: usize = 2_000;
/// Letters of a line at most.
const MOST_LINE: usize = 200;
/// People in one discussion at most.
const MOST_PRESENT: u32 = 500;

/// Who spoke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    FocusGroup,
    KeyInformant,
}

impl Kind {
    pub const ALL: [Kind; 2] = [Kind::FocusGroup, Kind::KeyInformant];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::FocusGroup => "focus-group",
            Kind::KeyInformant => "key-informant",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// What is known of a note without what was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    pub id: String,
    pub kind: Kind,
    pub place: String,
    pub group: GroupKind,
    /// 1 for a key informant.
    pub n_present: u32,
    pub held_on: Date,
    /// Id of the account that noted it.
    pub facilitator: String,
    pub written_at: Time,
    /// When it was corrected last; `None` where it stands as it was first kept.
    pub corrected_at: Option<Time>,
    /// Grows with every change.
    pub revision: i64,
}

/// A note as its facilitators and coders read it; without `Debug`, so that no log ever has what was said.
#[derive(Clone)]
pub struct Note {
    pub head: Head,
    /// The guide of questions; empty for none.
    pub questions: String,
    /// Where the recording or photograph lies; empty for none.
    pub recording: String,
    /// How somebody of the group is reached; empty for none.
    pub contact: String,
    pub paragraphs: Vec<String>,
    pub consents: Vec<Consent>,
    /// Nobody yet, or two.
    pub coders: Vec<Coder>,
}

impl Note {
    /// The paragraph at a position, from 1.
    #[must_use]
    pub fn paragraph(&self, position: i64) -> Option<&str> {
        let at = usize::try_from(position).ok()?.checked_sub(1)?;
        self.paragraphs.get(at).map(String::as_str)
    }

    /// Whether both coders said that they are done.
    #[must_use]
    pub fn is_coded(&self) -> bool {
        are_done(&self.coders)
    }

    /// Refuses whoever did not see the note as it stands now.
    ///
    /// # Errors
    /// `listening-changed-meanwhile`.
    pub fn expect(&self, revision: i64) -> Result<()> {
        match self.head.revision == revision {
            true => Ok(()),
            false => Err(Problem::conflict("listening-changed-meanwhile")),
        }
    }
}

/// A note as it stood until a correction; without `Debug`, as [`Note`].
#[derive(Clone)]
pub struct Earlier {
    pub n_present: u32,
    pub held_on: Date,
    pub questions: String,
    pub paragraphs: Vec<String>,
    /// Why it was corrected then.
    pub why: String,
    /// Id of the account that corrected it.
    pub who: String,
    pub at: Time,
}

/// A correction as it is typed.
#[derive(Clone, Default)]
pub struct TypedCorrection {
    pub n_present: String,
    pub held_on: String,
    pub questions: String,
    pub text: String,
    pub why: String,
    /// As in [`Typed`].
    pub sure: String,
}

/// A correction that can be made.
#[derive(Clone)]
pub struct Correction {
    pub n_present: u32,
    pub held_on: Date,
    pub questions: String,
    pub paragraphs: Vec<String>,
    pub why: String,
}

impl Correction {
    /// Reads a correction of a note. Once it has coders, its paragraphs stay as many as they are: each is coded by its place.
    ///
    /// # Errors
    /// As [`NewNote::parse`] on fields `n_present`, `held_on`, `questions` and `text`; `listening-correct-paragraphs` on `text`;
    /// `why-missing` and `text-long` on `why`; `listening-correct-same` where it changes nothing.
    pub fn parse(typed: &TypedCorrection, note: &Note, today: Date) -> Result<Correction> {
        let wrong = |field: &'static str, code: &'static str| Problem::invalid("fields").field(field, code);
        let n_present = parse_present(note.head.kind, &typed.n_present)?;
        let held_on = parse_day(&typed.held_on, today)?;
        require_short(&[
            ("questions", &typed.questions, MOST_QUESTIONS),
            ("text", &typed.text, MOST_TEXT),
            ("why", &typed.why, MOST_WHY),
        ])?;
        let paragraphs = paragraphs(&typed.text);
        if paragraphs.is_empty() {
            return Err(wrong("text", "listening-text"));
        }
        if !note.coders.is_empty() && paragraphs.len() != note.paragraphs.len() {
            return Err(wrong("text", "listening-correct-paragraphs"));
        }
        let why = typed.why.trim();
        if why.is_empty() {
            return Err(wrong("why", "why-missing"));
        }
        if typed.sure != "yes" && !suspects(&typed.text).is_empty() {
            return Err(wrong("text", "listening-names"));
        }
        let correction = Correction {
            n_present,
            held_on,
            questions: typed.questions.trim().to_owned(),
            paragraphs,
            why: why.to_owned(),
        };
        match correction.changes(note) {
            true => Ok(correction),
            false => Err(Problem::conflict("listening-correct-same")),
        }
    }

    /// The positions, from 1, of the paragraphs that say something else than before.
    #[must_use]
    pub fn changed_paragraphs(&self, note: &Note) -> Vec<i64> {
        (1_i64..)
            .zip(&self.paragraphs)
            .filter(|(position, text)| note.paragraph(*position) != Some(text.as_str()))
            .map(|(position, _)| position)
            .collect()
    }

    fn changes(&self, note: &Note) -> bool {
        let head = &note.head;
        (self.n_present, self.held_on) != (head.n_present, head.held_on)
            || self.questions != note.questions
            || self.paragraphs != note.paragraphs
    }
}

/// A note as it is typed.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    pub kind: String,
    pub place: String,
    pub group: String,
    pub group_name: String,
    pub n_present: String,
    pub held_on: String,
    pub questions: String,
    pub text: String,
    /// The words that were read before consent was asked for.
    pub words: String,
    /// `yes`, `no`, or empty where it was not asked; likewise below.
    pub may_report: String,
    pub may_quote_named: String,
    pub may_quote_unnamed: String,
    pub may_recording: String,
    pub may_contact: String,
    pub recording: String,
    pub contact: String,
    /// `yes` once somebody looked at what may be names and keeps it.
    pub sure: String,
}

impl Typed {
    /// What was answered about a use.
    #[must_use]
    pub fn answer(&self, of: Use) -> &str {
        match of {
            Use::Report => &self.may_report,
            Use::QuoteNamed => &self.may_quote_named,
            Use::QuoteUnnamed => &self.may_quote_unnamed,
            Use::Recording => &self.may_recording,
            Use::Contact => &self.may_contact,
        }
    }
}

/// A note that can be kept.
#[derive(Clone)]
pub struct NewNote {
    pub kind: Kind,
    /// Code that somebody typed; whether it is known is for the front door to say.
    pub place: String,
    pub group: GroupKind,
    pub n_present: u32,
    pub held_on: Date,
    pub questions: String,
    pub recording: String,
    pub contact: String,
    pub paragraphs: Vec<String>,
    pub consents: Vec<Consent>,
}

impl NewNote {
    /// Reads what was typed.
    ///
    /// # Errors
    /// Names the field: `listening-kind`, `listening-place`, `listening-group`, `listening-group-name`, `listening-present`,
    /// `listening-day`, `listening-text`, `listening-words`, `listening-not-agreed` for a recording or a contact without consent,
    /// `listening-names` on `text` while nobody said that what looks like a name may stay, `text-long` on any.
    pub fn parse(typed: &Typed, today: Date) -> Result<NewNote> {
        let wrong = |field: &'static str, code: &'static str| Problem::invalid("fields").field(field, code);
        let kind = Kind::parse(&typed.kind).ok_or_else(|| wrong("kind", "listening-kind"))?;
        let place = typed.place.trim();
        if place.is_empty() {
            return Err(wrong("place", "listening-place"));
        }
        let group = parse_group(&typed.group, &typed.group_name)?;
        let n_present = parse_present(kind, &typed.n_present)?;
        let held_on = parse_day(&typed.held_on, today)?;
        require_short(&[
            ("questions", &typed.questions, MOST_QUESTIONS),
            ("text", &typed.text, MOST_TEXT),
            ("recording", &typed.recording, MOST_LINE),
            ("contact", &typed.contact, MOST_LINE),
        ])?;
        let paragraphs = paragraphs(&typed.text);
        if paragraphs.is_empty() {
            return Err(wrong("text", "listening-text"));
        }
        let consents = parse_consents(typed, held_on)?;
        if typed.sure != "yes" && !suspects(&typed.text).is_empty() {
            return Err(wrong("text", "listening-names"));
        }
        Ok(NewNote {
            kind,
            place: place.to_owned(),
            group,
            n_present,
            held_on,
            questions: typed.questions.trim().to_owned(),
            recording: typed.recording.trim().to_owned(),
            contact: typed.contact.trim().to_owned(),
            paragraphs,
            consents,
        })
    }
}

fn parse_group(code: &str, name: &str) -> Result<GroupKind> {
    let wrong = |field: &'static str, code: &'static str| Problem::invalid("fields").field(field, code);
    let group = GroupKind::parse(code).ok_or_else(|| wrong("group", "listening-group"))?;
    if group.code() != "own" {
        return Ok(group);
    }
    match name.trim() {
        "" => Err(wrong("group_name", "listening-group-name")),
        name => Ok(group.named(name)),
    }
}

/// A key informant is one; a group is two or more.
fn parse_present(kind: Kind, typed: &str) -> Result<u32> {
    let n = typed.trim().parse::<u32>().ok();
    match (kind, n) {
        (Kind::KeyInformant, None) if typed.trim().is_empty() => Ok(1),
        (Kind::KeyInformant, Some(1)) => Ok(1),
        (Kind::FocusGroup, Some(n)) if (2..=MOST_PRESENT).contains(&n) => Ok(n),
        _ => Err(Problem::invalid("fields").field("n_present", "listening-present")),
    }
}

fn parse_day(typed: &str, today: Date) -> Result<Date> {
    typed
        .trim()
        .parse::<Date>()
        .ok()
        .filter(|day| *day <= today)
        .ok_or_else(|| Problem::invalid("fields").field("held_on", "listening-day"))
}

/// Passes texts that are not longer than they may be.
fn require_short(texts: &[(&'static str, &String, usize)]) -> Result<()> {
    match texts.iter().find(|(_, text, most)| text.chars().count() > *most) {
        Some((field, ..)) => Err(Problem::invalid("fields").field(*field, "text-long")),
        None => Ok(()),
    }
}

fn parse_consents(typed: &Typed, on: Date) -> Result<Vec<Consent>> {
    let asked: Vec<(Use, Answer)> = Use::ALL
        .into_iter()
        .filter_map(|of| match typed.answer(of) {
            "yes" => Some((of, Answer::Yes)),
            "no" => Some((of, Answer::No)),
            _ => None,
        })
        .collect();
    let agreed = |of: Use| asked.contains(&(of, Answer::Yes));
    for (field, text, of) in [
        ("recording", &typed.recording, Use::Recording),
        ("contact", &typed.contact, Use::Contact),
    ] {
        if !text.trim().is_empty() && !agreed(of) {
            return Err(Problem::invalid("fields").field(field, "listening-not-agreed"));
        }
    }
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let words = parse_words(&typed.words)?;
    Ok(asked
        .into_iter()
        .map(|(of, answer)| Consent {
            of,
            answer,
            on,
            words: words.clone(),
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn typed() -> Typed {
        Typed {
            kind: "focus-group".into(),
            place: "35.22.01.2001".into(),
            group: "women".into(),
            n_present: "9".into(),
            held_on: "2026-11-16".into(),
            text: "The clinic is far.\r\n\r\nWe walk two hours.".into(),
            words: "May we count and quote what you say?".into(),
            may_report: "yes".into(),
            may_quote_unnamed: "no".into(),
            ..Typed::default()
        }
    }

    fn refused(typed: &Typed) -> Option<(String, &'static str)> {
        let problem = NewNote::parse(typed, date(2026, 11, 16)).err()?;
        let field = problem.fields().first()?;
        Some((field.field.to_string(), field.code))
    }

    #[test]
    fn a_note_has_paragraphs_and_what_was_answered_to_each_use() {
        let note =
            NewNote::parse(&typed(), date(2026, 11, 16)).unwrap_or_else(|problem| panic!("{problem:?}"));
        assert_eq!(note.paragraphs, ["The clinic is far.", "We walk two hours."]);
        let answers: Vec<(Use, Answer)> = note
            .consents
            .into_iter()
            .map(|consent| (consent.of, consent.answer))
            .collect();
        assert_eq!(
            answers,
            [(Use::Report, Answer::Yes), (Use::QuoteUnnamed, Answer::No)]
        );
    }

    #[test]
    fn bad_input_gets_its_own_answer() {
        type Change = fn(&mut Typed);
        let changes: [(Change, &str, &str); 11] = [
            (|t| t.kind = "chat".into(), "kind", "listening-kind"),
            (|t| t.place = " ".into(), "place", "listening-place"),
            (|t| t.group = "everybody".into(), "group", "listening-group"),
            (|t| t.group = "own".into(), "group_name", "listening-group-name"),
            (|t| t.n_present = "1".into(), "n_present", "listening-present"),
            (|t| t.n_present = "0".into(), "n_present", "listening-present"),
            (|t| t.held_on = "2026-11-17".into(), "held_on", "listening-day"),
            (|t| t.text = " \r\n ".into(), "text", "listening-text"),
            (|t| t.words = String::new(), "words", "listening-words"),
            (|t| t.contact = "0812".into(), "contact", "listening-not-agreed"),
            (|t| t.text = "Bu Siti said so".into(), "text", "listening-names"),
        ];
        for (change, field, code) in changes {
            let mut typed = typed();
            change(&mut typed);
            assert_eq!(refused(&typed), Some((field.to_owned(), code)));
        }
        let kept = Typed {
            text: "Bu Siti said so".into(),
            sure: "yes".into(),
            ..typed()
        };
        assert_eq!(refused(&kept), None);
        let alone = Typed {
            kind: "key-informant".into(),
            n_present: String::new(),
            ..typed()
        };
        assert_eq!(refused(&alone), None);
    }
}
