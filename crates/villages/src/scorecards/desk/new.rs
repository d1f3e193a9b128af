//! A round to be planned: of which facility, when, who leads, which groups are heard.

use askama::Template;
use axum::{
    extract::{Query, State as Of},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};
use jiff::civil::Date;
use serde::Deserialize;

use super::{
    AT_DESK, facilitates,
    fields::{Faults, Fields},
    round::{self, served},
    round_acts::day,
};
use crate::{
    accounts,
    facilitators::model::group::GROUPS,
    places::{self, model::Places},
    platform::{
        app::App,
        html::{Shell, parts::Choice},
        i18n::Lang,
        op::Op,
        page::{field_errors, render, render_refused, shell},
        plain::Form,
        problem::{Kind, Problem, Result},
    },
    scorecards::{
        self, NewRound, NewSession,
        model::{
            facility::Facility,
            round::{Round, Scale},
        },
        pages::{one, words},
        plan,
    },
};

/// A round to be planned.
#[derive(Template)]
#[template(path = "scorecards/desk/new.html")]
pub struct NewRoundPage {
    page: Shell,
    facilities: Vec<Choice>,
    /// Code of the facility that was chosen; empty before.
    facility: String,
    facility_name: String,
    scales: Vec<Choice>,
    planned_on: String,
    lead: String,
    groups: Vec<Choice>,
    own: String,
    places: Vec<Choice>,
}

/// For which facility.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    facility: String,
}

pub async fn show(Of(app): Of<App>, op: Op, uri: Uri, Query(wanted): Query<Wanted>) -> Result<Response> {
    op.require(&AT_DESK)?;
    let sent = Fields::new(vec![("facility".to_owned(), wanted.facility)]);
    let page = shell(&app, &op, &uri);
    render(&gathered(&app, &op, page, &sent).await?)
}

