//! Taking in lists of the register: all of a list or, with what is wrong by line and column, nothing of it.

use std::collections::HashMap;

use super::{
    KEEPERS, RegisterChanged,
    model::{
        Institution, Register,
        lists::{self, At, Broken, CourseRow, IntakeRow, ListKind, PlacementRow},
    },
    register, store,
};
use crate::{
    accounts::Reaches,
    places::{self, model::Places},
    platform::{
        app::App,
        op::Op,
        problem::{Problem, Result},
    },
};

/// A list that was read and looked through.
enum Checked {
    /// Each with the organisation that its entry is to be of.
    Institutions(Vec<(Institution, Option<String>)>),
    Courses(Vec<CourseRow>),
    Intakes(Vec<IntakeRow>),
    /// Each with the id of its intake.
    Placements(Vec<(String, PlacementRow)>),
}

/// Takes in a list; returns how many rows it had. For producers and stewards, each for the places they work for.
///
/// What is in the register and not in the list stays.
///
/// # Errors
/// `not-allowed`; else all on field `file`, as [`Broken::refusal`] tells it, and nothing is kept.
pub async fn import(app: &App, op: &Op, kind: ListKind, text: &str) -> Result<usize> {
    op.require(&KEEPERS)?;
    let (register, places) = (register(app).await?, places::all(app).await?);
    let reaches = Reaches::of(app, op).await?;
    let scope = Scope {
        register: &register,
        places: &places,
        reaches: &reaches,
        op,
    };
    let checked = match kind {
        ListKind::Institutions => scope.institutions(lists::institutions(text)?),
        ListKind::Courses => scope.courses(lists::courses(text)?),
        ListKind::Intakes => scope.intakes(lists::intakes(text)?),
        ListKind::Placements => scope.placements(lists::placements(text)?),
    }?;
    let mut tx = app.db.begin().await?;
    let n_rows = match &checked {
        Checked::Institutions(rows) => {
            for (institution, organisation) in rows {
                store::put_institution(&mut tx, institution, organisation.as_deref(), op.at).await?;
            }
            rows.len()
        }
        Checked::Courses(rows) => {
            for row in rows {
                store::put_course(&mut tx, row, op.at).await?;
            }
            rows.len()
        }
        Checked::Intakes(rows) => {
            for row in rows {
                store::put_intake(&mut tx, row, op.at).await?;
            }
            rows.len()
        }
        Checked::Placements(rows) => {
            for (intake, row) in rows {
                store::put_placement(&mut tx, intake, &row.placement, op.at).await?;
            }
            rows.len()
        }
    };
    tx.touch(store::KEPT).await?;
    let event = RegisterChanged {
        list: kind.as_str(),
        n_rows,
    };
    tx.emit(op, &event).await?;
    tx.commit().await?;
    Ok(n_rows)
}

/// What the rows of a list are held against.
struct Scope<'a> {
    register: &'a Register,
    places: &'a Places,
    reaches: &'a Reaches<'a>,
    op: &'a Op,
}

impl Scope<'_> {
    fn institutions(&self, rows: Vec<At<Institution>>) -> Result<Checked> {
        let (mut good, mut broken) = (Vec::new(), Broken::default());
        for At { line, row } in rows {
            if self.places.find(&row.place).is_none() {
                broken.note("skills-cell-place", line, "place", &row.place);
                continue;
            }
            let organisation = match self.register.find(&row.code) {
                Some(known) if self.keeps(known) => self
                    .covers(known.organisation.as_deref(), &row.place)
                    .then(|| known.organisation.clone()),
                Some(_) => None,
                None => self.acting_for(&row.place),
            };
            match organisation {
                Some(organisation) => good.push((row, organisation)),
                None => broken.note("skills-cell-not-yours", line, "code", &row.code),
            }
        }
        settled(broken, Checked::Institutions(good))
    }

    fn courses(&self, rows: Vec<At<CourseRow>>) -> Result<Checked> {
        let (mut good, mut broken) = (Vec::new(), Broken::default());
        for At { line, row } in rows {
            if self.own(&mut broken, line, &row.institution).is_some() {
                good.push(row);
            }
        }
        settled(broken, Checked::Courses(good))
    }

    fn intakes(&self, rows: Vec<At<IntakeRow>>) -> Result<Checked> {
        let (mut good, mut broken) = (Vec::new(), Broken::default());
        for At { line, row } in rows {
            let Some(institution) = self.own(&mut broken, line, &row.institution) else {
                continue;
            };
            match institution.find(&row.course) {
                Some(_) => good.push(row),
                None => broken.note("skills-cell-course", line, "course", &row.course),
            }
        }
        settled(broken, Checked::Intakes(good))
    }

    fn placements(&self, rows: Vec<At<PlacementRow>>) -> Result<Checked> {
        let intakes: HashMap<(&str, &str, String), &str> = self
            .register
            .offers()
            .map(|offer| {
                let starts_on = offer.intake.starts_on.to_string();
                let of = (
                    offer.institution.code.as_str(),
                    offer.course.code.as_str(),
                    starts_on,
                );
                (of, offer.intake.id.as_str())
            })
            .collect();
        let (mut good, mut broken) = (Vec::new(), Broken::default());
        for At { line, row } in rows {
            if self.own(&mut broken, line, &row.institution).is_none() {
                continue;
            }
            let starts_on = row.starts_on.to_string();
            let of = (row.institution.as_str(), row.course.as_str(), starts_on.clone());
            let intake = intakes.get(&of).map(|id| (*id).to_owned());
            match intake {
                Some(intake) => good.push((intake, row)),
                None => broken.note("skills-cell-intake", line, "starts_on", &starts_on),
            }
        }
        settled(broken, Checked::Placements(good))
    }

    /// The institution that a row names, where the caller keeps it; else the row's cell is noted.
    fn own(&self, broken: &mut Broken, line: u64, code: &str) -> Option<&Institution> {
        let Some(institution) = self.register.find(code) else {
            broken.note("skills-cell-institution", line, "institution", code);
            return None;
        };
        if !self.keeps(institution) {
            broken.note("skills-cell-not-yours", line, "institution", code);
            return None;
        }
        Some(institution)
    }

    fn keeps(&self, institution: &Institution) -> bool {
        self.covers(institution.organisation.as_deref(), &institution.place)
    }

    fn covers(&self, organisation: Option<&str>, place: &str) -> bool {
        self.reaches.covers(&KEEPERS, organisation, Some(place))
    }

    /// The organisation that the caller enters something of a place for: none where they may for any, else the first of their own.
    fn acting_for(&self, place: &str) -> Option<Option<String>> {
        let grants = self.op.person().map_or(&[][..], |person| &person.grants);
        let own = grants.iter().filter_map(|grant| grant.org.clone()).map(Some);
        [None]
            .into_iter()
            .chain(own)
            .find(|organisation| self.covers(organisation.as_deref(), place))
    }
}

fn settled(broken: Broken, checked: Checked) -> Result<Checked, Problem> {
    match broken.is_empty() {
        true => Ok(checked),
        false => Err(broken.refusal()),
    }
}
