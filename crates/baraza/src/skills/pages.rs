//! Training for everybody: institutions beside the young people who neither work nor learn, courses with their seats, one institution.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::Uri,
    response::Response,
};
use jiff::civil::Date;
use serde::Deserialize;

use super::{
    model::{Course, Institution, Offer, Register},
    numbers::{self, Beside, INDICATOR, Side},
    register, words,
};
use crate::{
    places::{
        self,
        model::{Place, Places},
    },
    platform::{
        app::App,
        html::{
            Markup, Shell,
            parts::{Cell, Choice, SummaryRow},
        },
        i18n::{Lang, numbers::NO_VALUE},
        op::Op,
        page::{render, shell},
        problem::{Problem, Result},
    },
};

/// All institutions, and seats beside SDG 8.6.1.
#[derive(Template)]
#[template(path = "skills/list.html")]
pub struct SkillsPage {
    page: Shell,
    /// Places to look at instead; fewer than two are no choice.
    places: Vec<Choice>,
    /// The courses of the same place.
    courses: String,
    caption: String,
    head: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
    /// Where the share comes from; empty where nothing was counted.
    indicator: String,
    cards: Vec<Card>,
}

/// An institution in the list.
struct Card {
    href: String,
    name: String,
    about: String,
}

/// Courses with their seats.
#[derive(Template)]
#[template(path = "skills/courses.html")]
pub struct CoursesPage {
    page: Shell,
    places: Vec<Choice>,
    fields: Vec<Choice>,
    head: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
}

/// One institution with what it teaches.
#[derive(Template)]
#[template(path = "skills/institution.html")]
pub struct InstitutionPage {
    page: Shell,
    /// Whether it trains no more, or not yet.
    is_closed: bool,
    facts: Vec<SummaryRow>,
    courses: Vec<CourseView>,
}

/// A course as it is shown.
struct CourseView {
    id: String,
    title: String,
    facts: Vec<SummaryRow>,
    caption: String,
    head: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
}

/// What somebody wants to see.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    /// Code; without it everywhere.
    place: String,
    /// Broad field of ISCED-F; without it all.
    field: String,
}

impl Wanted {
    /// The place that was asked for; `None` for everywhere.
    ///
    /// # Errors
    /// `places-unknown`.
    pub(super) fn asked<'a>(&self, all: &'a Places) -> Result<Option<Place<'a>>> {
        match self.place.is_empty() {
            true => Ok(None),
            false => places::known(all, &self.place).map(Some),
        }
    }
}

pub async fn all(State(app): State<App>, op: Op, uri: Uri, Query(wanted): Query<Wanted>) -> Result<Response> {
    let (register, all) = (register(&app).await?, places::all(&app).await?);
    let today = app.config.day(op.at);
    let asked = wanted.asked(&all)?;
    let here = asked.or_else(|| all.top());
    let beside = match here {
        Some(here) => Some(numbers::beside(&app, op.lang, &all, &register, here, today.year()).await?),
        None => None,
    };
    let cards = register
        .institutions
        .iter()
        .filter(|institution| institution.trains_on(today) && lies_in(&all, asked, &institution.place))
        .map(|institution| Card::of(op.lang, &all, institution, today))
        .collect();
    let page = shell(&app, &op, &uri);
    let year = op.lang.ungrouped(today.year().into());
    render(&SkillsPage::new(page, &all, here, &year, beside, cards))
}

pub async fn courses(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let (register, all) = (register(&app).await?, places::all(&app).await?);
    let today = app.config.day(op.at);
    let rows = wanted_offers(&register, &all, &wanted, today)?
        .iter()
        .filter(|offer| offer.intake.ends_on >= today && offer.institution.trains_on(today))
        .map(|offer| course_row(op.lang, &all, offer, today))
        .collect();
    let here = wanted.asked(&all)?.or_else(|| all.top());
    let places = here.map_or_else(Vec::new, |here| words::nearby(op.lang, here));
    render(&CoursesPage::new(
        shell(&app, &op, &uri),
        places,
        &wanted.field,
        rows,
    ))
}

