//! A request as it stands: what it is about, where it lies, in which state, by which clock.

use serde::{Deserialize, Serialize};

use super::{
    clock::{Clock, Light},
    service::Given,
};
use crate::platform::{
    message::{Address, phone::Phone},
    time::Time,
    vault::Vault,
};

/// Declares an enum whose variants have stable codes, as they stand in the database and in addresses.
macro_rules! codes {
    ($(#[$about:meta])* $name:ident { $($(#[$note:meta])* $variant:ident = $code:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$note])* #[serde(rename = $code)] $variant,)+ }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $code),+ }
            }

            #[must_use]
            pub fn parse(text: &str) -> Option<$name> {
                match text { $($code => Some($name::$variant),)+ _ => None }
            }
        }
    };
}

codes! {
    /// What a resident brings.
    Kind {
        Complaint = "complaint",
        /// A wish or a proposal; it has no lights, but an answer is owed.
        Aspiration = "aspiration",
    }
}

codes! {
    /// Who learns what of the resident.
    Privacy {
        /// The matter is public; the name is known to the unit only.
        Open = "open",
        /// Nobody knows the name.
        Anonymous = "anonymous",
        /// The unit sees the matter and not the name; nobody else sees anything.
        Confidential = "confidential",
    }
}

codes! {
    /// Where something came from.
    Channel {
        Web = "web",
        Phone = "phone",
        Sms = "sms",
        Ussd = "ussd",
        Email = "email",
        Open311 = "open311",
        Counter = "counter",
        Import = "import",
    }
}

codes! {
    /// How a request was closed.
    CloseKind {
        /// The resident said yes.
        Confirmed = "confirmed",
        /// The resident said nothing for as long as the profile's rule says.
        Silence = "silence",
        Special = "special",
        Withdrawn = "withdrawn",
        /// It was joined to another about the same matter.
        Joined = "joined",
        /// Another system closed it, and nobody there asked the resident.
        Imported = "imported",
    }
}

codes! {
    /// Who said that the matter is settled: the honest shadow of every satisfaction figure.
    Recorder {
        Resident = "resident",
        Operator = "operator",
        Officer = "officer",
        Nobody = "nobody",
    }
}

/// Where a request stands. Each state carries its facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Nobody has looked at it.
    New,
    Open,
    /// A proper answer was given; the resident's yes is awaited until `until`.
    Answered {
        at: Time,
        until: Time,
    },
    /// The clock stands still for a reason until `until` at the latest.
    Paused {
        reason: String,
        until: Time,
    },
    /// A special close was proposed; the clock goes on.
    SpecialProposed {
        reason: String,
        by: String,
        told_at: Option<Time>,
    },
    Closed {
        at: Time,
        kind: CloseKind,
    },
}

impl State {
    /// Every code a state may have in the database and in addresses.
    pub const CODES: [&'static str; 6] = ["new", "open", "answered", "paused", "special-proposed", "closed"];

    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            State::New => "new",
            State::Open => "open",
            State::Answered { .. } => "answered",
            State::Paused { .. } => "paused",
            State::SpecialProposed { .. } => "special-proposed",
            State::Closed { .. } => "closed",
        }
    }

    /// Returns when the state ends by itself.
    #[must_use]
    pub fn waits_until(&self) -> Option<Time> {
        match self {
            State::Answered { until, .. } | State::Paused { until, .. } => Some(*until),
            _ => None,
        }
    }

    #[must_use]
    pub fn is_closed(&self) -> bool {
        matches!(self, State::Closed { .. })
    }
}

/// A position in degrees, WGS 84, kept to the millionth.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Position {
    pub lat: f64,
    pub lon: f64,
}

impl Position {
    /// Makes a position on Earth.
    #[must_use]
    pub fn new(lat: f64, lon: f64) -> Option<Position> {
        let is_on_earth = (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon);
        let round = |degrees: f64| (degrees * 1e6).round() / 1e6;
        is_on_earth.then(|| Position {
            lat: round(lat),
            lon: round(lon),
        })
    }

    /// Returns the cell of about a kilometre it lies in, a small number for an index.
    #[must_use]
    pub fn cell(self) -> i64 {
        let row = ((self.lat + 90.0) * 100.0).floor() as i64;
        let column = ((self.lon + 180.0) * 100.0).floor() as i64;
        row * CELLS_A_ROW + column
    }

    /// Returns the cell so many rows north and columns east of its own: counted in whole cells, since degrees round.
    #[must_use]
    pub fn cell_beside(self, rows: i64, columns: i64) -> i64 {
        self.cell() + rows * CELLS_A_ROW + columns
    }

    /// Returns its cell and the eight around it.
    #[must_use]
    pub fn cells_around(self) -> [i64; 9] {
        let cell = self.cell();
        let mut around = [cell; 9];
        let mut at = 0;
        for row in [-1, 0, 1] {
            for column in [-1, 0, 1] {
                around[at] = cell + row * CELLS_A_ROW + column;
                at += 1;
            }
        }
        around
    }
}

const CELLS_A_ROW: i64 = 36_001;

