//! The form of a dataset's entry in the catalogue.

use super::super::{
    model::{EntryInput, LICENCES, THEMES},
    pages::theme,
};
use crate::{
    accounts::model::Organisation,
    platform::{html::parts::Choice, i18n::Lang},
};

/// The fields of a dataset's entry with their choices.
pub struct EntryForm {
    pub input: EntryInput,
    pub themes: Vec<Choice>,
    pub licences: Vec<Choice>,
    pub organisations: Vec<Choice>,
    pub open: Vec<Choice>,
    pub is_new: bool,
}

impl EntryForm {
    pub fn new(lang: Lang, input: EntryInput, organisations: &[Organisation], is_new: bool) -> EntryForm {
        let with_none = |choices: Vec<Choice>, chosen: &str| {
            let none = Choice::new("", lang.text("catalog-none")).chosen_if(chosen);
            std::iter::once(none).chain(choices).collect()
        };
        // A word of one's own stays on offer.
        let words = |known: &[&str], chosen: &str, called: &dyn Fn(&str) -> String| {
            let own = (!chosen.is_empty() && !known.contains(&chosen)).then_some(chosen);
            let choice = |word: &str| Choice::new(word, called(word)).chosen_if(chosen);
            known.iter().copied().chain(own).map(choice).collect()
        };
        let themes = words(&THEMES, &input.theme, &|word| theme(lang, word));
        let licences = words(&LICENCES, &input.licence, &str::to_owned);
        let organisations = organisations
            .iter()
            .map(|known| Choice::new(&known.code, &known.name).chosen_if(&input.organisation))
            .collect();
        EntryForm {
            themes: with_none(themes, &input.theme),
            licences: with_none(licences, &input.licence),
            organisations: with_none(organisations, &input.organisation),
            open: vec![
                Choice::new("yes", lang.text("catalog-open-yes"))
                    .hinted(lang.text("catalog-open-hint"))
                    .chosen_if(&input.open),
            ],
            input,
            is_new,
        }
    }
}
