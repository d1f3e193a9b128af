//! The indicators of the goals that ship with the product, over the two forms that ship with it and over tables of agencies: one test for
//! each way in which a number of theirs goes wrong.

use std::collections::BTreeSet;

use baraza::indicators::{
    self, Computed,
    model::{
        definition::{Definition, Scope},
        observation::Standing,
    },
};
use pretty_assertions::assert_eq;
use tables::{Column, Kind, Rows, Value};

use super::{
    PLACES, compute, import_places, load,
    pack::{add, project, shipped_columns},
};
use crate::town::Town;

mod finance;
mod health;
mod justice;
mod protection;
mod work;

const VILLAGE: &str = "35.22.01.2001";
/// Definitions over the census alone, which count from the first day; the others are loaded by whoever has their tables.
const OF_THE_CENSUS: [&str; 4] = ["16.9.1", "8.10.2-savings", "8.5.2", "8.6.1"];

/// A form that ships, and the tables that its answers go to: households, and their members.
struct Asked {
    form: &'static str,
    tables: [&'static str; 2],
    /// What each member answers where nothing else is said.
    usual: &'static [(&'static str, &'static str)],
}

const CENSUS: Asked = Asked {
    form: "data/forms/household.md",
    tables: ["census__household", "census__household__member"],
    usual: &[("sex", "female"), ("age", "30")],
};

const LIVELIHOOD: Asked = Asked {
    form: "data/forms/livelihood.md",
    tables: ["census__livelihood", "census__livelihood__person"],
    usual: &[
        ("sex", "female"),
        ("age", "30"),
        ("benefits", "none"),
        ("contributes", "none"),
    ],
};

/// Answers by the names of their questions.
type Answers<'a> = &'a [(&'a str, &'a str)];

/// So many households that answer alike: for the household, and for each of its members.
type Alike<'a> = (usize, Answers<'a>, &'a [Answers<'a>]);

