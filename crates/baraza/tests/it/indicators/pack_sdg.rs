//! The indicators of the goals that ship with the product, over the two forms that ship with it and over tables of agencies: one test for
//! each way in which a number of theirs goes wrong.

use std::collections::BTreeSet;

use baraza::indicators::{
    self, Computed,
    model::{
        definition::{Definition, Scope},
        observation::{Standing, Status},
    },
};
use pretty_assertions::assert_eq;
use tables::{Column, Kind, Rows, Value};

use super::{
    PLACES, compute, import_places, load,
    pack::{add, project, shipped_columns},
};
use crate::town::Town;

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

#[tokio::test]
async fn health_costs_that_are_withheld_cannot_be_had_by_subtracting() {
    let town = asked(
        &LIVELIHOOD,
        &[
            (
                10,
                &[("consumption_month", "3650000"), ("health_costs_month", "730000")],
                &[&[]],
            ),
            (
                2,
                &[
                    ("consumption_month", "3650000"),
                    ("health_costs_month", "1460000"),
                ],
                &[&[]],
            ),
            (
                40,
                &[("consumption_month", "3650000"), ("health_costs_month", "0")],
                &[&[]],
            ),
        ],
    )
    .await;
    prices(&town).await;
    for code in with_inputs(&["3.8.2"]) {
        load(&town, &shipped(&code)).await;
    }
    town.run_jobs().await;
    let mut shown = Vec::new();
    for code in with_inputs(&["3.8.2"]) {
        let definition = indicators::find(&town.app, &code).await.unwrap().definition;
        let seen = indicators::series(&town.app, &definition, VILLAGE, &[])
            .await
            .unwrap();
        shown.push((code, seen[0].status));
    }
    let expected = [
        ("3.8.2-impoverishing", Status::Suppressed),
        ("3.8.2-large", Status::Normal),
        ("3.8.2", Status::Suppressed),
    ];
    assert_eq!(shown, expected.map(|(code, status)| (code.to_owned(), status)));
}

#[tokio::test]
async fn without_prices_there_is_no_number_rather_than_a_wrong_one() {
    let town = asked(&LIVELIHOOD, &[(10, &[("consumption_month", "1000000")], &[&[]])]).await;
    load(&town, &shipped("3.8.2-large")).await;
    town.run_jobs().await;
    let computed = compute(&town, "3.8.2-large").await;
    let table = "reference__prices".to_owned();
    assert_eq!(computed, Computed::NoTable { table });
}

#[tokio::test]
async fn whoever_is_on_two_schemes_counts_once_goods_are_no_cash_and_contributing_is_enough() {
    let town = asked(
        &LIVELIHOOD,
        &[
            (10, &[], &[&[("benefits", "assistance disability")]]),
            (10, &[], &[&[("benefits", "in_kind")]]),
            (10, &[], &[&[("contributes", "pension")]]),
            (10, &[], &[&[("benefits", "labour_programme")]]),
            (10, &[], &[&[]]),
        ],
    )
    .await;
    expect(&town, &[("1.3.1-any", 40.0, Some(50))]).await;
}

#[tokio::test]
async fn a_child_benefit_is_of_children_only() {
    let town = asked(
        &LIVELIHOOD,
        &[
            (10, &[], &[&[("age", "5"), ("benefits", "child")]]),
            (10, &[], &[&[("age", "17")]]),
            (10, &[], &[&[("age", "18"), ("benefits", "child")]]),
        ],
    )
    .await;
    expect(&town, &[("1.3.1-children", 50.0, Some(20))]).await;
}

#[tokio::test]
async fn maternity_is_of_women_who_gave_birth_and_not_of_all_women() {
    let town = asked(
        &LIVELIHOOD,
        &[
            (10, &[], &[&[("benefits", "maternity"), ("gave_birth", "yes")]]),
            (10, &[], &[&[("gave_birth", "yes")]]),
            (10, &[], &[&[("gave_birth", "no")]]),
            (10, &[], &[&[("sex", "male")]]),
        ],
    )
    .await;
    expect(&town, &[("1.3.1-maternity", 50.0, Some(20))]).await;
}

#[tokio::test]
async fn some_difficulty_is_no_severe_disability() {
    let town = asked(
        &LIVELIHOOD,
        &[
            (10, &[], &[&[("benefits", "disability"), ("difficulty", "a_lot")]]),
            (10, &[], &[&[("difficulty", "cannot_do")]]),
            (10, &[], &[&[("benefits", "disability"), ("difficulty", "some")]]),
        ],
    )
    .await;
    expect(&town, &[("1.3.1-disability", 50.0, Some(20))]).await;
}

