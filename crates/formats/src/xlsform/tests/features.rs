//! Each feature of XLSForm, in the smallest workbook that shows it.

use super::*;
use crate::xlsform::attachments::AttachmentKind;

#[test]
fn every_plain_type_has_its_bind_and_control() {
    let form = converted(
        "| survey |
         | | type | name | label |
         | | text | a | A |
         | | integer | b | B |
         | | decimal | c | C |
         | | date | d | D |
         | | time | e | E |
         | | dateTime | f | F |
         | | note | g | G |
         | | geopoint | h | H |
         | | geotrace | i | I |
         | | geoshape | j | J |
         | | barcode | k | K |
         | | acknowledge | l | L |
         | | audio | m | M |
         | | video | n | N |
         | | file | o | O |
         | | hidden | p | |
         | | phonenumber | q | |
         | | email | r | |",
    );
    for (name, kind) in [
        ("a", "string"),
        ("b", "int"),
        ("c", "decimal"),
        ("d", "date"),
        ("e", "time"),
        ("f", "dateTime"),
        ("h", "geopoint"),
        ("i", "geotrace"),
        ("j", "geoshape"),
        ("k", "barcode"),
        ("l", "string"),
        ("m", "binary"),
        ("p", "string"),
    ] {
        assert_holds(
            &form,
            &[&format!("<bind nodeset=\"/data/{name}\" type=\"{kind}\"/>")],
        );
    }
    assert_holds(
        &form,
        &[
            "<bind nodeset=\"/data/g\" readonly=\"true()\" type=\"string\"/>",
            "<bind nodeset=\"/data/q\" type=\"string\" jr:preload=\"property\" jr:preloadParams=\"phonenumber\"/>",
            "<bind nodeset=\"/data/r\" type=\"string\" jr:preload=\"property\" jr:preloadParams=\"email\"/>",
            "<input ref=\"/data/a\">\n<label>A</label>\n</input>",
            "<trigger ref=\"/data/l\">\n<label>L</label>\n</trigger>",
            "<upload ref=\"/data/m\" mediatype=\"audio/*\">",
            "<upload ref=\"/data/o\" mediatype=\"application/*\">",
            "<bind nodeset=\"/data/meta/instanceID\" type=\"string\" jr:preload=\"uid\" readonly=\"true()\"/>",
        ],
    );
    assert!(
        !form.xform.contains("ref=\"/data/p\"") && !form.xform.contains("ref=\"/data/q\""),
        "unseen questions have no control"
    );
}

#[test]
fn logic_becomes_attributes_of_the_bind() {
    let form = converted(
        "| survey |
         | | type | name | label | required | required_message | relevant | constraint | constraint_message | read_only | calculation |
         | | integer | age | Age | yes | Please ask | | . >= 0 and . < 120 | Too old | | |
         | | text | job | Job | ${age} > 14 | | ${age} >= 15 | | | | |
         | | text | code | Code | | | | | | TRUE | concat(${job}, '-', ${age}) |",
    );
    assert_holds(
        &form,
        &[
            "<bind nodeset=\"/data/age\" type=\"int\" required=\"true()\" jr:requiredMsg=\"Please ask\" constraint=\". &gt;= 0 and . &lt; 120\" jr:constraintMsg=\"Too old\"/>",
            "<bind nodeset=\"/data/job\" type=\"string\" required=\"/data/age &gt; 14\" relevant=\"/data/age &gt;= 15\"/>",
            "<bind nodeset=\"/data/code\" type=\"string\" readonly=\"true()\" calculate=\"concat(/data/job, '-', /data/age)\"/>",
        ],
    );
}

