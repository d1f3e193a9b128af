//! A form in the browser: one group a page, kept on the server after every page, filed at the end through the front door.
//!
//! Works without JavaScript: a question that an answer makes relevant appears when the page is sent, before the next page.

mod drafts;
mod fields;

use std::collections::HashMap;

use askama::Template;
use axum::{
    Router,
    extract::{DefaultBodyLimit, Path, Request, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use formats::{
    xform::{self, Item, Page, PageKind},
    xpath::{Env, Moment},
};

use super::{
    Delivery, FILERS, library,
    model::{Audience, Form, FormState, Questionnaire},
    openrosa::{file_of, part},
    store,
};
use crate::platform::{
    app::App,
    html::{
        Shell,
        parts::{Action, FieldError, SummaryRow},
    },
    id,
    op::Op,
    page::{render, render_refused, shell},
    problem::{Problem, Result},
    time::Time,
};
use drafts::{Filling, Sent};
use fields::FieldView;

/// What one page may bring, photographs included.
const MOST_BYTES: usize = 64 * 1024 * 1024;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/forms", get(list))
        .route("/forms/{project}/{form}", get(start).post(begin))
        .route("/forms/{project}/{form}/files/{file}", get(form_file))
        .route("/forms/{project}/{form}/{draft}/check", get(check).post(send))
        .route("/forms/{project}/{form}/{draft}/sent", get(sent))
        .route("/forms/{project}/{form}/{draft}/{page}", get(show).post(answer))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
}

type Parts = Path<HashMap<String, String>>;

#[derive(Template)]
#[template(path = "collect/web/list.html")]
pub struct ListPage {
    pub page: Shell,
    pub forms: Vec<Link>,
}

/// A form or draft to go to.
pub struct Link {
    pub href: String,
    pub text: String,
}

#[derive(Template)]
#[template(path = "collect/web/start.html")]
pub struct StartPage {
    pub page: Shell,
    pub title: String,
    pub action: String,
    /// The caller's own unfinished fillings.
    pub drafts: Vec<Link>,
}

#[derive(Template)]
#[template(path = "collect/web/questions.html")]
pub struct QuestionsPage {
    pub page: Shell,
    pub title: String,
    pub within: String,
    pub step: String,
    pub back: String,
    pub action: String,
    pub has_upload: bool,
    /// Whether answers have just made more questions appear.
    pub has_more: bool,
    pub parts: Vec<Shown>,
}

/// Something on a page of questions.
pub enum Shown {
    Heading(String),
    Field(Box<FieldView>),
}

#[derive(Template)]
#[template(path = "collect/web/repeat.html")]
pub struct RepeatPage {
    pub page: Shell,
    pub title: String,
    pub within: String,
    pub step: String,
    pub back: String,
    pub action: String,
    pub is_open: bool,
    pub entries: Vec<EntryView>,
}

/// One entry of a repeat.
pub struct EntryView {
    pub title: String,
    pub href: String,
    pub path: String,
}

#[derive(Template)]
#[template(path = "collect/web/check.html")]
pub struct CheckPage {
    pub page: Shell,
    pub back: String,
    pub action: String,
    pub sections: Vec<Section>,
}

/// The answers of one page.
pub struct Section {
    pub title: String,
    pub rows: Vec<SummaryRow>,
}

#[derive(Template)]
#[template(path = "collect/web/sent.html")]
pub struct SentPage {
    pub page: Shell,
    pub reference: String,
    pub again: String,
}

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
    render(&ListPage { page, forms })
}

async fn start(State(app): State<App>, op: Op, uri: Uri, Path(parts): Parts) -> Result<Response> {
    let questionnaire = open_form(&app, &op, &parts).await?;
    let mut drafts = Vec::new();
    if let Some(me) = op.person() {
        for draft in store::drafts::list_open(app.db.read(), &me.id, &questionnaire.form.id).await? {
            let changed = op
                .lang
                .date_time(app.config.zoned(Time(draft.changed_at)).datetime());
            drafts.push(Link {
                href: format!("{}/{}/check", base(&questionnaire.form), draft.id),
                text: changed,
            });
        }
    }
    let title = questionnaire.version.title.clone();
    let page = shell(&app, &op, &uri).titled(&title);
    render(&StartPage {
        page,
        title,
        action: base(&questionnaire.form),
        drafts,
    })
}

