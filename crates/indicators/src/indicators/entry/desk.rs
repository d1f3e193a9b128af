//! Sheets at the desk: which are owed, and one as a grid of places by groups.

use std::collections::HashMap;

use askama::Template;
use axum::{
    Form, Router,
    extract::{Multipart, Path, Query, State as Shared},
    http::{Uri, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use jiff::civil::{Date, date};
use serde::Deserialize;
use url::form_urlencoded;

use super::{
    Asked, Owed, Sheet, Typed, file, hand_in,
    model::{Column, Light, Part, State, Value, columns, field, parts},
    open, owed, save, send_back, sign,
};
use crate::platform::{
    app::App,
    html::{
        Shell,
        parts::{Cell, Choice, Pagination},
    },
    i18n::Lang,
    office,
    op::Op,
    page::{field_errors, render, render_refused, shell},
    problem::{Kind, Problem, Result},
    time::Time,
};

/// Sheets on one page of the list.
const PER_PAGE: usize = 25;
/// Steps that are told of a sheet.
const MOST_STEPS: usize = 20;

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/desk/figures", get(all))
        .route("/desk/figures/{indicator}/{place}/{period}", get(one).post(take))
        .route(
            "/desk/figures/{indicator}/{place}/{period}/file",
            get(download).post(upload),
        )
}

#[derive(Template)]
#[template(path = "indicators/entry/list.html")]
pub struct FiguresPage {
    page: Shell,
    shown: Vec<Choice>,
    rows: Vec<Row>,
    pages: Pagination,
}

/// A sheet as a row of the list.
struct Row {
    href: String,
    title: String,
    office: String,
    period: String,
    state: Tag,
    due: String,
    /// `None` for a sheet that is signed.
    light: Option<&'static str>,
}

/// Where a sheet stands: never by colour alone.
struct Tag {
    class: &'static str,
    text: String,
}

#[derive(Template)]
#[template(path = "indicators/entry/sheet.html")]
pub struct FigurePage {
    page: Shell,
    action: String,
    period: String,
    state: Tag,
    due: String,
    light: Option<&'static str>,
    description: String,
    /// Why it was sent back; empty where it was not.
    returned: String,
    revision: i64,
    version: String,
    heads: Vec<String>,
    places: Vec<PlaceRow>,
    note: String,
    /// Why somebody sends it back, as they typed it.
    why: String,
    may_enter: bool,
    /// Whether it waits for the caller's signature.
    may_sign: bool,
    /// Its numbers count: entering others begins a correction.
    is_signed: bool,
    change_head: Vec<Cell>,
    /// What a correction changes, place by place.
    changes: Vec<Vec<Cell>>,
    step_head: Vec<Cell>,
    steps: Vec<Vec<Cell>>,
}

/// The numbers of one place.
struct PlaceRow {
    name: String,
    numbers: Vec<Number>,
}

/// One number as it is typed or shown.
struct Number {
    field: String,
    head: String,
    value: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Wanted {
    /// `all` also for what is signed.
    show: String,
    /// From 1.
    page: Option<u32>,
}

impl Wanted {
    /// The address of a page of the same list.
    fn address(&self, page: u32) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if !self.show.is_empty() {
            query.append_pair("show", &self.show);
        }
        query.append_pair("page", &page.to_string());
        format!("/desk/figures?{}", query.finish())
    }
}

async fn all(Shared(app): Shared<App>, op: Op, uri: Uri, Query(wanted): Query<Wanted>) -> Result<Response> {
    let mut listed = owed(&app, &op).await?;
    if wanted.show != "all" {
        listed.retain(|sheet| sheet.state != Some(State::Signed));
    }
    let today = office::calendar(&app).await?.day(op.at);
    let last = u32::try_from(listed.len().div_ceil(PER_PAGE)).unwrap_or(u32::MAX);
    let current = wanted.page.unwrap_or(1).clamp(1, last.max(1));
    let rows = listed
        .iter()
        .skip((current as usize - 1) * PER_PAGE)
        .take(PER_PAGE)
        .map(|sheet| Row::of(op.lang, today, sheet))
        .collect();
    let pages = Pagination::new(current, last, |page| wanted.address(page));
    render(&FiguresPage::new(
        shell(&app, &op, &uri),
        &wanted.show,
        rows,
        pages,
    ))
}

async fn one(
    Shared(app): Shared<App>,
    op: Op,
    uri: Uri,
    Path((indicator, place, period)): Path<(String, String, String)>,
) -> Result<Response> {
    let asked = Asked {
        indicator,
        place,
        period,
    };
    let sheet = open(&app, &op, &asked).await?;
    let page = shell(&app, &op, &uri);
    render(&sheet_page(&app, &op, page, &sheet, None).await?)
}

async fn take(
    Shared(app): Shared<App>,
    op: Op,
    uri: Uri,
    Path((indicator, place, period)): Path<(String, String, String)>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response> {
    let asked = Asked {
        indicator,
        place,
        period,
    };
    let sheet = open(&app, &op, &asked).await?;
    let sent = Sent::of(fields);
    let done = match sent.act.as_str() {
        "hand-in" => hand_in(&app, &op, &sheet, &sent.typed).await,
        "sign" => sign(&app, &op, &sheet, sent.typed.revision).await,
        "return" => send_back(&app, &op, &sheet, sent.typed.revision, &sent.why).await,
        _ => save(&app, &op, &sheet, &sent.typed).await,
    };
    match done {
        Ok(()) => Ok(Redirect::to(&address(&sheet)).into_response()),
        Err(problem) if matches!(problem.kind(), Kind::Invalid | Kind::Conflict) => {
            let page = Shell {
                errors: field_errors(&problem, &op),
                ..shell(&app, &op, &uri)
            };
            let page = sheet_page(&app, &op, page, &sheet, Some(&sent)).await?;
            render_refused(&problem, &page)
        }
        Err(problem) => Err(problem),
    }
}

/// The sheet as a file, to be filled elsewhere.
async fn download(
    Shared(app): Shared<App>,
    op: Op,
    Path((indicator, place, period)): Path<(String, String, String)>,
) -> Result<Response> {
    let name = format!("attachment; filename=\"{indicator}_{place}_{period}.csv\"");
    let asked = Asked {
        indicator,
        place,
        period,
    };
    let text = file::write(&open(&app, &op, &asked).await?)?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, text).into_response())
}

