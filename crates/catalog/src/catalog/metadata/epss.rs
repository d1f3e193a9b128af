//! The evidence pack: what there is to show, and what is missing, for each indicator of the five domains of EPSS.
//!
//! The domains, the weight of the third (19 %) and those of its four steps (32, 26, 21 and 21 %) are public; which indicator of the
//! official instrument a folder answers is for the steward to match, since its numbering changes from year to year.

use std::collections::{HashMap, HashSet};

use formats::zip::{Archive, Effort, Piece, Room};

use super::{
    desk::NewPaper,
    fields::Form,
    pages::{as_csv, title as form_title},
    record,
};
use crate::{
    accounts::{self, Reaches},
    catalog::{
        agenda::{
            self,
            files::plain,
            year::{Seen, Year},
        },
        standards::{ORGANISATIONS, PLACES, Registry},
        store::{self, metadata::PaperRow, standards::AssignedRow},
        view::{self, Dataset},
    },
    places::model::fold,
    platform::{
        app::App,
        events::Event,
        html::Markup,
        i18n::Lang,
        id,
        op::{Op, Role},
        problem::{Problem, Result},
    },
};

/// Who gathers evidence.
pub const KEEPERS: [Role; 1] = [Role::Steward];
/// The five domains.
pub const DOMAINS: [&str; 5] = ["principles", "quality", "process", "institution", "national"];
const LONGEST_TITLE: usize = 200;
/// The metadata that Perka BPS 5/2020 asks of every statistical activity.
const MANDATORY: [Form; 3] = [Form::Activity, Form::Variable, Form::Indicator];
/// The file in every folder of the pack that says what belongs there.
const ABOUT: &str = "about-this-folder.txt";

/// An indicator that evidence is gathered for.
#[derive(Debug, PartialEq, Eq)]
pub struct Indicator {
    /// Its folder in the pack, after the domain's: `1.1-standards`.
    pub code: &'static str,
    /// Percent within its domain, where that is public.
    pub weight: Option<u8>,
    /// Whether papers are the only evidence there can be.
    only_papers: bool,
}

/// All indicators, domain by domain.
pub const INDICATORS: &[Indicator] = &[
    shown("1.1-standards", None),
    shown("1.2-metadata", None),
    shown("1.3-interoperability", None),
    shown("1.4-reference-codes", None),
    papers("2.1-relevance"),
    shown("2.2-accuracy", None),
    shown("2.3-timeliness", None),
    shown("2.4-accessibility", None),
    shown("2.5-comparability", None),
    shown("3.1-planning", Some(32)),
    shown("3.2-collection", Some(26)),
    shown("3.3-checking", Some(21)),
    shown("3.4-dissemination", Some(21)),
    papers("4.1-professionalism"),
    papers("4.2-people"),
    shown("4.3-organisation", None),
    papers("5.1-use"),
    shown("5.2-activities", None),
    papers("5.3-development"),
];

const fn shown(code: &'static str, weight: Option<u8>) -> Indicator {
    Indicator {
        code,
        weight,
        only_papers: false,
    }
}

const fn papers(code: &'static str) -> Indicator {
    Indicator {
        code,
        weight: None,
        only_papers: true,
    }
}

impl Indicator {
    /// The domain it belongs to.
    #[must_use]
    pub fn domain(&self) -> &'static str {
        let nth = self
            .code
            .bytes()
            .next()
            .map_or(0, |digit| usize::from(digit.saturating_sub(b'1')));
        DOMAINS.get(nth).copied().unwrap_or(DOMAINS[0])
    }
}

/// What there is for an indicator, and what is not.
pub struct Found {
    pub indicator: &'static Indicator,
    /// What the program itself can show, in sentences.
    pub lines: Vec<String>,
    pub missing: Vec<String>,
    /// Files of the pack: name, bytes.
    pub files: Vec<(String, Vec<u8>)>,
    pub papers: Vec<PaperRow>,
}

/// A paper was added as evidence.
#[derive(serde::Serialize)]
pub struct PaperAdded {
    pub paper: String,
    pub indicator: String,
}

impl Event for PaperAdded {
    const NAME: &'static str = "catalog.paper-added";
    fn subject(&self) -> String {
        format!("paper/{}", self.paper)
    }
}

