//! Choices and answers in the words of a language.

use std::collections::HashSet;

use super::{
    super::{
        form::{Choice, Choices, Form, QuestionKind},
        instance::Instance,
        text::{Speaker, Wording, items},
    },
    Offer,
};
use crate::xpath::{Env, NodeId, World};

/// Lists the choices a question offers, as the answers stand.
pub fn offers(form: &Form, env: &Env, instance: &Instance, node: NodeId, language: &str) -> Vec<Offer> {
    env.refuel();
    offered(form, env, instance, node, language)
}

/// Like [`offers`], out of what is left of the budget of work.
pub fn offered(form: &Form, env: &Env, instance: &Instance, node: NodeId, language: &str) -> Vec<Offer> {
    let speaker = Speaker::new(form, language);
    let world = World {
        main: &instance.doc,
        instances: &form.instances,
        env,
        texts: &speaker,
    };
    let Some(question) = form.questions.get(&instance.doc.tag(node)) else {
        return Vec::new();
    };
    let current = instance.value(node);
    let chosen = |value: &str| match question.kind {
        QuestionKind::SelectMultiple | QuestionKind::Rank => current.split_whitespace().any(|c| c == value),
        _ => current == value,
    };
    let fixed_offer = |choice: &Choice| {
        let label = choice
            .label
            .as_ref()
            .and_then(|l| speaker.say(&world, l, node).ok())
            .filter(|l| !l.is_empty());
        Offer {
            value: choice.value.clone(),
            label: label.unwrap_or_else(|| choice.value.clone()),
            media: speaker.media(choice.label.as_ref()),
            chosen: chosen(&choice.value),
        }
    };
    let beside = match &question.choices {
        Choices::Items { beside, .. } => beside.as_ref(),
        _ => None,
    };
    let found: Vec<Offer> = match &question.choices {
        Choices::None | Choices::Elsewhere => Vec::new(),
        Choices::Fixed(fixed) => fixed.iter().map(fixed_offer).collect(),
        Choices::Items {
            nodeset,
            value,
            label,
            ..
        } => items(&world, nodeset, node)
            .unwrap_or_default()
            .into_iter()
            .filter_map(|item| {
                let value = world
                    .evaluate_at(value, item, node)
                    .ok()?
                    .to_text(&world)
                    .into_owned();
                let said = label
                    .as_ref()
                    .and_then(|l| speaker.say_at(&world, l, item, node).ok())
                    .filter(|l| !l.is_empty());
                let chosen = chosen(&value);
                let media = world
                    .doc(item.doc)
                    .child_value(item.node, "itextId")
                    .map(|id| speaker.media(Some(&Wording::Translated(id.to_owned()))));
                Some(Offer {
                    label: said.unwrap_or_else(|| value.clone()),
                    media: media.unwrap_or_default(),
                    value,
                    chosen,
                })
            })
            .collect(),
    };
    let Some(beside) = beside else {
        return found;
    };
    let mut seen = HashSet::new();
    let (before, after) = beside.fixed.split_at(beside.before.min(beside.fixed.len()));
    let rows = found.into_iter().filter(|offer| seen.insert(offer.value.clone()));
    let mut all: Vec<Offer> = before.iter().map(fixed_offer).collect();
    all.extend(rows);
    all.extend(after.iter().map(fixed_offer));
    all
}

/// Says an answer in words: the labels of chosen choices, or the value itself.
pub fn answer(form: &Form, env: &Env, instance: &Instance, node: NodeId, language: &str) -> String {
    let value = instance.value(node);
    let Some(question) = form.questions.get(&instance.doc.tag(node)) else {
        return value.to_owned();
    };
    let speaker = Speaker::new(form, language);
    let world = World {
        main: &instance.doc,
        instances: &form.instances,
        env,
        texts: &speaker,
    };
    let say = |choice: &str| match speaker.choice_label(&world, &question.choices, choice, node) {
        Ok(Some(label)) if !label.is_empty() => label,
        _ => choice.to_owned(),
    };
    match question.kind {
        QuestionKind::SelectOne => say(value),
        QuestionKind::SelectMultiple | QuestionKind::Rank => {
            value.split_whitespace().map(say).collect::<Vec<_>>().join(", ")
        }
        _ => value.to_owned(),
    }
}
