//! SQL of entities: lists with their properties and forms, entities with their versions, and what submissions still have to say.

pub mod lists;
pub mod things;
pub mod work;
