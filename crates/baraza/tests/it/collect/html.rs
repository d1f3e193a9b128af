//! Every page of forms, filled with something of everything, in all languages.

use askama::Template;
use baraza::{
    collect::{
        desk::{
            FormPage, OverviewPage, StraysPage,
            submission::{SubmissionPage, TrashPage},
        },
        entities::desk::{EntityListPage, EntityPage, ListsPage},
        web::pages::{CheckPage, ListPage, QuestionsPage, RemovePage, RepeatPage, SentPage, StartPage},
        web::phone::PhonePage,
    },
    platform::i18n::Lang,
};

use crate::html::check::faults;

fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    fn render(page: &impl Template) -> String {
        page.render().expect("a page renders")
    }
    vec![
        ("list", render(&ListPage::sample(lang))),
        ("start", render(&StartPage::sample(lang))),
        ("phone", render(&PhonePage::sample(lang))),
        ("questions", render(&QuestionsPage::sample(lang))),
        ("repeat", render(&RepeatPage::sample(lang))),
        ("remove", render(&RemovePage::sample(lang))),
        ("check", render(&CheckPage::sample(lang))),
        ("sent", render(&SentPage::sample(lang))),
        ("desk overview", render(&OverviewPage::sample(lang))),
        ("desk form", render(&FormPage::sample(lang))),
        ("desk submission", render(&SubmissionPage::sample(lang))),
        ("desk trash", render(&TrashPage::sample(lang))),
        ("desk strays", render(&StraysPage::sample(lang))),
        ("entity lists", render(&ListsPage::sample(lang))),
        ("entity list", render(&EntityListPage::sample(lang))),
        ("entity", render(&EntityPage::sample(lang))),
    ]
}

#[test]
fn every_page_of_forms_is_sound_in_every_language() {
    let mut found = String::new();
    for lang in Lang::ALL {
        for (name, html) in samples(lang) {
            for fault in faults(&html) {
                found += &format!("{name} in {lang}: {fault}\n");
            }
        }
    }
    assert!(found.is_empty(), "\n{found}");
}

#[test]
fn what_people_typed_is_escaped_on_every_page_of_forms() {
    for (name, html) in samples(Lang::En) {
        for raw in ["<3>", "<2026>", "O'Brien", "\"book\"", "\"Melati\"", "<age>"] {
            assert!(!html.contains(raw), "{name}: {raw} stands there as it came");
        }
    }
}

#[test]
fn no_page_of_forms_shows_the_id_of_a_text() {
    for lang in Lang::ALL {
        for (name, html) in samples(lang) {
            let words: String = html
                .split('<')
                .filter_map(|part| part.split_once('>'))
                .map(|(_, words)| words)
                .collect();
            for id in ["collect-", "platform-", "{$", "{ $", "%points%"] {
                assert!(!words.contains(id), "{name} in {lang} shows {id}…");
            }
        }
    }
}
