//! Another version for a form that is published again.

use super::FormError;

/// Writes another version into the first element of the form's instance.
pub fn with_version(xml: &str, version: &str) -> Result<String, FormError> {
    let document = roxmltree::Document::parse(xml)
        .map_err(|e| FormError::new("the form", format!("is not well-formed XML: {e}")))?;
    let named = |name: &'static str| move |n: &roxmltree::Node| n.is_element() && n.tag_name().name() == name;
    let root = document
        .descendants()
        .find(named("model"))
        .and_then(|model| model.children().find(named("instance")))
        .and_then(|instance| instance.first_element_child())
        .ok_or_else(|| FormError::new("model", "has no <instance> with an element in it"))?;
    let mut attribute = String::from("version=\"");
    super::escape(version, &mut attribute);
    attribute.push('"');
    let old = root
        .attributes()
        .find(|a| a.name() == "version" && a.namespace().is_none());
    let (start, end) = match old {
        Some(old) => (old.range().start, old.range().end),
        None => {
            // Right behind the name, which ends at the first space, slash or bracket.
            let tag = &xml[root.range().start..];
            let name_ends = tag
                .find(|c: char| c.is_whitespace() || c == '/' || c == '>')
                .unwrap_or(tag.len());
            attribute.insert(0, ' ');
            (root.range().start + name_ends, root.range().start + name_ends)
        }
    };
    Ok(format!("{}{attribute}{}", &xml[..start], &xml[end..]))
}
