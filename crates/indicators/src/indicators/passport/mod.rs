//! The passport of one number: what it says of whom, how it was made and from which versions, who signed it, what it said before.
//!
//! Every number has one, live or released, a person's and a program's face of the same. The page is served by `site`, which knows the
//! way from a table of the lake to its dataset.

use std::sync::Arc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{
    Indicator, entry, files, find,
    formulas::{self, Part},
    list,
    model::{
        definition::{Aim, Definition},
        observation::{Key, Observation},
        tally::codes_in_words,
    },
    notes::{self, model::Note, notes_of},
    outside::{self, cited::Cited},
    releases::{
        self,
        model::{NOW, Recount, Release},
        numbers,
    },
    store,
    view::Named,
};
use crate::{
    places,
    platform::{
        app::App,
        html::{Markup, parts::Cell},
        i18n::Lang,
        op::Op,
        problem::{Problem, Result},
    },
};

pub mod pages;
pub mod sample;

/// What may stand in a part of an address as it is.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b',')
    .remove(b'~');

/// The number that somebody asks about, as it stands in its address.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Name of a release, or `now`.
    pub release: String,
    /// Code of the indicator.
    pub code: String,
    pub place: String,
    pub period: String,
    /// Names of dimensions, `sex,age`; empty for everybody together.
    pub by: String,
    /// Codes of those dimensions, in the same order.
    pub codes: String,
}

/// Everything that belongs to one number.
#[derive(Debug, Clone)]
pub struct Passport {
    /// The indicator as it was when the number was made.
    pub indicator: Indicator,
    /// `None` for what is public now.
    pub release: Option<Release>,
    pub number: Observation,
    pub place: Named,
    /// Whom it is of, in words; empty for everybody together.
    pub group: String,
    /// What the place is to reach last.
    pub aim: Option<Aim>,
    /// What a formula's number was made of.
    pub parts: Vec<Part>,
    /// The sheets that a number entered by hand was added up from, see [`trace`].
    pub sheets: Vec<entry::told::Told>,
    /// Where a number of others stood, see [`trace`].
    pub cited: Option<Cited>,
    /// What every release says of it, the earliest first.
    pub vintages: Vec<(Release, Observation)>,
    /// What other sources of the same indicator say of the place and period.
    pub elsewhere: Vec<(Arc<Definition>, Observation)>,
    /// How its release came out when it was last counted again.
    pub recount: Option<Recount>,
    /// What was written about it, in whatever release, the latest first.
    pub notes: Vec<Note>,
}

impl Passport {
    /// Its own address.
    #[must_use]
    pub fn address(&self) -> String {
        let release = self.release.as_ref().map_or(NOW, |release| release.name.as_str());
        address(release, &self.indicator.definition.code, &self.number)
    }
}

/// The address of a number's passport; `release` is the name of one, or `now`.
#[must_use]
pub fn address(release: &str, code: &str, number: &Observation) -> String {
    let mut parts = vec![release, code, number.place.as_str(), number.period.as_str()];
    if !number.by.is_empty() {
        parts.extend([number.by.as_str(), number.codes.as_str()]);
    }
    encoded(&parts)
}

/// The address of the passport of everybody together in a place, as it stands now.
#[must_use]
pub fn live_address(code: &str, place: &str, period: &str) -> String {
    encoded(&[NOW, code, place, period])
}

/// A cell of a table: a number as it is written, which opens its passport.
#[must_use]
pub fn cell(code: &str, number: &Observation, written: &str) -> Cell {
    let link = Markup(format!(
        "<a class=\"govuk-link\" href=\"{}\">{}</a>",
        Markup::escape(&address(NOW, code, number)),
        Markup::escape(written)
    ));
    Cell {
        content: link.into(),
        ..Cell::number("", number.figures.value.unwrap_or(f64::NAN))
    }
}

