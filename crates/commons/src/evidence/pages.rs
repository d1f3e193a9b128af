//! Promises for everybody: the list, and one with all that became of it.

use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    http::{Uri, header},
    response::{IntoResponse, Response},
    routing::get,
};
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    commitment, list_commitments, list_links,
    model::{Audience, Commitment, Entry, Link, Standing, Subject},
    timeline,
};
use crate::{
    accounts,
    platform::{
        app::App,
        html::{
            Markup, Shell,
            parts::{Cell, SummaryRow, Words},
        },
        i18n::Lang,
        op::Op,
        page::{render, shell},
        problem::{Problem, Result},
    },
};

/// Promises a list shows.
const MOST_LISTED: i64 = 1_000;

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/commitments", get(all))
        .route("/commitments.json", get(all_as_json))
        .route("/commitments.csv", get(all_as_csv))
        .route("/commitments/{commitment}", get(one))
        .merge(super::desk::routes())
}

#[derive(Template)]
#[template(path = "evidence/commitments.html")]
pub struct ListPage {
    pub page: Shell,
    /// How many stand how: text and count.
    pub counts: Vec<SummaryRow>,
    pub head: Vec<Cell>,
    pub rows: Vec<Row>,
}

/// A promise as a row of the list.
pub struct Row {
    pub path: String,
    pub promise: String,
    pub owner: String,
    pub due: String,
    pub standing: Tag,
}

/// How a promise stands, as a tag: never by colour alone.
pub struct Tag {
    pub class: &'static str,
    pub text: String,
}

#[derive(Template)]
#[template(path = "evidence/commitment.html")]
pub struct CommitmentPage {
    pub page: Shell,
    pub standing: Tag,
    pub facts: Vec<SummaryRow>,
    pub entries: Vec<Told>,
}

/// An entry of a timeline in words.
pub struct Told {
    pub at: String,
    pub words: String,
    pub text: String,
}

#[derive(Deserialize, Default)]
struct Asked {
    /// Code of the organisation whose promises are asked for.
    owner: Option<String>,
}

async fn all(State(app): State<App>, op: Op, uri: Uri, Query(asked): Query<Asked>) -> Result<Response> {
    let (lang, today) = (op.lang, app.config.day(op.at));
    let listed = list_commitments(&app, asked.owner.as_deref(), None, MOST_LISTED).await?;
    let names = Names::of(&app).await?;
    let count = |standing: Standing| {
        let n = listed
            .iter()
            .filter(|commitment| commitment.standing(today) == standing)
            .count();
        SummaryRow::new(standing_in_words(lang, standing), lang.number(n))
    };
    let counts = [
        Standing::Late,
        Standing::Open,
        Standing::Kept,
        Standing::KeptLate,
        Standing::BrokenOff,
    ]
    .map(count);
    let rows = listed
        .iter()
        .map(|commitment| Row {
            path: commitment.path(),
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
    let page = shell(&app, &op, &uri)
        .titled(lang.text("evidence-title"))
        .described(lang.text("evidence-lead"))
        .crumb(lang.text("evidence-title"), "")
        .shapes(&["json", "csv"]);
    render(&ListPage {
        page,
        counts: counts.into(),
        head: head.into(),
        rows,
    })
}

async fn all_as_json(State(app): State<App>, op: Op, Query(asked): Query<Asked>) -> Result<Response> {
    let today = app.config.day(op.at);
    let listed = list_commitments(&app, asked.owner.as_deref(), None, MOST_LISTED).await?;
    let listed: Vec<Value> = listed
        .iter()
        .map(|commitment| as_json(commitment, today))
        .collect();
    Ok(axum::Json(json!({ "commitments": listed })).into_response())
}

async fn all_as_csv(State(app): State<App>, op: Op, Query(asked): Query<Asked>) -> Result<Response> {
    let today = app.config.day(op.at);
    let mut writer = csv::Writer::from_writer(Vec::new());
    let header_row = [
        "code",
        "promise",
        "owner",
        "post",
        "place",
        "made_on",
        "due_on",
        "times_moved",
        "standing",
        "settled_on",
    ];
    writer.write_record(header_row).map_err(Problem::internal)?;
    for commitment in list_commitments(&app, asked.owner.as_deref(), None, MOST_LISTED).await? {
        let settled = commitment
            .settled
            .map(|(_, on)| on.to_string())
            .unwrap_or_default();
        writer
            .write_record([
                commitment.code.as_str(),
                &commitment.promise,
                &commitment.owner,
                commitment.owner_post.as_deref().unwrap_or(""),
                commitment.place.as_deref().unwrap_or(""),
                &commitment.made_on.to_string(),
                &commitment.due_on.to_string(),
                &commitment.n_moved.to_string(),
                commitment.standing(today).as_str(),
                &settled,
            ])
            .map_err(Problem::internal)?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| Problem::internal(error.into_error()))?;
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], bytes).into_response())
}

