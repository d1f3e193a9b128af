//! The pages with something in every part.

use super::{
    Door,
    figures::BARS,
    lights::{Chart, Distribution, LightsPage, Table},
    list::{Card, ListPage, Tile},
    map::MapPage,
};
use crate::{
    platform::{
        html::{
            Markup, Shell,
            parts::{Cell, Choice},
        },
        i18n::Lang,
    },
    requests::{model::clock::Light, words::Tag},
};

fn tiles(lang: Lang) -> Vec<Tile> {
    Light::ALL
        .map(|light| Tile {
            light: light.as_str(),
            text: lang
                .text(format!("requests-light-{}", light.as_str()))
                .to_string(),
            n: lang.number(1_234 * (light as u32 + 1)),
            href: format!("/requests?light={}", light.as_str()),
            is_chosen: light == Light::Red,
        })
        .into()
}

fn choices(any: &'static str, lang: Lang) -> Vec<Choice> {
    vec![
        Choice::new("", lang.text(any)),
        Choice::new("pu", "Dinas <Pekerjaan Umum>").chosen_if("pu"),
    ]
}

fn cells(words: &str) -> Vec<Cell> {
    vec![Cell::text(words), Cell::number("1.5", 1.5)]
}

impl Door {
    /// A door with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> Door {
        Door {
            tiles: tiles(lang),
            href: "/requests?place=90.01".into(),
            map: "/requests/map?place=90.01".into(),
        }
    }
}

impl ListPage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> ListPage {
        let card = |title: &str, class, light: Light| Card {
            href: "/requests/K7MQ4XTD".into(),
            title: title.into(),
            light: Tag {
                class,
                text: lang
                    .text(format!("requests-light-{}", light.as_str()))
                    .to_string(),
            },
            code: "K7MQ-4XTD".into(),
            meta: "Kecamatan <Ngasem> · Dinas PU".into(),
            excerpt: "Lampu \"mati\" <script>alert(1)</script>".into(),
            lang: "id".into(),
        };
        ListPage {
            page: Shell {
                shapes: vec!["csv", "json", "geojson"],
                ..Shell::sample(lang).titled(lang.text("requests-board-title"))
            },
            tiles: tiles(lang),
            said: lang
                .text("requests-board-said")
                .n("n", 2)
                .arg("at", "9:00")
                .to_string(),
            services: choices("requests-board-any-service", lang),
            agencies: choices("requests-board-any-agency", lang),
            places: choices("requests-board-any-place", lang),
            lights: choices("requests-board-any-light", lang),
            states: choices("requests-board-any-state", lang),
            kinds: choices("requests-board-any-kind", lang),
            from: "2026-11-01".into(),
            to: "2026-11-21".into(),
            cards: vec![
                card("Lampu <jalan>", "bz-light bz-light--red", Light::Red),
                card("Jalan rusak", "bz-light bz-light--yellow", Light::Yellow),
            ],
            is_empty: false,
            narrows: true,
            first: "/requests".into(),
            next: "/requests?after=0190".into(),
            to_map: "/requests/map".into(),
            to_lights: "/requests/lights".into(),
        }
    }
}

impl MapPage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> MapPage {
        MapPage {
            page: Shell {
                shapes: vec!["csv", "json", "geojson"],
                ..Shell::sample(lang).titled("Kecamatan <Ngasem>")
            },
            lead: lang
                .text("requests-board-map-said")
                .n("n", 7)
                .arg("place", "Kecamatan <Ngasem>")
                .arg("at", "9:00")
                .to_string(),
            tiles: tiles(lang),
            services: choices("requests-board-any-service", lang),
            places: choices("requests-board-any-place", lang),
            agencies: choices("requests-board-any-agency", lang),
            shows: vec![Choice::new("red", lang.text("requests-board-shade-red")).chosen_if("red")],
            from: String::new(),
            to: "2026-11-21".into(),
            narrows: true,
            caption: lang.text("requests-board-shade-red").to_string(),
            map: Markup(
                "<svg class=\"bz-map\" role=\"img\" aria-label=\"x\" width=\"9\" height=\"9\"></svg>".into(),
            ),
            legend: Markup("<ul class=\"bz-legend\"><li>1–2</li></ul>".into()),
            head: vec![
                Cell::text(lang.text("requests-board-place")),
                Cell::over_numbers(lang.text("requests-board-column-red")),
            ],
            rows: vec![cells("<Ngasem>"), cells("Setren")],
            to_list: "/requests".into(),
            to_lights: "/requests/lights".into(),
        }
    }
}

impl LightsPage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> LightsPage {
        let chart = |caption: &'static str| Chart {
            caption: lang.text(caption).to_string(),
            drawing: Markup(
                "<svg class=\"bz-chart\" role=\"img\" aria-label=\"x\" width=\"9\" height=\"9\"></svg>"
                    .into(),
            ),
            key: Markup::default(),
        };
        let head = |id: &'static str| {
            vec![
                Cell::text(lang.text(id)),
                Cell::over_numbers(lang.text("requests-board-number")),
            ]
        };
        let span = |title: &'static str, said: &'static str| Distribution {
            title: lang.text(title).to_string(),
            said: lang
                .text(said)
                .n("n", 12)
                .arg("median", "2.5")
                .arg("most", "9.1")
                .to_string(),
            chart: chart(title),
            head: head("requests-board-took"),
            rows: BARS
                .map(|days| cells(&lang.text("requests-board-within").n("to", days).to_string()))
                .into(),
        };
        LightsPage {
            page: Shell {
                shapes: vec!["csv", "json"],
                ..Shell::sample(lang).titled(lang.text("requests-board-lights-title"))
            },
            said: lang
                .text("requests-board-said")
                .n("n", 12)
                .arg("at", "9:00")
                .to_string(),
            services: choices("requests-board-any-service", lang),
            agencies: choices("requests-board-any-agency", lang),
            places: choices("requests-board-any-place", lang),
            kinds: choices("requests-board-any-kind", lang),
            weeks: vec![Choice::new(8, lang.text("requests-board-weeks-n").n("n", 8))],
            from: String::new(),
            to: String::new(),
            narrows: false,
            stock: chart("requests-board-stock"),
            flow: chart("requests-board-flow"),
            weeks_head: head("requests-board-week-end"),
            weeks_rows: vec![cells("21 Nov 2026")],
            spans: vec![
                span("requests-board-answer-title", "requests-board-answer-said"),
                span("requests-board-close-title", "requests-board-close-said"),
            ],
            tables: vec![Table {
                title: lang.text("requests-board-by-agency").to_string(),
                head: head("requests-board-agency"),
                rows: vec![cells("Dinas <Pekerjaan Umum>")],
                note: lang.text("requests-board-confidential-units").to_string(),
            }],
            to_list: "/requests".into(),
            to_map: "/requests/map".into(),
        }
    }
}
