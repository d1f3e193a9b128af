//! The front door of the shared code book.

use super::{
    AT_DESK, CodeWorded, KEEPERS,
    model::codebook::{Code, Wording, parse_code},
    store,
};
use crate::platform::{
    app::App,
    op::Op,
    problem::{Problem, Result},
};

/// Lists every code as it is worded now, by code.
///
/// # Errors
/// `not-allowed` for whoever has no work at the desk.
pub async fn list(app: &App, op: &Op) -> Result<Vec<Code>> {
    op.require(&AT_DESK)?;
    store::codebook::list(&app.db).await
}

/// Lists every wording of a code, the last first; none for a code that is not known.
///
/// # Errors
/// `not-allowed` for whoever has no work at the desk.
pub async fn list_versions(app: &App, op: &Op, code: &str) -> Result<Vec<Code>> {
    op.require(&AT_DESK)?;
    store::codebook::list_versions(&app.db, code).await
}

/// Words a code: its first version, or another with the reason. `version` is the one that was read before; 0 for a new code.
///
/// # Errors
/// `not-allowed` for anybody but facilitators and stewards; `listening-code-code` on field `code`; `why-missing` on field `why`;
/// `listening-code-there` on field `code` for a new one that is known; `listening-changed-meanwhile`.
pub async fn word(app: &App, op: &Op, code: &str, version: i64, wording: Wording, why: &str) -> Result<()> {
    op.require(&KEEPERS)?;
    let code = parse_code(code)?;
    let known = store::codebook::list_versions(&app.db, &code).await?;
    let last = known.first().map_or(0, |code| code.version);
    if last != version {
        return Err(match version {
            0 => Problem::invalid("fields").field("code", "listening-code-there"),
            _ => Problem::conflict("listening-changed-meanwhile"),
        });
    }
    let op = match last {
        0 => op.clone(),
        _ => op.because(why)?,
    };
    let new = Code {
        code,
        version: last + 1,
        wording,
        why: op.why.clone().unwrap_or_default(),
        at: op.at,
    };
    let mut tx = app.db.begin().await?;
    if !store::codebook::insert(&mut tx, &new, &op.who.label()).await? {
        return Err(Problem::conflict("listening-changed-meanwhile"));
    }
    let worded = CodeWorded {
        code: new.code,
        version: new.version,
    };
    tx.emit(&op, &worded).await?;
    tx.commit().await
}
