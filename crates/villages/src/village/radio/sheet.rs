//! The sheet that is read out the next time: what became of each question, as everybody may know it.

use askama::Template;
use serde_json::json;

use super::{model::Programme, questions};
use crate::{
    evidence::model::Part,
    platform::{
        app::App,
        html::Shell,
        i18n::Lang,
        op::{Op, Who},
        problem::{Kind, Result},
        typeset::Document,
    },
    requests::{
        self,
        words::{Teller, written},
    },
};

/// The sheet on a screen, to be read out or printed.
#[derive(Template)]
#[template(path = "village/radio/sheet.html")]
pub struct SheetPage {
    pub page: Shell,
    pub lead: String,
    pub lines: Vec<SheetLine>,
    /// Said where questions were left out; empty where none was.
    pub left_out: String,
    pub pdf: String,
}

/// What became of one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetLine {
    /// “3. Street light, Luwihaji”.
    pub title: String,
    /// The code of the request as people read it.
    pub code: String,
    /// Who asked, where they agreed; else empty.
    pub name: String,
    pub text: String,
    /// Where it stands.
    pub state: String,
    /// What the unit wrote last; empty where it wrote nothing.
    pub answer: String,
}

/// A sheet as it is put together.
pub struct Sheet {
    pub lines: Vec<SheetLine>,
    /// Confidential questions, which are not read out.
    pub n_left_out: usize,
}

/// Puts a programme's sheet together, with nothing that a stranger could not read on the requests' own pages but agreed names.
///
/// # Errors
/// When the database fails.
pub async fn sheet(app: &App, op: &Op, programme: &Programme) -> Result<Sheet> {
    let stranger = Op {
        who: Who::Anyone,
        ..op.clone()
    };
    let teller = Teller::new(app, op.lang).await?;
    let mut sheet = Sheet {
        lines: Vec::new(),
        n_left_out: 0,
    };
    for question in questions(app, programme).await? {
        let seen = match requests::see(app, &stranger, &question.request, None).await {
            Ok(seen) => seen,
            Err(problem) if problem.kind() == Kind::NotFound => {
                sheet.n_left_out += 1;
                continue;
            }
            Err(problem) => return Err(problem),
        };
        let by_unit = seen
            .timeline
            .iter()
            .rev()
            .find(|entry| entry.part == Part::Officer && entry.text.is_some());
        let place = teller.place(seen.request.place.as_deref());
        let n = op.lang.number(question.n);
        sheet.lines.push(SheetLine {
            title: format!("{n}. {}, {place}", teller.service(&seen.request.service)),
            code: written(&seen.request.code),
            name: question.name.unwrap_or_default(),
            state: teller.state(&seen.request.state),
            answer: by_unit.and_then(|entry| entry.text.clone()).unwrap_or_default(),
            text: seen.request.text,
        });
    }
    Ok(sheet)
}

/// The sheet on paper.
#[must_use]
pub fn document(app: &App, op: &Op, programme: &Programme, sheet: &Sheet) -> Document {
    let lang = op.lang;
    let blocks: Vec<serde_json::Value> = sheet
        .lines
        .iter()
        .map(|line| {
            let mut facts = Vec::new();
            if !line.name.is_empty() {
                facts.push([lang.text("village-radio-asked-by").to_string(), line.name.clone()]);
            }
            let history: Vec<&str> = [line.answer.as_str()]
                .into_iter()
                .filter(|answer| !answer.is_empty())
                .collect();
            json!({
                "kind": "matter",
                "code": line.code,
                "title": line.title,
                "tag": ["grey", line.state],
                "facts": facts,
                "text": line.text,
                "history": history,
                "decision": "",
                "lines": 0,
            })
        })
        .collect();
    let section = json!({
        "title": lang.text("village-radio-became").to_string(),
        "lead": left_out(lang, sheet),
        "empty": lang.text("village-radio-none").to_string(),
        "blocks": blocks,
    });
    Document {
        template: "meeting",
        lang,
        title: title(lang, programme),
        about: lang.text("village-radio-sheet-lead").into(),
        made_at: op.at,
        data: json!({
            "when": lang.date(app.config.day(op.at)),
            "where": app.config.name,
            "warning": "",
            "lead": lang.text("village-radio-sheet-lead").to_string(),
            "counts": [],
            "sections": [section],
        }),
    }
}

/// What a sheet is called: the programme and its day.
#[must_use]
pub fn title(lang: Lang, programme: &Programme) -> String {
    lang.text("village-radio-sheet-title")
        .arg("title", &programme.title)
        .arg("day", lang.date(programme.held_on))
        .into()
}

/// Says how many were left out; empty for none.
#[must_use]
pub fn left_out(lang: Lang, sheet: &Sheet) -> String {
    match sheet.n_left_out {
        0 => String::new(),
        n => lang.text("village-radio-left-out").n("n", n).into(),
    }
}

impl SheetPage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> SheetPage {
        SheetPage {
            page: Shell::sample(lang).titled("<Friday>, 20 November 2026"),
            lead: lang.text("village-radio-sheet-lead").into(),
            lines: vec![SheetLine {
                title: "1. Street light, <Luwihaji>".into(),
                code: "K7MQ-4XTD".into(),
                name: "Ibu <Siti>".into(),
                text: "The lamp is <out>".into(),
                state: "Answered".into(),
                answer: "It was <mended>".into(),
            }],
            left_out: lang.text("village-radio-left-out").n("n", 2).into(),
            pdf: "/desk/radio/0/sheet.pdf".into(),
        }
    }
}
