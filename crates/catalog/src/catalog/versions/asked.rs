//! Which version somebody asks for: by its number, or by a day.

use jiff::civil::Date;
use serde::Deserialize;
use tables::{Scope, TableVersion, Version};

use super::{VersionEntry, list};
use crate::{
    catalog::{index::Index, view},
    platform::{
        app::App,
        html::{
            Markup, Shell,
            parts::{Notice, NoticeKind},
        },
        i18n::Lang,
        op::Op,
        problem::{Problem, Result},
        time::Time,
    },
};

/// Bytes of a day, `2025-01-31`.
const DAY_LENGTH: usize = 10;

/// A version as an address names it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    pub version: Option<u64>,
    /// A day, `2025-01-31`: the version that was shown at its end; or an instant of RFC 3339.
    pub at: String,
}

impl Asked {
    /// What an address says of a version: its number or a day as `version`, or else a day or an instant as `at`.
    ///
    /// # Errors
    /// `version-unknown` where `version` is neither a number nor a day.
    pub fn of(version: &str, at: &str) -> Result<Asked> {
        match version.trim() {
            "" => Ok(Asked {
                version: None,
                at: at.to_owned(),
            }),
            text => {
                let unknown = || Problem::not_found("version-unknown").with("version", text);
                Asked::read(text).ok_or_else(unknown)
            }
        }
    }

    /// What stands behind a sign in a name, or for a version in a call: a number, or a day; none for anything else.
    #[must_use]
    pub fn read(text: &str) -> Option<Asked> {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if is_number {
            let version = text.parse().ok()?;
            return Some(Asked {
                version: Some(version),
                ..Asked::default()
            });
        }
        let is_day = text.len() == DAY_LENGTH && text.parse::<Date>().is_ok();
        is_day.then(|| Asked {
            version: None,
            at: text.to_owned(),
        })
    }
}

/// The number of the version that is asked for; none where nobody asks for one.
///
/// # Errors
/// `day-malformed`; `version-unknown-then` when nothing was shown then; as [`view::find_resource`].
pub async fn wanted(app: &App, op: &Op, dataset: &str, resource: &str, asked: &Asked) -> Result<Option<u64>> {
    if asked.version.is_some() || asked.at.trim().is_empty() {
        return Ok(asked.version);
    }
    let until = end_of(app, asked.at.trim())?;
    let known = view::find_resource(app, op, dataset, resource, None).await?;
    let all = list(app, &known).await?;
    let found = all
        .iter()
        .filter(|known| known.standing != "withdrawn" || known.is_shown);
    let found = found.max_by_key(|known| (known.shown_at <= until.0, known.shown_at, known.version));
    match found.filter(|known| known.shown_at <= until.0) {
        Some(known) => Ok(Some(known.version)),
        None => Err(Problem::not_found("version-unknown-then").with("date", asked.at.trim())),
    }
}

/// Reads the number of a version.
///
/// # Errors
/// `version-unknown` for what is none.
pub fn number(text: &str) -> Result<u64> {
    let unknown = || Problem::not_found("version-unknown").with("version", text);
    text.trim().parse().map_err(|_| unknown())
}

/// The refusal of a version that a table has none of, with those that it has; any other refusal as it is.
pub async fn with_known(
    app: &App,
    op: &Op,
    (dataset, resource): (&str, &str),
    asked: &str,
    problem: Problem,
) -> Problem {
    /// Versions that are named, the newest first.
    const MOST: usize = 20;
    if problem.code() != "version-unknown" {
        return problem;
    }
    let Ok(resource) = view::find_resource(app, op, dataset, resource, None).await else {
        return problem;
    };
    let known = list(app, &resource).await.unwrap_or_default();
    let numbers: Vec<String> = known
        .iter()
        .filter(|known| known.standing != "withdrawn")
        .take(MOST)
        .map(|known| known.version.to_string())
        .collect();
    match numbers.is_empty() {
        true => problem,
        false => Problem::not_found("version-unknown-among")
            .with("version", asked)
            .with("versions", numbers.join(", ")),
    }
}