/// Keeps what a file says as a draft, as if it had been typed.
async fn upload(
    Shared(app): Shared<App>,
    op: Op,
    uri: Uri,
    Path((indicator, place, period)): Path<(String, String, String)>,
    form: Multipart,
) -> Result<Response> {
    let asked = Asked {
        indicator,
        place,
        period,
    };
    let sheet = open(&app, &op, &asked).await?;
    let mut sent = Sent::of(Vec::new());
    sent.typed.note = match (&sheet.kept, sheet.state()) {
        (Some(kept), Some(State::Draft | State::HandedIn | State::Returned)) => kept.note.clone(),
        _ => String::new(),
    };
    let bytes = received(form, &mut sent.typed).await?;
    let uri = address(&sheet).parse().unwrap_or(uri);
    let done = match file::read(&sheet, &bytes) {
        Ok(fields) => {
            sent.typed.fields = fields;
            save(&app, &op, &sheet, &sent.typed).await
        }
        Err(problem) => Err(problem),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&address(&sheet)).into_response()),
        Err(problem) if matches!(problem.kind(), Kind::Invalid | Kind::Conflict) => {
            let page = Shell {
                errors: field_errors(&problem, &op),
                ..shell(&app, &op, &uri)
            };
            let shown = (!sent.typed.fields.is_empty()).then_some(&sent);
            let page = sheet_page(&app, &op, page, &sheet, shown).await?;
            render_refused(&problem, &page)
        }
        Err(problem) => Err(problem),
    }
}

/// Takes what stands in a form with a file: what its sender looked at, and the file.
async fn received(mut form: Multipart, typed: &mut Typed) -> Result<Vec<u8>> {
    let malformed = |_| Problem::invalid("request-malformed");
    let mut file = Vec::new();
    while let Some(part) = form.next_field().await.map_err(malformed)? {
        match part.name() {
            // What is no number is no revision that anybody was shown.
            Some("revision") => typed.revision = part.text().await.map_err(malformed)?.parse().unwrap_or(-1),
            Some("version") => typed.version = part.text().await.map_err(malformed)?,
            Some("file") => file = part.bytes().await.map_err(malformed)?.to_vec(),
            _ => {}
        }
    }
    Ok(file)
}