/// Gathers everything that belongs to a number.
///
/// # Errors
/// `indicators-unknown`, `indicators-release-unknown`, `indicators-passport-unknown`.
pub async fn open(app: &App, lang: Lang, asked: &Asked) -> Result<Passport> {
    let live = find(app, &asked.code).await?;
    let key: Key = (
        asked.place.clone(),
        asked.by.clone(),
        asked.period.clone(),
        asked.codes.clone(),
    );
    let public = releases::list_releases(app, &asked.code).await?;
    let mut told = if public.is_empty() {
        Default::default()
    } else {
        numbers::of_number(&app.lake, &asked.code, &key, numbers::for_anybody())
            .await
            .map_err(Problem::internal)?
    };
    let vintages: Vec<(Release, Observation)> = public
        .into_iter()
        .filter_map(|release| {
            let number = told.remove(release.written_as()?)?;
            Some((release, number))
        })
        .collect();
    let (indicator, release, number) = match asked.release.as_str() {
        NOW => {
            let number = store::passport::find(&app.db, &asked.code, &key).await?;
            (live, None, number.ok_or_else(|| unknown(asked))?)
        }
        name => {
            let release = releases::find_release(app, &asked.code, name).await?;
            let number = vintages.iter().find(|(of, _)| of.id == release.id);
            let number = number.map(|(_, number)| number.clone());
            let number = number.ok_or_else(|| unknown(asked))?;
            (as_released(app, &live, &release).await?, Some(release), number)
        }
    };
    let definition = indicator.definition.clone();
    let all = places::all(app).await?;
    let place = all.find(&number.place);
    let lineage = place.map(places::model::Place::lineage).unwrap_or_default();
    let area = match place {
        Some(_) => None,
        None => outside::areas(app).await?.find(&number.place).cloned(),
    };
    let parts = match release.as_ref().and_then(|release| release.made.as_ref()) {
        Some(made) => formulas::parts_of_release(app, &definition, &number, &made.facts.releases).await?,
        None => formulas::parts_of(app, &definition, asked_of(&number)).await?,
    };
    let elsewhere = if number.by.is_empty() {
        elsewhere(app, &definition, &number).await?
    } else {
        Vec::new()
    };
    let recount = match &release {
        Some(release) => releases::recounts(app, &asked.code).await?.remove(&release.id),
        None => None,
    };
    let not_known = lang.text("indicators-code-unknown").to_string();
    let group = codes_in_words(&definition, &number.by, &number.codes, lang.code(), &not_known).join(", ");
    Ok(Passport {
        place: Named {
            code: number.place.clone(),
            name: match (place, area) {
                (Some(place), _) => place.name_in(lang.code()).to_owned(),
                (None, Some(area)) => area.name,
                (None, None) => number.place.clone(),
            },
        },
        aim: definition.aim(&lineage).cloned(),
        indicator,
        release,
        number,
        group,
        parts,
        sheets: Vec::new(),
        cited: None,
        vintages,
        elsewhere,
        recount,
        notes: notes_of(app, &asked.code, &key).await?,
    })
}

/// Adds what stands behind a number that was not counted here: the sheets it was entered on, as far as the caller may see them; the
/// line of the file that it was published in.
///
/// # Errors
/// When the database fails.
pub async fn trace(app: &App, op: &Op, passport: &mut Passport) -> Result<()> {
    let definition = &passport.indicator.definition;
    let number = &passport.number;
    if let Some(run) = passport
        .indicator
        .run
        .as_ref()
        .filter(|_| definition.entered().is_some())
    {
        let of = (number.place.as_str(), number.period.as_str());
        passport.sheets = entry::told::sheets(app, op, definition, of, &run.facts.sheets).await?;
    }
    if definition.imported().is_some() {
        let live = match &passport.release {
            None => Some(number.clone()),
            Some(_) => store::passport::find(&app.db, &definition.code, &number.key()).await?,
        };
        // The file may have been taken in anew since a release.
        let is_same = live.is_some_and(|live| live.figures.value == number.figures.value);
        passport.cited = outside::cited::of(app, &definition.code, &number.key())
            .await?
            .filter(|_| is_same);
    }
    Ok(())
}

