//! The pages with something of everything in them, for tests and pictures.

use formats::xform::{DataType, Field, Media, Offer, QuestionKind};

use super::{
    fields::FieldView,
    pages::{
        CheckPage, First, Link, ListPage, QuestionsPage, RemovePage, RepeatPage, Section, SentPage, Shown,
        StartPage,
    },
    phone::{Phone, PhonePage},
};
use crate::platform::{
    html::{
        Shell,
        parts::{Action, Choice, FieldError, SummaryRow},
    },
    i18n::Lang,
};

const DRAFT: &str = "/forms/census/household/draft";

impl ListPage {
    pub fn sample(lang: Lang) -> Self {
        let page = Shell::sample(lang);
        Self {
            page: titled(page, "collect-forms"),
            forms: vec![Link {
                href: "/forms/census/household".into(),
                text: "Household <2026>".into(),
            }],
            phone: Phone::sample(),
        }
    }
}

impl PhonePage {
    pub fn sample(lang: Lang) -> Self {
        Self {
            page: titled(Shell::new(lang, "/forms/phone"), "collect-offline-title"),
            phone: Phone::sample(),
        }
    }
}

impl StartPage {
    pub fn sample(lang: Lang) -> Self {
        Self {
            page: Shell::sample(lang).titled("Household <2026>"),
            title: "Household <2026>".into(),
            action: "/forms/census/household".into(),
            first: Some(First {
                title: "House".into(),
                step: lang.text("platform-page-of").n("page", 1).n("of", 3).to_string(),
                has_upload: false,
                parts: QuestionsPage::sample(lang).parts,
            }),
            n_days: 30,
            drafts: vec![Link {
                href: format!("{DRAFT}/check?resume"),
                text: lang
                    .text("collect-draft-of")
                    .arg("when", "21 Nov 2026, 09:30")
                    .arg("until", "21 Dec 2026")
                    .to_string(),
            }],
            phone: Phone::sample(),
        }
    }
}

impl QuestionsPage {
    /// Every kind of question there is, one of them answered wrongly.
    pub fn sample(lang: Lang) -> Self {
        let mut page = Shell::sample(lang).titled("House");
        page.errors = vec![FieldError {
            field: "house/rooms".into(),
            text: lang
                .text("collect-answer-integer")
                .arg("question", "Rooms")
                .to_string(),
        }];
        let range = QuestionKind::Range {
            start: 1.0,
            end: 5.0,
            step: 1.0,
        };
        let file = QuestionKind::Upload {
            media_type: "image/*".into(),
        };
        let input = QuestionKind::Input;
        let fields = [
            field(
                "note",
                "What stands in the \"book\"",
                input.clone(),
                DataType::Text,
                "",
            ),
            field(
                "house/name",
                "Name of the head",
                input.clone(),
                DataType::Text,
                "Pak O'Brien",
            ),
            field("house/rooms", "Rooms", input.clone(), DataType::Integer, "many"),
            field("house/land", "Land", input.clone(), DataType::Decimal, "0.5"),
            field(
                "house/built",
                "Built on",
                input.clone(),
                DataType::Date,
                "1998-03-02",
            ),
            field(
                "house/seen",
                "Seen at",
                input.clone(),
                DataType::DateTime,
                "2026-11-21T09:30:00.000+07:00",
            ),
            field(
                "house/meal",
                "Time of the meal",
                input.clone(),
                DataType::Time,
                "12:00:00.000+07:00",
            ),
            field(
                "house/door",
                "Door",
                input.clone(),
                DataType::Geopoint,
                "-7.15 111.88 0 5",
            ),
            field(
                "house/path",
                "Path",
                input.clone(),
                DataType::Geotrace,
                "-7.15 111.88;-7.16 111.89",
            ),
            field(
                "house/yard",
                "Yard",
                input,
                DataType::Geoshape,
                "-7.15 111.88;-7.16 111.88;-7.16 111.89;-7.15 111.88",
            ),
            field(
                "house/water",
                "Water",
                QuestionKind::SelectOne,
                DataType::Text,
                "well",
            ),
            field(
                "house/assets",
                "Assets",
                QuestionKind::SelectMultiple,
                DataType::Text,
                "well",
            ),
            field(
                "house/needs",
                "Needs",
                QuestionKind::Rank,
                DataType::Text,
                "well piped",
            ),
            field("house/stars", "Stars", range, DataType::Integer, "4"),
            field("house/photo", "Photo", file, DataType::Binary, "well.jpg"),
            field(
                "house/read",
                "Read to the end",
                QuestionKind::Trigger,
                DataType::Text,
                "OK",
            ),
        ];
        let offer = |value: &str, label: &str| Offer {
            value: value.into(),
            label: label.into(),
            media: Media::default(),
            chosen: value == "well",
        };
        let offers = [offer("piped", "Piped <3>"), offer("well", "Well")];
        let shown = fields.iter().map(|field| {
            let offers = match field.kind {
                QuestionKind::SelectOne | QuestionKind::SelectMultiple | QuestionKind::Rank => &offers[..],
                _ => &[],
            };
            Shown::Field(Box::new(FieldView::new(
                field,
                offers,
                lang,
                "/forms/census/household/files",
            )))
        });
        Self {
            page,
            title: "House".into(),
            within: "Ngasem".into(),
            step: lang.text("platform-page-of").n("page", 2).n("of", 9).to_string(),
            back: format!("{DRAFT}/place"),
            action: format!("{DRAFT}/house"),
            has_upload: true,
            has_more: true,
            n_days: 30,
            parts: [Shown::Heading("Outside".into())]
                .into_iter()
                .chain(shown)
                .collect(),
        }
    }
}