async fn begin(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Redirect> {
    let questionnaire = open_form(&app, &op, &parts).await?;
    let filling = Filling::begin(&app, &op, questionnaire).await?;
    let first = filling
        .pages(&op)
        .first()
        .map_or_else(|| "check".to_owned(), |page| page.key.clone());
    Ok(Redirect::to(&filling.at(&first)))
}

async fn form_file(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Response> {
    let questionnaire = open_form(&app, &op, &parts).await?;
    file_of(&app, &questionnaire.version, part(&parts, "file")).await
}

async fn show(State(app): State<App>, op: Op, uri: Uri, Path(parts): Parts) -> Result<Response> {
    let filling = Filling::open(&app, &op, &parts).await?;
    let has_more = uri
        .query()
        .is_some_and(|query| query.split('&').any(|pair| pair == "more"));
    let page = shell(&app, &op, &uri);
    match filling.page(&app, &op, page, part(&parts, "page"), has_more)? {
        Some(rendered) => Ok(rendered.into_response()),
        // What an answer made irrelevant is gone; the rest is on the last page.
        None => Ok(Redirect::to(&filling.at("check")).into_response()),
    }
}

async fn answer(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(parts): Parts,
    request: Request,
) -> Result<Response> {
    let mut filling = Filling::open(&app, &op, &parts).await?;
    let key = part(&parts, "page").to_owned();
    let before = filling.pages(&op);
    let place = before.iter().position(|page| page.key == key);
    let Some(place) = place else {
        return Ok(Redirect::to(&filling.at("check")).into_response());
    };
    let sent = Sent::read(&app, request).await?;
    let next = match &before[place].kind {
        PageKind::Repeat(repeat) => filling.change_entries(&op, repeat, &sent, &key)?,
        PageKind::Questions(items) => {
            filling.take(&app, &op, items, &sent).await?;
            None
        }
    };
    filling.save(&app, &op).await?;
    if let Some(next) = next {
        return Ok(Redirect::to(&filling.at(&next)).into_response());
    }
    let after = filling.pages(&op);
    if let Some(page) = after.iter().find(|page| page.key == key)
        && let PageKind::Questions(items) = &page.kind
    {
        let errors = errors_of(&op, items);
        let asked_now = |error: &FieldError| sent.was_shown(&error.field);
        if errors.iter().any(asked_now) {
            let mut page = shell(&app, &op, &uri);
            page.errors = errors.into_iter().filter(asked_now).collect();
            let problem = Problem::invalid("fields");
            return match filling.page(&app, &op, page, &key, false)? {
                Some(rendered) => rendered.refused(&problem),
                None => Ok(Redirect::to(&filling.at("check")).into_response()),
            };
        }
        let appeared = items.iter().any(|item| matches!(item, Item::Field(field) if !field.readonly && !sent.was_shown(&fields::name_of(&field.path))));
        if appeared {
            return Ok(Redirect::to(&format!("{}?more", filling.at(&key))).into_response());
        }
    }
    let at = after
        .iter()
        .position(|page| page.key == key)
        .map_or(place, |at| at + 1);
    let next = after.get(at).map_or("check", |page| page.key.as_str());
    Ok(Redirect::to(&filling.at(next)).into_response())
}

async fn check(State(app): State<App>, op: Op, uri: Uri, Path(parts): Parts) -> Result<Response> {
    let filling = Filling::open(&app, &op, &parts).await?;
    let page = shell(&app, &op, &uri);
    render(&check_page(&filling, &op, page))
}

async fn send(State(app): State<App>, op: Op, uri: Uri, Path(parts): Parts) -> Result<Response> {
    let mut filling = Filling::open(&app, &op, &parts).await?;
    let pages = filling.pages(&op);
    let mut errors: Vec<FieldError> = Vec::new();
    for page in &pages {
        if let PageKind::Questions(items) = &page.kind {
            errors.extend(errors_of(&op, items));
        }
    }
    if !errors.is_empty() {
        let mut page = shell(&app, &op, &uri);
        page.errors = errors;
        return render_refused(&Problem::invalid("fields"), &check_page(&filling, &op, page));
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

/// Lists what is wrong with the answers of a page, in the reader's language.
fn errors_of(op: &Op, items: &[Item]) -> Vec<FieldError> {
    let wrong = |item: &Item| match item {
        Item::Field(field) if !field.readonly => {
            let (kind, message) = field.problem.as_ref()?;
            Some(FieldError {
                field: fields::name_of(&field.path),
                text: fields::sentence(op.lang, *kind, message, field),
            })
        }
        _ => None,
    };
    items.iter().filter_map(wrong).collect()
}

fn check_page(filling: &Filling, op: &Op, page: Shell) -> CheckPage {
    let pages = filling.pages(op);
    let env = env(&filling.app, op);
    let mut sections = Vec::new();
    let mut errors = page.errors.clone();
    for each in &pages {
        let PageKind::Questions(items) = &each.kind else {
            continue;
        };
        let mut rows = Vec::new();
        for item in items {
            let Item::Field(field) = item else { continue };
            if field.readonly && field.value.is_empty() || field.label.is_empty() {
                continue;
            }
            let said = xform::answer(
                &filling.questionnaire.xform,
                &env,
                &filling.instance,
                field.node,
                op.lang.code(),
            );
            let mut row = SummaryRow::new(
                &field.label,
                if said.is_empty() {
                    op.lang.text("collect-no-answer").to_string()
                } else {
                    said
                },
            );
            let href = format!("{}#{}", filling.at(&each.key), fields::name_of(&field.path));
            if !field.readonly {
                row.actions.push(Action {
                    href: href.clone(),
                    text: op.lang.text("collect-change").to_string(),
                    of: field.label.clone(),
                });
            }
            rows.push(row);
            // A link in the error summary leads to the page where the answer stands.
            for error in errors
                .iter_mut()
                .filter(|error| error.field == fields::name_of(&field.path))
            {
                error.field = href.clone();
            }
        }
        if !rows.is_empty() {
            let title = each
                .within
                .iter()
                .chain([&each.title])
                .cloned()
                .collect::<Vec<_>>()
                .join(" – ");
            sections.push(Section { title, rows });
        }
    }
    let mut page = page.titled(op.lang.text("collect-check-title"));
    page.errors = errors;
    let back = pages
        .last()
        .map_or_else(|| base(&filling.questionnaire.form), |page| filling.at(&page.key));
    CheckPage {
        page,
        back,
        action: filling.at("check"),
        sections,
    }
}

/// A rendered page, or the same with a refusal's status.
enum Rendered {
    Questions(Box<QuestionsPage>),
    Repeat(Box<RepeatPage>),
}

impl Rendered {
    fn refused(&self, problem: &Problem) -> Result<Response> {
        match self {
            Self::Questions(page) => render_refused(problem, &**page),
            Self::Repeat(page) => render_refused(problem, &**page),
        }
    }

    fn into_response(self) -> Response {
        let rendered = match &self {
            Self::Questions(page) => render(&**page),
            Self::Repeat(page) => render(&**page),
        };
        rendered.unwrap_or_else(IntoResponse::into_response)
    }
}

impl Filling {
    /// Renders one page; `None` when there is no such page as the answers stand.
    fn page(&self, app: &App, op: &Op, shell: Shell, key: &str, has_more: bool) -> Result<Option<Rendered>> {
        let pages = self.pages(op);
        let Some(at) = pages.iter().position(|page| page.key == key) else {
            return Ok(None);
        };
        let Page {
            title, within, kind, ..
        } = &pages[at];
        let before = if at == 0 {
            base(&self.questionnaire.form)
        } else {
            self.at(&pages[at - 1].key)
        };
        let step = op
            .lang
            .text("platform-page-of")
            .n("page", at + 1)
            .n("of", pages.len() + 1)
            .to_string();
        let within = within.join(" – ");
        let shell = shell.titled(title);
        Ok(Some(match kind {
            PageKind::Repeat(repeat) => Rendered::Repeat(Box::new(RepeatPage {
                page: shell,
                title: title.clone(),
                within,
                step,
                back: before,
                action: self.at(key),
                is_open: repeat.open,
                entries: repeat
                    .entries
                    .iter()
                    .map(|entry| EntryView {
                        title: entry.title.clone(),
                        href: self.at(&entry.page),
                        path: entry.path.clone(),
                    })
                    .collect(),
            })),
            PageKind::Questions(items) => {
                let env = env(app, op);
                let parts: Vec<Shown> = items
                    .iter()
                    .map(|item| match item {
                        Item::Heading(text) => Shown::Heading(text.clone()),
                        Item::Field(field) => {
                            let offers = xform::offers(
                                &self.questionnaire.xform,
                                &env,
                                &self.instance,
                                field.node,
                                op.lang.code(),
                            );
                            Shown::Field(Box::new(FieldView::new(
                                field,
                                &offers,
                                op.lang,
                                &format!("{}/files", base(&self.questionnaire.form)),
                            )))
                        }
                    })
                    .collect();
                let has_upload = parts
                    .iter()
                    .any(|part| matches!(part, Shown::Field(field) if field.kind == "file"));
                let page = QuestionsPage {
                    page: shell,
                    title: title.clone(),
                    within,
                    step,
                    back: before,
                    action: self.at(key),
                    has_upload,
                    has_more,
                    parts,
                };
                Rendered::Questions(Box::new(page))
            }
        }))
    }
}

/// Finds a form that is open to the caller.
async fn open_form(
    app: &App,
    op: &Op,
    parts: &HashMap<String, String>,
) -> Result<std::sync::Arc<Questionnaire>> {
    let form = find_form(app, parts).await?;
    may_fill(op, &form)?;
    library::current(app, &form).await
}

fn may_fill(op: &Op, form: &Form) -> Result<()> {
    if form.audience == Audience::Staff {
        op.require(&FILERS)?;
    }
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
