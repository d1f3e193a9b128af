//! Numbers that others published: taken in, shown, compared, written back.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Instant,
};

use baraza::{
    indicators::{
        self, Computed,
        model::observation::{Standing, Status},
        outside::{
            self, Delivery, Taken,
            dhis2::{Mapping, sort_values},
            files,
            opensdg::{self, Site},
            un::{self, Extract},
        },
    },
    platform::op::Role,
};
use pretty_assertions::assert_eq;

use super::{PLACES, compute, counted, import_places, vintages::sign_of};
use crate::town::Town;

const NEET: &str = "\u{feff}Year,UNIT_MEASURE,REF_AREA,SEX,AGE,Value,\r\n2010,PT,,,Y15T24,5.7,\r\n2010,PT,KZAKM,,Y15T24,6.2,\r\n\
    2010,PT,,F,Y15T24,0.0,\r\n2010,PT,,_T,Y15T24,5.9,\r\n\r\n2011,PT,,,Y15T24,,\r\n2011,PT,,M,Y15T24,43.4 ,\r\n2011,PT,18.8,,\r\n";
const POOR: &str = "Year,UNIT_MEASURE,SERIES,Value\n2011,PT,_L_KZ_1A,0.1\n2011,TH_TNG,_L_KZ_1B,120";
const EMPTY: &str = "Year,Value\n";
const CONFIG: &str = "computation_units: UNIT_MEASURE.PT\nindicator_name: global_indicators.8-6-1-title\nindicator_number: 8.6.1\ntags: []\n";
const META: &str =
    "un_custodian_agency: International Labour\n  Organization (ILO)\nun_designated_tier: '1'\n";

fn site() -> Site {
    Site {
        country: "KAZ".into(),
        name: "Kazakhstan".into(),
        areas: [("KZAKM".to_owned(), "Akmola".to_owned())].into(),
    }
}

fn shipped() -> Vec<(String, Vec<u8>)> {
    [
        ("data/indicator_1-1-1.csv", POOR),
        ("data/indicator_2-5-2-1.csv", EMPTY),
        ("data/indicator_8-6-1.csv", NEET),
        ("data/../secret.csv", POOR),
        ("README.md", "# Site"),
        ("indicator-config/8-6-1.yml", CONFIG),
        ("meta/8-6-1.yml", META),
    ]
    .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
    .into()
}

async fn take_in(town: &Town, delivery: &Delivery) -> Taken {
    outside::take_in(&town.app, &town.system(), delivery)
        .await
        .expect("taken in")
}

/// Period, codes and value of one combination at a place.
async fn told(town: &Town, code: &str, place: &str, by: &[&str]) -> Vec<(String, String, Option<f64>)> {
    let definition = indicators::find(&town.app, code).await.expect("there").definition;
    indicators::series(&town.app, &definition, place, by)
        .await
        .expect("a combination")
        .into_iter()
        .map(|o| (o.period, o.codes, o.figures.value))
        .collect()
}

fn number(period: &str, codes: &str, value: Option<f64>) -> (String, String, Option<f64>) {
    (period.to_owned(), codes.to_owned(), value)
}