#[test]
fn groups_nest_and_repeats_have_a_template_and_a_first_instance() {
    let form = converted(
        "| survey |
         | | type | name | label | relevant | appearance |
         | | begin group | home | Home | 1 = 1 | field-list |
         | | begin_repeat | person | Person | | |
         | | text | name | Name | | |
         | | begin_repeat | job | Job | | |
         | | text | title | Title of ${name} | ${name} != '' | |
         | | end repeat | | | | |
         | | end_repeat | | | | |
         | | end group | | | | |",
    );
    assert_holds(
        &form,
        &[
            "<home>\n<person jr:template=\"\">\n<name/>\n<job jr:template=\"\">\n<title/>\n</job>\n</person>\n<person>\n<name/>\n<job>\n<title/>\n</job>\n</person>\n</home>",
            "<bind nodeset=\"/data/home\" relevant=\"1 = 1\"/>",
            "<bind nodeset=\"/data/home/person/job/title\" type=\"string\" relevant=\"../../name != ''\"/>",
            "<group ref=\"/data/home\" appearance=\"field-list\">\n<label>Home</label>\n<group ref=\"/data/home/person\">\n<label>Person</label>\n<repeat nodeset=\"/data/home/person\">",
            "<label>Title of <output value=\"../../name\"/></label>",
        ],
    );
}

#[test]
fn a_repeat_count_may_be_a_question_a_number_or_an_expression() {
    let form = converted(
        "| survey |
         | | type | name | label | repeat_count |
         | | integer | n | How many? | |
         | | begin_repeat | a | A | ${n} |
         | | text | x | X | |
         | | end_repeat | | | |
         | | begin_repeat | b | B | 3 |
         | | text | y | Y | |
         | | end_repeat | | | |
         | | begin_repeat | c | C | ${n} + 1 |
         | | text | z | Z | |
         | | end_repeat | | | |",
    );
    assert_holds(
        &form,
        &[
            "<repeat nodeset=\"/data/a\" jr:count=\"/data/n\">",
            "<bind nodeset=\"/data/b_count\" type=\"string\" calculate=\"3\" readonly=\"true()\"/>",
            "<repeat nodeset=\"/data/b\" jr:count=\"/data/b_count\">",
            "<bind nodeset=\"/data/c_count\" type=\"string\" calculate=\"/data/n + 1\" readonly=\"true()\"/>",
        ],
    );
}

#[test]
fn translations_go_through_itext_in_every_language() {
    let form = converted(
        "| survey |
         | | type | name | label::English (en) | label::Bahasa Indonesia (id) | hint::English (en) | hint::Bahasa Indonesia (id) | constraint | constraint_message::English (en) | constraint_message::Bahasa Indonesia (id) | guidance_hint::English (en) | guidance_hint::Bahasa Indonesia (id) |
         | | integer | age | Age | Umur | In years | | . > 0 | Positive | Positif | Ask | Tanya |
         | | select_one yn | ok | Fine, ${age}? | | | | | | | | |
         | choices |
         | | list_name | name | label::English (en) | label::Bahasa Indonesia (id) |
         | | yn | y | Yes | Ya |
         | settings |
         | | default_language |
         | | Bahasa Indonesia (id) |",
    );
    assert_eq!(form.languages, ["English (en)", "Bahasa Indonesia (id)"]);
    assert_eq!(form.default_language.as_deref(), Some("Bahasa Indonesia (id)"));
    assert_holds(
        &form,
        &[
            "<translation lang=\"English (en)\">",
            "<translation lang=\"Bahasa Indonesia (id)\" default=\"true()\">",
            "<text id=\"/data/age:jr:constraintMsg\">\n<value>Positif</value>\n</text>",
            "<text id=\"/data/age:hint\">\n<value>In years</value>\n<value form=\"guidance\">Ask</value>\n</text>",
            "<text id=\"/data/age:hint\">\n<value>-</value>\n<value form=\"guidance\">Tanya</value>\n</text>",
            "<value>Fine, <output value=\"/data/age\"/>?</value>",
            "<text id=\"yn-0\">\n<value>Ya</value>\n</text>",
            "<itextId>yn-0</itextId>\n<name>y</name>",
            "<label ref=\"jr:itext(itextId)\"/>",
            "jr:constraintMsg=\"jr:itext('/data/age:jr:constraintMsg')\"",
            "<hint ref=\"jr:itext('/data/age:hint')\"/>",
        ],
    );
}

