//! A village's year at a glance, for everybody: steps with their documents, the next meeting, money, works and promises.

use askama::Template;
use axum::{
    Json,
    extract::{Path, State},
    http::Uri,
    response::{IntoResponse, Response},
};
use jiff::civil::Date;
use serde_json::{Value, json};

use super::{
    meetings::{self, model::Meeting},
    require_reader,
    year::{
        self, Kept,
        budget::{VillageBudget, Work},
        model::Year,
        pages::{
            MoneyView, SHAPES, StepView, Table, as_csv, as_json, csv_of, day_cell, money, sample_budget,
            sample_works, sample_year, split, steps, works_table,
        },
    },
};
use crate::{
    evidence::{
        self,
        model::{Commitment, Standing},
        pages::{Names, tag},
    },
    places,
    platform::{
        app::App,
        html::{Markup, Shell, parts::Cell},
        i18n::Lang,
        op::Op,
        page::{render, shell},
        problem::Result,
    },
};

/// Meetings that the page lists.
const MOST_MEETINGS: i64 = 5;
/// Promises that are looked through for those of a village, the open ones first.
const MOST_PROMISES: i64 = 5_000;

/// A village's year at a glance.
#[derive(Template)]
#[template(path = "village/village.html")]
pub struct VillagePage {
    pub page: Shell,
    /// Its years, the latest first.
    pub years: Vec<Line>,
    /// The year that is shown; empty for none.
    pub year_said: String,
    pub steps: Vec<StepView>,
    pub next: Option<Line>,
    pub meetings: Vec<Line>,
    pub money: Option<MoneyView>,
    pub works: Table,
    pub promises_said: String,
    pub promises: Table,
    /// Where it is read what its people propose, chose and ask for.
    pub voices: Vec<Line>,
    /// Where its people propose something.
    pub propose_href: String,
    /// All of it on one sheet, to be read and printed.
    pub billboard_href: String,
    /// Where the village's operator enters what belongs to it; empty for whoever may not read there.
    pub desk_href: String,
}

/// Something with an address.
pub struct Line {
    pub href: String,
    pub text: String,
}

/// What is known of a village, from which its page and its files are made.
struct Village {
    code: String,
    name: String,
    years: Vec<Year>,
    /// The year that the page shows.
    kept: Option<Kept>,
    budget: Option<VillageBudget>,
    works: Vec<Work>,
    /// The latest first.
    meetings: Vec<Meeting>,
    next: Option<meetings::MeetingLine>,
    /// Open ones first.
    promises: Vec<Commitment>,
    today: Date,
}

pub async fn show(State(app): State<App>, op: Op, uri: Uri, Path(address): Path<String>) -> Result<Response> {
    let (code, shape) = split(&address);
    let all = places::all(&app).await?;
    let place = places::known(&all, code)?;
    let village = Village::gather(&app, &op, place.code(), place.name_in(op.lang.code())).await?;
    match (shape, &village.kept) {
        (Some("json"), _) => Ok(Json(village.as_json(op.lang)).into_response()),
        (Some(_), Some(kept)) => as_csv(op.lang, kept),
        (Some(_), None) => csv_of(&["code"], std::iter::empty()),
        (None, _) => {
            let desk_href = match require_reader(&op, &all, place.code()) {
                Ok(()) => format!("/desk/villages/{}", place.code()),
                Err(_) => String::new(),
            };
            let names = Names::of(&app).await?;
            let page = VillagePage::new(shell(&app, &op, &uri), &village, &|code| {
                names.of_organisation(code)
            });
            render(&VillagePage { desk_href, ..page })
        }
    }
}

/// The promises made at a place, whatever they come from, open ones first.
///
/// # Errors
/// When the database fails.
pub async fn promises(app: &App, place: &str) -> Result<Vec<Commitment>> {
    let mut all = evidence::list_commitments(app, None, None, MOST_PROMISES).await?;
    all.retain(|commitment| commitment.place.as_deref() == Some(place));
    Ok(all)
}

