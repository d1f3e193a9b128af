//! Pages of following: type an address, press the button of the mail, stop.

use axum::{
    Form, Router,
    extract::{Path, State},
    http::Uri,
    response::Response,
    routing::get,
};

use super::{About, LINKS, ask, begin, end, is_offered};
use crate::{
    accounts,
    catalog::{
        contributions::{self, callers::Caller},
        model::THEMES,
        pages::{organisation_href, theme_href, theme_title},
        store::portal,
        view::{self, Theme},
    },
    evidence::asking::pages::{AskingPage, EmailField, Typed},
    platform::{
        app::App,
        html::Shell,
        message::Address,
        op::Op,
        page::{field_errors, render, render_refused, shell},
        problem::{Problem, Result},
    },
};

/// What the way back is called.
const BACK: &str = "catalog-following-back";

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/follow/{kind}/{subject}", get(form).post(take))
        .route("/follow/confirm/{token}", get(confirm).post(confirmed))
        .route("/follow/end/{token}", get(stop).post(stopped))
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
    render(&asking(&app, shell(&app, &op, &uri), &named, String::new()))
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
    let mut page = shell(&app, &op, &uri);
    match Address::email(&typed.email) {
        Ok(address) => {
            let mut tx = app.db.begin().await?;
            ask(&app, &mut tx, &op, caller, &named.about, &address).await?;
            tx.commit().await?;
            // The same words whether they were asked or not: nobody learns who follows what.
            let words = ("catalog-following-asked", "catalog-following-asked-lead");
            render(&said(page, words, named.href))
        }
        Err(problem) => {
            page.errors = field_errors(&problem, &op);
            render_refused(&problem, &asking(&app, page, &named, typed.email))
        }
    }
}

async fn confirm(State(app): State<App>, op: Op, uri: Uri, Path(token): Path<String>) -> Result<Response> {
    let named = named(&app, &op, LINKS.read(&app, &token)?.about).await?;
    let lead = op
        .lang
        .text("catalog-following-confirm-lead")
        .arg("title", &named.title)
        .to_string();
    let page = AskingPage::said(shell(&app, &op, &uri), "catalog-following-confirm-title", lead)
        .pressed("catalog-following-confirm", format!("/follow/confirm/{token}"));
    render(&page.leading(BACK, named.href))
}

async fn confirmed(State(app): State<App>, op: Op, uri: Uri, Path(token): Path<String>) -> Result<Response> {
    let about = begin(&app, &op, &token).await?;
    let href = named(&app, &op, about).await?.href;
    let words = ("catalog-following-begun", "catalog-following-begun-lead");
    render(&said(shell(&app, &op, &uri), words, href))
}

async fn stop(State(app): State<App>, op: Op, uri: Uri, Path(token): Path<String>) -> Result<Response> {
    let href = href_of(&app, &op, LINKS.read(&app, &token)?.about).await;
    let words = ("catalog-following-end-title", "catalog-following-end-lead");
    let page = said(shell(&app, &op, &uri), words, href);
    render(&page.pressed("catalog-following-end", format!("/follow/end/{token}")))
}

async fn stopped(State(app): State<App>, op: Op, uri: Uri, Path(token): Path<String>) -> Result<Response> {
    let about = end(&app, &token).await?;
    let href = href_of(&app, &op, about).await;
    let words = ("catalog-following-ended", "catalog-following-ended-lead");
    render(&said(shell(&app, &op, &uri), words, href))
}

/// The page of what somebody followed; that of all data where it is gone by now, for stopping works all the same.
async fn href_of(app: &App, op: &Op, about: About) -> String {
    let named = named(app, op, about).await;
    named.map_or_else(|_| "/data".to_owned(), |named| named.href)
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

fn said(page: Shell, (title, lead): (&str, &str), back: String) -> AskingPage {
    let lead = page.t(lead).to_string();
    AskingPage::said(page, title, lead).leading(BACK, back)
}

fn asking(app: &App, page: Shell, named: &Named, email: String) -> AskingPage {
    let is_offered = is_offered(app);
    let lead = match (&named.about, is_offered) {
        (_, false) => "catalog-following-no-mail-lead",
        (About::Dataset(_), _) => "catalog-following-lead-dataset",
        (About::Contribution(_), _) => "catalog-following-lead-contribution",
        _ => "catalog-following-lead-new",
    };
    let lead = page.t(lead).arg("title", &named.title).to_string();
    let field = EmailField {
        label: page.t("catalog-following-email").to_string(),
        hint: page.t("catalog-following-email-hint").to_string(),
        value: email,
    };
    let action = match is_offered {
        true => page.path.clone(),
        false => String::new(),
    };
    AskingPage::said(page, "catalog-following-title", lead)
        .pressed("catalog-following-button", action)
        .typed(field)
        .leading("catalog-following-feed", "/catalog/feed.atom")
        .leading(BACK, named.href.clone())
}
