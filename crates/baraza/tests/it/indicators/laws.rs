//! Laws that the numbers of every sample keep, through the front doors.

use std::collections::{BTreeMap, BTreeSet};

use baraza::indicators::{
    self, Computed,
    model::observation::{Figures, Observation, Status},
};
use pretty_assertions::assert_eq;
use tables::{Column, Kind, Rows, Value};

use super::{PLACES, attacker::Attacker, compute, import_places, load, quality::records};
use crate::town::Town;

/// Villages with their districts.
const VILLAGES: [(&str, &str); 4] = [
    ("35.22.01.2001", "35.22.01"),
    ("35.22.01.2002", "35.22.01"),
    ("35.22.01.2003", "35.22.01"),
    ("35.22.02.2001", "35.22.02"),
];
const REGENCY: &str = "35.22";
const SEXES: [&str; 2] = ["F", "M"];
const AGES: [&str; 3] = ["Y0T14", "Y15T64", "Y_GE65"];

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn one_of<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[usize::try_from(self.below(of.len() as u64)).expect("small")]
    }
}

fn columns() -> Vec<Column> {
    let texts = ["village", "sex", "age", "has_it", "belongs", "stratum", "psu"];
    let numbers = ["spent", "size", "w", "r1", "r2", "r3", "r4"];
    let texts = texts.map(|name| Column::new(name, Kind::Text));
    let numbers = numbers.map(|name| Column::new(name, Kind::Decimal));
    texts.into_iter().chain(numbers).collect()
}

/// The first of the columns that are weights.
const FIRST_WEIGHT: usize = 9;

/// A sample of some persons of two strata of four clusters each. Weights are eighths, which binary numbers hold exactly.
fn sample(seed: u64, n: usize) -> Rows {
    let mut dice = Dice(seed);
    let mut rows = Rows::new(columns());
    for at in 0..n {
        let cluster = at % 8;
        let text = |text: &str| Value::Text(text.to_owned());
        let mut row = vec![
            text(VILLAGES[at / 8 % 4].0),
            text(dice.one_of(&SEXES)),
            text(dice.one_of(&AGES)),
            match dice.below(12) {
                0 => Value::Null,
                1..6 => text("yes"),
                _ => text("no"),
            },
            text(if dice.below(5) == 0 { "no" } else { "yes" }),
            text(["north", "south"][cluster / 4]),
            text(&format!("c{cluster}")),
        ];
        let mut number = |below: u64, of: f64| Value::Decimal((dice.below(below) + 1) as f64 / of);
        row.extend([number(900, 1.0), number(9, 1.0)]);
        let weight = number(80, 8.0);
        // Four half samples of two halves of each stratum.
        let signs = [[1, 1], [-1, 1], [1, -1], [-1, -1]];
        let side = if cluster % 2 == 0 { 1 } else { -1 };
        let in_half = signs.map(|signs| signs[cluster / 4] == side);
        let doubled = |is_in: bool| match &weight {
            Value::Decimal(weight) if is_in => Value::Decimal(2.0 * weight),
            _ => Value::Decimal(0.0),
        };
        let replicates = in_half.map(doubled);
        row.push(weight);
        row.extend(replicates);
        rows.rows.push(row);
    }
    rows
}

/// The same rows with every weight times something.
fn weighing(rows: &Rows, by: f64) -> Rows {
    let mut rows = rows.clone();
    for value in rows.rows.iter_mut().flat_map(|row| &mut row[FIRST_WEIGHT..]) {
        if let Value::Decimal(weight) = value {
            *weight *= by;
        }
    }
    rows
}

/// Each way of counting and of knowing how sure it is, over one table.
fn definitions(table: &str) -> Vec<String> {
    let design = "design = { cluster = \"psu\", strata = \"stratum\" }\n";
    let replicates = "replicates = { columns = \"r{1..4}\", method = \"brr\", degrees_of_freedom = 2 }\n";
    let share = "numerator = \"has_it = 'yes'\"\nunit = \"percent\"\n";
    let mean = "measure = \"mean\"\nnumerator = \"spent\"\nunit = \"number\"\n";
    let ratio = "measure = \"ratio\"\nnumerator = \"spent\"\ndenominator = \"size\"\nunit = \"number\"\n";
    let total = "measure = \"total\"\nnumerator = \"spent\"\nunit = \"number\"\n";
    let weight = "weight = \"w\"\n";
    [
        ("counted", [share, "", ""]),
        ("weighted", [share, weight, ""]),
        ("share", [share, weight, design]),
        ("mean", [mean, weight, design]),
        ("ratio", [ratio, weight, replicates]),
        ("total", [total, weight, replicates]),
    ]
    .map(|(name, parts)| definition(&format!("{table}-{name}"), table, &parts.concat()))
    .into()
}