pub async fn one(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(institution): Path<String>,
) -> Result<Response> {
    let (register, all) = (register(&app).await?, places::all(&app).await?);
    let today = app.config.day(op.at);
    let found = register
        .find(&institution)
        .ok_or_else(|| Problem::not_found("skills-unknown").with("code", &institution))?;
    let place = words::place(op.lang, &all, &found.place);
    render(&InstitutionPage::new(
        shell(&app, &op, &uri),
        found,
        &place,
        today,
    ))
}

/// The address of an institution.
pub(super) fn address(institution: &str) -> String {
    format!("/skills/{institution}")
}

/// The intakes that somebody asked for, those that take people first, then by their first day.
///
/// # Errors
/// `places-unknown`.
pub(super) fn wanted_offers<'a>(
    register: &'a Register,
    all: &Places,
    wanted: &Wanted,
    today: Date,
) -> Result<Vec<Offer<'a>>> {
    let asked = wanted.asked(all)?;
    let mut offers: Vec<Offer<'a>> = register
        .offers()
        .filter(|offer| wanted.field.is_empty() || offer.course.field == wanted.field)
        .filter(|offer| lies_in(all, asked, &offer.institution.place))
        .collect();
    offers.sort_by_key(|offer| (!offer.takes_on(today), offer.intake.starts_on));
    Ok(offers)
}

/// Whether a place, by its code, lies in another; everything lies in none.
pub(super) fn lies_in(all: &Places, asked: Option<Place<'_>>, code: &str) -> bool {
    asked.is_none_or(|asked| all.find(code).is_some_and(|place| asked.contains(place)))
}

fn link(href: &str, text: &str) -> Markup {
    Markup(format!(
        "<a class=\"govuk-link\" href=\"{}\">{}</a>",
        Markup::escape(href),
        Markup::escape(text)
    ))
}

fn course_row(lang: Lang, all: &Places, offer: &Offer<'_>, today: Date) -> Vec<Cell> {
    let (institution, course, intake) = (offer.institution, offer.course, offer.intake);
    let href = format!("{}#course-{}", address(&institution.code), course.code);
    let day = |day: Date| Cell {
        sort_key: day.to_string(),
        ..Cell::text(lang.short_date(day))
    };
    vec![
        Cell::html(link(&href, &course.title)),
        Cell::text(&institution.name),
        Cell::text(words::place(lang, all, &institution.place)),
        Cell::text(words::field(lang, &course.field)),
        day(intake.starts_on),
        day(intake.apply_by),
        Cell::text(words::seats(lang, intake)),
        Cell::text(words::left(lang, offer.left(today))),
    ]
}

impl Card {
    fn of(lang: Lang, all: &Places, institution: &Institution, today: Date) -> Card {
        let n_open = institution.offers().filter(|offer| offer.takes_on(today)).count();
        Card {
            href: address(&institution.code),
            name: institution.name.clone(),
            about: [
                words::kind(lang, &institution.kind),
                words::place(lang, all, &institution.place),
                lang.text("skills-n-open").n("n", n_open).to_string(),
            ]
            .join(" · "),
        }
    }
}

impl SkillsPage {
    fn new(
        page: Shell,
        all: &Places,
        here: Option<Place<'_>>,
        year: &str,
        beside: Option<Beside>,
        cards: Vec<Card>,
    ) -> SkillsPage {
        let lang = page.lang;
        let code = here.map(Place::code).unwrap_or_default();
        let (period, sides) = beside.map_or_else(Default::default, |beside| (beside.period, beside.sides));
        let rows = sides
            .iter()
            .map(|side| side_row(lang, &words::place(lang, all, &side.place), side))
            .collect();
        let courses = serde_urlencoded::to_string([("place", code)]).unwrap_or_default();
        SkillsPage {
            places: here.map_or_else(Vec::new, |here| words::nearby(lang, here)),
            courses: format!("/skills/courses?{courses}"),
            rows,
            indicator: match period.is_empty() {
                true => String::new(),
                false => format!("/indicators/{INDICATOR}?{courses}"),
            },
            ..SkillsPage::plain(page, year, &period, cards)
        }
    }

