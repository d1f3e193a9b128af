//! Who may see which column: one page for a dataset, with a proposal for every column that nobody has reviewed.

use askama::Template;
use axum::{
    Form,
    extract::{Path, State},
    http::Uri,
    response::{Redirect, Response},
};

use super::super::{
    Decision, classify,
    model::{CONFIDANTS, Class, repeats_name},
    pages::sample,
    proposal::{Asked, Proposal, propose},
    view::{self, Dataset, Review, ReviewColumn},
};
use crate::platform::{
    app::App,
    html::{Shell, parts::Choice},
    i18n::Lang,
    op::Op,
    page::{render, shell},
    problem::{Problem, Result},
};

#[derive(Template)]
#[template(path = "catalog/desk/columns.html")]
pub struct ColumnsPage {
    page: Shell,
    dataset: Dataset,
    n_waiting: usize,
    tables: Vec<TableForm>,
}

/// The columns of one table.
struct TableForm {
    title: String,
    rows: Vec<ColumnForm>,
}

struct ColumnForm {
    /// `resource/column`.
    field: String,
    title: String,
    /// In the tables; empty when the title is the name.
    name: String,
    /// Why the class is proposed, or that somebody decided it.
    why: String,
    is_waiting: bool,
    label: String,
    choices: Vec<Choice>,
}

pub async fn show(State(app): State<App>, op: Op, uri: Uri, Path(slug): Path<String>) -> Result<Response> {
    op.require(&CONFIDANTS)?;
    let dataset = view::find_dataset(&app, &op, &slug).await?;
    if !dataset.may_confide {
        return Err(Problem::forbidden("not-allowed"));
    }
    let reviews = view::list_reviews(&app, &dataset).await?;
    render(&ColumnsPage::new(shell(&app, &op, &uri), dataset, &reviews))
}

pub async fn save(
    State(app): State<App>,
    op: Op,
    Path(slug): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Redirect> {
    op.require(&CONFIDANTS)?;
    let decisions: Vec<Decision> = fields
        .iter()
        .filter_map(|(field, class)| {
            let (resource, column) = field.split_once('/')?;
            Some(Decision {
                resource: resource.to_owned(),
                column: column.to_owned(),
                class: Class::read(class),
            })
        })
        .collect();
    let mut tx = app.db.begin().await?;
    classify(&app, &mut tx, &op, &slug, &decisions).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/data/{slug}#hidden")))
}

impl ColumnsPage {
    fn new(page: Shell, dataset: Dataset, reviews: &[Review]) -> ColumnsPage {
        let lang = page.lang;
        let tables: Vec<TableForm> = reviews.iter().map(|review| TableForm::of(lang, review)).collect();
        ColumnsPage {
            page: page
                .titled(lang.text("catalog-who-may-see"))
                .crumb(lang.text("catalog-desk"), "/desk/data")
                .crumb(&dataset.title, format!("/desk/data/{}", dataset.slug))
                .crumb(lang.text("catalog-who-may-see"), ""),
            n_waiting: tables
                .iter()
                .flat_map(|table| &table.rows)
                .filter(|row| row.is_waiting)
                .count(),
            dataset,
            tables,
        }
    }

    pub fn sample(lang: Lang) -> ColumnsPage {
        let column = |name: &str, asked: Asked, kind: tables::Kind, class: Class| ReviewColumn {
            name: name.into(),
            title: format!("The <{name}>"),
            class,
            proposal: propose(name, asked, kind),
        };
        let reviews = [Review {
            resource: "data".into(),
            title: "Table <data>".into(),
            columns: vec![
                column("head_name", Asked::Text, tables::Kind::Text, Class::Unreviewed),
                column("water", Asked::Select, tables::Kind::Text, Class::Unreviewed),
                column("religion", Asked::Select, tables::Kind::Text, Class::Sensitive),
            ],
        }];
        ColumnsPage::new(Shell::sample(lang), sample::dataset(), &reviews)
    }
}

impl TableForm {
    fn of(lang: Lang, review: &Review) -> TableForm {
        TableForm {
            title: review.title.clone(),
            rows: review
                .columns
                .iter()
                .map(|column| ColumnForm::of(lang, &review.resource, column))
                .collect(),
        }
    }
}

impl ColumnForm {
    fn of(lang: Lang, resource: &str, column: &ReviewColumn) -> ColumnForm {
        let is_waiting = column.class == Class::Unreviewed;
        let Proposal { class: proposed, why } = column.proposal;
        let chosen = if is_waiting { proposed } else { column.class };
        let (title, name) = match column.title.as_str() {
            "" => (column.name.clone(), String::new()),
            title if repeats_name(title, &column.name) => (title.to_owned(), String::new()),
            title => (title.to_owned(), column.name.clone()),
        };
        ColumnForm {
            field: format!("{resource}/{}", column.name),
            why: if is_waiting {
                lang.text(format!("catalog-why-{}", why.as_str())).to_string()
            } else {
                lang.text("catalog-decided").to_string()
            },
            label: lang.text("catalog-class-of").arg("column", &title).to_string(),
            choices: Class::ALL
                .into_iter()
                .map(|class| {
                    let text = lang.text(format!("catalog-class-{}", class.as_str()));
                    Choice::new(class.as_str(), text).chosen_if(chosen.as_str())
                })
                .collect(),
            is_waiting,
            title,
            name,
        }
    }
}
