//! Translated texts by position; those of the rows of lists travel with their list.

use std::collections::{HashMap, HashSet};

use serde_json::{Value as Json, json};

use super::{
    super::{
        form::{Choices, Control, DefId, Form},
        text::{Translation, Wording},
    },
    Compiler, Object,
    expressions::{Scope, every},
};
use crate::xpath::{Function, Node, Test};

pub(super) struct Texts<'a> {
    form: &'a Form,
    /// Ids in the order of their positions.
    order: Vec<&'a str>,
    positions: HashMap<&'a str, usize>,
    /// The one definition whose node a text is said from; `None` when there are several.
    owners: HashMap<&'a str, Option<DefId>>,
    /// Whether an expression computes an id.
    computed: bool,
}

impl<'a> Texts<'a> {
    pub fn of(form: &'a Form) -> Self {
        let mut computed = false;
        every(form, &mut |expr| {
            expr.root().visit(&mut |node| {
                if let Node::Call(Function::Itext, arguments) = node {
                    computed |= !is_known(arguments);
                }
            });
        });
        let owners = owners(form);
        let mut named: HashSet<String> = owners.keys().map(|id| (*id).to_owned()).collect();
        every(form, &mut |expr| {
            expr.root().visit(&mut |node| {
                if let Node::Call(Function::Itext, arguments) = node
                    && let [Node::Literal(id)] = &arguments[..]
                {
                    named.insert(id.to_string());
                }
            });
        });
        let mut all: Vec<(&str, usize)> = form.itext.ids.iter().map(|(id, at)| (&**id, *at)).collect();
        all.sort_by_key(|(_, at)| *at);
        let order: Vec<&str> = all
            .into_iter()
            .map(|(id, _)| id)
            .filter(|id| computed || named.contains(*id))
            .collect();
        let positions = order.iter().enumerate().map(|(i, id)| (*id, i)).collect();
        Self {
            form,
            order,
            positions,
            owners,
            computed,
        }
    }

    /// Writes `texts[language][position]`.
    pub fn columns(&self, compiler: &Compiler) -> Json {
        let scope = |id: &str| match self.owners.get(id) {
            Some(Some(def)) => Scope::of(*def),
            _ => Scope::shared(),
        };
        let text = |language: usize, id: &str| self.text(compiler, language, id, scope(id));
        (0..self.form.itext.texts.len())
            .map(|language| self.order.iter().map(|id| text(language, id)).collect::<Json>())
            .collect()
    }

    /// Returns all ids when an expression computes one.
    pub fn ids(&self) -> Option<Json> {
        self.computed.then(|| json!(self.order))
    }

    /// Writes a text of a language, `null` when the language has none.
    pub fn text(&self, compiler: &Compiler, language: usize, id: &str, scope: Scope) -> Json {
        let at = self.form.itext.ids.get(id).copied();
        let own = at.and_then(|at| self.form.itext.texts.get(language)?.get(at)?.as_ref());
        own.map_or(Json::Null, |translation| written(compiler, translation, scope))
    }

    /// Writes a wording that is translated.
    pub fn wording(&self, id: &str) -> Json {
        self.positions.get(id).map_or(json!(""), |at| json!(at))
    }

    /// Writes `jr:itext()` of a fixed id.
    pub fn said(&self, id: &str) -> Json {
        self.positions.get(id).map_or(json!(""), |at| json!(["text", at]))
    }
}

fn is_known(arguments: &[Node]) -> bool {
    match arguments {
        [Node::Literal(_)] => true,
        // The texts of rows travel with their list.
        [Node::Path(path)] => {
            matches!(&path.steps[..], [step] if !path.absolute && step.test == Test::Name("itextId".into()))
        }
        _ => false,
    }
}

fn written(compiler: &Compiler, translation: &Translation, scope: Scope) -> Json {
    let parts = |p: &Option<Vec<_>>| p.as_ref().map(|p| compiler.parts(p, scope));
    let media = &translation.media;
    let file = |name: &Option<String>| name.as_deref().map(Json::from);
    if translation.guidance.is_none()
        && media.image.is_none()
        && media.audio.is_none()
        && media.video.is_none()
    {
        return parts(&translation.text).unwrap_or(json!({}));
    }
    Object::new()
        .maybe("text", parts(&translation.text))
        .maybe("guidance", parts(&translation.guidance))
        .maybe("image", file(&media.image))
        .maybe("audio", file(&media.audio))
        .maybe("video", file(&media.video))
        .into()
}

/// Finds from which node each text is said.
fn owners(form: &Form) -> HashMap<&str, Option<DefId>> {
    let mut owners: HashMap<&str, Option<DefId>> = HashMap::new();
    let mut own = |wording: &'_ Option<Wording>, def: DefId| {
        if let Some(Wording::Translated(id)) = wording
            && let Some((id, _)) = form.itext.ids.get_key_value(id)
        {
            owners
                .entry(id)
                .and_modify(|known| *known = known.filter(|k| *k == def))
                .or_insert(Some(def));
        }
    };
    for (id, def) in (0..).zip(&form.defs) {
        own(&def.bind.constraint_message, id);
        own(&def.bind.required_message, id);
    }
    let mut stack: Vec<(&Control, DefId)> = form.body.iter().map(|c| (c, 0)).collect();
    while let Some((control, at)) = stack.pop() {
        match control {
            Control::Group(g) => {
                let at = g.def.unwrap_or(at);
                own(&g.label, at);
                stack.extend(g.controls.iter().map(|c| (c, at)));
            }
            Control::Repeat(r) => {
                own(&r.label, form.def(r.def).parent.unwrap_or(0));
                stack.extend(r.controls.iter().map(|c| (c, r.def)));
            }
            Control::Question(q) => {
                own(&q.label, q.def);
                own(&q.hint, q.def);
                let fixed = match &q.choices {
                    Choices::Fixed(fixed) => fixed.as_slice(),
                    Choices::Items {
                        beside: Some(beside), ..
                    } => &beside.fixed,
                    _ => &[],
                };
                fixed.iter().for_each(|c| own(&c.label, q.def));
            }
        }
    }
    owners
}