#[tokio::test]
async fn unemployment_benefits_are_of_the_unemployed() {
    let town = asked(
        &LIVELIHOOD,
        &[
            (
                10,
                &[],
                &[&[
                    ("benefits", "unemployment"),
                    ("worked_last_week", "no"),
                    ("looked_for_work", "yes"),
                    ("available_for_work", "yes"),
                ]],
            ),
            (
                10,
                &[],
                &[&[
                    ("worked_last_week", "no"),
                    ("looked_for_work", "yes"),
                    ("available_for_work", "yes"),
                ]],
            ),
            (
                10,
                &[],
                &[&[
                    ("benefits", "unemployment"),
                    ("worked_last_week", "no"),
                    ("looked_for_work", "yes"),
                    ("available_for_work", "no"),
                ]],
            ),
        ],
    )
    .await;
    expect(&town, &[("1.3.1-unemployed", 50.0, Some(20))]).await;
}

#[tokio::test]
async fn injuries_at_work_are_insured_for_people_at_work() {
    let town = asked(
        &LIVELIHOOD,
        &[
            (
                10,
                &[],
                &[&[("contributes", "pension injury"), ("worked_last_week", "yes")]],
            ),
            (
                10,
                &[],
                &[&[("contributes", "pension"), ("worked_last_week", "yes")]],
            ),
            (
                10,
                &[],
                &[&[("contributes", "injury"), ("worked_last_week", "no")]],
            ),
        ],
    )
    .await;
    expect(&town, &[("1.3.1-injury", 50.0, Some(20))]).await;
}

#[tokio::test]
async fn whoever_has_both_pensions_counts_once_and_only_from_the_age_of_retirement() {
    let town = asked(
        &LIVELIHOOD,
        &[
            (
                10,
                &[],
                &[&[("age", "60"), ("benefits", "pension_contributory pension_social")]],
            ),
            (10, &[], &[&[("age", "70")]]),
            (10, &[], &[&[("age", "59"), ("benefits", "pension_contributory")]]),
        ],
    )
    .await;
    expect(&town, &[("1.3.1-pension", 50.0, Some(20))]).await;
}

#[tokio::test]
async fn the_vulnerable_are_children_the_uncovered_and_the_old_without_a_contributory_pension() {
    let town = asked(
        &LIVELIHOOD,
        &[
            (10, &[], &[&[("age", "10"), ("benefits", "assistance")]]),
            (20, &[], &[&[]]),
            (
                10,
                &[],
                &[&[("benefits", "assistance"), ("contributes", "pension")]],
            ),
            (10, &[], &[&[("benefits", "unemployment")]]),
            (
                10,
                &[],
                &[&[("age", "65"), ("benefits", "pension_contributory assistance")]],
            ),
            (10, &[], &[&[("age", "65"), ("benefits", "pension_social")]]),
        ],
    )
    .await;
    expect(&town, &[("1.3.1-vulnerable", 50.0, Some(40))]).await;
}

#[tokio::test]
async fn poverty_is_measured_for_a_person_and_not_for_a_household() {
    let town = asked(
        &LIVELIHOOD,
        &[
            (
                10,
                &[("consumption_month", "1000000")],
                &[&[("benefits", "assistance")], &[]],
            ),
            (
                10,
                &[("consumption_month", "1300000")],
                &[&[("benefits", "assistance")], &[]],
            ),
        ],
    )
    .await;
    prices(&town).await;
    expect(&town, &[("1.3.1-poor", 50.0, Some(20))]).await;
}

#[tokio::test]
async fn the_world_bank_counts_everybody_of_a_beneficiarys_household() {
    let town = asked(
        &LIVELIHOOD,
        &[
            (10, &[], &[&[("benefits", "pension_contributory")], &[]]),
            (10, &[], &[&[("contributes", "pension")], &[]]),
            (10, &[], &[&[("benefits", "in_kind")], &[]]),
            (10, &[], &[&[], &[]]),
        ],
    )
    .await;
    expect(
        &town,
        &[
            ("1.3.1-insurance", 25.0, Some(80)),
            ("1.3.1-assistance", 25.0, Some(80)),
            ("1.3.1-labour", 0.0, Some(80)),
            ("1.3.1-any", 25.0, Some(80)),
        ],
    )
    .await;
}

