//! Any model goes out in three syntaxes that say the same, and comes back as it was.

use pretty_assertions::assert_eq;
use proptest::{collection::vec, option, prelude::*, sample::select, string::string_regex};

use super::{harvest, iri, statements};
use crate::dcat::{
    CatalogueWriter, Syntax,
    codes::{AccessRight, Availability, Frequency, HashAlgorithm, Status, data_theme},
    dataset,
    model::*,
    values::{Iri, Lang, Span, Text, Texts, When, clean},
};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn any_dataset_comes_back_from_every_syntax_and_the_three_say_the_same(given in datasets()) {
        let turtle = statements(&dataset(Syntax::Turtle, &given), Syntax::Turtle);
        for syntax in Syntax::ALL {
            let document = dataset(syntax, &given);
            prop_assert!(turtle == statements(&document, syntax), "{syntax:?} differs from Turtle:\n{document}");
            let found = harvest(&document, syntax);
            prop_assert_eq!(&found.findings, &vec![]);
            assert_eq!(found.datasets.as_slice(), std::slice::from_ref(&given));
        }
    }

    #[test]
    fn any_text_comes_back_from_every_syntax(text in any::<String>(), lang in option::of(select(vec!["id", "bn-bd", "zh-hant"]))) {
        let mut given = Dataset::new(iri("https://data.example/d"));
        given.title = Texts::plain("t");
        given.description = Texts::plain("d");
        given.keywords = Texts(vec![Text { lang: lang.and_then(Lang::parse), text: text.clone() }]);
        for syntax in Syntax::ALL {
            let found = harvest(&dataset(syntax, &given), syntax);
            prop_assert_eq!(&found.datasets[0].keywords.0[0].text, &clean(&text), "{:?}", syntax);
        }
    }

    #[test]
    fn any_address_that_is_accepted_comes_back_from_every_syntax(text in any::<String>().prop_map(|text| format!("https://a.example/{text}"))) {
        if let Some(address) = Iri::repair(&text) {
            let mut given = Dataset::new(address.clone());
            given.title = Texts::plain("t");
            given.description = Texts::plain("d");
            for syntax in Syntax::ALL {
                let found = harvest(&dataset(syntax, &given), syntax);
                prop_assert_eq!(&found.datasets[0].iri, &address, "{:?}", syntax);
            }
        }
    }
}

#[test]
fn a_catalogue_of_two_pages_says_where_it_goes_on_in_every_syntax() {
    let mut catalogue = Catalogue::new(iri("https://data.example/catalog"));
    catalogue.title = Texts::of("id", "Satu Data");
    catalogue.description = catalogue.title.clone();
    catalogue.publisher.name = Texts::of("id", "Diskominfo");
    let page = |number: u32| iri(&format!("https://data.example/catalog.ttl?page={number}"));
    let first = Page {
        iri: page(1),
        first: page(1),
        previous: None,
        next: Some(page(2)),
        last: page(2),
        total: 3,
        per_page: 2,
    };
    for syntax in Syntax::ALL {
        let mut out = String::new();
        let mut writer = CatalogueWriter::begin(syntax, &catalogue, Some(&first), &mut out);
        for name in ["a", "b"] {
            let mut one = Dataset::new(iri(&format!("https://data.example/dataset/{name}")));
            one.title = Texts::plain(name);
            writer.dataset(&one, &mut out);
        }
        let mut service = DataService::new(iri("https://data.example/api/3/action"));
        service.title = Texts::plain("CKAN");
        writer.service(&service, &mut out);
        writer.end(&mut out);
        let found = harvest(&out, syntax);
        assert_eq!(found.catalogue.as_ref(), Some(&catalogue), "{syntax:?}");
        let names: Vec<&str> = found.datasets.iter().map(|one| one.name("en")).collect();
        assert_eq!(names, ["a", "b"], "{syntax:?}");
        assert_eq!(
            (found.next_page, found.total),
            (Some(page(2)), Some(3)),
            "{syntax:?}"
        );
        assert_eq!(found.services, [service], "{syntax:?}");
    }
}