/// Tells at the top of a page which version it shows, where that is not the newest, and that it is deprecated, where it is.
pub fn notices(
    app: &App,
    lang: Lang,
    page: &mut Shell,
    versions: &[VersionEntry],
    version: Option<u64>,
    path: &str,
) {
    let day = |at: i64| lang.date_time(app.config.zoned(Time(at)).datetime());
    let shown = versions.iter().find(|known| known.is_shown);
    let current = match version {
        Some(version) => versions.iter().find(|known| known.version == version),
        None => shown,
    };
    let Some(current) = current else {
        return;
    };
    let mut tell = |content: Markup| {
        page.notices.push(Notice {
            kind: NoticeKind::Important,
            content,
        });
    };
    // The next one that came after it, in the order of their days.
    let next = versions
        .iter()
        .filter(|known| known.version > current.version && known.standing != "withdrawn")
        .min_by_key(|known| known.version);
    if let (Some(shown), Some(next)) = (shown.filter(|shown| shown.version != current.version), next) {
        let position = versions
            .iter()
            .filter(|known| known.version <= current.version)
            .count();
        let text = lang
            .text("catalog-versions-old")
            .arg("version", current.version)
            .n("position", position)
            .n("n", versions.len())
            .arg("date", day(next.shown_at))
            .to_string();
        let link = lang
            .text("catalog-versions-newest")
            .arg("version", shown.version)
            .to_string();
        tell(Markup(format!(
            "{} <a class=\"govuk-notification-banner__link\" href=\"{}\">{}</a>",
            Markup::escape(&text),
            Markup::escape(path),
            Markup::escape(&link)
        )));
    }
    if current.standing == "deprecated" {
        let text = lang
            .text("catalog-versions-deprecated")
            .arg("version", current.version)
            .arg("reason", &current.reason)
            .to_string();
        tell(warning(lang, &text, &current.replaced_by));
    }
}

/// A warning, with a link to what to use instead where there is something.
pub fn warning(lang: Lang, text: &str, replaced_by: &str) -> Markup {
    let instead = match replaced_by {
        "" => String::new(),
        address => format!(
            " <a class=\"govuk-notification-banner__link\" href=\"{}\">{}</a>",
            Markup::escape(address),
            Markup::escape(&lang.text("catalog-workflow-instead").to_string())
        ),
    };
    Markup(format!("{}{instead}", Markup::escape(text)))
}

/// Lets a question name versions: `villages@3` or `"villages@2026-01-31"`, each as far as the caller may read it. Those that the scope
/// has already stay as they are.
///
/// Returns the scope with those tables in it, and the question with their names quoted.
///
/// # Errors
/// `version-unknown`, `version-unknown-then`, `version-withdrawn`, and as [`view::find_resource`].
pub async fn with_versions(app: &App, op: &Op, mut scope: Scope, sql: &str) -> Result<(Scope, String)> {
    let (named, sql) = named_versions(sql);
    for (table, when) in named {
        let name = format!("{table}@{when}");
        if scope.names().any(|known| known == name) {
            continue;
        }
        // A table that nobody may name is refused by the sandbox, which says so in its own words.
        if let Some(at) = version_of(app, op, &table, &when).await? {
            scope = scope.with(name, at);
        }
    }
    Ok((scope, sql))
}

/// Takes the version off a name in SQL, where it has one: a number, or a day.
#[must_use]
pub fn split_name(name: &str) -> (&str, Option<&str>) {
    match name.rsplit_once('@') {
        Some((table, when)) if Asked::read(when).is_some() => (table, Some(when)),
        _ => (name, None),
    }
}

/// A version of a table by its name in SQL, as far as the caller may read it; none for a table that they may not. `when` is its number,
/// or the day at whose end it was shown.
///
/// # Errors
/// `version-unknown`, `version-unknown-then`, `version-withdrawn`.
pub async fn version_of(app: &App, op: &Op, table: &str, when: &str) -> Result<Option<TableVersion>> {
    let Some(asked) = Asked::read(when) else {
        return Ok(None);
    };
    let index = Index::of(app).await?;
    let found = index.seen(op).into_iter().find_map(|entry| {
        let resource = entry.resources.iter().find(|resource| {
            let name = resource.sql_name.as_deref().unwrap_or_default();
            name.to_lowercase() == table.to_lowercase()
        })?;
        Some((entry.row.slug.clone(), resource.slug.clone()))
    });
    let Some((dataset, resource)) = found else {
        return Ok(None);
    };
    let Some(version) = wanted(app, op, &dataset, &resource, &asked).await? else {
        return Ok(None);
    };
    let known = view::find_resource(app, op, &dataset, &resource, Some(version)).await?;
    let at = TableVersion::at(known.table.table, Version(version));
    Ok(Some(at.hiding(known.table.hidden)))
}

