//! At entry: whoever files somebody new is asked whether it is one who is in the list already.
//!
//! The answer is kept with the id that the form gave: "the same" lets that id stand for the one in the list, so that filing updates them;
//! "someone else" is remembered, and the desk does not ask again unless the two are all but sure to be one.

use std::collections::BTreeMap;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::post,
};
use formats::{
    xform::{self, Instance, Keep, entities::said},
    xpath::{Env, Moment},
};
use serde::{Deserialize, Serialize};

use super::{
    looking::Looking,
    model::{ASKED, Kind, Known},
};
use crate::{
    collect::{
        FILERS,
        entities::{self, model as things_model, model::Entity},
        library,
        model::{Form, FormState, Questionnaire},
        store::{
            self,
            entities::{lists, things},
            households::{self, NewAlias},
        },
    },
    places,
    platform::{
        app::App,
        html::parts::Choice,
        i18n::Lang,
        op::Op,
        problem::{Problem, Result},
    },
};

/// People offered for one who is being filed.
const MOST_OFFERED: usize = 3;
/// People of one form who are looked for.
const MOST_ASKED: usize = 40;
/// What stands for "someone else" among answers.
pub const ANOTHER: &str = "another";

/// What the offline form asks while it has network.
pub fn routes() -> Router<App> {
    Router::new().route("/forms/{project}/{form}/likely", post(likely))
}

/// Somebody in a form who may be in a list already.
#[derive(Debug, Clone, Serialize)]
pub struct Question {
    pub list: String,
    /// The id that the form gave them.
    pub id: String,
    pub label: String,
    pub is_household: bool,
    pub candidates: Vec<Candidate>,
    #[serde(skip)]
    list_id: String,
}

/// Somebody in the list who may be the same.
#[derive(Debug, Clone, Serialize)]
pub struct Candidate {
    pub id: String,
    pub label: String,
    /// What tells them apart: age, sex, the day of birth.
    pub facts: Vec<String>,
    /// What their household is called.
    pub household: Option<String>,
    pub percent: i64,
    #[serde(skip)]
    entity_id: String,
    #[serde(skip)]
    version: i64,
}

impl Question {
    /// The name of the field that its answer comes under.
    pub fn field(&self) -> String {
        format!("likely-{}", self.id)
    }
}

/// Finds who in a form that is being filled is likely in a list already, as far as the caller is offered that list.
///
/// # Errors
/// When the database fails.
pub async fn questions(
    app: &App,
    op: &Op,
    form: &Questionnaire,
    instance: &Instance,
) -> Result<Vec<Question>> {
    let Some(declared) = form
        .xform
        .entities
        .as_deref()
        .filter(|_| op.person().is_some() && op.has(&FILERS))
    else {
        return Ok(Vec::new());
    };
    let xml = instance.to_xml(&form.xform, Keep::Relevant);
    let Ok(told) = said(declared, &xml) else {
        return Ok(Vec::new());
    };
    let all = places::all(app).await?;
    let mut looking: BTreeMap<String, Option<Looking>> = BTreeMap::new();
    let mut questions = Vec::new();
    for one in told.iter().filter(|one| one.create).take(MOST_ASKED) {
        let Ok(uuid) = things_model::uuid_of("uuid", &one.id) else {
            continue;
        };
        if !looking.contains_key(&one.list) {
            let list = lists::find(app.db.read(), form.form.project_id, &one.list).await?;
            let over = match list {
                Some(list) => Looking::over(app, &list).await?,
                None => None,
            };
            looking.insert(one.list.clone(), over);
        }
        let Some(Some(over)) = looking.get(&one.list) else {
            continue;
        };
        // Who was filed before, as in a correction, is not new.
        if things::find(app.db.read(), &over.list.id, &uuid).await?.is_some() {
            continue;
        }
        let data: things_model::Data = one.data.iter().cloned().collect();
        let label = one.label.clone().unwrap_or_default();
        let around = one.parent.and_then(|at| told.get(at));
        let is_known = |code: &str| all.find(code).is_some();
        let place = things_model::place_of(&data, is_known)
            .or_else(|| form.place_in(instance))
            .or_else(|| {
                around.and_then(|around| {
                    things_model::place_of(&around.data.iter().cloned().collect(), is_known)
                })
            });
        let person = over.person_of(Known {
            label: &label,
            data: &data,
            year: super::model::year_of(op.at),
            places: over.lineage(place.as_deref()),
            parent: around.map(|around| around.id.as_str()),
        });
        if person.name.is_empty() {
            continue;
        }
        let view = entities::offered(app, op, &over.list).await?;
        let mut candidates = Vec::new();
        for likely in over.likely(app, &person, ASKED).await? {
            if candidates.len() < MOST_OFFERED && entities::is_seen(&view, &likely.entity, &all) {
                candidates.push(candidate(over, likely.entity, likely.percent));
            }
        }
        if !candidates.is_empty() {
            questions.push(Question {
                list: over.list.name.clone(),
                list_id: over.list.id.clone(),
                is_household: over.meanings.kind == Kind::Household,
                id: uuid,
                label,
                candidates,
            });
        }
    }
    Ok(questions)
}

