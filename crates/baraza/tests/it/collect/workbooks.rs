//! Every public workbook of the folder that `BARAZA_REAL_DATA` names: published, filled page by page by a robot, sent, tabulated.
//!
//! The robot knows a page as a browser does: from its markup. It answers everything, mends what is refused, and gives up on a
//! question only when nothing it knows is taken.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::{
        LazyLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use baraza::{collect::model::slug_of, platform::op::Role};
use regex::Regex;

use crate::town::{Answer, Town, Visitor};

/// Workbooks the robot cannot send, and why: nothing anybody could type is taken, or there is nothing to convert.
const UNSENT: &[(&str, &str)] = &[(
    "pyxform/bug_example_xls/UCL_Biomass_Plot_Form.xlsx",
    "asks for one of the districts of a region out of a file that is not in the folder",
)];

/// What is tried in a field, in turn, while it is refused.
const TRIED: &[&str] = &[
    "1",
    "Ann",
    "2026-11-15",
    "-0.30 36.10",
    "-0.30 36.10\n-0.31 36.10\n-0.31 36.20\n-0.30 36.10",
    "18",
    "5",
    "100",
    "2000",
    "0",
    "3.5",
    "0700000000",
    "ann@example.org",
    "10:30",
    "",
];
/// The years of dates, likewise.
const YEARS: &[&str] = &["2026", "2046", "1996"];
/// A picture of one point.
const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82";
const MOST_PAGES: usize = 600;

#[tokio::test]
async fn every_public_workbook_is_published_filled_and_sent() {
    let Some(folder) = real_data() else { return };
    let town = Town::new().await;
    let admin = town.admin().await;
    let (mut n_sent, mut refused, mut wrong) = (0, Vec::new(), Vec::new());
    for workbook in workbooks(&folder) {
        let name = workbook
            .strip_prefix(&folder)
            .unwrap_or(&workbook)
            .display()
            .to_string();
        match published(&admin, &workbook).await {
            Published::Refused(why) => refused.push(format!("{name}: {why}")),
            Published::As { slug } => match sent(&town, &slug).await {
                Ok(()) => n_sent += 1,
                Err(why) => wrong.push((name, why)),
            },
        }
    }
    town.run_jobs().await;
    assert_eq!(town.dead_jobs().await, Vec::<String>::new());
    let known: BTreeSet<&str> = UNSENT.iter().map(|(name, _)| *name).collect();
    let found: BTreeSet<&str> = wrong.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        found, known,
        "{n_sent} sent\nnot sent: {wrong:#?}\nrefused: {refused:#?}"
    );
    // What is refused is refused with the place and the remedy; that it is right to refuse it is the converter's own test.
    assert!(refused.iter().all(|line| line.len() > 40), "{refused:#?}");
    assert!(n_sent >= 60, "{n_sent} sent; refused: {refused:#?}");
}

enum Published {
    /// At this address.
    As {
        slug: String,
    },
    Refused(String),
}

