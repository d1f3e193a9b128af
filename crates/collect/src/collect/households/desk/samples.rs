//! Pages of households with something in every part.

use super::{HouseholdPage, ListPage, OverviewPage, PairPage, PairsPage, ShownRound, compared_row, link};
use crate::{
    collect::households::model::Compared,
    platform::{
        html::{
            Shell,
            parts::{Cell, Choice, SummaryRow},
        },
        i18n::Lang,
    },
};

fn shell(lang: Lang, title: &str) -> Shell {
    Shell::sample(lang)
        .titled(title)
        .crumb(lang.text("collect-households-title"), "/desk/households")
        .crumb(title, "")
}

fn pair(lang: Lang) -> Vec<Cell> {
    vec![
        link(
            "/desk/households/pairs/0",
            "Siti Aminah (Keluarga <Sugeng>, Melati 3)",
        ),
        Cell::text("Sitti Amina (Keluarga Sugeng, Melati 3)"),
        Cell::number(lang.percent(97.0, 0), 97.0),
        Cell::text(lang.text("collect-households-shared").n("n", 2)),
    ]
}

impl OverviewPage {
    pub fn sample(lang: Lang) -> Self {
        let title = lang.text("collect-households-title").to_string();
        Self {
            page: Shell::sample(lang).titled(&title).crumb(&title, ""),
            lists: vec![vec![
                link("/desk/households/lists/census/households", "households"),
                Cell::text("Census <2026>"),
                link("/desk/households/lists/census/households/pairs?state=open", "12"),
                Cell::text("0"),
                Cell::text("0"),
                Cell::text("0"),
            ]],
        }
    }
}

impl ListPage {
    pub fn sample(lang: Lang) -> Self {
        Self {
            page: shell(lang, "households"),
            title: "households".into(),
            pairs: "/desk/households/lists/census/households/pairs".into(),
            households: vec![vec![
                link("/desk/households/lists/census/households/0", "Keluarga <Sugeng>"),
                Cell::text("Melati 3"),
                Cell::text("21 Nov 2026, 09:30"),
            ]],
            older: "/desk/households/lists/census/households?before=0".into(),
        }
    }
}

impl PairsPage {
    pub fn sample(lang: Lang) -> Self {
        let state = |id: &str, href: &str, n: &str| {
            (
                lang.text(id.to_owned()).to_string(),
                href.to_owned(),
                n.to_owned(),
            )
        };
        Self {
            page: shell(lang, "members"),
            title: "members".into(),
            states: vec![
                state("collect-households-state-open", "", "12"),
                state(
                    "collect-households-state-proposed",
                    "/desk/households/lists/census/members/pairs?state=proposed",
                    "1",
                ),
            ],
            shown: lang.text("collect-households-state-open").to_string(),
            pairs: vec![pair(lang)],
            older: "/desk/households/lists/census/members/pairs?state=open&skip=50".into(),
        }
    }
}

impl PairPage {
    pub fn sample(lang: Lang) -> Self {
        let title = lang
            .text("collect-households-pair-title")
            .arg("one", "Siti Aminah")
            .arg("other", "Sitti <Amina>")
            .to_string();
        let row = |property: &str, one: &str, other: &str| {
            compared_row(
                lang,
                &Compared {
                    property: property.into(),
                    one: one.into(),
                    other: other.into(),
                },
            )
        };
        Self {
            page: shell(lang, &title),
            title,
            standing: lang
                .text("collect-households-likely")
                .arg("percent", lang.percent(97.0, 0))
                .to_string(),
            note: lang.text("collect-households-asked").to_string(),
            path: "/desk/households/pairs/0".into(),
            head: vec![
                Cell::text(lang.text("collect-households-what")),
                Cell::text("Siti Aminah"),
                Cell::text("Sitti <Amina>"),
                Cell::text(lang.text("collect-households-compared")),
            ],
            rows: vec![row("age", "34", "35"), row("sex", "p", "p")],
            members: vec![vec![Cell::text("Sugeng"), Cell::text("Soegeng")]],
            history: vec!["…".into()],
            proposal: Vec::new(),
            may_say: true,
            may_look_again: false,
            may_settle: false,
            may_withdraw: false,
            may_part: false,
            survivors: vec![
                Choice::new("a", "Siti Aminah")
                    .hinted("20 Nov 2026, 09:30")
                    .chosen_if("a"),
                Choice::new("b", "Sitti <Amina>").hinted("21 Nov 2026, 09:30"),
            ],
            takes: vec![
                Choice::new("age", "age").hinted(
                    lang.text("collect-households-or")
                        .arg("one", "34")
                        .arg("other", "35"),
                ),
            ],
            why: "The same <NIK>".into(),
        }
    }

    /// A pair that waits for a second person.
    pub fn waiting(lang: Lang) -> Self {
        Self {
            standing: lang.text("collect-households-state-proposed").to_string(),
            proposal: vec!["The same <NIK>".into()],
            may_say: false,
            may_settle: true,
            may_withdraw: true,
            ..Self::sample(lang)
        }
    }

    /// A pair that was made one.
    pub fn merged(lang: Lang) -> Self {
        Self {
            standing: lang.text("collect-households-state-merged").to_string(),
            may_say: false,
            may_look_again: true,
            may_part: true,
            ..Self::sample(lang)
        }
    }
}

impl HouseholdPage {
    pub fn sample(lang: Lang) -> Self {
        let round = || ShownRound {
            heading: "21 Nov 2026, 09:30: Household <2026>".into(),
            by: "E1 <3>".into(),
            href: "/desk/collect/census/household/submissions/1".into(),
            lines: vec![format!("Budi: {}", lang.text("collect-households-born"))],
        };
        let member = |name: &str| {
            let listed = lang.text("collect-households-listed").to_string();
            vec![Cell::text(name), Cell::text("34, p"), Cell::text(listed)]
        };
        Self {
            page: shell(lang, "Keluarga <Sugeng>"),
            title: "Keluarga <Sugeng>".into(),
            facts: vec![SummaryRow::new(lang.text("collect-place"), "Melati 3")],
            here: vec![member("Siti <Aminah>")],
            gone: vec![member("Joko")],
            last: Some(round()),
            rounds: vec![round()],
            merges: vec!["…".into()],
            pairs: vec![pair(lang)],
        }
    }
}
