//! Rows of a form's long lists: by what is typed while there is a network, and of the caller's area for when there is none.

use std::collections::HashSet;

use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use formats::xform;

use super::{
    super::{Parts, find_form, may_fill, part, query_of},
    json, lists, published, unchanging,
};
use crate::{
    accounts::{Reach, Reaches},
    collect::{
        FILERS,
        entities::choices::with_choices,
        library,
        model::{Audience, Form},
    },
    places::{
        self,
        model::{Places, fold},
    },
    platform::{
        app::App,
        id,
        op::Op,
        problem::{Problem, Result},
    },
};

/// The column of lists whose labels are translated texts of the form.
const TRANSLATED: &str = "itextId";
/// Rows of one answer at most.
const MOST_ROWS: usize = 500;
/// Rows a phone keeps of one list at most; of longer ones it keeps what was looked up.
const MOST_KEPT: usize = 20_000;

/// What is asked of a list.
#[derive(Debug, Default)]
struct Asked {
    version: Option<String>,
    /// Values that columns must have: `.district=35.22`.
    equals: Vec<(String, String)>,
    /// What was typed, looked for at the beginning of words of the column `by`.
    typed: String,
    by: String,
    from: usize,
    most: usize,
    /// All rows of the caller's area.
    area: bool,
}

impl Asked {
    fn of(uri: &Uri) -> Asked {
        let mut asked = Asked {
            most: 50,
            ..Asked::default()
        };
        for (name, value) in query_of(uri) {
            match name.as_str() {
                "version" => asked.version = Some(value),
                "q" => asked.typed = fold(value.trim()),
                "by" => asked.by = value,
                "from" => asked.from = value.parse().unwrap_or(0),
                "most" => asked.most = value.parse().unwrap_or(asked.most).min(MOST_ROWS),
                "area" => asked.area = true,
                _ => {
                    if let Some(column) = name.strip_prefix('.') {
                        asked.equals.push((column.to_owned(), value));
                    }
                }
            }
        }
        asked
    }
}

/// `GET /forms/{project}/{form}/choices/{list}`.
pub(in super::super) async fn choices(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Path(parts): Parts,
) -> Result<Response> {
    let form = find_form(&app, &parts).await?;
    may_fill(&op, &form)?;
    let asked = Asked::of(&uri);
    let questionnaire = match &asked.version {
        Some(version) => published(&app, &op, &form, version).await?,
        None => with_choices(&app, &op, library::current(&app, &form).await?).await?,
    };
    let list = lists::list(&app, &questionnaire, part(&parts, "list"))?;
    let (rows, from, most) = if asked.area {
        (area(&app, &op, &form, &list).await?, 0, MOST_KEPT)
    } else {
        (matching(&list, &asked), asked.from, asked.most)
    };
    let shown: Vec<usize> = rows.iter().skip(from).take(most).copied().collect();
    let mut table = match list.column(TRANSLATED) {
        None => list.table(&shown),
        Some(_) => xform::list_rows(&questionnaire.xform, part(&parts, "list"), &shown)
            .ok_or_else(|| Problem::not_found("page-unknown"))?,
    };
    // How many rows fit, given here or not.
    table["n"] = rows.len().into();
    let body = json(&table)?;
    let mark = id::digest(&body)[..16].to_owned();
    Ok(unchanging(&form, &headers, &mark, false, body.into()))
}

/// Lists the rows that fit: those that begin with what was typed, then those with a word that does.
fn matching(list: &lists::Searched, asked: &Asked) -> Vec<usize> {
    let equals: Option<Vec<(usize, &str)>> = asked
        .equals
        .iter()
        .map(|(name, value)| Some((list.column(name)?, value.as_str())))
        .collect();
    let Some(equals) = equals else { return Vec::new() };
    let by = list
        .column(&asked.by)
        .or_else(|| list.column("label"))
        .unwrap_or(0);
    let folded = (!asked.typed.is_empty() && !list.listed.columns.is_empty()).then(|| list.folded(by));
    let (mut first, mut then) = (Vec::new(), Vec::new());
    for (at, row) in list.listed.rows.iter().enumerate() {
        if !equals.iter().all(|&(column, value)| row[column] == value) {
            continue;
        }
        let is_word = |word: &str| word.starts_with(&asked.typed);
        match &folded {
            None => first.push(at),
            Some(folded) if is_word(&folded[at]) => first.push(at),
            Some(folded) if folded[at].split(|c: char| !c.is_alphanumeric()).any(is_word) => then.push(at),
            Some(_) => {}
        }
    }
    first.append(&mut then);
    first
}

/// Lists the rows about places where the caller files, and what those lie in; all rows of a list that is not about places.
async fn area(app: &App, op: &Op, form: &Form, list: &lists::Searched) -> Result<Vec<usize>> {
    let reach = match form.audience {
        Audience::Public if !op.has(&FILERS) => Reach::Everywhere,
        _ => Reaches::of(app, op).await?.over(&FILERS, form.org.as_deref()),
    };
    let rows: Vec<usize> = match reach {
        Reach::Everywhere => (0..list.listed.rows.len()).collect(),
        Reach::Within(codes) => {
            let places = places::all(app).await?;
            let near = Near::of(&places, &codes);
            let kept = near.kept(list);
            (0..list.listed.rows.len())
                .filter(|&row| kept.as_ref().is_none_or(|kept| kept[row]))
                .collect()
        }
    };
    // Half a list would look like a whole one.
    Ok(if rows.len() > MOST_KEPT { Vec::new() } else { rows })
}

/// The places somebody works in, and those around them.
struct Near<'a> {
    places: &'a Places,
    codes: HashSet<&'a str>,
    above: HashSet<&'a str>,
}

impl<'a> Near<'a> {
    fn of(places: &'a Places, codes: &'a [String]) -> Near<'a> {
        let known = codes.iter().filter_map(|code| places.find(code));
        Near {
            places,
            codes: codes.iter().map(String::as_str).collect(),
            above: known
                .flat_map(|place| place.ancestors())
                .map(|place| place.code())
                .collect(),
        }
    }

    /// Which rows are about places in the area or around it; `None` when the list is about no places at all.
    ///
    /// A row is about the place that its name is the code of; only in a list whose names are no places, that of any other cell.
    fn kept(&self, list: &lists::Searched) -> Option<Vec<bool>> {
        let rows = &list.listed.rows;
        let keeps = |row: &[String]| row.iter().filter_map(|cell| self.is_near(cell)).max();
        let by_name = list
            .column("name")
            .map(|name| {
                rows.iter()
                    .map(|row| self.is_near(&row[name]))
                    .collect::<Vec<_>>()
            })
            .filter(|named| named.iter().any(Option::is_some));
        let found = by_name.unwrap_or_else(|| rows.iter().map(|row| keeps(row)).collect());
        let is_of_places = found.iter().any(Option::is_some);
        is_of_places.then(|| found.iter().map(|row| *row == Some(true)).collect())
    }

    /// Tells whether a place lies in the area or around it; `None` when the code is no place's.
    fn is_near(&self, code: &str) -> Option<bool> {
        let place = self.places.find(code).filter(|_| !code.is_empty())?;
        let is_within = place
            .with_ancestors()
            .any(|above| self.codes.contains(above.code()));
        Some(is_within || self.above.contains(place.code()))
    }
}
