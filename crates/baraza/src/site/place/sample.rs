//! A place's profile with something of everything, for tests and for looking at.

use super::profile::{PlaceRef, Profile};
use super::{Collecting, PlacePage, SHAPES, children, fate, level_name};
use crate::places::model::Places;
use crate::platform::draw::Reading;
use crate::platform::html::parts::Choice;
use crate::platform::html::{Markup, Shell};
use crate::platform::i18n::Lang;
use crate::requests::board::Door;
use crate::scorecards::pages::door::Door as Scored;
use crate::site::figures;
use crate::site::search::Hit;
use crate::site::view::MapView;

impl PlacePage {
    pub fn sample(lang: Lang) -> PlacePage {
        let place = |code: &str, name: &str, level: &str| PlaceRef {
            code: code.into(),
            name: name.into(),
            level: level.into(),
        };
        let mut figures = figures::sample(lang);
        let point = |reading| figures::Point {
            period: "2026".into(),
            reading,
            n: Some(301),
        };
        let of_children = [
            ("90.01.01", point(Reading::of(70.5))),
            ("90.01.02", point(Reading::Suppressed)),
        ]
        .map(|(code, point)| (code.to_owned(), point));
        figures[0].below = of_children.into();
        let profile = Profile {
            place: place("90.01", "Kecamatan <Ngasem>", "district"),
            is_current: false,
            valid_from: None,
            valid_to: Some("2025-01-01".into()),
            ancestors: vec![place("90", "Kabupaten Contoh", "regency")],
            today: vec![place("90.02", "Setren", "district")],
            children: vec![
                place("90.01.01", "Ngasem", "village"),
                place("90.01.02", "O'Brien \"&\" co", "village"),
            ],
            lang,
            figures,
        };
        let page = Shell::sample(lang);
        let (children_title, children_head, children) = children::table(&page, &profile);
        let (fate, successors) = fate::fate(&page, &Places::default(), &profile);
        PlacePage {
            code: profile.place.code.clone(),
            caption: lang
                .text("site-place-caption")
                .arg("level", level_name(lang, "district"))
                .arg("code", "90.01")
                .to_string(),
            fate,
            successors,
            numbers: profile
                .figures
                .iter()
                .map(|figure| figure.card(lang, "90.01"))
                .collect(),
            map: Some(MapView {
                caption: "Air minum".into(),
                ..MapView::default()
            }),
            choices: profile
                .figures
                .iter()
                .map(|figure| Choice::new(&figure.indicator, &figure.name).chosen_if("6.1.1"))
                .collect(),
            children_title,
            children_head,
            children,
            collecting: vec![Collecting {
                name: "Pendataan keluarga".into(),
                bar: Markup::default(),
                said: lang.text("site-collected-households").n("n", 1).to_string(),
            }],
            datasets: vec![Hit {
                href: "/data/rumah-tangga".into(),
                title: "Rumah tangga".into(),
                about: "2026".into(),
            }],
            door: Some(Door::sample(lang)),
            door_said: lang
                .text("requests-board-door-text")
                .arg("place", "Kecamatan <Ngasem>")
                .to_string(),
            scored: Some(Scored::sample(lang)),
            village_title: lang.text("village-title").to_string(),
            villages: super::years::of_village(lang, "90.01"),
            page: page
                .titled("Kecamatan <Ngasem>")
                .crumb("Kabupaten Contoh", "/places/90")
                .crumb("Kecamatan <Ngasem>", "")
                .shapes(&SHAPES),
        }
    }
}