/// A form as it was sent.
struct Sent {
    act: String,
    why: String,
    typed: Typed,
}

impl Sent {
    fn of(fields: Vec<(String, String)>) -> Sent {
        let mut fields: HashMap<String, String> = fields.into_iter().collect();
        let mut take = |name: &str| fields.remove(name).unwrap_or_default();
        let (act, why, note, version) = (take("act"), take("why"), take("note"), take("version"));
        // What is no number is no revision that anybody was shown.
        let revision = take("revision").parse().unwrap_or(-1);
        Sent {
            act,
            why,
            typed: Typed {
                revision,
                version,
                note,
                fields,
            },
        }
    }

    /// Whether numbers were sent, and not only a decision about them.
    fn is_entered(&self) -> bool {
        !matches!(self.act.as_str(), "sign" | "return")
    }
}

fn address(sheet: &Sheet) -> String {
    format!(
        "/desk/figures/{}/{}/{}",
        sheet.definition.code, sheet.office.code, sheet.period
    )
}

/// Fills the page of a sheet; what was sent stands in its fields again.
async fn sheet_page(
    app: &App,
    op: &Op,
    page: Shell,
    sheet: &Sheet,
    sent: Option<&Sent>,
) -> Result<FigurePage> {
    let today = office::calendar(app).await?.day(op.at);
    let day = |at: i64| app.config.zoned(Time(at)).datetime();
    let steps = sheet
        .steps
        .iter()
        .take(MOST_STEPS)
        .map(|step| {
            vec![
                Cell::text(op.lang.date_time(day(step.at))),
                Cell::text(state_in_words(op.lang, Some(State::parse(&step.state)))),
                Cell::text(op.lang.number(step.edition)),
                Cell::text(&step.note),
            ]
        })
        .collect();
    Ok(FigurePage::new(page, today, sheet, sent, steps))
}

fn state_in_words(lang: Lang, state: Option<State>) -> String {
    let state = state.map_or("open", State::as_str);
    lang.text(format!("indicators-entry-state-{state}")).to_string()
}

impl Tag {
    fn of(lang: Lang, state: Option<State>) -> Tag {
        Tag {
            class: match state {
                None | Some(State::Draft) => "govuk-tag--grey",
                Some(State::HandedIn) => "govuk-tag--blue",
                Some(State::Returned) => "govuk-tag--yellow",
                Some(State::Signed) => "govuk-tag--green",
            },
            text: state_in_words(lang, state),
        }
    }
}

fn due_in_words(
    lang: Lang,
    due_on: Date,
    today: Date,
    state: Option<State>,
) -> (String, Option<&'static str>) {
    let light = Light::of(due_on, today);
    let text = match (state, light) {
        (Some(State::Signed), _) => return (lang.date(due_on), None),
        (_, Light::Red) => lang.text("indicators-entry-late"),
        (_, Light::White | Light::Yellow) => lang.text("indicators-entry-due"),
    };
    (
        text.arg("date", lang.date(due_on)).to_string(),
        Some(light.as_str()),
    )
}

impl Row {
    fn of(lang: Lang, today: Date, sheet: &Owed) -> Row {
        let (due, light) = due_in_words(lang, sheet.due_on, today, sheet.state);
        Row {
            href: format!(
                "/desk/figures/{}/{}/{}",
                sheet.definition.code, sheet.office.code, sheet.period
            ),
            title: sheet.definition.title.in_language(lang.code()).to_owned(),
            office: sheet.office.name.clone(),
            period: sheet.period.clone(),
            state: Tag::of(lang, sheet.state),
            due,
            light,
        }
    }
}

