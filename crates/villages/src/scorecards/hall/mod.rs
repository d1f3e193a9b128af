//! The meeting screen: a round on one phone or laptop in a hall without a network, and how it hands in what was done there.
//!
//! The page is the same for every round and holds nothing of anybody, so that a browser may keep it; the scripts in `web/src/hall` ask for
//! the round, keep it, and send acts (`scorecards::apply`) as often as they like: each counts once. Nothing here keeps what is half
//! typed; that stays on the device.
//!
//! Deliberately absent: a live connection between devices (two of them meet here, by criterion), and scoring by participants' own phones.

mod acts;
mod photos;
mod state;
mod store;

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    Router,
    extract::{DefaultBodyLimit, Path, State},
    http::{HeaderMap, HeaderName, Uri, header},
    response::{IntoResponse, Response},
    routing::get,
};

use crate::{
    facilitators::model::group::GROUPS,
    platform::{
        app::App,
        html::{Shell, assets},
        i18n::{Lang, texts},
        op::Op,
        page::{render, shell},
        problem::{Problem, Result},
    },
};

/// Names the account that wrote what is sent.
const ACCOUNT: &str = "x-baraza-account";
/// Texts of the screen begin so.
const WORDS: &str = "scorecards-hall-";

/// The page that a browser keeps for every round.
#[derive(Template)]
#[template(path = "scorecards/hall/hall.html")]
pub struct HallPage {
    pub page: Shell,
    /// What the scripts say, by id, as JSON.
    pub words: String,
}

impl HallPage {
    #[must_use]
    pub fn sample(lang: Lang) -> HallPage {
        HallPage {
            page: Shell {
                person: None,
                ..Shell::sample(lang)
            }
            .titled(lang.text("scorecards-hall-title")),
            words: r#"{"title":"Meeting screen"}"#.into(),
        }
    }
}

pub fn routes() -> Router<App> {
    Router::new()
        .route("/scorecards/hall", get(kept))
        .route("/scorecards/hall-worker.js", get(worker))
        .route("/desk/scorecards/{round}/hall", get(page).post(acts::take))
        .route("/desk/scorecards/{round}/hall.json", get(state::show))
        .route(
            "/desk/scorecards/{round}/hall/photos/{photo}",
            get(photos::show)
                .put(photos::take)
                .layer(DefaultBodyLimit::max(photos::MOST_BYTES)),
        )
}

/// `GET /scorecards/hall`: the page that a browser keeps; it names no round and nobody.
async fn kept(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    let page = shell(&app, &op, &uri);
    render(&hall(&op, page)?)
}

/// `GET /desk/scorecards/{round}/hall`: the same, for whoever is signed in; what they may see of the round is asked for by the page.
async fn page(State(app): State<App>, op: Op, uri: Uri, Path(round): Path<String>) -> Result<Response> {
    op.require_person()?;
    let answer = render(&hall(&op, shell(&app, &op, &uri))?)?;
    // A browser that reads this before the page saves the time that the page itself takes.
    let script = assets::address("hall.js");
    let is_plain = round
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let early = match is_plain {
        true => format!(
            "<{script}>; rel=preload; as=script, </desk/scorecards/{round}/hall.json>; rel=preload; as=fetch; crossorigin=anonymous"
        ),
        false => format!("<{script}>; rel=preload; as=script"),
    };
    Ok(([(header::LINK, early)], answer).into_response())
}

fn hall(op: &Op, page: Shell) -> Result<HallPage> {
    let mut page = page.titled(op.lang.text("scorecards-hall-title"));
    // It is kept and shown to whoever holds the device.
    page.person = None;
    Ok(HallPage {
        page,
        words: words(op.lang)?,
    })
}

/// Writes the texts of the screen as JSON, by their ids without the prefix, with arguments left open: `{$n}`.
fn words(lang: Lang) -> Result<String> {
    let own = texts::ids().filter_map(|id| {
        let short = id.strip_prefix(WORDS)?;
        let text = lang.text(format!("scorecards-hall-{short}"));
        Some((short.to_owned(), text.raw()))
    });
    let groups = GROUPS.iter().map(|code| {
        let text = lang.text(format!("facilitators-group-{code}"));
        (format!("group-{code}"), text.raw())
    });
    let words: BTreeMap<String, String> = groups.chain(own).collect();
    serde_json::to_string(&words).map_err(Problem::internal)
}

/// `GET /scorecards/hall-worker.js`: the service worker, which may answer for the desk of score cards.
async fn worker() -> Result<Response> {
    let script = assets::content("hall-worker.js").ok_or_else(|| Problem::not_found("page-unknown"))?;
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache"),
        (
            HeaderName::from_static("service-worker-allowed"),
            "/desk/scorecards/",
        ),
    ];
    Ok((headers, script).into_response())
}

/// Passes whoever wrote what is sent: devices are handed on.
fn require_writer(op: &Op, headers: &HeaderMap) -> Result<()> {
    let Some(person) = op.person() else {
        return Err(Problem::unauthenticated("sign-in-needed"));
    };
    let written_by = headers.get(ACCOUNT).and_then(|said| said.to_str().ok());
    match written_by {
        Some(id) if !id.is_empty() && id != person.id => {
            Err(Problem::forbidden("scorecards-hall-other-account"))
        }
        _ => Ok(()),
    }
}
