//! Standards at the desk: enter them, say which columns follow which, look at what does not, accept fixes.

use std::collections::HashMap;

use askama::Template;
use axum::{
    Form, Router,
    extract::{Path, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use serde::Deserialize;

use super::{
    Fixed, KEEPERS, Package, Registry, checks,
    model::{Codelist, Doubt, Found, Proposal, Status, Why},
    pages::{self, Follows},
    registry::SHIPPED,
};
use crate::{
    catalog::{
        model::WRITERS,
        pages::sample,
        store,
        view::{self, Dataset, Resource},
    },
    platform::{
        app::App,
        html::{
            Shell,
            parts::{Choice, FieldError},
        },
        i18n::Lang,
        op::Op,
        page::{render, render_refused, shell},
        problem::{Kind, Problem, Result},
        words::Words,
    },
};

/// Wrong values on the page; the most frequent ones come first, and more show when these are fixed.
const MOST_DOUBTS: usize = 200;

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/desk/standards", get(enter_page).post(enter))
        .route("/desk/data/{dataset}/standards", get(columns).post(assign))
        .route(
            "/desk/data/{dataset}/standards/{resource}/{column}",
            get(doubts).post(fix),
        )
}

#[derive(Template)]
#[template(path = "catalog/standards/enter.html")]
pub struct EnterPage {
    page: Shell,
    kinds: Vec<Choice>,
    statuses: Vec<Choice>,
    typed: Typed,
    drafts: Vec<DraftForm>,
    /// Whether the reader puts drafts in force.
    may_decide: bool,
}

/// A standard or a codelist that is no standard yet.
struct DraftForm {
    kind: &'static str,
    code: String,
    version: String,
    title: String,
}

/// What somebody pastes: JSON of everything, or a CSV file of the items of one codelist; or the draft that they put in force.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    /// `activate`, or empty.
    act: String,
    /// `json` or `csv`; of a draft `standard` or `codelist`.
    kind: String,
    /// Of a codelist in CSV: `draft`, or in force.
    status: String,
    code: String,
    version: String,
    title: String,
    source: String,
    text: String,
}

#[derive(Template)]
#[template(path = "catalog/standards/columns.html")]
pub struct AssignPage {
    page: Shell,
    dataset: Dataset,
    tables: Vec<TableForm>,
}

struct TableForm {
    title: String,
    rows: Vec<ColumnForm>,
}

struct ColumnForm {
    /// `resource/column`.
    field: String,
    name: String,
    label: String,
    choices: Vec<Choice>,
    found: String,
    /// Where its wrong values are looked at; empty when it follows none.
    href: String,
}

#[derive(Template)]
#[template(path = "catalog/standards/doubts.html")]
pub struct DoubtsPage {
    page: Shell,
    said: String,
    doubts: Vec<DoubtForm>,
    n_more: usize,
    action: String,
    can_fix: bool,
}

struct DoubtForm {
    /// `fix/` and the value itself.
    field: String,
    /// A value may hold anything, an id may not.
    id: String,
    value: String,
    n_rows: String,
    why: String,
    label: String,
    choices: Vec<Choice>,
}

async fn enter_page(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    op.require(&KEEPERS)?;
    let registry = Registry::of(&app).await?;
    let may_decide = may_decide(&op);
    let page = shell(&app, &op, &uri);
    render(&EnterPage::new(page, Typed::default(), &registry, may_decide))
}

fn may_decide(op: &Op) -> bool {
    op.has_for(&KEEPERS, "")
}

async fn enter(State(app): State<App>, op: Op, Form(typed): Form<Typed>) -> Result<Response> {
    op.require(&KEEPERS)?;
    if typed.act == "activate" {
        super::put_in_force(&app, &op, &typed.kind, &typed.code, &typed.version).await?;
        return Ok(Redirect::to("/desk/standards").into_response());
    }
    let entered = async {
        let package = read(&typed)?;
        super::enter(&app, &op, package).await
    };
    let told = [
        "catalog-standards-malformed",
        "catalog-standards-empty",
        "catalog-standards-json",
        "catalog-standards-in-force",
    ];
    match entered.await {
        Ok(_) => Ok(Redirect::to("/standards").into_response()),
        Err(problem) if told.contains(&problem.code()) => {
            let registry = Registry::of(&app).await?;
            let mut page = shell(&app, &op, &Uri::from_static("/desk/standards"));
            page.errors = vec![FieldError {
                field: "text".into(),
                text: problem.sentence(op.lang),
            }];
            render_refused(&problem, &EnterPage::new(page, typed, &registry, may_decide(&op)))
        }
        Err(problem) => Err(problem),
    }
}