/// Whether somebody adds papers: the pack is the whole government's, so that a steward of one organisation or place does not.
///
/// # Errors
/// When the database fails.
pub async fn may_add(app: &App, op: &Op) -> Result<bool> {
    Ok(Reaches::of(app, op).await?.covers(&KEEPERS, None, None))
}

/// Adds minutes, a decree or another paper as evidence.
///
/// # Errors
/// `not-allowed` for anybody but stewards of all; `catalog-metadata-indicator-unknown`, `catalog-metadata-title-missing`,
/// `catalog-agenda-day-malformed` or `file-missing` on their fields.
pub async fn add_paper(app: &App, op: &Op, new: &NewPaper) -> Result<()> {
    op.require(&KEEPERS)?;
    if !may_add(app, op).await? {
        return Err(Problem::forbidden("not-allowed"));
    }
    let mut problem = Problem::invalid("fields");
    if !INDICATORS.iter().any(|known| known.code == new.indicator) {
        problem = problem.field("indicator", "catalog-metadata-indicator-unknown");
    }
    if new.title.is_empty() || new.title.chars().count() > LONGEST_TITLE {
        problem = problem.field("title", "catalog-metadata-title-missing");
    }
    if new.held_on.parse::<jiff::civil::Date>().is_err() {
        problem = problem.field("held_on", "catalog-agenda-day-malformed");
    }
    let Some((name, blob)) = &new.file else {
        return Err(problem.field("file", "file-missing"));
    };
    if !problem.fields().is_empty() {
        return Err(problem);
    }
    let paper = PaperRow {
        id: id::fresh(op.at),
        indicator: new.indicator.clone(),
        title: new.title.clone(),
        held_on: new.held_on.clone(),
        name: name.clone(),
        blob: blob.id.clone(),
        size_bytes: i64::try_from(blob.size_bytes).unwrap_or(i64::MAX),
        added_at: op.at.0,
    };
    let mut tx = app.db.begin().await?;
    store::metadata::insert_paper(&mut tx, op, &paper).await?;
    let event = PaperAdded {
        paper: paper.id,
        indicator: paper.indicator,
    };
    tx.emit(op, &event).await?;
    tx.commit().await
}

/// What an indicator is called.
#[must_use]
pub fn title(lang: Lang, indicator: &Indicator) -> String {
    let (number, word) = indicator.code.split_once('-').unwrap_or((indicator.code, ""));
    format!("{number} {}", lang.text(format!("catalog-metadata-epss-{word}")))
}

/// What a domain is called.
#[must_use]
pub fn domain_title(lang: Lang, domain: &str) -> String {
    let nth = DOMAINS
        .iter()
        .position(|known| *known == domain)
        .unwrap_or_default()
        + 1;
    format!("{nth} {}", lang.text(format!("catalog-metadata-domain-{domain}")))
}

/// The weight of an indicator in a sentence; nothing where it is not public.
#[must_use]
pub fn weight_in_words(lang: Lang, indicator: &Indicator) -> String {
    indicator.weight.map_or_else(String::new, |weight| {
        lang.text("catalog-metadata-weight")
            .n("weight", i64::from(weight))
            .to_string()
    })
}

/// What evidence of an indicator may be, in a sentence.
#[must_use]
pub fn belongs(lang: Lang, indicator: &Indicator) -> String {
    let word = indicator.code.split_once('-').map_or("", |(_, word)| word);
    let what = lang.text(format!("catalog-metadata-belongs-{word}")).to_string();
    lang.text("catalog-metadata-belongs")
        .arg("what", what)
        .to_string()
}

/// The folder of an indicator in the pack, within that of its domain.
fn folder(indicator: &Indicator) -> String {
    let nth = indicator.code.split('.').next().unwrap_or_default();
    format!("{nth}-{}/{}", indicator.domain(), indicator.code)
}

/// Everything the sentences and files are made of, read once.
struct Facts {
    datasets: Vec<Dataset>,
    /// Completeness of each dataset's forms, in the order of the datasets.
    percents: Vec<[u32; 4]>,
    /// The mandatory forms of each activity: name, bytes.
    forms: Vec<(String, Vec<u8>)>,
    n_columns: usize,
    assigned: Vec<(String, AssignedRow)>,
    fixes: Vec<store::standards::FixRow>,
    files: Vec<(String, view::FileView)>,
    year: Year,
    league: Vec<agenda::league::Row>,
    organisations: HashMap<String, String>,
    registry: std::sync::Arc<Registry>,
}

