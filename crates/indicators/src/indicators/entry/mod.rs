//! Numbers that are entered by hand, where no table exists: report cards of offices without computers.
//!
//! A definition says which organisation owes which numbers, for which places and how often. Each of its offices has a sheet for every
//! period; whoever fills it hands it in, and somebody else signs it. Only what is signed counts. From then on it takes the way of
//! everything that is counted: it is added up to the places above, what is too small is withheld, and it goes through the one door
//! through which numbers become public. A correction is another edition of the sheet; the one before stands until it is signed.
//!
//! A sheet goes down and comes up again as a file of the same columns.
//!
//! Deliberately absent: entering without a network, files of many sheets, papers as evidence.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use jiff::civil::Date;
use serde::Serialize;

use super::{
    Compute, Computed, Indicator, NewNumbers,
    compute::{fail, work_out},
    find, list,
    model::{
        definition::{Definition, entered::Entered},
        observation::{Observation, Standing},
    },
    publish,
    store::{
        self,
        entry::{SheetRow, StepRow},
    },
};
use crate::{
    accounts::{self, Reaches},
    places::{self, model::Place},
    platform::{
        app::App,
        calendar::{Calendar, Span},
        db::Tx,
        events::Event,
        id, office,
        op::{Op, Role},
        problem::{Problem, Result},
        time::Time,
    },
};
use model::{Doubts, SignedValue, State, Value, doubts, groups, offices, read, read_note, rows, waiting};

pub mod desk;
mod file;
pub mod model;
pub mod public;
pub mod told;

/// Who fills sheets, of their own organisation and places.
pub const ENTERING: [Role; 3] = [Role::Officer, Role::Producer, Role::Steward];
/// Who signs what others filled.
pub const SIGNING: [Role; 1] = [Role::Leader];
/// Who sees sheets before they are signed.
pub const READERS: [Role; 5] = [
    Role::Officer,
    Role::Producer,
    Role::Steward,
    Role::Leader,
    Role::Auditor,
];

/// A sheet was saved, handed in, sent back or signed.
#[derive(Serialize)]
pub struct SheetMoved {
    pub indicator: String,
    pub place: String,
    pub period: String,
    pub edition: i64,
    pub to: State,
}

impl Event for SheetMoved {
    const NAME: &'static str = "indicators.sheet-moved";
    fn subject(&self) -> String {
        format!("indicator/{}", self.indicator)
    }
}

impl SheetMoved {
    /// The indicator is computed again when more of its numbers count.
    #[must_use]
    pub fn compute(&self) -> Option<Compute> {
        (self.to == State::Signed).then(|| Compute {
            indicator: self.indicator.clone(),
        })
    }
}

/// Which sheet somebody asks for, by codes.
#[derive(Debug, Clone)]
pub struct Asked {
    pub indicator: String,
    pub place: String,
    pub period: String,
}

/// A sheet in a list: of an office, for a period, saved or not.
pub struct Owed {
    pub definition: Arc<Definition>,
    pub office: Named,
    pub period: String,
    pub due_on: Date,
    /// `None` before somebody saved it.
    pub state: Option<State>,
}

/// A place by code and name.
#[derive(Debug, Clone)]
pub struct Named {
    pub code: String,
    pub name: String,
}

/// A sheet with all that is known of it.
pub struct Sheet {
    pub definition: Arc<Definition>,
    pub office: Named,
    pub period: String,
    pub due_on: Date,
    /// The places that each have a row.
    pub rows: Vec<Named>,
    /// `None` before somebody saved it.
    pub kept: Option<SheetRow>,
    /// Of the edition under work.
    pub values: Vec<Value>,
    /// Of the edition whose numbers count.
    pub signed: Vec<Value>,
    /// The latest first.
    pub steps: Vec<StepRow>,
    pub may_enter: bool,
    pub may_sign: bool,
}

impl Sheet {
    /// Where the edition under work stands; `None` before somebody saved it.
    #[must_use]
    pub fn state(&self) -> Option<State> {
        self.kept.as_ref().map(|kept| State::parse(&kept.state))
    }