impl RepeatPage {
    pub fn sample(lang: Lang) -> Self {
        Self {
            page: Shell::sample(lang).titled("Household member"),
            title: "Household member".into(),
            within: String::new(),
            step: lang.text("platform-page-of").n("page", 8).n("of", 9).to_string(),
            back: format!("{DRAFT}/house"),
            action: format!("{DRAFT}/member"),
            is_open: true,
            entries: vec![
                row(
                    lang,
                    "Siti <3>",
                    "collect-entry-finished",
                    &["collect-change", "collect-remove"],
                ),
                row(
                    lang,
                    "Household member 2",
                    "collect-entry-blank",
                    &["collect-fill-in", "collect-remove"],
                ),
            ],
        }
    }
}

impl RemovePage {
    pub fn sample(lang: Lang) -> Self {
        let title = lang
            .text("collect-remove-title")
            .arg("what", "Siti <3>")
            .to_string();
        Self {
            page: Shell::sample(lang).titled(&title),
            title,
            within: "Household member".into(),
            action: format!("{DRAFT}/member"),
            path: "/data/member[1]".into(),
            n_entries: 2,
        }
    }
}

impl CheckPage {
    pub fn sample(lang: Lang) -> Self {
        let mut page = titled(Shell::sample(lang), "collect-check-title");
        page.errors = vec![FieldError {
            field: format!("{DRAFT}/house?change#house/rooms"),
            text: lang
                .text("collect-answer-missing")
                .arg("question", "Rooms")
                .to_string(),
        }];
        Self {
            page,
            back: format!("{DRAFT}/member"),
            action: format!("{DRAFT}/check"),
            sections: vec![Section {
                title: "House – \"Melati\"".into(),
                rows: vec![
                    row(lang, "Rooms", "collect-no-answer", &["collect-change"]),
                    SummaryRow::new("Rooms a person", "0.5"),
                ],
            }],
            likely: vec![(
                "likely-0".into(),
                lang.text("collect-households-entry-ask")
                    .arg("name", "Siti <Aminah>")
                    .to_string(),
                vec![
                    Choice::new(
                        "1",
                        lang.text("collect-households-entry-same")
                            .arg("name", "Sitti Aminah"),
                    )
                    .hinted("34, p, Melati 3"),
                    Choice::new("another", lang.text("collect-households-entry-another")),
                ],
            )],
        }
    }
}

impl SentPage {
    pub fn sample(lang: Lang) -> Self {
        Self {
            page: titled(Shell::sample(lang), "collect-sent"),
            reference: "6f1a0f2e-0000-4000-8000-000000000000".into(),
            again: "/forms/census/household".into(),
        }
    }
}

fn titled(page: Shell, text: &str) -> Shell {
    let title = page.t(text).to_string();
    page.titled(title)
}

fn row(lang: Lang, name: &str, state: &str, acts: &[&str]) -> SummaryRow {
    let mut row = SummaryRow::new(name, lang.text(state).to_string());
    row.actions = acts
        .iter()
        .map(|act| Action {
            href: format!("{DRAFT}/member-1"),
            text: lang.text(*act).to_string(),
            of: name.into(),
        })
        .collect();
    row
}

fn field(name: &str, label: &str, kind: QuestionKind, data_type: DataType, value: &str) -> Field {
    Field {
        node: 1,
        path: format!("/data/{name}"),
        label: label.into(),
        hint: if data_type == DataType::Integer {
            "As seen".into()
        } else {
            String::new()
        },
        guidance: if data_type == DataType::Decimal {
            "One hectare is 10,000 m²".into()
        } else {
            String::new()
        },
        media: Media::default(),
        kind,
        data_type,
        appearance: String::new(),
        required: data_type == DataType::Integer,
        readonly: name == "note",
        value: value.into(),
        problem: None,
    }
}
