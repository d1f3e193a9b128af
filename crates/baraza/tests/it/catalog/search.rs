//! Search of the catalogue through the front door: on its page, and as CKAN's clients ask.

use baraza::{
    platform::{app::App, op::Role, time::Clock},
    reactions,
};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::world::{import_places, place, square};
use crate::{
    html::check::faults,
    town::{MONDAY_MORNING, Town, Visitor},
};

/// An action of CKAN that succeeds.
async fn acts(visitor: &Visitor<'_>, action: &str, sent: Value) -> Value {
    let answer = visitor
        .posts_json(&format!("/api/3/action/{action}"), &sent)
        .await
        .is(200);
    answer.json()["result"].clone()
}

/// Enters datasets: name, title, notes, tags.
async fn entered(steward: &Visitor<'_>, datasets: &[(&str, &str, &str, &[&str])]) {
    for (name, title, notes, tags) in datasets {
        let tags: Vec<Value> = tags.iter().map(|tag| json!({ "name": tag })).collect();
        let sent =
            json!({ "name": name, "title": title, "notes": notes, "owner_org": "dinkes", "tags": tags });
        acts(steward, "package_create", sent).await;
    }
}

async fn office(town: &Town) -> Visitor<'_> {
    let steward = town.someone(Role::Steward, None).await;
    let office = json!({ "name": "dinkes", "title": "Kantor Arsip" });
    acts(&steward, "organization_create", office).await;
    steward
}

/// The slugs that a search finds, in their order.
async fn finds(visitor: &Visitor<'_>, query: &str) -> Vec<String> {
    let found = visitor.gets(&format!("/data.json?{query}")).await.is(200).json();
    let datasets = found["datasets"].as_array().expect("datasets").clone();
    let slug = |dataset: Value| dataset["slug"].as_str().unwrap_or_default().to_owned();
    datasets.into_iter().map(slug).collect()
}

/// The names that `package_search` finds, in their order.
async fn packages(visitor: &Visitor<'_>, sent: Value) -> Vec<String> {
    let found = acts(visitor, "package_search", sent).await;
    let results = found["results"].as_array().expect("results").clone();
    let name = |package: Value| package["name"].as_str().unwrap_or_default().to_owned();
    results.into_iter().map(name).collect()
}

const SIX: &[(&str, &str, &str, &[&str])] = &[
    ("en", "Primary schools", "Where they stand", &["education"]),
    ("id", "Data kesehatan ibu", "Menurut desa", &["ibu"]),
    ("sw", "Idadi ya watoto shuleni", "", &["elimu"]),
    ("hi", "विद्यालयों की सूची", "", &[]),
    ("bn", "গ্রামের শিক্ষা প্রতিষ্ঠান", "", &[]),
    ("ne", "जनसंख्या तथ्याङ्क", "", &[]),
];

#[tokio::test]
async fn datasets_of_six_languages_are_found_by_other_forms_of_their_words_and_despite_typing_errors() {
    let town = Town::new().await;
    let steward = office(&town).await;
    entered(&steward, SIX).await;
    let reader = town.stranger();
    for (q, expected) in [
        ("school", "en"),
        ("shcools", "en"),
        ("sehat", "id"),
        ("kesehtan", "id"),
        ("mtoto", "sw"),
        ("विद्यालय", "hi"),
        ("গ্রাম", "bn"),
        ("जनसंख्या", "ne"),
        ("education", "en"),
    ] {
        let q: String = url::form_urlencoded::byte_serialize(q.as_bytes()).collect();
        assert_eq!(finds(&reader, &format!("q={q}")).await, [expected], "{q}");
    }
    assert_eq!(finds(&reader, "q=nothing+of+the+kind").await, [""; 0]);
}

