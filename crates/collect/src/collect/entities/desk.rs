//! Desk pages of entities: the lists, one list, one entity with its history, and what to do where two sides disagree.

mod samples;

use std::collections::{BTreeMap, HashMap};

use askama::Template;
use axum::{
    Form as Input, Router,
    extract::{Path, Query, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;

use super::{
    Change, Open, Origin, Outcome, Removal, Which, conflict_text,
    lists::{self, Class, Described, ListChange, Waiting},
    model::{self, Conflict, Entity, LABEL, List, Property, Seen, Version},
};
use crate::{
    collect::{
        self, KEEPERS, READERS,
        model::Project,
        openrosa::{encoded, part},
        store::entities::lists::FormOfList,
    },
    places::{self, model::Places},
    platform::{
        app::App,
        html::{
            Markup, Shell,
            parts::{Cell, Choice, SummaryRow},
        },
        op::Op,
        page::{render, shell},
        problem::{Problem, Result},
        time::Time,
    },
};

/// Entities on one page of the desk.
const PAGE_ROWS: usize = 100;
/// Most submissions shown that made nothing.
const MOST_OPEN: i64 = 100;
/// The value of a radio that keeps what the newest version says.
const NOW: &str = "now";

pub(in crate::collect) fn routes() -> Router<App> {
    let list = "/desk/entities/{project}/{list}";
    let at = |path: &str| format!("{list}{path}");
    Router::new()
        .route("/desk/entities", get(overview))
        .route(list, get(one_list))
        .route(&at("/change"), post(change_list))
        .route(&at("/properties"), post(class_property))
        .route(&at("/{entity}"), get(one_entity))
        .route(&at("/{entity}/resolve"), post(resolve))
        .route(&at("/{entity}/delete"), post(delete))
        .route(&at("/{entity}/restore"), post(restore))
}

type Parts = Path<HashMap<String, String>>;

#[derive(Template)]
#[template(path = "collect/entities/overview.html")]
pub struct ListsPage {
    pub page: Shell,
    pub lists: Vec<Vec<Cell>>,
}

#[derive(Template)]
#[template(path = "collect/entities/list.html")]
pub struct EntityListPage {
    pub page: Shell,
    pub name: String,
    pub path: String,
    pub facts: Vec<SummaryRow>,
    /// Which entities are shown: there, in conflict, deleted; the address of each and whether it is this one.
    pub tabs: Vec<(String, String, bool)>,
    pub rows: Vec<Vec<Cell>>,
    /// Where older ones continue; empty at the end.
    pub older: String,
    /// What submissions say that came to nothing, or not yet.
    pub open: Vec<Vec<Cell>>,
    pub properties: Vec<Vec<Cell>>,
    pub may_change: bool,
    pub rules: Vec<Choice>,
    pub personal: Vec<Choice>,
    pub waiting: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "collect/entities/entity.html")]
pub struct EntityPage {
    pub page: Shell,
    pub label: String,
    pub path: String,
    pub facts: Vec<SummaryRow>,
    pub data: Vec<SummaryRow>,
    pub children: Vec<Vec<Cell>>,
    pub versions: Vec<Vec<Cell>>,
    pub is_deleted: bool,
    pub may_change: bool,
    pub conflict: Option<ConflictView>,
}

/// What two sides say, side by side.
pub struct ConflictView {
    /// How it is called.
    pub kind: String,
    /// The version that the answer is about.
    pub version: i64,
    /// The versions, and whose they are.
    pub head: Vec<Cell>,
    pub rows: Vec<Vec<Cell>>,
    pub questions: Vec<ConflictQuestion>,
}

/// A property about which two sides disagree.
pub struct ConflictQuestion {
    pub name: String,
    pub title: String,
    pub choices: Vec<Choice>,
}

async fn overview(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    op.require(&READERS)?;
    let mut rows = Vec::new();
    for project in collect::list_projects(&app).await? {
        // A project of another organisation is not theirs to see.
        let Ok(found) = lists::all(&app, &op, &project, Which::Present).await else {
            continue;
        };
        for (list, count) in found {
            rows.push(vec![
                link(&list_path(&project, &list), &list.name),
                Cell::text(&project.name),
                number(&op, count.n_entities),
                number(&op, count.n_conflicts),
                Cell::text(count.last_at.map_or_else(String::new, |at| when(&app, &op, at))),
            ]);
        }
    }
    let page = shell(&app, &op, &uri).titled(op.lang.text("collect-entities-lists"));
    render(&ListsPage { page, lists: rows })
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ListQuery {
    before: Option<String>,
    which: Option<String>,
}

async fn one_list(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(parts): Parts,
    Query(query): Query<ListQuery>,
) -> Result<Response> {
    op.require(&READERS)?;
    let (project, list) = find(&app, &op, &parts).await?;
    let which = match query.which.as_deref() {
        Some("conflict") => Which::InConflict,
        Some("deleted") => Which::Deleted,
        _ => Which::Present,
    };
    let all = places::all(&app).await?;
    let found = super::list_entities(&app, &op, &list, which, query.before.as_deref(), PAGE_ROWS).await?;
    let path = list_path(&project, &list);
    let older = found
        .last()
        .filter(|_| found.len() == PAGE_ROWS)
        .map(|last| format!("{path}?which={}&before={}", word(which), last.id))
        .unwrap_or_default();
    let rows = found
        .iter()
        .map(|entity| entity_row(&app, &op, &path, &all, entity))
        .collect();
    let described = lists::describe(&app, &op, list).await?;
    let list = &described.list;
    let tab = |which_one: Which, text: &str| {
        let address = format!("{path}?which={}", word(which_one));
        (op.lang.text(text).to_string(), address, which_one == which)
    };
    let page = shell(&app, &op, &uri)
        .titled(&list.name)
        .crumb(op.lang.text("collect-entities-lists"), "/desk/entities")
        .crumb(&list.name, "");
    render(&EntityListPage {
        page,
        name: list.name.clone(),
        facts: list_facts(&op, &project, &described),
        tabs: vec![
            tab(Which::Present, "collect-entities-present"),
            tab(Which::InConflict, "collect-entities-in-conflict"),
            tab(Which::Deleted, "collect-entities-deleted"),
        ],
        rows,
        older,
        open: super::list_open(&app, &op, list, MOST_OPEN)
            .await?
            .iter()
            .map(|open| open_row(&app, &op, open))
            .collect(),
        properties: described
            .properties
            .iter()
            .map(|property| property_row(&op, &described, property))
            .collect(),
        may_change: op.has(&KEEPERS),
        rules: rules(&op, list),
        personal: described
            .properties
            .iter()
            .map(|property| {
                Choice::new(&property.name, name_of(property)).chosen_if(if property.is_personal {
                    property.name.as_str()
                } else {
                    ""
                })
            })
            .collect(),
        waiting: vec![
            Choice::new("leave", op.lang.text("collect-entities-waiting-leave")).chosen_if("leave"),
            Choice::new("convert", op.lang.text("collect-entities-waiting-convert")),
        ],
        path,
    })
}

fn word(which: Which) -> &'static str {
    match which {
        Which::Present => "present",
        Which::InConflict => "conflict",
        Which::Deleted => "deleted",
    }
}

fn rules(op: &Op, list: &List) -> Vec<Choice> {
    let rule = |name: &str, (text, hint): (&str, &str), holds: bool| {
        Choice::new(name, op.lang.text(text))
            .hinted(op.lang.text(hint))
            .chosen_if(if holds { name } else { "" })
    };
    vec![
        rule(
            "approval",
            (
                "collect-entities-needs-approval",
                "collect-entities-needs-approval-hint",
            ),
            list.needs_approval,
        ),
        rule(
            "own",
            ("collect-entities-own-only", "collect-entities-own-only-hint"),
            list.is_own_only,
        ),
        rule(
            "placed",
            ("collect-entities-placed", "collect-entities-placed-hint"),
            list.is_placed,
        ),
    ]
}

fn list_facts(op: &Op, project: &Project, of: &Described) -> Vec<SummaryRow> {
    let fact = |id: &str, value: String| SummaryRow::new(op.lang.text(id), value);
    let forms = |forms: &[FormOfList]| {
        let titles = forms
            .iter()
            .filter(|form| !form.is_draft)
            .map(|form| form.title.clone());
        titles.collect::<Vec<_>>().join(", ")
    };
    let parent = of
        .parent
        .as_ref()
        .map_or_else(String::new, |list| list.name.clone());
    vec![
        fact("collect-project", project.name.clone()),
        fact(
            "collect-entities-n",
            op.lang.number(of.count.n_entities).to_string(),
        ),
        fact("collect-entities-parent-list", parent),
        fact("collect-entities-writers", forms(&of.writers)),
        fact("collect-entities-readers", forms(&of.readers)),
    ]
}

fn property_row(op: &Op, of: &Described, property: &Property) -> Vec<Cell> {
    let forms: Vec<&str> = of
        .writers
        .iter()
        .filter(|form| !form.is_draft && form.properties.contains(&property.name))
        .map(|form| form.title.as_str())
        .collect();
    let class = match property.is_personal {
        true => "collect-entities-personal",
        false => "collect-entities-impersonal",
    };
    vec![
        Cell::text(&property.name),
        Cell::text(&property.title),
        Cell::text(op.lang.text(class)),
        Cell::text(forms.join(", ")),
    ]
}

fn entity_row(app: &App, op: &Op, path: &str, places: &Places, entity: &Entity) -> Vec<Cell> {
    let parent = entity.parent.as_ref().and_then(|parent| parent.label.as_deref());
    vec![
        link(&format!("{path}/{}", entity.uuid), &entity.label),
        Cell::text(parent.unwrap_or_default()),
        Cell::text(place_name(places, entity.place.as_deref())),
        number(op, entity.version),
        Cell::text(entity.conflict.map_or_else(String::new, |conflict| {
            op.lang.text(conflict_text(conflict)).to_string()
        })),
        Cell::text(when(app, op, entity.changed_at.unwrap_or(entity.created_at))),
    ]
}

fn open_row(app: &App, op: &Op, open: &Open) -> Vec<Cell> {
    let why = match &open.work.outcome {
        Outcome::Held { .. } => op.lang.text("collect-entities-held").to_string(),
        Outcome::Waiting => op.lang.text("collect-entities-awaits-approval").to_string(),
        Outcome::Failed(fault) => Problem::from(fault.clone()).sentence(op.lang),
        Outcome::Done { .. } | Outcome::Nothing => String::new(),
    };
    vec![
        link(
            &format!(
                "/desk/collect/{}/{}/submissions/{}",
                open.project_slug,
                open.form_slug,
                encoded(&open.root_id)
            ),
            open.submission_name.as_deref().unwrap_or(&open.root_id),
        ),
        Cell::text(when(app, op, open.at)),
        Cell::text(why),
    ]
}

/// Ticked boxes come once each under one name; the rest of a form by its names.
fn ticked(fields: &[(String, String)], name: &str) -> Vec<String> {
    let of_name = fields.iter().filter(|(field, _)| field == name);
    of_name.map(|(_, value)| value.clone()).collect()
}

async fn change_list(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Input(fields): Input<Vec<(String, String)>>,
) -> Result<Response> {
    op.require(&KEEPERS)?;
    let (project, list) = find(&app, &op, &parts).await?;
    let rules = ticked(&fields, "rule");
    let holds = |name: &str| Some(rules.iter().any(|rule| rule == name));
    let change = ListChange {
        needs_approval: holds("approval"),
        is_own_only: holds("own"),
        is_placed: holds("placed"),
        waiting: match ticked(&fields, "waiting").last().map(String::as_str) {
            Some("convert") => Waiting::Convert,
            Some("leave") => Waiting::Leave,
            _ => Waiting::Unasked,
        },
    };
    lists::change(&app, &op, &list, change).await?;
    Ok(Redirect::to(&list_path(&project, &list)).into_response())
}

async fn class_property(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Input(fields): Input<Vec<(String, String)>>,
) -> Result<Response> {
    op.require(&KEEPERS)?;
    let (project, list) = find(&app, &op, &parts).await?;
    let personal = ticked(&fields, "personal");
    for property in lists::properties(&app, &list).await? {
        let class = match personal.contains(&property.name) {
            true => Class::Personal,
            false => Class::Impersonal,
        };
        if property.is_personal != (class == Class::Personal) {
            lists::class_property(&app, &op, &list, &property.name, class).await?;
        }
    }
    Ok(Redirect::to(&list_path(&project, &list)).into_response())
}

async fn one_entity(State(app): State<App>, op: Op, uri: Uri, Path(parts): Parts) -> Result<Response> {
    op.require(&READERS)?;
    let (project, list) = find(&app, &op, &parts).await?;
    let entity = super::entity(&app, &op, &list, part(&parts, "entity")).await?;
    let properties = lists::properties(&app, &list).await?;
    let versions = super::versions(&app, &entity).await?;
    let seen = model::look(&versions, entity.resolved_version);
    let all = places::all(&app).await?;
    let list_at = list_path(&project, &list);
    let facts = entity_facts(&app, &op, &project, &all, &entity).await?;
    let children = children_rows(&app, &op, &project, &entity).await?;
    let page = shell(&app, &op, &uri)
        .titled(&entity.label)
        .crumb(op.lang.text("collect-entities-lists"), "/desk/entities")
        .crumb(&list.name, &list_at)
        .crumb(&entity.label, "");
    render(&EntityPage {
        page,
        label: entity.label.clone(),
        path: format!("{list_at}/{}", entity.uuid),
        facts,
        data: properties
            .iter()
            .map(|property| {
                let value = entity.data.get(&property.name).cloned().unwrap_or_default();
                SummaryRow::new(name_of(property), value)
            })
            .collect(),
        children,
        versions: version_rows(&app, &op, &properties, &seen),
        is_deleted: entity.deleted_at.is_some(),
        may_change: op.has(&KEEPERS),
        conflict: entity
            .conflict
            .map(|conflict| conflict_view(&app, &op, conflict, &entity, &properties, &seen)),
    })
}

async fn entity_facts(
    app: &App,
    op: &Op,
    project: &Project,
    places: &Places,
    entity: &Entity,
) -> Result<Vec<SummaryRow>> {
    let fact = |id: &str, value: String| SummaryRow::new(op.lang.text(id), value);
    let mut facts = vec![
        fact("collect-entities-id", entity.uuid.clone()),
        fact("collect-place", place_name(places, entity.place.as_deref())),
        fact("collect-entities-made", when(app, op, entity.created_at)),
        fact(
            "collect-entities-changed",
            entity.changed_at.map_or_else(String::new, |at| when(app, op, at)),
        ),
    ];
    if let Some(deleted_at) = entity.deleted_at {
        facts.push(fact("collect-entities-deleted-at", when(app, op, deleted_at)));
    }
    if let Some(parent) = &entity.parent {
        let words = match parent.id.as_deref() {
            Some(id) => match super::of_id(app, op, id).await? {
                Some((list, found)) => link_markup(
                    &format!("{}/{}", list_path(project, &list), found.uuid),
                    &found.label,
                ),
                None => Markup::escape(parent.label.as_deref().unwrap_or_default()),
            },
            None => Markup::escape(&op.lang.text("collect-entities-parent-awaited").to_string()),
        };
        facts.push(SummaryRow::new(op.lang.text("collect-entities-parent"), words));
    }
    Ok(facts)
}

async fn children_rows(app: &App, op: &Op, project: &Project, entity: &Entity) -> Result<Vec<Vec<Cell>>> {
    let mut rows = Vec::new();
    let mut known: HashMap<String, List> = HashMap::new();
    for child in super::children(app, entity).await? {
        if !known.contains_key(&child.list_id)
            && let Some((list, _)) = super::of_id(app, op, &child.id).await?
        {
            known.insert(child.list_id.clone(), list);
        }
        let Some(list) = known.get(&child.list_id) else {
            continue;
        };
        rows.push(vec![
            link(
                &format!("{}/{}", list_path(project, list), child.uuid),
                &child.label,
            ),
            Cell::text(&list.name),
            number(op, child.version),
        ]);
    }
    Ok(rows)
}

/// Each version with who made it and what it changed, the newest first.
fn version_rows(app: &App, op: &Op, properties: &[Property], seen: &[Seen]) -> Vec<Vec<Cell>> {
    let versions: Vec<Version> = seen.iter().map(|one| one.version.clone()).collect();
    let differences = model::differences(&versions);
    let row = |(nth, one): (usize, &Seen)| {
        let version = &one.version;
        let changes: Vec<String> = match nth.checked_sub(1).and_then(|nth| differences.get(nth)) {
            None => Vec::new(),
            Some(differences) => differences
                .iter()
                .map(|each| {
                    let title = title_of(op, properties, &each.property);
                    let old = each.old.as_deref().unwrap_or("–");
                    format!("{title}: {old} → {}", each.new)
                })
                .collect(),
        };
        let state = match (one.conflict, one.is_resolved) {
            (None, _) => String::new(),
            (Some(_), true) => op.lang.text("collect-entities-resolved").to_string(),
            (Some(conflict), false) => op.lang.text(conflict_text(conflict)).to_string(),
        };
        vec![
            number(op, version.version),
            Cell::text(when(app, op, version.created_at)),
            source_cell(op, version),
            Cell::text(changes.join("; ")),
            Cell::text(state),
        ]
    };
    seen.iter().enumerate().map(row).rev().collect()
}

fn source_cell(op: &Op, version: &Version) -> Cell {
    match &version.source.submission {
        Some(submission) => link(
            &format!(
                "/desk/collect/{}/{}/submissions/{}",
                submission.project_slug,
                submission.form_slug,
                encoded(&submission.root_id)
            ),
            submission.name.as_deref().unwrap_or(&submission.title),
        ),
        None => Cell::text(op.lang.text(match version.source.kind.as_str() {
            "desk" => "collect-entities-by-desk",
            "upload" => "collect-entities-by-upload",
            "submission" => "collect-entities-by-erased",
            _ => "collect-entities-by-program",
        })),
    }
}

/// Lays what the versions say side by side, as far as they disagree.
fn conflict_view(
    app: &App,
    op: &Op,
    conflict: Conflict,
    entity: &Entity,
    properties: &[Property],
    seen: &[Seen],
) -> ConflictView {
    let shown: Vec<&Version> = seen
        .iter()
        .filter(|one| one.is_relevant)
        .map(|one| &one.version)
        .collect();
    let value = |version: &Version, name: &str| match name {
        LABEL => version.label.clone(),
        name => version.data.get(name).cloned().unwrap_or_default(),
    };
    let mut names = vec![LABEL.to_owned()];
    names.extend(properties.iter().map(|property| property.name.clone()));
    // What somebody said and what came of it may differ: both sides are shown as they were said.
    names.retain(|name| {
        let mut all: Vec<String> = shown.iter().map(|version| value(version, name)).collect();
        all.extend(
            shown
                .iter()
                .filter_map(|version| version.received.get(name).cloned()),
        );
        all.first()
            .is_some_and(|first| all.iter().any(|other| other != first))
    });
    let mut head = vec![Cell::text(op.lang.text("collect-entities-property"))];
    head.extend(shown.iter().map(|version| {
        let words = op
            .lang
            .text("collect-entities-version-of")
            .n("n", version.version)
            .arg("when", when(app, op, version.created_at));
        Cell::text(words)
    }));
    let row = |name: &String| {
        let mut cells = vec![Cell::text(title_of(op, properties, name))];
        cells.extend(shown.iter().map(|version| {
            let said = version.received.get(name);
            Cell::text(said.cloned().unwrap_or_else(|| value(version, name)))
        }));
        cells
    };
    let rows = names.iter().map(row).collect();
    let question = |name: &String| {
        let now = match name.as_str() {
            LABEL => entity.label.clone(),
            name => entity.data.get(name).cloned().unwrap_or_default(),
        };
        let mut choices =
            vec![Choice::new(NOW, spoken(op, &now)).hinted(op.lang.text("collect-entities-as-now"))];
        let mut known: BTreeMap<String, i64> = BTreeMap::from([(now, 0)]);
        for version in &shown {
            for value in [Some(value(version, name)), version.received.get(name).cloned()]
                .into_iter()
                .flatten()
            {
                if known.insert(value.clone(), version.version).is_none() {
                    let words = op.lang.text("collect-entities-as-in").n("n", version.version);
                    choices.push(Choice::new(format!("={value}"), spoken(op, &value)).hinted(words));
                }
            }
        }
        ConflictQuestion {
            name: format!("take.{name}"),
            title: title_of(op, properties, name),
            choices: choices.into_iter().map(|choice| choice.chosen_if(NOW)).collect(),
        }
    };
    ConflictView {
        kind: op.lang.text(conflict_text(conflict)).to_string(),
        version: entity.version,
        head,
        rows,
        questions: names.iter().map(question).collect(),
    }
}

fn spoken(op: &Op, value: &str) -> String {
    match value.is_empty() {
        true => op.lang.text("collect-entities-blank").to_string(),
        false => value.to_owned(),
    }
}

/// Takes of every property what was chosen, and notes that somebody looked.
async fn resolve(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Input(fields): Input<Vec<(String, String)>>,
) -> Result<Response> {
    op.require(&KEEPERS)?;
    let (project, list) = find(&app, &op, &parts).await?;
    let mut change = Change {
        resolves: true,
        ..Change::default()
    };
    for (field, value) in fields {
        if field == "version" {
            change.base_version = value.parse().ok();
        } else if let (Some(name), Some(value)) = (field.strip_prefix("take."), value.strip_prefix('=')) {
            match name {
                LABEL => change.label = Some(value.to_owned()),
                name => {
                    change.data.insert(name.to_owned(), value.to_owned());
                }
            }
        }
    }
    if change.base_version.is_none() {
        return Err(model::Fault::missing_field("version").into());
    }
    let origin = Origin {
        kind: "desk",
        ..Origin::default()
    };
    let entity = super::change(&app, &op, &list, part(&parts, "entity"), change, &origin).await?;
    Ok(back(&project, &list, &entity.uuid))
}

async fn delete(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Response> {
    moved(&app, &op, &parts, Removal::Delete).await
}

async fn restore(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Response> {
    moved(&app, &op, &parts, Removal::Restore).await
}

async fn moved(app: &App, op: &Op, parts: &HashMap<String, String>, how: Removal) -> Result<Response> {
    op.require(&KEEPERS)?;
    let (project, list) = find(app, op, parts).await?;
    super::move_one(app, op, &list, part(parts, "entity"), how).await?;
    Ok(back(&project, &list, part(parts, "entity")))
}

fn back(project: &Project, list: &List, uuid: &str) -> Response {
    Redirect::to(&format!("{}/{uuid}", list_path(project, list))).into_response()
}

async fn find(app: &App, op: &Op, parts: &HashMap<String, String>) -> Result<(Project, List)> {
    let slug = part(parts, "project");
    let projects = collect::list_projects(app).await?;
    let project = projects.into_iter().find(|project| project.slug == slug);
    let project = project.ok_or_else(|| Problem::not_found("project-unknown"))?;
    let list = lists::find(app, op, &project, part(parts, "list")).await?;
    Ok((project, list))
}

fn list_path(project: &Project, list: &List) -> String {
    format!("/desk/entities/{}/{}", project.slug, encoded(&list.name))
}

fn name_of(property: &Property) -> String {
    match property.title.is_empty() {
        true => property.name.clone(),
        false => property.title.clone(),
    }
}

fn title_of(op: &Op, properties: &[Property], name: &str) -> String {
    if name == LABEL {
        return op.lang.text("collect-entities-label").to_string();
    }
    properties
        .iter()
        .find(|property| property.name == name)
        .map_or_else(|| name.to_owned(), name_of)
}

fn place_name(places: &Places, code: Option<&str>) -> String {
    let Some(code) = code else { return String::new() };
    match places.find(code) {
        Some(place) => format!("{} ({code})", place.name()),
        None => code.to_owned(),
    }
}

fn when(app: &App, op: &Op, at: Time) -> String {
    op.lang.date_time(app.config.zoned(at).datetime())
}

#[allow(clippy::cast_precision_loss)]
fn number(op: &Op, n: i64) -> Cell {
    Cell::number(op.lang.number(n), n as f64)
}

fn link(path: &str, text: &str) -> Cell {
    Cell::html(link_markup(path, text))
}

fn link_markup(path: &str, text: &str) -> Markup {
    let (path, text) = (Markup::escape(path), Markup::escape(text));
    Markup(format!("<a class=\"govuk-link\" href=\"{path}\">{text}</a>"))
}