#[tokio::test]
async fn health_costs_count_people_and_not_households_above_and_not_at_the_threshold() {
    let town = asked(
        &LIVELIHOOD,
        &[
            (
                10,
                &[("consumption_month", "1000000"), ("health_costs_month", "300000")],
                &[&[], &[], &[]],
            ),
            (
                10,
                &[("consumption_month", "1000000"), ("health_costs_month", "100000")],
                &[&[]],
            ),
            (
                10,
                &[("consumption_month", "1000000"), ("health_costs_month", "150000")],
                &[&[], &[]],
            ),
            (
                10,
                &[("consumption_month", "1000000"), ("health_costs_month", "0")],
                &[&[], &[], &[], &[]],
            ),
        ],
    )
    .await;
    expect(
        &town,
        &[
            ("3.8.2-over-10", 50.0, Some(100)),
            ("3.8.2-over-25", 30.0, Some(100)),
        ],
    )
    .await;
}

#[tokio::test]
async fn health_costs_are_set_against_what_is_left_above_the_line_of_the_median_person() {
    let town = asked(
        &LIVELIHOOD,
        &[
            (
                10,
                &[("consumption_month", "18250000"), ("health_costs_month", "0")],
                &[&[], &[], &[], &[], &[]],
            ),
            (
                10,
                &[("consumption_month", "3650000"), ("health_costs_month", "365000")],
                &[&[]],
            ),
            (
                10,
                &[("consumption_month", "3650000"), ("health_costs_month", "730000")],
                &[&[]],
            ),
            (
                10,
                &[
                    ("consumption_month", "3650000"),
                    ("health_costs_month", "1460000"),
                ],
                &[&[]],
            ),
            (
                30,
                &[("consumption_month", "1825000"), ("health_costs_month", "0")],
                &[&[]],
            ),
            (
                10,
                &[("consumption_month", "1825000"), ("health_costs_month", "36500")],
                &[&[]],
            ),
        ],
    )
    .await;
    prices(&town).await;
    expect(
        &town,
        &[
            ("3.8.2", 25.0, None),
            ("3.8.2-impoverishing", 100.0 / 6.0, Some(120)),
            ("3.8.2-large", 100.0 / 12.0, Some(120)),
        ],
    )
    .await;
}

#[tokio::test]
async fn the_societal_poverty_line_never_falls_below_its_floor() {
    let town = asked(
        &LIVELIHOOD,
        &[
            (
                30,
                &[("consumption_month", "365000"), ("health_costs_month", "0")],
                &[&[]],
            ),
            (
                10,
                &[("consumption_month", "1460000"), ("health_costs_month", "292000")],
                &[&[]],
            ),
        ],
    )
    .await;
    prices(&town).await;
    expect(&town, &[("3.8.2", 25.0, None), ("3.8.2-large", 25.0, Some(40))]).await;
}

#[tokio::test]
async fn skills_are_of_everybody_from_15_and_each_counts_by_itself() {
    let town = asked(
        &LIVELIHOOD,
        &[
            (10, &[], &[&[("digital", "email copy_paste")]]),
            (20, &[], &[&[("digital", "none")]]),
            (
                10,
                &[],
                &[&[("digital", "verify email presentation security software")]],
            ),
            (
                10,
                &[],
                &[&[
                    ("age", "14"),
                    ("digital", "verify email presentation security software"),
                ]],
            ),
            (7, &[], &[&[]]),
        ],
    )
    .await;
    expect(
        &town,
        &[
            ("4.4.1-email", 50.0, Some(40)),
            ("4.4.1-copy-paste", 25.0, Some(40)),
            ("4.4.1-copy-file", 0.0, Some(40)),
            ("4.4.1-all-areas", 25.0, Some(40)),
        ],
    )
    .await;
}

#[tokio::test]
async fn each_activity_is_told_apart_from_those_with_like_names() {
    let town = asked(
        &LIVELIHOOD,
        &[
            (10, &[], &[&[("digital", "copy_file")]]),
            (10, &[], &[&[("digital", "copy_paste")]]),
            (10, &[], &[&[("digital", "email")]]),
            (10, &[], &[&[("digital", "spreadsheet")]]),
            (10, &[], &[&[("digital", "connect")]]),
            (10, &[], &[&[("digital", "software")]]),
            (10, &[], &[&[("digital", "presentation")]]),
            (10, &[], &[&[("digital", "transfer")]]),
            (10, &[], &[&[("digital", "program")]]),
        ],
    )
    .await;
    expect(
        &town,
        &[
            ("4.4.1-copy-file", 100.0 / 9.0, Some(90)),
            ("4.4.1-copy-paste", 100.0 / 9.0, Some(90)),
            ("4.4.1-email", 100.0 / 9.0, Some(90)),
            ("4.4.1-spreadsheet", 100.0 / 9.0, Some(90)),
            ("4.4.1-connect", 100.0 / 9.0, Some(90)),
            ("4.4.1-software", 100.0 / 9.0, Some(90)),
            ("4.4.1-presentation", 100.0 / 9.0, Some(90)),
            ("4.4.1-transfer", 100.0 / 9.0, Some(90)),
            ("4.4.1-program", 100.0 / 9.0, Some(90)),
        ],
    )
    .await;
}