#[tokio::test]
async fn the_page_marks_what_was_sought_corrects_it_and_narrows_it_with_right_counts() {
    let town = Town::new().await;
    let steward = office(&town).await;
    entered(
        &steward,
        &[
            (
                "wells",
                "Wells & <b>pumps</b>",
                "Water of the villages",
                &["water", "wells"],
            ),
            ("rivers", "Rivers", "Water that flows", &["water"]),
            ("roads", "Roads", "", &["travel"]),
        ],
    )
    .await;
    let reader = town.stranger();
    let page = reader.gets("/data?q=wells").await.is(200).text();
    assert!(page.contains("<mark>Wells</mark> &amp; &lt;b&gt;pumps"), "{page}");
    assert!(!page.contains("<b>pumps") && page.contains("1 dataset"), "{page}");
    assert_eq!(faults(&page), [""; 0]);
    let page = reader.gets("/data?q=watre").await.is(200).text();
    assert!(
        page.contains("Showing results for <strong>water</strong>") && page.contains("2 datasets"),
        "{page}"
    );
    assert!(
        !page.contains("publisher=dinkes"),
        "a publisher of all that was found narrows nothing: {page}"
    );
    // Under a chosen tag the other tags are counted as if none was chosen.
    let page = reader.gets("/data?tag=water&q=water").await.is(200).text();
    assert!(page.contains("href=\"/data?q=water&#38;tag=wells\""), "{page}");
    assert!(
        page.contains("href=\"/data?q=water\"") && !page.contains("travel"),
        "{page}"
    );
    assert_eq!(faults(&page), [""; 0]);
    assert_eq!(finds(&reader, "tag=water&sort=title").await, ["rivers", "wells"]);
    assert_eq!(finds(&reader, "publisher=dinkes&tag=travel").await, ["roads"]);
    let begun = reader.gets("/suggest/data.json?q=riv").await.is(200).json();
    assert_eq!(
        begun["datasets"],
        json!([{ "title": "Rivers", "href": "/data/rivers" }])
    );
}

#[tokio::test]
async fn what_somebody_may_not_see_is_in_no_answer() {
    let town = Town::new().await;
    let steward = office(&town).await;
    entered(&steward, &[("open", "Harvest", "", &["rice"])]).await;
    let closed = json!({ "name": "closed", "title": "Penangkapan", "owner_org": "dinkes", "private": true, "tags": [{ "name": "rahasia" }] });
    acts(&steward, "package_create", closed).await;
    let draft =
        json!({ "name": "draft", "title": "Penangkapan lagi", "owner_org": "dinkes", "state": "draft" });
    acts(&steward, "package_create", draft).await;
    let stranger = town.stranger();
    assert_eq!(finds(&stranger, "q=penangkapan").await, [""; 0]);
    let page = stranger.gets("/data?q=penangkapn").await.is(200).text();
    assert!(
        !page.contains("penangkapan") && !page.contains("rahasia"),
        "{page}"
    );
    let begun = stranger.gets("/suggest/data.json?q=penang").await.is(200).json();
    assert_eq!(
        (begun["n"].clone(), begun["datasets"].clone()),
        (json!(0), json!([]))
    );
    let all = json!({ "include_private": true, "include_drafts": true, "facet.field": ["tags"] });
    assert_eq!(packages(&stranger, all.clone()).await, ["open"]);
    let mut seen = packages(&steward, all).await;
    seen.sort();
    assert_eq!(seen, ["closed", "draft", "open"]);
    assert_eq!(packages(&steward, json!({})).await, ["open"]);
    assert_eq!(
        finds(&steward, "q=penangkapan").await,
        ["closed"],
        "a draft has no page yet"
    );
}

#[tokio::test]
async fn clients_of_ckan_ask_in_the_language_of_solr() {
    let town = Town::new().await;
    let steward = office(&town).await;
    entered(
        &steward,
        &[
            (
                "wells",
                "Wells of the villages",
                "water from below",
                &["water", "wells"],
            ),
            ("rivers", "Rivers", "water that flows", &["water"]),
            ("roads", "Roads and wells beside them", "", &["travel"]),
        ],
    )
    .await;
    let reader = town.stranger();
    for (sent, expected) in [
        (json!({ "q": "*:*" }), vec!["rivers", "roads", "wells"]),
        (json!({ "q": "wells" }), vec!["roads", "wells"]),
        (json!({ "q": "well" }), vec!["roads", "wells"]),
        (json!({ "q": "title:\"wells of\"" }), vec!["wells"]),
        (json!({ "q": "wat* -tags:wells" }), vec!["rivers"]),
        (
            json!({ "fq": "tags:(water OR travel) AND -name:wells" }),
            vec!["rivers", "roads"],
        ),
        (json!({ "fq_list": ["tags:water", "tags:wells"] }), vec!["wells"]),
        (
            json!({ "fq": "metadata_modified:[2026-01-01T00:00:00Z TO *]" }),
            vec!["rivers", "roads", "wells"],
        ),
        (
            json!({ "fq": "metadata_modified:[* TO 2026-01-01T00:00:00Z]" }),
            vec![],
        ),
        (json!({ "fq": "organization:dinkes AND res_format:*" }), vec![]),
    ] {
        let mut found = packages(&reader, sent.clone()).await;
        found.sort();
        assert_eq!(found, expected, "{sent}");
    }
    let sorted = json!({ "sort": "title desc", "rows": 2, "start": 1 });
    assert_eq!(packages(&reader, sorted).await, ["roads", "rivers"]);
    let counted = acts(
        &reader,
        "package_search",
        json!({ "q": "water", "facet.field": ["tags", "organization"], "facet.limit": 1, "rows": 0 }),
    )
    .await;
    assert_eq!(counted["count"], 2);
    assert_eq!(
        counted["facets"],
        json!({ "tags": { "water": 2 }, "organization": { "dinkes": 2 } })
    );
    assert_eq!(
        counted["search_facets"]["organization"]["items"][0]["display_name"],
        "Kantor Arsip"
    );
}