/// A meeting in a line: day, hour, title and where.
#[must_use]
pub fn meeting_in_words(
    lang: Lang,
    (day, hour): (Date, jiff::civil::Time),
    title: &str,
    venue: &str,
) -> String {
    lang.text("village-meeting-line")
        .arg("day", lang.date(day))
        .arg("hour", lang.time_of_day(hour))
        .arg("title", title)
        .arg("venue", venue)
        .to_string()
}

/// Where everybody reads what people of a village propose, chose and ask for; of all villages where `place` is empty.
#[must_use]
pub fn voices(lang: Lang, place: &str) -> Vec<Line> {
    let query = match place {
        "" => String::new(),
        place => format!(
            "?{}",
            serde_urlencoded::to_string([("place", place)]).unwrap_or_default()
        ),
    };
    let ways = [
        ("/proposals", "village-proposals-title"),
        ("/proposals/new", "village-proposals-new"),
        ("/goals", "village-goals-title"),
        ("/asks", "village-asks-title"),
    ];
    let way = |(path, id): (&str, &'static str)| Line {
        href: format!("{path}{query}"),
        text: lang.text(id).to_string(),
    };
    ways.map(way).into()
}

/// Promises as a table, as pages of a village show them; `name_of` tells what an organisation is called.
#[must_use]
pub fn promises_table(
    lang: Lang,
    promises: &[Commitment],
    name_of: &dyn Fn(&str) -> String,
    today: Date,
) -> Table {
    let head = [
        "evidence-promise",
        "evidence-owner",
        "evidence-due",
        "evidence-standing",
    ];
    let rows = promises
        .iter()
        .map(|commitment| {
            let standing = tag(lang, commitment.standing(today));
            vec![
                Cell::html(Markup(format!(
                    "<a class=\"govuk-link\" href=\"{}\">{}</a>",
                    Markup::escape(&commitment.path()),
                    Markup::escape(&commitment.promise)
                ))),
                Cell::text(name_of(&commitment.owner)),
                day_cell(commitment.due_on, &lang.date(commitment.due_on)),
                Cell::html(Markup(format!(
                    "<strong class=\"govuk-tag {}\">{}</strong>",
                    standing.class,
                    Markup::escape(&standing.text)
                ))),
            ]
        })
        .collect();
    let head = head.map(|id| Cell::text(lang.text(id)));
    Table::new(lang.text("village-promises").to_string(), head.into(), rows)
}

impl Village {
    async fn gather(app: &App, op: &Op, code: &str, name: &str) -> Result<Village> {
        let today = app.config.day(op.at);
        let years = year::list_years(app, code).await?;
        let shown = years
            .iter()
            .find(|year| year.year == today.year())
            .or(years.first())
            .map(|year| year.year);
        let kept = match shown {
            Some(shown) => year::find_year(app, code, shown, op.at).await?,
            None => None,
        };
        let money_of = shown.unwrap_or(today.year());
        Ok(Village {
            code: code.to_owned(),
            name: name.to_owned(),
            kept,
            years,
            budget: year::budget::budget(app, code, money_of).await?,
            works: year::budget::works(app, code, money_of).await?,
            meetings: meetings::list(app, code, MOST_MEETINGS).await?,
            next: meetings::next_meeting(app, code, today).await?,
            promises: promises(app, code).await?,
            today,
        })
    }

    fn as_json(&self, lang: Lang) -> Value {
        let next = self.next.as_ref().map(|next| {
            json!({
                "id": next.id,
                "title": next.title,
                "held_on": next.held_on.to_string(),
                "starts_at": next.starts_at.strftime("%H:%M").to_string(),
                "venue": next.venue,
            })
        });
        let promises: Vec<Value> = self
            .promises
            .iter()
            .map(|commitment| {
                json!({
                    "code": commitment.code,
                    "promise": commitment.promise,
                    "owner": commitment.owner,
                    "due_on": commitment.due_on.to_string(),
                    "standing": commitment.standing(self.today).as_str(),
                })
            })
            .collect();
        json!({
            "place": self.code,
            "name": self.name,
            "years": self.years.iter().map(|year| year.year).collect::<Vec<i16>>(),
            "year": self.kept.as_ref().map(|kept| as_json(lang, kept, self.budget.as_ref(), &self.works)),
            "next_meeting": next,
            "promises": promises,
        })
    }