/// The tables that a question names with a version, each with its number or day, and the question with each such name in quotes.
#[must_use]
pub fn named_versions(sql: &str) -> (Vec<(String, String)>, String) {
    let mut named: Vec<(String, String)> = Vec::new();
    let mut out = String::with_capacity(sql.len() + 8);
    let mut rest = sql;
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    while let Some(first) = rest.chars().next() {
        let length = match first {
            // Texts, quoted names and comments are passed over as they stand.
            '\'' => 1 + rest[1..].find('\'').map_or(rest.len() - 1, |at| at + 1),
            '"' => 1 + rest[1..].find('"').map_or(rest.len() - 1, |at| at + 1),
            '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |at| at + 2),
            c if is_word(c) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        let (piece, after) = rest.split_at(length);
        let quoted = piece.strip_prefix('"').and_then(|name| name.strip_suffix('"'));
        let of_quoted = quoted.map(split_name);
        let when = after.strip_prefix('@').map_or("", leading_version);
        match of_quoted {
            Some((table, Some(when))) => {
                named.push((table.to_owned(), when.to_owned()));
                out.push_str(piece);
                rest = after;
            }
            None if Asked::read(when).is_some() && (first.is_alphabetic() || first == '_') => {
                let table = piece.to_lowercase();
                out.push_str(&format!("\"{table}@{when}\""));
                named.push((table, when.to_owned()));
                rest = &after[1 + when.len()..];
            }
            _ => {
                out.push_str(piece);
                rest = after;
            }
        }
    }
    (named, out)
}

/// The day or the digits that a text begins with; may be empty.
fn leading_version(text: &str) -> &str {
    let is_digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    let day = text.get(..DAY_LENGTH).filter(|day| Asked::read(day).is_some());
    match day {
        Some(day) if !is_digit(text.as_bytes().get(DAY_LENGTH)) => day,
        _ => {
            let end = text.find(|c: char| !c.is_ascii_digit());
            &text[..end.unwrap_or(text.len())]
        }
    }
}

/// The end of a day at the place, or an instant.
fn end_of(app: &App, text: &str) -> Result<Time> {
    let malformed = || Problem::invalid("day-malformed").with("day", text);
    if let Ok(day) = text.parse::<Date>() {
        let zone = jiff::tz::TimeZone::get(&app.config.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
        let next = day.tomorrow().map_err(|_| malformed())?;
        let start = next.to_zoned(zone).map_err(|_| malformed())?;
        return Ok(Time(start.timestamp().as_microsecond() - 1));
    }
    Time::parse(text).map_err(|_| malformed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_named_bare_or_in_quotes_and_never_within_a_text() {
        for (sql, named, quoted) in [
            (
                "SELECT * FROM villages@3 v JOIN \"villages@1\" w USING (code)",
                vec![("villages", "3"), ("villages", "1")],
                "SELECT * FROM \"villages@3\" v JOIN \"villages@1\" w USING (code)",
            ),
            (
                "SELECT 'a@3', \"b\" FROM Wells@12 -- wells@4\n/* wells@5 */",
                vec![("wells", "12")],
                "SELECT 'a@3', \"b\" FROM \"wells@12\" -- wells@4\n/* wells@5 */",
            ),
            (
                "SELECT * FROM Wells@2026-01-31 a, \"Wells@2026-02-28\" b, wells@3-1, wells@2026-13-01",
                vec![
                    ("wells", "2026-01-31"),
                    ("Wells", "2026-02-28"),
                    ("wells", "3"),
                    ("wells", "2026"),
                ],
                "SELECT * FROM \"wells@2026-01-31\" a, \"Wells@2026-02-28\" b, \"wells@3\"-1, \"wells@2026\"-13-01",
            ),
            ("SELECT * FROM \"a@b\", c@d", vec![], "SELECT * FROM \"a@b\", c@d"),
            ("SELECT 1@3, x FROM desa", vec![], "SELECT 1@3, x FROM desa"),
            (
                "SELECT 'it''s wells@3' FROM ü",
                vec![],
                "SELECT 'it''s wells@3' FROM ü",
            ),
        ] {
            let named: Vec<(String, String)> = named
                .into_iter()
                .map(|(table, when)| (table.to_owned(), when.to_owned()))
                .collect();
            assert_eq!(named_versions(sql), (named, quoted.to_owned()), "{sql}");
        }
    }
}
