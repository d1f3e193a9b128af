//! Programmes at the desk: entering one, noting questions one after another, the sheet for the next time.

use axum::{
    Form as Sent, Router,
    extract::{Path, State as Shared},
    http::{HeaderMap, Uri, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;

use super::{
    NewProgramme, NewQuestion, list, look_into, make, may_look_into,
    model::{Kind, Programme},
    note, questions,
    sheet::{SheetPage, document, left_out, sheet, title},
};
use crate::{
    platform::{
        app::App,
        html::{
            Shell,
            parts::{Cell, Choice, SummaryRow},
        },
        i18n::Lang,
        id,
        op::{Op, Role},
        page::{field_errors, render, render_refused, shell},
        problem::{Kind as Ill, Result},
        told, typeset,
    },
    requests::words::{Teller, written},
    village::{
        voice::{
            self,
            view::{Field, Form, Grid, VoicePage, Weight, link_cell},
        },
        year::pages::day_cell,
    },
};

/// Who notes what is raised live, and who reads it.
pub const NOTERS: [Role; 2] = [Role::Officer, Role::Facilitator];
/// What a programme's page says once.
const SAID: [&str; 2] = ["village-radio-said-noted", "village-voice-said-saved"];

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/desk/radio", get(all).post(add))
        .route("/desk/radio/{programme}", get(one).post(take))
        .route("/desk/radio/{programme}/sheet", get(show_sheet))
        .route("/desk/radio/{programme}/sheet.pdf", get(print_sheet))
}

/// A programme as it was sent.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    kind: String,
    place: String,
    title: String,
    held_on: String,
}

/// A question as it was sent. Names are those of the front door of requests, so that what is wrong is shown beside its field.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Noted {
    service_code: String,
    description: String,
    place: String,
    name: String,
    phone: String,
    agreed: String,
    delivery: String,
}

async fn all(Shared(app): Shared<App>, op: Op, uri: Uri) -> Result<Response> {
    op.require(&NOTERS)?;
    render(&list_page(&app, &op, shell(&app, &op, &uri), &Typed::default()).await?)
}

async fn add(
    Shared(app): Shared<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Sent(typed): Sent<Typed>,
) -> Result<Response> {
    op.require(&NOTERS)?;
    let new = NewProgramme {
        kind: typed.kind.clone(),
        place: typed.place.clone(),
        title: typed.title.clone(),
        held_on: typed.held_on.clone(),
    };
    match make(&app, &op, &new).await {
        Ok(programme) => {
            let to = programme.path();
            Ok(told::redirect(&app, &headers, &to, "village-voice-said-saved"))
        }
        Err(problem) if problem.kind() == Ill::Invalid => {
            let mut page = shell(&app, &op, &uri);
            page.errors = field_errors(&problem, &op);
            render_refused(&problem, &list_page(&app, &op, page, &typed).await?)
        }
        Err(problem) => Err(problem),
    }
}

async fn one(
    Shared(app): Shared<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Path(programme): Path<String>,
) -> Result<Response> {
    op.require(&NOTERS)?;
    let programme = look_into(&app, &op, &programme).await?;
    let page = told::shell_with(&headers, shell(&app, &op, &uri), &SAID);
    let view = programme_page(&app, &op, page, &programme, &Noted::default()).await?;
    told::render_once(&headers, &uri, &view)
}

async fn take(
    Shared(app): Shared<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Path(programme): Path<String>,
    Sent(noted): Sent<Noted>,
) -> Result<Response> {
    op.require(&NOTERS)?;
    let programme = look_into(&app, &op, &programme).await?;
    let new = NewQuestion {
        service: noted.service_code.clone(),
        text: noted.description.clone(),
        place: noted.place.clone(),
        name: noted.name.clone(),
        phone: noted.phone.clone(),
        agreed: !noted.agreed.is_empty(),
        delivery: noted.delivery.clone(),
    };
    match note(&app, &op, &programme, &new).await {
        Ok(_) => Ok(told::redirect(
            &app,
            &headers,
            &programme.path(),
            "village-radio-said-noted",
        )),
        Err(problem) if problem.kind() == Ill::Invalid => {
            let mut page = shell(&app, &op, &uri);
            page.errors = field_errors(&problem, &op);
            let view = programme_page(&app, &op, page, &programme, &noted).await?;
            render_refused(&problem, &view)
        }
        Err(problem) => Err(problem),
    }
}

async fn show_sheet(
    Shared(app): Shared<App>,
    op: Op,
    uri: Uri,
    Path(programme): Path<String>,
) -> Result<Response> {
    op.require(&NOTERS)?;
    let lang = op.lang;
    let programme = look_into(&app, &op, &programme).await?;
    let sheet = sheet(&app, &op, &programme).await?;
    let page = shell(&app, &op, &uri)
        .titled(title(lang, &programme))
        .crumb(lang.text("village-voice-desk"), "/desk")
        .crumb(lang.text("village-radio-title"), "/desk/radio")
        .crumb(&programme.title, programme.path())
        .crumb(lang.text("village-radio-sheet"), "");
    render(&SheetPage {
        page,
        lead: lang.text("village-radio-sheet-lead").into(),
        left_out: left_out(lang, &sheet),
        lines: sheet.lines,
        pdf: format!("{}/sheet.pdf", programme.path()),
    })
}

async fn print_sheet(Shared(app): Shared<App>, op: Op, Path(programme): Path<String>) -> Result<Response> {
    op.require(&NOTERS)?;
    let programme = look_into(&app, &op, &programme).await?;
    let sheet = sheet(&app, &op, &programme).await?;
    let pdf = typeset::pdf(&app, &op, &document(&app, &op, &programme, &sheet)).await?;
    let name = format!(
        "inline; filename=\"questions-{}-{}.pdf\"",
        programme.held_on, op.lang
    );
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, pdf).into_response())
}

