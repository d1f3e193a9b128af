//! Promises at the desk: a unit's own by lateness, their dates moved with a reason, settled with proof.

use askama::Template;
use axum::{
    Form, Router,
    extract::{Path, Query, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use serde::Deserialize;

use super::{
    KEEPERS, commitment, list_commitments, list_links,
    model::{Audience, Commitment, Settled, Standing, Subject},
    move_due,
    pages::{Names, Row, Tag, Told, facts, in_words, proof_of, tag},
    settle, timeline,
};
use crate::{
    accounts,
    platform::{
        app::App,
        html::{
            Shell,
            parts::{Cell, Choice, SummaryRow},
        },
        i18n::Lang,
        op::{Op, Role},
        page::{field_errors, render, render_refused, shell},
        problem::{Kind, Problem, Result},
    },
};

/// Promises a list shows.
const MOST_LISTED: i64 = 1_000;
/// The longest address of a proof.
const MOST_LINK: usize = 500;
/// Who reads the desk's list.
pub const READERS: [Role; 4] = [Role::Officer, Role::Steward, Role::Leader, Role::Auditor];

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/desk/commitments", get(own))
        .route("/desk/commitments/{commitment}", get(one).post(act))
}

#[derive(Template)]
#[template(path = "evidence/desk.html")]
pub struct DeskPage {
    pub page: Shell,
    pub owners: Vec<Choice>,
    pub counts: Vec<SummaryRow>,
    pub head: Vec<Cell>,
    pub rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "evidence/desk_one.html")]
pub struct DeskOnePage {
    pub page: Shell,
    pub code: String,
    pub standing: Tag,
    pub facts: Vec<SummaryRow>,
    pub entries: Vec<Told>,
    /// Whether it is open and theirs to move and settle.
    pub may_act: bool,
    pub hows: Vec<Choice>,
    pub input: Input,
}

/// What somebody does with a promise.
#[derive(Debug, Deserialize, Default)]
pub struct Input {
    /// `move` or `settle`.
    #[serde(default)]
    pub act: String,
    /// The new last day, `2026-12-18`.
    #[serde(default)]
    pub due_on: String,
    #[serde(default)]
    pub why: String,
    /// `kept` or `broken-off`.
    #[serde(default)]
    pub how: String,
    /// When it was settled; today when empty.
    #[serde(default)]
    pub on: String,
    #[serde(default)]
    pub text: String,
    /// Where the proof is to be seen: an address, or a page here.
    #[serde(default)]
    pub link: String,
}

#[derive(Deserialize, Default)]
struct Asked {
    owner: Option<String>,
}

async fn own(State(app): State<App>, op: Op, uri: Uri, Query(asked): Query<Asked>) -> Result<Response> {
    op.require(&READERS)?;
    let (lang, today) = (op.lang, app.config.day(op.at));
    let names = Names::of(&app).await?;
    let units = own_units(&app, &op).await?;
    let asked = asked.owner.as_deref().filter(|owner| !owner.is_empty());
    let mut listed = list_commitments(&app, asked, None, MOST_LISTED).await?;
    listed.retain(|commitment| units.iter().any(|(code, _)| *code == commitment.owner));
    listed.sort_by_key(|commitment| rank(commitment.standing(today)));
    let count = |standing: Standing| {
        let n = listed
            .iter()
            .filter(|commitment| commitment.standing(today) == standing)
            .count();
        SummaryRow::new(tag(lang, standing).text, lang.number(n))
    };
    let rows = listed
        .iter()
        .map(|commitment| Row {
            path: format!("/desk{}", commitment.path()),
            promise: commitment.promise.clone(),
            owner: names.of_organisation(&commitment.owner),
            due: lang.date(commitment.due_on),
            standing: tag(lang, commitment.standing(today)),
        })
        .collect();
    let head = [
        "evidence-promise",
        "evidence-owner",
        "evidence-due",
        "evidence-standing",
    ]
    .map(|id| Cell::text(lang.text(id)));
    let owners = [Choice::new("", lang.text("evidence-desk-all"))]
        .into_iter()
        .chain(
            units
                .iter()
                .map(|(code, name)| Choice::new(code, name).chosen_if(asked.unwrap_or_default())),
        )
        .collect();
    let page = shell(&app, &op, &uri)
        .titled(lang.text("evidence-desk-title"))
        .crumb(lang.text("evidence-desk-way"), "/desk")
        .crumb(lang.text("evidence-desk-title"), "");
    render(&DeskPage {
        page,
        owners,
        counts: [Standing::Late, Standing::Open].map(count).into(),
        head: head.into(),
        rows,
    })
}

async fn one(State(app): State<App>, op: Op, uri: Uri, Path(code): Path<String>) -> Result<Response> {
    op.require(&READERS)?;
    let commitment = commitment(&app, &code).await?;
    let page = shell(&app, &op, &uri);
    render(&desk_one(&app, &op, page, &commitment, Input::default()).await?)
}

async fn act(
    State(app): State<App>,
    op: Op,
    Path(code): Path<String>,
    Form(input): Form<Input>,
) -> Result<Response> {
    op.require(&KEEPERS)?;
    let commitment = commitment(&app, &code).await?;
    match done(&app, &op, &commitment, &input).await {
        Ok(()) => Ok(Redirect::to(&format!("/desk{}", commitment.path())).into_response()),
        Err(problem) if matches!(problem.kind(), Kind::Invalid | Kind::Conflict) => {
            let mut page = shell(&app, &op, &Uri::from_static("/desk/commitments"));
            page.errors = field_errors(&problem, &op);
            render_refused(&problem, &desk_one(&app, &op, page, &commitment, input).await?)
        }
        Err(problem) => Err(problem),
    }
}

