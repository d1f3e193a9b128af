//! `baraza indicator import-…` and `export-…`: numbers that others published.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use clap::Args;
use serde_json::json;

use super::{
    Delivery, Taken,
    dhis2::{Mapping, Report, sort_values},
    export, files,
    model::Told,
    opensdg::{self, Site},
    own, take_in,
    un::{self, Extract},
};
use crate::{
    places,
    platform::{app::App, op::Op},
};

/// Which site is taken in.
#[derive(Debug, Args)]
pub struct ImportSite {
    /// Its folder, or an archive of it (.tar, .tar.gz).
    site: PathBuf,
    /// Code of the country, ISO 3166-1 alpha-3, such as KAZ; in small letters it begins the codes of the indicators.
    #[arg(long)]
    country: String,
    /// What the country is called.
    #[arg(long)]
    name: String,
    /// Names of its areas: CSV with the columns code and name.
    #[arg(long, value_name = "FILE")]
    areas: Option<PathBuf>,
    /// Under which terms it is published, such as CC BY 4.0.
    #[arg(long)]
    licence: Option<String>,
}

/// Which site is written back.
#[derive(Debug, Args)]
pub struct ExportSite {
    /// What the codes of its indicators begin with, such as kaz.
    source: String,
    /// Where its files are written; made where it is not there.
    folder: PathBuf,
}

/// Where our own numbers are written.
#[derive(Debug, Args)]
pub struct ExportOwn {
    /// Where the files are written; made where it is not there.
    folder: PathBuf,
}

/// Which extract is taken in.
#[derive(Debug, Args)]
pub struct ImportExtract {
    /// CSV, gzipped or not.
    file: PathBuf,
    /// What the codes of the indicators begin with.
    #[arg(long, default_value = "un")]
    source: String,
    /// Who published the numbers.
    #[arg(long, default_value = "United Nations Statistics Division")]
    name: String,
    /// Under which terms they are published.
    #[arg(long)]
    licence: Option<String>,
}

/// Which values of DHIS2 are taken in.
#[derive(Debug, Args)]
pub struct ImportValues {
    /// `dataValueSets` as DHIS2 gives them: JSON, XML or CSV, gzipped or not.
    file: PathBuf,
    /// What elements, organisation units and combinations stand for (TOML).
    #[arg(long, value_name = "FILE")]
    map: PathBuf,
    /// Under which terms they are published.
    #[arg(long)]
    licence: Option<String>,
}

/// Takes in a site of Open SDG.
///
/// # Errors
/// When a file cannot be read or is not what it should be; the message names it.
pub async fn import_site(app: &App, op: &Op, args: ImportSite, as_json: bool) -> anyhow::Result<()> {
    if args.country.len() != 3 || !args.country.bytes().all(|byte| byte.is_ascii_uppercase()) {
        bail!(
            "--country {:?} is no code of a country; write three capital letters, such as KAZ",
            args.country
        );
    }
    let areas = match &args.areas {
        Some(path) => read_areas(path)?,
        None => BTreeMap::new(),
    };
    let site = Site {
        country: args.country,
        name: args.name,
        areas,
    };
    let mut delivery = opensdg::read(&site, &files::read(&args.site)?)?;
    delivery.source.licence = args.licence;
    let taken = take_in(app, op, &delivery).await?;
    let told: Vec<(&str, &Told)> = delivery
        .files
        .iter()
        .map(|file| (file.path.as_str(), &file.told))
        .collect();
    say(&delivery, &taken, &told, as_json);
    Ok(())
}

/// Writes a site of Open SDG back, as it was taken in.
///
/// # Errors
/// When nothing came from such a source, or a file cannot be written.
pub async fn export_site(app: &App, args: ExportSite, as_json: bool) -> anyhow::Result<()> {
    let written = export(app, &args.source).await?;
    write_files(&args.folder, &written, as_json)
}

/// Writes our own open numbers as the files of an Open SDG site.
///
/// # Errors
/// When a file cannot be written.
pub async fn export_own(app: &App, args: ExportOwn, as_json: bool) -> anyhow::Result<()> {
    let written = own::export(app).await?;
    write_files(&args.folder, &written, as_json)
}

fn write_files(folder: &Path, written: &[(String, String)], as_json: bool) -> anyhow::Result<()> {
    for (path, text) in written {
        let path = folder.join(path);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).with_context(|| format!("make {}", folder.display()))?;
        }
        std::fs::write(&path, text).with_context(|| format!("write {}", path.display()))?;
    }
    if as_json {
        crate::say!("{}", json!({ "written": written.len() }));
    } else {
        crate::say!("wrote {} files into {}", written.len(), folder.display());
    }
    Ok(())
}

