//! What the codes of a table's columns are called, as the codelists of their standards say: pages show both, files keep the codes.

use std::{collections::HashMap, fmt, sync::Arc};

use super::{PLACES, Registry};
use crate::{
    catalog::store,
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

impl Labels {
    /// Looks up the codelists that columns of a table follow.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(app: &App, resource: &str) -> Result<Labels> {
        let assigned = store::standards::list_assigned(app.db.read(), Some(resource)).await?;
        let mut labels = Labels::default();
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
            labels.0.insert(row.column_name, names);
        }
        Ok(labels)
    }

    /// What a code of a column is called; none where nothing but the code is known.
    #[must_use]
    pub fn label(&self, lang: Lang, column: &str, code: &str) -> Option<&str> {
        let label = match self.0.get(column)? {
            Names::Listed(names) => names.get(code)?.in_language(lang.code()),
            Names::Places(places) => places.find(code)?.name_in(lang.code()),
        };
        let says_more = !label.is_empty() && label != code;
        says_more.then_some(label)
    }

    /// A code of a column with what it is called: `Male (M)`; none where nothing but the code is known.
    #[must_use]
    pub fn written(&self, lang: Lang, column: &str, code: &str) -> Option<String> {
        let label = self.label(lang, column, code)?;
        Some(format!("{label} ({code})"))
    }
}
