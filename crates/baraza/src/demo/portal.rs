//! The open data portal of the sample: everything that it can do was done once, by the offices and by readers.

use super::{agenda, budgets, meaning, publishing::Desk, readers, review, world::census::World};
use crate::{
    catalog,
    platform::{
        app::App,
        op::{Op, Who},
    },
};

/// What there is afterwards.
pub struct Opened {
    /// Datasets that everybody can read.
    pub n_datasets: usize,
    pub n_commitments: usize,
}

/// The chapters of the story, for those who watch.
const N_CHAPTERS: u64 = 5;

/// Tells the story of the portal, each step at its own moment of the year before. `told` hears how far it is.
///
/// # Errors
/// When a step is refused; the message names it.
pub async fn open(app: &App, world: &World, told: &(dyn Fn(u64, u64) + Sync)) -> anyhow::Result<Opened> {
    told(0, N_CHAPTERS);
    let desk = Desk::of(app).await?;
    desk.trust_all().await?;
    budgets::tell(&desk, world).await?;
    told(1, N_CHAPTERS);
    agenda::tell(&desk, world).await?;
    told(2, N_CHAPTERS);
    review::tell(&desk, world).await?;
    told(3, N_CHAPTERS);
    meaning::tell(&desk).await?;
    told(4, N_CHAPTERS);
    let n_commitments = readers::tell(&desk).await?;
    told(N_CHAPTERS, N_CHAPTERS);
    let everybody = Op {
        who: Who::Anyone,
        ..Op::system(app.clock.now())
    };
    Ok(Opened {
        n_datasets: catalog::list_datasets(app, &everybody).await?.len(),
        n_commitments,
    })
}
