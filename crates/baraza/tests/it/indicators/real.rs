//! Real surveys, from the folder that `BARAZA_REAL_DATA` names or a `shared/data` above the project.

use std::{
    collections::BTreeMap,
    io::Read,
    path::{Path, PathBuf},
};

use baraza::indicators::{self, Computed, model::observation::Observation};
use tables::{Column, Kind, Rows, Value};

use super::{compute, import_places, load};
use crate::town::Town;

/// A file of the real data as rows of texts and numbers; `None` with a plain word where the folder is absent.
fn real(name: &str, numbers: &[&str], texts: &[&str]) -> Option<Rows> {
    let beside = || {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .map(|folder| folder.join("shared/data"))
            .find(|folder| folder.exists())
    };
    let folder = std::env::var_os("BARAZA_REAL_DATA")
        .map(PathBuf::from)
        .or_else(beside);
    let Some(bytes) = folder.and_then(|folder| std::fs::read(folder.join("02-census-mpi").join(name)).ok())
    else {
        assert_ne!(
            std::env::var("CI").as_deref(),
            Ok("true"),
            "{name} is absent: set BARAZA_REAL_DATA"
        );
        eprintln!(
            "real data absent: set BARAZA_REAL_DATA to the folder with 02-census-mpi to run this check"
        );
        return None;
    };
    let mut text = String::new();
    flate2::read::GzDecoder::new(bytes.as_slice())
        .read_to_string(&mut text)
        .expect("a gzipped text");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let at = |name: &str| {
        header
            .iter()
            .position(|column| column == name)
            .unwrap_or_else(|| panic!("no column {name:?}"))
    };
    let (number_columns, text_columns): (Vec<usize>, Vec<usize>) = (
        numbers.iter().map(|n| at(n)).collect(),
        texts.iter().map(|n| at(n)).collect(),
    );
    let plain = |name: &str| name.replace('.', "_");
    let columns = numbers
        .iter()
        .map(|n| Column::new(plain(n), Kind::Decimal))
        .chain(texts.iter().map(|n| Column::new(plain(n), Kind::Text)));
    let mut rows = Rows::new(columns.collect());
    for record in reader.records() {
        let record = record.expect("a row");
        let numbers = number_columns
            .iter()
            .map(|&at| record[at].parse().map_or(Value::Null, Value::Decimal));
        let texts = text_columns.iter().map(|&at| {
            if record[at].is_empty() {
                Value::Null
            } else {
                Value::Text(record[at].to_owned())
            }
        });
        rows.rows.push(numbers.chain(texts).collect());
    }
    Some(rows)
}

async fn store(town: &Town, table: &str, rows: &Rows) {
    town.app.lake.create(table, &rows.columns).await.expect("a table");
    town.app.lake.append(table, rows).await.expect("rows");
}

async fn counted(town: &Town, definition: &str, place: &str) -> Vec<Observation> {
    load(town, definition).await;
    town.run_jobs().await;
    let code = definition
        .lines()
        .find_map(|line| line.strip_prefix("code = "))
        .expect("a code")
        .trim_matches('"')
        .to_owned();
    let computed = compute(town, &code).await;
    assert!(matches!(computed, Computed::Done { .. }), "{computed:?}");
    let definition = indicators::find(&town.app, &code).await.unwrap().definition;
    let by: Vec<String> = definition
        .sets
        .iter()
        .map(|set| definition.set_name(set))
        .collect();
    let mut all = Vec::new();
    for by in by {
        let names: Vec<&str> = by.split(',').filter(|name| !name.is_empty()).collect();
        all.extend(
            indicators::series(&town.app, &definition, place, &names)
                .await
                .unwrap(),
        );
    }
    all
}

/// Compares to all digits that were printed.
#[track_caller]
fn printed(got: f64, expected: &str) {
    let decimals = expected.split_once('.').map_or(0, |(_, digits)| digits.len());
    assert_eq!(format!("{got:.decimals$}"), expected);
}

const CALIFORNIA: &str = "kode,nama\nCA,California\n";