#[test]
fn media_are_shown_and_asked_for() {
    let form = converted(
        "| survey |
         | | type | name | label | image | big-image | audio | video |
         | | note | look | Look | a.jpg | b.jpg | c.mp3 | d.mp4 |
         | | select_one l | s | S | | | | |
         | choices |
         | | list_name | name | label | image |
         | | l | x | X | x.png |",
    );
    assert_holds(
        &form,
        &[
            "<text id=\"/data/look:label\">\n<value>Look</value>\n<value form=\"image\">jr://images/a.jpg</value>\n<value form=\"big-image\">jr://images/b.jpg</value>\n<value form=\"audio\">jr://audio/c.mp3</value>\n<value form=\"video\">jr://video/d.mp4</value>\n</text>",
            "<value form=\"image\">jr://images/x.png</value>",
        ],
    );
    let files: Vec<(&str, AttachmentKind)> = form
        .attachments
        .iter()
        .map(|file| (file.name.as_str(), file.kind))
        .collect();
    assert_eq!(
        files,
        [
            ("a.jpg", AttachmentKind::Image),
            ("b.jpg", AttachmentKind::Image),
            ("c.mp3", AttachmentKind::Audio),
            ("d.mp4", AttachmentKind::Video),
            ("x.png", AttachmentKind::Image)
        ]
    );
}

