use std::sync::Arc;

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::sdmx::{
    constraint::Available,
    data::Writer,
    error,
    model::{
        Attribute, Catalogue, Code, Codelist, Component, Flow, Header, Holds, Names, Observation, Of, Series,
        Structure, TIME, VALUE,
        Version::{self, V21, V30},
    },
    query::{Depth, Detail, Format, References, StructureQuery},
    structure::{self, Class},
};

fn named(name: &str) -> Names {
    vec![("en".to_owned(), name.to_owned())]
}

fn component(id: &str, holds: Holds) -> Component {
    Component {
        id: id.to_owned(),
        names: named(id),
        holds,
    }
}

fn code(id: &str, parent: Option<&str>) -> Code {
    Code {
        id: id.to_owned(),
        names: named(&format!("{id} & more")),
        parent: parent.map(str::to_owned),
        original: parent.map(|_| id.replace('-', ".")),
    }
}

fn catalogue() -> Catalogue {
    let list = |id: &str, codes: Vec<Code>| Codelist {
        id: id.to_owned(),
        names: named(id),
        codes,
    };
    let coded = |id: &str| component(id, Holds::Codes(format!("CL_{id}")));
    Catalogue {
        agency: "B".to_owned(),
        names: named("Baraza"),
        structure: Structure {
            id: "DSD".to_owned(),
            names: named("Structure"),
            dimensions: vec![coded("FREQ"), coded("AREA")],
            time: component(TIME, Holds::Period),
            value: component(VALUE, Holds::Number),
            attributes: vec![
                Attribute {
                    component: component("LABEL", Holds::Text),
                    of: Of::Series,
                },
                Attribute {
                    component: coded("OBS_STATUS"),
                    of: Of::Observation,
                },
            ],
        },
        flows: ["DF_1", "DF_2"]
            .map(|id| Flow {
                id: id.to_owned(),
                names: named(id),
            })
            .to_vec(),
        codelists: vec![
            list("CL_FREQ", vec![code("A", None)]),
            list("CL_AREA", vec![code("35", None), code("35-22", Some("35"))]),
            list("CL_OBS_STATUS", vec![code("A", None), code("Q", None)]),
        ],
        concepts_names: named("Concepts"),
    }
}

fn header() -> Header {
    Header {
        id: "M1".to_owned(),
        prepared: "2026-11-23T02:00:00Z".to_owned(),
    }
}

fn series() -> Series {
    let told = |period: &str, value: Option<f64>, status: &str| Observation {
        period: period.to_owned(),
        value,
        attributes: vec![Some(status.to_owned())],
    };
    Series {
        key: vec!["A".to_owned(), "35-22".to_owned()],
        attributes: vec![Some("a, \"b\"".to_owned())],
        observations: vec![told("2021", Some(37.5), "A"), told("2026", None, "Q")],
    }
}

fn written(format: Format, detail: Detail) -> String {
    let catalogue = Arc::new(catalogue());
    let flow = catalogue.flows[0].clone();
    let mut writer = Writer::new(format, catalogue, flow, detail, header());
    let mut text = writer.begin();
    text.push_str(&writer.series(&series()));
    text.push_str(&writer.end());
    text
}

fn asked(class: Option<Class>, ids: &[&str], references: References, depth: Depth) -> StructureQuery {
    StructureQuery {
        class,
        agencies: Vec::new(),
        ids: ids.iter().map(|id| (*id).to_owned()).collect(),
        references,
        depth,
    }
}

/// What an answer holds: the names of elements with the ids, of everything that is maintained.
fn held(version: Version, query: &StructureQuery) -> Vec<String> {
    let Some(text) = structure::write(version, &catalogue(), query, &header()) else {
        return Vec::new();
    };
    let document = roxmltree::Document::parse(&text).expect("XML");
    document
        .descendants()
        .filter(|node| node.has_attribute("agencyID") && node.has_attribute("urn"))
        .map(|node| {
            let stub = if node.has_attribute("isExternalReference") {
                " stub"
            } else {
                ""
            };
            format!(
                "{} {}{stub}",
                node.tag_name().name(),
                node.attribute("id").unwrap_or_default()
            )
        })
        .collect()
}

