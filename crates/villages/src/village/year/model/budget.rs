//! The village's money in five fields, and its works: what may be said of them.

use csv::{ReaderBuilder, StringRecord, Trim};
use jiff::civil::Date;
use serde::Serialize;

use super::parse_year;
use crate::platform::problem::{Problem, Result};

/// The five fields (bidang) of a village budget, in their order.
pub const FIELDS: [&str; 5] = [
    "government",
    "development",
    "community",
    "empowerment",
    "emergency",
];
/// The columns of a list of works; the last one may be missing.
pub const WORK_COLUMNS: [&str; 7] = [
    "code",
    "title",
    "provider",
    "amount",
    "progress",
    "stated_on",
    "source",
];
/// Letters of words and of codes at most.
const MOST_WORDS: usize = 200;
const MOST_CODE: usize = 40;
/// An amount above this is a slip.
const MOST_AMOUNT: i64 = 1_000_000_000_000_000;
/// Rows of one list of works at most.
const MOST_ROWS: usize = 1_000;
/// Broken cells that are told one by one.
const MOST_TOLD: usize = 20;

/// A village's budget as it stated it; amounts in whole units of the currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VillageBudget {
    pub year: i16,
    /// ISO 4217.
    pub currency: String,
    /// All income planned.
    pub income: i64,
    /// In the order of [`FIELDS`].
    pub lines: [BudgetLine; 5],
    /// The document it stands in.
    pub source: String,
    pub stated_on: Date,
}

/// One field of a budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct BudgetLine {
    /// One of [`FIELDS`].
    pub field: &'static str,
    pub planned: i64,
    /// Spent by the day it was stated; `None` where nothing is said yet.
    pub realised: Option<i64>,
}

impl VillageBudget {
    /// All spending planned.
    #[must_use]
    pub fn planned(&self) -> i64 {
        self.lines.iter().map(|line| line.planned).sum()
    }

    /// All that is said to be spent; `None` where nothing is said of any field.
    #[must_use]
    pub fn realised(&self) -> Option<i64> {
        let said: Vec<i64> = self.lines.iter().filter_map(|line| line.realised).collect();
        (!said.is_empty()).then(|| said.iter().sum())
    }
}

/// A work or a contract in a village, as the village states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// Its own, within village and year.
    pub code: String,
    pub title: String,
    /// Who does it.
    pub provider: String,
    /// In whole units of the village's currency.
    pub amount: i64,
    /// 0 to 100.
    pub progress: u8,
    pub source: String,
    pub stated_on: Date,
}

/// A budget as it is typed or stands in a file; each line is field, planned, realised.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BudgetInput {
    pub year: String,
    pub income: String,
    pub lines: [(String, String); 5],
    pub source: String,
    pub stated_on: String,
}

/// A work as it is typed or stands in a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkInput {
    pub code: String,
    pub title: String,
    pub provider: String,
    pub amount: String,
    pub progress: String,
    pub stated_on: String,
    pub source: String,
}

/// What is wrong with fields, gathered.
#[derive(Default)]
struct Wrong(Option<Problem>);

impl Wrong {
    fn note(&mut self, field: impl Into<std::borrow::Cow<'static, str>>, code: &'static str) {
        let problem = self.0.take().unwrap_or_else(|| Problem::invalid("fields"));
        self.0 = Some(problem.field(field, code));
    }

    fn refusal(self) -> Result<()> {
        match self.0 {
            Some(problem) => Err(problem),
            None => Ok(()),
        }
    }
}

