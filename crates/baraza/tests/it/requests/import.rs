use std::{
    io::Write,
    path::{Path, PathBuf},
};

use baraza::{
    platform::time::Time,
    requests::{
        self, Imported, Source, Wanted,
        model::{
            clock::Light,
            request::{CloseKind, State},
        },
    },
};

use super::Hall;

fn source(file: &Path) -> Source {
    Source {
        file: file.to_owned(),
        profile: "lapor".into(),
        time_zone: None,
    }
}

async fn import(hall: &Hall, source: &Source) -> anyhow::Result<Imported> {
    requests::import(&hall.town.app, &hall.town.system(), source, &|_| ()).await
}

fn file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(text.as_bytes()).expect("written");
    file
}

const LIST: &str = "service_request_id,status,status_notes,service_name,service_code,description,agency_responsible,requested_datetime,updated_datetime,expected_datetime,address,lat,long\n\
    1,closed,Mended,Street light,street-light,Lamp out,Dinas PU,2026-11-02T08:00:00+07:00,2026-11-04T08:00:00+07:00,2026-11-09T00:00:00+07:00,Jl. A,-7.15,111.85\n\
    2,open,,Street light,street-light,\"Two lines,\nand a comma\",Dinas PU,2026-11-10 08:00:00,,2026-11-12 08:00:00,Jl. B,,\n\
    3,open,,Stray dogs,,Many dogs,Animal Control,2026-11-15T01:00:00Z,,,,,\n\
    4,open,,Street light,street-light,No time,Dinas PU,yesterday,,,,,\n\
    ,open,,Street light,street-light,No number,Dinas PU,2026-11-10 08:00:00,,,,,\n";

