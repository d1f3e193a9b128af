//! The list of facilities: taken in as CSV, with all that is wrong with it at once.

use askama::Template;
use axum::{
    extract::{FromRequest, Multipart, Request, State as Of, multipart::MultipartError},
    http::{HeaderMap, Uri, header},
    response::{IntoResponse, Response},
};
use csv::{ReaderBuilder, WriterBuilder};

use super::{KEEPERS, fields::Faults};
use crate::{
    places,
    platform::{
        app::App,
        html::{
            Shell,
            parts::{Cell, label_rows},
        },
        i18n::Lang,
        op::Op,
        page::{field_errors, render_refused, shell},
        problem::{Kind, Problem, Result},
        told,
    },
    scorecards::{
        self, as_csv, keep_facilities,
        model::facility::Facility,
        pages::{facility, one, words},
        read_csv,
    },
};

const TAKEN: &str = "scorecards-desk-taken";
/// What is told of one list: whoever has more mistakes than this mends those first.
const MOST_FAULTS: usize = 100;

/// The list of facilities.
#[derive(Template)]
#[template(path = "scorecards/desk/facilities.html")]
pub struct FacilitiesPage {
    page: Shell,
    head: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
}

pub async fn show(Of(app): Of<App>, op: Op, uri: Uri, headers: HeaderMap) -> Result<Response> {
    op.require(&KEEPERS)?;
    if uri.query() == Some("as=csv") {
        let text = as_csv(&scorecards::facilities(&app).await?)?;
        return Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], text).into_response());
    }
    let page = told::shell_with(&headers, shell(&app, &op, &uri), &[TAKEN]);
    told::render_once(&headers, &uri, &facilities_page(&app, &op, page).await?)
}

pub async fn take_in(
    Of(app): Of<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    request: Request,
) -> Result<Response> {
    op.require(&KEEPERS)?;
    let sent = file_of(&app, request).await?;
    match taken(&app, &op, sent.as_deref()).await {
        Ok(()) => Ok(told::redirect(
            &app,
            &headers,
            "/desk/scorecards/facilities",
            TAKEN,
        )),
        Err(problem) if problem.kind() == Kind::Invalid => {
            let page = Shell {
                errors: field_errors(&problem, &op),
                ..shell(&app, &op, &uri)
            };
            render_refused(&problem, &facilities_page(&app, &op, page).await?)
        }
        Err(problem) => Err(problem),
    }
}

async fn file_of(app: &App, request: Request) -> Result<Option<String>> {
    let malformed = |error: MultipartError| Problem::unreadable(error.status(), error);
    let mut form = Multipart::from_request(request, app)
        .await
        .map_err(|_| Problem::invalid("request-malformed"))?;
    let mut text = None;
    while let Some(field) = form.next_field().await.map_err(malformed)? {
        let is_file = field.name() == Some("file");
        let bytes = field.bytes().await.map_err(malformed)?;
        if is_file {
            text = String::from_utf8(bytes.to_vec()).ok();
        }
    }
    Ok(text)
}

/// Takes in the list, or says all that is wrong with it.
async fn taken(app: &App, op: &Op, text: Option<&str>) -> Result<()> {
    let text = text.ok_or_else(|| Problem::invalid("fields").field("file", "scorecards-list-unreadable"))?;
    let list = read_csv(text).map_err(|problem| all_cells(text, problem))?;
    let mut tx = app.db.begin().await?;
    match keep_facilities(&mut tx, op, list.clone()).await {
        Ok(_) => tx.commit().await,
        Err(problem) if problem.kind() == Kind::Invalid => {
            drop(tx);
            all_codes(app, op, list).await.and(Err(problem))
        }
        Err(problem) => Err(problem),
    }
}

