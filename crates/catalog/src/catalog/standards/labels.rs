//! What the codes of a table's columns are called, as the codelists of their standards say: pages show both, files keep the codes and
//! have the labels beside them where somebody asks for both.

use std::{collections::HashMap, fmt, sync::Arc};

use super::{PLACES, Registry};
use crate::{
    catalog::store::{self, standards::AssignedRow},
    places::{self, model::Places},
    platform::{
        app::App,
        i18n::Lang,
        problem::{Kind, Result},
        words::Words,
    },
};

/// The names of codes by column; columns without a codelist have none.
#[derive(Debug, Clone, Default)]
pub struct Labels(HashMap<String, Names>);

/// What codes are called.
#[derive(Clone)]
enum Names {
    Listed(Arc<HashMap<String, Words>>),
    /// All places there ever were; they are not copied for each table.
    Places(Arc<Places>),
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Names::Listed(names) => write!(f, "{} names", names.len()),
            Names::Places(places) => write!(f, "{} places", places.len()),
        }
    }
}

impl Names {
    fn label(&self, lang: Lang, code: &str) -> Option<&str> {
        let label = match self {
            Names::Listed(names) => names.get(code)?.in_language(lang.code()),
            Names::Places(places) => places.find(code)?.name_in(lang.code()),
        };
        let says_more = !label.is_empty() && label != code;
        says_more.then_some(label)
    }
}

impl Labels {
    /// Looks up the codelists that columns of a table follow.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(app: &App, resource: &str) -> Result<Labels> {
        let assigned = store::standards::list_assigned(app.db.read(), Some(resource)).await?;
        Labels::of_assigned(app, assigned).await
    }

    /// Looks up the codelists of one table of which it is known already what its columns follow.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of_assigned(app: &App, assigned: Vec<AssignedRow>) -> Result<Labels> {
        let labels = Labels::of_each(app, assigned).await?;
        Ok(labels.into_values().next().unwrap_or_default())
    }

    /// Looks up the codelists that columns of a dataset's tables follow, by the ids of their resources.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of_dataset(app: &App, slug: &str) -> Result<HashMap<String, Labels>> {
        let assigned = store::standards::list_assigned_of_dataset(app.db.read(), slug).await?;
        Labels::of_each(app, assigned).await
    }

    async fn of_each(app: &App, assigned: Vec<AssignedRow>) -> Result<HashMap<String, Labels>> {
        let mut labels: HashMap<String, Labels> = HashMap::new();
        if assigned.is_empty() {
            return Ok(labels);
        }
        let registry = Registry::of(app).await?;
        for row in assigned {
            let standard = registry.standard(&row.standard, &row.version);
            let Some(name) = standard.and_then(|standard| standard.classification.as_ref()) else {
                continue;
            };
            let names = match name.codelist.as_str() {
                PLACES => Names::Places(places::all(app).await?),
                code => match registry.find_list(app, code, Some(&name.version)).await {
                    Ok(list) => {
                        let items = list.items.into_iter().map(|item| (item.code, item.label));
                        Names::Listed(Arc::new(items.collect()))
                    }
                    Err(problem) if problem.kind() == Kind::NotFound => continue,
                    Err(problem) => return Err(problem),
                },
            };
            let of_table = labels.entry(row.resource_id).or_default();
            of_table.0.insert(row.column_name, names);
        }
        Ok(labels)
    }

    /// Whether codes of a column are called anything.
    #[must_use]
    pub fn has(&self, column: &str) -> bool {
        self.0.contains_key(column)
    }

    /// What a code of a column is called; none where nothing but the code is known.
    #[must_use]
    pub fn label(&self, lang: Lang, column: &str, code: &str) -> Option<&str> {
        self.0.get(column)?.label(lang, code)
    }

    /// The same for files in a language, which hold what a code is called in a column behind it.
    #[must_use]
    pub fn for_files(&self, lang: Lang) -> tables::Labels {
        let mut labels = tables::Labels::default();
        for (column, names) in &self.0 {
            let names = names.clone();
            labels.put(column, move |code| names.label(lang, code).map(str::to_owned));
        }
        labels
    }

    /// A code of a column with what it is called: `Male (M)`; none where nothing but the code is known.
    #[must_use]
    pub fn written(&self, lang: Lang, column: &str, code: &str) -> Option<String> {
        let label = self.label(lang, column, code)?;
        Some(format!("{label} ({code})"))
    }
}
