//! How much strangers may send: counted by the network they send from, of which a keyed mark is kept for a day at most.

use std::{convert::Infallible, net::IpAddr, time::Duration};

use axum::{
    body::Body,
    extract::{FromRequestParts, Request},
    http::request::Parts,
};

use crate::{
    catalog::store::contributions as store,
    platform::{
        app::App,
        db::Tx,
        http::caller_address,
        id,
        op::Op,
        problem::{Problem, Result},
        vault::Vault,
    },
};

/// Within what time deeds are counted.
const WINDOW: Duration = Duration::from_secs(3_600);
/// After what time somebody may say again that they need the same thing, and how long anything is kept of a caller.
pub const KEPT_FOR: Duration = Duration::from_secs(24 * 3_600);

/// The network that somebody sends from; none for the program itself, which nothing limits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Caller(Option<IpAddr>);

/// What a caller may do only so often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Send a request for data, a showcase, a comment or an error in data.
    Send,
    /// Say that they need something too.
    Support,
    /// Have an address asked by mail whether it wants to be told.
    AskByMail,
    /// Have a code sent to a telephone number.
    AskBySms,
    /// Propose something to a village.
    Propose,
}

impl Deed {
    /// The most of it within an hour: offices and schools share a network, a program does not get far.
    fn most(self) -> i64 {
        match self {
            Deed::Send | Deed::Propose => 20,
            Deed::Support => 60,
            Deed::AskByMail | Deed::AskBySms => 10,
        }
    }

    fn purpose(self) -> &'static str {
        match self {
            Deed::Send => "caller-sends",
            Deed::Support => "caller-supports",
            Deed::AskByMail => "caller-asks-by-mail",
            Deed::AskBySms => "caller-asks-by-sms",
            Deed::Propose => "caller-proposes",
        }
    }
}

impl Caller {
    /// What finds the deeds of one kind of the same network again, and tells nobody which it is; none for the program itself.
    fn mark(self, vault: &Vault, deed: Deed) -> Option<String> {
        self.0
            .map(|address| vault.mark(deed.purpose(), &network(address)))
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> std::result::Result<Caller, Infallible> {
        let request = Request::from_parts(parts.clone(), Body::empty());
        Ok(Caller(caller_address(app, &request)))
    }
}

/// The network of an address: of IPv6 the first half, since one household has all of the other.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("{:x}", u128::from(address) >> 64),
    }
}

/// Counts a deed of a caller.
///
/// # Errors
/// `catalog-contributions-limit` when they did as much within an hour as they may.
pub async fn admit(tx: &mut Tx, op: &Op, caller: Caller, deed: Deed) -> Result<()> {
    note(tx, op, caller, deed, &id::fresh(op.at)).await?;
    Ok(())
}

/// Counts that a caller needs something; tells whether they did not say so within a day.
///
/// # Errors
/// As [`admit`].
pub async fn admit_support(tx: &mut Tx, op: &Op, caller: Caller, contribution: &str) -> Result<bool> {
    note(tx, op, caller, Deed::Support, contribution).await
}

/// Notes a deed under what tells it from others of its kind; tells whether it is new within a day.
async fn note(tx: &mut Tx, op: &Op, caller: Caller, deed: Deed, which: &str) -> Result<bool> {
    let Some(mark) = caller.mark(tx.vault(), deed) else {
        return Ok(true);
    };
    let about = format!("caller/{which}");
    let is_new = store::note_asked(tx, &mark, &about, op.at, op.at.minus(KEPT_FOR)).await?;
    if store::count_asked(tx, &mark, op.at.minus(WINDOW)).await? > deed.most() {
        return Err(Problem::too_many("catalog-contributions-limit").with("most", deed.most()));
    }
    Ok(is_new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_household_is_one_network_however_many_addresses_it_has() {
        let network = |text: &str| network(text.parse().expect("an address"));
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::9"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_ne!(network("198.51.100.1"), network("198.51.100.2"));
        assert_eq!(network("::ffff:198.51.100.1"), network("198.51.100.1"));
    }
}
