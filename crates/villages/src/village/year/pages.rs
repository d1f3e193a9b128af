//! A year of a village for everybody: what is owed at each step and how it stands, the budget, the works; and the files that came.

use askama::Template;
use axum::{
    Json,
    extract::{Path, State},
    http::{Uri, header},
    response::{IntoResponse, Response},
};
use jiff::civil::{Date, date};
use serde_json::{Value, json};

use super::{
    Kept, Owed, budget, find_document, find_year,
    model::{
        Content, Document, Due, FIRST_YEAR, LAST_YEAR, Light, Standing, Step, Year,
        budget::{BudgetLine, FIELDS, VillageBudget, Work},
    },
    works,
};
use crate::{
    evidence::model::mask::mask,
    places::{self, model::Place},
    platform::{
        app::App,
        draw::{
            About, Reading, Unit,
            bars::{Bar, Bars, lying},
        },
        html::{
            Markup, Shell,
            parts::{Cell, Crumb, label_rows},
        },
        i18n::Lang,
        op::Op,
        page::{render, shell},
        problem::{Problem, Result},
        spreadsheet::harmless,
        time::Time,
        words::Words,
    },
    village::require_reader,
};

/// From this amount on a chart counts in millions.
const MANY: i64 = 10_000_000;
/// The shapes of a page's data.
pub const SHAPES: [&str; 2] = ["json", "csv"];

/// One year of a village.
#[derive(Template)]
#[template(path = "village/year/year.html")]
pub struct YearPage {
    pub page: Shell,
    pub steps: Vec<StepView>,
    pub money: Option<MoneyView>,
    pub works: Table,
    /// Where the village's operator enters what belongs to it; empty for whoever may not read there.
    pub desk_href: String,
}

/// A table of a page, whose rows stack on a phone.
#[derive(Clone, Default)]
pub struct Table {
    pub caption: String,
    pub head: Vec<Cell>,
    /// Each cell labelled with the words of its head.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    #[must_use]
    pub fn new(caption: String, head: Vec<Cell>, mut rows: Vec<Vec<Cell>>) -> Table {
        label_rows(&head, &mut rows);
        Table { caption, head, rows }
    }
}

/// A step with what is owed at it.
pub struct StepView {
    pub title: String,
    pub owed: Vec<OwedView>,
}

/// What is owed, as the page tells it.
pub struct OwedView {
    pub light: &'static str,
    pub title: String,
    pub about: String,
    /// When it is due and how it stands.
    pub said: String,
    pub came: Vec<CameView>,
}

/// Something that came; without an address where it was withdrawn.
pub struct CameView {
    pub href: String,
    pub text: String,
}

/// A budget, drawn and as a table.
pub struct MoneyView {
    pub caption: String,
    pub chart: Markup,
    pub table: Table,
    /// The document it stands in, and as of when.
    pub said: String,
}

pub async fn show(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path((place, address)): Path<(String, String)>,
) -> Result<Response> {
    let (year, shape) = split(&address);
    let year = known_year(year)?;
    let all = places::all(&app).await?;
    let found = places::known(&all, &place)?;
    let kept = find_year(&app, found.code(), year, op.at)
        .await?
        .ok_or_else(|| Problem::not_found("village-year-unknown"))?;
    let budget = budget(&app, found.code(), year).await?;
    let works = works(&app, found.code(), year).await?;
    match shape {
        Some("json") => Ok(Json(as_json(op.lang, &kept, budget.as_ref(), &works)).into_response()),
        Some("csv") => as_csv(op.lang, &kept),
        _ => {
            let page = way(shell(&app, &op, &uri), found, year).shapes(&SHAPES);
            let is_reader = require_reader(&op, &all, found.code()).is_ok();
            let desk_href = match is_reader {
                true => format!("/desk/villages/{}/year/{year}", found.code()),
                false => String::new(),
            };
            render(&YearPage::new(page, &kept, budget.as_ref(), &works, desk_href))
        }
    }
}

