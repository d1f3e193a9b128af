//! The desk page of one submission: what was answered, what is odd, what people think of it and told each other, and what edits changed.

use std::collections::HashMap;

use askama::Template;
use axum::{
    Form as Input, Router,
    extract::{Path, State},
    http::Uri,
    response::{Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;

use super::{Parts, desk_path, find, link, when};
use crate::{
    collect::{
        self, READERS,
        model::{Form, ReviewState, Submission},
        openrosa::{encoded, part},
        reading, reviews, store,
    },
    platform::{
        app::App,
        html::{
            Shell,
            parts::{Cell, Choice, SummaryRow},
        },
        i18n::Lang,
        op::Op,
        page::{render, shell},
        problem::{Problem, Result},
    },
};

/// Most submissions of the trash on one page.
const MOST_TRASHED: usize = 500;

pub(super) fn routes() -> Router<App> {
    let one = "/desk/collect/{project}/{form}/submissions/{instance}";
    let at = |path: &str| format!("{one}{path}");
    Router::new()
        .route(one, get(show))
        .route(&at("/review"), post(review))
        .route(&at("/correct"), post(correct))
        .route(&at("/delete"), post(throw_away))
        .route(
            "/desk/collect/{project}/{form}/trash",
            get(show_trash).post(put_back),
        )
}

#[derive(Template)]
#[template(path = "collect/desk/submission.html")]
pub struct SubmissionPage {
    pub page: Shell,
    pub name: String,
    pub state: String,
    /// Colours beside the word, never in its place.
    pub state_class: &'static str,
    pub facts: Vec<SummaryRow>,
    pub flags: Vec<Vec<Cell>>,
    pub comments: Vec<Remarked>,
    pub edits: Vec<Edited>,
    pub xml: String,
    /// Where the acts of this page go.
    pub path: String,
    pub may_review: bool,
    pub may_correct: bool,
    pub may_delete: bool,
    pub states: Vec<Choice>,
}

/// A comment as the page shows it.
pub struct Remarked {
    pub by: String,
    pub when: String,
    pub body: String,
}

/// One edit as the page shows it, with what it changed.
pub struct Edited {
    pub title: String,
    pub changes: Vec<Vec<Cell>>,
}

#[derive(Template)]
#[template(path = "collect/desk/trash.html")]
pub struct TrashPage {
    pub page: Shell,
    pub title: String,
    /// Where one of them is put back.
    pub action: String,
    pub rows: Vec<Trashed>,
}

/// A submission in the trash.
pub struct Trashed {
    pub instance: String,
    pub name: String,
    pub filed: String,
    pub thrown: String,
}

async fn show(State(app): State<App>, op: Op, uri: Uri, Path(parts): Parts) -> Result<Response> {
    op.require(&READERS)?;
    let form = find(&app, &parts).await?;
    let found = collect::submission(&app, &op, &form, part(&parts, "instance")).await?;
    let names = Names::of(&app, &found).await?;
    let name = found.name.clone().unwrap_or_else(|| found.instance_id.clone());
    let page = shell(&app, &op, &uri)
        .titled(&name)
        .crumb(op.lang.text("collect-desk"), "/desk/collect")
        .crumb(&form.xml_form_id, desk_path(&form))
        .crumb(&name, "");
    let comments = reviews::list_comments(&app, &found).await?;
    let states = ReviewState::ALL
        .into_iter()
        .filter(|state| *state != ReviewState::Edited || found.review == ReviewState::Edited)
        .map(|state| Choice::new(state.as_str(), words_of(op.lang, state)).chosen_if(found.review.as_str()));
    render(&SubmissionPage {
        page,
        name,
        state: words_of(op.lang, found.review),
        state_class: class_of(found.review),
        facts: facts(&app, &op, &found, &names).await?,
        flags: flags(op.lang, &found),
        comments: comments
            .into_iter()
            .map(|comment| Remarked {
                by: names.said(op.lang, comment.by.as_deref()),
                when: when(&app, &op, comment.at),
                body: comment.body,
            })
            .collect(),
        edits: edits(&app, &op, &found, &names).await?,
        xml: reading::answers(&app, &found).await?,
        path: path_of(&form, &found),
        may_review: reviews::may_review(&app, &op, &form, &found).await?,
        may_correct: op.has(&collect::FILERS),
        may_delete: reviews::may_throw_away(&app, &op, &form, &found).await?,
        states: states.collect(),
    })
}

/// What accounts are called; they are looked up once for a page.
struct Names(HashMap<String, String>);

impl Names {
    async fn of(app: &App, of: &Submission) -> Result<Names> {
        let mut accounts = vec![of.filed_by.clone(), of.first.by.clone()];
        accounts.extend(
            reviews::list_comments(app, of)
                .await?
                .into_iter()
                .map(|comment| comment.by),
        );
        accounts.extend(
            reviews::list_edits(app, of)
                .await?
                .into_iter()
                .map(|edit| edit.filed_by),
        );
        let mut names = HashMap::new();
        for id in accounts.into_iter().flatten() {
            if !names.contains_key(&id)
                && let Some((name, ..)) = store::actors::find(app.db.read(), &id).await?
            {
                names.insert(id, name);
            }
        }
        Ok(Names(names))
    }

    fn said(&self, lang: Lang, id: Option<&str>) -> String {
        id.and_then(|id| self.0.get(id))
            .cloned()
            .unwrap_or_else(|| lang.text("collect-central-nobody").to_string())
    }
}

async fn facts(app: &App, op: &Op, found: &Submission, names: &Names) -> Result<Vec<SummaryRow>> {
    let fact = |id: &str, value: String| SummaryRow::new(op.lang.text(id), value);
    let files = reading::files(app, found).await?;
    let mut facts = vec![
        fact("collect-filed-at", when(app, op, found.first.at)),
        fact("collect-place", found.place.clone().unwrap_or_default()),
        fact(
            "collect-enumerator",
            found
                .enumerator
                .clone()
                .unwrap_or_else(|| names.said(op.lang, found.first.by.as_deref())),
        ),
        fact("collect-device", found.device_id.clone().unwrap_or_default()),
        fact("collect-instance", found.instance_id.clone()),
        fact("collect-conflicts", found.n_conflicts.to_string()),
        fact(
            "collect-files",
            files
                .into_iter()
                .map(|file| file.name)
                .collect::<Vec<_>>()
                .join(", "),
        ),
    ];
    if found.n_edits > 0 {
        facts.insert(
            1,
            fact(
                "collect-central-n-edits",
                op.lang.number(found.n_edits).to_string(),
            ),
        );
    }
    Ok(facts)
}

fn flags(lang: Lang, found: &Submission) -> Vec<Vec<Cell>> {
    found
        .flags
        .iter()
        .map(|flag| {
            vec![
                Cell::text(lang.text(format!("collect-flag-{}", flag.kind))),
                Cell::text(&flag.path),
                Cell::text(&flag.message),
            ]
        })
        .collect()
}

/// The edits of a submission, the newest first; nothing when it was never edited.
async fn edits(app: &App, op: &Op, found: &Submission, names: &Names) -> Result<Vec<Edited>> {
    let differences = reviews::list_differences(app, found).await?;
    let said = |value: &Option<serde_json::Value>| match value {
        None => String::new(),
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    Ok(differences
        .into_iter()
        .map(|(edit, changes)| Edited {
            title: op
                .lang
                .text("collect-central-edit-of")
                .arg("when", when(app, op, edit.filed_at))
                .arg("who", names.said(op.lang, edit.filed_by.as_deref()))
                .arg("version", &edit.form_version)
                .to_string(),
            changes: changes
                .iter()
                // Every edit has another number than the one before it.
                .filter(|change| !change.way().starts_with("meta/"))
                .map(|change| {
                    vec![
                        Cell::text(change.way()),
                        Cell::text(said(&change.old)),
                        Cell::text(said(&change.new)),
                    ]
                })
                .collect(),
        })
        .collect())
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ReviewInput {
    state: String,
    comment: String,
}

/// Takes what somebody thinks of a submission, why, or both.
async fn review(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Input(input): Input<ReviewInput>,
) -> Result<Redirect> {
    op.require(&READERS)?;
    let form = find(&app, &parts).await?;
    let found = collect::submission(&app, &op, &form, part(&parts, "instance")).await?;
    let state = ReviewState::ALL
        .into_iter()
        .find(|state| state.as_str() == input.state)
        .filter(|state| *state != found.review);
    if state.is_none() && input.comment.trim().is_empty() {
        return Err(Problem::invalid("fields").field("comment", "collect-comment-missing"));
    }
    if let Some(state) = state {
        collect::review(&app, &op, &form, &found, state).await?;
    }
    if !input.comment.trim().is_empty() {
        collect::comment(&app, &op, &form, &found, &input.comment).await?;
    }
    Ok(Redirect::to(&path_of(&form, &found)))
}

async fn correct(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Redirect> {
    op.require(&collect::FILERS)?;
    let form = find(&app, &parts).await?;
    let found = collect::submission(&app, &op, &form, part(&parts, "instance")).await?;
    Ok(Redirect::to(&collect::web::correct(&app, &op, &found).await?))
}

async fn throw_away(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Redirect> {
    op.require(&collect::KEEPERS)?;
    let form = find(&app, &parts).await?;
    let found = collect::submission(&app, &op, &form, part(&parts, "instance")).await?;
    collect::throw_away(&app, &op, &form, &found).await?;
    Ok(Redirect::to(&format!("{}/trash", desk_path(&form))))
}

async fn show_trash(State(app): State<App>, op: Op, uri: Uri, Path(parts): Parts) -> Result<Response> {
    op.require(&collect::KEEPERS)?;
    let form = find(&app, &parts).await?;
    let trashed = reviews::list_trash(&app, &op, &form, MOST_TRASHED).await?;
    let title = op.lang.text("collect-central-trash").to_string();
    let page = shell(&app, &op, &uri)
        .titled(&title)
        .crumb(op.lang.text("collect-desk"), "/desk/collect")
        .crumb(&form.xml_form_id, desk_path(&form))
        .crumb(&title, "");
    let rows = trashed.into_iter().map(|trashed| Trashed {
        name: trashed
            .name
            .clone()
            .unwrap_or_else(|| trashed.root_id.trim_start_matches("uuid:").to_owned()),
        filed: when(&app, &op, trashed.first.at),
        thrown: trashed
            .deleted_at
            .map(|at| when(&app, &op, at))
            .unwrap_or_default(),
        instance: trashed.root_id,
    });
    render(&TrashPage {
        page,
        title,
        action: format!("{}/trash", desk_path(&form)),
        rows: rows.collect(),
    })
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct PutBackInput {
    instance: String,
}

async fn put_back(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Input(input): Input<PutBackInput>,
) -> Result<Redirect> {
    op.require(&collect::KEEPERS)?;
    let form = find(&app, &parts).await?;
    collect::put_back(&app, &op, &form, &input.instance).await?;
    let one = format!("{}/submissions/{}", desk_path(&form), encoded(&input.instance));
    Ok(Redirect::to(&one))
}

/// Says a review state in words.
pub(super) fn words_of(lang: Lang, state: ReviewState) -> String {
    lang.text(format!("collect-central-state-{}", state.as_str()))
        .to_string()
}

fn class_of(state: ReviewState) -> &'static str {
    match state {
        ReviewState::Received => "govuk-tag--grey",
        ReviewState::Edited => "govuk-tag--blue",
        ReviewState::HasIssues => "govuk-tag--yellow",
        ReviewState::Approved => "govuk-tag--green",
        ReviewState::Rejected => "govuk-tag--red",
    }
}

fn path_of(form: &Form, of: &Submission) -> String {
    format!("{}/submissions/{}", desk_path(form), encoded(&of.root_id))
}

impl SubmissionPage {
    pub fn sample(lang: Lang) -> Self {
        let state =
            |state: ReviewState| Choice::new(state.as_str(), words_of(lang, state)).chosen_if("hasIssues");
        Self {
            page: Shell::sample(lang).titled("O'Brien, Melati 3"),
            name: "O'Brien, Melati 3".into(),
            state: words_of(lang, ReviewState::HasIssues),
            state_class: class_of(ReviewState::HasIssues),
            facts: vec![SummaryRow::new(
                lang.text("collect-filed-at"),
                "21 Nov 2026, 09:30",
            )],
            flags: vec![vec![
                Cell::text(lang.text("collect-flag-broken-constraint")),
                Cell::text("/data/member[1]/age"),
                Cell::text("Check the <age>"),
            ]],
            comments: vec![Remarked {
                by: "Siti O'Brien".into(),
                when: "21 Nov 2026, 10:02".into(),
                body: "Is the <age> of the first member right?\nCall them.".into(),
            }],
            edits: vec![Edited {
                title: lang
                    .text("collect-central-edit-of")
                    .arg("when", "21 Nov 2026, 11:00")
                    .arg("who", "O'Brien")
                    .arg("version", "<2026>")
                    .to_string(),
                changes: vec![vec![
                    Cell::text("member[1]/age"),
                    Cell::text("430"),
                    Cell::text("<3>"),
                ]],
            }],
            xml: "<data id=\"household\"><age>430</age></data>".into(),
            path: "/desk/collect/census/household/submissions/uuid%3A1".into(),
            may_review: true,
            may_correct: true,
            may_delete: true,
            states: [
                ReviewState::Received,
                ReviewState::HasIssues,
                ReviewState::Approved,
                ReviewState::Rejected,
            ]
            .map(state)
            .into(),
        }
    }
}

impl TrashPage {
    pub fn sample(lang: Lang) -> Self {
        let page = Shell::sample(lang);
        let title = page.t("collect-central-trash").to_string();
        Self {
            page: page.titled(title.clone()),
            title,
            action: "/desk/collect/census/household/trash".into(),
            rows: vec![Trashed {
                instance: "uuid:1".into(),
                name: "O'Brien, Melati 3".into(),
                filed: "21 Nov 2026, 09:30".into(),
                thrown: "22 Nov 2026, 09:30".into(),
            }],
        }
    }
}

/// A link to a submission by its name.
pub(super) fn link_to(form: &Form, submission: &Submission, name: &str) -> Cell {
    link(&path_of(form, submission), name)
}
