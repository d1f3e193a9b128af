//! The same view as CSV and as JSON.

use anyhow::Context;
use serde_json::{Value, json};

use super::{
    Indicator, Run,
    model::{
        definition::{
            Scope,
            formula::{At, Input},
        },
        observation::Observation,
    },
    view::View,
};

/// Writes every observation of the view as one row.
///
/// # Errors
/// Never in practice: writing to memory does not fail.
pub fn csv(indicator: &Indicator, view: &View) -> anyhow::Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record([
        "indicator",
        "place",
        "place_name",
        "period",
        "by",
        "codes",
        "label",
        "status",
        "value",
        "lower_95",
        "upper_95",
        "numerator",
        "denominator",
        "n",
        "n_missing",
        "unit",
        "definition_version",
        "table_versions",
        "computed_at",
        "as_of",
        "standard_error",
        "n_effective",
        "standing",
        "scope",
        "variation",
        "quality",
    ])?;
    let definition = &indicator.definition;
    let unit = unit(indicator);
    let (version, tables, computed_at) = indicator.run.as_ref().map_or_else(Default::default, |run| {
        let tables: Vec<String> = run
            .tables
            .iter()
            .map(|(table, version)| format!("{table}@{version}"))
            .collect();
        (
            run.definition_version.clone(),
            tables.join(" "),
            run.computed_at.to_string(),
        )
    });
    let number = |n: Option<f64>| n.map(|n| n.to_string()).unwrap_or_default();
    let count = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
    for (place_name, label, o) in rows(view) {
        let f = &o.figures;
        let judged = definition.judge(f);
        writer.write_record([
            definition.code.as_str(),
            &o.place,
            place_name,
            &o.period,
            &o.by,
            &o.codes,
            label,
            o.status.as_str(),
            &number(f.value),
            &number(f.lower),
            &number(f.upper),
            &number(f.numerator),
            &number(f.denominator),
            &count(f.n),
            &count(f.n_missing),
            &unit,
            &version,
            &tables,
            &computed_at,
            &o.as_of.map(|at| at.to_string()).unwrap_or_default(),
            &number(f.standard_error),
            &number(f.n_effective),
            o.standing.as_str(),
            definition.scope.map_or("", Scope::as_str),
            &number(judged.and_then(|judged| judged.variation)),
            judged.map_or("", |judged| judged.quality.as_str()),
        ])?;
    }
    let bytes = writer.into_inner().context("finish the CSV")?;
    Ok(String::from_utf8(bytes)?)
}

/// Writes the view with all that belongs to it.
///
/// # Errors
/// When the definition cannot be read as JSON, which is our mistake.
pub fn json(indicator: &Indicator, view: &View) -> anyhow::Result<Value> {
    let definition = &indicator.definition;
    let observations: Vec<Value> = rows(view)
        .map(|(place_name, label, o)| {
            let mut row = serde_json::to_value(o)?;
            row["place_name"] = place_name.into();
            row["label"] = label.into();
            row["quality"] = serde_json::to_value(definition.judge(&o.figures))?;
            if let Some(at) = o.as_of {
                row["as_of"] = at.to_string().into();
            }
            Ok(row)
        })
        .collect::<anyhow::Result<_>>()?;
    let by: Vec<String> = definition
        .sets
        .iter()
        .map(|set| definition.set_name(set))
        .filter(|name| !name.is_empty())
        .collect();
    Ok(json!({
        "code": definition.code,
        "title": definition.title,
        "description": definition.description,
        "unit": unit(indicator),
        "indicator": definition.indicator,
        "series": definition.series,
        "scope": definition.scope,
        "scope_reason": definition.scope_reason,
        "tier": definition.tier,
        "baseline": definition.baseline,
        "aims": definition.aims,
        "counted": definition.counted,
        "place": view.place,
        "period": view.period,
        "periods": view.periods,
        "by": view.by,
        "by_available": by,
        "trend": view.trend,
        "observations": observations,
        "how": how(indicator),
    }))
}

/// How an indicator's numbers are made.
pub fn how(indicator: &Indicator) -> Value {
    let definition = &indicator.definition;
    let counting = definition.counting();
    let mut how = json!({
        "measure": definition.measure,
        "numerator": counting.and_then(|counting| counting.numerator.as_deref()),
        "denominator": counting.and_then(|counting| counting.denominator.as_deref()),
        "universe": counting.and_then(|counting| counting.universe.as_deref()),
        "factor": definition.factor,
        "weight": counting.and_then(|counting| counting.weight.as_deref()),
        "replicates": definition.replicates().map(|replicates| json!({
            "method": replicates.method,
            "n": replicates.weights.len(),
        })),
        "from": counting.map(|counting| &counting.from),
        "place": counting.map(|counting| &counting.place),
        "period": counting.and_then(|counting| counting.period.as_deref()),
        "method": definition.method,
        "standard": definition.standard,
        "least": definition.least,
        "hold": definition.hold,
        "definition_version": definition.version,
        "run": indicator.run.as_deref().map(run),
    });
    if let Some(formula) = definition.formula() {
        let made_by: &[(String, String)] = match &indicator.run {
            Some(run) => &run.facts.inputs,
            None => &[],
        };
        how["formula"] = json!({
            "expression": formula.expression.text(),
            "inputs": formula.inputs.iter().map(|of| input(of, made_by)).collect::<Vec<_>>(),
            "missing": formula.rules.missing,
            "floor": formula.rules.floor,
        });
    }
    if let Some(entered) = definition.entered() {
        how["entered"] = json!({
            "organisation": entered.organisation,
            "level": entered.level,
            "every": entered.every,
        });
    }
    how
}

/// What a formula reads; `made_by` are the versions of the definitions by which the numbers it read were made.
fn input(input: &Input, made_by: &[(String, String)]) -> Value {
    let version = made_by.iter().find(|(code, _)| *code == input.code);
    let at = match input.at {
        At::Here => "here",
        At::Parent => "parent",
    };
    json!({
        "name": input.name,
        "code": input.code,
        "codes": input.picked,
        "lag": input.lag,
        "at": at,
        "definition_version": version.map(|(_, version)| version),
        "href": format!("/indicators/{}.json", input.code),
    })
}

/// A run as the public sees it.
pub fn run(run: &Run) -> Value {
    json!({
        "definition_version": run.definition_version,
        "tables": run.tables,
        "computed_at": run.computed_at.to_string(),
        "n_unplaced": run.facts.n_unplaced,
        "n_held": run.facts.n_held.iter().map(|(period, n)| json!({ "period": period, "n": n })).collect::<Vec<_>>(),
        "proofs": run.facts.proofs.iter().map(|(period, proof)| json!({ "period": period, "proof": proof })).collect::<Vec<_>>(),
    })
}

/// The words for the unit: `percent`, `per 1000`, or what is counted.
fn unit(indicator: &Indicator) -> String {
    use super::model::definition::Unit;
    match indicator.definition.unit {
        Unit::Percent => "percent".to_owned(),
        Unit::Number => "number".to_owned(),
    }
}

/// Place name, label and observation: the place over time, its groups, the places below it.
fn rows(view: &View) -> impl Iterator<Item = (&str, &str, &Observation)> {
    let here = view.place.as_ref().map_or("", |place| place.name.as_str());
    let over_time = view.over_time.iter().map(move |o| (here, "", o));
    let groups = view
        .groups
        .iter()
        .map(move |labelled| (here, labelled.label.as_str(), &labelled.observation));
    let below = view
        .below
        .iter()
        .map(|labelled| (labelled.label.as_str(), "", &labelled.observation));
    over_time.chain(groups).chain(below)
}