async fn one(State(app): State<App>, op: Op, uri: Uri, Path(code): Path<String>) -> Result<Response> {
    let (lang, today) = (op.lang, app.config.day(op.at));
    let (code, wants_json) = match code.strip_suffix(".json") {
        Some(code) => (code, true),
        None => (code.as_str(), false),
    };
    let commitment = commitment(&app, code).await?;
    let told = timeline(&app, &commitment.subject(), Audience::Public).await?;
    if wants_json {
        let mut whole = as_json(&commitment, today);
        whole["timeline"] = serde_json::to_value(&told).map_err(Problem::internal)?;
        return Ok(axum::Json(whole).into_response());
    }
    let links = list_links(&app, &commitment.subject()).await?;
    let page = shell(&app, &op, &uri)
        .titled(&commitment.promise)
        .crumb(lang.text("evidence-title"), "/commitments")
        .crumb(&commitment.promise, "")
        .shapes(&["json"]);
    render(&CommitmentPage {
        page,
        standing: tag(lang, commitment.standing(today)),
        facts: facts(lang, &commitment, &Names::of(&app).await?, &proof_of(&links)),
        entries: told.iter().map(|entry| in_words(lang, &app, entry)).collect(),
    })
}

/// Returns what proves that a promise was kept.
#[must_use]
pub fn proof_of(links: &[Link]) -> Vec<Subject> {
    links
        .iter()
        .filter(|link| link.relation == "proved-by")
        .map(|link| link.to.clone())
        .collect()
}

/// Returns what is to be known of a promise, in rows.
#[must_use]
pub fn facts(lang: Lang, commitment: &Commitment, names: &Names, proof: &[Subject]) -> Vec<SummaryRow> {
    let row = |id: &'static str, value: String| SummaryRow::new(lang.text(id), value);
    let mut facts = vec![
        row("evidence-owner", names.of_organisation(&commitment.owner)),
        row("evidence-made", lang.date(commitment.made_on)),
        row("evidence-due", lang.date(commitment.due_on)),
    ];
    if let Some(post) = &commitment.owner_post {
        facts.insert(1, row("evidence-post", post.clone()));
    }
    if commitment.n_moved > 0 {
        facts.push(row("evidence-moved", lang.number(commitment.n_moved)));
    }
    if let Some((_, on)) = commitment.settled {
        facts.push(row("evidence-settled", lang.date(on)));
    }
    for (at, each) in proof.iter().enumerate() {
        let value = match each.kind.as_str() {
            "link" => Words::Html(Markup(format!(
                "<a class=\"govuk-link\" href=\"{0}\" rel=\"nofollow noopener\">{0}</a>",
                Markup::escape(&each.id)
            ))),
            _ => Words::Plain(lang.number(at + 1)),
        };
        facts.push(SummaryRow::new(lang.text("evidence-proofs"), value));
    }
    facts
}

