//! The answer to a phone that asks which of its entities it should forget.

use std::fmt::Write;

use crate::xform::escape;

/// Writes of entities, by their ids, whether they are gone.
pub fn integrity(states: &[(&str, bool)]) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?><data><entities>");
    for (id, is_gone) in states {
        out.push_str("<entity id=\"");
        escape(id, &mut out);
        let _ = write!(out, "\"><deleted>{is_gone}</deleted></entity>");
    }
    out + "</entities></data>"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_is_told_of_each_entity_whether_it_is_gone() {
        assert_eq!(
            integrity(&[("a", true), ("b\"", false)]),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><data><entities><entity id=\"a\"><deleted>true</deleted></entity><entity id=\"b&quot;\"><deleted>false</deleted></entity></entities></data>"
        );
    }
}
