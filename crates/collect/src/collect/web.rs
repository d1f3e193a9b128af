//! A form in the browser: one group a page, kept on the server after every page, filed at the end through the front door.
//!
//! Works without JavaScript: a question that an answer makes relevant appears when the page is sent, before the next page.

mod drafts;
mod fields;
pub mod pages;
pub mod phone;
mod render;
mod samples;

use std::collections::HashMap;

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, Request, State},
    http::{HeaderValue, Uri, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use formats::{
    xform::{self, Page, PageKind},
    xpath::{Env, Moment},
};

use super::{
    Delivery, FILERS,
    entities::choices::with_choices,
    households::entry,
    library,
    model::{Audience, Form, FormState, Questionnaire, Submission},
    openrosa::{file_of, part},
    reading, store,
};
use crate::platform::{
    app::App,
    html::parts::FieldError,
    id,
    op::Op,
    page::{render, render_refused, shell},
    problem::{Problem, Result},
    time::Time,
};
use drafts::{Filling, Sent, kept_until, turn_to_send};
use pages::{Link, ListPage, SentPage, StartPage};
use phone::Phone;
use render::{Way, errors_of};

/// What one page may bring, photographs included.
const MOST_BYTES: usize = 64 * 1024 * 1024;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/forms", get(list))
        .route("/forms/phone", get(phone::page))
        .route("/forms/worker.js", get(phone::worker))
        .route("/forms/{project}/{form}", get(start).post(begin))
        .route("/forms/{project}/{form}/files/{file}", get(form_file))
        .route("/forms/{project}/{form}/program/{version}", get(phone::program))
        .route(
            "/forms/{project}/{form}/choices/{list}",
            get(phone::choices::choices),
        )
        .route("/forms/{project}/{form}/deliver", post(phone::deliver::deliver))
        .route("/forms/{project}/{form}/{draft}/check", get(check).post(send))
        .route("/forms/{project}/{form}/{draft}/sent", get(sent))
        .route("/forms/{project}/{form}/{draft}/{page}", get(show).post(answer))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
}

type Parts = Path<HashMap<String, String>>;

async fn list(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    let is_staff = op.has(&FILERS);
    let mut forms = Vec::new();
    for form in super::list_forms(&app, None).await? {
        let may_fill = form.state == FormState::Open && (is_staff || form.audience == Audience::Public);
        if may_fill && let Some(version) = store::find_current(app.db.read(), &form.id).await? {
            forms.push(Link {
                href: base(&form),
                text: version.title,
            });
        }
    }
    let page = shell(&app, &op, &uri).titled(op.lang.text("collect-forms"));
    render(&ListPage {
        page,
        forms,
        phone: Phone::of(&op)?,
    })
}

async fn start(State(app): State<App>, op: Op, uri: Uri, Path(parts): Parts) -> Result<Response> {
    let questionnaire = open_form(&app, &op, &parts).await?;
    let mut drafts = Vec::new();
    if let Some(me) = op.person() {
        for draft in store::drafts::list_open(app.db.read(), &me.id, &questionnaire.form.id).await? {
            let changed = op
                .lang
                .date_time(app.config.zoned(Time(draft.changed_at)).datetime());
            let text = op
                .lang
                .text("collect-draft-of")
                .arg("when", changed)
                .arg("until", op.lang.short_date(kept_until(&app, &draft)));
            drafts.push(Link {
                href: format!("{}/{}/check?resume", base(&questionnaire.form), draft.id),
                text: text.to_string(),
            });
        }
    }
    let title = questionnaire.version.title.clone();
    let page = shell(&app, &op, &uri).titled(&title);
    let is_searched = phone::searched(&app, &questionnaire)?;
    let filling = Filling::fresh(&app, &op, questionnaire.clone());
    let phone = Phone::of_form(&app, &op, &questionnaire)?;
    let early = phone.early();
    let mut response = render(&StartPage {
        page,
        title,
        action: base(&questionnaire.form),
        first: filling.first(&op, is_searched),
        n_days: app.config.draft_days,
        drafts,
        phone,
    })?;
    if let Ok(early) = HeaderValue::from_str(&early) {
        response.headers_mut().insert(header::LINK, early);
    }
    Ok(response)
}

/// `POST /forms/{project}/{form}`: keeps a filling from now on, with the first answers when they come along.
async fn begin(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(parts): Parts,
    request: Request,
) -> Result<Response> {
    let questionnaire = open_form(&app, &op, &parts).await?;
    let sent = Sent::read(&app, request).await?;
    let filling = Filling::begin(&app, &op, questionnaire).await?;
    let pages = filling.pages(&op);
    match xform::first(&pages) {
        Some(page) if sent.is_of_questions() => {
            answered(&app, &op, &uri, filling, &page.key, Way::default(), &sent).await
        }
        first => Ok(filling.go_to(first, Way::default()).into_response()),
    }
}

