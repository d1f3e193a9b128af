//! Design-based estimates against figures that R's `survey` package documents for its `api` data (read from the real-data folder).

use flate2::read::GzDecoder;
use measures::interval::Level;
use measures::survey::{DesignError, Estimate, LonelyPsu, PsuSums, Stratum, ratio, total};
use std::{collections::BTreeMap, fs::File, path::PathBuf};

type Row = BTreeMap<String, String>;

/// Rows of a sample, or `None` with a plain word where the real-data folder is absent.
fn sample(name: &str) -> Option<Vec<Row>> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|a| a.join("shared/data"))
        .find(|p| p.exists());
    let base = std::env::var_os("BARAZA_REAL_DATA").map(PathBuf::from).or(beside);
    let Some(path) = base
        .map(|b| b.join("02-census-mpi/survey-api").join(name))
        .filter(|p| p.exists())
    else {
        eprintln!(
            "real data absent: set BARAZA_REAL_DATA to the folder with 02-census-mpi to run this check"
        );
        return None;
    };
    let mut reader = csv::Reader::from_reader(GzDecoder::new(File::open(path).expect("a readable file")));
    Some(reader.deserialize().collect::<Result<_, _>>().expect("a CSV"))
}

fn number(row: &Row, column: &str) -> f64 {
    row[column]
        .parse()
        .unwrap_or_else(|_| panic!("{column} of {row:?} is not a number"))
}

/// The sums a query engine would give: by stratum and unit, rows outside the domain left out of the sums but not of the design.
fn summed(
    rows: &[Row],
    stratum: impl Fn(&Row) -> String,
    unit: impl Fn(&Row) -> String,
    y: impl Fn(&Row) -> f64,
    x: impl Fn(&Row) -> f64,
    domain: impl Fn(&Row) -> bool,
) -> (Vec<Stratum>, Vec<PsuSums>) {
    let mut units: BTreeMap<(String, String), (f64, Vec<&Row>)> = BTreeMap::new();
    for row in rows {
        let slot = units
            .entry((stratum(row), unit(row)))
            .or_insert((number(row, "fpc"), vec![]));
        if domain(row) {
            slot.1.push(row);
        }
    }
    let mut names: Vec<String> = units.keys().map(|k| k.0.clone()).collect();
    names.dedup();
    let strata = names
        .iter()
        .map(|name| {
            let of_stratum: Vec<_> = units.iter().filter(|(k, _)| k.0 == *name).collect();
            Stratum {
                n_psu: of_stratum.len() as u64,
                population_psu: Some(of_stratum[0].1.0),
            }
        })
        .collect();
    let sums = units
        .iter()
        .filter(|(_, (_, rows))| !rows.is_empty())
        .map(|((name, _), (_, rows))| {
            let mut sums = PsuSums::of_stratum(names.iter().position(|n| n == name).expect("listed"));
            rows.iter()
                .for_each(|row| sums.add(number(row, "pw"), y(row), x(row)));
            sums
        })
        .collect();
    (strata, sums)
}

fn stratified(
    rows: &[Row],
    y: impl Fn(&Row) -> f64,
    x: impl Fn(&Row) -> f64,
) -> (Vec<Stratum>, Vec<PsuSums>) {
    summed(rows, |r| r["stype"].clone(), |r| r["cds"].clone(), y, x, |_| true)
}

fn clustered(
    rows: &[Row],
    y: impl Fn(&Row) -> f64,
    x: impl Fn(&Row) -> f64,
    domain: impl Fn(&Row) -> bool,
) -> (Vec<Stratum>, Vec<PsuSums>) {
    summed(rows, |_| String::new(), |r| r["dnum"].clone(), y, x, domain)
}

fn ratio_of((strata, sums): &(Vec<Stratum>, Vec<PsuSums>)) -> Estimate {
    ratio(strata, sums, LonelyPsu::default())
        .expect("a design")
        .expect("a domain with rows")
}

fn total_of((strata, sums): &(Vec<Stratum>, Vec<PsuSums>)) -> Estimate {
    total(strata, sums, LonelyPsu::default()).expect("a design")
}

/// Compares to all digits that were printed: half a unit of the last one.
#[track_caller]
fn printed(got: f64, expected: &str) {
    let decimals = expected.split_once('.').map_or(0, |(_, d)| d.len());
    assert_eq!(format!("{got:.decimals$}"), expected);
}

#[test]
fn the_stratified_sample_gives_the_published_means_totals_and_ratios() {
    let Some(rows) = sample("apistrat.csv.gz") else {
        return;
    };
    let mean = ratio_of(&stratified(&rows, |r| number(r, "api00"), |_| 1.0));
    // expected.json carries 13 decimals; the last of a double's digits depends on the order of summation.
    printed(mean.value, "662.2873631593");
    printed(mean.standard_error.unwrap(), "9.4089408028");
    assert_eq!((mean.n, mean.degrees_of_freedom), (200, 197.0));
    let enrolled = total_of(&stratified(&rows, |r| number(r, "enroll"), |_| 1.0));
    printed(enrolled.value, "3687177.5324383");
    printed(enrolled.standard_error.unwrap(), "114642");
    let tested = ratio_of(&stratified(
        &rows,
        |r| number(r, "api.stu"),
        |r| number(r, "enroll"),
    ));
    printed(tested.value, "0.8369569");
    printed(tested.standard_error.unwrap(), "0.007757103");
}

