//! Services: which there are, who is responsible where, which take requests; and loading a file of them.

use askama::Template;
use axum::{
    extract::{Request, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};

use super::{Sent, titled};
use crate::{
    platform::{
        app::App,
        html::{Shell, parts::FieldError},
        i18n::Lang,
        op::{Op, Role},
        page::{field_errors, render, render_refused, shell},
        problem::{Kind, Result},
    },
    requests::{self, model::service, words::Teller},
};

#[derive(Template)]
#[template(path = "requests/desk/settings/services.html")]
pub struct ServicesPage {
    pub page: Shell,
    pub rows: Vec<Row>,
    pub text: String,
    pub why: String,
}

/// A service in the list.
pub struct Row {
    pub code: String,
    pub title: String,
    pub group: String,
    pub profile: String,
    /// Who is responsible, and where.
    pub responsible: Vec<String>,
    pub is_open: bool,
    pub is_confidential: bool,
}

pub async fn show(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    op.require(&[Role::Admin])?;
    let page = shell(&app, &op, &uri);
    render(&services_page(&app, &op, page, Sent::default()).await?)
}

pub async fn load(State(app): State<App>, op: Op, request: Request) -> Result<Response> {
    op.require(&[Role::Admin])?;
    let mut sent = Sent::of(&app, request).await?;
    let done = async {
        let op = op.because(&sent.why)?;
        match sent.act.as_str() {
            "open" => requests::open_service(&app, &op, &sent.shipped).await,
            "close" => requests::close_service(&app, &op, &sent.shipped).await,
            "sample" => requests::load_services(&app, &op, service::SAMPLE)
                .await
                .map(drop),
            _ => requests::load_services(&app, &op, &sent.text).await.map(drop),
        }
    }
    .await;
    match done {
        Ok(()) => Ok(Redirect::to("/desk/requests/settings/services").into_response()),
        Err(problem) if matches!(problem.kind(), Kind::Internal | Kind::NotFound) => Err(problem),
        Err(problem) => {
            let mut page = shell(&app, &op, &Uri::from_static("/desk/requests/settings/services"));
            page.errors = field_errors(&problem, &op);
            for error in page.errors.iter_mut().filter(|error| error.field.is_empty()) {
                error.field = "text".to_owned();
            }
            sent.text = std::mem::take(&mut sent.text);
            render_refused(&problem, &services_page(&app, &op, page, sent).await?)
        }
    }
}

async fn services_page(app: &App, op: &Op, page: Shell, sent: Sent) -> Result<ServicesPage> {
    let teller = Teller::new(app, op.lang).await?;
    let rows = requests::list_services(app)
        .await?
        .iter()
        .map(|service| Row {
            code: service.code.clone(),
            title: teller.words(&service.title).to_owned(),
            group: service.group.clone(),
            profile: service.profile.clone(),
            responsible: service
                .responsible
                .iter()
                .map(|each| {
                    let unit = teller.agency(Some(&each.agency));
                    match &each.place {
                        Some(place) => format!("{unit} ({})", teller.place(Some(place))),
                        None => unit,
                    }
                })
                .collect(),
            is_open: service.is_open,
            is_confidential: service.is_confidential,
        })
        .collect();
    Ok(ServicesPage {
        page: titled(page, "requests-desk-set-services", true),
        rows,
        text: sent.text,
        why: sent.why,
    })
}

impl ServicesPage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> ServicesPage {
        let mut page = titled(Shell::sample(lang), "requests-desk-set-services", true);
        page.errors = vec![FieldError {
            field: "why".into(),
            text: lang.text("problem-why-missing").into(),
        }];
        let row = |code: &str, is_open| Row {
            code: code.into(),
            title: "Jalan <rusak>".into(),
            group: "Jalan".into(),
            profile: "lapor".into(),
            responsible: vec!["Dinas <PU> (Ngasem <3>)".into()],
            is_open,
            is_confidential: !is_open,
        };
        ServicesPage {
            page,
            rows: vec![row("road", true), row("bribe", false)],
            text: "[[service]] <2>".into(),
            why: "Perbup <12>".into(),
        }
    }
}
