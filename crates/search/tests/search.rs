//! The index as its owner uses it: what is found, in which order, with which counts.

use formats::ckan::search::{Document, Facets, Manner as Reading, Query, document, query::Content};
use pretty_assertions::assert_eq;
use search::{Asked, Engine, Entry, Error, Manner, PLACE, Places, Snapshot};

const NOW: i64 = 1_794_794_400_000_000;

/// A dataset that everybody sees.
fn entry(number: u32, title: &str, description: &str) -> Entry {
    let mut document = Document::default();
    let mut keyword = |field: &str, text: &str| document.add(field, Content::Keyword(text.to_owned()));
    keyword("id", &format!("id-{number}"));
    keyword("name", &format!("set-{number}"));
    keyword("state", "active");
    keyword("permission_labels", "public");
    document.add(
        "metadata_modified",
        Content::Instant(NOW - i64::from(number) * 86_400_000_000),
    );
    document.add("num_resources", Content::Number(f64::from(number)));
    document.add("title", Content::Prose(title.to_owned()));
    Entry {
        number,
        id: format!("id-{number}"),
        title: title.to_owned(),
        description: description.to_owned(),
        document,
        ..Entry::default()
    }
}

fn with(mut entry: Entry, field: &str, text: &str) -> Entry {
    entry.document.add(field, Content::Keyword(text.to_owned()));
    if field == "tags" {
        entry.keywords.push(text.to_owned());
    }
    entry
}

fn engine() -> Engine {
    Engine::new()
}

fn filled(entries: impl IntoIterator<Item = Entry>) -> Snapshot {
    engine().put(entries)
}

/// What somebody finds, the best first.
fn asked(snapshot: &Snapshot, text: &str, manner: Manner) -> Vec<u32> {
    let filters = [Query::term("permission_labels", "public")];
    let asked = Asked {
        text,
        manner,
        filters: &filters,
        places: &|_| None,
        now: NOW,
    };
    let found = snapshot.ask(&asked).expect("an answer").found;
    let page = found.page(0, 100, |a, b| {
        b.score.total_cmp(&a.score).then(a.number.cmp(&b.number))
    });
    page.iter().map(|hit| hit.number).collect()
}

fn meant(snapshot: &Snapshot, text: &str) -> Option<String> {
    let filters = [Query::term("permission_labels", "public")];
    let asked = Asked {
        text,
        manner: Manner::Finished,
        filters: &filters,
        places: &|_| None,
        now: NOW,
    };
    snapshot.ask(&asked).expect("an answer").meant
}

fn lenient(text: &str) -> Query {
    Query::read(
        text,
        Reading::Lenient {
            is_field: &document::is_field,
        },
    )
    .expect("a query")
}

/// What a client of CKAN finds, by number.
fn solr(snapshot: &Snapshot, q: &str) -> Vec<u32> {
    let found = snapshot.find(&lenient(q), &[], NOW).expect("an answer");
    let mut numbers: Vec<u32> = found.hits.iter().map(|hit| hit.number).collect();
    numbers.sort_unstable();
    numbers
}

#[test]
fn what_is_in_the_title_comes_before_tags_and_those_before_descriptions() {
    let mut of_columns = entry(4, "Four", "");
    of_columns.rest.push("water".to_owned());
    let snapshot = filled([
        of_columns,
        entry(3, "Three", "About water and more"),
        with(entry(2, "Two", ""), "tags", "water"),
        entry(1, "Water", ""),
    ]);
    assert_eq!(asked(&snapshot, "water", Manner::Finished), [1, 2, 3, 4]);
}

