//! The metadata of a dataset, asked once and shown as four forms; and the evidence pack.

use std::io::Read;

use baraza::platform::op::Role;
use pretty_assertions::assert_eq;

use crate::{
    html::check::faults,
    town::{Town, Visitor, grant},
};

/// An open dataset with a table, of which a producer says nothing yet.
async fn wells(town: &Town) -> Visitor<'_> {
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    let fields = [("title", "Wells"), ("open", "yes"), ("licence", "CC-BY-4.0")];
    producer.submits("/desk/data", &fields).await.is(303);
    let parts: [(&str, &str, &str, &[u8]); 2] = [
        ("table", "", "", b""),
        ("file", "wells.csv", "text/csv", b"sex,depth\nM,3\nF,7\n"),
    ];
    producer
        .posts_parts("/desk/data/wells/files", &parts)
        .await
        .is(303);
    town.run_jobs().await;
    producer
}

#[tokio::test]
async fn a_fact_is_asked_once_and_every_form_that_needs_it_shows_it() {
    let town = Town::new().await;
    let producer = wells(&town).await;
    let reader = town.stranger();
    let percent = async |form: &str| {
        let json = reader.gets("/data/wells/metadata.json").await.is(200).json();
        json["forms"][form]["percent"].as_u64().expect("a percentage")
    };
    let before = (percent("ms-keg").await, percent("ms-ind").await);
    let desk = producer.gets("/desk/data/wells/metadata").await.is(200).text();
    assert_eq!(desk.matches("name=\"level\"").count(), 1, "asked once");
    assert!(
        desk.contains("MS-Keg (activity), MS-Ind (indicator)"),
        "says which forms use it: {desk}"
    );
    assert!(
        !desk.contains("name=\"licence\""),
        "what the catalogue knows is not asked"
    );
    assert_eq!(faults(&desk), [""; 0]);
    let typed = [
        ("level", "District & village"),
        ("purpose", "=SUM(1)"),
        ("licence", "none"),
    ];
    producer
        .submits("/desk/data/wells/metadata", &typed)
        .await
        .is(303);
    for form in ["ms-keg", "ms-ind"] {
        let page = reader
            .gets(&format!("/data/wells/metadata/{form}"))
            .await
            .is(200)
            .text();
        assert!(page.contains("District &amp; village"), "{form}: {page}");
        assert_eq!(faults(&page), [""; 0], "{form}");
    }
    let dublin = reader
        .gets("/data/wells/metadata/dublin-core.json")
        .await
        .is(200)
        .json();
    assert_eq!(
        dublin["facts"]["licence"], "CC-BY-4.0",
        "nobody overwrites what the catalogue knows"
    );
    let csv = reader
        .gets("/data/wells/metadata/ms-keg.csv")
        .await
        .is(200)
        .text();
    assert!(csv.contains("3,,purpose,Purpose,'=SUM(1)"), "no formula: {csv}");
    assert!(percent("ms-keg").await > before.0 && percent("ms-ind").await > before.1);
    let all = reader.gets("/data/wells/metadata?lang=id").await.is(200).text();
    assert!(all.contains("% terisi"), "{all}");
    assert_eq!(faults(&all), [""; 0]);
}

#[tokio::test]
async fn variables_take_concept_and_definition_from_the_standard_their_column_follows() {
    let town = Town::new().await;
    let producer = wells(&town).await;
    producer
        .submits("/desk/data/wells/standards", &[("data/sex", "sex@1")])
        .await
        .is(303);
    let json = town
        .stranger()
        .gets("/data/wells/metadata/ms-var.json")
        .await
        .is(200)
        .json();
    let of = |name: &str| {
        let all = json["variables"].as_array().expect("variables");
        all.iter()
            .find(|one| one["name"] == name)
            .expect("a variable")
            .clone()
    };
    assert_eq!(of("sex")["concept"], "Sex of a person");
    assert_eq!(of("sex")["rule"], "One of the codes of sex v2");
    assert_eq!(of("depth")["concept"], "");
}

#[tokio::test]
async fn who_may_not_read_a_dataset_reads_none_of_its_metadata_and_who_may_not_write_it_says_none() {
    let town = Town::new().await;
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    producer
        .submits("/desk/data", &[("title", "Illness")])
        .await
        .is(303);
    let reader = town.stranger();
    for path in [
        "metadata",
        "metadata.json",
        "metadata/ms-keg",
        "metadata/ms-keg.csv",
    ] {
        reader.gets(&format!("/data/illness/{path}")).await.is(404);
    }
    let officer = town.someone(Role::Officer, Some("35.22")).await;
    officer.gets("/data/illness/metadata").await.is(200);
    officer
        .submits("/desk/data/illness/metadata", &[("purpose", "x")])
        .await
        .is(403);
}