impl Facts {
    async fn read(app: &App, op: &Op) -> Result<Facts> {
        let mut datasets: Vec<Dataset> = view::list_datasets(app, op)
            .await?
            .into_iter()
            .filter(|dataset| dataset.origin == "upload")
            .collect();
        // Two packs of the same catalogue are the same, whatever was touched last.
        datasets.sort_by(|a, b| a.slug.cmp(&b.slug));
        let (mut percents, mut forms, mut files) = (Vec::new(), Vec::new(), Vec::new());
        let (mut n_columns, mut tables) = (0, HashMap::new());
        // Not even the name of a column is told to those who may not see it.
        let mut visible: HashSet<(String, String)> = HashSet::new();
        for dataset in &datasets {
            let record = record(app, op, dataset, op.lang).await?;
            percents.push(Form::ALL.map(|form| record.percent(form)));
            n_columns += record.columns.len();
            visible.extend(
                record
                    .columns
                    .iter()
                    .map(|column| (column.resource.clone(), column.name.clone())),
            );
            for form in MANDATORY {
                let name = format!("{}-{}.csv", dataset.slug, form.as_str());
                forms.push((name, as_csv(op.lang, &record, form)?));
            }
            for resource in &dataset.resources {
                tables.insert(resource.id.clone(), format!("{}/{}", dataset.slug, resource.slug));
                for file in view::list_files(app, &resource.id).await? {
                    files.push((dataset.slug.clone(), file));
                }
            }
        }
        let assigned = store::standards::list_assigned(app.db.read(), None).await?;
        let fixes = store::standards::list_fixes(app.db.read(), None).await?;
        let this_year = agenda::year::this_year(app).await?;
        let organisations = accounts::list_organisations(app).await?;
        Ok(Facts {
            percents,
            forms,
            n_columns,
            assigned: assigned
                .into_iter()
                .filter(|row| visible.contains(&(row.resource_id.clone(), row.column_name.clone())))
                .filter_map(|row| Some((tables.get(&row.resource_id)?.clone(), row)))
                .collect(),
            fixes: fixes
                .into_iter()
                .filter(|fix| visible.contains(&(fix.resource_id.clone(), fix.column_name.clone())))
                .collect(),
            files,
            year: agenda::year::year(app, op, this_year, Seen::ByReader).await?,
            league: agenda::year::league_of(app, op, this_year).await?,
            organisations: organisations
                .into_iter()
                .map(|known| (known.code, known.name))
                .collect(),
            registry: Registry::of(app).await?,
            datasets,
        })
    }
}

/// Gathers what there is for every indicator.
///
/// # Errors
/// `not-allowed` for anybody but stewards; when the database fails.
pub async fn gather(app: &App, op: &Op) -> Result<Vec<Found>> {
    op.require(&KEEPERS)?;
    let facts = Facts::read(app, op).await?;
    let papers = store::metadata::list_papers(app.db.read()).await?;
    INDICATORS
        .iter()
        .map(|indicator| {
            let mut found = Found {
                indicator,
                lines: Vec::new(),
                missing: Vec::new(),
                files: Vec::new(),
                papers: papers
                    .iter()
                    .filter(|paper| paper.indicator == indicator.code)
                    .cloned()
                    .collect(),
            };
            if indicator.only_papers && found.papers.is_empty() {
                found
                    .missing
                    .push(op.lang.text("catalog-metadata-lacks-paper").to_string());
            }
            show(&mut found, &facts, op.lang)?;
            found.files.sort_by(|a, b| a.0.cmp(&b.0));
            found
                .papers
                .sort_by(|a, b| (&a.held_on, &a.name, &a.id).cmp(&(&b.held_on, &b.name, &b.id)));
            Ok(found)
        })
        .collect()
}