/// Returns an entry of a promise's timeline in words.
#[must_use]
pub fn in_words(lang: Lang, app: &App, entry: &Entry) -> Told {
    let day = |name: &str| {
        entry
            .facts
            .get(name)
            .and_then(Value::as_str)
            .and_then(|day| day.parse::<Date>().ok())
    };
    let id = format!("evidence-what-{}", entry.what.replace('.', "-"));
    let words = lang
        .text(id)
        .arg("due", day("due_on").map(|day| lang.date(day)).unwrap_or_default())
        .arg("from", day("from").map(|day| lang.date(day)).unwrap_or_default())
        .arg("on", day("on").map(|day| lang.date(day)).unwrap_or_default());
    Told {
        at: lang.date(app.config.day(entry.at)),
        words: words.to_string(),
        text: entry.text.clone().unwrap_or_default(),
    }
}

fn standing_in_words(lang: Lang, standing: Standing) -> String {
    standing_words(lang, standing.as_str())
}

/// Returns the words of a standing by its code: “Kept late”.
#[must_use]
pub fn standing_words(lang: Lang, code: &str) -> String {
    lang.text(format!("evidence-standing-{code}")).to_string()
}

/// Returns how a promise stands as a tag.
#[must_use]
pub fn tag(lang: Lang, standing: Standing) -> Tag {
    Tag {
        class: match standing {
            Standing::Open => "govuk-tag--blue",
            Standing::Late => "govuk-tag--red",
            Standing::Kept => "govuk-tag--green",
            Standing::KeptLate => "govuk-tag--yellow",
            Standing::BrokenOff => "govuk-tag--grey",
        },
        text: standing_in_words(lang, standing),
    }
}

fn as_json(commitment: &Commitment, today: Date) -> Value {
    json!({
        "code": commitment.code,
        "promise": commitment.promise,
        "owner": commitment.owner,
        "post": commitment.owner_post,
        "place": commitment.place,
        "made_on": commitment.made_on.to_string(),
        "due_on": commitment.due_on.to_string(),
        "times_moved": commitment.n_moved,
        "standing": commitment.standing(today).as_str(),
        "settled_on": commitment.settled.map(|(_, on)| on.to_string()),
        "href": commitment.path(),
    })
}

/// What organisations are called.
pub struct Names(std::collections::HashMap<String, String>);

impl Names {
    /// Gathers the names in force.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(app: &App) -> Result<Names> {
        let all = accounts::list_organisations(app).await?;
        Ok(Names(
            all.into_iter()
                .map(|organisation| (organisation.code, organisation.name))
                .collect(),
        ))
    }

    /// Returns what an organisation is called; its code when it is not known.
    #[must_use]
    pub fn of_organisation(&self, code: &str) -> String {
        self.0.get(code).cloned().unwrap_or_else(|| code.to_owned())
    }
}

impl ListPage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> ListPage {
        let row = |promise: &str, standing| Row {
            path: "/commitments/K7M4XT".into(),
            promise: promise.into(),
            owner: "Dinas <PU>".into(),
            due: lang.date(jiff::civil::date(2026, 12, 18)),
            standing: tag(lang, standing),
        };
        ListPage {
            page: Shell {
                shapes: vec!["json", "csv"],
                ..Shell::sample(lang).titled(lang.text("evidence-title"))
            },
            counts: vec![SummaryRow::new(standing_in_words(lang, Standing::Late), "3")],
            head: [
                "evidence-promise",
                "evidence-owner",
                "evidence-due",
                "evidence-standing",
            ]
            .map(|id| Cell::text(lang.text(id)))
            .into(),
            rows: vec![
                row("Mend the <bridge>", Standing::Late),
                row("Open at seven", Standing::Kept),
            ],
        }
    }
}

impl CommitmentPage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> CommitmentPage {
        CommitmentPage {
            page: Shell::sample(lang).titled("Mend the <bridge>"),
            standing: tag(lang, Standing::KeptLate),
            facts: vec![SummaryRow::new(
                lang.text("evidence-owner"),
                "Dinas <PU>".to_owned(),
            )],
            entries: vec![Told {
                at: lang.date(jiff::civil::date(2026, 11, 20)),
                words: lang
                    .text("evidence-what-commitment-kept")
                    .arg("on", "2")
                    .to_string(),
                text: "The steel is <late>".into(),
            }],
        }
    }
}