    /// Grows with every step; 0 before somebody saved it.
    #[must_use]
    pub fn revision(&self) -> i64 {
        self.kept.as_ref().map_or(0, |kept| kept.revision)
    }

    fn places(&self) -> Vec<&str> {
        self.rows.iter().map(|place| place.code.as_str()).collect()
    }
}

/// What somebody typed on a sheet.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// The revision of the sheet that they looked at.
    pub revision: i64,
    /// The version of the definition that they looked at.
    pub version: String,
    pub note: String,
    /// What stands in each field.
    pub fields: HashMap<String, String>,
}

/// Where a public number of an indicator that is entered by hand comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The name of the organisation, or its code where it is not known.
    pub organisation: String,
    /// When the last of its sheets was signed.
    pub signed_at: Time,
    pub n_signed: usize,
    pub n_owed: usize,
    /// How many of them were corrected after they had been signed.
    pub n_corrected: usize,
}

/// Lists the sheets that the caller may see, the latest period first.
///
/// # Errors
/// `not-allowed` for whoever has nothing to do with such sheets.
pub async fn owed(app: &App, op: &Op) -> Result<Vec<Owed>> {
    op.require(&READERS)?;
    let (places, calendar) = (places::all(app).await?, office::calendar(app).await?);
    let reaches = Reaches::of(app, op).await?;
    let today = calendar.day(op.at);
    let mut owed = Vec::new();
    for indicator in list(app).await? {
        let Some(entered) = indicator.definition.entered() else {
            continue;
        };
        let seen: Vec<Place<'_>> = offices(entered, &places)
            .into_iter()
            .filter(|office| reaches.covers(&READERS, Some(&entered.organisation), Some(office.code())))
            .collect();
        if seen.is_empty() {
            continue;
        }
        let kept: HashMap<(String, String), State> = store::entry::list(&app.db, &indicator.definition.code)
            .await?
            .into_iter()
            .map(|sheet| {
                let state = State::parse(&sheet.state);
                ((sheet.place, sheet.period), state)
            })
            .collect();
        for number in entered.periods(today) {
            let period = entered.every.name(number);
            let due_on = due_on(&calendar, entered, number);
            owed.extend(seen.iter().map(|office| Owed {
                definition: indicator.definition.clone(),
                office: named(op, *office),
                period: period.clone(),
                due_on,
                state: kept.get(&(office.code().to_owned(), period.clone())).copied(),
            }));
        }
    }
    owed.sort_by(|a, b| {
        (b.due_on, &a.definition.code, &a.office.code).cmp(&(a.due_on, &b.definition.code, &b.office.code))
    });
    Ok(owed)
}

/// Opens a sheet.
///
/// # Errors
/// `indicators-entry-unknown` when no such sheet is owed; `not-allowed` for whoever may not see it.
pub async fn open(app: &App, op: &Op, asked: &Asked) -> Result<Sheet> {
    op.require(&READERS)?;
    let unknown = || Problem::not_found("indicators-entry-unknown");
    let definition = find(app, &asked.indicator).await?.definition;
    let entered = definition.entered().ok_or_else(unknown)?;
    let (places, calendar) = (places::all(app).await?, office::calendar(app).await?);
    let number = entered
        .owed(&asked.period, calendar.day(op.at))
        .ok_or_else(unknown)?;
    let office = offices(entered, &places)
        .into_iter()
        .find(|office| office.code() == asked.place)
        .ok_or_else(unknown)?;
    let reaches = Reaches::of(app, op).await?;
    let may = |roles: &[Role]| reaches.covers(roles, Some(&entered.organisation), Some(office.code()));
    if !may(&READERS) {
        return Err(Problem::forbidden("not-allowed"));
    }
    let kept = store::entry::find(&app.db, &definition.code, office.code(), &asked.period).await?;
    let (mut values, mut signed, mut steps) = (Vec::new(), Vec::new(), Vec::new());
    if let Some(kept) = &kept {
        values = store::entry::list_values(&app.db, &kept.id, kept.edition).await?;
        if let Some(edition) = kept.signed_edition {
            signed = store::entry::list_values(&app.db, &kept.id, edition).await?;
        }
        steps = store::entry::list_steps(&app.db, &kept.id).await?;
    }
    Ok(Sheet {
        office: named(op, office),
        period: asked.period.clone(),
        due_on: due_on(&calendar, entered, number),
        rows: rows(entered, office)
            .into_iter()
            .map(|place| named(op, place))
            .collect(),
        kept,
        values,
        signed,
        steps,
        may_enter: may(&ENTERING),
        may_sign: may(&SIGNING),
        definition: definition.clone(),
    })
}

