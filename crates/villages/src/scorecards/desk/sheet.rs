//! The sheet of a session as a page shows it and somebody fills it in, and the acts that follow from it.
//!
//! The page carries what it showed, so that only what was changed becomes an act. An act's id is made of the page's own token and of what it
//! says: the same page sent twice does the same thing once, and what two people changed at once is kept of both.

use uuid::Uuid;

use super::fields::{Faults, Fields};
use crate::{
    platform::{id, time::Time},
    scorecards::model::{
        act::{Act, What},
        criterion::Criterion,
        round::Scale,
        score::{FACES, Score, face_of},
        session::Session,
    },
};

/// What pages call themselves where others give the name of a device.
pub const DEVICE: &str = "desk";
/// Empty rows for criteria that are still to come.
const BLANKS: usize = 3;
/// Faces, and so fields for tokens.
const N_FACES: usize = FACES.len();

/// A session as it is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Of this showing of the page.
    pub token: String,
    /// When the page was shown: the same page sent twice says the same.
    pub at: Time,
    pub present: String,
    /// What the page showed.
    pub present_was: String,
    /// The words were read aloud and agreed to.
    pub has_consented: bool,
    pub rows: Vec<SheetRow>,
}

/// A criterion with its score as they are typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SheetRow {
    pub id: String,
    pub words: String,
    pub standard: String,
    /// Version of the words that the page showed; empty for a criterion that is still to come.
    pub version: String,
    /// Points, or the face, as the scale of the round is.
    pub value: String,
    pub votes: [String; N_FACES],
    pub reason: String,
    pub suggestion: String,
    /// Version of the score that the page showed; empty for none.
    pub scored: String,
    /// Digests of the words and of the score that the page showed.
    pub words_were: String,
    pub score_was: String,
    pub is_dropped: bool,
}

/// An act and the row of the page that it comes from; empty for what belongs to the whole session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    pub row: String,
    pub act: Act,
}

/// What is wanted besides what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Save,
    Seal,
}

/// In which session and on which scale a sheet was filled in.
pub struct Setting<'a> {
    pub session: &'a Session,
    pub scale: Scale,
    /// The words of the consent in the reader's language.
    pub consent: &'a str,
}

impl Sheet {
    /// The sheet of a session as it stands, with rows for what is still to come.
    #[must_use]
    pub fn of(session: &Session, criteria: &[Criterion], scores: &[Score], scale: Scale, at: Time) -> Sheet {
        let mut own: Vec<&Criterion> = criteria
            .iter()
            .filter(|criterion| criterion.session == session.id)
            .collect();
        own.sort_by_key(|criterion| criterion.position);
        let score_of = |criterion: &Criterion| {
            scores
                .iter()
                .find(|score| score.session == session.id && score.criterion == criterion.id)
        };
        let known = own
            .into_iter()
            .map(|criterion| SheetRow::of(criterion, score_of(criterion), scale));
        let blank = || SheetRow {
            id: id::fresh(at),
            ..SheetRow::default()
        };
        let present = session.n_present.map(|n| n.to_string()).unwrap_or_default();
        Sheet {
            token: id::fresh(at),
            at,
            present_was: present.clone(),
            present,
            has_consented: session.consent_at.is_some(),
            rows: known
                .chain((0..BLANKS).map(|_| blank()))
                .map(SheetRow::shown)
                .collect(),
        }
    }

    /// The sheet as it was sent.
    #[must_use]
    pub fn typed(fields: &Fields, now: Time) -> Sheet {
        Sheet {
            token: fields.get("token").to_owned(),
            at: fields.shown_at(now),
            present: fields.get("present").to_owned(),
            present_was: fields.get("present_was").to_owned(),
            has_consented: fields.get("consent") == "yes",
            rows: fields
                .all("criterion")
                .map(|id| SheetRow::typed(fields, id))
                .collect(),
        }
    }

