//! A profile in plain words: what its text says, for whoever does not read TOML.

use crate::{
    platform::{calendar::Span, html::parts::SummaryRow},
    requests::{
        model::{
            ladder::Next,
            profile::{Profile, Reason},
        },
        words::Teller,
    },
};

/// A part of a profile with its rows.
pub struct Chapter {
    pub title: String,
    pub rows: Vec<SummaryRow>,
}

/// Says what a profile lays down.
pub fn chapters(teller: &Teller, profile: &Profile) -> Vec<Chapter> {
    let tell = Spoken { teller, profile };
    vec![
        tell.chapter("clock", tell.clock()),
        tell.chapter("ladder", tell.ladder()),
        tell.chapter("answers", tell.answers()),
        tell.chapter("pauses", tell.pauses()),
        tell.chapter("closing", tell.closing()),
        tell.chapter("rest", tell.rest()),
    ]
}

struct Spoken<'a> {
    teller: &'a Teller,
    profile: &'a Profile,
}

impl Spoken<'_> {
    fn chapter(&self, name: &str, rows: Vec<SummaryRow>) -> Chapter {
        Chapter {
            title: self
                .teller
                .lang
                .text(format!("requests-desk-chapter-{name}"))
                .into(),
            rows,
        }
    }

    fn clock(&self) -> Vec<SummaryRow> {
        let profile = self.profile;
        [
            ("requests-desk-rule-yellow", profile.lights.yellow),
            ("requests-desk-rule-red", profile.lights.red),
            ("requests-desk-rule-verify", profile.standard.verify),
            ("requests-desk-rule-answer", profile.standard.answer),
            ("requests-desk-rule-finish", profile.standard.finish),
        ]
        .into_iter()
        .map(|(id, span)| self.row(id, self.span(span)))
        .collect()
    }

    fn ladder(&self) -> Vec<SummaryRow> {
        let ladder = &self.profile.ladder;
        let mut rows: Vec<SummaryRow> = (1..=ladder.top())
            .filter_map(|number| {
                let level = ladder.level(number)?;
                let next: String = match &level.next {
                    Next::Automatic { within } => self
                        .teller
                        .lang
                        .text("requests-desk-rule-automatic")
                        .arg("span", self.span(Some(*within)))
                        .into(),
                    Next::ByHand { reasons } => self
                        .teller
                        .lang
                        .text("requests-desk-rule-by-hand")
                        .arg("reasons", self.reasons(reasons))
                        .into(),
                    Next::Top => self.text("requests-desk-rule-top"),
                };
                let back = match level.sends_back {
                    true => format!(" {}", self.text("requests-desk-rule-sends-back")),
                    false => String::new(),
                };
                Some(SummaryRow::new(
                    self.teller.level(self.profile, number),
                    format!("{next}{back}"),
                ))
            })
            .collect();
        let hours = ladder.notice.as_secs() / 3_600;
        rows.push(self.row(
            "requests-desk-rule-notice",
            self.teller.lang.text("requests-hours").n("n", hours).into(),
        ));
        rows
    }

    fn answers(&self) -> Vec<SummaryRow> {
        let of = |is_proper: bool| {
            let kinds = self.profile.answers.kinds.iter();
            let words: Vec<&str> = kinds
                .filter(|kind| kind.is_proper == is_proper)
                .map(|kind| self.teller.words(&kind.title))
                .collect();
            words.join("; ")
        };
        let least = self.profile.answers.least_characters;
        vec![
            self.row("requests-desk-rule-proper", of(true)),
            self.row("requests-desk-rule-improper", of(false)),
            self.row(
                "requests-desk-rule-least",
                self.teller
                    .lang
                    .text("requests-desk-least")
                    .n("least", least)
                    .into(),
            ),
        ]
    }

    fn pauses(&self) -> Vec<SummaryRow> {
        let mut rows: Vec<SummaryRow> = self
            .profile
            .pauses
            .iter()
            .map(|reason| SummaryRow::new(self.teller.words(&reason.title), self.span(Some(reason.limit))))
            .collect();
        rows.push(self.row(
            "requests-desk-rule-most-pauses",
            self.teller.lang.number(self.profile.most_pauses),
        ));
        rows
    }

    fn closing(&self) -> Vec<SummaryRow> {
        let special = &self.profile.special_close;
        let level = |number| self.teller.level(self.profile, number);
        vec![
            self.row(
                "requests-desk-rule-silence",
                self.span(Some(self.profile.silence.closes_after)),
            ),
            self.row(
                "requests-desk-rule-said",
                self.teller.words(&self.profile.silence.said).to_owned(),
            ),
            self.row(
                "requests-desk-rule-reopen",
                self.span(Some(self.profile.reopen_within)),
            ),
            self.row("requests-desk-rule-special-propose", level(special.propose_level)),
            self.row("requests-desk-rule-special-approve", level(special.approve_level)),
            self.row(
                "requests-desk-rule-special-reasons",
                self.reasons(&special.reasons),
            ),
            self.row(
                "requests-desk-rule-special-notice",
                self.span(Some(special.notice)),
            ),
            self.row(
                "requests-desk-rule-sample",
                self.teller.lang.percent(f64::from(special.sample_percent), 0),
            ),
            self.row(
                "requests-desk-rule-transfer",
                level(self.profile.wrong_department.approve_level),
            ),
        ]
    }

    fn rest(&self) -> Vec<SummaryRow> {
        let (profile, lang) = (self.profile, self.teller.lang);
        let parts: Vec<String> = profile
            .grade
            .rule
            .parts
            .iter()
            .map(|part| {
                let measure = serde_json::to_value(part.measure)
                    .ok()
                    .and_then(|value| value.as_str().map(str::to_owned))
                    .unwrap_or_default();
                let name = lang.text(format!("requests-desk-measure-{measure}"));
                format!("{name}: {}", lang.decimal(part.points, 0))
            })
            .collect();
        vec![
            self.row(
                "requests-desk-rule-a-day",
                profile
                    .filing
                    .a_day
                    .map_or_else(|| self.text("requests-desk-rule-any"), |n| lang.number(n)),
            ),
            self.row(
                "requests-desk-rule-meeting",
                format!(
                    "{}, {}",
                    lang.text(format!(
                        "requests-desk-weekday-{}",
                        profile.meeting.weekday.to_monday_one_offset()
                    )),
                    lang.time_of_day(profile.meeting.at)
                ),
            ),
            self.row("requests-desk-rule-grade", parts.join("; ")),
            self.row(
                "requests-desk-rule-zone",
                profile.calendar.zone().iana_name().unwrap_or_default().to_owned(),
            ),
        ]
    }

    fn reasons(&self, reasons: &[Reason]) -> String {
        let words: Vec<&str> = reasons
            .iter()
            .map(|reason| self.teller.words(&reason.title))
            .collect();
        words.join("; ")
    }

    /// A span as people say it.
    fn span(&self, span: Option<Span>) -> String {
        let lang = self.teller.lang;
        let (id, n) = match span {
            None => return self.text("requests-desk-rule-none"),
            Some(Span::EndOfDay(n)) => ("requests-desk-span-end-of-day", i64::from(n)),
            Some(Span::EndOfWorkingDay(n)) => ("requests-desk-span-end-of-working-day", i64::from(n)),
            Some(Span::Days(n)) => ("requests-days", i64::from(n)),
            Some(Span::WorkingDays(n)) => ("requests-desk-span-working-days", i64::from(n)),
            Some(Span::Minutes(n)) if n % 60 == 0 => ("requests-hours", i64::from(n / 60)),
            Some(Span::Minutes(n)) => ("requests-minutes", i64::from(n)),
            Some(Span::WorkingMinutes(n)) if n % 60 == 0 => {
                ("requests-desk-span-working-hours", i64::from(n / 60))
            }
            Some(Span::WorkingMinutes(n)) => ("requests-desk-span-working-minutes", i64::from(n)),
        };
        lang.text(id).n("n", n).into()
    }

    fn row(&self, id: &'static str, value: String) -> SummaryRow {
        SummaryRow::new(self.teller.lang.text(id), value)
    }

    fn text(&self, id: &'static str) -> String {
        self.teller.lang.text(id).into()
    }
}