/// One request. Personal facts are not in it: see [`Contact`].
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    pub id: String,
    /// Plain, without the hyphen.
    pub code: String,
    pub service: String,
    /// The version of the profile it runs by.
    pub profile: String,
    pub kind: Kind,
    pub privacy: Privacy,
    pub channel: Channel,
    pub lang: String,
    pub text: String,
    pub attributes: Vec<Given>,
    pub place: Option<String>,
    pub position: Option<Position>,
    pub address: Option<String>,
    pub agency: Option<String>,
    /// From 1.
    pub level: u8,
    pub state: State,
    pub clock: Clock,
    pub opened_at: Time,
    pub verify_by: Option<Time>,
    pub answer_by: Option<Time>,
    /// When it should be finished: Open311's expected_datetime.
    pub finish_by: Option<Time>,
    pub verified_at: Option<Time>,
    /// When the first proper answer was given.
    pub answered_at: Option<Time>,
    pub n_pauses: i64,
    pub n_reopened: i64,
    pub n_transfers: i64,
    pub n_supporters: i64,
    /// The post it was assigned to.
    pub post: Option<String>,
    /// The id of the request it was joined to.
    pub joined_to: Option<String>,
    /// How often it was changed; two changes at once are not both made.
    pub revision: i64,
}

impl Request {
    /// Returns its light at a moment.
    #[must_use]
    pub fn light(&self, now: Time) -> Light {
        match self.state {
            State::Closed { .. } => Light::Blue,
            _ => self.clock.light(now),
        }
    }

    /// Tells whether it was, or is, later than promised: closed after its target, or open beyond it.
    #[must_use]
    pub fn is_overdue(&self, now: Time) -> bool {
        let ended = match self.state {
            State::Closed { at, .. } => at,
            _ => now,
        };
        self.finish_by.is_some_and(|target| ended > target)
    }

    /// Returns the next limit ahead of a moment: what an officer in a hurry would like to come before.
    #[must_use]
    pub fn next_limit(&self, at: Time) -> Option<Time> {
        [
            self.clock.yellow_at,
            self.clock.red_at,
            self.clock.steps.first().copied(),
            self.finish_by,
        ]
        .into_iter()
        .flatten()
        .filter(|limit| *limit > at)
        .min()
    }

    /// Returns the address of its page.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/requests/{}", self.code)
    }
}

/// Who filed a request and how to reach them: personal, kept apart, sealed, never public.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contact {
    pub name: Option<String>,
    pub phone: Option<Phone>,
    pub email: Option<String>,
    /// Their account, where they have one.
    pub user: Option<String>,
}

impl Contact {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.name.is_none() && self.phone.is_none() && self.email.is_none() && self.user.is_none()
    }

    /// Returns where they are written to: by text message first, then by mail, then on their account.
    #[must_use]
    pub fn addresses(&self) -> Vec<Address> {
        let phone = self.phone.clone().map(Address::Sms);
        let email = self.email.clone().map(Address::Email);
        let account = self.user.clone().map(Address::Account);
        [phone, email, account].into_iter().flatten().collect()
    }

    /// Returns the mark that tells one person from another: of account, telephone or e-mail; `None` for nobody.
    #[must_use]
    pub fn person(&self, vault: &Vault) -> Option<String> {
        let account = self.user.clone().map(Address::Account);
        account
            .or_else(|| self.addresses().into_iter().next())
            .map(|address| address.mark(vault))
    }

    /// Tells whether an address is one of theirs.
    #[must_use]
    pub fn has(&self, address: &Address, vault: &Vault) -> bool {
        let mark = address.mark(vault);
        self.addresses().iter().any(|own| own.mark(vault) == mark)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_the_same_with_and_without_the_country_code() {
        let vault = Vault::of([1; 32]);
        let by_phone = |text: &str| {
            Contact {
                phone: Phone::parse(text, "62"),
                ..Contact::default()
            }
            .person(&vault)
        };
        assert_eq!(by_phone("0812-3456-7890"), by_phone("+62 812 3456 7890"));
        assert_ne!(by_phone("0812-3456-7890"), by_phone("0812-3456-7891"));
        assert_eq!(Contact::default().person(&vault), None);
    }

    #[test]
    fn an_account_tells_a_person_before_a_number_and_every_address_of_theirs_is_theirs() {
        let vault = Vault::of([1; 32]);
        let contact = Contact {
            name: None,
            phone: Phone::parse("0812-3456-7890", "62"),
            email: Some("Siti@Example.test".into()),
            user: Some("u-1".into()),
        };
        let account = Address::Account("u-1".into());
        assert_eq!(contact.person(&vault), Some(account.mark(&vault)));
        assert!(
            contact.has(&account, &vault) && contact.has(&Address::Email("siti@example.test".into()), &vault)
        );
        assert!(!contact.has(&Address::Account("u-2".into()), &vault));
        assert!(matches!(
            contact.addresses()[..],
            [Address::Sms(_), Address::Email(_), Address::Account(_)]
        ));
    }

    #[test]
    fn neighbouring_cells_hold_what_lies_within_a_kilometre() {
        let here = Position::new(-7.15, 111.88).expect("on Earth");
        for (lat, lon) in [(-7.1499, 111.8801), (-7.1589, 111.8891), (-7.141, 111.871)] {
            assert!(
                here.cells_around()
                    .contains(&Position::new(lat, lon).expect("on Earth").cell()),
                "{lat} {lon}"
            );
        }
        assert!(
            !here
                .cells_around()
                .contains(&Position::new(-7.30, 111.88).expect("on Earth").cell())
        );
        assert_eq!(Position::new(91.0, 0.0), None);
        assert_eq!(Position::new(0.0, f64::NAN), None);
    }

    #[test]
    fn codes_are_read_as_they_are_written() {
        for kind in CloseKind::ALL {
            assert_eq!(CloseKind::parse(kind.as_str()), Some(*kind));
        }
        assert_eq!(Channel::parse("telegraph"), None);
    }
}