async fn list_page(app: &App, op: &Op, page: Shell, typed: &Typed) -> Result<VoicePage> {
    let lang = op.lang;
    let page = page
        .titled(lang.text("village-radio-title"))
        .crumb(lang.text("village-voice-desk"), "/desk")
        .crumb(lang.text("village-radio-title"), "");
    let mut rows = Vec::new();
    for programme in list(app).await? {
        let name = match may_look_into(app, op, &programme).await? {
            true => link_cell(&programme.path(), &programme.title),
            false => Cell::text(&programme.title),
        };
        rows.push(vec![
            name,
            Cell::text(kind_in_words(lang, programme.kind)),
            Cell::text(voice::place_name(app, lang.code(), &programme.place).await?),
            day_cell(programme.held_on, &lang.date(programme.held_on)),
        ]);
    }
    let grid = Grid {
        caption: lang.text("village-radio-title").into(),
        none: lang.text("village-radio-programmes-none").into(),
        head: [
            "village-radio-name",
            "village-radio-kind",
            "village-voice-place",
            "village-voice-day",
        ]
        .map(|id| Cell::text(lang.text(id)))
        .into(),
        rows,
    };
    let kinds = Kind::ALL
        .map(|kind| Choice::new(kind.as_str(), kind_in_words(lang, kind)).chosen_if(&typed.kind))
        .into();
    let form = Form {
        title: lang.text("village-radio-new").into(),
        lead: String::new(),
        action: "/desk/radio".into(),
        hidden: Vec::new(),
        fields: vec![
            Field::select(lang, "kind", "village-radio-kind", kinds),
            Field::line(lang, "place", "village-voice-place", &typed.place)
                .hinted(lang, "village-voice-village-hint"),
            Field::line(lang, "title", "village-radio-name", &typed.title),
            Field::day(lang, "held_on", "village-voice-day", &typed.held_on),
        ],
        button: lang.text("village-radio-new").into(),
        weight: Weight::Usual,
    };
    Ok(VoicePage {
        lead: vec![lang.text("village-radio-lead").into()],
        tables: vec![grid],
        forms: vec![form],
        ..VoicePage::new(page)
    })
}

async fn programme_page(
    app: &App,
    op: &Op,
    page: Shell,
    programme: &Programme,
    noted: &Noted,
) -> Result<VoicePage> {
    let lang = op.lang;
    let page = page
        .titled(&programme.title)
        .crumb(lang.text("village-voice-desk"), "/desk")
        .crumb(lang.text("village-radio-title"), "/desk/radio")
        .crumb(&programme.title, "");
    let teller = Teller::new(app, lang).await?;
    let rows = questions(app, programme)
        .await?
        .into_iter()
        .map(|question| {
            let name = question.name.unwrap_or_default();
            vec![
                Cell::number(lang.number(question.n), f64::from(question.n)),
                link_cell(
                    &format!("/requests/{}", question.request),
                    &written(&question.request),
                ),
                Cell::text(name),
            ]
        })
        .collect();
    let grid = Grid {
        caption: lang.text("village-radio-questions").into(),
        none: lang.text("village-radio-none").into(),
        head: vec![
            Cell::text(lang.text("village-radio-number")),
            Cell::text(lang.text("village-radio-request")),
            Cell::text(lang.text("village-radio-asked-by")),
        ],
        rows,
    };
    let row = |id: &'static str, value: String| SummaryRow::new(lang.text(id), value);
    let view = VoicePage {
        facts: vec![
            row("village-radio-kind", kind_in_words(lang, programme.kind)),
            row("village-voice-place", teller.place(Some(&programme.place))),
            row("village-voice-day", lang.date(programme.held_on)),
        ],
        forms: vec![question_form(op, &teller, programme, noted)],
        tables: vec![grid],
        ..VoicePage::new(page)
    };
    Ok(view.link(format!("{}/sheet", programme.path()), "village-radio-sheet"))
}

fn question_form(op: &Op, teller: &Teller, programme: &Programme, noted: &Noted) -> Form {
    let lang = op.lang;
    let services = teller
        .library
        .services()
        .iter()
        .filter(|service| service.is_open)
        .map(|service| {
            Choice::new(&service.code, teller.words(&service.title)).chosen_if(&noted.service_code)
        })
        .collect();
    let agreed = Choice {
        chosen: !noted.agreed.is_empty(),
        ..Choice::new("yes", lang.text("village-radio-agreed-yes"))
    };
    let delivery = match noted.delivery.is_empty() {
        true => id::fresh(op.at),
        false => noted.delivery.clone(),
    };
    Form {
        title: lang.text("village-radio-note").into(),
        lead: String::new(),
        action: programme.path(),
        hidden: vec![("delivery", delivery)],
        fields: vec![
            Field::text(lang, "description", "village-radio-question", &noted.description),
            Field::select(lang, "service_code", "village-radio-service", services),
            Field::line(lang, "place", "village-radio-about", &noted.place)
                .hinted(lang, "village-radio-about-hint"),
            Field::line(lang, "name", "village-radio-asker", &noted.name),
            Field::phone(lang, "phone", "village-voice-phone", &noted.phone)
                .hinted(lang, "village-radio-phone-hint"),
            Field::checks("agreed", lang.text("village-radio-agreed").into(), vec![agreed]),
        ],
        button: lang.text("village-radio-note").into(),
        weight: Weight::Usual,
    }
}

fn kind_in_words(lang: Lang, kind: Kind) -> String {
    let kind = kind.as_str();
    lang.text(format!("village-radio-kind-{kind}")).into()
}