#[test]
fn a_long_catalogue_describes_a_licence_once_and_remembers_no_more_than_it_must() {
    let mut given = Dataset::new(iri("https://data.example/d"));
    given.title = Texts::plain("t");
    given.licence = Some(Licence {
        iri: Some(iri("https://creativecommons.org/licenses/by/4.0/")),
        title: Texts::plain("CC BY 4.0"),
        kind: None,
    });
    let mut out = String::new();
    let mut writer = CatalogueWriter::begin(
        Syntax::Turtle,
        &Catalogue::new(iri("https://data.example/")),
        None,
        &mut out,
    );
    let mut sizes = Vec::new();
    for number in 0..10_000 {
        given.iri = iri(&format!("https://data.example/{number:05}"));
        given.landing_page = Some(given.iri.clone());
        out.clear();
        writer.dataset(&given, &mut out);
        sizes.push(out.len());
    }
    assert!(sizes[1] < sizes[0], "the licence is described again: {out}");
    let again = sizes.iter().filter(|size| **size == sizes[0]).count();
    assert!((2..5).contains(&again), "described {again} times in 10,000");
}

fn datasets() -> impl Strategy<Value = Dataset> {
    let names = (
        addresses("d"),
        vec(words(), 0..3),
        vec((words(), option::of(words())), 0..2),
        texts(1..3),
        texts(1..3),
        texts(0..4),
        texts(0..2),
        texts(0..2),
    );
    let people = (
        option::of(agents()),
        vec(agents(), 0..2),
        vec(agents(), 0..2),
        vec(contacts(), 0..2),
        option::of(licences()),
    );
    let codes = (
        vec(concepts(), 0..3),
        option::of(concepts()),
        option::of(select(vec![
            Frequency::Yearly,
            Frequency::Irregular,
            Frequency::EveryTwoWeeks,
        ])),
        option::of(select(vec![AccessRight::Public, AccessRight::NonPublic])),
        option::of(select(vec![Status::Completed, Status::Withdrawn])),
        languages(),
    );
    let covered = (
        vec(periods(), 0..2),
        vec(places(), 0..2),
        option::of(0.0..1e9f64),
        option::of(select(vec!["P1Y", "PT15M"])),
        option::of(whens()),
        option::of(whens()),
    );
    let links = (
        option::of(addresses("l")),
        vec(addresses("p"), 0..2),
        vec(standards(), 0..2),
        vec(addresses("r"), 0..2),
        vec(addresses("c"), 0..2),
        vec(addresses("s"), 0..2),
        vec(addresses("e"), 0..2),
    );
    let versions = (
        option::of(words()),
        option::of(addresses("v")),
        option::of(addresses("w")),
        vec(versions(), 0..2),
        vec(series(), 0..2),
        vec(distributions(), 0..2),
        vec(distributions(), 0..3),
    );
    (names, people, codes, covered, links, versions).prop_map(
        |(names, people, codes, covered, links, versions)| {
            let mut one = Dataset::new(names.0);
            one.identifiers = unique(names.1);
            one.other_identifiers = names
                .2
                .into_iter()
                .map(|(notation, agency)| Identifier { notation, agency })
                .collect();
            (one.title, one.description, one.keywords) = (names.3, names.4, names.5);
            (one.provenance, one.version_notes) = (names.6, names.7);
            (
                one.publisher,
                one.creators,
                one.contributors,
                one.contacts,
                one.licence,
            ) = people;
            (one.themes, one.kind, one.frequency) = (codes.0, codes.1, codes.2);
            (one.access, one.status, one.languages) = (codes.3, codes.4, codes.5);
            (one.periods, one.places, one.spatial_resolution) = (covered.0, covered.1, covered.2);
            one.temporal_resolution = covered.3.and_then(Span::parse);
            (one.issued, one.modified) = (covered.4, covered.5);
            (one.landing_page, one.documentation, one.standards) = (links.0, links.1, links.2);
            (one.related, one.referenced_by, one.sources, one.legislation) =
                (links.3, links.4, links.5, links.6);
            (one.version, one.is_version_of, one.previous_version) = (versions.0, versions.1, versions.2);
            (one.versions, one.series) = (versions.3, versions.4);
            (one.samples, one.distributions) = (versions.5, versions.6);
            // That of the dataset is what one without its own has.
            for distribution in one.samples.iter_mut().chain(&mut one.distributions) {
                distribution
                    .licence
                    .take_if(|licence| one.licence.as_ref() == Some(licence));
            }
            one
        },
    )
}