#[tokio::test]
async fn a_site_is_taken_in_shown_and_written_back_byte_for_byte() {
    let town = Town::new().await;
    import_places(&town, PLACES).await;
    let files = shipped();
    let delivery = opensdg::read(&site(), &files).unwrap();
    let taken = take_in(&town, &delivery).await;
    assert_eq!(
        (
            taken.n_indicators,
            taken.n_without_numbers,
            taken.n_numbers,
            taken.n_changed
        ),
        (4, 1, 7, 7)
    );

    let neet = indicators::find(&town.app, "kaz.8.6.1").await.unwrap().definition;
    assert_eq!((neet.indicator.as_str(), neet.tier), ("8.6.1", Some(1)));
    let imported = neet.imported().expect("imported");
    assert_eq!(
        (imported.unit.as_str(), &imported.of[..]),
        ("PT", &["AGE: Y15T24".to_owned()][..])
    );
    assert_eq!(
        told(&town, "kaz.8.6.1", "KAZ", &[]).await,
        [number("2010", "", Some(5.7)), number("2011", "", None)]
    );
    assert_eq!(
        told(&town, "kaz.8.6.1", "KAZ", &["sex"]).await,
        [number("2010", "F", Some(0.0)), number("2011", "M", Some(43.4))]
    );
    assert_eq!(
        told(&town, "kaz.8.6.1", "KAZ.KZAKM", &[]).await,
        [number("2010", "", Some(6.2))]
    );
    let own = indicators::find(&town.app, "kaz.2.5.2.1")
        .await
        .unwrap()
        .definition;
    assert_eq!((own.indicator.as_str(), own.scope.is_some()), ("2.5.2", true));
    assert_eq!(
        told(&town, "kaz.1.1.1-L_KZ_1B", "KAZ", &[]).await,
        [number("2011", "", Some(120.0))]
    );

    let written = outside::export(&town.app, "kaz").await.unwrap();
    let expected: Vec<(String, String)> = files
        .iter()
        .filter(|(path, _)| path != "README.md" && !path.contains(".."))
        .map(|(path, bytes)| (path.clone(), String::from_utf8(bytes.clone()).unwrap()))
        .collect();
    assert_eq!(written, expected);
}

#[tokio::test]
async fn many_files_series_and_numbers_are_taken_in_whole_and_only_once() {
    const N_SERIES: usize = 43;
    let town = Town::new().await;
    import_places(&town, PLACES).await;
    let mut table = String::from("Year,UNIT_MEASURE,SERIES,REF_AREA,Value\n");
    for (series, year) in (1..=N_SERIES).flat_map(|series| (2001..=2040).map(move |year| (series, year))) {
        let value = if year % 5 == 0 {
            String::new()
        } else {
            format!("{series}.{}", year - 2000)
        };
        table.push_str(&format!(
            "{year},PT,S{series},,{value}\n{year},PT,S{series},KZAKM,{year}\n"
        ));
    }
    let mut files = vec![("data/indicator_8-6-1.csv".to_owned(), table.into_bytes())];
    files.extend((1..=45).map(|n| (format!("meta/8-6-{n}.yml"), META.as_bytes().to_vec())));
    let delivery = opensdg::read(&site(), &files).unwrap();
    let taken = take_in(&town, &delivery).await;
    assert_eq!(
        (taken.n_indicators, taken.n_numbers, taken.n_changed),
        (N_SERIES, N_SERIES * 80, N_SERIES * 80)
    );
    for series in [1, 20, 21, N_SERIES] {
        let code = format!("kaz.8.6.1-S{series}");
        let whole = told(&town, &code, "KAZ", &[]).await;
        assert_eq!(
            (whole.len(), &whole[0]),
            (40, &number("2001", "", format!("{series}.1").parse().ok()))
        );
        assert_eq!(whole[4], number("2005", "", None));
        let part = told(&town, &code, "KAZ.KZAKM", &[]).await;
        assert_eq!((part.len(), &part[39]), (40, &number("2040", "", Some(2040.0))));
        let address = format!("/n/now/{code}/KAZ/2011.json");
        let passport = town.stranger().gets(&address).await.is(200).json();
        assert_eq!(
            passport["cited"]["text"],
            format!("2011,PT,S{series},,{series}.11")
        );
    }
    assert_eq!(
        outside::export(&town.app, "kaz").await.unwrap().len(),
        files.len()
    );
    assert_eq!(take_in(&town, &delivery).await.n_changed, 0);
    // Each indicator is written down, told of and followed once, though many share a statement.
    let asked = [
        "SELECT CAST(COUNT(*) AS BIGINT) FROM indicator i JOIN indicator_run r ON r.id = i.run_id AND r.indicator = i.code",
        "SELECT CAST(COUNT(*) AS BIGINT) FROM indicator_run",
        "SELECT CAST(COUNT(DISTINCT indicator) AS BIGINT) FROM indicator_force WHERE until_at IS NULL",
        "SELECT CAST(COUNT(*) AS BIGINT) FROM indicator_force",
        "SELECT CAST(COUNT(DISTINCT subject) AS BIGINT) FROM audit WHERE event = 'indicators.numbers-changed'",
        "SELECT CAST(COUNT(*) AS BIGINT) FROM audit WHERE event = 'indicators.numbers-changed'",
        "SELECT CAST(COUNT(DISTINCT key) AS BIGINT) FROM job WHERE name = 'dashboards.check-rules' AND key LIKE 'kaz.%'",
    ];
    for sql in asked {
        assert_eq!(count(&town, sql).await, N_SERIES, "{sql}");
    }
}

