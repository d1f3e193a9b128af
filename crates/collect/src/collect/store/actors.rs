//! SQL of who filed, reviewed and said something, as ODK's clients know accounts.

use sqlx::AnyPool;

use crate::platform::problem::Result;

/// What is the name of an account, of which kind is it, and when was it made and closed?
pub async fn find(db: &AnyPool, id: &str) -> Result<Option<(String, String, i64, Option<i64>)>> {
    Ok(
        sqlx::query_as("SELECT name, kind, created_at, closed_at FROM user_account WHERE id = $1")
            .bind(id)
            .fetch_optional(db)
            .await?,
    )
}
