//! Whose requests a desk has: the scopes somebody works in, without counting anything twice.

use crate::{
    platform::{app::App, op::Op, problem::Result, time::Time},
    requests::{
        access,
        library::Library,
        model::request::Request,
        store::desk::{self, Counts, Desk, Queued},
    },
};

/// The desks somebody works at, none of which lies within another.
pub fn desks_of(op: &Op, library: &Library) -> Vec<Desk> {
    let mut kept: Vec<Desk> = Vec::new();
    for (agency, place) in access::desks(op) {
        let desk = Desk { agency, place };
        if kept.iter().any(|wide| holds(wide, &desk, library)) {
            continue;
        }
        kept.retain(|narrow| !holds(&desk, narrow, library));
        kept.push(desk);
    }
    kept
}

/// Lists one page over all of somebody's desks, in the order asked for.
pub async fn list(app: &App, op: &Op, desks: &[Desk], queued: &Queued<'_>) -> Result<Vec<Request>> {
    if let [only] = desks {
        return desk::list_queue(app.db.read(), only, queued, op.at).await;
    }
    // Several desks: each gives all up to the end of the page, and what two of them have is kept once.
    let whole = Queued {
        most: queued.skipped + queued.most,
        skipped: 0,
        ..queued.clone()
    };
    let mut found: Vec<Request> = Vec::new();
    for each in desks {
        for request in desk::list_queue(app.db.read(), each, &whole, op.at).await? {
            if !found.iter().any(|known| known.id == request.id) {
                found.push(request);
            }
        }
    }
    found.sort_by_cached_key(|request| order_key(request, queued.order, op.at));
    let skipped = usize::try_from(queued.skipped).unwrap_or(0);
    let most = usize::try_from(queued.most).unwrap_or(usize::MAX);
    Ok(found.into_iter().skip(skipped).take(most).collect())
}

/// Counts over all of somebody's desks; what two of them have is counted once.
pub async fn count(
    app: &App,
    op: &Op,
    library: &Library,
    desks: &[Desk],
    queued: &Queued<'_>,
    since: Time,
) -> Result<Counts> {
    let mut total = Counts::default();
    for (sign, desk) in signed(desks, library) {
        let counts = desk::count_queue(app.db.read(), &desk, queued, since, op.at).await?;
        total.n += sign * counts.n;
        total.n_red += sign * counts.n_red;
        total.n_yellow += sign * counts.n_yellow;
        total.n_white += sign * counts.n_white;
        total.n_mine += sign * counts.n_mine;
        total.n_unassigned += sign * counts.n_unassigned;
        total.n_waiting += sign * counts.n_waiting;
        total.n_transfers += sign * counts.n_transfers;
        total.n_special += sign * counts.n_special;
        total.n_since += sign * counts.n_since;
    }
    Ok(total)
}

/// The order of a queue, as the database has it.
fn order_key(request: &Request, order: &str, now: Time) -> (i64, i64, i64, i64, String) {
    const NEVER: i64 = i64::MAX;
    let clock = &request.clock;
    let by = clock.stopped_at.unwrap_or(now);
    let has_passed = |at: Option<Time>| at.is_some_and(|at| at <= by);
    let light = match (has_passed(clock.red_at), has_passed(clock.yellow_at)) {
        (true, _) => 0,
        (false, true) => 1,
        (false, false) => 2,
    };
    let limit = request.next_limit(now).map_or(NEVER, |at| at.0);
    let (first, second, third) = match order {
        "oldest" => (0, 0, request.opened_at.0),
        "newest" => (0, 0, -request.opened_at.0),
        "level" => (0, 0, -i64::from(request.level)),
        _ => (light, i64::from(clock.stopped_at.is_some()), limit),
    };
    let red = clock.red_at.map_or(NEVER, |at| at.0);
    (first, second, third, red, request.id.clone())
}

fn holds(wide: &Desk, narrow: &Desk, library: &Library) -> bool {
    let fits_agency = wide.agency.is_none() || wide.agency == narrow.agency;
    let fits_place = match (&wide.place, &narrow.place) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(wide), Some(narrow)) => library.lineage(Some(narrow)).contains(wide),
    };
    fits_agency && fits_place
}

/// What two desks have in common.
fn common(a: &Desk, b: &Desk, library: &Library) -> Option<Desk> {
    let agency = match (&a.agency, &b.agency) {
        (Some(a), Some(b)) if a != b => return None,
        (a, b) => a.clone().or_else(|| b.clone()),
    };
    let place = match (&a.place, &b.place) {
        (Some(a), Some(b)) if library.lineage(Some(a)).contains(b) => Some(a.clone()),
        (Some(a), Some(b)) if library.lineage(Some(b)).contains(a) => Some(b.clone()),
        (Some(_), Some(_)) => return None,
        (a, b) => a.clone().or_else(|| b.clone()),
    };
    Some(Desk { agency, place })
}

/// The desks with what is to be taken off again where they overlap: one added, what it has in common with the rest taken off.
fn signed(desks: &[Desk], library: &Library) -> Vec<(i64, Desk)> {
    let Some((first, rest)) = desks.split_first() else {
        return Vec::new();
    };
    let mut all = vec![(1, first.clone())];
    all.extend(signed(rest, library));
    let overlaps: Vec<Desk> = rest
        .iter()
        .filter_map(|other| common(first, other, library))
        .collect();
    all.extend(
        signed(&overlaps, library)
            .into_iter()
            .map(|(sign, desk)| (-sign, desk)),
    );
    all
}
