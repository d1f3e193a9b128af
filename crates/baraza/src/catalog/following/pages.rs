//! Pages of following: type an address, press the button of the mail, stop.

use askama::Template;
use axum::{
    Form, Router,
    extract::{Path, State},
    http::Uri,
    response::Response,
    routing::get,
};
use serde::Deserialize;

use super::{About, Ticket, ask, begin, end, is_offered};
use crate::{
    accounts,
    catalog::{
        contributions::{self, callers::Caller},
        model::THEMES,
        pages::{organisation_href, theme_href, theme_title},
        store::portal,
        view::{self, Theme},
    },
    platform::{
        app::App,
        html::Shell,
        i18n::Lang,
        message::Address,
        op::Op,
        page::{field_errors, render, render_refused, shell},
        problem::{Problem, Result},
    },
};

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/follow/{kind}/{subject}", get(form).post(take))
        .route("/follow/confirm/{token}", get(confirm).post(confirmed))
        .route("/follow/end/{token}", get(stop).post(stopped))
}

#[derive(Template)]
#[template(path = "catalog/following/follow.html")]
pub struct FollowPage {
    page: Shell,
    lead: String,
    /// Where the form goes; empty for a page without one.
    action: String,
    asks_address: bool,
    email: String,
    button: String,
    /// Where to read on.
    back: String,
    feed: bool,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    email: String,
}

/// What somebody follows, in words, and its page.
struct Named {
    about: About,
    title: String,
    href: String,
}

async fn form(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path((kind, subject)): Path<(String, String)>,
) -> Result<Response> {
    let named = named(&app, &op, About::parse(&kind, &subject)?).await?;
    render(&FollowPage::asking(
        &app,
        shell(&app, &op, &uri),
        &named,
        String::new(),
    ))
}

async fn take(
    State(app): State<App>,
    op: Op,
    caller: Caller,
    uri: Uri,
    Path((kind, subject)): Path<(String, String)>,
    Form(typed): Form<Typed>,
) -> Result<Response> {
    let named = named(&app, &op, About::parse(&kind, &subject)?).await?;
    if !is_offered(&app) {
        return Err(Problem::conflict("catalog-following-no-mail"));
    }
    match Address::email(&typed.email) {
        Ok(address) => {
            let mut tx = app.db.begin().await?;
            ask(&app, &mut tx, &op, caller, &named.about, &address).await?;
            tx.commit().await?;
            // The same words whether they were asked or not: nobody learns who follows what.
            render(&FollowPage::said(
                shell(&app, &op, &uri),
                ("catalog-following-asked", "catalog-following-asked-lead"),
                named.href,
            ))
        }
        Err(problem) => {
            let mut page = shell(&app, &op, &uri);
            page.errors = field_errors(&problem, &op);
            render_refused(&problem, &FollowPage::asking(&app, page, &named, typed.email))
        }
    }
}

async fn confirm(State(app): State<App>, op: Op, uri: Uri, Path(token): Path<String>) -> Result<Response> {
    let named = named(&app, &op, Ticket::read(&app, &token)?.about).await?;
    let lead = op
        .lang
        .text("catalog-following-confirm-lead")
        .arg("title", &named.title)
        .to_string();
    render(&FollowPage {
        lead,
        action: format!("/follow/confirm/{token}"),
        button: op.lang.text("catalog-following-confirm").to_string(),
        ..FollowPage::bare(
            shell(&app, &op, &uri),
            "catalog-following-confirm-title",
            named.href,
        )
    })
}

async fn confirmed(State(app): State<App>, op: Op, uri: Uri, Path(token): Path<String>) -> Result<Response> {
    let about = begin(&app, &op, &token).await?;
    let href = named(&app, &op, about).await?.href;
    render(&FollowPage::said(
        shell(&app, &op, &uri),
        ("catalog-following-begun", "catalog-following-begun-lead"),
        href,
    ))
}

async fn stop(State(app): State<App>, op: Op, uri: Uri, Path(token): Path<String>) -> Result<Response> {
    // What it was about may be gone by now; stopping works all the same.
    let about = Ticket::read(&app, &token)?.about;
    let href = named(&app, &op, about)
        .await
        .map_or("/data".into(), |named| named.href);
    render(&FollowPage {
        lead: op.lang.text("catalog-following-end-lead").to_string(),
        action: format!("/follow/end/{token}"),
        button: op.lang.text("catalog-following-end").to_string(),
        ..FollowPage::bare(shell(&app, &op, &uri), "catalog-following-end-title", href)
    })
}

