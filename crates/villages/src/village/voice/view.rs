//! How pages of a village's voices look: words, facts, tables, what happened, forms. One template for all of them.

use askama::Template;

use super::Visitor;
use crate::{
    accounts,
    evidence::pages::{Tag, Told},
    platform::{
        app::App,
        html::{
            Markup, Shell,
            parts::{Cell, Choice, Crumb, FieldError, SummaryRow, label_rows},
        },
        i18n::Lang,
        op::{Op, Role},
        problem::Result,
    },
};

/// A page about one thing, or a list of them.
#[derive(Template)]
#[template(path = "village/voice/voice.html")]
pub struct VoicePage {
    pub page: Shell,
    pub tag: Option<Tag>,
    /// What is to be known first, a paragraph each.
    pub lead: Vec<String>,
    /// What somebody wrote; empty for nothing.
    pub text: String,
    /// What most who read this came to do, as a button below the lead.
    pub action: Option<Link>,
    pub facts: Vec<SummaryRow>,
    pub tables: Vec<Grid>,
    pub entries: Vec<Told>,
    pub forms: Vec<Form>,
    pub links: Vec<Link>,
}

/// A table, or what is said where it has no rows.
pub struct Grid {
    pub caption: String,
    pub none: String,
    pub head: Vec<Cell>,
    pub rows: Vec<Vec<Cell>>,
}

impl Grid {
    /// Its rows, each cell labelled with the words of its head.
    fn labelled(&self) -> Vec<Vec<Cell>> {
        let mut rows = self.rows.clone();
        label_rows(&self.head, &mut rows);
        rows
    }

    /// Whether it has more columns than a phone has room for.
    fn stacks(&self) -> bool {
        self.head.len() > 2
    }
}

/// A way on.
pub struct Link {
    pub href: String,
    pub text: String,
}

/// A form on a page that may have several; no two fields of a page have one name.
pub struct Form {
    /// Empty where the page's own heading says it.
    pub title: String,
    pub lead: String,
    pub action: String,
    pub hidden: Vec<(&'static str, String)>,
    pub fields: Vec<Field>,
    pub button: String,
    pub weight: Weight,
}

/// Whether what a form does can be taken back.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    Usual,
    /// It cannot: its button warns.
    Final,
}

impl Weight {
    fn class(self) -> &'static str {
        match self {
            Weight::Usual => "",
            Weight::Final => "govuk-button--warning",
        }
    }
}

/// A field of a form.
pub struct Field {
    pub name: String,
    pub label: String,
    pub hint: String,
    pub value: String,
    pub choices: Vec<Choice>,
    control: Control,
}

/// How a field is filled in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Control {
    /// One line, of a kind that browsers know.
    Line(&'static str),
    Text,
    Select,
    Checks,
}

impl VoicePage {
    /// A page without anything on it.
    #[must_use]
    pub fn new(page: Shell) -> VoicePage {
        VoicePage {
            page,
            tag: None,
            lead: Vec::new(),
            text: String::new(),
            action: None,
            facts: Vec::new(),
            tables: Vec::new(),
            entries: Vec::new(),
            forms: Vec::new(),
            links: Vec::new(),
        }
    }

    #[must_use]
    pub fn link(mut self, href: impl Into<String>, id: &str) -> VoicePage {
        let text = self.page.t(id).to_string();
        self.links.push(Link {
            href: href.into(),
            text,
        });
        self
    }

    /// Puts what most who read this came to do below the lead.
    #[must_use]
    pub fn acting(mut self, href: impl Into<String>, id: &str) -> VoicePage {
        self.action = Some(Link {
            href: href.into(),
            text: self.page.t(id).to_string(),
        });
        self
    }

    /// The same page at the desk: the way to it leads over the desk and the desk's list.
    #[must_use]
    pub fn at_desk(mut self) -> VoicePage {
        for crumb in &mut self.page.crumbs {
            if !crumb.href.is_empty() {
                crumb.href.insert_str(0, "/desk");
            }
        }
        let desk = Crumb {
            text: self.page.t("village-voice-desk").to_string(),
            href: "/desk".into(),
        };
        self.page.crumbs.insert(0, desk);
        self
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> VoicePage {
        let mut page = Shell::sample(lang)
            .titled("A <well>")
            .crumb("A <well>", "")
            .shapes(&["json", "csv"]);
        page.errors.push(FieldError {
            field: "cost".into(),
            text: lang.text("problem-village-voice-number").into(),
        });
        let form = Form {
            title: "Say <what> it costs".into(),
            lead: "In whole <units>".into(),
            action: "/desk/proposals/K7M4XT".into(),
            hidden: vec![("act", "cost".into())],
            fields: vec![
                Field::line(lang, "cost", "village-proposals-cost", "<5>"),
                Field::number(lang, "n", "village-proposals-hands", ""),
                Field::text(lang, "basis", "village-proposals-basis", "<five> pipes"),
                Field::select(
                    lang,
                    "owner",
                    "village-voice-owner",
                    vec![Choice::new("pu", "<PU>")],
                ),
                Field::checks(
                    "option",
                    "What <first>".into(),
                    vec![Choice::new(1, "Water & toilets"), Choice::new(2, "<Security>")],
                ),
            ],
            button: "Send".into(),
            weight: Weight::Final,
        };
        VoicePage {
            tag: Some(Tag {
                class: "govuk-tag--blue",
                text: "Open".into(),
            }),
            lead: vec!["Supported by <120>".into()],
            text: "Our <well> is dry".into(),
            facts: vec![SummaryRow::new("Place", "<Kapas>".to_owned())],
            tables: vec![Grid {
                caption: "Votes".into(),
                none: "No <votes>".into(),
                head: vec![Cell::text("Option"), Cell::over_numbers("Votes")],
                rows: vec![vec![
                    link_cell("/goals/K7M4XT", "<Water>"),
                    Cell::number("7", 7.0),
                ]],
            }],
            entries: vec![Told {
                at: "16 November 2026".into(),
                words: "It was <made>".into(),
                text: "because <of>".into(),
            }],
            forms: vec![form],
            ..VoicePage::new(page)
        }
        .link("/proposals", "village-proposals-title")
        .acting("/proposals/new", "village-proposals-new")
    }
}

impl Field {
    #[must_use]
    pub fn line(lang: Lang, name: &'static str, label: &str, value: &str) -> Field {
        Field::of(name, lang.text(label).to_string(), value, Control::Line("text"))
    }

