use crate::sdmx::{
    model::Version::{self, V21, V30},
    period::Span,
    query::{Depth, Detail, Fault, Filter, Format, Limit, Query, References, takes_structures},
    structure::Class,
};

const DIMENSIONS: [&str; 3] = ["FREQ", "SEX", "REF_AREA"];

fn read(version: Version, address: &str) -> Result<Query, Fault> {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    Query::read(version, path, query, &DIMENSIONS)
}

fn filter(version: Version, address: &str) -> Filter {
    match read(version, address) {
        Ok(Query::Data(asked)) => asked.filter,
        other => panic!("{address}: {other:?}"),
    }
}

fn fault(version: Version, address: &str) -> String {
    read(version, address).expect_err(address).to_string()
}

#[test]
fn what_lists_more_alternatives_than_are_answered_is_refused_with_the_limit() {
    let many = |n: usize, between: &str| vec!["Z"; n].join(between);
    for between in [",", "+"] {
        let key = |n| format!("data/dataflow/BARAZA/DF_ALL/1.0/{}", many(n, between));
        filter(V30, &key(200));
        let said = fault(V30, &key(201));
        assert!(
            said.ends_with("… (201 alternatives, at most 200)\" is no key"),
            "{said}"
        );
    }
    fault(V21, &format!("data/DF_ALL/A.{}.", many(201, "+")));
    let conditions = |n| {
        format!(
            "data/dataflow/BARAZA/DF_ALL/1.0?c[SEX]=Z,Z&c[FREQ]={}",
            many(n, ",")
        )
    };
    filter(V30, &conditions(198));
    let said = fault(V30, &conditions(199));
    assert!(
        said.ends_with("(201 alternatives, at most 200)\" is no condition"),
        "{said}"
    );
    let periods = vec!["ge:2020"; 201].join(",");
    fault(
        V30,
        &format!("data/dataflow/BARAZA/DF_ALL/1.0?c[TIME_PERIOD]={periods}"),
    );
}

