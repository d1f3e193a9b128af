//! The pages of filing with something in every part, for the tests of pages.

use super::{
    check::{Alike, CheckPage, LimitPage, SimilarPage},
    done::DonePage,
    offline::OfflinePage,
    place::{Listed, PlaceList, PlacePage, Spot},
    service::{Group, Offered, ServicePage},
    what::{Field, Pictured, WhatPage},
    who::WhoPage,
};
use crate::{
    platform::{
        html::{
            Shell,
            parts::{Action, Choice, FieldError, SummaryRow},
        },
        i18n::Lang,
    },
    requests::{
        pages::{Link, pictures},
        words::Tag,
    },
};

fn shell(lang: Lang, title: &'static str) -> Shell {
    Shell::sample(lang).titled(lang.text(title))
}

fn step(lang: Lang, n: usize) -> String {
    lang.text("requests-pages-step").n("n", n).n("of", 5).to_string()
}

fn wrong(field: &str) -> Vec<FieldError> {
    vec![FieldError {
        field: field.into(),
        text: "It is <broken>".into(),
    }]
}

impl ServicePage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> ServicePage {
        let offered = |code: &str| Offered {
            code: code.into(),
            title: "Jalan <2>".into(),
            about: "The \"air\" & <toilet>".into(),
        };
        ServicePage {
            page: Shell {
                errors: wrong("service_code"),
                ..shell(lang, "requests-pages-service-title")
            },
            step: step(lang, 1),
            go_on: "/requests/new/what".into(),
            n_days: 30,
            query: "O'Brien".into(),
            groups: vec![
                Group {
                    title: "Pekerjaan <data>".into(),
                    picture: pictures::of_group("public-works"),
                    services: vec![offered("road"), offered("street-light")],
                },
                Group {
                    title: "Kesehatan".into(),
                    picture: pictures::of_group("health"),
                    services: vec![offered("clinic")],
                },
            ],
        }
    }
}

impl PlacePage {
    /// The page that looks for a place.
    #[must_use]
    pub fn sample(lang: Lang) -> PlacePage {
        let listed = |code: &str, href: &str| Listed {
            code: code.into(),
            name: "<Ngasem>".into(),
            within: "Kapas <2>".into(),
            href: href.into(),
        };
        PlacePage {
            page: Shell {
                errors: wrong("place"),
                ..shell(lang, "requests-pages-where-title")
            },
            step: step(lang, 2),
            chosen: String::new(),
            list: Some(PlaceList {
                within: "<Ngasem>".into(),
                whole: "35.22.01".into(),
                up: vec![Link {
                    href: "/requests/new/where?in=35.22".into(),
                    text: "Bojonegoro <data>".into(),
                }],
                query: String::new(),
                is_search: false,
                places: vec![
                    listed("35.22.01.2001", ""),
                    listed("35.22.02", "/requests/new/where?in=35.22.02"),
                ],
                map: None,
            }),
            spot: None,
            lat: String::new(),
            lon: String::new(),
            address: "O'Brien".into(),
        }
    }

    /// The page that asks for the exact spot in a place.
    #[must_use]
    pub fn sample_of_spot(lang: Lang) -> PlacePage {
        PlacePage {
            page: Shell {
                errors: wrong("lat"),
                ..shell(lang, "requests-pages-where-title")
            },
            chosen: "<Ngasem>, Kapas".into(),
            list: None,
            spot: Some(Spot {
                src: "/requests/new/map/35.22.01.2001".into(),
                width: 280,
                height: 210,
                origin: "-7.1 111.8 -7.2 111.9".into(),
            }),
            lat: "-7.15".into(),
            lon: "111.88".into(),
            ..PlacePage::sample(lang)
        }
    }
}

