//! What the tables are measured by; `make bench` runs it beside the peers in `shared/bench`.
//!
//!     bench ingest persons.csv          CSV to a typed table with profile and bad-row report, held against rules
//!     bench cube persons.parquet [5]    village × sex × age band with all grouping sets, five times
//!     bench eleven persons.csv [5]      eleven questions by village, sex, age band and disability: the finest groups
//!     bench sql persons.parquet "…" [5] any SQL over the table `t`
//!     bench eleven-sql                  the eleven questions as one statement, for the peer
//!
//! Prints one line in the form of `olap_bench.py`: seconds and the peak of resident memory.

use std::{path::Path, time::Instant};

use eleven::{BAND, questions, resources, totals};
use tables::{
    CubeSpec, FileKind, GroupingSets, IngestOptions, Lake, Limits, Scope, Settings, TableVersion, Value,
};

mod eleven;

/// The rules of standards that a new version is held against, each with its column, asked as the catalogue asks them: codes of a list of
/// three and of one of two thousand by their most frequent values, a range by what lies in it.
const RULES: [(&str, &str); 3] = [
    (
        "sex",
        "SELECT \"v\", COUNT(*) AS \"n\" \
         FROM (SELECT CAST(\"sex\" AS VARCHAR) AS \"v\" FROM t WHERE \"sex\" IS NOT NULL) AS \"x\" \
         WHERE TRIM(\"v\") <> '' GROUP BY \"v\" ORDER BY \"n\" DESC, \"v\" LIMIT 1003",
    ),
    (
        "village_code",
        "SELECT \"v\", COUNT(*) AS \"n\" \
         FROM (SELECT CAST(\"village_code\" AS VARCHAR) AS \"v\" FROM t WHERE \"village_code\" IS NOT NULL) AS \"x\" \
         WHERE TRIM(\"v\") <> '' GROUP BY \"v\" ORDER BY \"n\" DESC, \"v\" LIMIT 3000",
    ),
    (
        "age",
        "SELECT COUNT(*) AS \"n\", SUM(\"ok\") AS \"k\" \
         FROM (SELECT CAST(\"age\" AS VARCHAR) AS \"v\", \
                      CASE WHEN CAST(\"age\" AS DOUBLE) BETWEEN 0 AND 120 THEN 1 ELSE 0 END AS \"ok\" \
               FROM t WHERE \"age\" IS NOT NULL) AS \"x\" \
         WHERE TRIM(\"v\") <> ''",
    ),
];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.first().is_some_and(|job| job == "eleven-sql") {
        println!("{}", eleven::sql());
        return Ok(());
    }
    let (Some(job), Some(file)) = (args.first(), args.get(1)) else {
        return Err("usage: bench ingest|cube|eleven|sql FILE …".into());
    };
    let path = Path::new(file);
    let folder = match std::env::var_os("BENCH_LAKE") {
        Some(folder) => folder.into(),
        None => std::env::temp_dir().join("baraza-bench-lake"),
    };
    let lake = Lake::open(&folder.to_string_lossy(), &Settings::default())?;
    // A table that an earlier run made of the same file serves again, but not where making it is measured.
    let table = path
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    if job == "ingest" || !lake.exists(&table).await? {
        lake.drop_table(&table).await?;
        let kind = FileKind::of_name(file).ok_or("unknown ending")?;
        let started = Instant::now();
        let done = lake.ingest(path, kind, &table, &IngestOptions::default()).await?;
        let seconds = started.elapsed().as_secs_f64();
        let scope = Scope::new().with("t", TableVersion::newest(&table));
        let started = Instant::now();
        let mut n_rules = 0;
        for (column, sql) in RULES {
            if done.columns.iter().any(|known| known.name == column) {
                lake.query(&scope, sql, Limits::generous()).await?;
                n_rules += 1;
            }
        }
        let rules_seconds = started.elapsed().as_secs_f64();
        let n_distinct: u64 = done.profile.columns.iter().map(|column| column.n_distinct).sum();
        println!(
            "baraza ingest {table} s {seconds:.2} rules_s {rules_seconds:.2} rules={n_rules} rows={} bad={} columns={} distinct={n_distinct} {}",
            done.n_rows,
            done.bad_rows.n,
            done.columns.len(),
            resources()
        );
        if job == "ingest" {
            return Ok(());
        }
    }
    let scope = Scope::new().with("t", TableVersion::newest(&table));
    let n = args.last().and_then(|last| last.parse().ok()).unwrap_or(5);
    let mut seconds: Vec<f64> = Vec::new();
    let mut said = String::new();
    for _ in 0..n {
        let started = Instant::now();
        said = match job.as_str() {
            "cube" => cube(&lake, &scope).await?,
            "eleven" => all_eleven(&lake, &scope).await?,
            "sql" => {
                let sql = args.get(2).ok_or("no SQL given")?;
                let answer = lake.query(&scope, sql, Limits::generous()).await?;
                format!("rows={} first={:?}", answer.rows.len(), answer.rows.first())
            }
            other => return Err(format!("unknown job {other}").into()),
        };
        seconds.push(started.elapsed().as_secs_f64());
    }
    let first = seconds[0];
    seconds.sort_by(f64::total_cmp);
    println!(
        "baraza {job} {table} first_s {first:.3} median_s {:.3} min_s {:.3} max_s {:.3} {} {said}",
        seconds[seconds.len() / 2],
        seconds[0],
        seconds[seconds.len() - 1],
        resources()
    );
    Ok(())
}

async fn cube(lake: &Lake, scope: &Scope) -> Result<String, tables::Error> {
    let named = |name: &str, expr: &str| (name.to_string(), expr.to_string());
    let spec = CubeSpec {
        from: "t".into(),
        filter: None,
        dimensions: vec![
            named("village_code", "village_code"),
            named("sex", "sex"),
            named("band", BAND),
        ],
        sums: vec![
            named("n", "1"),
            named("s", "income"),
            named("c", "CASE WHEN income IS NOT NULL THEN 1 ELSE 0 END"),
        ],
        sets: GroupingSets::All,
    };
    let rows = lake.cube(scope, &spec, Limits::generous()).await?;
    let n: i64 = rows.rows.iter().filter_map(|row| row[4].as_integer()).sum();
    let s: Vec<&Value> = rows.rows[0].iter().skip(4).collect();
    Ok(format!("rows={} sum_n={n} total={s:?}", rows.len()))
}

async fn all_eleven(lake: &Lake, scope: &Scope) -> Result<String, tables::Error> {
    let cubes = lake.cubes(scope, &questions("t"), Limits::generous()).await;
    let cubes = cubes.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(format!("groups={} totals={:?}", cubes[0].n, totals(&cubes)))
}