fn definition(code: &str, table: &str, parts: &str) -> String {
    let codes = |codes: &[&str]| -> String {
        let of_one = |code: &&str| {
            format!("{{ code = \"{code}\", sdmx = \"{code}\", title = {{ en = \"{code}\" }} }}")
        };
        codes.iter().map(of_one).collect::<Vec<_>>().join(", ")
    };
    format!(
        "code = \"{code}\"\ntitle = {{ en = \"{code}\" }}\ncounted = {{ en = \"persons\" }}\ntables = {{ t = \"{table}\" }}\nfrom = \"t\"\n\
         universe = \"belongs = 'yes'\"\n{parts}place = \"village\"\nperiod = \"'2026'\"\ndirection = \"up\"\nleast = 0\n\
         by = [[\"sex\"], [\"age\"], [\"sex\", \"age\"]]\n\
         [[dimension]]\nname = \"sex\"\ntitle = {{ en = \"Sex\" }}\nexpression = \"sex\"\ncodes = [{}]\n\
         [[dimension]]\nname = \"age\"\ntitle = {{ en = \"Age\" }}\nexpression = \"age\"\ncodes = [{}]\n",
        codes(&SEXES),
        codes(&AGES)
    )
}

fn code_of(definition: &str) -> &str {
    let line = definition.lines().next().expect("a line");
    line.trim_start_matches("code = ").trim_matches('"')
}

async fn town() -> Town {
    let town = Town::new().await;
    import_places(&town, PLACES).await;
    town
}

async fn count(town: &Town, table: &str, rows: &Rows) {
    town.app.lake.create(table, &rows.columns).await.expect("a table");
    town.app.lake.append(table, rows).await.expect("rows");
    for text in definitions(table) {
        load(town, &text).await;
    }
    town.run_jobs().await;
}

/// Every number of an indicator.
async fn numbers(town: &Town, code: &str) -> Vec<Observation> {
    let definition = indicators::find(&town.app, code).await.expect("there").definition;
    let places = VILLAGES
        .iter()
        .flat_map(|(village, district)| [*village, *district]);
    let places: BTreeSet<&str> = places.chain([REGENCY]).collect();
    let sets: [&[&str]; 4] = [&[], &["sex"], &["age"], &["sex", "age"]];
    let mut numbers = Vec::new();
    for place in places {
        for by in sets {
            let found = indicators::series(&town.app, &definition, place, by).await;
            numbers.extend(found.expect("a combination"));
        }
    }
    assert!(!numbers.is_empty(), "{code}");
    numbers
}

fn are_alike(one: Option<f64>, other: Option<f64>, times: f64) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => {
            let one = one * times;
            (one - other).abs() <= 1e-9 * one.abs().max(other.abs()) + 1e-12
        }
        (one, other) => one.is_none() && other.is_none(),
    }
}

#[tokio::test]
async fn weights_times_anything_change_no_value_no_error_no_interval_and_no_effective_n() {
    let town = town().await;
    let rows = sample(1, 600);
    count(&town, "once", &rows).await;
    for (table, by) in [("fourfold", 4.0), ("hundredth", 0.0137)] {
        count(&town, table, &weighing(&rows, by)).await;
        for name in ["counted", "weighted", "share", "mean", "ratio", "total"] {
            let once = numbers(&town, &format!("once-{name}")).await;
            let more = numbers(&town, &format!("{table}-{name}")).await;
            assert_eq!(once.len(), more.len());
            // Only a sum is as many times as large.
            let times = if name == "total" { by } else { 1.0 };
            for (one, other) in once.iter().zip(&more) {
                let (a, b) = (&one.figures, &other.figures);
                let alike = are_alike(a.value, b.value, times)
                    && are_alike(a.lower, b.lower, times)
                    && are_alike(a.upper, b.upper, times)
                    && are_alike(a.standard_error, b.standard_error, times)
                    && are_alike(a.n_effective, b.n_effective, 1.0)
                    && a.n == b.n;
                assert!(
                    alike && one.key() == other.key(),
                    "{name} × {by}: {one:?} {other:?}"
                );
            }
            let n_sure = once.iter().filter(|o| o.figures.standard_error.is_some()).count();
            assert!(n_sure * 2 > once.len(), "{name}: {n_sure} of {}", once.len());
        }
    }
}

