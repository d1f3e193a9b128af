//! Eleven questions about persons by village, sex, age band and disability, as `gen_persons.py` names the columns.

use tables::{Cube, CubeSpec, GroupingSets};

pub const BAND: &str = "CASE WHEN age < 5 THEN 0 WHEN age < 15 THEN 5 WHEN age < 25 THEN 15 \
                        WHEN age < 45 THEN 25 WHEN age < 65 THEN 45 WHEN age >= 65 THEN 65 END";

/// Universe and numerator of each question.
pub const QUESTIONS: [(&str, &str); 11] = [
    ("TRUE", "health_insurance = 'yes'"),
    (
        "TRUE",
        "water_source IN ('piped_dwelling', 'piped_public', 'borehole', 'protected_well', 'protected_spring', 'rainwater', 'tanker')",
    ),
    (
        "TRUE",
        "sanitation IN ('flush_sewer', 'flush_septic', 'vip_latrine', 'pit_slab', 'composting')",
    ),
    ("TRUE", "electricity = 'yes'"),
    ("TRUE", "cooking_fuel IN ('electricity', 'lpg', 'biogas')"),
    ("TRUE", "undernourished = 'yes'"),
    (
        "age >= 15 AND employment IN ('employee', 'own_account', 'employer', 'family_worker', 'unemployed')",
        "employment = 'unemployed'",
    ),
    (
        "age >= 15 AND age < 25",
        "attending_school = 'no' AND employment NOT IN ('employee', 'own_account', 'employer', 'family_worker')",
    ),
    ("age >= 5 AND age < 15", "attending_school = 'yes'"),
    ("age >= 15", "literate = 'yes'"),
    ("age >= 15 AND employment = 'employee'", "income > 2000000"),
];

const DIMENSIONS: [&str; 4] = ["village_code", "sex", BAND, "disability"];

/// The questions of `from`: rows, those of the numerator, those without an answer.
pub fn questions(from: &str) -> Vec<CubeSpec> {
    let named = |name: &str, expr: String| (name.to_owned(), expr);
    let one_if = |condition: String| format!("CASE WHEN {condition} THEN 1 ELSE 0 END");
    QUESTIONS
        .iter()
        .map(|(universe, numerator)| CubeSpec {
            from: from.to_owned(),
            filter: Some(format!("({universe})")),
            dimensions: DIMENSIONS
                .iter()
                .enumerate()
                .map(|(at, expr)| (format!("d{at}"), (*expr).to_owned()))
                .collect(),
            sums: vec![
                named("n_rows", "1".to_owned()),
                named("n_yes", one_if(format!("({numerator})"))),
                named("n_missing", one_if(format!("({numerator}) IS NULL"))),
            ],
            sets: GroupingSets::All,
        })
        .collect()
}

/// The same as one statement for another engine, over the table `t`.
pub fn sql() -> String {
    let counts = QUESTIONS.iter().enumerate().map(|(at, (universe, numerator))| {
        format!(
            "count(*) FILTER (WHERE ({universe})) AS r{at}, \
             count(*) FILTER (WHERE ({universe}) AND ({numerator})) AS y{at}, \
             count(*) FILTER (WHERE ({universe}) AND ({numerator}) IS NULL) AS m{at}"
        )
    });
    let dimensions = DIMENSIONS.join(", ");
    let counts: Vec<String> = counts.collect();
    format!(
        "SELECT {dimensions}, {} FROM t GROUP BY {dimensions}",
        counts.join(", ")
    )
}

/// The sums over all groups, question by question, which `eleven.py` prints as well.
pub fn totals(cubes: &[Cube]) -> Vec<u64> {
    let lanes = cubes.iter().flat_map(|cube| {
        cube.lanes
            .iter()
            .map(move |lane| (0..cube.n).map(|group| lane.decimal(group) as u64).sum::<u64>())
    });
    lanes.collect()
}

pub fn resources() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok())
        .unwrap_or_default();
    format!("peak_RSS_MB {}", peak / 1024)
}