pub async fn plan_it(
    Of(app): Of<App>,
    op: Op,
    uri: Uri,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response> {
    op.require(&AT_DESK)?;
    let sent = Fields::new(sent);
    match planned(&app, &op, &sent).await {
        Ok(made) => Ok(Redirect::to(&round::address(&made.code)).into_response()),
        Err(problem) if matches!(problem.kind(), Kind::Invalid | Kind::Conflict) => {
            let page = Shell {
                errors: field_errors(&problem, &op),
                ..shell(&app, &op, &uri)
            };
            render_refused(&problem, &gathered(&app, &op, page, &sent).await?)
        }
        Err(problem) => Err(problem),
    }
}

async fn planned(app: &App, op: &Op, sent: &Fields) -> Result<Round> {
    let mut faults = Faults::default();
    let scale = Scale::parse(sent.get("scale"));
    if scale.is_none() {
        faults.add("scale", "scorecards-scale-missing");
    }
    let planned_on = day(sent, "planned_on", &mut faults);
    if sent.get("planned_on").is_empty() {
        faults.add("planned_on", "scorecards-day");
    }
    let lead = match accounts::find_user(app, sent.get("lead")).await {
        // What is no address is nobody's.
        Err(problem) if problem.kind() == Kind::Invalid => None,
        found => found?,
    };
    if lead.is_none() {
        faults.add("lead", "scorecards-lead-unfit");
    }
    let groups = groups_of(sent);
    if groups.is_empty() {
        faults.add("groups", "scorecards-groups-none");
    }
    faults.done()?;
    let new = NewRound {
        facility: sent.get("facility").to_owned(),
        scale: scale.unwrap_or(Scale::Hundred),
        planned_on: planned_on.unwrap_or_default(),
        lead: lead.unwrap_or_default(),
        groups,
    };
    let mut tx = app.db.begin().await?;
    let made = plan(&mut tx, op, new).await?;
    tx.commit().await?;
    Ok(made)
}

/// Every group that was chosen or named, at each place that was chosen.
fn groups_of(sent: &Fields) -> Vec<NewSession> {
    let standard = sent.all("groups").map(|group| (group.to_owned(), None));
    let own = sent
        .get("own")
        .lines()
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(|name| ("own".to_owned(), Some(name.to_owned())));
    let groups: Vec<(String, Option<String>)> = standard.chain(own).collect();
    sent.all("places")
        .flat_map(|place| {
            groups.iter().map(move |(group, name)| NewSession {
                group: group.clone(),
                name: name.clone(),
                place: place.to_owned(),
            })
        })
        .collect()
}

async fn gathered(app: &App, op: &Op, page: Shell, sent: &Fields) -> Result<NewRoundPage> {
    let all = places::all(app).await?;
    let today = app.config.day(op.at);
    let mine: Vec<Facility> = scorecards::facilities(app)
        .await?
        .iter()
        .filter(|known| known.holds_on(today))
        .filter(|known| op.person().is_some_and(|me| facilitates(&all, me, known)))
        .cloned()
        .collect();
    let chosen = match sent.get("facility") {
        "" => None,
        code => {
            let found = mine.iter().find(|known| known.code == code).cloned();
            Some(found.ok_or_else(|| Problem::forbidden("scorecards-facilitators-only"))?)
        }
    };
    let me = op.person().map_or("", |me| me.email.as_str());
    Ok(NewRoundPage::new(
        page,
        &all,
        &mine,
        chosen.as_ref(),
        sent,
        me,
        today,
    ))
}

impl NewRoundPage {
    fn new(
        page: Shell,
        all: &Places,
        mine: &[Facility],
        chosen: Option<&Facility>,
        sent: &Fields,
        me: &str,
        today: Date,
    ) -> NewRoundPage {
        let lang = page.lang;
        let title = page.t("scorecards-desk-new").to_string();
        let typed = |name: &str, otherwise: &str| match sent.get(name) {
            "" => otherwise.to_owned(),
            typed => typed.to_owned(),
        };
        NewRoundPage {
            facilities: mine
                .iter()
                .map(|known| Choice::new(&known.code, &known.name).chosen_if(sent.get("facility")))
                .collect(),
            facility: chosen.map(|known| known.code.clone()).unwrap_or_default(),
            facility_name: chosen.map(|known| known.name.clone()).unwrap_or_default(),
            scales: Scale::ALL
                .map(|scale| {
                    let text = lang.text(format!("scorecards-desk-scale-{}", scale.as_str()));
                    Choice::new(scale.as_str(), text).chosen_if(sent.get("scale"))
                })
                .into(),
            planned_on: typed("planned_on", &today.to_string()),
            lead: typed("lead", me),
            groups: GROUPS
                .into_iter()
                .filter(|group| *group != "own")
                .map(|group| ticked(Choice::new(group, words::group(lang, group)), sent, "groups"))
                .collect(),
            own: sent.get("own").to_owned(),
            places: chosen.map_or_else(Vec::new, |known| places_of(lang, all, known, sent)),
            page: super::way(page).titled(&title).crumb(title, ""),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> NewRoundPage {
        let known = one::sample_facility();
        let sent = Fields::new(vec![("own".into(), "Ibu <tunggal>".into())]);
        NewRoundPage::new(
            Shell::sample(lang),
            &Places::default(),
            std::slice::from_ref(&known),
            Some(&known),
            &sent,
            "siti@<2>.test",
            jiff::civil::date(2026, 11, 16),
        )
    }
}

/// The places that a facility serves; the first is chosen where nobody chose yet.
fn places_of(lang: Lang, all: &Places, known: &Facility, sent: &Fields) -> Vec<Choice> {
    let mut places: Vec<Choice> = served(lang, all, known, "")
        .into_iter()
        .map(|choice| ticked(choice, sent, "places"))
        .collect();
    if sent.all("places").next().is_none()
        && let Some(first) = places.first_mut()
    {
        first.chosen = true;
    }
    places
}

/// The same choice, chosen where it was sent among others.
fn ticked(choice: Choice, sent: &Fields, name: &str) -> Choice {
    let chosen = sent.all(name).any(|value| value == choice.value);
    Choice { chosen, ..choice }
}