/// Publishes a workbook in a project of its own, with something for each file it names.
async fn published(admin: &Visitor<'_>, workbook: &Path) -> Published {
    static COUNT: AtomicUsize = AtomicUsize::new(1);
    let name = workbook.to_string_lossy().into_owned();
    let project_name = format!("w{}", COUNT.fetch_add(1, Ordering::Relaxed));
    let added = admin
        .posts_json("/v1/projects", &serde_json::json!({ "name": project_name }))
        .await
        .is(200);
    let project = added.json()["id"].as_i64().expect("a number");
    let kind = match workbook.extension().and_then(|ending| ending.to_str()) {
        Some("xlsx") => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Some("xls") => "application/vnd.ms-excel",
        Some("csv") => "text/csv",
        Some("md") => "text/markdown",
        _ => "application/xml",
    };
    let forms = format!("/v1/projects/{project}/forms");
    let bytes = std::fs::read(workbook).expect("a workbook");
    let posted = admin
        .sends(
            "POST",
            &format!("{forms}?ignoreWarnings=True"),
            kind,
            bytes.into(),
        )
        .await;
    if posted.status != 200 {
        assert!(posted.status.is_client_error(), "{name}: {}", posted.text());
        return Published::Refused(posted.text());
    }
    let form = posted.json()["xmlFormId"].as_str().expect("an id").to_owned();
    let draft = format!("{forms}/{}/draft", encoded(&form));
    let files = admin.gets(&format!("{draft}/attachments")).await.is(200).json();
    for file in files.as_array().into_iter().flatten() {
        let file = file["name"].as_str().expect("a name");
        let bytes: &[u8] = match file.rsplit('.').next() {
            Some("csv") => b"name,label,name_key,list_name\na,A,a,a\nb,B,b,b\n",
            Some("xml") => b"<root><item><name>a</name><label>A</label></item></root>",
            Some("geojson") => br#"{"type":"FeatureCollection","features":[{"type":"Feature","id":"a","properties":{"title":"A"},"geometry":{"type":"Point","coordinates":[36.1,-0.3]}}]}"#,
            _ => PICTURE,
        };
        let path = format!("{draft}/attachments/{}", encoded(file));
        admin
            .sends("POST", &path, "application/octet-stream", bytes.to_vec().into())
            .await
            .is(200);
    }
    admin
        .sends("POST", &format!("{draft}/publish"), "", "".into())
        .await
        .is(200);
    let slug = format!("/forms/{}/{}", slug_of(&project_name), slug_of(&form));
    Published::As { slug }
}

/// Fills the form from its first page to the last, and sends it; says why not.
async fn sent(town: &Town, slug: &str) -> Result<(), String> {
    let phone = town.someone(Role::Enumerator, Some("35.22")).await;
    let begun = phone.submits(slug, &[]).await;
    if begun.status != 303 {
        return Err(format!("not begun: {}", begun.text()));
    }
    let mut robot = Robot {
        phone,
        at: begun.header("location").to_owned(),
        tries: BTreeMap::new(),
        added: BTreeSet::new(),
    };
    for _ in 0..MOST_PAGES {
        if robot.at.ends_with("/sent") {
            return Ok(());
        }
        robot.goes_on().await?;
    }
    Err(format!("still at {}", robot.at))
}

/// Somebody who answers whatever is asked.
struct Robot<'a> {
    phone: Visitor<'a>,
    at: String,
    /// How often an answer was refused, by page and field.
    tries: BTreeMap<(String, String), usize>,
    /// Lists to which an entry was added.
    added: BTreeSet<String>,
}