/// Puts into an indicator what the program itself can show.
fn show(found: &mut Found, facts: &Facts, lang: Lang) -> Result<()> {
    let share = |id: &'static str, n: usize, of: usize| lang.text(id).n("n", n).n("of", of).to_string();
    let n_datasets = facts.datasets.len();
    let mut is_empty = false;
    let mut tell = |id: &'static str, n: usize, of: usize| {
        // None of none is nothing to show.
        is_empty = of == 0;
        if !is_empty {
            found.lines.push(share(id, n, of));
        }
        n < of || is_empty
    };
    let is_short = match found.indicator.code {
        "1.1-standards" => {
            found.files.push(("columns.csv".to_owned(), columns_csv(facts)?));
            tell(
                "catalog-metadata-shows-standards",
                facts.assigned.len(),
                facts.n_columns,
            )
        }
        "1.2-metadata" => {
            found
                .files
                .push(("completeness.csv".to_owned(), completeness_csv(facts, lang)?));
            found.files.extend(facts.forms.iter().cloned());
            let n_full = facts
                .percents
                .iter()
                .filter(|percents| percents[0] == 100)
                .count();
            tell("catalog-metadata-shows-metadata", n_full, n_datasets)
        }
        "1.3-interoperability" | "2.4-accessibility" => {
            found
                .files
                .push(("datasets.csv".to_owned(), datasets_csv(facts)?));
            let is_read_by_programs = |dataset: &&Dataset| {
                dataset
                    .resources
                    .iter()
                    .any(|resource| resource.sql_name.is_some())
            };
            let is_open = |dataset: &&Dataset| dataset.is_open && !dataset.licence.is_empty();
            match found.indicator.code {
                "2.4-accessibility" => {
                    let n = facts.datasets.iter().filter(is_open).count();
                    tell("catalog-metadata-shows-access", n, n_datasets)
                }
                _ => {
                    let n = facts.datasets.iter().filter(is_read_by_programs).count();
                    tell("catalog-metadata-shows-interoperability", n, n_datasets)
                }
            }
        }
        "1.4-reference-codes" => {
            let n = facts
                .assigned
                .iter()
                .filter(|(_, row)| is_reference(facts, row))
                .count();
            found.files.push(("columns.csv".to_owned(), columns_csv(facts)?));
            tell("catalog-metadata-shows-reference", n, facts.assigned.len())
        }
        "2.2-accuracy" | "3.3-checking" => {
            found.files.push(("columns.csv".to_owned(), columns_csv(facts)?));
            found.files.push(("fixes.csv".to_owned(), fixes_csv(facts)?));
            let n = facts
                .assigned
                .iter()
                .filter(|(_, row)| row.checked_at.is_some())
                .count();
            tell("catalog-metadata-shows-checks", n, facts.assigned.len())
        }
        "2.3-timeliness" => {
            found
                .files
                .push(("agenda.csv".to_owned(), agenda::files::agenda_csv(&facts.year)?));
            let name = |code: &str| facts.organisations.get(code).cloned().unwrap_or_default();
            let league = agenda::files::league_csv(&facts.league, name)?;
            found.files.push(("timeliness.csv".to_owned(), league));
            let n_due: usize = facts.league.iter().map(|row| row.n_due).sum();
            let n_on_time: usize = facts.league.iter().map(|row| row.n_on_time).sum();
            tell("catalog-metadata-shows-timeliness", n_on_time, n_due)
        }
        "2.5-comparability" => {
            let registry = &facts.registry;
            let json = serde_json::to_vec_pretty(&serde_json::json!({
                "codelists": registry.codelists, "maps": registry.maps,
            }));
            found
                .files
                .push(("codelists.json".to_owned(), json.map_err(Problem::internal)?));
            tell(
                "catalog-metadata-shows-codelists",
                registry.codelists.len(),
                registry.codelists.len(),
            )
        }
        "3.1-planning" => {
            found
                .files
                .push(("agenda.csv".to_owned(), agenda::files::agenda_csv(&facts.year)?));
            let n = facts
                .year
                .datasets
                .iter()
                .filter(|owed| owed.is_confirmed)
                .count();
            tell("catalog-metadata-shows-planning", n, n_datasets)
        }
        "3.2-collection" => {
            found
                .files
                .push(("received.csv".to_owned(), received_csv(facts)?));
            let n = facts
                .files
                .iter()
                .filter(|(_, file)| file.state == "read")
                .count();
            tell("catalog-metadata-shows-collection", n, facts.files.len())
        }
        "3.4-dissemination" => {
            found
                .files
                .push(("datasets.csv".to_owned(), datasets_csv(facts)?));
            let n = facts.datasets.iter().filter(|dataset| dataset.is_open).count();
            tell("catalog-metadata-shows-dissemination", n, n_datasets)
        }
        "4.3-organisation" => {
            let n = facts.organisations.len();
            let has_data = |code: &&String| {
                facts
                    .datasets
                    .iter()
                    .any(|dataset| dataset.organisation.as_ref() == Some(code))
            };
            let n_with = facts.organisations.keys().filter(has_data).count();
            tell("catalog-metadata-shows-organisations", n_with, n)
        }
        "5.2-activities" => {
            found.files.extend(facts.forms.iter().cloned());
            let n = facts.percents.iter().filter(|percents| percents[0] >= 50).count();
            tell("catalog-metadata-shows-activities", n, n_datasets)
        }
        _ => false,
    };
    if is_short {
        let word = found.indicator.code.split_once('-').map_or("", |(_, word)| word);
        let text = match is_empty {
            true => lang.text("catalog-metadata-lacks-all"),
            false => lang.text(format!("catalog-metadata-lacks-{word}")),
        };
        found.missing.push(text.to_string());
    }
    Ok(())
}

