//! SQL of the vote on goals.

use std::collections::BTreeMap;

use jiff::civil::Date;
use sqlx::FromRow;

use super::model::{Ballot, Choosable, HallCount, Settled, What};
use crate::{
    platform::{
        db::{Db, Tx},
        problem::{Problem, Result},
        time::Time,
    },
    village::voice::counting::Way,
};

#[derive(FromRow)]
struct BallotRow {
    id: String,
    code: String,
    place: String,
    title: String,
    most: i64,
    opens_on: String,
    closes_on: String,
    published_at: Option<i64>,
    settled_on: Option<String>,
    settled_why: Option<String>,
    settled: Option<String>,
    n_phone: i64,
    n_desk: i64,
    n_attested: i64,
    n_unconfirmed: i64,
    revision: i64,
}

#[derive(FromRow)]
struct OptionRow {
    ballot_id: String,
    n: i64,
    goal: Option<String>,
    title: String,
    n_phone: i64,
    n_desk: i64,
    n_unconfirmed: i64,
}

#[derive(FromRow)]
struct CountRow {
    id: String,
    held_on: String,
    occasion: String,
    n_ballots: i64,
    n_invalid: i64,
}

#[derive(FromRow)]
struct MarkRow {
    count_id: String,
    option_n: i64,
    n: i64,
}

impl BallotRow {
    fn read(self) -> Result<Ballot> {
        let settled = match self.settled_on {
            None => None,
            Some(on) => Some(Settled {
                on: day(&on)?,
                why: self.settled_why.unwrap_or_default(),
                chosen: self
                    .settled
                    .unwrap_or_default()
                    .split(',')
                    .filter_map(|n| n.parse().ok())
                    .collect(),
            }),
        };
        Ok(Ballot {
            id: self.id,
            code: self.code,
            place: self.place,
            title: self.title,
            most: count(self.most),
            opens_on: day(&self.opens_on)?,
            closes_on: day(&self.closes_on)?,
            published_at: self.published_at.map(Time),
            settled,
            options: Vec::new(),
            n_phone: count(self.n_phone),
            n_desk: count(self.n_desk),
            n_attested: count(self.n_attested),
            n_unconfirmed: count(self.n_unconfirmed),
            revision: self.revision,
        })
    }
}

impl OptionRow {
    fn read(self) -> Choosable {
        let what = match self.goal.as_deref() {
            None => What::Own(self.title),
            Some("security") => What::Security,
            Some(goal) => What::Goal(goal.to_owned()),
        };
        Choosable {
            n: count(self.n),
            what,
            n_phone: count(self.n_phone),
            n_desk: count(self.n_desk),
            n_unconfirmed: count(self.n_unconfirmed),
        }
    }
}

/// Enters a ballot with its options; false when its code is somebody else's.
pub async fn insert(tx: &mut Tx, ballot: &Ballot) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO village_ballot (id, code, place, title, most, opens_on, closes_on, n_phone, revision)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8)
         ON CONFLICT (code) DO NOTHING",
    )
    .bind(&ballot.id)
    .bind(&ballot.code)
    .bind(&ballot.place)
    .bind(&ballot.title)
    .bind(i64::from(ballot.most))
    .bind(ballot.opens_on.to_string())
    .bind(ballot.closes_on.to_string())
    .bind(ballot.revision)
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    for option in &ballot.options {
        let (goal, title) = match &option.what {
            What::Goal(goal) => (Some(goal.as_str()), ""),
            What::Security => (Some("security"), ""),
            What::Own(title) => (None, title.as_str()),
        };
        sqlx::query(
            "INSERT INTO village_option (ballot_id, n, goal, title, n_phone)
             VALUES ($1, $2, $3, $4, 0)",
        )
        .bind(&ballot.id)
        .bind(i64::from(option.n))
        .bind(goal)
        .bind(title)
        .execute(tx.conn())
        .await?;
    }
    Ok(true)
}

