//! Lists: data that is wanted, and showcases.

use askama::Template;
use axum::{
    extract::{Query, State as Shared},
    http::Uri,
    response::Response,
};

use super::{
    Asked, MOST_LISTED,
    card::{Card, card, list_of, state_in_words},
};
use crate::{
    catalog::{
        contributions::{
            count_waiting, list_public,
            model::{Kind, State},
        },
        view,
    },
    places,
    platform::{
        app::App,
        html::{Shell, parts::Choice},
        i18n::Lang,
        op::Op,
        page::{render, shell},
        problem::Result,
    },
};

#[derive(Template)]
#[template(path = "catalog/contributions/list.html")]
pub struct ContributionsPage {
    page: Shell,
    lead: String,
    cards: Vec<Card>,
    states: Vec<Choice>,
    /// Where one is sent.
    send: String,
    send_text: String,
    /// What waits to be looked at; empty for nothing.
    waiting: String,
    none: String,
}

pub(super) async fn wanted(
    Shared(app): Shared<App>,
    op: Op,
    uri: Uri,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let listed = list_public(&app, Kind::Wanted, State::parse(&asked.state), None, MOST_LISTED).await?;
    let waiting = count_waiting(&app, Some(Kind::Wanted)).await?;
    let (lang, page) = (op.lang, shell(&app, &op, &uri));
    let states = [State::Shown, State::Planned, State::Available, State::Refused];
    let all = Choice::new("", lang.text("catalog-contributions-all")).chosen_if(&asked.state);
    let states = std::iter::once(all).chain(
        states.map(|state| Choice::new(state.as_str(), state_in_words(lang, state)).chosen_if(&asked.state)),
    );
    let known = places::all(&app).await?;
    let cards = listed.iter().map(|each| card(&app, lang, &known, each)).collect();
    render(&ContributionsPage {
        states: states.collect(),
        waiting: match waiting {
            0 => String::new(),
            n => lang.text("catalog-contributions-waiting").n("n", n).to_string(),
        },
        ..ContributionsPage::of(page.shapes(&["json", "csv"]), Kind::Wanted, cards)
    })
}

pub(super) async fn showcases(
    Shared(app): Shared<App>,
    op: Op,
    uri: Uri,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let dataset = match asked.dataset.as_str() {
        "" => None,
        slug => Some(view::find_dataset(&app, &op, slug).await?.id),
    };
    let listed = list_public(&app, Kind::Showcase, None, dataset.as_deref(), MOST_LISTED).await?;
    let known = places::all(&app).await?;
    let cards = listed
        .iter()
        .map(|each| card(&app, op.lang, &known, each))
        .collect();
    let page = shell(&app, &op, &uri).shapes(&["json"]);
    render(&ContributionsPage::of(page, Kind::Showcase, cards))
}

impl ContributionsPage {
    fn of(page: Shell, kind: Kind, cards: Vec<Card>) -> ContributionsPage {
        let lang = page.lang;
        let (lead, send, send_text, none) = match kind {
            Kind::Showcase => (
                "catalog-contributions-showcases-lead",
                "/showcases/new",
                "catalog-contributions-showcase-send",
                "catalog-contributions-showcases-none",
            ),
            _ => (
                "catalog-contributions-wanted-lead",
                "/wanted/new",
                "catalog-contributions-wanted-send",
                "catalog-contributions-wanted-none",
            ),
        };
        let (_, title) = list_of(lang, kind);
        ContributionsPage {
            page: page
                .titled(&title)
                .crumb(lang.text("catalog-title"), "/data")
                .crumb(title, ""),
            lead: lang.text(lead).to_string(),
            cards,
            states: Vec::new(),
            send: send.into(),
            send_text: lang.text(send_text).to_string(),
            waiting: String::new(),
            none: lang.text(none).to_string(),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> ContributionsPage {
        ContributionsPage {
            states: vec![Choice::new("planned", state_in_words(lang, State::Planned))],
            waiting: lang.text("catalog-contributions-waiting").n("n", 3).to_string(),
            ..ContributionsPage::of(Shell::sample(lang), Kind::Wanted, vec![Card::sample(lang)])
        }
    }
}