/// Makes the pack: a folder for each domain and indicator with what belongs there, its files and papers, and a page that says what there
/// is and what is not.
///
/// # Errors
/// As [`gather`].
pub async fn pack(app: &App, op: &Op) -> Result<Vec<u8>> {
    let found = gather(app, op).await?;
    let now = app.config.zoned(app.clock.now()).datetime();
    let small = |n: i8| u16::try_from(n).unwrap_or_default();
    let archive = Archive::dated(
        u16::try_from(now.year()).unwrap_or_default(),
        small(now.month()),
        small(now.day()),
        small(now.hour()),
        small(now.minute()),
        small(now.second()),
    );
    let mut writer = Writer {
        archive,
        bytes: Vec::new(),
    };
    let index = index_page(op.lang, &app.config.name, &op.lang.date(now.date()), &found);
    writer.put("index.html", index.as_bytes());
    for one in &found {
        let folder = folder(one.indicator);
        let about = about_folder(op.lang, one);
        writer.put(&format!("{folder}/{ABOUT}"), about.as_bytes());
        for (name, bytes) in &one.files {
            writer.put(&format!("{folder}/{name}"), bytes);
        }
        for paper in &one.papers {
            let bytes = app.blobs.bytes(&paper.blob).await?;
            writer.put(&format!("{folder}/{}", paper_name(paper)), &bytes);
        }
    }
    Ok(writer.finish())
}

/// What belongs into a folder, and what of it is missing; lines end as on every system.
fn about_folder(lang: Lang, one: &Found) -> String {
    let mut lines = vec![
        domain_title(lang, one.indicator.domain()),
        title(lang, one.indicator),
        belongs(lang, one.indicator),
    ];
    lines.extend(one.missing.iter().map(|what| {
        let lacking = lang.text("catalog-metadata-lacking").arg("what", what);
        lacking.to_string()
    }));
    lines.push(String::new());
    lines.join("\r\n")
}

struct Writer {
    archive: Archive,
    bytes: Vec<u8>,
}

impl Writer {
    fn put(&mut self, name: &str, content: &[u8]) {
        self.bytes.extend(self.archive.begin(name, Room::Plain));
        let piece = Piece::pack(content, Effort::Fast);
        self.archive.add(&piece.tally);
        self.bytes.extend(piece.bytes);
        self.bytes.extend(self.archive.end());
    }

    fn finish(mut self) -> Vec<u8> {
        let end = self.archive.finish();
        self.bytes.extend(end);
        self.bytes
    }
}

/// The name of a paper in the pack: its day, its own name in plain letters, and a part of its id, so that two of one name stay apart and
/// each is called the same in every pack.
fn paper_name(paper: &PaperRow) -> String {
    const MOST_LETTERS: usize = 60;
    let name = paper.name.rsplit(['/', '\\']).next().unwrap_or_default();
    let (stem, suffix) = match name.rsplit_once('.') {
        Some((stem, suffix)) if !stem.is_empty() => (stem, suffix),
        _ => (name, ""),
    };
    let stem: String = in_plain_letters(stem).chars().take(MOST_LETTERS).collect();
    let stem = match stem.trim_matches('-') {
        "" => "paper",
        stem => stem,
    };
    let suffix: String = suffix
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(8)
        .collect();
    let dot = if suffix.is_empty() { "" } else { "." };
    let tail = paper
        .id
        .get(paper.id.len().saturating_sub(6)..)
        .unwrap_or_default();
    format!("{}-{stem}-{tail}{dot}{suffix}", paper.held_on)
}