/// What a statement counts.
async fn count(town: &Town, sql: &'static str) -> usize {
    let n: i64 = sqlx::query_scalar(sql)
        .fetch_one(town.app.db.read())
        .await
        .expect("a count");
    usize::try_from(n).expect("a count")
}

#[tokio::test]
async fn a_run_replaced_within_the_hour_goes_and_that_of_another_version_stays() {
    let town = Town::new().await;
    import_places(&town, PLACES).await;
    take_in(&town, &opensdg::read(&site(), &shipped()).unwrap()).await;
    let n_before = count(&town, "SELECT CAST(COUNT(*) AS BIGINT) FROM indicator_run").await;
    let mut files = shipped();
    let corrected = NEET.replace("6.2,", "6.4,");
    for (path, bytes) in &mut files {
        if path.ends_with("8-6-1.csv") {
            *bytes = corrected.clone().into_bytes();
        }
    }
    let corrected = opensdg::read(&site(), &files).unwrap();
    assert_eq!(take_in(&town, &corrected).await.n_changed, 1);
    assert_eq!(
        count(&town, "SELECT CAST(COUNT(*) AS BIGINT) FROM indicator_run").await,
        n_before
    );
    // What a source no longer delivers is taken away by a run of its own.
    files.retain(|(path, _)| !path.ends_with("1-1-1.csv"));
    let fewer = opensdg::read(&site(), &files).unwrap();
    assert_eq!(take_in(&town, &fewer).await.n_changed, 2);
    assert_eq!(
        count(
            &town,
            "SELECT CAST(COUNT(*) AS BIGINT) FROM indicator WHERE shrunk_in = run_id"
        )
        .await,
        2
    );
}

/// How many numbers of 6.1.1 have a status.
async fn n_of_water(town: &Town, status: &str) -> usize {
    let n: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM observation WHERE indicator = '6.1.1' AND status = $1")
            .bind(status)
            .fetch_one(town.app.db.read())
            .await
            .expect("a count");
    usize::try_from(n).expect("a count")
}

#[tokio::test]
async fn our_own_open_numbers_are_a_site_and_withheld_ones_are_not_in_it() {
    let town = counted().await;
    // What others published is not ours.
    take_in(&town, &opensdg::read(&site(), &shipped()).unwrap()).await;
    let written = outside::own::export(&town.app).await.unwrap();
    let paths: Vec<&str> = written.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["data/indicator_6-1-1.csv", "meta/6-1-1.yml"]);
    let table = &written[0].1;
    assert!(
        table.starts_with("Year,sex,GeoCode,Units,OBS_STATUS,Value\n"),
        "{table}"
    );
    let n_open = n_of_water(&town, "normal").await;
    assert_eq!(table.lines().count(), 1 + n_open);
    assert!(
        n_of_water(&town, "suppressed").await > 0,
        "the town withholds some"
    );
    // The regency is the whole; what it says is what a site of it would publish.
    let regency = Site {
        country: "IDN".into(),
        name: "Contoh".into(),
        areas: BTreeMap::new(),
    };
    let files: Vec<(String, Vec<u8>)> = written
        .iter()
        .map(|(path, text)| (path.clone(), text.clone().into_bytes()))
        .collect();
    let delivery = opensdg::read(&regency, &files).unwrap();
    assert_eq!(delivery.indicators.len(), 1);
    let taken = take_in(&town, &delivery).await;
    assert_eq!(taken.n_numbers, n_open);
    let again = told(&town, "idn.6.1.1", "IDN", &[]).await;
    let ours = told(&town, "6.1.1", "35.22", &[]).await;
    assert!(!again.is_empty());
    assert_eq!(again, ours);
    assert_eq!(outside::export(&town.app, "idn").await.unwrap(), written);
}

