//! Taking in lists of the register: all of a list or, with what is wrong by line and column, nothing of it.

use std::collections::HashMap;

use super::{
    KEEPERS, RegisterChanged,
    model::{
        Course, Institution, Intake, Register,
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
/// What is in the register and not in the list stays, and so does what the list has no column for.
///
/// # Errors
/// `not-allowed`; else all on field `file`, as [`Broken::refusal`] tells it, and nothing is kept.
pub async fn import(app: &App, op: &Op, kind: ListKind, text: &str) -> Result<usize> {
    op.require(&KEEPERS)?;
    let (register, places) = (register(app).await?, places::all(app).await?);
    let reaches = Reaches::of(app, op).await?;
    let absent = lists::absent(text, kind)?;
    let scope = Scope {
        register: &register,
        places: &places,
        reaches: &reaches,
        absent: &absent,
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
    /// Columns that the list has not.
    absent: &'a [&'static str],
    op: &'a Op,
}

impl Scope<'_> {
    fn institutions(&self, rows: Vec<At<Institution>>) -> Result<Checked> {
        let (mut good, mut broken) = (Vec::new(), Broken::default());
        for At { line, mut row } in rows {
            if self.places.find(&row.place).is_none() {
                broken.note("skills-cell-place", line, "place", &row.place);
                continue;
            }
            let known = self.register.find(&row.code);
            if let Some(known) = known {
                self.keep_institution(&mut row, known);
            }
            let organisation = match known {
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
        for At { line, mut row } in rows {
            let Some(institution) = self.own(&mut broken, line, &row.institution) else {
                continue;
            };
            if let Some(known) = institution.find(&row.course.code) {
                self.keep_course(&mut row.course, known);
            }
            good.push(row);
        }
        settled(broken, Checked::Courses(good))
    }

    fn intakes(&self, rows: Vec<At<IntakeRow>>) -> Result<Checked> {
        let (mut good, mut broken) = (Vec::new(), Broken::default());
        for At { line, mut row } in rows {
            let Some(institution) = self.own(&mut broken, line, &row.institution) else {
                continue;
            };
            let Some(course) = institution.find(&row.course) else {
                broken.note("skills-cell-course", line, "course", &row.course);
                continue;
            };
            let starts_on = row.intake.starts_on;
            if let Some(known) = course.intakes.iter().find(|known| known.starts_on == starts_on) {
                self.keep_intake(&mut row.intake, known);
            }
            for (column, n) in [
                ("seats_women", row.intake.seats_women),
                ("taken", row.intake.n_taken),
            ] {
                if n > row.intake.seats {
                    broken.note("skills-cell-more", line, column, &n.to_string());
                }
            }
            good.push(row);
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

    fn keep_institution(&self, row: &mut Institution, known: &Institution) {
        self.keep("licence", &mut row.licence, &known.licence);
        self.keep("contact", &mut row.contact, &known.contact);
        self.keep("valid_from", &mut row.valid_from, &known.valid_from);
        self.keep("valid_to", &mut row.valid_to, &known.valid_to);
    }

    fn keep_course(&self, row: &mut Course, known: &Course) {
        self.keep("isced", &mut row.isced, &known.isced);
        self.keep("level", &mut row.level, &known.level);
        self.keep("hours", &mut row.hours, &known.hours);
        self.keep("cost", &mut row.cost, &known.cost);
        self.keep("language", &mut row.language, &known.language);
        self.keep("min_age", &mut row.min_age, &known.min_age);
        self.keep("max_age", &mut row.max_age, &known.max_age);
        self.keep("schooling", &mut row.schooling, &known.schooling);
    }

    fn keep_intake(&self, row: &mut Intake, known: &Intake) {
        self.keep("seats_women", &mut row.seats_women, &known.seats_women);
        self.keep("taken", &mut row.n_taken, &known.n_taken);
    }

    /// Leaves as it is known what the list has no column for.
    fn keep<T: Clone>(&self, column: &'static str, row: &mut T, known: &T) {
        if self.absent.contains(&column) {
            row.clone_from(known);
        }
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
