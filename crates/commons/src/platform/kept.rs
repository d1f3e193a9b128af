//! What slices keep in memory: made once, and again after a change.
//!
//! The database counts the changes of each such thing in the transaction that makes one, so that every process that shares the
//! database sees when its copy is old. To ask for the count is one small query.

use std::{future::Future, sync::Arc};

use super::{
    app::App,
    db::{Db, Tx},
    problem::Result,
};

/// Returns the value of this type that is kept under a name, made anew when something changed since.
///
/// # Errors
/// When the database fails, or making it does.
pub async fn kept<T, F>(app: &App, name: &'static str, make: impl FnOnce() -> F) -> Result<Arc<T>>
where
    T: Send + Sync + 'static,
    F: Future<Output = Result<T>>,
{
    // Asked first: a change that comes while the value is being made shows in the next count.
    let revision = revision(&app.db, name).await?;
    if let Some(made) = app.shelf.find::<Made<T>>()
        && made.revision == revision
    {
        return Ok(made.value.clone());
    }
    let value = Arc::new(make().await?);
    app.shelf.put(Arc::new(Made {
        revision,
        value: value.clone(),
    }));
    Ok(value)
}

/// How often what is kept under a name changed.
///
/// # Errors
/// When the database fails.
pub async fn revision(db: &Db, name: &'static str) -> Result<i64> {
    let n: Option<i64> = sqlx::query_scalar("SELECT n FROM revision WHERE name = $1")
        .bind(name)
        .fetch_optional(db.read())
        .await?;
    Ok(n.unwrap_or(0))
}

impl Tx {
    /// Counts a change of what is kept under a name; copies of it are old once this is committed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn touch(&mut self, name: &'static str) -> Result<()> {
        sqlx::query(
            "INSERT INTO revision (name, n)
             VALUES ($1, 1)
             ON CONFLICT (name) DO UPDATE SET n = revision.n + 1",
        )
        .bind(name)
        .execute(self.conn())
        .await?;
        Ok(())
    }
}

struct Made<T> {
    revision: i64,
    value: Arc<T>,
}