/// A town of whose one village these households were asked.
async fn asked(what: &Asked, households: &[Alike<'_>]) -> Town {
    let town = Town::new().await;
    import_places(&town, PLACES).await;
    let [mut homes, mut members] = shipped_columns(what.form).map(Rows::new);
    for (n, household, people) in households {
        for _ in 0..*n {
            let id = format!("uuid:{}", homes.len());
            let size = people.len().to_string();
            let common = [
                ("instance_id", id.as_str()),
                ("consent", "yes"),
                ("village", VILLAGE),
                ("today", "2026-02-16"),
                ("household_size", size.as_str()),
            ];
            add(&mut homes, &[common.as_slice(), *household].concat());
            let own = [("instance_id", id.as_str())];
            for person in *people {
                add(&mut members, &[own.as_slice(), what.usual, *person].concat());
            }
        }
    }
    for (table, rows) in what.tables.iter().zip([homes, members]) {
        store(&town, table, &rows).await;
    }
    town
}

async fn store(town: &Town, table: &str, rows: &Rows) {
    town.app.lake.create(table, &rows.columns).await.expect("a table");
    town.app.lake.append(table, rows).await.expect("rows");
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// What statisticians put beside the survey: prices of the year.
async fn prices(town: &Town) {
    let mut rows = Rows::new(vec![
        Column::new("year", Kind::Integer),
        Column::new("local_per_dollar", Kind::Decimal),
        Column::new("poverty_line_month", Kind::Decimal),
    ]);
    let year = vec![
        Value::Integer(2026),
        Value::Decimal(12_000.0),
        Value::Decimal(600_000.0),
    ];
    rows.rows.push(year);
    store(town, "reference__prices", &rows).await;
}

/// What the regulator of banks knows: three branches with four machines, and two offices of a rural bank with one.
async fn points(town: &Town) {
    let mut rows = Rows::new(vec![
        Column::new("place", Kind::Text),
        Column::new("year", Kind::Integer),
        Column::new("kind", Kind::Text),
        Column::new("branches", Kind::Integer),
        Column::new("atms", Kind::Integer),
    ]);
    for (kind, branches, atms) in [("commercial_bank", 3, 4), ("rural_bank", 2, 1)] {
        rows.rows.push(vec![
            text(VILLAGE),
            Value::Integer(2026),
            text(kind),
            Value::Integer(branches),
            Value::Integer(atms),
        ]);
    }
    store(town, "finance__access_points", &rows).await;
}

/// Ten people on two registers of cash and one of rice, ten on that of rice alone.
async fn benefits(town: &Town) {
    let mut rows = Rows::new(vec![
        Column::new("person", Kind::Text),
        Column::new("village", Kind::Text),
        Column::new("year", Kind::Integer),
        Column::new("in_cash", Kind::Text),
    ]);
    let mut put = |person: String, in_cash: &str| {
        let row = vec![text(&person), text(VILLAGE), Value::Integer(2026), text(in_cash)];
        rows.rows.push(row);
    };
    for at in 0..10 {
        for in_cash in ["yes", "yes", "no"] {
            put(format!("both-{at}"), in_cash);
        }
        put(format!("rice-{at}"), "no");
    }
    store(town, "social__benefits", &rows).await;
}

/// Ten people who came to the job centre twice.
async fn seekers(town: &Town) {
    let mut rows = Rows::new(vec![
        Column::new("person", Kind::Text),
        Column::new("village", Kind::Text),
        Column::new("year", Kind::Integer),
    ]);
    for at in 0..20 {
        let person = format!("seeker-{}", at % 10);
        rows.rows
            .push(vec![text(&person), text(VILLAGE), Value::Integer(2026)]);
    }
    store(town, "labour__jobseekers", &rows).await;
}

/// Forty who earn four million in 156 hours, and forty who earn eight.
async fn payroll(town: &Town) {
    let mut rows = Rows::new(vec![
        Column::new("village", Kind::Text),
        Column::new("year", Kind::Integer),
        Column::new("gross_month", Kind::Decimal),
        Column::new("hours_month", Kind::Decimal),
    ]);
    for at in 0..80 {
        let gross = if at % 2 == 0 { 4_000_000.0 } else { 8_000_000.0 };
        rows.rows.push(vec![
            text(VILLAGE),
            Value::Integer(2026),
            Value::Decimal(gross),
            Value::Decimal(156.0),
        ]);
    }
    store(town, "labour__payroll", &rows).await;
}

/// The text of a definition that ships.
fn shipped(code: &str) -> String {
    ["data/indicators-sdg", "data/indicators"]
        .into_iter()
        .find_map(|folder| std::fs::read_to_string(project(folder).join(format!("{code}.toml"))).ok())
        .unwrap_or_else(|| panic!("no {code}.toml ships"))
}

fn parsed(code: &str) -> Definition {
    let definition = Definition::parse(&shipped(code)).unwrap_or_else(|error| panic!("{code}: {error}"));
    assert_eq!(definition.code, code);
    definition
}

/// Codes, each behind those that it reads.
fn with_inputs(codes: &[&str]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for code in codes {
        let definition = parsed(code);
        let inputs: Vec<&str> = definition
            .formula()
            .map(|formula| formula.inputs.iter().map(|input| input.code.as_str()).collect())
            .unwrap_or_default();
        for code in inputs.into_iter().chain([*code]) {
            if !all.iter().any(|known| known == code) {
                all.push(code.to_owned());
            }
        }
    }
    all
}

/// Loads and counts definitions, and compares what the village has: value, and how many were counted.
async fn expect(town: &Town, expected: &[(&str, f64, Option<i64>)]) {
    let codes: Vec<&str> = expected.iter().map(|(code, ..)| *code).collect();
    for code in with_inputs(&codes) {
        load(town, &shipped(&code)).await;
    }
    town.run_jobs().await;
    assert_eq!(town.dead_jobs().await, Vec::<String>::new());
    for (code, value, n) in expected {
        let computed = compute(town, code).await;
        assert!(matches!(computed, Computed::Done { .. }), "{code}: {computed:?}");
        let definition = indicators::find(&town.app, code).await.unwrap().definition;
        let seen = indicators::series(&town.app, &definition, VILLAGE, &[])
            .await
            .unwrap();
        assert_eq!(seen.len(), 1, "{code}: {seen:?}");
        let found = seen[0].figures.value.unwrap_or(f64::NAN);
        assert!((found - value).abs() < 1e-6, "{code}: {found}, not {value}");
        assert_eq!(seen[0].figures.n, *n, "{code}");
        assert_eq!(seen[0].period, "2026", "{code}");
    }
}

/// Codes of everything that ships for the goals, in order.
fn all_codes() -> Vec<String> {
    let mut codes: Vec<String> = std::fs::read_dir(project("data/indicators-sdg"))
        .expect("the definitions")
        .map(|entry| {
            let path = entry.expect("a file").path();
            path.file_stem().expect("a name").to_string_lossy().into_owned()
        })
        .chain(OF_THE_CENSUS.map(str::to_owned))
        .collect();
    codes.sort();
    codes
}

/// The SQL that a definition counts with; empty for a formula.
fn sql(definition: &Definition) -> String {
    definition.counting().map_or_else(String::new, |counting| {
        [
            Some(&counting.from),
            counting.universe.as_ref(),
            counting.numerator.as_ref(),
            counting.denominator.as_ref(),
        ]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join("\n")
    })
}

#[test]
fn every_definition_says_what_it_is_of_and_how_near_in_both_languages() {
    let framework = std::fs::read_to_string(project("data/sdg/indicators.json")).expect("the framework");
    let framework: Vec<serde_json::Value> = serde_json::from_str(&framework).expect("JSON");
    let mut series = BTreeSet::new();
    for code in all_codes() {
        let definition = parsed(&code);
        let known = framework
            .iter()
            .find(|known| known["code"] == definition.indicator.as_str())
            .unwrap_or_else(|| panic!("{code}: the framework has no {}", definition.indicator));
        assert_eq!(
            definition.tier.map(u64::from),
            known["tier"].as_u64(),
            "{code}: tier"
        );
        assert!(definition.custodian.is_some(), "{code}: custodian");
        let target = definition.target.as_deref().unwrap_or_default();
        assert!(
            definition.indicator.starts_with(&format!("{target}."))
                && target.starts_with(&format!("{}.", definition.goal.as_deref().unwrap_or_default())),
            "{code}: goal and target"
        );
        let scope = definition.scope.unwrap_or_else(|| panic!("{code}: scope"));
        assert_eq!(
            definition.standing == Standing::Proxy,
            scope == Scope::Proxy,
            "{code}: standing"
        );
        // One series of the framework's data is broken down by skill; any other is one number.
        if let Some(own) = definition.series.as_deref().filter(|own| *own != "SE_ADT_ACTS") {
            assert!(series.insert(own.to_owned()), "{code}: series {own} stands twice");
        }
        let mut words = vec![&definition.title, &definition.description, &definition.method];
        if let Some(counting) = definition.counting() {
            words.push(&definition.counted);
            words.extend((!counting.numerator_title.is_empty()).then_some(&counting.numerator_title));
            words.extend((!counting.denominator_title.is_empty()).then_some(&counting.denominator_title));
        }
        words.extend((scope != Scope::Global).then_some(&definition.scope_reason));
        let codes = definition.dimensions.iter().flat_map(|d| &d.codes);
        words.extend(codes.map(|code| &code.title));
        for word in words {
            assert_ne!(word.in_language("en"), "", "{code}");
            assert_ne!(word.in_language("id"), "", "{code}");
        }
        assert_ne!(
            definition.title.in_language("id"),
            definition.title.in_language("en"),
            "{code}"
        );
    }
}

#[test]
fn courses_registers_and_payrolls_are_never_taken_for_the_indicator() {
    for code in all_codes() {
        let definition = parsed(&code);
        let sql = sql(&definition);
        if definition.indicator == "4.4.1" {
            assert!(!sql.contains("training") && !sql.is_empty(), "{code}: {sql}");
        }
        if definition.indicator == "16.3.1" {
            // The police know who reported, not who did not.
            let tables = definition.tables().into_iter().collect::<Vec<_>>();
            assert_eq!(tables, LIVELIHOOD.tables, "{code}");
        }
        let read = with_inputs(&[code.as_str()]);
        let of_registers = read.iter().any(|code| {
            let of = |table: &str| table.starts_with("labour__") || table.starts_with("social__");
            parsed(code).tables().into_iter().any(of)
        });
        if of_registers {
            assert_eq!(definition.scope, Some(Scope::Proxy), "{code}");
        }
    }
    let registered = parsed("8.5.2-registered");
    assert!(
        registered
            .scope_reason
            .in_language("en")
            .contains("not comparable")
            && parsed("8.5.1-payroll")
                .scope_reason
                .in_language("en")
                .contains("formal sector only")
    );
}
