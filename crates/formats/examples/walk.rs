//! Plays walks through forms, so that engines can be compared.
//!
//! Reads one JSON object a line. `{"program": FORM, "files": {NAME: PATH}}` is answered with the form's program;
//! with `"steps"` the walk is played and each state is written: every node, then the pages. FORM is the path of an
//! XForm or of a workbook. An error is `{"error": …}`.

use std::{
    collections::BTreeMap,
    io::{BufRead, Write},
};

use formats::{
    xform::{self, Form, Instance, Item, Keep, ListQuery, PageKind},
    xlsform::{self, workbook::Kind},
    xpath::{Env, Moment},
};
use serde_json::{Value as Json, json};

/// One line of input.
#[derive(serde::Deserialize)]
struct Walk {
    form: String,
    #[serde(default)]
    files: BTreeMap<String, String>,
    steps: Option<Vec<Step>>,
    #[serde(default)]
    language: String,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "lowercase")]
enum Step {
    Set(String, String),
    Add(String),
    Remove(String),
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let walk: Walk = serde_json::from_str(&line?)?;
        let answer = answer(&walk).unwrap_or_else(|error| json!({ "error": error }));
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    Ok(())
}

fn answer(walk: &Walk) -> Result<Json, String> {
    let text = std::fs::read(&walk.form).map_err(|e| e.to_string())?;
    let xml = match walk.form.rsplit('.').next() {
        Some("xml") => String::from_utf8(text).map_err(|e| e.to_string())?,
        ending => {
            let kind = match ending {
                Some("xls") => Kind::Xls,
                Some("csv") => Kind::Csv,
                Some("md") => Kind::Markdown,
                _ => Kind::Xlsx,
            };
            let workbook = xlsform::read(&text, kind).map_err(|e| format!("{e:?}"))?;
            let stem = walk
                .form
                .rsplit('/')
                .next()
                .and_then(|name| name.split('.').next());
            let options = xlsform::Options {
                file_stem: stem.map(str::to_owned),
                form_name: None,
            };
            let converted = xlsform::convert(&workbook, &options);
            converted.map_err(|e| format!("{e:?}"))?.xform
        }
    };
    let mut form = Form::parse(&xml).map_err(|e| e.to_string())?;
    for (name, path) in &walk.files {
        let bytes = std::fs::read(path).map_err(|e| e.to_string())?;
        form.attach(name, &bytes).map_err(|e| e.to_string())?;
    }
    match &walk.steps {
        None => {
            let program = xform::program(&form, "");
            // Long lists are named in a program and fetched apart.
            let long = program["lists"].as_array().into_iter().flatten();
            let lists: serde_json::Map<String, Json> = long
                .filter(|l| l.get("rows").is_some())
                .filter_map(|l| {
                    let id = l["id"].as_str()?;
                    Some((id.to_owned(), xform::list(&form, id, &ListQuery::default())?))
                })
                .collect();
            Ok(json!({ "program": program, "xml": xml, "lists": lists }))
        }
        Some(steps) => play(&form, steps, &walk.language),
    }
}

fn play(form: &Form, steps: &[Step], language: &str) -> Result<Json, String> {
    let now = Moment {
        micros: 1_795_293_000_000_000,
        offset_minutes: 420,
    };
    let env = Env::new(now, 7);
    let mut instance = Instance::new(form, &env);
    let mut states = vec![state(form, &env, &instance, language)];
    for step in steps {
        match step {
            Step::Set(path, value) => {
                let node = instance.find(path).ok_or_else(|| format!("no {path}"))?;
                instance.set(form, &env, node, value);
            }
            Step::Add(path) => {
                let (parent, name) = path.rsplit_once('/').ok_or("a path begins with /")?;
                let parent = instance.find(parent).ok_or_else(|| format!("no {parent}"))?;
                let def = form
                    .child_def(instance.def(parent), name)
                    .ok_or_else(|| format!("no {path}"))?;
                instance
                    .add_repeat(form, &env, parent, def)
                    .map_err(|e| e.to_string())?;
            }
            Step::Remove(path) => {
                let node = instance.find(path).ok_or_else(|| format!("no {path}"))?;
                instance.remove_repeat(node);
            }
        }
        instance.recalculate(form, &env);
        states.push(state(form, &env, &instance, language));
    }
    let again = Instance::resume(form, &env, &instance.to_xml(form, Keep::All)).map_err(|e| e.to_string())?;
    Ok(json!({
        "states": states,
        "submission": instance.to_xml(form, Keep::Relevant),
        "draft": instance.to_xml(form, Keep::All),
        "resumed": again.to_xml(form, Keep::All),
    }))
}

fn state(form: &Form, env: &Env, instance: &Instance, language: &str) -> Json {
    let node = |node| {
        let standing = instance.standing(form, env, node);
        let offers: Vec<_> = xform::offers(form, env, instance, node, language)
            .into_iter()
            .map(|o| json!([o.value, o.label]))
            .collect();
        json!({
            "path": instance.path(node),
            "value": instance.value(node),
            "relevant": instance.is_relevant(node),
            "required": standing.required,
            "readonly": standing.readonly,
            "valid": standing.constraint.unwrap_or(true),
            "problem": standing.problem.map(xform::FlagKind::code),
            "offers": offers,
        })
    };
    let nodes: Vec<_> = instance.nodes().into_iter().map(node).collect();
    let pages = xform::pages(form, env, instance, language);
    let walked = |key: &str| {
        json!([
            xform::next(&pages, key).map(|p| &p.key),
            xform::before(&pages, Some(key)).map(|p| &p.key),
        ])
    };
    let listed: Vec<_> = pages
        .iter()
        .map(|page| {
            let inside: Vec<_> = page.inside.iter().map(|i| json!([i.list, i.entry])).collect();
            let kind = match &page.kind {
                PageKind::Questions(items) => items
                    .iter()
                    .map(|item| match item {
                        Item::Heading(title) => json!(title),
                        Item::Field(f) => json!([
                            f.path,
                            f.label,
                            f.hint,
                            f.guidance,
                            f.media.image,
                            f.appearance,
                            f.required,
                            f.readonly
                        ]),
                    })
                    .collect::<Json>(),
                PageKind::Repeat(list) => list
                    .entries
                    .iter()
                    .map(|e| json!([e.path, e.title, e.page, e.unfinished, e.blank]))
                    .chain([json!(list.open)])
                    .collect(),
            };
            json!([
                page.key,
                page.title,
                page.within,
                inside,
                page.is_unfinished(),
                kind,
                walked(&page.key)
            ])
        })
        .collect();
    json!({ "nodes": nodes, "pages": listed, "troubles": instance.troubles().len() })
}