fn distributions() -> impl Strategy<Value = Distribution> {
    let file = (
        option::of(addresses("x")),
        option::of(words()),
        texts(0..2),
        texts(0..2),
        addresses("a"),
        option::of(addresses("f")),
        option::of(select(vec!["text/csv", "application/geo+json"])),
        option::of(select(vec!["CSV", "PARQUET", "kertas \"A4\""])),
        option::of(any::<u64>()),
        option::of(string_regex("[0-9a-f]{64}").expect("a pattern")),
    );
    let more = (
        option::of(licences()),
        texts(0..2),
        option::of(select(vec![Availability::Stable, Availability::Temporary])),
        option::of(select(vec![Status::Developing, Status::Deprecated])),
        option::of(whens()),
        languages(),
        vec(standards(), 0..2),
        vec(addresses("e"), 0..2),
        vec(services(), 0..2),
        vec(columns(), 0..3),
    );
    (file, more).prop_map(|(file, more)| Distribution {
        iri: file.0,
        identifier: file.1,
        title: file.2,
        description: file.3,
        access_url: Some(file.4),
        download_url: file.5,
        media_type: file.6.map(str::to_owned),
        format: file.7.map(str::to_owned),
        compression: None,
        packaging: Some("application/zip".into()),
        byte_size: file.8,
        checksum: file
            .9
            .and_then(|value| Checksum::parse(HashAlgorithm::Sha256, &value)),
        licence: more.0,
        rights: more.1,
        availability: more.2,
        status: more.3,
        issued: more.4.clone(),
        modified: more.4,
        languages: more.5,
        standards: more.6,
        documentation: vec![],
        temporal_resolution: Span::parse("P1M"),
        spatial_resolution: Some(0.5),
        legislation: more.7,
        services: more.8,
        columns: more.9,
    })
}

fn services() -> impl Strategy<Value = DataService> {
    (
        option::of(addresses("q")),
        texts(1..2),
        addresses("n"),
        vec(contacts(), 0..2),
        vec(concepts(), 0..2),
        option::of(licences()),
    )
        .prop_map(|(iri, title, endpoint, contacts, themes, licence)| DataService {
            iri,
            title,
            contacts,
            themes,
            licence,
            ..DataService::new(endpoint)
        })
}

fn series() -> impl Strategy<Value = Series> {
    (
        addresses("z"),
        texts(1..3),
        texts(1..2),
        option::of(agents()),
        vec(periods(), 0..2),
    )
        .prop_map(|(iri, title, description, publisher, periods)| Series {
            title,
            description,
            publisher,
            periods,
            frequency: Some(Frequency::Monthly),
            ..Series::new(iri)
        })
}

fn versions() -> impl Strategy<Value = Version> {
    (
        addresses("h"),
        option::of(words()),
        texts(1..2),
        texts(0..2),
        option::of(whens()),
        option::of(addresses("u")),
    )
        .prop_map(|(iri, version, title, notes, issued, previous)| Version {
            iri,
            version,
            title,
            notes,
            issued,
            previous,
        })
}

fn columns() -> impl Strategy<Value = Column> {
    let kinds = vec![
        ColumnKind::Text,
        ColumnKind::Whole,
        ColumnKind::DateTime,
        ColumnKind::Shape,
        ColumnKind::Json,
    ];
    (words(), texts(0..2), texts(0..2), select(kinds), any::<bool>()).prop_map(
        |(name, title, description, kind, is_required)| Column {
            name,
            title,
            description,
            kind,
            is_required,
        },
    )
}

fn agents() -> impl Strategy<Value = Agent> {
    (
        option::of(addresses("g")),
        texts(1..3),
        option::of(concepts()),
        option::of(addresses("o")),
        option::of(mailboxes()),
        option::of(words()),
    )
        .prop_map(|(iri, name, kind, homepage, email, identifier)| Agent {
            iri,
            name,
            kind,
            homepage,
            email,
            identifier,
        })
}