#[test]
fn defaults_are_written_or_computed() {
    let form = converted(
        "| survey |
         | | type | name | label | default | parameters |
         | | text | a | A | two words | |
         | | date | b | B | 2026-11-21 | |
         | | date | c | C | today() | |
         | | image | d | D | house.jpg | max-pixels=640 |
         | | begin_repeat | r | R | | |
         | | text | e | E | ${a} | |
         | | text | f | F | ${last-saved#f} | |
         | | end_repeat | | | | |",
    );
    assert_holds(
        &form,
        &[
            "<a>two words</a>",
            "<b>2026-11-21</b>",
            "<c/>",
            "<d>jr://images/house.jpg</d>",
            "<setvalue event=\"odk-instance-first-load\" ref=\"/data/c\" value=\"today()\"/>",
            "<setvalue event=\"odk-instance-first-load\" ref=\"/data/r/e\" value=\"/data/a\"/>",
            "<setvalue event=\"odk-new-repeat\" ref=\"/data/r/e\" value=\"/data/a\"/>",
            "value=\"instance('__last-saved')/data/r/f\"",
            "<instance id=\"__last-saved\" src=\"jr://instance/last-saved\"/>",
        ],
    );
    assert_eq!(
        form.attachments
            .iter()
            .map(|file| file.name.as_str())
            .collect::<Vec<_>>(),
        ["house.jpg"]
    );
}

#[test]
fn a_trigger_sets_values_when_an_answer_changes() {
    let form = converted(
        "| survey |
         | | type | name | label | trigger | calculation |
         | | text | a | A | | |
         | | text | b | B | | |
         | | dateTime | at | | ${a}, ${b} | now() |
         | | background-geopoint | spot | | ${b} | |",
    );
    assert_holds(
        &form,
        &[
            "<input ref=\"/data/a\">\n<label>A</label>\n<setvalue event=\"xforms-value-changed\" ref=\"/data/at\" value=\"now()\"/>\n</input>",
            "<setvalue event=\"xforms-value-changed\" ref=\"/data/at\" value=\"now()\"/>\n<odk:setgeopoint event=\"xforms-value-changed\" ref=\"/data/spot\"/>",
            "<bind nodeset=\"/data/at\" type=\"dateTime\"/>",
            "<bind nodeset=\"/data/spot\" type=\"geopoint\"/>",
        ],
    );
}

#[test]
fn devices_measure_and_record_by_themselves() {
    let form = converted(
        "| survey |
         | | type | name | label | parameters |
         | | start-geopoint | here | | |
         | | background-audio | sound | | quality=voice-only |
         | | audio | talk | Talk | quality=low |
         | | audit | | | location-priority=balanced location-min-interval=60 location-max-age=120 track-changes=true identify-user=true |
         | | image | photo | Photo | max-pixels=1024 app=org.example.camera |
         | | geopoint | spot | Spot | capture-accuracy=5 warning-accuracy=50 allow-mock-accuracy=true |
         | | text | story | Story | rows=5 |",
    );
    assert_holds(
        &form,
        &[
            "<odk:setgeopoint event=\"odk-instance-first-load\" ref=\"/data/here\"/>",
            "<odk:recordaudio event=\"odk-instance-load\" ref=\"/data/sound\" odk:quality=\"voice-only\"/>",
            "<bind nodeset=\"/data/talk\" type=\"binary\" odk:quality=\"low\"/>",
            "<bind nodeset=\"/data/meta/audit\" type=\"binary\" odk:track-changes=\"true\" odk:identify-user=\"true\" odk:location-priority=\"balanced\" odk:location-min-interval=\"60\" odk:location-max-age=\"120\"/>",
            "<bind nodeset=\"/data/photo\" type=\"binary\" orx:max-pixels=\"1024\"/>",
            "<upload ref=\"/data/photo\" mediatype=\"image/*\" intent=\"org.example.camera\">",
            "<bind nodeset=\"/data/spot\" type=\"geopoint\" odk:allow-mock-accuracy=\"true\"/>",
            "<input ref=\"/data/spot\" accuracyThreshold=\"5\" unacceptableAccuracyThreshold=\"50\">",
            "<input ref=\"/data/story\" rows=\"5\">",
        ],
    );
}

#[test]
fn a_range_has_steps_ticks_and_labels() {
    let form = converted(
        "| survey |
         | | type | name | label | parameters |
         | | range | plain | Plain | |
         | | range | fine | Fine | start=0 end=1 step=0.1 tick_interval=0.5 placeholder=0.5 tick_labelset=ends |
         | choices |
         | | list_name | name | label |
         | | ends | 0 | Never |
         | | ends | 1 | Always |",
    );
    assert_holds(
        &form,
        &[
            "<range ref=\"/data/plain\" start=\"1\" end=\"10\" step=\"1\">",
            "<bind nodeset=\"/data/plain\" type=\"int\"/>",
            "<range ref=\"/data/fine\" start=\"0\" end=\"1\" step=\"0.1\" odk:tick-interval=\"0.5\" odk:placeholder=\"0.5\">",
            "<bind nodeset=\"/data/fine\" type=\"decimal\"/>",
            "<itemset nodeset=\"instance('ends')/root/item\">",
        ],
    );
}

#[test]
fn a_table_list_gets_a_row_of_labels() {
    let form = converted(
        "| survey |
         | | type | name | label | appearance | hint |
         | | begin_group | t | Table | table-list summary | Look |
         | | select_one yn | a | A | | |
         | | select_one yn | b | B | | |
         | | end_group | | | | |
         | choices |
         | | list_name | name | label |
         | | yn | y | Yes |",
    );
    assert_holds(
        &form,
        &[
            "<group ref=\"/data/t\" appearance=\"field-list summary\">",
            "<input ref=\"/data/t/generated_table_list_label_2\">\n<label>Table</label>\n<hint>Look</hint>",
            "<select1 ref=\"/data/t/reserved_name_for_field_list_labels_3\" appearance=\"label\">",
            "<select1 ref=\"/data/t/b\" appearance=\"list-nolabel\">",
        ],
    );
}

#[test]
fn settings_reach_the_form() {
    let form = converted(
        "| survey |
         | | type | name | label | bind::esri:fieldType | body::esri:style | instance::hxl |
         | | text | a | A | number | big | #adm1 |
         | settings |
         | | form_title | form_id | version | name | style | submission_url | public_key | auto_send | auto_delete | client_editable | instance_name | namespaces | attribute::lang |
         | | A title | my_form | 7 | household | pages | https://example.org/s | KEY | true | false | yes | concat('n ', ${a}) | esri=\"http://esri.com/xforms\" | en |",
    );
    assert_eq!(
        (
            form.form_id.as_str(),
            form.title.as_str(),
            form.version.as_deref()
        ),
        ("my_form", "A title", Some("7"))
    );
    assert_holds(
        &form,
        &[
            "xmlns:esri=\"http://esri.com/xforms\"",
            "<h:title>A title</h:title>",
            "<submission action=\"https://example.org/s\" method=\"post\" base64RsaPublicKey=\"KEY\" orx:auto-send=\"true\" orx:auto-delete=\"false\" odk:client-editable=\"true\"/>",
            "<household lang=\"en\" id=\"my_form\" version=\"7\">",
            "<a hxl=\"#adm1\"/>",
            "<bind nodeset=\"/household/a\" type=\"string\" esri:fieldType=\"number\"/>",
            "<input ref=\"/household/a\" esri:style=\"big\">",
            "<h:body class=\"pages\">",
            "<bind nodeset=\"/household/meta/instanceName\" type=\"string\" calculate=\"concat('n ', /household/a)\"/>",
        ],
    );
}

#[test]
fn a_loop_asks_once_a_choice() {
    let form = converted(
        "| survey |
         | | type | name | label |
         | | begin loop over fruits | stock | Stock |
         | | integer | count | How many %(label)s? |
         | | end loop | | |
         | choices |
         | | list_name | name | label |
         | | fruits | mango | Mangos |
         | | fruits | banana | Bananas |",
    );
    assert_holds(
        &form,
        &[
            "<stock>\n<mango>\n<count/>\n</mango>\n<banana>",
            "<input ref=\"/data/stock/banana/count\">\n<label>How many Bananas?</label>",
        ],
    );
}

#[test]
fn typographic_quotes_stray_spaces_and_capitals_do_no_harm() {
    let form = converted(
        "| Survey |
         | | Type | NAME | Label | Relevance | notes |
         | | Select One yn | a | Is  it “so”? | | mine |
         | | Integer | b | B | ${ a } = ‘y’ | |
         | CHOICES |
         | | list name | Value | Label |
         | | yn | y | Yes |",
    );
    assert_holds(
        &form,
        &["<label>Is it \"so\"?</label>", "relevant=\"/data/a = 'y'\""],
    );
}

#[test]
fn a_form_without_settings_is_named_after_its_file() {
    let workbook = read(b"survey\n,type,name,label\n,text,a,A\n", Kind::Csv).unwrap();
    let form = convert(
        &workbook,
        &Options {
            file_stem: Some("census".to_owned()),
            form_name: Some("root".to_owned()),
        },
    )
    .unwrap();
    assert_eq!(
        (form.form_id.as_str(), form.title.as_str(), form.version),
        ("census", "census", None)
    );
    assert!(form.xform.contains("<root id=\"census\">"));
    assert_eq!(form.languages, Vec::<String>::new());
}

#[test]
fn a_group_without_questions_is_not_shown() {
    let form = converted(
        "| survey |
         | | type | name | label | calculation |
         | | begin_group | sums | Sums | |
         | | calculate | two | | 1 + 1 |
         | | end_group | | | |
         | | note | n | Two is ${two} | |",
    );
    assert_holds(
        &form,
        &[
            "<sums>\n<two/>\n</sums>",
            "<label>Two is <output value=\"/data/sums/two\"/></label>",
        ],
    );
    assert!(!form.xform.contains("<group"), "{}", form.xform);
}

#[test]
fn names_told_apart_by_a_filter_column_are_kept_with_a_warning() {
    let form = converted(
        "| survey |
         | | type | name | label | choice_filter |
         | | select_one county | c | County | |
         | | select_one area | a | Area | county = ${c} |
         | choices |
         | | list_name | name | label | county |
         | | county | x | X | |
         | | area | 1 | One | x |
         | | area | 1 | Uno | y |",
    );
    assert_eq!(form.warnings.len(), 1);
    assert_eq!(
        form.warnings[0].to_string(),
        "choices row 4, column name: the list \"area\" uses names such as \"1\" twice (row 3 too), told apart only by its other columns; a choice_filter must always keep one of them"
    );
}

#[test]
fn what_an_author_should_know_is_a_warning() {
    let form = converted(
        "| survey |
         | | type | name | label::English | label::French (fr) | hint::English | relevent |
         | | image | photo | Photo | Photo | | |
         | | begin_repeat | R | | | | |
         | | text | a | A | A | | |
         | | end_repeat | | | | | |
         | | text | r | B | B | | |
         | setings |
         | | version |
         | | 1 |",
    );
    let warnings: Vec<String> = form.warnings.iter().map(ToString::to_string).collect();
    for expected in [
        "setings: the sheet \"setings\" is not used; did you mean \"settings\"?",
        "survey row 1: the column \"relevent\" is not part of XLSForm and is not used; did you mean \"relevant\"?",
        "survey row 1: \"hint\" is missing in the language \"French (fr)\"",
        "survey row 2, column parameters: photos are sent as large as the phone takes them; write max-pixels=1024",
        "survey row 3, column label::English: the repeat \"R\" has no label",
        "survey row 6, column name: \"r\" differs from \"R\" of row 3 only by capital letters",
        "survey: the language \"English\" has no valid code; write it like \"Bahasa Indonesia (id)\"",
    ] {
        assert!(
            warnings.iter().any(|warning| warning.starts_with(expected)),
            "{expected}\n{warnings:#?}"
        );
    }
    assert_eq!(warnings.len(), 7, "{warnings:#?}");
}

#[test]
fn an_instance_that_nothing_provides_is_a_csv_file() {
    let form = converted(
        "| survey |
         | | type | name | label | calculation |
         | | text | a | A | |
         | | calculate | b | | instance('prices')/root/item[name = ${a}]/price |",
    );
    assert_holds(
        &form,
        &["<instance id=\"prices\" src=\"jr://file-csv/prices.csv\"/>"],
    );
    assert_eq!(
        form.warnings.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [
            "survey row 3: nothing provides instance('prices'), so it is read from prices.csv; add a row csv-external with this name to say so"
        ]
    );
    assert_eq!(form.attachments[0].name, "prices.csv");
}

#[test]
fn an_osm_question_names_the_tags_it_edits() {
    let form = converted(
        "| survey |
         | | type | name | label |
         | | osm building | house | House |
         | osm |
         | | list_name | name | label |
         | | building | building | Kind of building |",
    );
    assert_holds(
        &form,
        &[
            "<upload ref=\"/data/house\" mediatype=\"osm/*\">\n<label>House</label>\n<tag key=\"building\">\n<label>Kind of building</label>\n</tag>",
        ],
    );
}

#[test]
fn geometries_can_be_chosen_from_what_is_there() {
    let form = converted(
        "| survey |
         | | type | name | label | parameters | choice_filter |
         | | begin_repeat | plot | Plot | | |
         | | geoshape | geometry | Outline | incremental=true | |
         | | end_repeat | | | | |
         | | geopoint | house | House | reference-geometry=${plot} | |
         | | csv-external | trees | | | |
         | | geopoint | tree | Tree | reference-geometry=trees | kind = 'palm' |",
    );
    assert_holds(
        &form,
        &[
            "<input ref=\"/data/plot/geometry\" incremental=\"true\">",
            "<itemset nodeset=\"/data/plot[./geometry != '']\">\n<value ref=\"geometry\"/>",
            "<itemset nodeset=\"instance('trees')/root/item[kind = 'palm']\">",
        ],
    );
}