fn read(typed: &Typed) -> Result<Package> {
    if typed.text.trim().is_empty() {
        return Err(Problem::invalid("catalog-standards-empty"));
    }
    if typed.kind != "csv" {
        return serde_json::from_str(&typed.text).map_err(|error| {
            Problem::invalid("catalog-standards-json")
                .with("line", error.line())
                .with("column", error.column())
                .because(error)
        });
    }
    let list = Codelist {
        code: typed.code.trim().to_owned(),
        version: typed.version.trim().to_owned(),
        status: match typed.status.as_str() {
            "draft" => Status::Draft,
            _ => Status::Active,
        },
        title: Words([("en".to_owned(), typed.title.trim().to_owned())].into()),
        source: typed.source.trim().to_owned(),
        items: Codelist::items_of_csv(typed.text.as_bytes())?,
    };
    Ok(Package {
        codelists: vec![list],
        ..Package::default()
    })
}

async fn columns(State(app): State<App>, op: Op, uri: Uri, Path(slug): Path<String>) -> Result<Response> {
    op.require(&WRITERS)?;
    let dataset = writable(&app, &op, &slug).await?;
    let registry = Registry::of(&app).await?;
    let mut tables = Vec::new();
    for entry in dataset.resources.iter().filter(|entry| entry.version.is_some()) {
        let resource = view::find_resource(&app, &op, &slug, &entry.slug, None).await?;
        let assigned = store::standards::list_assigned(app.db.read(), Some(&resource.id)).await?;
        let follows = pages::follows(&app, &resource).await?;
        tables.push(TableForm::of(op.lang, &registry, &resource, &assigned, &follows));
    }
    render(&AssignPage::new(shell(&app, &op, &uri), dataset, tables))
}