#[test]
fn six_languages_are_found_by_their_own_words_in_other_forms() {
    let titles = [
        "Primary schools in the district",
        "Data kesehatan ibu dan anak",
        "Idadi ya watoto shuleni",
        "विद्यालयों की सूची",
        "গ্রামের শিক্ষা প্রতিষ্ঠান",
        "जनसंख्या विद्यालयहरू नेपाल",
    ];
    let snapshot = filled((1..).zip(titles).map(|(n, title)| entry(n, title, "")));
    for (text, expected) in [
        ("school", vec![1]),
        ("SCHOOLS", vec![1]),
        ("sehat", vec![2]),
        ("anaknya", vec![2]),
        ("mtoto", vec![3]),
        ("shule", vec![3]),
        ("विद्यालय", vec![4, 6]),
        ("গ্রাম", vec![5]),
        ("শিক্ষার", vec![5]),
        ("जनसंख्या", vec![6]),
    ] {
        let mut found = asked(&snapshot, text, Manner::Finished);
        found.sort_unstable();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn typing_errors_are_forgiven_and_what_is_right_comes_first() {
    let snapshot = filled([
        entry(1, "Sekolha dasar", ""),
        entry(2, "Jumlah sekolah", "sekolah negeri"),
        entry(3, "Kesehatan", ""),
        entry(4, "Irigasi 2023", ""),
    ]);
    assert_eq!(asked(&snapshot, "sekolah", Manner::Finished), [2, 1]);
    // Two letters changed places; one is missing; two are wrong in a long word.
    for (text, expected) in [
        ("seoklah", vec![2]),
        ("sekola", vec![2, 1]),
        ("kesehtaan", vec![3]),
        ("keshatn", vec![]),
        ("kesehetin", vec![3]),
        ("irigsi", vec![4]),
        // A year is that year.
        ("2024", vec![]),
    ] {
        assert_eq!(asked(&snapshot, text, Manner::Finished), expected, "{text}");
    }
    assert_eq!(
        meant(&snapshot, "jumlah kesehtaan"),
        Some("jumlah kesehatan".to_owned())
    );
    assert_eq!(meant(&snapshot, "jumlah sekolah"), None);
}

#[test]
fn the_last_word_may_be_begun_while_somebody_types() {
    let snapshot = filled([
        entry(1, "Sekolah", ""),
        entry(2, "Sekretariat", ""),
        entry(3, "Pasar", ""),
    ]);
    assert_eq!(asked(&snapshot, "sek", Manner::Typing), [1, 2]);
    assert_eq!(asked(&snapshot, "sekol", Manner::Typing), [1]);
    assert_eq!(asked(&snapshot, "", Manner::Typing).len(), 3);
    assert_eq!(asked(&snapshot, "!?", Manner::Typing), [0; 0]);
}

#[test]
fn what_may_not_be_seen_is_neither_found_nor_suggested() {
    let mut hidden = entry(1, "Penangkapan narapidana", "");
    hidden.document = Document::default();
    hidden
        .document
        .add("permission_labels", Content::Keyword("staff".to_owned()));
    let snapshot = filled([hidden, entry(2, "Pasar", "")]);
    assert_eq!(asked(&snapshot, "penangkapan", Manner::Finished), [0; 0]);
    assert_eq!(asked(&snapshot, "penang", Manner::Typing), [0; 0]);
    assert_eq!(meant(&snapshot, "penangkapn"), None);
    assert_eq!(meant(&snapshot, "pasarr"), Some("pasar".to_owned()));
}

#[test]
fn what_covers_a_place_is_found_for_it_behind_what_is_about_it() {
    let about = |n: u32, code: &str| with(entry(n, &format!("Set {n}"), ""), PLACE, code);
    let snapshot = filled([
        about(1, "35"),
        about(2, "35.22.01.2001"),
        about(3, "35.22"),
        about(4, "36"),
        entry(5, "Pasar", ""),
        with(entry(6, "Pasar", ""), PLACE, "35.22"),
    ]);
    let village = Places {
        own: vec!["35.22.01.2001".to_owned()],
        above: vec!["35.22.01".to_owned(), "35.22".to_owned(), "35".to_owned()],
        below: Vec::new(),
    };
    let regency = Places {
        own: vec!["35.22".to_owned()],
        above: vec!["35".to_owned()],
        below: vec!["35.22.01".to_owned(), "35.22.01.2001".to_owned()],
    };
    let places = |name: &str| match name {
        "suka maju" => Some(village.clone()),
        "bojonegoro" => Some(regency.clone()),
        _ => None,
    };
    let found = |text: &str| -> Vec<u32> {
        let asked = Asked {
            text,
            manner: Manner::Finished,
            filters: &[],
            places: &places,
            now: NOW,
        };
        let found = snapshot.ask(&asked).expect("an answer").found;
        let page = found.page(0, 10, |a, b| {
            b.score.total_cmp(&a.score).then(a.number.cmp(&b.number))
        });
        page.iter().map(|hit| hit.number).collect()
    };
    assert_eq!(found("Suka Maju"), [2, 3, 6, 1]);
    assert_eq!(found("bojonegoro"), [3, 6, 1, 2]);
    assert_eq!(found("pasar suka maju"), [6]);
}

#[test]
fn a_dataset_that_changed_is_found_by_what_it_is_now_and_older_snapshots_stay() {
    let mut engine = engine();
    let before = engine.put([entry(1, "Wells", ""), entry(2, "Roads", "")]);
    let after = engine.put([entry(1, "Bridges", "")]);
    assert_eq!(asked(&before, "wells", Manner::Finished), [1]);
    assert_eq!(asked(&after, "wells", Manner::Finished), [0; 0]);
    assert_eq!(asked(&after, "bridges", Manner::Finished), [1]);
    assert_eq!(after.n(), 2);
    // Many changes one by one, which the index gathers into larger pieces by itself.
    let mut last = after;
    for n in 0..50 {
        last = engine.put([entry(1, &format!("Bridges {n}"), "")]);
    }
    assert_eq!((last.n(), asked(&last, "roads", Manner::Finished)), (2, vec![2]));
    let all = last.filter(&[], NOW).expect("all");
    assert_eq!(last.count(&all, "state"), [("active".to_owned(), 2)]);
}

#[test]
fn facets_count_among_what_was_found() {
    let snapshot = filled([
        with(with(entry(1, "Wells", ""), "tags", "water"), "tags", "air minum"),
        with(entry(2, "Rivers", ""), "tags", "water"),
        with(entry(3, "Roads", ""), "tags", "travel"),
    ]);
    let facets = |q: &str, fields: &[&str], limit: Option<u64>| {
        let found = snapshot.find(&lenient(q), &[], NOW).expect("an answer");
        let asked = Facets {
            fields: fields.iter().map(|field| (*field).to_owned()).collect(),
            limit,
            least: 1,
        };
        let counted = snapshot.facets(&found, &asked);
        let items = counted.into_iter().flat_map(|facet| facet.items);
        items
            .map(|item| format!("{} {}", item.name, item.count))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        facets("*:*", &["tags"], None),
        ["water 2", "air minum 1", "travel 1"]
    );
    assert_eq!(facets("wells", &["tags"], None), ["air minum 1", "water 1"]);
    assert_eq!(facets("*:*", &["tags"], Some(1)), ["water 2"]);
    assert_eq!(
        facets(
            "tags:travel",
            &["num_resources", "metadata_modified", "nothing"],
            None
        ),
        ["3.0 1", "2026-11-13T02:00:00Z 1"]
    );
    assert_eq!(facets("tags:travel", &["title"], None), ["roads 1"]);
}

#[test]
fn solrs_queries_mean_what_they_mean_to_a_scan() {
    let entries: Vec<Entry> = [
        ("Water supply of schools", "pipes and wells", "water"),
        ("Roads and bridges", "no water here", "travel"),
        ("School roads", "", "water"),
        ("Kazi za maji", "visima", "kazi"),
        ("Ｆull width", "ÉCOLE publique", "school"),
    ]
    .into_iter()
    .zip(1..)
    .map(|((title, description, tag), n)| {
        let mut entry = with(entry(n, title, description), "tags", tag);
        for (field, text) in [
            ("notes", description),
            ("text", title),
            ("text", description),
            ("text", tag),
        ] {
            if !text.is_empty() {
                entry.document.add(field, Content::Prose(text.to_owned()));
            }
        }
        entry
            .document
            .add("extras_who", Content::Prose(format!("Office no {n}")));
        entry
    })
    .collect();
    let snapshot = filled(entries.clone());
    for q in [
        "*:*",
        "tags:water",
        "tags:wat*",
        "tags:w?ter",
        "tags:*",
        "-tags:water",
        "+tags:water -title:roads",
        "title:roads",
        "title:\"roads and bridges\"",
        "title:\"roads bridges\"~1",
        "title:(roads OR kazi)",
        "tags:(water OR travel) AND title:roads",
        "NOT tags:water",
        "name:set-3",
        "name:set-*",
        "id:id-2",
        "title:bridgse~1",
        "tags:watre~1",
        "tags:[k TO t]",
        "tags:{kazi TO *]",
        "tags:[* TO school}",
        "metadata_modified:[2026-11-13T00:00:00Z TO *]",
        "metadata_modified:[* TO NOW-3DAYS]",
        "metadata_modified:\"2026-11-13\"",
        "num_resources:[2 TO 4}",
        "num_resources:3",
        "extras_who:office",
        "extras_who:\"no 4\"",
        "extras_who:offi*",
        "notes:ecole",
        "nothing:*",
        "title:r*s",
        "tags:water^5 OR tags:kazi",
        "(tags:water AND (title:school OR title:roads)) OR tags:kazi",
        "state:active AND permission_labels:public",
    ] {
        let query = lenient(q);
        let scanned: Vec<u32> = entries
            .iter()
            .filter(|entry| query.matches(&entry.document, NOW))
            .map(|entry| entry.number)
            .collect();
        // The index knows families of words, a scan does not.
        let indexed = solr(&snapshot, q);
        let extra: Vec<&u32> = indexed.iter().filter(|n| !scanned.contains(n)).collect();
        assert!(
            scanned.iter().all(|n| indexed.contains(n)),
            "{q}: {scanned:?} {indexed:?}"
        );
        assert!(
            extra.is_empty() || q.contains("school"),
            "{q}: {scanned:?} {indexed:?}"
        );
    }
    assert_eq!(
        solr(&snapshot, "school"),
        [1, 3, 5],
        "families of words, and tags"
    );
    assert_eq!(solr(&snapshot, "set-4"), [4], "a name");
    assert_eq!(solr(&snapshot, "wat*"), [1, 2, 3]);
    assert_eq!(solr(&snapshot, "\"water supply\""), [1]);
}

#[test]
fn hostile_questions_end_soon_and_do_no_harm() {
    let snapshot = filled([entry(1, "Wells", "")]);
    let long = "a".repeat(200_000);
    for text in [
        &long,
        &"(".repeat(10_000),
        &"a ".repeat(10_000),
        &"\"".repeat(999),
        "*:*",
        "\u{0}\u{1f}\u{10ffff}",
        "ក្\u{17d2}",
        "🦀 🦀",
        "=ewell",
        "_ls",
    ] {
        for manner in [Manner::Typing, Manner::Finished] {
            assert_eq!(asked(&snapshot, text, manner), [0; 0]);
        }
    }
    // A pattern that would make a machine of millions of states is refused.
    let bomb = format!("title:{}", "*a?".repeat(1_000));
    let refused = snapshot.find(&lenient(&bomb), &[], NOW);
    assert!(matches!(refused, Err(Error::TooMuch)) || refused.is_ok_and(|found| found.n() == 0));
    let boosted = snapshot.find(&lenient("wells^9999999"), &[], NOW);
    assert_eq!(boosted.expect("an answer").n(), 1);
}