/// `GET /forms/{project}/{form}/files/{file}`, of the version in force or of `?version=`.
async fn form_file(State(app): State<App>, op: Op, uri: Uri, Path(parts): Parts) -> Result<Response> {
    let form = find_form(&app, &parts).await?;
    may_fill(&op, &form)?;
    let asked = query_of(&uri).into_iter().find(|(name, _)| name == "version");
    let questionnaire = match asked {
        Some((_, version)) => phone::published(&app, &op, &form, &version).await?,
        None => library::current(&app, &form).await?,
    };
    file_of(&app, &op, &questionnaire.version, part(&parts, "file")).await
}

async fn show(State(app): State<App>, op: Op, uri: Uri, Path(parts): Parts) -> Result<Response> {
    let filling = match Filling::open(&app, &op, &parts).await? {
        Ok(filling) => filling,
        Err(sent) => return Ok(sent.into_response()),
    };
    let (key, query, page) = (part(&parts, "page"), query_of(&uri), shell(&app, &op, &uri));
    if let Some((_, path)) = query.iter().find(|(name, _)| name == "remove") {
        return match filling.remove_page(&op, page, key, path) {
            Some(question) => render(&question),
            None => Ok(Redirect::to(&filling.at(key)).into_response()),
        };
    }
    match filling.page(&op, page, key, Way::of(&query)) {
        Some(rendered) => rendered.answer(),
        // What an answer made irrelevant is gone; the rest is on the last page.
        None => Ok(filling.go_to(None, Way::default()).into_response()),
    }
}

async fn answer(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(parts): Parts,
    request: Request,
) -> Result<Response> {
    let filling = match Filling::open(&app, &op, &parts).await? {
        Ok(filling) => filling,
        Err(sent) => return Ok(sent.into_response()),
    };
    let way = Way::of(&query_of(&uri));
    let sent = Sent::read(&app, request).await?;
    answered(&app, &op, &uri, filling, part(&parts, "page"), way, &sent).await
}

/// Takes over what a page sent, and leads on; back to the page with what is wrong on it.
async fn answered(
    app: &App,
    op: &Op,
    uri: &Uri,
    mut filling: Filling,
    key: &str,
    way: Way,
    sent: &Sent,
) -> Result<Response> {
    let before = filling.pages(op);
    let Some(page) = before.iter().find(|page| page.key == key) else {
        return Ok(filling.go_to(None, Way::default()).into_response());
    };
    if let PageKind::Repeat(list) = &page.kind {
        let to = filling.change_entries(op, list, sent, page)?;
        filling.save(app, op).await?;
        return Ok(filling.go_to(to.as_ref(), Way::default()).into_response());
    }
    filling.take(app, op, page, sent).await?;
    filling.save(app, op).await?;
    let after = filling.pages(op);
    let Some(page) = after.iter().find(|page| page.key == key) else {
        // The page asked something that its own answers made irrelevant.
        return Ok(filling.go_to(None, Way::default()).into_response());
    };
    let mut errors = errors_of(op, page);
    errors.retain(|error| sent.was_shown(&error.field));
    errors.extend(sent.errors(op, page));
    if !errors.is_empty() {
        let mut shell = shell(app, op, uri);
        shell.errors = errors;
        return match filling.page(op, shell, key, way) {
            Some(rendered) => rendered.refused(&Problem::invalid("fields")),
            None => Ok(filling.go_to(None, Way::default()).into_response()),
        };
    }
    let has_more = page
        .asked()
        .any(|field| !sent.was_shown(&fields::name_of(&field.path)));
    if has_more {
        return Ok(filling.go_to(Some(page), Way { has_more, ..way }).into_response());
    }
    let is_new = |page: &Page| !before.iter().any(|old| old.key == page.key);
    if way.is_change && !after.iter().any(is_new) {
        return Ok(filling.go_to(xform::unfinished(&after), way).into_response());
    }
    Ok(filling
        .go_to(xform::next(&after, key), Way::default())
        .into_response())
}

async fn check(State(app): State<App>, op: Op, uri: Uri, Path(parts): Parts) -> Result<Response> {
    let filling = match Filling::open(&app, &op, &parts).await? {
        Ok(filling) => filling,
        Err(sent) => return Ok(sent.into_response()),
    };
    let is_resumed = query_of(&uri).iter().any(|(name, _)| name == "resume");
    if is_resumed {
        let pages = filling.pages(&op);
        return Ok(filling
            .go_to(xform::unfinished(&pages), Way::default())
            .into_response());
    }
    let mut page = filling.check_page(&op, shell(&app, &op, &uri));
    let likely = entry::questions(&app, &op, &filling.questionnaire, &filling.instance).await?;
    page.likely = entry::shown(op.lang, &likely);
    render(&page)
}