#[test]
fn structures_come_with_what_belongs_to_them() {
    let flow = |references| {
        held(
            V21,
            &asked(Some(Class::Dataflow), &["DF_1"], references, Depth::Full),
        )
    };
    assert_eq!(flow(References::None), ["Dataflow DF_1"]);
    assert_eq!(flow(References::Children), ["Dataflow DF_1", "DataStructure DSD"]);
    assert_eq!(
        flow(References::All),
        [
            "Dataflow DF_1",
            "Codelist CL_FREQ",
            "Codelist CL_AREA",
            "Codelist CL_OBS_STATUS",
            "ConceptScheme CONCEPTS",
            "DataStructure DSD"
        ]
    );
    assert_eq!(
        flow(References::Of(Class::ConceptScheme)),
        ["Dataflow DF_1", "ConceptScheme CONCEPTS"]
    );
    let list = |references| {
        held(
            V30,
            &asked(
                Some(Class::Codelist),
                &["CL_AREA"],
                references,
                Depth::StubsOfReferences,
            ),
        )
    };
    assert_eq!(
        list(References::Parents),
        ["Codelist CL_AREA", "DataStructure DSD stub"]
    );
    assert_eq!(
        list(References::Ancestors),
        [
            "Codelist CL_AREA",
            "Dataflow DF_1 stub",
            "Dataflow DF_2 stub",
            "DataStructure DSD stub"
        ]
    );
    assert_eq!(
        held(V21, &asked(None, &[], References::None, Depth::Stubs)).len(),
        8
    );
    assert_eq!(
        held(
            V21,
            &asked(Some(Class::Dataflow), &["DF_3"], References::All, Depth::Full)
        ),
        [""; 0]
    );
}

#[test]
fn a_code_says_what_it_is_called_elsewhere_and_what_it_lies_in() {
    let query = asked(Some(Class::Codelist), &["CL_AREA"], References::None, Depth::Full);
    for (version, parent) in [
        (V21, "<str:Parent><Ref id=\"35\"/></str:Parent>"),
        (V30, "<str:Parent>35</str:Parent>"),
    ] {
        let text = structure::write(version, &catalogue(), &query, &header()).expect("a list");
        let expected = format!(
            "<str:Code id=\"35-22\"><com:Annotations><com:Annotation id=\"CODE\"><com:AnnotationTitle>35.22</com:AnnotationTitle></com:Annotation></com:Annotations><com:Name xml:lang=\"en\">35-22 &amp; more</com:Name>{parent}</str:Code>\n"
        );
        assert!(text.contains(&expected), "{text}");
    }
}

#[test]
fn every_message_in_xml_is_well_formed() {
    let everything = asked(None, &[], References::All, Depth::Full);
    let mut available = Available::new(2);
    available.add(&series());
    let catalogue = catalogue();
    let mut texts = vec![
        written(Format::GenericXml, Detail::Full),
        written(Format::SpecificXml, Detail::NoData),
        written(Format::Xml, Detail::Full),
    ];
    for version in [V21, V30] {
        texts.extend(structure::write(version, &catalogue, &everything, &header()));
        texts.push(available.write(version, &catalogue, &catalogue.flows[0], None, &header()));
        texts.push(error::write(version, 100, "en", "a < b"));
    }
    assert_eq!(texts.len(), 9);
    for text in texts {
        if let Err(error) = roxmltree::Document::parse(&text) {
            panic!("{error}: {text}");
        }
    }
}

