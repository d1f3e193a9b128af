//! What a passport tells of the sheets that a number was added up from: to everybody when they were handed in and signed, to those who
//! see sheets also by whom, and what was noted.

use serde_json::{Value, json};

use super::{Named, READERS, State, model::offices};
use crate::{
    accounts::Reaches,
    indicators::{model::definition::Definition, store, store::entry::NamedStep, tracker::pages::Table},
    places::{self, model::Place},
    platform::{
        app::App,
        html::{Markup, parts::Cell},
        i18n::{Lang, numbers::NO_VALUE},
        op::Op,
        problem::Result,
        time::Time,
    },
};

/// A sheet that counts in a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The place whose office filled it in.
    pub office: String,
    pub office_code: String,
    pub edition: i64,
    pub handed_in_at: Option<Time>,
    pub signed_at: Option<Time>,
    /// `None` for those who do not see sheets.
    pub inside: Option<Inside>,
}

/// What only those are told who see sheets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inside {
    pub entered_by: String,
    pub signed_by: String,
    pub note: String,
    pub href: String,
}

/// Lists the sheets of a period that count in the number of a place; `editions` say place, period and edition of all that were counted.
///
/// # Errors
/// When the database fails.
pub async fn sheets(
    app: &App,
    op: &Op,
    definition: &Definition,
    (place, period): (&str, &str),
    editions: &[(String, String, i64)],
) -> Result<Vec<Told>> {
    let Some(entered) = definition.entered() else {
        return Ok(Vec::new());
    };
    let places = places::all(app).await?;
    let Some(place) = places.find(place) else {
        return Ok(Vec::new());
    };
    let steps = store::entry::list_named_steps(&app.db, &definition.code, period).await?;
    let reaches = Reaches::of(app, op).await?;
    let may_see = |office: &str| {
        op.has(&READERS) && reaches.covers(&READERS, Some(&entered.organisation), Some(office))
    };
    let told = |office: Place<'_>| {
        let (_, _, edition) = editions
            .iter()
            .find(|(of, when, _)| of == office.code() && when == period)?;
        let office = Named {
            code: office.code().to_owned(),
            name: office.name_in(op.lang.code()).to_owned(),
        };
        let mut told = told_of(&steps, office, *edition);
        if !may_see(&told.office_code) {
            told.inside = None;
        } else if let Some(inside) = &mut told.inside {
            inside.href = format!("/desk/figures/{}/{}/{period}", definition.code, told.office_code);
        }
        Some(told)
    };
    Ok(offices(entered, &places)
        .into_iter()
        .filter(|office| office.contains(place) || place.contains(*office))
        .filter_map(told)
        .collect())
}

/// The sheets as a table; without rows where there are none.
#[must_use]
pub fn table(lang: Lang, sheets: &[Told], when: &dyn Fn(Time) -> String) -> Table {
    let is_inside = sheets.iter().any(|sheet| sheet.inside.is_some());
    let mut names = vec!["office", "edition", "handed-in", "signed"];
    if is_inside {
        names.extend(["entered-by", "signed-by", "note"]);
    }
    let head = names
        .into_iter()
        .map(|name| Cell::text(lang.text(format!("indicators-passport-sheet-{name}"))))
        .collect();
    Table {
        caption: lang.text("indicators-passport-sheets").to_string(),
        head,
        rows: sheets
            .iter()
            .map(|sheet| row(lang, sheet, is_inside, when))
            .collect(),
    }
}

/// A sheet as programs read it.
#[must_use]
pub fn json(sheet: &Told) -> Value {
    let inside = sheet.inside.as_ref().map(|inside| {
        json!({
            "entered_by": inside.entered_by,
            "signed_by": inside.signed_by,
            "note": inside.note,
            "href": inside.href,
        })
    });
    json!({
        "office": sheet.office_code,
        "edition": sheet.edition,
        "handed_in_at": sheet.handed_in_at.map(|at| at.to_string()),
        "signed_at": sheet.signed_at.map(|at| at.to_string()),
        "inside": inside,
    })
}

fn told_of(steps: &[NamedStep], office: Named, edition: i64) -> Told {
    let last = |state: State| {
        steps.iter().rfind(|step| {
            step.place == office.code && step.edition == edition && step.state == state.as_str()
        })
    };
    let (handed_in, signed) = (last(State::HandedIn), last(State::Signed));
    let name = |step: Option<&NamedStep>| step.and_then(|step| step.name.clone()).unwrap_or_default();
    Told {
        edition,
        handed_in_at: handed_in.map(|step| Time(step.at)),
        signed_at: signed.map(|step| Time(step.at)),
        inside: Some(Inside {
            entered_by: name(handed_in),
            signed_by: name(signed),
            note: handed_in.map(|step| step.note.clone()).unwrap_or_default(),
            href: String::new(),
        }),
        office: office.name,
        office_code: office.code,
    }
}

fn row(lang: Lang, sheet: &Told, is_inside: bool, when: &dyn Fn(Time) -> String) -> Vec<Cell> {
    let at = |at: Option<Time>| Cell::text(at.map_or_else(|| NO_VALUE.to_owned(), when));
    let office = match &sheet.inside {
        Some(inside) => Cell::html(Markup(format!(
            "<a class=\"govuk-link\" href=\"{}\">{}</a>",
            Markup::escape(&inside.href),
            Markup::escape(&sheet.office)
        ))),
        None => Cell::text(&sheet.office),
    };
    let mut row = vec![
        office,
        Cell::text(lang.number(sheet.edition)),
        at(sheet.handed_in_at),
        at(sheet.signed_at),
    ];
    if is_inside {
        let inside = sheet.inside.as_ref();
        row.extend([
            Cell::text(inside.map_or("", |inside| inside.entered_by.as_str())),
            Cell::text(inside.map_or("", |inside| inside.signed_by.as_str())),
            Cell::text(inside.map_or("", |inside| inside.note.as_str())),
        ]);
    }
    row
}
