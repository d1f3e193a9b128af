//! Gathering what a meeting needs, by the same figures as the screens.

use std::time::Duration;

use jiff::civil::Date;

use super::pack::{Cluster, Decision, Happened, Lights, Matter, Pack, Signal, stands_out, together};
use crate::{
    evidence::{
        self,
        model::{Audience, Standing, mask::mask},
    },
    platform::{app::App, problem::Result, time::Time},
    requests::{
        grading, library,
        model::{
            profile::Profile,
            request::{Privacy, Request},
        },
        reading,
        step::find,
        store::{self, grading::Scope},
    },
};

/// Reds of one unit that are told one by one; all are counted.
const MOST_REDS: i64 = 25;
const MOST_TURNING: i64 = 100;
const MOST_REPEATS: i64 = 10;
/// The same filed so often in one place is a problem of its own.
const LEAST_OF_A_CLUSTER: i64 = 3;
const CLUSTER_WINDOW: Duration = Duration::from_secs(90 * 86_400);
const SIGNAL_WINDOW: Duration = Duration::from_secs(30 * 86_400);
/// Entries of a history that are told: the latest.
const MOST_HAPPENED: usize = 8;
const MOST_CHARACTERS: usize = 280;
/// Promises of earlier meetings that are looked through.
const MOST_PROMISES: i64 = 2_000;

/// Which meeting.
#[derive(Debug, Clone, Copy)]
pub struct Session {
    pub day: Date,
    pub as_of: Time,
}

/// Gathers the pack of a meeting.
///
/// # Errors
/// When the database fails.
pub async fn gather(app: &App, profile: &Profile, session: Session) -> Result<Pack> {
    let db = app.db.read();
    let (name, as_of) = (profile.name.as_str(), session.as_of);
    let zone = profile.calendar.zone();
    let (_, until) = profile.meeting.next(zone, as_of);
    let before = store::meeting::find_before(db, name, as_of).await?;
    let (_, usual_before) = profile.meeting.last(zone, Time(as_of.0 - 1));
    let since = before
        .as_ref()
        .map_or(usual_before, |before| Time(before.as_of_at));

    let mut units: Vec<Lights> = Vec::new();
    let mut confidential = Vec::new();
    for row in store::meeting::count_lights(db, name, as_of).await? {
        let lights = Lights {
            unit: row.agency_code,
            place: row.place_code,
            n_white: row.n_white,
            n_yellow: row.n_yellow,
            n_red: row.n_red,
        };
        if row.is_confidential == 1 {
            confidential.push(lights);
        } else if let Some(unit) = units.iter_mut().find(|unit| unit.unit == lights.unit) {
            unit.add(&lights);
        } else {
            units.push(Lights {
                place: None,
                ..lights
            });
        }
    }
    // Who has most that is red is spoken about first.
    units.sort_by(|a, b| (b.n_red, b.n_yellow, &a.unit).cmp(&(a.n_red, a.n_yellow, &b.unit)));

    let reds = store::meeting::list_reds(db, name, as_of, MOST_REDS).await?;
    let turning = store::meeting::list_turning(db, name, as_of, until, MOST_TURNING).await?;
    let reopened = store::meeting::list_reopened(db, name, as_of, MOST_REPEATS).await?;
    let supported = store::meeting::list_supported(db, name, as_of, MOST_REPEATS).await?;
    let window = (as_of.minus(CLUSTER_WINDOW), as_of);
    let clusters = store::meeting::list_clusters(db, name, window, LEAST_OF_A_CLUSTER, MOST_REPEATS).await?;

    Ok(Pack {
        profile: profile.name.clone(),
        profile_version: profile.version.clone(),
        held_on: session.day.to_string(),
        as_of,
        since,
        until,
        units,
        confidential,
        reds: matters(app, &reds, as_of).await?,
        turning: matters(app, &turning, as_of).await?,
        clusters: clusters
            .into_iter()
            .map(|row| Cluster {
                service: row.service_code,
                place: row.place_code,
                n_filed: row.n_filed,
                n_open: row.n_open,
                n_reopened: row.n_reopened,
            })
            .collect(),
        reopened: matters(app, &reopened, as_of).await?,
        supported: matters(app, &supported, as_of).await?,
        signals: signals(app, profile, as_of).await?,
        decisions: decisions(app, profile, session, since).await?,
        before: before.map(|before| before.held_on),
    })
}

