//! Frictionless Data: a package of tables with the schema of each, as `datapackage.json`.
//!
//! Standards: Data Package 2.0, Data Resource, Table Dialect and Table Schema (<https://datapackage.org/standard/>). What is written keeps to
//! what both 1.0 and 2.0 allow wherever they differ, because programs in use read either; what is read may be of any version. Differences that
//! matter: names are of small letters and digits (1.0), a key is a list (2.0), a table that refers to itself names the resource `""` (1.0; 2.0
//! reads it too), and missing values have labels only where labels were given (2.0).
//!
//! Deliberately absent: inline data, schemas and dialects at other addresses (they are named, not fetched), views, and spreadsheet dialects.

mod describe;
mod model;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use describe::package_of;
pub use model::{
    Bound, Category, Constraints, Contributor, Dialect, Field, FieldKind, FieldsMatch, ForeignKey, GeoPoint,
    Licence, ListItem, Missing, Package, Pattern, Resource, Source, TableSchema, TextFormat,
};
pub use read::{Read, Unreadable, read, read_schema};
pub use write::{name_of, write, write_schema};
