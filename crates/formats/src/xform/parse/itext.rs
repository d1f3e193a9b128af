//! `<itext>`: translated texts with their media.

use roxmltree::Node;

use super::{elements, parts, text_of};
use crate::xform::{
    FormError,
    text::{Itext, Translation},
};

pub(super) fn parse(model: Node, warnings: &mut Vec<String>) -> Result<Itext, FormError> {
    let mut itext = Itext::default();
    for translation in elements(model, "itext").flat_map(|i| elements(i, "translation")) {
        let language = translation.attribute("lang").unwrap_or("default").to_owned();
        if itext.languages.contains(&language) {
            warnings.push(format!(
                "itext: the language {language:?} is given twice; the first is used"
            ));
            continue;
        }
        let mut texts: Vec<Option<Translation>> = Vec::new();
        for text in elements(translation, "text") {
            let id = text.attribute("id").unwrap_or_default();
            let count = itext.ids.len();
            let at = *itext.ids.entry(id.to_owned()).or_insert(count);
            if texts.len() <= at {
                texts.resize(at + 1, None);
            }
            texts[at] = Some(read(text, &language, id)?);
        }
        // XForms: the language marked default="…" comes first, else the first written.
        if translation.attributes().any(|a| a.name() == "default") {
            itext.languages.insert(0, language);
            itext.texts.insert(0, texts);
        } else {
            itext.languages.push(language);
            itext.texts.push(texts);
        }
    }
    if itext.languages == ["default"] {
        // pyxform's name for "no translations": there is nothing to choose from.
        itext.languages.clear();
    }
    Ok(itext)
}

fn read(text: Node, language: &str, id: &str) -> Result<Translation, FormError> {
    let place = || format!("itext {language:?}, text {id:?}");
    let mut out = Translation::default();
    for value in elements(text, "value") {
        match value.attribute("form") {
            None | Some("long") => out.text = Some(parts(value, &place)?),
            Some("short") if out.text.is_none() => out.text = Some(parts(value, &place)?),
            Some("guidance") => out.guidance = Some(parts(value, &place)?),
            Some("image") => out.media.image = file(value),
            Some("audio") => out.media.audio = file(value),
            Some("video") => out.media.video = file(value),
            _ => {}
        }
    }
    Ok(out)
}

/// Returns the file's name in `jr://images/cat.png`.
fn file(value: Node) -> Option<String> {
    let text = text_of(value);
    let name = text.rsplit('/').next().unwrap_or_default();
    (!name.is_empty() && name != "-").then(|| name.to_owned())
}