async fn stopped(State(app): State<App>, op: Op, uri: Uri, Path(token): Path<String>) -> Result<Response> {
    let about = end(&app, &token).await?;
    let href = named(&app, &op, about)
        .await
        .map_or("/data".into(), |named| named.href);
    render(&FollowPage::said(
        shell(&app, &op, &uri),
        ("catalog-following-ended", "catalog-following-ended-lead"),
        href,
    ))
}

/// Finds what is to be followed among what somebody may read, and what is public: closed datasets are not told of.
async fn named(app: &App, op: &Op, about: About) -> Result<Named> {
    let unknown = || Problem::not_found("page-unknown");
    let (about, title, href) = match about {
        About::Dataset(id) => {
            let slug = portal::find_slug(app.db.read(), &id).await?.ok_or_else(unknown)?;
            let dataset = view::find_dataset(app, op, &slug).await?;
            if !dataset.is_open {
                return Err(Problem::not_found("dataset-unknown").with("dataset", slug));
            }
            let href = format!("/data/{slug}");
            (About::Dataset(dataset.id), dataset.title, href)
        }
        About::Theme(word) => {
            let kept = portal::list_themes(app.db.read()).await?;
            let kept = kept
                .into_iter()
                .find(|theme| theme.name == word && theme.state == "active");
            if kept.is_none() && !THEMES.contains(&word.as_str()) {
                return Err(unknown());
            }
            let theme = Theme {
                name: word.clone(),
                title: kept.map_or_else(String::new, |theme| theme.title),
            };
            let title = theme_title(op.lang, &theme);
            let href = theme_href(&word);
            (About::Theme(word), title, href)
        }
        About::Organisation(code) => {
            let all = accounts::list_organisations(app).await?;
            let found = all
                .into_iter()
                .find(|known| known.code == code)
                .ok_or_else(unknown)?;
            let href = organisation_href(&code);
            (About::Organisation(code), found.name, href)
        }
        About::Catalogue => {
            let title = op.lang.text("catalog-title").to_string();
            (About::Catalogue, title, "/data".into())
        }
        About::Contribution(code) => {
            let found = contributions::find(app, &code).await?.masked();
            let title = match found.title.as_str() {
                "" => found.code.clone(),
                title => title.to_owned(),
            };
            let href = contributions::path_of(app, &found).await?;
            (About::Contribution(found.code), title, href)
        }
    };
    Ok(Named { about, title, href })
}

impl FollowPage {
    fn bare(page: Shell, title: &'static str, back: String) -> FollowPage {
        let title = page.t(title).to_string();
        FollowPage {
            page: page.titled(&title).crumb(title, ""),
            lead: String::new(),
            action: String::new(),
            asks_address: false,
            email: String::new(),
            button: String::new(),
            back,
            feed: false,
        }
    }

    fn said(page: Shell, (title, lead): (&'static str, &'static str), back: String) -> FollowPage {
        let lead = page.t(lead).to_string();
        FollowPage {
            lead,
            ..FollowPage::bare(page, title, back)
        }
    }

    fn asking(app: &App, page: Shell, named: &Named, email: String) -> FollowPage {
        let lang = page.lang;
        let is_offered = is_offered(app);
        let lead = match (&named.about, is_offered) {
            (_, false) => "catalog-following-no-mail-lead",
            (About::Dataset(_), _) => "catalog-following-lead-dataset",
            (About::Contribution(_), _) => "catalog-following-lead-contribution",
            _ => "catalog-following-lead-new",
        };
        FollowPage {
            lead: lang.text(lead).arg("title", &named.title).to_string(),
            action: match is_offered {
                true => page.path.clone(),
                false => String::new(),
            },
            asks_address: true,
            email,
            button: lang.text("catalog-following-button").to_string(),
            feed: true,
            ..FollowPage::bare(page, "catalog-following-title", named.href.clone())
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> FollowPage {
        FollowPage {
            page: Shell::sample(lang).titled(lang.text("catalog-following-title")),
            lead: "Wells <2026>".into(),
            action: "/follow/dataset/0".into(),
            asks_address: true,
            email: "<siti@example.test>".into(),
            button: lang.text("catalog-following-button").to_string(),
            back: "/data/wells".into(),
            feed: true,
        }
    }
}