#[tokio::test]
async fn the_pack_has_a_folder_for_each_indicator_and_a_page_that_says_what_is_missing() {
    let town = Town::new().await;
    let producer = wells(&town).await;
    producer
        .submits("/desk/data/wells/standards", &[("data/sex", "sex@1")])
        .await
        .is(303);
    let steward = town.someone(Role::Steward, None).await;
    let minutes: [(&str, &str, &str, &[u8]); 4] = [
        ("indicator", "", "", b"4.3-organisation"),
        ("title", "", "", "Minutes of the <data> forum".as_bytes()),
        ("held_on", "", "", b"2026-11-13"),
        ("file", "../notulen forum.pdf", "application/pdf", b"%PDF minutes"),
    ];
    steward.posts_parts("/desk/evidence-pack", &minutes).await.is(303);
    let bad: [(&str, &str, &str, &[u8]); 3] = [
        ("indicator", "", "", b"9.9-nothing"),
        ("title", "", "", b""),
        ("held_on", "", "", b"yesterday"),
    ];
    steward.posts_parts("/desk/evidence-pack", &bad).await.is(400);
    let page = steward.gets("/desk/evidence-pack").await.is(200).text();
    for part in [
        "1 of 2 columns follow a data standard.",
        "Weight within its domain: 32 %",
        "Minutes of the &#60;data&#62; forum",
    ] {
        assert!(page.contains(part), "{part} is missing in\n{page}");
    }
    assert_eq!(faults(&page), [""; 0]);
    let zip = steward.gets("/desk/evidence-pack.zip").await.is(200);
    assert_eq!(zip.header("content-type"), "application/zip");
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(zip.body)).expect("a zip file");
    let names: Vec<String> = archive
        .file_names()
        .map(|name| name.expect("a name").into_owned())
        .collect();
    let paper = names
        .iter()
        .find(|name| name.starts_with("4-institution/4.3-organisation/2026-11-13-"))
        .expect("the minutes");
    assert!(
        paper.contains("/2026-11-13-notulen-forum-") && paper.ends_with(".pdf") && !paper.contains(".."),
        "{paper}"
    );
    let mut text = |name: &str| {
        let mut text = String::new();
        let mut file = archive.by_name(name).expect("a file");
        file.read_to_string(&mut text).expect("text");
        text
    };
    assert!(names.iter().all(|name| name.is_ascii()), "{names:?}");
    assert_eq!(text(&paper.clone()), "%PDF minutes");
    assert_eq!(
        text("1-principles/1.1-standards/columns.csv"),
        "table,column,standard,version,master_data,values,valid\nwells/data,sex,sex,1,false,2,2\n"
    );
    // Every folder says what belongs there, those without any evidence, too.
    let about = "/about-this-folder.txt";
    assert_eq!(names.iter().filter(|name| name.ends_with(about)).count(), 19);
    let use_of_statistics = text("5-national/5.1-use/about-this-folder.txt");
    assert!(
        use_of_statistics.contains("What belongs here: plans, policies and reports that cite the data.")
            && use_of_statistics.contains("Missing: a paper that shows it"),
        "{use_of_statistics}"
    );
    for folder in ["1-principles/1.2-metadata", "5-national/5.2-activities"] {
        for (form, said) in [
            ("ms-keg", "Wells"),
            ("ms-var", "depth"),
            ("ms-ind", "block,variable,key,question,answer"),
        ] {
            let form = text(&format!("{folder}/wells-{form}.csv"));
            assert!(form.contains(said), "{said} is missing in\n{form}");
        }
    }
    let index = text("index.html");
    for part in [
        "What belongs here: the list of staff who work on statistics",
        "wells-ms-var.csv</a>: the metadata of the variables of one dataset (MS-Var)",
        "<h2>5 National statistics</h2>",
        "Missing: a paper that shows it",
        "Minutes of the &lt;data&gt; forum",
        "href=\"2-quality/2.3-timeliness/timeliness.csv\">timeliness.csv</a>: how many due dates each organisation kept",
        "Minutes of the &lt;data&gt; forum (",
    ] {
        assert!(index.contains(part), "{part} is missing in\n{index}");
    }
    producer.gets("/desk/evidence-pack.zip").await.is(403);
    let zip = steward.gets("/desk/evidence-pack.zip?lang=id").await.is(200);
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(zip.body)).expect("a zip file");
    let mut about = String::new();
    archive
        .by_name("4-institution/4.2-people/about-this-folder.txt")
        .expect("a folder without evidence")
        .read_to_string(&mut about)
        .expect("text");
    assert!(
        about.contains("Yang ditempatkan di sini: daftar pegawai"),
        "{about}"
    );
}

#[tokio::test]
async fn a_steward_of_one_organisation_adds_nothing_to_the_pack_of_all_and_no_metadata_of_others() {
    let town = Town::new().await;
    wells(&town).await;
    let all = town.someone(Role::Steward, None).await;
    let office = serde_json::json!({ "name": "dinkes", "title": "Dinas Kesehatan" });
    all.posts_json("/api/3/action/organization_create", &office)
        .await
        .is(200);
    let mut role = grant(Role::Steward, None);
    role.org = Some("dinkes".into());
    town.add("health@town.test", "Of health", &[role]).await;
    let health = town.signs_in("health@town.test").await;
    let page = health.gets("/desk/evidence-pack").await.is(200).text();
    assert!(
        !page.contains("name=\"held_on\""),
        "no form that would be refused: {page}"
    );
    let minutes: [(&str, &str, &str, &[u8]); 4] = [
        ("indicator", "", "", b"4.3-organisation"),
        ("title", "", "", b"Minutes"),
        ("held_on", "", "", b"2026-11-13"),
        ("file", "minutes.pdf", "application/pdf", b"%PDF minutes"),
    ];
    health.posts_parts("/desk/evidence-pack", &minutes).await.is(403);
    all.posts_parts("/desk/evidence-pack", &minutes).await.is(303);
    // A dataset of nobody's is for those who write all.
    let typed = [("purpose", "Mine")];
    health.gets("/desk/data/wells/metadata").await.is(403);
    health.submits("/desk/data/wells/metadata", &typed).await.is(403);
    all.submits("/desk/data/wells/metadata", &typed).await.is(303);
}