/// Takes in an extract of the United Nations' database.
///
/// # Errors
/// When the file cannot be read or is not what it should be.
pub async fn import_extract(app: &App, op: &Op, args: ImportExtract, as_json: bool) -> anyhow::Result<()> {
    let name = args
        .file
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    let extract = Extract {
        code: args.source,
        name: args.name,
        file: name.unwrap_or_default(),
    };
    let (mut delivery, told) = un::read(&extract, &files::read_one(&args.file)?)?;
    delivery.source.licence = args.licence;
    let taken = take_in(app, op, &delivery).await?;
    say(&delivery, &taken, &[(extract.file.as_str(), &told)], as_json);
    Ok(())
}

/// Takes in aggregate values of DHIS2.
///
/// # Errors
/// When a file cannot be read or is not what it should be, or the file of names has a place that is none of ours.
pub async fn import_values(app: &App, op: &Op, args: ImportValues, as_json: bool) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(&args.map).with_context(|| format!("read {}", args.map.display()))?;
    let mapping: Mapping = toml::from_str(&text).with_context(|| format!("read {}", args.map.display()))?;
    let all = places::all(app).await?;
    if let Some((unit, place)) = mapping.places.iter().find(|(_, place)| all.find(place).is_none()) {
        bail!(
            "{}: {unit} is said to be {place:?}, which is no place here; write the code of one",
            args.map.display()
        );
    }
    let bytes = files::read_one(&args.file)?;
    let values = formats::dhis2::read(&bytes).with_context(|| format!("read {}", args.file.display()))?;
    let name = args
        .file
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let above = |place: &str| -> Vec<String> {
        let lineage = all.find(place).map(|place| place.lineage()).unwrap_or_default();
        lineage.into_iter().skip(1).map(str::to_owned).collect()
    };
    let (mut delivery, report) = sort_values(&mapping, &name, &values, &above)?;
    delivery.source.licence = args.licence;
    let taken = take_in(app, op, &delivery).await?;
    if as_json {
        crate::say!(
            "{}",
            json!({ "source": delivery.source.code, "taken": taken, "report": report })
        );
        return Ok(());
    }
    say(&delivery, &taken, &[(name.as_str(), &report.told())], as_json);
    say_unknown(&name, &report);
    Ok(())
}

/// Says of everything that became no number why, so that nothing is left out in silence.
fn say_unknown(name: &str, report: &Report) {
    crate::say!(
        "{name}: {} values; {} numbers, {} of them withheld; {} without a value, {} deleted, {} said twice",
        report.n_values,
        report.n_numbers,
        report.n_withheld,
        report.n_without_value,
        report.n_deleted,
        report.repeated.len()
    );
    for (what, unknown) in [
        ("element", &report.unknown_elements),
        ("organisation unit", &report.unknown_places),
        ("combination", &report.unknown_combos),
    ] {
        for (code, n) in unknown {
            crate::say!("{name}: unknown {what} {code} in {n} values; left out");
        }
    }
}

fn read_areas(path: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).with_context(|| format!("read {}", path.display()))?;
    let rows: Result<Vec<(String, String)>, csv::Error> = reader.deserialize().collect();
    let rows =
        rows.with_context(|| format!("read {}: it needs the columns code and name", path.display()))?;
    Ok(rows.into_iter().collect())
}

/// Says what was taken in, and which lines became no number.
fn say(delivery: &Delivery, taken: &Taken, told: &[(&str, &Told)], as_json: bool) {
    if as_json {
        let told: BTreeMap<&str, &Told> = told
            .iter()
            .filter(|(_, told)| has_doubts(told))
            .copied()
            .collect();
        crate::say!(
            "{}",
            json!({ "source": delivery.source.code, "taken": taken, "told": told })
        );
        return;
    }
    crate::say!(
        "{}: {} indicators, {} of them without numbers; {} numbers, {} of them changed",
        delivery.source.code,
        taken.n_indicators,
        taken.n_without_numbers,
        taken.n_numbers,
        taken.n_changed
    );
    for (path, told) in told.iter().filter(|(_, told)| has_doubts(told)) {
        for line in &told.ragged {
            crate::say!("{path} line {line}: more or fewer cells than the header; left out");
        }
        for line in &told.unreadable {
            crate::say!("{path} line {line}: no year, no place, or a value that is no number; left out");
        }
        for repeated in &told.repeated {
            let what = if repeated.differs {
                "says something else than"
            } else {
                "repeats"
            };
            crate::say!(
                "{path} line {}: {what} line {}, which counts",
                repeated.line,
                repeated.first
            );
        }
    }
}

fn has_doubts(told: &Told) -> bool {
    !(told.ragged.is_empty() && told.unreadable.is_empty() && told.repeated.is_empty())
}
