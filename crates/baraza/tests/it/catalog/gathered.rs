//! The datasets of a theme and of an organisation.

use baraza::{accounts::model::Organisation, platform::op::Role};
use pretty_assertions::assert_eq;

use crate::{html::check::faults, town::Town};

/// An office with an open dataset about water and one about health that is not open.
async fn office() -> Town {
    let town = Town::new().await;
    let mut tx = town.app.db.begin().await.expect("a transaction");
    let organisation = Organisation {
        code: "dinas-pu".into(),
        name: "Dinas Pekerjaan Umum".into(),
        about: Some("Roads & wells".into()),
        contact: Some("pu@example.go.id".into()),
    };
    baraza::accounts::save_organisation(&mut tx, &town.system(), &organisation)
        .await
        .expect("saved");
    tx.commit().await.expect("committed");
    let steward = town.someone(Role::Admin, None).await;
    for (title, theme, open) in [("Wells", "water", "yes"), ("Illness", "health", "")] {
        let fields = [
            ("title", title),
            ("theme", theme),
            ("open", open),
            ("organisation", "dinas-pu"),
        ];
        steward.submits("/desk/data", &fields).await.is(303);
    }
    town
}

#[tokio::test]
async fn a_theme_and_an_organisation_have_pages_of_their_own_that_the_data_lead_to() {
    let town = office().await;
    let reader = town.stranger();
    let home = reader.gets("/data").await.is(200).text();
    let dataset = reader.gets("/data/wells").await.is(200).text();
    for href in ["/themes/water", "/organizations/dinas-pu"] {
        let link = format!("href=\"{href}\"");
        assert!(
            home.contains(&link) && dataset.contains(&link),
            "no way to {href}"
        );
        let page = reader.gets(href).await.is(200).text();
        assert!(
            page.contains("href=\"/data/wells\"") && !page.contains("Illness"),
            "{page}"
        );
        assert_eq!(faults(&page), [""; 0]);
    }
    let office = reader.gets("/organizations/dinas-pu").await.text();
    assert!(
        office.contains("Roads &#38; wells") && office.contains("pu@example.go.id"),
        "{office}"
    );
    let theme = reader.gets("/themes/water?lang=id").await.is(200).text();
    assert!(
        theme.contains("Air dan sanitasi") && theme.contains("1 dataset"),
        "{theme}"
    );
}

#[tokio::test]
async fn both_answer_as_files_with_what_the_caller_may_read() {
    let town = office().await;
    let officer = town.someone(Role::Officer, Some("35.22")).await;
    let json = officer.gets("/organizations/dinas-pu.json").await.is(200).json();
    assert_eq!(json["name"], "Dinas Pekerjaan Umum");
    assert_eq!(json["datasets"].as_array().map(Vec::len), Some(2));
    let open = town
        .stranger()
        .gets("/organizations/dinas-pu.json")
        .await
        .is(200)
        .json();
    assert_eq!(open["datasets"].as_array().map(Vec::len), Some(1));
    assert_eq!(open["datasets"][0]["slug"], "wells");
    let csv = town.stranger().gets("/themes/water.csv").await.is(200);
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(
        csv.text(),
        "dataset,title,description,theme,organization,publisher,place,period,license,is_open,n_tables,n_rows,changed_at,address\n\
         wells,Wells,,water,dinas-pu,Dinas Pekerjaan Umum,,,,true,0,0,2026-11-16T02:00:00Z,http://127.0.0.1:8080/data/wells\n"
    );
    let all = town
        .stranger()
        .gets("/data.csv?theme=health")
        .await
        .is(200)
        .text();
    assert_eq!(all.lines().count(), 1, "only the head: {all}");
}

#[tokio::test]
async fn a_theme_with_nothing_in_it_says_so_and_one_that_is_none_is_not_found() {
    let town = office().await;
    let page = town.stranger().gets("/themes/transport").await.is(200).text();
    assert!(
        page.contains("Nothing that you may read is published here yet"),
        "{page}"
    );
    // That there is a dataset about it is not told to those who may not read it.
    let hidden = town.stranger().gets("/themes/health").await.is(200).text();
    assert!(hidden.contains("0 datasets"), "{hidden}");
    let unknown = town.stranger().gets("/themes/astrology").await.is(404).text();
    assert!(unknown.contains("There is no theme “astrology”"), "{unknown}");
    let unknown = town.stranger().gets("/organizations/nobody").await.is(404).text();
    assert!(unknown.contains("nobody"), "{unknown}");
}