#[tokio::test]
async fn pay_is_divided_by_hours_after_both_are_summed_with_what_is_given_in_kind() {
    let town = asked(
        &LIVELIHOOD,
        &[
            (
                40,
                &[],
                &[&[
                    ("sex", "male"),
                    ("worked_last_week", "yes"),
                    ("work_status", "employee"),
                    ("earnings_month", "5200000"),
                    ("earnings_in_kind", "0"),
                    ("hours_week", "12"),
                ]],
            ),
            (
                40,
                &[],
                &[&[
                    ("sex", "male"),
                    ("worked_last_week", "yes"),
                    ("work_status", "employee"),
                    ("earnings_month", "7800000"),
                    ("earnings_in_kind", "0"),
                    ("hours_week", "36"),
                ]],
            ),
            (
                40,
                &[],
                &[&[
                    ("worked_last_week", "yes"),
                    ("work_status", "employee"),
                    ("earnings_month", "4200000"),
                    ("earnings_in_kind", "1000000"),
                    ("hours_week", "24"),
                ]],
            ),
            (
                10,
                &[],
                &[&[
                    ("sex", "male"),
                    ("worked_last_week", "yes"),
                    ("work_status", "own_account"),
                    ("earnings_month", "90000000"),
                    ("earnings_in_kind", "0"),
                    ("hours_week", "1"),
                ]],
            ),
        ],
    )
    .await;
    expect(
        &town,
        &[
            ("8.5.1", 18_200_000.0 / 312.0, Some(120)),
            ("8.5.1-gap", 20.0, None),
        ],
    )
    .await;
}

#[tokio::test]
async fn an_account_is_alone_or_joint_or_mobile_money_and_an_arisan_is_none() {
    let town = asked(
        &LIVELIHOOD,
        &[
            (10, &[], &[&[("account", "own"), ("mobile_money", "no")]]),
            (10, &[], &[&[("account", "joint"), ("mobile_money", "no")]]),
            (10, &[], &[&[("account", "none"), ("mobile_money", "yes")]]),
            (
                10,
                &[],
                &[&[
                    ("account", "none"),
                    ("mobile_money", "no"),
                    ("savings_group", "yes"),
                ]],
            ),
            (10, &[], &[&[("account", "none"), ("mobile_money", "no")]]),
            (10, &[], &[&[("age", "14"), ("account", "own")]]),
        ],
    )
    .await;
    expect(&town, &[("8.10.2", 60.0, Some(50))]).await;
}

#[tokio::test]
async fn each_kind_of_violence_has_its_own_victims_and_telling_a_friend_is_no_report() {
    let town = asked(
        &LIVELIHOOD,
        &[
            (
                10,
                &[],
                &[&[("violence", "physical"), ("told_physical", "police")]],
            ),
            (
                10,
                &[],
                &[&[("violence", "physical"), ("told_physical", "informal")]],
            ),
            (
                10,
                &[],
                &[&[("violence", "physical"), ("told_physical", "recognised")]],
            ),
            (10, &[], &[&[("violence", "physical"), ("told_physical", "none")]]),
            (10, &[], &[&[("violence", "none")]]),
            (
                10,
                &[],
                &[&[
                    ("violence", "physical sexual"),
                    ("told_physical", "police informal"),
                    ("told_sexual", "none"),
                ]],
            ),
            (
                10,
                &[],
                &[&[
                    ("violence", "sexual psychological"),
                    ("told_sexual", "none"),
                    ("told_psychological", "authority"),
                ]],
            ),
        ],
    )
    .await;
    expect(
        &town,
        &[
            ("16.3.1-physical", 60.0, Some(50)),
            ("16.3.1-sexual", 0.0, Some(20)),
            ("16.3.1-psychological", 100.0, Some(10)),
        ],
    )
    .await;
}