/// The sums of some numbers: rows, rows without an answer, numerator, denominator.
fn sums<'a>(numbers: impl Iterator<Item = &'a Observation>) -> (i64, i64, f64, f64) {
    let mut sums = (0, 0, 0.0, 0.0);
    for Figures {
        n,
        n_missing,
        numerator,
        denominator,
        ..
    } in numbers.map(|o| &o.figures)
    {
        sums.0 += n.unwrap_or(0);
        sums.1 += n_missing.unwrap_or(0);
        sums.2 += numerator.unwrap_or(0.0);
        sums.3 += denominator.unwrap_or(0.0);
    }
    sums
}

#[tokio::test]
async fn parts_add_up_to_the_whole_over_every_dimension_and_every_place() {
    let town = town().await;
    count(&town, "t", &sample(2, 600)).await;
    for name in ["counted", "weighted", "share", "mean", "ratio", "total"] {
        let all = numbers(&town, &format!("t-{name}")).await;
        // A cell without any answer has no figures, and nothing to add but those who gave none.
        let all: Vec<Observation> = all.into_iter().filter(|o| o.status == Status::Normal).collect();
        for whole in all.iter().filter(|o| o.by.is_empty()) {
            let expected = sums([whole].into_iter());
            for by in ["sex", "age", "sex,age"] {
                let groups = all.iter().filter(|o| o.place == whole.place && o.by == by);
                let (n, _, numerator, denominator) = sums(groups);
                assert_eq!(
                    (n, numerator, denominator),
                    (expected.0, expected.2, expected.3),
                    "{name} of {} by {by}",
                    whole.place
                );
            }
            let below: Vec<&Observation> = all
                .iter()
                .filter(|o| o.by.is_empty() && o.parent.as_deref() == Some(whole.place.as_str()))
                .collect();
            if !below.is_empty() {
                assert_eq!(sums(below.into_iter()), expected, "{name} below {}", whole.place);
            }
        }
    }
}

#[tokio::test]
async fn the_order_of_the_rows_changes_no_digit() {
    let town = town().await;
    let rows = sample(3, 600);
    let mut shuffled = rows.clone();
    let mut dice = Dice(99);
    for at in (1..shuffled.rows.len()).rev() {
        let other = usize::try_from(dice.below(at as u64 + 1)).expect("small");
        shuffled.rows.swap(at, other);
    }
    assert_ne!(rows.rows, shuffled.rows);
    count(&town, "t", &rows).await;
    count(&town, "u", &shuffled).await;
    for name in ["counted", "weighted", "share", "mean", "ratio", "total"] {
        assert_eq!(
            numbers(&town, &format!("t-{name}")).await,
            numbers(&town, &format!("u-{name}")).await
        );
    }
}

#[tokio::test]
async fn rows_outside_the_universe_change_nothing() {
    let town = town().await;
    count(&town, "t", &sample(4, 600)).await;
    let codes: Vec<String> = definitions("t")
        .iter()
        .map(|text| code_of(text).to_owned())
        .collect();
    let mut before = Vec::new();
    for code in &codes {
        before.push(numbers(&town, code).await);
    }
    let mut outside = sample(5, 200);
    for row in &mut outside.rows {
        row[4] = Value::Text("no".into());
    }
    town.app.lake.append("t", &outside).await.expect("rows");
    for (code, before) in codes.iter().zip(before) {
        let computed = compute(&town, code).await;
        assert!(
            matches!(computed, Computed::Done { n_changed: 0, .. }),
            "{code}: {computed:?}"
        );
        assert_eq!(numbers(&town, code).await, before, "{code}");
    }
    town.run_jobs().await;
}

/// A cell as every face names it: place, sex and age, `_T` for all.
type Cell = (String, String, String);

fn cell(place: &str, sex: &str, age: &str) -> Cell {
    (place.to_owned(), sex.to_owned(), age.to_owned())
}