    /// The acts that make a session what was typed, and what of it cannot be read.
    #[must_use]
    pub fn acts(&self, setting: &Setting<'_>, end: End) -> (Vec<Wanted>, Faults) {
        let (mut acts, mut faults) = (Vec::new(), Faults::default());
        let mut want = |row: &str, base: &str, what: What| {
            acts.push(Wanted {
                row: row.to_owned(),
                act: self.act(setting, base, what),
            });
        };
        if self.present != self.present_was {
            match self.present.parse::<u32>() {
                Ok(n) => want("", "", What::Present { n }),
                Err(_) => faults.add("present", "scorecards-number"),
            }
        }
        if self.has_consented && setting.session.consent_at.is_none() {
            let text = setting.consent.to_owned();
            want("", "", What::Consent { text });
        }
        for (at, row) in self.rows.iter().enumerate() {
            if row.is_dropped && !row.is_new() {
                let criterion = row.id.clone();
                want(&row.id, &row.version, What::DropCriterion { criterion });
                continue;
            }
            if row.says_other_words() {
                want(&row.id, &row.version, row.criterion(at));
            }
            if row.says_another_score()
                && let Some(score) = row.score(setting.scale, &mut faults)
            {
                want(&row.id, &row.scored, score);
            }
        }
        if end == End::Seal {
            self.check_whole(setting, &mut faults);
            want("", "", What::Seal);
        }
        (acts, faults)
    }

    /// Notes what is missing before it can be sealed.
    fn check_whole(&self, setting: &Setting<'_>, faults: &mut Faults) {
        if self.present.is_empty() && setting.session.n_present.is_none() {
            faults.add("present", "scorecards-group-empty");
        }
        if !self.has_consented && setting.session.consent_at.is_none() {
            faults.add("consent", "scorecards-consent-missing");
        }
        let there = self.rows.iter().filter(|row| !row.is_dropped && !row.is_blank());
        for row in there {
            if !row.is_scored() {
                faults.add(format!("value.{}", row.id), "scorecards-value-missing");
            }
            if row.reason.is_empty() {
                faults.add(format!("reason.{}", row.id), "scorecards-reason-missing");
            }
        }
    }

    /// An act of this page: its id is the same whenever the same page says the same.
    fn act(&self, setting: &Setting<'_>, base: &str, what: What) -> Act {
        let session = Some(setting.session.id.clone());
        let said = serde_json::to_string(&what).unwrap_or_default();
        Act {
            id: id_of(&[&self.token, &setting.session.id, base, &said]),
            device: DEVICE.to_owned(),
            at: self.at,
            session,
            base: (!base.is_empty()).then(|| base.to_owned()),
            what,
        }
    }
}

impl SheetRow {
    fn of(criterion: &Criterion, score: Option<&Score>, scale: Scale) -> SheetRow {
        let value = |score: &Score| match scale {
            Scale::Hundred => score.value.to_string(),
            Scale::Faces => face_of(score.value).to_string(),
        };
        let votes = score.and_then(|score| score.votes);
        SheetRow {
            id: criterion.id.clone(),
            words: criterion.words.clone(),
            standard: criterion.standard.clone().unwrap_or_default(),
            version: criterion.version.clone(),
            value: score.map(value).unwrap_or_default(),
            votes: votes
                .map(|votes| votes.map(|n| n.to_string()))
                .unwrap_or_default(),
            reason: score.map(|score| score.reason.clone()).unwrap_or_default(),
            suggestion: score.map(|score| score.suggestion.clone()).unwrap_or_default(),
            scored: score.map(|score| score.version.clone()).unwrap_or_default(),
            ..SheetRow::default()
        }
    }

    fn typed(fields: &Fields, id: &str) -> SheetRow {
        let of = |name: &str| fields.of(name, id).to_owned();
        SheetRow {
            id: id.to_owned(),
            words: of("words"),
            standard: of("standard"),
            version: of("version"),
            value: of("value"),
            votes: [1, 2, 3, 4, 5].map(|face| of(&format!("votes-{face}"))),
            reason: of("reason"),
            suggestion: of("suggestion"),
            scored: of("scored"),
            words_were: of("words_were"),
            score_was: of("score_was"),
            is_dropped: of("drop") == "yes",
        }
    }

