//! Baraza: one program with which a local government and its citizens collect evidence, publish it,
//! and are held to what was promised because of it. `record → table → number → page → promise`.
//!
//! This page is the table of contents; ARCHITECTURE.md is the map.

use axum::{Router, middleware::from_fn_with_state};

pub use baraza_catalog::catalog;
pub use baraza_collect::collect;
pub use baraza_commons::{accounts, evidence, places, platform, say};
pub use baraza_indicators::indicators;
pub use baraza_requests::requests;
pub use baraza_villages::{facilitators, listening, scorecards, village};

pub mod beside;
pub mod billboard;
pub mod cli;
pub mod contracts;
pub mod dashboards;
pub mod demo;
pub mod reactions;
pub mod site;
pub mod skills;

use platform::{
    app::App,
    html,
    http::{self, Face},
    message, page,
    problem::Problem,
};

/// Gives memory back between bursts, where the system's own allocator keeps what many threads once took:
/// 220 MB against 150 after 30,000 submissions. It stands here so that measures and tests run with it too; its settings stand in `.cargo/config.toml`.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Everything a browser, a phone or another program can ask of the product.
pub fn router(app: &App) -> Router {
    let pages = Router::new()
        .merge(accounts::routes())
        .merge(accounts::desk_routes())
        .merge(beside::routes())
        .merge(billboard::routes())
        .merge(catalog::routes())
        .merge(catalog::desk_routes())
        .merge(catalog::version_routes())
        .merge(catalog::ckan::file_routes())
        .merge(catalog::dcat::routes())
        .merge(collect::routes().layer(from_fn_with_state(app.clone(), collect::admit)))
        .merge(dashboards::routes())
        .merge(evidence::routes())
        .merge(facilitators::routes())
        .merge(indicators::routes())
        .merge(indicators::authoring::routes())
        .merge(indicators::divisions::routes())
        .merge(indicators::releases::routes())
        .merge(indicators::entry::desk::routes())
        .merge(indicators::notes::routes())
        .merge(indicators::outside::routes())
        .merge(indicators::plans::routes())
        .merge(indicators::tracker::routes())
        .merge(listening::routes())
        .merge(message::desk_routes())
        .merge(places::desk_routes())
        .merge(requests::routes())
        .merge(scorecards::routes())
        .merge(site::routes())
        .merge(skills::routes())
        .merge(village::routes())
        .fallback(unknown_page);
    let central = Router::new()
        .merge(accounts::central_routes())
        .merge(collect::central_routes());
    let openrosa = collect::openrosa_routes();
    let open311 = requests::open311_routes();
    let sdmx = indicators::sdmx::routes();
    let json = Router::new()
        .merge(http::routes())
        .merge(catalog::ckan::routes())
        .merge(catalog::ogc::routes())
        .merge(dashboards::live::channel_routes())
        .merge(message::routes())
        .merge(places::routes());
    let speaking = |router, face| http::speaking(router, app, face, page::problem_page);
    let all = Router::new()
        .merge(speaking(pages, Face::Page))
        .merge(speaking(central, Face::Central))
        .merge(speaking(openrosa, Face::OpenRosa))
        .merge(speaking(open311, Face::Open311))
        .merge(speaking(sdmx, Face::Sdmx))
        .merge(speaking(json, Face::Json))
        .layer(from_fn_with_state(app.clone(), accounts::identify))
        .merge(html::assets::routes());
    http::finish(all, app, page::problem_page)
}

async fn unknown_page() -> Problem {
    Problem::not_found("page-unknown")
}