/// The persons that cannot be told apart: village, sex, age; how many have it, and how many there are.
struct Persons {
    of: Cell,
    district: &'static str,
    yes: u64,
    all: u64,
}

/// Small villages in which most have it.
fn small_villages(seed: u64) -> Vec<Persons> {
    let mut dice = Dice(seed);
    let mut persons = Vec::new();
    for (village, district) in VILLAGES {
        for sex in SEXES {
            for age in AGES {
                let all = 2 + dice.below(14);
                let no = dice.below(4).min(all);
                persons.push(Persons {
                    of: cell(village, sex, age),
                    district,
                    yes: all - no,
                    all,
                });
            }
        }
    }
    persons
}

impl Persons {
    fn is_in(&self, (place, sex, age): &Cell) -> bool {
        let of = &self.of;
        let is_of = |asked: &str, own: &str| asked == "_T" || asked == own;
        let is_there = [REGENCY, self.district, of.0.as_str()].contains(&place.as_str());
        is_there && is_of(sex, &of.1) && is_of(age, &of.2)
    }

    fn rows(&self) -> Vec<Vec<Value>> {
        let text = |text: &str| Value::Text(text.to_owned());
        let row = |has_it: &str| {
            let (village, sex, age) = &self.of;
            let texts = [
                village.as_str(),
                sex.as_str(),
                age.as_str(),
                has_it,
                "yes",
                "north",
                "c0",
            ]
            .map(text);
            let numbers = columns()
                .into_iter()
                .skip(texts.len())
                .map(|_| Value::Decimal(1.0));
            texts.into_iter().chain(numbers).collect::<Vec<Value>>()
        };
        let (yes, no) = (0..self.yes, self.yes..self.all);
        yes.map(|_| row("yes")).chain(no.map(|_| row("no"))).collect()
    }
}

/// The counts that are in a cell.
fn within(persons: &[Persons], cell: &Cell) -> Vec<usize> {
    let counts = persons.iter().enumerate().filter(|(_, one)| one.is_in(cell));
    counts.map(|(at, _)| at).collect()
}

/// How many have it in a cell, as a face says it or lets it be worked out; everybody knows how many there are.
type Told = (Cell, f64);

fn parsed(row: &BTreeMap<String, String>, column: &str) -> Option<f64> {
    row.get(column).and_then(|text| text.parse().ok())
}

/// What the files of an indicator say at every place and by every combination: the counts themselves, or shares of those there are.
async fn told_by_files(
    town: &Town,
    persons: &[Persons],
    code: &str,
    as_share: impl Fn(f64) -> f64,
) -> Vec<Told> {
    let mut told = Vec::new();
    let places = VILLAGES
        .iter()
        .flat_map(|(village, district)| [*village, *district]);
    for place in places.chain([REGENCY]).collect::<BTreeSet<&str>>() {
        for by in ["", "sex", "age", "sex,age"] {
            let path = format!("/indicators/{code}.csv?place={place}&by={by}&period=2026");
            let csv = town.stranger().gets(&path).await.is(200).text();
            for row in records(&csv) {
                let codes: Vec<&str> = row["codes"].split(',').collect();
                let cell = match (row["by"].as_str(), codes.as_slice()) {
                    ("", _) => cell(&row["place"], "_T", "_T"),
                    ("sex", [sex]) => cell(&row["place"], sex, "_T"),
                    ("age", [age]) => cell(&row["place"], "_T", age),
                    ("sex,age", [sex, age]) => cell(&row["place"], sex, age),
                    other => panic!("{other:?}"),
                };
                let counts = within(persons, &cell);
                let all: u64 = counts.iter().map(|&at| persons[at].all).sum();
                let yes = parsed(&row, "value").map(|value| as_share(value) * all as f64);
                told.extend(yes.map(|yes| (cell.clone(), yes)));
                told.extend(parsed(&row, "numerator").map(|yes| (cell.clone(), yes)));
            }
        }
    }
    told
}

/// What the same numbers say as SDMX.
async fn told_by_sdmx(town: &Town, persons: &[Persons]) -> Vec<Told> {
    let csv = town
        .stranger()
        .with_header("accept", "application/vnd.sdmx.data+csv")
        .gets("/sdmx/2.1/data/DF_t-counted")
        .await
        .is(200)
        .text();
    let mut told = Vec::new();
    for row in records(&csv) {
        let cell = cell(&row["REF_AREA"].replace('-', "."), &row["SEX"], &row["AGE"]);
        let counts = within(persons, &cell);
        assert!(!counts.is_empty(), "{row:?}");
        let all: u64 = counts.iter().map(|&at| persons[at].all).sum();
        let yes = parsed(&row, "OBS_VALUE").map(|value| value / 100.0 * all as f64);
        told.extend(yes.map(|yes| (cell.clone(), yes)));
        told.extend(parsed(&row, "NUMERATOR").map(|yes| (cell.clone(), yes)));
    }
    told
}