fn contacts() -> impl Strategy<Value = Contact> {
    (
        option::of(addresses("k")),
        texts(0..2),
        option::of(mailboxes()),
        option::of(string_regex("\\+?[0-9]{5,12}").expect("a pattern")),
        option::of(addresses("u")),
    )
        .prop_map(|(iri, name, email, telephone, url)| Contact {
            iri,
            name,
            email,
            telephone,
            url,
        })
}

fn licences() -> impl Strategy<Value = Licence> {
    (option::of(addresses("i")), texts(0..2), option::of(concepts())).prop_map(|(iri, title, kind)| Licence {
        iri,
        title,
        kind,
    })
}

fn standards() -> impl Strategy<Value = Standard> {
    (option::of(addresses("t")), texts(0..2)).prop_map(|(iri, title)| Standard { iri, title })
}

fn concepts() -> impl Strategy<Value = Concept> {
    prop_oneof![
        select(vec!["health", "demography", "ENER"]).prop_map(|word| data_theme(word).expect("a theme")),
        (addresses("y"), texts(1..3), option::of(addresses("m"))).prop_map(|(iri, label, list)| Concept {
            iri,
            label,
            list
        }),
    ]
}

fn periods() -> impl Strategy<Value = Period> {
    (whens(), option::of(whens())).prop_map(|(start, end)| Period {
        start: Some(start),
        end,
    })
}

fn places() -> impl Strategy<Value = Place> {
    let degrees = || -180.0..180.0f64;
    (
        option::of(addresses("b")),
        texts(1..2),
        option::of(words()),
        option::of((degrees(), degrees(), degrees(), degrees())),
        option::of((degrees(), degrees())),
    )
        .prop_map(|(iri, name, code, sides, centre)| Place {
            iri,
            name,
            code,
            bounds: sides.map(|(west, south, east, north)| Bounds {
                west,
                south,
                east,
                north,
            }),
            centre,
        })
}

fn languages() -> impl Strategy<Value = Vec<Lang>> {
    vec(select(vec!["en", "id", "sw", "hi", "bn", "ne", "ban"]), 0..3)
        .prop_map(|tags| unique(tags).into_iter().filter_map(Lang::parse).collect())
}

fn whens() -> impl Strategy<Value = When> {
    prop_oneof![
        (0..4_102_444_800_000_000i64).prop_map(When::instant),
        select(vec!["2024", "2024-02", "2024-02-29", "2024-02-29T09:08:02+07:00"])
            .prop_map(|text| When::parse(text).expect("a date")),
    ]
}

fn texts(count: std::ops::Range<usize>) -> impl Strategy<Value = Texts> {
    let tags = vec![None, Some("en"), Some("id"), Some("ne-np")];
    vec((select(tags), words()), count).prop_map(|pairs| {
        Texts(
            unique(pairs)
                .into_iter()
                .map(|(tag, text)| Text {
                    lang: tag.and_then(Lang::parse),
                    text,
                })
                .collect(),
        )
    })
}

/// Text with something in it, as XML can hold it.
fn words() -> impl Strategy<Value = String> {
    any::<String>().prop_map(|text| {
        let text = clean(&text);
        if text.trim().is_empty() {
            format!("x{text}")
        } else {
            text
        }
    })
}

fn mailboxes() -> impl Strategy<Value = String> {
    words().prop_map(|text| format!("{}@kab.example", text.trim()))
}

/// Addresses that differ, because a thing is described once.
fn addresses(kind: &'static str) -> impl Strategy<Value = Iri> {
    (any::<u64>(), select(vec!["", "?q=1&r=%20", "#é", "/दिल्ली"]))
        .prop_map(move |(number, tail)| iri(&format!("https://{kind}.example/{number}{tail}")))
}

fn unique<T: PartialEq>(values: Vec<T>) -> Vec<T> {
    let mut kept = Vec::new();
    for value in values {
        if !kept.contains(&value) {
            kept.push(value);
        }
    }
    kept
}