async fn send(State(app): State<App>, op: Op, uri: Uri, Path(parts): Parts, body: Bytes) -> Result<Response> {
    let _turn = turn_to_send(part(&parts, "draft")).await;
    let mut filling = match Filling::open(&app, &op, &parts).await? {
        Ok(filling) => filling,
        Err(sent) => return Ok(sent.into_response()),
    };
    let pages = filling.pages(&op);
    let errors: Vec<FieldError> = pages.iter().flat_map(|page| errors_of(&op, page)).collect();
    if !errors.is_empty() {
        let mut page = shell(&app, &op, &uri);
        page.errors = errors;
        return render_refused(&Problem::invalid("fields"), &filling.check_page(&op, page));
    }
    let said = entry::answers_in(&body);
    if !said.is_empty() {
        let likely = entry::questions(&app, &op, &filling.questionnaire, &filling.instance).await?;
        entry::keep(&app, &op, &likely, &said).await?;
    }
    filling.finish(&app, &op).await?;
    Ok(Redirect::to(&filling.at("sent")).into_response())
}

async fn sent(State(app): State<App>, op: Op, uri: Uri, Path(parts): Parts) -> Result<Response> {
    let draft = drafts::find(&app, &op, part(&parts, "draft")).await?;
    let reference = draft
        .filed_as
        .ok_or_else(|| Problem::not_found("draft-unknown"))?;
    let form = find_form(&app, &parts).await?;
    let page = shell(&app, &op, &uri).titled(op.lang.text("collect-sent"));
    render(&SentPage {
        page,
        reference: reference.trim_start_matches("uuid:").to_owned(),
        again: base(&form),
    })
}

/// Puts the answers of a submission into a filling of its own, which takes their place once it is sent; returns where it is.
///
/// # Errors
/// `form-closed`; `not-allowed`. The caller has made sure that who asks may read the submission.
pub async fn correct(app: &App, op: &Op, of: &Submission) -> Result<String> {
    let questionnaire = library::questionnaire(app, &of.version_id).await?;
    let questionnaire = with_choices(app, op, questionnaire).await?;
    may_fill(op, &questionnaire.form)?;
    let xml = reading::answers(app, of).await?;
    let files = reading::files(app, of).await?;
    let filling = Filling::correct(app, op, questionnaire, &of.instance_id, &xml, &files).await?;
    Ok(filling.at("check"))
}

/// Finds a form that is open to the caller.
async fn open_form(
    app: &App,
    op: &Op,
    parts: &HashMap<String, String>,
) -> Result<std::sync::Arc<Questionnaire>> {
    let form = find_form(app, parts).await?;
    may_fill(op, &form)?;
    let questionnaire = library::current(app, &form).await?;
    with_choices(app, op, questionnaire).await
}

fn may_fill(op: &Op, form: &Form) -> Result<()> {
    super::may_fill(op, form)?;
    if form.state == FormState::Closed {
        return Err(Problem::conflict("form-closed").with("form", &form.xml_form_id));
    }
    Ok(())
}

async fn find_form(app: &App, parts: &HashMap<String, String>) -> Result<Form> {
    let (project, form) = (part(parts, "project"), part(parts, "form"));
    let found = store::find_form_by_slugs(app.db.read(), project, form).await?;
    found.ok_or_else(|| Problem::not_found("page-unknown"))
}

fn query_of(uri: &Uri) -> Vec<(String, String)> {
    serde_urlencoded::from_str(uri.query().unwrap_or_default()).unwrap_or_default()
}

fn base(form: &Form) -> String {
    format!("/forms/{}/{}", form.project_slug, form.slug)
}

/// Returns what expressions may know: the time here, chance, and who fills.
fn env(app: &App, op: &Op) -> Env {
    let offset_minutes = app.config.zoned(op.at).offset().seconds() / 60;
    let chance = u128::from_str_radix(&id::digest(&id::secret())[..32], 16).unwrap_or(0);
    let mut env = Env::new(
        Moment {
            micros: op.at.0,
            offset_minutes,
        },
        chance,
    );
    env.properties.insert("deviceid".into(), "baraza:web".into());
    if let Some(me) = op.person() {
        env.properties.insert("username".into(), me.email.clone());
        env.properties.insert("email".into(), me.email.clone());
    }
    env
}