#[test]
fn lines_that_became_no_number_are_told() {
    let delivery = opensdg::read(&site(), &shipped()).unwrap();
    let told = &delivery
        .files
        .iter()
        .find(|file| file.path == "data/indicator_8-6-1.csv")
        .unwrap()
        .told;
    assert_eq!((told.n_numbers, told.n_without_value, told.n_blank), (4, 1, 1));
    assert_eq!(told.ragged, [9]);
    assert_eq!(told.repeated.len(), 1);
    assert_eq!(
        (
            told.repeated[0].line,
            told.repeated[0].first,
            told.repeated[0].differs
        ),
        (5, 2, true)
    );
}

#[tokio::test]
async fn a_site_taken_in_again_changes_what_changed_and_takes_away_what_is_gone() {
    let town = Town::new().await;
    import_places(&town, PLACES).await;
    let mut files = shipped();
    take_in(&town, &opensdg::read(&site(), &files).unwrap()).await;
    let again = take_in(&town, &opensdg::read(&site(), &files).unwrap()).await;
    assert_eq!(again.n_changed, 0);

    files.remove(0);
    files[1].1 = NEET.replace("5.7", "5.8").into_bytes();
    let corrected = take_in(&town, &opensdg::read(&site(), &files).unwrap()).await;
    // One corrected, two that are no longer there.
    assert_eq!(corrected.n_changed, 3);
    assert_eq!(
        told(&town, "kaz.8.6.1", "KAZ", &[]).await[0],
        number("2010", "", Some(5.8))
    );
    assert!(told(&town, "kaz.1.1.1-L_KZ_1B", "KAZ", &[]).await.is_empty());
    assert_eq!(compute(&town, "kaz.8.6.1").await, Computed::Given);
}

#[tokio::test]
async fn areas_of_others_never_stand_among_our_own_places() {
    let town = Town::new().await;
    import_places(&town, PLACES).await;
    let same = Site {
        country: "35".into(),
        ..site()
    };
    let delivery = opensdg::read(&same, &shipped()).unwrap();
    let refused = outside::take_in(&town.app, &town.system(), &delivery)
        .await
        .unwrap_err();
    assert_eq!(refused.code(), "indicators-outside-area-taken");
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let refused = |path: &str, text: &str| {
        let files = [(path.to_owned(), text.as_bytes().to_vec())];
        opensdg::read(&site(), &files).unwrap_err()
    };
    let no_value = refused("data/indicator_1-1-1.csv", "Year,Amount\n2010,1\n");
    assert_eq!(no_value.code(), "indicators-outside-file");
    assert_eq!(refused("README.md", "").code(), "indicators-outside-empty");
}

#[tokio::test]
async fn the_page_of_a_number_of_others_judges_nothing_and_leads_to_the_comparison() {
    let town = Town::new().await;
    import_places(&town, PLACES).await;
    take_in(&town, &opensdg::read(&site(), &shipped()).unwrap()).await;
    let page = town
        .stranger()
        .gets("/indicators/kaz.8.6.1?place=KAZ&period=2010")
        .await
        .is(200)
        .text();
    assert!(page.contains("Kazakhstan") && page.contains("Akmola"), "{page}");
    assert!(page.contains("/compare?indicator=kaz.8.6.1"));
    assert!(!page.contains("href=\"/places/KAZ\""));
    let list = town.stranger().gets("/indicators").await.is(200).text();
    assert!(list.contains("Published by others: Kazakhstan"));
}

