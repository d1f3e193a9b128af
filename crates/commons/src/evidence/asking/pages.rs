//! The pages of being asked: type an address, press the button of the mail, stop.

use askama::Template;
use serde::Deserialize;

use crate::platform::{html::Shell, i18n::Lang};

/// One step of asking to be written to, or of ending it.
#[derive(Template)]
#[template(path = "evidence/asking/asking.html")]
pub struct AskingPage {
    page: Shell,
    lead: String,
    /// Where the form goes; empty for a page without one.
    action: String,
    /// What the form asks for; none where a button is all.
    field: Option<EmailField>,
    button: String,
    /// Addresses to read on at, with what they are called.
    links: Vec<(String, String)>,
}

/// Where an address is typed.
pub struct EmailField {
    pub label: String,
    pub hint: String,
    /// What was typed before.
    pub value: String,
}

/// A form that was sent.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    pub email: String,
}

impl AskingPage {
    /// A page that only says something, `title` being the id of its text.
    #[must_use]
    pub fn said(page: Shell, title: &str, lead: String) -> AskingPage {
        let title = page.t(title).to_string();
        AskingPage {
            page: page.titled(&title).crumb(title, ""),
            lead,
            action: String::new(),
            field: None,
            button: String::new(),
            links: Vec::new(),
        }
    }

    /// Gives it a button, by the id of its text, that sends a form to an address; to an empty one there is no form.
    #[must_use]
    pub fn pressed(self, button: &str, action: String) -> AskingPage {
        AskingPage {
            button: self.page.t(button).to_string(),
            action,
            ..self
        }
    }

    /// Gives the form a field.
    #[must_use]
    pub fn typed(self, field: EmailField) -> AskingPage {
        AskingPage {
            field: Some(field),
            ..self
        }
    }

    /// Leads on to an address, by the id of what that is called.
    #[must_use]
    pub fn leading(mut self, text: &str, href: impl Into<String>) -> AskingPage {
        let text = self.page.t(text).to_string();
        self.links.push((href.into(), text));
        self
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> AskingPage {
        AskingPage {
            page: Shell::sample(lang).titled("Be told of <news>"),
            lead: "Wells <2026>".into(),
            action: "/follow/dataset/0".into(),
            field: Some(EmailField {
                label: "Where to <write>".into(),
                hint: "Nobody \"sees\" it".into(),
                value: "<siti@example.test>".into(),
            }),
            button: "Go on & on".into(),
            links: vec![("/data/wells".into(), "Wells <2026>".into())],
        }
    }
}
