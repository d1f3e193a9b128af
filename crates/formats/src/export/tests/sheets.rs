//! CSV.

use pretty_assertions::assert_eq;

use super::{FILED, HOUSEHOLD, about, filed, form};
use crate::export::{
    About, Answers, Fields,
    csv::{Naming, Options, Sheets, Ticked, Wanted, Writer, file_name},
};

fn sheets(
    fields: &Fields,
    options: &Options,
    about: &About<'_>,
    answers: &Answers,
    wanted: Wanted,
) -> Vec<String> {
    let sheets = Sheets::new(fields, "household", options);
    let mut out = vec![Vec::new(); fields.tables().len()];
    for (table, buffer) in out.iter_mut().enumerate() {
        sheets.write_header(table, buffer);
    }
    Writer::new(fields, &sheets).write(about, answers, wanted, &mut out);
    out.into_iter()
        .map(|bytes| String::from_utf8(bytes).expect("text"))
        .collect()
}

#[test]
fn what_was_filed_and_every_repeat_have_a_sheet_as_central_writes_it() {
    let fields = Fields::of(&form(HOUSEHOLD));
    let out = sheets(
        &fields,
        &Options::default(),
        &about(),
        &filed(&fields, FILED),
        Wanted::All,
    );
    assert_eq!(
        out[0],
        "SubmissionDate,head-name,head-age,home-Latitude,home-Longitude,home-Altitude,home-Accuracy,path,tools,photo,seen,odd-name.1,meta-instanceID,\
         KEY,SubmitterID,SubmitterName,AttachmentsPresent,AttachmentsExpected,Status,ReviewState,DeviceID,Edits,FormVersion\n\
         2026-11-22T09:00:00.123Z,\"Ani & \"\"Budi\"\", Rıt\",41,-7.79,110.36,114.5,4.2,1 2 3 0; 2 3 4 5;,axe hoe,1.jpg,2026-11-21T09:00:00.000+07,,uuid:1,\
         uuid:1,7,\"Desi, of Sleman\",0,1,,approved,collect:x,1,2\n"
    );
    // A formula stays what was answered: these files are read by programs.
    assert_eq!(
        out[1],
        "name,where,PARENT_KEY,KEY\nCitra,,uuid:1,uuid:1/member[1]\n=SUM(A1),<north>,uuid:1,uuid:1/member[2]\n"
    );
    assert_eq!(
        out[2],
        "toy,PARENT_KEY,KEY\nball,uuid:1/member[1],uuid:1/member[1]/child[1]\ndoll,uuid:1/member[1],uuid:1/member[1]/child[2]\n"
    );
    let names = Sheets::new(&fields, "a/b", &Options::default());
    assert_eq!(
        names.names().collect::<Vec<_>>(),
        ["ab.csv", "ab-member.csv", "ab-child.csv"]
    );
}

#[test]
fn only_what_was_filed_has_no_rows_of_repeats() {
    let fields = Fields::of(&form(HOUSEHOLD));
    let out = sheets(
        &fields,
        &Options::default(),
        &about(),
        &filed(&fields, FILED),
        Wanted::Root,
    );
    assert_eq!(out[1], "name,where,PARENT_KEY,KEY\n");
}

#[test]
fn names_without_groups_and_a_column_for_every_choice_are_to_be_had() {
    let fields = Fields::of(&form(HOUSEHOLD));
    let answers = filed(&fields, FILED);
    let mut ticked = Ticked::default();
    ticked.collect(&fields, &filed(&fields, "<data><tools>saw  hoe</tools></data>"));
    let mut more = Ticked::default();
    more.collect(&fields, &answers);
    ticked.join(more);
    let options = Options {
        naming: Naming::ByName,
        ticked: Some(ticked),
    };
    let out = sheets(&fields, &options, &about(), &answers, Wanted::All);
    let (header, row) = out[0].split_once('\n').expect("two lines");
    assert!(
        header.starts_with("SubmissionDate,name,age,home-Latitude,"),
        "{header}"
    );
    assert!(
        header.contains(",tools,tools/axe,tools/hoe,tools/saw,"),
        "{header}"
    );
    assert!(row.contains(",axe hoe,1,1,0,"), "{row}");
}

#[test]
fn two_repeats_of_one_name_have_files_of_their_own() {
    let xml = HOUSEHOLD
        .replace("<home/>", "<g><member jr:template=\"\"><name/></member></g><home/>")
        .replace("<select ref", "<group ref=\"/data/g/member\"><label>m</label><repeat nodeset=\"/data/g/member\"><input ref=\"/data/g/member/name\"><label>n</label></input></repeat></group><select ref");
    let fields = Fields::of(&form(&xml));
    let names = Sheets::new(&fields, "f", &Options::default());
    assert_eq!(
        names.names().collect::<Vec<_>>(),
        ["f.csv", "f-member~1.csv", "f-child.csv", "f-member~2.csv"]
    );
    let out = sheets(
        &fields,
        &Options::default(),
        &about(),
        &filed(&fields, "<data><g><member><name>x</name></member></g></data>"),
        Wanted::All,
    );
    assert_eq!(out[3], "name,PARENT_KEY,KEY\nx,uuid:1,uuid:1/g/member[1]\n");
}

#[test]
fn a_name_of_a_file_holds_nothing_that_leads_elsewhere() {
    for (name, expected) in [
        ("../../etc/passwd", "....etcpasswd"),
        ("a\u{0}b:c", "abc"),
        ("...", "form"),
        ("räv", "räv"),
    ] {
        assert_eq!(file_name(name), expected);
    }
}
