//! What the pages of a form are filled with.

use askama::Template;

use super::{fields::FieldView, phone::Phone};
use crate::platform::html::{
    Shell,
    parts::{Choice, SummaryRow},
};

#[derive(Template)]
#[template(path = "collect/web/list.html")]
pub struct ListPage {
    pub page: Shell,
    pub forms: Vec<Link>,
    pub phone: Phone,
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
    /// The first questions; none where the first page is not one of questions, or its choices must be looked up.
    pub first: Option<First>,
    /// Days that answers are kept after the last change.
    pub n_days: u32,
    /// The caller's own unfinished fillings.
    pub drafts: Vec<Link>,
    pub phone: Phone,
}

/// What the first page asks, as much of it as is shown at once.
pub struct First {
    /// The title of the page; empty when it is the form's own.
    pub title: String,
    pub step: String,
    pub has_upload: bool,
    pub parts: Vec<Shown>,
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
    pub n_days: u32,
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
    pub entries: Vec<SummaryRow>,
}

#[derive(Template)]
#[template(path = "collect/web/remove.html")]
pub struct RemovePage {
    pub page: Shell,
    pub title: String,
    pub within: String,
    /// The list it stands on.
    pub action: String,
    pub path: String,
    pub n_entries: usize,
}

#[derive(Template)]
#[template(path = "collect/web/check.html")]
pub struct CheckPage {
    pub page: Shell,
    pub back: String,
    pub action: String,
    pub sections: Vec<Section>,
    /// Who may be in a list already: the field, the question, the answers.
    pub likely: Vec<(String, String, Vec<Choice>)>,
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