/// Villages whose water is counted, and a formula that says the rest.
async fn small_town(persons: &[Persons]) -> Town {
    let town = town().await;
    let mut rows = Rows::new(columns());
    rows.rows = persons.iter().flat_map(Persons::rows).collect();
    town.app.lake.create("t", &rows.columns).await.expect("a table");
    town.app.lake.append("t", &rows).await.expect("rows");
    let share = "numerator = \"has_it = 'yes'\"\nunit = \"percent\"\n";
    load(
        &town,
        &definition("t-counted", "t", share).replace("least = 0", "least = 5"),
    )
    .await;
    let rest = "code = \"rest\"\nkind = \"formula\"\ntitle = { en = \"The rest\" }\nunit = \"percent\"\ndirection = \"down\"\n\
        [formula]\nexpression = \"100 - a\"\ninputs = { a = \"t-counted\" }\n";
    load(&town, rest).await;
    town.run_jobs().await;
    town
}

fn attack(persons: &[Persons], told: &[Told]) -> Attacker {
    let known: Vec<Vec<f64>> = told
        .iter()
        .map(|(cell, _)| {
            let is_in = |one: &Persons| f64::from(u8::from(one.is_in(cell)));
            persons.iter().map(is_in).collect()
        })
        .collect();
    let room = |one: &Persons| (one.yes as f64, (one.all - one.yes) as f64);
    Attacker::of(&known, persons.iter().map(room).collect())
}

#[tokio::test]
async fn all_public_faces_together_do_not_tell_what_is_withheld() {
    for seed in [11, 12, 13] {
        let persons = small_villages(seed);
        let town = small_town(&persons).await;
        let mut told = told_by_files(&town, &persons, "t-counted", |value| value / 100.0).await;
        told.extend(told_by_files(&town, &persons, "rest", |value| 1.0 - value / 100.0).await);
        told.extend(told_by_sdmx(&town, &persons).await);
        // What is told is true.
        for (cell, yes) in &told {
            let counts = within(&persons, cell);
            let truth: u64 = counts.iter().map(|&at| persons[at].yes).sum();
            assert!(
                (yes - truth as f64).abs() < 1e-6,
                "{cell:?}: {yes} is not {truth}"
            );
        }
        let attacker = attack(&persons, &told);
        let hidden: Vec<Observation> = numbers(&town, "t-counted")
            .await
            .into_iter()
            .filter(|o| o.status == Status::Suppressed)
            .collect();
        let mut n_small = 0;
        for o in &hidden {
            let asked = match (o.by.as_str(), o.codes.split_once(',')) {
                ("", _) => cell(&o.place, "_T", "_T"),
                ("sex", _) => cell(&o.place, &o.codes, "_T"),
                ("age", _) => cell(&o.place, "_T", &o.codes),
                (_, Some((sex, age))) => cell(&o.place, sex, age),
                other => panic!("{other:?}"),
            };
            let counts = within(&persons, &asked);
            let yes: u64 = counts.iter().map(|&at| persons[at].yes).sum();
            let all: u64 = counts.iter().map(|&at| persons[at].all).sum();
            let is_small = |count: u64| (1..5).contains(&count);
            if is_small(yes) || is_small(all - yes) {
                n_small += 1;
                let (width, needed) = (attacker.width(&counts), all.min(5) as f64);
                assert!(
                    width > needed - 1e-6,
                    "seed {seed}: {asked:?} is known to within {width}, not {needed}"
                );
            }
        }
        assert!(
            n_small >= 5,
            "seed {seed}: {n_small} small cells of {}",
            hidden.len()
        );
        // The attack is one: who is told of one more cell knows that cell.
        let slip = within(&persons, &persons[0].of);
        told.push((persons[0].of.clone(), persons[0].yes as f64));
        assert!(attack(&persons, &told).width(&slip).abs() < 1e-6);
    }
}
