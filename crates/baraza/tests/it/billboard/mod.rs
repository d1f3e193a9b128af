//! The village's billboard: what stands on it, in which language, and in how many pages.

use std::time::Duration;

use baraza::{
    billboard::{
        self,
        model::{Choice, Size},
        words::Poster,
    },
    indicators::{self, model::observation::Status},
    places::{
        self,
        model::{Place, Places},
    },
    platform::{i18n::Lang, op::Role},
};
use pretty_assertions::assert_eq;

use crate::{
    indicators::{PLACES, counted, import_places},
    town::{Answer, Town},
    village::year::{VILLAGE, begun, operator},
};

const BUDGET: &str = "field,planned,realised\nincome,1500000000,\ngovernment,500000000,210000000\n\
    development,600000000,150000000\ncommunity,100000000,\nempowerment,200000000,0\nemergency,100000000,\n";
const WORKS: &str =
    "code,title,provider,amount,progress,stated_on\nW-1,Drain RT 3,TPK Desa,85000000,40,2026-11-01\n";

/// A town whose village stated budget and works and invites to a meeting.
async fn stated() -> Town {
    let town = begun().await;
    let operator = operator(&town).await;
    for (what, text) in [("budget", BUDGET), ("works", WORKS)] {
        let parts = [
            ("source", "", "", &b"Perdes 5/2026"[..]),
            ("stated_on", "", "", &b"2026-11-16"[..]),
            ("file", "list.csv", "text/csv", text.as_bytes()),
        ];
        let path = format!("/desk/villages/{VILLAGE}/year/2027/{what}");
        operator.posts_parts(&path, &parts).await.is(303);
    }
    let fields = [
        ("title", "Musyawarah desa"),
        ("held_on", "2026-11-20"),
        ("starts_at", "19:30"),
        ("venue", "Balai desa"),
        ("agenda", "RKP Desa"),
        ("invited", "women"),
    ];
    let path = format!("/desk/villages/{VILLAGE}/meetings");
    operator.submits(&path, &fields).await.is(303);
    town
}

/// How many pages a PDF has, as its own tree of pages says.
fn n_pages(pdf: &[u8]) -> usize {
    let text = String::from_utf8_lossy(pdf);
    let tree = text.split("/Type/Pages/Count ").nth(1).expect("a tree of pages");
    let digits: String = tree.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().expect("a number")
}