/// Keeps what was typed as a draft. Of a sheet that was signed it begins another edition.
///
/// # Errors
/// `not-allowed` for whoever does not fill it; `indicators-entry-changed-meanwhile` when it is not as they saw it; on a field what is
/// wrong with the number in it.
pub async fn save(app: &App, op: &Op, sheet: &Sheet, typed: &Typed) -> Result<()> {
    enter(app, op, sheet, typed, State::Draft).await
}

/// Keeps what was typed, for somebody else to sign.
///
/// # Errors
/// As [`save`]; on field `note` `indicators-entry-blank` where a place was left blank and `indicators-entry-jump` where a value moved
/// far more than it used to, and nobody says why.
pub async fn hand_in(app: &App, op: &Op, sheet: &Sheet, typed: &Typed) -> Result<()> {
    enter(app, op, sheet, typed, State::HandedIn).await
}

/// Signs a sheet as it was handed in: its numbers count from now on.
///
/// # Errors
/// `not-allowed` for whoever does not sign; `indicators-entry-own` for whoever entered some of it; `indicators-entry-not-handed-in`;
/// `indicators-entry-changed-meanwhile` when it is not as they saw it.
pub async fn sign(app: &App, op: &Op, sheet: &Sheet, revision: i64) -> Result<()> {
    let kept = handed_in(sheet, revision)?;
    let signed = SheetRow {
        state: State::Signed.as_str().to_owned(),
        signed_edition: Some(kept.edition),
        signed_at: Some(op.at.0),
        revision: kept.revision + 1,
        ..kept.clone()
    };
    let mut tx = app.db.begin().await?;
    if store::entry::has_entered(&mut tx, &kept.id, kept.edition, &who(op)).await? {
        return Err(Problem::forbidden("indicators-entry-own"));
    }
    move_on(&mut tx, op, sheet, &signed, "").await?;
    tx.commit().await
}

/// Sends a sheet back to whoever filled it, saying what is to be changed.
///
/// # Errors
/// `not-allowed` for whoever does not sign; `why-missing` on field `why`; `indicators-entry-not-handed-in`;
/// `indicators-entry-changed-meanwhile` when it is not as they saw it.
pub async fn send_back(app: &App, op: &Op, sheet: &Sheet, revision: i64, why: &str) -> Result<()> {
    let kept = handed_in(sheet, revision)?;
    let because = op.because(why)?;
    let why = because.why.as_deref().unwrap_or_default();
    let returned = SheetRow {
        state: State::Returned.as_str().to_owned(),
        revision: kept.revision + 1,
        ..kept.clone()
    };
    let mut tx = app.db.begin().await?;
    move_on(&mut tx, &because, sheet, &returned, why).await?;
    tx.commit().await
}

/// Tells where the numbers of a place and period come from; `None` where none was entered by hand.
///
/// # Errors
/// When the database fails.
pub async fn origin(app: &App, definition: &Definition, place: &str, period: &str) -> Result<Option<Origin>> {
    let Some(entered) = definition.entered() else {
        return Ok(None);
    };
    let places = places::all(app).await?;
    let Some(place) = places.find(place) else {
        return Ok(None);
    };
    let concerned: Vec<&str> = offices(entered, &places)
        .into_iter()
        .filter(|office| office.contains(place) || place.contains(*office))
        .map(Place::code)
        .collect();
    let sheets: Vec<SheetRow> = store::entry::list(&app.db, &definition.code)
        .await?
        .into_iter()
        .filter(|sheet| sheet.period == period && concerned.contains(&sheet.place.as_str()))
        .filter(|sheet| sheet.signed_edition.is_some())
        .collect();
    let Some(signed_at) = sheets.iter().filter_map(|sheet| sheet.signed_at).max() else {
        return Ok(None);
    };
    let organisation = accounts::list_organisations(app)
        .await?
        .into_iter()
        .find(|known| known.code == entered.organisation)
        .map_or_else(|| entered.organisation.clone(), |known| known.name);
    Ok(Some(Origin {
        organisation,
        signed_at: Time(signed_at),
        n_signed: sheets.len(),
        n_owed: concerned.len(),
        n_corrected: sheets
            .iter()
            .filter(|sheet| sheet.signed_edition.is_some_and(|edition| edition > 1))
            .count(),
    }))
}