impl FiguresPage {
    fn new(page: Shell, show: &str, rows: Vec<Row>, pages: Pagination) -> FiguresPage {
        let title = page.t("indicators-entry-title").to_string();
        let desk = page.t("evidence-desk-way").to_string();
        let shown = vec![
            Choice::new("", page.t("indicators-entry-show-owed")).chosen_if(show),
            Choice::new("all", page.t("indicators-entry-show-all")).chosen_if(show),
        ];
        FiguresPage {
            page: page.titled(&title).crumb(desk, "/desk").crumb(title, ""),
            shown,
            rows,
            pages,
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> FiguresPage {
        let row = |state: Option<State>, due_on: Date| {
            let (due, light) = due_in_words(lang, due_on, date(2026, 11, 23), state);
            Row {
                href: "/desk/figures/posyandu-weighed/90.01/2026-10".into(),
                title: "Children <weighed>".into(),
                office: "Kecamatan <Ngasem>".into(),
                period: "2026-10".into(),
                state: Tag::of(lang, state),
                due,
                light,
            }
        };
        let rows = vec![
            row(None, date(2026, 11, 13)),
            row(Some(State::HandedIn), date(2026, 11, 25)),
            row(Some(State::Signed), date(2026, 10, 14)),
        ];
        let pages = Pagination::new(2, 3, |page| format!("/desk/figures?page={page}"));
        FiguresPage::new(Shell::sample(lang), "", rows, pages)
    }
}

impl FigurePage {
    fn new(
        page: Shell,
        today: Date,
        sheet: &Sheet,
        sent: Option<&Sent>,
        steps: Vec<Vec<Cell>>,
    ) -> FigurePage {
        let lang = page.lang;
        let definition = &*sheet.definition;
        let state = sheet.state();
        let (due, light) = due_in_words(lang, sheet.due_on, today, state);
        let entered = sent.filter(|sent| sent.is_entered());
        let columns = columns(definition);
        let heads = heads(sheet, &columns, lang);
        let kept = |place: &str, column: &Column, part: Part| {
            number_of(&sheet.values, place, &column.codes, part).map_or_else(String::new, |n| n.to_string())
        };
        let number = |place: &str, at: usize, column: &Column, part: Part, head: &str| {
            let field = field(place, at, part);
            Number {
                value: match entered {
                    Some(sent) => sent.typed.fields.get(&field).cloned().unwrap_or_default(),
                    None => kept(place, column, part),
                },
                head: head.to_owned(),
                field,
            }
        };
        let places = sheet
            .rows
            .iter()
            .map(|place| PlaceRow {
                name: place.name.clone(),
                numbers: columns
                    .iter()
                    .enumerate()
                    .flat_map(|(at, column)| parts(definition).iter().map(move |part| (at, column, *part)))
                    .zip(&heads)
                    .map(|((at, column, part), head)| number(&place.code, at, column, part, head))
                    .collect(),
            })
            .collect();
        let t = |id: &str| lang.text(id).to_string();
        let note = match (entered, &sheet.kept) {
            (Some(sent), _) => sent.typed.note.clone(),
            (None, Some(kept)) if state != Some(State::Signed) => kept.note.clone(),
            (None, _) => String::new(),
        };
        let returned = match (state, sheet.steps.first()) {
            (Some(State::Returned), Some(step)) => step.note.clone(),
            _ => String::new(),
        };
        let change_head = vec![
            Cell::text(t("indicators-entry-place")),
            Cell::text(t("indicators-entry-number")),
            Cell::over_numbers(t("indicators-entry-before")),
            Cell::over_numbers(t("indicators-entry-now")),
        ];
        let step_head = ["when", "what", "edition", "note"]
            .map(|name| Cell::text(t(&format!("indicators-entry-step-{name}"))))
            .to_vec();
        let title = definition.title.in_language(lang.code()).to_owned();
        let heading = format!("{title} – {}", sheet.office.name);
        FigurePage {
            action: address(sheet),
            period: sheet.period.clone(),
            state: Tag::of(lang, state),
            due,
            light,
            description: definition.description.in_language(lang.code()).to_owned(),
            returned,
            revision: sheet.revision(),
            version: definition.version.clone(),
            places,
            note,
            why: sent.map(|sent| sent.why.clone()).unwrap_or_default(),
            may_enter: sheet.may_enter,
            may_sign: sheet.may_sign && state == Some(State::HandedIn),
            is_signed: state == Some(State::Signed),
            change_head,
            changes: changes(sheet, &columns, &heads, lang),
            step_head,
            steps,
            page: page
                .crumb(t("evidence-desk-way"), "/desk")
                .crumb(t("indicators-entry-title"), "/desk/figures")
                .crumb(&heading, "")
                .titled(heading),
            heads,
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> FigurePage {
        let page = Shell::sample(lang);
        let heads = vec![
            "Children <weighed>".to_owned(),
            "Children in the village".to_owned(),
        ];
        let row = |name: &str, code: &str, values: [&str; 2]| PlaceRow {
            name: name.to_owned(),
            numbers: [Part::Numerator, Part::Denominator]
                .into_iter()
                .zip(values)
                .zip(&heads)
                .map(|((part, value), head)| Number {
                    field: field(code, 0, part),
                    head: head.clone(),
                    value: value.to_owned(),
                })
                .collect(),
        };
        let places = vec![
            row("Desa <Ngasem>", "90.01.01", ["41", "52"]),
            row("Desa Tegal", "90.01.02", ["", ""]),
        ];
        let cells = |words: [&str; 4]| words.map(Cell::text).to_vec();
        let (due, light) = due_in_words(
            lang,
            date(2026, 11, 13),
            date(2026, 11, 23),
            Some(State::HandedIn),
        );
        let changes = vec![cells(["Desa <Ngasem>", "Children <weighed>", "14", "41"])];
        let handed_in = state_in_words(lang, Some(State::HandedIn));
        let steps = vec![cells(["23 Nov 2026", &handed_in, "2", "In <December>"])];
        FigurePage {
            action: "/desk/figures/posyandu-weighed/90.01/2026-10".into(),
            period: "2026-10".into(),
            state: Tag::of(lang, Some(State::HandedIn)),
            due,
            light,
            description: "Of those under <5>".into(),
            returned: "Look at <Ngasem> again".into(),
            revision: 3,
            version: "0123456789ab".into(),
            places,
            note: "The <scales> were broken".into(),
            why: String::new(),
            may_enter: true,
            may_sign: true,
            is_signed: true,
            change_head: cells(["Place", "Number", "Before", "Now"]),
            changes,
            step_head: vec![Cell::text(lang.text("indicators-entry-step-when")); 4],
            steps,
            page: page.titled("Children <weighed>"),
            heads,
        }
    }
}

/// What stands above each number: the group, and what is counted of it.
fn heads(sheet: &Sheet, columns: &[Column], lang: Lang) -> Vec<String> {
    let definition = &*sheet.definition;
    let Some(entered) = definition.entered() else {
        return Vec::new();
    };
    let head = |column: &Column, part: Part| {
        let title = match part {
            Part::Numerator => &entered.numerator_title,
            Part::Denominator => &entered.denominator_title,
        };
        let title = title.in_language(lang.code());
        match column.in_words(definition, lang) {
            group if group.is_empty() => title.to_owned(),
            group => format!("{group}: {title}"),
        }
    };
    let head = &head;
    columns
        .iter()
        .flat_map(|column| parts(definition).iter().map(move |part| head(column, *part)))
        .collect()
}

/// The number that stands for a place and group; `None` where it was left blank.
fn number_of(values: &[Value], place: &str, codes: &str, part: Part) -> Option<i64> {
    let value = values
        .iter()
        .find(|value| value.place == place && value.codes == codes)?;
    match part {
        Part::Numerator => Some(value.numerator),
        Part::Denominator => value.denominator,
    }
}

/// What the edition under work changes of the one whose numbers count.
fn changes(sheet: &Sheet, columns: &[Column], heads: &[String], lang: Lang) -> Vec<Vec<Cell>> {
    let is_correction = sheet
        .kept
        .as_ref()
        .is_some_and(|kept| kept.signed_edition.is_some_and(|signed| signed != kept.edition));
    if !is_correction {
        return Vec::new();
    }
    let definition = &*sheet.definition;
    let written = |n: Option<i64>| match n {
        Some(n) => lang.number(n),
        None => lang.text("indicators-entry-blank").to_string(),
    };
    let mut changes = Vec::new();
    for place in &sheet.rows {
        let numbers = columns
            .iter()
            .flat_map(|column| parts(definition).iter().map(move |part| (column, *part)));
        for ((column, part), head) in numbers.zip(heads) {
            let of = |values: &[Value]| number_of(values, &place.code, &column.codes, part);
            let (before, now) = (of(&sheet.signed), of(&sheet.values));
            if before != now {
                changes.push(vec![
                    Cell::text(&place.name),
                    Cell::text(head),
                    Cell::text(written(before)),
                    Cell::text(written(now)),
                ]);
            }
        }
    }
    changes
}