/// A name as every file system takes it: letters without marks, digits, and one hyphen for whatever else stood there.
fn in_plain_letters(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    for letter in name.chars() {
        let kept = match letter {
            letter if letter.is_ascii() => letter.to_string(),
            letter => fold(&letter.to_string()),
        };
        for letter in kept.chars() {
            match letter {
                letter if letter.is_ascii_alphanumeric() || letter == '_' => plain.push(letter),
                _ if plain.ends_with('-') => {}
                _ => plain.push('-'),
            }
        }
    }
    plain
}

/// What a file of the pack holds.
fn file_in_words(lang: Lang, name: &str) -> String {
    let id = match name {
        "columns.csv" => "catalog-metadata-file-columns",
        "fixes.csv" => "catalog-metadata-file-fixes",
        "completeness.csv" => "catalog-metadata-file-completeness",
        "datasets.csv" => "catalog-metadata-file-datasets",
        "agenda.csv" => "catalog-metadata-file-agenda",
        "timeliness.csv" => "catalog-metadata-file-timeliness",
        "codelists.json" => "catalog-metadata-file-codelists",
        "received.csv" => "catalog-metadata-file-received",
        name if name.ends_with("-ms-var.csv") => "catalog-metadata-file-variables",
        name if name.ends_with("-ms-ind.csv") => "catalog-metadata-file-indicators",
        _ => "catalog-metadata-file-activity",
    };
    lang.text(id).to_string()
}

/// A line of the front page that leads to a file.
fn line_of_file(href: &str, name: &str, what: &str) -> String {
    let escape = |text: &str| Markup::escape(text).0;
    format!(
        "<li><a href=\"{}\">{}</a>: {}</li>\n",
        escape(href),
        escape(name),
        escape(what)
    )
}

/// The page at the front of the pack, which opens without a network.
fn index_page(lang: Lang, owner: &str, day: &str, found: &[Found]) -> String {
    let escape = |text: &str| Markup::escape(text).0;
    let text = |id: &'static str| escape(&lang.text(id).to_string());
    let mut html = format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{}</title>\n</head>\n<body>\n<h1>{}</h1>\n<p>{} · {}</p>\n<p>{}</p>\n<p>{}</p>\n",
        lang.of_texts().code(),
        text("catalog-metadata-pack"),
        text("catalog-metadata-pack"),
        escape(owner),
        escape(day),
        text("catalog-metadata-pack-note"),
        text("catalog-metadata-pack-names"),
    );
    let mut domain = "";
    for one in found {
        if one.indicator.domain() != domain {
            domain = one.indicator.domain();
            html.push_str(&format!("<h2>{}</h2>\n", escape(&domain_title(lang, domain))));
        }
        html.push_str(&format!("<h3>{}</h3>\n", escape(&title(lang, one.indicator))));
        let weight = weight_in_words(lang, one.indicator);
        if !weight.is_empty() {
            html.push_str(&format!("<p>{}</p>\n", escape(&weight)));
        }
        html.push_str(&format!("<p>{}</p>\n", escape(&belongs(lang, one.indicator))));
        html.push_str("<ul>\n");
        for line in &one.lines {
            html.push_str(&format!("<li>{}</li>\n", escape(line)));
        }
        let folder = folder(one.indicator);
        let files = one
            .files
            .iter()
            .map(|(name, _)| (name.clone(), file_in_words(lang, name)));
        let papers = one.papers.iter().map(|paper| {
            let day = paper
                .held_on
                .parse::<jiff::civil::Date>()
                .map(|day| lang.date(day));
            let day = day.unwrap_or_else(|_| paper.held_on.clone());
            (paper_name(paper), format!("{} ({day})", paper.title))
        });
        for (name, what) in files.chain(papers) {
            html.push_str(&line_of_file(&format!("{folder}/{name}"), &name, &what));
        }
        for line in &one.missing {
            let lacking = lang
                .text("catalog-metadata-lacking")
                .arg("what", line)
                .to_string();
            html.push_str(&format!("<li><strong>{}</strong></li>\n", escape(&lacking)));
        }
        html.push_str("</ul>\n");
    }
    html.push_str("</body>\n</html>\n");
    html
}

fn is_reference(facts: &Facts, row: &AssignedRow) -> bool {
    facts
        .registry
        .standard(&row.standard, &row.version)
        .and_then(|standard| standard.classification.as_ref())
        .is_some_and(|name| [PLACES, ORGANISATIONS].contains(&name.codelist.as_str()))
}