#[tokio::test]
async fn hostile_queries_are_answered_or_refused_and_never_fail() {
    let town = Town::new().await;
    let steward = office(&town).await;
    entered(&steward, SIX).await;
    let reader = town.stranger();
    for q in [
        "(".repeat(10_000),
        "a".repeat(19_000),
        "\"".repeat(999),
        format!("title:{}", "*a?".repeat(300)),
        format!("title:/{}/", "(a+)+".repeat(100)),
        "word ".repeat(3_000),
        "title:[* TO".to_owned(),
        "\u{0}\u{1f}\u{10ffff}".to_owned(),
        "_query_:\"{!func}x\"".to_owned(),
    ] {
        for key in ["q", "fq"] {
            let answer = reader
                .posts_json("/api/3/action/package_search", &json!({ key: q }))
                .await;
            let told = answer.json();
            match told["success"].as_bool() {
                Some(true) => {}
                _ => assert_eq!(told["error"]["__type"], "Search Error", "{key} {}", &told),
            }
        }
        let q: String = url::form_urlencoded::byte_serialize(q.as_bytes())
            .take(4_000)
            .collect();
        // No address with a NUL in it comes through the door.
        let status = if q.contains("%00") { 400 } else { 200 };
        reader.gets(&format!("/data?q={q}")).await.is(status);
    }
}

#[tokio::test]
async fn what_another_process_changes_is_found_at_once_and_what_was_renamed_once() {
    let town = Town::new().await;
    let steward = office(&town).await;
    entered(
        &steward,
        &[("wells", "Wells", "", &[]), ("roads", "Roads", "", &[])],
    )
    .await;
    let reader = town.stranger();
    assert_eq!(finds(&reader, "q=wells").await, ["wells"]);
    let other = App::open(
        (*town.app.config).clone(),
        Clock::stopped(MONDAY_MORNING),
        reactions::all(),
    )
    .await
    .expect("a second process");
    let mut tx = other.db.begin().await.expect("a transaction");
    let entry = baraza::catalog::model::Entry {
        slug: "bridges".into(),
        title: "Bridges".into(),
        description: String::new(),
        theme: String::new(),
        organisation: Some("dinkes".into()),
        licence: String::new(),
        place: None,
        period: "2021/2023".into(),
        is_open: true,
    };
    baraza::catalog::enter_dataset(&other, &mut tx, &town.system(), &entry)
        .await
        .expect("entered");
    tx.commit().await.expect("committed");
    assert_eq!(finds(&reader, "q=bridges").await, ["bridges"]);
    assert_eq!(finds(&reader, "year=2022").await, ["bridges"]);
    acts(
        &steward,
        "package_patch",
        json!({ "id": "wells", "name": "springs", "title": "Springs" }),
    )
    .await;
    assert_eq!(finds(&reader, "q=wells").await, [""; 0]);
    assert_eq!(finds(&reader, "q=springs").await, ["springs"]);
    acts(&steward, "package_delete", json!({ "id": "roads" })).await;
    assert_eq!(finds(&reader, "").await.len(), 2);
    // A publisher's new name is known with its datasets, without anybody touching those.
    acts(
        &steward,
        "organization_patch",
        json!({ "id": "dinkes", "title": "Dinas Perairan" }),
    )
    .await;
    let mut found = finds(&reader, "q=perairan").await;
    found.sort();
    assert_eq!(found, ["bridges", "springs"]);
    other.db.close().await;
}