async fn assign(
    State(app): State<App>,
    op: Op,
    Path(slug): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Redirect> {
    op.require(&WRITERS)?;
    let dataset = writable(&app, &op, &slug).await?;
    for entry in dataset.resources.iter().filter(|entry| entry.version.is_some()) {
        let resource = view::find_resource(&app, &op, &slug, &entry.slug, None).await?;
        let assigned = store::standards::list_assigned(app.db.read(), Some(&resource.id)).await?;
        for (field, chosen) in &fields {
            let Some(column) = field
                .strip_prefix(&entry.slug)
                .and_then(|rest| rest.strip_prefix('/'))
            else {
                continue;
            };
            let known = assigned.iter().find(|row| row.column_name == column);
            let stands = known
                .map(|row| format!("{}@{}", row.standard, row.version))
                .unwrap_or_default();
            if stands == *chosen {
                continue;
            }
            super::assign(&app, &op, &resource, column, chosen.split_once('@')).await?;
            if !chosen.is_empty() {
                checks::try_to_check(&app, &op, &resource, column, checks::brief()).await?;
            }
        }
    }
    Ok(Redirect::to(&format!("/desk/data/{slug}/standards")))
}

async fn doubts(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path((slug, table, column)): Path<(String, String, String)>,
) -> Result<Response> {
    op.require(&WRITERS)?;
    writable(&app, &op, &slug).await?;
    let resource = view::find_resource(&app, &op, &slug, &table, None).await?;
    let found = checks::check_and_keep(&app, &op, &resource, &column, checks::brief()).await?;
    let assigned = store::standards::list_assigned(app.db.read(), Some(&resource.id)).await?;
    let registry = Registry::of(&app).await?;
    let list = match assigned
        .iter()
        .find(|row| row.column_name == column)
        .and_then(|row| registry.standard(&row.standard, &row.version))
        .and_then(|standard| standard.classification.as_ref())
    {
        Some(name) => Some(
            registry
                .find_list(&app, &name.codelist, Some(&name.version))
                .await?,
        ),
        None => None,
    };
    render(&DoubtsPage::new(
        shell(&app, &op, &uri),
        &resource,
        &column,
        &found,
        list.as_ref(),
    ))
}

async fn fix(
    State(app): State<App>,
    op: Op,
    Path((slug, table, column)): Path<(String, String, String)>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Redirect> {
    op.require(&WRITERS)?;
    writable(&app, &op, &slug).await?;
    let resource = view::find_resource(&app, &op, &slug, &table, None).await?;
    let fixes: HashMap<String, String> = fields
        .into_iter()
        .filter(|(_, code)| !code.is_empty())
        .filter_map(|(field, code)| Some((field.strip_prefix("fix/")?.to_owned(), code)))
        .collect();
    if !fixes.is_empty() {
        if super::fix(&app, &op, &resource, &column, &fixes).await? == Fixed::HandedIn {
            return Ok(Redirect::to(&format!("/desk/data/{slug}/review")));
        }
        // What is shown next is of the new version.
        let resource = view::find_resource(&app, &op, &slug, &table, None).await?;
        checks::try_to_check(&app, &op, &resource, &column, checks::brief()).await?;
    }
    Ok(Redirect::to(&format!("/desk/data/{slug}/standards")))
}

async fn writable(app: &App, op: &Op, slug: &str) -> Result<Dataset> {
    let dataset = view::find_dataset(app, op, slug).await?;
    if dataset.may_write {
        Ok(dataset)
    } else {
        Err(Problem::new(Kind::Forbidden, "not-allowed"))
    }
}

impl TableForm {
    fn of(
        lang: Lang,
        registry: &Registry,
        resource: &Resource,
        assigned: &[store::standards::AssignedRow],
        follows: &[Follows],
    ) -> TableForm {
        let rows = resource.columns.iter().map(|column| {
            let row = assigned.iter().find(|row| row.column_name == column.name);
            let chosen = row
                .map(|row| format!("{}@{}", row.standard, row.version))
                .unwrap_or_default();
            let none = Choice::new("", lang.text("catalog-standards-none")).chosen_if(&chosen);
            let others = registry
                .standards
                .iter()
                .filter(|standard| {
                    standard.status == Status::Active
                        || chosen == format!("{}@{}", standard.code, standard.version)
                })
                .map(|standard| {
                    let text = format!(
                        "{} (v{})",
                        standard.title.in_language(lang.code()),
                        standard.version
                    );
                    Choice::new(format!("{}@{}", standard.code, standard.version), text).chosen_if(&chosen)
                });
            let encoded = |text: &str| {
                percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
            };
            ColumnForm {
                field: format!("{}/{}", resource.slug, column.name),
                label: lang
                    .text("catalog-standards-of")
                    .arg("column", &column.name)
                    .to_string(),
                choices: std::iter::once(none).chain(others).collect(),
                found: row.map_or_else(String::new, |row| told(lang, registry, row, follows)),
                href: match row {
                    Some(_) => format!(
                        "/desk/data/{}/standards/{}/{}",
                        resource.dataset.slug,
                        resource.slug,
                        encoded(&column.name)
                    ),
                    None => String::new(),
                },
                name: column.name.clone(),
            }
        });
        TableForm {
            title: resource.title.clone(),
            rows: rows.collect(),
        }
    }
}

/// What the check of a column found, or why it could not be made; and that its standard has a newer version.
fn told(lang: Lang, registry: &Registry, row: &store::standards::AssignedRow, follows: &[Follows]) -> String {
    let found = follows.iter().find(|one| one.column == row.column_name);
    let found = found.map(|one| counted(lang, one.n_valid, one.n_values));
    let refused = pages::refusal(lang, row).map(|why| {
        lang.text("catalog-standards-not-checked")
            .arg("reason", why)
            .to_string()
    });
    let newer = Some(pages::newer_in_words(lang, registry, row)).filter(|text| !text.is_empty());
    [found, refused, newer]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ")
}

fn counted(lang: Lang, n_valid: i64, n_values: i64) -> String {
    lang.text("catalog-standards-counted")
        .n("valid", n_valid)
        .n("values", n_values)
        .to_string()
}

impl EnterPage {
    fn new(page: Shell, typed: Typed, registry: &Registry, may_decide: bool) -> EnterPage {
        let lang = page.lang;
        let titled =
            |words: &Words, version: &str| format!("{} (v{version})", words.in_language(lang.code()));
        let lists = registry
            .codelists
            .iter()
            .map(|list| (list.status, "codelist", &list.code, &list.version, &list.title));
        let standards = registry
            .standards
            .iter()
            .map(|one| (one.status, "standard", &one.code, &one.version, &one.title));
        // A codelist is put in force before what is classified by it.
        let drafts = lists
            .chain(standards)
            .filter(|(status, ..)| *status == Status::Draft)
            .map(|(_, kind, code, version, title)| DraftForm {
                kind,
                code: code.clone(),
                version: version.clone(),
                title: titled(title, version),
            });
        let status = match (typed.status.as_str(), may_decide) {
            ("", true) => "active",
            ("", false) => "draft",
            (status, _) => status,
        };
        let kinds = [
            ("json", "catalog-standards-kind-json"),
            ("csv", "catalog-standards-kind-csv"),
        ];
        let chosen = if typed.kind.is_empty() {
            "json"
        } else {
            typed.kind.as_str()
        };
        EnterPage {
            kinds: kinds
                .map(|(kind, id)| Choice::new(kind, lang.text(id)).chosen_if(chosen))
                .into(),
            statuses: ["draft", "active"]
                .map(|word| {
                    Choice::new(word, lang.text(format!("catalog-standards-status-{word}"))).chosen_if(status)
                })
                .into(),
            drafts: drafts.collect(),
            may_decide,
            page: page
                .titled(lang.text("catalog-standards-enter"))
                .crumb(lang.text("catalog-standards-title"), "/standards")
                .crumb(lang.text("catalog-standards-enter"), ""),
            typed,
        }
    }

    pub fn sample(lang: Lang) -> EnterPage {
        let typed = Typed {
            text: "{ \"standards\": [] } <3>".into(),
            ..Typed::default()
        };
        let draft = Codelist {
            status: Status::Draft,
            title: Words([("en".to_owned(), "Wells <3>".to_owned())].into()),
            ..SHIPPED.codelists[0].clone()
        };
        let registry = Registry {
            codelists: vec![draft],
            ..Registry::default()
        };
        EnterPage::new(Shell::sample(lang), typed, &registry, true)
    }
}

impl AssignPage {
    fn new(page: Shell, dataset: Dataset, tables: Vec<TableForm>) -> AssignPage {
        let lang = page.lang;
        AssignPage {
            page: page
                .titled(lang.text("catalog-standards-assign"))
                .crumb(lang.text("catalog-desk"), "/desk/data")
                .crumb(&dataset.title, format!("/desk/data/{}", dataset.slug))
                .crumb(lang.text("catalog-standards-assign"), ""),
            dataset,
            tables,
        }
    }

    pub fn sample(lang: Lang) -> AssignPage {
        let assigned = store::standards::AssignedRow {
            resource_id: "r".into(),
            column_name: "well".into(),
            standard: "village".into(),
            version: "1".into(),
            table_version: Some(2),
            n_values: 120,
            n_valid: 113,
            checked_at: Some(0),
            unchecked: r#"{"en":"It took <too> long."}"#.into(),
        };
        let follows = Follows {
            column: "well".into(),
            standard: "village".into(),
            version: "1".into(),
            n_values: 120,
            n_valid: 113,
            table_version: 2,
        };
        let table = TableForm::of(lang, &SHIPPED, &sample::resource(), &[assigned], &[follows]);
        AssignPage::new(Shell::sample(lang), sample::dataset(), vec![table])
    }
}

impl DoubtsPage {
    fn new(
        page: Shell,
        resource: &Resource,
        column: &str,
        found: &Found,
        list: Option<&Codelist>,
    ) -> DoubtsPage {
        let lang = page.lang;
        let slug = &resource.dataset.slug;
        let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        let is_text = resource
            .columns
            .iter()
            .any(|known| known.name == column && known.kind == tables::Kind::Text.as_str());
        let encoded = percent_encoding::utf8_percent_encode(column, percent_encoding::NON_ALPHANUMERIC);
        DoubtsPage {
            said: counted(lang, count(found.n_valid), count(found.n_values)),
            doubts: found
                .doubts
                .iter()
                .take(MOST_DOUBTS)
                .enumerate()
                .map(|(at, doubt)| DoubtForm::of(lang, at, doubt, list))
                .collect(),
            n_more: found.doubts.len().saturating_sub(MOST_DOUBTS),
            action: format!("/desk/data/{slug}/standards/{}/{encoded}", resource.slug),
            can_fix: list.is_some() && is_text,
            page: page
                .titled(lang.text("catalog-standards-doubts").arg("column", column))
                .crumb(&resource.dataset.title, format!("/desk/data/{slug}"))
                .crumb(
                    lang.text("catalog-standards-assign"),
                    format!("/desk/data/{slug}/standards"),
                )
                .crumb(column, ""),
        }
    }

    pub fn sample(lang: Lang) -> DoubtsPage {
        let doubt = |value: &str, proposal: Option<(&str, Why)>, choices: &[&str]| Doubt {
            value: value.into(),
            n_rows: 7,
            proposal: proposal.map(|(code, why)| Proposal {
                code: code.into(),
                why,
            }),
            choices: choices.iter().map(|code| (*code).to_owned()).collect(),
        };
        let found = Found {
            n_values: 120,
            n_valid: 92,
            doubts: vec![
                doubt("laki <laki>", Some(("M", Why::Label)), &[]),
                doubt("P", Some(("F", Why::OldVersion)), &[]),
                doubt("\"?\"", None, &["M", "F"]),
                doubt("nobody", None, &[]),
            ],
        };
        let list = SHIPPED.codelist("sex", "2");
        DoubtsPage::new(Shell::sample(lang), &sample::resource(), "well", &found, list)
    }
}

impl DoubtForm {
    fn of(lang: Lang, at: usize, doubt: &Doubt, list: Option<&Codelist>) -> DoubtForm {
        let named = |code: &str| match list.and_then(|list| list.find(code)) {
            Some(item) => format!("{code} – {}", item.label.in_language(lang.code())),
            None => code.to_owned(),
        };
        // What is only near is not chosen beforehand: a person has to.
        let chosen = doubt
            .proposal
            .as_ref()
            .filter(|proposal| proposal.why.is_sure())
            .map(|proposal| proposal.code.clone())
            .unwrap_or_default();
        let leave = Choice::new("", lang.text("catalog-standards-leave")).chosen_if(&chosen);
        let offered: Vec<String> = match (&doubt.proposal, doubt.choices.is_empty()) {
            (Some(proposal), _) => vec![proposal.code.clone()],
            (None, false) => doubt.choices.clone(),
            // A short list is offered whole.
            (None, true) => list
                .filter(|list| list.items.len() <= 60)
                .map(|list| list.items.iter().map(|item| item.code.clone()).collect())
                .unwrap_or_default(),
        };
        let others = offered
            .iter()
            .map(|code| Choice::new(code, named(code)).chosen_if(&chosen));
        let why = match (&doubt.proposal, doubt.choices.is_empty()) {
            (Some(proposal), _) => lang.text(format!("catalog-standards-why-{}", proposal.why.as_str())),
            (None, false) => lang.text("catalog-standards-why-several"),
            (None, true) => lang.text("catalog-standards-why-none"),
        };
        DoubtForm {
            field: format!("fix/{}", doubt.value),
            id: format!("fix-{at}"),
            value: doubt.value.clone(),
            n_rows: lang.number(doubt.n_rows),
            why: why.to_string(),
            label: lang
                .text("catalog-standards-fix-of")
                .arg("value", &doubt.value)
                .to_string(),
            choices: std::iter::once(leave).chain(others).collect(),
        }
    }
}