impl Robot<'_> {
    async fn goes_on(&mut self) -> Result<(), String> {
        let page = self.phone.gets(&self.at).await;
        if page.status != 200 {
            return Err(format!("{} at {}: {}", page.status, self.at, page.text()));
        }
        let html = page.text();
        let key = self.at.split(['?', '#']).next().unwrap_or_default().to_owned();
        let action = captured(&html, r#"<form action="([^"]*)" method="post""#)
            .ok_or_else(|| format!("no form at {}", self.at))?;
        let fields = if html.contains("name=\"do\"") {
            self.of_list(&key, &html)
        } else {
            self.of_questions(&key, &html)
        };
        let answer = self.sends(&action, &html, &fields).await;
        match answer.status.as_u16() {
            303 => self.at = answer.header("location").to_owned(),
            400..500 => self.learns(&key, &answer.text())?,
            status => return Err(format!("{status} at {}: {}", self.at, answer.text())),
        }
        Ok(())
    }

    async fn sends(&self, action: &str, html: &str, fields: &[(String, String)]) -> Answer {
        if !html.contains("multipart/form-data") {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
            return self.phone.submits(action, &fields).await;
        }
        let parts: Vec<(&str, &str, &str, &[u8])> = fields
            .iter()
            .map(|(name, value)| match value.as_str() {
                FILE => (&**name, "point.png", "image/png", PICTURE),
                value => (&**name, "", "", value.as_bytes()),
            })
            .collect();
        self.phone.posts_parts(action, &parts).await
    }

    /// One entry is added to each list, then one goes on.
    fn of_list(&mut self, key: &str, html: &str) -> Vec<(String, String)> {
        let n = captured(html, r#"name="entries" value="(\d+)""#).unwrap_or_default();
        let adds = html.contains(r#"value="add""#) && n == "0" && self.added.insert(key.to_owned());
        let act = if adds { "add" } else { "next" };
        vec![("entries".into(), n), ("do".into(), act.into())]
    }

    fn of_questions(&self, key: &str, html: &str) -> Vec<(String, String)> {
        let mut fields: Vec<(String, String)> = Vec::new();
        let mut n_ranks: BTreeMap<String, usize> = BTreeMap::new();
        let mut options: Vec<String> = Vec::new();
        let mut select = String::new();
        for tag in TAG.captures_iter(html) {
            let attributes = attributes(&tag[2]);
            let of = |name: &str| attributes.get(name).cloned().unwrap_or_default();
            let name = of("name");
            let n = self
                .tries
                .get(&(key.to_owned(), name.clone()))
                .copied()
                .unwrap_or(0);
            match (&tag[1], of("type").as_str()) {
                ("input", "hidden") => fields.push((name, of("value"))),
                ("input", "checkbox") if name.ends_with(".remove") => {}
                ("input", "radio") => offer(&mut fields, &name, &of("value"), n),
                ("input", "checkbox") => offer(&mut fields, &name, &of("value"), n),
                ("input", "file") => fields.push((name, FILE.into())),
                ("input", "datetime-local") => fields.push((name, "2026-11-15T10:30".into())),
                ("input", "time") => fields.push((name, "10:30".into())),
                ("input", _) => match name.rsplit_once('.') {
                    Some((_, "day" | "month")) => fields.push((name, "11".into())),
                    Some((date, "year")) => {
                        let n = self
                            .tries
                            .get(&(key.to_owned(), date.to_owned()))
                            .copied()
                            .unwrap_or(0);
                        let year = YEARS[n % YEARS.len()];
                        fields.push((name, year.into()));
                    }
                    _ => fields.push((name, TRIED.get(n).copied().unwrap_or_default().into())),
                },
                ("textarea", _) => fields.push((name, TRIED.get(n).copied().unwrap_or_default().into())),
                ("select", _) => {
                    select = name;
                    options.clear();
                }
                ("option", _) => options.extend(Some(of("value")).filter(|value| !value.is_empty())),
                ("/select", _) => {
                    let place = n_ranks.entry(select.clone()).or_default();
                    let n = self
                        .tries
                        .get(&(key.to_owned(), select.clone()))
                        .copied()
                        .unwrap_or(0);
                    fields.push((
                        select.clone(),
                        options.get(*place + n).cloned().unwrap_or_default(),
                    ));
                    *place += 1;
                }
                _ => {}
            }
        }
        fields.retain(|(name, _)| !name.starts_with('\0'));
        fields
    }

    /// Takes in what was refused: another answer next time, or the page to which the error leads.
    fn learns(&mut self, key: &str, html: &str) -> Result<(), String> {
        let summary = html
            .split_once("govuk-error-summary__list")
            .and_then(|(_, rest)| rest.split_once("</ul>"))
            .map_or("", |(summary, _)| summary);
        let refused: Vec<String> = ERROR
            .captures_iter(summary)
            .map(|found| unescaped(&found[1]))
            .collect();
        if refused.is_empty() {
            return Err(format!("refused at {} without an error", self.at));
        }
        for href in refused {
            match href.strip_prefix('#') {
                Some(id) => {
                    let name = named(html, id);
                    let n = self.tries.entry((key.to_owned(), name.clone())).or_default();
                    *n += 1;
                    if *n > TRIED.len() {
                        let text = captured(html, r##"href="#[^"]*">([^<]*)<"##).unwrap_or_default();
                        return Err(format!("nothing is taken for {name} at {}: {text}", self.at));
                    }
                }
                None => {
                    self.at = href.split('#').next().unwrap_or_default().to_owned();
                    let page = self.at.split('?').next().unwrap_or_default().to_owned();
                    let name = href.split('#').nth(1).unwrap_or_default().to_owned();
                    *self.tries.entry((page, name)).or_default() += 1;
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

/// Stands for a file among the fields of a page.
const FILE: &str = "\u{0}file";

static TAG: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"<(input|select|textarea|option|/select)\b([^>]*)>").expect("a pattern"));
static ATTRIBUTE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"([a-z-]+)="([^"]*)""#).expect("a pattern"));
/// Links of the summary of errors.
static ERROR: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#"href="([^"]*)""#).expect("a pattern"));

/// Takes the first offer under a name, or the one after as many refusals.
fn offer(fields: &mut Vec<(String, String)>, name: &str, value: &str, n_refused: usize) {
    // Offers before the one to take are remembered under a name no page has.
    let seen = format!("\u{0}{name}");
    let n_seen = fields.iter().filter(|(known, _)| *known == seen).count();
    if n_seen == n_refused && !value.is_empty() {
        fields.push((name.to_owned(), value.to_owned()));
    }
    fields.push((seen, String::new()));
}

/// The name of the field with an id: parts of dates and choices have ids of their own.
fn named(html: &str, id: &str) -> String {
    for tag in TAG.captures_iter(html) {
        let attributes = attributes(&tag[2]);
        if attributes.get("id").is_some_and(|known| known == id) {
            return attributes.get("name").cloned().unwrap_or_default();
        }
    }
    id.to_owned()
}

fn attributes(tag: &str) -> BTreeMap<String, String> {
    ATTRIBUTE
        .captures_iter(tag)
        .map(|found| (found[1].to_owned(), unescaped(&found[2])))
        .collect()
}

fn captured(html: &str, pattern: &str) -> Option<String> {
    let found = Regex::new(pattern).expect("a pattern").captures(html)?;
    Some(unescaped(&found[1]))
}

fn unescaped(text: &str) -> String {
    text.replace("&#34;", "\"")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&#38;", "&")
        .replace("&amp;", "&")
}

fn encoded(part: &str) -> String {
    part.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => (byte as char).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

fn workbooks(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                if !path.ends_with("fixtures") && !path.to_string_lossy().ends_with("-media") {
                    folders.push(path);
                }
                continue;
            }
            let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or("");
            let is_audit = path
                .file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("audit"));
            if matches!(ending, "xlsx" | "xls" | "csv" | "md" | "xml")
                && !is_audit
                && !path.ends_with("LICENSE.md")
                && !path.to_string_lossy().ends_with(".template.xml")
            {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The folder of public workbooks; `None` with a plain word where it is absent, which CI does not accept.
fn real_data() -> Option<PathBuf> {
    let beside = || {
        let above = Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .map(|folder| folder.join("shared/data"));
        above.into_iter().find(|folder| folder.exists())
    };
    let folder = std::env::var_os("BARAZA_REAL_DATA")
        .map(PathBuf::from)
        .or_else(beside)
        .map(|folder| folder.join("07-xlsform"))
        .filter(|folder| folder.exists());
    if folder.is_none() {
        assert_ne!(
            std::env::var("CI").as_deref(),
            Ok("true"),
            "07-xlsform is absent: set BARAZA_REAL_DATA"
        );
        eprintln!("real data absent: set BARAZA_REAL_DATA to the folder with 07-xlsform to run this check");
    }
    folder
}