#[tokio::test]
async fn a_file_with_open311_names_is_taken_in_and_the_second_time_adds_nothing() {
    let hall = Hall::new().await;
    let list = file(LIST);
    let imported = import(&hall, &source(list.path())).await.expect("imported");
    assert_eq!(
        (
            imported.n_added,
            imported.n_known,
            imported.n_broken,
            imported.n_services
        ),
        (3, 0, 2, 1)
    );
    let told: Vec<(u64, bool)> = imported
        .broken
        .iter()
        .map(|(line, reason)| (*line, reason.contains("2026") || reason.contains("number")))
        .collect();
    assert_eq!(
        told,
        [(6, true), (7, true)],
        "lines as an editor counts them: {:?}",
        imported.broken
    );

    let again = import(&hall, &source(list.path())).await.expect("imported");
    assert_eq!((again.n_added, again.n_known, again.n_services), (0, 3, 0));

    let all = requests::list_desk(
        &hall.town.app,
        &hall.town.system(),
        &Wanted {
            most: 10,
            ..Wanted::default()
        },
    )
    .await
    .expect("listed");
    let texts: Vec<&str> = all.iter().map(|request| request.text.as_str()).collect();
    assert_eq!(
        texts,
        ["Many dogs", "Two lines,\nand a comma", "Lamp out"],
        "the newest first, by when they were opened there"
    );
    let (dogs, open, closed) = (&all[0], &all[1], &all[2]);
    assert_eq!(
        (dogs.service.as_str(), dogs.agency.as_deref()),
        ("stray-dogs", Some("animal-control"))
    );
    assert_eq!(
        closed.state,
        State::Closed {
            at: Time::parse("2026-11-04T01:00:00Z").expect("a moment"),
            kind: CloseKind::Imported
        }
    );
    assert_eq!(closed.place.as_deref(), Some("35.22.01.2001"));
    // Local times are read on the profile's clocks; what has come since is passed without anybody being told.
    assert_eq!(
        open.opened_at,
        Time::parse("2026-11-10T01:00:00Z").expect("a moment")
    );
    assert_eq!(
        (open.light(hall.town.clock.now()), open.clock.due_at),
        (Light::Yellow, open.clock.red_at)
    );
    assert!(open.is_overdue(hall.town.clock.now()) && !closed.is_overdue(hall.town.clock.now()));
    let (n,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM request_turn")
        .fetch_one(hall.town.app.db.read())
        .await
        .expect("counted");
    assert_eq!(n, 0);
    let note: (Option<String>,) = sqlx::query_as("SELECT note FROM request_closing")
        .fetch_one(hall.town.app.db.read())
        .await
        .expect("a closing");
    assert_eq!(note.0.as_deref(), Some("Mended"));
}

#[tokio::test]
async fn what_cannot_be_imported_says_why_and_what_to_do() {
    let hall = Hall::new().await;
    let list = file("id,when\n1,2\n");
    let error = import(&hall, &source(list.path()))
        .await
        .expect_err("refused")
        .to_string();
    assert!(error.contains("service_request_id or case_enquiry_id"), "{error}");
    let unknown = Source {
        profile: "nothing".into(),
        ..source(list.path())
    };
    let error = import(&hall, &unknown).await.expect_err("refused").to_string();
    assert!(error.contains("baraza request profile load nothing"), "{error}");
    let zone = Source {
        time_zone: Some("Boston".into()),
        ..source(list.path())
    };
    let error = import(&hall, &zone).await.expect_err("refused").to_string();
    assert!(error.contains("America/New_York"), "{error}");
    let absent = import(&hall, &source(Path::new("/nowhere.csv")))
        .await
        .expect_err("refused")
        .to_string();
    assert!(absent.contains("/nowhere.csv"), "{absent}");
}

/// The folder of Boston's requests; `None` with a plain word where it is absent.
fn boston() -> Option<PathBuf> {
    let beside = || {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .map(|folder| folder.join("shared/data"))
            .find(|folder| folder.exists())
    };
    let folder = std::env::var_os("BARAZA_REAL_DATA")
        .map(PathBuf::from)
        .or_else(beside);
    let folder = folder
        .map(|folder| folder.join("05-complaints"))
        .filter(|folder| folder.exists());
    if folder.is_none() {
        assert_ne!(
            std::env::var("CI").as_deref(),
            Ok("true"),
            "05-complaints is absent: set BARAZA_REAL_DATA"
        );
        eprintln!(
            "real data absent: set BARAZA_REAL_DATA to the folder with 05-complaints to run this check"
        );
    }
    folder
}

/// What the city says of each request: its number, and whether it was overdue.
fn flags(file: &Path) -> Vec<(String, bool)> {
    let text = flate2::read::MultiGzDecoder::new(std::fs::File::open(file).expect("a file"));
    let mut reader = csv::Reader::from_reader(text);
    let headers = reader.headers().expect("a header").clone();
    let column = |name: &str| {
        headers
            .iter()
            .position(|header| header == name)
            .expect("a column")
    };
    let (id, flag) = (column("case_enquiry_id"), column("on_time"));
    reader
        .records()
        .map(|record| {
            let record = record.expect("a row");
            (format!("import:{}", &record[id]), &record[flag] == "OVERDUE")
        })
        .collect()
}

#[tokio::test]
async fn bostons_46_638_requests_have_the_citys_own_overdue_flags() {
    let Some(folder) = boston() else { return };
    let hall = Hall::new().await;
    let app = &hall.town.app;
    let mut n_added = 0;
    let mut said = Vec::new();
    for year in 2013..=2019 {
        let file = folder.join(format!("boston311_animal_{year}.csv.gz"));
        said.extend(flags(&file));
        let source = Source {
            time_zone: Some("America/New_York".into()),
            profile: "helpline-2014".into(),
            ..source(&file)
        };
        let imported = import(&hall, &source).await.expect("imported");
        assert_eq!(imported.broken, [], "{year}");
        n_added += imported.n_added;
    }
    assert_eq!((n_added, said.len()), (46_638, 46_638));
    // Closed after its target, or still open beyond it.
    let ours: Vec<(String, i64)> = sqlx::query_as(
        "SELECT delivery, CASE WHEN (CASE WHEN state = 'closed' THEN state_at ELSE $1 END) > finish_by_at THEN 1 ELSE 0 END
         FROM service_request",
    )
    .bind(hall.town.clock.now().0)
    .fetch_all(app.db.read())
    .await
    .expect("read");
    let mut ours: Vec<(String, bool)> = ours.into_iter().map(|(id, late)| (id, late == 1)).collect();
    ours.sort();
    said.sort();
    let differing = ours.iter().zip(&said).filter(|(ours, said)| ours != said).count();
    assert_eq!(differing, 0, "of {} rows", said.len());
    assert_eq!(said.iter().filter(|(_, late)| *late).count(), 3_316 + 1_056);
    // The board and the grade come out of them.
    let profile = requests::model::profile::Profile::parse(requests::model::profile::shipped::HELPLINE_2014)
        .expect("reads");
    let year = |text: &str| Time::parse(text).expect("a moment");
    let graded = requests::grades(
        app,
        &profile,
        year("2018-01-01T05:00:00Z"),
        year("2019-01-01T05:00:00Z"),
    )
    .await
    .expect("graded");
    let closed: i64 = graded
        .iter()
        .filter_map(|unit| unit.grade.as_ref())
        .map(|grade| grade.counts.n_closed)
        .sum();
    let shadow: i64 = graded.iter().map(|unit| unit.shadow.n_closed).sum();
    assert!(closed > 4_000 && closed == shadow, "{closed} {shadow}");
    // A sweep over what is open still: everything had come when it was imported.
    let swept = requests::sweep(app).await.expect("swept");
    assert_eq!(swept.n_turns, 0);
}