/// A regency and a district in it.
pub async fn imports_places(town: &Town) {
    let regency = place(["90.01", "Wanasari", "regency", ""], square(111.8, 111.9));
    let district = place(
        ["90.01.02", "Kali Anyar", "district", "90.01"],
        square(111.8, 111.9),
    );
    import_places(town, &[regency, district]).await;
}

#[tokio::test]
async fn what_covers_a_place_is_found_for_it_behind_what_is_about_it() {
    let town = Town::new().await;
    imports_places(&town).await;
    let steward = town.admin().await;
    for (title, place) in [("Harvest", "90.01"), ("Floods", "90.01.02"), ("Taxes", "")] {
        let fields = [("title", title), ("place", place), ("open", "yes")];
        steward.submits("/desk/data", &fields).await.is(303);
    }
    let reader = town.stranger();
    assert_eq!(finds(&reader, "q=kali+anyar").await, ["floods", "harvest"]);
    assert_eq!(finds(&reader, "q=wanasari").await, ["harvest", "floods"]);
    assert_eq!(finds(&reader, "q=floods+kali+anyar").await, ["floods"]);
    assert_eq!(finds(&reader, "level=district").await, ["floods"]);
    let page = reader.gets("/data").await.is(200).text();
    assert!(page.contains("href=\"/data?level=district\">District"), "{page}");
    assert!(
        page.contains("href=\"/data?place=90.01.02\">Kali Anyar</a>"),
        "{page}"
    );
    for (query, expected) in [
        ("place=90.01.02&sort=title", vec!["floods", "harvest"]),
        ("place=90.01&sort=title", vec!["floods", "harvest"]),
        ("place=90.01&q=floods", vec!["floods"]),
        ("place=90.99", vec![]),
    ] {
        assert_eq!(finds(&reader, query).await, expected, "{query}");
    }
    let page = reader.gets("/data?place=90.01.02").await.is(200).text();
    assert!(
        page.contains("Place: Kali Anyar") && page.contains("<a class=\"govuk-link\" href=\"/data\">Remove"),
        "{page}"
    );
    assert_eq!(faults(&page), [""; 0]);
    for query in ["place=90.01.02", "q=kali+anyar"] {
        let page = reader.gets(&format!("/data?{query}")).await.is(200).text();
        assert!(
            page.contains("covers Kali Anyar") && page.contains("about Kali Anyar"),
            "{query}: {page}"
        );
    }
    let page = reader.gets("/data?q=floods").await.is(200).text();
    assert!(!page.contains("about Kali Anyar"), "no place was meant: {page}");
}

#[tokio::test]
async fn other_words_are_proposed_only_where_they_find_something() {
    let town = Town::new().await;
    let steward = office(&town).await;
    entered(
        &steward,
        &[
            ("pumps", "Number of pumps", "", &[]),
            ("air", "Air quality", "", &[]),
            ("villages", "Villages", "", &[]),
            ("wells", "Village wells", "", &[]),
        ],
    )
    .await;
    let reader = town.stranger();
    let page = reader.gets("/data?q=sumber+air").await.is(200).text();
    assert!(
        page.contains("0 datasets") && !page.contains("number air"),
        "{page}"
    );
    let page = reader.gets("/data?q=vilages+wells").await.is(200).text();
    assert!(
        page.contains("Did you mean: <a class=\"govuk-link\" href=\"/data?q=villages+wells\">"),
        "{page}"
    );
    let page = reader.gets("/data?q=vilages").await.is(200).text();
    assert!(
        page.contains("Showing results for <strong>villages</strong>") && !page.contains("Did you mean"),
        "{page}"
    );
    assert_eq!(faults(&page), [""; 0]);
}