const UN: &str = "indicator,seriesdescription,country,year,value,nature,location,units,geo\n\
    6.1.1,Water (%),Kenya,2014,55,C,ALLAREA,PERCENT,KEN\n6.1.1,Water (%),Kenya,2015,56,C,ALLAREA,PERCENT,KEN\n\
    6.1.1,Water (%),Nepal,2015,27,E,ALLAREA,PERCENT,NPL\n6.1.1,Water (%),Nepal,2015,24,E,RURAL,PERCENT,NPL\n\
    6.1.1,Litres,Nepal,2015,80,E,ALLAREA,LITRES,NPL\n";

fn extract() -> Extract {
    Extract {
        code: "un".into(),
        name: "UNSD".into(),
        file: "un.csv".into(),
    }
}

#[tokio::test]
async fn countries_and_our_own_regency_are_compared_where_they_are_measured_alike() {
    let town = counted().await;
    let (delivery, _) = un::read(&extract(), UN.as_bytes()).unwrap();
    take_in(&town, &delivery).await;

    let all = town
        .stranger()
        .gets("/compare.json?indicator=un.6.1.1-2&places=NPL,KEN,35.22,IND")
        .await
        .is(200)
        .json();
    let lines: Vec<(&str, &str)> = all["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| {
            (
                line["place"]["code"].as_str().unwrap(),
                line["indicator"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        lines,
        [("35.22", "6.1.1"), ("KEN", "un.6.1.1-2"), ("NPL", "un.6.1.1-2")]
    );
    assert_eq!(all["missing"], serde_json::json!(["IND"]));
    assert_eq!(all["refused"][0]["code"], "un.6.1.1");
    assert_eq!(all["refused"][0]["why"], "unit");

    let page = town
        .stranger()
        .gets("/compare?indicator=6.1.1")
        .await
        .is(200)
        .text();
    assert!(
        page.contains("Kenya") && page.contains("Nepal") && page.contains("UNSD"),
        "{page}"
    );
    town.stranger().gets("/compare?indicator=99.9.9").await.is(200);
}

#[tokio::test]
async fn the_tracker_of_our_own_places_knows_nothing_of_other_countries() {
    let town = counted().await;
    let before = town.stranger().gets("/sdg/gaps.json").await.is(200).json();
    let (delivery, _) = un::read(&extract(), UN.as_bytes()).unwrap();
    take_in(&town, &delivery).await;
    assert_eq!(
        town.stranger().gets("/sdg/gaps.json").await.is(200).json(),
        before
    );
}

/// A file of the real data; `None` with a plain word where the folder is absent.
fn real(name: &str) -> Option<PathBuf> {
    let beside = || {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .map(|folder| folder.join("shared/data"))
            .find(|folder| folder.exists())
    };
    let folder = std::env::var_os("BARAZA_REAL_DATA")
        .map(PathBuf::from)
        .or_else(beside);
    let found = folder
        .map(|folder| folder.join("06-sdg").join(name))
        .filter(|path| path.exists());
    if found.is_none() {
        assert_ne!(
            std::env::var("CI").as_deref(),
            Ok("true"),
            "{name} is absent: set BARAZA_REAL_DATA"
        );
        eprintln!("real data absent: set BARAZA_REAL_DATA to the folder with 06-sdg to run this check");
    }
    found
}

#[tokio::test]
async fn the_whole_site_of_kazakhstan_is_published_and_written_back() {
    let Some(path) = real("open-sdg-kazakhstan.tar.gz") else {
        return;
    };
    let town = Town::new().await;
    let begun = Instant::now();
    let files = files::read(&path).unwrap();
    let delivery = opensdg::read(&site(), &files).unwrap();
    let taken = take_in(&town, &delivery).await;
    eprintln!("Kazakhstan's site was taken in within {:?}", begun.elapsed());
    // 273 tables with 372 series, 67 of them without a row; the workbook lies beside the table that was made of it.
    assert_eq!((taken.n_indicators, taken.n_without_numbers), (372, 67));
    assert_eq!(taken.n_changed, taken.n_numbers);

    let tables: Vec<_> = delivery
        .files
        .iter()
        .filter(|file| file.path.ends_with(".csv"))
        .collect();
    assert_eq!(tables.len(), 273);
    let sum = |n: fn(&outside::model::Told) -> usize| tables.iter().map(|file| n(&file.told)).sum::<usize>();
    assert_eq!(sum(|told| told.n_numbers), 45_386);
    assert_eq!(sum(|told| told.repeated.len()), 194);
    assert_eq!((sum(|told| told.ragged.len()), sum(|told| told.n_blank)), (5, 9));
    assert_eq!(sum(|told| told.unreadable.len()), 0);

    let written = outside::export(&town.app, "kaz").await.unwrap();
    for (path, text) in &written {
        let sent = files.iter().find(|(known, _)| known == path);
        let equal = sent.is_some_and(|(_, bytes)| text.as_bytes() == bytes.as_slice());
        assert!(equal, "{path} is written otherwise");
    }
    // 277 of metadata, 277 of configuration.
    assert_eq!(written.len(), 273 + 554);

    let neet = told(&town, "kaz.8.6.1", "KAZ", &[]).await;
    assert_eq!(neet[0], number("2010", "", Some(5.7)));
    assert_eq!(
        told(&town, "kaz.3.1.1", "KAZ", &[]).await[0],
        number("2010", "", Some(22.7))
    );
    town.stranger().gets("/indicators").await.is(200);
    town.stranger().gets("/indicators/kaz.4.4.1").await.is(200);
    assert_eq!(take_in(&town, &delivery).await.n_changed, 0);
}

#[tokio::test]
async fn five_countries_of_the_united_nations_database_stand_on_one_page() {
    let Some(path) = real("unsdg_extract_5countries.csv.gz") else {
        return;
    };
    let town = Town::new().await;
    let (delivery, told) = un::read(&extract(), &files::read_one(&path).unwrap()).unwrap();
    let taken = take_in(&town, &delivery).await;
    assert_eq!((delivery.areas.len(), taken.n_indicators), (5, 16));
    let rows = told.n_numbers + told.n_without_value + told.repeated.len();
    assert_eq!((rows, told.ragged.len(), told.unreadable.len()), (6_624, 0, 0));
    let compared = town
        .stranger()
        .gets("/compare.json?indicator=7.1.1&places=KEN,NPL,BGD,IND,IDN")
        .await
        .is(200)
        .json();
    let lines = compared["lines"].as_array().unwrap();
    assert_eq!(lines.len(), 5);
    let power = indicators::find(&town.app, "un.7.1.1").await.unwrap().definition;
    let kenya = indicators::series(&town.app, &power, "KEN", &[]).await.unwrap();
    assert_eq!(kenya.last().map(|o| o.status), Some(Status::Normal));
    assert!(kenya.iter().any(|o| o.standing == Standing::Estimated));
    let page = town
        .stranger()
        .gets("/compare?indicator=7.1.1&places=KEN,NPL,BGD,IND,IDN")
        .await
        .is(200)
        .text();
    assert!(
        ["Kenya", "Nepal", "Bangladesh", "India", "Indonesia"]
            .iter()
            .all(|name| page.contains(name))
    );
}

#[tokio::test]
async fn a_number_of_others_says_where_it_stood_and_is_released_as_they_say_it() {
    let town = Town::new().await;
    import_places(&town, PLACES).await;
    let mut delivery = opensdg::read(&site(), &shipped()).unwrap();
    delivery.source.licence = Some("CC BY 4.0".to_owned());
    take_in(&town, &delivery).await;
    let address = "/n/now/kaz.8.6.1/KAZ/2011/sex/M";
    let told = town
        .stranger()
        .gets(&format!("{address}.json"))
        .await
        .is(200)
        .json();
    assert_eq!(told["cited"]["line"], 8);
    // Byte for byte, with the space and without the zero that nobody wrote.
    assert_eq!(told["cited"]["text"], "2011,PT,,M,Y15T24,43.4 ,");
    assert_eq!(told["cited"]["licence"], "CC BY 4.0");
    let page = town.stranger().gets(address).await.is(200).text();
    for words in [
        "Kazakhstan",
        "data/indicator_8-6-1.csv",
        "2011,PT,,M,Y15T24,43.4 ,",
        "CC BY 4.0",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let steward = town.someone(Role::Steward, None).await;
    sign_of(&town, &steward, "kaz.8.6.1", "2026-1").await;
    // The source says something else of this number later, and the same of others.
    let later = NEET.replace("43.4 ", "44.4 ");
    let files: Vec<(String, Vec<u8>)> = shipped()
        .into_iter()
        .map(|(path, bytes)| match path.as_str() {
            "data/indicator_8-6-1.csv" => (path, later.as_bytes().to_vec()),
            _ => (path, bytes),
        })
        .collect();
    take_in(&town, &opensdg::read(&site(), &files).unwrap()).await;
    let released = "/n/2026-1/kaz.8.6.1/KAZ/2011/sex/M.json";
    let released = town.stranger().gets(released).await.is(200).json();
    assert_eq!(released["observation"]["value"], 43.4);
    assert!(released["cited"].is_null(), "{released}");
    let live = town
        .stranger()
        .gets(&format!("{address}.json"))
        .await
        .is(200)
        .json();
    assert_eq!(live["observation"]["value"], 44.4);
    // Nobody here can count it again.
    steward
        .submits("/indicators/kaz.8.6.1/vintages/2026-1/recount", &[])
        .await
        .is(409);
}

#[tokio::test]
async fn values_of_dhis2_become_numbers_of_our_places_and_small_ones_are_withheld() {
    let town = Town::new().await;
    import_places(&town, PLACES).await;
    let mapping: Mapping = toml::from_str(
        "source = \"hmis\"\nname = \"Dinas Kesehatan\"\nplaces = { a = \"35.22.01\", b = \"35.22.02\", r = \"35.22\" }\n\
         [elements.anc]\ncode = \"anc1\"\ntitle = \"First visits\"\n[elements.tb]\ncode = \"tb\"\ntitle = \"Cases\"\n",
    )
    .unwrap();
    let file = "dataelement,period,orgunit,value\nanc,202603,a,40\nanc,202603,b,0\nanc,202603,r,40\n\
        tb,202603,a,3\ntb,202603,b,20\ntb,202603,r,23\nopd,202603,a,9\n";
    let values = formats::dhis2::read(file.as_bytes()).unwrap();
    let above = |place: &str| {
        if place == "35.22" {
            Vec::new()
        } else {
            vec!["35.22".to_owned()]
        }
    };
    let (delivery, report) = sort_values(&mapping, "values.csv", &values, &above).unwrap();
    assert_eq!(report.unknown_elements, [("opd".to_owned(), 1)].into());
    assert_eq!(report.n_withheld, 2);
    take_in(&town, &delivery).await;
    assert_eq!(
        told(&town, "hmis.anc1", "35.22.02", &[]).await,
        [number("2026-03", "", Some(0.0))]
    );
    for (place, value) in [("35.22.01", None), ("35.22.02", Some(20.0)), ("35.22", None)] {
        assert_eq!(
            told(&town, "hmis.tb", place, &[]).await,
            [number("2026-03", "", value)],
            "{place}"
        );
    }
    // What is withheld is in no line of the file either.
    let passport = |place: &str| format!("/n/now/hmis.tb/{place}/2026-03.json");
    let hidden = town.stranger().gets(&passport("35.22.01")).await.is(200).json();
    assert_eq!(hidden["observation"]["status"], "suppressed");
    assert_eq!(hidden["cited"]["text"], "");
    let open = town.stranger().gets(&passport("35.22.02")).await.is(200).json();
    assert_eq!(open["cited"]["text"], "tb,202603,b,,,20");
    assert_eq!(open["place"]["name"], "Ngraho");
}
