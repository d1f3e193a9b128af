//! `baraza billboard`

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use serde_json::json;

use super::{document, model::Size, posters, villages_of};
use crate::{
    places,
    platform::{app::App, i18n::Lang, op::Op, typeset},
};

/// Which billboards are printed, and where to.
#[derive(Debug, Args)]
pub struct BillboardArgs {
    /// Where the PDF is written.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Code of a village, or of a place with villages; without it all there are.
    #[arg(long, value_name = "CODE")]
    pub place: Option<String>,
    /// a1, a3 or a4.
    #[arg(long, default_value = "a3", value_name = "SIZE")]
    pub size: String,
}

/// Prints the billboards of a village, or of all villages of a place, as one PDF.
///
/// # Errors
/// When there is no such place or no village in it, baraza-typeset is not there, or the file cannot be written.
pub async fn run(app: &App, args: BillboardArgs, as_json: bool) -> anyhow::Result<()> {
    let size = Size::parse(&args.size)?;
    let own: Lang = app.config.language.parse().unwrap_or_default();
    let op = Op {
        lang: own,
        ..Op::system(app.clock.now())
    };
    let all = places::all(app).await?;
    let asked = match &args.place {
        Some(place) => place.as_str(),
        None => all.top().map_or("", |top| top.code()),
    };
    let here = places::known(&all, asked)?;
    let villages = villages_of(app, &all, here.code()).await?;
    let posters = posters(app, op.at, &all, &villages, None).await?;
    let title = own
        .text("billboard-all-of")
        .arg("place", here.name_in(own.code()))
        .to_string();
    let document = document(app, op.at, title, &posters, size);
    let pdf = typeset::pdf(app, &op, &document).await?;
    tokio::fs::write(&args.out, &pdf)
        .await
        .with_context(|| format!("write {}", args.out.display()))?;
    let report = match as_json {
        true => json!({ "villages": posters.len(), "bytes": pdf.len() }).to_string(),
        false => format!("{} billboards in {}", posters.len(), args.out.display()),
    };
    crate::say!("{report}");
    Ok(())
}