impl BudgetInput {
    /// Reads it as the budget of a village with this currency.
    ///
    /// # Errors
    /// Names each field that will not do: `village-amount`, `village-source-missing`, `village-day-malformed`, `village-day-ahead`.
    pub fn parse(&self, currency: &str, today: Date) -> Result<VillageBudget> {
        let year = parse_year(&self.year)?;
        let mut wrong = Wrong::default();
        let income = amount(&self.income).unwrap_or_else(|| {
            wrong.note("income", "village-amount");
            0
        });
        let mut lines = FIELDS.map(|field| BudgetLine {
            field,
            planned: 0,
            realised: None,
        });
        for (line, (planned, realised)) in lines.iter_mut().zip(&self.lines) {
            match amount(planned) {
                Some(planned) => line.planned = planned,
                None => wrong.note(format!("planned-{}", line.field), "village-amount"),
            }
            if realised.trim().is_empty() {
                continue;
            }
            line.realised = amount(realised);
            if line.realised.is_none() {
                wrong.note(format!("realised-{}", line.field), "village-amount");
            }
        }
        let source = words(&self.source, "source", "village-source-missing", &mut wrong);
        let stated_on = stated(&self.stated_on, today, &mut wrong);
        wrong.refusal()?;
        Ok(VillageBudget {
            year,
            currency: currency.to_owned(),
            income,
            lines,
            source,
            stated_on,
        })
    }

    /// Fills in the figures of a file with the columns `field`, `planned` and `realised`: a row for each of the five fields, and one
    /// called `income`, whose figure stands in `planned`.
    ///
    /// # Errors
    /// All on field `file`: `village-list-unreadable`, `village-list-column`, `village-list-field`.
    pub fn fill(&mut self, text: &str) -> Result<()> {
        let rows = rows_of(text, &["field", "planned"], &["realised"])?;
        let mut seen = Vec::new();
        for (line, [field, planned, realised]) in rows.iter().map(|(line, row)| (line, three(row))) {
            let name = field.to_lowercase();
            if name == "income" {
                self.income = planned;
            } else if let Some(at) = FIELDS.iter().position(|known| *known == name) {
                self.lines[at] = (planned, realised);
            } else {
                let with = vec![
                    ("line", line.to_string()),
                    ("value", field),
                    ("fields", FIELDS.join(", ")),
                ];
                return Err(Problem::invalid("fields").field_with("file", "village-list-field", with));
            }
            seen.push(name);
        }
        let missing = ["income"]
            .into_iter()
            .chain(FIELDS)
            .find(|field| !seen.iter().any(|name| name == field));
        match missing {
            None => Ok(()),
            Some(field) => {
                let with = vec![("field", field.to_owned())];
                Err(Problem::invalid("fields").field_with("file", "village-list-short", with))
            }
        }
    }
}

impl WorkInput {
    /// Reads it.
    ///
    /// # Errors
    /// Names each field that will not do.
    pub fn parse(&self, today: Date) -> Result<Work> {
        let mut wrong = Wrong::default();
        let code = self.code.trim();
        let is_code = code
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'/'));
        if code.is_empty() || code.len() > MOST_CODE || !is_code {
            wrong.note("code", "village-work-code");
        }
        let title = words(&self.title, "title", "village-work-title", &mut wrong);
        let provider = words(&self.provider, "provider", "village-work-provider", &mut wrong);
        let amount = amount(&self.amount).unwrap_or_else(|| {
            wrong.note("amount", "village-amount");
            0
        });
        let progress = self.progress.trim().trim_end_matches('%').trim().parse().ok();
        let progress = progress.filter(|progress| *progress <= 100).unwrap_or_else(|| {
            wrong.note("progress", "village-work-progress");
            0
        });
        let source = words(&self.source, "source", "village-source-missing", &mut wrong);
        let stated_on = stated(&self.stated_on, today, &mut wrong);
        wrong.refusal()?;
        Ok(Work {
            code: code.to_owned(),
            title,
            provider,
            amount,
            progress,
            source,
            stated_on,
        })
    }
}

