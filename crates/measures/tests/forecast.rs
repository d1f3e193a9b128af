//! Forecasts against worked figures, at their edges, and against what came: series of the United Nations with their ends held back.

use std::{collections::BTreeMap, fs::File, path::PathBuf};

use flate2::read::GzDecoder;
use measures::{
    forecast::{NoForecast, Reading, Shape, Trend},
    progress::Direction,
};

fn readings(points: &[(f64, f64)]) -> Vec<Reading> {
    points
        .iter()
        .map(|(year, value)| Reading {
            year: *year,
            value: *value,
            standard_error: None,
        })
        .collect()
}

fn close(got: f64, expected: f64, within: f64) {
    assert!((got - expected).abs() < within, "{got} is not {expected}");
}

#[test]
fn a_straight_line_and_its_interval_are_those_of_the_textbook() {
    // F. J. Anscombe, The American Statistician 27 (1973), first data set, less 20, so that it is not always above zero: the line
    // 3.0001 + 0.5001 x about which the readings scatter by 1.2366; t(0.975; 9) = 2.262157. At x = 15 (mean 9, spread 110):
    // 10.50145 ± 2.262157 · 1.2366 · √(1 + 1/11 + 36/110).
    let x = [10.0, 8.0, 13.0, 9.0, 11.0, 14.0, 6.0, 4.0, 12.0, 7.0, 5.0];
    let y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];
    let points: Vec<(f64, f64)> = x.into_iter().zip(y.map(|y| y - 20.0)).collect();
    let trend = Trend::fit(&readings(&points), None).unwrap();
    assert_eq!((trend.shape, trend.n), (Shape::Straight, 11));
    let expected = trend.at(15.0);
    close(expected.value, 10.501_455 - 20.0, 1e-6);
    close(expected.wide.lower, 7.170_113 - 20.0, 1e-6);
    close(expected.wide.upper, 13.832_796 - 20.0, 1e-6);
    close(expected.likely.lower, 8.464_752 - 20.0, 1e-6);
    close(expected.likely.upper, 12.538_157 - 20.0, 1e-6);
    close(trend.chance(15.0, -8.0, Direction::Up), 0.167_723, 1e-6);
    close(trend.chance(15.0, -8.0, Direction::Down), 1.0 - 0.167_723, 1e-6);
}

#[test]
fn what_grows_by_the_same_share_goes_on_growing_by_it() {
    let points: Vec<(f64, f64)> = (0..6)
        .map(|year| (2016.0 + f64::from(year), 200.0 * 1.05_f64.powi(year)))
        .collect();
    let trend = Trend::fit(&readings(&points), None).unwrap();
    assert_eq!(trend.shape, Shape::Growth);
    let expected = trend.at(2030.0);
    close(expected.value, 200.0 * 1.05_f64.powi(14), 1e-6);
    close(expected.wide.lower, expected.value, 1e-6);
}

#[test]
fn a_share_never_leaves_its_bounds() {
    let points = [(2016.0, 20.0), (2018.0, 35.0), (2020.0, 52.0), (2022.0, 70.0)];
    let trend = Trend::fit(&readings(&points), Some(100.0)).unwrap();
    assert_eq!(trend.shape, Shape::Share);
    let expected = trend.at(2030.0);
    close(expected.value, 97.812_780, 1e-5);
    close(expected.wide.lower, 97.207_217, 1e-5);
    close(expected.wide.upper, 98.289_349, 1e-5);
    assert!(trend.at(2200.0).wide.upper <= 100.0);
    close(trend.chance(2030.0, 90.0, Direction::Up), 0.999_341, 1e-5);
    // An S never arrives at the whole.
    close(trend.chance(2030.0, 100.0, Direction::Up), 0.0, 1e-12);
    // A share that has been the whole runs straight, and stops at its bounds all the same.
    let full = Trend::fit(
        &readings(&[(2018.0, 92.0), (2019.0, 95.0), (2020.0, 98.0), (2021.0, 100.0)]),
        Some(100.0),
    )
    .unwrap();
    assert_eq!(full.shape, Shape::Straight);
    close(full.at(2030.0).value, 100.0, 1e-12);
}

#[test]
fn readings_weigh_as_much_as_their_errors_allow_and_never_more() {
    let with_errors = |unit: f64| -> Vec<Reading> {
        [
            (2016.0, 40.0, 2.0),
            (2018.0, 46.0, 1.0),
            (2020.0, 49.0, 2.0),
            (2022.0, 56.0, 1.0),
        ]
        .into_iter()
        .map(|(year, value, error)| Reading {
            year,
            value: value - 60.0,
            standard_error: Some(error * unit),
        })
        .collect()
    };
    // Weights 0.4, 1.6, 0.4, 1.6; slope 2.56034 a year; readings scatter by 0.78621 about the line, which their errors alone put at 1.6.
    let expected = Trend::fit(&with_errors(1.0), None).unwrap().at(2030.0);
    close(expected.value, 76.327_586 - 60.0, 1e-6);
    close(expected.wide.lower, 61.848_576 - 60.0, 1e-6);
    close(expected.wide.upper, 90.806_596 - 60.0, 1e-6);
    // A tenth of the errors: what is seen scatters more than they say, and is believed.
    let expected = Trend::fit(&with_errors(0.1), None).unwrap().at(2030.0);
    close(expected.wide.lower, 66.178_024 - 60.0, 1e-6);
    close(expected.wide.upper, 86.477_148 - 60.0, 1e-6);
}