    /// The same with digests of what it shows.
    fn shown(self) -> SheetRow {
        SheetRow {
            words_were: id::digest(&self.words_text()),
            score_was: id::digest(&self.score_text()),
            ..self
        }
    }

    /// A criterion that is still to come.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.version.is_empty()
    }

    fn is_blank(&self) -> bool {
        self.is_new() && self.words_text() == SheetRow::default().words_text() && !self.is_scored()
    }

    /// Tells whether anything of a score stands there.
    fn is_scored(&self) -> bool {
        self.score_text() != SheetRow::default().score_text()
    }

    fn says_other_words(&self) -> bool {
        !self.is_blank() && (self.is_new() || id::digest(&self.words_text()) != self.words_were)
    }

    fn says_another_score(&self) -> bool {
        !self.is_blank() && id::digest(&self.score_text()) != self.score_was
    }

    fn words_text(&self) -> String {
        format!("{}\u{1f}{}", plain(&self.words), self.standard)
    }

    fn score_text(&self) -> String {
        let votes = self.votes.join("\u{1f}");
        [
            &*self.value,
            &votes,
            &plain(&self.reason),
            &plain(&self.suggestion),
        ]
        .join("\u{1f}")
    }

    fn criterion(&self, at: usize) -> What {
        What::Criterion {
            criterion: self.id.clone(),
            words: self.words.clone(),
            standard: Some(self.standard.clone()).filter(|code| !code.is_empty()),
            position: u32::try_from(at).unwrap_or(u32::MAX),
        }
    }

    fn score(&self, scale: Scale, faults: &mut Faults) -> Option<What> {
        let value = self.points(scale, faults);
        let votes = self.counted(faults);
        Some(What::Score {
            criterion: self.id.clone(),
            value: value?,
            votes: votes?,
            reason: self.reason.clone(),
            suggestion: self.suggestion.clone(),
        })
    }

    fn points(&self, scale: Scale, faults: &mut Faults) -> Option<u8> {
        let typed = self.value.parse::<u8>().ok();
        let (points, code) = match scale {
            _ if self.value.is_empty() => (None, "scorecards-value-missing"),
            Scale::Hundred => (typed.filter(|points| *points <= 100), "scorecards-score-range"),
            Scale::Faces => {
                let at = typed.and_then(|face| face.checked_sub(1)).map(usize::from);
                let points = at.and_then(|at| FACES.get(at).copied());
                (points, "scorecards-face-range")
            }
        };
        if points.is_none() {
            faults.add(format!("value.{}", self.id), code);
        }
        points
    }

    /// Tokens at each face; no fields filled in are no count.
    fn counted(&self, faults: &mut Faults) -> Option<Option<[u32; N_FACES]>> {
        if self.votes.iter().all(String::is_empty) {
            return Some(None);
        }
        let mut counted = [0_u32; N_FACES];
        for (n, typed) in counted.iter_mut().zip(&self.votes) {
            if typed.is_empty() {
                continue;
            }
            match typed.parse::<u32>() {
                Ok(read) => *n = read,
                Err(_) => {
                    faults.add(format!("votes.{}", self.id), "scorecards-number");
                    return None;
                }
            }
        }
        Some(Some(counted))
    }
}

/// An act of a form that stands by itself; sent twice it says the same once.
#[must_use]
pub fn beside(fields: &Fields, now: Time, session: Option<&str>, what: What) -> Wanted {
    let said = serde_json::to_string(&what).unwrap_or_default();
    Wanted {
        row: String::new(),
        act: Act {
            id: id_of(&[fields.get("token"), session.unwrap_or_default(), &said]),
            device: DEVICE.to_owned(),
            at: fields.shown_at(now),
            session: session.map(str::to_owned),
            base: None,
            what,
        },
    }
}

/// A text as the server gets it back from a field.
fn plain(text: &str) -> String {
    text.replace("\r\n", "\n").trim().to_owned()
}