    fn promises_in_words(&self, lang: Lang) -> String {
        let count = |wanted: &[Standing]| {
            self.promises
                .iter()
                .filter(|commitment| wanted.contains(&commitment.standing(self.today)))
                .count()
        };
        lang.text("village-promises-said")
            .n("n", self.promises.len())
            .n("kept", count(&[Standing::Kept, Standing::KeptLate]))
            .n("late", count(&[Standing::Late]))
            .to_string()
    }
}

impl VillagePage {
    fn new(page: Shell, village: &Village, name_of: &dyn Fn(&str) -> String) -> VillagePage {
        let lang = page.lang;
        let title = lang.text("village-of").arg("place", &village.name).to_string();
        let year_in_words = |year: i16| lang.ungrouped(i64::from(year));
        let currency = village
            .kept
            .as_ref()
            .map_or("", |kept| kept.year.currency.as_str());
        let meeting_href = |id: &str| format!("/villages/{}/meetings/{id}", village.code);
        VillagePage {
            years: village
                .years
                .iter()
                .map(|year| Line {
                    href: format!("/villages/{}/year/{}", village.code, year.year),
                    text: year_in_words(year.year),
                })
                .collect(),
            year_said: village.kept.as_ref().map_or_else(String::new, |kept| {
                lang.text("village-documents-of")
                    .arg("year", year_in_words(kept.year.year))
                    .to_string()
            }),
            steps: village
                .kept
                .as_ref()
                .map(|kept| steps(lang, kept))
                .unwrap_or_default(),
            next: village.next.as_ref().map(|next| Line {
                href: meeting_href(&next.id),
                text: meeting_in_words(lang, (next.held_on, next.starts_at), &next.title, &next.venue),
            }),
            meetings: village
                .meetings
                .iter()
                .map(|meeting| Line {
                    href: meeting_href(&meeting.id),
                    text: meeting_in_words(
                        lang,
                        (meeting.held_on, meeting.starts_at),
                        &meeting.title,
                        &meeting.venue,
                    ),
                })
                .collect(),
            money: village.budget.as_ref().map(|budget| money(lang, budget)),
            works: works_table(lang, &village.works, currency),
            promises_said: village.promises_in_words(lang),
            promises: promises_table(lang, &village.promises, name_of, village.today),
            voices: voices(lang, &village.code),
            propose_href: format!("/proposals/new?place={}", village.code),
            billboard_href: format!("/villages/{}/billboard", village.code),
            desk_href: String::new(),
            page: page
                .titled(&title)
                .described(lang.text("village-described").arg("place", &village.name))
                .shapes(&SHAPES)
                .crumb(&village.name, format!("/places/{}", village.code))
                .crumb(lang.text("village-title"), ""),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> VillagePage {
        let kept = sample_year();
        let village = Village {
            code: "90.01.01".to_owned(),
            name: "Desa <Ngasem>".to_owned(),
            years: vec![kept.year.clone()],
            budget: Some(sample_budget()),
            works: sample_works(),
            meetings: vec![meetings::pages::sample_meeting()],
            next: Some(meetings::MeetingLine::of(meetings::pages::sample_meeting())),
            promises: vec![meetings::pages::sample_promise()],
            today: kept.owed.first().map_or(Date::ZERO, |owed| owed.falls_on),
            kept: Some(kept),
        };
        VillagePage {
            desk_href: "/desk/villages/90.01.01".to_owned(),
            ..VillagePage::new(Shell::sample(lang), &village, &str::to_owned)
        }
    }
}
