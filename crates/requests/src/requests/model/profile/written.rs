//! The TOML as it is written, and what must hold before it is a profile.

use std::{collections::BTreeMap, time::Duration};

use jiff::{
    civil::{Date, Time as Clocks, Weekday},
    tz::TimeZone,
};
use serde::Deserialize;
use toml::Spanned;

use super::{
    AnswerKind, Answers, FilingLimit, Grading, Lights, Meeting, PauseReason, Profile, ProfileError, Reason,
    Silence, SpecialClose, Standard, WrongDepartment, version_of,
};
use crate::{
    platform::{
        calendar::{Calendar, Interval, Span},
        time::Time,
        words::Words,
    },
    requests::model::{
        clock::MOST_STEPS,
        grade::{Band, Group, Part, Rule},
        ladder::{Ladder, Level, Next},
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: Spanned<String>,
    title: Words,
    time_zone: Spanned<String>,
    calendar: Spanned<WrittenCalendar>,
    lights: Spanned<Lights>,
    #[serde(default)]
    standard: Standard,
    ladder: WrittenLadder,
    answers: WrittenAnswers,
    #[serde(default)]
    pauses: WrittenPauses,
    silence: Silence,
    reopen: WrittenReopen,
    special_close: WrittenSpecialClose,
    wrong_department: WrittenWrongDepartment,
    #[serde(default)]
    filing: FilingLimit,
    meeting: WrittenMeeting,
    grade: WrittenGrade,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCalendar {
    #[serde(default)]
    monday: Vec<Interval>,
    #[serde(default)]
    tuesday: Vec<Interval>,
    #[serde(default)]
    wednesday: Vec<Interval>,
    #[serde(default)]
    thursday: Vec<Interval>,
    #[serde(default)]
    friday: Vec<Interval>,
    #[serde(default)]
    saturday: Vec<Interval>,
    #[serde(default)]
    sunday: Vec<Interval>,
    #[serde(default)]
    holiday: Vec<WrittenHoliday>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenHoliday {
    on: Spanned<String>,
    name: Words,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLadder {
    notice: Option<Spanned<Span>>,
    level: Vec<Spanned<WrittenLevel>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLevel {
    code: String,
    title: Words,
    within: Option<Span>,
    next: WrittenNext,
    #[serde(default)]
    reasons: Vec<Reason>,
    #[serde(default)]
    sends_back: bool,
}

#[derive(Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum WrittenNext {
    Automatic,
    ByHand,
    Top,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenAnswers {
    least_characters: usize,
    kind: Spanned<Vec<AnswerKind>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct WrittenPauses {
    most: u32,
    reason: Vec<PauseReason>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenReopen {
    within: Span,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSpecialClose {
    propose: Spanned<String>,
    approve: Spanned<String>,
    notice: Span,
    needs_signature: bool,
    sample_percent: Spanned<u8>,
    reasons: Spanned<Vec<Reason>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenWrongDepartment {
    approve: Spanned<String>,
    least_note_characters: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenMeeting {
    weekday: Spanned<String>,
    at: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenGrade {
    day: Spanned<i8>,
    at: Spanned<String>,
    old_after: Span,
    part: Spanned<Vec<Part>>,
    band: Spanned<Vec<Band>>,
    group: Spanned<Vec<Group>>,
}

/// The text, to tell on which line something stands.
struct Page<'a>(&'a str);

impl Page<'_> {
    fn line(&self, at: usize) -> usize {
        self.0
            .as_bytes()
            .iter()
            .take(at)
            .filter(|byte| **byte == b'\n')
            .count()
            + 1
    }

    fn wrong<T>(
        &self,
        near: &Spanned<T>,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> ProfileError {
        ProfileError {
            line: self.line(near.span().start),
            problem: problem.into(),
            remedy: remedy.into(),
        }
    }
}

pub fn read(text: &str) -> Result<Profile, ProfileError> {
    let page = Page(text);
    let written: Written = toml::from_str(text).map_err(|error| ProfileError {
        line: error.span().map_or(1, |span| page.line(span.start)),
        problem: error.message().split_whitespace().collect::<Vec<_>>().join(" "),
        remedy: String::new(),
    })?;
    let name = name(&page, &written.name)?;
    let calendar = calendar(&page, &written.time_zone, written.calendar)?;
    let ladder = ladder(&page, written.ladder)?;
    let lights = *written.lights.get_ref();
    if let (Some(yellow), Some(red)) = (lights.yellow, lights.red)
        && calendar.add(Time(0), yellow) > calendar.add(Time(0), red)
    {
        return Err(page.wrong(
            &written.lights,
            format!("red ({red}) comes before yellow ({yellow})"),
            "make red the longer span",
        ));
    }
    let kinds = written.answers.kind;
    if !kinds.get_ref().iter().any(|kind| kind.is_proper) {
        return Err(page.wrong(
            &kinds,
            "no kind of answer is proper, so no clock would ever stop",
            "set is_proper = true for at least one",
        ));
    }
    let special_close = special_close(&page, &ladder, written.special_close)?;
    let wrong_department = WrongDepartment {
        approve_level: level(&page, &ladder, &written.wrong_department.approve)?,
        least_note_characters: written.wrong_department.least_note_characters,
    };
    Ok(Profile {
        name,
        version: version_of(text),
        title: written.title,
        meeting: Meeting {
            weekday: weekday(&page, &written.meeting.weekday)?,
            at: clocks(&page, &written.meeting.at)?,
        },
        grade: grading(&page, written.grade)?,
        calendar,
        lights,
        standard: written.standard,
        ladder,
        answers: Answers {
            kinds: kinds.into_inner(),
            least_characters: written.answers.least_characters,
        },
        most_pauses: written.pauses.most,
        pauses: written.pauses.reason,
        silence: written.silence,
        reopen_within: written.reopen.within,
        special_close,
        wrong_department,
        filing: written.filing,
    })
}

fn name(page: &Page<'_>, name: &Spanned<String>) -> Result<String, ProfileError> {
    let text = name.get_ref();
    let is_name = (1..=40).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if is_name {
        Ok(text.clone())
    } else {
        Err(page.wrong(
            name,
            format!("{text:?} cannot be a name"),
            "use at most 40 lower-case letters, digits and hyphens, as in \"helpline-2022\"",
        ))
    }
}

fn calendar(
    page: &Page<'_>,
    zone: &Spanned<String>,
    written: Spanned<WrittenCalendar>,
) -> Result<Calendar, ProfileError> {
    let found = TimeZone::get(zone.get_ref()).map_err(|_| {
        page.wrong(
            zone,
            format!("{:?} is no time zone", zone.get_ref()),
            "write it like \"Asia/Jakarta\"",
        )
    })?;
    let span = Spanned::new(written.span(), ());
    let week = written.into_inner();
    let mut holidays = BTreeMap::new();
    for holiday in week.holiday {
        let day: Date = holiday.on.get_ref().parse().map_err(|_| {
            page.wrong(
                &holiday.on,
                format!("{:?} is no day", holiday.on.get_ref()),
                "write it like \"2026-08-17\"",
            )
        })?;
        holidays.insert(day, holiday.name);
    }
    let days = [
        week.monday,
        week.tuesday,
        week.wednesday,
        week.thursday,
        week.friday,
        week.saturday,
        week.sunday,
    ];
    Calendar::new(found, days, holidays).map_err(|problem| page.wrong(&span, problem.to_string(), ""))
}

fn ladder(page: &Page<'_>, written: WrittenLadder) -> Result<Ladder, ProfileError> {
    let notice = match &written.notice {
        None => Duration::ZERO,
        Some(notice) => match notice.get_ref() {
            Span::Minutes(minutes) => Duration::from_secs(u64::from(*minutes) * 60),
            other => {
                return Err(page.wrong(
                    notice,
                    format!("a notice of {other} is not counted in hours"),
                    "write it like notice = \"24 hours\"",
                ));
            }
        },
    };
    let n_levels = written.level.len();
    let Some(last) = written.level.last() else {
        return Err(ProfileError {
            line: 1,
            problem: "the ladder has no level".into(),
            remedy: "give at least one [[ladder.level]]".into(),
        });
    };
    if n_levels > MOST_STEPS + 1 {
        return Err(page.wrong(
            last,
            format!("the ladder has {n_levels} levels"),
            format!("at most {} can be climbed", MOST_STEPS + 1),
        ));
    }
    let mut levels: Vec<Level> = Vec::new();
    for (at, spanned) in written.level.into_iter().enumerate() {
        let span = Spanned::new(spanned.span(), ());
        let level = spanned.into_inner();
        let is_last = at + 1 == n_levels;
        let code = level.code;
        let next = match (level.next, level.within) {
            (WrittenNext::Top, _) if is_last => Next::Top,
            (_, _) if is_last => {
                return Err(page.wrong(
                    &span,
                    format!("{code} is the last level and has nowhere to climb to"),
                    "write next = \"top\"",
                ));
            }
            (WrittenNext::Top, _) => {
                return Err(page.wrong(
                    &span,
                    format!("{code} is not the last level"),
                    "write next = \"automatic\" or next = \"by-hand\"",
                ));
            }
            (WrittenNext::Automatic, Some(within)) => Next::Automatic { within },
            (WrittenNext::Automatic, None) => {
                return Err(page.wrong(
                    &span,
                    format!("{code} climbs by itself, and nothing says when"),
                    "write within = \"7 days\"",
                ));
            }
            (WrittenNext::ByHand, _) if level.reasons.is_empty() => {
                return Err(page.wrong(
                    &span,
                    format!("{code} climbs by hand, and no reason is listed"),
                    "list reasons = [{ code = \"…\", title = { en = \"…\" } }]",
                ));
            }
            (WrittenNext::ByHand, _) => Next::ByHand {
                reasons: level.reasons,
            },
        };
        if levels.iter().any(|other| other.code == code) {
            return Err(page.wrong(
                &span,
                format!("two levels are called {code}"),
                "give each a code of its own",
            ));
        }
        levels.push(Level {
            code,
            title: level.title,
            within: level.within,
            next,
            sends_back: level.sends_back,
        });
    }
    Ok(Ladder { levels, notice })
}

fn special_close(
    page: &Page<'_>,
    ladder: &Ladder,
    written: WrittenSpecialClose,
) -> Result<SpecialClose, ProfileError> {
    if *written.sample_percent.get_ref() > 100 {
        return Err(page.wrong(
            &written.sample_percent,
            "the sample is larger than all",
            "give a part of 100",
        ));
    }
    if written.reasons.get_ref().is_empty() {
        return Err(page.wrong(
            &written.reasons,
            "no reason is listed",
            "list at least one reason for a special close",
        ));
    }
    Ok(SpecialClose {
        propose_level: level(page, ladder, &written.propose)?,
        approve_level: level(page, ladder, &written.approve)?,
        reasons: written.reasons.into_inner(),
        notice: written.notice,
        needs_signature: written.needs_signature,
        sample_percent: written.sample_percent.into_inner(),
    })
}

fn level(page: &Page<'_>, ladder: &Ladder, code: &Spanned<String>) -> Result<u8, ProfileError> {
    ladder.find(code.get_ref()).ok_or_else(|| {
        let known: Vec<&str> = ladder.levels.iter().map(|level| level.code.as_str()).collect();
        page.wrong(
            code,
            format!("the ladder has no level {:?}", code.get_ref()),
            format!("use one of {}", known.join(", ")),
        )
    })
}

fn weekday(page: &Page<'_>, text: &Spanned<String>) -> Result<Weekday, ProfileError> {
    match text.get_ref().as_str() {
        "monday" => Ok(Weekday::Monday),
        "tuesday" => Ok(Weekday::Tuesday),
        "wednesday" => Ok(Weekday::Wednesday),
        "thursday" => Ok(Weekday::Thursday),
        "friday" => Ok(Weekday::Friday),
        "saturday" => Ok(Weekday::Saturday),
        "sunday" => Ok(Weekday::Sunday),
        other => Err(page.wrong(
            text,
            format!("{other:?} is no day of the week"),
            "write it in English, as in \"friday\"",
        )),
    }
}

fn clocks(page: &Page<'_>, text: &Spanned<String>) -> Result<Clocks, ProfileError> {
    let written = text.get_ref();
    let is_short = written.len() == 5;
    Clocks::strptime("%H:%M", written)
        .ok()
        .filter(|_| is_short)
        .ok_or_else(|| {
            page.wrong(
                text,
                format!("{written:?} is no time of day"),
                "write it like \"07:00\"",
            )
        })
}

fn grading(page: &Page<'_>, written: WrittenGrade) -> Result<Grading, ProfileError> {
    if !(1..=28).contains(written.day.get_ref()) {
        return Err(page.wrong(
            &written.day,
            "not every month has this day",
            "choose a day from 1 to 28",
        ));
    }
    let total: f64 = written.part.get_ref().iter().map(|part| part.points).sum();
    if (total - 100.0).abs() > 1e-9 || written.part.get_ref().iter().any(|part| part.points < 0.0) {
        return Err(page.wrong(
            &written.part,
            format!("the points of the parts make {total}"),
            "make them 100 together, none below 0",
        ));
    }
    if written.band.get_ref().is_empty() || !written.band.get_ref().is_sorted_by(|a, b| a.least > b.least) {
        return Err(page.wrong(
            &written.band,
            "the bands are not in order",
            "write the best first, each with a smaller least",
        ));
    }
    if written.group.get_ref().is_empty()
        || !written
            .group
            .get_ref()
            .is_sorted_by(|a, b| a.least_requests > b.least_requests)
    {
        return Err(page.wrong(
            &written.group,
            "the volume groups are not in order",
            "write the biggest first, each with fewer least_requests",
        ));
    }
    Ok(Grading {
        rule: Rule {
            parts: written.part.into_inner(),
            bands: written.band.into_inner(),
            groups: written.group.into_inner(),
        },
        old_after: written.old_after,
        day: written.day.into_inner(),
        at: clocks(page, &written.at)?,
    })
}
