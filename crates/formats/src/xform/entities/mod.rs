//! Entities: what a form says it makes or changes, and what one submission of it says.
//!
//! ODK XForms Entities, versions 2022.1 to 2025.1 (<https://getodk.github.io/xforms-spec/entities>): a list (the standard's
//! "dataset"), conditions to create and update, a label, properties saved from questions, and for offline work the version,
//! trunk and branch an update was made from. Since 2025.1 a form may name several lists, and lists within repeats.
//!
//! Beyond the standard, an entity of a repeat, or of an inner group, is the child of the entity around it ([`Declaration::parent`]).

mod declared;
mod integrity;
mod said;

pub use declared::{
    Declaration, EntityFormError, EntityForms, EntityWarning, Property, is_list_name, is_property_name,
};
pub use integrity::integrity;
pub use said::{Said, said};

#[cfg(test)]
mod tests;