/// A file that came, as it was kept; never shown as a page of ours.
pub async fn file(
    State(app): State<App>,
    Path((place, document)): Path<(String, String)>,
) -> Result<Response> {
    let document = find_document(&app, &place, &document).await?;
    if document.withdrawn.is_some() {
        return Err(Problem::gone("village-document-gone"));
    }
    let Content::File(file) = document.content else {
        return Err(Problem::not_found("village-document-unknown"));
    };
    let bytes = app.blobs.bytes(&file.blob).await?;
    let name = percent_encoding::utf8_percent_encode(&file.name, percent_encoding::NON_ALPHANUMERIC);
    let headers = [
        (header::CONTENT_TYPE, file.media_type.clone()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename*=UTF-8''{name}"),
        ),
    ];
    Ok((headers, bytes).into_response())
}

/// Parts a shape's suffix from the last part of an address.
#[must_use]
pub fn split(address: &str) -> (&str, Option<&'static str>) {
    SHAPES
        .into_iter()
        .find_map(|shape| Some((address.strip_suffix(shape)?.strip_suffix('.')?, Some(shape))))
        .unwrap_or((address, None))
}

/// Reads the year of an address.
///
/// # Errors
/// `village-year-unknown`.
pub fn known_year(text: &str) -> Result<i16> {
    text.parse()
        .ok()
        .filter(|year| (FIRST_YEAR..=LAST_YEAR).contains(year))
        .ok_or_else(|| Problem::not_found("village-year-unknown"))
}

/// The steps of a year in their order, with what is owed at each; a step at which nothing is owed is left out.
#[must_use]
pub fn steps(lang: Lang, kept: &Kept) -> Vec<StepView> {
    Step::ALL
        .into_iter()
        .map(|step| StepView {
            title: step_in_words(lang, step),
            owed: kept.at(step).map(|owed| owed_view(lang, owed)).collect(),
        })
        .filter(|step| !step.owed.is_empty())
        .collect()
}

/// What a step is called.
#[must_use]
pub fn step_in_words(lang: Lang, step: Step) -> String {
    lang.text(format!("village-step-{}", step.as_str())).to_string()
}

/// How what is owed stands, in words.
#[must_use]
pub fn standing_in_words(lang: Lang, owed: &Owed) -> String {
    lang.text(format!("village-standing-{}", owed.standing.as_str()))
        .arg("day", lang.date(owed.falls_on))
        .n("days", owed.standing.days_late().unwrap_or(0))
        .to_string()
}

fn owed_view(lang: Lang, owed: &Owed) -> OwedView {
    OwedView {
        light: owed.light.as_str(),
        title: owed.due.title.in_language(lang.code()).to_owned(),
        about: owed.due.about.in_language(lang.code()).to_owned(),
        said: standing_in_words(lang, owed),
        came: owed
            .documents
            .iter()
            .rev()
            .map(|document| came_view(lang, &owed.due, document))
            .collect(),
    }
}

fn came_view(lang: Lang, due: &Due, document: &Document) -> CameView {
    if let Some((_, why)) = &document.withdrawn {
        return CameView {
            href: String::new(),
            text: lang.text("village-withdrawn").arg("why", mask(why)).to_string(),
        };
    }
    let name = match &document.content {
        Content::File(file) => file.name.clone(),
        Content::Dataset(slug) => lang.text("village-dataset-of").arg("name", slug).to_string(),
        Content::Address(address) => address.clone(),
    };
    let text = match document.note.as_str() {
        "" => name,
        note => format!("{name} – {}", mask(note)),
    };
    CameView {
        href: href_of(&due.place, document),
        text,
    }
}

/// Where a document that came is read.
fn href_of(place: &str, document: &Document) -> String {
    match &document.content {
        Content::File(_) => format!("/villages/{place}/documents/{}", document.id),
        Content::Dataset(slug) => format!("/data/{slug}"),
        Content::Address(address) => address.clone(),
    }
}

