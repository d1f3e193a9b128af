//! A contribution as lists and pages show it.

use crate::{
    catalog::{
        contributions::{
            model::{Contribution, Kind, ServiceRequest, Stands, State, is_web_address},
            tracking_code,
        },
        pages::theme,
    },
    places::model::Places,
    platform::{app::App, i18n::Lang},
};

/// A contribution as a page shows it.
pub struct Card {
    pub href: String,
    pub title: String,
    pub text: String,
    /// Where a showcase is to be seen.
    pub url: String,
    /// Who sent it and when, and for what place or theme.
    pub facts: String,
    pub state: Tag,
    pub answer: String,
    pub n_support: String,
    /// The service request it became.
    pub request: Option<RequestLine>,
}

/// The service request that a contribution became: its code, and how it stands.
pub struct RequestLine {
    /// Empty before it has a page.
    pub href: String,
    pub text: String,
}

/// How a contribution stands: never by colour alone.
pub struct Tag {
    pub class: &'static str,
    pub text: String,
}

/// A contribution in a reader's words.
pub fn card(app: &App, lang: Lang, places: &Places, each: &Contribution) -> Card {
    let question = match each.is_question {
        true => lang.text("catalog-contributions-question").to_string(),
        false => String::new(),
    };
    let facts = [
        question,
        each.name.clone(),
        lang.date(app.config.day(each.sent_at)),
        theme(lang, &each.theme),
        each.place.as_deref().map_or_else(String::new, |code| {
            let place = places.find(code);
            place.map_or_else(|| code.to_owned(), |place| place.name_in(lang.code()).to_owned())
        }),
    ];
    Card {
        href: match each.kind {
            Kind::Wanted => format!("/wanted/{}", each.code),
            Kind::Showcase => format!("/showcases/{}", each.code),
            Kind::Comment => String::new(),
        },
        title: each.title.clone(),
        text: each.text.clone(),
        url: address(each).to_owned(),
        facts: facts
            .into_iter()
            .filter(|fact| !fact.is_empty())
            .collect::<Vec<_>>()
            .join(" · "),
        state: tag(lang, each.state),
        answer: each.answer.clone(),
        n_support: match each.n_support {
            0 => String::new(),
            n => lang.text("catalog-contributions-n-support").n("n", n).to_string(),
        },
        request: request_line(lang, each),
    }
}

/// How a state is called.
#[must_use]
pub fn state_in_words(lang: Lang, state: State) -> String {
    lang.text(format!("catalog-contributions-state-{}", state.as_str()))
        .to_string()
}

fn tag(lang: Lang, state: State) -> Tag {
    Tag {
        class: match state {
            State::Waiting | State::Hidden => "govuk-tag--grey",
            State::Shown => "govuk-tag--blue",
            State::Planned => "govuk-tag--yellow",
            State::Available => "govuk-tag--green",
            State::Refused => "govuk-tag--red",
        },
        text: state_in_words(lang, state),
    }
}

/// The service request that a contribution became, in a reader's words; nothing of one that could not be filed.
fn request_line(lang: Lang, each: &Contribution) -> Option<RequestLine> {
    match each.request.as_ref()? {
        ServiceRequest::Unfiled => None,
        ServiceRequest::Asked => Some(RequestLine {
            href: String::new(),
            text: lang.text("catalog-contributions-request-asked").to_string(),
        }),
        ServiceRequest::Filed { code, stands } => Some(RequestLine::new(lang, code, *stands)),
    }
}

/// Where it is to be seen; empty where no page may lead there, as of what was taken before that was checked.
pub(super) fn address(each: &Contribution) -> &str {
    match is_web_address(&each.url) {
        true => each.url.as_str(),
        false => "",
    }
}

/// What a kind is listed under: its address and its name.
pub(super) fn list_of(lang: Lang, kind: Kind) -> (&'static str, String) {
    match kind {
        Kind::Wanted => (
            "/wanted",
            lang.text("catalog-contributions-wanted-title").to_string(),
        ),
        Kind::Showcase => (
            "/showcases",
            lang.text("catalog-contributions-showcases-title").to_string(),
        ),
        Kind::Comment => ("/data", lang.text("catalog-title").to_string()),
    }
}

impl Card {
    /// A card with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> Card {
        Card {
            href: "/wanted/K7MQ4XTD".into(),
            title: "Bus stops <all>".into(),
            text: "Where & when \"they\" stop".into(),
            url: "https://example.org/map?a=1&b=2".into(),
            facts: "Siti <S.> · 20 November 2026".into(),
            state: tag(lang, State::Planned),
            answer: "In <December>".into(),
            n_support: lang
                .text("catalog-contributions-n-support")
                .n("n", 12)
                .to_string(),
            request: Some(RequestLine::new(lang, "K7MQ4XTD", Stands::Answered)),
        }
    }
}

impl RequestLine {
    fn new(lang: Lang, code: &str, stands: Stands) -> RequestLine {
        let text = lang.text(format!("catalog-contributions-request-is-{}", stands.as_str()));
        RequestLine {
            href: format!("/requests/{code}"),
            text: text.arg("code", tracking_code(code)).to_string(),
        }
    }
}