/// Computes an indicator from all that was signed, and makes its numbers public. A place whose parts have not all been told of is
/// provisional.
///
/// # Errors
/// When the database fails.
pub async fn compute(
    app: &App,
    op: &Op,
    indicator: &Indicator,
    entered: &Entered,
) -> anyhow::Result<Computed> {
    let definition = &indicator.definition;
    let sheets = store::entry::list_signed_editions(&app.db, &definition.code).await?;
    let signed = signed_on(app, &definition.code, &sheets).await?;
    if signed.is_empty() && indicator.run.is_none() {
        return Ok(Computed::Done {
            n_observations: 0,
            n_changed: 0,
        });
    }
    let (mut tally, published) =
        match work_out(app, indicator, groups(definition, &signed), Vec::new()).await? {
            Ok(worked_out) => worked_out,
            Err(error) => return fail(app, &definition.code, error.to_string()).await,
        };
    mark_waiting(app, entered, &signed, &mut tally.observations).await?;
    tally.facts.sheets = sheets;
    let n_observations = tally.observations.len();
    let new = NewNumbers {
        observations: tally.observations,
        tables: BTreeMap::new(),
        facts: tally.facts,
        published,
        seen: BTreeMap::new(),
    };
    let n_changed = publish(app, op, indicator, new).await?;
    Ok(Computed::Done {
        n_observations,
        n_changed,
    })
}

/// What stood on some editions of an indicator's sheets: place and period of each, and the edition.
///
/// # Errors
/// When the database fails.
pub(super) async fn signed_on(
    app: &App,
    code: &str,
    editions: &[(String, String, i64)],
) -> Result<Vec<SignedValue>> {
    let editions: HashSet<&(String, String, i64)> = editions.iter().collect();
    let all = store::entry::list_all(&app.db, code).await?;
    Ok(all
        .into_iter()
        .filter(|(edition, _)| editions.contains(edition))
        .map(|(_, value)| value)
        .collect())
}

/// Says of places whose parts have not all been told of that their numbers are provisional.
///
/// # Errors
/// When the database fails.
pub(super) async fn mark_waiting(
    app: &App,
    entered: &Entered,
    signed: &[SignedValue],
    observations: &mut [Observation],
) -> Result<()> {
    let places = places::all(app).await?;
    let waiting = waiting(entered, &places, signed);
    for observation in observations {
        let of = (observation.period.clone(), observation.place.clone());
        // What is held still says what was told before the last places told theirs.
        if waiting.contains(&of) || observation.as_of.is_some() {
            observation.standing = observation.standing.max(Standing::Provisional);
        }
    }
    Ok(())
}

async fn enter(app: &App, op: &Op, sheet: &Sheet, typed: &Typed, to: State) -> Result<()> {
    if !sheet.may_enter {
        return Err(Problem::forbidden("not-allowed"));
    }
    if typed.revision != sheet.revision() || typed.version != sheet.definition.version {
        return Err(Problem::conflict("indicators-entry-changed-meanwhile"));
    }
    let mut wrong = Problem::invalid("fields");
    let values = wrong.take(read(&sheet.definition, &sheet.places(), &typed.fields))?;
    let note = wrong.take(read_note(&typed.note))?;
    let (Some(values), Some(note)) = (values, note) else {
        return Err(wrong);
    };
    if to == State::HandedIn && note.is_empty() {
        let signed = store::entry::list_signed(&app.db, &sheet.definition.code).await?;
        explained(sheet, &values, &signed)?;
    }
    let next = match &sheet.kept {
        None => SheetRow {
            id: id::fresh(op.at),
            place: sheet.office.code.clone(),
            period: sheet.period.clone(),
            state: to.as_str().to_owned(),
            edition: 1,
            signed_edition: None,
            signed_at: None,
            note,
            revision: 1,
        },
        Some(kept) => SheetRow {
            state: to.as_str().to_owned(),
            edition: match State::parse(&kept.state) {
                State::Signed => kept.edition + 1,
                State::Draft | State::HandedIn | State::Returned => kept.edition,
            },
            note,
            revision: kept.revision + 1,
            ..kept.clone()
        },
    };
    let mut tx = app.db.begin().await?;
    move_on(&mut tx, op, sheet, &next, &next.note).await?;
    store::entry::put_values(&mut tx, &next.id, next.edition, &values).await?;
    tx.commit().await
}