/// A budget as five bars and as a table.
#[must_use]
pub fn money(lang: Lang, budget: &VillageBudget) -> MoneyView {
    let is_many = budget.lines.iter().any(|line| line.planned >= MANY);
    let year = lang.ungrouped(i64::from(budget.year));
    let caption = lang
        .text(match is_many {
            true => "village-budget-caption-millions",
            false => "village-budget-caption",
        })
        .arg("year", &year)
        .arg("currency", &budget.currency)
        .to_string();
    let drawn = |amount: i64| match is_many {
        true => amount as f64 / 1_000_000.0,
        false => amount as f64,
    };
    let said = lang
        .text("village-stated")
        .arg("source", &budget.source)
        .arg("day", lang.date(budget.stated_on))
        .to_string();
    let bars = budget
        .lines
        .iter()
        .map(|line| Bar::new(field_in_words(lang, line.field), Reading::of(drawn(line.planned))))
        .collect();
    let chart = lying(&Bars {
        about: About {
            id: "village-budget".to_owned(),
            title: caption.clone(),
            description: said.clone(),
            lang,
        },
        unit: Unit::Number {
            places: usize::from(is_many),
        },
        bars,
        target: None,
    });
    MoneyView {
        table: money_table(lang, budget),
        caption,
        chart,
        said,
    }
}

/// What a field of a budget is called.
#[must_use]
pub fn field_in_words(lang: Lang, field: &str) -> String {
    lang.text(format!("village-field-{field}")).to_string()
}

fn money_table(lang: Lang, budget: &VillageBudget) -> Table {
    let row = |name: String, planned: Option<i64>, realised: Option<i64>| {
        let share = match (planned, realised) {
            (Some(planned), Some(realised)) if planned > 0 => {
                let share = realised as f64 / planned as f64 * 100.0;
                Cell::number(lang.percent(share, 0), share)
            }
            _ => Cell::over_numbers(""),
        };
        vec![
            Cell::text(name),
            amount(lang, planned, &budget.currency),
            amount(lang, realised, &budget.currency),
            share,
        ]
    };
    let mut rows: Vec<Vec<Cell>> = budget
        .lines
        .iter()
        .map(|line| {
            row(
                field_in_words(lang, line.field),
                Some(line.planned),
                line.realised,
            )
        })
        .collect();
    rows.push(row(
        lang.text("village-spending").to_string(),
        Some(budget.planned()),
        budget.realised(),
    ));
    rows.push(row(
        lang.text("village-income").to_string(),
        Some(budget.income),
        None,
    ));
    let caption = lang
        .text("village-budget-of")
        .arg("year", lang.ungrouped(i64::from(budget.year)))
        .to_string();
    let head = vec![
        Cell::text(lang.text("village-field")),
        Cell::over_numbers(lang.text("village-planned")),
        Cell::over_numbers(lang.text("village-realised")),
        Cell::over_numbers(lang.text("village-share")),
    ];
    Table::new(caption, head, rows)
}

fn amount(lang: Lang, amount: Option<i64>, currency: &str) -> Cell {
    match amount {
        Some(amount) => Cell::number(lang.money(amount.saturating_mul(100), currency), amount as f64),
        None => Cell::over_numbers(""),
    }
}

/// A day, which does not break in two and is ordered by the calendar.
#[must_use]
pub fn day_cell(day: Date, written: &str) -> Cell {
    Cell {
        sort_key: day.to_string(),
        ..Cell::html(Markup(format!(
            "<span class=\"bz-nowrap\">{}</span>",
            Markup::escape(written)
        )))
    }
}