/// The ballot with a code.
pub async fn find(db: &Db, code: &str) -> Result<Option<Ballot>> {
    let row: Option<BallotRow> = sqlx::query_as(
        "SELECT id, code, place, title, most, opens_on, closes_on, published_at, settled_on, settled_why, settled,
                n_phone, n_desk, n_attested, n_unconfirmed, revision
         FROM village_ballot
         WHERE code = $1",
    )
    .bind(code)
    .fetch_optional(db.read())
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let mut ballot = row.read()?;
    let options: Vec<OptionRow> = sqlx::query_as(
        "SELECT ballot_id, n, goal, title, n_phone, n_desk, n_unconfirmed
         FROM village_option
         WHERE ballot_id = $1
         ORDER BY n",
    )
    .bind(&ballot.id)
    .fetch_all(db.read())
    .await?;
    ballot.options = options.into_iter().map(OptionRow::read).collect();
    Ok(Some(ballot))
}

/// Ballots of a place, or of all, the latest first.
pub async fn list(db: &Db, place: Option<&str>, most: i64) -> Result<Vec<Ballot>> {
    let rows: Vec<BallotRow> = sqlx::query_as(
        "SELECT id, code, place, title, most, opens_on, closes_on, published_at, settled_on, settled_why, settled,
                n_phone, n_desk, n_attested, n_unconfirmed, revision
         FROM village_ballot
         WHERE ($1 IS NULL OR place = $1)
         ORDER BY id DESC
         LIMIT $2",
    )
    .bind(place)
    .bind(most)
    .fetch_all(db.read())
    .await?;
    let options: Vec<OptionRow> = sqlx::query_as(
        "SELECT village_option.ballot_id, village_option.n, village_option.goal, village_option.title, village_option.n_phone,
                village_option.n_desk, village_option.n_unconfirmed
         FROM village_option
         JOIN village_ballot ON village_ballot.id = village_option.ballot_id
         WHERE ($1 IS NULL OR village_ballot.place = $1)
         ORDER BY village_option.ballot_id, village_option.n",
    )
    .bind(place)
    .fetch_all(db.read())
    .await?;
    let mut of: BTreeMap<String, Vec<Choosable>> = BTreeMap::new();
    for option in options {
        of.entry(option.ballot_id.clone())
            .or_default()
            .push(option.read());
    }
    rows.into_iter()
        .map(|row| {
            let mut ballot = row.read()?;
            ballot.options = of.remove(&ballot.id).unwrap_or_default();
            Ok(ballot)
        })
        .collect()
}

/// Adds a vote: who voted is counted in another place than marks.
pub async fn add_vote(tx: &mut Tx, ballot: &str, way: Way, choices: &[u32]) -> Result<()> {
    let of = |ways: &[Way]| i64::from(ways.contains(&way));
    for choice in choices {
        sqlx::query(
            "UPDATE village_option
             SET n_phone = n_phone + $3, n_desk = n_desk + $4, n_unconfirmed = n_unconfirmed + $5
             WHERE ballot_id = $1 AND n = $2",
        )
        .bind(ballot)
        .bind(i64::from(*choice))
        .bind(of(&[Way::Phone]))
        .bind(of(&[Way::Desk, Way::Attested]))
        .bind(of(&[Way::Unconfirmed]))
        .execute(tx.conn())
        .await?;
    }
    sqlx::query(
        "UPDATE village_ballot
         SET n_phone = n_phone + $2, n_desk = n_desk + $3, n_attested = n_attested + $4, n_unconfirmed = n_unconfirmed + $5
         WHERE id = $1",
    )
    .bind(ballot)
    .bind(of(&[Way::Phone]))
    .bind(of(&[Way::Desk]))
    .bind(of(&[Way::Attested]))
    .bind(of(&[Way::Unconfirmed]))
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes that a count changes, so that nobody closes it over what they did not see; false when it was closed.
pub async fn change_count(tx: &mut Tx, ballot: &str) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE village_ballot
         SET revision = revision + 1
         WHERE id = $1 AND published_at IS NULL",
    )
    .bind(ballot)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps what was counted in a hall, in the place of what was typed of it before.