/// The same as JSON.
///
/// # Errors
/// When an observation cannot be written, which is our mistake.
pub fn json(passport: &Passport) -> anyhow::Result<serde_json::Value> {
    let definition = &passport.indicator.definition;
    let vintages: Vec<serde_json::Value> = passport
        .vintages
        .iter()
        .map(|(release, number)| {
            let mut said = releases::pages::release_json(release);
            said["observation"] = observed(number)?;
            said["href"] = format!("{}.json", address(&release.name, &definition.code, number)).into();
            Ok(said)
        })
        .collect::<anyhow::Result<_>>()?;
    let elsewhere: Vec<serde_json::Value> = passport
        .elsewhere
        .iter()
        .map(|(other, number)| {
            Ok(serde_json::json!({
                "code": other.code,
                "title": other.title,
                "scope": other.scope,
                "observation": observed(number)?,
                "href": format!("{}.json", address(NOW, &other.code, number)),
            }))
        })
        .collect::<anyhow::Result<_>>()?;
    Ok(serde_json::json!({
        "address": passport.address(),
        "is_released": passport.release.is_some(),
        "release": passport.release.as_ref().map(releases::pages::release_json),
        "code": definition.code,
        "title": definition.title,
        "indicator": definition.indicator,
        "scope": definition.scope,
        "scope_reason": definition.scope_reason,
        "unit": definition.unit,
        "counted": definition.counted,
        "place": passport.place,
        "group": passport.group,
        "observation": observed(&passport.number)?,
        "quality": definition.judge(&passport.number.figures),
        "definition_href": pages::definition_href(&passport.indicator),
        "how": files::how(&passport.indicator),
        "inputs": passport.parts.iter().map(part_json).collect::<anyhow::Result<Vec<_>>>()?,
        "sheets": passport.sheets.iter().map(entry::told::json).collect::<Vec<_>>(),
        "cited": passport.cited.as_ref().map(outside::cited::json),
        "vintages": vintages,
        "elsewhere": elsewhere,
        "recount": passport.recount.as_ref().map(releases::pages::recount_json),
        "notes": passport.notes.iter().map(notes::pages::as_json).collect::<Vec<_>>(),
    }))
}

/// The address of a passport by its parts: release, code, place, period, and dimensions and codes of a group.
pub(super) fn encoded(parts: &[&str]) -> String {
    let mut path = "/n".to_owned();
    for part in parts {
        path.push('/');
        path.extend(utf8_percent_encode(part, SEGMENT));
    }
    path
}

/// The number as a formula is asked about it.
fn asked_of(number: &Observation) -> formulas::Asked<'_> {
    formulas::Asked {
        place: &number.place,
        period: &number.period,
        by: &number.by,
        codes: &number.codes,
    }
}

/// What a formula read, as programs read it.
fn part_json(part: &Part) -> anyhow::Result<serde_json::Value> {
    let release = part.release.as_deref().unwrap_or(NOW);
    let code = &part.definition.code;
    let read = part.observation.as_ref();
    Ok(serde_json::json!({
        "name": part.input.name,
        "code": code,
        "observation": read.map(observed).transpose()?,
        "href": read.map(|number| format!("{}.json", address(release, code, number))),
    }))
}

/// An observation as the indicator's own files write it.
fn observed(number: &Observation) -> anyhow::Result<serde_json::Value> {
    let mut value = serde_json::to_value(number)?;
    if let Some(at) = number.as_of {
        value["as_of"] = at.to_string().into();
    }
    Ok(value)
}

fn unknown(asked: &Asked) -> Problem {
    Problem::not_found("indicators-passport-unknown")
        .with("code", &asked.code)
        .with("place", &asked.place)
        .with("period", &asked.period)
}

/// The indicator as it was when a release was made.
async fn as_released(app: &App, live: &Indicator, release: &Release) -> Result<Indicator> {
    let Some(made) = &release.made else {
        return Ok(live.clone());
    };
    Ok(Indicator {
        definition: formulas::definition_at(app, &release.indicator, &made.definition_version).await?,
        run: Some(Arc::new(made.run())),
        trouble: None,
    })
}

/// What other definitions of the same indicator say of everybody together, live.
async fn elsewhere(
    app: &App,
    definition: &Definition,
    number: &Observation,
) -> Result<Vec<(Arc<Definition>, Observation)>> {
    let all = list(app).await?;
    let is_other =
        |other: &Definition| other.indicator == definition.indicator && other.code != definition.code;
    if !all.iter().any(|other| is_other(&other.definition)) {
        return Ok(Vec::new());
    }
    let beside = store::passport::list_beside(&app.db, &number.place, &number.period).await?;
    Ok(beside
        .into_iter()
        .filter_map(|(code, observation)| {
            let other = all.iter().find(|other| other.definition.code == code)?;
            is_other(&other.definition).then(|| (other.definition.clone(), observation))
        })
        .collect())
}
