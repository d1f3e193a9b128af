//! From a filling as it stands to its pages.

use std::fmt::Display;

use axum::response::Response;
use formats::{
    xform::{self, Field, Item, Page, PageKind},
    xpath::Env,
};

use super::{
    base,
    drafts::Filling,
    env,
    fields::{self, FieldView, name_of},
    pages::{CheckPage, First, QuestionsPage, RemovePage, RepeatPage, Section, Shown},
};
use crate::platform::{
    html::{
        Shell,
        parts::{Action, FieldError, SummaryRow, Words},
    },
    op::Op,
    page::{render, render_refused},
    problem::{Problem, Result},
};

/// Questions shown with the title of a form: what a slow phone is busy with until the scripts are there.
const MOST_FIRST: usize = 8;

/// How a page was come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Way {
    /// Answers have just made more questions appear on it.
    pub has_more: bool,
    /// An answer is being changed from the last page, which one goes back to.
    pub is_change: bool,
}

impl Way {
    /// Reads the way from the query of an address.
    pub fn of(query: &[(String, String)]) -> Self {
        let has = |name: &str| query.iter().any(|(key, _)| key == name);
        Self {
            has_more: has("more"),
            is_change: has("change"),
        }
    }

    /// Writes the way as the query of an address.
    pub fn query(self) -> &'static str {
        match (self.is_change, self.has_more) {
            (false, false) => "",
            (false, true) => "?more",
            (true, false) => "?change",
            (true, true) => "?change&more",
        }
    }
}

/// A page of a form, ready to be sent.
pub(super) enum Rendered {
    Questions(Box<QuestionsPage>),
    Repeat(Box<RepeatPage>),
}

impl Rendered {
    /// Sends the page.
    pub fn answer(&self) -> Result<Response> {
        match self {
            Self::Questions(page) => render(&**page),
            Self::Repeat(page) => render(&**page),
        }
    }

    /// Sends the page under a refusal's status.
    pub fn refused(&self, problem: &Problem) -> Result<Response> {
        match self {
            Self::Questions(page) => render_refused(problem, &**page),
            Self::Repeat(page) => render_refused(problem, &**page),
        }
    }
}

/// Lists what is wrong with the answers of a page, in the reader's language.
pub(super) fn errors_of(op: &Op, page: &Page) -> Vec<FieldError> {
    let wrong = page.asked().filter(|field| field.is_wrong());
    wrong
        .filter_map(|field| {
            let (kind, message) = field.problem.as_ref()?;
            Some(FieldError {
                field: name_of(&field.path),
                text: fields::sentence(op.lang, *kind, message, field),
            })
        })
        .collect()
}

/// Says which of the pages one is on; the last one, where answers are checked, is not among them.
fn step(op: &Op, pages: &[Page], at: usize) -> String {
    let step = op.lang.text("platform-page-of").n("page", at + 1);
    step.n("of", pages.len() + 1).to_string()
}

fn has_upload(parts: &[Shown]) -> bool {
    parts
        .iter()
        .any(|part| matches!(part, Shown::Field(field) if field.kind == "file"))
}

impl Shown {
    /// Marks the parts of a date that the page says is wrong.
    fn marked(mut self, page: &Shell) -> Self {
        if let Self::Field(field) = &mut self
            && !page.error(&field.name).is_empty()
        {
            field.date.wrong = [true; 3];
        }
        self
    }
}