/// The works of a village as a table.
#[must_use]
pub fn works_table(lang: Lang, works: &[Work], currency: &str) -> Table {
    let head = [
        ("village-work", false),
        ("village-provider", false),
        ("village-amount", true),
        ("village-progress", true),
        ("village-as-of", false),
        ("village-source", false),
    ];
    let rows = works
        .iter()
        .map(|work| {
            vec![
                Cell::text(&work.title),
                Cell::text(&work.provider),
                amount(lang, Some(work.amount), currency),
                Cell::number(
                    lang.percent(f64::from(work.progress), 0),
                    f64::from(work.progress),
                ),
                day_cell(work.stated_on, &lang.short_date(work.stated_on)),
                Cell::text(&work.source),
            ]
        })
        .collect();
    let head = head.map(|(id, is_number)| match is_number {
        true => Cell::over_numbers(lang.text(id)),
        false => Cell::text(lang.text(id)),
    });
    Table::new(lang.text("village-works").to_string(), head.into(), rows)
}

/// The way to a page of a year.
#[must_use]
pub fn way(page: Shell, place: Place<'_>, year: i16) -> Shell {
    let lang = page.lang;
    let name = place.name_in(lang.code());
    let title = lang
        .text("village-year-of")
        .arg("year", lang.ungrouped(i64::from(year)))
        .arg("place", name)
        .to_string();
    let mut page = page.titled(&title);
    page.crumbs.push(Crumb {
        text: name.to_owned(),
        href: format!("/places/{}", place.code()),
    });
    page.crumb(lang.text("village-title"), format!("/villages/{}", place.code()))
        .crumb(title, "")
}

/// A year as JSON: what is owed, the budget and the works.
#[must_use]
pub fn as_json(lang: Lang, kept: &Kept, budget: Option<&VillageBudget>, works: &[Work]) -> Value {
    let documents: Vec<Value> = kept
        .owed
        .iter()
        .map(|owed| {
            let came = owed
                .documents
                .iter()
                .filter(|document| document.withdrawn.is_none());
            json!({
                "code": owed.due.code,
                "step": owed.due.step.as_str(),
                "title": owed.due.title.in_language(lang.code()),
                "due_on": owed.falls_on.to_string(),
                "standing": owed.standing.as_str(),
                "days_late": owed.standing.days_late(),
                "light": owed.light.as_str(),
                "came": came
                    .map(|document| json!({
                        "kind": document.content.kind(),
                        "href": href_of(&owed.due.place, document),
                        "delivered_at": document.delivered_at.to_string(),
                    }))
                    .collect::<Vec<Value>>(),
            })
        })
        .collect();
    json!({
        "place": kept.year.place,
        "year": kept.year.year,
        "documents": documents,
        "budget": budget.map(budget_as_json),
        "works": works.iter().map(work_as_json).collect::<Vec<Value>>(),
    })
}

fn budget_as_json(budget: &VillageBudget) -> Value {
    json!({
        "year": budget.year,
        "currency": budget.currency,
        "income": budget.income,
        "fields": budget.lines,
        "source": budget.source,
        "stated_on": budget.stated_on.to_string(),
    })
}

fn work_as_json(work: &Work) -> Value {
    json!({
        "code": work.code,
        "title": work.title,
        "provider": work.provider,
        "amount": work.amount,
        "progress": work.progress,
        "source": work.source,
        "stated_on": work.stated_on.to_string(),
    })
}

/// What is owed for a year as CSV, one document a row.
///
/// # Errors
/// When it cannot be written.
pub fn as_csv(lang: Lang, kept: &Kept) -> Result<Response> {
    let titles = [
        "code",
        "step",
        "title",
        "due_on",
        "standing",
        "days_late",
        "light",
        "came",
    ];
    let rows = kept.owed.iter().map(|owed| {
        let n_came = owed
            .documents
            .iter()
            .filter(|document| document.withdrawn.is_none())
            .count();
        vec![
            owed.due.code.clone(),
            owed.due.step.as_str().to_owned(),
            owed.due.title.in_language(lang.code()).to_owned(),
            owed.falls_on.to_string(),
            owed.standing.as_str().to_owned(),
            owed.standing
                .days_late()
                .map(|days| days.to_string())
                .unwrap_or_default(),
            owed.light.as_str().to_owned(),
            n_came.to_string(),
        ]
    });
    csv_of(&titles, rows)
}