#[tokio::test]
async fn the_unemployed_have_no_work_look_for_it_and_could_begin() {
    let town = asked(
        &CENSUS,
        &[
            (10, &[], &[&[("worked_last_week", "yes")]]),
            (
                10,
                &[],
                &[&[
                    ("worked_last_week", "no"),
                    ("looked_for_work", "yes"),
                    ("available_for_work", "yes"),
                ]],
            ),
            (
                10,
                &[],
                &[&[
                    ("worked_last_week", "no"),
                    ("looked_for_work", "yes"),
                    ("available_for_work", "no"),
                ]],
            ),
            (
                10,
                &[],
                &[&[
                    ("worked_last_week", "no"),
                    ("looked_for_work", "no"),
                    ("available_for_work", "yes"),
                ]],
            ),
            (
                10,
                &[],
                &[&[
                    ("age", "14"),
                    ("worked_last_week", "no"),
                    ("looked_for_work", "yes"),
                    ("available_for_work", "yes"),
                ]],
            ),
        ],
    )
    .await;
    expect(&town, &[("8.5.2", 50.0, Some(20))]).await;
}

#[tokio::test]
async fn youth_are_from_15_to_24_and_whoever_works_and_studies_is_subtracted_once() {
    let town = asked(
        &CENSUS,
        &[
            (
                10,
                &[],
                &[&[("age", "15"), ("worked_last_week", "no"), ("attending", "no")]],
            ),
            (
                10,
                &[],
                &[&[
                    ("age", "19"),
                    ("worked_last_week", "no"),
                    ("attending", "no"),
                    ("training", "no"),
                ]],
            ),
            (
                10,
                &[],
                &[&[("age", "24"), ("worked_last_week", "yes"), ("attending", "yes")]],
            ),
            (
                10,
                &[],
                &[&[
                    ("age", "20"),
                    ("worked_last_week", "no"),
                    ("attending", "no"),
                    ("training", "yes"),
                ]],
            ),
            (
                10,
                &[],
                &[&[("age", "14"), ("worked_last_week", "no"), ("attending", "no")]],
            ),
            (
                10,
                &[],
                &[&[("age", "25"), ("worked_last_week", "no"), ("attending", "no")]],
            ),
        ],
    )
    .await;
    expect(&town, &[("8.6.1", 50.0, Some(40))]).await;
}

#[tokio::test]
async fn a_births_certificate_is_of_children_who_are_not_yet_five() {
    let town = asked(
        &CENSUS,
        &[
            (10, &[], &[&[("age", "4"), ("birth_certificate", "not_seen")]]),
            (10, &[], &[&[("age", "0"), ("birth_certificate", "dont_know")]]),
            (10, &[], &[&[("age", "5"), ("birth_certificate", "seen")]]),
        ],
    )
    .await;
    expect(&town, &[("16.9.1", 50.0, Some(20))]).await;
}

#[tokio::test]
async fn savings_of_the_household_stand_in_for_an_account_as_a_proxy() {
    let town = asked(
        &CENSUS,
        &[
            (10, &[("assets", "radio savings")], &[&[], &[("age", "14")]]),
            (10, &[("assets", "none")], &[&[]]),
        ],
    )
    .await;
    expect(&town, &[("8.10.2-savings", 50.0, Some(20))]).await;
}

#[tokio::test]
async fn branches_are_of_commercial_banks_cash_machines_of_all_for_adults() {
    let town = asked(&CENSUS, &[(20, &[], &[&[("age", "15")], &[("age", "14")]])]).await;
    points(&town).await;
    expect(
        &town,
        &[
            ("8.10.1-branches", 15_000.0, None),
            ("8.10.1-atms", 25_000.0, None),
        ],
    )
    .await;
}

#[tokio::test]
async fn whoever_is_on_two_registers_counts_once() {
    let town = asked(&CENSUS, &[(40, &[], &[&[]])]).await;
    benefits(&town).await;
    expect(
        &town,
        &[
            ("1.3.1-beneficiaries", 10.0, Some(10)),
            ("1.3.1-register", 25.0, None),
        ],
    )
    .await;
}

#[tokio::test]
async fn job_seekers_who_registered_twice_count_once() {
    let town = asked(&CENSUS, &[(40, &[], &[&[("worked_last_week", "yes")]])]).await;
    seekers(&town).await;
    expect(
        &town,
        &[
            ("8.5.2-job-seekers", 10.0, Some(10)),
            ("8.5.2-registered", 25.0, None),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_payroll_divides_sums_too() {
    let town = asked(&LIVELIHOOD, &[(10, &[], &[&[]])]).await;
    payroll(&town).await;
    expect(&town, &[("8.5.1-payroll", 6_000_000.0 / 156.0, Some(80))]).await;
}