impl Filling {
    /// Renders one page; `None` when there is no such page as the answers stand.
    pub fn page(&self, op: &Op, shell: Shell, key: &str, way: Way) -> Option<Rendered> {
        let pages = self.pages(op);
        let at = pages.iter().position(|page| page.key == key)?;
        let page = &pages[at];
        let step = step(op, &pages, at);
        let shell = shell.titled(&page.title);
        let within = page.within.join(" – ");
        let back = if way.is_change {
            self.at("check")
        } else {
            self.back(&pages, Some(key))
        };
        Some(match &page.kind {
            PageKind::Repeat(list) => Rendered::Repeat(Box::new(RepeatPage {
                page: shell,
                title: page.title.clone(),
                within,
                step,
                back,
                action: self.at(key),
                is_open: list.open,
                entries: list
                    .entries
                    .iter()
                    .map(|entry| self.entry_row(op, list, entry, key))
                    .collect(),
            })),
            PageKind::Questions(items) => {
                let env = env(&self.app, op);
                let shown = items.iter().map(|item| self.shown(op, &env, item));
                let parts: Vec<Shown> = shown.map(|part| part.marked(&shell)).collect();
                let has_upload = has_upload(&parts);
                Rendered::Questions(Box::new(QuestionsPage {
                    page: shell,
                    title: page.title.clone(),
                    within,
                    step,
                    back,
                    action: format!(
                        "{}{}",
                        self.at(key),
                        Way {
                            has_more: false,
                            ..way
                        }
                        .query()
                    ),
                    has_upload,
                    has_more: way.has_more,
                    n_days: self.app.config.draft_days,
                    parts,
                }))
            }
        })
    }

    /// Renders the first questions of a form, up to the first that `is_searched` for its choices.
    pub fn first(&self, op: &Op, is_searched: impl Fn(&Field) -> bool) -> Option<First> {
        let pages = self.pages(op);
        let page = xform::first(&pages)?;
        let PageKind::Questions(items) = &page.kind else {
            return None;
        };
        let env = env(&self.app, op);
        let shown = items
            .iter()
            .take_while(|item| !matches!(item, Item::Field(field) if is_searched(field)))
            .take(MOST_FIRST);
        let parts: Vec<Shown> = shown.map(|item| self.shown(op, &env, item)).collect();
        let asks = |part: &Shown| matches!(part, Shown::Field(field) if field.kind != "note");
        if !parts.iter().any(asks) {
            return None;
        }
        let is_own = page.title == self.questionnaire.version.title;
        Some(First {
            title: if is_own { String::new() } else { page.title.clone() },
            step: step(op, &pages, 0),
            has_upload: has_upload(&parts),
            parts,
        })
    }

    /// Renders the question whether an entry shall be removed; `None` when there is no such entry.
    pub fn remove_page(&self, op: &Op, shell: Shell, key: &str, path: &str) -> Option<RemovePage> {
        let pages = self.pages(op);
        let page = pages.iter().find(|page| page.key == key)?;
        let PageKind::Repeat(list) = &page.kind else {
            return None;
        };
        let entry = list
            .entries
            .iter()
            .find(|entry| list.open && entry.path == path)?;
        let title = op
            .lang
            .text("collect-remove-title")
            .arg("what", &entry.title)
            .to_string();
        Some(RemovePage {
            page: shell.titled(&title),
            title,
            within: page
                .within
                .iter()
                .chain([&page.title])
                .cloned()
                .collect::<Vec<_>>()
                .join(" – "),
            action: self.at(key),
            path: entry.path.clone(),
            n_entries: list.entries.len(),
        })
    }

    /// Renders the last page: every answer, with what is wrong in `shell`.
    pub fn check_page(&self, op: &Op, shell: Shell) -> CheckPage {
        let pages = self.pages(op);
        let env = env(&self.app, op);
        let mut sections = Vec::new();
        let mut errors = shell.errors.clone();
        for page in &pages {
            let rows = match &page.kind {
                PageKind::Questions(items) => self.answer_rows(op, &env, page, items, &mut errors),
                PageKind::Repeat(list) => {
                    let said = match list.entries.len() {
                        0 => op.lang.text("collect-no-entries").to_string(),
                        n => op.lang.text("collect-n-entries").n("n", n).to_string(),
                    };
                    let href = format!("{}?change", self.at(&page.key));
                    vec![self.row(op, &page.title, said, href)]
                }
            };
            if !rows.is_empty() {
                let title: Vec<&str> = page
                    .within
                    .iter()
                    .chain([&page.title])
                    .map(String::as_str)
                    .collect();
                sections.push(Section {
                    title: title.join(" – "),
                    rows,
                });
            }
        }
        let mut page = shell.titled(op.lang.text("collect-check-title"));
        page.errors = errors;
        CheckPage {
            page,
            back: self.back(&pages, None),
            action: self.at("check"),
            sections,
            likely: Vec::new(),
        }
    }