#[test]
fn structures_are_asked_for_in_the_words_of_both_versions() {
    for (version, address, class, ids) in [
        (V21, "dataflow", Some(Class::Dataflow), vec![]),
        (V21, "dataflow/all/all/latest", Some(Class::Dataflow), vec![]),
        (
            V21,
            "codelist/BARAZA/CL_SEX+CL_AGE/1.0",
            Some(Class::Codelist),
            vec!["CL_SEX", "CL_AGE"],
        ),
        (V21, "structure/BARAZA/DF_ALL", None, vec!["DF_ALL"]),
        (
            V30,
            "structure/dataflow/BARAZA/*/+",
            Some(Class::Dataflow),
            vec![],
        ),
        (
            V30,
            "structure/dataflow/BARAZA/*/%2B",
            Some(Class::Dataflow),
            vec![],
        ),
        (V30, "structure/*/*/*/~", None, vec![]),
        (
            V30,
            "structure/datastructure/*/A,B",
            Some(Class::DataStructure),
            vec!["A", "B"],
        ),
    ] {
        match read(version, address) {
            Ok(Query::Structure(asked)) => {
                assert_eq!(
                    (asked.class, asked.ids),
                    (class, ids.into_iter().map(str::to_owned).collect()),
                    "{address}"
                );
            }
            other => panic!("{address}: {other:?}"),
        }
    }
    match read(
        V21,
        "dataflow/BARAZA/DF_ALL/latest?references=all&detail=referencestubs",
    ) {
        Ok(Query::Structure(asked)) => {
            assert_eq!(
                (asked.references, asked.depth),
                (References::All, Depth::StubsOfReferences)
            );
            assert_eq!(asked.agencies, ["BARAZA"]);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_key_has_codes_for_each_dimension_and_alternatives() {
    let key = |codes: [&str; 3]| codes.map(str::to_owned);
    for (version, address, wanted, unwanted) in [
        (V21, "data/DF", vec![["A", "F", "1"]], vec![]),
        (V21, "data/DF/all", vec![["A", "F", "1"]], vec![]),
        (
            V21,
            "data/B,DF,1.0/A.F+M.",
            vec![["A", "F", "1"], ["A", "M", "2"]],
            vec![["A", "_T", "1"], ["Q", "F", "1"]],
        ),
        (
            V21,
            "data/DF/..35-22/all",
            vec![["A", "F", "35-22"]],
            vec![["A", "F", "35"]],
        ),
        (V30, "data/dataflow/*/DF/+/*", vec![["A", "F", "1"]], vec![]),
        (
            V30,
            "data/*/B/DF/+/A.*.1,Q",
            vec![["A", "F", "1"], ["Q", "F", "2"]],
            vec![["A", "F", "2"]],
        ),
        (
            V30,
            "data/*/B/DF/+/..?c[SEX]=F,M",
            vec![["A", "F", "1"]],
            vec![["A", "_T", "1"]],
        ),
        (
            V30,
            "data/*/B/DF/%2B/*?c%5BSEX%5D=ne:_T",
            vec![["A", "F", "1"]],
            vec![["A", "_T", "1"]],
        ),
    ] {
        let filter = filter(version, address);
        for one in wanted {
            assert!(filter.wants(&key(one)), "{address} {one:?}");
            assert!(
                one.iter().enumerate().all(|(at, code)| filter.may_want(at, code)),
                "{address} {one:?}"
            );
        }
        for one in unwanted {
            assert!(!filter.wants(&key(one)), "{address} {one:?}");
        }
    }
    assert!(!filter(V21, "data/DF/..35-22").may_want(2, "35"));
}

#[test]
fn time_is_asked_for_by_its_ends_or_by_comparisons() {
    for (version, address, wanted) in [
        (V21, "data/DF", vec!["2020", "2021-Q4", "2022-03"]),
        (V21, "data/DF?startPeriod=2021", vec!["2021-Q4", "2022-03"]),
        (V21, "data/DF?startPeriod=2021&endPeriod=2021-12", vec!["2021-Q4"]),
        (
            V30,
            "data/*/B/DF/+/*?c[TIME_PERIOD]=ge:2021+lt:2022",
            vec!["2021-Q4"],
        ),
        (
            V30,
            "data/*/B/DF/+/*?c[TIME_PERIOD]=ge:2021%2Blt:2022",
            vec!["2021-Q4"],
        ),
        (
            V30,
            "data/*/B/DF/+/*?c[TIME_PERIOD]=2020,gt:2021",
            vec!["2020", "2022-03"],
        ),
    ] {
        let filter = filter(version, address);
        let found: Vec<&str> = ["2020", "2021-Q4", "2022-03"]
            .into_iter()
            .filter(|period| filter.wants_period(Span::parse(period).expect("a period")))
            .collect();
        assert_eq!(found, wanted, "{address}");
    }
}

#[test]
fn the_rest_of_a_question_is_read_too() {
    match read(
        V21,
        "data/DF/all?firstNObservations=2&lastNObservations=1&detail=serieskeysonly&updatedAfter=2026-11-23T02:00:00%2B07:00",
    ) {
        Ok(Query::Data(asked)) => {
            assert_eq!(
                asked.limit,
                Limit {
                    first: Some(2),
                    last: Some(1)
                }
            );
            assert_eq!(asked.detail, Detail::SeriesKeysOnly);
            // 2026-11-22T19:00:00Z
            assert_eq!(asked.updated_after, Some(1_795_374_000_000_000));
        }
        other => panic!("{other:?}"),
    }
    match read(V30, "data/*/B/DF/+/*?attributes=none&measures=all") {
        Ok(Query::Data(asked)) => assert_eq!(asked.detail, Detail::DataOnly),
        other => panic!("{other:?}"),
    }
    match read(V21, "availableconstraint/DF/A../all/SEX") {
        Ok(Query::Availability(asked)) => assert_eq!(asked.component.as_deref(), Some("SEX")),
        other => panic!("{other:?}"),
    }
    match read(V30, "availability/dataflow/B/DF/+/*/TIME_PERIOD") {
        Ok(Query::Availability(asked)) => assert_eq!(asked.component.as_deref(), Some("TIME_PERIOD")),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_cannot_be_answered_is_named() {
    for (version, address, expected) in [
        (V21, "", "\"\" is no resource"),
        (V21, "data", "\"\" is no dataflow"),
        (V21, "data/DF/A.F", "\"A.F\" is no key"),
        (V30, "data/*/B/DF/+/A.F.1.2", "\"A.F.1.2\" is no key"),
        (V21, "data/DF/all/all/more", "\"more\" is no path"),
        (V21, "data/DF?startPeriod=soon", "\"soon\" is no startPeriod"),
        (
            V21,
            "data/DF?firstNObservations=0",
            "\"0\" is no firstNObservations",
        ),
        (V21, "data/DF?detail=some", "\"some\" is no detail"),
        (
            V21,
            "data/DF?updatedAfter=2026-13-01",
            "\"2026-13-01\" is no updatedAfter",
        ),
        (
            V21,
            "data/DF?includeHistory=true",
            "includeHistory \"true\" is not answered here",
        ),
        (
            V21,
            "data/DF?dimensionAtObservation=AllDimensions",
            "dimensionAtObservation \"AllDimensions\" is not answered here",
        ),
        (
            V30,
            "data/*/B/DF/+/*?c[OBS_VALUE]=1",
            "component \"OBS_VALUE\" is not answered here",
        ),
        (
            V30,
            "data/*/B/DF/+/*?c[SEX]=ge:F",
            "operator \"ge:F\" is not answered here",
        ),
        (
            V30,
            "data/datastructure/B/DF",
            "context \"datastructure\" is not answered here",
        ),
        (V21, "dataflow/B/DF/2.0", "version \"2.0\" does not exist"),
        (
            V21,
            "metadataflow",
            "resource \"metadataflow\" is not answered here",
        ),
        (V21, "dataflows", "\"dataflows\" is no resource"),
        (
            V21,
            "availableconstraint/DF/all/all/NOTHING",
            "component \"NOTHING\" does not exist",
        ),
    ] {
        assert_eq!(fault(version, address), expected, "{address}");
    }
}

#[test]
fn the_format_is_the_one_that_is_wanted_most_of_those_there_are() {
    for (version, query, accept, expected) in [
        (V21, "", "", Some(Format::GenericXml)),
        (V30, "", "*/*", Some(Format::Xml)),
        (
            V21,
            "",
            "application/vnd.sdmx.structurespecificdata+xml;version=2.1",
            Some(Format::SpecificXml),
        ),
        (V21, "", "application/vnd.sdmx.data+csv", Some(Format::Csv1)),
        (
            V21,
            "",
            "application/vnd.sdmx.data+csv;version=2.0.0",
            Some(Format::Csv2),
        ),
        (
            V30,
            "",
            "application/vnd.sdmx.data+json; version=1.0.0",
            Some(Format::Json1),
        ),
        (V30, "", "application/json", Some(Format::Json2)),
        (
            V21,
            "",
            "text/csv;q=0.5, application/vnd.sdmx.data+json",
            Some(Format::Json1),
        ),
        (V21, "", "image/png", None),
        (V21, "", "application/vnd.sdmx.data+json;version=3.0", None),
        (V21, "format=csv", "application/json", Some(Format::Csv1)),
        (V30, "format=generic", "", None),
    ] {
        assert_eq!(
            Format::choose(version, query, accept),
            expected,
            "{query} {accept}"
        );
    }
    for (query, accept, expected) in [
        ("", "", true),
        ("", "text/html,application/xhtml+xml", true),
        ("", "application/vnd.sdmx.structure+xml;version=2.1", true),
        ("", "application/vnd.sdmx.structure+json", false),
        ("format=json", "", false),
    ] {
        assert_eq!(takes_structures(V21, query, accept), expected, "{query} {accept}");
    }
}
