//! Real surveys, from the folder that `BARAZA_REAL_DATA` names or a `shared/data` above the project.

use std::{
    collections::BTreeMap,
    io::Read,
    path::{Path, PathBuf},
};

use baraza::indicators::{
    self, Computed,
    model::observation::{Observation, Status},
};
use tables::{Column, Kind, Rows, Value};

use super::{compute, import_places, load};
use crate::town::Town;

/// A file of the real data; `None` with a plain word where the folder is absent.
fn file(name: &str) -> Option<Vec<u8>> {
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
    Some(bytes)
}

/// A file of the real data as rows of texts and numbers.
fn real(name: &str, numbers: &[&str], texts: &[&str]) -> Option<Rows> {
    let bytes = file(name)?;
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
    said(town, &code, place).await
}

/// What is public of a place, by every combination.
async fn said(town: &Town, code: &str, place: &str) -> Vec<Observation> {
    let definition = indicators::find(&town.app, code).await.unwrap().definition;
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
    // R: svymean(~api00, dstrat, deff = TRUE) gives an effect of 1.2045 on 200 schools of 6194; with deff = "replace" the share that was
    // not drawn is left out: 200 / (1.2045 · 5994 / 6194).
    printed(figures.n_effective.unwrap(), "172");
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

#[tokio::test]
async fn households_by_region_of_ghana_are_counted_by_weight_and_the_regions_add_up() {
    let Some(persons) = real(
        "ghana_glss5_synthetic_persons.csv.gz",
        &["hsize", "weight"],
        &["region", "relate"],
    ) else {
        return;
    };
    // Every household has one head: weight of large ones, of all, and how many there are, by region.
    let mut by_hand: BTreeMap<String, (f64, f64, i64)> = BTreeMap::new();
    for row in &persons.rows {
        let (size, weight) = (row[0].as_decimal().unwrap(), row[1].as_decimal().unwrap());
        if row[3].as_text() == Some("head") {
            let region = row[2].as_text().unwrap().replace(' ', "-");
            let sums = by_hand.entry(region).or_default();
            sums.0 += if size >= 6.0 { weight } else { 0.0 };
            sums.1 += weight;
            sums.2 += 1;
        }
    }
    assert_eq!(by_hand.len(), 10);
    let town = Town::new().await;
    let mut list = String::from("code,name,parent\nGH,Ghana,\n");
    by_hand
        .keys()
        .for_each(|region| list.push_str(&format!("{region},{region},GH\n")));
    import_places(&town, &list).await;
    store(&town, "ghana", &persons).await;
    let definition = "code = \"large\"\ntitle = { en = \"Large households\" }\ncounted = { en = \"households\" }\n\
        tables = { p = \"ghana\" }\nfrom = \"p\"\nuniverse = \"relate = 'head'\"\nnumerator = \"hsize >= 6\"\n\
        unit = \"percent\"\nweight = \"weight\"\nplace = \"replace(region, ' ', '-')\"\ndirection = \"down\"\n";
    let whole = counted(&town, definition, "GH").await[0].figures;
    let mut n = 0;
    let mut all = 0.0;
    for (region, (large, of, households)) in &by_hand {
        let figures = said(&town, "large", region).await[0].figures;
        assert_eq!(figures.n, Some(*households), "{region}");
        printed(figures.value.unwrap(), &format!("{:.9}", 100.0 * large / of));
        n += households;
        all += figures.denominator.unwrap();
    }
    assert_eq!(whole.n, Some(n));
    assert!((whole.denominator.unwrap() - all).abs() < 1e-6);
    // Weights are not all alike: fewer households than were asked would tell as much.
    assert!(whole.n_effective.unwrap() < n as f64);
}

#[tokio::test]
async fn members_of_mpindex_are_joined_with_their_households_by_class() {
    let Some(members) = real(
        "mpindex_household_roster.csv.gz",
        &["age"],
        &["uuid", "class", "sex"],
    ) else {
        return;
    };
    let Some(households) = real("mpindex_households.csv.gz", &["cooking_fuel"], &["uuid"]) else {
        return;
    };
    let fuel: BTreeMap<&str, f64> = households
        .rows
        .iter()
        .filter_map(|row| Some((row[1].as_text()?, row[0].as_decimal()?)))
        .collect();
    // Members whose household cooks with the commonest fuel, by class and sex, straight from the rows. There are no weights.
    let mut by_hand: BTreeMap<(String, String), (i64, i64)> = BTreeMap::new();
    for row in &members.rows {
        let (uuid, class, sex) = (
            row[1].as_text().unwrap(),
            row[2].as_text().unwrap(),
            row[3].as_text().unwrap(),
        );
        for place in [class, "ALL"] {
            for code in [sex, ""] {
                let sums = by_hand.entry((place.to_owned(), code.to_owned())).or_default();
                sums.0 += i64::from(fuel[uuid] == 3.0);
                sums.1 += 1;
            }
        }
    }
    let town = Town::new().await;
    import_places(
        &town,
        "code,name,parent\nALL,All,\nRural,Rural,ALL\nUrban,Urban,ALL\n",
    )
    .await;
    store(&town, "member", &members).await;
    store(&town, "household", &households).await;
    let definition = "code = \"fuel\"\ntitle = { en = \"Cooks with wood\" }\ncounted = { en = \"members\" }\n\
        tables = { member = \"member\", household = \"household\" }\nfrom = \"member JOIN household ON member.uuid = household.uuid\"\n\
        numerator = \"household.cooking_fuel = 3\"\nunit = \"percent\"\nplace = \"member.class\"\ndirection = \"down\"\nleast = 0\n\
        by = [[\"sex\"]]\n[[dimension]]\nname = \"sex\"\ntitle = { en = \"Sex\" }\nexpression = \"member.sex\"\n\
        codes = [{ code = \"Female\", title = { en = \"Female\" } }, { code = \"Male\", title = { en = \"Male\" } }]\n";
    let mut n_found = 0;
    counted(&town, definition, "ALL").await;
    for place in ["ALL", "Rural", "Urban"] {
        for o in said(&town, "fuel", place).await {
            let (yes, all) = by_hand[&(place.to_owned(), o.codes.clone())];
            assert_eq!((o.status, o.figures.n), (Status::Normal, Some(all)), "{o:?}");
            assert_eq!(o.figures.numerator, Some(yes as f64), "{o:?}");
            // Without weights every row tells as much as one.
            assert_eq!(o.figures.n_effective, Some(all as f64), "{o:?}");
            n_found += 1;
        }
    }
    assert_eq!(n_found, by_hand.len());
}

#[tokio::test]
async fn the_published_poverty_index_of_every_country_is_headcount_times_intensity() {
    let Some(bytes) = file("ophi_global_mpi_national_results.xlsx") else {
        return;
    };
    let book = formats::opensdg::Table::read_workbook(&bytes).expect("a workbook");
    let mut rows = Rows::new(vec![
        Column::new("iso", Kind::Text),
        Column::new("m0", Kind::Decimal),
        Column::new("h", Kind::Decimal),
        Column::new("a", Kind::Decimal),
    ]);
    // Rows of countries begin with their number; H and A are percentages.
    for row in book.rows.iter().filter(|row| row[0].parse::<u32>().is_ok()) {
        let number = |at: usize| Value::Decimal(row[at].parse().expect("a number"));
        rows.rows
            .push(vec![Value::Text(row[1].clone()), number(6), number(7), number(8)]);
    }
    assert_eq!(rows.rows.len(), 112);
    let town = Town::new().await;
    let mut list = String::from("code,name,parent\nALL,All,\n");
    let isos: Vec<String> = rows
        .rows
        .iter()
        .filter_map(|row| row[0].as_text().map(str::to_owned))
        .collect();
    isos.iter()
        .for_each(|iso| list.push_str(&format!("{iso},{iso},ALL\n")));
    import_places(&town, &list).await;
    store(&town, "ophi", &rows).await;
    for column in ["m0", "h", "a"] {
        let definition = format!(
            "code = \"{column}\"\ntitle = {{ en = \"{column}\" }}\ncounted = {{ en = \"countries\" }}\ntables = {{ t = \"ophi\" }}\nfrom = \"t\"\n\
             measure = \"mean\"\nnumerator = \"{column}\"\nunit = \"number\"\nplace = \"iso\"\ndirection = \"down\"\nleast = 0\n"
        );
        load(&town, &definition).await;
    }
    let product = "code = \"product\"\nkind = \"formula\"\ntitle = { en = \"H × A\" }\nunit = \"number\"\ndirection = \"down\"\n\
        [formula]\nexpression = \"h * a / 10000\"\ninputs = { h = \"h\", a = \"a\" }\n";
    load(&town, product).await;
    town.run_jobs().await;
    for iso in &isos {
        let value = async |code: &str| said(&town, code, iso).await[0].figures.value.expect("a value");
        let (published, made) = (value("m0").await, value("product").await);
        assert!(
            (published - made).abs() < 1e-12,
            "{iso}: {published} is not {made}"
        );
    }
}