/// The billboards of some villages, and how many statements were read for them.
async fn gathers(town: &Town, all: &Places, villages: &[Place<'_>]) -> (Vec<Poster>, u64) {
    let before = town.app.db.n_reads();
    let posters = billboard::posters(&town.app, town.clock.now(), all, villages, None)
        .await
        .expect("posters");
    (posters, town.app.db.n_reads() - before)
}

fn is_pdf(answer: &Answer) -> bool {
    answer.header("content-type") == "application/pdf" && answer.body.starts_with(b"%PDF-1.7")
}

#[tokio::test]
async fn the_billboard_tells_what_the_village_stated_and_says_where_nothing_is_known() {
    let town = stated().await;
    let page = town
        .stranger()
        .gets(&format!("/villages/{VILLAGE}/billboard"))
        .await
        .is(200)
        .text();
    for part in [
        "Luwihaji",
        "Budget 2027",
        "Drain RT 3",
        "40% done",
        "Musyawarah desa",
        "20 November 2026",
        "There is no figure of this village yet.",
        "Nothing has been promised here yet.",
        "/v/35.22.01.2001",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let short = town.stranger().gets(&format!("/v/{VILLAGE}")).await.is(303);
    assert_eq!(short.header("location"), format!("/villages/{VILLAGE}/billboard"));
    town.stranger().gets("/v/35.99").await.is(404);
}

#[tokio::test]
async fn tables_of_a_village_stack_on_a_phone_and_its_people_propose_from_the_top() {
    let town = stated().await;
    let stranger = town.stranger();
    let page = stranger
        .gets(&format!("/villages/{VILLAGE}"))
        .await
        .is(200)
        .text();
    let billboard = stranger
        .gets(&format!("/villages/{VILLAGE}/billboard"))
        .await
        .is(200)
        .text();
    for page in [&page, &billboard] {
        assert!(
            page.contains("bz-scroll bz-stack") && page.contains("data-label="),
            "{page}"
        );
    }
    assert!(!page.contains("bz-sideways"), "{page}");
    let (top, _) = page.split_once("id=\"documents\"").expect("documents");
    assert!(
        top.contains(&format!("href=\"/proposals/new?place={VILLAGE}\"")),
        "{top}"
    );
}

#[tokio::test]
async fn it_is_printed_on_one_tagged_page_in_three_sizes_and_made_once_for_all_who_ask() {
    let town = stated().await;
    let path = format!("/villages/{VILLAGE}/billboard.pdf");
    for size in ["a1", "a3", "a4"] {
        let printed = town.stranger().gets(&format!("{path}?size={size}")).await.is(200);
        assert!(is_pdf(&printed), "{size}");
        assert_eq!(n_pages(&printed.body), 1, "{size}");
        let text = String::from_utf8_lossy(&printed.body);
        for part in ["pdfuaid", "/StructTreeRoot"] {
            assert!(text.contains(part), "{size}: {part} is missing");
        }
    }
    let made = town.app.press.n_made();
    town.advance(Duration::from_secs(60));
    town.stranger().gets(&path).await.is(200);
    assert_eq!(town.app.press.n_made(), made, "the A3 was made already");
    let refused = town.stranger().gets(&format!("{path}?size=a2")).await.is(400);
    assert!(refused.text().contains("a1, a3 or a4"));
}

#[tokio::test]
async fn only_the_villages_own_operator_chooses_and_each_figure_once() {
    let town = stated().await;
    let desk = format!("/desk/villages/{VILLAGE}/billboard");
    let officer = town.someone(Role::Officer, Some("35.22")).await;
    officer.gets(&desk).await.is(200);
    officer.submits(&desk, &[("lang", "id")]).await.is(403);
    town.stranger().gets(&desk).await.is(303);
    let operator = operator(&town).await;
    operator.submits(&desk, &[("figure-1", "nothing")]).await.is(400);
    operator.submits(&desk, &[("lang", "id")]).await.is(303);
    let chosen = billboard::choice(&town.app, VILLAGE).await.expect("a choice");
    assert_eq!(
        chosen,
        Choice {
            lang: Some(Lang::Id),
            indicators: Vec::new(),
        }
    );
    let all = places::all(&town.app).await.expect("places");
    let village = all.find(VILLAGE).expect("the village");
    let at = town.clock.now();
    let own = billboard::posters(&town.app, at, &all, &[village], None)
        .await
        .expect("a poster");
    assert_eq!(own[0].budget.title, "Anggaran 2027");
    let asked = billboard::posters(&town.app, at, &all, &[village], Some(Lang::En))
        .await
        .expect("a poster");
    assert_eq!(asked[0].budget.title, "Budget 2027");
}

#[tokio::test]
async fn figures_of_the_village_stand_beside_the_place_above_and_small_ones_are_withheld() {
    let town = counted().await;
    let all = places::all(&town.app).await.expect("places");
    let villages = billboard::villages_of(&town.app, &all, "35.22")
        .await
        .expect("villages");
    assert_eq!(villages.len(), 4);
    let choice = Choice {
        lang: Some(Lang::En),
        indicators: vec!["6.1.1".into()],
    };
    for village in &villages {
        billboard::choose(&town.app, &town.system(), village.code(), &choice)
            .await
            .expect("chosen");
    }
    let posters = billboard::posters(&town.app, town.clock.now(), &all, &villages, None)
        .await
        .expect("posters");
    let definition = indicators::find(&town.app, "6.1.1")
        .await
        .expect("an indicator")
        .definition;
    let mut n_beside = 0;
    for (village, poster) in villages.iter().zip(&posters) {
        let series = indicators::series(&town.app, &definition, village.code(), &[])
            .await
            .expect("numbers");
        let (name, value, before, above) = &poster.figures.rows[0];
        assert_eq!(name, "Households with safe water");
        if series.last().is_none_or(|last| last.status != Status::Normal) {
            assert!(!value.contains('%'), "{value}");
            assert_eq!(
                (before.0, above.0),
                ("", ""),
                "nothing is compared with what is withheld"
            );
        }
        n_beside += usize::from(above.1.contains("the district"));
    }
    assert!(n_beside > 0);
}

#[tokio::test]
async fn all_billboards_of_a_place_are_one_document_with_a_page_for_each() {
    let town = stated().await;
    let officer = town.someone(Role::Officer, Some("35.22")).await;
    officer.gets("/desk/billboards").await.is(200);
    let printed = officer
        .gets("/desk/billboards.pdf?place=35.22.01&size=a4")
        .await
        .is(200);
    assert!(is_pdf(&printed));
    assert_eq!(n_pages(&printed.body), 3);
    town.stranger().gets("/desk/billboards.pdf").await.is(303);
}

#[tokio::test]
async fn four_hundred_and_thirty_villages_ask_for_hardly_more_than_one() {
    let town = counted().await;
    let mut list = PLACES.to_owned();
    for n in 0..430 {
        list += &format!("35.22.02.3{n:03},Desa {n}\n");
    }
    import_places(&town, &list).await;
    town.run_jobs().await;
    let all = places::all(&town.app).await.expect("places");
    let villages = billboard::villages_of(&town.app, &all, "35.22.02")
        .await
        .expect("villages");
    assert!(villages.len() >= 430);
    gathers(&town, &all, &villages[..1]).await;
    let (_, of_one) = gathers(&town, &all, &villages[..1]).await;
    let (posters, of_all) = gathers(&town, &all, &villages).await;
    assert_eq!(posters.len(), villages.len());
    assert!(
        of_all <= of_one + 2,
        "{of_all} statements where one village needs {of_one}"
    );
    let document = billboard::document(&town.app, town.clock.now(), "All".into(), &posters, Size::A3);
    let bytes = document.data.to_string().len();
    assert!(bytes < 16 * 1024 * 1024, "{bytes}: baraza-typeset reads 32 MB");
}
