//! Projects, forms, submissions: what they are and which rules hold, without storage or protocol.

use std::{sync::Arc, time::Duration};

use formats::{
    openrosa::{Envelope, EnvelopeError},
    xform::{self, Flag, Instance},
    xpath::{Env, Moment},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::platform::{
    problem::{Problem, Result},
    time::Time,
};

/// A container of forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// A small number, because ODK clients put it into addresses.
    pub id: i64,
    pub slug: String,
    pub name: String,
    /// The organisation whose forms these are; roles within another do not reach what is filed to them.
    pub org: Option<String>,
    pub description: Option<String>,
    pub is_archived: bool,
    pub created_at: Time,
    pub updated_at: Option<Time>,
}

/// A form, whatever its version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    pub id: String,
    pub project_id: i64,
    pub project_slug: String,
    /// The organisation of its project.
    pub org: Option<String>,
    pub xml_form_id: String,
    pub slug: String,
    pub audience: Audience,
    pub state: FormState,
    /// A small number, by which ODK clients name a form in the trash.
    pub number: i64,
    pub created_at: Time,
    pub updated_at: Option<Time>,
    /// When it was thrown away.
    pub deleted_at: Option<Time>,
    /// The form whose draft is tried out here; such a form is in no list.
    pub draft_of: Option<String>,
}

/// Who may fill a form in the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Enumerators and other staff.
    Staff,
    /// Everybody, signed in or not.
    Public,
}

/// Whether a form takes submissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormState {
    Open,
    /// Nobody gets it any more, and those who have it may still send.
    Closing,
    Closed,
}

/// What those who looked at a submission think of it. Nothing is stored until somebody did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ReviewState {
    /// Nobody looked at it, or somebody took their word back.
    Received,
    /// It was corrected since.
    Edited,
    HasIssues,
    Approved,
    /// It counts nowhere: its rows leave the tables.
    Rejected,
}

/// One definition of a form; immutable once it is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormVersion {
    pub id: String,
    pub form_id: String,
    pub version: String,
    pub title: String,
    pub xform_blob: String,
    pub xform_md5: String,
    pub workbook_blob: Option<String>,
    pub workbook_kind: Option<String>,
    pub has_files: bool,
    pub created_at: Time,
    /// Who, as the audit trail says.
    pub created_by: String,
    pub published_at: Option<Time>,
    pub published_by: Option<String>,
    /// The secret of the address where a draft is tried out.
    pub draft_token: Option<String>,
}

/// A file that a form version names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormFile {
    pub name: String,
    /// `None` until somebody gives it.
    pub blob: Option<String>,
    pub md5: Option<String>,
    pub size_bytes: Option<i64>,
    /// It is the list of places in force, and made anew when another one comes.
    pub follows_places: bool,
}

/// A device that fills the forms of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppUser {
    /// The number by which ODK's clients know it.
    pub id: i64,
    pub project_id: i64,
    /// Its account.
    pub user: String,
    pub name: String,
    pub created_at: Time,
    /// The account of who added it.
    pub created_by: Option<String>,
}

/// An address by which one form is filled without signing in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicLink {
    pub id: String,
    /// The number by which ODK's clients know it.
    pub number: i64,
    /// Its account, under which what comes by it is filed.
    pub user: String,
    pub form_id: String,
    /// For keeping track of; respondents do not see it.
    pub name: String,
    /// Each respondent files once.
    pub is_once: bool,
    /// What its address ends with.
    pub token: Option<String>,
    pub created_at: Time,
    pub created_by: Option<String>,
}

/// A form version ready for work: parsed, with its files attached and its tables shaped.
#[derive(Debug)]
pub struct Questionnaire {
    pub form: Form,
    pub version: FormVersion,
    pub xform: xform::Form,
    pub tables: Vec<xform::TableShape>,
    place_path: Option<String>,
    enumerator_path: Option<String>,
}

/// Names of questions that say which place a submission is about, the narrowest first.
pub const PLACE_QUESTIONS: [&str; 6] = [
    "household_group",
    "place",
    "place_code",
    "village_code",
    "village",
    "district",
];
/// Names of questions that say who asked.
const ENUMERATOR_QUESTIONS: [&str; 3] = ["enumerator", "enumerator_id", "enumerator_code"];

impl Questionnaire {
    pub fn new(form: Form, version: FormVersion, xform: xform::Form) -> Self {
        let tables = xform::tables(&xform);
        let root = tables.first();
        let named = |names: &[&str]| {
            names.iter().find_map(|name| {
                let column = root?
                    .columns
                    .iter()
                    .find(|column| column.path.rsplit('/').next() == Some(name))?;
                Some(column.path.clone())
            })
        };
        let (place_path, enumerator_path) = (named(&PLACE_QUESTIONS), named(&ENUMERATOR_QUESTIONS));
        Self {
            form,
            version,
            xform,
            tables,
            place_path,
            enumerator_path,
        }
    }

