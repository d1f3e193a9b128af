//! Queries in the language of Solr.

use pretty_assertions::assert_eq;
use proptest::prelude::*;

use crate::ckan::search::{
    document,
    query::{
        Bound, Clause, Content, DEEPEST, Document, Group, MOST_CLAUSES, Manner, Occur, Part, Pattern, Query,
        QueryError, moment,
    },
};

const NOW: i64 = super::NOW.0;

fn strict(text: &str) -> Query {
    Query::read(text, Manner::Strict).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn lenient(text: &str) -> Query {
    Query::read(
        text,
        Manner::Lenient {
            is_field: &document::is_field,
        },
    )
    .unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn refused(text: &str) -> QueryError {
    Query::read(text, Manner::Strict).unwrap_err()
}

fn term(text: &str) -> Query {
    Query::Term {
        field: None,
        text: text.to_owned(),
    }
}

fn group(clauses: &[(Occur, Query)], least: usize) -> Query {
    Query::Group(Group {
        clauses: clauses
            .iter()
            .map(|(occur, query)| Clause {
                occur: *occur,
                query: query.clone(),
            })
            .collect(),
        least,
    })
}

/// A dataset about rain in Bojonegoro.
fn rain() -> Document {
    let mut document = Document::default();
    for (field, text) in [
        ("name", "rainfall-2020"),
        ("organization", "weather"),
        ("tags", "water quality"),
        ("tags", "climate"),
        ("res_format", "CSV"),
        ("res_format", "XLSX"),
        ("state", "active"),
    ] {
        document.add(field, Content::Keyword(text.to_owned()));
    }
    for (field, text) in [
        ("title", "Curah hujan di Bojonegoro"),
        ("notes", "Rain of every station, measured daily since 1995."),
        ("text", "Curah hujan di Bojonegoro"),
        ("text", "Rain of every station, measured daily since 1995."),
        ("text", "Estación de Ñuñoa"),
    ] {
        document.add(field, Content::Prose(text.to_owned()));
    }
    document.add("num_resources", Content::Number(12.0));
    document.add("metadata_modified", Content::Instant(NOW - 3 * 86_400_000_000));
    document.add("isopen", Content::Flag(true));
    document
}

#[test]
fn words_stand_under_and_as_ckan_has_it() {
    use Occur::{Must, MustNot, Should};
    for (text, expected) in [
        ("", Query::All),
        ("*:*", Query::All),
        ("\"\"", Query::All),
        ("*", Query::All),
        ("[* TO *]", Query::All),
        ("rain", term("rain")),
        ("(rain)", term("rain")),
        ("+rain", term("rain")),
        (
            "rain fall",
            group(&[(Must, term("rain")), (Must, term("fall"))], 0),
        ),
        (
            "rain AND fall",
            group(&[(Must, term("rain")), (Must, term("fall"))], 0),
        ),
        (
            "rain && fall",
            group(&[(Must, term("rain")), (Must, term("fall"))], 0),
        ),
        (
            "rain OR fall",
            group(&[(Should, term("rain")), (Should, term("fall"))], 1),
        ),
        (
            "rain || fall",
            group(&[(Should, term("rain")), (Should, term("fall"))], 1),
        ),
        (
            "rain -fall",
            group(&[(Must, term("rain")), (MustNot, term("fall"))], 0),
        ),
        (
            "rain NOT fall",
            group(&[(Must, term("rain")), (MustNot, term("fall"))], 0),
        ),
        (
            "rain AND !fall",
            group(&[(Must, term("rain")), (MustNot, term("fall"))], 0),
        ),
        // Everything else is meant.
        ("-rain", group(&[(Must, Query::All), (MustNot, term("rain"))], 0)),
        // Lucene's: OR loosens both its sides, and leaves what follows.
        (
            "a OR b c",
            group(&[(Should, term("a")), (Should, term("b")), (Must, term("c"))], 0),
        ),
        // Operators are in capitals.
        ("and or", group(&[(Must, term("and")), (Must, term("or"))], 0)),
        ("\\AND", term("AND")),
        ("ANDES", term("ANDES")),
    ] {
        assert_eq!(strict(text), expected, "{text}");
    }
}

#[test]
fn fields_hold_words_phrases_ranges_and_groups() {
    let field = |name: &str| Some(name.to_owned());
    for (text, expected) in [
        ("title:rain", Query::term("title", "rain")),
        ("title: rain", Query::term("title", "rain")),
        ("extras_spatial\\:uri:x", Query::term("extras_spatial:uri", "x")),
        (
            "tags:\"water \\\"quality\\\"\"~2",
            Query::Phrase {
                field: field("tags"),
                text: "water \"quality\"".to_owned(),
                slop: 2,
            },
        ),
        (
            "res_format:(CSV OR XLSX)",
            Query::any(vec![
                Query::term("res_format", "CSV"),
                Query::term("res_format", "XLSX"),
            ]),
        ),
        (
            "metadata_modified:[2020-01-01T00:00:00Z TO NOW-1DAY/DAY}",
            Query::Range {
                field: field("metadata_modified"),
                from: Bound::Included("2020-01-01T00:00:00Z".to_owned()),
                to: Bound::Excluded("NOW-1DAY/DAY".to_owned()),
            },
        ),
        (
            "num:{5 TO *]",
            Query::Range {
                field: field("num"),
                from: Bound::Excluded("5".to_owned()),
                to: Bound::Open,
            },
        ),
        (
            "notes:*",
            Query::Exists {
                field: "notes".to_owned(),
            },
        ),
        (
            "notes:[* TO *]",
            Query::Exists {
                field: "notes".to_owned(),
            },
        ),
        (
            "name:wat?r*",
            Query::Wildcard {
                field: field("name"),
                pattern: Pattern::new([
                    Part::Text("wat".to_owned()),
                    Part::One,
                    Part::Text("r".to_owned()),
                    Part::AnyNumber,
                ]),
            },
        ),
        (
            "roam~",
            Query::Fuzzy {
                field: None,
                text: "roam".to_owned(),
                edits: 2,
            },
        ),
        (
            "roam~0.75",
            Query::Fuzzy {
                field: None,
                text: "roam".to_owned(),
                edits: 1,
            },
        ),
        ("roam~0", term("roam")),
        (
            "title:rain^4.5",
            Query::Boosted {
                query: Box::new(Query::term("title", "rain")),
                by: 4.5,
            },
        ),
        ("name:a\\:b\\ c", Query::term("name", "a:b c")),
    ] {
        assert_eq!(strict(text), expected, "{text}");
    }
}

#[test]
fn what_is_no_query_is_refused_in_a_filter_and_taken_as_words_otherwise() {
    for (text, reason) in [
        ("(rain", "a parenthesis is not closed"),
        ("rain)", "a parenthesis is closed that was not opened"),
        ("\"rain", "a quotation mark is not closed"),
        ("title:", "there is nothing behind the field"),
        ("AND rain", "there is nothing before AND or OR"),
        ("rain AND", "there is nothing behind AND or OR"),
        ("rain OR OR fall", "there is nothing before AND or OR"),
        (
            "a:b:c",
            "a colon stands where no field is named; escape it as \\:",
        ),
        ("x:[1 TO", "a range is [a TO b] or {a TO b}, with * for no end"),
        ("rain^", "a number stands behind ^"),
        (
            "]",
            "a sign stands where a word is due; escape it with a backslash",
        ),
        ("()", "there is nothing between the parentheses"),
        ("+-rain", "two signs stand before one word"),
        ("rain \\", "there is nothing behind the backslash"),
    ] {
        assert!(
            matches!(refused(text), QueryError::Syntax { reason: found, .. } if found == reason),
            "{text}: {}",
            refused(text)
        );
        lenient(text);
    }
    let words = |texts: &[&str], least: usize| {
        group(
            &texts
                .iter()
                .map(|text| (Occur::Should, term(text)))
                .collect::<Vec<_>>(),
            least,
        )
    };
    for (text, expected) in [
        // As CKAN's `mm` has it: two of two, all but one of up to five, four in five of more.
        ("rain fall", words(&["rain", "fall"], 2)),
        ("rain fall daily", words(&["rain", "fall", "daily"], 2)),
        (
            "a1 a2 a3 a4 a5 a6 a7 a8 a9 b1",
            words(&["a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9", "b1"], 8),
        ),
        ("rain - fall", words(&["rain", "fall"], 2)),
        ("rain & fall", words(&["rain", "fall"], 2)),
        ("what is rain?", words(&["what", "is", "rain"], 2)),
        ("http://x.example/a", term("http://x.example/a")),
        ("colour:red", term("colour:red")),
        ("title:", term("title")),
        ("(rain", term("rain")),
        ("\"rain", term("rain")),
        ("rain^ ]", term("rain")),
        ("AND", Query::All),
        (
            "(a OR b)",
            group(&[(Occur::Should, term("a")), (Occur::Should, term("b"))], 1),
        ),
    ] {
        assert_eq!(lenient(text), expected, "{text}");
    }
    assert_eq!(
        lenient("title:rain colour:red daily"),
        // With a field among them all have to match.
        group(
            &[
                (Occur::Must, Query::term("title", "rain")),
                (Occur::Must, term("colour:red")),
                (Occur::Must, term("daily")),
            ],
            0
        )
    );
}

#[test]
fn local_parameters_and_too_large_queries_are_refused_in_any_manner() {
    let deep = |n: usize| format!("{}x{}", "(".repeat(n), ")".repeat(n));
    for (text, expected) in [
        ("{!join from=a to=b}x".to_owned(), QueryError::LocalParameters),
        (" {!func}x".to_owned(), QueryError::LocalParameters),
        ("a AND _query_:\"{!x}\"".to_owned(), QueryError::LocalParameters),
        (deep(DEEPEST + 1), QueryError::TooDeep),
        ("a ".repeat(MOST_CLAUSES + 1), QueryError::TooManyClauses),
        ("a".repeat(20_001), QueryError::TooLong),
    ] {
        assert_eq!(refused(&text), expected);
        let read = Query::read(&text, Manner::Lenient { is_field: &|_| false });
        if !text.contains("_query_") {
            assert_eq!(read, Err(expected));
        }
    }
    assert_eq!(strict(&deep(DEEPEST)), term("x"));
    assert!(
        refused("a AND {!x}").to_string().contains("a range is"),
        "{}",
        refused("a AND {!x}")
    );
}

#[test]
fn a_document_is_found_by_what_it_holds() {
    let document = rain();
    for (text, expected) in [
        ("*:*", true),
        ("hujan", true),
        ("HUJAN bojonegoro", true),
        ("estacion nunoa", true),
        ("snow", false),
        ("snow hujan rain", true),
        ("snow ice rain", false),
        ("organization:weather", true),
        ("organization:Weather", false),
        ("tags:\"water quality\"", true),
        ("tags:water", false),
        ("+tags:climate -res_format:PDF", true),
        ("-tags:climate", false),
        ("res_format:(PDF OR CSV)", true),
        ("res_format:(PDF AND CSV)", false),
        ("(organization:x OR tags:climate) AND res_format:CSV", true),
        ("title:\"hujan di\"", true),
        ("title:\"di hujan\"", false),
        ("title:\"curah bojonegoro\"", false),
        ("title:\"curah bojonegoro\"~2", true),
        ("notes:meas*", true),
        ("notes:m?asured", true),
        ("notes:meas", false),
        ("name:rainfall*", true),
        ("name:Rainfall*", false),
        ("notes:mesured~1", true),
        ("notes:emasured~1", true),
        ("notes:mezzured~1", false),
        ("num_resources:[10 TO 12]", true),
        ("num_resources:[10 TO 12}", false),
        ("num_resources:12", true),
        ("metadata_modified:[NOW-4DAYS TO NOW]", true),
        ("metadata_modified:[NOW-2DAYS TO *]", false),
        ("metadata_modified:[2026-11-19 TO 2026-11-19]", true),
        ("metadata_modified:{2026-11-19 TO *]", false),
        ("metadata_modified:2026-11", true),
        ("metadata_modified:[* TO 2025]", false),
        ("name:[q TO s]", true),
        ("isopen:true", true),
        ("version:*", false),
        ("-version:*", true),
        ("notes:*", true),
        ("title:snow^2 OR hujan", true),
    ] {
        assert_eq!(lenient(text).matches(&document, NOW), expected, "{text}");
        if !text.contains("snow") {
            assert_eq!(strict(text).matches(&document, NOW), expected, "{text}");
        }
    }
}

#[test]
fn moments_are_reckoned_as_solr_does() {
    let at = |text: &str| {
        moment::read(text, NOW).map(|(first, last)| {
            let shown = |micros| crate::ckan::instant::Instant(micros).to_string();
            if first == last {
                shown(first)
            } else {
                format!("{}…{}", shown(first), shown(last))
            }
        })
    };
    for (text, expected) in [
        ("NOW", "2026-11-22T09:00:00.123456"),
        ("NOW/DAY", "2026-11-22T00:00:00"),
        ("NOW/DAY+6HOURS", "2026-11-22T06:00:00"),
        ("NOW-1MONTH/MONTH", "2026-10-01T00:00:00"),
        ("NOW/YEAR", "2026-01-01T00:00:00"),
        ("NOW+2YEARS-3DAYS/MINUTE", "2028-11-19T09:00:00"),
        ("2020-02-29T12:00:00Z+1YEAR", "2021-02-28T12:00:00"),
        ("2021-03-31T00:00:00Z-1MONTH", "2021-02-28T00:00:00"),
        ("2020-07-14T12:13:20Z", "2020-07-14T12:13:20"),
        ("2020-07-14", "2020-07-14T00:00:00…2020-07-14T23:59:59.999999"),
        ("2020-02", "2020-02-01T00:00:00…2020-02-29T23:59:59.999999"),
        ("2020", "2020-01-01T00:00:00…2020-12-31T23:59:59.999999"),
    ] {
        assert_eq!(at(text).as_deref(), Some(expected), "{text}");
    }
    for text in [
        "soon",
        "NOW+1",
        "NOW+1FORTNIGHT",
        "NOW*2",
        "NOW+9999999DAYS",
        "2020-13-01",
        "NOW+999999YEARS",
        "é",
    ] {
        assert_eq!(at(text), None, "{text}");
    }
}

#[test]
fn a_range_of_moments_has_a_first_and_a_last() {
    let span = |text: &str| match strict(text) {
        Query::Range { from, to, .. } => moment::span(&from, &to, NOW),
        other => panic!("{other:?}"),
    };
    let day = |text: &str| moment::read(text, NOW).unwrap();
    assert_eq!(
        span("x:[2020-01-01 TO 2020-01-02]"),
        Some((day("2020-01-01").0, day("2020-01-02").1))
    );
    assert_eq!(
        span("x:{2020-01-01 TO 2020-01-03}"),
        Some((day("2020-01-02").0, day("2020-01-02").1))
    );
    assert_eq!(span("x:[* TO NOW}"), Some((i64::MIN, NOW - 1)));
    assert_eq!(span("x:[2021 TO 2020]"), None);
    assert_eq!(span("x:[soon TO *]"), None);
}

#[test]
fn patterns_leave_gaps() {
    let pattern = |text: &str| match strict(&format!("x:{text}")) {
        Query::Wildcard { pattern, .. } => pattern,
        other => panic!("{other:?}"),
    };
    for (text, like, unlike) in [
        ("a*", &["a", "ab", "aé"][..], &["", "ba"][..]),
        ("*b", &["b", "ab", "bb"], &["", "ba"]),
        ("a*c*e", &["ace", "abcde", "acceee"], &["ac", "aec", "aced"]),
        ("?b?", &["abc", "éb1"], &["ab", "b", "abcd"]),
        ("a**?", &["ab", "abc"], &["a"]),
    ] {
        for word in like {
            assert!(pattern(text).matches(word), "{text} {word}");
        }
        for word in unlike {
            assert!(!pattern(text).matches(word), "{text} {word}");
        }
    }
    assert_eq!(pattern("a.c*").as_prefix(), Some("a.c"));
    assert_eq!(pattern("*a").as_prefix(), None);
    assert_eq!(pattern("a.c?*").to_regex(), "a\\.c..*");
}

proptest! {
    #[test]
    fn no_text_is_too_odd_to_be_read(text in "[-+!(){}\\[\\]^\"~*?:\\\\/&| a-cTOANDR0-9é]{0,60}") {
        // Solr's own language within the language is refused by its name.
        prop_assume!(!text.trim().starts_with("{!"));
        let read = lenient(&text);
        let mut depth = 0;
        read.walk(&mut |query| {
            if let Query::Group(group) = query {
                depth += 1;
                assert!(group.clauses.iter().any(|clause| clause.occur != Occur::MustNot));
            }
        });
        prop_assert!(depth <= MOST_CLAUSES);
        let _ = read.matches(&rain(), NOW);
        if let Ok(strict) = Query::read(&text, Manner::Strict) {
            let again = Query::read(&strict.to_string(), Manner::Strict);
            prop_assert_eq!(again.as_ref(), Ok(&strict), "{} became {}", text, strict);
        }
    }

    #[test]
    fn any_text_at_all_can_be_looked_for(text in ".{0,200}") {
        if let Err(error) = Query::read(&text, Manner::Lenient { is_field: &|_| true }) {
            prop_assert_eq!(error, QueryError::LocalParameters);
        }
        let _ = Query::read(&text, Manner::Strict);
        let _ = moment::read(&text, NOW);
    }

    #[test]
    fn a_word_that_is_escaped_is_that_word(word in "[^\\s]{1,20}") {
        let query = Query::term("name", &word);
        prop_assert_eq!(strict(&query.to_string()), query);
    }

    #[test]
    fn a_document_is_excluded_exactly_where_it_is_not_meant(
        word in "(hujan|snow|rain|tags:climate|res_format:CSV|notes:meas\\*)",
        other in "(bojonegoro|ice|isopen:true)",
    ) {
        let document = rain();
        let both = strict(&format!("{word} AND {other}")).matches(&document, NOW);
        let either = strict(&format!("{word} OR {other}")).matches(&document, NOW);
        let (a, b) = (strict(&word).matches(&document, NOW), strict(&other).matches(&document, NOW));
        prop_assert_eq!(both, a && b);
        prop_assert_eq!(either, a || b);
        prop_assert_eq!(strict(&format!("-({word} OR {other})")).matches(&document, NOW), !either);
    }
}