    fn back(&self, pages: &[Page], key: Option<&str>) -> String {
        xform::before(pages, key).map_or_else(|| base(&self.questionnaire.form), |page| self.at(&page.key))
    }

    fn shown(&self, op: &Op, env: &Env, item: &Item) -> Shown {
        match item {
            Item::Heading(text) => Shown::Heading(text.clone()),
            Item::Field(field) => {
                let offers = xform::offers(
                    &self.questionnaire.xform,
                    env,
                    &self.instance,
                    field.node,
                    op.lang.code(),
                );
                let files = format!("{}/files", base(&self.questionnaire.form));
                Shown::Field(Box::new(FieldView::new(field, &offers, op.lang, &files)))
            }
        }
    }

    fn entry_row(&self, op: &Op, list: &xform::RepeatPage, entry: &xform::Entry, key: &str) -> SummaryRow {
        let (state, go) = match (entry.unfinished.is_some(), entry.blank) {
            (true, true) => ("collect-entry-blank", "collect-fill-in"),
            (true, false) => ("collect-entry-unfinished", "collect-fill-in"),
            (false, true) if entry.page.is_some() => ("collect-entry-blank", "collect-change"),
            (false, _) => ("collect-entry-finished", "collect-change"),
        };
        let mut row = SummaryRow::new(&entry.title, Words::Plain(op.lang.text(state).to_string()));
        let mut act = |href: String, text: &str| {
            row.actions.push(Action {
                href,
                text: op.lang.text(text).to_string(),
                of: entry.title.clone(),
            });
        };
        if let Some(page) = entry.unfinished.as_ref().or(entry.page.as_ref()) {
            act(self.at(page), go);
        }
        if list.open {
            let query = serde_urlencoded::to_string([("remove", &entry.path)]).unwrap_or_default();
            act(format!("{}?{query}", self.at(key)), "collect-remove");
        }
        row
    }

    fn answer_rows(
        &self,
        op: &Op,
        env: &Env,
        page: &Page,
        items: &[Item],
        errors: &mut [FieldError],
    ) -> Vec<SummaryRow> {
        let mut rows = Vec::new();
        for item in items {
            let Item::Field(field) = item else { continue };
            if field.readonly && field.value.is_empty() || field.label.is_empty() {
                continue;
            }
            let said = match fields::said(op.lang, field) {
                Some(said) => said,
                None => xform::answer(
                    &self.questionnaire.xform,
                    env,
                    &self.instance,
                    field.node,
                    op.lang.code(),
                ),
            };
            let said = if said.is_empty() {
                op.lang.text("collect-no-answer").to_string()
            } else {
                said
            };
            let name = name_of(&field.path);
            let href = format!("{}?change#{name}", self.at(&page.key));
            rows.push(if field.readonly {
                SummaryRow::new(&field.label, said)
            } else {
                self.row(op, &field.label, said, href.clone())
            });
            // A link in the error summary leads to the page where the answer stands.
            for error in errors.iter_mut().filter(|error| error.field == name) {
                error.field = href.clone();
            }
        }
        rows
    }

    fn row(&self, op: &Op, key: impl Display, said: String, href: String) -> SummaryRow {
        let mut row = SummaryRow::new(&key, said);
        row.actions.push(Action {
            href,
            text: op.lang.text("collect-change").to_string(),
            of: key.to_string(),
        });
        row
    }
}