    /// The page without what belongs to a place.
    fn plain(page: Shell, year: &str, period: &str, cards: Vec<Card>) -> SkillsPage {
        let title = page.t("skills-title").to_string();
        let lead = page.t("skills-lead").to_string();
        let rate = match period {
            "" => page.t("skills-neet").to_string(),
            period => page.t("skills-neet-of").arg("period", period).to_string(),
        };
        SkillsPage {
            places: Vec::new(),
            courses: "/skills/courses".to_owned(),
            caption: page.t("skills-beside").to_string(),
            head: vec![
                Cell::text(page.t("skills-place")),
                Cell::over_numbers(rate),
                Cell::over_numbers(page.t("skills-seats-of").arg("year", year)),
                Cell::over_numbers(page.t("skills-per-100")),
            ],
            rows: Vec::new(),
            indicator: String::new(),
            cards,
            page: page
                .titled(&title)
                .described(lead)
                .crumb(title, "")
                .shapes(&["csv"]),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> SkillsPage {
        let side = Side {
            place: "90".into(),
            rate: lang.percent(18.2, 1),
            seats: 140,
            per_100: Some(3.1),
        };
        let cards = vec![Card {
            href: address("blk"),
            name: "BLK <Ngasem>".into(),
            about: "Kecamatan <Ngasem>".into(),
        }];
        SkillsPage {
            places: ["90", "90.01"]
                .map(|code| Choice::new(code, "Kecamatan <Ngasem>").chosen_if("90"))
                .into(),
            rows: vec![side_row(lang, "Kecamatan <Ngasem>", &side)],
            indicator: "/indicators/8.6.1?place=90".into(),
            ..SkillsPage::plain(Shell::sample(lang), "2026", "2026", cards)
        }
    }
}

fn side_row(lang: Lang, place: &str, side: &Side) -> Vec<Cell> {
    let rate = match side.rate.as_str() {
        "" => NO_VALUE,
        rate => rate,
    };
    let per_100 = side
        .per_100
        .map_or_else(|| NO_VALUE.to_owned(), |n| lang.decimal(n, 1));
    vec![
        Cell::text(place),
        Cell {
            numeric: true,
            ..Cell::text(rate)
        },
        Cell {
            numeric: true,
            sort_key: side.seats.to_string(),
            ..Cell::text(lang.number(side.seats))
        },
        Cell::number(per_100, side.per_100.unwrap_or(f64::NAN)),
    ]
}

impl CoursesPage {
    fn new(page: Shell, places: Vec<Choice>, field: &str, rows: Vec<Vec<Cell>>) -> CoursesPage {
        let lang = page.lang;
        let (all, title) = (
            page.t("skills-title").to_string(),
            page.t("skills-courses").to_string(),
        );
        let lead = page.t("skills-courses-lead").to_string();
        let head = [
            "skills-course",
            "skills-institution",
            "skills-place",
            "skills-field",
            "skills-starts",
            "skills-apply-by",
            "skills-seats",
            "skills-left",
        ];
        CoursesPage {
            places,
            fields: words::field_choices(lang, "skills-field-all", field),
            head: head.map(|id| Cell::text(page.t(id))).to_vec(),
            rows,
            page: page
                .titled(&title)
                .described(lead)
                .crumb(all, "/skills")
                .crumb(title, "")
                .shapes(&["csv"]),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> CoursesPage {
        let (register, today) = sample();
        let all = Places::default();
        let rows = register
            .offers()
            .map(|offer| course_row(lang, &all, &offer, today))
            .collect();
        let places = vec![Choice::new("90", "Kecamatan <Ngasem>")];
        CoursesPage::new(Shell::sample(lang), places, "07", rows)
    }
}

impl InstitutionPage {
    fn new(page: Shell, institution: &Institution, place: &str, today: Date) -> InstitutionPage {
        let lang = page.lang;
        let fact = |id: &str, value: &str| {
            (!value.is_empty()).then(|| SummaryRow::new(lang.text(id.to_owned()), value))
        };
        let facts = [
            fact("skills-kind", &words::kind(lang, &institution.kind)),
            fact("skills-place", place),
            fact("skills-licence", &institution.licence),
            fact("skills-contact", &institution.contact),
        ];
        let all = page.t("skills-title").to_string();
        InstitutionPage {
            is_closed: !institution.trains_on(today),
            facts: facts.into_iter().flatten().collect(),
            courses: institution
                .courses
                .iter()
                .map(|course| CourseView::of(lang, institution, course, today))
                .collect(),
            page: page
                .titled(&institution.name)
                .crumb(all, "/skills")
                .crumb(&institution.name, ""),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> InstitutionPage {
        let (register, today) = sample();
        let institution = register.institutions.into_iter().next().unwrap_or_default();
        InstitutionPage {
            is_closed: true,
            ..InstitutionPage::new(Shell::sample(lang), &institution, "Kecamatan <Ngasem>", today)
        }
    }
}

impl CourseView {
    fn of(lang: Lang, institution: &Institution, course: &Course, today: Date) -> CourseView {
        let isced = course.isced.map(|level| words::isced(lang, level));
        let facts = [
            ("skills-field", words::field(lang, &course.field)),
            ("skills-isced", isced.unwrap_or_default()),
            ("skills-level", course.level.clone()),
            (
                "skills-hours",
                course.hours.map(|hours| lang.number(hours)).unwrap_or_default(),
            ),
            ("skills-cost", words::cost(lang, course.cost)),
            ("skills-language", words::language(&course.language)),
            ("skills-conditions", words::conditions(lang, course)),
        ];
        let head = [
            "skills-days",
            "skills-apply-by",
            "skills-seats",
            "skills-left",
            "skills-placed",
        ];
        CourseView {
            id: course.code.clone(),
            title: course.title.clone(),
            facts: facts
                .into_iter()
                .filter(|(_, value)| !value.is_empty())
                .map(|(id, value)| SummaryRow::new(lang.text(id), value))
                .collect(),
            caption: lang
                .text("skills-intakes-of")
                .arg("course", &course.title)
                .to_string(),
            head: head.map(|id| Cell::text(lang.text(id))).to_vec(),
            rows: course
                .intakes
                .iter()
                .map(|intake| {
                    let offer = Offer {
                        institution,
                        course,
                        intake,
                    };
                    intake_row(lang, &offer, today)
                })
                .collect(),
        }
    }
}

fn intake_row(lang: Lang, offer: &Offer<'_>, today: Date) -> Vec<Cell> {
    let intake = offer.intake;
    let placed: Vec<String> = intake
        .placements
        .iter()
        .map(|placement| {
            let said = words::placement(lang, placement);
            format!("{said} ({})", placement.source)
        })
        .collect();
    let placed = match placed.is_empty() {
        true => NO_VALUE.to_owned(),
        false => placed.join(" "),
    };
    vec![
        Cell {
            sort_key: intake.starts_on.to_string(),
            ..Cell::text(words::days(lang, intake))
        },
        Cell {
            sort_key: intake.apply_by.to_string(),
            ..Cell::text(lang.short_date(intake.apply_by))
        },
        Cell::text(words::seats(lang, intake)),
        Cell::text(words::left(lang, offer.left(today))),
        Cell::text(placed),
    ]
}

/// A register of one institution with everything that there can be, for samples; and a day on which it takes people.
pub(super) fn sample() -> (Register, Date) {
    use super::model::{Intake, Placement};
    let day = |month| jiff::civil::date(2027, month, 4);
    let intake = Intake {
        id: "0".into(),
        starts_on: day(1),
        ends_on: day(3),
        apply_by: day(1),
        seats: 20,
        seats_women: 8,
        n_taken: 3,
        n_held: 0,
        n_held_open: 0,
        placements: vec![
            Placement {
                after_months: 6,
                n_finished: 20,
                n_employed: 12,
                n_education: 6,
                source: "Dinas <PU>".into(),
            },
            Placement {
                after_months: 12,
                n_finished: 3,
                n_employed: 3,
                n_education: 0,
                source: "Dinas <PU>".into(),
            },
        ],
    };
    let course = Course {
        code: "las".into(),
        title: "Las <dalam>".into(),
        field: "07".into(),
        isced: Some(3),
        level: "KKNI <2>".into(),
        hours: Some(240),
        cost: Some(0),
        language: "Indonesia".into(),
        min_age: Some(17),
        max_age: Some(24),
        schooling: Some(2),
        intakes: vec![intake],
    };
    let institution = Institution {
        code: "blk".into(),
        name: "BLK <Ngasem>".into(),
        place: "<3>".into(),
        kind: "public".into(),
        licence: "LPK <12>".into(),
        contact: "blk@example.org <Aminah>".into(),
        courses: vec![course],
        ..Institution::default()
    };
    let register = Register {
        institutions: vec![institution],
    };
    (register, day(1))
}