async fn done(app: &App, op: &Op, commitment: &Commitment, input: &Input) -> Result<()> {
    let wrong = |field: &'static str, code: &'static str| Problem::invalid("fields").field(field, code);
    let mut tx = app.db.begin().await?;
    match input.act.as_str() {
        "move" => {
            let due_on = input
                .due_on
                .trim()
                .parse()
                .map_err(|_| wrong("due_on", "evidence-day-malformed"))?;
            move_due(&mut tx, op, commitment, due_on, &input.why).await?;
        }
        "settle" => {
            let how = match input.how.as_str() {
                "kept" => Settled::Kept,
                "broken-off" => Settled::BrokenOff,
                _ => return Err(wrong("how", "evidence-how-missing")),
            };
            let today = app.config.day(op.at);
            let on = match input.on.trim() {
                "" => today,
                day => day.parse().map_err(|_| wrong("on", "evidence-day-malformed"))?,
            };
            if on > today || on < commitment.made_on {
                return Err(wrong("on", "evidence-day-outside"));
            }
            let proof: Vec<Subject> = match input.link.trim() {
                "" => Vec::new(),
                link => vec![proof_at(link).ok_or_else(|| wrong("link", "evidence-link-malformed"))?],
            };
            settle(&mut tx, op, commitment, how, on, &input.text, &proof).await?;
        }
        _ => return Err(Problem::invalid("evidence-act-unknown")),
    }
    tx.commit().await
}

/// A page here, or one elsewhere over HTTP.
fn proof_at(link: &str) -> Option<Subject> {
    let is_here = link.starts_with('/') && !link.starts_with("//");
    let is_elsewhere = url::Url::parse(link).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.has_host() && url.username().is_empty()
    });
    (link.chars().count() <= MOST_LINK && (is_here || is_elsewhere)).then(|| Subject::new("link", link))
}

/// The units whose promises somebody reads: their own, or every unit's for who watches over all.
async fn own_units(app: &App, op: &Op) -> Result<Vec<(String, String)>> {
    Ok(accounts::list_organisations(app)
        .await?
        .into_iter()
        .filter(|unit| op.has_for(&READERS, &unit.code))
        .map(|unit| (unit.code, unit.name))
        .collect())
}

/// What is late comes first, what is settled last.
fn rank(standing: Standing) -> u8 {
    match standing {
        Standing::Late => 0,
        Standing::Open => 1,
        Standing::Kept | Standing::KeptLate | Standing::BrokenOff => 2,
    }
}

async fn desk_one(
    app: &App,
    op: &Op,
    page: Shell,
    commitment: &Commitment,
    input: Input,
) -> Result<DeskOnePage> {
    let (lang, today) = (op.lang, app.config.day(op.at));
    let told = timeline(app, &commitment.subject(), Audience::Staff).await?;
    let links = list_links(app, &commitment.subject()).await?;
    let page = page
        .titled(&commitment.promise)
        .crumb(lang.text("evidence-desk-way"), "/desk")
        .crumb(lang.text("evidence-desk-title"), "/desk/commitments")
        .crumb(&commitment.promise, "");
    Ok(DeskOnePage {
        page,
        code: commitment.code.clone(),
        standing: tag(lang, commitment.standing(today)),
        facts: facts(lang, commitment, &Names::of(app).await?, &proof_of(&links)),
        entries: told.iter().map(|entry| in_words(lang, app, entry)).collect(),
        may_act: commitment.settled.is_none() && op.has_for(&KEEPERS, &commitment.owner),
        hows: hows(lang, &input.how),
        input,
    })
}

fn hows(lang: Lang, chosen: &str) -> Vec<Choice> {
    vec![
        Choice::new("kept", lang.text("evidence-desk-kept")).chosen_if(chosen),
        Choice::new("broken-off", lang.text("evidence-desk-broken-off")).chosen_if(chosen),
    ]
}

impl DeskPage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> DeskPage {
        let public = super::pages::ListPage::sample(lang);
        DeskPage {
            page: Shell::sample(lang).titled(lang.text("evidence-desk-title")),
            owners: vec![Choice::new("dinas-pu", "Dinas <PU>")],
            counts: public.counts,
            head: public.head,
            rows: public.rows,
        }
    }
}

impl DeskOnePage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> DeskOnePage {
        let public = super::pages::CommitmentPage::sample(lang);
        DeskOnePage {
            page: public.page,
            code: "K7M4XT".into(),
            standing: public.standing,
            facts: public.facts,
            entries: public.entries,
            may_act: true,
            hows: hows(lang, "kept"),
            input: Input {
                why: "The steel is <late>".into(),
                ..Input::default()
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_a_page_here_or_one_elsewhere_and_nothing_that_runs() {
        for good in [
            "/requests/K7MQ4XTD",
            "https://example.org/photo.jpg",
            "http://example.org",
        ] {
            assert_eq!(proof_at(good), Some(Subject::new("link", good)), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "//example.org",
            "ftp://example.org/x",
            "photo.jpg",
            "https://me:secret@example.org/",
            "data:text/html,x",
        ] {
            assert_eq!(proof_at(bad), None, "{bad}");
        }
        assert_eq!(proof_at(&format!("/{}", "x".repeat(MOST_LINK))), None);
    }
}