#[tokio::test]
async fn tables_maps_and_files_are_told_apart_and_themes_are_found_in_every_language() {
    let town = Town::new().await;
    let csv = "name,lat,lon\nSukorejo,-7.15,111.88\nDander,-7.25,111.85\n";
    super::publish(&town, csv).await;
    let steward = office(&town).await;
    let report = json!({
        "name": "report", "title": "Yearly report", "owner_org": "dinkes",
        "resources": [{ "url": "https://example.org/report.pdf", "name": "Report", "format": "PDF" }],
    });
    acts(&steward, "package_create", report).await;
    let reader = town.stranger();
    for (query, expected) in [
        ("format=table", vec!["villages-2024"]),
        ("format=map", vec!["villages-2024"]),
        ("format=PDF", vec!["report"]),
        ("format=CSV", vec![]),
        // "Regions and villages" is "Wilayah dan desa" in Indonesian.
        ("q=desa", vec!["villages-2024"]),
        ("q=regions", vec!["villages-2024"]),
    ] {
        assert_eq!(finds(&reader, query).await, expected, "{query}");
    }
    let page = reader.gets("/data").await.is(200).text();
    assert!(
        page.contains("href=\"/data?format=table\">Table</a>") && page.contains(">Map (GeoJSON)</a>"),
        "{page}"
    );
    assert!(
        page.contains("href=\"/data?theme=regions\""),
        "themes narrow before anybody searched: {page}"
    );
    let sent = json!({ "facet.field": ["res_format"], "rows": 0 });
    let counted = acts(&steward, "package_search", sent).await;
    assert_eq!(counted["facets"]["res_format"]["CSV"], 1);
    town.run_jobs().await;
}

#[tokio::test]
async fn many_values_are_folded_and_what_cannot_be_read_of_an_address_is_passed_over() {
    let town = Town::new().await;
    let steward = office(&town).await;
    let tags: Vec<String> = (10..25).map(|n| format!("tag-{n}")).collect();
    let tags: Vec<&str> = tags.iter().map(String::as_str).collect();
    entered(
        &steward,
        &[
            ("wells", "Wells", "", tags.as_slice()),
            ("roads", "Roads", "", &[]),
        ],
    )
    .await;
    let reader = town.stranger();
    let page = reader.gets("/data").await.is(200).text();
    let (first, folded) = page.split_once("All 15").expect("the rest is folded");
    assert!(
        first.contains("tag=tag-21") && !first.contains("tag=tag-22") && folded.contains("tag=tag-24"),
        "{page}"
    );
    assert_eq!(faults(&page), [""; 0]);
    for path in [
        "/data?page=abc",
        "/data?page=1&page=2&q=a&q=b",
        "/data.csv?page=-1",
        "/data.atom?q=a&q=b",
        "/suggest/data.json?q=a&q=b",
        "/themes/water?page=abc",
        "/organizations/dinkes?page=1&page=abc",
    ] {
        reader.gets(path).await.is(200);
    }
    assert_eq!(finds(&reader, "q=wells&q=roads").await, ["roads"]);
}

#[tokio::test]
async fn all_places_that_data_are_about_can_be_chosen_without_a_script() {
    let town = Town::new().await;
    let codes: Vec<String> = (100..305).map(|n| format!("90.01.{n}")).collect();
    let regency = place(["90.01", "Wanasari", "regency", ""], Value::Null);
    let districts = codes
        .iter()
        .map(|code| place([code, code, "district", "90.01"], Value::Null));
    let places: Vec<Value> = std::iter::once(regency).chain(districts).collect();
    import_places(&town, &places).await;
    let admin = town.admin().await;
    for code in &codes {
        let title = format!("Data of {code}");
        let fields = [
            ("title", title.as_str()),
            ("place", code.as_str()),
            ("open", "yes"),
        ];
        admin.submits("/desk/data", &fields).await.is(303);
    }
    let reader = town.stranger();
    let n_places = |page: &str| page.matches("href=\"/data?place=90.01.").count();
    let page = reader.gets("/data").await.is(200).text();
    let whole = "href=\"/data?all=place#by-place\">All 205";
    assert_eq!(n_places(&page), 200);
    assert!(
        page.contains("The first 200 of 205") && page.contains(whole),
        "{page}"
    );
    assert_eq!(faults(&page), [""; 0]);
    let page = reader.gets("/data?all=place").await.is(200).text();
    assert_eq!(n_places(&page), 205);
    assert!(
        page.contains("id=\"by-place\"") && page.contains("All 205") && !page.contains("all=place#"),
        "{page}"
    );
    assert_eq!(faults(&page), [""; 0]);
}
