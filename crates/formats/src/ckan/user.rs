//! Users as CKAN shows them; what of them is shown to whom is the caller's to decide.

use serde_json::Value;

use super::{
    Map,
    answer::Failure,
    call::Call,
    instant::Instant,
    names::{fault_of_email, fault_of_name},
    problems::Problems,
    shape::{moment, or_null},
    values,
};

/// A user.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct User {
    pub id: String,
    pub name: String,
    pub fullname: Option<String>,
    pub created: Option<Instant>,
    pub about: Option<String>,
    pub last_active: Option<Instant>,
    pub is_sysadmin: bool,
    pub state: String,
    pub image_url: Option<String>,
    /// Stands for the address in picture services; CKAN gives an MD5 of it to everybody, which can be guessed back.
    /// Leave it empty unless the address itself may be told.
    pub email_hash: String,
    pub number_created_packages: u64,
    /// Told to the user and to sysadmins only.
    pub private: Option<Private>,
    /// The role, where the user is listed as a member.
    pub capacity: Option<String>,
}

/// What only the user and sysadmins are told.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Private {
    pub email: Option<String>,
}

impl User {
    /// What people call the user.
    pub fn display_name(&self) -> &str {
        self.fullname
            .as_deref()
            .filter(|name| !name.trim().is_empty())
            .unwrap_or(&self.name)
    }

    /// Writes the user with CKAN's keys in CKAN's order. The key of the old days is always null: tokens are shown once.
    pub fn write(&self) -> Map {
        let mut pairs = vec![
            ("id", Value::from(self.id.as_str())),
            ("name", self.name.as_str().into()),
            ("fullname", or_null(self.fullname.as_deref())),
            ("created", moment(self.created)),
            ("about", or_null(self.about.as_deref())),
            ("last_active", moment(self.last_active)),
            ("activity_streams_email_notifications", false.into()),
            ("sysadmin", self.is_sysadmin.into()),
            ("state", self.state.as_str().into()),
            ("image_url", or_null(self.image_url.as_deref())),
        ];
        if let Some(capacity) = &self.capacity {
            pairs.push(("capacity", capacity.as_str().into()));
        }
        pairs.extend([
            ("display_name", Value::from(self.display_name())),
            ("email_hash", self.email_hash.as_str().into()),
            ("number_created_packages", self.number_created_packages.into()),
        ]);
        if let Some(private) = &self.private {
            pairs.push(("apikey", Value::Null));
            pairs.push(("email", or_null(private.email.as_deref())));
        }
        pairs.push(("image_display_url", or_null(self.image_url.as_deref())));
        pairs
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect()
    }

    /// Writes the few keys that autocompletion gives.
    pub fn write_short(&self) -> Map {
        [
            ("id", Value::from(self.id.as_str())),
            ("name", self.name.as_str().into()),
            ("fullname", or_null(self.fullname.as_deref())),
        ]
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
    }
}

/// What is sent for.
#[derive(Debug, Clone, Copy)]
pub enum Purpose<'a> {
    Create,
    Update(&'a User),
}

/// What was found about what was sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Facts {
    pub is_sysadmin: bool,
    pub is_name_taken: bool,
    pub is_email_taken: bool,
}

/// A user as wanted. On an update `None` leaves what stands.
#[derive(Clone, Default, PartialEq)]
pub struct UserInput {
    pub name: Option<String>,
    pub email: Option<String>,
    pub password: Option<String>,
    pub fullname: Option<String>,
    pub about: Option<String>,
    pub image_url: Option<String>,
    /// Heard from sysadmins only.
    pub is_sysadmin: Option<bool>,
    pub state: Option<String>,
}

impl std::fmt::Debug for UserInput {
    /// Without the password and the address.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UserInput")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl UserInput {
    /// Judges what was sent. A hash of a password, which sysadmins may send to CKAN, is passed over.
    ///
    /// # Errors
    /// All that CKAN would find wrong, in its words, but for who else has an account.
    pub fn read(call: &Call, purpose: Purpose<'_>, facts: Facts) -> Result<UserInput, Failure> {
        const SHORTEST_PASSWORD: usize = 8;
        let mut problems = Problems::default();
        let some = |key: &str| call.fields.get(key).filter(|value| !value.is_null());
        let text = |key: &str| some(key).map(values::text);
        let is_new = matches!(purpose, Purpose::Create);
        let name = text("name");
        match &name {
            Some(name) if !name.is_empty() => {
                if let Some(fault) = fault_of_name(name) {
                    problems.add("name", fault);
                }
                let stays = matches!(purpose, Purpose::Update(current) if current.name == *name);
                if facts.is_name_taken && !stays {
                    problems.add(
                        "name",
                        "The username is already associated with another account. Please use a different username.",
                    );
                } else if !is_new && !stays && !facts.is_sysadmin {
                    problems.add("name", "That login name can not be modified.");
                }
            }
            None if !is_new => {}
            _ => problems.add("name", "Missing value"),
        }
        let email = text("email").map(|email| email.trim().to_owned());
        match email.as_deref() {
            None | Some("") if is_new || email.is_some() => problems.add("email", "Missing value"),
            None => {}
            Some(email) => {
                if let Some(fault) = fault_of_email(email) {
                    problems.add("email", fault);
                } else if facts.is_email_taken {
                    // Anybody could find out who has an account here.
                    problems.add("email", "The email address cannot be used.");
                }
            }
        }
        match some("password") {
            Some(Value::String(password)) if password.is_empty() && !is_new => {}
            Some(Value::String(password)) if password.is_empty() => problems.add("password", "Missing value"),
            Some(Value::String(password)) if password.chars().count() < SHORTEST_PASSWORD => {
                problems.add("password", "Your password must be 8 characters or longer");
            }
            Some(Value::String(_)) => {}
            Some(_) => problems.add("password", "Passwords must be strings"),
            None if is_new => problems.add("password", "Missing value"),
            None => {}
        }
        let about = text("about");
        if about
            .as_deref()
            .is_some_and(|about| about.contains("http://") || about.contains("https://"))
        {
            problems.add(
                "about",
                "Edit not allowed as it looks like spam. Please avoid links in your description.",
            );
        }
        if !problems.is_empty() {
            return Err(Failure::Invalid(problems));
        }
        Ok(UserInput {
            name,
            email,
            password: text("password").filter(|password| !password.is_empty()),
            fullname: text("fullname"),
            about,
            image_url: text("image_url"),
            is_sysadmin: some("sysadmin").map(values::truth).filter(|_| facts.is_sysadmin),
            state: text("state").filter(|_| facts.is_sysadmin),
        })
    }
}