/// Reads a list of works with the columns [`WORK_COLUMNS`]; where it has no column `source`, all have the one given.
///
/// # Errors
/// All on field `file`, with line and column of each cell that will not do, and nothing is kept.
pub fn read_works(text: &str, source: &str, today: Date) -> Result<Vec<Work>> {
    let rows = rows_of(text, &WORK_COLUMNS[..6], &WORK_COLUMNS[6..])?;
    let (mut works, mut broken): (Vec<Work>, Vec<(String, String)>) = (Vec::new(), Vec::new());
    for (line, row) in rows {
        let cell = |at: usize| row.get(at).cloned().unwrap_or_default();
        let own = cell(6);
        let input = WorkInput {
            code: cell(0),
            title: cell(1),
            provider: cell(2),
            amount: cell(3),
            progress: cell(4),
            stated_on: cell(5),
            source: if own.is_empty() { source.to_owned() } else { own },
        };
        match input.parse(today) {
            Ok(work) if works.iter().any(|known| known.code == work.code) => {
                broken.push((line.to_string(), "code".to_owned()));
            }
            Ok(work) => works.push(work),
            Err(problem) => broken.extend(
                problem
                    .fields()
                    .iter()
                    .map(|field| (line.to_string(), field.field.to_string())),
            ),
        }
    }
    if broken.is_empty() {
        return Ok(works);
    }
    let problem =
        broken
            .into_iter()
            .take(MOST_TOLD)
            .fold(Problem::invalid("fields"), |problem, (line, column)| {
                problem.field_with(
                    "file",
                    "village-list-cell",
                    vec![("line", line), ("column", column)],
                )
            });
    Err(problem)
}

/// A row of a file: the line it stands on, and its cells in the order of the columns asked for.
type Row = (u64, Vec<String>);

fn rows_of(text: &str, needed: &[&'static str], others: &[&'static str]) -> Result<Vec<Row>> {
    let wrong = |code: &'static str| Problem::invalid("fields").field("file", code);
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or_default();
    let delimiter = if first.contains(';') { b';' } else { b',' };
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .trim(Trim::All)
        .flexible(true)
        .from_reader(text.as_bytes());
    let headers = reader
        .headers()
        .map_err(|_| wrong("village-list-unreadable"))?
        .clone();
    let at = |column: &str| headers.iter().position(|header| header.to_lowercase() == column);
    for column in needed {
        if at(column).is_none() {
            let with = vec![("column", (*column).to_owned()), ("columns", needed.join(", "))];
            return Err(Problem::invalid("fields").field_with("file", "village-list-column", with));
        }
    }
    let columns: Vec<Option<usize>> = needed.iter().chain(others).map(|column| at(column)).collect();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record: StringRecord = record.map_err(|_| wrong("village-list-unreadable"))?;
        if record.iter().all(str::is_empty) {
            continue;
        }
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |at: &Option<usize>| at.and_then(|at| record.get(at)).unwrap_or_default().to_owned();
        rows.push((line, columns.iter().map(cell).collect()));
        if rows.len() > MOST_ROWS {
            return Err(wrong("village-list-long"));
        }
    }
    match rows.is_empty() {
        true => Err(wrong("village-list-unreadable")),
        false => Ok(rows),
    }
}

fn three(row: &[String]) -> [String; 3] {
    std::array::from_fn(|at| row.get(at).cloned().unwrap_or_default())
}

/// Reads an amount in whole units, with or without marks between its thousands; `None` for anything else.
fn amount(text: &str) -> Option<i64> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let digits = match text.find(['.', ',']).map(|at| text.as_bytes()[at]) {
        None => text,
        Some(mark) => {
            let parts: Vec<&str> = text.split(char::from(mark)).collect();
            let is_grouped = parts.iter().skip(1).all(|part| part.len() == 3)
                && parts.first().is_some_and(|first| (1..=3).contains(&first.len()));
            is_grouped.then(|| parts.concat())?
        }
    };
    let is_plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    is_plain
        .then(|| digits.parse().ok())
        .flatten()
        .filter(|amount| *amount <= MOST_AMOUNT)
}

fn words(text: &str, field: &'static str, missing: &'static str, wrong: &mut Wrong) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.chars().count() {
        0 => wrong.note(field, missing),
        n if n > MOST_WORDS => wrong.note(field, "text-long"),
        _ => {}
    }
    text
}