pub async fn save_count(
    tx: &mut Tx,
    ballot: &str,
    (id, counted): (&str, &HallCount),
    who: &str,
    at: Time,
) -> Result<()> {
    sqlx::query(
        "DELETE FROM village_counted
         WHERE count_id IN (SELECT id FROM village_count WHERE ballot_id = $1 AND held_on = $2 AND occasion = $3)",
    )
    .bind(ballot)
    .bind(counted.held_on.to_string())
    .bind(&counted.occasion)
    .execute(tx.conn())
    .await?;
    sqlx::query("DELETE FROM village_count WHERE ballot_id = $1 AND held_on = $2 AND occasion = $3")
        .bind(ballot)
        .bind(counted.held_on.to_string())
        .bind(&counted.occasion)
        .execute(tx.conn())
        .await?;
    sqlx::query(
        "INSERT INTO village_count (id, ballot_id, held_on, occasion, n_ballots, n_invalid, counted_by, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(id)
    .bind(ballot)
    .bind(counted.held_on.to_string())
    .bind(&counted.occasion)
    .bind(i64::from(counted.n_ballots))
    .bind(i64::from(counted.n_invalid))
    .bind(who)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    for (option, n) in &counted.marks {
        sqlx::query("INSERT INTO village_counted (count_id, option_n, n) VALUES ($1, $2, $3)")
            .bind(id)
            .bind(i64::from(*option))
            .bind(i64::from(*n))
            .execute(tx.conn())
            .await?;
    }
    Ok(())
}

/// What was counted in halls, the earliest first.
pub async fn list_counts(db: &Db, ballot: &str) -> Result<Vec<HallCount>> {
    let rows: Vec<CountRow> = sqlx::query_as(
        "SELECT id, held_on, occasion, n_ballots, n_invalid
         FROM village_count
         WHERE ballot_id = $1
         ORDER BY held_on, occasion",
    )
    .bind(ballot)
    .fetch_all(db.read())
    .await?;
    let marks: Vec<MarkRow> = sqlx::query_as(
        "SELECT village_counted.count_id, village_counted.option_n, village_counted.n
         FROM village_counted
         JOIN village_count ON village_count.id = village_counted.count_id
         WHERE village_count.ballot_id = $1",
    )
    .bind(ballot)
    .fetch_all(db.read())
    .await?;
    rows.into_iter()
        .map(|row| {
            let of_hall = marks.iter().filter(|mark| mark.count_id == row.id);
            Ok(HallCount {
                held_on: day(&row.held_on)?,
                n_ballots: count(row.n_ballots),
                n_invalid: count(row.n_invalid),
                marks: of_hall
                    .map(|mark| (count(mark.option_n), count(mark.n)))
                    .collect(),
                occasion: row.occasion,
            })
        })
        .collect()
}

/// Closes the count; false when it was closed, or something changed since.
pub async fn publish(tx: &mut Tx, ballot: &Ballot, at: Time) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE village_ballot
         SET published_at = $3, revision = revision + 1
         WHERE id = $1 AND revision = $2 AND published_at IS NULL",
    )
    .bind(&ballot.id)
    .bind(ballot.revision)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps how the meeting settled a tie; false when it was settled, or something changed since.
pub async fn settle(tx: &mut Tx, ballot: &Ballot, settled: &Settled) -> Result<bool> {
    let chosen: Vec<String> = settled.chosen.iter().map(u32::to_string).collect();
    let done = sqlx::query(
        "UPDATE village_ballot
         SET settled_on = $3, settled_why = $4, settled = $5, revision = revision + 1
         WHERE id = $1 AND revision = $2 AND settled_on IS NULL",
    )
    .bind(&ballot.id)
    .bind(ballot.revision)
    .bind(settled.on.to_string())
    .bind(&settled.why)
    .bind(chosen.join(","))
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

fn count(n: i64) -> u32 {
    u32::try_from(n).unwrap_or(0)
}

fn day(text: &str) -> Result<Date> {
    text.parse().map_err(Problem::internal)
}