#[test]
fn what_cannot_be_foretold_says_why() {
    let few = readings(&[(2020.0, 1.0), (2021.0, 2.0), (2022.0, 3.0)]);
    assert_eq!(Trend::fit(&few, None), Err(NoForecast::TooFew { n: 3 }));
    let one_year = readings(&[(2020.0, 1.0), (2020.0, 2.0), (2020.0, 3.0), (2020.0, 1.5)]);
    assert_eq!(Trend::fit(&one_year, None), Err(NoForecast::OneYear));
    let broken = readings(&[(2019.0, 1.0), (2020.0, f64::NAN), (2021.0, 3.0), (2022.0, 1.5)]);
    assert_eq!(Trend::fit(&broken, None), Err(NoForecast::NotFinite));
}

#[test]
fn a_longer_way_into_the_future_is_never_surer() {
    let points = [
        (2016.0, 20.0),
        (2017.0, 26.0),
        (2019.0, 24.0),
        (2021.0, 33.0),
        (2022.0, 31.0),
    ];
    let trend = Trend::fit(&readings(&points), None).unwrap();
    let width = |year: f64| {
        let wide = trend.at(year).wide;
        (wide.upper / wide.lower).ln()
    };
    for year in 2022..2040 {
        assert!(width(f64::from(year + 1)) > width(f64::from(year)));
    }
    let expected = trend.at(2030.0);
    assert!(expected.wide.lower < expected.likely.lower && expected.likely.upper < expected.wide.upper);
}

/// The last ten years of a national series before its three last, and those three.
struct Held {
    known: Vec<Reading>,
    back: Vec<(f64, f64)>,
    /// 100 for percentages.
    whole: Option<f64>,
}

fn held_back() -> Option<Vec<Held>> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|a| a.join("shared/data"))
        .find(|p| p.exists());
    let base = std::env::var_os("BARAZA_REAL_DATA").map(PathBuf::from).or(beside);
    let path = base
        .map(|b| b.join("06-sdg/unsdg_extract_5countries.csv.gz"))
        .filter(|p| p.exists());
    let Some(path) = path else {
        eprintln!("real data absent: set BARAZA_REAL_DATA to the folder with 06-sdg to run this check");
        return None;
    };
    let mut reader = csv::Reader::from_reader(GzDecoder::new(File::open(path).expect("a readable file")));
    let rows: Vec<BTreeMap<String, String>> = reader.deserialize().collect::<Result<_, _>>().expect("a CSV");
    let mut series: BTreeMap<Vec<String>, Vec<(f64, f64)>> = BTreeMap::new();
    for row in rows {
        let (Ok(year), Ok(value)) = (row["year"].parse::<f64>(), row["value"].parse::<f64>()) else {
            continue;
        };
        let key = [
            "units",
            "indicator",
            "seriesdescription",
            "geo",
            "location",
            "type_of_product",
            "type_of_speed",
        ];
        let key = key.map(|column| row[column].clone()).to_vec();
        series.entry(key).or_default().push((year, value));
    }
    let mut tried = Vec::new();
    for (key, mut points) in series {
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        let is_plain = points.windows(2).all(|pair| pair[0].0 < pair[1].0);
        if !is_plain || points.len() < 8 {
            continue;
        }
        let back = points.split_off(points.len() - 3);
        let known = points.split_off(points.len().saturating_sub(10));
        tried.push(Held {
            known: readings(&known),
            back,
            whole: (key[0] == "PERCENT").then_some(100.0),
        });
    }
    Some(tried)
}

#[test]
fn of_hundreds_of_series_what_came_lies_mostly_where_it_was_expected() {
    let Some(tried) = held_back() else { return };
    assert!(tried.len() > 300, "{} series", tried.len());
    let (mut n, mut n_wide, mut n_likely) = (0.0, 0.0, 0.0);
    for Held { known, back, whole } in tried {
        let trend = Trend::fit(&known, whole).unwrap();
        for (year, value) in back {
            let expected = trend.at(year);
            n += 1.0;
            n_wide += f64::from(expected.wide.lower <= value && value <= expected.wide.upper);
            n_likely += f64::from(expected.likely.lower <= value && value <= expected.likely.upper);
        }
    }
    // Less often than 95 and 80 in 100: years resemble their neighbours. The manuals say so.
    let (wide, likely) = (n_wide / n, n_likely / n);
    assert!((0.82..0.88).contains(&wide), "{wide}");
    assert!((0.63..0.70).contains(&likely), "{likely}");
}