/// All that is wrong with the lines of a list, where the first mistake is one of a line.
fn all_cells(text: &str, first: Problem) -> Problem {
    let mut faults = Faults::default();
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter(text))
        .flexible(true)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let Ok(headers) = reader.headers().cloned() else {
        return first;
    };
    let mut n_faults = 0;
    for record in reader.records().map_while(Result::ok) {
        let number = record.position().map_or(0, csv::Position::line);
        let mut writer = WriterBuilder::new().flexible(true).from_writer(Vec::new());
        let written = writer
            .write_record(&headers)
            .and_then(|()| writer.write_record(&record));
        let alone = written
            .ok()
            .and_then(|()| writer.into_inner().ok())
            .and_then(|bytes| String::from_utf8(bytes).ok());
        let Some(Err(problem)) = alone.map(|alone| read_csv(&alone)) else {
            continue;
        };
        if note_line(&mut faults, &problem, number) {
            n_faults += 1;
        }
        if n_faults == MOST_FAULTS {
            break;
        }
    }
    faults.done().err().unwrap_or(first)
}

/// Notes what is wrong with a line that was read alone, under its own number.
fn note_line(faults: &mut Faults, problem: &Problem, number: u64) -> bool {
    let Some(cell) = problem
        .fields()
        .iter()
        .find(|field| field.code == "scorecards-cell")
    else {
        return false;
    };
    let with = cell.with.iter().map(|(name, value)| match *name {
        "line" => (*name, number.to_string()),
        name => (name, value.clone()),
    });
    faults.add_with("file", cell.code, with.collect());
    true
}

/// Says of every line whose codes are not known, or not the caller's to keep; nothing is kept.
async fn all_codes(app: &App, op: &Op, list: Vec<Facility>) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let (mut faults, mut n_faults) = (Faults::default(), 0);
    for each in list {
        if let Err(problem) = keep_facilities(&mut tx, op, vec![each]).await {
            faults.take(problem, str::to_owned)?;
            n_faults += 1;
        }
        if n_faults == MOST_FAULTS {
            break;
        }
    }
    faults.done()
}

/// Spreadsheets of half the world part cells by semicolons.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    match first.matches(';').count() > first.matches(',').count() {
        true => b';',
        false => b',',
    }
}

async fn facilities_page(app: &App, op: &Op, page: Shell) -> Result<FacilitiesPage> {
    let all = places::all(app).await?;
    let rows = scorecards::facilities(app)
        .await?
        .iter()
        .map(|known| row(op.lang, known, &words::place(op.lang, &all, &known.place)))
        .collect();
    Ok(FacilitiesPage::new(page, rows))
}

fn row(lang: Lang, known: &Facility, place: &str) -> Vec<Cell> {
    vec![
        Cell::html(words::link(&facility::address(&known.code), &known.name)),
        Cell::text(words::kind(lang, &known.kind)),
        Cell::text(place),
        Cell::text(&known.organisation),
    ]
}

impl FacilitiesPage {
    fn new(page: Shell, mut rows: Vec<Vec<Cell>>) -> FacilitiesPage {
        let lang = page.lang;
        let head: Vec<Cell> = [
            "scorecards-pages-facility",
            "scorecards-pages-kind",
            "scorecards-pages-place",
            "scorecards-pages-by",
        ]
        .map(|id| Cell::text(lang.text(id)))
        .into();
        label_rows(&head, &mut rows);
        let title = page.t("scorecards-desk-facilities").to_string();
        FacilitiesPage {
            head,
            rows,
            page: super::way(page).titled(&title).crumb(title, ""),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> FacilitiesPage {
        let rows = vec![row(lang, &one::sample_facility(), "Kecamatan <Ngasem>")];
        FacilitiesPage::new(Shell::sample(lang), rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_that_will_not_do_is_told_with_its_number() {
        let text = "code;name;kind;organisation;place\n\
            a;A;clinic;dinkes;35.22\n\
            b;B;hospital;dinkes;35.22\n\
            c;;clinic;dinkes;35.22\n";
        let first = read_csv(text).expect_err("refused");
        let problem = all_cells(text, first);
        let lines: Vec<&str> = problem
            .fields()
            .iter()
            .filter_map(|field| field.with.iter().find(|(name, _)| *name == "line"))
            .map(|(_, number)| number.as_str())
            .collect();
        assert_eq!(lines, ["3", "4"]);
    }
}