#[test]
fn the_cluster_sample_gives_the_published_means_totals_ratios_and_design_effects() {
    let Some(rows) = sample("apiclus1.csv.gz") else {
        return;
    };
    let everyone = |_: &Row| true;
    let mean = ratio_of(&clustered(&rows, |r| number(r, "api00"), |_| 1.0, everyone));
    printed(mean.value, "644.1693989071");
    printed(mean.standard_error.unwrap(), "23.5422406938");
    printed(mean.design_effect.unwrap(), "9.3459");
    assert_eq!((mean.n, mean.degrees_of_freedom), (183, 14.0));
    let enrolled = total_of(&clustered(&rows, |r| number(r, "enroll"), |_| 1.0, everyone));
    printed(enrolled.value, "3404940");
    printed(enrolled.standard_error.unwrap(), "932235");
    printed(enrolled.design_effect.unwrap(), "31.311");
    let tested = ratio_of(&clustered(
        &rows,
        |r| number(r, "api.stu"),
        |r| number(r, "enroll"),
        everyone,
    ));
    printed(tested.value, "0.8497087");
    printed(tested.standard_error.unwrap(), "0.008386297");
    for (level, value, standard_error) in [
        ("E", "0.786885", "0.0463"),
        ("H", "0.076503", "0.0268"),
        ("M", "0.136612", "0.0296"),
    ] {
        let share = ratio_of(&clustered(
            &rows,
            |r| f64::from(r["stype"] == level),
            |_| 1.0,
            everyone,
        ));
        printed(share.value, value);
        printed(share.standard_error.unwrap(), standard_error);
        let interval = share.proportion_interval(Level::P95).unwrap();
        assert!(
            0.0 < interval.lower
                && interval.lower < share.value
                && share.value < interval.upper
                && interval.upper < 1.0
        );
    }
}

#[test]
fn a_domain_keeps_the_clusters_in_which_nobody_of_it_was_found() {
    let Some(rows) = sample("apiclus1.csv.gz") else {
        return;
    };
    // R: svyby(~api99, ~stype, dclus1, svymean).
    for (level, value, standard_error) in [
        ("E", "607.7917", "22.81660"),
        ("H", "595.7143", "41.76400"),
        ("M", "608.6000", "32.56064"),
    ] {
        let mean = ratio_of(&clustered(
            &rows,
            |r| number(r, "api99"),
            |_| 1.0,
            |r| r["stype"] == level,
        ));
        printed(mean.value, value);
        printed(mean.standard_error.unwrap(), standard_error);
    }
}

#[test]
fn doubling_every_weight_changes_no_mean_and_no_standard_error() {
    let Some(rows) = sample("apistrat.csv.gz") else {
        return;
    };
    let design = stratified(&rows, |r| number(r, "api00"), |_| 1.0);
    let mut doubled = design.clone();
    for u in &mut doubled.1 {
        for sum in [&mut u.w, &mut u.wy, &mut u.wx, &mut u.wyy, &mut u.wxy, &mut u.wxx] {
            *sum *= 2.0;
        }
    }
    let (once, twice) = (ratio_of(&design), ratio_of(&doubled));
    assert!((once.value - twice.value).abs() < 1e-9);
    assert!((once.standard_error.unwrap() - twice.standard_error.unwrap()).abs() < 1e-9);
}

fn unit(stratum: usize, y: f64) -> PsuSums {
    let mut sums = PsuSums::of_stratum(stratum);
    sums.add(1.0, y, 1.0);
    sums
}

#[test]
fn a_stratum_with_a_single_unit_follows_the_stated_policy() {
    let strata = [
        Stratum {
            n_psu: 2,
            population_psu: None,
        },
        Stratum {
            n_psu: 1,
            population_psu: None,
        },
    ];
    let units = [unit(0, 4.0), unit(0, 8.0), unit(1, 9.0)];
    let variance = |lonely| {
        total(&strata, &units, lonely)
            .unwrap()
            .standard_error
            .map(|se| (se * se * 1e9).round() / 1e9)
    };
    // Two units 4 and 8: 2/1 · ((4−6)² + (8−6)²) = 16. The lonely 9 stands 2 from the mean 7 of all.
    assert_eq!(variance(LonelyPsu::Certainty), Some(16.0));
    assert_eq!(variance(LonelyPsu::CentreAtAll), Some(20.0));
    assert_eq!(variance(LonelyPsu::AverageStratum), Some(32.0));
    assert_eq!(variance(LonelyPsu::Refuse), None);
}

#[test]
fn a_stratum_that_was_taken_whole_adds_nothing() {
    let strata = [Stratum {
        n_psu: 2,
        population_psu: Some(2.0),
    }];
    let whole = total(&strata, &[unit(0, 4.0), unit(0, 8.0)], LonelyPsu::default()).unwrap();
    assert_eq!((whole.value, whole.standard_error), (12.0, Some(0.0)));
}

#[test]
fn sums_that_do_not_fit_the_design_are_refused_with_the_place() {
    let strata = [Stratum {
        n_psu: 1,
        population_psu: Some(5.0),
    }];
    let fit = |units: &[PsuSums]| total(&strata, units, LonelyPsu::default()).unwrap_err();
    assert_eq!(
        fit(&[unit(3, 1.0)]),
        DesignError::UnknownStratum {
            unit: 0,
            stratum: 3,
            strata: 1
        }
    );
    assert_eq!(
        fit(&[unit(0, 1.0), unit(0, 2.0)]),
        DesignError::TooManyUnits {
            stratum: 0,
            said: 1,
            found: 2
        }
    );
    let shrunk = [Stratum {
        n_psu: 2,
        population_psu: Some(1.0),
    }];
    assert!(matches!(
        ratio(&shrunk, &[], LonelyPsu::default()),
        Err(DesignError::PopulationTooSmall { .. })
    ));
    assert_eq!(ratio(&strata, &[], LonelyPsu::default()), Ok(None));
}