/// Passes only a sheet about which nothing has to be explained.
fn explained(sheet: &Sheet, values: &[Value], signed: &[SignedValue]) -> Result<()> {
    let Doubts { blank, jumped } = doubts(&sheet.places(), values, signed, &sheet.period);
    let names = |codes: &[String]| {
        let name = |code: &String| sheet.rows.iter().find(|place| place.code == *code);
        let names: Vec<&str> = codes
            .iter()
            .filter_map(name)
            .map(|place| place.name.as_str())
            .collect();
        names.join(", ")
    };
    let mut problem = Problem::invalid("fields");
    for (code, places) in [
        ("indicators-entry-blank", &blank),
        ("indicators-entry-jump", &jumped),
    ] {
        if !places.is_empty() {
            problem = problem.field_with("note", code, vec![("places", names(places))]);
        }
    }
    if problem.fields().is_empty() {
        Ok(())
    } else {
        Err(problem)
    }
}

/// The sheet as it was handed in, for somebody who signs.
fn handed_in(sheet: &Sheet, revision: i64) -> Result<&SheetRow> {
    if !sheet.may_sign {
        return Err(Problem::forbidden("not-allowed"));
    }
    match (&sheet.kept, sheet.state()) {
        (Some(kept), _) if kept.revision != revision => {
            Err(Problem::conflict("indicators-entry-changed-meanwhile"))
        }
        (Some(kept), Some(State::HandedIn)) => Ok(kept),
        _ => Err(Problem::conflict("indicators-entry-not-handed-in")),
    }
}

/// Writes a sheet's next state, with the step that led to it.
async fn move_on(tx: &mut Tx, op: &Op, sheet: &Sheet, next: &SheetRow, note: &str) -> Result<()> {
    let indicator = &sheet.definition.code;
    let is_done = match &sheet.kept {
        None => store::entry::insert(tx, indicator, next).await?,
        Some(kept) => store::entry::change(tx, next, kept.revision).await?,
    };
    if !is_done {
        return Err(Problem::conflict("indicators-entry-changed-meanwhile"));
    }
    let step = StepRow {
        edition: next.edition,
        at: op.at.0,
        who: who(op),
        state: next.state.clone(),
        note: note.to_owned(),
    };
    store::entry::insert_step(tx, &id::fresh(op.at), &next.id, &step).await?;
    let event = SheetMoved {
        indicator: indicator.clone(),
        place: next.place.clone(),
        period: next.period.clone(),
        edition: next.edition,
        to: State::parse(&next.state),
    };
    tx.emit(op, &event).await
}

/// The id of whoever acts.
fn who(op: &Op) -> String {
    op.person()
        .map_or_else(|| "system".to_owned(), |person| person.id.clone())
}

/// The day on which sheets of a period are due: so many working days after it ended.
fn due_on(calendar: &Calendar, entered: &Entered, number: i32) -> Date {
    let last = entered.every.last_day(number).unwrap_or(Date::MAX);
    let ends = calendar.add(calendar.start_of(last), Span::EndOfWorkingDay(entered.due_days));
    calendar.day(Time(ends.0 - 1))
}

fn named(op: &Op, place: Place<'_>) -> Named {
    Named {
        code: place.code().to_owned(),
        name: place.name_in(op.lang.code()).to_owned(),
    }
}
