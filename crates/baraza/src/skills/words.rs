//! The register as people read it.

use super::model::{Course, FIELDS, Intake, Left, Offer, Placement, placed};
use crate::{
    places::model::{Place, Places},
    platform::{
        html::parts::Choice,
        i18n::{Lang, numbers::NO_VALUE},
    },
};

/// What a field of study is called.
pub fn field(lang: Lang, code: &str) -> String {
    lang.text(format!("skills-field-{code}")).to_string()
}

/// What a level of education is called.
pub fn isced(lang: Lang, level: i64) -> String {
    lang.text(format!("skills-isced-{level}")).to_string()
}

/// What kind of institution it is.
pub fn kind(lang: Lang, word: &str) -> String {
    lang.text(format!("skills-kind-{word}")).to_string()
}

/// What a language calls itself, where its code was told: `id` is Bahasa Indonesia.
pub fn language(told: &str) -> String {
    told.parse::<Lang>()
        .map_or_else(|_| told.to_owned(), |lang| lang.own_name().to_owned())
}

/// The name of a place, or its code where it is not known.
pub fn place(lang: Lang, all: &Places, code: &str) -> String {
    all.find(code)
        .map_or_else(|| code.to_owned(), |place| place.name_in(lang.code()).to_owned())
}

/// How many seats are left.
pub fn left(lang: Lang, left: Left) -> String {
    match left {
        Left::AtLeast(n) => lang.text("skills-left-free").n("n", n).to_string(),
        Left::Closed | Left::Full | Left::Few => {
            lang.text(format!("skills-left-{}", left.as_str())).to_string()
        }
    }
}

/// All seats of an intake, and those among them that are kept for women.
pub fn seats(lang: Lang, intake: &Intake) -> String {
    let all = lang.number(intake.seats);
    match intake.seats_women {
        0 => all,
        women => lang
            .text("skills-seats-women")
            .arg("seats", all)
            .n("n", women)
            .to_string(),
    }
}

/// What became of those who finished, with what is small withheld.
pub fn placement(lang: Lang, placement: &Placement) -> String {
    let told = placed::told(placement);
    let written = |n: Option<i64>| match n {
        Some(n) => lang.number(n),
        None => lang.text("skills-withheld").to_string(),
    };
    let Some(n_finished) = told.n_finished else {
        return lang
            .text("skills-placement-withheld")
            .n("months", placement.after_months)
            .to_string();
    };
    lang.text("skills-placement")
        .n("months", placement.after_months)
        .arg("finished", lang.number(n_finished))
        .arg("employed", written(told.n_employed))
        .arg("education", written(told.n_education))
        .arg("neither", written(told.n_neither))
        .to_string()
}

/// What a learner pays.
pub fn cost(lang: Lang, cost: Option<i64>) -> String {
    match cost {
        None => NO_VALUE.to_owned(),
        Some(0) => lang.text("skills-cost-none").to_string(),
        Some(cost) => lang.number(cost),
    }
}

/// Whom a course takes; empty for everybody.
pub fn conditions(lang: Lang, course: &Course) -> String {
    let age = match (course.min_age, course.max_age) {
        (Some(min), Some(max)) => Some(lang.text("skills-ages").n("min", min).n("max", max).to_string()),
        (Some(min), None) => Some(lang.text("skills-ages-from").n("min", min).to_string()),
        (None, Some(max)) => Some(lang.text("skills-ages-to").n("max", max).to_string()),
        (None, None) => None,
    };
    let schooling = course.schooling.filter(|level| *level > 0).map(|level| {
        lang.text("skills-schooled")
            .arg("level", isced(lang, level))
            .to_string()
    });
    age.into_iter().chain(schooling).collect::<Vec<_>>().join("; ")
}

/// From which day to which an intake goes.
pub fn days(lang: Lang, intake: &Intake) -> String {
    format!(
        "{} – {}",
        lang.short_date(intake.starts_on),
        lang.short_date(intake.ends_on)
    )
}

/// An intake in one line: course, institution and first day.
pub fn offer(lang: Lang, offer: &Offer<'_>) -> String {
    format!(
        "{}, {}, {}",
        offer.course.title,
        offer.institution.name,
        lang.short_date(offer.intake.starts_on)
    )
}

/// The fields of study to choose from, with a first choice that stands for none.
pub fn field_choices(lang: Lang, none: &str, chosen: &str) -> Vec<Choice> {
    let fields = FIELDS.map(|code| Choice::new(code, field(lang, code)).chosen_if(chosen));
    [Choice::new("", lang.text(none)).chosen_if(chosen)]
        .into_iter()
        .chain(fields)
        .collect()
}

/// A place, what lies above it and what lies directly below it, to look at instead.
pub fn nearby(lang: Lang, here: Place<'_>) -> Vec<Choice> {
    let mut near: Vec<Place<'_>> = here.with_ancestors().collect();
    near.reverse();
    near.extend(here.children());
    near.into_iter()
        .map(|near| Choice::new(near.code(), near.name_in(lang.code())).chosen_if(here.code()))
        .collect()
}