fn candidate(over: &Looking, entity: Entity, percent: i64) -> Candidate {
    let facts = over.meanings.telling().filter_map(|name| entity.data.get(name));
    Candidate {
        facts: facts.filter(|fact| !fact.is_empty()).cloned().collect(),
        household: entity.parent.and_then(|parent| parent.label),
        id: entity.uuid,
        label: entity.label,
        percent,
        entity_id: entity.id,
        version: entity.version,
    }
}

/// Keeps what whoever files said to the questions: by the id that the form gave, the id of the same person in the list, or [`ANOTHER`].
///
/// Only what was asked can be answered; what was not answered is left to the desk.
///
/// # Errors
/// When the database fails.
pub async fn keep(app: &App, op: &Op, questions: &[Question], said: &[(String, String)]) -> Result<()> {
    let by = op.person().map(|person| person.id.as_str());
    let mut tx = app.db.begin().await?;
    for question in questions {
        let Some((_, answer)) = said.iter().find(|(id, _)| *id == question.id) else {
            continue;
        };
        households::forget_said(&mut tx, &question.list_id, &question.id).await?;
        let same = question
            .candidates
            .iter()
            .find(|candidate| candidate.id == *answer);
        if let Some(same) = same {
            let alias = NewAlias {
                list_id: &question.list_id,
                uuid: &question.id,
                entity_id: &same.entity_id,
                since_version: same.version,
                merge_id: None,
                said_by: by,
                at: op.at,
            };
            households::insert_alias(&mut tx, &alias).await?;
        } else if answer == ANOTHER {
            for other in &question.candidates {
                households::insert_apart(
                    &mut tx,
                    &question.list_id,
                    &question.id,
                    &other.entity_id,
                    by,
                    op.at,
                )
                .await?;
            }
        }
    }
    tx.commit().await
}

/// Takes the answers to the questions out of what the last page of a form sent.
pub fn answers_in(body: &[u8]) -> Vec<(String, String)> {
    let fields: Vec<(String, String)> = serde_urlencoded::from_bytes(body).unwrap_or_default();
    fields
        .into_iter()
        .filter_map(|(name, value)| Some((name.strip_prefix("likely-")?.to_owned(), value)))
        .collect()
}

/// The questions as the last page of a form shows them: the field, the question, the answers.
pub fn shown(lang: Lang, questions: &[Question]) -> Vec<(String, String, Vec<Choice>)> {
    let show = |question: &Question| {
        let (ask, another) = match question.is_household {
            true => (
                "collect-households-entry-ask-household",
                "collect-households-entry-another-household",
            ),
            false => ("collect-households-entry-ask", "collect-households-entry-another"),
        };
        let same = question.candidates.iter().map(|candidate| {
            let around = candidate.household.as_ref().map(|household| {
                lang.text("collect-households-entry-in")
                    .arg("household", household)
                    .to_string()
            });
            let told: Vec<String> = candidate.facts.iter().cloned().chain(around).collect();
            Choice::new(
                &candidate.id,
                lang.text("collect-households-entry-same")
                    .arg("name", &candidate.label),
            )
            .hinted(told.join(", "))
        });
        let choices = same.chain([Choice::new(ANOTHER, lang.text(another))]).collect();
        let ask = lang.text(ask).arg("name", &question.label).to_string();
        (question.field(), ask, choices)
    };
    questions.iter().map(show).collect()
}

#[derive(Deserialize)]
struct Asked {
    /// The answers so far, as they would be sent.
    xml: String,
    /// By the id that the form gave: the id of the same person in the list, or `another`.
    #[serde(default)]
    said: BTreeMap<String, String>,
}

#[derive(Serialize)]
struct Answered {
    questions: Vec<Question>,
}

async fn likely(
    State(app): State<App>,
    op: Op,
    Path((project, form)): Path<(String, String)>,
    Json(asked): Json<Asked>,
) -> Result<Json<Answered>> {
    op.require(&FILERS)?;
    let form = open_form(&app, &project, &form).await?;
    let questionnaire = library::current(&app, &form).await?;
    let offset_minutes = app.config.zoned(op.at).offset().seconds() / 60;
    let env = Env::new(
        Moment {
            micros: op.at.0,
            offset_minutes,
        },
        0,
    );
    let (instance, _) = xform::check(&questionnaire.xform, &env, &asked.xml)
        .map_err(|error| Problem::invalid("submission-malformed").with("detail", error))?;
    let questions = questions(&app, &op, &questionnaire, &instance).await?;
    let said: Vec<(String, String)> = asked.said.into_iter().collect();
    if !said.is_empty() {
        keep(&app, &op, &questions, &said).await?;
    }
    Ok(Json(Answered { questions }))
}

async fn open_form(app: &App, project: &str, form: &str) -> Result<Form> {
    let found = store::find_form_by_slugs(app.db.read(), project, form).await?;
    found
        .filter(|form| form.state == FormState::Open)
        .ok_or_else(|| Problem::not_found("form-unknown").with("form", form))
}