impl WhatPage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> WhatPage {
        let field = |kind: &'static str| Field {
            kind,
            name: format!("attribute[{kind}]"),
            label: "Apa yang <broken>?".into(),
            hint: "In <3> words".into(),
            value: "\"air\"".into(),
            choices: vec![
                Choice::new("a", "Lubang <2>"),
                Choice::new("b", "Jembatan").chosen_if("b"),
            ],
        };
        WhatPage {
            page: Shell {
                errors: wrong("photo"),
                ..shell(lang, "requests-pages-what-title")
            },
            step: step(lang, 3),
            service: "Jalan <2>".into(),
            kinds: vec![Choice::new(
                "complaint",
                lang.text("requests-pages-kind-complaint"),
            )],
            text: "</textarea><toilet>".into(),
            fields: ["one", "several", "select", "number", "moment", "lines", "line"]
                .map(field)
                .into(),
            photos: vec![Pictured {
                blob: "0".repeat(64),
                src: "/requests/new/photos/0".into(),
            }],
            n_free: 4,
            most_mebibytes: 10,
            audiences: vec![Choice::new("unit", lang.text("requests-pages-photos-for-unit"))],
        }
    }
}

impl WhoPage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> WhoPage {
        WhoPage {
            page: Shell {
                errors: wrong("phone"),
                ..shell(lang, "requests-pages-who-title")
            },
            step: step(lang, 4),
            privacies: vec![
                Choice::new("open", lang.text("requests-pages-privacy-open"))
                    .hinted(lang.text("requests-pages-privacy-hint-open")),
            ],
            name: "O'Brien".into(),
            phone: "0812".into(),
            email: "siti@example.test".into(),
            langs: super::who::langs(lang.code()),
            account: "<Statistik>".into(),
        }
    }
}

impl SimilarPage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> SimilarPage {
        SimilarPage {
            page: shell(lang, "requests-pages-similar-title"),
            alike: vec![Alike {
                code: "K7MQ4XTD".into(),
                shown_code: "K7MQ-4XTD".into(),
                href: "/requests/K7MQ4XTD".into(),
                text: "Lampu <toilet> mati".into(),
                light: Tag {
                    class: "bz-light bz-light--white",
                    text: lang.text("requests-light-white").to_string(),
                },
                facts: "<Ngasem> · 20 m".into(),
            }],
            is_told: true,
        }
    }
}

impl CheckPage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> CheckPage {
        CheckPage {
            page: Shell {
                errors: wrong("/requests/new/where#lat"),
                ..shell(lang, "requests-pages-check-title")
            },
            step: step(lang, 5),
            rows: vec![SummaryRow {
                actions: vec![Action {
                    href: "/requests/new/what#description".into(),
                    text: lang.text("requests-pages-change").to_string(),
                    of: "<data>".into(),
                }],
                ..SummaryRow::new(lang.text("requests-pages-text"), "A <broken> lamp".to_owned())
            }],
            photos: vec!["/requests/new/photos/0".into()],
            photos_note: lang.text("requests-pages-photos-for-unit").to_string(),
        }
    }
}

impl DonePage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> DonePage {
        DonePage {
            page: shell(lang, "requests-pages-filed-title"),
            code: "K7MQ-4XTD".into(),
            spoken: "K, 7, M, Q; 4, X, T, D".into(),
            key: "ABC-DEF".into(),
            key_spoken: "A, B, C; D, E, F".into(),
            path: "/requests/K7MQ4XTD".into(),
            next: vec![
                lang.text("requests-pages-next-unit")
                    .arg("agency", "Dinas <Pekerjaan Umum>")
                    .to_string(),
            ],
        }
    }
}

impl LimitPage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> LimitPage {
        LimitPage {
            page: Shell {
                errors: wrong("why"),
                ..shell(lang, "requests-pages-limit-title")
            },
            sentence: "Ten <12> a day".into(),
            why: "<broken>".into(),
            is_asked: false,
            n_days: 30,
        }
    }
}

impl OfflinePage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> OfflinePage {
        OfflinePage {
            page: Shell {
                errors: wrong("photo"),
                ..shell(lang, "requests-pages-offline-title")
            },
            services: vec![Choice::new("road", "Jalan <2>")],
            address: "O'Brien".into(),
            text: "</textarea><toilet>".into(),
            n_free: 5,
            most_mebibytes: 10,
            audiences: vec![Choice::new("unit", lang.text("requests-pages-photos-for-unit"))],
        }
    }
}