fn columns_csv(facts: &Facts) -> Result<Vec<u8>> {
    let head = [
        "table",
        "column",
        "standard",
        "version",
        "master_data",
        "values",
        "valid",
    ];
    let rows = facts.assigned.iter().map(|(table, row)| {
        [
            table.clone(),
            plain(&row.column_name),
            row.standard.clone(),
            row.version.clone(),
            is_reference(facts, row).to_string(),
            row.n_values.to_string(),
            row.n_valid.to_string(),
        ]
    });
    csv_of(head, rows)
}

fn fixes_csv(facts: &Facts) -> Result<Vec<u8>> {
    let head = ["column", "standard", "version", "table_version", "rows", "fixes"];
    let rows = facts.fixes.iter().map(|fix| {
        [
            plain(&fix.column_name),
            fix.standard.clone(),
            fix.version.clone(),
            fix.table_version.to_string(),
            fix.n_rows.to_string(),
            fix.fixes.clone(),
        ]
    });
    csv_of(head, rows)
}

fn completeness_csv(facts: &Facts, lang: Lang) -> Result<Vec<u8>> {
    let [activity, variable, indicator, dublin] = Form::ALL.map(|form| form_title(lang, form));
    let head = ["dataset", "title", &activity, &variable, &indicator, &dublin];
    let rows = facts
        .datasets
        .iter()
        .zip(&facts.percents)
        .map(|(dataset, percents)| {
            let [activity, variable, indicator, dublin] = percents.map(|percent| percent.to_string());
            [
                dataset.slug.clone(),
                plain(&dataset.title),
                activity,
                variable,
                indicator,
                dublin,
            ]
        });
    csv_of(head, rows)
}

fn datasets_csv(facts: &Facts) -> Result<Vec<u8>> {
    let head = [
        "dataset",
        "title",
        "organization",
        "open",
        "licence",
        "tables",
        "files",
        "changed_at",
    ];
    let rows = facts.datasets.iter().map(|dataset| {
        let n_tables = dataset
            .resources
            .iter()
            .filter(|resource| resource.sql_name.is_some())
            .count();
        [
            dataset.slug.clone(),
            plain(&dataset.title),
            dataset.organisation.clone().unwrap_or_default(),
            dataset.is_open.to_string(),
            plain(&dataset.licence),
            n_tables.to_string(),
            (dataset.resources.len() - n_tables).to_string(),
            crate::platform::time::Time(dataset.changed_at).to_string(),
        ]
    });
    csv_of(head, rows)
}

fn received_csv(facts: &Facts) -> Result<Vec<u8>> {
    let head = [
        "dataset",
        "file",
        "state",
        "rows",
        "bad_rows",
        "sha256",
        "received_at",
    ];
    let rows = facts.files.iter().map(|(dataset, file)| {
        [
            dataset.clone(),
            plain(&file.name),
            file.state.clone(),
            file.n_rows.to_string(),
            file.n_bad.to_string(),
            file.sha256.clone(),
            crate::platform::time::Time(file.received_at).to_string(),
        ]
    });
    csv_of(head, rows)
}

fn csv_of<const N: usize>(head: [&str; N], rows: impl Iterator<Item = [String; N]>) -> Result<Vec<u8>> {
    let mut file = csv::Writer::from_writer(Vec::new());
    file.write_record(head).map_err(Problem::internal)?;
    for row in rows {
        file.write_record(row).map_err(Problem::internal)?;
    }
    file.into_inner()
        .map_err(|error| Problem::internal(error.into_error()))
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn papers_are_called_so_that_every_file_system_takes_them_and_people_read_them() {
        let paper = |name: &str| PaperRow {
            id: "0193-aaaa-12abcdef".into(),
            indicator: "4.3-organisation".into(),
            title: "Minutes".into(),
            held_on: "2026-11-13".into(),
            name: name.into(),
            blob: String::new(),
            size_bytes: 1,
            added_at: 0,
        };
        for (name, wanted) in [
            ("../notulen forum.pdf", "2026-11-13-notulen-forum-abcdef.pdf"),
            ("Résumé  (final)?.PDF", "2026-11-13-Resume-final-abcdef.PDF"),
            ("हिन्दी.pdf", "2026-11-13-paper-abcdef.pdf"),
            (".hidden", "2026-11-13-hidden-abcdef"),
            ("", "2026-11-13-paper-abcdef"),
        ] {
            assert_eq!(paper_name(&paper(name)), wanted, "{name}");
        }
    }
}