/// Rows as a file in CSV that no spreadsheet takes for formulas.
///
/// # Errors
/// When it cannot be written.
pub fn csv_of(titles: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Result<Response> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(titles).map_err(Problem::internal)?;
    for row in rows {
        let cells = row.iter().map(|cell| harmless(cell).into_owned());
        writer.write_record(cells).map_err(Problem::internal)?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| Problem::internal(error.into_error()))?;
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], bytes).into_response())
}

impl YearPage {
    fn new(
        page: Shell,
        kept: &Kept,
        budget: Option<&VillageBudget>,
        works: &[Work],
        desk_href: String,
    ) -> YearPage {
        let lang = page.lang;
        YearPage {
            steps: steps(lang, kept),
            money: budget.map(|budget| money(lang, budget)),
            works: works_table(lang, works, &kept.year.currency),
            desk_href,
            page,
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> YearPage {
        let page = Shell::sample(lang).titled("Desa <Ngasem>").shapes(&SHAPES);
        let (kept, budget, works) = (sample_year(), sample_budget(), sample_works());
        YearPage::new(
            page,
            &kept,
            Some(&budget),
            &works,
            "/desk/villages/90.01.01/year/2027".to_owned(),
        )
    }
}

/// A year with a document that came, one that was withdrawn and one that is late.
#[must_use]
pub fn sample_year() -> Kept {
    let due = |code: &str, step: Step, title: &str| Due {
        id: code.to_owned(),
        place: "90.01.01".to_owned(),
        year: 2027,
        code: code.to_owned(),
        step,
        title: Words([("en".to_owned(), title.to_owned())].into()),
        about: Words([("en".to_owned(), "By the end of <October>".to_owned())].into()),
        due_on: date(2026, 10, 31),
        notice_days: 14,
        grace_days: 10,
    };
    let document = |id: &str, withdrawn: Option<(Time, String)>| Document {
        id: id.to_owned(),
        due: "plan".to_owned(),
        content: Content::Address("https://desa.example.org/plan".to_owned()),
        note: "No. 5 <2026>".to_owned(),
        delivered_at: Time(1_790_000_000_000_000),
        withdrawn,
    };
    let owed = |due: Due, standing: Standing, light: Light, documents: Vec<Document>| Owed {
        falls_on: date(2026, 11, 2),
        due,
        standing,
        light,
        documents,
    };
    Kept {
        year: Year {
            place: "90.01.01".to_owned(),
            year: 2027,
            template: "plain".to_owned(),
            currency: "IDR".to_owned(),
            begun_at: Time(1_780_000_000_000_000),
        },
        owed: vec![
            owed(
                due("plan", Step::Planning, "Annual <plan>"),
                Standing::OnTime,
                Light::Green,
                vec![
                    document("1", Some((Time(0), "The wrong <file>".to_owned()))),
                    document("2", None),
                ],
            ),
            owed(
                due("budget", Step::Budgeting, "Annual <budget>"),
                Standing::Missing { days: 3 },
                Light::Yellow,
                Vec::new(),
            ),
        ],
    }
}

/// A budget with a field of which nothing is said to be spent yet.
#[must_use]
pub fn sample_budget() -> VillageBudget {
    let mut lines = FIELDS.map(|field| BudgetLine {
        field,
        planned: 120_000_000,
        realised: Some(40_000_000),
    });
    lines[4].realised = None;
    VillageBudget {
        year: 2027,
        currency: "IDR".to_owned(),
        income: 600_000_000,
        lines,
        source: "Perdes <5/2026>".to_owned(),
        stated_on: date(2026, 11, 16),
    }
}

/// Works of a village.
#[must_use]
pub fn sample_works() -> Vec<Work> {
    vec![Work {
        code: "W-1".to_owned(),
        title: "Drain <RT 3>".to_owned(),
        provider: "CV <Maju>".to_owned(),
        amount: 85_000_000,
        progress: 40,
        source: "SPK <12>".to_owned(),
        stated_on: date(2026, 11, 16),
    }]
}
