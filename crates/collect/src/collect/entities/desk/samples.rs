//! Each page filled with something of everything, for the tests of all pages.

use super::{ConflictQuestion, ConflictView, EntityListPage, EntityPage, ListsPage, NOW, link};
use crate::platform::{
    html::{
        Shell,
        parts::{Cell, Choice, SummaryRow},
    },
    i18n::Lang,
};

impl ListsPage {
    pub fn sample(lang: Lang) -> Self {
        Self {
            page: Shell::sample(lang).titled(lang.text("collect-entities-lists")),
            lists: vec![vec![
                link("/desk/entities/census/households", "households"),
                Cell::text("Census <2026>"),
                Cell::number("271", 271.0),
                Cell::number("3", 3.0),
                Cell::text("21 Nov 2026, 09:30"),
            ]],
        }
    }
}

impl EntityListPage {
    pub fn sample(lang: Lang) -> Self {
        let tab = |text: &str, which: &str, is_this: bool| {
            let path = format!("/desk/entities/census/members?which={which}");
            (lang.text(text).to_string(), path, is_this)
        };
        Self {
            page: Shell::sample(lang).titled("members"),
            name: "members".into(),
            path: "/desk/entities/census/members".into(),
            facts: vec![SummaryRow::new(
                lang.text("collect-entities-parent-list"),
                "households",
            )],
            tabs: vec![
                tab("collect-entities-present", "present", true),
                tab("collect-entities-in-conflict", "conflict", false),
                tab("collect-entities-deleted", "deleted", false),
            ],
            rows: vec![vec![
                link("/desk/entities/census/members/0", "O'Brien, Melati 3"),
                Cell::text("House <3>"),
                Cell::text("Sumberejo (35.22.01.2001)"),
                Cell::number("4", 4.0),
                Cell::text(lang.text("collect-entities-conflict-hard")),
                Cell::text("21 Nov 2026, 09:30"),
            ]],
            older: "/desk/entities/census/members?which=present&before=0".into(),
            open: vec![vec![
                link("/desk/collect/census/visit/submissions/0", "Visit <3>"),
                Cell::text("21 Nov 2026, 09:30"),
                Cell::text(lang.text("collect-entities-held")),
            ]],
            properties: vec![vec![
                Cell::text("full_name"),
                Cell::text("Name in the \"book\""),
                Cell::text(lang.text("collect-entities-personal")),
                Cell::text("Visit <2026>"),
            ]],
            may_change: true,
            rules: vec![
                Choice::new("approval", lang.text("collect-entities-needs-approval"))
                    .hinted(lang.text("collect-entities-needs-approval-hint"))
                    .chosen_if("approval"),
            ],
            personal: vec![Choice::new("full_name", "Name in the \"book\"").chosen_if("full_name")],
            waiting: vec![
                Choice::new("leave", lang.text("collect-entities-waiting-leave")).chosen_if("leave"),
                Choice::new("convert", lang.text("collect-entities-waiting-convert")),
            ],
        }
    }
}

impl EntityPage {
    pub fn sample(lang: Lang) -> Self {
        let question = ConflictQuestion {
            name: "take.roof".into(),
            title: "Roof".into(),
            choices: vec![
                Choice::new(NOW, "straw <3>")
                    .hinted(lang.text("collect-entities-as-now"))
                    .chosen_if(NOW),
                Choice::new("=tile", "tile").hinted(lang.text("collect-entities-as-in").n("n", 2)),
            ],
        };
        Self {
            page: Shell::sample(lang).titled("O'Brien, Melati 3"),
            label: "O'Brien, Melati 3".into(),
            path: "/desk/entities/census/members/0".into(),
            facts: vec![SummaryRow::new(lang.text("collect-entities-id"), "0")],
            data: vec![SummaryRow::new("Name in the \"book\"", "O'Brien <3>")],
            children: vec![vec![
                link("/desk/entities/census/visits/0", "Visit <3>"),
                Cell::text("visits"),
                Cell::number("1", 1.0),
            ]],
            versions: vec![vec![
                Cell::number("2", 2.0),
                Cell::text("21 Nov 2026, 09:30"),
                Cell::text(lang.text("collect-entities-by-program")),
                Cell::text("Roof: tin <3> → straw"),
                Cell::text(lang.text("collect-entities-conflict-hard")),
            ]],
            is_deleted: false,
            may_change: true,
            conflict: Some(ConflictView {
                kind: lang.text("collect-entities-conflict-hard").to_string(),
                version: 3,
                head: vec![
                    Cell::text(lang.text("collect-entities-property")),
                    Cell::text("1"),
                    Cell::text("2"),
                ],
                rows: vec![vec![
                    Cell::text("Roof"),
                    Cell::text("tile"),
                    Cell::text("straw <3>"),
                ]],
                questions: vec![question],
            }),
        }
    }
}