#[tokio::test]
async fn an_organisation_with_many_datasets_shows_them_a_page_at_a_time_with_its_figures() {
    let town = office().await;
    let steward = town.someone(Role::Admin, None).await;
    for n in 0..25 {
        let title = format!("Road {n}");
        let fields = [
            ("title", title.as_str()),
            ("theme", "infrastructure"),
            ("open", "yes"),
            ("organisation", "dinas-pu"),
        ];
        steward.submits("/desk/data", &fields).await.is(303);
    }
    let reader = town.stranger();
    let count = |page: &str| {
        page.matches("<h3 class=\"govuk-heading-s govuk-!-margin-bottom-1\">")
            .count()
    };
    let first = reader.gets("/organizations/dinas-pu").await.is(200).text();
    assert!(first.contains("26 datasets") && count(&first) == 20, "{first}");
    assert!(
        first.contains("href=\"/organizations/dinas-pu?page=2\""),
        "{first}"
    );
    assert!(
        first.contains("publisher=dinas-pu&amp;theme=infrastructure"),
        "no way to its datasets of a theme: {first}"
    );
    let second = reader.gets("/organizations/dinas-pu?page=2").await.is(200).text();
    assert_eq!(count(&second), 6);
    // Past the last page stands the last.
    let past = reader
        .gets("/organizations/dinas-pu?page=99")
        .await
        .is(200)
        .text();
    assert_eq!(count(&past), 6);
    let json = reader.gets("/organizations/dinas-pu.json").await.is(200).json();
    assert_eq!(json["figures"]["n_datasets"], 26);
    assert_eq!(json["datasets"].as_array().map(Vec::len), Some(26));
    let all = reader.gets("/organizations").await.is(200).text();
    assert!(
        all.contains("href=\"/organizations/dinas-pu\"") && all.contains("26 datasets"),
        "{all}"
    );
    let themes = reader.gets("/themes").await.is(200).text();
    assert!(
        themes.contains("href=\"/themes/infrastructure\"") && themes.contains("25 datasets"),
        "{themes}"
    );
}

#[tokio::test]
async fn a_table_may_be_called_what_its_dataset_has_at_its_own_address() {
    let town = office().await;
    let steward = town.someone(Role::Admin, None).await;
    let parts: [(&str, &str, &str, &[u8]); 2] = [
        ("table", "", "", b"Metadata"),
        ("file", "wells.csv", "text/csv", b"well,depth\na,3\n"),
    ];
    steward
        .posts_parts("/desk/data/wells/files", &parts)
        .await
        .is(303);
    town.run_jobs().await;
    let page = steward.gets("/data/wells/metadata-1").await.is(200).text();
    assert!(page.contains("Metadata"), "{page}");
    // A dataset may be called like a page of the catalogue.
    let fields = [("title", "Agenda"), ("open", "yes"), ("organisation", "dinas-pu")];
    steward.submits("/desk/data", &fields).await.is(303);
    let page = town.stranger().gets("/data/agenda").await.is(200).text();
    assert!(page.contains("<h1 class=\"govuk-heading-l\">Agenda"), "{page}");
}

#[tokio::test]
async fn an_administrator_adds_an_office_at_the_desk_and_one_with_datasets_stays() {
    let town = Town::new().await;
    let admin = town.admin().await;
    let office = [
        ("code", "dinkes"),
        ("name", "Dinas Kesehatan"),
        ("contact", "dinkes@example.org"),
        ("active", "yes"),
    ];
    admin.submits("/desk/organizations", &office).await.is(303);
    let page = admin
        .gets("/desk/organizations/dinkes?lang=en")
        .await
        .is(200)
        .text();
    assert!(page.contains("dinkes@example.org"), "{page}");
    let again = admin.submits("/desk/organizations?lang=en", &office).await;
    assert!(again.text().contains("already"), "a code is one office's");
    let dataset = [
        ("title", "Clinics"),
        ("slug", "clinics"),
        ("organisation", "dinkes"),
    ];
    admin.submits("/desk/data", &dataset).await.is(303);
    let closed = [("name", "Dinas Kesehatan")];
    let refused = admin
        .submits("/desk/organizations/dinkes?lang=en", &closed)
        .await
        .text();
    assert!(refused.contains("still has datasets"), "{refused}");
    town.stranger().gets("/desk/organizations").await.is(303);
}
