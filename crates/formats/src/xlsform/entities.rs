//! The sheet `entities`: which entity lists a submission creates or updates, and where in the form.
//!
//! ODK XForms Entities, versions 2024.1.0 (one entity a submission) and 2025.1.0 (several, or in repeats):
//! <https://getodk.github.io/xforms-spec/entities>. The column `parent` and the attribute it becomes are ours; clients pass over it.

use std::collections::HashMap;

use super::{
    columns::{Columns, Target, Text, Vocabulary, clean},
    expression::{is_ncname, references},
    finding::{Finding, did_you_mean, listed},
    form::{Action, Element, FIRST_LOAD, Form, Id, NEW_REPEAT, Role},
    survey::{
        Survey,
        references::{broken_references, respelled_references},
    },
    workbook::{Row, Workbook},
};

/// Adds the entities of a workbook to its form; answers the version of the entities specification they need.
pub(super) fn add(survey: &mut Survey<'_>, workbook: &Workbook) -> Option<&'static str> {
    let entities = Declared::read(survey, workbook);
    let saved = saved_properties(survey, &entities);
    if entities.is_empty() {
        return None;
    }
    let mut wishes: Vec<Wish> = Vec::new();
    for (nth, entity) in entities.iter().enumerate() {
        wishes.extend(wish(
            survey,
            nth,
            entity,
            saved.get(&nth).map_or(&[], Vec::as_slice),
        ));
    }
    let places = allot(survey, &entities, wishes);
    let in_repeat = places
        .iter()
        .any(|(_, container)| scope(&survey.form, *container) != 0);
    for (nth, container) in places {
        entities[nth].insert(&mut survey.form, container);
    }
    survey.form.place();
    Some(if entities.len() > 1 || in_repeat {
        "2025.1.0"
    } else {
        "2024.1.0"
    })
}

/// A row of the sheet.
#[derive(Debug, Default)]
struct Declared {
    row: u32,
    list: String,
    entity_id: Option<String>,
    create_if: Option<String>,
    update_if: Option<String>,
    label: Option<String>,
    /// The id of the entity it belongs to, where its place in the form does not tell.
    parent: Option<String>,
}

/// A value of the form that becomes a property of an entity, or that its declaration mentions.
struct Mention {
    /// The group or repeat the question stands in.
    container: Id,
    row: u32,
    /// The property, when the value is saved.
    property: Option<String>,
}

/// Where an entity would like to stand.
struct Wish {
    nth: usize,
    container: Id,
    /// Groups whose questions are saved to it.
    saving: Vec<Id>,
}

impl Declared {
    fn read(survey: &mut Survey<'_>, workbook: &Workbook) -> Vec<Self> {
        let Some(sheet) = workbook.sheet("entities") else {
            return Vec::new();
        };
        let columns = Columns::of(
            sheet,
            Vocabulary::Entities,
            &mut survey.problems,
            &mut survey.warnings,
        );
        for column in columns.0.iter().flatten() {
            match &column.target {
                // Until 2026 a column named the repeat; now the references tell.
                Target::Other(name) if name == "repeat" => {}
                Target::Other(name) => {
                    let known = [
                        "list_name",
                        "entity_id",
                        "create_if",
                        "update_if",
                        "label",
                        "parent",
                    ];
                    let guess = did_you_mean(name, known);
                    let remedy = if guess.is_empty() {
                        format!("; the sheet knows {}", listed(known))
                    } else {
                        guess
                    };
                    survey.problems.push(
                        Finding::at_row(&sheet.name, 1, format!("unknown column \"{name}\"{remedy}"))
                            .column(name),
                    );
                }
                _ => {}
            }
        }
        let mut entities: Vec<Self> = Vec::new();
        for row in &sheet.rows {
            let entity = Self::parse(row, &columns);
            let mut problem = |column: &str, message: String| {
                survey
                    .problems
                    .push(Finding::at_row(&sheet.name, row.number, message).column(column));
            };
            entity.check(&mut problem);
            if let Some(twin) = entities.iter().find(|twin| twin.list == entity.list) {
                problem(
                    "list_name",
                    format!(
                        "the entity list \"{}\" is declared in row {} too; one row a list",
                        entity.list, twin.row
                    ),
                );
                continue;
            }
            for text in entity.texts() {
                let finding = |message| Finding::at_row(&sheet.name, row.number, message);
                survey
                    .problems
                    .extend(broken_references(&survey.form, text).map(finding));
                survey
                    .warnings
                    .extend(respelled_references(&survey.form, text).map(finding));
            }
            entities.push(entity);
        }
        entities
    }

    fn parse(row: &Row, columns: &Columns) -> Self {
        let mut entity = Self {
            row: row.number,
            ..Self::default()
        };
        for (column, text) in columns.cells(row) {
            let value = clean(text, false);
            match &column.target {
                Target::Known("dataset") => entity.list = value,
                Target::Known("entity_id") => entity.entity_id = Some(value),
                Target::Known("create_if") => entity.create_if = Some(value),
                Target::Known("update_if") => entity.update_if = Some(value),
                Target::Known("label") => entity.label = Some(value),
                Target::Known("parent") => entity.parent = Some(value),
                _ => {}
            }
        }
        entity
    }

    fn check(&self, problem: &mut impl FnMut(&str, String)) {
        let list = &self.list;
        if list.is_empty() {
            problem(
                "list_name",
                "the entity list has no name; fill in list_name".to_owned(),
            );
        } else if list.starts_with("__") {
            problem(
                "list_name",
                format!("\"{list}\" begins with \"__\", which is kept for the server; choose another name"),
            );
        } else if !is_ncname(list) || list.contains('.') {
            problem(
                "list_name",
                format!(
                    "\"{list}\" cannot name an entity list; begin with a letter, then letters, digits, \"_\" or \"-\""
                ),
            );
        }
        match (&self.entity_id, &self.create_if, &self.update_if) {
            (None, _, Some(_)) => problem(
                "entity_id",
                format!("\"{list}\" is updated, but entity_id does not say which entity; fill it in"),
            ),
            (Some(_), Some(_), None) => problem(
                "update_if",
                format!(
                    "\"{list}\" has entity_id and create_if, so it must say when to update; fill in update_if, or remove entity_id"
                ),
            ),
            _ => {}
        }
        if let Some(parent) = self.parent.as_deref().filter(|parent| is_ncname(parent)) {
            problem(
                "parent",
                format!(
                    "\"{parent}\" is read as a question below the entity and is always empty; give the id of the entity it belongs to, such as ${{{parent}}}, or leave the cell empty when the form asks both, one inside the other"
                ),
            );
        }
        if self.entity_id.is_none() && self.label.is_none() {
            problem(
                "label",
                format!("new entities of \"{list}\" need a label; fill it in, for example ${{name}}"),
            );
        }
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        let all = [
            &self.entity_id,
            &self.create_if,
            &self.update_if,
            &self.label,
            &self.parent,
        ];
        all.into_iter().flatten().map(String::as_str)
    }

    /// Puts `meta/entity` with its attributes and label at the end of a group.
    fn insert(&self, form: &mut Form, container: Id) {
        let hidden = |name: &str| Element {
            role: Role::Hidden,
            name: name.to_owned(),
            ..Element::default()
        };
        let meta = form.elements[container]
            .children
            .iter()
            .copied()
            .find(|child| form.elements[*child].role == Role::Hidden);
        let meta = meta.unwrap_or_else(|| form.add(container, hidden("meta")));
        let entity = form.add(meta, hidden("entity"));
        // The entity stands before the instance id, as other converters write it.
        form.elements[meta].children.rotate_right(1);
        let attribute = |name: &str, value: &str| Element {
            role: Role::Attribute(value.to_owned()),
            name: name.to_owned(),
            ..Element::default()
        };
        let computed = |mut element: Element, calculation: &str| {
            element.bind = [
                ("calculate", calculation),
                ("readonly", "true()"),
                ("type", "string"),
            ]
            .map(|(name, value)| (name.to_owned(), Text::Plain(value.to_owned())))
            .to_vec();
            element
        };
        form.add(entity, attribute("dataset", &self.list));
        if self.entity_id.is_none() || self.create_if.is_some() {
            let create = attribute("create", "1");
            form.add(
                entity,
                match &self.create_if {
                    Some(condition) => computed(create, condition),
                    None => create,
                },
            );
        }
        if let Some(entity_id) = &self.entity_id {
            let update = attribute("update", "1");
            form.add(
                entity,
                match &self.update_if {
                    Some(condition) => computed(update, condition),
                    None => update,
                },
            );
            let known = format!("instance('{}')/root/item[name={entity_id}]", self.list);
            for (name, column) in [
                ("baseVersion", "__version"),
                ("trunkVersion", "__trunkVersion"),
                ("branchId", "__branchId"),
            ] {
                form.add(
                    entity,
                    computed(attribute(name, ""), &format!("{known}/{column}")),
                );
            }
        }
        let mut id = attribute("id", "");
        id.bind = vec![
            ("readonly".to_owned(), Text::Plain("true()".to_owned())),
            ("type".to_owned(), Text::Plain("string".to_owned())),
        ];
        match &self.entity_id {
            Some(entity_id) => id
                .bind
                .push(("calculate".to_owned(), Text::Plain(entity_id.clone()))),
            None => {
                id.actions.push(Action::setvalue(FIRST_LOAD, "uuid()"));
                if scope(form, container) != 0 {
                    id.actions.push(Action::setvalue(NEW_REPEAT, "uuid()"));
                }
            }
        }
        form.add(entity, id);
        if let Some(parent) = &self.parent {
            form.add(entity, computed(attribute("parent", ""), parent));
        }
        if let Some(label) = &self.label {
            form.add(entity, computed(hidden("label"), label));
        }
    }
}

/// The values saved to each entity; the list's name is taken off `list#property`.
fn saved_properties(survey: &mut Survey<'_>, entities: &[Declared]) -> HashMap<usize, Vec<Mention>> {
    let mut saved: HashMap<usize, Vec<Mention>> = HashMap::new();
    for id in survey.form.in_order() {
        let element = &survey.form.elements[id];
        let Some(save_to) = element
            .bind_value("entities:saveto")
            .and_then(Text::plain)
            .map(str::to_owned)
        else {
            continue;
        };
        let (row, parent) = (element.row, element.parent.unwrap_or_default());
        let is_question = element.question().is_some();
        let (list, property) = match save_to.split_once('#') {
            Some((list, property)) => (Some(list), property),
            None => (None, save_to.as_str()),
        };
        let nth = match (list, entities) {
            (_, []) => Err(
                "the column save_to needs the sheet \"entities\", which says to which list the values go"
                    .to_owned(),
            ),
            (None, [_]) => Ok(0),
            (None, _) => Err(format!(
                "the workbook has several entity lists; say which, as \"{}#{property}\"",
                entities[0].list
            )),
            (Some(list), _) => entities
                .iter()
                .position(|entity| entity.list == list)
                .ok_or_else(|| {
                    let guess = did_you_mean(list, entities.iter().map(|entity| entity.list.as_str()));
                    format!("no entity list is named \"{list}\"{guess}")
                }),
        };
        let wrong = match &nth {
            Err(message) => Some(message.clone()),
            Ok(_) if !is_question => Some("a group cannot be saved; put save_to on its questions".to_owned()),
            Ok(_) if property.eq_ignore_ascii_case("name") || property.eq_ignore_ascii_case("label") => Some(format!("\"{property}\" is kept for the entity itself; choose another property name")),
            Ok(_) if property.starts_with("__") => Some(format!("\"{property}\" begins with \"__\", which is kept for the server; choose another name")),
            Ok(_) if !is_ncname(property) => Some(format!("\"{property}\" cannot name a property; begin with a letter, then letters, digits, \"_\" or \"-\"")),
            Ok(nth) => saved.get(nth).and_then(|saved| saved.iter().find(|other| other.property.as_deref() == Some(property))).map(|other| {
                format!("row {} is saved to \"{property}\" already; save each question to a property of its own", other.row)
            }),
        };
        match (nth, wrong) {
            (Ok(nth), None) => {
                saved.entry(nth).or_default().push(Mention {
                    container: parent,
                    row,
                    property: Some(property.to_owned()),
                });
                let property = property.to_owned();
                survey.form.elements[id].set_bind("entities:saveto", property);
            }
            (_, wrong) => survey.problem(row, "save_to", wrong.unwrap_or_default()),
        }
    }
    saved
}

/// Where an entity wants to be: in the deepest repeat that its values come from, around all that is saved to it.
fn wish(survey: &mut Survey<'_>, nth: usize, entity: &Declared, saved: &[Mention]) -> Option<Wish> {
    let form = &survey.form;
    let names = entity.texts().flat_map(|text| {
        references(text)
            .flatten()
            .map(|reference| reference.name.to_owned())
            .collect::<Vec<_>>()
    });
    let named: Vec<Mention> = names
        .filter_map(|name| form.named(&name).first().copied())
        .map(|id| Mention {
            container: form.elements[id].parent.unwrap_or_default(),
            row: form.elements[id].row,
            property: None,
        })
        .collect();
    let deepest = saved
        .iter()
        .chain(&named)
        .map(|mention| scope(form, mention.container))
        .max_by_key(|scope| repeats_above(form, *scope))
        .unwrap_or_default();
    let stray = saved.iter().chain(&named).find(|mention| {
        let own = scope(form, mention.container);
        let apart = own != deepest && !form.holds(own, deepest);
        apart
            || (mention.property.is_some()
                && own
                    != saved
                        .iter()
                        .map(|other| scope(form, other.container))
                        .max_by_key(|scope| repeats_above(form, *scope))
                        .unwrap_or_default())
    });
    if let Some(stray) = stray {
        let (row, list) = (stray.row, &entity.list);
        survey.problem(row, "save_to", format!("\"{list}\" takes values from this row and from another repeat; one entity cannot be in both, so use an entity list a repeat"));
        return None;
    }
    let saving: Vec<Id> = saved.iter().map(|mention| mention.container).collect();
    let container = match saving.split_first() {
        Some((first, others)) => others
            .iter()
            .fold(*first, |common, other| common_container(form, common, *other)),
        None => {
            let inner = named
                .iter()
                .map(|mention| mention.container)
                .filter(|container| scope(form, *container) == deepest);
            inner
                .max_by_key(|container| form.elements[*container].depth)
                .unwrap_or(deepest)
        }
    };
    Some(Wish {
        nth,
        container,
        saving,
    })
}

/// Gives every entity a group of its own, as deep as it wishes and as high as its repeat.
fn allot(survey: &mut Survey<'_>, entities: &[Declared], mut wishes: Vec<Wish>) -> Vec<(usize, Id)> {
    let form = &survey.form;
    // One entity of the whole form stands at the root, where version 2024.1.0 wants it.
    if let [only] = wishes.as_slice()
        && scope(form, only.container) == 0
    {
        return vec![(only.nth, 0)];
    }
    wishes.sort_by_key(|wish| entities[wish.nth].row);
    let mut taken: HashMap<Id, usize> = HashMap::new();
    let mut places = Vec::new();
    let mut conflicts = Vec::new();
    for wish in wishes {
        let top = scope(form, wish.container);
        let mut free = Some(wish.container);
        let held_by_other = wish
            .saving
            .iter()
            .find_map(|container| taken.get(container).copied());
        while let Some(container) = free {
            if !taken.contains_key(&container) {
                break;
            }
            free = if container == top || held_by_other.is_some() {
                None
            } else {
                form.elements[container].parent
            };
        }
        let Some(place) = free else {
            let other = held_by_other
                .or_else(|| taken.get(&top).copied())
                .unwrap_or_default();
            conflicts.push((wish.nth, other));
            continue;
        };
        taken.insert(place, wish.nth);
        for container in &wish.saving {
            let mut between = *container;
            while between != place {
                taken.insert(between, wish.nth);
                between = form.elements[between].parent.unwrap_or(place);
            }
        }
        places.push((wish.nth, place));
    }
    for (nth, other) in conflicts {
        let (entity, other) = (&entities[nth], &entities[other]);
        let message = format!(
            "\"{}\" and \"{}\" of row {} would share one group; put the questions of each into a group of their own",
            entity.list, other.list, other.row
        );
        survey
            .problems
            .push(Finding::at_row("entities", entity.row, message).column("list_name"));
    }
    places
}

/// The repeat that a container is or stands in, or the root.
fn scope(form: &Form, container: Id) -> Id {
    match form.elements[container].role {
        Role::Repeat => container,
        _ => form.elements[container].repeat.unwrap_or_default(),
    }
}

fn repeats_above(form: &Form, container: Id) -> usize {
    std::iter::successors(
        Some(container).filter(|container| form.elements[*container].role == Role::Repeat),
        |repeat| form.elements[*repeat].repeat,
    )
    .count()
}

fn common_container(form: &Form, one: Id, other: Id) -> Id {
    let mut common = one;
    while common != other && !form.holds(common, other) {
        common = form.elements[common].parent.unwrap_or_default();
    }
    common
}
