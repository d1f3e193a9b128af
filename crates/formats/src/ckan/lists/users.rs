//! Users listed and shown.

use super::message;
use crate::ckan::{Given, answer::Failure, call::Call};

/// `user_list`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserList {
    pub q: String,
    /// Answered to sysadmins only.
    pub email: Option<String>,
    pub order_by: String,
    /// Whole entries, which is the default, or names.
    pub is_detailed: bool,
}

impl UserList {
    /// Reads what is asked for.
    ///
    /// # Errors
    /// When it is to be ordered by edits, which no CKAN can any more.
    pub fn read(call: &Call) -> Result<UserList, Failure> {
        let mut given = Given::of(&call.fields);
        let list = UserList {
            q: given.text("q").unwrap_or_default(),
            email: given.something("email"),
            order_by: given
                .something("order_by")
                .unwrap_or_else(|| "display_name".to_owned()),
            is_detailed: given.flag("all_fields").unwrap_or(true),
        };
        if list.order_by == "edits" {
            return Err(message("order_by=edits is no longer supported"));
        }
        given.finish(list)
    }
}

/// `user_show`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserShow {
    /// None for whoever asks.
    pub id: Option<String>,
    pub with_datasets: bool,
    pub with_followers: bool,
}

impl UserShow {
    /// Reads what is asked for.
    ///
    /// # Errors
    /// When a flag is none.
    pub fn read(call: &Call) -> Result<UserShow, Failure> {
        let mut given = Given::of(&call.fields);
        let show = UserShow {
            id: given.something("id"),
            with_datasets: given.flag("include_datasets").unwrap_or_default(),
            with_followers: given.flag("include_num_followers").unwrap_or_default(),
        };
        given.finish(show)
    }
}