    #[must_use]
    pub fn phone(lang: Lang, name: &'static str, label: &str, value: &str) -> Field {
        Field::of(name, lang.text(label).to_string(), value, Control::Line("tel"))
    }

    #[must_use]
    pub fn day(lang: Lang, name: &'static str, label: &str, value: &str) -> Field {
        Field::of(name, lang.text(label).to_string(), value, Control::Line("date"))
    }

    #[must_use]
    pub fn number(lang: Lang, name: &'static str, label: &str, value: &str) -> Field {
        Field::of(name, lang.text(label).to_string(), value, Control::Line("number"))
    }

    /// A number whose label is no text of the locales: what is counted.
    #[must_use]
    pub fn count_of(name: String, label: String, value: &str) -> Field {
        Field::of(name, label, value, Control::Line("number"))
    }

    #[must_use]
    pub fn text(lang: Lang, name: &'static str, label: &str, value: &str) -> Field {
        Field::of(name, lang.text(label).to_string(), value, Control::Text)
    }

    #[must_use]
    pub fn select(lang: Lang, name: &'static str, label: &str, choices: Vec<Choice>) -> Field {
        Field {
            choices,
            ..Field::of(name, lang.text(label).to_string(), "", Control::Select)
        }
    }

    /// Boxes to tick; the legend is no id but words.
    #[must_use]
    pub fn checks(name: &'static str, legend: String, choices: Vec<Choice>) -> Field {
        Field {
            choices,
            ..Field::of(name, legend, "", Control::Checks)
        }
    }

    #[must_use]
    pub fn hinted(mut self, lang: Lang, hint: &str) -> Field {
        self.hint = lang.text(hint).to_string();
        self
    }

    fn of(name: impl Into<String>, label: String, value: &str, control: Control) -> Field {
        Field {
            name: name.into(),
            label,
            hint: String::new(),
            value: value.to_owned(),
            choices: Vec::new(),
            control,
        }
    }

    fn is_text(&self) -> bool {
        self.control == Control::Text
    }

    fn is_select(&self) -> bool {
        self.control == Control::Select
    }

    fn is_checks(&self) -> bool {
        self.control == Control::Checks
    }

    /// What a browser calls the kind of a line.
    fn kind(&self) -> &'static str {
        match self.control {
            Control::Line("number") => "text",
            Control::Line(kind) => kind,
            Control::Text | Control::Select | Control::Checks => "text",
        }
    }

    fn keys(&self) -> &'static str {
        match self.control {
            Control::Line("number") => "numeric",
            _ => "",
        }
    }

    fn width(&self) -> &'static str {
        match self.control {
            Control::Line("number" | "date") => "govuk-input--width-10",
            Control::Line("tel") => "govuk-input--width-20",
            _ => "",
        }
    }
}

/// The fields for somebody who came to the desk.
#[must_use]
pub fn visitor_fields(lang: Lang, typed: Visitor<'_>) -> Vec<Field> {
    let attested = Choice {
        chosen: typed.attested,
        ..Choice::new("yes", lang.text("village-voice-attested-yes"))
    };
    vec![
        Field::phone(lang, "phone", "village-voice-phone", typed.phone)
            .hinted(lang, "village-proposals-desk-phone-hint"),
        Field::line(lang, "name", "village-proposals-desk-name", typed.name)
            .hinted(lang, "village-proposals-desk-name-hint"),
        Field::number(
            lang,
            "birth_year",
            "village-proposals-desk-birth",
            typed.birth_year,
        ),
        Field::checks(
            "attested",
            lang.text("village-voice-attested").into(),
            vec![attested],
        ),
    ]
}

/// The organisations in whose name somebody may promise.
///
/// # Errors
/// When the database fails.
pub async fn owners(app: &App, op: &Op, chosen: &str) -> Result<Vec<Choice>> {
    let listed = accounts::list_organisations(app).await?;
    Ok(listed
        .into_iter()
        .filter(|organisation| op.has_for(&[Role::Officer, Role::Leader], &organisation.code))
        .map(|organisation| Choice::new(&organisation.code, &organisation.name).chosen_if(chosen))
        .collect())
}

/// A village by its name, with the way to its page.
#[must_use]
pub fn village_row(lang: Lang, place: &str, name: &str) -> SummaryRow {
    SummaryRow::new(
        lang.text("village-voice-village"),
        link(&format!("/villages/{place}"), name),
    )
}

/// A cell whose words lead somewhere.
#[must_use]
pub fn link_cell(href: &str, text: &str) -> Cell {
    Cell::html(link(href, text))
}

/// Words that lead somewhere.
#[must_use]
pub fn link(href: &str, text: &str) -> Markup {
    Markup(format!(
        "<a class=\"govuk-link\" href=\"{}\">{}</a>",
        Markup::escape(href),
        Markup::escape(text)
    ))
}