    /// The place that answers are about, as they say.
    pub fn place_in(&self, instance: &Instance) -> Option<String> {
        let value = self
            .place_path
            .as_ref()
            .map_or("", |path| instance.value_at(path));
        (!value.is_empty()).then(|| value.to_owned())
    }

    /// Names the table in the store that holds rows of `shape`: `project__form`, `project__form__repeat`.
    pub fn table_name(&self, shape: &xform::TableShape) -> String {
        let base = format!("{}__{}", self.form.project_slug, self.form.slug);
        match &shape.name {
            None => base,
            Some(repeat) => format!("{base}__{repeat}"),
        }
    }
}

/// A submission read and checked, not yet filed.
#[derive(Debug)]
pub struct NewSubmission {
    pub questionnaire: Arc<Questionnaire>,
    pub envelope: Envelope,
    pub xml: String,
    pub sha256: String,
    pub flags: Vec<Remark>,
    pub place: Option<String>,
    pub enumerator: Option<String>,
    pub device_id: Option<String>,
    /// The program that sent it.
    pub user_agent: Option<String>,
    pub files: Vec<NewFile>,
    /// The files that a correction names; those it does not bring are taken over from what it corrects.
    pub named_files: Vec<String>,
}

/// Something odd about a submission, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// The stable code: `missing-required`, `outside-area`.
    pub kind: String,
    /// Where: `/data/member[2]/age`; empty for the whole.
    pub path: String,
    pub message: String,
}

impl From<Flag> for Remark {
    fn from(flag: Flag) -> Self {
        Self {
            kind: flag.kind.code().to_owned(),
            path: flag.path,
            message: flag.message,
        }
    }
}

/// A file that came along, already in the blobs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewFile {
    pub name: String,
    pub blob: String,
    pub size_bytes: u64,
    pub media_type: String,
}

impl NewSubmission {
    /// Checks an instance against its form.
    ///
    /// # Errors
    /// `submission-malformed` when it is no instance of the form; anything less is a flag.
    pub fn read(
        questionnaire: Arc<Questionnaire>,
        envelope: Envelope,
        xml: String,
        at: Time,
        offset_minutes: i32,
    ) -> Result<Self> {
        // A phone's date may be a day ahead of ours near midnight; what it calls today is not the future.
        let env = Env::new(
            Moment {
                micros: at.0,
                offset_minutes: offset_minutes.max(14 * 60),
            },
            0,
        );
        let (instance, flags) = xform::check(&questionnaire.xform, &env, &xml)
            .map_err(|error| Problem::invalid("submission-malformed").with("detail", error))?;
        let answered = |path: &Option<String>| {
            let value = path.as_ref().map_or("", |path| instance.value_at(path));
            (!value.is_empty()).then(|| value.to_owned())
        };
        let named_files = match envelope.deprecated_id {
            Some(_) => instance.file_names(&questionnaire.xform),
            None => Vec::new(),
        };
        Ok(Self {
            named_files,
            place: answered(&questionnaire.place_path),
            enumerator: answered(&questionnaire.enumerator_path),
            sha256: digest(&xml),
            flags: flags.into_iter().map(Remark::from).collect(),
            questionnaire,
            envelope,
            xml,
            device_id: None,
            user_agent: None,
            files: Vec::new(),
        })
    }
}

/// Tells the digest by which instances are compared.
pub fn digest(xml: &str) -> String {
    hex::encode(Sha256::digest(xml.as_bytes()))
}

/// What became of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Filed {
    New,
    /// The same instance again: a phone that did not hear our answer.
    Same,
    /// The same instance with files we did not have.
    MoreFiles,
    /// A correction of an earlier one.
    Edited,
    /// Another instance under an id already taken; kept beside the first.
    Conflict,
}

/// A filed submission as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    pub id: String,
    pub form_id: String,
    pub version_id: String,
    pub instance_id: String,
    pub root_id: String,
    pub filed_at: Time,
    pub filed_by: Option<String>,
    pub device_id: Option<String>,
    pub name: Option<String>,
    pub place: Option<String>,
    pub enumerator: Option<String>,
    pub flags: Vec<Remark>,
    pub n_conflicts: i64,
    pub user_agent: Option<String>,
    pub review: ReviewState,
    /// When it was edited or reviewed last.
    pub updated_at: Option<Time>,
    /// When it was thrown away.
    pub deleted_at: Option<Time>,
    /// How many edits came before this one.
    pub n_edits: i64,
    /// What is known of the first of its edits.
    pub first: First,
}

/// How the first of a submission's edits came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct First {
    pub at: Time,
    pub by: Option<String>,
    pub device_id: Option<String>,
    pub user_agent: Option<String>,
}

/// One of a submission's edits, the first among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    pub id: String,
    pub version_id: String,
    pub form_version: String,
    pub instance_id: String,
    pub name: Option<String>,
    pub filed_at: Time,
    pub filed_by: Option<String>,
    pub device_id: Option<String>,
    pub user_agent: Option<String>,
    pub is_newest: bool,
}