/// The day as of which something holds: none that lies ahead.
fn stated(text: &str, today: Date, wrong: &mut Wrong) -> Date {
    match text.trim().parse::<Date>() {
        Ok(day) if day > today => wrong.note("stated_on", "village-day-ahead"),
        Ok(day) => return day,
        Err(_) => wrong.note("stated_on", "village-day-malformed"),
    }
    today
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn today() -> Date {
        jiff::civil::date(2026, 11, 16)
    }

    fn input() -> BudgetInput {
        BudgetInput {
            year: "2026".into(),
            source: "Perdes 5/2025".into(),
            stated_on: "2026-06-30".into(),
            ..BudgetInput::default()
        }
    }

    const FILE: &str = "field;planned;realised\nincome;1.500.000.000;\ngovernment;500.000.000;210.000.000\n\
        development;600000000;150000000\ncommunity;100000000;\nempowerment;200000000;0\nemergency;100000000;90000000\n";

    #[test]
    fn a_budget_is_read_from_a_file_with_its_five_fields() {
        let mut input = input();
        input.fill(FILE).expect("a budget");
        let budget = input.parse("IDR", today()).expect("a budget");
        assert_eq!((budget.income, budget.planned()), (1_500_000_000, 1_500_000_000));
        assert_eq!(budget.realised(), Some(450_000_000));
        assert_eq!(budget.lines[2].realised, None);
        assert_eq!(budget.lines.map(|line| line.field), FIELDS);
    }

    #[test]
    fn a_budget_without_a_field_a_source_or_a_day_is_refused() {
        let mut short = input();
        let text = FILE.replace("community;100000000;\n", "");
        let code = |problem: Problem| problem.fields()[0].code;
        assert_eq!(
            code(short.fill(&text).expect_err("refused")),
            "village-list-short"
        );
        let text = FILE.replace("community", "dancing");
        assert_eq!(
            code(short.fill(&text).expect_err("refused")),
            "village-list-field"
        );
        let problem = BudgetInput {
            year: "2026".into(),
            stated_on: "2026-12-31".into(),
            income: "-5".into(),
            ..BudgetInput::default()
        }
        .parse("IDR", today())
        .expect_err("refused");
        let wrong: Vec<(String, &str)> = problem
            .fields()
            .iter()
            .map(|field| (field.field.to_string(), field.code))
            .collect();
        assert_eq!(wrong.len(), 8, "{wrong:?}");
        assert_eq!(wrong[0], ("income".to_owned(), "village-amount"));
        assert_eq!(wrong[7], ("stated_on".to_owned(), "village-day-ahead"));
    }

    #[test]
    fn an_amount_may_have_marks_between_its_thousands_and_nothing_else() {
        for (text, read) in [
            ("1250", Some(1250)),
            ("1.250.000", Some(1_250_000)),
            ("1,250", Some(1250)),
            ("12 500", Some(12_500)),
            ("1.25", None),
            ("1.250,50", None),
            ("-1", None),
            ("", None),
            ("9999999999999999", None),
        ] {
            assert_eq!(amount(text), read, "{text}");
        }
    }

    #[test]
    fn works_are_read_with_the_source_of_the_file_and_broken_cells_are_told_by_line() {
        let text =
            "code,title,provider,amount,progress,stated_on\nW-1,Drain RT 3,TPK Desa,85000000,40,2026-11-01\n";
        let works = read_works(text, "SPK list", today()).expect("works");
        assert_eq!((works[0].progress, works[0].source.as_str()), (40, "SPK list"));
        let broken = format!("{text}W-2,Bridge,CV Maju,5,101,2026-11-01\nW-1,Again,X,1,1,2026-11-01\n");
        let problem = read_works(&broken, "SPK list", today()).expect_err("refused");
        let told: Vec<_> = problem.fields().iter().map(|field| field.with.clone()).collect();
        assert_eq!(
            told[0],
            [("line", "3".to_owned()), ("column", "progress".to_owned())]
        );
        assert_eq!(told[1], [("line", "4".to_owned()), ("column", "code".to_owned())]);
    }
}