#[test]
fn a_series_in_xml_tells_what_is_wanted_of_it() {
    let of = |format, detail| {
        let text = written(format, detail);
        let begin = text.find("<mes:DataSet").expect("a data set");
        text[begin..].split_once('\n').expect("series").1.to_owned()
    };
    assert_eq!(
        of(Format::GenericXml, Detail::Full),
        "<gen:Series><gen:SeriesKey><gen:Value id=\"FREQ\" value=\"A\"/><gen:Value id=\"AREA\" value=\"35-22\"/></gen:SeriesKey><gen:Attributes><gen:Value id=\"LABEL\" value=\"a, &quot;b&quot;\"/></gen:Attributes>\n\
         <gen:Obs><gen:ObsDimension value=\"2021\"/><gen:ObsValue value=\"37.5\"/><gen:Attributes><gen:Value id=\"OBS_STATUS\" value=\"A\"/></gen:Attributes></gen:Obs>\n\
         <gen:Obs><gen:ObsDimension value=\"2026\"/><gen:Attributes><gen:Value id=\"OBS_STATUS\" value=\"Q\"/></gen:Attributes></gen:Obs></gen:Series>\n\
         </mes:DataSet>\n</mes:GenericData>\n"
    );
    assert_eq!(
        of(Format::Xml, Detail::DataOnly),
        "<Series FREQ=\"A\" AREA=\"35-22\">\n<Obs TIME_PERIOD=\"2021\" OBS_VALUE=\"37.5\"/>\n<Obs TIME_PERIOD=\"2026\"/></Series>\n\
         </mes:DataSet>\n</mes:StructureSpecificData>\n"
    );
    assert_eq!(
        of(Format::SpecificXml, Detail::SeriesKeysOnly),
        "<Series FREQ=\"A\" AREA=\"35-22\"></Series>\n</mes:DataSet>\n</mes:StructureSpecificData>\n"
    );
}

#[test]
fn csv_has_a_line_for_each_observation_and_for_the_series_where_none_are_wanted() {
    assert_eq!(
        written(Format::Csv1, Detail::Full),
        "DATAFLOW,FREQ,AREA,TIME_PERIOD,OBS_VALUE,LABEL,OBS_STATUS\r\n\
         B:DF_1(1.0),A,35-22,2021,37.5,\"a, \"\"b\"\"\",A\r\n\
         B:DF_1(1.0),A,35-22,2026,,\"a, \"\"b\"\"\",Q\r\n"
    );
    assert_eq!(
        written(Format::Csv2, Detail::NoData),
        "STRUCTURE,STRUCTURE_ID,ACTION,FREQ,AREA,TIME_PERIOD,OBS_VALUE,LABEL,OBS_STATUS\r\n\
         dataflow,B:DF_1(1.0),I,A,35-22,,,\"a, \"\"b\"\"\",\r\n"
    );
}

#[test]
fn json_numbers_the_values_in_the_order_in_which_they_came() {
    let read = |format| -> Value { serde_json::from_str(&written(format, Detail::Full)).expect("JSON") };
    let (first, second) = (read(Format::Json1), read(Format::Json2));
    let told = json!({ "0:0": { "attributes": [0], "observations": { "0": [37.5, 0], "1": [null, 1] } } });
    assert_eq!(first["dataSets"][0]["series"], told);
    assert_eq!(second["data"]["dataSets"][0]["series"], told);
    let of_first = &first["structure"];
    assert_eq!(
        of_first["dimensions"]["series"][1],
        json!({ "id": "AREA", "name": "AREA", "keyPosition": 1, "values": [{ "id": "35-22", "name": "35-22 & more" }] })
    );
    assert_eq!(
        of_first["attributes"]["series"][0]["values"],
        json!([{ "name": "a, \"b\"" }])
    );
    let of_second = &second["data"]["structures"][0];
    assert_eq!(
        of_second["attributes"]["series"][0]["values"],
        json!([{ "value": "a, \"b\"" }])
    );
    assert_eq!(
        of_second["dimensions"]["observation"][0]["values"][1]["id"],
        "2026"
    );
}

#[test]
fn availability_lists_each_code_once_and_counts() {
    let catalogue = catalogue();
    let mut available = Available::new(2);
    available.add(&series());
    available.add(&Series {
        key: vec!["A".to_owned(), "35".to_owned()],
        ..series()
    });
    let text = available.write(V21, &catalogue, &catalogue.flows[0], Some("AREA"), &header());
    assert!(
        text.contains(
            "<com:KeyValue id=\"AREA\"><com:Value>35</com:Value><com:Value>35-22</com:Value></com:KeyValue>"
        ),
        "{text}"
    );
    assert!(!text.contains("id=\"FREQ\""), "{text}");
    assert!(
        text.contains("<com:Annotation id=\"obs_count\"><com:AnnotationTitle>4<"),
        "{text}"
    );
}
