//! Asks for everybody: what villages asked, for how long it waits, and who answered what.

use axum::{
    Router,
    extract::{Path, Query, State as Shared},
    http::Uri,
    response::Response,
    routing::get,
};

use super::{
    files, find, list,
    model::{Answer, Ask},
};
use crate::{
    evidence::{
        self,
        model::{Audience, Entry, mask::mask},
        pages::{Names, Tag, Told},
    },
    platform::{
        app::App,
        html::{
            Shell,
            parts::{Cell, SummaryRow},
        },
        i18n::Lang,
        op::Op,
        page::{render, shell},
        problem::Result,
    },
    village::{
        proposals::pages::Narrowed,
        voice::{
            self,
            view::{Grid, VoicePage, link, link_cell, village_row},
        },
        year::pages::{SHAPES, split},
    },
};

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/asks", get(all))
        .route("/asks.json", get(all_as_json))
        .route("/asks.csv", get(all_as_csv))
        .route("/asks/{ask}", get(one))
}

async fn all(Shared(app): Shared<App>, op: Op, uri: Uri, Query(asked): Query<Narrowed>) -> Result<Response> {
    let lang = op.lang;
    let page = shell(&app, &op, &uri)
        .titled(lang.text("village-asks-title"))
        .described(lang.text("village-asks-lead"))
        .crumb(lang.text("village-asks-title"), "")
        .shapes(&SHAPES);
    let listed = list(&app, asked.place()).await?;
    let view = VoicePage {
        lead: vec![lang.text("village-asks-lead").into()],
        tables: vec![grid(&app, &op, &listed, "").await?],
        ..VoicePage::new(page)
    };
    render(&view.link("/villages", "village-list-all"))
}

async fn all_as_json(Shared(app): Shared<App>, op: Op, Query(asked): Query<Narrowed>) -> Result<Response> {
    let listed = list(&app, asked.place()).await?;
    Ok(files::list_as_json(&listed, app.config.day(op.at)))
}

async fn all_as_csv(Shared(app): Shared<App>, op: Op, Query(asked): Query<Narrowed>) -> Result<Response> {
    let listed = list(&app, asked.place()).await?;
    files::list_as_csv(&listed, app.config.day(op.at))
}

async fn one(Shared(app): Shared<App>, op: Op, uri: Uri, Path(address): Path<String>) -> Result<Response> {
    let (code, shape) = split(&address);
    let ask = find(&app, code).await?;
    let today = app.config.day(op.at);
    match shape {
        Some("json") => Ok(files::one_as_json(&ask, today)),
        Some(_) => files::list_as_csv(std::slice::from_ref(&ask), today),
        None => {
            let page = shell(&app, &op, &uri).shapes(&SHAPES);
            let view = view(&app, &op, page, &ask).await?;
            render(&view.link(format!("{}/follow", ask.path()), "village-voice-mail-link"))
        }
    }
}

/// The table of a list of asks; `base` stands before the address of each.
///
/// # Errors
/// When the database fails.
pub async fn grid(app: &App, op: &Op, listed: &[Ask], base: &str) -> Result<Grid> {
    let (lang, today) = (op.lang, app.config.day(op.at));
    let names = Names::of(app).await?;
    let mut rows = Vec::with_capacity(listed.len());
    for ask in listed {
        let days = ask.days_waited(today);
        rows.push(vec![
            link_cell(&format!("{base}{}", ask.path()), &mask(&ask.title)),
            Cell::text(voice::place_name(app, lang.code(), &ask.place).await?),
            Cell::text(names.of_organisation(&ask.organisation)),
            Cell::text(tag(lang, ask).text),
            Cell::number(lang.number(days), f64::from(days)),
        ]);
    }
    Ok(Grid {
        caption: lang.text("village-asks-title").into(),
        none: lang.text("village-asks-none").into(),
        head: vec![
            Cell::text(lang.text("village-asks-what")),
            Cell::text(lang.text("village-voice-village")),
            Cell::text(lang.text("village-asks-of")),
            Cell::text(lang.text("village-voice-stands")),
            Cell::over_numbers(lang.text("village-asks-days")),
        ],
        rows,
    })
}

/// An ask as everybody reads it.
///
/// # Errors
/// When the database fails.
pub async fn view(app: &App, op: &Op, page: Shell, ask: &Ask) -> Result<VoicePage> {
    let lang = op.lang;
    let title = mask(&ask.title);
    let page = page
        .titled(&title)
        .crumb(lang.text("village-asks-title"), "/asks")
        .crumb(&title, "");
    let told = evidence::timeline(app, &ask.subject(), Audience::Public).await?;
    let waited = match &ask.answered {
        Some(_) => lang.text("village-asks-waited"),
        None => lang.text("village-asks-waits"),
    };
    Ok(VoicePage {
        tag: Some(tag(lang, ask)),
        lead: vec![waited.n("n", ask.days_waited(app.config.day(op.at))).into()],
        text: mask(&ask.need),
        facts: facts(app, lang, ask).await?,
        entries: told.iter().map(|entry| in_words(app, lang, entry)).collect(),
        ..VoicePage::new(page)
    })
}

async fn facts(app: &App, lang: Lang, ask: &Ask) -> Result<Vec<SummaryRow>> {
    let row = |id: &'static str, value: String| SummaryRow::new(lang.text(id), value);
    let names = Names::of(app).await?;
    let place = voice::place_name(app, lang.code(), &ask.place).await?;
    let mut facts = vec![
        row("village-voice-code-label", ask.code.clone()),
        village_row(lang, &ask.place, &place),
        row("village-asks-of", names.of_organisation(&ask.organisation)),
        row("village-asks-asked-on", lang.date(ask.asked_on)),
    ];
    if let Some(number) = &ask.number {
        let shown = link(number, &lang.text("village-asks-number-see").to_string());
        facts.push(SummaryRow::new(lang.text("village-asks-number"), shown));
    }
    if ask.n_reminded > 0 {
        facts.push(row("village-asks-reminded", lang.number(ask.n_reminded)));
    }
    if let Some(answered) = &ask.answered {
        // The official's own name and post: the office answers with both, for everybody to read.
        facts.push(row(
            "village-asks-answered-by",
            format!("{}, {}", answered.by, answered.post),
        ));
        facts.push(row("village-asks-answered-on", lang.date(answered.on)));
        facts.push(row("village-asks-said", mask(&answered.said)));
        if let Some(commitment) = &answered.commitment {
            let promise = link(&format!("/commitments/{commitment}"), commitment);
            facts.push(SummaryRow::new(lang.text("village-voice-promise"), promise));
        }
    }
    Ok(facts)
}

fn in_words(app: &App, lang: Lang, entry: &Entry) -> Told {
    let step = entry.what.strip_prefix("ask.").unwrap_or_default();
    Told {
        at: lang.date(app.config.day(entry.at)),
        words: lang.text(format!("village-asks-step-{step}")).into(),
        text: entry.text.clone().unwrap_or_default(),
    }
}

/// Where an ask stands, as a tag.
#[must_use]
pub fn tag(lang: Lang, ask: &Ask) -> Tag {
    let answer = ask.answered.as_ref().map(|answered| answered.answer);
    let class = match answer {
        None => "govuk-tag--red",
        Some(Answer::Yes) => "govuk-tag--green",
        Some(Answer::Partly) => "govuk-tag--yellow",
        Some(Answer::No) => "govuk-tag--grey",
    };
    let state = answer.map_or("open", Answer::as_str);
    Tag {
        class,
        text: lang.text(format!("village-asks-state-{state}")).into(),
    }
}