async fn matters(app: &App, codes: &[String], as_of: Time) -> Result<Vec<Matter>> {
    let mut matters = Vec::with_capacity(codes.len());
    for code in codes {
        let request = find(app, code).await?;
        matters.push(matter(app, request, as_of).await?);
    }
    Ok(matters)
}

async fn matter(app: &App, mut request: Request, as_of: Time) -> Result<Matter> {
    request.catch_up(as_of);
    let mut history: Vec<Happened> = reading::timeline(app, &request, Audience::Public)
        .await?
        .into_iter()
        .filter(|entry| entry.at <= as_of)
        .map(|entry| Happened {
            at: entry.at,
            what: entry.what,
            facts: entry.facts,
        })
        .collect();
    if history.len() > MOST_HAPPENED {
        // How it began is always told; what is left out lies between.
        history.drain(1..history.len() - (MOST_HAPPENED - 1));
    }
    Ok(Matter {
        light: request.clock.light(as_of).as_str().to_owned(),
        text: shortened(&mask(&request.text)),
        is_confidential: request.privacy == Privacy::Confidential,
        yellow_at: request.clock.yellow_at,
        red_at: request.clock.red_at,
        request: request.id,
        code: request.code,
        unit: request.agency,
        service: request.service,
        place: request.place,
        level: request.level,
        profile_version: request.profile,
        opened_at: request.opened_at,
        n_supporters: request.n_supporters,
        n_reopened: request.n_reopened,
        n_transfers: request.n_transfers,
        history,
    })
}

fn shortened(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= MOST_CHARACTERS {
        return text;
    }
    let mut short: String = text.chars().take(MOST_CHARACTERS - 1).collect();
    short.push('…');
    short
}

async fn signals(app: &App, profile: &Profile, as_of: Time) -> Result<Vec<Signal>> {
    let from = as_of.minus(SIGNAL_WINDOW);
    let scope = Scope {
        profile: Some(&profile.name),
        from,
        to: as_of,
        as_of,
        old_us: grading::old_us(profile, from),
    };
    let graded = grading::gather(app, profile, &scope).await?.units;
    let all = together(graded.iter().map(|unit| &unit.shadow));
    Ok(graded
        .into_iter()
        .filter(|unit| unit.shadow.n_closed > 0 || unit.shadow.n_ping_pong > 0)
        .map(|unit| Signal {
            stands_out: stands_out(&unit.shadow, &all),
            unit: unit.unit,
            counts: unit.counts,
            shadow: unit.shadow,
        })
        .collect())
}

/// What was decided since the meeting before, what of earlier decisions is still open, and what was settled since then.
async fn decisions(app: &App, profile: &Profile, session: Session, since: Time) -> Result<Vec<Decision>> {
    let since = app.config.day(since);
    let prefix = format!("{}:", profile.name);
    let mut decisions = Vec::new();
    for (meeting, commitment) in evidence::list_led_to(app, "meeting", None, MOST_PROMISES).await? {
        let is_recent = commitment.made_on >= since
            || commitment
                .settled
                .is_none_or(|(_, settled_on)| settled_on >= since);
        if !meeting.id.starts_with(&prefix) || commitment.made_on > session.day || !is_recent {
            continue;
        }
        decisions.push(Decision {
            standing: commitment.standing(session.day).as_str().to_owned(),
            code: commitment.code,
            promise: mask(&commitment.promise),
            owner: commitment.owner,
            made_on: commitment.made_on.to_string(),
            due_on: commitment.due_on.to_string(),
            n_moved: commitment.n_moved,
        });
    }
    // What was not kept is spoken about first.
    let rank = |decision: &Decision| match decision.standing.as_str() {
        late if late == Standing::Late.as_str() => 0,
        open if open == Standing::Open.as_str() => 1,
        _ => 2,
    };
    decisions.sort_by(|a, b| (rank(a), &a.due_on, &a.code).cmp(&(rank(b), &b.due_on, &b.code)));
    Ok(decisions)
}

/// Returns the profiles whose meetings are held, with what they are called.
///
/// # Errors
/// When the database fails.
pub async fn profiles(app: &App) -> Result<Vec<std::sync::Arc<Profile>>> {
    Ok(library::current(app)
        .await?
        .profiles_in_use()
        .into_iter()
        .cloned()
        .collect())
}
