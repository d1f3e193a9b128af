//! The form with which somebody asks for data, shows what they made of it, or says something of a dataset.

use askama::Template;
use axum::{
    Form,
    extract::{Query, State as Shared},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};

use super::{
    Asked,
    card::{Card, list_of},
};
use crate::{
    catalog::{
        contributions::{
            callers::Caller,
            datasets_to_choose,
            model::{Kind, Sent},
            places_to_choose, send,
        },
        following,
        model::THEMES,
        pages::theme,
    },
    platform::{
        app::App,
        html::{Shell, parts::Choice},
        i18n::Lang,
        op::Op,
        page::{field_errors, render, render_refused, shell},
        problem::{Problem, Result},
    },
};

#[derive(Template)]
#[template(path = "catalog/contributions/send.html")]
pub struct SendPage {
    page: Shell,
    lead: String,
    action: String,
    kind: Kind,
    sent: Sent,
    themes: Vec<Choice>,
    /// One box to tick: a comment may be a question.
    questions: Vec<Choice>,
    asks_email: bool,
    /// What others said of the dataset before.
    cards: Vec<Card>,
    /// Places, or titles of datasets, to choose from; none where they are too many.
    offered: Vec<String>,
}

pub(super) async fn want(Shared(app): Shared<App>, op: Op, uri: Uri) -> Result<Response> {
    let page = shell(&app, &op, &uri);
    let form = SendPage::of(&app, page, Kind::Wanted, "/wanted/new".into(), Sent::default());
    render(&form.offering(&app, &op).await?)
}

pub(super) async fn new_showcase(
    Shared(app): Shared<App>,
    op: Op,
    uri: Uri,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let sent = Sent {
        dataset: asked.dataset,
        ..Sent::default()
    };
    let page = shell(&app, &op, &uri);
    let form = SendPage::of(&app, page, Kind::Showcase, "/showcases/new".into(), sent);
    render(&form.offering(&app, &op).await?)
}

pub(super) async fn take_wanted(
    Shared(app): Shared<App>,
    op: Op,
    caller: Caller,
    uri: Uri,
    Form(sent): Form<Sent>,
) -> Result<Response> {
    match send(&app, &op, caller, Kind::Wanted, None, sent.clone()).await {
        Ok(code) => Ok(Redirect::to(&format!("/wanted/{code}")).into_response()),
        Err(problem) => refused(&app, &op, &uri, Kind::Wanted, sent, problem).await,
    }
}

pub(super) async fn take_showcase(
    Shared(app): Shared<App>,
    op: Op,
    caller: Caller,
    uri: Uri,
    Form(sent): Form<Sent>,
) -> Result<Response> {
    match send(&app, &op, caller, Kind::Showcase, None, sent.clone()).await {
        Ok(code) => Ok(Redirect::to(&format!("/showcases/{code}")).into_response()),
        Err(problem) => refused(&app, &op, &uri, Kind::Showcase, sent, problem).await,
    }
}

async fn refused(
    app: &App,
    op: &Op,
    uri: &Uri,
    kind: Kind,
    sent: Sent,
    problem: Problem,
) -> Result<Response> {
    // An address that will not do is a field of the form like others.
    if problem.fields().is_empty() {
        return Err(problem);
    }
    let mut page = shell(app, op, uri);
    page.errors = field_errors(&problem, op);
    let form = SendPage::of(app, page, kind, uri.path().to_owned(), sent);
    render_refused(&problem, &form.offering(app, op).await?)
}

impl SendPage {
    pub(super) fn of(app: &App, page: Shell, kind: Kind, action: String, sent: Sent) -> SendPage {
        SendPage {
            asks_email: following::is_offered(app),
            ..SendPage::bare(page, kind, action, sent)
        }
    }

    /// The form below what others sent before.
    pub(super) fn showing(self, cards: Vec<Card>) -> SendPage {
        SendPage { cards, ..self }
    }

    /// The form with what it lets people choose from instead of typing.
    async fn offering(self, app: &App, op: &Op) -> Result<SendPage> {
        let offered = match self.kind {
            Kind::Wanted => places_to_choose(app).await?,
            Kind::Showcase => datasets_to_choose(app, op).await?,
            Kind::Comment => Vec::new(),
        };
        Ok(SendPage { offered, ..self })
    }

    fn bare(page: Shell, kind: Kind, action: String, sent: Sent) -> SendPage {
        let lang = page.lang;
        let (title, lead) = match kind {
            Kind::Wanted => (
                "catalog-contributions-wanted-send",
                "catalog-contributions-wanted-send-lead",
            ),
            Kind::Showcase => (
                "catalog-contributions-showcase-send",
                "catalog-contributions-showcase-send-lead",
            ),
            Kind::Comment => (
                "catalog-contributions-comments-title",
                "catalog-contributions-comments-lead",
            ),
        };
        let title = lang.text(title).to_string();
        let page = match kind {
            Kind::Comment => page,
            _ => {
                let (list, list_title) = list_of(lang, kind);
                page.crumb(list_title, list)
            }
        };
        let question = Choice::new("yes", lang.text("catalog-contributions-field-question"))
            .hinted(lang.text("catalog-contributions-field-question-hint"))
            .chosen_if(&sent.question);
        let none = Choice::new("", lang.text("catalog-none")).chosen_if(&sent.theme);
        let themes = THEMES
            .iter()
            .map(|word| Choice::new(word, theme(lang, word)).chosen_if(&sent.theme));
        SendPage {
            page: page.titled(&title).crumb(title, ""),
            lead: lang.text(lead).to_string(),
            action,
            kind,
            themes: std::iter::once(none).chain(themes).collect(),
            questions: vec![question],
            sent,
            asks_email: false,
            cards: Vec::new(),
            offered: Vec::new(),
        }
    }

    fn is(&self, kind: &str) -> bool {
        self.kind.as_str() == kind
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang, kind: Kind) -> SendPage {
        let sent = Sent {
            title: "Bus stops <all>".into(),
            text: "Where & when".into(),
            url: "https://example.org/?a=1&b=2".into(),
            name: "Siti \"S.\"".into(),
            theme: "economy".into(),
            place: "35.22".into(),
            dataset: "<stops>".into(),
            email: "siti@example.test".into(),
            question: "yes".into(),
        };
        SendPage {
            asks_email: true,
            cards: vec![Card::sample(lang)],
            offered: vec!["Stops <2026>".into()],
            ..SendPage::bare(Shell::sample(lang), kind, "/wanted/new".into(), sent)
        }
    }
}