/// An id made of what it stands for.
#[must_use]
pub fn id_of(parts: &[&str]) -> String {
    let digest = id::digest(&parts.join("\u{1f}"));
    let half = digest.get(..32).unwrap_or_default();
    Uuid::from_u128(u128::from_str_radix(half, 16).unwrap_or_default()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scorecards::model::session::Side;

    fn session() -> Session {
        Session {
            id: "s".into(),
            round: "r".into(),
            side: Side::Users,
            group: "women".into(),
            name: None,
            place: "35.22".into(),
            facilitator: None,
            n_present: Some(12),
            consent_at: None,
            consent_text: None,
            is_sealed: false,
            sealed_at: None,
            dropped: None,
            revision: 1,
        }
    }

    fn waiting() -> (Criterion, Score) {
        let criterion = Criterion {
            id: "c".into(),
            round: "r".into(),
            session: "s".into(),
            words: "We wait long".into(),
            standard: Some("waiting".into()),
            position: 0,
            version: "v1".into(),
        };
        let score = Score {
            session: "s".into(),
            criterion: "c".into(),
            value: 40,
            votes: None,
            reason: "Two hours".into(),
            suggestion: String::new(),
            version: "v2".into(),
            scored_at: Time(0),
        };
        (criterion, score)
    }

    fn sheet() -> Sheet {
        let (criterion, score) = waiting();
        Sheet::of(&session(), &[criterion], &[score], Scale::Hundred, Time(0))
    }

    fn acts(sheet: &Sheet, end: End) -> (Vec<Wanted>, Faults) {
        let session = session();
        let setting = Setting {
            session: &session,
            scale: Scale::Hundred,
            consent: "We agree.",
        };
        sheet.acts(&setting, end)
    }

    #[test]
    fn a_page_that_is_sent_as_it_was_shown_changes_nothing() {
        let (acts, faults) = acts(&sheet(), End::Save);
        assert!(acts.is_empty() && faults.is_empty(), "{acts:?}");
    }

    #[test]
    fn what_was_changed_is_an_act_on_what_the_page_showed_and_the_same_page_says_it_once() {
        let mut sheet = sheet();
        sheet.rows[0].value = "45".into();
        sheet.rows[1].words = "Clean rooms".into();
        let (first, _) = acts(&sheet, End::Save);
        let (again, _) = acts(&sheet, End::Save);
        assert_eq!(first, again);
        assert_eq!(first.len(), 2);
        assert_eq!(first[0].act.base.as_deref(), Some("v2"));
        assert_eq!(first[1].act.base, None);
        sheet.rows[0].value = "50".into();
        let (other, _) = acts(&sheet, End::Save);
        assert_ne!(other[0].act.id, first[0].act.id);
        assert!(Uuid::parse_str(&other[0].act.id).is_ok());
    }

    #[test]
    fn what_cannot_be_read_is_told_beside_each_field() {
        let mut sheet = sheet();
        sheet.present = "many".into();
        sheet.rows[0].value = "101".into();
        sheet.rows[0].votes[2] = "x".into();
        let (_, faults) = acts(&sheet, End::Save);
        let problem = faults.done().expect_err("refused");
        let fields: Vec<_> = problem.fields().iter().map(|field| &*field.field).collect();
        assert_eq!(fields, ["present", "value.c", "votes.c"]);
    }

    #[test]
    fn sealing_says_all_that_is_missing() {
        let mut sheet = sheet();
        sheet.rows[0].reason = String::new();
        sheet.rows[1].words = "Clean rooms".into();
        let (_, faults) = acts(&sheet, End::Seal);
        let problem = faults.done().expect_err("refused");
        let codes: Vec<_> = problem.fields().iter().map(|field| field.code).collect();
        assert_eq!(
            codes,
            [
                "scorecards-consent-missing",
                "scorecards-reason-missing",
                "scorecards-value-missing",
                "scorecards-reason-missing"
            ]
        );
    }
}