#[tokio::test]
async fn surveys_means_totals_and_standard_errors_are_those_of_the_published_examples() {
    let Some(stratified) = real(
        "survey-api/apistrat.csv.gz",
        &["api00", "enroll", "pw", "fpc"],
        &["cds", "stype"],
    ) else {
        return;
    };
    let Some(clustered) = real(
        "survey-api/apiclus1.csv.gz",
        &["api00", "api99", "pw", "fpc"],
        &["dnum", "stype"],
    ) else {
        return;
    };
    let town = Town::new().await;
    import_places(&town, CALIFORNIA).await;
    store(&town, "apistrat", &stratified).await;
    store(&town, "apiclus1", &clustered).await;
    let common = "counted = { en = \"schools\" }\nunit = \"number\"\ndecimals = 2\nplace = \"'CA'\"\ndirection = \"up\"\nweight = \"pw\"\n";
    // Student's t, 97.5 %, with 197 degrees of freedom (R: qt(0.975, 197)).
    let t197 = 1.972_079_033_4;
    let design = "design = { cluster = \"cds\", strata = \"stype\", population = \"fpc\" }\n";
    let mean = format!(
        "code = \"api.strat\"\ntitle = {{ en = \"Mean score\" }}\ntables = {{ s = \"apistrat\" }}\nfrom = \"s\"\nmeasure = \"mean\"\nnumerator = \"api00\"\n{common}{design}"
    );
    let seen = counted(&town, &mean, "CA").await;
    printed(seen[0].figures.value.unwrap(), "662.2873631593");
    let figures = seen[0].figures;
    printed(figures.standard_error.unwrap(), "9.40894");
    printed(
        (figures.upper.unwrap() - figures.lower.unwrap()) / 2.0 / t197,
        "9.40894",
    );
    // R: svymean(~api00, dstrat, deff = TRUE) gives an effect of 1.2045 on 200 schools.
    printed(figures.n_effective.unwrap(), "166");
    let total = format!(
        "code = \"api.total\"\ntitle = {{ en = \"Enrolled\" }}\ntables = {{ s = \"apistrat\" }}\nfrom = \"s\"\nmeasure = \"total\"\nnumerator = \"enroll\"\n{common}{design}"
    );
    let seen = counted(&town, &total, "CA").await;
    printed(seen[0].figures.value.unwrap(), "3687177.532438");
    printed(seen[0].figures.standard_error.unwrap(), "114642");
    let by_type = "by = [[\"type\"]]\n\n[[dimension]]\nname = \"type\"\ntitle = { en = \"Type\" }\nexpression = \"stype\"\ncodes = [{ code = \"E\", title = { en = \"E\" } }, { code = \"H\", title = { en = \"H\" } }, { code = \"M\", title = { en = \"M\" } }]\n";
    let design = "design = { cluster = \"dnum\", population = \"fpc\" }\n";
    let of_clusters = |code: &str, column: &str| {
        format!(
            "code = \"{code}\"\ntitle = {{ en = \"Mean score\" }}\ntables = {{ s = \"apiclus1\" }}\nfrom = \"s\"\nmeasure = \"mean\"\nnumerator = \"{column}\"\n{common}{design}{by_type}"
        )
    };
    let seen = counted(&town, &of_clusters("api.clus", "api00"), "CA").await;
    printed(seen[0].figures.value.unwrap(), "644.1693989071");
    printed(seen[0].figures.standard_error.unwrap(), "23.54224");
    // A domain keeps the whole design: R's svyby(~api99, ~stype, dclus1, svymean).
    let seen = counted(&town, &of_clusters("api.domain", "api99"), "CA").await;
    for (o, (value, se)) in seen[1..].iter().zip([
        ("607.7917", "22.8166"),
        ("595.7143", "41.7640"),
        ("608.6000", "32.5606"),
    ]) {
        printed(o.figures.value.unwrap(), value);
        printed(o.figures.standard_error.unwrap(), se);
    }
}

#[tokio::test]
async fn a_weighted_share_by_region_of_ghana_agrees_with_a_count_by_hand_to_the_last_digit() {
    let Some(persons) = real(
        "ghana_glss5_synthetic_persons.csv.gz",
        &["age", "weight"],
        &["region", "sex", "highest_degree"],
    ) else {
        return;
    };
    let mut regions: Vec<String> = persons
        .rows
        .iter()
        .filter_map(|row| row[2].as_text().map(str::to_owned))
        .collect();
    regions.sort();
    regions.dedup();
    assert_eq!(regions.len(), 10);
    // Women of 15 and over who finished no school, weighted, by region: straight from the rows.
    let mut by_hand: BTreeMap<String, (f64, f64, i64)> = BTreeMap::new();
    for row in &persons.rows {
        let (age, weight) = (row[0].as_decimal().unwrap(), row[1].as_decimal().unwrap());
        let (region, sex, degree) = (
            row[2].as_text().unwrap(),
            row[3].as_text().unwrap(),
            row[4].as_text(),
        );
        if let Some(degree) = degree.filter(|_| sex == "female" && age >= 15.0) {
            for place in [region, "GH"] {
                let sums = by_hand.entry(place.to_owned()).or_default();
                sums.0 += if degree == "none" { weight } else { 0.0 };
                sums.1 += weight;
                sums.2 += 1;
            }
        }
    }
    let town = Town::new().await;
    let mut list = String::from("code,name,parent\nGH,Ghana,\n");
    regions
        .iter()
        .for_each(|region| list.push_str(&format!("{},{region},GH\n", region.replace(' ', "-"))));
    import_places(&town, &list).await;
    store(&town, "ghana", &persons).await;
    let definition = "code = \"4.6.1\"\ntitle = { en = \"Women without a school certificate\" }\ncounted = { en = \"women\" }\n\
        tables = { p = \"ghana\" }\nfrom = \"p\"\nuniverse = \"sex = 'female' AND age >= 15\"\nnumerator = \"highest_degree = 'none'\"\n\
        unit = \"percent\"\nweight = \"weight\"\nplace = \"replace(region, ' ', '-')\"\ndirection = \"down\"\n";
    for (place, (yes, all, n)) in by_hand {
        let seen = counted(&town, definition, &place.replace(' ', "-")).await;
        let figures = seen[0].figures;
        assert_eq!(figures.n, Some(n), "{place}");
        // Sums of doubles differ in their last bits with the order of summation.
        assert!(
            (figures.numerator.unwrap() - yes).abs() < 1e-6
                && (figures.denominator.unwrap() - all).abs() < 1e-6,
            "{place}: {figures:?}"
        );
        printed(figures.value.unwrap(), &format!("{:.9}", 100.0 * yes / all));
        assert!(
            figures.lower.unwrap() < figures.value.unwrap()
                && figures.value.unwrap() < figures.upper.unwrap()
        );
    }
}