/// What somebody who looked at a submission told the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    pub body: String,
    pub at: Time,
    pub by: Option<String>,
}

/// What came and could not be filed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stray {
    pub id: String,
    pub project_id: i64,
    pub reason: String,
    pub detail: String,
    pub form_said: Option<String>,
    pub blob: String,
    pub size_bytes: i64,
    pub files: Vec<NewFile>,
    pub received_at: Time,
    pub received_by: Option<String>,
}

/// How many submissions an enumerator filed about a place, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// The place as answered; blank when the form does not ask.
    pub place: String,
    /// The enumerator's code as answered, or their account.
    pub enumerator: String,
    pub n_submissions: i64,
    pub n_flagged: i64,
    pub first_at: Time,
    pub last_at: Time,
}

/// How many submissions are about a place, with no word about who filed them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    pub place: String,
    pub n_submissions: i64,
    pub n_flagged: i64,
    pub last_at: Time,
}

/// A stretch of time in which a form was filled, before a long pause or now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Round {
    /// Midnight UTC before its first submission.
    pub from: Time,
    /// Midnight UTC after its last one.
    pub before: Time,
}

/// A pause after which what is filed belongs to another round.
pub const PAUSE: Duration = Duration::from_secs(60 * 24 * 60 * 60);

/// Parts the days on which something was filed (since 1970, ascending) into rounds, the newest first.
#[must_use]
pub fn rounds(days: &[i64]) -> Vec<Round> {
    let day = |n: i64| Time(n * 86_400_000_000);
    let mut rounds: Vec<Round> = Vec::new();
    for at in days {
        let next = Round {
            from: day(*at),
            before: day(at + 1),
        };
        match rounds.last_mut() {
            Some(last) if next.from.since(last.before) < PAUSE => last.before = next.before,
            _ => rounds.push(next),
        }
    }
    rounds.reverse();
    rounds
}

/// Makes of an envelope's problem the one the person is told.
pub fn envelope_problem(error: &EnvelopeError) -> Problem {
    Problem::invalid("submission-malformed").with("detail", error)
}

/// Turns an instance into rows of its form's tables, under the id of the first of its edits.
pub fn rows_of(questionnaire: &Questionnaire, instance: &Instance, root_id: &str) -> Vec<xform::Row> {
    xform::rows(&questionnaire.tables, instance, root_id)
}

/// Makes a slug of a name: lower-case letters, digits and `_`; empty names become `form`.
pub fn slug_of(name: &str) -> String {
    let mut slug = String::new();
    for c in name.to_lowercase().chars() {
        match c {
            'a'..='z' | '0'..='9' => slug.push(c),
            _ if slug.ends_with('_') || slug.is_empty() => {}
            _ => slug.push('_'),
        }
    }
    let slug = slug.trim_end_matches('_');
    match slug.chars().next() {
        None => "form".to_owned(),
        Some('0'..='9') => format!("f{}", &slug[..slug.len().min(50)]),
        Some(_) => slug[..slug.len().min(50)].to_owned(),
    }
}

impl Audience {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::Public => "public",
        }
    }

    pub fn parse(text: &str) -> Self {
        if text == "public" {
            Self::Public
        } else {
            Self::Staff
        }
    }
}

impl FormState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closing => "closing",
            Self::Closed => "closed",
        }
    }

    pub fn parse(text: &str) -> Self {
        match text {
            "closed" => Self::Closed,
            "closing" => Self::Closing,
            _ => Self::Open,
        }
    }
}

impl ReviewState {
    pub const ALL: [ReviewState; 5] = [
        Self::Received,
        Self::Edited,
        Self::HasIssues,
        Self::Approved,
        Self::Rejected,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Edited => "edited",
            Self::HasIssues => "hasIssues",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }

    /// Returns what is stored of it: nothing as long as nobody looked.
    pub fn stored(self) -> Option<&'static str> {
        (self != Self::Received).then(|| self.as_str())
    }

    /// Reads what is stored or what a client says; `None` for words that name no state.
    pub fn parse(text: Option<&str>) -> Option<Self> {
        match text {
            None => Some(Self::Received),
            Some(text) => Self::ALL.into_iter().find(|state| state.as_str() == text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_of_two_months_parts_one_round_from_the_next() {
        let ranges: Vec<(i64, i64)> = rounds(&[100, 101, 130, 189, 250, 251])
            .into_iter()
            .map(|round| (round.from.0 / 86_400_000_000, round.before.0 / 86_400_000_000))
            .collect();
        assert_eq!(ranges, [(250, 252), (100, 190)]);
        assert!(rounds(&[]).is_empty());
    }

    #[test]
    fn a_slug_fits_addresses_and_table_names() {
        assert_eq!(slug_of("Sensus Rumah Tangga 2026!"), "sensus_rumah_tangga_2026");
        assert_eq!(slug_of("2026 census"), "f2026_census");
        assert_eq!(slug_of("—"), "form");
    }
}
